//! The registry of direct subclasses: `tp_subclasses` maps the address of each subclass (an int) to a weak
//! reference to it.

use super::{Type, mro};
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::types::macros::{get, get_owned, set};
use crate::types::{dict, list, long, tuple, weakref};

/// Enters a class into the registry of each of its bases.
pub(super) fn add_to_all(class: &Type) -> Result<()> {
    for base in tuple::items(&mro::bases(class)) {
        if let Some(base) = base.downcast::<Type>() {
            add(base, class)?;
        }
    }
    Ok(())
}

fn add(base: &Type, class: &Type) -> Result<()> {
    let reference = weakref::new_ref(class, None)?;
    if get!(base, tp_subclasses).is_null() {
        set!(base, tp_subclasses, dict::new()?.into_ptr());
    }
    let registry = get_owned!(base, tp_subclasses).expect("just made");
    dict::set_item(&registry, &*key(class)?, &reference)
}

fn key(class: &Type) -> Result<Obj> {
    long::from_ptr(class.as_raw().cast())
}

/// Takes a class out of the registries of all its bases. Errors (only a lack of memory is possible) are dropped: the
/// weak reference left behind is dead soon.
pub(super) fn remove_from_all(class: &Type) {
    let bases = mro::bases(class);
    remove_from(class, &bases);
}

/// Takes a class out of the registries of the given bases.
pub(super) fn remove_from(class: &Type, bases: &Object) {
    for base in tuple::items(bases) {
        let Some(base) = base.downcast::<Type>() else { continue };
        let Some(registry) = get_owned!(base, tp_subclasses) else { continue };
        if key(class).and_then(|key| dict::pop(&registry, &key)).is_err() {
            crate::err::clear();
        }
    }
}

/// The live direct subclasses, in the order in which they were made.
pub fn live(class: &Type) -> Vec<Obj<Type>> {
    let mut found = Vec::new();
    let Some(registry) = get_owned!(class, tp_subclasses) else { return found };
    let mut position = 0;
    while let Some((_, reference)) = dict::next(&registry, &mut position) {
        if let Some(subclass) = weakref::get(&reference)
            && Type::is_instance(&subclass)
        {
            // SAFETY: just tested.
            found.push(unsafe { subclass.cast_into() });
        }
    }
    found
}

/// `type.__subclasses__()`.
pub(super) fn subclasses_method(class: &Type) -> Result<Obj<list::List>> {
    list::from_vec(live(class).into_iter().map(Obj::upcast).collect())
}

/// Whether `base` reaches `class` along `tp_base`, whatever their MROs say.
pub(super) fn in_base_chain(base: &Type, class: &Type) -> bool {
    let mut current = Some(base);
    while let Some(item) = current {
        if item.is(class.object()) {
            return true;
        }
        current = item.base();
    }
    false
}
