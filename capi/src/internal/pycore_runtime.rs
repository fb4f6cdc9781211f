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

/// The name as it is inside a class body.
///
/// # Safety
/// Live objects; the class name may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_Mangle(privateobj: *mut PyObject, ident: *mut PyObject) -> *mut PyObject {
    use types::unicode;
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let ident = object(ident)?;
        let Some(class) = optional(privateobj).filter(|class| unicode::check(class)) else {
            return Ok(ident.owned());
        };
        let points = |text: &Object| -> Vec<u32> {
            (0..unicode::len(text)).map(|index| unicode::char_at(text, index)).collect()
        };
        let (name, class) = (points(ident), points(class));
        let underscores = [u32::from('_'); 2];
        let Some(first) = class.iter().position(|point| *point != underscores[0]) else {
            return Ok(ident.owned());
        };
        if !name.starts_with(&underscores) || name.ends_with(&underscores) || name.contains(&'.'.into()) {
            return Ok(ident.owned());
        }
        unicode::from_code_points(&[&underscores[..1], &class[first..], &name[..]].concat())
    })
}

/// The text of a source argument; what keeps it alive goes to `cmd_copy`.
///
/// # Safety
/// A live object, C strings, valid flags and a place for the owner.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SourceAsString(
    cmd: *mut PyObject,
    funcname: *const c_char,
    what: *const c_char,
    cf: *mut PyCompilerFlags,
    cmd_copy: *mut *mut PyObject,
) -> *const c_char {
    // SAFETY: the caller's promise; the copy is a bytes object, whose text ends with a null byte.
    guard(|| unsafe {
        *cmd_copy = null_mut();
        let (function, what) = (CStr::from_ptr(funcname).to_string_lossy(), CStr::from_ptr(what).to_string_lossy());
        let text =
            krait_vm::builtins::run::source_bytes(object(cmd)?, &function, &what, &mut (*cf).cf_flags)?;
        let copy = types::bytes::from_slice(&text)?;
        let start = types::bytes::as_slice(&copy).as_ptr().cast::<c_char>();
        *cmd_copy = copy.into_ptr();
        Ok::<*const c_char, Raised>(start)
    })
}
