//! Structs of `cpython/import.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _frozen {
    pub name: *const c_char,
    pub code: *const c_uchar,
    pub size: c_int,
}
assert_layout!(_frozen, 24, { name: 0, code: 8, size: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _inittab {
    pub name: *const c_char,
    pub initfunc: Option<unsafe extern "C" fn() -> *mut PyObject>,
}
assert_layout!(_inittab, 16, { name: 0, initfunc: 8 });
