//! Structs of `odictobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct odictiterobject {
    pub ob_base: PyObject,
    pub kind: c_int,
    pub di_odict: *mut PyODictObject,
    pub di_size: Py_ssize_t,
    pub di_state: usize,
    pub di_current: *mut PyObject,
    pub di_result: *mut PyObject,
}
assert_layout!(odictiterobject, 64, {
    ob_base: 0, kind: 16, di_odict: 24, di_size: 32, di_state: 40, di_current: 48, di_result: 56,
});
