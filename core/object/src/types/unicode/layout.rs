//! The memory of a `str`: allocation, construction from text of any width, reading characters, readiness.
//!
//! ```text
//!   compact ASCII      compact, wider            not compact (subclasses, legacy)
//!   ┌ PyASCIIObject ┐  ┌ PyASCIIObject ───────┐  ┌ PyASCIIObject ───────┐
//!   │ length @16    │  │                      │  │                      │
//!   │ hash   @24    │  ├──────────────────────┤  ├──────────────────────┤
//!   │ state  @32    │  │ utf8_length @48      │  │ utf8_length @48      │
//!   │ wstr   @40    │  │ utf8 @56 wstr_len @64│  │ utf8 @56 wstr_len @64│
//!   ├───────────────┤  ├──────────────────────┤  ├──────────────────────┤    ┌────────────┐
//!   │ chars, NUL    │  │ chars, NUL           │  │ data @72 ────────────┼───▶│ chars, NUL │
//!   └───────────────┘  └──────────────────────┘  └──────────────────────┘    └────────────┘
//! ```
//!
//! The storage is always the narrowest that holds the highest character, so two strings of different kinds differ.
//! A string made by `PyUnicode_FromUnicode(NULL, n)` has kind 0 and only `wstr` until [`ready`] gives it a storage.
//! `utf8` and `wstr` are caches; they share the data's memory where the representation is the same.

use super::{Chars, Str};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::memory;
use crate::text::Unit;
use crate::types::typeobject::Type;
use core::cell::Cell;
use core::ffi::c_void;
use core::ptr::{self, null_mut};
use krait_abi::*;

/// Bytes before the characters of a compact ASCII string.
pub const ASCII_HEAD: usize = size_of::<PyASCIIObject>();
/// Bytes before the characters of other compact strings.
pub const COMPACT_HEAD: usize = size_of::<PyCompactUnicodeObject>();
/// No string is longer: with four bytes a character and its head it would pass what memory can hold.
pub(super) const MAX_LENGTH: usize = (isize::MAX as usize - COMPACT_HEAD) / 4 - 1;
/// The highest code point.
pub const MAX_CHAR: u32 = 0x10ffff;

/// The highest character of the narrowest storage that holds `c`: 0x7f, 0xff, 0xffff or 0x10ffff.
#[inline(always)]
pub const fn storage_max(c: u32) -> u32 {
    if c < 0x80 {
        0x7f
    } else if c < 0x100 {
        0xff
    } else if c < 0x10000 {
        0xffff
    } else {
        MAX_CHAR
    }
}

/// Bytes per character of the narrowest storage that holds `c`.
#[inline(always)]
pub const fn kind_for(c: u32) -> usize {
    if c < 0x100 {
        1
    } else if c < 0x10000 {
        2
    } else {
        4
    }
}

/// An upper bound, of the same storage class, of the characters: all their bits together.
#[inline]
pub fn max_bits<U: Unit>(units: &[U]) -> u32 {
    let mut blocks = units.chunks_exact(64);
    let mut bits = 0;
    for block in &mut blocks {
        bits |= block.iter().fold(0, |bits, u| bits | u.code());
        if bits > 0xffff {
            return MAX_CHAR;
        }
    }
    blocks.remainder().iter().fold(bits, |bits, u| bits | u.code())
}

/// The first character's address of a ready string.
///
/// # Safety
/// `object` is a live, ready `str`.
#[inline(always)]
pub unsafe fn data_ptr(object: *mut PyObject) -> *mut u8 {
    // SAFETY: the caller's promise; the layouts above.
    unsafe {
        let state = (*object.cast::<PyASCIIObject>()).state;
        if state & STATE_COMPACT == 0 {
            (*object.cast::<PyUnicodeObject>()).data.any.cast()
        } else if state & STATE_ASCII != 0 {
            object.cast::<u8>().add(ASCII_HEAD)
        } else {
            object.cast::<u8>().add(COMPACT_HEAD)
        }
    }
}

#[inline(always)]
pub(super) fn head(object: &Object) -> *mut PyASCIIObject {
    object.as_ptr().cast()
}

/// The state word.
#[inline(always)]
pub(super) fn state(object: &Object) -> u32 {
    // SAFETY: a live str.
    unsafe { (*head(object)).state }
}

/// Bytes per character: 1, 2 or 4.
#[inline(always)]
pub fn kind(object: &Object) -> usize {
    let kind = (state(object) & STATE_KIND_MASK) >> STATE_KIND_SHIFT;
    if kind == 0 {
        ready_or_die(object);
        return ((state(object) & STATE_KIND_MASK) >> STATE_KIND_SHIFT) as usize;
    }
    kind as usize
}

/// Whether every character is ASCII (`PyUnicode_IS_ASCII`).
#[inline(always)]
pub fn is_ascii(object: &Object) -> bool {
    if state(object) & STATE_READY == 0 {
        ready_or_die(object);
    }
    state(object) & STATE_ASCII != 0
}

/// Whether the characters are ASCII and follow the head of the object.
#[inline(always)]
pub fn is_compact_ascii(object: &Object) -> bool {
    state(object) & (STATE_COMPACT | STATE_ASCII) == STATE_COMPACT | STATE_ASCII
}

/// The characters of a str for which [`is_compact_ascii`] holds.
///
/// # Safety
/// Such a str.
#[inline(always)]
pub unsafe fn ascii_bytes(object: &Object) -> &[u8] {
    // SAFETY: the caller's promise; the layouts above.
    unsafe {
        let first = object.as_ptr().cast::<u8>().add(ASCII_HEAD);
        core::slice::from_raw_parts(first, (*head(object)).length as usize)
    }
}

/// Number of code points.
#[inline(always)]
pub fn len(object: &Object) -> usize {
    if state(object) & STATE_READY == 0 {
        ready_or_die(object);
    }
    // SAFETY: a live str.
    unsafe { (*head(object)).length as usize }
}

/// The characters. A legacy string is made ready first.
#[inline(always)]
pub fn chars(object: &Object) -> Chars<'_> {
    // SAFETY: a live str whose data holds `length` characters of its kind; str is immutable once shared.
    unsafe {
        let length = (*head(object)).length as usize;
        match (state(object) & STATE_KIND_MASK) >> STATE_KIND_SHIFT {
            1 => Chars::Latin1(core::slice::from_raw_parts(data_ptr(object.as_ptr()), length)),
            2 => Chars::Ucs2(core::slice::from_raw_parts(data_ptr(object.as_ptr()).cast(), length)),
            4 => Chars::Ucs4(core::slice::from_raw_parts(data_ptr(object.as_ptr()).cast(), length)),
            _ => {
                ready_or_die(object);
                chars(object)
            }
        }
    }
}

/// `PyUnicode_READ_CHAR`; `index` is below the length.
#[inline(always)]
pub fn char_at(object: &Object, index: usize) -> u32 {
    match chars(object) {
        Chars::Latin1(s) => s[index].into(),
        Chars::Ucs2(s) => s[index].into(),
        Chars::Ucs4(s) => s[index],
    }
}

/// The highest character that the storage can hold (`PyUnicode_MAX_CHAR_VALUE`).
#[inline]
pub fn max_char_value(object: &Object) -> u32 {
    if is_ascii(object) {
        return 0x7f;
    }
    match kind(object) {
        1 => 0xff,
        2 => 0xffff,
        _ => MAX_CHAR,
    }
}

// ---- singletons ----

struct Singletons {
    latin1: [Cell<*mut PyObject>; 256],
    empty: Cell<*mut PyObject>,
}
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Singletons {}
static SINGLETONS: Singletons =
    Singletons { latin1: [const { Cell::new(null_mut()) }; 256], empty: Cell::new(null_mut()) };

/// The empty string; owned.
#[inline]
pub fn empty() -> Result<Obj> {
    let object = SINGLETONS.empty.get();
    if !object.is_null() {
        // SAFETY: the static owns a reference.
        return Ok(unsafe { Object::from_ptr(object) }.owned());
    }
    let new = alloc(0, 0)?;
    SINGLETONS.empty.set(new.clone().into_ptr());
    Ok(new)
}

/// The string of one character up to U+00FF, which exists once.
#[inline]
pub fn latin1_char(c: u8) -> Result<Obj> {
    let slot = &SINGLETONS.latin1[c as usize];
    if slot.get().is_null() {
        let new = alloc(1, u32::from(c))?;
        // SAFETY: one byte of storage was just allocated.
        unsafe { *data_ptr(new.as_ptr()) = c };
        slot.set(new.into_ptr());
    }
    // SAFETY: the static owns a reference.
    Ok(unsafe { Object::from_ptr(slot.get()) }.owned())
}

/// The string of one character up to U+00FF, if it has been made.
#[inline(always)]
pub fn shared_char(c: u8) -> Option<Obj> {
    // SAFETY: the static owns a reference or is empty.
    unsafe { Object::from_ptr_opt(SINGLETONS.latin1[c as usize].get()) }.map(Layout::owned)
}

/// Drops the shared strings (`_PyUnicode_Fini`); they are made again when needed.
pub fn clear_singletons() {
    let empty = SINGLETONS.empty.replace(null_mut());
    // SAFETY: the static owned one reference, given up here.
    drop(unsafe { Obj::from_owned_opt(empty) });
    for slot in &SINGLETONS.latin1 {
        // SAFETY: as above.
        drop(unsafe { Obj::from_owned_opt(slot.replace(null_mut())) });
    }
}

// ---- allocation ----

/// A compact string of `length` characters up to `maxchar`, whose characters are not yet set; not shared.
pub(super) fn alloc(length: usize, maxchar: u32) -> Result<Obj> {
    if maxchar < 0x80 { alloc_ascii(length) } else { alloc_wide(length, kind_for(maxchar)) }
}

/// [`alloc`] of an ASCII string.
#[inline]
pub(super) fn alloc_ascii(length: usize) -> Result<Obj> {
    if length > MAX_LENGTH {
        return Err(err::no_memory());
    }
    let object = memory::object_malloc(ASCII_HEAD + length + 1).cast::<PyObject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the head's size and length + 1 characters.
    unsafe {
        write_head(object, length, 1, true);
        object.cast::<u8>().add(ASCII_HEAD + length).write(0);
        Ok(Obj::from_owned_ptr(object))
    }
}

/// [`alloc`] of a string that is not ASCII, in a storage of `kind` bytes per character.
fn alloc_wide(length: usize, kind: usize) -> Result<Obj> {
    if length > MAX_LENGTH {
        return Err(err::no_memory());
    }
    let object = memory::object_malloc(COMPACT_HEAD + (length + 1) * kind).cast::<PyObject>();
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the head's size and length + 1 characters.
    unsafe {
        write_head(object, length, kind, false);
        let compact = object.cast::<PyCompactUnicodeObject>();
        (*compact).utf8_length = 0;
        (*compact).utf8 = null_mut();
        (*compact).wstr_length = 0;
        let data = object.cast::<u8>().add(COMPACT_HEAD);
        if kind == 4 {
            (*compact)._base.wstr = data.cast();
            (*compact).wstr_length = length as Py_ssize_t;
        }
        terminate(data, length, kind);
        Ok(Obj::from_owned_ptr(object))
    }
}

/// # Safety
/// `object` is fresh memory of at least the ASCII head's size.
#[inline(always)]
unsafe fn write_head(object: *mut PyObject, length: usize, kind: usize, ascii: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        object.cast::<PyASCIIObject>().write(PyASCIIObject {
            ob_base: PyObject { ob_refcnt: 1, ob_type: &raw mut super::PyUnicode_Type },
            length: length as Py_ssize_t,
            hash: -1,
            state: PyASCIIObject::make_state(0, kind as u32, true, ascii),
            wstr: null_mut(),
        });
    }
}

/// Writes the zero behind `length` characters of `kind` bytes.
///
/// # Safety
/// The storage has room for it.
#[inline(always)]
pub(super) unsafe fn terminate(data: *mut u8, length: usize, kind: usize) {
    // SAFETY: the caller's promise; storages are aligned to their units.
    unsafe {
        match kind {
            1 => data.add(length).write(0),
            2 => data.cast::<u16>().add(length).write(0),
            _ => data.cast::<u32>().add(length).write(0),
        }
    }
}

/// `PyUnicode_New`: characters are to be written by the caller before anybody else sees the string.
pub fn new(size: isize, maxchar: u32) -> Result<Obj> {
    if size == 0 {
        return empty();
    }
    if maxchar > MAX_CHAR {
        return Err(err::system_error("invalid maximum character passed to PyUnicode_New"));
    }
    if size < 0 {
        return Err(err::system_error("Negative size passed to PyUnicode_New"));
    }
    alloc(size as usize, maxchar)
}

/// A string of `length` characters written by `fill`. `U` is the storage of `maxchar`, and after `fill` the highest
/// character must be of `maxchar`'s class.
#[inline]
pub fn build<U: Unit>(length: usize, maxchar: u32, fill: impl FnOnce(&mut [U])) -> Result<Obj> {
    debug_assert_eq!(kind_for(maxchar), size_of::<U>());
    if length == 0 {
        return empty();
    }
    let new = alloc(length, maxchar)?;
    // SAFETY: storage of `length` units of U, not shared; zeroed so that the slice is initialised.
    unsafe {
        let data = data_ptr(new.as_ptr()).cast::<U>();
        ptr::write_bytes(data, 0, length);
        fill(core::slice::from_raw_parts_mut(data, length));
    }
    Ok(new)
}

/// Copies `count` bytes; few of them, as most pieces of text have, without a call.
///
/// # Safety
/// The bytes exist on both sides, which do not overlap.
#[inline(always)]
pub(super) unsafe fn copy_bytes(from: *const u8, to: *mut u8, count: usize) {
    /// Two words that may overlap each other and together are the whole.
    #[inline(always)]
    unsafe fn both_ends<W>(from: *const u8, to: *mut u8, count: usize) {
        let last = count - size_of::<W>();
        // SAFETY: `count` is between one and two words.
        unsafe {
            let start = from.cast::<W>().read_unaligned();
            let end = from.add(last).cast::<W>().read_unaligned();
            to.cast::<W>().write_unaligned(start);
            to.add(last).cast::<W>().write_unaligned(end);
        }
    }
    // SAFETY: the caller's promise.
    unsafe {
        match count {
            0 => {}
            1 => to.write(from.read()),
            2..=3 => both_ends::<u16>(from, to, count),
            4..=7 => both_ends::<u32>(from, to, count),
            8..=16 => both_ends::<u64>(from, to, count),
            _ => ptr::copy_nonoverlapping(from, to, count),
        }
    }
}

/// Copies characters to a storage at least as wide.
///
/// # Safety
/// `to` has room for `from.len()` units and does not overlap `from`.
#[inline]
pub(super) unsafe fn widen<F: Unit, T: Unit>(from: &[F], to: *mut T) {
    // SAFETY: the caller's promise.
    unsafe {
        if size_of::<F>() == size_of::<T>() {
            return copy_bytes(from.as_ptr().cast(), to.cast(), size_of_val(from));
        }
        for (i, u) in from.iter().enumerate() {
            to.add(i).write(T::of(u.code()));
        }
    }
}

/// One character of any storage.
#[inline]
fn from_unit(c: u32) -> Result<Obj> {
    if c < 0x100 {
        return latin1_char(c as u8);
    }
    let kind = kind_for(c);
    let new = alloc_wide(1, kind)?;
    // SAFETY: storage for one character of `kind` bytes behind the head of a compact string.
    unsafe {
        let to = new.as_ptr().cast::<u8>().add(COMPACT_HEAD);
        if kind == 2 { to.cast::<u16>().write(c as u16) } else { to.cast::<u32>().write(c) }
    }
    Ok(new)
}

/// From characters in any storage.
pub fn from_units<U: Unit>(units: &[U]) -> Result<Obj> {
    from_units_within(units, max_bits(units))
}

/// [`from_units`] when their [`max_bits`] are known.
pub fn from_units_within<U: Unit>(units: &[U], bits: u32) -> Result<Obj> {
    match units {
        [] => return empty(),
        [c] => return from_unit(c.code()),
        _ => {}
    }
    let new = alloc(units.len(), bits)?;
    // SAFETY: storage of the right kind and length; `bits` says that every character fits.
    unsafe {
        let to = data_ptr(new.as_ptr());
        match kind_for(bits) {
            1 => widen::<U, u8>(units, to),
            2 => widen::<U, u16>(units, to.cast()),
            _ => widen::<U, u32>(units, to.cast()),
        }
    }
    Ok(new)
}

/// From code points (none above U+10FFFF).
pub fn from_code_points(points: &[u32]) -> Result<Obj> {
    from_units(points)
}

/// From latin-1 bytes.
pub fn from_latin1(bytes: &[u8]) -> Result<Obj> {
    from_units(bytes)
}

/// From characters in the storage of another string.
pub fn from_chars(text: Chars<'_>) -> Result<Obj> {
    match text {
        Chars::Latin1(s) => from_units(s),
        Chars::Ucs2(s) => from_units(s),
        Chars::Ucs4(s) => from_units(s),
    }
}

/// One character (`PyUnicode_FromOrdinal` without its range check).
#[inline]
pub fn from_char(c: u32) -> Result<Obj> {
    from_unit(c)
}

/// From UTF-8 text (valid by type).
pub fn from_str(text: &str) -> Result<Obj> {
    if text.is_ascii() {
        return from_ascii(text.as_bytes());
    }
    let (mut length, mut bits) = (0, 0);
    for c in text.chars() {
        length += 1;
        bits |= c as u32;
    }
    if length == 1 && bits < 0x100 {
        return latin1_char(bits as u8);
    }
    fn fill<U: Unit>(text: &str) -> impl FnOnce(&mut [U]) {
        move |out| out.iter_mut().zip(text.chars()).for_each(|(to, c)| *to = U::of(c as u32))
    }
    match kind_for(bits) {
        1 => build::<u8>(length, bits, fill(text)),
        2 => build::<u16>(length, bits, fill(text)),
        _ => build::<u32>(length, bits, fill(text)),
    }
}

/// From UTF-8 bytes, which nearly always are a short ASCII name.
#[inline]
pub fn from_name(bytes: &[u8]) -> Result<Obj> {
    if bytes.is_ascii() { from_ascii(bytes) } else { super::decode_utf8(bytes, None) }
}

/// From bytes known to be ASCII.
#[inline]
pub fn from_ascii(bytes: &[u8]) -> Result<Obj> {
    match bytes {
        [] => return empty(),
        [c] => return latin1_char(*c),
        _ => {}
    }
    let new = alloc_ascii(bytes.len())?;
    // SAFETY: storage for that many bytes behind the head of an ASCII string.
    unsafe {
        let to = new.as_ptr().cast::<u8>().add(ASCII_HEAD);
        copy_bytes(bytes.as_ptr(), to, bytes.len());
    }
    Ok(new)
}

/// `_PyUnicode_Copy`: another string with the same characters, not shared unless it is a singleton.
pub fn copy(object: &Object) -> Result<Obj> {
    from_chars(chars(object))
}

/// The object itself when it is exactly a `str`, else a `str` with its characters (`unicode_result_unchanged`).
#[inline]
pub fn exact(object: &Object) -> Result<Obj> {
    if super::check_exact(object) { Ok(object.owned()) } else { copy(object) }
}

// ---- legacy strings ----

/// A string of `length` zero `wchar_t`s that is not ready: `PyUnicode_FromUnicode(NULL, length)`.
pub fn legacy_new(length: usize) -> Result<Obj> {
    if length == 0 {
        return empty();
    }
    if length > isize::MAX as usize / 4 - 1 {
        return Err(err::no_memory());
    }
    let wstr = memory::object_malloc((length + 1) * 4).cast::<wchar_t>();
    let object = memory::object_malloc(size_of::<PyUnicodeObject>()).cast::<PyUnicodeObject>();
    if wstr.is_null() || object.is_null() {
        // SAFETY: blocks of the object domain, or NULL.
        unsafe {
            memory::PyObject_Free(wstr.cast());
            memory::PyObject_Free(object.cast());
        }
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory of the right sizes.
    unsafe {
        ptr::write_bytes(wstr, 0, length + 1);
        object.write(PyUnicodeObject {
            _base: PyCompactUnicodeObject {
                _base: PyASCIIObject {
                    ob_base: PyObject { ob_refcnt: 1, ob_type: &raw mut super::PyUnicode_Type },
                    length: 0,
                    hash: -1,
                    state: 0,
                    wstr,
                },
                utf8_length: 0,
                utf8: null_mut(),
                wstr_length: length as Py_ssize_t,
            },
            data: PyUnicodeObject_data { any: null_mut() },
        });
        Ok(Obj::from_owned_ptr(object.cast()))
    }
}

#[cold]
#[inline(never)]
fn ready_or_die(object: &Object) {
    ready(object).expect("no memory to make a legacy string ready");
}

/// `PyUnicode_READY`: gives a legacy string its storage.
pub fn ready(object: &Object) -> Result<()> {
    if state(object) & STATE_READY != 0 {
        return Ok(());
    }
    let raw = object.as_ptr().cast::<PyUnicodeObject>();
    // SAFETY: a legacy string: `wstr` holds `wstr_length` units and nothing else is set.
    unsafe {
        let length = (*raw)._base.wstr_length as usize;
        let wstr = core::slice::from_raw_parts((*raw)._base._base.wstr.cast::<u32>(), length);
        if let Some(bad) = wstr.iter().find(|&&c| c > MAX_CHAR) {
            return Err(err::value_error(format_args!(
                "character U+{bad:x} is not in range [U+0000; U+10ffff]"
            )));
        }
        let bits = max_bits(wstr);
        let kind = kind_for(bits);
        if kind == 4 {
            (*raw).data.any = (*raw)._base._base.wstr.cast();
        } else {
            let data = memory::object_malloc((length + 1) * kind).cast::<u8>();
            if data.is_null() {
                return Err(err::no_memory());
            }
            if kind == 1 {
                widen::<u32, u8>(wstr, data);
            } else {
                widen::<u32, u16>(wstr, data.cast());
            }
            data.add(length * kind).write_bytes(0, kind);
            (*raw).data.any = data.cast();
            if bits < 0x80 {
                (*raw)._base.utf8 = data.cast();
                (*raw)._base.utf8_length = length as Py_ssize_t;
            }
            memory::PyObject_Free((*raw)._base._base.wstr.cast());
            (*raw)._base._base.wstr = null_mut();
            (*raw)._base.wstr_length = 0;
        }
        (*raw)._base._base.length = length as Py_ssize_t;
        (*raw)._base._base.state = PyASCIIObject::make_state(0, kind as u32, false, bits < 0x80);
    }
    Ok(())
}

// ---- instances of subclasses, deallocation ----

/// An instance of `class`, a subclass of `str`, with the characters of `text`.
pub fn new_of_class(class: &Type, text: &Object) -> Result<Obj> {
    let new = class.alloc(0)?;
    let raw = new.as_ptr().cast::<PyUnicodeObject>();
    let (length, kind, ascii) = (len(text), kind(text), is_ascii(text));
    // SAFETY: `alloc` gave zeroed memory for the whole layout; the data is allocated here and then owned by it. A zero
    // state and NULL data are valid to deallocate if the allocation fails.
    unsafe {
        let data = memory::object_malloc((length + 1) * kind).cast::<u8>();
        if data.is_null() {
            return Err(err::no_memory());
        }
        ptr::copy_nonoverlapping(data_ptr(text.as_ptr()), data, (length + 1) * kind);
        (*raw).data.any = data.cast();
        (*raw)._base._base.length = length as Py_ssize_t;
        (*raw)._base._base.hash = (*head(text)).hash;
        (*raw)._base._base.state = PyASCIIObject::make_state(0, kind as u32, false, ascii);
        if ascii {
            (*raw)._base.utf8 = data.cast();
            (*raw)._base.utf8_length = length as Py_ssize_t;
        }
        if kind == 4 {
            (*raw)._base._base.wstr = data.cast();
            (*raw)._base.wstr_length = length as Py_ssize_t;
        }
    }
    Ok(new)
}

/// Whether `utf8` is memory of its own (not the data of an ASCII string).
///
/// # Safety
/// `object` is a live `str`.
pub(super) unsafe fn owns_utf8(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise; a compact ASCII string has no such field.
    unsafe {
        if (*object.cast::<PyASCIIObject>()).state & (STATE_COMPACT | STATE_ASCII)
            == STATE_COMPACT | STATE_ASCII
        {
            return false;
        }
        let utf8 = (*object.cast::<PyCompactUnicodeObject>()).utf8;
        !utf8.is_null() && (is_unready(object) || utf8.cast::<u8>() != data_ptr(object))
    }
}

/// Whether `wstr` is memory of its own (not the data of a four-byte string).
///
/// # Safety
/// `object` is a live `str`.
pub(super) unsafe fn owns_wstr(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        let wstr = (*object.cast::<PyASCIIObject>()).wstr;
        !wstr.is_null() && (is_unready(object) || wstr.cast::<u8>() != data_ptr(object))
    }
}

unsafe fn is_unready(object: *mut PyObject) -> bool {
    // SAFETY: a live str.
    unsafe { (*object.cast::<PyASCIIObject>()).state & STATE_READY == 0 }
}

/// `tp_dealloc`.
pub(super) unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the last reference is gone; what the string owns is freed once.
    unsafe {
        let state = (*object.cast::<PyASCIIObject>()).state;
        let plain =
            state & (STATE_INTERNED_MASK | STATE_COMPACT | STATE_ASCII) == STATE_COMPACT | STATE_ASCII;
        if plain && (*object.cast::<PyASCIIObject>()).wstr.is_null() {
            // One block; no subclass has a compact instance.
            return memory::object_free(object.cast::<c_void>());
        }
        if state & STATE_INTERNED_MASK != 0 {
            super::intern::forget(object);
        }
        if owns_wstr(object) {
            memory::PyObject_Free((*object.cast::<PyASCIIObject>()).wstr.cast());
        }
        if owns_utf8(object) {
            memory::PyObject_Free((*object.cast::<PyCompactUnicodeObject>()).utf8.cast());
        }
        if state & STATE_COMPACT == 0 && state & STATE_READY != 0 {
            memory::PyObject_Free((*object.cast::<PyUnicodeObject>()).data.any);
        }
        let class = (*object).ob_type;
        if ptr::eq(class, &raw mut super::PyUnicode_Type) {
            memory::object_free(object.cast::<c_void>());
        } else if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
    }
}

/// Whether the characters may be changed: only one owner, never hashed, not interned, exactly `str`, not a singleton
/// (`unicode_modifiable`).
pub(super) fn is_modifiable(object: &Object) -> bool {
    // SAFETY: a live str.
    object.refcount() == 1
        && unsafe { (*head(object)).hash } == -1
        && state(object) & STATE_INTERNED_MASK == 0
        && super::check_exact(object)
        && !is_singleton(object)
}

/// Whether the object is the empty string or a one-character string that exists once.
pub(super) fn is_singleton(object: &Object) -> bool {
    if ptr::eq(object.as_ptr(), SINGLETONS.empty.get()) {
        return true;
    }
    // SAFETY: a live ready str; an unready one has length 0.
    unsafe {
        let one_byte = (*head(object)).length == 1
            && (state(object) & STATE_KIND_MASK) >> STATE_KIND_SHIFT == 1
            && state(object) & STATE_COMPACT != 0;
        one_byte && {
            let c = *data_ptr(object.as_ptr());
            ptr::eq(object.as_ptr(), SINGLETONS.latin1[c as usize].get())
        }
    }
}

impl Str {
    /// The characters.
    #[inline(always)]
    pub fn chars(&self) -> Chars<'_> {
        chars(self.object())
    }
    /// Number of characters.
    #[inline(always)]
    pub fn len(&self) -> usize {
        len(self.object())
    }
    /// Whether there is no character.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
