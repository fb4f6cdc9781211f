//! `fcntl`: control of files and devices.

use crate::support::{as_file_descriptor, audit, blocking, int, os_error, retry};
use core::ffi::{c_int, c_ulong, c_void};
use krait_object::args::check_positional;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::object;
use krait_object::types::{bytes, long, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `fcntl`
    init: PyInit_fcntl, name: c"fcntl",
    doc: c"Control of files and devices by the system calls fcntl() and ioctl(). Descriptors come\nfrom the method fileno() of files and sockets.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"fcntl", fcntl, c"fcntl($module, fd, cmd, arg=0, /)\n--\n\nDoes the operation `cmd` on a descriptor.\n\nThe operations depend on the system; the constants of this module name them. arg is an\nint or text or bytes, 0 by default; for text and bytes the result is bytes that the\nsystem may have changed, else the system's return value."),
        method::fastcall(c"ioctl", ioctl, c"ioctl($module, fd, request, arg=0, mutate_flag=True, /)\n--\n\nDoes the operation `request` on a descriptor.\n\narg is an int or bytes. A mutable buffer is changed by the operation, unless mutate_flag\nis false, and the result is the return value; else the result is bytes."),
        method::fastcall(c"flock", flock, c"flock($module, fd, operation, /)\n--\n\nLocks an open file, or gives the lock back, as flock(2) does."),
        method::fastcall(c"lockf", lockf, c"lockf($module, fd, cmd, len=0, start=0, whence=0, /)\n--\n\nLocks a part of an open file by fcntl().\n\ncmd is LOCK_UN, LOCK_SH or LOCK_EX, with LOCK_NB to fail instead of waiting. len is the\nnumber of bytes, 0 for all; start is where they begin, counted as whence tells: from the\nstart (0), the current position (1) or the end (2)."),
    ];
}

#[rustfmt::skip]
static CONSTANTS: &[(&str, i64)] = &[
    ("DN_ACCESS", 1), ("DN_ATTRIB", 32), ("DN_CREATE", 4), ("DN_DELETE", 8), ("DN_MODIFY", 2),
    ("DN_MULTISHOT", 2147483648), ("DN_RENAME", 16), ("FASYNC", 8192), ("FD_CLOEXEC", 1),
    ("F_ADD_SEALS", 1033), ("F_DUPFD", 0), ("F_DUPFD_CLOEXEC", 1030), ("F_EXLCK", 4), ("F_GETFD", 1),
    ("F_GETFL", 3), ("F_GETLEASE", 1025), ("F_GETLK", 5), ("F_GETLK64", 5), ("F_GETOWN", 9),
    ("F_GETSIG", 11), ("F_GET_SEALS", 1034), ("F_NOTIFY", 1026), ("F_OFD_GETLK", 36), ("F_OFD_SETLK", 37),
    ("F_OFD_SETLKW", 38), ("F_RDLCK", 0), ("F_SEAL_GROW", 4), ("F_SEAL_SEAL", 1), ("F_SEAL_SHRINK", 2),
    ("F_SEAL_WRITE", 8), ("F_SETFD", 2), ("F_SETFL", 4), ("F_SETLEASE", 1024), ("F_SETLK", 6),
    ("F_SETLK64", 6), ("F_SETLKW", 7), ("F_SETLKW64", 7), ("F_SETOWN", 8), ("F_SETSIG", 10),
    ("F_SHLCK", 8), ("F_UNLCK", 2), ("F_WRLCK", 1), ("LOCK_EX", 2), ("LOCK_MAND", 32), ("LOCK_NB", 4),
    ("LOCK_READ", 64), ("LOCK_RW", 192), ("LOCK_SH", 1), ("LOCK_UN", 8), ("LOCK_WRITE", 128),
];

fn exec(this: &Object) -> Result<()> {
    crate::support::add_ints(this, CONSTANTS)
}

/// The longest argument that is copied.
const BUFFER: usize = 1024;

/// Text (as UTF-8) or bytes, None for anything else.
fn data(given: &Object) -> Result<Option<Vec<u8>>> {
    if unicode::check(given) {
        return unicode::as_utf8(given).map(|text| Some(text.as_bytes().to_vec()));
    }
    match Buffer::simple(given) {
        Ok(buffer) => Ok(Some(buffer.as_slice().to_vec())),
        Err(_) => {
            err::clear();
            Ok(None)
        }
    }
}

/// The argument's copy with room for what the system writes.
fn copied(data: &[u8], message: &str) -> Result<[u8; BUFFER + 1]> {
    if data.len() > BUFFER {
        return Err(err::value_error(message));
    }
    let mut copy = [0; BUFFER + 1];
    copy[..data.len()].copy_from_slice(data);
    Ok(copy)
}

fn or_none(given: Option<&&Object>) -> Obj {
    given.map_or(none::none(), |given| given).owned()
}

fn from_int(value: c_int) -> Result<Obj> {
    long::from_i64(value.into())
}

fn fcntl(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("fcntl", args.len(), 2, 3)?;
    let fd = as_file_descriptor(args[0])?;
    let command = int(args[1])?;
    audit("fcntl.fcntl", [from_int(fd)?, from_int(command)?, or_none(args.get(2))])?;
    let mut number = 0;
    if let Some(arg) = args.get(2) {
        if let Some(data) = data(arg)? {
            let mut copy = copied(&data, "fcntl string arg too long")?;
            let pointer = copy.as_mut_ptr();
            // SAFETY: what the system reads and writes behind the pointer is the caller's own doing, as in C.
            retry(|| unsafe { libc::fcntl(fd, command, pointer) })?.map_err(os_error)?;
            return bytes::from_slice(&copy[..data.len()]);
        }
        number = crate::support::unsigned_mask(arg)?;
    }
    // SAFETY: as above.
    from_int(retry(|| unsafe { libc::fcntl(fd, command, number as c_int) })?.map_err(os_error)?)
}

/// A buffer that can be written, None when the object has none.
fn writable(given: &Object) -> Option<Buffer> {
    if unicode::check(given) || bytes::check(given) {
        return None;
    }
    match Buffer::writable(given) {
        Ok(buffer) => Some(buffer),
        Err(_) => {
            err::clear();
            None
        }
    }
}

fn ioctl(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("ioctl", args.len(), 2, 4)?;
    let fd = as_file_descriptor(args[0])?;
    let request = crate::support::unsigned_mask(args[1])?;
    let mutate = args.get(3).map_or(Ok(true), |flag| object::is_true(flag))?;
    audit("fcntl.ioctl", [from_int(fd)?, long::from_u64(request.into())?, or_none(args.get(2))])?;
    let request = c_ulong::from(request);
    let mut number = 0;
    if let Some(arg) = args.get(2) {
        if let Some(mut buffer) = writable(arg) {
            return ioctl_mutable(fd, request, buffer.as_mut_slice(), mutate);
        }
        if let Some(data) = data(arg)? {
            let mut copy = copied(&data, "ioctl string arg too long")?;
            let pointer = copy.as_mut_ptr();
            // SAFETY: what the system reads and writes behind the pointer is the caller's own doing, as in C.
            blocking(|| unsafe { libc::ioctl(fd, request, pointer.cast::<c_void>()) }).map_err(os_error)?;
            return bytes::from_slice(&copy[..data.len()]);
        }
        number = int(arg)?;
    }
    // SAFETY: as above.
    from_int(blocking(|| unsafe { libc::ioctl(fd, request, number) }).map_err(os_error)?)
}

fn ioctl_mutable(fd: c_int, request: c_ulong, buffer: &mut [u8], mutate: bool) -> Result<Obj> {
    if mutate && buffer.len() > BUFFER {
        // Too long for a copy: the system works on the buffer itself, while nobody else runs.
        // SAFETY: a writable buffer that is held; see above.
        let result = unsafe { libc::ioctl(fd, request, buffer.as_mut_ptr().cast::<c_void>()) };
        return from_int(crate::support::check(result)?);
    }
    let mut copy = copied(buffer, "ioctl string arg too long")?;
    let pointer = copy.as_mut_ptr();
    // SAFETY: see above.
    let result = blocking(|| unsafe { libc::ioctl(fd, request, pointer.cast::<c_void>()) });
    if mutate {
        let length = buffer.len();
        buffer.copy_from_slice(&copy[..length]);
    }
    let result = result.map_err(os_error)?;
    if mutate { from_int(result) } else { bytes::from_slice(&copy[..buffer.len()]) }
}

fn flock(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("flock", args.len(), 2, 2)?;
    let fd = as_file_descriptor(args[0])?;
    let operation = int(args[1])?;
    audit("fcntl.flock", [from_int(fd)?, from_int(operation)?])?;
    // SAFETY: no precondition.
    retry(|| unsafe { libc::flock(fd, operation) })?.map_err(os_error).map(drop)
}

fn lockf(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("lockf", args.len(), 2, 5)?;
    let fd = as_file_descriptor(args[0])?;
    let command = int(args[1])?;
    let whence = crate::support::int_or(args.get(4).copied(), 0)?;
    audit(
        "fcntl.lockf",
        [from_int(fd)?, from_int(command)?, or_none(args.get(2)), or_none(args.get(3)), from_int(whence)?],
    )?;
    let kind = if command == libc::LOCK_UN {
        libc::F_UNLCK
    } else if command & libc::LOCK_SH != 0 {
        libc::F_RDLCK
    } else if command & libc::LOCK_EX != 0 {
        libc::F_WRLCK
    } else {
        return Err(err::value_error("unrecognized lockf argument"));
    };
    let number = |given: Option<&&Object>| given.map_or(Ok(0), |given| long::as_long(given));
    let start = number(args.get(3))?;
    let length = number(args.get(2))?;
    // SAFETY: plain data, for which zero is valid.
    let mut lock: libc::flock = unsafe { core::mem::zeroed() };
    lock.l_type = kind as _;
    lock.l_start = start;
    lock.l_len = length;
    lock.l_whence = whence as _;
    let operation = if command & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
    // SAFETY: a valid argument.
    retry(|| unsafe { libc::fcntl(fd, operation, &lock) })?.map_err(os_error).map(drop)
}
