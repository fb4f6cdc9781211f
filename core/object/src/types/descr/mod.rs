//! Descriptors: what the tables of C classes become in class dicts, plus `property` and `mappingproxy`.
//!
//! ```text
//!   PyDescrObject   d_type @16 (owned), d_name @24 (interned), d_qualname @32 (made at first use)
//!     ├ getset, member, method, wrapper: the table row @40 (borrowed: rows live for ever)
//!     └ method: vectorcall @48; wrapper: the wrapped slot function @48
//! ```

pub mod getset;
pub mod mappingproxy;
pub mod member;
pub mod method;
pub mod property;
#[cfg(test)]
mod tests;
pub mod wrapper;

use crate::err::{self, Raised};
use crate::gc;
use crate::handle::{Layout, Obj, Object, Result};
use crate::intern;
use crate::protocol::object as objects;
use crate::types::macros::{format, get, set_owned};
use crate::types::typeobject::{PyType_GenericAlloc, Type};
use crate::types::{tuple, unicode};
use core::ffi::{CStr, c_char, c_int, c_void};
use core::mem::offset_of;
use krait_abi::*;

/// The common head of descriptors. Not a class: a layout.
#[repr(transparent)]
pub struct Descr(core::cell::UnsafeCell<PyDescrObject>);
// SAFETY: transparent over a C object struct inside an UnsafeCell.
unsafe impl Layout for Descr {}

impl Descr {
    /// The C struct.
    #[inline(always)]
    pub fn as_raw(&self) -> *mut PyDescrObject {
        self.0.get()
    }

    /// The class whose instances the descriptor serves.
    #[inline(always)]
    pub fn owner(&self) -> &Type {
        // SAFETY: owned by the descriptor.
        unsafe { Type::from_raw(get!(self, d_type)) }
    }

    /// The attribute's name.
    #[inline(always)]
    pub fn name(&self) -> &Object {
        // SAFETY: owned by the descriptor.
        unsafe { Object::from_ptr(get!(self, d_name)) }
    }

    /// `TypeError` unless `object` is an instance of the owner.
    #[inline(always)]
    pub fn check(&self, object: &Object) -> Result<()> {
        if object.is_instance_of(self.owner()) {
            return Ok(());
        }
        Err(self.wrong_object(object))
    }

    #[cold]
    fn wrong_object(&self, object: &Object) -> Raised {
        err::type_error(format_args!(
            "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
            unicode::display(self.name()),
            self.owner().name(),
            object.class_of().name()
        ))
    }

    /// `<kind 'name' of 'class' objects>`
    fn repr(&self, kind: &str) -> Result<Obj> {
        format(format_args!(
            "<{kind} '{}' of '{}' objects>",
            unicode::display(self.name()),
            self.owner().name()
        ))
    }

    /// `__qualname__`, cached.
    fn qualname(&self) -> Result<Obj> {
        if get!(self, d_qualname).is_null() {
            let class_name = objects::get_attr(self.owner(), intern!("__qualname__"))?;
            if !unicode::check(&class_name) {
                return Err(err::type_error(
                    "<descriptor>.__objclass__.__qualname__ is not a unicode object",
                ));
            }
            let dotted = unicode::concat(&class_name, intern!("."))?;
            let qualname = unicode::concat(&dotted, self.name())?;
            set_owned!(self, d_qualname, Some(qualname));
        }
        // SAFETY: just made, owned by the descriptor.
        Ok(unsafe { Object::from_ptr(get!(self, d_qualname)) }.owned())
    }

    /// `__reduce__`: `getattr(class, name)`.
    fn reduce(&self) -> Result<Obj> {
        let getattr = (crate::hooks::get().builtin)("getattr")?;
        tuple::pack([getattr, tuple::from_slice(&[self.owner(), self.name()])?])
    }
}

/// Whether a getset or a member is what attributes of instances of `class` come to without further tests. For caches of
/// attributes, which see every change of the class.
pub fn is_direct(descriptor: &Object, class: &Type) -> bool {
    let unwatched = if let Some(member) = descriptor.downcast::<member::MemberDescr>() {
        member.is_unwatched()
    } else {
        descriptor.downcast::<getset::GetSetDescr>().is_some()
    };
    // SAFETY: both kinds have the common head.
    unwatched && class.is_subtype(unsafe { descriptor.cast_unchecked::<Descr>() }.owner())
}

/// The attribute of an instance.
///
/// # Safety
/// [`is_direct`] said so of the descriptor and the object's class.
#[inline]
pub unsafe fn get_direct(descriptor: &Object, object: &Object) -> Result<Obj> {
    // SAFETY: the caller's promise: one of the two kinds, and an object that has what they describe.
    unsafe {
        if core::ptr::eq(descriptor.type_ptr(), &raw mut member::PyMemberDescr_Type) {
            descriptor.cast_unchecked::<member::MemberDescr>().get_of(object)
        } else {
            descriptor.cast_unchecked::<getset::GetSetDescr>().get_of(object)
        }
    }
}

/// Sets the attribute of an instance.
///
/// # Safety
/// As for [`get_direct`].
#[inline]
pub unsafe fn set_direct(descriptor: &Object, object: &Object, value: &Object) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        if core::ptr::eq(descriptor.type_ptr(), &raw mut member::PyMemberDescr_Type) {
            descriptor.cast_unchecked::<member::MemberDescr>().set_of(object, Some(value))
        } else {
            descriptor.cast_unchecked::<getset::GetSetDescr>().set_of(object, Some(value))
        }
    }
}

/// A descriptor of a class, with its name; the row is the caller's to fill in.
unsafe fn new(kind: *mut PyTypeObject, owner: &Type, name: *const c_char) -> Result<Obj> {
    // SAFETY: a descriptor type; table names are NUL-terminated.
    unsafe {
        let descr = Obj::<Object>::from_owned_or_raised(PyType_GenericAlloc(kind, 0))?;
        let name = match CStr::from_ptr(name).to_str() {
            Ok(name) => unicode::intern_str(name)?,
            Err(_) => unicode::decode_utf8(CStr::from_ptr(name).to_bytes(), None)?,
        };
        let raw = descr.as_ptr().cast::<PyDescrObject>();
        (*raw).d_type = owner.owned().into_ptr().cast();
        (*raw).d_name = name.into_ptr();
        Ok(descr)
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone; every descriptor has the common head.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<PyDescrObject>();
        crate::refcount::xdecref((*raw).d_type.cast());
        crate::refcount::xdecref((*raw).d_name);
        crate::refcount::xdecref((*raw).d_qualname);
        gc::PyObject_GC_Del(object.cast());
    }
}

unsafe extern "C" fn traverse(object: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut visitor = crate::cell::Visitor::new(visit, arg);
    // SAFETY: the collector traverses live objects.
    visitor.visit_ptr(unsafe { (*object.cast::<PyDescrObject>()).d_type.cast() });
    visitor.finish()
}

/// The members that all descriptors have.
const OBJCLASS: PyMemberDef =
    crate::method::member(c"__objclass__", T_OBJECT, offset_of!(PyDescrObject, d_type), READONLY, c"");
const NAME: PyMemberDef =
    crate::method::member(c"__name__", T_OBJECT, offset_of!(PyDescrObject, d_name), READONLY, c"");
static mut MEMBERS: [PyMemberDef; 3] = [OBJCLASS, NAME, crate::method::MEMBERS_END];

/// A docstring of a table as `str`, None when there is none.
unsafe fn plain_doc(doc: *const c_char) -> Result<Obj> {
    if doc.is_null() {
        return Ok(crate::types::none::none().owned());
    }
    // SAFETY: NUL-terminated.
    unicode::decode_utf8(unsafe { CStr::from_ptr(doc) }.to_bytes(), None)
}

/// Calls an optional descriptor's `__get__`-like result for `obj` NULL: the descriptor itself.
#[inline(always)]
fn itself(descr: &Object) -> Result<Obj> {
    Ok(descr.owned())
}
