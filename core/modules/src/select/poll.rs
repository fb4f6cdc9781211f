//! `select.poll` objects.

use super::{milliseconds, no_instances, retried, timeout};
use crate::pytime;
use crate::support::{as_file_descriptor, os_error};
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_short, c_ulong};
use krait_abi::*;
use krait_object::args::check_positional;
use krait_object::payload::{self, Head, Payload};
use krait_object::types::typeobject::Type;
use krait_object::types::{list, long, none, tuple};
use krait_object::{Class, Obj, Object, Result, err, heap_type, method, payload_class, slot};

/// Descriptors to be waited for, in the order in which they were registered.
#[repr(C)]
pub struct Poll {
    head: Head,
    watched: RefCell<Vec<(c_int, u16)>>,
    /// Set while a thread waits.
    running: Cell<bool>,
}

heap_type! {
    /// `select.poll`
    pub static POLL = {
        tp_name: c"select.poll".as_ptr(),
        tp_basicsize: size_of::<Poll>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Poll>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
        tp_new: slot::new(tp_new),
    };
}
payload_class!(Poll, heap POLL);
impl Payload for Poll {}

krait_object::methods! {
    static METHODS = [
        method::fastcall(c"register", register, c"register($self, fd,\n         eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)\n--\n\nRegisters a descriptor.\n\n  fd\n    an int, or an object that has a method fileno()\n  eventmask\n    what to wait for"),
        method::fastcall(c"modify", modify, c"modify($self, fd, eventmask, /)\n--\n\nChanges what is waited for on a descriptor.\n\n  fd\n    an int, or an object that has a method fileno()\n  eventmask\n    what to wait for"),
        method::o(c"unregister", unregister, c"unregister($self, fd, /)\n--\n\nForgets a descriptor."),
        method::fastcall(c"poll", poll, c"poll($self, timeout=None, /)\n--\n\nWaits for the registered descriptors.\n\nThe timeout is in milliseconds. The result is a list of (descriptor, events) for those\nthat have something to tell."),
    ];
}

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    no_instances(class)
}

/// `select.poll()`
pub fn new(_module: &Object) -> Result<Obj> {
    let new = payload::new(Poll::class(), |head| Poll {
        head,
        watched: RefCell::new(Vec::new()),
        running: Cell::new(false),
    })?;
    Ok(new.upcast())
}

fn event_mask(given: &Object) -> Result<u16> {
    long::unsigned_short_converter(given)
}

fn register(this: &Poll, args: &[&Object]) -> Result<()> {
    check_positional("register", args.len(), 1, 2)?;
    let fd = as_file_descriptor(args[0])?;
    let default = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u16;
    let events = args.get(1).map_or(Ok(default), |mask| event_mask(mask))?;
    let mut watched = this.watched.borrow_mut();
    match watched.iter_mut().find(|(known, _)| *known == fd) {
        Some(entry) => entry.1 = events,
        None => watched.push((fd, events)),
    }
    Ok(())
}

fn modify(this: &Poll, args: &[&Object]) -> Result<()> {
    check_positional("modify", args.len(), 2, 2)?;
    let fd = as_file_descriptor(args[0])?;
    let events = event_mask(args[1])?;
    match this.watched.borrow_mut().iter_mut().find(|(known, _)| *known == fd) {
        Some(entry) => {
            entry.1 = events;
            Ok(())
        }
        None => Err(os_error(libc::ENOENT)),
    }
}

fn unregister(this: &Poll, fd: &Object) -> Result<()> {
    let fd = as_file_descriptor(fd)?;
    let mut watched = this.watched.borrow_mut();
    match watched.iter().position(|(known, _)| *known == fd) {
        Some(index) => {
            watched.remove(index);
            Ok(())
        }
        None => {
            drop(watched);
            Err(err::set_key_error(&*long::from_i64(fd.into())?))
        }
    }
}

struct Running<'a>(&'a Cell<bool>);
impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

fn poll(this: &Poll, args: &[&Object]) -> Result<Obj> {
    check_positional("poll", args.len(), 0, 1)?;
    let given = args.first().copied().unwrap_or(none::none());
    let mut wait = -1;
    let mut deadline = None;
    if !given.is_none() {
        let time = timeout(given, pytime::from_milliseconds_object, pytime::TIMEOUT, "an integer or None")?;
        wait = milliseconds(time, pytime::TIMEOUT)?;
        if time >= 0 {
            deadline = Some(pytime::monotonic_clock().saturating_add(time));
        }
    }
    if wait < 0 {
        // The system knows -1 only.
        wait = -1;
    }
    if this.running.replace(true) {
        return Err(err::runtime_error("concurrent poll() invocation"));
    }
    let _running = Running(&this.running);
    let mut fds: Vec<libc::pollfd> = this
        .watched
        .borrow()
        .iter()
        .map(|&(fd, events)| libc::pollfd { fd, events: events as c_short, revents: 0 })
        .collect();
    let (start, count) = (fds.as_mut_ptr(), fds.len() as libc::nfds_t);
    // SAFETY: as many descriptors as it says.
    let mut found = retried(wait, deadline, |wait| unsafe { libc::poll(start, count, wait) })?;
    let result = list::new()?;
    for fd in fds.iter().filter(|fd| fd.revents != 0) {
        if found == 0 {
            break;
        }
        found -= 1;
        let events = i64::from(fd.revents as u16);
        result.push(tuple::pack([long::from_i64(fd.fd.into())?, long::from_i64(events)?])?)?;
    }
    Ok(result.upcast())
}
