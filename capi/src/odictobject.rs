//! `odictobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyODict_New() -> *mut PyObject {
    guard(types::odict::new)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyODict_SetItem(
    od: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::odict::set_item(object(od)?, object(key)?, object(value)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyODict_DelItem(od: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::odict::del_item(object(od)?, object(key)?) })
}
