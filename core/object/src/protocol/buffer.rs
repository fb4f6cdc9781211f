//! The buffer protocol (skeleton; owner: text).
use crate::handle::{Object, Result};
use krait_abi::Py_buffer;
/// An acquired buffer; released when dropped.
pub struct Buffer(Box<Py_buffer>);
impl Buffer {
    /// `PyObject_GetBuffer`.
    pub fn get(_object: &Object, _flags: i32) -> Result<Buffer> {
        missing!()
    }
    /// Contiguous bytes for reading (`PyBUF_SIMPLE`).
    pub fn simple(_object: &Object) -> Result<Buffer> {
        missing!()
    }
    /// The memory.
    pub fn as_slice(&self) -> &[u8] {
        missing!()
    }
    /// The memory of a writable buffer.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        missing!()
    }
}
/// `PyObject_CheckBuffer`.
pub fn check(_object: &Object) -> bool {
    missing!()
}
