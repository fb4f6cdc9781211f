//! `cpython/pymem.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_RawMalloc(size: usize) -> *mut c_void {
    memory::raw_malloc(size)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_RawCalloc(nelem: usize, elsize: usize) -> *mut c_void {
    memory::raw_calloc(nelem, elsize)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_RawRealloc(ptr: *mut c_void, new_size: usize) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::raw_realloc(ptr, new_size) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_RawFree(ptr: *mut c_void) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::raw_free(ptr) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMem_GetCurrentAllocatorName() -> *const c_char {
    memory::current_allocator_name().map_or(null(), |name| name.as_ptr())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_Calloc(nelem: usize, elsize: usize) -> *mut c_void {
    memory::mem_calloc(nelem, elsize)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMem_RawStrdup(str: *const c_char) -> *mut c_char {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::raw_strdup(c_bytes(str)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMem_Strdup(str: *const c_char) -> *mut c_char {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::strdup(c_bytes(str)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyMem_RawWcsdup(str: *const wchar_t) -> *mut wchar_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::raw_wcsdup(wide(str)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_GetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { allocator.write(memory::get_allocator(domain)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_SetupDebugHooks() {
    memory::setup_debug_hooks()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMem_SetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::set_allocator(domain, allocator.read()) }
}

/// A NUL-terminated wide string, NUL not included.
unsafe fn wide<'a>(text: *const wchar_t) -> &'a [wchar_t] {
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(text, libc::wcslen(text.cast())) }
}
