//! Files by name: status, rights, owners, times, names.

use super::path::{ANY, FD, Path, TEXT, audit_dir_fd, device, dir_fd, flag, gid, offset, uid};
use super::results;
use crate::support::{as_file_descriptor, audit, blocking, int, int_or, not_none, os_error, retry};
use core::ffi::c_int;
use core::mem::MaybeUninit;
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::number;
use krait_object::text::byte;
use krait_object::types::{long, none, tuple};
use krait_object::{Layout, Obj, Object, Result, err};

fn none_obj() -> Obj {
    none::none().owned()
}

fn or_none(given: Option<&Object>) -> &Object {
    given.unwrap_or(none::none())
}

// ---- status -------------------------------------------------------------------------------------------------------

/// `stat` in all its forms. The result is the struct or the error number.
pub fn stat_raw(path: &Path, dir_fd: c_int, follow: bool) -> core::result::Result<libc::stat, c_int> {
    let mut st = MaybeUninit::<libc::stat>::uninit();
    let out = st.as_mut_ptr();
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: a C string where it is used, and a valid place for the result.
    blocking(|| unsafe {
        if path.fd != -1 {
            libc::fstat(path.fd, out)
        } else if dir_fd != libc::AT_FDCWD {
            libc::fstatat(dir_fd, path.as_ptr(), out, flags)
        } else if follow {
            libc::stat(path.as_ptr(), out)
        } else {
            libc::lstat(path.as_ptr(), out)
        }
    })?;
    // SAFETY: filled by the call.
    Ok(unsafe { st.assume_init() })
}

fn do_stat(path: &Path, dir_fd: c_int, follow: bool) -> Result<Obj> {
    path.refuse_dir_fd(dir_fd)?;
    path.refuse_fd_and_dir_fd(dir_fd)?;
    path.refuse_fd_and_nofollow(follow)?;
    match stat_raw(path, dir_fd, follow) {
        Ok(st) => results::stat_result(&st),
        Err(errno) => Err(path.error(errno)),
    }
}

pub fn stat(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path, at, follow] = const {
        Signature::new("stat", ["path", "dir_fd", "follow_symlinks"]).required(1).keyword_only_from(1)
    }
    .bind(args)?;
    let path = Path::new("stat", "path", path, FD)?;
    do_stat(&path, dir_fd(at)?, flag(follow, true)?)
}

pub fn lstat(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path, at] =
        const { Signature::new("lstat", ["path", "dir_fd"]).required(1).keyword_only_from(1) }.bind(args)?;
    let path = Path::text("lstat", path)?;
    do_stat(&path, dir_fd(at)?, false)
}

pub fn fstat(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [fd] = const { Signature::new("fstat", ["fd"]) }.bind(args)?;
    let fd = int(or_none(fd))?;
    loop {
        match krait_object::state::allow_threads(|| crate::fileutils::fstat_noraise(fd)) {
            Ok(st) => return results::stat_result(&st),
            Err(libc::EINTR) => crate::support::check_signals()?,
            Err(errno) => return Err(os_error(errno)),
        }
    }
}

pub fn statvfs(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path] = const { Signature::new("statvfs", ["path"]) }.bind(args)?;
    let path = Path::new("statvfs", "path", path, FD)?;
    let mut st = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: a C string where it is used, and a valid place for the result.
    blocking(|| unsafe {
        if path.fd != -1 {
            libc::fstatvfs(path.fd, st.as_mut_ptr())
        } else {
            libc::statvfs(path.as_ptr(), st.as_mut_ptr())
        }
    })
    .map_err(|errno| path.error(errno))?;
    // SAFETY: filled by the call.
    results::statvfs_result(unsafe { st.assume_init_ref() })
}

pub fn fstatvfs(_module: &Object, fd: &Object) -> Result<Obj> {
    let fd = int(fd)?;
    let mut st = MaybeUninit::<libc::statvfs>::uninit();
    // SAFETY: a valid place for the result.
    retry(|| unsafe { libc::fstatvfs(fd, st.as_mut_ptr()) })?.map_err(os_error)?;
    // SAFETY: filled by the call.
    results::statvfs_result(unsafe { st.assume_init_ref() })
}

pub fn access(_module: &Object, args: Args<'_>) -> Result<bool> {
    let [path, mode, at, effective, follow] = const {
        Signature::new("access", ["path", "mode", "dir_fd", "effective_ids", "follow_symlinks"])
            .required(2)
            .keyword_only_from(2)
    }
    .bind(args)?;
    let path = Path::text("access", path)?;
    let (mode, at) = (int(or_none(mode))?, dir_fd(at)?);
    let (effective, follow) = (flag(effective, false)?, flag(follow, true)?);
    let mut flags = 0;
    if effective {
        flags |= libc::AT_EACCESS;
    }
    if !follow {
        flags |= libc::AT_SYMLINK_NOFOLLOW;
    }
    // SAFETY: a C string.
    Ok(blocking(|| unsafe {
        if at != libc::AT_FDCWD || flags != 0 {
            libc::faccessat(at, path.as_ptr(), mode, flags)
        } else {
            libc::access(path.as_ptr(), mode)
        }
    })
    .is_ok())
}

// ---- rights and owners --------------------------------------------------------------------------------------------

pub fn chmod(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, mode, at, follow] = const {
        Signature::new("chmod", ["path", "mode", "dir_fd", "follow_symlinks"])
            .required(2)
            .keyword_only_from(2)
    }
    .bind(args)?;
    let path = Path::new("chmod", "path", path, FD)?;
    let (mode, at, follow) = (int(or_none(mode))?, dir_fd(at)?, flag(follow, true)?);
    audit("os.chmod", [path.for_audit(), long::from_i64(i64::from(mode))?, audit_dir_fd(at)?])?;
    let bits = mode as libc::mode_t;
    // SAFETY: a C string where it is used.
    let result = blocking(|| unsafe {
        if path.fd != -1 {
            libc::fchmod(path.fd, bits)
        } else if at != libc::AT_FDCWD || !follow {
            libc::fchmodat(at, path.as_ptr(), bits, if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW })
        } else {
            libc::chmod(path.as_ptr(), bits)
        }
    });
    match result {
        Ok(_) => Ok(()),
        // Without the system's support, the C library cannot change a symbolic link itself.
        Err(libc::ENOTSUP) if !follow && path.fd == -1 => Err(if at != libc::AT_FDCWD {
            err::value_error("chmod: cannot use dir_fd and follow_symlinks together")
        } else {
            err::not_implemented_error("chmod: follow_symlinks unavailable on this platform")
        }),
        Err(errno) => Err(path.error(errno)),
    }
}

pub fn fchmod(_module: &Object, args: Args<'_>) -> Result<()> {
    let [fd, mode] = const { Signature::new("fchmod", ["fd", "mode"]) }.bind(args)?;
    let (fd, mode) = (int(or_none(fd))?, int(or_none(mode))?);
    audit("os.chmod", [long::from_i64(fd.into())?, long::from_i64(mode.into())?, long::from_i64(-1)?])?;
    // SAFETY: no precondition.
    retry(|| unsafe { libc::fchmod(fd, mode as libc::mode_t) })?.map_err(os_error).map(drop)
}

fn audit_chown(path: Obj, owner: u32, group: u32, at: Obj) -> Result<()> {
    audit("os.chown", [path, long::from_u64(owner.into())?, long::from_u64(group.into())?, at])
}

pub fn chown(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, owner, group, at, follow] = const {
        Signature::new("chown", ["path", "uid", "gid", "dir_fd", "follow_symlinks"])
            .required(3)
            .keyword_only_from(3)
    }
    .bind(args)?;
    let path = Path::new("chown", "path", path, FD)?;
    let (owner, group) = (uid(or_none(owner))?, gid(or_none(group))?);
    let (at, follow) = (dir_fd(at)?, flag(follow, true)?);
    path.refuse_fd_and_dir_fd(at)?;
    path.refuse_fd_and_nofollow(follow)?;
    audit_chown(path.for_audit(), owner, group, audit_dir_fd(at)?)?;
    // SAFETY: a C string where it is used.
    blocking(|| unsafe {
        if path.fd != -1 {
            libc::fchown(path.fd, owner, group)
        } else if at != libc::AT_FDCWD {
            let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            libc::fchownat(at, path.as_ptr(), owner, group, flags)
        } else if follow {
            libc::chown(path.as_ptr(), owner, group)
        } else {
            libc::lchown(path.as_ptr(), owner, group)
        }
    })
    .map_err(|errno| path.error(errno))
    .map(drop)
}

pub fn fchown(_module: &Object, args: Args<'_>) -> Result<()> {
    let [fd, owner, group] = const { Signature::new("fchown", ["fd", "uid", "gid"]) }.bind(args)?;
    let (fd, owner, group) = (int(or_none(fd))?, uid(or_none(owner))?, gid(or_none(group))?);
    audit_chown(long::from_i64(fd.into())?, owner, group, long::from_i64(-1)?)?;
    // SAFETY: no precondition.
    retry(|| unsafe { libc::fchown(fd, owner, group) })?.map_err(os_error).map(drop)
}

pub fn lchown(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, owner, group] = const { Signature::new("lchown", ["path", "uid", "gid"]) }.bind(args)?;
    let path = Path::text("lchown", path)?;
    let (owner, group) = (uid(or_none(owner))?, gid(or_none(group))?);
    audit_chown(path.for_audit(), owner, group, long::from_i64(-1)?)?;
    // SAFETY: a C string.
    blocking(|| unsafe { libc::lchown(path.as_ptr(), owner, group) })
        .map_err(|errno| path.error(errno))
        .map(drop)
}

pub fn umask(_module: &Object, mask: &Object) -> Result<i32> {
    let mask = int(mask)?;
    // SAFETY: no precondition.
    Ok(unsafe { libc::umask(mask as libc::mode_t) } as i32)
}

// ---- directories --------------------------------------------------------------------------------------------------

pub fn chdir(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path] = const { Signature::new("chdir", ["path"]) }.bind(args)?;
    let path = Path::new("chdir", "path", path, FD)?;
    audit("os.chdir", [path.for_audit()])?;
    // SAFETY: a C string where it is used.
    blocking(|| unsafe { if path.fd != -1 { libc::fchdir(path.fd) } else { libc::chdir(path.as_ptr()) } })
        .map_err(|errno| path.error(errno))
        .map(drop)
}

pub fn fchdir(_module: &Object, args: Args<'_>) -> Result<()> {
    let [fd] = const { Signature::new("fchdir", ["fd"]) }.bind(args)?;
    let fd = as_file_descriptor(or_none(fd))?;
    audit("os.chdir", [long::from_i64(fd.into())?])?;
    // SAFETY: no precondition.
    retry(|| unsafe { libc::fchdir(fd) })?.map_err(os_error).map(drop)
}

pub fn chroot(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path] = const { Signature::new("chroot", ["path"]) }.bind(args)?;
    let path = Path::text("chroot", path)?;
    // SAFETY: a C string.
    blocking(|| unsafe { libc::chroot(path.as_ptr()) }).map_err(|errno| path.error(errno)).map(drop)
}

fn current_directory() -> Result<Vec<u8>> {
    let mut size = 1024;
    loop {
        let mut buffer = vec![0u8; size];
        // SAFETY: the buffer has the given size.
        let errno = krait_object::state::allow_threads(|| unsafe {
            if libc::getcwd(buffer.as_mut_ptr().cast(), size).is_null() { err::last_errno() } else { 0 }
        });
        match errno {
            0 => {
                buffer.truncate(byte::find(0, &buffer).unwrap_or(size));
                return Ok(buffer);
            }
            libc::ERANGE => size += 1024,
            errno => return Err(os_error(errno)),
        }
    }
}

pub fn getcwd(_module: &Object) -> Result<Obj> {
    krait_object::types::unicode::decode_fs(&current_directory()?)
}

pub fn getcwdb(_module: &Object) -> Result<Obj> {
    krait_object::types::bytes::from_slice(&current_directory()?)
}

pub fn mkdir(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, mode, at] =
        const { Signature::new("mkdir", ["path", "mode", "dir_fd"]).required(1).keyword_only_from(2) }
            .bind(args)?;
    let path = Path::text("mkdir", path)?;
    let (mode, at) = (int_or(mode, 0o777)?, dir_fd(at)?);
    audit("os.mkdir", [path.for_audit(), long::from_i64(mode.into())?, audit_dir_fd(at)?])?;
    // SAFETY: a C string.
    blocking(|| unsafe {
        if at != libc::AT_FDCWD {
            libc::mkdirat(at, path.as_ptr(), mode as libc::mode_t)
        } else {
            libc::mkdir(path.as_ptr(), mode as libc::mode_t)
        }
    })
    .map_err(|errno| path.error(errno))
    .map(drop)
}

pub fn rmdir(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, at] =
        const { Signature::new("rmdir", ["path", "dir_fd"]).required(1).keyword_only_from(1) }.bind(args)?;
    let path = Path::text("rmdir", path)?;
    let at = dir_fd(at)?;
    audit("os.rmdir", [path.for_audit(), audit_dir_fd(at)?])?;
    // SAFETY: a C string.
    blocking(|| unsafe {
        if at != libc::AT_FDCWD {
            libc::unlinkat(at, path.as_ptr(), libc::AT_REMOVEDIR)
        } else {
            libc::rmdir(path.as_ptr())
        }
    })
    .map_err(|errno| path.error(errno))
    .map(drop)
}

fn do_unlink(function: &'static str, path: Option<&Object>, at: Option<&Object>) -> Result<()> {
    let path = Path::text(function, path)?;
    let at = dir_fd(at)?;
    audit("os.remove", [path.for_audit(), audit_dir_fd(at)?])?;
    // SAFETY: a C string.
    blocking(|| unsafe {
        if at != libc::AT_FDCWD { libc::unlinkat(at, path.as_ptr(), 0) } else { libc::unlink(path.as_ptr()) }
    })
    .map_err(|errno| path.error(errno))
    .map(drop)
}

pub fn unlink(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, at] =
        const { Signature::new("unlink", ["path", "dir_fd"]).required(1).keyword_only_from(1) }.bind(args)?;
    do_unlink("unlink", path, at)
}

pub fn remove(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, at] =
        const { Signature::new("remove", ["path", "dir_fd"]).required(1).keyword_only_from(1) }.bind(args)?;
    do_unlink("remove", path, at)
}

pub fn listdir(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path] = const { Signature::new("listdir", ["path"]).required(0) }.bind(args)?;
    let path = Path::new("listdir", "path", path, ANY)?;
    audit("os.listdir", [path.for_audit()])?;
    let mut directory = super::scandir::Directory::open(&path)?;
    let result = krait_object::types::list::new()?;
    while let Some(entry) = directory.next(&path)? {
        result.push(path.name(&entry.name)?)?;
    }
    Ok(result.upcast())
}

// ---- names --------------------------------------------------------------------------------------------------------

/// Two paths with their directories.
struct Pair {
    src: Path,
    dst: Path,
    src_at: c_int,
    dst_at: c_int,
}

impl Pair {
    fn new(function: &'static str, given: [Option<&Object>; 4]) -> Result<Pair> {
        let [src, dst, src_at, dst_at] = given;
        Ok(Pair {
            src: Path::new(function, "src", src, TEXT)?,
            dst: Path::new(function, "dst", dst, TEXT)?,
            src_at: dir_fd(src_at)?,
            dst_at: dir_fd(dst_at)?,
        })
    }

    fn audit(&self, event: &str) -> Result<()> {
        audit(
            event,
            [
                self.src.for_audit(),
                self.dst.for_audit(),
                audit_dir_fd(self.src_at)?,
                audit_dir_fd(self.dst_at)?,
            ],
        )
    }

    fn rename(self) -> Result<()> {
        self.audit("os.rename")?;
        // SAFETY: C strings.
        blocking(|| unsafe {
            if self.src_at != libc::AT_FDCWD || self.dst_at != libc::AT_FDCWD {
                libc::renameat(self.src_at, self.src.as_ptr(), self.dst_at, self.dst.as_ptr())
            } else {
                libc::rename(self.src.as_ptr(), self.dst.as_ptr())
            }
        })
        .map_err(|errno| self.src.error2(&self.dst, errno))
        .map(drop)
    }
}

pub fn rename(_module: &Object, args: Args<'_>) -> Result<()> {
    let given = const {
        Signature::new("rename", ["src", "dst", "src_dir_fd", "dst_dir_fd"]).required(2).keyword_only_from(2)
    }
    .bind(args)?;
    Pair::new("rename", given)?.rename()
}

pub fn replace(_module: &Object, args: Args<'_>) -> Result<()> {
    let given = const {
        Signature::new("replace", ["src", "dst", "src_dir_fd", "dst_dir_fd"]).required(2).keyword_only_from(2)
    }
    .bind(args)?;
    Pair::new("replace", given)?.rename()
}

pub fn link(_module: &Object, args: Args<'_>) -> Result<()> {
    let [src, dst, src_at, dst_at, follow] = const {
        Signature::new("link", ["src", "dst", "src_dir_fd", "dst_dir_fd", "follow_symlinks"])
            .required(2)
            .keyword_only_from(2)
    }
    .bind(args)?;
    let pair = Pair::new("link", [src, dst, src_at, dst_at])?;
    let follow = flag(follow, true)?;
    pair.audit("os.link")?;
    // SAFETY: C strings.
    blocking(|| unsafe {
        if pair.src_at != libc::AT_FDCWD || pair.dst_at != libc::AT_FDCWD || !follow {
            let flags = if follow { libc::AT_SYMLINK_FOLLOW } else { 0 };
            libc::linkat(pair.src_at, pair.src.as_ptr(), pair.dst_at, pair.dst.as_ptr(), flags)
        } else {
            libc::link(pair.src.as_ptr(), pair.dst.as_ptr())
        }
    })
    .map_err(|errno| pair.src.error2(&pair.dst, errno))
    .map(drop)
}

pub fn symlink(_module: &Object, args: Args<'_>) -> Result<()> {
    let [src, dst, is_directory, at] = const {
        Signature::new("symlink", ["src", "dst", "target_is_directory", "dir_fd"])
            .required(2)
            .keyword_only_from(3)
    }
    .bind(args)?;
    let src = Path::new("symlink", "src", src, TEXT)?;
    let dst = Path::new("symlink", "dst", dst, TEXT)?;
    flag(is_directory, false)?;
    let at = dir_fd(at)?;
    audit("os.symlink", [src.for_audit(), dst.for_audit(), audit_dir_fd(at)?])?;
    // SAFETY: C strings.
    blocking(|| unsafe {
        if at != libc::AT_FDCWD {
            libc::symlinkat(src.as_ptr(), at, dst.as_ptr())
        } else {
            libc::symlink(src.as_ptr(), dst.as_ptr())
        }
    })
    .map_err(|errno| src.error2(&dst, errno))
    .map(drop)
}

pub fn readlink(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [path, at] =
        const { Signature::new("readlink", ["path", "dir_fd"]).required(1).keyword_only_from(1) }
            .bind(args)?;
    let path = Path::text("readlink", path)?;
    let at = dir_fd(at)?;
    let mut buffer = [0u8; libc::PATH_MAX as usize + 1];
    let (start, size) = (buffer.as_mut_ptr(), buffer.len());
    // SAFETY: a C string, and a buffer of the given size.
    let length = blocking(|| unsafe {
        if at != libc::AT_FDCWD {
            libc::readlinkat(at, path.as_ptr(), start.cast(), size)
        } else {
            libc::readlink(path.as_ptr(), start.cast(), size)
        }
    })
    .map_err(|errno| path.error(errno))?;
    path.name(&buffer[..length as usize])
}

// ---- special files ------------------------------------------------------------------------------------------------

pub fn mkfifo(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, mode, at] =
        const { Signature::new("mkfifo", ["path", "mode", "dir_fd"]).required(1).keyword_only_from(2) }
            .bind(args)?;
    let path = Path::text("mkfifo", path)?;
    let (mode, at) = (int_or(mode, 0o666)? as libc::mode_t, dir_fd(at)?);
    // SAFETY: a C string.
    retry(|| unsafe {
        if at != libc::AT_FDCWD {
            libc::mkfifoat(at, path.as_ptr(), mode)
        } else {
            libc::mkfifo(path.as_ptr(), mode)
        }
    })?
    .map_err(os_error)
    .map(drop)
}

pub fn mknod(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, mode, number, at] = const {
        Signature::new("mknod", ["path", "mode", "device", "dir_fd"]).required(1).keyword_only_from(3)
    }
    .bind(args)?;
    let path = Path::text("mknod", path)?;
    let mode = int_or(mode, 0o600)? as libc::mode_t;
    let number = number.map_or(Ok(0), device)?;
    let at = dir_fd(at)?;
    // SAFETY: a C string.
    retry(|| unsafe {
        if at != libc::AT_FDCWD {
            libc::mknodat(at, path.as_ptr(), mode, number)
        } else {
            libc::mknod(path.as_ptr(), mode, number)
        }
    })?
    .map_err(os_error)
    .map(drop)
}

pub fn major(_module: &Object, number: &Object) -> Result<u32> {
    Ok(libc::major(device(number)?))
}

pub fn minor(_module: &Object, number: &Object) -> Result<u32> {
    Ok(libc::minor(device(number)?))
}

pub fn makedev(_module: &Object, args: &[&Object]) -> Result<i64> {
    check_positional("makedev", args.len(), 2, 2)?;
    Ok(libc::makedev(int(args[0])? as u32, int(args[1])? as u32) as i64)
}

// ---- size and times -----------------------------------------------------------------------------------------------

pub fn truncate(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, length] = const { Signature::new("truncate", ["path", "length"]) }.bind(args)?;
    let path = Path::new("truncate", "path", path, FD)?;
    let length = offset(or_none(length))?;
    if path.fd != -1 {
        return truncate_fd(path.fd, length);
    }
    audit("os.truncate", [path.for_audit(), long::from_i64(length)?])?;
    // SAFETY: a C string.
    retry(|| unsafe { libc::truncate(path.as_ptr(), length) })?.map_err(|errno| path.error(errno)).map(drop)
}

/// `ftruncate` with its audit event.
pub fn truncate_fd(fd: c_int, length: libc::off_t) -> Result<()> {
    audit("os.truncate", [long::from_i64(fd.into())?, long::from_i64(length)?])?;
    // SAFETY: no precondition.
    retry(|| unsafe { libc::ftruncate(fd, length) })?.map_err(os_error).map(drop)
}

/// Nanoseconds as a struct.
fn split_nanoseconds(time: &Object) -> Result<libc::timespec> {
    let billion = long::from_i64(1_000_000_000)?;
    let parts = number::divmod(time, &billion)?;
    if !tuple::check(&parts) || tuple::items(&parts).len() != 2 {
        return Err(err::type_error(format_args!(
            "{:.200}.__divmod__() must return a 2-tuple, not {:.200}",
            time.class_of().name(),
            parts.class_of().name()
        )));
    }
    let [seconds, nanos] = [tuple::items(&parts)[0], tuple::items(&parts)[1]];
    Ok(libc::timespec { tv_sec: crate::pytime::as_time_t(seconds)?, tv_nsec: long::as_i64(nanos)? })
}

/// The two times of `utime`; None for now.
fn utime_times(times: Option<&Object>, ns: Option<&Object>) -> Result<Option<[libc::timespec; 2]>> {
    let given = not_none(times);
    if given.is_some() && ns.is_some() {
        return Err(err::value_error("utime: you may specify either 'times' or 'ns' but not both"));
    }
    let pair = |object: &Object| tuple::check(object) && tuple::items(object).len() == 2;
    if let Some(times) = given {
        if !pair(times) {
            return Err(err::type_error("utime: 'times' must be either a tuple of two ints or None"));
        }
        let time = |object: &Object| {
            let (tv_sec, tv_nsec) = crate::pytime::object_to_timespec(object, crate::pytime::Round::Floor)?;
            Ok(libc::timespec { tv_sec, tv_nsec })
        };
        return Ok(Some([time(tuple::items(times)[0])?, time(tuple::items(times)[1])?]));
    }
    if let Some(ns) = ns {
        if !pair(ns) {
            return Err(err::type_error("utime: 'ns' must be a tuple of two ints"));
        }
        return Ok(Some([split_nanoseconds(tuple::items(ns)[0])?, split_nanoseconds(tuple::items(ns)[1])?]));
    }
    Ok(None)
}

pub fn utime(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path, times, ns, at, follow] = const {
        Signature::new("utime", ["path", "times", "ns", "dir_fd", "follow_symlinks"])
            .required(1)
            .keyword_only_from(2)
    }
    .bind(args)?;
    let path = Path::new("utime", "path", path, FD)?;
    let (at, follow) = (dir_fd(at)?, flag(follow, true)?);
    let values = utime_times(times, ns)?;
    path.refuse_dir_fd(at)?;
    path.refuse_fd_and_dir_fd(at)?;
    path.refuse_fd_and_nofollow(follow)?;
    let times = times.map_or_else(none_obj, Layout::owned);
    let ns = ns.map_or_else(none_obj, Layout::owned);
    audit("os.utime", [path.for_audit(), times, ns, audit_dir_fd(at)?])?;
    let pointer = values.as_ref().map_or(core::ptr::null(), |values| values.as_ptr());
    // SAFETY: a C string or NULL, and two times or NULL.
    blocking(|| unsafe {
        if path.fd != -1 && follow {
            libc::futimens(path.fd, pointer)
        } else {
            let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
            libc::utimensat(if path.fd != -1 { path.fd } else { at }, path.as_ptr(), pointer, flags)
        }
    })
    // As ever, without the name.
    .map_err(os_error)
    .map(drop)
}
