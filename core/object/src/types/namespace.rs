//! `types.SimpleNamespace`: an object that is nothing but its attributes.

use crate::cell::{ObjCell, Visitor};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::method;
use crate::protocol::object;
use crate::slot::{self, CompareOp};
use crate::types::typeobject::Type;
use crate::types::{dict, none, tuple, unicode};
use core::ffi::c_ulong;
use krait_abi::*;

crate::static_type! {
    /// `types.SimpleNamespace`
    #[unsafe(no_mangle)]
    pub static _PyNamespace_Type = {
        tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr), tp_setattro: Some(crate::protocol::object::PyObject_GenericSetAttr),
        tp_name: c"types.SimpleNamespace".as_ptr(), tp_basicsize: size_of::<_PyNamespaceObject>() as isize,
        tp_dealloc: Some(dealloc), tp_repr: slot::unary(repr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"An object that is nothing but its attributes.\n\nSimpleNamespace(**kwargs)".as_ptr(),
        tp_traverse: slot::traverse(traverse), tp_clear: slot::clear(clear),
        tp_richcompare: slot::richcompare(richcompare), tp_methods: &raw mut METHODS as *mut PyMethodDef,
        tp_members: &raw mut MEMBERS as *mut PyMemberDef, tp_dictoffset: 16, tp_init: slot::init(init),
        tp_new: slot::new(new), tp_free: Some(crate::gc::PyObject_GC_Del)
    };
}
crate::object_view!(/** A `types.SimpleNamespace`. */ pub Namespace, _PyNamespaceObject, _PyNamespace_Type);

crate::methods! {
    static METHODS = [method::noargs(c"__reduce__", reduce, c"Class, arguments and attributes, for pickling")];
}
crate::members! {
    static MEMBERS = [method::member(c"__dict__", T_OBJECT as _, 16, READONLY as _, c"")];
}

fn field(this: &Namespace) -> &ObjCell {
    // SAFETY: a namespace; ObjCell is transparent over the pointer.
    unsafe { &*(&raw mut (*this.as_raw()).ns_dict).cast::<ObjCell>() }
}

/// The attributes; an empty dict where there is none.
fn attributes(this: &Namespace) -> Result<Obj> {
    match field(this).get() {
        Some(dict) => Ok(dict),
        None => dict::new(),
    }
}

/// `_PyNamespace_New`: with attributes from a dict.
pub fn new_from(attributes: Option<&Object>) -> Result<Obj<Namespace>> {
    // SAFETY: a static type.
    let class = unsafe { Type::from_raw(&raw mut _PyNamespace_Type) };
    // SAFETY: an instance of the class.
    let this = unsafe { class.alloc(0)?.cast_into::<Namespace>() };
    let dict = dict::new()?;
    if let Some(attributes) = attributes {
        dict::merge(&dict, attributes, true)?;
    }
    field(&this).set(dict);
    Ok(this)
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: the contract of tp_dealloc.
    unsafe {
        crate::gc::untrack(object);
        clear(Object::from_ptr(object).cast_unchecked::<Namespace>());
        (*(*object).ob_type).tp_free.unwrap_unchecked()(object.cast());
    }
}

fn traverse(this: &Namespace, visitor: &mut Visitor) {
    field(this).visit(visitor);
}

fn clear(this: &Namespace) {
    drop(field(this).take());
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let this = class.alloc(0)?;
    // SAFETY: an instance of the class.
    field(unsafe { this.cast_unchecked::<Namespace>() }).set(dict::new()?);
    Ok(this)
}

fn init(this: &Namespace, args: &Object, kw: Option<&Object>) -> Result<()> {
    if !tuple::items(args).is_empty() {
        return Err(err::type_error("no positional arguments expected"));
    }
    let Some(kw) = kw else { return Ok(()) };
    let mut position = 0;
    while let Some((name, _)) = dict::next(kw, &mut position) {
        if !unicode::check(&name) {
            return Err(err::type_error("keywords must be strings"));
        }
    }
    dict::merge(&*attributes(this)?, kw, true)
}

fn repr(this: &Namespace) -> Result<Obj> {
    let class = this.class_of();
    let name = if class.as_raw() == &raw mut _PyNamespace_Type { "namespace" } else { class.name() };
    let Some(_guard) = object::repr_enter(this)? else {
        return unicode::from_display(format_args!("{name}(...)"));
    };
    let dict = attributes(this)?;
    let mut builder = unicode::Builder::new();
    builder.push_str(name);
    builder.push_str("(");
    let keys = dict::keys(&dict)?;
    let keys = crate::protocol::sequence::tuple(&keys)?;
    let mut first = true;
    for key in tuple::items(&keys) {
        // Attributes that cannot be written as keywords are left out.
        if !unicode::check(key) || unicode::len(key) == 0 {
            continue;
        }
        let Some(value) = dict::get_item(&dict, key)? else { continue };
        if !first {
            builder.push_str(", ");
        }
        first = false;
        builder.push_object(key);
        builder.push_str("=");
        builder.push_object(&*object::repr(&value)?);
    }
    builder.push_str(")");
    builder.finish()
}

fn richcompare(this: &Object, other: &Object, op: CompareOp) -> Result<Obj> {
    match (this.downcast::<Namespace>(), other.downcast::<Namespace>()) {
        (Some(a), Some(b)) => object::rich_compare(&*attributes(a)?, &*attributes(b)?, op),
        _ => Ok(none::not_implemented().owned()),
    }
}

fn reduce(this: &Namespace) -> Result<Obj> {
    let class = this.class_of().object().owned();
    tuple::pack([class, tuple::empty(), attributes(this)?])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_gil;

    #[test]
    fn shows_attributes_and_survives_recursion() {
        with_gil(|| {
            let this = new_from(None).unwrap();
            let one = crate::types::long::from_i64(1).unwrap();
            object::set_attr(&this, crate::intern!("a"), Some(&one)).unwrap();
            object::set_attr(&this, crate::intern!("n"), Some(&this)).unwrap();
            let shown = unicode::display(&object::repr(&this).unwrap()).to_string();
            assert_eq!(shown, "namespace(a=1, n=namespace(...))");
            let other = new_from(None).unwrap();
            assert!(!object::rich_compare_bool(&this, &other, CompareOp::Eq).unwrap());
            object::set_attr(&this, crate::intern!("n"), None).unwrap();
            object::set_attr(&other, crate::intern!("a"), Some(&one)).unwrap();
            assert!(object::rich_compare_bool(&this, &other, CompareOp::Eq).unwrap());
        });
    }
}
