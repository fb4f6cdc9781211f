//! Filling dicts from other things: mappings, sequences of pairs, keys.

use super::keys::{self, Kind};
use super::lookup::{find, value_at};
use super::{PyDict_Type, check, check_exact, entry_from, insert, len, raw, resize};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{call, iter as protocol_iter, mapping, object, sequence};
use crate::types::{exceptions, none, set};

/// What happens to keys that are there already.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Existing {
    Keep,
    Replace,
    Refuse,
}

/// `PyDict_Merge` from any mapping.
pub fn merge(dict: &Object, other: &Object, override_: bool) -> Result<()> {
    merge_as(dict, other, if override_ { Existing::Replace } else { Existing::Keep })
}

/// `PyDict_Update`.
pub fn update(dict: &Object, other: &Object) -> Result<()> {
    merge_as(dict, other, Existing::Replace)
}

/// `_PyDict_MergeEx`: 0 keeps, 1 replaces, 2 raises KeyError for a key that is there already.
pub fn merge_ex(dict: &Object, other: &Object, override_: i32) -> Result<()> {
    merge_as(
        dict,
        other,
        match override_ {
            0 => Existing::Keep,
            1 => Existing::Replace,
            _ => Existing::Refuse,
        },
    )
}

fn merge_as(dict: &Object, other: &Object, existing: Existing) -> Result<()> {
    if !check(dict) {
        return Err(err::bad_internal_call());
    }
    // A dict whose iteration is the built-in one is read directly.
    // SAFETY: live types.
    let plain = check(other)
        && unsafe {
            (*other.type_ptr()).tp_iter.map_or(0, |f| f as usize)
                == (*(&raw mut PyDict_Type)).tp_iter.map_or(0, |f| f as usize)
        };
    if plain { merge_dict(dict, other, existing) } else { merge_mapping(dict, other, existing) }
}

fn merge_dict(dict: &Object, other: &Object, existing: Existing) -> Result<()> {
    if dict.is(other) || len(other) == 0 {
        return Ok(());
    }
    // SAFETY: live dicts; each key and value is held while it is stored, and the source is checked for changes.
    unsafe {
        let (this, source) = (raw(dict), raw(other));
        let existing = if (*this).ma_used == 0 { Existing::Replace } else { existing };
        if (*this).ma_used == 0 && super::adopt_copy(dict, other)? {
            return Ok(());
        }
        if keys::usable((*(*this).ma_keys).dk_size as usize) < (*source).ma_used as usize {
            resize(this, keys::estimate(((*this).ma_used + (*source).ma_used) as usize))?;
        }
        let entries_before = (*(*source).ma_keys).dk_nentries;
        let mut index = 0;
        while let Some((at, entry, value)) = entry_from(source, index) {
            index = at + 1;
            let hash = (*entry).me_hash;
            let key = Object::from_ptr((*entry).me_key).owned();
            let value = Object::from_ptr(value).owned();
            if existing == Existing::Replace {
                insert(this, key.as_ptr(), hash, value.as_ptr())?;
            } else {
                let found = find(this, key.as_ptr(), hash)?;
                if value_at(this, found).is_null() {
                    insert(this, key.as_ptr(), hash, value.as_ptr())?;
                } else if existing == Existing::Refuse {
                    return Err(err::set_key_error(&key));
                }
            }
            if entries_before != (*(*source).ma_keys).dk_nentries {
                return Err(err::runtime_error("dict mutated during update"));
            }
        }
    }
    Ok(())
}

fn merge_mapping(dict: &Object, other: &Object, existing: Existing) -> Result<()> {
    let keys = mapping::keys(other)?;
    protocol_iter::for_each(&keys, |key| {
        if existing != Existing::Replace && super::contains(dict, &key)? {
            return if existing == Existing::Refuse { Err(err::set_key_error(&key)) } else { Ok(()) };
        }
        let value = object::get_item(other, &key)?;
        super::set_item(dict, &key, &value)
    })
}

/// `PyDict_MergeFromSeq2`: from an iterable of pairs.
pub fn merge_from_seq2(dict: &Object, pairs: &Object, override_: bool) -> Result<()> {
    let iterator = protocol_iter::get_iter(pairs)?;
    let mut number = 0usize;
    while let Some(item) = protocol_iter::next(&iterator)? {
        let pair = match sequence::fast(&item, "") {
            Ok(pair) => pair,
            Err(raised) => {
                if !err::matches(exceptions::TypeError()) {
                    return Err(raised);
                }
                return Err(err::type_error(format_args!(
                    "cannot convert dictionary update sequence element #{number} to a sequence"
                )));
            }
        };
        let size = object::len(&pair)?;
        if size != 2 {
            return Err(err::value_error(format_args!(
                "dictionary update sequence element #{number} has length {size}; 2 is required"
            )));
        }
        let (key, value) = (sequence::get_item(&pair, 0)?, sequence::get_item(&pair, 1)?);
        if override_ {
            super::set_item(dict, &key, &value)?;
        } else {
            super::set_default(dict, &key, &value)?;
        }
        number += 1;
    }
    Ok(())
}

/// What `dict.update` and `dict()` do with their one positional argument.
pub(super) fn update_from(dict: &Object, source: &Object) -> Result<()> {
    if check_exact(source) {
        return update(dict, source);
    }
    match object::lookup_attr(source, crate::intern!("keys"))? {
        Some(_) => update(dict, source),
        None => merge_from_seq2(dict, source, true),
    }
}

/// `_PyDict_FromKeys`: `class()` with the items of `iterable` as keys.
pub fn from_keys(class: &Object, iterable: &Object, value: &Object) -> Result<Obj> {
    let dict = call::call0(class)?;
    if !check_exact(&dict) {
        protocol_iter::for_each(iterable, |key| object::set_item(&dict, &key, value))?;
        return Ok(dict);
    }
    if len(&dict) == 0 && (check_exact(iterable) || set::check_any_exact(iterable)) {
        let count = if check_exact(iterable) { len(iterable) } else { set::len(iterable) };
        // SAFETY: a live dict.
        unsafe { resize(raw(&dict), keys::estimate(count))? };
        let mut position = 0;
        if check_exact(iterable) {
            // SAFETY: each key is held while it is stored.
            while let Some((key, _, hash)) = unsafe { super::next_with_hash(iterable, &mut position) } {
                let key = key.owned();
                super::set_known_hash(&dict, &key, value, hash)?;
            }
        } else {
            while let Some((key, hash)) = set::next(iterable, &mut position) {
                super::set_known_hash(&dict, &key, value, hash)?;
            }
        }
        return Ok(dict);
    }
    crate::types::iter::for_each_item(iterable, |key| super::set_item(&dict, &key, value))?;
    Ok(dict)
}

/// Whether every key of a dict is a `str` (`_PyDict_HasOnlyStringKeys`).
pub(super) fn only_string_keys(dict: &Object) -> bool {
    // SAFETY: a live dict.
    if unsafe { keys::kind((*raw(dict)).ma_keys) } != Kind::Any {
        return true;
    }
    let mut position = 0;
    // SAFETY: nothing is changed.
    while let Some((key, _)) = unsafe { super::next_borrowed(dict, &mut position) } {
        if !crate::types::unicode::check(key) {
            return false;
        }
    }
    true
}

/// Equality of two dicts: the same keys with equal values.
pub(super) fn equal(a: &Object, b: &Object) -> Result<bool> {
    if len(a) != len(b) {
        return Ok(false);
    }
    let mut index = 0;
    // SAFETY: live dicts; key and values are held while they are compared, and the tables are read anew each time.
    unsafe {
        while let Some((at, entry, value)) = entry_from(raw(a), index) {
            index = at + 1;
            let hash = (*entry).me_hash;
            let key = Object::from_ptr((*entry).me_key).owned();
            let value = Object::from_ptr(value).owned();
            let found = find(raw(b), key.as_ptr(), hash)?;
            let Some(other) = Object::from_ptr_opt(value_at(raw(b), found)).map(Layout::owned) else {
                return Ok(false);
            };
            if !object::rich_compare_bool(&value, &other, crate::slot::CompareOp::Eq)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// `None`, for methods whose default that is.
pub(super) fn or_none(value: Option<&Object>) -> &Object {
    value.unwrap_or_else(|| none::none())
}
