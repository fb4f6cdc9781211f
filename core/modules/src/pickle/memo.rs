//! The pickler's memo (a table from objects to indices) and the objects through which Python code sees both memos.
//!
//! The table is open addressing with linear probing over the address; it owns a reference to each object, as an address
//! means something only as long as its object lives.

use super::pickler::Pickler;
use super::unpickler::Unpickler;
use core::ffi::c_ulong;
use core::ptr;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::attribute::{PyObject_GenericGetAttr, PyObject_GenericSetAttr};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, long, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, methods, payload_class, static_type};

/// The size of the smallest table.
const LEAST: usize = 8;

struct Entry {
    /// Empty where nothing is stored.
    object: Option<Obj>,
    index: usize,
}

/// The table.
#[derive(Default)]
pub struct Memo {
    /// A power of two of entries, or none yet.
    entries: Vec<Entry>,
    used: usize,
}

impl Memo {
    /// How many objects are stored.
    #[inline]
    pub fn len(&self) -> usize {
        self.used
    }

    /// How many entries the table counts as having.
    pub fn capacity(&self) -> usize {
        self.entries.len().max(LEAST)
    }

    /// The entry of an object, or the empty one where it belongs. There is an empty one, as the table is never full.
    #[inline]
    fn find(&self, object: *const Object) -> usize {
        let mask = self.entries.len() - 1;
        let address = object.addr();
        let mut at = (address >> 4) ^ (address >> 16);
        loop {
            at &= mask;
            match &self.entries[at].object {
                Some(found) if !ptr::eq(&**found, object) => at += 1,
                _ => return at,
            }
        }
    }

    /// The index of an object.
    #[inline]
    pub fn get(&self, object: &Object) -> Option<usize> {
        if self.used == 0 {
            return None;
        }
        let entry = &self.entries[self.find(object)];
        entry.object.is_some().then_some(entry.index)
    }

    /// Stores an object.
    pub fn set(&mut self, object: &Object, index: usize) {
        if self.entries.is_empty() {
            self.resize(LEAST);
        }
        let at = self.find(object);
        let entry = &mut self.entries[at];
        entry.index = index;
        if entry.object.is_some() {
            return;
        }
        entry.object = Some(object.owned());
        self.used += 1;
        if self.used * 3 >= self.entries.len() * 2 {
            let factor = if self.used > 50_000 { 2 } else { 4 };
            self.resize((self.used * factor).next_power_of_two());
        }
    }

    fn resize(&mut self, size: usize) {
        let mut entries = Vec::with_capacity(size);
        entries.resize_with(size, || Entry { object: None, index: 0 });
        let old = core::mem::replace(&mut self.entries, entries);
        for entry in old {
            if let Some(object) = &entry.object {
                let at = self.find(&**object);
                self.entries[at] = entry;
            }
        }
    }

    /// A copy.
    pub fn copy(&self) -> Memo {
        let copied = |entry: &Entry| Entry { object: entry.object.clone(), index: entry.index };
        Memo { entries: self.entries.iter().map(copied).collect(), used: self.used }
    }

    /// The objects with their indices.
    pub fn iter(&self) -> impl Iterator<Item = (&Object, usize)> {
        self.entries.iter().filter_map(|entry| Some((&**entry.object.as_ref()?, entry.index)))
    }
}

// ---- proxies ----

/// The memo of a pickler as Python code sees it.
#[repr(C)]
pub struct PicklerMemo {
    head: Head,
    pickler: ObjCell,
}

/// The memo of an unpickler as Python code sees it.
#[repr(C)]
pub struct UnpicklerMemo {
    head: Head,
    unpickler: ObjCell,
}

macro_rules! proxy_type {
    ($(#[$meta:meta])* $type:ident: $class:ident, $field:ident, $name:literal, $methods:ident) => {
        static_type! {
            $(#[$meta])*
            pub static $type = {
                tp_name: $name.as_ptr(),
                tp_basicsize: size_of::<$class>() as Py_ssize_t,
                tp_dealloc: payload::dealloc::<$class>(),
                tp_hash: Some(krait_object::protocol::object::PyObject_HashNotImplemented),
                tp_getattro: Some(PyObject_GenericGetAttr),
                tp_setattro: Some(PyObject_GenericSetAttr),
                tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
                tp_traverse: payload::traverse::<$class>(),
                tp_clear: payload::clear::<$class>(),
                tp_methods: (&raw mut $methods).cast(),
                tp_free: Some(krait_object::gc::PyObject_GC_Del),
            };
        }
        payload_class!($class, $type);
        impl Payload for $class {
            fn traverse(&self, visitor: &mut Visitor) {
                self.$field.visit(visitor);
            }
            fn clear(&self) {
                drop(self.$field.take());
            }
        }
    };
}

proxy_type! {
    /// `_pickle.PicklerMemoProxy`
    PicklerMemo_Type: PicklerMemo, pickler, c"_pickle.PicklerMemoProxy", PICKLER_METHODS
}
proxy_type! {
    /// `_pickle.UnpicklerMemoProxy`
    UnpicklerMemo_Type: UnpicklerMemo, unpickler, c"_pickle.UnpicklerMemoProxy", UNPICKLER_METHODS
}

methods! {
    static PICKLER_METHODS = [
        method::noargs(c"clear", |this: &PicklerMemo| this.pickler().map(|pickler| pickler.clear_memo()), c"clear($self, /)\n--\n\nForgets everything."),
        method::noargs(c"copy", PicklerMemo::copy, c"copy($self, /)\n--\n\nThe memo as a new dict."),
        method::noargs(c"__reduce__", |this: &PicklerMemo| reduce(this.copy()?), c"__reduce__($self, /)\n--\n\nPickles as a dict."),
    ];
}

methods! {
    static UNPICKLER_METHODS = [
        method::noargs(c"clear", |this: &UnpicklerMemo| this.unpickler().map(|unpickler| unpickler.clear_memo()), c"clear($self, /)\n--\n\nForgets everything."),
        method::noargs(c"copy", UnpicklerMemo::copy, c"copy($self, /)\n--\n\nThe memo as a new dict."),
        method::noargs(c"__reduce__", |this: &UnpicklerMemo| reduce(this.copy()?), c"__reduce__($self, /)\n--\n\nPickles as a dict."),
    ];
}

/// Readies the classes.
pub fn ready() -> Result<()> {
    PicklerMemo::class().ready()?;
    UnpicklerMemo::class().ready()
}

fn reduce(contents: Obj) -> Result<Obj> {
    // SAFETY: a static type.
    let dict = unsafe { Type::from_raw(&raw mut krait_object::types::dict::PyDict_Type) };
    tuple::pack([dict.object().owned(), tuple::pack([contents])?])
}

impl PicklerMemo {
    /// For a pickler.
    pub fn new(pickler: &Pickler) -> Result<Obj> {
        let pickler = pickler.object().owned();
        let made = payload::new(Self::class(), |head| PicklerMemo { head, pickler: ObjCell::new(pickler) })?;
        Ok(made.upcast())
    }

    /// The pickler.
    pub fn pickler(&self) -> Result<Obj<Pickler>> {
        let pickler = self.pickler.get().ok_or_else(err::bad_internal_call)?;
        pickler.downcast_into().map_err(|_| err::bad_internal_call())
    }

    /// A dict from identities to pairs of index and object.
    fn copy(&self) -> Result<Obj> {
        let contents = dict::new()?;
        let pickler = self.pickler()?;
        // The copy owns its objects: what follows may run Python code.
        let memo = pickler.memo.borrow().copy();
        for (object, index) in memo.iter() {
            let key = long::from_ptr(object.as_ptr().cast())?;
            let pair = tuple::pack([long::from_u64(index as u64)?, object.owned()])?;
            dict::set_item(&contents, &key, &pair)?;
        }
        Ok(contents)
    }
}

impl UnpicklerMemo {
    /// For an unpickler.
    pub fn new(unpickler: &Unpickler) -> Result<Obj> {
        let unpickler = unpickler.object().owned();
        let made =
            payload::new(Self::class(), |head| UnpicklerMemo { head, unpickler: ObjCell::new(unpickler) })?;
        Ok(made.upcast())
    }

    /// The unpickler.
    pub fn unpickler(&self) -> Result<Obj<Unpickler>> {
        let unpickler = self.unpickler.get().ok_or_else(err::bad_internal_call)?;
        unpickler.downcast_into().map_err(|_| err::bad_internal_call())
    }

    /// A dict from indices to objects.
    fn copy(&self) -> Result<Obj> {
        let contents = dict::new()?;
        let unpickler = self.unpickler()?;
        let memo: Vec<(usize, Obj)> = {
            let memo = unpickler.memo.borrow();
            memo.iter().enumerate().filter_map(|(i, object)| Some((i, object.clone()?))).collect()
        };
        for (index, object) in memo {
            dict::set_item(&contents, &*long::from_u64(index as u64)?, &object)?;
        }
        Ok(contents)
    }
}
