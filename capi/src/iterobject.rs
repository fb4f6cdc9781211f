//! `iterobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySeqIter_New(seq: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::iter::new_sequence(object(seq)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCallIter_New(callable: *mut PyObject, sentinel: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::iter::new_callable(object(callable)?, object(sentinel)?) })
}
