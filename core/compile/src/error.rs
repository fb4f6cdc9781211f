//! What can go wrong while compiling.

use std::fmt;

/// Why there is no code object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    Syntax(CompileSyntaxError),
    /// The tree is too deep: `RecursionError`.
    Recursion,
    /// `SystemError`: a tree that no parser produces.
    System(String),
    /// The warning callback raised an exception of its own.
    Raised,
}

pub const RECURSION_TEXT: &str = "maximum recursion depth exceeded during compilation";

/// A `SyntaxError` with the position that its attributes get. The text of the line is the caller's to find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompileSyntaxError {
    pub message: String,
    pub line: i32,
    /// Counted from 1 (one error of CPython's counts from 0; so does it here).
    pub offset: i32,
}

impl CompileError {
    /// `column` counts from 0.
    pub(crate) fn syntax<T>(message: impl Into<String>, line: i32, column: i32) -> Result<T, CompileError> {
        Err(CompileError::Syntax(CompileSyntaxError { message: message.into(), line, offset: column + 1 }))
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Syntax(error) => write!(f, "{} (line {})", error.message, error.line),
            CompileError::Recursion => f.write_str(RECURSION_TEXT),
            CompileError::System(text) => f.write_str(text),
            CompileError::Raised => f.write_str("a warning became an exception"),
        }
    }
}

impl std::error::Error for CompileError {}

/// What the warning callback answers when the warning is not just shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarnError {
    /// The filters turn it into an exception: it becomes a `SyntaxError` at the place of the warning.
    AsError,
    /// Another exception was raised meanwhile.
    Raised,
}
