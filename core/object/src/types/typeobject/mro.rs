//! Method resolution order: the C3 linearisation, custom `mro()` methods, and the layout that bases share.

use super::{Type, cache};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result, into_ptr_opt};
use crate::types::list;
use crate::types::macros::{get, set};
use crate::types::{tuple, unicode};
use crate::{intern, protocol};
use krait_abi::*;

/// What [`update`] did.
pub(super) enum Updated {
    /// A custom `mro()` has changed the bases meanwhile; its own update stands.
    Overtaken,
    /// The new MRO is in place; the old one, for undoing.
    Replaced(Option<Obj>),
}

/// Computes and stores the MRO of a class.
pub(super) fn update(class: &Type) -> Result<Updated> {
    let old = class.mro();
    let new = compute(class)?;
    if class.mro().as_ref().map(|mro| mro.as_ptr()) != old.as_ref().map(|mro| mro.as_ptr()) {
        return Ok(Updated::Overtaken);
    }
    let replaced = get!(class, tp_mro);
    set!(class, tp_mro, new.clone().into_ptr());
    // SAFETY: the reference that the field owned.
    drop(unsafe { Obj::from_owned_opt(replaced) });
    let bases = bases(class);
    cache::check_cacheable(class, &new)?;
    cache::check_cacheable(class, &bases)?;
    class.modified();
    Ok(Updated::Replaced(old))
}

/// Puts an MRO back.
pub(super) fn restore(class: &Type, mro: Option<Obj>) {
    let replaced = get!(class, tp_mro);
    set!(class, tp_mro, into_ptr_opt(mro));
    // SAFETY: the reference that the field owned.
    drop(unsafe { Obj::from_owned_opt(replaced) });
}

/// `tp_bases`, owned; empty before the type is ready.
pub(super) fn bases(class: &Type) -> Obj {
    crate::types::macros::get_owned!(class, tp_bases).unwrap_or_else(tuple::empty)
}

/// The MRO by the metaclass's `mro()`, checked, or by C3.
fn compute(class: &Type) -> Result<Obj> {
    if class.class_of().is(<Type as crate::handle::Class>::class()) {
        return tuple::from_vec(linearise(class)?);
    }
    let Some(method) = protocol::object::lookup_special(class, intern!("mro"))? else {
        return Err(err::attribute_error("mro"));
    };
    let mro = protocol::sequence::tuple(&*protocol::call::call0(&method)?)?;
    let solid = solid_base(class);
    for item in tuple::items(&mro) {
        let Some(item) = item.downcast::<Type>() else {
            return Err(err::type_error(format_args!(
                "mro() returned a non-class ('{}')",
                item.class_of().name()
            )));
        };
        if !solid.is_subtype(solid_base(item)) {
            return Err(err::type_error(format_args!(
                "mro() returned base with unsuitable layout ('{}')",
                item.name()
            )));
        }
    }
    Ok(mro)
}

/// `type.mro(cls)`: the C3 linearisation as a list.
pub(super) fn mro_method(class: &Type) -> Result<Obj<list::List>> {
    list::from_vec(linearise(class)?)
}

/// The C3 linearisation: the class, then a merge of the bases' MROs and the bases.
fn linearise(class: &Type) -> Result<Vec<Obj>> {
    class.ready_for_mro()?;
    let bases = bases(class);
    let mut sequences = Vec::new();
    for base in tuple::items(&bases) {
        let Some(base) = base.downcast::<Type>() else {
            return Err(err::type_error("bases must be types"));
        };
        base.ready_for_mro()?;
        let Some(mro) = base.mro() else {
            return Err(err::type_error(format_args!("Cannot extend an incomplete type '{}'", base.name())));
        };
        sequences.push(mro);
    }
    let mut result = vec![class.owned().upcast()];
    if let [mro] = &sequences[..] {
        result.extend(tuple::items(mro).iter().map(|item| item.owned()));
        return Ok(result);
    }
    let items = tuple::items(&bases);
    for (i, base) in items.iter().enumerate() {
        if items[i + 1..].iter().any(|other| other.is(*base)) {
            return Err(duplicate_base(base));
        }
    }
    sequences.push(bases.clone());
    let mut rest: Vec<&[&Object]> = sequences.iter().map(|sequence| tuple::items(sequence)).collect();
    loop {
        rest.retain(|sequence| !sequence.is_empty());
        if rest.is_empty() {
            return Ok(result);
        }
        let next = rest.iter().map(|sequence| sequence[0]).find(|candidate| {
            !rest.iter().any(|sequence| sequence[1..].iter().any(|later| later.is(*candidate)))
        });
        let Some(next) = next else { return Err(inconsistent(&rest)) };
        result.push(next.owned());
        for sequence in &mut rest {
            if sequence[0].is(next) {
                *sequence = &sequence[1..];
            }
        }
    }
}

impl Type {
    /// Makes a base ready unless it is being made ready right now.
    fn ready_for_mro(&self) -> Result<()> {
        if get!(self, tp_mro).is_null() && !self.has(Py_TPFLAGS_READYING) {
            return self.ready();
        }
        Ok(())
    }
}

/// A class's `__name__` for a message; its repr when it has none.
fn class_name(class: &Object) -> Result<Obj> {
    match protocol::object::lookup_attr(class, intern!("__name__"))? {
        Some(name) if unicode::check(&name) => Ok(name),
        _ => protocol::object::repr(class),
    }
}

#[cold]
fn duplicate_base(base: &Object) -> err::Raised {
    match class_name(base) {
        Ok(name) => err::type_error(format_args!("duplicate base class {}", unicode::display(&name))),
        Err(raised) => raised,
    }
}

#[cold]
fn inconsistent(rest: &[&[&Object]]) -> err::Raised {
    let mut heads: Vec<&Object> = Vec::new();
    for sequence in rest {
        if !heads.iter().any(|head| head.is(sequence[0])) {
            heads.push(sequence[0]);
        }
    }
    let mut text = String::from("Cannot create a consistent method resolution\norder (MRO) for bases");
    for (i, head) in heads.into_iter().enumerate() {
        match class_name(head) {
            Ok(name) => {
                text.push_str(if i == 0 { " " } else { ", " });
                text.push_str(&unicode::display(&name).to_string());
            }
            Err(raised) => return raised,
        }
    }
    err::type_error(text)
}

// Layout of bases

/// Whether instances of `class` have more fields than those of `base`, apart from a dict and a weak reference list
/// that a class statement added at the end.
fn has_own_layout(class: &Type, base: &Type) -> bool {
    let mut size = get!(class, tp_basicsize);
    let base_size = get!(base, tp_basicsize);
    if get!(class, tp_itemsize) != 0 || get!(base, tp_itemsize) != 0 {
        return size != base_size || get!(class, tp_itemsize) != get!(base, tp_itemsize);
    }
    let word = size_of::<*mut PyObject>() as Py_ssize_t;
    if class.is_heap() {
        let weak = get!(class, tp_weaklistoffset);
        if weak != 0 && get!(base, tp_weaklistoffset) == 0 && weak + word == size {
            size -= word;
        }
        let dict = get!(class, tp_dictoffset);
        if dict != 0 && get!(base, tp_dictoffset) == 0 && dict + word == size {
            size -= word;
        }
    }
    size != base_size
}

/// The class along the bases that determines the C layout of the instances.
pub(super) fn solid_base(class: &Type) -> &Type {
    let base = match class.base() {
        Some(base) => solid_base(base),
        None => crate::types::object::class(),
    };
    if has_own_layout(class, base) { class } else { base }
}

/// The base whose layout a class with these bases extends (`tp_base`).
pub(super) fn best_base(bases: &Object) -> Result<&Type> {
    let mut best: Option<(&Type, &Type)> = None;
    for base in tuple::items(bases) {
        let Some(base) = base.downcast::<Type>() else {
            return Err(err::type_error("bases must be types"));
        };
        base.ensure_dict()?;
        if !base.has(Py_TPFLAGS_BASETYPE) {
            return Err(err::type_error(format_args!(
                "type '{}' is not an acceptable base type",
                base.name()
            )));
        }
        let solid = solid_base(base);
        best = match best {
            None => Some((base, solid)),
            Some((_, winner)) if winner.is_subtype(solid) => best,
            Some((_, winner)) if solid.is_subtype(winner) => Some((base, solid)),
            Some(_) => return Err(err::type_error("multiple bases have instance lay-out conflict")),
        };
    }
    match best {
        Some((base, _)) => Ok(base),
        None => Err(err::system_error("a class has no bases")),
    }
}
