//! The object model: memory, reference counts, garbage collection, thread state, errors, type machinery, descriptors
//! and the built-in types. Everything here works on CPython 3.9's own struct layouts (`krait-abi`).
//!
//! Start with [`handle`]: `&Object` is a borrowed reference, [`handle::Obj`] an owned one, `Result<T>` is CPython's
//! "NULL with an exception set". [`slot`] and [`method`] turn safe Rust functions into C slots and C method tables.

#![allow(non_upper_case_globals, reason = "exported data symbols have CPython's names")]

pub mod args;
pub mod cell;
#[cfg(feature = "checked")]
pub mod checked;
pub mod codecs;
pub mod crossinterp;
pub mod err;
pub mod gc;
pub mod gil;
pub mod gil_state;
pub mod handle;
pub mod hashtable;
pub mod hooks;
pub mod interpreter;
pub mod lifecycle;
pub mod memory;
pub mod method;
pub mod names;
pub mod native;
pub mod payload;
pub mod pending;
pub mod protocol;
pub mod refcount;
pub mod slot;
pub mod state;
#[cfg(test)]
pub mod testing;
pub mod text;
pub mod thread;
pub mod thread_info;
pub mod thread_state;
pub mod types;
pub mod unicode;
pub mod varargs;

pub use handle::{Class, Layout, Obj, Object, Raised, Result};
