//! Structs of `arraymodule.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct arrayiterobject {
    pub ob_base: PyObject,
    pub index: Py_ssize_t,
    pub ao: *mut arrayobject,
    pub getitem: Option<unsafe extern "C" fn(*mut arrayobject, Py_ssize_t) -> *mut PyObject>,
}
assert_layout!(arrayiterobject, 40, { ob_base: 0, index: 16, ao: 24, getitem: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct arrayobject {
    pub ob_base: PyVarObject,
    pub ob_item: *mut c_char,
    pub allocated: Py_ssize_t,
    pub ob_descr: *mut arraydescr,
    pub weakreflist: *mut PyObject,
    pub ob_exports: Py_ssize_t,
}
assert_layout!(arrayobject, 64, {
    ob_base: 0, ob_item: 24, allocated: 32, ob_descr: 40, weakreflist: 48, ob_exports: 56,
});

/// What one type code of `array` does; binaries only see the pointer.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct arraydescr {
    pub typecode: c_char,
    pub itemsize: c_int,
    pub getitem: Option<unsafe extern "C" fn(*mut arrayobject, Py_ssize_t) -> *mut PyObject>,
    pub setitem: Option<unsafe extern "C" fn(*mut arrayobject, Py_ssize_t, *mut PyObject) -> c_int>,
    pub compareitems: Option<unsafe extern "C" fn(*const c_void, *const c_void, Py_ssize_t) -> c_int>,
    pub formats: *const c_char,
    pub is_integer_type: c_int,
    pub is_signed: c_int,
}
