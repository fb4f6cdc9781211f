//! `cpython/fileutils.h`: files and paths by narrow and wide names.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_modules::fileutils;
use libc::FILE;
use types::unicode::locale::{decode_locale_raw, encode_locale_raw};

/// A wide name in the locale's encoding, in raw memory that is given back at the end.
struct Narrow(*mut c_char);

impl Narrow {
    /// `None` with `EINVAL` when the name has no such form.
    unsafe fn of(name: *const wchar_t) -> Option<Narrow> {
        // SAFETY: the caller's promise: a terminated string.
        let text = unsafe { encode_locale_raw(name, null_mut(), true) };
        if text.is_null() {
            set_errno(libc::EINVAL);
            return None;
        }
        Some(Narrow(text))
    }
}

impl Drop for Narrow {
    fn drop(&mut self) {
        // SAFETY: raw memory of our own.
        unsafe { memory::raw_free(self.0.cast()) }
    }
}

fn set_errno(errno: c_int) {
    // SAFETY: the thread's own variable.
    unsafe { *libc::__errno_location() = errno }
}

/// Copies a narrow path into a buffer of wide characters; the length, or -1 with `EINVAL`.
unsafe fn widen(path: &CStr, place: *mut wchar_t, room: usize) -> isize {
    let mut length = 0;
    // SAFETY: the caller's promise: `place` has `room` characters.
    unsafe {
        let wide = decode_locale_raw(path.as_ptr(), &mut length);
        if wide.is_null() || length >= room {
            memory::raw_free(wide.cast());
            set_errno(libc::EINVAL);
            return -1;
        }
        place.copy_from_nonoverlapping(wide, length + 1);
        memory::raw_free(wide.cast());
        length as isize
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_fopen(pathname: *const c_char, mode: *const c_char) -> *mut FILE {
    // SAFETY: what the C API asks; a failure leaves `errno` and, when an audit hook objects, an exception.
    unsafe {
        let allowed: Result<()> = (|| {
            let path = types::unicode::decode_fs(CStr::from_ptr(pathname).to_bytes())?;
            let mode = types::unicode::decode_utf8(CStr::from_ptr(mode).to_bytes(), None)?;
            krait_vm::sys::audit("open", &*types::tuple::pack([path, mode, types::long::from_i64(0)?])?)
        })();
        if allowed.is_err() {
            return null_mut();
        }
        let file = libc::fopen(pathname, mode);
        close_on_exec(file)
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_wfopen(path: *const wchar_t, mode: *const wchar_t) -> *mut FILE {
    // SAFETY: what the C API asks.
    unsafe {
        let (Some(path), Some(mode)) = (Narrow::of(path), Narrow::of(mode)) else { return null_mut() };
        close_on_exec(libc::fopen(path.0, mode.0))
    }
}

unsafe fn close_on_exec(file: *mut FILE) -> *mut FILE {
    // SAFETY: NULL or an open stream.
    unsafe {
        if !file.is_null() && fileutils::set_inheritable_noraise(libc::fileno(file), false).is_err() {
            libc::fclose(file);
            return null_mut();
        }
    }
    file
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_stat(path: *mut PyObject, statbuf: *mut libc::stat) -> c_int {
    // SAFETY: what the C API asks. -2 says that an exception is set.
    guard_or(-2, || unsafe {
        let bytes = types::unicode::encode_fs(object(path)?)?;
        let name = std::ffi::CString::new(types::bytes::as_slice(&bytes))
            .map_err(|_| err::value_error("embedded null byte"))?;
        Ok(libc::stat(name.as_ptr(), statbuf))
    })
}

/// # Safety
/// A terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_isabs(path: *const wchar_t) -> c_int {
    // SAFETY: what the C API asks.
    c_int::from(unsafe { *path } == '/' as wchar_t)
}

/// # Safety
/// `buf` has room for `buflen` characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_wgetcwd(buf: *mut wchar_t, buflen: usize) -> *mut wchar_t {
    let mut path = [0 as c_char; libc::PATH_MAX as usize];
    // SAFETY: what the C API asks; C terminates the path.
    unsafe {
        if libc::getcwd(path.as_mut_ptr(), path.len()).is_null()
            || widen(CStr::from_ptr(path.as_ptr()), buf, buflen) < 0
        {
            return null_mut();
        }
    }
    buf
}

/// # Safety
/// `buf` has room for `buflen` characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_wreadlink(path: *const wchar_t, buf: *mut wchar_t, buflen: usize) -> c_int {
    let mut found = [0 as c_char; libc::PATH_MAX as usize + 1];
    // SAFETY: what the C API asks; the array is zeroed behind what is written.
    unsafe {
        let Some(path) = Narrow::of(path) else { return -1 };
        if libc::readlink(path.0, found.as_mut_ptr(), found.len() - 1) < 0 {
            return -1;
        }
        widen(CStr::from_ptr(found.as_ptr()), buf, buflen) as c_int
    }
}

/// # Safety
/// `resolved_path` has room for `resolved_path_len` characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_wrealpath(
    path: *const wchar_t,
    resolved_path: *mut wchar_t,
    resolved_path_len: usize,
) -> *mut wchar_t {
    let mut found = [0 as c_char; libc::PATH_MAX as usize + 1];
    // SAFETY: what the C API asks.
    unsafe {
        let Some(path) = Narrow::of(path) else { return null_mut() };
        if libc::realpath(path.0, found.as_mut_ptr()).is_null()
            || widen(CStr::from_ptr(found.as_ptr()), resolved_path, resolved_path_len) < 0
        {
            return null_mut();
        }
    }
    resolved_path
}

/// # Safety
/// `buf` holds `count` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_write_noraise(fd: c_int, buf: *const c_void, count: usize) -> Py_ssize_t {
    // SAFETY: what the C API asks.
    match unsafe { fileutils::write_noraise(fd, buf.cast(), count) } {
        Ok(written) => written as Py_ssize_t,
        Err(errno) => {
            set_errno(errno);
            -1
        }
    }
}

/// An absolute form of a path, in raw memory, without looking at the file system apart from the current folder.
///
/// # Safety
/// A terminated string and a place for the result.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_abspath(path: *const wchar_t, abspath_p: *mut *mut wchar_t) -> c_int {
    use krait_vm::lifecycle::wide;
    // SAFETY: the caller's promise.
    unsafe {
        let mut text = wide::from_raw(path).unwrap_or_default();
        if text.first() != Some(&'/'.into()) {
            if let Ok(folder) = std::env::current_dir() {
                let mut whole = wide::from_path(&folder);
                whole.push('/'.into());
                whole.extend(text);
                text = whole;
            } else {
                *abspath_p = null_mut();
                return 0;
            }
        }
        *abspath_p = wide::to_raw(&text);
        if (*abspath_p).is_null() { -1 } else { 0 }
    }
}
