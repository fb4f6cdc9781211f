//! Iteration.

use super::generators;
use super::regs::{Flow, Regs, handlers};
use crate::decode::Instr;
use krait_abi::*;
use krait_object::protocol::iter;
use krait_object::refcount::{decref, incref};
use krait_object::types::{exceptions, list, long, range, tuple};
use krait_object::{Obj, Object, Result, err};

handlers! {
    fn get_iter(r, _instr) {
        r.save_position();
        let result = iter::get_iter(r.peek(1));
        r.finish_unary(result)
    }

    fn get_yield_from_iter(r, _instr) {
        r.save_position();
        let result = crate::generator::yield_from_iter(r.peek(1), (*r.code()).co_flags);
        match result {
            Ok(None) => Flow::Next,
            Ok(Some(iterator)) => {
                r.replace_top(iterator);
                Flow::Next
            }
            Err(_) => Flow::Error,
        }
    }

    fn for_iter(r, instr) {
        let iterator = *r.slot(1);
        let class = (*iterator).ob_type;
        if class == &raw mut list::PyListIter_Type {
            let item = next_of_list(iterator);
            if !item.is_null() {
                r.push(item);
                return Flow::Next;
            }
        } else if class == &raw mut range::PyRangeIter_Type {
            if let Some(value) = next_of_range(iterator) {
                let result = long::from_i64(value);
                return r.finish_push(result);
            }
            r.sp = r.sp.sub(1);
            decref(iterator);
            r.jump(instr.arg);
            return Flow::Next;
        } else if class == &raw mut tuple::PyTupleIter_Type {
            let item = next_of_tuple(iterator);
            if !item.is_null() {
                r.push(item);
                return Flow::Next;
            }
        }
        r.save_position();
        if generators::enter(r, iterator, core::ptr::null_mut()) {
            return Flow::Next;
        }
        let Some(next) = (*class).tp_iternext else {
            err::type_error(format_args!("'{}' object is not an iterator", Object::from_ptr(iterator).class_of().name()));
            return Flow::Error;
        };
        let item = next(iterator);
        if !item.is_null() {
            r.push(item);
            return Flow::Next;
        }
        end_loop(r, instr)
    }
}

/// After NULL from `tp_iternext` of the iterator on top: leaves the loop, unless it was an error.
#[inline(always)]
unsafe fn end_loop(r: &mut Regs, instr: Instr) -> Flow {
    // SAFETY: the iterator is on the stack.
    unsafe {
        let iterator = *r.slot(1);
        if (*r.tstate()).c_tracefunc.is_some() && (*iterator).ob_type == &raw mut crate::generator::PyGen_Type
        {
            // Generators end without an exception here; tracers see the one that they would end with.
            super::trace::implied_stop(r.tstate(), r.frame(), None);
        }
        if exhausted(r.tstate(), r.frame()).is_err() {
            return Flow::Error;
        }
        r.sp = r.sp.sub(1);
        decref(iterator);
        r.jump(instr.arg);
        Flow::Next
    }
}

/// The generator on top of the stack, which the loop continued itself, has returned `value` to `FOR_ITER`.
pub(super) unsafe fn generator_ended(r: &mut Regs, instr: Instr, value: Obj) -> Flow {
    // SAFETY: the generator is on the stack.
    unsafe {
        if (*r.tstate()).c_tracefunc.is_some() && !value.is_none() {
            err::set_stop_iteration(&value);
        }
        end_loop(r, instr)
    }
}

/// After NULL from `tp_iternext`: whether it was the end (`StopIteration` is swallowed) or an error.
#[inline(always)]
unsafe fn exhausted(tstate: *mut PyThreadState, frame: *mut PyFrameObject) -> Result<()> {
    // SAFETY: the running thread's state.
    unsafe {
        if (*tstate).curexc_type.is_null() {
            return Ok(());
        }
        if !err::matches(exceptions::StopIteration()) {
            return Err(err::Raised::assume());
        }
        if (*tstate).c_tracefunc.is_some() {
            super::trace::exception_event(tstate, frame);
        }
        err::clear();
        Ok(())
    }
}

/// The next item of a list iterator, a new reference; null at the end (left to the slow path).
#[inline(always)]
unsafe fn next_of_list(iterator: *mut PyObject) -> *mut PyObject {
    // SAFETY: an exact list iterator; its list, if any, is a list.
    unsafe {
        let it = iterator.cast::<listiterobject>();
        let list = (*it).it_seq.cast::<PyListObject>();
        if list.is_null() || (*it).it_index >= (*list).ob_base.ob_size {
            return core::ptr::null_mut();
        }
        let item = *(*list).ob_item.offset((*it).it_index);
        (*it).it_index += 1;
        incref(item);
        item
    }
}

/// The next item of a tuple iterator, a new reference; null at the end (left to the slow path).
#[inline(always)]
unsafe fn next_of_tuple(iterator: *mut PyObject) -> *mut PyObject {
    // SAFETY: an exact tuple iterator; its tuple, if any, is a tuple.
    unsafe {
        let it = iterator.cast::<tupleiterobject>();
        let tuple = (*it).it_seq.cast::<PyTupleObject>();
        if tuple.is_null() || (*it).it_index >= (*tuple).ob_base.ob_size {
            return core::ptr::null_mut();
        }
        let item = *(&raw const (*tuple).ob_item).cast::<*mut PyObject>().offset((*it).it_index);
        (*it).it_index += 1;
        incref(item);
        item
    }
}

/// The next value of a range iterator.
#[inline(always)]
unsafe fn next_of_range(iterator: *mut PyObject) -> Option<i64> {
    // SAFETY: an exact range iterator.
    unsafe {
        let it = iterator.cast::<rangeiterobject>();
        if (*it).index >= (*it).len {
            return None;
        }
        let value = (*it).start.wrapping_add((*it).index.wrapping_mul((*it).step));
        (*it).index += 1;
        Some(value)
    }
}
