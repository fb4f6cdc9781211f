//! `int` (skeleton; owner: numbers).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `int`
    #[unsafe(no_mangle)]
    pub static PyLong_Type = { tp_name: c"int".as_ptr(), tp_basicsize: 24, tp_itemsize: 4 };
}
crate::object_view!(/** An `int`. */ pub Long, PyLongObject, PyLong_Type, flag Py_TPFLAGS_LONG_SUBCLASS);
/// `PyLong_FromLongLong`.
pub fn from_i64(_value: i64) -> Result<Obj> {
    missing!()
}
/// `PyLong_FromUnsignedLongLong`.
pub fn from_u64(_value: u64) -> Result<Obj> {
    missing!()
}
/// `PyLong_FromDouble`.
pub fn from_f64(_value: f64) -> Result<Obj> {
    missing!()
}
/// `PyLong_FromVoidPtr`.
pub fn from_ptr(value: *const core::ffi::c_void) -> Result<Obj> {
    from_u64(value as usize as u64)
}
/// `PyLong_AsLongLong` (uses `__index__`/`__int__` like it); OverflowError texts differ per C name: "long"/"int"...
pub fn as_i64(_object: &Object) -> Result<i64> {
    missing!()
}
/// `PyLong_AsLong`.
pub fn as_long(_object: &Object) -> Result<i64> {
    missing!()
}
/// `PyLong_AsSsize_t` ("Python int too large to convert to C ssize_t").
pub fn as_isize(_object: &Object) -> Result<isize> {
    missing!()
}
/// `_PyLong_AsInt` ("Python int too large to convert to C int").
pub fn as_i32(_object: &Object) -> Result<i32> {
    missing!()
}
/// `PyLong_AsUnsignedLongLong`.
pub fn as_u64(_object: &Object) -> Result<u64> {
    missing!()
}
/// `PyLong_AsSize_t`.
pub fn as_usize(_object: &Object) -> Result<usize> {
    missing!()
}
/// `PyLong_AsUnsignedLongLongMask`.
pub fn as_u64_mask(_object: &Object) -> Result<u64> {
    missing!()
}
/// `PyLong_AsLongLongAndOverflow`: None with the sign of the overflow.
pub fn as_i64_and_overflow(_object: &Object) -> Result<core::result::Result<i64, i32>> {
    missing!()
}
/// `PyLong_AsDouble`.
pub fn as_f64(_object: &Object) -> Result<f64> {
    missing!()
}
/// The value of an exact small int (one digit or none), for fast paths.
pub fn small_value(_object: &Object) -> Option<i64> {
    missing!()
}
/// `PyLong_Check`.
pub fn check(object: &Object) -> bool {
    <Long as crate::handle::Class>::is_instance(object)
}
/// `PyLong_CheckExact`.
pub fn check_exact(object: &Object) -> bool {
    <Long as crate::handle::Class>::is_exact(object)
}
/// `PyLong_FromString` without the C string's limits: text in `base` (0 = by prefix), whole text must be consumed.
pub fn from_text(_text: &str, _base: u32) -> Result<Obj> {
    missing!()
}
/// `_PyLong_FromByteArray`.
pub fn from_bytes(_bytes: &[u8], _little_endian: bool, _signed: bool) -> Result<Obj> {
    missing!()
}
/// `_PyLong_AsByteArray`.
pub fn to_bytes(_object: &Object, _out: &mut [u8], _little_endian: bool, _signed: bool) -> Result<()> {
    missing!()
}
/// `_PyLong_Format`: text in base 2, 8, 10 or 16 (with prefix for the others).
pub fn format(_object: &Object, _base: u32) -> Result<Obj> {
    missing!()
}
