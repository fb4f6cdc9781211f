//! `_asyncio.Future`: the result of something that is not done yet.

use super::{
    CANCELLED, EXTRACT_STACK, FUTURE_REPR_INFO, INVALID_STATE, call_soon, future, iter, raise, running,
};
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::PyType_GenericNew;
use krait_object::types::{context, dict, exceptions, list, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, intern, method, payload_class, slot, static_type,
};

/// What has become of a future. Memory of a new object is zeroed, so that it begins as pending.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub(super) enum State {
    Pending = 0,
    Cancelled,
    Finished,
}

/// A future. All zeroes is a future that has not been initialised: it has no loop.
#[repr(C)]
pub struct Future {
    head: Head,
    pub(super) event_loop: ObjCell,
    /// The first callback and its context, beside the list of the others.
    callback0: ObjCell,
    context0: ObjCell,
    callbacks: ObjCell,
    pub(super) exception: ObjCell,
    pub(super) result: ObjCell,
    pub(super) source_traceback: ObjCell,
    pub(super) cancel_message: ObjCell,
    pub(super) state: Cell<State>,
    /// Whether the exception has to be shown if nobody asks for it.
    pub(super) log_traceback: Cell<bool>,
    /// Whether it was awaited, not merely yielded.
    pub(super) blocking: Cell<bool>,
    pub(super) dict: ObjCell,
    weakrefs: Cell<*mut PyObject>,
    /// The cancellation that ended a task, context of the errors that say so.
    pub(super) cancelled_error: ObjCell,
}

pub(super) static mut AS_ASYNC: PyAsyncMethods =
    PyAsyncMethods { am_await: slot::unary(iter::new), ..krait_object::payload::EMPTY_ASYNC };

static_type! {
    /// `_asyncio.Future`
    pub static Future_Type = {
        tp_name: c"_asyncio.Future".as_ptr(),
        tp_basicsize: size_of::<Future>() as Py_ssize_t,
        tp_dealloc: dealloc::<Future>(),
        tp_as_async: &raw mut AS_ASYNC,
        tp_repr: slot::unary(repr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"Future(*, loop=None)\n--\n\nThe result of something that is not done yet, for use in one thread.".as_ptr(),
        tp_traverse: payload::traverse::<Future>(),
        tp_clear: payload::clear::<Future>(),
        tp_weaklistoffset: offset_of!(Future, weakrefs) as Py_ssize_t,
        tp_iter: slot::unary(iter::new),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_dictoffset: offset_of!(Future, dict) as Py_ssize_t,
        tp_init: slot::init(init),
        tp_new: Some(PyType_GenericNew),
        tp_finalize: Some(finalize),
    };
}
payload_class!(Future, Future_Type);

impl Future {
    fn fields(&self) -> [&ObjCell; 10] {
        [
            &self.event_loop,
            &self.callback0,
            &self.context0,
            &self.callbacks,
            &self.exception,
            &self.result,
            &self.source_traceback,
            &self.cancel_message,
            &self.dict,
            &self.cancelled_error,
        ]
    }
}

impl Payload for Future {
    fn traverse(&self, visitor: &mut Visitor) {
        self.fields().iter().for_each(|field| field.visit(visitor));
    }

    fn clear(&self) {
        self.fields().iter().for_each(|field| drop(field.take()));
    }
}

/// `tp_dealloc` of futures and tasks. Those of Python classes have been finalised already.
pub(super) const fn dealloc<T: Payload>() -> destructor {
    unsafe extern "C" fn c_dealloc<T: Payload>(this: *mut PyObject) {
        // SAFETY: called with the last reference gone; the finaliser may bring the object back.
        unsafe {
            let is_exact = Object::from_ptr(this).is_exactly(T::class());
            if is_exact && object::call_finalizer_from_dealloc(this) {
                return;
            }
            if let Some(dealloc) = const { payload::dealloc::<T>() } {
                dealloc(this);
            }
        }
    }
    Some(c_dealloc::<T>)
}

/// The methods of futures that tasks have too, and others behind them.
macro_rules! future_methods {
    (static $name:ident = [$($own:expr,)*];) => {
        krait_object::methods! {
            static $name = [
                method::noargs(c"result", future::result, c"result($self, /)\n--\n\nThe result. A future's exception is raised, a cancelled one raises CancelledError and\none that is not done InvalidStateError."),
                method::noargs(c"exception", future::exception, c"exception($self, /)\n--\n\nThe exception, or None. A cancelled future raises CancelledError and one that is not\ndone InvalidStateError."),
                method::keywords(c"add_done_callback", future::add_done_callback, c"add_done_callback($self, fn, /, *, context=<unrepresentable>)\n--\n\nHas fn called with the future when it is done."),
                method::o(c"remove_done_callback", future::remove_done_callback, c"remove_done_callback($self, fn, /)\n--\n\nTakes back every callback that equals fn; how many there were."),
                method::noargs(c"cancelled", |this: &Future| -> Result<bool> { Ok(this.state.get() == State::Cancelled) }, c"cancelled($self, /)\n--\n\nWhether it has been cancelled."),
                method::noargs(c"done", |this: &Future| -> Result<bool> { Ok(this.state.get() != State::Pending) }, c"done($self, /)\n--\n\nWhether there is a result or an exception, or it has been cancelled."),
                method::noargs(c"_make_cancelled_error", future::make_cancelled_error, c"_make_cancelled_error($self, /)\n--\n\nThe exception for who asks for a cancelled future's result.\n\nOnly the first one has the saved exception as its context."),
                method::with_flags(method::o(c"__class_getitem__", |class: &Object, _: &Object| -> Result<Obj> { Ok(class.owned()) }, c""), METH_CLASS as c_int),
                $($own,)*
            ];
        }
    };
}
pub(super) use future_methods;

/// The attributes of futures that tasks have too, and others behind them.
macro_rules! future_getsets {
    (static $name:ident = [$($own:expr,)*];) => {
        krait_object::getsets! {
            static $name = [
                method::getter(c"_state", future::state_text, c""),
                method::getset(c"_asyncio_future_blocking", |this: &Future| -> Result<bool> { Ok(this.blocking.get()) }, future::set_blocking, c""),
                method::getter(c"_loop", |this: &Future| -> Result<Option<Obj>> { Ok(this.event_loop.get()) }, c""),
                method::getter(c"_callbacks", future::callbacks, c""),
                method::getter(c"_result", |this: &Future| this.ensure_alive().map(|()| this.result.get()), c""),
                method::getter(c"_exception", |this: &Future| this.ensure_alive().map(|()| this.exception.get()), c""),
                method::getset(c"_log_traceback", |this: &Future| this.ensure_alive().map(|()| this.log_traceback.get()), future::set_log_traceback, c""),
                method::getter(c"_source_traceback", |this: &Future| -> Result<Option<Obj>> { Ok(this.source_traceback.get()) }, c""),
                method::getset(c"_cancel_message", |this: &Future| -> Result<Option<Obj>> { Ok(this.cancel_message.get()) }, future::set_cancel_message, c""),
                $($own,)*
            ];
        }
    };
}
pub(super) use future_getsets;

future_methods! {
    static METHODS = [
        method::o(c"set_result", set_result, c"set_result($self, result, /)\n--\n\nMakes the future done, with a result."),
        method::o(c"set_exception", set_exception, c"set_exception($self, exception, /)\n--\n\nMakes the future done, with an exception."),
        method::keywords(c"cancel", cancel_method, c"cancel($self, /, msg=None)\n--\n\nCancels the future, unless it is done; whether that was possible."),
        method::noargs(c"get_loop", Future::event_loop, c"get_loop($self, /)\n--\n\nThe event loop of the future."),
        method::noargs(c"_repr_info", repr_info, c"_repr_info($self, /)\n--\n\n"),
    ];
}
future_getsets! {
    static GETSETS = [];
}

/// A future or task whose class is none of Python's, so that its methods need not be looked up.
#[inline]
pub(super) fn exact(object: &Object) -> Option<&Future> {
    if object.is_exactly(Future::class()) || object.is_exactly(super::task::Task::class()) {
        // SAFETY: a task begins with a future.
        Some(unsafe { object.cast_unchecked() })
    } else {
        None
    }
}

impl Future {
    pub(super) fn ensure_alive(&self) -> Result<()> {
        if self.event_loop.is_empty() {
            return Err(err::runtime_error("Future object is not initialized."));
        }
        Ok(())
    }

    pub(super) fn event_loop(&self) -> Result<Obj> {
        self.ensure_alive()?;
        Ok(self.event_loop.get_or_none())
    }

    /// The exception of a cancelled future.
    fn cancelled_exception(&self) -> Result<Obj> {
        let class = CANCELLED.get()?;
        match self.cancel_message.get().filter(|message| !message.is_none()) {
            None => call::call0(&class),
            Some(message) => call::call1(&class, &message),
        }
    }

    /// The result; `Ok(Err(exception))` when the future has one.
    pub(super) fn outcome(&self, not_done: &str) -> Result<core::result::Result<Obj, Obj>> {
        match self.state.get() {
            State::Cancelled => Err(self.raise_cancelled()),
            State::Pending if self.event_loop.is_empty() => {
                Err(raise(&INVALID_STATE, "Future object is not initialized."))
            }
            State::Pending => Err(raise(&INVALID_STATE, not_done)),
            State::Finished => {
                self.log_traceback.set(false);
                Ok(match self.exception.get() {
                    Some(exception) => Err(exception),
                    None => Ok(self.result.get_or_none()),
                })
            }
        }
    }

    #[cold]
    fn raise_cancelled(&self) -> Raised {
        match self.cancelled_exception() {
            Ok(error) => {
                let raised = err::raise(&error);
                err::chain_with_handled(self.cancelled_error.get());
                raised
            }
            Err(raised) => raised,
        }
    }

    /// Has the event loop call every callback.
    fn schedule_callbacks(&self) -> Result<()> {
        if self.callback0.is_empty() && self.callbacks.is_empty() {
            return Ok(());
        }
        let event_loop = self.event_loop.get_or_none();
        let this = self.object();
        if let Some(callback) = self.callback0.take() {
            let context = self.context0.take().unwrap_or_else(|| none::none().owned());
            call_soon(&event_loop, &[&callback, this], &context)?;
        }
        let Some(callbacks) = self.callbacks.take() else { return Ok(()) };
        let Some(callbacks) = callbacks.downcast::<list::List>() else { return Ok(()) };
        let mut index = 0;
        while let Some(pair) = callbacks.get(index) {
            if let [callback, context] = tuple::items(&pair) {
                call_soon(&event_loop, &[callback, this], context)?;
            }
            index += 1;
        }
        Ok(())
    }

    pub(super) fn finish(&self, result: Obj) -> Result<()> {
        self.ensure_alive()?;
        self.ensure_pending()?;
        self.result.set(result);
        self.state.set(State::Finished);
        self.schedule_callbacks()
    }

    fn ensure_pending(&self) -> Result<()> {
        if self.state.get() != State::Pending {
            return Err(raise(&INVALID_STATE, "invalid state"));
        }
        Ok(())
    }

    pub(super) fn fail(&self, exception: &Object) -> Result<()> {
        self.ensure_pending()?;
        let made;
        let exception = if err::is_exception_class(exception) {
            made = call::call0(exception)?;
            &*made
        } else {
            exception
        };
        if !err::is_exception(exception) {
            return Err(err::type_error("invalid exception object"));
        }
        if exception.class_of().is(exceptions::StopIteration()) {
            return Err(err::type_error(
                "StopIteration interacts badly with generators and cannot be raised into a Future",
            ));
        }
        self.exception.set(exception.owned());
        self.state.set(State::Finished);
        self.schedule_callbacks()?;
        self.log_traceback.set(true);
        Ok(())
    }

    pub(super) fn cancel(&self, message: Option<Obj>) -> Result<bool> {
        self.log_traceback.set(false);
        if self.state.get() != State::Pending {
            return Ok(false);
        }
        self.state.set(State::Cancelled);
        self.cancel_message.set_opt(message);
        self.schedule_callbacks()?;
        Ok(true)
    }

    /// Has the callback called in a context when the future is done.
    pub(super) fn add_callback(&self, callback: &Object, context: &Object) -> Result<()> {
        let Some(event_loop) = self.event_loop.get() else {
            return Err(err::runtime_error("uninitialized Future object"));
        };
        if self.state.get() != State::Pending {
            return call_soon(&event_loop, &[callback, self.object()], context);
        }
        if self.callback0.is_empty() && self.callbacks.is_empty() {
            self.callback0.set(callback.owned());
            self.context0.set(context.owned());
            return Ok(());
        }
        if self.callbacks.is_empty() {
            self.callbacks.set(list::new()?);
        }
        let callbacks = self.callbacks.get_or_none();
        let pair = tuple::pack([callback.owned(), context.owned()])?;
        callbacks.downcast::<list::List>().ok_or_else(err::bad_internal_call)?.push(pair)
    }

    /// Starts anew, as `__init__` does.
    pub(super) fn start(&self, event_loop: Option<&Object>) -> Result<()> {
        self.fields()
            .iter()
            .filter(|field| !core::ptr::eq(**field, &self.dict))
            .for_each(|field| drop(field.take()));
        self.state.set(State::Pending);
        self.log_traceback.set(false);
        self.blocking.set(false);
        let event_loop = match crate::support::not_none(event_loop) {
            Some(given) => given.owned(),
            None => running::current_loop()?,
        };
        self.event_loop.set(event_loop.clone());
        let debug = call::call_method(&event_loop, intern!("get_debug"), &[])?;
        if object::is_true(&debug)? && krait_object::state::finalizing().is_null() {
            self.source_traceback.set(call::call0(&*EXTRACT_STACK.get()?)?);
        }
        Ok(())
    }

    /// Tells the loop's exception handler about something that nobody else will hear of.
    pub(super) fn report(&self, entries: &[(&str, &Object)]) {
        let Some(event_loop) = self.event_loop.get() else { return };
        let fetched = err::fetch();
        let mut handler = None;
        let done = (|| -> Result<()> {
            let report = dict::new()?;
            for (name, value) in entries {
                dict::set_str(&report, name, value)?;
            }
            if let Some(traceback) = self.source_traceback.get() {
                dict::set_str(&report, "source_traceback", &traceback)?;
            }
            let function = object::get_attr(&event_loop, intern!("call_exception_handler"))?;
            let function = handler.insert(function);
            call::call1(function, &report).map(|_| ())
        })();
        if done.is_err() {
            err::write_unraisable(handler.as_deref());
        }
        if let Some(error) = fetched {
            err::restore(error);
        }
    }

    pub(super) fn report_exception(&self) {
        if !self.log_traceback.replace(false) {
            return;
        }
        let Some(exception) = self.exception.get() else { return };
        let message = format!("{} exception was never retrieved", self.object().class_of().short_name());
        if let Ok(message) = unicode::from_str(&message) {
            self.report(&[("message", &message), ("exception", &exception), ("future", self.object())]);
        }
    }
}

unsafe extern "C" fn finalize(this: *mut PyObject) {
    // SAFETY: a live future.
    slot::guard((), || unsafe { Object::from_ptr(this).cast_unchecked::<Future>().report_exception() });
}

fn init(this: &Future, args: &Object, kw: Option<&Object>) -> Result<()> {
    let [event_loop] =
        const { Signature::new("Future", ["loop"]).required(0).keyword_only_from(0) }.bind_tuple(args, kw)?;
    this.start(event_loop)
}

pub(super) fn result(this: &Future) -> Result<Obj> {
    this.outcome("Result is not set.")?.map_err(|exception| err::raise(&exception))
}

pub(super) fn exception(this: &Future) -> Result<Option<Obj>> {
    Ok(this.outcome("Exception is not set.")?.err())
}

pub(super) fn set_result(this: &Future, result: &Object) -> Result<()> {
    this.finish(result.owned())
}

pub(super) fn set_exception(this: &Future, exception: &Object) -> Result<()> {
    this.ensure_alive()?;
    this.fail(exception)
}

/// The argument of `cancel`.
pub(super) fn cancel_message(args: Args<'_>) -> Result<Obj> {
    let [message] = const { Signature::new("cancel", ["msg"]).required(0) }.bind(args)?;
    Ok(message.unwrap_or(none::none()).owned())
}

pub(super) fn cancel_method(this: &Future, args: Args<'_>) -> Result<bool> {
    let message = cancel_message(args)?;
    this.ensure_alive()?;
    this.cancel(Some(message))
}

pub(super) fn add_done_callback(this: &Future, args: Args<'_>) -> Result<()> {
    const NAMES: [&str; 2] = ["", "context"];
    let [callback, context] = const {
        Signature::new("add_done_callback", NAMES).required(1).keyword_only_from(1).positional_only(1)
    }
    .bind(args)?;
    let callback = callback.unwrap_or(none::none());
    match context {
        Some(context) => this.add_callback(callback, context),
        None => this.add_callback(callback, context::copy_current()?.object()),
    }
}

pub(super) fn remove_done_callback(this: &Future, function: &Object) -> Result<usize> {
    this.ensure_alive()?;
    let equals = |callback: &Object| object::rich_compare_bool(callback, function, CompareOp::Eq);
    let mut removed = 0;
    if let Some(callback) = this.callback0.get()
        && equals(&callback)?
    {
        drop(this.callback0.take());
        drop(this.context0.take());
        removed = 1;
    }
    let Some(callbacks) = this.callbacks.get() else { return Ok(removed) };
    let callbacks = callbacks.downcast::<list::List>().ok_or_else(err::bad_internal_call)?;
    let kept = list::new()?;
    let mut index = 0;
    // Comparing may change the list.
    while let Some(pair) = callbacks.get(index) {
        let is_kept = match tuple::items(&pair) {
            [callback, _] => !equals(callback)?,
            _ => true,
        };
        if is_kept {
            kept.push(pair)?;
        }
        index += 1;
    }
    let left = callbacks.len();
    if kept.is_empty() {
        drop(this.callbacks.take());
    } else if kept.len() < left {
        callbacks.set_range(0, left as isize, Some(kept.object()))?;
    }
    Ok(left.saturating_sub(kept.len()) + removed)
}

pub(super) fn make_cancelled_error(this: &Future) -> Result<Obj> {
    let error = this.cancelled_exception()?;
    let context = this.cancelled_error.take().unwrap_or_else(|| none::none().owned());
    object::set_attr(&error, intern!("__context__"), Some(&context))?;
    Ok(error)
}

pub(super) fn repr_info(this: &Future) -> Result<Obj> {
    this.ensure_alive()?;
    call::call1(&*FUTURE_REPR_INFO.get()?, this.object())
}

pub(super) fn repr(this: &Future) -> Result<Obj> {
    this.ensure_alive()?;
    let parts = call::call_method(this.object(), intern!("_repr_info"), &[])?;
    let parts = unicode::join_iterable(Some(intern!(" ")), &parts)?;
    let mut text = unicode::Builder::new();
    text.push_str("<");
    text.push_str(this.object().class_of().short_name());
    text.push_str(" ");
    text.push_object(&parts);
    text.push_str(">");
    text.finish()
}

pub(super) fn state_text(this: &Future) -> Result<Obj> {
    this.ensure_alive()?;
    Ok(match this.state.get() {
        State::Pending => intern!("PENDING"),
        State::Cancelled => intern!("CANCELLED"),
        State::Finished => intern!("FINISHED"),
    }
    .owned())
}

pub(super) fn callbacks(this: &Future) -> Result<Option<Obj>> {
    this.ensure_alive()?;
    let others = this.callbacks.get();
    let Some(callback) = this.callback0.get() else { return Ok(others) };
    let all = list::new()?;
    all.push(tuple::pack([callback, this.context0.get_or_none()])?)?;
    if let Some(others) = others {
        all.extend(&others)?;
    }
    Ok(Some(all.upcast()))
}

/// The truth of an attribute's new value.
pub(super) fn truth(value: Option<&Object>) -> Result<bool> {
    object::is_true(given(value)?)
}

fn given(value: Option<&Object>) -> Result<&Object> {
    value.ok_or_else(|| err::attribute_error("cannot delete attribute"))
}

pub(super) fn set_blocking(this: &Future, value: Option<&Object>) -> Result<()> {
    this.ensure_alive()?;
    this.blocking.set(truth(value)?);
    Ok(())
}

pub(super) fn set_log_traceback(this: &Future, value: Option<&Object>) -> Result<()> {
    if truth(value)? {
        return Err(err::value_error("_log_traceback can only be set to False"));
    }
    this.log_traceback.set(false);
    Ok(())
}

pub(super) fn set_cancel_message(this: &Future, value: Option<&Object>) -> Result<()> {
    this.cancel_message.set(given(value)?.owned());
    Ok(())
}
