//! `itertools.zip_longest`

use super::{Reused, class_of, iterator_type};
use core::cell::Cell;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::iter;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, tuple};
use krait_object::{Layout, Obj, Object, Result, err, method};

/// Tuples of items of each iterable, as many as the longest has.
#[repr(C)]
pub struct ZipLongest {
    head: Head,
    /// The iterators that have not ended.
    iterators: Box<[ObjCell]>,
    /// How many have not ended.
    active: Cell<usize>,
    result: Reused,
    /// What stands for items of iterables that have ended.
    fill: ObjCell,
}

iterator_type! {
    /// `itertools.zip_longest`
    ZipLongest_Type of ZipLongest = c"itertools.zip_longest", new: tp_new, next: next, methods: METHODS,
    doc: c"zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\nTuples of one item of each iterable, until the longest of them has ended. Those that\nend before are filled up with the fillvalue, which is None if none is given.\n",
    tp_clear: payload::clear::<ZipLongest>(),
}

impl Payload for ZipLongest {
    fn traverse(&self, visitor: &mut Visitor) {
        for iterator in &self.iterators {
            iterator.visit(visitor);
        }
        self.result.visit(visitor);
        self.fill.visit(visitor);
    }

    fn clear(&self) {
        for iterator in &self.iterators {
            drop(iterator.take());
        }
        drop(self.result.0.take());
        drop(self.fill.take());
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let mut fill = None;
    if let Some(kw) = kw.filter(|kw| dict::len(kw) != 0) {
        fill = dict::get_str(kw, "fillvalue")?;
        if fill.is_none() || dict::len(kw) > 1 {
            return Err(err::type_error("zip_longest() got an unexpected keyword argument"));
        }
    }
    let iterators = tuple::items(args)
        .iter()
        .map(|item| iter::get_iter(item).map(ObjCell::new))
        .collect::<Result<Box<[_]>>>()?;
    let new = payload::new(class, |head| ZipLongest {
        head,
        active: Cell::new(iterators.len()),
        iterators,
        result: Reused::empty(),
        fill: ObjCell::from_option(fill),
    })?;
    Ok(new.upcast())
}

fn next(this: &ZipLongest) -> Result<Option<Obj>> {
    if this.active.get() == 0 {
        return Ok(None);
    }
    let mut items = Vec::with_capacity(this.iterators.len());
    for cell in &this.iterators {
        let Some(iterator) = cell.get() else {
            items.push(this.fill.get_or_none());
            continue;
        };
        match iter::next(&iterator) {
            Ok(Some(item)) => items.push(item),
            Ok(None) => {
                this.active.set(this.active.get().saturating_sub(1));
                if this.active.get() == 0 {
                    return Ok(None);
                }
                drop(cell.take());
                items.push(this.fill.get_or_none());
            }
            Err(raised) => {
                this.active.set(0);
                return Err(raised);
            }
        }
    }
    let mut items = items.into_iter();
    this.result.next(0, this.iterators.len(), |_| items.next().ok_or_else(err::bad_internal_call)).map(Some)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
    ];
}

fn reduce(this: &ZipLongest) -> Result<Obj> {
    let iterators = &this.iterators;
    let args = tuple::from_fn(iterators.len(), |i| iterators[i].get().unwrap_or_else(tuple::empty))?;
    tuple::pack([class_of(this), args, this.fill.get_or_none()])
}

fn set_state(this: &ZipLongest, state: &Object) -> Result<()> {
    this.fill.set(state.owned());
    Ok(())
}

const _: () = assert!(size_of::<ZipLongest>() == 56);
