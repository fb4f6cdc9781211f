//! `pyarena.h`: the memory of syntax trees.

use crate::prelude::*;
use core::ffi::{c_int, c_void};
use krait_vm::arena;

/// The result is freed with [`PyArena_Free`].
#[unsafe(no_mangle)]
pub extern "C" fn PyArena_New() -> *mut PyArena {
    guard(arena::new)
}

/// # Safety
/// An arena that is not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyArena_Free(arena: *mut PyArena) {
    // SAFETY: the caller's promise.
    guard_or((), || unsafe {
        arena::free(arena);
        Ok(())
    });
}

/// # Safety
/// A live arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyArena_Malloc(arena: *mut PyArena, size: usize) -> *mut c_void {
    // SAFETY: the caller's promise.
    guard(|| unsafe { Ok(arena::pool(arena).malloc(size).cast::<c_void>()) })
}

/// The reference is stolen, if the call succeeds.
///
/// # Safety
/// A live arena and object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyArena_AddPyObject(arena: *mut PyArena, obj: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        arena::pool(arena).add(stolen(obj)?);
        Ok(0)
    })
}
