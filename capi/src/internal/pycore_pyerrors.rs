//! `internal/pycore_pyerrors.h`.

use crate::prelude::*;
use crate::pyerrors::{check_signals, store_three};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_Fetch(
    _tstate: *mut PyThreadState,
    p_type: *mut *mut PyObject,
    p_value: *mut *mut PyObject,
    p_traceback: *mut *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { store_three(err::fetch_raw(), p_type, p_value, p_traceback) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_ExceptionMatches(_tstate: *mut PyThreadState, exc: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(err::matches(object(exc)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_Restore(
    _tstate: *mut PyThreadState,
    type_: *mut PyObject,
    value: *mut PyObject,
    traceback: *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::restore_raw(type_, value, traceback) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_SetObject(
    _tstate: *mut PyThreadState,
    exception: *mut PyObject,
    value: *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Err::<(), _>(err::set_object_opt(object(exception)?, optional(value))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_ChainStackItem(exc_info: *mut _PyErr_StackItem) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::chain_stack_item(exc_info) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_Clear(_tstate: *mut PyThreadState) {
    guard(err::clear)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_SetNone(_tstate: *mut PyThreadState, exception: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Err::<(), _>(err::set_none(object(exception)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_NoMemory(_tstate: *mut PyThreadState) -> *mut PyObject {
    guard(err::no_memory)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_SetString(
    _tstate: *mut PyThreadState,
    exception: *mut PyObject,
    string: *const c_char,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Err::<(), _>(err::set_bytes(object(exception)?, c_bytes(string))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_NormalizeException(
    _tstate: *mut PyThreadState,
    exc: *mut *mut PyObject,
    val: *mut *mut PyObject,
    tb: *mut *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::normalize_raw(&mut *exc, &mut *val, &mut *tb) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_CheckSignalsTstate(_tstate: *mut PyThreadState) -> c_int {
    guard(check_signals)
}
