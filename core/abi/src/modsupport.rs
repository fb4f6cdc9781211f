//! Structs of `modsupport.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyArg_Parser {
    pub format: *const c_char,
    pub keywords: *const *const c_char,
    pub fname: *const c_char,
    pub custom_msg: *const c_char,
    pub pos: c_int,
    pub min: c_int,
    pub max: c_int,
    pub kwtuple: *mut PyObject,
    pub next: *mut _PyArg_Parser,
}
assert_layout!(_PyArg_Parser, 64, {
    format: 0, keywords: 8, fname: 16, custom_msg: 24, pos: 32, min: 36, max: 40, kwtuple: 48, next: 56,
});
