//! `cpython/tupleobject.h`.

use crate::cpython::object::debug_stats_line;
use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTuple_Resize(pv: *mut *mut PyObject, newsize: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::tuple::resize(pv, newsize) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTuple_MaybeUntrack(op: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::tuple::maybe_untrack(op) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTuple_DebugMallocStats(out: *mut libc::FILE) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { tuple_stats(out) }
}

unsafe fn tuple_stats(out: *mut libc::FILE) {
    for (length, &count) in types::tuple::free_list_sizes().iter().enumerate().skip(1) {
        let name = format!("free {length}-sized PyTupleObject\0");
        let size = size_of::<PyTupleObject>() + (length - 1) * size_of::<*mut PyObject>();
        // SAFETY: the caller's promise.
        unsafe { debug_stats_line(out, name.as_ptr().cast(), count as c_int, size) };
    }
}
