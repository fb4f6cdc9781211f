//! Processes: identities, signals, waiting, ends.

use super::path::{from_id, gid, uid};
use super::results;
use crate::support::{audit, check, check_count, int, os_error, retry, ssize, wrong_type};
use core::ffi::{CStr, c_int};
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::{object, sequence};
use krait_object::types::{bytes, float, list, long, none, structseq, tuple, unicode};
use krait_object::{Obj, Object, Result, err};

fn or_none(given: Option<&Object>) -> &Object {
    given.unwrap_or(none::none())
}

// ---- ends ---------------------------------------------------------------------------------------------------------

pub fn _exit(_module: &Object, args: Args<'_>) -> Result<()> {
    let [status] = const { Signature::new("_exit", ["status"]) }.bind(args)?;
    let status = int(or_none(status))?;
    // SAFETY: no precondition.
    unsafe { libc::_exit(status) }
}

pub fn abort(_module: &Object) -> Result<()> {
    // SAFETY: no precondition.
    unsafe { libc::abort() }
}

pub fn kill(_module: &Object, args: &[&Object]) -> Result<()> {
    check_count("kill", args.len(), 2, 2)?;
    let (pid, signal) = (int(args[0])?, ssize(args[1])?);
    audit("os.kill", [long::from_i64(pid.into())?, long::from_i64(signal as i64)?])?;
    // SAFETY: no precondition.
    check(unsafe { libc::kill(pid, signal as c_int) }).map(drop)
}

pub fn killpg(_module: &Object, args: &[&Object]) -> Result<()> {
    check_count("killpg", args.len(), 2, 2)?;
    let (group, signal) = (int(args[0])?, int(args[1])?);
    audit("os.killpg", [long::from_i64(group.into())?, long::from_i64(signal.into())?])?;
    // SAFETY: no precondition.
    check(unsafe { libc::killpg(group, signal) }).map(drop)
}

pub fn pidfd_open(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [pid, flags] = const { Signature::new("pidfd_open", ["pid", "flags"]).required(1) }.bind(args)?;
    let pid = int(or_none(pid))?;
    let flags = flags.map_or(Ok(0), crate::support::unsigned_mask)?;
    // SAFETY: no precondition.
    check(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, flags) }).map(|fd| fd as c_int)
}

pub fn nice(_module: &Object, increment: &Object) -> Result<c_int> {
    let increment = int(increment)?;
    // SAFETY: errno is per thread.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::nice(increment);
        // -1 may be a value as well.
        if value == -1 && err::last_errno() != 0 {
            return Err(err::from_last_errno());
        }
        Ok(value)
    }
}

pub fn getpriority(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [which, who] = const { Signature::new("getpriority", ["which", "who"]) }.bind(args)?;
    let (which, who) = (int(or_none(which))?, int(or_none(who))?);
    // SAFETY: errno is per thread.
    unsafe {
        *libc::__errno_location() = 0;
        let value = libc::getpriority(which as _, who as libc::id_t);
        if err::last_errno() != 0 {
            return Err(err::from_last_errno());
        }
        Ok(value)
    }
}

pub fn setpriority(_module: &Object, args: Args<'_>) -> Result<()> {
    let [which, who, priority] =
        const { Signature::new("setpriority", ["which", "who", "priority"]) }.bind(args)?;
    let (which, who, priority) = (int(or_none(which))?, int(or_none(who))?, int(or_none(priority))?);
    // SAFETY: no precondition.
    check(unsafe { libc::setpriority(which as _, who as libc::id_t, priority) }).map(drop)
}

// ---- identities ---------------------------------------------------------------------------------------------------

/// Functions without arguments that cannot fail.
macro_rules! getters {
    ($($name:ident: $convert:expr;)*) => {$(
        pub fn $name(_module: &Object) -> Result<Obj> {
            // SAFETY: no precondition.
            $convert(unsafe { libc::$name() })
        }
    )*};
}
fn from_pid(pid: libc::pid_t) -> Result<Obj> {
    long::from_i64(pid.into())
}
getters! {
    getpid: from_pid; getppid: from_pid; getpgrp: from_pid;
    getuid: from_id; geteuid: from_id; getgid: from_id; getegid: from_id;
}

/// Functions that set one identity.
macro_rules! setters {
    ($($name:ident: $convert:ident;)*) => {$(
        pub fn $name(_module: &Object, id: &Object) -> Result<()> {
            let id = $convert(id)?;
            // SAFETY: no precondition.
            check(unsafe { libc::$name(id) }).map(drop)
        }
    )*};
}
setters! { setuid: uid; seteuid: uid; setgid: gid; setegid: gid; }

/// Functions that set several identities.
macro_rules! multi_setters {
    ($($name:ident: $convert:ident, $($index:literal)*;)*) => {$(
        pub fn $name(_module: &Object, args: &[&Object]) -> Result<()> {
            let count = [$($index),*].len();
            check_positional(stringify!($name), args.len(), count, count)?;
            let ids = args.iter().map(|id| $convert(id)).collect::<Result<Vec<_>>>()?;
            // SAFETY: no precondition.
            check(unsafe { libc::$name($(ids[$index]),*) }).map(drop)
        }
    )*};
}
multi_setters! { setreuid: uid, 0 1; setregid: gid, 0 1; setresuid: uid, 0 1 2; setresgid: gid, 0 1 2; }

pub fn getresuid(_module: &Object) -> Result<Obj> {
    let (mut real, mut effective, mut saved) = (0, 0, 0);
    // SAFETY: valid places for the results.
    check(unsafe { libc::getresuid(&mut real, &mut effective, &mut saved) })?;
    tuple::pack([from_id(real)?, from_id(effective)?, from_id(saved)?])
}

pub fn getresgid(_module: &Object) -> Result<Obj> {
    let (mut real, mut effective, mut saved) = (0, 0, 0);
    // SAFETY: valid places for the results.
    check(unsafe { libc::getresgid(&mut real, &mut effective, &mut saved) })?;
    tuple::pack([from_id(real)?, from_id(effective)?, from_id(saved)?])
}

fn id_list(ids: &[u32]) -> Result<Obj> {
    let result = list::new()?;
    for &id in ids {
        result.push(from_id(id)?)?;
    }
    Ok(result.upcast())
}

pub fn getgroups(_module: &Object) -> Result<Obj> {
    // SAFETY: asks for the number only, then room for as many.
    unsafe {
        let count = check(libc::getgroups(0, core::ptr::null_mut()))?;
        let mut groups = vec![0; count as usize + 16];
        let count = check(libc::getgroups(groups.len() as c_int, groups.as_mut_ptr()))?;
        id_list(&groups[..count as usize])
    }
}

pub fn setgroups(_module: &Object, groups: &Object) -> Result<()> {
    if !sequence::check(groups) {
        return Err(err::type_error("setgroups argument must be a sequence"));
    }
    let count = object::len(groups)?;
    if count > 65536 {
        return Err(err::value_error("too many groups"));
    }
    let mut ids = Vec::with_capacity(count);
    for index in 0..count {
        let item = sequence::get_item(groups, index as isize)?;
        if !long::check(&item) {
            return Err(err::type_error("groups must be integers"));
        }
        ids.push(gid(&item)?);
    }
    // SAFETY: as many groups as it says.
    check(unsafe { libc::setgroups(ids.len(), ids.as_ptr()) }).map(drop)
}

pub fn getgrouplist(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("getgrouplist", args.len(), 2, 2)?;
    if !unicode::check(args[0]) {
        return Err(wrong_type("getgrouplist", 1, "str", args[0]));
    }
    let user =
        crate::support::c_string(krait_object::args::text("getgrouplist", "argument 1", args[0])?.as_bytes());
    let base = gid(args[1])?;
    let mut groups: Vec<libc::gid_t> = vec![0; 64];
    loop {
        let mut count = groups.len() as c_int;
        // SAFETY: a C string, and room for as many groups as it says.
        let status =
            unsafe { libc::getgrouplist(user.as_ptr().cast(), base, groups.as_mut_ptr(), &mut count) };
        if status != -1 {
            return id_list(&groups[..count as usize]);
        }
        if groups.len() > 1 << 20 {
            return Err(err::from_last_errno());
        }
        groups = vec![0; (count as usize).max(groups.len() * 2)];
    }
}

pub fn initgroups(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("initgroups", args.len(), 2, 2)?;
    let user = unicode::fs_converter(args[0])?;
    let group = gid(args[1])?;
    // SAFETY: the content of a bytes object ends with NUL.
    check(unsafe { libc::initgroups(bytes::as_slice(&user).as_ptr().cast(), group) }).map(drop)
}

pub fn getlogin(_module: &Object) -> Result<Obj> {
    // SAFETY: errno is per thread; the library's own string is used at once.
    unsafe {
        *libc::__errno_location() = 0;
        let name = libc::getlogin();
        if name.is_null() {
            return Err(match err::last_errno() {
                0 => err::os_error("unable to determine login name"),
                errno => os_error(errno),
            });
        }
        unicode::decode_fs(CStr::from_ptr(name).to_bytes())
    }
}

pub fn getsid(_module: &Object, pid: &Object) -> Result<c_int> {
    let pid = int(pid)?;
    // SAFETY: no precondition.
    check(unsafe { libc::getsid(pid) })
}

pub fn setsid(_module: &Object) -> Result<()> {
    // SAFETY: no precondition.
    check(unsafe { libc::setsid() }).map(drop)
}

pub fn getpgid(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [pid] = const { Signature::new("getpgid", ["pid"]) }.bind(args)?;
    let pid = int(or_none(pid))?;
    // SAFETY: no precondition.
    check(unsafe { libc::getpgid(pid) })
}

pub fn setpgid(_module: &Object, args: &[&Object]) -> Result<()> {
    check_count("setpgid", args.len(), 2, 2)?;
    let (pid, group) = (int(args[0])?, int(args[1])?);
    // SAFETY: no precondition.
    check(unsafe { libc::setpgid(pid, group) }).map(drop)
}

pub fn setpgrp(_module: &Object) -> Result<()> {
    // SAFETY: no precondition.
    check(unsafe { libc::setpgid(0, 0) }).map(drop)
}

// ---- waiting ------------------------------------------------------------------------------------------------------

fn status_pair(pid: c_int, status: c_int) -> Result<Obj> {
    tuple::pack([long::from_i64(pid.into())?, long::from_i64(status.into())?])
}

pub fn waitpid(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_count("waitpid", args.len(), 2, 2)?;
    let (pid, options) = (int(args[0])?, int(args[1])?);
    let mut status = 0;
    // SAFETY: a valid place for the result.
    let pid = retry(|| unsafe { libc::waitpid(pid, &mut status, options) })?.map_err(os_error)?;
    status_pair(pid, status)
}

pub fn wait(_module: &Object) -> Result<Obj> {
    let mut status = 0;
    // SAFETY: a valid place for the result.
    let pid = retry(|| unsafe { libc::wait(&mut status) })?.map_err(os_error)?;
    status_pair(pid, status)
}

fn wait_with_usage(pid: c_int, options: c_int) -> Result<Obj> {
    let mut status = 0;
    let mut usage = core::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: valid places for the results.
    let pid =
        retry(|| unsafe { libc::wait4(pid, &mut status, options, usage.as_mut_ptr()) })?.map_err(os_error)?;
    // SAFETY: zero where nothing was filled in.
    let usage = results::rusage(unsafe { usage.assume_init_ref() })?;
    tuple::pack([long::from_i64(pid.into())?, long::from_i64(status.into())?, usage])
}

pub fn wait3(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [options] = const { Signature::new("wait3", ["options"]) }.bind(args)?;
    wait_with_usage(-1, int(or_none(options))?)
}

pub fn wait4(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [pid, options] = const { Signature::new("wait4", ["pid", "options"]) }.bind(args)?;
    wait_with_usage(int(or_none(pid))?, int(or_none(options))?)
}

pub fn waitid(_module: &Object, args: &[&Object]) -> Result<Option<Obj>> {
    check_count("waitid", args.len(), 3, 3)?;
    let (kind, id, options) = (int(args[0])?, int(args[1])?, int(args[2])?);
    let mut info = core::mem::MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: a valid place for the result.
    retry(|| unsafe { libc::waitid(kind as libc::idtype_t, id as libc::id_t, info.as_mut_ptr(), options) })?
        .map_err(os_error)?;
    // SAFETY: zero, or filled by the call; the fields are those of a child's signal.
    unsafe {
        let info = info.assume_init_ref();
        if info.si_pid() == 0 {
            return Ok(None);
        }
        structseq::from_items(
            results::WAITID_RESULT.class(),
            [
                long::from_i64(info.si_pid().into()),
                from_id(info.si_uid()),
                long::from_i64(info.si_signo.into()),
                long::from_i64(info.si_status().into()),
                long::from_i64(info.si_code.into()),
            ],
        )
        .map(Some)
    }
}

/// Functions that take a wait status apart.
macro_rules! statuses {
    ($($name:ident -> $result:ty;)*) => {$(
        #[expect(non_snake_case, reason = "C's name")]
        pub fn $name(_module: &Object, args: Args<'_>) -> Result<$result> {
            let [status] = const { Signature::new(stringify!($name), ["status"]) }.bind(args)?;
            Ok(libc::$name(int(or_none(status))?))
        }
    )*};
}
statuses! {
    WIFCONTINUED -> bool; WIFSTOPPED -> bool; WIFSIGNALED -> bool; WIFEXITED -> bool;
    WEXITSTATUS -> c_int; WTERMSIG -> c_int; WSTOPSIG -> c_int;
}

#[expect(non_snake_case, reason = "C's name")]
pub fn WCOREDUMP(_module: &Object, status: &Object) -> Result<bool> {
    Ok(libc::WCOREDUMP(int(status)?))
}

pub fn waitstatus_to_exitcode(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [status] = const { Signature::new("waitstatus_to_exitcode", ["status"]) }.bind(args)?;
    let status = int(or_none(status))?;
    if libc::WIFEXITED(status) {
        return Ok(libc::WEXITSTATUS(status));
    }
    if libc::WIFSIGNALED(status) {
        return Ok(-libc::WTERMSIG(status));
    }
    Err(if libc::WIFSTOPPED(status) {
        err::value_error(format_args!("process stopped by delivery of signal {}", libc::WSTOPSIG(status)))
    } else {
        err::value_error(format_args!("invalid wait status: {status}"))
    })
}

// ---- times --------------------------------------------------------------------------------------------------------

pub fn times(_module: &Object) -> Result<Obj> {
    let mut used = libc::tms { tms_utime: 0, tms_stime: 0, tms_cutime: 0, tms_cstime: 0 };
    // SAFETY: errno is per thread; a valid place for the result.
    let elapsed = unsafe {
        *libc::__errno_location() = 0;
        libc::times(&mut used)
    };
    if elapsed == -1 {
        return Err(err::from_last_errno());
    }
    // SAFETY: no precondition.
    let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
    structseq::from_items(
        results::TIMES_RESULT.class(),
        [used.tms_utime, used.tms_stime, used.tms_cutime, used.tms_cstime, elapsed]
            .map(|time| float::from_f64(time as f64 / ticks)),
    )
}

pub fn system(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [command] = const { Signature::new("system", ["command"]) }.bind(args)?;
    let command = unicode::fs_converter(or_none(command))?;
    audit("os.system", [command.clone()])?;
    let text = bytes::as_slice(&command);
    // SAFETY: the content of a bytes object ends with NUL.
    Ok(krait_object::state::allow_threads(|| unsafe { libc::system(text.as_ptr().cast()) }))
}
