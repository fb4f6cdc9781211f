//! `internal/pycore_runtime.h`, and what `internal/pycore_pylifecycle.h`, `pycore_pystate.h` and `pycore_interp.h` export
//! of the runtime's own parts.

use crate::cpython::initconfig::{from_failure, ok};
use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_object::{gil_state, interpreter, state};
use krait_vm::lifecycle::{Failure, globals, locale, run};

fn initialize() -> PyStatus {
    match state::initialize() {
        Ok(()) => ok(),
        Err(message) => from_failure(Failure::In("_PyRuntimeState_Init", message.to_owned())),
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyRuntime_Initialize() -> PyStatus {
    initialize()
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyRuntime_Finalize() {
    state::finalize()
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyRuntimeState_Init(_runtime: *mut _PyRuntimeState) -> PyStatus {
    initialize()
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyRuntimeState_Fini(_runtime: *mut _PyRuntimeState) {
    state::finalize()
}

/// After a fork, in the child.
#[unsafe(no_mangle)]
pub extern "C" fn _PyRuntimeState_ReInitThreads(_runtime: *mut _PyRuntimeState) {
    interpreter::after_fork_child();
    // SAFETY: the only thread.
    unsafe { (*state::runtime()).main_thread = krait_object::thread::ident() };
}

/// After a fork, in the child.
#[unsafe(no_mangle)]
pub extern "C" fn _PyGILState_Reinit(_runtime: *mut _PyRuntimeState) {
    gil_state::after_fork_child()
}

#[unsafe(no_mangle)]
pub extern "C" fn _PySignal_AfterFork() {
    krait_modules::signal::after_fork_child()
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyInterpreterState_Enable(_runtime: *mut _PyRuntimeState) -> PyStatus {
    interpreter::enable();
    ok()
}

/// # Safety
/// A live interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_GetIDObject(interp: *mut PyInterpreterState) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { krait_vm::interpreter_id::of(interp) })
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyInterpreterID_New(id: i64) -> *mut PyObject {
    guard(|| krait_vm::interpreter_id::new(id))
}

/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterID_LookUp(requested_id: *mut PyObject) -> *mut PyInterpreterState {
    // SAFETY: the caller's promise.
    guard(|| unsafe { krait_vm::interpreter_id::look_up(object(requested_id)?) })
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_ClearStandardStreamEncoding() {
    globals::set_stream_encoding(None, None)
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_IsLocaleCoercionTarget(ctype_loc: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    locale::is_coercion_target(unsafe { CStr::from_ptr(ctype_loc) }).into()
}

/// The C library is asked each time, so there is nothing to reset.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_ResetForceASCII() {}

/// 1 with the status for a `SystemExit` that is set and is to end the program, else 0.
///
/// # Safety
/// A place for the status.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_HandleSystemExit(exitcode_p: *mut c_int) -> c_int {
    guard_or(0, || {
        Ok(match run::exit_status() {
            Some(status) => {
                // SAFETY: the caller's promise.
                unsafe { *exitcode_p = status };
                1
            }
            None => 0,
        })
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyErr_Print(_tstate: *mut PyThreadState) {
    guard(krait_vm::traceback_print::print_and_clear)
}

/// # Safety
/// Live objects; the file and the traceback may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_Display(
    file: *mut PyObject,
    _exception: *mut PyObject,
    value: *mut PyObject,
    tb: *mut PyObject,
) {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        if let Some(value) = optional(value) {
            let traceback = optional(tb).unwrap_or(types::none::none());
            krait_vm::traceback_print::display_exception_to(optional(file), value, traceback);
        }
    })
}

/// # Safety
/// Live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_DisplaySourceLine(
    f: *mut PyObject,
    filename: *mut PyObject,
    lineno: c_int,
    indent: c_int,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        let (file, name) = (object(f)?, object(filename)?);
        krait_vm::traceback_print::display_source_line(file, name, lineno, indent.max(0) as usize)?;
        Ok(0)
    })
}

/// # Safety
/// A `struct lconv` and places for the results.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_GetLocaleconvNumeric(
    lc: *mut libc::lconv,
    decimal_point: *mut *mut PyObject,
    thousands_sep: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        let decode = |text: *const c_char| {
            types::unicode::locale::decode_locale(CStr::from_ptr(text).to_bytes(), None, true)
        };
        let point = decode((*lc).decimal_point)?;
        let separator = decode((*lc).thousands_sep)?;
        *decimal_point = point.into_ptr();
        *thousands_sep = separator.into_ptr();
        Ok(0)
    })
}
