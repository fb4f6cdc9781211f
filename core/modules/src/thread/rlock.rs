//! `_thread.RLock`

use super::lock::{acquire_native, wait_args};
use core::cell::Cell;
use core::ffi::c_ulong;
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::args::Args;
use krait_object::payload::{self, Head, Payload};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, payload_class, slot, static_type, thread};

/// A lock that its owner may take several times.
#[repr(C)]
pub struct RLock {
    head: Head,
    native: Cell<PyThread_type_lock>,
    owner: Cell<c_ulong>,
    count: Cell<c_ulong>,
    weakrefs: Cell<*mut PyObject>,
}

static_type! {
    /// `_thread.RLock`
    pub static RLock_Type = {
        tp_name: c"_thread.RLock".as_ptr(),
        tp_basicsize: size_of::<RLock>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<RLock>(),
        tp_repr: slot::unary(repr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_weaklistoffset: offset_of!(RLock, weakrefs) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(tp_new),
    };
}
payload_class!(RLock, RLock_Type);

impl Payload for RLock {}

impl Drop for RLock {
    fn drop(&mut self) {
        let native = self.native.get();
        if native.is_null() {
            return;
        }
        // SAFETY: nobody can reach the lock any more; a semaphore must not be destroyed while taken.
        unsafe {
            if self.count.get() > 0 {
                thread::release_lock(native);
            }
            thread::free_lock(native);
        }
    }
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"acquire", acquire, ACQUIRE_DOC),
        method::noargs(c"release", release, c"release()\n\nGives the lock back once; when that was the last time, another thread can take it.\nRuntimeError unless this thread owns the lock."),
        method::noargs(c"_is_owned", is_owned, c"_is_owned() -> bool\n\nFor internal use by threading.Condition."),
        method::varargs(c"_acquire_restore", acquire_restore, c"_acquire_restore(state) -> None\n\nFor internal use by threading.Condition."),
        method::noargs(c"_release_save", release_save, c"_release_save() -> tuple\n\nFor internal use by threading.Condition."),
        method::keywords(c"__enter__", acquire, ACQUIRE_DOC),
        method::fastcall(c"__exit__", exit, c"release()\n\nGives the lock back once."),
        method::noargs(c"_at_fork_reinit", at_fork_reinit, c""),
    ];
}

const ACQUIRE_DOC: &core::ffi::CStr = c"acquire(blocking=True, timeout=-1) -> bool\n\nTakes the lock; at once when this thread owns it already, which is then counted. Tells\nwhether the lock has been taken.";

fn tp_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let native = thread::allocate_lock();
    if native.is_null() {
        return Err(err::runtime_error("can't allocate lock"));
    }
    let new = payload::new(class, |head| RLock {
        head,
        native: Cell::new(native),
        owner: Cell::new(0),
        count: Cell::new(0),
        weakrefs: Cell::new(null_mut()),
    })?;
    Ok(new.upcast())
}

impl RLock {
    fn is_mine(&self) -> bool {
        self.count.get() > 0 && self.owner.get() == thread::ident()
    }
}

fn acquire(this: &RLock, args: Args<'_>) -> Result<bool> {
    let wait = wait_args(args)?;
    if this.is_mine() {
        let Some(count) = this.count.get().checked_add(1) else {
            return Err(err::overflow_error("Internal lock count overflowed"));
        };
        this.count.set(count);
        return Ok(true);
    }
    let acquired = acquire_native(this.native.get(), wait)?;
    if acquired {
        this.owner.set(thread::ident());
        this.count.set(1);
    }
    Ok(acquired)
}

fn release(this: &RLock) -> Result<()> {
    if !this.is_mine() {
        return Err(err::runtime_error("cannot release un-acquired lock"));
    }
    this.count.set(this.count.get() - 1);
    if this.count.get() == 0 {
        this.owner.set(0);
        // SAFETY: a live lock that this thread has.
        unsafe { thread::release_lock(this.native.get()) };
    }
    Ok(())
}

fn exit(this: &RLock, _args: &[&Object]) -> Result<()> {
    release(this)
}

fn is_owned(this: &RLock) -> Result<bool> {
    Ok(this.is_mine())
}

fn acquire_restore(this: &RLock, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("_acquire_restore", args.len(), 1, 1)?;
    if !tuple::check(args[0]) {
        return Err(crate::support::wrong_type("_acquire_restore", 1, "2-item sequence", args[0]));
    }
    let [count, owner] = tuple::items(args[0]) else {
        return Err(err::type_error(format_args!(
            "_acquire_restore() argument 1 must be sequence of length 2, not {}",
            tuple::items(args[0]).len()
        )));
    };
    let (count, owner) = (
        crate::support::unsigned_long_mask("_acquire_restore", "argument 1", count)?,
        crate::support::unsigned_long_mask("_acquire_restore", "argument 1", owner)?,
    );
    let native = this.native.get();
    // SAFETY: a live lock.
    let acquired = unsafe {
        thread::acquire_lock(native, false)
            || krait_object::state::allow_threads(|| thread::acquire_lock(native, true))
    };
    if !acquired {
        return Err(err::runtime_error("couldn't acquire lock"));
    }
    this.owner.set(owner);
    this.count.set(count);
    Ok(())
}

fn release_save(this: &RLock) -> Result<Obj> {
    if this.count.get() == 0 {
        return Err(err::runtime_error("cannot release un-acquired lock"));
    }
    let state = tuple::pack([long::from_u64(this.count.get())?, long::from_u64(this.owner.get())?])?;
    this.count.set(0);
    this.owner.set(0);
    // SAFETY: a live lock that is taken.
    unsafe { thread::release_lock(this.native.get()) };
    Ok(state)
}

fn at_fork_reinit(this: &RLock) -> Result<()> {
    // SAFETY: the field holds a live lock; after a fork nobody else uses it.
    if !unsafe { thread::at_fork_reinit(this.native.as_ptr()) } {
        return Err(err::runtime_error("failed to reinitialize lock at fork"));
    }
    this.owner.set(0);
    this.count.set(0);
    Ok(())
}

fn repr(this: &RLock) -> Result<Obj> {
    let word = if this.count.get() > 0 { "locked" } else { "unlocked" };
    let object = this.object();
    unicode::from_str(&format!(
        "<{word} {} object owner={} count={} at {object:p}>",
        object.class_of().name(),
        this.owner.get() as i64,
        this.count.get()
    ))
}
