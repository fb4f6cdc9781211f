//! Structs of `internal/pycore_atomic.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_atomic_address {
    pub _value: usize,
}
assert_layout!(_Py_atomic_address, 8, { _value: 0 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_atomic_int {
    pub _value: c_int,
}
assert_layout!(_Py_atomic_int, 4, { _value: 0 });
