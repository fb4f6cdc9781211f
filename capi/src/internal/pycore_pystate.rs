//! `internal/pycore_pystate.h`.

use crate::prelude::*;
use krait_object::{interpreter, state, thread_state};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_FatalError_TstateNULL(func: *const c_char) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { state::fatal_no_thread_state(&crate::pyerrors::lossy(func)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_DeleteExcept(
    _runtime: *mut _PyRuntimeState,
    tstate: *mut PyThreadState,
) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { thread_state::delete_except(tstate) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_Swap(
    _gilstate: *mut _gilstate_runtime_state,
    newts: *mut PyThreadState,
) -> *mut PyThreadState {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { thread_state::swap(newts) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_DeleteExceptMain(_runtime: *mut _PyRuntimeState) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { interpreter::delete_except_main() })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyState_AddModule(
    _tstate: *mut PyThreadState,
    module: *mut PyObject,
    def: *mut PyModuleDef,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { add_module(module, def) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyOS_InterruptOccurred(_tstate: *mut PyThreadState) -> c_int {
    krait_modules::signal::interrupt_occurred().into()
}

/// -1 when the module cannot be registered.
unsafe fn add_module(module: *mut PyObject, definition: *mut PyModuleDef) -> Result<()> {
    if definition.is_null() {
        err::fatal("_PyState_AddModule", "module definition is NULL");
    }
    // SAFETY: the caller's promise.
    unsafe { types::module::state_add_module(object(module)?, definition) }
}
