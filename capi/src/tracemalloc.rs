//! `tracemalloc.h`: while nobody traces, tracking says so (-2) and there are no tracebacks.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceMalloc_Track(_domain: c_uint, _ptr: usize, _size: usize) -> c_int {
    -2
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyTraceMalloc_Untrack(_domain: c_uint, _ptr: usize) -> c_int {
    -2
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTraceMalloc_GetTraceback(_domain: c_uint, _ptr: usize) -> *mut PyObject {
    guard(|| types::none::none().owned())
}
