//! Thread states: `PyThreadState_*`.
//!
//! A thread state belongs to one interpreter and one native thread; only that thread runs with it. Fields that binaries
//! write (`curexc_*`, `exc_info`, `frame`, ...) are read back from the struct at every use.

use crate::handle::{Obj, Object};
use crate::interpreter::head_lock;
use crate::state::{self, runtime};
use crate::types::dict;
use crate::{err, gil, gil_state, memory, refcount, thread};
use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use krait_abi::*;

/// A thread state as it is allocated: what binaries know, and behind it what only Krait does.
#[repr(C)]
struct Extended {
    base: PyThreadState,
    /// Below this address the native stack is nearly used up; 0 where that is not known.
    stack_limit: usize,
    /// The native thread that `stack_limit` belongs to.
    owner: c_ulong,
    /// The interpreter has ended while the thread was still there: it may never run Python again.
    retired: bool,
}

/// Whether the state's thread outlived its interpreter.
///
/// # Safety
/// `tstate` is live or retired.
#[inline]
pub(crate) unsafe fn is_retired(tstate: *mut PyThreadState) -> bool {
    // SAFETY: every thread state is allocated by `prealloc`; retired ones are never freed.
    unsafe { (*tstate.cast::<Extended>()).retired }
}

/// The address below which the native stack of the state's thread is nearly used up.
///
/// # Safety
/// `tstate` is live.
#[inline(always)]
pub(crate) unsafe fn stack_limit(tstate: *mut PyThreadState) -> usize {
    // SAFETY: every thread state is allocated by `prealloc`.
    unsafe { (*tstate.cast::<Extended>()).stack_limit }
}

/// The calling thread begins to run with a state: its stack is the one to be watched.
///
/// # Safety
/// `tstate` is live.
#[inline]
pub(crate) unsafe fn adopt(tstate: *mut PyThreadState) {
    // SAFETY: every thread state is allocated by `prealloc`.
    unsafe {
        let extended = tstate.cast::<Extended>();
        let this = thread::ident();
        if (*extended).owner != this {
            (*extended).owner = this;
            (*extended).stack_limit = state::stack_floor();
        }
    }
}

/// `PyThreadState_New`: NULL without memory. The calling thread is the state's thread; it does not become current.
///
/// # Safety
/// `interp` is live.
pub unsafe fn new(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    // SAFETY: the caller's promise.
    unsafe {
        let tstate = prealloc(interp);
        if !tstate.is_null() {
            init(tstate);
        }
        tstate
    }
}

/// `_PyThreadState_Prealloc`: a state whose thread calls [`init`] later.
///
/// # Safety
/// `interp` is live.
pub unsafe fn prealloc(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    let tstate = memory::raw_calloc(1, size_of::<Extended>()).cast::<PyThreadState>();
    if tstate.is_null() {
        return tstate;
    }
    // SAFETY: zeroed memory, for which zero is valid; the lists are locked.
    unsafe {
        (*tstate).interp = interp;
        (*tstate).exc_info = &raw mut (*tstate).exc_state;
        (*tstate).thread_id = thread::ident();
        (*tstate).context_ver = 1;
        let _head = head_lock();
        (*interp).tstate_next_unique_id += 1;
        (*tstate).id = (*interp).tstate_next_unique_id;
        (*tstate).next = (*interp).tstate_head;
        if !(*tstate).next.is_null() {
            (*(*tstate).next).prev = tstate;
        }
        (*interp).tstate_head = tstate;
    }
    tstate
}

/// `_PyThreadState_Init`: ties the state to the calling thread for `PyGILState_*`.
///
/// # Safety
/// `tstate` is live.
pub unsafe fn init(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { gil_state::note_thread_state(tstate) }
}

/// `PyThreadState_Clear`: drops every Python object that the state holds.
///
/// # Safety
/// `tstate` is live and the GIL is held.
pub unsafe fn clear(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise; the fields own their references (`frame` is borrowed).
    unsafe {
        let verbose = (*(*tstate).interp).config.verbose != 0;
        if verbose && !(*tstate).frame.is_null() {
            err::write_stderr_raw(b"PyThreadState_Clear: warning: thread still has a frame\n");
        }
        for field in [
            &raw mut (*tstate).dict,
            &raw mut (*tstate).async_exc,
            &raw mut (*tstate).curexc_type,
            &raw mut (*tstate).curexc_value,
            &raw mut (*tstate).curexc_traceback,
            &raw mut (*tstate).exc_state.exc_type,
            &raw mut (*tstate).exc_state.exc_value,
            &raw mut (*tstate).exc_state.exc_traceback,
        ] {
            refcount::clear(field);
        }
        if verbose && (*tstate).exc_info != &raw mut (*tstate).exc_state {
            err::write_stderr_raw(b"PyThreadState_Clear: warning: thread still has a generator\n");
        }
        (*tstate).c_profilefunc = None;
        (*tstate).c_tracefunc = None;
        (*tstate).use_tracing = 0;
        for field in [
            &raw mut (*tstate).c_profileobj,
            &raw mut (*tstate).c_traceobj,
            &raw mut (*tstate).async_gen_firstiter,
            &raw mut (*tstate).async_gen_finalizer,
            &raw mut (*tstate).context,
        ] {
            refcount::clear(field);
        }
        if let Some(on_delete) = (*tstate).on_delete {
            on_delete((*tstate).on_delete_data);
        }
    }
}

/// Takes a state out of its interpreter's list and away from its thread.
unsafe fn unlink(tstate: *mut PyThreadState) {
    // SAFETY: a live state; the lists are locked.
    unsafe {
        let interp = (*tstate).interp;
        {
            let _head = head_lock();
            if (*tstate).prev.is_null() {
                (*interp).tstate_head = (*tstate).next;
            } else {
                (*(*tstate).prev).next = (*tstate).next;
            }
            if !(*tstate).next.is_null() {
                (*(*tstate).next).prev = (*tstate).prev;
            }
        }
        gil_state::forget_thread_state(tstate);
    }
}

/// `PyThreadState_Delete`: frees a cleared state that is not current.
///
/// # Safety
/// `tstate` is live and not used any more.
pub unsafe fn delete(tstate: *mut PyThreadState) {
    if tstate == state::current() {
        err::fatal("_PyThreadState_Delete", &format!("tstate {tstate:p} is still current"));
    }
    // SAFETY: the caller's promise.
    unsafe {
        unlink(tstate);
        memory::raw_free(tstate.cast());
    }
}

/// `PyThreadState_DeleteCurrent`: frees the current state and releases the GIL.
pub fn delete_current() {
    let tstate = state::current();
    if tstate.is_null() {
        state::fatal_no_thread_state("PyThreadState_DeleteCurrent");
    }
    // SAFETY: live, and nobody uses it after this.
    unsafe {
        unlink(tstate);
        state::set_current(null_mut());
        gil::release_for_deleted();
        memory::raw_free(tstate.cast());
    }
}

/// `_PyThreadState_DeleteExcept`: clears and frees all other states of the interpreter (after a fork).
///
/// # Safety
/// `tstate` is the current thread state; the threads of the others are gone.
pub unsafe fn delete_except(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { drop_others(tstate, false) }
}

/// Clears all other states of the interpreter at finalisation. Their threads may still exist, waiting for something: the
/// memory of the states stays, so that a thread which comes back finds that it must not go on.
///
/// # Safety
/// `tstate` is the current thread state.
pub unsafe fn retire_others(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { drop_others(tstate, true) }
}

unsafe fn drop_others(tstate: *mut PyThreadState, retire: bool) {
    // SAFETY: the callers' promises; the list is taken over before anything is dropped.
    unsafe {
        let interp = (*tstate).interp;
        let mut rest = {
            let _head = head_lock();
            let mut list = (*interp).tstate_head;
            if list == tstate {
                list = (*tstate).next;
            }
            if !(*tstate).prev.is_null() {
                (*(*tstate).prev).next = (*tstate).next;
            }
            if !(*tstate).next.is_null() {
                (*(*tstate).next).prev = (*tstate).prev;
            }
            (*tstate).prev = null_mut();
            (*tstate).next = null_mut();
            (*interp).tstate_head = tstate;
            list
        };
        while !rest.is_null() {
            let next = (*rest).next;
            (*rest.cast::<Extended>()).retired = retire;
            clear(rest);
            if !retire {
                memory::raw_free(rest.cast());
            }
            rest = next;
        }
    }
}

/// `PyThreadState_Get`: fatal without a current thread state.
#[inline]
pub fn get() -> *mut PyThreadState {
    let tstate = state::current();
    if tstate.is_null() {
        state::fatal_no_thread_state("PyThreadState_Get");
    }
    tstate
}

/// `PyThreadState_Swap`.
///
/// # Safety
/// The GIL is held; `new` is NULL or live.
pub unsafe fn swap(new: *mut PyThreadState) -> *mut PyThreadState {
    // SAFETY: the caller's promise.
    unsafe { gil::swap(new) }
}

/// `PyThreadState_GetDict`: made at first use; None (no exception) without a thread state or memory. Borrowed.
pub fn get_dict<'a>() -> Option<&'a Object> {
    let tstate = state::current();
    if tstate.is_null() {
        return None;
    }
    // SAFETY: a live thread state owns its dict.
    unsafe {
        if (*tstate).dict.is_null() {
            match dict::new() {
                Ok(new) => (*tstate).dict = new.into_ptr(),
                Err(_) => err::clear(),
            }
        }
        Object::from_ptr_opt((*tstate).dict)
    }
}

/// `PyThreadState_GetFrame`: the frame that the thread runs, as a new reference.
///
/// # Safety
/// `tstate` is live.
pub unsafe fn get_frame(tstate: *mut PyThreadState) -> Option<Obj> {
    // SAFETY: the caller's promise; the frame is alive while its thread runs it.
    unsafe { Object::from_ptr_opt((*tstate).frame.cast()).map(crate::handle::Layout::owned) }
}

/// `PyThreadState_SetAsyncExc`: raises `exception` in another thread at its next check; None takes it back. How many
/// threads were found (0 or 1).
pub fn set_async_exc(ident: c_ulong, exception: Option<&Object>) -> c_int {
    let exception = crate::handle::as_ptr_opt(exception);
    let interp = state::interp();
    let mut old = null_mut();
    let mut found = false;
    {
        let _head = head_lock();
        // SAFETY: the list is locked; the new reference moves into the field, the old one is dropped below, unlocked.
        unsafe {
            let mut tstate = (*interp).tstate_head;
            while !tstate.is_null() {
                if (*tstate).thread_id == ident {
                    refcount::xincref(exception);
                    old = core::mem::replace(&mut (*tstate).async_exc, exception);
                    found = true;
                    break;
                }
                tstate = (*tstate).next;
            }
        }
    }
    // SAFETY: the reference that the field owned.
    unsafe {
        refcount::xdecref(old);
        if found {
            crate::pending::signal_async_exc(interp);
        }
    }
    c_int::from(found)
}

/// Whether the thread state is of the main interpreter.
///
/// # Safety
/// `tstate` is live.
pub unsafe fn is_main_interpreter(tstate: *mut PyThreadState) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*tstate).interp == (*runtime()).interpreters.main }
}
