//! The error handlers that need no Python objects: what the names `strict`, `ignore`, `replace`,
//! `backslashreplace`, `xmlcharrefreplace`, `surrogateescape` and `surrogatepass` mean.

use super::{
    DecodeErrors, EncodeErrors, Fault, Replacement, Resume, TextSink, is_low_surrogate, is_surrogate,
};
use crate::text::Unit;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    Strict,
    Ignore,
    Replace,
    BackslashReplace,
    XmlCharRefReplace,
    SurrogateEscape,
    SurrogatePass,
}

impl Named {
    pub fn of(name: &str) -> Option<Named> {
        Some(match name {
            "strict" => Named::Strict,
            "ignore" => Named::Ignore,
            "replace" => Named::Replace,
            "backslashreplace" => Named::BackslashReplace,
            "xmlcharrefreplace" => Named::XmlCharRefReplace,
            "surrogateescape" => Named::SurrogateEscape,
            "surrogatepass" => Named::SurrogatePass,
            _ => return None,
        })
    }
}

/// The UTF encodings that `surrogatepass` knows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Utf {
    Utf8,
    Utf16 { little: bool },
    Utf32 { little: bool },
}

impl Utf {
    /// By encoding name: `utf` in any case, an optional separator, 8, 16 or 32 and an optional byte
    /// order (the machine's when absent). `CP_UTF8` is UTF-8 as well.
    pub fn of(name: &str) -> Option<Utf> {
        let lower = name.to_ascii_lowercase();
        if lower == "cp_utf8" {
            return Some(Utf::Utf8);
        }
        let rest = lower.strip_prefix("utf")?;
        let rest = rest.strip_prefix(['-', '_']).unwrap_or(rest);
        if rest == "8" {
            return Some(Utf::Utf8);
        }
        let order = |rest: &str| match rest.strip_prefix(['-', '_']).unwrap_or(rest) {
            "" if rest.is_empty() => Some(cfg!(target_endian = "little")),
            "le" => Some(true),
            "be" => Some(false),
            _ => None,
        };
        match rest.split_at_checked(2)? {
            ("16", rest) => Some(Utf::Utf16 { little: order(rest)? }),
            ("32", rest) => Some(Utf::Utf32 { little: order(rest)? }),
            _ => None,
        }
    }

    fn width(self) -> usize {
        match self {
            Utf::Utf8 => 3,
            Utf::Utf16 { .. } => 2,
            Utf::Utf32 { .. } => 4,
        }
    }

    /// The surrogate that the bytes begin with.
    pub fn surrogate_at(self, bytes: &[u8]) -> Option<u32> {
        let b = bytes.get(..self.width())?;
        let wide = |i: usize| u32::from(b[i]);
        let c = match self {
            Utf::Utf8 if b[0] & 0xf0 == 0xe0 && b[1] & 0xc0 == 0x80 && b[2] & 0xc0 == 0x80 => {
                (wide(0) & 15) << 12 | (wide(1) & 63) << 6 | (wide(2) & 63)
            }
            Utf::Utf8 => return None,
            Utf::Utf16 { little: true } => wide(1) << 8 | wide(0),
            Utf::Utf16 { little: false } => wide(0) << 8 | wide(1),
            Utf::Utf32 { little: true } => u32::from_le_bytes([b[0], b[1], b[2], b[3]]),
            Utf::Utf32 { little: false } => u32::from_be_bytes([b[0], b[1], b[2], b[3]]),
        };
        is_surrogate(c).then_some(c)
    }

    /// Appends a surrogate in this encoding.
    pub fn put_surrogate(self, c: u32, out: &mut Vec<u8>) {
        let (high, low) = ((c >> 8) as u8, c as u8);
        match self {
            Utf::Utf8 => {
                out.extend([0xe0 | (c >> 12) as u8, 0x80 | (c >> 6 & 63) as u8, 0x80 | (c & 63) as u8])
            }
            Utf::Utf16 { little: true } => out.extend([low, high]),
            Utf::Utf16 { little: false } => out.extend([high, low]),
            Utf::Utf32 { little: true } => out.extend(c.to_le_bytes()),
            Utf::Utf32 { little: false } => out.extend(c.to_be_bytes()),
        }
    }
}

/// A fault that no handler repaired, for the caller to make an exception of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unhandled {
    pub encoding: &'static str,
    pub fault: Fault,
}

/// Decodes the faulty bytes as the handler says; the position to go on from, or none when the error
/// stands. `strict` and handlers that only encode always fail.
pub fn decode_named<S: TextSink>(
    handler: Named,
    encoding: &str,
    input: &[u8],
    fault: Fault,
    sink: &mut S,
) -> Option<usize> {
    let Fault { start, end, .. } = fault;
    match handler {
        Named::Strict | Named::XmlCharRefReplace => None,
        Named::Ignore => Some(end),
        Named::Replace => {
            sink.push(0xfffd);
            Some(end)
        }
        Named::BackslashReplace => {
            for &b in &input[start..end] {
                put_backslashed(u32::from(b), &mut |b| sink.push(u32::from(b)));
            }
            Some(end)
        }
        Named::SurrogateEscape => {
            // Bytes that could be ASCII are never escaped.
            let n = input[start..end].iter().take(4).take_while(|b| !b.is_ascii()).count();
            for &b in &input[start..start + n] {
                sink.push(0xdc00 + u32::from(b));
            }
            (n > 0).then_some(start + n)
        }
        Named::SurrogatePass => {
            let utf = Utf::of(encoding)?;
            sink.push(utf.surrogate_at(&input[start..])?);
            Some(start + utf.width())
        }
    }
}

/// The replacement of the faulty text and the position to go on from, or none when the error stands.
pub fn encode_named<U: Unit>(
    handler: Named,
    encoding: &str,
    text: &[U],
    fault: Fault,
) -> Option<(Replacement, usize)> {
    let bad = || text[fault.start..fault.end].iter().map(|u| u.code());
    let ascii = |bytes: Vec<u8>| Replacement::Text(bytes.into_iter().map(u32::from).collect());
    let mut out = Vec::new();
    let replacement = match handler {
        Named::Strict => return None,
        Named::Ignore => Replacement::Text(Vec::new()),
        Named::Replace => Replacement::Text(vec![u32::from(b'?'); fault.end - fault.start]),
        Named::BackslashReplace => {
            bad().for_each(|c| put_backslashed(c, &mut |b| out.push(b)));
            ascii(out)
        }
        Named::XmlCharRefReplace => {
            bad().for_each(|c| out.extend(format!("&#{c};").bytes()));
            ascii(out)
        }
        Named::SurrogateEscape => {
            for c in bad() {
                if !(0xdc80..=0xdcff).contains(&c) {
                    return None;
                }
                out.push(c as u8);
            }
            Replacement::Bytes(out)
        }
        Named::SurrogatePass => {
            let utf = Utf::of(encoding)?;
            for c in bad() {
                if !is_surrogate(c) {
                    return None;
                }
                utf.put_surrogate(c, &mut out);
            }
            Replacement::Bytes(out)
        }
    };
    Some((replacement, fault.end))
}

/// `\xhh`, `\uhhhh` or `\Uhhhhhhhh`, the shortest that fits.
pub fn put_backslashed(c: u32, push: &mut impl FnMut(u8)) {
    let (letter, digits) = match c {
        0..0x100 => (b'x', 2),
        0x100..0x10000 => (b'u', 4),
        _ => (b'U', 8),
    };
    push(b'\\');
    push(letter);
    put_hex(c, digits, push);
}

/// That many lower-case hexadecimal digits.
pub fn put_hex(c: u32, digits: u32, push: &mut impl FnMut(u8)) {
    for i in (0..digits).rev() {
        push(b"0123456789abcdef"[(c >> (4 * i) & 15) as usize]);
    }
}

impl<'a, S: TextSink> DecodeErrors<'a, S> for Named {
    type Error = Unhandled;

    fn decode_error(
        &mut self,
        encoding: &'static str,
        input: &'a [u8],
        fault: Fault,
        sink: &mut S,
    ) -> Result<Resume<'a>, Unhandled> {
        match decode_named(*self, encoding, input, fault, sink) {
            Some(at) => Ok(Resume::at(at)),
            None => Err(Unhandled { encoding, fault }),
        }
    }
}

/// A named handler together with the text it looks into.
pub struct NamedEncode<'t, U> {
    pub handler: Named,
    pub text: &'t [U],
}

impl<U: Unit> EncodeErrors for NamedEncode<'_, U> {
    type Error = Unhandled;

    fn encode_error(
        &mut self,
        encoding: &'static str,
        fault: Fault,
    ) -> Result<(Replacement, usize), Unhandled> {
        encode_named(self.handler, encoding, self.text, fault).ok_or(Unhandled { encoding, fault })
    }

    fn escapes_surrogates(&self) -> bool {
        self.handler == Named::SurrogateEscape
    }

    fn refuse(&mut self, encoding: &'static str, fault: Fault) -> Unhandled {
        Unhandled { encoding, fault }
    }
}

/// Whether `surrogateescape` can turn the character back into a byte.
pub fn is_escaped_byte(c: u32) -> bool {
    is_low_surrogate(c) && (0xdc80..=0xdcff).contains(&c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf_names() {
        for (name, utf) in [
            ("utf-8", Some(Utf::Utf8)),
            ("UTF8", Some(Utf::Utf8)),
            ("utf_16", Some(Utf::Utf16 { little: true })),
            ("utf-16be", Some(Utf::Utf16 { little: false })),
            ("utf-32-le", Some(Utf::Utf32 { little: true })),
            ("CP_UTF8", Some(Utf::Utf8)),
            ("utf-16-", None),
            ("utf-7", None),
            ("latin-1", None),
        ] {
            assert_eq!(Utf::of(name), utf, "{name}");
        }
    }
}
