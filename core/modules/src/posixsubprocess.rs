//! `_posixsubprocess`: starting programs for the module `subprocess`.
//!
//! Between `fork` and `exec` the child may be the copy of a process with many threads: unless there is a Python function to
//! be called, it calls nothing but what may be called from a signal handler, and it allocates no memory.

use crate::fileutils;
use crate::posix::{fork, path};
use crate::support::{check_count, int, os_error};
use core::ffi::{CStr, c_char, c_int};
use krait_object::protocol::{call, object, sequence};
use krait_object::types::{bytes, list, long, tuple, unicode};
use krait_object::{Obj, Object, Result, err, interpreter, method, native_module, state};

native_module! {
    /// `_posixsubprocess`
    init: PyInit__posixsubprocess, name: c"_posixsubprocess",
    doc: c"What the module subprocess is built on.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::varargs(c"fork_exec", fork_exec, c"fork_exec(args, executable_list, close_fds, pass_fds, cwd, env,\n          p2cread, p2cwrite, c2pread, c2pwrite,\n          errread, errwrite, errpipe_read, errpipe_write,\n          restore_signals, call_setsid,\n          gid, groups_list, uid,\n          preexec_fn)\n\nForks, prepares the child's descriptors, identities and signals as the arguments say,\ncalls preexec_fn in it, and runs the first program of executable_list that can be run.\nErrors are written to errpipe_write. Returns the child's number.\n\nOnly the parent returns. preexec_fn is a source of deadlocks where there are threads."),
    ];
}

fn exec(_this: &Object) -> Result<()> {
    Ok(())
}

/// Strings that are kept, and an array of pointers to them that ends with NULL.
struct Strings {
    _kept: Vec<Obj>,
    pointers: Vec<*const c_char>,
}

impl Strings {
    fn of(kept: Vec<Obj>) -> Strings {
        let mut pointers: Vec<*const c_char> =
            // The content of a bytes object is followed by a NUL.
            kept.iter().map(|text| bytes::as_slice(text).as_ptr().cast()).collect();
        pointers.push(core::ptr::null());
        Strings { _kept: kept, pointers }
    }

    /// From a sequence of bytes objects.
    fn from_bytes(given: &Object) -> Result<Strings> {
        let count = object::len(given)?;
        // What no memory can hold is not worth beginning.
        if count >= isize::MAX as usize / size_of::<*const c_char>() {
            return Err(err::no_memory());
        }
        let mut kept = Vec::new();
        for index in 0..count {
            let item = sequence::get_item(given, index as isize)?;
            if !bytes::check(&item) {
                return Err(err::type_error(format_args!(
                    "expected bytes, {:.200} found",
                    item.class_of().name()
                )));
            }
            crate::support::check_no_nul(&item)?;
            kept.push(item);
        }
        Ok(Strings::of(kept))
    }

    /// From a sequence of paths.
    fn from_paths(given: &Object) -> Result<Strings> {
        let items = sequence::fast(given, "argv must be a tuple")?;
        let count = object::len(&items)?;
        let mut kept = Vec::with_capacity(count);
        for index in 0..count {
            if object::len(&items)? != count {
                return Err(err::runtime_error("args changed during iteration"));
            }
            let item = sequence::get_item(&items, index as isize)?;
            kept.push(unicode::fs_converter(&item)?);
        }
        Ok(Strings::of(kept))
    }
}

/// The descriptors that stay open: a sorted tuple of numbers.
fn kept_descriptors(given: &Object) -> Result<Vec<c_int>> {
    let mut kept = Vec::with_capacity(tuple::items(given).len());
    for item in tuple::items(given) {
        let fd = if long::check(item) {
            long::as_i64_opt(item).and_then(|fd| c_int::try_from(fd).ok())
        } else {
            None
        };
        match fd {
            Some(fd) if fd >= 0 && kept.last().is_none_or(|&last| fd > last) => kept.push(fd),
            _ => return Err(err::value_error("bad value(s) in fds_to_keep")),
        }
    }
    Ok(kept)
}

/// What the child does.
struct Child {
    programs: Strings,
    argv: Option<Strings>,
    envp: Option<Strings>,
    directory: Option<Obj>,
    close_fds: bool,
    kept: Vec<c_int>,
    /// `p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write`
    pipes: [c_int; 8],
    restore_signals: bool,
    setsid: bool,
    gid: Option<libc::gid_t>,
    groups: Option<Vec<libc::gid_t>>,
    uid: Option<libc::uid_t>,
    umask: c_int,
    function: Option<Obj>,
}

fn group_list(given: &Object) -> Result<Vec<libc::gid_t>> {
    if !list::check(given) {
        return Err(err::type_error("setgroups argument must be a list"));
    }
    let count = object::len(given)?;
    if count > 65536 {
        return Err(err::value_error("too many groups"));
    }
    let mut groups = Vec::with_capacity(count);
    for index in 0..count {
        let item = sequence::get_item(given, index as isize)?;
        if !long::check(&item) {
            return Err(err::type_error("groups must be integers"));
        }
        let Ok(group) = path::gid(&item) else {
            return Err(err::value_error("invalid group id"));
        };
        groups.push(group);
    }
    Ok(groups)
}

impl Child {
    fn parse(args: &[&Object]) -> Result<Child> {
        let close_fds = object::is_true(args[2])?;
        if !tuple::check(args[3]) {
            return Err(crate::support::wrong_type("fork_exec", 4, "tuple", args[3]));
        }
        let mut pipes = [0; 8];
        for (pipe, arg) in pipes.iter_mut().zip(&args[6..14]) {
            *pipe = int(arg)?;
        }
        let (restore_signals, setsid) = (int(args[14])? != 0, int(args[15])? != 0);
        let umask = int(args[19])?;
        let some =
            |given: &Object| if given.is_none() { None } else { Some(krait_object::Layout::owned(given)) };
        let function = some(args[20]);
        if function.is_some() && state::interp() != interpreter::main() {
            return Err(err::runtime_error("preexec_fn not supported within subinterpreters"));
        }
        if close_fds && pipes[7] < 3 {
            return Err(err::value_error("errpipe_write must be >= 3"));
        }
        let kept = kept_descriptors(args[3])?;
        let programs = Strings::from_bytes(args[1])?;
        let argv = if args[0].is_none() { None } else { Some(Strings::from_paths(args[0])?) };
        let envp = if args[5].is_none() { None } else { Some(Strings::from_bytes(args[5])?) };
        let directory = if args[4].is_none() { None } else { Some(unicode::fs_converter(args[4])?) };
        let groups = if args[17].is_none() { None } else { Some(group_list(args[17])?) };
        let gid = if args[16].is_none() { None } else { Some(path::gid(args[16])?) };
        let uid = if args[18].is_none() { None } else { Some(path::uid(args[18])?) };
        Ok(Child {
            programs,
            argv,
            envp,
            directory,
            close_fds,
            kept,
            pipes,
            restore_signals,
            setsid,
            gid,
            groups,
            uid,
            umask,
            function,
        })
    }
}

fn fork_exec(_module: &Object, args: &Object) -> Result<c_int> {
    let args = tuple::items(args);
    check_count("fork_exec", args.len(), 21, 21)?;
    let child = Child::parse(args)?;
    // A collection in the child could run destructors before the program starts.
    let resume = match child.function {
        Some(_) => pause_collector()?,
        None => None,
    };
    if child.function.is_some() {
        fork::before_fork();
    }
    // SAFETY: the child calls what may be called after a fork, and ends with exec or _exit.
    let (pid, errno) = unsafe {
        let pid = libc::fork();
        if pid == 0 {
            if child.function.is_some() {
                fork::after_fork_child();
            }
            run(&child);
            libc::_exit(255);
        }
        (pid, err::last_errno())
    };
    if child.function.is_some() {
        fork::after_fork_parent();
    }
    if let Some(module) = resume {
        call::call_method_str(&module, "enable", &[])?;
    }
    if pid == -1 { Err(os_error(errno)) } else { Ok(pid) }
}

/// Stops the collector through the `gc` module, as somebody may have put other functions there; gives the module if the
/// collector was on.
fn pause_collector() -> Result<Option<Obj>> {
    let module = krait_vm::import::import_module("gc")?;
    let enabled = call::call_method_str(&module, "isenabled", &[])?;
    if !object::is_true(&enabled)? {
        return Ok(None);
    }
    call::call_method_str(&module, "disable", &[])?;
    Ok(Some(module))
}

/// How far the child has come when something fails: a program that cannot be run is another matter.
enum Failure {
    Errno { errno: c_int, before_exec: bool },
    Message(&'static [u8]),
}

/// The child's life; returns when nothing could be run.
fn run(child: &Child) {
    let failure = match prepare(child) {
        Ok(()) => run_program(child),
        Err(failure) => failure,
    };
    report(child.pipes[7], &failure);
}

/// Tells the parent what went wrong: `ExceptionName:hex errno:message`.
fn report(pipe: c_int, failure: &Failure) {
    let write = |text: &[u8]| {
        // SAFETY: readable bytes.
        let _ = unsafe { fileutils::write_noraise(pipe, text.as_ptr(), text.len()) };
    };
    match failure {
        Failure::Errno { errno, before_exec } => {
            write(b"OSError:");
            let mut digits = [0u8; 8];
            let mut at = digits.len();
            let mut rest = *errno as u32;
            while rest != 0 && at > 0 {
                at -= 1;
                digits[at] = b"0123456789ABCDEF"[(rest % 16) as usize];
                rest /= 16;
            }
            write(&digits[at..]);
            write(b":");
            if *before_exec {
                write(b"noexec");
            }
        }
        Failure::Message(message) => {
            write(b"SubprocessError:0:");
            write(message);
        }
    }
}

/// Everything before the program runs.
fn prepare(child: &Child) -> core::result::Result<(), Failure> {
    let fail = |_: c_int| Failure::Errno { errno: err::last_errno(), before_exec: true };
    let check = |status: c_int| if status == -1 { Err(fail(status)) } else { Ok(status) };
    let [p2cread, p2cwrite, c2pread, mut c2pwrite, errread, mut errwrite, errpipe_read, errpipe_write] =
        child.pipes;
    // SAFETY: system calls that may be made after a fork.
    unsafe {
        for &fd in child.kept.iter().filter(|&&fd| fd != errpipe_write) {
            fileutils::set_inheritable_noraise(fd, true)
                .map_err(|errno| Failure::Errno { errno, before_exec: true })?;
        }
        // The parent's ends.
        for fd in [p2cwrite, c2pread, errread] {
            if fd != -1 {
                check(libc::close(fd))?;
            }
        }
        check(libc::close(errpipe_read))?;
        // Ends that have the numbers of other standard streams move out of the way.
        if c2pwrite == 0 {
            c2pwrite = check(libc::fcntl(c2pwrite, libc::F_DUPFD_CLOEXEC, 0))?;
        }
        while errwrite == 0 || errwrite == 1 {
            errwrite = check(libc::fcntl(errwrite, libc::F_DUPFD_CLOEXEC, 0))?;
        }
        for (fd, wanted) in [(p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
            if fd == wanted {
                fileutils::set_inheritable_noraise(fd, true)
                    .map_err(|errno| Failure::Errno { errno, before_exec: true })?;
            } else if fd != -1 {
                check(libc::dup2(fd, wanted))?;
            }
        }
        if let Some(directory) = &child.directory {
            check(libc::chdir(bytes::as_slice(directory).as_ptr().cast()))?;
        }
        if child.umask >= 0 {
            libc::umask(child.umask as libc::mode_t);
        }
        if child.restore_signals {
            crate::signal::restore_signals();
        }
        if child.setsid {
            check(libc::setsid())?;
        }
        if let Some(groups) = &child.groups {
            check(libc::setgroups(groups.len(), groups.as_ptr()))?;
        }
        if let Some(gid) = child.gid {
            check(libc::setregid(gid, gid))?;
        }
        if let Some(uid) = child.uid {
            check(libc::setreuid(uid, uid))?;
        }
    }
    if let Some(function) = &child.function
        && call::call0(function).is_err()
    {
        // Its text would need memory.
        return Err(Failure::Message(b"Exception occurred in preexec_fn."));
    }
    if child.close_fds {
        // After the function, which may open some.
        close_others(&child.kept);
    }
    Ok(())
}

/// Runs the first program that can be run.
fn run_program(child: &Child) -> Failure {
    let mut first = 0;
    let argv = child.argv.as_ref().map_or(core::ptr::null(), |argv| argv.pointers.as_ptr());
    for &program in child.programs.pointers.iter().take_while(|program| !program.is_null()) {
        // SAFETY: C strings that are kept.
        unsafe {
            match &child.envp {
                Some(envp) => libc::execve(program, argv, envp.pointers.as_ptr()),
                None => libc::execv(program, argv),
            };
        }
        let errno = err::last_errno();
        if errno != libc::ENOENT && errno != libc::ENOTDIR && first == 0 {
            first = errno;
        }
    }
    Failure::Errno { errno: if first != 0 { first } else { err::last_errno() }, before_exec: false }
}

// ---- closing what the child does not need -------------------------------------------------------------------------

/// The lowest descriptor that is closed.
const FIRST: c_int = 3;

/// Closes all descriptors from 3 on but those in a sorted list.
fn close_others(kept: &[c_int]) {
    if !close_listed(kept) {
        close_all(kept);
    }
}

/// Closes what the kernel lists as open; false when there is no list. `getdents64` into a buffer on the stack, as the C
/// library's `readdir` allocates memory.
fn close_listed(kept: &[c_int]) -> bool {
    #[repr(C, align(8))]
    struct Buffer([u8; 4096]);
    const NAME: usize = 19;
    let mut buffer = Buffer([0; 4096]);
    // SAFETY: system calls that may be made after a fork; records are read within what the kernel has written.
    unsafe {
        let directory = libc::open(c"/proc/self/fd".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if directory < 0 {
            return false;
        }
        loop {
            let length = libc::syscall(libc::SYS_getdents64, directory, buffer.0.as_mut_ptr(), buffer.0.len())
                as isize;
            if length <= 0 {
                break;
            }
            let mut at = 0;
            while at < length as usize {
                let record = buffer.0.as_ptr().add(at);
                let size = record.add(16).cast::<u16>().read_unaligned() as usize;
                let name = CStr::from_ptr(record.add(NAME).cast());
                at += size;
                if let Some(fd) = decimal(name.to_bytes())
                    && fd >= FIRST
                    && fd != directory
                    && kept.binary_search(&fd).is_err()
                {
                    libc::close(fd);
                }
            }
        }
        libc::close(directory);
    }
    true
}

/// A descriptor's number from its name.
fn decimal(name: &[u8]) -> Option<c_int> {
    let mut number: c_int = 0;
    for &digit in name {
        if !digit.is_ascii_digit() {
            return None;
        }
        number = number.checked_mul(10)?.checked_add(c_int::from(digit - b'0'))?;
    }
    if name.is_empty() { None } else { Some(number) }
}

/// Closes everything that might be open.
fn close_all(kept: &[c_int]) {
    // SAFETY: system calls that may be made after a fork.
    unsafe {
        let limit = match libc::sysconf(libc::_SC_OPEN_MAX) {
            limit if limit > 0 => limit.min(1 << 20) as c_int,
            _ => 256,
        };
        for fd in FIRST..limit {
            if kept.binary_search(&fd).is_err() {
                libc::close(fd);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (name, number) in
            [(&b"0"[..], Some(0)), (b"123", Some(123)), (b"", None), (b".", None), (b"99999999999", None)]
        {
            assert_eq!(decimal(name), number);
        }
    }

    #[test]
    fn reports() {
        let mut pipe = [0; 2];
        // SAFETY: room for two descriptors, which are ours.
        let text = unsafe {
            assert_eq!(libc::pipe(pipe.as_mut_ptr()), 0);
            report(pipe[1], &Failure::Errno { errno: 0x2a, before_exec: true });
            libc::close(pipe[1]);
            let mut text = [0u8; 64];
            let n = libc::read(pipe[0], text.as_mut_ptr().cast(), text.len());
            libc::close(pipe[0]);
            text[..n as usize].to_vec()
        };
        assert_eq!(text, b"OSError:2A:noexec");
    }
}
