//! `internal/pycore_pylifecycle.h`.

use crate::prelude::*;
use krait_object::thread_state;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_DeleteCurrent(_tstate: *mut PyThreadState) {
    thread_state::delete_current()
}
