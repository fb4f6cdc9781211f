//! `_signal`: Python functions as signal handlers.
//!
//! The native handler only notes that a signal has come ([`trip`]); the main thread calls the Python handler between two
//! instructions, or after a system call was interrupted, through [`check_signals`].

mod functions;
mod sets;
mod siginfo;

pub use functions::{METHODS, send_to_main as set_interrupt};
pub use sets::{from_native as set_from_native, sigset_converter};

use core::cell::Cell;
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use krait_abi::PyObject;
use krait_object::protocol::call;
use krait_object::types::{dict, exceptions, long, module, none, tuple};
use krait_object::{Layout, Obj, Object, Result, err, hooks, interpreter, native_module, pending, state};

native_module! {
    /// `_signal`
    init: PyInit__signal, name: c"_signal",
    doc: c"Signals of the operating system.\n\nsignal() sets the action for a signal, getsignal() tells it; alarm() and setitimer()\nmake signals come later; pause(), sigwait() and others wait for signals;\npthread_sigmask() blocks them; set_wakeup_fd() makes each signal write a byte.\n\nA handler is SIG_DFL, SIG_IGN or a function of two arguments: the signal number and\nthe frame that was interrupted. Handlers run in the main thread.",
    methods: METHODS, exec: exec,
}

/// One more than the highest signal number.
pub const NSIG: usize = 65;

/// What the interpreter knows of one signal.
struct Handler {
    /// Set by the native handler.
    tripped: AtomicBool,
    /// The Python handler, owned: `SIG_DFL` and `SIG_IGN` as ints, None for one that C code has installed, NULL before
    /// the module is imported.
    function: Cell<*mut PyObject>,
}

// SAFETY: `function` is touched with the GIL held only.
unsafe impl Sync for Handler {}

static HANDLERS: [Handler; NSIG] =
    [const { Handler { tripped: AtomicBool::new(false), function: Cell::new(null_mut()) } }; NSIG];

/// Whether any signal has come.
static TRIPPED: AtomicBool = AtomicBool::new(false);

/// Where each signal writes a byte; -1 for nowhere.
static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
/// Whether a full wake-up pipe is worth a message.
static WARN_ON_FULL: AtomicBool = AtomicBool::new(true);

/// A native signal handler, or `SIG_DFL`, `SIG_IGN`, `SIG_ERR`.
pub type NativeHandler = libc::sighandler_t;

/// `PyOS_getsig`.
pub fn native_handler(signal: c_int) -> NativeHandler {
    let mut action = core::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: a valid place for the result.
    unsafe {
        if libc::sigaction(signal, core::ptr::null(), action.as_mut_ptr()) == -1 {
            return libc::SIG_ERR;
        }
        action.assume_init().sa_sigaction
    }
}

/// `PyOS_setsig`: the old handler, or `SIG_ERR`.
pub fn set_native_handler(signal: c_int, handler: NativeHandler) -> NativeHandler {
    // SAFETY: plain data, for which zero is valid.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        let mut old: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = handler;
        libc::sigemptyset(&mut action.sa_mask);
        if libc::sigaction(signal, &action, &mut old) == -1 {
            return libc::SIG_ERR;
        }
        old.sa_sigaction
    }
}

/// The handler that the system calls: async-signal-safe.
extern "C" fn native(signal: c_int) {
    let errno = err::last_errno();
    trip(signal);
    // SAFETY: errno is per thread.
    unsafe { *libc::__errno_location() = errno };
}

/// Notes a signal and wakes the main thread.
fn trip(signal: c_int) {
    let Some(handler) = HANDLERS.get(signal as usize) else { return };
    handler.tripped.store(true, Ordering::SeqCst);
    // After the line above, so that whoever sees this flag finds the signal.
    TRIPPED.store(true, Ordering::SeqCst);
    let interp = interpreter::main();
    if interp.is_null() {
        return;
    }
    // SAFETY: the main interpreter lives as long as handlers are installed.
    unsafe { pending::signal_received(interp) };
    let fd = WAKEUP_FD.load(Ordering::Relaxed);
    if fd == -1 {
        return;
    }
    let byte = signal as u8;
    // SAFETY: one readable byte.
    if let Err(errno) = unsafe { crate::fileutils::write_noraise(fd, &byte, 1) } {
        let full = errno == libc::EAGAIN || errno == libc::EWOULDBLOCK;
        if WARN_ON_FULL.load(Ordering::Relaxed) || !full {
            // SAFETY: as above; the error number travels as the argument.
            unsafe { pending::add(interp, Some(report_wakeup_error), errno as usize as *mut c_void) };
        }
    }
}

/// A pending call: tells that the wake-up descriptor could not be written.
unsafe extern "C" fn report_wakeup_error(errno: *mut c_void) -> c_int {
    let saved = err::fetch();
    let _ = err::from_errno_as(exceptions::OSError(), errno as usize as c_int, None, None);
    (hooks::get().write_stderr)("Exception ignored when trying to write to the signal wakeup fd:\n");
    err::write_unraisable(None);
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
    0
}

/// Whether the running thread is the main thread of the main interpreter, which alone handles signals.
fn handles_signals() -> bool {
    state::is_main_thread() && state::interp() == interpreter::main()
}

/// `SIG_DFL` or `SIG_IGN` as a Python object.
fn default_action() -> &'static Object {
    long::small(0)
}

fn ignore_action() -> &'static Object {
    long::small(1)
}

/// Whether an object stands for the default action or for none.
fn is_plain_action(function: &Object) -> bool {
    function.is_none() || function.is(default_action()) || function.is(ignore_action())
}

/// The Python handler of a signal.
fn handler_of(signal: usize) -> Option<Obj> {
    // SAFETY: NULL or an owned reference.
    unsafe { Object::from_ptr_opt(HANDLERS[signal].function.get()).map(Layout::owned) }
}

/// Sets the Python handler of a signal; the old one.
fn set_handler(signal: usize, function: Option<Obj>) -> Option<Obj> {
    let old = HANDLERS[signal].function.replace(krait_object::handle::into_ptr_opt(function));
    // SAFETY: the field's reference moves to the result.
    unsafe { Obj::from_owned_opt(old) }
}

/// `PyErr_CheckSignals`: calls the handlers of signals that have come. Nothing happens outside the main thread.
pub fn check_signals() -> Result<()> {
    if !TRIPPED.load(Ordering::SeqCst) || !handles_signals() {
        return Ok(());
    }
    check_signals_now()
}

/// `_PyErr_CheckSignalsTstate`: without asking which thread runs.
pub fn check_signals_now() -> Result<()> {
    // Before the scan, so that a signal that comes meanwhile is seen by the next call.
    if !TRIPPED.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    // SAFETY: the running thread's frame.
    let frame =
        unsafe { Object::from_ptr_opt((*state::required()).frame.cast()).unwrap_or(none::none()).owned() };
    for signal in 1..NSIG {
        if !HANDLERS[signal].tripped.swap(false, Ordering::SeqCst) {
            continue;
        }
        let function = match handler_of(signal) {
            Some(function) if !is_plain_action(&function) => function,
            _ => {
                // The handler was taken away after the signal had come.
                let _ = err::os_error(format_args!("Signal {signal} ignored due to race condition"));
                err::write_unraisable(Some(none::none()));
                continue;
            }
        };
        let number = long::from_i64(signal as i64)?;
        if let Err(raised) = call::call(&function, &[&number, &frame]) {
            // The rest must be handled later.
            TRIPPED.store(true, Ordering::SeqCst);
            return Err(raised);
        }
    }
    Ok(())
}

/// `PyOS_InterruptOccurred`: whether Ctrl-C was pressed; the note of it is cleared.
pub fn interrupt_occurred() -> bool {
    handles_signals() && HANDLERS[libc::SIGINT as usize].tripped.swap(false, Ordering::SeqCst)
}

/// `PySignal_SetWakeupFd`: the old descriptor.
pub fn set_wakeup_fd(fd: c_int) -> c_int {
    let old = WAKEUP_FD.swap(if fd < 0 { -1 } else { fd }, Ordering::Relaxed);
    WARN_ON_FULL.store(true, Ordering::Relaxed);
    old
}

/// `PyOS_InitInterrupts`: imports the module, which installs the handler for Ctrl-C.
pub fn init_interrupts() -> Result<()> {
    (hooks::get().import)("_signal").map(drop)
}

/// What signal handling a program that embeds Python usually wants (`Py_InitializeEx(1)`): broken pipes and files that
/// are too long are errors, not deaths, and Ctrl-C is an exception.
pub fn install_handlers() -> Result<()> {
    set_native_handler(libc::SIGPIPE, libc::SIG_IGN);
    set_native_handler(libc::SIGXFSZ, libc::SIG_IGN);
    init_interrupts()
}

/// `_Py_RestoreSignals`: what Python ignores gets its default action again, before another program starts.
pub fn restore_signals() {
    set_native_handler(libc::SIGPIPE, libc::SIG_DFL);
    set_native_handler(libc::SIGXFSZ, libc::SIG_DFL);
}

/// At finalisation: signals with a Python handler get their default action.
pub fn finalize() {
    for (signal, handler) in HANDLERS.iter().enumerate().skip(1) {
        handler.tripped.store(false, Ordering::SeqCst);
        if let Some(function) = set_handler(signal, None)
            && !is_plain_action(&function)
        {
            set_native_handler(signal as c_int, libc::SIG_DFL);
        }
    }
}

/// `_PySignal_AfterFork`: signals that came before the fork are the parent's.
pub fn after_fork_child() {
    if TRIPPED.swap(false, Ordering::SeqCst) {
        for handler in &HANDLERS {
            handler.tripped.store(false, Ordering::SeqCst);
        }
    }
}

#[rustfmt::skip]
static CONSTANTS: &[(&str, i64)] = &[
    ("NSIG", NSIG as i64), ("SIG_BLOCK", libc::SIG_BLOCK as i64), ("SIG_UNBLOCK", libc::SIG_UNBLOCK as i64),
    ("SIG_SETMASK", libc::SIG_SETMASK as i64), ("SIGHUP", libc::SIGHUP as i64), ("SIGINT", libc::SIGINT as i64),
    ("SIGQUIT", libc::SIGQUIT as i64), ("SIGILL", libc::SIGILL as i64), ("SIGTRAP", libc::SIGTRAP as i64),
    ("SIGIOT", libc::SIGIOT as i64), ("SIGABRT", libc::SIGABRT as i64), ("SIGFPE", libc::SIGFPE as i64),
    ("SIGKILL", libc::SIGKILL as i64), ("SIGBUS", libc::SIGBUS as i64), ("SIGSEGV", libc::SIGSEGV as i64),
    ("SIGSYS", libc::SIGSYS as i64), ("SIGPIPE", libc::SIGPIPE as i64), ("SIGALRM", libc::SIGALRM as i64),
    ("SIGTERM", libc::SIGTERM as i64), ("SIGUSR1", libc::SIGUSR1 as i64), ("SIGUSR2", libc::SIGUSR2 as i64),
    ("SIGCLD", libc::SIGCHLD as i64), ("SIGCHLD", libc::SIGCHLD as i64), ("SIGPWR", libc::SIGPWR as i64),
    ("SIGIO", libc::SIGIO as i64), ("SIGURG", libc::SIGURG as i64), ("SIGWINCH", libc::SIGWINCH as i64),
    ("SIGPOLL", libc::SIGPOLL as i64), ("SIGSTOP", libc::SIGSTOP as i64), ("SIGTSTP", libc::SIGTSTP as i64),
    ("SIGCONT", libc::SIGCONT as i64), ("SIGTTIN", libc::SIGTTIN as i64), ("SIGTTOU", libc::SIGTTOU as i64),
    ("SIGVTALRM", libc::SIGVTALRM as i64), ("SIGPROF", libc::SIGPROF as i64), ("SIGXCPU", libc::SIGXCPU as i64),
    ("SIGXFSZ", libc::SIGXFSZ as i64), ("ITIMER_REAL", 0), ("ITIMER_VIRTUAL", 1), ("ITIMER_PROF", 2),
];

fn exec(this: &Object) -> Result<()> {
    install_check();
    crate::support::add_ints(this, CONSTANTS)?;
    crate::support::add_ints(
        this,
        &[("SIGRTMIN", i64::from(libc::SIGRTMIN())), ("SIGRTMAX", i64::from(libc::SIGRTMAX()))],
    )?;
    module::add(this, "SIG_DFL", default_action())?;
    module::add(this, "SIG_IGN", ignore_action())?;
    siginfo::add_to(this)?;
    let error = err::new_exception("signal.ItimerError", Some(exceptions::OSError()), None)?;
    module::add(this, "ItimerError", &error)?;
    if handler_of(1).is_some() {
        // Imported before: the handlers are those of the process.
        return Ok(());
    }
    for signal in 1..NSIG {
        let function = match native_handler(signal as c_int) {
            libc::SIG_DFL => default_action(),
            libc::SIG_IGN => ignore_action(),
            _ => none::none(),
        };
        set_handler(signal, Some(function.owned()));
    }
    if handler_of(libc::SIGINT as usize).is_some_and(|function| function.is(default_action())) {
        let interrupt = dict::get_str(module::dict(this), "default_int_handler")?;
        set_handler(libc::SIGINT as usize, interrupt);
        set_native_handler(libc::SIGINT, native as *const () as NativeHandler);
    }
    Ok(())
}

/// From now on the interpreter asks this module about signals.
fn install_check() {
    if let Some(table) = hooks::try_get() {
        hooks::install(hooks::Hooks { check_signals, ..table });
    }
}

/// The error of functions that only the main thread may call.
fn main_thread_only(function: &str) -> Result<()> {
    if handles_signals() {
        return Ok(());
    }
    Err(err::value_error(format_args!("{function} only works in main thread of the main interpreter")))
}

/// A pair of floats.
fn pair(first: f64, second: f64) -> Result<Obj> {
    use krait_object::types::float;
    tuple::pack([float::from_f64(first)?, float::from_f64(second)?])
}
