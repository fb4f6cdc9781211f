//! Making `bytes` from other objects: `bytes(...)` and `PyBytes_FromObject`.

use super::{as_slice, check, check_exact, empty, from_slice, new_of_class};
use crate::args::{self, Signature};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::buffer::{self, Buffer};
use crate::protocol::{call, iter, number, object};
use crate::types::typeobject::Type;
use crate::types::{exceptions, tuple, unicode};
use krait_abi::PyBUF_FULL_RO;

/// What the constructors of `bytes` and `bytearray` were given.
pub(crate) enum Given<'a> {
    Nothing,
    /// Text, already encoded.
    Encoded(Obj),
    Object(&'a Object),
}

/// The arguments (source, encoding, errors) of `bytes` and `bytearray`.
pub(crate) fn arguments<'a>(
    function: &'static str,
    given: &'a Object,
    kw: Option<&'a Object>,
) -> Result<Given<'a>> {
    let [source, encoding, errors] = match (tuple::items(given), kw) {
        ([], None) => [None; 3],
        ([source], None) => [Some(*source), None, None],
        _ => Signature::new(function, ["source", "encoding", "errors"]).required(0).bind_tuple(given, kw)?,
    };
    let encoding = encoding.map(|e| args::text(function, "argument 2", e)).transpose()?;
    let errors = errors.map(|e| args::text(function, "argument 3", e)).transpose()?;
    let without = |what: &str, text: bool| {
        err::type_error(if text {
            "string argument without an encoding".to_owned()
        } else {
            format!("{what} without a string argument")
        })
    };
    match source {
        None if encoding.is_some() => Err(without("encoding", false)),
        None if errors.is_some() => Err(without("errors", false)),
        None => Ok(Given::Nothing),
        Some(source) if unicode::check(source) => match encoding {
            Some(encoding) => Ok(Given::Encoded(unicode::encode(source, Some(encoding), errors)?)),
            // `bytes` looks for `__bytes__` first.
            None if errors.is_none() && function == "bytes" => Ok(Given::Object(source)),
            None => Err(without("encoding", true)),
        },
        Some(_) if encoding.is_some() => Err(without("encoding", false)),
        Some(_) if errors.is_some() => Err(without("errors", false)),
        Some(source) => Ok(Given::Object(source)),
    }
}

/// The length that an integer source asks for; None if it is no integer.
pub(crate) fn requested_length(source: &Object) -> Result<Option<usize>> {
    if !number::index_check(source) {
        return Ok(None);
    }
    match number::as_ssize(source, Some(exceptions::OverflowError())) {
        Ok(length) if length < 0 => Err(err::value_error("negative count")),
        Ok(length) => Ok(Some(length as usize)),
        Err(_) if err::matches(exceptions::TypeError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `tp_new`.
pub(super) fn new(class: &Type, given: &Object, kw: Option<&Object>) -> Result<Obj> {
    let bytes = make(arguments("bytes", given, kw)?)?;
    if core::ptr::eq(class.as_raw(), &raw mut super::PyBytes_Type) {
        return Ok(bytes);
    }
    new_of_class(class, as_slice(&bytes))
}

fn make(given: Given<'_>) -> Result<Obj> {
    let source = match given {
        Given::Nothing => return empty(),
        Given::Encoded(bytes) => return Ok(bytes),
        Given::Object(source) => source,
    };
    if check_exact(source) {
        return Ok(source.owned());
    }
    if let Some(method) = object::lookup_special(source, crate::intern!("__bytes__"))? {
        let result = call::call0(&method)?;
        if !check(&result) {
            return Err(err::type_error(format_args!(
                "__bytes__ returned non-bytes (type {:.200})",
                result.class_of().name()
            )));
        }
        return Ok(result);
    }
    if unicode::check(source) {
        return Err(err::type_error("string argument without an encoding"));
    }
    if let Some(length) = requested_length(source)? {
        return super::build(length, |_| ());
    }
    from_object(source)
}

/// `PyBytes_FromObject`: the bytes of an object with a buffer or of an iterable of ints.
pub fn from_object(source: &Object) -> Result<Obj> {
    if check_exact(source) {
        return Ok(source.owned());
    }
    if buffer::check(source) {
        let held = Buffer::get(source, PyBUF_FULL_RO)?;
        return match held.view() {
            Some(view) => buffer::contents(view, b'C'),
            None => from_slice(held.as_slice()),
        };
    }
    if !unicode::check(source) {
        match iter::get_iter(source) {
            Ok(iterator) => return from_iterator(source, &iterator),
            Err(_) if err::matches(exceptions::TypeError()) => err::clear(),
            Err(raised) => return Err(raised),
        }
    }
    Err(err::type_error(format_args!("cannot convert '{:.200}' object to bytes", source.class_of().name())))
}

fn from_iterator(source: &Object, iterator: &Object) -> Result<Obj> {
    let mut out = crate::memory::try_vec(object::length_hint(source, 64)?)?;
    while let Some(item) = iter::next(iterator)? {
        let value = number::as_ssize(&item, None)?;
        let byte = u8::try_from(value).map_err(|_| err::value_error("bytes must be in range(0, 256)"))?;
        crate::memory::try_push(&mut out, byte)?;
    }
    from_slice(&out)
}
