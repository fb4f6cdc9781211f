//! `mmap`: files and plain memory mapped into the process.

use crate::support::{check_count, os_error};
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::protocol::number;
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, exceptions, long, module, slice, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, getsets, method, methods, payload_class, slot,
    static_type,
};

#[rustfmt::skip]
const CONSTANTS: &[(&str, i64)] = &[
    ("PROT_EXEC", 4), ("PROT_READ", 1), ("PROT_WRITE", 2), ("MAP_SHARED", 1), ("MAP_PRIVATE", 2), ("MAP_DENYWRITE", 2048),
    ("MAP_EXECUTABLE", 4096), ("MAP_ANON", 32), ("MAP_ANONYMOUS", 32), ("ACCESS_DEFAULT", 0), ("ACCESS_READ", 1),
    ("ACCESS_WRITE", 2), ("ACCESS_COPY", 3), ("MADV_NORMAL", 0), ("MADV_RANDOM", 1), ("MADV_SEQUENTIAL", 2),
    ("MADV_WILLNEED", 3), ("MADV_DONTNEED", 4), ("MADV_REMOVE", 9), ("MADV_DONTFORK", 10), ("MADV_DOFORK", 11),
    ("MADV_HWPOISON", 100), ("MADV_MERGEABLE", 12), ("MADV_UNMERGEABLE", 13), ("MADV_HUGEPAGE", 14),
    ("MADV_NOHUGEPAGE", 15), ("MADV_DONTDUMP", 16), ("MADV_DODUMP", 17), ("MADV_FREE", 8),
];

const ACCESS_DEFAULT: c_int = 0;
const ACCESS_READ: c_int = 1;
const ACCESS_WRITE: c_int = 2;
const ACCESS_COPY: c_int = 3;

pub(super) fn fill(this: &Object) -> Result<()> {
    Map::class().ready()?;
    module::add(this, "mmap", Map::class().object())?;
    module::add(this, "error", exceptions::OSError())?;
    for name in ["PAGESIZE", "ALLOCATIONGRANULARITY"] {
        module::add(this, name, &*long::from_i64(page_size() as i64)?)?;
    }
    crate::support::add_ints(this, CONSTANTS)
}

fn page_size() -> usize {
    // SAFETY: no precondition.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) as usize }
}

/// A mapping. The memory is NULL once it is closed; it may be written by other processes at any time, so that nothing
/// here keeps references into it.
#[repr(C)]
pub struct Map {
    head: Head,
    data: Cell<*mut u8>,
    size: Cell<usize>,
    position: Cell<usize>,
    offset: i64,
    /// A descriptor of our own, -1 for plain memory.
    fd: Cell<c_int>,
    access: c_int,
    /// Lent views; the memory stays in place while there is one.
    exports: Cell<usize>,
    weakrefs: *mut PyObject,
}

static mut AS_BUFFER: PyBufferProcs =
    PyBufferProcs { bf_getbuffer: Some(export), bf_releasebuffer: Some(unexport) };
static mut AS_SEQUENCE: PySequenceMethods = PySequenceMethods {
    sq_length: slot::len(length),
    sq_item: slot::ssize_arg(item),
    sq_ass_item: slot::ssize_obj_arg(set_item),
    ..krait_object::payload::EMPTY_SEQUENCE
};
static mut AS_MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(length),
    mp_subscript: slot::subscript(subscript),
    mp_ass_subscript: slot::obj_obj_arg(set_subscript),
};

static_type! {
    /// `mmap.mmap`
    pub static Map_Type = {
        tp_name: c"mmap.mmap".as_ptr(),
        tp_basicsize: size_of::<Map>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Map>(),
        tp_repr: slot::unary(repr),
        tp_as_sequence: &raw mut AS_SEQUENCE,
        tp_as_mapping: &raw mut AS_MAPPING,
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_as_buffer: &raw mut AS_BUFFER,
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"mmap(fileno, length[, flags[, prot[, access[, offset]]]])\n\nMaps length bytes of the file with the given descriptor, or with -1 plain memory.\n\nlength 0 means the whole file. flags is MAP_SHARED or MAP_PRIVATE, prot says what may be\ndone; instead of both, access can be ACCESS_READ, ACCESS_WRITE or ACCESS_COPY. offset is\na multiple of ALLOCATIONGRANULARITY.".as_ptr(),
        tp_weaklistoffset: core::mem::offset_of!(Map, weakrefs) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Map, Map_Type);
impl Payload for Map {}

impl Drop for Map {
    fn drop(&mut self) {
        self.unmap();
    }
}

methods! {
    static METHODS = [
        method::noargs(c"close", close, c""),
        method::varargs(c"find", |this: &Map, args: &Object| find(this, "find", args, false), c""),
        method::varargs(c"rfind", |this: &Map, args: &Object| find(this, "rfind", args, true), c""),
        method::varargs(c"flush", flush, c""),
        method::varargs(c"madvise", madvise, c""),
        method::varargs(c"move", move_bytes, c""),
        method::varargs(c"read", read, c""),
        method::noargs(c"read_byte", read_byte, c""),
        method::noargs(c"readline", readline, c""),
        method::varargs(c"resize", resize, c""),
        method::varargs(c"seek", seek, c""),
        method::noargs(c"size", file_size, c""),
        method::noargs(c"tell", tell, c""),
        method::varargs(c"write", write, c""),
        method::varargs(c"write_byte", write_byte, c""),
        method::noargs(c"__enter__", |this: &Map| this.open().map(|_| this.object().owned()), c""),
        method::varargs(c"__exit__", |this: &Map, _: &Object| close(this), c""),
    ];
}
getsets! {
    static GETSETS = [method::getter(c"closed", |this: &Map| -> Result<bool> { Ok(this.data.get().is_null()) }, c"")];
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const NAMES: [&str; 6] = ["fileno", "length", "flags", "prot", "access", "offset"];
    let [fd, size, flags, prot, access, offset] =
        const { Signature::new("", NAMES).required(2).parsed() }.bind_tuple(args, kw)?;
    let none = krait_object::types::none::none();
    let fd = crate::support::parse_int(fd.unwrap_or(none))?;
    let size = crate::support::ssize(size.unwrap_or(none))?;
    let number = |given: Option<&Object>, default| given.map_or(Ok(default), crate::support::parse_int);
    let mut flags = number(flags, libc::MAP_SHARED)?;
    let mut prot = number(prot, libc::PROT_READ | libc::PROT_WRITE)?;
    let mut access = number(access, ACCESS_DEFAULT)?;
    let offset = offset.map_or(Ok(0), |offset| {
        krait_object::protocol::number::index(offset).and_then(|n| long::as_i64(&n))
    })?;
    let audited = [i64::from(fd), size as i64, access.into(), offset].map(long::from_i64);
    let [a, b, c, d] = audited;
    crate::support::audit("mmap.__new__", [a?, b?, c?, d?])?;
    let Ok(mut length) = usize::try_from(size) else {
        return Err(err::overflow_error("memory mapped length must be positive"));
    };
    if offset < 0 {
        return Err(err::overflow_error("memory mapped offset must be positive"));
    }
    if access != ACCESS_DEFAULT && (flags != libc::MAP_SHARED || prot != libc::PROT_READ | libc::PROT_WRITE) {
        return Err(err::value_error("mmap can't specify both access and flags, prot."));
    }
    match access {
        ACCESS_READ => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ),
        ACCESS_WRITE => (flags, prot) = (libc::MAP_SHARED, libc::PROT_READ | libc::PROT_WRITE),
        ACCESS_COPY => (flags, prot) = (libc::MAP_PRIVATE, libc::PROT_READ | libc::PROT_WRITE),
        ACCESS_DEFAULT => {
            access = match (prot & libc::PROT_READ != 0, prot & libc::PROT_WRITE != 0) {
                (true, true) => ACCESS_DEFAULT,
                (_, true) => ACCESS_WRITE,
                _ => ACCESS_READ,
            }
        }
        _ => return Err(err::value_error("mmap invalid access parameter.")),
    }
    length = mapped_length(fd, length, offset)?;
    let own = if fd == -1 {
        flags |= libc::MAP_ANONYMOUS;
        -1
    } else {
        // SAFETY: no precondition.
        crate::support::check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) })?
    };
    // SAFETY: a new mapping.
    let data = unsafe { libc::mmap(core::ptr::null_mut(), length, prot, flags, own, offset) };
    if data == libc::MAP_FAILED {
        let errno = err::last_errno();
        if own >= 0 {
            // SAFETY: a descriptor of ours.
            unsafe { libc::close(own) };
        }
        return Err(os_error(errno));
    }
    payload::new(class, |head| Map {
        head,
        data: Cell::new(data.cast()),
        size: Cell::new(length),
        position: Cell::new(0),
        offset,
        fd: Cell::new(own),
        access,
        exports: Cell::new(0),
        weakrefs: core::ptr::null_mut(),
    })
    .map(Obj::upcast)
}

/// How much of a file to map, which has to have it; 0 asks for the rest of it.
fn mapped_length(fd: c_int, length: usize, offset: i64) -> Result<usize> {
    let status = if fd == -1 { None } else { status_of(fd) };
    let Some(status) = status.filter(|status| status.st_mode & libc::S_IFMT == libc::S_IFREG) else {
        return Ok(length);
    };
    let left = status.st_size - offset;
    let problem = match length {
        0 if status.st_size == 0 => "cannot mmap an empty file",
        0 if left <= 0 => "mmap offset is greater than file size",
        0 => return Ok(left as usize),
        _ if left < 0 || left < length as i64 => "mmap length is greater than file size",
        _ => return Ok(length),
    };
    Err(err::value_error(problem))
}

fn status_of(fd: c_int) -> Option<libc::stat> {
    // SAFETY: plain numbers, which the call fills.
    unsafe {
        let mut status: libc::stat = core::mem::zeroed();
        (libc::fstat(fd, &mut status) == 0).then_some(status)
    }
}

impl Map {
    /// The memory; an error once it is closed.
    fn open(&self) -> Result<*mut u8> {
        let data = self.data.get();
        if data.is_null() { Err(err::value_error("mmap closed or invalid")) } else { Ok(data) }
    }

    /// The memory for writing.
    fn writable(&self) -> Result<*mut u8> {
        let data = self.open()?;
        if self.access == ACCESS_READ {
            return Err(err::type_error("mmap can't modify a readonly memory map."));
        }
        Ok(data)
    }

    /// A copy of a range, cut at the end of the memory.
    fn copy(&self, start: usize, end: usize) -> Result<Obj> {
        let data = self.open()?;
        let end = end.min(self.size.get());
        let start = start.min(end);
        crate::support::filled_bytes(end - start, |room| {
            // SAFETY: a range of the memory, and so much room.
            unsafe { core::ptr::copy_nonoverlapping(data.add(start), room, end - start) };
            Ok(end - start)
        })
    }

    fn unmap(&self) {
        let data = self.data.replace(core::ptr::null_mut());
        let fd = self.fd.replace(-1);
        // SAFETY: a mapping and a descriptor of ours.
        unsafe {
            if fd >= 0 {
                libc::close(fd);
            }
            if !data.is_null() {
                libc::munmap(data.cast(), self.size.get());
            }
        }
    }
}

fn length(this: &Map) -> Result<usize> {
    this.open().map(|_| this.size.get())
}

fn close(this: &Map) -> Result<()> {
    if this.exports.get() > 0 {
        return Err(err::buffer_error("cannot close exported pointers exist"));
    }
    this.unmap();
    Ok(())
}

fn repr(this: &Map) -> Result<Obj> {
    let name = this.object().class_of().name();
    if this.data.get().is_null() {
        return krait_object::types::unicode::from_str(&format!("<{name} closed=True>"));
    }
    let access = ["ACCESS_DEFAULT", "ACCESS_READ", "ACCESS_WRITE", "ACCESS_COPY"][this.access as usize];
    let (size, position, offset) = (this.size.get(), this.position.get(), this.offset);
    krait_object::types::unicode::from_str(&format!(
        "<{name} closed=False, access={access}, length={size}, pos={position}, offset={offset}>"
    ))
}

// ---- as a file ----

fn read(this: &Map, args: &Object) -> Result<Obj> {
    this.open()?;
    let args = tuple::items(args);
    check_count("read", args.len(), 0, 1)?;
    let wanted = match crate::support::not_none(args.first().copied()) {
        None => -1,
        Some(given) if number::index_check(given) => number::as_ssize(given, None)?,
        Some(given) => {
            let name = given.class_of().name();
            return Err(err::type_error(format_args!(
                "argument should be integer or None, not '{name:.200}'"
            )));
        }
    };
    let start = this.position.get();
    let left = this.size.get().saturating_sub(start);
    let count = usize::try_from(wanted).map_or(left, |wanted| wanted.min(left));
    let content = this.copy(start, start + count)?;
    this.position.set(start + count);
    Ok(content)
}

fn read_byte(this: &Map) -> Result<i32> {
    let data = this.open()?;
    let position = this.position.get();
    if position >= this.size.get() {
        return Err(err::value_error("read byte out of range"));
    }
    this.position.set(position + 1);
    // SAFETY: inside the memory.
    Ok(unsafe { *data.add(position) }.into())
}

fn readline(this: &Map) -> Result<Obj> {
    let data = this.open()?;
    let (start, size) = (this.position.get(), this.size.get());
    // SAFETY: inside the memory.
    let end = (start..size).find(|i| unsafe { *data.add(*i) } == b'\n').map_or(size, |i| i + 1);
    let line = this.copy(start, end.max(start))?;
    this.position.set(end.max(start));
    Ok(line)
}

fn write(this: &Map, args: &Object) -> Result<usize> {
    this.open()?;
    let args = tuple::items(args);
    check_count("write", args.len(), 1, 1)?;
    let content = Buffer::simple(args[0])?;
    let content = content.as_slice();
    let data = this.writable()?;
    let position = this.position.get();
    if position > this.size.get() || this.size.get() - position < content.len() {
        return Err(err::value_error("data out of range"));
    }
    // SAFETY: inside the memory; the content may overlap it.
    unsafe { core::ptr::copy(content.as_ptr(), data.add(position), content.len()) };
    this.position.set(position + content.len());
    Ok(content.len())
}

fn write_byte(this: &Map, args: &Object) -> Result<()> {
    this.open()?;
    let args = tuple::items(args);
    check_count("write_byte", args.len(), 1, 1)?;
    crate::support::no_float(args[0])?;
    let value = long::as_long(args[0])?;
    let byte = u8::try_from(value).map_err(|_| {
        let which = if value < 0 { "less than minimum" } else { "greater than maximum" };
        err::overflow_error(format_args!("unsigned byte integer is {which}"))
    })?;
    let data = this.writable()?;
    let position = this.position.get();
    if position >= this.size.get() {
        return Err(err::value_error("write byte out of range"));
    }
    // SAFETY: inside the memory.
    unsafe { *data.add(position) = byte };
    this.position.set(position + 1);
    Ok(())
}

fn tell(this: &Map) -> Result<usize> {
    this.open().map(|_| this.position.get())
}

fn seek(this: &Map, args: &Object) -> Result<()> {
    this.open()?;
    let args = tuple::items(args);
    check_count("seek", args.len(), 1, 2)?;
    let distance = crate::support::ssize(args[0])?;
    let whence = args.get(1).map_or(Ok(0), |whence| crate::support::parse_int(whence))?;
    let from = match whence {
        0 => 0,
        1 => this.position.get() as isize,
        2 => this.size.get() as isize,
        _ => return Err(err::value_error("unknown seek type")),
    };
    let to = from
        .checked_add(distance)
        .and_then(|to| usize::try_from(to).ok())
        .filter(|to| *to <= this.size.get());
    let Some(to) = to else { return Err(err::value_error("seek out of range")) };
    this.position.set(to);
    Ok(())
}

fn file_size(this: &Map) -> Result<i64> {
    this.open()?;
    match status_of(this.fd.get()) {
        Some(status) => Ok(status.st_size),
        None => Err(err::from_last_errno()),
    }
}

// ---- the memory ----

fn find(this: &Map, function: &str, args: &Object, backwards: bool) -> Result<isize> {
    this.open()?;
    let args = tuple::items(args);
    check_count(function, args.len(), 1, 3)?;
    let part = Buffer::simple(args[0])?;
    let part = part.as_slice();
    let size = this.size.get() as isize;
    let default_start = if backwards { 0 } else { this.position.get() as isize };
    let bound = |given: Option<&&Object>, default: isize| -> Result<isize> {
        let at = given.map_or(Ok(default), |given| crate::support::ssize(given))?;
        Ok((if at < 0 { at + size } else { at }).clamp(0, size))
    };
    let default_start =
        if backwards && args.len() < 2 { this.position.get() as isize } else { default_start };
    let (start, end) = (bound(args.get(1), default_start)?, bound(args.get(2), size)?);
    let data = this.open()?;
    let last = end - part.len() as isize;
    // SAFETY: candidates lie inside the memory.
    let matches = |at: &isize| unsafe {
        let at = data.offset(*at);
        part.iter().enumerate().all(|(i, byte)| *at.add(i) == *byte)
    };
    let found = if last < start {
        None
    } else if backwards {
        (start..=last).rev().find(matches)
    } else {
        (start..=last).find(matches)
    };
    Ok(found.unwrap_or(-1))
}

fn flush(this: &Map, args: &Object) -> Result<()> {
    let data = this.open()?;
    let args = tuple::items(args);
    check_count("flush", args.len(), 0, 2)?;
    let offset = args.first().map_or(Ok(0), |offset| crate::support::ssize(offset))?;
    let size = args.get(1).map_or(Ok(this.size.get() as isize), |size| crate::support::ssize(size))?;
    let bounds = usize::try_from(offset).ok().zip(usize::try_from(size).ok());
    let bounds = bounds
        .filter(|(offset, size)| this.size.get().checked_sub(*offset).is_some_and(|left| left >= *size));
    let Some((offset, size)) = bounds else { return Err(err::value_error("flush values out of range")) };
    if this.access == ACCESS_READ || this.access == ACCESS_COPY {
        return Ok(());
    }
    // SAFETY: inside the mapping.
    crate::support::check(unsafe { libc::msync(data.add(offset).cast(), size, libc::MS_SYNC) }).map(drop)
}

fn madvise(this: &Map, args: &Object) -> Result<()> {
    let data = this.open()?;
    let args = tuple::items(args);
    check_count("madvise", args.len(), 1, 3)?;
    let option = crate::support::parse_int(args[0])?;
    let size = this.size.get();
    let start = args.get(1).map_or(Ok(0), |start| crate::support::ssize(start))?;
    let length = args.get(2).map_or(Ok(size as isize), |length| crate::support::ssize(length))?;
    let Some(start) = usize::try_from(start).ok().filter(|start| *start < size) else {
        return Err(err::value_error("madvise start out of bounds"));
    };
    let Ok(length) = usize::try_from(length) else { return Err(err::value_error("madvise length invalid")) };
    if length > isize::MAX as usize - start {
        return Err(err::overflow_error("madvise length too large"));
    }
    let length = length.min(size - start);
    // SAFETY: inside the mapping.
    crate::support::check(unsafe { libc::madvise(data.add(start).cast(), length, option) }).map(drop)
}

fn move_bytes(this: &Map, args: &Object) -> Result<()> {
    this.open()?;
    let args = tuple::items(args);
    check_count("move", args.len(), 3, 3)?;
    let number = |i: usize| crate::support::ssize(args[i]);
    let (to, from, count) = (number(0)?, number(1)?, number(2)?);
    let data = this.writable()?;
    let size = this.size.get() as isize;
    let good = to >= 0 && from >= 0 && count >= 0 && size - to >= count && size - from >= count;
    if !good {
        return Err(err::value_error("source, destination, or count out of range"));
    }
    // SAFETY: both ranges lie inside the memory.
    unsafe { core::ptr::copy(data.offset(from), data.offset(to), count as usize) };
    Ok(())
}

fn resize(this: &Map, args: &Object) -> Result<()> {
    let data = this.open()?;
    let args = tuple::items(args);
    check_count("resize", args.len(), 1, 1)?;
    let size = crate::support::ssize(args[0])?;
    if this.exports.get() > 0 {
        return Err(err::buffer_error("mmap can't resize with extant buffers exported."));
    }
    if !matches!(this.access, ACCESS_DEFAULT | ACCESS_WRITE) {
        return Err(err::type_error("mmap can't resize a readonly or copy-on-write memory map."));
    }
    let size = usize::try_from(size).ok().filter(|size| i64::MAX - this.offset >= *size as i64);
    let Some(size) = size else { return Err(err::value_error("new size out of range")) };
    // SAFETY: the mapping of ours; nobody has lent its memory.
    unsafe {
        if this.fd.get() != -1 {
            crate::support::check(libc::ftruncate(this.fd.get(), this.offset + size as i64))?;
        }
        let moved = libc::mremap(data.cast(), this.size.get(), size, libc::MREMAP_MAYMOVE);
        if moved == libc::MAP_FAILED {
            return Err(err::from_last_errno());
        }
        this.data.set(moved.cast());
        this.size.set(size);
    }
    Ok(())
}

// ---- items ----

#[cold]
fn out_of_range() -> Raised {
    err::index_error("mmap index out of range")
}

fn item(this: &Map, index: isize) -> Result<Obj> {
    this.open()?;
    match usize::try_from(index) {
        Ok(index) if index < this.size.get() => this.copy(index, index + 1),
        _ => Err(out_of_range()),
    }
}

fn set_item(this: &Map, index: isize, value: Option<&Object>) -> Result<()> {
    this.open()?;
    let Some(index) = usize::try_from(index).ok().filter(|index| *index < this.size.get()) else {
        return Err(out_of_range());
    };
    let Some(value) = value else { return Err(err::type_error("mmap object doesn't support item deletion")) };
    if !bytes::check(value) || bytes::as_slice(value).len() != 1 {
        return Err(err::index_error("mmap assignment must be length-1 bytes()"));
    }
    let data = this.writable()?;
    // SAFETY: inside the memory.
    unsafe { *data.add(index) = bytes::as_slice(value)[0] };
    Ok(())
}

/// An index that may count from the end.
fn index_of(this: &Map, key: &Object) -> Result<usize> {
    let index = number::as_ssize(key, Some(exceptions::IndexError()))?;
    let index = if index < 0 { index + this.size.get() as isize } else { index };
    usize::try_from(index).ok().filter(|index| *index < this.size.get()).ok_or_else(out_of_range)
}

fn subscript(this: &Map, key: &Object) -> Result<Obj> {
    this.open()?;
    if number::index_check(key) {
        let index = index_of(this, key)?;
        let data = this.open()?;
        // SAFETY: inside the memory.
        return long::from_i64(unsafe { *data.add(index) }.into());
    }
    if !slice::check(key) {
        return Err(err::type_error("mmap indices must be integers"));
    }
    let (start, _, step, count) = slice::indices(key, this.size.get())?;
    let data = this.open()?;
    if step == 1 {
        return this.copy(start as usize, start as usize + count);
    }
    // SAFETY: the indices lie inside the memory.
    let content: Vec<u8> = (0..count as isize).map(|i| unsafe { *data.offset(start + i * step) }).collect();
    bytes::from_slice(&content)
}

fn set_subscript(this: &Map, key: &Object, value: Option<&Object>) -> Result<()> {
    this.writable()?;
    if number::index_check(key) {
        let index = index_of(this, key)?;
        let Some(value) = value else { return Err(err::type_error("mmap doesn't support item deletion")) };
        if !number::index_check(value) {
            return Err(err::type_error("mmap item value must be an int"));
        }
        let value = number::as_ssize(value, Some(exceptions::TypeError()))?;
        let Ok(byte) = u8::try_from(value) else {
            return Err(err::value_error("mmap item value must be in range(0, 256)"));
        };
        let data = this.writable()?;
        // SAFETY: inside the memory.
        unsafe { *data.add(index) = byte };
        return Ok(());
    }
    if !slice::check(key) {
        return Err(err::type_error("mmap indices must be integer"));
    }
    let (start, _, step, count) = slice::indices(key, this.size.get())?;
    let Some(value) = value else {
        return Err(err::type_error("mmap object doesn't support slice deletion"));
    };
    let content = Buffer::simple(value)?;
    let content = content.as_slice();
    if content.len() != count {
        return Err(err::index_error("mmap slice assignment is wrong size"));
    }
    let data = this.writable()?;
    for (i, byte) in content.iter().enumerate() {
        // SAFETY: the indices lie inside the memory.
        unsafe { *data.offset(start + i as isize * step) = *byte };
    }
    Ok(())
}

// ---- buffers ----

unsafe extern "C" fn export(this: *mut PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: the contract of bf_getbuffer; the memory stays while there are exports.
    unsafe {
        let map = &*this.cast::<Map>();
        let filled = map.open().and_then(|data| {
            let readonly = map.access == ACCESS_READ;
            buffer::fill_info(
                view,
                Some(Object::from_ptr(this)),
                data.cast(),
                map.size.get() as isize,
                readonly,
                flags,
            )
        });
        match filled {
            Ok(()) => {
                map.exports.set(map.exports.get() + 1);
                0
            }
            Err(_) => -1,
        }
    }
}

unsafe extern "C" fn unexport(this: *mut PyObject, _view: *mut Py_buffer) {
    // SAFETY: the contract of bf_releasebuffer.
    let map = unsafe { &*this.cast::<Map>() };
    map.exports.set(map.exports.get() - 1);
}
