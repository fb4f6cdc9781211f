//! `PyIter_*` and `PyObject_GetIter`.

use super::object::{_PyObject_NextNotImplemented, type_name};
use crate::err::{self, Raised};
use crate::handle::{Obj, Object, Result};
use crate::types::macros::get;
use crate::types::{exceptions, list};
use krait_abi::*;

type Next = unsafe extern "C" fn(*mut PyObject) -> *mut PyObject;

/// `PyIter_Check`.
#[inline]
pub fn check(object: &Object) -> bool {
    get!(object.class_of(), tp_iternext)
        .is_some_and(|next| !core::ptr::fn_addr_eq(next, _PyObject_NextNotImplemented as Next))
}

/// `PyObject_GetIter`.
pub fn get_iter(object: &Object) -> Result<Obj> {
    let Some(slot) = get!(object.class_of(), tp_iter) else {
        if super::sequence::check(object) {
            return sequence_iterator(object);
        }
        return Err(err::type_error(format_args!("'{}' object is not iterable", type_name(object))));
    };
    // SAFETY: the contract of tp_iter.
    let iterator = unsafe { Obj::from_owned_or_raised(slot(object.as_ptr()))? };
    if !check(&iterator) {
        return Err(err::type_error(format_args!(
            "iter() returned non-iterator of type '{}'",
            type_name(&iterator)
        )));
    }
    Ok(iterator)
}

/// An iterator that asks for items 0, 1, 2, ... (`PySeqIter_New`).
pub fn sequence_iterator(object: &Object) -> Result<Obj> {
    crate::types::iter::new_sequence(object)
}

/// `PyIter_Next`.
#[inline]
pub fn next(iterator: &Object) -> Result<Option<Obj>> {
    // SAFETY: the contract of tp_iternext. Lists are what is iterated over most: their step is inlined here.
    let item = unsafe {
        if core::ptr::eq(iterator.type_ptr(), &raw mut list::iter::PyListIter_Type) {
            list::iter::advance(iterator.as_ptr())
        } else if let Some(slot) = get!(iterator.class_of(), tp_iternext) {
            slot(iterator.as_ptr())
        } else {
            return Err(not_an_iterator(iterator));
        }
    };
    // SAFETY: an owned reference or NULL.
    match unsafe { Obj::from_owned_opt(item) } {
        Some(item) => Ok(Some(item)),
        None => end(),
    }
}

#[cold]
fn not_an_iterator(object: &Object) -> Raised {
    err::type_error(format_args!("'{}' object is not an iterator", type_name(object)))
}

/// NULL without an exception or with `StopIteration` is the end.
#[cold]
fn end() -> Result<Option<Obj>> {
    if err::occurred().is_none() {
        return Ok(None);
    }
    if err::matches(exceptions::StopIteration()) {
        err::clear();
        return Ok(None);
    }
    Err(Raised::assume())
}

/// Calls `body` for each item of an iterable.
pub fn for_each(iterable: &Object, mut body: impl FnMut(Obj) -> Result<()>) -> Result<()> {
    let iterator = get_iter(iterable)?;
    while let Some(item) = next(&iterator)? {
        body(item)?;
    }
    Ok(())
}
