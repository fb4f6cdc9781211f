//! What a parse reports when it fails.

/// The exception that Python code sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// The source nests too deeply for the native stack, or is too large.
    MemoryError,
    /// The source contains a null byte.
    ValueError,
    /// Reading an interactive line was interrupted.
    KeyboardInterrupt,
    /// The host raised an exception of its own (in a callback); the other fields mean nothing.
    Host,
}

/// A failed parse. The fields are those of Python's `SyntaxError`; the file's name is the caller's to add.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub message: String,
    /// The position, unless the error belongs to none (a `SyntaxError` with nothing but a message).
    pub position: Option<Position>,
    /// Python makes the exception from the message alone and sets the position's attributes afterwards.
    pub message_only: bool,
    /// The input ended before the statement did: an interactive prompt stops here.
    pub end_of_input: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub lineno: i32,
    /// In characters, from 1; as in Python it is 0 or negative where nothing better is known.
    pub offset: i32,
    pub text: Option<String>,
}

impl SyntaxError {
    /// An error of a source that was read to where the position is.
    pub fn new(kind: ErrorKind, message: impl Into<String>, position: Option<Position>) -> SyntaxError {
        SyntaxError { kind, message: message.into(), position, message_only: false, end_of_input: false }
    }
}
