//! C arguments as Rust references.
//!
//! All functions here are unsafe for one reason: the caller of an exported function promises that its pointers point to
//! live things (or are NULL), and that promise is passed on.

use core::ffi::{CStr, c_char};
use krait_abi::{_Py_Identifier, PyObject, PyTypeObject};
use krait_object::text::codec::utf8;
use krait_object::types::{typeobject::Type, unicode};
use krait_object::{Obj, Object, Raised, Result, err};

/// NULL where an object is needed. It is mostly the result of a call that failed, whose exception is kept.
#[cold]
#[track_caller]
fn null_object() -> Raised {
    if err::occurred().is_some() { Raised::assume() } else { err::bad_internal_call() }
}

/// NULL as an operand of the abstract protocols.
#[cold]
fn null_operand() -> Raised {
    if err::occurred().is_some() {
        Raised::assume()
    } else {
        err::system_error("null argument to internal routine")
    }
}

/// A borrowed object; NULL is a bad internal call.
#[inline(always)]
#[track_caller]
pub unsafe fn object<'a>(pointer: *mut PyObject) -> Result<&'a Object> {
    // SAFETY: see the module comment.
    match unsafe { Object::from_ptr_opt(pointer) } {
        Some(object) => Ok(object),
        None => Err(null_object()),
    }
}

/// A borrowed operand of `PyObject_*`, `PyNumber_*`, `PySequence_*`, `PyMapping_*`.
#[inline(always)]
pub unsafe fn operand<'a>(pointer: *mut PyObject) -> Result<&'a Object> {
    // SAFETY: see the module comment.
    match unsafe { Object::from_ptr_opt(pointer) } {
        Some(object) => Ok(object),
        None => Err(null_operand()),
    }
}

/// A borrowed object that may be missing.
#[inline(always)]
pub unsafe fn optional<'a>(pointer: *mut PyObject) -> Option<&'a Object> {
    // SAFETY: see the module comment.
    unsafe { Object::from_ptr_opt(pointer) }
}

/// A stolen reference; NULL is a bad internal call.
#[inline(always)]
#[track_caller]
pub unsafe fn stolen(pointer: *mut PyObject) -> Result<Obj> {
    // SAFETY: see the module comment.
    match unsafe { Obj::from_owned_opt(pointer) } {
        Some(object) => Ok(object),
        None => Err(null_object()),
    }
}

/// A stolen reference that may be missing.
#[inline(always)]
pub unsafe fn stolen_opt(pointer: *mut PyObject) -> Option<Obj> {
    // SAFETY: see the module comment.
    unsafe { Obj::from_owned_opt(pointer) }
}

/// A type; never NULL.
#[inline(always)]
pub unsafe fn class<'a>(pointer: *mut PyTypeObject) -> &'a Type {
    // SAFETY: see the module comment.
    unsafe { Type::from_raw(pointer) }
}

/// The bytes of a NUL-terminated string; NULL counts as empty.
#[inline(always)]
pub unsafe fn c_bytes<'a>(pointer: *const c_char) -> &'a [u8] {
    if pointer.is_null() {
        return &[];
    }
    // SAFETY: see the module comment.
    unsafe { CStr::from_ptr(pointer) }.to_bytes()
}

/// As [`c_bytes`], with NULL apart.
#[inline(always)]
pub unsafe fn c_bytes_opt<'a>(pointer: *const c_char) -> Option<&'a [u8]> {
    // SAFETY: see the module comment.
    (!pointer.is_null()).then(|| unsafe { c_bytes(pointer) })
}

/// `size` bytes at `pointer`; NULL or a size below 1 is the empty slice.
#[inline(always)]
pub unsafe fn bytes<'a>(pointer: *const c_char, size: isize) -> &'a [u8] {
    // SAFETY: see the module comment.
    unsafe { slice(pointer.cast(), size) }
}

/// `size` items at `pointer`; NULL or a size below 1 is the empty slice.
#[inline(always)]
pub unsafe fn slice<'a, T>(pointer: *const T, size: isize) -> &'a [T] {
    if pointer.is_null() || size <= 0 {
        return &[];
    }
    // SAFETY: see the module comment.
    unsafe { core::slice::from_raw_parts(pointer, size as usize) }
}

/// A NUL-terminated UTF-8 string; others raise `UnicodeDecodeError`.
#[inline]
pub unsafe fn text<'a>(pointer: *const c_char) -> Result<&'a str> {
    if pointer.is_null() {
        return Err(null_object());
    }
    // SAFETY: see the module comment.
    let bytes = unsafe { CStr::from_ptr(pointer) }.to_bytes();
    match utf8::checked(bytes) {
        Some(text) => Ok(text),
        None => match unicode::decode_utf8(bytes, None) {
            Ok(_) => Err(err::system_error("text is not UTF-8")),
            Err(raised) => Err(raised),
        },
    }
}

/// As [`text`], as an operand of the abstract protocols.
#[inline]
pub unsafe fn operand_text<'a>(pointer: *const c_char) -> Result<&'a str> {
    if pointer.is_null() {
        return Err(null_operand());
    }
    // SAFETY: see the module comment.
    unsafe { text(pointer) }
}

/// A NUL-terminated UTF-8 string, for functions that cannot report another; those count as empty.
///
/// # Safety
/// A terminated string.
pub unsafe fn text_or_empty<'a>(pointer: *const c_char) -> &'a str {
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_str().unwrap_or("")
}

/// As [`text`], with NULL apart.
#[inline]
pub unsafe fn text_opt<'a>(pointer: *const c_char) -> Result<Option<&'a str>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: see the module comment.
    unsafe { text(pointer) }.map(Some)
}

/// The interned string of a static identifier (`_PyUnicode_FromId`).
#[inline]
pub unsafe fn identifier<'a>(id: *mut _Py_Identifier) -> Result<&'a Object> {
    // SAFETY: see the module comment; the identifier keeps its string until finalization.
    unsafe { unicode::from_id(id) }
}

/// Stores a result through an output pointer that may be NULL.
#[inline(always)]
pub unsafe fn store<T>(place: *mut T, value: T) {
    if !place.is_null() {
        // SAFETY: see the module comment.
        unsafe { place.write(value) }
    }
}

/// `size` items at `pointer` to be written; NULL or a size below 1 is the empty slice.
#[inline(always)]
pub unsafe fn slice_mut<'a, T>(pointer: *mut T, size: isize) -> &'a mut [T] {
    if pointer.is_null() || size <= 0 {
        return &mut [];
    }
    // SAFETY: see the module comment.
    unsafe { core::slice::from_raw_parts_mut(pointer, size as usize) }
}
