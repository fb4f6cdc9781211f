//! Structs of `_collectionsmodule.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _tuplegetterobject {
    pub ob_base: PyObject,
    pub index: Py_ssize_t,
    pub doc: *mut PyObject,
}
assert_layout!(_tuplegetterobject, 32, { ob_base: 0, index: 16, doc: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct dequeiterobject {
    pub ob_base: PyObject,
    pub b: *mut c_void,
    pub index: Py_ssize_t,
    pub deque: *mut dequeobject,
    pub state: usize,
    pub counter: Py_ssize_t,
}
assert_layout!(dequeiterobject, 56, { ob_base: 0, b: 16, index: 24, deque: 32, state: 40, counter: 48 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct dequeobject {
    pub ob_base: PyVarObject,
    pub leftblock: *mut dequeblock,
    pub rightblock: *mut dequeblock,
    pub leftindex: Py_ssize_t,
    pub rightindex: Py_ssize_t,
    pub state: usize,
    pub maxlen: Py_ssize_t,
    pub weakreflist: *mut PyObject,
}
assert_layout!(dequeobject, 80, {
    ob_base: 0, leftblock: 24, rightblock: 32, leftindex: 40, rightindex: 48, state: 56, maxlen: 64,
    weakreflist: 72,
});

/// A block of a deque; blocks are linked both ways and hold 64 items each.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct dequeblock {
    pub leftlink: *mut dequeblock,
    pub data: [*mut PyObject; 64],
    pub rightlink: *mut dequeblock,
}
assert_layout!(dequeblock, 528, { leftlink: 0, data: 8, rightlink: 520 });
