//! Structs of `fileobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStdPrinter_Object {
    pub ob_base: PyObject,
    pub fd: c_int,
}
assert_layout!(PyStdPrinter_Object, 24, { ob_base: 0, fd: 16 });
