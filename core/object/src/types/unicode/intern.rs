//! Interned strings: at most one `str` object for a text, so that names compare by address.
//!
//! The table holds no counted references (state "mortal"): a string that dies takes itself out. Immortal ones
//! (`PyUnicode_InternImmortal`) are kept alive by one reference that the table owns. Architecture invariant: every
//! string in the table has its hash computed, and its state's `interned` bits are not 0 exactly while it is in there.

use super::layout::{head, state};
use super::{check_exact, compare, layout};
use crate::handle::{Layout, Obj, Object, Result};
use core::cell::UnsafeCell;
use core::ptr::null_mut;
use krait_abi::*;

const NOT_INTERNED: u32 = 0;
const MORTAL: u32 = 1;
const IMMORTAL: u32 = 2;

/// Open addressing with linear probing; `DELETED` marks the place of a string that left.
struct Table {
    slots: Vec<*mut PyObject>,
    /// Slots that are not free (deleted ones included).
    filled: usize,
    used: usize,
}

const DELETED: *mut PyObject = std::ptr::dangling_mut::<PyObject>();

struct Shared(UnsafeCell<Table>);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Shared {}
static TABLE: Shared = Shared(UnsafeCell::new(Table { slots: Vec::new(), filled: 0, used: 0 }));

/// The table. No Python code runs while it is in use.
fn table() -> &'static mut Table {
    // SAFETY: the GIL is held, and no function below calls out while it holds the reference.
    unsafe { &mut *TABLE.0.get() }
}

impl Table {
    /// The slot of a string equal to `object`, or the slot to put it in.
    fn find(&self, object: &Object, hash: isize) -> (usize, bool) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        let mut free = None;
        loop {
            let slot = self.slots[at];
            if slot.is_null() {
                return (free.unwrap_or(at), false);
            }
            if slot == DELETED {
                free = free.or(Some(at));
            } else {
                // SAFETY: the table holds live strings.
                let other = unsafe { Object::from_ptr(slot) };
                if compare::cached_hash(other) == hash && compare::eq(other, object) {
                    return (at, true);
                }
            }
            at = (at + 1) & mask;
        }
    }

    fn make_room(&mut self) {
        if (self.filled + 1) * 3 < self.slots.len() * 2 {
            return;
        }
        let size = ((self.used + 1) * 4).next_power_of_two().max(1024);
        let old = core::mem::replace(&mut self.slots, vec![null_mut(); size]);
        self.filled = self.used;
        for object in old.into_iter().filter(|&o| !o.is_null() && o != DELETED) {
            // SAFETY: the table holds live strings.
            let mut at = compare::cached_hash(unsafe { Object::from_ptr(object) }) as usize & (size - 1);
            while !self.slots[at].is_null() {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = object;
        }
    }
}

fn set_interned(object: &Object, value: u32) {
    // SAFETY: a live str.
    unsafe { (*head(object)).set_interned(value) }
}

/// Whether the string is interned (`PyUnicode_CHECK_INTERNED`).
#[inline(always)]
pub fn is_interned(object: &Object) -> bool {
    state(object) & STATE_INTERNED_MASK != NOT_INTERNED
}

/// `PyUnicode_InternInPlace`: the one string with this text. Instances of subclasses come back as they are.
pub fn intern(object: Obj) -> Obj {
    if !check_exact(&object) || is_interned(&object) {
        return object;
    }
    let hash = compare::hash(&object);
    let table = table();
    table.make_room();
    let (at, found) = table.find(&object, hash);
    if found {
        // SAFETY: the table holds live strings.
        return unsafe { Object::from_ptr(table.slots[at]) }.owned();
    }
    if table.slots[at].is_null() {
        table.filled += 1;
    }
    table.used += 1;
    table.slots[at] = object.as_ptr();
    set_interned(&object, MORTAL);
    object
}

/// `PyUnicode_InternImmortal`.
pub fn intern_immortal(object: Obj) -> Obj {
    let object = intern(object);
    if state(&object) & STATE_INTERNED_MASK == MORTAL {
        set_interned(&object, IMMORTAL);
        // The table's own reference.
        let _ = object.clone().into_ptr();
    }
    object
}

/// `PyUnicode_InternFromString`.
pub fn intern_str(text: &str) -> Result<Obj> {
    Ok(intern(layout::from_str(text)?))
}

struct Identifiers(UnsafeCell<*mut _Py_Identifier>);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Identifiers {}
/// The static identifiers that own a string, linked through `next`.
static IDENTIFIERS: Identifiers = Identifiers(UnsafeCell::new(null_mut()));

/// The interned string of a static identifier (`_PyUnicode_FromId`), made at first use and kept until finalization.
///
/// # Safety
/// `id` is a static identifier with a NUL-terminated UTF-8 string.
pub unsafe fn from_id<'a>(id: *mut _Py_Identifier) -> Result<&'a Object> {
    // SAFETY: the caller's promise; the list is used with the GIL held only.
    unsafe {
        if (*id).object.is_null() {
            let bytes = core::ffi::CStr::from_ptr((*id).string).to_bytes();
            let text = intern(super::decode_utf8(bytes, None)?);
            (*id).object = text.into_ptr();
            (*id).next = *IDENTIFIERS.0.get();
            *IDENTIFIERS.0.get() = id;
        }
        Ok(Object::from_ptr((*id).object))
    }
}

/// Gives up the strings of all static identifiers (`_PyUnicode_ClearStaticStrings`).
pub fn clear_identifiers() {
    // SAFETY: identifiers are static; the list is used with the GIL held only.
    unsafe {
        let mut id = core::mem::replace(&mut *IDENTIFIERS.0.get(), null_mut());
        while !id.is_null() {
            let next = core::mem::replace(&mut (*id).next, null_mut());
            drop(Obj::<Object>::from_owned_opt(core::mem::replace(&mut (*id).object, null_mut())));
            id = next;
        }
    }
}

/// Takes a dying string out of the table.
///
/// # Safety
/// `object` is an interned `str` whose memory is still intact.
pub(super) unsafe fn forget(object: *mut PyObject) {
    let table = table();
    if table.slots.is_empty() {
        return;
    }
    let mask = table.slots.len() - 1;
    // SAFETY: the caller's promise.
    let mut at = compare::cached_hash(unsafe { Object::from_ptr(object) }) as usize & mask;
    while !table.slots[at].is_null() {
        if table.slots[at] == object {
            table.slots[at] = DELETED;
            table.used -= 1;
            return;
        }
        at = (at + 1) & mask;
    }
}
