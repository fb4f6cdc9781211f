//! Starting threads.

use core::ffi::c_void;
use krait_abi::PyThreadState;
use krait_object::args::{Args, check_positional};
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, tuple};
use krait_object::{Layout, Obj, Object, Result, err, gil, state, thread, thread_state};

/// What a new thread runs. The references are touched only while the new thread holds the GIL.
struct Start {
    tstate: *mut PyThreadState,
    function: Obj,
    args: Obj,
    kw: Option<Obj>,
}

/// `_thread.start_new_thread(function, args[, kwargs])`
pub fn start_new_thread(_module: &Object, args: Args<'_>) -> Result<u64> {
    args.no_keywords("start_new_thread")?;
    start(args.positional)
}

/// `_thread.start_new`, its old name
pub fn start_new(_module: &Object, args: Args<'_>) -> Result<u64> {
    args.no_keywords("start_new")?;
    start(args.positional)
}

fn start(args: &[&Object]) -> Result<u64> {
    check_positional("start_new_thread", args.len(), 2, 3)?;
    let (function, call_args, kw) = (args[0], args[1], args.get(2).copied());
    if !object::is_callable(function) {
        return Err(err::type_error("first arg must be callable"));
    }
    if !tuple::check(call_args) {
        return Err(err::type_error("2nd arg must be a tuple"));
    }
    if kw.is_some_and(|kw| !dict::check(kw)) {
        return Err(err::type_error("optional 3rd arg must be a dictionary"));
    }
    // SAFETY: the running interpreter.
    let tstate = unsafe { thread_state::prealloc(state::interp()) };
    if tstate.is_null() {
        return Err(err::no_memory());
    }
    let start = Box::into_raw(Box::new(Start {
        tstate,
        function: function.owned(),
        args: call_args.owned(),
        kw: kw.map(Layout::owned),
    }));
    // SAFETY: the box moves to the new thread; on failure nobody else has seen it or the thread state.
    unsafe {
        let ident = thread::start_new_thread(run, start.cast());
        if ident == thread::INVALID_THREAD_ID {
            drop(Box::from_raw(start));
            thread_state::clear(tstate);
            thread_state::delete(tstate);
            return Err(err::runtime_error("can't start new thread"));
        }
        Ok(ident)
    }
}

/// A new thread's life.
unsafe extern "C" fn run(start: *mut c_void) {
    // SAFETY: `start_new_thread` gave the box up; the thread state belongs to this thread.
    unsafe {
        let tstate = (*start.cast::<Start>()).tstate;
        (*tstate).thread_id = thread::ident();
        thread_state::init(tstate);
        gil::acquire_thread(tstate);
        let interp = (*tstate).interp;
        (*interp).num_threads += 1;
        let start = Box::from_raw(start.cast::<Start>());
        krait_object::slot::guard((), || call_function(&start));
        drop(start);
        (*interp).num_threads -= 1;
        thread_state::clear(tstate);
        thread_state::delete_current();
    }
}

fn call_function(start: &Start) {
    match call::call_tuple(&start.function, &start.args, start.kw.as_deref()) {
        Ok(_) => {}
        Err(_) if err::matches(exceptions::SystemExit()) => err::clear(),
        Err(_) => err::write_unraisable_message("in thread started by", Some(&start.function)),
    }
}
