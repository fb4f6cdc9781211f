//! Structs of `cpython/listobject.h`, `listobject.c`.

use crate::*;

/// A list; `ob_size` items of `allocated` are in use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyListObject {
    pub ob_base: PyVarObject,
    pub ob_item: *mut *mut PyObject,
    pub allocated: Py_ssize_t,
}
assert_layout!(PyListObject, 40, { ob_base: 0, ob_item: 24, allocated: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct listiterobject {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    pub it_seq: *mut PyListObject,
}
assert_layout!(listiterobject, 32, { ob_base: 0, it_index: 16, it_seq: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct listreviterobject {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    pub it_seq: *mut PyListObject,
}
assert_layout!(listreviterobject, 32, { ob_base: 0, it_index: 16, it_seq: 24 });
