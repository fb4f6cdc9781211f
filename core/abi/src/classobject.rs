//! Structs of `classobject.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyInstanceMethodObject {
    pub ob_base: PyObject,
    pub func: *mut PyObject,
}
assert_layout!(PyInstanceMethodObject, 24, { ob_base: 0, func: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMethodObject {
    pub ob_base: PyObject,
    pub im_func: *mut PyObject,
    pub im_self: *mut PyObject,
    pub im_weakreflist: *mut PyObject,
    pub vectorcall: vectorcallfunc,
}
assert_layout!(PyMethodObject, 48, {
    ob_base: 0, im_func: 16, im_self: 24, im_weakreflist: 32, vectorcall: 40,
});
