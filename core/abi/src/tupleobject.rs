//! Structs of `cpython/tupleobject.h`, `tupleobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStructSequence {
    pub ob_base: PyVarObject,
    pub ob_item: [*mut PyObject; 1],
}
assert_layout!(PyStructSequence, 32, { ob_base: 0, ob_item: 24 });

/// A tuple; `ob_size` items follow.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyTupleObject {
    pub ob_base: PyVarObject,
    pub ob_item: [*mut PyObject; 1],
}
assert_layout!(PyTupleObject, 32, { ob_base: 0, ob_item: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct tupleiterobject {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    pub it_seq: *mut PyTupleObject,
}
assert_layout!(tupleiterobject, 32, { ob_base: 0, it_index: 16, it_seq: 24 });
