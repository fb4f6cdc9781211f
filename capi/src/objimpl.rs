//! `objimpl.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Init(op: *mut PyObject, tp: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(null_mut(), || unsafe { init(op, tp) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_InitVar(
    op: *mut PyVarObject,
    tp: *mut PyTypeObject,
    size: Py_ssize_t,
) -> *mut PyVarObject {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(null_mut(), || unsafe { init_var(op, tp, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Malloc(size: usize) -> *mut c_void {
    memory::object_malloc(size)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Realloc(ptr: *mut c_void, new_size: usize) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { memory::object_realloc(ptr, new_size) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_Calloc(nelem: usize, elsize: usize) -> *mut c_void {
    memory::object_calloc(nelem, elsize)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_New(tp: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { new_object(tp) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_NewVar(tp: *mut PyTypeObject, nitems: Py_ssize_t) -> *mut PyVarObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { new_var(tp, nitems) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGC_Collect() -> Py_ssize_t {
    guard(gc::collect_if_enabled)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_Resize(op: *mut PyVarObject, nitems: Py_ssize_t) -> *mut PyVarObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { gc::resize(op.cast(), nitems).map(|object| object.cast::<PyVarObject>()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_New(tp: *mut PyTypeObject) -> *mut PyObject {
    guard(|| gc::new_object(tp))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyObject_GC_NewVar(tp: *mut PyTypeObject, nitems: Py_ssize_t) -> *mut PyVarObject {
    guard(|| gc::new_var(tp, nitems).map(|object| object.cast::<PyVarObject>()))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_Track(op_raw: *mut c_void) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { track(op_raw.cast()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_UnTrack(op_raw: *mut c_void) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { untrack(op_raw.cast()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_IsTracked(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { gc::object_is_tracked(Object::from_ptr(obj)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_GC_IsFinalized(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { gc::object_is_finalized(Object::from_ptr(obj)).into() }
}

/// Tracks an object, which must not be tracked yet.
unsafe fn track(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if gc::is_tracked(object) {
            err::fatal("PyObject_GC_Track", "object already tracked by the garbage collector");
        }
        gc::track(object);
    }
}

/// Untracks an object if it is tracked.
unsafe fn untrack(object: *mut PyObject) {
    // SAFETY: the caller's promise.
    unsafe {
        if gc::is_tracked(object) {
            gc::untrack(object);
        }
    }
}

#[inline(always)]
unsafe fn init(object: *mut PyObject, type_: *mut PyTypeObject) -> Result<*mut PyObject> {
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the caller's promise.
    unsafe { gc::init_head(object, type_) };
    Ok(object)
}

unsafe fn init_var(
    object: *mut PyVarObject,
    type_: *mut PyTypeObject,
    size: Py_ssize_t,
) -> Result<*mut PyVarObject> {
    if object.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the caller's promise.
    unsafe {
        (*object).ob_size = size;
        gc::init_head(object.cast(), type_);
    }
    Ok(object)
}

/// Memory without a GC header for an instance with that many items.
#[inline(always)]
unsafe fn new_block(type_: *mut PyTypeObject, size: Option<usize>) -> Result<*mut PyObject> {
    let block = size.map_or(null_mut(), memory::object_malloc).cast::<PyObject>();
    // SAFETY: the caller's promise.
    unsafe { init(block, type_) }
}

unsafe fn new_object(type_: *mut PyTypeObject) -> Result<*mut PyObject> {
    // SAFETY: the caller's promise.
    unsafe { new_block(type_, Some((*type_).tp_basicsize as usize)) }
}

unsafe fn new_var(type_: *mut PyTypeObject, items: Py_ssize_t) -> Result<*mut PyVarObject> {
    if items < 0 {
        return Err(err::bad_internal_call());
    }
    // SAFETY: the caller's promise.
    unsafe {
        let object = new_block(type_, gc::var_size(type_, items))?.cast::<PyVarObject>();
        (*object).ob_size = items;
        Ok(object)
    }
}
