//! Structs of `descrobject.c`, `descrobject.h`.

use crate::*;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyDescrObject {
    pub ob_base: PyObject,
    pub d_type: *mut PyTypeObject,
    pub d_name: *mut PyObject,
    pub d_qualname: *mut PyObject,
}
assert_layout!(PyDescrObject, 40, { ob_base: 0, d_type: 16, d_name: 24, d_qualname: 32 });

/// A row of a getset table; `name` NULL ends it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyGetSetDef {
    pub name: *const c_char,
    pub get: getter,
    pub set: setter,
    pub doc: *const c_char,
    pub closure: *mut c_void,
}
assert_layout!(PyGetSetDef, 40, { name: 0, get: 8, set: 16, doc: 24, closure: 32 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyGetSetDescrObject {
    pub d_common: PyDescrObject,
    pub d_getset: *mut PyGetSetDef,
}
assert_layout!(PyGetSetDescrObject, 48, { d_common: 0, d_getset: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemberDescrObject {
    pub d_common: PyDescrObject,
    pub d_member: *mut PyMemberDef,
}
assert_layout!(PyMemberDescrObject, 48, { d_common: 0, d_member: 40 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMethodDescrObject {
    pub d_common: PyDescrObject,
    pub d_method: *mut PyMethodDef,
    pub vectorcall: vectorcallfunc,
}
assert_layout!(PyMethodDescrObject, 56, { d_common: 0, d_method: 40, vectorcall: 48 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyWrapperDescrObject {
    pub d_common: PyDescrObject,
    pub d_base: *mut wrapperbase,
    pub d_wrapped: *mut c_void,
}
assert_layout!(PyWrapperDescrObject, 56, { d_common: 0, d_base: 40, d_wrapped: 48 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct wrapperbase {
    pub name: *const c_char,
    pub offset: c_int,
    pub function: *mut c_void,
    pub wrapper: wrapperfunc,
    pub doc: *const c_char,
    pub flags: c_int,
    pub name_strobj: *mut PyObject,
}
assert_layout!(wrapperbase, 56, {
    name: 0, offset: 8, function: 16, wrapper: 24, doc: 32, flags: 40, name_strobj: 48,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct mappingproxyobject {
    pub ob_base: PyObject,
    pub mapping: *mut PyObject,
}
assert_layout!(mappingproxyobject, 24, { ob_base: 0, mapping: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct propertyobject {
    pub ob_base: PyObject,
    pub prop_get: *mut PyObject,
    pub prop_set: *mut PyObject,
    pub prop_del: *mut PyObject,
    pub prop_doc: *mut PyObject,
    pub getter_doc: c_int,
}
assert_layout!(propertyobject, 56, {
    ob_base: 0, prop_get: 16, prop_set: 24, prop_del: 32, prop_doc: 40, getter_doc: 48,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct wrapperobject {
    pub ob_base: PyObject,
    pub descr: *mut PyWrapperDescrObject,
    pub self_: *mut PyObject,
}
assert_layout!(wrapperobject, 32, { ob_base: 0, descr: 16, self_: 24 });
