//! `atexit`: functions that are called when the interpreter ends.

use core::cell::RefCell;
use krait_abi::{PyInterpreterState, PyObject};
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::{exceptions, tuple};
use krait_object::{Layout, Obj, Object, Result, err, hooks, method, native_module, state};

native_module! {
    /// `atexit`
    init: PyInit_atexit, name: c"atexit",
    doc: c"Functions that are called at the normal end of the program.\n\nregister() adds one, unregister() takes it out again.\n",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::varargs_keywords(c"register", register, c"register(func, *args, **kwargs) -> func\n\nRegisters a function to be called at the end of the program.\n\n    func - the function\n    args, kwargs - its arguments\n\n    Returns func, so that it can be used as a decorator."),
        method::noargs(c"_clear", clear, c"_clear() -> None\n\nForgets all registered functions."),
        method::o(c"unregister", unregister, c"unregister(func) -> None\n\nTakes a function out again, however often it was registered.\n\n    func - the function"),
        method::noargs(c"_run_exitfuncs", run_exitfuncs, c"_run_exitfuncs() -> None\n\nCalls all registered functions and forgets them."),
        method::noargs(c"_ncallbacks", ncallbacks, c"_ncallbacks() -> int\n\nHow many functions are registered."),
    ];
}

/// A registered call.
#[derive(Clone)]
struct Callback {
    function: Obj,
    args: Obj,
    kw: Option<Obj>,
}

/// The calls of each interpreter.
struct Registry(RefCell<Vec<(*mut PyInterpreterState, Vec<Callback>)>>);
// SAFETY: touched with the GIL held only; no Python code runs while it is borrowed.
unsafe impl Sync for Registry {}
static REGISTRY: Registry = Registry(RefCell::new(Vec::new()));

/// Works on the running interpreter's calls. What `body` returns is dropped after the registry is free again.
fn with_callbacks<R>(body: impl FnOnce(&mut Vec<Callback>) -> R) -> R {
    let interp = state::interp();
    let mut all = REGISTRY.0.borrow_mut();
    let index = match all.iter().position(|(owner, _)| *owner == interp) {
        Some(index) => index,
        None => {
            all.push((interp, Vec::new()));
            all.len() - 1
        }
    };
    body(&mut all[index].1)
}

fn exec(this: &Object) -> Result<()> {
    // SAFETY: the running interpreter; the module is borrowed, as it lives in `sys.modules` until after the call.
    unsafe {
        let interp = state::interp();
        (*interp).pyexitfunc = Some(at_exit);
        (*interp).pyexitmodule = this.as_ptr();
    }
    Ok(())
}

/// `interp->pyexitfunc`.
unsafe extern "C" fn at_exit(_module: *mut PyObject) {
    krait_object::slot::guard((), || {
        if run().is_err() {
            err::clear();
        }
    });
    let interp = state::interp();
    REGISTRY.0.borrow_mut().retain(|(owner, _)| *owner != interp);
}

/// Calls everything, last registered first. Each error is shown; the last one is raised.
fn run() -> Result<()> {
    let mut last = None;
    let mut left = with_callbacks(|callbacks| callbacks.len());
    while left > 0 {
        left -= 1;
        let Some(callback) = with_callbacks(|callbacks| callbacks.get(left).cloned()) else { continue };
        if callback.function.is_none() {
            continue;
        }
        if call::call_tuple(&callback.function, &callback.args, callback.kw.as_deref()).is_err() {
            last = err::fetch();
            if let Some(error) = &mut last
                && !err::given_matches(&error.kind, exceptions::SystemExit())
            {
                (hooks::get().write_stderr)("Error in atexit._run_exitfuncs:\n");
                error.normalize();
                crate::report::show(error);
            }
        }
    }
    drop(with_callbacks(core::mem::take));
    match last {
        Some(error) => Err(err::restore(error)),
        None => Ok(()),
    }
}

fn register(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let Some((function, rest)) = tuple::items(args).split_first() else {
        return Err(err::type_error("register() takes at least 1 argument (0 given)"));
    };
    if !object::is_callable(function) {
        return Err(err::type_error("the first argument must be callable"));
    }
    let callback =
        Callback { function: function.owned(), args: tuple::from_slice(rest)?, kw: kw.map(Layout::owned) };
    with_callbacks(|callbacks| callbacks.push(callback));
    Ok(function.owned())
}

fn unregister(_module: &Object, function: &Object) -> Result<()> {
    for index in 0.. {
        let Some(candidate) = with_callbacks(|callbacks| callbacks.get(index).map(|c| c.function.clone()))
        else {
            break;
        };
        if candidate.is_none() || !object::rich_compare_bool(&candidate, function, CompareOp::Eq)? {
            continue;
        }
        // The place stays, as a run may be going over the list.
        let none = krait_object::types::none::none();
        let old = with_callbacks(|callbacks| {
            let callback = callbacks.get_mut(index)?;
            let empty = Callback { function: none.owned(), args: none.owned(), kw: None };
            Some(core::mem::replace(callback, empty))
        });
        drop(old);
    }
    Ok(())
}

fn clear(_module: &Object) -> Result<()> {
    drop(with_callbacks(core::mem::take));
    Ok(())
}

fn run_exitfuncs(_module: &Object) -> Result<()> {
    run()
}

fn ncallbacks(_module: &Object) -> Result<usize> {
    Ok(with_callbacks(|callbacks| callbacks.len()))
}
