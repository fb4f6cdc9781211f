//! The cycle collector: tracking, allocation of tracked objects, and the settings that the `gc` module shows.
//!
//! Every object that can be part of a cycle has a header before it:
//!
//! ```text
//!   ┌────────────┬────────────┐┌───────────┬─────────┬──
//!   │ _gc_next   │ _gc_prev   ││ ob_refcnt │ ob_type │ ...
//!   └────────────┴────────────┘└───────────┴─────────┴──
//!   -16           -8            0
//! ```
//!
//! `_gc_next` is 0 while the object is not tracked. The low bits of `_gc_prev` are flags: [`FINALIZED`] (`tp_finalize` has
//! run) and [`COLLECTING`] (in the set that the running collection looks at). Tracked objects are in one of three
//! generations, circular lists whose heads are in the interpreter's state; [`collect`] has the algorithm and [`inspect`]
//! what looks into the lists.

pub mod collect;
pub mod inspect;
#[cfg(test)]
mod tests;

use crate::err;
use crate::handle::{Obj, Object, Result};
use crate::memory;
use crate::refcount;
use crate::state;
use core::ffi::{c_int, c_ulong, c_void};
use core::ptr::null_mut;
use krait_abi::*;

/// `tp_finalize` has been called.
pub const FINALIZED: usize = 1;
/// In the set that the running collection looks at.
pub const COLLECTING: usize = 2;
/// All flag bits of `_gc_prev`.
pub const PREV_FLAGS: usize = 3;
/// Bytes before a tracked object.
pub const HEADER: usize = size_of::<PyGC_Head>();
/// Number of generations.
pub const GENERATIONS: usize = 3;

/// The header of an object.
///
/// # Safety
/// `object` has a GC header.
#[inline(always)]
pub unsafe fn head(object: *mut PyObject) -> *mut PyGC_Head {
    // SAFETY: the caller's promise.
    unsafe { object.cast::<u8>().sub(HEADER).cast() }
}

/// The object behind a header.
///
/// # Safety
/// `head` is the header of an object.
#[inline(always)]
pub unsafe fn object_of(head: *mut PyGC_Head) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { head.cast::<u8>().add(HEADER).cast() }
}

/// The state of the current interpreter's collector.
#[inline(always)]
pub fn current_state() -> *mut _gc_runtime_state {
    // SAFETY: a thread state is current.
    unsafe { &raw mut (*state::interp()).gc }
}

/// Whether the object's class makes instances with a header (`PyType_IS_GC`).
///
/// # Safety
/// `object` is live.
#[inline(always)]
pub unsafe fn is_of_gc_class(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*(*object).ob_type).tp_flags & Py_TPFLAGS_HAVE_GC as c_ulong != 0 }
}

/// `PyObject_IS_GC`: whether the object has a header.
///
/// # Safety
/// `object` is live.
#[inline(always)]
pub unsafe fn is_gc(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let class = (*object).ob_type;
        (*class).tp_flags & Py_TPFLAGS_HAVE_GC as c_ulong != 0
            && (*class).tp_is_gc.is_none_or(|is_gc| is_gc(object) != 0)
    }
}

/// `PyObject_GC_Track`; nothing happens when the object is tracked already.
///
/// # Safety
/// `object` has a GC header and is fully initialised.
#[inline(always)]
pub unsafe fn track(object: *mut PyObject) {
    // SAFETY: the caller's promise; list neighbours are live headers.
    unsafe {
        let head = head(object);
        if (*head)._gc_next == 0 {
            append((*current_state()).generation0, head);
        }
    }
}

/// [`track`] of an object that has just been allocated.
///
/// # Safety
/// As for [`track`]; nobody has tracked it yet.
#[inline(always)]
pub(crate) unsafe fn track_new(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { append((*current_state()).generation0, head(object)) }
}

/// Puts a header at the end of a list; its flags are kept.
///
/// # Safety
/// `head` is in no list.
#[inline(always)]
pub(crate) unsafe fn append(list: *mut PyGC_Head, head: *mut PyGC_Head) {
    // SAFETY: list neighbours are live headers.
    unsafe {
        let last = ((*list)._gc_prev & !PREV_FLAGS) as *mut PyGC_Head;
        (*last)._gc_next = head as usize;
        (*head)._gc_prev = ((*head)._gc_prev & PREV_FLAGS) | last as usize;
        (*head)._gc_next = list as usize;
        (*list)._gc_prev = head as usize;
    }
}

/// `PyObject_GC_UnTrack`; nothing happens when the object is not tracked.
///
/// # Safety
/// `object` has a GC header.
#[inline(always)]
pub unsafe fn untrack(object: *mut PyObject) {
    // SAFETY: the caller's promise; list neighbours are live headers.
    unsafe {
        let head = head(object);
        if (*head)._gc_next != 0 {
            unlink(head);
            (*head)._gc_next = 0;
            (*head)._gc_prev &= FINALIZED;
        }
    }
}

/// Takes a header out of its list. Its own fields are not changed.
///
/// # Safety
/// `head` is in a doubly linked list.
#[inline(always)]
pub(crate) unsafe fn unlink(head: *mut PyGC_Head) {
    // SAFETY: list neighbours are live headers.
    unsafe {
        let prev = ((*head)._gc_prev & !PREV_FLAGS) as *mut PyGC_Head;
        let next = (*head)._gc_next as *mut PyGC_Head;
        (*prev)._gc_next = next as usize;
        (*next)._gc_prev = ((*next)._gc_prev & PREV_FLAGS) | prev as usize;
    }
}

/// Whether the object is tracked now.
///
/// # Safety
/// `object` has a GC header.
#[inline(always)]
pub unsafe fn is_tracked(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head(object))._gc_next != 0 }
}

/// `PyObject_GC_IsTracked`: of any object.
pub fn object_is_tracked(object: &Object) -> bool {
    // SAFETY: a live object.
    unsafe { is_gc(object.as_ptr()) && is_tracked(object.as_ptr()) }
}

/// `PyObject_GC_IsFinalized`: of any object.
pub fn object_is_finalized(object: &Object) -> bool {
    // SAFETY: a live object.
    unsafe { is_gc(object.as_ptr()) && (*head(object.as_ptr()))._gc_prev & FINALIZED != 0 }
}

/// Whether `tp_finalize` has run (`_PyGC_FINALIZED`).
///
/// # Safety
/// `object` has a GC header.
#[inline]
pub unsafe fn is_finalized(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe { (*head(object))._gc_prev & FINALIZED != 0 }
}

/// Notes that `tp_finalize` has run.
///
/// # Safety
/// `object` has a GC header.
#[inline]
pub unsafe fn set_finalized(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*head(object))._gc_prev |= FINALIZED }
}

/// Whether an object could ever be part of a cycle as it is now (`_PyObject_GC_MAY_BE_TRACKED`): atomic objects and
/// untracked exact tuples could not.
///
/// # Safety
/// `object` is live.
#[inline]
pub unsafe fn may_be_tracked(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        is_gc(object)
            && ((*object).ob_type != &raw mut crate::types::tuple::PyTuple_Type || is_tracked(object))
    }
}

/// `_PyObject_GC_Malloc`/`_Calloc`: memory with a header, the head of the object not yet initialised. Every so many
/// allocations a collection runs.
#[inline(always)]
pub fn alloc(size: usize, zeroed: bool) -> Result<*mut PyObject> {
    let Some(total) = size.checked_add(HEADER) else { return Err(err::no_memory()) };
    let block = if zeroed { memory::object_calloc(1, total) } else { memory::object_malloc(total) };
    if block.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the block is larger than a header.
    Ok(unsafe { adopt(block) })
}

/// Makes a new block memory for an object with a header, and counts it.
///
/// # Safety
/// The block is larger than a header, and nobody uses it yet.
#[inline(always)]
pub(crate) unsafe fn adopt(block: *mut c_void) -> *mut PyObject {
    // SAFETY: the caller's promise; a thread state is current.
    unsafe {
        block.cast::<PyGC_Head>().write(PyGC_Head { _gc_next: 0, _gc_prev: 0 });
        let gc = current_state();
        (*gc).generations[0].count += 1;
        let due = (*gc).generations[0].count > (*gc).generations[0].threshold;
        #[cfg(feature = "checked")]
        let due = due || crate::checked::collects_now();
        if due {
            collect_if_due(gc);
        }
        object_of(block.cast())
    }
}

#[cold]
unsafe fn collect_if_due(gc: *mut _gc_runtime_state) {
    // SAFETY: the state of the current interpreter.
    unsafe {
        let due = (*gc).enabled != 0
            && (*gc).generations[0].threshold != 0
            && (*gc).collecting == 0
            && (*state::required()).curexc_type.is_null();
        if due {
            (*gc).collecting = 1;
            let found = collect::collect_generations(gc);
            if cfg!(feature = "checked") && found == 0 {
                collect::collect_with_callback(gc, 0);
            }
            (*gc).collecting = 0;
        }
    }
}

/// Initialises the head of a new object (`PyObject_INIT`): a heap type gets a reference.
///
/// # Safety
/// `object` is memory for an instance of `class`.
#[inline(always)]
pub unsafe fn init_head(object: *mut PyObject, class: *mut PyTypeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        (*object).ob_type = class;
        if (*class).tp_flags & Py_TPFLAGS_HEAPTYPE as c_ulong != 0 {
            refcount::incref(class.cast());
        }
        refcount::new_reference(object);
    }
}

/// `_PyObject_GC_New`: memory with a GC header, head initialised, one reference, untracked; fields are NOT zeroed.
#[expect(
    clippy::not_unsafe_ptr_arg_deref,
    reason = "classes are live wherever there are instances to be made"
)]
#[inline]
pub fn new_object(class: *mut PyTypeObject) -> Result<*mut PyObject> {
    // SAFETY: a live type; the memory has its basic size.
    unsafe {
        let object = alloc((*class).tp_basicsize as usize, false)?;
        init_head(object, class);
        Ok(object)
    }
}

/// The size of an object with `items` items (`_PyObject_VAR_SIZE`), a multiple of 8; None when it overflows.
///
/// # Safety
/// `class` is live.
#[inline(always)]
pub unsafe fn var_size(class: *mut PyTypeObject, items: isize) -> Option<usize> {
    // SAFETY: the caller's promise.
    let (basic, item) = unsafe { ((*class).tp_basicsize as usize, (*class).tp_itemsize as usize) };
    let size = item.checked_mul(items as usize)?.checked_add(basic)?.checked_add(7)? & !7;
    (size <= isize::MAX as usize).then_some(size)
}

/// `_PyObject_GC_NewVar`.
#[expect(
    clippy::not_unsafe_ptr_arg_deref,
    reason = "classes are live wherever there are instances to be made"
)]
#[inline]
pub fn new_var(class: *mut PyTypeObject, items: isize) -> Result<*mut PyObject> {
    if items < 0 {
        return Err(err::bad_internal_call());
    }
    // SAFETY: a live type; the memory has the size of an instance with that many items.
    unsafe {
        let Some(size) = var_size(class, items) else { return Err(err::no_memory()) };
        let object = alloc(size, false)?;
        init_head(object, class);
        (*object.cast::<PyVarObject>()).ob_size = items;
        Ok(object)
    }
}

/// `_PyObject_GC_Resize`: the object may move; nothing may refer to it and it is not tracked.
///
/// # Safety
/// `object` is an untracked variable-sized object with a GC header; on success the old pointer is dead.
pub unsafe fn resize(object: *mut PyObject, items: isize) -> Result<*mut PyObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let size = var_size((*object).ob_type, items).and_then(|size| size.checked_add(HEADER));
        let Some(size) = size else { return Err(err::no_memory()) };
        let block = memory::object_realloc(head(object).cast(), size);
        if block.is_null() {
            return Err(err::no_memory());
        }
        let object = object_of(block.cast());
        (*object.cast::<PyVarObject>()).ob_size = items;
        Ok(object)
    }
}

/// `PyObject_GC_Del`, the address that `tp_free` slots hold.
///
/// # Safety
/// `object` came from a GC allocation and nothing refers to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_Del(object: *mut c_void) {
    // SAFETY: the caller's promise.
    unsafe {
        let head = head(object.cast());
        if (*head)._gc_next != 0 {
            unlink(head);
        }
        let tstate = state::current();
        if !tstate.is_null() {
            let count = &raw mut (*(*tstate).interp).gc.generations[0].count;
            if *count > 0 {
                *count -= 1;
            }
        }
        memory::object_free(head.cast());
    }
}

/// `_PyGC_InitState`.
///
/// # Safety
/// `gc` is zeroed memory that does not move afterwards: list heads point to themselves.
pub unsafe fn init_state(gc: *mut _gc_runtime_state) {
    // SAFETY: the caller's promise.
    unsafe {
        (*gc).enabled = 1;
        for (i, threshold) in [700, 10, 10].into_iter().enumerate() {
            let generation = generation(gc, i);
            (*generation).threshold = threshold;
            clear_list(&raw mut (*generation).head);
        }
        (*gc).generation0 = &raw mut (*generation(gc, 0)).head;
        clear_list(&raw mut (*gc).permanent_generation.head);
    }
}

/// A generation by number.
///
/// # Safety
/// `gc` is live.
#[inline(always)]
pub(crate) unsafe fn generation(gc: *mut _gc_runtime_state, index: usize) -> *mut gc_generation {
    // SAFETY: the caller's promise; index below GENERATIONS.
    unsafe { (&raw mut (*gc).generations).cast::<gc_generation>().add(index) }
}

/// Makes a list head that of an empty list.
///
/// # Safety
/// `list` is valid for writing.
#[inline(always)]
pub(crate) unsafe fn clear_list(list: *mut PyGC_Head) {
    // SAFETY: the caller's promise.
    unsafe { list.write(PyGC_Head { _gc_next: list as usize, _gc_prev: list as usize }) }
}

/// Objects that outlive their interpreter must not refer to its lists any more.
///
/// # Safety
/// `gc` is live.
pub unsafe fn fini_state(gc: *mut _gc_runtime_state) {
    // SAFETY: the caller's promise; list members are live headers.
    unsafe {
        for i in 0..=GENERATIONS {
            let list = if i < GENERATIONS {
                &raw mut (*generation(gc, i)).head
            } else {
                &raw mut (*gc).permanent_generation.head
            };
            let mut head = (*list)._gc_next as *mut PyGC_Head;
            while head != list && !head.is_null() {
                let next = (*head)._gc_next as *mut PyGC_Head;
                (*head)._gc_next = 0;
                (*head)._gc_prev &= FINALIZED;
                head = next;
            }
            clear_list(list);
        }
    }
}

/// `_PyGC_Fini`: drops `gc.garbage` and `gc.callbacks`.
pub fn fini() {
    // SAFETY: the current interpreter's fields own their references.
    unsafe {
        let gc = current_state();
        refcount::clear(&raw mut (*gc).garbage);
        refcount::clear(&raw mut (*gc).callbacks);
    }
}

/// The list `gc.garbage`, made at first use.
pub fn garbage() -> Result<Obj> {
    own_list(|gc| &raw mut gc.garbage)
}

/// The list `gc.callbacks`, made at first use.
pub fn callbacks() -> Result<Obj> {
    own_list(|gc| &raw mut gc.callbacks)
}

fn own_list(field: impl Fn(&mut _gc_runtime_state) -> *mut *mut PyObject) -> Result<Obj> {
    // SAFETY: the field owns its reference.
    unsafe {
        let field = field(&mut *current_state());
        if (*field).is_null() {
            *field = crate::types::list::new()?.into_ptr();
        }
        Ok(crate::handle::Layout::owned(Object::from_ptr(*field)))
    }
}

/// `gc.enable`, `gc.disable`.
pub fn set_enabled(enabled: bool) {
    // SAFETY: the current interpreter's state.
    unsafe { (*current_state()).enabled = c_int::from(enabled) }
}

/// `gc.isenabled`.
pub fn is_enabled() -> bool {
    // SAFETY: the current interpreter's state.
    unsafe { (*current_state()).enabled != 0 }
}

/// `PyGC_Collect` and `_PyGC_CollectIfEnabled`: a full collection, keeping the current exception; how many objects were
/// unreachable. Nothing happens while the collector is disabled.
pub fn collect_if_enabled() -> isize {
    if is_enabled() { collect_now(true) } else { 0 }
}

/// `_PyGC_CollectNoFail`: at finalisation; no callbacks, errors are dropped.
pub fn collect_no_fail() -> isize {
    collect_now(false)
}

fn collect_now(callbacks: bool) -> isize {
    // SAFETY: the current interpreter's state.
    unsafe {
        let gc = current_state();
        if (*gc).collecting != 0 {
            return 0;
        }
        (*gc).collecting = 1;
        let error = err::fetch();
        let found = if callbacks {
            collect::collect_with_callback(gc, GENERATIONS - 1)
        } else {
            collect::collect_main(gc, GENERATIONS - 1, true).found()
        };
        if let Some(error) = error {
            let _ = err::restore(error);
        }
        (*gc).collecting = 0;
        found
    }
}

/// `gc.collect(generation)`.
pub fn collect_generation(generation: usize) -> Result<isize> {
    if generation >= GENERATIONS {
        return Err(err::value_error("invalid generation"));
    }
    // SAFETY: the current interpreter's state.
    unsafe {
        let gc = current_state();
        if (*gc).collecting != 0 {
            return Ok(0);
        }
        (*gc).collecting = 1;
        let found = collect::collect_with_callback(gc, generation);
        (*gc).collecting = 0;
        Ok(found)
    }
}

/// Free lists of the layers above.
static FREE_LISTS: std::sync::Mutex<Vec<fn()>> = std::sync::Mutex::new(Vec::new());

/// Registers a function that empties a free list (`PyFloat_ClearFreeList` and the like); called after full collections.
pub fn register_free_list(clear: fn()) {
    let mut lists = FREE_LISTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if !lists.iter().any(|&f| core::ptr::fn_addr_eq(f, clear)) {
        lists.push(clear);
    }
}

/// Empties the free lists of the built-in types and all registered ones (after full collections and at finalisation).
pub fn clear_free_lists() {
    use crate::types::{dict, float, list, long, set, slice, tuple};
    tuple::clear_free_list();
    list::clear_free_list();
    dict::clear_free_list();
    float::clear_free_list();
    long::clear_free_list();
    set::clear_free_list();
    slice::clear_free_list();
    let lists = FREE_LISTS.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone();
    for clear in lists {
        clear();
    }
}
