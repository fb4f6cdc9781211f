//! Structs of `cpython/methodobject.h`, `methodobject.h`.

use crate::*;

/// A built-in function or a bound built-in method.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCFunctionObject {
    pub ob_base: PyObject,
    pub m_ml: *mut PyMethodDef,
    pub m_self: *mut PyObject,
    pub m_module: *mut PyObject,
    pub m_weakreflist: *mut PyObject,
    pub vectorcall: vectorcallfunc,
}
assert_layout!(PyCFunctionObject, 56, {
    ob_base: 0, m_ml: 16, m_self: 24, m_module: 32, m_weakreflist: 40, vectorcall: 48,
});

/// A `METH_METHOD` function, with its defining class.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCMethodObject {
    pub func: PyCFunctionObject,
    pub mm_class: *mut PyTypeObject,
}
assert_layout!(PyCMethodObject, 64, { func: 0, mm_class: 56 });

/// A row of a method table; `ml_name` NULL ends it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMethodDef {
    pub ml_name: *const c_char,
    pub ml_meth: PyCFunction,
    pub ml_flags: c_int,
    pub ml_doc: *const c_char,
}
assert_layout!(PyMethodDef, 32, { ml_name: 0, ml_meth: 8, ml_flags: 16, ml_doc: 24 });
