//! `context.h`.

use crate::prelude::*;
use types::context::{ContextVar, Token};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContext_New() -> *mut PyObject {
    guard(types::context::new)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContext_Copy(octx: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::context::copy(types::context::from_object(object(octx)?)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContext_CopyCurrent() -> *mut PyObject {
    guard(types::context::copy_current)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContext_Enter(octx: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::context::enter(types::context::from_object(object(octx)?)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContext_Exit(octx: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::context::exit(types::context::from_object(object(octx)?)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContextVar_New(name: *const c_char, def: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::context::new_var(&*types::unicode::from_str(text(name)?)?, optional(def)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContextVar_Get(
    ovar: *mut PyObject,
    def: *mut PyObject,
    val: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { get_var(ovar, def, val) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContextVar_Set(ovar: *mut PyObject, val: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::context::set_var(variable(ovar)?, object(val)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyContextVar_Reset(ovar: *mut PyObject, otok: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::context::reset_var(variable(ovar)?, token(otok)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyContext_NewHamtForTests() -> *mut PyObject {
    guard(types::hamt::new)
}

unsafe fn variable<'a>(pointer: *mut PyObject) -> Result<&'a ContextVar> {
    // SAFETY: the caller's promise.
    unsafe { object(pointer)? }
        .downcast_exact::<ContextVar>()
        .ok_or_else(|| err::type_error("an instance of ContextVar was expected"))
}

unsafe fn token<'a>(pointer: *mut PyObject) -> Result<&'a Token> {
    // SAFETY: the caller's promise.
    unsafe { object(pointer)? }
        .downcast_exact::<Token>()
        .ok_or_else(|| err::type_error("an instance of Token was expected"))
}

/// The value (or NULL) through `place`.
unsafe fn get_var(this: *mut PyObject, fallback: *mut PyObject, place: *mut *mut PyObject) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        *place = null_mut();
        *place = into_ptr_opt(types::context::get_var(variable(this)?, optional(fallback))?);
    }
    Ok(())
}
