//! `genobject.h`.

use crate::prelude::*;
use core::ffi::c_int;
use krait_vm::generator::{self, Generator};

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGen_NewWithQualName(
    f: *mut PyFrameObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        generator::new_of_type(&raw mut generator::PyGen_Type, f, optional(name), optional(qualname))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGen_New(f: *mut PyFrameObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { generator::new_of_type(&raw mut generator::PyGen_Type, f, None, None) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCoro_New(
    f: *mut PyFrameObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::coroutine::new(f, optional(name), optional(qualname)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyAsyncGen_New(
    f: *mut PyFrameObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::asyncgen::new(f, optional(name), optional(qualname)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_Send(gen_: *mut PyGenObject, arg: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let generator: &Generator = Object::from_ptr(gen_.cast()).cast_unchecked();
        generator::send(generator, optional(arg).unwrap_or(types::none::none()))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_Finalize(this: *mut PyObject) {
    // SAFETY: what the C API asks.
    unsafe { generator::finalize(this) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_FetchStopIterationValue(pvalue: *mut *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        *pvalue = generator::fetch_stop_value()?.into_ptr();
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_SetStopIterationValue(value: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        err::set_stop_iteration(object(value)?);
        Ok(())
    })
}
