//! `setobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySet_NextEntry(
    set: *mut PyObject,
    pos: *mut Py_ssize_t,
    key: *mut *mut PyObject,
    hash: *mut Py_hash_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { set_next(set, pos, key, hash) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySet_Update(set: *mut PyObject, iterable: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::update(any_set(set)?, object(iterable)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySet_New(iterable: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::new(optional(iterable)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrozenSet_New(iterable: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::new_frozen(optional(iterable)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySet_Add(anyset: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::add(object(anyset)?, object(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySet_Clear(set: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::clear(object(set)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySet_Contains(anyset: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::contains(object(anyset)?, object(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySet_Discard(set: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::discard(object(set)?, object(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySet_Pop(set: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::pop(object(set)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySet_Size(anyset: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::set::size(object(anyset)?) })
}

unsafe fn any_set<'a>(pointer: *mut PyObject) -> Result<&'a Object> {
    // SAFETY: the caller's promise.
    match unsafe { optional(pointer) } {
        Some(object) if types::set::check(object) => Ok(object),
        _ => Err(err::bad_internal_call()),
    }
}

/// The next key, borrowed, and its hash.
unsafe fn set_next(
    pointer: *mut PyObject,
    position: *mut Py_ssize_t,
    key: *mut *mut PyObject,
    hash: *mut Py_hash_t,
) -> Result<bool> {
    // SAFETY: the caller's promise; the set owns the key.
    unsafe {
        let set = object(pointer)?;
        if !types::set::check_any(set) {
            return Err(err::bad_internal_call());
        }
        let Some((found, its_hash)) = types::set::next(set, &mut *position) else { return Ok(false) };
        *key = found.as_ptr();
        *hash = its_hash;
        Ok(true)
    }
}
