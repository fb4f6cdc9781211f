//! Handlers of the signals that kill: `enable`, `disable`.

use super::{Kept, action, dump_in_handler, ensure_signal_stack, int_flag, target};
use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::fmt::Write;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use krait_object::args::Signature;
use krait_object::{Object, Result, err};
use krait_vm::traceback_dump::RawWriter;

/// A signal, its name, and what it did before.
struct Handler {
    signal: c_int,
    name: &'static str,
    installed: AtomicBool,
    previous: UnsafeCell<MaybeUninit<libc::sigaction>>,
}

// SAFETY: `previous` is written with the GIL held before `installed` is set, and read only while it is set.
unsafe impl Sync for Handler {}

const fn handler(signal: c_int, name: &'static str) -> Handler {
    Handler {
        signal,
        name,
        installed: AtomicBool::new(false),
        previous: UnsafeCell::new(MaybeUninit::zeroed()),
    }
}

/// Segmentation faults come last, so that handlers of other signals can crash in peace.
static HANDLERS: [Handler; 5] = [
    handler(libc::SIGBUS, "Bus error"),
    handler(libc::SIGILL, "Illegal instruction"),
    handler(libc::SIGFPE, "Floating point exception"),
    handler(libc::SIGABRT, "Aborted"),
    handler(libc::SIGSEGV, "Segmentation fault"),
];

static ENABLED: AtomicBool = AtomicBool::new(false);
static FD: AtomicI32 = AtomicI32::new(-1);
static ALL_THREADS: AtomicBool = AtomicBool::new(true);
static FILE: Kept = Kept::empty();

/// Whether a signal belongs to `enable`.
pub(super) fn owns(signal: c_int) -> bool {
    HANDLERS.iter().any(|handler| handler.signal == signal)
}

/// What the system calls: writes, then lets the signal do what it did before.
extern "C" fn on_fatal_signal(signal: c_int) {
    let errno = err::last_errno();
    if !ENABLED.load(Ordering::SeqCst) {
        return;
    }
    let fd = FD.load(Ordering::SeqCst);
    let found = HANDLERS.iter().find(|handler| handler.signal == signal);
    // First of all, so that a crash in here ends the process.
    if let Some(handler) = found {
        restore(handler);
    }
    let mut out = RawWriter::new(fd);
    let _ = match found {
        Some(handler) => write!(out, "Fatal Python error: {}\n\n", handler.name),
        None => write!(out, "Fatal Python error from unexpected signum: {signal}\n\n"),
    };
    drop(out);
    dump_in_handler(fd, ALL_THREADS.load(Ordering::SeqCst));
    // SAFETY: errno is per thread; the handler before ours gets the signal.
    unsafe {
        *libc::__errno_location() = errno;
        libc::raise(signal);
    }
}

/// Puts back what a signal did before.
fn restore(handler: &Handler) {
    if handler.installed.swap(false, Ordering::SeqCst) {
        // SAFETY: written before `installed` was set.
        unsafe { libc::sigaction(handler.signal, handler.previous.get().cast(), core::ptr::null_mut()) };
    }
}

pub(super) fn enable(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<2> = Signature::new("enable", ["file", "all_threads"]).required(0).parsed();
    let [file, all_threads] = SIGNATURE.bind_tuple(args, kw)?;
    let all_threads = int_flag(all_threads, true)?;
    let (fd, file) = target(file)?;
    super::thread_state()?;
    FD.store(fd, Ordering::SeqCst);
    ALL_THREADS.store(all_threads, Ordering::SeqCst);
    FILE.0.set_opt(file);
    if ENABLED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    ensure_signal_stack();
    for handler in &HANDLERS {
        let new = action(on_fatal_signal, libc::SA_NODEFER);
        // SAFETY: the cell is not read while `installed` is unset.
        let status = unsafe { libc::sigaction(handler.signal, &new, handler.previous.get().cast()) };
        if status != 0 {
            return Err(err::set_none(krait_object::types::exceptions::RuntimeError()));
        }
        handler.installed.store(true, Ordering::SeqCst);
    }
    Ok(())
}

/// Takes the handlers away; whether they were there.
pub(super) fn forget() -> bool {
    let was = ENABLED.swap(false, Ordering::SeqCst);
    if was {
        HANDLERS.iter().for_each(restore);
    }
    drop(FILE.0.take());
    was
}

pub(super) fn disable(_module: &Object) -> Result<bool> {
    Ok(forget())
}

pub(super) fn is_enabled(_module: &Object) -> Result<bool> {
    Ok(ENABLED.load(Ordering::SeqCst))
}
