//! `pystrhex.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_strhex(argbuf: *const c_char, arglen: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::hex::to_str(bytes(argbuf, arglen), None, 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_strhex_bytes(argbuf: *const c_char, arglen: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { hex_bytes(bytes(argbuf, arglen), null(), 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_strhex_with_sep(
    argbuf: *const c_char,
    arglen: Py_ssize_t,
    sep: *const PyObject,
    bytes_per_group: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::bytes::hex::to_str(bytes(argbuf, arglen), optional(sep.cast_mut()), bytes_per_group)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_strhex_bytes_with_sep(
    argbuf: *const c_char,
    arglen: Py_ssize_t,
    sep: *const PyObject,
    bytes_per_group: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { hex_bytes(bytes(argbuf, arglen), sep, bytes_per_group) })
}

unsafe fn hex_bytes(text: &[u8], separator: *const PyObject, group: c_int) -> Result<Obj> {
    // SAFETY: the caller's promise.
    let separator = unsafe { optional(separator.cast_mut()) };
    types::bytes::from_slice(&types::bytes::hex::digits(text, separator, group, false)?)
}
