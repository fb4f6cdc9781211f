//! Finding a key: the number of its entry, or [`EMPTY`].

use super::keys::{self, EMPTY, ERROR, Entry, Keys, Kind, Probe};
use crate::handle::{Layout, Object, Result};
use crate::protocol::{object, plain};
use crate::slot::CompareOp;
use crate::types::long;
use crate::types::unicode::PyUnicode_Type;
use core::ffi::c_void;
use core::ptr::{self, null_mut};
use krait_abi::*;

/// Whether `key` is an exact `str`.
///
/// # Safety
/// A live object.
#[inline(always)]
pub(super) unsafe fn is_str(key: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { ptr::eq((*key).ob_type, &raw mut PyUnicode_Type) }
}

/// The hash of a key; for strings, from the object where it is computed already.
#[inline(always)]
pub fn hash_of(key: &Object) -> Result<isize> {
    // SAFETY: a live object; an exact str has the layout read.
    unsafe {
        if is_str(key.as_ptr()) {
            let hash = (*key.as_ptr().cast::<PyASCIIObject>()).hash;
            if hash != -1 {
                return Ok(hash);
            }
        }
    }
    if long::check_exact(key) {
        return Ok(long::hash(key));
    }
    object::hash(key)
}

/// Whether two exact strings with equal hashes are equal.
///
/// # Safety
/// Live, ready, exact `str` objects.
#[inline]
unsafe fn same_text(a: *mut PyObject, b: *mut PyObject) -> bool {
    // SAFETY: the caller's promise. Bits 2-4 of the state are the width of a character, bit 5 says that the text
    // follows the head, bit 6 that the head is the short one of ASCII strings.
    unsafe {
        let (x, y) = (a.cast::<PyASCIIObject>(), b.cast::<PyASCIIObject>());
        const KIND: u32 = 7 << 2;
        const COMPACT: u32 = 1 << 5;
        const ASCII: u32 = 1 << 6;
        if (*x).length != (*y).length || ((*x).state ^ (*y).state) & KIND != 0 {
            return false;
        }
        let text = |s: *mut PyASCIIObject| -> *const u8 {
            let state = (*s).state;
            if state & COMPACT == 0 {
                (*s.cast::<PyUnicodeObject>()).data.any.cast::<u8>()
            } else if state & ASCII != 0 {
                s.cast::<u8>().add(size_of::<PyASCIIObject>())
            } else {
                s.cast::<u8>().add(size_of::<PyCompactUnicodeObject>())
            }
        };
        let bytes = (*x).length as usize * (((*x).state & KIND) >> 2) as usize;
        libc::memcmp(text(x).cast::<c_void>(), text(y).cast::<c_void>(), bytes) == 0
    }
}

/// An index of one width.
trait Index: Copy {
    fn widen(self) -> isize;
}
macro_rules! index_types { ($($ty:ty),*) => {$(
    impl Index for $ty {
        #[inline(always)]
        fn widen(self) -> isize { self as isize }
    }
)*}; }
index_types!(i8, i16, i32, i64);

/// Finds an exact string among exact strings: by identity first, then by hash and text. Runs no Python code.
///
/// # Safety
/// A live table of kind [`Kind::Str`] or [`Kind::Split`]; `key` is an exact `str` with that hash.
#[inline(always)]
pub(super) unsafe fn find_str(keys: *mut Keys, key: *mut PyObject, hash: isize) -> isize {
    #[inline(always)]
    unsafe fn search<I: Index>(
        keys: *mut Keys,
        key: *mut PyObject,
        hash: isize,
        entries: *mut Entry,
    ) -> isize {
        // SAFETY: the caller's promise; indices are of this width.
        unsafe {
            let indices = keys::indices(keys).cast::<I>();
            let mut probe = Probe::new(hash, (*keys).dk_size as usize - 1);
            loop {
                let index = (*indices.add(probe.place())).widen();
                if index >= 0 {
                    let entry = entries.offset(index);
                    if ptr::eq((*entry).me_key, key)
                        || ((*entry).me_hash == hash && same_text((*entry).me_key, key))
                    {
                        return index;
                    }
                } else if index == EMPTY {
                    return EMPTY;
                }
                probe.step();
            }
        }
    }
    // SAFETY: the caller's promise.
    unsafe {
        let size = (*keys).dk_size as usize;
        let base = keys::indices(keys);
        if size <= 0xff {
            search::<i8>(keys, key, hash, base.add(size).cast())
        } else if size <= 0xffff {
            search::<i16>(keys, key, hash, base.add(2 * size).cast())
        } else if size <= 0xffff_ffff {
            search::<i32>(keys, key, hash, base.add(4 * size).cast())
        } else {
            search::<i64>(keys, key, hash, base.add(8 * size).cast())
        }
    }
}

/// What a search among keys of any class came to.
enum Search {
    /// The entry's number, or [`EMPTY`].
    Done(isize),
    /// A comparison changed the dict.
    Changed,
}

/// Finds any key by identity, then by hash and `==`. The comparison may change the dict: the search begins again then.
///
/// # Safety
/// A live dict and key, which the caller keeps alive.
#[inline(never)]
pub(super) unsafe fn find_any(dict: *mut PyDictObject, key: *mut PyObject, hash: isize) -> Result<isize> {
    #[inline(always)]
    unsafe fn search<I: Index>(
        dict: *mut PyDictObject,
        keys: *mut Keys,
        key: *mut PyObject,
        hash: isize,
        entries: *mut Entry,
    ) -> Result<Search> {
        // SAFETY: the caller's promise; indices are of this width.
        unsafe {
            let indices = keys::indices(keys).cast::<I>();
            let mut probe = Probe::new(hash, (*keys).dk_size as usize - 1);
            loop {
                let index = (*indices.add(probe.place())).widen();
                if index >= 0 {
                    let entry = entries.offset(index);
                    let candidate = (*entry).me_key;
                    if ptr::eq(candidate, key) {
                        return Ok(Search::Done(index));
                    }
                    if (*entry).me_hash == hash {
                        match plain::compare(
                            Object::from_ptr(candidate),
                            Object::from_ptr(key),
                            CompareOp::Eq,
                        ) {
                            Some(true) => return Ok(Search::Done(index)),
                            Some(false) => {}
                            None => match compare(dict, keys, entry, key)? {
                                None => return Ok(Search::Changed),
                                Some(true) => return Ok(Search::Done(index)),
                                Some(false) => {}
                            },
                        }
                    }
                } else if index == EMPTY {
                    return Ok(Search::Done(EMPTY));
                }
                probe.step();
            }
        }
    }
    // SAFETY: the caller's promise; a table that is no longer the dict's is not looked at again.
    unsafe {
        loop {
            let keys = (*dict).ma_keys;
            let size = (*keys).dk_size as usize;
            let base = keys::indices(keys);
            let found = if size <= 0xff {
                search::<i8>(dict, keys, key, hash, base.add(size).cast())?
            } else if size <= 0xffff {
                search::<i16>(dict, keys, key, hash, base.add(2 * size).cast())?
            } else if size <= 0xffff_ffff {
                search::<i32>(dict, keys, key, hash, base.add(4 * size).cast())?
            } else {
                search::<i64>(dict, keys, key, hash, base.add(8 * size).cast())?
            };
            if let Search::Done(index) = found {
                return Ok(index);
            }
        }
    }
}

/// Compares an entry's key with another by `==`; None when the entry is no longer the dict's.
///
/// # Safety
/// A live dict, its table, an entry in use, and a live key.
#[inline(never)]
unsafe fn compare(
    dict: *mut PyDictObject,
    keys: *mut Keys,
    entry: *mut Entry,
    key: *mut PyObject,
) -> Result<Option<bool>> {
    // SAFETY: the caller's promise; the entry is looked at after the comparison only if its table is still in use.
    unsafe {
        let candidate = (*entry).me_key;
        let held = Object::from_ptr(candidate).owned();
        let equal = object::rich_compare_bool(&held, Object::from_ptr(key), CompareOp::Eq)?;
        let unchanged = ptr::eq((*dict).ma_keys, keys) && ptr::eq((*entry).me_key, candidate);
        Ok(unchanged.then_some(equal))
    }
}

/// Finds a key with a known hash.
///
/// # Safety
/// As [`find_any`].
#[inline(always)]
pub(super) unsafe fn find(dict: *mut PyDictObject, key: *mut PyObject, hash: isize) -> Result<isize> {
    // SAFETY: the caller's promise.
    unsafe {
        let keys = (*dict).ma_keys;
        if is_str(key) && keys::kind(keys) != Kind::Any {
            return Ok(find_str(keys, key, hash));
        }
        find_any(dict, key, hash)
    }
}

/// The value of entry `index`, NULL for [`EMPTY`] and for a shared key that this dict has no value for.
///
/// # Safety
/// A live dict; the index is [`EMPTY`] or of its table.
#[inline(always)]
pub(super) unsafe fn value_at(dict: *mut PyDictObject, index: isize) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe {
        if index < 0 {
            return null_mut();
        }
        let values = (*dict).ma_values;
        if values.is_null() {
            (*keys::entries((*dict).ma_keys).offset(index)).me_value
        } else {
            *values.offset(index)
        }
    }
}

/// The common part of the C functions in `dk_lookup`.
///
/// # Safety
/// As [`find_any`]; `value` is writable.
unsafe fn lookup_c(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: Py_hash_t,
    value: *mut *mut PyObject,
    find: unsafe fn(*mut PyDictObject, *mut PyObject, isize) -> Result<isize>,
) -> Py_ssize_t {
    // SAFETY: the caller's promise.
    unsafe {
        *value = null_mut();
        match find(dict, key, hash) {
            Ok(index) => {
                *value = value_at(dict, index);
                index
            }
            Err(_) => ERROR,
        }
    }
}

/// `dk_lookup` of tables with keys of any class.
#[inline(never)]
pub(super) unsafe extern "C" fn lookup_any(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: Py_hash_t,
    value: *mut *mut PyObject,
) -> Py_ssize_t {
    // SAFETY: the contract of `dk_lookup`.
    unsafe { lookup_c(dict, key, hash, value, find_any) }
}

unsafe fn find_mixed(dict: *mut PyDictObject, key: *mut PyObject, hash: isize) -> Result<isize> {
    // SAFETY: the contract of `dk_lookup`.
    unsafe { find(dict, key, hash) }
}

/// `dk_lookup` of tables with exact strings.
#[inline(never)]
pub(super) unsafe extern "C" fn lookup_str(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: Py_hash_t,
    value: *mut *mut PyObject,
) -> Py_ssize_t {
    // SAFETY: the contract of `dk_lookup`.
    unsafe { lookup_c(dict, key, hash, value, find_mixed) }
}

/// `dk_lookup` of shared tables.
#[inline(never)]
pub(super) unsafe extern "C" fn lookup_split(
    dict: *mut PyDictObject,
    key: *mut PyObject,
    hash: Py_hash_t,
    value: *mut *mut PyObject,
) -> Py_ssize_t {
    // SAFETY: the contract of `dk_lookup`. The test below is never true of a live table; it keeps the compiler from
    // merging this function with its twin, as the addresses tell the kinds of tables apart.
    unsafe {
        if (*(*dict).ma_keys).dk_size < 0 {
            return ERROR;
        }
        lookup_c(dict, key, hash, value, find_mixed)
    }
}
