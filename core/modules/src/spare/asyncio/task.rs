//! `_asyncio.Task`: a coroutine that an event loop runs step by step.

use super::future::{self, Future, State, future_getsets, future_methods};
use super::running::{self, Part, message};
use super::{
    CANCELLED, INVALID_STATE, IS_COROUTINE, TASK_GET_STACK, TASK_PRINT_STACK, TASK_REPR_INFO, call_soon,
    call_with_keyword, iter, loop_of, wrapper,
};
use crate::support::Kept;
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use core::sync::atomic::{AtomicU64, Ordering};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Payload};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::PyType_GenericNew;
use krait_object::types::{context, exceptions, none, set, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern, method, payload_class, slot, static_type};
use krait_vm::generator::{self, Kind};

/// A task, which is a future for what its coroutine returns. While it is not done, either its next step is scheduled, or
/// it waits for a future whose callback is its wake-up.
#[repr(C)]
pub struct Task {
    future: Future,
    waits_for: ObjCell,
    coroutine: ObjCell,
    name: ObjCell,
    context: ObjCell,
    must_cancel: Cell<bool>,
    log_destroy_pending: Cell<bool>,
}
const _: () = assert!(offset_of!(Task, future) == 0);

static_type! {
    /// `_asyncio.Task`
    pub static Task_Type = {
        tp_name: c"_asyncio.Task".as_ptr(),
        tp_basicsize: size_of::<Task>() as Py_ssize_t,
        tp_dealloc: future::dealloc::<Task>(),
        tp_as_async: &raw mut future::AS_ASYNC,
        tp_repr: slot::unary(future::repr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"Task(coro, *, loop=None, name=None)\n--\n\nA coroutine that an event loop runs; a future for its result.".as_ptr(),
        tp_traverse: payload::traverse::<Task>(),
        tp_clear: payload::clear::<Task>(),
        tp_iter: slot::unary(iter::new),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut future::Future_Type,
        tp_init: slot::init(init),
        tp_new: Some(PyType_GenericNew),
        tp_finalize: Some(finalize),
    };
}
payload_class!(Task, Task_Type);

impl Task {
    fn fields(&self) -> [&ObjCell; 4] {
        [&self.waits_for, &self.coroutine, &self.name, &self.context]
    }
}

impl Payload for Task {
    fn traverse(&self, visitor: &mut Visitor) {
        self.future.traverse(visitor);
        self.fields().iter().for_each(|field| field.visit(visitor));
    }

    fn clear(&self) {
        self.future.clear();
        self.fields().iter().for_each(|field| drop(field.take()));
    }
}

future_methods! {
    static METHODS = [
        method::o(c"set_result", |_: &Task, _: &Object| refuse("set_result"), c"set_result($self, result, /)\n--\n\n"),
        method::o(c"set_exception", |_: &Task, _: &Object| refuse("set_exception"), c"set_exception($self, exception, /)\n--\n\n"),
        method::keywords(c"cancel", cancel, c"cancel($self, /, msg=None)\n--\n\nAsks the task to stop: its coroutine gets a CancelledError at its next step.\n\nThe coroutine may end with that, in which case the task is cancelled, or go on. False if\nthe task is done."),
        method::noargs(c"_repr_info", |this: &Task| call::call1(&*TASK_REPR_INFO.get()?, this.object()), c"_repr_info($self, /)\n--\n\n"),
        method::keywords(c"get_stack", get_stack, c"get_stack($self, /, *, limit=None)\n--\n\nThe frames of the coroutine, or of the traceback of the exception that has ended it, from\nthe oldest to the newest.\n\nlimit keeps the newest frames of a stack and the oldest ones of a traceback. A suspended\ncoroutine has one frame only."),
        method::keywords(c"print_stack", print_stack, c"print_stack($self, /, *, limit=None, file=None)\n--\n\nWrites what get_stack(limit=limit) gives to a file, sys.stderr by default."),
        method::noargs(c"get_coro", |this: &Task| -> Result<Option<Obj>> { Ok(this.coroutine.get()) }, c"get_coro($self, /)\n--\n\n"),
        method::noargs(c"get_name", |this: &Task| -> Result<Option<Obj>> { Ok(this.name.get()) }, c"get_name($self, /)\n--\n\n"),
        method::o(c"set_name", set_name, c"set_name($self, value, /)\n--\n\n"),
    ];
}
future_getsets! {
    static GETSETS = [
        method::getset(c"_log_destroy_pending", |this: &Task| -> Result<bool> { Ok(this.log_destroy_pending.get()) }, set_log_destroy_pending, c""),
        method::getter(c"_must_cancel", |this: &Task| -> Result<bool> { Ok(this.must_cancel.get()) }, c""),
        method::getter(c"_coro", |this: &Task| -> Result<Option<Obj>> { Ok(this.coroutine.get()) }, c""),
        method::getter(c"_fut_waiter", |this: &Task| -> Result<Option<Obj>> { Ok(this.waits_for.get()) }, c""),
    ];
}

unsafe extern "C" fn finalize(this: *mut PyObject) {
    slot::guard((), || {
        // SAFETY: a live task.
        let this = unsafe { Object::from_ptr(this).cast_unchecked::<Task>() };
        if this.future.state.get() == State::Pending
            && this.log_destroy_pending.get()
            && let Ok(message) = unicode::from_str("Task was destroyed but it is pending!")
        {
            this.future.report(&[("task", this.object()), ("message", &message)]);
        }
        this.future.report_exception();
    });
}

/// Whether an object can be a task's coroutine. The classes of those that had to be asked about are remembered.
fn is_coroutine(object: &Object) -> Result<bool> {
    const MOST_KNOWN: usize = 100;
    if generator::as_generator(object).is_some_and(|generator| generator.kind() == Kind::Coroutine) {
        return Ok(true);
    }
    let known = Kept("_asyncio coroutine classes").get_or_make(|| set::new(None))?;
    let class = object.class_of().object();
    if set::contains(&known, class)? {
        return Ok(true);
    }
    let is_one = object::is_true(&*call::call1(&*IS_COROUTINE.get()?, object)?)?;
    if is_one && set::len(&known) < MOST_KNOWN {
        set::add(&known, class)?;
    }
    Ok(is_one)
}

fn init(this: &Task, args: &Object, kw: Option<&Object>) -> Result<()> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    const NAMES: [&str; 3] = ["coro", "loop", "name"];
    let [coroutine, event_loop, name] =
        const { Signature::new("Task", NAMES).required(1).keyword_only_from(1) }.bind_tuple(args, kw)?;
    let coroutine = coroutine.unwrap_or(none::none());
    this.future.start(event_loop)?;
    if !is_coroutine(coroutine)? {
        this.log_destroy_pending.set(false);
        let text = message(&[Part::Text("a coroutine was expected, got "), Part::Repr(coroutine)])?;
        return Err(err::set_object(exceptions::TypeError(), &text));
    }
    this.context.set(context::copy_current()?);
    drop(this.waits_for.take());
    this.must_cancel.set(false);
    this.log_destroy_pending.set(true);
    this.coroutine.set(coroutine.owned());
    match crate::support::not_none(name) {
        Some(name) => set_name(this, name)?,
        None => {
            let number = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
            this.name.set(unicode::from_str(&format!("Task-{number}"))?);
        }
    }
    this.schedule_step(None)?;
    running::register(this.object())
}

fn set_name(this: &Task, name: &Object) -> Result<()> {
    this.name.set(if unicode::check_exact(name) { name.owned() } else { object::str(name)? });
    Ok(())
}

fn refuse(operation: &str) -> Result<()> {
    Err(err::runtime_error(format_args!("Task does not support {operation} operation")))
}

fn set_log_destroy_pending(this: &Task, value: Option<&Object>) -> Result<()> {
    this.log_destroy_pending.set(future::truth(value)?);
    Ok(())
}

fn get_stack(this: &Task, args: Args<'_>) -> Result<Obj> {
    let [limit] =
        const { Signature::new("get_stack", ["limit"]).required(0).keyword_only_from(0) }.bind(args)?;
    call::call(&*TASK_GET_STACK.get()?, &[this.object(), limit.unwrap_or(none::none())])
}

fn print_stack(this: &Task, args: Args<'_>) -> Result<Obj> {
    let given = const { Signature::new("print_stack", ["limit", "file"]).required(0).keyword_only_from(0) }
        .bind(args)?;
    let [limit, file] = given.map(|argument| argument.unwrap_or(none::none()));
    call::call(&*TASK_PRINT_STACK.get()?, &[this.object(), limit, file])
}

/// `future.cancel(msg=message)`
fn cancel_other(future: &Object, message: &Object) -> Result<bool> {
    let done = call_with_keyword(future, intern!("cancel"), &[], intern!("msg"), message)?;
    object::is_true(&done)
}

fn cancel(this: &Task, args: Args<'_>) -> Result<bool> {
    let message = future::cancel_message(args)?;
    this.future.log_traceback.set(false);
    if this.future.state.get() != State::Pending {
        return Ok(false);
    }
    if let Some(other) = this.waits_for.get()
        && cancel_other(&other, &message)?
    {
        // It stays the one that is waited for: it may be a task that goes on all the same.
        return Ok(true);
    }
    this.must_cancel.set(true);
    this.future.cancel_message.set(message);
    Ok(true)
}

/// What a coroutine's step has led to.
enum Outcome {
    Yielded(Obj),
    Returned(Obj),
}

/// One step of the coroutine: `send(None)`, or `throw(error)`.
fn advance(coroutine: &Object, error: Option<&Object>) -> Result<Outcome> {
    if error.is_none()
        && let Some(generator) = generator::as_generator(coroutine)
        && generator.kind() != Kind::AsyncGenerator
    {
        return Ok(match generator::resume(generator, Some(none::none()), false, false)? {
            generator::Step::Yielded(value) => Outcome::Yielded(value),
            generator::Step::Returned(value) => Outcome::Returned(value),
        });
    }
    let result = match error {
        None => call::call_method(coroutine, intern!("send"), &[none::none()]),
        Some(error) => call::call_method(coroutine, intern!("throw"), &[error]),
    };
    result.map(Outcome::Yielded)
}

/// A step of a task, between its announcements.
pub(super) fn step(task: &Task, error: Option<&Object>) -> Result<Obj> {
    let keep = task.object().owned();
    let event_loop = task.future.event_loop()?;
    running::enter(&event_loop, &keep)?;
    match task.step(error) {
        Ok(()) => running::leave(&event_loop, &keep).map(|()| none::none().owned()),
        Err(raised) => {
            let fetched = err::fetch();
            let _ = running::leave(&event_loop, &keep);
            err::chain(fetched);
            Err(raised)
        }
    }
}

/// Goes on after a future that the task waited for.
pub(super) fn wake(task: &Task, future: &Object) -> Result<Obj> {
    let outcome = match future::exact(future) {
        Some(future) => future.outcome("Result is not set.").map(core::result::Result::err),
        None => call::call_method(future, intern!("result"), &[]).map(|_| None),
    };
    match outcome {
        Ok(error) => step(task, error.as_deref()),
        Err(raised) => {
            let Some(mut error) = err::fetch() else { return Err(raised) };
            let value = error.normalize_with_traceback().owned();
            step(task, Some(&value))
        }
    }
}

impl Task {
    /// Has the loop run the next step.
    fn schedule_step(&self, error: Option<&Object>) -> Result<()> {
        let callback = wrapper::step(self, error)?;
        call_soon(&*self.future.event_loop()?, &[&callback], &*self.context.get_or_none())
    }

    /// Has the loop run the next step with a `RuntimeError`.
    #[cold]
    fn schedule_error(&self, parts: &[Part<'_>]) -> Result<()> {
        let error = call::call1(exceptions::RuntimeError(), &*message(parts)?)?;
        self.schedule_step(Some(&error))
    }

    fn step(&self, error: Option<&Object>) -> Result<()> {
        if self.future.state.get() != State::Pending {
            let shown = error.unwrap_or(none::none());
            let parts = [
                Part::Text("_step(): already done: "),
                Part::Repr(self.object()),
                Part::Text(" "),
                Part::Repr(shown),
            ];
            return Err(err::set_object(&*INVALID_STATE.get()?, &*message(&parts)?));
        }
        let mut error = error.map(Layout::owned);
        if self.must_cancel.get() {
            let is_cancellation = match &error {
                Some(error) => object::is_instance(error, &*CANCELLED.get()?)?,
                None => false,
            };
            if !is_cancellation {
                error = Some(future::make_cancelled_error(&self.future)?);
            }
            self.must_cancel.set(false);
        }
        drop(self.waits_for.take());
        let Some(coroutine) = self.coroutine.get() else {
            return Err(err::runtime_error("uninitialized Task object"));
        };
        match advance(&coroutine, error.as_deref()) {
            Ok(Outcome::Yielded(value)) => self.wait_for(value),
            Ok(Outcome::Returned(value)) => self.returned(value),
            Err(_) => self.raised(),
        }
    }

    fn returned(&self, value: Obj) -> Result<()> {
        if self.must_cancel.replace(false) {
            // It was cancelled just before its end.
            return self.future.cancel(self.future.cancel_message.get()).map(|_| ());
        }
        self.future.finish(value)
    }

    /// The coroutine has ended with the current exception.
    fn raised(&self) -> Result<()> {
        if let Ok(value) = generator::fetch_stop_value() {
            return self.returned(value);
        }
        let is_cancellation = err::matches(&*CANCELLED.get()?);
        let Some(mut error) = err::fetch() else { return Err(err::bad_internal_call()) };
        let value = error.normalize_with_traceback().owned();
        if is_cancellation {
            self.future.cancelled_error.set(value);
            return self.future.cancel(None).map(|_| ());
        }
        self.future.fail(&value)?;
        let ends_program = [exceptions::KeyboardInterrupt(), exceptions::SystemExit()]
            .iter()
            .any(|class| err::given_matches(&error.kind, class));
        if ends_program { Err(err::restore(error)) } else { Ok(()) }
    }

    /// Deals with what the coroutine has yielded: a future that was awaited, or None to let others run.
    fn wait_for(&self, value: Obj) -> Result<()> {
        let this = self.object();
        if value.is(this) {
            return self.schedule_error(&[Part::Text("Task cannot await on itself: "), Part::Repr(this)]);
        }
        if let Some(other) = future::exact(&value) {
            if other.event_loop.as_ptr() != self.future.event_loop.as_ptr() {
                return self.refuse_foreign(&value);
            }
            if !other.blocking.get() {
                return self.refuse_yield(&value);
            }
            other.blocking.set(false);
            other.add_callback(&*wrapper::wakeup(self)?, &*self.context.get_or_none())?;
            return self.waits(value);
        }
        if value.is_none() {
            return self.schedule_step(None);
        }
        let blocking = object::lookup_attr(&value, intern!("_asyncio_future_blocking"))?;
        if let Some(blocking) = blocking.filter(|blocking| !blocking.is_none()) {
            let blocking = object::is_true(&blocking)?;
            if loop_of(&value)?.as_ptr() != self.future.event_loop.as_ptr() {
                return self.refuse_foreign(&value);
            }
            if !blocking {
                return self.refuse_yield(&value);
            }
            let no = krait_object::types::bool::borrowed(false);
            object::set_attr(&value, intern!("_asyncio_future_blocking"), Some(no))?;
            let (wakeup, context) = (wrapper::wakeup(self)?, self.context.get_or_none());
            call_with_keyword(
                &value,
                intern!("add_done_callback"),
                &[&wakeup],
                intern!("context"),
                &context,
            )?;
            return self.waits(value);
        }
        let is_generator =
            generator::as_generator(&value).is_some_and(|generator| generator.kind() == Kind::Generator);
        if is_generator {
            let start = "yield was used instead of yield from for generator in task ";
            let parts = [Part::Text(start), Part::Repr(this), Part::Text(" with "), Part::Repr(&value)];
            return self.schedule_error(&parts);
        }
        self.schedule_error(&[Part::Text("Task got bad yield: "), Part::Repr(&value)])
    }

    fn waits(&self, other: Obj) -> Result<()> {
        self.waits_for.set(other.clone());
        if self.must_cancel.get() && cancel_other(&other, &self.future.cancel_message.get_or_none())? {
            self.must_cancel.set(false);
        }
        Ok(())
    }

    #[cold]
    fn refuse_foreign(&self, value: &Object) -> Result<()> {
        self.schedule_error(&[
            Part::Text("Task "),
            Part::Repr(self.object()),
            Part::Text(" got Future "),
            Part::Repr(value),
            Part::Text(" attached to a different loop"),
        ])
    }

    #[cold]
    fn refuse_yield(&self, value: &Object) -> Result<()> {
        self.schedule_error(&[
            Part::Text("yield was used instead of yield from in task "),
            Part::Repr(self.object()),
            Part::Text(" with "),
            Part::Repr(value),
        ])
    }
}
