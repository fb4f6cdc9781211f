//! File descriptors: `_Py_open`, `_Py_read`, inheritance, blocking mode (`fileutils.h`).
//!
//! Descriptors that Python makes are not inherited by programs that it starts. Calls that may block give the GIL up, and
//! an interrupted call runs the signal handlers and goes on.

use crate::support::{audit, check_signals, os_error};
use core::ffi::{CStr, c_int};
use krait_object::types::{bytes, long, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, state};

/// The most that one `read` or `write` transfers.
pub const IO_MAX: usize = isize::MAX as usize;

/// `_Py_fstat_noraise`.
pub fn fstat_noraise(fd: c_int) -> core::result::Result<libc::stat, c_int> {
    let mut status = core::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: a valid place for the result, filled on success.
    unsafe {
        if libc::fstat(fd, status.as_mut_ptr()) != 0 {
            return Err(err::last_errno());
        }
        Ok(status.assume_init())
    }
}

/// `_Py_fstat`.
pub fn fstat(fd: c_int) -> Result<libc::stat> {
    state::allow_threads(|| fstat_noraise(fd)).map_err(os_error)
}

/// `_Py_open_noraise`: the descriptor or the error number. Needs no GIL.
pub fn open_noraise(path: &CStr, flags: c_int) -> core::result::Result<c_int, c_int> {
    // SAFETY: a C string.
    let fd = unsafe { libc::open(path.as_ptr(), flags | libc::O_CLOEXEC) };
    if fd < 0 { Err(err::last_errno()) } else { Ok(fd) }
}

/// `_Py_open`.
pub fn open(path: &CStr, flags: c_int) -> Result<c_int> {
    let name = unicode::decode_fs(path.to_bytes())?;
    audit("open", [name.clone(), none::none().owned(), long::from_i64(i64::from(flags))?])?;
    loop {
        match state::allow_threads(|| open_noraise(path, flags)) {
            Ok(fd) => return Ok(fd),
            Err(libc::EINTR) => check_signals()?,
            Err(errno) => return Err(err::from_errno(errno, Some(&name), None)),
        }
    }
}

/// `_Py_fopen_obj`: a C stream for a path; the mode is C's.
pub fn fopen_object(path: &Object, mode: &CStr) -> Result<*mut libc::FILE> {
    let mode_text = unicode::from_str(&mode.to_string_lossy())?;
    audit("open", [path.owned(), mode_text, long::from_i64(0)?])?;
    let encoded = unicode::fs_converter(path)?;
    let name = crate::support::c_string(bytes::as_slice(&encoded));
    loop {
        // SAFETY: C strings.
        let (file, errno) = state::allow_threads(|| unsafe {
            (libc::fopen(name.as_ptr().cast(), mode.as_ptr()), err::last_errno())
        });
        if !file.is_null() {
            // SAFETY: a live stream.
            set_inheritable(unsafe { libc::fileno(file) }, false)?;
            return Ok(file);
        }
        if errno != libc::EINTR {
            return Err(err::from_errno(errno, Some(path), None));
        }
        check_signals()?;
    }
}

/// A `read` or `write` without the GIL, again after signals: what it transferred, or the error number.
fn transfer(call: impl Fn() -> isize) -> Result<core::result::Result<usize, c_int>> {
    loop {
        let (n, errno) = state::allow_threads(|| (call(), err::last_errno()));
        if n >= 0 {
            return Ok(Ok(n as usize));
        }
        if errno != libc::EINTR {
            return Ok(Err(errno));
        }
        check_signals()?;
    }
}

/// As [`read`], with the error number for the caller to judge.
///
/// # Safety
/// As for [`read`].
pub unsafe fn try_read(
    fd: c_int,
    buffer: *mut u8,
    count: usize,
) -> Result<core::result::Result<usize, c_int>> {
    // SAFETY: the caller's promise.
    transfer(|| unsafe { libc::read(fd, buffer.cast(), count.min(IO_MAX)) })
}

/// As [`write`], with the error number for the caller to judge.
///
/// # Safety
/// As for [`write`].
pub unsafe fn try_write(
    fd: c_int,
    buffer: *const u8,
    count: usize,
) -> Result<core::result::Result<usize, c_int>> {
    // SAFETY: the caller's promise.
    transfer(|| unsafe { libc::write(fd, buffer.cast(), count.min(IO_MAX)) })
}

/// `_Py_read`.
///
/// # Safety
/// `buffer` has room for `count` bytes and belongs to nobody else meanwhile.
pub unsafe fn read(fd: c_int, buffer: *mut u8, count: usize) -> Result<usize> {
    // SAFETY: the caller's promise.
    unsafe { try_read(fd, buffer, count) }?.map_err(os_error)
}

/// `_Py_write`.
///
/// # Safety
/// `buffer` holds `count` readable bytes that stay while other threads run.
pub unsafe fn write(fd: c_int, buffer: *const u8, count: usize) -> Result<usize> {
    // SAFETY: the caller's promise.
    unsafe { try_write(fd, buffer, count) }?.map_err(os_error)
}

/// `_Py_write_noraise`: for signal handlers and fatal errors; the count or the error number.
///
/// # Safety
/// `buffer` holds `count` readable bytes.
pub unsafe fn write_noraise(
    fd: c_int,
    buffer: *const u8,
    count: usize,
) -> core::result::Result<usize, c_int> {
    loop {
        // SAFETY: the caller's promise.
        let n = unsafe { libc::write(fd, buffer.cast(), count.min(IO_MAX)) };
        if n >= 0 {
            return Ok(n as usize);
        }
        match err::last_errno() {
            libc::EINTR => {}
            errno => return Err(errno),
        }
    }
}

/// `_Py_dup`: the copy is not inheritable.
pub fn dup(fd: c_int) -> Result<c_int> {
    // SAFETY: no precondition.
    crate::support::blocking(|| unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) }).map_err(os_error)
}

/// `_Py_get_inheritable`.
pub fn get_inheritable(fd: c_int) -> Result<bool> {
    // SAFETY: no precondition.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFD, 0) };
    if flags < 0 {
        return Err(err::from_last_errno());
    }
    Ok(flags & libc::FD_CLOEXEC == 0)
}

/// `_Py_set_inheritable_async_safe`: without exceptions, for code between `fork` and `exec`.
pub fn set_inheritable_noraise(fd: c_int, inheritable: bool) -> core::result::Result<(), c_int> {
    // SAFETY: no precondition.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags < 0 {
            return Err(err::last_errno());
        }
        let new = if inheritable { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        if new != flags && libc::fcntl(fd, libc::F_SETFD, new) < 0 {
            return Err(err::last_errno());
        }
    }
    Ok(())
}

/// `_Py_set_inheritable`.
pub fn set_inheritable(fd: c_int, inheritable: bool) -> Result<()> {
    set_inheritable_noraise(fd, inheritable).map_err(os_error)
}

/// `_Py_get_blocking`.
pub fn get_blocking(fd: c_int) -> Result<bool> {
    // SAFETY: no precondition.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL, 0) };
    if flags < 0 {
        return Err(err::from_last_errno());
    }
    Ok(flags & libc::O_NONBLOCK == 0)
}

/// `_Py_set_blocking`.
pub fn set_blocking(fd: c_int, blocking: bool) -> Result<()> {
    // SAFETY: no precondition.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL, 0);
        if flags < 0 {
            return Err(err::from_last_errno());
        }
        let new = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        if libc::fcntl(fd, libc::F_SETFL, new) < 0 {
            return Err(err::from_last_errno());
        }
    }
    Ok(())
}

/// `_Py_device_encoding`: the locale's encoding for a terminal, None for anything else.
pub fn device_encoding(fd: c_int) -> Result<Obj> {
    // SAFETY: no precondition.
    if unsafe { libc::isatty(fd) } == 0 {
        return Ok(none::none().owned());
    }
    unicode::from_str(&locale_encoding())
}

/// The name of the locale's encoding.
pub fn locale_encoding() -> String {
    // SAFETY: the C library's own string, valid until the locale changes.
    let name = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) }.to_string_lossy().into_owned();
    if name.is_empty() { "UTF-8".to_owned() } else { name }
}
