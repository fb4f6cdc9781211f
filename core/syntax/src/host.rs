//! What the parser asks of whoever embeds it.

use crate::tokenizer::Line;

/// Why a source could not be decoded.
#[derive(Debug)]
pub enum DecodeError {
    UnknownEncoding,
    /// The text of the codec's exception.
    Malformed(String),
    /// The host raised an exception that is no matter of syntax.
    Raised,
}

/// How a warning was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningResult {
    Ok,
    /// Filters turned the `DeprecationWarning` into an exception; the parser reports a `SyntaxError` in its place.
    IsError,
    /// The host raised something else.
    Raised,
}

/// Callbacks into the embedder. The defaults do without: UTF-8 and Latin-1 only, no character names, no warnings.
pub trait Host {
    /// Decodes a whole source in a declared encoding.
    fn decode(&mut self, _source: &[u8], _encoding: &str) -> Result<String, DecodeError> {
        Err(DecodeError::UnknownEncoding)
    }

    /// The character of a `\N{name}` escape. An error says why no name can be looked up.
    fn character(&mut self, _name: &str) -> Result<Option<u32>, String> {
        Ok(None)
    }

    /// A `DeprecationWarning` at a line of the source.
    fn deprecation_warning(&mut self, _message: &str, _lineno: i32) -> WarningResult {
        WarningResult::Ok
    }

    /// The NFKC normal form of an identifier that is not ASCII; `None` when the host raised an exception.
    fn normalize(&mut self, identifier: &str) -> Option<String> {
        Some(crate::nfkc(identifier))
    }

    /// A line, with its newline, of the file that is being compiled, as an error is to show it. The reference looks for
    /// a file of the source's name, whatever the source is; without one, errors show the tokenizer's text.
    fn file_line(&mut self, _lineno: i32) -> Option<String> {
        None
    }

    /// The next line of an interactive source.
    fn read_line(&mut self) -> Line {
        Line::EndOfInput
    }
}

/// The host that offers nothing.
pub struct NoHost;

impl Host for NoHost {}
