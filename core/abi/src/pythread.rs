//! Structs of `pythread.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Py_tss_t {
    pub _is_initialized: c_int,
    pub _key: c_uint,
}
assert_layout!(Py_tss_t, 8, { _is_initialized: 0, _key: 4 });

pub type _Py_tss_t = Py_tss_t;
