//! `_io.BufferedReader`, `_io.BufferedWriter`, `_io.BufferedRandom`: a buffer over a raw stream.
//!
//! One struct serves all three. The buffer holds either bytes read ahead or bytes not yet written, never both:
//!
//! ```text
//!   reading:  |--- read already ---|--- read ahead ---|- free -|
//!             0                  start               end            the raw stream stands at `end`
//!   writing:  |------- not yet written -------|----- free -----|
//!             0                              end                    the raw stream stands at 0
//! ```
//!
//! A lock, owned by a thread, protects the buffer while the GIL may be given up. What needs no system call (taking
//! bytes that are there, appending bytes that fit) is done under the GIL alone, when nobody has the lock.

mod lock;
mod position;
mod raw;
mod read;
mod write;

pub use raw::blocking_error;
pub use read::{read_all_direct, read1_direct};
pub use write::{flush_direct, write_direct};

use super::fileio::FileIO;
use super::iobase::{self, Flag, IoHead};
use super::{guarded_name_repr, name_for_repr, unsupported};
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Payload};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{none, unicode};
use krait_object::{
    Layout, Obj, Object, Raised, Result, err, getsets, intern, members, memory, method, methods,
    payload_class, slot,
};

/// What the buffer holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Nothing,
    /// Bytes read ahead.
    Read,
    /// Bytes to be written.
    Written,
}

/// A buffer over a raw stream.
#[repr(C)]
pub struct Buffered {
    io: IoHead,
    raw: ObjCell,
    ok: Cell<bool>,
    detached: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    finalizing: Flag,
    holds: Cell<Holds>,
    /// Whether a waiter has seen others take the lock before it for too long.
    passed_over: Cell<bool>,
    /// The memory; NULL when the stream is closed.
    buffer: Cell<*mut u8>,
    capacity: Cell<usize>,
    start: Cell<usize>,
    end: Cell<usize>,
    /// Where the raw stream stands; negative when unknown.
    raw_position: Cell<i64>,
    /// The thread that has the lock, or 0; more in `lock`.
    owner: Cell<c_ulong>,
    waiters: Cell<usize>,
}

macro_rules! buffered_type {
    ($(#[$meta:meta])* $vis:vis static $name:ident = $text:literal, $doc:expr, $methods:ident, $init:expr
        $(, $field:ident: $value:expr)*;) => {
        crate::stream_type! {
            $(#[$meta])*
            $vis static $name = Buffered, {
                tp_name: $text.as_ptr(),
                tp_doc: $doc.as_ptr(),
                tp_repr: slot::unary(repr),
                tp_methods: (&raw mut $methods).cast(),
                tp_members: (&raw mut MEMBERS).cast(),
                tp_getset: (&raw mut GETSETS).cast(),
                tp_base: &raw mut iobase::PyBufferedIOBase_Type,
                tp_init: slot::init($init),
                tp_new: slot::new(new),
                $($field: $value,)*
            };
        }
    };
}

buffered_type! {
    /// `_io.BufferedReader`
    pub static PyBufferedReader_Type = c"_io.BufferedReader",
    c"BufferedReader(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nReads from a raw stream through a buffer.", READER_METHODS, init_reader,
    tp_iternext: slot::iternext(read::next);
}
buffered_type! {
    /// `_io.BufferedWriter`
    pub static PyBufferedWriter_Type = c"_io.BufferedWriter",
    c"BufferedWriter(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nWrites to a raw stream through a buffer.\n\nThe buffer is handed on when it is full, at flush() and close(), and when the stream\nis deleted.", WRITER_METHODS, init_writer;
}
buffered_type! {
    /// `_io.BufferedRandom`
    pub static PyBufferedRandom_Type = c"_io.BufferedRandom",
    c"BufferedRandom(raw, buffer_size=DEFAULT_BUFFER_SIZE)\n--\n\nReads from and writes to a raw stream that can seek, through a buffer.", RANDOM_METHODS, init_random,
    tp_iternext: slot::iternext(read::next);
}
payload_class!(Buffered, PyBufferedReader_Type);

impl Payload for Buffered {
    fn traverse(&self, visitor: &mut Visitor) {
        self.raw.visit(visitor);
        self.io.visit(visitor);
    }
    fn clear(&self) {
        self.ok.set(false);
        drop(self.raw.take());
        drop(self.io.dict.take());
    }
}

impl Drop for Buffered {
    fn drop(&mut self) {
        free_buffer(self);
    }
}

fn free_buffer(this: &Buffered) {
    // SAFETY: NULL or memory of `mem_malloc`, which is forgotten here.
    unsafe { memory::mem_free(this.buffer.replace(null_mut()).cast()) };
    reset(this);
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| Buffered {
        io: IoHead::new(head),
        raw: ObjCell::empty(),
        ok: Cell::new(false),
        detached: Cell::new(false),
        readable: Cell::new(false),
        writable: Cell::new(false),
        finalizing: Cell::new(0),
        holds: Cell::new(Holds::Nothing),
        buffer: Cell::new(null_mut()),
        capacity: Cell::new(0),
        start: Cell::new(0),
        end: Cell::new(0),
        raw_position: Cell::new(-1),
        owner: Cell::new(0),
        waiters: Cell::new(0),
        passed_over: Cell::new(false),
    })?;
    Ok(new.upcast())
}

fn class_of(readable: bool, writable: bool) -> &'static Type {
    // SAFETY: static types.
    unsafe {
        Type::from_raw(match (readable, writable) {
            (true, false) => &raw mut PyBufferedReader_Type,
            (false, _) => &raw mut PyBufferedWriter_Type,
            (true, true) => &raw mut PyBufferedRandom_Type,
        })
    }
}

/// A reader, a writer or both over `raw`.
pub fn over(raw: &Object, readable: bool, writable: bool, size: isize) -> Result<Obj> {
    let new = new(class_of(readable, writable), &*krait_object::types::tuple::empty(), None)?;
    // SAFETY: just made as one.
    let this = unsafe { new.cast_unchecked::<Buffered>() };
    initialize(this, raw, size, readable, writable)?;
    Ok(new)
}

/// The buffer behind an object whose class is exactly one of the three and whose instance has no attributes of its own,
/// so that no Python code expects to be asked.
#[inline]
pub fn plain(object: &Object) -> Option<&Buffered> {
    let class = object.type_ptr();
    let ours = core::ptr::eq(class, &raw const PyBufferedReader_Type)
        || core::ptr::eq(class, &raw const PyBufferedWriter_Type)
        || core::ptr::eq(class, &raw const PyBufferedRandom_Type);
    if !ours {
        return None;
    }
    // SAFETY: exactly one of the three classes, which share the layout.
    let this = unsafe { object.cast_unchecked::<Buffered>() };
    this.io.dict.is_empty().then_some(this)
}

fn init_reader(this: &Buffered, args: &Object, kw: Option<&Object>) -> Result<()> {
    init(this, "BufferedReader", args, kw, true, false)
}

fn init_writer(this: &Buffered, args: &Object, kw: Option<&Object>) -> Result<()> {
    init(this, "BufferedWriter", args, kw, false, true)
}

fn init_random(this: &Buffered, args: &Object, kw: Option<&Object>) -> Result<()> {
    init(this, "BufferedRandom", args, kw, true, true)
}

fn init(
    this: &Buffered,
    function: &'static str,
    args: &Object,
    kw: Option<&Object>,
    readable: bool,
    writable: bool,
) -> Result<()> {
    let signature: Signature<2> = Signature::new(function, ["raw", "buffer_size"]).required(1);
    let [raw, size] = signature.bind_tuple(args, kw)?;
    let Some(raw) = raw else { return Err(err::bad_internal_call()) };
    let size = size.map_or(Ok(super::DEFAULT_BUFFER_SIZE as isize), krait_object::args::ssize)?;
    initialize(this, raw, size, readable, writable)
}

fn initialize(this: &Buffered, raw: &Object, size: isize, readable: bool, writable: bool) -> Result<()> {
    this.ok.set(false);
    this.detached.set(false);
    if FileIO::plain(raw).is_none() || (readable && writable) {
        if readable && writable {
            iobase::check_seekable(raw)?;
        }
        if readable {
            iobase::check_readable(raw)?;
        }
        if writable {
            iobase::check_writable(raw)?;
        }
    } else {
        // What the two methods of a plain file would answer.
        let able =
            call::call_method(raw, if readable { intern!("readable") } else { intern!("writable") }, &[])?;
        if !object::is_true(&able)? {
            let what = if readable { "readable" } else { "writable" };
            return Err(unsupported(&format!("File or stream is not {what}.")));
        }
    }
    this.raw.set(raw.owned());
    this.readable.set(readable);
    this.writable.set(writable);
    if size <= 0 {
        return Err(err::value_error("buffer size must be strictly positive"));
    }
    free_buffer(this);
    let memory = memory::mem_malloc(size as usize).cast::<u8>();
    if memory.is_null() {
        return Err(err::no_memory());
    }
    this.buffer.set(memory);
    this.capacity.set(size as usize);
    this.raw_position.set(-1);
    if position::raw_tell(this).is_err() {
        // Pipes have no position.
        err::clear();
    }
    this.ok.set(true);
    Ok(())
}

impl Buffered {
    /// Whether the stream reads.
    pub fn is_readable(&self) -> bool {
        self.readable.get()
    }

    /// Whether the stream writes.
    pub fn is_writable(&self) -> bool {
        self.writable.get()
    }

    /// Whether it is certain without asking anybody that the stream is open.
    #[inline]
    pub fn is_surely_open(&self) -> bool {
        self.ok.get()
            // SAFETY: only looked at; nothing runs meanwhile.
            && unsafe { self.raw.borrow() }.and_then(FileIO::plain).is_some_and(|file| !file.is_closed())
    }
}

// ---- state ----

/// Forgets what the buffer holds.
fn reset(this: &Buffered) {
    this.holds.set(Holds::Nothing);
    this.start.set(0);
    this.end.set(0);
}

/// How many bytes are read ahead.
#[inline]
fn ahead(this: &Buffered) -> usize {
    if this.holds.get() == Holds::Read { this.end.get() - this.start.get() } else { 0 }
}

/// How far the raw stream is ahead of what the user sees; negative while writes wait.
fn lead(this: &Buffered) -> i64 {
    match this.holds.get() {
        Holds::Nothing => 0,
        Holds::Read => ahead(this) as i64,
        Holds::Written => -(this.end.get() as i64),
    }
}

#[cold]
fn uninitialized(this: &Buffered) -> Raised {
    err::value_error(if this.detached.get() {
        "raw stream has been detached"
    } else {
        "I/O operation on uninitialized object"
    })
}

/// The raw stream of an instance that has one.
#[inline]
fn raw(this: &Buffered) -> Result<Obj> {
    match this.raw.get() {
        Some(raw) if this.ok.get() => Ok(raw),
        _ => Err(uninitialized(this)),
    }
}

#[inline]
fn check_initialized(this: &Buffered) -> Result<()> {
    if this.ok.get() { Ok(()) } else { Err(uninitialized(this)) }
}

/// Whether the raw stream is closed.
fn raw_closed(this: &Buffered) -> Result<bool> {
    check_initialized(this)?;
    // SAFETY: only looked at; nothing runs meanwhile.
    if let Some(file) = unsafe { this.raw.borrow() }.and_then(FileIO::plain) {
        return Ok(file.is_closed());
    }
    iobase::is_closed(&*raw(this)?)
}

/// `ValueError` with the given text when the stream is closed; bytes read ahead may still be had.
#[inline]
fn check_closed(this: &Buffered, message: &str) -> Result<()> {
    if ahead(this) > 0 && !this.buffer.get().is_null() {
        return Ok(());
    }
    if this.buffer.get().is_null() || raw_closed(this)? {
        return Err(err::value_error(message));
    }
    Ok(())
}

// ---- methods that all three have ----

macro_rules! table {
    ($name:ident: $($entry:expr),* $(,)?) => {
        methods! {
            static $name = [
                method::noargs(c"detach", detach, c""),
                method::noargs(c"seekable", |this: &Buffered| delegate(this, intern!("seekable")), c""),
                method::noargs(c"fileno", |this: &Buffered| delegate(this, intern!("fileno")), c""),
                method::noargs(c"isatty", |this: &Buffered| delegate(this, intern!("isatty")), c""),
                method::o(c"_dealloc_warn", dealloc_warn, c""),
                method::noargs(c"close", close, c""),
                method::noargs(c"tell", position::tell, c""),
                method::fastcall(c"seek", position::seek_method, c"seek($self, target, whence=0, /)\n--\n\n"),
                method::fastcall(c"truncate", position::truncate, c"truncate($self, pos=None, /)\n--\n\n"),
                method::noargs(c"__sizeof__", size_of_instance, c""),
                $($entry,)*
            ];
        }
    };
}

table! { READER_METHODS:
    method::noargs(c"flush", simple_flush, c""),
    method::noargs(c"readable", |this: &Buffered| delegate(this, intern!("readable")), c""),
    method::fastcall(c"read", read::read_method, c"read($self, size=-1, /)\n--\n\n"),
    method::fastcall(c"peek", read::peek, c"peek($self, size=0, /)\n--\n\n"),
    method::fastcall(c"read1", read::read1, c"read1($self, size=-1, /)\n--\n\n"),
    method::o(c"readinto", |this: &Buffered, buffer: &Object| read::readinto(this, "readinto", buffer, false), c"readinto($self, buffer, /)\n--\n\n"),
    method::o(c"readinto1", |this: &Buffered, buffer: &Object| read::readinto(this, "readinto1", buffer, true), c"readinto1($self, buffer, /)\n--\n\n"),
    method::fastcall(c"readline", read::readline_method, c"readline($self, size=-1, /)\n--\n\n"),
}
table! { WRITER_METHODS:
    method::noargs(c"flush", write::flush, c""),
    method::noargs(c"writable", |this: &Buffered| delegate(this, intern!("writable")), c""),
    method::o(c"write", write::write_method, c"write($self, buffer, /)
--

"),
}
table! { RANDOM_METHODS:
    method::noargs(c"flush", write::flush, c""),
    method::noargs(c"readable", |this: &Buffered| delegate(this, intern!("readable")), c""),
    method::noargs(c"writable", |this: &Buffered| delegate(this, intern!("writable")), c""),
    method::fastcall(c"read", read::read_method, c"read($self, size=-1, /)\n--\n\n"),
    method::fastcall(c"peek", read::peek, c"peek($self, size=0, /)\n--\n\n"),
    method::fastcall(c"read1", read::read1, c"read1($self, size=-1, /)\n--\n\n"),
    method::o(c"readinto", |this: &Buffered, buffer: &Object| read::readinto(this, "readinto", buffer, false), c"readinto($self, buffer, /)\n--\n\n"),
    method::o(c"readinto1", |this: &Buffered, buffer: &Object| read::readinto(this, "readinto1", buffer, true), c"readinto1($self, buffer, /)\n--\n\n"),
    method::fastcall(c"readline", read::readline_method, c"readline($self, size=-1, /)\n--\n\n"),
    method::o(c"write", write::write_method, c"write($self, buffer, /)
--

"),
}

members! {
    static MEMBERS = [
        method::member(c"raw", T_OBJECT as c_int, core::mem::offset_of!(Buffered, raw), READONLY as c_int, c""),
        method::member(c"_finalizing", T_BOOL as c_int, core::mem::offset_of!(Buffered, finalizing), 0, c""),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"closed", |this: &Buffered| raw(this).and_then(|raw| object::get_attr(&raw, intern!("closed"))), c""),
        method::getter(c"name", |this: &Buffered| raw(this).and_then(|raw| object::get_attr(&raw, intern!("name"))), c""),
        method::getter(c"mode", |this: &Buffered| raw(this).and_then(|raw| object::get_attr(&raw, intern!("mode"))), c""),
    ];
}

fn delegate(this: &Buffered, method: &Object) -> Result<Obj> {
    call::call_method(&*raw(this)?, method, &[])
}

fn simple_flush(this: &Buffered) -> Result<Obj> {
    delegate(this, intern!("flush"))
}

fn detach(this: &Buffered) -> Result<Obj> {
    check_initialized(this)?;
    call::call_method(this.object(), intern!("flush"), &[])?;
    let raw = this.raw.take().unwrap_or_else(|| none::none().owned());
    this.detached.set(true);
    this.ok.set(false);
    Ok(raw)
}

fn dealloc_warn(this: &Buffered, source: &Object) -> Result<()> {
    if this.ok.get()
        && let Some(raw) = this.raw.get()
        && call::call_method(&raw, intern!("_dealloc_warn"), &[source]).is_err()
    {
        err::clear();
    }
    Ok(())
}

fn close(this: &Buffered) -> Result<()> {
    let raw = raw(this)?;
    {
        let _lock = lock::enter(this)?;
        if raw_closed(this)? {
            return Ok(());
        }
        if this.finalizing.get() != 0 {
            dealloc_warn(this, this.object())?;
        }
    }
    // flush() takes the lock itself, and subclasses may override it.
    super::both(
        || call::call_method(this.object(), intern!("flush"), &[]).map(drop),
        || {
            let _lock = lock::enter(this)?;
            let result = call::call_method(&raw, intern!("close"), &[]).map(drop);
            free_buffer(this);
            result
        },
    )
}

fn size_of_instance(this: &Buffered) -> Result<usize> {
    // SAFETY: a live type.
    let own = unsafe { (*this.object().type_ptr()).tp_basicsize as usize };
    Ok(own + if this.buffer.get().is_null() { 0 } else { this.capacity.get() })
}

fn repr(this: &Buffered) -> Result<Obj> {
    let class = this.object().class_of();
    // SAFETY: the type's own name.
    let class = unsafe { core::ffi::CStr::from_ptr((*class.as_raw()).tp_name) }.to_string_lossy();
    match name_for_repr(this.object())? {
        None => unicode::from_display(format_args!("<{class}>")),
        Some(name) => {
            let name = guarded_name_repr(this.object(), &name)?;
            unicode::from_display(format_args!("<{class} name={}>", unicode::display(&name)))
        }
    }
}
