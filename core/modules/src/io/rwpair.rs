//! `_io.BufferedRWPair`: a reader and a writer over two raw streams, such as the two ends of pipes.

use super::iobase::{self, IoHead};
use super::{both, buffered};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Payload};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, tuple};
use krait_object::{Layout, Obj, Object, Result, err, getsets, intern, method, methods, payload_class, slot};

/// A reader and a writer.
#[repr(C)]
pub struct Pair {
    io: IoHead,
    reader: ObjCell,
    writer: ObjCell,
}

crate::stream_type! {
    /// `_io.BufferedRWPair`
    pub static PyBufferedRWPair_Type = Pair, {
        tp_name: c"_io.BufferedRWPair".as_ptr(),
        tp_doc: c"BufferedRWPair(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)\n--\n\nA buffered reader and a buffered writer over two raw streams.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut iobase::PyBufferedIOBase_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}
payload_class!(Pair, PyBufferedRWPair_Type);

impl Payload for Pair {
    fn traverse(&self, visitor: &mut Visitor) {
        self.io.visit(visitor);
        self.reader.visit(visitor);
        self.writer.visit(visitor);
    }
    fn clear(&self) {
        drop(self.reader.take());
        drop(self.writer.take());
        drop(self.io.dict.take());
    }
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    payload::new(class, |head| Pair {
        io: IoHead::new(head),
        reader: ObjCell::empty(),
        writer: ObjCell::empty(),
    })
    .map(Obj::upcast)
}

fn init(this: &Pair, args: &Object, kw: Option<&Object>) -> Result<()> {
    // SAFETY: a static type.
    let own = unsafe { Type::from_raw(&raw mut PyBufferedRWPair_Type) };
    if core::ptr::eq(this.object().class_of(), own) && kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error("BufferedRWPair() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    krait_object::args::check_positional("BufferedRWPair", items.len(), 2, 3)?;
    let size = items
        .get(2)
        .map_or(Ok(super::DEFAULT_BUFFER_SIZE as isize), |size| krait_object::args::ssize(size))?;
    iobase::check_readable(items[0])?;
    iobase::check_writable(items[1])?;
    let reader = buffered::over(items[0], true, false, size)?;
    let writer = buffered::over(items[1], false, true, size)?;
    this.reader.set(reader);
    this.writer.set(writer);
    Ok(())
}

fn reader(this: &Pair) -> Result<Obj> {
    this.reader.get().ok_or_else(|| err::value_error("I/O operation on uninitialized object"))
}

fn writer(this: &Pair) -> Result<Obj> {
    this.writer.get().ok_or_else(|| err::value_error("I/O operation on uninitialized object"))
}

fn forward(target: Result<Obj>, method: &Object, args: &Object) -> Result<Obj> {
    let method = object::get_attr(&*target?, method)?;
    call::call_tuple(&method, args, None)
}

methods! {
    static METHODS = [
        method::varargs(c"read", |this: &Pair, args: &Object| forward(reader(this), intern!("read"), args), c""),
        method::varargs(c"peek", |this: &Pair, args: &Object| forward(reader(this), intern!("peek"), args), c""),
        method::varargs(c"read1", |this: &Pair, args: &Object| forward(reader(this), intern!("read1"), args), c""),
        method::varargs(c"readinto", |this: &Pair, args: &Object| forward(reader(this), intern!("readinto"), args), c""),
        method::varargs(c"readinto1", |this: &Pair, args: &Object| forward(reader(this), intern!("readinto1"), args), c""),
        method::varargs(c"write", |this: &Pair, args: &Object| forward(writer(this), intern!("write"), args), c""),
        method::noargs(c"flush", |this: &Pair| call::call_method(&*writer(this)?, intern!("flush"), &[]), c""),
        method::noargs(c"readable", |this: &Pair| call::call_method(&*reader(this)?, intern!("readable"), &[]), c""),
        method::noargs(c"writable", |this: &Pair| call::call_method(&*writer(this)?, intern!("writable"), &[]), c""),
        method::noargs(c"close", close, c""),
        method::noargs(c"isatty", isatty, c""),
    ];
}
getsets! {
    static GETSETS = [method::getter(c"closed", closed, c"")];
}

fn close(this: &Pair) -> Result<()> {
    both(
        || call::call_method(&*writer(this)?, intern!("close"), &[]).map(drop),
        || call::call_method(&*reader(this)?, intern!("close"), &[]).map(drop),
    )
}

fn isatty(this: &Pair) -> Result<Obj> {
    let answer = call::call_method(&*writer(this)?, intern!("isatty"), &[])?;
    if object::is_true(&answer)? {
        return Ok(answer);
    }
    call::call_method(&*reader(this)?, intern!("isatty"), &[])
}

fn closed(this: &Pair) -> Result<Obj> {
    match this.writer.get() {
        Some(writer) => object::get_attr(&writer, intern!("closed")),
        None => Err(err::runtime_error("the BufferedRWPair object is being garbage-collected")),
    }
}
