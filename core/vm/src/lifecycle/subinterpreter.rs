//! Sub-interpreters (`Py_NewInterpreter`, `Py_EndInterpreter`): modules, `sys` and builtins of their own, types and GIL in
//! common.

use super::read::Failure;
use super::{config, finalize, start_core, start_main};
use krait_abi::*;
use krait_object::{err, gil_state, interpreter, state, thread_state};

/// Makes an interpreter with one thread state, which becomes the current one. When it cannot be started, the old state
/// is current again.
pub fn new_interpreter(isolated: bool) -> Result<*mut PyThreadState, Failure> {
    let failed = |message: &str| Failure::In("new_interpreter", message.to_owned());
    if !super::is_initialized() {
        return Err(Failure::In("new_interpreter", "Py_Initialize must be called first".to_owned()));
    }
    gil_state::disable_check();
    // SAFETY: the GIL is held; what is made here is nobody else's yet.
    unsafe {
        let before = state::current();
        let model = if before.is_null() { interpreter::main() } else { (*before).interp };
        let Some(interp) = interpreter::new() else {
            return Err(failed("failed to create a new interpreter"));
        };
        let tstate = thread_state::new(interp);
        if tstate.is_null() {
            interpreter::delete(interp);
            return Err(failed("failed to create a new interpreter"));
        }
        thread_state::swap(tstate);
        config::copy_into(&raw mut (*interp).config, &raw const (*model).config);
        (*interp).config._isolated_interpreter = isolated.into();
        (*interp).eval_frame = (*model).eval_frame;
        (*interp).int_max_str_digits = (*model).int_max_str_digits;
        let started = start_core(interp).and_then(|()| start_main(interp));
        if let Err(failure) = started {
            crate::traceback_print::print_and_clear();
            finalize::clear_interpreter(interp);
            thread_state::swap(before);
            interpreter::delete(interp);
            return Err(failure);
        }
        Ok(tstate)
    }
}

/// Ends an interpreter: its threads are waited for, its exit functions run, its modules go. No thread state is current
/// afterwards; the GIL stays held.
///
/// # Safety
/// `tstate` is live.
pub unsafe fn end_interpreter(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe {
        if tstate.is_null() || tstate != state::current() {
            err::fatal("Py_EndInterpreter", "thread is not current");
        }
        let interp = (*tstate).interp;
        if !(*tstate).frame.is_null() {
            err::fatal("Py_EndInterpreter", "thread still has a frame");
        }
        (*interp).finalizing = 1;
        finalize::wait_for_threads();
        finalize::run_exit_functions();
        if tstate != (*interp).tstate_head || !(*tstate).next.is_null() {
            err::fatal("Py_EndInterpreter", "not the last thread");
        }
        crate::import::cleanup::clear_modules();
        finalize::clear_interpreter(interp);
        thread_state::swap(core::ptr::null_mut());
        interpreter::delete(interp);
    }
}

/// Gives up a reference to an interpreter by its ID, which ends one that lives as long as such references
/// (`_PyInterpreterState_IDDecref`).
///
/// # Safety
/// `interp` is live.
pub unsafe fn id_decref(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise; the interpreter's own thread state is made current for its end.
    unsafe {
        if interpreter::id_decref(interp) {
            let tstate = (*interp).tstate_head;
            let before = thread_state::swap(tstate);
            end_interpreter(tstate);
            thread_state::swap(before);
        }
    }
}
