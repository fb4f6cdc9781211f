//! `_io.FileIO`: a raw stream on a file descriptor.

use super::iobase::{Flag, IoHead};
use super::{both, guarded_name_repr, name_for_repr, size_argument, unsupported, writable_argument};
use crate::fileutils;
use core::cell::Cell;
use core::ffi::c_int;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::Visitor;
use krait_object::payload::{self, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, exceptions, float, long, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, getsets, intern, members, method, methods,
    payload_class, slot,
};

/// A raw stream on a file descriptor.
#[repr(C)]
pub struct FileIO {
    io: IoHead,
    /// The descriptor; negative when the stream is closed.
    fd: Cell<c_int>,
    /// The preferred size of transfers.
    block_size: Cell<c_int>,
    created: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    appending: Cell<bool>,
    /// Whether the descriptor can seek, once that is known.
    seekable: Cell<Option<bool>>,
    close_fd: Cell<bool>,
    finalizing: Flag,
}

crate::stream_type! {
    /// `_io.FileIO`
    pub static PyFileIO_Type = FileIO, {
        tp_name: c"_io.FileIO".as_ptr(),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_doc: c"FileIO(file, mode='r', closefd=True, opener=None)\n--\n\nOpens a file as a raw stream.\n\nThe mode is 'r', 'w', 'x' or 'a' for reading, writing, exclusive creation or appending;\na '+' adds the other direction. An opener is called with the file and flags and returns\na file descriptor.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut super::iobase::PyRawIOBase_Type,
        tp_init: slot::init(init),
        tp_new: slot::new(new),
    };
}
payload_class!(FileIO, PyFileIO_Type);

impl Payload for FileIO {
    fn traverse(&self, visitor: &mut Visitor) {
        self.io.visit(visitor);
    }
    fn clear(&self) {
        drop(self.io.dict.take());
    }
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| FileIO {
        io: IoHead::new(head),
        fd: Cell::new(-1),
        block_size: Cell::new(0),
        created: Cell::new(false),
        readable: Cell::new(false),
        writable: Cell::new(false),
        appending: Cell::new(false),
        seekable: Cell::new(None),
        close_fd: Cell::new(true),
        finalizing: Cell::new(0),
    })?;
    Ok(new.upcast())
}

/// Opens a file as `FileIO(file, mode, closefd, opener)` does.
pub fn open(file: &Object, mode: &str, close_fd: bool, opener: Option<&Object>) -> Result<Obj<FileIO>> {
    let class = FileIO::class();
    let empty = krait_object::types::tuple::empty();
    let this = new(class, &empty, None)?;
    // SAFETY: just made as one.
    let this = unsafe { this.cast_into::<FileIO>() };
    initialize(&this, file, mode, close_fd, opener)?;
    Ok(this)
}

fn init(this: &FileIO, args: &Object, kw: Option<&Object>) -> Result<()> {
    static SIGNATURE: Signature<4> =
        Signature::new("FileIO", ["file", "mode", "closefd", "opener"]).required(1);
    let [file, mode, close_fd, opener] = SIGNATURE.bind_tuple(args, kw)?;
    let Some(file) = file else { return Err(err::bad_internal_call()) };
    let mode = mode.map_or(Ok("r"), |mode| super::text_argument("FileIO", "argument 'mode'", mode))?;
    let close_fd = close_fd.map_or(Ok(true), |given| Ok(krait_object::args::int(given)? != 0))?;
    initialize(this, file, mode, close_fd, opener.filter(|opener| !opener.is_none()))
}

/// What a mode means: the flags of `open(2)`.
fn parse_mode(this: &FileIO, mode: &str) -> Result<c_int> {
    let bad =
        || err::value_error("Must have exactly one of create/read/write/append mode and at most one plus");
    let (mut kind, mut plus) = (None, false);
    this.created.set(false);
    this.readable.set(false);
    this.writable.set(false);
    this.appending.set(false);
    for c in mode.bytes() {
        match c {
            b'x' | b'r' | b'w' | b'a' if kind.is_some() => return Err(bad()),
            b'x' | b'r' | b'w' | b'a' => kind = Some(c),
            b'b' => {}
            b'+' if plus => return Err(bad()),
            b'+' => plus = true,
            _ => return Err(err::value_error(format_args!("invalid mode: {mode:.200}"))),
        }
    }
    let Some(kind) = kind else { return Err(bad()) };
    let special = match kind {
        b'x' => libc::O_EXCL | libc::O_CREAT,
        b'w' => libc::O_CREAT | libc::O_TRUNC,
        b'a' => libc::O_APPEND | libc::O_CREAT,
        _ => 0,
    };
    this.created.set(kind == b'x');
    this.appending.set(kind == b'a');
    this.readable.set(kind == b'r' || plus);
    this.writable.set(kind != b'r' || plus);
    let access = match (this.readable.get(), this.writable.get()) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(special | access | libc::O_CLOEXEC)
}

/// A descriptor given in place of a name.
fn given_descriptor(file: &Object) -> Result<Option<c_int>> {
    if float::check(file) {
        return Err(err::type_error("integer argument expected, got float"));
    }
    match long::as_i32(file) {
        Ok(fd) if fd < 0 => Err(err::value_error("negative file descriptor")),
        Ok(fd) => Ok(Some(fd)),
        Err(_) => {
            err::clear();
            Ok(None)
        }
    }
}

fn initialize(
    this: &FileIO,
    file: &Object,
    mode: &str,
    close_fd: bool,
    opener: Option<&Object>,
) -> Result<()> {
    if this.fd.get() >= 0 {
        if this.close_fd.get() {
            close_descriptor(this)?;
        } else {
            this.fd.set(-1);
        }
    }
    let given = given_descriptor(file)?;
    let path = if given.is_none() { Some(unicode::fs_converter(file)?) } else { None };
    this.seekable.set(None);
    let flags = parse_mode(this, mode)?;
    let mode_object = unicode::from_str(mode)?;
    crate::support::audit("open", [file.owned(), mode_object, long::from_i64(i64::from(flags))?])?;
    let mut own = false;
    let opened = match given {
        Some(fd) => {
            this.fd.set(fd);
            this.close_fd.set(close_fd);
            Ok(())
        }
        None => {
            this.close_fd.set(true);
            if !close_fd {
                Err(err::value_error("Cannot use closefd=False with file name"))
            } else {
                own = true;
                open_path(this, file, path.as_deref(), flags, opener)
            }
        }
    };
    let result = opened.and_then(|()| finish_open(this, file));
    if result.is_err() && !own {
        // The descriptor belongs to the caller still.
        this.fd.set(-1);
    }
    result
}

fn open_path(
    this: &FileIO,
    file: &Object,
    path: Option<&Object>,
    flags: c_int,
    opener: Option<&Object>,
) -> Result<()> {
    if let Some(opener) = opener {
        let flags = long::from_i64(i64::from(flags))?;
        let fd = call::call(opener, &[file, &flags])?;
        if !long::check(&fd) {
            return Err(err::type_error("expected integer from opener"));
        }
        let fd = long::as_i32(&fd)?;
        if fd < 0 {
            return Err(err::value_error(format_args!("opener returned {fd}")));
        }
        this.fd.set(fd);
        return fileutils::set_inheritable(fd, false);
    }
    let path = path.map_or(&[][..], bytes::as_slice);
    let path = crate::support::c_string(path);
    // SAFETY: fs_converter refuses NUL, and c_string appends one.
    let path = unsafe { core::ffi::CStr::from_ptr(path.as_ptr().cast()) };
    loop {
        // SAFETY: a C string.
        let (fd, errno) = krait_object::state::allow_threads(|| unsafe {
            (libc::open(path.as_ptr(), flags, 0o666), err::last_errno())
        });
        if fd >= 0 {
            this.fd.set(fd);
            return Ok(());
        }
        if errno != libc::EINTR {
            return Err(err::from_errno(errno, Some(file), None));
        }
        crate::support::check_signals()?;
    }
}

fn finish_open(this: &FileIO, file: &Object) -> Result<()> {
    this.block_size.set(super::DEFAULT_BUFFER_SIZE as c_int);
    let fd = this.fd.get();
    match krait_object::state::allow_threads(|| fileutils::fstat_noraise(fd)) {
        Ok(status) => {
            if status.st_mode & libc::S_IFMT == libc::S_IFDIR {
                return Err(err::from_errno(libc::EISDIR, Some(file), None));
            }
            if status.st_blksize > 1 {
                this.block_size.set(status.st_blksize as c_int);
            }
        }
        // Only a bad descriptor matters; some systems cannot tell about everything.
        Err(libc::EBADF) => return Err(err::from_errno(libc::EBADF, None, None)),
        Err(_) => {}
    }
    object::set_attr(this.object(), intern!("name"), Some(file))?;
    if this.appending.get() {
        // SAFETY: no precondition.
        let at = krait_object::state::allow_threads(|| unsafe {
            let at = libc::lseek(fd, 0, libc::SEEK_END);
            if at < 0 { Err(err::last_errno()) } else { Ok(at) }
        });
        match at {
            Ok(_) => this.seekable.set(Some(true)),
            Err(libc::ESPIPE) => this.seekable.set(Some(false)),
            Err(errno) => return Err(err::from_errno(errno, None, None)),
        }
    }
    Ok(())
}

// ---- closing ----

#[cold]
fn closed() -> Raised {
    err::value_error("I/O operation on closed file")
}

fn descriptor(this: &FileIO) -> Result<c_int> {
    let fd = this.fd.get();
    if fd < 0 { Err(closed()) } else { Ok(fd) }
}

/// Closes the descriptor, whatever comes of it.
fn close_descriptor(this: &FileIO) -> Result<()> {
    let fd = this.fd.replace(-1);
    if fd < 0 {
        return Ok(());
    }
    // SAFETY: the stream owned the descriptor and has forgotten it.
    let result = krait_object::state::allow_threads(|| unsafe {
        if libc::close(fd) < 0 { Err(err::last_errno()) } else { Ok(()) }
    });
    result.map_err(|errno| err::from_errno(errno, None, None))
}

/// `FileIO.close`
pub fn close(this: &FileIO) -> Result<()> {
    both(
        || super::iobase::close(this.object()),
        || {
            if !this.close_fd.get() {
                this.fd.set(-1);
                return Ok(());
            }
            if this.finalizing.get() != 0 {
                dealloc_warn(this, this.object())?;
            }
            close_descriptor(this)
        },
    )
}

/// Warns that `source`, a stream over this one, was never closed.
pub fn dealloc_warn(this: &FileIO, source: &Object) -> Result<()> {
    if this.fd.get() >= 0 && this.close_fd.get() {
        let saved = err::fetch();
        if warn_unclosed(source).is_err() {
            // Warnings that are errors cannot be raised here.
            if err::matches(exceptions::Warning()) {
                err::write_unraisable(Some(this.object()));
            } else {
                err::clear();
            }
        }
        if let Some(saved) = saved {
            let _ = err::restore(saved);
        }
    }
    Ok(())
}

fn warn_unclosed(source: &Object) -> Result<()> {
    let text = object::repr(source)?;
    let message = unicode::from_display(format_args!("unclosed file {}", unicode::display(&text)))?;
    krait_vm::warnings::warn_about(exceptions::ResourceWarning(), &message, 1, Some(source))
}

// ---- methods ----

methods! {
    static METHODS = [
        method::fastcall(c"read", read_method, c"read($self, size=-1, /)\n--\n\nReads at most size bytes with one system call, everything by default.\n\nNone means that nothing can be read without waiting; empty bytes mean the end."),
        method::noargs(c"readall", |this: &FileIO| readall(this), c"readall($self, /)\n--\n\nReads everything to the end, or all that can be read without waiting.\n\nNone means that there was nothing yet; empty bytes mean the end."),
        method::o(c"readinto", readinto, c"readinto($self, buffer, /)\n--\n\nReads into the buffer and returns the number of bytes."),
        method::o(c"write", write_method, c"write($self, b, /)\n--\n\nWrites bytes with one system call and returns how many were written, which may be fewer.\n\nNone means that nothing can be written without waiting."),
        method::fastcall(c"seek", seek_method, c"seek($self, pos, whence=0, /)\n--\n\nMoves to an offset from the start (whence 0), from the present position (1) or from the\nend (2) and returns the new position."),
        method::noargs(c"tell", |this: &FileIO| seek(this, 0, libc::SEEK_CUR), c"tell($self, /)\n--\n\nThe present position."),
        method::fastcall(c"truncate", truncate, c"truncate($self, size=None, /)\n--\n\nMakes the file at most size bytes long, by default up to the present position, which\ndoes not change."),
        method::noargs(c"close", |this: &FileIO| close(this), c"close($self, /)\n--\n\nCloses the stream, and the descriptor unless closefd was false."),
        method::noargs(c"seekable", |this: &FileIO| seekable(this), c"seekable($self, /)\n--\n\nWhether the file supports seeking."),
        method::noargs(c"readable", |this: &FileIO| descriptor(this).map(|_| this.readable.get()), c"readable($self, /)\n--\n\nWhether the file was opened for reading."),
        method::noargs(c"writable", |this: &FileIO| descriptor(this).map(|_| this.writable.get()), c"writable($self, /)\n--\n\nWhether the file was opened for writing."),
        method::noargs(c"fileno", |this: &FileIO| descriptor(this), c"fileno($self, /)\n--\n\nThe file descriptor."),
        method::noargs(c"isatty", isatty, c"isatty($self, /)\n--\n\nWhether the file is a terminal."),
        method::o(c"_dealloc_warn", |this: &FileIO, source: &Object| dealloc_warn(this, source), c""),
    ];
}
getsets! {
    static GETSETS = [
        method::getter(c"closed", |this: &FileIO| Ok(this.fd.get() < 0), c"True if the file is closed"),
        method::getter(c"closefd", |this: &FileIO| Ok(this.close_fd.get()), c"True if close() closes the descriptor"),
        method::getter(c"mode", |this: &FileIO| Ok(mode_text(this)), c"The mode"),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"_blksize", T_UINT as c_int, core::mem::offset_of!(FileIO, block_size), 0, c""),
        method::member(c"_finalizing", T_BOOL as c_int, core::mem::offset_of!(FileIO, finalizing), 0, c""),
    ];
}

#[cold]
fn wrong_mode(action: &str) -> Raised {
    unsupported(&format!("File not open for {action}"))
}

impl FileIO {
    /// The preferred size of transfers.
    pub fn block_size(&self) -> c_int {
        self.block_size.get()
    }

    /// Whether nobody has put methods into the instance or its class, so that Rust callers may take the short way.
    #[inline]
    pub fn plain(object: &Object) -> Option<&FileIO> {
        let this = object.downcast_exact::<FileIO>()?;
        // `name` is the only attribute that the class itself sets.
        let attributes = this.io.dict.as_ptr();
        // SAFETY: a dict owned by the instance.
        (attributes.is_null() || krait_object::types::dict::len(unsafe { Object::from_ptr(attributes) }) <= 1)
            .then_some(this)
    }
}

/// Reads into memory; None when nothing can be read without waiting.
///
/// # Safety
/// `space` has room for `count` bytes, which belong to the caller while other threads run.
pub unsafe fn read_raw(this: &FileIO, space: *mut u8, count: usize) -> Result<Option<usize>> {
    let fd = descriptor(this)?;
    if !this.readable.get() {
        return Err(wrong_mode("reading"));
    }
    // SAFETY: the caller's promise.
    unless_it_blocks(unsafe { fileutils::try_read(fd, space, count) }?)
}

/// Writes memory; None when nothing can be written without waiting.
///
/// # Safety
/// `data` is `count` readable bytes that stay while other threads run.
pub unsafe fn write_raw(this: &FileIO, data: *const u8, count: usize) -> Result<Option<usize>> {
    let fd = descriptor(this)?;
    if !this.writable.get() {
        return Err(wrong_mode("writing"));
    }
    // SAFETY: the caller's promise.
    unless_it_blocks(unsafe { fileutils::try_write(fd, data, count) }?)
}

/// None for a transfer that would have to wait.
fn unless_it_blocks(transferred: core::result::Result<usize, i32>) -> Result<Option<usize>> {
    match transferred {
        Ok(count) => Ok(Some(count)),
        Err(libc::EAGAIN) => Ok(None),
        Err(errno) => Err(err::from_errno(errno, None, None)),
    }
}

fn read_method(this: &FileIO, args: &[&Object]) -> Result<Option<Obj>> {
    let size = size_argument("read", args)?;
    descriptor(this)?;
    if !this.readable.get() {
        return Err(wrong_mode("reading"));
    }
    if size < 0 {
        return readall(this);
    }
    let mut space = Growing::new(size as usize)?;
    // SAFETY: room for `size` bytes.
    let count = unsafe { read_raw(this, space.end(), size as usize)? };
    let Some(count) = count else { return Ok(None) };
    space.used = count;
    space.finish().map(Some)
}

fn readinto(this: &FileIO, buffer: &Object) -> Result<Option<usize>> {
    let mut buffer = writable_argument("readinto", buffer)?;
    descriptor(this)?;
    let space = buffer.as_mut_slice();
    // SAFETY: the exporter keeps the memory in its place.
    unsafe { read_raw(this, space.as_mut_ptr(), space.len()) }
}

/// A bytes object under construction.
struct Growing {
    object: *mut PyObject,
    size: usize,
    used: usize,
}

impl Growing {
    fn new(size: usize) -> Result<Growing> {
        // The empty bytes object is shared; one byte more keeps this one ours.
        let size = size.max(2);
        Ok(Growing { object: bytes::uninit(size as isize)?.into_ptr(), size, used: 0 })
    }

    fn end(&mut self) -> *mut u8 {
        // SAFETY: a bytes object of `size` bytes, of which `used` are filled.
        unsafe { bytes::data_ptr(self.object).add(self.used) }
    }

    fn room(&self) -> usize {
        self.size - self.used
    }

    fn resize(&mut self, size: usize) -> Result<()> {
        // SAFETY: nobody else has the object; on failure the pointer is NULL.
        unsafe { bytes::resize(&mut self.object, size as isize)? };
        self.size = size;
        Ok(())
    }

    fn finish(mut self) -> Result<Obj> {
        if self.used < 2 {
            // Short bytes are shared objects.
            // SAFETY: a live bytes object.
            let content = unsafe { bytes::as_slice(Object::from_ptr(self.object)) };
            return bytes::from_slice(&content[..self.used]);
        }
        self.resize(self.used)?;
        // SAFETY: the reference moves out.
        Ok(unsafe { Obj::from_owned_ptr(core::mem::replace(&mut self.object, core::ptr::null_mut())) })
    }
}

impl Drop for Growing {
    fn drop(&mut self) {
        // SAFETY: NULL or owned.
        drop(unsafe { Obj::from_owned_opt(self.object) });
    }
}

/// Everything to the end; None when there is nothing yet.
pub fn readall(this: &FileIO) -> Result<Option<Obj>> {
    let fd = descriptor(this)?;
    // SAFETY: no precondition.
    let (position, size) = krait_object::state::allow_threads(|| unsafe {
        (libc::lseek(fd, 0, libc::SEEK_CUR), fileutils::fstat_noraise(fd).map(|status| status.st_size))
    });
    let mut first = super::DEFAULT_BUFFER_SIZE;
    if let Ok(size) = size
        && position >= 0
        && size >= position
    {
        // One byte more, so that the end of the file shows without growing.
        first = (size - position) as usize + 1;
    }
    let mut space = Growing::new(first)?;
    loop {
        if space.room() == 0 {
            let more = (space.used >> 3) + 256;
            space.resize(space.used + more.max(super::DEFAULT_BUFFER_SIZE))?;
        }
        let (end, room) = (space.end(), space.room());
        // SAFETY: `room` bytes follow `end`.
        match unsafe { read_raw(this, end, room)? } {
            Some(0) => break,
            Some(n) => space.used += n,
            None if space.used > 0 => break,
            None => return Ok(None),
        }
    }
    space.finish().map(Some)
}

fn write_method(this: &FileIO, data: &Object) -> Result<Option<usize>> {
    let data = Buffer::simple(data)?;
    let data = data.as_slice();
    // SAFETY: the exporter keeps the memory in its place.
    unsafe { write_raw(this, data.as_ptr(), data.len()) }
}

/// `lseek`; the new position.
pub fn seek(this: &FileIO, offset: i64, whence: c_int) -> Result<i64> {
    let fd = descriptor(this)?;
    // SAFETY: no precondition.
    let at = krait_object::state::allow_threads(|| unsafe {
        let at = libc::lseek(fd, offset, whence);
        if at < 0 { Err(err::last_errno()) } else { Ok(at) }
    });
    if this.seekable.get().is_none() {
        this.seekable.set(Some(at.is_ok()));
    }
    at.map_err(|errno| err::from_errno(errno, None, None))
}

fn offset_argument(given: &Object) -> Result<i64> {
    if float::check(given) {
        return Err(err::type_error("an integer is required"));
    }
    long::as_i64(given)
}

fn seek_method(this: &FileIO, args: &[&Object]) -> Result<i64> {
    krait_object::args::check_positional("seek", args.len(), 1, 2)?;
    let whence = super::whence_argument(args)?;
    descriptor(this)?;
    seek(this, offset_argument(args[0])?, whence)
}

fn truncate(this: &FileIO, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("truncate", args.len(), 0, 1)?;
    let fd = descriptor(this)?;
    if !this.writable.get() {
        return Err(wrong_mode("writing"));
    }
    let size = match args.first() {
        Some(size) if !size.is_none() => (*size).owned(),
        _ => long::from_i64(seek(this, 0, libc::SEEK_CUR)?)?,
    };
    let length = super::offset(&size, exceptions::OverflowError())?;
    crate::support::retry(|| {
        // SAFETY: no precondition.
        unsafe { libc::ftruncate(fd, length) }
    })?
    .map_err(|errno| err::from_errno(errno, None, None))?;
    Ok(size)
}

fn seekable(this: &FileIO) -> Result<bool> {
    descriptor(this)?;
    if let Some(known) = this.seekable.get() {
        return Ok(known);
    }
    if seek(this, 0, libc::SEEK_CUR).is_err() {
        err::clear();
        this.seekable.set(Some(false));
    }
    Ok(this.seekable.get() == Some(true))
}

fn isatty(this: &FileIO) -> Result<bool> {
    let fd = descriptor(this)?;
    // SAFETY: no precondition.
    Ok(krait_object::state::allow_threads(|| unsafe { libc::isatty(fd) }) != 0)
}

fn mode_text(this: &FileIO) -> &'static str {
    match (this.created.get(), this.appending.get(), this.readable.get(), this.writable.get()) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    }
}

fn repr(this: &FileIO) -> Result<Obj> {
    if this.fd.get() < 0 {
        return unicode::from_str("<_io.FileIO [closed]>");
    }
    let mode = mode_text(this);
    let close_fd = if this.close_fd.get() { "True" } else { "False" };
    match name_for_repr(this.object())? {
        None => unicode::from_display(format_args!(
            "<_io.FileIO fd={} mode='{mode}' closefd={close_fd}>",
            this.fd.get()
        )),
        Some(name) => {
            let name = guarded_name_repr(this.object(), &name)?;
            unicode::from_display(format_args!(
                "<_io.FileIO name={} mode='{mode}' closefd={close_fd}>",
                unicode::display(&name)
            ))
        }
    }
}

impl FileIO {
    /// Whether the stream is closed.
    pub fn is_closed(&self) -> bool {
        self.fd.get() < 0
    }
}
