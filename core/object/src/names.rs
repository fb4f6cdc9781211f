//! Names known at compile time as interned `str` objects.
//!
//! `intern!("__dict__")` is a `&'static Object`: one static per call site, filled at first use and dropped by
//! [`clear`] at finalisation, after which the next use makes it again.

use crate::handle::{Obj, Object};
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::PyObject;

/// One name's cached object.
pub struct Identifier {
    text: &'static str,
    object: Cell<*mut PyObject>,
    next: Cell<*const Identifier>,
}

// SAFETY: only touched with the GIL held.
unsafe impl Sync for Identifier {}

struct Chain(Cell<*const Identifier>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Chain {}
static FILLED: Chain = Chain(Cell::new(core::ptr::null()));

impl Identifier {
    /// A name that has no object yet.
    pub const fn new(text: &'static str) -> Identifier {
        Identifier { text, object: Cell::new(null_mut()), next: Cell::new(core::ptr::null()) }
    }

    /// The interned `str`. Running out of memory for it is fatal, as a name cannot be reported without it.
    #[inline(always)]
    pub fn get(&'static self) -> &'static Object {
        let object = self.object.get();
        if object.is_null() {
            return self.fill();
        }
        // SAFETY: the identifier owns a reference until `clear`.
        unsafe { Object::from_ptr(object) }
    }

    #[cold]
    fn fill(&'static self) -> &'static Object {
        let made = crate::types::unicode::intern_str(self.text).or_else(|_| {
            crate::err::clear();
            crate::gc::clear_free_lists();
            // Past allocators that somebody has put over ours, which may refuse on purpose.
            crate::memory::with_own_allocators(|| crate::types::unicode::intern_str(self.text))
        });
        let Ok(object) = made.map(Obj::into_ptr) else {
            crate::err::fatal("", "no memory for an interned name")
        };
        self.object.set(object);
        self.next.set(FILLED.0.get());
        FILLED.0.set(self);
        // SAFETY: just created; owned by the identifier.
        unsafe { Object::from_ptr(object) }
    }
}

/// Drops every cached name. Only at finalisation: borrowed names must not be in use.
pub fn clear() {
    let mut item = FILLED.0.replace(core::ptr::null());
    while !item.is_null() {
        // SAFETY: the chain holds statics.
        let identifier = unsafe { &*item };
        item = identifier.next.replace(core::ptr::null());
        // SAFETY: the reference that `fill` stored is given up here.
        drop(unsafe { Obj::<Object>::from_owned_opt(identifier.object.replace(null_mut())) });
    }
}

/// The interned `str` for a literal, as `&'static Object`.
#[macro_export]
macro_rules! intern {
    ($text:expr) => {{
        static IDENTIFIER: $crate::names::Identifier = $crate::names::Identifier::new($text);
        IDENTIFIER.get()
    }};
}
