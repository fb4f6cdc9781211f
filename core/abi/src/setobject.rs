//! Structs of `setobject.c`, `setobject.h`.

use crate::*;

/// A set or frozenset; small tables lie in `smalltable`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySetObject {
    pub ob_base: PyObject,
    pub fill: Py_ssize_t,
    pub used: Py_ssize_t,
    pub mask: Py_ssize_t,
    pub table: *mut setentry,
    pub hash: Py_hash_t,
    pub finger: Py_ssize_t,
    pub smalltable: [setentry; 8],
    pub weakreflist: *mut PyObject,
}
assert_layout!(PySetObject, 200, {
    ob_base: 0, fill: 16, used: 24, mask: 32, table: 40, hash: 48, finger: 56, smalltable: 64,
    weakreflist: 192,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct setentry {
    pub key: *mut PyObject,
    pub hash: Py_hash_t,
}
assert_layout!(setentry, 16, { key: 0, hash: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct setiterobject {
    pub ob_base: PyObject,
    pub si_set: *mut PySetObject,
    pub si_used: Py_ssize_t,
    pub si_pos: Py_ssize_t,
    pub len: Py_ssize_t,
}
assert_layout!(setiterobject, 48, { ob_base: 0, si_set: 16, si_used: 24, si_pos: 32, len: 40 });
