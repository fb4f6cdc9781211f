//! `cpython/objimpl.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_GetAllocatedBlocks() -> Py_ssize_t {
    memory::allocated_blocks()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_DebugMallocStats(out: *mut libc::FILE) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { debug_malloc_stats(out) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GetArenaAllocator(allocator: *mut PyObjectArenaAllocator) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { allocator.write(memory::get_arena_allocator()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_SetArenaAllocator(allocator: *mut PyObjectArenaAllocator) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::set_arena_allocator(allocator.read()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGC_CollectNoFail() -> Py_ssize_t {
    guard(gc::collect_no_fail)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGC_CollectIfEnabled() -> Py_ssize_t {
    guard(gc::collect_if_enabled)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_IS_GC(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { gc::is_gc(obj).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_Malloc(basicsize: usize) -> *mut PyObject {
    guard(|| gc::alloc(basicsize, false))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_Calloc(basicsize: usize) -> *mut PyObject {
    guard(|| gc::alloc(basicsize, true))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GET_WEAKREFS_LISTPTR(op: *mut PyObject) -> *mut *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::weakref::list_of(op) }
}

unsafe fn debug_malloc_stats(out: *mut libc::FILE) -> bool {
    let Some(text) = memory::debug_malloc_stats() else { return false };
    // SAFETY: the caller's promise.
    unsafe { libc::fwrite(text.as_ptr().cast(), 1, text.len(), out) };
    true
}
