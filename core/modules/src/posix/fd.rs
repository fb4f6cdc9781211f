//! Open files: descriptors, reading and writing, terminals.

use super::files::truncate_fd;
use super::path::{Path, dir_fd, flag, offset};
use super::results;
use crate::fileutils;
use crate::support::{
    as_file_descriptor, audit, blocking, check, check_count, check_signals, filled_bytes, int, int_or,
    not_none, os_error, retry, ssize,
};
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{object, sequence};
use krait_object::types::{bytes, long, none, structseq, tuple, unicode};
use krait_object::{Obj, Object, Result, err};

fn or_none(given: Option<&Object>) -> &Object {
    given.unwrap_or(none::none())
}

fn pair(a: i64, b: i64) -> Result<Obj> {
    tuple::pack([long::from_i64(a)?, long::from_i64(b)?])
}

// ---- opening and closing ------------------------------------------------------------------------------------------

pub fn open(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [path, flags, mode, at] = const {
        Signature::new("open", ["path", "flags", "mode", "dir_fd"]).required(2).keyword_only_from(3)
    }
    .bind(args)?;
    let path = Path::text("open", path)?;
    let flags = int(or_none(flags))? | libc::O_CLOEXEC;
    let (mode, at) = (int_or(mode, 0o777)?, dir_fd(at)?);
    audit(
        "open",
        [path.for_audit(), krait_object::Layout::owned(none::none()), long::from_i64(flags.into())?],
    )?;
    // SAFETY: a C string.
    retry(|| unsafe { libc::openat(at, path.as_ptr(), flags, mode as libc::mode_t) })?
        .map_err(|errno| path.error(errno))
}

pub fn close(_module: &Object, args: Args<'_>) -> Result<()> {
    let [fd] = const { Signature::new("close", ["fd"]) }.bind(args)?;
    let fd = int(or_none(fd))?;
    // Not again after EINTR: the descriptor is gone whatever close() says.
    // SAFETY: closing a descriptor of somebody else's is the caller's own doing.
    blocking(|| unsafe { libc::close(fd) }).map_err(os_error).map(drop)
}

pub fn closerange(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("closerange", args.len(), 2, 2)?;
    let (low, high) = (int(args[0])?.max(0), int(args[1])?);
    krait_object::state::allow_threads(|| {
        for fd in low..high {
            // SAFETY: as in `close`.
            unsafe { libc::close(fd) };
        }
    });
    Ok(())
}

pub fn dup(_module: &Object, fd: &Object) -> Result<c_int> {
    fileutils::dup(int(fd)?)
}

pub fn dup2(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [fd, fd2, inheritable] =
        const { Signature::new("dup2", ["fd", "fd2", "inheritable"]).required(2) }.bind(args)?;
    let (fd, fd2, inheritable) = (int(or_none(fd))?, int(or_none(fd2))?, flag(inheritable, true)?);
    if fd < 0 || fd2 < 0 {
        return Err(os_error(0));
    }
    // SAFETY: no precondition.
    blocking(|| unsafe {
        if inheritable || fd == fd2 { libc::dup2(fd, fd2) } else { libc::dup3(fd, fd2, libc::O_CLOEXEC) }
    })
    .map_err(os_error)
}

pub fn pipe(_module: &Object) -> Result<Obj> {
    make_pipe(libc::O_CLOEXEC)
}

pub fn pipe2(_module: &Object, flags: &Object) -> Result<Obj> {
    make_pipe(int(flags)?)
}

fn make_pipe(flags: c_int) -> Result<Obj> {
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors.
    blocking(|| unsafe { libc::pipe2(fds.as_mut_ptr(), flags) }).map_err(os_error)?;
    pair(fds[0].into(), fds[1].into())
}

pub fn memfd_create(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [name, flags] = const { Signature::new("memfd_create", ["name", "flags"]).required(1) }.bind(args)?;
    let name = unicode::fs_converter(or_none(name))?;
    let flags = flags.map_or(Ok(libc::MFD_CLOEXEC), crate::support::unsigned_mask)?;
    let name = bytes::as_slice(&name);
    // SAFETY: the content of a bytes object ends with NUL.
    blocking(|| unsafe { libc::memfd_create(name.as_ptr().cast(), flags) }).map_err(os_error)
}

// ---- flags --------------------------------------------------------------------------------------------------------

pub fn get_inheritable(_module: &Object, fd: &Object) -> Result<bool> {
    fileutils::get_inheritable(int(fd)?)
}

pub fn set_inheritable(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("set_inheritable", args.len(), 2, 2)?;
    let (fd, inheritable) = (int(args[0])?, int(args[1])?);
    fileutils::set_inheritable(fd, inheritable != 0)
}

pub fn get_blocking(_module: &Object, fd: &Object) -> Result<bool> {
    fileutils::get_blocking(int(fd)?)
}

pub fn set_blocking(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("set_blocking", args.len(), 2, 2)?;
    let (fd, blocking) = (int(args[0])?, int(args[1])?);
    fileutils::set_blocking(fd, blocking != 0)
}

// ---- reading and writing ------------------------------------------------------------------------------------------

pub fn lseek(_module: &Object, args: &[&Object]) -> Result<i64> {
    check_positional("lseek", args.len(), 3, 3)?;
    let (fd, position, how) = (int(args[0])?, offset(args[1])?, int(args[2])?);
    // SAFETY: no precondition.
    blocking(|| unsafe { libc::lseek(fd, position, how) }).map_err(os_error)
}

fn length(given: &Object) -> Result<usize> {
    usize::try_from(ssize(given)?)
        .map(|length| length.min(fileutils::IO_MAX))
        .map_err(|_| os_error(libc::EINVAL))
}

pub fn read(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("read", args.len(), 2, 2)?;
    let fd = int(args[0])?;
    let size = length(args[1])?;
    // SAFETY: the memory has the given size and is new.
    filled_bytes(size, |start| unsafe { fileutils::read(fd, start, size) })
}

pub fn write(_module: &Object, args: &[&Object]) -> Result<usize> {
    check_positional("write", args.len(), 2, 2)?;
    let fd = int(args[0])?;
    let data = Buffer::simple(args[1])?;
    let data = data.as_slice();
    // SAFETY: the buffer stays while it is held.
    unsafe { fileutils::write(fd, data.as_ptr(), data.len()) }
}

pub fn pread(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("pread", args.len(), 3, 3)?;
    let fd = int(args[0])?;
    let wanted = ssize(args[1])?;
    let at = offset(args[2])?;
    let size = usize::try_from(wanted).map_err(|_| os_error(libc::EINVAL))?;
    filled_bytes(size, |start| {
        // SAFETY: the memory has the given size and is new.
        let n = retry(|| unsafe { libc::pread(fd, start.cast(), size, at) })?.map_err(os_error)?;
        Ok(n as usize)
    })
}

pub fn pwrite(_module: &Object, args: &[&Object]) -> Result<isize> {
    check_positional("pwrite", args.len(), 3, 3)?;
    let fd = int(args[0])?;
    let data = Buffer::simple(args[1])?;
    let at = offset(args[2])?;
    let data = data.as_slice();
    // SAFETY: the buffer stays while it is held.
    retry(|| unsafe { libc::pwrite(fd, data.as_ptr().cast(), data.len(), at) })?.map_err(os_error)
}

/// Buffers of `readv` and `writev` with what the system wants to know of them.
struct Vectors {
    /// Held while the vectors are used.
    _buffers: Vec<Buffer>,
    vectors: Vec<libc::iovec>,
}

impl Vectors {
    fn new(function: &str, given: &Object, writable: bool) -> Result<Vectors> {
        if !sequence::check(given) {
            return Err(err::type_error(format_args!("{function}() arg 2 must be a sequence")));
        }
        let count = object::len(given)?;
        let mut buffers = Vec::with_capacity(count);
        let mut vectors = Vec::with_capacity(count);
        for index in 0..count {
            let item = sequence::get_item(given, index as isize)?;
            let buffer = if writable { Buffer::writable(&item)? } else { Buffer::simple(&item)? };
            let slice = buffer.as_slice();
            vectors.push(libc::iovec { iov_base: slice.as_ptr().cast_mut().cast(), iov_len: slice.len() });
            buffers.push(buffer);
        }
        Ok(Vectors { _buffers: buffers, vectors })
    }

    fn parts(&self) -> (*const libc::iovec, c_int) {
        (self.vectors.as_ptr(), self.vectors.len() as c_int)
    }
}

pub fn readv(_module: &Object, args: &[&Object]) -> Result<isize> {
    check_positional("readv", args.len(), 2, 2)?;
    let fd = int(args[0])?;
    let vectors = Vectors::new("readv", args[1], true)?;
    let (start, count) = vectors.parts();
    // SAFETY: writable buffers that are held.
    retry(|| unsafe { libc::readv(fd, start, count) })?.map_err(os_error)
}

pub fn writev(_module: &Object, args: &[&Object]) -> Result<isize> {
    check_positional("writev", args.len(), 2, 2)?;
    let fd = int(args[0])?;
    let vectors = Vectors::new("writev", args[1], false)?;
    let (start, count) = vectors.parts();
    // SAFETY: buffers that are held.
    retry(|| unsafe { libc::writev(fd, start, count) })?.map_err(os_error)
}

pub fn preadv(_module: &Object, args: &[&Object]) -> Result<isize> {
    check_positional("preadv", args.len(), 3, 4)?;
    let fd = int(args[0])?;
    let at = offset(args[2])?;
    let flags = int_or(args.get(3).copied(), 0)?;
    let vectors = Vectors::new("preadv", args[1], true)?;
    let (start, count) = vectors.parts();
    // SAFETY: writable buffers that are held.
    retry(|| unsafe {
        if flags == 0 {
            libc::preadv(fd, start, count, at)
        } else {
            libc::preadv2(fd, start, count, at, flags)
        }
    })?
    .map_err(os_error)
}

pub fn pwritev(_module: &Object, args: &[&Object]) -> Result<isize> {
    check_positional("pwritev", args.len(), 3, 4)?;
    let fd = int(args[0])?;
    let at = offset(args[2])?;
    let flags = int_or(args.get(3).copied(), 0)?;
    let vectors = Vectors::new("pwritev", args[1], false)?;
    let (start, count) = vectors.parts();
    // SAFETY: buffers that are held.
    retry(|| unsafe {
        if flags == 0 {
            libc::pwritev(fd, start, count, at)
        } else {
            libc::pwritev2(fd, start, count, at, flags)
        }
    })?
    .map_err(os_error)
}

pub fn sendfile(_module: &Object, args: Args<'_>) -> Result<isize> {
    let [output, input, at, count] =
        const { Signature::new("sendfile", ["out_fd", "in_fd", "offset", "count"]) }.bind(args)?;
    let (output, input, at, count) =
        (int(or_none(output))?, int(or_none(input))?, or_none(at), ssize(or_none(count))?);
    if at.is_none() {
        // SAFETY: no offset.
        return retry(|| unsafe { libc::sendfile(output, input, core::ptr::null_mut(), count as usize) })?
            .map_err(os_error);
    }
    let mut at = offset(at)?;
    // SAFETY: a valid offset.
    retry(|| unsafe { libc::sendfile(output, input, &mut at, count as usize) })?.map_err(os_error)
}

pub fn copy_file_range(_module: &Object, args: Args<'_>) -> Result<isize> {
    let [src, dst, count, src_at, dst_at] = const {
        Signature::new("copy_file_range", ["src", "dst", "count", "offset_src", "offset_dst"]).required(3)
    }
    .bind(args)?;
    let (src, dst, count) = (int(or_none(src))?, int(or_none(dst))?, ssize(or_none(count))?);
    if count < 0 {
        return Err(err::value_error("negative value for 'count' not allowed"));
    }
    let mut src_at = not_none(src_at).map(offset).transpose()?;
    let mut dst_at = not_none(dst_at).map(offset).transpose()?;
    let pointer = |at: &mut Option<i64>| at.as_mut().map_or(core::ptr::null_mut(), |at| at as *mut i64);
    let (from, to) = (pointer(&mut src_at), pointer(&mut dst_at));
    // SAFETY: valid offsets or NULL.
    retry(|| unsafe { libc::copy_file_range(src, from, dst, to, count as usize, 0) })?.map_err(os_error)
}

// ---- size, locks, synchronisation ---------------------------------------------------------------------------------

pub fn ftruncate(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("ftruncate", args.len(), 2, 2)?;
    truncate_fd(int(args[0])?, offset(args[1])?)
}

pub fn lockf(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("lockf", args.len(), 3, 3)?;
    let (fd, command, length) = (int(args[0])?, int(args[1])?, offset(args[2])?);
    audit(
        "os.lockf",
        [long::from_i64(fd.into())?, long::from_i64(command.into())?, long::from_i64(length)?],
    )?;
    // SAFETY: no precondition.
    blocking(|| unsafe { libc::lockf(fd, command, length) }).map_err(os_error).map(drop)
}

/// Functions that return the error number are called again after `EINTR`.
fn retry_status(mut body: impl FnMut() -> c_int) -> Result<()> {
    loop {
        match krait_object::state::allow_threads(&mut body) {
            0 => return Ok(()),
            libc::EINTR => check_signals()?,
            errno => return Err(os_error(errno)),
        }
    }
}

pub fn posix_fallocate(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("posix_fallocate", args.len(), 3, 3)?;
    let (fd, at, length) = (int(args[0])?, offset(args[1])?, offset(args[2])?);
    // SAFETY: no precondition.
    retry_status(|| unsafe { libc::posix_fallocate(fd, at, length) })
}

pub fn posix_fadvise(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("posix_fadvise", args.len(), 4, 4)?;
    let (fd, at, length, advice) = (int(args[0])?, offset(args[1])?, offset(args[2])?, int(args[3])?);
    // SAFETY: no precondition.
    retry_status(|| unsafe { libc::posix_fadvise(fd, at, length, advice) })
}

pub fn fsync(_module: &Object, args: Args<'_>) -> Result<()> {
    let [fd] = const { Signature::new("fsync", ["fd"]) }.bind(args)?;
    let fd = as_file_descriptor(or_none(fd))?;
    // SAFETY: no precondition.
    retry(|| unsafe { libc::fsync(fd) })?.map_err(os_error).map(drop)
}

pub fn fdatasync(_module: &Object, args: Args<'_>) -> Result<()> {
    let [fd] = const { Signature::new("fdatasync", ["fd"]) }.bind(args)?;
    let fd = as_file_descriptor(or_none(fd))?;
    // SAFETY: no precondition.
    retry(|| unsafe { libc::fdatasync(fd) })?.map_err(os_error).map(drop)
}

pub fn sync(_module: &Object) -> Result<()> {
    // SAFETY: no precondition.
    krait_object::state::allow_threads(|| unsafe { libc::sync() });
    Ok(())
}

// ---- terminals ----------------------------------------------------------------------------------------------------

pub fn isatty(_module: &Object, fd: &Object) -> Result<bool> {
    let fd = int(fd)?;
    // SAFETY: no precondition.
    Ok(unsafe { libc::isatty(fd) } != 0)
}

pub fn ttyname(_module: &Object, fd: &Object) -> Result<Obj> {
    let fd = int(fd)?;
    let mut buffer = [0 as c_char; 256];
    // SAFETY: the buffer has the given size, and ends with NUL on success.
    unsafe {
        let status = libc::ttyname_r(fd, buffer.as_mut_ptr(), buffer.len());
        if status != 0 {
            return Err(os_error(status));
        }
        unicode::decode_fs(CStr::from_ptr(buffer.as_ptr()).to_bytes())
    }
}

unsafe extern "C" {
    #[link_name = "ctermid"]
    fn c_ctermid(out: *mut c_char) -> *mut c_char;
}

pub fn ctermid(_module: &Object) -> Result<Obj> {
    let mut buffer = [0 as c_char; 1024];
    // SAFETY: more room than any name needs.
    unsafe {
        if c_ctermid(buffer.as_mut_ptr()).is_null() {
            return Err(err::from_last_errno());
        }
        unicode::decode_fs(CStr::from_ptr(buffer.as_ptr()).to_bytes())
    }
}

pub fn tcgetpgrp(_module: &Object, fd: &Object) -> Result<i32> {
    let fd = int(fd)?;
    // SAFETY: no precondition.
    check(unsafe { libc::tcgetpgrp(fd) })
}

pub fn tcsetpgrp(_module: &Object, args: &[&Object]) -> Result<()> {
    check_count("tcsetpgrp", args.len(), 2, 2)?;
    let (fd, group) = (int(args[0])?, int(args[1])?);
    // SAFETY: no precondition.
    check(unsafe { libc::tcsetpgrp(fd, group) }).map(drop)
}

pub fn openpty(_module: &Object) -> Result<Obj> {
    let (mut master, mut slave) = (-1, -1);
    let null = core::ptr::null_mut();
    // SAFETY: valid places for the results; nothing else is passed.
    check(unsafe { libc::openpty(&mut master, &mut slave, null, null.cast(), null.cast()) })?;
    for fd in [master, slave] {
        if let Err(raised) = fileutils::set_inheritable(fd, false) {
            // SAFETY: both are ours.
            unsafe {
                libc::close(master);
                libc::close(slave);
            }
            return Err(raised);
        }
    }
    pair(master.into(), slave.into())
}

pub fn device_encoding(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [fd] = const { Signature::new("device_encoding", ["fd"]) }.bind(args)?;
    fileutils::device_encoding(int(or_none(fd))?)
}

pub fn get_terminal_size(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("get_terminal_size", args.len(), 0, 1)?;
    let fd = int_or(args.first().copied(), libc::STDOUT_FILENO)?;
    let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
    // SAFETY: a valid place for the result.
    check(unsafe { libc::ioctl(fd, libc::TIOCGWINSZ, (&raw mut size).cast::<c_void>()) })?;
    structseq::from_items(
        results::TERMINAL_SIZE.class(),
        [long::from_i64(size.ws_col.into()), long::from_i64(size.ws_row.into())],
    )
}
