//! What a thread does between two instructions besides running them: signals, pending calls, giving way, and
//! exceptions that other threads raise in it.

use crate::handle::{Object, Raised, Result};
use crate::state::{self, atomic_int, runtime};
use crate::{err, gil, gil_state, hooks, thread};
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use core::sync::atomic::Ordering;
use krait_abi::*;

/// How many calls wait at most (one slot of the ring stays empty).
const SLOTS: c_int = 32;

/// A function to be called by the main thread.
pub type PendingFunction = Option<unsafe extern "C" fn(*mut c_void) -> c_int>;

/// `Py_AddPendingCall`: false when the queue is full. Needs no GIL.
#[expect(clippy::not_unsafe_ptr_arg_deref, reason = "the argument is only passed on")]
pub fn add_pending_call(function: PendingFunction, arg: *mut c_void) -> bool {
    let mut tstate = state::current();
    if tstate.is_null() {
        tstate = gil_state::this_thread_state();
    }
    // SAFETY: the thread's state or the main interpreter, which lives as long as the runtime is initialised.
    unsafe {
        let interp = if tstate.is_null() { crate::interpreter::main() } else { (*tstate).interp };
        !interp.is_null() && add(interp, function, arg)
    }
}

/// `_PyEval_AddPendingCall`.
///
/// # Safety
/// `interp` is live.
pub unsafe fn add(interp: *mut PyInterpreterState, function: PendingFunction, arg: *mut c_void) -> bool {
    // SAFETY: the caller's promise; the ring is guarded by its lock.
    unsafe {
        let pending = &raw mut (*interp).ceval.pending;
        thread::acquire_lock((*pending).lock, true);
        let next = ((*pending).last + 1) % SLOTS;
        let room = next != (*pending).first;
        if room {
            (*pending).calls[(*pending).last as usize] = _pending_call { func: function, arg };
            (*pending).last = next;
        }
        thread::release_lock((*pending).lock);
        if room {
            atomic_int(&raw mut (*pending).calls_to_do).store(1, Ordering::Release);
            gil::set_eval_breaker(interp);
        }
        room
    }
}

/// Takes the oldest call off the ring.
unsafe fn pop(interp: *mut PyInterpreterState) -> Option<_pending_call> {
    // SAFETY: `interp` is live; the ring is guarded by its lock.
    unsafe {
        let pending = &raw mut (*interp).ceval.pending;
        thread::acquire_lock((*pending).lock, true);
        let first = (*pending).first;
        let call = (first != (*pending).last).then(|| {
            (*pending).first = (first + 1) % SLOTS;
            core::mem::replace(
                &mut (&mut (*pending).calls)[first as usize],
                _pending_call { func: None, arg: null_mut() },
            )
        });
        thread::release_lock((*pending).lock);
        call
    }
}

struct Busy(Cell<bool>);
// SAFETY: touched by the main thread only, with the GIL held.
unsafe impl Sync for Busy {}
static BUSY: Busy = Busy(Cell::new(false));

/// Runs the pending calls of the current interpreter, in the main thread only, and not from inside one of them.
pub fn make_pending_calls() -> Result<()> {
    if !state::is_main_thread() || BUSY.0.get() {
        return Ok(());
    }
    struct Idle;
    impl Drop for Idle {
        fn drop(&mut self) {
            BUSY.0.set(false);
        }
    }
    BUSY.0.set(true);
    let _idle = Idle;
    let interp = state::interp();
    // SAFETY: the current interpreter is live; a pending call reports an error as C functions do.
    unsafe {
        atomic_int(&raw mut (*interp).ceval.pending.calls_to_do).store(0, Ordering::SeqCst);
        gil::compute_eval_breaker(interp);
        for _ in 0..SLOTS {
            let Some(call) = pop(interp) else { break };
            let Some(function) = call.func else { break };
            if function(call.arg) != 0 {
                atomic_int(&raw mut (*interp).ceval.pending.calls_to_do).store(1, Ordering::SeqCst);
                gil::set_eval_breaker(interp);
                return Err(Raised::assume());
            }
        }
    }
    Ok(())
}

/// `Py_MakePendingCalls`: signals first, then pending calls.
pub fn make_all() -> Result<()> {
    handle_signals()?;
    make_pending_calls()
}

/// Runs the Python handlers of signals that have arrived; in the main thread of the main interpreter only.
fn handle_signals() -> Result<()> {
    let interp = state::interp();
    if !state::is_main_thread() || interp != crate::interpreter::main() {
        return Ok(());
    }
    // SAFETY: a live interpreter; a field of a static.
    unsafe {
        let pending = atomic_int(&raw mut (*runtime()).ceval.signals_pending);
        if pending.load(Ordering::Relaxed) == 0 {
            return Ok(());
        }
        pending.store(0, Ordering::SeqCst);
        gil::compute_eval_breaker(interp);
        let Some(hooks) = hooks::try_get() else { return Ok(()) };
        if let Err(raised) = (hooks.check_signals)() {
            signal_received(interp);
            return Err(raised);
        }
    }
    Ok(())
}

/// `_PyEval_SignalReceived`: called by the signal handler, so it only stores to atomics.
///
/// # Safety
/// `interp` is live.
pub unsafe fn signal_received(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise; a field of a static.
    unsafe {
        atomic_int(&raw mut (*runtime()).ceval.signals_pending).store(1, Ordering::SeqCst);
        gil::set_eval_breaker(interp);
    }
}

/// `_PyEval_SignalAsyncExc`.
///
/// # Safety
/// `interp` is live.
pub unsafe fn signal_async_exc(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise.
    unsafe {
        (*interp).ceval.pending.async_exc = 1;
        gil::set_eval_breaker(interp);
    }
}

/// What the interpreter loop calls when it finds the eval breaker set.
#[cold]
pub fn handle() -> Result<()> {
    handle_signals()?;
    let tstate = state::current();
    // SAFETY: the current thread state and its interpreter are live.
    unsafe {
        let interp = (*tstate).interp;
        let ceval = &raw mut (*interp).ceval;
        if atomic_int(&raw mut (*ceval).pending.calls_to_do).load(Ordering::Relaxed) != 0 {
            make_pending_calls()?;
        }
        if atomic_int(&raw mut (*ceval).gil_drop_request).load(Ordering::Relaxed) != 0 {
            gil::drop_and_retake(tstate);
        }
        if !(*tstate).async_exc.is_null() {
            let exception = core::mem::replace(&mut (*tstate).async_exc, null_mut());
            (*interp).ceval.pending.async_exc = 0;
            gil::compute_eval_breaker(interp);
            let exception = crate::handle::Obj::<Object>::from_owned_ptr(exception);
            return Err(err::set_none(&exception));
        }
        // Requests that are not this thread's must not slow it down: the breaker keeps only what it can serve.
        (*interp).ceval.pending.async_exc = c_int::from(other_async_exc(interp));
        gil::compute_eval_breaker(interp);
    }
    Ok(())
}

/// Whether any thread of the interpreter still has an exception to be raised.
unsafe fn other_async_exc(interp: *mut PyInterpreterState) -> bool {
    // SAFETY: `interp` is live; the list is locked.
    unsafe {
        if (*interp).ceval.pending.async_exc == 0 {
            return false;
        }
        let _head = crate::interpreter::head_lock();
        let mut tstate = (*interp).tstate_head;
        while !tstate.is_null() {
            if !(*tstate).async_exc.is_null() {
                return true;
            }
            tstate = (*tstate).next;
        }
    }
    false
}
