//! `cpython/code.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCode_Optimize(
    code: *mut PyObject,
    _consts: *mut PyObject,
    _names: *mut PyObject,
    _lnotab_obj: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(object(code)?.owned()) })
}
