//! `internal/pycore_ceval.h`.

use crate::prelude::*;
use krait_object::pending;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_AddPendingCall(
    interp: *mut PyInterpreterState,
    func: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { if pending::add(interp, func, arg) { 0 } else { -1 } }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SignalAsyncExc(tstate: *mut PyThreadState) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { pending::signal_async_exc((*tstate).interp) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetCoroutineOriginTrackingDepth(
    tstate: *mut PyThreadState,
    new_depth: c_int,
) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { (*tstate).coroutine_origin_tracking_depth = new_depth }
}
