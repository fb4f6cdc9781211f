//! The lock of a buffered stream.
//!
//! Its fields change only under the GIL. Who must wait sleeps on a condition variable without the GIL; the mutex of the
//! variable is held from the test of `owner` to the sleep, so that no wake-up is lost.
//!
//! A released lock is free for all, which saves a switch of threads for each use. But who wakes up wants the GIL first,
//! and by then the thread that released the lock may have taken it again, and so on for ever. A waiter that has been
//! passed over for longer than [`PATIENCE`] therefore asks for it, and the next release leaves the lock to the waiters.

use super::Buffered;
use core::ffi::c_ulong;
use core::time::Duration;
use krait_object::protocol::object;
use krait_object::types::unicode;
use krait_object::{Layout, Result, err, state, thread};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

static SLEEP: Mutex<()> = Mutex::new(());
static WAKE: Condvar = Condvar::new();

/// As `owner`: free for those who have waited. No thread has this number.
const FOR_WAITERS: c_ulong = c_ulong::MAX;

/// As long as threads wait for the GIL before they ask for it.
const PATIENCE: Duration = Duration::from_millis(5);

/// How long newcomers leave the lock to the waiters. Those may be gone: with a fork, or at the end of the interpreter.
const DEFERENCE: Duration = Duration::from_millis(50);

/// The lock, held until dropped.
pub(super) struct Guard<'a>(&'a Buffered);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.owner.set(if self.0.passed_over.take() { FOR_WAITERS } else { 0 });
        if self.0.waiters.get() > 0 {
            let _sleep = SLEEP.lock().unwrap_or_else(PoisonError::into_inner);
            WAKE.notify_all();
        }
    }
}

/// Whether some thread has the lock.
#[inline(always)]
pub(super) fn is_free(this: &Buffered) -> bool {
    this.owner.get() == 0
}

/// Takes the lock.
#[inline]
pub(super) fn enter(this: &Buffered) -> Result<Guard<'_>> {
    let me = thread::ident();
    if this.owner.get() != 0 {
        wait(this, me)?;
    }
    this.owner.set(me);
    Ok(Guard(this))
}

/// Waits until the lock is free.
#[cold]
fn wait(this: &Buffered, me: c_ulong) -> Result<()> {
    if this.owner.get() == me {
        // A signal handler, or a raw stream that uses the buffer over it.
        let shown = object::repr(this.object())?;
        return Err(err::runtime_error(format_args!("reentrant call inside {}", unicode::display(&shown))));
    }
    let finalizing = !state::finalizing().is_null();
    if finalizing && this.owner.get() == FOR_WAITERS {
        // They are daemon threads, which will never run again.
        return Ok(());
    }
    if this.owner.get() == FOR_WAITERS {
        sleep(this, DEFERENCE);
        if this.owner.get() == FOR_WAITERS {
            return Ok(());
        }
    }
    let started = Instant::now();
    while !matches!(this.owner.get(), 0 | FOR_WAITERS) {
        sleep(this, Duration::from_secs(if finalizing { 1 } else { 3600 }));
        let taken = !matches!(this.owner.get(), 0 | FOR_WAITERS);
        if taken && finalizing {
            // The owner is a daemon thread, which will never run again.
            die(this);
        }
        if taken && started.elapsed() > PATIENCE {
            this.passed_over.set(true);
        }
    }
    Ok(())
}

/// Sleeps without the GIL until the lock is released, or for that long.
fn sleep(this: &Buffered, longest: Duration) {
    this.waiters.set(this.waiters.get() + 1);
    let sleep = SLEEP.lock().unwrap_or_else(PoisonError::into_inner);
    state::allow_threads(|| drop(WAKE.wait_timeout(sleep, longest)));
    this.waiters.set(this.waiters.get() - 1);
}

fn die(this: &Buffered) -> ! {
    let shown = object::repr(this.object()).map_or_else(
        |_| {
            err::clear();
            String::from("<unknown>")
        },
        |shown| unicode::to_string_lossy(&shown),
    );
    err::fatal(
        "_enter_buffered_busy",
        &format!(
            "could not acquire lock for {shown} at interpreter shutdown, possibly due to daemon threads"
        ),
    )
}
