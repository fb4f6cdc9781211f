//! Structs of `moduleobject.c`, `moduleobject.h`.

use crate::*;

/// What a module is made from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyModuleDef {
    pub m_base: PyModuleDef_Base,
    pub m_name: *const c_char,
    pub m_doc: *const c_char,
    pub m_size: Py_ssize_t,
    pub m_methods: *mut PyMethodDef,
    pub m_slots: *mut PyModuleDef_Slot,
    pub m_traverse: traverseproc,
    pub m_clear: inquiry,
    pub m_free: freefunc,
}
assert_layout!(PyModuleDef, 104, {
    m_base: 0, m_name: 40, m_doc: 48, m_size: 56, m_methods: 64, m_slots: 72, m_traverse: 80, m_clear: 88,
    m_free: 96,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyModuleObject {
    pub ob_base: PyObject,
    pub md_dict: *mut PyObject,
    pub md_def: *mut PyModuleDef,
    pub md_state: *mut c_void,
    pub md_weaklist: *mut PyObject,
    pub md_name: *mut PyObject,
}
assert_layout!(PyModuleObject, 56, {
    ob_base: 0, md_dict: 16, md_def: 24, md_state: 32, md_weaklist: 40, md_name: 48,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyModuleDef_Base {
    pub ob_base: PyObject,
    pub m_init: Option<unsafe extern "C" fn() -> *mut PyObject>,
    pub m_index: Py_ssize_t,
    pub m_copy: *mut PyObject,
}
assert_layout!(PyModuleDef_Base, 40, { ob_base: 0, m_init: 16, m_index: 24, m_copy: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyModuleDef_Slot {
    pub slot: c_int,
    pub value: *mut c_void,
}
assert_layout!(PyModuleDef_Slot, 16, { slot: 0, value: 8 });
