//! C slots that call the special methods of Python classes.
//!
//! A method is looked up on the class each time (through the method cache) and called without making a bound method
//! where the attribute is a method descriptor.

use super::Type;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::intern;
use crate::protocol::{call as calls, object as objects};
use crate::slot::{CompareOp, guard};
use crate::types::macros::{get, set};
use crate::types::{bool as bools, exceptions, long, none};
use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;

/// A special method found on the class of an object.
pub(super) struct Method {
    function: Obj,
    /// Whether the object is still to be passed as first argument.
    unbound: bool,
}

impl Method {
    /// Looks a special method up; `None` when the class has none.
    #[inline]
    pub(super) fn find(this: &Object, name: &Object) -> Result<Option<Method>> {
        let class = this.class_of();
        let Some(function) = class.lookup(name).map(Layout::owned) else { return Ok(None) };
        if function.class_of().has(Py_TPFLAGS_METHOD_DESCRIPTOR) {
            return Ok(Some(Method { function, unbound: true }));
        }
        let Some(descr_get) = get!(function.class_of(), tp_descr_get) else {
            return Ok(Some(Method { function, unbound: false }));
        };
        // SAFETY: the contract of tp_descr_get.
        let function = unsafe {
            Obj::from_owned_or_raised(descr_get(function.as_ptr(), this.as_ptr(), class.as_ptr()))?
        };
        Ok(Some(Method { function, unbound: false }))
    }

    /// Looks a special method up; `AttributeError` when the class has none.
    fn get(this: &Object, name: &Object) -> Result<Method> {
        match Method::find(this, name)? {
            Some(method) => Ok(method),
            None => Err(err::set_object(exceptions::AttributeError(), name)),
        }
    }

    /// Looks a special method up where an error (a descriptor that raises) counts as not having one.
    fn find_quietly(this: &Object, name: &Object) -> Option<Method> {
        Method::find(this, name).unwrap_or_else(|_| {
            err::clear();
            None
        })
    }

    fn is_none(&self) -> bool {
        self.function.is_none()
    }

    /// Calls the method; the first argument is the object it was found on.
    #[inline]
    pub(super) fn call<const N: usize>(&self, args: [&Object; N]) -> Result<Obj> {
        if self.unbound {
            calls::call(&self.function, &args)
        } else {
            calls::call_skipping_first(&self.function, args)
        }
    }
}

/// Calls a special method; `AttributeError` when the class has none.
#[inline]
pub(super) fn call_method<const N: usize>(name: &Object, args: [&Object; N]) -> Result<Obj> {
    Method::get(args[0], name)?.call(args)
}

/// Calls a special method; `NotImplemented` when the class has none.
#[inline]
fn call_method_maybe(name: &Object, args: [&Object; 2]) -> Result<Obj> {
    match Method::find(args[0], name)? {
        Some(method) => method.call(args),
        None => Ok(none::not_implemented().owned()),
    }
}

fn finish(result: Result<Obj>) -> *mut PyObject {
    result.map_or(null_mut(), Obj::into_ptr)
}

fn status(result: Result<Obj>) -> c_int {
    result.map_or(-1, |_| 0)
}

/// Defines slots: `name(borrowed objects) -> C type, error value, body`.
macro_rules! slots {
    ($($(#[$meta:meta])* $name:ident($($arg:ident: $ty:tt),*) -> $ret:ty, $error:expr => $body:expr;)*) => {$(
        $(#[$meta])*
        pub(super) unsafe extern "C" fn $name($($arg: slots!(@type $ty)),*) -> $ret {
            // SAFETY: the contract of the slot: live objects (NULL where an option).
            $(
                #[allow(unused_unsafe, reason = "plain numbers are handed on")]
                // SAFETY: as above.
                let $arg = unsafe { slots!(@convert $ty, $arg) };
            )*
            guard($error, || $body)
        }
    )*};
    (@type object) => { *mut PyObject };
    (@type option) => { *mut PyObject };
    (@type class) => { *mut PyTypeObject };
    (@type $other:tt) => { $other };
    (@convert object, $arg:ident) => { Object::from_ptr($arg) };
    (@convert option, $arg:ident) => { Object::from_ptr_opt($arg) };
    (@convert class, $arg:ident) => { Type::from_raw($arg) };
    (@convert $other:tt, $arg:ident) => { core::convert::identity::<$other>($arg) };
}

slots! {
    repr(this: object) -> *mut PyObject, null_mut() => finish((|| {
        if let Some(method) = Method::find_quietly(this, intern!("__repr__")) {
            return method.call([this]);
        }
        crate::types::macros::format(format_args!("<{} object at {:p}>", this.class_of().name(), this.as_ptr()))
    })());
    str(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__str__"), [this]));
    hash(this: object) -> Py_hash_t, -1 => hash_of(this).unwrap_or(-1);
    call(this: object, args: object, kw: option) -> *mut PyObject, null_mut() => finish((|| {
        let method = Method::get(this, intern!("__call__"))?;
        if method.unbound {
            calls::call_prepend(&method.function, this, args, kw)
        } else {
            calls::call_tuple(&method.function, args, kw)
        }
    })());
    /// For classes that define `__getattribute__` only.
    getattro(this: object, name: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__getattribute__"), [this, name]));
    /// For classes that define `__getattr__` or `__getattribute__`.
    getattr_hook(this: object, name: object) -> *mut PyObject, null_mut() => finish(get_attribute(this, name));
    setattr(this: object, name: object, value: option) -> c_int, -1 => status(match value {
        Some(value) => call_method(intern!("__setattr__"), [this, name, value]),
        None => call_method(intern!("__delattr__"), [this, name]),
    });
    richcompare(this: object, other: object, op: c_int) -> *mut PyObject, null_mut() => finish((|| {
        let name = match CompareOp::from_c(op)? {
            CompareOp::Lt => intern!("__lt__"),
            CompareOp::Le => intern!("__le__"),
            CompareOp::Eq => intern!("__eq__"),
            CompareOp::Ne => intern!("__ne__"),
            CompareOp::Gt => intern!("__gt__"),
            CompareOp::Ge => intern!("__ge__"),
        };
        match Method::find_quietly(this, name) {
            Some(method) => method.call([this, other]),
            None => Ok(none::not_implemented().owned()),
        }
    })());
    iter(this: object) -> *mut PyObject, null_mut() => finish((|| {
        match Method::find_quietly(this, intern!("__iter__")) {
            Some(method) if method.is_none() => Err(not_iterable(this)),
            Some(method) => method.call([this]),
            None if Method::find_quietly(this, intern!("__getitem__")).is_some() => crate::protocol::iter::sequence_iterator(this),
            None => Err(not_iterable(this)),
        }
    })());
    iternext(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__next__"), [this]));
    descr_get(this: object, instance: option, owner: option) -> *mut PyObject, null_mut() => finish((|| {
        let class = this.class_of();
        let Some(method) = class.lookup(intern!("__get__")).map(Layout::owned) else {
            // The name is gone: spare the next access this call.
            if get!(class, tp_descr_get).is_some_and(|f| f as usize == descr_get as *const () as usize) {
                set!(class, tp_descr_get, None);
            }
            return Ok(this.owned());
        };
        let none = none::none();
        calls::call(&method, &[this, instance.unwrap_or(none), owner.unwrap_or(none)])
    })());
    descr_set(this: object, instance: object, value: option) -> c_int, -1 => status(match value {
        Some(value) => call_method(intern!("__set__"), [this, instance, value]),
        None => call_method(intern!("__delete__"), [this, instance]),
    });
    init(this: object, args: object, kw: option) -> c_int, -1 => status((|| {
        let method = Method::get(this, intern!("__init__"))?;
        let result = if method.unbound {
            calls::call_prepend(&method.function, this, args, kw)?
        } else {
            calls::call_tuple(&method.function, args, kw)?
        };
        if !result.is_none() {
            return Err(err::type_error(format_args!(
                "__init__() should return None, not '{}'", result.class_of().name()
            )));
        }
        Ok(result)
    })());
    new(class: class, args: object, kw: option) -> *mut PyObject, null_mut() => finish((|| {
        let function = objects::get_attr(class, intern!("__new__"))?;
        calls::call_prepend(&function, class, args, kw)
    })());
    finalize(this: object) -> (), () => {
        let saved = err::fetch();
        if let Ok(Some(method)) = Method::find(this, intern!("__del__"))
            && method.call([this]).is_err()
        {
            err::write_unraisable(Some(&method.function));
        }
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    };
    am_await(this: object) -> *mut PyObject, null_mut() => finish(async_method(this, intern!("__await__")));
    am_aiter(this: object) -> *mut PyObject, null_mut() => finish(async_method(this, intern!("__aiter__")));
    am_anext(this: object) -> *mut PyObject, null_mut() => finish(async_method(this, intern!("__anext__")));
    nb_negative(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__neg__"), [this]));
    nb_positive(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__pos__"), [this]));
    nb_absolute(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__abs__"), [this]));
    nb_invert(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__invert__"), [this]));
    nb_int(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__int__"), [this]));
    nb_float(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__float__"), [this]));
    nb_index(this: object) -> *mut PyObject, null_mut() => finish(call_method(intern!("__index__"), [this]));
    nb_bool(this: object) -> c_int, -1 => truth(this).map_or(-1, c_int::from);
    nb_inplace_add(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__iadd__"), [this, other]));
    nb_inplace_subtract(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__isub__"), [this, other]));
    nb_inplace_multiply(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__imul__"), [this, other]));
    nb_inplace_matrix_multiply(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__imatmul__"), [this, other]));
    nb_inplace_remainder(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__imod__"), [this, other]));
    /// The third operand is always None: there is no syntax for another.
    nb_inplace_power(this: object, other: object, _third: option) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__ipow__"), [this, other]));
    nb_inplace_lshift(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__ilshift__"), [this, other]));
    nb_inplace_rshift(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__irshift__"), [this, other]));
    nb_inplace_and(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__iand__"), [this, other]));
    nb_inplace_xor(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__ixor__"), [this, other]));
    nb_inplace_or(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__ior__"), [this, other]));
    nb_inplace_floor_divide(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__ifloordiv__"), [this, other]));
    nb_inplace_true_divide(this: object, other: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__itruediv__"), [this, other]));
    sq_length(this: object) -> Py_ssize_t, -1 => length(this).unwrap_or(-1);
    sq_item(this: object, index: Py_ssize_t) -> *mut PyObject, null_mut() => finish((|| {
        let index = long::from_i64(index as i64)?;
        call_method(intern!("__getitem__"), [this, &index])
    })());
    sq_ass_item(this: object, index: Py_ssize_t, value: option) -> c_int, -1 => status((|| {
        let index = long::from_i64(index as i64)?;
        match value {
            Some(value) => call_method(intern!("__setitem__"), [this, &index, value]),
            None => call_method(intern!("__delitem__"), [this, &index]),
        }
    })());
    sq_contains(this: object, value: object) -> c_int, -1 => contains(this, value).map_or(-1, c_int::from);
    mp_subscript(this: object, key: object) -> *mut PyObject, null_mut() =>
        finish(call_method(intern!("__getitem__"), [this, key]));
    mp_ass_subscript(this: object, key: object, value: option) -> c_int, -1 => status(match value {
        Some(value) => call_method(intern!("__setitem__"), [this, key, value]),
        None => call_method(intern!("__delitem__"), [this, key]),
    });
}

/// Both length slots of a Python class hold one function.
pub(super) use sq_length as mp_length;

/// Binary number slots. `slot(this, other)` may be called for either operand's sake: the reflected method comes
/// first when the right operand's class is a subclass that overrides it, and last otherwise.
macro_rules! binary_slots {
    ($($name:ident $field:ident $op:literal $reflected:literal;)*) => {$(
        pub(super) unsafe extern "C" fn $name(this: *mut PyObject, other: *mut PyObject) -> *mut PyObject {
            let here = |class: &Type| {
                let group = get!(class, tp_as_number);
                // SAFETY: NULL or a live slot group.
                unsafe { group.as_ref() }.is_some_and(|group| {
                    group.$field.is_some_and(|f| f as usize == binary_slots!(@test $name) as *const () as usize)
                })
            };
            // SAFETY: the contract of the slot: live objects.
            let (this, other) = unsafe { (Object::from_ptr(this), Object::from_ptr(other)) };
            guard(null_mut(), || {
                finish(binary(this, other, here(this.class_of()), here(other.class_of()), intern!($op), intern!($reflected)))
            })
        }
    )*};
    (@test nb_power_binary) => { nb_power };
    (@test $name:ident) => { $name };
}

binary_slots! {
    nb_add nb_add "__add__" "__radd__";
    nb_subtract nb_subtract "__sub__" "__rsub__";
    nb_multiply nb_multiply "__mul__" "__rmul__";
    nb_matrix_multiply nb_matrix_multiply "__matmul__" "__rmatmul__";
    nb_remainder nb_remainder "__mod__" "__rmod__";
    nb_divmod nb_divmod "__divmod__" "__rdivmod__";
    nb_power_binary nb_power "__pow__" "__rpow__";
    nb_lshift nb_lshift "__lshift__" "__rlshift__";
    nb_rshift nb_rshift "__rshift__" "__rrshift__";
    nb_and nb_and "__and__" "__rand__";
    nb_xor nb_xor "__xor__" "__rxor__";
    nb_or nb_or "__or__" "__ror__";
    nb_floor_divide nb_floor_divide "__floordiv__" "__rfloordiv__";
    nb_true_divide nb_true_divide "__truediv__" "__rtruediv__";
}

/// `left_here` and `right_here` say whether the operands' classes have this very slot, that is, Python methods.
fn binary(
    left: &Object,
    right: &Object,
    left_here: bool,
    right_here: bool,
    op: &Object,
    reflected: &Object,
) -> Result<Obj> {
    let same = left.class_of().is(right.class_of());
    let mut try_right = !same && right_here;
    if left_here {
        if try_right && right.class_of().is_subtype(left.class_of()) && overrides(left, right, reflected)? {
            let result = call_method_maybe(reflected, [right, left])?;
            if !result.is(none::not_implemented()) {
                return Ok(result);
            }
            try_right = false;
        }
        let result = call_method_maybe(op, [left, right])?;
        if same || !result.is(none::not_implemented()) {
            return Ok(result);
        }
    }
    if try_right {
        return call_method_maybe(reflected, [right, left]);
    }
    Ok(none::not_implemented().owned())
}

/// Whether the right operand's class has a method of its own that the left's has not, or has differently.
fn overrides(left: &Object, right: &Object, name: &Object) -> Result<bool> {
    let Some(theirs) = objects::lookup_attr(right.class_of(), name)? else { return Ok(false) };
    let Some(ours) = objects::lookup_attr(left.class_of(), name)? else { return Ok(true) };
    objects::rich_compare_bool(&theirs, &ours, CompareOp::Ne)
}

pub(super) unsafe extern "C" fn nb_power(
    this: *mut PyObject,
    other: *mut PyObject,
    modulus: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the contract of the slot: live objects.
    unsafe {
        let (base, exponent, modulus) =
            (Object::from_ptr(this), Object::from_ptr(other), Object::from_ptr(modulus));
        if modulus.is_none() {
            return nb_power_binary(this, other);
        }
        // With a modulus there is no reflected method; the slot may still be called for the exponent's sake.
        let group = get!(base.class_of(), tp_as_number);
        let here = group
            .as_ref()
            .and_then(|group| group.nb_power)
            .is_some_and(|f| f as usize == nb_power as *const () as usize);
        if !here {
            return none::not_implemented().owned().into_ptr();
        }
        guard(null_mut(), || finish(call_method(intern!("__pow__"), [base, exponent, modulus])))
    }
}

fn hash_of(this: &Object) -> Result<Py_hash_t> {
    let method = match Method::find_quietly(this, intern!("__hash__")) {
        Some(method) if !method.is_none() => method,
        _ => return Err(objects::unhashable(this)),
    };
    let result = method.call([this])?;
    if !long::check(&result) {
        return Err(err::type_error("__hash__ method should return an integer"));
    }
    let hash = match long::as_isize(&result) {
        Ok(hash) => hash,
        Err(_) => {
            // Too large: any int is reduced as int's own hash reduces it.
            err::clear();
            return Ok(long::hash(&result));
        }
    };
    Ok(if hash == -1 { -2 } else { hash })
}

/// `__getattribute__`, then `__getattr__` when it raises `AttributeError`.
fn get_attribute(this: &Object, name: &Object) -> Result<Obj> {
    let class = this.class_of();
    let Some(getattr) = class.lookup(intern!("__getattr__")).map(Layout::owned) else {
        // Only `__getattribute__` is left: use the shorter way from now on.
        set!(class, tp_getattro, Some(getattro));
        return call_method(intern!("__getattribute__"), [this, name]);
    };
    let getattribute = class.lookup(intern!("__getattribute__")).map(Layout::owned);
    let generic = objects::PyObject_GenericGetAttr as *const () as usize;
    let is_generic = getattribute.as_ref().is_none_or(|attribute| {
        attribute
            .downcast_exact::<crate::types::descr::wrapper::WrapperDescr>()
            .is_some_and(|wrapper| get!(wrapper, d_wrapped) as usize == generic)
    });
    let result = if is_generic {
        // A miss raises nothing here: the exception would be thrown away.
        match objects::generic_lookup_attr(this, name) {
            Ok(Some(value)) => return Ok(value),
            Ok(None) => return bind_and_call(&getattr, this, name),
            Err(raised) => Err(raised),
        }
    } else {
        match &getattribute {
            Some(attribute) => bind_and_call(attribute, this, name),
            None => Err(err::set_object(exceptions::AttributeError(), name)),
        }
    };
    match result {
        Err(_) if err::matches(exceptions::AttributeError()) => {
            err::clear();
            bind_and_call(&getattr, this, name)
        }
        result => result,
    }
}

/// Binds a class attribute to an object and calls it with one argument.
fn bind_and_call(attribute: &Object, this: &Object, name: &Object) -> Result<Obj> {
    if attribute.class_of().has(Py_TPFLAGS_METHOD_DESCRIPTOR) {
        return calls::call(attribute, &[this, name]);
    }
    match get!(attribute.class_of(), tp_descr_get) {
        Some(descr_get) => {
            // SAFETY: the contract of tp_descr_get.
            let bound = unsafe {
                let class = this.type_ptr().cast();
                Obj::from_owned_or_raised(descr_get(attribute.as_ptr(), this.as_ptr(), class))?
            };
            calls::call1(&bound, name)
        }
        None => calls::call1(attribute, name),
    }
}

#[cold]
fn not_iterable(this: &Object) -> err::Raised {
    err::type_error(format_args!("'{}' object is not iterable", this.class_of().name()))
}

fn async_method(this: &Object, name: &Object) -> Result<Obj> {
    match Method::find_quietly(this, name) {
        Some(method) => method.call([this]),
        None => Err(err::attribute_error(format_args!(
            "object {} does not have {} method",
            this.class_of().name(),
            crate::types::unicode::display(name)
        ))),
    }
}

/// `__bool__`, else `__len__`, else true.
fn truth(this: &Object) -> Result<bool> {
    if let Some(method) = Method::find(this, intern!("__bool__"))? {
        let result = method.call([this])?;
        if !bools::check(&result) {
            return Err(err::type_error(format_args!(
                "__bool__ should return bool, returned {}",
                result.class_of().name()
            )));
        }
        return objects::is_true(&result);
    }
    match Method::find(this, intern!("__len__"))? {
        Some(method) => objects::is_true(&*method.call([this])?),
        None => Ok(true),
    }
}

fn length(this: &Object) -> Result<Py_ssize_t> {
    let result = call_method(intern!("__len__"), [this])?;
    let index = crate::protocol::number::index(&result)?;
    // SAFETY: an int: its sign is the sign of ob_size.
    if unsafe { (*index.as_ptr().cast::<PyVarObject>()).ob_size } < 0 {
        return Err(err::value_error("__len__() should return >= 0"));
    }
    crate::protocol::number::as_ssize(&index, Some(exceptions::OverflowError()))
}

fn contains(this: &Object, value: &Object) -> Result<bool> {
    match Method::find(this, intern!("__contains__"))? {
        Some(method) if method.is_none() => {
            Err(err::type_error(format_args!("'{}' object is not a container", this.class_of().name())))
        }
        Some(method) => objects::is_true(&*method.call([this, value])?),
        None => crate::protocol::sequence::iterative_contains(this, value),
    }
}
