//! JSON strings: reading them with their escapes, and the text that an encoder builds.

use super::decode_error;
use krait_object::text::Unit;
use krait_object::types::unicode::{self, Builder, Chars};
use krait_object::{Obj, Object, Result};

/// The text that an encoder builds: bytes as long as all of it is ASCII.
#[derive(Default)]
pub(super) struct Output {
    ascii: Vec<u8>,
    wide: Option<Builder>,
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// For ASCII characters: 0 stands for itself, `u` wants `\u`, others want a backslash and this letter. DEL is escaped in
/// ASCII output only.
const ESCAPES: [u8; 128] = {
    let mut table = [0; 128];
    let mut c = 0;
    while c < 0x20 {
        table[c] = b'u';
        c += 1;
    }
    table[b'"' as usize] = b'"';
    table[b'\\' as usize] = b'\\';
    table[0x08] = b'b';
    table[0x0c] = b'f';
    table[b'\n' as usize] = b'n';
    table[b'\r' as usize] = b'r';
    table[b'\t' as usize] = b't';
    table
};

impl Output {
    #[inline]
    pub(super) fn push_ascii(&mut self, text: &[u8]) {
        match &mut self.wide {
            None => self.ascii.extend_from_slice(text),
            Some(wide) => wide.push_ascii_bytes(text),
        }
    }

    /// Appends through a function that writes ASCII.
    #[inline]
    pub(super) fn write_ascii(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        if self.wide.is_none() {
            return write(&mut self.ascii);
        }
        let mut text = Vec::new();
        write(&mut text);
        self.push_ascii(&text);
    }

    fn wide(&mut self) -> &mut Builder {
        self.wide.get_or_insert_with(|| {
            let mut wide = Builder::new();
            wide.push_ascii_bytes(&self.ascii);
            self.ascii = Vec::new();
            wide
        })
    }

    /// Appends a `str`.
    pub(super) fn push_object(&mut self, text: &Object) {
        match unicode::chars(text) {
            Chars::Latin1(bytes) if unicode::is_ascii(text) => self.push_ascii(bytes),
            _ => self.wide().push_object(text),
        }
    }

    /// Appends a `str` with quotes and escapes.
    pub(super) fn push_quoted(&mut self, text: &Object, ascii_only: bool) {
        match unicode::chars(text) {
            Chars::Latin1(bytes) if ascii_only || unicode::is_ascii(text) => {
                self.write_ascii(|out| quote_latin1(bytes, ascii_only, out));
            }
            Chars::Latin1(units) => quote_plain(units, self.wide()),
            Chars::Ucs2(units) if ascii_only => self.write_ascii(|out| quote_ascii(units, out)),
            Chars::Ucs2(units) => quote_plain(units, self.wide()),
            Chars::Ucs4(units) if ascii_only => self.write_ascii(|out| quote_ascii(units, out)),
            Chars::Ucs4(units) => quote_plain(units, self.wide()),
        }
    }

    pub(super) fn finish(self) -> Result<Obj> {
        match self.wide {
            None => unicode::from_ascii(&self.ascii),
            Some(wide) => wide.finish(),
        }
    }
}

/// The escape of an ASCII character that has one.
#[inline]
fn push_escape(c: u8, out: &mut Vec<u8>) {
    match ESCAPES[usize::from(c)] {
        b'u' | 0 => push_hex(c.into(), out),
        letter => out.extend_from_slice(&[b'\\', letter]),
    }
}

/// `\uXXXX`
#[inline]
fn push_hex(unit: u16, out: &mut Vec<u8>) {
    let digit = |shift: u32| HEX[usize::from(unit >> shift & 15)];
    out.extend_from_slice(&[b'\\', b'u', digit(12), digit(8), digit(4), digit(0)]);
}

/// Bytes that are ASCII, or Latin-1 of which nothing but ASCII may come out.
fn quote_latin1(text: &[u8], ascii_only: bool, out: &mut Vec<u8>) {
    let limit = if ascii_only { 0x7f } else { 0x80 };
    let is_plain = |c: u8| c < limit && ESCAPES[usize::from(c)] == 0;
    out.reserve(text.len() + 2);
    out.push(b'"');
    let mut rest = text;
    while let Some(plain) = rest.iter().position(|c| !is_plain(*c)) {
        out.extend_from_slice(&rest[..plain]);
        match rest[plain] {
            c if c < 0x80 => push_escape(c, out),
            c => push_hex(c.into(), out),
        }
        rest = &rest[plain + 1..];
    }
    out.extend_from_slice(rest);
    out.push(b'"');
}

/// Wider text in ASCII: what is beyond the basic plane becomes a surrogate pair.
fn quote_ascii<U: Unit>(text: &[U], out: &mut Vec<u8>) {
    out.reserve(text.len() * 6 + 2);
    out.push(b'"');
    for unit in text {
        match unit.code() {
            c if c < 0x7f && ESCAPES[c as usize] == 0 => out.push(c as u8),
            c if c < 0x80 => push_escape(c as u8, out),
            c if c < 0x1_0000 => push_hex(c as u16, out),
            c => {
                let c = c - 0x1_0000;
                push_hex(0xd800 | (c >> 10) as u16, out);
                push_hex(0xdc00 | (c & 0x3ff) as u16, out);
            }
        }
    }
    out.push(b'"');
}

/// Text of which only ASCII characters are escaped.
fn quote_plain<U: Unit>(text: &[U], out: &mut Builder) {
    out.push_char(b'"'.into());
    let mut rest = text;
    while let Some(plain) = rest.iter().position(|c| c.code() < 0x80 && ESCAPES[c.code() as usize] != 0) {
        out.push_units(&rest[..plain]);
        let mut escape = Vec::with_capacity(6);
        push_escape(rest[plain].code() as u8, &mut escape);
        out.push_ascii_bytes(&escape);
        rest = &rest[plain + 1..];
    }
    out.push_units(rest);
    out.push_char(b'"'.into());
}

/// Where the plain characters from `start` on end: at a quote, a backslash or, if `strict`, a control character.
#[inline]
pub(super) fn plain_end<U: Unit>(units: &[U], start: usize, strict: bool) -> usize {
    let limit = if strict { 0x20 } else { 0 };
    let is_special = |unit: &U| {
        let c = unit.code();
        c == u32::from(b'"') || c == u32::from(b'\\') || c < limit
    };
    units[start..].iter().position(is_special).map_or(units.len(), |at| start + at)
}

/// Reads a string whose first character has the index `start`; the result has the index behind the quote. `units` are
/// the characters of `text`.
pub(super) fn scan_string<U: Unit>(
    text: &Object,
    units: &[U],
    start: usize,
    strict: bool,
) -> Result<(Obj, usize)> {
    let end = plain_end(units, start, strict);
    if units.get(end).is_some_and(|c| c.code() == u32::from(b'"')) {
        return Ok((unicode::from_units(&units[start..end])?, end + 1));
    }
    let mut out = Builder::new();
    let mut at = start;
    loop {
        let end = plain_end(units, at, strict);
        if end > at {
            out.push_units(&units[at..end]);
        }
        match units.get(end).map(|c| c.code()) {
            None => break,
            Some(0x22) => return Ok((out.finish()?, end + 1)),
            Some(0x5c) => {}
            Some(_) => return Err(decode_error("Invalid control character at", text, end as isize)),
        }
        let Some(letter) = units.get(end + 1) else { break };
        at = end + 2;
        match letter.code() {
            c @ (0x22 | 0x5c | 0x2f) => out.push_char(c),
            0x62 => out.push_char(0x08),
            0x66 => out.push_char(0x0c),
            0x6e => out.push_char(0x0a),
            0x72 => out.push_char(0x0d),
            0x74 => out.push_char(0x09),
            0x75 => {
                let mut c = hex_escape(text, units, at)?;
                at += 4;
                if c & 0xfc00 == 0xd800 && follows_escape(units, at) {
                    let low = hex_escape(text, units, at + 2)?;
                    if low & 0xfc00 == 0xdc00 {
                        c = 0x1_0000 + ((c & 0x3ff) << 10 | low & 0x3ff);
                        at += 6;
                    }
                }
                out.push_char(c);
            }
            _ => return Err(decode_error("Invalid \\escape", text, end as isize)),
        }
    }
    Err(decode_error("Unterminated string starting at", text, start as isize - 1))
}

/// Whether `\u` and more than four characters stand at `at`.
fn follows_escape<U: Unit>(units: &[U], at: usize) -> bool {
    at + 6 < units.len() && units[at].code() == u32::from(b'\\') && units[at + 1].code() == u32::from(b'u')
}

/// The four digits at `at`, behind `\u`.
fn hex_escape<U: Unit>(text: &Object, units: &[U], at: usize) -> Result<u32> {
    let digit = |unit: &U| char::from_u32(unit.code()).and_then(|c| c.to_digit(16));
    // A closing quote has to follow, so that digits which end the text are wrong.
    let digits = units.get(at..at + 4).filter(|_| at + 4 < units.len());
    digits
        .and_then(|digits| digits.iter().try_fold(0, |value, unit| Some(value << 4 | digit(unit)?)))
        .ok_or_else(|| decode_error("Invalid \\uXXXX escape", text, at as isize - 1))
}
