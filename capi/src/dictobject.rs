//! `dictobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_New() -> *mut PyObject {
    guard(types::dict::new)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_GetItem(op: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::dict::get_item_suppressed(object(op)?, object(key)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_GetItemWithError(op: *mut PyObject, key: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::get_item_with_error(object(op)?, object(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_SetItem(
    op: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::set_item_checked(object(op)?, object(key)?, object(value)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_DelItem(op: *mut PyObject, key: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::del_item_checked(object(op)?, object(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Clear(op: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        if let Some(dict) = optional(op).filter(|op| types::dict::check(op)) {
            types::dict::clear(dict)
        }
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Next(
    op: *mut PyObject,
    ppos: *mut Py_ssize_t,
    pkey: *mut *mut PyObject,
    pvalue: *mut *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { next(op, ppos, pkey, pvalue, null_mut()) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Keys(mp: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::keys(dict(mp)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Values(mp: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::values(dict(mp)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Items(mp: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::items(dict(mp)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Size(mp: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::size(object(mp)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Copy(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::copy_checked(optional(o)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Update(a: *mut PyObject, b: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::update(object(a)?, object(b)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_Merge(a: *mut PyObject, b: *mut PyObject, override_: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::merge(object(a)?, object(b)?, override_ != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_MergeFromSeq2(
    d: *mut PyObject,
    seq2: *mut PyObject,
    override_: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::merge_from_seq2(dict(d)?, object(seq2)?, override_ != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_GetItemString(v: *mut PyObject, key: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { get_item_string(v, key) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_SetItemString(
    v: *mut PyObject,
    key: *const c_char,
    item: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::dict::set_item_checked(object(v)?, &*types::unicode::intern_str(text(key)?)?, object(item)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_DelItemString(v: *mut PyObject, key: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::del_item_checked(object(v)?, &*types::unicode::intern_str(text(key)?)?) })
}

/// An object that must be a dict.
pub(crate) unsafe fn dict<'a>(pointer: *mut PyObject) -> Result<&'a Object> {
    // SAFETY: the caller's promise.
    match unsafe { optional(pointer) } {
        Some(object) if types::dict::check(object) => Ok(object),
        _ => Err(err::bad_internal_call()),
    }
}

/// Borrowed or NULL; no exception is set in either case.
unsafe fn get_item_string(pointer: *mut PyObject, key: *const c_char) -> Result<*mut PyObject> {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(dict) = optional(pointer) else { return Ok(null_mut()) };
        match text(key) {
            Ok(key) => Ok(types::dict::get_item_string(dict, key)),
            Err(_) => {
                err::clear();
                Ok(null_mut())
            }
        }
    }
}

/// The next entry of a dict in `PyDict_Next`'s terms.
pub(crate) unsafe fn next(
    pointer: *mut PyObject,
    position: *mut Py_ssize_t,
    key: *mut *mut PyObject,
    value: *mut *mut PyObject,
    hash: *mut Py_hash_t,
) -> c_int {
    // SAFETY: the caller's promise, also to leave the dict's keys alone.
    unsafe {
        let Some(dict) = optional(pointer).filter(|object| types::dict::check(object)) else { return 0 };
        let Some((found, its_value, its_hash)) = types::dict::next_with_hash(dict, &mut *position) else {
            return 0;
        };
        store(key, found.as_ptr());
        store(value, its_value.as_ptr());
        store(hash, its_hash);
        1
    }
}
