//! Structs of `_threadmodule.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct localdummyobject {
    pub ob_base: PyObject,
    pub localdict: *mut PyObject,
    pub weakreflist: *mut PyObject,
}
assert_layout!(localdummyobject, 32, { ob_base: 0, localdict: 16, weakreflist: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct localobject {
    pub ob_base: PyObject,
    pub key: *mut PyObject,
    pub args: *mut PyObject,
    pub kw: *mut PyObject,
    pub weakreflist: *mut PyObject,
    pub dummies: *mut PyObject,
    pub wr_callback: *mut PyObject,
}
assert_layout!(localobject, 64, {
    ob_base: 0, key: 16, args: 24, kw: 32, weakreflist: 40, dummies: 48, wr_callback: 56,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct lockobject {
    pub ob_base: PyObject,
    pub lock_lock: PyThread_type_lock,
    pub in_weakreflist: *mut PyObject,
    pub locked: c_char,
}
assert_layout!(lockobject, 40, { ob_base: 0, lock_lock: 16, in_weakreflist: 24, locked: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct rlockobject {
    pub ob_base: PyObject,
    pub rlock_lock: PyThread_type_lock,
    pub rlock_owner: c_ulong,
    pub rlock_count: c_ulong,
    pub in_weakreflist: *mut PyObject,
}
assert_layout!(rlockobject, 48, {
    ob_base: 0, rlock_lock: 16, rlock_owner: 24, rlock_count: 32, in_weakreflist: 40,
});
