//! Structs of `ucnhash.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyUnicode_Name_CAPI {
    pub size: c_int,
    pub getname: Option<unsafe extern "C" fn(*mut PyObject, Py_UCS4, *mut c_char, c_int, c_int) -> c_int>,
    pub getcode:
        Option<unsafe extern "C" fn(*mut PyObject, *const c_char, c_int, *mut Py_UCS4, c_int) -> c_int>,
}
assert_layout!(_PyUnicode_Name_CAPI, 24, { size: 0, getname: 8, getcode: 16 });
