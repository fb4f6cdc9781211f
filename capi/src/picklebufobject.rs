//! `picklebufobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPickleBuffer_FromObject(base: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::picklebuffer::from_object(object(base)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPickleBuffer_GetBuffer(obj: *mut PyObject) -> *const Py_buffer {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::picklebuffer::get_view(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPickleBuffer_Release(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::picklebuffer::release(object(obj)?) })
}
