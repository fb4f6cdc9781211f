//! `Decimal.__format__`: libmpdec formats; here are fillers of NUL, separators of locales and those given by hand.

use super::current;
use super::mpd::*;
use super::number::Decimal;
use core::ffi::{CStr, c_char};
use krait_object::types::{dict, unicode};
use krait_object::{Obj, Object, Result, err};

/// What stands for a filler of NUL while libmpdec formats: a byte that no text has.
const PLACEHOLDER: u8 = 0xff;

/// A separator of the C locale as UTF-8; ASCII is left alone.
unsafe fn locale_text(text: *const c_char) -> Result<Option<Vec<u8>>> {
    // SAFETY: the caller's promise: a C string.
    let text = unsafe { CStr::from_ptr(text) }.to_bytes();
    if text.is_ascii() && text.len() <= 1 {
        return Ok(None);
    }
    let decoded = unicode::locale::decode_locale(text, None, true)?;
    Ok(Some(crate::support::c_string(unicode::as_utf8(&decoded)?.as_bytes())))
}

/// An entry of the dict as a C string.
fn entry(given: &Object, name: &str) -> Result<Option<Vec<u8>>> {
    let Some(value) = dict::get_str(given, name)? else { return Ok(None) };
    if !unicode::check(&value) {
        return Err(err::bad_argument());
    }
    Ok(Some(crate::support::c_string(unicode::as_utf8(&value)?.as_bytes())))
}

/// See the module. A dict in place of the locale may give `decimal_point`, `thousands_sep` and `grouping`.
pub fn format(this: &Decimal, format: &Object, instead: Option<&Object>) -> Result<Obj> {
    let context = current::get()?;
    if !unicode::check(format) {
        return Err(err::type_error("format arg must be str"));
    }
    let mut text = crate::support::c_string(unicode::as_utf8(format)?.as_bytes());
    let fills_with_nul = text.len() > 1 && text[0] == 0;
    if fills_with_nul {
        text[0] = b'_';
    }
    // SAFETY: numbers and pointers, which the call fills.
    let mut spec: mpd_spec_t = unsafe { core::mem::zeroed() };
    // SAFETY: a C string.
    if unsafe { mpd_parse_fmt_str(&mut spec, text.as_ptr().cast(), context.capitals()) } == 0 {
        return Err(err::value_error("invalid format string"));
    }
    if fills_with_nul {
        spec.fill = [PLACEHOLDER, 0, 0, 0, 0];
    }
    // What the spec points to from here on.
    let texts;
    if let Some(instead) = instead {
        if !dict::check(instead) {
            return Err(err::type_error("optional argument must be a dict"));
        }
        texts =
            [entry(instead, "decimal_point")?, entry(instead, "thousands_sep")?, entry(instead, "grouping")?];
    } else {
        // SAFETY: C strings of the locale's.
        texts = unsafe { [locale_text(spec.dot)?, locale_text(spec.sep)?, None] };
    }
    for (place, text) in [&mut spec.dot, &mut spec.sep, &mut spec.grouping].into_iter().zip(&texts) {
        if let Some(text) = text {
            *place = text.as_ptr().cast();
        }
    }
    // SAFETY: a spec whose strings live; the block belongs to us afterwards.
    let (result, status) = unsafe {
        if instead.is_some() && mpd_validate_lconv(&mut spec) < 0 {
            return Err(err::value_error("invalid override dict"));
        }
        let mut status = 0;
        (Block(mpd_qformat_spec(this.raw(), &spec, context.raw(), &mut status)), status)
    };
    if result.0.is_null() {
        if status & MALLOC_ERROR != 0 {
            return Err(err::no_memory());
        }
        return Err(err::value_error("format specification exceeds internal limits of _decimal"));
    }
    // SAFETY: a C string.
    let mut shown = unsafe { CStr::from_ptr(result.0) }.to_bytes().to_vec();
    if fills_with_nul {
        shown.iter_mut().filter(|byte| **byte == PLACEHOLDER).for_each(|byte| *byte = 0);
    }
    unicode::decode_utf8(&shown, None)
}
