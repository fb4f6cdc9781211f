//! Structs of `symtable.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySTEntryObject {
    pub ob_base: PyObject,
    pub ste_id: *mut PyObject,
    pub ste_symbols: *mut PyObject,
    pub ste_name: *mut PyObject,
    pub ste_varnames: *mut PyObject,
    pub ste_children: *mut PyObject,
    pub ste_directives: *mut PyObject,
    pub ste_type: c_int,
    pub ste_nested: c_int,
    pub ste_flags: c_uint,
    pub ste_comp_iter_expr: c_int,
    pub ste_lineno: c_int,
    pub ste_col_offset: c_int,
    pub ste_opt_lineno: c_int,
    pub ste_opt_col_offset: c_int,
    pub ste_table: *mut symtable,
}
assert_layout!(PySTEntryObject, 104, {
    ob_base: 0, ste_id: 16, ste_symbols: 24, ste_name: 32, ste_varnames: 40, ste_children: 48,
    ste_directives: 56, ste_type: 64, ste_nested: 68, ste_flags: 72, ste_comp_iter_expr: 76, ste_lineno: 80,
    ste_col_offset: 84, ste_opt_lineno: 88, ste_opt_col_offset: 92, ste_table: 96,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct symtable {
    pub st_filename: *mut PyObject,
    pub st_cur: *mut PySTEntryObject,
    pub st_top: *mut PySTEntryObject,
    pub st_blocks: *mut PyObject,
    pub st_stack: *mut PyObject,
    pub st_global: *mut PyObject,
    pub st_nblocks: c_int,
    pub st_private: *mut PyObject,
    pub st_future: *mut PyFutureFeatures,
    pub recursion_depth: c_int,
    pub recursion_limit: c_int,
}
assert_layout!(symtable, 80, {
    st_filename: 0, st_cur: 8, st_top: 16, st_blocks: 24, st_stack: 32, st_global: 40, st_nblocks: 48,
    st_private: 56, st_future: 64, recursion_depth: 72, recursion_limit: 76,
});

pub type _symtable_entry = PySTEntryObject;
