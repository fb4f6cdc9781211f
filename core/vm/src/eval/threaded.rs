//! Threaded code: each handler is a function of its own that ends with a jump to the next one's.
//!
//! The registers travel as arguments, which the calling convention keeps in machine registers. What makes that a loop
//! and not a recursion is that an optimising compiler turns a call in tail position between functions of one signature
//! into a jump, provided that nothing of the caller's native stack is lent to anybody: handlers therefore never pass
//! the address of a local variable to a function that is not inlined. Builds without optimisation, and code that is
//! being traced, use the `match` in `table`.
//!
//! The instructions that matter have two handlers. The first one (`leaf`) knows the frequent cases, calls nothing, and so
//! needs no stack frame and saves no registers; when a case is not one of those it has changed nothing and jumps to the
//! complete handler.
//!
//! Calls and returns of Python functions happen here, unless there is something to do besides (tracing, a pending
//! signal, the recursion limit): that is left to the loop in `mod`, as are exceptions.

use super::generators;
use super::leaf;
use super::regs::{Flow, Home, Regs};
use super::table::{full, number};
use crate::decode::{Decoded, Instr, private};
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::types::none;

/// Whether the compiler makes jumps of tail calls.
pub(super) const AVAILABLE: bool = cfg!(threaded_code);

/// A handler: `pc` behind the instruction, `sp`, `fast`, `home`, and the instruction.
pub(super) type Handler =
    unsafe extern "C" fn(*const Cell<Instr>, *mut *mut PyObject, *mut *mut PyObject, *mut Home, u64) -> Flow;

/// Runs instructions until one does not simply continue; the registers are current then.
pub(super) unsafe fn run(r: &mut Regs) -> Flow {
    // SAFETY: the registers describe a running frame; `leave` has stored them when the jumping ends.
    unsafe {
        let flow = next(Regs { ..*r });
        let home = r.home;
        let frame = (*home).frame;
        (r.pc, r.sp) = Home::position(home);
        r.fast = (&raw mut (*frame).f_localsplus).cast();
        flow
    }
}

/// Jumps to the next instruction's handler.
#[inline(always)]
pub(super) unsafe fn next(r: Regs) -> Flow {
    // SAFETY: pc stays inside verified code.
    unsafe {
        let word = r.pc.cast::<u64>().read();
        let handler = HANDLERS[(word & 0xFF) as usize];
        handler(r.pc.add(1), r.sp, r.fast, r.home, word)
    }
}

/// What follows an instruction.
#[inline(always)]
pub(super) unsafe fn proceed(r: Regs, flow: Flow) -> Flow {
    // SAFETY: as for `next`.
    unsafe {
        match flow {
            Flow::Next => next(r),
            Flow::Call => enter(r.pc, r.sp, r.fast, r.home, 0),
            other => leave(r, other),
        }
    }
}

/// Gives the registers back to the loop.
#[inline(always)]
unsafe fn leave(r: Regs, flow: Flow) -> Flow {
    // SAFETY: home outlives the activation.
    unsafe {
        (*r.home).pc = r.pc;
        (*r.home).sp = r.sp;
    }
    flow
}

/// Whether something has to be done between two frames: tracing, signals, other threads, recovery from a recursion that
/// was too deep.
#[inline(always)]
pub(super) unsafe fn disturbed(tstate: *mut PyThreadState) -> bool {
    // SAFETY: the running thread's state.
    unsafe {
        let breaker = krait_object::state::atomic_int(&raw mut (*(*tstate).interp).ceval.eval_breaker);
        (*tstate).use_tracing != 0
            || (*tstate).overflowed != 0
            || breaker.load(core::sync::atomic::Ordering::Relaxed) != 0
    }
}

/// Starts the frame in `home.callee`.
#[inline(never)]
pub(super) unsafe extern "C" fn enter(
    pc: *const Cell<Instr>,
    sp: *mut *mut PyObject,
    fast: *mut *mut PyObject,
    home: *mut Home,
    _word: u64,
) -> Flow {
    // SAFETY: the caller's position is saved, the callee is a new frame.
    unsafe {
        let tstate = (*home).tstate;
        let frame = (*home).callee;
        let decoded = (*(*frame).f_code).co_opcache.cast::<Decoded>();
        let deep = (*tstate).recursion_depth >= (*(*tstate).interp).ceval.recursion_limit;
        let elsewhere = (*frame).f_back != (*home).frame;
        if deep || elsewhere || decoded.is_null() || disturbed(tstate) {
            return leave(Regs { pc, sp, fast, home }, Flow::Call);
        }
        (*tstate).recursion_depth += 1;
        (*tstate).frame = frame;
        let base = (*decoded).instrs.as_ptr();
        (*home).frame = frame;
        (*home).decoded = decoded;
        (*home).base = base;
        (*home).consts = (*decoded).consts;
        let sp = (*frame).f_stacktop;
        (*frame).f_stacktop = null_mut();
        crate::frame::begun(frame).write(1);
        let fast = (&raw mut (*frame).f_localsplus).cast();
        next(Regs { pc: base, sp, fast, home })
    }
}

/// `RETURN_VALUE`, the complete handler: continues the caller (of a class: with the instance), if this activation runs it.
#[inline(never)]
pub(super) unsafe extern "C" fn give_back(
    pc: *const Cell<Instr>,
    sp: *mut *mut PyObject,
    fast: *mut *mut PyObject,
    home: *mut Home,
    _word: u64,
) -> Flow {
    // SAFETY: the verified depth has the value. The frame below was running when it called, so its code is decoded.
    unsafe {
        let tstate = (*home).tstate;
        let r = Regs { pc, sp, fast, home };
        r.save_position();
        let callee = r.frame();
        if callee == (*home).entry || disturbed(tstate) {
            return leave(r, Flow::Return);
        }
        if !(*callee).f_gen.is_null() {
            (*home).sp = sp;
            let flow = generators::end(home);
            let (pc, sp) = Home::position(home);
            let fast = (&raw mut (*(*home).frame).f_localsplus).cast();
            return proceed(Regs { pc, sp, fast, home }, flow);
        }
        let mut value = *r.slot(1);
        if crate::frame::has_instance(callee) {
            if value != none::none().as_ptr() {
                return leave(r, Flow::Return);
            }
            // None never dies.
            (*value).ob_refcnt -= 1;
            value = crate::frame::take_instance(callee);
        }
        (*tstate).recursion_depth -= 1;
        (*callee).f_executing = 0;
        let frame = (*callee).f_back;
        (*tstate).frame = frame;
        let decoded = (*(*frame).f_code).co_opcache.cast::<Decoded>();
        let base = (*decoded).instrs.as_ptr();
        (*home).frame = frame;
        (*home).decoded = decoded;
        (*home).base = base;
        (*home).consts = (*decoded).consts;
        crate::frame::finish_inner(tstate, callee);
        let index = ((*frame).f_lasti / 2 + 1) as usize;
        let depth = *(&(*decoded).depth).get_unchecked(index) as usize;
        let sp = (*frame).f_valuestack.add(depth);
        *sp.sub(1) = value;
        let fast = (&raw mut (*frame).f_localsplus).cast();
        next(Regs { pc: base.add(index), sp, fast, home })
    }
}

/// `NOP`, block instructions, folded prefixes.
unsafe extern "C" fn nothing(
    pc: *const Cell<Instr>,
    sp: *mut *mut PyObject,
    fast: *mut *mut PyObject,
    home: *mut Home,
    _word: u64,
) -> Flow {
    // SAFETY: as for `next`.
    unsafe { next(Regs { pc, sp, fast, home }) }
}

static HANDLERS: [Handler; 256] = handlers();

const fn handlers() -> [Handler; 256] {
    let mut table = leaf::over(full::handlers());
    table[private::EXTENDED as usize] = nothing;
    table[number::NOP as usize] = nothing;
    table[number::POP_BLOCK as usize] = nothing;
    table[number::SETUP_FINALLY as usize] = nothing;
    table[number::SETUP_ASYNC_WITH as usize] = nothing;
    table[number::RETURN_VALUE as usize] = leaf::give_back;
    table
}
