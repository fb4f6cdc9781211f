//! `_multiprocessing`: named semaphores, as locks that processes share.

use crate::support::{check_count, parse_int, wrong_type};
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_ulong};
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, float, long, module, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, members, method, methods, payload_class, slot, static_type,
    thread,
};
use std::ffi::CString;

methods! {
    static METHODS = [method::varargs(c"sem_unlink", sem_unlink, c"")];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    let class = SemLock::class();
    class.ready()?;
    let most = long::from_i64(i32::MAX.into())?;
    if let Some(dict) = class.dict() {
        dict::set_str(dict, "SEM_VALUE_MAX", &most)?;
    }
    module::add(this, "SemLock", class.object())?;
    let flags = dict::new()?;
    for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
        dict::set_str(&flags, name, long::small(1))?;
    }
    module::add(this, "flags", &flags)
}

const RECURSIVE_MUTEX: c_int = 0;
const SEMAPHORE: c_int = 1;

/// A semaphore of the system's, or a mutex made of one that its thread may take again.
#[repr(C)]
pub struct SemLock {
    head: Head,
    handle: *mut libc::sem_t,
    last_thread: Cell<c_ulong>,
    /// How often this process has taken it, minus how often it has given it back.
    count: Cell<c_int>,
    maxvalue: c_int,
    kind: c_int,
    /// A C string of ours, or NULL.
    name: *mut c_char,
}

static_type! {
    /// `_multiprocessing.SemLock`
    pub static SemLock_Type = {
        tp_name: c"_multiprocessing.SemLock".as_ptr(),
        tp_basicsize: size_of::<SemLock>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<SemLock>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"A semaphore or a mutex that processes share.".as_ptr(),
        tp_methods: (&raw mut LOCK_METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_new: slot::new(new),
    };
}
payload_class!(SemLock, SemLock_Type);
impl Payload for SemLock {}

impl Drop for SemLock {
    fn drop(&mut self) {
        // SAFETY: a semaphore and a text of ours.
        unsafe {
            if !self.handle.is_null() {
                libc::sem_close(self.handle);
            }
            if !self.name.is_null() {
                drop(CString::from_raw(self.name));
            }
        }
    }
}

methods! {
    static LOCK_METHODS = [
        method::varargs_keywords(c"acquire", acquire, c"Takes the semaphore or mutex."),
        method::noargs(c"release", release, c"Gives the semaphore or mutex back."),
        method::varargs_keywords(c"__enter__", acquire, c"Takes the semaphore or mutex."),
        method::varargs(c"__exit__", |this: &SemLock, _: &Object| release(this), c"Gives the semaphore or mutex back."),
        method::noargs(c"_count", |this: &SemLock| -> Result<c_int> { Ok(this.count.get()) }, c"How often this process has taken it without giving it back."),
        method::noargs(c"_is_mine", |this: &SemLock| -> Result<bool> { Ok(this.is_mine()) }, c"Whether this thread has taken it."),
        method::noargs(c"_get_value", |this: &SemLock| this.value().map(|value| value.max(0)), c"The semaphore's value."),
        method::noargs(c"_is_zero", |this: &SemLock| this.value().map(|value| value == 0), c"Whether the semaphore's value is 0."),
        method::with_flags(method::varargs(c"_rebuild", rebuild, c""), METH_CLASS as c_int),
        method::noargs(c"_after_fork", |this: &SemLock| -> Result<()> { this.count.set(0); Ok(()) }, c"Says in a new process that it has not taken it."),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"handle", T_ULONG, offset_of!(SemLock, handle), READONLY, c""),
        method::member(c"kind", T_INT, offset_of!(SemLock, kind), READONLY, c""),
        method::member(c"maxvalue", T_INT, offset_of!(SemLock, maxvalue), READONLY, c""),
        method::member(c"name", T_STRING, offset_of!(SemLock, name), READONLY, c""),
    ];
}

/// Argument `index` (from 1) as a C string.
fn name_argument(index: usize, given: &Object, expected: &str) -> Result<CString> {
    if !unicode::check(given) {
        return Err(wrong_type("", index, expected, given));
    }
    CString::new(unicode::as_utf8(given)?).map_err(|_| err::value_error("embedded null character"))
}

fn sem_unlink(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("", args.len(), 1, 1)?;
    let name = name_argument(1, args[0], "str")?;
    // SAFETY: a C string.
    crate::support::check(unsafe { libc::sem_unlink(name.as_ptr()) }).map(|_| ())
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const NAMES: [&str; 5] = ["kind", "value", "maxvalue", "name", "unlink"];
    let given = const { Signature::new("", NAMES).parsed() }.bind_tuple(args, kw)?;
    let [kind, value, maxvalue, name, unlink] = given.map(|argument| argument.unwrap_or(none::none()));
    let (kind, value, maxvalue) = (parse_int(kind)?, parse_int(value)?, parse_int(maxvalue)?);
    let name = name_argument(4, name, "str")?;
    let unlink = object::is_true(unlink)?;
    if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
        return Err(err::value_error("unrecognized kind"));
    }
    // SAFETY: a C string, and the mode and value that a new semaphore takes.
    let handle = unsafe {
        libc::sem_open(
            name.as_ptr(),
            libc::O_CREAT | libc::O_EXCL,
            0o600 as libc::c_uint,
            value as libc::c_uint,
        )
    };
    if handle == libc::SEM_FAILED {
        return Err(err::from_last_errno());
    }
    // SAFETY: a C string.
    if unlink && unsafe { libc::sem_unlink(name.as_ptr()) } < 0 {
        let raised = err::from_last_errno();
        // SAFETY: the semaphore that was just opened.
        unsafe { libc::sem_close(handle) };
        return Err(raised);
    }
    make(class, handle, kind, maxvalue, (!unlink).then_some(name))
}

fn make(
    class: &Type,
    handle: *mut libc::sem_t,
    kind: c_int,
    maxvalue: c_int,
    name: Option<CString>,
) -> Result<Obj> {
    payload::new(class, |head| SemLock {
        head,
        handle,
        last_thread: Cell::new(0),
        count: Cell::new(0),
        maxvalue,
        kind,
        name: name.map_or(null_mut(), CString::into_raw),
    })
    .map(Obj::upcast)
}

/// `_rebuild(handle, kind, maxvalue, name)`: what another process has made, by its name if it has one.
fn rebuild(class: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("", args.len(), 4, 4)?;
    if !long::check(args[0]) {
        return Err(wrong_type("", 1, "int", args[0]));
    }
    let handle = long::as_unsigned_long_mask(args[0])?;
    let (kind, maxvalue) = (parse_int(args[1])?, parse_int(args[2])?);
    let name = match crate::support::not_none(Some(args[3])) {
        None => None,
        Some(name) => Some(name_argument(4, name, "str or None")?),
    };
    let mut handle = handle as *mut libc::sem_t;
    if let Some(name) = &name {
        // SAFETY: a C string.
        handle = unsafe { libc::sem_open(name.as_ptr(), 0) };
        if handle == libc::SEM_FAILED {
            return Err(err::from_last_errno());
        }
    }
    let Some(class) = class.downcast::<Type>() else { return Err(err::bad_internal_call()) };
    make(class, handle, kind, maxvalue, name)
}

impl SemLock {
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.last_thread.get() == thread::ident()
    }

    fn value(&self) -> Result<c_int> {
        let mut value = 0;
        // SAFETY: a live semaphore.
        crate::support::check(unsafe { libc::sem_getvalue(self.handle, &mut value) })?;
        Ok(value)
    }

    /// Waits until `deadline`, if there is one; the outer error is a signal handler's exception.
    fn wait(&self, deadline: Option<libc::timespec>) -> Result<core::result::Result<(), c_int>> {
        let handle = self.handle as usize;
        let done = crate::support::retry(|| {
            let handle = handle as *mut libc::sem_t;
            // SAFETY: a live semaphore: the object that has it is borrowed.
            unsafe {
                match &deadline {
                    Some(deadline) => libc::sem_timedwait(handle, deadline),
                    None => libc::sem_wait(handle),
                }
            }
        })?;
        Ok(done.map(|_| ()))
    }
}

/// The moment that is so many seconds from now.
fn deadline_after(seconds: f64) -> libc::timespec {
    const NANOS: i64 = 1_000_000_000;
    let seconds = seconds.max(0.0);
    // SAFETY: plain numbers, which the call fills.
    let mut now: libc::timespec = unsafe { core::mem::zeroed() };
    // SAFETY: valid memory.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &mut now) };
    let nanos = now.tv_nsec + (seconds.fract() * 1e9 + 0.5) as i64;
    libc::timespec {
        tv_sec: now.tv_sec.saturating_add(seconds as i64).saturating_add(nanos / NANOS),
        tv_nsec: nanos % NANOS,
    }
}

fn acquire(this: &SemLock, args: &Object, kw: Option<&Object>) -> Result<bool> {
    let [block, timeout] =
        const { Signature::new("", ["block", "timeout"]).required(0).parsed() }.bind_tuple(args, kw)?;
    let block = block.map_or(Ok(1), parse_int)? != 0;
    if this.kind == RECURSIVE_MUTEX && this.is_mine() {
        this.count.set(this.count.get() + 1);
        return Ok(true);
    }
    let deadline = match crate::support::not_none(timeout) {
        None => None,
        Some(timeout) => Some(deadline_after(float::as_f64(timeout)?)),
    };
    // SAFETY: a live semaphore.
    let mut done = match crate::support::retry(|| unsafe { libc::sem_trywait(this.handle) })? {
        Ok(_) => Ok(()),
        Err(errno) => Err(errno),
    };
    if done == Err(libc::EAGAIN) && block {
        done = this.wait(deadline)?;
    }
    match done {
        Ok(()) => {
            this.count.set(this.count.get() + 1);
            this.last_thread.set(thread::ident());
            Ok(true)
        }
        Err(libc::EAGAIN | libc::ETIMEDOUT) => Ok(false),
        Err(errno) => Err(crate::support::os_error(errno)),
    }
}

fn release(this: &SemLock) -> Result<()> {
    if this.kind == RECURSIVE_MUTEX {
        if !this.is_mine() {
            return Err(err::assertion_error("attempt to release recursive lock not owned by thread"));
        }
        if this.count.get() > 1 {
            this.count.set(this.count.get() - 1);
            return Ok(());
        }
    } else if this.value()? >= this.maxvalue {
        return Err(err::value_error("semaphore or lock released too many times"));
    }
    // SAFETY: a live semaphore.
    crate::support::check(unsafe { libc::sem_post(this.handle) })?;
    this.count.set(this.count.get() - 1);
    Ok(())
}
