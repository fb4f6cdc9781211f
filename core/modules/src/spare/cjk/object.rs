//! `MultibyteCodec`: the functions `encode` and `decode` of one encoding.

use super::codec::Codec;
use super::convert::{self, Errors};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{object, sequence};
use krait_object::slot::ToObject;
use krait_object::types::{bytes, none, tuple, unicode};
use krait_object::{Class, Obj, Object, Result, err, intern, method, methods, payload_class, static_type};

/// An encoding as an object.
#[repr(C)]
pub struct MultibyteCodec {
    head: Head,
    codec: &'static Codec,
}

static_type! {
    /// `MultibyteCodec`
    pub static MultibyteCodec_Type = {
        tp_name: c"MultibyteCodec".as_ptr(),
        tp_basicsize: size_of::<MultibyteCodec>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<MultibyteCodec>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
    };
}
payload_class!(MultibyteCodec, MultibyteCodec_Type);
impl Payload for MultibyteCodec {}

methods! {
    static METHODS = [
        method::keywords(c"encode", encode, c"encode($self, /, input, errors=None)\n--\n\nThe bytes of a text, and how many characters that are.\n\nerrors says what becomes of those that the encoding doesn't have: 'strict' raises\nUnicodeEncodeError, and others are registered with codecs.register_error."),
        method::keywords(c"decode", decode, c"decode($self, /, input, errors=None)\n--\n\nThe text of bytes, and how many bytes that are.\n\nerrors says what becomes of those that mean nothing: 'strict' raises UnicodeDecodeError,\nand others are registered with codecs.register_error."),
    ];
}

pub(super) fn new(codec: &'static Codec) -> Result<Obj> {
    // The modules of the encodings may come before the one of the class.
    MultibyteCodec::class().ready()?;
    payload::new(MultibyteCodec::class(), |head| MultibyteCodec { head, codec }).map(Obj::upcast)
}

/// The encoding that the attribute `codec` of a class names.
pub(super) fn of_class(class: &Object) -> Result<&'static Codec> {
    let codec = object::get_attr(class, intern!("codec"))?;
    match codec.downcast_exact::<MultibyteCodec>() {
        Some(found) => Ok(found.codec),
        None => Err(err::type_error("codec is unexpected type")),
    }
}

/// The arguments `input` and `errors`.
fn arguments<'a>(function: &'static str, args: Args<'a>) -> Result<(&'a Object, Errors)> {
    let [input, errors] = Signature::new(function, ["input", "errors"]).required(1).bind(args)?;
    let errors = crate::support::not_none(errors);
    if let Some(given) = errors
        && !unicode::check(given)
    {
        return Err(crate::support::bad_argument(function, "argument 'errors'", "str or None", given));
    }
    Ok((input.unwrap_or(none::none()), Errors::new(errors)?))
}

fn encode(this: &MultibyteCodec, args: Args<'_>) -> Result<Obj> {
    let (input, errors) = arguments("encode", args)?;
    let input = convert::as_text(input)?;
    let mut state = this.codec.start_encoding();
    let (out, _) = convert::encode(this.codec, &mut state, &input, &errors, true)?;
    tuple::pack([bytes::from_slice(&out)?, sequence::size(&input)?.to_object()?])
}

fn decode(this: &MultibyteCodec, args: Args<'_>) -> Result<Obj> {
    let (input, errors) = arguments("decode", args)?;
    let input = Buffer::simple(input)?;
    let mut state = this.codec.start_decoding();
    let mut text = unicode::Builder::new();
    convert::decode(this.codec, &mut state, input.as_slice(), &errors, true, &mut text)?;
    tuple::pack([text.finish()?, input.as_slice().len().to_object()?])
}
