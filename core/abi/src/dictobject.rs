//! Structs of `cpython/dictobject.h`, `dictobject.c`.

use crate::*;

/// A dict; `ma_values` is non-NULL exactly for split-table (key-sharing) dicts.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyDictObject {
    pub ob_base: PyObject,
    pub ma_used: Py_ssize_t,
    pub ma_version_tag: u64,
    pub ma_keys: *mut PyDictKeysObject,
    pub ma_values: *mut *mut PyObject,
}
assert_layout!(PyDictObject, 48, {
    ob_base: 0, ma_used: 16, ma_version_tag: 24, ma_keys: 32, ma_values: 40,
});

/// Head of a key table; the index table and then the entries follow.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _dictkeysobject {
    pub dk_refcnt: Py_ssize_t,
    pub dk_size: Py_ssize_t,
    pub dk_lookup: dict_lookup_func,
    pub dk_usable: Py_ssize_t,
    pub dk_nentries: Py_ssize_t,
    pub dk_indices: [c_char; 0],
}
assert_layout!(_dictkeysobject, 40, {
    dk_refcnt: 0, dk_size: 8, dk_lookup: 16, dk_usable: 24, dk_nentries: 32, dk_indices: 40,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyDictKeyEntry {
    pub me_hash: Py_hash_t,
    pub me_key: *mut PyObject,
    pub me_value: *mut PyObject,
}
assert_layout!(PyDictKeyEntry, 24, { me_hash: 0, me_key: 8, me_value: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyDictViewObject {
    pub ob_base: PyObject,
    pub dv_dict: *mut PyDictObject,
}
assert_layout!(_PyDictViewObject, 24, { ob_base: 0, dv_dict: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct dictiterobject {
    pub ob_base: PyObject,
    pub di_dict: *mut PyDictObject,
    pub di_used: Py_ssize_t,
    pub di_pos: Py_ssize_t,
    pub di_result: *mut PyObject,
    pub len: Py_ssize_t,
}
assert_layout!(dictiterobject, 56, {
    ob_base: 0, di_dict: 16, di_used: 24, di_pos: 32, di_result: 40, len: 48,
});

/// Opaque in the headers; `dk_indices` is followed by the index table and the entries.
pub type PyDictKeysObject = _dictkeysobject;
