//! `cpython/initconfig.h`: statuses and configurations.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_vm::lifecycle::defaults::{self, Kind};
use krait_vm::lifecycle::preconfig::{self, Arguments};
use krait_vm::lifecycle::{Done, Failure, read, wide};

const OK: c_int = 0;
const ERROR: c_int = 1;
const EXIT: c_int = 2;

const fn status(kind: c_int, message: *const c_char, exitcode: c_int) -> PyStatus {
    PyStatus { _type: kind, func: null(), err_msg: message, exitcode }
}

const NO_MEMORY: PyStatus = status(ERROR, c"memory allocation failed".as_ptr(), 0);

/// A status for what the lifecycle reports; messages live for ever.
pub(crate) fn from_failure(failure: Failure) -> PyStatus {
    let kept = |text: String| std::ffi::CString::new(text).unwrap_or_default().into_raw();
    match failure {
        Failure::Exit(code) => status(EXIT, null(), code),
        Failure::Error(message) => status(ERROR, kept(message), 0),
        Failure::In(step, message) => {
            PyStatus { func: kept(step.to_owned()), ..status(ERROR, kept(message), 0) }
        }
    }
}

/// The status of an outcome.
pub(crate) fn outcome(outcome: Done) -> PyStatus {
    match outcome {
        Ok(()) => ok(),
        Err(failure) => from_failure(failure),
    }
}

fn done(fine: bool) -> PyStatus {
    if fine { ok() } else { NO_MEMORY }
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
    NO_MEMORY
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
    done(unsafe { wide::append(list, wide::duplicate(item)) })
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
        let refused = status(ERROR, c"PyWideStringList_Insert index must be >= 0".as_ptr(), 0);
        return PyStatus { func: c"PyWideStringList_Insert".as_ptr(), ..refused };
    }
    // SAFETY: the caller's promise.
    done(unsafe { wide::insert(list, index, wide::duplicate(item)) })
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
/// `config` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyPreConfig_InitCompatConfig(config: *mut PyPreConfig) {
    // SAFETY: the caller's promise.
    unsafe { *config = defaults::preconfig(Kind::Compat) }
}

/// # Safety
/// `config` is writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyConfig_InitCompatConfig(config: *mut PyConfig) {
    // SAFETY: the caller's promise.
    unsafe { *config = defaults::config(Kind::Compat) }
}

/// Runs `body` with the runtime prepared for the configuration, which decides how bytes are decoded and which allocator
/// strings come from.
unsafe fn prepared(config: *mut PyConfig, body: impl FnOnce() -> PyStatus) -> PyStatus {
    // SAFETY: a valid configuration.
    match unsafe { preconfig::initialize_for(&*config, None) } {
        Ok(()) => body(),
        Err(failure) => from_failure(failure),
    }
}

/// # Safety
/// `config_str` is a field of `config`, `str` a terminated string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetString(
    config: *mut PyConfig,
    config_str: *mut *mut wchar_t,
    str: *const wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        prepared(config, || {
            wide::set_string(config_str, wide::duplicate(str));
            ok()
        })
    }
}

/// # Safety
/// `config_str` is a field of `config`, `str` a terminated string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetBytesString(
    config: *mut PyConfig,
    config_str: *mut *mut wchar_t,
    str: *const c_char,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        prepared(config, || {
            let value = if str.is_null() {
                null_mut()
            } else {
                wide::to_raw(&wide::decode(CStr::from_ptr(str).to_bytes()))
            };
            wide::set_string(config_str, value);
            ok()
        })
    }
}

unsafe fn set_arguments(config: *mut PyConfig, arguments: Arguments) -> PyStatus {
    // SAFETY: a valid configuration.
    unsafe {
        match preconfig::initialize_for(&*config, Some(&arguments)) {
            Ok(()) => {
                wide::set_list(&raw mut (*config).argv, arguments.decode());
                ok()
            }
            Err(failure) => from_failure(failure),
        }
    }
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
        let text = |index| wide::from_raw(*argv.add(index)).unwrap_or_default();
        set_arguments(config, Arguments::Wide((0..argc.max(0) as usize).map(text).collect()))
    }
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
        let text = |index| CStr::from_ptr(*argv.add(index)).to_bytes().to_vec();
        set_arguments(config, Arguments::Bytes((0..argc.max(0) as usize).map(text).collect()))
    }
}

/// # Safety
/// `list` is a field of `config`; `items` has `length` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_SetWideStringList(
    config: *mut PyConfig,
    list: *mut PyWideStringList,
    length: Py_ssize_t,
    items: *mut *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        prepared(config, || {
            let text = |index| wide::from_raw(*items.add(index)).unwrap_or_default();
            // The items may be the list's own.
            let strings: Vec<_> = (0..length.max(0) as usize).map(text).collect();
            wide::set_list(list, strings);
            ok()
        })
    }
}

/// # Safety
/// A configuration that one of the `Init` functions has filled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyConfig_Read(config: *mut PyConfig) -> PyStatus {
    // SAFETY: the caller's promise.
    outcome(unsafe { read::complete(config) })
}

// `internal/pycore_initconfig.h`

/// # Safety
/// A valid list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyWideStringList_Clear(list: *mut PyWideStringList) {
    // SAFETY: the caller's promise.
    unsafe { wide::clear_list(list) }
}

/// # Safety
/// Valid lists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyWideStringList_Copy(
    list: *mut PyWideStringList,
    list2: *const PyWideStringList,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let copy = wide::duplicate_list(&*list2);
        wide::clear_list(list);
        *list = copy;
    }
    0
}

/// # Safety
/// Valid lists.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyWideStringList_Extend(
    list: *mut PyWideStringList,
    list2: *const PyWideStringList,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { done(wide::list(&*list2).iter().all(|item| wide::append(list, wide::to_raw(item)))) }
}

/// # Safety
/// A valid list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyWideStringList_AsList(list: *const PyWideStringList) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe { krait_vm::lifecycle::config::list_to_object(&*list) })
}

/// # Safety
/// Valid arguments and list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArgv_AsWstrList(args: *const _PyArgv, list: *mut PyWideStringList) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { wide::set_list(list, Arguments::from_raw(args).decode()) };
    ok()
}

/// # Safety
/// A C string and a place for the number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_str_to_int(str: *const c_char, result: *mut c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        match CStr::from_ptr(str).to_str().ok().and_then(read::parse_int) {
            Some(number) => {
                *result = number;
                0
            }
            None => -1,
        }
    }
}

/// # Safety
/// A valid list and a terminated string; the result is borrowed from the list.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_get_xoption(
    xoptions: *const PyWideStringList,
    name: *const wchar_t,
) -> *const wchar_t {
    // SAFETY: the caller's promise.
    unsafe {
        let name = wide::from_raw(name).unwrap_or_default();
        for index in 0..(*xoptions).length.max(0) as usize {
            let item = *(*xoptions).items.add(index);
            let option = wide::from_raw(item).unwrap_or_default();
            let rest = option.strip_prefix(&name[..]);
            if rest.is_some_and(|rest| rest.first().is_none_or(|first| *first == '='.into())) {
                return item;
            }
        }
        null()
    }
}

/// # Safety
/// A C string; the result belongs to the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_GetEnv(use_environment: c_int, name: *const c_char) -> *const c_char {
    if use_environment == 0 {
        return null();
    }
    // SAFETY: the caller's promise.
    unsafe {
        let value = libc::getenv(name);
        if value.is_null() || *value == 0 { null() } else { value }
    }
}

/// # Safety
/// A C string and a flag.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_get_env_flag(use_environment: c_int, flag: *mut c_int, name: *const c_char) {
    // SAFETY: the caller's promise.
    unsafe { read::environment_flag(use_environment, &mut *flag, &CStr::from_ptr(name).to_string_lossy()) }
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_ClearArgcArgv() {
    krait_vm::lifecycle::globals::forget_arguments()
}
