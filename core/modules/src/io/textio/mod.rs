//! `_io.TextIOWrapper`: text over a buffered binary stream.
//!
//! Reading decodes a chunk at a time into `decoded`, a `str` from which lines and characters are cut. The snapshot (the
//! decoder's state before the chunk, and the chunk's bytes) lets `tell()` find out where in the chunk the user is.
//! Writing encodes into `pending`, which goes to the buffer when it has the size of a chunk.
//!
//! UTF-8, ASCII and Latin-1 are encoded and decoded right here; other encodings by the incremental codecs of the
//! registry.

mod coding;
mod position;
mod read;
mod write;

use super::iobase::{self, Flag, IoHead};
use super::newline::{LineEnd, Newlines, check_newline};
use super::{guarded_name_repr, is_unsupported, text_or_none, unsupported};
use coding::Codec;
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Payload};
use krait_object::protocol::{call, number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as py_bool, exceptions, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, codecs, err, getsets, hooks, intern, members, method,
    methods, payload_class, slot,
};

/// Text over a buffered binary stream.
#[repr(C)]
pub struct TextIOWrapper {
    io: IoHead,
    buffer: ObjCell,
    encoding: ObjCell,
    errors: ObjCell,
    line_buffering: Flag,
    write_through: Flag,
    finalizing: Flag,
    ok: Cell<bool>,
    detached: Cell<bool>,
    seekable: Cell<bool>,
    has_read1: Cell<bool>,
    telling: Cell<bool>,
    universal: Cell<bool>,
    line_end: Cell<LineEnd>,
    /// What `\n` becomes on output, unless it stays.
    write_newline: Cell<Option<&'static str>>,
    /// Whether the encoder stands at the beginning of the stream, where some encodings put a mark.
    start_of_stream: Cell<bool>,
    encoder: Cell<Codec>,
    decoder: Cell<Codec>,
    encoder_object: ObjCell,
    decoder_object: ObjCell,
    /// The beginning of a character, for the decoders of this module.
    incomplete: RefCell<Vec<u8>>,
    newlines: Newlines,
    chunk_size: Cell<usize>,
    decoded: ObjCell,
    decoded_used: Cell<usize>,
    snapshot: ObjCell,
    snapshot_flags: Cell<i32>,
    /// Bytes per character of the last chunk.
    ratio: Cell<f64>,
    pending: RefCell<Vec<u8>>,
}

crate::stream_type! {
    /// `_io.TextIOWrapper`
    pub static PyTextIOWrapper_Type = TextIOWrapper, {
        tp_name: c"_io.TextIOWrapper".as_ptr(),
        tp_repr: slot::unary(repr),
        tp_doc: c"TextIOWrapper(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)\n--\n\nText over a buffered binary stream.\n\nThe encoding is the locale's by default, errors the name of an error handler, \"strict\"\nby default. A newline of None reads any line end as \"\\n\" and writes \"\\n\" as the\nplatform's; '' reads any line end as it is and writes what it gets; '\\n', '\\r' and\n'\\r\\n' are the only line ends when reading, and \"\\n\" is written as them.\nWith line_buffering, writing a line end flushes.".as_ptr(),
        tp_iternext: slot::iternext(read::next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut iobase::PyTextIOBase_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}
payload_class!(TextIOWrapper, PyTextIOWrapper_Type);

impl Payload for TextIOWrapper {
    fn traverse(&self, visitor: &mut Visitor) {
        for cell in self.cells() {
            cell.visit(visitor);
        }
    }
    fn clear(&self) {
        self.ok.set(false);
        for cell in self.cells() {
            drop(cell.take());
        }
    }
}

impl TextIOWrapper {
    fn cells(&self) -> [&ObjCell; 8] {
        [
            &self.buffer,
            &self.encoding,
            &self.encoder_object,
            &self.decoder_object,
            &self.decoded,
            &self.snapshot,
            &self.errors,
            &self.io.dict,
        ]
    }
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| TextIOWrapper {
        io: IoHead::new(head),
        buffer: ObjCell::empty(),
        encoding: ObjCell::empty(),
        errors: ObjCell::empty(),
        line_buffering: Cell::new(0),
        write_through: Cell::new(0),
        finalizing: Cell::new(0),
        ok: Cell::new(false),
        detached: Cell::new(false),
        seekable: Cell::new(false),
        has_read1: Cell::new(false),
        telling: Cell::new(false),
        universal: Cell::new(false),
        line_end: Cell::new(LineEnd::Lf),
        write_newline: Cell::new(None),
        start_of_stream: Cell::new(false),
        encoder: Cell::new(Codec::None),
        decoder: Cell::new(Codec::None),
        encoder_object: ObjCell::empty(),
        decoder_object: ObjCell::empty(),
        incomplete: RefCell::new(Vec::new()),
        newlines: Newlines::default(),
        chunk_size: Cell::new(8192),
        decoded: ObjCell::empty(),
        decoded_used: Cell::new(0),
        snapshot: ObjCell::empty(),
        snapshot_flags: Cell::new(0),
        ratio: Cell::new(0.0),
        pending: RefCell::new(Vec::new()),
    })?;
    Ok(new.upcast())
}

/// The settings of a text stream.
pub struct Settings<'a> {
    /// The encoding; the locale's when missing.
    pub encoding: Option<&'a Object>,
    /// The error handler; strict when missing.
    pub errors: Option<&'a Object>,
    /// The line ends.
    pub newline: Option<&'a str>,
    /// Whether a line end flushes.
    pub line_buffering: bool,
    /// Whether text goes to the buffer at once.
    pub write_through: bool,
}

/// A text stream over a buffer.
pub fn over(buffer: &Object, settings: &Settings<'_>) -> Result<Obj> {
    let new = new(TextIOWrapper::class(), &*tuple::empty(), None)?;
    // SAFETY: just made as one.
    initialize(unsafe { new.cast_unchecked::<TextIOWrapper>() }, buffer, settings)?;
    Ok(new)
}

fn init(this: &TextIOWrapper, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<6> = Signature::new(
        "TextIOWrapper",
        ["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"],
    )
    .required(1);
    let [buffer, encoding, errors, newline, line_buffering, write_through] =
        SIGNATURE.bind_tuple(args, kw)?;
    let Some(buffer) = buffer else { return Err(err::bad_internal_call()) };
    text_or_none("TextIOWrapper", "argument 'encoding'", encoding)?;
    let newline = text_or_none("TextIOWrapper", "argument 'newline'", newline)?;
    let line_buffering = line_buffering.map_or(Ok(0), krait_object::args::int)? != 0;
    let write_through = write_through.map_or(Ok(0), krait_object::args::int)? != 0;
    let errors = errors.filter(|errors| !errors.is_none());
    if let Some(errors) = errors.filter(|errors| !unicode::check(errors)) {
        return Err(krait_object::args::bad_argument(
            "TextIOWrapper",
            "argument 'errors'",
            "str or None",
            errors,
        ));
    }
    let encoding = encoding.filter(|encoding| !encoding.is_none());
    initialize(this, buffer, &Settings { encoding, errors, newline, line_buffering, write_through })
}

fn initialize(this: &TextIOWrapper, buffer: &Object, settings: &Settings<'_>) -> Result<()> {
    this.ok.set(false);
    this.detached.set(false);
    if let Some(newline) = settings.newline {
        check_newline(newline)?;
    }
    if let Some(errors) = settings.errors {
        check_errors(errors)?;
    }
    for cell in [&this.decoded, &this.snapshot, &this.encoder_object, &this.decoder_object] {
        drop(cell.take());
    }
    this.decoded_used.set(0);
    this.incomplete.take();
    this.pending.take();
    this.ratio.set(0.0);
    let encoding = match settings.encoding {
        Some(encoding) => encoding.owned(),
        None => default_encoding(buffer)?,
    };
    this.encoding.set(encoding.clone());
    this.errors.set(settings.errors.unwrap_or(intern!("strict")).owned());
    this.chunk_size.set(8192);
    this.line_buffering.set(u8::from(settings.line_buffering));
    this.write_through.set(u8::from(settings.write_through));
    set_newline(this, settings.newline);
    // The codec must exist, whatever directions the stream has.
    let codec = coding::look_up(&encoding)?;
    this.buffer.set(buffer.owned());
    coding::set_decoder(this, &codec)?;
    coding::set_encoder(this, &codec)?;
    let seekable = object::is_true(&*call::call_method(buffer, intern!("seekable"), &[])?)?;
    this.seekable.set(seekable);
    this.telling.set(seekable);
    this.has_read1.set(object::lookup_attr(buffer, intern!("read1"))?.is_some());
    coding::find_start(this)?;
    this.ok.set(true);
    Ok(())
}

/// In development mode, the error handler must exist from the beginning.
fn check_errors(errors: &Object) -> Result<()> {
    // SAFETY: the configuration of the running interpreter.
    if unsafe { (*krait_object::interpreter::current_config()).dev_mode } == 0 {
        return Ok(());
    }
    codecs::lookup_error(Some(unicode::as_utf8(errors)?)).map(drop)
}

/// The encoding of a terminal, or the one that the locale prefers.
fn default_encoding(buffer: &Object) -> Result<Obj> {
    match call::call_method(buffer, intern!("fileno"), &[]) {
        Ok(fd) => {
            let fd = long::as_i32(&fd)?;
            if fd >= 0 {
                let encoding = crate::fileutils::device_encoding(fd)?;
                if !encoding.is_none() {
                    return Ok(encoding);
                }
            }
        }
        Err(raised) => {
            if !err::matches(exceptions::AttributeError()) && !is_unsupported() {
                return Err(raised);
            }
            err::clear();
        }
    }
    let asked = (hooks::get().import)("_bootlocale").and_then(|locale| {
        call::call_method(&locale, intern!("getpreferredencoding"), &[py_bool::borrowed(false)])
    });
    let encoding = match asked {
        Ok(encoding) => encoding,
        // At the end of the interpreter nothing can be imported any more.
        Err(_) if err::matches(exceptions::ImportError()) => {
            err::clear();
            return unicode::from_str("ascii");
        }
        Err(raised) => return Err(raised),
    };
    if !unicode::check(&encoding) {
        return Err(err::os_error("could not determine default encoding"));
    }
    Ok(encoding)
}

fn set_newline(this: &TextIOWrapper, newline: Option<&str>) {
    this.line_end.set(LineEnd::of(newline));
    this.universal.set(matches!(newline, None | Some("")));
    this.newlines.reset();
    this.newlines.set_pending(false);
    this.newlines.set_translate(newline.is_none());
    this.write_newline.set(match newline {
        Some("\r") => Some("\r"),
        Some("\r\n") => Some("\r\n"),
        _ => None,
    });
}

// ---- checks ----

#[cold]
fn unattached(this: &TextIOWrapper) -> Raised {
    err::value_error(if this.detached.get() {
        "underlying buffer has been detached"
    } else {
        "I/O operation on uninitialized object"
    })
}

/// The buffer of a stream that has one.
#[inline]
fn attached(this: &TextIOWrapper) -> Result<Obj> {
    match this.buffer.get() {
        Some(buffer) if this.ok.get() => Ok(buffer),
        _ => Err(unattached(this)),
    }
}

/// The buffer of a stream that is open.
#[inline]
fn open_buffer(this: &TextIOWrapper) -> Result<Obj> {
    let buffer = attached(this)?;
    if TextIOWrapper::is_exact(this.object())
        && let Some(plain) = super::buffered::plain(&buffer)
        && plain.is_surely_open()
    {
        return Ok(buffer);
    }
    iobase::check_closed(this.object())?;
    Ok(buffer)
}

fn errors_text(this: &TextIOWrapper) -> Result<Obj> {
    this.errors.get().ok_or_else(|| unattached(this))
}

// ---- methods ----

methods! {
    static METHODS = [
        method::noargs(c"detach", detach, c"detach($self, /)\n--\n\n"),
        method::keywords(c"reconfigure", reconfigure, c"reconfigure($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)\n--\n\nChanges settings, after a flush.\n\nAfter something has been read, encoding, errors and newline cannot change."),
        method::o(c"write", write::write_method, c"write($self, text, /)\n--\n\n"),
        method::fastcall(c"read", read::read_method, c"read($self, size=-1, /)\n--\n\n"),
        method::fastcall(c"readline", read::readline_method, c"readline($self, size=-1, /)\n--\n\n"),
        method::noargs(c"flush", flush, c"flush($self, /)\n--\n\n"),
        method::noargs(c"close", close, c"close($self, /)\n--\n\n"),
        method::noargs(c"fileno", |this: &TextIOWrapper| delegate(this, intern!("fileno")), c"fileno($self, /)\n--\n\n"),
        method::noargs(c"seekable", |this: &TextIOWrapper| delegate(this, intern!("seekable")), c"seekable($self, /)\n--\n\n"),
        method::noargs(c"readable", |this: &TextIOWrapper| delegate(this, intern!("readable")), c"readable($self, /)\n--\n\n"),
        method::noargs(c"writable", |this: &TextIOWrapper| delegate(this, intern!("writable")), c"writable($self, /)\n--\n\n"),
        method::noargs(c"isatty", |this: &TextIOWrapper| delegate(this, intern!("isatty")), c"isatty($self, /)\n--\n\n"),
        method::fastcall(c"seek", position::seek_method, c"seek($self, cookie, whence=0, /)\n--\n\n"),
        method::noargs(c"tell", position::tell, c"tell($self, /)\n--\n\n"),
        method::fastcall(c"truncate", position::truncate, c"truncate($self, pos=None, /)\n--\n\n"),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"encoding", T_OBJECT as c_int, core::mem::offset_of!(TextIOWrapper, encoding), READONLY as c_int, c""),
        method::member(c"buffer", T_OBJECT as c_int, core::mem::offset_of!(TextIOWrapper, buffer), READONLY as c_int, c""),
        method::member(c"line_buffering", T_BOOL as c_int, core::mem::offset_of!(TextIOWrapper, line_buffering), READONLY as c_int, c""),
        method::member(c"write_through", T_BOOL as c_int, core::mem::offset_of!(TextIOWrapper, write_through), READONLY as c_int, c""),
        method::member(c"_finalizing", T_BOOL as c_int, core::mem::offset_of!(TextIOWrapper, finalizing), 0, c""),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"name", |this: &TextIOWrapper| attached(this).and_then(|buffer| object::get_attr(&buffer, intern!("name"))), c""),
        method::getter(c"closed", |this: &TextIOWrapper| attached(this).and_then(|buffer| object::get_attr(&buffer, intern!("closed"))), c""),
        method::getter(c"newlines", newlines, c""),
        method::getter(c"errors", |this: &TextIOWrapper| initialized(this).and_then(|()| errors_text(this)), c""),
        method::getset(c"_CHUNK_SIZE", |this: &TextIOWrapper| attached(this).map(|_| this.chunk_size.get()), set_chunk_size, c""),
    ];
}

fn initialized(this: &TextIOWrapper) -> Result<()> {
    // A detached stream still tells its settings.
    if this.ok.get() || this.detached.get() { Ok(()) } else { Err(unattached(this)) }
}

fn delegate(this: &TextIOWrapper, method: &Object) -> Result<Obj> {
    call::call_method(&*attached(this)?, method, &[])
}

fn newlines(this: &TextIOWrapper) -> Result<Obj> {
    attached(this)?;
    if this.decoder.get() == Codec::None || !this.universal.get() {
        return Ok(none::none().owned());
    }
    this.newlines.newlines()
}

fn set_chunk_size(this: &TextIOWrapper, value: Option<&Object>) -> Result<()> {
    attached(this)?;
    let Some(value) = value else { return Err(err::attribute_error("cannot delete attribute")) };
    let size = number::as_ssize(value, Some(exceptions::ValueError()))?;
    if size <= 0 {
        return Err(err::value_error("a strictly positive integer is required"));
    }
    this.chunk_size.set(size as usize);
    Ok(())
}

fn flush(this: &TextIOWrapper) -> Result<Obj> {
    let buffer = open_buffer(this)?;
    this.telling.set(this.seekable.get());
    write::flush_pending(this, &buffer)?;
    call::call_method(&buffer, intern!("flush"), &[])
}

fn detach(this: &TextIOWrapper) -> Result<Obj> {
    attached(this)?;
    call::call_method(this.object(), intern!("flush"), &[])?;
    let buffer = this.buffer.take().unwrap_or_else(|| none::none().owned());
    this.detached.set(true);
    this.ok.set(false);
    Ok(buffer)
}

fn close(this: &TextIOWrapper) -> Result<()> {
    let buffer = attached(this)?;
    if iobase::is_closed(this.object())? {
        return Ok(());
    }
    if this.finalizing.get() != 0
        && call::call_method(&buffer, intern!("_dealloc_warn"), &[this.object()]).is_err()
    {
        err::clear();
    }
    super::both(
        || call::call_method(this.object(), intern!("flush"), &[]).map(drop),
        || call::call_method(&buffer, intern!("close"), &[]).map(drop),
    )
}

/// An optional truth value; None keeps what there is.
fn flag_argument(given: Option<&Object>, now: u8) -> Result<u8> {
    match given.filter(|given| !given.is_none()) {
        None => Ok(now),
        Some(given) => Ok(u8::from(long::as_i64(given)? != 0)),
    }
}

fn reconfigure(this: &TextIOWrapper, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<5> =
        Signature::new("reconfigure", ["encoding", "errors", "newline", "line_buffering", "write_through"])
            .required(0)
            .keyword_only_from(0);
    let [encoding, errors, newline, line_buffering, write_through] = SIGNATURE.bind(args)?;
    let encoding = encoding.filter(|encoding| !encoding.is_none());
    let errors = errors.filter(|errors| !errors.is_none());
    let settings_change = encoding.is_some() || errors.is_some() || newline.is_some();
    if (!this.decoded.is_empty() || !this.snapshot.is_empty()) && settings_change {
        return Err(unsupported(
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let newline_text = match newline.filter(|newline| !newline.is_none()) {
        None => None,
        Some(text) if unicode::check(text) => Some(unicode::as_utf8(text)?),
        Some(other) => {
            return Err(err::type_error(format_args!(
                "reconfigure() argument 'newline' must be str or None, not {}",
                other.class_of().name()
            )));
        }
    };
    if let Some(text) = newline_text {
        check_newline(text)?;
    }
    let line_buffering = flag_argument(line_buffering, this.line_buffering.get())?;
    let write_through = flag_argument(write_through, this.write_through.get())?;
    call::call_method(this.object(), intern!("flush"), &[])?;
    this.ratio.set(0.0);
    if newline.is_some() {
        set_newline(this, newline_text);
    }
    change_encoding(this, encoding, errors, newline.is_some())?;
    this.line_buffering.set(line_buffering);
    this.write_through.set(write_through);
    Ok(())
}

fn change_encoding(
    this: &TextIOWrapper,
    encoding: Option<&Object>,
    errors: Option<&Object>,
    newline_changed: bool,
) -> Result<()> {
    if encoding.is_none() && errors.is_none() && !newline_changed {
        return Ok(());
    }
    for (given, name) in [(encoding, "encoding"), (errors, "errors")] {
        if let Some(given) = given.filter(|given| !unicode::check(given)) {
            return Err(krait_object::args::bad_argument(
                "reconfigure",
                &format!("argument '{name}'"),
                "str or None",
                given,
            ));
        }
    }
    let errors = match (errors, encoding) {
        (Some(errors), _) => errors.owned(),
        (None, Some(_)) => intern!("strict").owned(),
        (None, None) => errors_text(this)?,
    };
    let encoding = match encoding {
        Some(encoding) => encoding.owned(),
        None => this.encoding.get_or_none(),
    };
    check_errors(&errors)?;
    let codec = coding::look_up(&encoding)?;
    let old_errors = this.errors.replace(Some(errors));
    let changed = coding::set_decoder(this, &codec).and_then(|()| coding::set_encoder(this, &codec));
    if changed.is_err() {
        this.errors.set_opt(old_errors);
        return changed;
    }
    this.encoding.set(encoding);
    coding::find_start(this)
}

fn repr(this: &TextIOWrapper) -> Result<Obj> {
    initialized(this)?;
    let mut text = unicode::Builder::new();
    text.push_str("<_io.TextIOWrapper");
    for attribute in [intern!("name"), intern!("mode")] {
        let value = match object::lookup_attr(this.object(), attribute) {
            Ok(value) => value,
            // A stream that is closed or detached may have no name.
            Err(_) if err::matches(exceptions::ValueError()) => {
                err::clear();
                None
            }
            Err(raised) => return Err(raised),
        };
        if let Some(value) = value {
            text.push_str(" ");
            text.push_object(attribute);
            text.push_str("=");
            text.push_object(&*guarded_name_repr(this.object(), &value)?);
        }
    }
    text.push_str(" encoding=");
    text.push_object(&*object::repr(&this.encoding.get_or_none())?);
    text.push_str(">");
    text.finish()
}
