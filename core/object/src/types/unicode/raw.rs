//! The functions of `unicodeobject.h` that work on C pointers, and those that change strings.
//!
//! A string may be changed while nobody else can have seen it: one reference, not hashed, not interned, no singleton.

use super::builder::{copy_chars, fill_chars, resize_compact};
use super::layout::{self, MAX_CHAR, chars, data_ptr, head, is_modifiable, len, max_char_value, state};
use super::search::{Direction, Ends, stripped};
use super::{Chars, check, with_chars};
use crate::codecs;
use crate::err;
use crate::handle::{Obj, Object, Result};
use crate::memory;
use crate::text::Unit;
use crate::unicode;
use core::ffi::{CStr, c_char, c_int, c_void};
use core::ptr::{self, null_mut};
use krait_abi::*;

fn need_str(object: &Object) -> Result<()> {
    if check(object) { Ok(()) } else { Err(err::bad_argument()) }
}

fn out_of_range() -> err::Raised {
    err::index_error("string index out of range")
}

// ---- construction ----

/// `PyUnicode_FromStringAndSize`; NULL with a size makes a legacy string to be filled.
///
/// # Safety
/// `text` is NULL or holds `size` bytes.
pub unsafe fn from_string_and_size(text: *const c_char, size: isize) -> Result<Obj> {
    if size < 0 {
        return Err(err::system_error("Negative size passed to PyUnicode_FromStringAndSize"));
    }
    if text.is_null() {
        return layout::legacy_new(size as usize);
    }
    // SAFETY: the caller's promise.
    super::decode_utf8(unsafe { core::slice::from_raw_parts(text.cast(), size as usize) }, None)
}

/// `PyUnicode_FromString`.
///
/// # Safety
/// `text` is NUL-terminated.
pub unsafe fn from_string(text: *const c_char) -> Result<Obj> {
    // SAFETY: the caller's promise.
    super::decode_utf8(unsafe { CStr::from_ptr(text) }.to_bytes(), None)
}

/// `PyUnicode_InternFromString`.
///
/// # Safety
/// `text` is NUL-terminated.
pub unsafe fn intern_from_string(text: *const c_char) -> Result<Obj> {
    // SAFETY: the caller's promise.
    Ok(super::intern(unsafe { from_string(text)? }))
}

/// `PyUnicode_FromKindAndData`.
///
/// # Safety
/// `data` holds `size` characters of `kind` bytes each, aligned.
pub unsafe fn from_kind_and_data(kind: c_int, data: *const c_void, size: isize) -> Result<Obj> {
    if size < 0 {
        return Err(err::value_error("size must be positive"));
    }
    let size = size as usize;
    if size == 0 {
        return layout::empty();
    }
    // SAFETY: the caller's promise.
    unsafe {
        match kind {
            1 => layout::from_units(core::slice::from_raw_parts(data.cast::<u8>(), size)),
            2 => layout::from_units(core::slice::from_raw_parts(data.cast::<u16>(), size)),
            4 => from_wide(core::slice::from_raw_parts(data.cast::<u32>(), size), || {
                err::system_error("invalid maximum character passed to PyUnicode_New")
            }),
            _ => Err(err::system_error("invalid kind")),
        }
    }
}

fn from_wide(points: &[u32], invalid: impl FnOnce() -> err::Raised) -> Result<Obj> {
    let bits = layout::max_bits(points);
    // Below that the bits are those of all characters.
    if bits > 0xffff && points.iter().any(|&c| c > MAX_CHAR) {
        return Err(invalid());
    }
    layout::from_units_within(points, bits)
}

/// A wide string as code points.
///
/// # Safety
/// `text` holds `size` units, or is NUL-terminated if `size` is -1.
unsafe fn wide<'a>(text: *const wchar_t, size: isize) -> &'a [u32] {
    // SAFETY: the caller's promise; `wchar_t` is four bytes.
    unsafe {
        let size = if size < 0 { (0..).take_while(|&i| *text.add(i) != 0).count() } else { size as usize };
        core::slice::from_raw_parts(text.cast::<u32>(), size)
    }
}

fn bad_wide() -> err::Raised {
    err::value_error("character U+110000 is not in range [U+0000; U+10ffff]")
}

/// `PyUnicode_FromWideChar`; a size of -1 means up to the NUL.
///
/// # Safety
/// As the size says; NULL only with size 0.
pub unsafe fn from_wide_char(text: *const wchar_t, size: isize) -> Result<Obj> {
    if text.is_null() && size != 0 {
        return Err(err::bad_internal_call());
    }
    if size == 0 {
        return layout::empty();
    }
    // SAFETY: the caller's promise.
    from_wide(unsafe { wide(text, size) }, bad_wide)
}

/// `PyUnicode_FromUnicode`; NULL makes a legacy string to be filled.
///
/// # Safety
/// `text` is NULL or holds `size` units.
pub unsafe fn from_unicode(text: *const wchar_t, size: isize) -> Result<Obj> {
    if size < 0 {
        return Err(err::bad_internal_call());
    }
    if text.is_null() {
        return layout::legacy_new(size as usize);
    }
    // SAFETY: the caller's promise.
    unsafe { from_wide_char(text, size) }
}

/// `_PyUnicode_FromASCII`.
///
/// # Safety
/// `text` holds `size` ASCII bytes.
pub unsafe fn from_ascii_raw(text: *const c_char, size: isize) -> Result<Obj> {
    // SAFETY: the caller's promise.
    layout::from_ascii(unsafe { core::slice::from_raw_parts(text.cast(), size.max(0) as usize) })
}

/// Makes a string of `size` wide characters and hands it on: the deprecated `PyUnicode_Encode*` functions are the
/// corresponding methods of such a string.
///
/// # Safety
/// `text` holds `size` units.
pub unsafe fn with_wide<R>(
    text: *const wchar_t,
    size: isize,
    body: impl FnOnce(&Object) -> Result<R>,
) -> Result<R> {
    // SAFETY: the caller's promise.
    let made = unsafe { from_wide_char(text, size)? };
    body(&made)
}

// ---- reading ----

/// `PyUnicode_GetLength`.
pub fn get_length(object: &Object) -> Result<isize> {
    need_str(object)?;
    layout::ready(object)?;
    Ok(len(object) as isize)
}

/// `PyUnicode_ReadChar`.
pub fn read_char(object: &Object, index: isize) -> Result<u32> {
    need_str(object)?;
    layout::ready(object)?;
    if index < 0 || index as usize >= len(object) {
        return Err(out_of_range());
    }
    Ok(super::char_at(object, index as usize))
}

/// `PyUnicode_Substring`.
pub fn substring_checked(object: &Object, start: isize, end: isize) -> Result<Obj> {
    if start < 0 || end < 0 {
        return Err(out_of_range());
    }
    layout::ready(object)?;
    super::substring(object, start as usize, end as usize)
}

/// `_PyUnicode_FindMaxChar`: the highest character that the storage of a part would hold.
pub fn find_max_char(object: &Object, start: isize, end: isize) -> u32 {
    if start == 0 && end as usize == len(object) {
        return max_char_value(object);
    }
    if start >= end {
        return 127;
    }
    let part = chars(object).slice(start as usize, end as usize);
    with_chars!(part, |s| layout::storage_max(layout::max_bits(s)))
}

/// `PyUnicode_AsUCS4`: copies the characters into a buffer of `size` units.
///
/// # Safety
/// `target` has room for `size` units.
pub unsafe fn as_ucs4(object: &Object, target: *mut u32, size: isize, copy_null: bool) -> Result<*mut u32> {
    if target.is_null() || size < 0 {
        return Err(err::bad_internal_call());
    }
    let length = len(object);
    if (size as usize) < length + usize::from(copy_null) {
        if copy_null && size > 0 {
            // SAFETY: room for one unit.
            unsafe { *target = 0 };
        }
        return Err(err::system_error("string is longer than the buffer"));
    }
    // SAFETY: the buffer is large enough.
    unsafe {
        with_chars!(chars(object), |s| layout::widen::<_, u32>(s, target));
        if copy_null {
            *target.add(length) = 0;
        }
    }
    Ok(target)
}

/// Memory of the mem domain for `length` wide characters and a NUL, filled from a string.
fn wide_copy(object: &Object) -> Result<*mut u32> {
    let length = len(object);
    let memory = memory::mem_malloc((length + 1) * 4).cast::<u32>();
    if memory.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: room for all and the NUL.
    unsafe { as_ucs4(object, memory, length as isize + 1, true) }
}

/// `PyUnicode_AsUCS4Copy`: to be freed with `PyMem_Free`.
pub fn as_ucs4_copy(object: &Object) -> Result<*mut u32> {
    wide_copy(object)
}

/// `PyUnicode_AsWideChar`: copies at most `size` units (a NUL if there is room); with no target, the size needed.
///
/// # Safety
/// `target` is NULL or has room for `size` units.
pub unsafe fn as_wide_char(object: &Object, target: *mut wchar_t, size: isize) -> Result<isize> {
    need_str(object)?;
    let length = len(object);
    if target.is_null() {
        return Ok(length as isize + 1);
    }
    let copied = length.min(size.max(0) as usize);
    // SAFETY: at most `size` units.
    unsafe {
        with_chars!(chars(object), |s| layout::widen::<_, u32>(&s[..copied], target.cast()));
        if (copied as isize) < size {
            *target.add(copied) = 0;
        }
    }
    Ok(copied as isize)
}

/// `PyUnicode_AsWideCharString`: to be freed with `PyMem_Free`. Without a place for the size, there must be no NUL.
pub fn as_wide_char_string(object: &Object, wants_size: bool) -> Result<(*mut wchar_t, isize)> {
    need_str(object)?;
    if !wants_size && chars(object).iter().any(|c| c == 0) {
        return Err(err::value_error("embedded null character"));
    }
    Ok((wide_copy(object)?.cast(), len(object) as isize))
}

/// `PyUnicode_AsUnicodeAndSize`: the `wchar_t` form, cached in the object.
pub fn as_unicode_and_size(object: &Object) -> Result<(*mut wchar_t, isize)> {
    need_str(object)?;
    let raw = object.as_ptr();
    // SAFETY: a live str; the cache fields of its layout.
    unsafe {
        let ascii = raw.cast::<PyASCIIObject>();
        if (*ascii).wstr.is_null() {
            let length = len(object);
            let memory = memory::object_malloc((length + 1) * 4).cast::<u32>();
            if memory.is_null() {
                return Err(err::no_memory());
            }
            as_ucs4(object, memory, length as isize + 1, true)?;
            (*ascii).wstr = memory.cast();
            let compact_ascii = STATE_COMPACT | STATE_ASCII;
            if state(object) & compact_ascii != compact_ascii {
                (*raw.cast::<PyCompactUnicodeObject>()).wstr_length = length as Py_ssize_t;
            }
        }
        let compact_ascii = state(object) & (STATE_COMPACT | STATE_ASCII) == STATE_COMPACT | STATE_ASCII;
        let size = if compact_ascii && state(object) & STATE_READY != 0 {
            (*ascii).length
        } else {
            (*raw.cast::<PyCompactUnicodeObject>()).wstr_length
        };
        Ok(((*ascii).wstr, size))
    }
}

/// `_PyUnicode_AsUnicode`: without NUL characters.
pub fn as_unicode_checked(object: &Object) -> Result<*mut wchar_t> {
    let (text, size) = as_unicode_and_size(object)?;
    // SAFETY: the cached form has that many units.
    if unsafe { wide(text, size) }.contains(&0) {
        return Err(err::value_error("embedded null character"));
    }
    Ok(text)
}

/// `PyUnicode_AsUnicodeCopy`: to be freed with `PyMem_Free`.
pub fn as_unicode_copy(object: &Object) -> Result<*mut wchar_t> {
    need_str(object)?;
    Ok(wide_copy(object)?.cast())
}

/// `PyUnicode_AsUTF8AndSize` as a pointer; a NUL follows the text.
#[inline]
pub fn as_utf8_and_size(object: &Object) -> Result<(*const c_char, isize)> {
    let text = super::as_utf8(object)?;
    Ok((text.as_ptr().cast(), text.len() as isize))
}

// ---- searching, with checks ----

/// `PyUnicode_Count`.
pub fn count_checked(text: &Object, part: &Object, start: isize, end: isize) -> Result<isize> {
    super::ensure(text)?;
    super::ensure(part)?;
    Ok(super::search::count(text, part, start, end) as isize)
}

/// `PyUnicode_Find`: -1 if there is none.
pub fn find_checked(
    text: &Object,
    part: &Object,
    start: isize,
    end: isize,
    direction: c_int,
) -> Result<isize> {
    super::ensure(text)?;
    super::ensure(part)?;
    let found = super::search::find(text, part, start, end, Direction::of(direction));
    Ok(found.map_or(-1, |i| i as isize))
}

/// `PyUnicode_FindChar`: -1 if there is none.
pub fn find_char_checked(text: &Object, c: u32, start: isize, end: isize, direction: c_int) -> Result<isize> {
    layout::ready(text)?;
    let found = super::search::find_char(text, c, start, end, Direction::of(direction));
    Ok(found.map_or(-1, |i| i as isize))
}

/// `PyUnicode_Tailmatch`: a positive direction looks at the end, others at the start.
pub fn tail_match_checked(
    text: &Object,
    part: &Object,
    start: isize,
    end: isize,
    direction: c_int,
) -> Result<bool> {
    super::ensure(text)?;
    super::ensure(part)?;
    let direction = if direction > 0 { Direction::Backward } else { Direction::Forward };
    Ok(super::search::tail_match(text, part, start, end, direction))
}

/// `_PyUnicode_XStrip`: 0 strips the left, 1 the right, 2 both ends of characters in `set`.
pub fn x_strip(text: &Object, which: c_int, set: &Object) -> Result<Obj> {
    let ends = Ends { left: which != 1, right: which != 0 };
    let range = with_chars!(chars(set), |set| {
        let has = |c: u32| set.iter().any(|u| u.code() == c);
        with_chars!(chars(text), |t| stripped(t, ends, has))
    });
    super::substring(text, range.start, range.end)
}

/// `_PyUnicode_JoinArray`.
///
/// # Safety
/// `items` points to `count` live objects.
pub unsafe fn join_array(
    separator: Option<&Object>,
    items: *const *mut PyObject,
    count: isize,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    super::join_opt(separator, unsafe { crate::method::arg_slice(items, count.max(0) as usize) })
}

/// `_PyUnicode_EqualToASCIIString`.
///
/// # Safety
/// `text` is NUL-terminated ASCII.
pub unsafe fn equal_to_ascii_string(object: &Object, text: *const c_char) -> bool {
    // SAFETY: the caller's promise.
    let text = unsafe { CStr::from_ptr(text) }.to_bytes();
    layout::is_ascii(object) && chars(object).bytes() == text
}

/// `_PyUnicode_EqualToASCIIId`.
///
/// # Safety
/// `id` points to a static identifier of ASCII text.
pub unsafe fn equal_to_ascii_id(object: &Object, id: *mut _Py_Identifier) -> Result<bool> {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*id).object.is_null() && ptr::eq((*id).object, object.as_ptr()) {
            return Ok(true);
        }
        Ok(equal_to_ascii_string(object, (*id).string))
    }
}

// ---- changing ----

fn check_modifiable(object: &Object) -> Result<()> {
    if is_modifiable(object) {
        return Ok(());
    }
    Err(err::system_error("Cannot modify a string currently used"))
}

/// `PyUnicode_WriteChar`.
pub fn write_char(object: &Object, index: isize, c: u32) -> Result<()> {
    if !check(object) || state(object) & STATE_COMPACT == 0 {
        return Err(err::bad_argument());
    }
    if index < 0 || index as usize >= len(object) {
        return Err(out_of_range());
    }
    check_modifiable(object)?;
    if c > max_char_value(object) {
        return Err(err::value_error("character out of range"));
    }
    // SAFETY: within the length, of the storage's range, not shared.
    unsafe { fill_chars(object, index as usize, 1, c) };
    Ok(())
}

/// `PyUnicode_Fill`: how many characters were written.
pub fn fill(object: &Object, start: isize, length: isize, c: u32) -> Result<isize> {
    if !check(object) {
        return Err(err::bad_internal_call());
    }
    layout::ready(object)?;
    check_modifiable(object)?;
    if start < 0 {
        return Err(out_of_range());
    }
    if c > max_char_value(object) {
        return Err(err::value_error("fill character is bigger than the string maximum character"));
    }
    let length = length.min(len(object) as isize - start);
    if length <= 0 {
        return Ok(0);
    }
    // SAFETY: within the length, of the storage's range, not shared.
    unsafe { fill_chars(object, start as usize, length as usize, c) };
    Ok(length)
}

/// `_PyUnicode_FastFill`.
///
/// # Safety
/// The range exists, the string is not shared, and the character fits its storage.
pub unsafe fn fast_fill(object: &Object, start: isize, length: isize, c: u32) {
    // SAFETY: the caller's promise.
    unsafe { fill_chars(object, start as usize, length as usize, c) }
}

/// `PyUnicode_CopyCharacters`: how many characters were copied.
pub fn copy_characters(
    to: &Object,
    to_start: isize,
    from: &Object,
    start: isize,
    count: isize,
) -> Result<isize> {
    if !check(to) || !check(from) {
        return Err(err::bad_internal_call());
    }
    layout::ready(to)?;
    layout::ready(from)?;
    let in_range = |i: isize, object: &Object| i >= 0 && i as usize <= len(object);
    if !in_range(start, from) || !in_range(to_start, to) {
        return Err(out_of_range());
    }
    if count < 0 {
        return Err(err::system_error("how_many cannot be negative"));
    }
    let count = count.min(len(from) as isize - start);
    if to_start + count > len(to) as isize {
        return Err(err::system_error(format_args!(
            "Cannot write {count} characters at {to_start} in a string of {} characters",
            len(to)
        )));
    }
    if count == 0 {
        return Ok(0);
    }
    check_modifiable(to)?;
    let part = chars(from).slice(start as usize, (start + count) as usize);
    if with_chars!(part, |s| layout::storage_max(layout::max_bits(s))) > max_char_value(to) {
        return Err(err::system_error(format_args!(
            "Cannot copy {} characters into a string of {} characters",
            shown_kind(from),
            shown_kind(to)
        )));
    }
    // SAFETY: both ranges exist, the characters fit, the target is not shared.
    unsafe { copy_chars(to, to_start as usize, from, start as usize, count as usize) };
    Ok(count)
}

/// A storage's name as messages have it.
fn shown_kind(object: &Object) -> &'static str {
    match (layout::is_ascii(object), chars(object)) {
        (true, _) => "ascii",
        (_, Chars::Latin1(_)) => "latin1",
        (_, Chars::Ucs2(_)) => "UCS2",
        (_, Chars::Ucs4(_)) => "UCS4",
    }
}

/// `_PyUnicode_FastCopyCharacters`.
///
/// # Safety
/// Both ranges exist, the target is not shared and wide enough.
pub unsafe fn fast_copy_characters(to: &Object, to_start: isize, from: &Object, start: isize, count: isize) {
    // SAFETY: the caller's promise.
    unsafe { copy_chars(to, to_start as usize, from, start as usize, count.max(0) as usize) }
}

/// `PyUnicode_Resize`: changes the length of `*place`; another string where this one is shared.
///
/// # Safety
/// `place` holds an owned reference.
pub unsafe fn resize(place: *mut *mut PyObject, length: isize) -> Result<()> {
    // SAFETY: the caller's promise; the place always holds an owned reference afterwards, or the old one on failure.
    unsafe {
        let object = *place;
        if object.is_null() || !check(Object::from_ptr(object)) || length < 0 {
            return Err(err::bad_internal_call());
        }
        let text = Object::from_ptr(object);
        let legacy = state(text) & STATE_READY == 0;
        let old =
            if legacy { (*object.cast::<PyCompactUnicodeObject>()).wstr_length } else { len(text) as isize };
        if old == length {
            return Ok(());
        }
        if length == 0 {
            let old = core::mem::replace(&mut *place, layout::empty()?.into_ptr());
            drop(Obj::<Object>::from_owned_ptr(old));
            return Ok(());
        }
        if legacy {
            return resize_legacy(text, length as usize);
        }
        let compact = state(text) & STATE_COMPACT != 0;
        if !is_modifiable(text) || !compact {
            let new = layout::alloc(length as usize, max_char_value(text))?;
            copy_chars(&new, 0, text, 0, (length.min(old)) as usize);
            let old = core::mem::replace(&mut *place, new.into_ptr());
            drop(Obj::<Object>::from_owned_ptr(old));
            return Ok(());
        }
        *place = null_mut();
        *place = resize_compact(object, length as usize)?;
    }
    Ok(())
}

/// Changes the length of a legacy string that is not ready.
///
/// # Safety
/// The string is not shared.
unsafe fn resize_legacy(text: &Object, length: usize) -> Result<()> {
    let raw = text.as_ptr().cast::<PyCompactUnicodeObject>();
    // SAFETY: the string owns its `wstr`.
    unsafe {
        let new = memory::object_realloc((*raw)._base.wstr.cast(), (length + 1) * 4).cast::<wchar_t>();
        if new.is_null() {
            return Err(err::no_memory());
        }
        *new.add(length) = 0;
        (*raw)._base.wstr = new;
        (*raw).wstr_length = length as Py_ssize_t;
    }
    Ok(())
}

/// `PyUnicode_Append`: replaces `*place` by its concatenation with `right`, in place where nobody else has it; NULL on
/// failure.
///
/// # Safety
/// `place` holds an owned reference or NULL; `right` is live or NULL.
pub unsafe fn append_in_place(place: *mut *mut PyObject, right: *mut PyObject) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(left) = Obj::<Object>::from_owned_opt(core::mem::replace(&mut *place, null_mut())) else {
            return match err::occurred() {
                Some(_) => Err(err::Raised::assume()),
                None => Err(err::bad_internal_call()),
            };
        };
        let right = match Object::from_ptr_opt(right) {
            Some(right) if check(right) && check(&left) => right,
            _ => {
                drop(left);
                return match err::occurred() {
                    Some(_) => Err(err::Raised::assume()),
                    None => Err(err::bad_internal_call()),
                };
            }
        };
        *place = super::append(left, right)?.into_ptr();
    }
    Ok(())
}

/// `PyUnicode_InternInPlace`.
///
/// # Safety
/// `place` holds an owned reference or NULL.
pub unsafe fn intern_in_place(place: *mut *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(object) = Object::from_ptr_opt(*place) else { return };
        if !check(object) {
            return;
        }
        *place = super::intern(Obj::from_owned_ptr(*place)).into_ptr();
    }
}

/// `PyUnicode_InternImmortal`.
///
/// # Safety
/// As [`intern_in_place`].
pub unsafe fn intern_immortal_in_place(place: *mut *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if !(*place).is_null() && check(Object::from_ptr(*place)) {
            *place = super::intern_immortal(Obj::from_owned_ptr(*place)).into_ptr();
        }
    }
}

// ---- converters ----

/// What a `O&` converter returns when it wants to be called again to clean up.
const CLEANUP_SUPPORTED: c_int = 0x20000;

/// Runs a converter: stores the result at `place`, or drops it when there is no argument any more.
unsafe fn converter(arg: *mut PyObject, place: *mut c_void, convert: fn(&Object) -> Result<Obj>) -> c_int {
    // SAFETY: the contract of converters: `place` is a `PyObject *` owned by the caller.
    unsafe {
        let place = place.cast::<*mut PyObject>();
        let Some(arg) = Object::from_ptr_opt(arg) else {
            drop(Obj::<Object>::from_owned_opt(core::mem::replace(&mut *place, null_mut())));
            return 1;
        };
        match convert(arg) {
            Ok(result) => {
                *place = result.into_ptr();
                CLEANUP_SUPPORTED
            }
            Err(_) => 0,
        }
    }
}

/// `PyUnicode_FSConverter`.
///
/// # Safety
/// `arg` is live or NULL; `place` points to a `PyObject *`.
pub unsafe fn fs_converter_raw(arg: *mut PyObject, place: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { converter(arg, place, super::fs_converter) }
}

/// `PyUnicode_FSDecoder`.
///
/// # Safety
/// As [`fs_converter_raw`].
pub unsafe fn fs_decoder_raw(arg: *mut PyObject, place: *mut c_void) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { converter(arg, place, super::fs_decoder) }
}

// ---- generic codecs ----

/// `PyUnicode_AsEncodedObject`: any result.
pub fn as_encoded_object(object: &Object, encoding: Option<&str>, errors: Option<&str>) -> Result<Obj> {
    need_str(object)?;
    codecs::encode(object, encoding.unwrap_or("utf-8"), errors)
}

/// `PyUnicode_AsDecodedObject`: any result.
pub fn as_decoded_object(object: &Object, encoding: Option<&str>, errors: Option<&str>) -> Result<Obj> {
    need_str(object)?;
    codecs::decode(object, encoding.unwrap_or("utf-8"), errors)
}

fn only_str(result: Obj, encoding: &str, encode: bool) -> Result<Obj> {
    if check(&result) {
        return Ok(result);
    }
    let word = if encode { "encode" } else { "decode" };
    Err(err::type_error(format_args!(
        "'{encoding:.400}' {word}r returned '{:.400}' instead of 'str'; use codecs.{word}() to {word} to arbitrary types",
        result.class_of().name()
    )))
}

/// `PyUnicode_AsEncodedUnicode`: the result must be `str`.
pub fn as_encoded_unicode(object: &Object, encoding: Option<&str>, errors: Option<&str>) -> Result<Obj> {
    let encoding = encoding.unwrap_or("utf-8");
    only_str(as_encoded_object(object, Some(encoding), errors)?, encoding, true)
}

/// `PyUnicode_AsDecodedUnicode`: the result must be `str`.
pub fn as_decoded_unicode(object: &Object, encoding: Option<&str>, errors: Option<&str>) -> Result<Obj> {
    let encoding = encoding.unwrap_or("utf-8");
    only_str(as_decoded_object(object, Some(encoding), errors)?, encoding, false)
}

// ---- decimal digits ----

/// `PyUnicode_TransformDecimalToASCII`: decimal digits of any script to ASCII ones.
///
/// # Safety
/// `text` holds `size` units.
pub unsafe fn transform_decimal_to_ascii(text: *const wchar_t, size: isize) -> Result<Obj> {
    // SAFETY: the caller's promise.
    let points: Vec<u32> = unsafe { wide(text, size.max(0)) }
        .iter()
        .map(|&c| match unicode::decimal_value(c) {
            Some(digit) if c > 127 => u32::from(b'0' + digit),
            _ => c,
        })
        .collect();
    from_wide(&points, bad_wide)
}

/// `PyUnicode_EncodeDecimal`: decimal digits to ASCII, white space to spaces, latin-1 as it is; a NUL at the end.
///
/// # Safety
/// `text` holds `size` units; `output` has room for `size + 1` bytes.
pub unsafe fn encode_decimal(
    text: *const wchar_t,
    size: isize,
    output: *mut c_char,
    errors: Option<&str>,
) -> Result<()> {
    // SAFETY: the caller's promise.
    let points = unsafe { wide(text, size.max(0)) };
    let object = from_wide(points, bad_wide)?;
    let mut at = output.cast::<u8>();
    let mut put = |byte: u8| {
        // SAFETY: one byte for each character, as the caller promised.
        unsafe {
            *at = byte;
            at = at.add(1);
        }
    };
    for (i, &c) in points.iter().enumerate() {
        if unicode::is_space(c) {
            put(b' ');
        } else if let Some(digit) = unicode::decimal_value(c) {
            put(b'0' + digit);
        } else if (1..256).contains(&c) {
            put(c as u8);
        } else {
            let _ = errors;
            return Err(codecs::encode_error("decimal", &object, i, i + 1, "invalid decimal Unicode string"));
        }
    }
    put(0);
    Ok(())
}

// ---- wide string functions ----

/// `Py_UNICODE_strlen` and its relatives work on NUL-terminated `wchar_t` strings like their C namesakes.
pub mod wide_strings {
    use core::ptr::null_mut;
    use krait_abi::wchar_t;

    /// `Py_UNICODE_strlen`.
    /// # Safety
    /// NUL-terminated.
    pub unsafe fn len(text: *const wchar_t) -> usize {
        // SAFETY: the caller's promise.
        (0..).take_while(|&i| unsafe { *text.add(i) } != 0).count()
    }

    /// `Py_UNICODE_strcpy`.
    /// # Safety
    /// `to` has room for `from` and its NUL.
    pub unsafe fn copy(to: *mut wchar_t, from: *const wchar_t) -> *mut wchar_t {
        // SAFETY: the caller's promise.
        unsafe { core::ptr::copy(from, to, len(from) + 1) };
        to
    }

    /// `Py_UNICODE_strcat`.
    /// # Safety
    /// `to` has room for both.
    pub unsafe fn append(to: *mut wchar_t, from: *const wchar_t) -> *mut wchar_t {
        // SAFETY: the caller's promise.
        unsafe { copy(to.add(len(to)), from) };
        to
    }

    /// `Py_UNICODE_strncpy`: at most `n` units, the rest filled with NUL.
    /// # Safety
    /// `to` has room for `n` units.
    pub unsafe fn copy_n(to: *mut wchar_t, from: *const wchar_t, n: usize) -> *mut wchar_t {
        // SAFETY: the caller's promise.
        unsafe {
            let mut ended = false;
            for i in 0..n {
                let c = if ended { 0 } else { *from.add(i) };
                ended = c == 0;
                *to.add(i) = c;
            }
        }
        to
    }

    /// `Py_UNICODE_strncmp` (`strcmp` with the greatest `n`).
    /// # Safety
    /// NUL-terminated or at least `n` units.
    pub unsafe fn compare(a: *const wchar_t, b: *const wchar_t, n: usize) -> i32 {
        for i in 0..n {
            // SAFETY: the caller's promise.
            let (x, y) = unsafe { (*a.add(i) as u32, *b.add(i) as u32) };
            if x != y {
                return if x < y { -1 } else { 1 };
            }
            if x == 0 {
                break;
            }
        }
        0
    }

    /// `Py_UNICODE_strchr`.
    /// # Safety
    /// NUL-terminated.
    pub unsafe fn find(text: *const wchar_t, c: wchar_t) -> *mut wchar_t {
        // SAFETY: the caller's promise.
        unsafe { (0..len(text)).find(|&i| *text.add(i) == c).map_or(null_mut(), |i| text.add(i).cast_mut()) }
    }

    /// `Py_UNICODE_strrchr`.
    /// # Safety
    /// NUL-terminated.
    pub unsafe fn rfind(text: *const wchar_t, c: wchar_t) -> *mut wchar_t {
        // SAFETY: the caller's promise.
        unsafe { (0..len(text)).rfind(|&i| *text.add(i) == c).map_or(null_mut(), |i| text.add(i).cast_mut()) }
    }
}

/// `_PyUnicode_CheckConsistency`: whether the fields agree with each other and, if asked, with the characters.
pub fn check_consistency(object: &Object, check_content: bool) -> bool {
    if !check(object) || state(object) & STATE_READY == 0 {
        return check(object);
    }
    let bits = with_chars!(chars(object), |s| layout::max_bits(s));
    let ascii = layout::is_ascii(object);
    let narrowest = layout::storage_max(bits) == max_char_value(object);
    // SAFETY: the storage has a NUL behind the characters.
    let ended = unsafe {
        let kind = layout::kind(object);
        let end = data_ptr(object.as_ptr()).add(len(object) * kind);
        core::slice::from_raw_parts(end, kind).iter().all(|&b| b == 0)
    };
    // SAFETY: a live str.
    let hash = unsafe { (*head(object)).hash };
    ended
        && (!check_content || narrowest && (hash == -1 || hash == super::hash_bytes(chars(object).bytes())))
        && (!ascii || bits < 0x80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handle::Layout;
    use crate::testing::with_gil;
    use crate::types::unicode::{self, eq_str};

    #[test]
    fn storage_is_the_narrowest() {
        with_gil(|| {
            for (text, kind, max) in
                [("abc", 1, 0x7f), ("abé", 1, 0xff), ("ab\u{1234}", 2, 0xffff), ("a😀", 4, 0x10ffff)]
            {
                let made = unicode::from_str(text).unwrap();
                assert_eq!((layout::kind(&made), max_char_value(&made)), (kind, max), "{text}");
                assert!(check_consistency(&made, true));
                assert_eq!(unicode::as_utf8(&made).unwrap(), text);
            }
        });
    }

    #[test]
    fn singletons() {
        with_gil(|| {
            for text in ["", "a", "é"] {
                let (one, two) = (unicode::from_str(text).unwrap(), unicode::from_str(text).unwrap());
                assert!(one.is(&*two), "{text}");
            }
            let (one, two) = (unicode::from_str("ab").unwrap(), unicode::from_str("ab").unwrap());
            assert!(!one.is(&*two) && unicode::eq(&one, &two));
            let (one, two) = (unicode::intern(one), unicode::intern(two));
            assert!(one.is(&*two) && unicode::is_interned(&one));
        });
    }

    #[test]
    fn appending_and_resizing() {
        with_gil(|| {
            for (left, right) in [
                ("ab", "cd"),
                ("ab", "é"),
                ("é", "ab"),
                ("a\u{1234}", "b"),
                ("ab", "😀"),
                ("", "x"),
                ("x", ""),
            ] {
                let expected = format!("{left}{right}");
                let joined =
                    unicode::append(unicode::from_str(left).unwrap(), &unicode::from_str(right).unwrap())
                        .unwrap();
                assert!(eq_str(&joined, &expected) && check_consistency(&joined, true), "{expected}");
            }
            let mut place = unicode::from_str("abcdef").unwrap().into_ptr();
            // SAFETY: the place holds a live object.
            let shared = unsafe { Object::from_ptr(place) }.owned();
            // SAFETY: the place holds an owned reference.
            unsafe {
                resize(&mut place, 3).unwrap();
                assert!(eq_str(Object::from_ptr(place), "abc") && eq_str(&shared, "abcdef"));
                resize(&mut place, 0).unwrap();
                assert!(eq_str(Object::from_ptr(place), ""));
                drop(Obj::<Object>::from_owned_ptr(place));
            }
        });
    }

    #[test]
    fn legacy_strings() {
        with_gil(|| {
            for text in ["ab", "é", "\u{1234}", "😀x"] {
                let points: Vec<u32> = text.chars().map(u32::from).collect();
                // SAFETY: NULL asks for a legacy string, whose units are written before it is used.
                let made = unsafe {
                    let made = from_unicode(core::ptr::null(), points.len() as isize).unwrap();
                    let wstr = (*head(&made)).wstr;
                    core::ptr::copy_nonoverlapping(points.as_ptr().cast(), wstr, points.len());
                    made
                };
                assert_eq!(state(&made) & STATE_READY, 0);
                assert!(eq_str(&made, text) && check_consistency(&made, true), "{text}");
                let (wide, size) = as_unicode_and_size(&made).unwrap();
                assert_eq!(size as usize, points.len());
                // SAFETY: the cached form has that many units.
                assert_eq!(unsafe { *wide } as u32, points[0]);
            }
        });
    }

    #[test]
    fn writing_needs_an_unshared_string() {
        with_gil(|| {
            let made = unicode::new(3, 127).unwrap();
            assert_eq!(fill(&made, 0, 9, 'x'.into()).unwrap(), 3);
            write_char(&made, 1, 'y'.into()).unwrap();
            assert!(write_char(&made, 1, 300).is_err() && write_char(&made, 3, 65).is_err());
            assert!(eq_str(&made, "xyx"));
            unicode::hash(&made);
            assert!(write_char(&made, 0, 65).is_err());
            crate::err::clear();
        });
    }
}
