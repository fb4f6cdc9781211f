//! Errors: where they are reported and what they say.

use super::{Abort, Parser, Start};
use crate::ast::{CmpOperator, Constant, Expr, ExprKind, Span};
use crate::error::{ErrorKind, Position, SyntaxError};
use crate::token::TokenKind;
use std::convert::Infallible;

/// What an expression was to be the target of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Targets {
    Star,
    Del,
    For,
}

impl<'a> Parser<'a, '_> {
    /// Reports an error at the last token that was fetched.
    pub(super) fn raise(&mut self, message: &str) -> Result<Infallible, Abort> {
        Err(self.raise_abort(message))
    }

    pub(super) fn raise_indentation(&mut self, message: &str) -> Result<Infallible, Abort> {
        Err(self.raise_kind(ErrorKind::IndentationError, message))
    }

    /// Reports an error at the beginning of a node or token.
    pub(super) fn raise_at(&mut self, span: Span, message: &str) -> Result<Infallible, Abort> {
        Err(self.raise_located(ErrorKind::SyntaxError, span.lineno, span.col_offset + 1, message))
    }

    #[cold]
    pub(super) fn raise_abort(&mut self, message: &str) -> Abort {
        self.raise_kind(ErrorKind::SyntaxError, message)
    }

    #[cold]
    pub(super) fn raise_kind(&mut self, kind: ErrorKind, message: &str) -> Abort {
        let Some(token) = self.tokens.last() else {
            return self.raise_located(kind, self.tokenizer.lineno, 0, message);
        };
        let Span { lineno, col_offset, .. } = token.span;
        let column = match col_offset {
            -1 => (self.tokenizer.cur - self.tokenizer.shown_from) as i32,
            _ => col_offset + 1,
        };
        self.raise_located(kind, lineno, column, message)
    }

    /// Reports an error at a line and a column, which counts bytes from 1. The text shown is the line of the file if there
    /// is one, and the tokenizer's current lines otherwise, even where the error is on another line.
    #[cold]
    pub(super) fn raise_located(
        &mut self,
        kind: ErrorKind,
        lineno: i32,
        column: i32,
        message: &str,
    ) -> Abort {
        let (mut column, mut message) = (column, message.to_string());
        if self.start == Start::FString {
            column -= self.start_col;
            message.insert_str(0, "f-string: ");
        }
        let from_file = if self.start == Start::File { self.host.file_line(lineno) } else { None };
        let text =
            from_file.unwrap_or_else(|| String::from_utf8_lossy(self.tokenizer.shown_text()).into_owned());
        let offset = if self.encoding_known { characters(text.as_bytes(), column) } else { column };
        let position = Position { lineno, offset, text: Some(text) };
        self.error = Some(SyntaxError::new(kind, message, Some(position)));
        Abort
    }

    /// The error when nothing better is known.
    pub(super) fn raise_generic(&mut self) -> Abort {
        let Some(&last) = self.kinds.last() else {
            return self.raise_abort("error at start before reading any input");
        };
        if self.tokenizer.at_end {
            return self.raise_abort("unexpected EOF while parsing");
        }
        match last {
            TokenKind::Indent => self.raise_kind(ErrorKind::IndentationError, "unexpected indent"),
            TokenKind::Dedent => self.raise_kind(ErrorKind::IndentationError, "unexpected unindent"),
            _ => self.raise_abort("invalid syntax"),
        }
    }

    /// Reports bytes that are not UTF-8 where text is needed.
    #[cold]
    pub(super) fn raise_undecodable(&mut self, bytes: &[u8]) -> Abort {
        let message = format!("(unicode error) {}", utf8_error(bytes));
        self.raise_abort(&message)
    }

    /// Reports syntax that is newer than the accepted version, with what is `what`.
    pub(super) fn since<T>(&mut self, version: i32, what: &str, value: T) -> Result<T, Abort> {
        if self.feature_version >= version {
            return Ok(value);
        }
        Err(self.raise_abort(&format!("{what} only supported in Python 3.{version} and greater")))
    }

    /// Reports the part of an expression that cannot be assigned to or deleted.
    pub(super) fn invalid_target(&mut self, targets: Targets, e: &'a Expr<'a>) -> Result<(), Abort> {
        let Some(wrong) = find_invalid_target(e, targets) else {
            return Err(self.raise_abort("invalid syntax"));
        };
        let verb = if targets == Targets::Del { "delete" } else { "assign to" };
        match self.raise_at(wrong.span, &format!("cannot {verb} {}", expr_name(wrong)))? {}
    }
}

fn find_invalid_target<'a>(e: &'a Expr<'a>, targets: Targets) -> Option<&'a Expr<'a>> {
    match e.kind {
        ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
            elts.iter().find_map(|e| find_invalid_target(e, targets))
        }
        ExprKind::Starred { value, .. } if targets != Targets::Del => find_invalid_target(value, targets),
        // `x in y` of `for x in y` has been read as a comparison.
        ExprKind::Compare { left, ops, .. } if targets == Targets::For => match ops {
            [CmpOperator::In, ..] => find_invalid_target(left, targets),
            _ => None,
        },
        ExprKind::Name { .. } | ExprKind::Subscript { .. } | ExprKind::Attribute { .. } => None,
        _ => Some(e),
    }
}

/// What messages call an expression.
pub(super) fn expr_name(e: &Expr<'_>) -> &'static str {
    match e.kind {
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } => "subscript",
        ExprKind::Starred { .. } => "starred",
        ExprKind::Name { .. } => "name",
        ExprKind::List { .. } => "list",
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::Lambda { .. } => "lambda",
        ExprKind::Call { .. } => "function call",
        ExprKind::BoolOp { .. } | ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } => "operator",
        ExprKind::GeneratorExp { .. } => "generator expression",
        ExprKind::Yield { .. } | ExprKind::YieldFrom { .. } => "yield expression",
        ExprKind::Await { .. } => "await expression",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp { .. } => "dict comprehension",
        ExprKind::Dict { .. } => "dict display",
        ExprKind::Set { .. } => "set display",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "f-string expression",
        ExprKind::Constant { value: Constant::None, .. } => "None",
        ExprKind::Constant { value: Constant::False, .. } => "False",
        ExprKind::Constant { value: Constant::True, .. } => "True",
        ExprKind::Constant { value: Constant::Ellipsis, .. } => "Ellipsis",
        ExprKind::Constant { .. } => "literal",
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Slice { .. } => "slice",
    }
}

/// How many characters the first `bytes` bytes of the text are; beyond the text a byte counts as a character.
fn characters(text: &[u8], bytes: i32) -> i32 {
    let Ok(count) = usize::try_from(bytes) else { return bytes };
    let inside = count.min(text.len());
    (String::from_utf8_lossy(&text[..inside]).chars().count() + (count - inside)) as i32
}

/// The message of the exception that decoding the bytes raises in Python.
pub(super) fn utf8_error(bytes: &[u8]) -> String {
    let Err(error) = std::str::from_utf8(bytes) else { return String::new() };
    let start = error.valid_up_to();
    let first = bytes[start];
    let (length, reason) = match error.error_len() {
        None => (bytes.len() - start, "unexpected end of data"),
        Some(_) if !(0xC2..0xF5).contains(&first) => (1, "invalid start byte"),
        Some(length) => (length, "invalid continuation byte"),
    };
    match length {
        1 => format!("'utf-8' codec can't decode byte 0x{first:02x} in position {start}: {reason}"),
        _ => format!("'utf-8' codec can't decode bytes in position {start}-{}: {reason}", start + length - 1),
    }
}
