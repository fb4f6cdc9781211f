//! `MultibyteIncrementalEncoder` and `MultibyteIncrementalDecoder`: conversion piece by piece.

use super::codec::{Codec, State};
use super::convert::{self, Errors};
use super::object;
use core::cell::{Cell, RefCell};
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::slot::ToObject;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, long, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Result, err, getsets, method, methods, payload_class, slot, static_type,
};

/// Where a conversion stands: its state, and what was kept because more has to follow.
pub(super) struct Progress {
    pub(super) codec: &'static Codec,
    pub(super) state: Cell<State>,
    pub(super) errors: RefCell<Errors>,
}

impl Progress {
    /// For an instance of a class that has a codec. `errors` is the argument.
    pub(super) fn new(
        function: &str,
        index: usize,
        class: &Type,
        errors: Option<&Object>,
        start: fn(&Codec) -> State,
    ) -> Result<Progress> {
        if let Some(given) = errors
            && !unicode::check(given)
        {
            return Err(crate::support::wrong_type(function, index, "str", given));
        }
        let codec = object::of_class(class.object())?;
        let errors = RefCell::new(Errors::new(errors)?);
        Ok(Progress { codec, state: Cell::new(start(codec)), errors })
    }

    pub(super) fn errors(&self) -> Result<Errors> {
        let name = self.errors.borrow().name()?;
        Errors::new(Some(&name))
    }

    pub(super) fn set_errors(&self, value: Option<&Object>) -> Result<()> {
        let value = value.ok_or_else(|| err::attribute_error("cannot delete attribute"))?;
        if !unicode::check(value) {
            return Err(err::type_error("errors must be a string"));
        }
        let new = Errors::new(Some(value))?;
        drop(self.errors.replace(new));
        Ok(())
    }

    /// Encodes text behind what was kept, and keeps anew what depends on the next characters.
    pub(super) fn encode(&self, kept: &ObjCell, text: &Object, is_last: bool) -> Result<Obj> {
        const MOST_KEPT: usize = 2;
        let text = convert::as_text(text)?;
        let text = match kept.get() {
            Some(kept) => unicode::concat(&kept, &text)?,
            None => text,
        };
        let mut state = self.state.get();
        let done = convert::encode(self.codec, &mut state, &text, &self.errors()?, is_last);
        self.state.set(state);
        let (out, used) = done?;
        let length = unicode::len(&text);
        if length - used > MOST_KEPT {
            return Err(convert::encode_overflow(self.codec, &text, used));
        }
        kept.set_opt(if used < length { Some(unicode::substring(&text, used, length)?) } else { None });
        bytes::from_slice(&out)
    }

    /// Decodes bytes behind those that were kept, and keeps anew what is incomplete.
    pub(super) fn decode(
        &self,
        kept: &RefCell<Vec<u8>>,
        input: &[u8],
        is_last: bool,
        out: &mut unicode::Builder,
    ) -> Result<()> {
        const MOST_KEPT: usize = 8;
        let mut all = kept.borrow().clone();
        all.extend_from_slice(input);
        let mut state = self.state.get();
        let done = convert::decode(self.codec, &mut state, &all, &self.errors()?, is_last, out);
        self.state.set(state);
        let used = done?;
        if all.len() - used > MOST_KEPT {
            return Err(convert::decode_overflow(self.codec, &all));
        }
        all.drain(..used);
        drop(kept.replace(all));
        Ok(())
    }
}

/// The attribute `errors` of a class whose instances have a `progress`.
macro_rules! errors_attribute {
    ($class:ident) => {
        method::getset(
            c"errors",
            |this: &$class| this.progress.errors.borrow().name(),
            |this: &$class, value: Option<&Object>| this.progress.set_errors(value),
            c"how to treat errors",
        )
    };
}
pub(super) use errors_attribute;

/// The argument `final`.
fn input_and_final<'a>(function: &'static str, args: Args<'a>) -> Result<(&'a Object, bool)> {
    let [input, is_last] = Signature::new(function, ["input", "final"]).required(1).bind(args)?;
    let is_last = crate::support::int_or(is_last, 0)? != 0;
    Ok((input.unwrap_or(none::none()), is_last))
}

fn errors_argument<'a>(
    function: &'static str,
    args: &'a Object,
    kw: Option<&'a Object>,
) -> Result<Option<&'a Object>> {
    let [errors] = Signature::new(function, ["errors"]).required(0).parsed().bind_tuple(args, kw)?;
    Ok(errors)
}

fn accept_any<T>(_this: &T, _args: &Object, _kw: Option<&Object>) -> Result<()> {
    Ok(())
}

// ---- MultibyteIncrementalEncoder ----

/// Encodes piece by piece.
#[repr(C)]
pub struct Encoder {
    head: Head,
    progress: Progress,
    /// Characters whose code depends on the next ones.
    kept: ObjCell,
}

static_type! {
    /// `MultibyteIncrementalEncoder`
    pub static Encoder_Type = {
        tp_name: c"MultibyteIncrementalEncoder".as_ptr(),
        tp_basicsize: size_of::<Encoder>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Encoder>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Encoder>(),
        tp_methods: (&raw mut ENCODER_METHODS).cast(),
        tp_getset: (&raw mut ENCODER_GETSETS).cast(),
        tp_init: slot::init(accept_any::<Encoder>),
        tp_new: slot::new(new_encoder),
    };
}
payload_class!(Encoder, Encoder_Type);
impl Payload for Encoder {}

methods! {
    static ENCODER_METHODS = [
        method::keywords(c"encode", encode, c"encode($self, /, input, final=False)\n--\n\n"),
        method::noargs(c"getstate", get_encoder_state, c"getstate($self, /)\n--\n\n"),
        method::o(c"setstate", set_encoder_state, c"setstate($self, state, /)\n--\n\n"),
        method::noargs(c"reset", reset_encoder, c"reset($self, /)\n--\n\n"),
    ];
}
getsets! {
    static ENCODER_GETSETS = [errors_attribute!(Encoder)];
}

fn new_encoder(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const NAME: &str = "IncrementalEncoder";
    let progress = Progress::new(NAME, 1, class, errors_argument(NAME, args, kw)?, Codec::start_encoding)?;
    payload::new(class, |head| Encoder { head, progress, kept: ObjCell::empty() }).map(Obj::upcast)
}

fn encode(this: &Encoder, args: Args<'_>) -> Result<Obj> {
    let (input, is_last) = input_and_final("encode", args)?;
    this.progress.encode(&this.kept, input, is_last)
}

fn reset_encoder(this: &Encoder) -> Result<()> {
    let mut state = this.progress.state.get();
    this.progress.codec.finish_encoding(&mut state, &mut Vec::new());
    this.progress.state.set(state);
    drop(this.kept.take());
    Ok(())
}

/// How many bytes of UTF-8 the characters have that may be kept.
const MOST_KEPT_BYTES: usize = 8;

/// A number of the length of what is kept, that in UTF-8, and the codec's state.
fn get_encoder_state(this: &Encoder) -> Result<Obj> {
    let kept = this.kept.get();
    let kept = kept.as_deref().map_or(Ok(""), unicode::as_utf8)?;
    if kept.len() > MOST_KEPT_BYTES {
        return Err(err::unicode_error("pending buffer too large"));
    }
    let mut packed = vec![kept.len() as u8];
    packed.extend_from_slice(kept.as_bytes());
    packed.extend_from_slice(&this.progress.state.get());
    long::from_bytes(&packed, true, false)
}

fn set_encoder_state(this: &Encoder, value: &Object) -> Result<()> {
    if !long::check(value) {
        return Err(crate::support::bad_argument("setstate", "argument", "int", value));
    }
    let mut packed = [0; 1 + MOST_KEPT_BYTES + 8];
    long::to_bytes(value, &mut packed, true, false)?;
    let length = usize::from(packed[0]);
    if length > MOST_KEPT_BYTES {
        return Err(err::unicode_error("pending buffer too large"));
    }
    let (kept, rest) = packed[1..].split_at(length);
    let kept = if kept.is_empty() { None } else { Some(unicode::decode_utf8(kept, None)?) };
    let mut state = State::default();
    state.copy_from_slice(&rest[..8]);
    this.kept.set_opt(kept);
    this.progress.state.set(state);
    Ok(())
}

// ---- MultibyteIncrementalDecoder ----

/// Decodes piece by piece.
#[repr(C)]
pub struct Decoder {
    head: Head,
    progress: Progress,
    /// The beginning of a code.
    kept: RefCell<Vec<u8>>,
}

static_type! {
    /// `MultibyteIncrementalDecoder`
    pub static Decoder_Type = {
        tp_name: c"MultibyteIncrementalDecoder".as_ptr(),
        tp_basicsize: size_of::<Decoder>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Decoder>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Decoder>(),
        tp_methods: (&raw mut DECODER_METHODS).cast(),
        tp_getset: (&raw mut DECODER_GETSETS).cast(),
        tp_init: slot::init(accept_any::<Decoder>),
        tp_new: slot::new(new_decoder),
    };
}
payload_class!(Decoder, Decoder_Type);
impl Payload for Decoder {}

methods! {
    static DECODER_METHODS = [
        method::keywords(c"decode", decode, c"decode($self, /, input, final=False)\n--\n\n"),
        method::noargs(c"getstate", get_decoder_state, c"getstate($self, /)\n--\n\n"),
        method::o(c"setstate", set_decoder_state, c"setstate($self, state, /)\n--\n\n"),
        method::noargs(c"reset", reset_decoder, c"reset($self, /)\n--\n\n"),
    ];
}
getsets! {
    static DECODER_GETSETS = [errors_attribute!(Decoder)];
}

fn new_decoder(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const NAME: &str = "IncrementalDecoder";
    let progress = Progress::new(NAME, 1, class, errors_argument(NAME, args, kw)?, Codec::start_decoding)?;
    payload::new(class, |head| Decoder { head, progress, kept: RefCell::default() }).map(Obj::upcast)
}

fn decode(this: &Decoder, args: Args<'_>) -> Result<Obj> {
    let (input, is_last) = input_and_final("decode", args)?;
    let input = Buffer::simple(input)?;
    let mut out = unicode::Builder::new();
    this.progress.decode(&this.kept, input.as_slice(), is_last, &mut out)?;
    out.finish()
}

fn reset_decoder(this: &Decoder) -> Result<()> {
    let mut state = this.progress.state.get();
    this.progress.codec.reset_decoding(&mut state);
    this.progress.state.set(state);
    drop(this.kept.take());
    Ok(())
}

fn get_decoder_state(this: &Decoder) -> Result<Obj> {
    let state = u64::from_le_bytes(this.progress.state.get());
    tuple::pack([bytes::from_slice(&this.kept.borrow())?, state.to_object()?])
}

fn set_decoder_state(this: &Decoder, value: &Object) -> Result<()> {
    if !tuple::check(value) {
        return Err(crate::support::bad_argument("setstate", "argument", "tuple", value));
    }
    let [kept, state] = tuple::items(value) else {
        return Err(err::type_error("setstate(): illegal state argument"));
    };
    if !bytes::check(kept) || !long::check(state) {
        return Err(err::type_error("setstate(): illegal state argument"));
    }
    let mut packed = State::default();
    long::to_bytes(state, &mut packed, true, false)?;
    if bytes::as_slice(kept).len() > MOST_KEPT_BYTES {
        return Err(err::unicode_error("pending buffer too large"));
    }
    drop(this.kept.replace(bytes::as_slice(kept).to_vec()));
    this.progress.state.set(packed);
    Ok(())
}
