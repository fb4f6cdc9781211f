//! Trace and profile functions (`sys.settrace`, `sys.setprofile`, `PyEval_SetTrace`).
//!
//! A frame is traced by a second instance of the loop, chosen when `use_tracing` is set; the plain loop pays nothing.
//! Frame fields are current whenever a trace function runs: `f_lasti` in bytes, `f_lineno` set for the call.

use crate::{code, frame};
use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::err::Fetched;
use krait_object::types::{exceptions, none};
use krait_object::{Layout, Obj, Object, Raised, Result, err};

/// Stands in a frame for an instruction behind every other.
const BEHIND_ALL: u32 = 0xFF_FFFF;

/// The line bounds of the instruction that was traced last, to notice when a new line starts. The instruction itself is
/// also kept in the frame, since a frame goes on from where it was traced last even if tracing was off in between.
#[derive(Clone, Copy)]
pub(super) struct LineState {
    lower: c_int,
    upper: c_int,
    previous: c_int,
}

impl LineState {
    /// Before the first instruction.
    pub const START: LineState = LineState { lower: 0, upper: -1, previous: -1 };

    /// When tracing gets to a frame that has begun; the bounds are looked up anew.
    pub unsafe fn of(frame: *mut PyFrameObject) -> LineState {
        // SAFETY: the caller's frame, which has begun.
        let previous = match unsafe { frame::begun(frame).read() } >> 8 {
            0 => -1,
            BEHIND_ALL => c_int::MAX,
            index => (index as c_int - 1) * 2,
        };
        LineState { previous, ..LineState::START }
    }

    unsafe fn keep(&self, frame: *mut PyFrameObject) {
        let index = match self.previous {
            -1 => 0,
            lasti => (lasti as u32 / 2 + 1).min(BEHIND_ALL),
        };
        // SAFETY: the running frame.
        unsafe { frame::begun(frame).write(index << 8 | 1) };
    }

    /// A handler was entered after the instruction at `lasti` had failed. What comes next counts as the start of its
    /// line then, unless the failing instruction was a line's first or stood in the code's first line.
    pub unsafe fn enter_handler(&mut self, frame: *mut PyFrameObject, lasti: c_int) {
        let inside = (self.lower..self.upper).contains(&lasti);
        let starts_line = lasti == self.lower || lasti < self.previous;
        if !inside || !starts_line && self.lower > 0 {
            self.previous = c_int::MAX;
            // SAFETY: the caller's running frame.
            unsafe { self.keep(frame) };
        }
    }
}

/// Calls one C trace function with tracing off (`call_trace`).
pub unsafe fn call_trace(
    function: Py_tracefunc,
    object: *mut PyObject,
    tstate: *mut PyThreadState,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> Result<()> {
    // SAFETY: the thread state and frame are live; the function was installed with its object.
    unsafe {
        let Some(function) = function else { return Ok(()) };
        if (*tstate).tracing != 0 {
            return Ok(());
        }
        (*tstate).tracing += 1;
        (*tstate).use_tracing = 0;
        let result = function(object, frame, what, arg);
        (*tstate).use_tracing =
            c_int::from((*tstate).c_tracefunc.is_some() || (*tstate).c_profilefunc.is_some());
        (*tstate).tracing -= 1;
        if result == 0 { Ok(()) } else { Err(Raised::assume()) }
    }
}

/// As [`call_trace`], keeping the exception that is set now unless the function raises.
pub unsafe fn call_trace_protected(
    function: Py_tracefunc,
    object: *mut PyObject,
    tstate: *mut PyThreadState,
    frame: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> Result<()> {
    let saved = err::fetch();
    // SAFETY: the caller's promise.
    let result = unsafe { call_trace(function, object, tstate, frame, what, arg) };
    match result {
        Ok(()) => {
            if let Some(saved) = saved {
                let _ = err::restore(saved);
            }
            Ok(())
        }
        Err(raised) => {
            drop(saved);
            Err(raised)
        }
    }
}

/// The 'call' events of a frame that starts.
pub(super) unsafe fn enter(tstate: *mut PyThreadState, frame: *mut PyFrameObject) -> Result<()> {
    // SAFETY: the running thread's state and a live frame.
    unsafe {
        let none = none::none().as_ptr();
        if (*tstate).c_tracefunc.is_some() {
            call_trace_protected(
                (*tstate).c_tracefunc,
                (*tstate).c_traceobj,
                tstate,
                frame,
                PyTrace_CALL as c_int,
                none,
            )?;
        }
        if (*tstate).c_profilefunc.is_some() {
            call_trace_protected(
                (*tstate).c_profilefunc,
                (*tstate).c_profileobj,
                tstate,
                frame,
                PyTrace_CALL as c_int,
                none,
            )?;
        }
        Ok(())
    }
}

/// The 'return' events of a frame that ends with `value` (null: with an exception). The value is dropped when a trace
/// function raises.
pub(super) unsafe fn leave(
    tstate: *mut PyThreadState,
    frame: *mut PyFrameObject,
    mut value: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the running thread's state, a live frame, an owned value or null.
    unsafe {
        let events = [
            ((*tstate).c_tracefunc, (*tstate).c_traceobj),
            ((*tstate).c_profilefunc, (*tstate).c_profileobj),
        ];
        for (function, object) in events {
            if function.is_none() {
                continue;
            }
            let result = if value.is_null() {
                call_trace_protected(function, object, tstate, frame, PyTrace_RETURN as c_int, value)
            } else {
                call_trace(function, object, tstate, frame, PyTrace_RETURN as c_int, value)
            };
            if result.is_err() && !value.is_null() {
                drop(Obj::<Object>::from_owned_ptr(value));
                value = null_mut();
            }
        }
        value
    }
}

/// The 'line' and 'opcode' events before an instruction.
pub(super) unsafe fn line(
    tstate: *mut PyThreadState,
    frame: *mut PyFrameObject,
    state: &mut LineState,
) -> Result<()> {
    // SAFETY: the running thread's state and frame.
    unsafe {
        if (*tstate).c_tracefunc.is_none() || (*tstate).tracing != 0 {
            return Ok(());
        }
        let lasti = (*frame).f_lasti;
        let mut number = (*frame).f_lineno;
        if lasti < state.lower || lasti >= state.upper {
            let bounds = code::line_bounds((*frame).f_code, lasti);
            number = bounds.line;
            state.lower = bounds.lower;
            state.upper = bounds.upper;
        }
        let mut result = Ok(());
        let backwards = lasti < state.previous;
        let starts_line = lasti == state.lower || backwards;
        if starts_line {
            // Also without 'line' events: other events of the frame show where it is.
            (*frame).f_lineno = number;
        }
        if starts_line && (*frame).f_trace_lines != 0 {
            result = call_trace(
                (*tstate).c_tracefunc,
                (*tstate).c_traceobj,
                tstate,
                frame,
                PyTrace_LINE as c_int,
                none::none().as_ptr(),
            );
        }
        if (*frame).f_trace_opcodes != 0 && result.is_ok() {
            result = call_trace(
                (*tstate).c_tracefunc,
                (*tstate).c_traceobj,
                tstate,
                frame,
                PyTrace_OPCODE as c_int,
                none::none().as_ptr(),
            );
        }
        state.previous = lasti;
        state.keep(frame);
        result
    }
}

/// The 'exception' event for the exception that is set.
pub(super) unsafe fn exception_event(tstate: *mut PyThreadState, frame: *mut PyFrameObject) {
    // SAFETY: the running thread's state and frame.
    unsafe {
        if (*tstate).c_tracefunc.is_none() || (*tstate).tracing != 0 {
            return;
        }
        let Some(mut error) = err::fetch() else { return };
        error.normalize();
        let arg = exception_triple(&error);
        let result = match &arg {
            Ok(arg) => call_trace(
                (*tstate).c_tracefunc,
                (*tstate).c_traceobj,
                tstate,
                frame,
                PyTrace_EXCEPTION as c_int,
                arg.as_ptr(),
            ),
            Err(raised) => Err(*raised),
        };
        if result.is_ok() {
            let _ = err::restore(error);
        }
    }
}

/// The 'exception' event for a `StopIteration` with `value` that was not raised because nobody needs it. When the trace
/// function raises, its exception stays set.
#[cold]
pub fn implied_stop(tstate: *mut PyThreadState, frame: *mut PyFrameObject, value: Option<&Object>) {
    if err::occurred().is_some() {
        return;
    }
    match value.filter(|value| !value.is_none()) {
        Some(value) => err::set_object(exceptions::StopIteration(), value),
        None => err::set_none(exceptions::StopIteration()),
    };
    // SAFETY: the running thread's state and frame.
    unsafe { exception_event(tstate, frame) };
    if err::matches(exceptions::StopIteration()) {
        err::clear();
    }
}

fn exception_triple(error: &Fetched) -> Result<Obj> {
    let or_none = |part: &Option<Obj>| part.clone().unwrap_or_else(|| none::none().owned());
    krait_object::types::tuple::pack([error.kind.clone(), or_none(&error.value), or_none(&error.traceback)])
}

/// Runs a C function with 'c_call' and 'c_return' or 'c_exception' events for a profiler.
unsafe fn with_c_events(
    tstate: *mut PyThreadState,
    function: &Object,
    body: impl FnOnce() -> Result<Obj>,
) -> Result<Obj> {
    // SAFETY: the running thread's state.
    unsafe {
        if (*tstate).c_profilefunc.is_none() {
            return body();
        }
        let profile = |what: u32, protected: bool| {
            let (call, object, frame) = ((*tstate).c_profilefunc, (*tstate).c_profileobj, (*tstate).frame);
            if protected {
                call_trace_protected(call, object, tstate, frame, what as c_int, function.as_ptr())
            } else {
                call_trace(call, object, tstate, frame, what as c_int, function.as_ptr())
            }
        };
        profile(PyTrace_C_CALL as u32, false)?;
        match body() {
            Ok(value) => profile(PyTrace_C_RETURN as u32, false).map(|()| value),
            Err(raised) => {
                profile(PyTrace_C_EXCEPTION as u32, true)?;
                Err(raised)
            }
        }
    }
}

/// A vectorcall of a C function or method descriptor under a profiler, which sees the bound method.
#[cold]
pub(super) unsafe fn traced_c_call(
    tstate: *mut PyThreadState,
    function: *mut PyObject,
    args: *mut *mut PyObject,
    positional: usize,
    names: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: the operands of the calling instruction.
    unsafe {
        let callable = Object::from_ptr(function);
        let mut shown = callable.owned();
        if (*function).ob_type == &raw mut krait_object::types::descr::method::PyMethodDescr_Type {
            if positional == 0 {
                return super::calls::raw_vectorcall(tstate, function, args, positional, names);
            }
            let Some(bind) = (*(*function).ob_type).tp_descr_get else {
                return Err(err::bad_internal_call());
            };
            let receiver = *args;
            shown = Obj::from_owned_or_raised(bind(function, receiver, (*receiver).ob_type.cast()))?;
        }
        with_c_events(tstate, &shown, || {
            super::calls::raw_vectorcall(tstate, function, args, positional, names)
        })
    }
}

/// `f(*args, **kw)` of a C function under a profiler.
#[cold]
pub(super) unsafe fn traced_c_call_tuple(
    tstate: *mut PyThreadState,
    function: &Object,
    args: &Object,
    keywords: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        with_c_events(tstate, function, || krait_object::protocol::call::call_tuple(function, args, keywords))
    }
}
