//! The exported C API: libpython3.9.
//!
//! One file per CPython header (`cpython/X.rs` for `cpython/X.h`, `internal/X.rs` for `internal/X.h`), its functions in
//! the header's order, each a literal signature and one delegating call into the object layer or the interpreter.
//! [`funnel::guard`] stands between: it turns `Raised` into the function's own error value and a panic into
//! `SystemError`. [`convert`] turns C arguments into references.
//!
//! Functions that sit in slots of built-in types are defined where the types are (`krait-object`), because binaries
//! compare slots with exported addresses. Data symbols stand beside their types as well.
#![allow(non_snake_case, non_upper_case_globals, reason = "the names are CPython's")]

pub mod convert;
pub mod funnel;

#[global_allocator]
static HEAP: krait_object::memory::RustHeap = krait_object::memory::RustHeap;

pub mod cpython;
pub mod internal;

pub mod r#abstract;
pub mod ast;
pub mod boolobject;
pub mod bytearrayobject;
pub mod bytesobject;
pub mod cellobject;
pub mod classobject;
pub mod codecs;
pub mod compile;
pub mod complexobject;
pub mod context;
pub mod descrobject;
pub mod dictobject;
pub mod fileobject;
pub mod fileutils;
pub mod floatobject;
pub mod funcobject;
pub mod genobject;
pub mod import;
pub mod intrcheck;
pub mod iterobject;
pub mod listobject;
pub mod longintrepr;
pub mod longobject;
pub mod marshal;
pub mod memoryobject;
pub mod methodobject;
pub mod moduleobject;
pub mod namespaceobject;
pub mod node;
pub mod object;
pub mod objimpl;
pub mod odictobject;
pub mod osmodule;
pub mod parsetok;
pub mod picklebufobject;
pub mod pyarena;
pub mod pycapsule;
pub mod pyerrors;
pub mod pyhash;
pub mod pylifecycle;
pub mod pymath;
pub mod pymem;
pub mod pystrcmp;
pub mod pystrhex;
pub mod pystrtod;
pub mod pythonrun;
pub mod pythread;
pub mod pytime;
pub mod setobject;
pub mod sliceobject;
mod startup;
pub mod structmember;
pub mod structseq;
pub mod symtable;
pub mod token;
pub mod traceback;
pub mod tracemalloc;
pub mod tupleobject;
pub mod unicodeobject;
mod unwinding;
pub mod variadic;
pub mod weakrefobject;

pub mod ceval;
pub mod code;
pub mod frameobject;
pub mod modsupport;
pub mod pystate;
pub mod sysmodule;
pub mod warnings;

/// What every header file of this crate starts from.
#[allow(unused_imports, reason = "each file takes what it needs")]
pub(crate) mod prelude {
    pub use crate::convert::*;
    pub use crate::funnel::{guard, guard_or};
    pub use core::ptr::{null, null_mut};
    pub use krait_abi::*;
    pub use krait_object::handle::{as_ptr_opt, into_ptr_opt};
    pub use krait_object::{Class, Layout, Obj, Object, Raised, Result};
    pub use krait_object::{codecs, err, gc, memory, protocol, refcount, thread, types};
}
