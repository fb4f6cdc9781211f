//! Arguments of `posix`: paths, directory descriptors, user and group numbers.

use core::ffi::{CStr, c_char, c_int};
use core::ptr::null;
use krait_object::protocol::{buffer, call, number, object};
use krait_object::types::{bytes, exceptions, long, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern};

/// A path argument: text in the file system's encoding, an open descriptor, or nothing.
pub struct Path {
    function: &'static str,
    /// What errors and audit events show: the argument, or what its `__fspath__` gave.
    pub object: Option<Obj>,
    text: Option<Obj>,
    /// The descriptor, -1 for none.
    pub fd: c_int,
}

/// What a path argument may be besides text, bytes and `os.PathLike`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Allow {
    /// A descriptor.
    pub fd: bool,
    /// None.
    pub none: bool,
}

/// Text, bytes and `os.PathLike` only.
pub const TEXT: Allow = Allow { fd: false, none: false };
/// A descriptor as well.
pub const FD: Allow = Allow { fd: true, none: false };
/// A descriptor and None as well.
pub const ANY: Allow = Allow { fd: true, none: true };

impl Path {
    /// The path argument `path` of a function that takes text only.
    pub fn text(function: &'static str, given: Option<&Object>) -> Result<Path> {
        Path::new(function, "path", given, TEXT)
    }

    /// Converts an argument.
    pub fn new(function: &'static str, argument: &str, given: Option<&Object>, allow: Allow) -> Result<Path> {
        let Some(mut given) = given.filter(|given| !(allow.none && given.is_none())).map(Layout::owned)
        else {
            return Ok(Path { function, object: None, text: None, fd: -1 });
        };
        let is_text = |o: &Object| unicode::check(o) || bytes::check(o);
        let is_index = allow.fd && number::index_check(&given);
        if !is_index && !buffer::check(&given) && !is_text(&given) {
            let Some(method) = object::lookup_special(&given, intern!("__fspath__"))? else {
                return Err(wrong_type(function, argument, &given, allow));
            };
            let result = call::call0(&method)?;
            if !is_text(&result) {
                return Err(err::type_error(format_args!(
                    "expected {:.200}.__fspath__() to return str or bytes, not {:.200}",
                    given.class_of().name(),
                    result.class_of().name()
                )));
            }
            given = result;
        }
        let text = if unicode::check(&given) {
            unicode::fs_converter(&given)?
        } else if bytes::check(&given) {
            given.clone()
        } else if buffer::check(&given) {
            err::warn(
                exceptions::DeprecationWarning(),
                format_args!(
                    "{function}: {argument} should be {}, not {:.200}",
                    allowed(allow),
                    given.class_of().name()
                ),
                1,
            )?;
            bytes::from_object(&given)?
        } else if is_index {
            let fd = descriptor(&given)?;
            return Ok(Path { function, object: Some(given), text: None, fd });
        } else {
            return Err(wrong_type(function, argument, &given, allow));
        };
        if bytes::as_slice(&text).contains(&0) {
            return Err(err::value_error("embedded null byte"));
        }
        Ok(Path { function, object: Some(given), text: Some(text), fd: -1 })
    }

    /// The text as a C string; NULL for a descriptor or nothing.
    pub fn as_ptr(&self) -> *const c_char {
        // The content of a bytes object is followed by a NUL.
        self.text.as_ref().map_or(null(), |text| bytes::as_slice(text).as_ptr().cast())
    }

    /// The text.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        self.text.as_ref().map(|text| bytes::as_slice(text))
    }

    /// The text as a C string, "." for nothing.
    pub fn as_cstr(&self) -> &CStr {
        // SAFETY: without NULs inside, followed by one.
        self.text
            .as_ref()
            .map_or(c".", |text| unsafe { CStr::from_ptr(bytes::as_slice(text).as_ptr().cast()) })
    }

    /// Whether names read from the path are bytes.
    pub fn gives_bytes(&self) -> bool {
        self.text.is_some() && self.object.as_ref().is_some_and(|object| buffer::check(object))
    }

    /// A name read from the path: bytes or text as the path is.
    pub fn name(&self, name: &[u8]) -> Result<Obj> {
        if self.gives_bytes() { bytes::from_slice(name) } else { unicode::decode_fs(name) }
    }

    /// `OSError` with the path.
    #[cold]
    pub fn error(&self, errno: c_int) -> Raised {
        err::from_errno(errno, self.object.as_deref(), None)
    }

    /// `OSError` with two paths.
    #[cold]
    pub fn error2(&self, other: &Path, errno: c_int) -> Raised {
        err::from_errno(errno, self.object.as_deref(), other.object.as_deref())
    }

    /// The object for an audit event.
    pub fn for_audit(&self) -> Obj {
        self.object.clone().unwrap_or_else(|| krait_object::types::none::none().owned())
    }

    /// Refuses a directory descriptor where the path is no text.
    pub fn refuse_dir_fd(&self, dir_fd: c_int) -> Result<()> {
        if self.text.is_none() && dir_fd != libc::AT_FDCWD {
            return Err(err::value_error(format_args!(
                "{}: can't specify dir_fd without matching path",
                self.function
            )));
        }
        Ok(())
    }

    /// Refuses a descriptor together with a directory descriptor.
    pub fn refuse_fd_and_dir_fd(&self, dir_fd: c_int) -> Result<()> {
        if dir_fd != libc::AT_FDCWD && self.fd != -1 {
            return Err(err::value_error(format_args!(
                "{}: can't specify both dir_fd and fd",
                self.function
            )));
        }
        Ok(())
    }

    /// Refuses `follow_symlinks=False` for a descriptor.
    pub fn refuse_fd_and_nofollow(&self, follow: bool) -> Result<()> {
        if self.fd > 0 && !follow {
            return Err(err::value_error(format_args!(
                "{}: cannot use fd and follow_symlinks together",
                self.function
            )));
        }
        Ok(())
    }
}

fn allowed(allow: Allow) -> &'static str {
    match (allow.fd, allow.none) {
        (true, true) => "string, bytes, os.PathLike, integer or None",
        (true, false) => "string, bytes, os.PathLike or integer",
        (false, true) => "string, bytes, os.PathLike or None",
        (false, false) => "string, bytes or os.PathLike",
    }
}

#[cold]
fn wrong_type(function: &str, argument: &str, given: &Object, allow: Allow) -> Raised {
    err::type_error(format_args!(
        "{function}: {argument} should be {}, not {:.200}",
        allowed(allow),
        given.class_of().name()
    ))
}

/// A descriptor through `__index__`.
fn descriptor(given: &Object) -> Result<c_int> {
    let number = number::index(given)?;
    let value = match long::as_long_and_overflow(&number)? {
        Ok(value) => value,
        Err(sign) if sign > 0 => i64::MAX,
        Err(_) => i64::MIN,
    };
    if value > i64::from(c_int::MAX) {
        return Err(err::overflow_error("fd is greater than maximum"));
    }
    if value < i64::from(c_int::MIN) {
        return Err(err::overflow_error("fd is less than minimum"));
    }
    Ok(value as c_int)
}

/// A `dir_fd` argument; None and a missing one mean the current directory.
pub fn dir_fd(given: Option<&Object>) -> Result<c_int> {
    match crate::support::not_none(given) {
        None => Ok(libc::AT_FDCWD),
        Some(given) if number::index_check(given) => descriptor(given),
        Some(given) => Err(err::type_error(format_args!(
            "argument should be integer or None, not {:.200}",
            given.class_of().name()
        ))),
    }
}

/// A directory descriptor as audit events show it.
pub fn audit_dir_fd(dir_fd: c_int) -> Result<Obj> {
    long::from_i64(if dir_fd == libc::AT_FDCWD { -1 } else { i64::from(dir_fd) })
}

/// A truth value that is true when missing (`follow_symlinks`).
pub fn flag(given: Option<&Object>, default: bool) -> Result<bool> {
    crate::support::flag_or(given, default)
}

fn identity(kind: &str, given: &Object) -> Result<u32> {
    let number = match number::index(given) {
        Ok(number) => number,
        Err(_) => {
            err::clear();
            return Err(err::type_error(format_args!(
                "{kind} should be integer, not {:.200}",
                given.class_of().name()
            )));
        }
    };
    let too_small = || err::overflow_error(format_args!("{kind} is less than minimum"));
    match long::as_long_and_overflow(&number)? {
        Ok(-1) => Ok(u32::MAX),
        Ok(value) => u32::try_from(value).map_err(|_| too_small()),
        Err(sign) if sign < 0 => Err(too_small()),
        Err(_) => Err(err::overflow_error(format_args!("{kind} is greater than maximum"))),
    }
}

/// `_Py_Uid_Converter`: -1 means "unchanged".
pub fn uid(given: &Object) -> Result<libc::uid_t> {
    identity("uid", given)
}

/// `_Py_Gid_Converter`.
pub fn gid(given: &Object) -> Result<libc::gid_t> {
    identity("gid", given)
}

/// `_PyLong_FromUid` and `_PyLong_FromGid`: the number that stands for "unchanged" is -1.
pub fn from_id(id: u32) -> Result<Obj> {
    if id == u32::MAX { long::from_i64(-1) } else { long::from_u64(u64::from(id)) }
}

/// A device number.
pub fn device(given: &Object) -> Result<libc::dev_t> {
    long::as_unsigned_long_long(given)
}

/// `os.fspath()` as `PyOS_FSPath`.
pub fn fspath_object(path: &Object) -> Result<Obj> {
    unicode::fspath(path)
}

/// An offset in a file.
pub fn offset(given: &Object) -> Result<libc::off_t> {
    long::as_long_long(given)
}
