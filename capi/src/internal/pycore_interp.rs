//! `internal/pycore_interp.h`.

use crate::prelude::*;
use krait_object::interpreter;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_LookUpID(requested_id: i64) -> *mut PyInterpreterState {
    guard(|| interpreter::look_up_id(requested_id))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_IDInitref(interp: *mut PyInterpreterState) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { interpreter::id_init_ref(interp) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_IDIncref(interp: *mut PyInterpreterState) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { interpreter::id_incref(interp) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_IDDecref(interp: *mut PyInterpreterState) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { krait_vm::lifecycle::subinterpreter::id_decref(interp) })
}
