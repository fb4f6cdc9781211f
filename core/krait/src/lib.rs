//! Embed Python in Rust programs.
//!
//! ```no_run
//! use krait::{Config, Interpreter};
//!
//! let interpreter = Interpreter::start(&Config::new()).unwrap();
//! let area: f64 = interpreter.with(|py| {
//!     let math = py.import("math")?;
//!     let pi: f64 = math.attr("pi")?.extract()?;
//!     Ok::<_, krait::Error>(pi * 2.0 * 2.0)
//! }).unwrap();
//! assert!(area > 12.5);
//! ```
//!
//! [`Interpreter`] starts and ends Python, [`Python`] proves that this thread may use it, [`Value`] is a Python object,
//! and [`Error`] a Python exception. [`Module`] and [`ClassBuilder`] show functions and structs of the program to Python.
//! What has to outlive the lock, or move between threads, is a [`Global`].
//!
//! Architecture invariant: no object is reachable without a [`Python`] token, which exists only while this thread holds
//! the lock. (`Value` borrows the token's lifetime; `Global` gives its object to a token only.)

mod class;
mod convert;
mod error;
mod function;
mod global;
mod interpreter;
mod module;
mod token;
mod value;

pub use class::ClassBuilder;
pub use convert::{FromPython, ToPython};
pub use error::{Error, Result};
pub use function::Arguments;
pub use global::Global;
pub use interpreter::{Config, Interpreter, StartError};
pub use module::Module;
pub use token::Python;
pub use value::{Iter, Value};
