//! The callables that drive a task: its steps, and its wake-up by the future that it waits for.

use super::task::{self, Task};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::{dict, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, method, payload_class, slot, static_type,
};

/// Runs a task's next step, with an exception if there is one.
#[repr(C)]
pub struct Step {
    head: Head,
    task: ObjCell,
    error: ObjCell,
}

static_type! {
    /// `TaskStepMethWrapper`
    pub static Step_Type = {
        tp_name: c"TaskStepMethWrapper".as_ptr(),
        tp_basicsize: size_of::<Step>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Step>(),
        tp_call: slot::call(run),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Step>(),
        tp_clear: payload::clear::<Step>(),
        tp_getset: (&raw mut STEP_GETSETS).cast(),
    };
}
payload_class!(Step, Step_Type);

impl Payload for Step {
    fn traverse(&self, visitor: &mut Visitor) {
        self.task.visit(visitor);
        self.error.visit(visitor);
    }

    fn clear(&self) {
        drop(self.task.take());
        drop(self.error.take());
    }
}

getsets! {
    static STEP_GETSETS = [method::getter(c"__self__", |this: &Step| -> Result<Option<Obj>> { Ok(this.task.get()) }, c"")];
}

/// The callable for a step.
pub(super) fn step(task: &Task, error: Option<&Object>) -> Result<Obj> {
    payload::new(Step::class(), |head| Step {
        head,
        task: ObjCell::new(task.object().owned()),
        error: ObjCell::from_option(error.map(Layout::owned)),
    })
    .map(Obj::upcast)
}

fn run(this: &Step, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("function takes no keyword arguments"));
    }
    if !tuple::items(args).is_empty() {
        return Err(err::type_error("function takes no positional arguments"));
    }
    let error = this.error.get();
    with_task(&this.task, |task| task::step(task, error.as_deref()))
}

fn with_task(field: &ObjCell, body: impl FnOnce(&Task) -> Result<Obj>) -> Result<Obj> {
    let task = field.get().ok_or_else(err::bad_internal_call)?;
    body(task.downcast::<Task>().ok_or_else(err::bad_internal_call)?)
}

/// Goes on with a task when the future is done that it waits for.
#[repr(C)]
pub struct Wakeup {
    head: Head,
    task: ObjCell,
}

static_type! {
    /// `TaskWakeupMethWrapper`
    pub static Wakeup_Type = {
        tp_name: c"TaskWakeupMethWrapper".as_ptr(),
        tp_basicsize: size_of::<Wakeup>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Wakeup>(),
        tp_call: slot::call(wake),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Wakeup>(),
        tp_clear: payload::clear::<Wakeup>(),
        tp_getset: (&raw mut WAKEUP_GETSETS).cast(),
    };
}
payload_class!(Wakeup, Wakeup_Type);

impl Payload for Wakeup {
    fn traverse(&self, visitor: &mut Visitor) {
        self.task.visit(visitor);
    }

    fn clear(&self) {
        drop(self.task.take());
    }
}

getsets! {
    static WAKEUP_GETSETS = [method::getter(c"__self__", |this: &Wakeup| -> Result<Option<Obj>> { Ok(this.task.get()) }, c"")];
}

/// The callback for a future that a task waits for.
pub(super) fn wakeup(task: &Task) -> Result<Obj> {
    payload::new(Wakeup::class(), |head| Wakeup { head, task: ObjCell::new(task.object().owned()) })
        .map(Obj::upcast)
}

fn wake(this: &Wakeup, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("function takes no keyword arguments"));
    }
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 1, 1)?;
    with_task(&this.task, |task| task::wake(task, args[0]))
}
