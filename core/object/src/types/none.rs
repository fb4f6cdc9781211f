//! The singletons `None`, `NotImplemented` and `Ellipsis`, and their types.
//!
//! Each is a static object whose one reference is never given up; dropping it would be a bug of the caller, and
//! the dealloc says so.

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::memory::PyObject_Free;
use crate::method;
use crate::payload::EMPTY_NUMBER;
use crate::slot;
use crate::types::typeobject::Type;
use crate::types::{dict, tuple, unicode};
use krait_abi::*;

macro_rules! singleton {
    ($(#[$meta:meta])* $symbol:ident: $class:ident, $accessor:ident $(, $section:literal)?) => {
        $(#[$meta])*
        #[unsafe(no_mangle)]
        $(#[unsafe(link_section = $section)])?
        pub static mut $symbol: PyObject = PyObject { ob_refcnt: 1, ob_type: &raw mut $class };

        $(#[$meta])*
        #[inline(always)]
        pub fn $accessor() -> &'static Object {
            // SAFETY: a static object.
            unsafe { Object::from_ptr(&raw mut $symbol) }
        }
    };
}

// Extensions exist (psycopg2) that take None for a larger object of theirs: they read a pointer behind it, which has to be
// NULL, and store into a field further on. The compiler orders statics as it likes, so None has a section of its own, and the
// linker puts zeros behind that (`capi/layout.ld`).
singleton! {
    /// `None`, borrowed.
    _Py_NoneStruct: _PyNone_Type, none, "krait_none"
}

singleton! {
    /// `NotImplemented`, borrowed.
    _Py_NotImplementedStruct: _PyNotImplemented_Type, not_implemented
}
singleton! {
    /// `Ellipsis`, borrowed.
    _Py_EllipsisObject: PyEllipsis_Type, ellipsis
}

crate::static_type! {
    /// `NoneType`
    #[unsafe(no_mangle)]
    pub static _PyNone_Type = {
        tp_name: c"NoneType".as_ptr(), tp_basicsize: 16, tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(none_repr), tp_as_number: &raw mut NONE_NUMBER,
        tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong, tp_new: slot::new(none_new),
        tp_free: Some(PyObject_Free)
    };
}
crate::static_type! {
    /// `NotImplementedType`
    #[unsafe(no_mangle)]
    pub static _PyNotImplemented_Type = {
        tp_name: c"NotImplementedType".as_ptr(), tp_basicsize: 16, tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(not_implemented_repr), tp_as_number: &raw mut NOT_IMPLEMENTED_NUMBER,
        tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong, tp_methods: &raw mut NOT_IMPLEMENTED_METHODS as *mut PyMethodDef,
        tp_new: slot::new(not_implemented_new), tp_free: Some(PyObject_Free)
    };
}
crate::static_type! {
    /// `ellipsis`
    #[unsafe(no_mangle)]
    pub static PyEllipsis_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"ellipsis".as_ptr(), tp_basicsize: 16, tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(ellipsis_repr),
        tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong, tp_methods: &raw mut ELLIPSIS_METHODS as *mut PyMethodDef,
        tp_new: slot::new(ellipsis_new), tp_free: Some(PyObject_Free)
    };
}

static mut NONE_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_bool: slot::inquiry(none_bool), ..EMPTY_NUMBER };
static mut NOT_IMPLEMENTED_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_bool: slot::inquiry(not_implemented_bool), ..EMPTY_NUMBER };

crate::methods! {
    static NOT_IMPLEMENTED_METHODS = [method::noargs(c"__reduce__", not_implemented_repr, c"")];
}
crate::methods! {
    static ELLIPSIS_METHODS = [method::noargs(c"__reduce__", ellipsis_repr, c"")];
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: a static object; its count is put back, so that the process can go on after somebody's miscount.
    unsafe {
        (*object).ob_refcnt = 1 << 30;
        let name = core::ffi::CStr::from_ptr((*(*object).ob_type).tp_name).to_string_lossy();
        err::fatal("none_dealloc", &format!("deallocating {name}"));
    }
}

fn none_repr(_this: &Object) -> Result {
    unicode::intern_str("None")
}
fn not_implemented_repr(_this: &Object) -> Result {
    unicode::intern_str("NotImplemented")
}
fn ellipsis_repr(_this: &Object) -> Result {
    unicode::intern_str("Ellipsis")
}
fn none_bool(_this: &Object) -> Result<bool> {
    Ok(false)
}
fn not_implemented_bool(_this: &Object) -> Result<bool> {
    let message = "NotImplemented should not be used in a boolean context";
    err::warn(crate::types::exceptions::DeprecationWarning(), message, 1)?;
    Ok(true)
}

fn no_arguments(name: &str, args: &Object, kw: Option<&Object>) -> Result<()> {
    if !tuple::items(args).is_empty() || kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error(format_args!("{name} takes no arguments")));
    }
    Ok(())
}
fn none_new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    no_arguments("NoneType", args, kw)?;
    Ok(none().owned())
}
fn not_implemented_new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    no_arguments("NotImplementedType", args, kw)?;
    Ok(not_implemented().owned())
}
fn ellipsis_new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    no_arguments("EllipsisType", args, kw)?;
    Ok(ellipsis().owned())
}
