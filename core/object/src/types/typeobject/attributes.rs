//! The attributes and methods of `type`.

use super::{Type, assign, doc, mro, name_ptr, subclasses};
use crate::args::Args;
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::method;
use crate::protocol::object as objects;
use crate::types::macros::{get, set};
use crate::types::{descr, dict, exceptions, none, tuple, unicode};
use core::ffi::CStr;
use core::mem::offset_of;
use core::ptr::null_mut;
use krait_abi::*;

crate::methods! {
    pub(super) static METHODS = [
        method::noargs(c"mro", mro::mro_method, c"mro($self, /)\n--\n\nThe method resolution order, computed anew."),
        method::noargs(c"__subclasses__", subclasses::subclasses_method,
            c"__subclasses__($self, /)\n--\n\nThe live direct subclasses."),
        method::with_flags(
            method::keywords(c"__prepare__", prepare,
                c"__prepare__() -> dict\nThe namespace in which a class statement's body runs."),
            METH_CLASS),
        method::o(c"__instancecheck__", instance_check,
            c"__instancecheck__($self, instance, /)\n--\n\nWhether instance is one of the class or a subclass."),
        method::o(c"__subclasscheck__", subclass_check,
            c"__subclasscheck__($self, subclass, /)\n--\n\nWhether subclass is the class or derived from it."),
        method::noargs(c"__dir__", dir, c"__dir__($self, /)\n--\n\nThe names in the class and its bases."),
        method::noargs(c"__sizeof__", size_of_type, c"__sizeof__($self, /)\n--\n\nThe size of the class object in bytes."),
    ];
}

crate::members! {
    pub(super) static MEMBERS = [
        method::member(c"__basicsize__", T_PYSSIZET, offset_of!(PyTypeObject, tp_basicsize), READONLY, c""),
        method::member(c"__itemsize__", T_PYSSIZET, offset_of!(PyTypeObject, tp_itemsize), READONLY, c""),
        method::member(c"__flags__", T_ULONG, offset_of!(PyTypeObject, tp_flags), READONLY, c""),
        method::member(c"__weakrefoffset__", T_PYSSIZET, offset_of!(PyTypeObject, tp_weaklistoffset), READONLY, c""),
        method::member(c"__base__", T_OBJECT, offset_of!(PyTypeObject, tp_base), READONLY, c""),
        method::member(c"__dictoffset__", T_PYSSIZET, offset_of!(PyTypeObject, tp_dictoffset), READONLY, c""),
        method::member(c"__mro__", T_OBJECT, offset_of!(PyTypeObject, tp_mro), READONLY, c""),
    ];
}

crate::getsets! {
    pub(super) static GETSETS = [
        method::getset(c"__name__", name, set_name, c""),
        method::getset(c"__qualname__", qualname, set_qualname, c""),
        method::getset(c"__bases__", bases, assign::set_bases, c""),
        method::getset(c"__module__", module, set_module, c""),
        method::getset(c"__abstractmethods__", abstract_methods, set_abstract_methods, c""),
        method::getter(c"__dict__", namespace, c""),
        method::getset(c"__doc__", get_doc, set_doc, c""),
        method::getter(c"__text_signature__", text_signature, c""),
    ];
}

/// Reports an attribute assignment to `sys.audit`.
pub(super) fn audit_set(object: &Object, name: &str, value: &Object) -> Result<()> {
    if let Some(hooks) = crate::hooks::try_get() {
        let name = unicode::from_str(name)?;
        let args = tuple::from_slice(&[object, &name, value])?;
        (hooks.audit)("object.__setattr__", &args)?;
    }
    Ok(())
}

/// The value for one of the special attributes, when the class is one whose attributes can be set.
pub(super) fn check_settable<'a>(class: &Type, value: Option<&'a Object>, name: &str) -> Result<&'a Object> {
    if !class.is_heap() {
        return Err(err::type_error(format_args!("can't set {}.{name}", class.name())));
    }
    let Some(value) = value else {
        return Err(err::type_error(format_args!("can't delete {}.{name}", class.name())));
    };
    audit_set(class, name, value)?;
    Ok(value)
}

/// The class dict, owned across changes.
fn owned_dict(class: &Type) -> Result<Obj> {
    class.ensure_dict()?;
    Ok(class.dict().expect("ready types have a dict").owned())
}

fn name(class: &Type) -> Result<Obj> {
    if class.is_heap() {
        // SAFETY: a heap type; the name is set at birth.
        if let Some(name) = unsafe { Object::from_ptr_opt((*class.as_heap()).ht_name) } {
            return Ok(name.owned());
        }
    }
    // SAFETY: a NUL-terminated string.
    unicode::decode_utf8(unsafe { CStr::from_ptr(name_ptr(class)) }.to_bytes(), None)
}

/// `__qualname__`.
pub fn qualname(class: &Type) -> Result<Obj> {
    if class.is_heap() {
        // SAFETY: a heap type; the name is set at birth.
        if let Some(name) = unsafe { Object::from_ptr_opt((*class.as_heap()).ht_qualname) } {
            return Ok(name.owned());
        }
    }
    name(class)
}

fn set_name(class: &Type, value: Option<&Object>) -> Result<()> {
    let value = check_settable(class, value, "__name__")?;
    if !unicode::check(value) {
        return Err(err::type_error(format_args!(
            "can only assign string to {}.__name__, not '{}'",
            class.name(),
            value.class_of().name()
        )));
    }
    let text = super::new::name_ptr(value)?;
    set!(class, tp_name, text);
    // SAFETY: a heap type; the field owns the old name, dropped last.
    drop(unsafe {
        let heap = class.as_heap();
        Obj::<Object>::from_owned_opt(core::mem::replace(&mut (*heap).ht_name, value.owned().into_ptr()))
    });
    Ok(())
}

fn set_qualname(class: &Type, value: Option<&Object>) -> Result<()> {
    let value = check_settable(class, value, "__qualname__")?;
    if !unicode::check(value) {
        return Err(err::type_error(format_args!(
            "can only assign string to {}.__qualname__, not '{}'",
            class.name(),
            value.class_of().name()
        )));
    }
    // SAFETY: a heap type; the field owns the old name, dropped last.
    drop(unsafe {
        let heap = class.as_heap();
        Obj::<Object>::from_owned_opt(core::mem::replace(&mut (*heap).ht_qualname, value.owned().into_ptr()))
    });
    Ok(())
}

fn bases(class: &Type) -> Result<Obj> {
    Ok(mro::bases(class))
}

/// `__module__`: from the dict of a heap type, from `tp_name` of a static one.
pub fn module(class: &Type) -> Result<Obj> {
    if class.is_heap() {
        let dict = owned_dict(class)?;
        return match dict::get_item(&dict, intern!("__module__"))? {
            Some(module) => Ok(module),
            None => Err(err::set_object(exceptions::AttributeError(), intern!("__module__"))),
        };
    }
    match class.name().rsplit_once('.') {
        Some((module, _)) => unicode::intern_str(module),
        None => Ok(intern!("builtins").owned()),
    }
}

fn set_module(class: &Type, value: Option<&Object>) -> Result<()> {
    let value = check_settable(class, value, "__module__")?;
    class.modified();
    dict::set_item(&*owned_dict(class)?, intern!("__module__"), value)
}

/// `type.__abstractmethods__` itself is the descriptor, not a value.
fn abstract_methods(class: &Type) -> Result<Obj> {
    let name = intern!("__abstractmethods__");
    if !class.is(Type::class())
        && let Some(value) = dict::get_item(&*owned_dict(class)?, name)?
    {
        return Ok(value);
    }
    Err(err::set_object(exceptions::AttributeError(), name))
}

/// Sets the flag that keeps `object.__new__` from making instances as well.
fn set_abstract_methods(class: &Type, value: Option<&Object>) -> Result<()> {
    let name = intern!("__abstractmethods__");
    let dict = owned_dict(class)?;
    let is_abstract = match value {
        Some(value) => {
            let is_abstract = objects::is_true(value)?;
            class.modified();
            dict::set_item(&dict, name, value)?;
            is_abstract
        }
        None => {
            class.modified();
            if dict::pop(&dict, name)?.is_none() {
                return Err(err::set_object(exceptions::AttributeError(), name));
            }
            false
        }
    };
    let flags = class.flags() & !Py_TPFLAGS_IS_ABSTRACT;
    set!(class, tp_flags, if is_abstract { flags | Py_TPFLAGS_IS_ABSTRACT } else { flags });
    Ok(())
}

/// `__dict__`: a read-only view, so that every change is noticed.
fn namespace(class: &Type) -> Result<Obj> {
    match class.dict() {
        Some(dict) => descr::mappingproxy::new(dict),
        None => Ok(none::none().owned()),
    }
}

fn get_doc(class: &Type) -> Result<Obj> {
    let text = get!(class, tp_doc);
    if !class.is_heap() && !text.is_null() {
        // SAFETY: NUL-terminated strings of a static type.
        return unsafe { doc::without_signature(CStr::from_ptr(get!(class, tp_name)), text) };
    }
    let Some(value) = dict::get_item(&*owned_dict(class)?, intern!("__doc__"))? else {
        return Ok(none::none().owned());
    };
    match get!(value.class_of(), tp_descr_get) {
        // SAFETY: the contract of tp_descr_get: no instance, the class.
        Some(get) => unsafe { Obj::from_owned_or_raised(get(value.as_ptr(), null_mut(), class.as_ptr())) },
        None => Ok(value),
    }
}

fn set_doc(class: &Type, value: Option<&Object>) -> Result<()> {
    let value = check_settable(class, value, "__doc__")?;
    class.modified();
    dict::set_item(&*owned_dict(class)?, intern!("__doc__"), value)
}

fn text_signature(class: &Type) -> Result<Obj> {
    // SAFETY: NUL-terminated strings.
    unsafe { doc::text_signature(CStr::from_ptr(get!(class, tp_name)), get!(class, tp_doc)) }
}

// Methods

fn prepare(_metaclass: &Object, _args: Args<'_>) -> Result<Obj> {
    dict::new()
}

fn instance_check(class: &Type, instance: &Object) -> Result<bool> {
    objects::real_is_instance(instance, class)
}

fn subclass_check(class: &Type, subclass: &Object) -> Result<bool> {
    objects::real_is_subclass(subclass, class)
}

fn dir(class: &Type) -> Result<Obj> {
    let names = dict::new()?;
    merge_class_dict(&names, class)?;
    dict::keys(&names)
}

/// Adds the names of a class (anything with `__dict__` and `__bases__`) and of its bases to a dict.
pub fn merge_class_dict(names: &Object, class: &Object) -> Result<()> {
    if let Some(own) = objects::lookup_attr(class, intern!("__dict__"))? {
        dict::merge(names, &own, true)?;
    }
    let Some(bases) = objects::lookup_attr(class, intern!("__bases__"))? else { return Ok(()) };
    // Anything may pretend to be a class: what `__bases__` holds is looked at as a sequence.
    let count = crate::protocol::sequence::size(&bases)?;
    for i in 0..count {
        let base = crate::protocol::sequence::get_item(&bases, i as isize)?;
        let _guard = crate::state::enter_recursive_call(" while listing attributes")?;
        merge_class_dict(names, &base)?;
    }
    Ok(())
}

/// The size of a shared key table: head, index table, entries.
fn keys_size(keys: *const _dictkeysobject) -> usize {
    if keys.is_null() {
        return 0;
    }
    // SAFETY: a live table.
    let size = unsafe { (*keys).dk_size } as usize;
    let width = match size {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    };
    size_of::<_dictkeysobject>() + size * width + size * 2 / 3 * size_of::<PyDictKeyEntry>()
}

fn size_of_type(class: &Type) -> Result<Obj> {
    let size = if class.is_heap() {
        // SAFETY: a heap type.
        size_of::<PyHeapTypeObject>() + keys_size(unsafe { (*class.as_heap()).ht_cached_keys })
    } else {
        size_of::<PyTypeObject>()
    };
    crate::types::long::from_u64(size as u64)
}
