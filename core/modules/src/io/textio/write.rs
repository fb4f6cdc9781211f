//! Writing text.

use super::coding::{Codec, reset_decoder};
use super::{TextIOWrapper, errors_text, open_buffer, read};
use crate::io::newline::find_unit;
use crate::io::{buffered, trap_eintr, unsupported};
use krait_object::protocol::call;
use krait_object::types::{bytes, unicode};
use krait_object::{Obj, Object, Result, err, intern, with_chars};

/// Hands the pending bytes to the buffer. They are gone from the stream even when that fails.
pub(super) fn flush_pending(this: &TextIOWrapper, buffer: &Object) -> Result<()> {
    if this.pending.borrow().is_empty() {
        return Ok(());
    }
    let mut data = this.pending.take();
    let result = match buffered::plain(buffer) {
        Some(plain) if plain.is_writable() => buffered::write_direct(plain, &data).map(drop),
        _ => {
            let object = bytes::from_slice(&data)?;
            loop {
                match call::call_method(buffer, intern!("write"), &[&object]) {
                    Ok(_) => break Ok(()),
                    Err(_) if trap_eintr() => {}
                    Err(raised) => break Err(raised),
                }
            }
        }
    };
    // The memory serves again, unless somebody has written meanwhile.
    let mut pending = this.pending.borrow_mut();
    if pending.is_empty() {
        data.clear();
        *pending = data;
    }
    result
}

pub(super) fn write_method(this: &TextIOWrapper, text: &Object) -> Result<usize> {
    if !unicode::check(text) {
        return Err(krait_object::args::bad_argument("write", "argument", "str", text));
    }
    let length = unicode::len(text);
    write(this, text)?;
    Ok(length)
}

/// `write()`
pub fn write(this: &TextIOWrapper, text: &Object) -> Result<()> {
    let buffer = open_buffer(this)?;
    let codec = this.encoder.get();
    if codec == Codec::None {
        return Err(unsupported("not writable"));
    }
    let line_buffering = this.line_buffering.get() != 0;
    let has_lf = (line_buffering || this.write_newline.get().is_some())
        && with_chars!(unicode::chars(text), |units| find_unit(units, b'\n').is_some());
    let translated;
    let mut text = text;
    if has_lf && let Some(newline) = this.write_newline.get() {
        translated = unicode::replace(text, intern!("\n"), &*unicode::from_str(newline)?, -1)?;
        text = &translated;
    }
    let flush_after = line_buffering
        && (has_lf || with_chars!(unicode::chars(text), |units| find_unit(units, b'\r').is_some()));
    let chunk = this.chunk_size.get();
    let ascii_bytes = unicode::is_ascii(text) && codec != Codec::Object;
    if ascii_bytes {
        if let unicode::Chars::Latin1(units) = unicode::chars(text) {
            append(this, &buffer, units, chunk)?;
        }
    } else {
        let encoded = encode(this, codec, text)?;
        append(this, &buffer, bytes::as_slice(&encoded), chunk)?;
    }
    this.start_of_stream.set(false);
    if this.pending.borrow().len() >= chunk || this.write_through.get() != 0 || flush_after {
        flush_pending(this, &buffer)?;
    }
    if flush_after {
        match buffered::plain(&buffer) {
            Some(plain) if plain.is_writable() => buffered::flush_direct(plain)?,
            _ => drop(call::call_method(&buffer, intern!("flush"), &[])?),
        }
    }
    if !this.snapshot.is_empty() {
        read::set_decoded(this, None);
        drop(this.snapshot.take());
    }
    if this.decoder.get() != Codec::None {
        reset_decoder(this)?;
    }
    Ok(())
}

/// Adds bytes to those that wait, which go out first when there would be too many.
fn append(this: &TextIOWrapper, buffer: &Object, data: &[u8], chunk: usize) -> Result<()> {
    let waiting = this.pending.borrow().len();
    if waiting > 0 && waiting + data.len() > chunk {
        flush_pending(this, buffer)?;
    }
    this.pending.borrow_mut().extend_from_slice(data);
    Ok(())
}

/// Encodes text that is not ASCII, or whose encoding is not ours.
fn encode(this: &TextIOWrapper, codec: Codec, text: &Object) -> Result<Obj> {
    if codec == Codec::Object {
        let Some(encoder) = this.encoder_object.get() else { return Err(super::unattached(this)) };
        let encoded = call::call_method(&encoder, intern!("encode"), &[text])?;
        if !bytes::check(&encoded) {
            return Err(err::type_error(format_args!(
                "encoder should return a bytes object, not '{:.200}'",
                encoded.class_of().name()
            )));
        }
        return Ok(encoded);
    }
    let errors = errors_text(this)?;
    let errors = Some(unicode::as_utf8(&errors)?);
    match codec {
        Codec::Utf8 => unicode::as_utf8_string(text, errors),
        Codec::Ascii => unicode::as_ascii_string(text, errors),
        _ => unicode::as_latin1_string(text, errors),
    }
}
