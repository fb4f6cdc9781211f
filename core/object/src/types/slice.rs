//! `slice`: three references, any of which may be `None` or any other object.
//!
//! The arithmetic on slices of sequences lives here as well: bounds are clipped to the range of `isize`, then to the
//! sequence's length.

use crate::cell::Visitor;
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::protocol::{number, object};
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{bool, iter, long, none, tuple, unicode};
use crate::{gc, method, refcount};
use core::cell::Cell;
use core::ptr::{self, null_mut};
use krait_abi::*;

crate::methods! {
    static SLICE_METHODS = [
        method::o::<Slice, _, _>(c"indices", indices_method,
            c"S.indices(len) -> (start, stop, stride)\n\nThe bounds that the slice has for a sequence of len items."),
        method::noargs::<Slice, _, _>(c"__reduce__", reduce, c"Return state information for pickling."),
    ];
}

crate::members! {
    static SLICE_MEMBERS = [
        method::member(c"start", T_OBJECT, 16, READONLY, c""),
        method::member(c"stop", T_OBJECT, 24, READONLY, c""),
        method::member(c"step", T_OBJECT, 32, READONLY, c""),
    ];
}

crate::static_type! {
    /// `slice`
    #[unsafe(no_mangle)]
    pub static PySlice_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"slice".as_ptr(),
        tp_basicsize: 40,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Slice, _>(repr),
        tp_hash: iter::HASH_NOT_IMPLEMENTED,
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_doc: c"slice(stop)\nslice(start, stop[, step])\n\nMakes the object that a[start:stop:step] passes on.".as_ptr(),
        tp_traverse: slot::traverse::<Slice, _>(traverse),
        tp_richcompare: slot::richcompare::<Slice, _>(richcompare),
        tp_methods: (&raw mut SLICE_METHODS).cast(),
        tp_members: (&raw mut SLICE_MEMBERS).cast(),
        tp_new: slot::new(new_slot),
    };
}

crate::object_view!(/** A `slice`. */ pub Slice, PySliceObject, PySlice_Type);

/// One dead slice, ready for reuse: subscripting makes and drops one at a time.
struct Cache(Cell<*mut PySliceObject>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Cache {}
static CACHE: Cache = Cache(Cell::new(null_mut()));

/// A slice that takes over its parts.
pub fn from_parts(start: Obj, stop: Obj, step: Obj) -> Result<Obj> {
    let mut raw = CACHE.0.replace(null_mut());
    if raw.is_null() {
        raw = gc::new_object(&raw mut PySlice_Type)?.cast();
    }
    // SAFETY: fresh (or dead and cached) memory of the struct.
    unsafe {
        (*raw).ob_base.ob_refcnt = 1;
        (*raw).start = start.into_ptr();
        (*raw).stop = stop.into_ptr();
        (*raw).step = step.into_ptr();
        gc::track(raw.cast());
        Ok(Obj::from_owned_ptr(raw.cast()))
    }
}

/// `PySlice_New`; a missing part is `None`.
pub fn new(start: Option<&Object>, stop: Option<&Object>, step: Option<&Object>) -> Result<Obj> {
    let part = |p: Option<&Object>| p.unwrap_or_else(|| none::none()).owned();
    from_parts(part(start), part(stop), part(step))
}

/// `_PySlice_FromIndices`.
pub fn from_indices(start: isize, stop: isize) -> Result<Obj> {
    from_parts(long::from_i64(start as i64)?, long::from_i64(stop as i64)?, none::none().owned())
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; the parts are dropped before the memory is cached.
    unsafe {
        let raw = object.cast::<PySliceObject>();
        gc::untrack(object);
        refcount::trashcan(object, dealloc, || {
            refcount::decref((*raw).step);
            refcount::decref((*raw).start);
            refcount::decref((*raw).stop);
            if CACHE.0.get().is_null() {
                CACHE.0.set(raw);
            } else {
                gc::PyObject_GC_Del(object.cast());
            }
        });
    }
}

/// Frees the cached slice (`_PySlice_Fini`).
pub fn clear_free_list() {
    let raw = CACHE.0.replace(null_mut());
    if !raw.is_null() {
        // SAFETY: the cache owned the memory.
        unsafe { gc::PyObject_GC_Del(raw.cast()) }
    }
}

fn traverse(this: &Slice, visitor: &mut Visitor) {
    visitor.visit(this.start());
    visitor.visit(this.stop());
    visitor.visit(this.step());
}

// ---- accessors ----

impl Slice {
    /// The part before the first colon; slices do not change.
    pub fn start(&self) -> &Object {
        // SAFETY: a live slice's parts are live objects.
        unsafe { Object::from_ptr((*self.as_raw()).start) }
    }
    /// The part after the first colon.
    pub fn stop(&self) -> &Object {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.as_raw()).stop) }
    }
    /// The part after the second colon.
    pub fn step(&self) -> &Object {
        // SAFETY: as above.
        unsafe { Object::from_ptr((*self.as_raw()).step) }
    }
}

/// `PySlice_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    Slice::is_exact(object)
}

/// `_PyEval_SliceIndex` for a bound that is not `None`: any integer, clipped to `isize`.
fn clipped(bound: &Object, none_too: bool) -> Result<isize> {
    if let Some(value) = long::small_value(bound) {
        return Ok(value as isize);
    }
    if number::index_check(bound) {
        return number::as_ssize(bound, None);
    }
    Err(err::type_error(if none_too {
        "slice indices must be integers or None or have an __index__ method"
    } else {
        "slice indices must be integers or have an __index__ method"
    }))
}

/// `_PyEval_SliceIndex`: `None` when the bound is `None`.
pub fn eval_index(bound: &Object) -> Result<Option<isize>> {
    if bound.is_none() { Ok(None) } else { clipped(bound, true).map(Some) }
}

/// `_PyEval_SliceIndexNotNone`.
pub fn eval_index_not_none(bound: &Object) -> Result<isize> {
    clipped(bound, false)
}

/// The optional `start` and `stop` of `list.index` and its like, clipped to `0..=len`.
pub fn search_bounds(bounds: &[&Object], len: usize) -> Result<(usize, usize)> {
    let clip =
        |bound: isize| (if bound < 0 { bound.saturating_add(len as isize).max(0) } else { bound }) as usize;
    let start = bounds.first().map_or(Ok(0), |b| eval_index_not_none(b))?;
    let stop = bounds.get(1).map_or(Ok(isize::MAX), |b| eval_index_not_none(b))?;
    Ok((clip(start), clip(stop)))
}

/// `PySlice_Unpack`: start, stop and step before the length is known.
pub fn unpack(slice: &Object) -> Result<(isize, isize, isize)> {
    let Some(slice) = slice.downcast_exact::<Slice>() else {
        return Err(err::bad_internal_call());
    };
    let step = match eval_index(slice.step())? {
        None => 1,
        Some(0) => return Err(err::value_error("slice step cannot be zero")),
        // -step must not overflow.
        Some(step) => step.max(-isize::MAX),
    };
    let start = eval_index(slice.start())?.unwrap_or(if step < 0 { isize::MAX } else { 0 });
    let stop = eval_index(slice.stop())?.unwrap_or(if step < 0 { isize::MIN } else { isize::MAX });
    Ok((start, stop, step))
}

/// `PySlice_AdjustIndices`: clips start and stop to the length; the number of items selected.
#[inline(always)]
pub fn adjust_indices(length: isize, start: &mut isize, stop: &mut isize, step: isize) -> isize {
    let clip = |bound: &mut isize| {
        if *bound < 0 {
            *bound = bound.wrapping_add(length);
            if *bound < 0 {
                *bound = if step < 0 { -1 } else { 0 };
            }
        } else if *bound >= length {
            *bound = if step < 0 { length - 1 } else { length };
        }
    };
    clip(start);
    clip(stop);
    if step < 0 {
        if *stop < *start {
            return (*start - *stop - 1) / -step + 1;
        }
    } else if *start < *stop {
        return (*stop - *start - 1) / step + 1;
    }
    0
}

/// Start, stop, step and length for a sequence (`PySlice_GetIndicesEx`).
pub fn indices(slice: &Object, length: usize) -> Result<(isize, isize, isize, usize)> {
    let (mut start, mut stop, step) = unpack(slice)?;
    let count = adjust_indices(length as isize, &mut start, &mut stop, step);
    Ok((start, stop, step, count as usize))
}

/// `PySlice_GetIndices`: the bounds as they are written, into `[start, stop, step]` as far as they are ints; whether they
/// all are and lie inside the length.
pub fn get_indices(slice: &Object, length: isize, out: &mut [isize; 3]) -> Result<bool> {
    let Some(slice) = slice.downcast_exact::<Slice>() else {
        return Err(err::bad_internal_call());
    };
    let part = |value: &Object, default: isize, from_end: isize, place: &mut isize| -> Result<bool> {
        if value.is_none() {
            *place = default;
        } else if long::check(value) {
            *place = long::as_isize(value)?;
            if *place < 0 {
                *place += from_end;
            }
        } else {
            return Ok(false);
        }
        Ok(true)
    };
    let [start, stop, step] = out;
    if !part(slice.step(), 1, 0, step)? {
        return Ok(false);
    }
    let (first, last) = if *step < 0 { (length - 1, -1) } else { (0, length) };
    Ok(part(slice.start(), first, length, start)?
        && part(slice.stop(), last, length, stop)?
        && *stop <= length
        && *start < length
        && *step != 0)
}

/// `_PySlice_GetLongIndices`: the bounds for a length of any size, as ints.
pub fn long_indices(slice: &Slice, length: &Object) -> Result<[Obj; 3]> {
    let index = |part: &Object| -> Result<Obj> {
        if number::index_check(part) {
            return number::index(part);
        }
        Err(err::type_error("slice indices must be integers or None or have an __index__ method"))
    };
    let zero = long::small(0);
    let step = if slice.step().is_none() { long::small(1).owned() } else { index(slice.step())? };
    let sign = long::sign(&step);
    if sign == 0 {
        return Err(err::value_error("slice step cannot be zero"));
    }
    let negative = sign < 0;
    let (lower, upper) = if negative {
        (long::small(-1).owned(), number::add(length, long::small(-1))?)
    } else {
        (zero.owned(), length.owned())
    };
    let bound = |part: &Object, default: &Obj| -> Result<Obj> {
        if part.is_none() {
            return Ok(default.clone());
        }
        let mut value = index(part)?;
        if long::sign(&value) < 0 {
            value = number::add(&value, length)?;
            if long::compare(&value, &lower).is_lt() {
                value = lower.clone();
            }
        } else if long::compare(&value, &upper).is_gt() {
            value = upper.clone();
        }
        Ok(value)
    };
    let start = bound(slice.start(), if negative { &upper } else { &lower })?;
    let stop = bound(slice.stop(), if negative { &lower } else { &upper })?;
    Ok([start, stop, step])
}

// ---- slots ----

fn repr(this: &Slice) -> Result<Obj> {
    let mut text = unicode::Builder::new();
    text.push_str("slice(");
    text.push_object(&*object::repr(this.start())?);
    text.push_str(", ");
    text.push_object(&*object::repr(this.stop())?);
    text.push_str(", ");
    text.push_object(&*object::repr(this.step())?);
    text.push_str(")");
    text.finish()
}

fn richcompare(this: &Slice, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(other) = other.downcast_exact::<Slice>() else {
        return Ok(none::not_implemented().owned());
    };
    if ptr::eq(this, other) {
        return Ok(bool::from_bool(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
    }
    let parts = |s: &Slice| tuple::from_slice(&[s.start(), s.stop(), s.step()]);
    object::rich_compare(&*parts(this)?, &*parts(other)?, op)
}

fn new_slot(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    iter::no_keywords("slice", kw)?;
    let args = tuple::items(args);
    crate::args::check_positional("slice", args.len(), 1, 3)?;
    match *args {
        [stop] => new(None, Some(stop), None),
        [start, stop] => new(Some(start), Some(stop), None),
        _ => new(Some(args[0]), Some(args[1]), Some(args[2])),
    }
}

// ---- methods ----

fn indices_method(this: &Slice, length: &Object) -> Result<Obj> {
    let length = number::index(length)?;
    if long::sign(&length) < 0 {
        return Err(err::value_error("length should not be negative"));
    }
    tuple::pack(long_indices(this, &length)?)
}

fn reduce(this: &Slice) -> Result<Obj> {
    let class = this.class_of().object().owned();
    let parts = tuple::from_slice(&[this.start(), this.stop(), this.step()])?;
    tuple::pack([class, parts])
}
