//! The lock of a buffered stream.
//!
//! `owner` and `waiters` change only under the GIL. Who must wait sleeps on a condition variable without the GIL; the
//! mutex of the variable is held from the test of `owner` to the sleep, so that no wake-up is lost.

use super::Buffered;
use core::time::Duration;
use krait_object::protocol::object;
use krait_object::types::unicode;
use krait_object::{Layout, Result, err, state, thread};
use std::sync::{Condvar, Mutex, PoisonError};

static SLEEP: Mutex<()> = Mutex::new(());
static WAKE: Condvar = Condvar::new();

/// The lock, held until dropped.
pub(super) struct Guard<'a>(&'a Buffered);

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.owner.set(0);
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

#[cold]
fn wait(this: &Buffered, me: core::ffi::c_ulong) -> Result<()> {
    if this.owner.get() == me {
        // A signal handler, or a raw stream that uses the buffer over it.
        let shown = object::repr(this.object())?;
        return Err(err::runtime_error(format_args!("reentrant call inside {}", unicode::display(&shown))));
    }
    let finalizing = !state::finalizing().is_null();
    let mut rounds = 0;
    while this.owner.get() != 0 {
        if finalizing && rounds == 1 {
            // The owner is a daemon thread, which will never run again.
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
            );
        }
        rounds += 1;
        this.waiters.set(this.waiters.get() + 1);
        let sleep = SLEEP.lock().unwrap_or_else(PoisonError::into_inner);
        state::allow_threads(|| {
            let patience = Duration::from_secs(if finalizing { 1 } else { 3600 });
            drop(WAKE.wait_timeout(sleep, patience));
        });
        this.waiters.set(this.waiters.get() - 1);
    }
    Ok(())
}
