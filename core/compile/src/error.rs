//! What can go wrong while compiling.

use krait_syntax::{ErrorKind, Position, SyntaxError};
use std::fmt;

/// Why there is no code object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompileError {
    /// With a position, but without the text of the line, which is the caller's to find.
    Syntax(SyntaxError),
    /// The tree is too deep: `RecursionError`.
    Recursion,
    /// `SystemError`: a tree that no parser produces.
    System(String),
    /// The warning callback raised an exception of its own.
    Raised,
}

pub const RECURSION_TEXT: &str = "maximum recursion depth exceeded during compilation";

impl CompileError {
    /// An error of the passes before code generation; `column` counts from 0.
    pub(crate) fn syntax<T>(message: impl Into<String>, line: i32, column: i32) -> Result<T, CompileError> {
        Err(CompileError::at(message, line, column + 1, true))
    }

    pub(crate) fn at(
        message: impl Into<String>,
        lineno: i32,
        offset: i32,
        message_only: bool,
    ) -> CompileError {
        CompileError::Syntax(SyntaxError {
            kind: ErrorKind::SyntaxError,
            message: message.into(),
            position: Some(Position { lineno, offset, text: None }),
            message_only,
            end_of_input: false,
        })
    }
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Syntax(error) => f.write_str(&error.message),
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
