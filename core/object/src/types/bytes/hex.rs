//! Hexadecimal text of bytes, and back: `hex` and `fromhex` of `bytes`, `bytearray` and `memoryview`.

use crate::args::{self, Args, Signature};
use crate::err;
use crate::handle::{Obj, Object, Result};
use crate::protocol::object;
use crate::types::{bytes, unicode};

/// The digits, for C code.
#[unsafe(no_mangle)]
pub static mut Py_hexdigits: *const core::ffi::c_char = c"0123456789abcdef".as_ptr();

/// The arguments of `hex`: separator and bytes in a group.
pub fn arguments(given: Args<'_>) -> Result<(Option<&Object>, i32)> {
    let [separator, group] = Signature::new("hex", ["sep", "bytes_per_sep"]).required(0).bind(given)?;
    Ok((separator, group.map_or(Ok(1), args::int)?))
}

/// The separator's byte; `ascii_only` where the result is text.
fn separator_byte(separator: &Object, ascii_only: bool) -> Result<u8> {
    if object::len(separator)? != 1 {
        return Err(err::value_error("sep must be length 1."));
    }
    let byte = if unicode::check(separator) {
        u8::try_from(unicode::char_at(separator, 0)).map_err(|_| err::value_error("sep must be ASCII."))?
    } else if bytes::check(separator) {
        bytes::as_slice(separator)[0]
    } else {
        return Err(err::type_error("sep must be str or bytes."));
    };
    if byte > 127 && ascii_only {
        return Err(err::value_error("sep must be ASCII."));
    }
    Ok(byte)
}

/// The hexadecimal digits, with a separator between groups counted from the right, or from the left if negative
/// (`_Py_strhex_with_sep` and its relatives).
pub fn digits(contents: &[u8], separator: Option<&Object>, group: i32, ascii_only: bool) -> Result<Vec<u8>> {
    let separator = match separator {
        Some(separator) => Some(separator_byte(separator, ascii_only)?),
        None => None,
    };
    if contents.len() > isize::MAX as usize / 3 {
        return Err(err::no_memory());
    }
    let size = group.unsigned_abs() as usize;
    let separator = separator.filter(|_| size != 0 && size < contents.len());
    let digit = |n: u8| b"0123456789abcdef"[usize::from(n & 15)];
    if separator.is_none() {
        let mut out = vec![0; contents.len() * 2];
        for (pair, &b) in out.chunks_exact_mut(2).zip(contents) {
            pair.copy_from_slice(&[digit(b >> 4), digit(b)]);
        }
        return Ok(out);
    }
    let mut out = Vec::with_capacity(contents.len() * 3);
    for (i, &b) in contents.iter().enumerate() {
        let boundary = if group < 0 { i } else { contents.len() - i };
        if let Some(separator) = separator
            && i > 0
            && boundary.is_multiple_of(size)
        {
            out.push(separator);
        }
        out.extend([digit(b >> 4), digit(b)]);
    }
    Ok(out)
}

/// The digits as a `str`.
pub fn to_str(contents: &[u8], separator: Option<&Object>, group: i32) -> Result<Obj> {
    unicode::from_ascii(&digits(contents, separator, group, true)?)
}

/// The bytes of a text of hexadecimal digits; white space may stand between bytes.
pub fn from_str(text: &Object) -> Result<Vec<u8>> {
    let fault = |at: usize| {
        err::value_error(format_args!("non-hexadecimal number found in fromhex() arg at position {at}"))
    };
    if !unicode::is_ascii(text) {
        let at = unicode::chars(text).iter().position(|c| c > 127);
        return Err(fault(at.unwrap_or(0)));
    }
    let source = unicode::chars(text).bytes();
    let digit = |at: usize| source.get(at).and_then(|&b| (b as char).to_digit(16)).ok_or_else(|| fault(at));
    let mut out = Vec::with_capacity(source.len() / 2);
    let mut i = 0;
    while i < source.len() {
        if crate::text::search::is_ascii_space(source[i].into()) {
            i += 1;
            continue;
        }
        out.push((digit(i)? << 4 | digit(i + 1)?) as u8);
        i += 2;
    }
    Ok(out)
}
