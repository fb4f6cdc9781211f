//! `cpython/pyerrors.h`.

use crate::prelude::*;
use crate::pyerrors::{check_signals, lossy, store_three};
use types::exceptions::unicode_errors;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_SetKeyError(arg: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(err::set_key_error(object(arg)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_GetTopmostException(tstate: *mut PyThreadState) -> *mut _PyErr_StackItem {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { err::topmost_item(tstate) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_GetExcInfo(
    _tstate: *mut PyThreadState,
    p_type: *mut *mut PyObject,
    p_value: *mut *mut PyObject,
    p_traceback: *mut *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { store_three(err::get_exc_info().map(into_ptr_opt), p_type, p_value, p_traceback) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_ChainExceptions(exc: *mut PyObject, val: *mut PyObject, tb: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { chain(exc, val, tb) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_CheckSignals() -> c_int {
    guard(check_signals)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SyntaxLocationObject(
    filename: *mut PyObject,
    lineno: c_int,
    col_offset: c_int,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::syntax_location(optional(filename), lineno, col_offset) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_ProgramTextObject(filename: *mut PyObject, lineno: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(err::program_text_object(object(filename)?, lineno)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_Create(
    encoding: *const c_char,
    object_: *const Py_UNICODE,
    length: Py_ssize_t,
    start: Py_ssize_t,
    end: Py_ssize_t,
    reason: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::create_encode(
            text(encoding)?,
            &*types::unicode::from_unicode(object_, length)?,
            start,
            end,
            text(reason)?,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_Create(
    object_: *const Py_UNICODE,
    length: Py_ssize_t,
    start: Py_ssize_t,
    end: Py_ssize_t,
    reason: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::create_translate(
            &*types::unicode::from_unicode(object_, length)?,
            start,
            end,
            text(reason)?,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeTranslateError_Create(
    object_: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
    reason: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { unicode_errors::create_translate(object(object_)?, start, end, text(reason)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_WriteUnraisableMsg(err_msg_str: *const c_char, obj: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { unraisable(err_msg_str, obj) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_FatalErrorFunc(func: *const c_char, msg: *const c_char) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { err::fatal(&lossy(func), &lossy(msg)) }
}

/// Puts an exception behind the one that is set, or sets it when there is none.
unsafe fn chain(kind: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
    if kind.is_null() {
        return;
    }
    // SAFETY: the caller's promise: the three references are stolen.
    unsafe {
        if err::occurred().is_none() {
            return err::restore_raw(kind, value, traceback);
        }
        let later = err::fetch_raw();
        err::restore_raw(kind, value, traceback);
        let earlier = err::fetch();
        err::restore_raw(later[0], later[1], later[2]);
        err::chain(earlier);
    }
}

unsafe fn unraisable(message: *const c_char, object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        match c_bytes_opt(message) {
            Some(message) => {
                err::write_unraisable_message(&String::from_utf8_lossy(message), optional(object))
            }
            None => err::write_unraisable(optional(object)),
        }
    }
}
