//! `Element`
//!
//! ```text
//!   0 head   16 tag   24 text   32 tail   40 extra   48 weak references
//! ```

use super::children::Extra;
use super::text::Text;
use super::{methods, sequence};
use core::cell::Cell;
use core::ffi::c_ulong;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, method, payload_class, slot, static_type,
};

/// An element of a tree.
#[repr(C)]
pub struct Element {
    #[allow(dead_code, reason = "the object head")]
    head: Head,
    pub tag: ObjCell,
    pub text: Text,
    pub tail: Text,
    /// NULL, or a box.
    extra: Cell<*mut Extra>,
    weak_references: Cell<*mut PyObject>,
}
const _: () = assert!(size_of::<Element>() == 56);

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(|this: &Element| Ok(this.len())),
    sq_item: slot::ssize_arg(sequence::item),
    sq_ass_item: slot::ssize_obj_arg(sequence::assign),
    ..payload::EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(|this: &Element| Ok(this.len())),
    mp_subscript: slot::subscript(sequence::subscript),
    mp_ass_subscript: slot::obj_obj_arg(sequence::assign_subscript),
};

static_type! {
    /// `Element`
    pub static Element_Type = {
        tp_name: c"xml.etree.ElementTree.Element".as_ptr(),
        tp_basicsize: size_of::<Element>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Element>(),
        tp_repr: slot::unary(repr),
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Element>(),
        tp_clear: payload::clear::<Element>(),
        tp_weaklistoffset: core::mem::offset_of!(Element, weak_references) as Py_ssize_t,
        tp_methods: (&raw mut methods::METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Element, Element_Type);

impl Payload for Element {
    fn traverse(&self, visitor: &mut Visitor) {
        self.tag.visit(visitor);
        self.text.visit(visitor);
        self.tail.visit(visitor);
        // SAFETY: NULL or our box.
        if let Some(extra) = unsafe { self.extra.get().as_ref() } {
            extra.visit(visitor);
        }
    }

    fn clear(&self) {
        self.tag.set_opt(None);
        self.text.clear();
        self.tail.clear();
        self.clear_extra();
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.clear_extra();
    }
}

/// A new element. The attributes are taken as they are, not copied.
pub fn create(tag: &Object, attrib: Option<&Object>) -> Result<Obj<Element>> {
    create_of(Element::class(), tag, attrib)
}

fn create_of(class: &Type, tag: &Object, attrib: Option<&Object>) -> Result<Obj<Element>> {
    let extra = match attrib {
        Some(attrib) if dict::len(attrib) > 0 => Box::into_raw(Extra::new(Some(attrib.owned()))),
        _ => null_mut(),
    };
    let made = payload::new(class, |head| Element {
        head,
        tag: ObjCell::new(tag.owned()),
        text: Text::none(),
        tail: Text::none(),
        extra: Cell::new(extra),
        weak_references: Cell::new(null_mut()),
    });
    if made.is_err() && !extra.is_null() {
        // SAFETY: nobody has taken the box.
        drop(unsafe { Box::from_raw(extra) });
    }
    made
}

impl Element {
    /// Attributes and children, if there have ever been any. The box may go when Python code runs: no reference to it
    /// is kept across calls that can run some.
    #[inline]
    pub fn extra(&self) -> Option<&Extra> {
        // SAFETY: NULL or our box.
        unsafe { self.extra.get().as_ref() }
    }

    /// The same, made if there are none.
    pub fn ensure_extra(&self) -> &Extra {
        if self.extra.get().is_null() {
            self.extra.set(Box::into_raw(Extra::new(None)));
        }
        // SAFETY: our box.
        unsafe { &*self.extra.get() }
    }

    /// Drops attributes and children; the field is empty before anything dies.
    pub fn clear_extra(&self) {
        let extra = self.extra.replace(null_mut());
        if !extra.is_null() {
            // SAFETY: our box, which nobody reaches any more.
            drop(unsafe { Box::from_raw(extra) });
        }
    }

    /// The number of children.
    #[inline]
    pub fn len(&self) -> usize {
        self.extra().map_or(0, Extra::len)
    }

    /// A child.
    #[inline]
    pub fn child(&self, index: usize) -> Option<Obj<Element>> {
        let child = self.extra()?.get(index)?;
        // SAFETY: children are elements.
        Some(unsafe { child.cast_into::<Element>() })
    }

    /// Adds a child at the end.
    pub fn add(&self, child: &Object) -> Result<()> {
        self.ensure_extra().push(child.owned())
    }

    /// The attributes, a dict that is made if there is none.
    pub fn attributes(&self) -> Result<Obj> {
        if let Some(attrib) = self.extra().and_then(|extra| extra.attrib.get()) {
            return Ok(attrib);
        }
        let attrib = dict::new()?;
        self.ensure_extra().attrib.set(attrib.clone());
        Ok(attrib)
    }

    /// The tag.
    pub fn tag(&self) -> Obj {
        self.tag.get_or_none()
    }
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    Ok(create_of(class, none::none(), None)?.upcast())
}

/// `attrib=` out of keyword arguments, and the rest of them as attributes.
fn attributes_from_keywords(kw: &Object) -> Result<Obj> {
    let all = dict::copy(kw)?;
    let Some(attrib) = dict::pop(&all, krait_object::intern!("attrib"))? else { return Ok(all) };
    if !dict::check(&attrib) {
        return Err(err::type_error(format_args!(
            "attrib must be dict, not {:.100}",
            attrib.class_of().name()
        )));
    }
    let merged = dict::copy(&attrib)?;
    dict::update(&merged, &all)?;
    Ok(merged)
}

/// The attributes that a call gives: a dict argument and keywords.
fn given_attributes(
    function: &str,
    index: usize,
    attrib: Option<&Object>,
    kw: Option<&Object>,
) -> Result<Option<Obj>> {
    match (attrib, kw) {
        (Some(attrib), _) if !dict::check(attrib) => {
            Err(crate::support::wrong_type(function, index, "dict", attrib))
        }
        (Some(attrib), kw) => {
            let copy = dict::copy(attrib)?;
            if let Some(kw) = kw {
                dict::update(&copy, kw)?;
            }
            Ok(Some(copy))
        }
        (None, Some(kw)) => attributes_from_keywords(kw).map(Some),
        (None, None) => Ok(None),
    }
}

fn init(this: &Element, args: &Object, kw: Option<&Object>) -> Result<()> {
    let given = tuple::items(args);
    crate::support::check_count("Element", given.len(), 1, 2)?;
    let attrib = given_attributes("Element", 2, given.get(1).copied(), kw)?;
    if let Some(attrib) = attrib
        && dict::len(&attrib) > 0
    {
        this.ensure_extra().attrib.set(attrib);
    }
    this.tag.set(given[0].owned());
    this.text.set(none::none().owned());
    this.tail.set(none::none().owned());
    Ok(())
}

/// `SubElement(parent, tag, attrib={}, **extra)`
pub fn sub_element(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj<Element>> {
    let given = tuple::items(args);
    crate::support::check_count("SubElement", given.len(), 2, 3)?;
    let parent = given[0].downcast::<Element>().ok_or_else(|| {
        crate::support::wrong_type("SubElement", 1, "xml.etree.ElementTree.Element", given[0])
    })?;
    let attrib = given_attributes("SubElement", 3, given.get(2).copied(), kw)?;
    let element = create(given[1], attrib.as_deref())?;
    parent.add(element.object())?;
    Ok(element)
}

fn repr(this: &Element) -> Result<Obj> {
    let tag = this.tag.get();
    let Some(tag) = tag else {
        return unicode::from_display(format_args!("<Element at {:p}>", this.object().as_ptr()));
    };
    let Some(_guard) = object::repr_enter(this.object())? else {
        return Err(err::runtime_error(format_args!(
            "reentrant call inside {}.__repr__",
            this.object().class_of().name()
        )));
    };
    let mut out = unicode::Builder::new();
    out.push_str("<Element ");
    out.push_object(&*object::repr(&tag)?);
    out.push_str(&format!(" at {:p}>", this.object().as_ptr()));
    out.finish()
}

krait_object::getsets! {
    static GETSETS = [
        method::getset(c"tag", |this: &Element| Ok(this.tag()), set_tag, c"What the element is, a string as a rule"),
        method::getset(c"text", |this: &Element| this.text.get(), set_text, c"The text behind the start tag, or None"),
        method::getset(c"tail", |this: &Element| this.tail.get(), set_tail, c"The text behind the end tag, or None"),
        method::getset(c"attrib", |this: &Element| this.attributes(), set_attrib, c"The attributes, a dictionary"),
    ];
}

/// The value to set; attributes cannot be deleted.
fn given(value: Option<&Object>) -> Result<&Object> {
    value.ok_or_else(|| err::attribute_error("can't delete element attribute"))
}

fn set_tag(this: &Element, value: Option<&Object>) -> Result<()> {
    this.tag.set(given(value)?.owned());
    Ok(())
}

fn set_text(this: &Element, value: Option<&Object>) -> Result<()> {
    this.text.set(given(value)?.owned());
    Ok(())
}

fn set_tail(this: &Element, value: Option<&Object>) -> Result<()> {
    this.tail.set(given(value)?.owned());
    Ok(())
}

fn set_attrib(this: &Element, value: Option<&Object>) -> Result<()> {
    let value = given(value)?;
    if !dict::check(value) {
        return Err(err::type_error(format_args!(
            "attrib must be dict, not {:.200}",
            value.class_of().name()
        )));
    }
    let old = this.ensure_extra().attrib.replace(Some(value.owned()));
    drop(old);
    Ok(())
}

/// An argument that must be an element (`O!`).
pub fn expect<'a>(function: &str, which: &str, given: &'a Object) -> Result<&'a Element> {
    given
        .downcast::<Element>()
        .ok_or_else(|| crate::support::bad_argument(function, which, "xml.etree.ElementTree.Element", given))
}

/// The `TypeError` for something else among children.
#[cold]
pub fn not_an_element(given: &Object) -> Raised {
    err::type_error(format_args!("expected an Element, not \"{:.200}\"", given.class_of().name()))
}
