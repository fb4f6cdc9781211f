//! `itertools.islice`

use super::{class_of, iterator_type, no_keywords};
use core::cell::Cell;
use krait_object::args::check_positional;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{iter, number};
use krait_object::types::typeobject::Type;
use krait_object::types::{exceptions, list, long, none, tuple};
use krait_object::{Layout, Obj, Object, Result, err, method};

/// Some of an iterable's items, by their places.
#[repr(C)]
pub struct Islice {
    head: Head,
    /// The iterator until the end has been reached.
    iterator: ObjCell,
    /// The place of the next item.
    next: Cell<isize>,
    /// Or -1 without an end.
    stop: isize,
    step: isize,
    /// How many items have been read.
    count: Cell<isize>,
}

iterator_type! {
    /// `itertools.islice`
    Islice_Type of Islice = c"itertools.islice", new: tp_new, next: next, methods: METHODS,
    doc: c"islice(iterable, stop) --> islice object\nislice(iterable, start, stop[, step]) --> islice object\n\nThe items at chosen places of the iterable: those before start are skipped, step\nsays how far apart the items are (1 if it is left out), and stop where they end.\nLike a slice of a list, but as an iterator.",
}

impl Payload for Islice {
    fn traverse(&self, visitor: &mut Visitor) {
        self.iterator.visit(visitor);
    }
}

/// A number, or -1 for what is none.
fn index_or_minus_one(given: &Object) -> isize {
    number::as_ssize(given, Some(exceptions::OverflowError())).unwrap_or_else(|_| {
        err::clear();
        -1
    })
}

fn stop_argument(given: &Object) -> Result<isize> {
    if given.is_none() {
        return Ok(-1);
    }
    match index_or_minus_one(given) {
        -1 => Err(err::value_error(
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
        )),
        stop => Ok(stop),
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    no_keywords::<Islice>(class, "islice", kw)?;
    let args = tuple::items(args);
    check_positional("islice", args.len(), 2, 4)?;
    let (start, stop) = if args.len() == 2 {
        (0, stop_argument(args[1])?)
    } else {
        let start = if args[1].is_none() { 0 } else { index_or_minus_one(args[1]) };
        (start, stop_argument(args[2])?)
    };
    if start < 0 || stop < -1 {
        return Err(err::value_error(
            "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.",
        ));
    }
    let step = args.get(3).filter(|step| !step.is_none()).map_or(1, |step| index_or_minus_one(step));
    if step < 1 {
        return Err(err::value_error("Step for islice() must be a positive integer or None."));
    }
    let iterator = iter::get_iter(args[0])?;
    let new = payload::new(class, |head| Islice {
        head,
        iterator: ObjCell::new(iterator),
        next: Cell::new(start),
        stop,
        step,
        count: Cell::new(0),
    })?;
    Ok(new.upcast())
}

fn next(this: &Islice) -> Result<Option<Obj>> {
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let item = advance(this, &iterator);
    if !matches!(item, Ok(Some(_))) {
        drop(this.iterator.take());
    }
    item
}

#[inline(always)]
fn advance(this: &Islice, iterator: &Object) -> Result<Option<Obj>> {
    let (stop, target) = (this.stop, this.next.get());
    while this.count.get() < target {
        let Some(skipped) = iter::next(iterator)? else { return Ok(None) };
        drop(skipped);
        this.count.set(this.count.get() + 1);
    }
    if stop != -1 && this.count.get() >= stop {
        return Ok(None);
    }
    let item = iter::next(iterator)?;
    if item.is_some() {
        this.count.set(this.count.get().wrapping_add(1));
        let following = this.next.get().checked_add(this.step);
        let end = if stop == -1 { isize::MAX } else { stop };
        this.next.set(following.map_or(end, |following| following.min(end)));
    }
    Ok(item)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
    ];
}

fn reduce(this: &Islice) -> Result<Obj> {
    let Some(iterator) = this.iterator.get() else {
        // Nothing more comes, whatever is left in the iterable.
        let nothing = iter::get_iter(&*list::new()?.upcast())?;
        let zero = || long::small(0).owned();
        return tuple::pack([class_of(this), tuple::pack([nothing, zero()])?, zero()]);
    };
    let number = |n: isize| long::from_i64(n as i64);
    let stop = if this.stop == -1 { none::none().owned() } else { number(this.stop)? };
    let args = tuple::pack([iterator, number(this.next.get())?, stop, number(this.step)?])?;
    tuple::pack([class_of(this), args, number(this.count.get())?])
}

fn set_state(this: &Islice, state: &Object) -> Result<()> {
    this.count.set(long::as_isize(state)?);
    Ok(())
}

const _: () = assert!(size_of::<Islice>() == 56);
