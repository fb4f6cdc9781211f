//! `tracemalloc.h`

use crate::prelude::*;
use krait_vm::tracemalloc;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceMalloc_Track(domain: c_uint, ptr: usize, size: usize) -> c_int {
    tracemalloc::track(domain, ptr, size)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceMalloc_Untrack(domain: c_uint, ptr: usize) -> c_int {
    tracemalloc::untrack(domain, ptr)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTraceMalloc_GetTraceback(domain: c_uint, ptr: usize) -> *mut PyObject {
    guard(|| tracemalloc::traceback_of(domain, ptr))
}
