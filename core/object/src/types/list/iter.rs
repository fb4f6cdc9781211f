//! `list_iterator` and `list_reverseiterator`: an index and the list, which is NULL when the iterator is exhausted.

use super::List;
use crate::cell::Visitor;
use crate::handle::{Layout, Obj, Object, Result};
use crate::slot;
use crate::types::{iter, list, long};
use crate::{gc, method, refcount};
use core::ptr::null_mut;
use krait_abi::*;

crate::methods! {
    static ITER_METHODS = [
        method::noargs::<ListIter, _, _>(c"__length_hint__", length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<ListIter, _, _>(c"__reduce__", reduce, c"Return state information for pickling."),
        method::o::<ListIter, _, _>(c"__setstate__", setstate, c"Set state information for unpickling."),
    ];
}

crate::methods! {
    static REV_METHODS = [
        method::noargs::<ListRevIter, _, _>(c"__length_hint__", rev_length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<ListRevIter, _, _>(c"__reduce__", rev_reduce, c"Return state information for pickling."),
        method::o::<ListRevIter, _, _>(c"__setstate__", rev_setstate, c"Set state information for unpickling."),
    ];
}

crate::static_type! {
    /// `list_iterator`
    #[unsafe(no_mangle)]
    pub static PyListIter_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"list_iterator".as_ptr(),
        tp_basicsize: 32,
        tp_dealloc: Some(dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<ListIter, _>(traverse),
        tp_iter: iter::SELF_ITER,
        tp_iternext: Some(next),
        tp_methods: (&raw mut ITER_METHODS).cast(),
    };
}

crate::static_type! {
    /// `list_reverseiterator`
    #[unsafe(no_mangle)]
    pub static PyListRevIter_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"list_reverseiterator".as_ptr(),
        tp_basicsize: 32,
        tp_dealloc: Some(dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<ListIter, _>(traverse),
        tp_iter: iter::SELF_ITER,
        tp_iternext: Some(rev_next),
        tp_methods: (&raw mut REV_METHODS).cast(),
    };
}

crate::object_view!(/** A forward iterator. */ pub ListIter, listiterobject, PyListIter_Type);
crate::object_view!(/** A backward iterator; the same struct. */ pub ListRevIter, listiterobject, PyListRevIter_Type);

/// An iterator of `class` that starts at `index`.
pub(super) fn new(class: *mut PyTypeObject, list: &List, index: isize) -> Result<Obj> {
    let iterator = gc::new_object(class)?.cast::<listiterobject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*iterator).it_index = index;
        (*iterator).it_seq = list.owned().into_ptr().cast();
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::xdecref((*object.cast::<listiterobject>()).it_seq.cast());
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &ListIter, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    visitor.visit_ptr(unsafe { (*this.as_raw()).it_seq.cast() });
}

unsafe extern "C" fn next(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the slot's contract.
    unsafe { advance(object) }
}

/// The next item, a new reference, or NULL at the end.
///
/// # Safety
/// A live `list_iterator`.
#[inline(always)]
pub(crate) unsafe fn advance(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the slot's contract; the list is owned by the iterator, its fields are read anew at each step.
    unsafe {
        let this = object.cast::<listiterobject>();
        let list = (*this).it_seq;
        if list.is_null() {
            return null_mut();
        }
        let index = (*this).it_index;
        if index < (*list).ob_base.ob_size {
            let item = *(*list).ob_item.offset(index);
            (*this).it_index = index + 1;
            refcount::incref(item);
            return item;
        }
        (*this).it_seq = null_mut();
        refcount::decref(list.cast());
        null_mut()
    }
}

unsafe extern "C" fn rev_next(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: as `next`.
    unsafe {
        let this = object.cast::<listiterobject>();
        let list = (*this).it_seq;
        if list.is_null() {
            return null_mut();
        }
        let index = (*this).it_index;
        if index >= 0 && index < (*list).ob_base.ob_size {
            let item = *(*list).ob_item.offset(index);
            (*this).it_index = index - 1;
            refcount::incref(item);
            return item;
        }
        (*this).it_index = -1;
        (*this).it_seq = null_mut();
        refcount::decref(list.cast());
        null_mut()
    }
}

/// The list, if there is one, and the index.
fn state(raw: *mut listiterobject) -> (Option<Obj>, isize) {
    // SAFETY: a live iterator; `it_seq` is NULL or a list.
    unsafe { (Object::from_ptr_opt((*raw).it_seq.cast()).map(Layout::owned), (*raw).it_index) }
}

fn size_of(list: &Obj) -> isize {
    // SAFETY: iterators hold lists.
    unsafe { list.cast_unchecked::<List>() }.len() as isize
}

fn length_hint(this: &ListIter) -> Result<Obj> {
    let (list, index) = state(this.as_raw());
    long::from_i64(list.map_or(0, |list| (size_of(&list) - index).max(0)) as i64)
}

fn rev_length_hint(this: &ListRevIter) -> Result<Obj> {
    let (list, index) = state(this.as_raw());
    let left = list.map_or(0, |list| if size_of(&list) < index + 1 { 0 } else { index + 1 });
    long::from_i64(left as i64)
}

fn empty() -> Result<Obj> {
    Ok(list::new()?.upcast())
}

fn reduce(this: &ListIter) -> Result<Obj> {
    let (list, index) = state(this.as_raw());
    iter::reduce_sequence("iter", list, index, empty)
}

fn rev_reduce(this: &ListRevIter) -> Result<Obj> {
    let (list, index) = state(this.as_raw());
    if list.is_none() {
        return iter::reduce_sequence("iter", None, 0, empty);
    }
    iter::reduce_sequence("reversed", list, index, empty)
}

fn setstate(this: &ListIter, state_object: &Object) -> Result<()> {
    let index = long::as_isize(state_object)?;
    if let (Some(list), _) = state(this.as_raw()) {
        // SAFETY: a live iterator.
        unsafe { (*this.as_raw()).it_index = index.clamp(0, size_of(&list)) };
    }
    Ok(())
}

fn rev_setstate(this: &ListRevIter, state_object: &Object) -> Result<()> {
    let index = long::as_isize(state_object)?;
    if let (Some(list), _) = state(this.as_raw()) {
        // SAFETY: a live iterator.
        unsafe { (*this.as_raw()).it_index = index.clamp(-1, size_of(&list) - 1) };
    }
    Ok(())
}
