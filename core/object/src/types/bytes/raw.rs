//! The functions of `bytesobject.h` that work on C pointers.

use super::{HEAD, alloc, as_slice, check, data_ptr, empty, from_byte, from_slice, uninit};
use crate::err;
use crate::handle::{Obj, Object, Result};
use crate::memory;
use crate::text::byte;
use core::ffi::{CStr, c_char};
use core::ptr::null_mut;
use krait_abi::*;

/// `PyBytes_FromStringAndSize`: contents NULL leaves them to be written by the caller.
///
/// # Safety
/// `text` is NULL or holds `size` bytes.
#[inline]
pub unsafe fn from_string_and_size(text: *const c_char, size: isize) -> Result<Obj> {
    if text.is_null() || size < 0 {
        return uninit(size);
    }
    // SAFETY: the caller's promise.
    from_slice(unsafe { core::slice::from_raw_parts(text.cast(), size as usize) })
}

/// `PyBytes_FromString`.
///
/// # Safety
/// `text` is NUL-terminated.
pub unsafe fn from_string(text: *const c_char) -> Result<Obj> {
    // SAFETY: the caller's promise.
    from_slice(unsafe { CStr::from_ptr(text) }.to_bytes())
}

fn expected_bytes(object: &Object) -> err::Raised {
    err::type_error(format_args!("expected bytes, {:.200} found", object.class_of().name()))
}

/// `PyBytes_Size`.
pub fn size(object: &Object) -> Result<isize> {
    if check(object) { Ok(as_slice(object).len() as isize) } else { Err(expected_bytes(object)) }
}

/// `PyBytes_AsString`.
pub fn as_string(object: &Object) -> Result<*mut c_char> {
    if !check(object) {
        return Err(expected_bytes(object));
    }
    // SAFETY: a live bytes object.
    Ok(unsafe { data_ptr(object.as_ptr()) }.cast())
}

/// `PyBytes_AsStringAndSize`: without a place for the size, the contents must have no NUL.
pub fn as_string_and_size(object: &Object, wants_size: bool) -> Result<(*mut c_char, isize)> {
    if !check(object) {
        return Err(expected_bytes(object));
    }
    if !wants_size && as_slice(object).contains(&0) {
        return Err(err::value_error("embedded null byte"));
    }
    Ok((as_string(object)?, as_slice(object).len() as isize))
}

/// `_PyBytes_Resize`: changes the length of a string that only the caller owns; on failure `*place` is NULL.
///
/// # Safety
/// `place` holds an owned reference.
pub unsafe fn resize(place: *mut *mut PyObject, size: isize) -> Result<()> {
    // SAFETY: the caller's promise; the reference is put back in the good case.
    unsafe {
        let object = core::mem::replace(&mut *place, null_mut());
        let current = Object::from_ptr(object);
        if !check(current) || size < 0 {
            drop(Obj::<Object>::from_owned_ptr(object));
            return Err(err::bad_internal_call());
        }
        let old = as_slice(current).len();
        if old as isize == size {
            *place = object;
            return Ok(());
        }
        let owned = Obj::<Object>::from_owned_ptr(object);
        if size == 0 {
            *place = empty()?.into_ptr();
            return Ok(());
        }
        if old == 0 {
            *place = alloc(size as usize)?.into_ptr();
            return Ok(());
        }
        if owned.refcount() != 1 {
            return Err(err::bad_internal_call());
        }
        if size as usize > isize::MAX as usize - HEAD - 1 {
            return Err(err::no_memory());
        }
        let object = owned.into_ptr();
        let new = memory::object_realloc(object.cast(), HEAD + size as usize + 1).cast::<PyBytesObject>();
        if new.is_null() {
            memory::PyObject_Free(object.cast());
            return Err(err::no_memory());
        }
        (*new).ob_base.ob_size = size;
        (*new).ob_shash = -1;
        data_ptr(new.cast()).offset(size).write(0);
        *place = new.cast();
    }
    Ok(())
}

/// `PyBytes_Concat`: replaces `*place` by its concatenation with `other`, or by NULL on failure.
///
/// # Safety
/// `place` holds an owned reference or NULL; `other` is live or NULL.
pub unsafe fn concat(place: *mut *mut PyObject, other: *mut PyObject) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(left) = Obj::<Object>::from_owned_opt(core::mem::replace(&mut *place, null_mut())) else {
            return Ok(());
        };
        let Some(right) = Object::from_ptr_opt(other) else { return Ok(()) };
        *place = super::concat_objects(&left, right)?.into_ptr();
    }
    Ok(())
}

/// `_PyBytes_Join`.
pub fn join(separator: &Object, items: &Object) -> Result<Obj> {
    match separator.downcast::<super::Bytes>() {
        Some(separator) => super::shared::join(separator, items),
        None => Err(err::bad_internal_call()),
    }
}

/// `_PyBytes_FromHex`.
pub fn from_hex(text: &Object, use_bytearray: bool) -> Result<Obj> {
    let contents = super::hex::from_str(text)?;
    if use_bytearray { crate::types::bytearray::from_slice(&contents) } else { from_slice(&contents) }
}

/// `_PyBytes_FormatEx`.
pub fn format_ex(template: &[u8], args: &Object, use_bytearray: bool) -> Result<Obj> {
    let contents = super::percent::format(template, args)?;
    if use_bytearray { crate::types::bytearray::from_slice(&contents) } else { from_slice(&contents) }
}

/// `_PyBytes_DecodeEscape2`: the contents of a bytes literal, and the position of the character after the first
/// backslash that begins no escape.
pub fn decode_escape(text: &[u8], errors: Option<&str>) -> Result<(Obj, Option<usize>)> {
    let mut out = Vec::with_capacity(text.len());
    let mut invalid = None;
    let mut i = 0;
    while i < text.len() {
        let plain = byte::find(b'\\', &text[i..]).unwrap_or(text.len() - i);
        out.extend_from_slice(&text[i..i + plain]);
        i += plain;
        if i == text.len() {
            break;
        }
        let start = i;
        i += 1;
        let Some(&letter) = text.get(i) else { return Err(err::value_error("Trailing \\ in string")) };
        i += 1;
        match letter {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(letter),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(9),
            b'n' => out.push(10),
            b'r' => out.push(13),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut value = u32::from(letter - b'0');
                for _ in 0..2 {
                    match text.get(i) {
                        Some(&digit @ b'0'..=b'7') => {
                            value = value * 8 + u32::from(digit - b'0');
                            i += 1;
                        }
                        _ => break,
                    }
                }
                out.push(value as u8);
            }
            b'x' => {
                let digit = |at: usize| text.get(at).and_then(|&b| (b as char).to_digit(16));
                match (digit(i), digit(i + 1)) {
                    (Some(high), Some(low)) => {
                        out.push((high << 4 | low) as u8);
                        i += 2;
                    }
                    (first, _) => {
                        match errors {
                            None | Some("strict") => {
                                return Err(err::value_error(format_args!(
                                    "invalid \\x escape at position {start}"
                                )));
                            }
                            Some("replace") => out.push(b'?'),
                            Some("ignore") => {}
                            Some(other) => {
                                return Err(err::value_error(format_args!(
                                    "decoding error; unknown error handling code: {other:.400}"
                                )));
                            }
                        }
                        i += usize::from(first.is_some());
                    }
                }
            }
            _ => {
                invalid.get_or_insert(i - 1);
                out.push(b'\\');
                i -= 1;
            }
        }
    }
    Ok((from_slice(&out)?, invalid))
}

/// `PyBytes_DecodeEscape`: a `DeprecationWarning` for an invalid escape.
pub fn decode_escape_warning(text: &[u8], errors: Option<&str>) -> Result<Obj> {
    let (bytes, invalid) = decode_escape(text, errors)?;
    if let Some(at) = invalid {
        let c = char::from(text[at]);
        err::warn(
            crate::types::exceptions::DeprecationWarning(),
            format_args!("invalid escape sequence '\\{c}'"),
            1,
        )?;
    }
    Ok(bytes)
}

/// One byte as a string.
pub fn from_char(byte: u8) -> Result<Obj> {
    from_byte(byte)
}
