//! `mappingproxy`: a read-only view of a mapping; `__dict__` of classes.

use crate::args::check_positional;
use crate::err;
use crate::gc;
use crate::handle::{Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::object::{self as objects, PyObject_GenericGetAttr};
use crate::protocol::{call, iter, mapping, number, sequence};
use crate::slot::{self, CompareOp};
use crate::types::macros::{format, get};
use crate::types::typeobject::{CLASS_GETITEM, Type};
use crate::types::{dict, list, none, tuple, unicode};
use krait_abi::*;

static mut NUMBER: PyNumberMethods = PyNumberMethods {
    nb_or: slot::binary(or),
    nb_inplace_or: slot::binary(inplace_or),
    ..crate::payload::EMPTY_NUMBER
};
static mut SEQUENCE: PySequenceMethods =
    PySequenceMethods { sq_contains: slot::contains(contains), ..crate::payload::EMPTY_SEQUENCE };
static mut MAPPING: PyMappingMethods = PyMappingMethods {
    mp_length: slot::len(len),
    mp_subscript: slot::subscript(subscript),
    mp_ass_subscript: None,
};

crate::static_type! {
    /// `mappingproxy`
    #[unsafe(no_mangle)]
    pub static PyDictProxy_Type = {
        tp_name: c"mappingproxy".as_ptr(),
        tp_basicsize: size_of::<mappingproxyobject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut NUMBER,
        tp_as_sequence: &raw mut SEQUENCE,
        tp_as_mapping: &raw mut MAPPING,
        tp_str: slot::unary(str),
        tp_getattro: Some(PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
        tp_traverse: slot::traverse(traverse),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_iter: slot::unary(iterate),
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_new: slot::new(new_slot),
    };
}
crate::object_view!(/** A `mappingproxy`. */ pub MappingProxy, mappingproxyobject, PyDictProxy_Type);

/// `PyDictProxy_New`.
pub fn new(mapping: &Object) -> Result<Obj> {
    if !mapping::check(mapping) || list::check(mapping) || tuple::check(mapping) {
        return Err(err::type_error(format_args!(
            "mappingproxy() argument must be a mapping, not {}",
            mapping.class_of().name()
        )));
    }
    let raw = gc::new_object(&raw mut PyDictProxy_Type)?;
    // SAFETY: a fresh object of this type; complete before it is tracked.
    unsafe {
        (*raw.cast::<mappingproxyobject>()).mapping = mapping.owned().into_ptr();
        gc::track(raw);
        Ok(Obj::from_owned_ptr(raw))
    }
}

fn new_slot(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: crate::args::Signature<1> = crate::args::Signature::new("mappingproxy", ["mapping"]);
    let [mapping] = SIGNATURE.bind_tuple(args, kw)?;
    new(mapping.expect("required"))
}

impl MappingProxy {
    /// The mapping behind the view.
    pub fn mapping(&self) -> &Object {
        // SAFETY: owned by the proxy and never changed.
        unsafe { Object::from_ptr(get!(self, mapping)) }
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        crate::refcount::xdecref((*object.cast::<mappingproxyobject>()).mapping);
        gc::PyObject_GC_Del(object.cast());
    }
}

fn traverse(this: &MappingProxy, visitor: &mut crate::cell::Visitor) {
    visitor.visit(this.mapping());
}

fn repr(this: &MappingProxy) -> Result<Obj> {
    let inner = objects::repr(this.mapping())?;
    format(format_args!("mappingproxy({})", unicode::display(&inner)))
}

fn str(this: &MappingProxy) -> Result<Obj> {
    objects::str(this.mapping())
}

/// The mapping behind a proxy, anything else as it is.
fn unwrapped(object: &Object) -> &Object {
    object.downcast_exact::<MappingProxy>().map_or(object, MappingProxy::mapping)
}

fn or(a: &Object, b: &Object) -> Result<Obj> {
    number::or(unwrapped(a), unwrapped(b))
}

fn inplace_or(a: &Object, _b: &Object) -> Result<Obj> {
    Err(err::type_error(format_args!("'|=' is not supported by {}; use '|' instead", a.class_of().name())))
}

fn contains(this: &MappingProxy, key: &Object) -> Result<bool> {
    let mapping = this.mapping();
    if dict::check_exact(mapping) { dict::contains(mapping, key) } else { sequence::contains(mapping, key) }
}

fn len(this: &MappingProxy) -> Result<usize> {
    objects::len(this.mapping())
}

fn subscript(this: &MappingProxy, key: &Object) -> Result<Obj> {
    objects::get_item(this.mapping(), key)
}

fn rich_compare(this: &MappingProxy, other: &Object, op: CompareOp) -> Result<Obj> {
    objects::rich_compare(this.mapping(), other, op)
}

fn iterate(this: &MappingProxy) -> Result<Obj> {
    iter::get_iter(this.mapping())
}

crate::methods! {
    static METHODS = [
        method::fastcall(c"get", get_method, c"D.get(key[, default]): The value for key, default when there is none."),
        method::noargs(c"keys", keys, c"D.keys(): The keys of the mapping."),
        method::noargs(c"values", values, c"D.values(): The values of the mapping."),
        method::noargs(c"items", items, c"D.items(): The (key, value) pairs of the mapping."),
        method::noargs(c"copy", copy, c"D.copy(): A shallow copy of the mapping."),
        CLASS_GETITEM,
        method::noargs(c"__reversed__", reversed, c"D.__reversed__(): An iterator from the last key to the first."),
    ];
}

fn get_method(this: &MappingProxy, args: &[&Object]) -> Result<Obj> {
    check_positional("get", args.len(), 1, 2)?;
    let default = args.get(1).copied().unwrap_or(none::none());
    call::call_method(this.mapping(), intern!("get"), &[args[0], default])
}

fn keys(this: &MappingProxy) -> Result<Obj> {
    call::call_method(this.mapping(), intern!("keys"), &[])
}

fn values(this: &MappingProxy) -> Result<Obj> {
    call::call_method(this.mapping(), intern!("values"), &[])
}

fn items(this: &MappingProxy) -> Result<Obj> {
    call::call_method(this.mapping(), intern!("items"), &[])
}

fn copy(this: &MappingProxy) -> Result<Obj> {
    call::call_method(this.mapping(), intern!("copy"), &[])
}

fn reversed(this: &MappingProxy) -> Result<Obj> {
    call::call_method(this.mapping(), intern!("__reversed__"), &[])
}
