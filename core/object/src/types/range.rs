//! `range` and its two iterators.
//!
//! A range keeps start, stop, step and its length as ints of any size; it never changes. The iterator over values that
//! fit C's `long` computes with machine words; the other one with ints.

use crate::args::{Args, check_positional};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::memory;
use crate::method;
use crate::protocol::{iter as protocol_iter, number, object};
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{bool, exceptions, iter, long, none, slice, tuple, unicode};
use crate::{hooks, refcount};
use core::ptr;
use krait_abi::*;

static mut RANGE_AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_bool: slot::inquiry::<Range, _>(truth), ..PyNumberMethods::ZEROED };
static mut RANGE_AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len::<Range, _>(length),
    sq_item: slot::ssize_arg::<Range, _>(item),
    sq_contains: slot::contains::<Range, _>(contains),
    ..PySequenceMethods::ZEROED
};
static mut RANGE_AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len::<Range, _>(length),
    mp_subscript: slot::subscript::<Range, _>(subscript),
    ..PyMappingMethods::ZEROED
};

crate::methods! {
    static RANGE_METHODS = [
        method::noargs::<Range, _, _>(c"__reversed__", reversed, c"Return a reverse iterator."),
        method::varargs::<Range, _, _>(c"__reduce__", reduce, c""),
        method::o::<Range, _, _>(c"count", count,
            c"rangeobject.count(value) -> integer -- return number of occurrences of value"),
        method::o::<Range, _, _>(c"index", index,
            c"rangeobject.index(value) -> integer -- return index of value.\nRaise ValueError if the value is not present."),
    ];
}

crate::members! {
    static RANGE_MEMBERS = [
        method::member(c"start", T_OBJECT_EX, 16, READONLY, c""),
        method::member(c"stop", T_OBJECT_EX, 24, READONLY, c""),
        method::member(c"step", T_OBJECT_EX, 32, READONLY, c""),
    ];
}

crate::static_type! {
    /// `range`
    #[unsafe(no_mangle)]
    pub static PyRange_Type = {
        tp_name: c"range".as_ptr(),
        tp_basicsize: 48,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Range, _>(repr),
        tp_as_number: &raw mut RANGE_AS_NUMBER,
        tp_as_sequence: &raw mut RANGE_AS_SEQUENCE,
        tp_as_mapping: &raw mut RANGE_AS_MAPPING,
        tp_hash: slot::hash::<Range, _>(hash),
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT,
        tp_doc: c"range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nThe integers from start (which is included) to stop (which is not) in\nsteps of step. range(i, j) is i, i+1, ..., j-1; start defaults to 0.\nWith a negative step the numbers go down.".as_ptr(),
        tp_richcompare: slot::richcompare::<Range, _>(richcompare),
        tp_iter: slot::unary::<Range, _>(iterate),
        tp_methods: (&raw mut RANGE_METHODS).cast(),
        tp_members: (&raw mut RANGE_MEMBERS).cast(),
        tp_new: slot::new(new_slot),
        tp_vectorcall: slot::type_vectorcall(vectorcall),
    };
}

crate::object_view!(/** A `range`. */ pub Range, rangeobject, PyRange_Type);

// ---- making ----

/// A range of parts that are ints; its length is computed.
fn from_parts(start: Obj, stop: Obj, step: Obj) -> Result<Obj> {
    let length = compute_length(&start, &stop, &step)?;
    let object = memory::object_malloc(48).cast::<rangeobject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the struct's size.
    unsafe {
        (*object).ob_base.ob_type = &raw mut PyRange_Type;
        refcount::new_reference(object.cast());
        (*object).start = start.into_ptr();
        (*object).stop = stop.into_ptr();
        (*object).step = step.into_ptr();
        (*object).length = length.into_ptr();
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

fn from_args(args: &[&Object]) -> Result<Obj> {
    match args {
        [stop] => from_parts(long::small(0).owned(), number::index(stop)?, long::small(1).owned()),
        [start, stop] => from_parts(number::index(start)?, number::index(stop)?, long::small(1).owned()),
        _ => {
            check_positional("range", args.len(), 1, 3)?;
            let (start, stop) = (number::index(args[0])?, number::index(args[1])?);
            let step = number::index(args[2])?;
            if long::sign(&step) == 0 {
                return Err(err::value_error("range() arg 3 must not be zero"));
            }
            from_parts(start, stop, step)
        }
    }
}

fn new_slot(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    iter::no_keywords("range", kw)?;
    from_args(tuple::items(args))
}

fn vectorcall(_class: &Type, args: Args<'_>) -> Result<Obj> {
    if !args.names.is_empty() {
        return Err(err::type_error("range() takes no keyword arguments"));
    }
    from_args(args.positional)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        let raw = object.cast::<rangeobject>();
        refcount::decref((*raw).start);
        refcount::decref((*raw).stop);
        refcount::decref((*raw).step);
        refcount::decref((*raw).length);
        memory::PyObject_Free(object.cast());
    }
}

/// How many numbers there are from `start` to `stop`.
fn count_words(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 && start < stop {
        1 + (stop.wrapping_sub(start) as u64 - 1) / step as u64
    } else if step < 0 && start > stop {
        1 + (start.wrapping_sub(stop) as u64 - 1) / step.unsigned_abs()
    } else {
        0
    }
}

fn compute_length(start: &Object, stop: &Object, step: &Object) -> Result<Obj> {
    if let (Some(start), Some(stop), Some(step)) =
        (long::as_i64_opt(start), long::as_i64_opt(stop), long::as_i64_opt(step))
    {
        return long::from_u64(count_words(start, stop, step));
    }
    // 1 + (distance - 1) // |step| where the distance is positive.
    let (low, high, step) =
        if long::sign(step) > 0 { (start, stop, step.owned()) } else { (stop, start, long::negative(step)?) };
    if long::compare(low, high).is_ge() {
        return Ok(long::small(0).owned());
    }
    let distance = long::subtract(&*long::subtract(high, low)?, long::small(1))?;
    long::add(&*long::floor_divide(&distance, &step)?, long::small(1))
}

// ---- accessors ----

impl Range {
    /// The first number.
    pub fn start(&self) -> &Object {
        // SAFETY: a live range's parts are live ints and do not change.
        unsafe { Object::from_ptr((*self.as_raw()).start) }
    }
    /// The bound.
    pub fn stop(&self) -> &Object {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.as_raw()).stop) }
    }
    /// The distance of neighbours.
    pub fn step(&self) -> &Object {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.as_raw()).step) }
    }
    /// How many numbers.
    pub fn count(&self) -> &Object {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.as_raw()).length) }
    }

    /// The number at an index, which need not be in range.
    fn compute_item(&self, index: &Object) -> Result<Obj> {
        long::add(self.start(), &*long::multiply(index, self.step())?)
    }
}

// ---- slots ----

fn truth(this: &Range) -> Result<bool> {
    Ok(long::sign(this.count()) != 0)
}

fn length(this: &Range) -> Result<usize> {
    long::as_isize(this.count()).map(|n| n as usize)
}

/// The number at an index, counted from the end if negative.
fn get(this: &Range, index: &Object) -> Result<Obj> {
    let shifted;
    let index = if long::sign(index) < 0 {
        shifted = long::add(index, this.count())?;
        &*shifted
    } else {
        index
    };
    if long::sign(index) < 0 || long::compare(index, this.count()).is_ge() {
        return Err(err::index_error("range object index out of range"));
    }
    this.compute_item(index)
}

fn item(this: &Range, index: isize) -> Result<Obj> {
    get(this, &*long::from_i64(index as i64)?)
}

fn subscript(this: &Range, key: &Object) -> Result<Obj> {
    if number::index_check(key) {
        return get(this, &*number::index(key)?);
    }
    let Some(part) = key.downcast_exact::<slice::Slice>() else {
        return Err(err::type_error(format_args!(
            "range indices must be integers or slices, not {:.200}",
            key.class_of().name()
        )));
    };
    let [start, stop, step] = slice::long_indices(part, this.count())?;
    let step = long::multiply(&step, this.step())?;
    from_parts(this.compute_item(&start)?, this.compute_item(&stop)?, step)
}

/// Whether an int is among the numbers.
fn contains_long(this: &Range, value: &Object) -> Result<bool> {
    let inside = if long::sign(this.step()) > 0 {
        long::compare(this.start(), value).is_le() && long::compare(value, this.stop()).is_lt()
    } else {
        long::compare(this.start(), value).is_ge() && long::compare(value, this.stop()).is_gt()
    };
    if !inside {
        return Ok(false);
    }
    let distance = long::subtract(value, this.start())?;
    Ok(long::sign(&*long::remainder(&distance, this.step())?) == 0)
}

/// Whether a value is an int whose comparison cannot be anybody's own.
fn is_plain(value: &Object) -> bool {
    long::check_exact(value) || bool::check(value)
}

/// The positions of the numbers that equal a value, by comparing with each.
fn search(this: &Range, value: &Object, mut found: impl FnMut(usize) -> bool) -> Result<()> {
    let iterator = iterate(this)?;
    let mut at = 0;
    while let Some(item) = protocol_iter::next(&iterator)? {
        if object::rich_compare_bool(&item, value, CompareOp::Eq)? && found(at) {
            break;
        }
        at += 1;
    }
    Ok(())
}

fn contains(this: &Range, value: &Object) -> Result<bool> {
    if is_plain(value) {
        return contains_long(this, value);
    }
    let mut there = false;
    search(this, value, |_| {
        there = true;
        true
    })?;
    Ok(there)
}

fn repr(this: &Range) -> Result<Obj> {
    let mut text = unicode::Builder::new();
    text.push_str("range(");
    text.push_object(&*object::repr(this.start())?);
    text.push_str(", ");
    text.push_object(&*object::repr(this.stop())?);
    let step = this.step();
    if long::small_value(step) != Some(1) {
        text.push_str(", ");
        text.push_object(&*object::repr(step)?);
    }
    text.push_str(")");
    text.finish()
}

fn equal(a: &Range, b: &Range) -> bool {
    let same = |x: &Object, y: &Object| long::compare(x, y).is_eq();
    if ptr::eq(a, b) {
        return true;
    }
    if !same(a.count(), b.count()) {
        return false;
    }
    // Empty ranges are equal; with one number the step does not matter.
    if long::sign(a.count()) == 0 {
        return true;
    }
    same(a.start(), b.start())
        && (long::compare(a.count(), long::small(1)).is_eq() || same(a.step(), b.step()))
}

fn richcompare(this: &Range, other: &Object, op: CompareOp) -> Result<Obj> {
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Range>(), op) else {
        return Ok(none::not_implemented().owned());
    };
    Ok(bool::from_bool(equal(this, other) == (op == CompareOp::Eq)))
}

fn hash(this: &Range) -> Result<Py_hash_t> {
    let none = none::none();
    let count = this.count();
    let (start, step) = if long::sign(count) == 0 {
        (none, none)
    } else if long::compare(count, long::small(1)).is_eq() {
        (this.start(), none)
    } else {
        (this.start(), this.step())
    };
    object::hash(&*tuple::from_slice(&[count, start, step])?)
}

// ---- methods ----

fn reduce(this: &Range, _args: &Object) -> Result<Obj> {
    let parts = tuple::from_slice(&[this.start(), this.stop(), this.step()])?;
    tuple::pack([this.class_of().object().owned(), parts])
}

fn count(this: &Range, value: &Object) -> Result<Obj> {
    if is_plain(value) {
        return long::from_i64(contains_long(this, value)? as i64);
    }
    let mut found = 0;
    search(this, value, |_| {
        found += 1;
        false
    })?;
    long::from_i64(found)
}

fn index(this: &Range, value: &Object) -> Result<Obj> {
    if is_plain(value) {
        if !contains_long(this, value)? {
            let shown = object::repr(value)?;
            return Err(err::value_error(format_args!("{} is not in range", unicode::display(&shown))));
        }
        let distance = long::subtract(value, this.start())?;
        return long::floor_divide(&distance, this.step());
    }
    let mut at = None;
    search(this, value, |i| {
        at = Some(i);
        true
    })?;
    match at {
        Some(at) => long::from_u64(at as u64),
        None => Err(err::value_error("sequence.index(x): x not in sequence")),
    }
}

fn iterate(this: &Range) -> Result<Obj> {
    if let (Some(start), Some(stop), Some(step)) =
        (long::as_i64_opt(this.start()), long::as_i64_opt(this.stop()), long::as_i64_opt(this.step()))
    {
        let count = count_words(start, stop, step);
        if count <= i64::MAX as u64 {
            return new_iterator(start, step, count as i64);
        }
    }
    new_long_iterator(this.start().owned(), this.step().owned(), this.count().owned())
}

fn reversed(this: &Range) -> Result<Obj> {
    if let (Some(start), Some(stop), Some(step)) =
        (long::as_i64_opt(this.start()), long::as_i64_opt(this.stop()), long::as_i64_opt(this.step()))
    {
        let count = count_words(start, stop, step);
        // The iterator counts down from the last number to one beyond the first, which must be words as well.
        if step > i64::MIN && count <= i64::MAX as u64 && start.checked_sub(step).is_some() {
            let last = start.wrapping_add((count as i64 - 1).wrapping_mul(step));
            return new_iterator(last, -step, count as i64);
        }
    }
    let last = long::subtract(this.count(), long::small(1))?;
    let start = this.compute_item(&last)?;
    new_long_iterator(start, long::negative(this.step())?, this.count().owned())
}

// ---- iterator over words ----

crate::methods! {
    static ITER_METHODS = [
        method::noargs::<RangeIter, _, _>(c"__length_hint__", iter_length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<RangeIter, _, _>(c"__reduce__", iter_reduce, c"Return state information for pickling."),
        method::o::<RangeIter, _, _>(c"__setstate__", iter_setstate, c"Set state information for unpickling."),
    ];
}

unsafe extern "C" fn iter_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; there is nothing else to drop.
    unsafe { memory::PyObject_Free(object.cast()) }
}

crate::static_type! {
    /// `range_iterator`
    #[unsafe(no_mangle)]
    pub static PyRangeIter_Type = {
        tp_name: c"range_iterator".as_ptr(),
        tp_basicsize: 48,
        tp_dealloc: Some(iter_dealloc),
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT,
        tp_iter: iter::SELF_ITER,
        tp_iternext: slot::iternext::<RangeIter, _>(iter_next),
        tp_methods: (&raw mut ITER_METHODS).cast(),
    };
}

crate::object_view!(/** An iterator over words: `index` of `len` numbers have come out. */
    pub RangeIter, rangeiterobject, PyRangeIter_Type);

fn new_iterator(start: i64, step: i64, len: i64) -> Result<Obj> {
    let object = memory::object_malloc(48).cast::<rangeiterobject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the struct's size.
    unsafe {
        (*object).ob_base.ob_type = &raw mut PyRangeIter_Type;
        refcount::new_reference(object.cast());
        (*object).index = 0;
        (*object).start = start;
        (*object).step = step;
        (*object).len = len;
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

impl RangeIter {
    /// The next number as a word, None at the end. For the interpreter's `for` loops as well.
    #[inline(always)]
    pub fn next_word(&self) -> Option<i64> {
        // SAFETY: a live iterator.
        unsafe {
            let raw = self.as_raw();
            if (*raw).index >= (*raw).len {
                return None;
            }
            let value = (*raw).start.wrapping_add((*raw).index.wrapping_mul((*raw).step));
            (*raw).index += 1;
            Some(value)
        }
    }
}

/// Whether an object is an iterator over words.
#[inline(always)]
pub fn as_word_iterator(object: &Object) -> Option<&RangeIter> {
    if RangeIter::is_exact(object) {
        // SAFETY: just tested.
        Some(unsafe { object.cast_unchecked() })
    } else {
        None
    }
}

fn iter_next(this: &RangeIter) -> Result<Option<Obj>> {
    match this.next_word() {
        Some(value) => long::from_i64(value).map(Some),
        None => Ok(None),
    }
}

fn iter_length_hint(this: &RangeIter) -> Result<Obj> {
    // SAFETY: a live iterator.
    long::from_i64(unsafe { (*this.as_raw()).len - (*this.as_raw()).index })
}

/// `(iter, (range,), index)`.
fn reduce_as(start: Obj, stop: Obj, step: Obj, index: Obj) -> Result<Obj> {
    let range = from_parts(start, stop, step)?;
    let function = (hooks::get().builtin)("iter")?;
    tuple::pack([function, tuple::pack([range])?, index])
}

fn iter_reduce(this: &RangeIter) -> Result<Obj> {
    // SAFETY: a live iterator.
    let raw = unsafe { *this.as_raw() };
    // The bound is computed in machine words, as the reference does it.
    let stop = raw.start.wrapping_add(raw.len.wrapping_mul(raw.step));
    reduce_as(
        long::from_i64(raw.start)?,
        long::from_i64(stop)?,
        long::from_i64(raw.step)?,
        long::from_i64(raw.index)?,
    )
}

fn iter_setstate(this: &RangeIter, state: &Object) -> Result<()> {
    let index = long::as_long(state)?;
    // SAFETY: a live iterator.
    unsafe { (*this.as_raw()).index = index.clamp(0, (*this.as_raw()).len) };
    Ok(())
}

// ---- iterator over ints ----

crate::methods! {
    static LONG_ITER_METHODS = [
        method::noargs::<LongRangeIter, _, _>(c"__length_hint__", long_length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<LongRangeIter, _, _>(c"__reduce__", long_reduce, c"Return state information for pickling."),
        method::o::<LongRangeIter, _, _>(c"__setstate__", long_setstate, c"Set state information for unpickling."),
    ];
}

crate::static_type! {
    /// `longrange_iterator`
    #[unsafe(no_mangle)]
    pub static PyLongRangeIter_Type = {
        tp_name: c"longrange_iterator".as_ptr(),
        tp_basicsize: 48,
        tp_dealloc: Some(long_dealloc),
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT,
        tp_iter: iter::SELF_ITER,
        tp_iternext: slot::iternext::<LongRangeIter, _>(long_next),
        tp_methods: (&raw mut LONG_ITER_METHODS).cast(),
    };
}

crate::object_view!(/** An iterator over ints: the fields of [`RangeIter`] as objects. */
    pub LongRangeIter, longrangeiterobject, PyLongRangeIter_Type);

fn new_long_iterator(start: Obj, step: Obj, len: Obj) -> Result<Obj> {
    let object = memory::object_malloc(48).cast::<longrangeiterobject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the struct's size.
    unsafe {
        (*object).ob_base.ob_type = &raw mut PyLongRangeIter_Type;
        refcount::new_reference(object.cast());
        (*object).index = long::small(0).owned().into_ptr();
        (*object).start = start.into_ptr();
        (*object).step = step.into_ptr();
        (*object).len = len.into_ptr();
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

unsafe extern "C" fn long_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        let raw = object.cast::<longrangeiterobject>();
        refcount::decref((*raw).index);
        refcount::decref((*raw).start);
        refcount::decref((*raw).step);
        refcount::decref((*raw).len);
        memory::PyObject_Free(object.cast());
    }
}

impl LongRangeIter {
    /// Index, start, step, length.
    fn parts(&self) -> [Obj; 4] {
        // SAFETY: a live iterator's fields are live ints.
        unsafe {
            let raw = *self.as_raw();
            [raw.index, raw.start, raw.step, raw.len].map(|part| Object::from_ptr(part).owned())
        }
    }

    fn set_index(&self, index: Obj) {
        // SAFETY: a live iterator; the old int is dropped after the new one is in its place.
        unsafe {
            let old = (*self.as_raw()).index;
            (*self.as_raw()).index = index.into_ptr();
            refcount::decref(old);
        }
    }
}

fn long_next(this: &LongRangeIter) -> Result<Option<Obj>> {
    let [index, start, step, len] = this.parts();
    if long::compare(&index, &len).is_ge() {
        return Ok(None);
    }
    let next = long::add(&index, long::small(1))?;
    let value = long::add(&start, &*long::multiply(&index, &step)?)?;
    this.set_index(next);
    Ok(Some(value))
}

fn long_length_hint(this: &LongRangeIter) -> Result<Obj> {
    let [index, _, _, len] = this.parts();
    long::subtract(&len, &index)
}

fn long_reduce(this: &LongRangeIter) -> Result<Obj> {
    let [index, start, step, len] = this.parts();
    let stop = long::add(&start, &*long::multiply(&len, &step)?)?;
    reduce_as(start, stop, step, index)
}

fn long_setstate(this: &LongRangeIter, state: &Object) -> Result<()> {
    if !long::check(state) {
        return Err(err::set(
            exceptions::TypeError(),
            format_args!("state must be an int, not {}", state.class_of().name()),
        ));
    }
    let [_, _, _, len] = this.parts();
    let zero = long::small(0);
    let index = if long::sign(state) < 0 {
        zero.owned()
    } else if long::compare(state, &len).is_gt() {
        len
    } else {
        state.owned()
    };
    this.set_index(index);
    Ok(())
}
