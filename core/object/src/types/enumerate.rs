//! `enumerate` and `reversed`.

use crate::args::{Signature, check_positional};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{call, iter as protocol_iter, number, object, sequence};
use crate::slot;
use crate::types::typeobject::Type;
use crate::types::{exceptions, iter, long, none, tuple};
use crate::{gc, method, refcount};
use core::ptr::{self, null_mut};
use krait_abi::*;

// ---- enumerate ----

crate::methods! {
    static ENUM_METHODS = [
        method::noargs::<Enumerate, _, _>(c"__reduce__", enum_reduce, c"Return state information for pickling."),
        iter::class_getitem(),
    ];
}

crate::static_type! {
    /// `enumerate`
    #[unsafe(no_mangle)]
    pub static PyEnum_Type = {
        tp_name: c"enumerate".as_ptr(),
        tp_basicsize: 48,
        tp_dealloc: Some(enum_dealloc),
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"enumerate(iterable, start=0)\n--\n\nAn iterator over pairs of a number and an item.\n\n  iterable\n    Where the items come from.\n  start\n    The number of the first one.\n\nGives (start, item), (start+1, next item), and so on.".as_ptr(),
        tp_traverse: slot::traverse::<Enumerate, _>(enum_traverse),
        tp_iter: iter::SELF_ITER,
        tp_iternext: slot::iternext::<Enumerate, _>(enum_next),
        tp_methods: (&raw mut ENUM_METHODS).cast(),
        tp_new: slot::new(enum_new),
    };
}

crate::object_view!(/** An `enumerate`. The count is `en_index` until that would overflow, then `en_longindex`. */
    pub Enumerate, enumobject, PyEnum_Type);

fn enum_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("enumerate", ["iterable", "start"]).required(1);
    let [Some(iterable), start] = SIGNATURE.bind_tuple(args, kw)? else {
        return Err(err::bad_internal_call());
    };
    let (mut index, mut long_index) = (0, None);
    if let Some(start) = start {
        let start = number::index(start)?;
        match long::as_i64_opt(&start).filter(|&start| start < i64::MAX) {
            Some(start) => index = start as isize,
            None => {
                index = isize::MAX;
                long_index = Some(start);
            }
        }
    }
    let iterator = protocol_iter::get_iter(iterable)?;
    let pair = tuple::pack([none::none().owned(), none::none().owned()])?;
    let object = class.alloc(0)?;
    // SAFETY: a fresh instance: its fields are zero.
    unsafe {
        let raw = object.as_ptr().cast::<enumobject>();
        (*raw).en_index = index;
        (*raw).en_longindex = crate::handle::into_ptr_opt(long_index);
        (*raw).en_sit = iterator.into_ptr();
        (*raw).en_result = pair.into_ptr();
    }
    Ok(object)
}

unsafe extern "C" fn enum_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, enum_dealloc, || {
            let raw = object.cast::<enumobject>();
            refcount::xdecref((*raw).en_sit);
            refcount::xdecref((*raw).en_result);
            refcount::xdecref((*raw).en_longindex);
            if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        });
    }
}

fn enum_traverse(this: &Enumerate, visitor: &mut Visitor) {
    // SAFETY: a live object.
    unsafe {
        visitor.visit_ptr((*this.as_raw()).en_sit);
        visitor.visit_ptr((*this.as_raw()).en_result);
        visitor.visit_ptr((*this.as_raw()).en_longindex);
    }
}

impl Enumerate {
    /// The number for the next item; counts up.
    fn next_number(&self) -> Result<Obj> {
        // SAFETY: a live object; `en_longindex` is NULL or an int.
        unsafe {
            let raw = self.as_raw();
            if (*raw).en_index != isize::MAX {
                (*raw).en_index += 1;
                return long::from_i64((*raw).en_index as i64 - 1);
            }
            let number = match Object::from_ptr_opt((*raw).en_longindex) {
                Some(number) => number.owned(),
                None => long::from_i64(i64::MAX)?,
            };
            let next = long::add(&number, long::small(1))?;
            refcount::set_field(&raw mut (*raw).en_longindex, next.into_ptr());
            Ok(number)
        }
    }
}

fn enum_next(this: &Enumerate) -> Result<Option<Obj>> {
    // SAFETY: a live object owns its iterator; the kept pair may be changed while nobody else has it.
    unsafe {
        let raw = this.as_raw();
        let iterator = Object::from_ptr((*raw).en_sit);
        let Some(item) = protocol_iter::next(iterator)? else { return Ok(None) };
        let number = this.next_number()?;
        let pair = (*raw).en_result;
        if (*pair).ob_refcnt != 1 {
            return tuple::pack([number, item]).map(Some);
        }
        let slots = (&raw mut (*pair.cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>();
        let (old_number, old_item) = (*slots, *slots.add(1));
        *slots = number.into_ptr();
        *slots.add(1) = item.into_ptr();
        refcount::incref(pair);
        refcount::decref(old_number);
        refcount::decref(old_item);
        // The collector may have untracked it while it held plain values.
        if !gc::is_tracked(pair) {
            gc::track(pair);
        }
        Ok(Some(Obj::from_owned_ptr(pair)))
    }
}

fn enum_reduce(this: &Enumerate) -> Result<Obj> {
    // SAFETY: a live object.
    unsafe {
        let raw = this.as_raw();
        let number = match Object::from_ptr_opt((*raw).en_longindex) {
            Some(number) => number.owned(),
            None => long::from_i64((*raw).en_index as i64)?,
        };
        let iterator = Object::from_ptr((*raw).en_sit).owned();
        tuple::pack([this.class_of().object().owned(), tuple::pack([iterator, number])?])
    }
}

// ---- reversed ----

crate::methods! {
    static REVERSED_METHODS = [
        method::noargs::<Reversed, _, _>(c"__length_hint__", reversed_length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<Reversed, _, _>(c"__reduce__", reversed_reduce, c"Return state information for pickling."),
        method::o::<Reversed, _, _>(c"__setstate__", reversed_setstate, c"Set state information for unpickling."),
    ];
}

crate::static_type! {
    /// `reversed`
    #[unsafe(no_mangle)]
    pub static PyReversed_Type = {
        tp_name: c"reversed".as_ptr(),
        tp_basicsize: 32,
        tp_dealloc: Some(reversed_dealloc),
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"reversed(sequence, /)\n--\n\nAn iterator over the items of a sequence from the last to the first.".as_ptr(),
        tp_traverse: slot::traverse::<Reversed, _>(reversed_traverse),
        tp_iter: iter::SELF_ITER,
        tp_iternext: slot::iternext::<Reversed, _>(reversed_next),
        tp_methods: (&raw mut REVERSED_METHODS).cast(),
        tp_new: slot::new(reversed_new),
    };
}

crate::object_view!(/** A `reversed`: the index of the next item; `seq` is NULL at the end. */
    pub Reversed, reversedobject, PyReversed_Type);

fn not_reversible(sequence: &Object) -> err::Raised {
    err::type_error(format_args!("'{:.200}' object is not reversible", sequence.class_of().name()))
}

fn reversed_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if ptr::eq(class.as_raw(), &raw mut PyReversed_Type) {
        iter::no_keywords("reversed", kw)?;
    }
    let args = tuple::items(args);
    check_positional("reversed", args.len(), 1, 1)?;
    let source = args[0];
    if let Some(method) = object::lookup_special(source, crate::intern!("__reversed__"))? {
        if method.is_none() {
            return Err(not_reversible(source));
        }
        return call::call0(&method);
    }
    if !sequence::check(source) {
        return Err(not_reversible(source));
    }
    let size = object::len(source)?;
    let object = class.alloc(0)?;
    // SAFETY: a fresh instance: its fields are zero.
    unsafe {
        let raw = object.as_ptr().cast::<reversedobject>();
        (*raw).index = size as isize - 1;
        (*raw).seq = source.owned().into_ptr();
    }
    Ok(object)
}

unsafe extern "C" fn reversed_dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, reversed_dealloc, || {
            refcount::xdecref((*object.cast::<reversedobject>()).seq);
            if let Some(free) = (*(*object).ob_type).tp_free {
                free(object.cast());
            }
        });
    }
}

fn reversed_traverse(this: &Reversed, visitor: &mut Visitor) {
    // SAFETY: a live object.
    visitor.visit_ptr(unsafe { (*this.as_raw()).seq });
}

impl Reversed {
    fn sequence(&self) -> Option<Obj> {
        // SAFETY: `seq` is NULL or a live object.
        unsafe { Object::from_ptr_opt((*self.as_raw()).seq).map(Layout::owned) }
    }
    fn index(&self) -> isize {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).index }
    }
    fn set_index(&self, index: isize) {
        // SAFETY: a live object.
        unsafe { (*self.as_raw()).index = index }
    }
}

fn reversed_next(this: &Reversed) -> Result<Option<Obj>> {
    let index = this.index();
    if index >= 0
        && let Some(source) = this.sequence()
    {
        match sequence::get_item(&source, index) {
            Ok(item) => {
                this.set_index(index - 1);
                return Ok(Some(item));
            }
            Err(raised) => {
                if !err::matches(exceptions::IndexError()) && !err::matches(exceptions::StopIteration()) {
                    return Err(raised);
                }
                err::clear();
            }
        }
    }
    this.set_index(-1);
    // SAFETY: the field is emptied before its reference is dropped.
    unsafe { refcount::set_field(&raw mut (*this.as_raw()).seq, null_mut()) };
    Ok(None)
}

fn reversed_length_hint(this: &Reversed) -> Result<Obj> {
    let Some(source) = this.sequence() else { return long::from_i64(0) };
    let size = object::len(&source)? as i64;
    let position = this.index() as i64 + 1;
    long::from_i64(if size < position { 0 } else { position })
}

fn reversed_reduce(this: &Reversed) -> Result<Obj> {
    let class = this.class_of().object().owned();
    match this.sequence() {
        Some(source) => tuple::pack([class, tuple::pack([source])?, long::from_i64(this.index() as i64)?]),
        None => tuple::pack([class, tuple::pack([tuple::empty()])?]),
    }
}

fn reversed_setstate(this: &Reversed, state: &Object) -> Result<()> {
    let index = long::as_isize(state)?;
    if let Some(source) = this.sequence() {
        let size = object::len(&source)? as isize;
        this.set_index(index.clamp(-1, size - 1));
    }
    Ok(())
}
