//! `classmethod` and `staticmethod`.
//!
//! The two have one layout: the callable and an instance dict.

use crate::cell::Visitor;
use crate::err;
use crate::gc;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::object::{self as objects, PyObject_GenericGetDict, PyObject_GenericSetDict};
use crate::slot;
use crate::types::macros::{get, get_owned, set_owned};
use crate::types::typeobject::{PyType_GenericAlloc, PyType_GenericNew};
use crate::types::{dict, method as bound, tuple};
use core::mem::offset_of;
use krait_abi::*;

/// The fields of the two, which stand for each other here.
type Fields = classmethod;
const _: () = assert!(size_of::<staticmethod>() == size_of::<classmethod>());

macro_rules! wrapper_type {
    ($(#[$meta:meta])* $static_name:ident, $name:literal, $doc:expr, $get:ident, $init:ident) => {
        crate::static_type! {
            $(#[$meta])*
            #[unsafe(no_mangle)]
            pub static $static_name = {
                tp_name: concat!($name, "\0").as_ptr().cast(),
                tp_basicsize: size_of::<Fields>() as Py_ssize_t,
                tp_dealloc: Some(dealloc),
                tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
                tp_doc: $doc.as_ptr(),
                tp_traverse: slot::traverse(traverse),
                tp_clear: slot::clear(clear),
                tp_members: &raw mut MEMBERS as *mut PyMemberDef,
                tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
                tp_descr_get: slot::descr_get($get),
                tp_dictoffset: offset_of!(Fields, cm_dict) as Py_ssize_t,
                tp_init: slot::init($init),
                tp_alloc: Some(PyType_GenericAlloc),
                tp_new: Some(PyType_GenericNew),
                tp_free: Some(gc::PyObject_GC_Del),
            };
        }
    };
}

wrapper_type! {
    /// `classmethod`
    PyClassMethod_Type, "classmethod",
    c"classmethod(function) -> method\n\nMakes a function a class method: its first argument is the class, whether it is\ncalled on the class \
      or on an instance.", class_get, class_init
}
wrapper_type! {
    /// `staticmethod`
    PyStaticMethod_Type, "staticmethod",
    c"staticmethod(function) -> method\n\nMakes a function a static method: it gets no implicit first argument, whether it\nis called on the \
      class or on an instance.", static_get, static_init
}
crate::object_view!(
    /** A `classmethod` (or, by the same layout, a `staticmethod`). */
    pub Wrapper, Fields, PyClassMethod_Type
);

/// `PyClassMethod_New`.
pub fn new_class(callable: &Object) -> Result<Obj> {
    new(&raw mut PyClassMethod_Type, callable)
}

/// `PyStaticMethod_New`.
pub fn new_static(callable: &Object) -> Result<Obj> {
    new(&raw mut PyStaticMethod_Type, callable)
}

fn new(class: *mut PyTypeObject, callable: &Object) -> Result<Obj> {
    // SAFETY: one of the two types of this file.
    unsafe {
        let object = Obj::<Object>::from_owned_or_raised(PyType_GenericAlloc(class, 0))?;
        set_owned!(object.cast_unchecked::<Wrapper>(), cm_callable, Some(callable.owned()));
        Ok(object)
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<Fields>();
        crate::refcount::trashcan(object, dealloc, || {
            crate::refcount::xdecref((*raw).cm_callable);
            crate::refcount::xdecref((*raw).cm_dict);
            (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
        });
    }
}

fn traverse(this: &Wrapper, visitor: &mut Visitor) {
    visitor.visit_ptr(get!(this, cm_callable));
    visitor.visit_ptr(get!(this, cm_dict));
}

fn clear(this: &Wrapper) {
    set_owned!(this, cm_callable, None);
    set_owned!(this, cm_dict, None);
}

fn init(this: &Wrapper, name: &str, args: &Object, kw: Option<&Object>) -> Result<()> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error(format_args!("{name}() takes no keyword arguments")));
    }
    let items = tuple::items(args);
    crate::args::check_positional(name, items.len(), 1, 1)?;
    set_owned!(this, cm_callable, Some(items[0].owned()));
    Ok(())
}

fn class_init(this: &Wrapper, args: &Object, kw: Option<&Object>) -> Result<()> {
    init(this, "classmethod", args, kw)
}

fn static_init(this: &Wrapper, args: &Object, kw: Option<&Object>) -> Result<()> {
    init(this, "staticmethod", args, kw)
}

/// Binds to the class; a callable that binds itself (another descriptor) is bound to the class in its own way.
fn class_get(this: &Wrapper, object: Option<&Object>, class: Option<&Object>) -> Result<Obj> {
    let Some(callable) = get_owned!(this, cm_callable) else {
        return Err(err::runtime_error("uninitialized classmethod object"));
    };
    let class = match (class, object) {
        (Some(class), _) => class,
        (None, Some(object)) => object.class_of().object(),
        (None, None) => return Err(err::bad_internal_call()),
    };
    match get!(callable.class_of(), tp_descr_get) {
        // SAFETY: the contract of tp_descr_get.
        Some(descr_get) => unsafe {
            Obj::from_owned_or_raised(descr_get(callable.as_ptr(), class.as_ptr(), class.as_ptr()))
        },
        None => bound::new(&callable, class),
    }
}

fn static_get(this: &Wrapper, _object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    get_owned!(this, cm_callable).ok_or_else(|| err::runtime_error("uninitialized staticmethod object"))
}

crate::members! {
    static MEMBERS = [
        method::member(c"__func__", T_OBJECT, offset_of!(Fields, cm_callable), READONLY, c""),
    ];
}

static mut GETSETS: [PyGetSetDef; 3] = [
    method::getter(c"__isabstractmethod__", is_abstract, c""),
    PyGetSetDef {
        name: c"__dict__".as_ptr(),
        get: Some(PyObject_GenericGetDict),
        set: Some(PyObject_GenericSetDict),
        doc: core::ptr::null(),
        closure: core::ptr::null_mut(),
    },
    method::GETSETS_END,
];

fn is_abstract(this: &Wrapper) -> Result<bool> {
    match get_owned!(this, cm_callable) {
        Some(callable) => objects::is_abstract(&callable),
        None => Ok(false),
    }
}
