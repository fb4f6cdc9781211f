//! `itertools.accumulate`

use super::{chain, class_of, islice, iterator_type};
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, number};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, none, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method};

/// Sums of more and more items, or the results of another function.
#[repr(C)]
pub struct Accumulate {
    head: Head,
    total: ObjCell,
    iterator: ObjCell,
    function: ObjCell,
    /// The value to begin with, until it has been handed out.
    initial: ObjCell,
}

iterator_type! {
    /// `itertools.accumulate`
    Accumulate_Type of Accumulate = c"itertools.accumulate", new: tp_new, next: next, methods: METHODS,
    doc: c"accumulate(iterable, func=None, *, initial=None)\n--\n\nSums (or the results of another function) of the items so far.",
    tp_clear: payload::clear::<Accumulate>(),
}

impl Payload for Accumulate {
    fn traverse(&self, visitor: &mut Visitor) {
        self.function.visit(visitor);
        self.iterator.visit(visitor);
        self.total.visit(visitor);
        self.initial.visit(visitor);
    }

    fn clear(&self) {
        drop(self.function.take());
        drop(self.total.take());
        drop(self.iterator.take());
        drop(self.initial.take());
    }
}

fn make(class: &Type, iterator: Obj, function: Option<Obj>, initial: Option<Obj>) -> Result<Obj> {
    let new = payload::new(class, |head| Accumulate {
        head,
        total: ObjCell::empty(),
        iterator: ObjCell::new(iterator),
        function: ObjCell::from_option(function),
        initial: ObjCell::from_option(initial),
    })?;
    Ok(new.upcast())
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<3> =
        Signature::new("accumulate", ["iterable", "func", "initial"]).required(1).keyword_only_from(2);
    let [iterable, function, initial] = SIGNATURE.bind_tuple(args, kw)?;
    let iterator = iter::get_iter(iterable.ok_or_else(err::bad_internal_call)?)?;
    let given = |value: Option<&Object>| value.filter(|value| !value.is_none()).map(Layout::owned);
    make(class, iterator, given(function), given(initial))
}

fn next(this: &Accumulate) -> Result<Option<Obj>> {
    if let Some(initial) = this.initial.take() {
        this.total.set(initial.clone());
        return Ok(Some(initial));
    }
    let Some(iterator) = this.iterator.get() else { return Ok(None) };
    let Some(item) = iter::next(&iterator)? else { return Ok(None) };
    let total = match (this.total.get(), this.function.get()) {
        (None, _) => item,
        (Some(total), None) => number::add(&total, &item)?,
        (Some(total), Some(function)) => call::call_skipping_first(&function, [&*function, &*total, &*item])?,
    };
    this.total.set(total.clone());
    Ok(Some(total))
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
    ];
}

fn reduce(this: &Accumulate) -> Result<Obj> {
    let iterator = this.iterator.get_or_none();
    let function = this.function.get();
    let function_or_none = this.function.get_or_none();
    if let Some(initial) = this.initial.get() {
        let iterator = chain::of_two(tuple::pack([initial])?, iterator)?;
        let args = tuple::pack([iterator, function_or_none])?;
        return tuple::pack([class_of(this), args, none::none().owned()]);
    }
    if let Some(total) = this.total.get().filter(|total| total.is_none()) {
        // None as state means that there is no total: the total is put before the other items, and left out.
        let iterator = chain::of_two(tuple::pack([total])?, iterator)?;
        let whole = make(Accumulate::class(), iter::get_iter(&iterator)?, function, None)?;
        let args = tuple::pack([whole, long::from_i64(1)?, none::none().owned()])?;
        return tuple::pack([islice::Islice::class().object().owned(), args]);
    }
    let args = tuple::pack([iterator, function_or_none])?;
    tuple::pack([class_of(this), args, this.total.get_or_none()])
}

fn set_state(this: &Accumulate, state: &Object) -> Result<()> {
    this.total.set(state.owned());
    Ok(())
}

const _: () = assert!(size_of::<Accumulate>() == 48);
