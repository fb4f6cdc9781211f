//! `wrapper_descriptor` (a C slot under its special name) and `method-wrapper` (such a one bound to an object).

use super::Descr;
use crate::err;
use crate::gc;
use crate::handle::{Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::object::{self as objects, PyObject_GenericGetAttr};
use crate::slot::{self, CompareOp};
use crate::types::macros::{format, get, set};
use crate::types::typeobject::{Type, doc};
use crate::types::{bool as bools, dict, none, object, tuple};
use core::ffi::{CStr, c_void};
use core::mem::{offset_of, transmute};
use krait_abi::*;

crate::static_type! {
    /// `wrapper_descriptor`
    #[unsafe(no_mangle)]
    pub static PyWrapperDescr_Type = {
        tp_name: c"wrapper_descriptor".as_ptr(),
        tp_basicsize: size_of::<PyWrapperDescrObject>() as Py_ssize_t,
        tp_dealloc: Some(super::dealloc),
        tp_repr: slot::unary(descr_repr),
        tp_call: slot::call(descr_call),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_METHOD_DESCRIPTOR,
        tp_traverse: Some(super::traverse),
        tp_methods: &raw mut DESCR_METHODS as *mut PyMethodDef,
        tp_members: &raw mut super::MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut DESCR_GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(descr_get),
    };
}
crate::object_view!(/** A `wrapper_descriptor`. */ pub WrapperDescr, PyWrapperDescrObject, PyWrapperDescr_Type);

crate::static_type! {
    /// `method-wrapper`
    #[unsafe(no_mangle)]
    pub static _PyMethodWrapper_Type = {
        tp_name: c"method-wrapper".as_ptr(),
        tp_basicsize: size_of::<wrapperobject>() as Py_ssize_t,
        tp_dealloc: Some(wrapper_dealloc),
        tp_repr: slot::unary(wrapper_repr),
        tp_hash: slot::hash(wrapper_hash),
        tp_call: slot::call(wrapper_call),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse(wrapper_traverse),
        tp_richcompare: slot::richcompare(wrapper_compare),
        tp_methods: &raw mut WRAPPER_METHODS as *mut PyMethodDef,
        tp_members: &raw mut WRAPPER_MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut WRAPPER_GETSETS as *mut PyGetSetDef,
    };
}
crate::object_view!(/** A `method-wrapper`. */ pub MethodWrapper, wrapperobject, _PyMethodWrapper_Type);

// wrapper_descriptor

/// `PyDescr_NewWrapper`.
///
/// # Safety
/// The row lives as long as the descriptor and fits the wrapped function.
pub unsafe fn new(owner: &Type, row: *mut wrapperbase, wrapped: *mut c_void) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let descr = super::new(&raw mut PyWrapperDescr_Type, owner, (*row).name)?;
        let view = descr.cast_unchecked::<WrapperDescr>();
        set!(view, d_base, row);
        set!(view, d_wrapped, wrapped);
        Ok(descr)
    }
}

/// `PyDescr_NewWrapper` for a row of the slot table.
pub(crate) fn new_for_slot(owner: &Type, row: *mut wrapperbase, wrapped: *mut c_void) -> Result<Obj> {
    // SAFETY: rows of the slot table live for ever; callers take the wrapped function from the row's slot.
    unsafe { new(owner, row, wrapped) }
}

/// The class of a wrapper's slot.
pub fn owner(wrapper: &WrapperDescr) -> &Type {
    wrapper.common().owner()
}

/// Whether a wrapper would call its slot function in the way of a row.
pub(crate) fn same_wrapper(wrapper: &WrapperDescr, row: *mut wrapperbase) -> bool {
    // SAFETY: rows live for ever.
    unsafe {
        let own = get!(wrapper, d_base);
        (*own).wrapper.map(|f| f as usize) == (*row).wrapper.map(|f| f as usize)
            && (*own).flags == (*row).flags
    }
}

impl WrapperDescr {
    fn common(&self) -> &Descr {
        // SAFETY: the common head comes first.
        unsafe { self.cast_unchecked() }
    }

    fn row(&self) -> wrapperbase {
        // SAFETY: rows live for ever.
        unsafe { *get!(self, d_base) }
    }

    /// Calls the slot on an object that has been checked.
    fn call_on(&self, object: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
        let row = self.row();
        let wrapped = get!(self, d_wrapped);
        let Some(wrapper) = row.wrapper else { return Err(err::bad_internal_call()) };
        // SAFETY: the row's wrapper takes keywords exactly when the flag says so.
        unsafe {
            if row.flags & PyWrapperFlag_KEYWORDS != 0 {
                type WithKeywords = unsafe extern "C" fn(
                    *mut PyObject,
                    *mut PyObject,
                    *mut c_void,
                    *mut PyObject,
                ) -> *mut PyObject;
                let wrapper: WithKeywords = transmute::<*const (), WithKeywords>(wrapper as *const ());
                let kw = crate::handle::as_ptr_opt(kw);
                return Obj::from_owned_or_raised(wrapper(object.as_ptr(), args.as_ptr(), wrapped, kw));
            }
            if kw.is_some_and(|kw| !dict::check(kw) || dict::len(kw) != 0) {
                let name = CStr::from_ptr(row.name).to_str().unwrap_or("?");
                return Err(err::type_error(format_args!("wrapper {name}() takes no keyword arguments")));
            }
            Obj::from_owned_or_raised(wrapper(object.as_ptr(), args.as_ptr(), wrapped))
        }
    }
}

fn descr_repr(this: &WrapperDescr) -> Result<Obj> {
    this.common().repr("slot wrapper")
}

fn descr_get(this: &WrapperDescr, object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    let Some(object) = object else { return super::itself(this) };
    this.common().check(object)?;
    bind(this, object)
}

fn descr_call(this: &WrapperDescr, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let name = || crate::types::unicode::display(this.common().name()).to_string();
    let owner = this.common().owner();
    let items = tuple::items(args);
    let Some(&object) = items.first() else {
        return Err(err::type_error(format_args!(
            "descriptor '{}' of '{}' object needs an argument",
            name(),
            owner.name()
        )));
    };
    if !object.is_instance_of(owner) {
        return Err(err::type_error(format_args!(
            "descriptor '{}' requires a '{}' object but received a '{}'",
            name(),
            owner.name(),
            object.class_of().name()
        )));
    }
    this.call_on(object, &*tuple::from_slice(&items[1..])?, kw)
}

crate::methods! {
    static DESCR_METHODS = [method::noargs(c"__reduce__", Descr::reduce, c"")];
}

crate::getsets! {
    static DESCR_GETSETS = [
        method::getter(c"__doc__", descr_doc, c""),
        method::getter(c"__qualname__", Descr::qualname, c""),
        method::getter(c"__text_signature__", descr_text_signature, c""),
    ];
}

fn descr_doc(this: &WrapperDescr) -> Result<Obj> {
    let row = this.row();
    // SAFETY: rows live for ever.
    unsafe { doc::without_signature(CStr::from_ptr(row.name), row.doc) }
}

fn descr_text_signature(this: &WrapperDescr) -> Result<Obj> {
    let row = this.row();
    // SAFETY: rows live for ever.
    unsafe { doc::text_signature(CStr::from_ptr(row.name), row.doc) }
}

// method-wrapper

/// `PyWrapper_New`: a wrapper bound to an instance of its class.
pub fn bind(descr: &WrapperDescr, object: &Object) -> Result<Obj> {
    let raw = gc::new_object(&raw mut _PyMethodWrapper_Type)?;
    // SAFETY: a fresh object of this type; complete before it is tracked.
    unsafe {
        let wrapper = raw.cast::<wrapperobject>();
        (*wrapper).descr = descr.owned().into_ptr().cast();
        (*wrapper).self_ = object.owned().into_ptr();
        gc::track(raw);
        Ok(Obj::from_owned_ptr(raw))
    }
}

impl MethodWrapper {
    fn descr(&self) -> &WrapperDescr {
        // SAFETY: owned by the wrapper.
        unsafe { Object::from_ptr(get!(self, descr).cast()).cast_unchecked() }
    }

    fn target(&self) -> &Object {
        // SAFETY: owned by the wrapper.
        unsafe { Object::from_ptr(get!(self, self_)) }
    }
}

unsafe extern "C" fn wrapper_dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        crate::refcount::trashcan(object, wrapper_dealloc, || {
            let wrapper = object.cast::<wrapperobject>();
            crate::refcount::xdecref((*wrapper).descr.cast());
            crate::refcount::xdecref((*wrapper).self_);
            gc::PyObject_GC_Del(object.cast());
        });
    }
}

fn wrapper_traverse(this: &MethodWrapper, visitor: &mut crate::cell::Visitor) {
    visitor.visit_ptr(get!(this, descr).cast());
    visitor.visit_ptr(get!(this, self_));
}

fn wrapper_repr(this: &MethodWrapper) -> Result<Obj> {
    let row = this.descr().row();
    // SAFETY: names of rows are NUL-terminated.
    let name = unsafe { CStr::from_ptr(row.name) }.to_str().unwrap_or("?");
    format(format_args!(
        "<method-wrapper '{name}' of {} object at {:p}>",
        this.target().class_of().name(),
        this.target().as_ptr()
    ))
}

fn wrapper_hash(this: &MethodWrapper) -> Result<Py_hash_t> {
    let target = object::hash_pointer(get!(this, self_).cast());
    Ok(target ^ object::hash_pointer(get!(this, descr).cast()))
}

fn wrapper_call(this: &MethodWrapper, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    this.descr().call_on(this.target(), args, kw)
}

fn wrapper_compare(this: &MethodWrapper, other: &Object, op: CompareOp) -> Result<Obj> {
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<MethodWrapper>(), op) else {
        return Ok(none::not_implemented().owned());
    };
    let equal = get!(this, descr) == get!(other, descr) && get!(this, self_) == get!(other, self_);
    Ok(bools::from_bool(equal == (op == CompareOp::Eq)))
}

crate::methods! {
    static WRAPPER_METHODS = [method::noargs(c"__reduce__", wrapper_reduce, c"")];
}

crate::members! {
    static WRAPPER_MEMBERS = [
        method::member(c"__self__", T_OBJECT, offset_of!(wrapperobject, self_), READONLY, c""),
    ];
}

crate::getsets! {
    static WRAPPER_GETSETS = [
        method::getter(c"__objclass__", wrapper_objclass, c""),
        method::getter(c"__name__", wrapper_name, c""),
        method::getter(c"__qualname__", wrapper_qualname, c""),
        method::getter(c"__doc__", wrapper_doc, c""),
        method::getter(c"__text_signature__", wrapper_text_signature, c""),
    ];
}

fn wrapper_reduce(this: &MethodWrapper) -> Result<Obj> {
    let getattr = (crate::hooks::get().builtin)("getattr")?;
    tuple::pack([getattr, tuple::from_slice(&[this.target(), this.descr().common().name()])?])
}

fn wrapper_objclass(this: &MethodWrapper) -> Result<Obj> {
    Ok(this.descr().common().owner().owned().upcast())
}

fn wrapper_name(this: &MethodWrapper) -> Result<Obj> {
    Ok(this.descr().common().name().owned())
}

fn wrapper_qualname(this: &MethodWrapper) -> Result<Obj> {
    objects::get_attr(this.descr(), intern!("__qualname__"))
}

fn wrapper_doc(this: &MethodWrapper) -> Result<Obj> {
    descr_doc(this.descr())
}

fn wrapper_text_signature(this: &MethodWrapper) -> Result<Obj> {
    descr_text_signature(this.descr())
}
