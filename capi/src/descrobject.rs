//! `descrobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDescr_NewMethod(
    type_: *mut PyTypeObject,
    method: *mut PyMethodDef,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::method::new(class(type_), method) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDescr_NewClassMethod(
    type_: *mut PyTypeObject,
    method: *mut PyMethodDef,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::method::new_class_method(class(type_), method) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDescr_NewMember(
    type_: *mut PyTypeObject,
    member: *mut PyMemberDef,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::member::new(class(type_), member) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDescr_NewGetSet(
    type_: *mut PyTypeObject,
    getset: *mut PyGetSetDef,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::getset::new(class(type_), getset) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDescr_NewWrapper(
    type_: *mut PyTypeObject,
    base: *mut wrapperbase,
    wrapped: *mut c_void,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::wrapper::new(class(type_), base, wrapped) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyDictProxy_New(mapping: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::descr::mappingproxy::new(object(mapping)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyWrapper_New(d: *mut PyObject, self_: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { new_wrapper(object(d)?, object(self_)?) })
}

/// A slot wrapper bound to an object.
unsafe fn new_wrapper(descriptor: &Object, this: &Object) -> Result<Obj> {
    match descriptor.downcast::<types::descr::wrapper::WrapperDescr>() {
        Some(descriptor) => types::descr::wrapper::bind(descriptor, this),
        None => Err(err::bad_internal_call()),
    }
}
