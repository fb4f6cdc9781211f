//! Items and slices of arrays.

use super::{Array, alloc, from_bytes, item};
use krait_object::protocol::number;
use krait_object::types::{exceptions, slice};
use krait_object::{Class, Layout, Obj, Object, Result, err};

pub(super) fn get(this: &Array, index: isize) -> Result<Obj> {
    if index < 0 || index as usize >= this.len() {
        return Err(err::index_error("array index out of range"));
    }
    item::get(this, index as usize)
}

/// Removes a range of items.
pub(super) fn remove(this: &Array, start: usize, end: usize) -> Result<()> {
    if end <= start {
        return Ok(());
    }
    this.check_resizable()?;
    let (size, length) = (this.item_size(), this.len());
    this.bytes_mut().copy_within(end * size.., start * size);
    this.resize(length - (end - start))
}

pub(super) fn assign(this: &Array, index: isize, value: Option<&Object>) -> Result<()> {
    if index < 0 || index as usize >= this.len() {
        return Err(err::index_error("array assignment index out of range"));
    }
    match value {
        Some(value) => item::set(this, index, value),
        None => remove(this, index as usize, index as usize + 1),
    }
}

/// An index that may count from the end.
fn index_of(this: &Array, key: &Object) -> Result<isize> {
    let index = number::as_ssize(key, Some(exceptions::IndexError()))?;
    Ok(if index < 0 { index + this.len() as isize } else { index })
}

pub(super) fn subscript(this: &Array, key: &Object) -> Result<Obj> {
    if number::index_check(key) {
        return get(this, index_of(this, key)?);
    }
    let Some(key) = key.downcast_exact::<slice::Slice>() else {
        return Err(err::type_error("array indices must be integers"));
    };
    let (start, _, step, count) = slice::indices(key.object(), this.len())?;
    let size = this.item_size();
    if step == 1 {
        let start = start as usize;
        return Ok(
            from_bytes(&this.bytes()[start * size..(start + count) * size], this.descriptor())?.upcast()
        );
    }
    let new = alloc(Array::class(), count, this.descriptor())?;
    for i in 0..count {
        let from = (start + i as isize * step) as usize * size;
        new.bytes_mut()[i * size..(i + 1) * size].copy_from_slice(&this.bytes()[from..from + size]);
    }
    Ok(new.upcast())
}

pub(super) fn assign_subscript(this: &Array, key: &Object, value: Option<&Object>) -> Result<()> {
    let (start, step, count);
    if number::index_check(key) {
        let index = index_of(this, key)?;
        if index < 0 || index as usize >= this.len() {
            return Err(err::index_error("array assignment index out of range"));
        }
        if let Some(value) = value {
            return item::set(this, index, value);
        }
        (start, step, count) = (index, 1, 1);
    } else if let Some(key) = key.downcast_exact::<slice::Slice>() {
        (start, _, step, count) = slice::indices(key.object(), this.len())?;
    } else {
        return Err(err::type_error("array indices must be integers"));
    }
    let copy;
    let needed: &[u8] = match value {
        None => &[],
        Some(value) => match value.downcast::<Array>() {
            Some(other) if core::ptr::eq(this, other) => {
                copy = this.bytes().to_vec();
                &copy
            }
            Some(other) if !core::ptr::eq(this.descriptor(), other.descriptor()) => {
                return Err(err::bad_argument());
            }
            Some(other) => other.bytes(),
            None => {
                return Err(err::type_error(format_args!(
                    "can only assign array (not \"{:.200}\") to array slice",
                    value.class_of().name()
                )));
            }
        },
    };
    let (size, needed_count) = (this.item_size(), needed.len() / this.item_size());
    if step == 1 {
        return replace(this, start as usize, count, needed, needed_count);
    }
    if needed_count == 0 {
        return delete_steps(this, start, step, count);
    }
    if needed_count != count {
        return Err(err::value_error(format_args!(
            "attempt to assign array of size {needed_count} to extended slice of size {count}"
        )));
    }
    for i in 0..count {
        let to = (start + i as isize * step) as usize * size;
        this.bytes_mut()[to..to + size].copy_from_slice(&needed[i * size..(i + 1) * size]);
    }
    Ok(())
}

/// Puts other items in place of `count` items from `start` on.
fn replace(this: &Array, start: usize, count: usize, needed: &[u8], needed_count: usize) -> Result<()> {
    let (size, length) = (this.item_size(), this.len());
    if count > needed_count {
        this.check_resizable()?;
        this.bytes_mut().copy_within((start + count) * size.., (start + needed_count) * size);
        this.resize(length - (count - needed_count))?;
    } else if count < needed_count {
        this.resize(length + (needed_count - count))?;
        this.bytes_mut().copy_within((start + count) * size..length * size, (start + needed_count) * size);
    }
    this.bytes_mut()[start * size..][..needed.len()].copy_from_slice(needed);
    Ok(())
}

/// Deletes `count` items that are `step` apart.
fn delete_steps(this: &Array, start: isize, step: isize, count: usize) -> Result<()> {
    if count == 0 {
        return Ok(());
    }
    this.check_resizable()?;
    let (mut first, mut step) = (start, step);
    if step < 0 {
        first = start + step * (count as isize - 1);
        step = -step;
    }
    let (size, length) = (this.item_size(), this.len());
    let (first, step) = (first as usize, step as usize);
    let mut to = first;
    for i in 0..count {
        let from = first + i * step + 1;
        let until = if i + 1 == count { length } else { from + step - 1 };
        this.bytes_mut().copy_within(from * size..until * size, to * size);
        to += until - from;
    }
    this.resize(length - count)
}
