//! UTF-8.

use super::{
    DecodeErrors, Decoding, EncodeErrors, Replacement, TextSink, ascii_prefix, encode_fault, is_surrogate,
};
use crate::text::Unit;

pub const NAME: &str = "utf-8";

/// What stands at the beginning of some non-ASCII bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sequence {
    Char(u32, usize),
    /// Cut off by the end of the input.
    Incomplete,
    InvalidStart,
    /// So many bytes were good before an invalid continuation byte.
    Invalid(usize),
}

fn continuation(b: u8) -> bool {
    b & 0xc0 == 0x80
}

#[inline]
fn sequence(s: &[u8]) -> Sequence {
    let first = s[0];
    let bits = |i: usize| u32::from(s[i] & 0x3f);
    // Length, and the allowed range of the second byte: no overlong forms, surrogates or giants.
    let (len, second) = match first {
        0xc2..=0xdf => (2, 0x80..=0xbf),
        0xe0 => (3, 0xa0..=0xbf),
        0xed => (3, 0x80..=0x9f),
        0xe1..=0xef => (3, 0x80..=0xbf),
        0xf0 => (4, 0x90..=0xbf),
        0xf4 => (4, 0x80..=0x8f),
        0xf1..=0xf3 => (4, 0x80..=0xbf),
        _ => return Sequence::InvalidStart,
    };
    match s.get(1) {
        None => return Sequence::Incomplete,
        Some(b) if !second.contains(b) => return Sequence::Invalid(1),
        Some(_) => {}
    }
    for i in 2..len {
        match s.get(i) {
            None => return Sequence::Incomplete,
            Some(&b) if !continuation(b) => return Sequence::Invalid(i),
            Some(_) => {}
        }
    }
    let lead = u32::from(first);
    Sequence::Char(
        match len {
            2 => (lead & 0x1f) << 6 | bits(1),
            3 => (lead & 0x0f) << 12 | bits(1) << 6 | bits(2),
            _ => (lead & 0x07) << 18 | bits(1) << 12 | bits(2) << 6 | bits(3),
        },
        len,
    )
}

/// Decodes; unless `last`, an incomplete character at the end is left for the next call.
pub fn decode<'a, S: TextSink, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    last: bool,
    handler: &mut H,
    sink: &mut S,
) -> Result<usize, H::Error> {
    let mut d = Decoding { encoding: NAME, input, sink, handler };
    let mut i = 0;
    while i < d.input.len() {
        if d.input[i] < 0x80 {
            let n = ascii_prefix(&d.input[i..]);
            d.sink.push_ascii(&d.input[i..i + n]);
            i += n;
            continue;
        }
        let rest = &d.input[i..];
        match sequence(rest) {
            Sequence::Char(c, len) => {
                d.sink.push(c);
                i += len;
            }
            Sequence::Incomplete if !last => return Ok(i),
            Sequence::Incomplete => i = d.fault(i, d.input.len(), "unexpected end of data")?,
            Sequence::InvalidStart => i = d.fault(i, i + 1, "invalid start byte")?,
            // The beginning of a surrogate, which `surrogatepass` may want whole.
            Sequence::Invalid(1) if !last && rest.len() == 2 && rest[0] == 0xed && continuation(rest[1]) => {
                return Ok(i);
            }
            Sequence::Invalid(n) => i = d.fault(i, i + n, "invalid continuation byte")?,
        }
    }
    Ok(i)
}

/// The bytes as text if they are valid; quick for ASCII, which short texts nearly always are.
#[inline]
pub fn checked(bytes: &[u8]) -> Option<&str> {
    if bytes.is_ascii() {
        // SAFETY: ASCII is UTF-8.
        return Some(unsafe { core::str::from_utf8_unchecked(bytes) });
    }
    core::str::from_utf8(bytes).ok()
}

/// Appends one character that is no surrogate.
#[inline]
pub fn put(c: u32, out: &mut Vec<u8>) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend([0xc0 | (c >> 6) as u8, tail(0)]),
        0x800..0x10000 => out.extend([0xe0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xf0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// The encoded length, or none if there are surrogates.
pub fn encoded_len<U: Unit>(text: &[U]) -> Option<usize> {
    let mut n = 0;
    for c in text.iter().map(|u| u.code()) {
        n += match c {
            0..0x80 => 1,
            0x80..0x800 => 2,
            0xd800..0xe000 => return None,
            0x800..0x10000 => 3,
            _ => 4,
        };
    }
    Some(n)
}

/// Appends the characters up to the first surrogate, at most [`CHUNK`]; how many they were.
fn encode_chunk<U: Unit>(text: &[U], out: &mut Vec<u8>) -> usize {
    let text = &text[..text.len().min(CHUNK)];
    let longest = if U::MAX < 0x100 {
        2
    } else if U::MAX < 0x10000 {
        3
    } else {
        4
    };
    let start = out.len();
    out.resize(start + longest * text.len(), 0);
    let room = &mut out[start..];
    let (mut n, mut used) = (0, 0);
    for c in text.iter().map(|u| u.code()) {
        let tail = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
        let mut place = |bytes: &[u8]| {
            room[n..n + bytes.len()].copy_from_slice(bytes);
            n += bytes.len();
        };
        match c {
            0..0x80 => place(&[c as u8]),
            0x80..0x800 => place(&[0xc0 | (c >> 6) as u8, tail(0)]),
            0xd800..0xe000 => break,
            0x800..0x10000 => place(&[0xe0 | (c >> 12) as u8, tail(6), tail(0)]),
            _ => place(&[0xf0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]),
        }
        used += 1;
    }
    out.truncate(start + n);
    used
}

const CHUNK: usize = 1 << 14;

pub fn encode<U: Unit, H: EncodeErrors>(
    text: &[U],
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    out.reserve(text.len());
    let mut i = 0;
    while i < text.len() {
        if !is_surrogate(text[i].code()) {
            i += encode_chunk(&text[i..], out);
            continue;
        }
        let Some(fault) = encode_fault(text, &mut i, is_surrogate, "surrogates not allowed", handler, out)
        else {
            continue;
        };
        let (replacement, at) = handler.encode_error(NAME, fault)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(chars) => {
                if chars.iter().any(|&c| c >= 0x80) {
                    return Err(handler.refuse(NAME, fault));
                }
                out.extend(chars.iter().map(|&c| c as u8));
            }
        }
        i = at.min(text.len());
    }
    Ok(())
}
