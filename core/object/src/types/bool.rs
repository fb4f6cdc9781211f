//! `bool`: two static ints, `True` and `False`.

use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::object;
use crate::slot;
use crate::types::long::{self, PyLong_Type};
use crate::types::tuple::{self, IMMORTAL};
use crate::types::typeobject::Type;
use crate::types::{iter, none, unicode};
use core::ptr;
use krait_abi::*;

static mut BOOL_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    ..PyNumberMethods::ZEROED
};

crate::static_type! {
    /// `bool`
    #[unsafe(no_mangle)]
    pub static PyBool_Type = {
        tp_name: c"bool".as_ptr(),
        tp_basicsize: 32,
        tp_itemsize: 4,
        tp_repr: slot::unary::<Object, _>(repr),
        tp_as_number: &raw mut BOOL_AS_NUMBER,
        tp_flags: Py_TPFLAGS_DEFAULT,
        tp_doc: c"bool(x) -> bool\n\nTrue or False, as x is true or false; False without an argument.\nThere are no other instances, and no subclasses.".as_ptr(),
        tp_base: &raw mut PyLong_Type,
        tp_new: slot::new(new_slot),
    };
}

crate::object_view!(/** `True` or `False`. */ pub Bool, PyLongObject, PyBool_Type);

const fn instance(value: u32) -> PyLongObject {
    PyLongObject {
        ob_base: PyVarObject {
            ob_base: PyObject { ob_refcnt: IMMORTAL, ob_type: &raw mut PyBool_Type },
            ob_size: value as isize,
        },
        ob_digit: [value],
    }
}

/// `False`.
#[unsafe(no_mangle)]
pub static mut _Py_FalseStruct: PyLongObject = instance(0);
/// `True`.
#[unsafe(no_mangle)]
pub static mut _Py_TrueStruct: PyLongObject = instance(1);

/// `True`'s address.
#[inline(always)]
pub fn true_ptr() -> *mut PyObject {
    (&raw mut _Py_TrueStruct).cast()
}

/// `False`'s address.
#[inline(always)]
pub fn false_ptr() -> *mut PyObject {
    (&raw mut _Py_FalseStruct).cast()
}

/// `True` or `False`, borrowed.
#[inline(always)]
pub fn borrowed(value: bool) -> &'static Object {
    // SAFETY: static objects.
    unsafe { Object::from_ptr(if value { true_ptr() } else { false_ptr() }) }
}

/// A new reference to `True` or `False` (`PyBool_FromLong`).
#[inline(always)]
pub fn from_bool(value: bool) -> Obj {
    borrowed(value).owned()
}

/// `PyBool_FromLong`.
pub fn from_long(value: i64) -> Result<Obj> {
    Ok(from_bool(value != 0))
}

/// `PyBool_Check`: the class cannot be subclassed.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    ptr::eq(object.type_ptr(), &raw mut PyBool_Type)
}

/// The value when the object is `True` or `False`.
#[inline(always)]
pub fn value(object: &Object) -> Option<bool> {
    if ptr::eq(object.as_ptr(), true_ptr()) {
        Some(true)
    } else if ptr::eq(object.as_ptr(), false_ptr()) {
        Some(false)
    } else {
        None
    }
}

fn repr(this: &Object) -> Result<Obj> {
    unicode::intern_str(if long::sign(this) != 0 { "True" } else { "False" })
}

fn new_slot(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    iter::no_keywords("bool", kw)?;
    let args = tuple::items(args);
    crate::args::check_positional("bool", args.len(), 0, 1)?;
    Ok(from_bool(args.first().map_or(Ok(false), |x| object::is_true(x))?))
}

/// Two bools give a bool; anything else is left to `int`.
fn logical(
    a: &Object,
    b: &Object,
    on_bools: fn(bool, bool) -> bool,
    on_ints: fn(&Object, &Object) -> Result<Obj>,
) -> Result<Obj> {
    match (value(a), value(b)) {
        (Some(x), Some(y)) => Ok(from_bool(on_bools(x, y))),
        _ if long::check(a) && long::check(b) => on_ints(a, b),
        _ => Ok(none::not_implemented().owned()),
    }
}

fn and(a: &Object, b: &Object) -> Result<Obj> {
    logical(a, b, |x, y| x & y, long::and)
}
fn xor(a: &Object, b: &Object) -> Result<Obj> {
    logical(a, b, |x, y| x ^ y, long::xor)
}
fn or(a: &Object, b: &Object) -> Result<Obj> {
    logical(a, b, |x, y| x | y, long::or)
}
