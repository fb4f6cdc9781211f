//! Text in the locale's encoding: `Py_DecodeLocale`, `PyUnicode_DecodeLocale` and their relatives.
//!
//! Undecodable bytes can go through as lone surrogates U+DC80..U+DCFF (`surrogateescape`). In the UTF-8 Mode and where
//! the C library claims ASCII for the C locale but decodes Latin-1, the conversion is done here.

use super::{chars, check, layout};
use crate::err;
use crate::handle::{Obj, Object, Result};
use crate::text::codec::handlers::{Named, NamedEncode};
use crate::text::codec::utf8;
use crate::types::bytes;
use core::ffi::c_int;

/// What undecodable bytes become.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocaleErrors {
    /// An error.
    Strict,
    /// Lone surrogates.
    SurrogateEscape,
    /// Surrogates encoded as if they were characters (UTF-8 only).
    SurrogatePass,
}

/// Why and where a conversion failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LocaleFault {
    /// Index of the first offending byte or character.
    pub position: usize,
    /// In words.
    pub reason: &'static str,
}

type Converted<T> = core::result::Result<T, LocaleFault>;

impl LocaleErrors {
    /// By handler name (None: strict).
    pub fn of(errors: Option<&str>) -> Option<LocaleErrors> {
        Some(match errors {
            None | Some("strict") => LocaleErrors::Strict,
            Some("surrogateescape") => LocaleErrors::SurrogateEscape,
            Some("surrogatepass") => LocaleErrors::SurrogatePass,
            _ => return None,
        })
    }

    fn named(self) -> Named {
        match self {
            LocaleErrors::Strict => Named::Strict,
            LocaleErrors::SurrogateEscape => Named::SurrogateEscape,
            LocaleErrors::SurrogatePass => Named::SurrogatePass,
        }
    }
}

/// Decodes UTF-8 to code points (`_Py_DecodeUTF8Ex`).
pub fn decode_utf8_ex(bytes: &[u8], errors: LocaleErrors) -> Converted<Vec<u32>> {
    let mut out: Vec<u32> = Vec::with_capacity(bytes.len());
    match utf8::decode(bytes, true, &mut errors.named(), &mut out) {
        Ok(_) => Ok(out),
        Err(unhandled) => {
            Err(LocaleFault { position: unhandled.fault.start, reason: unhandled.fault.reason })
        }
    }
}

/// Encodes code points as UTF-8 (`_Py_EncodeUTF8Ex`).
pub fn encode_utf8_ex(text: &[u32], errors: LocaleErrors) -> Converted<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    match utf8::encode(text, &mut NamedEncode { handler: errors.named(), text }, &mut out) {
        Ok(()) => Ok(out),
        Err(unhandled) => Err(LocaleFault { position: unhandled.fault.start, reason: "encoding error" }),
    }
}

unsafe extern "C" {
    fn mbrtowc(to: *mut i32, from: *const u8, n: usize, state: *mut [u64; 2]) -> usize;
    fn wcrtomb(to: *mut u8, c: i32, state: *mut [u64; 2]) -> usize;
}

/// Whether the current locale's encoding is UTF-8, so that ASCII needs no conversion.
fn is_utf8() -> bool {
    // SAFETY: querying the locale does not change it; the string is static.
    unsafe {
        let codeset = libc::nl_langinfo(libc::CODESET);
        !codeset.is_null() && core::ffi::CStr::from_ptr(codeset) == c"UTF-8"
    }
}

/// Decodes with the C library's conversion for the current locale.
fn decode_c(bytes: &[u8], errors: LocaleErrors) -> Converted<Vec<u32>> {
    let mut out = Vec::with_capacity(bytes.len());
    let utf8 = is_utf8();
    let mut state = [0u64; 2];
    let mut i = 0;
    while i < bytes.len() {
        if utf8 && bytes[i] < 0x80 {
            out.push(bytes[i].into());
            i += 1;
            continue;
        }
        let mut c = 0;
        // SAFETY: reads at most the bytes given; a zeroed mbstate_t (8 bytes here) is the initial state.
        let n = unsafe { mbrtowc(&mut c, bytes[i..].as_ptr(), bytes.len() - i, &mut state) };
        let valid = n <= bytes.len() - i && !(0xd800..0xe000).contains(&(c as u32)) && c as u32 <= 0x10ffff;
        if valid {
            out.push(c as u32);
            i += n.max(1);
            continue;
        }
        if errors != LocaleErrors::SurrogateEscape || bytes[i] < 0x80 {
            return Err(LocaleFault { position: i, reason: "decoding error" });
        }
        out.push(0xdc00 + u32::from(bytes[i]));
        i += 1;
        state = [0; 2];
    }
    Ok(out)
}

fn encode_c(text: &[u32], errors: LocaleErrors) -> Converted<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let utf8 = is_utf8();
    let mut state = [0u64; 2];
    for (position, &c) in text.iter().enumerate() {
        if utf8 && c < 0x80 {
            out.push(c as u8);
            continue;
        }
        if (0xdc80..=0xdcff).contains(&c) && errors == LocaleErrors::SurrogateEscape {
            out.push((c - 0xdc00) as u8);
            continue;
        }
        let mut buffer = [0u8; 16];
        // SAFETY: MB_CUR_MAX is at most 16 in the C library.
        let n = unsafe { wcrtomb(buffer.as_mut_ptr(), c as i32, &mut state) };
        if n == usize::MAX {
            return Err(LocaleFault { position, reason: "encoding error" });
        }
        out.extend_from_slice(&buffer[..n]);
    }
    Ok(out)
}

/// Whether the locale is the C or POSIX one with a one-byte encoding, which the reference treats as ASCII
/// (`_Py_GetForceASCII`).
pub fn force_ascii() -> bool {
    // SAFETY: querying the locale does not change it; the strings are static.
    unsafe {
        let name = libc::setlocale(libc::LC_CTYPE, core::ptr::null());
        if name.is_null() {
            return true;
        }
        let name = core::ffi::CStr::from_ptr(name);
        if name != c"C" && name != c"POSIX" {
            return false;
        }
        !is_utf8()
    }
}

fn decode_ascii(bytes: &[u8], errors: LocaleErrors) -> Converted<Vec<u32>> {
    bytes
        .iter()
        .enumerate()
        .map(|(position, &b)| match b {
            0..0x80 => Ok(b.into()),
            _ if errors == LocaleErrors::SurrogateEscape => Ok(0xdc00 + u32::from(b)),
            _ => Err(LocaleFault { position, reason: "decoding error" }),
        })
        .collect()
}

fn encode_ascii(text: &[u32], errors: LocaleErrors) -> Converted<Vec<u8>> {
    text.iter()
        .enumerate()
        .map(|(position, &c)| match c {
            0..0x80 => Ok(c as u8),
            0xdc80..=0xdcff if errors == LocaleErrors::SurrogateEscape => Ok((c - 0xdc00) as u8),
            _ => Err(LocaleFault { position, reason: "encoding error" }),
        })
        .collect()
}

/// The UTF-8 Mode (`Py_UTF8Mode`), set by the configuration.
static UTF8_MODE: core::sync::atomic::AtomicI32 = core::sync::atomic::AtomicI32::new(0);

/// Tells this module that the UTF-8 Mode is on.
pub fn set_utf8_mode(mode: c_int) {
    UTF8_MODE.store(mode, core::sync::atomic::Ordering::Relaxed);
}

/// Whether an error handler works for the locale's encoding: surrogates pass through UTF-8 alone.
fn supported(current_locale: bool, errors: LocaleErrors) -> bool {
    let utf8_mode = UTF8_MODE.load(core::sync::atomic::Ordering::Relaxed) == 1;
    errors != LocaleErrors::SurrogatePass || (utf8_mode && !current_locale)
}

/// `_Py_DecodeLocaleEx`. With `current_locale` the UTF-8 Mode is not asked.
pub fn decode_locale_ex(bytes: &[u8], current_locale: bool, errors: LocaleErrors) -> Converted<Vec<u32>> {
    let utf8_mode = UTF8_MODE.load(core::sync::atomic::Ordering::Relaxed) == 1;
    if !current_locale && utf8_mode {
        return decode_utf8_ex(bytes, errors);
    }
    if force_ascii() { decode_ascii(bytes, errors) } else { decode_c(bytes, errors) }
}

/// `_Py_EncodeLocaleEx`.
pub fn encode_locale_ex(text: &[u32], current_locale: bool, errors: LocaleErrors) -> Converted<Vec<u8>> {
    let utf8_mode = UTF8_MODE.load(core::sync::atomic::Ordering::Relaxed) == 1;
    if !current_locale && utf8_mode {
        return encode_utf8_ex(text, errors);
    }
    if force_ascii() { encode_ascii(text, errors) } else { encode_c(text, errors) }
}

fn handler(errors: Option<&str>) -> Result<LocaleErrors> {
    match LocaleErrors::of(errors) {
        Some(errors @ (LocaleErrors::Strict | LocaleErrors::SurrogateEscape)) => Ok(errors),
        _ => Err(err::value_error("unsupported error handler")),
    }
}

/// `PyUnicode_DecodeLocaleAndSize`.
pub fn decode_locale(bytes: &[u8], errors: Option<&str>, current_locale: bool) -> Result<Obj> {
    let errors = handler(errors)?;
    if bytes.contains(&0) {
        return Err(err::value_error("embedded null byte"));
    }
    if bytes.is_ascii() && (is_utf8() || force_ascii()) {
        return layout::from_ascii(bytes);
    }
    match decode_locale_ex(bytes, current_locale, errors) {
        Ok(points) => layout::from_code_points(&points),
        Err(fault) => Err(crate::codecs::decode_error(
            "locale",
            bytes,
            fault.position,
            fault.position + 1,
            fault.reason,
        )),
    }
}

/// `PyUnicode_EncodeLocale`.
pub fn encode_locale(object: &Object, errors: Option<&str>, current_locale: bool) -> Result<Obj> {
    if !check(object) {
        return Err(err::bad_argument());
    }
    let points: Vec<u32> = chars(object).iter().collect();
    if points.contains(&0) {
        return Err(err::value_error("embedded null character"));
    }
    let errors = handler(errors)?;
    match encode_locale_ex(&points, current_locale, errors) {
        Ok(out) => bytes::from_slice(&out),
        Err(fault) => Err(crate::codecs::encode_error(
            "locale",
            object,
            fault.position,
            fault.position + 1,
            fault.reason,
        )),
    }
}

// ---- the C functions ----

/// `_Py_error_handler` as C numbers it.
pub mod handler_number {
    /// `_Py_ERROR_UNKNOWN`, `_Py_ERROR_STRICT`, ...
    pub const NAMES: [&str; 9] = [
        "",
        "strict",
        "surrogateescape",
        "replace",
        "ignore",
        "backslashreplace",
        "surrogatepass",
        "xmlcharrefreplace",
        "other",
    ];

    /// `_Py_GetErrorHandler`: no name means strict, an unknown one `_Py_ERROR_OTHER`.
    pub fn of(errors: Option<&str>) -> i32 {
        let name = errors.unwrap_or("strict");
        NAMES[1..8].iter().position(|&known| known == name).map_or(8, |i| i as i32 + 1)
    }

    /// The locale functions' view of a number; None for handlers that they don't have.
    pub fn locale(number: i32) -> Option<super::LocaleErrors> {
        match number {
            1 => Some(super::LocaleErrors::Strict),
            2 => Some(super::LocaleErrors::SurrogateEscape),
            6 => Some(super::LocaleErrors::SurrogatePass),
            _ => None,
        }
    }
}

/// Memory of the raw domain with the units and a zero; NULL when there is none.
fn raw_copy<T: Copy + Default>(units: &[T]) -> *mut T {
    let memory = crate::memory::raw_malloc((units.len() + 1) * size_of::<T>()).cast::<T>();
    if !memory.is_null() {
        // SAFETY: room for the units and the zero.
        unsafe {
            core::ptr::copy_nonoverlapping(units.as_ptr(), memory, units.len());
            *memory.add(units.len()) = T::default();
        }
    }
    memory
}

/// What the conversion functions return on failure: out of memory, bad input, or a handler that they don't have.
const NO_MEMORY: c_int = -1;
const BAD_INPUT: c_int = -2;
const BAD_HANDLER: c_int = -3;

/// Hands decoded text to C: 0, or a negative number as `_Py_DecodeLocaleEx` returns.
///
/// # Safety
/// The pointers are valid or (but for `text`) NULL.
unsafe fn give_wide(
    result: Converted<Vec<u32>>,
    text: *mut *mut krait_abi::wchar_t,
    length: *mut usize,
    reason: *mut *const core::ffi::c_char,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        match result {
            Ok(points) => {
                let memory = raw_copy(&points);
                if memory.is_null() {
                    return NO_MEMORY;
                }
                *text = memory.cast();
                if !length.is_null() {
                    *length = points.len();
                }
                0
            }
            Err(fault) => {
                if !length.is_null() {
                    *length = fault.position;
                }
                if !reason.is_null() {
                    *reason = match fault.reason {
                        "invalid start byte" => c"invalid start byte",
                        "invalid continuation byte" => c"invalid continuation byte",
                        "unexpected end of data" => c"unexpected end of data",
                        _ => c"decoding error",
                    }
                    .as_ptr();
                }
                BAD_INPUT
            }
        }
    }
}

/// `_Py_DecodeLocaleEx`.
///
/// # Safety
/// `arg` is NUL-terminated; the other pointers are valid or (but for `text`) NULL.
pub unsafe fn decode_locale_ex_raw(
    arg: *const core::ffi::c_char,
    text: *mut *mut krait_abi::wchar_t,
    length: *mut usize,
    reason: *mut *const core::ffi::c_char,
    current_locale: bool,
    errors: c_int,
) -> c_int {
    let Some(errors) = handler_number::locale(errors).filter(|errors| supported(current_locale, *errors))
    else {
        return BAD_HANDLER;
    };
    // SAFETY: the caller's promise.
    unsafe {
        let bytes = core::ffi::CStr::from_ptr(arg).to_bytes();
        give_wide(decode_locale_ex(bytes, current_locale, errors), text, length, reason)
    }
}

/// `_Py_DecodeUTF8Ex`.
///
/// # Safety
/// `arg` holds `size` bytes; the other pointers are valid or (but for `text`) NULL.
pub unsafe fn decode_utf8_ex_raw(
    arg: *const core::ffi::c_char,
    size: isize,
    text: *mut *mut krait_abi::wchar_t,
    length: *mut usize,
    reason: *mut *const core::ffi::c_char,
    errors: c_int,
) -> c_int {
    let Some(errors) = handler_number::locale(errors) else { return BAD_HANDLER };
    // SAFETY: the caller's promise.
    unsafe {
        let bytes = core::slice::from_raw_parts(arg.cast::<u8>(), size.max(0) as usize);
        give_wide(decode_utf8_ex(bytes, errors), text, length, reason)
    }
}

/// `Py_DecodeLocale`: NULL on failure, with the length then `(size_t)-1` for want of memory and `(size_t)-2` for bad
/// input.
///
/// # Safety
/// `arg` is NUL-terminated; `length` is valid or NULL.
pub unsafe fn decode_locale_raw(
    arg: *const core::ffi::c_char,
    length: *mut usize,
) -> *mut krait_abi::wchar_t {
    let mut text = core::ptr::null_mut();
    // SAFETY: the caller's promise.
    unsafe {
        let status = decode_locale_ex_raw(arg, &mut text, length, core::ptr::null_mut(), false, 2);
        if status != 0 {
            if !length.is_null() {
                *length = status as isize as usize;
            }
            return core::ptr::null_mut();
        }
    }
    text
}

/// `_Py_DecodeUTF8_surrogateescape`: NULL for want of memory.
///
/// # Safety
/// As [`decode_utf8_ex_raw`].
pub unsafe fn decode_utf8_surrogateescape_raw(
    arg: *const core::ffi::c_char,
    size: isize,
    length: *mut usize,
) -> *mut krait_abi::wchar_t {
    let mut text = core::ptr::null_mut();
    // SAFETY: the caller's promise.
    let status = unsafe { decode_utf8_ex_raw(arg, size, &mut text, length, core::ptr::null_mut(), 2) };
    if status == 0 { text } else { core::ptr::null_mut() }
}

/// `_Py_EncodeLocaleEx`, or with `utf8` `_Py_EncodeUTF8Ex`. The result is of the raw domain, or of the mem domain.
///
/// # Safety
/// `text` is NUL-terminated; the other pointers are valid or (but for `result`) NULL.
#[expect(clippy::too_many_arguments, reason = "the C function's")]
pub unsafe fn encode_locale_ex_raw(
    text: *const krait_abi::wchar_t,
    result: *mut *mut core::ffi::c_char,
    error_position: *mut usize,
    reason: *mut *const core::ffi::c_char,
    utf8: bool,
    current_locale: bool,
    raw_domain: bool,
    errors: c_int,
) -> c_int {
    let usable = |errors: &LocaleErrors| utf8 || supported(current_locale, *errors);
    let Some(errors) = handler_number::locale(errors).filter(usable) else { return BAD_HANDLER };
    // SAFETY: the caller's promise.
    unsafe {
        let points = core::slice::from_raw_parts(text.cast::<u32>(), super::wide_strings::len(text));
        let encoded = if utf8 {
            encode_utf8_ex(points, errors)
        } else {
            encode_locale_ex(points, current_locale, errors)
        };
        match encoded {
            Ok(mut bytes) => {
                let memory = if raw_domain {
                    raw_copy(&bytes)
                } else {
                    bytes.push(0);
                    let memory = crate::memory::mem_malloc(bytes.len()).cast::<u8>();
                    if !memory.is_null() {
                        core::ptr::copy_nonoverlapping(bytes.as_ptr(), memory, bytes.len());
                    }
                    memory
                };
                if memory.is_null() {
                    return NO_MEMORY;
                }
                *result = memory.cast();
                0
            }
            Err(fault) => {
                if !error_position.is_null() {
                    *error_position = fault.position;
                }
                if !reason.is_null() {
                    *reason = c"encoding error".as_ptr();
                }
                BAD_INPUT
            }
        }
    }
}

/// `Py_EncodeLocale` (mem domain) and `_Py_EncodeLocaleRaw` (raw domain): NULL on failure, with the position then
/// `(size_t)-1` for want of memory.
///
/// # Safety
/// `text` is NUL-terminated; `error_position` is valid or NULL.
pub unsafe fn encode_locale_raw(
    text: *const krait_abi::wchar_t,
    error_position: *mut usize,
    raw_domain: bool,
) -> *mut core::ffi::c_char {
    let mut result = core::ptr::null_mut();
    // SAFETY: the caller's promise.
    unsafe {
        let status = encode_locale_ex_raw(
            text,
            &mut result,
            error_position,
            core::ptr::null_mut(),
            false,
            false,
            raw_domain,
            2,
        );
        if status == 0 {
            return result;
        }
        if status != BAD_INPUT && !error_position.is_null() {
            *error_position = usize::MAX;
        }
        core::ptr::null_mut()
    }
}
