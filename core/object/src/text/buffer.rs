//! A growing text that widens its storage when a character needs it.

use super::Unit;
use super::codec::TextSink;
use super::codec::utf7::Rewind;

/// The text so far, in the narrowest width that holds all its characters.
#[derive(Clone, Debug)]
pub enum TextBuffer {
    Latin1(Vec<u8>),
    Ucs2(Vec<u16>),
    Ucs4(Vec<u32>),
}

impl Default for TextBuffer {
    fn default() -> TextBuffer {
        TextBuffer::new()
    }
}

impl TextBuffer {
    pub fn new() -> TextBuffer {
        TextBuffer::Latin1(Vec::new())
    }

    pub fn with_capacity(n: usize) -> TextBuffer {
        TextBuffer::Latin1(Vec::with_capacity(n))
    }

    pub fn len(&self) -> usize {
        match self {
            TextBuffer::Latin1(v) => v.len(),
            TextBuffer::Ucs2(v) => v.len(),
            TextBuffer::Ucs4(v) => v.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[cold]
    fn push_wide(&mut self, c: u32) {
        if let TextBuffer::Latin1(v) = self
            && c <= u16::MAX.into()
        {
            let mut wide = Vec::with_capacity(v.capacity().max(v.len() + 1));
            wide.extend(v.iter().map(|&b| u16::from(b)));
            wide.push(c as u16);
            *self = TextBuffer::Ucs2(wide);
            return;
        }
        let mut wide: Vec<u32> = Vec::with_capacity(self.len() + 16);
        match self {
            TextBuffer::Latin1(v) => wide.extend(v.iter().map(|u| u.code())),
            TextBuffer::Ucs2(v) => wide.extend(v.iter().map(|u| u.code())),
            TextBuffer::Ucs4(v) => wide = std::mem::take(v),
        }
        wide.push(c);
        *self = TextBuffer::Ucs4(wide);
    }

    pub fn code_points(&self) -> Vec<u32> {
        match self {
            TextBuffer::Latin1(v) => v.iter().map(|u| u.code()).collect(),
            TextBuffer::Ucs2(v) => v.iter().map(|u| u.code()).collect(),
            TextBuffer::Ucs4(v) => v.clone(),
        }
    }
}

impl TextSink for TextBuffer {
    #[inline]
    fn push(&mut self, c: u32) {
        match self {
            TextBuffer::Latin1(v) if c <= u8::MAX.into() => v.push(c as u8),
            TextBuffer::Ucs2(v) if c <= u16::MAX.into() => v.push(c as u16),
            TextBuffer::Ucs4(v) => v.push(c),
            _ => self.push_wide(c),
        }
    }

    fn push_latin1(&mut self, bytes: &[u8]) {
        match self {
            TextBuffer::Latin1(v) => v.extend_from_slice(bytes),
            TextBuffer::Ucs2(v) => v.extend(bytes.iter().map(|&b| u16::from(b))),
            TextBuffer::Ucs4(v) => v.extend(bytes.iter().map(|&b| u32::from(b))),
        }
    }
}

impl Rewind for TextBuffer {
    fn checkpoint(&self) -> usize {
        self.len()
    }

    /// Shortens the text and narrows it to what the remaining characters need.
    fn rewind(&mut self, checkpoint: usize) {
        match self {
            TextBuffer::Latin1(v) => return v.truncate(checkpoint),
            TextBuffer::Ucs2(v) => v.truncate(checkpoint),
            TextBuffer::Ucs4(v) => v.truncate(checkpoint),
        }
        let chars = self.code_points();
        *self = TextBuffer::with_capacity(chars.len());
        chars.into_iter().for_each(|c| self.push(c));
    }
}
