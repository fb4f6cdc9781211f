//! `list`: a growing array of references in a block of its own.
//!
//! ```text
//!   0 head │ 16 ob_size │ 24 ob_item ──▶ [allocated] references, the first ob_size in use │ 32 allocated
//! ```
//!
//! `ob_item` is NULL while nothing has been allocated. C code appends and pops in place by these fields, so they are
//! always up to date; while a list is being sorted it is empty and `allocated` is -1. Anything that runs Python code
//! (a comparison, a decrement) may change the list: such code holds its own references and reads the fields again.
//! Items are NULL only between `PyList_New` and the stores of the C code that asked for it.

pub(crate) mod iter;
mod methods;
mod sort;

pub use iter::{ListIter, ListRevIter, PyListIter_Type, PyListRevIter_Type};
pub use methods::{PyList_Type, extend_from_iterable, select};

use crate::err;
use crate::handle::{Layout, Obj, Object, Result, into_ptr_opt};
use crate::types::tuple;
use crate::{gc, memory, refcount};
use core::cell::Cell;
use core::mem::{ManuallyDrop, MaybeUninit};
use core::ptr::{self, null_mut};
use krait_abi::*;

crate::object_view!(/** A `list`. */ pub List, PyListObject, PyList_Type, flag Py_TPFLAGS_LIST_SUBCLASS);

// ---- allocation ----

/// Dead exact lists that are kept for reuse.
const MAX_FREE: usize = 80;

struct FreeList {
    lists: [Cell<*mut PyListObject>; MAX_FREE],
    count: Cell<usize>,
}
// SAFETY: only touched with the GIL held.
unsafe impl Sync for FreeList {}
static FREE: FreeList = FreeList { lists: [const { Cell::new(null_mut()) }; MAX_FREE], count: Cell::new(0) };

/// A list without items, not yet tracked.
#[inline]
fn alloc() -> Result<*mut PyListObject> {
    let count = FREE.count.get();
    let list = if count > 0 {
        FREE.count.set(count - 1);
        let list = FREE.lists[count - 1].get();
        // SAFETY: free list members are dead exact lists.
        unsafe { refcount::new_reference(list.cast()) };
        list
    } else {
        gc::new_object(&raw mut PyList_Type)?.cast()
    };
    // SAFETY: memory of the struct with an initialised head.
    unsafe {
        (*list).ob_base.ob_size = 0;
        (*list).ob_item = null_mut();
        (*list).allocated = 0;
    }
    Ok(list)
}

/// A tracked list whose block holds exactly `size` items; `fill` stores all of them.
///
/// # Safety
/// `fill` initialises the `size` places with owned references (or NULL) without running Python code.
#[inline]
unsafe fn with_items(size: usize, fill: impl FnOnce(*mut *mut PyObject)) -> Result<Obj<List>> {
    // SAFETY: fresh memory; tracked when complete.
    unsafe {
        let list = alloc()?;
        if size > 0 {
            let block = if size > isize::MAX as usize / 8 {
                null_mut()
            } else {
                memory::mem_malloc(size * 8).cast::<*mut PyObject>()
            };
            if block.is_null() {
                gc::track(list.cast());
                refcount::decref(list.cast());
                return Err(err::no_memory());
            }
            fill(block);
            (*list).ob_item = block;
            (*list).ob_base.ob_size = size as isize;
            (*list).allocated = size as isize;
        }
        gc::track(list.cast());
        Ok(Obj::from_owned_ptr(list.cast()))
    }
}

/// An empty list.
#[inline]
pub fn new() -> Result<Obj<List>> {
    let list = alloc()?;
    // SAFETY: a complete list.
    unsafe {
        gc::track(list.cast());
        Ok(Obj::from_owned_ptr(list.cast()))
    }
}

/// `PyList_New`: `size` items that are NULL.
pub fn new_sized(size: isize) -> Result<Obj<List>> {
    if size < 0 {
        return Err(err::bad_internal_call());
    }
    // SAFETY: all places become NULL.
    unsafe { with_items(size as usize, |block| ptr::write_bytes(block, 0, size as usize)) }
}

/// A list that is being made of pieces whose number is not known; remembers the first failure.
pub struct Pieces {
    list: Obj<List>,
    failed: Option<err::Raised>,
}

impl Pieces {
    /// No pieces, with room for a dozen.
    pub fn new() -> Result<Pieces> {
        Pieces::with_room(12)
    }

    /// No pieces, with room for as many as are expected.
    pub fn with_room(room: usize) -> Result<Pieces> {
        let list = alloc()?;
        // SAFETY: a complete list, which gets a block of `room` places, none of them in use.
        unsafe {
            let failed = room > 0 && {
                (*list).ob_item = memory::mem_malloc(room * 8).cast();
                (*list).ob_item.is_null()
            };
            (*list).allocated = if failed { 0 } else { room as isize };
            gc::track(list.cast());
            let list = Obj::from_owned_ptr(list.cast());
            if failed { Err(err::no_memory()) } else { Ok(Pieces { list, failed: None }) }
        }
    }

    /// Adds a piece.
    #[inline]
    pub fn push(&mut self, piece: Result<Obj>) {
        if self.failed.is_none()
            && let Err(raised) = piece.and_then(|piece| self.list.push(piece))
        {
            self.failed = Some(raised);
        }
    }

    /// The list.
    pub fn finish(self) -> Result<Obj> {
        match self.failed {
            Some(raised) => Err(raised),
            None => Ok(self.list.upcast()),
        }
    }
}

/// A list that takes over `items`.
pub fn from_vec(items: Vec<Obj>) -> Result<Obj<List>> {
    let size = items.len();
    // SAFETY: `Obj` is a non-null object pointer; the references move, and the vector frees only its block.
    unsafe {
        let mut items = ManuallyDrop::new(items);
        let moved = with_items(size, |block| {
            ptr::copy_nonoverlapping(items.as_ptr().cast::<*mut PyObject>(), block, size);
        });
        if moved.is_ok() {
            items.set_len(0);
        }
        ManuallyDrop::drop(&mut items);
        moved
    }
}

/// A list of new references to `items`.
pub fn from_slice(items: &[&Object]) -> Result<Obj<List>> {
    // SAFETY: every place gets a new reference.
    unsafe {
        with_items(items.len(), |block| {
            for (i, item) in items.iter().enumerate() {
                block.add(i).write(item.owned().into_ptr());
            }
        })
    }
}

/// A list that takes over `size` references that lie at `items` (a value stack).
///
/// # Safety
/// `items` points to `size` owned references, which the caller gives up (on error, too: they are dropped).
#[inline]
pub unsafe fn from_stolen(items: *const *mut PyObject, size: usize) -> Result<Obj<List>> {
    // SAFETY: the caller's promise.
    unsafe {
        let result = with_items(size, |block| ptr::copy_nonoverlapping(items, block, size));
        if result.is_err() {
            for i in 0..size {
                refcount::decref(*items.add(i));
            }
        }
        result
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, dealloc, || {
            let list = object.cast::<PyListObject>();
            let block = (*list).ob_item;
            if !block.is_null() {
                // From the end, as the most recent objects are the likeliest to be in the cache.
                let mut i = (*list).ob_base.ob_size;
                while i > 0 {
                    i -= 1;
                    refcount::xdecref(*block.offset(i));
                }
                memory::mem_free(block.cast());
            }
            let count = FREE.count.get();
            if count < MAX_FREE && ptr::eq((*object).ob_type, &raw mut PyList_Type) {
                FREE.lists[count].set(list);
                FREE.count.set(count + 1);
            } else if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        });
    }
}

/// Frees what the free list holds; the number of lists freed (`_PyList_ClearFreeList`).
pub fn clear_free_list() -> usize {
    let freed = FREE.count.get();
    while FREE.count.get() > 0 {
        FREE.count.set(FREE.count.get() - 1);
        // SAFETY: members are dead lists.
        unsafe { gc::PyObject_GC_Del(FREE.lists[FREE.count.get()].get().cast()) };
    }
    freed
}

/// How many dead lists are kept, for `sys._debugmallocstats`.
pub fn free_list_size() -> usize {
    FREE.count.get()
}

/// `PyList_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    <List as crate::handle::Class>::is_instance(object)
}

/// `PyList_CheckExact`.
#[inline(always)]
pub fn check_exact(object: &Object) -> bool {
    <List as crate::handle::Class>::is_exact(object)
}

// ---- the block ----

/// Makes room for `size` items and sets `ob_size`; new places are not initialised.
///
/// Growth is proportional (4, 8, 16, 24, 32, 40, 52, 64, ...), so that a run of appends is linear; shrinking below
/// half gives memory back.
///
/// # Safety
/// `list` is a list that is not being sorted, or has `allocated` set to its block's true size.
#[inline]
unsafe fn resize(list: *mut PyListObject, size: isize) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let allocated = (*list).allocated;
        if allocated >= size && size >= allocated >> 1 {
            (*list).ob_base.ob_size = size;
            return Ok(());
        }
        reallocate(list, size)
    }
}

#[cold]
#[inline(never)]
unsafe fn reallocate(list: *mut PyListObject, size: isize) -> Result<()> {
    let wanted = size as usize;
    // SAFETY: as `resize`.
    unsafe {
        let mut capacity = (wanted + (wanted >> 3) + 6) & !3;
        // A single large extension gets little extra.
        if size - (*list).ob_base.ob_size > capacity as isize - size {
            capacity = (wanted + 3) & !3;
        }
        if size == 0 {
            capacity = 0;
        }
        if capacity > isize::MAX as usize / 8 {
            return Err(err::no_memory());
        }
        let block = memory::mem_realloc((*list).ob_item.cast(), capacity * 8).cast::<*mut PyObject>();
        if block.is_null() {
            return Err(err::no_memory());
        }
        (*list).ob_item = block;
        (*list).ob_base.ob_size = size;
        (*list).allocated = capacity as isize;
    }
    Ok(())
}

/// References taken out of a list, dropped when the list is consistent again.
struct Removed {
    few: [MaybeUninit<*mut PyObject>; FEW],
    many: Vec<*mut PyObject>,
    count: usize,
}

/// How many removed items need no memory of their own.
const FEW: usize = 16;

impl Removed {
    /// Takes over `count` references at `from`.
    ///
    /// # Safety
    /// The places hold owned references (or NULL) that the list gives up.
    #[inline]
    unsafe fn take(from: *const *mut PyObject, count: usize) -> Result<Removed> {
        let mut removed = Removed { few: [const { MaybeUninit::uninit() }; FEW], many: Vec::new(), count };
        if count > FEW {
            removed.many = memory::try_vec(count)?;
            // SAFETY: the caller's promise.
            removed.many.extend_from_slice(unsafe { core::slice::from_raw_parts(from, count) });
        } else if count > 0 {
            // SAFETY: the caller's promise; there is room.
            unsafe { ptr::copy_nonoverlapping(from, removed.few.as_mut_ptr().cast(), count) };
        }
        Ok(removed)
    }

    /// Nothing, with room for `count` references.
    fn with_room(count: usize) -> Result<Removed> {
        Ok(Removed { few: [const { MaybeUninit::uninit() }; FEW], many: memory::try_vec(count)?, count: 0 })
    }

    /// Takes over a reference.
    fn push(&mut self, item: *mut PyObject) {
        self.many.push(item);
        self.count += 1;
    }
}

impl Drop for Removed {
    fn drop(&mut self) {
        let items: *const *mut PyObject =
            if self.many.is_empty() { self.few.as_ptr().cast() } else { self.many.as_ptr() };
        for index in (0..self.count).rev() {
            // SAFETY: the references belong to this value.
            unsafe { refcount::xdecref(*items.add(index)) };
        }
    }
}

// ---- accessors ----

impl List {
    /// Number of items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // SAFETY: a live list.
        unsafe { (*self.as_raw()).ob_base.ob_size as usize }
    }

    /// Whether there is no item.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first item's place; NULL when nothing is allocated.
    #[inline(always)]
    fn block(&self) -> *mut *mut PyObject {
        // SAFETY: a live list.
        unsafe { (*self.as_raw()).ob_item }
    }

    /// A new reference to an item, if the index is in range.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Obj> {
        if index >= self.len() {
            return None;
        }
        // SAFETY: the index is in range.
        unsafe { Object::from_ptr_opt(*self.block().add(index)).map(Layout::owned) }
    }

    /// Replaces an item (index must be in range, else IndexError).
    #[inline]
    pub fn set(&self, index: usize, value: Obj) -> Result<()> {
        if index >= self.len() {
            return Err(err::index_error("list assignment index out of range"));
        }
        // SAFETY: the index is in range; the old item is dropped after the new one is in its place.
        unsafe {
            let old = self.block().add(index).replace(value.into_ptr());
            refcount::xdecref(old);
        }
        Ok(())
    }

    /// `PyList_Append`.
    #[inline]
    pub fn append(&self, item: &Object) -> Result<()> {
        self.push(item.owned())
    }

    /// `PyList_Append` that takes over the item.
    #[inline]
    pub fn push(&self, item: Obj) -> Result<()> {
        let list = self.as_raw();
        // SAFETY: a live list with a free place.
        unsafe {
            let size = (*list).ob_base.ob_size;
            if size >= (*list).allocated {
                return self.push_beyond(item);
            }
            (*list).ob_base.ob_size = size + 1;
            (*list).ob_item.offset(size).write(item.into_ptr());
        }
        Ok(())
    }

    /// [`push`](List::push) where all places are taken.
    #[cold]
    #[inline(never)]
    fn push_beyond(&self, item: Obj) -> Result<()> {
        let list = self.as_raw();
        // SAFETY: a live list; `resize` makes the place.
        unsafe {
            let size = (*list).ob_base.ob_size;
            if size == isize::MAX {
                return Err(err::overflow_error("cannot add more objects to list"));
            }
            resize(list, size + 1)?;
            (*list).ob_item.offset(size).write(item.into_ptr());
        }
        Ok(())
    }

    /// `PyList_Insert`: out-of-range indices are clipped.
    pub fn insert(&self, index: isize, item: &Object) -> Result<()> {
        let list = self.as_raw();
        let size = self.len() as isize;
        if size == isize::MAX {
            return Err(err::overflow_error("cannot add more objects to list"));
        }
        let at = if index < 0 { (index + size).max(0) } else { index.min(size) };
        // SAFETY: `resize` makes room for one more; the tail moves up by one.
        unsafe {
            resize(list, size + 1)?;
            let place = (*list).ob_item.offset(at);
            ptr::copy(place, place.add(1), (size - at) as usize);
            place.write(item.owned().into_ptr());
        }
        Ok(())
    }

    /// Removes the item at `index`, which must be in range, and returns it.
    pub fn remove_at(&self, index: usize) -> Result<Obj> {
        let list = self.as_raw();
        let size = self.len();
        debug_assert!(index < size);
        // SAFETY: the index is in range; shrinking never needs memory, and the item's reference moves out.
        unsafe {
            let place = (*list).ob_item.add(index);
            let item = *place;
            if index + 1 < size {
                ptr::copy(place.add(1), place, size - index - 1);
            }
            (*list).ob_base.ob_size = size as isize - 1;
            shrink(list);
            Ok(Obj::from_owned_ptr(item))
        }
    }

    /// `PyList_Sort`.
    pub fn sort(&self) -> Result<()> {
        sort::sort(self, None, false)
    }

    /// `list.sort` with its arguments.
    pub fn sort_by(&self, key: Option<&Object>, reverse: bool) -> Result<()> {
        sort::sort(self, key, reverse)
    }

    /// `PyList_Reverse`.
    pub fn reverse(&self) {
        // SAFETY: the block holds `len` references, which only change places.
        unsafe {
            if self.len() > 1 {
                core::slice::from_raw_parts_mut(self.block(), self.len()).reverse();
            }
        }
    }

    /// `list.extend`.
    pub fn extend(&self, iterable: &Object) -> Result<()> {
        extend_from_iterable(self, iterable)
    }

    /// Removes every item (`list.clear`).
    pub fn clear(&self) {
        let list = self.as_raw();
        // SAFETY: the fields are reset before the first item is dropped.
        unsafe {
            let block = (*list).ob_item;
            if block.is_null() {
                return;
            }
            let mut i = (*list).ob_base.ob_size;
            (*list).ob_base.ob_size = 0;
            (*list).ob_item = null_mut();
            (*list).allocated = 0;
            while i > 0 {
                i -= 1;
                refcount::xdecref(*block.offset(i));
            }
            memory::mem_free(block.cast());
        }
    }

    /// `PyList_AsTuple`.
    pub fn to_tuple(&self) -> Result<Obj> {
        let size = self.len();
        // SAFETY: making a tuple of new references runs no Python code that could change the list after the
        // allocation, which is the first step (a collection may run there, so the items are read afterwards).
        let made = tuple::from_fn(size, |i| match self.get(i) {
            Some(item) => item,
            None => crate::types::none::none().owned(),
        })?;
        Ok(made)
    }

    /// The items, borrowed.
    ///
    /// # Safety
    /// No code runs that could change the list while the slice is in use, and no item is NULL.
    #[inline(always)]
    pub unsafe fn items(&self) -> &[&Object] {
        if self.is_empty() {
            return &[];
        }
        // SAFETY: the block holds `len` live objects; `&Object` is a non-null object pointer.
        unsafe { core::slice::from_raw_parts(self.block().cast::<&Object>(), self.len()) }
    }

    /// A list of the items from `start` up to `end`, both in range.
    pub fn copy_range(&self, start: usize, end: usize) -> Result<Obj<List>> {
        debug_assert!(start <= end && end <= self.len());
        // SAFETY: the places get new references; `with_items` may run a collection before `fill`, after which the list
        // may have changed, so the bounds are checked once more.
        unsafe {
            with_items(end - start, |block| {
                if end > self.len() {
                    ptr::write_bytes(block, 0, end - start);
                    return;
                }
                let from = self.block().add(start);
                for i in 0..end - start {
                    let item = *from.add(i);
                    refcount::xincref(item);
                    block.add(i).write(item);
                }
            })
        }
    }

    /// Replaces the items from `start` up to `end` by `values` (any iterable; None deletes) (`list[a:b] = values`).
    pub fn set_range(&self, start: isize, end: isize, values: Option<&Object>) -> Result<()> {
        let collected;
        let values = match values {
            None => &[][..],
            Some(values) => {
                if let Some(tuple) = values.downcast_exact::<tuple::Tuple>() {
                    tuple.items()
                } else if !ptr::eq(values, self.object()) && check_exact(values) {
                    // SAFETY: a live list whose items are not NULL, as the surgery runs no code before it has copied them.
                    unsafe {
                        let other: &List = values.cast_unchecked();
                        crate::method::arg_slice(other.block(), other.len())
                    }
                } else {
                    // A list assigned to a part of itself is copied first, like any other.
                    collected = methods::collect(values, "can only assign an iterable")?;
                    // SAFETY: `Obj` is a non-null object pointer.
                    unsafe { crate::method::arg_slice(collected.as_ptr().cast(), collected.len()) }
                }
            }
        };
        let size = self.len() as isize;
        let start = start.clamp(0, size);
        let end = end.clamp(start, size);
        self.splice(start as usize, end as usize, values)
    }

    /// Replaces a range by values that stay alive meanwhile.
    fn splice(&self, start: usize, end: usize, values: &[&Object]) -> Result<()> {
        let list = self.as_raw();
        let size = self.len();
        let (old, new) = (end - start, values.len());
        if old == size && new == 0 {
            self.clear();
            return Ok(());
        }
        // SAFETY: the range is inside the list; the old references move to `removed`, which outlives the surgery.
        unsafe {
            if new == old && new <= FEW {
                self.exchange_few(start, values);
                return Ok(());
            }
            let removed = Removed::take((*list).ob_item.add(start), old)?;
            if new <= old {
                let tail = (*list).ob_item.add(end);
                ptr::copy(tail, tail.sub(old - new), size - end);
                (*list).ob_base.ob_size = (size - old + new) as isize;
            } else {
                if let Err(raised) = resize(list, (size - old + new) as isize) {
                    // The old items are still in their places and stay the list's.
                    core::mem::forget(removed);
                    return Err(raised);
                }
                let tail = (*list).ob_item.add(end);
                ptr::copy(tail, tail.add(new - old), size - end);
            }
            for (i, value) in values.iter().enumerate() {
                (*list).ob_item.add(start + i).write((*value).owned().into_ptr());
            }
            if new < old {
                shrink(list);
            }
            drop(removed);
        }
        Ok(())
    }
}

/// Replacing a range by as many items.
impl List {
    /// Replaces a range by at most [`FEW`] values that stay alive meanwhile.
    ///
    /// # Safety
    /// The range is inside the list.
    unsafe fn exchange_few(&self, start: usize, values: &[&Object]) {
        let mut old = [const { MaybeUninit::<*mut PyObject>::uninit() }; FEW];
        // SAFETY: the caller's promise; the old items are dropped when the new ones are in their places.
        unsafe {
            let block = self.block().add(start);
            for (i, value) in values.iter().enumerate() {
                old.get_unchecked_mut(i).write(*block.add(i));
                *block.add(i) = (*value).owned().into_ptr();
            }
            for item in old.get_unchecked(..values.len()).iter().rev() {
                refcount::xdecref(item.assume_init());
            }
        }
    }

    /// `self[start:stop] = values` for as many values, which the other list gets in exchange.
    ///
    /// # Safety
    /// Nobody else has `values`, another list, and it is about to be dropped; the range is inside this list.
    pub unsafe fn exchange(&self, start: usize, values: &List) {
        // SAFETY: the caller's promise.
        unsafe {
            ptr::swap_nonoverlapping(self.block().add(start), values.block(), values.len());
        }
    }
}

/// Gives memory back when less than half of the block is in use; failing to is no error.
///
/// # Safety
/// `list` is a list that is not being sorted.
#[inline]
unsafe fn shrink(list: *mut PyListObject) {
    // SAFETY: the caller's promise; a shrinking realloc that fails leaves the block as it is.
    unsafe {
        let size = (*list).ob_base.ob_size;
        if size < (*list).allocated >> 1 && resize(list, size).is_err() {
            err::clear();
        }
    }
}

// ---- C API forms ----

/// `PyList_Size`.
pub fn size(object: &Object) -> Result<isize> {
    view(object).map(|list| list.len() as isize)
}

/// The list that a C function got, else `SystemError`.
#[inline]
fn view(object: &Object) -> Result<&List> {
    object.downcast::<List>().ok_or_else(err::bad_internal_call)
}

/// `PyList_GetItem`: borrowed; NULL items are possible while C code fills the list.
#[inline]
pub fn get_item(object: &Object, index: isize) -> Result<*mut PyObject> {
    let list = view(object)?;
    // A negative index is a large one here.
    if index as usize >= list.len() {
        return Err(err::index_error("list index out of range"));
    }
    // SAFETY: the index is in range.
    Ok(unsafe { *list.block().offset(index) })
}

/// `PyList_SetItem`: steals `value`, also on error.
#[inline]
pub fn set_item(object: &Object, index: isize, value: Option<Obj>) -> Result<()> {
    let Some(list) = object.downcast::<List>().filter(|list| (index as usize) < list.len()) else {
        return Err(refused_item(object, value));
    };
    // SAFETY: the index is in range; the old item is dropped after the new one is in its place.
    unsafe {
        let old = list.block().offset(index).replace(into_ptr_opt(value));
        refcount::xdecref(old);
    }
    Ok(())
}

/// Why [`set_item`] fails.
#[cold]
#[inline(never)]
fn refused_item(object: &Object, value: Option<Obj>) -> err::Raised {
    let raised = match view(object) {
        Ok(_) => err::index_error("list assignment index out of range"),
        Err(raised) => raised,
    };
    drop(value);
    raised
}

/// `PyList_Append`.
#[inline]
pub fn append(object: &Object, item: Option<&Object>) -> Result<()> {
    match (object.downcast::<List>(), item) {
        (Some(list), Some(item)) => list.append(item),
        _ => Err(err::bad_internal_call()),
    }
}

/// `PyList_Insert`.
pub fn insert(object: &Object, index: isize, item: Option<&Object>) -> Result<()> {
    match (object.downcast::<List>(), item) {
        (Some(list), Some(item)) => list.insert(index, item),
        _ => Err(err::bad_internal_call()),
    }
}

/// `PyList_GetSlice`.
pub fn get_slice(object: &Object, start: isize, end: isize) -> Result<Obj> {
    let list = view(object)?;
    let size = list.len() as isize;
    let start = start.clamp(0, size);
    let end = end.clamp(start, size);
    Ok(list.copy_range(start as usize, end as usize)?.upcast())
}

/// `PyList_SetSlice`.
pub fn set_slice(object: &Object, start: isize, end: isize, values: Option<&Object>) -> Result<()> {
    view(object)?.set_range(start, end, values)
}

/// `PyList_Sort`.
pub fn sort(object: Option<&Object>) -> Result<()> {
    match object.and_then(|o| o.downcast::<List>()) {
        Some(list) => list.sort(),
        None => Err(err::bad_internal_call()),
    }
}

/// `PyList_Reverse`.
pub fn reverse(object: Option<&Object>) -> Result<()> {
    match object.and_then(|o| o.downcast::<List>()) {
        Some(list) => {
            list.reverse();
            Ok(())
        }
        None => Err(err::bad_internal_call()),
    }
}

/// `PyList_AsTuple`.
pub fn as_tuple(object: Option<&Object>) -> Result<Obj> {
    match object.and_then(|o| o.downcast::<List>()) {
        Some(list) => list.to_tuple(),
        None => Err(err::bad_internal_call()),
    }
}

#[cfg(test)]
mod tests;
