//! Structs of `pytime.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_clock_info_t {
    pub implementation: *const c_char,
    pub monotonic: c_int,
    pub adjustable: c_int,
    pub resolution: f64,
}
assert_layout!(_Py_clock_info_t, 24, { implementation: 0, monotonic: 8, adjustable: 12, resolution: 16 });
