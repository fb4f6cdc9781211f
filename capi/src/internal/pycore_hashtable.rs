//! `internal/pycore_hashtable.h`.

use crate::prelude::*;
use krait_object::hashtable;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_hash_ptr(key: *const c_void) -> Py_uhash_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::hash_ptr(key) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_compare_direct(key1: *const c_void, key2: *const c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::compare_direct(key1, key2) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_new(
    hash_func: _Py_hashtable_hash_func,
    compare_func: _Py_hashtable_compare_func,
) -> *mut _Py_hashtable_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::new(hash_func, compare_func) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_new_full(
    hash_func: _Py_hashtable_hash_func,
    compare_func: _Py_hashtable_compare_func,
    key_destroy_func: _Py_hashtable_destroy_func,
    value_destroy_func: _Py_hashtable_destroy_func,
    allocator: *mut _Py_hashtable_allocator_t,
) -> *mut _Py_hashtable_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::new_full(hash_func, compare_func, key_destroy_func, value_destroy_func, allocator) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_destroy(ht: *mut _Py_hashtable_t) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::destroy(ht) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_clear(ht: *mut _Py_hashtable_t) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::clear(ht) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_foreach(
    ht: *mut _Py_hashtable_t,
    func: _Py_hashtable_foreach_func,
    user_data: *mut c_void,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::foreach(ht, func, user_data) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_size(ht: *const _Py_hashtable_t) -> usize {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::size(ht) }
}

/// 0, or -1 without an exception when there is no memory.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_set(
    ht: *mut _Py_hashtable_t,
    key: *const c_void,
    value: *mut c_void,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { if hashtable::set(ht, key, value) { 0 } else { -1 } }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_get(ht: *mut _Py_hashtable_t, key: *const c_void) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::get(ht, key) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_hashtable_steal(ht: *mut _Py_hashtable_t, key: *const c_void) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { hashtable::steal(ht, key) }
}
