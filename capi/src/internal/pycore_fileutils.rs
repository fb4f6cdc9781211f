//! `internal/pycore_fileutils.h`.

use crate::prelude::*;
use types::unicode::locale;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_DecodeUTF8Ex(
    s: *const c_char,
    size: Py_ssize_t,
    wstr: *mut *mut wchar_t,
    wlen: *mut usize,
    reason: *mut *const c_char,
    errors: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { locale::decode_utf8_ex_raw(s, size, wstr, wlen, reason, errors) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_EncodeUTF8Ex(
    text: *const wchar_t,
    str: *mut *mut c_char,
    error_pos: *mut usize,
    reason: *mut *const c_char,
    raw_malloc: c_int,
    errors: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        locale::encode_locale_ex_raw(text, str, error_pos, reason, true, false, raw_malloc != 0, errors)
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_DecodeUTF8_surrogateescape(
    arg: *const c_char,
    arglen: Py_ssize_t,
    wlen: *mut usize,
) -> *mut wchar_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { locale::decode_utf8_surrogateescape_raw(arg, arglen, wlen) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_GetForceASCII() -> c_int {
    locale::force_ascii().into()
}
