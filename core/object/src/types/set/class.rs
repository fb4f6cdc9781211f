//! The classes `set` and `frozenset`: slots and methods.

use super::{FrozenSet, Set, check_any, dealloc, len, raw, with_hashable};
use crate::args::{self, Args};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::{object, sequence};
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{bool, iter, none, tuple, unicode};
use core::ffi::{c_int, c_void};
use core::ptr;
use krait_abi::*;

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len::<Object, _>(length),
    sq_contains: slot::contains::<Object, _>(contains),
    ..PySequenceMethods::ZEROED
};

static mut SET_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: slot::binary(subtract),
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    nb_inplace_subtract: slot::binary(inplace_subtract),
    nb_inplace_and: slot::binary(inplace_and),
    nb_inplace_xor: slot::binary(inplace_xor),
    nb_inplace_or: slot::binary(inplace_or),
    ..PyNumberMethods::ZEROED
};

static mut FROZENSET_AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_subtract: slot::binary(subtract),
    nb_and: slot::binary(and),
    nb_xor: slot::binary(xor),
    nb_or: slot::binary(or),
    ..PyNumberMethods::ZEROED
};

const CONTAINS: PyMethodDef = method::with_flags(
    method::o::<Object, _, _>(c"__contains__", contains, c"x.__contains__(y) <==> y in x."),
    METH_COEXIST,
);
const DIFFERENCE: PyMethodDef = method::varargs::<Object, _, _>(
    c"difference",
    difference,
    c"Return the difference of two or more sets as a new set.\n\nThese are the elements of the first that are in none of the others.",
);
const INTERSECTION: PyMethodDef = method::varargs::<Object, _, _>(
    c"intersection",
    intersection,
    c"Return the intersection of two sets as a new set.\n\nThese are the elements that are in all of them.",
);
const ISDISJOINT: PyMethodDef = method::o::<Object, _, _>(
    c"isdisjoint",
    isdisjoint,
    c"Return True if two sets have a null intersection.",
);
const ISSUBSET: PyMethodDef =
    method::o::<Object, _, _>(c"issubset", issubset, c"Report whether another set contains this set.");
const ISSUPERSET: PyMethodDef =
    method::o::<Object, _, _>(c"issuperset", issuperset, c"Report whether this set contains another set.");
const REDUCE: PyMethodDef =
    method::noargs::<Object, _, _>(c"__reduce__", reduce, c"Return state information for pickling.");
const SIZEOF: PyMethodDef = method::noargs::<Object, _, _>(
    c"__sizeof__",
    size_of,
    c"S.__sizeof__() -> size of S in memory, in bytes",
);
const SYMMETRIC: PyMethodDef = method::o::<Object, _, _>(
    c"symmetric_difference",
    symmetric_difference,
    c"Return the symmetric difference of two sets as a new set.\n\nThese are the elements that are in exactly one of them.",
);
const UNION: PyMethodDef = method::varargs::<Object, _, _>(
    c"union",
    union,
    c"Return the union of sets as a new set.\n\nThese are the elements that are in any of them.",
);

crate::methods! {
    static SET_METHODS = [
        method::o::<Object, _, _>(c"add", add, c"Add an element to a set.\n\nNothing happens if it is there already."),
        method::noargs::<Object, _, _>(c"clear", clear, c"Remove all elements from this set."),
        CONTAINS,
        method::noargs::<Object, _, _>(c"copy", copy, c"Return a shallow copy of a set."),
        method::o::<Object, _, _>(c"discard", discard,
            c"Remove an element from a set if it is a member.\n\nNothing happens if it is not."),
        DIFFERENCE,
        method::varargs::<Object, _, _>(c"difference_update", difference_update, c"Remove all elements of another set from this set."),
        INTERSECTION,
        method::varargs::<Object, _, _>(c"intersection_update", intersection_update, c"Update a set with the intersection of itself and another."),
        ISDISJOINT,
        ISSUBSET,
        ISSUPERSET,
        method::noargs::<Object, _, _>(c"pop", pop,
            c"Remove and return an arbitrary set element.\nRaises KeyError if the set is empty."),
        REDUCE,
        method::o::<Object, _, _>(c"remove", remove,
            c"Remove an element from a set; it must be a member.\n\nRaises KeyError if it is not."),
        SIZEOF,
        SYMMETRIC,
        method::o::<Object, _, _>(c"symmetric_difference_update", symmetric_difference_update,
            c"Update a set with the symmetric difference of itself and another."),
        UNION,
        method::varargs::<Object, _, _>(c"update", update, c"Update a set with the union of itself and others."),
        iter::class_getitem(),
    ];
}

crate::methods! {
    static FROZENSET_METHODS = [
        CONTAINS,
        method::noargs::<Object, _, _>(c"copy", frozen_copy, c"Return a shallow copy of a set."),
        DIFFERENCE,
        INTERSECTION,
        ISDISJOINT,
        ISSUBSET,
        ISSUPERSET,
        REDUCE,
        SIZEOF,
        SYMMETRIC,
        UNION,
        iter::class_getitem(),
    ];
}

crate::static_type! {
    /// `set`
    #[unsafe(no_mangle)]
    pub static PySet_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"set".as_ptr(),
        tp_basicsize: 200,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Object, _>(repr),
        tp_as_number: &raw mut SET_AS_NUMBER,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_hash: iter::HASH_NOT_IMPLEMENTED,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"set() -> new empty set object\nset(iterable) -> new set object\n\nAn unordered collection of different elements.".as_ptr(),
        tp_traverse: Some(traverse),
        tp_clear: slot::clear::<Object, _>(super::clear_keys),
        tp_richcompare: slot::richcompare::<Object, _>(richcompare),
        tp_weaklistoffset: 192,
        tp_iter: slot::unary::<Object, _>(iterate),
        tp_methods: (&raw mut SET_METHODS).cast(),
        tp_init: slot::init::<Object, _>(init),
        tp_new: slot::new(new_slot),
        tp_vectorcall: slot::type_vectorcall(vectorcall),
    };
}

crate::static_type! {
    /// `frozenset`
    #[unsafe(no_mangle)]
    pub static PyFrozenSet_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"frozenset".as_ptr(),
        tp_basicsize: 200,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Object, _>(repr),
        tp_as_number: &raw mut FROZENSET_AS_NUMBER,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_hash: slot::hash::<Object, _>(frozen_hash),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"frozenset() -> empty frozenset object\nfrozenset(iterable) -> frozenset object\n\nAn unordered, immutable collection of different elements.".as_ptr(),
        tp_traverse: Some(traverse),
        tp_clear: slot::clear::<Object, _>(super::clear_keys),
        tp_richcompare: slot::richcompare::<Object, _>(richcompare),
        tp_weaklistoffset: 192,
        tp_iter: slot::unary::<Object, _>(iterate),
        tp_methods: (&raw mut FROZENSET_METHODS).cast(),
        tp_new: slot::new(frozen_new),
        tp_vectorcall: slot::type_vectorcall(frozen_vectorcall),
    };
}

unsafe extern "C" fn traverse(object: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut visitor = Visitor::new(visit, arg);
    // SAFETY: the collector traverses live sets; one under construction may have no table yet.
    unsafe {
        let this = object.cast::<PySetObject>();
        if (*this).table.is_null() {
            return 0;
        }
        for i in 0..=(*this).mask {
            let key = (*(*this).table.offset(i)).key;
            if !ptr::eq(key, super::dummy()) {
                visitor.visit_ptr(key);
            }
        }
    }
    visitor.finish()
}

// ---- making ----

fn new_slot(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    super::new_empty(class.as_raw())
}

fn init(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    iter::no_keywords("set", kw)?;
    let args = tuple::items(args);
    args::check_positional("set", args.len(), 0, 1)?;
    super::clear_keys(this);
    match args.first() {
        Some(iterable) => super::update(this, iterable),
        None => Ok(()),
    }
}

fn vectorcall(class: &Type, args: Args<'_>) -> Result<Obj> {
    if !args.names.is_empty() {
        return Err(err::type_error("set() takes no keyword arguments"));
    }
    args::check_positional("set", args.positional.len(), 0, 1)?;
    super::make(class.as_raw(), args.positional.first().copied())
}

fn make_frozen(class: &Type, iterable: Option<&Object>) -> Result<Obj> {
    if !ptr::eq(class.as_raw(), &raw mut PyFrozenSet_Type) {
        return super::make(class.as_raw(), iterable);
    }
    let Some(iterable) = iterable else { return super::empty_frozen() };
    if FrozenSet::is_exact(iterable) {
        return Ok(iterable.owned());
    }
    let made = super::make(class.as_raw(), Some(iterable))?;
    if len(&made) == 0 { super::empty_frozen() } else { Ok(made) }
}

fn frozen_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if ptr::eq(class.as_raw(), &raw mut PyFrozenSet_Type) {
        iter::no_keywords("frozenset", kw)?;
    }
    let args = tuple::items(args);
    args::check_positional("frozenset", args.len(), 0, 1)?;
    make_frozen(class, args.first().copied())
}

fn frozen_vectorcall(class: &Type, args: Args<'_>) -> Result<Obj> {
    if !args.names.is_empty() {
        return Err(err::type_error("frozenset() takes no keyword arguments"));
    }
    args::check_positional("frozenset", args.positional.len(), 0, 1)?;
    make_frozen(class, args.positional.first().copied())
}

// ---- slots ----

fn length(this: &Object) -> Result<usize> {
    Ok(len(this))
}

fn contains(this: &Object, key: &Object) -> Result<bool> {
    with_hashable(key, |key| super::contains_key(this, key))
}

fn repr(this: &Object) -> Result<Obj> {
    let name = this.class_of().name().to_owned();
    let Some(_guard) = object::repr_enter(this)? else {
        return unicode::from_str(&format!("{name}(...)"));
    };
    if len(this) == 0 {
        return unicode::from_str(&format!("{name}()"));
    }
    let keys = sequence::list(this)?;
    // The list's text without its brackets.
    let listed = object::repr(&keys)?;
    let inner = unicode::substring(&listed, 1, unicode::len(&listed) - 1)?;
    let mut text = unicode::Builder::new();
    let plain = Set::is_exact(this);
    text.push_str(if plain { "{" } else { &name });
    if !plain {
        text.push_str("({");
    }
    text.push_object(&inner);
    text.push_str(if plain { "}" } else { "})" });
    text.finish()
}

/// A hash that does not depend on the order: each element's bits are spread before they are combined.
fn frozen_hash(this: &Object) -> Result<Py_hash_t> {
    // SAFETY: a live frozenset.
    let cached = unsafe { (*raw(this)).hash };
    if cached != -1 {
        return Ok(cached);
    }
    let spread = |h: u64| ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167);
    let mut hash = 0u64;
    let mut position = 0;
    while let Some((_, h)) = super::next(this, &mut position) {
        hash ^= spread(h as u64);
    }
    hash ^= (len(this) as u64 + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    if hash == u64::MAX {
        hash = 590_923_713;
    }
    // SAFETY: as above.
    unsafe { (*raw(this)).hash = hash as Py_hash_t };
    Ok(hash as Py_hash_t)
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    if !check_any(other) {
        return Ok(none::not_implemented().owned());
    }
    let (a, b) = (len(this), len(other));
    let holds = match op {
        CompareOp::Eq | CompareOp::Ne => {
            // SAFETY: live sets; only frozensets have a hash here.
            let hashes = unsafe { ((*raw(this)).hash, (*raw(other)).hash) };
            let differ = a != b || (hashes.0 != -1 && hashes.1 != -1 && hashes.0 != hashes.1);
            (!differ && super::is_subset(this, other)?) == (op == CompareOp::Eq)
        }
        CompareOp::Le => super::is_subset(this, other)?,
        CompareOp::Ge => super::is_subset(other, this)?,
        CompareOp::Lt => a < b && super::is_subset(this, other)?,
        CompareOp::Gt => a > b && super::is_subset(other, this)?,
    };
    Ok(bool::from_bool(holds))
}

fn iterate(this: &Object) -> Result<Obj> {
    super::iter::new(this)
}

/// An operator on two sets; anything else is declined.
macro_rules! operators {
    ($($name:ident |$a:ident, $b:ident| $result:expr;)*) => {$(
        fn $name($a: &Object, $b: &Object) -> Result<Obj> {
            if !check_any($a) || !check_any($b) {
                return Ok(none::not_implemented().owned());
            }
            $result
        }
    )*};
}

operators! {
    subtract |a, b| super::difference(a, b);
    and |a, b| super::intersection(a, b);
    xor |a, b| symmetric_difference(a, b);
    or |a, b| {
        let result = super::copy(a)?;
        super::update(&result, b)?;
        Ok(result)
    };
    inplace_subtract |a, b| super::difference_update(a, b).map(|()| a.owned());
    inplace_and |a, b| keep_only(a, b).map(|()| a.owned());
    inplace_xor |a, b| super::symmetric_difference_update(a, b).map(|()| a.owned());
    inplace_or |a, b| super::update(a, b).map(|()| a.owned());
}

/// `set &= other`.
fn keep_only(this: &Object, other: &Object) -> Result<()> {
    let kept = super::intersection(this, other)?;
    super::swap_bodies(this, &kept);
    Ok(())
}

// ---- methods ----

fn add(this: &Object, key: &Object) -> Result<()> {
    super::add_key(this, key).map(drop)
}

fn clear(this: &Object) -> Result<()> {
    super::clear_keys(this);
    Ok(())
}

fn copy(this: &Object) -> Result<Obj> {
    super::copy(this)
}

fn frozen_copy(this: &Object) -> Result<Obj> {
    if FrozenSet::is_exact(this) { Ok(this.owned()) } else { super::copy(this) }
}

fn discard(this: &Object, key: &Object) -> Result<()> {
    with_hashable(key, |key| super::discard_key(this, key)).map(drop)
}

fn remove(this: &Object, key: &Object) -> Result<()> {
    if with_hashable(key, |key| super::discard_key(this, key))? {
        Ok(())
    } else {
        Err(err::set_key_error(key))
    }
}

fn pop(this: &Object) -> Result<Obj> {
    super::pop(this)
}

fn difference(this: &Object, args: &Object) -> Result<Obj> {
    let Some((first, rest)) = tuple::items(args).split_first() else {
        return super::copy(this);
    };
    let result = super::difference(this, first)?;
    for other in rest {
        super::difference_update(&result, other)?;
    }
    Ok(result)
}

fn difference_update(this: &Object, args: &Object) -> Result<()> {
    tuple::items(args).iter().try_for_each(|other| super::difference_update(this, other))
}

fn intersection(this: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    if args.is_empty() {
        return super::copy(this);
    }
    let mut result = this.owned();
    for other in args {
        result = super::intersection(&result, other)?;
    }
    Ok(result)
}

fn intersection_update(this: &Object, args: &Object) -> Result<()> {
    let kept = intersection(this, args)?;
    super::swap_bodies(this, &kept);
    Ok(())
}

fn union(this: &Object, args: &Object) -> Result<Obj> {
    let result = super::copy(this)?;
    for other in tuple::items(args) {
        if !this.is(*other) {
            super::update(&result, other)?;
        }
    }
    Ok(result)
}

fn update(this: &Object, args: &Object) -> Result<()> {
    tuple::items(args).iter().try_for_each(|other| super::update(this, other))
}

fn symmetric_difference(this: &Object, other: &Object) -> Result<Obj> {
    // The second operand's copy is changed.
    let result = super::make(super::base_class(this), Some(other))?;
    super::symmetric_difference_update(&result, this)?;
    Ok(result)
}

fn symmetric_difference_update(this: &Object, other: &Object) -> Result<()> {
    super::symmetric_difference_update(this, other)
}

fn isdisjoint(this: &Object, other: &Object) -> Result<bool> {
    super::is_disjoint(this, other)
}

fn issubset(this: &Object, other: &Object) -> Result<bool> {
    if check_any(other) {
        return super::is_subset(this, other);
    }
    let other = super::new(Some(other))?;
    super::is_subset(this, &other)
}

fn issuperset(this: &Object, other: &Object) -> Result<bool> {
    if check_any(other) {
        return super::is_subset(other, this);
    }
    let other = super::new(Some(other))?;
    super::is_subset(&other, this)
}

fn reduce(this: &Object) -> Result<Obj> {
    let keys = sequence::list(this)?;
    let state = object::lookup_attr(this, crate::intern!("__dict__"))?;
    tuple::pack([
        this.class_of().object().owned(),
        tuple::pack([keys])?,
        state.unwrap_or_else(|| none::none().owned()),
    ])
}

fn size_of(this: &Object) -> Result<usize> {
    // SAFETY: a live set.
    unsafe {
        let set = raw(this);
        let mut size = (*this.type_ptr()).tp_basicsize as usize;
        if !ptr::eq((*set).table, (&raw mut (*set).smalltable).cast()) {
            size += ((*set).mask as usize + 1) * core::mem::size_of::<setentry>();
        }
        Ok(size)
    }
}
