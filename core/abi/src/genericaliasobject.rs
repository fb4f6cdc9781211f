//! Structs of `genericaliasobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct gaobject {
    pub ob_base: PyObject,
    pub origin: *mut PyObject,
    pub args: *mut PyObject,
    pub parameters: *mut PyObject,
    pub weakreflist: *mut PyObject,
}
assert_layout!(gaobject, 48, { ob_base: 0, origin: 16, args: 24, parameters: 32, weakreflist: 40 });
