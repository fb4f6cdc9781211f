//! The key table: an open-addressing index over an array of entries in insertion order.
//!
//! ```text
//!   0 dk_refcnt │ 8 dk_size │ 16 dk_lookup │ 24 dk_usable │ 32 dk_nentries
//!   40 indices: dk_size numbers of 1, 2, 4 or 8 bytes; entry number, -1 empty, -2 deleted
//!   .. entries: dk_size * 2 / 3 of {hash, key, value}; the first dk_nentries have been used, deleted ones are NULL
//! ```
//!
//! `dk_lookup` is a C function as in CPython (one extension calls it) and tells the kind of table: [`lookup_any`] when
//! keys may be of any class, [`lookup_str`] when all are exact `str`, [`lookup_split`] when besides the table is shared
//! between instances and the values lie in each dict's `ma_values`. A combined table belongs to one dict; a shared one
//! only ever grows, and in a dict that uses it the first `ma_used` values are set and no others.
//!
//! Entries beyond `dk_nentries` are not initialised and never read.
//!
//! In front of the head lies the table's stamp, for inline caches: 0, or for a shared table a number that no other table
//! and no other state of this one ever has. Two looks at the same stamp have seen the same keys in the same places.

use super::lookup::{lookup_any, lookup_split, lookup_str};
use crate::err;
use crate::handle::Result;
use crate::memory;
use crate::refcount;
use core::cell::Cell;
use core::ptr::{self, null_mut};
use krait_abi::*;

/// A key table.
pub type Keys = PyDictKeysObject;
/// An entry.
pub type Entry = PyDictKeyEntry;

/// Index of a place that was never used.
pub(super) const EMPTY: isize = -1;
/// Index of a place whose entry was deleted.
pub(super) const DUMMY: isize = -2;
/// What `dk_lookup` returns with an exception set.
pub(super) const ERROR: isize = -3;
/// Smallest table with entries.
pub(super) const MIN_SIZE: usize = 8;

/// A static empty table, shared by all dicts that have never had a key.
#[repr(C)]
struct EmptyKeys {
    stamp: u64,
    head: Keys,
    indices: [i8; 8],
}

static mut EMPTY_KEYS: EmptyKeys = EmptyKeys {
    stamp: 0,
    head: Keys {
        dk_refcnt: 1 << 40,
        dk_size: 1,
        dk_lookup: Some(lookup_str),
        dk_usable: 0,
        dk_nentries: 0,
        dk_indices: [],
    },
    indices: [EMPTY as i8; 8],
};

/// The shared empty table.
#[inline(always)]
pub(super) fn empty_keys() -> *mut Keys {
    // SAFETY: a field's address only.
    unsafe { &raw mut EMPTY_KEYS.head }
}

/// How many entries a table of `size` places holds.
#[inline(always)]
pub(super) const fn usable(size: usize) -> usize {
    (size << 1) / 3
}

/// Bytes of one index in a table of `size` places.
#[inline(always)]
pub(super) const fn index_width(size: usize) -> usize {
    if size <= 0xff {
        1
    } else if size <= 0xffff {
        2
    } else if size <= 0xffff_ffff {
        4
    } else {
        8
    }
}

/// The smallest table size that is at least `wanted`.
pub(super) fn size_for(wanted: usize) -> Result<usize> {
    match wanted.max(MIN_SIZE).checked_next_power_of_two() {
        Some(size) if size <= isize::MAX as usize / 32 => Ok(size),
        _ => Err(err::no_memory()),
    }
}

/// A table size that holds `count` entries.
pub(super) fn estimate(count: usize) -> usize {
    count.saturating_mul(3).saturating_add(1) / 2
}

/// Bytes of a table.
pub(super) fn byte_size(size: usize) -> usize {
    40 + index_width(size) * size + usable(size) * size_of::<Entry>()
}

// ---- allocation ----

/// Tables of the smallest size that are kept for reuse, chained through `dk_refcnt`.
const MAX_FREE: usize = 80;

struct FreeList {
    head: Cell<*mut Keys>,
    count: Cell<usize>,
}
// SAFETY: only touched with the GIL held.
unsafe impl Sync for FreeList {}
static FREE: FreeList = FreeList { head: Cell::new(null_mut()), count: Cell::new(0) };

/// Bytes in front of a table's head.
const STAMP_SIZE: usize = 8;

/// The table's stamp.
///
/// # Safety
/// A live table.
#[inline(always)]
pub(super) unsafe fn stamp(keys: *mut Keys) -> u64 {
    // SAFETY: every table has one in front of it.
    unsafe { *keys.cast::<u64>().sub(1) }
}

unsafe fn set_stamp(keys: *mut Keys, stamp: u64) {
    // SAFETY: as for `stamp`.
    unsafe { *keys.cast::<u64>().sub(1) = stamp }
}

/// A shared table has got a key (or has become shared): a new stamp.
///
/// # Safety
/// A live table.
pub(super) unsafe fn renew_stamp(keys: *mut Keys) {
    // SAFETY: the caller's promise.
    unsafe { set_stamp(keys, super::next_version()) }
}

/// Gives a table's memory back.
unsafe fn free_block(keys: *mut Keys) {
    // SAFETY: the block begins with the stamp.
    unsafe { memory::PyObject_Free(keys.cast::<u8>().sub(STAMP_SIZE).cast()) }
}

/// A table of `size` places (a power of two, at least 8) without keys, for strings.
pub(super) fn new(size: usize) -> Result<*mut Keys> {
    let mut keys = null_mut();
    if size == MIN_SIZE {
        keys = FREE.head.get();
    }
    // SAFETY: free list members have room for the smallest table; else fresh memory of the table's size.
    unsafe {
        if keys.is_null() {
            let block = memory::object_malloc(STAMP_SIZE + byte_size(size));
            if block.is_null() {
                return Err(err::no_memory());
            }
            keys = block.cast::<u8>().add(STAMP_SIZE).cast::<Keys>();
        } else {
            FREE.head.set((*keys).dk_refcnt as *mut Keys);
            FREE.count.set(FREE.count.get() - 1);
        }
        let indices = keys.cast::<u8>().add(40);
        let index_bytes = index_width(size) * size;
        ptr::write_bytes(indices, 0xff, index_bytes);
        set_stamp(keys, 0);
        (*keys).dk_refcnt = 1;
        (*keys).dk_size = size as isize;
        (*keys).dk_lookup = Some(lookup_str);
        (*keys).dk_usable = usable(size) as isize;
        (*keys).dk_nentries = 0;
    }
    Ok(keys)
}

/// Frees a table's memory; its entries have been moved or dropped.
///
/// # Safety
/// Nobody else uses the table.
pub(super) unsafe fn free(keys: *mut Keys) {
    // SAFETY: the caller's promise.
    unsafe {
        debug_assert!(!ptr::eq(keys, empty_keys()));
        if (*keys).dk_size as usize == MIN_SIZE && FREE.count.get() < MAX_FREE {
            (*keys).dk_refcnt = FREE.head.get() as isize;
            FREE.head.set(keys);
            FREE.count.set(FREE.count.get() + 1);
        } else {
            free_block(keys);
        }
    }
}

/// Frees what the free list holds.
pub(super) fn clear_free_list() -> usize {
    let mut keys = FREE.head.replace(null_mut());
    while !keys.is_null() {
        // SAFETY: members are unused tables, linked through `dk_refcnt`.
        unsafe {
            let next = (*keys).dk_refcnt as *mut Keys;
            free_block(keys);
            keys = next;
        }
    }
    FREE.count.replace(0)
}

/// One more user.
///
/// # Safety
/// A live table.
#[inline(always)]
pub(super) unsafe fn incref(keys: *mut Keys) {
    // SAFETY: the caller's promise.
    unsafe { (*keys).dk_refcnt += 1 }
}

/// One user less; the last one drops keys and values and the table.
///
/// # Safety
/// The caller gives up its use of the table. Dropping may run any code.
pub unsafe fn decref(keys: *mut Keys) {
    // SAFETY: the caller's promise; with no users left nobody sees the entries any more.
    unsafe {
        (*keys).dk_refcnt -= 1;
        if (*keys).dk_refcnt > 0 || ptr::eq(keys, empty_keys()) {
            return;
        }
        let entries = entries(keys);
        for i in 0..(*keys).dk_nentries {
            let entry = entries.offset(i);
            refcount::xdecref((*entry).me_key);
            refcount::xdecref((*entry).me_value);
        }
        free(keys);
    }
}

// ---- access ----

/// The first entry.
///
/// # Safety
/// A live table.
#[inline(always)]
pub(super) unsafe fn entries(keys: *mut Keys) -> *mut Entry {
    // SAFETY: the entries follow the indices.
    unsafe {
        let size = (*keys).dk_size as usize;
        keys.cast::<u8>().add(40 + index_width(size) * size).cast()
    }
}

/// The first index, as bytes.
///
/// # Safety
/// A live table.
#[inline(always)]
pub(super) unsafe fn indices(keys: *mut Keys) -> *mut u8 {
    // SAFETY: the indices follow the head.
    unsafe { keys.cast::<u8>().add(40) }
}

/// The entry number at a place.
///
/// # Safety
/// A live table; `place` is below its size.
#[inline(always)]
pub(super) unsafe fn index_at(keys: *mut Keys, place: usize) -> isize {
    // SAFETY: the caller's promise.
    unsafe {
        let indices = indices(keys);
        match index_width((*keys).dk_size as usize) {
            1 => *indices.cast::<i8>().add(place) as isize,
            2 => *indices.cast::<i16>().add(place) as isize,
            4 => *indices.cast::<i32>().add(place) as isize,
            _ => *indices.cast::<i64>().add(place) as isize,
        }
    }
}

/// Sets the entry number at a place.
///
/// # Safety
/// As [`index_at`].
#[inline(always)]
pub(super) unsafe fn set_index(keys: *mut Keys, place: usize, index: isize) {
    // SAFETY: the caller's promise; entry numbers of a table fit its width.
    unsafe {
        let indices = indices(keys);
        match index_width((*keys).dk_size as usize) {
            1 => *indices.cast::<i8>().add(place) = index as i8,
            2 => *indices.cast::<i16>().add(place) = index as i16,
            4 => *indices.cast::<i32>().add(place) = index as i32,
            _ => *indices.cast::<i64>().add(place) = index as i64,
        }
    }
}

/// The sequence of places that a hash visits: every place of the table in the end, decided by all bits of the hash.
pub(super) struct Probe {
    place: usize,
    perturb: usize,
    mask: usize,
}

impl Probe {
    #[inline(always)]
    pub(super) fn new(hash: isize, mask: usize) -> Probe {
        Probe { place: hash as usize & mask, perturb: hash as usize, mask }
    }

    #[inline(always)]
    pub(super) fn place(&self) -> usize {
        self.place
    }

    #[inline(always)]
    pub(super) fn step(&mut self) {
        self.perturb >>= 5;
        self.place = self.place.wrapping_mul(5).wrapping_add(self.perturb).wrapping_add(1) & self.mask;
    }
}

/// The first place of a hash that holds no entry.
///
/// # Safety
/// A live table with at least one such place.
#[inline]
pub(super) unsafe fn free_place(keys: *mut Keys, hash: isize) -> usize {
    // SAFETY: the caller's promise.
    unsafe {
        let mut probe = Probe::new(hash, (*keys).dk_size as usize - 1);
        while index_at(keys, probe.place()) >= 0 {
            probe.step();
        }
        probe.place()
    }
}

/// The place that holds entry `index`.
///
/// # Safety
/// A live table in which entry `index` has that hash and is in use.
pub(super) unsafe fn place_of(keys: *mut Keys, hash: isize, index: isize) -> usize {
    // SAFETY: the caller's promise: the sequence comes by.
    unsafe {
        let mut probe = Probe::new(hash, (*keys).dk_size as usize - 1);
        while index_at(keys, probe.place()) != index {
            probe.step();
        }
        probe.place()
    }
}

/// Fills the index of a table whose first `count` entries are in use.
///
/// # Safety
/// A live table with an empty index and room for the entries.
pub(super) unsafe fn build_index(keys: *mut Keys, count: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let entries = entries(keys);
        for i in 0..count {
            let place = free_place(keys, (*entries.add(i)).me_hash);
            set_index(keys, place, i as isize);
        }
    }
}

/// What `dk_lookup` says about a table.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Keys of any class.
    Any,
    /// Exact strings only.
    Str,
    /// Exact strings only, values in the dicts.
    Split,
}

/// The kind of a table. Tables with a lookup function of somebody else's are treated as [`Kind::Any`].
///
/// # Safety
/// A live table.
#[inline(always)]
pub(super) unsafe fn kind(keys: *mut Keys) -> Kind {
    // SAFETY: the caller's promise. Each lookup function is compiled once (`inline(never)`, not generic).
    let lookup = unsafe { (*keys).dk_lookup }.map_or(0, |f| f as usize);
    if lookup == lookup_str as *const () as usize {
        Kind::Str
    } else if lookup == lookup_split as *const () as usize {
        Kind::Split
    } else {
        Kind::Any
    }
}

/// Changes the kind.
///
/// # Safety
/// A live table whose keys and values agree with the kind.
pub(super) unsafe fn set_kind(keys: *mut Keys, kind: Kind) {
    // SAFETY: the caller's promise.
    unsafe {
        (*keys).dk_lookup = match kind {
            Kind::Any => Some(lookup_any),
            Kind::Str => Some(lookup_str),
            Kind::Split => Some(lookup_split),
        };
        if kind == Kind::Split {
            renew_stamp(keys);
        } else {
            set_stamp(keys, 0);
        }
    }
}
