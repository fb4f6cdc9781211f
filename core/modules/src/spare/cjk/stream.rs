//! `MultibyteStreamReader` and `MultibyteStreamWriter`: conversion of what a stream reads and writes.

use super::codec::Codec;
use super::incremental::{Progress, errors_attribute};
use core::cell::RefCell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, sequence};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, long, none, unicode};
use krait_object::{
    Layout, Obj, Object, Result, err, getsets, intern, members, method, methods, payload_class, slot,
    static_type,
};

fn arguments<'a>(
    function: &'static str,
    args: &'a Object,
    kw: Option<&'a Object>,
) -> Result<(&'a Object, Option<&'a Object>)> {
    let [stream, errors] =
        Signature::new(function, ["stream", "errors"]).required(1).parsed().bind_tuple(args, kw)?;
    Ok((stream.unwrap_or(none::none()), errors))
}

fn accept_any<T>(_this: &T, _args: &Object, _kw: Option<&Object>) -> Result<()> {
    Ok(())
}

// ---- MultibyteStreamReader ----

/// Reads text from a stream of bytes.
#[repr(C)]
pub struct Reader {
    head: Head,
    stream: ObjCell,
    progress: Progress,
    kept: RefCell<Vec<u8>>,
}

static_type! {
    /// `MultibyteStreamReader`
    pub static Reader_Type = {
        tp_name: c"MultibyteStreamReader".as_ptr(),
        tp_basicsize: size_of::<Reader>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Reader>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Reader>(),
        tp_methods: (&raw mut READER_METHODS).cast(),
        tp_members: (&raw mut READER_MEMBERS).cast(),
        tp_getset: (&raw mut READER_GETSETS).cast(),
        tp_init: slot::init(accept_any::<Reader>),
        tp_new: slot::new(new_reader),
    };
}
payload_class!(Reader, Reader_Type);

impl Payload for Reader {
    fn traverse(&self, visitor: &mut Visitor) {
        self.stream.visit(visitor);
    }
}

methods! {
    static READER_METHODS = [
        method::fastcall(c"read", |this: &Reader, args: &[&Object]| read(this, "read", args), c"read($self, sizeobj=None, /)\n--\n\n"),
        method::fastcall(c"readline", |this: &Reader, args: &[&Object]| read(this, "readline", args), c"readline($self, sizeobj=None, /)\n--\n\n"),
        method::fastcall(c"readlines", read_lines, c"readlines($self, sizehintobj=None, /)\n--\n\n"),
        method::noargs(c"reset", reset_reader, c"reset($self, /)\n--\n\n"),
    ];
}
members! {
    static READER_MEMBERS = [method::member(c"stream", T_OBJECT, offset_of!(Reader, stream), READONLY, c"")];
}
getsets! {
    static READER_GETSETS = [errors_attribute!(Reader)];
}

fn new_reader(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const NAME: &str = "StreamReader";
    let (stream, errors) = arguments(NAME, args, kw)?;
    let progress = Progress::new(NAME, 2, class, errors, Codec::start_decoding)?;
    let stream = ObjCell::new(stream.owned());
    payload::new(class, |head| Reader { head, stream, progress, kept: RefCell::default() }).map(Obj::upcast)
}

/// The optional size; negative for everything.
fn size_argument(function: &str, args: &[&Object]) -> Result<isize> {
    krait_object::args::check_positional(function, args.len(), 0, 1)?;
    match crate::support::not_none(args.first().copied()) {
        None => Ok(-1),
        Some(size) if long::check(size) => long::as_isize(size),
        Some(_) => Err(err::type_error("arg 1 must be an integer")),
    }
}

fn read(this: &Reader, function: &'static str, args: &[&Object]) -> Result<Obj> {
    let size = size_argument(function, args)?;
    read_by(this, function, size)
}

/// Reads with a method of the stream; if that gives no whole character, a byte more.
fn read_by(this: &Reader, function: &str, mut size: isize) -> Result<Obj> {
    if size == 0 {
        return unicode::empty();
    }
    let stream = this.stream.get_or_none();
    let mut out = unicode::Builder::new();
    loop {
        let content = if size < 0 {
            call::call_method_str(&stream, function, &[])?
        } else {
            call::call_method_str(&stream, function, &[&*long::from_i64(size as i64)?])?
        };
        if !bytes::check(&content) {
            let name = content.class_of().name();
            return Err(err::type_error(format_args!(
                "stream function returned a non-bytes object ({name:.100})"
            )));
        }
        let content = bytes::as_slice(&content);
        let is_last = content.is_empty() || size < 0;
        this.progress.decode(&this.kept, content, is_last, &mut out)?;
        if size < 0 || !out.is_empty() || content.is_empty() {
            return out.finish();
        }
        size = 1;
    }
}

fn read_lines(this: &Reader, args: &[&Object]) -> Result<Obj> {
    let size = size_argument("readlines", args)?;
    unicode::splitlines(&*read_by(this, "read", size)?, true)
}

fn reset_reader(this: &Reader) -> Result<()> {
    let mut state = this.progress.state.get();
    this.progress.codec.reset_decoding(&mut state);
    this.progress.state.set(state);
    drop(this.kept.take());
    Ok(())
}

// ---- MultibyteStreamWriter ----

/// Writes text to a stream of bytes.
#[repr(C)]
pub struct Writer {
    head: Head,
    stream: ObjCell,
    progress: Progress,
    kept: ObjCell,
}

static_type! {
    /// `MultibyteStreamWriter`
    pub static Writer_Type = {
        tp_name: c"MultibyteStreamWriter".as_ptr(),
        tp_basicsize: size_of::<Writer>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Writer>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_traverse: payload::traverse::<Writer>(),
        tp_methods: (&raw mut WRITER_METHODS).cast(),
        tp_members: (&raw mut WRITER_MEMBERS).cast(),
        tp_getset: (&raw mut WRITER_GETSETS).cast(),
        tp_init: slot::init(accept_any::<Writer>),
        tp_new: slot::new(new_writer),
    };
}
payload_class!(Writer, Writer_Type);

impl Payload for Writer {
    fn traverse(&self, visitor: &mut Visitor) {
        self.stream.visit(visitor);
    }
}

methods! {
    static WRITER_METHODS = [
        method::o(c"write", write, c"write($self, strobj, /)\n--\n\n"),
        method::o(c"writelines", write_lines, c"writelines($self, lines, /)\n--\n\n"),
        method::noargs(c"reset", reset_writer, c"reset($self, /)\n--\n\n"),
    ];
}
members! {
    static WRITER_MEMBERS = [method::member(c"stream", T_OBJECT, offset_of!(Writer, stream), READONLY, c"")];
}
getsets! {
    static WRITER_GETSETS = [errors_attribute!(Writer)];
}

fn new_writer(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const NAME: &str = "StreamWriter";
    let (stream, errors) = arguments(NAME, args, kw)?;
    let progress = Progress::new(NAME, 2, class, errors, Codec::start_encoding)?;
    let stream = ObjCell::new(stream.owned());
    payload::new(class, |head| Writer { head, stream, progress, kept: ObjCell::empty() }).map(Obj::upcast)
}

fn write(this: &Writer, text: &Object) -> Result<()> {
    let content = this.progress.encode(&this.kept, text, false)?;
    call::call_method(&this.stream.get_or_none(), intern!("write"), &[&content]).map(|_| ())
}

fn write_lines(this: &Writer, lines: &Object) -> Result<()> {
    if !sequence::check(lines) {
        return Err(err::type_error("arg must be a sequence object"));
    }
    let mut index = 0;
    while index < sequence::size(lines)? {
        write(this, &*sequence::get_item(lines, index as isize)?)?;
        index += 1;
    }
    Ok(())
}

/// Writes what was kept and what ends the text.
fn reset_writer(this: &Writer) -> Result<()> {
    if this.kept.is_empty() {
        return Ok(());
    }
    let content = this.progress.encode(&this.kept, &*unicode::empty()?, true)?;
    if !bytes::as_slice(&content).is_empty() {
        call::call_method(&this.stream.get_or_none(), intern!("write"), &[&content])?;
    }
    Ok(())
}
