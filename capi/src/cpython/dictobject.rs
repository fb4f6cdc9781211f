//! `cpython/dictobject.h`.

use crate::cpython::object::debug_stats_line;
use crate::dictobject::{dict, next};
use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_GetItem_KnownHash(
    op: *mut PyObject,
    key: *mut PyObject,
    hash: Py_hash_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::get_known_hash(dict(op)?, object(key)?, hash) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_GetItemIdWithError(
    dp: *mut PyObject,
    key: *mut _Py_Identifier,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::get_item_with_error(object(dp)?, identifier(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_GetItemStringWithError(
    v: *mut PyObject,
    key: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::get_item_with_error(object(v)?, &*types::unicode::from_str(text(key)?)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDict_SetDefault(
    d: *mut PyObject,
    key: *mut PyObject,
    defaultobj: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::set_default_checked(object(d)?, object(key)?, object(defaultobj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_SetItem_KnownHash(
    op: *mut PyObject,
    key: *mut PyObject,
    value: *mut PyObject,
    hash: Py_hash_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::set_known_hash(dict(op)?, object(key)?, object(value)?, hash) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_DelItem_KnownHash(
    op: *mut PyObject,
    key: *mut PyObject,
    hash: Py_hash_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::del_known_hash(dict(op)?, object(key)?, hash) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_DelItemIf(
    op: *mut PyObject,
    key: *mut PyObject,
    predicate: Option<unsafe extern "C" fn(*mut PyObject) -> c_int>,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { del_item_if(object(op)?, object(key)?, predicate) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_Next(
    op: *mut PyObject,
    ppos: *mut Py_ssize_t,
    pkey: *mut *mut PyObject,
    pvalue: *mut *mut PyObject,
    phash: *mut Py_hash_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { next(op, ppos, pkey, pvalue, phash) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_Contains(op: *mut PyObject, key: *mut PyObject, hash: Py_hash_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::contains_known_hash(object(op)?, object(key)?, hash) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_NewPresized(minused: Py_ssize_t) -> *mut PyObject {
    guard(|| types::dict::new_presized(minused.max(0) as usize))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_MaybeUntrack(op: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::dict::maybe_untrack(op) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_HasOnlyStringKeys(dict: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::dict::has_only_string_keys(object(dict)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_SizeOf(mp: *mut PyDictObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::dict::size_of(object(mp.cast())?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_Pop(
    dict: *mut PyObject,
    key: *mut PyObject,
    deflt: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::pop_or(object(dict)?, object(key)?, optional(deflt)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_MergeEx(a: *mut PyObject, b: *mut PyObject, override_: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::merge_ex(object(a)?, object(b)?, override_) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_GetItemId(dp: *mut PyObject, key: *mut _Py_Identifier) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::dict::get_item_suppressed(object(dp)?, identifier(key)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_SetItemId(
    v: *mut PyObject,
    key: *mut _Py_Identifier,
    item: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::set_item_checked(object(v)?, identifier(key)?, object(item)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_DelItemId(v: *mut PyObject, key: *mut _Py_Identifier) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::del_item_checked(object(v)?, identifier(key)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDict_DebugMallocStats(out: *mut libc::FILE) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        debug_stats_line(
            out,
            c"free PyDictObject".as_ptr(),
            types::dict::free_list_size() as c_int,
            size_of::<PyDictObject>(),
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyDictView_New(dict: *mut PyObject, type_: *mut PyTypeObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::dict::new_view(object(dict)?, class(type_)) })
}

/// Deletes the key if the predicate says so of its value.
unsafe fn del_item_if(
    dict: &Object,
    key: &Object,
    predicate: Option<unsafe extern "C" fn(*mut PyObject) -> c_int>,
) -> Result<()> {
    let Some(predicate) = predicate else { return Err(err::bad_internal_call()) };
    types::dict::del_item_if(dict, key, |value| {
        // SAFETY: the caller's promise.
        match unsafe { predicate(value.as_ptr()) } {
            -1 => Err(Raised::assume()),
            answer => Ok(answer != 0),
        }
    })
}
