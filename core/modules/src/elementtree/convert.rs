//! Copies and pickles of elements.

use super::DEEPCOPY;
use super::element::{self, Element, not_an_element};
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, list, long, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern, state};

/// `__copy__`: the attributes are shared, as the children are.
pub fn copy(this: &Element) -> Result<Obj<Element>> {
    let attrib = this.extra().and_then(|extra| extra.attrib.get());
    let copy = element::create(&this.tag(), attrib.as_deref())?;
    copy.text.copy_from(&this.text)?;
    copy.tail.copy_from(&this.tail)?;
    if let Some(extra) = this.extra().filter(|extra| extra.len() > 0) {
        let to = copy.ensure_extra();
        to.reserve(extra.len())?;
        for child in extra.all() {
            to.push(child)?;
        }
    }
    Ok(copy)
}

pub fn deep_copy(this: &Element, memo: &Object) -> Result<Obj<Element>> {
    if !dict::check(memo) {
        return Err(crate::support::bad_argument("__deepcopy__", "argument", "dict", memo));
    }
    // Native recursion only: documents may be deeper than the recursion limit.
    if state::stack_is_low() {
        return Err(err::set(
            exceptions::RecursionError(),
            "maximum recursion depth exceeded in __deepcopy__",
        ));
    }
    let tag = deep_copy_of(&this.tag(), memo)?;
    let attrib = match this.extra().and_then(|extra| extra.attrib.get()) {
        Some(attrib) => Some(deep_copy_of(&attrib, memo)?),
        None => None,
    };
    let copy = element::create(&tag, attrib.as_deref().filter(|attrib| dict::check(attrib)))?;
    copy.text.set(deep_copy_of(&*this.text.get()?, memo)?);
    copy.tail.set(deep_copy_of(&*this.tail.get()?, memo)?);
    let mut index = 0;
    while let Some(child) = this.child(index) {
        let child = deep_copy_of(child.object(), memo)?;
        if child.downcast::<Element>().is_none() {
            return Err(not_an_element(&child));
        }
        copy.add(&child)?;
        index += 1;
    }
    let id = long::from_ptr(this.object().as_ptr().cast())?;
    dict::set_item(memo, &id, copy.object())?;
    Ok(copy)
}

/// `copy.deepcopy`, short for what the trees of documents are made of.
fn deep_copy_of(value: &Object, memo: &Object) -> Result<Obj> {
    if value.is_none() || unicode::check_exact(value) {
        return Ok(value.owned());
    }
    if value.refcount() <= 2 {
        // Nobody else has it: it cannot be in the memo.
        if let Some(element) = value.downcast_exact::<Element>() {
            return deep_copy(element, memo).map(Obj::upcast);
        }
        if dict::check_exact(value) && all_strings(value) {
            return dict::copy(value);
        }
    }
    let deepcopy = DEEPCOPY.required()?;
    call::call(&deepcopy, &[value, memo])
}

fn all_strings(mapping: &Object) -> bool {
    let mut position = 0;
    // SAFETY: nothing runs meanwhile.
    while let Some((key, value)) = unsafe { dict::next_borrowed(mapping, &mut position) } {
        if !unicode::check_exact(key) || !unicode::check_exact(value) {
            return false;
        }
    }
    true
}

/// `__getstate__`: the dict that an element written in Python would have.
pub fn get_state(this: &Element) -> Result<Obj> {
    let children = this.extra().map_or_else(Vec::new, super::children::Extra::all);
    let state = dict::new()?;
    dict::set_item(&state, intern!("tag"), &this.tag())?;
    dict::set_item(&state, intern!("_children"), list::from_vec(children)?.object())?;
    let attrib = match this.extra().and_then(|extra| extra.attrib.get()) {
        Some(attrib) => attrib,
        None => dict::new()?,
    };
    dict::set_item(&state, intern!("attrib"), &attrib)?;
    dict::set_item(&state, intern!("text"), &*this.text.get()?)?;
    dict::set_item(&state, intern!("tail"), &*this.tail.get()?)?;
    Ok(state)
}

pub fn set_state(this: &Element, state: &Object) -> Result<()> {
    if !dict::check_exact(state) {
        let shown = object::repr(state)?;
        let shown: String = unicode::display(&shown).to_string().chars().take(200).collect();
        return Err(err::type_error(format_args!("Don't know how to unpickle \"{shown}\" as an Element")));
    }
    let item = |name: &Object| dict::get_item(state, name);
    let tag = item(intern!("tag"))?.ok_or_else(|| err::type_error("tag may not be NULL"))?;
    let attrib = item(intern!("attrib"))?;
    let text = item(intern!("text"))?;
    let tail = item(intern!("tail"))?;
    let children = item(intern!("_children"))?;
    this.tag.set(tag);
    this.text.set(text.unwrap_or_else(|| none::none().owned()));
    this.tail.set(tail.unwrap_or_else(|| none::none().owned()));
    if attrib.is_none() && children.is_none() {
        return Ok(());
    }
    this.clear_extra();
    if let Some(children) = children {
        let Some(children) = children.downcast::<list::List>() else {
            return Err(err::type_error("'_children' is not a list"));
        };
        let mut index = 0;
        while let Some(child) = children.get(index) {
            if child.downcast::<Element>().is_none() {
                this.clear_extra();
                return Err(not_an_element(&child));
            }
            this.add(&child)?;
            index += 1;
        }
    }
    if let Some(attrib) = attrib.filter(|attrib| dict::check(attrib)) {
        let old = this.ensure_extra().attrib.replace(Some(attrib));
        drop(old);
    }
    Ok(())
}
