//! Structs of `codeobject.c`, `cpython/code.h`, `internal/pycore_code.h`.

use crate::*;

/// Code of a function, class body or module.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCodeObject {
    pub ob_base: PyObject,
    pub co_argcount: c_int,
    pub co_posonlyargcount: c_int,
    pub co_kwonlyargcount: c_int,
    pub co_nlocals: c_int,
    pub co_stacksize: c_int,
    pub co_flags: c_int,
    pub co_firstlineno: c_int,
    pub co_code: *mut PyObject,
    pub co_consts: *mut PyObject,
    pub co_names: *mut PyObject,
    pub co_varnames: *mut PyObject,
    pub co_freevars: *mut PyObject,
    pub co_cellvars: *mut PyObject,
    pub co_cell2arg: *mut Py_ssize_t,
    pub co_filename: *mut PyObject,
    pub co_name: *mut PyObject,
    pub co_lnotab: *mut PyObject,
    pub co_zombieframe: *mut c_void,
    pub co_weakreflist: *mut PyObject,
    pub co_extra: *mut c_void,
    pub co_opcache_map: *mut c_uchar,
    pub co_opcache: *mut _PyOpcache,
    pub co_opcache_flag: c_int,
    pub co_opcache_size: c_uchar,
}
assert_layout!(PyCodeObject, 176, {
    ob_base: 0, co_argcount: 16, co_posonlyargcount: 20, co_kwonlyargcount: 24, co_nlocals: 28,
    co_stacksize: 32, co_flags: 36, co_firstlineno: 40, co_code: 48, co_consts: 56, co_names: 64,
    co_varnames: 72, co_freevars: 80, co_cellvars: 88, co_cell2arg: 96, co_filename: 104, co_name: 112,
    co_lnotab: 120, co_zombieframe: 128, co_weakreflist: 136, co_extra: 144, co_opcache_map: 152,
    co_opcache: 160, co_opcache_flag: 168, co_opcache_size: 172,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyAddrPair {
    pub ap_lower: c_int,
    pub ap_upper: c_int,
}
assert_layout!(PyAddrPair, 8, { ap_lower: 0, ap_upper: 4 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyOpcache_LoadGlobal {
    pub ptr: *mut PyObject,
    pub globals_ver: u64,
    pub builtins_ver: u64,
}
assert_layout!(_PyOpcache_LoadGlobal, 24, { ptr: 0, globals_ver: 8, builtins_ver: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyCodeObjectExtra {
    pub ce_size: Py_ssize_t,
    pub ce_extras: [*mut c_void; 1],
}
assert_layout!(_PyCodeObjectExtra, 16, { ce_size: 0, ce_extras: 8 });

pub type _addr_pair = PyAddrPair;
