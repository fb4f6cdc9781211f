//! `float` (skeleton; owner: numbers).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
crate::static_type! {
    /// `float`
    #[unsafe(no_mangle)]
    pub static PyFloat_Type = { tp_name: c"float".as_ptr(), tp_basicsize: 24 };
}
crate::object_view!(/** A `float`. */ pub Float, PyFloatObject, PyFloat_Type);
/// `PyFloat_FromDouble`.
pub fn from_f64(_value: f64) -> Result<Obj> {
    missing!()
}
/// `PyFloat_AsDouble` (uses `__float__`, `__index__`).
pub fn as_f64(_object: &Object) -> Result<f64> {
    missing!()
}
/// `PyFloat_Check`.
pub fn check(object: &Object) -> bool {
    <Float as crate::handle::Class>::is_instance(object)
}
