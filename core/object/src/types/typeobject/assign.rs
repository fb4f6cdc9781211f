//! Assignment to `__class__` and `__bases__`: possible when the layouts agree.

use super::{Type, instance, mro, slotdefs, subclasses};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::slot::CompareOp;
use crate::types::macros::{get, set};
use crate::types::{module, tuple};
use krait_abi::*;

const WORD: Py_ssize_t = size_of::<*mut PyObject>() as Py_ssize_t;

/// Whether a class adds nothing to the layout of its base.
fn same_as_base(class: &Type) -> bool {
    let Some(base) = class.base() else { return false };
    get!(class, tp_basicsize) == get!(base, tp_basicsize)
        && get!(class, tp_itemsize) == get!(base, tp_itemsize)
        && get!(class, tp_dictoffset) == get!(base, tp_dictoffset)
        && get!(class, tp_weaklistoffset) == get!(base, tp_weaklistoffset)
        && class.has(Py_TPFLAGS_HAVE_GC) == base.has(Py_TPFLAGS_HAVE_GC)
        && (instance::has_subtype_clear(class) || !class.has(Py_TPFLAGS_HAVE_GC))
}

/// Whether two classes with one base have added the same: a dict, weak references, equally named slots.
fn same_additions(a: &Type, b: &Type) -> Result<bool> {
    let Some(base) = a.base() else { return Ok(false) };
    let mut size = get!(base, tp_basicsize);
    if get!(a, tp_dictoffset) == size && get!(b, tp_dictoffset) == size {
        size += WORD;
    }
    if get!(a, tp_weaklistoffset) == size && get!(b, tp_weaklistoffset) == size {
        size += WORD;
    }
    if a.is_heap() && b.is_heap() {
        // SAFETY: heap types; ht_slots is NULL or a tuple of names.
        let (slots_a, slots_b) = unsafe {
            (
                Object::from_ptr_opt((*a.as_heap()).ht_slots).map(Layout::owned),
                Object::from_ptr_opt((*b.as_heap()).ht_slots).map(Layout::owned),
            )
        };
        if let (Some(slots_a), Some(slots_b)) = (slots_a, slots_b) {
            if !crate::protocol::object::rich_compare_bool(&slots_a, &slots_b, CompareOp::Eq)? {
                return Ok(false);
            }
            size += WORD * tuple::items(&slots_a).len() as Py_ssize_t;
        }
    }
    Ok(size == get!(a, tp_basicsize) && size == get!(b, tp_basicsize))
}

/// `TypeError` unless instances of `old` can become instances of `new` as they are.
fn check_compatible(old: &Type, new: &Type, attribute: &str) -> Result<()> {
    let free = |class: &Type| get!(class, tp_free).map_or(0, |f| f as usize);
    if free(new) != free(old) {
        return Err(err::type_error(format_args!(
            "{attribute} assignment: '{}' deallocator differs from '{}'",
            new.name(),
            old.name()
        )));
    }
    let layout = |mut class| {
        while same_as_base(class) {
            class = class.base().expect("checked by same_as_base");
        }
        class
    };
    let (new_base, old_base): (&Type, &Type) = (layout(new), layout(old));
    let compatible = new_base.is(old_base) || {
        get!(new_base, tp_base) == get!(old_base, tp_base) && same_additions(new_base, old_base)?
    };
    if !compatible {
        return Err(err::type_error(format_args!(
            "{attribute} assignment: '{}' object layout differs from '{}'",
            new.name(),
            old.name()
        )));
    }
    Ok(())
}

/// `object.__class__` setter.
pub fn set_class(object: &Object, value: Option<&Object>) -> Result<()> {
    let Some(value) = value else {
        return Err(err::type_error("can't delete __class__ attribute"));
    };
    let Some(new) = value.downcast::<Type>() else {
        return Err(err::type_error(format_args!(
            "__class__ must be set to a class, not '{}' object",
            value.class_of().name()
        )));
    };
    super::attributes::audit_set(object, "__class__", value)?;
    let old = object.class_of().owned();
    // Static classes share state with C code; modules are the exception that people rely on.
    let module = module::Module::class();
    let modules = new.is_subtype(module) && old.is_subtype(module);
    if !(modules || new.is_heap() && old.is_heap()) {
        return Err(err::type_error(
            "__class__ assignment only supported for heap types or ModuleType subclasses",
        ));
    }
    check_compatible(&old, new, "__class__")?;
    if new.is_heap() {
        core::mem::forget(new.owned()); // the instance owns its new class
    }
    // SAFETY: the layouts agree; the old class is alive through `old`.
    unsafe {
        (*object.as_ptr()).ob_type = new.as_raw();
        if old.is_heap() {
            crate::refcount::decref(old.as_ptr());
        }
    }
    Ok(())
}

/// `type.__bases__` setter.
pub(super) fn set_bases(class: &Type, value: Option<&Object>) -> Result<()> {
    let value = super::attributes::check_settable(class, value, "__bases__")?;
    if !tuple::check(value) {
        return Err(err::type_error(format_args!(
            "can only assign tuple to {}.__bases__, not {}",
            class.name(),
            value.class_of().name()
        )));
    }
    let items = tuple::items(value);
    if items.is_empty() {
        return Err(err::type_error(format_args!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            class.name()
        )));
    }
    for item in items {
        let Some(base) = item.downcast::<Type>() else {
            return Err(err::type_error(format_args!(
                "{}.__bases__ must be tuple of classes, not '{}'",
                class.name(),
                item.class_of().name()
            )));
        };
        // While MROs are being replaced the tp_base chain may already tell more than they do.
        if base.is_subtype(class) || (!get!(base, tp_mro).is_null() && subclasses::in_base_chain(base, class))
        {
            return Err(err::type_error("a __bases__ item causes an inheritance cycle"));
        }
    }
    let new_base = mro::best_base(value)?.owned();
    let Some(old_base) = class.base().map(Layout::owned) else {
        return Err(err::type_error(format_args!("can't set {}.__bases__", class.name())));
    };
    check_compatible(&old_base, &new_base, "__bases__")?;
    replace_bases(class, value, &new_base)
}

fn replace_bases(class: &Type, bases: &Object, base: &Type) -> Result<()> {
    let old_bases = mro::bases(class);
    let old_base = get!(class, tp_base);
    put_bases(class, bases, base);
    // (class, new MRO, old MRO), for undoing.
    let mut changed: Vec<(Obj<Type>, Obj, Option<Obj>)> = Vec::new();
    if let Err(raised) = update_hierarchy(class, &mut changed) {
        for (class, new, old) in changed.into_iter().rev() {
            if get!(class, tp_mro) == new.as_ptr() {
                mro::restore(&class, old);
            }
        }
        if get!(class, tp_bases) == bases.as_ptr() {
            // SAFETY: the old base is alive through the old bases.
            put_bases(class, &old_bases, unsafe { Type::from_raw(old_base) });
        }
        return Err(raised);
    }
    // A custom mro() may have assigned other bases meanwhile; then these are registered already.
    if get!(class, tp_bases) == bases.as_ptr() {
        subclasses::remove_from(class, &old_bases);
        subclasses::add_to_all(class)?;
        slotdefs::update_all(class)?;
    }
    Ok(())
}

fn put_bases(class: &Type, bases: &Object, base: &Type) {
    let old = (get!(class, tp_bases), get!(class, tp_base));
    set!(class, tp_bases, bases.owned().into_ptr());
    set!(class, tp_base, base.owned().into_ptr().cast());
    // SAFETY: the references that the fields owned.
    drop(unsafe { (Obj::<Object>::from_owned_opt(old.0), Obj::<Object>::from_owned_opt(old.1.cast())) });
}

/// Recomputes the MRO of a class and of everything below it.
fn update_hierarchy(class: &Type, changed: &mut Vec<(Obj<Type>, Obj, Option<Obj>)>) -> Result<()> {
    match mro::update(class)? {
        mro::Updated::Overtaken => return Ok(()),
        mro::Updated::Replaced(old) => {
            let new = class.mro().expect("just set");
            changed.push((class.owned(), new, old));
        }
    }
    for subclass in subclasses::live(class) {
        update_hierarchy(&subclass, changed)?;
    }
    Ok(())
}
