//! References that outlive the lock.
//!
//! A reference that is dropped without the lock waits in a list until some thread takes the lock. References of an
//! interpreter that has ended are forgotten: its objects are gone.

use crate::token::Python;
use crate::value::Value;
use krait_object::{Layout, Obj, Object, gil_state};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A Python object that may be kept and sent anywhere; it is used through [`Global::get`].
pub struct Global {
    object: *mut krait_abi::PyObject,
    round: u64,
}

// SAFETY: the object is touched only by a thread that holds the lock.
unsafe impl Send for Global {}
// SAFETY: as above.
unsafe impl Sync for Global {}

/// How many interpreters have ended.
static ROUND: AtomicU64 = AtomicU64::new(0);

/// References that were dropped without the lock.
struct Pending(Vec<*mut krait_abi::PyObject>);
// SAFETY: the objects are touched only by a thread that holds the lock.
unsafe impl Send for Pending {}
static PENDING: Mutex<Pending> = Mutex::new(Pending(Vec::new()));

impl Global {
    pub(crate) fn new(object: Obj) -> Global {
        Global { object: object.into_ptr(), round: ROUND.load(Ordering::Relaxed) }
    }

    /// The object; none when its interpreter has ended.
    pub fn get<'py>(&self, py: Python<'py>) -> Option<Value<'py>> {
        if self.round != ROUND.load(Ordering::Relaxed) {
            return None;
        }
        // SAFETY: this owns a reference, and the interpreter still runs.
        Some(Value::new(py, unsafe { Object::from_ptr(self.object) }.owned()))
    }
}

impl Drop for Global {
    fn drop(&mut self) {
        if self.round != ROUND.load(Ordering::Relaxed) {
            return;
        }
        if gil_state::check() {
            // SAFETY: the reference that this owns; the lock is held.
            drop(unsafe { Obj::<Object>::from_owned_ptr(self.object) });
        } else if let Ok(mut pending) = PENDING.lock() {
            pending.0.push(self.object);
        }
    }
}

/// Drops what was left over by threads without the lock. The lock is held now.
pub(crate) fn release_pending() {
    let objects = match PENDING.lock() {
        Ok(mut pending) if !pending.0.is_empty() => core::mem::take(&mut pending.0),
        _ => return,
    };
    for object in objects {
        // SAFETY: each was pushed with one owned reference.
        drop(unsafe { Obj::<Object>::from_owned_ptr(object) });
    }
}

/// The interpreter ends: from now on its references are void.
pub(crate) fn end_round() {
    release_pending();
    ROUND.fetch_add(1, Ordering::Relaxed);
}
