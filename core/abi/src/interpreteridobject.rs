//! Structs of `interpreteridobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct interpid {
    pub ob_base: PyObject,
    pub id: i64,
}
assert_layout!(interpid, 24, { ob_base: 0, id: 16 });
