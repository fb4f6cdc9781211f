//! Identifiers beyond ASCII.

use super::{Failure, Tokenizer};
use crate::unicode;

impl Tokenizer<'_> {
    /// Checks the identifier from `start` to the current position.
    pub(super) fn verify_identifier(&mut self, start: usize) -> Result<(), Failure> {
        let Ok(text) = std::str::from_utf8(&self.source[start..self.cur]) else {
            return Err(Failure::Undecodable(start, self.cur));
        };
        let mut wrong = text.char_indices().filter(|&(i, c)| match i {
            0 => c != '_' && !unicode::is_identifier_start(c),
            _ => !unicode::is_identifier_continue(c),
        });
        let Some((at, c)) = wrong.next() else { return Ok(()) };
        self.cur = start + at + c.len_utf8();
        let code = format!("{:04X}", u32::from(c));
        Err(if unicode::is_printable(c) {
            self.error(&format!("invalid character '{c}' (U+{code})"))
        } else {
            self.error(&format!("invalid non-printable character U+{code}"))
        })
    }
}
