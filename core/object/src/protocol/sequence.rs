//! `PySequence_*`.

use super::object::{group_slot, rich_compare_bool, type_name};
use super::{iter, number};
use crate::err::{self, Raised};
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::slot::CompareOp;
use crate::types::{bytes, dict, exceptions, list, long, slice, tuple};
use core::ffi::c_char;
use krait_abi::*;

/// `PySequence_Check`: dicts have `sq_contains` only, but subclasses could have an item slot.
pub fn check(object: &Object) -> bool {
    !dict::check(object) && group_slot!(object.class_of(), tp_as_sequence, sq_item).is_some()
}

/// `PySequence_Size`.
pub fn size(object: &Object) -> Result<usize> {
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_sequence, sq_length) {
        // SAFETY: the contract of sq_length.
        return usize::try_from(unsafe { slot(object.as_ptr()) }).map_err(|_| Raised::assume());
    }
    if group_slot!(class, tp_as_mapping, mp_length).is_some() {
        return Err(err::type_error(format_args!("{} is not a sequence", type_name(object))));
    }
    Err(err::type_error(format_args!("object of type '{}' has no len()", type_name(object))))
}

/// `PySequence_Length`.
pub fn length(object: &Object) -> Result<usize> {
    size(object)
}

/// Adds the length to a negative index where the sequence has one.
#[inline]
fn from_end(object: &Object, index: isize) -> Result<isize> {
    if index >= 0 {
        return Ok(index);
    }
    let Some(slot) = group_slot!(object.class_of(), tp_as_sequence, sq_length) else { return Ok(index) };
    // SAFETY: the contract of sq_length.
    let length = unsafe { slot(object.as_ptr()) };
    if length < 0 { Err(Raised::assume()) } else { Ok(index + length) }
}

/// `PySequence_GetItem`.
pub fn get_item(object: &Object, index: isize) -> Result<Obj> {
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_sequence, sq_item) {
        let index = from_end(object, index)?;
        // SAFETY: the contract of sq_item.
        return unsafe { Obj::from_owned_or_raised(slot(object.as_ptr(), index)) };
    }
    if group_slot!(class, tp_as_mapping, mp_subscript).is_some() {
        return Err(err::type_error(format_args!("{} is not a sequence", type_name(object))));
    }
    Err(err::type_error(format_args!("'{}' object does not support indexing", type_name(object))))
}

/// `PySequence_SetItem`; no value deletes.
pub fn set_item(object: &Object, index: isize, value: Option<&Object>) -> Result<()> {
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_sequence, sq_ass_item) {
        let index = from_end(object, index)?;
        // SAFETY: the contract of sq_ass_item.
        let status = unsafe { slot(object.as_ptr(), index, crate::handle::as_ptr_opt(value)) };
        return Raised::unless_zero(status);
    }
    if group_slot!(class, tp_as_mapping, mp_ass_subscript).is_some() {
        return Err(err::type_error(format_args!("{} is not a sequence", type_name(object))));
    }
    let what = if value.is_some() { "assignment" } else { "deletion" };
    let verb = if value.is_some() { "does not" } else { "doesn't" };
    Err(err::type_error(format_args!("'{}' object {verb} support item {what}", type_name(object))))
}

/// `PySequence_DelItem`.
pub fn del_item(object: &Object, index: isize) -> Result<()> {
    set_item(object, index, None)
}

/// The slice object for two C indices.
fn slice_of(start: isize, stop: isize) -> Result<Obj> {
    let (start, stop) = (long::from_i64(start as i64)?, long::from_i64(stop as i64)?);
    slice::new(Some(&start), Some(&stop), None)
}

/// `PySequence_GetSlice`.
pub fn get_slice(object: &Object, start: isize, stop: isize) -> Result<Obj> {
    let Some(slot) = group_slot!(object.class_of(), tp_as_mapping, mp_subscript) else {
        return Err(err::type_error(format_args!("'{}' object is unsliceable", type_name(object))));
    };
    let slice = slice_of(start, stop)?;
    // SAFETY: the contract of mp_subscript.
    unsafe { Obj::from_owned_or_raised(slot(object.as_ptr(), slice.as_ptr())) }
}

/// `PySequence_SetSlice`; no value deletes (`PySequence_DelSlice`).
pub fn set_slice(object: &Object, start: isize, stop: isize, value: Option<&Object>) -> Result<()> {
    let Some(slot) = group_slot!(object.class_of(), tp_as_mapping, mp_ass_subscript) else {
        let what = if value.is_some() { "assignment" } else { "deletion" };
        return Err(err::type_error(format_args!(
            "'{}' object doesn't support slice {what}",
            type_name(object)
        )));
    };
    let slice = slice_of(start, stop)?;
    // SAFETY: the contract of mp_ass_subscript.
    let status = unsafe { slot(object.as_ptr(), slice.as_ptr(), crate::handle::as_ptr_opt(value)) };
    Raised::unless_zero(status)
}

/// `PySequence_DelSlice`.
pub fn del_slice(object: &Object, start: isize, stop: isize) -> Result<()> {
    set_slice(object, start, stop, None)
}

/// Runs a binary number slot of two sequences whose class defines concatenation by numbers.
fn concat_by_number(
    a: &Object,
    b: &Object,
    operation: impl FnOnce(&Object, &Object) -> Result<Option<Obj>>,
) -> Result<Option<Obj>> {
    if check(a) && check(b) { operation(a, b) } else { Ok(None) }
}

/// `PySequence_Concat`.
pub fn concat(a: &Object, b: &Object) -> Result<Obj> {
    if let Some(slot) = group_slot!(a.class_of(), tp_as_sequence, sq_concat) {
        // SAFETY: the contract of sq_concat.
        return unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr())) };
    }
    if let Some(result) = concat_by_number(a, b, number::try_add)? {
        return Ok(result);
    }
    Err(err::type_error(format_args!("'{}' object can't be concatenated", type_name(a))))
}

/// `PySequence_InPlaceConcat`.
pub fn in_place_concat(a: &Object, b: &Object) -> Result<Obj> {
    let class = a.class_of();
    let slot = group_slot!(class, tp_as_sequence, sq_inplace_concat)
        .or_else(|| group_slot!(class, tp_as_sequence, sq_concat));
    if let Some(slot) = slot {
        // SAFETY: the contract of the slot.
        return unsafe { Obj::from_owned_or_raised(slot(a.as_ptr(), b.as_ptr())) };
    }
    if let Some(result) = concat_by_number(a, b, number::try_inplace_add)? {
        return Ok(result);
    }
    Err(err::type_error(format_args!("'{}' object can't be concatenated", type_name(a))))
}

/// `PySequence_Repeat`.
pub fn repeat(object: &Object, count: isize) -> Result<Obj> {
    if let Some(slot) = group_slot!(object.class_of(), tp_as_sequence, sq_repeat) {
        // SAFETY: the contract of sq_repeat.
        return unsafe { Obj::from_owned_or_raised(slot(object.as_ptr(), count)) };
    }
    if check(object)
        && let Some(result) = number::try_multiply(object, &*long::from_i64(count as i64)?)?
    {
        return Ok(result);
    }
    Err(err::type_error(format_args!("'{}' object can't be repeated", type_name(object))))
}

/// `PySequence_InPlaceRepeat`.
pub fn in_place_repeat(object: &Object, count: isize) -> Result<Obj> {
    let class = object.class_of();
    let slot = group_slot!(class, tp_as_sequence, sq_inplace_repeat)
        .or_else(|| group_slot!(class, tp_as_sequence, sq_repeat));
    if let Some(slot) = slot {
        // SAFETY: the contract of the slot.
        return unsafe { Obj::from_owned_or_raised(slot(object.as_ptr(), count)) };
    }
    if check(object)
        && let Some(result) = number::try_inplace_multiply(object, &*long::from_i64(count as i64)?)?
    {
        return Ok(result);
    }
    Err(err::type_error(format_args!("'{}' object can't be repeated", type_name(object))))
}

// From iterables

/// `PySequence_List`: a new list.
pub fn list(iterable: &Object) -> Result<Obj> {
    let result = list::new()?;
    result.extend(iterable)?;
    Ok(result.upcast())
}

/// `PySequence_Tuple`.
pub fn tuple(iterable: &Object) -> Result<Obj> {
    if tuple::check_exact(iterable) {
        return Ok(iterable.owned());
    }
    if let Some(list) = iterable.downcast_exact::<list::List>() {
        return list.to_tuple();
    }
    let iterator = iter::get_iter(iterable)?;
    let mut items = crate::memory::try_vec(super::object::length_hint(iterable, 10)?)?;
    while let Some(item) = iter::next(&iterator)? {
        crate::memory::try_push(&mut items, item)?;
    }
    tuple::from_vec(items)
}

/// `PySequence_Fast`: a list or tuple; `TypeError` with `message` when not iterable.
pub fn fast(iterable: &Object, message: &str) -> Result<Obj> {
    fast_or(iterable, || Ok(message))
}

/// As [`fast`] with a message that is not looked at before it is wanted: C callers that know their object pass NULL.
pub fn fast_or<'a>(iterable: &Object, message: impl FnOnce() -> Result<&'a str>) -> Result<Obj> {
    if tuple::check_exact(iterable) || list::List::is_exact(iterable) {
        return Ok(iterable.owned());
    }
    match iter::get_iter(iterable) {
        Ok(iterator) => list(&iterator),
        Err(_) if err::matches(exceptions::TypeError()) => Err(err::type_error(message()?)),
        Err(raised) => Err(raised),
    }
}

// Search

/// `PySequence_Contains`.
pub fn contains(object: &Object, item: &Object) -> Result<bool> {
    if let Some(slot) = group_slot!(object.class_of(), tp_as_sequence, sq_contains) {
        // SAFETY: the contract of sq_contains.
        let result = unsafe { slot(object.as_ptr(), item.as_ptr()) };
        return if result < 0 { Err(Raised::assume()) } else { Ok(result != 0) };
    }
    iterative_contains(object, item)
}

/// An iterator for a search.
fn search_iterator(object: &Object) -> Result<Obj> {
    iter::get_iter(object).map_err(|raised| {
        if err::matches(exceptions::TypeError()) {
            err::type_error(format_args!("argument of type '{}' is not iterable", type_name(object)))
        } else {
            raised
        }
    })
}

/// Membership by iteration (`_PySequence_IterSearch` with `PY_ITERSEARCH_CONTAINS`).
pub fn iterative_contains(object: &Object, item: &Object) -> Result<bool> {
    let iterator = search_iterator(object)?;
    while let Some(candidate) = iter::next(&iterator)? {
        if rich_compare_bool(&candidate, item, CompareOp::Eq)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `PySequence_Count`.
pub fn count(object: &Object, item: &Object) -> Result<usize> {
    let iterator = search_iterator(object)?;
    let mut count = 0usize;
    while let Some(candidate) = iter::next(&iterator)? {
        if rich_compare_bool(&candidate, item, CompareOp::Eq)? {
            if count == isize::MAX as usize {
                return Err(err::overflow_error("count exceeds C integer size"));
            }
            count += 1;
        }
    }
    Ok(count)
}

/// `PySequence_Index`.
pub fn index(object: &Object, item: &Object) -> Result<usize> {
    let iterator = search_iterator(object)?;
    let mut index = 0usize;
    while let Some(candidate) = iter::next(&iterator)? {
        if rich_compare_bool(&candidate, item, CompareOp::Eq)? {
            if index > isize::MAX as usize {
                return Err(err::overflow_error("index exceeds C integer size"));
            }
            return Ok(index);
        }
        index += 1;
    }
    Err(err::value_error("sequence.index(x): x not in sequence"))
}

/// `_PySequence_IterSearch`: by operation code.
pub fn iter_search(object: &Object, item: &Object, operation: i32) -> Result<isize> {
    match operation {
        PY_ITERSEARCH_COUNT => count(object, item).map(|n| n as isize),
        PY_ITERSEARCH_INDEX => index(object, item).map(|n| n as isize),
        _ => iterative_contains(object, item).map(isize::from),
    }
}

// C arrays

/// `_PySequence_BytesToCharpArray`: a NULL-terminated array of copies of the bytes in a sequence, for `exec`.
pub fn bytes_to_charp_array(object: &Object) -> Result<*mut *mut c_char> {
    let count = size(object)?;
    let array = crate::memory::mem_malloc((count + 1) * size_of::<*mut c_char>()).cast::<*mut c_char>();
    if array.is_null() {
        return Err(err::no_memory());
    }
    for i in 0..=count {
        // SAFETY: within the array; a NULL ends it at every step.
        unsafe { *array.add(i) = core::ptr::null_mut() };
    }
    for i in 0..count {
        match copy_item(object, i) {
            // SAFETY: within the array.
            Ok(copy) => unsafe { *array.add(i) = copy },
            Err(raised) => {
                // SAFETY: the array is ours and ends with NULL.
                unsafe { free_charp_array(array) };
                return Err(raised);
            }
        }
    }
    Ok(array)
}

fn copy_item(object: &Object, index: usize) -> Result<*mut c_char> {
    let item = get_item(object, index as isize)?;
    if !bytes::check(&item) {
        return Err(err::type_error(format_args!("expected bytes, {} found", type_name(&item))));
    }
    let data = bytes::as_slice(&item);
    if data.contains(&0) {
        return Err(err::value_error("embedded null byte"));
    }
    let copy = crate::memory::mem_malloc(data.len() + 1).cast::<u8>();
    if copy.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: a fresh block with room for the data and its end.
    unsafe {
        copy.copy_from_nonoverlapping(data.as_ptr(), data.len());
        *copy.add(data.len()) = 0;
    }
    Ok(copy.cast())
}

/// `_Py_FreeCharPArray`.
///
/// # Safety
/// `array` came from [`bytes_to_charp_array`].
pub unsafe fn free_charp_array(array: *mut *mut c_char) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut item = array;
        while !(*item).is_null() {
            crate::memory::mem_free((*item).cast());
            item = item.add(1);
        }
        crate::memory::mem_free(array.cast());
    }
}
