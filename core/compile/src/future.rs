//! `from __future__ import ...`.

use crate::error::CompileError;
use krait_code::flags::*;
use krait_syntax::ast::{Alias, Constant, ExprKind, Mod, Stmt, StmtKind};

/// The features a module asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Future {
    pub flags: u32,
    /// The line of the last future statement, 0 if there is none.
    pub line: i32,
}

/// Features that a code object remembers.
const FEATURES: [(&str, u32); 10] = [
    ("nested_scopes", 0),
    ("generators", 0),
    ("division", 0),
    ("absolute_import", 0),
    ("with_statement", 0),
    ("print_function", 0),
    ("unicode_literals", 0),
    ("barry_as_FLUFL", CO_FUTURE_BARRY_AS_BDFL),
    ("generator_stop", 0),
    ("annotations", CO_FUTURE_ANNOTATIONS),
];

pub const LATE: &str = "from __future__ imports must occur at the beginning of the file";

impl Future {
    /// Reads the future statements at the top of a module. A late one is an error only as long as it shares
    /// its line with what precedes it; the code generator reports the others.
    pub fn of(module: &Mod<'_>) -> Result<Future, CompileError> {
        let mut future = Future::default();
        let (Mod::Module { body, .. } | Mod::Interactive { body }) = module else { return Ok(future) };
        let (mut done, mut previous_line) = (false, 0);
        for (i, &stmt) in body.iter().enumerate() {
            if done && stmt.span.lineno > previous_line {
                break;
            }
            previous_line = stmt.span.lineno;
            match stmt.kind {
                StmtKind::ImportFrom { module: Some("__future__"), names, .. } => {
                    if done {
                        // The one column that CPython counts from 0.
                        return Err(CompileError::at(LATE, stmt.span.lineno, stmt.span.col_offset, true));
                    }
                    future.add(names, stmt)?;
                    future.line = stmt.span.lineno;
                }
                StmtKind::Expr { value } if i == 0 => {
                    // A docstring.
                    done = !matches!(value.kind, ExprKind::Constant { value: Constant::Str(_), .. });
                }
                _ => done = true,
            }
        }
        Ok(future)
    }

    fn add(&mut self, names: &[&Alias<'_>], stmt: &Stmt<'_>) -> Result<(), CompileError> {
        for alias in names {
            match FEATURES.iter().find(|(name, _)| *name == alias.name) {
                Some((_, flag)) => self.flags |= flag,
                None => {
                    let message = match alias.name {
                        "braces" => "not a chance".into(),
                        name => format!("future feature {name:.100} is not defined"),
                    };
                    return CompileError::syntax(message, stmt.span.lineno, stmt.span.col_offset);
                }
            }
        }
        Ok(())
    }
}
