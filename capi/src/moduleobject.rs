//! `moduleobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_NewObject(name: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::new(object(name)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_New(name: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::new_str(text(name)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_GetDict(m: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::get_dict(object(m)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_GetNameObject(m: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::get_name_object(object(m)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_GetName(m: *mut PyObject) -> *const c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { module_name(object(m)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_GetFilename(m: *mut PyObject) -> *const c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { module_filename(object(m)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_GetFilenameObject(m: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::get_filename_object(object(m)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyModule_Clear(m: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::clear_module(Object::from_ptr(m)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyModule_ClearDict(d: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::clear_dict(Object::from_ptr(d)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyModuleSpec_IsInitializing(spec: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::module::is_initializing(optional(spec))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_GetDef(m: *mut PyObject) -> *mut PyModuleDef {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::get_def(object(m)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModule_GetState(m: *mut PyObject) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::get_state(object(m)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyModuleDef_Init(def: *mut PyModuleDef) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::module::def_init(def).map(|def| def.cast::<PyObject>()) })
}

/// The module's name in UTF-8, which lives as long as the name.
fn module_name(module: &Object) -> Result<*const c_char> {
    let name = types::module::get_name_object(module)?;
    // The module's dict keeps the string.
    types::unicode::as_utf8_and_size(&name).map(|(text, _)| text)
}

fn module_filename(module: &Object) -> Result<*const c_char> {
    let name = types::module::get_filename_object(module)?;
    types::unicode::as_utf8_and_size(&name).map(|(text, _)| text)
}
