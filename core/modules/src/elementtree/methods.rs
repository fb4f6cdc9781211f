//! The methods of elements.

use super::convert;
use super::element::{self, Element, expect};
use super::{find, iter, sequence, wrong_count};
use krait_object::args::{Args, Signature};
use krait_object::protocol::object;
use krait_object::slot::CompareOp;
use krait_object::types::{bytes, dict, list, none, unicode};
use krait_object::{Layout, Obj, Object, Result, doc, err, method};

krait_object::methods! {
    pub static METHODS = [
        method::noargs(c"clear", clear, doc!("clear($self, /)", "")),
        method::keywords(c"get", get, doc!("get($self, /, key, default=None)", "")),
        method::fastcall(c"set", set, doc!("set($self, key, value, /)", "")),
        method::keywords(c"find", find::find, doc!("find($self, /, path, namespaces=None)", "")),
        method::keywords(c"findtext", find::findtext, doc!("findtext($self, /, path, default=None, namespaces=None)", "")),
        method::keywords(c"findall", find::findall, doc!("findall($self, /, path, namespaces=None)", "")),
        method::o(c"append", append, doc!("append($self, subelement, /)", "")),
        method::o(c"extend", sequence::extend, doc!("extend($self, elements, /)", "")),
        method::fastcall(c"insert", insert, doc!("insert($self, index, subelement, /)", "")),
        method::o(c"remove", remove, doc!("remove($self, subelement, /)", "")),
        method::keywords(c"iter", iterate, doc!("iter($self, /, tag=None)", "")),
        method::noargs(c"itertext", |this: &Element| iter::new(this, none::none(), true), doc!("itertext($self, /)", "")),
        method::keywords(c"iterfind", find::iterfind, doc!("iterfind($self, /, path, namespaces=None)", "")),
        method::noargs(c"items", items, doc!("items($self, /)", "")),
        method::noargs(c"keys", keys, doc!("keys($self, /)", "")),
        method::fastcall(c"makeelement", makeelement, doc!("makeelement($self, tag, attrib, /)", "")),
        method::noargs(c"__copy__", convert::copy, doc!("__copy__($self, /)", "")),
        method::o(c"__deepcopy__", convert::deep_copy, doc!("__deepcopy__($self, memo, /)", "")),
        method::noargs(c"__sizeof__", size_of_element, doc!("__sizeof__($self, /)", "")),
        method::noargs(c"__getstate__", convert::get_state, doc!("__getstate__($self, /)", "")),
        method::o(c"__setstate__", convert::set_state, doc!("__setstate__($self, state, /)", "")),
    ];
}

fn clear(this: &Element) -> Result<()> {
    this.clear_extra();
    this.text.set(none::none().owned());
    this.tail.set(none::none().owned());
    Ok(())
}

fn get(this: &Element, args: Args<'_>) -> Result<Obj> {
    let [key, default] = Signature::new("get", ["key", "default"]).required(1).bind(args)?;
    let key = key.ok_or_else(err::bad_argument)?;
    if let Some(attrib) = this.extra().and_then(|extra| extra.attrib.get())
        && let Some(value) = dict::get_item(&attrib, key)?
    {
        return Ok(value);
    }
    Ok(default.unwrap_or(none::none()).owned())
}

fn set(this: &Element, args: &[&Object]) -> Result<()> {
    let &[key, value] = args else { return Err(wrong_count("set", 2, args.len())) };
    dict::set_item(&*this.attributes()?, key, value)
}

fn append(this: &Element, child: &Object) -> Result<()> {
    expect("append", "argument", child)?;
    this.add(child)
}

fn insert(this: &Element, args: &[&Object]) -> Result<()> {
    let &[index, child] = args else { return Err(wrong_count("insert", 2, args.len())) };
    let index = crate::support::ssize(index)?;
    expect("insert", "argument 2", child)?;
    let length = this.len() as isize;
    let index = if index < 0 { (index + length).max(0) } else { index.min(length) };
    this.ensure_extra().insert(index as usize, child.owned())
}

fn remove(this: &Element, child: &Object) -> Result<()> {
    expect("remove", "argument", child)?;
    let length = this.len();
    let same = (0..length).find(|index| this.extra().is_some_and(|e| e.address(*index) == child.as_ptr()));
    let mut found = same;
    let mut index = 0;
    while found.is_none()
        && let Some(other) = this.child(index)
    {
        // Comparing may change the element; what stands at the place then is what goes.
        if object::rich_compare_bool(other.object(), child, CompareOp::Eq)? {
            found = Some(index);
        }
        index += 1;
    }
    match (found, this.extra()) {
        (Some(index), Some(extra)) if index < extra.len() => {
            let old = extra.remove(index);
            drop(old);
            Ok(())
        }
        _ => Err(err::value_error("list.remove(x): x not in list")),
    }
}

fn iterate(this: &Element, args: Args<'_>) -> Result<Obj<iter::ElementIterator>> {
    let [tag] = Signature::new("iter", ["tag"]).required(0).bind(args)?;
    let tag = tag.unwrap_or(none::none());
    let all = (unicode::check(tag) && unicode::eq_str(tag, "*"))
        || (bytes::check(tag) && bytes::as_slice(tag) == b"*");
    iter::new(this, if all { none::none() } else { tag }, false)
}

fn items(this: &Element) -> Result<Obj> {
    match this.extra().and_then(|extra| extra.attrib.get()) {
        Some(attrib) => dict::items(&attrib),
        None => Ok(list::new()?.upcast()),
    }
}

fn keys(this: &Element) -> Result<Obj> {
    match this.extra().and_then(|extra| extra.attrib.get()) {
        Some(attrib) => dict::keys(&attrib),
        None => Ok(list::new()?.upcast()),
    }
}

fn makeelement(_this: &Element, args: &[&Object]) -> Result<Obj<Element>> {
    let &[tag, attrib] = args else { return Err(wrong_count("makeelement", 2, args.len())) };
    if !dict::check(attrib) {
        return Err(crate::support::bad_argument("makeelement", "argument 2", "dict", attrib));
    }
    element::create(tag, Some(&*dict::copy(attrib)?))
}

fn size_of_element(this: &Element) -> Result<usize> {
    let class = this.object().class_of().as_raw();
    // SAFETY: a live type.
    let own = unsafe { (*class).tp_basicsize } as usize;
    Ok(own + this.extra().map_or(0, super::children::Extra::size))
}
