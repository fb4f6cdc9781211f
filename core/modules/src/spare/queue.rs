//! `_queue`: a queue without a bound that can be used from anywhere, destructors and signal handlers included.

use crate::support::Global;
use crate::thread::lock::{Wait, acquire_native};
use core::cell::{Cell, RefCell};
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::Visitor;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, genericalias, module, none, tuple};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, method, methods, payload_class, slot, static_type,
    thread,
};
use std::collections::VecDeque;

static EMPTY: Global = Global::new("_queue", "Empty");

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "The queue behind queue.SimpleQueue.")?;
    let empty = err::new_exception_with_doc(
        "_queue.Empty",
        Some("Raised by get(block=0) and get_nowait() when there is nothing to get."),
        None,
        None,
    )?;
    module::add(this, "Empty", &empty)?;
    EMPTY.set(empty);
    // SAFETY: a static type with valid slots.
    unsafe { crate::support::add_type(this, "SimpleQueue", &raw mut SimpleQueue_Type) }
}

/// A queue. Its lock is taken while `get` waits, so that `put` wakes the waiting thread by releasing it. The items are
/// never lent while Python code can run.
#[repr(C)]
pub struct SimpleQueue {
    head: Head,
    lock: PyThread_type_lock,
    /// Whether somebody has taken the lock.
    locked: Cell<bool>,
    items: RefCell<VecDeque<Obj>>,
    weakrefs: Cell<*mut PyObject>,
}

static_type! {
    /// `_queue.SimpleQueue`
    pub static SimpleQueue_Type = {
        tp_name: c"_queue.SimpleQueue".as_ptr(),
        tp_basicsize: size_of::<SimpleQueue>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<SimpleQueue>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"SimpleQueue()\n--\n\nFirst in, first out, without a bound; put() may be called from anywhere.".as_ptr(),
        tp_traverse: payload::traverse::<SimpleQueue>(),
        tp_clear: payload::clear::<SimpleQueue>(),
        tp_weaklistoffset: offset_of!(SimpleQueue, weakrefs) as Py_ssize_t,
        tp_methods: (&raw mut METHODS).cast(),
        tp_new: slot::new(new),
    };
}
payload_class!(SimpleQueue, SimpleQueue_Type);

impl Payload for SimpleQueue {
    fn traverse(&self, visitor: &mut Visitor) {
        if let Ok(items) = self.items.try_borrow() {
            items.iter().for_each(|item| visitor.visit(item));
        }
    }

    fn clear(&self) {
        drop(self.items.take());
    }
}

impl Drop for SimpleQueue {
    fn drop(&mut self) {
        // SAFETY: nobody waits for a queue that is gone; a lock must not be freed while it is taken.
        unsafe {
            if self.locked.get() {
                thread::release_lock(self.lock);
            }
            thread::free_lock(self.lock);
        }
    }
}

methods! {
    static METHODS = [
        method::noargs(c"empty", |this: &SimpleQueue| -> Result<bool> { Ok(this.items.borrow().is_empty()) }, c"empty($self, /)\n--\n\nWhether the queue is empty; that may change at once."),
        method::keywords(c"get", get, c"get($self, /, block=True, timeout=None)\n--\n\nTakes the oldest item off.\n\nWith block false, or after timeout seconds, an empty queue is the exception Empty;\notherwise the call waits for an item."),
        method::noargs(c"get_nowait", |this: &SimpleQueue| take(this, Wait::For(0)), c"get_nowait($self, /)\n--\n\nTakes the oldest item off; an empty queue is the exception Empty."),
        method::keywords(c"put", put, c"put($self, /, item, block=True, timeout=None)\n--\n\nPuts an item into the queue, which never has to wait; block and timeout mean nothing."),
        method::keywords(c"put_nowait", put_nowait, c"put_nowait($self, /, item)\n--\n\nPuts an item into the queue, as put() does."),
        method::noargs(c"qsize", |this: &SimpleQueue| -> Result<usize> { Ok(this.items.borrow().len()) }, c"qsize($self, /)\n--\n\nHow many items there are; that may change at once."),
        method::with_flags(method::o(c"__class_getitem__", genericalias::new, c"See PEP 585"), METH_CLASS as i32),
    ];
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if core::ptr::eq(class, SimpleQueue::class()) {
        let kinds = [
            (!tuple::items(args).is_empty(), "positional"),
            (kw.is_some_and(|kw| dict::len(kw) > 0), "keyword"),
        ];
        if let Some((_, kind)) = kinds.iter().find(|(given, _)| *given) {
            return Err(err::type_error(format_args!("SimpleQueue() takes no {kind} arguments")));
        }
    }
    let lock = thread::allocate_lock();
    if lock.is_null() {
        return Err(err::memory_error("can't allocate lock"));
    }
    payload::new(class, |head| SimpleQueue {
        head,
        lock,
        locked: Cell::new(false),
        items: RefCell::default(),
        weakrefs: Cell::default(),
    })
    .map(Obj::upcast)
}

impl SimpleQueue {
    fn push(&self, item: &Object) {
        self.items.borrow_mut().push_back(item.owned());
        self.unlock();
    }

    /// Wakes a thread that waits.
    fn unlock(&self) {
        if self.locked.replace(false) {
            // SAFETY: a live lock that is taken.
            unsafe { thread::release_lock(self.lock) };
        }
    }
}

fn put(this: &SimpleQueue, args: Args<'_>) -> Result<()> {
    let [item, block, _] =
        const { Signature::new("put", ["item", "block", "timeout"]).required(1) }.bind(args)?;
    block.map_or(Ok(true), object::is_true)?;
    this.push(item.unwrap_or(none::none()));
    Ok(())
}

fn put_nowait(this: &SimpleQueue, args: Args<'_>) -> Result<()> {
    let [item] = const { Signature::new("put_nowait", ["item"]) }.bind(args)?;
    this.push(item.unwrap_or(none::none()));
    Ok(())
}

fn get(this: &SimpleQueue, args: Args<'_>) -> Result<Obj> {
    use crate::pytime;
    let [block, timeout] = const { Signature::new("get", ["block", "timeout"]).required(0) }.bind(args)?;
    if !block.map_or(Ok(true), object::is_true)? {
        return take(this, Wait::For(0));
    }
    let Some(timeout) = crate::support::not_none(timeout) else { return take(this, Wait::Forever) };
    let timeout = pytime::from_seconds_object(timeout, pytime::Round::Ceiling)?;
    if timeout < 0 {
        return Err(err::value_error("'timeout' must be a non-negative number"));
    }
    if pytime::as_microseconds(timeout, pytime::Round::Ceiling) > thread::TIMEOUT_MAX {
        return Err(err::overflow_error("timeout value is too large"));
    }
    take(this, Wait::For(timeout))
}

fn take(this: &SimpleQueue, wait: Wait) -> Result<Obj> {
    use crate::pytime::monotonic_clock;
    let deadline = match wait {
        Wait::For(time) if time > 0 => Some(monotonic_clock().saturating_add(time)),
        _ => None,
    };
    let mut wait = wait;
    loop {
        let item = this.items.borrow_mut().pop_front();
        if let Some(item) = item {
            // Others may wait for what is left.
            this.unlock();
            return Ok(item);
        }
        if !acquire_native(this.lock, wait)? {
            return Err(empty());
        }
        this.locked.set(true);
        if let Some(deadline) = deadline {
            wait = Wait::For((deadline - monotonic_clock()).max(0));
        }
    }
}

#[cold]
fn empty() -> Raised {
    match EMPTY.get() {
        Ok(class) => err::set_none(&class),
        Err(raised) => raised,
    }
}
