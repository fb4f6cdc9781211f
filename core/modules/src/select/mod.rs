//! `select`: waiting for several descriptors.

mod epoll;
mod poll;

use crate::pytime::{self, PyTime, Round};
use crate::support::{as_file_descriptor, blocking, check_signals, os_error};
use core::ffi::c_int;
use krait_object::args::check_positional;
use krait_object::protocol::{object, sequence};
use krait_object::types::typeobject::Type;
use krait_object::types::{exceptions, list, module, none, tuple};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `select`
    init: PyInit_select, name: c"select",
    doc: c"Waiting for input and output on several descriptors.\n\nselect() takes three lists of descriptors, poll() makes an object that remembers them,\nand epoll one that the kernel remembers.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"select", select, c"select($module, rlist, wlist, xlist, timeout=None, /)\n--\n\nWaits until a descriptor is ready.\n\nThe first three arguments are sequences of descriptors, or objects that have a method\nfileno(), to be waited for:\n\n  rlist -- until they can be read\n  wlist -- until they can be written\n  xlist -- until something exceptional happens to them\n\nThe fourth is a time in seconds after which to give up; None means never. The result is\nthree lists of those that are ready."),
        method::noargs(c"poll", poll::new, c"poll($module, /)\n--\n\nAn object to register descriptors with, which can then be waited for."),
    ];
}

#[rustfmt::skip]
static CONSTANTS: &[(&str, i64)] = &[
    ("EPOLLERR", 8), ("EPOLLET", 2147483648), ("EPOLLEXCLUSIVE", 268435456), ("EPOLLHUP", 16),
    ("EPOLLIN", 1), ("EPOLLMSG", 1024), ("EPOLLONESHOT", 1073741824), ("EPOLLOUT", 4), ("EPOLLPRI", 2),
    ("EPOLLRDBAND", 128), ("EPOLLRDHUP", 8192), ("EPOLLRDNORM", 64), ("EPOLLWRBAND", 512),
    ("EPOLLWRNORM", 256), ("EPOLL_CLOEXEC", 524288), ("PIPE_BUF", 4096), ("POLLERR", 8), ("POLLHUP", 16),
    ("POLLIN", 1), ("POLLMSG", 1024), ("POLLNVAL", 32), ("POLLOUT", 4), ("POLLPRI", 2),
    ("POLLRDBAND", 128), ("POLLRDHUP", 8192), ("POLLRDNORM", 64), ("POLLWRBAND", 512), ("POLLWRNORM", 256),
];

fn exec(this: &Object) -> Result<()> {
    crate::support::add_ints(this, CONSTANTS)?;
    module::add(this, "error", exceptions::OSError())?;
    poll::POLL.make()?;
    module::add(this, "epoll", epoll::EPOLL.make()?.object())
}

/// A timeout in seconds or milliseconds; the error of a wrong type has its own text.
fn timeout(
    given: &Object,
    convert: fn(&Object, Round) -> Result<PyTime>,
    round: Round,
    wanted: &str,
) -> Result<PyTime> {
    convert(given, round).inspect_err(|_| {
        if err::matches(exceptions::TypeError()) {
            let _ = err::type_error(format_args!("timeout must be {wanted}"));
        }
    })
}

/// Calls a function of the system that waits for so many milliseconds; again for what is left when a signal has come.
fn retried(mut wait: c_int, deadline: Option<PyTime>, call: impl Fn(c_int) -> c_int) -> Result<c_int> {
    loop {
        match blocking(|| call(wait)) {
            Ok(found) => return Ok(found),
            Err(libc::EINTR) => check_signals()?,
            Err(errno) => return Err(os_error(errno)),
        }
        if let Some(deadline) = deadline {
            let left = deadline - pytime::monotonic_clock();
            if left < 0 {
                return Ok(0);
            }
            wait = pytime::as_milliseconds(left, Round::Ceiling) as c_int;
        }
    }
}

/// A set of descriptors and the objects they came from.
struct Watched {
    set: libc::fd_set,
    objects: Vec<(c_int, Obj)>,
}

impl Watched {
    fn new(given: &Object) -> Result<Watched> {
        // SAFETY: plain data, for which zero is valid.
        let mut watched = Watched { set: unsafe { core::mem::zeroed() }, objects: Vec::new() };
        let items = sequence::fast(given, "arguments 1-3 must be sequences")?;
        // The list may be changed by fileno().
        let mut index = 0;
        while index < object::len(&items)? {
            let item = sequence::get_item(&items, index as isize)?;
            let fd = as_file_descriptor(&item)?;
            if fd as usize >= libc::FD_SETSIZE {
                return Err(err::value_error("filedescriptor out of range in select()"));
            }
            if index >= libc::FD_SETSIZE {
                return Err(err::value_error("too many file descriptors in select()"));
            }
            // SAFETY: within the set.
            unsafe { libc::FD_SET(fd, &mut watched.set) };
            watched.objects.push((fd, item));
            index += 1;
        }
        Ok(watched)
    }

    fn highest(&self) -> c_int {
        self.objects.iter().map(|(fd, _)| *fd).max().unwrap_or(-1)
    }

    /// The objects whose descriptors are in the set that the system has left.
    fn ready(&self, set: &libc::fd_set) -> Result<Obj> {
        let result = list::new()?;
        for (fd, item) in &self.objects {
            // SAFETY: within the set.
            if unsafe { libc::FD_ISSET(*fd, set) } {
                result.append(item)?;
            }
        }
        Ok(result.upcast())
    }
}

fn select(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("select", args.len(), 3, 4)?;
    let given = args.get(3).copied().unwrap_or(none::none());
    let mut left = match given.is_none() {
        true => None,
        false => {
            let time = timeout(given, pytime::from_seconds_object, pytime::TIMEOUT, "a float or None")?;
            if time < 0 {
                return Err(err::value_error("timeout must be non-negative"));
            }
            Some(time)
        }
    };
    let watched = [Watched::new(args[0])?, Watched::new(args[1])?, Watched::new(args[2])?];
    let count = watched.iter().map(Watched::highest).max().unwrap_or(-1) + 1;
    let deadline = left.map(|left| pytime::monotonic_clock().saturating_add(left));
    loop {
        let mut sets = watched.each_ref().map(|watched| watched.set);
        let [r, w, x] = &mut sets;
        let mut wait = left.map(|left| pytime::as_timeval(left, pytime::TIMEOUT));
        let wait = wait.as_mut().map_or(core::ptr::null_mut(), |wait| wait as *mut libc::timeval);
        // SAFETY: valid sets and a valid timeout or NULL.
        match crate::support::blocking(|| unsafe { libc::select(count, r, w, x, wait) }) {
            Ok(_) => {
                return tuple::pack([
                    watched[0].ready(&sets[0])?,
                    watched[1].ready(&sets[1])?,
                    watched[2].ready(&sets[2])?,
                ]);
            }
            Err(libc::EINTR) => check_signals()?,
            Err(errno) => return Err(os_error(errno)),
        }
        if let Some(deadline) = deadline {
            let time = deadline - pytime::monotonic_clock();
            if time < 0 {
                let empty = || list::new().map(|list| list.upcast());
                return tuple::pack([empty()?, empty()?, empty()?]);
            }
            left = Some(time);
        }
    }
}

/// Milliseconds as the system wants them.
fn milliseconds(time: PyTime, round: Round) -> Result<c_int> {
    c_int::try_from(pytime::as_milliseconds(time, round))
        .map_err(|_| err::overflow_error("timeout is too large"))
}

/// The class's refusal to be called.
fn no_instances(class: &Type) -> Result<Obj> {
    Err(err::type_error(format_args!("Cannot create '{:.200}' instances", class.short_name())))
}
