//! The system: environment, limits, names, randomness.

use super::confnames;
use super::path::Path;
use super::results;
use crate::support::{audit, check, filled_bytes, int, int_or, os_error, retry, ssize};
use core::ffi::{CStr, c_char};
use krait_object::args::{Args, Signature, check_positional};
use krait_object::text::byte;
use krait_object::types::{bytes, dict, float, long, none, structseq, tuple, unicode};
use krait_object::{Obj, Object, Result, err};

unsafe extern "C" {
    static environ: *const *const c_char;
}

/// `posix.environ`: the environment as bytes.
pub fn environment() -> Result<Obj> {
    let result = dict::new()?;
    // SAFETY: the C library's table; nobody changes it while the GIL is held, as far as we can tell.
    unsafe {
        let mut entry = environ;
        while !entry.is_null() && !(*entry).is_null() {
            let text = CStr::from_ptr(*entry).to_bytes();
            entry = entry.add(1);
            let Some(split) = byte::find(b'=', text) else { continue };
            let (name, value) = (bytes::from_slice(&text[..split])?, bytes::from_slice(&text[split + 1..])?);
            dict::set_default(&result, &name, &value)?;
        }
    }
    Ok(result)
}

pub fn putenv(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("putenv", args.len(), 2, 2)?;
    let (name, value) = (unicode::fs_converter(args[0])?, unicode::fs_converter(args[1])?);
    if bytes::as_slice(&name).contains(&b'=') {
        return Err(err::value_error("illegal environment variable name"));
    }
    audit("os.putenv", [name.clone(), value.clone()])?;
    // SAFETY: C strings.
    check(unsafe {
        libc::setenv(bytes::as_slice(&name).as_ptr().cast(), bytes::as_slice(&value).as_ptr().cast(), 1)
    })
    .map(drop)
}

pub fn unsetenv(_module: &Object, name: &Object) -> Result<()> {
    let name = unicode::fs_converter(name)?;
    audit("os.unsetenv", [name.clone()])?;
    // SAFETY: a C string.
    check(unsafe { libc::unsetenv(bytes::as_slice(&name).as_ptr().cast()) }).map(drop)
}

pub fn strerror(_module: &Object, code: &Object) -> Result<Obj> {
    let code = int(code)?;
    let mut buffer = [0 as c_char; 512];
    // SAFETY: the buffer has the given size, and ends with NUL.
    unsafe {
        libc::strerror_r(code, buffer.as_mut_ptr(), buffer.len());
        unicode::locale::decode_locale(
            CStr::from_ptr(buffer.as_ptr()).to_bytes(),
            Some("surrogateescape"),
            true,
        )
    }
}

// ---- limits -------------------------------------------------------------------------------------------------------

pub fn sysconf(_module: &Object, name: &Object) -> Result<i64> {
    let name = confnames::number(name, confnames::SYSCONF)?;
    // SAFETY: errno is per thread.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::sysconf(name);
        if value == -1 && err::last_errno() != 0 {
            return Err(err::from_last_errno());
        }
        Ok(value)
    }
}

pub fn confstr(_module: &Object, name: &Object) -> Result<Obj> {
    let name = confnames::number(name, confnames::CONFSTR)?;
    let mut buffer = vec![0u8; 256];
    loop {
        // SAFETY: errno is per thread; the buffer has the given size.
        let length = unsafe {
            *libc::__errno_location() = 0;
            libc::confstr(name, buffer.as_mut_ptr().cast(), buffer.len())
        };
        if length == 0 {
            return match err::last_errno() {
                0 => Ok(krait_object::Layout::owned(none::none())),
                errno => Err(os_error(errno)),
            };
        }
        if length <= buffer.len() {
            return unicode::decode_fs(&buffer[..length - 1]);
        }
        buffer = vec![0u8; length];
    }
}

pub fn fpathconf(_module: &Object, args: &[&Object]) -> Result<i64> {
    check_positional("fpathconf", args.len(), 2, 2)?;
    let fd = int(args[0])?;
    let name = confnames::number(args[1], confnames::PATHCONF)?;
    // SAFETY: errno is per thread.
    unsafe {
        *libc::__errno_location() = 0;
        let limit = libc::fpathconf(fd, name);
        if limit == -1 && err::last_errno() != 0 {
            return Err(err::from_last_errno());
        }
        Ok(limit)
    }
}

pub fn pathconf(_module: &Object, args: Args<'_>) -> Result<i64> {
    let [path, name] = const { Signature::new("pathconf", ["path", "name"]) }.bind(args)?;
    let path = Path::new("pathconf", "path", path, super::path::FD)?;
    let name = confnames::number(name.unwrap_or(none::none()), confnames::PATHCONF)?;
    // SAFETY: errno is per thread; a C string where it is used.
    unsafe {
        *libc::__errno_location() = 0;
        let limit =
            if path.fd != -1 { libc::fpathconf(path.fd, name) } else { libc::pathconf(path.as_ptr(), name) };
        match err::last_errno() {
            0 => Ok(limit),
            _ if limit != -1 => Ok(limit),
            // The name may be at fault.
            libc::EINVAL => Err(os_error(libc::EINVAL)),
            errno => Err(path.error(errno)),
        }
    }
}

pub fn cpu_count(_module: &Object) -> Result<Option<Obj>> {
    // SAFETY: no precondition.
    let count = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    if count < 1 { Ok(None) } else { long::from_i64(count).map(Some) }
}

pub fn getloadavg(_module: &Object) -> Result<Obj> {
    let mut loads = [0f64; 3];
    // SAFETY: room for three values.
    if unsafe { libc::getloadavg(loads.as_mut_ptr(), 3) } != 3 {
        return Err(err::os_error("Load averages are unobtainable"));
    }
    tuple::pack([float::from_f64(loads[0])?, float::from_f64(loads[1])?, float::from_f64(loads[2])?])
}

pub fn uname(_module: &Object) -> Result<Obj> {
    let mut names = core::mem::MaybeUninit::<libc::utsname>::uninit();
    // SAFETY: a valid place for the result, filled on success with C strings.
    unsafe {
        check(libc::uname(names.as_mut_ptr()))?;
        let names = names.assume_init_ref();
        let text = |field: *const c_char| unicode::decode_fs(CStr::from_ptr(field).to_bytes());
        structseq::from_items(
            results::UNAME_RESULT.class(),
            [
                text(names.sysname.as_ptr()),
                text(names.nodename.as_ptr()),
                text(names.release.as_ptr()),
                text(names.version.as_ptr()),
                text(names.machine.as_ptr()),
            ],
        )
    }
}

pub fn fspath(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path] = const { Signature::new("fspath", ["path"]) }.bind(args)?;
    unicode::fspath(path.unwrap_or(none::none()))
}

// ---- randomness ---------------------------------------------------------------------------------------------------

/// Fills memory with random bytes (`_PyOS_URandom`).
///
/// # Safety
/// `start` has room for `size` bytes.
pub unsafe fn fill_random(start: *mut u8, size: usize) -> Result<()> {
    let mut done = 0;
    while done < size {
        // SAFETY: the caller's promise.
        let n = retry(|| unsafe { libc::getrandom(start.add(done).cast(), size - done, 0) })?
            .map_err(os_error)?;
        done += n as usize;
    }
    Ok(())
}

pub fn urandom(_module: &Object, size: &Object) -> Result<Obj> {
    let size =
        usize::try_from(ssize(size)?).map_err(|_| err::value_error("negative argument not allowed"))?;
    filled_bytes(size, |start| {
        // SAFETY: new memory of the given size.
        unsafe { fill_random(start, size)? };
        Ok(size)
    })
}

pub fn getrandom(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [size, flags] = const { Signature::new("getrandom", ["size", "flags"]).required(1) }.bind(args)?;
    let size = ssize(size.unwrap_or(none::none()))?;
    let flags = int_or(flags, 0)?;
    let size = usize::try_from(size).map_err(|_| os_error(libc::EINVAL))?;
    filled_bytes(size, |start| {
        // SAFETY: new memory of the given size.
        let n = retry(|| unsafe { libc::getrandom(start.cast(), size, flags as u32) })?.map_err(os_error)?;
        Ok(n as usize)
    })
}
