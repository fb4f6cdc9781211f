//! The eval breaker: where the running loop gives way to signals, pending calls, other threads and tracing.

use super::regs::{Flow, Regs};
use core::sync::atomic::Ordering;
use krait_object::{Result, pending, state};

/// One load; everything else is behind [`handle`].
#[inline(always)]
pub(super) unsafe fn poll(r: &mut Regs) -> Flow {
    // SAFETY: the running thread's state and interpreter live while it runs.
    unsafe {
        let breaker = state::atomic_int(&raw mut (*(*r.tstate()).interp).ceval.eval_breaker);
        if breaker.load(Ordering::Relaxed) == 0 {
            return Flow::Next;
        }
        // Nothing comes between entering a `with` or `try` statement and its first instruction, or between sending to
        // a generator and what it delegates to.
        let next = krait_code::Opcode::from_byte(crate::decode::plain_op((*r.pc).get().op));
        if matches!(
            next,
            Some(
                krait_code::Opcode::SETUP_FINALLY
                    | krait_code::Opcode::SETUP_WITH
                    | krait_code::Opcode::BEFORE_ASYNC_WITH
                    | krait_code::Opcode::YIELD_FROM
            )
        ) {
            return Flow::Next;
        }
        match handle() {
            Ok(()) => Flow::Next,
            Err(_) => Flow::Error,
        }
    }
}

/// Signals first, then pending calls, a request for the GIL, and an exception set by another thread
/// (`eval_frame_handle_pending` in the C API's terms).
#[cold]
#[inline(never)]
pub fn handle() -> Result<()> {
    pending::handle()
}
