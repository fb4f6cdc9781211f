//! Text as a Python `str` can hold it: UTF-8 in which a lone surrogate is encoded like any other code point (WTF-8).
//!
//! Invariant: the bytes are generalised UTF-8 and no high surrogate is followed by a low one *only* where Python
//! itself would not keep them apart; Python strings are sequences of code points, so a pair of surrogates stays two
//! code points here too (this is where the type is wider than strict WTF-8).

use std::fmt;

/// A borrowed Python string.
#[derive(PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(transparent)]
pub struct Wtf8([u8]);

impl Wtf8 {
    /// Every Rust string is one.
    pub const fn new(text: &str) -> &Wtf8 {
        // SAFETY: UTF-8 is generalised UTF-8.
        unsafe { Self::from_bytes_unchecked(text.as_bytes()) }
    }

    /// # Safety
    /// `bytes` must be generalised UTF-8 (surrogates encoded as three bytes are allowed).
    pub const unsafe fn from_bytes_unchecked(bytes: &[u8]) -> &Wtf8 {
        // SAFETY: repr(transparent) over `[u8]`.
        unsafe { &*(bytes as *const [u8] as *const Wtf8) }
    }

    /// Copies code points (at most 0x10FFFF) into an arena.
    pub fn from_code_points(arena: &crate::Arena, points: impl Iterator<Item = u32>) -> &Wtf8 {
        let mut out = Vec::with_capacity(points.size_hint().0);
        points.for_each(|point| push_code_point(&mut out, point));
        // SAFETY: generalised UTF-8 by construction.
        unsafe { Self::from_bytes_unchecked(arena.alloc_slice(&out)) }
    }

    /// The generalised UTF-8 bytes.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text as a Rust string, unless it holds a surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The code points, surrogates included.
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints { rest: &self.0 }
    }
}

impl<'a> From<&'a str> for &'a Wtf8 {
    fn from(text: &'a str) -> Self {
        Wtf8::new(text)
    }
}

/// Appends one code point (at most 0x10FFFF, surrogates allowed) to generalised UTF-8.
pub fn push_code_point(out: &mut Vec<u8>, c: u32) {
    match c {
        0..=0x7F => out.push(c as u8),
        0x80..=0x7FF => out.extend_from_slice(&[0xC0 | (c >> 6) as u8, 0x80 | (c & 0x3F) as u8]),
        0x800..=0xFFFF => out.extend_from_slice(&[
            0xE0 | (c >> 12) as u8,
            0x80 | (c >> 6 & 0x3F) as u8,
            0x80 | (c & 0x3F) as u8,
        ]),
        _ => out.extend_from_slice(&[
            0xF0 | (c >> 18) as u8,
            0x80 | (c >> 12 & 0x3F) as u8,
            0x80 | (c >> 6 & 0x3F) as u8,
            0x80 | (c & 0x3F) as u8,
        ]),
    }
}

/// Iterator over the code points of a [`Wtf8`].
pub struct CodePoints<'a> {
    rest: &'a [u8],
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let first = *self.rest.first()?;
        let (len, mut c) = match first {
            0..=0x7F => (1, u32::from(first)),
            0xC0..=0xDF => (2, u32::from(first & 0x1F)),
            0xE0..=0xEF => (3, u32::from(first & 0x0F)),
            _ => (4, u32::from(first & 0x07)),
        };
        for &b in &self.rest[1..len] {
            c = c << 6 | u32::from(b & 0x3F);
        }
        self.rest = &self.rest[len..];
        Some(c)
    }
}

impl fmt::Debug for Wtf8 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&ascii_repr(self))
    }
}

/// The text as Python's `ascii()` writes it.
pub fn ascii_repr(text: &Wtf8) -> String {
    let quote = if text.0.contains(&b'\'') && !text.0.contains(&b'"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.0.len() + 2);
    out.push(quote);
    for c in text.code_points() {
        match c {
            0x5C => out.push_str("\\\\"),
            0x0A => out.push_str("\\n"),
            0x0D => out.push_str("\\r"),
            0x09 => out.push_str("\\t"),
            _ if c == quote as u32 => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7E => out.push(c as u8 as char),
            0..=0xFF => out.push_str(&format!("\\x{c:02x}")),
            0x100..=0xFFFF => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    out.push(quote);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_survive_the_round_trip() {
        for c in [0, 0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xD800, 0xDFFF, 0xFFFF, 0x10000, 0x10FFFF] {
            let mut bytes = Vec::new();
            push_code_point(&mut bytes, c);
            push_code_point(&mut bytes, 0x78);
            // SAFETY: written by `push_code_point`.
            let text = unsafe { Wtf8::from_bytes_unchecked(&bytes) };
            assert_eq!(text.code_points().collect::<Vec<_>>(), [c, 0x78]);
            assert_eq!(text.as_str().is_none(), (0xD800..0xE000).contains(&c));
        }
    }

    #[test]
    fn repr_is_that_of_ascii() {
        for (text, repr) in [
            ("it's", "\"it's\""),
            ("a\"'\n\\", "'a\"\\'\\n\\\\'"),
            ("\u{e9}\u{20ac}\u{1f600}", "'\\xe9\\u20ac\\U0001f600'"),
        ] {
            assert_eq!(ascii_repr(Wtf8::new(text)), repr);
        }
    }
}
