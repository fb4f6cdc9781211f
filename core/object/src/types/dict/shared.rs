//! Dicts of instances, whose keys are shared by the instances of a class, and what inline caches need.
//!
//! A heap type keeps a shared table in `ht_cached_keys`. An instance's dict uses it with an array of values of its own
//! as long as attributes are added in the table's order and not deleted; otherwise it gets a table of its own.
//!
//! Inline caches remember the number of an entry. [`value_of`] checks that the entry still has the name (one load and
//! comparison), so a stale number is harmless.

use super::keys::{self, Keys, Kind};
use super::lookup::{find_str, is_str, value_at};
use super::{check_exact, from_keys_table, hash_of, insert, maintain_tracking, next_version, raw, replace};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::memory;
use core::ffi::c_ulong;
use core::ptr::{self, null_mut};
use krait_abi::*;

// ---- values of shared tables ----

/// An array of `count` NULL values.
pub(super) fn new_values(count: usize) -> Result<*mut *mut PyObject> {
    let values = memory::mem_malloc(count * 8).cast::<*mut PyObject>();
    if values.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of that size.
    unsafe { ptr::write_bytes(values, 0, count) };
    Ok(values)
}

/// Frees an array of values, which may be NULL.
///
/// # Safety
/// The array came from [`new_values`]; its references have been given up.
pub(super) unsafe fn free_values(values: *mut *mut PyObject) {
    if !values.is_null() {
        // SAFETY: the caller's promise.
        unsafe { memory::mem_free(values.cast()) }
    }
}

/// `_PyDict_NewKeysForClass`: the shared table of a new class.
pub fn new_keys_for_class() -> Result<*mut Keys> {
    let table = keys::new(keys::MIN_SIZE)?;
    // SAFETY: a new table.
    unsafe { keys::set_kind(table, Kind::Split) };
    Ok(table)
}

/// The place of a class's shared table, if it can have one.
///
/// # Safety
/// A live type.
#[inline]
unsafe fn cached_keys(class: *mut PyTypeObject) -> Option<*mut *mut Keys> {
    // SAFETY: the caller's promise; heap types have the larger struct.
    unsafe {
        if (*class).tp_flags & Py_TPFLAGS_HEAPTYPE as c_ulong == 0 {
            return None;
        }
        Some(&raw mut (*class.cast::<PyHeapTypeObject>()).ht_cached_keys)
    }
}

/// A dict for a new instance of `class`, with the class's shared table if it has one.
///
/// # Safety
/// A live type.
pub unsafe fn new_for_instance(class: *mut PyTypeObject) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let table = match cached_keys(class) {
            Some(place) => *place,
            None => null_mut(),
        };
        if table.is_null() {
            return super::new();
        }
        let values = new_values(keys::usable((*table).dk_size as usize))?;
        keys::incref(table);
        from_keys_table(table, values, 0)
    }
}

/// `_PyObjectDict_SetItem`: stores (or deletes, without a value) an attribute in an instance's dict, which is made if
/// `place` holds NULL.
///
/// # Safety
/// A live type; `place` is the instance's dict pointer.
pub unsafe fn object_dict_set_item(
    class: *mut PyTypeObject,
    place: *mut *mut PyObject,
    name: &Object,
    value: Option<&Object>,
) -> Result<()> {
    // SAFETY: the caller's promise; the dict is held while it is changed.
    unsafe {
        if (*place).is_null() {
            let dict = new_for_instance(class)?;
            *place = dict.into_ptr();
        }
        if let Some(value) = value
            && store_shared(*place, name, value)?
        {
            return Ok(());
        }
        let dict = Object::from_ptr(*place).owned();
        let Some(value) = value else {
            // The dict gets a table of its own by that; others keep sharing.
            return super::del_item(&dict, name);
        };
        let shared = cached_keys(class).filter(|&shared| !(*shared).is_null());
        let was_shared = shared.is_some_and(|shared| ptr::eq(*shared, (*raw(&dict)).ma_keys));
        super::set_item(&dict, name, value)?;
        if let Some(shared) = shared
            && was_shared
            && !(*shared).is_null()
            && !ptr::eq(*shared, (*raw(&dict)).ma_keys)
        {
            // The dict grew out of the shared table. If it was the only user, its new table is shared from now on.
            let old = *shared;
            *shared = if (*old).dk_refcnt == 1 { share_keys(&dict) } else { null_mut() };
            keys::decref(old);
        }
        Ok(())
    }
}

/// Stores the value of an exact `str` that a dict's shared table has: over the old one, or as the next one in order.
/// False: neither is the case.
///
/// # Safety
/// A live dict and objects. The dict may be gone afterwards, as the old value is dropped.
#[inline(always)]
unsafe fn store_shared(dict: *mut PyObject, name: &Object, value: &Object) -> Result<bool> {
    // SAFETY: the caller's promise; a shared table goes with values, the index is of that table.
    unsafe {
        let this = dict.cast::<PyDictObject>();
        let table = (*this).ma_keys;
        if !is_str(name.as_ptr()) || keys::kind(table) != Kind::Split {
            return Ok(false);
        }
        let index = find_str(table, name.as_ptr(), hash_of(name)?);
        if index < 0 || index > (*this).ma_used {
            return Ok(false);
        }
        maintain_tracking(this, name.as_ptr(), value.as_ptr());
        let place = (*this).ma_values.offset(index);
        if !(*place).is_null() {
            replace(this, place, value.as_ptr());
            return Ok(true);
        }
        if index != (*this).ma_used {
            return Ok(false);
        }
        *place = value.owned().into_ptr();
        (*this).ma_used += 1;
        (*this).ma_version_tag = next_version();
        Ok(true)
    }
}

/// Turns a dict's own table into a shared one and returns a use of it, NULL when that cannot be.
///
/// # Safety
/// A live dict.
unsafe fn share_keys(dict: &Object) -> *mut Keys {
    // SAFETY: the caller's promise; a failing allocation only means that nothing is shared.
    unsafe {
        let this = raw(dict);
        let table = (*this).ma_keys;
        if !check_exact(dict)
            || !(*this).ma_values.is_null()
            || keys::kind(table) != Kind::Str
            || (*table).dk_nentries != (*this).ma_used
            || ptr::eq(table, keys::empty_keys())
        {
            return null_mut();
        }
        let Ok(values) = new_values(keys::usable((*table).dk_size as usize)) else {
            err::clear();
            return null_mut();
        };
        let entries = keys::entries(table);
        for i in 0..(*table).dk_nentries {
            let entry = entries.offset(i);
            *values.offset(i) = (*entry).me_value;
            (*entry).me_value = null_mut();
        }
        (*this).ma_values = values;
        keys::set_kind(table, Kind::Split);
        keys::incref(table);
        table
    }
}

// ---- for inline caches ----

/// The version: another number after each change, never the same for two dicts.
#[inline(always)]
pub fn version(dict: &Object) -> u64 {
    // SAFETY: a live dict.
    unsafe { (*raw(dict)).ma_version_tag }
}

/// The key table's identity.
#[inline(always)]
pub fn keys_table(dict: &Object) -> *mut Keys {
    // SAFETY: a live dict.
    unsafe { (*raw(dict)).ma_keys }
}

/// The entry number of an exact `str` with a value, for later use with [`value_of`] or [`store`].
#[inline]
pub fn entry_of(dict: &Object, name: &Object) -> Option<usize> {
    // SAFETY: a live dict; only strings are looked for among strings.
    unsafe {
        let table = (*raw(dict)).ma_keys;
        if !is_str(name.as_ptr()) || keys::kind(table) == Kind::Any {
            return None;
        }
        let index = find_str(table, name.as_ptr(), hash_of(name).ok()?);
        if value_at(raw(dict), index).is_null() { None } else { Some(index as usize) }
    }
}

/// The value at entry `index`, borrowed, if that entry's key is `name` itself and has a value.
///
/// # Safety
/// The dict is not changed while the result is in use.
#[inline(always)]
pub unsafe fn value_of<'a>(dict: &'a Object, index: usize, name: &Object) -> Option<&'a Object> {
    // SAFETY: the caller's promise. Entries of the table up to its capacity are readable; what follows is not, so the
    // number is checked against the number of entries used.
    unsafe {
        let this = raw(dict);
        let table = (*this).ma_keys;
        if index as isize >= (*table).dk_nentries {
            return None;
        }
        let entry = keys::entries(table).add(index);
        if !ptr::eq((*entry).me_key, name.as_ptr()) {
            return None;
        }
        let values = (*this).ma_values;
        Object::from_ptr_opt(if values.is_null() { (*entry).me_value } else { *values.add(index) })
    }
}

/// Stores over the value at entry `index` if that entry's key is `name` itself; appends if the dict has a shared
/// table whose next key that is. The value comes back when neither holds.
#[inline(always)]
pub fn store(dict: &Object, index: usize, name: &Object, value: Obj) -> core::result::Result<(), Obj> {
    // SAFETY: as `value_of`; the old value is dropped last.
    unsafe {
        let this = raw(dict);
        let table = (*this).ma_keys;
        if index as isize >= (*table).dk_nentries {
            return Err(value);
        }
        let entry = keys::entries(table).add(index);
        if !ptr::eq((*entry).me_key, name.as_ptr()) {
            return Err(value);
        }
        let values = (*this).ma_values;
        let place = if values.is_null() { &raw mut (*entry).me_value } else { values.add(index) };
        if !(*place).is_null() {
            maintain_tracking(this, name.as_ptr(), value.as_ptr());
            replace(this, place, value.as_ptr());
            return Ok(());
        }
        if values.is_null() || index as isize != (*this).ma_used {
            return Err(value);
        }
        maintain_tracking(this, name.as_ptr(), value.as_ptr());
        *place = value.into_ptr();
        (*this).ma_used += 1;
        (*this).ma_version_tag = next_version();
        Ok(())
    }
}

/// The stamp of the dict's key table: not 0 for a shared one, see `keys`. While it stays the same, so do the entry numbers
/// of all names, and which names there are.
///
/// # Safety
/// A live dict.
#[inline(always)]
pub unsafe fn stamp(dict: *mut PyObject) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { keys::stamp((*dict.cast::<PyDictObject>()).ma_keys) }
}

/// The stamp of the dict's key table if `name`, an exact `str`, is no key of it; else 0. That the name has no value in this
/// dict is not enough: a key that another dict of the same table brought may get one here without a new stamp.
///
/// # Safety
/// A live dict.
pub unsafe fn stamp_without(dict: *mut PyObject, name: &Object) -> u64 {
    // SAFETY: the caller's promise; only strings are looked for among strings.
    unsafe {
        let table = (*dict.cast::<PyDictObject>()).ma_keys;
        if keys::stamp(table) == 0 || !is_str(name.as_ptr()) || keys::kind(table) == Kind::Any {
            return 0;
        }
        let Ok(hash) = hash_of(name) else { return 0 };
        if find_str(table, name.as_ptr(), hash) < 0 { keys::stamp(table) } else { 0 }
    }
}

/// The value at entry `index`, borrowed; NULL if there is none or the table's stamp is not `stamp`.
///
/// # Safety
/// A live dict; the entry existed when the stamp was taken.
#[inline(always)]
pub unsafe fn split_value(dict: *mut PyObject, stamp: u64, index: usize) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        let this = dict.cast::<PyDictObject>();
        let values = (*this).ma_values;
        if stamp == 0 || keys::stamp((*this).ma_keys) != stamp || values.is_null() {
            return null_mut();
        }
        *values.add(index)
    }
}

/// Stores an owned reference at entry `index` if the table's stamp is `stamp` and nothing has to be called for that;
/// else the dict and the reference are as before.
///
/// # Safety
/// A live dict; the entry existed when the stamp was taken.
#[inline(always)]
pub unsafe fn store_split(dict: *mut PyObject, stamp: u64, index: usize, value: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let this = dict.cast::<PyDictObject>();
        let values = (*this).ma_values;
        if stamp == 0 || keys::stamp((*this).ma_keys) != stamp || values.is_null() {
            return false;
        }
        if !crate::gc::is_tracked(dict) && super::may_be_tracked(value) {
            return false;
        }
        let place = values.add(index);
        let old = *place;
        if old.is_null() {
            if index as isize != (*this).ma_used {
                return false;
            }
            (*this).ma_used += 1;
        } else if !crate::refcount::give_up(old) {
            return false;
        }
        *place = value;
        (*this).ma_version_tag = next_version();
        true
    }
}

/// Looks an exact `str` up where that cannot run Python code: None says that it might have to.
///
/// # Safety
/// The dict is not changed while the result is in use.
#[inline(always)]
pub unsafe fn get_str_key<'a>(dict: &'a Object, name: &Object) -> Option<Option<&'a Object>> {
    // SAFETY: the caller's promise.
    unsafe {
        let table = (*raw(dict)).ma_keys;
        if keys::kind(table) == Kind::Any || !is_str(name.as_ptr()) {
            return None;
        }
        let hash = hash_of(name).ok()?;
        Some(Object::from_ptr_opt(value_at(raw(dict), find_str(table, name.as_ptr(), hash))))
    }
}

/// Sets `dict[key] = value`, taking over the value.
#[inline]
pub fn set_stolen(dict: &Object, key: &Object, value: Obj) -> Result<()> {
    // SAFETY: live objects, kept alive by the caller and by `value`.
    unsafe { insert(raw(dict), key.as_ptr(), hash_of(key)?, value.as_ptr()) }
}

/// The instance dict's place in an object, NULL when its class has none (`_PyObject_GetDictPtr`).
///
/// # Safety
/// A live object.
#[inline]
pub unsafe fn dict_pointer(object: *mut PyObject) -> *mut *mut PyObject {
    // SAFETY: the caller's promise. A negative offset counts from the end of a variable-sized object.
    unsafe {
        let class = (*object).ob_type;
        let mut offset = (*class).tp_dictoffset;
        if offset == 0 {
            return null_mut();
        }
        if offset < 0 {
            let items = (*object.cast::<PyVarObject>()).ob_size.abs();
            let size = (*class).tp_basicsize + items * (*class).tp_itemsize;
            offset += (size + 7) & !7;
        }
        object.cast::<u8>().offset(offset).cast()
    }
}
