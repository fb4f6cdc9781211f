//! CPython 3.9's binary interface on x86-64 System V: structs, slot types, flags and constants, one file per header
//! family and under the C names. Nothing here has behaviour; sizes and offsets are asserted at compile time
//! beside each struct, against what the reference's headers and debug information say.
//!
//! Every struct is `Copy` and plain: integers, raw pointers and nullable function pointers, so all-zero bytes are a
//! valid value (`PyTypeObject::ZEROED`), which is what static tables start from.
#![no_std]
#![expect(non_camel_case_types, non_snake_case, non_upper_case_globals, reason = "the names are CPython's")]

pub use core::ffi::{
    CStr, c_char, c_double, c_float, c_int, c_long, c_longlong, c_schar, c_short, c_uchar, c_uint, c_ulong,
    c_ulonglong, c_ushort, c_void,
};

/// Asserts the size and every field offset of a struct at compile time, and gives it `ZEROED`.
macro_rules! assert_layout {
    ($name:ident, $size:expr, { $($field:ident: $offset:expr),* $(,)? }) => {
        const _: () = {
            assert!(core::mem::size_of::<$name>() == $size);
            $(assert!(core::mem::offset_of!($name, $field) == $offset);)*
        };
        impl $name {
            /// All bytes zero: numbers 0, pointers and functions NULL.
            // SAFETY: every field is an integer, a float, a raw pointer, an `Option` of a function or an
            // aggregate of those, for all of which zero bytes are valid.
            pub const ZEROED: Self = unsafe { core::mem::zeroed() };
        }
    };
}

mod abc_data;
mod accu;
mod array;
mod atomic;
mod basic;
mod bltinmodule;
mod bytearrayobject;
mod bytesobject;
mod cellobject;
mod classobject;
mod code;
mod collections;
mod compile;
mod complexobject;
mod constants;
mod context;
mod datetime;
mod descrobject;
mod dictobject;
mod enumerate;
mod fileobject;
mod floatobject;
mod frameobject;
mod funcobject;
mod functools;
mod gc;
mod genericaliasobject;
mod genobject;
mod hamt;
mod hashtable;
mod import;
mod initconfig;
mod interpreteridobject;
mod iterobject;
mod itertools;
mod listobject;
mod longobject;
mod memoryobject;
mod methodobject;
mod modsupport;
mod moduleobject;
mod namespaceobject;
mod object;
mod odictobject;
mod operator;
mod pgen;
mod picklebufobject;
mod pycapsule;
mod pyerrors;
mod pyexpat;
mod pyhash;
mod pymem;
mod pystate;
mod python_ast;
mod pythread;
mod pytime;
mod range;
mod runtime;
mod setobject;
mod sliceobject;
mod slots;
mod socket;
mod structmember;
mod structseq;
mod symtableentry;
mod thread;
mod tupleobject;
mod typeobject;
mod ucnhash;
mod unicodeobject;
mod weakrefobject;

pub use abc_data::*;
pub use accu::*;
pub use array::*;
pub use atomic::*;
pub use basic::*;
pub use bltinmodule::*;
pub use bytearrayobject::*;
pub use bytesobject::*;
pub use cellobject::*;
pub use classobject::*;
pub use code::*;
pub use collections::*;
pub use compile::*;
pub use complexobject::*;
pub use constants::*;
pub use context::*;
pub use datetime::*;
pub use descrobject::*;
pub use dictobject::*;
pub use enumerate::*;
pub use fileobject::*;
pub use floatobject::*;
pub use frameobject::*;
pub use funcobject::*;
pub use functools::*;
pub use gc::*;
pub use genericaliasobject::*;
pub use genobject::*;
pub use hamt::*;
pub use hashtable::*;
pub use import::*;
pub use initconfig::*;
pub use interpreteridobject::*;
pub use iterobject::*;
pub use itertools::*;
pub use listobject::*;
pub use longobject::*;
pub use memoryobject::*;
pub use methodobject::*;
pub use modsupport::*;
pub use moduleobject::*;
pub use namespaceobject::*;
pub use object::*;
pub use odictobject::*;
pub use operator::*;
pub use pgen::*;
pub use picklebufobject::*;
pub use pycapsule::*;
pub use pyerrors::*;
pub use pyexpat::*;
pub use pyhash::*;
pub use pymem::*;
pub use pystate::*;
pub use python_ast::*;
pub use pythread::*;
pub use pytime::*;
pub use range::*;
pub use runtime::*;
pub use setobject::*;
pub use sliceobject::*;
pub use slots::*;
pub use socket::*;
pub use structmember::*;
pub use structseq::*;
pub use symtableentry::*;
pub use thread::*;
pub use tupleobject::*;
pub use typeobject::*;
pub use ucnhash::*;
pub use unicodeobject::*;
pub use weakrefobject::*;
