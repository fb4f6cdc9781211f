//! Python exceptions as Rust errors.

use crate::global::Global;
use crate::token::Python;
use crate::value::Value;
use core::fmt;
use krait_object::protocol::object;
use krait_object::types::unicode;
use krait_object::{Raised, err};

/// The result of whatever can raise.
pub type Result<T> = core::result::Result<T, Error>;

/// A Python exception: an instance with its traceback. Can be sent to other threads and outlive the lock.
pub struct Error {
    value: Global,
    // Kept in Rust, for `Display` has no token.
    summary: String,
}

impl Error {
    /// A built-in exception by the name of its class.
    pub fn new(py: Python<'_>, class: &str, message: &str) -> Error {
        let made = py.exception_class(class).and_then(|class| class.call((message,)));
        match made {
            Ok(value) => Error::from_value(&value),
            Err(error) => error,
        }
    }

    /// The exception instance `value` as an error.
    pub fn from_value(value: &Value<'_>) -> Error {
        let class = value.object().class_of().name().to_owned();
        let text = object::str(value.object()).map(|text| unicode::to_string_lossy(&text));
        let summary = match text {
            Ok(text) if text.is_empty() => class,
            Ok(text) => format!("{class}: {text}"),
            Err(_) => {
                err::clear();
                class
            }
        };
        Error { value: value.global(), summary }
    }

    /// Takes the exception that is set on the thread.
    pub(crate) fn take(py: Python<'_>) -> Error {
        let mut fetched = err::fetch().unwrap_or_else(|| {
            err::system_error("error return without exception set");
            err::fetch().expect("just set")
        });
        let value = fetched.normalize_with_traceback();
        Error::from_value(&Value::new(py, krait_object::Layout::owned(value)))
    }

    /// Sets the exception on the thread, for Python code to see.
    pub(crate) fn raise(self, py: Python<'_>) -> Raised {
        match self.value.get(py) {
            Some(value) => err::raise(value.object()),
            None => err::runtime_error("an exception of an interpreter that has ended"),
        }
    }

    /// The exception instance; none when its interpreter has ended.
    pub fn value<'py>(&self, py: Python<'py>) -> Option<Value<'py>> {
        self.value.get(py)
    }

    /// Whether the exception is an instance of the built-in class of that name.
    pub fn is(&self, py: Python<'_>, class: &str) -> bool {
        match (self.value.get(py), py.exception_class(class)) {
            (Some(value), Ok(class)) => err::given_matches(value.object(), class.object()),
            _ => false,
        }
    }

    /// The traceback and the message, as Python would print them.
    pub fn traceback(&self, py: Python<'_>) -> Result<String> {
        let Some(value) = self.value.get(py) else { return Ok(self.summary.clone()) };
        let parts = py.import("traceback")?.call_method(
            "format_exception",
            (value.attr("__class__")?, value.clone(), value.attr("__traceback__")?),
        )?;
        Ok(parts.extract::<Vec<String>>()?.concat())
    }
}

/// The result with the thread's exception as its error.
pub(crate) fn lift<T>(py: Python<'_>, result: krait_object::Result<T>) -> Result<T> {
    result.map_err(|_| Error::take(py))
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({})", self.summary)
    }
}

impl std::error::Error for Error {}
