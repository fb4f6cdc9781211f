//! Showing exceptions.

use krait_object::err::Fetched;
use krait_object::protocol::call;
use krait_object::types::none;
use krait_object::{Object, err, hooks};

/// Prints an exception with its traceback to a stream.
pub fn display(file: &Object, value: &Object, traceback: &Object) {
    krait_vm::traceback_print::display_exception_to(Some(file), value, traceback);
}

/// Prints an exception with its traceback to `sys.stderr`; what goes wrong with that is dropped.
pub fn show(error: &Fetched) {
    let absent = none::none();
    let shown = match (hooks::get().sys_get)("__excepthook__") {
        Some(hook) => {
            let value = error.value.as_deref().unwrap_or(absent);
            call::call(&hook, &[&error.kind, value, error.traceback.as_deref().unwrap_or(absent)]).map(drop)
        }
        None => Ok(()),
    };
    if shown.is_err() {
        err::clear();
    }
}
