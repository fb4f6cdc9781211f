//! `resource`: limits and usage of the process.

use crate::support::{check_count, int, os_error, parse_int};
use core::ffi::c_int;
use krait_object::protocol::sequence;
use krait_object::types::typeobject::Type;
use krait_object::types::{exceptions, long, module, structseq, tuple};
use krait_object::{Layout, Obj, Object, Result, err, method};

krait_object::methods! {
    static METHODS = [
        method::o(c"getrusage", getrusage, c"getrusage($module, who, /)\n--\n\nWhat the process (RUSAGE_SELF), its children (RUSAGE_CHILDREN) or the thread (RUSAGE_THREAD)\nhas used."),
        method::o(c"getrlimit", getrlimit, c"getrlimit($module, resource, /)\n--\n\nThe soft and the hard limit of a resource."),
        method::varargs(c"prlimit", prlimit, c"prlimit(pid, resource, [limits]) -> (soft, hard)\n\nThe limits of any process, which are changed if new ones are given."),
        method::fastcall(c"setrlimit", setrlimit, c"setrlimit($module, resource, limits, /)\n--\n\nSets the soft and the hard limit of a resource."),
        method::noargs(c"getpagesize", |_: &Object| -> Result<i64> { Ok(page_size()) }, c"getpagesize($module, /)\n--\n\nThe size of a page of memory."),
    ];
}

#[rustfmt::skip]
const CONSTANTS: &[(&str, i64)] = &[
    ("RLIMIT_CPU", 0), ("RLIMIT_FSIZE", 1), ("RLIMIT_DATA", 2), ("RLIMIT_STACK", 3), ("RLIMIT_CORE", 4),
    ("RLIMIT_NOFILE", 7), ("RLIMIT_OFILE", 7), ("RLIMIT_AS", 9), ("RLIMIT_RSS", 5), ("RLIMIT_NPROC", 6),
    ("RLIMIT_MEMLOCK", 8), ("RLIMIT_MSGQUEUE", 12), ("RLIMIT_NICE", 13), ("RLIMIT_RTPRIO", 14),
    ("RLIMIT_RTTIME", 15), ("RLIMIT_SIGPENDING", 11), ("RUSAGE_SELF", 0), ("RUSAGE_CHILDREN", -1),
    ("RUSAGE_THREAD", 1), ("RLIM_INFINITY", -1),
];

/// How many resources have limits.
const RESOURCES: c_int = 16;

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    module::add(this, "error", exceptions::OSError())?;
    module::add(this, "struct_rusage", usage_class()?.object())?;
    crate::support::add_ints(this, CONSTANTS)
}

#[rustfmt::skip]
static FIELDS: structseq::Description = structseq::Description {
    name: c"resource.struct_rusage",
    doc: c"struct_rusage: Result from getrusage.\n\nA tuple of the numbers that getrusage(2) gives, whose items are also attributes.",
    fields: &[
        (c"ru_utime", c"user time used"), (c"ru_stime", c"system time used"), (c"ru_maxrss", c"max. resident set size"),
        (c"ru_ixrss", c"shared memory size"), (c"ru_idrss", c"unshared data size"), (c"ru_isrss", c"unshared stack size"),
        (c"ru_minflt", c"page faults not requiring I/O"), (c"ru_majflt", c"page faults requiring I/O"),
        (c"ru_nswap", c"number of swap outs"), (c"ru_inblock", c"block input operations"),
        (c"ru_oublock", c"block output operations"), (c"ru_msgsnd", c"IPC messages sent"),
        (c"ru_msgrcv", c"IPC messages received"), (c"ru_nsignals", c"signals received"),
        (c"ru_nvcsw", c"voluntary context switches"), (c"ru_nivcsw", c"involuntary context switches"),
    ],
    visible: 16,
};

static mut USAGE: krait_abi::PyTypeObject = krait_object::payload::EMPTY_TYPE;

fn usage_class() -> Result<&'static Type> {
    // SAFETY: a static type, zeroed at first.
    unsafe { crate::support::ready_structseq(&raw mut USAGE, &FIELDS) }
}

fn getrusage(_module: &Object, who: &Object) -> Result<Obj> {
    let who = int(who)?;
    // SAFETY: plain numbers.
    let mut usage: libc::rusage = unsafe { core::mem::zeroed() };
    // SAFETY: valid memory.
    if unsafe { libc::getrusage(who, &mut usage) } == -1 {
        return Err(match err::last_errno() {
            libc::EINVAL => err::value_error("invalid who parameter"),
            errno => os_error(errno),
        });
    }
    crate::support::resource_usage(usage_class()?, &usage)
}

fn check_resource(resource: c_int) -> Result<()> {
    if (0..RESOURCES).contains(&resource) {
        Ok(())
    } else {
        Err(err::value_error("invalid resource specified"))
    }
}

/// A soft and a hard limit from a sequence of two.
fn read_limits(given: &Object) -> Result<libc::rlimit> {
    let pair = sequence::tuple(given)?;
    let &[soft, hard] = tuple::items(&pair) else {
        return Err(err::value_error("expected a tuple of 2 integers"));
    };
    let one = |limit: &Object| long::as_long(limit).map(|limit| limit as u64);
    Ok(libc::rlimit { rlim_cur: one(soft)?, rlim_max: one(hard)? })
}

fn show_limits(limits: libc::rlimit) -> Result<Obj> {
    tuple::pack([long::from_i64(limits.rlim_cur as i64)?, long::from_i64(limits.rlim_max as i64)?])
}

fn getrlimit(_module: &Object, resource: &Object) -> Result<Obj> {
    let resource = int(resource)?;
    check_resource(resource)?;
    let mut limits = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: valid memory.
    crate::support::check(unsafe { libc::getrlimit(resource as u32, &mut limits) })?;
    show_limits(limits)
}

/// The exception for limits that the system refuses.
#[cold]
fn refused(errno: c_int) -> krait_object::Raised {
    match errno {
        libc::EINVAL => err::value_error("current limit exceeds maximum limit"),
        libc::EPERM => err::value_error("not allowed to raise maximum limit"),
        errno => os_error(errno),
    }
}

fn setrlimit(_module: &Object, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional("setrlimit", args.len(), 2, 2)?;
    let resource = int(args[0])?;
    check_resource(resource)?;
    let given = long::from_i64(resource.into())?;
    crate::support::audit("resource.setrlimit", [given, args[1].owned()])?;
    let limits = read_limits(args[1])?;
    // SAFETY: valid limits.
    if unsafe { libc::setrlimit(resource as u32, &limits) } == -1 {
        return Err(refused(err::last_errno()));
    }
    Ok(())
}

fn prlimit(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    if !(2..=3).contains(&args.len()) {
        return Err(err::type_error("resource.prlimit requires 2 to 3 arguments"));
    }
    check_count("prlimit", args.len(), 2, 3)?;
    let (pid, resource) = (parse_int(args[0])?, parse_int(args[1])?);
    check_resource(resource)?;
    let new = args.get(2).map(|limits| read_limits(limits)).transpose()?;
    let place = new.as_ref().map_or(core::ptr::null(), core::ptr::from_ref);
    let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: valid memory; NULL for limits that stay.
    if unsafe { libc::prlimit(pid, resource as u32, place, &mut old) } == -1 {
        return Err(match err::last_errno() {
            libc::EINVAL => err::value_error("current limit exceeds maximum limit"),
            errno => os_error(errno),
        });
    }
    show_limits(old)
}

fn page_size() -> i64 {
    // SAFETY: no precondition.
    unsafe { libc::sysconf(libc::_SC_PAGESIZE) }
}
