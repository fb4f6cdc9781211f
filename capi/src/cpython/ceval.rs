//! `cpython/ceval.h`.

use crate::prelude::*;
use krait_object::state;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_GetCoroutineOriginTrackingDepth() -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { (*state::required()).coroutine_origin_tracking_depth }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetAsyncGenFirstiter(firstiter: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { set_hook(&raw mut (*state::required()).async_gen_firstiter, firstiter) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_GetAsyncGenFirstiter() -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { (*state::required()).async_gen_firstiter }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetAsyncGenFinalizer(finalizer: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { set_hook(&raw mut (*state::required()).async_gen_finalizer, finalizer) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_GetAsyncGenFinalizer() -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { (*state::required()).async_gen_finalizer }
}

/// Replaces an owned reference of the thread state.
unsafe fn set_hook(place: *mut *mut PyObject, hook: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        refcount::xincref(hook);
        refcount::xdecref(core::mem::replace(&mut *place, hook));
    }
    0
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetProfile(
    _tstate: *mut PyThreadState,
    func: Py_tracefunc,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::sys::trace::set_profile(func, optional(arg)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetTrace(
    _tstate: *mut PyThreadState,
    func: Py_tracefunc,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::sys::trace::set_trace(func, optional(arg)) })
}
