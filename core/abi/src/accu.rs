//! Structs of `internal/pycore_accu.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyAccu {
    pub large: *mut PyObject,
    pub small: *mut PyObject,
}
assert_layout!(_PyAccu, 16, { large: 0, small: 8 });
