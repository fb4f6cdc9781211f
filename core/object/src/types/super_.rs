//! `super`: attribute lookup behind a class in the MRO of an object.

use crate::cell::Visitor;
use crate::err;
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::call;
use crate::protocol::object::{self as objects};
use crate::slot;
use crate::types::macros::{format, get, get_owned, set_owned};
use crate::types::typeobject::{PyType_GenericAlloc, PyType_GenericNew, Type, attribute_name_error};
use crate::types::{dict, tuple, unicode};
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;

crate::static_type! {
    /// `super`
    #[unsafe(no_mangle)]
    pub static PySuper_Type = {
        tp_name: c"super".as_ptr(),
        tp_basicsize: size_of::<superobject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_getattro: slot::subscript(get_attribute),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\n\nAttributes are looked up in the classes that follow type in the method\nresolution order of obj or type2.".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_descr_get: slot::descr_get(descr_get),
        tp_init: slot::init(init),
        tp_alloc: Some(PyType_GenericAlloc),
        tp_new: Some(PyType_GenericNew),
        tp_free: Some(gc::PyObject_GC_Del),
    };
}
crate::object_view!(/** A `super`. */ pub Super, superobject, PySuper_Type);

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<superobject>();
        crate::refcount::xdecref((*raw).obj);
        crate::refcount::xdecref((*raw).r#type.cast());
        crate::refcount::xdecref((*raw).obj_type.cast());
        (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
    }
}

fn traverse(this: &Super, visitor: &mut Visitor) {
    visitor.visit_ptr(get!(this, obj));
    visitor.visit_ptr(get!(this, r#type).cast());
    visitor.visit_ptr(get!(this, obj_type).cast());
}

impl Super {
    /// A class field, owned.
    fn class_field(field: Option<Obj>) -> Option<Obj<Type>> {
        // SAFETY: both fields hold types only.
        field.map(|class| unsafe { class.cast_into() })
    }

    fn this_class(&self) -> Option<Obj<Type>> {
        Super::class_field(get_owned!(self, r#type))
    }

    fn self_class(&self) -> Option<Obj<Type>> {
        Super::class_field(get_owned!(self, obj_type))
    }
}

fn repr(this: &Super) -> Result<Obj> {
    let class = this.this_class();
    let class = class.as_ref().map_or("NULL", |class| class.name());
    match this.self_class() {
        Some(own) => format(format_args!("<super: <class '{class}'>, <{} object>>", own.name())),
        None => format(format_args!("<super: <class '{class}'>, NULL>")),
    }
}

/// Looks a name up in the MRO of `start` behind `class` and binds it to `object` (unless that is the class itself).
/// `None` when no class there has it.
fn find(class: &Type, start: &Type, object: Option<&Object>, name: &Object) -> Result<Option<Obj>> {
    let Some(mro) = start.mro() else { return Ok(None) };
    let items = tuple::items(&mro);
    let Some(at) = items.iter().position(|item| item.is(class)) else { return Ok(None) };
    let hash = if unicode::check_exact(name) { unicode::hash(name) } else { objects::hash(name)? };
    for item in &items[at + 1..] {
        // SAFETY: the MRO holds types.
        let item: &Type = unsafe { item.cast_unchecked() };
        let Some(dict) = item.dict().map(Layout::owned) else { continue };
        // SAFETY: the value is taken at once.
        let Some(value) = (unsafe { dict::get_known_hash(&dict, name, hash)? }).map(Layout::owned) else {
            continue;
        };
        let Some(descr_get) = get!(value.class_of(), tp_descr_get) else { return Ok(Some(value)) };
        // Looking behind a class for a class itself is the unbound form.
        let object = object.filter(|object| !object.is(start)).map_or(null_mut(), Object::as_ptr);
        // SAFETY: the contract of tp_descr_get.
        return unsafe {
            Obj::from_owned_or_raised(descr_get(value.as_ptr(), object, start.as_ptr())).map(Some)
        };
    }
    Ok(None)
}

/// Whether a name is `__class__`; interned names are told by their address.
#[inline(always)]
fn is_class_name(name: &Object) -> bool {
    name.is(intern!("__class__"))
        || !objects::is_interned(name) && unicode::check_exact(name) && unicode::eq_str(name, "__class__")
}

fn get_attribute(this: &Super, name: &Object) -> Result<Obj> {
    let Some(start) = this.self_class() else { return objects::generic_get_attr(this, name) };
    if !unicode::check(name) {
        return Err(attribute_name_error(name));
    }
    // `super().__class__` is `super`, not the class of the object.
    if !is_class_name(name)
        && let Some(class) = this.this_class()
    {
        let object = get_owned!(this, obj);
        if let Some(value) = find(&class, &start, object.as_deref(), name)? {
            return Ok(value);
        }
    }
    objects::generic_get_attr(this, name)
}

/// `super(class, object).name`, without making the super object where it is not needed.
pub fn get_attr(class: &Type, object: &Object, name: &Object) -> Result<Obj> {
    let start = check(class, object)?;
    match find(class, &start, Some(object), name)? {
        Some(value) => Ok(value),
        // An attribute of super objects themselves, then.
        None => objects::generic_get_attr(&*construct(&[class, object])?, name),
    }
}

/// The class whose MRO is searched: the object itself when it is a subclass of `class`, else its class, else what
/// its `__class__` says (for proxies).
fn check(class: &Type, object: &Object) -> Result<Obj<Type>> {
    if let Some(object) = object.downcast::<Type>()
        && object.is_subtype(class)
    {
        return Ok(object.owned());
    }
    if object.class_of().is_subtype(class) {
        return Ok(object.class_of().owned());
    }
    if let Some(claimed) = objects::lookup_attr(object, intern!("__class__"))?
        && let Some(claimed) = claimed.downcast::<Type>()
        && !claimed.is(object.class_of())
        && claimed.is_subtype(class)
    {
        return Ok(claimed.owned());
    }
    Err(err::type_error("super(type, obj): obj must be an instance or subtype of type"))
}

/// An unbound super object binds when it is found in a class.
fn descr_get(this: &Super, object: Option<&Object>, _class: Option<&Object>) -> Result<Obj> {
    let Some(object) = object.filter(|object| !object.is_none()) else { return Ok(this.object().owned()) };
    if !get!(this, obj).is_null() {
        return Ok(this.object().owned());
    }
    let Some(class) = this.this_class() else { return Ok(this.object().owned()) };
    if !Super::is_exact(this) {
        return call::call(this.class_of(), &[&class, object]);
    }
    let start = check(&class, object)?;
    let bound = Super::class().alloc(0)?;
    // SAFETY: an instance of `super`.
    let view: &Super = unsafe { bound.cast_unchecked() };
    set_owned!(view, r#type, Some(class.upcast()));
    set_owned!(view, obj, Some(object.owned()));
    set_owned!(view, obj_type, Some(start.upcast()));
    Ok(bound)
}

fn init(this: &Super, args: &Object, kw: Option<&Object>) -> Result<()> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("super() takes no keyword arguments"));
    }
    initialise(this, tuple::items(args))
}

/// `super(...)` by vectorcall, without keyword arguments.
pub(crate) fn construct(args: &[&Object]) -> Result<Obj> {
    let made = Super::class().alloc(0)?;
    // SAFETY: an instance of `super`.
    initialise(unsafe { made.cast_unchecked() }, args)?;
    Ok(made)
}

fn initialise(this: &Super, items: &[&Object]) -> Result<()> {
    if items.len() > 2 {
        return Err(err::type_error(format_args!(
            "super() takes at most 2 arguments ({} given)",
            items.len()
        )));
    }
    let (class, object) = match items.first() {
        Some(class) => {
            if !Type::is_instance(class) {
                return Err(err::type_error(format_args!(
                    "super() argument 1 must be type, not {}",
                    class.class_of().name()
                )));
            }
            (class.owned(), items.get(1).filter(|object| !object.is_none()).map(|object| object.owned()))
        }
        None => {
            let (class, object) = (crate::hooks::get().super_arguments)()?;
            (class, Some(object).filter(|object| !object.is_none()))
        }
    };
    let Ok(class) = class.downcast_into::<Type>() else { return Err(err::bad_internal_call()) };
    let start = match &object {
        Some(object) => Some(check(&class, object)?),
        None => None,
    };
    set_owned!(this, r#type, Some(class.upcast()));
    set_owned!(this, obj, object);
    set_owned!(this, obj_type, start.map(Obj::upcast));
    Ok(())
}

crate::members! {
    static MEMBERS = [
        method::member(c"__thisclass__", T_OBJECT, offset_of!(superobject, r#type), READONLY, c"The class behind which attributes are looked up."),
        method::member(c"__self__", T_OBJECT, offset_of!(superobject, obj), READONLY, c"The object to which attributes are bound, or None."),
        method::member(c"__self_class__", T_OBJECT, offset_of!(superobject, obj_type), READONLY, c"The class whose method resolution order is used, or None."),
    ];
}
