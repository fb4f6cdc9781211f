//! The parser: a recursive-descent machine over fetched tokens, driven by the rules that are generated from
//! `python.gram`.
//!
//! A parse has two passes. The first tries the rules proper; if they fail, the second runs them again over the same
//! tokens with the `invalid_*` rules switched on, which report what is wrong; if those have nothing to say, the error is
//! "invalid syntax" at the last token that was fetched. A token that cannot be read ends the parse at once. Errors are raised with [`Abort`], a proof that `Parser::error` is set.

mod actions;
mod calls;
mod diagnosis;
mod fstring;
mod items;
mod number;
mod strings;
mod targets;

use crate::Arena;
use crate::ast::{Arg, Expr, Mod, Span, Stmt};
use crate::error::{ErrorKind, Position, SyntaxError};
use crate::host::Host;
use crate::source;
use crate::token::{Token, TokenKind};
use crate::tokenizer::{Failure, Lines, Tokenizer};
use crate::wtf8::Wtf8;
use actions::CallArguments;

/// The rules.
pub(crate) mod grammar {
    #![allow(
        clippy::all,
        unused_variables,
        unused_mut,
        unused_labels,
        unreachable_code,
        dead_code,
        reason = "generated; what a rule does not need is left to the optimiser"
    )]

    use super::actions::{
        CallArguments, Comparison, KeyValue, KeywordOrStarred, Parameter, StarEtc, identifier,
    };
    use super::diagnosis::{Targets, expr_name};
    use super::items::Items;
    use super::{Parsed, Parser};
    use crate::ast::*;
    use crate::wtf8::Wtf8;
    use std::convert::Infallible;

    include!(concat!(env!("OUT_DIR"), "/grammar.rs"));
}

/// What is being parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mode {
    /// `exec`: a module.
    #[default]
    Exec,
    /// `single`: one interactive statement.
    Single,
    /// `eval`: an expression.
    Eval,
    /// `func_type`: a function's type in a type comment.
    FuncType,
}

/// The flags of `compile()` that concern the parser, by CPython's numbers; others are ignored.
pub mod flags {
    pub const SOURCE_IS_UTF8: u32 = 0x0100;
    pub const DONT_IMPLY_DEDENT: u32 = 0x0200;
    pub const ONLY_AST: u32 = 0x0400;
    pub const IGNORE_COOKIE: u32 = 0x0800;
    pub const TYPE_COMMENTS: u32 = 0x1000;
    pub const BARRY_AS_BDFL: u32 = 0x40_0000;
}

/// How to parse.
#[derive(Clone, Debug)]
pub struct Options<'o> {
    pub mode: Mode,
    pub flags: u32,
    /// The minor version of Python 3 whose syntax is accepted.
    pub feature_version: i32,
    /// The name of the file that is being read, for a source that is one. Bytes that are not UTF-8 are an error
    /// wherever they stand then, lines end at a NUL, and the end counts as a line.
    pub filename: Option<&'o str>,
    /// How many decimal digits an integer may have; 0: any number.
    pub max_int_digits: usize,
    /// Expressions in f-strings are looked up in the first of adjacent strings, as the reference's old parser did.
    pub old_positions: bool,
    /// Lines are read from the host one by one, behind the source that is given.
    pub interactive: bool,
    /// How many bytes of native stack the parser may use; deeper nesting is a `MemoryError`. The default is for a thread
    /// with one megabyte, and enough for the deepest parentheses that the tokenizer admits; a caller who knows how
    /// much is left should say so, since long `elif` chains and the like need more.
    pub stack: usize,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            mode: Mode::Exec,
            flags: 0,
            feature_version: 9,
            filename: None,
            max_int_digits: 0,
            old_positions: false,
            interactive: false,
            stack: 700 << 10,
        }
    }
}

/// Parses a source. Whether it is bytes with a declared encoding or decoded text is told by `IGNORE_COOKIE`, as for
/// CPython's own parser.
pub fn parse<'a>(
    arena: &'a Arena,
    source: &[u8],
    options: &Options<'_>,
    host: &mut dyn Host,
) -> Result<Mod<'a>, SyntaxError> {
    let truncated;
    let mut source = source;
    if options.filename.is_some() && source.contains(&0) {
        truncated = source::without_nul(source);
        source = &truncated;
    }
    if source.contains(&0) {
        let message = "source code string cannot contain null bytes";
        return Err(SyntaxError::new(ErrorKind::ValueError, message, None));
    }
    let text = source::normalize_newlines(source, options.mode == Mode::Exec && !options.interactive);
    let decoded = options.flags & flags::IGNORE_COOKIE != 0 || options.interactive;
    let declared = source::declaration(&text) != source::Declaration::default();
    let text = if decoded { text } else { source::decode(text, host)? };
    let mut tokenizer = Tokenizer::new(arena.alloc_slice(&text));
    tokenizer.type_comments = options.flags & flags::TYPE_COMMENTS != 0;
    tokenizer.async_hacks = options.feature_version < 7;
    tokenizer.interactive = options.interactive;
    tokenizer.newline_added = !source.is_empty() && !matches!(source, [.., b'\n' | b'\r']);
    tokenizer.file = if decoded { None } else { options.filename.map(|name| arena.alloc_str(name)) };
    let start = match options.mode {
        Mode::Exec => Start::File,
        Mode::Single => Start::Single,
        Mode::Eval => Start::Eval,
        Mode::FuncType => Start::FuncType,
    };
    let mut parser = Parser::new(arena, host, tokenizer, start);
    parser.flags = options.flags;
    parser.feature_version = options.feature_version;
    parser.max_int_digits = options.max_int_digits;
    parser.old_positions = options.old_positions;
    parser.stack_base = stack_pointer();
    parser.stack = options.stack;
    parser.encoding_known = decoded || declared;
    parser.run(|parser| match options.mode {
        Mode::Exec => parser.rule_file(),
        Mode::Single => parser.rule_interactive(),
        Mode::Eval => parser.rule_eval(),
        Mode::FuncType => parser.rule_func_type(),
    })
}

/// The parse is over: `Parser::error` says why.
#[derive(Debug)]
pub(crate) struct Abort;

/// What a rule answers: a value, no match, or the end of the parse.
pub(crate) type Parsed<T> = Result<Option<T>, Abort>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    File,
    Single,
    Eval,
    FuncType,
    FString,
}

pub(crate) struct Parser<'a, 'h> {
    arena: &'a Arena,
    host: &'h mut dyn Host,
    tokenizer: Tokenizer<'a>,
    tokens: Vec<Token<'a>>,
    /// The kinds of `tokens`, which are looked at far more often than the rest.
    kinds: Vec<TokenKind>,
    /// Index of the next token to be matched.
    mark: usize,
    memo: Vec<Memo<'a>>,
    /// The second pass.
    diagnosing: bool,
    /// A statement's end was asked for and the input's end was found.
    end_of_input: bool,
    start: Start,
    flags: u32,
    feature_version: i32,
    max_int_digits: usize,
    old_positions: bool,
    /// Something has been parsed since the last implied newline.
    started: bool,
    /// The source's encoding is known, not assumed; only then do errors count characters and not bytes.
    encoding_known: bool,
    /// What positions in an f-string's expression are relative to.
    start_lineno: i32,
    start_col: i32,
    type_ignores: Vec<(i32, &'a Wtf8)>,
    error: Option<SyntaxError>,
    stack_base: usize,
    stack: usize,
}

/// A remembered result of a rule at a token; entries of one token are linked.
#[derive(Clone, Copy)]
struct Memo<'a> {
    rule: u32,
    next: u32,
    end: u32,
    value: MemoValue<'a>,
}

/// The results that can be remembered.
#[derive(Clone, Copy)]
enum MemoValue<'a> {
    Expr(Option<&'a Expr<'a>>),
    Stmt(Option<&'a Stmt<'a>>),
    Block(Option<&'a [&'a Stmt<'a>]>),
    Arg(Option<&'a Arg<'a>>),
    Arguments(Option<&'a CallArguments<'a>>),
}

trait Remembered<'a>: Copy {
    fn pack(arena: &'a Arena, value: Option<Self>) -> MemoValue<'a>;
    fn unpack(value: MemoValue<'a>) -> Option<Self>;
}

macro_rules! remembered {
    ($($ty:ty, $variant:ident;)*) => { $(
        impl<'a> Remembered<'a> for $ty {
            #[inline]
            fn pack(_: &'a Arena, value: Option<Self>) -> MemoValue<'a> {
                MemoValue::$variant(value)
            }

            #[inline]
            fn unpack(value: MemoValue<'a>) -> Option<Self> {
                match value {
                    MemoValue::$variant(value) => value,
                    _ => None,
                }
            }
        }
    )* };
}

remembered! {
    &'a Expr<'a>, Expr;
    &'a Stmt<'a>, Stmt;
    &'a [&'a Stmt<'a>], Block;
    &'a Arg<'a>, Arg;
}

impl<'a> Remembered<'a> for CallArguments<'a> {
    fn pack(arena: &'a Arena, value: Option<Self>) -> MemoValue<'a> {
        MemoValue::Arguments(value.map(|value| arena.alloc(value)))
    }

    fn unpack(value: MemoValue<'a>) -> Option<Self> {
        if let MemoValue::Arguments(value) = value { value.copied() } else { None }
    }
}

/// An address in the current stack frame.
#[inline]
fn stack_pointer() -> usize {
    let here = 0u8;
    std::hint::black_box(&raw const here).addr()
}

impl<'a, 'h> Parser<'a, 'h> {
    fn new(arena: &'a Arena, host: &'h mut dyn Host, tokenizer: Tokenizer<'a>, start: Start) -> Self {
        let expected = tokenizer.source.len() / 4 + 8;
        Parser {
            arena,
            host,
            tokenizer,
            tokens: Vec::with_capacity(expected),
            kinds: Vec::with_capacity(expected),
            mark: 0,
            memo: Vec::new(),
            diagnosing: false,
            end_of_input: false,
            start,
            flags: 0,
            feature_version: 9,
            max_int_digits: 0,
            old_positions: false,
            started: false,
            encoding_known: false,
            start_lineno: 0,
            start_col: 0,
            type_ignores: Vec::new(),
            error: None,
            stack_base: 0,
            stack: 0,
        }
    }

    /// Both passes.
    fn run<T>(mut self, rule: impl Fn(&mut Self) -> Parsed<T>) -> Result<T, SyntaxError> {
        let result = match rule(&mut self) {
            Ok(Some(value)) => self.check_single_statement().map(|()| value),
            Err(Abort) => Err(Abort),
            Ok(None) => {
                self.diagnosing = true;
                self.mark = 0;
                self.memo.clear();
                self.tokens.iter_mut().for_each(|token| token.memo = 0);
                match rule(&mut self) {
                    Err(Abort) => Err(Abort),
                    Ok(_) => Err(self.raise_generic()),
                }
            }
        };
        result.map_err(|Abort| {
            let mut error = self.error.take().expect("an aborted parse has an error");
            error.end_of_input = self.end_of_input;
            error
        })
    }

    /// The kind of the next token.
    #[inline(always)]
    fn peek(&mut self) -> Result<TokenKind, Abort> {
        match self.kinds.get(self.mark) {
            Some(&kind) => Ok(kind),
            None => self.fetch(),
        }
    }

    /// Whether the next token is one of a set of kinds.
    #[inline(always)]
    fn at_any(&mut self, kinds: u128) -> Result<bool, Abort> {
        Ok(kinds >> (self.peek()? as u32) & 1 != 0)
    }

    /// Consumes a token of a kind.
    #[inline(always)]
    fn expect(&mut self, kind: TokenKind) -> Parsed<usize> {
        if self.peek()? != kind {
            return Ok(None);
        }
        self.mark += 1;
        Ok(Some(self.mark - 1))
    }

    fn type_comment(&mut self) -> Parsed<&'a Wtf8> {
        match self.expect(TokenKind::TypeComment)? {
            Some(token) => self.text_of(token).map(|text| Some(Wtf8::new(text))),
            None => Ok(None),
        }
    }

    /// The text of a token, which must be UTF-8.
    fn text_of(&mut self, token: usize) -> Result<&'a str, Abort> {
        let Token { start, end, .. } = self.tokens[token];
        let text: &'a [u8] = &self.tokenizer.source[start..end];
        std::str::from_utf8(text).map_err(|_| self.raise_undecodable(text))
    }

    /// The position from the token at `start` to the last one that has been matched and has text.
    #[inline]
    fn span(&self, start: usize) -> Span {
        let first = self.tokens[start].span;
        let blank = [TokenKind::Endmarker, TokenKind::Newline, TokenKind::Indent, TokenKind::Dedent];
        let mut last = self.mark - 1;
        while last > 0 && blank.contains(&self.kinds[last]) {
            last -= 1;
        }
        let last = self.tokens[last].span;
        Span { end_lineno: last.end_lineno, end_col_offset: last.end_col_offset, ..first }
    }

    #[cold]
    fn report(&mut self, failure: Failure) -> Abort {
        // The token that could not be read counts as fetched: errors without a position of their own are there.
        self.push(TokenKind::Error, None);
        let (kind, message) = match failure {
            Failure::EndOfInput => return self.raise_abort("unexpected EOF while parsing"),
            Failure::EndInTripleQuoted => {
                return self.raise_abort("EOF while scanning triple-quoted string literal");
            }
            Failure::EndInString => return self.raise_abort("EOL while scanning string literal"),
            Failure::Dedent => {
                let message = "unindent does not match any outer indentation level";
                return self.raise_kind(ErrorKind::IndentationError, message);
            }
            Failure::Undecodable(start, end) => {
                return self.raise_undecodable(&self.tokenizer.source[start..end]);
            }
            Failure::Raised(error) => {
                self.error = Some(error);
                return Abort;
            }
            Failure::InconsistentTabs => {
                (ErrorKind::TabError, "inconsistent use of tabs and spaces in indentation")
            }
            Failure::TooDeep => (ErrorKind::IndentationError, "too many levels of indentation"),
            Failure::LineContinuation => {
                (ErrorKind::SyntaxError, "unexpected character after line continuation character")
            }
        };
        let lineno = self.tokenizer.lineno;
        let text = self.host.file_line(lineno);
        let mut error = SyntaxError::new(kind, message, Some(Position { lineno, offset: 0, text }));
        error.message_only = true;
        self.error = Some(error);
        Abort
    }

    /// Fetches one more token, which is the one at the mark.
    #[inline(never)]
    fn fetch(&mut self) -> Result<TokenKind, Abort> {
        let lexeme = loop {
            let mut lines = Lines { arena: self.arena, host: &mut *self.host };
            let lexeme = match self.tokenizer.token(&mut lines) {
                Ok(lexeme) => lexeme,
                Err(failure) => return Err(self.report(failure)),
            };
            if lexeme.kind != TokenKind::TypeIgnore {
                break lexeme;
            }
            let (start, end) = lexeme.text.unwrap_or_default();
            let tag = String::from_utf8_lossy(&self.tokenizer.source[start..end]);
            self.type_ignores.push((self.tokenizer.lineno, Wtf8::new(self.arena.alloc_str(&tag))));
        };
        let mut kind = lexeme.kind;
        if kind == TokenKind::Endmarker && self.start == Start::Single && self.started {
            // The end of an interactive statement is the end of its line, too.
            kind = TokenKind::Newline;
            self.started = false;
            if self.tokenizer.indentation() > 0 && self.flags & flags::DONT_IMPLY_DEDENT == 0 {
                self.tokenizer.close_blocks();
            }
        } else {
            self.started = true;
        }
        self.push(kind, lexeme.text);
        Ok(kind)
    }

    fn push(&mut self, kind: TokenKind, text: Option<(usize, usize)>) {
        let tokenizer = &self.tokenizer;
        let (lineno, line_start) = match kind {
            TokenKind::String => (tokenizer.first_lineno, tokenizer.multi_line_start),
            _ => (tokenizer.lineno, tokenizer.line_start),
        };
        let (start, end) = text.unwrap_or_default();
        let column =
            |at: usize, line: usize| if text.is_some() && at >= line { (at - line) as i32 } else { -1 };
        let shift = if tokenizer.lineno == 1 { self.start_col } else { 0 };
        let span = Span {
            lineno: self.start_lineno + lineno,
            col_offset: shift + column(start, line_start),
            end_lineno: self.start_lineno + tokenizer.lineno,
            end_col_offset: shift + column(end, tokenizer.line_start),
        };
        self.kinds.push(kind);
        self.tokens.push(Token { span, start, end, memo: 0, node: None });
    }

    /// The remembered result of a rule here; the mark moves behind it.
    #[inline]
    fn recall<T: Remembered<'a>>(&mut self, rule: u32) -> Option<Option<T>> {
        let mut at = self.tokens.get(self.mark)?.memo;
        while at != 0 {
            let memo = &self.memo[at as usize - 1];
            if memo.rule == rule {
                self.mark = memo.end as usize;
                return Some(T::unpack(memo.value));
            }
            at = memo.next;
        }
        None
    }

    /// Remembers the result of a rule that was tried at `start`.
    #[inline]
    fn remember<T: Remembered<'a>>(&mut self, rule: u32, start: usize, value: Option<T>) {
        let value = T::pack(self.arena, value);
        if let Some(token) = self.tokens.get_mut(start) {
            self.memo.push(Memo { rule, next: token.memo, end: self.mark as u32, value });
            token.memo = self.memo.len() as u32;
        }
    }

    /// Refuses to nest deeper than the native stack allows.
    #[inline]
    fn check_depth(&mut self) -> Result<(), Abort> {
        if self.stack_base.saturating_sub(stack_pointer()) > self.stack {
            self.error = Some(SyntaxError::new(ErrorKind::MemoryError, "", None));
            return Err(Abort);
        }
        Ok(())
    }

    /// In `single` mode, nothing may follow the statement.
    fn check_single_statement(&mut self) -> Result<(), Abort> {
        if self.start != Start::Single {
            return Ok(());
        }
        let rest = &self.tokenizer.source[self.tokenizer.shown_from..];
        let Some(newline) = rest.iter().position(|&b| b == b'\n') else { return Ok(()) };
        let line = &rest[..newline];
        if line.ends_with(b"\\") || line.iter().any(|b| matches!(b, b'\'' | b'"')) {
            return Ok(());
        }
        for line in rest[newline..].split(|&b| b == b'\n') {
            let code = line.iter().find(|b| !matches!(b, b' ' | b'\t' | 0x0C));
            if code.is_some_and(|&b| b != b'#') {
                return Err(self.raise_abort("multiple statements found while compiling a single statement"));
            }
        }
        Ok(())
    }
}
