//! `pycapsule.h`.

use crate::prelude::*;
use core::ffi::CStr;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_New(
    pointer: *mut c_void,
    name: *const c_char,
    destructor: PyCapsule_Destructor,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::new(pointer, name, destructor) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_GetPointer(o: *mut PyObject, name: *const c_char) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::get_pointer(object(o)?, name) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_GetDestructor(o: *mut PyObject) -> PyCapsule_Destructor {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::get_destructor(object(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_GetName(o: *mut PyObject) -> *const c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::get_name(object(o)?).map(|name| name.cast_const()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_GetContext(o: *mut PyObject) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::get_context(object(o)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_IsValid(o: *mut PyObject, name: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { Object::from_ptr_opt(o).is_some_and(|capsule| types::capsule::is_valid(capsule, name)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_SetPointer(o: *mut PyObject, pointer: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::set_pointer(object(o)?, pointer) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_SetDestructor(
    o: *mut PyObject,
    destructor: PyCapsule_Destructor,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::set_destructor(object(o)?, destructor) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_SetName(o: *mut PyObject, name: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::set_name(object(o)?, name.cast_mut()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_SetContext(o: *mut PyObject, context: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::set_context(object(o)?, context) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCapsule_Import(name: *const c_char, no_block: c_int) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::capsule::import(CStr::from_ptr(name), no_block != 0) })
}
