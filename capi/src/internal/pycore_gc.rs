//! `internal/pycore_gc.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGC_InitState(gcstate: *mut _gc_runtime_state) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { gc::init_state(gcstate) }
}
