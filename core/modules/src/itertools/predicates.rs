//! `takewhile`, `dropwhile`, `filterfalse`, `compress` and `starmap` of `itertools`: a function or selectors, and an
//! iterator.

use super::{class_of, iterator_type, no_keywords};
use core::cell::Cell;
use krait_object::args::{Signature, check_positional};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, object, sequence};
use krait_object::types::bool::PyBool_Type;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, method};

/// Items up to the first that fails a test.
#[repr(C)]
pub struct TakeWhile {
    head: Head,
    function: ObjCell,
    iterator: ObjCell,
    /// Whether one has failed.
    flag: Cell<bool>,
}

/// Items from the first on that fails a test.
#[repr(C)]
pub struct DropWhile {
    head: Head,
    function: ObjCell,
    iterator: ObjCell,
    /// Whether one has failed.
    flag: Cell<bool>,
}

/// Items that fail a test.
#[repr(C)]
pub struct FilterFalse {
    head: Head,
    function: ObjCell,
    iterator: ObjCell,
}

/// Items beside which another iterator has a true one.
#[repr(C)]
pub struct Compress {
    head: Head,
    /// The iterator over the items.
    function: ObjCell,
    /// The iterator over the selectors.
    iterator: ObjCell,
}

/// Results of a function for tuples of arguments.
#[repr(C)]
pub struct StarMap {
    head: Head,
    function: ObjCell,
    iterator: ObjCell,
}

macro_rules! traversal {
    ($($class:ident)*) => {$(
        impl Payload for $class {
            fn traverse(&self, visitor: &mut Visitor) {
                self.iterator.visit(visitor);
                self.function.visit(visitor);
            }
        }
    )*};
}
traversal! { TakeWhile DropWhile FilterFalse Compress StarMap }

iterator_type! {
    /// `itertools.takewhile`
    TakeWhile_Type of TakeWhile = c"itertools.takewhile", new: new_take_while, next: next_take_while,
    methods: TAKE_METHODS,
    doc: c"takewhile(predicate, iterable, /)\n--\n\nThe items of the iterable as long as the predicate is true for them.",
}
iterator_type! {
    /// `itertools.dropwhile`
    DropWhile_Type of DropWhile = c"itertools.dropwhile", new: new_drop_while, next: next_drop_while,
    methods: DROP_METHODS,
    doc: c"dropwhile(predicate, iterable, /)\n--\n\nThe items of the iterable from the first on for which the predicate is false.",
}
iterator_type! {
    /// `itertools.filterfalse`
    FilterFalse_Type of FilterFalse = c"itertools.filterfalse", new: new_filter_false,
    next: next_filter_false, methods: FILTER_METHODS,
    doc: c"filterfalse(function, iterable, /)\n--\n\nThe items of the iterable for which the function is false.\n\nWith None as function, the items that are false themselves.",
}
iterator_type! {
    /// `itertools.compress`
    Compress_Type of Compress = c"itertools.compress", new: new_compress, next: next_compress,
    methods: COMPRESS_METHODS,
    doc: c"compress(data, selectors)\n--\n\nThe items of data at whose places the selectors have true ones.",
}
iterator_type! {
    /// `itertools.starmap`
    StarMap_Type of StarMap = c"itertools.starmap", new: new_star_map, next: next_star_map,
    methods: STAR_METHODS,
    doc: c"starmap(function, iterable, /)\n--\n\nThe results of the function for the tuples of arguments that the iterable gives.",
}

/// The arguments of most of these classes: a function and an iterable.
fn arguments<T: Class>(
    class: &Type,
    name: &str,
    args: &Object,
    kw: Option<&Object>,
) -> Result<(ObjCell, ObjCell)> {
    no_keywords::<T>(class, name, kw)?;
    let args = tuple::items(args);
    check_positional(name, args.len(), 2, 2)?;
    let iterator = iter::get_iter(args[1])?;
    Ok((ObjCell::new(args[0].owned()), ObjCell::new(iterator)))
}

fn new_take_while(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let (function, iterator) = arguments::<TakeWhile>(class, "takewhile", args, kw)?;
    let flag = Cell::new(false);
    Ok(payload::new(class, |head| TakeWhile { head, function, iterator, flag })?.upcast())
}

fn new_drop_while(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let (function, iterator) = arguments::<DropWhile>(class, "dropwhile", args, kw)?;
    let flag = Cell::new(false);
    Ok(payload::new(class, |head| DropWhile { head, function, iterator, flag })?.upcast())
}

fn new_filter_false(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let (function, iterator) = arguments::<FilterFalse>(class, "filterfalse", args, kw)?;
    Ok(payload::new(class, |head| FilterFalse { head, function, iterator })?.upcast())
}

fn new_star_map(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let (function, iterator) = arguments::<StarMap>(class, "starmap", args, kw)?;
    Ok(payload::new(class, |head| StarMap { head, function, iterator })?.upcast())
}

fn new_compress(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("compress", ["data", "selectors"]);
    let [Some(data), Some(selectors)] = SIGNATURE.bind_tuple(args, kw)? else {
        return Err(err::bad_internal_call());
    };
    let function = ObjCell::new(iter::get_iter(data)?);
    let iterator = ObjCell::new(iter::get_iter(selectors)?);
    Ok(payload::new(class, |head| Compress { head, function, iterator })?.upcast())
}

/// Whether a function is true for an item.
#[inline(always)]
fn test(function: &Object, item: &Object) -> Result<bool> {
    object::is_true(&*call::call1(function, item)?)
}

fn next_take_while(this: &TakeWhile) -> Result<Option<Obj>> {
    if this.flag.get() {
        return Ok(None);
    }
    let (function, iterator) = (this.function.get_or_none(), this.iterator.get_or_none());
    let Some(item) = iter::next(&iterator)? else { return Ok(None) };
    if test(&function, &item)? {
        return Ok(Some(item));
    }
    this.flag.set(true);
    Ok(None)
}

fn next_drop_while(this: &DropWhile) -> Result<Option<Obj>> {
    let iterator = this.iterator.get_or_none();
    if this.flag.get() {
        return iter::next(&iterator);
    }
    let function = this.function.get_or_none();
    while let Some(item) = iter::next(&iterator)? {
        if !test(&function, &item)? {
            this.flag.set(true);
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn next_filter_false(this: &FilterFalse) -> Result<Option<Obj>> {
    let (function, iterator) = (this.function.get_or_none(), this.iterator.get_or_none());
    let truth_only = function.is_none() || core::ptr::eq(function.as_ptr().cast(), &raw mut PyBool_Type);
    while let Some(item) = iter::next(&iterator)? {
        let dropped = if truth_only { object::is_true(&item)? } else { test(&function, &item)? };
        if !dropped {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn next_compress(this: &Compress) -> Result<Option<Obj>> {
    let (data, selectors) = (this.function.get_or_none(), this.iterator.get_or_none());
    while let Some(item) = iter::next(&data)? {
        let Some(selector) = iter::next(&selectors)? else { return Ok(None) };
        if object::is_true(&selector)? {
            return Ok(Some(item));
        }
    }
    Ok(None)
}

fn next_star_map(this: &StarMap) -> Result<Option<Obj>> {
    let (function, iterator) = (this.function.get_or_none(), this.iterator.get_or_none());
    let Some(mut args) = iter::next(&iterator)? else { return Ok(None) };
    if !tuple::check_exact(&args) {
        args = sequence::tuple(&args)?;
    }
    call::call(&function, tuple::items(&args)).map(Some)
}

krait_object::methods! {
    static TAKE_METHODS = [
        method::noargs(c"__reduce__", reduce_take_while, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state_take_while, c"Set state information for unpickling."),
    ];
}
krait_object::methods! {
    static DROP_METHODS = [
        method::noargs(c"__reduce__", reduce_drop_while, c"Return state information for pickling."),
        method::o(c"__setstate__", set_state_drop_while, c"Set state information for unpickling."),
    ];
}
krait_object::methods! {
    static FILTER_METHODS = [
        method::noargs(c"__reduce__", reduce_filter_false, c"Return state information for pickling."),
    ];
}
krait_object::methods! {
    static COMPRESS_METHODS = [
        method::noargs(c"__reduce__", reduce_compress, c"Return state information for pickling."),
    ];
}
krait_object::methods! {
    static STAR_METHODS = [
        method::noargs(c"__reduce__", reduce_star_map, c"Return state information for pickling."),
    ];
}

macro_rules! reduces {
    ($($class:ident $reduce:ident)*) => {$(
        fn $reduce(this: &$class) -> Result<Obj> {
            let args = tuple::pack([this.function.get_or_none(), this.iterator.get_or_none()])?;
            tuple::pack([class_of(this), args])
        }
    )*};
}
reduces! { FilterFalse reduce_filter_false Compress reduce_compress StarMap reduce_star_map }

macro_rules! reduces_with_flag {
    ($($class:ident $reduce:ident $set_state:ident)*) => {$(
        fn $reduce(this: &$class) -> Result<Obj> {
            let args = tuple::pack([this.function.get_or_none(), this.iterator.get_or_none()])?;
            tuple::pack([class_of(this), args, long::from_i64(i64::from(this.flag.get()))?])
        }

        fn $set_state(this: &$class, state: &Object) -> Result<()> {
            this.flag.set(object::is_true(state)?);
            Ok(())
        }
    )*};
}
reduces_with_flag! {
    TakeWhile reduce_take_while set_state_take_while
    DropWhile reduce_drop_while set_state_drop_while
}

const _: () = assert!(size_of::<TakeWhile>() == 40 && size_of::<StarMap>() == 32);
