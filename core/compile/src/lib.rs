//! The compiler: from the AST to the code objects of CPython 3.9, byte for byte.
//!
//! [`compile`] runs the passes in order:
//!
//! 1. [`future`]: the features that the module asks for;
//! 2. [`optimize`]: constants are folded in the tree;
//! 3. [`symtable`]: where each name lives;
//! 4. `codegen`: instructions, one flat list per code object;
//! 5. `assemble`: addresses, stack depth, line table, and the peephole pass over the bytes.
//!
//! The crate knows no Python object and runs no Python code; warnings go through a callback. A construct is
//! compiled by the one function of `codegen` that is named after it.

mod assemble;
mod codegen;
mod consts;
mod error;
pub mod future;
mod guard;
pub mod mangle;
mod names;
mod optimize;
pub mod symtable;
mod unparse;
mod validate;

pub use codegen::Warn;
pub use error::{CompileError, RECURSION_TEXT, WarnError};
pub use guard::Limits;
pub use names::NameTable;
pub use symtable::SymbolTable;
pub use unparse::unparse;
pub use validate::{InvalidTree, validate};

use codegen::{Generator, Unit, UnitKind};
use consts::ConstCache;
use guard::Guard;
use krait_code::{CodeData, Text};
use krait_syntax::Arena;
use krait_syntax::ast::Mod;
use std::sync::Arc;

/// How to compile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Future features in force ([`krait_code::flags::PYCF_MASK`]) and `PYCF_ALLOW_TOP_LEVEL_AWAIT`; other bits
    /// are ignored.
    pub flags: u32,
    /// 0: everything; 1: no assertions, `__debug__` is false; 2: no docstrings either.
    pub optimize: u8,
    pub limits: Limits,
}

/// Compiles a module, an interactive statement or an expression.
///
/// The flags of the code object hold the future features of the module, which an interactive session passes on
/// to its next statement. A `FunctionType` tree is refused.
pub fn compile(
    module: &Mod<'_>,
    filename: &Text,
    options: Options,
    warn: &mut Warn<'_>,
) -> Result<Arc<CodeData>, CompileError> {
    let arena = Arena::new();
    let future = future::Future::of(module)?;
    let flags = options.flags | future.flags;
    let module = optimize::optimize(&arena, module, options.optimize, flags, options.limits)?;
    let table = SymbolTable::build(&arena, module, options.limits)?;
    let unit = Unit::new(UnitKind::Module, "<module>", SymbolTable::TOP, &table, &arena, None, 0);
    let mut generator = Generator {
        arena: &arena,
        table,
        cache: ConstCache::default(),
        filename: filename.clone(),
        flags,
        future_line: future.line,
        optimize: options.optimize,
        interactive: false,
        silent: 0,
        unit,
        outer: Vec::new(),
        warn,
        guard: Guard::new(options.limits),
    };
    generator.module(module)
}

/// Folds constants in a tree at an optimisation level, with the features in force.
pub fn optimize_tree<'a>(
    arena: &'a Arena,
    module: &'a Mod<'a>,
    level: u8,
    features: u32,
    limits: Limits,
) -> Result<&'a Mod<'a>, CompileError> {
    optimize::optimize(arena, module, level, features, limits)
}
