//! `str`: immutable text in the narrowest of three storages. Who owns what is drawn in [`layout`].
//!
//! Functions are named after the C API: `PyUnicode_FooBar` is `unicode::foo_bar`. They take `&Object` that must be a
//! `str` (or an instance of a subclass) unless they say that they check.

mod builder;
mod coding;
mod compare;
pub mod encoding_map;
mod format;
pub mod format_spec;
mod from_format;
mod intern;
mod layout;
pub mod locale;
mod methods;
mod ops;
mod percent;
mod raw;
pub mod search;
mod transform;
mod utf8;

pub use builder::{Builder, EMPTY_WRITER, Writer, from_display};
pub use coding::*;
pub use compare::*;
pub use encoding_map::build_encoding_map;
pub use format::{format_map, format_method, formatter_field_name_split, formatter_parser};
pub use from_format::{from_format, insert_thousands_grouping, write_format};
pub use intern::{clear_identifiers, from_id, intern, intern_immortal, intern_str, is_interned};
pub use layout::*;
pub use ops::*;
pub use percent::format;
pub use raw::*;
pub use search::{
    adjust, count, find, find_char, partition, replace, rpartition, rsplit, split, splitlines, tail_match,
};
pub use transform::*;
pub use utf8::*;

use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::payload::{EMPTY_MAPPING, EMPTY_NUMBER, EMPTY_SEQUENCE};
use crate::slot;
use crate::text::Unit;
use krait_abi::*;

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length_slot),
    sq_concat: Some(PyUnicode_Concat),
    sq_repeat: slot::ssize_arg(repeat_slot),
    sq_item: slot::ssize_arg(item_slot),
    sq_contains: Some(PyUnicode_Contains),
    ..EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length_slot),
    mp_subscript: slot::subscript(subscript_slot),
    ..EMPTY_MAPPING
};

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_remainder: slot::binary(methods::remainder), ..EMPTY_NUMBER };

const DOC: &core::ffi::CStr = c"str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n\
The text of an object, as its class defines it; or bytes decoded, from UTF-8\nand strictly unless said otherwise.";

crate::static_type! {
    /// `str`
    #[unsafe(no_mangle)]
    pub static PyUnicode_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"str".as_ptr(),
        tp_basicsize: size_of::<PyUnicodeObject>() as Py_ssize_t,
        tp_dealloc: Some(layout::dealloc),
        tp_repr: slot::unary(|this: &Str| repr(this.object())),
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_hash: slot::hash(compare::hash_slot),
        tp_str: slot::unary(compare::str_slot),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_UNICODE_SUBCLASS) as core::ffi::c_ulong,
        tp_doc: DOC.as_ptr(),
        tp_richcompare: Some(PyUnicode_RichCompare),
        tp_iter: slot::unary(|this: &Str| crate::types::text_iter::of_str(this.object())),
        tp_methods: (&raw mut methods::METHODS).cast(),
        tp_new: slot::new(methods::new),
        tp_free: Some(crate::memory::PyObject_Free),
    };
}
crate::object_view!(/** A `str`. */ pub Str, PyUnicodeObject, PyUnicode_Type, flag Py_TPFLAGS_UNICODE_SUBCLASS);

/// `PyUnicode_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    Str::is_instance(object)
}

/// `PyUnicode_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    Str::is_exact(object)
}

/// The characters by storage kind.
#[derive(Clone, Copy, Debug)]
pub enum Chars<'a> {
    /// Up to U+00FF.
    Latin1(&'a [u8]),
    /// Up to U+FFFF.
    Ucs2(&'a [u16]),
    /// Up to U+10FFFF.
    Ucs4(&'a [u32]),
}

/// Evaluates an expression with the slice of whatever width: `with_chars!(chars(s), |units| units.len())`.
#[macro_export]
macro_rules! with_chars {
    ($chars:expr, |$units:ident| $body:expr) => {
        match $chars {
            $crate::types::unicode::Chars::Latin1($units) => $body,
            $crate::types::unicode::Chars::Ucs2($units) => $body,
            $crate::types::unicode::Chars::Ucs4($units) => $body,
        }
    };
}
pub use crate::with_chars;

impl<'a> Chars<'a> {
    /// Number of characters.
    #[inline]
    pub fn len(self) -> usize {
        with_chars!(self, |s| s.len())
    }

    /// Whether there is no character.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The memory of the characters.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        with_chars!(self, |s| {
            // SAFETY: plain integers without padding.
            unsafe { core::slice::from_raw_parts(s.as_ptr().cast::<u8>(), size_of_val(s)) }
        })
    }

    /// The character at `index`, which is in range.
    #[inline]
    pub fn at(self, index: usize) -> u32 {
        with_chars!(self, |s| s[index].code())
    }

    /// A part.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Chars<'a> {
        match self {
            Chars::Latin1(s) => Chars::Latin1(&s[start..end]),
            Chars::Ucs2(s) => Chars::Ucs2(&s[start..end]),
            Chars::Ucs4(s) => Chars::Ucs4(&s[start..end]),
        }
    }

    /// The code points.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + ExactSizeIterator + 'a {
        (0..self.len()).map(move |i| self.at(i))
    }
}

fn length_slot(this: &Str) -> Result<usize> {
    Ok(this.len())
}
fn item_slot(this: &Str, index: isize) -> Result<Obj> {
    item(this.object(), index)
}
fn repeat_slot(this: &Str, count: isize) -> Result<Obj> {
    repeat(this.object(), count)
}
fn subscript_slot(this: &Str, key: &Object) -> Result<Obj> {
    subscript(this.object(), key)
}

/// `TypeError` unless the object is a `str` ("must be str, not X", `ensure_unicode`).
pub fn ensure(object: &Object) -> Result<()> {
    if check(object) {
        return Ok(());
    }
    Err(err::type_error(format_args!("must be str, not {:.100}", object.class_of().name())))
}
