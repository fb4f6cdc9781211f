//! Structs of `compile.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyCompilerFlags {
    pub cf_flags: c_int,
    pub cf_feature_version: c_int,
}
assert_layout!(PyCompilerFlags, 8, { cf_flags: 0, cf_feature_version: 4 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyFutureFeatures {
    pub ff_features: c_int,
    pub ff_lineno: c_int,
}
assert_layout!(PyFutureFeatures, 8, { ff_features: 0, ff_lineno: 4 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyASTOptimizeState {
    pub optimize: c_int,
    pub ff_features: c_int,
}
assert_layout!(_PyASTOptimizeState, 8, { optimize: 0, ff_features: 4 });
