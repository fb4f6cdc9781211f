//! `fileutils.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_modules::fileutils;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_fstat(fd: c_int, status: *mut libc::stat) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        *status = fileutils::fstat(fd)?;
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_fstat_noraise(fd: c_int, status: *mut libc::stat) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { libc::fstat(fd, status) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_open(path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::open(CStr::from_ptr(path), flags) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_open_noraise(path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { fileutils::open_noraise(CStr::from_ptr(path), flags).unwrap_or(-1) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_fopen_obj(path: *mut PyObject, mode: *const c_char) -> *mut libc::FILE {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::fopen_object(object(path)?, CStr::from_ptr(mode)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_read(fd: c_int, buf: *mut c_void, count: usize) -> Py_ssize_t {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::read(fd, buf.cast(), count) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_write(fd: c_int, buf: *const c_void, count: usize) -> Py_ssize_t {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::write(fd, buf.cast(), count) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_dup(fd: c_int) -> c_int {
    guard(|| fileutils::dup(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_get_inheritable(fd: c_int) -> c_int {
    guard(|| fileutils::get_inheritable(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_set_inheritable(
    fd: c_int,
    inheritable: c_int,
    _atomic_flag_works: *mut c_int,
) -> c_int {
    guard(|| fileutils::set_inheritable(fd, inheritable != 0))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_set_inheritable_async_safe(
    fd: c_int,
    inheritable: c_int,
    _atomic_flag_works: *mut c_int,
) -> c_int {
    if fileutils::set_inheritable_noraise(fd, inheritable != 0).is_ok() { 0 } else { -1 }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_get_blocking(fd: c_int) -> c_int {
    guard(|| fileutils::get_blocking(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_set_blocking(fd: c_int, blocking: c_int) -> c_int {
    guard(|| fileutils::set_blocking(fd, blocking != 0))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_device_encoding(fd: c_int) -> *mut PyObject {
    guard(|| fileutils::device_encoding(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SetLocaleFromEnv(category: c_int) -> *mut c_char {
    // SAFETY: what the C API asks.
    unsafe { libc::setlocale(category, c"".as_ptr()) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_DecodeLocale(arg: *const c_char, wlen: *mut usize) -> *mut wchar_t {
    // SAFETY: what the C API asks.
    unsafe { types::unicode::locale::decode_locale_raw(arg, wlen) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_EncodeLocaleRaw(text: *const wchar_t, error_pos: *mut usize) -> *mut c_char {
    // SAFETY: what the C API asks.
    unsafe { types::unicode::locale::encode_locale_raw(text, error_pos, true) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_EncodeLocale(text: *const wchar_t, error_pos: *mut usize) -> *mut c_char {
    // SAFETY: what the C API asks.
    unsafe { types::unicode::locale::encode_locale_raw(text, error_pos, false) }
}
