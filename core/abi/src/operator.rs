//! Structs of `_operator.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct attrgetterobject {
    pub ob_base: PyObject,
    pub nattrs: Py_ssize_t,
    pub attr: *mut PyObject,
}
assert_layout!(attrgetterobject, 32, { ob_base: 0, nattrs: 16, attr: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct itemgetterobject {
    pub ob_base: PyObject,
    pub nitems: Py_ssize_t,
    pub item: *mut PyObject,
    pub index: Py_ssize_t,
}
assert_layout!(itemgetterobject, 40, { ob_base: 0, nitems: 16, item: 24, index: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct methodcallerobject {
    pub ob_base: PyObject,
    pub name: *mut PyObject,
    pub args: *mut PyObject,
    pub kwds: *mut PyObject,
}
assert_layout!(methodcallerobject, 40, { ob_base: 0, name: 16, args: 24, kwds: 32 });
