//! `cpython/pystate.h`.

use crate::prelude::*;
use krait_object::{crossinterp, interpreter};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_RequiresIDRef(interp: *mut PyInterpreterState) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { interpreter::requires_id_ref(interp).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_RequireIDRef(interp: *mut PyInterpreterState, required: c_int) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { interpreter::require_id_ref(interp, required != 0) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyInterpreterState_GetMainModule(interp: *mut PyInterpreterState) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { interpreter::get_main_module(interp) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThread_CurrentFrames() -> *mut PyObject {
    guard(|| interpreter::current_frames())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_GetConfig() -> *const PyConfig {
    krait_object::interpreter::current_config()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GetCrossInterpreterData(
    obj: *mut PyObject,
    data: *mut _PyCrossInterpreterData,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { crossinterp::get(object(obj)?, data) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCrossInterpreterData_Release(data: *mut _PyCrossInterpreterData) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { crossinterp::release(data) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCrossInterpreterData_NewObject(
    data: *mut _PyCrossInterpreterData,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { crossinterp::new_object(data) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_CheckCrossInterpreterData(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { crossinterp::check(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCrossInterpreterData_RegisterClass(
    cls: *mut PyTypeObject,
    getdata: crossinterpdatafunc,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { crossinterp::register_class(cls, getdata) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCrossInterpreterData_Lookup(obj: *mut PyObject) -> crossinterpdatafunc {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { crossinterp::lookup(Object::from_ptr(obj)) }
}
