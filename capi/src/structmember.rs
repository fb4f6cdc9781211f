//! `structmember.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMember_GetOne(addr: *const c_char, l: *mut PyMemberDef) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::member::get_one(addr, l) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMember_SetOne(addr: *mut c_char, l: *mut PyMemberDef, v: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::member::set_one(addr, l, optional(v)) })
}
