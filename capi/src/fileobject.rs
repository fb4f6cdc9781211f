//! `fileobject.h`.

use crate::prelude::*;
use krait_modules::io::file;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_FromFd(
    fd: c_int,
    _name: *const c_char,
    mode: *const c_char,
    buffering: c_int,
    encoding: *const c_char,
    errors: *const c_char,
    newline: *const c_char,
    closefd: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        file::from_fd(
            fd,
            text(mode)?,
            buffering,
            text_opt(encoding)?,
            text_opt(errors)?,
            text_opt(newline)?,
            closefd != 0,
        )
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn PyFile_NewStdPrinter(fd: c_int) -> *mut PyObject {
    guard(|| krait_vm::std_printer::new(fd).map(into_ptr_opt))
}

/// # Safety
/// A live object.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_OpenCodeObject(path: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { krait_modules::io::open::open_code_object(object(path)?) })
}

/// # Safety
/// A hook that takes the data.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_SetOpenCodeHook(
    hook: krait_modules::io::open::OpenCodeHook,
    userData: *mut core::ffi::c_void,
) -> c_int {
    guard(|| krait_modules::io::open::set_open_code_hook(hook, userData))
}

/// As `fgets`, with "\r" and "\r\n" as line ends, too.
///
/// # Safety
/// Room for `n` bytes and an open stream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UniversalNewlineFgets(
    buf: *mut c_char,
    n: c_int,
    stream: *mut libc::FILE,
    fobj: *mut PyObject,
) -> *mut c_char {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        if !fobj.is_null() {
            *libc::__errno_location() = libc::ENXIO;
            return null_mut();
        }
        let mut written = 0;
        while written + 1 < n.max(0) as usize {
            let byte = libc::fgetc(stream);
            if byte == libc::EOF {
                break;
            }
            if byte == c_int::from(b'\r') {
                let next = libc::fgetc(stream);
                if next != c_int::from(b'\n') && next != libc::EOF {
                    libc::ungetc(next, stream);
                }
                *buf.add(written) = b'\n' as c_char;
                written += 1;
                break;
            }
            *buf.add(written) = byte as c_char;
            written += 1;
            if byte == c_int::from(b'\n') {
                break;
            }
        }
        if written == 0 {
            return null_mut();
        }
        *buf.add(written) = 0;
        buf
    }
}
