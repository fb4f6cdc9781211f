//! `internal/pycore_initconfig.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub extern "C" fn _Py_GetConfigsAsDict() -> *mut PyObject {
    guard(krait_vm::lifecycle::config_dict::all)
}
