//! Writing through the buffer.

use super::position::raw_seek;
use super::raw::{blocking_error, raw_write};
use super::{Buffered, Holds, check_initialized, lead, lock, raw_closed, reset};
use crate::support::check_signals;
use krait_object::protocol::buffer::Buffer;
use krait_object::types::exceptions;
use krait_object::{Object, Result, err};

const WOULD_BLOCK: &str = "write could not complete without blocking";

/// Writes all that waits. The lock is held. What a raw stream did not take stays in the buffer.
pub(super) fn flush_writes(this: &Buffered) -> Result<()> {
    if this.holds.get() != Holds::Written {
        return Ok(());
    }
    let total = this.end.get();
    let mut done = 0;
    let mut result = Ok(());
    while done < total {
        // SAFETY: waiting bytes, which the lock protects.
        match unsafe { raw_write(this, this.buffer.get().add(done), total - done) } {
            Ok(Some(n)) => done += n,
            Ok(None) => {
                result = Err(blocking_error(WOULD_BLOCK, 0));
                break;
            }
            Err(raised) => {
                result = Err(raised);
                break;
            }
        }
        // A partial write may come from a signal whose handler wants to run.
        if done < total
            && let Err(raised) = check_signals()
        {
            result = Err(raised);
            break;
        }
    }
    if done == total {
        reset(this);
    } else if done > 0 {
        // SAFETY: both within the buffer.
        unsafe { this.buffer.get().copy_from(this.buffer.get().add(done), total - done) };
        this.end.set(total - done);
    }
    result
}

/// Writes all that waits, or gives up what is read ahead, so that the raw stream stands where the user is. The lock is
/// held.
pub(super) fn flush_all(this: &Buffered) -> Result<()> {
    flush_writes(this)?;
    if this.readable.get() {
        let back = lead(this);
        if this.holds.get() == Holds::Read {
            if back > 0 {
                raw_seek(this, -back, 1)?;
            }
            reset(this);
        }
    }
    Ok(())
}

pub(super) fn flush(this: &Buffered) -> Result<()> {
    check_initialized(this)?;
    check_open(this, "flush of closed file")?;
    let _lock = lock::enter(this)?;
    flush_all(this)
}

/// `flush()` for text streams: what the method of the class does, for a stream that may write.
pub fn flush_direct(this: &Buffered) -> Result<()> {
    flush(this)
}

fn check_open(this: &Buffered, message: &str) -> Result<()> {
    if this.buffer.get().is_null() || raw_closed(this)? {
        return Err(err::value_error(message));
    }
    Ok(())
}

pub(super) fn write_method(this: &Buffered, data: &Object) -> Result<usize> {
    check_initialized(this)?;
    let data = Buffer::simple(data)?;
    write_direct(this, data.as_slice())
}

/// `write()` of memory that stays while other threads run.
pub fn write_direct(this: &Buffered, data: &[u8]) -> Result<usize> {
    check_initialized(this)?;
    let _lock = lock::enter(this)?;
    // Closing may have won the race for the lock.
    check_open(this, "write to closed file")?;
    if this.holds.get() == Holds::Read {
        let back = lead(this);
        reset(this);
        if back > 0 {
            raw_seek(this, -back, 1)?;
        }
    }
    if append(this, data) {
        return Ok(data.len());
    }
    let capacity = this.capacity.get();
    if flush_writes(this).is_err() {
        return stuff(this, data);
    }
    let mut done = 0;
    while data.len() - done > capacity {
        let rest = &data[done..];
        // SAFETY: memory that the caller keeps in its place.
        match unsafe { raw_write(this, rest.as_ptr(), rest.len())? } {
            Some(n) => {
                done += n;
                if done < data.len() {
                    check_signals()?;
                }
            }
            None => {
                // As much as fits waits for better times; the rest is the caller's.
                append(this, &rest[..capacity]);
                return Err(blocking_error(WOULD_BLOCK, done + capacity));
            }
        }
    }
    append(this, &data[done..]);
    Ok(data.len())
}

/// Puts bytes behind those that wait, if they fit.
#[inline]
fn append(this: &Buffered, data: &[u8]) -> bool {
    let end = this.end.get();
    if data.len() > this.capacity.get() - end {
        return false;
    }
    if !data.is_empty() {
        // SAFETY: room for the bytes behind `end`.
        unsafe { this.buffer.get().add(end).copy_from(data.as_ptr(), data.len()) };
        this.end.set(end + data.len());
        this.holds.set(Holds::Written);
    }
    true
}

/// The raw stream takes nothing just now: what fits into the buffer goes there. Other errors pass.
#[cold]
fn stuff(this: &Buffered, data: &[u8]) -> Result<usize> {
    let raised = krait_object::Raised::assume();
    if !err::matches(exceptions::BlockingIOError()) {
        return Err(raised);
    }
    err::clear();
    if append(this, data) {
        return Ok(data.len());
    }
    let room = this.capacity.get() - this.end.get();
    append(this, &data[..room]);
    Err(blocking_error(WOULD_BLOCK, room))
}
