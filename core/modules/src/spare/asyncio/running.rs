//! The running event loop of each thread, and the tasks: all of them, and the one that each loop runs.

use super::{ALL_TASKS, CURRENT_TASKS, EVENT_LOOP_POLICY};
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, object};
use krait_object::types::{dict, long, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern, method, thread_state};

krait_object::methods! {
    static METHODS = [
        method::noargs(c"get_event_loop", get_event_loop, c"get_event_loop($module, /)\n--\n\nThe running event loop, or without one that of the policy."),
        method::noargs(c"get_running_loop", get_running_loop, c"get_running_loop($module, /)\n--\n\nThe event loop that runs in this thread; RuntimeError if there is none."),
        method::noargs(c"_get_running_loop", |_: &Object| running_loop(), c"_get_running_loop($module, /)\n--\n\nThe event loop that runs in this thread, or None. For event loops only."),
        method::o(c"_set_running_loop", set_running_loop, c"_set_running_loop($module, loop, /)\n--\n\nSays which event loop runs in this thread. For event loops only."),
        method::keywords(c"_register_task", register_task, c"_register_task($module, /, task)\n--\n\nMakes a task one of those that asyncio knows."),
        method::keywords(c"_unregister_task", unregister_task, c"_unregister_task($module, /, task)\n--\n\nTakes a task off those that asyncio knows."),
        method::keywords(c"_enter_task", enter_task, c"_enter_task($module, /, loop, task)\n--\n\nSays that a loop begins a step of a task, which must not be inside another one's."),
        method::keywords(c"_leave_task", leave_task, c"_leave_task($module, /, loop, task)\n--\n\nSays that a loop has ended its current task's step."),
    ];
}

pub(super) fn add_functions(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast()) }
}

/// The key in the thread's dictionary; the value is a tuple of the loop and the process that it runs in.
fn key() -> &'static Object {
    intern!("__asyncio_running_event_loop__")
}

fn process() -> i64 {
    // SAFETY: no precondition.
    i64::from(unsafe { libc::getpid() })
}

/// The running loop; a process that was forked while one ran has none.
fn running_loop() -> Result<Option<Obj>> {
    let Some(dict) = thread_state::get_dict() else { return Ok(None) };
    let Some(holder) = dict::get_item(dict, key())? else { return Ok(None) };
    let [running, owner] = tuple::items(&holder) else { return Ok(None) };
    Ok((!running.is_none() && long::word_value(owner) == Some(process())).then(|| running.owned()))
}

fn set_running_loop(_module: &Object, running: &Object) -> Result<()> {
    let Some(dict) = thread_state::get_dict() else {
        return Err(err::runtime_error("thread-local storage is not available"));
    };
    let holder = tuple::pack([running.owned(), long::from_i64(process())?])?;
    dict::set_item(dict, key(), &holder)
}

fn get_running_loop(_module: &Object) -> Result<Obj> {
    running_loop()?.ok_or_else(|| err::runtime_error("no running event loop"))
}

/// The running loop, or else the policy's.
pub(super) fn current_loop() -> Result<Obj> {
    match running_loop()? {
        Some(running) => Ok(running),
        None => call::call_method(&*call::call0(&*EVENT_LOOP_POLICY.get()?)?, intern!("get_event_loop"), &[]),
    }
}

fn get_event_loop(_module: &Object) -> Result<Obj> {
    current_loop()
}

fn one_task<'a>(function: &'static str, args: Args<'a>) -> Result<&'a Object> {
    let [task] = Signature::new(function, ["task"]).bind(args)?;
    Ok(task.unwrap_or(none::none()))
}

fn register_task(_module: &Object, args: Args<'_>) -> Result<()> {
    register(one_task("_register_task", args)?)
}

pub(super) fn register(task: &Object) -> Result<()> {
    call::call_method(&*ALL_TASKS.get()?, intern!("add"), &[task]).map(|_| ())
}

fn unregister_task(_module: &Object, args: Args<'_>) -> Result<()> {
    let task = one_task("_unregister_task", args)?;
    call::call_method(&*ALL_TASKS.get()?, intern!("discard"), &[task]).map(|_| ())
}

fn loop_and_task<'a>(function: &'static str, args: Args<'a>) -> Result<[&'a Object; 2]> {
    let given = Signature::new(function, ["loop", "task"]).bind(args)?;
    Ok(given.map(|argument| argument.unwrap_or(none::none())))
}

fn enter_task(_module: &Object, args: Args<'_>) -> Result<()> {
    let [running, task] = loop_and_task("_enter_task", args)?;
    enter(running, task)
}

fn leave_task(_module: &Object, args: Args<'_>) -> Result<()> {
    let [running, task] = loop_and_task("_leave_task", args)?;
    leave(running, task)
}

/// A loop begins a step of a task.
pub(super) fn enter(running: &Object, task: &Object) -> Result<()> {
    let tasks = CURRENT_TASKS.get()?;
    match dict::get_item(&tasks, running)? {
        None => dict::set_item(&tasks, running, task),
        Some(other) => Err(two_tasks(
            "Cannot enter into task ",
            task,
            " while another task ",
            &other,
            " is being executed.",
        )),
    }
}

/// A loop has ended a step of a task.
pub(super) fn leave(running: &Object, task: &Object) -> Result<()> {
    let tasks = CURRENT_TASKS.get()?;
    match dict::get_item(&tasks, running)? {
        Some(current) if current.is(task) => dict::del_item(&tasks, running),
        current => {
            let current = current.unwrap_or_else(|| none::none().owned());
            Err(two_tasks("Leaving task ", task, " does not match the current task ", &current, "."))
        }
    }
}

#[cold]
fn two_tasks(start: &str, task: &Object, middle: &str, other: &Object, end: &str) -> Raised {
    match message(&[
        Part::Text(start),
        Part::Repr(task),
        Part::Text(middle),
        Part::Repr(other),
        Part::Text(end),
    ]) {
        Ok(text) => err::set_object(krait_object::types::exceptions::RuntimeError(), &text),
        Err(raised) => raised,
    }
}

/// A piece of a message.
pub(super) enum Part<'a> {
    Text(&'a str),
    Repr(&'a Object),
}

/// Text with the `repr` of objects in it.
pub(super) fn message(parts: &[Part<'_>]) -> Result<Obj> {
    let mut text = unicode::Builder::new();
    for part in parts {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Repr(value) => text.push_object(&*object::repr(value)?),
        }
    }
    text.finish()
}
