//! The current exception: `PyErr_*`.
//!
//! It is the triple `curexc_type`, `curexc_value`, `curexc_traceback` of the thread state. Binaries read and write the
//! three fields directly, so nothing about them is cached; the value may be missing or not yet an instance of the type
//! ([`Fetched::normalize`] makes it one). The exception that is being *handled* is another matter: a chain of items from
//! `exc_info`, see [`handled`].
//!
//! Raising functions return [`Raised`], so that `return Err(err::type_error("..."))` is the idiom.

mod errno;
mod fatal;
mod handled;
mod new_exception;
mod set;
mod source;
mod unraisable;

pub use crate::handle::Raised;
pub use errno::*;
pub use fatal::*;
pub use handled::*;
pub use new_exception::*;
pub use set::*;
pub use source::*;
pub use unraisable::*;

use crate::handle::{Layout, Obj, Object, Result, into_ptr_opt};
use crate::state;
use crate::types::exceptions::{self, base};
use crate::types::typeobject::Type;
use crate::types::{none, tuple};
use core::ffi::c_ulong;
use core::fmt::Display;
use krait_abi::*;

/// The class of the current exception (`PyErr_Occurred`), borrowed. None also without a thread state.
#[inline(always)]
pub fn occurred<'a>() -> Option<&'a Object> {
    let tstate = state::current();
    if tstate.is_null() {
        return None;
    }
    // SAFETY: the thread state owns the exception; the caller clears it only when done with the reference.
    unsafe { Object::from_ptr_opt((*tstate).curexc_type) }
}

/// Whether an object is an exception class (`PyExceptionClass_Check`).
#[inline]
pub fn is_exception_class(object: &Object) -> bool {
    object.class_of().flags() & Py_TPFLAGS_TYPE_SUBCLASS as c_ulong != 0
        // SAFETY: an instance of type has the layout of a type.
        && unsafe { (*object.as_ptr().cast::<PyTypeObject>()).tp_flags }
            & Py_TPFLAGS_BASE_EXC_SUBCLASS as c_ulong
            != 0
}

/// Whether an object is an exception (`PyExceptionInstance_Check`).
#[inline]
pub fn is_exception(object: &Object) -> bool {
    object.class_of().flags() & Py_TPFLAGS_BASE_EXC_SUBCLASS as c_ulong != 0
}

/// Whether the current exception is an instance of `exception` (class or tuple) (`PyErr_ExceptionMatches`).
pub fn matches(exception: &Object) -> bool {
    occurred().is_some_and(|current| given_matches(current, exception))
}

/// `PyErr_GivenExceptionMatches`: `error` is an instance or a class, `exception` a class or a tuple of them.
pub fn given_matches(error: &Object, exception: &Object) -> bool {
    if tuple::check(exception) {
        return tuple::items(exception).iter().any(|item| given_matches(error, item));
    }
    let class = if is_exception(error) { error.class_of().object() } else { error };
    if class.is(exception) {
        return true;
    }
    is_exception_class(class) && is_exception_class(exception) && {
        // SAFETY: exception classes have the layout of a type.
        unsafe { class.cast_unchecked::<Type>().is_subtype(exception.cast_unchecked::<Type>()) }
    }
}

/// Clears the current exception (`PyErr_Clear`).
#[inline]
pub fn clear() {
    drop(fetch());
}

/// An exception taken off the thread state.
pub struct Fetched {
    /// The class.
    pub kind: Obj,
    /// The value, possibly not normalised.
    pub value: Option<Obj>,
    /// The traceback.
    pub traceback: Option<Obj>,
}

/// Takes the current exception (`PyErr_Fetch`).
#[inline]
pub fn fetch() -> Option<Fetched> {
    let [kind, value, traceback] = fetch_raw();
    // SAFETY: the references move from the thread state to the result.
    unsafe {
        let value = Obj::from_owned_opt(value);
        let traceback = Obj::from_owned_opt(traceback);
        Obj::from_owned_opt(kind).map(|kind| Fetched { kind, value, traceback })
    }
}

/// `PyErr_Fetch` as C has it: three owned references, each possibly NULL.
#[inline]
pub fn fetch_raw() -> [*mut PyObject; 3] {
    let tstate = state::required();
    // SAFETY: a thread state is current.
    unsafe {
        let triple = [(*tstate).curexc_type, (*tstate).curexc_value, (*tstate).curexc_traceback];
        (*tstate).curexc_type = core::ptr::null_mut();
        (*tstate).curexc_value = core::ptr::null_mut();
        (*tstate).curexc_traceback = core::ptr::null_mut();
        triple
    }
}

/// `PyErr_Restore` as C has it: three owned references, each possibly NULL. What is no traceback is dropped.
///
/// # Safety
/// The pointers are NULL or owned references, which move to the thread state.
#[inline]
pub unsafe fn restore_raw(kind: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
    let tstate = state::required();
    // SAFETY: the caller's promise; the old references are dropped after the new ones are in place.
    unsafe {
        let traceback = if !traceback.is_null() && !exceptions::is_traceback(Object::from_ptr(traceback)) {
            crate::refcount::decref(traceback);
            core::ptr::null_mut()
        } else {
            traceback
        };
        let old = [(*tstate).curexc_type, (*tstate).curexc_value, (*tstate).curexc_traceback];
        (*tstate).curexc_type = kind;
        (*tstate).curexc_value = value;
        (*tstate).curexc_traceback = traceback;
        for object in old {
            crate::refcount::xdecref(object);
        }
    }
}

/// Puts an exception back (`PyErr_Restore`), in place of the current one.
#[inline]
pub fn restore(error: Fetched) -> Raised {
    // SAFETY: the references move.
    unsafe { restore_raw(error.kind.into_ptr(), into_ptr_opt(error.value), into_ptr_opt(error.traceback)) }
    Raised::assume()
}

/// How many exceptions in a row may be raised by the making of exceptions before it is given up.
const NORMALIZE_LIMIT: usize = 32;

impl Fetched {
    /// Makes `value` an instance of `kind` (`PyErr_NormalizeException`) and returns it. The traceback is kept apart, as
    /// in CPython; see [`Fetched::normalize_with_traceback`]. When making the instance raises, that exception takes the
    /// place of this one.
    pub fn normalize(&mut self) -> &Object {
        let mut depth = 0;
        while self.normalize_once().is_err() {
            depth += 1;
            if depth == NORMALIZE_LIMIT {
                let _ = recursion_error("maximum recursion depth exceeded while normalizing an exception");
            } else if depth > NORMALIZE_LIMIT + 2 {
                unrecoverable();
            }
            let Some(raised) = fetch() else { break };
            let traceback = self.traceback.take();
            *self = raised;
            if self.traceback.is_none() {
                self.traceback = traceback;
            }
        }
        self.value.get_or_insert_with(|| none::none().owned())
    }

    /// [`Fetched::normalize`], and the traceback becomes the value's `__traceback__`.
    pub fn normalize_with_traceback(&mut self) -> &Object {
        self.normalize();
        let value = self.value.get_or_insert_with(|| none::none().owned());
        if is_exception(value)
            && let Some(traceback) = &self.traceback
        {
            base::set_traceback_unchecked(value, Some(traceback));
        }
        value
    }

    fn normalize_once(&mut self) -> Result<()> {
        let value = self.value.get_or_insert_with(|| none::none().owned()).clone();
        if !is_exception_class(&self.kind) || !exceptions::is_ready() {
            return Ok(());
        }
        // SAFETY: exception classes have the layout of a type.
        let kind = unsafe { self.kind.cast_unchecked::<Type>() };
        let inclass = is_exception(&value).then(|| value.class_of());
        match inclass {
            Some(class) if class.is(kind) => {}
            Some(class) if is_subclass(class, kind)? => self.kind = class.object().owned(),
            _ => self.value = Some(create_exception(&self.kind, Some(&value))?),
        }
        Ok(())
    }
}

/// Not even RecursionError can be made.
#[cold]
fn unrecoverable() -> ! {
    let reason = if matches(exceptions::MemoryError()) {
        "Cannot recover from MemoryErrors while normalizing exceptions."
    } else {
        "Cannot recover from the recursive normalization of an exception."
    };
    fatal("_PyErr_NormalizeException", reason)
}

/// Whether an exception's class counts as a subclass of another (`PyObject_IsSubclass`).
fn is_subclass(class: &Type, other: &Type) -> Result<bool> {
    crate::protocol::object::is_subclass(class.object(), other.object())
}

/// `PyErr_NormalizeException` as C has it.
///
/// # Safety
/// The three point to owned references or NULL.
pub unsafe fn normalize_raw(
    kind: &mut *mut PyObject,
    value: &mut *mut PyObject,
    traceback: &mut *mut PyObject,
) {
    if kind.is_null() {
        return;
    }
    // SAFETY: the caller's promise; the references move through `Fetched`.
    unsafe {
        // What was raised as an instance of its own class is as it should be.
        let instance = Object::from_ptr_opt(*value).filter(|value| is_exception(value));
        if instance.is_some_and(|instance| instance.type_ptr() == kind.cast()) {
            return;
        }
        let mut error = Fetched {
            kind: Obj::from_owned_ptr(*kind),
            value: Obj::from_owned_opt(*value),
            traceback: Obj::from_owned_opt(*traceback),
        };
        error.normalize();
        *kind = error.kind.into_ptr();
        *value = into_ptr_opt(error.value);
        *traceback = into_ptr_opt(error.traceback);
    }
}

macro_rules! raisers {
    ($($name:ident $class:ident;)*) => {$(
        #[doc = concat!("Raises `", stringify!($class), "` with a message.")]
        #[cold]
        pub fn $name(message: impl Display) -> Raised {
            set(exceptions::$class(), message)
        }
    )*};
}
raisers! {
    type_error TypeError; value_error ValueError; index_error IndexError; key_error KeyError;
    attribute_error AttributeError; runtime_error RuntimeError; overflow_error OverflowError;
    zero_division_error ZeroDivisionError; system_error SystemError; memory_error MemoryError; name_error NameError;
    buffer_error BufferError; import_error ImportError; lookup_error LookupError; eof_error EOFError;
    unbound_local_error UnboundLocalError; recursion_error RecursionError; assertion_error AssertionError;
    not_implemented_error NotImplementedError; os_error OSError; syntax_error SyntaxError;
    floating_point_error FloatingPointError; arithmetic_error ArithmeticError; reference_error ReferenceError;
    unicode_error UnicodeError;
}

#[cfg(test)]
pub(crate) mod tests;
