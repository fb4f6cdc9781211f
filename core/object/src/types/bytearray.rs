//! `bytearray` (skeleton; owner: text).
use crate::handle::{Obj, Result};
/// `PyByteArray_FromStringAndSize`.
pub fn from_slice(_bytes: &[u8]) -> Result<Obj> {
    missing!()
}
/// `PyByteArray_Check`.
pub fn check(object: &crate::handle::Object) -> bool {
    object.class_of().name() == "bytearray"
}
