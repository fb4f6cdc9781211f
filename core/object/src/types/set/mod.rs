//! `set` and `frozenset`: a hash table of keys without values.
//!
//! ```text
//!   16 fill: places in use or deleted │ 24 used │ 32 mask │ 40 table ──▶ smalltable or a block │ 48 hash (frozenset)
//!   56 finger: where pop looks next │ 64 smalltable: 8 × {key, hash} │ 192 weakreflist
//! ```
//!
//! A place is unused (key NULL), deleted (key is the dummy object, hash -1) or in use. A search looks at a place and the
//! nine after it, then jumps. Places of deleted keys are not used again until the table is rebuilt; it is when more
//! than three fifths are filled.

mod class;
mod iter;

pub use class::{PyFrozenSet_Type, PySet_Type};
pub use iter::PySetIter_Type;

use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::protocol::{object, plain};
use crate::slot::CompareOp;
use crate::types::iter::for_each_item as iter_items;
use crate::types::typeobject::Type;
use crate::types::{dict, exceptions, tuple};
use crate::{gc, refcount};
use core::cell::Cell;
use core::ptr::{self, null_mut};
use krait_abi::*;

crate::object_view!(/** A `set`. */ pub Set, PySetObject, PySet_Type);
crate::object_view!(/** A `frozenset`. */ pub FrozenSet, PySetObject, PyFrozenSet_Type);

const MIN_SIZE: usize = 8;
const LINEAR_PROBES: usize = 9;

/// The key of deleted places: an object of its own, never seen by Python code.
static mut DUMMY: PyObject = PyObject { ob_refcnt: tuple::IMMORTAL, ob_type: &raw mut DUMMY_TYPE };

crate::static_type! {
    /// Class of the dummy.
    static DUMMY_TYPE = { tp_name: c"<dummy key> type".as_ptr(), tp_basicsize: 16 };
}

/// The dummy, for C code that walks tables itself.
#[unsafe(no_mangle)]
pub static mut _PySet_Dummy: *mut PyObject = &raw mut DUMMY;

#[inline(always)]
fn dummy() -> *mut PyObject {
    &raw mut DUMMY
}

/// The C struct of a set or frozenset.
#[inline(always)]
fn raw(set: &Object) -> *mut PySetObject {
    debug_assert!(check_any(set));
    set.as_ptr().cast()
}

// ---- tests ----

/// `PyAnySet_Check`.
#[inline]
pub fn check_any(object: &Object) -> bool {
    check_any_exact(object)
        || object.class_of().is_subtype(Set::class())
        || object.class_of().is_subtype(FrozenSet::class())
}

/// `PyAnySet_CheckExact`.
#[inline]
pub fn check_any_exact(object: &Object) -> bool {
    Set::is_exact(object) || FrozenSet::is_exact(object)
}

/// `PySet_Check`.
#[inline]
pub fn check(object: &Object) -> bool {
    Set::is_instance(object)
}

/// `PySet_CheckExact`.
#[inline]
pub fn check_exact(object: &Object) -> bool {
    Set::is_exact(object)
}

/// `PyFrozenSet_Check`.
#[inline]
pub fn check_frozen(object: &Object) -> bool {
    FrozenSet::is_instance(object)
}

// ---- making ----

/// An empty set of any class, tracked.
fn new_empty(class: *mut PyTypeObject) -> Result<Obj> {
    let exact = ptr::eq(class, &raw mut PySet_Type) || ptr::eq(class, &raw mut PyFrozenSet_Type);
    // SAFETY: a live set type; either its own allocation zeroes, or the fields are zeroed here.
    unsafe {
        let this: *mut PySetObject = if exact {
            let this = gc::new_object(class)?.cast::<PySetObject>();
            let head = size_of::<PyObject>();
            ptr::write_bytes(this.cast::<u8>().add(head), 0, size_of::<PySetObject>() - head);
            this
        } else {
            Type::from_raw(class).alloc(0)?.into_ptr().cast()
        };
        (*this).mask = MIN_SIZE as isize - 1;
        (*this).table = (&raw mut (*this).smalltable).cast();
        (*this).hash = -1;
        if exact {
            gc::track(this.cast());
        }
        Ok(Obj::from_owned_ptr(this.cast()))
    }
}

/// A set of a class with the items of an iterable.
fn make(class: *mut PyTypeObject, iterable: Option<&Object>) -> Result<Obj> {
    let set = new_empty(class)?;
    if let Some(iterable) = iterable {
        update(&set, iterable)?;
    }
    Ok(set)
}

/// `PySet_New`.
pub fn new(iterable: Option<&Object>) -> Result<Obj> {
    make(&raw mut PySet_Type, iterable)
}

/// `PyFrozenSet_New`: always a new object.
pub fn new_frozen(iterable: Option<&Object>) -> Result<Obj> {
    make(&raw mut PyFrozenSet_Type, iterable)
}

struct EmptyFrozen(Cell<*mut PyObject>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for EmptyFrozen {}
static EMPTY_FROZEN: EmptyFrozen = EmptyFrozen(Cell::new(null_mut()));

/// The shared empty frozenset.
pub fn empty_frozen() -> Result<Obj> {
    let shared = EMPTY_FROZEN.0.get();
    // SAFETY: the static owns a reference.
    if let Some(shared) = unsafe { Object::from_ptr_opt(shared) } {
        return Ok(shared.owned());
    }
    let made = new_frozen(None)?;
    EMPTY_FROZEN.0.set(made.clone().into_ptr());
    Ok(made)
}

/// Drops the shared empty frozenset if nobody else has it.
pub fn clear_free_list() {
    let shared = EMPTY_FROZEN.0.get();
    // SAFETY: the static owns a reference, which is given up after the static is empty.
    unsafe {
        if !shared.is_null() && (*shared).ob_refcnt == 1 {
            EMPTY_FROZEN.0.set(null_mut());
            refcount::decref(shared);
        }
    }
}

/// The plain class of a set: `set` or `frozenset`.
fn base_class(set: &Object) -> *mut PyTypeObject {
    if check_frozen(set) && !check(set) { &raw mut PyFrozenSet_Type } else { &raw mut PySet_Type }
}

/// A copy of the plain class.
pub fn copy(set: &Object) -> Result<Obj> {
    make(base_class(set), Some(set))
}

// ---- the table ----

/// What a search found.
enum Found {
    /// The key.
    Key(*mut setentry),
    /// The unused place where it would go.
    Unused(*mut setentry),
}

/// Finds a key. Comparisons may change the set, after which the search begins again.
///
/// # Safety
/// A live set and key, which the caller keeps alive.
#[inline]
unsafe fn find(set: *mut PySetObject, key: *mut PyObject, hash: isize) -> Result<Found> {
    // SAFETY: the caller's promise; a table that is no longer the set's is not looked at again.
    unsafe {
        'restart: loop {
            let (table, mask) = ((*set).table, (*set).mask as usize);
            let mut perturb = hash as usize;
            let mut at = perturb & mask;
            loop {
                let mut entry = table.add(at);
                let last = entry.add(if at + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 });
                loop {
                    let candidate = (*entry).key;
                    if candidate.is_null() {
                        return Ok(Found::Unused(entry));
                    }
                    // A hash of -1 marks deleted places; no key has it.
                    if (*entry).hash == hash {
                        if ptr::eq(candidate, key) {
                            return Ok(Found::Key(entry));
                        }
                        let (x, y) = (Object::from_ptr(candidate), Object::from_ptr(key));
                        let equal = match plain::compare(x, y, CompareOp::Eq) {
                            Some(equal) => equal,
                            None => match compare(set, entry, key)? {
                                Some(equal) => equal,
                                None => continue 'restart,
                            },
                        };
                        if equal {
                            return Ok(Found::Key(entry));
                        }
                    }
                    if ptr::eq(entry, last) {
                        break;
                    }
                    entry = entry.add(1);
                }
                perturb >>= 5;
                at = at.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
            }
        }
    }
}

/// Compares an entry's key with another by `==`; None when that changed the table.
///
/// # Safety
/// A live set, an entry in use of its table, and a live key.
#[inline(never)]
unsafe fn compare(set: *mut PySetObject, entry: *mut setentry, key: *mut PyObject) -> Result<Option<bool>> {
    // SAFETY: the caller's promise; the entry is looked at after the comparison only if its table is still in use.
    unsafe {
        let (table, mask, candidate) = ((*set).table, (*set).mask, (*entry).key);
        let held = Object::from_ptr(candidate).owned();
        let equal = object::rich_compare_bool(&held, Object::from_ptr(key), CompareOp::Eq)?;
        let unchanged =
            ptr::eq((*set).table, table) && (*set).mask == mask && ptr::eq((*entry).key, candidate);
        Ok(unchanged.then_some(equal))
    }
}

/// Puts a key that is not there into a table without deleted places.
///
/// # Safety
/// The table has an unused place; the reference moves in.
#[inline]
unsafe fn insert_clean(table: *mut setentry, mask: usize, key: *mut PyObject, hash: isize) {
    let mut perturb = hash as usize;
    let mut at = perturb & mask;
    loop {
        let more = if at + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
        for i in at..=at + more {
            // SAFETY: the caller's promise; at + more is at most the mask.
            unsafe {
                let entry = table.add(i);
                if (*entry).key.is_null() {
                    *entry = setentry { key, hash };
                    return;
                }
            }
        }
        perturb >>= 5;
        at = at.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb) & mask;
    }
}

/// Rebuilds the table with more than `minimum` places.
///
/// # Safety
/// A live set.
unsafe fn resize(set: *mut PySetObject, minimum: usize) -> Result<()> {
    // SAFETY: the caller's promise; keys move from the old table to the new one.
    unsafe {
        let mut size = MIN_SIZE;
        while size <= minimum {
            match size.checked_mul(2) {
                Some(next) if next <= isize::MAX as usize / 16 => size = next,
                _ => return Err(err::no_memory()),
            }
        }
        let small: *mut setentry = (&raw mut (*set).smalltable).cast();
        let old = (*set).table;
        let old_size = (*set).mask as usize + 1;
        let was_small = ptr::eq(old, small);
        let mut saved = [setentry::ZEROED; MIN_SIZE];
        let (mut source, mut table) = (old, small);
        if size > MIN_SIZE {
            table = memory::mem_malloc(size * size_of::<setentry>()).cast();
            if table.is_null() {
                return Err(err::no_memory());
            }
        } else if was_small {
            if (*set).fill == (*set).used {
                return Ok(());
            }
            ptr::copy_nonoverlapping(small, saved.as_mut_ptr(), MIN_SIZE);
            source = saved.as_mut_ptr();
        }
        ptr::write_bytes(table, 0, size);
        for i in 0..old_size {
            let entry = source.add(i);
            if !(*entry).key.is_null() && !ptr::eq((*entry).key, dummy()) {
                insert_clean(table, size - 1, (*entry).key, (*entry).hash);
            }
        }
        (*set).mask = size as isize - 1;
        (*set).table = table;
        (*set).fill = (*set).used;
        if !was_small {
            memory::mem_free(old.cast());
        }
    }
    Ok(())
}

/// Adds a key; whether it is new.
///
/// # Safety
/// A live set and key, which the caller keeps alive.
unsafe fn add_entry(set: *mut PySetObject, key: *mut PyObject, hash: isize) -> Result<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        // The set holds the key before a comparison can drop it elsewhere.
        let held = Object::from_ptr(key).owned();
        let Found::Unused(entry) = find(set, key, hash)? else { return Ok(false) };
        *entry = setentry { key: held.into_ptr(), hash };
        (*set).fill += 1;
        (*set).used += 1;
        if (*set).fill * 5 >= (*set).mask * 3 {
            let used = (*set).used as usize;
            resize(set, if used > 50_000 { used * 2 } else { used * 4 })?;
        }
    }
    Ok(true)
}

/// Removes a key; whether it was there.
///
/// # Safety
/// As [`add_entry`].
unsafe fn discard_entry(set: *mut PySetObject, key: *mut PyObject, hash: isize) -> Result<bool> {
    // SAFETY: the caller's promise; the key is dropped last.
    unsafe {
        let Found::Key(entry) = find(set, key, hash)? else { return Ok(false) };
        let old = (*entry).key;
        *entry = setentry { key: dummy(), hash: -1 };
        (*set).used -= 1;
        refcount::decref(old);
    }
    Ok(true)
}

/// The first key from `position` on.
///
/// # Safety
/// A live set.
#[inline]
unsafe fn entry_from(set: *mut PySetObject, position: isize) -> Option<isize> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut at = position.max(0);
        while at <= (*set).mask {
            let key = (*(*set).table.offset(at)).key;
            if !key.is_null() && !ptr::eq(key, dummy()) {
                return Some(at);
            }
            at += 1;
        }
        None
    }
}

// ---- operations ----

/// The number of keys.
#[inline(always)]
pub fn len(set: &Object) -> usize {
    // SAFETY: a live set.
    unsafe { (*raw(set)).used as usize }
}

/// `_PySet_NextEntry` with new references: key and hash.
pub fn next(set: &Object, position: &mut isize) -> Option<(Obj, isize)> {
    // SAFETY: the key gets its reference at once.
    unsafe {
        let at = entry_from(raw(set), *position)?;
        *position = at + 1;
        let entry = (*raw(set)).table.offset(at);
        Some((Object::from_ptr((*entry).key).owned(), (*entry).hash))
    }
}

/// Adds a key; whether it is new.
pub(crate) fn add_key(set: &Object, key: &Object) -> Result<bool> {
    let hash = dict::hash_of(key)?;
    // SAFETY: live objects.
    unsafe { add_entry(raw(set), key.as_ptr(), hash) }
}

/// `PySet_Add`: also to a frozenset that nobody else has seen.
pub fn add(set: &Object, key: &Object) -> Result<()> {
    let allowed = check(set) || (check_frozen(set) && set.refcount() == 1);
    if !allowed {
        return Err(err::bad_internal_call());
    }
    add_key(set, key).map(drop)
}

/// Whether a set holds a key.
#[inline]
fn contains_key(set: &Object, key: &Object) -> Result<bool> {
    let hash = dict::hash_of(key)?;
    contains_known_hash(set, key, hash)
}

#[inline]
fn contains_known_hash(set: &Object, key: &Object, hash: isize) -> Result<bool> {
    // SAFETY: live objects.
    unsafe { Ok(matches!(find(raw(set), key.as_ptr(), hash)?, Found::Key(_))) }
}

/// Removes a key; whether it was there.
fn discard_key(set: &Object, key: &Object) -> Result<bool> {
    let hash = dict::hash_of(key)?;
    // SAFETY: live objects.
    unsafe { discard_entry(raw(set), key.as_ptr(), hash) }
}

/// `PySet_Contains`.
pub fn contains(set: &Object, key: &Object) -> Result<bool> {
    if !check_any(set) {
        return Err(err::bad_internal_call());
    }
    contains_key(set, key)
}

/// `PySet_Discard`.
pub fn discard(set: &Object, key: &Object) -> Result<bool> {
    if !check(set) {
        return Err(err::bad_internal_call());
    }
    discard_key(set, key)
}

/// `PySet_Size`.
pub fn size(set: &Object) -> Result<isize> {
    if !check_any(set) {
        return Err(err::bad_internal_call());
    }
    Ok(len(set) as isize)
}

/// `PySet_Clear`.
pub fn clear(set: &Object) -> Result<()> {
    if !check(set) {
        return Err(err::bad_internal_call());
    }
    clear_keys(set);
    Ok(())
}

/// Removes every key: the set is empty before the first one is dropped.
fn clear_keys(set: &Object) {
    // SAFETY: a live set; the old table is private to this function.
    unsafe {
        let this = raw(set);
        if (*this).fill == 0 && (*this).mask as usize == MIN_SIZE - 1 {
            return;
        }
        let small: *mut setentry = (&raw mut (*this).smalltable).cast();
        let (old, size) = ((*this).table, (*this).mask as usize + 1);
        let mut keys = Vec::with_capacity((*this).used as usize);
        for i in 0..size {
            let key = (*old.add(i)).key;
            if !key.is_null() && !ptr::eq(key, dummy()) {
                keys.push(Obj::<Object>::from_owned_ptr(key));
            }
        }
        ptr::write_bytes(small, 0, MIN_SIZE);
        (*this).fill = 0;
        (*this).used = 0;
        (*this).mask = MIN_SIZE as isize - 1;
        (*this).table = small;
        (*this).hash = -1;
        if !ptr::eq(old, small) {
            memory::mem_free(old.cast());
        }
        drop(keys);
    }
}

/// `PySet_Pop`.
pub fn pop(set: &Object) -> Result<Obj> {
    if !check(set) {
        return Err(err::bad_internal_call());
    }
    // SAFETY: a live set; the key's reference moves out.
    unsafe {
        let this = raw(set);
        if (*this).used == 0 {
            return Err(err::key_error("pop from an empty set"));
        }
        let start = (*this).finger & (*this).mask;
        let at = match entry_from(this, start) {
            Some(at) => at,
            None => entry_from(this, 0).unwrap_or(0),
        };
        let entry = (*this).table.offset(at);
        let key = (*entry).key;
        *entry = setentry { key: dummy(), hash: -1 };
        (*this).used -= 1;
        (*this).finger = at + 1;
        Ok(Obj::from_owned_ptr(key))
    }
}

/// `_PySet_Update`: adds every item of an iterable.
pub fn update(set: &Object, other: &Object) -> Result<()> {
    if check_any(other) {
        return merge(set, other);
    }
    if dict::check_exact(other) {
        // SAFETY: live objects; each key is held while it is added.
        unsafe {
            let (this, count) = (raw(set), dict::len(other));
            if ((*this).fill as usize + count) * 5 >= (*this).mask as usize * 3 {
                resize(this, ((*this).used as usize + count) * 2)?;
            }
            let mut position = 0;
            while let Some((key, _, hash)) = dict::next_with_hash(other, &mut position) {
                let key = key.owned();
                add_entry(this, key.as_ptr(), hash)?;
            }
        }
        return Ok(());
    }
    iter_items(other, |key| add_key(set, &key).map(drop))
}

/// Adds the keys of another set.
fn merge(set: &Object, other: &Object) -> Result<()> {
    if set.is(other) || len(other) == 0 {
        return Ok(());
    }
    // SAFETY: live sets; nothing runs Python code until `add_entry`, around which each key is held.
    unsafe {
        let (this, source) = (raw(set), raw(other));
        if ((*this).fill + (*source).used) * 5 >= (*this).mask * 3 {
            resize(this, (((*this).used + (*source).used) * 2) as usize)?;
        }
        let lend = |key: *mut PyObject| {
            refcount::incref(key);
            key
        };
        if (*this).fill == 0 && (*this).mask == (*source).mask && (*source).fill == (*source).used {
            for i in 0..=(*source).mask {
                let entry = (*source).table.offset(i);
                if !(*entry).key.is_null() {
                    *(*this).table.offset(i) = setentry { key: lend((*entry).key), hash: (*entry).hash };
                }
            }
            (*this).fill = (*source).fill;
            (*this).used = (*source).used;
            return Ok(());
        }
        if (*this).fill == 0 {
            let mask = (*this).mask as usize;
            for i in 0..=(*source).mask {
                let entry = (*source).table.offset(i);
                if !(*entry).key.is_null() && !ptr::eq((*entry).key, dummy()) {
                    insert_clean((*this).table, mask, lend((*entry).key), (*entry).hash);
                }
            }
            (*this).fill = (*source).used;
            (*this).used = (*source).used;
            return Ok(());
        }
    }
    let mut position = 0;
    while let Some((key, hash)) = next(other, &mut position) {
        // SAFETY: live objects.
        unsafe { add_entry(raw(set), key.as_ptr(), hash)? };
    }
    Ok(())
}

/// Exchanges the contents of two sets of the same class.
fn swap_bodies(a: &Object, b: &Object) {
    // SAFETY: live, different sets. Tables that lie in the objects themselves are exchanged with the objects' fields.
    unsafe {
        let (x, y) = (raw(a), raw(b));
        let small = |set: *mut PySetObject| -> *mut setentry { (&raw mut (*set).smalltable).cast() };
        let (x_small, y_small) = (ptr::eq((*x).table, small(x)), ptr::eq((*y).table, small(y)));
        let (x_table, y_table) = ((*x).table, (*y).table);
        ptr::swap(&raw mut (*x).fill, &raw mut (*y).fill);
        ptr::swap(&raw mut (*x).used, &raw mut (*y).used);
        ptr::swap(&raw mut (*x).mask, &raw mut (*y).mask);
        ptr::swap(&raw mut (*x).smalltable, &raw mut (*y).smalltable);
        (*x).table = if y_small { small(x) } else { y_table };
        (*y).table = if x_small { small(y) } else { x_table };
        (*x).hash = -1;
        (*y).hash = -1;
    }
}

// ---- set algebra ----

/// `set & other`, as a set of the plain class.
pub(crate) fn intersection(set: &Object, other: &Object) -> Result<Obj> {
    if set.is(other) {
        return copy(set);
    }
    let result = new_empty(base_class(set))?;
    if check_any(other) {
        // The smaller one is walked over.
        let (walked, tested) = if len(other) > len(set) { (set, other) } else { (other, set) };
        let mut position = 0;
        while let Some((key, hash)) = next(walked, &mut position) {
            if contains_known_hash(tested, &key, hash)? {
                // SAFETY: live objects.
                unsafe { add_entry(raw(&result), key.as_ptr(), hash)? };
            }
        }
        return Ok(result);
    }
    iter_items(other, |key| {
        let hash = dict::hash_of(&key)?;
        if contains_known_hash(set, &key, hash)? {
            // SAFETY: live objects.
            unsafe { add_entry(raw(&result), key.as_ptr(), hash)? };
        }
        Ok(())
    })?;
    Ok(result)
}

/// `set -= other`.
pub fn difference_update(set: &Object, other: &Object) -> Result<()> {
    if set.is(other) {
        clear_keys(set);
        return Ok(());
    }
    if check_any(other) {
        let mut position = 0;
        while let Some((key, hash)) = next(other, &mut position) {
            // SAFETY: live objects.
            unsafe { discard_entry(raw(set), key.as_ptr(), hash)? };
        }
    } else {
        iter_items(other, |key| discard_key(set, &key).map(drop))?;
    }
    // SAFETY: a live set. With more than a fifth of the places deleted the table is rebuilt.
    unsafe {
        let this = raw(set);
        if ((*this).fill - (*this).used) as usize <= (*this).mask as usize / 5 {
            return Ok(());
        }
        let used = (*this).used as usize;
        resize(this, if used > 50_000 { used * 2 } else { used * 4 })
    }
}

/// `set - other`, as a set of the plain class.
pub(crate) fn difference(set: &Object, other: &Object) -> Result<Obj> {
    let count = if check_any(other) {
        len(other)
    } else if dict::check_exact(other) {
        dict::len(other)
    } else {
        usize::MAX
    };
    // Looking for a few keys in a copy is faster than asking for each of many.
    if count == usize::MAX || len(set) >> 2 > count {
        let result = copy(set)?;
        difference_update(&result, other)?;
        return Ok(result);
    }
    let result = new_empty(base_class(set))?;
    let mut position = 0;
    while let Some((key, hash)) = next(set, &mut position) {
        let there = if dict::check_exact(other) {
            dict::contains_known_hash(other, &key, hash)?
        } else {
            contains_known_hash(other, &key, hash)?
        };
        if !there {
            // SAFETY: live objects.
            unsafe { add_entry(raw(&result), key.as_ptr(), hash)? };
        }
    }
    Ok(result)
}

/// `set ^= other`.
pub fn symmetric_difference_update(set: &Object, other: &Object) -> Result<()> {
    if set.is(other) {
        clear_keys(set);
        return Ok(());
    }
    // SAFETY: live objects.
    let toggle = |key: &Object, hash: isize| unsafe {
        if !discard_entry(raw(set), key.as_ptr(), hash)? {
            add_entry(raw(set), key.as_ptr(), hash)?;
        }
        Ok(())
    };
    if dict::check_exact(other) {
        let mut position = 0;
        // SAFETY: each key is held while it is used.
        while let Some((key, _, hash)) = unsafe { dict::next_with_hash(other, &mut position) } {
            toggle(&key.owned(), hash)?;
        }
        return Ok(());
    }
    let made;
    let other = if check_any(other) {
        other
    } else {
        made = make(base_class(set), Some(other))?;
        &*made
    };
    let mut position = 0;
    while let Some((key, hash)) = next(other, &mut position) {
        toggle(&key, hash)?;
    }
    Ok(())
}

/// Whether every key of a set is in another.
fn is_subset(set: &Object, other: &Object) -> Result<bool> {
    if len(set) > len(other) {
        return Ok(false);
    }
    let mut position = 0;
    while let Some((key, hash)) = next(set, &mut position) {
        if !contains_known_hash(other, &key, hash)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether two sets have no key in common.
fn is_disjoint(set: &Object, other: &Object) -> Result<bool> {
    if set.is(other) {
        return Ok(len(set) == 0);
    }
    if check_any_exact(other) {
        let (walked, tested) = if len(other) > len(set) { (set, other) } else { (other, set) };
        let mut position = 0;
        while let Some((key, hash)) = next(walked, &mut position) {
            if contains_known_hash(tested, &key, hash)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let iterator = crate::protocol::iter::get_iter(other)?;
    while let Some(key) = crate::protocol::iter::next(&iterator)? {
        if contains_key(set, &key)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Runs an operation on a key; a set, which is not hashable, is looked for as the frozenset of its keys.
fn with_hashable(key: &Object, operation: impl Fn(&Object) -> Result<bool>) -> Result<bool> {
    match operation(key) {
        Err(raised) => {
            if !check(key) || !err::matches(exceptions::TypeError()) {
                return Err(raised);
            }
            err::clear();
            operation(&*new_frozen(Some(key))?)
        }
        done => done,
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, dealloc, || {
            let this = object.cast::<PySetObject>();
            if !(*this).weakreflist.is_null() {
                crate::types::weakref::clear_weakrefs(object);
            }
            let mut used = (*this).used;
            let mut entry = (*this).table;
            while used > 0 {
                let key = (*entry).key;
                if !key.is_null() && !ptr::eq(key, dummy()) {
                    used -= 1;
                    refcount::decref(key);
                }
                entry = entry.add(1);
            }
            if !ptr::eq((*this).table, (&raw mut (*this).smalltable).cast()) {
                memory::mem_free((*this).table.cast());
            }
            if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        });
    }
}
