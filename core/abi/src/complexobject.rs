//! Structs of `complexobject.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyComplexObject {
    pub ob_base: PyObject,
    pub cval: Py_complex,
}
assert_layout!(PyComplexObject, 32, { ob_base: 0, cval: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Py_complex {
    pub real: f64,
    pub imag: f64,
}
assert_layout!(Py_complex, 16, { real: 0, imag: 8 });
