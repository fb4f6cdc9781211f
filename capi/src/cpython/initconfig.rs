//! `cpython/initconfig.h`: statuses and configurations.

use crate::prelude::*;
use core::ffi::{c_char, c_int};
use krait_vm::lifecycle::config::{bytes_to_wide, cstr_to_wide, duplicate_wide};
use krait_vm::lifecycle::defaults::{self, Kind};
use krait_vm::lifecycle::read::{self, Failure};

const OK: c_int = 0;
const ERROR: c_int = 1;
const EXIT: c_int = 2;

const fn status(kind: c_int, message: *const c_char, exitcode: c_int) -> PyStatus {
    PyStatus { _type: kind, func: null(), err_msg: message, exitcode }
}

/// A status for what the lifecycle reports; messages live for ever.
pub(crate) fn from_failure(failure: Failure) -> PyStatus {
    match failure {
        Failure::Exit(code) => status(EXIT, null(), code),
        Failure::Error(message) => error(message),
    }
}

/// An error status with a message that is kept for ever.
pub(crate) fn error(message: String) -> PyStatus {
    let message = std::ffi::CString::new(message).unwrap_or_default();
    status(ERROR, message.into_raw(), 0)
}

pub(crate) const fn ok() -> PyStatus {
    status(OK, null(), 0)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Ok() -> PyStatus {
    ok()
}

#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Error(err_msg: *const c_char) -> PyStatus {
    status(ERROR, err_msg, 0)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_NoMemory() -> PyStatus {
    status(ERROR, c"memory allocation failed".as_ptr(), 0)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Exit(exitcode: c_int) -> PyStatus {
    status(EXIT, null(), exitcode)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_IsError(status: PyStatus) -> c_int {
    c_int::from(status._type == ERROR)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_IsExit(status: PyStatus) -> c_int {
    c_int::from(status._type == EXIT)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyStatus_Exception(status: PyStatus) -> c_int {
    c_int::from(status._type != OK)
}

/// # Safety
/// `list` is a valid list; `item` a terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWideStringList_Append(
    list: *mut PyWideStringList,
    item: *const wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { read::append(list, duplicate_wide(item)) };
    ok()
}

/// # Safety
/// As for [`PyWideStringList_Append`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWideStringList_Insert(
    list: *mut PyWideStringList,
    index: Py_ssize_t,
    item: *const wchar_t,
) -> PyStatus {
    if index < 0 {
        return status(ERROR, c"PyWideStringList_Insert index must be >= 0".as_ptr(), 0);
    }
    // SAFETY: the caller's promise.
    unsafe { read::insert(list, index, duplicate_wide(item)) };
    ok()
}

/// # Safety
/// `config` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPreConfig_InitPythonConfig(config: *mut PyPreConfig) {
    // SAFETY: the caller's promise.
    unsafe { *config = defaults::preconfig(Kind::Python) }
}

/// # Safety
/// `config` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPreConfig_InitIsolatedConfig(config: *mut PyPreConfig) {
    // SAFETY: the caller's promise.
    unsafe { *config = defaults::preconfig(Kind::Isolated) }
}

/// # Safety
/// `config` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_InitPythonConfig(config: *mut PyConfig) {
    // SAFETY: the caller's promise.
    unsafe { *config = defaults::config(Kind::Python) }
}

/// # Safety
/// `config` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_InitIsolatedConfig(config: *mut PyConfig) {
    // SAFETY: the caller's promise.
    unsafe { *config = defaults::config(Kind::Isolated) }
}

/// # Safety
/// A configuration that one of the `Init` functions has filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_Clear(config: *mut PyConfig) {
    // SAFETY: the caller's promise.
    unsafe { read::clear(config) }
}

/// # Safety
/// `config_str` is a field of `config`, `str` a terminated string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetString(
    _config: *mut PyConfig,
    config_str: *mut *mut wchar_t,
    str: *const wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { read::set_string(config_str, duplicate_wide(str)) };
    ok()
}

/// # Safety
/// `config_str` is a field of `config`, `str` a terminated string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetBytesString(
    _config: *mut PyConfig,
    config_str: *mut *mut wchar_t,
    str: *const c_char,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let value = if str.is_null() { null_mut() } else { cstr_to_wide(str) };
        read::set_string(config_str, value);
    }
    ok()
}

/// # Safety
/// `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetArgv(
    config: *mut PyConfig,
    argc: Py_ssize_t,
    argv: *const *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        read::clear_list(&raw mut (*config).argv);
        for index in 0..argc.max(0) as usize {
            read::append(&raw mut (*config).argv, duplicate_wide(*argv.add(index)));
        }
    }
    ok()
}

/// # Safety
/// `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetBytesArgv(
    config: *mut PyConfig,
    argc: Py_ssize_t,
    argv: *const *mut c_char,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        read::clear_list(&raw mut (*config).argv);
        for index in 0..argc.max(0) as usize {
            let bytes = core::ffi::CStr::from_ptr(*argv.add(index)).to_bytes();
            read::append(&raw mut (*config).argv, bytes_to_wide(bytes));
        }
    }
    ok()
}

/// # Safety
/// `list` is a field of `config`; `items` has `length` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetWideStringList(
    _config: *mut PyConfig,
    list: *mut PyWideStringList,
    length: Py_ssize_t,
    items: *mut *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let mut new = PyWideStringList { length: 0, items: null_mut() };
        for index in 0..length.max(0) as usize {
            read::append(&mut new, duplicate_wide(*items.add(index)));
        }
        read::clear_list(list);
        *list = new;
    }
    ok()
}

/// # Safety
/// A configuration that one of the `Init` functions has filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_Read(config: *mut PyConfig) -> PyStatus {
    // SAFETY: the caller's promise.
    match unsafe { read::complete(config) } {
        Ok(()) => ok(),
        Err(failure) => from_failure(failure),
    }
}
