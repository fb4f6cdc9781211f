//! Rust values as Python objects, and back.

use crate::error::{Error, Result, lift};
use crate::token::Python;
use crate::value::Value;
use krait_object::types::{bool, bytes, dict, float, list, long, tuple, unicode};
use krait_object::{Class, Obj, Object};
use std::collections::HashMap;
use std::hash::Hash;

/// Rust values that become Python objects.
pub trait ToPython {
    /// A new object.
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>>;

    #[doc(hidden)]
    fn to_python_object(self, py: Python<'_>) -> Result<Obj>
    where
        Self: Sized,
    {
        self.to_python(py).map(Value::into_object)
    }
}

/// Rust values that Python objects can become.
pub trait FromPython: Sized {
    /// Reads `value`.
    fn from_python(value: &Value<'_>) -> Result<Self>;
}

/// Tuples of Rust values as arguments of a call.
pub trait ToArguments {
    #[doc(hidden)]
    fn to_arguments<'py>(self, py: Python<'py>) -> Result<Vec<Value<'py>>>;
}

fn wrong_type(value: &Value<'_>, wanted: &str) -> Error {
    let given = value.object().class_of().name();
    Error::new(value.py(), "TypeError", &format!("expected {wanted}, got {given}"))
}

impl ToPython for Value<'_> {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Ok(Value::new(py, self.into_object()))
    }
}

impl ToPython for &Value<'_> {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Ok(Value::new(py, krait_object::Layout::owned(self.object())))
    }
}

impl ToPython for &crate::Global {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        self.get(py).ok_or_else(|| Error::new(py, "RuntimeError", "the object's interpreter has ended"))
    }
}

/// What functions return when the result is any Python object.
impl ToPython for crate::Global {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        (&self).to_python(py)
    }
}

impl ToPython for () {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Ok(py.none())
    }
}

impl ToPython for bool {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Ok(Value::new(py, bool::from_bool(self)))
    }
}

impl FromPython for bool {
    fn from_python(value: &Value<'_>) -> Result<bool> {
        bool::value(value.object()).ok_or_else(|| wrong_type(value, "bool"))
    }
}

impl ToPython for f64 {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Value::from_result(py, float::from_f64(self))
    }
}

impl FromPython for f64 {
    fn from_python(value: &Value<'_>) -> Result<f64> {
        lift(value.py(), float::as_f64(value.object()))
    }
}

macro_rules! integers {
    ($($ty:ty: $to:ident as $wide:ty, $from:ident;)*) => {$(
        impl ToPython for $ty {
            fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
                Value::from_result(py, long::$to(<$wide>::from(self)))
            }
        }

        impl FromPython for $ty {
            fn from_python(value: &Value<'_>) -> Result<$ty> {
                let wide = lift(value.py(), krait_object::protocol::number::index(value.object()))?;
                let wide = lift(value.py(), long::$from(&wide))?;
                <$ty>::try_from(wide).map_err(|_| {
                    let message = concat!("the number does not fit into ", stringify!($ty));
                    Error::new(value.py(), "OverflowError", message)
                })
            }
        }
    )*};
}
integers! {
    i8: from_i64 as i64, as_i64;
    i16: from_i64 as i64, as_i64;
    i32: from_i64 as i64, as_i64;
    i64: from_i64 as i64, as_i64;
    u8: from_u64 as u64, as_u64;
    u16: from_u64 as u64, as_u64;
    u32: from_u64 as u64, as_u64;
    u64: from_u64 as u64, as_u64;
}

impl ToPython for usize {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Value::from_result(py, long::from_u64(self as u64))
    }
}

impl FromPython for usize {
    fn from_python(value: &Value<'_>) -> Result<usize> {
        u64::from_python(value).map(|number| number as usize)
    }
}

impl ToPython for &str {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Value::from_result(py, unicode::from_str(self))
    }
}

impl ToPython for String {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        self.as_str().to_python(py)
    }
}

impl FromPython for String {
    fn from_python(value: &Value<'_>) -> Result<String> {
        if !unicode::check(value.object()) {
            return Err(wrong_type(value, "str"));
        }
        lift(value.py(), unicode::as_utf8(value.object())).map(str::to_owned)
    }
}

/// `bytes`
impl ToPython for &[u8] {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        Value::from_result(py, bytes::from_slice(self))
    }
}

impl<T: ToPython> ToPython for Option<T> {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        match self {
            Some(value) => value.to_python(py),
            None => Ok(py.none()),
        }
    }
}

impl<T: FromPython> FromPython for Option<T> {
    fn from_python(value: &Value<'_>) -> Result<Option<T>> {
        if value.is_none() { Ok(None) } else { T::from_python(value).map(Some) }
    }
}

/// `list`
impl<T: ToPython> ToPython for Vec<T> {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        let items = self.into_iter().map(|item| item.to_python_object(py)).collect::<Result<Vec<_>>>()?;
        Value::from_result(py, list::from_vec(items).map(Obj::upcast))
    }
}

/// Any iterable but `str`; `bytes` gives its numbers.
impl<T: FromPython> FromPython for Vec<T> {
    fn from_python(value: &Value<'_>) -> Result<Vec<T>> {
        if unicode::check(value.object()) {
            return Err(wrong_type(value, "a sequence"));
        }
        value.iter()?.map(|item| item?.extract()).collect()
    }
}

/// `dict`
impl<K: ToPython, V: ToPython> ToPython for HashMap<K, V> {
    fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
        let made = py.dict()?;
        for (key, value) in self {
            made.set_item(key, value)?;
        }
        Ok(made)
    }
}

impl<K: FromPython + Eq + Hash, V: FromPython> FromPython for HashMap<K, V> {
    fn from_python(value: &Value<'_>) -> Result<HashMap<K, V>> {
        if !dict::check(value.object()) {
            return Err(wrong_type(value, "dict"));
        }
        value.call_method("items", ())?.iter()?.map(|item| item?.extract()).collect()
    }
}

/// A tuple's items, if it has that many.
fn tuple_items<'py>(value: &Value<'py>, count: usize) -> Result<Vec<Value<'py>>> {
    let object: &Object = value.object();
    if !tuple::Tuple::is_instance(object) || tuple::items(object).len() != count {
        return Err(wrong_type(value, &format!("a tuple of {count}")));
    }
    Ok(tuple::items(object)
        .iter()
        .map(|item| Value::new(value.py(), krait_object::Layout::owned(*item)))
        .collect())
}

fn pack<'py>(py: Python<'py>, items: Vec<Value<'py>>) -> Result<Value<'py>> {
    Value::from_result(py, tuple::from_vec(items.into_iter().map(Value::into_object).collect()))
}

impl ToArguments for () {
    fn to_arguments<'py>(self, _py: Python<'py>) -> Result<Vec<Value<'py>>> {
        Ok(Vec::new())
    }
}

impl ToArguments for &[Value<'_>] {
    fn to_arguments<'py>(self, py: Python<'py>) -> Result<Vec<Value<'py>>> {
        self.iter().map(|value| value.to_python(py)).collect()
    }
}

macro_rules! tuples {
    ($($count:literal: $($name:ident)*;)*) => {$(
        impl<$($name: ToPython),*> ToArguments for ($($name,)*) {
            fn to_arguments<'py>(self, py: Python<'py>) -> Result<Vec<Value<'py>>> {
                #[allow(non_snake_case, reason = "the values are named like their types")]
                let ($($name,)*) = self;
                Ok(vec![$($name.to_python(py)?),*])
            }
        }

        impl<$($name: ToPython),*> ToPython for ($($name,)*) {
            fn to_python<'py>(self, py: Python<'py>) -> Result<Value<'py>> {
                pack(py, self.to_arguments(py)?)
            }
        }

        impl<$($name: FromPython),*> FromPython for ($($name,)*) {
            fn from_python(value: &Value<'_>) -> Result<($($name,)*)> {
                let mut items = tuple_items(value, $count)?.into_iter();
                Ok(($(items.next().expect("counted").extract::<$name>()?,)*))
            }
        }
    )*};
}
tuples! {
    1: A;
    2: A B;
    3: A B C;
    4: A B C D;
    5: A B C D E;
    6: A B C D E F;
}
