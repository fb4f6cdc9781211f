//! `_element_iterator`: the elements below an element in document order, or their texts.

use super::element::Element;
use core::cell::RefCell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::slot::CompareOp;
use krait_object::types::none;
use krait_object::{Class, Layout, Obj, Object, Result, payload_class, slot, static_type};

/// An element on the way down, and which of its children comes next.
struct Level {
    element: Obj<Element>,
    next: usize,
}

#[repr(C)]
pub struct ElementIterator {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    /// The way from the root to where we are; never borrowed while Python code runs.
    path: RefCell<Vec<Level>>,
    /// The element to begin with, until then.
    root: ObjCell,
    /// The tag that is looked for, or None for all.
    tag: ObjCell,
    texts: bool,
}

static_type! {
    /// `_element_iterator`
    pub static ElementIterator_Type = {
        tp_name: c"_elementtree._element_iterator".as_ptr(),
        tp_basicsize: size_of::<ElementIterator>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<ElementIterator>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<ElementIterator>(),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(ElementIterator, ElementIterator_Type);

impl Payload for ElementIterator {
    fn traverse(&self, visitor: &mut Visitor) {
        for level in self.path.borrow().iter() {
            visitor.visit(level.element.object());
        }
        self.root.visit(visitor);
        self.tag.visit(visitor);
    }
}

/// An iterator over an element and all below it.
pub fn new(root: &Element, tag: &Object, texts: bool) -> Result<Obj<ElementIterator>> {
    payload::new(ElementIterator::class(), |head| ElementIterator {
        head,
        path: RefCell::new(Vec::new()),
        root: ObjCell::new(root.object().owned()),
        tag: ObjCell::new(tag.owned()),
        texts,
    })
}

/// One step of the walk.
enum Step {
    /// Went down into an element.
    Down(Obj<Element>),
    /// Left an element.
    Up(Obj<Element>),
    End,
}

impl ElementIterator {
    fn step(&self) -> Step {
        let mut path = self.path.borrow_mut();
        let child = match path.last_mut() {
            None => match self.root.take() {
                // SAFETY: made from an element.
                Some(root) => Some(unsafe { root.cast_into::<Element>() }),
                None => return Step::End,
            },
            Some(level) => {
                level.next += 1;
                level.element.child(level.next - 1)
            }
        };
        match child {
            Some(child) => {
                path.push(Level { element: child.clone(), next: 0 });
                Step::Down(child)
            }
            None => path.pop().map_or(Step::End, |level| Step::Up(level.element)),
        }
    }
}

fn next(this: &ElementIterator) -> Result<Option<Obj>> {
    let tag = this.tag.get_or_none();
    loop {
        let text = match this.step() {
            Step::End => return Ok(None),
            Step::Down(element) if this.texts => element.text.get()?,
            Step::Up(element) if this.texts => {
                if this.path.borrow().is_empty() {
                    // The root's tail is not below the root.
                    return Ok(None);
                }
                element.tail.get()?
            }
            Step::Down(element) => {
                if tag.is_none() {
                    return Ok(Some(element.upcast()));
                }
                let own = element.tag();
                if own.is(&*tag) || object::rich_compare_bool(&own, &tag, CompareOp::Eq)? {
                    return Ok(Some(element.upcast()));
                }
                continue;
            }
            Step::Up(_) => continue,
        };
        if !text.is(none::none()) && object::is_true(&text)? {
            return Ok(Some(text));
        }
    }
}
