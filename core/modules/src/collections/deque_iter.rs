//! The iterators over a deque, in both directions.

use super::deque::{Deque, Deque_Type};
use crate::support::{check_count, ssize, wrong_type};
use core::cell::Cell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, method, slot, static_type};

/// Where an iteration over a deque is.
#[repr(C)]
pub struct DequeIter {
    head: Head,
    deque: ObjCell,
    /// The next index.
    index: Cell<usize>,
    /// The deque's state at the beginning.
    state: usize,
    /// How many items are left; none after the deque has changed.
    counter: Cell<usize>,
    spare: usize,
}

macro_rules! iterator_type {
    ($(#[$meta:meta])* $name:ident, $tp_name:literal, $next:expr, $new:expr) => {
        static_type! {
            $(#[$meta])*
            pub static $name = {
                tp_name: $tp_name.as_ptr(),
                tp_basicsize: size_of::<DequeIter>() as Py_ssize_t,
                tp_dealloc: payload::dealloc::<DequeIter>(),
                tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
                tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
                tp_traverse: payload::traverse::<DequeIter>(),
                tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
                tp_iternext: slot::iternext($next),
                tp_methods: (&raw mut METHODS).cast(),
                tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
                tp_new: slot::new($new),
                tp_free: Some(krait_object::gc::PyObject_GC_Del),
            };
        }
    };
}
iterator_type!(
    /// `_collections._deque_iterator`
    DequeIter_Type, c"_collections._deque_iterator", next, new_forward
);
iterator_type!(
    /// `_collections._deque_reverse_iterator`
    DequeReverseIter_Type, c"_collections._deque_reverse_iterator", next_back, new_reversed
);
krait_object::payload_class!(DequeIter, DequeIter_Type);

impl Payload for DequeIter {
    fn traverse(&self, visitor: &mut Visitor) {
        self.deque.visit(visitor);
    }
}

fn make(class: &Type, deque: &Deque, index: usize, counter: usize) -> Result<Obj> {
    let new = payload::new(class, |head| DequeIter {
        head,
        deque: ObjCell::new(deque.owned()),
        index: Cell::new(index),
        state: deque.state(),
        counter: Cell::new(counter),
        spare: 0,
    })?;
    Ok(new.upcast())
}

fn reverse_class() -> &'static Type {
    // SAFETY: a static type.
    unsafe { Type::from_raw(&raw mut DequeReverseIter_Type) }
}

/// `iter(deque)`
pub fn forward(deque: &Deque) -> Result<Obj> {
    make(DequeIter::class(), deque, 0, deque.len())
}

/// `reversed(deque)`
pub fn reversed(deque: &Deque) -> Result<Obj> {
    make(reverse_class(), deque, deque.len().wrapping_sub(1), deque.len())
}

/// The arguments of the classes, as pickles give them: a deque, and how many items have been passed.
fn arguments(args: &Object) -> Result<(&Deque, usize)> {
    let args = tuple::items(args);
    check_count("", args.len(), 1, 2)?;
    let Some(deque) = args[0].downcast::<Deque>() else {
        // SAFETY: a static type.
        let expected = unsafe { Type::from_raw(&raw mut Deque_Type) }.name();
        return Err(wrong_type("", 1, expected, args[0]));
    };
    let passed = args.get(1).map_or(Ok(0), |given| ssize(given))?;
    Ok((deque, (passed.max(0) as usize).min(deque.len())))
}

fn new_forward(class: &Type, args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let (deque, passed) = arguments(args)?;
    make(class, deque, passed, deque.len() - passed)
}

fn new_reversed(class: &Type, args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let (deque, passed) = arguments(args)?;
    let left = deque.len() - passed;
    make(class, deque, left.wrapping_sub(1), left)
}

#[inline(always)]
fn advance(this: &DequeIter, step: usize) -> Result<Option<Obj>> {
    // SAFETY: the field is never written after construction; what is behind it is a deque.
    let Some(deque) = (unsafe { this.deque.borrow().map(|deque| deque.cast_unchecked::<Deque>()) }) else {
        return Ok(None);
    };
    if let Err(raised) = deque.check_state(this.state) {
        this.counter.set(0);
        return Err(raised);
    }
    let left = this.counter.get();
    if left == 0 {
        return Ok(None);
    }
    this.counter.set(left - 1);
    let index = this.index.get();
    this.index.set(index.wrapping_add(step));
    Ok(deque.get(index))
}

fn next(this: &DequeIter) -> Result<Option<Obj>> {
    advance(this, 1)
}

fn next_back(this: &DequeIter) -> Result<Option<Obj>> {
    advance(this, usize::MAX)
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"__length_hint__", length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
    ];
}

fn length_hint(this: &DequeIter) -> Result<usize> {
    Ok(this.counter.get())
}

fn reduce(this: &DequeIter) -> Result<Obj> {
    let deque = this.deque.get_or_none();
    let length = deque.downcast::<Deque>().map_or(0, Deque::len);
    let passed = long::from_i64(length as i64 - this.counter.get() as i64)?;
    let args = tuple::pack([deque, passed])?;
    tuple::pack([this.object().class_of().object().owned(), args])
}

const _: () = assert!(size_of::<DequeIter>() == 56);
