//! `view == other`: same shape and equal items, by value and not by memory.

use super::{MemoryView, format};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::buffer::{self, Buffer, format_of};
use crate::protocol::{call, object};
use crate::slot::CompareOp;
use crate::types::{bytes, none, tuple, unicode};
use crate::{hooks, intern};
use krait_abi::*;

pub(super) fn rich_compare(this: &MemoryView, other: &Object, op: CompareOp) -> Result<Obj> {
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(none::not_implemented().owned());
    }
    let equal = match equals(this, other)? {
        Some(equal) => equal,
        None => return Ok(none::not_implemented().owned()),
    };
    Ok(crate::types::bool::from_bool(equal == (op == CompareOp::Eq)))
}

/// None where the other object has no buffer.
fn equals(this: &MemoryView, other: &Object) -> Result<Option<bool>> {
    if this.is_released() {
        return Ok(Some(this.is(other)));
    }
    if let Some(view) = other.downcast::<MemoryView>() {
        if view.is_released() {
            return Ok(Some(this.is(other)));
        }
        return equal_views(this.raw(), view.raw()).map(Some);
    }
    let Ok(held) = Buffer::get(other, PyBUF_FULL_RO) else {
        err::clear();
        return Ok(None);
    };
    equal_views(this.raw(), held.view().expect("a view was asked for")).map(Some)
}

fn shape_of(view: &Py_buffer) -> Vec<isize> {
    if view.ndim == 0 {
        return Vec::new();
    }
    if view.shape.is_null() {
        return vec![view.len / view.itemsize];
    }
    // SAFETY: `ndim` sizes.
    unsafe { core::slice::from_raw_parts(view.shape, view.ndim as usize) }.to_vec()
}

fn equal_views(a: &Py_buffer, b: &Py_buffer) -> Result<bool> {
    let (shape, other_shape) = (shape_of(a), shape_of(b));
    // Sizes behind an empty dimension don't count.
    let empty_at = shape.iter().position(|&n| n == 0).map_or(shape.len(), |i| i + 1);
    if shape.len() != other_shape.len() || shape[..empty_at] != other_shape[..empty_at] {
        return Ok(false);
    }
    if shape.contains(&0) {
        return Ok(true);
    }
    let (left, right) = (buffer::contents(a, b'C')?, buffer::contents(b, b'C')?);
    let (left, right) = (bytes::as_slice(&left), bytes::as_slice(&right));
    let items = |bytes: &[u8], size: isize| bytes.len() / size.max(1) as usize;
    if items(left, a.itemsize) != items(right, b.itemsize) {
        return Ok(false);
    }
    let (af, bf) = (format::native(format_of(a)), format::native(format_of(b)));
    let mut pairs = left.chunks_exact(a.itemsize as usize).zip(right.chunks_exact(b.itemsize as usize));
    match (af, bf) {
        (Some((one, size)), Some((two, _))) if one == two => {
            // SAFETY: chunks of the item size.
            Ok(pairs.all(|(x, y)| unsafe { format::equal(x.as_ptr(), y.as_ptr(), one, size) }))
        }
        (Some((one, _)), Some((two, _))) => {
            for (x, y) in pairs {
                // SAFETY: chunks of the item size.
                let (x, y) = unsafe { (format::unpack(x.as_ptr(), one)?, format::unpack(y.as_ptr(), two)?) };
                if !object::rich_compare_bool(&x, &y, CompareOp::Eq)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => equal_by_struct(a, b, pairs),
    }
}

/// Compares items of formats that only the `struct` module knows; formats unknown to it too are unequal.
fn equal_by_struct<'a>(
    a: &Py_buffer,
    b: &Py_buffer,
    pairs: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> Result<bool> {
    let module = (hooks::get().import)("struct")?;
    let class = object::get_attr(&module, intern!("Struct"))?;
    let error = object::get_attr(&module, intern!("error"))?;
    let unpacker = |view: &Py_buffer| -> Result<Option<Obj>> {
        let format = unicode::decode_latin1(format_of(view).to_bytes(), None)?;
        match call::call1(&class, &format) {
            Ok(made) => object::get_attr(&made, intern!("unpack")).map(Some),
            Err(_) if err::matches(&error) => {
                err::clear();
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    };
    let (Some(unpack_a), Some(unpack_b)) = (unpacker(a)?, unpacker(b)?) else { return Ok(false) };
    let value = |unpack: &Object, item: &[u8]| -> Result<Obj> {
        let unpacked = call::call1(unpack, bytes::from_slice(item)?.object())?;
        match tuple::items(&unpacked) {
            [only] => Ok((*only).owned()),
            _ => Ok(unpacked),
        }
    };
    for (x, y) in pairs {
        let (x, y) = (value(&unpack_a, x)?, value(&unpack_b, y)?);
        if !object::rich_compare_bool(&x, &y, CompareOp::Eq)? {
            return Ok(false);
        }
    }
    Ok(true)
}
