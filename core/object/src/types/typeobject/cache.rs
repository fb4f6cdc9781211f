//! Attribute lookup along the MRO, behind a cache keyed by (version tag of the class, address of the name).
//!
//! A class has a version tag while nothing about its attributes or those of its bases has changed since the tag was
//! given; tags are never given twice, so a (tag, name) pair determines the result for ever. The cache owns its names
//! (an address can therefore not come to mean another name) and borrows the values, which the class dicts own.

use super::{Type, mro, subclasses};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::types::macros::{get, set};
use crate::types::{dict, tuple, unicode};
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::*;

const BITS: usize = 12;
const MASK: usize = (1 << BITS) - 1;
/// Longer names are not worth keeping alive.
const MAX_NAME: usize = 100;

struct Entry {
    version: Cell<u32>,
    name: Cell<*mut PyObject>,
    value: Cell<*mut PyObject>,
}

struct Cache {
    entries: [Entry; 1 << BITS],
    /// The last tag given; 0 means none. When all are used up, no more are given.
    last_version: Cell<u32>,
}
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Cache {}

static CACHE: Cache = Cache {
    entries: [const { Entry { version: Cell::new(0), name: Cell::new(null_mut()), value: Cell::new(null_mut()) } };
        1 << BITS],
    last_version: Cell::new(0),
};

#[inline(always)]
fn entry(version: u32, name: *mut PyObject) -> &'static Entry {
    // Objects are 16-byte aligned; neighbouring bits of the address tell names apart.
    let index = (version as usize).wrapping_mul(0x9e37) ^ (name as usize >> 4);
    &CACHE.entries[index & MASK]
}

impl Type {
    /// `_PyType_Lookup`: looks `name` (a `str`) up along the MRO, through the method cache. Borrowed from the class
    /// dicts: hold a reference across anything that may run Python code. An error means "not found".
    #[inline]
    pub fn lookup(&self, name: &Object) -> Option<&Object> {
        if self.has(Py_TPFLAGS_VALID_VERSION_TAG) {
            let version = get!(self, tp_version_tag);
            let entry = entry(version, name.as_ptr());
            if entry.version.get() == version && core::ptr::eq(entry.name.get(), name.as_ptr()) {
                // SAFETY: a valid tag says that the class dicts still own the value.
                return unsafe { Object::from_ptr_opt(entry.value.get()) };
            }
        }
        self.lookup_uncached(name)
    }

    #[cold]
    #[inline(never)]
    fn lookup_uncached(&self, name: &Object) -> Option<&Object> {
        let cacheable = unicode::check_exact(name) && unicode::len(name) <= MAX_NAME && assign_version(self);
        let version = get!(self, tp_version_tag);
        let found = match self.find_in_mro(name) {
            Ok(found) => found,
            Err(_) => {
                err::clear();
                return None;
            }
        };
        // Keys of class dicts that are no strings may have changed the class while they were compared.
        if cacheable && self.has(Py_TPFLAGS_VALID_VERSION_TAG) && get!(self, tp_version_tag) == version {
            let entry = entry(version, name.as_ptr());
            entry.version.set(version);
            entry.value.set(crate::handle::as_ptr_opt(found));
            let old = entry.name.replace(name.owned().into_ptr());
            // SAFETY: the reference that the entry owned; dropping a str runs no code.
            drop(unsafe { Obj::<Object>::from_owned_opt(old) });
        }
        found
    }

    /// Looks a name up along the MRO, without the cache and with errors reported. Borrowed from a class dict.
    pub fn find_in_mro(&self, name: &Object) -> Result<Option<&Object>> {
        let hash = if unicode::check_exact(name) {
            unicode::hash(name)
        } else {
            crate::protocol::object::hash(name)?
        };
        let mro = match self.mro() {
            Some(mro) => mro,
            None => {
                if !self.has(Py_TPFLAGS_READYING) {
                    self.ready()?;
                }
                match self.mro() {
                    Some(mro) => mro,
                    None => return Ok(None),
                }
            }
        };
        for class in tuple::items(&mro) {
            // SAFETY: the MRO holds types; a type that is being torn down has no dict any more.
            let class: &Type = unsafe { class.cast_unchecked() };
            let Some(dict) = class.dict() else { continue };
            let dict = dict.as_ptr();
            // SAFETY: the dict belongs to a class on the MRO; the value is handed out borrowed as documented.
            if let Some(value) = unsafe { dict::get_known_hash(Object::from_ptr(dict), name, hash)? } {
                // SAFETY: as above; unties the result from the local tuple.
                return Ok(Some(unsafe { Object::from_ptr(value.as_ptr()) }));
            }
        }
        Ok(None)
    }

    /// `PyType_Modified`: withdraws the version tags of the class and its subclasses.
    pub fn modified(&self) {
        if !self.has(Py_TPFLAGS_VALID_VERSION_TAG) {
            return; // Then no subclass has one either.
        }
        set!(self, tp_flags, self.flags() & !Py_TPFLAGS_VALID_VERSION_TAG);
        set!(self, tp_version_tag, 0);
        if !get!(self, tp_subclasses).is_null() {
            for subclass in subclasses::live(self) {
                subclass.modified();
            }
        }
    }

    /// The version tag, given now if the class can have one and has none; 0 if it cannot.
    #[inline(always)]
    pub fn version(&self) -> u32 {
        if self.has(Py_TPFLAGS_VALID_VERSION_TAG) || assign_version(self) {
            get!(self, tp_version_tag)
        } else {
            0
        }
    }
}

/// Gives a class and its bases version tags. False when one of them cannot have one.
fn assign_version(class: &Type) -> bool {
    if class.has(Py_TPFLAGS_VALID_VERSION_TAG) {
        return true;
    }
    if !class.has(Py_TPFLAGS_HAVE_VERSION_TAG) || !class.has(Py_TPFLAGS_READY) {
        return false;
    }
    for base in tuple::items(&mro::bases(class)) {
        if !base.downcast::<Type>().is_some_and(assign_version) {
            return false;
        }
    }
    let Some(version) = CACHE.last_version.get().checked_add(1) else { return false };
    CACHE.last_version.set(version);
    set!(class, tp_version_tag, version);
    set!(class, tp_flags, class.flags() | Py_TPFLAGS_VALID_VERSION_TAG);
    true
}

/// Takes the ability to be cached away from a class whose lookups other classes can change unnoticed: its metaclass
/// brings its own `mro()`, or a class of `classes` (bases or MRO) is not cacheable or not in the MRO.
pub(super) fn check_cacheable(class: &Type, classes: &Object) -> Result<()> {
    let metaclass = class.class_of();
    let custom = !metaclass.is(Type::class()) && {
        let name = crate::intern!("mro");
        let own = metaclass.lookup(name).map(Object::as_ptr);
        own != Type::class().lookup(name).map(Object::as_ptr)
    };
    let uncacheable = custom
        || tuple::items(classes).iter().any(|item| {
            item.downcast::<Type>().is_none_or(|item| {
                !item.has(Py_TPFLAGS_HAVE_VERSION_TAG) && !item.is(class) || !class.is_subtype(item)
            })
        });
    if uncacheable {
        class.modified();
        set!(class, tp_flags, class.flags() & !Py_TPFLAGS_HAVE_VERSION_TAG);
    }
    Ok(())
}

/// Empties the cache.
pub fn clear() {
    for entry in &CACHE.entries {
        entry.version.set(0);
        entry.value.set(null_mut());
        // SAFETY: the reference that the entry owned; dropping a str runs no code.
        drop(unsafe { Obj::<Object>::from_owned_opt(entry.name.replace(null_mut())) });
    }
}

/// The version tag that will be given next.
pub(super) fn next_version() -> u32 {
    CACHE.last_version.get().wrapping_add(1)
}
