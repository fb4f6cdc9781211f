//! `str` (skeleton; owner: text).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `str`
    #[unsafe(no_mangle)]
    pub static PyUnicode_Type = { tp_name: c"str".as_ptr(), tp_basicsize: 80 };
}
crate::object_view!(/** A `str`. */ pub Str, PyUnicodeObject, PyUnicode_Type, flag Py_TPFLAGS_UNICODE_SUBCLASS);
/// `PyUnicode_Check`.
pub fn check(object: &Object) -> bool {
    <Str as crate::handle::Class>::is_instance(object)
}
/// `PyUnicode_CheckExact`.
pub fn check_exact(object: &Object) -> bool {
    <Str as crate::handle::Class>::is_exact(object)
}
/// From UTF-8 text (valid by type).
pub fn from_str(_text: &str) -> Result<Obj> {
    missing!()
}
/// Interned `str` (`PyUnicode_InternFromString`).
pub fn intern_str(_text: &str) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_InternInPlace`.
pub fn intern(_object: Obj) -> Obj {
    missing!()
}
/// From code points.
pub fn from_code_points(_points: &[u32]) -> Result<Obj> {
    missing!()
}
/// From latin-1 bytes.
pub fn from_latin1(_bytes: &[u8]) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_DecodeUTF8` with an error handler name (None = strict).
pub fn decode_utf8(_bytes: &[u8], _errors: Option<&str>) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_DecodeFSDefaultAndSize`.
pub fn decode_fs(_bytes: &[u8]) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_EncodeFSDefault`: a bytes object.
pub fn encode_fs(_object: &Object) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_AsUTF8AndSize`: cached in the object; UnicodeEncodeError for lone surrogates, TypeError for others.
pub fn as_utf8(_object: &Object) -> Result<&str> {
    missing!()
}
/// `PyUnicode_AsEncodedString`.
pub fn encode(_object: &Object, _encoding: Option<&str>, _errors: Option<&str>) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_Decode`.
pub fn decode(_bytes: &[u8], _encoding: Option<&str>, _errors: Option<&str>) -> Result<Obj> {
    missing!()
}
/// Number of code points.
pub fn len(_object: &Object) -> usize {
    missing!()
}
/// The characters by storage kind.
#[derive(Clone, Copy)]
pub enum Chars<'a> {
    /// Up to U+00FF.
    Latin1(&'a [u8]),
    /// Up to U+FFFF.
    Ucs2(&'a [u16]),
    /// Up to U+10FFFF.
    Ucs4(&'a [u32]),
}
/// The characters.
pub fn chars(_object: &Object) -> Chars<'_> {
    missing!()
}
/// `PyUnicode_READ_CHAR`.
pub fn char_at(_object: &Object, _index: usize) -> u32 {
    missing!()
}
/// `_PyUnicode_EqualToASCIIString`.
pub fn eq_str(_object: &Object, _text: &str) -> bool {
    missing!()
}
/// Equality of two strs.
pub fn eq(_a: &Object, _b: &Object) -> bool {
    missing!()
}
/// `PyUnicode_Compare`.
pub fn compare(_a: &Object, _b: &Object) -> core::cmp::Ordering {
    missing!()
}
/// A `Display` of the text, surrogates replaced; for error messages.
pub fn display(_object: &Object) -> impl core::fmt::Display + '_ {
    ""
}
/// `PyUnicode_Concat`.
pub fn concat(_a: &Object, _b: &Object) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_Join` over a slice of strs.
pub fn join(_separator: &Object, _items: &[&Object]) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_Substring`.
pub fn substring(_object: &Object, _start: usize, _end: usize) -> Result<Obj> {
    missing!()
}
/// `PyUnicode_Format` (the % operator).
pub fn format(_format: &Object, _args: &Object) -> Result<Obj> {
    missing!()
}
/// `str.hash`, cached.
pub fn hash(_object: &Object) -> isize {
    missing!()
}
/// Builds a `str` piece by piece (`_PyUnicodeWriter`).
pub struct Builder(());
impl Builder {
    /// An empty builder.
    pub fn new() -> Builder {
        missing!()
    }
    /// Appends text.
    pub fn push_str(&mut self, _text: &str) {
        missing!()
    }
    /// Appends one code point.
    pub fn push_char(&mut self, _code_point: u32) {
        missing!()
    }
    /// Appends the text of a `str` object.
    pub fn push_object(&mut self, _object: &Object) {
        missing!()
    }
    /// The finished `str`.
    pub fn finish(self) -> Result<Obj> {
        missing!()
    }
}
