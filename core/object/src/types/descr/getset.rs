//! `getset_descriptor`: an attribute computed by C functions (`PyGetSetDef`).

use super::Descr;
use crate::err::{self, Raised};
use crate::handle::{Layout, Obj, Object, Result, as_ptr_opt};
use crate::method;
use crate::protocol::object::PyObject_GenericGetAttr;
use crate::slot;
use crate::types::macros::{get, set};
use crate::types::typeobject::Type;
use crate::types::unicode;
use core::ffi::c_int;
use krait_abi::*;

crate::static_type! {
    /// `getset_descriptor`
    #[unsafe(no_mangle)]
    pub static PyGetSetDescr_Type = {
        tp_name: c"getset_descriptor".as_ptr(),
        tp_basicsize: size_of::<PyGetSetDescrObject>() as Py_ssize_t,
        tp_dealloc: Some(super::dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: Some(super::traverse),
        tp_members: &raw mut super::MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(get),
        tp_descr_set: Some(set),
    };
}
crate::object_view!(/** A `getset_descriptor`. */ pub GetSetDescr, PyGetSetDescrObject, PyGetSetDescr_Type);

/// `PyDescr_NewGetSet`.
///
/// # Safety
/// The row lives as long as the descriptor.
pub unsafe fn new(owner: &Type, row: *mut PyGetSetDef) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let descr = super::new(&raw mut PyGetSetDescr_Type, owner, (*row).name)?;
        set!(descr.cast_unchecked::<GetSetDescr>(), d_getset, row);
        Ok(descr)
    }
}

impl GetSetDescr {
    fn common(&self) -> &Descr {
        // SAFETY: the common head comes first.
        unsafe { self.cast_unchecked() }
    }

    /// The C functions, a copy of the row.
    fn row(&self) -> PyGetSetDef {
        // SAFETY: rows live for ever.
        unsafe { *get!(self, d_getset) }
    }

    /// The attribute of an instance.
    ///
    /// # Safety
    /// `object` is an instance of the owner.
    #[inline(always)]
    pub(super) unsafe fn get_of(&self, object: &Object) -> Result<Obj> {
        // The getter may change the class.
        let this = self.owned();
        let row = this.row();
        match row.get {
            // SAFETY: the contract of a getter.
            Some(getter) => unsafe { Obj::from_owned_or_raised(getter(object.as_ptr(), row.closure)) },
            None => Err(this.refuse("readable")),
        }
    }

    /// Sets or deletes the attribute of an instance.
    ///
    /// # Safety
    /// As for [`GetSetDescr::get_of`].
    #[inline(always)]
    pub(super) unsafe fn set_of(&self, object: &Object, value: Option<&Object>) -> Result<()> {
        let this = self.owned();
        let row = this.row();
        let Some(setter) = row.set else { return Err(this.refuse("writable")) };
        // SAFETY: the contract of a setter.
        Raised::unless_zero(unsafe { setter(object.as_ptr(), as_ptr_opt(value), row.closure) })
    }

    #[cold]
    fn refuse(&self, what: &str) -> Raised {
        err::attribute_error(format_args!(
            "attribute '{}' of '{}' objects is not {what}",
            unicode::display(self.common().name()),
            self.common().owner().name()
        ))
    }
}

fn repr(this: &GetSetDescr) -> Result<Obj> {
    this.common().repr("attribute")
}

fn get(this: &GetSetDescr, object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    let Some(object) = object else { return super::itself(this) };
    this.common().check(object)?;
    // SAFETY: just checked.
    unsafe { this.get_of(object) }
}

unsafe extern "C" fn set(this: *mut PyObject, object: *mut PyObject, value: *mut PyObject) -> c_int {
    // SAFETY: the contract of tp_descr_set.
    let (this, object, value) = unsafe {
        (
            Object::from_ptr(this).cast_unchecked::<GetSetDescr>(),
            Object::from_ptr(object),
            Object::from_ptr_opt(value),
        )
    };
    slot::guard(-1, || {
        // SAFETY: set after the object was checked.
        let result = this.common().check(object).and_then(|()| unsafe { this.set_of(object, value) });
        result.map_or(-1, |()| 0)
    })
}

crate::getsets! {
    static GETSETS = [
        method::getter(c"__doc__", doc, c""),
        method::getter(c"__qualname__", Descr::qualname, c""),
    ];
}

fn doc(this: &GetSetDescr) -> Result<Obj> {
    // SAFETY: rows live for ever.
    unsafe { super::plain_doc(this.row().doc) }
}
