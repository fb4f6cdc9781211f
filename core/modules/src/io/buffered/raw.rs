//! Calls of the raw stream.

use super::{Buffered, raw};
use crate::io::fileio::{self, FileIO};
use crate::io::trap_eintr;
use krait_abi::{PyBUF_READ, PyBUF_WRITE};
use krait_object::protocol::{call, number};
use krait_object::types::{exceptions, long, memoryview, unicode};
use krait_object::{Object, Raised, Result, err, intern};

/// Reads into memory with one call of `readinto()`; None when nothing can be read without waiting.
///
/// # Safety
/// `space` has room for `count` bytes, which belong to whoever has the lock.
pub(super) unsafe fn raw_read(this: &Buffered, space: *mut u8, count: usize) -> Result<Option<usize>> {
    let raw = raw(this)?;
    let got = if let Some(file) = FileIO::plain(&raw) {
        // SAFETY: the caller's promise.
        unsafe { fileio::read_raw(file, space, count)? }
    } else {
        // SAFETY: the caller's promise; raw streams must not keep the view.
        let view = unsafe { memoryview::from_memory(space.cast(), count as isize, PyBUF_WRITE)? };
        transfer(&raw, intern!("readinto"), "readinto", &view, count)?
    };
    if let Some(n) = got {
        advance(this, n);
    }
    Ok(got)
}

/// Writes memory with one call of `write()`; None when nothing can be written without waiting.
///
/// # Safety
/// `data` is `count` readable bytes that stay while other threads run.
pub(super) unsafe fn raw_write(this: &Buffered, data: *const u8, count: usize) -> Result<Option<usize>> {
    let raw = raw(this)?;
    let put = if let Some(file) = FileIO::plain(&raw) {
        // SAFETY: the caller's promise.
        unsafe { fileio::write_raw(file, data, count)? }
    } else {
        // SAFETY: the caller's promise; raw streams must not keep the view.
        let view = unsafe { memoryview::from_memory(data.cast_mut().cast(), count as isize, PyBUF_READ)? };
        transfer(&raw, intern!("write"), "write", &view, count)?
    };
    if let Some(n) = put {
        advance(this, n);
    }
    Ok(put)
}

fn advance(this: &Buffered, n: usize) {
    let at = this.raw_position.get();
    if at >= 0 {
        this.raw_position.set(at + n as i64);
    }
}

/// Calls a method that transfers bytes and checks the count that it returns.
fn transfer(raw: &Object, method: &Object, name: &str, view: &Object, count: usize) -> Result<Option<usize>> {
    let answer = loop {
        match call::call_method(raw, method, &[view]) {
            Ok(answer) => break answer,
            // A signal handler has run; the call is made again.
            Err(_) if trap_eintr() => {}
            Err(raised) => return Err(raised),
        }
    };
    if answer.is_none() {
        return Ok(None);
    }
    let n = match number::as_ssize(&answer, Some(exceptions::ValueError())) {
        Ok(n) => n,
        Err(_) => {
            return Err(err::set_from_cause(exceptions::OSError(), format_args!("raw {name}() failed")));
        }
    };
    if n < 0 || n as usize > count {
        return Err(err::os_error(format_args!(
            "raw {name}() returned invalid length {n} (should have been between 0 and {count})"
        )));
    }
    Ok(Some(n as usize))
}

/// `BlockingIOError` for a raw stream that took only some of the bytes.
#[cold]
pub fn blocking_error(message: &str, written: usize) -> Raised {
    let make = || {
        let class = exceptions::BlockingIOError();
        let errno = long::from_i64(i64::from(libc::EAGAIN))?;
        let message = unicode::from_str(message)?;
        let written = long::from_u64(written as u64)?;
        call::call(class, &[&errno, &message, &written])
    };
    match make() {
        Ok(error) => err::set_object(exceptions::BlockingIOError(), &error),
        Err(raised) => raised,
    }
}
