//! The tokenizer: lines of UTF-8 source to tokens, one at a time, when the parser asks.
//!
//! Which token is fetched when matters: an error in a token is reported only if the parser gets there, so tokens are
//! never produced ahead. Lines are entered one by one as well, because the line that was entered last is what an error
//! shows.
//!
//! Positions: `cur` is the next byte, `line_end` the end of the current line (behind its newline), `shown_from` the
//! beginning of the text that errors show, which stays behind on an earlier line while a token goes on.

mod identifier;
mod number;

use crate::Arena;
use crate::error::{ErrorKind, Position, SyntaxError};
use crate::host::Host;
use crate::token::{TokenKind, keyword, operator};

/// Deepest nesting of parentheses and of indentation.
const MAX_LEVEL: usize = 200;
const MAX_INDENT: usize = 100;
const TAB_SIZE: i32 = 8;

/// Why there is no token.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The input ends behind a line continuation.
    EndOfInput,
    Dedent,
    InconsistentTabs,
    TooDeep,
    LineContinuation,
    EndInTripleQuoted,
    EndInString,
    /// Bytes that are not UTF-8 in a name; the place in the source.
    Undecodable(usize, usize),
    Raised(SyntaxError),
}

/// What the interactive reader answers.
#[derive(Debug)]
pub enum Line {
    /// A line with its newline.
    Text(Vec<u8>),
    EndOfInput,
    Interrupted,
    /// The host raised an exception.
    Raised,
}

/// What the tokenizer found.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexeme {
    pub kind: TokenKind,
    /// The text's place, or `None` for kinds without text.
    pub text: Option<(usize, usize)>,
}

#[derive(Clone)]
pub(crate) struct Tokenizer<'a> {
    pub source: &'a [u8],
    pub cur: usize,
    pub line_end: usize,
    pub line_start: usize,
    pub shown_from: usize,
    pub lineno: i32,
    /// Where the string that was tokenized last began.
    pub first_lineno: i32,
    pub multi_line_start: usize,
    /// The end of the input has been reached.
    pub at_end: bool,
    /// Prompts are being read: blank lines end statements.
    pub interactive: bool,
    /// A token has begun, so that its first line keeps being shown.
    in_token: bool,
    at_line_start: bool,
    /// Indents (positive) or dedents (negative) to be handed out.
    pending: i32,
    indents: Vec<(i32, i32)>,
    parentheses: Vec<(u8, i32)>,
    /// The file that undecoded bytes are read from: they must be UTF-8 wherever they stand.
    pub file: Option<&'a str>,
    /// The last line of the source had no newline.
    pub newline_added: bool,
    pub type_comments: bool,
    /// `async` and `await` are keywords in asynchronous functions only (before 3.7).
    pub async_hacks: bool,
    async_def: bool,
    async_def_indent: usize,
    async_def_newline: bool,
    /// Why no more lines can be had.
    interrupted: Option<SyntaxError>,
}

const NAME_START: u8 = 1;
const NAME_PART: u8 = 2;
const DIGIT: u8 = 4;
const STRING_PREFIX: u8 = 8;

/// Classes of bytes; everything outside of ASCII can be part of a name until it is verified.
static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] = match byte {
            b'b' | b'B' | b'r' | b'R' | b'u' | b'U' | b'f' | b'F' => NAME_START | NAME_PART | STRING_PREFIX,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128.. => NAME_START | NAME_PART,
            b'0'..=b'9' => NAME_PART | DIGIT,
            _ => 0,
        };
        b += 1;
    }
    table
};

fn is(byte: Option<u8>, class: u8) -> bool {
    byte.is_some_and(|b| CLASS[b as usize] & class != 0)
}

impl<'a> Tokenizer<'a> {
    pub fn new(source: &'a [u8]) -> Self {
        Tokenizer {
            source,
            cur: 0,
            line_end: 0,
            line_start: 0,
            shown_from: 0,
            lineno: 0,
            first_lineno: 0,
            multi_line_start: 0,
            at_end: false,
            interactive: false,
            in_token: false,
            at_line_start: true,
            pending: 0,
            file: None,
            newline_added: false,
            indents: vec![(0, 0)],
            parentheses: Vec::new(),
            type_comments: false,
            async_hacks: false,
            async_def: false,
            async_def_indent: 0,
            async_def_newline: false,
            interrupted: None,
        }
    }

    /// The next byte; enters the next line when the current one is used up.
    #[inline(always)]
    fn next(&mut self, lines: &mut Lines<'a, '_>) -> Option<u8> {
        if self.cur == self.line_end && !self.enter_line(lines) {
            return None;
        }
        let byte = self.source[self.cur];
        self.cur += 1;
        Some(byte)
    }

    /// Takes back what `next` answered last.
    #[inline]
    fn back(&mut self, byte: Option<u8>) {
        if byte.is_some() {
            self.cur -= 1;
        }
    }

    /// Where the reference looks one byte further to see whether a token goes on, it notices the end of the input, which
    /// decides between two error messages. Only a last line without newline makes a difference.
    #[inline]
    fn notice_end(&mut self, lines: &mut Lines<'a, '_>) {
        if self.cur == self.line_end {
            let byte = self.next(lines);
            self.back(byte);
        }
    }

    #[inline(never)]
    fn enter_line(&mut self, lines: &mut Lines<'a, '_>) -> bool {
        if self.at_end || self.interrupted.is_some() {
            return false;
        }
        if self.line_end == self.source.len() && !lines.read(self) {
            self.at_end = true;
            if self.file.is_some() {
                self.end_file();
            }
            return false;
        }
        if !self.in_token {
            self.shown_from = self.cur;
        }
        self.line_start = self.cur;
        self.lineno += 1;
        self.line_end = end_of_line(self.source, self.cur);
        self.file.is_none() || self.check_encoding()
    }

    /// The end of a file counts as a line; inside of a token it is met twice if the last line is complete.
    #[cold]
    fn end_file(&mut self) {
        let complete = self.source.last() == Some(&b'\n') && !self.newline_added;
        self.lineno += 1 + i32::from(self.in_token && complete);
        if !self.in_token {
            self.shown_from = self.cur;
        }
    }

    /// Looks for bytes that are not UTF-8 in the line that has been entered.
    fn check_encoding(&mut self) -> bool {
        let line = &self.source[self.line_start..self.line_end];
        let (Some(file), Err(error)) = (self.file, std::str::from_utf8(line)) else { return true };
        let message = format!(
            "Non-UTF-8 code starting with '\\x{:02x}' in file {file} on line {}, but no encoding declared; \
             see http://python.org/dev/peps/pep-0263/ for details",
            line[error.valid_up_to()],
            self.lineno
        );
        self.interrupted = Some(SyntaxError::new(ErrorKind::SyntaxError, message, None));
        self.line_end = self.cur;
        false
    }

    /// The text from the beginning of the shown lines to the end of the current one.
    pub fn shown_text(&self) -> &'a [u8] {
        &self.source[self.shown_from..self.line_end]
    }

    pub fn indentation(&self) -> usize {
        self.indents.len() - 1
    }

    /// Makes the input's end close all indented blocks at once.
    pub fn close_blocks(&mut self) {
        self.pending = -(self.indentation() as i32);
        self.indents.truncate(1);
    }

    /// The next token.
    pub fn token(&mut self, lines: &mut Lines<'a, '_>) -> Result<Lexeme, Failure> {
        loop {
            self.in_token = false;
            let mut blank_line = false;
            if self.at_line_start {
                self.at_line_start = false;
                blank_line = self.indent(lines)?;
            }
            if self.pending != 0 {
                let kind = if self.pending < 0 { TokenKind::Dedent } else { TokenKind::Indent };
                self.pending -= self.pending.signum();
                return Ok(Lexeme { kind, text: None });
            }
            // CPython peeks here, with the token begun, which makes a line that is entered now part of the shown text
            // of nothing; entering it through `next` below has the same effect.
            self.leave_async_function(blank_line);
            if let Some(lexeme) = self.token_on_line(lines, blank_line)? {
                return Ok(lexeme);
            }
        }
    }

    /// Measures a line's indentation; answers whether the line is blank.
    fn indent(&mut self, lines: &mut Lines<'a, '_>) -> Result<bool, Failure> {
        let (mut column, mut alternative) = (0, 0);
        let mut byte;
        loop {
            byte = self.next(lines);
            match byte {
                Some(b' ') => {
                    column += 1;
                    alternative += 1;
                }
                Some(b'\t') => {
                    column = (column / TAB_SIZE + 1) * TAB_SIZE;
                    alternative += 1;
                }
                Some(0x0C) => (column, alternative) = (0, 0),
                _ => break,
            }
        }
        self.back(byte);
        let mut blank = false;
        // A comment's line is blank, and one that begins with a continuation counts as such.
        if matches!(byte, Some(b'#' | b'\n' | b'\\')) {
            if self.interactive && column == 0 && byte == Some(b'\n') {
                // An empty line ends an interactive statement.
            } else if self.interactive && self.lineno == 1 {
                (column, alternative) = (0, 0);
            } else {
                blank = true;
            }
        }
        if !blank && self.parentheses.is_empty() {
            self.change_indentation(column, alternative)?;
        }
        Ok(blank)
    }

    fn change_indentation(&mut self, column: i32, alternative: i32) -> Result<(), Failure> {
        let (current, current_alternative) = self.indents[self.indents.len() - 1];
        if column == current {
            if alternative != current_alternative {
                return Err(self.inconsistent_tabs());
            }
        } else if column > current {
            if self.indents.len() >= MAX_INDENT {
                self.cur = self.line_end;
                return Err(Failure::TooDeep);
            }
            if alternative <= current_alternative {
                return Err(self.inconsistent_tabs());
            }
            self.pending += 1;
            self.indents.push((column, alternative));
        } else {
            while self.indents.len() > 1 && column < self.indents[self.indents.len() - 1].0 {
                self.pending -= 1;
                self.indents.pop();
            }
            let (outer, outer_alternative) = self.indents[self.indents.len() - 1];
            if column != outer {
                self.cur = self.line_end;
                return Err(Failure::Dedent);
            }
            if alternative != outer_alternative {
                return Err(self.inconsistent_tabs());
            }
        }
        Ok(())
    }

    fn inconsistent_tabs(&mut self) -> Failure {
        self.cur = self.line_end;
        Failure::InconsistentTabs
    }

    fn leave_async_function(&mut self, blank_line: bool) {
        let ends = self.async_def
            && !blank_line
            && self.parentheses.is_empty()
            && self.async_def_newline
            // Behind a type comment on a line of its own.
            && self.source.get(self.cur) != Some(&b'\n')
            && self.async_def_indent >= self.indentation();
        if ends {
            self.async_def = false;
            self.async_def_newline = false;
        }
    }

    /// A token on the current line, or `None` if the rest of the line has none.
    fn token_on_line(
        &mut self,
        lines: &mut Lines<'a, '_>,
        blank_line: bool,
    ) -> Result<Option<Lexeme>, Failure> {
        loop {
            self.in_token = false;
            let mut byte = self.next(lines);
            while matches!(byte, Some(b' ' | b'\t' | 0x0C)) {
                byte = self.next(lines);
            }
            self.in_token = true;
            let start = if byte.is_some() { self.cur - 1 } else { self.cur };
            if byte == Some(b'#') {
                if let Some(lexeme) = self.comment(lines, start, blank_line) {
                    return Ok(Some(lexeme));
                }
                byte = self.next(lines);
            }
            let Some(first) = byte else { return self.end().map(Some) };
            if CLASS[first as usize] & NAME_START != 0 {
                return self.name_or_string(lines, start, first).map(Some);
            }
            match first {
                b'\n' => {
                    self.at_line_start = true;
                    if blank_line || !self.parentheses.is_empty() {
                        return Ok(None);
                    }
                    self.async_def_newline |= self.async_def;
                    return Ok(Some(Lexeme { kind: TokenKind::Newline, text: Some((start, self.cur - 1)) }));
                }
                b'0'..=b'9' => return self.number(lines, start, first).map(Some),
                b'.' => {
                    let second = self.next(lines);
                    if second == Some(b'.') {
                        let third = self.next(lines);
                        self.back(third);
                    }
                    self.back(second);
                    if is(second, DIGIT) {
                        return self.number(lines, start, first).map(Some);
                    }
                }
                b'\'' | b'"' => return self.string(lines, start, first).map(Some),
                b'\\' => {
                    if self.next(lines) != Some(b'\n') {
                        return Err(self.failure(Failure::LineContinuation));
                    }
                    let next = self.next(lines);
                    self.back(next);
                    if next.is_none() {
                        return Err(self.failure(Failure::EndOfInput));
                    }
                    continue;
                }
                _ => {}
            }
            return self.operator(lines, start, first).map(Some);
        }
    }

    /// The end of the input, also in parentheses: the parser has more to say about those that remain open.
    fn end(&mut self) -> Result<Lexeme, Failure> {
        match &self.interrupted {
            Some(error) => Err(Failure::Raised(error.clone())),
            None => Ok(Lexeme { kind: TokenKind::Endmarker, text: None }),
        }
    }

    /// `failure`, unless reading a line went wrong before.
    fn failure(&self, failure: Failure) -> Failure {
        self.interrupted.clone().map_or(failure, Failure::Raised)
    }

    /// Skips a comment up to its newline, unless it is a type comment.
    fn comment(&mut self, lines: &mut Lines<'a, '_>, start: usize, blank_line: bool) -> Option<Lexeme> {
        self.cur = if self.source[self.line_end - 1] == b'\n' { self.line_end - 1 } else { self.line_end };
        if !self.type_comments {
            return None;
        }
        let text = type_comment(&self.source[start..self.cur])?;
        let text = start + text;
        let tag = &self.source[text..self.cur];
        let ignore = tag
            .strip_prefix(b"ignore")
            .is_some_and(|rest| rest.first().is_none_or(|&b| b < 128 && !b.is_ascii_alphanumeric()));
        if !ignore {
            return Some(Lexeme { kind: TokenKind::TypeComment, text: Some((text, self.cur)) });
        }
        let end = self.cur;
        if blank_line {
            // A line of its own is consumed with its newline.
            self.next(lines);
            self.at_line_start = true;
        }
        Some(Lexeme { kind: TokenKind::TypeIgnore, text: Some((text + 6, end)) })
    }

    fn name_or_string(
        &mut self,
        lines: &mut Lines<'a, '_>,
        start: usize,
        first: u8,
    ) -> Result<Lexeme, Failure> {
        if CLASS[first as usize] & STRING_PREFIX != 0
            && let Some((quote, behind)) = self.string_prefix(start)
        {
            self.cur = behind;
            return self.string(lines, start, quote);
        }
        // A name never crosses a line's end, so the line can be scanned directly.
        let line = &self.source[self.cur..self.line_end];
        let length = line.iter().position(|&b| CLASS[b as usize] & NAME_PART == 0).unwrap_or(line.len());
        self.cur += length;
        self.notice_end(lines);
        let text = &self.source[start..self.cur];
        if !text.is_ascii() {
            self.verify_identifier(start)?;
        }
        let kind = match keyword(text) {
            Some(kind) => kind,
            None if text.len() == 5 && text[0] == b'a' => self.async_or_await(lines, text),
            None => TokenKind::Name,
        };
        Ok(Lexeme { kind, text: Some((start, self.cur)) })
    }

    /// The quote behind a valid string prefix, and the place behind the quote.
    fn string_prefix(&self, start: usize) -> Option<(u8, usize)> {
        let (mut b, mut u, mut r, mut f) = (false, false, false, false);
        for (i, &byte) in self.source[start..self.line_end].iter().enumerate() {
            match byte.to_ascii_lowercase() {
                b'b' if !(b || u || f) => b = true,
                b'u' if !(b || u || r || f) => u = true,
                b'r' if !(r || u) => r = true,
                b'f' if !(f || b || u) => f = true,
                quote @ (b'\'' | b'"') => return Some((quote, start + i + 1)),
                _ => return None,
            }
        }
        None
    }

    fn async_or_await(&mut self, lines: &mut Lines<'a, '_>, text: &[u8]) -> TokenKind {
        let kind = match text {
            b"async" => TokenKind::Async,
            b"await" => TokenKind::Await,
            _ => return TokenKind::Name,
        };
        if !self.async_hacks || self.async_def {
            return kind;
        }
        if kind == TokenKind::Async {
            let mut ahead = self.clone();
            if let Ok(lexeme) = ahead.token(lines)
                && let Some((start, end)) = lexeme.text
                && ahead.source.get(start..end) == Some(b"def")
            {
                self.async_def_indent = self.indentation();
                self.async_def = true;
                return kind;
            }
        }
        TokenKind::Name
    }

    /// A string whose first quote has been consumed.
    fn string(&mut self, lines: &mut Lines<'a, '_>, start: usize, quote: u8) -> Result<Lexeme, Failure> {
        self.first_lineno = self.lineno;
        self.multi_line_start = self.line_start;
        let rest = &self.source[self.cur..self.line_end];
        let triple = rest.starts_with(&[quote, quote]);
        if triple {
            self.cur += 2;
        } else if rest.first() == Some(&quote) {
            self.cur += 1;
            self.notice_end(lines);
            return Ok(Lexeme { kind: TokenKind::String, text: Some((start, self.cur)) });
        }
        let mut quotes = 0;
        while quotes != if triple { 3 } else { 1 } {
            // Most of a string means nothing: skip that in one go.
            let rest = &self.source[self.cur..self.line_end];
            let plain =
                rest.iter().position(|&b| b == quote || b == b'\\' || b == b'\n').unwrap_or(rest.len());
            if plain > 0 {
                self.cur += plain;
                quotes = 0;
            }
            match self.next(lines) {
                None => {
                    self.cur = self.line_end;
                    return Err(self.failure(if triple {
                        Failure::EndInTripleQuoted
                    } else {
                        Failure::EndInString
                    }));
                }
                Some(b'\n') if !triple => {
                    self.cur = self.line_end;
                    return Err(Failure::EndInString);
                }
                Some(byte) if byte == quote => quotes += 1,
                Some(byte) => {
                    quotes = 0;
                    if byte == b'\\' {
                        self.next(lines);
                    }
                }
            }
        }
        Ok(Lexeme { kind: TokenKind::String, text: Some((start, self.cur)) })
    }

    /// An operator whose first byte has been consumed.
    fn operator(&mut self, lines: &mut Lines<'a, '_>, start: usize, first: u8) -> Result<Lexeme, Failure> {
        let byte =
            |i: usize| self.source.get(start + i).copied().filter(|_| start + i < self.line_end).unwrap_or(0);
        let bytes = [first, byte(1), byte(2)];
        // `<>` is an old spelling of `!=`, which the grammar's action judges.
        let (kind, length) = match bytes {
            [b'<', b'>', _] => (TokenKind::Notequal, 2),
            _ => operator(bytes).unwrap_or((TokenKind::Other, 1)),
        };
        self.cur = start + length;
        if length < 3 {
            self.notice_end(lines);
        }
        match first {
            b'(' | b'[' | b'{' => {
                if self.parentheses.len() >= MAX_LEVEL {
                    return Err(self.error("too many nested parentheses"));
                }
                self.parentheses.push((first, self.lineno));
            }
            b')' | b']' | b'}' => self.close(first)?,
            _ => {}
        }
        Ok(Lexeme { kind, text: Some((start, self.cur)) })
    }

    fn close(&mut self, closing: u8) -> Result<(), Failure> {
        let closing = closing as char;
        let Some((opening, lineno)) = self.parentheses.pop() else {
            return Err(self.error(&format!("unmatched '{closing}'")));
        };
        if matches!((opening, closing), (b'(', ')') | (b'[', ']') | (b'{', '}')) {
            return Ok(());
        }
        let opening = opening as char;
        let mut message =
            format!("closing parenthesis '{closing}' does not match opening parenthesis '{opening}'");
        if lineno != self.lineno {
            message.push_str(&format!(" on line {lineno}"));
        }
        Err(self.error(&message))
    }

    /// An error at the current position, which shows the current line without its newline.
    fn error(&self, message: &str) -> Failure {
        let line = &self.source[self.line_start..self.line_end];
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let offset = String::from_utf8_lossy(&self.source[self.line_start..self.cur]).chars().count() as i32;
        let text = Some(String::from_utf8_lossy(line).into_owned());
        let position = Some(Position { lineno: self.lineno, offset, text });
        Failure::Raised(SyntaxError::new(ErrorKind::SyntaxError, message, position))
    }
}

/// The end of the line at `from`, behind its newline.
fn end_of_line(source: &[u8], from: usize) -> usize {
    const ONES: u64 = u64::MAX / 255;
    let mut at = from;
    // A byte that is zero makes the borrow of the subtraction reach its highest bit.
    while let Some(&word) = source[at..].first_chunk::<8>() {
        let word = u64::from_le_bytes(word) ^ (ONES * u64::from(b'\n'));
        let found = word.wrapping_sub(ONES) & !word & (ONES << 7);
        if found != 0 {
            return at + found.trailing_zeros() as usize / 8 + 1;
        }
        at += 8;
    }
    source[at..].iter().position(|&b| b == b'\n').map_or(source.len(), |i| at + i + 1)
}

/// Where the text of a type comment begins in a comment, if it is one.
fn type_comment(comment: &[u8]) -> Option<usize> {
    let blanks =
        |from: usize| from + comment[from..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    let word = blanks(1);
    comment[word..].starts_with(b"type:").then(|| blanks(word + 5))
}

/// The supply of further lines, apart from the tokenizer so that that can be copied to look ahead.
pub(crate) struct Lines<'a, 'h> {
    pub arena: &'a Arena,
    pub host: &'h mut dyn Host,
}

impl<'a> Lines<'a, '_> {
    /// Appends a line to the tokenizer's source.
    fn read(&mut self, tokenizer: &mut Tokenizer<'a>) -> bool {
        if !tokenizer.interactive {
            return false;
        }
        match self.host.read_line() {
            Line::Text(line) if !line.is_empty() => {
                let mut source = tokenizer.source.to_vec();
                source.extend_from_slice(&line);
                tokenizer.source = self.arena.alloc_slice(&source);
                return true;
            }
            Line::Interrupted => {
                tokenizer.interrupted = Some(SyntaxError::new(ErrorKind::KeyboardInterrupt, "", None))
            }
            Line::Raised => tokenizer.interrupted = Some(SyntaxError::new(ErrorKind::Host, "", None)),
            Line::Text(_) | Line::EndOfInput => {}
        }
        false
    }
}
