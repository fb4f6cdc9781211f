//! Encoding and decoding: `str.encode`, `bytes.decode` and the `PyUnicode_Decode*` and `PyUnicode_*String` functions.
//!
//! Encodings that the core knows are recognised by name and done here; others go through the codec registry.

use super::layout::{self, chars, from_str, is_ascii, is_compact_ascii};
use super::{Builder, check, with_chars};
use crate::codecs::{self, bridge};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::intern;
use crate::protocol::buffer::Buffer;
use crate::protocol::object;
use crate::text::Unit;
use crate::text::buffer::TextBuffer;
use crate::text::codec::handlers::Named;
use crate::text::codec::utf16::Order;
use crate::text::codec::{byte, escape, utf7, utf8, utf16};
use crate::types::{bytearray, bytes, exceptions, long};
use krait_abi::*;

/// The encodings that need no registry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Utf8,
    Utf16,
    Utf32,
    Ascii,
    Latin1,
}

/// Recognises an encoding's usual spellings, in any case and with `_` or `-`.
fn known(encoding: &str) -> Option<Known> {
    let mut lower = [0u8; 12];
    let name = encoding.as_bytes();
    if name.len() > lower.len() {
        return None;
    }
    let lower = &mut lower[..name.len()];
    for (to, &from) in lower.iter_mut().zip(name) {
        *to = match from {
            b'-' => b'_',
            from => from.to_ascii_lowercase(),
        };
    }
    Some(match &*lower {
        b"utf_8" | b"utf8" => Known::Utf8,
        b"utf_16" | b"utf16" => Known::Utf16,
        b"utf_32" | b"utf32" => Known::Utf32,
        b"ascii" | b"us_ascii" => Known::Ascii,
        b"latin1" | b"latin_1" | b"iso_8859_1" | b"iso8859_1" => Known::Latin1,
        _ => return None,
    })
}

/// In the development mode, names of encodings and handlers are looked up even where they are not needed.
#[inline]
fn check_names(encoding: Option<&str>, errors: Option<&str>) -> Result<()> {
    if in_dev_mode() { look_up_names(encoding, errors) } else { Ok(()) }
}

fn in_dev_mode() -> bool {
    // SAFETY: the running thread's interpreter lives.
    unsafe { (*(*crate::state::required()).interp).config.dev_mode != 0 }
}

#[cold]
fn look_up_names(encoding: Option<&str>, errors: Option<&str>) -> Result<()> {
    // SAFETY: as above; before the registry is there, nothing can be looked up.
    if unsafe { (*(*crate::state::required()).interp).codecs_initialized == 0 } {
        return Ok(());
    }
    if let Some(encoding) = encoding {
        codecs::lookup(encoding)?;
    }
    if let Some(errors) = errors {
        codecs::lookup_error(Some(errors))?;
    }
    Ok(())
}

// ---- decoding ----

/// `PyUnicode_Decode`.
pub fn decode(bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> Result<Obj> {
    check_names(encoding, errors)?;
    match encoding.map_or(Some(Known::Utf8), known) {
        Some(Known::Utf8) => return decode_utf8(bytes, errors),
        Some(Known::Ascii) => return decode_ascii(bytes, errors),
        Some(Known::Latin1) => return layout::from_latin1(bytes),
        Some(Known::Utf16) => return decode_utf16(bytes, errors, &mut Order::Marked),
        Some(Known::Utf32) => return decode_utf32(bytes, errors, &mut Order::Marked),
        None => {}
    }
    let encoding = encoding.unwrap_or("utf-8");
    // The codec may keep the view, so it looks at an object of its own.
    let input = bytes::from_slice(bytes)?;
    let view = crate::types::memoryview::from_object(&input)?;
    decode_with_registry(&view, encoding, errors)
}

fn decode_with_registry(input: &Object, encoding: &str, errors: Option<&str>) -> Result<Obj> {
    let text = codecs::decode_text(input, encoding, errors)?;
    if !check(&text) {
        return Err(err::type_error(format_args!(
            "'{encoding:.400}' decoder returned '{:.400}' instead of 'str'; use codecs.decode() to decode to \
             arbitrary types",
            text.class_of().name()
        )));
    }
    Ok(text)
}

/// `PyUnicode_FromEncodedObject`: text of anything with a buffer.
pub fn from_encoded_object(input: &Object, encoding: Option<&str>, errors: Option<&str>) -> Result<Obj> {
    if bytes::check(input) {
        let input = input.owned();
        if bytes::as_slice(&input).is_empty() {
            check_names(encoding, errors)?;
            return layout::empty();
        }
        return decode(bytes::as_slice(&input), encoding, errors);
    }
    if check(input) {
        return Err(err::type_error("decoding str is not supported"));
    }
    let Ok(buffer) = Buffer::simple(input) else {
        return Err(err::type_error(format_args!(
            "decoding to str: need a bytes-like object, {:.80} found",
            input.class_of().name()
        )));
    };
    if buffer.as_slice().is_empty() {
        check_names(encoding, errors)?;
        return layout::empty();
    }
    decode(buffer.as_slice(), encoding, errors)
}

/// `PyUnicode_DecodeUTF8` with an error handler name (None = strict).
pub fn decode_utf8(bytes: &[u8], errors: Option<&str>) -> Result<Obj> {
    if bytes.is_ascii() {
        return layout::from_ascii(bytes);
    }
    match core::str::from_utf8(bytes) {
        Ok(text) => from_str(text),
        Err(_) => decode_utf8_stateful(bytes, errors, true).map(|(text, _)| text),
    }
}

/// `PyUnicode_DecodeUTF8Stateful`: the text and how many bytes were used; unless `last`, an incomplete character at
/// the end is left.
pub fn decode_utf8_stateful(bytes: &[u8], errors: Option<&str>, last: bool) -> Result<(Obj, usize)> {
    let mut handler = bridge::Decode::new(errors);
    let mut out = Builder::with_capacity(bytes.len());
    let consumed = utf8::decode(bytes, last, &mut handler, &mut out)?;
    Ok((out.finish()?, consumed))
}

/// `PyUnicode_DecodeASCII`.
pub fn decode_ascii(bytes: &[u8], errors: Option<&str>) -> Result<Obj> {
    if bytes.is_ascii() {
        return layout::from_ascii(bytes);
    }
    let mut out = Builder::with_capacity(bytes.len());
    byte::decode_ascii(bytes, &mut bridge::Decode::new(errors), &mut out)?;
    out.finish()
}

/// `PyUnicode_DecodeLatin1`.
pub fn decode_latin1(bytes: &[u8], _errors: Option<&str>) -> Result<Obj> {
    layout::from_latin1(bytes)
}

/// `PyUnicode_DecodeUTF16`; `order` becomes what a byte order mark says.
pub fn decode_utf16(bytes: &[u8], errors: Option<&str>, order: &mut Order) -> Result<Obj> {
    decode_utf16_stateful(bytes, errors, order, true).map(|(text, _)| text)
}

/// `PyUnicode_DecodeUTF16Stateful`.
pub fn decode_utf16_stateful(
    bytes: &[u8],
    errors: Option<&str>,
    order: &mut Order,
    last: bool,
) -> Result<(Obj, usize)> {
    let mut out = Builder::with_capacity(bytes.len() / 2);
    let consumed = utf16::decode16(bytes, order, last, &mut bridge::Decode::new(errors), &mut out)?;
    Ok((out.finish()?, consumed))
}

/// `PyUnicode_DecodeUTF32`; `order` as in [`decode_utf16`].
pub fn decode_utf32(bytes: &[u8], errors: Option<&str>, order: &mut Order) -> Result<Obj> {
    decode_utf32_stateful(bytes, errors, order, true).map(|(text, _)| text)
}

/// `PyUnicode_DecodeUTF32Stateful`.
pub fn decode_utf32_stateful(
    bytes: &[u8],
    errors: Option<&str>,
    order: &mut Order,
    last: bool,
) -> Result<(Obj, usize)> {
    let mut out = Builder::with_capacity(bytes.len() / 4);
    let consumed = utf16::decode32(bytes, order, last, &mut bridge::Decode::new(errors), &mut out)?;
    Ok((out.finish()?, consumed))
}

/// `PyUnicode_DecodeUTF7`.
pub fn decode_utf7(bytes: &[u8], errors: Option<&str>) -> Result<Obj> {
    decode_utf7_stateful(bytes, errors, true).map(|(text, _)| text)
}

/// `PyUnicode_DecodeUTF7Stateful`.
pub fn decode_utf7_stateful(bytes: &[u8], errors: Option<&str>, last: bool) -> Result<(Obj, usize)> {
    let mut out = TextBuffer::with_capacity(bytes.len());
    let consumed = utf7::decode(bytes, last, &mut bridge::Decode::new(errors), &mut out)?;
    let text = match &out {
        TextBuffer::Latin1(s) => layout::from_units(s),
        TextBuffer::Ucs2(s) => layout::from_units(s),
        TextBuffer::Ucs4(s) => layout::from_units(s),
    }?;
    Ok((text, consumed))
}

/// `_PyUnicode_DecodeUnicodeEscapeInternal2`: the text, the bytes used, and the character after the first backslash that
/// begins no escape, with its position. Unless `last`, an incomplete escape at the end is left.
pub fn decode_unicode_escape_internal(
    bytes: &[u8],
    errors: Option<&str>,
    last: bool,
) -> Result<(Obj, usize, Option<(usize, u8)>)> {
    let bytes = if last { bytes } else { &bytes[..escape::complete_part(bytes, false)] };
    let mut names: Option<codecs::CharacterNames> = None;
    let lookup = |name: &[u8]| {
        if names.is_none() {
            names = Some(load_names()?);
        }
        Ok(names.as_ref().and_then(|names| names.character(name)))
    };
    let mut out = Builder::with_capacity(bytes.len());
    let decoded = escape::decode(bytes, lookup, &mut bridge::Decode::new(errors), &mut out)?;
    Ok((out.finish()?, bytes.len(), decoded.invalid_escape.map(|at| (at, decoded.invalid_character))))
}

fn load_names() -> Result<codecs::CharacterNames> {
    codecs::CharacterNames::load().map_err(|_| {
        err::set(exceptions::UnicodeError(), "\\N escapes not supported (can't load unicodedata module)")
    })
}

/// `PyUnicode_DecodeUnicodeEscape`: a `DeprecationWarning` for an invalid escape.
pub fn decode_unicode_escape(bytes: &[u8], errors: Option<&str>) -> Result<Obj> {
    decode_unicode_escape_stateful(bytes, errors, true).map(|(text, _)| text)
}

/// `_PyUnicode_DecodeUnicodeEscapeStateful`.
pub fn decode_unicode_escape_stateful(
    bytes: &[u8],
    errors: Option<&str>,
    last: bool,
) -> Result<(Obj, usize)> {
    let (text, consumed, invalid) = decode_unicode_escape_internal(bytes, errors, last)?;
    if let Some((_, c)) = invalid {
        let c = char::from(c);
        err::warn(exceptions::DeprecationWarning(), format_args!("invalid escape sequence '\\{c}'"), 1)?;
    }
    Ok((text, consumed))
}

/// `PyUnicode_DecodeRawUnicodeEscape`.
pub fn decode_raw_unicode_escape(bytes: &[u8], errors: Option<&str>) -> Result<Obj> {
    decode_raw_unicode_escape_stateful(bytes, errors, true).map(|(text, _)| text)
}

/// `_PyUnicode_DecodeRawUnicodeEscapeStateful`.
pub fn decode_raw_unicode_escape_stateful(
    bytes: &[u8],
    errors: Option<&str>,
    last: bool,
) -> Result<(Obj, usize)> {
    let bytes = if last { bytes } else { &bytes[..escape::complete_part(bytes, true)] };
    let mut out = Builder::with_capacity(bytes.len());
    escape::decode_raw(bytes, &mut bridge::Decode::new(errors), &mut out)?;
    Ok((out.finish()?, bytes.len()))
}

/// `PyUnicode_DecodeCharmap`: `mapping` None means latin-1.
pub fn decode_charmap(bytes: &[u8], mapping: Option<&Object>, errors: Option<&str>) -> Result<Obj> {
    let Some(mapping) = mapping else { return layout::from_latin1(bytes) };
    let mut handler = bridge::Decode::new(errors);
    let mut out = Builder::with_capacity(bytes.len());
    if super::check_exact(mapping) {
        let table = chars(mapping);
        with_chars!(table, |t| byte::decode_charmap(
            bytes,
            |b| Ok(byte::table_entry(t, b)),
            &mut handler,
            &mut out
        ))?;
    } else {
        byte::decode_charmap(bytes, |b| map_byte(mapping, b), &mut handler, &mut out)?;
    }
    out.finish()
}

fn map_byte(mapping: &Object, byte: u8) -> Result<byte::Decoded> {
    let key = long::from_i64(byte.into())?;
    let value = match object::get_item(mapping, &key) {
        Ok(value) => value,
        Err(_) if err::matches(exceptions::LookupError()) => {
            err::clear();
            return Ok(byte::Decoded::Undefined);
        }
        Err(raised) => return Err(raised),
    };
    if value.is_none() {
        return Ok(byte::Decoded::Undefined);
    }
    if long::check(&value) {
        let number = long::as_long(&value).map_err(|raised| {
            if err::matches(exceptions::OverflowError()) {
                err::clear();
                return mapping_range();
            }
            raised
        })?;
        return match number {
            0xfffe => Ok(byte::Decoded::Undefined),
            0..=0x10ffff => Ok(byte::Decoded::Char(number as u32)),
            _ => Err(mapping_range()),
        };
    }
    if check(&value) {
        let text: Vec<u32> = chars(&value).iter().collect();
        return Ok(if text == [0xfffe] { byte::Decoded::Undefined } else { byte::Decoded::Text(text) });
    }
    Err(err::type_error("character mapping must return integer, None or str"))
}

fn mapping_range() -> err::Raised {
    err::type_error("character mapping must be in range(0x110000)")
}

// ---- encoding ----

/// Whether encoding the object by an encoding of that name is a copy of its characters, whatever the error handler:
/// ASCII text and UTF-8 in its usual spelling, outside the development mode, which looks every name up.
pub fn encodes_as_it_is(object: &Object, encoding: Option<&core::ffi::CStr>) -> bool {
    check(object)
        && is_compact_ascii(object)
        && encoding.is_none_or(|encoding| matches!(encoding.to_bytes(), b"utf-8" | b"utf8"))
        && !in_dev_mode()
}

/// `PyUnicode_AsEncodedString`: a bytes object.
pub fn encode(object: &Object, encoding: Option<&str>, errors: Option<&str>) -> Result<Obj> {
    if !check(object) {
        return Err(err::bad_argument());
    }
    check_names(encoding, errors)?;
    match encoding.map_or(Some(Known::Utf8), known) {
        Some(Known::Utf8) => return as_utf8_string(object, errors),
        Some(Known::Ascii) => return as_ascii_string(object, errors),
        Some(Known::Latin1) => return as_latin1_string(object, errors),
        Some(Known::Utf16) => return encode_utf16(object, errors, Order::Marked),
        Some(Known::Utf32) => return encode_utf32(object, errors, Order::Marked),
        None => {}
    }
    let encoding = encoding.unwrap_or("utf-8");
    let result = codecs::encode_text(object, encoding, errors)?;
    if bytes::check(&result) {
        return Ok(result);
    }
    if bytearray::check(&result) {
        err::warn(
            exceptions::RuntimeWarning(),
            format_args!(
                "encoder {encoding} returned bytearray instead of bytes; use codecs.encode() to encode to \
                 arbitrary types"
            ),
            1,
        )?;
        return bytes::from_slice(Buffer::simple(&result)?.as_slice());
    }
    Err(err::type_error(format_args!(
        "'{encoding:.400}' encoder returned '{:.400}' instead of 'bytes'; use codecs.encode() to encode to arbitrary \
         types",
        result.class_of().name()
    )))
}

/// Runs an encoder that may fail over the characters.
macro_rules! encode_with {
    ($object:expr, $errors:expr, |$units:ident, $handler:ident, $out:ident| $body:expr) => {{
        let object: &Object = $object;
        let mut handler = bridge::Encode::new(object, $errors);
        let $handler = &mut handler;
        let mut out = Vec::new();
        let $out = &mut out;
        with_chars!(chars(object), |$units| $body)?;
        bytes::from_slice(&out)
    }};
}

/// Writes one character (no surrogate) at the front of a slice and moves the slice on.
#[inline(always)]
fn put_utf8(c: u32, out: &mut &mut [u8]) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3f) as u8;
    let length = match c {
        0..0x80 => {
            out[0] = c as u8;
            1
        }
        0x80..0x800 => {
            out[..2].copy_from_slice(&[0xc0 | (c >> 6) as u8, tail(0)]);
            2
        }
        0x800..0x10000 => {
            out[..3].copy_from_slice(&[0xe0 | (c >> 12) as u8, tail(6), tail(0)]);
            3
        }
        _ => {
            out[..4].copy_from_slice(&[0xf0 | (c >> 18) as u8, tail(12), tail(6), tail(0)]);
            4
        }
    };
    *out = &mut core::mem::take(out)[length..];
}

/// `_PyUnicode_AsUTF8String`.
pub fn as_utf8_string(object: &Object, errors: Option<&str>) -> Result<Obj> {
    if is_ascii(object) {
        return bytes::from_slice(chars(object).bytes());
    }
    // SAFETY: a str that is not compact ASCII has the cache fields; `utf8` holds `utf8_length` bytes.
    unsafe {
        let raw = object.as_ptr().cast::<PyCompactUnicodeObject>();
        if !(*raw).utf8.is_null() {
            let cached = core::slice::from_raw_parts((*raw).utf8.cast::<u8>(), (*raw).utf8_length as usize);
            return bytes::from_slice(cached);
        }
    }
    if let Some(length) = with_chars!(chars(object), |s| utf8::encoded_len(s)) {
        return bytes::build(length, |mut out| {
            with_chars!(chars(object), |s| s.iter().for_each(|u| put_utf8(u.code(), &mut out)));
        });
    }
    encode_with!(object, errors, |s, handler, out| utf8::encode(s, handler, out))
}

/// `_PyUnicode_AsASCIIString`.
pub fn as_ascii_string(object: &Object, errors: Option<&str>) -> Result<Obj> {
    if is_ascii(object) {
        return bytes::from_slice(chars(object).bytes());
    }
    encode_with!(object, errors, |s, handler, out| byte::encode_ascii(s, handler, out))
}

/// `_PyUnicode_AsLatin1String`.
pub fn as_latin1_string(object: &Object, errors: Option<&str>) -> Result<Obj> {
    if let super::Chars::Latin1(s) = chars(object) {
        return bytes::from_slice(s);
    }
    encode_with!(object, errors, |s, handler, out| byte::encode_latin1(s, handler, out))
}

/// `_PyUnicode_EncodeUTF16`.
pub fn encode_utf16(object: &Object, errors: Option<&str>, order: Order) -> Result<Obj> {
    encode_with!(object, errors, |s, handler, out| utf16::encode16(s, order, handler, out))
}

/// `_PyUnicode_EncodeUTF32`.
pub fn encode_utf32(object: &Object, errors: Option<&str>, order: Order) -> Result<Obj> {
    encode_with!(object, errors, |s, handler, out| utf16::encode32(s, order, handler, out))
}

/// `_PyUnicode_EncodeUTF7`; the flags shift the optional special characters and white space.
pub fn encode_utf7(object: &Object, set_o: bool, white_space: bool) -> Result<Obj> {
    let mut out = Vec::new();
    with_chars!(chars(object), |s| utf7::encode(s, set_o, white_space, &mut out));
    bytes::from_slice(&out)
}

/// `PyUnicode_AsUnicodeEscapeString`.
pub fn as_unicode_escape_string(object: &Object) -> Result<Obj> {
    if !check(object) {
        return Err(err::bad_argument());
    }
    let mut out = Vec::new();
    with_chars!(chars(object), |s| escape::encode(s, &mut out));
    bytes::from_slice(&out)
}

/// `PyUnicode_AsRawUnicodeEscapeString`.
pub fn as_raw_unicode_escape_string(object: &Object) -> Result<Obj> {
    if !check(object) {
        return Err(err::bad_argument());
    }
    let mut out = Vec::new();
    with_chars!(chars(object), |s| escape::encode_raw(s, &mut out));
    bytes::from_slice(&out)
}

/// `_PyUnicode_EncodeCharmap`: `mapping` None means latin-1.
pub fn encode_charmap(object: &Object, mapping: Option<&Object>, errors: Option<&str>) -> Result<Obj> {
    let Some(mapping) = mapping else { return as_latin1_string(object, errors) };
    if let Some(map) = super::encoding_map::as_map(mapping) {
        return encode_with!(object, errors, |s, handler, out| byte::encode_charmap(
            s,
            |c| Ok(map.lookup(c).map_or(byte::Encoded::Undefined, byte::Encoded::Byte)),
            handler,
            out
        ));
    }
    encode_with!(object, errors, |s, handler, out| byte::encode_charmap(
        s,
        |c| map_char(mapping, c),
        handler,
        out
    ))
}

fn map_char(mapping: &Object, c: u32) -> Result<byte::Encoded> {
    let key = long::from_i64(c.into())?;
    let value = match object::get_item(mapping, &key) {
        Ok(value) => value,
        Err(_) if err::matches(exceptions::LookupError()) => {
            err::clear();
            return Ok(byte::Encoded::Undefined);
        }
        Err(raised) => return Err(raised),
    };
    if value.is_none() {
        return Ok(byte::Encoded::Undefined);
    }
    if long::check(&value) {
        let number = long::as_long(&value)?;
        return match u8::try_from(number) {
            Ok(b) => Ok(byte::Encoded::Byte(b)),
            Err(_) => Err(err::type_error("character mapping must be in range(256)")),
        };
    }
    if bytes::check(&value) {
        return Ok(byte::Encoded::Bytes(bytes::as_slice(&value).to_vec()));
    }
    Err(err::type_error(format_args!(
        "character mapping must return integer, bytes or None, not {:.400}",
        value.class_of().name()
    )))
}

// ---- the file system encoding ----

fn fs_codec() -> &'static _Py_unicode_fs_codec {
    // SAFETY: the running thread's interpreter lives; its codec is set at start-up.
    unsafe { &(*(*crate::state::required()).interp).unicode.fs_codec }
}

/// Sets the file system encoding and error handler of the running interpreter (`config->filesystem_*`).
pub fn init_fs_codec(encoding: &str, errors: &str) -> Result<()> {
    let copy = |text: &str| {
        let copy = crate::memory::raw_strdup(text.as_bytes());
        if copy.is_null() { Err(err::no_memory()) } else { Ok(copy) }
    };
    let (encoding_copy, errors_copy) = (copy(encoding)?, copy(errors)?);
    // SAFETY: the running interpreter; the fields own strings of the raw domain or are NULL.
    unsafe {
        let codec = &raw mut (*(*crate::state::required()).interp).unicode.fs_codec;
        crate::memory::raw_free((*codec).encoding.cast());
        crate::memory::raw_free((*codec).errors.cast());
        (*codec).encoding = encoding_copy;
        (*codec).errors = errors_copy;
        (*codec).utf8 = i32::from(known(encoding) == Some(Known::Utf8));
        (*codec).error_handler = super::locale::handler_number::of(Some(errors)) as _;
    }
    Ok(())
}

/// The name behind a C string field, if it is set.
fn c_name(name: *const core::ffi::c_char) -> Option<&'static str> {
    if name.is_null() {
        return None;
    }
    // SAFETY: names of the file system codec are NUL-terminated ASCII strings that live as long as the interpreter.
    unsafe { core::ffi::CStr::from_ptr(name).to_str().ok() }
}

/// `PyUnicode_DecodeFSDefaultAndSize`: before the codec is known, the locale's encoding.
pub fn decode_fs(bytes: &[u8]) -> Result<Obj> {
    let codec = fs_codec();
    if codec.encoding.is_null() {
        return super::locale::decode_locale(bytes, Some("surrogateescape"), false);
    }
    let errors = c_name(codec.errors);
    if codec.utf8 != 0 { decode_utf8(bytes, errors) } else { decode(bytes, c_name(codec.encoding), errors) }
}

/// `PyUnicode_EncodeFSDefault`: a bytes object.
pub fn encode_fs(object: &Object) -> Result<Obj> {
    let codec = fs_codec();
    if codec.encoding.is_null() {
        return super::locale::encode_locale(object, Some("surrogateescape"), false);
    }
    let errors = c_name(codec.errors);
    if !check(object) {
        return Err(err::bad_argument());
    }
    if codec.utf8 != 0 {
        as_utf8_string(object, errors)
    } else {
        encode(object, c_name(codec.encoding), errors)
    }
}

/// `PyOS_FSPath`: a `str` or `bytes` as it is, else what `__fspath__` gives.
pub fn fspath(path: &Object) -> Result<Obj> {
    if check(path) || bytes::check(path) {
        return Ok(path.owned());
    }
    let Some(method) = object::lookup_special(path, intern!("__fspath__"))? else {
        return Err(err::type_error(format_args!(
            "expected str, bytes or os.PathLike object, not {:.200}",
            path.class_of().name()
        )));
    };
    let result = crate::protocol::call::call0(&method)?;
    if check(&result) || bytes::check(&result) {
        return Ok(result);
    }
    Err(err::type_error(format_args!(
        "expected {:.200}.__fspath__() to return str or bytes, not {:.200}",
        path.class_of().name(),
        result.class_of().name()
    )))
}

/// `PyUnicode_FSConverter`: a path as bytes without NUL.
pub fn fs_converter(path: &Object) -> Result<Obj> {
    let path = fspath(path)?;
    let output = if bytes::check(&path) { path } else { encode_fs(&path)? };
    if bytes::as_slice(&output).contains(&0) {
        return Err(err::value_error("embedded null byte"));
    }
    Ok(output)
}

/// `PyUnicode_FSDecoder`: a path as `str` without NUL; a bytes-like object other than `bytes` is deprecated.
pub fn fs_decoder(path: &Object) -> Result<Obj> {
    let is_buffer = crate::protocol::buffer::check(path);
    let path = if is_buffer { path.owned() } else { fspath(path)? };
    let output = if check(&path) {
        path
    } else if bytes::check(&path) || is_buffer {
        if !bytes::check(&path) {
            err::warn(
                exceptions::DeprecationWarning(),
                format_args!(
                    "path should be string, bytes, or os.PathLike, not {:.200}",
                    path.class_of().name()
                ),
                1,
            )?;
        }
        let bytes = bytes::from_object(&path)?;
        decode_fs(bytes::as_slice(&bytes))?
    } else {
        return Err(err::type_error(format_args!(
            "path should be string, bytes, or os.PathLike, not {:.200}",
            path.class_of().name()
        )));
    };
    if chars(&output).iter().any(|c| c == 0) {
        return Err(err::value_error("embedded null character"));
    }
    Ok(output)
}

/// `PyUnicode_FromObject`: exactly a `str`.
pub fn from_object(object: &Object) -> Result<Obj> {
    if check(object) {
        return layout::exact(object);
    }
    Err(err::type_error(format_args!(
        "Can't convert '{:.100}' object to str implicitly",
        object.class_of().name()
    )))
}

/// Whether `errors` names a handler that never fails for bytes that came from decoding with it.
pub fn is_surrogate_escape(errors: Option<&str>) -> bool {
    errors.and_then(Named::of) == Some(Named::SurrogateEscape)
}
