//! Structs of `_functoolsmodule.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct keyobject {
    pub ob_base: PyObject,
    pub cmp: *mut PyObject,
    pub object: *mut PyObject,
}
assert_layout!(keyobject, 32, { ob_base: 0, cmp: 16, object: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct lru_list_elem {
    pub ob_base: PyObject,
    pub prev: *mut lru_list_elem,
    pub next: *mut lru_list_elem,
    pub hash: Py_hash_t,
    pub key: *mut PyObject,
    pub result: *mut PyObject,
}
assert_layout!(lru_list_elem, 56, { ob_base: 0, prev: 16, next: 24, hash: 32, key: 40, result: 48 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct partialobject {
    pub ob_base: PyObject,
    pub r#fn: *mut PyObject,
    pub args: *mut PyObject,
    pub kw: *mut PyObject,
    pub dict: *mut PyObject,
    pub weakreflist: *mut PyObject,
    pub vectorcall: vectorcallfunc,
}
assert_layout!(partialobject, 64, {
    ob_base: 0, r#fn: 16, args: 24, kw: 32, dict: 40, weakreflist: 48, vectorcall: 56,
});
