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
