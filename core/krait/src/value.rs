//! Python objects.

use crate::convert::{FromPython, ToArguments, ToPython};
use crate::error::{Error, Result, lift};
use crate::global::Global;
use crate::token::Python;
use core::fmt;
use krait_object::protocol::{attribute, call, iter, object};
use krait_object::types::unicode;
use krait_object::{Obj, Object};

/// A reference to a Python object, usable while the lock is held. Cloning takes another reference.
pub struct Value<'py> {
    py: Python<'py>,
    object: Obj,
}

impl Clone for Value<'_> {
    fn clone(&self) -> Self {
        Value { py: self.py, object: self.object.clone() }
    }
}

impl<'py> Value<'py> {
    pub(crate) fn new(py: Python<'py>, object: Obj) -> Value<'py> {
        Value { py, object }
    }

    pub(crate) fn object(&self) -> &Object {
        &self.object
    }

    pub(crate) fn into_object(self) -> Obj {
        self.object
    }

    /// A new object, or the thread's exception.
    pub(crate) fn from_result(py: Python<'py>, result: krait_object::Result<Obj>) -> Result<Value<'py>> {
        lift(py, result).map(|object| Value::new(py, object))
    }

    /// The token that this value depends on.
    pub fn py(&self) -> Python<'py> {
        self.py
    }

    /// A reference that outlives the lock.
    pub fn global(&self) -> Global {
        Global::new(self.object.clone())
    }

    /// The Rust value of a Python object. `TypeError` when it is of another kind, `OverflowError` when out of range.
    pub fn extract<T: FromPython>(&self) -> Result<T> {
        T::from_python(self)
    }

    /// `self.name`
    pub fn attr(&self, name: &str) -> Result<Value<'py>> {
        Value::from_result(self.py, attribute::get_attr_str(&self.object, name))
    }

    /// `self.name = value`
    pub fn set_attr(&self, name: &str, value: impl ToPython) -> Result<()> {
        let value = value.to_python(self.py)?;
        lift(self.py, attribute::set_attr_str(&self.object, name, Some(&value.object)))
    }

    /// `self[key]`
    pub fn item(&self, key: impl ToPython) -> Result<Value<'py>> {
        let key = key.to_python(self.py)?;
        Value::from_result(self.py, object::get_item(&self.object, &key.object))
    }

    /// `self[key] = value`
    pub fn set_item(&self, key: impl ToPython, value: impl ToPython) -> Result<()> {
        let (key, value) = (key.to_python(self.py)?, value.to_python(self.py)?);
        lift(self.py, object::set_item(&self.object, &key.object, &value.object))
    }

    /// `self(*args)`; the arguments are a tuple of Rust values.
    pub fn call(&self, args: impl ToArguments) -> Result<Value<'py>> {
        let args = args.to_arguments(self.py)?;
        let borrowed: Vec<&Object> = args.iter().map(|arg| &*arg.object).collect();
        Value::from_result(self.py, call::call(&self.object, &borrowed))
    }

    /// `self(*args, **keywords)`; `keywords` is a dict.
    pub fn call_with(&self, args: impl ToArguments, keywords: &Value<'py>) -> Result<Value<'py>> {
        let args = args.to_arguments(self.py)?.into_iter().map(|arg| arg.object).collect();
        let args = lift(self.py, krait_object::types::tuple::from_vec(args))?;
        Value::from_result(self.py, call::call_tuple(&self.object, &args, Some(&keywords.object)))
    }

    /// `self.name(*args)`
    pub fn call_method(&self, name: &str, args: impl ToArguments) -> Result<Value<'py>> {
        let args = args.to_arguments(self.py)?;
        let borrowed: Vec<&Object> = args.iter().map(|arg| &*arg.object).collect();
        Value::from_result(self.py, call::call_method_str(&self.object, name, &borrowed))
    }

    /// `len(self)`
    pub fn len(&self) -> Result<usize> {
        lift(self.py, object::len(&self.object))
    }

    /// `bool(self)`
    pub fn is_true(&self) -> Result<bool> {
        lift(self.py, object::is_true(&self.object))
    }

    /// `self is None`
    pub fn is_none(&self) -> bool {
        self.object.is_none()
    }

    /// `self is other`
    pub fn is(&self, other: &Value<'py>) -> bool {
        self.object.is(&*other.object)
    }

    /// `str(self)`
    pub fn to_text(&self) -> Result<String> {
        lift(self.py, object::str(&self.object)).map(|text| unicode::to_string_lossy(&text))
    }

    /// `repr(self)`
    pub fn repr(&self) -> Result<String> {
        lift(self.py, object::repr(&self.object)).map(|text| unicode::to_string_lossy(&text))
    }

    /// `iter(self)`
    pub fn iter(&self) -> Result<Iter<'py>> {
        Value::from_result(self.py, iter::get_iter(&self.object)).map(Iter)
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.repr() {
            Ok(text) => f.write_str(&text),
            Err(_) => write!(f, "<{} object>", self.object.class_of().name()),
        }
    }
}

/// A running iteration over a Python object.
pub struct Iter<'py>(Value<'py>);

impl<'py> Iterator for Iter<'py> {
    type Item = Result<Value<'py>>;

    fn next(&mut self) -> Option<Self::Item> {
        match iter::next(&self.0.object) {
            Ok(item) => item.map(|item| Ok(Value::new(self.0.py, item))),
            Err(_) => Some(Err(Error::take(self.0.py))),
        }
    }
}
