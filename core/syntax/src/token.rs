//! Tokens. Their kinds are generated from the grammar.

use crate::ast::{Expr, Span};
pub use crate::parser::grammar::{TokenKind, keyword, operator};

/// A token that the parser has fetched, apart from its kind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token<'a> {
    /// `col_offset` is -1 for tokens without text: INDENT, DEDENT, ENDMARKER and errors.
    pub span: Span,
    /// The text's place in the source.
    pub start: usize,
    pub end: usize,
    /// Results remembered for this token: one more than an index of the parser's memo, 0 for none.
    pub memo: u32,
    /// The node of a NAME or NUMBER, made when first asked for.
    pub node: Option<&'a Expr<'a>>,
}
