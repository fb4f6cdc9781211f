//! The nodes of the trie. They never change once somebody else can see them.

use super::*;
use crate::refcount::trashcan;

crate::static_type! {
    /// A node with up to 16 entries.
    #[unsafe(no_mangle)]
    pub static _PyHamt_BitmapNode_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_hash: Some(crate::protocol::object::PyObject_HashNotImplemented),
        tp_name: c"hamt_bitmap_node".as_ptr(), tp_basicsize: BITMAP_HEAD as isize, tp_itemsize: 8,
        tp_dealloc: Some(bitmap_dealloc), tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse_bitmap), tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}
crate::static_type! {
    /// A node with more entries, all of them children.
    #[unsafe(no_mangle)]
    pub static _PyHamt_ArrayNode_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_hash: Some(crate::protocol::object::PyObject_HashNotImplemented),
        tp_name: c"hamt_array_node".as_ptr(), tp_basicsize: size_of::<PyHamtNode_Array>() as isize,
        tp_dealloc: Some(array_dealloc), tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse_array), tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}
crate::static_type! {
    /// A node of keys with equal hashes.
    #[unsafe(no_mangle)]
    pub static _PyHamt_CollisionNode_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_hash: Some(crate::protocol::object::PyObject_HashNotImplemented),
        tp_name: c"hamt_collision_node".as_ptr(), tp_basicsize: COLLISION_HEAD as isize, tp_itemsize: 8,
        tp_dealloc: Some(collision_dealloc), tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: slot::traverse(traverse_collision), tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}

const BITMAP_HEAD: usize = core::mem::offset_of!(PyHamtNode_Bitmap, b_array);
const COLLISION_HEAD: usize = core::mem::offset_of!(PyHamtNode_Collision, c_array);
/// From how many entries on a node is an array node; it becomes a bitmap node again below that.
const ARRAY_FROM: usize = 16;
/// Bits of the hash that a node sees.
const BITS: u32 = 5;

/// A node, seen as what it is.
#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    /// Entries in the order of their bits: bitmap, and key and value (or NULL and child) of each entry.
    Bitmap(u32, &'a [Option<&'a Object>]),
    /// Children by place.
    Array(&'a [Option<&'a Object>; 32]),
    /// Hash, and key and value of each entry.
    Collision(u32, &'a [Option<&'a Object>]),
}

/// The result of a search.
pub(super) enum Found {
    /// The key's value.
    Value(Obj),
    /// No such key.
    Nothing,
}

/// The result of a removal.
pub(super) enum Removed {
    /// No such key: the node is as it was.
    NotFound,
    /// Nothing is left.
    Empty,
    /// The new node.
    Left(Obj),
}

fn bit_of(hash: u32, shift: u32) -> u32 {
    1 << place_of(hash, shift)
}

fn place_of(hash: u32, shift: u32) -> u32 {
    (hash >> shift) & 31
}

/// The entry's index in a bitmap node.
fn index_of(bitmap: u32, bit: u32) -> usize {
    (bitmap & (bit - 1)).count_ones() as usize
}

fn same_key(a: &Object, b: &Object) -> Result<bool> {
    object::rich_compare_bool(b, a, CompareOp::Eq)
}

// ---- making nodes -------------------------------------------------------------------------------------------------

/// A node under construction from borrowed parts.
fn make_var(class: *mut PyTypeObject, head: usize, tag: u32, parts: &[Option<&Object>]) -> Result<Obj> {
    let memory = crate::gc::new_var(class, parts.len() as isize)?;
    // SAFETY: new memory with room for the parts; tag and array follow the head.
    unsafe {
        *memory.cast::<u8>().add(24).cast::<u32>() = tag;
        let array = memory.cast::<u8>().add(head).cast::<*mut PyObject>();
        for (i, part) in parts.iter().enumerate() {
            array.add(i).write(part.map_or(null_mut(), |part| part.owned().into_ptr()));
        }
        crate::gc::track(memory);
        Ok(Obj::from_owned_ptr(memory))
    }
}

fn bitmap_node(bitmap: u32, parts: &[Option<&Object>]) -> Result<Obj> {
    make_var(&raw mut _PyHamt_BitmapNode_Type, BITMAP_HEAD, bitmap, parts)
}

fn collision_node(hash: u32, parts: &[Option<&Object>]) -> Result<Obj> {
    make_var(&raw mut _PyHamt_CollisionNode_Type, COLLISION_HEAD, hash, parts)
}

fn array_node(children: &[Option<&Object>; 32]) -> Result<Obj> {
    let memory = crate::gc::new_object(&raw mut _PyHamt_ArrayNode_Type)?.cast::<PyHamtNode_Array>();
    // SAFETY: new memory for an array node.
    unsafe {
        for (i, child) in children.iter().enumerate() {
            (*memory).a_array[i] = child.map_or(null_mut(), |child| child.owned().into_ptr()).cast();
        }
        (*memory).a_count = children.iter().flatten().count() as isize;
        crate::gc::track(memory.cast());
        Ok(Obj::from_owned_ptr(memory.cast()))
    }
}

/// The node of an empty trie.
pub(super) fn empty() -> Result<Obj> {
    bitmap_node(0, &[])
}

/// A node with two entries whose keys differ. `shift` is the new node's.
fn two(shift: u32, a: (u32, &Object, &Object), b: (u32, &Object, &Object)) -> Result<Obj> {
    if a.0 == b.0 {
        return collision_node(a.0, &[Some(a.1), Some(a.2), Some(b.1), Some(b.2)]);
    }
    let (bit_a, bit_b) = (bit_of(a.0, shift), bit_of(b.0, shift));
    if bit_a == bit_b {
        let child = two(shift + BITS, a, b)?;
        return bitmap_node(bit_a, &[None, Some(&child)]);
    }
    let (first, second) = if bit_a < bit_b { (a, b) } else { (b, a) };
    bitmap_node(bit_a | bit_b, &[Some(first.1), Some(first.2), Some(second.1), Some(second.2)])
}

// ---- operations ---------------------------------------------------------------------------------------------------

impl<'a> Node<'a> {
    /// What kind of node an object is. The object must be a node.
    pub(super) fn of(object: &'a Object) -> Node<'a> {
        let raw = object.as_ptr();
        // SAFETY: nodes of the three classes have these layouts; `Option<&Object>` is a nullable object pointer. Nodes do
        // not change while they are alive.
        unsafe {
            let tag = || *raw.cast::<u8>().add(24).cast::<u32>();
            let parts = |head: usize| {
                let n = (*raw.cast::<PyVarObject>()).ob_size as usize;
                core::slice::from_raw_parts(raw.cast::<u8>().add(head).cast::<Option<&'a Object>>(), n)
            };
            let class = (*raw).ob_type;
            if class == &raw mut _PyHamt_BitmapNode_Type {
                Node::Bitmap(tag(), parts(BITMAP_HEAD))
            } else if class == &raw mut _PyHamt_CollisionNode_Type {
                Node::Collision(tag(), parts(COLLISION_HEAD))
            } else {
                assert!(class == &raw mut _PyHamt_ArrayNode_Type, "not a node");
                Node::Array(&*(&raw const (*raw.cast::<PyHamtNode_Array>()).a_array).cast())
            }
        }
    }

    /// Looks a key up. The node is kept alive by the caller.
    pub(super) fn find(self, shift: u32, hash: u32, key: &Object) -> Result<Found> {
        match self {
            Node::Bitmap(bitmap, parts) => {
                let bit = bit_of(hash, shift);
                if bitmap & bit == 0 {
                    return Ok(Found::Nothing);
                }
                let i = 2 * index_of(bitmap, bit);
                match (parts[i], parts[i + 1]) {
                    (None, Some(child)) => Node::of(child).find(shift + BITS, hash, key),
                    (Some(other), Some(value)) if same_key(other, key)? => Ok(Found::Value(value.owned())),
                    _ => Ok(Found::Nothing),
                }
            }
            Node::Array(children) => match children[place_of(hash, shift) as usize] {
                Some(child) => Node::of(child).find(shift + BITS, hash, key),
                None => Ok(Found::Nothing),
            },
            Node::Collision(_, parts) => Ok(match find_index(parts, key)? {
                Some(i) => parts[i + 1].map_or(Found::Nothing, |value| Found::Value(value.owned())),
                None => Found::Nothing,
            }),
        }
    }

    /// With an entry added or replaced; whether it was added. `self` comes back when nothing changes.
    pub(super) fn assoc(self, shift: u32, hash: u32, key: &Object, value: &Object) -> Result<(Obj, bool)> {
        match self {
            Node::Bitmap(bitmap, parts) => assoc_bitmap(bitmap, parts, shift, hash, key, value),
            Node::Array(children) => {
                let place = place_of(hash, shift) as usize;
                let (child, added) = match children[place] {
                    Some(child) => Node::of(child).assoc(shift + BITS, hash, key, value)?,
                    None => (bitmap_node(bit_of(hash, shift + BITS), &[Some(key), Some(value)])?, true),
                };
                let mut new = *children;
                new[place] = Some(&child);
                Ok((array_node(&new)?, added))
            }
            Node::Collision(own, parts) if own == hash => {
                let mut new = parts.to_vec();
                let added = match find_index(parts, key)? {
                    Some(i) => {
                        new[i + 1] = Some(value);
                        false
                    }
                    None => {
                        new.extend([Some(key), Some(value)]);
                        true
                    }
                };
                Ok((collision_node(hash, &new)?, added))
            }
            Node::Collision(own, parts) => {
                let same = collision_node(own, parts)?;
                let above = bitmap_node(bit_of(own, shift), &[None, Some(&same)])?;
                Node::of(&above).assoc(shift, hash, key, value)
            }
        }
    }

    /// Without a key.
    pub(super) fn without(self, shift: u32, hash: u32, key: &Object) -> Result<Removed> {
        match self {
            Node::Bitmap(bitmap, parts) => without_bitmap(bitmap, parts, shift, hash, key),
            Node::Array(children) => without_array(children, shift, hash, key),
            Node::Collision(own, parts) => {
                if own != hash {
                    return Ok(Removed::NotFound);
                }
                let Some(i) = find_index(parts, key)? else { return Ok(Removed::NotFound) };
                let mut new = parts.to_vec();
                new.drain(i..i + 2);
                match new[..] {
                    [] => Ok(Removed::Empty),
                    // One entry needs no collision node.
                    [_, _] => Ok(Removed::Left(bitmap_node(bit_of(hash, shift), &new)?)),
                    _ => Ok(Removed::Left(collision_node(hash, &new)?)),
                }
            }
        }
    }
}

/// The index of a key among keys and values.
fn find_index(parts: &[Option<&Object>], key: &Object) -> Result<Option<usize>> {
    for (i, entry) in parts.chunks_exact(2).enumerate() {
        if let Some(other) = entry[0]
            && same_key(other, key)?
        {
            return Ok(Some(2 * i));
        }
    }
    Ok(None)
}

fn assoc_bitmap(
    bitmap: u32,
    parts: &[Option<&Object>],
    shift: u32,
    hash: u32,
    key: &Object,
    value: &Object,
) -> Result<(Obj, bool)> {
    let bit = bit_of(hash, shift);
    let i = 2 * index_of(bitmap, bit);
    if bitmap & bit == 0 {
        if parts.len() / 2 >= ARRAY_FROM {
            return Ok((grow(bitmap, parts, shift, hash, key, value)?, true));
        }
        let mut new = parts.to_vec();
        new.splice(i..i, [Some(key), Some(value)]);
        return Ok((bitmap_node(bitmap | bit, &new)?, true));
    }
    let mut new = parts.to_vec();
    match (parts[i], parts[i + 1]) {
        (Some(other), _) if same_key(other, key)? => {
            new[i + 1] = Some(value);
            Ok((bitmap_node(bitmap, &new)?, false))
        }
        (Some(other), Some(other_value)) => {
            let child = two(shift + BITS, (fold(other)?, other, other_value), (hash, key, value))?;
            new[i] = None;
            new[i + 1] = Some(&child);
            Ok((bitmap_node(bitmap, &new)?, true))
        }
        (None, Some(child)) => {
            let (child, added) = Node::of(child).assoc(shift + BITS, hash, key, value)?;
            new[i + 1] = Some(&child);
            Ok((bitmap_node(bitmap, &new)?, added))
        }
        (_, None) => Err(err::system_error("hamt node without value")),
    }
}

/// An array node of a full bitmap node's entries and a new one.
fn grow(
    bitmap: u32,
    parts: &[Option<&Object>],
    shift: u32,
    hash: u32,
    key: &Object,
    value: &Object,
) -> Result<Obj> {
    let mut children: [Option<Obj>; 32] = Default::default();
    let places = (0..32).filter(|place| bitmap & (1 << place) != 0);
    for (place, entry) in places.zip(parts.chunks_exact(2)) {
        children[place] = Some(match (entry[0], entry[1]) {
            (Some(key), value) => bitmap_node(bit_of(fold(key)?, shift + BITS), &[Some(key), value])?,
            (None, Some(child)) => child.owned(),
            (None, None) => return Err(err::system_error("hamt node without value")),
        });
    }
    let new = bitmap_node(bit_of(hash, shift + BITS), &[Some(key), Some(value)])?;
    children[place_of(hash, shift) as usize] = Some(new);
    array_node(&core::array::from_fn(|i| children[i].as_deref()))
}

fn without_bitmap(
    bitmap: u32,
    parts: &[Option<&Object>],
    shift: u32,
    hash: u32,
    key: &Object,
) -> Result<Removed> {
    let bit = bit_of(hash, shift);
    if bitmap & bit == 0 {
        return Ok(Removed::NotFound);
    }
    let i = 2 * index_of(bitmap, bit);
    let mut new = parts.to_vec();
    let removed_entry = match (parts[i], parts[i + 1]) {
        (None, Some(child)) => match Node::of(child).without(shift + BITS, hash, key)? {
            Removed::NotFound => return Ok(Removed::NotFound),
            Removed::Empty => true,
            Removed::Left(child) => {
                // A single entry moves up into this node.
                match Node::of(&child) {
                    Node::Bitmap(_, &[Some(key), value]) => {
                        new[i] = Some(key);
                        new[i + 1] = value;
                    }
                    _ => new[i + 1] = Some(&child),
                }
                return Ok(Removed::Left(bitmap_node(bitmap, &new)?));
            }
        },
        (Some(other), _) if same_key(other, key)? => true,
        _ => false,
    };
    if !removed_entry {
        return Ok(Removed::NotFound);
    }
    new.drain(i..i + 2);
    if new.is_empty() {
        return Ok(Removed::Empty);
    }
    Ok(Removed::Left(bitmap_node(bitmap & !bit, &new)?))
}

fn without_array(children: &[Option<&Object>; 32], shift: u32, hash: u32, key: &Object) -> Result<Removed> {
    let place = place_of(hash, shift) as usize;
    let Some(child) = children[place] else { return Ok(Removed::NotFound) };
    let left = match Node::of(child).without(shift + BITS, hash, key)? {
        Removed::NotFound => return Ok(Removed::NotFound),
        Removed::Empty => None,
        Removed::Left(child) => Some(child),
    };
    let mut new = *children;
    new[place] = left.as_deref();
    if new.iter().flatten().count() >= ARRAY_FROM {
        return Ok(Removed::Left(array_node(&new)?));
    }
    let mut bitmap = 0;
    let mut parts = Vec::with_capacity(2 * ARRAY_FROM);
    for (place, child) in new.iter().enumerate() {
        let Some(child) = *child else { continue };
        bitmap |= 1 << place;
        match Node::of(child) {
            Node::Bitmap(_, &[Some(key), value]) => parts.extend([Some(key), value]),
            _ => parts.extend([None, Some(child)]),
        }
    }
    Ok(Removed::Left(bitmap_node(bitmap, &parts)?))
}

// ---- life and death -----------------------------------------------------------------------------------------------

/// The fields that own references.
unsafe fn fields(object: *mut PyObject, head: usize) -> &'static [ObjCell] {
    // SAFETY: a node with its array at `head`; ObjCell is transparent over a pointer.
    unsafe {
        let n = (*object.cast::<PyVarObject>()).ob_size as usize;
        core::slice::from_raw_parts(object.cast::<u8>().add(head).cast::<ObjCell>(), n)
    }
}

unsafe fn array_fields(object: *mut PyObject) -> &'static [ObjCell; 32] {
    // SAFETY: an array node.
    unsafe { &*(&raw const (*object.cast::<PyHamtNode_Array>()).a_array).cast::<[ObjCell; 32]>() }
}

macro_rules! life {
    ($dealloc:ident, $traverse:ident, |$object:ident| $fields:expr) => {
        unsafe extern "C" fn $dealloc($object: *mut PyObject) {
            // SAFETY: the contract of tp_dealloc.
            unsafe {
                crate::gc::untrack($object);
                trashcan($object, $dealloc, || {
                    for field in $fields {
                        drop(field.take());
                    }
                    crate::gc::PyObject_GC_Del($object.cast());
                });
            }
        }
        fn $traverse(this: &Object, visitor: &mut Visitor) {
            let $object = this.as_ptr();
            // SAFETY: a node of the class.
            for field in unsafe { $fields } {
                field.visit(visitor);
            }
        }
    };
}
life!(bitmap_dealloc, traverse_bitmap, |object| fields(object, BITMAP_HEAD));
life!(collision_dealloc, traverse_collision, |object| fields(object, COLLISION_HEAD));
life!(array_dealloc, traverse_array, |object| array_fields(object));
