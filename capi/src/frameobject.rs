//! `frameobject.h`.

use crate::prelude::*;
use core::ffi::c_int;
use krait_vm::frame;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_New(
    tstate: *mut PyThreadState,
    code: *mut PyCodeObject,
    globals: *mut PyObject,
    locals: *mut PyObject,
) -> *mut PyFrameObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { frame::new(tstate, code, globals, locals) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_GetLineNumber(f: *mut PyFrameObject) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { frame::line_number(f) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_GetCode(f: *mut PyFrameObject) -> *mut PyCodeObject {
    // SAFETY: what the C API asks.
    unsafe { Object::from_ptr((*f).f_code.cast()).owned().into_ptr().cast() }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_GetBack(f: *mut PyFrameObject) -> *mut PyFrameObject {
    // SAFETY: what the C API asks.
    unsafe { into_ptr_opt(optional((*f).f_back.cast()).map(Layout::owned)).cast() }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_FastToLocalsWithError(f: *mut PyFrameObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if f.is_null() {
            return Err(err::bad_internal_call());
        }
        frame::fast_to_locals(f)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_FastToLocals(f: *mut PyFrameObject) {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if frame::fast_to_locals(f).is_err() {
            err::clear();
        }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_LocalsToFast(f: *mut PyFrameObject, clear: c_int) {
    // SAFETY: what the C API asks.
    guard(|| unsafe { frame::locals_to_fast(f, clear != 0) })
}
