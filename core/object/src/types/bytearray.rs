//! `bytearray` (skeleton; owner: text).
use crate::handle::{Class, Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `bytearray`
    #[unsafe(no_mangle)]
    pub static PyByteArray_Type = { tp_name: c"bytearray".as_ptr(), tp_basicsize: 56 };
}
crate::object_view!(/** A `bytearray`. */ pub ByteArray, PyByteArrayObject, PyByteArray_Type);
/// `PyByteArray_FromStringAndSize`.
pub fn from_slice(_bytes: &[u8]) -> Result<Obj> {
    missing!()
}
/// `PyByteArray_Check`.
pub fn check(object: &Object) -> bool {
    ByteArray::is_instance(object)
}
/// Number of bytes.
pub fn len(_object: &Object) -> usize {
    missing!()
}
/// The bytes.
/// # Safety
/// No code runs that could change the array while the slice is in use.
pub unsafe fn as_slice(_object: &Object) -> &[u8] {
    missing!()
}
