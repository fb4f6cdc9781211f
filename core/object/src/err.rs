//! The current exception (skeleton; owner: runtime).
pub use crate::handle::Raised;
use crate::handle::{Obj, Object, Result};
use core::fmt::Display;

/// Sets `exception` with a message (`PyErr_SetString`/`PyErr_Format`).
pub fn set(_exception: &Object, _message: impl Display) -> Raised {
    missing!()
}
/// `PyErr_SetObject`.
pub fn set_object(_exception: &Object, _value: &Object) -> Raised {
    missing!()
}
/// `PyErr_SetNone`.
pub fn set_none(_exception: &Object) -> Raised {
    missing!()
}
/// `KeyError` with the key as its argument (wrapped when it is a tuple).
pub fn set_key_error(_key: &Object) -> Raised {
    missing!()
}
/// `StopIteration` with a value.
pub fn set_stop_iteration(_value: &Object) -> Raised {
    missing!()
}
/// `SystemError: bad argument to internal function` (`PyErr_BadInternalCall`).
pub fn bad_internal_call() -> Raised {
    missing!()
}
/// `TypeError: bad argument type for built-in operation` (`PyErr_BadArgument`).
pub fn bad_argument() -> Raised {
    missing!()
}
/// `MemoryError` (`PyErr_NoMemory`).
pub fn no_memory() -> Raised {
    missing!()
}
/// A caught panic becomes `SystemError`.
pub fn panicked(_payload: Box<dyn core::any::Any + Send>) {
    missing!()
}
/// The class of the current exception (`PyErr_Occurred`), borrowed.
pub fn occurred<'a>() -> Option<&'a Object> {
    missing!()
}
/// Whether the current exception is an instance of `exception` (class or tuple) (`PyErr_ExceptionMatches`).
pub fn matches(_exception: &Object) -> bool {
    missing!()
}
/// `PyErr_GivenExceptionMatches`.
pub fn given_matches(_error: &Object, _exception: &Object) -> bool {
    missing!()
}
/// Clears the current exception (`PyErr_Clear`).
pub fn clear() {
    missing!()
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
pub fn fetch() -> Option<Fetched> {
    missing!()
}
/// Puts an exception back (`PyErr_Restore`).
pub fn restore(_error: Fetched) -> Raised {
    missing!()
}
impl Fetched {
    /// Makes `value` an instance of `kind` (`PyErr_NormalizeException`); the value, with its traceback set.
    pub fn normalize(&mut self) -> &Object {
        missing!()
    }
}
/// `PyErr_WarnEx`.
pub fn warn(_category: &Object, _message: impl Display, _stack_level: isize) -> Result<()> {
    missing!()
}
/// Reports the current exception as unraisable and clears it (`PyErr_WriteUnraisable`).
pub fn write_unraisable(_object: Option<&Object>) {
    missing!()
}
/// `OSError` (or subclass) from an errno value (`PyErr_SetFromErrno*`), with up to two file names.
pub fn from_errno(_errno: i32, _filename: Option<&Object>, _filename2: Option<&Object>) -> Raised {
    missing!()
}
/// Raises a new exception whose cause and context is the current one (`_PyErr_FormatFromCause`).
pub fn set_from_cause(_exception: &Object, _message: impl Display) -> Raised {
    missing!()
}

macro_rules! raisers {
    ($($name:ident $class:ident;)*) => {$(
        #[doc = concat!("Raises `", stringify!($class), "` with a message.")]
        #[cold]
        pub fn $name(message: impl Display) -> Raised {
            set(crate::types::exceptions::$class(), message)
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
    floating_point_error FloatingPointError; arithmetic_error ArithmeticError;
}
