//! Text and bytes on their way into a stream.

use super::ENCODE;
use super::opcodes::*;
use super::save::Saver;
use krait_object::types::bytearray::PyByteArray_Type;
use krait_object::types::bytes::PyBytes_Type;
use krait_object::types::{bytearray, bytes, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err};

/// A head with an instruction by size: one byte, four bytes, eight bytes from protocol 4 on.
fn head(
    saver: &Saver<'_>,
    short: Option<u8>,
    medium: u8,
    long: u8,
    size: usize,
    what: &str,
) -> Result<([u8; 9], usize)> {
    let mut head = [0; 9];
    if let (Some(short), Ok(size)) = (short, u8::try_from(size)) {
        head[..2].copy_from_slice(&[short, size]);
        return Ok((head, 2));
    }
    if let Ok(size) = u32::try_from(size) {
        head[0] = medium;
        head[1..5].copy_from_slice(&size.to_le_bytes());
        return Ok((head, 5));
    }
    if saver.protocol >= 4 {
        head[0] = long;
        head[1..].copy_from_slice(&(size as u64).to_le_bytes());
        return Ok((head, 9));
    }
    Err(err::overflow_error(format_args!(
        "serializing a {what} larger than 4 GiB requires pickle protocol 4 or higher"
    )))
}

/// A `str`.
pub fn save_str(saver: &mut Saver<'_>, given: &Object) -> Result<()> {
    if !saver.bin {
        saver.out.op(UNICODE);
        saver.out.write(&escaped(given)?);
        saver.out.op(b'\n');
        return saver.memoize(given);
    }
    match unicode::as_utf8(given) {
        Ok(text) => save_utf8(saver, text.as_bytes(), None)?,
        Err(_) => {
            // Surrogates.
            err::clear();
            let encoded = unicode::encode(given, Some("utf-8"), Some("surrogatepass"))?;
            save_utf8(saver, bytes::as_slice(&encoded), Some(&encoded))?;
        }
    }
    saver.memoize(given)
}

#[inline]
fn save_utf8(saver: &mut Saver<'_>, text: &[u8], object: Option<&Object>) -> Result<()> {
    let short = (saver.protocol >= 4).then_some(SHORT_BINUNICODE);
    let (head, size) = head(saver, short, BINUNICODE, BINUNICODE8, text.len(), "string")?;
    saver.out.write_data(&head[..size], text, object)
}

/// Text for a line: in Latin-1, with escapes for everything else and for what would end or upset the line.
fn escaped(given: &Object) -> Result<Vec<u8>> {
    unicode::ready(given)?;
    let chars = unicode::chars(given);
    let mut line = Vec::with_capacity(chars.len());
    for c in chars.iter() {
        match c {
            0x10000.. => line.extend_from_slice(format!("\\U{c:08x}").as_bytes()),
            0x100.. | 0 | 0x0a | 0x0d | 0x1a | 0x5c => {
                line.extend_from_slice(format!("\\u{c:04x}").as_bytes())
            }
            c => line.push(c as u8),
        }
    }
    Ok(line)
}

fn call_of(class: *mut krait_abi::PyTypeObject, args: Obj) -> Result<Obj> {
    // SAFETY: a static type.
    let class = unsafe { Object::from_ptr(class.cast()) };
    tuple::pack([class.owned(), args])
}

/// A `bytes`.
pub fn save_bytes(saver: &mut Saver<'_>, given: &Object) -> Result<()> {
    if saver.protocol >= 3 {
        return save_bytes_data(saver, given, bytes::as_slice(given));
    }
    // Python 2 knows no bytes: text and the codec that makes bytes of it.
    let contents = bytes::as_slice(given);
    let reduced = if contents.is_empty() {
        call_of(&raw mut PyBytes_Type, tuple::empty())?
    } else {
        let args = tuple::pack([unicode::from_latin1(contents)?, unicode::from_str("latin1")?])?;
        tuple::pack([ENCODE.get()?, args])?
    };
    saver.save_reduced(&reduced, Some(given))
}

/// The contents of a `bytes` or of a read-only buffer.
pub fn save_bytes_data(saver: &mut Saver<'_>, given: &Object, data: &[u8]) -> Result<()> {
    let (head, size) = head(saver, Some(SHORT_BINBYTES), BINBYTES, BINBYTES8, data.len(), "bytes object")?;
    saver.out.write_data(&head[..size], data, Some(given))?;
    saver.memoize(given)
}

/// A `bytearray`.
pub fn save_bytearray(saver: &mut Saver<'_>, given: &Object) -> Result<()> {
    if saver.protocol >= 5 {
        // A copy, as writing may run code that changes the array; large arrays are passed on as they are.
        let data = {
            // SAFETY: copied at once.
            unsafe { bytearray::as_slice(given) }.to_vec()
        };
        return save_bytearray_data(saver, given, &data);
    }
    let args =
        if bytearray::len(given) == 0 { tuple::empty() } else { tuple::pack([bytes::from_object(given)?])? };
    let reduced = call_of(&raw mut PyByteArray_Type, args)?;
    saver.save_reduced(&reduced, Some(given))
}

/// The contents of a `bytearray` or of a writable buffer.
pub fn save_bytearray_data(saver: &mut Saver<'_>, given: &Object, data: &[u8]) -> Result<()> {
    let mut head = [BYTEARRAY8; 9];
    head[1..].copy_from_slice(&(data.len() as u64).to_le_bytes());
    saver.out.write_data(&head, data, Some(given))?;
    saver.memoize(given)
}
