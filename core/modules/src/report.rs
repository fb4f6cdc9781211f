//! Showing exceptions.

use krait_object::protocol::call;
use krait_object::{Object, Result, hooks};

/// Prints an exception with its traceback to a stream.
pub fn display(_file: &Object, kind: &Object, value: &Object, traceback: &Object) -> Result<()> {
    match (hooks::get().sys_get)("__excepthook__") {
        Some(hook) => call::call(&hook, &[kind, value, traceback]).map(drop),
        None => Ok(()),
    }
}
