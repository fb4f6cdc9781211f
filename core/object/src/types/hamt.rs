//! Hash array mapped trie: an immutable mapping whose copies with one change share all but one path. Contexts keep
//! their variables in one.
//!
//! A node sees five bits of the (folded, 32-bit) hash, the root the lowest ones:
//!
//! - a *bitmap node* has up to 16 entries in the order of those bits, each a key with its value or NULL with a child node;
//! - an *array node* has more, all of them children, at 32 fixed places;
//! - a *collision node* has keys with equal hashes.
//!
//! Nodes are objects, because they are shared and the collector has to count the references to them.

mod iter;
mod node;
#[cfg(test)]
mod tests;

pub use iter::*;
pub use node::{_PyHamt_ArrayNode_Type, _PyHamt_BitmapNode_Type, _PyHamt_CollisionNode_Type};

use crate::args::check_positional;
use crate::cell::{ObjCell, Visitor};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::payload::{EMPTY_MAPPING, EMPTY_SEQUENCE};
use crate::protocol::object;
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{bool, none};
use core::ffi::c_ulong;
use core::ptr::null_mut;
use krait_abi::*;
use node::{Found, Node};

crate::static_type! {
    /// `hamt`
    #[unsafe(no_mangle)]
    pub static _PyHamt_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"hamt".as_ptr(), tp_basicsize: size_of::<PyHamtObject>() as isize,
        tp_dealloc: Some(dealloc), tp_as_sequence: &raw mut SEQUENCE, tp_as_mapping: &raw mut MAPPING,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse), tp_clear: slot::clear(clear),
        tp_richcompare: slot::richcompare(richcompare), tp_weaklistoffset: 24, tp_iter: slot::unary(keys),
        tp_methods: &raw mut METHODS as *mut PyMethodDef, tp_new: slot::new(construct)
    };
}
crate::object_view!(/** A `hamt`. */ pub Hamt, PyHamtObject, _PyHamt_Type);

static mut SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: slot::contains(contains), ..EMPTY_SEQUENCE };
static mut MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::subscript(subscript),
    ..EMPTY_MAPPING
};

crate::methods! {
    static METHODS = [
        method::varargs(c"set", method_set, c""),
        method::varargs(c"get", method_get, c""),
        method::o(c"delete", without, c""),
        method::noargs(c"items", items, c""),
        method::noargs(c"keys", keys, c""),
        method::noargs(c"values", values, c""),
    ];
}

fn root_cell(this: &Hamt) -> &ObjCell {
    // SAFETY: a hamt; ObjCell is transparent over the pointer.
    unsafe { &*(&raw mut (*this.as_raw()).h_root).cast::<ObjCell>() }
}

/// The root node, as an owned reference.
pub(super) fn root(this: &Hamt) -> Obj {
    root_cell(this).get_or_none()
}

/// Number of entries.
pub fn len(this: &Hamt) -> usize {
    // SAFETY: a live hamt.
    unsafe { (*this.as_raw()).h_count as usize }
}

fn make(root: Obj, count: usize) -> Result<Obj<Hamt>> {
    let memory = crate::gc::new_object(&raw mut _PyHamt_Type)?.cast::<PyHamtObject>();
    // SAFETY: new memory for a hamt.
    unsafe {
        (*memory).h_root = root.into_ptr().cast();
        (*memory).h_weakreflist = null_mut();
        (*memory).h_count = count as isize;
        crate::gc::track(memory.cast());
        Ok(Obj::from_owned_ptr(memory.cast()))
    }
}

/// `_PyHamt_New`: empty.
pub fn new() -> Result<Obj<Hamt>> {
    make(node::empty()?, 0)
}

/// The hash of a key folded to 32 bits.
fn fold(key: &Object) -> Result<u32> {
    let hash = object::hash(key)?;
    let folded = (hash as u32) ^ ((hash as u64 >> 32) as u32);
    Ok(if folded == u32::MAX { u32::MAX - 1 } else { folded })
}

/// `_PyHamt_Assoc`: with one entry added or replaced.
pub fn assoc(this: &Hamt, key: &Object, value: &Object) -> Result<Obj<Hamt>> {
    if find(this, key)?.is_some_and(|held| held.is(value)) {
        return Ok(this.owned());
    }
    let hash = fold(key)?;
    let root = root(this);
    let (new, added) = Node::of(&root).assoc(0, hash, key, value)?;
    if new.is(&*root) {
        return Ok(this.owned());
    }
    make(new, len(this) + usize::from(added))
}

/// `_PyHamt_Without`: without a key; None when it is not there.
pub fn without_opt(this: &Hamt, key: &Object) -> Result<Option<Obj<Hamt>>> {
    let hash = fold(key)?;
    let root = root(this);
    Ok(match Node::of(&root).without(0, hash, key)? {
        node::Removed::NotFound => None,
        node::Removed::Empty => Some(new()?),
        node::Removed::Left(node) => Some(make(node, len(this) - 1)?),
    })
}

/// `_PyHamt_Find`.
pub fn find(this: &Hamt, key: &Object) -> Result<Option<Obj>> {
    if len(this) == 0 {
        return Ok(None);
    }
    let hash = fold(key)?;
    let root = root(this);
    Ok(match Node::of(&root).find(0, hash, key)? {
        Found::Value(value) => Some(value),
        Found::Nothing => None,
    })
}

/// `_PyHamt_Eq`.
pub fn eq(a: &Hamt, b: &Hamt) -> Result<bool> {
    if core::ptr::eq(a, b) {
        return Ok(true);
    }
    if len(a) != len(b) {
        return Ok(false);
    }
    let mut entries = Entries::new(a);
    while let Some((key, value)) = entries.next() {
        match find(b, &key)? {
            Some(other) if object::rich_compare_bool(&value, &other, CompareOp::Eq)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        crate::gc::untrack(object);
        if !(*object.cast::<PyHamtObject>()).h_weakreflist.is_null() {
            crate::types::weakref::clear_weakrefs(object);
        }
        clear(Object::from_ptr(object).cast_unchecked::<Hamt>());
        crate::gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &Hamt, visitor: &mut Visitor) {
    root_cell(this).visit(visitor);
}

fn clear(this: &Hamt) {
    // Whoever still looks at it finds it empty.
    // SAFETY: a live hamt.
    unsafe { (*this.as_raw()).h_count = 0 };
    drop(root_cell(this).take());
}

fn construct(_class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Ok(new()?.upcast())
}

fn length(this: &Hamt) -> Result<usize> {
    Ok(len(this))
}

fn contains(this: &Hamt, key: &Object) -> Result<bool> {
    Ok(find(this, key)?.is_some())
}

fn subscript(this: &Hamt, key: &Object) -> Result<Obj> {
    find(this, key)?.ok_or_else(|| err::set_object(crate::types::exceptions::KeyError(), key))
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    match (this.downcast::<Hamt>(), other.downcast::<Hamt>(), op) {
        (Some(a), Some(b), CompareOp::Eq) => Ok(bool::from_bool(eq(a, b)?)),
        (Some(a), Some(b), CompareOp::Ne) => Ok(bool::from_bool(!eq(a, b)?)),
        _ => Ok(none::not_implemented().owned()),
    }
}

fn method_set(this: &Hamt, args: &Object) -> Result<Obj<Hamt>> {
    let args = crate::types::tuple::items(args);
    check_positional("set", args.len(), 2, 2)?;
    assoc(this, args[0], args[1])
}

fn method_get(this: &Hamt, args: &Object) -> Result<Obj> {
    let args = crate::types::tuple::items(args);
    check_positional("get", args.len(), 1, 2)?;
    match find(this, args[0])? {
        Some(value) => Ok(value),
        None => Ok(args.get(1).copied().unwrap_or(none::none()).owned()),
    }
}

fn without(this: &Hamt, key: &Object) -> Result<Obj<Hamt>> {
    Ok(without_opt(this, key)?.unwrap_or_else(|| this.owned()))
}
