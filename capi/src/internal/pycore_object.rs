//! `internal/pycore_object.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyType_CheckConsistency(type_: *mut PyTypeObject) -> c_int {
    {
        let _ = type_;
        1
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_CheckConsistency(op: *mut PyObject, _check_content: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { check_dict(op) }
}

unsafe fn check_dict(object: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    if unsafe { !optional(object).is_some_and(types::dict::check) } {
        err::fatal("_PyDict_CheckConsistency", "object is no dict");
    }
    1
}
