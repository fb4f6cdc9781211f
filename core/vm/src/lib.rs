//! The interpreter: code objects, frames, the loop (tier 0), functions, generators, tracebacks, import, `sys`, `builtins`,
//! warnings, and the life cycle.
//!
//! A code object is decoded once ([`decode`]); calls bind arguments into frames ([`bind`]); frames run in [`eval`].

#![allow(non_upper_case_globals)] // exported data symbols have CPython's names

pub mod ast;
pub mod asyncgen;
pub mod bind;
pub mod builtins;
pub mod code;
pub mod code_extra;
pub mod coroutine;
pub mod decode;
pub mod eval;
pub mod frame;
pub mod frame_jump;
pub mod function;
pub mod generator;
pub mod import;
pub mod lifecycle;
pub mod marshal;
pub mod readline;
pub mod source;
pub mod sys;
pub mod traceback;
pub mod traceback_print;
pub mod warnings;
