//! `bytearrayobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyByteArray_FromObject(input: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytearray::from_object(object(input)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyByteArray_FromStringAndSize(
    bytes_: *const c_char,
    size: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytearray::from_string_and_size(bytes_, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyByteArray_Size(self_: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::bytearray::len(object(self_)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyByteArray_AsString(self_: *mut PyObject) -> *mut c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::bytearray::data_ptr(object(self_)?.as_ptr()).cast::<c_char>()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyByteArray_Resize(self_: *mut PyObject, requested_size: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytearray::resize(object(self_)?, requested_size) })
}
