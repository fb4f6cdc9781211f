//! `cpython/fileutils.h`: text in the locale's encoding, and files by wide names.

use crate::prelude::*;
use types::unicode::locale;

/// The number of an error handler; a NULL name is the strict one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_GetErrorHandler(errors: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    let name = unsafe { c_bytes_opt(errors) }.map(|name| core::str::from_utf8(name).unwrap_or("other"));
    locale::handler_number::of(name)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_DecodeLocaleEx(
    arg: *const c_char,
    wstr: *mut *mut wchar_t,
    wlen: *mut usize,
    reason: *mut *const c_char,
    current_locale: c_int,
    errors: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { locale::decode_locale_ex_raw(arg, wstr, wlen, reason, current_locale != 0, errors) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_EncodeLocaleEx(
    text: *const wchar_t,
    str: *mut *mut c_char,
    error_pos: *mut usize,
    reason: *mut *const c_char,
    current_locale: c_int,
    errors: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        locale::encode_locale_ex_raw(text, str, error_pos, reason, false, current_locale != 0, false, errors)
    }
}
