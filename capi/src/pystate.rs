//! `pystate.h`: thread and interpreter states, and the GIL for native threads.

use crate::prelude::*;
use core::ffi::{c_int, c_ulong};
use krait_object::{gil_state, interpreter, state, thread_state};

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Get() -> *mut PyThreadState {
    let tstate = state::current();
    if tstate.is_null() {
        state::fatal_no_thread_state("PyThreadState_Get");
    }
    tstate
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_UncheckedGet() -> *mut PyThreadState {
    state::current()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_New(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    // SAFETY: what the C API asks.
    unsafe { thread_state::new(interp) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_Prealloc(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    // SAFETY: what the C API asks.
    unsafe { thread_state::prealloc(interp) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_Init(tstate: *mut PyThreadState) {
    // SAFETY: what the C API asks.
    unsafe { thread_state::init(tstate) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Clear(tstate: *mut PyThreadState) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { thread_state::clear(tstate) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Delete(tstate: *mut PyThreadState) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { thread_state::delete(tstate) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_DeleteCurrent() {
    guard(|| thread_state::delete_current())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Swap(newts: *mut PyThreadState) -> *mut PyThreadState {
    // SAFETY: what the C API asks.
    unsafe { thread_state::swap(newts) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_GetDict() -> *mut PyObject {
    guard(|| thread_state::get_dict())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_GetFrame(tstate: *mut PyThreadState) -> *mut PyFrameObject {
    // SAFETY: what the C API asks.
    unsafe { into_ptr_opt(thread_state::get_frame(tstate)).cast() }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_GetInterpreter(tstate: *mut PyThreadState) -> *mut PyInterpreterState {
    // SAFETY: what the C API asks.
    unsafe { (*tstate).interp }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_GetID(tstate: *mut PyThreadState) -> u64 {
    // SAFETY: what the C API asks.
    unsafe { (*tstate).id }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_Next(tstate: *mut PyThreadState) -> *mut PyThreadState {
    // SAFETY: what the C API asks.
    unsafe { (*tstate).next }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyThreadState_SetAsyncExc(id: c_ulong, exc: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard_or(-1, || unsafe { Ok(thread_state::set_async_exc(id, optional(exc))) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_New() -> *mut PyInterpreterState {
    interpreter::new().unwrap_or(null_mut())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Clear(interp: *mut PyInterpreterState) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { interpreter::clear(interp) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Delete(interp: *mut PyInterpreterState) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { interpreter::delete(interp) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Get() -> *mut PyInterpreterState {
    interpreter::get()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Main() -> *mut PyInterpreterState {
    interpreter::main()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Head() -> *mut PyInterpreterState {
    interpreter::first()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_Next(interp: *mut PyInterpreterState) -> *mut PyInterpreterState {
    // SAFETY: what the C API asks.
    unsafe { (*interp).next }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_ThreadHead(
    interp: *mut PyInterpreterState,
) -> *mut PyThreadState {
    // SAFETY: what the C API asks.
    unsafe { (*interp).tstate_head }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_GetDict(interp: *mut PyInterpreterState) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { interpreter::get_dict(interp) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyInterpreterState_GetID(interp: *mut PyInterpreterState) -> i64 {
    // SAFETY: what the C API asks.
    guard(|| unsafe { interpreter::get_id(interp) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_GetConfig(interp: *mut PyInterpreterState) -> *const PyConfig {
    // SAFETY: what the C API asks.
    unsafe { interpreter::config(interp) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_GetEvalFrameFunc(
    interp: *mut PyInterpreterState,
) -> _PyFrameEvalFunction {
    // SAFETY: what the C API asks.
    unsafe { (*interp).eval_frame }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_SetEvalFrameFunc(
    interp: *mut PyInterpreterState,
    eval_frame: _PyFrameEvalFunction,
) {
    // SAFETY: what the C API asks.
    unsafe { (*interp).eval_frame = eval_frame }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_Ensure() -> PyGILState_STATE {
    gil_state::ensure()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_Release(oldstate: PyGILState_STATE) {
    gil_state::release(oldstate)
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_Check() -> c_int {
    c_int::from(gil_state::check())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGILState_GetThisThreadState() -> *mut PyThreadState {
    gil_state::this_thread_state()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGILState_GetInterpreterStateUnsafe() -> *mut PyInterpreterState {
    gil_state::interpreter_state()
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_GetDict(tstate: *mut PyThreadState) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if (*tstate).dict.is_null() {
            (*tstate).dict = types::dict::new()?.into_ptr();
        }
        Ok((*tstate).dict)
    })
}
