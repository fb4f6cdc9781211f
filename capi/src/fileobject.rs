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

/// The encoding of file names.
#[unsafe(no_mangle)]
pub static mut Py_FileSystemDefaultEncoding: *const c_char = c"utf-8".as_ptr();

/// The error handler of file names.
#[unsafe(no_mangle)]
pub static mut Py_FileSystemDefaultEncodeErrors: *const c_char = c"surrogateescape".as_ptr();

/// Whether the encoding was set by the interpreter.
#[unsafe(no_mangle)]
pub static mut Py_HasFileSystemDefaultEncoding: c_int = 1;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_GetLine(f: *mut PyObject, n: c_int) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_modules::io::file::get_line(object(f)?, n) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_WriteObject(v: *mut PyObject, f: *mut PyObject, flags: c_int) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_modules::io::file::write_object(object(v)?, optional(f), flags & 1 != 0) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_WriteString(s: *const c_char, f: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if err::occurred().is_some() {
            return Err(Raised::assume());
        }
        krait_modules::io::file::write_string(text_or_empty(s), optional(f))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_OpenCode(path: *const c_char) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_modules::io::file::open_code(text_or_empty(path)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_AsFileDescriptor(o: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let o = object(o)?;
        let number = if types::long::check(o) {
            types::long::as_i32(o)?
        } else {
            let Some(method) = protocol::object::lookup_attr(o, krait_object::intern!("fileno"))? else {
                return Err(err::type_error("argument must be an int, or have a fileno() method."));
            };
            let number = protocol::call::call0(&method)?;
            if !types::long::check(&number) {
                return Err(err::type_error("fileno() returned a non-integer"));
            }
            types::long::as_i32(&number)?
        };
        if number < 0 {
            return Err(err::value_error(format_args!(
                "file descriptor cannot be a negative integer ({number})"
            )));
        }
        Ok(number)
    })
}
