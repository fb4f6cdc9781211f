//! Positions: `tell`, `seek`, `truncate`.

use super::write::{flush_all, flush_writes};
use super::{Buffered, Holds, ahead, check_closed, check_initialized, lead, lock, raw, reset};
use crate::io::fileio::{self, FileIO};
use crate::io::{iobase, offset, unsupported, whence_argument};
use core::ffi::c_int;
use krait_object::protocol::call;
use krait_object::types::{exceptions, long, none};
use krait_object::{Obj, Object, Result, err, intern};

/// The position of the raw stream, asked of it.
pub(super) fn raw_tell(this: &Buffered) -> Result<i64> {
    // This is called before the stream counts as initialised.
    let Some(raw) = this.raw.get() else { return Err(super::uninitialized(this)) };
    let at = match FileIO::plain(&raw) {
        Some(file) => fileio::seek(file, 0, libc::SEEK_CUR)?,
        None => offset(&*call::call_method(&raw, intern!("tell"), &[])?, exceptions::ValueError())?,
    };
    if at < 0 {
        return Err(err::os_error(format_args!("Raw stream returned invalid position {at}")));
    }
    this.raw_position.set(at);
    Ok(at)
}

/// The position of the raw stream as far as it is known.
fn known_raw_position(this: &Buffered) -> Result<i64> {
    match this.raw_position.get() {
        at if at >= 0 => Ok(at),
        _ => raw_tell(this),
    }
}

/// Moves the raw stream.
pub(super) fn raw_seek(this: &Buffered, target: i64, whence: c_int) -> Result<i64> {
    let raw = raw(this)?;
    let at = match FileIO::plain(&raw) {
        Some(file) => fileio::seek(file, target, whence)?,
        None => {
            let target = long::from_i64(target)?;
            let whence = long::from_i64(i64::from(whence))?;
            let at = call::call_method(&raw, intern!("seek"), &[&target, &whence])?;
            offset(&at, exceptions::ValueError())?
        }
    };
    if at < 0 {
        return Err(err::os_error(format_args!("Raw stream returned invalid position {at}")));
    }
    this.raw_position.set(at);
    Ok(at)
}

pub(super) fn tell(this: &Buffered) -> Result<i64> {
    check_initialized(this)?;
    Ok(raw_tell(this)? - lead(this))
}

pub(super) fn seek_method(this: &Buffered, args: &[&Object]) -> Result<i64> {
    krait_object::args::check_positional("seek", args.len(), 1, 2)?;
    let whence = whence_argument(args)?;
    check_initialized(this)?;
    if !matches!(whence, 0..=2 | libc::SEEK_HOLE | libc::SEEK_DATA) {
        return Err(err::value_error(format_args!("whence value {whence} unsupported")));
    }
    check_closed(this, "seek of closed file")?;
    iobase::check_seekable(&*raw(this)?)?;
    let target = offset(args[0], exceptions::ValueError())?;
    seek(this, target, whence)
}

fn seek(this: &Buffered, target: i64, whence: c_int) -> Result<i64> {
    // Within the bytes read ahead, nobody needs to be asked. These are not what the raw stream's end or holes are
    // about, and a position that is unknown must be found out.
    if matches!(whence, 0 | 1) && this.readable.get() && lock::is_free(this) {
        let current = known_raw_position(this)?;
        let left = ahead(this);
        if left > 0 {
            let seen = current - left as i64;
            let distance = if whence == 0 { target.checked_sub(seen) } else { Some(target) };
            if let Some(distance) = distance
                && distance >= -(this.start.get() as i64)
                && distance <= left as i64
            {
                this.start.set((this.start.get() as i64 + distance) as usize);
                return Ok(seen + distance);
            }
        }
    }
    let _lock = lock::enter(this)?;
    if this.writable.get() {
        flush_writes(this)?;
    }
    let target = if whence == 1 { target - lead(this) } else { target };
    let at = raw_seek(this, target, whence)?;
    if this.holds.get() == Holds::Read {
        reset(this);
    }
    Ok(at)
}

pub(super) fn truncate(this: &Buffered, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("truncate", args.len(), 0, 1)?;
    check_initialized(this)?;
    check_closed(this, "truncate of closed file")?;
    if !this.writable.get() {
        return Err(unsupported("truncate"));
    }
    let _lock = lock::enter(this)?;
    flush_all(this)?;
    let size = args.first().copied().unwrap_or(none::none());
    let result = call::call_method(&*raw(this)?, intern!("truncate"), &[size])?;
    // The raw stream may have moved.
    if raw_tell(this).is_err() {
        err::clear();
    }
    Ok(result)
}
