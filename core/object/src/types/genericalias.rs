//! `types.GenericAlias`: `list[int]`. Passes attribute access and calls on to the class it stands for.

use crate::cell::Visitor;
use crate::err;
use crate::gc;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::object as objects;
use crate::protocol::{call as calls, sequence};
use crate::slot::{self, CompareOp, guard};
use crate::types::macros::{format, get, get_owned, set, set_owned};
use crate::types::typeobject::{PyType_GenericAlloc, Type};
use crate::types::{bool as bools, dict, exceptions, list, none, tuple, unicode};
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;

static mut MAPPING: PyMappingMethods =
    PyMappingMethods { mp_subscript: slot::subscript(subscript), ..crate::payload::EMPTY_MAPPING };

crate::static_type! {
    /// `types.GenericAlias`
    #[unsafe(no_mangle)]
    pub static Py_GenericAliasType = {
        tp_name: c"types.GenericAlias".as_ptr(),
        tp_basicsize: size_of::<gaobject>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_mapping: &raw mut MAPPING,
        tp_hash: slot::hash(hash),
        tp_call: slot::call(call),
        tp_getattro: slot::subscript(get_attribute),
        tp_flags: Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
        tp_doc: c"A class with type arguments.\n\nFor example, for t = list[int]:\nt.__origin__ is list, t.__args__ is (int,)".as_ptr(),
        tp_traverse: slot::traverse(traverse),
        tp_richcompare: slot::richcompare(rich_compare),
        tp_weaklistoffset: offset_of!(gaobject, weakreflist) as Py_ssize_t,
        tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut MEMBERS as *mut PyMemberDef,
        tp_getset: &raw mut GETSETS as *mut PyGetSetDef,
        tp_alloc: Some(PyType_GenericAlloc),
        tp_new: slot::new(new_slot),
        tp_free: Some(gc::PyObject_GC_Del),
    };
}
crate::object_view!(/** A `types.GenericAlias`. */ pub GenericAlias, gaobject, Py_GenericAliasType);

/// `Py_GenericAlias` in Rust terms.
pub fn new(origin: &Object, args: &Object) -> Result<Obj> {
    build(GenericAlias::class(), origin, args)
}

/// `Py_GenericAlias`: the alias of a class with a tuple of arguments or a single one. Used as C function of
/// `__class_getitem__` as well.
/// # Safety
/// Both are live objects.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_GenericAlias(origin: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller's promise.
    let (origin, args) = unsafe { (Object::from_ptr(origin), Object::from_ptr(args)) };
    guard(null_mut(), || new(origin, args).map_or(null_mut(), Obj::into_ptr))
}

fn build(class: &Type, origin: &Object, args: &Object) -> Result<Obj> {
    let args = if tuple::check(args) { args.owned() } else { tuple::from_slice(&[args])? };
    let alias = class.alloc(0)?;
    // SAFETY: an instance of the class or a subclass.
    let view: &GenericAlias = unsafe { alias.cast_unchecked() };
    set!(view, origin, origin.owned().into_ptr());
    set!(view, args, args.into_ptr());
    Ok(alias)
}

fn new_slot(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if kw.is_some_and(|kw| dict::len(kw) != 0) {
        return Err(err::type_error("GenericAlias() takes no keyword arguments"));
    }
    let items = tuple::items(args);
    crate::args::check_positional("GenericAlias", items.len(), 2, 2)?;
    build(class, items[0], items[1])
}

impl GenericAlias {
    /// The class.
    pub fn origin(&self) -> &Object {
        // SAFETY: owned by the alias and never changed.
        unsafe { Object::from_ptr(get!(self, origin)) }
    }

    /// The tuple of arguments.
    pub fn args(&self) -> &Object {
        // SAFETY: owned by the alias and never changed.
        unsafe { Object::from_ptr(get!(self, args)) }
    }

    /// The type variables among the arguments, computed at first use.
    fn parameters(&self) -> Result<Obj> {
        if get!(self, parameters).is_null() {
            let parameters = collect_parameters(self.args())?;
            set_owned!(self, parameters, Some(parameters));
        }
        Ok(get_owned!(self, parameters).expect("just set"))
    }
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once with the last reference gone.
    unsafe {
        gc::untrack(object);
        let raw = object.cast::<gaobject>();
        if !(*raw).weakreflist.is_null() {
            crate::types::weakref::clear_weakrefs(object);
        }
        crate::refcount::xdecref((*raw).origin);
        crate::refcount::xdecref((*raw).args);
        crate::refcount::xdecref((*raw).parameters);
        (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
    }
}

fn traverse(this: &GenericAlias, visitor: &mut Visitor) {
    visitor.visit_ptr(get!(this, origin));
    visitor.visit_ptr(get!(this, args));
    visitor.visit_ptr(get!(this, parameters));
}

// Text

/// One item of the repr: classes by their qualified names, other things by repr.
fn push_item(text: &mut String, item: &Object) -> Result<()> {
    if item.is(none::ellipsis()) {
        text.push_str("...");
        return Ok(());
    }
    let is_alias = objects::lookup_attr(item, intern!("__origin__"))?.is_some()
        && objects::lookup_attr(item, intern!("__args__"))?.is_some();
    if !is_alias
        && let Some(qualname) = objects::lookup_attr(item, intern!("__qualname__"))?
        && let Some(module) = objects::lookup_attr(item, intern!("__module__"))?
        && !module.is_none()
    {
        if !(unicode::check(&module) && unicode::eq_str(&module, "builtins")) {
            text.push_str(&unicode::display(&*objects::str(&module)?).to_string());
            text.push('.');
        }
        text.push_str(&unicode::display(&*objects::str(&qualname)?).to_string());
        return Ok(());
    }
    text.push_str(&unicode::display(&*objects::repr(item)?).to_string());
    Ok(())
}

fn repr(this: &GenericAlias) -> Result<Obj> {
    let mut text = String::new();
    push_item(&mut text, this.origin())?;
    text.push('[');
    let args = tuple::items(this.args());
    for (i, arg) in args.iter().enumerate() {
        if i > 0 {
            text.push_str(", ");
        }
        push_item(&mut text, arg)?;
    }
    if args.is_empty() {
        text.push_str("()"); // `list[()]`, which would otherwise not read back
    }
    text.push(']');
    format(text)
}

// Type variables

/// Whether an object is a `typing.TypeVar`.
fn is_type_variable(object: &Object) -> Result<bool> {
    let class = object.class_of();
    if class.name() != "TypeVar" {
        return Ok(false);
    }
    let module = objects::get_attr(class, intern!("__module__"))?;
    Ok(unicode::check(&module) && unicode::eq_str(&module, "typing"))
}

fn add_once(found: &mut Vec<Obj>, item: &Object) {
    if !found.iter().any(|other| other.is(item)) {
        found.push(item.owned());
    }
}

fn collect_parameters(args: &Object) -> Result<Obj> {
    let mut found = Vec::new();
    for arg in tuple::items(args) {
        if is_type_variable(arg)? {
            add_once(&mut found, arg);
            continue;
        }
        if let Some(inner) = objects::lookup_attr(arg, intern!("__parameters__"))?
            && tuple::check(&inner)
        {
            for item in tuple::items(&inner) {
                add_once(&mut found, item);
            }
        }
    }
    tuple::from_vec(found)
}

/// `alias[item]`: the type variables replaced by the item or the items of a tuple.
fn subscript(this: &GenericAlias, item: &Object) -> Result<Obj> {
    let parameters = this.parameters()?;
    let parameters = tuple::items(&parameters);
    let repr_of_this = || -> Result<String> { Ok(unicode::display(&*repr(this)?).to_string()) };
    if parameters.is_empty() {
        return Err(err::type_error(format_args!("There are no type variables left in {}", repr_of_this()?)));
    }
    let single = [item];
    let items: &[&Object] = if tuple::check(item) { tuple::items(item) } else { &single };
    if items.len() != parameters.len() {
        let quantity = if items.len() > parameters.len() { "many" } else { "few" };
        return Err(err::type_error(format_args!("Too {quantity} arguments for {}", repr_of_this()?)));
    }
    let replacement =
        |variable: &Object| parameters.iter().position(|p| p.is(variable)).map(|i| items[i].owned());
    let mut new_args = Vec::new();
    for arg in tuple::items(this.args()) {
        if is_type_variable(arg)? {
            new_args.push(replacement(arg).unwrap_or_else(|| arg.owned()));
            continue;
        }
        let inner = objects::lookup_attr(arg, intern!("__parameters__"))?;
        new_args.push(match inner {
            Some(inner) if tuple::check(&inner) && !tuple::items(&inner).is_empty() => {
                let inner_items = tuple::items(&inner)
                    .iter()
                    .map(|variable| replacement(variable).unwrap_or_else(|| variable.owned()))
                    .collect();
                objects::get_item(arg, &*tuple::from_vec(inner_items)?)?
            }
            _ => arg.owned(),
        });
    }
    new(this.origin(), &*tuple::from_vec(new_args)?)
}

// Slots

fn hash(this: &GenericAlias) -> Result<Py_hash_t> {
    Ok(objects::hash(this.origin())? ^ objects::hash(this.args())?)
}

/// Calls the class; the instance remembers the alias if it can.
fn call(this: &GenericAlias, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let object = calls::call_tuple(this.origin(), args, kw)?;
    if let Err(raised) = objects::set_attr(&object, intern!("__orig_class__"), Some(this)) {
        if !err::matches(exceptions::AttributeError()) && !err::matches(exceptions::TypeError()) {
            return Err(raised);
        }
        err::clear();
    }
    Ok(object)
}

/// The attributes that are the alias's own; all others are the class's.
const OWN: [&str; 6] =
    ["__origin__", "__args__", "__parameters__", "__mro_entries__", "__reduce_ex__", "__reduce__"];

fn get_attribute(this: &GenericAlias, name: &Object) -> Result<Obj> {
    if unicode::check(name) && !OWN.iter().any(|own| unicode::eq_str(name, own)) {
        return objects::get_attr(this.origin(), name);
    }
    objects::generic_get_attr(this, name)
}

fn rich_compare(this: &GenericAlias, other: &Object, op: CompareOp) -> Result<Obj> {
    let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<GenericAlias>(), op) else {
        return Ok(none::not_implemented().owned());
    };
    let equal = objects::rich_compare_bool(this.origin(), other.origin(), CompareOp::Eq)?
        && objects::rich_compare_bool(this.args(), other.args(), CompareOp::Eq)?;
    Ok(bools::from_bool(equal == (op == CompareOp::Eq)))
}

// Methods

crate::methods! {
    static METHODS = [
        method::o(c"__mro_entries__", mro_entries, c""),
        method::o(c"__instancecheck__", instance_check, c""),
        method::o(c"__subclasscheck__", subclass_check, c""),
        method::noargs(c"__reduce__", reduce, c""),
        method::noargs(c"__dir__", dir, c""),
    ];
}

fn mro_entries(this: &GenericAlias, _bases: &Object) -> Result<Obj> {
    tuple::from_slice(&[this.origin()])
}

fn instance_check(_this: &GenericAlias, _instance: &Object) -> Result<Obj> {
    Err(err::type_error("isinstance() argument 2 cannot be a parameterized generic"))
}

fn subclass_check(_this: &GenericAlias, _class: &Object) -> Result<Obj> {
    Err(err::type_error("issubclass() argument 2 cannot be a parameterized generic"))
}

fn reduce(this: &GenericAlias) -> Result<Obj> {
    let args = tuple::from_slice(&[this.origin(), this.args()])?;
    tuple::pack([this.class_of().owned().upcast(), args])
}

fn dir(this: &GenericAlias) -> Result<Obj> {
    let names = objects::dir(Some(this.origin()))?;
    let Some(view) = names.downcast::<list::List>() else { return Ok(names) };
    for own in OWN {
        let name = unicode::from_str(own)?;
        if !sequence::contains(&names, &name)? {
            view.append(&name)?;
        }
    }
    Ok(names)
}

crate::members! {
    static MEMBERS = [
        method::member(c"__origin__", T_OBJECT, offset_of!(gaobject, origin), READONLY, c""),
        method::member(c"__args__", T_OBJECT, offset_of!(gaobject, args), READONLY, c""),
    ];
}

crate::getsets! {
    static GETSETS = [
        method::getter(c"__parameters__", GenericAlias::parameters, c"The type variables among the arguments."),
    ];
}
