//! `binascii`: binary data as ASCII. The conversions are in [`crate::algorithms`].

use crate::algorithms::{binascii as convert, quoted_printable, zlib};
use crate::attribute;
use core::ffi::CStr;
use krait_object::args::{Args, Signature};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::object;
use krait_object::types::{bytes, exceptions, long, module, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, method, native_module};

native_module! {
    /// `binascii`
    init: PyInit_binascii, name: c"binascii", doc: c"Conversion between binary data and ASCII",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    module::add(
        this,
        "Error",
        &*err::new_exception("binascii.Error", Some(exceptions::ValueError()), None)?,
    )?;
    module::add(this, "Incomplete", &*err::new_exception("binascii.Incomplete", None, None)?)
}

const HEXLIFY: &CStr = c"hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nThe data in hexadecimal.\n\n  sep\n    One character to put between groups of bytes.\n  bytes_per_sep\n    How many bytes make a group, counted from the right; negative numbers count from the left.";
const B2A_HEX: &CStr = c"b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)\n--\n\nThe data in hexadecimal.\n\n  sep\n    One character to put between groups of bytes.\n  bytes_per_sep\n    How many bytes make a group, counted from the right; negative numbers count from the left.";

krait_object::methods! {
    static METHODS = [
        method::o(c"a2b_uu", |_: &Object, data: &Object| bytes_of(convert::a2b_uu(Ascii::of(data)?.as_slice())), c"a2b_uu($module, data, /)\n--\n\nDecodes a uuencoded line."),
        method::keywords(c"b2a_uu", b2a_uu, c"b2a_uu($module, data, /, *, backtick=False)\n--\n\nUuencodes a line."),
        method::o(c"a2b_base64", |_: &Object, data: &Object| bytes_of(convert::a2b_base64(Ascii::of(data)?.as_slice())), c"a2b_base64($module, data, /)\n--\n\nDecodes base64."),
        method::keywords(c"b2a_base64", b2a_base64, c"b2a_base64($module, data, /, *, newline=True)\n--\n\nEncodes data in base64, as one line."),
        method::o(c"a2b_hqx", a2b_hqx, c"a2b_hqx($module, data, /)\n--\n\nDecodes the characters of a .hqx file."),
        method::o(c"b2a_hqx", b2a_hqx, c"b2a_hqx($module, data, /)\n--\n\nEncodes data for a .hqx file."),
        method::o(c"a2b_hex", |_: &Object, data: &Object| unhexlify(data), c"a2b_hex($module, hexstr, /)\n--\n\nThe data that hexadecimal digits stand for.\n\nTheir number must be even. The function has the name unhexlify, too."),
        method::keywords(c"b2a_hex", |_: &Object, args: Args<'_>| hexlify("b2a_hex", args), B2A_HEX),
        method::keywords(c"hexlify", |_: &Object, args: Args<'_>| hexlify("hexlify", args), HEXLIFY),
        method::o(c"unhexlify", |_: &Object, data: &Object| unhexlify(data), c"unhexlify($module, hexstr, /)\n--\n\nThe data that hexadecimal digits stand for.\n\nTheir number must be even."),
        method::o(c"rlecode_hqx", rlecode_hqx, c"rlecode_hqx($module, data, /)\n--\n\nCompresses runs of equal bytes as BinHex does."),
        method::o(c"rledecode_hqx", rledecode_hqx, c"rledecode_hqx($module, data, /)\n--\n\nUndoes rlecode_hqx()."),
        method::fastcall(c"crc_hqx", crc_hqx, c"crc_hqx($module, data, crc, /)\n--\n\nThe CRC-CCITT of data, going on from crc."),
        method::fastcall(c"crc32", crc32, c"crc32($module, data, crc=0, /)\n--\n\nThe CRC-32 of data, going on from crc."),
        method::keywords(c"a2b_qp", a2b_qp, c"a2b_qp($module, /, data, header=False)\n--\n\nDecodes quoted-printable text."),
        method::keywords(c"b2a_qp", b2a_qp, c"b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)\n--\n\nEncodes data as quoted-printable text.\n\nWith quotetabs, spaces and tabs are encoded, too. With istext, line ends are kept; else\nthey are encoded. With header, spaces become underscores (RFC 1522)."),
    ];
}

/// An argument that is ASCII text or bytes.
enum Ascii {
    Text(Obj),
    Bytes(Buffer),
}

impl Ascii {
    fn of(given: &Object) -> Result<Ascii> {
        if unicode::check(given) {
            if !unicode::is_ascii(given) {
                return Err(err::value_error("string argument should contain only ASCII characters"));
            }
            return Ok(Ascii::Text(given.owned()));
        }
        Buffer::simple(given).map(Ascii::Bytes).map_err(|_| {
            err::type_error(format_args!(
                "argument should be bytes, buffer or ASCII string, not '{:.100}'",
                given.class_of().name()
            ))
        })
    }

    fn as_slice(&self) -> &[u8] {
        match self {
            Ascii::Text(text) => unicode::chars(text).bytes(),
            Ascii::Bytes(buffer) => buffer.as_slice(),
        }
    }
}

#[cold]
fn raise(error: &convert::Error) -> Raised {
    match error {
        convert::Error::Invalid(message) => attribute::raise("binascii", "Error", message),
        convert::Error::Incomplete("") => match attribute::of_module("binascii", "Incomplete") {
            Ok(class) => err::set_none(&class),
            Err(raised) => raised,
        },
        convert::Error::Incomplete(message) => attribute::raise("binascii", "Incomplete", message),
    }
}

fn bytes_of(result: core::result::Result<Vec<u8>, convert::Error>) -> Result<Obj> {
    bytes::from_slice(&result.map_err(|error| raise(&error))?)
}

/// One positional argument and one integer keyword.
fn data_and_flag<'a>(
    function: &'static str,
    flag: &'static str,
    args: Args<'a>,
    default: bool,
) -> Result<(&'a Object, bool)> {
    let signature: Signature<2> =
        Signature::new(function, ["", flag]).required(1).positional_only(1).keyword_only_from(1);
    let [data, flag] = signature.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    Ok((data, flag.map_or(Ok(default), |flag| Ok(krait_object::args::int(flag)? != 0))?))
}

fn b2a_uu(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let (data, backtick) = data_and_flag("b2a_uu", "backtick", args, false)?;
    bytes_of(convert::b2a_uu(Buffer::simple(data)?.as_slice(), backtick))
}

fn b2a_base64(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let (data, newline) = data_and_flag("b2a_base64", "newline", args, true)?;
    bytes::from_slice(&convert::b2a_base64(Buffer::simple(data)?.as_slice(), newline))
}

/// BinHex is on its way out.
fn warn_deprecated(function: &str) -> Result<()> {
    err::warn(exceptions::DeprecationWarning(), format_args!("binascii.{function}() is deprecated"), 1)
}

fn b2a_hqx(_module: &Object, data: &Object) -> Result<Obj> {
    let data = Buffer::simple(data)?;
    warn_deprecated("b2a_hqx")?;
    bytes::from_slice(&convert::b2a_hqx(data.as_slice()))
}

fn rlecode_hqx(_module: &Object, data: &Object) -> Result<Obj> {
    let data = Buffer::simple(data)?;
    warn_deprecated("rlecode_hqx")?;
    bytes::from_slice(&convert::rlecode_hqx(data.as_slice()))
}

fn rledecode_hqx(_module: &Object, data: &Object) -> Result<Obj> {
    let data = Buffer::simple(data)?;
    warn_deprecated("rledecode_hqx")?;
    bytes_of(convert::rledecode_hqx(data.as_slice()))
}

fn a2b_hqx(_module: &Object, data: &Object) -> Result<Obj> {
    let data = Ascii::of(data)?;
    warn_deprecated("a2b_hqx")?;
    let (decoded, done) = convert::a2b_hqx(data.as_slice()).map_err(|error| raise(&error))?;
    tuple::pack([bytes::from_slice(&decoded)?, long::from_i64(i64::from(done))?])
}

fn unhexlify(data: &Object) -> Result<Obj> {
    bytes_of(convert::unhexlify(Ascii::of(data)?.as_slice()))
}

fn hexlify(function: &'static str, args: Args<'_>) -> Result<Obj> {
    let signature: Signature<3> = Signature::new(function, ["data", "sep", "bytes_per_sep"]).required(1);
    let [data, separator, group] = signature.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    let data = Buffer::simple(data)?;
    let group = group.map_or(Ok(1), krait_object::args::int)?;
    let separator = separator.map(separator_byte).transpose()?;
    bytes::from_slice(&convert::hexlify(data.as_slice(), separator.map(|byte| (byte, group as isize))))
}

/// The separator of groups: one character below 256, or one byte.
fn separator_byte(given: &Object) -> Result<u8> {
    if object::len(given)? != 1 {
        return Err(err::value_error("sep must be length 1."));
    }
    if unicode::check(given) {
        return u8::try_from(unicode::char_at(given, 0)).map_err(|_| err::value_error("sep must be ASCII."));
    }
    if bytes::check(given) {
        return Ok(bytes::as_slice(given)[0]);
    }
    Err(err::type_error("sep must be str or bytes."))
}

/// An unsigned number of which only the low bits count.
fn mask(given: &Object) -> Result<u32> {
    crate::support::unsigned_mask(given)
}

fn crc_hqx(_module: &Object, args: &[&Object]) -> Result<u32> {
    krait_object::args::check_positional("crc_hqx", args.len(), 2, 2)?;
    let data = Buffer::simple(args[0])?;
    let crc = mask(args[1])?;
    Ok(u32::from(convert::crc_hqx(data.as_slice(), crc as u16)))
}

fn crc32(_module: &Object, args: &[&Object]) -> Result<u32> {
    krait_object::args::check_positional("crc32", args.len(), 1, 2)?;
    let data = Buffer::simple(args[0])?;
    let crc = args.get(1).map_or(Ok(0), |crc| mask(crc))?;
    Ok(zlib::crc32(crc, data.as_slice()))
}

fn flag(given: Option<&Object>, default: bool) -> Result<bool> {
    given.map_or(Ok(default), |given| Ok(krait_object::args::int(given)? != 0))
}

fn a2b_qp(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("a2b_qp", ["data", "header"]).required(1);
    let [data, header] = SIGNATURE.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    let data = Ascii::of(data)?;
    bytes::from_slice(&quoted_printable::a2b_qp(data.as_slice(), flag(header, false)?))
}

fn b2a_qp(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<4> =
        Signature::new("b2a_qp", ["data", "quotetabs", "istext", "header"]).required(1);
    let [data, quote_tabs, text, header] = SIGNATURE.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    let data = Buffer::simple(data)?;
    let (quote_tabs, text, header) = (flag(quote_tabs, false)?, flag(text, true)?, flag(header, false)?);
    bytes::from_slice(&quoted_printable::b2a_qp(data.as_slice(), quote_tabs, text, header))
}
