//! `sys.settrace` and `sys.setprofile`: Python functions behind the C-level trace hooks (`PyEval_SetTrace`).

use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::protocol::call;
use krait_object::refcount::xdecref;
use krait_object::types::{none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, handle, state};

/// The names of events, by their C numbers.
const EVENTS: [&str; 8] =
    ["call", "exception", "line", "return", "c_call", "c_exception", "c_return", "opcode"];

/// Installs a C profile function on a thread (`_PyEval_SetProfile`); none removes it.
pub fn set_profile(function: Py_tracefunc, object: Option<&Object>) -> Result<()> {
    // SAFETY: the running thread's state.
    unsafe { set_profile_of(state::required(), function, object) }
}

/// `_PyEval_SetProfile`: of any thread.
///
/// # Safety
/// `tstate` is live and the GIL is held.
pub unsafe fn set_profile_of(
    tstate: *mut PyThreadState,
    function: Py_tracefunc,
    object: Option<&Object>,
) -> Result<()> {
    super::audit("sys.setprofile", &*krait_object::types::tuple::empty())?;
    // SAFETY: the running thread's state; its fields are set before the old object goes.
    unsafe {
        (*tstate).c_profilefunc = None;
        let old = core::mem::replace(&mut (*tstate).c_profileobj, null_mut());
        (*tstate).use_tracing = c_int::from((*tstate).c_tracefunc.is_some());
        xdecref(old);
        (*tstate).c_profileobj = handle::into_ptr_opt(object.map(Layout::owned));
        (*tstate).c_profilefunc = function;
        (*tstate).use_tracing = c_int::from(function.is_some() || (*tstate).c_tracefunc.is_some());
        Ok(())
    }
}

/// Installs a C trace function on a thread (`_PyEval_SetTrace`); none removes it.
pub fn set_trace(function: Py_tracefunc, object: Option<&Object>) -> Result<()> {
    // SAFETY: the running thread's state.
    unsafe { set_trace_of(state::required(), function, object) }
}

/// `_PyEval_SetTrace`: of any thread.
///
/// # Safety
/// `tstate` is live and the GIL is held.
pub unsafe fn set_trace_of(
    tstate: *mut PyThreadState,
    function: Py_tracefunc,
    object: Option<&Object>,
) -> Result<()> {
    super::audit("sys.settrace", &*krait_object::types::tuple::empty())?;
    // SAFETY: as in `set_profile`.
    unsafe {
        let interp = (*tstate).interp;
        (*interp).ceval.tracing_possible +=
            c_int::from(function.is_some()) - c_int::from((*tstate).c_tracefunc.is_some());
        (*tstate).c_tracefunc = None;
        let old = core::mem::replace(&mut (*tstate).c_traceobj, null_mut());
        (*tstate).use_tracing = c_int::from((*tstate).c_profilefunc.is_some());
        xdecref(old);
        (*tstate).c_traceobj = handle::into_ptr_opt(object.map(Layout::owned));
        (*tstate).c_tracefunc = function;
        (*tstate).use_tracing = c_int::from(function.is_some() || (*tstate).c_profilefunc.is_some());
        Ok(())
    }
}

/// `sys.setprofile(function)`.
pub fn set_profile_function(function: &Object) -> Result<()> {
    if function.is_none() {
        set_profile(None, None)
    } else {
        set_profile(Some(profile_trampoline), Some(function))
    }
}

/// `sys.settrace(function)`.
pub fn set_trace_function(function: &Object) -> Result<()> {
    if function.is_none() { set_trace(None, None) } else { set_trace(Some(trace_trampoline), Some(function)) }
}

/// Calls a Python trace function with frame, event and argument.
unsafe fn call_function(
    callback: &Object,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> Result<Obj> {
    // SAFETY: a live frame; the locals are brought up to date before and written back after the call.
    unsafe {
        crate::frame::fast_to_locals(frame)?;
        let event = unicode::intern_str(EVENTS[what as usize])?;
        let arg = Object::from_ptr_opt(arg).unwrap_or(none::none());
        let result = call::call(callback, &[Object::from_ptr(frame.cast()), &event, arg]);
        crate::frame::locals_to_fast(frame, true);
        if result.is_err() {
            crate::traceback::here(frame);
        }
        result
    }
}

unsafe extern "C" fn profile_trampoline(
    callback: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: the callback was installed with this function; the thread state keeps it.
    unsafe {
        let callback = Object::from_ptr(callback).owned();
        match call_function(&callback, frame, what, arg) {
            Ok(_) => 0,
            Err(_) => {
                let error = err::fetch();
                let _ = set_profile(None, None);
                if let Some(error) = error {
                    let _ = err::restore(error);
                }
                -1
            }
        }
    }
}

/// The global function sees 'call' events; what it returns is the frame's own function for the others.
unsafe extern "C" fn trace_trampoline(
    callback: *mut PyObject,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: as for `profile_trampoline`.
    unsafe {
        let own = if what == PyTrace_CALL as c_int { callback } else { (*frame).f_trace };
        let Some(callback) = Object::from_ptr_opt(own).map(Layout::owned) else { return 0 };
        match call_function(&callback, frame, what, arg) {
            Ok(result) => {
                if !result.is_none() {
                    let old = core::mem::replace(&mut (*frame).f_trace, result.into_ptr());
                    xdecref(old);
                }
                0
            }
            Err(_) => {
                let error = err::fetch();
                let _ = set_trace(None, None);
                let old = core::mem::replace(&mut (*frame).f_trace, null_mut());
                xdecref(old);
                if let Some(error) = error {
                    let _ = err::restore(error);
                }
                -1
            }
        }
    }
}
