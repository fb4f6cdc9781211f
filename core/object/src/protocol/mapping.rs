//! `PyMapping_*`.

use super::object::{group_slot, type_name};
use super::{call, object as objects, sequence};
use crate::err::{self, Raised};
use crate::handle::{Obj, Object, Result};
use crate::intern;
use crate::types::{dict, exceptions, list, unicode};

/// `PyMapping_Size`.
pub fn size(object: &Object) -> Result<usize> {
    let class = object.class_of();
    if let Some(slot) = group_slot!(class, tp_as_mapping, mp_length) {
        // SAFETY: the contract of mp_length.
        return usize::try_from(unsafe { slot(object.as_ptr()) }).map_err(|_| Raised::assume());
    }
    if group_slot!(class, tp_as_sequence, sq_length).is_some() {
        return Err(err::type_error(format_args!("{} is not a mapping", type_name(object))));
    }
    Err(err::type_error(format_args!("object of type '{}' has no len()", type_name(object))))
}

/// `PyMapping_Length`.
pub fn length(object: &Object) -> Result<usize> {
    size(object)
}

/// `PyMapping_Check`.
pub fn check(object: &Object) -> bool {
    group_slot!(object.class_of(), tp_as_mapping, mp_subscript).is_some()
}

/// `PyMapping_GetItemString`.
pub fn get_item_string(object: &Object, key: &str) -> Result<Obj> {
    objects::get_item(object, &*unicode::from_str(key)?)
}

/// `PyMapping_SetItemString`.
pub fn set_item_string(object: &Object, key: &str, value: &Object) -> Result<()> {
    objects::set_item(object, &*unicode::from_str(key)?, value)
}

/// `PyMapping_HasKey`: any error means no.
pub fn has_key(object: &Object, key: &Object) -> bool {
    let found = objects::get_item(object, key).is_ok();
    if !found {
        err::clear();
    }
    found
}

/// `PyMapping_HasKeyString`: any error means no.
pub fn has_key_string(object: &Object, key: &str) -> bool {
    let found = get_item_string(object, key).is_ok();
    if !found {
        err::clear();
    }
    found
}

/// Calls a method that returns something iterable and makes a list of it.
fn method_list(object: &Object, name: &Object) -> Result<Obj> {
    let result = call::call_method(object, name, &[])?;
    if list::check(&result) && result.is_exactly(<list::List as crate::handle::Class>::class()) {
        return Ok(result);
    }
    match super::iter::get_iter(&result) {
        Ok(iterator) => sequence::list(&iterator),
        Err(raised) => {
            if err::matches(exceptions::TypeError()) {
                return Err(err::type_error(format_args!(
                    "{}.{}() returned a non-iterable (type {})",
                    type_name(object),
                    unicode::display(name),
                    type_name(&result)
                )));
            }
            Err(raised)
        }
    }
}

/// `PyMapping_Keys`: a list.
pub fn keys(object: &Object) -> Result<Obj> {
    if dict::check_exact(object) { dict::keys(object) } else { method_list(object, intern!("keys")) }
}

/// `PyMapping_Items`: a list.
pub fn items(object: &Object) -> Result<Obj> {
    if dict::check_exact(object) { dict::items(object) } else { method_list(object, intern!("items")) }
}

/// `PyMapping_Values`: a list.
pub fn values(object: &Object) -> Result<Obj> {
    if dict::check_exact(object) { dict::values(object) } else { method_list(object, intern!("values")) }
}
