//! `PyFile_*`: what C code does with streams (`fileobject.h`).

use super::open;
use core::ffi::c_int;
use krait_object::protocol::{call, object};
use krait_object::types::{bytes, exceptions, long, unicode};
use krait_object::{Obj, Object, Result, err, hooks, intern};

/// `PyFile_FromFd`: the name is not used.
pub fn from_fd(
    fd: c_int,
    mode: &str,
    buffering: c_int,
    encoding: Option<&str>,
    errors: Option<&str>,
    newline: Option<&str>,
    close_fd: bool,
) -> Result<Obj> {
    let io = (hooks::get().import)("_io")?;
    // open() is looked up, as programs replace it.
    let open = object::get_attr(&io, intern!("open"))?;
    let text = |text: Option<&str>| match text {
        Some(text) => unicode::from_str(text),
        None => Ok(krait_object::Layout::owned(krait_object::types::none::none())),
    };
    let fd = long::from_i64(i64::from(fd))?;
    let mode = unicode::from_str(mode)?;
    let buffering = long::from_i64(i64::from(buffering))?;
    let close_fd = krait_object::types::bool::borrowed(close_fd);
    call::call(
        &open,
        &[&fd, &mode, &buffering, &*text(encoding)?, &*text(errors)?, &*text(newline)?, close_fd],
    )
}

/// `PyFile_GetLine`: a line of text or bytes from anything with `readline()`.
///
/// Zero reads a whole line, a positive number at most that many characters of it, a negative number a whole line
/// without its end, whose absence is an `EOFError`.
pub fn get_line(file: &Object, limit: c_int) -> Result<Obj> {
    let line = if limit <= 0 {
        call::call_method(file, intern!("readline"), &[])?
    } else {
        let limit = long::from_i64(i64::from(limit))?;
        call::call_method(file, intern!("readline"), &[&limit])?
    };
    if bytes::check(&line) {
        if limit >= 0 {
            return Ok(line);
        }
        let content = bytes::as_slice(&line);
        return match content {
            [] => Err(err::eof_error("EOF when reading a line")),
            [rest @ .., b'\n'] => bytes::from_slice(rest),
            _ => Ok(line),
        };
    }
    if unicode::check(&line) {
        if limit >= 0 {
            return Ok(line);
        }
        let length = unicode::len(&line);
        if length == 0 {
            return Err(err::eof_error("EOF when reading a line"));
        }
        if unicode::char_at(&line, length - 1) == u32::from(b'\n') {
            return unicode::substring(&line, 0, length - 1);
        }
        return Ok(line);
    }
    Err(err::type_error("object.readline() returned non-string"))
}

/// `PyFile_WriteObject`: the object's `str` (`raw`) or `repr` goes to `file.write()`.
pub fn write_object(value: &Object, file: Option<&Object>, raw: bool) -> Result<()> {
    let Some(file) = file else { return Err(err::type_error("writeobject with NULL file")) };
    let write = object::get_attr(file, intern!("write"))?;
    let text = if raw { object::str(value)? } else { object::repr(value)? };
    call::call1(&write, &text).map(drop)
}

/// `PyFile_WriteString`
pub fn write_string(text: &str, file: Option<&Object>) -> Result<()> {
    match file {
        None => {
            if err::occurred().is_none() {
                return Err(err::system_error("null file for PyFile_WriteString"));
            }
            Err(krait_object::Raised::assume())
        }
        // With an exception set, nothing is written.
        Some(_) if err::occurred().is_some() => Err(krait_object::Raised::assume()),
        Some(file) => write_object(&*unicode::from_str(text)?, Some(file), true),
    }
}

/// `PyObject_AsFileDescriptor`
pub fn as_file_descriptor(file: &Object) -> Result<c_int> {
    crate::support::as_file_descriptor(file)
}

/// `PyFile_OpenCode`
pub fn open_code(path: &str) -> Result<Obj> {
    open::open_code_object(&*unicode::from_str(path)?)
}

pub use open::{open_code_object, open_for_reading, set_open_code_hook};

/// Whether the current exception is one that a missing file gives.
pub fn is_missing_file() -> bool {
    err::matches(exceptions::FileNotFoundError())
}
