//! The hostile build (feature `checked`): finds what normal runs don't.
//!
//! - Freed memory is poisoned and every block is checked when it is freed (the debug hooks of [`crate::memory`]).
//! - A reference count that is not positive when a reference is given up ends the process.
//! - `KRAIT_CHECKED_COLLECT=n`: a collection of the youngest generation at every n-th allocation of a tracked object.
//! - `KRAIT_CHECKED_FAIL=n`, or [`fail_after`]: the n-th allocation from now on fails, once.
//! - [`live_objects`] counts the objects that have been made and not deallocated.

use core::sync::atomic::{AtomicIsize, AtomicUsize, Ordering};
use std::sync::Once;

static LIVE: AtomicIsize = AtomicIsize::new(0);
static UNTIL_FAILURE: AtomicIsize = AtomicIsize::new(0);
static COLLECT_EVERY: AtomicUsize = AtomicUsize::new(0);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);

/// Reads the environment and puts the debug hooks in place, once; part of `state::initialize`.
pub fn start() {
    static START: Once = Once::new();
    START.call_once(|| {
        let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
        COLLECT_EVERY.store(number("KRAIT_CHECKED_COLLECT").unwrap_or(0), Ordering::Relaxed);
        fail_after(number("KRAIT_CHECKED_FAIL").unwrap_or(0) as isize);
        crate::memory::setup_debug_hooks();
    });
}

/// The `n`-th allocation from now on fails; 0 takes that back.
pub fn fail_after(n: isize) {
    UNTIL_FAILURE.store(n, Ordering::SeqCst);
}

/// Whether this allocation is the one that has to fail.
#[inline]
pub(crate) fn fails_now() -> bool {
    UNTIL_FAILURE.load(Ordering::Relaxed) > 0 && UNTIL_FAILURE.fetch_sub(1, Ordering::SeqCst) == 1
}

/// Whether this allocation of a tracked object has to collect.
#[inline]
pub(crate) fn collects_now() -> bool {
    let every = COLLECT_EVERY.load(Ordering::Relaxed);
    every > 0 && ALLOCATIONS.fetch_add(1, Ordering::Relaxed) % every == every - 1
}

/// How many objects are alive.
pub fn live_objects() -> isize {
    LIVE.load(Ordering::Relaxed)
}

#[inline]
pub(crate) fn made() {
    LIVE.fetch_add(1, Ordering::Relaxed);
}

#[inline]
pub(crate) fn died() {
    LIVE.fetch_sub(1, Ordering::Relaxed);
}
