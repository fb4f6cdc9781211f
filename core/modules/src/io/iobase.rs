//! The abstract classes `_IOBase`, `_RawIOBase`, `_BufferedIOBase` and `_TextIOBase`.
//!
//! Whether a plain `_IOBase` is closed is the presence of the attribute `__IOBase_closed`; the classes that have a state
//! of their own override `closed`.

use super::{both, closed_error, optional_size, size_argument, trap_eintr, unsupported};
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, object};
use krait_object::text::byte;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as py_bool, bytes, list, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, getsets, intern, method, methods, payload_class, slot};

/// What every stream begins with.
///
/// ```text
///   0 head   16 __dict__   24 weak references
/// ```
#[repr(C)]
pub struct IoHead {
    head: Head,
    /// The instance's attributes, made at need.
    pub dict: ObjCell,
    weak: Cell<*mut PyObject>,
}

impl IoHead {
    /// For a new instance.
    pub fn new(head: Head) -> IoHead {
        IoHead { head, dict: ObjCell::empty(), weak: Cell::new(null_mut()) }
    }

    /// Visits the attributes.
    pub fn visit(&self, visitor: &mut Visitor) {
        self.dict.visit(visitor);
    }
}

/// The offset of `__dict__` in every stream.
pub const DICT_OFFSET: Py_ssize_t = core::mem::offset_of!(IoHead, dict) as Py_ssize_t;
/// The offset of the weak references in every stream.
pub const WEAK_OFFSET: Py_ssize_t = core::mem::offset_of!(IoHead, weak) as Py_ssize_t;
/// Type flags of every stream class.
pub const FLAGS: c_ulong = (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as c_ulong;

/// An instance of an abstract class.
#[repr(C)]
pub struct IoBase {
    io: IoHead,
}
payload_class!(IoBase, PyIOBase_Type);

impl Payload for IoBase {
    fn traverse(&self, visitor: &mut Visitor) {
        self.io.visit(visitor);
    }
    fn clear(&self) {
        drop(self.io.dict.take());
    }
}

/// A stream class: the fields that all share, and more of its own.
#[macro_export]
macro_rules! stream_type {
    (@with $dealloc:expr, $(#[$meta:meta])* $vis:vis static $name:ident = $layout:ty, { $($field:ident: $value:expr),* $(,)? };) => {
        krait_object::static_type! {
            $(#[$meta])*
            $vis static $name = {
                tp_basicsize: core::mem::size_of::<$layout>() as krait_abi::Py_ssize_t,
                tp_dealloc: $dealloc,
                tp_flags: $crate::io::iobase::FLAGS,
                tp_traverse: krait_object::payload::traverse::<$layout>(),
                tp_clear: krait_object::payload::clear::<$layout>(),
                tp_weaklistoffset: $crate::io::iobase::WEAK_OFFSET,
                tp_dictoffset: $crate::io::iobase::DICT_OFFSET,
                tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
                tp_free: Some(krait_object::gc::PyObject_GC_Del),
                $($field: $value,)*
            };
        }
    };
    // A stream in memory has nothing to close; `close` of a Python class derived from it is called by that class.
    ($(#[$meta:meta])* $vis:vis static $name:ident = memory $layout:ty, { $($fields:tt)* };) => {
        $crate::stream_type! {
            @with krait_object::payload::dealloc::<$layout>(), $(#[$meta])* $vis static $name = $layout, { $($fields)* };
        }
    };
    ($(#[$meta:meta])* $vis:vis static $name:ident = $layout:ty, { $($fields:tt)* };) => {
        $crate::stream_type! {
            @with $crate::io::iobase::dealloc::<$layout>(), $(#[$meta])* $vis static $name = $layout, { $($fields)* };
        }
    };
}

stream_type! {
    /// `_io._IOBase`
    pub static PyIOBase_Type = IoBase, {
        tp_name: c"_io._IOBase".as_ptr(),
        tp_doc: c"The root of all streams.\n\nThe methods that a stream does not have raise io.UnsupportedOperation, those of a\nclosed stream ValueError. Streams are iterators over their lines and context\nmanagers that close them.".as_ptr(),
        tp_iter: slot::unary(self_iter),
        tp_iternext: slot::iternext(next_line),
        tp_methods: (&raw mut BASE_METHODS).cast(),
        tp_getset: (&raw mut BASE_GETSETS).cast(),
        tp_new: slot::new(new),
        tp_finalize: Some(finalize),
    };
}
stream_type! {
    /// `_io._RawIOBase`
    pub static PyRawIOBase_Type = IoBase, {
        tp_name: c"_io._RawIOBase".as_ptr(),
        tp_doc: c"The base of raw binary streams.".as_ptr(),
        tp_methods: (&raw mut RAW_METHODS).cast(),
        tp_base: &raw mut PyIOBase_Type,
    };
}
stream_type! {
    /// `_io._BufferedIOBase`
    pub static PyBufferedIOBase_Type = IoBase, {
        tp_name: c"_io._BufferedIOBase".as_ptr(),
        tp_doc: c"The base of buffered binary streams.\n\nUnlike raw ones, they read and write all that is asked for, if they can.".as_ptr(),
        tp_methods: (&raw mut BUFFERED_METHODS).cast(),
        tp_base: &raw mut PyIOBase_Type,
    };
}
stream_type! {
    /// `_io._TextIOBase`
    pub static PyTextIOBase_Type = IoBase, {
        tp_name: c"_io._TextIOBase".as_ptr(),
        tp_doc: c"The base of text streams: characters and lines.".as_ptr(),
        tp_methods: (&raw mut TEXT_METHODS).cast(),
        tp_getset: (&raw mut TEXT_GETSETS).cast(),
        tp_base: &raw mut PyIOBase_Type,
    };
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    payload::new(class, |head| IoBase { io: IoHead::new(head) }).map(Obj::upcast)
}

// ---- the end of a stream ----

/// `tp_dealloc` of a stream class: a stream that is still open is closed first, which may bring it back to life.
pub const fn dealloc<T: Payload>() -> destructor {
    unsafe extern "C" fn c_dealloc<T: Payload>(this: *mut PyObject) {
        // SAFETY: called with the last reference gone.
        unsafe {
            if object::call_finalizer_from_dealloc(this) {
                // The deallocator of a Python class drops its reference to the class on return.
                let class = (*this).ob_type;
                if (*class).tp_flags & Py_TPFLAGS_HEAPTYPE as c_ulong != 0 {
                    (*class).ob_base.ob_base.ob_refcnt += 1;
                }
                return;
            }
            if let Some(dealloc) = const { payload::dealloc::<T>() } {
                dealloc(this);
            }
        }
    }
    Some(c_dealloc::<T>)
}

/// `tp_finalize`: closes the stream. Errors are shown in development mode only, as there is nobody to handle them.
pub unsafe extern "C" fn finalize(this: *mut PyObject) {
    // SAFETY: a live stream.
    let this = unsafe { Object::from_ptr(this) };
    slot::guard((), || {
        let saved = err::fetch();
        let closed =
            match object::get_attr(this, intern!("closed")).and_then(|closed| object::is_true(&closed)) {
                Ok(closed) => closed,
                Err(_) => {
                    err::clear();
                    false
                }
            };
        if !closed {
            // close() learns from this attribute that nobody called it.
            if object::set_attr(this, intern!("_finalizing"), Some(py_bool::borrowed(true))).is_err() {
                err::clear();
            }
            if call::call_method(this, intern!("close"), &[]).is_err() {
                if in_development_mode() {
                    err::write_unraisable(Some(this));
                } else {
                    err::clear();
                }
            }
        }
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    });
}

/// `sys.flags.dev_mode`.
fn in_development_mode() -> bool {
    // SAFETY: the configuration of the running interpreter.
    unsafe { (*krait_object::interpreter::current_config()).dev_mode != 0 }
}

// ---- checks ----

/// Whether the stream says that it is closed.
pub fn is_closed(this: &Object) -> Result<bool> {
    object::is_true(&*object::get_attr(this, intern!("closed"))?)
}

/// `ValueError` for a closed stream.
pub fn check_closed(this: &Object) -> Result<()> {
    if is_closed(this)? { Err(closed_error()) } else { Ok(()) }
}

fn check_ability(this: &Object, name: &Object, message: &str) -> Result<Obj> {
    let able = call::call_method(this, name, &[])?;
    if !able.is(py_bool::borrowed(true)) {
        return Err(unsupported(message));
    }
    Ok(able)
}

/// `_checkReadable`
pub fn check_readable(this: &Object) -> Result<Obj> {
    check_ability(this, intern!("readable"), "File or stream is not readable.")
}

/// `_checkWritable`
pub fn check_writable(this: &Object) -> Result<Obj> {
    check_ability(this, intern!("writable"), "File or stream is not writable.")
}

/// `_checkSeekable`
pub fn check_seekable(this: &Object) -> Result<Obj> {
    check_ability(this, intern!("seekable"), "File or stream is not seekable.")
}

// ---- _IOBase ----

methods! {
    static BASE_METHODS = [
        method::varargs(c"seek", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("seek")) }, c"Changes the position and returns the new one, in bytes or opaque.\n\nThe offset counts from the start (whence 0, not negative), from the present position\n(1) or from the end (2, usually negative)."),
        method::noargs(c"tell", tell, c"tell($self, /)\n--\n\nThe present position."),
        method::varargs(c"truncate", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("truncate")) }, c"Changes the size of the file to the given one, by default to the present position.\n\nThe position stays. Returns the new size."),
        method::noargs(c"flush", flush, c"flush($self, /)\n--\n\nHands on what waits in buffers; nothing for read-only streams."),
        method::noargs(c"close", close, c"close($self, /)\n--\n\nFlushes and closes the stream; nothing for a closed one."),
        method::noargs(c"seekable", never, c"seekable($self, /)\n--\n\nWhether seek(), tell() and truncate() work."),
        method::noargs(c"readable", never, c"readable($self, /)\n--\n\nWhether the stream was opened for reading."),
        method::noargs(c"writable", never, c"writable($self, /)\n--\n\nWhether the stream was opened for writing."),
        method::noargs(c"_checkClosed", |this: &Object| check_closed(this), c""),
        method::noargs(c"_checkSeekable", |this: &Object| check_seekable(this), c""),
        method::noargs(c"_checkReadable", |this: &Object| check_readable(this), c""),
        method::noargs(c"_checkWritable", |this: &Object| check_writable(this), c""),
        method::noargs(c"fileno", |_: &Object| -> Result<()> { Err(unsupported("fileno")) }, c"fileno($self, /)\n--\n\nThe file descriptor behind the stream; OSError where there is none."),
        method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether the stream is a terminal. False where that cannot be known."),
        method::noargs(c"__enter__", enter, c""),
        method::varargs(c"__exit__", |this: &Object, _: &Object| call::call_method(this, intern!("close"), &[]), c""),
        method::fastcall(c"readline", readline_method, c"readline($self, size=-1, /)\n--\n\nReads a line with its end, or at most size bytes of it."),
        method::fastcall(c"readlines", readlines, c"readlines($self, hint=-1, /)\n--\n\nA list of the lines; no more are read when their size reaches the hint."),
        method::o(c"writelines", writelines, c"writelines($self, lines, /)\n--\n\nWrites the lines, which bring their own ends."),
    ];
}
getsets! {
    static BASE_GETSETS = [
        method::getter(c"__dict__", object::generic_get_dict, c""),
        method::getter(c"closed", |this: &Object| has_closed_mark(this), c""),
    ];
}

fn never(_this: &Object) -> Result<bool> {
    Ok(false)
}

fn has_closed_mark(this: &Object) -> Result<bool> {
    Ok(object::lookup_attr(this, intern!("__IOBase_closed"))?.is_some())
}

fn tell(this: &Object) -> Result<Obj> {
    let (zero, one) = (krait_object::types::long::from_i64(0)?, krait_object::types::long::from_i64(1)?);
    call::call_method(this, intern!("seek"), &[&zero, &one])
}

fn flush(this: &Object) -> Result<()> {
    if has_closed_mark(this)? { Err(closed_error()) } else { Ok(()) }
}

/// `_IOBase.close`: flushes and marks the stream.
pub fn close(this: &Object) -> Result<()> {
    if has_closed_mark(this)? {
        return Ok(());
    }
    both(
        || call::call_method(this, intern!("flush"), &[]).map(drop),
        || object::set_attr(this, intern!("__IOBase_closed"), Some(py_bool::borrowed(true))),
    )
}

fn isatty(this: &Object) -> Result<bool> {
    check_closed(this)?;
    Ok(false)
}

fn enter(this: &Object) -> Result<Obj> {
    check_closed(this)?;
    Ok(this.owned())
}

fn self_iter(this: &Object) -> Result<Obj> {
    enter(this)
}

fn next_line(this: &Object) -> Result<Option<Obj>> {
    let line = call::call_method(this, intern!("readline"), &[])?;
    if object::len(&line)? == 0 { Ok(None) } else { Ok(Some(line)) }
}

/// The line of text that a subclass's `readline()` gives.
pub(super) fn own_readline(this: &Object) -> Result<Obj> {
    let line = call::call_method(this, intern!("readline"), &[])?;
    if unicode::check(&line) {
        return Ok(line);
    }
    Err(err::os_error(format_args!(
        "readline() should have returned a str object, not '{:.200}'",
        line.class_of().name()
    )))
}

fn readline_method(this: &Object, args: &[&Object]) -> Result<Obj> {
    readline(this, size_argument("readline", args)?)
}

/// A line by `peek()` and `read()`, byte by byte where there is no `peek()`.
fn readline(this: &Object, limit: isize) -> Result<Obj> {
    let peek = object::lookup_attr(this, intern!("peek"))?;
    let mut line: Vec<u8> = Vec::new();
    while limit < 0 || line.len() < limit as usize {
        let mut wanted = 1;
        if let Some(peek) = &peek {
            let one = krait_object::types::long::from_i64(1)?;
            let ahead = match call::call1(peek, &one) {
                Ok(ahead) => ahead,
                Err(_) if trap_eintr() => continue,
                Err(raised) => return Err(raised),
            };
            let seen = expect_bytes("peek", &ahead)?;
            if !seen.is_empty() {
                let room = if limit < 0 { seen.len() } else { seen.len().min(limit as usize - line.len()) };
                wanted = byte::find(b'\n', &seen[..room]).map_or(room, |at| at + 1);
            }
        }
        let wanted = krait_object::types::long::from_u64(wanted as u64)?;
        let part = match call::call_method(this, intern!("read"), &[&wanted]) {
            Ok(part) => part,
            Err(_) if trap_eintr() => continue,
            Err(raised) => return Err(raised),
        };
        let part = expect_bytes("read", &part)?.to_vec();
        if part.is_empty() {
            break;
        }
        line.extend_from_slice(&part);
        if part.last() == Some(&b'\n') {
            break;
        }
    }
    bytes::from_slice(&line)
}

fn expect_bytes<'a>(method: &str, given: &'a Object) -> Result<&'a [u8]> {
    if bytes::check(given) {
        return Ok(bytes::as_slice(given));
    }
    Err(err::os_error(format_args!(
        "{method}() should have returned a bytes object, not '{:.200}'",
        given.class_of().name()
    )))
}

fn readlines(this: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("readlines", args.len(), 0, 1)?;
    let hint = optional_size(args.first())?;
    let lines = list::new()?;
    if hint <= 0 {
        lines.extend(this)?;
        return Ok(lines.upcast());
    }
    let iterator = iter::get_iter(this)?;
    let mut size = 0;
    while let Some(line) = iter::next(&iterator)? {
        let length = object::len(&line)? as isize;
        lines.push(line)?;
        if length > hint - size {
            break;
        }
        size += length;
    }
    Ok(lines.upcast())
}

fn writelines(this: &Object, lines: &Object) -> Result<()> {
    check_closed(this)?;
    let iterator = iter::get_iter(lines)?;
    while let Some(line) = iter::next(&iterator)? {
        while let Err(raised) = call::call_method(this, intern!("write"), &[&line]) {
            if !trap_eintr() {
                return Err(raised);
            }
        }
    }
    Ok(())
}

// ---- _RawIOBase ----

methods! {
    static RAW_METHODS = [
        method::fastcall(c"read", raw_read, c"read($self, size=-1, /)
--

"),
        method::noargs(c"readall", raw_readall, c"readall($self, /)\n--\n\nReads to the end with as many calls of read() as it takes."),
        method::varargs(c"readinto", |_: &Object, _: &Object| -> Result<()> { not_implemented() }, c""),
        method::varargs(c"write", |_: &Object, _: &Object| -> Result<()> { not_implemented() }, c""),
    ];
}

fn not_implemented() -> Result<()> {
    Err(err::set_none(krait_object::types::exceptions::NotImplementedError()))
}

fn raw_read(this: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("read", args.len(), 0, 1)?;
    let size = args.first().map_or(Ok(-1), |size| krait_object::args::ssize(size))?;
    if size < 0 {
        return call::call_method(this, intern!("readall"), &[]);
    }
    let space = krait_object::types::bytearray::zeroed(size as usize)?;
    let count = call::call_method(this, intern!("readinto"), &[&space])?;
    if count.is_none() {
        return Ok(count);
    }
    let count = krait_object::protocol::number::as_ssize(
        &count,
        Some(krait_object::types::exceptions::ValueError()),
    )?;
    // SAFETY: the bytes are copied at once.
    let read = unsafe { krait_object::types::bytearray::as_slice(&space) };
    if count < 0 || count as usize > read.len() {
        return Err(err::value_error(format_args!(
            "readinto returned {count} outside buffer size {}",
            read.len()
        )));
    }
    bytes::from_slice(&read[..count as usize])
}

fn raw_readall(this: &Object) -> Result<Obj> {
    let mut all: Vec<u8> = Vec::new();
    let mut got_any = false;
    let wanted = krait_object::types::long::from_u64(super::DEFAULT_BUFFER_SIZE as u64)?;
    loop {
        let part = match call::call_method(this, intern!("read"), &[&wanted]) {
            Ok(part) => part,
            Err(_) if trap_eintr() => continue,
            Err(raised) => return Err(raised),
        };
        if part.is_none() {
            if !got_any {
                return Ok(part);
            }
            break;
        }
        if !bytes::check(&part) {
            return Err(err::type_error("read() should return bytes"));
        }
        let content = bytes::as_slice(&part);
        if content.is_empty() {
            break;
        }
        got_any = true;
        all.extend_from_slice(content);
    }
    bytes::from_slice(&all)
}

// ---- _BufferedIOBase ----

methods! {
    static BUFFERED_METHODS = [
        method::noargs(c"detach", |_: &Object| -> Result<()> { Err(unsupported("detach")) }, c"detach($self, /)\n--\n\nSeparates the raw stream from the buffer, which is of no use then, and returns it."),
        method::varargs(c"read", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("read")) }, c"Reads up to the given number of bytes, everything by default.\n\nAs many calls of the raw stream are made as it takes, but only one for terminals."),
        method::varargs(c"read1", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("read1")) }, c"Reads up to the given number of bytes with at most one call of the raw stream."),
        method::o(c"readinto", |this: &Object, buffer: &Object| read_into(this, "readinto", buffer, false), c"readinto($self, buffer, /)
--

"),
        method::o(c"readinto1", |this: &Object, buffer: &Object| read_into(this, "readinto1", buffer, true), c"readinto1($self, buffer, /)
--

"),
        method::varargs(c"write", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("write")) }, c"Writes the bytes and returns their number."),
    ];
}

fn read_into(this: &Object, function: &str, buffer: &Object, once: bool) -> Result<usize> {
    let mut buffer = super::writable_argument(function, buffer)?;
    let space = buffer.as_mut_slice();
    let length = krait_object::types::long::from_u64(space.len() as u64)?;
    let name = if once { intern!("read1") } else { intern!("read") };
    let data = call::call_method(this, name, &[&length])?;
    if !bytes::check(&data) {
        return Err(err::type_error("read() should return bytes"));
    }
    let data = bytes::as_slice(&data);
    if data.len() > space.len() {
        return Err(err::value_error(format_args!(
            "read() returned too much data: {} bytes requested, {} returned",
            space.len(),
            data.len()
        )));
    }
    space[..data.len()].copy_from_slice(data);
    Ok(data.len())
}

// ---- _TextIOBase ----

methods! {
    static TEXT_METHODS = [
        method::noargs(c"detach", |_: &Object| -> Result<()> { Err(unsupported("detach")) }, c"Separates the buffer from the text stream, which is of no use then, and returns it."),
        method::varargs(c"read", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("read")) }, c"Reads up to the given number of characters, everything by default."),
        method::varargs(c"readline", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("readline")) }, c"Reads a line; nothing at the end of the file."),
        method::varargs(c"write", |_: &Object, _: &Object| -> Result<()> { Err(unsupported("write")) }, c"Writes text and returns the number of its characters."),
    ];
}
getsets! {
    static TEXT_GETSETS = [
        method::getter(c"encoding", |_: &Object| Ok(None::<Obj>), c"The name of the encoding."),
        method::getter(c"newlines", |_: &Object| Ok(None::<Obj>), c"The line ends met so far: None, one, or a tuple of several."),
        method::getter(c"errors", |_: &Object| Ok(None::<Obj>), c"The error handler."),
    ];
}

/// A truth value as C has it, for members of type `T_BOOL`.
pub type Flag = Cell<u8>;

/// The arguments of a method that takes none or one, with its name for the message.
pub fn at_most_one<'a>(function: &str, args: &'a Object) -> Result<Option<&'a Object>> {
    let items = tuple::items(args);
    krait_object::args::check_positional(function, items.len(), 0, 1)?;
    Ok(items.first().copied())
}

/// The error number of a failed call.
pub type Errno = c_int;
