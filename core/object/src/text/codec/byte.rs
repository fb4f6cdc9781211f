//! Codecs of one byte a character: ASCII, Latin-1 and character maps.

use super::{DecodeErrors, Decoding, EncodeErrors, Fault, Replacement, TextSink, ascii_prefix, encode_fault};
use crate::text::Unit;

pub fn decode_ascii<'a, S: TextSink, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    handler: &mut H,
    sink: &mut S,
) -> Result<(), H::Error> {
    let mut d = Decoding { encoding: "ascii", input, sink, handler };
    let mut i = 0;
    while i < d.input.len() {
        let n = ascii_prefix(&d.input[i..]);
        d.sink.push_ascii(&d.input[i..i + n]);
        i += n;
        if i < d.input.len() {
            i = d.fault(i, i + 1, "ordinal not in range(128)")?;
        }
    }
    Ok(())
}

/// Every byte is a character.
pub fn decode_latin1<S: TextSink>(input: &[u8], sink: &mut S) {
    sink.push_latin1(input);
}

fn encode_below<U: Unit, H: EncodeErrors>(
    text: &[U],
    (name, limit, reason): (&'static str, u32, &'static str),
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    out.reserve(text.len());
    let mut i = 0;
    while i < text.len() {
        let c = text[i].code();
        if c < limit {
            out.push(c as u8);
            i += 1;
            continue;
        }
        let Some(fault) = encode_fault(text, &mut i, |c| c >= limit, reason, handler, out) else {
            continue;
        };
        let (replacement, at) = handler.encode_error(name, fault)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(chars) => {
                if chars.iter().any(|&c| c >= limit) {
                    return Err(handler.refuse(name, fault));
                }
                out.extend(chars.iter().map(|&c| c as u8));
            }
        }
        i = at.min(text.len());
    }
    Ok(())
}

pub fn encode_ascii<U: Unit, H: EncodeErrors>(
    text: &[U],
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    encode_below(text, ("ascii", 128, "ordinal not in range(128)"), handler, out)
}

pub fn encode_latin1<U: Unit, H: EncodeErrors>(
    text: &[U],
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    encode_below(text, ("latin-1", 256, "ordinal not in range(256)"), handler, out)
}

/// What a map makes of a byte.
pub enum Decoded {
    Char(u32),
    Text(Vec<u32>),
    Undefined,
}

const CHARMAP: &str = "charmap";
const UNDEFINED: &str = "character maps to <undefined>";

/// Decodes through a map from bytes to characters; a map that fails brings its own error.
pub fn decode_charmap<'a, S: TextSink, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    mut map: impl FnMut(u8) -> Result<Decoded, H::Error>,
    handler: &mut H,
    sink: &mut S,
) -> Result<(), H::Error> {
    let mut d = Decoding { encoding: CHARMAP, input, sink, handler };
    let mut i = 0;
    while i < d.input.len() {
        match map(d.input[i])? {
            Decoded::Char(c) => d.sink.push(c),
            Decoded::Text(chars) => chars.into_iter().for_each(|c| d.sink.push(c)),
            Decoded::Undefined => {
                i = d.fault(i, i + 1, UNDEFINED)?;
                continue;
            }
        }
        i += 1;
    }
    Ok(())
}

/// The map that a decoding table spells: a byte without an entry, or with U+FFFE, is undefined.
pub fn table_entry<U: Unit>(table: &[U], byte: u8) -> Decoded {
    match table.get(usize::from(byte)).map(|u| u.code()) {
        None | Some(0xfffe) => Decoded::Undefined,
        Some(c) => Decoded::Char(c),
    }
}

/// What a map makes of a character.
pub enum Encoded {
    Byte(u8),
    Bytes(Vec<u8>),
    Undefined,
}

/// Encodes through a map from characters to bytes; a map that fails brings its own error. The text of
/// a replacement goes through the map as well.
pub fn encode_charmap<U: Unit, H: EncodeErrors>(
    text: &[U],
    mut map: impl FnMut(u32) -> Result<Encoded, H::Error>,
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    fn put(encoded: Encoded, out: &mut Vec<u8>) -> bool {
        match encoded {
            Encoded::Byte(b) => out.push(b),
            Encoded::Bytes(bytes) => out.extend(bytes),
            Encoded::Undefined => return false,
        }
        true
    }
    let mut i = 0;
    while i < text.len() {
        if put(map(text[i].code())?, out) {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        while end < text.len() && matches!(map(text[end].code())?, Encoded::Undefined) {
            end += 1;
        }
        let fault = Fault { start: i, end, reason: UNDEFINED };
        let (replacement, at) = handler.encode_error(CHARMAP, fault)?;
        match replacement {
            Replacement::Bytes(bytes) => out.extend(bytes),
            Replacement::Text(chars) => {
                for c in chars {
                    if !put(map(c)?, out) {
                        return Err(handler.refuse(CHARMAP, fault));
                    }
                }
            }
        }
        i = at.min(text.len());
    }
    Ok(())
}
