//! `traceback.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_vm::{traceback, traceback_print};

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceBack_Here(frame: *mut PyFrameObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        traceback::here(frame);
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceBack_Print(v: *mut PyObject, f: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        match optional(v) {
            None => Ok(()),
            Some(traceback) => traceback_print::print_traceback(traceback, object(f)?),
        }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTraceback_Add(funcname: *const c_char, filename: *const c_char, lineno: c_int) {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let text = |pointer| CStr::from_ptr(pointer).to_str().unwrap_or("?");
        traceback::add(text(funcname), text(filename), lineno);
    })
}
