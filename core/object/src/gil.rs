//! The global interpreter lock and the eval breaker.
//!
//! A thread that waits for the lock longer than the switch interval (5 ms) asks the holder to give way by setting
//! `gil_drop_request`; the interpreter loop sees the eval breaker and calls [`drop_and_retake`]. A holder that was asked
//! waits until another thread has really had the lock, so that a busy thread cannot starve the others.
//!
//! The lock word, the last holder and the interval live in `_PyRuntime`, where profilers look for them. The mutexes
//! and condition variables are the standard library's (one futex word each): unlike those with a process-wide
//! table of waiters they can be made anew in the child of a `fork` that happened while other threads were waiting.

use crate::state::{self, atomic_address, atomic_int, runtime};
use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use krait_abi::*;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Microseconds that a waiting thread gives the holder.
pub const DEFAULT_INTERVAL: c_ulong = 5000;

/// Who waits, and where. The lock word itself is an atomic: taking and releasing a lock that nobody else wants touches
/// neither mutex. A waiter counts itself before it looks at the lock word for the last time, and the holder
/// looks at the count after it has released the word, so one of the two sees the other.
struct Waiting {
    waiters: AtomicUsize,
    mutex: Mutex<()>,
    released: Condvar,
    /// Threads that have given way and wait until another one has had the lock.
    switchers: AtomicUsize,
    switch_mutex: Mutex<()>,
    switched: Condvar,
}

impl Waiting {
    const fn new() -> Waiting {
        Waiting {
            waiters: AtomicUsize::new(0),
            mutex: Mutex::new(()),
            released: Condvar::new(),
            switchers: AtomicUsize::new(0),
            switch_mutex: Mutex::new(()),
            switched: Condvar::new(),
        }
    }
}

static mut WAITING: Waiting = Waiting::new();

fn waiting() -> &'static Waiting {
    // SAFETY: replaced only in the child of a fork, which has one thread.
    unsafe { &*(&raw const WAITING) }
}

fn lock(mutex: &'static Mutex<()>) -> MutexGuard<'static, ()> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn gil() -> *mut _gil_runtime_state {
    // SAFETY: a field of a static.
    unsafe { &raw mut (*runtime()).ceval.gil }
}

fn locked() -> &'static core::sync::atomic::AtomicI32 {
    // SAFETY: a field of a static.
    unsafe { atomic_int(&raw mut (*gil()).locked) }
}

fn last_holder() -> &'static AtomicUsize {
    // SAFETY: a field of a static.
    unsafe { atomic_address(&raw mut (*gil()).last_holder) }
}

/// How often the lock has changed hands.
fn switch_number() -> &'static AtomicU64 {
    // SAFETY: a field of a static; same size and alignment.
    unsafe { &*(&raw mut (*gil()).switch_number).cast::<AtomicU64>() }
}

/// Whether the lock has been created (`PyEval_ThreadsInitialized`).
pub fn threads_initialized() -> bool {
    locked().load(Ordering::Acquire) >= 0
}

/// Creates the lock and takes it for `tstate` (part of interpreter initialisation).
///
/// # Safety
/// `tstate` is a live thread state of this thread.
pub unsafe fn init(tstate: *mut PyThreadState) {
    locked().store(0, Ordering::Release);
    // SAFETY: a live thread state of this thread.
    unsafe { take(tstate) };
}

/// Destroys the lock at finalisation; the caller holds it.
pub fn fini() {
    locked().store(-1, Ordering::Release);
    last_holder().store(0, Ordering::Relaxed);
}

/// Waits for the lock. A thread that comes here while another one finalises the runtime never returns: it would find
/// no interpreter, and unwinding its native frames is not safe.
///
/// # Safety
/// `tstate` is a live thread state of this thread.
pub unsafe fn take(tstate: *mut PyThreadState) {
    if must_exit(tstate) {
        crate::thread::hang();
    }
    if locked().compare_exchange(0, 1, Ordering::SeqCst, Ordering::Relaxed).is_err() {
        // SAFETY: the caller's promise.
        unsafe { wait(tstate) };
    }
    let waiting = waiting();
    if last_holder().load(Ordering::Relaxed) != tstate as usize {
        last_holder().store(tstate as usize, Ordering::SeqCst);
        switch_number().fetch_add(1, Ordering::Relaxed);
        if waiting.switchers.load(Ordering::SeqCst) > 0 {
            drop(lock(&waiting.switch_mutex));
            waiting.switched.notify_all();
        }
    }
    // SAFETY: the interpreter is live and the lock is held.
    unsafe {
        let interp = (*tstate).interp;
        if atomic_int(&raw mut (*interp).ceval.gil_drop_request).load(Ordering::Relaxed) != 0 {
            atomic_int(&raw mut (*interp).ceval.gil_drop_request).store(0, Ordering::Relaxed);
        }
        compute_eval_breaker(interp);
    }
    if must_exit(tstate) {
        release(null_mut());
        crate::thread::hang();
    }
}

/// The slow part of [`take`]: the lock is somebody else's.
#[cold]
unsafe fn wait(tstate: *mut PyThreadState) {
    // SAFETY: errno is per thread; waiting must not change it.
    let saved_errno = unsafe { *libc::__errno_location() };
    let waiting = waiting();
    let mut guard = lock(&waiting.mutex);
    waiting.waiters.fetch_add(1, Ordering::SeqCst);
    while locked().compare_exchange(0, 1, Ordering::SeqCst, Ordering::Relaxed).is_err() {
        let switches = switch_number().load(Ordering::Relaxed);
        let interval = Duration::from_micros(switch_interval().max(1));
        let result = waiting.released.wait_timeout(guard, interval);
        let (again, timeout) = result.unwrap_or_else(std::sync::PoisonError::into_inner);
        guard = again;
        let unchanged = switch_number().load(Ordering::Relaxed) == switches;
        if timeout.timed_out() && unchanged && locked().load(Ordering::Relaxed) > 0 {
            if must_exit(tstate) {
                waiting.waiters.fetch_sub(1, Ordering::SeqCst);
                drop(guard);
                crate::thread::hang();
            }
            // SAFETY: the interpreter lives as long as its thread states.
            unsafe { request_drop((*tstate).interp) };
        }
    }
    waiting.waiters.fetch_sub(1, Ordering::SeqCst);
    drop(guard);
    // SAFETY: errno is per thread.
    unsafe { *libc::__errno_location() = saved_errno };
}

/// Releases the lock. With a thread state that was asked to give way, waits until somebody else has had it.
fn release(tstate: *mut PyThreadState) {
    if locked().load(Ordering::Relaxed) <= 0 {
        crate::err::fatal("drop_gil", "GIL is not locked");
    }
    let mut asked = false;
    if !tstate.is_null() {
        last_holder().store(tstate as usize, Ordering::Relaxed);
        // SAFETY: the thread's own state is live.
        asked = unsafe {
            atomic_int(&raw mut (*(*tstate).interp).ceval.gil_drop_request).load(Ordering::Relaxed) != 0
        };
    }
    let waiting = waiting();
    locked().store(0, Ordering::SeqCst);
    if waiting.waiters.load(Ordering::SeqCst) > 0 {
        // A waiter that has counted itself holds the mutex until it sleeps.
        drop(lock(&waiting.mutex));
        waiting.released.notify_one();
    }
    if asked {
        hand_over(tstate);
    }
}

/// Waits until another thread has had the lock.
#[cold]
fn hand_over(tstate: *mut PyThreadState) {
    let waiting = waiting();
    let mut guard = lock(&waiting.switch_mutex);
    waiting.switchers.fetch_add(1, Ordering::SeqCst);
    // The thread that asked may have had the lock in the meantime, or may be gone; a bounded wait is enough.
    while last_holder().load(Ordering::SeqCst) == tstate as usize {
        let result = waiting.switched.wait_timeout(guard, Duration::from_millis(5));
        let (again, timeout) = result.unwrap_or_else(std::sync::PoisonError::into_inner);
        guard = again;
        if timeout.timed_out() {
            break;
        }
    }
    waiting.switchers.fetch_sub(1, Ordering::SeqCst);
}

/// Whether a thread may not run Python any more, because another one finalises the runtime.
fn must_exit(tstate: *mut PyThreadState) -> bool {
    let finalizing = state::finalizing();
    // SAFETY: the states of threads are not freed while the threads may come back.
    (!finalizing.is_null() && finalizing != tstate) || unsafe { crate::thread_state::is_retired(tstate) }
}

/// Gives other threads a chance: what the interpreter loop does on `gil_drop_request`.
///
/// # Safety
/// `tstate` is the current thread state.
#[cold]
pub unsafe fn drop_and_retake(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe {
        swap(null_mut());
        release(tstate);
        take(tstate);
        swap(tstate);
    }
}

/// Makes `new` the current thread state and returns the old one (`_PyThreadState_Swap`).
///
/// # Safety
/// The GIL is held; `new` is NULL or live.
pub unsafe fn swap(new: *mut PyThreadState) -> *mut PyThreadState {
    let old = state::current();
    if !new.is_null() {
        // SAFETY: the caller's promise.
        unsafe { crate::thread_state::adopt(new) };
    }
    state::set_current(new);
    old
}

/// `PyEval_SaveThread`: releases the GIL; the thread state that was current.
pub fn save_thread() -> *mut PyThreadState {
    // SAFETY: the caller holds the GIL.
    let tstate = unsafe { swap(null_mut()) };
    if tstate.is_null() {
        state::fatal_no_thread_state("PyEval_SaveThread");
    }
    release(tstate);
    tstate
}

/// `PyEval_RestoreThread`.
///
/// # Safety
/// `tstate` is a live thread state of this thread, and the GIL is not held.
pub unsafe fn restore_thread(tstate: *mut PyThreadState) {
    if tstate.is_null() {
        state::fatal_no_thread_state("PyEval_RestoreThread");
    }
    // SAFETY: the caller's promise.
    unsafe {
        take(tstate);
        swap(tstate);
    }
}

/// `PyEval_AcquireThread`.
///
/// # Safety
/// As [`restore_thread`].
pub unsafe fn acquire_thread(tstate: *mut PyThreadState) {
    if tstate.is_null() {
        state::fatal_no_thread_state("PyEval_AcquireThread");
    }
    // SAFETY: the caller's promise.
    unsafe {
        take(tstate);
        if !swap(tstate).is_null() {
            crate::err::fatal("PyEval_AcquireThread", "non-NULL old thread state");
        }
    }
}

/// `PyEval_ReleaseThread`.
///
/// # Safety
/// `tstate` is the current thread state.
pub unsafe fn release_thread(tstate: *mut PyThreadState) {
    if tstate.is_null() {
        state::fatal_no_thread_state("PyEval_ReleaseThread");
    }
    // SAFETY: the caller's promise.
    unsafe {
        if swap(null_mut()) != tstate {
            crate::err::fatal("PyEval_ReleaseThread", "wrong thread state");
        }
    }
    release(tstate);
}

/// `PyEval_AcquireLock` (deprecated): takes the GIL for the current thread state.
pub fn acquire_lock() {
    let tstate = state::current();
    if tstate.is_null() {
        state::fatal_no_thread_state("PyEval_AcquireLock");
    }
    // SAFETY: a live thread state.
    unsafe { take(tstate) };
}

/// `PyEval_ReleaseLock` (deprecated): releases the GIL, the thread state stays current.
pub fn release_lock() {
    release(state::current());
}

/// Releases the GIL for a thread whose state is being deleted.
pub(crate) fn release_for_deleted() {
    release(null_mut());
}

/// Switch interval in microseconds (`_PyEval_GetSwitchInterval`).
pub fn switch_interval() -> c_ulong {
    // SAFETY: a field of a static.
    unsafe { (*gil()).interval }
}

/// `_PyEval_SetSwitchInterval`.
pub fn set_switch_interval(microseconds: c_ulong) {
    // SAFETY: a field of a static.
    unsafe { (*gil()).interval = microseconds }
}

/// Asks the holder of the GIL to give way. Who that is cannot be told safely from here, so every interpreter is asked;
/// an interpreter that does not run sees a spurious request later, which costs one hand-over.
///
/// # Safety
/// `interp` is live.
unsafe fn request_drop(interp: *mut PyInterpreterState) {
    let ask = |interp: *mut PyInterpreterState| {
        // SAFETY: a live interpreter.
        unsafe {
            atomic_int(&raw mut (*interp).ceval.gil_drop_request).store(1, Ordering::Relaxed);
            atomic_int(&raw mut (*interp).ceval.eval_breaker).store(1, Ordering::Release);
        }
    };
    ask(interp);
    if let Some(_head) = crate::interpreter::try_head_lock() {
        // SAFETY: the list does not change while it is locked.
        unsafe {
            let mut other = (*runtime()).interpreters.head;
            while !other.is_null() {
                ask(other);
                other = (*other).next;
            }
        }
    }
}

/// The flag that the interpreter loop polls: anything to do between two instructions?
///
/// # Safety
/// `interp` is live.
#[inline(always)]
pub unsafe fn eval_breaker(interp: *mut PyInterpreterState) -> bool {
    // SAFETY: the caller's promise.
    unsafe { atomic_int(&raw mut (*interp).ceval.eval_breaker).load(Ordering::Relaxed) != 0 }
}

/// Sets the eval breaker.
///
/// # Safety
/// `interp` is live.
pub unsafe fn set_eval_breaker(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise.
    unsafe { atomic_int(&raw mut (*interp).ceval.eval_breaker).store(1, Ordering::Release) }
}

/// Recomputes the eval breaker from the requests that are open. Signals and pending calls are the main thread's.
///
/// # Safety
/// `interp` is live.
pub unsafe fn compute_eval_breaker(interp: *mut PyInterpreterState) {
    // SAFETY: the caller's promise.
    unsafe {
        let ceval = &raw mut (*interp).ceval;
        let signals = atomic_int(&raw mut (*runtime()).ceval.signals_pending).load(Ordering::Relaxed) != 0;
        let calls = atomic_int(&raw mut (*ceval).pending.calls_to_do).load(Ordering::Relaxed) != 0;
        let open = atomic_int(&raw mut (*ceval).gil_drop_request).load(Ordering::Relaxed) != 0
            || (*ceval).pending.async_exc != 0
            || ((signals && interp == (*runtime()).interpreters.main || calls) && state::is_main_thread());
        atomic_int(&raw mut (*ceval).eval_breaker).store(c_int::from(open), Ordering::Relaxed);
    }
}

/// The child of a fork holds the GIL; nobody waits for it.
pub(crate) fn after_fork_child() {
    // SAFETY: the only thread. The old mutexes may be locked by threads that are gone; they own no resources.
    unsafe {
        (&raw mut WAITING).write(Waiting::new());
    }
    let tstate = state::current();
    if tstate.is_null() {
        return;
    }
    locked().store(1, Ordering::Release);
    last_holder().store(tstate as usize, Ordering::Relaxed);
    // SAFETY: the current thread state is live.
    unsafe {
        let interp = (*tstate).interp;
        atomic_int(&raw mut (*interp).ceval.gil_drop_request).store(0, Ordering::Relaxed);
        compute_eval_breaker(interp);
    }
}

#[cfg(test)]
mod tests;
