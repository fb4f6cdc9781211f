//! `internal/pycore_dtoa.h` and the rest of `pystrtod.h`: decimal digits of doubles and back.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_object::memory;

/// What decimal point position means "no number".
const NOT_FINITE: c_int = 9999;

/// The digits of a positive finite number and the position of the decimal point behind the first of them.
fn digits(value: f64, mode: c_int, count: c_int) -> (String, c_int) {
    let scientific = |text: String| {
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        (digits, exponent.parse::<c_int>().unwrap_or(0) + 1)
    };
    match mode {
        2 | 4 | 6 | 8 => scientific(format!("{value:.*e}", (count.max(1) - 1) as usize)),
        3 | 5 | 7 | 9 if count >= 0 => {
            let text = format!("{value:.*}", count as usize);
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let all = format!("{whole}{fraction}");
            let zeros = all.len() - all.trim_start_matches('0').len();
            (all[zeros..].to_owned(), whole.len() as c_int - zeros as c_int)
        }
        3 | 5 | 7 | 9 => round_whole(value, count.unsigned_abs() as usize),
        _ => scientific(format!("{value:e}")),
    }
}

/// Rounds to a multiple of a power of ten, half to even, from the exact digits.
fn round_whole(value: f64, drop: usize) -> (String, c_int) {
    let whole = format!("{:.0}", value.trunc());
    if drop > whole.len() {
        return (String::new(), -(drop as c_int));
    }
    let (kept, rest) = whole.split_at(whole.len() - drop);
    let first = rest.bytes().next().unwrap_or(b'0');
    let above = rest.bytes().skip(1).any(|digit| digit != b'0') || value.fract() != 0.0;
    let odd = kept.bytes().last().is_some_and(|digit| digit & 1 == 1);
    let up = first > b'5' || (first == b'5' && (above || odd));
    let mut kept: Vec<u8> = kept.bytes().collect();
    if up {
        let mut index = kept.len();
        loop {
            if index == 0 {
                kept.insert(0, b'1');
                break;
            }
            index -= 1;
            if kept[index] == b'9' {
                kept[index] = b'0';
            } else {
                kept[index] += 1;
                break;
            }
        }
    }
    let length = kept.len();
    let text = String::from_utf8(kept).unwrap_or_default();
    let zeros = text.len() - text.trim_start_matches('0').len();
    (text[zeros..].to_owned(), (length - zeros + drop) as c_int)
}

/// The result is freed by `_Py_dg_freedtoa`; NULL without memory.
///
/// # Safety
/// Places for the results; `rve` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_dg_dtoa(
    dd: f64,
    mode: c_int,
    ndigits: c_int,
    decpt: *mut c_int,
    sign: *mut c_int,
    rve: *mut *mut c_char,
) -> *mut c_char {
    let (text, point) = if dd.is_nan() {
        ("NaN".to_owned(), NOT_FINITE)
    } else if dd.is_infinite() {
        ("Infinity".to_owned(), NOT_FINITE)
    } else if dd == 0.0 {
        ("0".to_owned(), 1)
    } else {
        let (text, point) = digits(dd.abs(), mode, ndigits);
        let kept = text.trim_end_matches('0');
        if kept.is_empty() { (String::new(), -ndigits) } else { (kept.to_owned(), point) }
    };
    // SAFETY: the caller's promise; the copy has room for the text and its terminator.
    unsafe {
        *decpt = point;
        *sign = dd.is_sign_negative().into();
        let copy = memory::raw_strdup(text.as_bytes());
        if !rve.is_null() && !copy.is_null() {
            *rve = copy.add(text.len());
        }
        copy
    }
}

/// # Safety
/// A result of [`_Py_dg_dtoa`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_dg_freedtoa(s: *mut c_char) {
    // SAFETY: the caller's promise.
    unsafe { memory::raw_free(s.cast()) }
}

/// How many bytes at the beginning are a decimal number.
fn number_length(text: &[u8]) -> usize {
    let digits = |from: usize| text[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let whole = digits(end);
    end += whole;
    let mut fraction = 0;
    if text.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return 0;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let signed = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        let exponent = if end + 1 + signed <= text.len() { digits(end + 1 + signed) } else { 0 };
        if exponent > 0 {
            end += 1 + signed + exponent;
        }
    }
    end
}

/// # Safety
/// A C string; `se` may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_dg_strtod(s00: *const c_char, se: *mut *mut c_char) -> f64 {
    // SAFETY: the caller's promise; the length is within the string.
    unsafe {
        let text = CStr::from_ptr(s00).to_bytes();
        let length = number_length(text);
        if !se.is_null() {
            *se = s00.add(length).cast_mut();
        }
        let value = core::str::from_utf8(&text[..length]).ok().and_then(|text| text.parse::<f64>().ok());
        let value = value.unwrap_or(0.0);
        if value.is_infinite() {
            *libc::__errno_location() = libc::ERANGE;
        }
        value
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_dg_infinity(sign: c_int) -> f64 {
    if sign != 0 { f64::NEG_INFINITY } else { f64::INFINITY }
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_dg_stdnan(sign: c_int) -> f64 {
    f64::from_bits(0x7ff8_0000_0000_0000 | if sign != 0 { 1 << 63 } else { 0 })
}

/// "inf", "infinity" or "nan" with a sign; -1 with `*endptr == p` for anything else.
///
/// # Safety
/// A C string and a place for its end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_parse_inf_or_nan(p: *const c_char, endptr: *mut *mut c_char) -> f64 {
    // SAFETY: the caller's promise; the length is within the string.
    unsafe {
        let text = CStr::from_ptr(p).to_bytes();
        let signed = usize::from(matches!(text.first(), Some(b'+' | b'-')));
        let negative = text.first() == Some(&b'-');
        let rest = &text[signed..];
        let begins = |word: &str| {
            rest.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word.as_bytes()))
        };
        let (value, length) = if begins("infinity") {
            (f64::INFINITY, 8)
        } else if begins("inf") {
            (f64::INFINITY, 3)
        } else if begins("nan") {
            (_Py_dg_stdnan(0), 3)
        } else {
            *endptr = p.cast_mut();
            return -1.0;
        };
        *endptr = p.add(signed + length).cast_mut();
        if negative { -value } else { value }
    }
}

/// Removes the underscores of a number, if they stand between digits, and passes it on.
///
/// # Safety
/// A string of that length; a function that takes the text, its length and `arg`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_string_to_number_with_underscores(
    s: *const c_char,
    orig_len: Py_ssize_t,
    what: *const c_char,
    obj: *mut PyObject,
    arg: *mut core::ffi::c_void,
    innerfunc: Option<
        unsafe extern "C" fn(*const c_char, Py_ssize_t, *mut core::ffi::c_void) -> *mut PyObject,
    >,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let Some(inner) = innerfunc else { return Err(err::bad_internal_call()) };
        let text = core::slice::from_raw_parts(s.cast::<u8>(), orig_len.max(0) as usize);
        if !text.contains(&b'_') {
            return Obj::from_owned_or_raised(inner(s, orig_len, arg));
        }
        let fine = text.iter().enumerate().all(|(index, byte)| {
            let digit = |at: Option<usize>| at.and_then(|at| text.get(at)).is_some_and(u8::is_ascii_digit);
            *byte != b'_' || (digit(index.checked_sub(1)) && digit(Some(index + 1)))
        });
        if !fine || text.contains(&0) {
            let shown = protocol::object::repr(object(obj)?)?;
            return Err(err::value_error(format_args!(
                "could not convert string to {}: {}",
                CStr::from_ptr(what).to_string_lossy(),
                types::unicode::display(&shown)
            )));
        }
        let plain: Vec<u8> = text.iter().copied().filter(|byte| *byte != b'_').collect();
        let length = plain.len() as Py_ssize_t;
        let plain = std::ffi::CString::new(plain).unwrap_or_default();
        Obj::from_owned_or_raised(inner(plain.as_ptr(), length, arg))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_of_dtoa() {
        let cases: [(f64, c_int, c_int, &str, c_int); 12] = [
            (1.5, 0, 0, "15", 1),
            (0.001, 0, 0, "1", -2),
            (1e22, 0, 0, "1", 23),
            (123456.0, 2, 3, "123", 6),
            (2.5, 3, 0, "2", 1),
            (0.5, 3, 0, "", 0),
            (123.456, 3, 1, "1235", 3),
            (0.00123, 3, 2, "", -2),
            (15.0, 3, -1, "2", 2),
            (25.0, 3, -1, "2", 2),
            (95.0, 3, -1, "1", 3),
            (-0.0, 0, 0, "0", 1),
        ];
        for (value, mode, count, expected, expected_point) in cases {
            let (mut point, mut sign) = (0, 0);
            // SAFETY: places for the results; the text is freed.
            unsafe {
                let text = _Py_dg_dtoa(value, mode, count, &mut point, &mut sign, null_mut());
                assert_eq!(CStr::from_ptr(text).to_str(), Ok(expected), "{value} {mode} {count}");
                assert_eq!(point, expected_point, "{value} {mode} {count}");
                _Py_dg_freedtoa(text);
            }
        }
    }

    #[test]
    fn numbers_end_where_they_end() {
        for (text, expected) in
            [("1.5e3x", 5), ("1.e", 2), (".5", 2), ("-", 0), (".", 0), ("1e+", 1), ("+7", 2)]
        {
            assert_eq!(number_length(text.as_bytes()), expected, "{text}");
        }
    }
}
