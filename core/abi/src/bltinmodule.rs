//! Structs of `bltinmodule.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct filterobject {
    pub ob_base: PyObject,
    pub func: *mut PyObject,
    pub it: *mut PyObject,
}
assert_layout!(filterobject, 32, { ob_base: 0, func: 16, it: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mapobject {
    pub ob_base: PyObject,
    pub iters: *mut PyObject,
    pub func: *mut PyObject,
}
assert_layout!(mapobject, 32, { ob_base: 0, iters: 16, func: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct zipobject {
    pub ob_base: PyObject,
    pub tuplesize: Py_ssize_t,
    pub ittuple: *mut PyObject,
    pub result: *mut PyObject,
}
assert_layout!(zipobject, 40, { ob_base: 0, tuplesize: 16, ittuple: 24, result: 32 });
