//! `posix`: the operating system's functions; the module `os` is built on it.

pub mod confnames;
mod constants;
mod fd;
mod files;
pub mod fork;
pub mod path;
mod process;
pub mod results;
mod scandir;
mod sched;
mod spawn;
pub mod system;
mod xattr;

use fd::*;
use files::*;
use fork::{fork, forkpty, register_at_fork};
use krait_object::types::{exceptions, list, module, unicode};
use krait_object::{Layout, Object, Result, method, native_module};
use process::*;
use scandir::scandir;
use sched::*;
use spawn::*;
use system::*;
use xattr::*;

native_module! {
    /// `posix`
    init: PyInit_posix, name: c"posix",
    doc: c"The functions of the operating system as C and POSIX define them. The library manual and\nthe system's manual pages tell more.",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    module::add(this, "environ", &*system::environment()?)?;
    crate::support::add_ints(this, constants::CONSTANTS)?;
    module::add(this, "pathconf_names", &*confnames::to_dict(confnames::PATHCONF)?)?;
    module::add(this, "confstr_names", &*confnames::to_dict(confnames::CONFSTR)?)?;
    module::add(this, "sysconf_names", &*confnames::to_dict(confnames::SYSCONF)?)?;
    module::add(this, "error", exceptions::OSError())?;
    results::add_to(this)?;
    scandir::SCANDIR_ITERATOR.make()?;
    module::add(this, "DirEntry", scandir::DIR_ENTRY.make()?.object())?;
    let functions = list::new()?;
    for name in constants::HAVE_FUNCTIONS {
        functions.push(unicode::from_str(name)?)?;
    }
    module::add(this, "_have_functions", functions.object())
}

krait_object::methods! {
    /// The functions of the module.
    #[rustfmt::skip]
    pub static METHODS = [
        method::o(c"WCOREDUMP", WCOREDUMP, c"WCOREDUMP($module, status, /)\n--\n\nWhether the child left a core file."),
        method::keywords(c"WEXITSTATUS", WEXITSTATUS, c"WEXITSTATUS($module, /, status)\n--\n\nThe exit code in a wait status."),
        method::keywords(c"WIFCONTINUED", WIFCONTINUED, c"WIFCONTINUED($module, /, status)\n--\n\nWhether the child went on after a stop."),
        method::keywords(c"WIFEXITED", WIFEXITED, c"WIFEXITED($module, /, status)\n--\n\nWhether the child ended by exit()."),
        method::keywords(c"WIFSIGNALED", WIFSIGNALED, c"WIFSIGNALED($module, /, status)\n--\n\nWhether a signal ended the child."),
        method::keywords(c"WIFSTOPPED", WIFSTOPPED, c"WIFSTOPPED($module, /, status)\n--\n\nWhether the child is stopped."),
        method::keywords(c"WSTOPSIG", WSTOPSIG, c"WSTOPSIG($module, /, status)\n--\n\nThe signal that stopped the child."),
        method::keywords(c"WTERMSIG", WTERMSIG, c"WTERMSIG($module, /, status)\n--\n\nThe signal that ended the child."),
        method::keywords(c"_exit", _exit, c"_exit($module, /, status)\n--\n\nEnds the process at once, without cleaning up."),
        method::noargs(c"abort", abort, c"abort($module, /)\n--\n\nEnds the process with SIGABRT.\n\nNothing is cleaned up; the system may leave a core file."),
        method::keywords(c"access", access, c"access($module, /, path, mode, *, dir_fd=None, effective_ids=False,\n       follow_symlinks=True)\n--\n\nWhether the real user may access a path.\n\n  path\n    text, bytes or a path-like object\n  mode\n    F_OK for existence, or a sum of R_OK, W_OK and X_OK\n  dir_fd\n    the directory that a relative path starts from, None for the current one\n  effective_ids\n    ask for the effective user instead\n  follow_symlinks\n    when false, ask for a symbolic link itself"),
        method::keywords(c"chdir", chdir, c"chdir($module, /, path)\n--\n\nMakes a directory the current one.\n\npath may be an open descriptor."),
        method::keywords(c"chmod", chmod, c"chmod($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)\n--\n\nChanges the access rights of a file.\n\n  path\n    text, bytes, a path-like object or an open descriptor\n  mode\n    the new rights\n  dir_fd\n    the directory that a relative path starts from, None for the current one\n  follow_symlinks\n    when false, change a symbolic link itself"),
        method::keywords(c"chown", chown, c"chown($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)\n--\n\nChanges owner and group of a path; -1 leaves one as it is.\n\n  path\n    text, bytes, a path-like object or an open descriptor\n  dir_fd\n    the directory that a relative path starts from, None for the current one\n  follow_symlinks\n    when false, change a symbolic link itself"),
        method::keywords(c"chroot", chroot, c"chroot($module, /, path)\n--\n\nMakes path the root directory."),
        method::keywords(c"close", close, c"close($module, /, fd)\n--\n\nCloses a descriptor."),
        method::fastcall(c"closerange", closerange, c"closerange($module, fd_low, fd_high, /)\n--\n\nCloses all descriptors in [fd_low, fd_high), whatever happens."),
        method::o(c"confstr", confstr, c"confstr($module, name, /)\n--\n\nA configuration text of the system."),
        method::keywords(c"copy_file_range", copy_file_range, c"copy_file_range($module, /, src, dst, count, offset_src=None,\n                offset_dst=None)\n--\n\nCopies bytes from one descriptor to another inside the kernel.\n\n  src\n    to read from\n  dst\n    to write to\n  count\n    how many bytes\n  offset_src\n    where to start reading, None for the current position\n  offset_dst\n    where to start writing, None for the current position"),
        method::noargs(c"cpu_count", cpu_count, c"cpu_count($module, /)\n--\n\nHow many processors the system has, None when that is not known.\n\nlen(os.sched_getaffinity(0)) tells how many this process may use."),
        method::noargs(c"ctermid", ctermid, c"ctermid($module, /)\n--\n\nThe name of the terminal that controls the process."),
        method::keywords(c"device_encoding", device_encoding, c"device_encoding($module, /, fd)\n--\n\nThe encoding of a terminal, None when the descriptor is no terminal."),
        method::o(c"dup", dup, c"dup($module, fd, /)\n--\n\nA copy of a descriptor, which is not inherited."),
        method::keywords(c"dup2", dup2, c"dup2($module, /, fd, fd2, inheritable=True)\n--\n\nMakes fd2 a copy of fd."),
        method::fastcall(c"execv", execv, c"execv($module, path, argv, /)\n--\n\nRuns a program in place of this one.\n\n  path\n    the program\n  argv\n    a tuple or list of its arguments"),
        method::keywords(c"execve", execve, c"execve($module, /, path, argv, env)\n--\n\nRuns a program in place of this one.\n\n  path\n    the program\n  argv\n    a tuple or list of its arguments\n  env\n    its environment, a mapping"),
        method::keywords(c"fchdir", fchdir, c"fchdir($module, /, fd)\n--\n\nMakes an open directory the current one."),
        method::keywords(c"fchmod", fchmod, c"fchmod($module, /, fd, mode)\n--\n\nChanges the access rights of an open file."),
        method::keywords(c"fchown", fchown, c"fchown($module, /, fd, uid, gid)\n--\n\nChanges owner and group of an open file."),
        method::keywords(c"fdatasync", fdatasync, c"fdatasync($module, /, fd)\n--\n\nWrites the contents of an open file to disk."),
        method::noargs(c"fork", fork, c"fork($module, /)\n--\n\nMakes a copy of the process.\n\n0 in the child, the child's number in the parent."),
        method::noargs(c"forkpty", forkpty, c"forkpty($module, /)\n--\n\nMakes a copy of the process with a new terminal.\n\nA tuple of the number that fork() gives and the master's descriptor."),
        method::fastcall(c"fpathconf", fpathconf, c"fpathconf($module, fd, name, /)\n--\n\nA limit that holds for an open file."),
        method::keywords(c"fspath", fspath, c"fspath($module, /, path)\n--\n\nThe text or bytes of a path.\n\nPath-like objects are asked by __fspath__()."),
        method::keywords(c"fstat", fstat, c"fstat($module, /, fd)\n--\n\nThe status of an open file.\n\nThe same as os.stat(fd)."),
        method::o(c"fstatvfs", fstatvfs, c"fstatvfs($module, fd, /)\n--\n\nThe status of the file system of an open file."),
        method::keywords(c"fsync", fsync, c"fsync($module, /, fd)\n--\n\nWrites an open file to disk."),
        method::fastcall(c"ftruncate", ftruncate, c"ftruncate($module, fd, length, /)\n--\n\nSets the length of an open file."),
        method::o(c"get_blocking", get_blocking, c"get_blocking($module, fd, /)\n--\n\nWhether reads and writes of a descriptor wait."),
        method::o(c"get_inheritable", get_inheritable, c"get_inheritable($module, fd, /)\n--\n\nWhether other programs inherit a descriptor."),
        method::fastcall(c"get_terminal_size", get_terminal_size, c"get_terminal_size($module, fd=<unrepresentable>, /)\n--\n\nThe size of a terminal: (columns, lines).\n\nfd is standard output if it is not given. OSError when it is no terminal."),
        method::noargs(c"getcwd", getcwd, c"getcwd($module, /)\n--\n\nThe current directory as text."),
        method::noargs(c"getcwdb", getcwdb, c"getcwdb($module, /)\n--\n\nThe current directory as bytes."),
        method::noargs(c"getegid", getegid, c"getegid($module, /)\n--\n\nThe effective group."),
        method::noargs(c"geteuid", geteuid, c"geteuid($module, /)\n--\n\nThe effective user."),
        method::noargs(c"getgid", getgid, c"getgid($module, /)\n--\n\nThe real group."),
        method::fastcall(c"getgrouplist", getgrouplist, c"getgrouplist($module, user, group, /)\n--\n\nThe groups of a user.\n\n  user\n    the name\n  group\n    a group to be among them"),
        method::noargs(c"getgroups", getgroups, c"getgroups($module, /)\n--\n\nThe supplementary groups of the process."),
        method::noargs(c"getloadavg", getloadavg, c"getloadavg($module, /)\n--\n\nThe load averages of the last 1, 5 and 15 minutes."),
        method::noargs(c"getlogin", getlogin, c"getlogin($module, /)\n--\n\nThe name of the user who has logged in."),
        method::keywords(c"getpgid", getpgid, c"getpgid($module, /, pid)\n--\n\nThe process group of a process."),
        method::noargs(c"getpgrp", getpgrp, c"getpgrp($module, /)\n--\n\nThe process group of this process."),
        method::noargs(c"getpid", getpid, c"getpid($module, /)\n--\n\nThe number of this process."),
        method::noargs(c"getppid", getppid, c"getppid($module, /)\n--\n\nThe number of the parent process."),
        method::keywords(c"getpriority", getpriority, c"getpriority($module, /, which, who)\n--\n\nA scheduling priority."),
        method::keywords(c"getrandom", getrandom, c"getrandom($module, /, size, flags=0)\n--\n\nRandom bytes from the kernel."),
        method::noargs(c"getresgid", getresgid, c"getresgid($module, /)\n--\n\nThe real, effective and saved groups."),
        method::noargs(c"getresuid", getresuid, c"getresuid($module, /)\n--\n\nThe real, effective and saved users."),
        method::o(c"getsid", getsid, c"getsid($module, pid, /)\n--\n\nThe session of a process."),
        method::noargs(c"getuid", getuid, c"getuid($module, /)\n--\n\nThe real user."),
        method::keywords(c"getxattr", getxattr, c"getxattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nThe value of an extended attribute.\n\npath may be an open descriptor. With follow_symlinks=False a symbolic link itself is\nasked."),
        method::fastcall(c"initgroups", initgroups, c"initgroups($module, username, gid, /)\n--\n\nSets the supplementary groups to those of a user and one more.\n\n  username\n    the user\n  gid\n    the group"),
        method::o(c"isatty", isatty, c"isatty($module, fd, /)\n--\n\nWhether a descriptor is a terminal."),
        method::fastcall(c"kill", kill, c"kill($module, pid, signal, /)\n--\n\nSends a signal to a process."),
        method::fastcall(c"killpg", killpg, c"killpg($module, pgid, signal, /)\n--\n\nSends a signal to a process group."),
        method::keywords(c"lchown", lchown, c"lchown($module, /, path, uid, gid)\n--\n\nChanges owner and group of a path, of a symbolic link itself."),
        method::keywords(c"link", link, c"link($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None,\n     follow_symlinks=True)\n--\n\nMakes another name for a file.\n\nsrc_dir_fd and dst_dir_fd are directories that relative paths start from. With\nfollow_symlinks=False a symbolic link itself gets the name."),
        method::keywords(c"listdir", listdir, c"listdir($module, /, path=None)\n--\n\nThe names in a directory, in any order, '.' and '..' not among them.\n\npath may be text, bytes (then the names are bytes), an open descriptor, or None for the\ncurrent directory."),
        method::keywords(c"listxattr", listxattr, c"listxattr($module, /, path=None, *, follow_symlinks=True)\n--\n\nThe names of the extended attributes of a path.\n\npath may be an open descriptor, None is the current directory. With\nfollow_symlinks=False a symbolic link itself is asked."),
        method::fastcall(c"lockf", lockf, c"lockf($module, fd, command, length, /)\n--\n\nSets, tests or takes away a lock on an open file.\n\n  fd\n    the file\n  command\n    F_LOCK, F_TLOCK, F_ULOCK or F_TEST\n  length\n    how many bytes from the current position on"),
        method::fastcall(c"lseek", lseek, c"lseek($module, fd, position, how, /)\n--\n\nSets the position of a descriptor; returns the new one.\n\nThe position counts from the start (how is 0), the current position (1) or the end (2)."),
        method::keywords(c"lstat", lstat, c"lstat($module, /, path, *, dir_fd=None)\n--\n\nThe status of a path, of a symbolic link itself.\n\nThe same as stat(path, follow_symlinks=False)."),
        method::o(c"major", major, c"major($module, device, /)\n--\n\nThe major part of a device number."),
        method::fastcall(c"makedev", makedev, c"makedev($module, major, minor, /)\n--\n\nA device number from its two parts."),
        method::keywords(c"memfd_create", memfd_create, c"memfd_create($module, /, name, flags=MFD_CLOEXEC)\n--\n\n"),
        method::o(c"minor", minor, c"minor($module, device, /)\n--\n\nThe minor part of a device number."),
        method::keywords(c"mkdir", mkdir, c"mkdir($module, /, path, mode=511, *, dir_fd=None)\n--\n\nMakes a directory.\n\ndir_fd is the directory that a relative path starts from."),
        method::keywords(c"mkfifo", mkfifo, c"mkfifo($module, /, path, mode=438, *, dir_fd=None)\n--\n\nMakes a named pipe.\n\ndir_fd is the directory that a relative path starts from."),
        method::keywords(c"mknod", mknod, c"mknod($module, /, path, mode=384, device=0, *, dir_fd=None)\n--\n\nMakes a file, a device or a named pipe, as mode says.\n\ndir_fd is the directory that a relative path starts from."),
        method::o(c"nice", nice, c"nice($module, increment, /)\n--\n\nLowers the priority of the process; returns the new value."),
        method::keywords(c"open", open, c"open($module, /, path, flags, mode=511, *, dir_fd=None)\n--\n\nOpens a file; returns a descriptor.\n\ndir_fd is the directory that a relative path starts from."),
        method::noargs(c"openpty", openpty, c"openpty($module, /)\n--\n\nOpens a pair of terminal ends.\n\nA tuple of the descriptors of master and slave."),
        method::keywords(c"pathconf", pathconf, c"pathconf($module, /, path, name)\n--\n\nA limit that holds for a path.\n\npath may be an open descriptor."),
        method::keywords(c"pidfd_open", pidfd_open, c"pidfd_open($module, /, pid, flags=0)\n--\n\nA descriptor for a process.\n\nIt becomes readable when the process ends."),
        method::noargs(c"pipe", pipe, c"pipe($module, /)\n--\n\nMakes a pipe.\n\nA tuple of descriptors: (read, write)"),
        method::o(c"pipe2", pipe2, c"pipe2($module, flags, /)\n--\n\nMakes a pipe with flags.\n\nA tuple of descriptors: (read, write). flags is a sum of O_NONBLOCK and O_CLOEXEC."),
        method::fastcall(c"posix_fadvise", posix_fadvise, c"posix_fadvise($module, fd, offset, length, advice, /)\n--\n\nTells the kernel how a part of a file will be read."),
        method::fastcall(c"posix_fallocate", posix_fallocate, c"posix_fallocate($module, fd, offset, length, /)\n--\n\nMakes sure that there is disk space for a part of a file."),
        method::keywords(c"posix_spawn", posix_spawn, c"posix_spawn($module, path, argv, env, /, *, file_actions=(),\n            setpgroup=<unrepresentable>, resetids=False, setsid=False,\n            setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)\n--\n\nStarts a program.\n\n  path\n    the program\n  argv\n    a tuple or list of its arguments\n  env\n    its environment, a mapping\n  file_actions\n    what happens to its descriptors\n  setpgroup\n    its process group\n  resetids\n    effective identities become the real ones\n  setsid\n    it gets a session of its own\n  setsigmask\n    signals that are blocked\n  setsigdef\n    signals that get their default action\n  scheduler\n    a tuple of policy (or None) and parameters"),
        method::keywords(c"posix_spawnp", posix_spawnp, c"posix_spawnp($module, path, argv, env, /, *, file_actions=(),\n             setpgroup=<unrepresentable>, resetids=False, setsid=False,\n             setsigmask=(), setsigdef=(), scheduler=<unrepresentable>)\n--\n\nStarts a program that is looked for in PATH.\n\nThe arguments are those of posix_spawn()."),
        method::fastcall(c"pread", pread, c"pread($module, fd, length, offset, /)\n--\n\nReads bytes at an offset; the file's position does not change."),
        method::fastcall(c"preadv", preadv, c"preadv($module, fd, buffers, offset, flags=0, /)\n--\n\nReads at an offset into several buffers.\n\nflags is a sum of RWF_HIPRI and RWF_NOWAIT."),
        method::fastcall(c"putenv", putenv, c"putenv($module, name, value, /)\n--\n\nSets an environment variable."),
        method::fastcall(c"pwrite", pwrite, c"pwrite($module, fd, buffer, offset, /)\n--\n\nWrites bytes at an offset; the file's position does not change.\n\nReturns how many were written."),
        method::fastcall(c"pwritev", pwritev, c"pwritev($module, fd, buffers, offset, flags=0, /)\n--\n\nWrites several buffers at an offset.\n\nflags is a sum of RWF_DSYNC, RWF_SYNC and RWF_HIPRI."),
        method::fastcall(c"read", read, c"read($module, fd, length, /)\n--\n\nReads bytes."),
        method::keywords(c"readlink", readlink, c"readlink($module, /, path, *, dir_fd=None)\n--\n\nWhere a symbolic link points to.\n\ndir_fd is the directory that a relative path starts from."),
        method::fastcall(c"readv", readv, c"readv($module, fd, buffers, /)\n--\n\nReads into several buffers, one after the other.\n\nReturns how many bytes were read."),
        method::keywords(c"register_at_fork", register_at_fork, c"register_at_fork($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)\n--\n\nRegisters functions to be called around fork().\n\n  before\n    in the parent before\n  after_in_child\n    in the child after\n  after_in_parent\n    in the parent after\n\n'before' functions are called in reverse order."),
        method::keywords(c"remove", remove, c"remove($module, /, path, *, dir_fd=None)\n--\n\nRemoves a file (the same as unlink()).\n\ndir_fd is the directory that a relative path starts from."),
        method::keywords(c"removexattr", removexattr, c"removexattr($module, /, path, attribute, *, follow_symlinks=True)\n--\n\nRemoves an extended attribute.\n\npath may be an open descriptor. With follow_symlinks=False a symbolic link itself is\nchanged."),
        method::keywords(c"rename", rename, c"rename($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nRenames a file or directory.\n\nsrc_dir_fd and dst_dir_fd are directories that relative paths start from."),
        method::keywords(c"replace", replace, c"replace($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)\n--\n\nRenames a file or directory; what has the new name is replaced.\n\nsrc_dir_fd and dst_dir_fd are directories that relative paths start from."),
        method::keywords(c"rmdir", rmdir, c"rmdir($module, /, path, *, dir_fd=None)\n--\n\nRemoves an empty directory.\n\ndir_fd is the directory that a relative path starts from."),
        method::keywords(c"scandir", scandir, c"scandir($module, /, path=None)\n--\n\nAn iterator of DirEntry objects for the entries of a directory.\n\npath is as for listdir()."),
        method::keywords(c"sched_get_priority_max", sched_get_priority_max, c"sched_get_priority_max($module, /, policy)\n--\n\nThe highest priority of a policy."),
        method::keywords(c"sched_get_priority_min", sched_get_priority_min, c"sched_get_priority_min($module, /, policy)\n--\n\nThe lowest priority of a policy."),
        method::o(c"sched_getaffinity", sched_getaffinity, c"sched_getaffinity($module, pid, /)\n--\n\nThe processors on which a process may run (0 is this process)."),
        method::o(c"sched_getparam", sched_getparam, c"sched_getparam($module, pid, /)\n--\n\nThe scheduling parameters of a process (0 is this process)."),
        method::o(c"sched_getscheduler", sched_getscheduler, c"sched_getscheduler($module, pid, /)\n--\n\nThe scheduling policy of a process (0 is this process)."),
        method::o(c"sched_rr_get_interval", sched_rr_get_interval, c"sched_rr_get_interval($module, pid, /)\n--\n\nThe time slice of a process in seconds (0 is this process)."),
        method::fastcall(c"sched_setaffinity", sched_setaffinity, c"sched_setaffinity($module, pid, mask, /)\n--\n\nSets the processors on which a process may run.\n\n  pid\n    the process, 0 for this one\n  mask\n    their numbers"),
        method::fastcall(c"sched_setparam", sched_setparam, c"sched_setparam($module, pid, param, /)\n--\n\nSets the scheduling parameters of a process (0 is this process)."),
        method::fastcall(c"sched_setscheduler", sched_setscheduler, c"sched_setscheduler($module, pid, policy, param, /)\n--\n\nSets the scheduling policy of a process (0 is this process)."),
        method::noargs(c"sched_yield", sched_yield, c"sched_yield($module, /)\n--\n\nLets others run."),
        method::keywords(c"sendfile", sendfile, c"sendfile($module, /, out_fd, in_fd, offset, count)\n--\n\nCopies bytes from in_fd to out_fd inside the kernel."),
        method::fastcall(c"set_blocking", set_blocking, c"set_blocking($module, fd, blocking, /)\n--\n\nSets whether reads and writes of a descriptor wait."),
        method::fastcall(c"set_inheritable", set_inheritable, c"set_inheritable($module, fd, inheritable, /)\n--\n\nSets whether other programs inherit a descriptor."),
        method::o(c"setegid", setegid, c"setegid($module, egid, /)\n--\n\nSets the effective group."),
        method::o(c"seteuid", seteuid, c"seteuid($module, euid, /)\n--\n\nSets the effective user."),
        method::o(c"setgid", setgid, c"setgid($module, gid, /)\n--\n\nSets the group."),
        method::o(c"setgroups", setgroups, c"setgroups($module, groups, /)\n--\n\nSets the supplementary groups."),
        method::fastcall(c"setpgid", setpgid, c"setpgid($module, pid, pgrp, /)\n--\n\nPuts a process into a process group."),
        method::noargs(c"setpgrp", setpgrp, c"setpgrp($module, /)\n--\n\nMakes this process the leader of a group of its own."),
        method::keywords(c"setpriority", setpriority, c"setpriority($module, /, which, who, priority)\n--\n\nSets a scheduling priority."),
        method::fastcall(c"setregid", setregid, c"setregid($module, rgid, egid, /)\n--\n\nSets the real and the effective group."),
        method::fastcall(c"setresgid", setresgid, c"setresgid($module, rgid, egid, sgid, /)\n--\n\nSets the real, effective and saved groups."),
        method::fastcall(c"setresuid", setresuid, c"setresuid($module, ruid, euid, suid, /)\n--\n\nSets the real, effective and saved users."),
        method::fastcall(c"setreuid", setreuid, c"setreuid($module, ruid, euid, /)\n--\n\nSets the real and the effective user."),
        method::noargs(c"setsid", setsid, c"setsid($module, /)\n--\n\nMakes this process the leader of a session of its own."),
        method::o(c"setuid", setuid, c"setuid($module, uid, /)\n--\n\nSets the user."),
        method::keywords(c"setxattr", setxattr, c"setxattr($module, /, path, attribute, value, flags=0, *,\n         follow_symlinks=True)\n--\n\nSets an extended attribute.\n\npath may be an open descriptor. With follow_symlinks=False a symbolic link itself is\nchanged."),
        method::keywords(c"stat", stat, c"stat($module, /, path, *, dir_fd=None, follow_symlinks=True)\n--\n\nThe status of a path.\n\n  path\n    text, bytes, a path-like object or an open descriptor\n  dir_fd\n    the directory that a relative path starts from, None for the current one\n  follow_symlinks\n    when false, ask for a symbolic link itself"),
        method::keywords(c"statvfs", statvfs, c"statvfs($module, /, path)\n--\n\nThe status of the file system of a path.\n\npath may be an open descriptor."),
        method::o(c"strerror", strerror, c"strerror($module, code, /)\n--\n\nThe message for an error number."),
        method::keywords(c"symlink", symlink, c"symlink($module, /, src, dst, target_is_directory=False, *, dir_fd=None)\n--\n\nMakes a symbolic link named dst that points to src.\n\ntarget_is_directory matters on other systems only. dir_fd is the directory that a\nrelative dst starts from."),
        method::noargs(c"sync", sync, c"sync($module, /)\n--\n\nWrites everything to disk."),
        method::o(c"sysconf", sysconf, c"sysconf($module, name, /)\n--\n\nA number of the system's configuration."),
        method::keywords(c"system", system, c"system($module, /, command)\n--\n\nRuns a command in a shell; returns its wait status."),
        method::o(c"tcgetpgrp", tcgetpgrp, c"tcgetpgrp($module, fd, /)\n--\n\nThe process group in the foreground of a terminal."),
        method::fastcall(c"tcsetpgrp", tcsetpgrp, c"tcsetpgrp($module, fd, pgid, /)\n--\n\nPuts a process group into the foreground of a terminal."),
        method::noargs(c"times", times, c"times($module, /)\n--\n\nThe processor times of the process and its children.\n\nA times_result of user, system, children_user, children_system and elapsed, in seconds."),
        method::keywords(c"truncate", truncate, c"truncate($module, /, path, length)\n--\n\nSets the length of a file.\n\npath may be an open descriptor."),
        method::o(c"ttyname", ttyname, c"ttyname($module, fd, /)\n--\n\nThe name of a terminal."),
        method::o(c"umask", umask, c"umask($module, mask, /)\n--\n\nSets the mask for new files' rights; returns the old one."),
        method::noargs(c"uname", uname, c"uname($module, /)\n--\n\nThe name of the system.\n\nA uname_result of sysname, nodename, release, version and machine."),
        method::keywords(c"unlink", unlink, c"unlink($module, /, path, *, dir_fd=None)\n--\n\nRemoves a file (the same as remove()).\n\ndir_fd is the directory that a relative path starts from."),
        method::o(c"unsetenv", unsetenv, c"unsetenv($module, name, /)\n--\n\nRemoves an environment variable."),
        method::o(c"urandom", urandom, c"urandom($module, size, /)\n--\n\nRandom bytes fit for cryptography."),
        method::keywords(c"utime", utime, c"utime($module, /, path, times=None, *, ns=<unrepresentable>,\n      dir_fd=None, follow_symlinks=True)\n--\n\nSets access and modification times.\n\n  path\n    text, bytes, a path-like object or an open descriptor\n  times\n    (atime, mtime) in seconds\n  ns\n    the same in nanoseconds; neither means now\n  dir_fd\n    the directory that a relative path starts from, None for the current one\n  follow_symlinks\n    when false, change a symbolic link itself"),
        method::noargs(c"wait", wait, c"wait($module, /)\n--\n\nWaits for a child to end.\n\nA tuple of its number and its wait status."),
        method::keywords(c"wait3", wait3, c"wait3($module, /, options)\n--\n\nWaits for a child to end.\n\nA tuple of its number, its wait status and its use of resources."),
        method::keywords(c"wait4", wait4, c"wait4($module, /, pid, options)\n--\n\nWaits for one child to end.\n\nA tuple of its number, its wait status and its use of resources."),
        method::fastcall(c"waitid", waitid, c"waitid($module, idtype, id, options, /)\n--\n\nWaits for children to change their state.\n\n  idtype\n    P_PID, P_PGID, P_ALL or P_PIDFD\n  id\n    which one\n  options\n    a sum of WEXITED, WSTOPPED, WCONTINUED, WNOHANG and WNOWAIT\n\nA waitid_result, None when WNOHANG finds nothing."),
        method::fastcall(c"waitpid", waitpid, c"waitpid($module, pid, options, /)\n--\n\nWaits for a child to end.\n\nA tuple of its number and its wait status."),
        method::keywords(c"waitstatus_to_exitcode", waitstatus_to_exitcode, c"waitstatus_to_exitcode($module, /, status)\n--\n\nA wait status as an exit code, negative for a signal."),
        method::fastcall(c"write", write, c"write($module, fd, data, /)\n--\n\nWrites bytes; returns how many were written."),
        method::fastcall(c"writev", writev, c"writev($module, fd, buffers, /)\n--\n\nWrites several buffers, one after the other.\n\nReturns how many bytes were written."),
    ];
}
