//! A Python string as the compiler and marshal see it.
//!
//! The bytes are UTF-8 extended by the three-byte forms of surrogates (`surrogatepass`), because `'\ud800'`
//! is a valid Python literal. Two surrogates in a row stay two code points. The order of `Text` values is
//! therefore the code point order that Python uses. Cloning shares the bytes.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<[u8]>);

impl Text {
    /// The bytes must be surrogatepass UTF-8; a text that came from outside goes through
    /// [`Text::from_bytes`].
    pub fn from_valid_bytes(bytes: &[u8]) -> Text {
        debug_assert!(valid(bytes));
        Text(bytes.into())
    }

    /// `None` unless the bytes are surrogatepass UTF-8.
    pub fn from_bytes(bytes: &[u8]) -> Option<Text> {
        valid(bytes).then(|| Text(bytes.into()))
    }

    /// Latin-1 bytes, as marshal's "ASCII" forms hold them.
    pub fn from_latin1(bytes: &[u8]) -> Text {
        if bytes.is_ascii() {
            return Text(bytes.into());
        }
        bytes.iter().map(|&b| b as char).collect::<String>().into()
    }

    pub fn from_code_points(points: impl Iterator<Item = u32>) -> Text {
        let mut out = Vec::new();
        points.for_each(|p| push_code_point(&mut out, p));
        Text(out.into())
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// `None` if the text holds surrogates.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    pub fn is_ascii(&self) -> bool {
        self.0.is_ascii()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints(&self.0)
    }

    /// The number of code points, Python's `len`.
    pub fn char_count(&self) -> usize {
        self.0.iter().filter(|&&b| b & 0xC0 != 0x80).count()
    }

    /// Only ASCII letters, digits and underscores: CPython interns such constants.
    pub fn is_name_like(&self) -> bool {
        self.0.iter().all(|&b| b == b'_' || b.is_ascii_alphanumeric())
    }
}

/// Appends one code point, surrogate or not.
pub fn push_code_point(out: &mut Vec<u8>, point: u32) {
    match char::from_u32(point) {
        Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        None => out.extend_from_slice(&[
            0xE0 | (point >> 12) as u8,
            0x80 | (point >> 6 & 0x3F) as u8,
            0x80 | (point & 0x3F) as u8,
        ]),
    }
}

pub struct CodePoints<'a>(&'a [u8]);

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        let (len, head) = match first {
            0..0x80 => (0, first as u32),
            0x80..0xE0 => (1, first as u32 & 0x1F),
            0xE0..0xF0 => (2, first as u32 & 0x0F),
            _ => (3, first as u32 & 0x07),
        };
        let len = len.min(rest.len());
        self.0 = &rest[len..];
        Some(rest[..len].iter().fold(head, |point, &b| point << 6 | (b & 0x3F) as u32))
    }
}

/// UTF-8 where the encoded surrogates are allowed: valid once each of them is cut out.
fn valid(mut bytes: &[u8]) -> bool {
    loop {
        match std::str::from_utf8(bytes) {
            Ok(_) => return true,
            Err(error) => {
                let at = error.valid_up_to();
                match bytes[at..] {
                    [0xED, 0xA0..=0xBF, 0x80..=0xBF, ..] => bytes = &bytes[at + 3..],
                    _ => return false,
                }
            }
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Text {
        Text(text.as_bytes().into())
    }
}

impl From<String> for Text {
    fn from(text: String) -> Text {
        Text(text.into_bytes().into())
    }
}

impl Borrow<[u8]> for Text {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

/// Surrogates appear as `\udxxx`.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.as_str() {
            return f.write_str(text);
        }
        for point in self.code_points() {
            match char::from_u32(point) {
                Some(c) => write!(f, "{c}")?,
                None => write!(f, "\\u{point:04x}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_are_code_points() {
        let text = Text::from_code_points([0x61, 0xD800, 0xDC00, 0x10000, 0xE9].into_iter());
        assert_eq!(text.char_count(), 5);
        assert_eq!(text.code_points().collect::<Vec<_>>(), [0x61, 0xD800, 0xDC00, 0x10000, 0xE9]);
        assert!(text.as_str().is_none());
        assert_eq!(Text::from_bytes(text.as_bytes()).unwrap(), text);
        assert_eq!(Text::from_bytes(b"a\xED\xA0"), None);
        assert_eq!(Text::from_bytes(b"\xC0\x80"), None);
        assert_eq!(Text::from_latin1(b"a\xE9"), "a\u{e9}");
    }
}
