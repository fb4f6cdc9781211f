//! `longintrepr.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_New(size: Py_ssize_t) -> *mut PyLongObject {
    guard(|| types::long::new_sized(size).map(|object| object.into_ptr().cast::<PyLongObject>()))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_Copy(src: *mut PyLongObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::exact(object(src.cast())?) })
}
