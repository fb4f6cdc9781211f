//! `builtin_function_or_method` (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
/// `PyCMethod_New`.
/// # Safety
/// `def` lives as long as the function object.
pub unsafe fn new(_def: *mut PyMethodDef, _this: Option<&Object>, _module: Option<&Object>) -> Result<Obj> {
    missing!()
}
