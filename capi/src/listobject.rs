//! `listobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_SetItem(op: *mut PyObject, i: Py_ssize_t, newitem: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::set_item(object(op)?, i, stolen_opt(newitem)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_GetItem(op: *mut PyObject, i: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::get_item(object(op)?, i) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_New(size: Py_ssize_t) -> *mut PyObject {
    guard(|| types::list::new_sized(size))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_Size(op: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::size(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_Insert(
    op: *mut PyObject,
    where_: Py_ssize_t,
    newitem: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::insert(object(op)?, where_, optional(newitem)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_Append(op: *mut PyObject, newitem: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::append(object(op)?, optional(newitem)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_GetSlice(
    a: *mut PyObject,
    ilow: Py_ssize_t,
    ihigh: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::get_slice(object(a)?, ilow, ihigh) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_SetSlice(
    a: *mut PyObject,
    ilow: Py_ssize_t,
    ihigh: Py_ssize_t,
    v: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::set_slice(object(a)?, ilow, ihigh, optional(v)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_Sort(v: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::sort(optional(v)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_Reverse(v: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::reverse(optional(v)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyList_AsTuple(v: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::list::as_tuple(optional(v)) })
}
