//! Structs of `hamt.c`, `internal/pycore_hamt.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHamtIterator {
    pub ob_base: PyObject,
    pub hi_obj: *mut PyHamtObject,
    pub hi_iter: PyHamtIteratorState,
    pub hi_yield: binaryfunc,
}
assert_layout!(PyHamtIterator, 152, { ob_base: 0, hi_obj: 16, hi_iter: 24, hi_yield: 144 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHamtIteratorState {
    pub i_nodes: [*mut PyHamtNode; 7],
    pub i_pos: [Py_ssize_t; 7],
    pub i_level: i8,
}
assert_layout!(PyHamtIteratorState, 120, { i_nodes: 0, i_pos: 56, i_level: 112 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHamtNode {
    pub ob_base: PyObject,
}
assert_layout!(PyHamtNode, 16, { ob_base: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHamtObject {
    pub ob_base: PyObject,
    pub h_root: *mut PyHamtNode,
    pub h_weakreflist: *mut PyObject,
    pub h_count: Py_ssize_t,
}
assert_layout!(PyHamtObject, 40, { ob_base: 0, h_root: 16, h_weakreflist: 24, h_count: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHamtNode_Array {
    pub ob_base: PyObject,
    pub a_array: [*mut PyHamtNode; 32],
    pub a_count: Py_ssize_t,
}
assert_layout!(PyHamtNode_Array, 280, { ob_base: 0, a_array: 16, a_count: 272 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHamtNode_Bitmap {
    pub ob_base: PyVarObject,
    pub b_bitmap: u32,
    pub b_array: [*mut PyObject; 1],
}
assert_layout!(PyHamtNode_Bitmap, 40, { ob_base: 0, b_bitmap: 24, b_array: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHamtNode_Collision {
    pub ob_base: PyVarObject,
    pub c_hash: i32,
    pub c_array: [*mut PyObject; 1],
}
assert_layout!(PyHamtNode_Collision, 40, { ob_base: 0, c_hash: 24, c_array: 32 });
