//! `_count_elements`, what `collections.Counter` counts with.

use krait_object::args::check_positional;
use krait_object::protocol::{call, iter, number, object};
use krait_object::types::dict::{self, PyDict_Type};
use krait_object::types::long;
use krait_object::types::typeobject::Type;
use krait_object::{Layout, Obj, Object, Result, intern};

/// Whether a mapping has dict's own `get` and `__setitem__`.
fn is_plain(mapping: &Object) -> bool {
    if !dict::check(mapping) {
        return false;
    }
    // SAFETY: a static type.
    let dict_class = unsafe { Type::from_raw(&raw mut PyDict_Type) };
    let class = mapping.class_of();
    let same = |name: &Object| match (class.lookup(name), dict_class.lookup(name)) {
        (Some(own), Some(original)) => own.is(original),
        _ => false,
    };
    core::ptr::eq(class, dict_class) || (same(intern!("get")) && same(intern!("__setitem__")))
}

/// A count and one.
#[inline(always)]
fn increment(count: &Object) -> Result<Obj> {
    match long::small_value(count) {
        Some(value) if long::check_exact(count) => long::from_i64(value + 1),
        _ => number::add(count, long::small(1)),
    }
}

pub fn count_elements(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("_count_elements", args.len(), 2, 2)?;
    let &[mapping, iterable] = args else { return Ok(()) };
    let iterator = iter::get_iter(iterable)?;
    if is_plain(mapping) {
        while let Some(key) = iter::next(&iterator)? {
            let hash = object::hash(&key)?;
            // SAFETY: the borrowed count gets its own reference before the dict changes.
            let count = unsafe { dict::get_known_hash(mapping, &key, hash)?.map(|count| count.owned()) };
            match count {
                Some(count) => dict::set_known_hash(mapping, &key, &*increment(&count)?, hash)?,
                None => dict::set_known_hash(mapping, &key, long::small(1), hash)?,
            }
        }
        return Ok(());
    }
    let get = object::get_attr(mapping, intern!("get"))?;
    while let Some(key) = iter::next(&iterator)? {
        let count = call::call(&get, &[&key, long::small(0)])?;
        let count = number::add(&count, long::small(1))?;
        object::set_item(mapping, &key, &count)?;
    }
    Ok(())
}
