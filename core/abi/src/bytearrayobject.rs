//! Structs of `bytearrayobject.c`, `cpython/bytearrayobject.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyByteArrayObject {
    pub ob_base: PyVarObject,
    pub ob_alloc: Py_ssize_t,
    pub ob_bytes: *mut c_char,
    pub ob_start: *mut c_char,
    pub ob_exports: Py_ssize_t,
}
assert_layout!(PyByteArrayObject, 56, {
    ob_base: 0, ob_alloc: 24, ob_bytes: 32, ob_start: 40, ob_exports: 48,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct bytesiterobject {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    pub it_seq: *mut PyByteArrayObject,
}
assert_layout!(bytesiterobject, 32, { ob_base: 0, it_index: 16, it_seq: 24 });
