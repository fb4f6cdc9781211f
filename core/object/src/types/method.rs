//! `method` (a function bound to an object) and `instancemethod` (a callable that binds like a function).

use crate::cell::Visitor;
use crate::err;
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::method as tables;
use crate::protocol::call as calls;
use crate::protocol::object::{self as objects, PyObject_GenericSetAttr};
use crate::slot::{self, CompareOp};
use crate::types::macros::{format, get};
use crate::types::typeobject::Type;
use crate::types::{bool as bools, dict, none, object, tuple, unicode};
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;

crate::static_type! {
    /// `method`
    #[unsafe(no_mangle)]
    pub static PyMethod_Type = {
        tp_name: c"method".as_ptr(),
        tp_basicsize: size_of::<PyMethodObject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_vectorcall_offset: offset_of!(PyMethodObject, vectorcall) as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_hash: slot::hash(hash),
        tp_call: Some(calls::PyVectorcall_Call),
        tp_getattro: slot::subscript(get_attribute),
        tp_setattro: Some(PyObject_GenericSetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
        tp_doc: c"method(function, instance)

A function bound to the instance, its first argument.".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_weaklistoffset: offset_of!(PyMethodObject, im_weakreflist) as Py_ssize_t,
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(descr_get),
        tp_new: slot::new(new_slot),
    };
}
crate::object_view!(/** A `method`. */ pub Method, PyMethodObject, PyMethod_Type);

/// `PyMethod_New`.
#[inline]
pub fn new(function: &Object, this: &Object) -> Result<Obj> {
    let raw = gc::new_object(&raw mut PyMethod_Type)?;
    // SAFETY: a fresh object of this type; complete before it is tracked.
    unsafe {
        let method = raw.cast::<PyMethodObject>();
        (*method).im_func = function.owned().into_ptr();
        (*method).im_self = this.owned().into_ptr();
        (*method).im_weakreflist = null_mut();
        (*method).vectorcall = Some(vectorcall);
        gc::track(raw);
        Ok(Obj::from_owned_ptr(raw))
    }
}

/// `PyMethod_Check`.
#[inline(always)]
pub fn check(object: &Object) -> bool {
    Method::is_exact(object)
}

/// `PyMethod_Function`, borrowed from the method.
pub fn function(method: &Object) -> Result<&Object> {
    method.downcast_exact::<Method>().map(Method::function).ok_or_else(err::bad_internal_call)
}

/// `PyMethod_Self`, borrowed from the method.
pub fn this(method: &Object) -> Result<&Object> {
    method.downcast_exact::<Method>().map(Method::this).ok_or_else(err::bad_internal_call)
}

impl Method {
    /// The function.
    #[inline(always)]
    pub fn function(&self) -> &Object {
        // SAFETY: owned by the method and never changed.
        unsafe { Object::from_ptr(get!(self, im_func)) }
    }

    /// The object it is bound to.
    #[inline(always)]
    pub fn this(&self) -> &Object {
        // SAFETY: owned by the method and never changed.
        unsafe { Object::from_ptr(get!(self, im_self)) }
    }
}

/// How many arguments go into an array on the stack.
const SMALL: usize = 8;

/// Calls the function with the object before the arguments: in the spare place before them if the caller lends it,
/// else in a copy.
unsafe extern "C" fn vectorcall(
    method: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    names: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the contract of vectorcall: with the flag, the word before the arguments may be used and is restored.
    unsafe {
        let method = method.cast::<PyMethodObject>();
        let (function, this) = ((*method).im_func, (*method).im_self);
        let nargs = nargsf & !calls::OFFSET;
        if nargsf & calls::OFFSET != 0 {
            let place = args.cast_mut().sub(1);
            let saved = *place;
            *place = this;
            let result = calls::vectorcall(function, place, nargs + 1, names);
            *place = saved;
            return result;
        }
        let total = nargs + if names.is_null() { 0 } else { tuple::items(Object::from_ptr(names)).len() };
        if total == 0 {
            return calls::vectorcall(function, &this, 1, null_mut());
        }
        if total < SMALL {
            let mut small = [null_mut::<PyObject>(); SMALL];
            small[0] = this;
            small.as_mut_ptr().add(1).copy_from_nonoverlapping(args, total);
            return calls::vectorcall(function, small.as_ptr(), nargs + 1, names);
        }
        let mut large = Vec::with_capacity(total + 1);
        large.push(this);
        large.extend_from_slice(core::slice::from_raw_parts(args, total));
        calls::vectorcall(function, large.as_ptr(), nargs + 1, names)
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        let method = object.cast::<PyMethodObject>();
        if !(*method).im_weakreflist.is_null() {
            crate::types::weakref::clear_weakrefs(object);
        }
        crate::refcount::decref((*method).im_func);
        crate::refcount::xdecref((*method).im_self);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &Method, visitor: &mut Visitor) {
    visitor.visit_ptr(get!(this, im_func));
    visitor.visit_ptr(get!(this, im_self));
}

fn repr(this: &Method) -> Result<Obj> {
    let function = this.function();
    let mut name = objects::lookup_attr(function, intern!("__qualname__"))?;
    if name.is_none() {
        name = objects::lookup_attr(function, intern!("__name__"))?;
    }
    let name = match &name {
        Some(name) if unicode::check(name) => unicode::display(name).to_string(),
        _ => String::from("?"),
    };
    let object = objects::repr(this.this())?;
    format(format_args!("<bound method {name} of {}>", unicode::display(&object)))
}

fn hash(this: &Method) -> Result<Py_hash_t> {
    Ok(object::hash_pointer(get!(this, im_self).cast()) ^ objects::hash(this.function())?)
}

/// An attribute of the object's class, or else one of the function that it wraps.
fn attribute_or_functions(this: &Object, function: &Object, name: &Object) -> Result<Obj> {
    let class = this.class_of();
    class.ensure_dict()?;
    let Some(attribute) = class.lookup(name).map(Layout::owned) else {
        return objects::get_attr(function, name);
    };
    match get!(attribute.class_of(), tp_descr_get) {
        // SAFETY: the contract of tp_descr_get.
        Some(descr_get) => unsafe {
            Obj::from_owned_or_raised(descr_get(attribute.as_ptr(), this.as_ptr(), class.as_ptr()))
        },
        None => Ok(attribute),
    }
}

fn get_attribute(this: &Method, name: &Object) -> Result<Obj> {
    attribute_or_functions(this.object(), this.function(), name)
}

fn rich_compare(this: &Method, other: &Object, op: CompareOp) -> Result<Obj> {
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<Method>(), op) else {
        return Ok(none::not_implemented().owned());
    };
    let equal = this.this().is(other.this())
        && objects::rich_compare_bool(this.function(), other.function(), CompareOp::Eq)?;
    Ok(bools::from_bool(equal == (op == CompareOp::Eq)))
}

/// A bound method stays bound to its object.
fn descr_get(this: &Method, _object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    Ok(this.object().owned())
}

fn new_slot(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("method() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    crate::args::check_positional("method", items.len(), 2, 2)?;
    if !objects::is_callable(items[0]) {
        return Err(err::type_error("first argument must be callable"));
    }
    if items[1].is_none() {
        return Err(err::type_error("self must not be None"));
    }
    new(items[0], items[1])
}

crate::methods! {
    static METHODS = [tables::noargs(c"__reduce__", reduce, c"")];
}

crate::members! {
    static MEMBERS = [
        tables::member(c"__func__", T_OBJECT, offset_of!(PyMethodObject, im_func), READONLY, c"The function of the method."),
        tables::member(c"__self__", T_OBJECT, offset_of!(PyMethodObject, im_self), READONLY, c"The object that the method is bound to."),
    ];
}

crate::getsets! {
    static GETSETS = [tables::getter(c"__doc__", doc, c"")];
}

fn reduce(this: &Method) -> Result<Obj> {
    let name = objects::get_attr(this.function(), intern!("__name__"))?;
    let getattr = (crate::hooks::get().builtin)("getattr")?;
    tuple::pack([getattr, tuple::from_slice(&[this.this(), &name])?])
}

fn doc(this: &Method) -> Result<Obj> {
    objects::get_attr(this.function(), intern!("__doc__"))
}

// instancemethod

crate::static_type! {
    /// `instancemethod`
    #[unsafe(no_mangle)]
    pub static PyInstanceMethod_Type = {
        tp_name: c"instancemethod".as_ptr(),
        tp_basicsize: size_of::<PyInstanceMethodObject>() as Py_ssize_t,
        tp_dealloc: Some(instance_dealloc),
        tp_repr: slot::unary(instance_repr),
        tp_call: slot::call(instance_call),
        tp_getattro: slot::subscript(instance_get_attribute),
        tp_setattro: Some(PyObject_GenericSetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_doc: c"instancemethod(function)\n\nMakes a callable bind to instances as functions do.".as_ptr(),
        tp_traverse: slot::traverse(instance_traverse),
        tp_richcompare: slot::richcompare(instance_compare),
        tp_members: &raw mut INSTANCE_MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut INSTANCE_GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(instance_descr_get),
        tp_new: slot::new(instance_new_slot),
    };
}
crate::object_view!(/** An `instancemethod`. */ pub InstanceMethod, PyInstanceMethodObject, PyInstanceMethod_Type);

/// `PyInstanceMethod_New`.
pub fn new_instance(function: &Object) -> Result<Obj> {
    let raw = gc::new_object(&raw mut PyInstanceMethod_Type)?;
    // SAFETY: a fresh object of this type; complete before it is tracked.
    unsafe {
        (*raw.cast::<PyInstanceMethodObject>()).func = function.owned().into_ptr();
        gc::track(raw);
        Ok(Obj::from_owned_ptr(raw))
    }
}

/// `PyInstanceMethod_Function`, borrowed from the method.
pub fn instance_function(method: &Object) -> Result<&Object> {
    method.downcast_exact::<InstanceMethod>().map(InstanceMethod::function).ok_or_else(err::bad_internal_call)
}

impl InstanceMethod {
    /// The callable.
    pub fn function(&self) -> &Object {
        // SAFETY: owned by the method and never changed.
        unsafe { Object::from_ptr(get!(self, func)) }
    }
}

unsafe extern "C" fn instance_dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        crate::refcount::decref((*object.cast::<PyInstanceMethodObject>()).func);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn instance_traverse(this: &InstanceMethod, visitor: &mut Visitor) {
    visitor.visit_ptr(get!(this, func));
}

fn instance_call(this: &InstanceMethod, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    calls::call_tuple(this.function(), args, kw)
}

fn instance_descr_get(
    this: &InstanceMethod,
    object: Option<&Object>,
    _class: Option<&Object>,
) -> Result<Obj> {
    match object {
        None => Ok(this.function().owned()),
        Some(object) => new(this.function(), object),
    }
}

fn instance_get_attribute(this: &InstanceMethod, name: &Object) -> Result<Obj> {
    attribute_or_functions(this.object(), this.function(), name)
}

fn instance_compare(this: &InstanceMethod, other: &Object, op: CompareOp) -> Result<Obj> {
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast_exact::<InstanceMethod>(), op) else {
        return Ok(none::not_implemented().owned());
    };
    let equal = objects::rich_compare_bool(this.function(), other.function(), CompareOp::Eq)?;
    Ok(bools::from_bool(equal == (op == CompareOp::Eq)))
}

fn instance_repr(this: &InstanceMethod) -> Result<Obj> {
    let function = this.function();
    let name = match objects::lookup_attr(function, intern!("__name__"))? {
        Some(name) if unicode::check(&name) => unicode::display(&name).to_string(),
        _ => String::from("?"),
    };
    format(format_args!("<instancemethod {name} at {:p}>", this.object().as_ptr()))
}

fn instance_new_slot(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("instancemethod() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    crate::args::check_positional("instancemethod", items.len(), 1, 1)?;
    if !objects::is_callable(items[0]) {
        return Err(err::type_error("first argument must be callable"));
    }
    new_instance(items[0])
}

crate::members! {
    static INSTANCE_MEMBERS = [
        tables::member(c"__func__", T_OBJECT, offset_of!(PyInstanceMethodObject, func), READONLY, c"The function of the method."),
    ];
}

crate::getsets! {
    static INSTANCE_GETSETS = [tables::getter(c"__doc__", instance_doc, c"")];
}

fn instance_doc(this: &InstanceMethod) -> Result<Obj> {
    objects::get_attr(this.function(), intern!("__doc__"))
}
