//! `bytes % args` and `bytearray % args`.

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::buffer::{self, Buffer};
use crate::protocol::{call, number, object};
use crate::text::byte;
use crate::types::percent::{self, Arguments, LEFT, Spec};
use crate::types::{bytearray, bytes, exceptions, float, long, unicode};

/// `_PyBytes_FormatEx`: the result's contents.
pub fn format(template: &[u8], args: &Object) -> Result<Vec<u8>> {
    let mut arguments = Arguments::of_bytes(args);
    let mut out = Vec::with_capacity(template.len() + 64);
    let mut at = 0;
    while at < template.len() {
        let plain = byte::find(b'%', &template[at..]).unwrap_or(template.len() - at);
        if plain > 0 {
            out.extend_from_slice(&template[at..at + plain]);
            at += plain;
            continue;
        }
        at += 1;
        if template.get(at) == Some(&b'%') {
            out.push(b'%');
            at += 1;
            continue;
        }
        let key = |start: usize, end: usize| bytes::from_slice(&template[start..end]);
        let spec = percent::parse(template, &mut at, &mut arguments, key)?;
        convert(&spec, &mut arguments, &mut out)?;
    }
    arguments.finish()?;
    Ok(out)
}

fn convert(spec: &Spec, args: &mut Arguments<'_>, out: &mut Vec<u8>) -> Result<()> {
    let value = args.next()?;
    match spec.kind as u8 {
        b'r' | b'a' => {
            let text = object::ascii(&value)?;
            put(spec, unicode::chars(&text).bytes(), out)
        }
        b's' | b'b' => put_bytes(spec, &value, out),
        kind @ (b'd' | b'i' | b'u' | b'o' | b'x' | b'X') => {
            let shown = if kind == b'i' { 'd' } else { kind.into() };
            percent::put_number(spec, &percent::integer(spec, &value, shown)?, out)
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {
            let text = percent::floating(spec, &value).map_err(|raised| {
                if !float::check(&value) && err::matches(exceptions::TypeError()) {
                    return err::type_error(format_args!(
                        "float argument required, not {:.200}",
                        value.class_of().name()
                    ));
                }
                raised
            })?;
            percent::put_number(spec, &text, out)
        }
        b'c' => put(&Spec { precision: -1, ..*spec }, &[byte(&value)?], out),
        // The reference fails to make its message for what is not ASCII.
        128.. => Err(err::value_error("")),
        kind => Err(percent::unsupported(spec, kind.into())),
    }
}

/// The byte of a `%c` conversion.
fn byte(value: &Object) -> Result<u8> {
    let wanted = || err::type_error("%c requires an integer in range(256) or a single byte");
    if bytes::check(value) {
        return match bytes::as_slice(value) {
            [byte] => Ok(*byte),
            _ => Err(wanted()),
        };
    }
    if bytearray::check(value) {
        // SAFETY: copied at once.
        return match unsafe { bytearray::as_slice(value) } {
            [byte] => Ok(*byte),
            _ => Err(wanted()),
        };
    }
    let number = match number::index(value) {
        Ok(number) => number,
        Err(_) if err::matches(exceptions::TypeError()) => {
            err::clear();
            return Err(wanted());
        }
        Err(raised) => return Err(raised),
    };
    match long::as_i64_and_overflow(&number)? {
        Ok(value @ 0..=255) => Ok(value as u8),
        _ => Err(err::overflow_error("%c arg not in range(256)")),
    }
}

fn put_bytes(spec: &Spec, value: &Object, out: &mut Vec<u8>) -> Result<()> {
    if bytes::check(value) {
        return put(spec, bytes::as_slice(value), out);
    }
    if bytearray::check(value) {
        // SAFETY: copied at once, no code runs.
        return put(spec, unsafe { bytearray::as_slice(value) }, out);
    }
    if let Some(method) = object::lookup_special(value, crate::intern!("__bytes__"))? {
        let result = call::call0(&method)?;
        if !bytes::check(&result) {
            return Err(err::type_error(format_args!(
                "__bytes__ returned non-bytes (type {:.200})",
                result.class_of().name()
            )));
        }
        return put(spec, bytes::as_slice(&result), out);
    }
    if buffer::check(value) {
        let held = Buffer::get(value, krait_abi::PyBUF_FULL_RO)?;
        let Some(view) = held.view() else { return put(spec, held.as_slice(), out) };
        let contents = buffer::contents(view, b'C')?;
        return put(spec, bytes::as_slice(&contents), out);
    }
    Err(err::type_error(format_args!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{:.100}'",
        value.class_of().name()
    )))
}

fn put(spec: &Spec, text: &[u8], out: &mut Vec<u8>) -> Result<()> {
    let length = if spec.precision >= 0 { text.len().min(spec.precision as usize) } else { text.len() };
    let missing = (spec.width.max(0) as usize).saturating_sub(length);
    out.try_reserve(missing.saturating_add(length)).map_err(|_| err::no_memory())?;
    let fill = |out: &mut Vec<u8>| out.resize(out.len() + missing, b' ');
    if !spec.has(LEFT) {
        fill(out);
    }
    out.extend_from_slice(&text[..length]);
    if spec.has(LEFT) {
        fill(out);
    }
    Ok(())
}

/// `bytes % args`; declines unless the left operand is `bytes`.
pub fn remainder(a: &Object, b: &Object) -> Result<Obj> {
    if !bytes::check(a) {
        return Ok(crate::types::none::not_implemented().owned());
    }
    bytes::from_slice(&format(bytes::as_slice(a), b)?)
}
