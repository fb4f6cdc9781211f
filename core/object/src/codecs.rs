//! Codecs (first cut; owner: text).
use crate::err;
use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::protocol::call;
use crate::types::{bytes, exceptions, long, unicode};

/// Raises `UnicodeEncodeError`.
#[cold]
pub fn encode_error(encoding: &str, object: &Object, start: usize, end: usize, reason: &str) -> Raised {
    let make = || -> Result<Obj> {
        let (encoding, reason) = (unicode::from_str(encoding)?, unicode::from_str(reason)?);
        let (start, end) = (long::from_i64(start as i64)?, long::from_i64(end as i64)?);
        call::call(exceptions::UnicodeEncodeError(), &[&encoding, object, &start, &end, &reason])
    };
    match make() {
        Ok(error) => err::set_object(error.class_of().object(), &error),
        Err(raised) => raised,
    }
}

/// Raises `UnicodeDecodeError`.
#[cold]
pub fn decode_error(encoding: &str, object: &[u8], start: usize, end: usize, reason: &str) -> Raised {
    let make = || -> Result<Obj> {
        let (encoding, reason) = (unicode::from_str(encoding)?, unicode::from_str(reason)?);
        let (start, end) = (long::from_i64(start as i64)?, long::from_i64(end as i64)?);
        let object = bytes::from_slice(object)?;
        call::call(exceptions::UnicodeDecodeError(), &[&encoding, &object, &start, &end, &reason])
    };
    match make() {
        Ok(error) => err::set_object(error.class_of().object(), &error),
        Err(raised) => raised,
    }
}

/// Invalid UTF-8.
#[cold]
pub fn decode_utf8_with_errors(bytes: &[u8], _errors: Option<&str>) -> Result<Obj> {
    Err(decode_error("utf-8", bytes, 0, bytes.len(), "invalid data"))
}
