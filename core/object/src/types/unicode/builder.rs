//! Building a `str` piece by piece: [`Builder`] for Rust code and the same engine as `_PyUnicodeWriter` for C code,
//! which reads and writes the struct's fields inline (`kind`, `data`, `maxchar`, `size`, `pos`).
//!
//! The buffer is itself a `str` object, widened when a higher character comes; finishing only cuts it to size. A first
//! piece that is a whole `str` is kept as it is (`readonly`) until something is added.

use super::layout::{self, MAX_CHAR, data_ptr, is_ascii, kind_for, len, storage_max, widen};
use super::{Chars, chars, with_chars};
use crate::err;
use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::memory;
use crate::text::Unit;
use core::ptr::null_mut;
use krait_abi::*;

/// A writer with nothing in it (`_PyUnicodeWriter_Init`).
pub const EMPTY_WRITER: _PyUnicodeWriter = _PyUnicodeWriter {
    buffer: null_mut(),
    data: null_mut(),
    kind: 0,
    maxchar: 0,
    size: 0,
    pos: 0,
    min_length: 0,
    min_char: 0,
    overallocate: 0,
    readonly: 0,
};

/// Operations on the C struct. A writer owns its `buffer`.
pub struct Writer;

impl Writer {
    /// Refreshes the fields that describe the buffer.
    fn update(w: &mut _PyUnicodeWriter) {
        if w.buffer.is_null() {
            return;
        }
        // SAFETY: the writer owns a live, ready str.
        let buffer = unsafe { Object::from_ptr(w.buffer) };
        w.maxchar = layout::max_char_value(buffer);
        // SAFETY: as above.
        w.data = unsafe { data_ptr(w.buffer) }.cast();
        // With kind and size 0 the macros of C code call `prepare` before they write into what is shared.
        (w.kind, w.size) =
            if w.readonly != 0 { (0, 0) } else { (layout::kind(buffer) as u32, len(buffer) as isize) };
    }

    /// Makes room for `length` more characters up to `maxchar` (`_PyUnicodeWriter_PrepareInternal`).
    #[cold]
    pub fn prepare(w: &mut _PyUnicodeWriter, length: isize, maxchar: u32) -> Result<()> {
        let maxchar = maxchar.max(w.min_char);
        if length > isize::MAX - w.pos {
            return Err(err::no_memory());
        }
        let mut needed = w.pos + length;
        if w.buffer.is_null() {
            if w.overallocate != 0 && needed <= isize::MAX - needed / 4 {
                needed += needed / 4;
            }
            needed = needed.max(w.min_length);
            w.buffer = layout::alloc(needed as usize, maxchar)?.into_ptr();
        } else if needed > w.size {
            if w.overallocate != 0 && needed <= isize::MAX - needed / 4 {
                needed += needed / 4;
            }
            needed = needed.max(w.min_length);
            if maxchar > w.maxchar || w.readonly != 0 {
                Writer::replace(w, needed, maxchar.max(w.maxchar))?;
            } else {
                // SAFETY: the writer is the only owner of a compact str.
                w.buffer = unsafe { resize_compact(w.buffer, needed as usize) }?;
            }
        } else if maxchar > w.maxchar {
            Writer::replace(w, w.size, maxchar)?;
        }
        Writer::update(w);
        Ok(())
    }

    /// A new buffer of `size` characters up to `maxchar` with what has been written.
    fn replace(w: &mut _PyUnicodeWriter, size: isize, maxchar: u32) -> Result<()> {
        let new = layout::alloc(size as usize, maxchar)?;
        // SAFETY: the writer owns a live str of at least `pos` characters; the new one is at least as wide and long.
        unsafe {
            let old = Obj::<Object>::from_owned_ptr(w.buffer);
            w.buffer = null_mut();
            copy_chars(&new, 0, &old, 0, w.pos as usize);
        }
        w.buffer = new.into_ptr();
        w.readonly = 0;
        Ok(())
    }

    /// Makes the buffer at least `kind` bytes wide (`_PyUnicodeWriter_PrepareKindInternal`).
    pub fn prepare_kind(w: &mut _PyUnicodeWriter, kind: u32) -> Result<()> {
        let maxchar = match kind {
            1 => 0xff,
            2 => 0xffff,
            _ => MAX_CHAR,
        };
        Writer::prepare(w, 0, maxchar)
    }

    #[inline(always)]
    fn room(w: &mut _PyUnicodeWriter, length: usize, maxchar: u32) -> Result<()> {
        if maxchar <= w.maxchar && length as isize <= w.size - w.pos || length == 0 {
            return Ok(());
        }
        Writer::prepare(w, length as isize, maxchar)
    }

    /// Appends one character.
    #[inline]
    pub fn push_char(w: &mut _PyUnicodeWriter, c: u32) -> Result<()> {
        Writer::room(w, 1, c)?;
        // SAFETY: `room` made the buffer wide and long enough.
        unsafe {
            match w.kind {
                1 => w.data.cast::<u8>().add(w.pos as usize).write(c as u8),
                2 => w.data.cast::<u16>().add(w.pos as usize).write(c as u16),
                _ => w.data.cast::<u32>().add(w.pos as usize).write(c),
            }
        }
        w.pos += 1;
        Ok(())
    }

    /// Appends characters whose highest is at most of `maxchar`'s class.
    pub fn push_units<U: Unit>(w: &mut _PyUnicodeWriter, units: &[U], maxchar: u32) -> Result<()> {
        if units.is_empty() {
            return Ok(());
        }
        Writer::room(w, units.len(), maxchar)?;
        // SAFETY: `room` made the buffer wide and long enough.
        unsafe {
            match w.kind {
                1 => widen::<U, u8>(units, w.data.cast::<u8>().add(w.pos as usize)),
                2 => widen::<U, u16>(units, w.data.cast::<u16>().add(w.pos as usize)),
                _ => widen::<U, u32>(units, w.data.cast::<u32>().add(w.pos as usize)),
            }
        }
        w.pos += units.len() as isize;
        Ok(())
    }

    /// Appends a whole `str` (`_PyUnicodeWriter_WriteStr`).
    pub fn push_object(w: &mut _PyUnicodeWriter, object: &Object) -> Result<()> {
        let length = len(object);
        if length == 0 {
            return Ok(());
        }
        let maxchar = layout::max_char_value(object);
        if w.buffer.is_null() && w.overallocate == 0 {
            w.readonly = 1;
            w.buffer = object.owned().into_ptr();
            Writer::update(w);
            w.pos = length as isize;
            return Ok(());
        }
        with_chars!(chars(object), |s| Writer::push_units(w, s, maxchar))
    }

    /// Appends part of a `str` (`_PyUnicodeWriter_WriteSubstring`).
    pub fn push_substring(w: &mut _PyUnicodeWriter, object: &Object, start: usize, end: usize) -> Result<()> {
        if start == 0 && end == len(object) {
            return Writer::push_object(w, object);
        }
        with_chars!(chars(object), |s| {
            let part = &s[start..end];
            // Narrow what is written only where that can keep the buffer narrow.
            let maxchar = layout::max_char_value(object);
            let maxchar = if maxchar > w.maxchar { storage_max(layout::max_bits(part)) } else { maxchar };
            Writer::push_units(w, part, maxchar)
        })
    }

    /// Appends latin-1 text (`_PyUnicodeWriter_WriteLatin1String`).
    pub fn push_latin1(w: &mut _PyUnicodeWriter, bytes: &[u8]) -> Result<()> {
        Writer::push_units(w, bytes, if bytes.is_ascii() { 0x7f } else { 0xff })
    }

    /// Appends ASCII text (`_PyUnicodeWriter_WriteASCIIString`).
    #[inline]
    pub fn push_ascii(w: &mut _PyUnicodeWriter, bytes: &[u8]) -> Result<()> {
        Writer::push_units(w, bytes, 0x7f)
    }

    /// Appends UTF-8 text.
    pub fn push_str(w: &mut _PyUnicodeWriter, text: &str) -> Result<()> {
        if text.is_ascii() {
            return Writer::push_ascii(w, text.as_bytes());
        }
        text.chars().try_for_each(|c| Writer::push_char(w, c as u32))
    }

    /// The finished `str`; the writer is empty afterwards (`_PyUnicodeWriter_Finish`).
    pub fn finish(w: &mut _PyUnicodeWriter) -> Result<Obj> {
        let (buffer, length) = (core::mem::replace(&mut w.buffer, null_mut()), w.pos as usize);
        // SAFETY: the writer owned the reference.
        let Some(buffer) = (unsafe { Obj::from_owned_opt(buffer) }) else { return layout::empty() };
        if length == 0 {
            return layout::empty();
        }
        if w.readonly != 0 {
            return Ok(buffer);
        }
        if length == 1 && layout::kind(&buffer) == 1 {
            return layout::latin1_char(super::char_at(&buffer, 0) as u8);
        }
        if len(&buffer) == length {
            return Ok(buffer);
        }
        // SAFETY: only this function owns the buffer.
        unsafe { Ok(Obj::from_owned_ptr(resize_compact(buffer.into_ptr(), length)?)) }
    }

    /// Drops the buffer (`_PyUnicodeWriter_Dealloc`).
    pub fn dealloc(w: &mut _PyUnicodeWriter) {
        // SAFETY: the writer owned the reference.
        drop(unsafe { Obj::from_owned_opt(core::mem::replace(&mut w.buffer, null_mut())) });
    }
}

/// Changes the length of a compact string that has one owner; on failure the string is dropped.
///
/// # Safety
/// `object` is owned by the caller alone, compact, not interned and not a singleton; its characters beyond the old
/// length are to be written.
pub(super) unsafe fn resize_compact(object: *mut PyObject, length: usize) -> Result<*mut PyObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let shared = Object::from_ptr(object);
        let (kind, ascii) = (layout::kind(shared), is_ascii(shared));
        let head_size = if ascii { layout::ASCII_HEAD } else { layout::COMPACT_HEAD };
        if length > layout::MAX_LENGTH {
            drop(Obj::<Object>::from_owned_ptr(object));
            return Err(err::no_memory());
        }
        if layout::owns_utf8(object) {
            let compact = object.cast::<PyCompactUnicodeObject>();
            memory::PyObject_Free((*compact).utf8.cast());
            (*compact).utf8 = null_mut();
            (*compact).utf8_length = 0;
        }
        if layout::owns_wstr(object) {
            memory::PyObject_Free((*object.cast::<PyASCIIObject>()).wstr.cast());
        }
        (*object.cast::<PyASCIIObject>()).wstr = null_mut();
        let new = memory::object_realloc(object.cast(), head_size + (length + 1) * kind).cast::<PyObject>();
        if new.is_null() {
            drop(Obj::<Object>::from_owned_ptr(object));
            return Err(err::no_memory());
        }
        let raw = new.cast::<PyASCIIObject>();
        (*raw).length = length as Py_ssize_t;
        (*raw).hash = -1;
        if !ascii {
            let shares = kind == 4;
            (*raw).wstr = if shares { data_ptr(new).cast() } else { null_mut() };
            (*new.cast::<PyCompactUnicodeObject>()).wstr_length = if shares { length as isize } else { 0 };
        }
        layout::terminate(new.cast::<u8>().add(head_size), length, kind);
        Ok(new)
    }
}

/// Copies characters between strings; the target must be at least as wide (`_PyUnicode_FastCopyCharacters`).
///
/// # Safety
/// Both ranges exist, `to` is not shared, and the characters fit its storage.
pub(super) unsafe fn copy_chars(to: &Object, to_start: usize, from: &Object, start: usize, count: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        let data = data_ptr(to.as_ptr());
        with_chars!(chars(from), |s| {
            let s = &s[start..start + count];
            match layout::kind(to) {
                1 => widen(s, data.add(to_start)),
                2 => widen(s, data.cast::<u16>().add(to_start)),
                _ => widen(s, data.cast::<u32>().add(to_start)),
            }
        });
    }
}

/// Builds a `str` piece by piece. Running out of memory is reported by [`Builder::finish`].
pub struct Builder {
    writer: _PyUnicodeWriter,
    failed: Option<Raised>,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder::new()
    }
}

impl Builder {
    /// An empty builder. Its first buffer has room for a short text, so that it need not grow by single pieces.
    pub fn new() -> Builder {
        let writer = _PyUnicodeWriter { overallocate: 1, min_length: 40, ..EMPTY_WRITER };
        Builder { writer, failed: None }
    }

    /// An empty builder with room for `length` characters.
    pub fn with_capacity(length: usize) -> Builder {
        let mut builder = Builder::new();
        builder.writer.min_length = length.min(isize::MAX as usize / 8) as isize;
        builder
    }

    #[inline(always)]
    fn note(&mut self, result: Result<()>) {
        if let Err(raised) = result {
            self.failed = Some(raised);
        }
    }

    /// The C struct, for functions that write into one.
    pub fn writer(&mut self) -> &mut _PyUnicodeWriter {
        &mut self.writer
    }

    /// Number of characters so far.
    pub fn len(&self) -> usize {
        self.writer.pos as usize
    }

    /// Whether nothing has been appended.
    pub fn is_empty(&self) -> bool {
        self.writer.pos == 0
    }

    /// Appends text.
    pub fn push_str(&mut self, text: &str) {
        let result = Writer::push_str(&mut self.writer, text);
        self.note(result);
    }

    /// Appends one code point.
    #[inline]
    pub fn push_char(&mut self, code_point: u32) {
        let result = Writer::push_char(&mut self.writer, code_point);
        self.note(result);
    }

    /// Appends bytes known to be ASCII.
    #[inline]
    pub fn push_ascii_bytes(&mut self, bytes: &[u8]) {
        let result = Writer::push_ascii(&mut self.writer, bytes);
        self.note(result);
    }

    /// Appends one code point `count` times.
    pub fn push_repeated(&mut self, code_point: u32, count: usize) {
        if count > isize::MAX as usize {
            self.failed = Some(err::no_memory());
            return;
        }
        let result = Writer::room(&mut self.writer, count, code_point);
        if result.is_err() {
            return self.note(result);
        }
        for _ in 0..count {
            self.push_char(code_point);
        }
    }

    /// Appends characters of any width.
    pub fn push_units<U: Unit>(&mut self, units: &[U]) {
        let maxchar = if size_of::<U>() == 1 && self.writer.maxchar >= 0xff {
            0xff
        } else {
            storage_max(layout::max_bits(units))
        };
        let result = Writer::push_units(&mut self.writer, units, maxchar);
        self.note(result);
    }

    /// Appends the text of a `str` object.
    pub fn push_object(&mut self, object: &Object) {
        let result = Writer::push_object(&mut self.writer, object);
        self.note(result);
    }

    /// Appends characters `start..end` of a `str` object.
    pub fn push_substring(&mut self, object: &Object, start: usize, end: usize) {
        let result = Writer::push_substring(&mut self.writer, object, start, end);
        self.note(result);
    }

    /// Appends the characters of a storage slice.
    pub fn push_chars(&mut self, text: Chars<'_>) {
        with_chars!(text, |s| self.push_units(s));
    }

    /// The finished `str`.
    pub fn finish(mut self) -> Result<Obj> {
        match self.failed {
            Some(raised) => Err(raised),
            None => Writer::finish(&mut self.writer),
        }
    }
}

impl Drop for Builder {
    fn drop(&mut self) {
        Writer::dealloc(&mut self.writer);
    }
}

impl core::fmt::Write for Builder {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

/// A `str` of a formatted text (`format_args!`).
pub fn from_display(text: impl core::fmt::Display) -> Result<Obj> {
    use core::fmt::Write;
    let mut builder = Builder::new();
    let _ = write!(builder, "{text}");
    builder.finish()
}

/// `PyUnicode_Concat` of two strs.
pub fn concat_strs(a: &Object, b: &Object) -> Result<Obj> {
    let (left, right) = (len(a), len(b));
    if right == 0 {
        return layout::exact(a);
    }
    if left == 0 {
        return layout::exact(b);
    }
    if left > isize::MAX as usize - right {
        return Err(err::overflow_error("strings are too large to concat"));
    }
    let maxchar = layout::max_char_value(a).max(layout::max_char_value(b));
    let new = layout::alloc(left + right, maxchar)?;
    // SAFETY: a new string, as wide as the wider and as long as both.
    unsafe {
        if kind_for(maxchar) == 1 {
            let to = data_ptr(new.as_ptr());
            layout::copy_bytes(data_ptr(a.as_ptr()), to, left);
            layout::copy_bytes(data_ptr(b.as_ptr()), to.add(left), right);
        } else {
            copy_chars(&new, 0, a, 0, left);
            copy_chars(&new, left, b, 0, right);
        }
    }
    Ok(new)
}

/// Writes one character `count` times (`_PyUnicode_FastFill`).
///
/// # Safety
/// The range exists, `to` is not shared, and the character fits its storage.
pub(super) unsafe fn fill_chars(to: &Object, start: usize, count: usize, c: u32) {
    // SAFETY: the caller's promise.
    unsafe {
        let data = data_ptr(to.as_ptr());
        match layout::kind(to) {
            1 => data.add(start).write_bytes(c as u8, count),
            2 => (0..count).for_each(|i| data.cast::<u16>().add(start + i).write(c as u16)),
            _ => (0..count).for_each(|i| data.cast::<u32>().add(start + i).write(c)),
        }
    }
}
