//! What the object layer asks of the layers above it: one table of functions that the interpreter fills at start-up.

use crate::handle::{Obj, Object, Result};
use core::cell::Cell;
use core::ffi::c_int;

/// Services of the interpreter that object-layer code needs.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// `PyErr_WarnEx`: category, message, stack level.
    pub warn: fn(&Object, &Object, isize) -> Result<()>,
    /// `PyErr_WarnExplicit`-style warning with file name and line, for the tokenizer and compiler.
    pub warn_explicit: fn(&Object, &Object, &Object, c_int) -> Result<()>,
    /// Imports a module by absolute name (`PyImport_ImportModule`).
    pub import: fn(&str) -> Result<Obj>,
    /// `_PyErr_WriteUnraisableMsg`: reports the current exception through `sys.unraisablehook` with an error message
    /// (after "Exception ignored ") and an object, and clears it.
    pub write_unraisable: fn(Option<&str>, Option<&Object>),
    /// Writes text to `sys.stderr`, or to the native standard error when that fails (`PySys_WriteStderr`).
    pub write_stderr: fn(&str),
    /// `sys.audit`: event name and argument tuple.
    pub audit: fn(&str, &Object) -> Result<()>,
    /// Handles pending signals (`PyErr_CheckSignals`).
    pub check_signals: fn() -> Result<()>,
    /// The global `__name__` of the running frame, for `__module__` of new classes.
    pub frame_globals: fn() -> Option<Obj>,
    /// `__class__` and first argument of the running frame, for `super()` without arguments.
    pub super_arguments: fn() -> Result<(Obj, Obj)>,
    /// An object of the builtins module by name (`PyEval_GetBuiltins` lookup), for pickling support of iterators.
    pub builtin: fn(&str) -> Result<Obj>,
    /// `sys` module attribute (`PySys_GetObject`), None when missing.
    pub sys_get: fn(&str) -> Option<Obj>,
}

struct Table(Cell<Option<Hooks>>);
// SAFETY: written once at start-up with the GIL held.
unsafe impl Sync for Table {}
static HOOKS: Table = Table(Cell::new(None));

/// Installs the interpreter's services.
pub fn install(hooks: Hooks) {
    HOOKS.0.set(Some(hooks));
}

/// The installed services, if the interpreter is up.
pub fn try_get() -> Option<Hooks> {
    HOOKS.0.get()
}

/// The installed services. Before installation there is none: the caller's code runs only inside an interpreter.
pub fn get() -> Hooks {
    HOOKS.0.get().expect("the interpreter's hooks are installed at start-up")
}
