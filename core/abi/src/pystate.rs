//! `pystate.h` and `pycore_interp.h`: thread and interpreter state.

use crate::*;

/// State of one thread in one interpreter; binaries read and write most of it inline.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyThreadState {
    pub prev: *mut PyThreadState,
    pub next: *mut PyThreadState,
    pub interp: *mut PyInterpreterState,
    pub frame: *mut PyFrameObject,
    pub recursion_depth: c_int,
    pub overflowed: c_char,
    pub recursion_critical: c_char,
    pub stackcheck_counter: c_int,
    pub tracing: c_int,
    pub use_tracing: c_int,
    pub c_profilefunc: Py_tracefunc,
    pub c_tracefunc: Py_tracefunc,
    pub c_profileobj: *mut PyObject,
    pub c_traceobj: *mut PyObject,
    pub curexc_type: *mut PyObject,
    pub curexc_value: *mut PyObject,
    pub curexc_traceback: *mut PyObject,
    pub exc_state: _PyErr_StackItem,
    pub exc_info: *mut _PyErr_StackItem,
    pub dict: *mut PyObject,
    pub gilstate_counter: c_int,
    pub async_exc: *mut PyObject,
    pub thread_id: c_ulong,
    pub trash_delete_nesting: c_int,
    pub trash_delete_later: *mut PyObject,
    pub on_delete: Option<unsafe extern "C" fn(*mut c_void)>,
    pub on_delete_data: *mut c_void,
    pub coroutine_origin_tracking_depth: c_int,
    pub async_gen_firstiter: *mut PyObject,
    pub async_gen_finalizer: *mut PyObject,
    pub context: *mut PyObject,
    pub context_ver: u64,
    pub id: u64,
}
assert_layout!(PyThreadState, 264, {
    prev: 0, next: 8, interp: 16, frame: 24, recursion_depth: 32, overflowed: 36, recursion_critical: 37,
    stackcheck_counter: 40, tracing: 44, use_tracing: 48, c_profilefunc: 56, c_tracefunc: 64,
    c_profileobj: 72, c_traceobj: 80, curexc_type: 88, curexc_value: 96, curexc_traceback: 104,
    exc_state: 112, exc_info: 144, dict: 152, gilstate_counter: 160, async_exc: 168, thread_id: 176,
    trash_delete_nesting: 184, trash_delete_later: 192, on_delete: 200, on_delete_data: 208,
    coroutine_origin_tracking_depth: 216, async_gen_firstiter: 224, async_gen_finalizer: 232, context: 240,
    context_ver: 248, id: 256,
});

/// An exception being handled; `exc_type` NULL or None sends the reader to `previous_item`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyErr_StackItem {
    pub exc_type: *mut PyObject,
    pub exc_value: *mut PyObject,
    pub exc_traceback: *mut PyObject,
    pub previous_item: *mut _PyErr_StackItem,
}
assert_layout!(_PyErr_StackItem, 32, { exc_type: 0, exc_value: 8, exc_traceback: 16, previous_item: 24 });

/// State of one interpreter; opaque to binaries, which only pass the pointer on.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyInterpreterState {
    pub next: *mut PyInterpreterState,
    pub tstate_head: *mut PyThreadState,
    pub runtime: *mut _PyRuntimeState,
    pub id: i64,
    pub id_refcount: i64,
    pub requires_idref: c_int,
    pub id_mutex: PyThread_type_lock,
    pub finalizing: c_int,
    pub ceval: _ceval_state,
    pub gc: _gc_runtime_state,
    pub modules: *mut PyObject,
    pub modules_by_index: *mut PyObject,
    pub sysdict: *mut PyObject,
    pub builtins: *mut PyObject,
    pub importlib: *mut PyObject,
    pub num_threads: c_long,
    pub pythread_stacksize: usize,
    pub codec_search_path: *mut PyObject,
    pub codec_search_cache: *mut PyObject,
    pub codec_error_registry: *mut PyObject,
    pub codecs_initialized: c_int,
    pub unicode: _Py_unicode_state,
    pub config: PyConfig,
    pub dlopenflags: c_int,
    pub dict: *mut PyObject,
    pub builtins_copy: *mut PyObject,
    pub import_func: *mut PyObject,
    pub eval_frame: _PyFrameEvalFunction,
    pub co_extra_user_count: Py_ssize_t,
    pub co_extra_freefuncs: [freefunc; 255],
    pub before_forkers: *mut PyObject,
    pub after_forkers_parent: *mut PyObject,
    pub after_forkers_child: *mut PyObject,
    pub pyexitfunc: Option<unsafe extern "C" fn(*mut PyObject)>,
    pub pyexitmodule: *mut PyObject,
    pub tstate_next_unique_id: u64,
    pub warnings: _warnings_runtime_state,
    pub audit_hooks: *mut PyObject,
    pub parser: _is_parser,
    pub small_ints: [*mut PyLongObject; 262],
    pub int_max_str_digits: c_int,
}
assert_layout!(PyInterpreterState, 5656, {
    next: 0, tstate_head: 8, runtime: 16, id: 24, id_refcount: 32, requires_idref: 40, id_mutex: 48,
    finalizing: 56, ceval: 64, gc: 616, modules: 856, modules_by_index: 864, sysdict: 872, builtins: 880,
    importlib: 888, num_threads: 896, pythread_stacksize: 904, codec_search_path: 912,
    codec_search_cache: 920, codec_error_registry: 928, codecs_initialized: 936, unicode: 944, config: 976,
    dlopenflags: 1368, dict: 1376, builtins_copy: 1384, import_func: 1392, eval_frame: 1400,
    co_extra_user_count: 1408, co_extra_freefuncs: 1416, before_forkers: 3456, after_forkers_parent: 3464,
    after_forkers_child: 3472, pyexitfunc: 3480, pyexitmodule: 3488, tstate_next_unique_id: 3496,
    warnings: 3504, audit_hooks: 3536, parser: 3544, small_ints: 3552, int_max_str_digits: 5648,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyCrossInterpreterData {
    pub data: *mut c_void,
    pub obj: *mut PyObject,
    pub interp: i64,
    pub new_object: Option<unsafe extern "C" fn(*mut _PyCrossInterpreterData) -> *mut PyObject>,
    pub free: Option<unsafe extern "C" fn(*mut c_void)>,
}
assert_layout!(_PyCrossInterpreterData, 40, { data: 0, obj: 8, interp: 16, new_object: 24, free: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_unicode_fs_codec {
    pub encoding: *mut c_char,
    pub utf8: c_int,
    pub errors: *mut c_char,
    pub error_handler: c_int,
}
assert_layout!(_Py_unicode_fs_codec, 32, { encoding: 0, utf8: 8, errors: 16, error_handler: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_unicode_state {
    pub fs_codec: _Py_unicode_fs_codec,
}
assert_layout!(_Py_unicode_state, 32, { fs_codec: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _ceval_state {
    pub recursion_limit: c_int,
    pub tracing_possible: c_int,
    pub eval_breaker: _Py_atomic_int,
    pub gil_drop_request: _Py_atomic_int,
    pub pending: _pending_calls,
}
assert_layout!(_ceval_state, 552, {
    recursion_limit: 0, tracing_possible: 4, eval_breaker: 8, gil_drop_request: 12, pending: 16,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _pending_calls {
    pub lock: PyThread_type_lock,
    pub calls_to_do: _Py_atomic_int,
    pub async_exc: c_int,
    pub calls: [_pending_call; 32],
    pub first: c_int,
    pub last: c_int,
}
assert_layout!(_pending_calls, 536, {
    lock: 0, calls_to_do: 8, async_exc: 12, calls: 16, first: 528, last: 532,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _warnings_runtime_state {
    pub filters: *mut PyObject,
    pub once_registry: *mut PyObject,
    pub default_action: *mut PyObject,
    pub filters_version: c_long,
}
assert_layout!(_warnings_runtime_state, 32, {
    filters: 0, once_registry: 8, default_action: 16, filters_version: 24,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _xidregitem {
    pub cls: *mut PyTypeObject,
    pub getdata: crossinterpdatafunc,
    pub next: *mut _xidregitem,
}
assert_layout!(_xidregitem, 24, { cls: 0, getdata: 8, next: 16 });

pub type _err_stackitem = _PyErr_StackItem;
pub type _ts = PyThreadState;
pub type _xid = _PyCrossInterpreterData;
pub type _is = PyInterpreterState;

/// One entry of the ring of pending calls.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _pending_call {
    pub func: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
    pub arg: *mut c_void,
}
assert_layout!(_pending_call, 16, { func: 0, arg: 8 });

/// The old parser's indentation state (`parser.listnode` in C).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _is_parser {
    pub level: c_int,
    pub atbol: c_int,
}
assert_layout!(_is_parser, 8, { level: 0, atbol: 4 });
