//! `pymem.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_Malloc(size: usize) -> *mut c_void {
    memory::mem_malloc(size)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_Free(ptr: *mut c_void) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::mem_free(ptr) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_Realloc(ptr: *mut c_void, new_size: usize) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::mem_realloc(ptr, new_size) }
}
