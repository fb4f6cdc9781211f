//! Modules that distributions keep in `lib-dynload`, for hosts whose standard library is the archive alone.
//!
//! They stand in no table of built-in modules, so `sys.builtin_module_names` is CPython's, and a `lib-dynload` on
//! `sys.path` comes first; the archive's importer asks for them by name.

mod contextvars;
#[cfg(feature = "ctypes")]
mod ctypes;

use krait_object::{Object, Result};

/// Fills a new module.
pub type Fill = fn(&Object) -> Result<()>;

/// Sorted by name.
static SPARES: &[(&str, Fill)] = &[
    ("_contextvars", contextvars::fill),
    #[cfg(feature = "ctypes")]
    ("_ctypes", ctypes::fill),
];

/// The function that fills the spare module of that name.
pub fn find(name: &str) -> Option<Fill> {
    SPARES.iter().find(|(spare, _)| *spare == name).map(|(_, fill)| *fill)
}
