//! Elements as sequences of their children.

use super::children::Extra;
use super::element::{Element, not_an_element};
use krait_object::protocol::{number, sequence};
use krait_object::types::{list, slice};
use krait_object::{Class, Layout, Obj, Object, Result, err};

fn out_of_range(what: &str) -> krait_object::Raised {
    err::index_error(format_args!("child {what}index out of range"))
}

pub fn item(this: &Element, index: isize) -> Result<Obj> {
    let child = usize::try_from(index).ok().and_then(|index| this.child(index));
    child.map(Obj::upcast).ok_or_else(|| out_of_range(""))
}

pub fn assign(this: &Element, index: isize, value: Option<&Object>) -> Result<()> {
    let index = usize::try_from(index).ok().filter(|index| *index < this.len());
    let (Some(index), Some(extra)) = (index, this.extra()) else { return Err(out_of_range("assignment ")) };
    let old = match value {
        Some(value) => {
            if value.downcast::<Element>().is_none() {
                return Err(not_an_element(value));
            }
            extra.replace(index, value.owned())
        }
        None => extra.remove(index),
    };
    drop(old);
    Ok(())
}

fn position(this: &Element, key: &Object) -> Result<isize> {
    let index = number::as_ssize(key, Some(krait_object::types::exceptions::IndexError()))?;
    Ok(if index < 0 { index + this.len() as isize } else { index })
}

/// The places that a slice names: start, step and number.
fn places(this: &Element, key: &slice::Slice) -> Result<(isize, isize, isize, usize)> {
    let (start, stop, step) = slice::unpack(key.object())?;
    let (mut start, mut stop) = (start, stop);
    let count = slice::adjust_indices(this.len() as isize, &mut start, &mut stop, step);
    Ok((start, stop, step, count as usize))
}

pub fn subscript(this: &Element, key: &Object) -> Result<Obj> {
    if number::index_check(key) {
        return item(this, position(this, key)?);
    }
    let Some(key) = key.downcast::<slice::Slice>() else {
        return Err(err::type_error("element indices must be integers"));
    };
    if this.extra().is_none() {
        return Ok(list::new()?.upcast());
    }
    let (start, _, step, count) = places(this, key)?;
    let children = (0..count as isize)
        .filter_map(|nth| this.extra().and_then(|extra| extra.get((start + nth * step) as usize)))
        .collect();
    Ok(list::from_vec(children)?.upcast())
}

/// A list or tuple of what an iterable has.
fn fast(values: &Object) -> Result<Obj> {
    sequence::fast(values, &format!("expected sequence, not \"{:.200}\"", values.class_of().name()))
}

/// Children from a sequence; all of them must be elements.
fn elements(values: &Object) -> Result<Vec<Obj>> {
    let items = sequence::list(values)?;
    // SAFETY: the list is ours; nothing runs.
    let items: Vec<Obj> =
        unsafe { items.cast_unchecked::<list::List>().items() }.iter().map(|item| item.owned()).collect();
    match items.iter().find(|item| item.downcast::<Element>().is_none()) {
        Some(other) => Err(not_an_element(other)),
        None => Ok(items),
    }
}

pub fn assign_subscript(this: &Element, key: &Object, value: Option<&Object>) -> Result<()> {
    if number::index_check(key) {
        return assign(this, position(this, key)?, value);
    }
    let Some(key) = key.downcast::<slice::Slice>() else {
        return Err(err::type_error("element indices must be integers"));
    };
    match value {
        None => delete_slice(this, key),
        Some(value) => assign_slice(this, key, value),
    }
}

fn delete_slice(this: &Element, key: &slice::Slice) -> Result<()> {
    let (start, _, step, count) = places(this, key)?;
    let Some(extra) = this.extra().filter(|_| count > 0) else { return Ok(()) };
    // From the back, so that the places in front stay.
    let mut indices: Vec<usize> = (0..count as isize).map(|nth| (start + nth * step) as usize).collect();
    indices.sort_unstable();
    let old: Vec<Obj> = if step.abs() == 1 {
        extra.splice(indices[0], indices[count - 1] + 1, Vec::new())?
    } else {
        indices.iter().rev().map(|index| extra.remove(*index)).collect()
    };
    drop(old);
    Ok(())
}

fn assign_slice(this: &Element, key: &slice::Slice, value: &Object) -> Result<()> {
    places(this, key)?;
    let new = elements(&*fast(value)?)?;
    // The values may have changed the element.
    let (start, stop, step, count) = places(this, key)?;
    let extra: &Extra = this.ensure_extra();
    let old = if step == 1 {
        let start = start as usize;
        extra.splice(start, start.max(stop.max(0) as usize).min(extra.len()), new)?
    } else {
        if new.len() != count {
            return Err(err::value_error(format_args!(
                "attempt to assign sequence of size {} to extended slice of size {count}",
                new.len()
            )));
        }
        let place = |nth: usize| (start + nth as isize * step) as usize;
        new.into_iter().enumerate().map(|(nth, child)| extra.replace(place(nth), child)).collect()
    };
    drop(old);
    Ok(())
}

/// `extend`
pub fn extend(this: &Element, values: &Object) -> Result<()> {
    let items = sequence::list(&*fast(values)?)?;
    let mut index = 0;
    // SAFETY: a list of ours.
    while let Some(item) = unsafe { items.cast_unchecked::<list::List>() }.get(index) {
        if item.downcast::<Element>().is_none() {
            return Err(not_an_element(&item));
        }
        this.add(&item)?;
        index += 1;
    }
    Ok(())
}

/// Whether an object is an element.
pub fn is_element(object: &Object) -> bool {
    object.is_instance_of(Element::class())
}
