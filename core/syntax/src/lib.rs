//! Tokenizer, grammar and AST of Python 3.9.
//!
//! The crate knows no Python object: constants, identifiers and errors are neutral Rust data, and everything that
//! belongs to one tree lives in one [`Arena`], so that nodes are `Copy` references, the parser's memo is free and a
//! tree of any depth is dropped without recursion.
//!
//! [`parse`] is the way in. `src/python.gram` is the grammar; `build.rs` compiles it into the parser.
//!
//! ```
//! use krait_syntax::{Arena, NoHost, Options, ast, parse};
//!
//! let arena = Arena::new();
//! let tree = parse(&arena, b"x = 1", &Options::default(), &mut NoHost).unwrap();
//! assert!(matches!(tree, ast::Mod::Module { body: [_], .. }));
//! let error = parse(&arena, b"x = = 1", &Options::default(), &mut NoHost).unwrap_err();
//! assert_eq!((error.message.as_str(), error.position.unwrap().offset), ("invalid syntax", 5));
//! ```

pub mod arena;
pub mod ast;
mod error;
mod host;
pub mod name;
mod parser;
pub mod raw;
mod source;
mod token;
mod tokenizer;
mod unicode;
pub mod wtf8;

pub use arena::{Arena, Source};
pub use error::{ErrorKind, Position, SyntaxError};
pub use host::{DecodeError, Host, NoHost, WarningResult};
pub use parser::{Mode, Options, flags, parse};
pub use source::{Declaration, cookie, declaration};
pub use tokenizer::Line;
pub use unicode::nfkc;
pub use wtf8::Wtf8;
