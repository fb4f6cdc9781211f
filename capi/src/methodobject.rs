//! `methodobject.h`.

use crate::prelude::*;
use krait_object::types::typeobject::Type;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCFunction_GetFunction(op: *mut PyObject) -> PyCFunction {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::cfunction::get_function(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCFunction_GetSelf(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::cfunction::get_self(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCFunction_GetFlags(op: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::cfunction::get_flags(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCFunction_Call(
    callable: *mut PyObject,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(protocol::call::call_raw(object(callable)?.as_ptr(), args, kwargs)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCFunction_NewEx(
    ml: *mut PyMethodDef,
    self_: *mut PyObject,
    module: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::cfunction::new(ml, optional(self_), optional(module)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCMethod_New(
    ml: *mut PyMethodDef,
    self_: *mut PyObject,
    module: *mut PyObject,
    cls: *mut PyTypeObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::cfunction::new_method(ml, optional(self_), optional(module), Type::from_raw_opt(cls))
    })
}
