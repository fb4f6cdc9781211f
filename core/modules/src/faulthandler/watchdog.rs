//! A thread that writes tracebacks when time is up: `dump_traceback_later`.
//!
//! Two locks: `CANCEL` is held by Python code and let go to end the thread, `RUNNING` is held by the thread.

use super::{Kept, int_flag, target};
use crate::pytime::{self, Round};
use core::cell::RefCell;
use core::ffi::{c_int, c_void};
use core::fmt::Write;
use core::sync::atomic::{AtomicI32, AtomicPtr, Ordering};
use krait_abi::{PY_LOCK_ACQUIRED, PyInterpreterState};
use krait_object::args::Signature;
use krait_object::{Object, Result, err, state, thread};
use krait_vm::traceback_dump::{self, RawWriter};

/// What the thread is told; written while there is no thread.
#[derive(Clone)]
struct Order {
    fd: c_int,
    microseconds: i64,
    repeat: bool,
    exit: bool,
    header: String,
    interp: *mut PyInterpreterState,
}

struct Shared(RefCell<Option<Order>>);
// SAFETY: written with the GIL held while no thread runs; the thread only reads.
unsafe impl Sync for Shared {}
static ORDER: Shared = Shared(RefCell::new(None));
static FILE: Kept = Kept::empty();
static CANCEL: AtomicPtr<c_void> = AtomicPtr::new(core::ptr::null_mut());
static RUNNING: AtomicPtr<c_void> = AtomicPtr::new(core::ptr::null_mut());

/// The process that made the locks: the thread does not survive a fork.
static OWNER: AtomicI32 = AtomicI32::new(0);

/// The longest wait in microseconds.
const LONGEST: i64 = i64::MAX / 1000;

/// The locks; made at the first use, then kept. `CANCEL` starts as held.
fn locks() -> Result<()> {
    forget_after_fork();
    if !CANCEL.load(Ordering::Acquire).is_null() {
        return Ok(());
    }
    let (cancel, running) = (thread::allocate_lock(), thread::allocate_lock());
    if cancel.is_null() || running.is_null() {
        return Err(err::runtime_error("could not allocate locks for faulthandler"));
    }
    // SAFETY: a new lock.
    unsafe { thread::acquire_lock(cancel, true) };
    // SAFETY: no precondition.
    OWNER.store(unsafe { libc::getpid() }, Ordering::Relaxed);
    RUNNING.store(running, Ordering::Release);
    CANCEL.store(cancel, Ordering::Release);
    Ok(())
}

/// In the child of a fork: the locks may be held by a thread that is not there. They are left behind.
fn forget_after_fork() {
    // SAFETY: no precondition.
    if OWNER.load(Ordering::Relaxed) != unsafe { libc::getpid() } {
        CANCEL.store(core::ptr::null_mut(), Ordering::Release);
        RUNNING.store(core::ptr::null_mut(), Ordering::Release);
    }
}

/// The thread.
unsafe extern "C" fn watch(_arg: *mut c_void) {
    // SAFETY: no handler of this process shall run here, as nobody could be told; the locks live for ever.
    unsafe {
        let mut all: libc::sigset_t = core::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, core::ptr::null_mut());
        let order = ORDER.0.borrow().clone();
        if let Some(order) = order {
            loop {
                let cancel = CANCEL.load(Ordering::Acquire);
                if thread::acquire_lock_timed(cancel, order.microseconds, false) == PY_LOCK_ACQUIRED {
                    // Whoever cancels takes it again when we are gone.
                    thread::release_lock(cancel);
                    break;
                }
                let mut out = RawWriter::new(order.fd);
                let _ = out.write_str(&order.header);
                drop(out);
                let shown = traceback_dump::dump_threads(order.fd, order.interp, core::ptr::null_mut());
                if order.exit {
                    libc::_exit(1);
                }
                if !order.repeat || shown.is_err() {
                    break;
                }
            }
        }
        thread::release_lock(RUNNING.load(Ordering::Acquire));
    }
}

/// Ends the thread if there is one.
pub(super) fn stop() {
    forget_after_fork();
    let (cancel, running) = (CANCEL.load(Ordering::Acquire), RUNNING.load(Ordering::Acquire));
    if cancel.is_null() {
        return;
    }
    // SAFETY: the locks live for ever; `CANCEL` is held by us except in here.
    unsafe {
        thread::release_lock(cancel);
        thread::acquire_lock(running, true);
        thread::release_lock(running);
        thread::acquire_lock(cancel, true);
    }
    ORDER.0.replace(None);
    drop(FILE.0.take());
}

/// `Timeout (0:00:00.500000)!`
fn header(microseconds: i64) -> String {
    let (seconds, fraction) = (microseconds / 1_000_000, microseconds % 1_000_000);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if fraction == 0 {
        format!("Timeout ({hours}:{minutes:02}:{seconds:02})!\n")
    } else {
        format!("Timeout ({hours}:{minutes:02}:{seconds:02}.{fraction:06})!\n")
    }
}

pub(super) fn dump_traceback_later(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<4> =
        Signature::new("dump_traceback_later", ["timeout", "repeat", "file", "exit"]).required(1).parsed();
    let [timeout, repeat, file, exit] = SIGNATURE.bind_tuple(args, kw)?;
    let timeout = timeout.ok_or_else(err::bad_argument)?;
    let repeat = int_flag(repeat, false)?;
    let exit = int_flag(exit, false)?;
    let time = pytime::from_seconds_object(timeout, Round::Up)?;
    let microseconds = pytime::as_microseconds(time, Round::Up);
    if microseconds <= 0 {
        return Err(err::value_error("timeout must be greater than 0"));
    }
    if microseconds > LONGEST {
        return Err(err::overflow_error("timeout value is too large"));
    }
    super::thread_state()?;
    let (fd, file) = target(file)?;
    locks()?;
    stop();
    FILE.0.set_opt(file);
    let order =
        Order { fd, microseconds, repeat, exit, header: header(microseconds), interp: state::interp() };
    ORDER.0.replace(Some(order));
    let running = RUNNING.load(Ordering::Acquire);
    // SAFETY: the locks live for ever; the thread lets `RUNNING` go when it ends.
    unsafe {
        thread::acquire_lock(running, true);
        if thread::start_new_thread(watch, core::ptr::null_mut()) == thread::INVALID_THREAD_ID {
            thread::release_lock(running);
            FILE.0.set_opt(None);
            return Err(err::runtime_error("unable to start watchdog thread"));
        }
    }
    Ok(())
}

pub(super) fn cancel(_module: &Object) -> Result<()> {
    stop();
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn headers() {
        for (microseconds, text) in [
            (500_000, "Timeout (0:00:00.500000)!\n"),
            (1_000_000, "Timeout (0:00:01)!\n"),
            (3_723_000_001, "Timeout (1:02:03.000001)!\n"),
        ] {
            assert_eq!(super::header(microseconds), text);
        }
    }
}
