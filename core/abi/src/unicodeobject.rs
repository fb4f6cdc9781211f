//! `unicodeobject.h`: the three shapes of `str` and the writer.

use crate::*;

/// Head of every `str`; the characters of a compact ASCII string follow it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyASCIIObject {
    pub ob_base: PyObject,
    pub length: Py_ssize_t,
    pub hash: Py_hash_t,
    pub state: u32,
    pub wstr: *mut wchar_t,
}
assert_layout!(PyASCIIObject, 48, { ob_base: 0, length: 16, hash: 24, state: 32, wstr: 40 });

/// Head of a compact string that is not ASCII; its characters follow it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCompactUnicodeObject {
    pub _base: PyASCIIObject,
    pub utf8_length: Py_ssize_t,
    pub utf8: *mut c_char,
    pub wstr_length: Py_ssize_t,
}
assert_layout!(PyCompactUnicodeObject, 72, { _base: 0, utf8_length: 48, utf8: 56, wstr_length: 64 });

/// A string whose characters lie elsewhere: instances of subclasses, and legacy strings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyUnicodeObject {
    pub _base: PyCompactUnicodeObject,
    pub data: PyUnicodeObject_data,
}
assert_layout!(PyUnicodeObject, 80, { _base: 0, data: 72 });

/// Builds a string piece by piece.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyUnicodeWriter {
    pub buffer: *mut PyObject,
    pub data: *mut c_void,
    pub kind: c_uint,
    pub maxchar: Py_UCS4,
    pub size: Py_ssize_t,
    pub pos: Py_ssize_t,
    pub min_length: Py_ssize_t,
    pub min_char: Py_UCS4,
    pub overallocate: c_uchar,
    pub readonly: c_uchar,
}
assert_layout!(_PyUnicodeWriter, 56, {
    buffer: 0, data: 8, kind: 16, maxchar: 20, size: 24, pos: 32, min_length: 40, min_char: 48,
    overallocate: 52, readonly: 53,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct unicodeiterobject {
    pub ob_base: PyObject,
    pub it_index: Py_ssize_t,
    pub it_seq: *mut PyObject,
}
assert_layout!(unicodeiterobject, 32, { ob_base: 0, it_index: 16, it_seq: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub union PyUnicodeObject_data {
    pub any: *mut c_void,
    pub latin1: *mut Py_UCS1,
    pub ucs2: *mut Py_UCS2,
    pub ucs4: *mut Py_UCS4,
}

/// Bits of `PyASCIIObject::state`; the bits above are padding whose value means nothing.
pub const STATE_INTERNED_MASK: u32 = 0b11;
pub const STATE_KIND_SHIFT: u32 = 2;
pub const STATE_KIND_MASK: u32 = 0b111 << STATE_KIND_SHIFT;
pub const STATE_COMPACT: u32 = 1 << 5;
pub const STATE_ASCII: u32 = 1 << 6;
pub const STATE_READY: u32 = 1 << 7;

impl PyASCIIObject {
    /// The state word of a ready string.
    #[inline]
    pub const fn make_state(interned: u32, kind: u32, compact: bool, ascii: bool) -> u32 {
        interned | kind << STATE_KIND_SHIFT | (compact as u32) << 5 | (ascii as u32) << 6 | STATE_READY
    }

    #[inline]
    pub const fn interned(&self) -> u32 {
        self.state & STATE_INTERNED_MASK
    }

    /// Bytes per character: 1, 2 or 4; 0 while the string is a legacy `wchar_t` string that is not ready.
    #[inline]
    pub const fn kind(&self) -> u32 {
        (self.state & STATE_KIND_MASK) >> STATE_KIND_SHIFT
    }

    #[inline]
    pub const fn compact(&self) -> bool {
        self.state & STATE_COMPACT != 0
    }

    #[inline]
    pub const fn ascii(&self) -> bool {
        self.state & STATE_ASCII != 0
    }

    #[inline]
    pub const fn ready(&self) -> bool {
        self.state & STATE_READY != 0
    }

    #[inline]
    pub const fn set_interned(&mut self, value: u32) {
        self.state = self.state & !STATE_INTERNED_MASK | value;
    }

    #[inline]
    pub const fn set_kind(&mut self, kind: u32) {
        self.state = self.state & !STATE_KIND_MASK | kind << STATE_KIND_SHIFT;
    }
}
