//! Fields of Python objects that own a reference.
//!
//! [`ObjCell`] is a nullable pointer field as C structs have it (`PyObject *field`), with safe access: reading clones
//! the reference, writing drops the old value last, after the field holds the new one, because dropping may run any
//! Python code.

use crate::handle::{Layout, Obj, Object};
use core::cell::Cell;
use core::ffi::{c_int, c_void};
use krait_abi::{PyObject, visitproc};

/// A nullable owned reference inside an object.
#[repr(transparent)]
pub struct ObjCell(Cell<*mut PyObject>);

impl ObjCell {
    /// An empty field.
    pub const fn empty() -> ObjCell {
        ObjCell(Cell::new(core::ptr::null_mut()))
    }

    /// A field that owns `value`.
    pub fn new<T: Layout>(value: Obj<T>) -> ObjCell {
        ObjCell(Cell::new(value.into_ptr()))
    }

    /// A field that may be empty.
    pub fn from_option(value: Option<Obj>) -> ObjCell {
        ObjCell(Cell::new(crate::handle::into_ptr_opt(value)))
    }

    /// A new reference to the value.
    #[inline(always)]
    pub fn get(&self) -> Option<Obj> {
        // SAFETY: the field is NULL or owns a live object.
        unsafe { Object::from_ptr_opt(self.0.get()).map(Layout::owned) }
    }

    /// A new reference to the value, `None` (the object) when the field is empty.
    #[inline]
    pub fn get_or_none(&self) -> Obj {
        self.get().unwrap_or_else(|| crate::types::none::none().owned())
    }

    /// Whether the field is empty.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.0.get().is_null()
    }

    /// The value's pointer, borrowed; for identity tests.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut PyObject {
        self.0.get()
    }

    /// The value, borrowed.
    ///
    /// # Safety
    /// The field is not written while the result is in use (no Python code may run that could).
    #[inline(always)]
    pub unsafe fn borrow(&self) -> Option<&Object> {
        // SAFETY: the field is NULL or owns a live object, and the caller keeps it there.
        unsafe { Object::from_ptr_opt(self.0.get()) }
    }

    /// Stores a value; the old one is dropped after that.
    #[inline(always)]
    pub fn set<T: Layout>(&self, value: Obj<T>) {
        drop(self.replace(Some(value.upcast())));
    }

    /// Stores a value or nothing; the old one is dropped after that.
    #[inline(always)]
    pub fn set_opt(&self, value: Option<Obj>) {
        drop(self.replace(value));
    }

    /// Stores a value or nothing and returns the old one.
    #[inline(always)]
    pub fn replace(&self, value: Option<Obj>) -> Option<Obj> {
        let old = self.0.replace(crate::handle::into_ptr_opt(value));
        // SAFETY: the reference that the field owned moves to the result.
        unsafe { Obj::from_owned_opt(old) }
    }

    /// Empties the field (`Py_CLEAR`) and returns the old value.
    #[inline(always)]
    pub fn take(&self) -> Option<Obj> {
        self.replace(None)
    }

    /// Shows the value to a garbage collector's visitor (`Py_VISIT`).
    #[inline(always)]
    pub fn visit(&self, visitor: &mut Visitor) {
        visitor.visit_ptr(self.0.get());
    }
}

impl Drop for ObjCell {
    fn drop(&mut self) {
        drop(self.take());
    }
}

/// A `visitproc` with its argument, and the first non-zero result.
pub struct Visitor {
    visit: visitproc,
    arg: *mut c_void,
    result: c_int,
    /// The visitor is one of the collector's, which does nothing with objects of other classes than containers.
    collects: bool,
}

impl Visitor {
    /// Wraps the two arguments that `tp_traverse` gets.
    #[inline(always)]
    pub fn new(visit: visitproc, arg: *mut c_void) -> Visitor {
        Visitor { visit, arg, result: 0, collects: crate::gc::collect::collects(visit) }
    }

    /// Visits one reference (`Py_VISIT`); NULL is skipped, and everything after a non-zero result.
    #[inline(always)]
    pub fn visit_ptr(&mut self, ptr: *mut PyObject) {
        // SAFETY: references are to live objects, and a visitor accepts any with its own argument.
        unsafe {
            if ptr.is_null() || (self.collects && !crate::gc::is_of_gc_class(ptr)) {
                return;
            }
            if self.result == 0
                && let Some(visit) = self.visit
            {
                self.result = visit(ptr, self.arg);
            }
        }
    }

    /// Visits one reference.
    #[inline(always)]
    pub fn visit(&mut self, object: &Object) {
        self.visit_ptr(object.as_ptr());
    }

    /// What `tp_traverse` returns.
    pub fn finish(self) -> c_int {
        self.result
    }
}
