//! `funcobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_SetKwDefaults(op: *mut PyObject, defaults: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        set_dict(
            &raw mut (*function_of(op)?).func_kwdefaults,
            object(defaults)?,
            "non-dict keyword only default args",
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_SetAnnotations(op: *mut PyObject, annotations: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        set_dict(&raw mut (*function_of(op)?).func_annotations, object(annotations)?, "non-dict annotations")
    })
}

/// An object that must be a Python function.
unsafe fn function_of(pointer: *mut PyObject) -> Result<*mut PyFunctionObject> {
    // SAFETY: the caller's promise.
    match unsafe { optional(pointer) }.and_then(|object| object.downcast::<krait_vm::function::Function>()) {
        Some(function) => Ok(function.as_raw()),
        None => Err(err::bad_internal_call()),
    }
}

/// Sets a field that may hold a dict; None empties it.
unsafe fn set_dict(place: *mut *mut PyObject, value: &Object, refusal: &str) -> Result<()> {
    if !value.is_none() && !types::dict::check(value) {
        return Err(err::system_error(refusal));
    }
    let value = if value.is_none() { null_mut() } else { value.owned().into_ptr() };
    // SAFETY: the caller's promise; the old reference goes after the new one is in place.
    unsafe { refcount::xdecref(core::mem::replace(&mut *place, value)) };
    Ok(())
}
