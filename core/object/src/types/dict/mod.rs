//! `dict`: a hash table that keeps insertion order.
//!
//! ```text
//!   0 head │ 16 ma_used │ 24 ma_version_tag │ 32 ma_keys ──▶ key table │ 40 ma_values: NULL, or values of a shared table
//! ```
//!
//! * `keys` is the table, `lookup` finds keys, this file changes dicts, `shared` has instance dicts and what inline
//!   caches of the interpreter need, `merge` updates, `iter` and `views` what their names say, `class` the type.
//! * `ma_version_tag` is unique among all states of all dicts: every change takes a new number.
//! * A dict that holds only objects which cannot be part of a cycle is not tracked by the collector.
//! * Old values and keys are dropped last, when the dict is consistent: dropping may run any code.
//!
//! Functions take `&Object` that must be a dict, as their callers know; the C API's forms that check are at the end.

mod class;
mod iter;
mod keys;
mod lookup;
mod merge;
mod shared;
pub(crate) mod views;

pub use class::{PyDict_Contains, PyDict_Type, has_only_string_keys, new_slot, repr, size_of, subscript};
pub(crate) use class::{each_reference, may_be_in_cycle};
pub use iter::{
    PyDictIterItem_Type, PyDictIterKey_Type, PyDictIterValue_Type, PyDictRevIterItem_Type,
    PyDictRevIterKey_Type, PyDictRevIterValue_Type,
};
pub use keys::{Entry, Keys, decref as keys_decref};
pub use lookup::hash_of;
pub use merge::{from_keys, merge, merge_ex, merge_from_seq2, update};
pub use shared::*;
pub use views::{_PyDictView_Intersect, PyDictItems_Type, PyDictKeys_Type, PyDictValues_Type, new_view};

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::tuple::{self, may_be_tracked};
use crate::types::{list, unicode};
use crate::{gc, memory, refcount};
use core::cell::Cell;
use core::ptr::{self, null_mut};
use keys::{DUMMY, EMPTY, Kind};
use krait_abi::*;
use lookup::{find, find_str, is_str, value_at};

crate::object_view!(/** A `dict`. */ pub Dict, PyDictObject, PyDict_Type, flag Py_TPFLAGS_DICT_SUBCLASS);

/// The C struct of a dict, or of an object that is laid out like one (frozendict's): `PyDict_Contains` and relatives take
/// both, as CPython's do.
#[inline(always)]
pub(crate) fn raw(dict: &Object) -> *mut PyDictObject {
    dict.as_ptr().cast()
}

struct Version(Cell<u64>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Version {}
static VERSION: Version = Version(Cell::new(0));

/// A version number that no dict has had.
#[inline(always)]
fn next_version() -> u64 {
    let version = VERSION.0.get() + 1;
    VERSION.0.set(version);
    version
}

// ---- allocation ----

/// Dead exact dicts that are kept for reuse.
const MAX_FREE: usize = 80;

struct FreeList {
    dicts: [Cell<*mut PyDictObject>; MAX_FREE],
    count: Cell<usize>,
}
// SAFETY: only touched with the GIL held.
unsafe impl Sync for FreeList {}
static FREE: FreeList = FreeList { dicts: [const { Cell::new(null_mut()) }; MAX_FREE], count: Cell::new(0) };

/// How many dead dicts are kept for reuse.
pub fn free_count() -> usize {
    FREE.count.get()
}

/// A dict, not tracked, that takes over a table (and values); they are given back to nobody on error.
///
/// # Safety
/// The caller gives up a use of `keys`; `values` is NULL or an array for the shared table `keys`.
unsafe fn from_keys_table(keys: *mut Keys, values: *mut *mut PyObject, used: isize) -> Result<Obj> {
    // SAFETY: the caller's promise; fresh memory or a dead exact dict.
    unsafe {
        let count = FREE.count.get();
        let dict = if count > 0 {
            FREE.count.set(count - 1);
            let dict = FREE.dicts[count - 1].get();
            refcount::new_reference(dict.cast());
            dict
        } else {
            match gc::new_object(&raw mut PyDict_Type) {
                Ok(dict) => dict.cast(),
                Err(raised) => {
                    keys::decref(keys);
                    shared::free_values(values);
                    return Err(raised);
                }
            }
        };
        (*dict).ma_used = used;
        (*dict).ma_version_tag = next_version();
        (*dict).ma_keys = keys;
        (*dict).ma_values = values;
        Ok(Obj::from_owned_ptr(dict.cast()))
    }
}

/// An empty dict.
#[inline]
pub fn new() -> Result<Obj> {
    // SAFETY: the empty table is static; its count does not matter.
    unsafe { from_keys_table(keys::empty_keys(), null_mut(), 0) }
}

/// `_PyDict_NewPresized`: an empty dict with room for `count` keys.
pub fn new_presized(count: usize) -> Result<Obj> {
    if count <= keys::usable(keys::MIN_SIZE) {
        return new();
    }
    // Very large guesses are not trusted.
    let size = keys::size_for(keys::estimate(count).min(128 * 1024))?;
    // SAFETY: a new table.
    unsafe { from_keys_table(keys::new(size)?, null_mut(), 0) }
}

/// A dict with `count` pairs, later ones over earlier ones with the same key; what a display makes.
pub fn from_pairs<'a>(count: usize, pairs: impl Iterator<Item = (&'a Object, &'a Object)>) -> Result<Obj> {
    if count == 0 {
        return new();
    }
    let size = if count <= keys::usable(keys::MIN_SIZE) {
        keys::MIN_SIZE
    } else {
        keys::size_for(keys::estimate(count).min(128 * 1024))?
    };
    // SAFETY: a new table is given to the new dict; the caller keeps keys and values alive.
    unsafe {
        let dict = from_keys_table(keys::new(size)?, null_mut(), 0)?;
        for (key, value) in pairs {
            insert(raw(&dict), key.as_ptr(), hash_of(key)?, value.as_ptr())?;
        }
        Ok(dict)
    }
}

pub(crate) unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, dealloc, || {
            let dict = object.cast::<PyDictObject>();
            let (keys, values) = ((*dict).ma_keys, (*dict).ma_values);
            if !keys.is_null() {
                if !values.is_null() {
                    for i in 0..(*keys).dk_nentries {
                        refcount::xdecref(*values.offset(i));
                    }
                    shared::free_values(values);
                }
                keys::decref(keys);
            }
            let count = FREE.count.get();
            if count < MAX_FREE && ptr::eq((*object).ob_type, &raw mut PyDict_Type) {
                FREE.dicts[count].set(dict);
                FREE.count.set(count + 1);
            } else if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        });
    }
}

/// Frees what the free lists hold (`_PyDict_ClearFreeList`).
pub fn clear_free_list() -> usize {
    let freed = FREE.count.get();
    while FREE.count.get() > 0 {
        FREE.count.set(FREE.count.get() - 1);
        // SAFETY: members are dead dicts.
        unsafe { gc::PyObject_GC_Del(FREE.dicts[FREE.count.get()].get().cast()) };
    }
    freed + keys::clear_free_list()
}

/// How many dead dicts are kept, for `sys._debugmallocstats`.
pub fn free_list_size() -> usize {
    FREE.count.get()
}

/// `PyDict_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    <Dict as crate::handle::Class>::is_instance(object)
}

/// `PyDict_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    <Dict as crate::handle::Class>::is_exact(object)
}

// ---- reading ----

/// `ma_used`.
#[inline(always)]
pub fn len(dict: &Object) -> usize {
    // SAFETY: a live dict.
    unsafe { (*raw(dict)).ma_used as usize }
}

/// `PyDict_GetItemWithError`, as a new reference.
#[inline]
pub fn get_item(dict: &Object, key: &Object) -> Result<Option<Obj>> {
    // SAFETY: the borrowed value gets its reference before anything else happens.
    Ok(unsafe { get_item_borrowed(dict, key)? }.map(Layout::owned))
}

/// `PyDict_GetItemWithError`, borrowed.
///
/// # Safety
/// The dict is not changed while the result is in use.
#[inline]
pub unsafe fn get_item_borrowed<'a>(dict: &'a Object, key: &Object) -> Result<Option<&'a Object>> {
    // SAFETY: the caller's promise.
    unsafe { get_known_hash(dict, key, hash_of(key)?) }
}

/// `_PyDict_GetItem_KnownHash`, borrowed.
///
/// # Safety
/// The dict is not changed while the result is in use.
#[inline]
pub unsafe fn get_known_hash<'a>(dict: &'a Object, key: &Object, hash: isize) -> Result<Option<&'a Object>> {
    // SAFETY: a live dict and key.
    unsafe {
        let index = find(raw(dict), key.as_ptr(), hash)?;
        Ok(Object::from_ptr_opt(value_at(raw(dict), index)))
    }
}

/// `PyDict_GetItemString`, errors reported, new reference.
pub fn get_str(dict: &Object, key: &str) -> Result<Option<Obj>> {
    let key = unicode::from_str(key)?;
    get_item(dict, &key)
}

/// `PyDict_Contains`.
#[inline]
pub fn contains(dict: &Object, key: &Object) -> Result<bool> {
    contains_known_hash(dict, key, hash_of(key)?)
}

/// `_PyDict_Contains`.
#[inline]
pub fn contains_known_hash(dict: &Object, key: &Object, hash: isize) -> Result<bool> {
    // SAFETY: only whether there is a value is looked at.
    Ok(unsafe { get_known_hash(dict, key, hash)? }.is_some())
}

/// `PyDict_Next`: advances `position`; key and value borrowed.
///
/// # Safety
/// The dict is not changed while the results are in use.
#[inline]
pub unsafe fn next_borrowed<'a>(dict: &'a Object, position: &mut isize) -> Option<(&'a Object, &'a Object)> {
    // SAFETY: the caller's promise.
    unsafe { next_with_hash(dict, position).map(|(key, value, _)| (key, value)) }
}

/// `_PyDict_Next`: also the hash.
///
/// # Safety
/// The dict is not changed while the results are in use.
#[inline]
pub unsafe fn next_with_hash<'a>(
    dict: &'a Object,
    position: &mut isize,
) -> Option<(&'a Object, &'a Object, isize)> {
    // SAFETY: the caller's promise.
    unsafe {
        let (index, entry, value) = entry_from(raw(dict), *position)?;
        *position = index + 1;
        Some((Object::from_ptr((*entry).me_key), Object::from_ptr(value), (*entry).me_hash))
    }
}

/// `PyDict_Next` with new references; the dict's keys must not be changed between calls (values may).
pub fn next(dict: &Object, position: &mut isize) -> Option<(Obj, Obj)> {
    // SAFETY: the results get references before anything else happens.
    unsafe { next_borrowed(dict, position).map(|(key, value)| (key.owned(), value.owned())) }
}

/// The first entry from `index` on that is in use, and its value.
///
/// # Safety
/// A live dict.
#[inline]
unsafe fn entry_from(dict: *mut PyDictObject, index: isize) -> Option<(isize, *mut Entry, *mut PyObject)> {
    // SAFETY: the caller's promise; a dict with a shared table has values for the first `ma_used` keys.
    unsafe {
        if index < 0 {
            return None;
        }
        if !(*dict).ma_values.is_null() {
            if index >= (*dict).ma_used {
                return None;
            }
            let entry = keys::entries((*dict).ma_keys).offset(index);
            return Some((index, entry, *(*dict).ma_values.offset(index)));
        }
        let keys = (*dict).ma_keys;
        let mut index = index;
        let mut entry = keys::entries(keys).wrapping_offset(index);
        while index < (*keys).dk_nentries {
            let value = (*entry).me_value;
            if !value.is_null() {
                return Some((index, entry, value));
            }
            index += 1;
            entry = entry.wrapping_add(1);
        }
        None
    }
}

/// Owned references to the entries that are in use, made at once.
fn collect<T>(dict: &Object, item: impl Fn(&Object, &Object) -> T) -> Result<Vec<T>> {
    let mut items = memory::try_vec(len(dict))?;
    let mut position = 0;
    // SAFETY: `item` makes references, which changes nothing.
    while let Some((key, value)) = unsafe { next_borrowed(dict, &mut position) } {
        items.push(item(key, value));
    }
    Ok(items)
}

/// `PyDict_Keys`: a new list.
pub fn keys(dict: &Object) -> Result<Obj> {
    Ok(list::from_vec(collect(dict, |key, _| key.owned())?)?.upcast())
}

/// `PyDict_Values`: a new list.
pub fn values(dict: &Object) -> Result<Obj> {
    Ok(list::from_vec(collect(dict, |_, value| value.owned())?)?.upcast())
}

/// `PyDict_Items`: a new list of pairs.
pub fn items(dict: &Object) -> Result<Obj> {
    let version = || {
        // SAFETY: a live dict.
        unsafe { (*raw(dict)).ma_version_tag }
    };
    loop {
        let before = version();
        let mut pairs = list::Pieces::with_room(len(dict))?;
        let mut position = 0;
        // SAFETY: key and value are held before the pair is made, which may start a collection.
        while let Some((key, value)) = unsafe { next_borrowed(dict, &mut position) } {
            pairs.push(tuple::pack([key.owned(), value.owned()]));
        }
        if version() == before {
            return pairs.finish();
        }
    }
}

// ---- storing ----

/// Tracks a dict that gets a key or value which can be part of a cycle.
///
/// # Safety
/// Live objects.
#[inline(always)]
unsafe fn maintain_tracking(dict: *mut PyDictObject, key: *mut PyObject, value: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if !gc::is_tracked(dict.cast()) && (may_be_tracked(value) || may_be_tracked(key)) {
            gc::track(dict.cast());
        }
    }
}

/// `PyDict_SetItem`.
#[inline]
pub fn set_item(dict: &Object, key: &Object, value: &Object) -> Result<()> {
    set_known_hash(dict, key, value, hash_of(key)?)
}

/// `_PyDict_SetItem_KnownHash`.
#[inline]
pub fn set_known_hash(dict: &Object, key: &Object, value: &Object, hash: isize) -> Result<()> {
    // SAFETY: live objects; the key and value are kept alive by the caller.
    unsafe { insert(raw(dict), key.as_ptr(), hash, value.as_ptr()) }
}

/// `PyDict_SetItemString`.
pub fn set_str(dict: &Object, key: &str, value: &Object) -> Result<()> {
    let key = unicode::intern_str(key)?;
    set_item(dict, &key, value)
}

/// Sets `dict[key] = value`.
///
/// # Safety
/// Live objects that the caller keeps alive; `hash` is the key's.
#[inline]
unsafe fn insert(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: isize,
    value: *mut PyObject,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { insert_here(dict, key, hash, value) }
}

/// [`insert`], always inlined.
///
/// # Safety
/// As [`insert`].
#[inline(always)]
unsafe fn insert_here(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: isize,
    value: *mut PyObject,
) -> Result<()> {
    // SAFETY: the caller's promise; a table for strings alone holds its values, and finding a string runs no code.
    unsafe {
        let table = (*dict).ma_keys;
        if !is_str(key) || keys::kind(table) != Kind::Str {
            return insert_any(dict, key, hash, value);
        }
        let index = find_str(table, key, hash);
        if !gc::is_tracked(dict.cast()) && may_be_tracked(value) {
            gc::track(dict.cast());
        }
        if index >= 0 {
            replace(dict, &raw mut (*keys::entries(table).offset(index)).me_value, value);
            return Ok(());
        }
        if (*table).dk_usable <= 0 {
            return append(dict, key, hash, value);
        }
        let entry = new_entry(table, key, hash, value);
        (*entry).me_value = value;
        (*dict).ma_used += 1;
        (*dict).ma_version_tag = next_version();
        Ok(())
    }
}

/// [`insert`] for every kind of table and key.
///
/// # Safety
/// As [`insert`].
unsafe fn insert_any(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: isize,
    value: *mut PyObject,
) -> Result<()> {
    // SAFETY: the caller's promise. The index is used at once; the old value is dropped last.
    unsafe {
        let index = find(dict, key, hash)?;
        maintain_tracking(dict, key, value);
        if index >= 0 {
            let values = (*dict).ma_values;
            if values.is_null() {
                let entry = keys::entries((*dict).ma_keys).offset(index);
                replace(dict, &raw mut (*entry).me_value, value);
                return Ok(());
            }
            if !(*values.offset(index)).is_null() {
                replace(dict, values.offset(index), value);
                return Ok(());
            }
            if index == (*dict).ma_used {
                refcount::incref(value);
                *values.offset(index) = value;
                (*dict).ma_used += 1;
                (*dict).ma_version_tag = next_version();
                return Ok(());
            }
            // A shared key out of order: the dict gets a table of its own.
            resize(dict, (*(*dict).ma_keys).dk_size as usize)?;
        }
        append(dict, key, hash, value)
    }
}

/// Stores a value over another.
///
/// # Safety
/// `place` is the place of a value of `dict`.
#[inline(always)]
unsafe fn replace(dict: *mut PyDictObject, place: *mut *mut PyObject, value: *mut PyObject) {
    // SAFETY: the caller's promise; storing the same object again is no change.
    unsafe {
        let old = *place;
        if !ptr::eq(old, value) {
            refcount::incref(value);
            *place = value;
            (*dict).ma_version_tag = next_version();
            refcount::decref(old);
        }
    }
}

/// Takes the next entry of a table for a key that it does not have. Key and value get their references, the value is
/// not stored yet.
///
/// # Safety
/// A live table with room; live objects.
#[inline(always)]
unsafe fn new_entry(table: *mut Keys, key: *mut PyObject, hash: isize, value: *mut PyObject) -> *mut Entry {
    // SAFETY: the caller's promise.
    unsafe {
        let place = keys::free_place(table, hash);
        let index = (*table).dk_nentries;
        keys::set_index(table, place, index);
        let entry = keys::entries(table).offset(index);
        refcount::incref(key);
        refcount::incref(value);
        (*entry).me_key = key;
        (*entry).me_hash = hash;
        (*table).dk_usable -= 1;
        (*table).dk_nentries = index + 1;
        entry
    }
}

/// Adds a key that the dict does not have.
///
/// # Safety
/// As [`insert`].
unsafe fn append(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: isize,
    value: *mut PyObject,
) -> Result<()> {
    // SAFETY: the caller's promise; nothing here runs Python code except a collection in an allocation, which cannot
    // reach a key or value that is not in the dict yet.
    unsafe {
        let mut table = (*dict).ma_keys;
        let kind = keys::kind(table);
        let split = !(*dict).ma_values.is_null();
        if (*table).dk_usable <= 0
            || (split && (!is_str(key) || (*dict).ma_used != (*table).dk_nentries || kind != Kind::Split))
        {
            resize(dict, ((*dict).ma_used as usize).saturating_mul(3))?;
            table = (*dict).ma_keys;
        }
        if !is_str(key) && keys::kind(table) != Kind::Any {
            keys::set_kind(table, Kind::Any);
        }
        let entry = new_entry(table, key, hash, value);
        if (*dict).ma_values.is_null() {
            (*entry).me_value = value;
        } else {
            (*entry).me_value = null_mut();
            *(*dict).ma_values.offset((*table).dk_nentries - 1) = value;
            keys::renew_stamp(table);
        }
        (*dict).ma_used += 1;
        (*dict).ma_version_tag = next_version();
    }
    Ok(())
}

/// Gives the dict a table of its own with at least `wanted` places, without deleted entries.
///
/// # Safety
/// A live dict.
unsafe fn resize(dict: *mut PyDictObject, wanted: usize) -> Result<()> {
    // SAFETY: the caller's promise. Entries move from the old table, except that a shared table keeps its keys; a
    // collection in the allocation cannot change this dict, as no destructor that reaches it runs before `keys::new`
    // returns, and the fields are read after that.
    unsafe {
        let table = keys::new(keys::size_for(wanted.max(keys::estimate((*dict).ma_used as usize)))?)?;
        let old = (*dict).ma_keys;
        let used = (*dict).ma_used as usize;
        let from = keys::entries(old);
        let to = keys::entries(table);
        let values = (*dict).ma_values;
        if keys::kind(old) == Kind::Any {
            keys::set_kind(table, Kind::Any);
        }
        if used == 0 {
            // The static empty table has no entries to be pointed at.
        } else if values.is_null() {
            if (*old).dk_nentries as usize == used {
                ptr::copy_nonoverlapping(from, to, used);
            } else {
                let mut next = to;
                for i in 0..(*old).dk_nentries {
                    let entry = from.offset(i);
                    if !(*entry).me_value.is_null() {
                        *next = *entry;
                        next = next.add(1);
                    }
                }
            }
        } else {
            for i in 0..used {
                let mut entry = *from.add(i);
                refcount::incref(entry.me_key);
                entry.me_value = *values.add(i);
                *to.add(i) = entry;
            }
        }
        keys::build_index(table, used);
        (*table).dk_usable -= used as isize;
        (*table).dk_nentries = used as isize;
        (*dict).ma_keys = table;
        (*dict).ma_values = null_mut();
        if values.is_null() {
            if !ptr::eq(old, keys::empty_keys()) {
                debug_assert!((*old).dk_refcnt == 1);
                keys::free(old);
            }
        } else {
            shared::free_values(values);
            keys::decref(old);
        }
    }
    Ok(())
}

/// `PyDict_SetDefault`: the value that is there afterwards.
pub fn set_default(dict: &Object, key: &Object, default: &Object) -> Result<Obj> {
    let hash = hash_of(key)?;
    // SAFETY: live objects; the value found gets its reference at once.
    unsafe {
        let index = find(raw(dict), key.as_ptr(), hash)?;
        if let Some(value) = Object::from_ptr_opt(value_at(raw(dict), index)) {
            return Ok(value.owned());
        }
        if index >= 0 {
            // A key of the shared table that this dict has no value for.
            insert(raw(dict), key.as_ptr(), hash, default.as_ptr())?;
        } else {
            maintain_tracking(raw(dict), key.as_ptr(), default.as_ptr());
            append(raw(dict), key.as_ptr(), hash, default.as_ptr())?;
        }
        Ok(default.owned())
    }
}

// ---- deleting ----

/// Takes entry `index` out; the value (and the key) as owned references.
///
/// # Safety
/// The entry is in use and the dict has a table of its own.
unsafe fn take_entry(dict: *mut PyDictObject, index: isize) -> (Obj, Obj) {
    // SAFETY: the caller's promise.
    unsafe {
        let table = (*dict).ma_keys;
        let entry = keys::entries(table).offset(index);
        let place = keys::place_of(table, (*entry).me_hash, index);
        keys::set_index(table, place, DUMMY);
        let (key, value) = ((*entry).me_key, (*entry).me_value);
        (*entry).me_key = null_mut();
        (*entry).me_value = null_mut();
        (*dict).ma_used -= 1;
        (*dict).ma_version_tag = next_version();
        (Obj::from_owned_ptr(key), Obj::from_owned_ptr(value))
    }
}

/// Removes a key with a known hash and returns its value, None when missing.
pub fn pop_known_hash(dict: &Object, key: &Object, hash: isize) -> Result<Option<Obj>> {
    // SAFETY: live objects; after the change to a table of its own, the entry has the same number.
    unsafe {
        let mut index = find(raw(dict), key.as_ptr(), hash)?;
        if value_at(raw(dict), index).is_null() {
            return Ok(None);
        }
        if !(*raw(dict)).ma_values.is_null() {
            resize(raw(dict), (*(*raw(dict)).ma_keys).dk_size as usize)?;
            index = find(raw(dict), key.as_ptr(), hash)?;
            if index == EMPTY {
                return Ok(None);
            }
        }
        let (key, value) = take_entry(raw(dict), index);
        drop(key);
        Ok(Some(value))
    }
}

/// Removes a key and returns its value, None when missing.
pub fn pop(dict: &Object, key: &Object) -> Result<Option<Obj>> {
    if len(dict) == 0 {
        return Ok(None);
    }
    pop_known_hash(dict, key, hash_of(key)?)
}

/// `PyDict_DelItem` (KeyError when missing).
pub fn del_item(dict: &Object, key: &Object) -> Result<()> {
    del_known_hash(dict, key, hash_of(key)?)
}

/// `_PyDict_DelItem_KnownHash`.
pub fn del_known_hash(dict: &Object, key: &Object, hash: isize) -> Result<()> {
    match pop_known_hash(dict, key, hash)? {
        Some(_) => Ok(()),
        None => Err(err::set_key_error(key)),
    }
}

/// `PyDict_DelItemString`.
pub fn del_str(dict: &Object, key: &str) -> Result<()> {
    let key = unicode::from_str(key)?;
    del_item(dict, &key)
}

/// `_PyDict_DelItemIf`: deletes the key if `predicate` says yes to its value; the predicate must not change the dict.
pub fn del_item_if(
    dict: &Object,
    key: &Object,
    predicate: impl FnOnce(&Object) -> Result<bool>,
) -> Result<()> {
    let hash = hash_of(key)?;
    // SAFETY: the predicate leaves the dict alone.
    let value = unsafe { get_known_hash(dict, key, hash)? };
    let Some(value) = value else {
        return Err(err::set_key_error(key));
    };
    if predicate(&value.owned())? { del_known_hash(dict, key, hash) } else { Ok(()) }
}

/// Removes the last entry and returns it, None when the dict is empty.
pub fn pop_item(dict: &Object) -> Result<Option<(Obj, Obj)>> {
    // SAFETY: a live dict; the last entry in use is searched from the end.
    unsafe {
        let this = raw(dict);
        if (*this).ma_used == 0 {
            return Ok(None);
        }
        if !(*this).ma_values.is_null() {
            resize(this, (*(*this).ma_keys).dk_size as usize)?;
        }
        let table = (*this).ma_keys;
        let entries = keys::entries(table);
        let mut index = (*table).dk_nentries - 1;
        while (*entries.offset(index)).me_value.is_null() {
            index -= 1;
        }
        let taken = take_entry(this, index);
        (*table).dk_nentries = index;
        Ok(Some(taken))
    }
}

/// `PyDict_Clear`.
pub fn clear(dict: &Object) {
    // SAFETY: a live dict; it is empty before the first key or value is dropped.
    unsafe {
        let this = raw(dict);
        let (old, values) = ((*this).ma_keys, (*this).ma_values);
        if ptr::eq(old, keys::empty_keys()) {
            return;
        }
        (*this).ma_keys = keys::empty_keys();
        (*this).ma_values = null_mut();
        (*this).ma_used = 0;
        (*this).ma_version_tag = next_version();
        if !values.is_null() {
            for i in 0..(*old).dk_nentries {
                refcount::xdecref(*values.offset(i));
            }
            shared::free_values(values);
        }
        keys::decref(old);
    }
}

// ---- copying ----

/// `PyDict_Copy`.
pub fn copy(dict: &Object) -> Result<Obj> {
    // SAFETY: a live dict. Fresh copies of its table or values get references before anything else happens.
    unsafe {
        let this = raw(dict);
        let used = (*this).ma_used;
        if used == 0 {
            return new();
        }
        let table = (*this).ma_keys;
        if !(*this).ma_values.is_null() {
            let values = shared::new_values(keys::usable((*table).dk_size as usize))?;
            // The allocation may have run a collection: the state is read again.
            if !ptr::eq((*this).ma_keys, table) || (*this).ma_values.is_null() {
                shared::free_values(values);
                return copy(dict);
            }
            for i in 0..(*this).ma_used {
                let value = *(*this).ma_values.offset(i);
                refcount::incref(value);
                *values.offset(i) = value;
            }
            keys::incref(table);
            let made = from_keys_table(table, values, (*this).ma_used)?;
            if gc::is_tracked(dict.as_ptr()) {
                gc::track(made.as_ptr());
            }
            return Ok(made);
        }
        // Copying a table is worth while unless many of its entries are deleted.
        if check_exact(dict) && used >= (*table).dk_nentries * 2 / 3 {
            return clone_table(dict);
        }
    }
    let made = new()?;
    merge(&made, dict, true)?;
    Ok(made)
}

/// A copy of a dict's own table, with references to its keys and values.
///
/// # Safety
/// The dict has a table of its own, not the empty one.
unsafe fn copy_table(dict: *mut PyDictObject) -> Result<*mut Keys> {
    // SAFETY: the caller's promise.
    unsafe {
        let table = (*dict).ma_keys;
        let size = (*table).dk_size as usize;
        let fresh = keys::new(size)?;
        // Indices and the entries that have been used.
        let used = keys::entries(table).offset((*table).dk_nentries).cast::<u8>();
        ptr::copy_nonoverlapping(
            table.cast::<u8>(),
            fresh.cast::<u8>(),
            used.offset_from(table.cast::<u8>()) as usize,
        );
        (*fresh).dk_refcnt = 1;
        let entries = keys::entries(fresh);
        for i in 0..(*fresh).dk_nentries {
            let entry = entries.offset(i);
            if !(*entry).me_value.is_null() {
                refcount::incref((*entry).me_key);
                refcount::incref((*entry).me_value);
            }
        }
        Ok(fresh)
    }
}

/// A dict with a copy of another's own table.
///
/// # Safety
/// The dict has a table of its own, not the empty one.
unsafe fn clone_table(dict: &Object) -> Result<Obj> {
    // SAFETY: the caller's promise; the table that was copied is given to the new dict.
    unsafe {
        let used = (*raw(dict)).ma_used;
        let made = from_keys_table(copy_table(raw(dict))?, null_mut(), used)?;
        if gc::is_tracked(dict.as_ptr()) {
            gc::track(made.as_ptr());
        }
        Ok(made)
    }
}

/// Gives an empty dict a copy of another's table, if that is what storing each pair would come to: an own table in which
/// nothing was ever deleted, of the size that the new one would have.
///
/// # Safety
/// Live dicts, the first one empty.
unsafe fn adopt_copy(dict: &Object, source: &Object) -> Result<bool> {
    // SAFETY: the caller's promise; the old table has no keys.
    unsafe {
        let (this, from) = (raw(dict), raw(source));
        let table = (*from).ma_keys;
        let used = (*from).ma_used;
        if !(*from).ma_values.is_null()
            || !(*this).ma_values.is_null()
            || used != (*table).dk_nentries
            || (*table).dk_usable != keys::usable((*table).dk_size as usize) as isize - used
            || used <= keys::usable(keys::MIN_SIZE) as isize
            || keys::size_for(keys::estimate(used as usize))? as isize != (*table).dk_size
            || (*(*this).ma_keys).dk_size > (*table).dk_size
        {
            return Ok(false);
        }
        let fresh = copy_table(from)?;
        let old = (*this).ma_keys;
        (*this).ma_keys = fresh;
        (*this).ma_used = used;
        (*this).ma_version_tag = next_version();
        if gc::is_tracked(source.as_ptr()) && !gc::is_tracked(dict.as_ptr()) {
            gc::track(dict.as_ptr());
        }
        keys::decref(old);
        Ok(true)
    }
}

// ---- for OrderedDict ----

/// The number of a key's entry, None when there is no value.
pub(crate) fn entry_index(dict: &Object, key: &Object, hash: isize) -> Result<Option<usize>> {
    // SAFETY: live objects.
    unsafe {
        let index = find(raw(dict), key.as_ptr(), hash)?;
        Ok(if value_at(raw(dict), index).is_null() { None } else { Some(index as usize) })
    }
}

/// The key of an entry, as a pointer that is only compared.
pub(crate) fn entry_key(dict: &Object, index: usize) -> *mut PyObject {
    // SAFETY: a live dict; numbers beyond the entries in use are refused.
    unsafe {
        let table = (*raw(dict)).ma_keys;
        if index as isize >= (*table).dk_nentries {
            null_mut()
        } else {
            (*keys::entries(table).add(index)).me_key
        }
    }
}

/// `dk_size`.
pub(crate) fn table_size(dict: &Object) -> usize {
    // SAFETY: a live dict.
    unsafe { (*(*raw(dict)).ma_keys).dk_size as usize }
}

/// `dict.__eq__`.
pub(crate) fn equals(a: &Object, b: &Object) -> Result<bool> {
    merge::equal(a, b)
}

// ---- the collector ----

/// `_PyDict_MaybeUntrack`: a dict of objects that the collector need not see is not tracked.
///
/// # Safety
/// `object` is a live object.
pub unsafe fn maybe_untrack(object: *mut PyObject) {
    // SAFETY: an exact dict.
    unsafe {
        if !ptr::eq((*object).ob_type, &raw mut PyDict_Type) || !gc::is_tracked(object) {
            return;
        }
        let dict = object.cast::<PyDictObject>();
        let any = keys::kind((*dict).ma_keys) == Kind::Any;
        let mut index = 0;
        while let Some((at, entry, value)) = entry_from(dict, index) {
            if may_be_tracked(value) || any && may_be_tracked((*entry).me_key) {
                return;
            }
            index = at + 1;
        }
        gc::untrack(object);
    }
}

// ---- forms of the C API that check their arguments ----

/// The dict that a C function got, else `SystemError`.
#[inline(always)]
fn checked(object: &Object) -> Result<&Object> {
    if check(object) { Ok(object) } else { Err(err::bad_internal_call()) }
}

/// `PyDict_Size`.
#[inline]
pub fn size(object: &Object) -> Result<isize> {
    checked(object).map(|dict| len(dict) as isize)
}

/// `PyDict_GetItem`: borrowed; errors are suppressed, and an exception that was set before stays set.
#[inline]
pub fn get_item_suppressed(object: &Object, key: &Object) -> *mut PyObject {
    if !check(object) {
        return null_mut();
    }
    // SAFETY: nothing runs that could change the dict; the C caller takes care of the borrowed result.
    if let Some(found) = unsafe { get_str_key(object, key) } {
        return crate::handle::as_ptr_opt(found);
    }
    if err::occurred().is_some() {
        return get_item_beside_error(object, key);
    }
    // SAFETY: live objects; the C caller takes care of the borrowed result.
    let found = hash_of(key).and_then(|hash| unsafe { lookup::find_any(raw(object), key.as_ptr(), hash) });
    match found {
        // SAFETY: the index was found just now.
        Ok(index) => unsafe { value_at(raw(object), index) },
        Err(_) => {
            err::clear();
            null_mut()
        }
    }
}

/// [`get_item_suppressed`] while an exception is set.
#[cold]
fn get_item_beside_error(object: &Object, key: &Object) -> *mut PyObject {
    let before = err::fetch();
    let found = get_item_with_error(object, key);
    if found.is_err() {
        err::clear();
    }
    if let Some(before) = before {
        let _ = err::restore(before);
    }
    found.unwrap_or(null_mut())
}

/// `PyDict_GetItemWithError`: borrowed, NULL when missing.
pub fn get_item_with_error(object: &Object, key: &Object) -> Result<*mut PyObject> {
    let dict = checked(object)?;
    let hash = hash_of(key)?;
    // SAFETY: live objects; the C caller takes care of the borrowed result.
    unsafe { Ok(value_at(raw(dict), find(raw(dict), key.as_ptr(), hash)?)) }
}

/// `PyDict_GetItemString`: borrowed; errors are suppressed.
pub fn get_item_string(object: &Object, key: &str) -> *mut PyObject {
    match unicode::from_str(key) {
        Ok(key) => get_item_suppressed(object, &key),
        Err(_) => {
            err::clear();
            null_mut()
        }
    }
}

/// `PyDict_SetItem` on an object that need not be a dict.
#[inline(always)]
pub fn set_item_checked(object: &Object, key: &Object, value: &Object) -> Result<()> {
    let dict = checked(object)?;
    // SAFETY: live objects; the key and value are kept alive by the caller.
    unsafe { insert_here(raw(dict), key.as_ptr(), hash_of(key)?, value.as_ptr()) }
}

/// `PyDict_DelItem` on an object that need not be a dict.
pub fn del_item_checked(object: &Object, key: &Object) -> Result<()> {
    // The key's hash is asked for first.
    crate::protocol::object::hash(key)?;
    del_item(checked(object)?, key)
}

/// `PyDict_SetDefault`: borrowed.
pub fn set_default_checked(object: &Object, key: &Object, default: &Object) -> Result<*mut PyObject> {
    // The dict keeps the value alive.
    set_default(checked(object)?, key, default).map(|value| value.as_ptr())
}

/// `_PyDict_Pop`: the value, or the default, or KeyError.
pub fn pop_or(object: &Object, key: &Object, default: Option<&Object>) -> Result<Obj> {
    match (pop(checked(object)?, key)?, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.owned()),
        (None, None) => Err(err::set_key_error(key)),
    }
}

/// `PyDict_Copy` on an object that need not be a dict; also of NULL.
pub fn copy_checked(object: Option<&Object>) -> Result<Obj> {
    match object {
        Some(object) if check(object) => copy(object),
        _ => Err(err::bad_internal_call()),
    }
}

#[cfg(test)]
mod tests;
