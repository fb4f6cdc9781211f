//! `bytesobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_FromStringAndSize(str: *const c_char, size: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::from_string_and_size(str, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_FromString(str: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::from_string(str) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_FromObject(x: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::from_object(object(x)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_Size(op: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::size(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_AsString(op: *mut PyObject) -> *mut c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::as_string(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_Repr(obj: *mut PyObject, smartquotes: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::repr(object(obj)?, smartquotes != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_Concat(pv: *mut *mut PyObject, w: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::concat(pv, w) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_ConcatAndDel(pv: *mut *mut PyObject, w: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { concat_and_del(pv, w) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_DecodeEscape(
    s: *const c_char,
    len: Py_ssize_t,
    errors: *const c_char,
    _unused_unicode: Py_ssize_t,
    _unused_recode_encoding: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::decode_escape_warning(bytes(s, len), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBytes_AsStringAndSize(
    obj: *mut PyObject,
    s: *mut *mut c_char,
    len: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { as_string_and_size(object(obj)?, s, len) })
}

unsafe fn as_string_and_size(object: &Object, text: *mut *mut c_char, size: *mut Py_ssize_t) -> Result<()> {
    if text.is_null() {
        return Err(err::bad_internal_call());
    }
    let (start, length) = types::bytes::as_string_and_size(object, !size.is_null())?;
    // SAFETY: the caller's promise.
    unsafe {
        *text = start;
        store(size, length);
    }
    Ok(())
}

unsafe fn concat_and_del(place: *mut *mut PyObject, other: *mut PyObject) -> Result<()> {
    // SAFETY: the caller's promise; the reference to the right side is given up in any case.
    unsafe {
        let _other = stolen_opt(other);
        types::bytes::concat(place, other)
    }
}
