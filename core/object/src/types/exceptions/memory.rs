//! `MemoryError`: instances are set aside, because there may be no memory when one is needed. Dead ones go back.

use super::*;
use crate::slot;
use crate::types::tuple;
use core::cell::Cell;

/// How many instances are kept.
const KEPT: usize = 16;

pub(super) const FAMILY: PyTypeObject =
    PyTypeObject { tp_dealloc: Some(dealloc), tp_new: slot::new(new), ..base::DERIVED };

/// The instances at hand, linked through their `dict` fields, and an instance of RecursionError.
struct Kept {
    first: Cell<*mut PyBaseExceptionObject>,
    count: Cell<usize>,
    recursion: Cell<*mut PyObject>,
}
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Kept {}
static MEMORY_KEPT: Kept =
    Kept { first: Cell::new(null_mut()), count: Cell::new(0), recursion: Cell::new(null_mut()) };

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let first = MEMORY_KEPT.first.get();
    if class.as_raw() != &raw mut statics::MemoryError || first.is_null() {
        return base::new(class, args, kw);
    }
    // SAFETY: a dead instance that this module keeps; all its fields but `dict` are empty.
    unsafe {
        MEMORY_KEPT.first.set((*first).dict.cast());
        MEMORY_KEPT.count.set(MEMORY_KEPT.count.get() - 1);
        (*first).dict = null_mut();
        (*first).suppress_context = 0;
        (*first).args = tuple::empty().into_ptr();
        crate::refcount::new_reference(first.cast());
        crate::gc::track(first.cast());
        let this = Obj::<Object>::from_owned_ptr(first.cast());
        base::fields_unchecked(&this).args.set(args.owned());
        Ok(this)
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        crate::gc::untrack(object);
        base::clear(Object::from_ptr(object));
        if (*object).ob_type != &raw mut statics::MemoryError || MEMORY_KEPT.count.get() >= KEPT {
            (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
            return;
        }
        let this = object.cast::<PyBaseExceptionObject>();
        (*this).dict = MEMORY_KEPT.first.get().cast();
        MEMORY_KEPT.first.set(this);
        MEMORY_KEPT.count.set(MEMORY_KEPT.count.get() + 1);
    }
}

/// Fills the store.
pub(super) fn preallocate() -> Result<()> {
    let empty = tuple::empty();
    // SAFETY: static types.
    let class = unsafe { Type::from_raw(&raw mut statics::MemoryError) };
    let made: Result<Vec<Obj>> = (0..KEPT).map(|_| base::new(class, &empty, None)).collect();
    drop(made?);
    let old = MEMORY_KEPT.recursion.get();
    if old.is_null() {
        // SAFETY: a static type.
        let class = unsafe { Type::from_raw(&raw mut statics::RecursionError) };
        MEMORY_KEPT.recursion.set(base::new(class, &empty, None)?.into_ptr());
    }
    Ok(())
}

/// Empties the store.
pub(super) fn release() {
    let recursion = MEMORY_KEPT.recursion.replace(null_mut());
    // SAFETY: the store owns the reference; kept instances are dead, untracked objects.
    unsafe {
        crate::refcount::xdecref(recursion);
        while !MEMORY_KEPT.first.get().is_null() {
            let first = MEMORY_KEPT.first.get();
            MEMORY_KEPT.first.set((*first).dict.cast());
            crate::gc::PyObject_GC_Del(first.cast());
        }
    }
    MEMORY_KEPT.count.set(0);
}

/// A MemoryError to be restored when nothing can be made any more.
pub fn preallocated_memory_error() -> Fetched {
    // SAFETY: a static type.
    let class = unsafe { Type::from_raw(&raw mut statics::MemoryError) };
    let value = new(class, &tuple::empty(), None).ok();
    Fetched { kind: MemoryError().owned(), value, traceback: None }
}

/// A RecursionError to be restored when the native stack is used up. The one instance is shared.
pub fn preallocated_recursion_error() -> Fetched {
    // SAFETY: the store owns a reference.
    let value = unsafe { Object::from_ptr_opt(MEMORY_KEPT.recursion.get()) }.map(Layout::owned);
    if let Some(value) = &value {
        base::set_context(value, None);
        base::set_traceback_unchecked(value, None);
    }
    Fetched { kind: RecursionError().owned(), value, traceback: None }
}
