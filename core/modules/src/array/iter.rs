//! The iterator over an array.

use super::{Array, item};
use core::cell::Cell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::{long, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Result, hooks, method, methods, payload_class, slot, static_type,
};

/// The iterator over an array.
#[repr(C)]
pub struct ArrayIterator {
    head: Head,
    index: Cell<usize>,
    /// Given up when the iterator has come to the end.
    array: ObjCell,
}

static_type! {
    /// `arrayiterator`
    pub static ArrayIterator_Type = {
        tp_name: c"arrayiterator".as_ptr(),
        tp_basicsize: core::mem::size_of::<ArrayIterator>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<ArrayIterator>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<ArrayIterator>(),
        tp_iter: Some(krait_object::protocol::object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(ArrayIterator, ArrayIterator_Type);

impl Payload for ArrayIterator {
    fn traverse(&self, visitor: &mut Visitor) {
        self.array.visit(visitor);
    }
}

pub(super) fn of(array: &Array) -> Result<Obj> {
    let array = array.owned();
    payload::new(ArrayIterator::class(), |head| ArrayIterator {
        head,
        index: Cell::new(0),
        array: ObjCell::new(array),
    })
    .map(Obj::upcast)
}

fn next(this: &ArrayIterator) -> Result<Option<Obj>> {
    let Some(object) = this.array.get() else { return Ok(None) };
    let Some(array) = object.downcast::<Array>() else { return Ok(None) };
    let index = this.index.get();
    if index < array.len() {
        this.index.set(index + 1);
        return item::get(array, index).map(Some);
    }
    drop(this.array.take());
    Ok(None)
}

methods! {
    static METHODS = [
        method::noargs(c"__reduce__", reduce, c"__reduce__($self, /)\n--\n\nReturn state information for pickling."),
        method::o(c"__setstate__", setstate, c"__setstate__($self, state, /)\n--\n\nSet state information for unpickling."),
    ];
}

fn reduce(this: &ArrayIterator) -> Result<Obj> {
    match this.array.get() {
        Some(array) => {
            let iter = (hooks::get().builtin)("iter")?;
            tuple::pack([iter, tuple::pack([array])?, long::from_u64(this.index.get() as u64)?])
        }
        None => {
            let iter = (hooks::get().builtin)("iter")?;
            let empty = krait_object::types::list::new()?.upcast();
            tuple::pack([iter, tuple::pack([empty])?])
        }
    }
}

fn setstate(this: &ArrayIterator, state: &Object) -> Result<()> {
    let index = long::as_isize(state)?;
    if let Some(object) = this.array.get()
        && let Some(array) = object.downcast::<Array>()
    {
        this.index.set((index.max(0) as usize).min(array.len()));
    }
    Ok(())
}
