//! Formatted string literals. Their expressions are cut out of the literal by their delimiters and parsed by a parser of
//! their own over a copy in parentheses, as CPython 3.9 does it; the positions of their nodes are worked out
//! from where the same text first occurs in the token.

use super::strings::Literal;
use super::{Abort, Parser, Start};
use crate::Arena;
use crate::ast::{Constant, Expr, ExprKind, Span};
use crate::token::TokenKind;
use crate::tokenizer::Tokenizer;
use crate::wtf8::Wtf8;

/// Deepest nesting of brackets in an expression.
const MAX_LEVEL: usize = 200;
/// How deep format specifications can nest.
const MAX_NESTING: usize = 2;

/// What adjacent strings amount to: text, and values once there is a formatted string.
pub(super) struct Pieces<'a> {
    span: Span,
    kind: Option<&'a Wtf8>,
    text: Vec<u8>,
    /// The text while it is that of a single literal.
    single: Option<&'a [u8]>,
    values: Vec<&'a Expr<'a>>,
    formatted: bool,
}

impl<'a> Pieces<'a> {
    pub fn new(span: Span, kind: Option<&'a Wtf8>) -> Self {
        Pieces { span, kind, text: Vec::new(), single: None, values: Vec::new(), formatted: false }
    }

    pub fn push_text(&mut self, text: &'a [u8]) {
        if text.is_empty() {
            return;
        }
        if self.text.is_empty() && self.single.is_none() {
            self.single = Some(text);
            return;
        }
        if let Some(single) = self.single.take() {
            self.text.extend_from_slice(single);
        }
        self.text.extend_from_slice(text);
    }

    /// Gives what `finish` makes another position; the end of a format specification has that of its own token, while
    /// everything else has that of all adjacent strings.
    fn end_in(&mut self, token: Span) {
        self.span = token;
        self.kind = None;
    }

    /// The text since the last value, as a constant.
    fn take_constant(&mut self, arena: &'a Arena) -> &'a Expr<'a> {
        let text = self.single.take().unwrap_or_else(|| arena.alloc_slice(&self.text));
        self.text.clear();
        // SAFETY: the parts are UTF-8 taken from the source or generalised UTF-8 that escapes were decoded to, and the
        // concatenation of such texts is generalised UTF-8.
        let text = unsafe { Wtf8::from_bytes_unchecked(text) };
        let kind = ExprKind::Constant { value: Constant::Str(text), kind: self.kind };
        arena.alloc(Expr { kind, span: self.span })
    }

    fn has_text(&self) -> bool {
        self.single.is_some() || !self.text.is_empty()
    }

    fn push_value(&mut self, arena: &'a Arena, value: &'a Expr<'a>) {
        if self.has_text() {
            let text = self.take_constant(arena);
            self.values.push(text);
        }
        self.values.push(value);
    }

    pub fn finish(mut self, arena: &'a Arena) -> &'a Expr<'a> {
        if !self.formatted {
            return self.take_constant(arena);
        }
        if self.has_text() {
            let text = self.take_constant(arena);
            self.values.push(text);
        }
        let kind = ExprKind::JoinedStr { values: arena.alloc_slice(&self.values) };
        arena.alloc(Expr { kind, span: self.span })
    }
}

/// A place in a formatted literal.
struct Cursor {
    at: usize,
    literal: Literal,
    /// How many format specifications are around it.
    nesting: usize,
}

impl<'a> Parser<'a, '_> {
    /// Adds the parts of a formatted literal.
    pub(super) fn format_string(&mut self, pieces: &mut Pieces<'a>, literal: Literal) -> Result<(), Abort> {
        let mut cursor = Cursor { at: literal.start, literal, nesting: 0 };
        self.format_parts(pieces, &mut cursor)
    }

    fn format_parts(&mut self, pieces: &mut Pieces<'a>, cursor: &mut Cursor) -> Result<(), Abort> {
        pieces.formatted = true;
        let end = cursor.literal.end;
        loop {
            if self.format_text(pieces, cursor)? {
                continue;
            }
            if cursor.at >= end || self.byte(cursor.at) == b'}' {
                break;
            }
            let (expression, text) = self.replacement_field(pieces.span, pieces.kind, cursor)?;
            if let Some(text) = text {
                pieces.push_text(text);
            }
            pieces.push_value(self.arena, expression);
        }
        if cursor.nesting > 0 && (cursor.at >= end || self.byte(cursor.at) != b'}') {
            return Err(self.raise_abort("f-string: expecting '}'"));
        }
        Ok(())
    }

    fn byte(&self, at: usize) -> u8 {
        self.tokenizer.source[at]
    }

    /// Text up to a brace that means something. Answers whether it ended at a doubled brace, so that more text follows.
    fn format_text(&mut self, pieces: &mut Pieces<'a>, cursor: &mut Cursor) -> Result<bool, Abort> {
        let Literal { end, raw, .. } = cursor.literal;
        let start = cursor.at;
        let mut at = start;
        let mut doubled = false;
        while at < end {
            let mut byte = self.byte(at);
            at += 1;
            if !raw && byte == b'\\' && at < end {
                byte = self.byte(at);
                at += 1;
                if byte == b'N' {
                    // The braces of a character's name are not ours.
                    let rest = &self.tokenizer.source[at..end];
                    if rest.first() != Some(&b'{') {
                        // Decoding reports what is wrong; one more byte belongs to it.
                        at = end.min(at + 1);
                        break;
                    }
                    at += rest.iter().position(|&b| b == b'}').map_or(rest.len(), |n| n + 1);
                    continue;
                }
                if byte == b'{' {
                    self.warn_invalid_escape(cursor.literal, '{')?;
                }
            }
            if !matches!(byte, b'{' | b'}') {
                continue;
            }
            if cursor.nesting == 0 {
                if at < end && self.byte(at) == byte {
                    doubled = true;
                    break;
                }
                if byte == b'}' {
                    return Err(self.raise_abort("f-string: single '}' is not allowed"));
                }
            }
            at -= 1;
            break;
        }
        cursor.at = at + usize::from(doubled);
        if start != at {
            let text = self.text_value(cursor.literal, start, at)?;
            pieces.push_text(text);
        }
        Ok(doubled)
    }

    /// A field in braces; answers its node, and its text if it documents itself with `=`.
    fn replacement_field(
        &mut self,
        span: Span,
        kind: Option<&'a Wtf8>,
        cursor: &mut Cursor,
    ) -> Result<(&'a Expr<'a>, Option<&'a [u8]>), Abort> {
        if cursor.nesting >= MAX_NESTING {
            return Err(self.raise_abort("f-string: expressions nested too deeply"));
        }
        let end = cursor.literal.end;
        cursor.at += 1;
        let start = cursor.at;
        self.skip_expression(cursor)?;
        if cursor.at >= end {
            return Err(self.raise_abort("f-string: expecting '}'"));
        }
        let value = self.compile_expression(cursor.literal, start, cursor.at)?;
        let mut text = None;
        if self.byte(cursor.at) == b'=' {
            if self.feature_version < 8 {
                let message =
                    "f-string: self documenting expressions are only supported in Python 3.8 and greater";
                return Err(self.raise_abort(message));
            }
            cursor.at += 1;
            while matches!(self.byte(cursor.at), b' ' | b'\t'..=b'\r') {
                cursor.at += 1;
            }
            text = Some(&self.tokenizer.source[start..cursor.at]);
        }
        let mut conversion = self.conversion(cursor)?;
        let format_spec = self.format_spec(span, kind, cursor)?;
        if cursor.at >= end || self.byte(cursor.at) != b'}' {
            return Err(self.raise_abort("f-string: expecting '}'"));
        }
        cursor.at += 1;
        if text.is_some() && format_spec.is_none() && conversion == -1 {
            conversion = i32::from(b'r');
        }
        let kind = ExprKind::FormattedValue { value, conversion: Some(conversion), format_spec };
        Ok((self.expr(span, kind), text))
    }

    fn conversion(&mut self, cursor: &mut Cursor) -> Result<i32, Abort> {
        let end = cursor.literal.end;
        let mut conversion = -1;
        if self.byte(cursor.at) == b'!' {
            cursor.at += 1;
            if cursor.at >= end {
                return Err(self.raise_abort("f-string: expecting '}'"));
            }
            let letter = self.byte(cursor.at);
            cursor.at += 1;
            if !matches!(letter, b's' | b'r' | b'a') {
                let message = "f-string: invalid conversion character: expected 's', 'r', or 'a'";
                return Err(self.raise_abort(message));
            }
            conversion = i32::from(letter);
        }
        Ok(conversion)
    }

    fn format_spec(
        &mut self,
        span: Span,
        kind: Option<&'a Wtf8>,
        cursor: &mut Cursor,
    ) -> Result<Option<&'a Expr<'a>>, Abort> {
        let end = cursor.literal.end;
        if cursor.at < end && self.byte(cursor.at) != b':' {
            return Ok(None);
        }
        if cursor.at + 1 >= end {
            return Err(self.raise_abort("f-string: expecting '}'"));
        }
        let mut pieces = Pieces::new(span, kind);
        let mut inner = Cursor { at: cursor.at + 1, literal: cursor.literal, nesting: cursor.nesting + 1 };
        self.format_parts(&mut pieces, &mut inner)?;
        cursor.at = inner.at;
        pieces.end_in(self.tokens[cursor.literal.token].span);
        Ok(Some(pieces.finish(self.arena)))
    }

    /// Moves to the character that ends the expression: `}`, `!`, `:` or `=`, outside of brackets and strings.
    fn skip_expression(&mut self, cursor: &mut Cursor) -> Result<(), Abort> {
        let end = cursor.literal.end;
        let source = self.tokenizer.source;
        let mut brackets: Vec<u8> = Vec::new();
        let mut quote: Option<(u8, usize)> = None;
        let tripled = |at: usize, q: u8| at + 2 < end && source[at + 1] == q && source[at + 2] == q;
        while cursor.at < end {
            let at = cursor.at;
            let byte = source[at];
            cursor.at += 1;
            if byte == b'\\' {
                return Err(self.raise_abort("f-string expression part cannot include a backslash"));
            }
            if let Some((q, count)) = quote {
                if byte == q && (count == 1 || tripled(at, q)) {
                    quote = None;
                    cursor.at = at + count;
                }
                continue;
            }
            match byte {
                b'\'' | b'"' => {
                    let count = if tripled(at, byte) { 3 } else { 1 };
                    quote = Some((byte, count));
                    cursor.at = at + count;
                }
                b'(' | b'[' | b'{' => {
                    if brackets.len() >= MAX_LEVEL {
                        return Err(self.raise_abort("f-string: too many nested parenthesis"));
                    }
                    brackets.push(byte);
                }
                b'#' => return Err(self.raise_abort("f-string expression part cannot include '#'")),
                b'!' | b'=' | b'<' | b'>'
                    if brackets.is_empty() && at + 1 < end && source[at + 1] == b'=' =>
                {
                    cursor.at += 1;
                }
                b'<' | b'>' if brackets.is_empty() && at + 1 < end => {}
                b'!' | b':' | b'}' | b'=' | b'<' | b'>' if brackets.is_empty() => {
                    cursor.at = at;
                    break;
                }
                b')' | b']' | b'}' => self.close_bracket(&mut brackets, byte)?,
                _ => {}
            }
        }
        if quote.is_some() {
            return Err(self.raise_abort("f-string: unterminated string"));
        }
        match brackets.last() {
            Some(&opening) => Err(self.raise_abort(&format!("f-string: unmatched '{}'", opening as char))),
            None => Ok(()),
        }
    }

    fn close_bracket(&mut self, brackets: &mut Vec<u8>, closing: u8) -> Result<(), Abort> {
        let Some(opening) = brackets.pop() else {
            return Err(self.raise_abort(&format!("f-string: unmatched '{}'", closing as char)));
        };
        if matches!((opening, closing), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            return Ok(());
        }
        let (closing, opening) = (closing as char, opening as char);
        let message = format!(
            "f-string: closing parenthesis '{closing}' does not match opening parenthesis '{opening}'"
        );
        Err(self.raise_abort(&message))
    }

    /// Parses the expression at a place in the source.
    fn compile_expression(
        &mut self,
        literal: Literal,
        start: usize,
        end: usize,
    ) -> Result<&'a Expr<'a>, Abort> {
        let text = &self.tokenizer.source[start..end];
        if text.iter().all(|b| matches!(b, b' ' | b'\t' | b'\n' | 0x0C)) {
            return Err(self.raise_abort("f-string: empty expression not allowed"));
        }
        let mut first = literal.token;
        while self.old_positions && first > 0 && self.kinds[first - 1] == TokenKind::String {
            first -= 1;
        }
        let token = self.tokens[first];
        let (lines, columns) = first_occurrence(&self.tokenizer.source[token.start..token.end], text);
        let mut source = Vec::with_capacity(text.len() + 3);
        source.push(b'(');
        source.extend_from_slice(text);
        source.extend_from_slice(b")\n");
        let mut tokenizer = Tokenizer::new(self.arena.alloc_slice(&source));
        tokenizer.type_comments = self.tokenizer.type_comments;
        tokenizer.async_hacks = self.tokenizer.async_hacks;
        let mut parser = Parser::new(self.arena, &mut *self.host, tokenizer, Start::FString);
        parser.flags = self.flags;
        parser.feature_version = self.feature_version;
        parser.stack_base = self.stack_base;
        parser.stack = self.stack;
        parser.start_lineno = token.span.lineno + lines - 1;
        parser.start_col = token.span.col_offset + columns;
        parser.run(Parser::rule_fstring).map_err(|error| {
            self.error = Some(error);
            Abort
        })
    }
}

/// Where an expression in braces first occurs in its token: the lines before it, and the columns from the beginning of
/// its line (the newline included). An expression that begins on the line behind its brace has no columns to be
/// shifted by; one that does not occur like this, because a conversion or format follows, counts as at the
/// beginning.
fn first_occurrence(token: &[u8], expression: &[u8]) -> (i32, i32) {
    let braced = [b"{", expression, b"}"].concat();
    let Some(at) = token.windows(braced.len()).position(|w| w == braced) else { return (0, 0) };
    let before = &token[..at];
    let lines = before.iter().filter(|&&b| b == b'\n').count() as i32;
    let first = expression.iter().find(|b| !matches!(b, b' ' | b'\t' | 0x0C));
    if first == Some(&b'\n') {
        return (lines, 0);
    }
    let columns = before.iter().rev().position(|&b| b == b'\n').map_or(at, |distance| distance + 1);
    (lines, columns as i32)
}
