//! `_Py_hashtable_t` (`internal/pycore_hashtable.h`): a chained hash table of plain pointers for C code, which also reads
//! its fields and calls the function in `get_entry_func`.
//!
//! `buckets` has `nbuckets` (a power of two) chain heads; an entry begins with the link of its chain. The table's
//! struct, buckets and entries come from the allocator that stands in the table.

use crate::memory;
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use krait_abi::*;

const MIN_BUCKETS: usize = 16;

/// `_Py_hashtable_hash_ptr`.
///
/// # Safety
/// Any pointer will do.
pub unsafe extern "C" fn hash_ptr(key: *const c_void) -> Py_uhash_t {
    crate::types::object::hash_pointer_raw(key) as Py_uhash_t
}

/// `_Py_hashtable_compare_direct`: keys are equal when they are the same pointer.
///
/// # Safety
/// Any pointers will do.
pub unsafe extern "C" fn compare_direct(a: *const c_void, b: *const c_void) -> c_int {
    c_int::from(a == b)
}

unsafe extern "C" fn default_malloc(size: usize) -> *mut c_void {
    memory::mem_malloc(size)
}

unsafe extern "C" fn default_free(block: *mut c_void) {
    // SAFETY: a block of this allocator.
    unsafe { memory::mem_free(block) }
}

/// The entry of a key (what `get_entry_func` holds).
unsafe extern "C" fn get_entry(
    table: *mut _Py_hashtable_t,
    key: *const c_void,
) -> *mut _Py_hashtable_entry_t {
    // SAFETY: a live table; its functions are set.
    unsafe {
        let (Some(hash), Some(compare)) = ((*table).hash_func, (*table).compare_func) else {
            return null_mut();
        };
        let hash = hash(key);
        let mut entry = (*bucket(table, hash)).head.cast::<_Py_hashtable_entry_t>();
        while !entry.is_null() {
            if (*entry).key_hash == hash && compare(key, (*entry).key) != 0 {
                return entry;
            }
            entry = (*entry)._Py_slist_item.next.cast();
        }
        null_mut()
    }
}

unsafe fn bucket(table: *mut _Py_hashtable_t, hash: Py_uhash_t) -> *mut _Py_slist_t {
    // SAFETY: a live table; the number of buckets is a power of two.
    unsafe { (*table).buckets.add(hash as usize & ((*table).nbuckets - 1)) }
}

unsafe fn malloc(table: *const _Py_hashtable_t, size: usize) -> *mut c_void {
    // SAFETY: the allocator is complete.
    unsafe { (*table).alloc.malloc.map_or(null_mut(), |malloc| malloc(size)) }
}

unsafe fn free(table: *const _Py_hashtable_t, block: *mut c_void) {
    // SAFETY: a block of the table's allocator.
    unsafe {
        if let Some(free) = (*table).alloc.free {
            free(block);
        }
    }
}

unsafe fn new_buckets(table: *const _Py_hashtable_t, count: usize) -> *mut _Py_slist_t {
    // SAFETY: fresh memory.
    unsafe {
        let buckets = malloc(table, count * size_of::<_Py_slist_t>()).cast::<_Py_slist_t>();
        if !buckets.is_null() {
            buckets.write_bytes(0, count);
        }
        buckets
    }
}

/// `_Py_hashtable_new_full`; NULL when there is no memory.
///
/// # Safety
/// The functions suit the keys and values that will be stored; `allocator` is NULL or complete.
pub unsafe fn new_full(
    hash_func: _Py_hashtable_hash_func,
    compare_func: _Py_hashtable_compare_func,
    key_destroy_func: _Py_hashtable_destroy_func,
    value_destroy_func: _Py_hashtable_destroy_func,
    allocator: *const _Py_hashtable_allocator_t,
) -> *mut _Py_hashtable_t {
    // SAFETY: the caller's promise; fresh memory.
    unsafe {
        let alloc = allocator
            .as_ref()
            .copied()
            .unwrap_or(_Py_hashtable_allocator_t { malloc: Some(default_malloc), free: Some(default_free) });
        let mut new = _Py_hashtable_t::ZEROED;
        new.nbuckets = MIN_BUCKETS;
        new.get_entry_func = Some(get_entry);
        new.hash_func = hash_func;
        new.compare_func = compare_func;
        new.key_destroy_func = key_destroy_func;
        new.value_destroy_func = value_destroy_func;
        new.alloc = alloc;
        let table = malloc(&new, size_of::<_Py_hashtable_t>()).cast::<_Py_hashtable_t>();
        if table.is_null() {
            return null_mut();
        }
        new.buckets = new_buckets(&new, MIN_BUCKETS);
        if new.buckets.is_null() {
            free(&new, table.cast());
            return null_mut();
        }
        table.write(new);
        table
    }
}

/// `_Py_hashtable_new`.
///
/// # Safety
/// As for [`new_full`].
pub unsafe fn new(
    hash: _Py_hashtable_hash_func,
    compare: _Py_hashtable_compare_func,
) -> *mut _Py_hashtable_t {
    // SAFETY: the caller's promise.
    unsafe { new_full(hash, compare, None, None, core::ptr::null()) }
}

/// Puts all entries into `count` buckets; nothing happens when there is no memory.
unsafe fn rehash(table: *mut _Py_hashtable_t, count: usize) {
    // SAFETY: a live table; entries move to the new chains.
    unsafe {
        let count = count.max(MIN_BUCKETS).next_power_of_two();
        if count == (*table).nbuckets {
            return;
        }
        let buckets = new_buckets(table, count);
        if buckets.is_null() {
            return;
        }
        let (old, old_count) = ((*table).buckets, (*table).nbuckets);
        (*table).buckets = buckets;
        (*table).nbuckets = count;
        for i in 0..old_count {
            let mut entry = (*old.add(i)).head.cast::<_Py_hashtable_entry_t>();
            while !entry.is_null() {
                let next = (*entry)._Py_slist_item.next.cast();
                link(table, entry);
                entry = next;
            }
        }
        free(table, old.cast());
    }
}

unsafe fn link(table: *mut _Py_hashtable_t, entry: *mut _Py_hashtable_entry_t) {
    // SAFETY: a live table and an entry that is in no chain.
    unsafe {
        let chain = bucket(table, (*entry).key_hash);
        (*entry)._Py_slist_item.next = (*chain).head;
        (*chain).head = entry.cast();
    }
}

/// `_Py_hashtable_set`: the key must not be there yet; false when there is no memory.
///
/// # Safety
/// A live table.
pub unsafe fn set(table: *mut _Py_hashtable_t, key: *const c_void, value: *mut c_void) -> bool {
    // SAFETY: the caller's promise; fresh memory.
    unsafe {
        let entry = malloc(table, size_of::<_Py_hashtable_entry_t>()).cast::<_Py_hashtable_entry_t>();
        let (Some(hash), false) = ((*table).hash_func, entry.is_null()) else { return false };
        entry.write(_Py_hashtable_entry_t {
            _Py_slist_item: _Py_slist_item_t { next: null_mut() },
            key_hash: hash(key),
            key: key.cast_mut(),
            value,
        });
        (*table).nentries += 1;
        if (*table).nentries * 2 > (*table).nbuckets {
            rehash(table, (*table).nentries * 5);
        }
        link(table, entry);
    }
    true
}

/// `_Py_hashtable_get`: the value, or NULL.
///
/// # Safety
/// A live table.
pub unsafe fn get(table: *mut _Py_hashtable_t, key: *const c_void) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe {
        let entry = (*table).get_entry_func.map_or(null_mut(), |get_entry| get_entry(table, key));
        if entry.is_null() { null_mut() } else { (*entry).value }
    }
}

/// `_Py_hashtable_steal`: takes a key out; its value, or NULL.
///
/// # Safety
/// A live table.
pub unsafe fn steal(table: *mut _Py_hashtable_t, key: *const c_void) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe {
        let entry = (*table).get_entry_func.map_or(null_mut(), |get_entry| get_entry(table, key));
        if entry.is_null() {
            return null_mut();
        }
        let mut place = &raw mut (*bucket(table, (*entry).key_hash)).head;
        while *place != entry.cast() {
            place = &raw mut (**place).next;
        }
        *place = (*entry)._Py_slist_item.next;
        (*table).nentries -= 1;
        let value = (*entry).value;
        free(table, entry.cast());
        if (*table).nentries * 10 < (*table).nbuckets {
            rehash(table, (*table).nentries * 5);
        }
        value
    }
}

/// `_Py_hashtable_foreach`: until the function answers something other than 0, which is the result.
///
/// # Safety
/// A live table, which the function does not change.
pub unsafe fn foreach(
    table: *mut _Py_hashtable_t,
    function: _Py_hashtable_foreach_func,
    user_data: *mut c_void,
) -> c_int {
    let Some(function) = function else { return 0 };
    // SAFETY: the caller's promise.
    unsafe {
        for i in 0..(*table).nbuckets {
            let mut entry = (*(*table).buckets.add(i)).head.cast::<_Py_hashtable_entry_t>();
            while !entry.is_null() {
                let answer = function(table, (*entry).key, (*entry).value, user_data);
                if answer != 0 {
                    return answer;
                }
                entry = (*entry)._Py_slist_item.next.cast();
            }
        }
    }
    0
}

/// `_Py_hashtable_clear`.
///
/// # Safety
/// A live table.
pub unsafe fn clear(table: *mut _Py_hashtable_t) {
    // SAFETY: the caller's promise.
    unsafe {
        drop_entries(table);
        rehash(table, 0);
    }
}

unsafe fn drop_entries(table: *mut _Py_hashtable_t) {
    // SAFETY: a live table; each entry is taken out before its key and value are destroyed.
    unsafe {
        for i in 0..(*table).nbuckets {
            let chain = (*table).buckets.add(i);
            while !(*chain).head.is_null() {
                let entry = (*chain).head.cast::<_Py_hashtable_entry_t>();
                (*chain).head = (*entry)._Py_slist_item.next;
                (*table).nentries -= 1;
                if let Some(destroy) = (*table).key_destroy_func {
                    destroy((*entry).key);
                }
                if let Some(destroy) = (*table).value_destroy_func {
                    destroy((*entry).value);
                }
                free(table, entry.cast());
            }
        }
    }
}

/// `_Py_hashtable_destroy`.
///
/// # Safety
/// A live table, not used afterwards.
pub unsafe fn destroy(table: *mut _Py_hashtable_t) {
    // SAFETY: the caller's promise.
    unsafe {
        drop_entries(table);
        let alloc = (*table).alloc;
        free(table, (*table).buckets.cast());
        if let Some(free) = alloc.free {
            free(table.cast());
        }
    }
}

/// `_Py_hashtable_size`: the memory of table, buckets and entries.
///
/// # Safety
/// A live table.
pub unsafe fn size(table: *const _Py_hashtable_t) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        size_of::<_Py_hashtable_t>()
            + (*table).nbuckets * size_of::<_Py_slist_t>()
            + (*table).nentries * size_of::<_Py_hashtable_entry_t>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(n: usize) -> *mut c_void {
        (n * 16) as *mut c_void
    }

    #[test]
    fn grows_and_shrinks() {
        // SAFETY: a table of plain numbers, used as documented.
        unsafe {
            let table = new(Some(hash_ptr), Some(compare_direct));
            for i in 1..=1000 {
                assert!(set(table, number(i), number(i + 5000)));
            }
            assert_eq!((*table).nentries, 1000);
            assert!((*table).nbuckets >= 2000 && (*table).nbuckets.is_power_of_two());
            for i in 1..=1000 {
                assert_eq!(get(table, number(i)), number(i + 5000));
            }
            assert!(get(table, number(1001)).is_null());
            for i in 1..=999 {
                assert_eq!(steal(table, number(i)), number(i + 5000));
            }
            assert!(steal(table, number(1)).is_null());
            assert_eq!((*table).nentries, 1);
            assert!((*table).nbuckets <= 32);
            assert_eq!(get(table, number(1000)), number(6000));
            clear(table);
            assert_eq!(((*table).nentries, (*table).nbuckets), (0, MIN_BUCKETS));
            destroy(table);
        }
    }
}
