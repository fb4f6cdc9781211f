//! `weakrefobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWeakref_NewRef(ob: *mut PyObject, callback: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::weakref::new_ref(object(ob)?, optional(callback)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWeakref_NewProxy(ob: *mut PyObject, callback: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::weakref::new_proxy(object(ob)?, optional(callback)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWeakref_GetObject(ref_: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::weakref::get_object(object(ref_)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyWeakref_GetWeakrefCount(head: *mut PyWeakReference) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::weakref::get_weakref_count(head) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyWeakref_ClearRef(self_: *mut PyWeakReference) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::weakref::clear_reference(self_) })
}
