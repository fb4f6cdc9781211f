//! `type` (skeleton; owner: typeobject).
use crate::handle::{Class, Layout, Obj, Object, Result};
use core::ffi::c_ulong;
use krait_abi::*;

crate::static_type! {
    /// `type`
    #[unsafe(no_mangle)]
    pub static PyType_Type = { tp_name: c"type".as_ptr(), tp_basicsize: 880, tp_itemsize: 40 };
}

/// A class.
#[repr(transparent)]
pub struct Type(core::cell::UnsafeCell<PyTypeObject>, core::marker::PhantomData<*mut ()>);
// SAFETY: transparent over a C object struct inside an UnsafeCell.
unsafe impl Layout for Type {}
// SAFETY: instances of `type` have the layout of PyTypeObject at least.
unsafe impl Class for Type {
    fn class() -> &'static Type {
        // SAFETY: a static type object.
        unsafe { Type::from_raw(&raw mut PyType_Type) }
    }
    #[inline(always)]
    fn is_instance(object: &Object) -> bool {
        object.class_of().flags() & Py_TPFLAGS_TYPE_SUBCLASS as c_ulong != 0
    }
}
impl core::ops::Deref for Type {
    type Target = Object;
    fn deref(&self) -> &Object {
        self.object()
    }
}
impl Type {
    /// Borrows the type behind a raw pointer.
    /// # Safety
    /// `ptr` points to a type that stays alive for `'a`.
    #[inline(always)]
    pub unsafe fn from_raw<'a>(ptr: *mut PyTypeObject) -> &'a Type {
        // SAFETY: the caller's promise.
        unsafe { &*ptr.cast::<Type>() }
    }
    /// The C struct.
    #[inline(always)]
    pub fn as_raw(&self) -> *mut PyTypeObject {
        self.0.get()
    }
    /// `tp_flags`.
    #[inline(always)]
    pub fn flags(&self) -> c_ulong {
        // SAFETY: live type.
        unsafe { (*self.as_raw()).tp_flags }
    }
    /// `PyType_IsSubtype`.
    pub fn is_subtype(&self, _other: &Type) -> bool {
        missing!()
    }
    /// Calls `tp_alloc` with `items` items: zeroed, one reference, tracked when the class is.
    pub fn alloc(&self, _items: isize) -> Result<Obj> {
        missing!()
    }
    /// `_PyType_Lookup`: looks `name` (exact str) up along the MRO, through the method cache. Borrowed.
    pub fn lookup(&self, _name: &Object) -> Option<&Object> {
        missing!()
    }
    /// `tp_name` after the last dot (`_PyType_Name`).
    pub fn short_name(&self) -> &str {
        missing!()
    }
    /// `tp_name`, for error messages (`%.200s` of `Py_TYPE(x)->tp_name`).
    pub fn name(&self) -> &str {
        missing!()
    }
    /// `PyType_Ready`.
    pub fn ready(&self) -> Result<()> {
        missing!()
    }
    /// `PyType_Modified`.
    pub fn modified(&self) {
        missing!()
    }
    /// `PyType_FromModuleAndSpec`.
    /// # Safety
    /// `spec` is a valid spec.
    pub unsafe fn from_spec(
        _module: Option<&Object>,
        _spec: *mut PyType_Spec,
        _bases: Option<&Object>,
    ) -> Result<Obj<Type>> {
        missing!()
    }
}
