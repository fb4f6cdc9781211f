//! `cellobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCell_New(obj: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::cell::new(optional(obj)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCell_Get(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::cell::get(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCell_Set(op: *mut PyObject, obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::cell::set(object(op)?, optional(obj)) })
}
