//! `collections.defaultdict`: a dict with a function that makes values for missing keys.

use core::cell::UnsafeCell;
use core::ffi::{c_int, c_ulong, c_void};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::EMPTY_NUMBER;
use krait_object::protocol::{call, iter, object};
use krait_object::types::dict::{self, PyDict_Type};
use krait_object::types::{genericalias, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, gc, intern, method, refcount, slot, static_type};

/// A dict and its factory.
#[repr(C)]
pub struct DefaultDict {
    dict: UnsafeCell<PyDictObject>,
    factory: ObjCell,
}

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods { nb_or: slot::binary(or), ..EMPTY_NUMBER };

static_type! {
    /// `collections.defaultdict`
    pub static DefaultDict_Type = {
        tp_name: c"collections.defaultdict".as_ptr(),
        tp_basicsize: size_of::<DefaultDict>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"defaultdict(default_factory[, ...]) --> dict with default factory\n\nWhere a key is missing, __getitem__ (and nothing else) calls the factory without\narguments and stores what it returns.\nComparisons are those of a dict with the same items, and all other arguments are\ntreated as dict treats them.\n".as_ptr(),
        tp_traverse: Some(traverse),
        tp_clear: Some(clear),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_base: &raw mut PyDict_Type,
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
krait_object::payload_class!(DefaultDict, DefaultDict_Type);

const _: () = assert!(size_of::<DefaultDict>() == 56 && offset_of!(DefaultDict, dict) == 0);

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; the dict's own deallocation ends this one.
    unsafe {
        gc::untrack(object);
        refcount::trashcan(object, dealloc, || {
            drop(Object::from_ptr(object).cast_unchecked::<DefaultDict>().factory.take());
            if let Some(dealloc) = (*(&raw mut PyDict_Type)).tp_dealloc {
                dealloc(object);
            }
        });
    }
}

unsafe extern "C" fn traverse(object: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let mut visitor = Visitor::new(visit, arg);
    // SAFETY: the collector traverses live objects.
    unsafe {
        Object::from_ptr(object).cast_unchecked::<DefaultDict>().factory.visit(&mut visitor);
        match (visitor.finish(), (*(&raw mut PyDict_Type)).tp_traverse) {
            (0, Some(traverse)) => traverse(object, visit, arg),
            (result, _) => result,
        }
    }
}

unsafe extern "C" fn clear(object: *mut PyObject) -> c_int {
    // SAFETY: the collector clears live objects.
    unsafe {
        drop(Object::from_ptr(object).cast_unchecked::<DefaultDict>().factory.take());
        (*(&raw mut PyDict_Type)).tp_clear.map_or(0, |clear| clear(object))
    }
}

fn init(this: &DefaultDict, args: &Object, kw: Option<&Object>) -> Result<()> {
    let given = tuple::items(args);
    let factory = given.first().map(|factory| (*factory).owned());
    if let Some(factory) = &factory
        && !object::is_callable(factory)
        && !factory.is_none()
    {
        return Err(err::type_error("first argument must be callable or None"));
    }
    let rest = tuple::slice(args, 1.min(given.len()), given.len())?;
    this.factory.set_opt(factory);
    // SAFETY: the contract of dict's tp_init: an instance, a tuple, a dict or NULL.
    let status = unsafe {
        (*(&raw mut PyDict_Type)).tp_init.map_or(0, |init| {
            init(this.object().as_ptr(), rest.as_ptr(), krait_object::handle::as_ptr_opt(kw))
        })
    };
    if status < 0 { Err(krait_object::Raised::assume()) } else { Ok(()) }
}

fn repr(this: &DefaultDict) -> Result<Obj> {
    // SAFETY: the contract of dict's tp_repr.
    let items = unsafe {
        match (*(&raw mut PyDict_Type)).tp_repr {
            Some(repr) => Obj::from_owned_or_raised(repr(this.object().as_ptr()))?,
            None => return Err(err::bad_internal_call()),
        }
    };
    let factory = match this.factory.get() {
        None => unicode::from_str("None")?,
        Some(factory) => match object::repr_enter(&factory)? {
            Some(_guard) => object::repr(&factory)?,
            None => unicode::from_str("...")?,
        },
    };
    let mut text = unicode::Builder::new();
    text.push_str(this.object().class_of().short_name());
    text.push_str("(");
    text.push_object(&factory);
    text.push_str(", ");
    text.push_object(&items);
    text.push_str(")");
    text.finish()
}

/// A new instance of the same class with the same factory.
fn new_like(this: &DefaultDict, items: &Object) -> Result<Obj> {
    call::call(this.object().class_of().object(), &[&*this.factory.get_or_none(), items])
}

fn or(left: &Object, right: &Object) -> Result<Obj> {
    let (this, other) = match left.downcast::<DefaultDict>() {
        Some(this) => (Some(this), right),
        None => (right.downcast::<DefaultDict>(), left),
    };
    let Some(this) = this.filter(|_| dict::check(other)) else {
        return Ok(none::not_implemented().owned());
    };
    let new = new_like(this, left)?;
    if !dict::check(&new) {
        return Err(err::bad_internal_call());
    }
    dict::update(&new, right)?;
    Ok(new)
}

krait_object::methods! {
    static METHODS = [
        method::o(c"__missing__", missing, c"__missing__(key) # Called by __getitem__ for missing key; pseudo-code:\n  if self.default_factory is None: raise KeyError((key,))\n  self[key] = value = self.default_factory()\n  return value\n"),
        method::noargs(c"copy", copy, c"D.copy() -> a shallow copy of D."),
        method::noargs(c"__copy__", copy, c"D.copy() -> a shallow copy of D."),
        method::noargs(c"__reduce__", reduce, c"Return state information for pickling."),
        method::with_flags(method::o::<Object, _, _>(c"__class_getitem__", genericalias::new, c"See PEP 585"), METH_CLASS),
    ];
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"default_factory", T_OBJECT, offset_of!(DefaultDict, factory), 0, c"What __missing__() calls for a value."),
    ];
}

fn missing(this: &DefaultDict, key: &Object) -> Result<Obj> {
    let Some(factory) = this.factory.get().filter(|factory| !factory.is_none()) else {
        return Err(err::set_key_error(key));
    };
    let value = call::call0(&factory)?;
    object::set_item(this.object(), key, &value)?;
    Ok(value)
}

fn copy(this: &DefaultDict) -> Result<Obj> {
    new_like(this, this.object())
}

fn reduce(this: &DefaultDict) -> Result<Obj> {
    let args = match this.factory.get().filter(|factory| !factory.is_none()) {
        Some(factory) => tuple::pack([factory])?,
        None => tuple::empty(),
    };
    let items = call::call_method(this.object(), intern!("items"), &[])?;
    let items = iter::get_iter(&items)?;
    let nothing = || none::none().owned();
    tuple::pack([this.object().class_of().object().owned(), args, nothing(), nothing(), items])
}
