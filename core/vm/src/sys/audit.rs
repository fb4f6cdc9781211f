//! Audit hooks (PEP 578): native ones of the process and Python ones of the interpreter.

use core::ffi::{c_char, c_int, c_void};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::protocol::{call, object};
use krait_object::types::list::{self, List};
use krait_object::types::{tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, intern, state};
use std::ffi::CString;

/// Whether nobody listens: the common case, two loads.
pub fn is_silent() -> bool {
    // SAFETY: the runtime is a static; the running interpreter, if any.
    unsafe {
        let interp = state::interp();
        (*state::runtime()).audit_hook_head.is_null() && (interp.is_null() || (*interp).audit_hooks.is_null())
    }
}

/// Raises an audit event with its argument tuple (`PySys_Audit`).
pub fn audit(event: &str, args: &Object) -> Result<()> {
    if is_silent() {
        return Ok(());
    }
    let name = CString::new(event).map_err(|_| err::value_error("embedded null character"))?;
    // SAFETY: the list of hooks only grows.
    unsafe {
        let mut entry = (*state::runtime()).audit_hook_head;
        while !entry.is_null() {
            if let Some(hook) = (*entry).hookCFunction
                && hook(name.as_ptr(), args.as_ptr(), (*entry).userData) < 0
            {
                return Err(Raised::assume());
            }
            entry = (*entry).next;
        }
        let interp = state::interp();
        if interp.is_null() {
            return Ok(());
        }
        match Object::from_ptr_opt((*interp).audit_hooks) {
            Some(hooks) => call_python_hooks(&hooks.owned(), event, args),
            None => Ok(()),
        }
    }
}

/// Calls the hooks of `sys.addaudithook`, untraced unless a hook has a true `__cantrace__`.
fn call_python_hooks(hooks: &Object, event: &str, args: &Object) -> Result<()> {
    let event = unicode::from_str(event)?;
    let Some(hooks) = hooks.downcast::<List>() else { return Ok(()) };
    // SAFETY: the running thread's state.
    let tstate = unsafe { &mut *state::required() };
    let mut index = 0;
    while let Some(hook) = hooks.get(index) {
        index += 1;
        let can_trace = match object::lookup_attr(&hook, intern!("__cantrace__"))? {
            Some(flag) => object::is_true(&flag)?,
            None => false,
        };
        if !can_trace {
            tstate.tracing += 1;
            tstate.use_tracing = 0;
        }
        let result = call::call(&hook, &[&event, args]);
        if !can_trace {
            tstate.tracing -= 1;
            tstate.use_tracing = c_int::from(tstate.c_tracefunc.is_some() || tstate.c_profilefunc.is_some());
        }
        result?;
    }
    Ok(())
}

/// Adds a native hook (`PySys_AddAuditHook`). Hooks that are there may refuse with an exception.
pub fn add_native_hook(
    hook: Option<unsafe extern "C" fn(*const c_char, *mut PyObject, *mut c_void) -> c_int>,
    data: *mut c_void,
) -> Result<()> {
    // SAFETY: the runtime's list is changed with the GIL held, or before any interpreter exists.
    unsafe {
        if !state::current().is_null() {
            let event = tuple::empty();
            if audit("sys.addaudithook", &event).is_err() {
                if err::matches(krait_object::types::exceptions::RuntimeError()) {
                    err::clear();
                    return Ok(());
                }
                return Err(Raised::assume());
            }
        }
        let entry = libc::malloc(size_of::<_Py_AuditHookEntry>()).cast::<_Py_AuditHookEntry>();
        if entry.is_null() {
            return if state::current().is_null() { Err(Raised::assume()) } else { Err(err::no_memory()) };
        }
        (*entry).next = null_mut();
        (*entry).hookCFunction = hook;
        (*entry).userData = data;
        let mut last = &raw mut (*state::runtime()).audit_hook_head;
        while !(*last).is_null() {
            last = &raw mut (**last).next;
        }
        *last = entry;
        Ok(())
    }
}

/// `sys.addaudithook`.
pub fn add_python_hook(hook: &Object) -> Result<()> {
    if audit("sys.addaudithook", &*tuple::empty()).is_err() {
        if err::matches(krait_object::types::exceptions::RuntimeError()) {
            err::clear();
            return Ok(());
        }
        return Err(Raised::assume());
    }
    // SAFETY: the running interpreter owns its list.
    unsafe {
        let interp = state::interp();
        if (*interp).audit_hooks.is_null() {
            (*interp).audit_hooks = list::new()?.into_ptr();
        }
        let hooks: Obj = Object::from_ptr((*interp).audit_hooks).owned();
        debug_assert!(List::is_instance(&hooks));
        match hooks.downcast::<List>() {
            Some(hooks) => hooks.append(hook),
            None => Err(err::bad_internal_call()),
        }
    }
}

/// Frees the native hooks at finalisation, telling them.
pub fn clear_hooks() {
    // SAFETY: a field of a static.
    if unsafe { (*state::runtime()).audit_hook_head.is_null() } {
        return;
    }
    // SAFETY: the running interpreter's configuration.
    if unsafe { (*crate::lifecycle::config::current()).verbose } > 0 {
        crate::sys::write_stderr("# clear sys.audit hooks\n");
    }
    // A hook cannot refuse its end.
    if audit("cpython._PySys_ClearAuditHooks", &*tuple::empty()).is_err() {
        err::clear();
    }
    // SAFETY: the last interpreter is gone; nobody walks the list.
    unsafe {
        let runtime = state::runtime();
        let mut entry = core::mem::replace(&mut (*runtime).audit_hook_head, null_mut());
        while !entry.is_null() {
            let next = (*entry).next;
            libc::free(entry.cast());
            entry = next;
        }
    }
}
