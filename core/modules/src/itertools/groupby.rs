//! `itertools.groupby` and the iterators over its groups

use super::{class_of, iterator_type, state_items};
use core::cell::Cell;
use core::ptr::null;
use krait_object::args::{Signature, bad_argument, check_positional};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{none, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, hooks, method};

/// Groups of neighbouring items with equal keys.
#[repr(C)]
pub struct GroupBy {
    head: Head,
    iterator: ObjCell,
    /// Nothing where items are their own keys.
    key_function: ObjCell,
    /// The key of the group that was handed out last.
    target_key: ObjCell,
    current_key: ObjCell,
    current_value: ObjCell,
    /// The only group that may still go on. Compared, never looked into.
    current_group: Cell<*const Grouper>,
}

/// The items of one group.
#[repr(C)]
pub struct Grouper {
    head: Head,
    parent: ObjCell,
    target_key: ObjCell,
}

iterator_type! {
    /// `itertools.groupby`
    GroupBy_Type of GroupBy = c"itertools.groupby", new: tp_new, next: next, methods: METHODS,
    doc: c"groupby(iterable, key=None)\n--\n\nNeighbouring items with equal keys, as pairs of the key and an iterator over the items.\n\n  iterable\n    What to divide into groups.\n  key\n    The function that makes the key of an item.\n    Without one, or with None, an item is its own key.",
    tp_clear: payload::clear::<GroupBy>(),
}
iterator_type! { final
    /// `itertools._grouper`
    Grouper_Type of Grouper = c"itertools._grouper", new: new_grouper, next: next_in_group,
    methods: GROUPER_METHODS, doc: c"",
    tp_clear: payload::clear::<Grouper>(),
}

impl Payload for GroupBy {
    fn traverse(&self, visitor: &mut Visitor) {
        self.iterator.visit(visitor);
        self.key_function.visit(visitor);
        self.target_key.visit(visitor);
        self.current_key.visit(visitor);
        self.current_value.visit(visitor);
    }

    fn clear(&self) {
        drop(self.iterator.take());
        drop(self.key_function.take());
        drop(self.target_key.take());
        drop(self.current_key.take());
        drop(self.current_value.take());
    }
}

impl Payload for Grouper {
    fn traverse(&self, visitor: &mut Visitor) {
        self.parent.visit(visitor);
        self.target_key.visit(visitor);
    }

    fn clear(&self) {
        drop(self.parent.take());
        drop(self.target_key.take());
    }
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("groupby", ["iterable", "key"]).required(1);
    let [iterable, key] = SIGNATURE.bind_tuple(args, kw)?;
    let iterator = iter::get_iter(iterable.ok_or_else(err::bad_internal_call)?)?;
    let new = payload::new(class, |head| GroupBy {
        head,
        iterator: ObjCell::new(iterator),
        key_function: ObjCell::from_option(key.filter(|key| !key.is_none()).map(Layout::owned)),
        target_key: ObjCell::empty(),
        current_key: ObjCell::empty(),
        current_value: ObjCell::empty(),
        current_group: Cell::new(null()),
    })?;
    Ok(new.upcast())
}

/// Goes to the next item; false at the end.
fn step(this: &GroupBy) -> Result<bool> {
    let Some(iterator) = this.iterator.get() else { return Ok(false) };
    let Some(value) = iter::next(&iterator)? else { return Ok(false) };
    let key = match this.key_function.get() {
        None => value.clone(),
        Some(function) => call::call1(&function, &value)?,
    };
    this.current_value.set(value);
    this.current_key.set(key);
    Ok(true)
}

fn next(this: &GroupBy) -> Result<Option<Obj>> {
    this.current_group.set(null());
    loop {
        match (this.current_key.get(), this.target_key.get()) {
            (Some(_), None) => break,
            (Some(current), Some(target))
                if !object::rich_compare_bool(&target, &current, CompareOp::Eq)? =>
            {
                break;
            }
            _ => {}
        }
        if !step(this)? {
            return Ok(None);
        }
    }
    let key = this.current_key.get_or_none();
    this.target_key.set(key.clone());
    let group = make_group(Grouper::class(), this, key.clone())?;
    tuple::pack([key, group]).map(Some)
}

/// A new iterator over a group, which is the one that goes on from now on.
fn make_group(class: &Type, parent: &GroupBy, key: Obj) -> Result<Obj> {
    let group = payload::new(class, |head| Grouper {
        head,
        parent: ObjCell::new(parent.owned()),
        target_key: ObjCell::new(key),
    })?;
    parent.current_group.set(&raw const *group);
    Ok(group.upcast())
}

fn new_grouper(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    super::no_keywords::<Grouper>(class, "_grouper", kw)?;
    let args = tuple::items(args);
    check_positional("_grouper", args.len(), 2, 2)?;
    let Some(parent) = args[0].downcast::<GroupBy>() else {
        return Err(bad_argument("_grouper", "argument 1", "itertools.groupby", args[0]));
    };
    make_group(class, parent, args[1].owned())
}

fn next_in_group(this: &Grouper) -> Result<Option<Obj>> {
    let Some(parent) = this.parent.get() else { return Ok(None) };
    let Some(parent) = parent.downcast::<GroupBy>() else { return Ok(None) };
    if !core::ptr::eq(parent.current_group.get(), this) {
        return Ok(None);
    }
    if parent.current_value.is_empty() && !step(parent)? {
        return Ok(None);
    }
    let (target, current) = (this.target_key.get_or_none(), parent.current_key.get_or_none());
    if !object::rich_compare_bool(&target, &current, CompareOp::Eq)? {
        return Ok(None);
    }
    let value = parent.current_value.take();
    drop(parent.current_key.take());
    Ok(value)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state, c"Set state information for unpickling."),
    ];
}

krait_object::methods! {
    static GROUPER_METHODS = [
        method::noargs(c"__reduce__", reduce_group, c"Return state information for pickling."),
    ];
}

fn reduce(this: &GroupBy) -> Result<Obj> {
    let function = this.key_function.get().unwrap_or_else(|| none::none().owned());
    let args = tuple::pack([this.iterator.get_or_none(), function])?;
    match (this.current_key.get(), this.current_value.get(), this.target_key.get()) {
        (Some(key), Some(value), Some(target)) => {
            tuple::pack([class_of(this), args, tuple::pack([key, value, target])?])
        }
        _ => tuple::pack([class_of(this), args]),
    }
}

fn set_state(this: &GroupBy, state: &Object) -> Result<()> {
    let items = state_items(state, 3, 3)?;
    this.current_key.set(items[0].owned());
    this.current_value.set(items[1].owned());
    this.target_key.set(items[2].owned());
    Ok(())
}

fn reduce_group(this: &Grouper) -> Result<Obj> {
    let parent = this.parent.get_or_none();
    let goes_on =
        parent.downcast::<GroupBy>().is_some_and(|parent| core::ptr::eq(parent.current_group.get(), this));
    if !goes_on {
        return tuple::pack([(hooks::get().builtin)("iter")?, tuple::pack([tuple::empty()])?]);
    }
    tuple::pack([class_of(this), tuple::pack([parent, this.target_key.get_or_none()])?])
}

const _: () = assert!(size_of::<GroupBy>() == 64 && size_of::<Grouper>() == 32);
