//! `structseq.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStructSequence_InitType(
    type_: *mut PyTypeObject,
    desc: *mut PyStructSequence_Desc,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::structseq::init_type(type_, desc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStructSequence_InitType2(
    type_: *mut PyTypeObject,
    desc: *mut PyStructSequence_Desc,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::structseq::init_type(type_, desc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStructSequence_NewType(desc: *mut PyStructSequence_Desc) -> *mut PyTypeObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::structseq::new_type(desc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStructSequence_New(type_: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::structseq::new(class(type_)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStructSequence_SetItem(op: *mut PyObject, i: Py_ssize_t, v: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { set_item(op, i, v) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStructSequence_GetItem(op: *mut PyObject, i: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::structseq::get_item(Object::from_ptr(op), i as usize) }
}

/// Stores a stolen reference, which may be NULL.
unsafe fn set_item(sequence: *mut PyObject, index: Py_ssize_t, value: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        *(&raw mut (*sequence.cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>().offset(index) = value
    }
}
