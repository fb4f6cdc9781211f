//! `ast.AST`, the base class of all nodes: a dict and a constructor that fills the fields of the class.
//!
//! A heap type, as in the reference: instances own their class.

use core::ffi::c_void;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::Head;
use krait_object::protocol::{object, sequence};
use krait_object::types::typeobject::{PyType_GenericAlloc, PyType_GenericNew, Type};
use krait_object::types::{dict, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern, method, slot};

/// An instance's memory; Python classes add a weak reference list behind it.
#[repr(C)]
pub struct Node {
    head: Head,
    pub dict: ObjCell,
}
// SAFETY: repr(C) with the object head first; the other field is a cell.
unsafe impl Layout for Node {}

krait_object::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Class, no arguments and the attributes, for pickling")];
}
krait_object::getsets! {
    static GETSETS = [method::getset(c"__dict__", get_dict, set_dict, c"")];
}
krait_object::members! {
    static MEMBERS = [method::member(c"__dictoffset__", T_PYSSIZET as _, DICT_OFFSET, READONLY as _, c"")];
}

const DICT_OFFSET: usize = core::mem::offset_of!(Node, dict);

/// Makes the class.
pub fn make() -> Result<Obj<Type>> {
    let row = |slot: core::ffi::c_int, pfunc: *mut c_void| PyType_Slot { slot, pfunc };
    let mut slots = [
        row(Py_tp_dealloc, dealloc as *const () as *mut c_void),
        row(Py_tp_getattro, object::PyObject_GenericGetAttr as *const () as *mut c_void),
        row(Py_tp_setattro, object::PyObject_GenericSetAttr as *const () as *mut c_void),
        row(Py_tp_traverse, slot::traverse::<Node, _>(traverse).map_or(null_mut(), |f| f as *mut c_void)),
        row(Py_tp_clear, slot::clear::<Node, _>(clear).map_or(null_mut(), |f| f as *mut c_void)),
        row(Py_tp_members, (&raw mut MEMBERS).cast()),
        row(Py_tp_methods, (&raw mut METHODS).cast()),
        row(Py_tp_getset, (&raw mut GETSETS).cast()),
        row(Py_tp_init, slot::init::<Object, _>(init).map_or(null_mut(), |f| f as *mut c_void)),
        row(Py_tp_alloc, PyType_GenericAlloc as *const () as *mut c_void),
        row(Py_tp_new, PyType_GenericNew as *const () as *mut c_void),
        row(Py_tp_free, krait_object::gc::PyObject_GC_Del as *const () as *mut c_void),
        row(0, null_mut()),
    ];
    let mut spec = PyType_Spec {
        name: c"ast.AST".as_ptr(),
        basicsize: size_of::<Node>() as core::ffi::c_int,
        itemsize: 0,
        flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as core::ffi::c_uint,
        slots: slots.as_mut_ptr(),
    };
    // SAFETY: a valid spec; what it refers to for longer than this call is static.
    unsafe { Type::from_spec(None, &mut spec, None) }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone; instances own their class.
    unsafe {
        let class = (*object).ob_type;
        krait_object::gc::untrack(object);
        clear(Object::from_ptr(object).cast_unchecked::<Node>());
        if let Some(free) = (*class).tp_free {
            free(object.cast());
        }
        krait_object::refcount::decref(class.cast());
    }
}

fn traverse(this: &Node, visitor: &mut Visitor) {
    visitor.visit(this.object().class_of());
    this.dict.visit(visitor);
}

fn clear(this: &Node) {
    drop(this.dict.take());
}

fn get_dict(this: &Node) -> Result<Obj> {
    object::generic_get_dict(this.object())
}

fn set_dict(this: &Node, value: Option<&Object>) -> Result<()> {
    object::generic_set_dict(this.object(), value)
}

fn init(this: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    let class = this.class_of();
    let fields = object::lookup_attr(class, intern!("_fields"))?;
    let count = fields.as_ref().map_or(Ok(0), |fields| sequence::size(fields))?;
    let args = tuple::items(args);
    if args.len() > count {
        let plural = if count == 1 { "" } else { "s" };
        return Err(err::type_error(format_args!(
            "{} constructor takes at most {count} positional argument{plural}",
            class.short_name()
        )));
    }
    if let Some(fields) = &fields {
        for (index, arg) in args.iter().enumerate() {
            let name = sequence::get_item(fields, index as isize)?;
            object::set_attr(this, &name, Some(arg))?;
        }
    }
    let Some(kw) = kw else { return Ok(()) };
    let mut position = 0;
    while let Some((name, value)) = dict::next(kw, &mut position) {
        if let Some(fields) = &fields
            && !args.is_empty()
            && sequence::contains(fields, &name)?
            && sequence::index(fields, &name)? < args.len()
        {
            return Err(err::type_error(format_args!(
                "{} got multiple values for argument '{}'",
                class.short_name(),
                unicode::display(&name)
            )));
        }
        object::set_attr(this, &name, Some(&value))?;
    }
    Ok(())
}

fn reduce(this: &Object) -> Result<Obj> {
    let class = this.class_of().owned().upcast();
    match object::lookup_attr(this, intern!("__dict__"))? {
        Some(attributes) => tuple::pack([class, tuple::empty(), attributes]),
        None => tuple::pack([class, tuple::empty()]),
    }
}
