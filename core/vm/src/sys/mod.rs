//! The `sys` module and the `PySys_*` functions. What describes the build and the machine is in [`info`], hooks that
//! report errors and values in [`display`], tracing in [`trace`], audit hooks in [`audit`](mod@audit).

mod audit;
mod display;
pub mod functions;
pub mod info;
pub mod trace;

pub use audit::{add_native_hook, audit, clear_hooks, is_silent};
pub use display::{display, excepthook, unraisable, write_stderr, write_stderr_object};

use krait_abi::*;
use krait_object::types::{dict, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, state};

/// The dict of `sys`, if the interpreter has one.
pub fn dict() -> Option<Obj> {
    // SAFETY: the running interpreter, if any.
    unsafe {
        let interp = state::interp();
        if interp.is_null() {
            return None;
        }
        Object::from_ptr_opt((*interp).sysdict).map(Layout::owned)
    }
}

/// An attribute of `sys`; `None` when it is missing, without an exception (`PySys_GetObject`).
pub fn get_object(name: &str) -> Option<Obj> {
    get_with(|dict| dict::get_str(dict, name))
}

/// The same by an interned name, which needs no memory.
pub fn get_interned(name: &Object) -> Option<Obj> {
    get_with(|dict| dict::get_item(dict, name))
}

/// What `find` gets from `sys.__dict__`; the current exception stays as it is.
fn get_with(find: impl FnOnce(&Object) -> Result<Option<Obj>>) -> Option<Obj> {
    let dict = dict()?;
    let saved = err::fetch();
    let found = find(&dict).unwrap_or_else(|_| {
        err::clear();
        None
    });
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
    found
}

/// Sets or (without a value) deletes an attribute of `sys` (`PySys_SetObject`).
pub fn set_object(name: &str, value: Option<&Object>) -> Result<()> {
    let Some(dict) = dict() else { return Err(err::runtime_error("lost sys module")) };
    match value {
        Some(value) => dict::set_str(&dict, name, value),
        None => {
            let name = unicode::from_str(name)?;
            dict::pop(&dict, &name).map(drop)
        }
    }
}

/// The running frame of the current thread.
pub fn current_frame() -> Option<*mut PyFrameObject> {
    // SAFETY: the running thread's state.
    let frame = unsafe { (*state::required()).frame };
    (!frame.is_null()).then_some(frame)
}

/// The globals of the running frame (`PyEval_GetGlobals`).
pub fn frame_globals() -> Option<Obj> {
    let frame = current_frame()?;
    // SAFETY: a live frame owns its globals.
    Some(unsafe { Object::from_ptr((*frame).f_globals).owned() })
}

/// The locals of the running frame (`PyEval_GetLocals`).
pub fn frame_locals() -> Result<Obj> {
    let Some(frame) = current_frame() else { return Err(err::system_error("frame does not exist")) };
    // SAFETY: a live frame.
    unsafe {
        crate::frame::fast_to_locals(frame)?;
        Ok(Object::from_ptr((*frame).f_locals).owned())
    }
}

/// Makes the module: its functions and everything that does not depend on the configuration's paths.
pub fn create() -> Result<Obj> {
    let new = functions::create()?;
    let namespace = krait_object::types::module::dict(&new);
    info::fill(namespace)?;
    for name in ["displayhook", "excepthook", "breakpointhook", "unraisablehook"] {
        if let Some(hook) = dict::get_str(namespace, name)? {
            dict::set_str(namespace, &format!("__{name}__"), &hook)?;
        }
    }
    Ok(new)
}

/// A value or `None`, for attributes that may be unset.
pub fn or_none(value: Option<Obj>) -> Obj {
    value.unwrap_or_else(|| none::none().owned())
}
