//! `select.epoll`

use super::{milliseconds, retried, timeout};
use crate::pytime;
use crate::support::{as_file_descriptor, int, not_none, os_error, unsigned_mask};
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::args::{Args, Signature, check_positional};
use krait_object::payload::{self, Head, Payload};
use krait_object::types::typeobject::Type;
use krait_object::types::{list, long, none, tuple};
use krait_object::{Layout, Obj, Object, Raised, Result, err, heap_type, method, payload_class, slot};

/// A set of descriptors that the kernel watches.
#[repr(C)]
pub struct Epoll {
    head: Head,
    /// -1 once it is closed.
    fd: Cell<c_int>,
}

heap_type! {
    /// `select.epoll`
    pub static EPOLL = {
        tp_name: c"select.epoll".as_ptr(),
        tp_basicsize: size_of::<Epoll>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Epoll>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"select.epoll(sizehint=-1, flags=0)\n\nA set of descriptors that the kernel watches.\n\nsizehint is a positive number or -1 and tells the kernel how many descriptors to expect;\nflags are of no use, as the close-on-exec flag is always set.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(tp_new),
    };
}
payload_class!(Epoll, heap EPOLL);
impl Payload for Epoll {}

impl Drop for Epoll {
    fn drop(&mut self) {
        let _ = self.close();
    }
}

krait_object::methods! {
    static METHODS = [
        method::with_flags(method::o(c"fromfd", fromfd, c"fromfd($type, fd, /)\n--\n\nAn epoll object for an open descriptor of that kind."), METH_CLASS as c_int),
        method::noargs(c"close", close, c"close($self, /)\n--\n\nCloses the descriptor; after that nothing else can be done."),
        method::noargs(c"fileno", fileno, c"fileno($self, /)\n--\n\nThe descriptor."),
        method::keywords(c"modify", modify, c"modify($self, /, fd, eventmask)\n--\n\nChanges what is waited for on a descriptor.\n\n  fd\n    the descriptor\n  eventmask\n    what to wait for"),
        method::keywords(c"register", register, c"register($self, /, fd,\n         eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)\n--\n\nRegisters a descriptor; OSError when it is registered already.\n\n  fd\n    the descriptor\n  eventmask\n    what to wait for"),
        method::keywords(c"unregister", unregister, c"unregister($self, /, fd)\n--\n\nForgets a descriptor.\n\n  fd\n    the descriptor"),
        method::keywords(c"poll", poll, c"poll($self, /, timeout=None, maxevents=-1)\n--\n\nWaits for the registered descriptors.\n\n  timeout\n    the time in seconds after which to give up; None or -1 means never\n  maxevents\n    how many events to tell at most; -1 means no limit\n\nThe result is a list of (descriptor, events)."),
        method::noargs(c"__enter__", enter, c"__enter__($self, /)\n--\n\n"),
        method::fastcall(c"__exit__", exit, c"__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)\n--\n\n"),
    ];
}

krait_object::getsets! {
    static GETSETS = [method::getter(c"closed", closed, c"True if the epoll handler is closed")];
}

fn make(class: &Type, fd: c_int) -> Result<Obj> {
    let new = payload::new(class, |head| Epoll { head, fd: Cell::new(fd) })?;
    Ok(new.upcast())
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [size, flags] =
        const { Signature::new("epoll", ["sizehint", "flags"]).required(0) }.bind_tuple(args, kw)?;
    let size = crate::support::int_or(size, -1)?;
    let flags = crate::support::int_or(flags, 0)?;
    if size != -1 && size <= 0 {
        return Err(err::value_error("negative sizehint"));
    }
    if flags != 0 && flags != libc::EPOLL_CLOEXEC {
        return Err(err::os_error("invalid flags"));
    }
    // SAFETY: no precondition.
    let fd =
        crate::support::blocking(|| unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) }).map_err(os_error)?;
    make(class, fd)
}

fn fromfd(class: &Object, fd: &Object) -> Result<Obj> {
    let fd = int(fd)?;
    match class.downcast::<Type>() {
        Some(class) => make(class, fd),
        None => Err(err::bad_internal_call()),
    }
}

#[cold]
fn closed_error() -> Raised {
    err::value_error("I/O operation on closed epoll object")
}

impl Epoll {
    fn open_fd(&self) -> Result<c_int> {
        match self.fd.get() {
            fd if fd < 0 => Err(closed_error()),
            fd => Ok(fd),
        }
    }

    fn close(&self) -> core::result::Result<(), c_int> {
        let fd = self.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        // SAFETY: a descriptor of ours.
        let close = || unsafe { if libc::close(fd) < 0 { Err(err::last_errno()) } else { Ok(()) } };
        if krait_object::state::current().is_null() {
            close()
        } else {
            krait_object::state::allow_threads(close)
        }
    }

    fn control(&self, operation: c_int, fd: &Object, events: u32) -> Result<()> {
        let own = self.open_fd()?;
        let fd = as_file_descriptor(fd)?;
        let mut event = libc::epoll_event { events, u64: fd as u64 };
        // SAFETY: a valid event.
        crate::support::blocking(|| unsafe { libc::epoll_ctl(own, operation, fd, &mut event) })
            .map_err(os_error)
            .map(drop)
    }
}

fn close(this: &Epoll) -> Result<()> {
    this.close().map_err(os_error)
}

fn closed(this: &Epoll) -> Result<bool> {
    Ok(this.fd.get() < 0)
}

fn fileno(this: &Epoll) -> Result<c_int> {
    this.open_fd()
}

fn register(this: &Epoll, args: Args<'_>) -> Result<()> {
    let [fd, events] = const { Signature::new("register", ["fd", "eventmask"]).required(1) }.bind(args)?;
    let default = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;
    let events = events.map_or(Ok(default), event_mask)?;
    this.control(libc::EPOLL_CTL_ADD, fd.unwrap_or(none::none()), events)
}

fn event_mask(given: &Object) -> Result<u32> {
    if !long::check(given) && !krait_object::protocol::number::index_check(given) {
        return Err(err::type_error(format_args!(
            "an integer is required (got type {})",
            given.class_of().name()
        )));
    }
    unsigned_mask(given)
}

fn modify(this: &Epoll, args: Args<'_>) -> Result<()> {
    let [fd, events] = const { Signature::new("modify", ["fd", "eventmask"]) }.bind(args)?;
    let events = event_mask(events.unwrap_or(none::none()))?;
    this.control(libc::EPOLL_CTL_MOD, fd.unwrap_or(none::none()), events)
}

fn unregister(this: &Epoll, args: Args<'_>) -> Result<()> {
    let [fd] = const { Signature::new("unregister", ["fd"]) }.bind(args)?;
    this.control(libc::EPOLL_CTL_DEL, fd.unwrap_or(none::none()), 0)
}

fn poll(this: &Epoll, args: Args<'_>) -> Result<Obj> {
    let [given, max] = const { Signature::new("poll", ["timeout", "maxevents"]).required(0) }.bind(args)?;
    let max = crate::support::int_or(max, -1)?;
    let fd = this.open_fd()?;
    let mut wait = -1;
    let mut deadline = None;
    if let Some(given) = not_none(given) {
        let time = timeout(given, pytime::from_seconds_object, pytime::TIMEOUT, "an integer or None")?;
        wait = milliseconds(time, pytime::Round::Ceiling)?.max(-1);
        if time >= 0 {
            deadline = Some(pytime::monotonic_clock().saturating_add(time));
        }
    }
    let max = match max {
        -1 => libc::FD_SETSIZE - 1,
        max if max < 1 => {
            return Err(err::value_error(format_args!("maxevents must be greater than 0, got {max}")));
        }
        max => max as usize,
    };
    let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; max];
    let start = events.as_mut_ptr();
    // SAFETY: room for as many events as it says.
    let found = retried(wait, deadline, |wait| unsafe { libc::epoll_wait(fd, start, max as c_int, wait) })?;
    let result = list::new()?;
    for event in &events[..found as usize] {
        let (fd, mask) = (event.u64 as c_int, event.events);
        result.push(tuple::pack([long::from_i64(fd.into())?, long::from_u64(mask.into())?])?)?;
    }
    Ok(result.upcast())
}

fn enter(this: &Epoll) -> Result<Obj> {
    this.open_fd()?;
    Ok(this.object().owned())
}

fn exit(this: &Epoll, args: &[&Object]) -> Result<()> {
    check_positional("__exit__", args.len(), 0, 3)?;
    close(this)
}
