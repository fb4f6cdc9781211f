//! `itertools.chain`

use super::{class_of, iterator_type, no_keywords, state_items};
use krait_abi::METH_CLASS;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::iter;
use krait_object::types::typeobject::Type;
use krait_object::types::{genericalias, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method};

/// The items of one iterable after those of the other.
#[repr(C)]
pub struct Chain {
    head: Head,
    /// The iterator over the iterables, until it has ended.
    source: ObjCell,
    /// The iterator that items come from.
    active: ObjCell,
}

iterator_type! {
    /// `itertools.chain`
    Chain_Type of Chain = c"itertools.chain", new: tp_new, next: next, methods: METHODS,
    doc: c"chain(*iterables) --> chain object\n\nThe items of the first iterable, then those of the second, and so on.",
}

impl Payload for Chain {
    fn traverse(&self, visitor: &mut Visitor) {
        self.active.visit(visitor);
        self.source.visit(visitor);
    }
}

fn make(class: &Type, source: Obj) -> Result<Obj> {
    let new =
        payload::new(class, |head| Chain { head, source: ObjCell::new(source), active: ObjCell::empty() })?;
    Ok(new.upcast())
}

/// `chain(first, rest)`, for other iterators' pickles.
pub fn of_two(first: Obj, rest: Obj) -> Result<Obj> {
    make(Chain::class(), iter::get_iter(&*tuple::pack([first, rest])?)?)
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    no_keywords::<Chain>(class, "chain", kw)?;
    make(class, iter::get_iter(args)?)
}

fn from_iterable(class: &Object, iterable: &Object) -> Result<Obj> {
    let class = class.downcast::<Type>().ok_or_else(err::bad_internal_call)?;
    make(class, iter::get_iter(iterable)?)
}

fn next(this: &Chain) -> Result<Option<Obj>> {
    loop {
        if let Some(active) = this.active.get() {
            if let Some(item) = iter::next(&active)? {
                return Ok(Some(item));
            }
            drop(this.active.take());
        }
        let Some(source) = this.source.get() else { return Ok(None) };
        let active = match iter::next(&source) {
            Ok(Some(iterable)) => iter::get_iter(&iterable).map(Some),
            Ok(None) => Ok(None),
            Err(raised) => Err(raised),
        };
        match active {
            Ok(Some(active)) => this.active.set(active),
            other => {
                drop(this.source.take());
                return other;
            }
        }
    }
}

krait_object::methods! {
    static METHODS = [
        method::with_flags(method::o::<Object, _, _>(c"from_iterable", from_iterable, c"from_iterable($type, iterable, /)\n--\n\nchain() whose iterables come from one iterable, as they are needed."), METH_CLASS),
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
        method::with_flags(method::o::<Object, _, _>(c"__class_getitem__", genericalias::new, c"See PEP 585"), METH_CLASS),
    ];
}

fn reduce(this: &Chain) -> Result<Obj> {
    let class = class_of(this);
    let Some(source) = this.source.get() else {
        return tuple::pack([class, tuple::empty()]);
    };
    let state = match this.active.get() {
        Some(active) => tuple::pack([source, active])?,
        None => tuple::pack([source])?,
    };
    tuple::pack([class, tuple::empty(), state])
}

fn set_state(this: &Chain, state: &Object) -> Result<()> {
    let items = state_items(state, 1, 2)?;
    if !items.iter().all(|item| iter::check(item)) {
        return Err(err::type_error("Arguments must be iterators."));
    }
    this.source.set(items[0].owned());
    this.active.set_opt(items.get(1).map(|active| (*active).owned()));
    Ok(())
}

const _: () = assert!(size_of::<Chain>() == 32);
