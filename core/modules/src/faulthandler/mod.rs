//! `faulthandler`: tracebacks when the process dies, when it hangs, or when a signal asks for them.
//!
//! Everything that runs in a signal handler or in the watchdog's thread reads atomics and writes to a file descriptor,
//! nothing else. What Python code changes is changed with the GIL held.

mod crash;
mod fatal;
mod user;
mod watchdog;

use core::ffi::c_int;
use core::sync::atomic::{AtomicBool, Ordering};
use krait_abi::PyThreadState;
use krait_object::cell::ObjCell;
use krait_object::protocol::call;
use krait_object::types::long;
use krait_object::{Obj, Object, Result, err, hooks, intern, method, native_module, state};
use krait_vm::traceback_dump;

native_module! {
    /// `faulthandler`
    init: PyInit_faulthandler, name: c"faulthandler",
    doc: c"Shows Python tracebacks on fatal errors, after a time-out, and when a signal comes.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::varargs_keywords(c"enable", fatal::enable, c"enable(file=sys.stderr, all_threads=True): show tracebacks when a fatal signal comes"),
        method::noargs(c"disable", fatal::disable, c"disable(): take the handlers of fatal signals away"),
        method::noargs(c"is_enabled", fatal::is_enabled, c"is_enabled()->bool: whether the handlers of fatal signals are there"),
        method::varargs_keywords(c"dump_traceback", dump_traceback, c"dump_traceback(file=sys.stderr, all_threads=True): write the traceback of the current thread, or of all threads, to a file"),
        method::varargs_keywords(c"dump_traceback_later", watchdog::dump_traceback_later, c"dump_traceback_later(timeout, repeat=False, file=sys.stderr, exit=False):\nwrite the tracebacks of all threads after so many seconds,\nwith repeat again and again; with exit the process ends at once after that."),
        method::noargs(c"cancel_dump_traceback_later", watchdog::cancel, c"cancel_dump_traceback_later():\ntake back what dump_traceback_later() has ordered."),
        method::varargs_keywords(c"register", user::register, c"register(signum, file=sys.stderr, all_threads=True, chain=False): write the traceback of the current thread, or of all threads, to a file whenever the signal comes"),
        method::varargs_keywords(c"unregister", user::unregister, c"unregister(signum): take back register()"),
        method::noargs(c"_read_null", crash::read_null, c"_read_null(): read from address 0"),
        method::varargs(c"_sigsegv", crash::sigsegv, c"_sigsegv(release_gil=False): raise SIGSEGV"),
        method::varargs(c"_fatal_error", crash::fatal_error, c"_fatal_error(message): call Py_FatalError(message)"),
        method::noargs(c"_fatal_error_c_thread", crash::fatal_error_c_thread, c"_fatal_error_c_thread(): call Py_FatalError() in a new native thread."),
        method::noargs(c"_sigabrt", crash::sigabrt, c"_sigabrt(): raise SIGABRT"),
        method::noargs(c"_sigfpe", crash::sigfpe, c"_sigfpe(): raise SIGFPE"),
        method::noargs(c"_stack_overflow", crash::stack_overflow, c"_stack_overflow(): recurse until the stack is full"),
    ];
}

/// A reference that lives in a static; handled with the GIL held.
struct Kept(ObjCell);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Kept {}

impl Kept {
    const fn empty() -> Kept {
        Kept(ObjCell::empty())
    }
}

fn exec(_this: &Object) -> Result<()> {
    static HOOKED: AtomicBool = AtomicBool::new(false);
    if !HOOKED.swap(true, Ordering::Relaxed) {
        krait_vm::lifecycle::set_fault_handler_end(finish);
    }
    Ok(())
}

/// The end of the interpreter: no handler stays, no file is kept.
fn finish() {
    watchdog::stop();
    user::forget_all();
    fatal::forget();
}

/// Where to write: the descriptor, and the file object to be kept alive.
fn target(file: Option<&Object>) -> Result<(c_int, Option<Obj>)> {
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => krait_object::Layout::owned(file),
        None => {
            let stderr = (hooks::get().sys_get)("stderr")
                .ok_or_else(|| err::runtime_error("unable to get sys.stderr"))?;
            if stderr.is_none() {
                return Err(err::runtime_error("sys.stderr is None"));
            }
            stderr
        }
    };
    if long::check(&file) {
        let fd = long::as_i32(&file)?;
        if fd < 0 {
            return Err(err::value_error("file is not a valid file descripter"));
        }
        return Ok((fd, None));
    }
    let number = call::call_method(&file, intern!("fileno"), &[])?;
    let fd = if long::check(&number) { long::as_i64(&number)? } else { -1 };
    if !(0..i64::from(c_int::MAX)).contains(&fd) {
        return Err(err::runtime_error("file.fileno() is not a valid file descriptor"));
    }
    if call::call_method(&file, intern!("flush"), &[]).is_err() {
        err::clear();
    }
    Ok((fd as c_int, Some(file)))
}

/// An optional argument read as a C `int` and taken for a truth value.
fn int_flag(given: Option<&Object>, default: bool) -> Result<bool> {
    given.map_or(Ok(default), |given| crate::support::parse_int(given).map(|n| n != 0))
}

/// The calling thread's state.
fn thread_state() -> Result<*mut PyThreadState> {
    let tstate = state::current();
    if tstate.is_null() {
        return Err(err::runtime_error("unable to get the current thread state"));
    }
    Ok(tstate)
}

fn dump_traceback(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: krait_object::args::Signature<2> =
        krait_object::args::Signature::new("dump_traceback", ["file", "all_threads"]).required(0).parsed();
    let [file, all_threads] = SIGNATURE.bind_tuple(args, kw)?;
    let all_threads = int_flag(all_threads, true)?;
    let (fd, _file) = target(file)?;
    let tstate = thread_state()?;
    // SAFETY: the calling thread's state; the GIL is held.
    unsafe {
        if all_threads {
            traceback_dump::dump_threads(fd, core::ptr::null_mut(), tstate).map_err(err::runtime_error)?;
        } else {
            traceback_dump::dump_traceback(fd, tstate);
        }
    }
    crate::support::check_signals()
}

/// What both kinds of signal handlers write: the tracebacks of all threads or of this one. A second signal that comes
/// meanwhile writes nothing.
fn dump_in_handler(fd: c_int, all_threads: bool) {
    static BUSY: AtomicBool = AtomicBool::new(false);
    if BUSY.swap(true, Ordering::SeqCst) {
        return;
    }
    let tstate = krait_object::gil_state::this_thread_state();
    // SAFETY: this thread's state; those of others are read at a risk that a dying process takes.
    unsafe {
        if all_threads {
            let _ = traceback_dump::dump_threads(fd, core::ptr::null_mut(), tstate);
        } else if !tstate.is_null() {
            traceback_dump::dump_traceback(fd, tstate);
        }
    }
    BUSY.store(false, Ordering::SeqCst);
}

/// Gives this thread a stack of its own for signal handlers, once: a handler must run when the normal one is full.
fn ensure_signal_stack() {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::Relaxed) {
        return;
    }
    const SIZE: usize = 64 * 1024;
    // SAFETY: fresh memory that is never freed becomes the stack, unless the thread has one already.
    unsafe {
        let mut old: libc::stack_t = core::mem::zeroed();
        if libc::sigaltstack(core::ptr::null(), &mut old) == 0 && old.ss_flags & libc::SS_DISABLE == 0 {
            return;
        }
        let memory = libc::mmap(
            core::ptr::null_mut(),
            SIZE,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        );
        if memory != libc::MAP_FAILED {
            let stack = libc::stack_t { ss_sp: memory, ss_flags: 0, ss_size: SIZE };
            libc::sigaltstack(&stack, core::ptr::null_mut());
        }
    }
}

/// A signal action with a handler.
fn action(handler: extern "C" fn(c_int), flags: c_int) -> libc::sigaction {
    // SAFETY: plain data, for which zero is valid.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler as *const () as libc::sighandler_t;
        action.sa_flags = flags | libc::SA_ONSTACK;
        libc::sigemptyset(&mut action.sa_mask);
        action
    }
}
