//! The end of an interpreter.
//!
//! ```text
//!   threads are waited for, atexit functions run, streams are flushed      Python runs as ever
//!   daemon threads stop at the GIL for good, signals get native actions
//!   modules are taken apart, garbage is collected                          destructors run
//!   interpreter and thread state are cleared, types give back caches       no Python code any more
//!   the GIL goes, native exit functions run, the runtime is as before
//! ```

use krait_abi::*;
use krait_object::protocol::call;
use krait_object::{err, gc, gil, intern, interpreter, memory, state, thread_state};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// When a module gives back what it keeps outside its objects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before the modules go.
    Early,
    /// When no Python code runs any more.
    Late,
}

static CLEANERS: Mutex<Vec<(Phase, fn())>> = Mutex::new(Vec::new());

/// Registers a function for each finalisation of the main interpreter, once.
pub fn register_cleaner(phase: Phase, cleaner: fn()) {
    let mut cleaners = CLEANERS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !cleaners.iter().any(|(_, known)| core::ptr::fn_addr_eq(*known, cleaner)) {
        cleaners.push((phase, cleaner));
    }
}

fn run_cleaners(phase: Phase) {
    let cleaners = CLEANERS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    cleaners.iter().filter(|(when, _)| *when == phase).for_each(|(_, cleaner)| cleaner());
}

/// Whether the process ends when the main interpreter has ended.
static LAST: AtomicBool = AtomicBool::new(false);

/// For a program that does nothing else: what nobody can notice any more is left undone when its interpreter ends, as the
/// system takes the memory back.
pub fn ends_the_process() {
    LAST.store(true, Ordering::Relaxed);
}

/// Ends the main interpreter (`Py_FinalizeEx`): -1 when a stream could not be flushed. Afterwards Python can be
/// initialised again.
pub fn finalize() -> i32 {
    if !super::is_initialized() {
        return 0;
    }
    let tstate = state::current();
    if tstate.is_null() {
        state::fatal_no_thread_state("Py_FinalizeEx");
    }
    wait_for_threads();
    if krait_object::pending::make_all().is_err() {
        err::write_unraisable(None);
    }
    run_exit_functions();
    // SAFETY: the current thread state; the runtime is a static.
    unsafe {
        let interp = (*tstate).interp;
        let malloc_stats = (*interp).config.malloc_stats != 0;
        state::set_finalizing(tstate);
        (*state::runtime()).initialized = 0;
        (*state::runtime()).core_initialized = 0;
        thread_state::retire_others(tstate);
        let mut status = if super::streams::flush() { 0 } else { -1 };
        run_cleaners(Phase::Early);
        gc::collect_if_enabled();
        crate::import::cleanup::clear_modules();
        if !super::streams::flush() {
            status = -1;
        }
        super::end_fault_handler();
        crate::tracemalloc::finalize();
        clear_interpreter(interp);
        run_cleaners(Phase::Late);
        if !LAST.load(Ordering::Relaxed) {
            krait_object::lifecycle::fini_types();
        }
        thread_state::swap(core::ptr::null_mut());
        gil::fini();
        krait_object::gil_state::fini();
        interpreter::delete(interp);
        if malloc_stats {
            err::write_stderr_raw(memory::debug_malloc_stats().unwrap_or_default().as_bytes());
        }
        super::run_at_exit();
        state::finalize();
        status
    }
}

/// Drops what an interpreter without modules still holds. Its thread state stays current, empty.
///
/// # Safety
/// The current interpreter, whose modules have been taken apart.
pub(super) unsafe fn clear_interpreter(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise.
    unsafe {
        interpreter::clear(interp);
        if interp == interpreter::main() {
            crate::sys::clear_hooks();
        }
        // Functions of cleared dicts can have been kept alive by the frames and tracebacks that have gone just now.
        if !LAST.load(Ordering::Relaxed) {
            gc::collect_no_fail();
        }
        krait_object::lifecycle::fini_collector();
        super::read::clear(&raw mut (*interp).config);
    }
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

/// What the `atexit` module has left in the interpreter.
pub(super) fn run_exit_functions() {
    // SAFETY: the running interpreter; the module lives as long as `sys.modules` or the function's registry wants it.
    unsafe {
        let interp = state::interp();
        let Some(function) = (*interp).pyexitfunc.take() else { return };
        function((*interp).pyexitmodule);
        err::clear();
    }
}
