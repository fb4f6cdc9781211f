//! The cycle collector (skeleton; owner: runtime).
use crate::handle::Result;
use core::ffi::c_void;
use krait_abi::*;
/// `PyObject_GC_Track`.
/// # Safety
/// `object` has a GC header and is fully initialised.
pub unsafe fn track(_object: *mut PyObject) {
    missing!()
}
/// `PyObject_GC_UnTrack`; nothing happens when the object is not tracked.
/// # Safety
/// `object` has a GC header.
pub unsafe fn untrack(_object: *mut PyObject) {
    missing!()
}
/// Whether the object is tracked now.
/// # Safety
/// `object` has a GC header.
pub unsafe fn is_tracked(_object: *mut PyObject) -> bool {
    missing!()
}
/// `_PyObject_GC_New`: memory with a GC header, head initialised, one reference, untracked; fields are NOT zeroed.
pub fn new_object(_class: *mut PyTypeObject) -> Result<*mut PyObject> {
    missing!()
}
/// `_PyObject_GC_NewVar`.
pub fn new_var(_class: *mut PyTypeObject, _items: isize) -> Result<*mut PyObject> {
    missing!()
}
/// `PyObject_GC_Del`, the address that `tp_free` slots hold.
/// # Safety
/// `object` came from a GC allocation and nothing refers to it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_Del(_object: *mut c_void) {
    missing!()
}

/// `_PyObject_GC_Resize`: an untracked variable-sized object of another size; on error the object is unchanged.
/// # Safety
/// `object` is an unshared, untracked object from [`new_var`].
pub unsafe fn resize(_object: *mut PyObject, _items: isize) -> Result<*mut PyObject> {
    missing!()
}
