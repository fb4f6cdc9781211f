//! Structs of `namespaceobject.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyNamespaceObject {
    pub ob_base: PyObject,
    pub ns_dict: *mut PyObject,
}
assert_layout!(_PyNamespaceObject, 24, { ob_base: 0, ns_dict: 16 });
