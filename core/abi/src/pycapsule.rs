//! Structs of `capsule.c`.

use crate::*;

/// A pointer under a name, passed between extensions.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCapsule {
    pub ob_base: PyObject,
    pub pointer: *mut c_void,
    pub name: *mut c_char,
    pub context: *mut c_void,
    pub destructor: PyCapsule_Destructor,
}
assert_layout!(PyCapsule, 48, { ob_base: 0, pointer: 16, name: 24, context: 32, destructor: 40 });
