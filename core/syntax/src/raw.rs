//! Tokens without a parser, for what walks token by token: CPython's old parser interface.

use crate::host::Host;
use crate::parser::{Options, flags};
use crate::source;
use crate::token::TokenKind;
use crate::tokenizer::{Failure, Lines, Tokenizer};
use crate::{Arena, ErrorKind, Mode, SyntaxError};

/// A token with the number that the `token` module gives it.
#[derive(Clone, Copy, Debug)]
pub struct RawToken<'a> {
    pub number: i32,
    pub text: &'a [u8],
    pub lineno: i32,
    /// -1 where there is no text.
    pub col_offset: i32,
    pub end_lineno: i32,
    pub end_col_offset: i32,
    /// The lines that an error here shows, and the byte in them that was reached.
    pub shown: &'a [u8],
    pub reached: i32,
    /// The input ends here.
    pub at_end: bool,
}

/// Why tokenizing stopped, with the number in `errcode.h`.
#[derive(Clone, Debug)]
pub struct RawError {
    pub code: i32,
    pub lineno: i32,
    /// The byte in the line that was reached, counted from 1.
    pub offset: i32,
    pub line: Vec<u8>,
    /// The whole error, if it is one of reading the source.
    pub cause: Option<SyntaxError>,
}

pub const NAME: i32 = 1;
pub const NEWLINE: i32 = 4;
pub const INDENT: i32 = 5;
pub const DEDENT: i32 = 6;
pub const TYPE_IGNORE: i32 = 57;
const ERROR_TOKEN: i32 = 59;

/// The operators and their numbers.
const OPERATORS: [(&str, i32); 48] = [
    ("(", 7),
    (")", 8),
    ("[", 9),
    ("]", 10),
    (":", 11),
    (",", 12),
    (";", 13),
    ("+", 14),
    ("-", 15),
    ("*", 16),
    ("/", 17),
    ("|", 18),
    ("&", 19),
    ("<", 20),
    (">", 21),
    ("=", 22),
    (".", 23),
    ("%", 24),
    ("{", 25),
    ("}", 26),
    ("==", 27),
    ("!=", 28),
    ("<>", 28),
    ("<=", 29),
    (">=", 30),
    ("~", 31),
    ("^", 32),
    ("<<", 33),
    (">>", 34),
    ("**", 35),
    ("+=", 36),
    ("-=", 37),
    ("*=", 38),
    ("/=", 39),
    ("%=", 40),
    ("&=", 41),
    ("|=", 42),
    ("^=", 43),
    ("<<=", 44),
    (">>=", 45),
    ("**=", 46),
    ("//", 47),
    ("//=", 48),
    ("@", 49),
    ("@=", 50),
    ("->", 51),
    ("...", 52),
    (":=", 53),
];

/// The number of an operator, or `OP` if there is none of that spelling.
pub fn operator_number(text: &[u8]) -> i32 {
    OPERATORS.iter().find(|(operator, _)| operator.as_bytes() == text).map_or(54, |&(_, number)| number)
}

fn number(kind: TokenKind, text: &[u8]) -> i32 {
    match kind {
        TokenKind::Endmarker => 0,
        TokenKind::Number => 2,
        TokenKind::String => 3,
        TokenKind::Newline => NEWLINE,
        TokenKind::Indent => INDENT,
        TokenKind::Dedent => DEDENT,
        TokenKind::Async => 56,
        TokenKind::Await => 55,
        TokenKind::TypeIgnore => TYPE_IGNORE,
        TokenKind::TypeComment => 58,
        TokenKind::Error => ERROR_TOKEN,
        TokenKind::Name => NAME,
        // Keywords are names.
        _ if text.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_') => NAME,
        _ => operator_number(text),
    }
}

fn code(failure: &Failure) -> i32 {
    match failure {
        Failure::EndOfInput => 11,
        Failure::InconsistentTabs => 18,
        Failure::TooDeep => 20,
        Failure::Dedent => 21,
        Failure::Undecodable(..) | Failure::Raised(_) => 22,
        Failure::EndInTripleQuoted => 23,
        Failure::EndInString => 24,
        Failure::LineContinuation => 25,
    }
}

/// Gives the tokens of a source to `each` until that answers false or one can't be read; the answer is the encoding that
/// the source declares, and the error. As for CPython's old parser, the end of the input ends a line and closes
/// the indented blocks.
pub fn tokens(
    arena: &Arena,
    source: &[u8],
    options: &Options<'_>,
    host: &mut dyn Host,
    each: &mut dyn FnMut(&RawToken<'_>) -> bool,
) -> (Option<String>, Option<RawError>) {
    let failed = |cause: SyntaxError| {
        let error = RawError { code: 22, lineno: 0, offset: 0, line: Vec::new(), cause: Some(cause) };
        (None, Some(error))
    };
    if source.contains(&0) {
        return failed(SyntaxError::new(
            ErrorKind::ValueError,
            "source code string cannot contain null bytes",
            None,
        ));
    }
    let complete = options.mode == Mode::Exec;
    // Even an empty module has a line.
    let source = if complete && source.is_empty() { b"\n" } else { source };
    let text = source::normalize_newlines(source, complete);
    let decoded = options.flags & flags::IGNORE_COOKIE != 0 || options.interactive;
    let encoding = if decoded { None } else { source::declaration(&text).encoding };
    let text = match if decoded { Ok(text) } else { source::decode(text, host) } {
        Ok(text) => text,
        Err(error) => return failed(error),
    };
    let mut tokenizer = Tokenizer::new(arena.alloc_slice(&text));
    tokenizer.type_comments = options.flags & flags::TYPE_COMMENTS != 0;
    tokenizer.async_hacks = options.feature_version < 7;
    tokenizer.interactive = options.interactive;
    let imply_dedent = options.flags & flags::DONT_IMPLY_DEDENT == 0;
    let mut started = false;
    loop {
        let mut lines = Lines { arena, host: &mut *host };
        let lexeme = match tokenizer.token(&mut lines) {
            Ok(lexeme) => lexeme,
            Err(failure) => {
                let error = RawError {
                    code: code(&failure),
                    lineno: tokenizer.lineno,
                    offset: (tokenizer.cur - tokenizer.shown_from) as i32,
                    line: tokenizer.shown_text().to_vec(),
                    cause: if let Failure::Raised(error) = failure { Some(error) } else { None },
                };
                return (encoding, Some(error));
            }
        };
        let mut kind = lexeme.kind;
        if kind == TokenKind::Endmarker && started {
            kind = TokenKind::Newline;
            started = false;
            if tokenizer.indentation() > 0 && imply_dedent {
                tokenizer.close_blocks();
            }
        } else {
            started = true;
        }
        if !each(&raw(&tokenizer, kind, lexeme.text)) || kind == TokenKind::Endmarker {
            return (encoding, None);
        }
    }
}

fn raw<'a>(tokenizer: &Tokenizer<'a>, kind: TokenKind, text: Option<(usize, usize)>) -> RawToken<'a> {
    let (lineno, line_start) = match kind {
        TokenKind::String => (tokenizer.first_lineno, tokenizer.multi_line_start),
        _ => (tokenizer.lineno, tokenizer.line_start),
    };
    let (start, end) = text.unwrap_or_default();
    let source = &tokenizer.source[start..end];
    let column = |at: usize, line: usize| if text.is_some() && at >= line { (at - line) as i32 } else { -1 };
    RawToken {
        number: number(kind, source),
        text: source,
        lineno,
        col_offset: column(start, line_start),
        end_lineno: tokenizer.lineno,
        end_col_offset: column(end, tokenizer.line_start),
        shown: tokenizer.shown_text(),
        reached: (tokenizer.cur - tokenizer.shown_from) as i32,
        at_end: tokenizer.at_end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NoHost;

    #[test]
    fn numbers_are_those_of_the_token_module() {
        let arena = Arena::new();
        for (source, expected) in [
            ("x", &[1, 4, 4, 0][..]),
            ("if a:\n  b<<=1", &[1, 1, 11, 4, 5, 1, 44, 2, 4, 6, 4, 0]),
            ("async ... 'a'", &[56, 52, 3, 4, 4, 0]),
        ] {
            let mut numbers = Vec::new();
            let mut each = |token: &RawToken<'_>| {
                numbers.push(token.number);
                true
            };
            let options = Options::default();
            let (encoding, error) = tokens(&arena, source.as_bytes(), &options, &mut NoHost, &mut each);
            assert!(encoding.is_none() && error.is_none());
            assert_eq!(numbers, expected, "{source}");
        }
    }
}
