//! Sub-interpreters (`Py_NewInterpreter`, `Py_EndInterpreter`): modules, `sys` and builtins of their own, types and GIL in
//! common.

use super::{config, finalize, import_site, start};
use krait_abi::*;
use krait_object::{err, gc, interpreter, state, thread_state};

/// Makes an interpreter with one thread state, which becomes the current one; `None` (and the old state current) when it
/// cannot be started, with the reason printed.
pub fn new_interpreter(isolated: bool) -> Option<*mut PyThreadState> {
    if !super::is_initialized() {
        err::fatal("Py_NewInterpreter", "Py_Initialize must be called first");
    }
    // SAFETY: the GIL is held; what is made here is nobody else's yet.
    unsafe {
        let before = state::current();
        let model = if before.is_null() { interpreter::main() } else { (*before).interp };
        let interp = interpreter::new()?;
        let tstate = thread_state::new(interp);
        if tstate.is_null() {
            interpreter::delete(interp);
            return None;
        }
        thread_state::swap(tstate);
        config::copy_into(&raw mut (*interp).config, &raw const (*model).config);
        (*interp).config._isolated_interpreter = isolated.into();
        (*interp).eval_frame = (*model).eval_frame;
        let mut started = start(interp);
        if started.is_ok() && (*interp).config.site_import != 0 {
            started = import_site();
        }
        if started.is_ok() {
            return Some(tstate);
        }
        crate::traceback_print::print_and_clear();
        thread_state::clear(tstate);
        thread_state::swap(before);
        drop_interpreter(interp);
        None
    }
}

/// Ends an interpreter: its threads are waited for, its exit functions run, its modules go. No thread state is current
/// afterwards.
///
/// # Safety
/// `tstate` is current, the only one of its interpreter, and runs no frame.
pub unsafe fn end_interpreter(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe {
        let interp = (*tstate).interp;
        if tstate != state::current() {
            err::fatal("Py_EndInterpreter", "thread is not current");
        }
        if !(*tstate).frame.is_null() {
            err::fatal("Py_EndInterpreter", "thread still has a frame");
        }
        (*interp).finalizing = 1;
        finalize::wait_for_threads();
        finalize::run_exit_functions();
        if tstate != (*interp).tstate_head || !(*tstate).next.is_null() {
            err::fatal("Py_EndInterpreter", "not the last thread");
        }
        gc::collect_no_fail();
        interpreter::clear(interp);
        gc::collect_no_fail();
        thread_state::clear(tstate);
        thread_state::swap(core::ptr::null_mut());
        drop_interpreter(interp);
    }
}

/// Frees a cleared interpreter with its configuration.
unsafe fn drop_interpreter(interp: *mut PyInterpreterState) {
    // SAFETY: nobody uses it any more.
    unsafe {
        super::read::clear(&raw mut (*interp).config);
        interpreter::delete(interp);
    }
}
