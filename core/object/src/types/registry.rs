//! The static built-in types, in the order in which they are made ready.
//!
//! Whoever adds a static type adds it here. A type may stand anywhere: its base is made ready before it. `object`
//! and `type` come first because everything else needs them.

use crate::handle::Result;
use crate::types::typeobject::Type;
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::PyTypeObject;

/// One row of the list. (`&raw mut STATIC` is a constant expression, but raw pointers are not `Sync`.)
#[derive(Clone, Copy)]
pub struct Entry(pub *mut PyTypeObject);
// SAFETY: the address of a static; touched with the GIL held.
unsafe impl Sync for Entry {}

macro_rules! entries {
    ($($path:path),* $(,)?) => {
        /// Every static built-in type of the object layer.
        pub static BUILTIN_TYPES: &[Entry] = &[$(Entry(&raw mut $path)),*];
    };
}

entries! {
    crate::types::object::PyBaseObject_Type,
    crate::types::typeobject::PyType_Type,
    crate::types::descr::wrapper::PyWrapperDescr_Type,
    crate::types::descr::wrapper::_PyMethodWrapper_Type,
    crate::types::descr::method::PyMethodDescr_Type,
    crate::types::descr::method::PyClassMethodDescr_Type,
    crate::types::descr::getset::PyGetSetDescr_Type,
    crate::types::descr::member::PyMemberDescr_Type,
    crate::types::descr::mappingproxy::PyDictProxy_Type,
    crate::types::descr::property::PyProperty_Type,
    crate::types::cfunction::PyCFunction_Type,
    crate::types::cfunction::PyCMethod_Type,
    crate::types::method::PyMethod_Type,
    crate::types::method::PyInstanceMethod_Type,
    crate::types::classmethod::PyClassMethod_Type,
    crate::types::classmethod::PyStaticMethod_Type,
    crate::types::super_::PySuper_Type,
    crate::types::module::PyModule_Type,
    crate::types::module::PyModuleDef_Type,
    crate::types::cell::PyCell_Type,
    crate::types::genericalias::Py_GenericAliasType,
    crate::types::dict::PyDict_Type,
    crate::types::list::PyList_Type,
    crate::types::tuple::PyTuple_Type,
    crate::types::unicode::PyUnicode_Type,
    crate::types::bytes::PyBytes_Type,
    crate::types::bytearray::PyByteArray_Type,
    crate::types::text_iter::PyUnicodeIter_Type,
    crate::types::text_iter::PyBytesIter_Type,
    crate::types::text_iter::PyByteArrayIter_Type,
    crate::types::memoryview::PyMemoryView_Type,
    crate::types::memoryview::_PyManagedBuffer_Type,
    crate::types::picklebuffer::PyPickleBuffer_Type,
    crate::types::long::PyLong_Type,
    crate::types::none::_PyNone_Type,
    crate::types::none::_PyNotImplemented_Type,
    crate::types::none::PyEllipsis_Type,
    crate::types::bool::PyBool_Type,
    crate::types::float::PyFloat_Type,
    crate::types::complex::PyComplex_Type,
    crate::types::slice::PySlice_Type,
    crate::types::set::PySet_Type,
    crate::types::set::PyFrozenSet_Type,
    crate::types::weakref::_PyWeakref_RefType,
    crate::types::weakref::_PyWeakref_ProxyType,
    crate::types::weakref::_PyWeakref_CallableProxyType,
    crate::types::capsule::PyCapsule_Type,
    crate::types::namespace::_PyNamespace_Type,
    crate::types::context::PyContext_Type,
    crate::types::context::PyContextVar_Type,
    crate::types::context::PyContextToken_Type,
    crate::types::dict::PyDictKeys_Type,
    crate::types::dict::PyDictValues_Type,
    crate::types::dict::PyDictItems_Type,
    crate::types::set::PySetIter_Type,
    crate::types::list::PyListIter_Type,
    crate::types::list::PyListRevIter_Type,
    crate::types::tuple::PyTupleIter_Type,
    crate::types::iter::PySeqIter_Type,
    crate::types::iter::PyCallIter_Type,
    crate::types::hamt::_PyHamt_Type,
    crate::types::hamt::_PyHamt_BitmapNode_Type,
    crate::types::hamt::_PyHamt_ArrayNode_Type,
    crate::types::hamt::_PyHamt_CollisionNode_Type,
    crate::types::hamt::_PyHamtKeys_Type,
    crate::types::hamt::_PyHamtValues_Type,
    crate::types::hamt::_PyHamtItems_Type,
    crate::types::dict::PyDictIterKey_Type,
    crate::types::dict::PyDictIterValue_Type,
    crate::types::dict::PyDictIterItem_Type,
    crate::types::dict::PyDictRevIterKey_Type,
    crate::types::dict::PyDictRevIterValue_Type,
    crate::types::dict::PyDictRevIterItem_Type,
    crate::types::range::PyRange_Type,
    crate::types::range::PyRangeIter_Type,
    crate::types::range::PyLongRangeIter_Type,
    crate::types::enumerate::PyEnum_Type,
    crate::types::enumerate::PyReversed_Type,
    crate::types::odict::PyODict_Type,
    crate::types::odict::PyODictIter_Type,
    crate::types::odict::PyODictKeys_Type,
    crate::types::odict::PyODictValues_Type,
    crate::types::odict::PyODictItems_Type,
}

struct FunctionType(Cell<*mut PyTypeObject>);
// SAFETY: written once at start-up, read with the GIL held.
unsafe impl Sync for FunctionType {}
static FUNCTION_TYPE: FunctionType = FunctionType(Cell::new(null_mut()));

/// Tells the type machinery which static type is `function`: `type.__new__` turns functions named `__new__`,
/// `__init_subclass__` and `__class_getitem__` into static or class methods. The type lives in the layer above.
pub fn set_function_type(class: *mut PyTypeObject) {
    FUNCTION_TYPE.0.set(class);
}

/// The `function` type, NULL before the layer above has named it.
#[inline(always)]
pub fn function_type() -> *mut PyTypeObject {
    FUNCTION_TYPE.0.get()
}

/// Makes every static type of the object layer ready.
pub fn init_builtin_types() -> Result<()> {
    for entry in BUILTIN_TYPES {
        // SAFETY: the address of a static type.
        unsafe { Type::from_raw(entry.0) }.ready()?;
    }
    Ok(())
}

/// Gives back what the static types hold (dicts, bases, MROs, caches). Only at finalisation, when no heap type and no
/// instance with Python-visible attributes is left; a later [`init_builtin_types`] makes the types ready again.
pub fn fini_builtin_types() {
    crate::types::typeobject::cache::clear();
    for entry in BUILTIN_TYPES.iter().rev() {
        // SAFETY: the address of a static type.
        crate::types::typeobject::unready(unsafe { Type::from_raw(entry.0) });
    }
    crate::types::typeobject::slotdefs::clear_names();
    crate::types::typeobject::cache::clear();
}
