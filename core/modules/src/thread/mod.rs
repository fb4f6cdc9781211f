//! `_thread`: locks and threads as the system has them; the module `threading` is built on it.

mod local;
pub mod lock;
mod rlock;
mod start;

use core::ffi::c_void;
use krait_abi::*;
use krait_object::types::{exceptions, module, structseq, weakref};
use krait_object::{Layout, Obj, Object, Result, err, hooks, method, native_module, state};
use lock::Lock;

native_module! {
    /// `_thread`
    init: PyInit__thread, name: c"_thread",
    doc: c"Threads and locks as the system has them.\nThe module 'threading' offers a more convenient interface.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"start_new_thread", start::start_new_thread, c"start_new_thread(function, args[, kwargs])\n(start_new() is an older name)\n\nRuns function(*args, **kwargs) in a new thread and returns its identifier. The thread\nends when the function returns; an exception is reported unless it is SystemExit."),
        method::keywords(c"start_new", start::start_new, c"start_new_thread(function, args[, kwargs])\n(start_new() is an older name)\n\nRuns function(*args, **kwargs) in a new thread and returns its identifier."),
        method::noargs(c"allocate_lock", allocate_lock, c"allocate_lock() -> lock object\n(allocate() is an older name)\n\nA new lock, not taken. help(type(lock)) tells about locks."),
        method::noargs(c"allocate", allocate_lock, c"allocate_lock() -> lock object\n(allocate() is an older name)\n\nA new lock, not taken."),
        method::noargs(c"exit_thread", exit_thread, c"exit()\n(exit_thread() is an older name)\n\nThe same as 'raise SystemExit': ends the thread silently unless it is caught."),
        method::noargs(c"exit", exit_thread, c"exit()\n(exit_thread() is an older name)\n\nThe same as 'raise SystemExit': ends the thread silently unless it is caught."),
        method::noargs(c"interrupt_main", interrupt_main, c"interrupt_main()\n\nRaises KeyboardInterrupt in the main thread."),
        method::noargs(c"get_ident", get_ident, c"get_ident() -> integer\n\nA number that tells the current thread from all other threads that run now. It may be\nused again after the thread has ended."),
        method::noargs(c"get_native_id", get_native_id, c"get_native_id() -> integer\n\nThe number by which the kernel knows the current thread."),
        method::noargs(c"_count", count, c"_count() -> integer\n\nHow many threads run that Python has started, the main thread not among them.\nThreads started in other ways are not counted."),
        method::varargs(c"stack_size", stack_size, c"stack_size([size]) -> size\n\nThe stack size for new threads, 0 being the system's default; with an argument, sets\nit. ValueError when the size is refused; the least is 32 KiB."),
        method::noargs(c"_set_sentinel", set_sentinel, c"_set_sentinel() -> lock\n\nA lock that is released when the current thread's state is deleted.\nFor the module threading only."),
        method::o(c"_excepthook", excepthook, c"excepthook(exc_type, exc_value, exc_traceback, thread)\n\nReports an exception that ended Thread.run()."),
    ];
}

static mut EXCEPT_HOOK_ARGS: PyTypeObject = krait_object::payload::EMPTY_TYPE;

static EXCEPT_HOOK_ARGS_FIELDS: structseq::Description = structseq::Description {
    name: c"_thread.ExceptHookArgs",
    doc: c"ExceptHookArgs\n\nWhat threading.excepthook gets.",
    fields: &[
        (c"exc_type", c"Exception type"),
        (c"exc_value", c"Exception value"),
        (c"exc_traceback", c"Exception traceback"),
        (c"thread", c"Thread"),
    ],
    visible: 4,
};

fn exec(this: &Object) -> Result<()> {
    // SAFETY: static types.
    unsafe {
        local::ready()?;
        crate::support::add_type(this, "LockType", &raw mut lock::Lock_Type)?;
        crate::support::add_type(this, "RLock", &raw mut rlock::RLock_Type)?;
        crate::support::add_type(this, "_local", &raw mut local::Local_Type)?;
        let class = crate::support::ready_structseq(&raw mut EXCEPT_HOOK_ARGS, &EXCEPT_HOOK_ARGS_FIELDS)?;
        module::add(this, "_ExceptHookArgs", class.object())?;
    }
    module::add(this, "error", exceptions::RuntimeError())?;
    // What a 64-bit count of nanoseconds holds, in whole seconds.
    module::add(this, "TIMEOUT_MAX", &*krait_object::types::float::from_f64(9_223_372_036.0)?)
}

fn allocate_lock(_module: &Object) -> Result<Obj> {
    Ok(lock::new()?.upcast())
}

fn exit_thread(_module: &Object) -> Result<()> {
    Err(err::set_none(exceptions::SystemExit()))
}

fn interrupt_main(_module: &Object) -> Result<()> {
    crate::signal::set_interrupt();
    Ok(())
}

fn get_ident(_module: &Object) -> Result<u64> {
    Ok(krait_object::thread::ident())
}

fn get_native_id(_module: &Object) -> Result<u64> {
    Ok(krait_object::thread::native_id())
}

fn count(_module: &Object) -> Result<i64> {
    // SAFETY: the running interpreter.
    Ok(unsafe { (*state::interp()).num_threads })
}

fn stack_size(_module: &Object, args: &Object) -> Result<usize> {
    let args = krait_object::types::tuple::items(args);
    crate::support::check_count("stack_size", args.len(), 0, 1)?;
    let old = krait_object::thread::stack_size();
    let new = args.first().map_or(Ok(0), |size| crate::support::ssize(size))?;
    if new < 0 {
        return Err(err::value_error("size must be 0 or a positive value"));
    }
    if !args.is_empty() {
        match krait_object::thread::set_stack_size(new as usize) {
            -1 => return Err(err::value_error(format_args!("size not valid: {new} bytes"))),
            -2 => return Err(err::runtime_error("setting stack size not supported")),
            _ => {}
        }
    }
    Ok(old)
}

/// `on_delete` of a thread state: releases the lock behind a weak reference.
unsafe extern "C" fn release_sentinel(data: *mut c_void) {
    // SAFETY: `set_sentinel` left an owned weak reference.
    let reference = unsafe { Obj::<Object>::from_owned_ptr(data.cast()) };
    if let Some(target) = weakref::get(&reference)
        && let Some(lock) = target.downcast::<Lock>()
    {
        lock.release_if_locked();
    }
}

fn set_sentinel(_module: &Object) -> Result<Obj> {
    let tstate = state::current();
    // SAFETY: the current thread state; the data is an owned weak reference as long as the function is set.
    unsafe {
        if (*tstate).on_delete.is_some() {
            (*tstate).on_delete = None;
            let old = core::mem::replace(&mut (*tstate).on_delete_data, core::ptr::null_mut());
            krait_object::refcount::xdecref(old.cast());
        }
        let lock = lock::new()?;
        let reference = weakref::new_ref(lock.object(), None)?;
        (*tstate).on_delete_data = reference.into_ptr().cast();
        (*tstate).on_delete = Some(release_sentinel);
        Ok(lock.upcast())
    }
}

/// Reports an exception that a thread did not catch, on `sys.stderr` or else on the stream that the thread object kept.
fn excepthook(_module: &Object, args: &Object) -> Result<()> {
    // SAFETY: a static type.
    if args.type_ptr() != &raw mut EXCEPT_HOOK_ARGS {
        return Err(err::type_error("_thread.excepthook argument type must be ExceptHookArgs"));
    }
    // SAFETY: the class has four fields, all filled.
    let field = |index: usize| unsafe { Object::from_ptr(structseq::get_item(args, index)).owned() };
    let [kind, value, traceback, thread] = [field(0), field(1), field(2), field(3)];
    if kind.is(exceptions::SystemExit()) {
        return Ok(());
    }
    use krait_object::protocol::{call, object};
    let present = |file: Option<Obj>| file.filter(|file| !file.is_none());
    let file = match present((hooks::get().sys_get)("stderr")) {
        Some(file) => file,
        None if thread.is_none() => return Ok(()),
        None => match present(object::lookup_attr(&thread, krait_object::intern!("_stderr"))?) {
            Some(file) => file,
            None => return Ok(()),
        },
    };
    let name = match thread.is_none() {
        true => None,
        false => object::lookup_attr(&thread, krait_object::intern!("name"))?,
    };
    let name = match name {
        Some(name) => krait_object::types::unicode::to_string_lossy(&*object::str(&name)?),
        None => krait_object::thread::ident().to_string(),
    };
    let header = krait_object::types::unicode::from_str(&format!("Exception in thread {name}:\n"))?;
    call::call_method(&file, krait_object::intern!("write"), &[&header])?;
    crate::report::display(&file, &value, &traceback);
    call::call_method(&file, krait_object::intern!("flush"), &[])?;
    Ok(())
}
