//! Python objects as values of SQLite.

use core::ffi::c_int;
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::types::{float, long, unicode};
use krait_object::{Object, Result, err};

/// What SQLite can be given, with texts and blobs as long as it can take.
pub enum Value<'a> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'a str),
    Blob(Buffer),
}

impl<'a> Value<'a> {
    /// The value of an object; None for one of another kind. `too_long` is the complaint about a text.
    pub fn of(object: &'a Object, too_long: &'static str) -> Result<Option<Value<'a>>> {
        Ok(Some(if object.is_none() {
            Value::Null
        } else if long::check(object) {
            Value::Integer(
                long::as_i64_opt(object).ok_or_else(|| {
                    err::overflow_error("Python int too large to convert to SQLite INTEGER")
                })?,
            )
        } else if float::check(object) {
            Value::Real(float::as_f64(object)?)
        } else if unicode::check(object) {
            let text = unicode::as_utf8(object)?;
            length(text.as_bytes()).ok_or_else(|| err::overflow_error(too_long))?;
            Value::Text(text)
        } else if buffer::check(object) {
            let Ok(blob) = Buffer::simple(object) else {
                return Err(err::value_error("could not convert BLOB to buffer"));
            };
            length(blob.as_slice()).ok_or_else(|| err::overflow_error("BLOB longer than INT_MAX bytes"))?;
            Value::Blob(blob)
        } else {
            return Ok(None);
        }))
    }
}

/// A length as SQLite counts it.
fn length(content: &[u8]) -> Option<c_int> {
    c_int::try_from(content.len()).ok()
}
