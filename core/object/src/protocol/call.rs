//! Calls (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
use krait_abi::PyObject;
/// Calls with positional arguments through vectorcall.
pub fn call(_callable: &Object, _args: &[&Object]) -> Result<Obj> {
    missing!()
}
/// `PyObject_CallNoArgs`.
pub fn call0(callable: &Object) -> Result<Obj> {
    call(callable, &[])
}
/// `PyObject_CallOneArg`.
pub fn call1(callable: &Object, arg: &Object) -> Result<Obj> {
    call(callable, &[arg])
}
/// `PyObject_Vectorcall`: `args` holds the positional arguments and one value for each name in the tuple `names`.
pub fn call_names(
    _callable: &Object,
    _args: &[&Object],
    _positional: usize,
    _names: Option<&Object>,
) -> Result<Obj> {
    missing!()
}
/// `PyObject_Call`: a tuple and an optional dict.
pub fn call_tuple(_callable: &Object, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    missing!()
}
/// `PyObject_VectorcallMethod`: no bound method is made where the class's attribute is a method descriptor.
pub fn call_method(_object: &Object, _name: &Object, _args: &[&Object]) -> Result<Obj> {
    missing!()
}
/// `_Py_CheckFunctionResult`: NULL without an exception, or a result with one, becomes SystemError.
/// # Safety
/// `result` is NULL or an owned reference, which moves to the result.
pub unsafe fn check_result(
    _callable: Option<&Object>,
    _result: *mut PyObject,
    _where: Option<&str>,
) -> Result<Obj> {
    missing!()
}
