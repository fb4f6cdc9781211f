//! The cached UTF-8 form of a `str`, and the text of a `str` for messages.

use super::layout::{ascii_bytes, chars, data_ptr, is_ascii, is_compact_ascii};
use super::{Chars, check, with_chars};
use crate::err;
use crate::handle::{Object, Result};
use crate::memory;
use crate::text::Unit;
use crate::text::codec::utf8;
use core::fmt::{self, Display, Write};
use krait_abi::*;

/// `PyUnicode_AsUTF8AndSize`: cached in the object, NUL behind it; `UnicodeEncodeError` for lone surrogates,
/// `TypeError` (bad argument) for what is no `str`.
#[inline]
pub fn as_utf8(object: &Object) -> Result<&str> {
    if check(object) && is_compact_ascii(object) {
        // SAFETY: a live ASCII str.
        return Ok(unsafe { core::str::from_utf8_unchecked(ascii_bytes(object)) });
    }
    cached_utf8(object)
}

/// [`as_utf8`] of any other object.
fn cached_utf8(object: &Object) -> Result<&str> {
    if !check(object) {
        return Err(err::bad_argument());
    }
    let text = chars(object);
    // SAFETY: a live ready str; ASCII data and what `fill_cache` stored are valid UTF-8, immutable while the str lives.
    unsafe {
        if is_ascii(object) {
            return Ok(core::str::from_utf8_unchecked(text.bytes()));
        }
        let compact = object.as_ptr().cast::<PyCompactUnicodeObject>();
        if (*compact).utf8.is_null() {
            fill_cache(object, text)?;
        }
        let bytes =
            core::slice::from_raw_parts((*compact).utf8.cast::<u8>(), (*compact).utf8_length as usize);
        Ok(core::str::from_utf8_unchecked(bytes))
    }
}

#[cold]
fn fill_cache(object: &Object, text: Chars<'_>) -> Result<()> {
    let Some(length) = with_chars!(text, |s| utf8::encoded_len(s)) else {
        let at = text.iter().position(|c| (0xd800..0xe000).contains(&c)).unwrap_or(0);
        let run = text.slice(at, text.len()).iter().take_while(|c| (0xd800..0xe000).contains(c)).count();
        return Err(crate::codecs::encode_error("utf-8", object, at, at + run, "surrogates not allowed"));
    };
    let mut bytes = Vec::with_capacity(length);
    with_chars!(text, |s| s.iter().for_each(|u| utf8::put(u.code(), &mut bytes)));
    let memory = memory::object_malloc(bytes.len() + 1).cast::<u8>();
    if memory.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory for the bytes and a NUL; the str has the fields since it is not compact ASCII.
    unsafe {
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), memory, bytes.len());
        *memory.add(bytes.len()) = 0;
        let compact = object.as_ptr().cast::<PyCompactUnicodeObject>();
        (*compact).utf8 = memory.cast();
        (*compact).utf8_length = bytes.len() as Py_ssize_t;
    }
    Ok(())
}

/// The text as a Rust string, lone surrogates replaced by U+FFFD.
pub fn to_string_lossy(object: &Object) -> String {
    display(object).to_string()
}

struct Shown<'a>(&'a Object);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if is_ascii(self.0) && f.precision().is_none() {
            // SAFETY: a ready ASCII str.
            let bytes = unsafe { core::slice::from_raw_parts(data_ptr(self.0.as_ptr()), super::len(self.0)) };
            // SAFETY: ASCII.
            return f.write_str(unsafe { core::str::from_utf8_unchecked(bytes) });
        }
        let limit = f.precision().unwrap_or(usize::MAX);
        for c in chars(self.0).iter().take(limit) {
            f.write_char(char::from_u32(c).unwrap_or('\u{fffd}'))?;
        }
        Ok(())
    }
}

/// A `Display` of the text, lone surrogates replaced; for error messages. `{:.200}` cuts like C's `%.200U`.
pub fn display(object: &Object) -> impl Display + '_ {
    Shown(object)
}
