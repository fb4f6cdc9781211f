//! `_asyncio`: futures and tasks, and which event loop and task are running.

mod future;
mod iter;
mod running;
mod task;
mod wrapper;

use crate::attribute;
use crate::support::Global;
use krait_object::protocol::attribute::Method;
use krait_object::protocol::{call, object};
use krait_object::types::{dict, module, tuple};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, intern};

pub(super) static INVALID_STATE: Global = Global::new("asyncio.exceptions", "InvalidStateError");
pub(super) static CANCELLED: Global = Global::new("asyncio.exceptions", "CancelledError");
static EVENT_LOOP_POLICY: Global = Global::new("asyncio.events", "get_event_loop_policy");
static FUTURE_REPR_INFO: Global = Global::new("asyncio.base_futures", "_future_repr_info");
static TASK_REPR_INFO: Global = Global::new("asyncio.base_tasks", "_task_repr_info");
static TASK_GET_STACK: Global = Global::new("asyncio.base_tasks", "_task_get_stack");
static TASK_PRINT_STACK: Global = Global::new("asyncio.base_tasks", "_task_print_stack");
static IS_COROUTINE: Global = Global::new("asyncio.coroutines", "iscoroutine");
static EXTRACT_STACK: Global = Global::new("traceback", "extract_stack");
static ALL_TASKS: Global = Global::new("_asyncio", "_all_tasks");
static CURRENT_TASKS: Global = Global::new("_asyncio", "_current_tasks");

/// What Python code provides.
static BORROWED: [&Global; 9] = [
    &INVALID_STATE,
    &CANCELLED,
    &EVENT_LOOP_POLICY,
    &FUTURE_REPR_INFO,
    &TASK_REPR_INFO,
    &TASK_GET_STACK,
    &TASK_PRINT_STACK,
    &IS_COROUTINE,
    &EXTRACT_STACK,
];

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "Futures and tasks in native code.")?;
    running::add_functions(this)?;
    let all_tasks = call::call0(&*attribute::of_module("weakref", "WeakSet")?)?;
    module::add(this, "_all_tasks", &all_tasks)?;
    ALL_TASKS.set(all_tasks);
    let current_tasks = dict::new()?;
    module::add(this, "_current_tasks", &current_tasks)?;
    CURRENT_TASKS.set(current_tasks);
    iter::FutureIter::class().ready()?;
    wrapper::Step::class().ready()?;
    wrapper::Wakeup::class().ready()?;
    module::add_type(this, future::Future::class())?;
    module::add_type(this, task::Task::class())?;
    // This may import all of asyncio, which then uses what is in this module.
    for global in BORROWED {
        global.set(global.get()?);
    }
    Ok(())
}

/// `object.name(argument, word=value)`
fn call_with_keyword(
    receiver: &Object,
    name: &Object,
    positional: &[&Object],
    word: &'static Object,
    value: &Object,
) -> Result<Obj> {
    let names = tuple::pack([word.owned()])?;
    let mut args = Vec::with_capacity(positional.len() + 2);
    match object::get_method(receiver, name)? {
        Method::Unbound(function) => {
            args.push(receiver);
            args.extend_from_slice(positional);
            args.push(value);
            call::call_names(&function, &args, positional.len() + 1, Some(&names))
        }
        Method::Bound(function) => {
            args.extend_from_slice(positional);
            args.push(value);
            call::call_names(&function, &args, positional.len(), Some(&names))
        }
    }
}

/// `loop.call_soon(callback, *args, context=context)`
fn call_soon(event_loop: &Object, callback: &[&Object], context: &Object) -> Result<()> {
    call_with_keyword(event_loop, intern!("call_soon"), callback, intern!("context"), context).map(|_| ())
}

/// The event loop of any future.
fn loop_of(future: &Object) -> Result<Obj> {
    if let Some(future) = future::exact(future) {
        return future.event_loop();
    }
    match object::lookup_attr(future, intern!("get_loop"))? {
        Some(get_loop) => call::call0(&get_loop),
        None => object::get_attr(future, intern!("_loop")),
    }
}

/// Raises one of asyncio's exceptions.
#[cold]
fn raise(class: &Global, message: impl core::fmt::Display) -> Raised {
    match class.get() {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}
