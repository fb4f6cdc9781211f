//! `set_iterator`. `si_set` is NULL when the iterator is exhausted; `si_used` is the set's size at the start, -1 after an
//! error.

use super::{entry_from, len};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::{iter, list, long, tuple};
use crate::{gc, hooks, method, refcount, slot};
use core::ptr::null_mut;
use krait_abi::*;

crate::methods! {
    static METHODS = [
        method::noargs::<SetIter, _, _>(c"__length_hint__", length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<SetIter, _, _>(c"__reduce__", reduce, c"Return state information for pickling."),
    ];
}

crate::static_type! {
    /// `set_iterator`
    #[unsafe(no_mangle)]
    pub static PySetIter_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"set_iterator".as_ptr(),
        tp_basicsize: 48,
        tp_dealloc: Some(dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<SetIter, _>(traverse),
        tp_iter: iter::SELF_ITER,
        tp_iternext: Some(next),
        tp_methods: (&raw mut METHODS).cast(),
    };
}

crate::object_view!(/** An iterator over a set. */ pub SetIter, setiterobject, PySetIter_Type);

/// A new iterator over a set.
pub(super) fn new(set: &Object) -> Result<Obj> {
    let iterator = gc::new_object(&raw mut PySetIter_Type)?.cast::<setiterobject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*iterator).si_set = set.owned().into_ptr().cast();
        (*iterator).si_used = len(set) as isize;
        (*iterator).si_pos = 0;
        (*iterator).len = len(set) as isize;
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::xdecref((*object.cast::<setiterobject>()).si_set.cast());
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &SetIter, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    visitor.visit_ptr(unsafe { (*this.as_raw()).si_set.cast() });
}

unsafe extern "C" fn next(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the slot's contract; the iterator owns the set, whose table is read anew at each step.
    unsafe {
        let this = object.cast::<setiterobject>();
        let set = (*this).si_set;
        if set.is_null() {
            return null_mut();
        }
        if (*this).si_used != (*set).used {
            let _ = err::runtime_error("Set changed size during iteration");
            (*this).si_used = -1;
            return null_mut();
        }
        match entry_from(set, (*this).si_pos) {
            Some(at) => {
                (*this).si_pos = at + 1;
                (*this).len -= 1;
                let key = (*(*set).table.offset(at)).key;
                refcount::incref(key);
                key
            }
            None => {
                (*this).si_pos = (*set).mask + 1;
                (*this).si_set = null_mut();
                refcount::decref(set.cast());
                null_mut()
            }
        }
    }
}

fn length_hint(this: &SetIter) -> Result<Obj> {
    // SAFETY: a live iterator.
    let left = unsafe {
        let raw = this.as_raw();
        if !(*raw).si_set.is_null() && (*raw).si_used == (*(*raw).si_set).used { (*raw).len } else { 0 }
    };
    long::from_i64(left as i64)
}

/// `(iter, (list of what is left,))`; the iterator itself is not advanced.
fn reduce(this: &SetIter) -> Result<Obj> {
    let items = list::new()?;
    // SAFETY: a live iterator; the copy lives in this frame, and its set is held for the loop.
    unsafe {
        let mut copy: setiterobject = *this.as_raw();
        if !copy.si_set.is_null() {
            // `next` gives up a reference at the end.
            refcount::incref(copy.si_set.cast());
        }
        let result = loop {
            match Obj::from_owned_opt(next((&raw mut copy).cast())) {
                Some(item) => {
                    if let Err(raised) = items.push(item) {
                        break Err(raised);
                    }
                }
                None if err::occurred().is_some() => break Err(err::Raised::assume()),
                None => break Ok(()),
            }
        };
        refcount::xdecref(copy.si_set.cast());
        result?;
    }
    let function = (hooks::get().builtin)("iter")?;
    tuple::pack([function, tuple::pack([items.upcast()])?])
}
