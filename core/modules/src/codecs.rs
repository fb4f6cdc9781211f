//! `_codecs`: the registry of codecs, and the codecs that are built in.
//!
//! Encoders take text and give bytes, decoders the other way round; all return a pair of the result and how much of
//! the input they used.

use crate::support::{bad_argument, int, not_none};
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::buffer::Buffer;
use krait_object::text::codec::utf16::Order;
use krait_object::types::{bytes, exceptions, long, tuple, unicode};
use krait_object::{Obj, Object, Result, codecs, err, method, native_module};

native_module! {
    /// `_codecs`
    init: PyInit__codecs, name: c"_codecs", doc: crate::support::NoDoc, methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::o(c"register", register, c"register($module, search_function, /)\n--\n\nRegisters a function that looks for codecs.\n\nIt gets the name of an encoding in lower case and returns None or a CodecInfo: a tuple of\nencoder, decoder, stream reader and stream writer."),
        method::o(c"lookup", lookup, c"lookup($module, encoding, /)\n--\n\nThe CodecInfo of an encoding."),
        method::keywords(c"encode", encode, c"encode($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nEncodes obj with the codec of that name.\n\nerrors names the error handler; 'strict' raises UnicodeEncodeError."),
        method::keywords(c"decode", decode, c"decode($module, /, obj, encoding='utf-8', errors='strict')\n--\n\nDecodes obj with the codec of that name.\n\nerrors names the error handler; 'strict' raises UnicodeDecodeError."),
        method::fastcall(c"escape_encode", escape_encode, c"escape_encode($module, data, errors=None, /)\n--\n\n"),
        method::fastcall(c"escape_decode", escape_decode, c"escape_decode($module, data, errors=None, /)\n--\n\n"),
        method::fastcall(c"utf_8_encode", utf_8_encode, c"utf_8_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"utf_8_decode", utf_8_decode, c"utf_8_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_7_encode", utf_7_encode, c"utf_7_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"utf_7_decode", utf_7_decode, c"utf_7_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_16_encode", utf_16_encode, c"utf_16_encode($module, str, errors=None, byteorder=0, /)\n--\n\n"),
        method::fastcall(c"utf_16_le_encode", utf_16_le_encode, c"utf_16_le_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"utf_16_be_encode", utf_16_be_encode, c"utf_16_be_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"utf_16_decode", utf_16_decode, c"utf_16_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_16_le_decode", utf_16_le_decode, c"utf_16_le_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_16_be_decode", utf_16_be_decode, c"utf_16_be_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_16_ex_decode", utf_16_ex_decode, c"utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False,\n                 /)\n--\n\n"),
        method::fastcall(c"utf_32_encode", utf_32_encode, c"utf_32_encode($module, str, errors=None, byteorder=0, /)\n--\n\n"),
        method::fastcall(c"utf_32_le_encode", utf_32_le_encode, c"utf_32_le_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"utf_32_be_encode", utf_32_be_encode, c"utf_32_be_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"utf_32_decode", utf_32_decode, c"utf_32_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_32_le_decode", utf_32_le_decode, c"utf_32_le_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_32_be_decode", utf_32_be_decode, c"utf_32_be_decode($module, data, errors=None, final=False, /)\n--\n\n"),
        method::fastcall(c"utf_32_ex_decode", utf_32_ex_decode, c"utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False,\n                 /)\n--\n\n"),
        method::fastcall(c"unicode_escape_encode", unicode_escape_encode, c"unicode_escape_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"unicode_escape_decode", unicode_escape_decode, c"unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\n"),
        method::fastcall(c"raw_unicode_escape_encode", raw_unicode_escape_encode, c"raw_unicode_escape_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"raw_unicode_escape_decode", raw_unicode_escape_decode, c"raw_unicode_escape_decode($module, data, errors=None, final=True, /)\n--\n\n"),
        method::fastcall(c"latin_1_encode", latin_1_encode, c"latin_1_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"latin_1_decode", latin_1_decode, c"latin_1_decode($module, data, errors=None, /)\n--\n\n"),
        method::fastcall(c"ascii_encode", ascii_encode, c"ascii_encode($module, str, errors=None, /)\n--\n\n"),
        method::fastcall(c"ascii_decode", ascii_decode, c"ascii_decode($module, data, errors=None, /)\n--\n\n"),
        method::fastcall(c"charmap_encode", charmap_encode, c"charmap_encode($module, str, errors=None, mapping=None, /)\n--\n\n"),
        method::fastcall(c"charmap_decode", charmap_decode, c"charmap_decode($module, data, errors=None, mapping=None, /)\n--\n\n"),
        method::o(c"charmap_build", charmap_build, c"charmap_build($module, map, /)\n--\n\n"),
        method::fastcall(c"readbuffer_encode", readbuffer_encode, c"readbuffer_encode($module, data, errors=None, /)\n--\n\n"),
        method::fastcall(c"register_error", register_error, c"register_error($module, errors, handler, /)\n--\n\nRegisters an error handler under a name.\n\nIt is called with a UnicodeError and returns a tuple of a replacement and the position\nwhere to go on."),
        method::o(c"lookup_error", lookup_error, c"lookup_error($module, name, /)\n--\n\nlookup_error(errors) -> handler\n\nThe error handler of that name; LookupError when there is none."),
        method::o(c"_forget_codec", forget_codec, c"_forget_codec($module, encoding, /)\n--\n\nTakes a codec out of the cache of codecs."),
    ];
}

fn exec(_this: &Object) -> Result<()> {
    Ok(())
}

// ---- arguments ----------------------------------------------------------------------------------------------------

fn pair(result: Obj, used: usize) -> Result<Obj> {
    tuple::pack([result, long::from_u64(used as u64)?])
}

fn text_named<'a>(function: &str, which: &str, given: &'a Object) -> Result<&'a Object> {
    if !unicode::check(given) {
        return Err(bad_argument(function, which, "str", given));
    }
    Ok(given)
}

/// The text of an encoder.
fn text<'a>(function: &str, given: &'a Object) -> Result<&'a Object> {
    text_named(function, "argument 1", given)
}

/// The name of the error handler, at an index of the arguments.
fn errors<'a>(function: &str, args: &[&'a Object], index: usize) -> Result<Option<&'a str>> {
    let Some(given) = not_none(args.get(index).copied()) else { return Ok(None) };
    if !unicode::check(given) {
        return Err(bad_argument(function, &format!("argument {}", index + 1), "str or None", given));
    }
    krait_object::args::text(function, "", given).map(Some)
}

fn flag(args: &[&Object], index: usize, default: bool) -> Result<bool> {
    args.get(index).map_or(Ok(default), |given| Ok(int(given)? != 0))
}

/// Bytes of a decoder that also takes text, which stands for its UTF-8 form.
enum Input<'a> {
    Text(&'a str),
    Buffer(Buffer),
}

impl Input<'_> {
    fn of(given: &Object) -> Result<Input<'_>> {
        if unicode::check(given) {
            return Ok(Input::Text(unicode::as_utf8(given)?));
        }
        Buffer::simple(given).map(Input::Buffer)
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Input::Text(text) => text.as_bytes(),
            Input::Buffer(buffer) => buffer.as_slice(),
        }
    }
}

// ---- the registry -------------------------------------------------------------------------------------------------

fn register(_module: &Object, search: &Object) -> Result<()> {
    codecs::register(search)
}

fn lookup(_module: &Object, encoding: &Object) -> Result<Obj> {
    codecs::lookup(krait_object::args::text("lookup", "argument", encoding)?)
}

fn forget_codec(_module: &Object, encoding: &Object) -> Result<()> {
    let encoding = krait_object::args::text("_forget_codec", "argument", encoding)?;
    match codecs::forget(encoding) {
        Err(_) if err::matches(exceptions::KeyError()) => {
            err::clear();
            Ok(())
        }
        result => result,
    }
}

/// The arguments of `encode` and `decode`.
fn convert_args<'a>(
    signature: &Signature<3>,
    function: &str,
    args: Args<'a>,
) -> Result<(&'a Object, &'a str, Option<&'a str>)> {
    let [input, encoding, errors] = signature.bind(args)?;
    let named = |which: &str, given: Option<&'a Object>| {
        given.map(|given| krait_object::args::text(function, which, given)).transpose()
    };
    let encoding = named("argument 'encoding'", encoding)?.unwrap_or("utf-8");
    let errors = named("argument 'errors'", errors)?;
    Ok((input.unwrap_or(krait_object::types::none::none()), encoding, errors))
}

fn encode(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> = Signature::new("encode", ["obj", "encoding", "errors"]).required(1);
    let (input, encoding, errors) = convert_args(&SIGNATURE, "encode", args)?;
    codecs::encode(input, encoding, errors)
}

fn decode(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> = Signature::new("decode", ["obj", "encoding", "errors"]).required(1);
    let (input, encoding, errors) = convert_args(&SIGNATURE, "decode", args)?;
    codecs::decode(input, encoding, errors)
}

fn register_error(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("register_error", args.len(), 2, 2)?;
    let name = krait_object::args::text("register_error", "argument 1", args[0])?;
    codecs::register_error(name, args[1])
}

fn lookup_error(_module: &Object, name: &Object) -> Result<Obj> {
    codecs::lookup_error(Some(krait_object::args::text("lookup_error", "argument", name)?))
}

// ---- encoders -----------------------------------------------------------------------------------------------------

/// Defines an encoder `NAME(str, errors=None)`.
macro_rules! encoders {
    ($($name:ident: |$input:ident, $errors:ident| $encode:expr;)*) => {$(
        fn $name(_module: &Object, args: &[&Object]) -> Result<Obj> {
            check_positional(stringify!($name), args.len(), 1, 2)?;
            let $input = text(stringify!($name), args[0])?;
            let $errors = errors(stringify!($name), args, 1)?;
            pair($encode?, unicode::len($input))
        }
    )*};
}
encoders! {
    utf_8_encode: |input, errors| unicode::as_utf8_string(input, errors);
    utf_7_encode: |input, _errors| unicode::encode_utf7(input, false, false);
    utf_16_le_encode: |input, errors| unicode::encode_utf16(input, errors, Order::Little);
    utf_16_be_encode: |input, errors| unicode::encode_utf16(input, errors, Order::Big);
    utf_32_le_encode: |input, errors| unicode::encode_utf32(input, errors, Order::Little);
    utf_32_be_encode: |input, errors| unicode::encode_utf32(input, errors, Order::Big);
    unicode_escape_encode: |input, _errors| unicode::as_unicode_escape_string(input);
    raw_unicode_escape_encode: |input, _errors| unicode::as_raw_unicode_escape_string(input);
    latin_1_encode: |input, errors| unicode::as_latin1_string(input, errors);
    ascii_encode: |input, errors| unicode::as_ascii_string(input, errors);
}

fn utf_16_encode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("utf_16_encode", args.len(), 1, 3)?;
    let input = text("utf_16_encode", args[0])?;
    let errors = errors("utf_16_encode", args, 1)?;
    let order = Order::of(crate::support::int_or(args.get(2).copied(), 0)?);
    pair(unicode::encode_utf16(input, errors, order)?, unicode::len(input))
}

fn utf_32_encode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("utf_32_encode", args.len(), 1, 3)?;
    let input = text("utf_32_encode", args[0])?;
    let errors = errors("utf_32_encode", args, 1)?;
    let order = Order::of(crate::support::int_or(args.get(2).copied(), 0)?);
    pair(unicode::encode_utf32(input, errors, order)?, unicode::len(input))
}

fn charmap_encode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("charmap_encode", args.len(), 1, 3)?;
    let input = text("charmap_encode", args[0])?;
    let errors = errors("charmap_encode", args, 1)?;
    let mapping = not_none(args.get(2).copied());
    pair(unicode::encode_charmap(input, mapping, errors)?, unicode::len(input))
}

fn charmap_build(_module: &Object, map: &Object) -> Result<Obj> {
    unicode::build_encoding_map(text_named("charmap_build", "argument", map)?)
}

fn readbuffer_encode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("readbuffer_encode", args.len(), 1, 2)?;
    let input = Input::of(args[0])?;
    errors("readbuffer_encode", args, 1)?;
    pair(bytes::from_slice(input.bytes())?, input.bytes().len())
}

fn escape_encode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("escape_encode", args.len(), 1, 2)?;
    if !bytes::check(args[0]) {
        return Err(bad_argument("escape_encode", "argument 1", "bytes", args[0]));
    }
    errors("escape_encode", args, 1)?;
    let input = bytes::as_slice(args[0]);
    pair(bytes::from_slice(&escaped(input))?, input.len())
}

/// Bytes as they stand between the quotes of a literal.
fn escaped(input: &[u8]) -> Vec<u8> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut out = Vec::with_capacity(input.len());
    for &byte in input {
        match byte {
            b'\'' | b'\\' => out.extend([b'\\', byte]),
            b'\t' => out.extend(b"\\t"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend([b'\\', b'x', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
    out
}

// ---- decoders -----------------------------------------------------------------------------------------------------

fn escape_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("escape_decode", args.len(), 1, 2)?;
    let input = Input::of(args[0])?;
    let errors = errors("escape_decode", args, 1)?;
    pair(bytes::decode_escape_warning(input.bytes(), errors)?, input.bytes().len())
}

/// Defines a decoder `NAME(data, errors=None, final=False)`, which may leave an incomplete end.
macro_rules! decoders {
    ($($name:ident: |$input:ident, $errors:ident, $last:ident| $decode:expr;)*) => {$(
        fn $name(_module: &Object, args: &[&Object]) -> Result<Obj> {
            check_positional(stringify!($name), args.len(), 1, 3)?;
            let buffer = Buffer::simple(args[0])?;
            let $input = buffer.as_slice();
            let $errors = errors(stringify!($name), args, 1)?;
            let $last = flag(args, 2, false)?;
            let (result, used) = $decode?;
            pair(result, used)
        }
    )*};
}
decoders! {
    utf_8_decode: |input, errors, last| unicode::decode_utf8_stateful(input, errors, last);
    utf_7_decode: |input, errors, last| unicode::decode_utf7_stateful(input, errors, last);
    utf_16_decode: |input, errors, last| unicode::decode_utf16_stateful(input, errors, &mut Order::Marked, last);
    utf_16_le_decode: |input, errors, last| unicode::decode_utf16_stateful(input, errors, &mut Order::Little, last);
    utf_16_be_decode: |input, errors, last| unicode::decode_utf16_stateful(input, errors, &mut Order::Big, last);
    utf_32_decode: |input, errors, last| unicode::decode_utf32_stateful(input, errors, &mut Order::Marked, last);
    utf_32_le_decode: |input, errors, last| unicode::decode_utf32_stateful(input, errors, &mut Order::Little, last);
    utf_32_be_decode: |input, errors, last| unicode::decode_utf32_stateful(input, errors, &mut Order::Big, last);
}

/// The arguments of the decoders that tell the byte order they have found.
fn ordered<'a>(function: &str, args: &[&'a Object]) -> Result<(Buffer, Option<&'a str>, Order, bool)> {
    check_positional(function, args.len(), 1, 4)?;
    let buffer = Buffer::simple(args[0])?;
    let errors = errors(function, args, 1)?;
    let order = Order::of(crate::support::int_or(args.get(2).copied(), 0)?);
    Ok((buffer, errors, order, flag(args, 3, false)?))
}

fn with_order(result: Obj, used: usize, order: Order) -> Result<Obj> {
    tuple::pack([result, long::from_u64(used as u64)?, long::from_i64(order as i64)?])
}

fn utf_16_ex_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (input, errors, mut order, last) = ordered("utf_16_ex_decode", args)?;
    let (result, used) = unicode::decode_utf16_stateful(input.as_slice(), errors, &mut order, last)?;
    with_order(result, used, order)
}

fn utf_32_ex_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let (input, errors, mut order, last) = ordered("utf_32_ex_decode", args)?;
    let (result, used) = unicode::decode_utf32_stateful(input.as_slice(), errors, &mut order, last)?;
    with_order(result, used, order)
}

fn unicode_escape_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("unicode_escape_decode", args.len(), 1, 3)?;
    let input = Input::of(args[0])?;
    let errors = errors("unicode_escape_decode", args, 1)?;
    let (result, used) =
        unicode::decode_unicode_escape_stateful(input.bytes(), errors, flag(args, 2, true)?)?;
    pair(result, used)
}

fn raw_unicode_escape_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("raw_unicode_escape_decode", args.len(), 1, 3)?;
    let input = Input::of(args[0])?;
    let errors = errors("raw_unicode_escape_decode", args, 1)?;
    let (result, used) =
        unicode::decode_raw_unicode_escape_stateful(input.bytes(), errors, flag(args, 2, true)?)?;
    pair(result, used)
}

fn latin_1_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("latin_1_decode", args.len(), 1, 2)?;
    let input = Buffer::simple(args[0])?;
    let errors = errors("latin_1_decode", args, 1)?;
    pair(unicode::decode_latin1(input.as_slice(), errors)?, input.as_slice().len())
}

fn ascii_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("ascii_decode", args.len(), 1, 2)?;
    let input = Buffer::simple(args[0])?;
    let errors = errors("ascii_decode", args, 1)?;
    pair(unicode::decode_ascii(input.as_slice(), errors)?, input.as_slice().len())
}

fn charmap_decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("charmap_decode", args.len(), 1, 3)?;
    let input = Buffer::simple(args[0])?;
    let errors = errors("charmap_decode", args, 1)?;
    let mapping = not_none(args.get(2).copied());
    pair(unicode::decode_charmap(input.as_slice(), mapping, errors)?, input.as_slice().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_form() {
        assert_eq!(escaped(b"a'\\\t\n\r\x00\xff~"), b"a\\'\\\\\\t\\n\\r\\x00\\xff~");
    }
}
