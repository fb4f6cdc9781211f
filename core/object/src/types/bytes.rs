//! `bytes` (skeleton; owner: text).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `bytes`
    #[unsafe(no_mangle)]
    pub static PyBytes_Type = { tp_name: c"bytes".as_ptr(), tp_basicsize: 33, tp_itemsize: 1 };
}
crate::object_view!(/** A `bytes`. */ pub Bytes, PyBytesObject, PyBytes_Type, flag Py_TPFLAGS_BYTES_SUBCLASS);
/// `PyBytes_FromStringAndSize`.
pub fn from_slice(_bytes: &[u8]) -> Result<Obj> {
    missing!()
}
/// A new bytes object of `size` bytes filled by `fill`, before anybody else sees it.
pub fn build(_size: usize, _fill: impl FnOnce(&mut [u8])) -> Result<Obj> {
    missing!()
}
/// The bytes of an instance (`PyBytes_AS_STRING`).
pub fn as_slice(_object: &Object) -> &[u8] {
    missing!()
}
/// `PyBytes_Check`.
pub fn check(object: &Object) -> bool {
    <Bytes as crate::handle::Class>::is_instance(object)
}
