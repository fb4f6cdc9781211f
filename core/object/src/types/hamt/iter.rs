//! Iteration over a trie, in the order of the hashes' five-bit groups, lowest first.

use super::*;
use crate::payload;
use crate::payload::Head;
use core::cell::RefCell;

/// How deep a trie can be: seven groups of five bits, and a collision node below them.
const DEPTH: usize = 8;

/// Walks the entries of a trie. Holds the root, and so everything below it.
pub struct Entries {
    root: Obj,
    /// Nodes on the path, borrowed from the root, with the next position in each.
    path: [(*mut PyObject, usize); DEPTH],
    depth: usize,
}

impl Entries {
    /// Before the first entry.
    pub fn new(hamt: &Hamt) -> Entries {
        let root = super::root(hamt);
        let mut path = [(null_mut(), 0); DEPTH];
        path[0].0 = root.as_ptr();
        let depth = usize::from(len(hamt) > 0);
        Entries { root, path, depth }
    }

    /// The next entry's key and value.
    #[expect(clippy::should_implement_trait, reason = "no iterator adapters are wanted here")]
    pub fn next(&mut self) -> Option<(Obj, Obj)> {
        let _ = &self.root;
        while self.depth > 0 {
            let (node, position) = self.path[self.depth - 1];
            // SAFETY: the root keeps the nodes on the path alive.
            let node = Node::of(unsafe { Object::from_ptr(node) });
            let (next, found) = match node {
                Node::Array(children) => {
                    match (position..32).find_map(|i| children[i].map(|child| (i + 1, child))) {
                        Some((next, child)) => (next, Some((None, child))),
                        None => (32, None),
                    }
                }
                Node::Bitmap(_, parts) | Node::Collision(_, parts) => match parts.get(position..position + 2)
                {
                    Some(&[key, Some(value)]) => (position + 2, Some((key, value))),
                    _ => (position, None),
                },
            };
            self.path[self.depth - 1].1 = next;
            match found {
                None => self.depth -= 1,
                Some((Some(key), value)) => return Some((key.owned(), value.owned())),
                Some((None, child)) => {
                    self.path[self.depth] = (child.as_ptr(), 0);
                    self.depth += 1;
                }
            }
        }
        None
    }
}

/// What an iterator yields.
#[derive(Clone, Copy)]
enum What {
    Keys,
    Values,
    Items,
}

/// An iterator, which also knows the number of entries of its trie.
#[repr(C)]
pub struct Walker {
    head: Head,
    hamt: ObjCell,
    entries: RefCell<Option<Entries>>,
    what: What,
}

// SAFETY: repr(C) with a Head first; other fields are cells or never change.
unsafe impl Layout for Walker {}

macro_rules! walkers {
    ($($class:ident $name:literal $doc:literal;)*) => {$(
        crate::static_type! {
            #[doc = $doc]
            #[unsafe(no_mangle)]
            pub static $class = {
                tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
                tp_name: $name.as_ptr(), tp_basicsize: size_of::<Walker>() as isize,
                tp_dealloc: Some(dealloc), tp_as_mapping: &raw mut WALKER_MAPPING,
                tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
                tp_traverse: slot::traverse(traverse), tp_clear: slot::clear(clear),
                tp_iter: Some(crate::protocol::object::PyObject_SelfIter), tp_iternext: slot::iternext(next)
            };
        }
    )*};
}
walkers! {
    _PyHamtItems_Type c"items" "Iterator over the items.";
    _PyHamtKeys_Type c"keys" "Iterator over the keys.";
    _PyHamtValues_Type c"values" "Iterator over the values.";
}

static mut WALKER_MAPPING: PyMappingMethods =
    PyMappingMethods { mp_length: slot::len(walker_len), ..EMPTY_MAPPING };

fn make(class: *mut PyTypeObject, hamt: &Hamt, what: What) -> Result<Obj> {
    let memory = crate::gc::new_object(class)?;
    // SAFETY: new memory of the class's size; the head that was made is kept.
    unsafe {
        let head = core::ptr::read(memory.cast::<Head>());
        memory.cast::<Walker>().write(Walker {
            head,
            hamt: ObjCell::new(hamt.owned()),
            entries: RefCell::new(Some(Entries::new(hamt))),
            what,
        });
        crate::gc::track(memory);
        Ok(Obj::from_owned_ptr(memory))
    }
}

/// `_PyHamt_NewIterKeys`.
pub fn keys(hamt: &Hamt) -> Result<Obj> {
    make(&raw mut _PyHamtKeys_Type, hamt, What::Keys)
}

/// `_PyHamt_NewIterValues`.
pub fn values(hamt: &Hamt) -> Result<Obj> {
    make(&raw mut _PyHamtValues_Type, hamt, What::Values)
}

/// `_PyHamt_NewIterItems`.
pub fn items(hamt: &Hamt) -> Result<Obj> {
    make(&raw mut _PyHamtItems_Type, hamt, What::Items)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc; the fields are dropped once.
    unsafe {
        crate::gc::untrack(object);
        clear(Object::from_ptr(object).cast_unchecked::<Walker>());
        crate::gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &Walker, visitor: &mut Visitor) {
    this.hamt.visit(visitor);
    if let Ok(entries) = this.entries.try_borrow()
        && let Some(entries) = &*entries
    {
        visitor.visit(&entries.root);
    }
}

fn clear(this: &Walker) {
    let entries = this.entries.try_borrow_mut().ok().and_then(|mut entries| entries.take());
    drop(entries);
    drop(this.hamt.take());
}

fn walker_len(this: &Walker) -> Result<usize> {
    // SAFETY: the field holds a hamt.
    Ok(this.hamt.get().map_or(0, |hamt| len(unsafe { hamt.cast_unchecked::<Hamt>() })))
}

fn next(this: &Walker) -> Result<Option<Obj>> {
    let entry = this.entries.borrow_mut().as_mut().and_then(Entries::next);
    let Some((key, value)) = entry else { return Ok(None) };
    Ok(Some(match this.what {
        What::Keys => key,
        What::Values => value,
        What::Items => crate::types::tuple::pack([key, value])?,
    }))
}

const _: () = payload::assert_head_first::<Walker>(core::mem::offset_of!(Walker, head));
