//! Building and taking apart containers, strings and slices.

use super::regs::{Flow, Regs, handlers};
use krait_abi::*;
use krait_object::protocol::{iter, object, sequence};
use krait_object::refcount::{decref, incref};
use krait_object::types::list::{self, List};
use krait_object::types::{dict, exceptions, set, slice, tuple, unicode};
use krait_object::{Obj, Object, Result, err};

/// The topmost `count` operands, borrowed.
#[inline(always)]
unsafe fn operands<'a>(r: &Regs, count: usize) -> &'a [&'a Object] {
    // SAFETY: the verified depth has that many live operands.
    unsafe { krait_object::method::arg_slice(r.slot(count), count) }
}

handlers! {
    fn build_tuple(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        let first = r.slot(count);
        let result = tuple::from_stolen(first, count);
        r.sp = first;
        r.finish_push(result)
    }

    fn build_list(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        let first = r.slot(count);
        let result = list::from_stolen(first, count).map(Obj::upcast);
        r.sp = first;
        r.finish_push(result)
    }

    fn list_to_tuple(r, _instr) {
        r.save_position();
        let result = sequence::tuple(r.peek(1));
        r.finish_unary(result)
    }

    fn build_set(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        let result = new_set(operands(r, count));
        r.drop_values(count);
        r.finish_push(result)
    }

    fn build_map(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        let result = new_map(operands(r, 2 * count));
        r.drop_values(2 * count);
        r.finish_push(result)
    }

    fn build_const_key_map(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        let result = new_const_key_map(r.peek(1), &operands(r, count + 1)[..count]);
        r.drop_values(count + 1);
        r.finish_push(result)
    }

    fn build_string(r, instr) {
        r.save_position();
        let count = instr.arg as usize;
        let result = unicode::from_str("").and_then(|empty| unicode::join(&empty, operands(r, count)));
        r.drop_values(count);
        r.finish_push(result)
    }

    fn build_slice(r, instr) {
        let step = if instr.arg == 3 { Some(r.pop_obj()) } else { None };
        let result = slice::new(Some(r.peek(2)), Some(r.peek(1)), step.as_deref());
        drop(step);
        r.finish_binary(result)
    }

    fn format_value(r, instr) {
        r.save_position();
        let spec = if instr.arg & 4 != 0 { Some(r.pop_obj()) } else { None };
        let result = format_one(r.peek(1), instr.arg & 3, spec.as_deref());
        drop(spec);
        r.finish_unary(result)
    }

    fn list_append(r, instr) {
        r.save_position();
        let item = r.pop_obj();
        let list: &List = r.peek(instr.arg as usize).cast_unchecked();
        let result = list.push(item);
        r.finish(result)
    }

    fn list_extend(r, instr) {
        r.save_position();
        let iterable = r.pop_obj();
        let result = extend_list(r.peek(instr.arg as usize), &iterable);
        drop(iterable);
        r.finish(result)
    }

    fn set_add(r, instr) {
        r.save_position();
        let item = r.pop_obj();
        let result = set::add(r.peek(instr.arg as usize), &item);
        drop(item);
        r.finish(result)
    }

    fn set_update(r, instr) {
        r.save_position();
        let iterable = r.pop_obj();
        let result = set::update(r.peek(instr.arg as usize), &iterable);
        drop(iterable);
        r.finish(result)
    }

    fn map_add(r, instr) {
        r.save_position();
        let value = r.pop_obj();
        let key = r.pop_obj();
        let result = dict::set_item(r.peek(instr.arg as usize), &key, &value);
        drop((key, value));
        r.finish(result)
    }

    fn dict_update(r, instr) {
        r.save_position();
        let update = r.pop_obj();
        let result = update_dict(r.peek(instr.arg as usize), &update);
        drop(update);
        r.finish(result)
    }

    fn dict_merge(r, instr) {
        r.save_position();
        let update = r.pop_obj();
        let depth = instr.arg as usize;
        let result = dict::merge_ex(r.peek(depth), &update, 2);
        let result = match result {
            Ok(()) => Ok(()),
            Err(_) => {
                let function = r.peek(depth + 2);
                Err(super::calls::keyword_merge_error(function, &update))
            }
        };
        drop(update);
        r.finish(result)
    }

    fn unpack_sequence(r, instr) {
        let count = instr.arg as usize;
        let source = *r.slot(1);
        let class = (*source).ob_type;
        let items = if class == &raw mut tuple::PyTuple_Type
            && (*source.cast::<PyVarObject>()).ob_size == count as isize
        {
            (&raw const (*source.cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>()
        } else if class == &raw mut list::PyList_Type && (*source.cast::<PyVarObject>()).ob_size == count as isize {
            (*source.cast::<PyListObject>()).ob_item.cast_const()
        } else {
            core::ptr::null()
        };
        if items.is_null() && count != 0 || count == 0 {
            r.save_position();
            let source = r.pop_obj();
            let result = unpack(&source, count, -1);
            drop(source);
            return push_unpacked(r, result);
        }
        r.sp = r.sp.sub(1);
        for index in (0..count).rev() {
            let item = *items.add(index);
            incref(item);
            r.push(item);
        }
        decref(source);
        Flow::Next
    }

    fn unpack_ex(r, instr) {
        r.save_position();
        let source = r.pop_obj();
        let result = unpack(&source, (instr.arg & 0xFF) as usize, (instr.arg >> 8) as isize);
        drop(source);
        push_unpacked(r, result)
    }
}

/// Pushes unpacked items so that the first is on top.
#[inline(always)]
unsafe fn push_unpacked(r: &mut Regs, result: Result<Vec<Obj>>) -> Flow {
    match result {
        Ok(items) => {
            for item in items.into_iter().rev() {
                // SAFETY: the verified depth leaves room for all items.
                unsafe { r.push_obj(item) };
            }
            Flow::Next
        }
        Err(_) => Flow::Error,
    }
}

#[inline(never)]
fn new_set(items: &[&Object]) -> Result<Obj> {
    let new = set::new(None)?;
    for item in items {
        set::add(&new, item)?;
    }
    Ok(new)
}

#[inline(never)]
fn new_map(pairs: &[&Object]) -> Result<Obj> {
    dict::from_pairs(pairs.len() / 2, pairs.chunks_exact(2).map(|pair| (pair[0], pair[1])))
}

#[inline(never)]
fn new_const_key_map(keys: &Object, values: &[&Object]) -> Result<Obj> {
    if !tuple::check_exact(keys) || tuple::items(keys).len() != values.len() {
        return Err(err::system_error("bad BUILD_CONST_KEY_MAP keys argument"));
    }
    dict::from_pairs(values.len(), tuple::items(keys).iter().copied().zip(values.iter().copied()))
}

#[inline(never)]
fn format_one(value: &Object, conversion: u32, spec: Option<&Object>) -> Result<Obj> {
    let converted = match conversion {
        1 => object::str(value)?,
        2 => object::repr(value)?,
        3 => object::ascii(value)?,
        _ => super::arithmetic::owned(value),
    };
    if spec.is_none() && unicode::check_exact(&converted) {
        return Ok(converted);
    }
    object::format(&converted, spec)
}

/// `list.extend` for `*iterable` in a display or call.
#[inline(never)]
fn extend_list(target: &Object, iterable: &Object) -> Result<()> {
    let list = target.downcast::<List>().ok_or_else(err::bad_internal_call)?;
    list.extend(iterable).map_err(|raised| {
        let class = iterable.class_of();
        // SAFETY: a live type.
        let iterable_type = unsafe { (*class.as_raw()).tp_iter.is_some() } || sequence::check(iterable);
        if err::matches(exceptions::TypeError()) && !iterable_type {
            err::clear();
            return err::type_error(format_args!("Value after * must be an iterable, not {}", class.name()));
        }
        raised
    })
}

#[inline(never)]
fn update_dict(target: &Object, update: &Object) -> Result<()> {
    dict::merge(target, update, true).map_err(|raised| {
        if err::matches(exceptions::AttributeError()) {
            return err::type_error(format_args!("'{}' object is not a mapping", update.class_of().name()));
        }
        raised
    })
}

/// Takes `before` items, and, if `after` is not negative, a list of what lies between and the last `after` items.
#[inline(never)]
fn unpack(source: &Object, before: usize, after: isize) -> Result<Vec<Obj>> {
    let iterator = iter::get_iter(source).map_err(|raised| {
        let class = source.class_of();
        // SAFETY: a live type.
        let has_iter = unsafe { (*class.as_raw()).tp_iter.is_some() };
        if err::matches(exceptions::TypeError()) && !has_iter && !sequence::check(source) {
            return err::type_error(format_args!("cannot unpack non-iterable {} object", class.name()));
        }
        raised
    })?;
    let mut items = Vec::with_capacity(before + 1);
    while items.len() < before {
        let Some(item) = iter::next(&iterator)? else {
            let got = items.len();
            return Err(if after < 0 {
                err::value_error(format_args!("not enough values to unpack (expected {before}, got {got})"))
            } else {
                let wanted = before as isize + after;
                err::value_error(format_args!(
                    "not enough values to unpack (expected at least {wanted}, got {got})"
                ))
            });
        };
        items.push(item);
    }
    if after < 0 {
        if iter::next(&iterator)?.is_some() {
            return Err(err::value_error(format_args!("too many values to unpack (expected {before})")));
        }
        return Ok(items);
    }
    unpack_rest(&iterator, items, before, after as usize)
}

fn unpack_rest(iterator: &Object, mut items: Vec<Obj>, before: usize, after: usize) -> Result<Vec<Obj>> {
    let mut rest = Vec::new();
    while let Some(item) = iter::next(iterator)? {
        krait_object::memory::try_push(&mut rest, item)?;
    }
    if rest.len() < after {
        return Err(err::value_error(format_args!(
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + rest.len()
        )));
    }
    let last = rest.split_off(rest.len() - after);
    items.push(list::from_vec(rest)?.upcast());
    items.extend(last);
    Ok(items)
}
