//! `boolobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyBool_FromLong(ok: c_long) -> *mut PyObject {
    types::bool::from_bool(ok != 0).into_ptr()
}
