//! Address space kept back for the time when memory runs out: the exception, its traceback and what unwinding wants are
//! made of it. The collector keeps it filled, [`release`] gives it to the allocators when a request has failed.

use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};

/// No page of it is ever touched, so that it costs nothing but the address space.
const SIZE: usize = 8 << 20;

static RESERVE: AtomicPtr<libc::c_void> = AtomicPtr::new(null_mut());

/// Keeps the reserve back where it is not; quick when it is.
#[inline]
pub fn refill() {
    if RESERVE.load(Ordering::Relaxed).is_null() {
        take();
    }
}

#[cold]
fn take() {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a fresh mapping of its own.
    let block = unsafe { libc::mmap(null_mut(), SIZE, libc::PROT_NONE, flags, -1, 0) };
    if block == libc::MAP_FAILED {
        return;
    }
    if RESERVE.compare_exchange(null_mut(), block, Ordering::AcqRel, Ordering::Relaxed).is_err() {
        // SAFETY: the mapping from above, which another thread's made superfluous.
        unsafe { libc::munmap(block, SIZE) };
    }
}

/// Gives the reserve back to the process; whether there was one, so that a request may be worth another attempt.
#[cold]
pub fn release() -> bool {
    let block = RESERVE.swap(null_mut(), Ordering::AcqRel);
    // SAFETY: a mapping that `take` made, which the swap gave to this thread alone.
    !block.is_null() && unsafe { libc::munmap(block, SIZE) } == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_once() {
        refill();
        assert!(release());
        assert!(!release());
        refill();
        refill();
        assert!(release());
    }
}
