//! Structs of `weakrefobject.h`.

use crate::*;

/// A weak reference or proxy, on the list of its referent.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyWeakReference {
    pub ob_base: PyObject,
    pub wr_object: *mut PyObject,
    pub wr_callback: *mut PyObject,
    pub hash: Py_hash_t,
    pub wr_prev: *mut PyWeakReference,
    pub wr_next: *mut PyWeakReference,
}
assert_layout!(PyWeakReference, 56, {
    ob_base: 0, wr_object: 16, wr_callback: 24, hash: 32, wr_prev: 40, wr_next: 48,
});

pub type _PyWeakReference = PyWeakReference;
