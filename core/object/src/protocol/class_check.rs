//! `isinstance` and `issubclass`.

use super::attribute::{shows_own_class, special_method};
use super::object::lookup_attr;
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::intern;
use crate::state;
use crate::types::tuple;
use crate::types::typeobject::Type;

/// `PyObject_IsInstance`.
pub fn is_instance(object: &Object, class: &Object) -> Result<bool> {
    if object.class_of().is(class) {
        return Ok(true);
    }
    if Type::is_exact(class) {
        return real_is_instance(object, class);
    }
    if tuple::check(class) {
        let _guard = state::enter_recursive_call(" in __instancecheck__")?;
        for item in tuple::items(class) {
            if is_instance(object, item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match special_method(class, intern!("__instancecheck__"))? {
        Some(checker) => {
            let _guard = state::enter_recursive_call(" in __instancecheck__")?;
            super::object::is_true(&*checker.call1(class, object)?)
        }
        None => real_is_instance(object, class),
    }
}

/// `_PyObject_RealIsInstance`: by class, or by what the object's `__class__` says.
pub fn real_is_instance(object: &Object, class: &Object) -> Result<bool> {
    if let Some(class) = class.downcast::<Type>() {
        if object.is_instance_of(class) {
            return Ok(true);
        }
        if shows_own_class(object) {
            return Ok(false);
        }
        let claimed = lookup_attr(object, intern!("__class__"))?;
        return Ok(claimed.is_some_and(|claimed| {
            !claimed.is(object.class_of())
                && claimed.downcast::<Type>().is_some_and(|claimed| claimed.is_subtype(class))
        }));
    }
    check_class(class, "isinstance() arg 2 must be a type or tuple of types")?;
    match lookup_attr(object, intern!("__class__"))? {
        Some(claimed) => abstract_is_subclass(&claimed, class),
        None => Ok(false),
    }
}

/// `PyObject_IsSubclass`.
pub fn is_subclass(derived: &Object, class: &Object) -> Result<bool> {
    if Type::is_exact(class) {
        return if derived.is(class) { Ok(true) } else { real_is_subclass(derived, class) };
    }
    if tuple::check(class) {
        let _guard = state::enter_recursive_call(" in __subclasscheck__")?;
        for item in tuple::items(class) {
            if is_subclass(derived, item)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match special_method(class, intern!("__subclasscheck__"))? {
        Some(checker) => {
            let _guard = state::enter_recursive_call(" in __subclasscheck__")?;
            super::object::is_true(&*checker.call1(class, derived)?)
        }
        None => real_is_subclass(derived, class),
    }
}

/// `_PyObject_RealIsSubclass`: by MRO, or by `__bases__` where one of the two is no real class.
pub fn real_is_subclass(derived: &Object, class: &Object) -> Result<bool> {
    if let (Some(derived), Some(class)) = (derived.downcast::<Type>(), class.downcast::<Type>()) {
        return Ok(derived.is_subtype(class));
    }
    check_class(derived, "issubclass() arg 1 must be a class")?;
    check_class(class, "issubclass() arg 2 must be a class or tuple of classes")?;
    abstract_is_subclass(derived, class)
}

/// `__bases__` when it is a tuple.
fn bases(class: &Object) -> Result<Option<Obj>> {
    Ok(lookup_attr(class, intern!("__bases__"))?.filter(|bases| tuple::check(bases)))
}

fn check_class(class: &Object, message: &str) -> Result<()> {
    if Type::is_instance(class) || bases(class)?.is_some() {
        return Ok(());
    }
    Err(err::type_error(message))
}

fn abstract_is_subclass(derived: &Object, class: &Object) -> Result<bool> {
    let mut derived = derived.owned();
    loop {
        if derived.is(class) {
            return Ok(true);
        }
        let Some(bases) = bases(&derived)? else { return Ok(false) };
        match tuple::items(&bases) {
            [] => return Ok(false),
            [base] => derived = base.owned(), // no recursion for single inheritance
            many => {
                let _guard = state::enter_recursive_call(" in __issubclass__")?;
                for base in many {
                    if abstract_is_subclass(base, class)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
        }
    }
}
