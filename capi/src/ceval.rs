//! `ceval.h`, `eval.h` and `cpython/ceval.h`: evaluation, the GIL, recursion, tracing.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_ulong, c_void};
use krait_object::method::arg_slice;
use krait_object::types::{exceptions, slice, tuple, unicode};
use krait_object::{gil, pending, state};
use krait_vm::{bind, code_extra, eval, sys};

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_SaveThread() -> *mut PyThreadState {
    gil::save_thread()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_RestoreThread(tstate: *mut PyThreadState) {
    // SAFETY: what the C API asks.
    unsafe { gil::restore_thread(tstate) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_AcquireThread(tstate: *mut PyThreadState) {
    // SAFETY: what the C API asks.
    unsafe { gil::acquire_thread(tstate) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_ReleaseThread(tstate: *mut PyThreadState) {
    // SAFETY: what the C API asks.
    unsafe { gil::release_thread(tstate) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_AcquireLock() {
    gil::acquire_lock()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_ReleaseLock() {
    gil::release_lock()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_InitThreads() {
    ()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_ThreadsInitialized() -> c_int {
    c_int::from(gil::threads_initialized())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetSwitchInterval(microseconds: c_ulong) {
    gil::set_switch_interval(microseconds)
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_GetSwitchInterval() -> c_ulong {
    gil::switch_interval()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_EnterRecursiveCall(what: *const c_char) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let guard = state::enter_recursive_call(CStr::from_ptr(what).to_str().unwrap_or(""))?;
        // The matching call of Py_LeaveRecursiveCall counts down.
        core::mem::forget(guard);
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_LeaveRecursiveCall() {
    state::leave_recursive_call()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_CheckRecursiveCall(tstate: *mut PyThreadState, what: *const c_char) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { state::check_recursive_call(tstate, CStr::from_ptr(what).to_str().unwrap_or("")) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_GetRecursionLimit() -> c_int {
    state::recursion_limit()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SetRecursionLimit(new_limit: c_int) {
    state::set_recursion_limit(new_limit)
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_AddPendingCall(
    func: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    arg: *mut c_void,
) -> c_int {
    let Some(function) = func else { return -1 };
    if pending::add_pending_call(Some(function), arg) { 0 } else { -1 }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_MakePendingCalls() -> c_int {
    guard(|| pending::make_pending_calls())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SignalReceived(interp: *mut PyInterpreterState) {
    // SAFETY: what the C API asks.
    unsafe { pending::signal_received(interp) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_GetBuiltins() -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        match sys::current_frame() {
            Some(frame) => Ok((*frame).f_builtins),
            None => krait_vm::builtins::dict().map(|builtins| builtins.as_ptr()),
        }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_GetGlobals() -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { sys::current_frame().map_or(null_mut(), |frame| (*frame).f_globals) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_GetLocals() -> *mut PyObject {
    guard(|| sys::frame_locals().map(|locals| locals.as_ptr()))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_GetFrame() -> *mut PyFrameObject {
    sys::current_frame().unwrap_or(null_mut())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_GetBuiltinId(name: *mut _Py_Identifier) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let name = identifier(name)?;
        let builtins = krait_vm::builtins::dict()?;
        match types::dict::get_item(&builtins, name)? {
            Some(found) => Ok(found),
            None => Err(err::set_object(exceptions::AttributeError(), name)),
        }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_GetFuncName(func: *mut PyObject) -> *const c_char {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let func = object(func)?;
        // Of other objects the type is named, whatever their `__name__` says.
        if types::method::check(func)
            || func.downcast::<krait_vm::function::Function>().is_some()
            || types::cfunction::check(func)
        {
            let name = protocol::object::get_attr(func, krait_object::intern!("__name__"))?;
            return unicode::as_utf8(&name).map(|name| name.as_ptr().cast::<c_char>());
        }
        Ok((*func.type_ptr()).tp_name)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_GetFuncDesc(func: *mut PyObject) -> *const c_char {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let func = object(func)?;
        let callable = func.downcast::<krait_vm::function::Function>().is_some()
            || types::cfunction::check(func)
            || types::method::check(func);
        Ok(if callable { c"()".as_ptr() } else { c" object".as_ptr() })
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_CallObjectWithKeywords(
    callable: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        protocol::call::call_object_with_keywords(operand(callable)?, optional(args), optional(kwargs))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_MergeCompilerFlags(cf: *mut PyCompilerFlags) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { c_int::from(krait_vm::source::merge_flags(&mut (*cf).cf_flags)) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_EvalCode(
    co: *mut PyObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let Some(globals) = optional(globals) else {
            return Err(err::system_error("PyEval_EvalCodeEx: NULL globals"));
        };
        bind::eval_code(object(co)?, globals, optional(locals))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_EvalCodeEx(
    co: *mut PyObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
    args: *const *mut PyObject,
    argcount: c_int,
    kws: *const *mut PyObject,
    kwcount: c_int,
    defs: *const *mut PyObject,
    defcount: c_int,
    kwdefs: *mut PyObject,
    closure: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if globals.is_null() {
            return Err(err::system_error("PyEval_EvalCodeEx: NULL globals"));
        }
        let pairs = arg_slice(kws, 2 * kwcount as usize);
        let names: Vec<&Object> = pairs.iter().step_by(2).copied().collect();
        let values: Vec<&Object> = pairs.iter().skip(1).step_by(2).copied().collect();
        let call = bind::Call {
            code: co.cast(),
            globals,
            locals,
            args: arg_slice(args, argcount as usize),
            names: &names,
            values: &values,
            defaults: arg_slice(defs, defcount as usize),
            kwdefaults: optional(kwdefs),
            closure: optional(closure),
            name: None,
            qualname: None,
        };
        bind::eval_call(state::required(), &call)
    })
}

/// # Safety
/// What the C API asks of the arguments; `kwnames` and `kwargs` advance by `kwstep`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_EvalCodeWithName(
    co: *mut PyObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
    args: *const *mut PyObject,
    argcount: Py_ssize_t,
    kwnames: *const *mut PyObject,
    kwargs: *const *mut PyObject,
    kwcount: Py_ssize_t,
    kwstep: c_int,
    defs: *const *mut PyObject,
    defcount: Py_ssize_t,
    kwdefs: *mut PyObject,
    closure: *mut PyObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if globals.is_null() {
            return Err(err::system_error("PyEval_EvalCodeEx: NULL globals"));
        }
        let every = |items: *const *mut PyObject| -> Result<Vec<&Object>> {
            (0..kwcount.max(0)).map(|index| object(*items.offset(index * kwstep as isize))).collect()
        };
        let (names, values) = (every(kwnames)?, every(kwargs)?);
        let call = bind::Call {
            code: co.cast(),
            globals,
            locals,
            args: arg_slice(args, argcount.max(0) as usize),
            names: &names,
            values: &values,
            defaults: arg_slice(defs, defcount.max(0) as usize),
            kwdefaults: optional(kwdefs),
            closure: optional(closure),
            name: optional(name),
            qualname: optional(qualname),
        };
        bind::eval_call(state::required(), &call)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_EvalFrameEx(f: *mut PyFrameObject, throwflag: c_int) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { eval::eval_frame(state::required(), f, throwflag != 0) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_EvalFrame(f: *mut PyFrameObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { eval::eval_frame(state::required(), f, false) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_SetProfile(func: Py_tracefunc, arg: *mut PyObject) {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if sys::trace::set_profile(func, optional(arg)).is_err() {
            err::write_unraisable(None);
        }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyEval_SetTrace(func: Py_tracefunc, arg: *mut PyObject) {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if sys::trace::set_trace(func, optional(arg)).is_err() {
            err::write_unraisable(None);
        }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_RequestCodeExtraIndex(free: freefunc) -> Py_ssize_t {
    code_extra::request_index(free)
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SliceIndex(v: *mut PyObject, pi: *mut Py_ssize_t) -> c_int {
    // SAFETY: what the C API asks.
    guard_or(0, || unsafe {
        if let Some(index) = slice::eval_index(object(v)?)? {
            *pi = index;
        }
        Ok(true)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SliceIndexNotNone(v: *mut PyObject, pi: *mut Py_ssize_t) -> c_int {
    // SAFETY: what the C API asks.
    guard_or(0, || unsafe {
        *pi = slice::eval_index_not_none(object(v)?)?;
        Ok(true)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_CallTracing(func: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let args = object(args)?;
        debug_assert!(tuple::check(args));
        protocol::call::call_tuple(object(func)?, args, None)
    })
}
