//! `tuple`: a fixed number of references behind the head.
//!
//! ```text
//!   -16 GC header │ 0 ob_refcnt │ 8 ob_type │ 16 ob_size │ 24 ob_item[ob_size]
//! ```
//!
//! A tuple owns its items and never changes once other code can see it; items may be NULL only between
//! `PyTuple_New` and the stores of the C code that asked for it. `()` is one static object, untracked. Tuples of up
//! to 19 items come from free lists, one for each length, chained through `ob_item[0]`.

use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{number, object, plain, sequence};
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{bool, dict, iter, long, none, slice, unicode};
use crate::{gc, method, refcount};
use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::ManuallyDrop;
use core::ptr::{self, null_mut};
use krait_abi::*;

/// Longest tuple that a free list keeps.
const MAX_SAVED: usize = 19;
/// Tuples that one free list keeps.
const MAX_FREE: usize = 2000;

static mut TUPLE_AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len::<Tuple, _>(length),
    sq_concat: slot::subscript::<Tuple, _>(concat),
    sq_repeat: slot::ssize_arg::<Tuple, _>(repeat),
    sq_item: slot::ssize_arg::<Tuple, _>(item),
    sq_contains: slot::contains::<Tuple, _>(contains),
    ..PySequenceMethods::ZEROED
};

static mut TUPLE_AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len::<Tuple, _>(length),
    mp_subscript: slot::subscript::<Tuple, _>(subscript),
    ..PyMappingMethods::ZEROED
};

crate::methods! {
    static TUPLE_METHODS = [
        method::noargs::<Tuple, _, _>(c"__getnewargs__", getnewargs, c"__getnewargs__($self, /)\n--\n\n"),
        method::fastcall::<Tuple, _, _>(c"index", index,
            c"index($self, value, start=0, stop=sys.maxsize, /)\n--\n\nPosition of the first item equal to value; ValueError if there is none."),
        method::o::<Tuple, _, _>(c"count", count,
            c"count($self, value, /)\n--\n\nNumber of items equal to value."),
        iter::class_getitem(),
    ];
}

crate::static_type! {
    /// `tuple`
    #[unsafe(no_mangle)]
    pub static PyTuple_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"tuple".as_ptr(),
        tp_basicsize: 24,
        tp_itemsize: 8,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary::<Tuple, _>(repr),
        tp_as_sequence: &raw mut TUPLE_AS_SEQUENCE,
        tp_as_mapping: &raw mut TUPLE_AS_MAPPING,
        tp_hash: slot::hash::<Tuple, _>(hash),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_TUPLE_SUBCLASS,
        tp_doc: c"tuple(iterable=(), /)\n--\n\nAn immutable sequence.\n\nWithout an argument the result is the empty tuple; with an iterable,\na tuple of its items. A tuple is returned as it is.".as_ptr(),
        tp_traverse: slot::traverse::<Tuple, _>(traverse),
        tp_richcompare: slot::richcompare::<Tuple, _>(richcompare),
        tp_iter: slot::unary::<Tuple, _>(iterate),
        tp_methods: (&raw mut TUPLE_METHODS).cast(),
        tp_new: slot::new(new_slot),
        tp_vectorcall: slot::type_vectorcall(vectorcall),
    };
}

crate::object_view!(/** A `tuple`. */ pub Tuple, PyTupleObject, PyTuple_Type, flag Py_TPFLAGS_TUPLE_SUBCLASS);

// ---- allocation ----

/// The empty tuple with its (unused) GC header.
#[repr(C)]
struct Empty {
    head: PyGC_Head,
    tuple: PyTupleObject,
}

static mut EMPTY: Empty = Empty {
    head: PyGC_Head::ZEROED,
    tuple: PyTupleObject {
        ob_base: PyVarObject {
            ob_base: PyObject { ob_refcnt: IMMORTAL, ob_type: &raw mut PyTuple_Type },
            ob_size: 0,
        },
        ob_item: [null_mut()],
    },
};

/// The count that static singletons start with: no sequence of unbalanced decrements seen in practice reaches zero.
pub(crate) const IMMORTAL: Py_ssize_t = 1 << 30;

/// Deallocated tuples of one length, chained through their first item.
struct FreeList {
    head: Cell<*mut PyTupleObject>,
    count: Cell<usize>,
}

struct FreeLists([FreeList; MAX_SAVED + 1]);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for FreeLists {}
static FREE: FreeLists =
    FreeLists([const { FreeList { head: Cell::new(null_mut()), count: Cell::new(0) } }; MAX_SAVED + 1]);

/// A tuple with one reference, not tracked, whose items are NOT initialised. `size` must not be 0.
///
/// The caller stores every item and then calls [`gc::track`].
#[inline(always)]
fn alloc(size: usize) -> Result<*mut PyTupleObject> {
    // One comparison for both ends: size 0 is a large number here.
    if size.wrapping_sub(1) < MAX_SAVED {
        let list = &FREE.0[size];
        let tuple = list.head.get();
        if !tuple.is_null() {
            // SAFETY: free list members are dead exact tuples of this length; their first item is the link.
            unsafe {
                list.head.set((*tuple).ob_item[0].cast());
                refcount::new_reference(tuple.cast());
            }
            list.count.set(list.count.get() - 1);
            return Ok(tuple);
        }
    }
    alloc_new(size)
}

/// [`alloc`] without the free list.
#[cold]
#[inline(never)]
fn alloc_new(size: usize) -> Result<*mut PyTupleObject> {
    if size > (isize::MAX as usize - 64) / 8 {
        return Err(err::no_memory());
    }
    Ok(gc::new_var(&raw mut PyTuple_Type, size as isize)?.cast())
}

/// The first item's place.
///
/// # Safety
/// `tuple` points to a tuple.
#[inline(always)]
unsafe fn slots(tuple: *mut PyTupleObject) -> *mut *mut PyObject {
    // SAFETY: the items begin at `ob_item`; no reference to the one-element array is made.
    unsafe { (&raw mut (*tuple).ob_item).cast() }
}

/// `PyTuple_New`: tracked, items NULL.
#[inline]
pub fn new(size: isize) -> Result<Obj> {
    if size <= 0 {
        return if size == 0 { Ok(empty()) } else { Err(err::bad_internal_call()) };
    }
    let tuple = alloc(size as usize)?;
    // SAFETY: fresh memory for `size` items; tracked when initialised.
    unsafe {
        let first = slots(tuple);
        if size <= 3 {
            // The usual sizes, without a call of memset.
            first.write(null_mut());
            if size > 1 {
                first.add(1).write(null_mut());
            }
            if size > 2 {
                first.add(2).write(null_mut());
            }
        } else {
            ptr::write_bytes(first, 0, size as usize);
        }
        gc::track(tuple.cast());
        Ok(Obj::from_owned_ptr(tuple.cast()))
    }
}

/// Stores an item of a tuple that [`new`] has made.
///
/// # Safety
/// Nothing is in the place yet, and nobody else relies on the tuple.
#[inline(always)]
pub(crate) unsafe fn fill(tuple: &Object, index: usize, item: Obj) {
    // SAFETY: the caller's promise.
    unsafe { slots(tuple.as_ptr().cast()).add(index).write(item.into_ptr()) }
}

/// The empty tuple.
#[inline]
pub fn empty() -> Obj {
    // SAFETY: a static object that is never deallocated.
    unsafe { Object::from_ptr((&raw mut EMPTY.tuple).cast()).owned() }
}

/// A tuple of `size` items which `item` makes one after the other, before anybody else sees it.
///
/// The closure must not fail; [`try_from_fn`] serves where making the items can raise.
#[inline]
pub fn from_fn(size: usize, mut item: impl FnMut(usize) -> Obj) -> Result<Obj> {
    try_from_fn(size, |i| Ok(item(i)))
}

/// A tuple of what `item` makes for each index, up to its first failure.
#[inline]
pub fn try_from_fn(size: usize, mut item: impl FnMut(usize) -> Result<Obj>) -> Result<Obj> {
    if size == 0 {
        return Ok(empty());
    }
    let tuple = alloc(size)?;
    // SAFETY: fresh memory for `size` items, which are all stored, or else NULL, before anybody sees it.
    unsafe {
        let at = slots(tuple);
        for i in 0..size {
            match item(i) {
                Ok(made) => at.add(i).write(made.into_ptr()),
                Err(raised) => {
                    ptr::write_bytes(at.add(i), 0, size - i);
                    drop(Obj::<Object>::from_owned_ptr(tuple.cast()));
                    return Err(raised);
                }
            }
        }
        gc::track(tuple.cast());
        Ok(Obj::from_owned_ptr(tuple.cast()))
    }
}

/// A tuple of new references to `items`.
pub fn from_slice(items: &[&Object]) -> Result<Obj> {
    let mut rest = items.iter();
    // SAFETY: as many items are asked for as there are.
    from_fn(items.len(), |_| unsafe { rest.next().unwrap_unchecked() }.owned())
}

/// A tuple that takes over `items`.
pub fn from_vec(mut items: Vec<Obj>) -> Result<Obj> {
    if items.is_empty() {
        return Ok(empty());
    }
    let tuple = alloc(items.len())?;
    // SAFETY: `Obj` is a non-null object pointer; the references move into fresh memory for that many items.
    unsafe {
        ptr::copy_nonoverlapping(items.as_ptr().cast::<*mut PyObject>(), slots(tuple), items.len());
        items.set_len(0);
        gc::track(tuple.cast());
        Ok(Obj::from_owned_ptr(tuple.cast()))
    }
}

/// A tuple that takes over an array.
#[inline]
pub fn pack<const N: usize>(items: [Obj; N]) -> Result<Obj> {
    if N == 0 {
        return Ok(empty());
    }
    let tuple = alloc(N)?;
    let items = ManuallyDrop::new(items);
    // SAFETY: `Obj` is a non-null object pointer; the references move into fresh memory for N items.
    unsafe {
        ptr::copy_nonoverlapping((&raw const items).cast::<*mut PyObject>(), slots(tuple), N);
        gc::track(tuple.cast());
        Ok(Obj::from_owned_ptr(tuple.cast()))
    }
}

/// A tuple that takes over `size` references that lie at `items` (a value stack, a C array).
///
/// # Safety
/// `items` points to `size` owned references, which the caller gives up (on error, too: they are dropped).
#[inline]
pub unsafe fn from_stolen(items: *const *mut PyObject, size: usize) -> Result<Obj> {
    if size == 0 {
        return Ok(empty());
    }
    // SAFETY: the caller's promise; fresh memory for `size` items.
    unsafe {
        match alloc(size) {
            Ok(tuple) => {
                ptr::copy_nonoverlapping(items, slots(tuple), size);
                gc::track(tuple.cast());
                Ok(Obj::from_owned_ptr(tuple.cast()))
            }
            Err(raised) => {
                for i in 0..size {
                    refcount::decref(*items.add(i));
                }
                Err(raised)
            }
        }
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, dealloc, || {
            let tuple = object.cast::<PyTupleObject>();
            let size = (*tuple).ob_base.ob_size as usize;
            let at = slots(tuple);
            for i in (0..size).rev() {
                refcount::xdecref(*at.add(i));
            }
            if ptr::eq((*object).ob_type, &raw mut PyTuple_Type) && save(tuple, size) {
                return;
            }
            if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        });
    }
}

/// Puts a dead exact tuple on the free list of its length; false if there is none, or it has enough.
///
/// # Safety
/// The tuple has that length, it is not tracked and its items are gone.
#[inline(always)]
unsafe fn save(tuple: *mut PyTupleObject, size: usize) -> bool {
    if size.wrapping_sub(1) >= MAX_SAVED {
        return false;
    }
    let list = &FREE.0[size];
    if list.count.get() >= MAX_FREE {
        return false;
    }
    // SAFETY: the caller's promise; the first item of members is the link.
    unsafe { slots(tuple).write(list.head.get().cast()) };
    list.head.set(tuple);
    list.count.set(list.count.get() + 1);
    true
}

/// The positional arguments of one call as a tuple. The collector learns of it when somebody has kept it: as long as it is
/// not tracked, what it holds is held from outside.
pub struct Arguments(*mut PyTupleObject);

impl Arguments {
    /// New references to the arguments.
    #[inline(always)]
    pub fn new(items: &[&Object]) -> Result<Arguments> {
        if items.is_empty() {
            return Ok(Arguments(empty().into_ptr().cast()));
        }
        let tuple = alloc(items.len())?;
        for (index, item) in items.iter().enumerate() {
            // SAFETY: fresh memory for as many items.
            unsafe { slots(tuple).add(index).write(item.owned().into_ptr()) };
        }
        Ok(Arguments(tuple))
    }

    /// The tuple.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        // SAFETY: a live tuple.
        unsafe { Object::from_ptr(self.0.cast()) }
    }
}

impl Drop for Arguments {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: a live exact tuple, of which this is one owner.
        unsafe {
            let tuple = self.0;
            let object: *mut PyObject = tuple.cast();
            let size = (*tuple).ob_base.ob_size as usize;
            if (*object).ob_refcnt != 1 || gc::is_tracked(object) {
                if size != 0 {
                    gc::track(object);
                }
                return refcount::decref(object);
            }
            #[cfg(feature = "checked")]
            crate::checked::died();
            (*object).ob_refcnt = 0;
            for index in (0..size).rev() {
                refcount::xdecref(*slots(tuple).add(index));
            }
            if !save(tuple, size) {
                gc::PyObject_GC_Del(object.cast());
            }
        }
    }
}

/// Frees what the free lists hold; the number of tuples freed (`_PyTuple_ClearFreeList`).
pub fn clear_free_list() -> usize {
    let mut freed = 0;
    for list in &FREE.0 {
        let mut tuple = list.head.replace(null_mut());
        freed += list.count.replace(0);
        while !tuple.is_null() {
            // SAFETY: members of the list are dead tuples, linked through their first item.
            unsafe {
                let next = (*tuple).ob_item[0].cast();
                gc::PyObject_GC_Del(tuple.cast());
                tuple = next;
            }
        }
    }
    freed
}

/// How many dead tuples of each length are kept, for `sys._debugmallocstats`.
pub fn free_list_sizes() -> [usize; MAX_SAVED + 1] {
    core::array::from_fn(|i| FREE.0[i].count.get())
}

fn traverse(this: &Tuple, visitor: &mut Visitor) {
    let size = this.len();
    for i in 0..size {
        // SAFETY: `i` is below the length; a tuple under construction may hold NULL, which the visitor skips.
        visitor.visit_ptr(unsafe { *slots(this.as_raw()).add(i) });
    }
}

// ---- accessors ----

impl Tuple {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live tuple.
        unsafe { (*self.as_raw()).ob_base.ob_size as usize }
    }

    /// Whether there is no item.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items, borrowed: a tuple that others can see does not change.
    #[inline(always)]
    pub fn items(&self) -> &[&Object] {
        // SAFETY: a complete tuple holds `len` live objects; `&Object` is a non-null object pointer.
        unsafe { core::slice::from_raw_parts(slots(self.as_raw()).cast::<&Object>(), self.len()) }
    }
}

/// The items, borrowed (the tuple is immutable). The object must be a tuple.
#[inline(always)]
pub fn items(object: &Object) -> &[&Object] {
    debug_assert!(check(object));
    // SAFETY: the caller passes a tuple.
    unsafe { object.cast_unchecked::<Tuple>() }.items()
}

/// `PyTuple_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    <Tuple as crate::handle::Class>::is_instance(object)
}

/// `PyTuple_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    <Tuple as crate::handle::Class>::is_exact(object)
}

/// `PyTuple_Size`.
pub fn size(object: &Object) -> Result<isize> {
    match object.downcast::<Tuple>() {
        Some(tuple) => Ok(tuple.len() as isize),
        None => Err(err::bad_internal_call()),
    }
}

/// `PyTuple_GetItem`: borrowed from the tuple; NULL items are possible while C code fills it.
pub fn get_item(object: &Object, index: isize) -> Result<*mut PyObject> {
    let Some(tuple) = object.downcast::<Tuple>() else {
        return Err(err::bad_internal_call());
    };
    if index < 0 || index as usize >= tuple.len() {
        return Err(err::index_error("tuple index out of range"));
    }
    // SAFETY: the index is in range.
    Ok(unsafe { *slots(tuple.as_raw()).add(index as usize) })
}

/// `PyTuple_SetItem`: steals `value` (also on error), only while the caller holds the sole reference.
pub fn set_item(object: &Object, index: isize, value: Option<Obj>) -> Result<()> {
    let tuple = match object.downcast::<Tuple>() {
        Some(tuple) if object.refcount() == 1 => tuple,
        _ => return Err(err::bad_internal_call()),
    };
    if index < 0 || index as usize >= tuple.len() {
        return Err(err::index_error("tuple assignment index out of range"));
    }
    // SAFETY: the index is in range; the old item is dropped after the new one is in its place.
    unsafe {
        let place = slots(tuple.as_raw()).add(index as usize);
        let old = place.replace(crate::handle::into_ptr_opt(value));
        refcount::xdecref(old);
    }
    Ok(())
}

/// Has the collector look at a tuple again whose items have been exchanged: it may have found them harmless before.
#[inline]
pub fn track_again(object: &Object) {
    // SAFETY: a complete tuple.
    unsafe {
        if !crate::gc::is_tracked(object.as_ptr()) {
            crate::gc::track(object.as_ptr());
        }
    }
}

/// Exchanges the items of a tuple that nobody else can see.
pub fn refill(object: &Object, items: Vec<Obj>) {
    debug_assert!(object.refcount() == 1 && self::items(object).len() == items.len());
    // SAFETY: each slot owns a reference, which is given up after the new one is there.
    unsafe {
        let first = (&raw mut (*object.as_ptr().cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>();
        for (index, item) in items.into_iter().enumerate() {
            let old = core::mem::replace(&mut *first.add(index), item.into_ptr());
            crate::refcount::xdecref(old);
        }
        if !crate::gc::is_tracked(object.as_ptr()) {
            crate::gc::track(object.as_ptr());
        }
    }
}

/// Exchanges an item of a tuple that nobody else can see.
#[inline]
pub fn replace(object: &Object, index: usize, item: Obj) {
    debug_assert!(index < self::items(object).len());
    // SAFETY: the slot owns a reference, which is given up after the new one is there.
    unsafe {
        let first = (&raw mut (*object.as_ptr().cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>();
        let old = core::mem::replace(&mut *first.add(index), item.into_ptr());
        if !crate::gc::is_tracked(object.as_ptr()) {
            crate::gc::track(object.as_ptr());
        }
        crate::refcount::xdecref(old);
    }
}

/// `PyTuple_GetSlice` with bounds that are clipped to the length.
pub fn slice(object: &Object, start: usize, end: usize) -> Result<Obj> {
    let items = items(object);
    let end = end.min(items.len());
    let start = start.min(end);
    if start == 0 && end == items.len() && check_exact(object) {
        return Ok(object.owned());
    }
    from_slice(&items[start..end])
}

/// `PyTuple_GetSlice`.
pub fn get_slice(object: &Object, start: isize, end: isize) -> Result<Obj> {
    if !check(object) {
        return Err(err::bad_internal_call());
    }
    slice(object, start.max(0) as usize, end.max(0) as usize)
}

/// `_PyTuple_Resize`: the tuple must be referred to only by `place`, which holds NULL after an error.
///
/// # Safety
/// `place` holds an owned reference to a tuple, or NULL.
pub unsafe fn resize(place: *mut *mut PyObject, new_size: isize) -> Result<()> {
    // SAFETY: the caller's promise; the object is unshared, so its memory may move.
    unsafe {
        let object = *place;
        if object.is_null()
            || !check_exact(Object::from_ptr(object))
            || new_size < 0
            || ((*object.cast::<PyVarObject>()).ob_size != 0 && (*object).ob_refcnt != 1)
        {
            *place = null_mut();
            refcount::xdecref(object);
            return Err(err::bad_internal_call());
        }
        let old_size = (*object.cast::<PyVarObject>()).ob_size;
        if old_size == new_size {
            return Ok(());
        }
        *place = null_mut();
        if old_size == 0 || new_size == 0 {
            refcount::decref(object);
            *place = new(new_size)?.into_ptr();
            return Ok(());
        }
        gc::untrack(object);
        let at = slots(object.cast());
        for i in new_size..old_size {
            let item = at.offset(i).replace(null_mut());
            refcount::xdecref(item);
        }
        let moved = match gc::resize(object.cast(), new_size) {
            Ok(moved) => moved,
            Err(raised) => {
                (*object.cast::<PyVarObject>()).ob_size = old_size.min(new_size);
                refcount::decref(object);
                return Err(raised);
            }
        };
        let at = slots(moved.cast());
        for i in old_size..new_size {
            at.offset(i).write(null_mut());
        }
        *place = moved.cast();
        gc::track(moved.cast());
        Ok(())
    }
}

/// `_PyTuple_MaybeUntrack`: a tuple of objects that the collector need not see is not tracked.
///
/// # Safety
/// `object` is a live object.
pub unsafe fn maybe_untrack(object: *mut PyObject) {
    // SAFETY: an exact tuple; unfinished ones (with NULL items) stay tracked.
    unsafe {
        if !ptr::eq((*object).ob_type, &raw mut PyTuple_Type) || !gc::is_tracked(object) {
            return;
        }
        let size = (*object.cast::<PyVarObject>()).ob_size;
        let at = slots(object.cast());
        for i in 0..size {
            let item = *at.offset(i);
            if item.is_null() || may_be_tracked(item) {
                return;
            }
        }
        gc::untrack(object);
    }
}

/// Whether an object can be part of a cycle now or later: a GC object that is not an untracked tuple.
///
/// # Safety
/// `object` is a live object.
#[inline(always)]
pub(crate) unsafe fn may_be_tracked(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let class = (*object).ob_type;
        if (*class).tp_flags & Py_TPFLAGS_HAVE_GC as c_ulong == 0 {
            return false;
        }
        if ptr::eq(class, &raw mut PyTuple_Type) {
            return gc::is_tracked(object);
        }
        match (*class).tp_is_gc {
            None => true,
            Some(test) => test(object) != 0,
        }
    }
}

// ---- slots ----

fn length(this: &Tuple) -> Result<usize> {
    Ok(this.len())
}

fn concat(this: &Tuple, other: &Object) -> Result<Obj> {
    if this.is_empty() && check_exact(other) {
        return Ok(other.owned());
    }
    let Some(right) = other.downcast::<Tuple>() else {
        return Err(err::type_error(format_args!(
            "can only concatenate tuple (not \"{:.200}\") to tuple",
            other.class_of().name()
        )));
    };
    if right.is_empty() && check_exact(this) {
        return Ok(this.object().owned());
    }
    let (a, b) = (this.items(), right.items());
    from_fn(a.len() + b.len(), |i| if i < a.len() { a[i].owned() } else { b[i - a.len()].owned() })
}

fn repeat(this: &Tuple, n: isize) -> Result<Obj> {
    if (this.is_empty() || n == 1) && check_exact(this) {
        return Ok(this.object().owned());
    }
    if this.is_empty() || n <= 0 {
        return Ok(empty());
    }
    let Some(size) = this.len().checked_mul(n as usize).filter(|&size| size <= isize::MAX as usize / 8)
    else {
        return Err(err::no_memory());
    };
    let items = this.items();
    let mut next = 0;
    from_fn(size, |_| {
        let item = items[next].owned();
        next = if next + 1 == items.len() { 0 } else { next + 1 };
        item
    })
}

fn item(this: &Tuple, index: isize) -> Result<Obj> {
    match this.items().get(index as usize) {
        Some(item) => Ok(item.owned()),
        None => Err(err::index_error("tuple index out of range")),
    }
}

fn contains(this: &Tuple, value: &Object) -> Result<bool> {
    for item in this.items() {
        if object::rich_compare_bool(item, value, CompareOp::Eq)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `tuple[key]`.
#[inline]
pub fn subscript(this: &Tuple, key: &Object) -> Result<Obj> {
    let index = if let Some(index) = long::small_value(key) {
        index as isize
    } else if number::index_check(key) {
        number::as_ssize(key, Some(crate::types::exceptions::IndexError()))?
    } else if slice::check(key) {
        let (start, _, step, count) = slice::indices(key, this.len())?;
        return select(this, start, step, count);
    } else {
        return Err(err::type_error(format_args!(
            "tuple indices must be integers or slices, not {:.200}",
            key.class_of().name()
        )));
    };
    item(this, if index < 0 { index + this.len() as isize } else { index })
}

/// The `count` items from `start` on, `step` apart, all in range (`tuple[a:b:c]`).
pub fn select(this: &Tuple, start: isize, step: isize, count: usize) -> Result<Obj> {
    let items = this.items();
    if count == 0 {
        return Ok(empty());
    }
    if start == 0 && step == 1 && count == items.len() && check_exact(this) {
        return Ok(this.object().owned());
    }
    from_fn(count, |i| items[(start + i as isize * step) as usize].owned())
}

fn repr(this: &Tuple) -> Result<Obj> {
    if this.is_empty() {
        return unicode::from_str("()");
    }
    let Some(_guard) = object::repr_enter(this)? else {
        return unicode::from_str("(...)");
    };
    let mut text = unicode::Builder::new();
    text.push_str("(");
    for (i, item) in this.items().iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        text.push_object(&*object::repr(item)?);
    }
    text.push_str(if this.len() == 1 { ",)" } else { ")" });
    text.finish()
}

/// The hash of a sequence of item hashes: xxHash64's accumulation, as CPython's tuple has it.
fn hash(this: &Tuple) -> Result<Py_hash_t> {
    const P1: u64 = 11_400_714_785_074_694_791;
    const P2: u64 = 14_029_467_366_897_019_727;
    const P5: u64 = 2_870_177_450_012_600_261;
    let mut acc = P5;
    for item in this.items() {
        let lane = item_hash(item)? as u64;
        acc = acc.wrapping_add(lane.wrapping_mul(P2)).rotate_left(31).wrapping_mul(P1);
    }
    acc = acc.wrapping_add(this.len() as u64 ^ (P5 ^ 3_527_539));
    Ok(if acc == u64::MAX { 1_546_275_796 } else { acc as Py_hash_t })
}

/// The hash of an item; those of short ints and of tuples without a call through the class.
#[inline(always)]
fn item_hash(item: &Object) -> Result<Py_hash_t> {
    if let Some(value) = long::small_value(item) {
        return Ok(if value == -1 { -2 } else { value as Py_hash_t });
    }
    match item.downcast_exact::<Tuple>() {
        Some(tuple) => hash(tuple),
        None => dict::hash_of(item),
    }
}

fn richcompare(this: &Tuple, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(right) = other.downcast::<Tuple>() else {
        return Ok(none::not_implemented().owned());
    };
    let (a, b) = (this.items(), right.items());
    for (x, y) in a.iter().zip(b) {
        if object::rich_compare_bool(x, y, CompareOp::Eq)? {
            continue;
        }
        return match op {
            CompareOp::Eq => Ok(bool::from_bool(false)),
            CompareOp::Ne => Ok(bool::from_bool(true)),
            _ => match plain::compare(x, y, op) {
                Some(result) => Ok(bool::from_bool(result)),
                None => object::rich_compare(x, y, op),
            },
        };
    }
    Ok(bool::from_bool(op.matches(a.len().cmp(&b.len()))))
}

fn iterate(this: &Tuple) -> Result<Obj> {
    let iterator = gc::new_object(&raw mut PyTupleIter_Type)?.cast::<tupleiterobject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*iterator).it_index = 0;
        (*iterator).it_seq = this.owned().into_ptr().cast();
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

/// `tuple(iterable)` of exactly that class.
fn from_iterable(iterable: Option<&Object>) -> Result<Obj> {
    match iterable {
        None => Ok(empty()),
        Some(iterable) => sequence::tuple(iterable),
    }
}

fn new_slot(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let exact = ptr::eq(class.as_raw(), &raw mut PyTuple_Type);
    if exact {
        iter::no_keywords("tuple", kw)?;
    }
    let args = items(args);
    crate::args::check_positional("tuple", args.len(), 0, 1)?;
    let base = from_iterable(args.first().copied())?;
    if exact {
        return Ok(base);
    }
    let source = items(&base);
    let result = class.alloc(source.len() as isize)?;
    for (i, item) in source.iter().enumerate() {
        // SAFETY: `alloc` gave a tuple subclass instance with room for the items, all NULL.
        unsafe { *slots(result.as_ptr().cast()).add(i) = item.owned().into_ptr() };
    }
    Ok(result)
}

fn vectorcall(_class: &Type, args: crate::args::Args<'_>) -> Result<Obj> {
    if !args.names.is_empty() {
        return Err(err::type_error("tuple() takes no keyword arguments"));
    }
    crate::args::check_positional("tuple", args.positional.len(), 0, 1)?;
    from_iterable(args.positional.first().copied())
}

// ---- methods ----

fn getnewargs(this: &Tuple) -> Result<Obj> {
    let copy = from_slice(this.items())?;
    pack([copy])
}

fn index(this: &Tuple, args: &[&Object]) -> Result<Obj> {
    crate::args::check_positional("index", args.len(), 1, 3)?;
    let (start, stop) = slice::search_bounds(&args[1..], this.len())?;
    for (i, item) in this.items().iter().enumerate().take(stop).skip(start) {
        if object::rich_compare_bool(item, args[0], CompareOp::Eq)? {
            return long::from_i64(i as i64);
        }
    }
    Err(err::value_error("tuple.index(x): x not in tuple"))
}

fn count(this: &Tuple, value: &Object) -> Result<Obj> {
    let mut found = 0;
    for item in this.items() {
        if object::rich_compare_bool(item, value, CompareOp::Eq)? {
            found += 1;
        }
    }
    long::from_i64(found)
}

// ---- iterator ----

crate::methods! {
    static ITER_METHODS = [
        method::noargs::<TupleIter, _, _>(c"__length_hint__", iter_length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<TupleIter, _, _>(c"__reduce__", iter_reduce, c"Return state information for pickling."),
        method::o::<TupleIter, _, _>(c"__setstate__", iter_setstate, c"Set state information for unpickling."),
    ];
}

crate::static_type! {
    /// `tuple_iterator`
    #[unsafe(no_mangle)]
    pub static PyTupleIter_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"tuple_iterator".as_ptr(),
        tp_basicsize: 32,
        tp_dealloc: Some(iter_dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<TupleIter, _>(iter_traverse),
        tp_iter: iter::SELF_ITER,
        tp_iternext: Some(iter_next),
        tp_methods: (&raw mut ITER_METHODS).cast(),
    };
}

crate::object_view!(/** An iterator over a tuple; `it_seq` is NULL when it is exhausted. */
    pub TupleIter, tupleiterobject, PyTupleIter_Type);

unsafe extern "C" fn iter_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::xdecref((*object.cast::<tupleiterobject>()).it_seq.cast());
        gc::PyObject_GC_Del(object.cast());
    }
}

fn iter_traverse(this: &TupleIter, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    visitor.visit_ptr(unsafe { (*this.as_raw()).it_seq.cast() });
}

unsafe extern "C" fn iter_next(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the slot's contract; the tuple is owned by the iterator and does not change.
    unsafe {
        let this = object.cast::<tupleiterobject>();
        let tuple = (*this).it_seq;
        if tuple.is_null() {
            return null_mut();
        }
        let index = (*this).it_index;
        if index < (*tuple).ob_base.ob_size {
            let item = *slots(tuple).offset(index);
            (*this).it_index = index + 1;
            refcount::incref(item);
            return item;
        }
        (*this).it_seq = null_mut();
        refcount::decref(tuple.cast());
        null_mut()
    }
}

fn iter_length_hint(this: &TupleIter) -> Result<Obj> {
    // SAFETY: a live iterator; `it_seq` is NULL or a tuple.
    let left = unsafe {
        let raw = this.as_raw();
        if (*raw).it_seq.is_null() { 0 } else { (*(*raw).it_seq).ob_base.ob_size - (*raw).it_index }
    };
    long::from_i64(left as i64)
}

fn iter_reduce(this: &TupleIter) -> Result<Obj> {
    // SAFETY: a live iterator; `it_seq` is NULL or a tuple.
    let (sequence, index) =
        unsafe { (Object::from_ptr_opt((*this.as_raw()).it_seq.cast()), (*this.as_raw()).it_index) };
    iter::reduce_sequence("iter", sequence.map(Layout::owned), index, || Ok(empty()))
}

fn iter_setstate(this: &TupleIter, state: &Object) -> Result<()> {
    let index = long::as_isize(state)?;
    // SAFETY: a live iterator; `it_seq` is NULL or a tuple.
    unsafe {
        let raw = this.as_raw();
        if !(*raw).it_seq.is_null() {
            (*raw).it_index = index.clamp(0, (*(*raw).it_seq).ob_base.ob_size);
        }
    }
    Ok(())
}
