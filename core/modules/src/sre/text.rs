//! What patterns are matched against: text, or bytes of anything with a buffer.

use krait_object::protocol::buffer::Buffer;
use krait_object::types::unicode::Chars;
use krait_object::types::{bytes, unicode};
use krait_object::{Layout, Obj, Object, Result, err};

/// The argument of a matching function.
pub(super) struct Text {
    pub object: Obj,
    buffer: Option<Buffer>,
}

impl Text {
    /// `TypeError` for anything but text and bytes.
    pub fn of(object: &Object) -> Result<Text> {
        if unicode::check(object) {
            unicode::ready(object)?;
            return Ok(Text { object: object.owned(), buffer: None });
        }
        match Buffer::simple(object) {
            Ok(buffer) => Ok(Text { object: object.owned(), buffer: Some(buffer) }),
            Err(_) => {
                err::clear();
                Err(err::type_error("expected string or bytes-like object"))
            }
        }
    }

    /// As [`Text::of`], for a pattern of the same kind.
    pub fn for_pattern(object: &Object, pattern_is_bytes: Option<bool>) -> Result<Text> {
        let text = Text::of(object)?;
        match (pattern_is_bytes, text.is_bytes()) {
            (Some(false), true) => Err(err::type_error("cannot use a string pattern on a bytes-like object")),
            (Some(true), false) => Err(err::type_error("cannot use a bytes pattern on a string-like object")),
            _ => Ok(text),
        }
    }

    pub fn is_bytes(&self) -> bool {
        self.buffer.is_some()
    }

    /// The characters or bytes.
    pub fn units(&self) -> Chars<'_> {
        match &self.buffer {
            Some(buffer) => Chars::Latin1(buffer.as_slice()),
            None => unicode::chars(&self.object),
        }
    }

    pub fn len(&self) -> usize {
        self.units().len()
    }

    /// A part as an object.
    pub fn slice(&self, start: usize, end: usize) -> Result<Obj> {
        match &self.buffer {
            None => unicode::substring(&self.object, start, end),
            Some(buffer) => {
                let whole = buffer.as_slice();
                let (start, end) = (start.min(whole.len()), end.min(whole.len()));
                if start == 0 && end == whole.len() && bytes::check_exact(&self.object) {
                    return Ok(self.object.clone());
                }
                bytes::from_slice(&whole[start..end.max(start)])
            }
        }
    }

    /// The empty text or bytes.
    pub fn empty(&self) -> Result<Obj> {
        if self.is_bytes() { bytes::empty() } else { unicode::empty() }
    }
}
