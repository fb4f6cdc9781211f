//! Reference counts, and the deallocation of objects whose count has come to zero.
//!
//! The trashcan bounds native recursion when deeply nested containers die: a container's dealloc brackets its work
//! with [`_PyTrash_begin`] and [`_PyTrash_end`] (the macros in binaries call the same two). Above
//! [`TRASH_NESTING`] levels the object is put on the thread's list of objects to be deallocated later, linked through
//! the `_gc_prev` field of its GC header, and the outermost `_PyTrash_end` works the list off.

use crate::state;
use crate::types::{float, long};
use core::ffi::{c_int, c_void};
use core::ptr::null_mut;
use core::sync::atomic::{AtomicPtr, Ordering};
use krait_abi::*;

/// How deep deallocations may nest before objects are put off.
pub const TRASH_NESTING: c_int = 50;

/// `Py_INCREF`.
///
/// # Safety
/// `object` is live.
#[inline(always)]
pub unsafe fn incref(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*object).ob_refcnt += 1 }
}

/// `Py_XINCREF`.
///
/// # Safety
/// `object` is live or NULL.
#[inline(always)]
pub unsafe fn xincref(object: *mut PyObject) {
    if !object.is_null() {
        // SAFETY: the caller's promise.
        unsafe { incref(object) }
    }
}

/// `Py_DECREF`.
///
/// # Safety
/// `object` is live and the caller gives up one reference.
#[inline(always)]
pub unsafe fn decref(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        #[cfg(feature = "checked")]
        if (*object).ob_refcnt <= 0 {
            crate::err::fatal(
                "refcount::decref",
                &format!("{object:p} has {} references", (*object).ob_refcnt),
            );
        }
        (*object).ob_refcnt -= 1;
        if (*object).ob_refcnt == 0 {
            dealloc(object);
        }
    }
}

/// `Py_XDECREF`.
///
/// # Safety
/// As [`decref`], or NULL.
#[inline(always)]
pub unsafe fn xdecref(object: *mut PyObject) {
    if !object.is_null() {
        // SAFETY: the caller's promise.
        unsafe { decref(object) }
    }
}

/// `Py_CLEAR`: empties the field before the reference is dropped, as dropping may run any code.
///
/// # Safety
/// `field` points to NULL or an owned reference.
#[inline(always)]
pub unsafe fn clear(field: *mut *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let old = *field;
        if !old.is_null() {
            *field = null_mut();
            decref(old);
        }
    }
}

/// Stores an owned reference (or NULL) in a field and drops the old one after that (`Py_XSETREF`).
///
/// # Safety
/// `field` points to NULL or an owned reference; `value` is NULL or an owned reference, which moves.
#[inline(always)]
pub unsafe fn set_field(field: *mut *mut PyObject, value: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let old = *field;
        *field = value;
        xdecref(old);
    }
}

/// Whether [`give_up`] would drop the reference.
///
/// # Safety
/// A live object.
#[inline(always)]
pub unsafe fn can_give_up(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        (*object).ob_refcnt > 1
            || (*object).ob_type == &raw mut long::PyLong_Type && long::can_recycle(object)
            || (*object).ob_type == &raw mut float::PyFloat_Type && float::has_room()
    }
}

/// Drops a reference where that calls nothing: it is not the last one, or an int's or float's and their free lists have
/// room. Else nothing happens.
///
/// # Safety
/// The caller owns the reference.
#[inline(always)]
pub unsafe fn give_up(object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if (*object).ob_refcnt > 1 {
            (*object).ob_refcnt -= 1;
            return true;
        }
        if (*object).ob_type == &raw mut long::PyLong_Type {
            if !long::can_recycle(object) {
                return false;
            }
            long::recycle(object);
            return true;
        }
        if (*object).ob_type == &raw mut float::PyFloat_Type && float::has_room() {
            float::recycle(object);
            return true;
        }
        false
    }
}

/// Calls `tp_dealloc`.
///
/// # Safety
/// The count of `object` is zero.
#[inline]
pub unsafe fn dealloc(object: *mut PyObject) {
    #[cfg(feature = "checked")]
    crate::checked::died();
    // SAFETY: every ready type has a dealloc slot.
    unsafe { ((*(*object).ob_type).tp_dealloc.unwrap_unchecked())(object) }
}

/// What inline code calls when a count reaches zero.
///
/// # Safety
/// The count of `object` is zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_Dealloc(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { dealloc(object) }
}

/// Observer of new references (tracemalloc): NULL when nobody traces.
static NEW_REFERENCE: AtomicPtr<c_void> = AtomicPtr::new(null_mut());

/// Installs or removes the observer that [`new_reference`] calls.
pub fn observe_new_references(observer: Option<fn(*mut PyObject)>) {
    let ptr = observer.map_or(null_mut(), |f| f as *mut c_void);
    NEW_REFERENCE.store(ptr, Ordering::Release);
}

/// Tells the observer of a new reference.
#[cold]
#[inline(never)]
fn observe(object: *mut PyObject) {
    let observer = NEW_REFERENCE.load(Ordering::Acquire);
    if !observer.is_null() {
        // SAFETY: the pointer was made from a function of this type.
        unsafe { core::mem::transmute::<*mut c_void, fn(*mut PyObject)>(observer)(object) };
    }
}

/// `_Py_NewReference`: the count becomes one.
///
/// # Safety
/// `object` is memory for an object.
#[inline(always)]
pub unsafe fn new_reference(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe { (*object).ob_refcnt = 1 };
    if !NEW_REFERENCE.load(Ordering::Relaxed).is_null() {
        observe(object);
    }
    #[cfg(feature = "checked")]
    crate::checked::made();
}

/// Enters the deallocation of a container; non-zero when it has been put off and must not go on.
///
/// # Safety
/// `tstate` is the current thread state; `object` has a GC header, is untracked and has no references.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTrash_begin(tstate: *mut PyThreadState, object: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { c_int::from(!trash_begin(tstate, object)) }
}

/// [`_PyTrash_begin`]; whether the deallocation goes on.
#[inline(always)]
unsafe fn trash_begin(tstate: *mut PyThreadState, object: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        if (*tstate).trash_delete_nesting >= TRASH_NESTING {
            trash_deposit(tstate, object);
            return false;
        }
        (*tstate).trash_delete_nesting += 1;
    }
    true
}

/// Leaves the deallocation of a container; the outermost one deallocates what was put off.
///
/// # Safety
/// `tstate` is the current thread state, and `_PyTrash_begin` returned 0 before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTrash_end(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe { trash_end(tstate) }
}

/// [`_PyTrash_end`].
#[inline(always)]
unsafe fn trash_end(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe {
        (*tstate).trash_delete_nesting -= 1;
        if !(*tstate).trash_delete_later.is_null() && (*tstate).trash_delete_nesting <= 0 {
            trash_destroy_chain(tstate);
        }
    }
}

/// `_PyTrash_thread_deposit_object`: puts an object on the thread's list.
///
/// # Safety
/// As [`_PyTrash_begin`].
#[cold]
pub unsafe fn trash_deposit(tstate: *mut PyThreadState, object: *mut PyObject) {
    // SAFETY: the caller's promise; an untracked object's `_gc_prev` holds only its flag bits.
    unsafe {
        let head = crate::gc::head(object);
        let flags = (*head)._gc_prev & crate::gc::PREV_FLAGS;
        (*head)._gc_prev = (*tstate).trash_delete_later as usize | flags;
        (*tstate).trash_delete_later = object;
    }
}

/// `_PyTrash_thread_destroy_chain`: deallocates everything on the thread's list, also what is added meanwhile.
///
/// # Safety
/// `tstate` is the current thread state.
#[cold]
pub unsafe fn trash_destroy_chain(tstate: *mut PyThreadState) {
    // SAFETY: the list holds dead, untracked objects linked through their GC headers. The nesting is held above zero
    // so that the deallocs below put off and return instead of coming back here.
    unsafe {
        (*tstate).trash_delete_nesting += 1;
        while !(*tstate).trash_delete_later.is_null() {
            let object = (*tstate).trash_delete_later;
            let head = crate::gc::head(object);
            (*tstate).trash_delete_later = ((*head)._gc_prev & !crate::gc::PREV_FLAGS) as *mut PyObject;
            (*head)._gc_prev &= crate::gc::PREV_FLAGS;
            dealloc(object);
        }
        (*tstate).trash_delete_nesting -= 1;
    }
}

/// Runs a container's deallocation inside the trashcan (`Py_TRASHCAN_BEGIN`/`END`). `dealloc` is the slot function that
/// calls this; for subclasses, whose own dealloc has entered the trashcan, the body runs at once.
///
/// # Safety
/// `object` has a GC header, is untracked and has no references.
#[inline(always)]
pub unsafe fn trashcan(
    object: *mut PyObject,
    dealloc: unsafe extern "C" fn(*mut PyObject),
    body: impl FnOnce(),
) {
    // SAFETY: the caller's promise.
    unsafe {
        let slot = (*(*object).ob_type).tp_dealloc;
        let enters = slot.map(|f| f as usize) == Some(dealloc as usize);
        let tstate = state::required();
        if enters && !trash_begin(tstate, object) {
            return;
        }
        // In one place, as it is expanded here.
        body();
        if enters {
            trash_end(tstate);
        }
    }
}
