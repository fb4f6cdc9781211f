//! Exceptions that nobody can handle: `PyErr_WriteUnraisable`.

use super::*;

/// Reports the current exception as unraisable and clears it (`PyErr_WriteUnraisable`); `object` is where it happened.
#[cold]
pub fn write_unraisable(object: Option<&Object>) {
    report(None, object);
}

/// `_PyErr_WriteUnraisableMsg`: with words of its own behind "Exception ignored".
#[cold]
pub fn write_unraisable_message(message: &str, object: Option<&Object>) {
    report(Some(message), object);
}

fn report(message: Option<&str>, object: Option<&Object>) {
    if occurred().is_none() {
        return;
    }
    if let Some(hooks) = crate::hooks::try_get() {
        (hooks.write_unraisable)(message, object);
    }
    clear();
}
