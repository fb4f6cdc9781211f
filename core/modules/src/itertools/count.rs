//! `itertools.count`

use super::{class_of, iterator_type};
use core::cell::Cell;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, slot};

/// Numbers at equal distances, without end.
#[repr(C)]
pub struct Count {
    head: Head,
    /// The next number while that is small, an int, and the step is 1.
    small: Cell<isize>,
    /// The next number otherwise.
    next: ObjCell,
    step: ObjCell,
}

iterator_type! {
    /// `itertools.count`
    Count_Type of Count = c"itertools.count", new: tp_new, next: next, methods: METHODS,
    doc: c"count(start=0, step=1)\n--\n\nNumbers that begin with start and are step apart.",
    tp_repr: slot::unary(repr),
}

impl Payload for Count {
    fn traverse(&self, visitor: &mut Visitor) {
        self.next.visit(visitor);
        self.step.visit(visitor);
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("count", ["start", "step"]).required(0).parsed();
    let [start, step] = SIGNATURE.bind_tuple(args, kw)?;
    if [start, step].into_iter().flatten().any(|given| !number::check(given)) {
        return Err(err::type_error("a number is required"));
    }
    let step = step.unwrap_or(long::small(1));
    let start = start.unwrap_or(long::small(0));
    let counts_by_one = long::check(step) && long::as_i64_opt(step) == Some(1);
    let small = if counts_by_one && long::check(start) { long::as_i64_opt(start) } else { None };
    let next = if small.is_some() { None } else { Some(start.owned()) };
    let new = payload::new(class, |head| Count {
        head,
        small: Cell::new(small.unwrap_or(0) as isize),
        next: ObjCell::from_option(next),
        step: ObjCell::new(step.owned()),
    })?;
    Ok(new.upcast())
}

fn next(this: &Count) -> Result<Option<Obj>> {
    if this.next.is_empty() {
        let number = this.small.get();
        if number != isize::MAX {
            this.small.set(number + 1);
            return long::from_i64(number as i64).map(Some);
        }
        this.next.set(long::from_i64(number as i64)?);
    }
    let number = this.next.get_or_none();
    let following = number::add(&number, &*this.step.get_or_none())?;
    this.next.set(following);
    Ok(Some(number))
}

/// The next number.
fn upcoming(this: &Count) -> Result<Obj> {
    match this.next.get() {
        Some(next) => Ok(next),
        None => long::from_i64(this.small.get() as i64),
    }
}

fn repr(this: &Count) -> Result<Obj> {
    let mut text = unicode::Builder::new();
    text.push_str("count(");
    text.push_object(&*object::repr(&*upcoming(this)?)?);
    let step = this.step.get_or_none();
    if !long::check(&step) || long::as_i64_opt(&step) != Some(1) {
        text.push_str(", ");
        text.push_object(&*object::repr(&step)?);
    }
    text.push_str(")");
    text.finish()
}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Return state information for pickling.")];
}

fn reduce(this: &Count) -> Result<Obj> {
    let args = if this.next.is_empty() {
        tuple::pack([upcoming(this)?])?
    } else {
        tuple::pack([upcoming(this)?, this.step.get_or_none()])?
    };
    tuple::pack([class_of(this), args])
}

const _: () = assert!(size_of::<Count>() == 40);
