//! Sequence operations of `str`: items, slices, concatenation, repetition, joining, containment.

use super::builder::{concat_strs, copy_chars};
use super::layout::{self, MAX_CHAR, chars, data_ptr, exact, from_units, len};
use super::search::{Direction, find};
use super::{Chars, check, check_exact, with_chars};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{number, sequence};
use crate::text::Unit;
use crate::types::{exceptions, list, long, slice, tuple};
use core::ptr::null_mut;
use krait_abi::*;

/// `PyUnicode_Concat`.
pub fn concat(a: &Object, b: &Object) -> Result<Obj> {
    super::ensure(a)?;
    if !check(b) {
        return Err(err::type_error(format_args!(
            "can only concatenate str (not \"{:.200}\") to str",
            b.class_of().name()
        )));
    }
    concat_strs(a, b)
}

/// The `sq_concat` slot of `str`.
///
/// # Safety
/// Both are live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Concat(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject {
    crate::slot::guard(null_mut(), || {
        // SAFETY: the caller's promise.
        let (a, b) = unsafe { (Object::from_ptr(a), Object::from_ptr(b)) };
        concat(a, b).map_or(null_mut(), Obj::into_ptr)
    })
}

/// `PyUnicode_Contains`.
pub fn contains(text: &Object, part: &Object) -> Result<bool> {
    if !check(part) {
        return Err(err::type_error(format_args!(
            "'in <string>' requires string as left operand, not {:.100}",
            part.class_of().name()
        )));
    }
    super::ensure(text)?;
    if let (Chars::Latin1(text), Chars::Latin1(part)) = (chars(text), chars(part)) {
        return Ok(crate::text::search::find(text, part).is_some());
    }
    Ok(find(text, part, 0, isize::MAX, Direction::Forward).is_some())
}

/// The `sq_contains` slot of `str`.
///
/// # Safety
/// Both are live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Contains(text: *mut PyObject, part: *mut PyObject) -> core::ffi::c_int {
    crate::slot::guard(-1, || {
        // SAFETY: the caller's promise.
        let (text, part) = unsafe { (Object::from_ptr(text), Object::from_ptr(part)) };
        contains(text, part).map_or(-1, core::ffi::c_int::from)
    })
}

/// `str[index]` with a counted-from-the-start index.
#[inline]
pub fn item(object: &Object, index: isize) -> Result<Obj> {
    let text = chars(object);
    if index < 0 || index as usize >= text.len() {
        return Err(err::index_error("string index out of range"));
    }
    layout::from_char(text.at(index as usize))
}

/// `str[key]`.
pub fn subscript(object: &Object, key: &Object) -> Result<Obj> {
    if let Some(index) = long::small_value(key) {
        let index = index as isize;
        return item(object, if index < 0 { index + len(object) as isize } else { index });
    }
    if number::index_check(key) {
        let mut index = number::as_ssize(key, Some(exceptions::IndexError()))?;
        if index < 0 {
            index += len(object) as isize;
        }
        return item(object, index);
    }
    if !slice::check(key) {
        return Err(err::type_error("string indices must be integers"));
    }
    let (start, _, step, count) = slice::indices(key, len(object))?;
    select(object, start, step, count)
}

/// The `count` characters from `start` on, `step` apart, all in range (`str[a:b:c]`).
pub fn select(object: &Object, start: isize, step: isize, count: usize) -> Result<Obj> {
    if count == 0 {
        return layout::empty();
    }
    if step == 1 {
        if count == len(object) {
            return exact(object);
        }
        return substring(object, start as usize, start as usize + count);
    }
    with_chars!(chars(object), |s| {
        let picked: Vec<_> = (0..count as isize).map(|i| s[(start + i * step) as usize]).collect();
        from_units(&picked)
    })
}

/// `PyUnicode_Substring`; an end beyond the length means the length.
pub fn substring(object: &Object, start: usize, end: usize) -> Result<Obj> {
    if layout::is_compact_ascii(object) {
        // SAFETY: as just asked.
        let text = unsafe { layout::ascii_bytes(object) };
        let end = end.min(text.len());
        if start == 0 && end == text.len() {
            return exact(object);
        }
        return layout::from_ascii(text.get(start..end).unwrap_or_default());
    }
    let text = chars(object);
    let end = end.min(text.len());
    if start == 0 && end == text.len() {
        return exact(object);
    }
    if start >= end {
        return layout::empty();
    }
    layout::from_chars(text.slice(start, end))
}

/// `str * count`.
pub fn repeat(object: &Object, count: isize) -> Result<Obj> {
    if count < 1 {
        return layout::empty();
    }
    if count == 1 {
        return exact(object);
    }
    let text = chars(object);
    if text.len() > isize::MAX as usize / count as usize {
        return Err(err::overflow_error("repeated string is too long"));
    }
    fn fill<U: Unit>(unit: &[U], out: *mut U, count: usize) {
        // SAFETY: `out` has room for `count` times the text; what is copied has been written before.
        unsafe {
            let total = unit.len() * count;
            core::ptr::copy_nonoverlapping(unit.as_ptr(), out, unit.len());
            let mut done = unit.len();
            while done < total {
                let step = done.min(total - done);
                core::ptr::copy_nonoverlapping(out, out.add(done), step);
                done += step;
            }
        }
    }
    if text.is_empty() {
        return layout::empty();
    }
    let new = layout::alloc(text.len() * count as usize, layout::max_char_value(object))?;
    // SAFETY: a fresh str with the same storage kind.
    let data = unsafe { data_ptr(new.as_ptr()) };
    match text {
        Chars::Latin1([c]) => {
            // SAFETY: `count` bytes of storage.
            unsafe { data.write_bytes(*c, count as usize) }
        }
        Chars::Latin1(s) => fill(s, data, count as usize),
        Chars::Ucs2(s) => fill(s, data.cast(), count as usize),
        Chars::Ucs4(s) => fill(s, data.cast(), count as usize),
    }
    Ok(new)
}

/// `PyUnicode_Join`: `separator` None is a space; `items` any iterable.
pub fn join_iterable(separator: Option<&Object>, items: &Object) -> Result<Obj> {
    let fast = sequence::fast(items, "can only join an iterable")?;
    if tuple::check(&fast) {
        return join_opt(separator, tuple::items(&fast));
    }
    // SAFETY: joining strs runs no Python code that could change the list.
    join_opt(separator, unsafe { fast.cast_unchecked::<list::List>().items() })
}

/// `PyUnicode_Join` over a slice of objects that must be strs.
pub fn join(separator: &Object, items: &[&Object]) -> Result<Obj> {
    join_opt(Some(separator), items)
}

pub(super) fn join_opt(separator: Option<&Object>, items: &[&Object]) -> Result<Obj> {
    if items.is_empty() {
        return layout::empty();
    }
    if let [only] = items
        && check_exact(only)
    {
        return Ok(only.owned());
    }
    let separator = match separator {
        // A single item needs none.
        Some(s) if items.len() > 1 && !check(s) => {
            return Err(err::type_error(format_args!(
                "separator: expected str instance, {:.80} found",
                s.class_of().name()
            )));
        }
        Some(s) => s.owned(),
        None => layout::latin1_char(b' ')?,
    };
    let mut maxchar = if items.len() > 1 { layout::max_char_value(&separator) } else { 0 };
    let mut total = if items.len() > 1 { len(&separator).checked_mul(items.len() - 1) } else { Some(0) };
    for (i, item) in items.iter().enumerate() {
        if !check(item) {
            return Err(err::type_error(format_args!(
                "sequence item {i}: expected str instance, {:.80} found",
                item.class_of().name()
            )));
        }
        total = total.and_then(|t| t.checked_add(len(item)));
        maxchar = maxchar.max(layout::max_char_value(item));
    }
    let Some(total) = total.filter(|&t| t <= isize::MAX as usize) else {
        return Err(err::overflow_error("join() result is too long for a Python string"));
    };
    if total == 0 {
        return layout::empty();
    }
    if total == 1 && maxchar < 0x100 {
        let c = items.iter().chain([&&*separator]).find(|o| len(o) == 1).map_or(0, |o| super::char_at(o, 0));
        return layout::latin1_char(c as u8);
    }
    let new = layout::alloc(total, maxchar)?;
    let mut at = 0;
    let separator_length = len(&separator);
    for (i, item) in items.iter().enumerate() {
        // SAFETY: `new` is wide and long enough for all parts, as counted above; strs don't change.
        unsafe {
            if i > 0 && separator_length > 0 {
                append_chars(&new, at, &separator, maxchar);
                at += separator_length;
            }
            append_chars(&new, at, item, maxchar);
            at += len(item);
        }
    }
    Ok(new)
}

/// # Safety
/// As [`copy_chars`] of the whole of `from`; `maxchar` belongs to `to`.
#[inline(always)]
unsafe fn append_chars(to: &Object, at: usize, from: &Object, maxchar: u32) {
    // SAFETY: the caller's promise; one-byte storages are copied as they are.
    unsafe {
        if maxchar < 0x100 {
            let length = (*layout::head(from)).length as usize;
            layout::copy_bytes(data_ptr(from.as_ptr()), data_ptr(to.as_ptr()).add(at), length);
        } else {
            copy_chars(to, at, from, 0, len(from));
        }
    }
}

/// `PyUnicode_Append` of two strs: `left` grows in place when nobody else has it and its storage is wide enough.
pub fn append(left: Obj, right: &Object) -> Result<Obj> {
    let (a, b) = (len(&left), len(right));
    if b == 0 && check_exact(&left) {
        return Ok(left);
    }
    if a == 0 {
        return exact(right);
    }
    let Some(total) = a.checked_add(b).filter(|&total| total <= isize::MAX as usize) else {
        return Err(err::overflow_error("strings are too large to concat"));
    };
    let maxchar = layout::max_char_value(&left);
    let in_place = left.refcount() == 1
        && layout::state(&left) & (STATE_COMPACT | STATE_INTERNED_MASK) == STATE_COMPACT
        && check_exact(&left)
        && layout::max_char_value(right) <= maxchar;
    if !in_place {
        return concat_strs(&left, right);
    }
    // SAFETY: a compact exact str that only this reference holds and that is no singleton (those have other owners);
    // the storage is at least as wide as the new characters.
    unsafe {
        let grown = Obj::from_owned_ptr(super::builder::resize_compact(left.into_ptr(), total)?);
        append_chars(&grown, a, right, maxchar);
        Ok(grown)
    }
}

/// `PyUnicode_FromOrdinal`.
pub fn from_ordinal(ordinal: i32) -> Result<Obj> {
    if ordinal < 0 || ordinal as u32 > MAX_CHAR {
        return Err(err::value_error("chr() arg not in range(0x110000)"));
    }
    layout::from_char(ordinal as u32)
}
