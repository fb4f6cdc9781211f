//! `modsupport.h`: modules and their contents. The variadic functions are in [`variadic`](crate::variadic).

use crate::prelude::*;
use core::ffi::{c_char, c_int, c_long};
use krait_object::types::module;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_AddObject(
    m: *mut PyObject,
    name: *const c_char,
    o: *mut PyObject,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let m = object(m)?;
        if !module::check(m) {
            return Err(err::type_error("PyModule_AddObject() needs module as first arg"));
        }
        let Some(value) = optional(o) else {
            if err::occurred().is_none() {
                return Err(err::type_error("PyModule_AddObject() needs non-NULL value"));
            }
            return Err(Raised::assume());
        };
        module::add(m, text(name)?, value)?;
        // Only success takes the reference over.
        drop(stolen(o)?);
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_AddIntConstant(
    m: *mut PyObject,
    name: *const c_char,
    value: c_long,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::add_int_constant(object(m)?, text(name)?, value) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_AddStringConstant(
    m: *mut PyObject,
    name: *const c_char,
    value: *const c_char,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::add_string_constant(object(m)?, text(name)?, text(value)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_AddType(module: *mut PyObject, r#type: *mut PyTypeObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::add_type(object(module)?, class(r#type)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_SetDocString(m: *mut PyObject, doc: *const c_char) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::set_doc_string(object(m)?, text(doc)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_AddFunctions(m: *mut PyObject, functions: *mut PyMethodDef) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::add_functions(object(m)?, functions) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_ExecDef(module: *mut PyObject, def: *mut PyModuleDef) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::exec_def(object(module)?, def) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_Create2(def: *mut PyModuleDef, apiver: c_int) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::create2(def, apiver) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_FromDefAndSpec2(
    def: *mut PyModuleDef,
    spec: *mut PyObject,
    apiver: c_int,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::from_def_and_spec2(def, object(spec)?, apiver) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyState_FindModule(def: *mut PyModuleDef) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::state_find_module(def).map(|found| found.as_ptr()).unwrap_or(null_mut()) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyState_AddModule(module: *mut PyObject, def: *mut PyModuleDef) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::state_add_module(object(module)?, def) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyState_RemoveModule(def: *mut PyModuleDef) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { module::state_remove_module(def) })
}

/// # Safety
/// A C string, and a tuple or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyArg_NoKwnames(funcname: *const c_char, kwnames: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard_or(0, || unsafe {
        match optional(kwnames) {
            Some(names) if !types::tuple::items(names).is_empty() => Err(err::type_error(format_args!(
                "{}() takes no keyword arguments",
                core::ffi::CStr::from_ptr(funcname).to_string_lossy()
            ))),
            _ => Ok(1),
        }
    })
}

/// # Safety
/// A definition that lives for ever.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyModule_CreateInitialized(
    module: *mut PyModuleDef,
    version: c_int,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { types::module::create_initialized(module, version) })
}
