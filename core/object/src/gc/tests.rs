//! The collector on objects of a class made for it: two references each, an optional finalizer.

use super::*;
use crate::cell::{ObjCell, Visitor};
use crate::handle::Layout;
use crate::payload::{EMPTY_TYPE, Head};
use crate::slot;
use crate::testing::with_gil;
use core::cell::Cell;

#[repr(C)]
struct Node {
    head: Head,
    left: ObjCell,
    right: ObjCell,
    weak: Cell<*mut PyObject>,
}
// SAFETY: repr(C) with the head first; other fields are cells.
unsafe impl Layout for Node {}

static mut NODE: PyTypeObject = PyTypeObject {
    ob_base: crate::type_head!(),
    tp_name: c"Node".as_ptr(),
    tp_basicsize: size_of::<Node>() as isize,
    tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
    tp_dealloc: Some(dealloc),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    ..EMPTY_TYPE
};
static mut FINALIZED_NODE: PyTypeObject =
    // SAFETY: a copy of plain data.
    PyTypeObject {
        tp_finalize: Some(finalize),
        tp_name: c"Finalized".as_ptr(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        ob_base: crate::type_head!(),
        tp_basicsize: size_of::<Node>() as isize,
        tp_dealloc: Some(dealloc),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        ..EMPTY_TYPE
    };

thread_local! {
    static ALIVE: Cell<isize> = const { Cell::new(0) };
    static FINALIZERS: Cell<isize> = const { Cell::new(0) };
    static SAVES: Cell<bool> = const { Cell::new(false) };
    static SAVED: Cell<*mut PyObject> = const { Cell::new(null_mut()) };
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        untrack(object);
        refcount::trashcan(object, dealloc, || {
            clear(Object::from_ptr(object).cast_unchecked::<Node>());
            PyObject_GC_Del(object.cast());
            ALIVE.set(ALIVE.get() - 1);
        });
    }
}

/// Brings the object back to life when asked to.
unsafe extern "C" fn finalize(object: *mut PyObject) {
    FINALIZERS.set(FINALIZERS.get() + 1);
    if SAVES.replace(false) {
        // SAFETY: a live object.
        unsafe { refcount::incref(object) };
        SAVED.set(object);
    }
}

fn traverse(this: &Node, visitor: &mut Visitor) {
    this.left.visit(visitor);
    this.right.visit(visitor);
}

fn clear(this: &Node) {
    drop(this.left.take());
    drop(this.right.take());
}

fn node_of(class: *mut PyTypeObject) -> Obj<Node> {
    let memory = new_object(class).expect("memory");
    // SAFETY: new memory of the class's size.
    unsafe {
        let node = memory.cast::<Node>();
        (&raw mut (*node).left).write(ObjCell::empty());
        (&raw mut (*node).right).write(ObjCell::empty());
        (&raw mut (*node).weak).write(Cell::new(null_mut()));
        track(memory);
        ALIVE.set(ALIVE.get() + 1);
        Obj::from_owned_ptr(memory)
    }
}

fn node() -> Obj<Node> {
    node_of(&raw mut NODE)
}

/// A full collection; how many nodes of this thread are left. Tests of other threads have no garbage of this class at
/// this time, as they hold the GIL while they have.
fn collect_all() -> isize {
    collect_generation(2).expect("generation");
    ALIVE.get()
}

#[test]
fn cycles_die_and_the_rest_lives() {
    with_gil(|| {
        let kept = node();
        {
            let (a, b, c) = (node(), node(), node());
            a.left.set(b.clone());
            b.left.set(a.clone());
            b.right.set(c.clone());
            kept.left.set(c.clone());
            c.right.set(c.clone());
        }
        assert_eq!(ALIVE.get(), 4);
        assert_eq!(collect_all(), 2);
        drop(kept);
        assert_eq!(collect_all(), 0);
    });
}

#[test]
fn generations_age() {
    with_gil(|| {
        let kept = node();
        let in_generation = |i: usize| {
            // SAFETY: live lists.
            unsafe {
                let list = &raw mut (*generation(current_state(), i)).head;
                let mut head = (*list)._gc_next as *mut PyGC_Head;
                while head != list {
                    if object_of(head) == kept.as_ptr_object() {
                        return true;
                    }
                    head = (*head)._gc_next as *mut PyGC_Head;
                }
                false
            }
        };
        assert!(in_generation(0));
        collect_generation(0).unwrap();
        assert!(in_generation(1));
        collect_generation(1).unwrap();
        assert!(in_generation(2));
        inspect::freeze();
        assert!(!in_generation(2) && inspect::freeze_count() >= 1);
        inspect::unfreeze();
        assert!(in_generation(2));
    });
}

impl Obj<Node> {
    fn as_ptr_object(&self) -> *mut PyObject {
        self.object().as_ptr()
    }
}

#[test]
fn finalizers_run_once_and_may_resurrect() {
    with_gil(|| {
        FINALIZERS.set(0);
        {
            let (a, b) = (node_of(&raw mut FINALIZED_NODE), node());
            a.left.set(b.clone());
            b.left.set(a.clone());
        }
        SAVES.set(true);
        assert_eq!(collect_all(), 2);
        assert_eq!(FINALIZERS.get(), 1);
        // SAFETY: the finalizer took a reference.
        drop(unsafe { Obj::<Object>::from_owned_ptr(SAVED.replace(null_mut())) });
        assert_eq!(collect_all(), 0);
        assert_eq!(FINALIZERS.get(), 1);
    });
}

#[test]
fn deep_structures_do_not_overflow_the_stack() {
    with_gil(|| {
        let mut head = node();
        for _ in 0..300_000 {
            let next = node();
            next.left.set(head);
            head = next;
        }
        drop(head);
        assert_eq!(ALIVE.get(), 0);
    });
}

#[test]
fn many_objects_start_collections() {
    with_gil(|| {
        let before = inspect::stats()[0].collections;
        for _ in 0..5000 {
            let a = node();
            a.left.set(a.clone());
        }
        assert!(inspect::stats()[0].collections > before);
        assert_eq!(collect_all(), 0);
    });
}
