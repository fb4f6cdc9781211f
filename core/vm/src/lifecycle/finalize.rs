//! The end of an interpreter (unfinished: memory of static types and interned names stays).

use krait_object::protocol::call;
use krait_object::{err, intern, state};

/// Ends the main interpreter (`Py_FinalizeEx`): waits for threads, runs `atexit`, flushes the streams. -1 when a stream
/// could not be flushed.
pub fn finalize() -> i32 {
    if !super::is_initialized() {
        return 0;
    }
    wait_for_threads();
    if krait_object::pending::make_all().is_err() {
        err::write_unraisable(None);
    }
    run_exit_functions();
    let mut status = 0;
    if !super::streams::flush() {
        status = -1;
    }
    super::end_fault_handler();
    crate::tracemalloc::finalize();
    // SAFETY: the runtime is a static.
    unsafe {
        (*state::runtime()).initialized = 0;
        (*state::runtime()).core_initialized = 0;
    }
    super::run_at_exit();
    status
}

/// `threading._shutdown()`: non-daemon threads end first.
pub(super) fn wait_for_threads() {
    let Ok(Some(threading)) = crate::import::get_module(intern!("threading")) else {
        err::clear();
        return;
    };
    if call::call_method(&threading, intern!("_shutdown"), &[]).is_err() {
        err::write_unraisable(Some(&threading));
    }
}

/// `atexit._run_exitfuncs()`.
pub(super) fn run_exit_functions() {
    let Ok(Some(atexit)) = crate::import::get_module(intern!("atexit")) else {
        err::clear();
        return;
    };
    if call::call_method(&atexit, intern!("_run_exitfuncs"), &[]).is_err() {
        crate::traceback_print::print_and_clear();
    }
}
