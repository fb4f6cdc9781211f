//! Which zones are kept: all that live, by class; and of the class itself the last few, whether they are used or not.

use super::ZoneInfo;
use crate::attribute;
use crate::support::Kept;
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{list, tuple};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern};

/// A `WeakValueDictionary` from key to zone.
const WEAK: Kept = Kept("zoneinfo._zoneinfo weak cache");
/// A list of pairs of key and zone, the last one used first.
const RECENT: Kept = Kept("zoneinfo._zoneinfo recent");
const MOST_RECENT: usize = 8;

fn is_own(class: &Type) -> bool {
    core::ptr::eq(class, ZoneInfo::class())
}

pub(super) fn new_weak() -> Result<Obj> {
    call::call0(&*attribute::of_module("weakref", "WeakValueDictionary")?)
}

pub(super) fn weak(class: &Type) -> Result<Obj> {
    if is_own(class) {
        WEAK.get_or_make(new_weak)
    } else {
        object::get_attr(class.object(), intern!("_weak_cache"))
    }
}

fn with_recent<R>(body: impl FnOnce(&list::List) -> Result<R>) -> Result<R> {
    let recent = RECENT.get_or_make(|| Ok(list::new()?.upcast()))?;
    body(recent.downcast::<list::List>().ok_or_else(err::bad_internal_call)?)
}

/// Takes a zone off the recent ones.
fn take(recent: &list::List, key: &Object) -> Result<Option<Obj>> {
    let mut index = 0;
    while let Some(pair) = recent.get(index) {
        if let [known, zone] = tuple::items(&pair)
            && object::rich_compare_bool(key, known, CompareOp::Eq)?
        {
            if recent.get(index).is_some_and(|now| now.is(&*pair)) {
                recent.remove_at(index)?;
            }
            return Ok(Some(zone.owned()));
        }
        index += 1;
    }
    Ok(None)
}

fn put(recent: &list::List, key: &Object, zone: &Object) -> Result<()> {
    recent.insert(0, &*tuple::pack([key.owned(), zone.owned()])?)?;
    while recent.len() > MOST_RECENT {
        recent.remove_at(recent.len() - 1)?;
    }
    Ok(())
}

/// The zone with that key if it is a recent one, which makes it the first of them.
pub(super) fn recent(class: &Type, key: &Object) -> Result<Option<Obj>> {
    if !is_own(class) {
        return Ok(None);
    }
    with_recent(|recent| {
        let found = take(recent, key)?;
        if let Some(zone) = &found {
            put(recent, key, zone)?;
        }
        Ok(found)
    })
}

pub(super) fn remember(class: &Type, key: &Object, zone: &Object) -> Result<()> {
    if !is_own(class) {
        return Ok(());
    }
    with_recent(|recent| put(recent, key, zone))
}

pub(super) fn forget(class: &Type, key: &Object) -> Result<()> {
    if !is_own(class) {
        return Ok(());
    }
    with_recent(|recent| take(recent, key).map(drop))
}

pub(super) fn forget_all(class: &Type) -> Result<()> {
    if !is_own(class) {
        return Ok(());
    }
    with_recent(|recent| {
        recent.clear();
        Ok(())
    })
}
