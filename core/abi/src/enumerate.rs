//! Structs of `enumobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct enumobject {
    pub ob_base: PyObject,
    pub en_index: Py_ssize_t,
    pub en_sit: *mut PyObject,
    pub en_result: *mut PyObject,
    pub en_longindex: *mut PyObject,
}
assert_layout!(enumobject, 48, { ob_base: 0, en_index: 16, en_sit: 24, en_result: 32, en_longindex: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct reversedobject {
    pub ob_base: PyObject,
    pub index: Py_ssize_t,
    pub seq: *mut PyObject,
}
assert_layout!(reversedobject, 32, { ob_base: 0, index: 16, seq: 24 });
