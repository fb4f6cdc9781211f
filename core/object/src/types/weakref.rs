//! Weak references (skeleton; owner: types).
use crate::handle::{Obj, Object, Result};
use krait_abi::*;
/// `PyObject_ClearWeakRefs`.
/// # Safety
/// The object's class has a weak reference list; the object is being deallocated.
pub unsafe fn clear_weakrefs(_object: *mut PyObject) {
    missing!()
}
/// `PyWeakref_NewRef`.
pub fn new_ref(_object: &Object, _callback: Option<&Object>) -> Result<Obj> {
    missing!()
}
/// The referent, None when dead (`PyWeakref_GetObject`).
pub fn get(_reference: &Object) -> Option<Obj> {
    missing!()
}
