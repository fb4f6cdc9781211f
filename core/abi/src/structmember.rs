//! Structs of `structmember.h`.

use crate::*;

/// A row of a member table; `name` NULL ends it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemberDef {
    pub name: *const c_char,
    pub r#type: c_int,
    pub offset: Py_ssize_t,
    pub flags: c_int,
    pub doc: *const c_char,
}
assert_layout!(PyMemberDef, 40, { name: 0, r#type: 8, offset: 16, flags: 24, doc: 32 });
