//! Slices that nobody sees: `a[i:j:k]` and `a[i:j] = b` of built-in sequences with small bounds make no slice object.

use super::build;
use super::regs::{Regs, handlers};
use krait_abi::*;
use krait_object::types::bytes::{self, Bytes};
use krait_object::types::list::{self, List, PyList_Type};
use krait_object::types::tuple::{self, PyTuple_Type, Tuple};
use krait_object::types::unicode::{self, PyUnicode_Type};
use krait_object::types::{long, slice};
use krait_object::{Obj, Object, Result};

handlers! {
    /// `BUILD_SLICE` and the subscription behind it.
    fn slice_subscr(r, instr) {
        let parts = parts(instr.arg);
        let container = *r.slot(parts + 1);
        let Some(length) = length(container) else { return build::build_slice(r, instr) };
        let Some((start, step, count)) = selection(r, parts, length) else {
            return build::build_slice(r, instr);
        };
        r.pc = r.pc.add(1);
        r.save_position();
        let result = select(container, start, step, count);
        r.drop_values(parts);
        r.finish_unary(result)
    }

    /// `BUILD_SLICE` and the assignment behind it.
    fn slice_store(r, instr) {
        let parts = parts(instr.arg);
        let (value, container) = (*r.slot(parts + 2), *r.slot(parts + 1));
        if (*container).ob_type != &raw mut PyList_Type {
            return build::build_slice(r, instr);
        }
        let length = (*container.cast::<PyVarObject>()).ob_size;
        let Some((start, 1, count)) = selection(r, parts, length) else { return build::build_slice(r, instr) };
        r.pc = r.pc.add(1);
        r.save_position();
        let list: &List = Object::from_ptr(container).cast_unchecked();
        let is_temporary = (*value).ob_refcnt == 1 && (*value).ob_type == &raw mut PyList_Type;
        let result = if is_temporary && (*value.cast::<PyVarObject>()).ob_size as usize == count {
            list.exchange(start as usize, Object::from_ptr(value).cast_unchecked());
            Ok(())
        } else {
            list.set_range(start, start + count as isize, Some(Object::from_ptr(value)))
        };
        r.drop_values(parts + 2);
        r.finish(result)
    }
}

/// How many operands `BUILD_SLICE` takes.
#[inline(always)]
fn parts(arg: u32) -> usize {
    if arg == 3 { 3 } else { 2 }
}

/// The length of a sequence that [`select`] knows.
#[inline(always)]
unsafe fn length(container: *mut PyObject) -> Option<isize> {
    // SAFETY: a live object; lists, tuples and bytes have their size behind the head.
    unsafe {
        let class = (*container).ob_type;
        if class == &raw mut PyUnicode_Type {
            return Some(unicode::len(Object::from_ptr(container)) as isize);
        }
        let known = class == &raw mut PyList_Type
            || class == &raw mut PyTuple_Type
            || class == &raw mut bytes::PyBytes_Type;
        known.then(|| (*container.cast::<PyVarObject>()).ob_size)
    }
}

#[inline(always)]
unsafe fn select(container: *mut PyObject, start: isize, step: isize, count: usize) -> Result<Obj> {
    // SAFETY: the class decides about the layout.
    unsafe {
        let class = (*container).ob_type;
        let container = Object::from_ptr(container);
        if class == &raw mut PyList_Type {
            list::select(container.cast_unchecked::<List>(), start, step, count)
        } else if class == &raw mut PyUnicode_Type {
            unicode::select(container, start, step, count)
        } else if class == &raw mut PyTuple_Type {
            tuple::select(container.cast_unchecked::<Tuple>(), start, step, count)
        } else {
            bytes::select(container.cast_unchecked::<Bytes>(), start, step, count)
        }
    }
}

/// Start, step and number of the items that the bounds on the stack select, if each is `None` or a small int.
#[inline(always)]
unsafe fn selection(r: &Regs, parts: usize, length: isize) -> Option<(isize, isize, usize)> {
    // SAFETY: the verified depth has the bounds.
    unsafe {
        let bound = |object: &Object, default: isize| {
            if object.is_none() {
                Some(default)
            } else {
                long::small_value(object).map(|value| value as isize)
            }
        };
        let step = if parts == 3 { bound(r.peek(1), 1)? } else { 1 };
        if step == 0 {
            return None;
        }
        let (first, last) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
        let mut start = bound(r.peek(parts), first)?;
        let mut stop = bound(r.peek(parts - 1), last)?;
        let count = slice::adjust_indices(length, &mut start, &mut stop, step);
        Some((start, step, count as usize))
    }
}
