//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: what could not be converted, and where.

use super::*;
use crate::cell::ObjCell;
use crate::err;
use crate::method;
use crate::protocol::buffer::Buffer;
use crate::protocol::{call, number, object};
use crate::slot;
use crate::types::{bytes, long, tuple, unicode};
use base::Part::{Object as O, Str as S};
use base::cell;

const COMMON: PyTypeObject = PyTypeObject {
    tp_basicsize: size_of::<PyUnicodeErrorObject>() as isize,
    tp_dealloc: Some(dealloc),
    tp_traverse: slot::traverse(traverse),
    tp_clear: slot::clear(clear),
    tp_members: &raw mut MEMBERS as *mut PyMemberDef,
    tp_new: base::NEW,
    ..base::DERIVED
};
pub(super) const ENCODE: PyTypeObject =
    PyTypeObject { tp_init: slot::init(encode_init), tp_str: slot::unary(encode_str), ..COMMON };
pub(super) const DECODE: PyTypeObject =
    PyTypeObject { tp_init: slot::init(decode_init), tp_str: slot::unary(decode_str), ..COMMON };
pub(super) const TRANSLATE: PyTypeObject =
    PyTypeObject { tp_init: slot::init(translate_init), tp_str: slot::unary(translate_str), ..COMMON };

crate::members! {
    static MEMBERS = [
        method::member(c"encoding", T_OBJECT as _, 64, 0, c"exception encoding"),
        method::member(c"object", T_OBJECT as _, 72, 0, c"exception object"),
        method::member(c"start", T_PYSSIZET as _, 80, 0, c"exception start"),
        method::member(c"end", T_PYSSIZET as _, 88, 0, c"exception end"),
        method::member(c"reason", T_OBJECT as _, 96, 0, c"exception reason"),
    ];
}

fn raw(this: &Object) -> *mut PyUnicodeErrorObject {
    this.as_ptr().cast()
}

/// `encoding`, `object`, `reason`.
fn fields(this: &Object) -> [&ObjCell; 3] {
    let raw = raw(this);
    // SAFETY: slots of the classes get their instances; others have asked for the class.
    unsafe { [cell(&raw mut (*raw).encoding), cell(&raw mut (*raw).object), cell(&raw mut (*raw).reason)] }
}

/// `start` and `end` as they are.
fn range(this: &Object) -> (isize, isize) {
    // SAFETY: as above.
    unsafe { ((*raw(this)).start, (*raw(this)).end) }
}

base::slots_over!(fields);

// ---- construction -------------------------------------------------------------------------------------------------

fn positional<const N: usize>(arguments: &Object) -> Result<[&Object; N]> {
    let items = tuple::items(arguments);
    match <[&Object; N]>::try_from(items) {
        Ok(items) => Ok(items),
        Err(_) => {
            Err(err::type_error(format_args!("function takes exactly {N} arguments ({} given)", items.len())))
        }
    }
}

fn text(argument: &Object, position: usize) -> Result<&Object> {
    if !unicode::check(argument) {
        return Err(err::type_error(format_args!(
            "argument {position} must be str, not {}",
            argument.class_of().name()
        )));
    }
    Ok(argument)
}

fn index(argument: &Object) -> Result<isize> {
    number::as_ssize(argument, Some(OverflowError())).map_err(|raised| {
        // The text of `n` in argument formats is that of the C conversion.
        if err::matches(OverflowError()) {
            return err::overflow_error("Python int too large to convert to C ssize_t");
        }
        raised
    })
}

fn store(
    this: &Object,
    encoding: Option<&Object>,
    subject: Obj,
    (start, end): (isize, isize),
    reason: &Object,
) {
    let [encoding_field, object_field, reason_field] = fields(this);
    // SAFETY: an instance of the class.
    unsafe {
        (*raw(this)).start = start;
        (*raw(this)).end = end;
    }
    encoding_field.set_opt(encoding.map(Layout::owned));
    object_field.set(subject);
    reason_field.set(reason.owned());
}

fn encode_init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    base::init(this, arguments, kw)?;
    let [encoding, subject, start, end, reason] = positional(arguments)?;
    let encoding = text(encoding, 1)?;
    let subject = text(subject, 2)?;
    let range = (index(start)?, index(end)?);
    store(this, Some(encoding), subject.owned(), range, text(reason, 5)?);
    Ok(())
}

fn decode_init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    base::init(this, arguments, kw)?;
    let [encoding, subject, start, end, reason] = positional(arguments)?;
    let encoding = text(encoding, 1)?;
    let range = (index(start)?, index(end)?);
    let reason = text(reason, 5)?;
    let subject = if bytes::check(subject) {
        subject.owned()
    } else {
        bytes::from_slice(Buffer::simple(subject)?.as_slice())?
    };
    store(this, Some(encoding), subject, range, reason);
    Ok(())
}

fn translate_init(this: &Object, arguments: &Object, kw: Option<&Object>) -> Result<()> {
    base::init(this, arguments, kw)?;
    let [subject, start, end, reason] = positional(arguments)?;
    let subject = text(subject, 1)?;
    let range = (index(start)?, index(end)?);
    store(this, None, subject.owned(), range, text(reason, 4)?);
    Ok(())
}

// ---- text ---------------------------------------------------------------------------------------------------------

/// The text of a field, which a program may have deleted.
fn shown(field: &ObjCell) -> Result<Obj> {
    match field.get() {
        Some(value) => object::str(&value),
        None => unicode::from_str("<NULL>"),
    }
}

/// A character as an escape.
fn escape(c: u32) -> String {
    match c {
        0..=0xff => format!("\\x{c:02x}"),
        0x100..=0xffff => format!("\\u{c:04x}"),
        _ => format!("\\U{c:08x}"),
    }
}

/// The one character or byte that is meant, if it is one.
fn single(this: &Object, subject: &Object) -> Option<u32> {
    let (start, end) = range(this);
    let at = usize::try_from(start).ok()?;
    if end != start + 1 {
        return None;
    }
    if unicode::check(subject) {
        (at < unicode::len(subject)).then(|| unicode::char_at(subject, at))
    } else {
        bytes::as_slice(subject).get(at).map(|&byte| u32::from(byte))
    }
}

/// The object, when the program has not replaced it by something else.
fn subject(this: &Object, check: fn(&Object) -> bool, kind: &str) -> Result<Option<Obj>> {
    match fields(this)[1].get() {
        None => Ok(None),
        Some(subject) if check(&subject) => Ok(Some(subject)),
        Some(_) => Err(err::type_error(format_args!("object attribute must be {kind}"))),
    }
}

fn encode_str(this: &Object) -> Result<Obj> {
    let Some(subject) = subject(this, unicode::check, "unicode")? else { return unicode::from_str("") };
    let [encoding, _, reason] = fields(this);
    let (reason, encoding) = (shown(reason)?, shown(encoding)?);
    let (start, end) = range(this);
    match single(this, &subject) {
        Some(c) => base::text(&[
            S("'"),
            O(&encoding),
            S(&format!("' codec can't encode character '{}' in position {start}: ", escape(c))),
            O(&reason),
        ]),
        None => base::text(&[
            S("'"),
            O(&encoding),
            S(&format!("' codec can't encode characters in position {start}-{}: ", end.wrapping_sub(1))),
            O(&reason),
        ]),
    }
}

fn decode_str(this: &Object) -> Result<Obj> {
    let [encoding, subject_field, reason] = fields(this);
    let Some(subject) = subject_field.get() else { return unicode::from_str("") };
    let (reason, encoding) = (shown(reason)?, shown(encoding)?);
    let (start, end) = range(this);
    let byte = if bytes::check(&subject) { single(this, &subject) } else { None };
    match byte {
        Some(byte) => base::text(&[
            S("'"),
            O(&encoding),
            S(&format!("' codec can't decode byte 0x{byte:02x} in position {start}: ")),
            O(&reason),
        ]),
        None => base::text(&[
            S("'"),
            O(&encoding),
            S(&format!("' codec can't decode bytes in position {start}-{}: ", end.wrapping_sub(1))),
            O(&reason),
        ]),
    }
}

fn translate_str(this: &Object) -> Result<Obj> {
    let Some(subject) = subject(this, unicode::check, "unicode")? else { return unicode::from_str("") };
    let reason = shown(fields(this)[2])?;
    let (start, end) = range(this);
    match single(this, &subject) {
        Some(c) => base::text(&[
            S(&format!("can't translate character '{}' in position {start}: ", escape(c))),
            O(&reason),
        ]),
        None => base::text(&[
            S(&format!("can't translate characters in position {start}-{}: ", end.wrapping_sub(1))),
            O(&reason),
        ]),
    }
}

// ---- what C code uses ---------------------------------------------------------------------------------------------

/// Which of the three classes, where a function serves them all.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `UnicodeEncodeError`
    Encode,
    /// `UnicodeDecodeError`
    Decode,
    /// `UnicodeTranslateError`
    Translate,
}

fn attribute(field: &ObjCell, name: &str, check: fn(&Object) -> bool, kind: &str) -> Result<Obj> {
    match field.get() {
        None => Err(err::type_error(format_args!("{name} attribute not set"))),
        Some(value) if check(&value) => Ok(value),
        Some(_) => Err(err::type_error(format_args!("{name} attribute must be {kind}"))),
    }
}

/// `PyUnicode*Error_GetEncoding`. The object is an instance of one of the classes, here and below.
pub fn get_encoding(this: &Object) -> Result<Obj> {
    attribute(fields(this)[0], "encoding", unicode::check, "unicode")
}

/// `PyUnicode*Error_GetObject`.
pub fn get_object(this: &Object, kind: Kind) -> Result<Obj> {
    match kind {
        Kind::Decode => attribute(fields(this)[1], "object", bytes::check, "bytes"),
        _ => attribute(fields(this)[1], "object", unicode::check, "unicode"),
    }
}

/// `PyUnicode*Error_GetReason`.
pub fn get_reason(this: &Object) -> Result<Obj> {
    attribute(fields(this)[2], "reason", unicode::check, "unicode")
}

fn subject_len(this: &Object, kind: Kind) -> Result<isize> {
    let subject = get_object(this, kind)?;
    let n = if kind == Kind::Decode { bytes::as_slice(&subject).len() } else { unicode::len(&subject) };
    Ok(n as isize)
}

/// `PyUnicode*Error_GetStart`: always inside the object.
pub fn get_start(this: &Object, kind: Kind) -> Result<isize> {
    let len = subject_len(this, kind)?;
    let start = range(this).0.max(0);
    Ok(if start >= len { len - 1 } else { start })
}

/// `PyUnicode*Error_GetEnd`: always inside the object.
pub fn get_end(this: &Object, kind: Kind) -> Result<isize> {
    let len = subject_len(this, kind)?;
    Ok(range(this).1.max(1).min(len))
}

/// `PyUnicode*Error_SetStart`.
pub fn set_start(this: &Object, start: isize) {
    // SAFETY: an instance of one of the classes.
    unsafe { (*raw(this)).start = start }
}

/// `PyUnicode*Error_SetEnd`.
pub fn set_end(this: &Object, end: isize) {
    // SAFETY: an instance of one of the classes.
    unsafe { (*raw(this)).end = end }
}

/// `PyUnicode*Error_SetReason`.
pub fn set_reason(this: &Object, reason: &str) -> Result<()> {
    fields(this)[2].set(unicode::from_str(reason)?);
    Ok(())
}

/// `PyUnicodeDecodeError_Create`.
pub fn create_decode(encoding: &str, object: &[u8], start: isize, end: isize, reason: &str) -> Result<Obj> {
    let encoding = unicode::from_str(encoding)?;
    let object = bytes::from_slice(object)?;
    let (start, end) = (long::from_i64(start as i64)?, long::from_i64(end as i64)?);
    let reason = unicode::from_str(reason)?;
    call::call(UnicodeDecodeError(), &[&encoding, &object, &start, &end, &reason])
}

/// An instance of `UnicodeEncodeError` for a `str` (`PyUnicodeEncodeError_Create` is given its text in the old representation).
pub fn create_encode(encoding: &str, object: &Object, start: isize, end: isize, reason: &str) -> Result<Obj> {
    let encoding = unicode::from_str(encoding)?;
    let (start, end) = (long::from_i64(start as i64)?, long::from_i64(end as i64)?);
    let reason = unicode::from_str(reason)?;
    call::call(UnicodeEncodeError(), &[&encoding, object, &start, &end, &reason])
}

/// `_PyUnicodeTranslateError_Create`.
pub fn create_translate(object: &Object, start: isize, end: isize, reason: &str) -> Result<Obj> {
    let (start, end) = (long::from_i64(start as i64)?, long::from_i64(end as i64)?);
    let reason = unicode::from_str(reason)?;
    call::call(UnicodeTranslateError(), &[object, &start, &end, &reason])
}
