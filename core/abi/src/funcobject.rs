//! Structs of `funcobject.c`, `funcobject.h`.

use crate::*;

/// A function defined in Python.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyFunctionObject {
    pub ob_base: PyObject,
    pub func_code: *mut PyObject,
    pub func_globals: *mut PyObject,
    pub func_defaults: *mut PyObject,
    pub func_kwdefaults: *mut PyObject,
    pub func_closure: *mut PyObject,
    pub func_doc: *mut PyObject,
    pub func_name: *mut PyObject,
    pub func_dict: *mut PyObject,
    pub func_weakreflist: *mut PyObject,
    pub func_module: *mut PyObject,
    pub func_annotations: *mut PyObject,
    pub func_qualname: *mut PyObject,
    pub vectorcall: vectorcallfunc,
}
assert_layout!(PyFunctionObject, 120, {
    ob_base: 0, func_code: 16, func_globals: 24, func_defaults: 32, func_kwdefaults: 40, func_closure: 48,
    func_doc: 56, func_name: 64, func_dict: 72, func_weakreflist: 80, func_module: 88, func_annotations: 96,
    func_qualname: 104, vectorcall: 112,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct classmethod {
    pub ob_base: PyObject,
    pub cm_callable: *mut PyObject,
    pub cm_dict: *mut PyObject,
}
assert_layout!(classmethod, 32, { ob_base: 0, cm_callable: 16, cm_dict: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct staticmethod {
    pub ob_base: PyObject,
    pub sm_callable: *mut PyObject,
    pub sm_dict: *mut PyObject,
}
assert_layout!(staticmethod, 32, { ob_base: 0, sm_callable: 16, sm_dict: 24 });
