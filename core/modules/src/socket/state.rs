//! What the module `_socket` keeps for the process: exception classes and the default timeout.

use crate::pytime::PyTime;
use core::cell::Cell;
use core::ptr::null_mut;
use core::sync::atomic::{AtomicI64, Ordering};
use krait_abi::PyObject;
use krait_object::types::exceptions;
use krait_object::{Layout, Obj, Object, Raised, Result, err};

struct Class(Cell<*mut PyObject>);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Class {}

impl Class {
    const fn new() -> Class {
        Class(Cell::new(null_mut()))
    }

    /// The class, `OSError` before the module has made it.
    fn get(&self) -> Obj {
        // SAFETY: NULL or an owned reference.
        unsafe { Object::from_ptr_opt(self.0.get()).unwrap_or(exceptions::OSError()).owned() }
    }

    fn set(&self, class: Obj) {
        // The old one may belong to an interpreter that has ended: it is not touched.
        self.0.set(class.into_ptr());
    }
}

static TIMEOUT: Class = Class::new();
static HERROR: Class = Class::new();
static GAIERROR: Class = Class::new();
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(super::object::FOREVER);

/// `socket.timeout`
pub fn timeout_error() -> Obj {
    TIMEOUT.get()
}

/// Makes the exception classes: `herror`, `gaierror`, `timeout`.
pub fn make_classes() -> Result<[(&'static str, Obj); 3]> {
    let make = |name: &str| err::new_exception(name, Some(exceptions::OSError()), None);
    let classes = [
        ("herror", make("socket.herror")?),
        ("gaierror", make("socket.gaierror")?),
        ("timeout", make("socket.timeout")?),
    ];
    HERROR.set(classes[0].1.clone());
    GAIERROR.set(classes[1].1.clone());
    TIMEOUT.set(classes[2].1.clone());
    Ok(classes)
}

/// The timeout of new sockets.
pub fn default_timeout() -> PyTime {
    DEFAULT_TIMEOUT.load(Ordering::Relaxed)
}

/// Sets the timeout of new sockets.
pub fn set_default_timeout(timeout: PyTime) {
    DEFAULT_TIMEOUT.store(timeout, Ordering::Relaxed);
}

fn numbered(class: &Object, number: i32, text: *const core::ffi::c_char) -> Raised {
    let make = || {
        // SAFETY: a static string of the C library.
        let text = unsafe { crate::support::decode_c_text(text)? };
        krait_object::protocol::call::call(
            class,
            &[&*krait_object::types::long::from_i64(number.into())?, &*text],
        )
    };
    match make() {
        Ok(error) => err::set_object(error.class_of().object(), &error),
        Err(raised) => raised,
    }
}

/// The exception for an error of `getaddrinfo`.
#[cold]
pub fn gai_error(code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        return err::from_last_errno();
    }
    // SAFETY: no precondition.
    numbered(&GAIERROR.get(), code, unsafe { libc::gai_strerror(code) })
}

/// The exception for an error of `gethostbyname` and its like.
#[cold]
pub fn host_error(code: i32) -> Raised {
    // SAFETY: no precondition.
    numbered(&HERROR.get(), code, unsafe { libc::hstrerror(code) })
}
