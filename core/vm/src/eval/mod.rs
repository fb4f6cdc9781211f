//! Tier 0: the interpreter loop over decoded bytecode.
//!
//! The loop is the exported `_PyEval_EvalFrameDefault` itself, by its name on the native stack (numpy looks for it).
//! One activation runs a frame and every Python function that it calls: a call pushes a frame and continues, a return
//! pops it. The frame that the activation was entered with ends it. Handlers are grouped in files by family and are
//! inlined here; each returns a [`regs::Flow`].
//!
//! Where things are while a frame runs: `tstate.frame` is the frame, `f_stacktop` is null, `f_lasti` is current at
//! every point that can run other code. A calling frame's stack pointer is not saved anywhere: the depth behind its
//! call is a static fact about its code (`decode`), so nothing but the frame itself describes it, and coroutine
//! libraries can move native stacks around.

mod arithmetic;
mod breaker;
mod build;
mod calls;
mod coroutines;
mod exceptions;
mod generators;
mod imports;
mod iterate;
mod jumps;
mod leaf;
mod names;
pub mod regs;
mod slices;
mod table;
mod threaded;
pub mod trace;
mod variables;

pub use breaker::handle as handle_pending;
pub use exceptions::{check_class, check_instance, topmost};
pub use imports::has_from_list;

use crate::decode::{self, Instr};
use crate::{frame, traceback};
use core::cell::Cell;
use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::refcount::{decref, xdecref};
use krait_object::{err, state};
use regs::{Flow, Home, Regs};

/// Whether calls of Python functions may become frames of the running loop: no evaluation hook (PEP 523) is set.
#[inline(always)]
pub(crate) unsafe fn may_inline(tstate: *mut PyThreadState) -> bool {
    // SAFETY: the running thread's state.
    unsafe {
        (*(*tstate).interp).eval_frame.map(|f| f as usize)
            == Some(_PyEval_EvalFrameDefault as *const () as usize)
    }
}

/// Runs a frame through the interpreter's evaluation function (`_PyEval_EvalFrame`).
///
/// # Safety
/// A live thread state holding the GIL, and a frame that is not running.
#[inline]
pub unsafe fn eval_frame(
    tstate: *mut PyThreadState,
    frame: *mut PyFrameObject,
    throw: bool,
) -> *mut PyObject {
    // SAFETY: the caller's promise; eval_frame is set at start-up.
    unsafe {
        match (*(*tstate).interp).eval_frame {
            Some(eval) => eval(tstate, frame, c_int::from(throw)),
            None => _PyEval_EvalFrameDefault(tstate, frame, c_int::from(throw)),
        }
    }
}

/// How a frame's run ended.
enum Exit {
    /// With a value or an exception: the owned value or null.
    Done(*mut PyObject),
    /// Tracing was turned on or off: the other loop goes on at the next instruction.
    Switch,
}

/// Runs a frame until it returns, yields or raises (`_PyEval_EvalFrameDefault`).
///
/// Most runs begin and end without anything special: then this function does it all. Everything else is [`go_on`]'s.
///
/// Returns a new reference, or NULL with an exception set.
///
/// # Safety
/// A live thread state holding the GIL, and a frame that is not running.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_EvalFrameDefault(
    tstate: *mut PyThreadState,
    entry: *mut PyFrameObject,
    throwflag: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let decoded = (*(*entry).f_code).co_opcache.cast::<decode::Decoded>();
        let special = !threaded::AVAILABLE
            || throwflag != 0
            || decoded.is_null()
            || (*tstate).recursion_depth >= (*(*tstate).interp).ceval.recursion_limit
            || threaded::disturbed(tstate)
            || state::stack_may_be_low(tstate);
        if special {
            let mut home = Home::new(tstate, entry, core::ptr::null());
            return go_on(&raw mut home, Entering::Start { throw: throwflag != 0 });
        }
        let mut home = Home::new(tstate, entry, decoded);
        let home = &raw mut home;
        (*tstate).recursion_depth += 1;
        (*tstate).frame = entry;
        let sp = (*entry).f_stacktop;
        (*entry).f_stacktop = null_mut();
        frame::begun(entry).write(1);
        let pc = next_instruction((*home).base, entry);
        let flow = threaded::next(Regs { pc, sp, fast: (&raw mut (*entry).f_localsplus).cast(), home });
        if (*home).frame != entry
            || (flow != Flow::Return && flow != Flow::Yield)
            || (*tstate).overflowed != 0
        {
            return go_on(home, Entering::Under(flow));
        }
        let (_, sp) = Home::position(home);
        let sp = sp.sub(1);
        if flow == Flow::Yield {
            (*entry).f_stacktop = sp;
        }
        (*tstate).recursion_depth -= 1;
        (*entry).f_executing = 0;
        (*tstate).frame = (*entry).f_back;
        *sp
    }
}

/// Runs the home's frame in the loop that knows everything, and whatever called it after it, to the end of the activation.
#[inline(never)]
unsafe fn go_on(home: *mut Home, mut entering: Entering) -> *mut PyObject {
    // SAFETY: home outlives the activation; its frame is not running, or in the middle of `entering`.
    unsafe {
        let tstate = (*home).tstate;
        if matches!(entering, Entering::Start { .. })
            && state::stack_may_be_low(tstate)
            && state::stack_is_low()
        {
            (*tstate).recursion_depth += 1;
            if check_recursion(tstate).is_err() {
                return null_mut();
            }
            (*tstate).recursion_depth -= 1;
        }
        loop {
            let traced = (*tstate).use_tracing != 0 && !matches!(entering, Entering::Under(_));
            let exit = if traced { run_traced(home, entering) } else { run::<false>(home, entering) };
            match exit {
                Exit::Done(value) => return value,
                Exit::Switch => entering = Entering::Resume,
            }
        }
    }
}

/// The instruction that a frame which is not running executes next.
#[inline(always)]
unsafe fn next_instruction(base: *const Cell<Instr>, frame: *mut PyFrameObject) -> *const Cell<Instr> {
    // SAFETY: a live frame of this code; `f_lasti` is -1 before the first instruction.
    unsafe { base.add(((*frame).f_lasti + 2) as usize / 2) }
}

/// The traced loop, out of line.
#[inline(never)]
unsafe fn run_traced(home: *mut Home, entering: Entering) -> Exit {
    // SAFETY: the caller's promise.
    unsafe { run::<true>(home, entering) }
}

/// How the loop comes to a frame.
#[derive(Clone, Copy)]
enum Entering {
    /// The frame starts, or a generator continues; `throw`: with the exception that is set.
    Start { throw: bool },
    /// The frame was running in the other loop.
    Resume,
    /// The frame was running in threaded code, which has stored the registers, and wants this.
    Under(Flow),
}

/// Loads the registers from a frame whose stack holds `depth` values.
#[inline(always)]
unsafe fn load(r: &mut Regs, frame: *mut PyFrameObject) -> Result<(), err::Raised> {
    // SAFETY: a live frame owns its code and constants.
    unsafe {
        let code = (*frame).f_code;
        let decoded = decode::decoded(code)?;
        let home = r.home;
        (*home).frame = frame;
        (*home).decoded = decoded;
        (*home).base = decoded.instrs.as_ptr();
        (*home).consts = decoded.consts;
        r.fast = (&raw mut (*frame).f_localsplus).cast();
        r.pc = next_instruction(r.base(), frame);
        Ok(())
    }
}

/// The stack pointer of a frame in the middle of a call: as deep as the next instruction wants, less the result.
#[inline(always)]
unsafe fn calling_stack(r: &Regs) -> *mut *mut PyObject {
    // SAFETY: pc is behind the call; decode knows the depth there.
    unsafe {
        let next = r.pc.offset_from(r.base()) as usize;
        let decoded = &*r.decoded();
        let depth = *decoded.depth.get_unchecked(next);
        (*r.frame()).f_valuestack.add(depth as usize - 1)
    }
}

/// Starts a frame: recursion check, `tstate.frame`, the stack pointer from `f_stacktop`. On failure the frame did not run.
#[inline(always)]
unsafe fn start(r: &mut Regs, frame: *mut PyFrameObject) -> Result<(), err::Raised> {
    // SAFETY: a live frame that is not running.
    unsafe {
        let tstate = r.tstate();
        (*tstate).recursion_depth += 1;
        if (*tstate).recursion_depth > (*(*tstate).interp).ceval.recursion_limit {
            check_recursion(tstate)?;
        }
        if let Err(raised) = load(r, frame) {
            (*tstate).recursion_depth -= 1;
            return Err(raised);
        }
        (*tstate).frame = frame;
        r.sp = (*frame).f_stacktop;
        (*frame).f_stacktop = null_mut();
        frame::begun(frame).write(1);
        Ok(())
    }
}

#[cold]
unsafe fn check_recursion(tstate: *mut PyThreadState) -> Result<(), err::Raised> {
    // SAFETY: the running thread's state; `check_recursive_call` undoes the count when it raises.
    unsafe { state::check_recursive_call(tstate, "") }
}

/// Ends a frame's run and tells whether it was the one the activation was entered with.
#[inline(always)]
unsafe fn leave(r: &Regs, entry: *mut PyFrameObject) -> bool {
    // SAFETY: the running frame.
    unsafe {
        (*r.tstate()).recursion_depth -= 1;
        if (*r.tstate()).overflowed != 0 {
            state::recovered(r.tstate());
        }
        (*r.frame()).f_executing = 0;
        (*r.tstate()).frame = (*r.frame()).f_back;
        r.frame() == entry
    }
}

/// The loop: runs the home's frame. The home's entry ends it; when it switches, the frame is where it is.
#[inline(always)]
unsafe fn run<const TRACING: bool>(home: *mut Home, entering: Entering) -> Exit {
    // SAFETY: the caller's promise; the handlers rely on verified code.
    unsafe {
        let (tstate, entry, current) = ((*home).tstate, (*home).entry, (*home).frame);
        let mut r = Regs {
            pc: core::ptr::null(),
            sp: null_mut(),
            fast: (&raw mut (*current).f_localsplus).cast(),
            home,
        };
        let mut lines = trace::LineState::START;
        // What the frame does next, when that was decided already.
        let mut decided = None;
        let mut failed = match entering {
            Entering::Start { throw } => {
                if start(&mut r, entry).is_err() {
                    return Exit::Done(null_mut());
                }
                let result = if TRACING { trace::enter(tstate, r.frame()) } else { Ok(()) };
                throw || result.is_err()
            }
            Entering::Resume => {
                // The frame's code was decoded before; the saved stack pointer is in f_stacktop.
                if load(&mut r, current).is_err() {
                    return Exit::Done(null_mut());
                }
                r.sp = (*current).f_stacktop;
                (*current).f_stacktop = null_mut();
                if TRACING {
                    lines = trace::LineState::of(current);
                }
                false
            }
            Entering::Under(flow) => {
                (r.pc, r.sp) = Home::position(home);
                decided = Some(flow);
                false
            }
        };
        if !failed && decided.is_none() && breaker::poll(&mut r) == Flow::Error {
            failed = true;
        }
        loop {
            if failed {
                if (*r.frame()).f_lasti < 0 && r.pc == r.base() {
                    // Thrown into a generator that has not started, or a failure before the first instruction.
                    r.pc = r.base().add(1);
                } else {
                    r.pc = r.base().add(((*r.frame()).f_lasti / 2 + 1) as usize);
                }
            }
            let flow = match decided.take() {
                Some(flow) => flow,
                None if failed => Flow::Error,
                None => execute::<TRACING>(&mut r, &mut lines),
            };
            match flow {
                Flow::Error => {
                    failed = false;
                    let failed_at = (*r.frame()).f_lasti;
                    if report::<TRACING>(&mut r) {
                        if TRACING {
                            lines.enter_handler(r.frame(), failed_at);
                        }
                        if TRACING != ((*tstate).use_tracing != 0) {
                            return switch(&mut r);
                        }
                        continue;
                    }
                    // The exception leaves the frame.
                    if TRACING {
                        trace::leave(tstate, r.frame(), null_mut());
                    }
                    xdecref(frame::take_instance(r.frame()));
                    if leave(&r, entry) {
                        return Exit::Done(null_mut());
                    }
                    if !(*r.frame()).f_gen.is_null() {
                        generators::go_back(&mut r, null_mut());
                    } else if !return_to_caller(&mut r) {
                        return Exit::Done(null_mut());
                    }
                    if TRACING {
                        lines = trace::LineState::of(r.frame());
                    }
                    failed = true;
                    if TRACING != ((*tstate).use_tracing != 0) {
                        // Handle the exception here; the next instruction switches.
                        continue;
                    }
                }
                Flow::Return => {
                    let mut value = r.pop();
                    debug_assert!(r.sp == (*r.frame()).f_valuestack);
                    if TRACING {
                        value = trace::leave(tstate, r.frame(), value);
                    }
                    if frame::has_instance(r.frame()) {
                        value = finish_init(r.frame(), value);
                    }
                    if leave(&r, entry) {
                        return Exit::Done(value);
                    }
                    if !(*r.frame()).f_gen.is_null() {
                        decided = Some(generators::go_back(&mut r, value));
                        if TRACING {
                            lines = trace::LineState::of(r.frame());
                        }
                        continue;
                    }
                    if !return_to_caller(&mut r) {
                        return Exit::Done(null_mut());
                    }
                    if TRACING {
                        lines = trace::LineState::of(r.frame());
                    }
                    if value.is_null() {
                        failed = true;
                        continue;
                    }
                    r.push(value);
                    if breaker::poll(&mut r) == Flow::Error {
                        failed = true;
                    } else if TRACING != ((*tstate).use_tracing != 0) {
                        return switch(&mut r);
                    }
                }
                Flow::Yield => {
                    let value = r.pop();
                    (*r.frame()).f_stacktop = r.sp;
                    let value = if TRACING { trace::leave(tstate, r.frame(), value) } else { value };
                    if leave(&r, entry) || (*r.frame()).f_gen.is_null() {
                        return Exit::Done(value);
                    }
                    decided = Some(generators::go_back(&mut r, value));
                    if TRACING {
                        lines = trace::LineState::of(r.frame());
                    }
                }
                Flow::Call => {
                    let callee = (*r.home).callee;
                    if (*callee).f_back != r.frame() {
                        frame::put_above(callee, r.frame());
                    }
                    if start(&mut r, callee).is_err() {
                        xdecref(frame::take_instance(callee));
                        frame::finish_call(tstate, callee);
                        failed = true;
                        continue;
                    }
                    lines = trace::LineState::START;
                    if (*tstate).use_tracing != 0 && trace::enter(tstate, callee).is_err() {
                        failed = true;
                        continue;
                    }
                    if breaker::poll(&mut r) == Flow::Error {
                        failed = true;
                    } else if TRACING != ((*tstate).use_tracing != 0) {
                        return switch(&mut r);
                    }
                }
                Flow::Next | Flow::Traced if TRACING == ((*tstate).use_tracing != 0) => {}
                Flow::Next | Flow::Traced => return switch(&mut r),
            }
        }
    }
}

/// Leaves for the other loop, behind the instruction that was executed last.
#[cold]
unsafe fn switch(r: &mut Regs) -> Exit {
    // SAFETY: the running frame; pc is the next instruction.
    unsafe {
        (*r.frame()).f_lasti = (r.pc.offset_from(r.base()) as c_int * 2 - 2).max(-1);
        (*r.frame()).f_stacktop = r.sp;
        debug_assert!((*r.home).frame == r.frame());
        Exit::Switch
    }
}

/// Adds a traceback entry for the exception that is set, tells tracers, and enters the handler if there is one.
#[inline(always)]
unsafe fn report<const TRACING: bool>(r: &mut Regs) -> bool {
    // SAFETY: the running frame; an exception is set or its absence is reported.
    unsafe {
        if (*r.tstate()).curexc_type.is_null() {
            err::system_error("error return without exception set");
        }
        if !r.reraised() {
            traceback::here(r.frame());
            if TRACING {
                trace::exception_event(r.tstate(), r.frame());
            }
        }
        exceptions::unwind(r)
    }
}

impl Regs {
    /// Whether the failing instruction raised an exception again, which keeps its traceback as it is.
    #[inline(always)]
    unsafe fn reraised(&self) -> bool {
        // SAFETY: f_lasti is the failing instruction.
        unsafe {
            let index = ((*self.frame()).f_lasti / 2).max(0) as usize;
            let op = (*self.base().add(index)).get().op;
            op == krait_code::Opcode::RERAISE as u8
                || op == krait_code::Opcode::END_ASYNC_FOR as u8
                || op == krait_code::Opcode::RAISE_VARARGS as u8
                    && (*self.base().add(index)).get().arg == 0
                    && !(*self.tstate()).curexc_traceback.is_null()
        }
    }
}

/// The instance that a frame of `__init__` was to initialise, if it returned None (the value that is given up here).
#[inline(never)]
unsafe fn finish_init(frame: *mut PyFrameObject, value: *mut PyObject) -> *mut PyObject {
    // SAFETY: a frame that ends, and the owned value or null.
    unsafe {
        let instance = frame::take_instance(frame);
        if value == krait_object::types::none::none().as_ptr() {
            decref(value);
            return instance;
        }
        if !value.is_null() {
            err::type_error(format_args!(
                "__init__() should return None, not '{}'",
                krait_object::Object::from_ptr(value).class_of().name()
            ));
            decref(value);
        }
        decref(instance);
        null_mut()
    }
}

/// Drops the finished callee and loads its caller. False when the frame below cannot be run (never happens).
#[inline(always)]
unsafe fn return_to_caller(r: &mut Regs) -> bool {
    // SAFETY: the callee ran on behalf of the frame below it, which this activation was running.
    unsafe {
        let callee = r.frame();
        let caller = (*callee).f_back;
        // The caller is kept alive by whoever started it.
        let loaded = load(r, caller).is_ok();
        frame::finish_call(r.tstate(), callee);
        if loaded {
            r.sp = calling_stack(r);
        }
        loaded
    }
}

/// Executes instructions until one does not simply continue.
#[inline(always)]
unsafe fn execute<const TRACING: bool>(r: &mut Regs, lines: &mut trace::LineState) -> Flow {
    // SAFETY: pc stays inside verified code.
    unsafe {
        if !TRACING && threaded::AVAILABLE {
            return threaded::run(r);
        }
        loop {
            let instr: Instr = (*r.pc).get();
            if TRACING {
                if (*r.tstate()).use_tracing == 0 && (*r.tstate()).tracing == 0 {
                    return Flow::Next;
                }
                r.pc = r.pc.add(1);
                r.save_position();
                (*r.frame()).f_stacktop = r.sp;
                let traced = trace::line(r.tstate(), r.frame(), lines);
                // The trace function may have moved the line (frame.f_lineno) and with it the stack.
                if !(*r.frame()).f_stacktop.is_null() {
                    r.sp = (*r.frame()).f_stacktop;
                    (*r.frame()).f_stacktop = null_mut();
                }
                if traced.is_err() {
                    return Flow::Error;
                }
                let index = ((*r.frame()).f_lasti / 2) as usize;
                r.pc = r.base().add(index + 1);
                let instr: Instr = (*r.base().add(index)).get();
                let plain = Instr { op: decode::plain_op(instr.op), ..instr };
                let flow = table::dispatch(r, plain);
                if flow != Flow::Next && flow != Flow::Traced {
                    return flow;
                }
                continue;
            }
            r.pc = r.pc.add(1);
            let flow = table::dispatch(r, instr);
            if flow != Flow::Next {
                return flow;
            }
        }
    }
}
