//! Structs of `typeobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct superobject {
    pub ob_base: PyObject,
    pub r#type: *mut PyTypeObject,
    pub obj: *mut PyObject,
    pub obj_type: *mut PyTypeObject,
}
assert_layout!(superobject, 40, { ob_base: 0, r#type: 16, obj: 24, obj_type: 32 });
