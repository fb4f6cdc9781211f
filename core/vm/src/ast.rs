//! The `_ast` module: syntax trees as Python objects (unfinished: `compile` with trees raises `SystemError`).

use crate::source::CompileOptions;
use krait_object::{Obj, Object, Result, err};

/// Whether an object is a syntax tree (`PyAST_Check`).
pub fn check(_object: &Object) -> Result<bool> {
    Ok(false)
}

/// Compiles a syntax tree.
pub fn compile(_tree: &Object, _options: CompileOptions<'_>) -> Result<Obj> {
    Err(err::system_error("compile() of an AST is not finished"))
}

/// Parses into a syntax tree (`PyCF_ONLY_AST`).
pub fn parse(_source: &[u8], _options: CompileOptions<'_>) -> Result<Obj> {
    Err(err::system_error("compile() to an AST is not finished"))
}
