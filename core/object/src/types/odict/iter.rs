//! `odict_iterator`: keeps the key of the next item; `di_current` is NULL at the end, `di_odict` after an error.

use super::{find_node, raw};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::{dict, iter, list, tuple};
use crate::{gc, hooks, method, refcount, slot};
use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;

/// Bits of `kind`.
pub(super) const REVERSED: c_int = 1;
pub(super) const KEYS: c_int = 2;
pub(super) const VALUES: c_int = 4;
pub(super) const ITEMS: c_int = KEYS | VALUES;

crate::methods! {
    static METHODS = [
        method::noargs::<ODictIter, _, _>(c"__reduce__", reduce, c"Return state information for pickling"),
    ];
}

crate::static_type! {
    /// `odict_iterator`
    #[unsafe(no_mangle)]
    pub static PyODictIter_Type = {
        tp_name: c"odict_iterator".as_ptr(),
        tp_basicsize: 64,
        tp_dealloc: Some(dealloc),
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse::<ODictIter, _>(traverse),
        tp_iter: iter::SELF_ITER,
        tp_iternext: slot::iternext::<ODictIter, _>(next),
        tp_methods: (&raw mut METHODS).cast(),
    };
}

crate::object_view!(/** An iterator over an OrderedDict. */ pub ODictIter, odictiterobject, PyODictIter_Type);

/// A new iterator.
pub(super) fn new(this: &Object, kind: c_int) -> Result<Obj> {
    let iterator = gc::new_object(&raw mut PyODictIter_Type)?.cast::<odictiterobject>();
    // SAFETY: a fresh object of that struct, tracked when complete.
    unsafe {
        let od = raw(this);
        let node = if kind & REVERSED != 0 { (*od).last } else { (*od).first };
        (*iterator).kind = kind;
        (*iterator).di_odict = this.owned().into_ptr().cast();
        (*iterator).di_size = dict::len(this) as isize;
        (*iterator).di_state = (*od).state;
        (*iterator).di_current =
            if node.is_null() { null_mut() } else { Object::from_ptr((*node).key).owned().into_ptr() };
        (*iterator).di_result = null_mut();
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<odictiterobject>();
        refcount::xdecref((*raw).di_odict.cast());
        refcount::xdecref((*raw).di_current);
        refcount::xdecref((*raw).di_result);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &ODictIter, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    unsafe {
        visitor.visit_ptr((*this.as_raw()).di_odict.cast());
        visitor.visit_ptr((*this.as_raw()).di_current);
        visitor.visit_ptr((*this.as_raw()).di_result);
    }
}

/// Where an iteration is: kept apart from the object so that `__reduce__` can run ahead.
struct State {
    od: Obj,
    kind: c_int,
    size: isize,
    state: usize,
    current: Option<Obj>,
}

/// What a step found.
enum Step {
    Item(Obj),
    End,
    /// The iteration is over for good.
    Failed(err::Raised),
    /// Only this key is lost.
    Missing(err::Raised),
}

impl State {
    fn of(this: &ODictIter) -> Option<State> {
        // SAFETY: a live iterator.
        unsafe {
            let raw = *this.as_raw();
            Some(State {
                od: Object::from_ptr_opt(raw.di_odict.cast())?.owned(),
                kind: raw.kind,
                size: raw.di_size,
                state: raw.di_state,
                current: Object::from_ptr_opt(raw.di_current).map(Layout::owned),
            })
        }
    }

    fn next_key(&mut self) -> core::result::Result<Option<Obj>, Step> {
        let Some(key) = self.current.clone() else { return Ok(None) };
        // SAFETY: the state owns the OrderedDict.
        if unsafe { (*raw(&self.od)).state } != self.state {
            return Err(Step::Failed(err::runtime_error("OrderedDict mutated during iteration")));
        }
        if dict::len(&self.od) as isize != self.size {
            return Err(Step::Failed(err::runtime_error("OrderedDict changed size during iteration")));
        }
        let node = dict::hash_of(&key).and_then(|hash| find_node(&self.od, &key, hash));
        let node = match node {
            Ok(Some(node)) => node,
            Ok(None) => {
                self.current = None;
                return Err(Step::Missing(err::set_key_error(&key)));
            }
            Err(raised) => {
                self.current = None;
                return Err(Step::Missing(raised));
            }
        };
        // SAFETY: the node was found just now; its neighbours are in the list.
        self.current = unsafe {
            let next = if self.kind & REVERSED != 0 { (*node).prev } else { (*node).next };
            if next.is_null() { None } else { Some(Object::from_ptr((*next).key).owned()) }
        };
        Ok(Some(key))
    }

    fn step(&mut self) -> Step {
        let key = match self.next_key() {
            Ok(Some(key)) => key,
            Ok(None) => return Step::End,
            Err(step) => return step,
        };
        if self.kind & VALUES == 0 {
            return Step::Item(key);
        }
        let value = match dict::get_item(&self.od, &key) {
            Ok(Some(value)) => value,
            Ok(None) => return Step::Failed(err::set_key_error(&key)),
            Err(raised) => return Step::Failed(raised),
        };
        if self.kind & KEYS == 0 {
            return Step::Item(value);
        }
        match tuple::pack([key, value]) {
            Ok(pair) => Step::Item(pair),
            Err(raised) => Step::Failed(raised),
        }
    }
}

fn next(this: &ODictIter) -> Result<Option<Obj>> {
    let Some(mut state) = State::of(this) else { return Ok(None) };
    let step = state.step();
    let raw = this.as_raw();
    // SAFETY: a live iterator; old values are dropped after the new ones are in their places.
    unsafe {
        refcount::set_field(&raw mut (*raw).di_current, crate::handle::into_ptr_opt(state.current.take()));
        if matches!(step, Step::End | Step::Failed(_)) {
            let od = (*raw).di_odict;
            (*raw).di_odict = null_mut();
            refcount::xdecref(od.cast());
        }
    }
    match step {
        Step::Item(item) => Ok(Some(item)),
        Step::End => Ok(None),
        Step::Failed(raised) | Step::Missing(raised) => Err(raised),
    }
}

/// `(iter, (list of what is left,))`; the iterator itself is not advanced.
fn reduce(this: &ODictIter) -> Result<Obj> {
    let items = list::new()?;
    if let Some(mut state) = State::of(this) {
        loop {
            match state.step() {
                Step::Item(item) => items.push(item)?,
                Step::End => break,
                Step::Failed(raised) | Step::Missing(raised) => return Err(raised),
            }
        }
    }
    let function = (hooks::get().builtin)("iter")?;
    tuple::pack([function, tuple::pack([items.upcast()])?])
}
