//! `_thread.lock`

use crate::pytime::{self, PyTime};
use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::payload::{self, Head, Payload};
use krait_object::{Class, Obj, Object, Result, err, gil, method, pending, slot, static_type, thread};
use krait_object::{Layout, payload_class};

/// A lock: any thread may release it.
#[repr(C)]
pub struct Lock {
    head: Head,
    native: Cell<PyThread_type_lock>,
    weakrefs: Cell<*mut PyObject>,
    locked: Cell<bool>,
}

static_type! {
    /// `_thread.lock`
    pub static Lock_Type = {
        tp_name: c"_thread.lock".as_ptr(),
        tp_basicsize: size_of::<Lock>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Lock>(),
        tp_repr: slot::unary(repr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"A lock is taken by one thread at a time. Locks are made by threading.Lock(). Methods:\n\nacquire() -- takes the lock, waiting for it unless told otherwise\nrelease() -- gives the lock back\nlocked() -- whether the lock is taken\n\nNo thread owns the lock: another one may release it, and a thread that takes a lock\ntwice waits for somebody to release it.".as_ptr(),
        tp_weaklistoffset: offset_of!(Lock, weakrefs) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
    };
}
payload_class!(Lock, Lock_Type);

impl Payload for Lock {}

impl Drop for Lock {
    fn drop(&mut self) {
        let native = self.native.get();
        if native.is_null() {
            return;
        }
        // SAFETY: nobody can reach the lock any more; a semaphore must not be destroyed while taken.
        unsafe {
            if self.locked.get() {
                thread::release_lock(native);
            }
            thread::free_lock(native);
        }
    }
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"acquire_lock", acquire, ACQUIRE_DOC),
        method::keywords(c"acquire", acquire, ACQUIRE_DOC),
        method::noargs(c"release_lock", release, c"release()\n(release_lock() is an older name)\n\nGives the lock back, so that a thread that waits for it can take it."),
        method::noargs(c"release", release, c"release()\n(release_lock() is an older name)\n\nGives the lock back, so that a thread that waits for it can take it."),
        method::noargs(c"locked_lock", is_locked, c"locked() -> bool\n(locked_lock() is an older name)\n\nWhether the lock is taken."),
        method::noargs(c"locked", is_locked, c"locked() -> bool\n(locked_lock() is an older name)\n\nWhether the lock is taken."),
        method::keywords(c"__enter__", acquire, ACQUIRE_DOC),
        method::fastcall(c"__exit__", exit, c"release()\n\nGives the lock back."),
        method::noargs(c"_at_fork_reinit", at_fork_reinit, c""),
    ];
}

const ACQUIRE_DOC: &core::ffi::CStr = c"acquire(blocking=True, timeout=-1) -> bool\n(acquire_lock() is an older name)\n\nTakes the lock. Without an argument, waits until that is possible; the wait can be\ninterrupted by signals. Tells whether the lock has been taken.";

/// A new lock, not taken.
pub fn new() -> Result<Obj<Lock>> {
    let native = thread::allocate_lock();
    if native.is_null() {
        return Err(err::runtime_error("can't allocate lock"));
    }
    payload::new(Lock::class(), |head| Lock {
        head,
        native: Cell::new(native),
        weakrefs: Cell::new(null_mut()),
        locked: Cell::new(false),
    })
}

impl Lock {
    /// Gives the lock back if it is taken.
    pub fn release_if_locked(&self) {
        if self.locked.replace(false) {
            // SAFETY: a live lock that is taken.
            unsafe { thread::release_lock(self.native.get()) };
        }
    }
}

/// How long `acquire` waits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// As long as it takes.
    Forever,
    /// At most so many nanoseconds.
    For(PyTime),
}

/// The arguments of `acquire(blocking=True, timeout=-1)`.
pub fn wait_args(args: Args<'_>) -> Result<Wait> {
    static SIGNATURE: Signature<2> = Signature::new("acquire", ["blocking", "timeout"]).required(0);
    if args.positional.is_empty() && args.names.is_empty() {
        return Ok(Wait::Forever);
    }
    let [blocking, timeout] = SIGNATURE.bind(args)?;
    let blocking = blocking.map_or(Ok(1), crate::support::int)? != 0;
    const UNSET: PyTime = -pytime::SECOND;
    let timeout = timeout.map_or(Ok(UNSET), |t| pytime::from_seconds_object(t, pytime::TIMEOUT))?;
    if !blocking && timeout != UNSET {
        return Err(err::value_error("can't specify a timeout for a non-blocking call"));
    }
    if timeout < 0 && timeout != UNSET {
        return Err(err::value_error("timeout value must be positive"));
    }
    if !blocking {
        return Ok(Wait::For(0));
    }
    if timeout == UNSET {
        return Ok(Wait::Forever);
    }
    if pytime::as_microseconds(timeout, pytime::TIMEOUT) > thread::TIMEOUT_MAX {
        return Err(err::overflow_error("timeout value is too large"));
    }
    Ok(Wait::For(timeout))
}

/// Takes a native lock without the GIL; signal handlers run when the wait is interrupted. False after the time is up.
pub fn acquire_native(native: PyThread_type_lock, wait: Wait) -> Result<bool> {
    // SAFETY: the lock is alive as long as its object, which the caller holds.
    if unsafe { thread::acquire_lock(native, false) } {
        return Ok(true);
    }
    let deadline = match wait {
        Wait::For(0) => return Ok(false),
        Wait::For(time) => Some(pytime::monotonic_clock().saturating_add(time)),
        Wait::Forever => None,
    };
    let mut wait = wait;
    loop {
        let micros = match wait {
            Wait::Forever => -1,
            Wait::For(time) => pytime::as_microseconds(time, pytime::TIMEOUT),
        };
        let saved = gil::save_thread();
        // SAFETY: as above; the saved thread state is this thread's.
        let status = unsafe {
            let status = thread::acquire_lock_timed(native, micros, true);
            gil::restore_thread(saved);
            status
        };
        if status != PY_LOCK_INTR {
            return Ok(status == PY_LOCK_ACQUIRED);
        }
        pending::make_all()?;
        if let Some(deadline) = deadline {
            let left = deadline - pytime::monotonic_clock();
            if left < 0 {
                return Ok(false);
            }
            wait = Wait::For(left);
        }
    }
}

fn acquire(this: &Lock, args: Args<'_>) -> Result<bool> {
    let acquired = acquire_native(this.native.get(), wait_args(args)?)?;
    if acquired {
        this.locked.set(true);
    }
    Ok(acquired)
}

fn release(this: &Lock) -> Result<()> {
    if !this.locked.get() {
        return Err(err::runtime_error("release unlocked lock"));
    }
    this.release_if_locked();
    Ok(())
}

fn exit(this: &Lock, _args: &[&Object]) -> Result<()> {
    release(this)
}

fn is_locked(this: &Lock) -> Result<bool> {
    Ok(this.locked.get())
}

fn at_fork_reinit(this: &Lock) -> Result<()> {
    // SAFETY: the field holds a live lock; after a fork nobody else uses it.
    if !unsafe { thread::at_fork_reinit(this.native.as_ptr()) } {
        return Err(err::runtime_error("failed to reinitialize lock at fork"));
    }
    this.locked.set(false);
    Ok(())
}

fn repr(this: &Lock) -> Result<Obj> {
    let word = if this.locked.get() { "locked" } else { "unlocked" };
    let object = this.object();
    krait_object::types::unicode::from_str(&format!(
        "<{word} {} object at {object:p}>",
        object.class_of().name()
    ))
}
