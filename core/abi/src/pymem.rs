//! Structs of `cpython/objimpl.h`, `cpython/pymem.h`, `internal/pycore_pymem.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemAllocatorEx {
    pub ctx: *mut c_void,
    pub malloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    pub calloc: Option<unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void>,
    pub realloc: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>,
}
assert_layout!(PyMemAllocatorEx, 40, { ctx: 0, malloc: 8, calloc: 16, realloc: 24, free: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyObjectArenaAllocator {
    pub ctx: *mut c_void,
    pub alloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize)>,
}
assert_layout!(PyObjectArenaAllocator, 24, { ctx: 0, alloc: 8, free: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyTraceMalloc_Config {
    pub initialized: c_int,
    pub tracing: c_int,
    pub max_nframe: c_int,
}
assert_layout!(_PyTraceMalloc_Config, 12, { initialized: 0, tracing: 4, max_nframe: 8 });
