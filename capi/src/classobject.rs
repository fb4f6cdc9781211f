//! `classobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMethod_New(func: *mut PyObject, self_: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::method::new(object(func)?, object(self_)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMethod_Function(im: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::method::function(object(im)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMethod_Self(im: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::method::this(object(im)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInstanceMethod_New(func: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::method::new_instance(object(func)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInstanceMethod_Function(im: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::method::instance_function(object(im)?) })
}
