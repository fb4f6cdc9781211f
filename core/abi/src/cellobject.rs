//! Structs of `cellobject.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCellObject {
    pub ob_base: PyObject,
    pub ob_ref: *mut PyObject,
}
assert_layout!(PyCellObject, 24, { ob_base: 0, ob_ref: 16 });
