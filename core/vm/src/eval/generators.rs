//! Generators and coroutines that the running loop continues itself: `for` loops over them, `yield from` and `await`.
//!
//! Such a generator's frame lies on the caller's like that of a called function: `f_back` is the caller, which waits in
//! its `FOR_ITER` or `YIELD_FROM`. Nothing else tells it from a generator that was continued through the C API, except
//! that it is not the frame that the activation was entered with.
//!
//! ```text
//!   for x in g:        caller (FOR_ITER)  <- f_back -  generator: yields to the loop
//!   yield from g       caller (YIELD_FROM) <- f_back - generator: the caller yields what it yields
//! ```

use super::regs::{Flow, Home, Regs};
use super::{coroutines, iterate, threaded};
use crate::coroutine::PyCoro_Type;
use crate::decode::Decoded;
use crate::generator::{self, Generator, PyGen_Type, Step};
use core::ptr::null_mut;
use krait_abi::*;
use krait_code::Opcode;
use krait_object::refcount::{decref, incref};
use krait_object::types::none;
use krait_object::{Object, Raised};

/// Continues a suspended generator or coroutine with the owned value `sent` (null: nothing, as `next` does). The running
/// instruction's position is saved. False: nothing has happened, the C API's way has to be gone.
#[inline(always)]
pub(super) unsafe fn enter(r: &mut Regs, object: *mut PyObject, sent: *mut PyObject) -> bool {
    // SAFETY: a live object, which the caller's stack keeps alive; both types begin with PyGenObject. A suspended frame's
    // stack has room for the sent value.
    unsafe {
        let class = (*object).ob_type;
        if class != &raw mut PyGen_Type && class != &raw mut PyCoro_Type {
            return false;
        }
        let this = object.cast::<PyGenObject>();
        let frame = (*this).gi_frame;
        if frame.is_null() || (*frame).f_stacktop.is_null() || (*this).gi_running != 0 {
            return false;
        }
        let tstate = r.tstate();
        let decoded = (*(*frame).f_code).co_opcache.cast::<Decoded>();
        if decoded.is_null()
            || (*tstate).recursion_depth >= (*(*tstate).interp).ceval.recursion_limit
            || threaded::disturbed(tstate)
            || !super::may_inline(tstate)
        {
            return false;
        }
        let mut sp = (*frame).f_stacktop;
        let mut pc = (*decoded).instrs.as_ptr();
        if (*frame).f_lasti >= 0 {
            pc = pc.add((*frame).f_lasti as usize / 2 + 1);
            if sent.is_null() {
                incref(none::none().as_ptr());
            }
            *sp = if sent.is_null() { none::none().as_ptr() } else { sent };
            sp = sp.add(1);
        } else if sent == none::none().as_ptr() {
            decref(sent);
        } else if !sent.is_null() {
            return false;
        }
        let caller = r.frame();
        incref(caller.cast());
        (*frame).f_back = caller;
        (*frame).f_stacktop = null_mut();
        crate::frame::begun(frame).write(1);
        (*this).gi_running = 1;
        let item = &raw mut (*this).gi_exc_state;
        (*item).previous_item = (*tstate).exc_info;
        (*tstate).exc_info = item;
        (*tstate).recursion_depth += 1;
        (*tstate).frame = frame;
        show(r.home, frame, decoded);
        r.fast = (&raw mut (*frame).f_localsplus).cast();
        r.sp = sp;
        r.pc = pc;
        true
    }
}

/// Makes a frame the home's.
#[inline(always)]
unsafe fn show(home: *mut Home, frame: *mut PyFrameObject, decoded: *const Decoded) {
    // SAFETY: home outlives the activation.
    unsafe {
        (*home).frame = frame;
        (*home).decoded = decoded;
        (*home).base = (*decoded).instrs.as_ptr();
        (*home).consts = (*decoded).consts;
    }
}

/// Takes a generator that no longer runs off its caller, which is returned, borrowed.
#[inline(always)]
unsafe fn detach(tstate: *mut PyThreadState, frame: *mut PyFrameObject) -> *mut PyFrameObject {
    // SAFETY: the frame of a generator that this activation continued; its caller is running.
    unsafe {
        let this = (*frame).f_gen.cast::<PyGenObject>();
        let item = &raw mut (*this).gi_exc_state;
        (*tstate).exc_info = (*item).previous_item;
        (*item).previous_item = null_mut();
        (*this).gi_running = 0;
        let caller = (*frame).f_back;
        (*frame).f_back = null_mut();
        (*caller).ob_base.ob_base.ob_refcnt -= 1;
        caller
    }
}

/// `YIELD_VALUE` of a generator that this activation continued: gives the top of the stack to the loop that waits for
/// it. `None`: nothing has happened; the activation's own frame yields, or there is something to do besides.
#[inline(always)]
pub(super) unsafe fn give(r: &mut Regs) -> Option<Flow> {
    // SAFETY: the verified depth has the value, the position is saved. The callers are running, so their code is decoded.
    unsafe {
        let home = r.home;
        let tstate = (*home).tstate;
        let mut frame = r.frame();
        if frame == (*home).entry
            || (*frame).f_gen.is_null()
            || (*r.code()).co_flags & CO_ASYNC_GENERATOR != 0
            || threaded::disturbed(tstate)
        {
            return None;
        }
        let value = r.pop();
        (*frame).f_stacktop = r.sp;
        loop {
            (*frame).f_executing = 0;
            let caller = detach(tstate, frame);
            (*tstate).recursion_depth -= 1;
            (*tstate).frame = caller;
            let decoded = (*(*caller).f_code).co_opcache.cast::<Decoded>();
            let at = (*caller).f_lasti as usize / 2;
            let instrs = (*decoded).instrs.as_ptr();
            let delegates = (*instrs.add(at)).get().op == Opcode::YIELD_FROM as u8;
            let depth = *(&(*decoded).depth).get_unchecked(at) as usize;
            let above = (*caller).f_valuestack.add(depth);
            if delegates {
                // The caller yields the value as well; `YIELD_FROM` is to be executed again with the next one.
                (*caller).f_lasti -= 2;
                if caller != (*home).entry && !(*caller).f_gen.is_null() {
                    (*caller).f_stacktop = above.sub(1);
                    frame = caller;
                    continue;
                }
            }
            show(home, caller, decoded);
            r.fast = (&raw mut (*caller).f_localsplus).cast();
            r.pc = instrs.add(at + 1);
            r.sp = if delegates { above.sub(1) } else { above };
            r.push(value);
            return Some(if delegates { Flow::Yield } else { Flow::Next });
        }
    }
}

/// `RETURN_VALUE` of a generator that this activation continued, for threaded code: the registers are in the home.
#[inline(never)]
pub(super) unsafe fn end(home: *mut Home) -> Flow {
    // SAFETY: the running frame; the verified depth has the value.
    unsafe {
        let frame = (*home).frame;
        let (pc, sp) = Home::position(home);
        let mut r = Regs { pc, sp, fast: (&raw mut (*frame).f_localsplus).cast(), home };
        let value = r.pop();
        let tstate = r.tstate();
        (*tstate).recursion_depth -= 1;
        (*frame).f_executing = 0;
        (*tstate).frame = (*frame).f_back;
        let flow = go_back(&mut r, value);
        (*home).pc = r.pc;
        (*home).sp = r.sp;
        flow
    }
}

/// After a generator that this activation continued has yielded or returned `value` or (null) raised, with `tstate.frame`
/// at its caller: goes on there.
#[inline(never)]
pub(super) unsafe fn go_back(r: &mut Regs, value: *mut PyObject) -> Flow {
    // SAFETY: the frame of such a generator; its caller's code is decoded, and it keeps the generator alive.
    unsafe {
        let frame = r.frame();
        let this: &Generator = Object::from_ptr((*frame).f_gen).cast_unchecked();
        let caller = detach(r.tstate(), frame);
        let step = generator::settle(this, frame, value);
        if super::load(r, caller).is_err() {
            return Flow::Error;
        }
        let at = (*caller).f_lasti as usize / 2;
        let depth = *(&(*r.decoded()).depth).get_unchecked(at) as usize;
        let instr = (*r.base().add(at)).get();
        let above = (*caller).f_valuestack.add(depth);
        if instr.op == Opcode::YIELD_FROM as u8 {
            r.sp = above.sub(1);
            return coroutines::delegated(
                r,
                step.map(|step| match step {
                    Step::Yielded(value) => Ok(value),
                    Step::Returned(value) => Err(value),
                }),
            );
        }
        r.sp = above;
        match step {
            Ok(Step::Yielded(value)) => {
                r.push_obj(value);
                Flow::Next
            }
            Ok(Step::Returned(value)) => iterate::generator_ended(r, instr, value),
            Err(Raised { .. }) => Flow::Error,
        }
    }
}
