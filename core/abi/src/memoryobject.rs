//! Structs of `memoryobject.c`, `memoryobject.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemoryViewObject {
    pub ob_base: PyVarObject,
    pub mbuf: *mut _PyManagedBufferObject,
    pub hash: Py_hash_t,
    pub flags: c_int,
    pub exports: Py_ssize_t,
    pub view: Py_buffer,
    pub weakreflist: *mut PyObject,
    pub ob_array: [Py_ssize_t; 1],
}
assert_layout!(PyMemoryViewObject, 152, {
    ob_base: 0, mbuf: 24, hash: 32, flags: 40, exports: 48, view: 56, weakreflist: 136, ob_array: 144,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyManagedBufferObject {
    pub ob_base: PyObject,
    pub flags: c_int,
    pub exports: Py_ssize_t,
    pub master: Py_buffer,
}
assert_layout!(_PyManagedBufferObject, 112, { ob_base: 0, flags: 16, exports: 24, master: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Py_buffer_full {
    pub view: Py_buffer,
    pub array: [Py_ssize_t; 1],
}
assert_layout!(Py_buffer_full, 88, { view: 0, array: 80 });
