//! Structs of `rangeobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct longrangeiterobject {
    pub ob_base: PyObject,
    pub index: *mut PyObject,
    pub start: *mut PyObject,
    pub step: *mut PyObject,
    pub len: *mut PyObject,
}
assert_layout!(longrangeiterobject, 48, { ob_base: 0, index: 16, start: 24, step: 32, len: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct rangeiterobject {
    pub ob_base: PyObject,
    pub index: c_long,
    pub start: c_long,
    pub step: c_long,
    pub len: c_long,
}
assert_layout!(rangeiterobject, 48, { ob_base: 0, index: 16, start: 24, step: 32, len: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct rangeobject {
    pub ob_base: PyObject,
    pub start: *mut PyObject,
    pub stop: *mut PyObject,
    pub step: *mut PyObject,
    pub length: *mut PyObject,
}
assert_layout!(rangeobject, 48, { ob_base: 0, start: 16, stop: 24, step: 32, length: 40 });
