//! `collections.OrderedDict`: a dict whose keys can change places.
//!
//! ```text
//!   0 PyDictObject │ 48 fast_nodes ──▶ node of each entry of the key table │ 56 fast_nodes_size │ 64 sentinel: the table
//!   that fast_nodes is for │ 72 state │ 80 first │ 88 last │ 96 inst_dict │ 104 weakreflist
//!   node: key (owned) │ hash │ next │ prev
//! ```
//!
//! The order is that of a doubly linked list. The node of a key is found through the number of the key's entry in the
//! dict's table; when the table is another one, the array of nodes is made anew from the list. A node found is trusted
//! only if its key is the entry's. `state` counts changes of the list, for iterators.
//!
//! Base-class methods can change the dict behind the list's back; then some operations raise KeyError, but nothing
//! else breaks.

mod class;
mod iter;

pub use class::{PyODict_Type, PyODictItems_Type, PyODictKeys_Type, PyODictValues_Type};
pub use iter::PyODictIter_Type;

use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::refcount;
use crate::types::dict::{self, hash_of};
use crate::types::typeobject::Type;
use core::ptr::{self, null_mut};
use krait_abi::*;

/// The struct of an OrderedDict.
#[repr(C)]
pub struct RawODict {
    dict: PyDictObject,
    fast_nodes: *mut *mut Node,
    fast_nodes_size: isize,
    sentinel: *mut dict::Keys,
    state: usize,
    first: *mut Node,
    last: *mut Node,
    inst_dict: *mut PyObject,
    weakreflist: *mut PyObject,
}
const _: () = assert!(size_of::<RawODict>() == 112);

/// A member of the list.
#[repr(C)]
pub(super) struct Node {
    key: *mut PyObject,
    hash: isize,
    next: *mut Node,
    prev: *mut Node,
}

crate::object_view!(/** An `OrderedDict`. */ pub ODict, RawODict, PyODict_Type);

/// `PyODict_Check`.
pub fn check(object: &Object) -> bool {
    ODict::is_instance(object)
}

/// `PyODict_CheckExact`.
pub fn check_exact(object: &Object) -> bool {
    ODict::is_exact(object)
}

/// `PyODict_New`.
pub fn new() -> Result<Obj> {
    // SAFETY: a static type.
    dict::new_slot(unsafe { Type::from_raw(&raw mut PyODict_Type) }, &crate::types::tuple::empty(), None)
}

/// The struct.
#[inline(always)]
fn raw(this: &Object) -> *mut RawODict {
    debug_assert!(check(this));
    this.as_ptr().cast()
}

// ---- the list ----

/// Makes the array of nodes for the present table.
fn rebuild(this: &Object) -> Result<()> {
    let od = raw(this);
    let size = dict::table_size(this);
    let nodes = memory::mem_malloc(size * size_of::<*mut Node>()).cast::<*mut Node>();
    if nodes.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory for as many nodes as the table has places, which is more than it has entries. The list may
    // be changed by a comparison; each node's key is held, and the node is looked at again only if it is still there.
    unsafe {
        ptr::write_bytes(nodes, 0, size);
        let table = (*od).dict.ma_keys;
        let state = (*od).state;
        let mut node = (*od).first;
        while !node.is_null() {
            let (next, key, hash) = ((*node).next, Object::from_ptr((*node).key).owned(), (*node).hash);
            let index = match dict::entry_index(this, &key, hash) {
                Ok(index) => index,
                Err(raised) => {
                    memory::mem_free(nodes.cast());
                    return Err(raised);
                }
            };
            if (*od).state != state || !ptr::eq((*od).dict.ma_keys, table) {
                memory::mem_free(nodes.cast());
                return Err(err::runtime_error("OrderedDict mutated during iteration"));
            }
            if let Some(index) = index {
                *nodes.add(index) = node;
            }
            node = next;
        }
        memory::mem_free((*od).fast_nodes.cast());
        (*od).fast_nodes = nodes;
        (*od).fast_nodes_size = size as isize;
        (*od).sentinel = table;
    }
    Ok(())
}

/// Whether the array of nodes is for the present table.
///
/// # Safety
/// A live OrderedDict.
unsafe fn is_current(od: *mut RawODict) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        ptr::eq((*od).sentinel, (*od).dict.ma_keys)
            && !(*od).fast_nodes.is_null()
            && (*od).fast_nodes_size == (*(*od).dict.ma_keys.cast::<PyDictKeysObject>()).dk_size
    }
}

/// The place of a key's node in the array, which is made current; None when the dict does not have the key.
fn place_of(this: &Object, key: &Object, hash: isize) -> Result<Option<*mut *mut Node>> {
    let od = raw(this);
    // SAFETY: a live OrderedDict; the number is looked up again after the array has been made.
    unsafe {
        for _ in 0..2 {
            let Some(index) = dict::entry_index(this, key, hash)? else { return Ok(None) };
            if is_current(od) {
                let place = (*od).fast_nodes.add(index);
                if (*place).is_null() || ptr::eq((**place).key, dict::entry_key(this, index)) {
                    return Ok(Some(place));
                }
            }
            rebuild(this)?;
        }
        let Some(index) = dict::entry_index(this, key, hash)? else { return Ok(None) };
        Ok(if is_current(od) { Some((*od).fast_nodes.add(index)) } else { None })
    }
}

/// The node of a key.
fn find_node(this: &Object, key: &Object, hash: isize) -> Result<Option<*mut Node>> {
    // SAFETY: a live OrderedDict; the place found is in its array.
    unsafe {
        if (*raw(this)).first.is_null() {
            return Ok(None);
        }
        Ok(place_of(this, key, hash)?.map(|place| *place).filter(|node| !node.is_null()))
    }
}

/// Links a node at the end, or at the beginning.
///
/// # Safety
/// A live OrderedDict and a node that is in no list.
unsafe fn link(od: *mut RawODict, node: *mut Node, at_end: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        if at_end {
            (*node).next = null_mut();
            (*node).prev = (*od).last;
            if (*od).last.is_null() {
                (*od).first = node;
            } else {
                (*(*od).last).next = node;
            }
            (*od).last = node;
        } else {
            (*node).prev = null_mut();
            (*node).next = (*od).first;
            if (*od).first.is_null() {
                (*od).last = node;
            } else {
                (*(*od).first).prev = node;
            }
            (*od).first = node;
        }
        (*od).state = (*od).state.wrapping_add(1);
    }
}

/// Takes a node out of the list.
///
/// # Safety
/// A live OrderedDict and one of its nodes.
unsafe fn unlink(od: *mut RawODict, node: *mut Node) {
    // SAFETY: the caller's promise.
    unsafe {
        if (*node).prev.is_null() {
            (*od).first = (*node).next;
        } else {
            (*(*node).prev).next = (*node).next;
        }
        if (*node).next.is_null() {
            (*od).last = (*node).prev;
        } else {
            (*(*node).next).prev = (*node).prev;
        }
        (*od).state = (*od).state.wrapping_add(1);
    }
}

/// Adds a node for a key that has just been stored, unless there is one.
fn add_node(this: &Object, key: &Object, hash: isize) -> Result<()> {
    let Some(place) = place_of(this, key, hash)? else { return Err(err::set_key_error(key)) };
    // SAFETY: the place is in the array of the present table.
    unsafe {
        if !(*place).is_null() {
            return Ok(());
        }
        let node = memory::mem_malloc(size_of::<Node>()).cast::<Node>();
        if node.is_null() {
            return Err(err::no_memory());
        }
        node.write(Node { key: key.owned().into_ptr(), hash, next: null_mut(), prev: null_mut() });
        link(raw(this), node, true);
        *place = node;
    }
    Ok(())
}

/// Removes a key's node, if there is one.
fn clear_node(this: &Object, key: &Object, hash: isize) -> Result<()> {
    let Some(place) = place_of(this, key, hash)? else { return Ok(()) };
    // SAFETY: the place is in the array of the present table; the key is dropped last.
    unsafe {
        let node = *place;
        if !node.is_null() {
            *place = null_mut();
            unlink(raw(this), node);
            let key = (*node).key;
            memory::mem_free(node.cast());
            refcount::decref(key);
        }
    }
    Ok(())
}

/// Removes all nodes.
fn clear_nodes(this: &Object) {
    // SAFETY: a live OrderedDict; the list is empty before the first key is dropped.
    unsafe {
        let od = raw(this);
        memory::mem_free((*od).fast_nodes.cast());
        (*od).fast_nodes = null_mut();
        (*od).fast_nodes_size = 0;
        (*od).sentinel = null_mut();
        let mut node = (*od).first;
        (*od).first = null_mut();
        (*od).last = null_mut();
        while !node.is_null() {
            let (next, key) = ((*node).next, (*node).key);
            memory::mem_free(node.cast());
            refcount::decref(key);
            node = next;
        }
    }
}

/// The keys in order, as they are now.
fn keys_in_order(this: &Object) -> Vec<(Obj, isize)> {
    let mut keys = Vec::with_capacity(dict::len(this));
    // SAFETY: a live OrderedDict; nothing changes the list meanwhile.
    unsafe {
        let mut node = (*raw(this)).first;
        while !node.is_null() {
            keys.push((Object::from_ptr((*node).key).owned(), (*node).hash));
            node = (*node).next;
        }
    }
    keys
}

// ---- C API ----

/// `PyODict_SetItem`.
pub fn set_item(this: &Object, key: &Object, value: &Object) -> Result<()> {
    let hash = hash_of(key)?;
    dict::set_known_hash(this, key, value, hash)?;
    add_node(this, key, hash).map_err(|raised| {
        // A key that has no node is not there; the first error is the one that is reported.
        let first = err::fetch();
        if dict::del_known_hash(this, key, hash).is_err() {
            err::clear();
        }
        first.map_or(raised, err::restore)
    })
}

/// `PyODict_DelItem`.
pub fn del_item(this: &Object, key: &Object) -> Result<()> {
    let hash = hash_of(key)?;
    clear_node(this, key, hash)?;
    dict::del_known_hash(this, key, hash)
}

/// Removes every key.
pub fn clear(this: &Object) {
    dict::clear(this);
    clear_nodes(this);
}
