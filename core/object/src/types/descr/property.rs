//! `property`: an attribute computed by Python functions.

use crate::args::Signature;
use crate::cell::Visitor;
use crate::err;
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::call;
use crate::protocol::object::{self as objects, PyObject_GenericGetAttr};
use crate::slot;
use crate::types::macros::{get, get_owned, set, set_owned};
use crate::types::none;
use crate::types::typeobject::{PyType_GenericAlloc, PyType_GenericNew};
use core::ffi::c_int;
use core::mem::offset_of;
use krait_abi::*;

crate::static_type! {
    /// `property`
    #[unsafe(no_mangle)]
    pub static PyProperty_Type = {
        tp_name: c"property".as_ptr(),
        tp_basicsize: size_of::<propertyobject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"property(fget=None, fset=None, fdel=None, doc=None)\n--\n\nAn attribute that functions get, set and delete.\n\n  \
                  fget\n    computes the value\n  fset\n    is given a new value\n  fdel\n    deletes the attribute\n  doc\n    \
                  documents it\n\nUsed as decorator on a method, it makes the method the getter; setter, getter and\ndeleter of the result \
                  are decorators for the rest.".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_clear: slot::clear(clear),
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_descr_get: slot::descr_get(descr_get),
        tp_descr_set: Some(descr_set),
        tp_init: slot::init(init),
        tp_alloc: Some(PyType_GenericAlloc),
        tp_new: Some(PyType_GenericNew),
        tp_free: Some(gc::PyObject_GC_Del),
    };
}
crate::object_view!(/** A `property`. */ pub Property, propertyobject, PyProperty_Type);

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<propertyobject>();
        crate::refcount::trashcan(object, dealloc, || {
            for field in [(*raw).prop_get, (*raw).prop_set, (*raw).prop_del, (*raw).prop_doc] {
                crate::refcount::xdecref(field);
            }
            (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
        });
    }
}

fn traverse(this: &Property, visitor: &mut Visitor) {
    visitor.visit_ptr(get!(this, prop_get));
    visitor.visit_ptr(get!(this, prop_set));
    visitor.visit_ptr(get!(this, prop_del));
    visitor.visit_ptr(get!(this, prop_doc));
}

fn clear(this: &Property) {
    set_owned!(this, prop_doc, None);
}

fn descr_get(this: &Property, object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    let Some(object) = object.filter(|object| !object.is_none()) else { return Ok(this.object().owned()) };
    match get_owned!(this, prop_get) {
        Some(getter) => call::call1(&getter, object),
        None => Err(err::attribute_error("unreadable attribute")),
    }
}

unsafe extern "C" fn descr_set(this: *mut PyObject, object: *mut PyObject, value: *mut PyObject) -> c_int {
    slot::guard(-1, || {
        // SAFETY: the contract of tp_descr_set.
        let (this, object, value) = unsafe {
            (
                Object::from_ptr(this).cast_unchecked::<Property>(),
                Object::from_ptr(object),
                Object::from_ptr_opt(value),
            )
        };
        let result = match value {
            Some(value) => match get_owned!(this, prop_set) {
                Some(setter) => call::call(&setter, &[object, value]),
                None => Err(err::attribute_error("can't set attribute")),
            },
            None => match get_owned!(this, prop_del) {
                Some(deleter) => call::call1(&deleter, object),
                None => Err(err::attribute_error("can't delete attribute")),
            },
        };
        result.map_or(-1, |_| 0)
    })
}

fn init(this: &Property, args: &Object, kw: Option<&Object>) -> Result<()> {
    const SIGNATURE: Signature<4> = Signature::new("property", ["fget", "fset", "fdel", "doc"]).required(0);
    let [getter, setter, deleter, doc] = SIGNATURE.bind_tuple(args, kw)?;
    let given = |value: Option<&Object>| value.filter(|value| !value.is_none()).map(Layout::owned);
    set_owned!(this, prop_get, given(getter));
    set_owned!(this, prop_set, given(setter));
    set_owned!(this, prop_del, given(deleter));
    set_owned!(this, prop_doc, doc.map(Layout::owned));
    set!(this, getter_doc, 0);
    // Without an own docstring the getter's is used.
    let Some(getter) = getter.filter(|getter| !getter.is_none() && doc.is_none_or(Object::is_none)) else {
        return Ok(());
    };
    if let Some(doc) = objects::lookup_attr(getter, intern!("__doc__"))? {
        if Property::is_exact(this) {
            set_owned!(this, prop_doc, Some(doc));
        } else {
            // In a subclass the class's `__doc__` would hide the field: it goes into the instance dict.
            objects::set_attr(this, intern!("__doc__"), Some(&doc))?;
        }
        set!(this, getter_doc, 1);
    }
    Ok(())
}

crate::methods! {
    static METHODS = [
        method::o(c"getter", getter, c"A copy of the property with another getter."),
        method::o(c"setter", setter, c"A copy of the property with another setter."),
        method::o(c"deleter", deleter, c"A copy of the property with another deleter."),
    ];
}

fn getter(this: &Property, function: &Object) -> Result<Obj> {
    copy(this, Some(function), None, None)
}

fn setter(this: &Property, function: &Object) -> Result<Obj> {
    copy(this, None, Some(function), None)
}

fn deleter(this: &Property, function: &Object) -> Result<Obj> {
    copy(this, None, None, Some(function))
}

/// A property of the same class with some functions replaced.
fn copy(
    this: &Property,
    getter: Option<&Object>,
    setter: Option<&Object>,
    deleter: Option<&Object>,
) -> Result<Obj> {
    let pick = |new: Option<&Object>, old: Option<Obj>| {
        new.filter(|new| !new.is_none()).map(Layout::owned).or(old).unwrap_or_else(|| none::none().owned())
    };
    let getter = pick(getter, get_owned!(this, prop_get));
    let setter = pick(setter, get_owned!(this, prop_set));
    let deleter = pick(deleter, get_owned!(this, prop_del));
    let doc = if get!(this, getter_doc) != 0 && !getter.is_none() {
        none::none().owned() // to be taken from the getter again
    } else {
        get_owned!(this, prop_doc).unwrap_or_else(|| none::none().owned())
    };
    call::call(this.class_of(), &[&getter, &setter, &deleter, &doc])
}

crate::members! {
    static MEMBERS = [
        method::member(c"fget", T_OBJECT, offset_of!(propertyobject, prop_get), READONLY, c""),
        method::member(c"fset", T_OBJECT, offset_of!(propertyobject, prop_set), READONLY, c""),
        method::member(c"fdel", T_OBJECT, offset_of!(propertyobject, prop_del), READONLY, c""),
        method::member(c"__doc__", T_OBJECT, offset_of!(propertyobject, prop_doc), 0, c""),
    ];
}

crate::getsets! {
    static GETSETS = [method::getter(c"__isabstractmethod__", is_abstract, c"")];
}

fn is_abstract(this: &Property) -> Result<bool> {
    for function in [get_owned!(this, prop_get), get_owned!(this, prop_set), get_owned!(this, prop_del)] {
        if let Some(function) = function
            && objects::is_abstract(&function)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}
