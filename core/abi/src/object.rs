//! `object.h` and `cpython/object.h`: the object head, type objects and their slot groups, buffers.

use crate::*;

/// Head of every object: the count of owned references and the type, which the object owns if it is a heap type.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyObject {
    pub ob_refcnt: Py_ssize_t,
    pub ob_type: *mut PyTypeObject,
}
assert_layout!(PyObject, 16, { ob_refcnt: 0, ob_type: 8 });

/// Head of objects with a number of items.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyVarObject {
    pub ob_base: PyObject,
    pub ob_size: Py_ssize_t,
}
assert_layout!(PyVarObject, 24, { ob_base: 0, ob_size: 16 });

/// A type. Static types are exactly this; heap types are `PyHeapTypeObject`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyTypeObject {
    pub ob_base: PyVarObject,
    pub tp_name: *const c_char,
    pub tp_basicsize: Py_ssize_t,
    pub tp_itemsize: Py_ssize_t,
    pub tp_dealloc: destructor,
    pub tp_vectorcall_offset: Py_ssize_t,
    pub tp_getattr: getattrfunc,
    pub tp_setattr: setattrfunc,
    pub tp_as_async: *mut PyAsyncMethods,
    pub tp_repr: reprfunc,
    pub tp_as_number: *mut PyNumberMethods,
    pub tp_as_sequence: *mut PySequenceMethods,
    pub tp_as_mapping: *mut PyMappingMethods,
    pub tp_hash: hashfunc,
    pub tp_call: ternaryfunc,
    pub tp_str: reprfunc,
    pub tp_getattro: getattrofunc,
    pub tp_setattro: setattrofunc,
    pub tp_as_buffer: *mut PyBufferProcs,
    pub tp_flags: c_ulong,
    pub tp_doc: *const c_char,
    pub tp_traverse: traverseproc,
    pub tp_clear: inquiry,
    pub tp_richcompare: richcmpfunc,
    pub tp_weaklistoffset: Py_ssize_t,
    pub tp_iter: getiterfunc,
    pub tp_iternext: iternextfunc,
    pub tp_methods: *mut PyMethodDef,
    pub tp_members: *mut PyMemberDef,
    pub tp_getset: *mut PyGetSetDef,
    pub tp_base: *mut PyTypeObject,
    pub tp_dict: *mut PyObject,
    pub tp_descr_get: descrgetfunc,
    pub tp_descr_set: descrsetfunc,
    pub tp_dictoffset: Py_ssize_t,
    pub tp_init: initproc,
    pub tp_alloc: allocfunc,
    pub tp_new: newfunc,
    pub tp_free: freefunc,
    pub tp_is_gc: inquiry,
    pub tp_bases: *mut PyObject,
    pub tp_mro: *mut PyObject,
    pub tp_cache: *mut PyObject,
    pub tp_subclasses: *mut PyObject,
    pub tp_weaklist: *mut PyObject,
    pub tp_del: destructor,
    pub tp_version_tag: c_uint,
    pub tp_finalize: destructor,
    pub tp_vectorcall: vectorcallfunc,
}
assert_layout!(PyTypeObject, 408, {
    ob_base: 0, tp_name: 24, tp_basicsize: 32, tp_itemsize: 40, tp_dealloc: 48, tp_vectorcall_offset: 56,
    tp_getattr: 64, tp_setattr: 72, tp_as_async: 80, tp_repr: 88, tp_as_number: 96, tp_as_sequence: 104,
    tp_as_mapping: 112, tp_hash: 120, tp_call: 128, tp_str: 136, tp_getattro: 144, tp_setattro: 152,
    tp_as_buffer: 160, tp_flags: 168, tp_doc: 176, tp_traverse: 184, tp_clear: 192, tp_richcompare: 200,
    tp_weaklistoffset: 208, tp_iter: 216, tp_iternext: 224, tp_methods: 232, tp_members: 240,
    tp_getset: 248, tp_base: 256, tp_dict: 264, tp_descr_get: 272, tp_descr_set: 280, tp_dictoffset: 288,
    tp_init: 296, tp_alloc: 304, tp_new: 312, tp_free: 320, tp_is_gc: 328, tp_bases: 336, tp_mro: 344,
    tp_cache: 352, tp_subclasses: 360, tp_weaklist: 368, tp_del: 376, tp_version_tag: 384, tp_finalize: 392,
    tp_vectorcall: 400,
});

/// A type made at run time; its slot groups live inside it, and member descriptors follow at `Py_TYPE(type)->tp_basicsize`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHeapTypeObject {
    pub ht_type: PyTypeObject,
    pub as_async: PyAsyncMethods,
    pub as_number: PyNumberMethods,
    pub as_mapping: PyMappingMethods,
    pub as_sequence: PySequenceMethods,
    pub as_buffer: PyBufferProcs,
    pub ht_name: *mut PyObject,
    pub ht_slots: *mut PyObject,
    pub ht_qualname: *mut PyObject,
    pub ht_cached_keys: *mut _dictkeysobject,
    pub ht_module: *mut PyObject,
}
assert_layout!(PyHeapTypeObject, 880, {
    ht_type: 0, as_async: 408, as_number: 432, as_mapping: 720, as_sequence: 744, as_buffer: 824,
    ht_name: 840, ht_slots: 848, ht_qualname: 856, ht_cached_keys: 864, ht_module: 872,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyAsyncMethods {
    pub am_await: unaryfunc,
    pub am_aiter: unaryfunc,
    pub am_anext: unaryfunc,
}
assert_layout!(PyAsyncMethods, 24, { am_await: 0, am_aiter: 8, am_anext: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyBufferProcs {
    pub bf_getbuffer: getbufferproc,
    pub bf_releasebuffer: releasebufferproc,
}
assert_layout!(PyBufferProcs, 16, { bf_getbuffer: 0, bf_releasebuffer: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMappingMethods {
    pub mp_length: lenfunc,
    pub mp_subscript: binaryfunc,
    pub mp_ass_subscript: objobjargproc,
}
assert_layout!(PyMappingMethods, 24, { mp_length: 0, mp_subscript: 8, mp_ass_subscript: 16 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyNumberMethods {
    pub nb_add: binaryfunc,
    pub nb_subtract: binaryfunc,
    pub nb_multiply: binaryfunc,
    pub nb_remainder: binaryfunc,
    pub nb_divmod: binaryfunc,
    pub nb_power: ternaryfunc,
    pub nb_negative: unaryfunc,
    pub nb_positive: unaryfunc,
    pub nb_absolute: unaryfunc,
    pub nb_bool: inquiry,
    pub nb_invert: unaryfunc,
    pub nb_lshift: binaryfunc,
    pub nb_rshift: binaryfunc,
    pub nb_and: binaryfunc,
    pub nb_xor: binaryfunc,
    pub nb_or: binaryfunc,
    pub nb_int: unaryfunc,
    pub nb_reserved: *mut c_void,
    pub nb_float: unaryfunc,
    pub nb_inplace_add: binaryfunc,
    pub nb_inplace_subtract: binaryfunc,
    pub nb_inplace_multiply: binaryfunc,
    pub nb_inplace_remainder: binaryfunc,
    pub nb_inplace_power: ternaryfunc,
    pub nb_inplace_lshift: binaryfunc,
    pub nb_inplace_rshift: binaryfunc,
    pub nb_inplace_and: binaryfunc,
    pub nb_inplace_xor: binaryfunc,
    pub nb_inplace_or: binaryfunc,
    pub nb_floor_divide: binaryfunc,
    pub nb_true_divide: binaryfunc,
    pub nb_inplace_floor_divide: binaryfunc,
    pub nb_inplace_true_divide: binaryfunc,
    pub nb_index: unaryfunc,
    pub nb_matrix_multiply: binaryfunc,
    pub nb_inplace_matrix_multiply: binaryfunc,
}
assert_layout!(PyNumberMethods, 288, {
    nb_add: 0, nb_subtract: 8, nb_multiply: 16, nb_remainder: 24, nb_divmod: 32, nb_power: 40,
    nb_negative: 48, nb_positive: 56, nb_absolute: 64, nb_bool: 72, nb_invert: 80, nb_lshift: 88,
    nb_rshift: 96, nb_and: 104, nb_xor: 112, nb_or: 120, nb_int: 128, nb_reserved: 136, nb_float: 144,
    nb_inplace_add: 152, nb_inplace_subtract: 160, nb_inplace_multiply: 168, nb_inplace_remainder: 176,
    nb_inplace_power: 184, nb_inplace_lshift: 192, nb_inplace_rshift: 200, nb_inplace_and: 208,
    nb_inplace_xor: 216, nb_inplace_or: 224, nb_floor_divide: 232, nb_true_divide: 240,
    nb_inplace_floor_divide: 248, nb_inplace_true_divide: 256, nb_index: 264, nb_matrix_multiply: 272,
    nb_inplace_matrix_multiply: 280,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PySequenceMethods {
    pub sq_length: lenfunc,
    pub sq_concat: binaryfunc,
    pub sq_repeat: ssizeargfunc,
    pub sq_item: ssizeargfunc,
    pub was_sq_slice: *mut c_void,
    pub sq_ass_item: ssizeobjargproc,
    pub was_sq_ass_slice: *mut c_void,
    pub sq_contains: objobjproc,
    pub sq_inplace_concat: binaryfunc,
    pub sq_inplace_repeat: ssizeargfunc,
}
assert_layout!(PySequenceMethods, 80, {
    sq_length: 0, sq_concat: 8, sq_repeat: 16, sq_item: 24, was_sq_slice: 32, sq_ass_item: 40,
    was_sq_ass_slice: 48, sq_contains: 56, sq_inplace_concat: 64, sq_inplace_repeat: 72,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyType_Slot {
    pub slot: c_int,
    pub pfunc: *mut c_void,
}
assert_layout!(PyType_Slot, 16, { slot: 0, pfunc: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyType_Spec {
    pub name: *const c_char,
    pub basicsize: c_int,
    pub itemsize: c_int,
    pub flags: c_uint,
    pub slots: *mut PyType_Slot,
}
assert_layout!(PyType_Spec, 32, { name: 0, basicsize: 8, itemsize: 12, flags: 16, slots: 24 });

/// A view of memory lent through the buffer protocol.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Py_buffer {
    pub buf: *mut c_void,
    pub obj: *mut PyObject,
    pub len: Py_ssize_t,
    pub itemsize: Py_ssize_t,
    pub readonly: c_int,
    pub ndim: c_int,
    pub format: *mut c_char,
    pub shape: *mut Py_ssize_t,
    pub strides: *mut Py_ssize_t,
    pub suboffsets: *mut Py_ssize_t,
    pub internal: *mut c_void,
}
assert_layout!(Py_buffer, 80, {
    buf: 0, obj: 8, len: 16, itemsize: 24, readonly: 32, ndim: 36, format: 40, shape: 48, strides: 56,
    suboffsets: 64, internal: 72,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_Identifier {
    pub next: *mut _Py_Identifier,
    pub string: *const c_char,
    pub object: *mut PyObject,
}
assert_layout!(_Py_Identifier, 24, { next: 0, string: 8, object: 16 });

pub type _heaptypeobject = PyHeapTypeObject;
pub type _object = PyObject;
pub type _typeobject = PyTypeObject;
pub type bufferinfo = Py_buffer;
