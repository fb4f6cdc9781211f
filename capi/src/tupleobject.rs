//! `tupleobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTuple_SetItem(op: *mut PyObject, i: Py_ssize_t, newitem: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::tuple::set_item(object(op)?, i, stolen_opt(newitem)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTuple_GetItem(op: *mut PyObject, i: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::tuple::get_item(object(op)?, i) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTuple_New(size: Py_ssize_t) -> *mut PyObject {
    guard(|| types::tuple::new(size))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTuple_Size(op: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::tuple::size(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTuple_GetSlice(op: *mut PyObject, i: Py_ssize_t, j: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::tuple::get_slice(object(op)?, i, j) })
}
