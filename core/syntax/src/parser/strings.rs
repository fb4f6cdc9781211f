//! String literals: prefixes, escapes, and the concatenation of adjacent ones.

use super::diagnosis::utf8_error;
use super::fstring::Pieces;
use super::{Abort, Parser};
use crate::ast::{Constant, Expr, ExprKind, Span};
use crate::error::{ErrorKind, SyntaxError};
use crate::host::{Host, WarningResult};
use crate::wtf8::{Wtf8, push_code_point};

/// A string token taken apart; `start..end` is the text between the quotes in the source.
#[derive(Clone, Copy)]
pub(super) struct Literal {
    pub token: usize,
    pub start: usize,
    pub end: usize,
    pub bytes: bool,
    pub raw: bool,
    pub formatted: bool,
}

impl<'a> Parser<'a, '_> {
    /// The value of adjacent string tokens.
    pub(super) fn concatenate(&mut self, tokens: &[usize]) -> Result<&'a Expr<'a>, Abort> {
        let (first, last) = (tokens[0], tokens[tokens.len() - 1]);
        let Span { lineno, col_offset, .. } = self.tokens[first].span;
        let Span { end_lineno, end_col_offset, .. } = self.tokens[last].span;
        let span = Span { lineno, col_offset, end_lineno, end_col_offset };
        // The letter is also the kind of strings that other tokens make up.
        let kind = (self.tokenizer.source[self.tokens[first].start] == b'u').then_some(Wtf8::new("u"));
        let mut pieces = Pieces::new(span, kind);
        let mut bytes: &'a [u8] = &[];
        let mut is_bytes = false;
        for (i, &token) in tokens.iter().enumerate() {
            let literal = self.literal(token)?;
            let value: &'a [u8] = match literal {
                Literal { formatted: true, .. } => &[],
                Literal { bytes: true, .. } => self.bytes_value(literal)?,
                _ => self.text_value(literal, literal.start, literal.end)?,
            };
            if i != 0 && literal.bytes != is_bytes {
                return Err(self.raise_abort("cannot mix bytes and nonbytes literals"));
            }
            is_bytes = literal.bytes;
            if literal.formatted {
                self.format_string(&mut pieces, literal)?;
            } else if literal.bytes {
                bytes = if i == 0 { value } else { self.append(bytes, value) };
            } else {
                pieces.push_text(value);
            }
        }
        if is_bytes {
            return Ok(self.expr(span, ExprKind::Constant { value: Constant::Bytes(bytes), kind: None }));
        }
        Ok(pieces.finish(self.arena))
    }

    /// Reads the prefix and the quotes.
    fn literal(&mut self, token: usize) -> Result<Literal, Abort> {
        let (mut start, mut end) = (self.tokens[token].start, self.tokens[token].end);
        let source = self.tokenizer.source;
        let (mut bytes, mut raw, mut formatted) = (false, false, false);
        let quote = loop {
            match source[start].to_ascii_lowercase() {
                b'b' => bytes = true,
                b'r' => raw = true,
                b'f' => formatted = true,
                b'u' => {}
                quote => break quote,
            }
            start += 1;
        };
        if formatted {
            self.since(6, "Format strings are", ())?;
        }
        let quotes = if end - start >= 6 && source[start..].starts_with(&[quote; 3]) { 3 } else { 1 };
        start += quotes;
        end -= quotes;
        let text = &source[start..end];
        if bytes && !text.is_ascii() {
            return Err(self.raise_abort("bytes can only contain ASCII literal characters."));
        }
        raw |= !formatted && !text.contains(&b'\\');
        Ok(Literal { token, start, end, bytes, raw, formatted })
    }

    /// The text of a part of a literal in generalised UTF-8.
    pub(super) fn text_value(
        &mut self,
        literal: Literal,
        start: usize,
        end: usize,
    ) -> Result<&'a [u8], Abort> {
        let text: &'a [u8] = &self.tokenizer.source[start..end];
        if !literal.raw && text.contains(&b'\\') {
            return self.unescape_text(literal, text);
        }
        match text.is_ascii() || std::str::from_utf8(text).is_ok() {
            true => Ok(text),
            false if literal.raw => Err(self.raise_undecodable(text)),
            false => Err(self.raise_undecodable_run(text)),
        }
    }

    fn unescape_text(&mut self, literal: Literal, text: &[u8]) -> Result<&'a [u8], Abort> {
        let Ok(text) = std::str::from_utf8(text) else { return Err(self.raise_undecodable_run(text)) };
        let mut escapes =
            Escapes { text: text.as_bytes(), at: 0, position: 0, out: Vec::with_capacity(text.len()) };
        let mut first_invalid = None;
        while escapes.copy_plain() {
            let invalid = escapes.escape(&mut *self.host);
            let invalid =
                invalid.map_err(|message| self.raise_abort(&format!("(unicode error) {message}")))?;
            first_invalid = first_invalid.or(invalid);
        }
        let value = self.arena.alloc_slice(&escapes.out);
        match first_invalid {
            Some(letter) => self.warn_invalid_escape(literal, letter).map(|()| value),
            None => Ok(value),
        }
    }

    /// Where escapes can be, text beyond ASCII is decoded run by run.
    fn raise_undecodable_run(&mut self, text: &[u8]) -> Abort {
        let runs = text.chunk_by(|a, b| a.is_ascii() == b.is_ascii()).filter(|run| !run[0].is_ascii());
        let wrong = runs.map(utf8_error).find(|message| !message.is_empty());
        self.raise_abort(&format!("(unicode error) {}", wrong.unwrap_or_default()))
    }

    /// An escape without meaning is a deprecation, which can have been made an error.
    pub(super) fn warn_invalid_escape(&mut self, literal: Literal, letter: char) -> Result<(), Abort> {
        let span = self.tokens[literal.token].span;
        let message = format!("invalid escape sequence \\{letter}");
        match self.host.deprecation_warning(&message, span.lineno) {
            WarningResult::Ok => Ok(()),
            WarningResult::IsError => match self.raise_at(span, &message)? {},
            WarningResult::Raised => {
                self.error = Some(SyntaxError::new(ErrorKind::Host, "", None));
                Err(Abort)
            }
        }
    }

    fn bytes_value(&mut self, literal: Literal) -> Result<&'a [u8], Abort> {
        let text: &'a [u8] = &self.tokenizer.source[literal.start..literal.end];
        if literal.raw {
            return Ok(text);
        }
        let mut out = Vec::with_capacity(text.len());
        let mut first_invalid = None;
        let mut i = 0;
        while i < text.len() {
            if text[i] != b'\\' {
                out.push(text[i]);
                i += 1;
                continue;
            }
            let letter = text.get(i + 1).copied().unwrap_or(b'\\');
            i += 2;
            match letter {
                b'\n' => {}
                b'x' => {
                    let digits = text.get(i..i + 2).and_then(hex);
                    let Some(value) = digits else {
                        let message = format!("(value error) invalid \\x escape at position {}", i - 2);
                        return Err(self.raise_abort(&message));
                    };
                    out.push(value as u8);
                    i += 2;
                }
                b'0'..=b'7' => {
                    let (value, length) = octal(&text[i - 1..]);
                    out.push(value as u8);
                    i += length - 1;
                }
                _ => match simple_escape(letter) {
                    Some(byte) => out.push(byte),
                    None => {
                        out.extend_from_slice(&[b'\\', letter]);
                        first_invalid = first_invalid.or(Some(letter as char));
                    }
                },
            }
        }
        let value = self.arena.alloc_slice(&out);
        match first_invalid {
            Some(letter) => self.warn_invalid_escape(literal, letter).map(|()| value),
            None => Ok(value),
        }
    }
}

/// The character of a one-letter escape.
fn simple_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => return None,
    })
}

/// Up to three octal digits: their value and number.
fn octal(text: &[u8]) -> (u32, usize) {
    let digits = text.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
    digits.fold((0, 0), |(value, length), b| (value * 8 + u32::from(b - b'0'), length + 1))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, &b| Some(value << 4 | char::from(b).to_digit(16)?))
}

/// Decodes escapes in text.
///
/// Python's messages give positions in a rewritten text in which every character beyond ASCII is an escape of ten
/// bytes, and a backslash before one, or at the end, of six; `position` counts in that text.
struct Escapes<'t> {
    text: &'t [u8],
    at: usize,
    position: usize,
    out: Vec<u8>,
}

impl Escapes<'_> {
    /// Copies up to the next backslash; answers whether there is one.
    fn copy_plain(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let plain = rest.iter().position(|&b| b == b'\\').unwrap_or(rest.len());
        self.out.extend_from_slice(&rest[..plain]);
        let continuation = |b: &&u8| **b & 0xC0 == 0x80;
        let wide = rest[..plain].iter().filter(|b| **b >= 0xC0).count();
        let narrow = plain - wide - rest[..plain].iter().filter(continuation).count();
        self.position += 10 * wide + narrow;
        self.at += plain;
        self.at < self.text.len()
    }

    /// Decodes the escape at the current backslash. Answers the letter of an escape without meaning, or the message of
    /// the exception.
    fn escape(&mut self, host: &mut dyn Host) -> Result<Option<char>, String> {
        let rest = &self.text[self.at + 1..];
        let Some(&letter) = rest.first().filter(|b| b.is_ascii()) else {
            self.out.push(b'\\');
            self.at += 1;
            self.position += 6;
            return Ok(None);
        };
        let (value, length) = match letter {
            b'\n' => (None, 1),
            b'0'..=b'7' => {
                let (value, length) = octal(rest);
                (Some(value), length)
            }
            b'x' => (Some(self.hexadecimal(2, "truncated \\xXX escape")?), 3),
            b'u' => (Some(self.hexadecimal(4, "truncated \\uXXXX escape")?), 5),
            b'U' => (Some(self.hexadecimal(8, "truncated \\UXXXXXXXX escape")?), 9),
            b'N' => {
                let (value, length) = self.named(host)?;
                (Some(value), length)
            }
            _ => match simple_escape(letter) {
                Some(byte) => (Some(u32::from(byte)), 1),
                None => {
                    self.out.extend_from_slice(&[b'\\', letter]);
                    self.at += 2;
                    self.position += 2;
                    return Ok(Some(letter as char));
                }
            },
        };
        if let Some(value) = value {
            push_code_point(&mut self.out, value);
        }
        self.at += 1 + length;
        self.position += 1 + length;
        Ok(None)
    }

    /// The value of exactly `count` digits behind the letter.
    fn hexadecimal(&self, count: usize, message: &str) -> Result<u32, String> {
        let digits = &self.text[self.at + 2..];
        let found = digits.iter().take(count).take_while(|b| b.is_ascii_hexdigit()).count();
        if found < count {
            return Err(self.message(2 + found, message));
        }
        match hex(&digits[..count]) {
            Some(value) if value <= 0x10_FFFF => Ok(value),
            _ => Err(self.message(2 + count, "illegal Unicode character")),
        }
    }

    fn named(&self, host: &mut dyn Host) -> Result<(u32, usize), String> {
        let rest = &self.text[self.at + 2..];
        let malformed = "malformed \\N character escape";
        if rest.first() != Some(&b'{') {
            return Err(self.message(2, malformed));
        }
        let Some(end) = rest.iter().position(|&b| b == b'}') else {
            return Err(self.message(2 + self.rewritten_length(rest), malformed));
        };
        let name = &rest[1..end];
        let length = 3 + self.rewritten_length(name) + 1;
        if name.is_empty() {
            return Err(self.message(length - 1, malformed));
        }
        let ascii = std::str::from_utf8(name).ok().filter(|name| name.is_ascii());
        match ascii.map_or(Ok(None), |name| host.character(name))? {
            Some(value) => Ok((value, 2 + end)),
            None => Err(self.message(length, "unknown Unicode character name")),
        }
    }

    fn rewritten_length(&self, text: &[u8]) -> usize {
        text.iter().map(|b| if *b >= 0xC0 { 10 } else { usize::from(b.is_ascii()) }).sum()
    }

    fn message(&self, length: usize, reason: &str) -> String {
        let start = self.position;
        let end = start + length - 1;
        format!("'unicodeescape' codec can't decode bytes in position {start}-{end}: {reason}")
    }
}
