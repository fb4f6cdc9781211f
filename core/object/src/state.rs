//! Process-wide state, the current thread state, and the recursion limit.
//!
//! `_PyRuntime` has CPython's layout because profilers read it from outside and old inline code reads its
//! `gilstate.tstate_current`: that field is the current thread state, one load away. The parts of the runtime live
//! beside this file: [`crate::gil`] (the lock and the eval breaker), [`crate::thread_state`], [`crate::interpreter`],
//! [`crate::gil_state`] (`PyGILState_*`), [`crate::pending`] (pending calls, asynchronous exceptions) and
//! [`crate::thread`] (`PyThread_*`).
//!
//! Native stack depth is checked by address as well as by count: [`enter_recursive_call`] raises `RecursionError`
//! before the thread's stack is used up, whatever the recursion limit says. When the stack pointer lies outside the
//! thread's own stack (coroutine libraries bring their own), only the count decides.

use crate::err;
use crate::handle::Result;
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_ulong, c_void};
use core::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use krait_abi::*;

/// The process-wide state.
#[unsafe(no_mangle)]
pub static mut _PyRuntime: _PyRuntimeState = {
    let mut runtime = _PyRuntimeState::ZEROED;
    runtime.ceval.gil.interval = crate::gil::DEFAULT_INTERVAL;
    runtime.ceval.gil.locked._value = -1;
    runtime.interpreters.next_id = -1;
    runtime
};

/// The process-wide state as a pointer.
#[inline(always)]
pub fn runtime() -> *mut _PyRuntimeState {
    &raw mut _PyRuntime
}

/// Atomic view of an int field that other threads read without the GIL.
///
/// # Safety
/// `field` points into a live struct.
#[inline(always)]
pub unsafe fn atomic_int<'a>(field: *mut _Py_atomic_int) -> &'a AtomicI32 {
    // SAFETY: the caller's promise; same size and alignment.
    unsafe { &*field.cast::<AtomicI32>() }
}

/// Atomic view of an address field.
///
/// # Safety
/// `field` points into a live struct.
#[inline(always)]
pub unsafe fn atomic_address<'a>(field: *mut _Py_atomic_address) -> &'a AtomicUsize {
    // SAFETY: the caller's promise; same size and alignment.
    unsafe { &*field.cast::<AtomicUsize>() }
}

/// The current thread's state (`_PyThreadState_UncheckedGet`): one load. NULL without the GIL.
#[inline(always)]
pub fn current() -> *mut PyThreadState {
    // SAFETY: a field of a static.
    unsafe {
        atomic_address(&raw mut _PyRuntime.gilstate.tstate_current).load(Ordering::Relaxed)
            as *mut PyThreadState
    }
}

/// The current thread's state for code that cannot go on without one: a host that calls before initialisation or
/// without the GIL gets a fatal error rather than a crash.
#[inline(always)]
pub fn required() -> *mut PyThreadState {
    let tstate = current();
    if tstate.is_null() {
        fatal_no_thread_state("");
    }
    tstate
}

/// Makes a thread state the current one, without touching the GIL.
#[inline(always)]
pub(crate) fn set_current(tstate: *mut PyThreadState) {
    // SAFETY: a field of a static.
    unsafe {
        atomic_address(&raw mut _PyRuntime.gilstate.tstate_current).store(tstate as usize, Ordering::Relaxed);
    }
}

/// The current interpreter. There must be a current thread state.
#[inline(always)]
pub fn interp() -> *mut PyInterpreterState {
    // SAFETY: the GIL is held, so a thread state is current.
    unsafe { (*required()).interp }
}

/// `_PyRuntime_Initialize`, `_PyRuntimeState_Init`: ready for interpreters; also after [`finalize`].
pub fn initialize() -> core::result::Result<(), &'static str> {
    #[cfg(feature = "checked")]
    crate::checked::start();
    let runtime = runtime();
    // SAFETY: no other thread runs Python before initialisation; fields of a static.
    unsafe {
        if (*runtime).preconfig._config_init == 0 {
            (*runtime).preconfig._config_init = 2;
        }
        (*runtime).main_thread = crate::thread::ident();
        (*runtime).interpreters.next_id = -1;
        if (*runtime).ceval.gil.interval == 0 {
            (*runtime).ceval.gil.interval = crate::gil::DEFAULT_INTERVAL;
        }
        (*runtime).gilstate.check_enabled = 1;
    }
    Ok(())
}

/// `_PyRuntime_Finalize`: what the runtime itself holds is given back; [`initialize`] may follow.
pub fn finalize() {
    let runtime = runtime();
    // SAFETY: no interpreter is left; fields of a static. Hooks that were set before initialisation stay.
    unsafe {
        crate::gil_state::fini();
        crate::interpreter::clear_cross_registry();
        (*runtime).preinitializing = 0;
        (*runtime).preinitialized = 0;
        (*runtime).core_initialized = 0;
        (*runtime).initialized = 0;
        (*runtime).preconfig = PyPreConfig::ZEROED;
        atomic_address(&raw mut (*runtime)._finalizing).store(0, Ordering::SeqCst);
        atomic_int(&raw mut (*runtime).ceval.signals_pending).store(0, Ordering::SeqCst);
        (*runtime).interpreters.head = core::ptr::null_mut();
        (*runtime).interpreters.main = core::ptr::null_mut();
        (*runtime).interpreters.next_id = -1;
    }
}

/// The thread that finalises the runtime, NULL otherwise (`_Py_IsFinalizing`).
pub fn finalizing() -> *mut PyThreadState {
    // SAFETY: a field of a static.
    unsafe { atomic_address(&raw mut _PyRuntime._finalizing).load(Ordering::Relaxed) as *mut PyThreadState }
}

/// States which thread finalises the runtime: every other one that asks for the GIL stops there.
pub fn set_finalizing(tstate: *mut PyThreadState) {
    // SAFETY: a field of a static.
    unsafe { atomic_address(&raw mut _PyRuntime._finalizing).store(tstate as usize, Ordering::SeqCst) }
}

/// Whether the calling thread is the one that initialised Python.
#[inline]
pub fn is_main_thread() -> bool {
    // SAFETY: a field of a static, written at initialisation and after fork.
    unsafe { _PyRuntime.main_thread == crate::thread::ident() }
}

/// What the child process repairs after `fork`: it has one thread, whose state stays; the others are deleted
/// (`_PyRuntimeState_ReInitThreads`, `_PyGILState_Reinit`, `_PyEval_ReInitThreads`).
pub fn after_fork_child() {
    crate::interpreter::after_fork_child();
    crate::gil_state::after_fork_child();
    crate::thread::after_fork_child();
    // SAFETY: the only thread.
    unsafe { _PyRuntime.main_thread = crate::thread::ident() };
    crate::gil::after_fork_child();
    let tstate = current();
    if !tstate.is_null() {
        // SAFETY: the current state; the threads of the others are gone.
        unsafe { crate::thread_state::delete_except(tstate) };
    }
}

// ---- recursion ----------------------------------------------------------------------------------------------------

/// The limit of the main interpreter, exported for binaries that read it.
#[unsafe(no_mangle)]
pub static mut _Py_CheckRecursionLimit: c_int = DEFAULT_RECURSION_LIMIT;

/// What `sys.getrecursionlimit()` says at first.
pub const DEFAULT_RECURSION_LIMIT: c_int = 1000;

/// How far beyond the limit code that handles a RecursionError may go.
const RECURSION_ALLOWANCE: c_int = 50;

/// `Py_GetRecursionLimit`.
pub fn recursion_limit() -> c_int {
    // SAFETY: a thread state is current.
    unsafe { (*interp()).ceval.recursion_limit }
}

/// `Py_SetRecursionLimit`.
pub fn set_recursion_limit(limit: c_int) {
    // SAFETY: a thread state is current.
    unsafe {
        (*interp()).ceval.recursion_limit = limit;
        if interp() == _PyRuntime.interpreters.main {
            _Py_CheckRecursionLimit = limit;
        }
    }
}

/// Depth below which an overflow counts as recovered.
#[inline(always)]
pub fn recursion_low_water_mark(limit: c_int) -> c_int {
    if limit > 200 { limit - 50 } else { 3 * (limit >> 2) }
}

/// Leaves the recursive call when dropped.
#[must_use]
pub struct RecursionGuard(());

impl Drop for RecursionGuard {
    #[inline(always)]
    fn drop(&mut self) {
        leave_recursive_call();
    }
}

/// `Py_EnterRecursiveCall`: `RecursionError` with the text `what` (as " while calling a Python object") when too deep.
#[inline(always)]
pub fn enter_recursive_call(what: &str) -> Result<RecursionGuard> {
    enter_recursive_call_with(|| what)
}

/// As [`enter_recursive_call`], with a text that is made only when it is needed.
#[inline(always)]
pub fn enter_recursive_call_with<'a>(what: impl FnOnce() -> &'a str) -> Result<RecursionGuard> {
    let tstate = current();
    // SAFETY: a thread state is current.
    unsafe {
        (*tstate).recursion_depth += 1;
        if (*tstate).recursion_depth > (*(*tstate).interp).ceval.recursion_limit
            || stack_pointer() < crate::thread_state::stack_limit(tstate)
        {
            check_recursive_call(tstate, what())?;
        }
    }
    Ok(RecursionGuard(()))
}

/// `Py_LeaveRecursiveCall`.
#[inline(always)]
pub fn leave_recursive_call() {
    let tstate = current();
    // SAFETY: a thread state is current.
    unsafe {
        (*tstate).recursion_depth -= 1;
        if (*tstate).overflowed != 0 {
            recovered(tstate);
        }
    }
}

/// After an overflow: a call has been left; far enough below the limit the overflow is over.
///
/// # Safety
/// A live thread state.
#[cold]
pub unsafe fn recovered(tstate: *mut PyThreadState) {
    // SAFETY: a live thread state.
    unsafe {
        if (*tstate).recursion_depth < recursion_low_water_mark((*(*tstate).interp).ceval.recursion_limit) {
            (*tstate).overflowed = 0;
        }
    }
}

/// `_Py_CheckRecursiveCall`: the depth has already been counted; on error it is uncounted again. Code that handles a
/// RecursionError gets [`RECURSION_ALLOWANCE`] further levels; code that goes on beyond them ends the process.
///
/// # Safety
/// `tstate` is the current thread state.
#[cold]
pub unsafe fn check_recursive_call(tstate: *mut PyThreadState, what: &str) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let limit = (*(*tstate).interp).ceval.recursion_limit;
        let low = stack_is_low();
        if !low {
            if (*tstate).recursion_critical != 0 || (*tstate).recursion_depth <= limit {
                return Ok(());
            }
            if (*tstate).overflowed != 0 {
                if (*tstate).recursion_depth > limit.saturating_add(RECURSION_ALLOWANCE) {
                    err::fatal("_Py_CheckRecursiveCall", "Cannot recover from stack overflow.");
                }
                return Ok(());
            }
        }
        (*tstate).recursion_depth -= 1;
        if low && low_water_reached() {
            return Err(err::preallocated_recursion_error());
        }
        (*tstate).overflowed = 1;
        Err(err::recursion_error(format_args!("maximum recursion depth exceeded{what}")))
    }
}

/// The calling thread's stack: lowest address that ordinary code may use, and the end.
#[derive(Clone, Copy)]
struct StackBounds {
    /// Below this address `stack_is_low` says so.
    limit: usize,
    /// Where the stack memory begins.
    bottom: usize,
    /// One past its highest address; 0 when not determined yet.
    top: usize,
}

thread_local! {
    static STACK: Cell<StackBounds> = const { Cell::new(StackBounds { limit: 0, bottom: 0, top: 0 }) };
}

/// The stack pointer.
#[inline(always)]
fn stack_pointer() -> usize {
    let here: usize;
    // SAFETY: reads a register.
    unsafe {
        core::arch::asm!("mov {}, rsp", out(reg) here, options(nomem, nostack, preserves_flags));
    }
    here
}

/// Whether it is worth asking [`stack_is_low`]: a quick answer, which errs towards yes on a stack that is not the
/// thread's own.
///
/// # Safety
/// The running thread's state.
#[inline(always)]
pub unsafe fn stack_may_be_low(tstate: *mut PyThreadState) -> bool {
    // SAFETY: the caller's promise.
    stack_pointer() < unsafe { crate::thread_state::stack_limit(tstate) }
}

/// Whether the thread's native stack is nearly used up.
#[inline(always)]
pub fn stack_is_low() -> bool {
    let here = stack_pointer();
    let bounds = STACK.get();
    if here >= bounds.limit && here < bounds.top {
        return false;
    }
    stack_is_low_slow(here)
}

fn bounds() -> StackBounds {
    let mut bounds = STACK.get();
    if bounds.top == 0 {
        bounds = find_stack();
        STACK.set(bounds);
    }
    bounds
}

/// The lowest address that ordinary code may use on the thread's own stack; 0 where that is not known, and on a
/// stack that is not the thread's own.
pub fn stack_floor() -> usize {
    let bounds = bounds();
    let here = stack_pointer();
    if here >= bounds.bottom && here < bounds.top { bounds.limit } else { 0 }
}

/// How many bytes of native stack are left for ordinary code. A stack that is not the thread's own counts as small.
pub fn stack_left() -> usize {
    const UNKNOWN: usize = 512 << 10;
    let floor = stack_floor();
    if floor == 0 { UNKNOWN } else { stack_pointer().saturating_sub(floor) }
}

#[cold]
fn stack_is_low_slow(here: usize) -> bool {
    let bounds = bounds();
    // Outside the thread's own stack nothing is known about the room left.
    here >= bounds.bottom && here < bounds.limit
}

/// Whether even the reserve for building an exception is being eaten up.
fn low_water_reached() -> bool {
    let bounds = STACK.get();
    stack_pointer() < bounds.bottom + (bounds.limit - bounds.bottom) / 2
}

/// The range of the main thread's stack, which the kernel begins with the program's name. The C library would look for it in
/// the list of all mappings. `None` on other threads, and where mappings could lie in the range.
fn main_stack() -> Option<(usize, usize)> {
    /// Up to this limit the kernel keeps the whole stack free.
    const KEPT_FREE: u64 = 128 << 20;
    const PAGE: usize = 4096;
    // SAFETY: plain questions to the kernel; the program's name is a C string, behind which one word ends the stack.
    unsafe {
        let mut limit: libc::rlimit = core::mem::zeroed();
        let name = libc::getauxval(libc::AT_EXECFN) as *const c_char;
        if libc::gettid() != libc::getpid()
            || name.is_null()
            || libc::getrlimit(libc::RLIMIT_STACK, &mut limit) != 0
            || limit.rlim_cur > KEPT_FREE
        {
            return None;
        }
        let end = name.addr() + libc::strlen(name) + 1 + size_of::<usize>();
        let top = end.next_multiple_of(PAGE);
        let bottom = top.checked_sub(limit.rlim_cur as usize / PAGE * PAGE)?;
        (bottom..top).contains(&stack_pointer()).then_some((bottom, top - bottom))
    }
}

fn find_stack() -> StackBounds {
    let unknown = StackBounds { limit: 0, bottom: 0, top: usize::MAX };
    let Some((bottom, size)) = main_stack().or_else(thread_stack) else { return unknown };
    let reserve = (size / 4).min(STACK_RESERVE);
    StackBounds { limit: bottom + reserve, bottom, top: bottom + size }
}

/// The range of the calling thread's stack, as the C library knows it.
fn thread_stack() -> Option<(usize, usize)> {
    // SAFETY: the attribute object is initialised by pthread_getattr_np and destroyed once.
    unsafe {
        let mut attr = core::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
        if libc::pthread_getattr_np(libc::pthread_self(), attr.as_mut_ptr()) != 0 {
            return None;
        }
        let mut address: *mut c_void = core::ptr::null_mut();
        let mut size = 0usize;
        let status = libc::pthread_attr_getstack(attr.as_ptr(), &mut address, &mut size);
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        if status != 0 || size == 0 {
            return None;
        }
        Some((address as usize, size))
    }
}

/// What is kept free for C code that runs between two checks and for building the exception.
const STACK_RESERVE: usize = 256 << 10;

/// Runs `body` without the GIL (`Py_BEGIN_ALLOW_THREADS`). The body must not touch Python objects.
#[inline]
pub fn allow_threads<R>(body: impl FnOnce() -> R) -> R {
    struct Restore(*mut PyThreadState);
    impl Drop for Restore {
        fn drop(&mut self) {
            // SAFETY: the thread state that this thread gave up.
            unsafe { crate::gil::restore_thread(self.0) }
        }
    }
    let _restore = Restore(crate::gil::save_thread());
    body()
}

/// `_PyRuntime.main_thread`.
pub fn main_thread_ident() -> c_ulong {
    // SAFETY: a field of a static.
    unsafe { _PyRuntime.main_thread }
}

/// Used by functions that need a thread state and report its lack fatally (`_Py_FatalError_TstateNULL`).
#[cold]
pub fn fatal_no_thread_state(function: &str) -> ! {
    err::fatal(
        function,
        "the function must be called with the GIL held, but the GIL is released (the current Python thread state is NULL)",
    )
}
