//! Structs of `iterobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct calliterobject {
    pub ob_base: PyObject,
    pub it_callable: *mut PyObject,
    pub it_sentinel: *mut PyObject,
}
assert_layout!(calliterobject, 32, { ob_base: 0, it_callable: 16, it_sentinel: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct seqiterobject {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    pub it_seq: *mut PyObject,
}
assert_layout!(seqiterobject, 32, { ob_base: 0, it_index: 16, it_seq: 24 });
