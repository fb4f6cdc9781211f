//! `warnings.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_object::types::{exceptions, unicode};
use krait_vm::warnings;

unsafe fn text_object(pointer: *const c_char) -> Result<Obj> {
    // SAFETY: a terminated string.
    unicode::decode_utf8(unsafe { CStr::from_ptr(pointer) }.to_bytes(), Some("replace"))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_WarnEx(
    category: *mut PyObject,
    text: *const c_char,
    stack_level: Py_ssize_t,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        warnings::warn(
            optional(category).unwrap_or(exceptions::RuntimeWarning()),
            &*text_object(text)?,
            stack_level,
        )
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_WarnExplicitObject(
    category: *mut PyObject,
    message: *mut PyObject,
    filename: *mut PyObject,
    lineno: c_int,
    module: *mut PyObject,
    registry: *mut PyObject,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        warnings::warn_explicit_in(
            optional(category).unwrap_or(exceptions::RuntimeWarning()),
            object(message)?,
            object(filename)?,
            lineno,
            optional(module),
            optional(registry),
        )
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_WarnExplicit(
    category: *mut PyObject,
    text: *const c_char,
    filename: *const c_char,
    lineno: c_int,
    module: *const c_char,
    registry: *mut PyObject,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let message = text_object(text)?;
        let filename = unicode::decode_fs(CStr::from_ptr(filename).to_bytes())?;
        let module = if module.is_null() { None } else { Some(text_object(module)?) };
        let category = optional(category).unwrap_or(exceptions::RuntimeWarning());
        warnings::warn_explicit_in(
            category,
            &message,
            &filename,
            lineno,
            module.as_deref(),
            optional(registry),
        )
    })
}
