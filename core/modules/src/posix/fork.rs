//! Forking, and what has to be done around it.

use crate::support::{audit, os_error};
use core::ffi::c_int;
use krait_abi::PyObject;
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, object};
use krait_object::types::list::{self, List};
use krait_object::types::{long, none, tuple};
use krait_object::{Layout, Obj, Object, Result, err, interpreter, state, thread_state};
use krait_vm::import::lock;

/// Calls the functions of a list that `register_at_fork` made; errors are shown and dropped.
fn run_hooks(hooks: *mut PyObject, reversed: bool) {
    // SAFETY: a field of the interpreter: NULL or a list that it owns.
    let Some(hooks) = (unsafe { Object::from_ptr_opt(hooks) }) else { return };
    let hooks = hooks.owned();
    let Some(hooks) = hooks.downcast::<List>() else { return };
    // A copy: a function may register others.
    let mut functions: Vec<Obj> = (0..hooks.len()).filter_map(|i| hooks.get(i)).collect();
    if reversed {
        functions.reverse();
    }
    for function in functions {
        if call::call0(&function).is_err() {
            err::write_unraisable(Some(none::none()));
        }
    }
}

/// `PyOS_BeforeFork`: the functions registered for it, last first; then nobody else may import.
pub fn before_fork() {
    // SAFETY: the running interpreter.
    run_hooks(unsafe { (*state::interp()).before_forkers }, true);
    lock::acquire();
}

/// `PyOS_AfterFork_Parent`
pub fn after_fork_parent() {
    if lock::release().is_err() {
        err::fatal("PyOS_AfterFork_Parent", "failed releasing import lock after fork");
    }
    // SAFETY: the running interpreter.
    run_hooks(unsafe { (*state::interp()).after_forkers_parent }, false);
}

/// `PyOS_AfterFork_Child`: the other threads are gone.
pub fn after_fork_child() {
    state::after_fork_child();
    lock::after_fork_child();
    crate::signal::after_fork_child();
    // SAFETY: this thread holds the GIL and is the only one.
    unsafe {
        thread_state::delete_except(state::current());
        if state::interp() == interpreter::main() {
            interpreter::delete_except_main();
        }
        run_hooks((*state::interp()).after_forkers_child, false);
    }
}

/// `register_at_fork(*, before, after_in_child, after_in_parent)`
pub fn register_at_fork(_module: &Object, args: Args<'_>) -> Result<()> {
    let given = const {
        Signature::new("register_at_fork", ["before", "after_in_child", "after_in_parent"])
            .required(0)
            .keyword_only_from(0)
    }
    .bind(args)?;
    if given.iter().all(Option::is_none) {
        return Err(err::type_error("At least one argument is required."));
    }
    for (name, function) in ["before", "after_in_child", "after_in_parent"].iter().zip(given) {
        if let Some(function) = function
            && !object::is_callable(function)
        {
            return Err(err::type_error(format_args!(
                "'{name}' must be callable, not {}",
                function.class_of().name()
            )));
        }
    }
    // SAFETY: the running interpreter, whose fields own their lists.
    unsafe {
        let interp = state::interp();
        let fields = [
            &raw mut (*interp).before_forkers,
            &raw mut (*interp).after_forkers_child,
            &raw mut (*interp).after_forkers_parent,
        ];
        for (field, function) in fields.into_iter().zip(given) {
            let Some(function) = function else { continue };
            if (*field).is_null() {
                *field = list::new()?.into_ptr();
            }
            if let Some(hooks) = Object::from_ptr(*field).downcast::<List>() {
                hooks.append(function)?;
            }
        }
    }
    Ok(())
}

/// Forks with everything around it; in the child the result is 0.
fn fork_with(event: &str, body: impl FnOnce() -> c_int) -> Result<c_int> {
    if state::interp() != interpreter::main() {
        return Err(err::runtime_error("fork not supported for subinterpreters"));
    }
    audit(event, [])?;
    before_fork();
    let pid = body();
    let errno = err::last_errno();
    if pid == 0 {
        after_fork_child();
    } else {
        after_fork_parent();
    }
    if pid == -1 { Err(os_error(errno)) } else { Ok(pid) }
}

pub fn fork(_module: &Object) -> Result<c_int> {
    // SAFETY: what the child may not use is repaired before it runs Python.
    fork_with("os.fork", || unsafe { libc::fork() })
}

pub fn forkpty(_module: &Object) -> Result<Obj> {
    let mut master = -1;
    let null = core::ptr::null_mut();
    // SAFETY: as in `fork`; a valid place for the result.
    let pid =
        fork_with("os.forkpty", || unsafe { libc::forkpty(&mut master, null, null.cast(), null.cast()) })?;
    tuple::pack([long::from_i64(pid.into())?, long::from_i64(master.into())?])
}
