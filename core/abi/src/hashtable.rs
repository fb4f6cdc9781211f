//! Structs of `internal/pycore_hashtable.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_hashtable_allocator_t {
    pub malloc: Option<unsafe extern "C" fn(usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(*mut c_void)>,
}
assert_layout!(_Py_hashtable_allocator_t, 16, { malloc: 0, free: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_hashtable_entry_t {
    pub _Py_slist_item: _Py_slist_item_t,
    pub key_hash: Py_uhash_t,
    pub key: *mut c_void,
    pub value: *mut c_void,
}
assert_layout!(_Py_hashtable_entry_t, 32, { _Py_slist_item: 0, key_hash: 8, key: 16, value: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_hashtable_t {
    pub nentries: usize,
    pub nbuckets: usize,
    pub buckets: *mut _Py_slist_t,
    pub get_entry_func: _Py_hashtable_get_entry_func,
    pub hash_func: _Py_hashtable_hash_func,
    pub compare_func: _Py_hashtable_compare_func,
    pub key_destroy_func: _Py_hashtable_destroy_func,
    pub value_destroy_func: _Py_hashtable_destroy_func,
    pub alloc: _Py_hashtable_allocator_t,
}
assert_layout!(_Py_hashtable_t, 80, {
    nentries: 0, nbuckets: 8, buckets: 16, get_entry_func: 24, hash_func: 32, compare_func: 40,
    key_destroy_func: 48, value_destroy_func: 56, alloc: 64,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_slist_item_t {
    pub next: *mut _Py_slist_item_t,
}
assert_layout!(_Py_slist_item_t, 8, { next: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_slist_t {
    pub head: *mut _Py_slist_item_t,
}
assert_layout!(_Py_slist_t, 8, { head: 0 });

pub type _Py_slist_item_s = _Py_slist_item_t;
