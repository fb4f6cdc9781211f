//! `pycore_runtime.h` and `pycore_gil.h`: the process-wide state `_PyRuntime`.

use crate::*;

/// Process-wide state, exported as the data symbol `_PyRuntime`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyRuntimeState {
    pub preinitializing: c_int,
    pub preinitialized: c_int,
    pub core_initialized: c_int,
    pub initialized: c_int,
    pub _finalizing: _Py_atomic_address,
    pub interpreters: pyinterpreters,
    pub xidregistry: _xidregistry,
    pub main_thread: c_ulong,
    pub exitfuncs: [Option<unsafe extern "C" fn()>; 32],
    pub nexitfuncs: c_int,
    pub ceval: _ceval_runtime_state,
    pub gilstate: _gilstate_runtime_state,
    pub preconfig: PyPreConfig,
    pub open_code_hook: Py_OpenCodeHookFunction,
    pub open_code_userdata: *mut c_void,
    pub audit_hook_head: *mut _Py_AuditHookEntry,
}
assert_layout!(_PyRuntimeState, 656, {
    preinitializing: 0, preinitialized: 4, core_initialized: 8, initialized: 12, _finalizing: 16,
    interpreters: 24, xidregistry: 56, main_thread: 72, exitfuncs: 80, nexitfuncs: 336, ceval: 344,
    gilstate: 560, preconfig: 592, open_code_hook: 632, open_code_userdata: 640, audit_hook_head: 648,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_AuditHookEntry {
    pub next: *mut _Py_AuditHookEntry,
    pub hookCFunction: Py_AuditHookFunction,
    pub userData: *mut c_void,
}
assert_layout!(_Py_AuditHookEntry, 24, { next: 0, hookCFunction: 8, userData: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _ceval_runtime_state {
    pub signals_pending: _Py_atomic_int,
    pub gil: _gil_runtime_state,
}
assert_layout!(_ceval_runtime_state, 216, { signals_pending: 0, gil: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _gil_runtime_state {
    pub interval: c_ulong,
    pub last_holder: _Py_atomic_address,
    pub locked: _Py_atomic_int,
    pub switch_number: c_ulong,
    pub cond: pthread_cond_t,
    pub mutex: pthread_mutex_t,
    pub switch_cond: pthread_cond_t,
    pub switch_mutex: pthread_mutex_t,
}
assert_layout!(_gil_runtime_state, 208, {
    interval: 0, last_holder: 8, locked: 16, switch_number: 24, cond: 32, mutex: 80, switch_cond: 120,
    switch_mutex: 168,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _gilstate_runtime_state {
    pub check_enabled: c_int,
    pub tstate_current: _Py_atomic_address,
    pub autoInterpreterState: *mut PyInterpreterState,
    pub autoTSSkey: Py_tss_t,
}
assert_layout!(_gilstate_runtime_state, 32, {
    check_enabled: 0, tstate_current: 8, autoInterpreterState: 16, autoTSSkey: 24,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _xidregistry {
    pub mutex: PyThread_type_lock,
    pub head: *mut _xidregitem,
}
assert_layout!(_xidregistry, 16, { mutex: 0, head: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct pyinterpreters {
    pub mutex: PyThread_type_lock,
    pub head: *mut PyInterpreterState,
    pub main: *mut PyInterpreterState,
    pub next_id: i64,
}
assert_layout!(pyinterpreters, 32, { mutex: 0, head: 8, main: 16, next_id: 24 });

pub type pyruntimestate = _PyRuntimeState;
