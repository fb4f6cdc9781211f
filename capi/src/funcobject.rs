//! `funcobject.h`.

use crate::prelude::*;
use krait_vm::function::{self, Function};

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

/// A borrowed field of a function object.
macro_rules! function_fields {
    ($($name:ident, $field:ident;)*) => {$(
        /// The result is borrowed.
        ///
        /// # Safety
        /// A function object.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(op: *mut PyObject) -> *mut PyObject {
            // SAFETY: what the C API asks.
            guard(|| unsafe {
                let function = object(op)?.downcast::<Function>().ok_or_else(err::bad_internal_call)?;
                Ok((*function.as_raw()).$field)
            })
        }
    )*};
}

function_fields! {
    PyFunction_GetCode, func_code;
    PyFunction_GetGlobals, func_globals;
    PyFunction_GetModule, func_module;
    PyFunction_GetDefaults, func_defaults;
    PyFunction_GetKwDefaults, func_kwdefaults;
    PyFunction_GetClosure, func_closure;
    PyFunction_GetAnnotations, func_annotations;
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_NewWithQualName(
    code: *mut PyObject,
    globals: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::new_with_qualname(object(code)?, object(globals)?, optional(qualname)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_New(code: *mut PyObject, globals: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::new_with_qualname(object(code)?, object(globals)?, None) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_SetDefaults(op: *mut PyObject, defaults: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::set_defaults_checked(object(op)?, object(defaults)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_SetClosure(op: *mut PyObject, closure: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::set_closure_checked(object(op)?, object(closure)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyClassMethod_New(callable: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { types::classmethod::new_class(object(callable)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStaticMethod_New(callable: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { types::classmethod::new_static(object(callable)?) })
}
