//! `generator`, and what generators, coroutines and asynchronous generators share: a suspended frame.
//!
//! All three begin with the same fields (`PyGenObject`). The object owns its frame until the frame ends; while it runs,
//! its own item is on top of the thread's `exc_info` chain, so `sys.exc_info()` inside sees only what it handles.
//!
//! ```text
//!   not started           suspended               finished
//!   gi_frame, lasti -1    gi_frame, f_stacktop    gi_frame NULL
//! ```

use crate::asyncgen::{PyAsyncGen_Type, PyAsyncGenObjectView};
use crate::coroutine::PyCoro_Type;
use crate::eval;
use crate::frame::Frame;
use crate::traceback::Traceback;
use core::ptr::null_mut;
use krait_abi::*;
use krait_code::Opcode;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::protocol::{call, iter, object};
use krait_object::refcount::{decref, incref, xdecref};
use krait_object::types::{bytes, exceptions, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Raised, Result, err, gc, intern, method, object_view, slot, state, static_type,
};

static_type! {
    /// `generator`
    #[unsafe(no_mangle)]
    pub static PyGen_Type = {
        tp_name: c"generator".as_ptr(),
        tp_basicsize: size_of::<PyGenObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: slot::traverse(traverse),
        tp_weaklistoffset: 40,
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: Some(iternext),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_finalize: Some(finalize),
    };
}
object_view!(/** A generator, or with the same beginning a coroutine or asynchronous generator. */ pub Generator, PyGenObject, PyGen_Type);

/// What a generator did when it was continued.
pub enum Step {
    /// It yielded.
    Yielded(Obj),
    /// It returned.
    Returned(Obj),
}

/// The three kinds of suspended frames.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `def` with `yield`.
    Generator,
    /// `async def`.
    Coroutine,
    /// `async def` with `yield`.
    AsyncGenerator,
}

impl Kind {
    fn text(self) -> &'static str {
        match self {
            Kind::Generator => "generator",
            Kind::Coroutine => "coroutine",
            Kind::AsyncGenerator => "async generator",
        }
    }
}

impl Generator {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        let class = self.type_ptr();
        if class == &raw mut PyCoro_Type {
            Kind::Coroutine
        } else if class == &raw mut PyAsyncGen_Type {
            Kind::AsyncGenerator
        } else {
            Kind::Generator
        }
    }

    /// The suspended or running frame, null when it ended.
    pub fn frame(&self) -> *mut PyFrameObject {
        // SAFETY: a live generator.
        unsafe { (*self.as_raw()).gi_frame }
    }

    fn name(&self) -> &ObjCell {
        // SAFETY: ObjCell is transparent over an owned pointer.
        unsafe { &*(&raw mut (*self.as_raw()).gi_name).cast::<ObjCell>() }
    }

    fn qualname(&self) -> &ObjCell {
        // SAFETY: ObjCell is transparent over an owned pointer.
        unsafe { &*(&raw mut (*self.as_raw()).gi_qualname).cast::<ObjCell>() }
    }

    fn set_running(&self, running: bool) {
        // SAFETY: a live generator.
        unsafe { (*self.as_raw()).gi_running = running.into() }
    }

    /// Whether it is running now.
    pub fn is_running(&self) -> bool {
        // SAFETY: a live generator.
        unsafe { (*self.as_raw()).gi_running != 0 }
    }

    /// Whether it has ended (or was cleared).
    pub fn is_finished(&self) -> bool {
        let frame = self.frame();
        // SAFETY: the generator owns its frame.
        frame.is_null() || unsafe { (*frame).f_stacktop.is_null() }
    }

    /// The code flags.
    pub fn code_flags(&self) -> i32 {
        // SAFETY: a live generator owns its code.
        unsafe { (*(*self.as_raw()).gi_code.cast::<PyCodeObject>()).co_flags }
    }
}

/// `object` as a generator, coroutine or asynchronous generator of exactly those types.
pub fn as_generator(object: &Object) -> Option<&Generator> {
    let class = object.type_ptr();
    let known =
        class == &raw mut PyGen_Type || class == &raw mut PyCoro_Type || class == &raw mut PyAsyncGen_Type;
    // SAFETY: the three types begin with PyGenObject.
    known.then(|| unsafe { object.cast_unchecked() })
}

fn is_exactly(object: &Object, class: *mut PyTypeObject) -> bool {
    core::ptr::eq(object.type_ptr(), class)
}

/// Makes the object for a frame of generator code, which the object takes over.
///
/// # Safety
/// The frame has not started; the caller gives up its reference.
pub unsafe fn new_for_frame(
    frame: *mut PyFrameObject,
    name: Option<&Object>,
    qualname: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let back = core::mem::replace(&mut (*frame).f_back, null_mut());
        xdecref(back.cast());
        let flags = (*(*frame).f_code).co_flags;
        let result = if flags & CO_COROUTINE != 0 {
            crate::coroutine::new(frame, name, qualname)
        } else if flags & CO_ASYNC_GENERATOR != 0 {
            crate::asyncgen::new(frame, name, qualname)
        } else {
            new_of_type(&raw mut PyGen_Type, frame, name, qualname)
        };
        if result.is_ok() {
            gc::track(frame.cast());
        }
        result
    }
}

/// Allocates and fills the common fields; the frame's reference moves even on failure.
///
/// # Safety
/// As for [`new_for_frame`]; `class` begins with `PyGenObject`.
pub unsafe fn new_of_type(
    class: *mut PyTypeObject,
    frame: *mut PyFrameObject,
    name: Option<&Object>,
    qualname: Option<&Object>,
) -> Result<Obj> {
    // SAFETY: the caller's promise; every field is set before the object is tracked.
    unsafe {
        let object = match gc::new_object(class) {
            Ok(object) => object,
            Err(raised) => {
                decref(frame.cast());
                return Err(raised);
            }
        };
        let size = (*class).tp_basicsize as usize - size_of::<PyObject>();
        object.cast::<u8>().add(size_of::<PyObject>()).write_bytes(0, size);
        let raw = object.cast::<PyGenObject>();
        let code = (*frame).f_code;
        (*raw).gi_frame = frame;
        (*frame).f_gen = object;
        incref(code.cast());
        (*raw).gi_code = code.cast();
        let name = name.unwrap_or(Object::from_ptr((*code).co_name));
        (*raw).gi_name = name.owned().into_ptr();
        (*raw).gi_qualname = qualname.unwrap_or(name).owned().into_ptr();
        gc::track(object);
        Ok(Obj::from_owned_ptr(object))
    }
}

/// Continues the frame with a value, or with the exception that is set. `value` is `None` (no value) for `next()`.
pub fn resume(this: &Generator, value: Option<&Object>, throw: bool, closing: bool) -> Result<Step> {
    let kind = this.kind();
    if this.is_running() {
        return Err(err::value_error(format_args!("{} already executing", kind.text())));
    }
    if this.is_finished() {
        if kind == Kind::Coroutine && !closing {
            return Err(err::runtime_error("cannot reuse already awaited coroutine"));
        }
        if throw {
            return Err(Raised::assume());
        }
        return Ok(Step::Returned(none::none().owned()));
    }
    let frame = this.frame();
    // SAFETY: the generator owns its suspended frame, whose stack has room for the sent value.
    unsafe {
        if (*frame).f_lasti == -1 {
            if value.is_some_and(|value| !value.is_none()) {
                return Err(err::type_error(format_args!(
                    "can't send non-None value to a just-started {}",
                    kind.text()
                )));
            }
        } else {
            *(*frame).f_stacktop = value.unwrap_or(none::none()).owned().into_ptr();
            (*frame).f_stacktop = (*frame).f_stacktop.add(1);
        }
        let result = run(this, frame, throw);
        settle(this, frame, result)
    }
}

/// Runs the frame with the generator's own exception item on top.
#[inline(always)]
unsafe fn run(this: &Generator, frame: *mut PyFrameObject, throw: bool) -> *mut PyObject {
    // SAFETY: a suspended frame of a live generator, kept alive during the run.
    unsafe {
        let tstate = state::required();
        let keep = this.object().owned();
        debug_assert!((*frame).f_back.is_null());
        let back = (*tstate).frame;
        if !back.is_null() {
            incref(back.cast());
        }
        (*frame).f_back = back;
        this.set_running(true);
        let item = &raw mut (*this.as_raw()).gi_exc_state;
        (*item).previous_item = (*tstate).exc_info;
        (*tstate).exc_info = item;
        if throw {
            err::chain_stack_item((*tstate).exc_info);
        }
        let result = eval::eval_frame(tstate, frame, throw);
        (*tstate).exc_info = (*item).previous_item;
        (*item).previous_item = null_mut();
        this.set_running(false);
        let back = core::mem::replace(&mut (*frame).f_back, null_mut());
        xdecref(back.cast());
        drop(keep);
        result
    }
}

/// `tp_iternext` of generators. The common case, a suspended generator that yields, goes by the shortest way.
unsafe extern "C" fn iternext(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: a live generator, which owns its suspended frame; the frame's stack has room for the sent value.
    unsafe {
        let this: &Generator = Object::from_ptr(object).cast_unchecked();
        let frame = this.frame();
        if frame.is_null() || (*frame).f_stacktop.is_null() || this.is_running() {
            return slot::guard(null_mut(), || pass_on(next(this)));
        }
        if (*frame).f_lasti >= 0 {
            let top = (*frame).f_stacktop;
            *top = none::none().owned().into_ptr();
            (*frame).f_stacktop = top.add(1);
        }
        let result = run(this, frame, false);
        if !result.is_null() && !(*frame).f_stacktop.is_null() {
            return result;
        }
        slot::guard(null_mut(), || {
            pass_on(settle(this, frame, result).and_then(|step| next_result(this, step)))
        })
    }
}

/// The result of a function as `tp_iternext` has it.
fn pass_on(result: Result<Option<Obj>>) -> *mut PyObject {
    result.ok().flatten().map_or(null_mut(), Obj::into_ptr)
}

/// Turns the end of a run into a step, releasing the frame when it ended.
///
/// # Safety
/// `result` is what the run of the generator's frame gave: an owned value or null.
pub(crate) unsafe fn settle(
    this: &Generator,
    frame: *mut PyFrameObject,
    result: *mut PyObject,
) -> Result<Step> {
    // SAFETY: the caller's promise; the frame is still the generator's.
    unsafe {
        let kind = this.kind();
        let suspended = !(*frame).f_stacktop.is_null();
        if suspended && !result.is_null() {
            return Ok(Step::Yielded(Obj::from_owned_ptr(result)));
        }
        if result.is_null() {
            if err::matches(exceptions::StopIteration()) {
                err::set_from_cause(
                    exceptions::RuntimeError(),
                    format_args!("{} raised StopIteration", kind.text()),
                );
            } else if kind == Kind::AsyncGenerator && err::matches(exceptions::StopAsyncIteration()) {
                err::set_from_cause(exceptions::RuntimeError(), "async generator raised StopAsyncIteration");
            }
        }
        clear_exc_state(this);
        (*frame).f_gen = null_mut();
        (*this.as_raw()).gi_frame = null_mut();
        decref(frame.cast());
        if result.is_null() { Err(Raised::assume()) } else { Ok(Step::Returned(Obj::from_owned_ptr(result))) }
    }
}

fn clear_exc_state(this: &Generator) {
    // SAFETY: each part is taken before it is dropped.
    unsafe {
        let item = &raw mut (*this.as_raw()).gi_exc_state;
        let parts = [&raw mut (*item).exc_type, &raw mut (*item).exc_value, &raw mut (*item).exc_traceback];
        for part in parts {
            let old = core::mem::replace(&mut *part, null_mut());
            xdecref(old);
        }
    }
}

/// `send(value)` of generators and coroutines: a return is `StopIteration`, for asynchronous generators
/// `StopAsyncIteration` (`_PyGen_Send`).
pub fn send(this: &Generator, value: &Object) -> Result<Obj> {
    step_result(this, resume(this, Some(value), false, false)?)
}

/// A step as the result of `send` or `throw`.
pub fn step_result(this: &Generator, step: Step) -> Result<Obj> {
    match step {
        Step::Yielded(value) => Ok(value),
        Step::Returned(_) if this.kind() == Kind::AsyncGenerator => {
            Err(err::set_none(exceptions::StopAsyncIteration()))
        }
        Step::Returned(value) if value.is_none() => Err(err::set_none(exceptions::StopIteration())),
        Step::Returned(value) => Err(err::set_stop_iteration(&value)),
    }
}

/// `tp_iternext`: a return of None ends silently.
pub fn next(this: &Generator) -> Result<Option<Obj>> {
    let step = resume(this, None, false, false)?;
    next_result(this, step)
}

/// A step as the result of `next`.
fn next_result(this: &Generator, step: Step) -> Result<Option<Obj>> {
    match step {
        Step::Yielded(value) => Ok(Some(value)),
        Step::Returned(_) if this.kind() == Kind::AsyncGenerator => {
            Err(err::set_none(exceptions::StopAsyncIteration()))
        }
        Step::Returned(value) if value.is_none() => Ok(None),
        Step::Returned(value) => Err(err::set_stop_iteration(&value)),
    }
}

/// The iterator that a suspended `yield from` or `await` delegates to (`_PyGen_yf`).
pub fn delegate(this: &Generator) -> Option<Obj> {
    let frame = this.frame();
    // SAFETY: the generator owns its frame; a suspended frame's top is the receiver of YIELD_FROM.
    unsafe {
        if frame.is_null() || (*frame).f_stacktop.is_null() || (*frame).f_lasti < 0 {
            return None;
        }
        let code = bytes::as_slice(Object::from_ptr((*(*frame).f_code).co_code));
        if code.get((*frame).f_lasti as usize + 2) != Some(&(Opcode::YIELD_FROM as u8)) {
            return None;
        }
        Some(Object::from_ptr(*(*frame).f_stacktop.sub(1)).owned())
    }
}

/// Closes what a generator delegates to.
fn close_delegate(this: &Generator, delegate: &Object) -> Result<()> {
    this.set_running(true);
    let result = match as_generator(delegate).filter(|inner| inner.kind() != Kind::AsyncGenerator) {
        Some(inner) => close(inner).map(drop),
        None => match object::lookup_attr(delegate, intern!("close")) {
            Ok(Some(method)) => call::call0(&method).map(drop),
            Ok(None) => Ok(()),
            Err(_) => {
                err::write_unraisable(Some(delegate));
                Ok(())
            }
        },
    };
    this.set_running(false);
    result
}

/// Ends a suspended generator in which nothing could notice `GeneratorExit`: no block is open, nothing is delegated to
/// and nobody traces or has the frame. False: nothing has happened.
fn close_quietly(this: &Generator) -> bool {
    let frame = this.frame();
    // SAFETY: a suspended frame, which its generator owns.
    unsafe {
        if frame.is_null()
            || (*frame).f_stacktop.is_null()
            || (*frame).ob_base.ob_base.ob_refcnt != 1
            || this.is_running()
            || (*state::required()).use_tracing != 0
            || !crate::decode::in_no_block(frame)
            || delegate(this).is_some()
        {
            return false;
        }
        clear_exc_state(this);
        (*frame).f_gen = null_mut();
        (*this.as_raw()).gi_frame = null_mut();
        decref(frame.cast());
    }
    true
}

/// `close()`: raises `GeneratorExit` inside.
pub fn close(this: &Generator) -> Result<Obj> {
    if close_quietly(this) {
        return Ok(none::none().owned());
    }
    let mut failed = false;
    if let Some(delegate) = delegate(this) {
        failed = close_delegate(this, &delegate).is_err();
    }
    if !failed {
        err::set_none(exceptions::GeneratorExit());
    }
    match resume(this, Some(none::none()), true, true) {
        Ok(Step::Yielded(value)) => {
            drop(value);
            Err(err::runtime_error(format_args!("{} ignored GeneratorExit", this.kind().text())))
        }
        Ok(Step::Returned(_)) => Ok(none::none().owned()),
        Err(_) if err::matches(exceptions::StopIteration()) || err::matches(exceptions::GeneratorExit()) => {
            err::clear();
            Ok(none::none().owned())
        }
        Err(raised) => Err(raised),
    }
}

/// `throw(type[, value[, traceback]])`. `close_on_exit` is false for asynchronous generators' awaitables, which let a
/// delegate see `GeneratorExit` itself.
pub fn throw(
    this: &Generator,
    kind: &Object,
    value: Option<&Object>,
    traceback: Option<&Object>,
    close_on_exit: bool,
) -> Result<Step> {
    if let Some(inner) = delegate(this) {
        if close_on_exit && err::given_matches(kind, exceptions::GeneratorExit()) {
            if close_delegate(this, &inner).is_err() {
                return resume(this, Some(none::none()), true, false);
            }
            return throw_here(this, kind, value, traceback);
        }
        return match throw_into_delegate(this, &inner, kind, value, traceback, close_on_exit) {
            None => throw_here(this, kind, value, traceback),
            Some(Ok(yielded)) => Ok(Step::Yielded(yielded)),
            Some(Err(_)) => {
                pop_delegate(this);
                match fetch_stop_value() {
                    Ok(value) => resume(this, Some(&value), false, false),
                    Err(_) => resume(this, Some(none::none()), true, false),
                }
            }
        };
    }
    throw_here(this, kind, value, traceback)
}

/// Throws into what the generator delegates to; `None` when that has no `throw`.
fn throw_into_delegate(
    this: &Generator,
    inner: &Object,
    kind: &Object,
    value: Option<&Object>,
    traceback: Option<&Object>,
    close_on_exit: bool,
) -> Option<Result<Obj>> {
    if let Some(generator) = as_generator(inner).filter(|inner| inner.kind() != Kind::AsyncGenerator) {
        // The outer frame shows up in tracebacks and sys._getframe while the inner one runs.
        // SAFETY: the running thread's state; the outer frame is suspended and put back as it was.
        unsafe {
            let tstate = state::required();
            let frame = this.frame();
            this.set_running(true);
            (*frame).f_back = (*tstate).frame;
            (*tstate).frame = frame;
            let result = throw(generator, kind, value, traceback, close_on_exit)
                .and_then(|step| step_result(generator, step));
            (*tstate).frame = (*frame).f_back;
            (*frame).f_back = null_mut();
            this.set_running(false);
            return Some(result);
        }
    }
    let method = match object::lookup_attr(inner, intern!("throw")) {
        Ok(Some(method)) => method,
        Ok(None) => return None,
        Err(raised) => return Some(Err(raised)),
    };
    let args: Vec<&Object> = [Some(kind), value, traceback].into_iter().flatten().collect();
    this.set_running(true);
    let result = call::call(&method, &args);
    this.set_running(false);
    Some(result)
}

/// Takes the finished delegate off the suspended stack and goes behind the `YIELD_FROM`.
fn pop_delegate(this: &Generator) {
    let frame = this.frame();
    // SAFETY: the frame is suspended in YIELD_FROM with its receiver on top.
    unsafe {
        if frame.is_null() || (*frame).f_stacktop.is_null() {
            return;
        }
        (*frame).f_stacktop = (*frame).f_stacktop.sub(1);
        let inner = *(*frame).f_stacktop;
        (*frame).f_lasti += 2;
        decref(inner);
    }
}

fn throw_here(
    this: &Generator,
    kind: &Object,
    value: Option<&Object>,
    traceback: Option<&Object>,
) -> Result<Step> {
    let traceback = traceback.filter(|traceback| !traceback.is_none());
    if traceback.is_some_and(|traceback| traceback.downcast::<Traceback>().is_none()) {
        return Err(err::type_error("throw() third argument must be a traceback object"));
    }
    let mut error = err::Fetched {
        kind: kind.owned(),
        value: value.map(Layout::owned),
        traceback: traceback.map(Layout::owned),
    };
    if eval::check_class(kind) {
        error.normalize();
    } else if eval::check_instance(kind) {
        if value.is_some_and(|value| !value.is_none()) {
            return Err(err::type_error("instance exception may not have a separate value"));
        }
        error.value = Some(kind.owned());
        error.kind = kind.class_of().object().owned();
        if error.traceback.is_none() {
            error.traceback = exceptions::get_traceback(kind);
        }
    } else {
        return Err(err::type_error(format_args!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            kind.class_of().name()
        )));
    }
    let _ = err::restore(error);
    resume(this, Some(none::none()), true, false)
}

/// The value of the `StopIteration` that is set, cleared; None when nothing is set; else the exception stays
/// (`_PyGen_FetchStopIterationValue`).
pub fn fetch_stop_value() -> Result<Obj> {
    if err::occurred().is_none() {
        return Ok(none::none().owned());
    }
    if !err::matches(exceptions::StopIteration()) {
        return Err(Raised::assume());
    }
    let Some(mut error) = err::fetch() else { return Ok(none::none().owned()) };
    let is_stop = |value: &Object| err::given_matches(value, exceptions::StopIteration());
    if let Some(value) = &error.value
        && !is_stop(value)
        && error.kind.is(exceptions::StopIteration())
        && !tuple::check(value)
    {
        return Ok(value.clone());
    }
    let value = error.normalize();
    if !is_stop(value) {
        return Err(err::restore(error));
    }
    // SAFETY: an instance of StopIteration.
    let value = unsafe { (*value.as_ptr().cast::<PyStopIterationObject>()).value };
    // SAFETY: a live value or null.
    Ok(unsafe { Object::from_ptr_opt(value) }.unwrap_or(none::none()).owned())
}

/// Sends a value to any iterator for `yield from`: `Ok(Ok(yielded))` or `Ok(Err(returned))`.
pub fn send_to(receiver: &Object, value: &Object) -> Result<core::result::Result<Obj, Obj>> {
    if let Some(generator) =
        as_generator(receiver).filter(|generator| generator.kind() != Kind::AsyncGenerator)
    {
        return Ok(match resume(generator, Some(value), false, false) {
            Ok(Step::Yielded(value)) => Ok(value),
            Ok(Step::Returned(value)) => Err(value),
            Err(_) => Err(fetch_stop_value()?),
        });
    }
    if value.is_none() {
        // SAFETY: a live type.
        let Some(next) = (unsafe { (*receiver.type_ptr()).tp_iternext }) else {
            return Err(err::type_error(format_args!(
                "'{}' object is not an iterator",
                receiver.class_of().name()
            )));
        };
        // SAFETY: the slot's contract: a live iterator; an owned result or null.
        return match unsafe { Obj::from_owned_opt(next(receiver.as_ptr())) } {
            Some(value) => Ok(Ok(value)),
            None => Ok(Err(fetch_stop_value()?)),
        };
    }
    match call::call_method(receiver, intern!("send"), &[value]) {
        Ok(value) => Ok(Ok(value)),
        Err(_) => Ok(Err(fetch_stop_value()?)),
    }
}

/// For `GET_YIELD_FROM_ITER`: a replacement, or `None` when the object serves as it is.
pub fn yield_from_iter(object: &Object, code_flags: i32) -> Result<Option<Obj>> {
    if is_exactly(object, &raw mut PyCoro_Type) {
        if code_flags & (CO_COROUTINE | CO_ITERABLE_COROUTINE) == 0 {
            return Err(err::type_error(
                "cannot 'yield from' a coroutine object in a non-coroutine generator",
            ));
        }
        return Ok(None);
    }
    if is_exactly(object, &raw mut PyGen_Type) {
        return Ok(None);
    }
    iter::get_iter(object).map(Some)
}

/// The iterator for `await` (`_PyCoro_GetAwaitableIter`).
pub fn awaitable_iter(object: &Object) -> Result<Obj> {
    let iterable = |object: &Object| {
        is_exactly(object, &raw mut PyCoro_Type)
            || is_exactly(object, &raw mut PyGen_Type)
                && as_generator(object).is_some_and(|g| g.code_flags() & CO_ITERABLE_COROUTINE != 0)
    };
    if iterable(object) {
        return Ok(object.owned());
    }
    // SAFETY: a live type; the slot's contract is a live object.
    unsafe {
        let methods = (*object.type_ptr()).tp_as_async;
        let getter = if methods.is_null() { None } else { (*methods).am_await };
        let Some(getter) = getter else {
            return Err(err::type_error(format_args!(
                "object {} can't be used in 'await' expression",
                object.class_of().name()
            )));
        };
        let result = Obj::from_owned_or_raised(getter(object.as_ptr()))?;
        if iterable(&result) {
            return Err(err::type_error("__await__() returned a coroutine"));
        }
        if !iter::check(&result) {
            return Err(err::type_error(format_args!(
                "__await__() returned non-iterator of type '{}'",
                result.class_of().name()
            )));
        }
        Ok(result)
    }
}

/// `GET_AWAITABLE`; `before` is the instruction in front of it, for the message.
pub fn get_awaitable(object: &Object, before: u8) -> Result<Obj> {
    let result = awaitable_iter(object).map_err(|raised| {
        // SAFETY: a live type.
        let plain = unsafe {
            let methods = (*object.type_ptr()).tp_as_async;
            methods.is_null() || (*methods).am_await.is_none()
        };
        let place = match before {
            op if op == Opcode::BEFORE_ASYNC_WITH as u8 => "__aenter__",
            op if op == Opcode::WITH_EXCEPT_START as u8 || op == Opcode::CALL_FUNCTION as u8 => "__aexit__",
            _ => return raised,
        };
        if !plain {
            return raised;
        }
        err::type_error(format_args!(
            "'async with' received an object from {place} that does not implement __await__: {}",
            object.class_of().name()
        ))
    })?;
    if is_exactly(&result, &raw mut PyCoro_Type)
        && as_generator(&result).is_some_and(|generator| delegate(generator).is_some())
    {
        return Err(err::runtime_error("coroutine is being awaited already"));
    }
    Ok(result)
}

/// `GET_AITER`.
pub fn get_aiter(object: &Object) -> Result<Obj> {
    // SAFETY: live types; the slots' contract is a live object.
    unsafe {
        let methods = (*object.type_ptr()).tp_as_async;
        let Some(getter) = (if methods.is_null() { None } else { (*methods).am_aiter }) else {
            return Err(err::type_error(format_args!(
                "'async for' requires an object with __aiter__ method, got {}",
                object.class_of().name()
            )));
        };
        let iterator = Obj::from_owned_or_raised(getter(object.as_ptr()))?;
        let methods = (*iterator.type_ptr()).tp_as_async;
        if methods.is_null() || (*methods).am_anext.is_none() {
            return Err(err::type_error(format_args!(
                "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                iterator.class_of().name()
            )));
        }
        Ok(iterator)
    }
}

/// `GET_ANEXT`: the awaitable's iterator.
pub fn get_anext(iterator: &Object) -> Result<Obj> {
    // SAFETY: a live type; the slot's contract is a live object.
    unsafe {
        let methods = (*iterator.type_ptr()).tp_as_async;
        let Some(getter) = (if methods.is_null() { None } else { (*methods).am_anext }) else {
            return Err(err::type_error(format_args!(
                "'async for' requires an iterator with __anext__ method, got {}",
                iterator.class_of().name()
            )));
        };
        let awaitable = Obj::from_owned_or_raised(getter(iterator.as_ptr()))?;
        if is_exactly(iterator, &raw mut PyAsyncGen_Type) {
            return Ok(awaitable);
        }
        awaitable_iter(&awaitable).map_err(|_| {
            err::set_from_cause(
                exceptions::TypeError(),
                format_args!(
                    "'async for' received an invalid object from __anext__: {}",
                    awaitable.class_of().name()
                ),
            )
        })
    }
}

/// Wraps what an asynchronous generator yields, to tell it from what it awaits.
pub fn wrap_async_value(value: Obj) -> Result<Obj> {
    crate::asyncgen::wrap_value(value)
}

/// `tp_finalize` of all three kinds: closes a suspended generator; warns of a coroutine that was never awaited
/// (`_PyGen_Finalize`).
///
/// # Safety
/// A live generator, coroutine or asynchronous generator.
pub unsafe extern "C" fn finalize(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let this: &Generator = Object::from_ptr(object).cast_unchecked();
        slot::guard((), || finalize_now(this));
    }
}

fn finalize_now(this: &Generator) {
    if this.is_finished() {
        return;
    }
    let kind = this.kind();
    if kind == Kind::Generator && close_quietly(this) {
        return;
    }
    if kind == Kind::AsyncGenerator {
        // SAFETY: an asynchronous generator.
        let view: &PyAsyncGenObjectView = unsafe { this.cast_unchecked() };
        if let Some(finalizer) = view.pending_finalizer() {
            let saved = err::fetch();
            if call::call1(&finalizer, this).is_err() {
                err::write_unraisable(Some(this));
            }
            if let Some(saved) = saved {
                let _ = err::restore(saved);
            }
            return;
        }
    }
    let saved = err::fetch();
    let frame = this.frame();
    // SAFETY: the generator is not finished, so it has a frame.
    let started = unsafe { (*frame).f_lasti != -1 };
    let never_awaited = kind == Kind::Coroutine && !started;
    let result = if never_awaited {
        crate::coroutine::warn_never_awaited(this);
        Ok(())
    } else {
        close(this).map(drop)
    };
    if result.is_err() && err::occurred().is_some() {
        err::write_unraisable(Some(this));
    }
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
}

/// `tp_dealloc` of all three kinds.
///
/// # Safety
/// The last reference is gone.
pub unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the caller's promise; finalisation may bring the object back.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<PyGenObject>();
        if !(*raw).gi_weakreflist.is_null() {
            krait_object::types::weakref::clear_weakrefs(object);
        }
        let this: &Generator = Object::from_ptr(object).cast_unchecked();
        if !this.is_finished() {
            gc::track(object);
            if krait_object::protocol::object::call_finalizer_from_dealloc(object) {
                return;
            }
            gc::untrack(object);
        }
        match this.kind() {
            Kind::AsyncGenerator => crate::asyncgen::drop_fields(object),
            Kind::Coroutine => crate::coroutine::drop_fields(object),
            Kind::Generator => {}
        }
        let frame = core::mem::replace(&mut (*raw).gi_frame, null_mut());
        if !frame.is_null() {
            (*frame).f_gen = null_mut();
            decref(frame.cast());
        }
        let code = core::mem::replace(&mut (*raw).gi_code, null_mut());
        xdecref(code);
        drop(this.name().take());
        drop(this.qualname().take());
        clear_exc_state(this);
        gc::PyObject_GC_Del(object.cast());
    }
}

/// Visits the common fields.
pub fn traverse(this: &Generator, visitor: &mut Visitor) {
    // SAFETY: a live generator.
    unsafe {
        let raw = this.as_raw();
        visitor.visit_ptr((*raw).gi_frame.cast());
        visitor.visit_ptr((*raw).gi_code);
        visitor.visit_ptr((*raw).gi_name);
        visitor.visit_ptr((*raw).gi_qualname);
        visitor.visit_ptr((*raw).gi_exc_state.exc_type);
        visitor.visit_ptr((*raw).gi_exc_state.exc_value);
        visitor.visit_ptr((*raw).gi_exc_state.exc_traceback);
    }
}

/// `<generator object NAME at 0x...>`, for all three kinds.
pub fn repr(this: &Generator) -> Result<Obj> {
    let kind = match this.kind() {
        Kind::AsyncGenerator => "async_generator",
        kind => kind.text(),
    };
    let mut text = unicode::Builder::new();
    text.push_str(&format!("<{kind} object "));
    text.push_object(&this.qualname().get_or_none());
    text.push_str(&format!(" at {:#x}>", this.as_raw() as usize));
    text.finish()
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"gi_frame", T_OBJECT, 16, READONLY, c""),
        method::member(c"gi_running", T_BOOL, 24, READONLY, c""),
        method::member(c"gi_code", T_OBJECT, 32, READONLY, c""),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getset(c"__name__", get_name, set_name, c"name of the generator"),
        method::getset(c"__qualname__", get_qualname, set_qualname, c"qualified name of the generator"),
        method::getter(c"gi_yieldfrom", get_delegate, c"object being iterated by yield from, or None"),
    ];
}

krait_object::methods! {
    static METHODS = [
        method::o(c"send", send, c"send(arg) -> send 'arg' into generator,\nreturn next yielded value or raise StopIteration."),
        method::fastcall(c"throw", throw_method, c"throw(typ[,val[,tb]]) -> raise exception in generator,\nreturn next yielded value or raise StopIteration."),
        method::noargs(c"close", close, c"close() -> raise GeneratorExit inside generator."),
    ];
}

/// `__name__`.
pub fn get_name(this: &Generator) -> Result<Obj> {
    Ok(this.name().get_or_none())
}

/// Assignment to `__name__`.
pub fn set_name(this: &Generator, value: Option<&Object>) -> Result<()> {
    let Some(value) = value.filter(|value| unicode::check(value)) else {
        return Err(err::type_error("__name__ must be set to a string object"));
    };
    this.name().set(value.owned());
    Ok(())
}

/// `__qualname__`.
pub fn get_qualname(this: &Generator) -> Result<Obj> {
    Ok(this.qualname().get_or_none())
}

/// Assignment to `__qualname__`.
pub fn set_qualname(this: &Generator, value: Option<&Object>) -> Result<()> {
    let Some(value) = value.filter(|value| unicode::check(value)) else {
        return Err(err::type_error("__qualname__ must be set to a string object"));
    };
    this.qualname().set(value.owned());
    Ok(())
}

/// `gi_yieldfrom`, `cr_await`, `ag_await`.
pub fn get_delegate(this: &Generator) -> Result<Option<Obj>> {
    Ok(delegate(this))
}

/// `throw` as a method of generators and coroutines.
pub fn throw_method(this: &Generator, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("throw", args.len(), 1, 3)?;
    let step = throw(this, args[0], args.get(1).copied(), args.get(2).copied(), true)?;
    step_result(this, step)
}

/// The frame of a generator as an object, for callers that need its type.
pub fn frame_object(this: &Generator) -> Option<&Frame> {
    // SAFETY: the generator owns its frame.
    unsafe { Object::from_ptr_opt(this.frame().cast()).and_then(|frame| frame.downcast()) }
}
