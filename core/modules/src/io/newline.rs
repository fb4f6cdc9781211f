//! `_io.IncrementalNewlineDecoder` and the search for line ends.

use core::cell::Cell;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::call;
use krait_object::text::{Unit, byte};
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as py_bool, bytes, long, none, tuple, unicode};
use krait_object::{
    Layout, Obj, Object, Raised, Result, err, getsets, intern, method, methods, payload_class, slot,
    static_type, with_chars,
};

const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;
const SEEN_ALL: u8 = 7;

/// Universal newlines across pieces of text: a `\r` at the end of a piece waits for what follows.
#[derive(Default)]
pub struct Newlines {
    pending_cr: Cell<bool>,
    translate: Cell<bool>,
    seen: Cell<u8>,
}

impl Newlines {
    /// With or without translation to `\n`.
    pub fn new(translate: bool) -> Newlines {
        Newlines { pending_cr: Cell::new(false), translate: Cell::new(translate), seen: Cell::new(0) }
    }

    /// Whether a `\r` waits.
    pub fn pending(&self) -> bool {
        self.pending_cr.get()
    }

    /// Makes a `\r` wait, or none.
    pub fn set_pending(&self, pending: bool) {
        self.pending_cr.set(pending);
    }

    /// Translates from now on, or not.
    pub fn set_translate(&self, translate: bool) {
        self.translate.set(translate);
    }

    /// Back to the beginning.
    pub fn reset(&self) {
        self.seen.set(0);
        self.pending_cr.set(false);
    }

    /// Notes the line ends of a piece of text and translates them.
    pub fn decode(&self, text: Obj, last: bool) -> Result<Obj> {
        let mut text = text;
        let mut length = unicode::len(&text);
        if self.pending_cr.get() && (last || length > 0) {
            text = unicode::concat(&*unicode::latin1_char(b'\r')?, &text)?;
            self.pending_cr.set(false);
            length += 1;
        }
        if !last && length > 0 && unicode::char_at(&text, length - 1) == u32::from(b'\r') {
            // Even without translation, so that "\r\n" is never cut.
            text = unicode::substring(&text, 0, length - 1)?;
            self.pending_cr.set(true);
        }
        let has_cr = with_chars!(unicode::chars(&text), |units| find_unit(units, b'\r').is_some());
        if !has_cr {
            if self.seen.get() & SEEN_LF == 0
                && with_chars!(unicode::chars(&text), |units| find_unit(units, b'\n').is_some())
            {
                self.seen.set(self.seen.get() | SEEN_LF);
            }
            return Ok(text);
        }
        if self.translate.get() {
            return with_chars!(unicode::chars(&text), |units| self.translated(units));
        }
        if self.seen.get() != SEEN_ALL {
            with_chars!(unicode::chars(&text), |units| self.note(units));
        }
        Ok(text)
    }

    fn note<U: Unit>(&self, units: &[U]) {
        let mut seen = self.seen.get();
        let mut i = 0;
        while i < units.len() && seen != SEEN_ALL {
            match units[i].code() {
                10 => seen |= SEEN_LF,
                13 if units.get(i + 1).is_some_and(|u| u.code() == 10) => {
                    seen |= SEEN_CRLF;
                    i += 1;
                }
                13 => seen |= SEEN_CR,
                _ => {}
            }
            i += 1;
        }
        self.seen.set(seen);
    }

    fn translated<U: Unit>(&self, units: &[U]) -> Result<Obj> {
        let mut seen = self.seen.get();
        let mut out: Vec<U> = Vec::with_capacity(units.len());
        let mut rest = units;
        while let Some(at) = rest.iter().position(|u| matches!(u.code(), 10 | 13)) {
            out.extend_from_slice(&rest[..at]);
            out.push(U::of(10));
            let mut next = at + 1;
            if rest[at].code() == 10 {
                seen |= SEEN_LF;
            } else if rest.get(next).is_some_and(|u| u.code() == 10) {
                seen |= SEEN_CRLF;
                next += 1;
            } else {
                seen |= SEEN_CR;
            }
            rest = &rest[next..];
        }
        out.extend_from_slice(rest);
        self.seen.set(seen);
        unicode::from_units(&out)
    }

    /// The attribute `newlines`: what has been seen.
    pub fn newlines(&self) -> Result<Obj> {
        let seen = self.seen.get();
        let kinds = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let mut found = Vec::new();
        for (kind, text) in kinds {
            if seen & kind != 0 {
                found.push(unicode::from_str(text)?);
            }
        }
        match found.len() {
            0 => Ok(none::none().owned()),
            1 => Ok(found.remove(0)),
            _ => tuple::from_vec(found),
        }
    }
}

/// The first place of an ASCII character.
#[inline]
pub fn find_unit<U: Unit>(units: &[U], c: u8) -> Option<usize> {
    if size_of::<U>() == 1 {
        // SAFETY: units of one byte.
        let bytes = unsafe { core::slice::from_raw_parts(units.as_ptr().cast::<u8>(), units.len()) };
        return byte::find(c, bytes);
    }
    units.iter().position(|u| u.code() == u32::from(c))
}

/// What ends a line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum LineEnd {
    /// `\n`, after translation or because it was asked for.
    Lf,
    /// `\r`
    Cr,
    /// `\r\n`
    CrLf,
    /// Any of the three, untranslated.
    Any,
}

impl LineEnd {
    /// For the argument `newline`.
    pub fn of(newline: Option<&str>) -> LineEnd {
        match newline {
            Some("\r") => LineEnd::Cr,
            Some("\r\n") => LineEnd::CrLf,
            Some("") => LineEnd::Any,
            _ => LineEnd::Lf,
        }
    }

    /// The length of the first line with its end, if it is complete.
    #[inline]
    pub fn find<U: Unit>(self, units: &[U]) -> Option<usize> {
        match self {
            LineEnd::Lf => find_unit(units, b'\n').map(|at| at + 1),
            LineEnd::Cr => find_unit(units, b'\r').map(|at| at + 1),
            LineEnd::CrLf => {
                let mut from = 0;
                while let Some(at) = find_unit(&units[from..], b'\r') {
                    let next = from + at + 1;
                    if units.get(next)?.code() == 10 {
                        return Some(next + 1);
                    }
                    from = next;
                }
                None
            }
            LineEnd::Any => {
                let at = units.iter().position(|u| matches!(u.code(), 10 | 13))?;
                let crlf = units[at].code() == 13 && units.get(at + 1).is_some_and(|u| u.code() == 10);
                Some(at + 1 + usize::from(crlf))
            }
        }
    }
}

/// Checks the argument `newline`.
pub fn check_newline(newline: &str) -> Result<()> {
    if matches!(newline, "" | "\n" | "\r" | "\r\n") {
        return Ok(());
    }
    Err(err::value_error(format_args!("illegal newline value: {newline}")))
}

// ---- the class ----

/// A decoder for universal newlines over another decoder, or over none.
#[repr(C)]
pub struct NewlineDecoder {
    head: Head,
    decoder: ObjCell,
    errors: ObjCell,
    state: Newlines,
}

static_type! {
    /// `_io.IncrementalNewlineDecoder`
    pub static PyIncrementalNewlineDecoder_Type = {
        tp_name: c"_io.IncrementalNewlineDecoder".as_ptr(),
        tp_basicsize: size_of::<NewlineDecoder>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<NewlineDecoder>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"IncrementalNewlineDecoder(decoder, translate, errors='strict')\n--\n\nReads a stream in universal newlines mode, over another incremental decoder or, when\nthat is None, over text.\n\nIt notes the kinds of line ends and, with translate, makes all of them \"\\n\".".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_new: slot::new(new),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(NewlineDecoder, PyIncrementalNewlineDecoder_Type);

impl Payload for NewlineDecoder {
    fn traverse(&self, _visitor: &mut Visitor) {}
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| NewlineDecoder {
        head,
        decoder: ObjCell::empty(),
        errors: ObjCell::empty(),
        state: Newlines::default(),
    })?;
    Ok(new.upcast())
}

fn init(this: &NewlineDecoder, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<3> =
        Signature::new("IncrementalNewlineDecoder", ["decoder", "translate", "errors"]).required(2);
    let [decoder, translate, errors] = SIGNATURE.bind_tuple(args, kw)?;
    let (Some(decoder), Some(translate)) = (decoder, translate) else { return Err(err::bad_internal_call()) };
    let translate = krait_object::args::int(translate)? != 0;
    this.decoder.set(decoder.owned());
    this.errors.set(errors.unwrap_or(intern!("strict")).owned());
    this.state.reset();
    this.state.set_translate(translate);
    Ok(())
}

methods! {
    static METHODS = [
        method::keywords(c"decode", decode, c"decode($self, /, input, final=False)\n--\n\n"),
        method::noargs(c"getstate", getstate, c"getstate($self, /)\n--\n\n"),
        method::o(c"setstate", setstate, c"setstate($self, state, /)\n--\n\n"),
        method::noargs(c"reset", reset, c"reset($self, /)\n--\n\n"),
    ];
}
getsets! {
    static GETSETS = [method::getter(c"newlines", |this: &NewlineDecoder| this.state.newlines(), c"")];
}

/// The decoder; `None` (of Rust) when the instance is over text.
fn inner(this: &NewlineDecoder) -> Result<Option<Obj>> {
    match this.decoder.get() {
        Some(decoder) => Ok(Some(decoder).filter(|decoder| !decoder.is_none())),
        None => Err(err::value_error("IncrementalNewlineDecoder.__init__ not called")),
    }
}

/// A decoder must give text.
pub fn check_decoded(text: &Object) -> Result<()> {
    if unicode::check(text) {
        return Ok(());
    }
    Err(err::type_error(format_args!(
        "decoder should return a string result, not '{:.200}'",
        text.class_of().name()
    )))
}

fn decode(this: &NewlineDecoder, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("decode", ["input", "final"]).required(1);
    let [input, last] = SIGNATURE.bind(args)?;
    let Some(input) = input else { return Err(err::bad_internal_call()) };
    let last = last.map_or(Ok(0), krait_object::args::int)? != 0;
    let text = match inner(this)? {
        None => input.owned(),
        Some(decoder) => call::call_method(&decoder, intern!("decode"), &[input, py_bool::borrowed(last)])?,
    };
    check_decoded(&text)?;
    this.state.decode(text, last)
}

#[cold]
fn illegal_state() -> Raised {
    err::type_error("illegal decoder state")
}

fn getstate(this: &NewlineDecoder) -> Result<Obj> {
    let (buffer, flags) = match inner(this)? {
        None => (bytes::empty()?, 0),
        Some(decoder) => {
            let state = call::call_method(&decoder, intern!("getstate"), &[])?;
            if !tuple::check(&state) {
                return Err(illegal_state());
            }
            let &[buffer, flags] = tuple::items(&state) else { return Err(illegal_state()) };
            if !long::check(flags) {
                return Err(illegal_state());
            }
            (buffer.owned(), long::as_unsigned_long_mask(flags)?)
        }
    };
    let flags = flags << 1 | u64::from(this.state.pending());
    tuple::pack([buffer, long::from_u64(flags)?])
}

fn setstate(this: &NewlineDecoder, state: &Object) -> Result<()> {
    if !tuple::check(state) {
        return Err(err::type_error("state argument must be a tuple"));
    }
    let &[buffer, flags] = tuple::items(state) else {
        return Err(err::type_error("setstate(): illegal state argument"));
    };
    let flags = long::as_unsigned_long_mask(flags)?;
    let decoder = inner(this)?;
    this.state.set_pending(flags & 1 != 0);
    if let Some(decoder) = decoder {
        let state = tuple::pack([buffer.owned(), long::from_u64(flags >> 1)?])?;
        call::call_method(&decoder, intern!("setstate"), &[&state])?;
    }
    Ok(())
}

fn reset(this: &NewlineDecoder) -> Result<()> {
    let decoder = inner(this)?;
    this.state.reset();
    if let Some(decoder) = decoder {
        call::call_method(&decoder, intern!("reset"), &[])?;
    }
    Ok(())
}
