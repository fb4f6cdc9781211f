//! Structs of `cpython/frameobject.h`, `cpython/traceback.h`.

use crate::*;

/// An activation; fast locals, cells and the value stack follow in `f_localsplus`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyFrameObject {
    pub ob_base: PyVarObject,
    pub f_back: *mut PyFrameObject,
    pub f_code: *mut PyCodeObject,
    pub f_builtins: *mut PyObject,
    pub f_globals: *mut PyObject,
    pub f_locals: *mut PyObject,
    pub f_valuestack: *mut *mut PyObject,
    pub f_stacktop: *mut *mut PyObject,
    pub f_trace: *mut PyObject,
    pub f_trace_lines: c_char,
    pub f_trace_opcodes: c_char,
    pub f_gen: *mut PyObject,
    pub f_lasti: c_int,
    pub f_lineno: c_int,
    pub f_iblock: c_int,
    pub f_executing: c_char,
    pub f_blockstack: [PyTryBlock; 20],
    pub f_localsplus: [*mut PyObject; 1],
}
assert_layout!(PyFrameObject, 368, {
    ob_base: 0, f_back: 24, f_code: 32, f_builtins: 40, f_globals: 48, f_locals: 56, f_valuestack: 64,
    f_stacktop: 72, f_trace: 80, f_trace_lines: 88, f_trace_opcodes: 89, f_gen: 96, f_lasti: 104,
    f_lineno: 108, f_iblock: 112, f_executing: 116, f_blockstack: 120, f_localsplus: 360,
});

/// An entry of a frame's block stack.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyTryBlock {
    pub b_type: c_int,
    pub b_handler: c_int,
    pub b_level: c_int,
}
assert_layout!(PyTryBlock, 12, { b_type: 0, b_handler: 4, b_level: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyTracebackObject {
    pub ob_base: PyObject,
    pub tb_next: *mut PyTracebackObject,
    pub tb_frame: *mut PyFrameObject,
    pub tb_lasti: c_int,
    pub tb_lineno: c_int,
}
assert_layout!(PyTracebackObject, 40, {
    ob_base: 0, tb_next: 16, tb_frame: 24, tb_lasti: 32, tb_lineno: 36,
});

pub type _frame = PyFrameObject;
pub type _traceback = PyTracebackObject;
