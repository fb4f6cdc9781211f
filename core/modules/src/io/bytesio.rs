//! `_io.BytesIO`: a binary stream in memory.
//!
//! The contents are a `bytes` object with spare room at its end. It is shared with whoever gave or got the value as long
//! as nobody writes: an object that others hold too (`refcount > 1`) is copied before it changes. While memory is
//! exported through `getbuffer()`, the object must neither move nor change its size.

use super::iobase::IoHead;
use super::{closed_error, optional_size, size_argument, whence_argument, writable_argument};
use core::cell::Cell;
use core::ffi::c_int;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::protocol::{iter, number, object};
use krait_object::text::byte;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, exceptions, list, long, none, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, method, methods, payload_class, slot, static_type,
};

/// A binary stream in memory.
#[repr(C)]
pub struct BytesIO {
    io: IoHead,
    /// The contents with spare room; empty when the stream is closed.
    buffer: ObjCell,
    position: Cell<usize>,
    /// How much of the buffer is contents.
    size: Cell<usize>,
    exports: Cell<isize>,
}

crate::stream_type! {
    /// `_io.BytesIO`
    pub static PyBytesIO_Type = memory BytesIO, {
        tp_name: c"_io.BytesIO".as_ptr(),
        tp_doc: c"BytesIO(initial_bytes=b'')\n--\n\nA binary stream in memory.".as_ptr(),
        tp_iter: Some(object::PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut super::iobase::PyBufferedIOBase_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}
payload_class!(BytesIO, PyBytesIO_Type);

impl Payload for BytesIO {
    fn traverse(&self, visitor: &mut Visitor) {
        self.io.visit(visitor);
    }
    fn clear(&self) {
        drop(self.io.dict.take());
    }
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let empty = bytes::empty()?;
    let new = payload::new(class, |head| BytesIO {
        io: IoHead::new(head),
        buffer: ObjCell::new(empty),
        position: Cell::new(0),
        size: Cell::new(0),
        exports: Cell::new(0),
    })?;
    Ok(new.upcast())
}

fn init(this: &BytesIO, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<1> = Signature::new("BytesIO", ["initial_bytes"]).required(0);
    let [initial] = SIGNATURE.bind_tuple(args, kw)?;
    this.position.set(0);
    this.size.set(0);
    check_exports(this)?;
    let Some(initial) = initial.filter(|initial| !initial.is_none()) else { return Ok(()) };
    if bytes::check_exact(initial) {
        this.buffer.set(initial.owned());
        this.size.set(bytes::as_slice(initial).len());
        return Ok(());
    }
    let data = Buffer::simple(initial)?;
    write(this, data.as_slice())?;
    this.position.set(0);
    Ok(())
}

// ---- contents ----

fn check_open(this: &BytesIO) -> Result<()> {
    if this.buffer.is_empty() { Err(closed_error()) } else { Ok(()) }
}

fn check_exports(this: &BytesIO) -> Result<()> {
    if this.exports.get() > 0 {
        return Err(err::buffer_error("Existing exports of data: object cannot be re-sized"));
    }
    Ok(())
}

impl BytesIO {
    /// The contents of an open stream. Valid until the stream is written.
    fn contents(&self) -> &[u8] {
        // SAFETY: NULL or an owned bytes object; callers copy before anything else runs.
        match unsafe { self.buffer.borrow() } {
            Some(buffer) => &bytes::as_slice(buffer)[..self.size.get()],
            None => &[],
        }
    }

    fn capacity(&self) -> usize {
        // SAFETY: as above.
        unsafe { self.buffer.borrow() }.map_or(0, |buffer| bytes::as_slice(buffer).len())
    }

    fn is_shared(&self) -> bool {
        // SAFETY: as above.
        unsafe { self.buffer.borrow() }.is_none_or(|buffer| buffer.refcount() > 1)
    }

    /// Makes the buffer one of `capacity` bytes that only the stream holds.
    fn reallocate(&self, capacity: usize) -> Result<()> {
        if self.is_shared() {
            let kept = self.size.get().min(capacity);
            let new = bytes::uninit(capacity as isize)?;
            // SAFETY: a new object of `capacity` bytes, or the shared empty one, which gets nothing.
            unsafe {
                let data = bytes::data_ptr(new.as_ptr());
                data.copy_from_nonoverlapping(self.contents().as_ptr(), kept);
                if capacity > kept {
                    data.add(kept).write_bytes(0, capacity - kept);
                }
            }
            self.buffer.set(new);
            return Ok(());
        }
        let old = self.capacity();
        let mut object = krait_object::handle::into_ptr_opt(self.buffer.take());
        // SAFETY: the reference was the only one.
        let resized = unsafe { bytes::resize(&mut object, capacity as isize) };
        if resized.is_err() {
            self.size.set(0);
            self.buffer.set(bytes::empty()?);
            return resized;
        }
        // SAFETY: `capacity` bytes; what is new is made zero, so that it may be read as padding. The reference moves.
        unsafe {
            if capacity > old {
                bytes::data_ptr(object).add(old).write_bytes(0, capacity - old);
            }
            self.buffer.set(Obj::<Object>::from_owned_ptr(object));
        }
        Ok(())
    }

    /// Room for `size` bytes that may be written: the capacity grows by an eighth when it grows slowly.
    fn reserve(&self, size: usize) -> Result<()> {
        let capacity = self.capacity();
        let wanted = if size < capacity / 2 {
            size + 1
        } else if size < capacity {
            if !self.is_shared() {
                return Ok(());
            }
            capacity
        } else if size < capacity + (capacity >> 3) {
            size + (size >> 3) + if size < 9 { 3 } else { 6 }
        } else {
            size + 1
        };
        if wanted > isize::MAX as usize {
            return Err(err::overflow_error("new buffer size too large"));
        }
        self.reallocate(wanted)
    }
}

/// Writes at the position; a gap behind the present contents becomes zeros.
fn write(this: &BytesIO, data: &[u8]) -> Result<usize> {
    check_open(this)?;
    check_exports(this)?;
    if data.is_empty() {
        return Ok(0);
    }
    let at = this.position.get();
    let Some(end) = at.checked_add(data.len()).filter(|&end| end <= isize::MAX as usize) else {
        return Err(err::overflow_error("new position too large"));
    };
    if end > this.capacity() || this.is_shared() {
        this.reserve(end.max(if this.is_shared() { this.size.get() } else { 0 }))?;
    }
    // SAFETY: room for `end` bytes in an object that only the stream holds; `data` is memory of another object.
    unsafe {
        let start = bytes::data_ptr(this.buffer.as_ptr());
        let size = this.size.get();
        if at > size {
            start.add(size).write_bytes(0, at - size);
        }
        start.add(at).copy_from(data.as_ptr(), data.len());
    }
    this.position.set(end);
    this.size.set(this.size.get().max(end));
    Ok(data.len())
}

/// The next `count` bytes; the buffer itself where it is just these.
fn take(this: &BytesIO, count: usize) -> Result<Obj> {
    let at = this.position.get();
    if count > 1
        && at == 0
        && count == this.capacity()
        && this.exports.get() == 0
        && let Some(whole) = this.buffer.get()
    {
        this.position.set(count);
        return Ok(whole);
    }
    let taken = bytes::from_slice(&this.contents()[at.min(this.size.get())..][..count])?;
    this.position.set(at + count);
    Ok(taken)
}

fn left(this: &BytesIO) -> usize {
    this.size.get().saturating_sub(this.position.get())
}

fn limited(size: isize, left: usize) -> usize {
    if size < 0 { left } else { left.min(size as usize) }
}

/// The length of the line at the position.
fn line_length(this: &BytesIO, limit: isize) -> usize {
    let count = limited(limit, left(this));
    if count == 0 {
        return 0;
    }
    let ahead = &this.contents()[this.position.get()..][..count];
    byte::find(b'\n', ahead).map_or(count, |at| at + 1)
}

// ---- methods ----

methods! {
    static METHODS = [
        method::noargs(c"readable", yes, c"readable($self, /)\n--\n\nTrue, as the stream can be read."),
        method::noargs(c"seekable", yes, c"seekable($self, /)\n--\n\nTrue, as the stream has positions."),
        method::noargs(c"writable", yes, c"writable($self, /)\n--\n\nTrue, as the stream can be written."),
        method::noargs(c"close", close, c"close($self, /)\n--\n\nGives the contents up."),
        method::noargs(c"flush", |this: &BytesIO| check_open(this), c"flush($self, /)\n--\n\nNothing."),
        method::noargs(c"isatty", |this: &BytesIO| check_open(this).map(|()| false), c"isatty($self, /)\n--\n\nFalse, as memory is no terminal."),
        method::noargs(c"tell", |this: &BytesIO| check_open(this).map(|()| this.position.get()), c"tell($self, /)\n--\n\nThe present position."),
        method::o(c"write", write_method, c"write($self, b, /)\n--\n\nWrites bytes and returns their number."),
        method::o(c"writelines", writelines, c"writelines($self, lines, /)\n--\n\nWrites the lines, which bring their own ends."),
        method::fastcall(c"read1", |this: &BytesIO, args: &[&Object]| read(this, "read1", args), c"read1($self, size=-1, /)\n--\n\nReads at most size bytes, everything by default."),
        method::o(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nReads into the buffer and returns the number of bytes."),
        method::fastcall(c"readline", readline, c"readline($self, size=-1, /)\n--\n\nReads a line with its end, or at most size bytes of it."),
        method::fastcall(c"readlines", readlines, c"readlines($self, size=None, /)\n--\n\nA list of the lines; no more are read when their size reaches the given one."),
        method::fastcall(c"read", |this: &BytesIO, args: &[&Object]| read(this, "read", args), c"read($self, size=-1, /)\n--\n\nReads at most size bytes, everything by default."),
        method::noargs(c"getbuffer", getbuffer, c"getbuffer($self, /)\n--\n\nA view of the contents that can be written."),
        method::noargs(c"getvalue", getvalue, c"getvalue($self, /)\n--\n\nAll the contents."),
        method::fastcall(c"seek", seek, c"seek($self, pos, whence=0, /)\n--\n\nMoves to an offset from the start (whence 0), from the present position (1) or from the\nend (2) and returns the new position."),
        method::fastcall(c"truncate", truncate, c"truncate($self, size=None, /)\n--\n\nMakes the contents at most size bytes long, by default up to the present position."),
        method::noargs(c"__getstate__", getstate, c""),
        method::o(c"__setstate__", setstate, c""),
        method::noargs(c"__sizeof__", size_of_instance, c""),
    ];
}
getsets! {
    static GETSETS = [method::getter(c"closed", |this: &BytesIO| Ok(this.buffer.is_empty()), c"True if the file is closed.")];
}

fn yes(this: &BytesIO) -> Result<bool> {
    check_open(this)?;
    Ok(true)
}

fn next(this: &BytesIO) -> Result<Option<Obj>> {
    check_open(this)?;
    match line_length(this, -1) {
        0 => Ok(None),
        count => take(this, count).map(Some),
    }
}

fn close(this: &BytesIO) -> Result<()> {
    check_exports(this)?;
    drop(this.buffer.take());
    Ok(())
}

fn write_method(this: &BytesIO, data: &Object) -> Result<usize> {
    check_open(this)?;
    check_exports(this)?;
    write(this, Buffer::get(data, krait_abi::PyBUF_CONTIG_RO)?.as_slice())
}

fn writelines(this: &BytesIO, lines: &Object) -> Result<()> {
    check_open(this)?;
    let iterator = iter::get_iter(lines)?;
    while let Some(line) = iter::next(&iterator)? {
        write_method(this, &line)?;
    }
    Ok(())
}

fn read(this: &BytesIO, function: &str, args: &[&Object]) -> Result<Obj> {
    let size = size_argument(function, args)?;
    check_open(this)?;
    take(this, limited(size, left(this)))
}

fn readinto(this: &BytesIO, buffer: &Object) -> Result<usize> {
    let mut buffer = writable_argument("readinto", buffer)?;
    check_open(this)?;
    let space = buffer.as_mut_slice();
    let count = left(this).min(space.len());
    if count > 0 {
        let from = this.contents()[this.position.get()..].as_ptr();
        // SAFETY: `count` bytes in both; the space may be memory of this very stream, exported.
        unsafe { space.as_mut_ptr().copy_from(from, count) };
        this.position.set(this.position.get() + count);
    }
    Ok(count)
}

fn readline(this: &BytesIO, args: &[&Object]) -> Result<Obj> {
    let size = size_argument("readline", args)?;
    check_open(this)?;
    take(this, line_length(this, size))
}

fn readlines(this: &BytesIO, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("readlines", args.len(), 0, 1)?;
    check_open(this)?;
    let most = match args.first() {
        Some(given) if !given.is_none() && !number::index_check(given) => {
            return Err(err::type_error(format_args!(
                "integer argument expected, got '{}'",
                given.class_of().name()
            )));
        }
        given => optional_size(given)?,
    };
    let lines = list::new()?;
    let mut size = 0;
    loop {
        let count = line_length(this, -1);
        if count == 0 {
            break;
        }
        lines.push(take(this, count)?)?;
        size += count;
        if most > 0 && size >= most as usize {
            break;
        }
    }
    Ok(lines.upcast())
}

fn getvalue(this: &BytesIO) -> Result<Obj> {
    check_open(this)?;
    if this.exports.get() == 0 {
        if this.size.get() != this.capacity() {
            if this.size.get() <= 1 {
                this.buffer.set(bytes::from_slice(this.contents())?);
            } else {
                this.reallocate(this.size.get())?;
            }
        }
        return this.buffer.get().ok_or_else(closed_error);
    }
    bytes::from_slice(this.contents())
}

fn getbuffer(this: &BytesIO) -> Result<Obj> {
    check_open(this)?;
    // SAFETY: a static type.
    let class = unsafe { Type::from_raw(&raw mut _PyBytesIOBuffer_Type) };
    let exporter =
        payload::new(class, |head| Exporter { head, source: ObjCell::new(this.object().owned()) })?;
    krait_object::types::memoryview::from_object(exporter.object())
}

fn seek(this: &BytesIO, args: &[&Object]) -> Result<usize> {
    krait_object::args::check_positional("seek", args.len(), 1, 2)?;
    let offset = krait_object::args::ssize(args[0])?;
    let whence = whence_argument(args)?;
    check_open(this)?;
    if offset < 0 && whence == 0 {
        return Err(err::value_error(format_args!("negative seek value {offset}")));
    }
    let base = match whence {
        0 => 0,
        1 => this.position.get() as isize,
        2 => this.size.get() as isize,
        _ => {
            return Err(err::value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)")));
        }
    };
    let Some(position) = base.checked_add(offset) else {
        return Err(err::overflow_error("new position too large"));
    };
    this.position.set(position.max(0) as usize);
    Ok(this.position.get())
}

fn truncate(this: &BytesIO, args: &[&Object]) -> Result<usize> {
    krait_object::args::check_positional("truncate", args.len(), 0, 1)?;
    let size = match args.first() {
        Some(given) if !given.is_none() => optional_size(Some(given))?,
        _ => this.position.get() as isize,
    };
    check_open(this)?;
    check_exports(this)?;
    if size < 0 {
        return Err(err::value_error(format_args!("negative size value {size}")));
    }
    let size = size as usize;
    if size < this.size.get() {
        this.size.set(size);
        this.reserve(size)?;
    }
    Ok(size)
}

fn getstate(this: &BytesIO) -> Result<Obj> {
    let value = getvalue(this)?;
    let attributes = match this.io.dict.get() {
        Some(attributes) => dict::copy(&attributes)?,
        None => none::none().owned(),
    };
    tuple::pack([value, long::from_u64(this.position.get() as u64)?, attributes])
}

fn setstate(this: &BytesIO, state: &Object) -> Result<()> {
    let class = this.object().class_of().name();
    let items = if tuple::check(state) { tuple::items(state) } else { &[] };
    let &[value, position, attributes, ..] = items else {
        return Err(err::type_error(format_args!(
            "{class:.200}.__setstate__ argument should be 3-tuple, got {:.200}",
            state.class_of().name()
        )));
    };
    check_exports(this)?;
    this.size.set(0);
    this.position.set(0);
    write_method(this, value)?;
    if !long::check(position) {
        return Err(err::type_error(format_args!(
            "second item of state must be an integer, got {:.200}",
            position.class_of().name()
        )));
    }
    let position = long::as_isize(position)?;
    if position < 0 {
        return Err(err::value_error("position value cannot be negative"));
    }
    this.position.set(position as usize);
    if attributes.is_none() {
        return Ok(());
    }
    if !dict::check(attributes) {
        return Err(err::type_error(format_args!(
            "third item of state should be a dict, got a {:.200}",
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

fn size_of_instance(this: &BytesIO) -> Result<usize> {
    let own = BytesIO::class();
    let mut size = this.object().class_of().instance_size().max(own.instance_size());
    // SAFETY: NULL or an owned bytes object.
    if let Some(buffer) = unsafe { this.buffer.borrow() }
        && buffer.refcount() == 1
    {
        size += buffer.class_of().instance_size() + bytes::as_slice(buffer).len();
    }
    Ok(size)
}

/// The fixed size of a class's instances.
trait InstanceSize {
    fn instance_size(&self) -> usize;
}

impl InstanceSize for Type {
    fn instance_size(&self) -> usize {
        // SAFETY: a live type.
        unsafe { (*self.as_raw()).tp_basicsize as usize }
    }
}

// ---- the exporter behind getbuffer() ----

/// What the memoryview of `getbuffer()` looks at: it counts the exports of the stream.
#[repr(C)]
pub struct Exporter {
    head: Head,
    source: ObjCell,
}

static mut EXPORTER_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(export), bf_releasebuffer: Some(unexport) };

static_type! {
    /// `_io._BytesIOBuffer`
    #[unsafe(no_mangle)]
    pub static _PyBytesIOBuffer_Type = {
        tp_name: c"_io._BytesIOBuffer".as_ptr(),
        tp_basicsize: core::mem::size_of::<Exporter>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Exporter>(),
        tp_as_buffer: &raw mut EXPORTER_BUFFER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as core::ffi::c_ulong,
        tp_traverse: payload::traverse::<Exporter>(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Exporter, _PyBytesIOBuffer_Type);

impl Payload for Exporter {
    fn traverse(&self, visitor: &mut Visitor) {
        self.source.visit(visitor);
    }
}

/// The stream of an exporter.
///
/// # Safety
/// `exporter` is a live exporter.
unsafe fn source<'a>(exporter: *mut PyObject) -> Option<&'a BytesIO> {
    // SAFETY: an exporter owns its stream as long as it lives.
    unsafe { (*exporter.cast::<Exporter>()).source.borrow().and_then(|source| source.downcast::<BytesIO>()) }
}

unsafe extern "C" fn export(exporter: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: the contract of bf_getbuffer.
    slot::guard(-1, || unsafe {
        if view.is_null() {
            let _ =
                err::set(exceptions::BufferError(), "bytesiobuf_getbuffer: view==NULL argument is obsolete");
            return -1;
        }
        let Some(stream) = source(exporter) else { return -1 };
        if stream.exports.get() == 0 && stream.is_shared() && stream.reallocate(stream.capacity()).is_err() {
            return -1;
        }
        let data = bytes::data_ptr(stream.buffer.as_ptr());
        if buffer::fill_info(
            view,
            Some(Object::from_ptr(exporter)),
            data.cast(),
            stream.size.get() as isize,
            false,
            flags,
        )
        .is_err()
        {
            return -1;
        }
        stream.exports.set(stream.exports.get() + 1);
        0
    })
}

unsafe extern "C" fn unexport(exporter: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: the contract of bf_releasebuffer.
    if let Some(stream) = unsafe { source(exporter) } {
        stream.exports.set(stream.exports.get() - 1);
    }
}
