//! Iterators over dicts: keys, values, items, forwards and backwards, all on one struct.
//!
//! `di_dict` is NULL when the iterator is exhausted; `di_used` is the dict's size at the start (-1 after an error), `len`
//! how many entries are still to come. Item iterators keep a tuple in `di_result`, which is reused as long as nobody
//! else holds it.

use super::{entry_from, keys, len, raw};
use crate::cell::Visitor;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::{iter, list, long, none, tuple};
use crate::{gc, hooks, method, refcount, slot};
use core::ptr::null_mut;
use krait_abi::*;

/// Which part of an entry comes out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Key,
    Value,
    Item,
}

crate::methods! {
    static METHODS = [
        method::noargs::<DictIter, _, _>(c"__length_hint__", length_hint, c"Private method returning an estimate of len(list(it))."),
        method::noargs::<DictIter, _, _>(c"__reduce__", reduce, c"Return state information for pickling."),
    ];
}

/// `__getattribute__`, which the reverse iterators of the reference inherit.
const GET_ATTRIBUTE: getattrofunc = Some(crate::protocol::object::PyObject_GenericGetAttr);

macro_rules! iterator_types {
    ($($(#[$meta:meta])* $name:ident $text:literal $next:expr, $getattro:expr;)*) => {$(
        crate::static_type! {
            $(#[$meta])*
            #[unsafe(no_mangle)]
            pub static $name = {
                tp_name: $text.as_ptr(),
                tp_basicsize: 56,
                tp_dealloc: Some(dealloc),
                tp_getattro: $getattro,
                tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
                tp_traverse: slot::traverse::<DictIter, _>(traverse),
                tp_iter: iter::SELF_ITER,
                tp_iternext: $next,
                tp_methods: (&raw mut METHODS).cast(),
            };
        }
    )*};
}

iterator_types! {
    /// `dict_keyiterator`
    PyDictIterKey_Type c"dict_keyiterator" Some(next_key), GET_ATTRIBUTE;
    /// `dict_valueiterator`
    PyDictIterValue_Type c"dict_valueiterator" Some(next_value), GET_ATTRIBUTE;
    /// `dict_itemiterator`
    PyDictIterItem_Type c"dict_itemiterator" Some(next_item), GET_ATTRIBUTE;
    /// `dict_reversekeyiterator`
    PyDictRevIterKey_Type c"dict_reversekeyiterator" Some(previous_key), None;
    /// `dict_reversevalueiterator`
    PyDictRevIterValue_Type c"dict_reversevalueiterator" Some(previous_value), None;
    /// `dict_reverseitemiterator`
    PyDictRevIterItem_Type c"dict_reverseitemiterator" Some(previous_item), None;
}

crate::object_view!(/** An iterator over a dict. */ pub DictIter, dictiterobject, PyDictIterKey_Type);

/// The class of an iterator.
fn class_of(part: Part, reverse: bool) -> *mut PyTypeObject {
    match (part, reverse) {
        (Part::Key, false) => &raw mut PyDictIterKey_Type,
        (Part::Value, false) => &raw mut PyDictIterValue_Type,
        (Part::Item, false) => &raw mut PyDictIterItem_Type,
        (Part::Key, true) => &raw mut PyDictRevIterKey_Type,
        (Part::Value, true) => &raw mut PyDictRevIterValue_Type,
        (Part::Item, true) => &raw mut PyDictRevIterItem_Type,
    }
}

/// A new iterator over a dict.
pub(super) fn new(dict: &Object, part: Part, reverse: bool) -> Result<Obj> {
    let result = if part == Part::Item {
        tuple::pack([none::none().owned(), none::none().owned()])?.into_ptr()
    } else {
        null_mut()
    };
    // SAFETY: `result` is NULL or owned; a fresh object of that struct is tracked when complete.
    unsafe {
        let iterator = match gc::new_object(class_of(part, reverse)) {
            Ok(iterator) => iterator.cast::<dictiterobject>(),
            Err(raised) => {
                refcount::xdecref(result);
                return Err(raised);
            }
        };
        let used = len(dict) as isize;
        (*iterator).di_dict = dict.owned().into_ptr().cast();
        (*iterator).di_used = used;
        (*iterator).di_pos = match reverse {
            false => 0,
            true if !(*raw(dict)).ma_values.is_null() => used - 1,
            true => (*(*raw(dict)).ma_keys).dk_nentries - 1,
        };
        (*iterator).len = used;
        (*iterator).di_result = result;
        gc::track(iterator.cast());
        Ok(Obj::from_owned_ptr(iterator.cast()))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<dictiterobject>();
        refcount::xdecref((*raw).di_dict.cast());
        refcount::xdecref((*raw).di_result);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &DictIter, visitor: &mut Visitor) {
    // SAFETY: a live iterator.
    unsafe {
        visitor.visit_ptr((*this.as_raw()).di_dict.cast());
        visitor.visit_ptr((*this.as_raw()).di_result);
    }
}

/// Ends the iteration: the dict is dropped.
///
/// # Safety
/// A live iterator with a dict.
#[cold]
unsafe fn exhaust(this: *mut dictiterobject) {
    // SAFETY: the caller's promise.
    unsafe {
        let dict = (*this).di_dict;
        (*this).di_dict = null_mut();
        refcount::decref(dict.cast());
    }
}

/// The next entry's number and value; None at the end or with an exception set.
///
/// # Safety
/// A live iterator.
#[inline(always)]
unsafe fn forward(this: *mut dictiterobject) -> Option<(*mut PyDictObject, isize, *mut PyObject)> {
    // SAFETY: the caller's promise; the iterator owns the dict.
    unsafe {
        let dict = (*this).di_dict;
        if dict.is_null() {
            return None;
        }
        if (*this).di_used != (*dict).ma_used {
            changed_size(this);
            return None;
        }
        let Some((index, _, value)) = entry_from(dict, (*this).di_pos) else {
            exhaust(this);
            return None;
        };
        // More entries than there were: keys were deleted and others added.
        if (*this).len == 0 {
            changed_keys(this);
            return None;
        }
        (*this).di_pos = index + 1;
        (*this).len -= 1;
        Some((dict, index, value))
    }
}

/// As [`forward`], towards the beginning.
///
/// # Safety
/// A live iterator.
unsafe fn backward(this: *mut dictiterobject) -> Option<(*mut PyDictObject, isize, *mut PyObject)> {
    // SAFETY: the caller's promise; positions beyond the table (a table made anew) end the iteration.
    unsafe {
        let dict = (*this).di_dict;
        if dict.is_null() {
            return None;
        }
        if (*this).di_used != (*dict).ma_used {
            changed_size(this);
            return None;
        }
        let mut index = (*this).di_pos;
        let values = (*dict).ma_values;
        let found = if index < 0 {
            null_mut()
        } else if !values.is_null() {
            if index < (*dict).ma_used { *values.offset(index) } else { null_mut() }
        } else {
            let table = (*dict).ma_keys;
            index = index.min((*table).dk_nentries - 1);
            let entries = keys::entries(table);
            while index >= 0 && (*entries.offset(index)).me_value.is_null() {
                index -= 1;
            }
            if index >= 0 { (*entries.offset(index)).me_value } else { null_mut() }
        };
        if found.is_null() {
            exhaust(this);
            return None;
        }
        (*this).di_pos = index - 1;
        (*this).len -= 1;
        Some((dict, index, found))
    }
}

#[cold]
unsafe fn changed_size(this: *mut dictiterobject) {
    let _ = err::runtime_error("dictionary changed size during iteration");
    // SAFETY: a live iterator. The state stays wrong for ever.
    unsafe { (*this).di_used = -1 };
}

#[cold]
unsafe fn changed_keys(this: *mut dictiterobject) {
    let _ = err::runtime_error("dictionary keys changed during iteration");
    // SAFETY: a live iterator with a dict.
    unsafe { exhaust(this) };
}

/// The key of entry `index`.
///
/// # Safety
/// The entry is in use.
#[inline(always)]
unsafe fn key_at(dict: *mut PyDictObject, index: isize) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { (*keys::entries((*dict).ma_keys).offset(index)).me_key }
}

macro_rules! next_functions {
    ($($name:ident $step:ident |$this:ident, $dict:ident, $index:ident, $value:ident| $result:expr;)*) => {$(
        unsafe extern "C" fn $name(object: *mut PyObject) -> *mut PyObject {
            let $this = object.cast::<dictiterobject>();
            // SAFETY: the slot's contract; the entry found is in use.
            unsafe {
                match $step($this) {
                    Some(($dict, $index, $value)) => $result,
                    None => null_mut(),
                }
            }
        }
    )*};
}

/// A new reference.
///
/// # Safety
/// A live object.
#[inline(always)]
unsafe fn lend(object: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { refcount::incref(object) };
    object
}

next_functions! {
    next_key forward |this, dict, index, _value| lend(key_at(dict, index));
    next_value forward |this, _dict, _index, value| lend(value);
    next_item forward |this, dict, index, value| item(this, key_at(dict, index), value);
    previous_key backward |this, dict, index, _value| lend(key_at(dict, index));
    previous_value backward |this, _dict, _index, value| lend(value);
    previous_item backward |this, dict, index, value| item(this, key_at(dict, index), value);
}

/// The pair of key and value: the kept tuple if nobody else has it, else a new one.
///
/// # Safety
/// A live item iterator, key and value.
#[inline(always)]
unsafe fn item(this: *mut dictiterobject, key: *mut PyObject, value: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise; a tuple that only the iterator holds may be changed. Its old items are dropped
    // when it has the new ones.
    unsafe {
        let kept = (*this).di_result.cast::<PyTupleObject>();
        if !kept.is_null() && (*kept).ob_base.ob_base.ob_refcnt == 1 {
            let slots = (&raw mut (*kept).ob_item).cast::<*mut PyObject>();
            let (old_key, old_value) = (*slots, *slots.add(1));
            *slots = lend(key);
            *slots.add(1) = lend(value);
            refcount::incref(kept.cast());
            refcount::decref(old_key);
            refcount::decref(old_value);
            // The collector may have untracked it while it held plain values.
            if !gc::is_tracked(kept.cast()) {
                gc::track(kept.cast());
            }
            return kept.cast();
        }
        match tuple::pack([Object::from_ptr(key).owned(), Object::from_ptr(value).owned()]) {
            Ok(pair) => pair.into_ptr(),
            Err(_) => null_mut(),
        }
    }
}

fn length_hint(this: &DictIter) -> Result<Obj> {
    // SAFETY: a live iterator.
    let left = unsafe {
        let raw = this.as_raw();
        if !(*raw).di_dict.is_null() && (*raw).di_used == (*(*raw).di_dict).ma_used { (*raw).len } else { 0 }
    };
    long::from_i64(left as i64)
}

/// `(iter, (list of what is left,))`; the iterator itself is not advanced.
fn reduce(this: &DictIter) -> Result<Obj> {
    let items = list::new()?;
    // SAFETY: a live iterator; the copy lives in this frame and owns its dict and tuple for the loop.
    unsafe {
        let mut copy: dictiterobject = *this.as_raw();
        let _dict = Object::from_ptr_opt(copy.di_dict.cast()).map(Layout::owned);
        // A pair must be a new tuple each time: the kept one belongs to the iterator.
        copy.di_result = null_mut();
        if !copy.di_dict.is_null() {
            // `exhaust` gives up a reference.
            refcount::incref(copy.di_dict.cast());
        }
        let next = (*this.type_ptr()).tp_iternext;
        let result = loop {
            let Some(next) = next else { break Ok(()) };
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
        refcount::xdecref(copy.di_dict.cast());
        result?;
    }
    let function = (hooks::get().builtin)("iter")?;
    tuple::pack([function, tuple::pack([items.upcast()])?])
}
