//! Encoders and decoders of a text stream.

use super::{TextIOWrapper, errors_text};
use crate::io::newline::check_decoded;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, object};
use krait_object::types::{bool as py_bool, bytes, long, tuple, unicode};
use krait_object::{Obj, Object, Result, codecs, err, intern};

/// Who encodes or decodes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Codec {
    /// Nobody: the stream does not go that way.
    None,
    Utf8,
    Ascii,
    Latin1,
    /// An incremental codec of the registry.
    Object,
}

/// A text encoding that exists.
pub(super) enum Found {
    Native(Codec),
    Registry(Obj),
}

/// Finds an encoding by name.
pub(super) fn look_up(encoding: &Object) -> Result<Found> {
    let name = unicode::as_utf8(encoding)?;
    let native = match name.to_ascii_lowercase().replace('_', "-").as_str() {
        "utf-8" | "utf8" => Codec::Utf8,
        "ascii" | "us-ascii" | "ansi-x3.4-1968" => Codec::Ascii,
        "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" => Codec::Latin1,
        _ => return codecs::lookup_text_encoding(name, Some("codecs.open()")).map(Found::Registry),
    };
    Ok(Found::Native(native))
}

/// The decoder of a stream whose buffer can be read.
pub(super) fn set_decoder(this: &TextIOWrapper, found: &Found) -> Result<()> {
    let readable = able(this, intern!("readable"))?;
    let (codec, decoder) = match found {
        _ if !readable => (Codec::None, None),
        Found::Native(codec) => (*codec, None),
        Found::Registry(info) => {
            let errors = errors_text(this)?;
            let decoder = codecs::info_get_incremental_decoder(info, Some(unicode::as_utf8(&errors)?))?;
            (Codec::Object, Some(decoder))
        }
    };
    this.incomplete.take();
    this.decoder.set(codec);
    this.decoder_object.set_opt(decoder);
    Ok(())
}

/// The encoder of a stream whose buffer can be written.
pub(super) fn set_encoder(this: &TextIOWrapper, found: &Found) -> Result<()> {
    let writable = able(this, intern!("writable"))?;
    let (codec, encoder) = match found {
        _ if !writable => (Codec::None, None),
        Found::Native(codec) => (*codec, None),
        Found::Registry(info) => {
            let errors = errors_text(this)?;
            let encoder = codecs::info_get_incremental_encoder(info, Some(unicode::as_utf8(&errors)?))?;
            (Codec::Object, Some(encoder))
        }
    };
    this.encoder.set(codec);
    this.encoder_object.set_opt(encoder);
    Ok(())
}

fn able(this: &TextIOWrapper, question: &Object) -> Result<bool> {
    let Some(buffer) = this.buffer.get() else { return Ok(false) };
    object::is_true(&*call::call_method(&buffer, question, &[])?)
}

/// Tells the encoder when the stream does not begin at its start, so that no mark goes into the middle.
pub(super) fn find_start(this: &TextIOWrapper) -> Result<()> {
    this.start_of_stream.set(false);
    if this.encoder.get() == Codec::None || !this.seekable.get() {
        return Ok(());
    }
    this.start_of_stream.set(true);
    let Some(buffer) = this.buffer.get() else { return Ok(()) };
    let at = call::call_method(&buffer, intern!("tell"), &[])?;
    if object::is_true(&at)? {
        reset_encoder(this, false)?;
    }
    Ok(())
}

/// Puts the encoder at the start of the stream, or somewhere behind it.
pub(super) fn reset_encoder(this: &TextIOWrapper, start: bool) -> Result<()> {
    if let Some(encoder) = this.encoder_object.get() {
        if start {
            call::call_method(&encoder, intern!("reset"), &[])?;
        } else {
            call::call_method(&encoder, intern!("setstate"), &[long::small(0)])?;
        }
    }
    this.start_of_stream.set(start);
    Ok(())
}

/// Decodes bytes, line ends included.
pub(super) fn decode(this: &TextIOWrapper, input: &Object, last: bool) -> Result<Obj> {
    let text = match this.decoder.get() {
        Codec::Object => {
            let Some(decoder) = this.decoder_object.get() else { return Err(super::unattached(this)) };
            let text = call::call_method(&decoder, intern!("decode"), &[input, py_bool::borrowed(last)])?;
            check_decoded(&text)?;
            text
        }
        codec => {
            let input = Buffer::simple(input)?;
            decode_native(this, codec, input.as_slice(), last)?
        }
    };
    if this.universal.get() { this.newlines.decode(text, last) } else { Ok(text) }
}

fn decode_native(this: &TextIOWrapper, codec: Codec, input: &[u8], last: bool) -> Result<Obj> {
    if codec == Codec::Latin1 {
        return unicode::from_latin1(input);
    }
    let incomplete = this.incomplete.take();
    if codec == Codec::Utf8 && incomplete.is_empty() {
        // The ordinary case: valid text, whole characters.
        if let Ok(text) = core::str::from_utf8(input) {
            return unicode::from_str(text);
        }
    } else if codec == Codec::Ascii && input.is_ascii() {
        return unicode::from_ascii(input);
    }
    let errors = errors_text(this)?;
    let errors = Some(unicode::as_utf8(&errors)?);
    if codec == Codec::Ascii {
        return unicode::decode_ascii(input, errors);
    }
    let joined;
    let input = if incomplete.is_empty() {
        input
    } else {
        joined = [incomplete.as_slice(), input].concat();
        &joined
    };
    let (text, used) = unicode::decode_utf8_stateful(input, errors, last)?;
    if used < input.len() {
        *this.incomplete.borrow_mut() = input[used..].to_vec();
    }
    Ok(text)
}

/// The state of the decoder: bytes of an incomplete character, and flags.
pub(super) fn decoder_state(this: &TextIOWrapper) -> Result<(Obj, u64)> {
    let (kept, flags) = match this.decoder_object.get() {
        None => (bytes::from_slice(&this.incomplete.borrow())?, 0),
        Some(decoder) => {
            let state = call::call_method(&decoder, intern!("getstate"), &[])?;
            if !tuple::check(&state) {
                return Err(err::type_error("illegal decoder state"));
            }
            let &[kept, flags] = tuple::items(&state) else {
                return Err(err::type_error("illegal decoder state"));
            };
            if !bytes::check(kept) {
                return Err(err::type_error(format_args!(
                    "illegal decoder state: the first item should be a bytes object, not '{:.200}'",
                    kept.class_of().name()
                )));
            }
            if !long::check(flags) {
                return Err(err::type_error("illegal decoder state"));
            }
            (krait_object::Layout::owned(kept), long::as_unsigned_long_mask(flags)?)
        }
    };
    if this.universal.get() {
        return Ok((kept, flags << 1 | u64::from(this.newlines.pending())));
    }
    Ok((kept, flags))
}

/// Puts the decoder into a state.
pub(super) fn set_decoder_state(this: &TextIOWrapper, kept: &Object, flags: u64) -> Result<()> {
    let mut flags = flags;
    if this.universal.get() {
        this.newlines.set_pending(flags & 1 != 0);
        flags >>= 1;
    }
    match this.decoder_object.get() {
        None => {
            *this.incomplete.borrow_mut() = bytes::as_slice(kept).to_vec();
            Ok(())
        }
        Some(decoder) => {
            let state = tuple::pack([krait_object::Layout::owned(kept), long::from_u64(flags)?])?;
            call::call_method(&decoder, intern!("setstate"), &[&state]).map(drop)
        }
    }
}

/// Puts the decoder back to the beginning.
pub(super) fn reset_decoder(this: &TextIOWrapper) -> Result<()> {
    this.incomplete.borrow_mut().clear();
    if this.universal.get() {
        this.newlines.reset();
    }
    match this.decoder_object.get() {
        None => Ok(()),
        Some(decoder) => call::call_method(&decoder, intern!("reset"), &[]).map(drop),
    }
}
