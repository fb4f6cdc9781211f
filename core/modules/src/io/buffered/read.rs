//! Reading through the buffer.

use super::raw::raw_read;
use super::write::flush_all;
use super::{Buffered, Holds, ahead, check_closed, check_initialized, lock, plain, raw, reset};
use crate::io::{fileio, optional_size, size_argument, trap_eintr, writable_argument};
use core::ptr::null_mut;
use krait_abi::PyObject;
use krait_object::protocol::{call, object};
use krait_object::text::byte;
use krait_object::types::{bytes, none};
use krait_object::{Layout, Obj, Object, Result, err, intern};

/// The bytes read ahead. Valid until the buffer changes.
fn waiting(this: &Buffered) -> &[u8] {
    let count = ahead(this);
    if count == 0 {
        return &[];
    }
    // SAFETY: initialised bytes of the buffer, which is only freed or refilled by callers of this module, later.
    unsafe { core::slice::from_raw_parts(this.buffer.get().add(this.start.get()), count) }
}

fn skip(this: &Buffered, count: usize) {
    this.start.set(this.start.get() + count);
}

/// Reads once into the free end of the buffer (all of it when nothing is read ahead). The lock is held.
fn fill(this: &Buffered) -> Result<Option<usize>> {
    if ahead(this) == 0 {
        reset(this);
    }
    let end = this.end.get();
    // SAFETY: the free part of the buffer, which the lock protects.
    let got = unsafe { raw_read(this, this.buffer.get().add(end), this.capacity.get() - end)? };
    if let Some(n @ 1..) = got {
        this.holds.set(Holds::Read);
        this.end.set(end + n);
    }
    Ok(got)
}

/// What must happen before reading under the lock: writes go out.
fn prepare(this: &Buffered) -> Result<()> {
    if this.writable.get() { flush_all(this) } else { Ok(()) }
}

/// Takes bytes that are there, without the lock.
fn take(this: &Buffered, count: usize) -> Result<Option<Obj>> {
    if count > ahead(this) {
        return Ok(None);
    }
    let taken = bytes::from_slice(&waiting(this)[..count])?;
    skip(this, count);
    Ok(Some(taken))
}

pub(super) fn read_method(this: &Buffered, args: &[&Object]) -> Result<Obj> {
    let size = size_argument("read", args)?;
    check_initialized(this)?;
    if size < -1 {
        return Err(err::value_error("read length must be non-negative or -1"));
    }
    check_closed(this, "read of closed file")?;
    if size == -1 {
        let _lock = lock::enter(this)?;
        return read_all(this);
    }
    let size = size as usize;
    if let Some(taken) = take(this, size)? {
        return Ok(taken);
    }
    let _lock = lock::enter(this)?;
    read_up_to(this, size)
}

/// `read()` for text streams.
pub fn read_all_direct(this: &Buffered) -> Result<Obj> {
    check_initialized(this)?;
    check_closed(this, "read of closed file")?;
    let _lock = lock::enter(this)?;
    read_all(this)
}

fn read_all(this: &Buffered) -> Result<Obj> {
    let raw = raw(this)?;
    let mut all = waiting(this).to_vec();
    if ahead(this) > 0 {
        skip(this, ahead(this));
    }
    if this.writable.get() {
        flush_all(this)?;
    }
    reset(this);
    if let Some(file) = fileio::FileIO::plain(&raw) {
        let rest = fileio::readall(file)?;
        this.raw_position.set(-1);
        return match rest {
            Some(rest) => joined(all, rest),
            None if all.is_empty() => Ok(none::none().owned()),
            None => bytes::from_slice(&all),
        };
    }
    if let Some(readall) = object::lookup_attr(&raw, intern!("readall"))? {
        let rest = call::call0(&readall)?;
        this.raw_position.set(-1);
        if !rest.is_none() && !bytes::check(&rest) {
            return Err(err::type_error("readall() should return bytes"));
        }
        if rest.is_none() {
            return if all.is_empty() { Ok(rest) } else { bytes::from_slice(&all) };
        }
        return joined(all, rest);
    }
    loop {
        let part = call::call_method(&raw, intern!("read"), &[])?;
        if !part.is_none() && !bytes::check(&part) {
            return Err(err::type_error("read() should return bytes"));
        }
        if part.is_none() {
            return if all.is_empty() { Ok(part) } else { bytes::from_slice(&all) };
        }
        let content = bytes::as_slice(&part);
        if content.is_empty() {
            return bytes::from_slice(&all);
        }
        all.extend_from_slice(content);
        this.raw_position.set(-1);
    }
}

fn joined(mut first: Vec<u8>, rest: Obj) -> Result<Obj> {
    if first.is_empty() {
        return Ok(rest);
    }
    first.extend_from_slice(bytes::as_slice(&rest));
    bytes::from_slice(&first)
}

/// A bytes object that is being filled; longer than its final size.
struct Space {
    object: *mut PyObject,
    size: usize,
    used: usize,
}

impl Space {
    fn new(size: usize) -> Result<Space> {
        // Objects of less than two bytes are shared; this one must be ours.
        let real = size.max(2);
        Ok(Space { object: bytes::uninit(real as isize)?.into_ptr(), size, used: 0 })
    }

    fn left(&self) -> usize {
        self.size - self.used
    }

    fn end(&self) -> *mut u8 {
        // SAFETY: `used` of at least `size` bytes.
        unsafe { bytes::data_ptr(self.object).add(self.used) }
    }

    fn push(&mut self, content: &[u8]) {
        // SAFETY: callers push at most `left` bytes.
        unsafe { self.end().copy_from_nonoverlapping(content.as_ptr(), content.len()) };
        self.used += content.len();
    }

    fn finish(mut self) -> Result<Obj> {
        if self.used < 2 {
            // SAFETY: `used` bytes have been written.
            let content = unsafe { core::slice::from_raw_parts(bytes::data_ptr(self.object), self.used) };
            return bytes::from_slice(content);
        }
        // SAFETY: nobody else has the object; the reference moves out.
        unsafe {
            bytes::resize(&mut self.object, self.used as isize)?;
            Ok(Obj::from_owned_ptr(core::mem::replace(&mut self.object, null_mut())))
        }
    }
}

impl Drop for Space {
    fn drop(&mut self) {
        // SAFETY: NULL or owned.
        drop(unsafe { Obj::from_owned_opt(self.object) });
    }
}

/// Reads until there are `size` bytes, the file ends or nothing more can be had without waiting.
fn read_up_to(this: &Buffered, size: usize) -> Result<Obj> {
    let mut space = Space::new(size)?;
    let have = ahead(this).min(size);
    if have > 0 {
        space.push(&waiting(this)[..have]);
        skip(this, have);
    }
    prepare(this)?;
    reset_unless_ahead(this);
    let capacity = this.capacity.get();
    while space.left() > 0 {
        // Whole blocks go straight to the result.
        let blocks = space.left() - space.left() % capacity;
        let got = if blocks > 0 {
            // SAFETY: `blocks` bytes of the new object.
            let got = unsafe { raw_read(this, space.end(), blocks)? };
            space.used += got.unwrap_or(0);
            got
        } else {
            let got = fill(this)?;
            let part = ahead(this).min(space.left());
            space.push(&waiting(this)[..part]);
            skip(this, part);
            got
        };
        match got {
            Some(0) => break,
            None if space.used > 0 => break,
            None => return Ok(none::none().owned()),
            Some(_) => {}
        }
    }
    space.finish()
}

fn reset_unless_ahead(this: &Buffered) {
    if ahead(this) == 0 {
        reset(this);
    }
}

pub(super) fn peek(this: &Buffered, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("peek", args.len(), 0, 1)?;
    if let Some(size) = args.first() {
        krait_object::args::ssize(size)?;
    }
    check_initialized(this)?;
    check_closed(this, "peek of closed file")?;
    let _lock = lock::enter(this)?;
    prepare_keeping_ahead(this)?;
    if ahead(this) == 0 {
        fill(this)?;
    }
    bytes::from_slice(waiting(this))
}

/// Writes go out, but bytes read ahead stay.
fn prepare_keeping_ahead(this: &Buffered) -> Result<()> {
    if this.holds.get() == Holds::Written { flush_all(this) } else { Ok(()) }
}

pub(super) fn read1(this: &Buffered, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("read1", args.len(), 0, 1)?;
    let size = args.first().map_or(Ok(-1), |size| krait_object::args::ssize(size))?;
    read1_direct(this, size)
}

/// `read1()`, for text streams too.
pub fn read1_direct(this: &Buffered, size: isize) -> Result<Obj> {
    check_initialized(this)?;
    let size = if size < 0 { this.capacity.get() } else { size as usize };
    check_closed(this, "read of closed file")?;
    if size == 0 {
        return bytes::empty();
    }
    let have = ahead(this).min(size);
    if have > 0
        && let Some(taken) = take(this, have)?
    {
        return Ok(taken);
    }
    let mut space = Space::new(size)?;
    let _lock = lock::enter(this)?;
    prepare_keeping_ahead(this)?;
    reset_unless_ahead(this);
    // SAFETY: `size` bytes of the new object.
    space.used = unsafe { raw_read(this, space.end(), size)? }.unwrap_or(0);
    space.finish()
}

pub(super) fn readinto(
    this: &Buffered,
    function: &str,
    buffer: &Object,
    once: bool,
) -> Result<Option<usize>> {
    let mut buffer = writable_argument(function, buffer)?;
    check_initialized(this)?;
    check_closed(this, &format!("{function} of closed file"))?;
    let space = buffer.as_mut_slice();
    let mut used = ahead(this).min(space.len());
    if used > 0 {
        space[..used].copy_from_slice(&waiting(this)[..used]);
        skip(this, used);
        if used == space.len() {
            return Ok(Some(used));
        }
    }
    let _lock = lock::enter(this)?;
    prepare(this)?;
    reset_unless_ahead(this);
    while used < space.len() {
        let rest = &mut space[used..];
        // With something to return already, the buffer need not be filled again; a read past it is fine once.
        if once && used > 0 && rest.len() <= this.capacity.get() {
            break;
        }
        let got = if rest.len() > this.capacity.get() {
            // SAFETY: memory that the exporter keeps in its place.
            let got = unsafe { raw_read(this, rest.as_mut_ptr(), rest.len())? };
            used += got.unwrap_or(0);
            if once && got.is_some() {
                break;
            }
            got
        } else {
            let got = fill(this)?;
            let part = ahead(this).min(rest.len());
            rest[..part].copy_from_slice(&waiting(this)[..part]);
            skip(this, part);
            used += part;
            got
        };
        match got {
            Some(0) => break,
            None if used > 0 => break,
            None => return Ok(None),
            Some(_) => {}
        }
    }
    Ok(Some(used))
}

pub(super) fn readline_method(this: &Buffered, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("readline", args.len(), 0, 1)?;
    let limit = optional_size(args.first())?;
    check_initialized(this)?;
    readline(this, limit)
}

fn readline(this: &Buffered, limit: isize) -> Result<Obj> {
    check_closed(this, "readline of closed file")?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let there = waiting(this);
    let room = there.len().min(limit);
    if let Some(count) =
        byte::find(b'\n', &there[..room]).map(|at| at + 1).or((room == limit).then_some(limit))
    {
        let line = bytes::from_slice(&there[..count])?;
        skip(this, count);
        return Ok(line);
    }
    let _lock = lock::enter(this)?;
    let mut line = waiting(this).to_vec();
    skip_all(this);
    prepare(this)?;
    loop {
        reset(this);
        if !matches!(fill(this)?, Some(1..)) {
            break;
        }
        let there = waiting(this);
        let room = there.len().min(limit - line.len());
        let end = byte::find(b'\n', &there[..room]);
        let count = end.map_or(room, |at| at + 1);
        if line.is_empty() && (end.is_some() || room < there.len()) {
            let line = bytes::from_slice(&there[..count])?;
            skip(this, count);
            return Ok(line);
        }
        line.extend_from_slice(&there[..count]);
        skip(this, count);
        if end.is_some() || line.len() == limit {
            break;
        }
    }
    bytes::from_slice(&line)
}

fn skip_all(this: &Buffered) {
    if this.holds.get() == Holds::Read {
        this.start.set(this.end.get());
    }
}

pub(super) fn next(this: &Buffered) -> Result<Option<Obj>> {
    check_initialized(this)?;
    let line = if plain(this.object()).is_some() {
        readline(this, -1)?
    } else {
        let line = loop {
            match call::call_method(this.object(), intern!("readline"), &[]) {
                Ok(line) => break line,
                Err(_) if trap_eintr() => {}
                Err(raised) => return Err(raised),
            }
        };
        if !bytes::check(&line) {
            return Err(err::os_error(format_args!(
                "readline() should have returned a bytes object, not '{:.200}'",
                line.class_of().name()
            )));
        }
        line
    };
    if bytes::as_slice(&line).is_empty() { Ok(None) } else { Ok(Some(line)) }
}
