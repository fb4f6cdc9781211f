//! The `unicode_escape` and `raw_unicode_escape` codecs.

use super::handlers::{put_backslashed, put_hex};
use super::{DecodeErrors, Decoding, TextSink};
use crate::text::{Unit, byte};

/// What decoding escapes found besides text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoded {
    pub consumed: usize,
    /// Position of the character after the first backslash that begins no known escape, for the
    /// `DeprecationWarning`. Like the reference, set only by input that no handler has replaced.
    pub invalid_escape: Option<usize>,
    /// The character there. An error handler may have changed the input since.
    pub invalid_character: u8,
}

/// Hexadecimal digits from `at` on, at most `count`: how many there are, and their value.
fn hex(input: &[u8], at: usize, count: usize) -> (usize, u32) {
    let (mut n, mut value) = (0, 0u32);
    while n < count
        && let Some(d) = input.get(at + n).and_then(|&b| (b as char).to_digit(16))
    {
        value = value << 4 | d;
        n += 1;
    }
    (n, value)
}

/// How a name in `\N{...}` is resolved: the character, or none if unknown.
pub trait Names<E> {
    fn character(&mut self, name: &[u8]) -> Result<Option<u32>, E>;
}

impl<E, F: FnMut(&[u8]) -> Result<Option<u32>, E>> Names<E> for F {
    fn character(&mut self, name: &[u8]) -> Result<Option<u32>, E> {
        self(name)
    }
}

/// An escape that stands for one character, or why it does not. The number is how many bytes after
/// the letter belong to it.
enum Escape {
    Char(u32, usize),
    Fault(&'static str, usize),
    /// Backslash-newline.
    Nothing,
    Unknown,
}

fn escape<E>(input: &[u8], at: usize, names: &mut impl Names<E>) -> Result<Escape, E> {
    let digits = |count, reason| match hex(input, at + 1, count) {
        (n, _) if n < count => Escape::Fault(reason, n),
        (n, value) if value > 0x10ffff => Escape::Fault("illegal Unicode character", n),
        (n, value) => Escape::Char(value, n),
    };
    let plain = |b: u8| Escape::Char(u32::from(b), 0);
    Ok(match input[at] {
        b'\n' => Escape::Nothing,
        b @ (b'\\' | b'\'' | b'"') => plain(b),
        b'b' => plain(8),
        b'f' => plain(12),
        b't' => plain(9),
        b'n' => plain(10),
        b'r' => plain(13),
        b'v' => plain(11),
        b'a' => plain(7),
        b'0'..=b'7' => {
            let digits = input[at..].iter().take(3).take_while(|b| (b'0'..=b'7').contains(b));
            let (n, value) = digits.fold((0, 0), |(n, v), b| (n + 1, v * 8 + u32::from(b - b'0')));
            Escape::Char(value, n - 1)
        }
        b'x' => digits(2, "truncated \\xXX escape"),
        b'u' => digits(4, "truncated \\uXXXX escape"),
        b'U' => digits(8, "truncated \\UXXXXXXXX escape"),
        b'N' => {
            const MALFORMED: &str = "malformed \\N character escape";
            if input.get(at + 1) != Some(&b'{') {
                return Ok(Escape::Fault(MALFORMED, 0));
            }
            let name = &input[at + 2..];
            match name.iter().position(|&b| b == b'}') {
                None => Escape::Fault(MALFORMED, 1 + name.len()),
                Some(0) => Escape::Fault(MALFORMED, 1),
                Some(n) => match names.character(&name[..n])? {
                    Some(c) => Escape::Char(c, n + 2),
                    None => Escape::Fault("unknown Unicode character name", n + 2),
                },
            }
        }
        _ => Escape::Unknown,
    })
}

/// Decodes the escapes of string literals; other bytes are Latin-1.
pub fn decode<'a, S: TextSink, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    mut names: impl Names<H::Error>,
    handler: &mut H,
    sink: &mut S,
) -> Result<Decoded, H::Error> {
    let mut d = Decoding { encoding: "unicodeescape", input, sink, handler };
    let mut invalid_escape = None;
    let mut invalid_character = 0;
    let mut i = 0;
    while i < d.input.len() {
        let plain = byte::find(b'\\', &d.input[i..]).unwrap_or(d.input.len() - i);
        if plain > 0 {
            d.sink.push_latin1(&d.input[i..i + plain]);
            i += plain;
            continue;
        }
        let at = i + 1;
        if at == d.input.len() {
            i = d.fault(i, at, "\\ at end of string")?;
            continue;
        }
        match escape(d.input, at, &mut names)? {
            Escape::Char(c, more) => {
                d.sink.push(c);
                i = at + 1 + more;
            }
            Escape::Fault(reason, more) => i = d.fault(i, at + 1 + more, reason)?,
            Escape::Nothing => i = at + 1,
            Escape::Unknown => {
                if invalid_escape.is_none() {
                    invalid_escape = Some(at);
                    invalid_character = d.input[at];
                }
                d.sink.push_latin1(&d.input[i..=at]);
                i = at + 1;
            }
        }
    }
    Ok(Decoded { consumed: i, invalid_escape, invalid_character })
}

/// Decodes `\uxxxx` and `\Uxxxxxxxx` after an odd number of backslashes; the rest is Latin-1.
pub fn decode_raw<'a, S: TextSink, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    handler: &mut H,
    sink: &mut S,
) -> Result<usize, H::Error> {
    let mut d = Decoding { encoding: "rawunicodeescape", input, sink, handler };
    let mut i = 0;
    while i < d.input.len() {
        if d.input[i] != b'\\' {
            let n = byte::find(b'\\', &d.input[i..]).unwrap_or(d.input.len() - i);
            d.sink.push_latin1(&d.input[i..i + n]);
            i += n;
            continue;
        }
        let (count, truncated) = match d.input.get(i + 1) {
            Some(b'u') => (4, "truncated \\uXXXX escape"),
            Some(b'U') => (8, "truncated \\UXXXXXXXX escape"),
            // A backslash and its follower are taken together, so that a second one escapes nothing.
            next => {
                let n = 1 + usize::from(next.is_some());
                d.sink.push_latin1(&d.input[i..i + n]);
                i += n;
                continue;
            }
        };
        let (n, value) = hex(d.input, i + 2, count);
        let end = i + 2 + n;
        if n < count {
            i = d.fault(i, end, truncated)?;
        } else if value > 0x10ffff {
            i = d.fault(i, end, "\\Uxxxxxxxx out of range")?;
        } else {
            d.sink.push(value);
            i = end;
        }
    }
    Ok(i)
}

/// How much of the input ends with a complete escape; raw text has `\u` and `\U` only.
pub fn complete_part(input: &[u8], raw: bool) -> usize {
    let mut at = 0;
    while let Some(found) = byte::find(b'\\', &input[at..]) {
        let start = at + found;
        let Some(&kind) = input.get(start + 1) else { return start };
        at = start + 2;
        let digits = match kind {
            b'x' if !raw => 2,
            b'u' => 4,
            b'U' => 8,
            b'N' if !raw => {
                match input.get(at) {
                    None => return start,
                    Some(b'{') if byte::find(b'}', &input[at..]).is_none() => return start,
                    Some(_) => {}
                }
                continue;
            }
            _ => continue,
        };
        let hex = input[at..].iter().take(digits).take_while(|b| b.is_ascii_hexdigit()).count();
        if hex < digits && at + hex == input.len() {
            return start;
        }
        at += hex;
    }
    input.len()
}

/// Escapes everything but printable ASCII.
pub fn encode<U: Unit>(text: &[U], out: &mut Vec<u8>) {
    out.reserve(text.len());
    for c in text.iter().map(|u| u.code()) {
        match c {
            0x5c => out.extend(b"\\\\"),
            0x20..0x7f => out.push(c as u8),
            9 => out.extend(b"\\t"),
            10 => out.extend(b"\\n"),
            13 => out.extend(b"\\r"),
            _ => put_backslashed(c, &mut |b| out.push(b)),
        }
    }
}

/// Escapes what Latin-1 does not hold.
pub fn encode_raw<U: Unit>(text: &[U], out: &mut Vec<u8>) {
    out.reserve(text.len());
    for c in text.iter().map(|u| u.code()) {
        if c < 0x100 {
            out.push(c as u8);
            continue;
        }
        let (letter, digits) = if c < 0x10000 { (b'u', 4) } else { (b'U', 8) };
        out.extend([b'\\', letter]);
        put_hex(c, digits, &mut |b| out.push(b));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn incomplete_escapes_are_left() {
        for (input, raw, used) in [
            (&b"ab"[..], false, 2),
            (b"a\\", false, 1),
            (b"a\\x4", false, 1),
            (b"a\\x41", false, 5),
            (b"a\\x4g", false, 5),
            (b"\\u123", true, 0),
            (b"\\x1", true, 3),
            (b"\\N{DIGIT", false, 0),
            (b"\\N{DIGIT ONE}", false, 13),
            (b"\\\\", false, 2),
            (b"\\\\\\", false, 2),
            (b"\\U0001F60", false, 0),
        ] {
            assert_eq!(complete_part(input, raw), used, "{input:?}");
        }
    }
}
