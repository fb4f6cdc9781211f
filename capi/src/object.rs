//! `object.h`.

use crate::prelude::*;
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, unicode};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_FromSpec(spec: *mut PyType_Spec) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::typeobject::spec::from_module_and_spec(None, spec, None).map(Obj::upcast) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_FromSpecWithBases(
    spec: *mut PyType_Spec,
    bases: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::typeobject::spec::from_module_and_spec(None, spec, optional(bases)).map(Obj::upcast)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GetSlot(type_: *mut PyTypeObject, slot: c_int) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::typeobject::get_slot(class(type_), slot) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_FromModuleAndSpec(
    module: *mut PyObject,
    spec: *mut PyType_Spec,
    bases: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::typeobject::spec::from_module_and_spec(optional(module), spec, optional(bases))
            .map(Obj::upcast)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GetModule(type_: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::typeobject::get_module(class(type_)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GetModuleState(type_: *mut PyTypeObject) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::typeobject::get_module_state(class(type_)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_IsSubtype(a: *mut PyTypeObject, b: *mut PyTypeObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::typeobject::is_subtype(class(a), class(b)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_GetFlags(type_: *mut PyTypeObject) -> c_ulong {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::typeobject::get_flags(class(type_)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_Ready(type_: *mut PyTypeObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { class(type_).ready() })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_ClearCache() -> c_uint {
    guard(types::typeobject::clear_cache)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyType_Modified(type_: *mut PyTypeObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { class(type_).modified() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Repr(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { or_null(v, protocol::object::repr) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Str(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { or_null(v, protocol::object::str) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_ASCII(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { or_null(v, protocol::object::ascii) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Bytes(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { bytes_or_null(v) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_RichCompare(
    v: *mut PyObject,
    w: *mut PyObject,
    op: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::rich_compare(object(v)?, object(w)?, CompareOp::from_c(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_RichCompareBool(v: *mut PyObject, w: *mut PyObject, op: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        let op = CompareOp::from_c(op)?;
        // One object is equal to itself, and so is NULL.
        match op {
            CompareOp::Eq if v == w => Ok(true),
            CompareOp::Ne if v == w => Ok(false),
            _ => protocol::object::rich_compare_bool(object(v)?, object(w)?, op),
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GetAttrString(v: *mut PyObject, name: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        let v = object(v)?;
        if name.is_null() {
            return Err(err::bad_internal_call());
        }
        protocol::attribute::get_attr_utf8(v, c_bytes(name))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_SetAttrString(
    v: *mut PyObject,
    name: *const c_char,
    w: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::attribute::set_attr_str(object(v)?, text(name)?, optional(w)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_HasAttrString(v: *mut PyObject, name: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { Ok(protocol::attribute::has_attr_str(object(v)?, text(name)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GetAttr(v: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::attribute::get_attr(object(v)?, object(name)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_SetAttr(
    v: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::attribute::set_attr(object(v)?, object(name)?, optional(value)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_HasAttr(v: *mut PyObject, name: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::attribute::has_attr(object(v)?, object(name)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Hash(v: *mut PyObject) -> Py_hash_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::hash(object(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_IsTrue(v: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::is_true(object(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Not(v: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::not(object(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCallable_Check(x: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { Object::from_ptr_opt(x).is_some_and(protocol::object::is_callable).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_ClearWeakRefs(object_: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::weakref::clear_weakrefs(object_) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Dir(obj: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::dir(optional(obj)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_ReprEnter(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { repr_enter(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_ReprLeave(obj: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::object::repr_leave(Object::from_ptr(obj)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_IncRef(o: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { refcount::xincref(o) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_DecRef(o: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { refcount::xdecref(o) }
}

/// The text of an object; C code may ask for that of NULL.
unsafe fn or_null(object: *mut PyObject, text: fn(&Object) -> Result<Obj>) -> Result<Obj> {
    // SAFETY: the caller's promise.
    match unsafe { optional(object) } {
        Some(object) => text(object),
        None => unicode::from_str("<NULL>"),
    }
}

/// As [`or_null`], in bytes.
unsafe fn bytes_or_null(object: *mut PyObject) -> Result<Obj> {
    // SAFETY: the caller's promise.
    match unsafe { optional(object) } {
        Some(object) => protocol::object::bytes(object),
        None => bytes::from_slice(b"<NULL>"),
    }
}

/// 1 when the object is being shown already; the mark stays until `Py_ReprLeave`.
fn repr_enter(object: &Object) -> Result<bool> {
    Ok(match protocol::object::repr_enter(object)? {
        Some(guard) => {
            core::mem::forget(guard);
            false
        }
        None => true,
    })
}
