//! `itertools.cycle`

use super::{class_of, iterator_type, no_keywords, state_items};
use crate::support::{int, wrong_type};
use core::cell::Cell;
use krait_object::args::check_positional;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter};
use krait_object::types::list::List;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, list, long, tuple};
use krait_object::{Layout, Obj, Object, Result, intern, method};

/// The items of an iterable over and over.
#[repr(C)]
pub struct Cycle {
    head: Head,
    /// The iterator until it has ended.
    iterator: ObjCell,
    /// A list of the items seen.
    saved: ObjCell,
    index: Cell<usize>,
    /// Whether all items have been saved already: only after unpickling.
    first_pass_done: Cell<bool>,
}

iterator_type! {
    /// `itertools.cycle`
    Cycle_Type of Cycle = c"itertools.cycle", new: tp_new, next: next, methods: METHODS,
    doc: c"cycle(iterable, /)\n--\n\nThe items of the iterable, and then the same again, endlessly.",
    tp_clear: payload::clear::<Cycle>(),
}

impl Payload for Cycle {
    fn traverse(&self, visitor: &mut Visitor) {
        self.iterator.visit(visitor);
        self.saved.visit(visitor);
    }

    fn clear(&self) {
        drop(self.iterator.take());
        drop(self.saved.take());
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    no_keywords::<Cycle>(class, "cycle", kw)?;
    let args = tuple::items(args);
    check_positional("cycle", args.len(), 1, 1)?;
    let iterator = iter::get_iter(args[0])?;
    let saved = list::new()?;
    let new = payload::new(class, |head| Cycle {
        head,
        iterator: ObjCell::new(iterator),
        saved: ObjCell::new(saved),
        index: Cell::new(0),
        first_pass_done: Cell::new(false),
    })?;
    Ok(new.upcast())
}

fn next(this: &Cycle) -> Result<Option<Obj>> {
    let Some(saved) = this.saved.get() else { return Ok(None) };
    let Some(saved) = saved.downcast::<List>() else { return Ok(None) };
    if let Some(iterator) = this.iterator.get() {
        if let Some(item) = iter::next(&iterator)? {
            if !this.first_pass_done.get() {
                saved.append(&item)?;
            }
            return Ok(Some(item));
        }
        drop(this.iterator.take());
    }
    let index = this.index.get();
    let item = saved.get(index);
    this.index.set(if index + 1 >= saved.len() { 0 } else { index + 1 });
    Ok(item)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
    ];
}

fn reduce(this: &Cycle) -> Result<Obj> {
    let saved = this.saved.get_or_none();
    let (iterator, done) = match this.iterator.get() {
        Some(iterator) => (iterator, this.first_pass_done.get()),
        None => {
            let iterator = iter::get_iter(&saved)?;
            if this.index.get() != 0 {
                let index = long::from_u64(this.index.get() as u64)?;
                call::call_method(&iterator, intern!("__setstate__"), &[&index])?;
            }
            (iterator, true)
        }
    };
    let state = tuple::pack([saved, bools::from_bool(done)])?;
    tuple::pack([class_of(this), tuple::pack([iterator])?, state])
}

fn set_state(this: &Cycle, state: &Object) -> Result<()> {
    let items = state_items(state, 2, 2)?;
    if !list::check(items[0]) {
        return Err(wrong_type("", 1, "list", items[0]));
    }
    let done = int(items[1])? != 0;
    this.saved.set(items[0].owned());
    this.first_pass_done.set(done);
    this.index.set(0);
    Ok(())
}

const _: () = assert!(size_of::<Cycle>() == 48);
