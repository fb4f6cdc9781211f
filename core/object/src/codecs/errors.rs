//! Making and reading `UnicodeDecodeError`, `UnicodeEncodeError` and `UnicodeTranslateError`.

use crate::err;
use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::protocol::call;
use crate::types::{bytes, exceptions, long, unicode};
use krait_abi::*;

/// A new exception of one of the classes with an encoding.
pub fn make(
    class: &Object,
    encoding: &str,
    input: &Object,
    start: usize,
    end: usize,
    reason: &str,
) -> Result<Obj> {
    let (encoding, reason) = (unicode::from_str(encoding)?, unicode::from_str(reason)?);
    let (start, end) = (long::from_i64(start as i64)?, long::from_i64(end as i64)?);
    call::call(class, &[&encoding, input, &start, &end, &reason])
}

/// A new `UnicodeTranslateError`.
pub fn make_translate(input: &Object, start: usize, end: usize, reason: &str) -> Result<Obj> {
    let (start, end) = (long::from_i64(start as i64)?, long::from_i64(end as i64)?);
    let reason = unicode::from_str(reason)?;
    call::call(exceptions::UnicodeTranslateError(), &[input, &start, &end, &reason])
}

/// Raises an exception object.
#[cold]
pub fn raise(error: Result<Obj>) -> Raised {
    match error {
        Ok(error) => err::set_object(error.class_of().object(), &error),
        Err(raised) => raised,
    }
}

/// Raises `UnicodeEncodeError`.
#[cold]
pub fn encode_error(encoding: &str, input: &Object, start: usize, end: usize, reason: &str) -> Raised {
    raise(make(exceptions::UnicodeEncodeError(), encoding, input, start, end, reason))
}

/// Raises `UnicodeDecodeError`.
#[cold]
pub fn decode_error(encoding: &str, input: &[u8], start: usize, end: usize, reason: &str) -> Raised {
    raise(
        bytes::from_slice(input)
            .and_then(|input| make(exceptions::UnicodeDecodeError(), encoding, &input, start, end, reason)),
    )
}

/// Raises `UnicodeTranslateError`.
#[cold]
pub fn translate_error(input: &Object, start: usize, end: usize, reason: &str) -> Raised {
    raise(make_translate(input, start, end, reason))
}

fn raw(error: &Object) -> *mut PyUnicodeErrorObject {
    error.as_ptr().cast()
}

fn field(value: *mut PyObject, name: &str, ok: fn(&Object) -> bool, kind: &str) -> Result<Obj> {
    // SAFETY: fields of a live exception are NULL or own a live object.
    match unsafe { Object::from_ptr_opt(value) } {
        None => Err(err::type_error(format_args!("{name} attribute not set"))),
        Some(value) if !ok(value) => {
            Err(err::type_error(format_args!("{name:.200} attribute must be {kind}")))
        }
        Some(value) => Ok(value.owned()),
    }
}

/// The `object` of a `UnicodeDecodeError`.
pub fn bytes_object(error: &Object) -> Result<Obj> {
    // SAFETY: instances of the three classes have this layout.
    field(unsafe { (*raw(error)).object }, "object", bytes::check, "bytes")
}

/// The `object` of a `UnicodeEncodeError` or `UnicodeTranslateError`.
pub fn text_object(error: &Object) -> Result<Obj> {
    // SAFETY: as above.
    field(unsafe { (*raw(error)).object }, "object", unicode::check, "unicode")
}

/// The `encoding`.
pub fn encoding(error: &Object) -> Result<Obj> {
    // SAFETY: as above.
    field(unsafe { (*raw(error)).encoding }, "encoding", unicode::check, "unicode")
}

/// The `reason`.
pub fn reason(error: &Object) -> Result<Obj> {
    // SAFETY: as above.
    field(unsafe { (*raw(error)).reason }, "reason", unicode::check, "unicode")
}

/// `start`, drawn into an input of `length`.
pub fn start(error: &Object, length: usize) -> usize {
    // SAFETY: as above.
    let start = unsafe { (*raw(error)).start }.max(0) as usize;
    if start >= length { length.saturating_sub(1) } else { start }
}

/// `end`, drawn into an input of `length`.
pub fn end(error: &Object, length: usize) -> usize {
    // SAFETY: as above.
    (unsafe { (*raw(error)).end }.max(1) as usize).min(length)
}

/// Sets the range and reason of an exception that is used again.
pub fn update(error: &Object, start: usize, end: usize, reason: &str) -> Result<()> {
    let reason = unicode::from_str(reason)?;
    // SAFETY: as above; the old reason is dropped after it has been replaced.
    unsafe {
        (*raw(error)).start = start as Py_ssize_t;
        (*raw(error)).end = end as Py_ssize_t;
        let old = core::mem::replace(&mut (*raw(error)).reason, reason.into_ptr());
        drop(Obj::<Object>::from_owned_opt(old));
    }
    Ok(())
}
