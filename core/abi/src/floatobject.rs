//! Structs of `floatobject.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyFloatObject {
    pub ob_base: PyObject,
    pub ob_fval: f64,
}
assert_layout!(PyFloatObject, 24, { ob_base: 0, ob_fval: 16 });
