//! `collections.deque`
//!
//! The items lie in a ring buffer, so that both ends are fast and so is the middle.

use super::deque_iter;
use super::ring::Ring;
use crate::support::{check_count, ssize};
use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::Visitor;
use krait_object::payload::{self, EMPTY_NUMBER, EMPTY_SEQUENCE, Head, Payload};
use krait_object::protocol::{call, iter, object, sequence};
use krait_object::slot::CompareOp;
use krait_object::types::list::List;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, genericalias, long, none, slice, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, intern, method, payload_class, slot, static_type,
};

/// A sequence that is fast at both ends, possibly bounded.
#[repr(C)]
pub struct Deque {
    head: Head,
    /// Where CPython has the length.
    spare: usize,
    items: Ring,
    /// Changes whenever the items move: iterators check it.
    state: Cell<usize>,
    /// The bound, or -1.
    maxlen: Cell<isize>,
    weakreflist: Cell<*mut PyObject>,
}

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_bool: slot::inquiry(is_not_empty), ..EMPTY_NUMBER };

static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(len),
    sq_concat: slot::subscript(concat),
    sq_repeat: slot::ssize_arg(repeat),
    sq_item: slot::ssize_arg(item),
    sq_ass_item: slot::ssize_obj_arg(set_item),
    sq_contains: slot::contains(contains),
    sq_inplace_concat: slot::subscript(inplace_concat),
    sq_inplace_repeat: slot::ssize_arg(inplace_repeat),
    ..EMPTY_SEQUENCE
};

static_type! {
    /// `collections.deque`
    pub static Deque_Type = {
        tp_name: c"collections.deque".as_ptr(),
        tp_basicsize: size_of::<Deque>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Deque>(),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_hash: Some(object::PyObject_HashNotImplemented),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"deque([iterable[, maxlen]]) --> deque object\n\nA sequence like a list that is fast at both its ends.".as_ptr(),
        tp_traverse: payload::traverse::<Deque>(),
        tp_clear: payload::clear::<Deque>(),
        tp_richcompare: slot::richcompare(richcompare),
        tp_weaklistoffset: offset_of!(Deque, weakreflist) as Py_ssize_t,
        tp_iter: slot::unary(deque_iter::forward),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Deque, Deque_Type);

const _: () = assert!(size_of::<Deque>() == 80 && offset_of!(Deque, weakreflist) == 72);

impl Payload for Deque {
    fn traverse(&self, visitor: &mut Visitor) {
        self.items.visit(visitor);
    }

    fn clear(&self) {
        self.empty();
    }
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    new_of_class(class, -1).map(Obj::upcast)
}

fn new_of_class(class: &Type, maxlen: isize) -> Result<Obj<Deque>> {
    payload::new(class, |head| Deque {
        head,
        spare: 0,
        items: Ring::new(),
        state: Cell::new(0),
        maxlen: Cell::new(maxlen),
        weakreflist: Cell::new(core::ptr::null_mut()),
    })
}

fn init(this: &Deque, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<2> = Signature::new("deque", ["iterable", "maxlen"]).required(0).parsed();
    let [iterable, bound] = SIGNATURE.bind_tuple(args, kw)?;
    let mut maxlen = -1;
    if let Some(bound) = bound.filter(|bound| !bound.is_none()) {
        maxlen = long::as_isize(bound)?;
        if maxlen < 0 {
            return Err(err::value_error("maxlen must be non-negative"));
        }
    }
    this.maxlen.set(maxlen);
    this.empty();
    match iterable {
        Some(iterable) => this.extend(iterable),
        None => Ok(()),
    }
}

// ---- for the iterators and the other methods ----

impl Deque {
    /// How many items there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at an index.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Obj> {
        self.items.get(index)
    }

    /// What changes with the order of items.
    #[inline(always)]
    pub fn state(&self) -> usize {
        self.state.get()
    }

    #[inline(always)]
    fn moved(&self) {
        self.state.set(self.state.get().wrapping_add(1));
    }

    /// Raises when items have moved since `state` was read.
    #[inline(always)]
    pub fn check_state(&self, state: usize) -> Result<()> {
        if self.state.get() == state { Ok(()) } else { Err(mutated()) }
    }

    #[inline]
    fn is_over_full(&self) -> bool {
        // No bound is the largest unsigned number.
        self.len() > self.maxlen.get() as usize
    }

    /// Adds at the right end; an item that falls off at the left one is dropped.
    #[inline]
    pub fn push_back(&self, item: Obj) -> Result<()> {
        self.items.push_back(item)?;
        self.moved();
        if self.is_over_full() {
            drop(self.items.pop_front());
        }
        Ok(())
    }

    /// Adds at the left end; an item that falls off at the right one is dropped.
    #[inline]
    pub fn push_front(&self, item: Obj) -> Result<()> {
        self.items.push_front(item)?;
        self.moved();
        if self.is_over_full() {
            drop(self.items.pop_back());
        }
        Ok(())
    }

    fn empty(&self) {
        if self.len() != 0 {
            self.moved();
            drop(self.items.take());
        }
    }

    fn extend(&self, iterable: &Object) -> Result<()> {
        self.take_all(iterable, |this, item| this.push_back(item))
    }

    fn extend_left(&self, iterable: &Object) -> Result<()> {
        self.take_all(iterable, |this, item| this.push_front(item))
    }

    fn take_all(&self, iterable: &Object, push: impl Fn(&Deque, Obj) -> Result<()>) -> Result<()> {
        if iterable.is(self) {
            return self.take_all(&*sequence::list(iterable)?, push);
        }
        if self.maxlen.get() == 0 {
            return iter::for_each(iterable, |_| Ok(()));
        }
        if let Some(list) = iterable.downcast_exact::<List>() {
            let mut i = 0;
            while let Some(item) = list.get(i) {
                push(self, item)?;
                i += 1;
            }
            return Ok(());
        }
        iter::for_each(iterable, |item| push(self, item))
    }

    /// The index behind a possibly negative one.
    fn index(&self, index: isize) -> Option<usize> {
        usize::try_from(index).ok().filter(|&i| i < self.len())
    }
}

#[cold]
fn mutated() -> krait_object::Raised {
    err::runtime_error("deque mutated during iteration")
}

#[cold]
fn out_of_range() -> krait_object::Raised {
    err::index_error("deque index out of range")
}

// ---- slots ----

fn len(this: &Deque) -> Result<usize> {
    Ok(this.len())
}

fn is_not_empty(this: &Deque) -> Result<bool> {
    Ok(this.len() != 0)
}

fn item(this: &Deque, index: isize) -> Result<Obj> {
    this.index(index).and_then(|i| this.get(i)).ok_or_else(out_of_range)
}

fn set_item(this: &Deque, index: isize, value: Option<&Object>) -> Result<()> {
    let index = this.index(index).ok_or_else(out_of_range)?;
    match value {
        Some(value) => drop(this.items.replace(index, value.owned())),
        None => {
            this.moved();
            drop(this.items.remove(index));
        }
    }
    Ok(())
}

fn contains(this: &Deque, value: &Object) -> Result<bool> {
    let state = this.state();
    for i in 0..this.len() {
        let Some(item) = this.get(i) else { break };
        if object::rich_compare_bool(&item, value, CompareOp::Eq)? {
            return Ok(true);
        }
        this.check_state(state)?;
    }
    Ok(false)
}

fn concat(this: &Deque, other: &Object) -> Result<Obj> {
    let Some(other) = other.downcast::<Deque>() else {
        return Err(err::type_error(format_args!(
            "can only concatenate deque (not \"{:.200}\") to deque",
            other.class_of().name()
        )));
    };
    let new = copy(this)?;
    match new.downcast::<Deque>() {
        Some(deque) => deque.extend(other.object())?,
        None => return Err(err::bad_internal_call()),
    }
    Ok(new)
}

fn inplace_concat(this: &Deque, other: &Object) -> Result<Obj> {
    this.extend(other)?;
    Ok(this.owned().upcast())
}

fn multiply(this: &Deque, count: isize) -> Result<()> {
    let length = this.len();
    if length == 0 || count == 1 {
        return Ok(());
    }
    if count <= 0 {
        this.empty();
        return Ok(());
    }
    let mut count = count as usize;
    let maxlen = this.maxlen.get();
    if maxlen >= 0 {
        count = count.min((maxlen as usize).div_ceil(length));
    }
    if count > 1 {
        this.moved();
        this.items.multiply(count)?;
    }
    while this.is_over_full() {
        drop(this.items.pop_front());
    }
    Ok(())
}

fn inplace_repeat(this: &Deque, count: isize) -> Result<Obj> {
    multiply(this, count)?;
    Ok(this.owned().upcast())
}

fn repeat(this: &Deque, count: isize) -> Result<Obj> {
    let new = copy(this)?;
    if let Some(deque) = new.downcast::<Deque>() {
        multiply(deque, count)?;
    }
    Ok(new)
}

fn repr(this: &Deque) -> Result<Obj> {
    let Some(_guard) = object::repr_enter(this.object())? else {
        return unicode::from_str("[...]");
    };
    let items = sequence::list(this.object())?;
    let items = object::repr(&items)?;
    let mut text = unicode::Builder::new();
    text.push_str(this.object().class_of().short_name());
    text.push_str("(");
    text.push_object(&items);
    if this.maxlen.get() >= 0 {
        text.push_str(&format!(", maxlen={}", this.maxlen.get()));
    }
    text.push_str(")");
    text.finish()
}

fn richcompare(this: &Deque, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(other) = other.downcast::<Deque>() else {
        return Ok(none::not_implemented().owned());
    };
    if matches!(op, CompareOp::Eq | CompareOp::Ne) {
        let same = core::ptr::eq(this, other);
        if same || this.len() != other.len() {
            return Ok(bools::from_bool(same == (op == CompareOp::Eq)));
        }
    }
    let (state, other_state) = (this.state(), other.state());
    for i in 0.. {
        this.check_state(state)?;
        let Some(x) = this.get(i) else { break };
        other.check_state(other_state)?;
        let Some(y) = other.get(i) else { break };
        if !object::rich_compare_bool(&x, &y, CompareOp::Eq)? {
            return object::rich_compare_bool(&x, &y, op).map(bools::from_bool);
        }
    }
    Ok(bools::from_bool(op.matches(this.len().cmp(&other.len()))))
}

// ---- methods ----

krait_object::methods! {
    static METHODS = [
        method::o(c"append", append, c"Add an item at the right end."),
        method::o(c"appendleft", append_left, c"Add an item at the left end."),
        method::noargs(c"clear", clear, c"Remove all items."),
        method::noargs(c"__copy__", copy, c"A shallow copy of the deque."),
        method::noargs(c"copy", copy, c"A shallow copy of the deque."),
        method::o(c"count", count, c"D.count(value) -> integer -- how many items are equal to value"),
        method::o(c"extend", Deque::extend, c"Add the items of the iterable at the right end"),
        method::o(c"extendleft", Deque::extend_left, c"Add the items of the iterable, one after the other, at the left end"),
        method::fastcall(c"index", index, c"D.index(value, [start, [stop]]) -> integer -- the first index of value.\nRaises ValueError if there is none."),
        method::fastcall(c"insert", insert, c"D.insert(index, object) -- insert the object before the index"),
        method::noargs(c"pop", pop, c"Remove the item at the right end and return it."),
        method::noargs(c"popleft", pop_left, c"Remove the item at the left end and return it."),
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o(c"remove", remove, c"D.remove(value) -- remove the first item that is equal to value."),
        method::noargs(c"__reversed__", deque_iter::reversed, c"D.__reversed__() -- an iterator from the right end to the left one"),
        method::noargs(c"reverse", reverse, c"D.reverse() -- reverse *IN PLACE*"),
        method::fastcall(c"rotate", rotate, c"Move the items n places to the right (default n=1), round the ends.  If n is negative, to the left."),
        method::noargs(c"__sizeof__", size_of_deque, c"D.__sizeof__() -- memory of D, in bytes"),
        method::with_flags(method::o::<Object, _, _>(c"__class_getitem__", genericalias::new, c"See PEP 585"), METH_CLASS),
    ];
}

krait_object::getsets! {
    static GETSETS = [method::getter(c"maxlen", maxlen, c"the bound of the deque or None if it has none")];
}

fn append(this: &Deque, item: &Object) -> Result<()> {
    this.push_back(item.owned())
}

fn append_left(this: &Deque, item: &Object) -> Result<()> {
    this.push_front(item.owned())
}

fn clear(this: &Deque) -> Result<()> {
    this.empty();
    Ok(())
}

fn copy(this: &Deque) -> Result<Obj> {
    let class = this.object().class_of();
    if core::ptr::eq(class, Deque::class()) {
        let new = new_of_class(class, this.maxlen.get())?;
        for i in 0..this.len() {
            if let Some(item) = this.get(i) {
                new.items.push_back(item)?;
            }
        }
        return Ok(new.upcast());
    }
    let new = if this.maxlen.get() < 0 {
        call::call1(class.object(), this.object())?
    } else {
        call::call(class.object(), &[this.object(), &*long::from_i64(this.maxlen.get() as i64)?])?
    };
    if !Deque::is_instance(&new) {
        return Err(err::type_error(format_args!(
            "{:.200}() must return a deque, not {:.200}",
            class.name(),
            new.class_of().name()
        )));
    }
    Ok(new)
}

fn count(this: &Deque, value: &Object) -> Result<usize> {
    let state = this.state();
    let mut count = 0;
    for i in 0..this.len() {
        let Some(item) = this.get(i) else { break };
        count += usize::from(object::rich_compare_bool(&item, value, CompareOp::Eq)?);
        this.check_state(state)?;
    }
    Ok(count)
}

fn index(this: &Deque, args: &[&Object]) -> Result<usize> {
    check_count("index", args.len(), 1, 3)?;
    let (start, stop) = slice::search_bounds(&args[1..], this.len())?;
    let state = this.state();
    for i in start..stop.min(this.len()) {
        let Some(item) = this.get(i) else { break };
        if object::rich_compare_bool(&item, args[0], CompareOp::Eq)? {
            return Ok(i);
        }
        this.check_state(state)?;
    }
    let value = object::repr(args[0])?;
    Err(err::value_error(format_args!("{} is not in deque", unicode::display(&value))))
}

fn insert(this: &Deque, args: &[&Object]) -> Result<()> {
    check_count("insert", args.len(), 2, 2)?;
    let index = ssize(args[0])?;
    let length = this.len();
    if this.maxlen.get() >= 0 && length >= this.maxlen.get() as usize {
        return Err(err::index_error("deque already at its maximum size"));
    }
    let index = if index < 0 { index.saturating_add(length as isize).max(0) } else { index };
    this.items.insert((index as usize).min(length), args[1].owned())?;
    this.moved();
    Ok(())
}

#[cold]
fn pop_from_empty() -> krait_object::Raised {
    err::index_error("pop from an empty deque")
}

fn pop(this: &Deque) -> Result<Obj> {
    let item = this.items.pop_back().ok_or_else(pop_from_empty)?;
    this.moved();
    Ok(item)
}

fn pop_left(this: &Deque) -> Result<Obj> {
    let item = this.items.pop_front().ok_or_else(pop_from_empty)?;
    this.moved();
    Ok(item)
}

fn reduce(this: &Deque) -> Result<Obj> {
    let state = object::lookup_attr(this.object(), intern!("__dict__"))?;
    let state = state.unwrap_or_else(|| none::none().owned());
    let iterator = iter::get_iter(this.object())?;
    let args = if this.maxlen.get() < 0 {
        tuple::empty()
    } else {
        tuple::pack([tuple::empty(), long::from_i64(this.maxlen.get() as i64)?])?
    };
    tuple::pack([this.object().class_of().object().owned(), args, state, iterator])
}

fn remove(this: &Deque, value: &Object) -> Result<()> {
    let state = this.state();
    for i in 0..this.len() {
        let Some(item) = this.get(i) else { break };
        let equal = object::rich_compare_bool(&item, value, CompareOp::Eq)?;
        if this.state() != state {
            return Err(err::index_error("deque mutated during remove()."));
        }
        if equal {
            this.moved();
            drop(this.items.remove(i));
            return Ok(());
        }
    }
    Err(err::value_error("deque.remove(x): x not in deque"))
}

fn reverse(this: &Deque) -> Result<()> {
    this.items.reverse();
    Ok(())
}

fn rotate(this: &Deque, args: &[&Object]) -> Result<()> {
    check_count("rotate", args.len(), 0, 1)?;
    let steps = args.first().map_or(Ok(1), |given| ssize(given))?;
    let length = this.len();
    if length > 1 {
        this.moved();
        this.items.rotate_right(steps.rem_euclid(length as isize) as usize);
    }
    Ok(())
}

/// As much as CPython's blocks of 64 items take.
fn size_of_deque(this: &Deque) -> Result<usize> {
    const BLOCK: usize = 64;
    // SAFETY: a live type.
    let basic = unsafe { (*this.object().type_ptr()).tp_basicsize } as usize;
    Ok(basic + (this.len() / BLOCK + 1) * (BLOCK + 2) * size_of::<usize>())
}

fn maxlen(this: &Deque) -> Result<Obj> {
    if this.maxlen.get() < 0 {
        return Ok(none::none().owned());
    }
    long::from_i64(this.maxlen.get() as i64)
}
