//! Extended attributes of files.

use super::path::{ANY, FD, Path, TEXT, flag};
use crate::support::{audit, blocking, filled_bytes, int_or};
use core::ffi::{c_int, c_void};
use krait_object::args::{Args, Signature};
use krait_object::protocol::buffer::Buffer;
use krait_object::types::{list, long, none, unicode};
use krait_object::{Layout, Obj, Object, Result};

/// The largest value.
const SIZE_MAX: usize = 65536;

/// The path and the attribute of a call.
struct Target {
    path: Path,
    attribute: Path,
    follow: bool,
}

impl Target {
    fn new(
        function: &'static str,
        path: Option<&Object>,
        attribute: Option<&Object>,
        follow: Option<&Object>,
    ) -> Result<Target> {
        let target = Target {
            path: Path::new(function, "path", path, FD)?,
            attribute: Path::new(function, "attribute", attribute, TEXT)?,
            follow: flag(follow, true)?,
        };
        target.path.refuse_fd_and_nofollow(target.follow)?;
        Ok(target)
    }
}

pub fn getxattr(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path, attribute, follow] = const {
        Signature::new("getxattr", ["path", "attribute", "follow_symlinks"]).required(2).keyword_only_from(2)
    }
    .bind(args)?;
    let target = Target::new("getxattr", path, attribute, follow)?;
    audit("os.getxattr", [target.path.for_audit(), target.attribute.for_audit()])?;
    let name = target.attribute.as_ptr();
    // Most values are short.
    for size in [128, SIZE_MAX] {
        let mut too_small = false;
        let value = filled_bytes(size, |start| {
            let out = start.cast::<c_void>();
            // SAFETY: C strings where they are used, and memory of the given size.
            let result = blocking(|| unsafe {
                if target.path.fd >= 0 {
                    libc::fgetxattr(target.path.fd, name, out, size)
                } else if target.follow {
                    libc::getxattr(target.path.as_ptr(), name, out, size)
                } else {
                    libc::lgetxattr(target.path.as_ptr(), name, out, size)
                }
            });
            match result {
                Ok(used) => Ok(used as usize),
                Err(libc::ERANGE) if size != SIZE_MAX => {
                    too_small = true;
                    Ok(0)
                }
                Err(errno) => Err(target.path.error(errno)),
            }
        })?;
        if !too_small {
            return Ok(value);
        }
    }
    Err(target.path.error(libc::ERANGE))
}

pub fn setxattr(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, attribute, value, flags, follow] = const {
        Signature::new("setxattr", ["path", "attribute", "value", "flags", "follow_symlinks"])
            .required(3)
            .keyword_only_from(4)
    }
    .bind(args)?;
    let path = Path::new("setxattr", "path", path, FD)?;
    let attribute = Path::new("setxattr", "attribute", attribute, TEXT)?;
    let given = value.unwrap_or(none::none());
    let value = Buffer::simple(given)?;
    let (flags, follow) = (int_or(flags, 0)?, flag(follow, true)?);
    path.refuse_fd_and_nofollow(follow)?;
    audit(
        "os.setxattr",
        [path.for_audit(), attribute.for_audit(), given.owned(), long::from_i64(c_int::into(flags))?],
    )?;
    let (data, name) = (value.as_slice(), attribute.as_ptr());
    // SAFETY: C strings where they are used, and a buffer that is held.
    blocking(|| unsafe {
        let (start, size) = (data.as_ptr().cast::<c_void>(), data.len());
        if path.fd > -1 {
            libc::fsetxattr(path.fd, name, start, size, flags)
        } else if follow {
            libc::setxattr(path.as_ptr(), name, start, size, flags)
        } else {
            libc::lsetxattr(path.as_ptr(), name, start, size, flags)
        }
    })
    .map_err(|errno| path.error(errno))
    .map(drop)
}

pub fn removexattr(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, attribute, follow] = const {
        Signature::new("removexattr", ["path", "attribute", "follow_symlinks"])
            .required(2)
            .keyword_only_from(2)
    }
    .bind(args)?;
    let target = Target::new("removexattr", path, attribute, follow)?;
    audit("os.removexattr", [target.path.for_audit(), target.attribute.for_audit()])?;
    let (path, name) = (&target.path, target.attribute.as_ptr());
    // SAFETY: C strings where they are used.
    blocking(|| unsafe {
        if path.fd > -1 {
            libc::fremovexattr(path.fd, name)
        } else if target.follow {
            libc::removexattr(path.as_ptr(), name)
        } else {
            libc::lremovexattr(path.as_ptr(), name)
        }
    })
    .map_err(|errno| path.error(errno))
    .map(drop)
}

pub fn listxattr(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path, follow] =
        const { Signature::new("listxattr", ["path", "follow_symlinks"]).required(0).keyword_only_from(1) }
            .bind(args)?;
    let path = Path::new("listxattr", "path", path, ANY)?;
    let follow = flag(follow, true)?;
    path.refuse_fd_and_nofollow(follow)?;
    audit("os.listxattr", [path.for_audit()])?;
    let name = path.as_cstr().as_ptr();
    for size in [256, SIZE_MAX] {
        let mut buffer = vec![0u8; size];
        let out = buffer.as_mut_ptr().cast();
        // SAFETY: a C string where it is used, and memory of the given size.
        let result = blocking(|| unsafe {
            if path.fd > -1 {
                libc::flistxattr(path.fd, out, size)
            } else if follow {
                libc::listxattr(name, out, size)
            } else {
                libc::llistxattr(name, out, size)
            }
        });
        match result {
            Ok(used) => {
                let names = list::new()?;
                for name in buffer[..used as usize].split(|&b| b == 0).filter(|name| !name.is_empty()) {
                    names.push(unicode::decode_fs(name)?)?;
                }
                return Ok(names.upcast());
            }
            Err(libc::ERANGE) if size != SIZE_MAX => {}
            Err(errno) => return Err(path.error(errno)),
        }
    }
    Err(path.error(libc::ERANGE))
}
