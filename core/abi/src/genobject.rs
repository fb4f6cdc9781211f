//! Structs of `genobject.c`, `genobject.h`.

use crate::*;

/// A generator.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyGenObject {
    pub ob_base: PyObject,
    pub gi_frame: *mut PyFrameObject,
    pub gi_running: c_char,
    pub gi_code: *mut PyObject,
    pub gi_weakreflist: *mut PyObject,
    pub gi_name: *mut PyObject,
    pub gi_qualname: *mut PyObject,
    pub gi_exc_state: _PyErr_StackItem,
}
assert_layout!(PyGenObject, 96, {
    ob_base: 0, gi_frame: 16, gi_running: 24, gi_code: 32, gi_weakreflist: 40, gi_name: 48, gi_qualname: 56,
    gi_exc_state: 64,
});

/// A coroutine.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCoroObject {
    pub ob_base: PyObject,
    pub cr_frame: *mut PyFrameObject,
    pub cr_running: c_char,
    pub cr_code: *mut PyObject,
    pub cr_weakreflist: *mut PyObject,
    pub cr_name: *mut PyObject,
    pub cr_qualname: *mut PyObject,
    pub cr_exc_state: _PyErr_StackItem,
    pub cr_origin: *mut PyObject,
}
assert_layout!(PyCoroObject, 104, {
    ob_base: 0, cr_frame: 16, cr_running: 24, cr_code: 32, cr_weakreflist: 40, cr_name: 48, cr_qualname: 56,
    cr_exc_state: 64, cr_origin: 96,
});

/// An asynchronous generator.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyAsyncGenObject {
    pub ob_base: PyObject,
    pub ag_frame: *mut PyFrameObject,
    pub ag_running: c_char,
    pub ag_code: *mut PyObject,
    pub ag_weakreflist: *mut PyObject,
    pub ag_name: *mut PyObject,
    pub ag_qualname: *mut PyObject,
    pub ag_exc_state: _PyErr_StackItem,
    pub ag_finalizer: *mut PyObject,
    pub ag_hooks_inited: c_int,
    pub ag_closed: c_int,
    pub ag_running_async: c_int,
}
assert_layout!(PyAsyncGenObject, 120, {
    ob_base: 0, ag_frame: 16, ag_running: 24, ag_code: 32, ag_weakreflist: 40, ag_name: 48, ag_qualname: 56,
    ag_exc_state: 64, ag_finalizer: 96, ag_hooks_inited: 104, ag_closed: 108, ag_running_async: 112,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyAsyncGenASend {
    pub ob_base: PyObject,
    pub ags_gen: *mut PyAsyncGenObject,
    pub ags_sendval: *mut PyObject,
    pub ags_state: c_int,
}
assert_layout!(PyAsyncGenASend, 40, { ob_base: 0, ags_gen: 16, ags_sendval: 24, ags_state: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyAsyncGenAThrow {
    pub ob_base: PyObject,
    pub agt_gen: *mut PyAsyncGenObject,
    pub agt_args: *mut PyObject,
    pub agt_state: c_int,
}
assert_layout!(PyAsyncGenAThrow, 40, { ob_base: 0, agt_gen: 16, agt_args: 24, agt_state: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCoroWrapper {
    pub ob_base: PyObject,
    pub cw_coroutine: *mut PyCoroObject,
}
assert_layout!(PyCoroWrapper, 24, { ob_base: 0, cw_coroutine: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyAsyncGenWrappedValue {
    pub ob_base: PyObject,
    pub agw_val: *mut PyObject,
}
assert_layout!(_PyAsyncGenWrappedValue, 24, { ob_base: 0, agw_val: 16 });
