//! Structs of `picklebufobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyPickleBufferObject {
    pub ob_base: PyObject,
    pub view: Py_buffer,
    pub weakreflist: *mut PyObject,
}
assert_layout!(PyPickleBufferObject, 104, { ob_base: 0, view: 16, weakreflist: 96 });
