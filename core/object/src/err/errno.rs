//! `OSError` from the C library's error numbers: `PyErr_SetFromErrno*`.

use super::*;
use crate::protocol::call;
use crate::types::{long, unicode};
use core::ffi::CStr;

/// The calling thread's `errno`.
pub fn last_errno() -> i32 {
    // SAFETY: errno is per thread.
    unsafe { *libc::__errno_location() }
}

/// The C library's text for an error number (`strerror`), as a `str` decoded from the locale's encoding.
pub fn error_text(errno: i32) -> Result<Obj> {
    if errno == 0 {
        return unicode::from_str("Error");
    }
    let mut buffer = [0 as core::ffi::c_char; 256];
    // SAFETY: the buffer has the length given; the text in it ends with NUL.
    let text = unsafe {
        libc::strerror_r(errno, buffer.as_mut_ptr(), buffer.len());
        CStr::from_ptr(buffer.as_ptr())
    };
    unicode::decode_utf8(text.to_bytes(), Some("surrogateescape"))
}

/// `OSError` (or the subclass for the number) with up to two file names.
#[cold]
pub fn from_errno(errno: i32, filename: Option<&Object>, filename2: Option<&Object>) -> Raised {
    from_errno_as(exceptions::OSError(), errno, filename, filename2)
}

/// `PyErr_SetFromErrnoWithFilenameObjects`: as [`from_errno`], with a class of one's own. An interrupted call runs the
/// signal handlers, whose exception goes first.
#[cold]
pub fn from_errno_as(
    exception: &Object,
    errno: i32,
    filename: Option<&Object>,
    filename2: Option<&Object>,
) -> Raised {
    if errno == libc::EINTR
        && let Some(hooks) = crate::hooks::try_get()
        && let Err(raised) = (hooks.check_signals)()
    {
        return raised;
    }
    let make = || -> Result<Obj> {
        let number = long::from_i64(i64::from(errno))?;
        let text = error_text(errno)?;
        match (filename, filename2) {
            (None, _) => call::call(exception, &[&number, &text]),
            (Some(name), None) => call::call(exception, &[&number, &text, name]),
            (Some(name), Some(name2)) => {
                // The fourth argument is the Windows error number.
                let zero = long::from_i64(0)?;
                call::call(exception, &[&number, &text, name, &zero, name2])
            }
        }
    };
    match make() {
        Ok(error) => set_object(error.class_of().object(), &error),
        Err(raised) => raised,
    }
}

/// `PyErr_SetFromErrno` for the calling thread's `errno`.
#[cold]
pub fn from_last_errno() -> Raised {
    from_errno(last_errno(), None, None)
}

/// As [`from_last_errno`], with a file name.
#[cold]
pub fn from_last_errno_with(filename: &Object) -> Raised {
    from_errno(last_errno(), Some(filename), None)
}

/// `PyErr_SetFromErrnoWithFilename`: the name is bytes in the file system's encoding.
#[cold]
pub fn from_errno_with_path(exception: &Object, errno: i32, filename: Option<&[u8]>) -> Raised {
    match filename.map(unicode::decode_fs).transpose() {
        Ok(name) => from_errno_as(exception, errno, name.as_deref(), None),
        Err(raised) => raised,
    }
}
