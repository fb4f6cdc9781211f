//! The generic iterators: over anything with `__getitem__` (`iterator`), and over the results of a callable up to a
//! sentinel (`callable_iterator`). Also what the iterators of the other containers have in common.

use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{call, object, sequence};
use crate::slot::{self, CompareOp};
use crate::types::{dict, exceptions, genericalias, list, long, tuple};
use crate::{gc, hooks, method, refcount};
use core::ptr::null_mut;
use krait_abi::*;

// ---- shared by the iterators of containers ----

/// `tp_iter` of iterators.
pub(crate) const SELF_ITER: getiterfunc = Some(object::PyObject_SelfIter);

/// `tp_hash` of unhashable types.
pub(crate) const HASH_NOT_IMPLEMENTED: hashfunc = Some(object::PyObject_HashNotImplemented);

/// `__class_getitem__`: `list[int]` makes a generic alias.
pub(crate) const fn class_getitem() -> PyMethodDef {
    PyMethodDef {
        ml_name: c"__class_getitem__".as_ptr(),
        ml_meth: Some(genericalias::Py_GenericAlias),
        ml_flags: METH_O | METH_CLASS,
        ml_doc: c"See PEP 585".as_ptr(),
    }
}

/// Refuses keyword arguments of a constructor (`_PyArg_NoKeywords`).
#[inline]
pub(crate) fn no_keywords(name: &str, kw: Option<&Object>) -> Result<()> {
    match kw {
        Some(kw) if dict::len(kw) != 0 => {
            Err(err::type_error(format_args!("{name}() takes no keyword arguments")))
        }
        _ => Ok(()),
    }
}

/// Calls `body` for each item of an iterable; lists and tuples are walked over without an iterator.
pub(crate) fn for_each_item(iterable: &Object, mut body: impl FnMut(Obj) -> Result<()>) -> Result<()> {
    if let Some(list) = iterable.downcast_exact::<list::List>() {
        let mut i = 0;
        // As an iterator does, the length is read anew each time.
        while let Some(item) = list.get(i) {
            body(item)?;
            i += 1;
        }
        return Ok(());
    }
    if let Some(tuple) = iterable.downcast_exact::<tuple::Tuple>() {
        return tuple.items().iter().try_for_each(|item| body((*item).owned()));
    }
    crate::protocol::iter::for_each(iterable, body)
}

/// `__reduce__` of an iterator: `(builtin, (sequence,), index)`, and `(builtin, (empty,))` for an exhausted one.
pub(crate) fn reduce_sequence(
    builtin: &str,
    sequence: Option<Obj>,
    index: isize,
    empty: impl FnOnce() -> Result<Obj>,
) -> Result<Obj> {
    let function = (hooks::get().builtin)(builtin)?;
    match sequence {
        Some(sequence) => tuple::pack([function, tuple::pack([sequence])?, long::from_i64(index as i64)?]),
        None => tuple::pack([function, tuple::pack([empty()?])?]),
    }
}

// ---- iterator over a sequence ----

crate::methods! {
    static SEQ_METHODS = [
        method::noargs::<SeqIter, _, _>(c"__length_hint__", seq_length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<SeqIter, _, _>(c"__reduce__", seq_reduce, c"Return state information for pickling."),
        method::o::<SeqIter, _, _>(c"__setstate__", seq_setstate, c"Set state information for unpickling."),
    ];
}

crate::static_type! {
    /// `iterator`
    #[unsafe(no_mangle)]
    pub static PySeqIter_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"iterator".as_ptr(),
        tp_basicsize: 32,
        tp_dealloc: Some(seq_dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<SeqIter, _>(seq_traverse),
        tp_iter: SELF_ITER,
        tp_iternext: slot::iternext::<SeqIter, _>(seq_next),
        tp_methods: (&raw mut SEQ_METHODS).cast(),
    };
}

crate::object_view!(/** An iterator by index; `it_seq` is NULL when it is exhausted. */
    pub SeqIter, seqiterobject, PySeqIter_Type);

/// `PySeqIter_New`.
pub fn new_sequence(sequence: &Object) -> Result<Obj> {
    if !sequence::check(sequence) {
        return Err(err::bad_internal_call());
    }
    let iterator = gc::new_object(&raw mut PySeqIter_Type)?.cast::<seqiterobject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*iterator).it_index = 0;
        (*iterator).it_seq = sequence.owned().into_ptr();
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

unsafe extern "C" fn seq_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::xdecref((*object.cast::<seqiterobject>()).it_seq);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn seq_traverse(this: &SeqIter, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    visitor.visit_ptr(unsafe { (*this.as_raw()).it_seq });
}

impl SeqIter {
    fn sequence(&self) -> Option<Obj> {
        // SAFETY: `it_seq` is NULL or a live object.
        unsafe { Object::from_ptr_opt((*self.as_raw()).it_seq).map(Layout::owned) }
    }
    fn index(&self) -> isize {
        // SAFETY: a live iterator.
        unsafe { (*self.as_raw()).it_index }
    }
    fn set_index(&self, index: isize) {
        // SAFETY: a live iterator.
        unsafe { (*self.as_raw()).it_index = index }
    }
}

fn seq_next(this: &SeqIter) -> Result<Option<Obj>> {
    let Some(sequence) = this.sequence() else { return Ok(None) };
    let index = this.index();
    if index == isize::MAX {
        return Err(err::overflow_error("iter index too large"));
    }
    match sequence::get_item(&sequence, index) {
        Ok(item) => {
            this.set_index(index + 1);
            Ok(Some(item))
        }
        Err(raised) => {
            if !err::matches(exceptions::IndexError()) && !err::matches(exceptions::StopIteration()) {
                return Err(raised);
            }
            err::clear();
            // SAFETY: the field is emptied before the reference that it owned is dropped.
            unsafe {
                let old = (*this.as_raw()).it_seq;
                (*this.as_raw()).it_seq = null_mut();
                refcount::xdecref(old);
            }
            Ok(None)
        }
    }
}

fn seq_length_hint(this: &SeqIter) -> Result<Obj> {
    let Some(sequence) = this.sequence() else { return long::from_i64(0) };
    if !object::has_len(&sequence) {
        return Ok(crate::types::none::not_implemented().owned());
    }
    let left = object::len(&sequence)? as i64 - this.index() as i64;
    long::from_i64(left.max(0))
}

fn seq_reduce(this: &SeqIter) -> Result<Obj> {
    reduce_sequence("iter", this.sequence(), this.index(), || Ok(tuple::empty()))
}

fn seq_setstate(this: &SeqIter, state: &Object) -> Result<()> {
    let index = long::as_isize(state)?;
    if this.sequence().is_some() {
        this.set_index(index.max(0));
    }
    Ok(())
}

// ---- iterator over calls ----

crate::methods! {
    static CALL_METHODS = [
        method::noargs::<CallIter, _, _>(c"__reduce__", call_reduce, c"Return state information for pickling."),
    ];
}

crate::static_type! {
    /// `callable_iterator`
    #[unsafe(no_mangle)]
    pub static PyCallIter_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_name: c"callable_iterator".as_ptr(),
        tp_basicsize: 32,
        tp_dealloc: Some(call_dealloc),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<CallIter, _>(call_traverse),
        tp_iter: SELF_ITER,
        tp_iternext: slot::iternext::<CallIter, _>(call_next),
        tp_methods: (&raw mut CALL_METHODS).cast(),
    };
}

crate::object_view!(/** An iterator over the results of calls; both fields are NULL when it is exhausted. */
    pub CallIter, calliterobject, PyCallIter_Type);

/// `PyCallIter_New`.
pub fn new_callable(callable: &Object, sentinel: &Object) -> Result<Obj> {
    let iterator = gc::new_object(&raw mut PyCallIter_Type)?.cast::<calliterobject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        (*iterator).it_callable = callable.owned().into_ptr();
        (*iterator).it_sentinel = sentinel.owned().into_ptr();
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

unsafe extern "C" fn call_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<calliterobject>();
        refcount::xdecref((*raw).it_callable);
        refcount::xdecref((*raw).it_sentinel);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn call_traverse(this: &CallIter, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    unsafe {
        visitor.visit_ptr((*this.as_raw()).it_callable);
        visitor.visit_ptr((*this.as_raw()).it_sentinel);
    }
}

impl CallIter {
    fn parts(&self) -> Option<(Obj, Obj)> {
        // SAFETY: the fields are NULL or live objects.
        unsafe {
            let raw = self.as_raw();
            let callable = Object::from_ptr_opt((*raw).it_callable)?.owned();
            Some((callable, Object::from_ptr_opt((*raw).it_sentinel)?.owned()))
        }
    }

    fn exhaust(&self) {
        // SAFETY: the fields are emptied before the references that they owned are dropped.
        unsafe {
            let raw = self.as_raw();
            let (callable, sentinel) = ((*raw).it_callable, (*raw).it_sentinel);
            (*raw).it_callable = null_mut();
            (*raw).it_sentinel = null_mut();
            refcount::xdecref(callable);
            refcount::xdecref(sentinel);
        }
    }
}

fn call_next(this: &CallIter) -> Result<Option<Obj>> {
    let Some((callable, _)) = this.parts() else { return Ok(None) };
    match call::call0(&callable) {
        Ok(result) => {
            // The call may have exhausted this very iterator.
            let Some((_, sentinel)) = this.parts() else { return Ok(None) };
            if !object::rich_compare_bool(&sentinel, &result, CompareOp::Eq)? {
                return Ok(Some(result));
            }
            this.exhaust();
            Ok(None)
        }
        Err(raised) => {
            if !err::matches(exceptions::StopIteration()) {
                return Err(raised);
            }
            err::clear();
            this.exhaust();
            Ok(None)
        }
    }
}

fn call_reduce(this: &CallIter) -> Result<Obj> {
    let function = (hooks::get().builtin)("iter")?;
    match this.parts() {
        Some((callable, sentinel)) => tuple::pack([function, tuple::pack([callable, sentinel])?]),
        None => tuple::pack([function, tuple::pack([tuple::empty()])?]),
    }
}
