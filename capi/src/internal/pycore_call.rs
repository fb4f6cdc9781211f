//! `internal/pycore_call.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_Call_Prepend(
    _tstate: *mut PyThreadState,
    callable: *mut PyObject,
    obj: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        protocol::call::call_prepend(object(callable)?, object(obj)?, object(args)?, optional(kwargs))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_FastCallDictTstate(
    _tstate: *mut PyThreadState,
    callable: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { protocol::call::vectorcall_dict(callable, args, nargsf, kwargs) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_Call(
    _tstate: *mut PyThreadState,
    callable: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::call::call_raw(object(callable)?.as_ptr(), args, kwargs)) })
}
