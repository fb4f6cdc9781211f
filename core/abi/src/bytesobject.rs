//! Structs of `bytesobject.c`, `cpython/bytesobject.h`.

use crate::*;

/// Bytes; `ob_size` bytes and a NUL follow.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyBytesObject {
    pub ob_base: PyVarObject,
    pub ob_shash: Py_hash_t,
    pub ob_sval: [c_char; 1],
}
assert_layout!(PyBytesObject, 40, { ob_base: 0, ob_shash: 24, ob_sval: 32 });

/// Builds bytes piece by piece, first in its own small buffer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyBytesWriter {
    pub buffer: *mut PyObject,
    pub allocated: Py_ssize_t,
    pub min_size: Py_ssize_t,
    pub use_bytearray: c_int,
    pub overallocate: c_int,
    pub use_small_buffer: c_int,
    pub small_buffer: [c_char; 512],
}
assert_layout!(_PyBytesWriter, 552, {
    buffer: 0, allocated: 8, min_size: 16, use_bytearray: 24, overallocate: 28, use_small_buffer: 32,
    small_buffer: 36,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct striterobject {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    pub it_seq: *mut PyBytesObject,
}
assert_layout!(striterobject, 32, { ob_base: 0, it_index: 16, it_seq: 24 });
