//! Tracebacks when a signal of the user's choice comes: `register`, `unregister`.

use super::{Kept, action, dump_in_handler, ensure_signal_stack, fatal, int_flag, target};
use crate::signal::NSIG;
use core::cell::UnsafeCell;
use core::ffi::c_int;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use krait_object::args::Signature;
use krait_object::{Object, Result, err};

/// What a signal does.
struct Registered {
    enabled: AtomicBool,
    fd: AtomicI32,
    all_threads: AtomicBool,
    chain: AtomicBool,
    file: Kept,
    previous: UnsafeCell<MaybeUninit<libc::sigaction>>,
}

// SAFETY: `previous` is written with the GIL held while `enabled` is unset, and read only while it is set.
unsafe impl Sync for Registered {}

static SIGNALS: [Registered; NSIG] = [const {
    Registered {
        enabled: AtomicBool::new(false),
        fd: AtomicI32::new(-1),
        all_threads: AtomicBool::new(true),
        chain: AtomicBool::new(false),
        file: Kept::empty(),
        previous: UnsafeCell::new(MaybeUninit::zeroed()),
    }
}; NSIG];

/// Installs our handler; -1 with `errno` when that fails.
fn install(signal: c_int, chain: bool, previous: *mut libc::sigaction) -> c_int {
    // A chained handler raises the signal again, which must arrive before it returns.
    let flags = libc::SA_RESTART | if chain { libc::SA_NODEFER } else { 0 };
    // SAFETY: `previous` is NULL or a place of ours.
    unsafe { libc::sigaction(signal, &action(on_signal, flags), previous) }
}

/// What the system calls.
extern "C" fn on_signal(signal: c_int) {
    let errno = err::last_errno();
    let Some(registered) = SIGNALS.get(signal as usize) else { return };
    if !registered.enabled.load(Ordering::SeqCst) {
        return;
    }
    dump_in_handler(registered.fd.load(Ordering::SeqCst), registered.all_threads.load(Ordering::SeqCst));
    // SAFETY: `previous` holds the action from before, as `enabled` is set; errno is per thread.
    unsafe {
        if registered.chain.load(Ordering::SeqCst) {
            libc::sigaction(signal, registered.previous.get().cast(), core::ptr::null_mut());
            *libc::__errno_location() = errno;
            libc::raise(signal);
            let after = err::last_errno();
            install(signal, true, core::ptr::null_mut());
            *libc::__errno_location() = after;
        } else {
            *libc::__errno_location() = errno;
        }
    }
}

fn checked(signal: c_int) -> Result<&'static Registered> {
    if fatal::owns(signal) {
        return Err(err::runtime_error(format_args!(
            "signal {signal} cannot be registered, use enable() instead"
        )));
    }
    if signal < 1 || NSIG as c_int <= signal {
        return Err(err::value_error("signal number out of range"));
    }
    Ok(&SIGNALS[signal as usize])
}

pub(super) fn register(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<4> =
        Signature::new("register", ["signum", "file", "all_threads", "chain"]).required(1).parsed();
    let [signal, file, all_threads, chain] = SIGNATURE.bind_tuple(args, kw)?;
    let signal = signal.map_or(Ok(0), crate::support::parse_int)?;
    let all_threads = int_flag(all_threads, true)?;
    let chain = int_flag(chain, false)?;
    let registered = checked(signal)?;
    super::thread_state()?;
    let (fd, file) = target(file)?;
    if !registered.enabled.load(Ordering::SeqCst) {
        ensure_signal_stack();
        if install(signal, chain, registered.previous.get().cast()) != 0 {
            return Err(err::from_last_errno());
        }
    }
    registered.file.0.set_opt(file);
    registered.fd.store(fd, Ordering::SeqCst);
    registered.all_threads.store(all_threads, Ordering::SeqCst);
    registered.chain.store(chain, Ordering::SeqCst);
    registered.enabled.store(true, Ordering::SeqCst);
    Ok(())
}

/// Takes a registration back; whether there was one.
fn forget(signal: c_int, registered: &Registered) -> bool {
    if !registered.enabled.swap(false, Ordering::SeqCst) {
        return false;
    }
    // SAFETY: written by `register`.
    unsafe { libc::sigaction(signal, registered.previous.get().cast(), core::ptr::null_mut()) };
    registered.fd.store(-1, Ordering::SeqCst);
    drop(registered.file.0.take());
    true
}

/// Takes all registrations back.
pub(super) fn forget_all() {
    for (signal, registered) in SIGNALS.iter().enumerate() {
        forget(signal as c_int, registered);
    }
}

pub(super) fn unregister(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<bool> {
    let given = krait_object::types::tuple::items(args);
    crate::support::check_count("unregister", given.len(), 1, 1)?;
    let _ = kw;
    let signal = crate::support::parse_int(given[0])?;
    Ok(forget(signal, checked(signal)?))
}
