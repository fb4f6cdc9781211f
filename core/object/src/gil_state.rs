//! `PyGILState_*`: Python for threads that Python did not start.
//!
//! Each native thread has at most one thread state here, kept in thread-specific storage under a key that lives as
//! long as the runtime is initialised. `gilstate_counter` counts nested `Ensure` calls; binaries change it directly, so it
//! is read back at every use.

use crate::err;
use crate::state::{self, runtime};
use crate::{gil, thread, thread_state};
use core::ptr::null_mut;
use krait_abi::*;

fn key() -> *mut Py_tss_t {
    // SAFETY: a field of a static.
    unsafe { &raw mut (*runtime()).gilstate.autoTSSkey }
}

/// `_PyGILState_Init`: `tstate` is the main thread's; threads that come later belong to its interpreter.
///
/// # Safety
/// `tstate` is a live thread state of the calling thread.
pub unsafe fn init(tstate: *mut PyThreadState) -> core::result::Result<(), &'static str> {
    // SAFETY: the caller's promise; fields of a static.
    unsafe {
        if !thread::tss_create(key()) {
            return Err("can't allocate memory");
        }
        (*runtime()).gilstate.autoInterpreterState = (*tstate).interp;
        note_thread_state(tstate);
    }
    Ok(())
}

/// `_PyGILState_Fini`.
pub fn fini() {
    // SAFETY: fields of a static.
    unsafe {
        thread::tss_delete(key());
        (*runtime()).gilstate.autoInterpreterState = null_mut();
    }
}

/// `_PyGILState_NoteThreadStateUnderlock`: the first state of a thread becomes the thread's.
///
/// # Safety
/// `tstate` is a live thread state of the calling thread.
pub(crate) unsafe fn note_thread_state(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*runtime()).gilstate.autoInterpreterState.is_null() {
            return;
        }
        if thread::tss_get(key()).is_null() && !thread::tss_set(key(), tstate.cast()) {
            err::fatal("_PyGILState_NoteThreadStateUnderlock", "Couldn't create autoTSSkey mapping");
        }
        (*tstate).gilstate_counter = 1;
    }
}

/// The thread that deletes its own state has none afterwards.
///
/// # Safety
/// `tstate` is live.
pub(crate) unsafe fn forget_thread_state(tstate: *mut PyThreadState) {
    // SAFETY: the key is only read and written.
    unsafe {
        if !(*runtime()).gilstate.autoInterpreterState.is_null() && thread::tss_get(key()) == tstate.cast() {
            thread::tss_set(key(), null_mut());
        }
    }
}

/// `PyGILState_GetThisThreadState`: NULL when the thread has none.
pub fn this_thread_state() -> *mut PyThreadState {
    // SAFETY: a field of a static.
    unsafe {
        if (*runtime()).gilstate.autoInterpreterState.is_null() {
            return null_mut();
        }
        thread::tss_get(key()).cast()
    }
}

/// `PyGILState_Check`: whether the calling thread holds the GIL; true where that cannot be known.
pub fn check() -> bool {
    // SAFETY: fields of a static.
    unsafe {
        if (*runtime()).gilstate.check_enabled == 0 || !thread::tss_is_created(key()) {
            return true;
        }
    }
    let tstate = state::current();
    !tstate.is_null() && tstate == this_thread_state()
}

/// Sub-interpreters share threads: `PyGILState_Check` cannot tell any more.
pub fn disable_check() {
    // SAFETY: a field of a static.
    unsafe { (*runtime()).gilstate.check_enabled = 0 }
}

/// `_PyGILState_GetInterpreterStateUnsafe`.
pub fn interpreter_state() -> *mut PyInterpreterState {
    // SAFETY: a field of a static.
    unsafe { (*runtime()).gilstate.autoInterpreterState }
}

/// `PyGILState_Ensure`: what [`release`] has to be told.
pub fn ensure() -> PyGILState_STATE {
    // SAFETY: fields of a static; the thread's own state is live.
    unsafe {
        let interp = (*runtime()).gilstate.autoInterpreterState;
        if interp.is_null() {
            err::fatal("PyGILState_Ensure", "Python is not initialized");
        }
        let mut tstate = thread::tss_get(key()).cast::<PyThreadState>();
        let current = if tstate.is_null() {
            tstate = thread_state::new(interp);
            if tstate.is_null() {
                err::fatal("PyGILState_Ensure", "Couldn't create thread-state for new thread");
            }
            (*tstate).gilstate_counter = 0;
            false
        } else {
            tstate == state::current()
        };
        if !current {
            gil::restore_thread(tstate);
        }
        (*tstate).gilstate_counter += 1;
        if current { PyGILState_LOCKED } else { PyGILState_UNLOCKED }
    }
}

/// `PyGILState_Release`.
pub fn release(old: PyGILState_STATE) {
    let tstate = this_thread_state();
    if tstate.is_null() {
        err::fatal("PyGILState_Release", "auto-releasing thread-state, but no thread-state for this thread");
    }
    if tstate != state::current() {
        err::fatal("PyGILState_Release", &format!("thread state {tstate:p} must be current when releasing"));
    }
    // SAFETY: the thread's own live state.
    unsafe {
        (*tstate).gilstate_counter -= 1;
        if (*tstate).gilstate_counter == 0 {
            // Destructors that run in `clear` may call Ensure and Release again.
            (*tstate).gilstate_counter += 1;
            thread_state::clear(tstate);
            (*tstate).gilstate_counter -= 1;
            thread_state::delete_current();
        } else if old == PyGILState_UNLOCKED {
            gil::save_thread();
        }
    }
}

/// The child of a fork: a new key, so that nothing of the other threads is left, with the surviving thread's state.
pub fn after_fork_child() {
    // SAFETY: the only thread; fields of a static.
    unsafe {
        if !thread::tss_is_created(key()) {
            return;
        }
        let tstate = thread::tss_get(key());
        thread::tss_delete(key());
        if !thread::tss_create(key()) {
            err::fatal("_PyGILState_Reinit", "can't allocate memory");
        }
        if !tstate.is_null() && !thread::tss_set(key(), tstate) {
            err::fatal("_PyGILState_Reinit", "Couldn't create autoTSSkey mapping");
        }
    }
}
