//! Structs of `_abc.c`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _abc_data {
    pub ob_base: PyObject,
    pub _abc_registry: *mut PyObject,
    pub _abc_cache: *mut PyObject,
    pub _abc_negative_cache: *mut PyObject,
    pub _abc_negative_cache_version: c_ulonglong,
}
assert_layout!(_abc_data, 48, {
    ob_base: 0, _abc_registry: 16, _abc_cache: 24, _abc_negative_cache: 32, _abc_negative_cache_version: 40,
});
