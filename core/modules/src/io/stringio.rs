//! `_io.StringIO`: a text stream in memory.
//!
//! The contents are a vector of code points; a `str` is made when somebody asks for one.

use super::iobase::{IoHead, own_readline};
use super::newline::{LineEnd, Newlines, check_newline};
use super::{closed_error, optional_size, size_argument, whence_argument};
use core::cell::{Cell, RefCell};
use krait_object::args::Signature;
use krait_object::cell::Visitor;
use krait_object::payload::{self, Payload};
use krait_object::protocol::number;
use krait_object::text::Unit;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, intern, method, methods, payload_class, slot,
    with_chars,
};

/// A text stream in memory.
#[repr(C)]
pub struct StringIO {
    io: IoHead,
    text: RefCell<Vec<u32>>,
    position: Cell<usize>,
    initialized: Cell<bool>,
    closed: Cell<bool>,
    /// The argument `newline`.
    newline: Cell<Option<&'static str>>,
    line_end: Cell<LineEnd>,
    /// For universal newlines mode.
    newlines: Newlines,
}

crate::stream_type! {
    /// `_io.StringIO`
    pub static PyStringIO_Type = memory StringIO, {
        tp_name: c"_io.StringIO".as_ptr(),
        tp_doc: c"StringIO(initial_value='', newline='\\n')\n--\n\nA text stream in memory.\n\nThe first argument is the text to begin with; newline has the meaning that it has for\nTextIOWrapper, except that nothing is translated on output where it is None.".as_ptr(),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut super::iobase::PyTextIOBase_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}
payload_class!(StringIO, PyStringIO_Type);

impl Payload for StringIO {
    fn traverse(&self, visitor: &mut Visitor) {
        self.io.visit(visitor);
    }
    fn clear(&self) {
        drop(self.io.dict.take());
    }
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| StringIO {
        io: IoHead::new(head),
        text: RefCell::new(Vec::new()),
        position: Cell::new(0),
        initialized: Cell::new(false),
        closed: Cell::new(false),
        newline: Cell::new(None),
        line_end: Cell::new(LineEnd::Lf),
        newlines: Newlines::default(),
    })?;
    Ok(new.upcast())
}

/// The static text of a legal `newline` argument.
fn static_newline(newline: &str) -> &'static str {
    match newline {
        "" => "",
        "\r" => "\r",
        "\r\n" => "\r\n",
        _ => "\n",
    }
}

fn init(this: &StringIO, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<2> = Signature::new("StringIO", ["initial_value", "newline"]).required(0);
    let [initial, newline] = SIGNATURE.bind_tuple(args, kw)?;
    let newline = newline.unwrap_or(intern!("\n"));
    initialize(this, initial.unwrap_or(none::none()), newline)
}

fn initialize(this: &StringIO, initial: &Object, newline: &Object) -> Result<()> {
    let newline = if newline.is_none() {
        None
    } else if unicode::check(newline) {
        let text = unicode::to_string_lossy(newline);
        if check_newline(&text).is_err() {
            err::clear();
            let shown = krait_object::protocol::object::repr(newline)?;
            return Err(err::value_error(format_args!(
                "illegal newline value: {}",
                unicode::display(&shown)
            )));
        }
        Some(static_newline(&text))
    } else {
        return Err(err::type_error(format_args!(
            "newline must be str or None, not {:.200}",
            newline.class_of().name()
        )));
    };
    if !initial.is_none() && !unicode::check(initial) {
        return Err(err::type_error(format_args!(
            "initial_value must be str or None, not {:.200}",
            initial.class_of().name()
        )));
    }
    this.initialized.set(false);
    this.text.borrow_mut().clear();
    this.position.set(0);
    this.closed.set(false);
    this.newline.set(newline);
    this.line_end.set(LineEnd::of(newline));
    this.newlines.reset();
    this.newlines.set_translate(newline.is_none());
    this.initialized.set(true);
    if unicode::check(initial) {
        write(this, initial)?;
        this.position.set(0);
    }
    Ok(())
}

fn check_open(this: &StringIO) -> Result<()> {
    if !this.initialized.get() {
        return Err(err::value_error("I/O operation on uninitialized object"));
    }
    if this.closed.get() { Err(closed_error()) } else { Ok(()) }
}

/// Writes text at the position; a gap behind the present contents becomes NULs.
fn write(this: &StringIO, text: &Object) -> Result<()> {
    let universal = matches!(this.newline.get(), None | Some(""));
    let decoded = if universal { this.newlines.decode(text.owned(), true)? } else { text.owned() };
    let wide = match this.newline.get() {
        Some(end @ ("\r" | "\r\n")) => {
            unicode::replace(&decoded, intern!("\n"), &*unicode::from_str(end)?, -1)?
        }
        _ => decoded,
    };
    let count = unicode::len(&wide);
    if count == 0 {
        return Ok(());
    }
    let mut contents = this.text.borrow_mut();
    let at = this.position.get();
    let Some(end) = at.checked_add(count).filter(|&end| end <= isize::MAX as usize / 4) else {
        return Err(err::overflow_error("new buffer size too large"));
    };
    if at > contents.len() {
        contents.resize(at, 0);
    }
    let overlap = contents.len().min(end) - at;
    with_chars!(unicode::chars(&wide), |units| {
        for (place, unit) in contents[at..].iter_mut().zip(&units[..overlap]) {
            *place = unit.code();
        }
        contents.extend(units[overlap..].iter().map(|unit| unit.code()));
    });
    this.position.set(end);
    Ok(())
}

// ---- methods ----

methods! {
    static METHODS = [
        method::noargs(c"close", close, c"close($self, /)\n--\n\nGives the contents up."),
        method::noargs(c"getvalue", getvalue, c"getvalue($self, /)\n--\n\nAll the contents."),
        method::fastcall(c"read", read, c"read($self, size=-1, /)\n--\n\nReads at most size characters, everything by default."),
        method::fastcall(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nReads a line with its end, or at most size characters of it."),
        method::noargs(c"tell", |this: &StringIO| check_open(this).map(|()| this.position.get()), c"tell($self, /)\n--\n\nThe present position."),
        method::fastcall(c"truncate", truncate, c"truncate($self, pos=None, /)\n--\n\nMakes the contents at most pos characters long, by default up to the present position."),
        method::fastcall(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMoves to a position from the start (whence 0), stays (1) or moves to the end (2); with\nthe last two, pos must be 0."),
        method::o(c"write", write_method, c"write($self, s, /)\n--\n\nWrites text and returns the number of its characters."),
        method::noargs(c"seekable", yes, c"seekable($self, /)\n--\n\nTrue, as the stream has positions."),
        method::noargs(c"readable", yes, c"readable($self, /)\n--\n\nTrue, as the stream can be read."),
        method::noargs(c"writable", yes, c"writable($self, /)\n--\n\nTrue, as the stream can be written."),
        method::noargs(c"__getstate__", getstate, c""),
        method::o(c"__setstate__", setstate, c""),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"closed", |this: &StringIO| initialized(this).map(|()| this.closed.get()), c""),
        method::getter(c"newlines", newlines, c""),
        method::getter(c"line_buffering", |this: &StringIO| check_open(this).map(|()| false), c""),
    ];
}

fn initialized(this: &StringIO) -> Result<()> {
    if this.initialized.get() {
        return Ok(());
    }
    Err(err::value_error("I/O operation on uninitialized object"))
}

fn newlines(this: &StringIO) -> Result<Obj> {
    check_open(this)?;
    if matches!(this.newline.get(), None | Some("")) {
        return this.newlines.newlines();
    }
    Ok(none::none().owned())
}

fn yes(this: &StringIO) -> Result<bool> {
    check_open(this)?;
    Ok(true)
}

fn close(this: &StringIO) -> Result<()> {
    this.closed.set(true);
    drop(this.text.take());
    Ok(())
}

fn getvalue(this: &StringIO) -> Result<Obj> {
    check_open(this)?;
    unicode::from_code_points(&this.text.borrow())
}

fn read(this: &StringIO, args: &[&Object]) -> Result<Obj> {
    let size = size_argument("read", args)?;
    check_open(this)?;
    let text = this.text.borrow();
    let at = this.position.get().min(text.len());
    let left = text.len() - at;
    let count = if size < 0 { left } else { left.min(size as usize) };
    if count == 0 {
        return unicode::empty();
    }
    this.position.set(at + count);
    unicode::from_code_points(&text[at..at + count])
}

fn line(this: &StringIO, limit: isize) -> Result<Obj> {
    let text = this.text.borrow();
    let at = this.position.get();
    if at >= text.len() {
        return unicode::empty();
    }
    let ahead = &text[at..];
    let ahead = if limit < 0 { ahead } else { &ahead[..ahead.len().min(limit as usize)] };
    let count = this.line_end.get().find(ahead).unwrap_or(ahead.len());
    this.position.set(at + count);
    unicode::from_code_points(&ahead[..count])
}

fn readline(this: &StringIO, args: &[&Object]) -> Result<Obj> {
    let limit = size_argument("readline", args)?;
    check_open(this)?;
    line(this, limit)
}

fn next(this: &StringIO) -> Result<Option<Obj>> {
    check_open(this)?;
    let line = if StringIO::is_exact(this.object()) { line(this, -1)? } else { own_readline(this.object())? };
    if unicode::len(&line) == 0 { Ok(None) } else { Ok(Some(line)) }
}

fn truncate(this: &StringIO, args: &[&Object]) -> Result<usize> {
    krait_object::args::check_positional("truncate", args.len(), 0, 1)?;
    let size = match args.first() {
        Some(given) if !given.is_none() => optional_size(Some(given))?,
        _ => this.position.get() as isize,
    };
    check_open(this)?;
    if size < 0 {
        return Err(err::value_error(format_args!("Negative size value {size}")));
    }
    this.text.borrow_mut().truncate(size as usize);
    Ok(size as usize)
}

fn seek(this: &StringIO, args: &[&Object]) -> Result<usize> {
    krait_object::args::check_positional("seek", args.len(), 1, 2)?;
    let offset = krait_object::args::ssize(args[0])?;
    let whence = whence_argument(args)?;
    check_open(this)?;
    if !(0..=2).contains(&whence) {
        return Err(err::value_error(format_args!("Invalid whence ({whence}, should be 0, 1 or 2)")));
    }
    if offset < 0 && whence == 0 {
        return Err(err::value_error(format_args!("Negative seek position {offset}")));
    }
    if whence != 0 && offset != 0 {
        return Err(err::os_error("Can't do nonzero cur-relative seeks"));
    }
    match whence {
        0 => this.position.set(offset as usize),
        1 => {}
        _ => this.position.set(this.text.borrow().len()),
    }
    Ok(this.position.get())
}

fn write_method(this: &StringIO, text: &Object) -> Result<usize> {
    initialized(this)?;
    if !unicode::check(text) {
        return Err(err::type_error(format_args!(
            "string argument expected, got '{:.200}'",
            text.class_of().name()
        )));
    }
    check_open(this)?;
    write(this, text)?;
    Ok(unicode::len(text))
}

fn getstate(this: &StringIO) -> Result<Obj> {
    let value = getvalue(this)?;
    let newline = match this.newline.get() {
        None => none::none().owned(),
        Some(newline) => unicode::from_str(newline)?,
    };
    let attributes = match this.io.dict.get() {
        Some(attributes) => dict::copy(&attributes)?,
        None => none::none().owned(),
    };
    tuple::pack([value, newline, long::from_u64(this.position.get() as u64)?, attributes])
}

fn setstate(this: &StringIO, state: &Object) -> Result<()> {
    if this.closed.get() {
        return Err(closed_error());
    }
    let class = this.object().class_of().name();
    let items = if tuple::check(state) { tuple::items(state) } else { &[] };
    let &[value, newline, position, attributes, ..] = items else {
        return Err(err::type_error(format_args!(
            "{class:.200}.__setstate__ argument should be 4-tuple, got {:.200}",
            state.class_of().name()
        )));
    };
    initialize(this, none::none(), newline)?;
    if !unicode::check(value) {
        return Err(err::type_error(format_args!(
            "first item of state must be a str, got {:.200}",
            value.class_of().name()
        )));
    }
    // The value has its line ends already: it is taken as it is.
    let points: Vec<u32> = unicode::chars(value).iter().collect();
    *this.text.borrow_mut() = points;
    if !long::check(position) {
        return Err(err::type_error(format_args!(
            "third item of state must be an integer, got {:.200}",
            position.class_of().name()
        )));
    }
    let position = number::as_ssize(position, None)?;
    if position < 0 {
        return Err(err::value_error("position value cannot be negative"));
    }
    this.position.set(position as usize);
    if attributes.is_none() {
        return Ok(());
    }
    if !dict::check(attributes) {
        return Err(err::type_error(format_args!(
            "fourth item of state should be a dict, got a {:.200}",
            attributes.class_of().name()
        )));
    }
    match this.io.dict.get() {
        Some(own) => dict::update(&own, attributes),
        None => {
            this.io.dict.set(attributes.owned());
            Ok(())
        }
    }
}
