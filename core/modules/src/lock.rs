//! A lock for objects that work without the GIL.
//!
//! The flag changes only under the GIL. Who must wait sleeps on a condition variable without the GIL; the variable's
//! mutex is held from the test of the flag to the sleep, so that no wake-up is lost.

use core::cell::Cell;
use krait_object::state;
use std::sync::{Condvar, Mutex, PoisonError};

static SLEEP: Mutex<()> = Mutex::new(());
static WAKE: Condvar = Condvar::new();

/// A lock.
#[derive(Default)]
pub struct Lock {
    taken: Cell<bool>,
    waiters: Cell<usize>,
}

/// The lock, held until dropped.
pub struct Guard<'a>(&'a Lock);

impl Lock {
    /// Takes the lock, waiting without the GIL if need be. A thread must not take it twice.
    pub fn enter(&self) -> Guard<'_> {
        while self.taken.get() {
            self.waiters.set(self.waiters.get() + 1);
            let sleep = SLEEP.lock().unwrap_or_else(PoisonError::into_inner);
            state::allow_threads(|| drop(WAKE.wait(sleep).unwrap_or_else(PoisonError::into_inner)));
            self.waiters.set(self.waiters.get() - 1);
        }
        self.taken.set(true);
        Guard(self)
    }
}

impl Drop for Guard<'_> {
    fn drop(&mut self) {
        self.0.taken.set(false);
        if self.0.waiters.get() > 0 {
            let _sleep = SLEEP.lock().unwrap_or_else(PoisonError::into_inner);
            WAKE.notify_all();
        }
    }
}
