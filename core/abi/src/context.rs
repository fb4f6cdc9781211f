//! Structs of `context.c`, `internal/pycore_context.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyContext {
    pub ob_base: PyObject,
    pub ctx_prev: *mut PyContext,
    pub ctx_vars: *mut PyHamtObject,
    pub ctx_weakreflist: *mut PyObject,
    pub ctx_entered: c_int,
}
assert_layout!(PyContext, 48, {
    ob_base: 0, ctx_prev: 16, ctx_vars: 24, ctx_weakreflist: 32, ctx_entered: 40,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyContextToken {
    pub ob_base: PyObject,
    pub tok_ctx: *mut PyContext,
    pub tok_var: *mut PyContextVar,
    pub tok_oldval: *mut PyObject,
    pub tok_used: c_int,
}
assert_layout!(PyContextToken, 48, { ob_base: 0, tok_ctx: 16, tok_var: 24, tok_oldval: 32, tok_used: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyContextVar {
    pub ob_base: PyObject,
    pub var_name: *mut PyObject,
    pub var_default: *mut PyObject,
    pub var_cached: *mut PyObject,
    pub var_cached_tsid: u64,
    pub var_cached_tsver: u64,
    pub var_hash: Py_hash_t,
}
assert_layout!(PyContextVar, 64, {
    ob_base: 0, var_name: 16, var_default: 24, var_cached: 32, var_cached_tsid: 40, var_cached_tsver: 48,
    var_hash: 56,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyContextTokenMissing {
    pub ob_base: PyObject,
}
assert_layout!(PyContextTokenMissing, 16, { ob_base: 0 });

pub type _pycontextobject = PyContext;
pub type _pycontexttokenobject = PyContextToken;
pub type _pycontextvarobject = PyContextVar;
