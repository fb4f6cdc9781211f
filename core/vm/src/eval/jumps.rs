//! Jumps. Backward ones are where a running loop notices signals, other threads and tracing.

use super::arithmetic::truth;
use super::regs::{Flow, Regs, handlers};
use crate::decode::Instr;
use krait_object::refcount::decref;

handlers! {
    fn jump_forward(r, instr) {
        r.jump(instr.arg);
        Flow::Next
    }

    fn jump_absolute(r, instr) {
        r.save_position();
        r.jump(instr.arg);
        super::breaker::poll(r)
    }

    fn pop_jump_if_false(r, instr) {
        jump_if(r, instr, false)
    }

    fn pop_jump_if_true(r, instr) {
        jump_if(r, instr, true)
    }

    fn jump_if_false_or_pop(r, instr) {
        jump_or_pop(r, instr, false)
    }

    fn jump_if_true_or_pop(r, instr) {
        jump_or_pop(r, instr, true)
    }
}

#[inline(always)]
unsafe fn jump_if(r: &mut Regs, instr: Instr, when: bool) -> Flow {
    // SAFETY: the verified depth has the operand; the target is verified.
    unsafe {
        let value = *r.slot(1);
        let Ok(is_true) = condition(r, value) else { return Flow::Error };
        r.sp = r.sp.sub(1);
        decref(value);
        if is_true != when {
            return Flow::Next;
        }
        r.jump(instr.arg);
        after_conditional_jump(r, instr)
    }
}

#[inline(always)]
unsafe fn condition(r: &Regs, value: *mut krait_abi::PyObject) -> krait_object::Result<bool> {
    use krait_object::types::bool as py_bool;
    // SAFETY: a live object on the stack.
    unsafe {
        if value == py_bool::true_ptr() {
            return Ok(true);
        }
        if value == py_bool::false_ptr() {
            return Ok(false);
        }
        r.save_position();
        truth(value)
    }
}

#[inline(always)]
unsafe fn jump_or_pop(r: &mut Regs, instr: Instr, when: bool) -> Flow {
    // SAFETY: the verified depth has the operand; the target is verified.
    unsafe {
        let value = *r.slot(1);
        let Ok(is_true) = condition(r, value) else { return Flow::Error };
        if is_true == when {
            r.jump(instr.arg);
            return after_conditional_jump(r, instr);
        }
        r.sp = r.sp.sub(1);
        decref(value);
        Flow::Next
    }
}

/// A conditional jump that went backwards closes a loop: look at the eval breaker.
#[inline(always)]
pub(super) unsafe fn after_conditional_jump(r: &mut Regs, _instr: Instr) -> Flow {
    // SAFETY: tstate and its interpreter live while the frame runs.
    unsafe { super::breaker::poll(r) }
}
