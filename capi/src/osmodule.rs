//! `osmodule.h`.

use crate::prelude::*;
use krait_object::types::unicode;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_FSPath(path: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { unicode::fspath(object(path)?) })
}
