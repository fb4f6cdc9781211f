//! Tokenizer, grammar and AST of Python 3.9.
//!
//! The crate knows no Python object: constants, identifiers and errors are neutral Rust data, and everything that
//! belongs to one tree lives in one [`Arena`], so that nodes are `Copy` references, the parser's memo is free and a
//! tree of any depth is dropped without recursion.

pub mod arena;
pub mod ast;
pub mod wtf8;

pub use arena::Arena;
pub use wtf8::Wtf8;
