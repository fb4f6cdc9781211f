//! `itertools.repeat`

use super::{class_of, iterator_type};
use crate::support::ssize;
use core::cell::Cell;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, slot};

/// One object over and over.
#[repr(C)]
pub struct Repeat {
    head: Head,
    element: ObjCell,
    /// How many times are left, or -1 without a limit.
    left: Cell<isize>,
}

iterator_type! {
    /// `itertools.repeat`
    Repeat_Type of Repeat = c"itertools.repeat", new: tp_new, next: next, methods: METHODS,
    doc: c"repeat(object [,times]) -> an iterator over the object again and again, times times\nor endlessly.",
    tp_repr: slot::unary(repr),
}

impl Payload for Repeat {
    fn traverse(&self, visitor: &mut Visitor) {
        self.element.visit(visitor);
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("repeat", ["object", "times"]).required(1).parsed();
    let [element, times] = SIGNATURE.bind_tuple(args, kw)?;
    let left = times.map_or(Ok(-1), |times| ssize(times).map(|times| times.max(0)))?;
    let element = element.ok_or_else(err::bad_internal_call)?.owned();
    let new =
        payload::new(class, |head| Repeat { head, element: ObjCell::new(element), left: Cell::new(left) })?;
    Ok(new.upcast())
}

fn next(this: &Repeat) -> Result<Option<Obj>> {
    match this.left.get() {
        0 => return Ok(None),
        -1 => {}
        left => this.left.set(left - 1),
    }
    Ok(this.element.get())
}

fn repr(this: &Repeat) -> Result<Obj> {
    let element = object::repr(&*this.element.get_or_none())?;
    let mut text = unicode::Builder::new();
    text.push_str("repeat(");
    text.push_object(&element);
    if this.left.get() != -1 {
        text.push_str(&format!(", {}", this.left.get()));
    }
    text.push_str(")");
    text.finish()
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__length_hint__", length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
    ];
}

fn length_hint(this: &Repeat) -> Result<usize> {
    usize::try_from(this.left.get()).map_err(|_| err::type_error("len() of unsized object"))
}

fn reduce(this: &Repeat) -> Result<Obj> {
    let element = this.element.get_or_none();
    let args = match this.left.get() {
        -1 => tuple::pack([element])?,
        left => tuple::pack([element, long::from_i64(left as i64)?])?,
    };
    tuple::pack([class_of(this), args])
}

const _: () = assert!(size_of::<Repeat>() == 32);
