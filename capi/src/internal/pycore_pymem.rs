//! `internal/pycore_pymem.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMem_SetDefaultAllocator(
    domain: c_int,
    old_alloc: *mut PyMemAllocatorEx,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { set_default_allocator(domain, old_alloc) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMem_GetAllocatorName(name: *const c_char, allocator: *mut c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { allocator_name(name, allocator) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMem_SetupAllocators(allocator: c_int) -> c_int {
    if memory::setup_allocators(allocator) { 0 } else { -1 }
}

unsafe fn allocator_name(name: *const c_char, place: *mut c_int) -> c_int {
    // SAFETY: the caller's promise.
    let found = unsafe { core::str::from_utf8(c_bytes(name)) };
    match found.ok().and_then(memory::allocator_by_name) {
        Some(number) => {
            // SAFETY: the caller's promise.
            unsafe { *place = number };
            0
        }
        None => -1,
    }
}

unsafe fn set_default_allocator(domain: c_int, old: *mut PyMemAllocatorEx) -> c_int {
    if !matches!(domain, PYMEM_DOMAIN_RAW | PYMEM_DOMAIN_MEM | PYMEM_DOMAIN_OBJ) {
        return -1;
    }
    let before = memory::set_default_allocator(domain);
    // SAFETY: the caller's promise.
    unsafe { store(old, before) };
    0
}
