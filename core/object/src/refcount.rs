//! Reference counts (skeleton; owner: runtime).
use krait_abi::PyObject;

/// `Py_INCREF`.
/// # Safety
/// `object` is live.
#[inline(always)]
pub unsafe fn incref(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*object).ob_refcnt += 1 }
}

/// `Py_DECREF`.
/// # Safety
/// `object` is live and the caller gives up one reference.
#[inline(always)]
pub unsafe fn decref(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        (*object).ob_refcnt -= 1;
        if (*object).ob_refcnt == 0 {
            dealloc(object);
        }
    }
}

/// `Py_XDECREF`.
/// # Safety
/// As [`decref`], or NULL.
#[inline(always)]
pub unsafe fn xdecref(object: *mut PyObject) {
    if !object.is_null() {
        // SAFETY: the caller's promise.
        unsafe { decref(object) }
    }
}

/// Calls `tp_dealloc` (`_Py_Dealloc`).
/// # Safety
/// The count of `object` is zero.
#[cold]
pub unsafe fn dealloc(object: *mut PyObject) {
    // SAFETY: every ready type has a dealloc slot.
    unsafe { ((*(*object).ob_type).tp_dealloc.unwrap_unchecked())(object) }
}

/// Runs a container's deallocation inside the trashcan (`Py_TRASHCAN_BEGIN`/`END`).
/// # Safety
/// `object` has a GC header, is untracked and has no references.
pub unsafe fn trashcan(
    _object: *mut PyObject,
    _dealloc: unsafe extern "C" fn(*mut PyObject),
    body: impl FnOnce(),
) {
    body()
}
