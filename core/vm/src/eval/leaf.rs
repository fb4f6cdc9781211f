//! The frequent cases of the instructions that matter, for threaded code: handlers that call nothing.
//!
//! Each answers whether it has executed the instruction; if not, it has changed nothing and the complete handler runs.
//! So everything that could stop a handler is looked at first. Dropping the last reference to an object is a call, apart
//! from ints and floats, which go to their free lists.

use super::arithmetic::{float_value, is_float, small_int};
use super::names::{self, kind};
use super::regs::{Home, Regs, new_ref};
use super::table::{full, number};
use super::threaded::{self, Handler, disturbed, next};
use crate::decode::{Decoded, Instr, outcome, private};
use crate::function::{PyFunction_Type, vectorcall_is_ours};
use core::cell::Cell;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::refcount::{can_give_up, give_up, incref};
use krait_object::types::float::{self, PyFloat_Type};
use krait_object::types::long::{self, PyLong_Type};
use krait_object::types::unicode::PyUnicode_Type;
use krait_object::types::{bool as py_bool, dict, list, none, range, tuple};

/// Drops a reference to an exact int of at most two digits; there is room in the free list.
#[inline(always)]
unsafe fn drop_int(object: *mut PyObject) {
    // SAFETY: the caller owns a reference.
    unsafe {
        if (*object).ob_refcnt > 1 {
            (*object).ob_refcnt -= 1;
        } else {
            long::recycle(object);
        }
    }
}

/// Drops a reference to an exact float; there is room in the free list.
#[inline(always)]
unsafe fn drop_float(object: *mut PyObject) {
    // SAFETY: the caller owns a reference.
    unsafe {
        if (*object).ob_refcnt > 1 {
            (*object).ob_refcnt -= 1;
        } else {
            float::recycle(object);
        }
    }
}

/// Replaces two exact one-digit ints on the stack by `value`, in the memory of one of them where nobody else has it.
#[inline(always)]
unsafe fn put_int(r: &mut Regs, value: i64) -> bool {
    // SAFETY: two exact ints are on the stack, owned.
    unsafe {
        let (left, right) = (*r.slot(2), *r.slot(1));
        let result;
        if long::is_small(value) {
            if ((*left).ob_refcnt == 1 || (*right).ob_refcnt == 1) && !long::has_room() {
                return false;
            }
            result = new_ref(long::small(value).as_ptr());
            drop_int(left);
            drop_int(right);
        } else if value.unsigned_abs() >= long::SHORT_LIMIT {
            return false;
        } else if (*left).ob_refcnt == 1 {
            if (*right).ob_refcnt > 1 {
                (*right).ob_refcnt -= 1;
            } else if long::has_room() {
                long::recycle(right);
            } else {
                return false;
            }
            result = left;
            long::write_short(result, value);
        } else if (*right).ob_refcnt == 1 {
            result = right;
            (*left).ob_refcnt -= 1;
            long::write_short(result, value);
        } else {
            result = long::reuse();
            if result.is_null() {
                return false;
            }
            (*left).ob_refcnt -= 1;
            (*right).ob_refcnt -= 1;
            long::write_short(result, value);
        }
        r.sp = r.sp.sub(1);
        *r.slot(1) = result;
        true
    }
}

/// Replaces two exact floats on the stack by `value`, in the memory of one of them where nobody else has it.
#[inline(always)]
unsafe fn put_float(r: &mut Regs, value: f64) -> bool {
    // SAFETY: two exact floats are on the stack, owned.
    unsafe {
        let (left, right) = (*r.slot(2), *r.slot(1));
        let result;
        if (*left).ob_refcnt == 1 {
            if !can_give_up(right) {
                return false;
            }
            result = left;
            drop_float(right);
        } else if (*right).ob_refcnt == 1 {
            result = right;
            (*left).ob_refcnt -= 1;
        } else {
            result = float::reuse();
            if result.is_null() {
                return false;
            }
            (*left).ob_refcnt -= 1;
            (*right).ob_refcnt -= 1;
        }
        (*result.cast::<PyFloatObject>()).ob_fval = value;
        r.sp = r.sp.sub(1);
        *r.slot(1) = result;
        true
    }
}

/// Writes handlers as functions for threaded code, each in front of the one of its name in another module, and puts them
/// over those in the table.
macro_rules! leaves {
    (
        mod $functions:ident, fn $over:ident, before $behind:ident;
        $($place:expr, $op:ident, |$r:ident, $instr:ident| $body:block)*
    ) => {
        /// The functions, named after their instructions.
        #[allow(non_snake_case, reason = "functions named after their instructions")]
        mod $functions {
            use super::*;
            $(pub unsafe extern "C" fn $op(
                pc: *const Cell<Instr>,
                sp: *mut *mut PyObject,
                fast: *mut *mut PyObject,
                home: *mut Home,
                word: u64,
            ) -> super::super::regs::Flow {
                // SAFETY: the registers describe a running frame of verified code, `word` is its current instruction.
                unsafe {
                    let mut regs = Regs { pc, sp, fast, home };
                    let $instr = Instr::from_word(word);
                    let $r = &mut regs;
                    let done = (|| $body)();
                    if done {
                        return next(regs);
                    }
                    $behind::$op(pc, sp, fast, home, word)
                }
            })*
        }

        /// The table with these handlers in front.
        const fn $over(mut table: [Handler; 256]) -> [Handler; 256] {
            $(table[$place as usize] = $functions::$op;)*
            table
        }
    };
}

/// The table with the handlers of this module in front.
pub(super) const fn over(table: [Handler; 256]) -> [Handler; 256] {
    over_leaves(over_full(table))
}

// The commonest cases, where no reference is the last one: they leave all registers but the arguments alone, which the
// handlers behind them have to save first.
leaves! {
    mod shortest, fn over_leaves, before functions;

    number::STORE_FAST, STORE_FAST, |r, instr| {
        let slot = r.local(instr.arg);
        if !let_go(*slot) {
            return false;
        }
        *slot = r.pop();
        true
    }

    private::STORE_FAST_LOAD_FAST, STORE_FAST_LOAD_FAST, |r, instr| {
        let following: Instr = (*r.pc).get();
        let slot = r.local(instr.arg);
        let loaded = r.local(following.arg);
        if loaded == slot || (*loaded).is_null() || !let_go(*slot) {
            return false;
        }
        *slot = *r.slot(1);
        r.pc = r.pc.add(1);
        *r.slot(1) = new_ref(*loaded);
        true
    }

    number::POP_TOP, POP_TOP, |r, _instr| {
        if !let_go(*r.slot(1)) {
            return false;
        }
        r.sp = r.sp.sub(1);
        true
    }

    private::COMPARE_JUMP, COMPARE_JUMP, |r, instr| {
        let (left, right) = (*r.slot(2), *r.slot(1));
        let (Some(a), Some(b)) = (small_int(left), small_int(right)) else { return false };
        let outcome = u8::from(a < b) | u8::from(a == b) << 1 | u8::from(a > b) << 2;
        let following: Instr = (*r.pc).get();
        let jumps = outcome & instr.flags != 0;
        let to = if jumps { r.base().add(following.arg as usize) } else { r.pc.add(1) };
        if to < r.pc || (*left).ob_refcnt == 1 || (*right).ob_refcnt == 1 {
            return false;
        }
        (*left).ob_refcnt -= 1;
        (*right).ob_refcnt -= 1;
        r.sp = r.sp.sub(2);
        r.pc = to;
        true
    }

    number::POP_JUMP_IF_FALSE, POP_JUMP_IF_FALSE, |r, instr| { jump_forward_if(r, instr, false) }
    number::POP_JUMP_IF_TRUE, POP_JUMP_IF_TRUE, |r, instr| { jump_forward_if(r, instr, true) }
}

/// Drops a reference that is not the last one; null is none.
#[inline(always)]
unsafe fn let_go(object: *mut PyObject) -> bool {
    // SAFETY: the caller owns the reference.
    unsafe {
        if object.is_null() {
            return true;
        }
        if (*object).ob_refcnt == 1 {
            return false;
        }
        (*object).ob_refcnt -= 1;
        true
    }
}

/// A conditional jump on a bool that does not go backwards.
#[inline(always)]
unsafe fn jump_forward_if(r: &mut Regs, instr: Instr, when: bool) -> bool {
    // SAFETY: the verified depth has the operand; the target is verified. True and False never die.
    unsafe {
        let value = *r.slot(1);
        let is_true = value == py_bool::true_ptr();
        if !is_true && value != py_bool::false_ptr() {
            return false;
        }
        let to = if is_true == when { r.base().add(instr.arg as usize) } else { r.pc };
        if to < r.pc {
            return false;
        }
        (*value).ob_refcnt -= 1;
        r.sp = r.sp.sub(1);
        r.pc = to;
        true
    }
}

leaves! {
    mod functions, fn over_full, before full;

    number::LOAD_FAST, LOAD_FAST, |r, instr| {
        let value = *r.local(instr.arg);
        if value.is_null() {
            return false;
        }
        r.push(new_ref(value));
        true
    }

    private::LOAD_FAST_LOAD_FAST, LOAD_FAST_LOAD_FAST, |r, instr| {
        let first = *r.local(instr.arg);
        let following: Instr = (*r.pc).get();
        let second = *r.local(following.arg);
        if first.is_null() || second.is_null() {
            return false;
        }
        r.pc = r.pc.add(1);
        r.push(new_ref(first));
        r.push(new_ref(second));
        true
    }

    private::LOAD_FAST_LOAD_CONST, LOAD_FAST_LOAD_CONST, |r, instr| {
        let first = *r.local(instr.arg);
        if first.is_null() {
            return false;
        }
        let following: Instr = (*r.pc).get();
        r.pc = r.pc.add(1);
        r.push(new_ref(first));
        r.push(new_ref(r.constant(following.arg)));
        true
    }

    number::STORE_FAST, STORE_FAST, |r, instr| {
        let slot = r.local(instr.arg);
        let old = *slot;
        if !old.is_null() && !give_up(old) {
            return false;
        }
        *slot = r.pop();
        true
    }

    private::STORE_FAST_LOAD_FAST, STORE_FAST_LOAD_FAST, |r, instr| {
        let slot = r.local(instr.arg);
        let old = *slot;
        if !old.is_null() && !give_up(old) {
            return false;
        }
        *slot = *r.slot(1);
        let following: Instr = (*r.pc).get();
        let value = *r.local(following.arg);
        if value.is_null() {
            r.sp = r.sp.sub(1);
            return true;
        }
        r.pc = r.pc.add(1);
        *r.slot(1) = new_ref(value);
        true
    }

    number::POP_TOP, POP_TOP, |r, _instr| {
        let value = *r.slot(1);
        if !give_up(value) {
            return false;
        }
        r.sp = r.sp.sub(1);
        true
    }

    number::LOAD_DEREF, LOAD_DEREF, |r, instr| {
        let value = (*r.cell(instr.arg)).ob_ref;
        if value.is_null() {
            return false;
        }
        r.push(new_ref(value));
        true
    }

    number::STORE_DEREF, STORE_DEREF, |r, instr| {
        let cell = r.cell(instr.arg);
        let old = (*cell).ob_ref;
        if !old.is_null() && !give_up(old) {
            return false;
        }
        (*cell).ob_ref = r.pop();
        true
    }

    number::LOAD_GLOBAL, LOAD_GLOBAL, |r, instr| {
        let cached = r.cache(instr).as_ptr();
        let frame = r.frame();
        let (globals, builtins) = ((*frame).f_globals, (*frame).f_builtins);
        if (*cached).word != (*globals.cast::<PyDictObject>()).ma_version_tag
            || (*cached).word2 != (*builtins.cast::<PyDictObject>()).ma_version_tag
        {
            return false;
        }
        r.push(new_ref((*cached).object));
        true
    }

    number::LOAD_ATTR, LOAD_ATTR, |r, instr| {
        let owner = *r.slot(1);
        let found = names::cached_now(owner, r.cache(instr).as_ptr());
        if found.is_null() || !can_give_up(owner) {
            return false;
        }
        incref(found);
        give_up(owner);
        *r.slot(1) = found;
        true
    }

    number::STORE_ATTR, STORE_ATTR, |r, instr| {
        let (value, owner) = (*r.slot(2), *r.slot(1));
        let cached = r.cache(instr).as_ptr();
        if (*cached).kind != kind::INSTANCE
            || (*(*owner).ob_type).tp_version_tag != (*cached).type_version
            || (*owner).ob_refcnt == 1
        {
            return false;
        }
        let dict = *owner.cast::<u8>().add((*cached).word as usize).cast::<*mut PyObject>();
        if dict.is_null() || !dict::store_split(dict, (*cached).object as u64, (*cached).word2 as usize, value) {
            return false;
        }
        (*owner).ob_refcnt -= 1;
        r.sp = r.sp.sub(2);
        true
    }

    number::LOAD_METHOD, LOAD_METHOD, |r, instr| {
        let owner = *r.slot(1);
        let cached = r.cache(instr).as_ptr();
        if (*cached).kind != kind::METHOD {
            // A function of a module or a class, or a callable attribute: no receiver is passed.
            let found = names::cached_now(owner, cached);
            if found.is_null() || !let_go(owner) {
                return false;
            }
            *r.slot(1) = null_mut();
            r.push(new_ref(found));
            return true;
        }
        if (*(*owner).ob_type).tp_version_tag != (*cached).type_version {
            return false;
        }
        if (*cached).word != 0 {
            let dict = *owner.cast::<u8>().add((*cached).word as usize).cast::<*mut PyObject>();
            if !dict.is_null() && (*dict.cast::<PyDictObject>()).ma_used != 0 {
                let stamp = dict::stamp(dict);
                if stamp == 0 || stamp != (*cached).word2 {
                    return false;
                }
            }
        }
        *r.slot(1) = new_ref((*cached).object);
        r.push(owner);
        true
    }

    number::CALL_FUNCTION, CALL_FUNCTION, |r, instr| {
        let count = instr.arg as usize;
        push_frame(r, r.slot(count + 1), r.slot(count), count)
    }

    number::CALL_METHOD, CALL_METHOD, |r, instr| {
        let count = instr.arg as usize;
        let function = r.slot(count + 2);
        if (*function).is_null() {
            // The result goes over the NULL.
            return push_frame(r, r.slot(count + 1), r.slot(count), count);
        }
        push_frame(r, function, r.slot(count + 1), count + 1)
    }

    number::BINARY_ADD, BINARY_ADD, |r, _instr| { arithmetic(r, |a, b| a + b, |a, b| a + b) }
    number::INPLACE_ADD, INPLACE_ADD, |r, _instr| { arithmetic(r, |a, b| a + b, |a, b| a + b) }
    number::BINARY_SUBTRACT, BINARY_SUBTRACT, |r, _instr| { arithmetic(r, |a, b| a - b, |a, b| a - b) }
    number::INPLACE_SUBTRACT, INPLACE_SUBTRACT, |r, _instr| { arithmetic(r, |a, b| a - b, |a, b| a - b) }
    number::BINARY_MULTIPLY, BINARY_MULTIPLY, |r, _instr| { arithmetic(r, |a, b| a * b, |a, b| a * b) }
    number::INPLACE_MULTIPLY, INPLACE_MULTIPLY, |r, _instr| { arithmetic(r, |a, b| a * b, |a, b| a * b) }

    number::BINARY_AND, BINARY_AND, |r, _instr| { integer(r, |_| true, |a, b| a & b) }
    number::INPLACE_AND, INPLACE_AND, |r, _instr| { integer(r, |_| true, |a, b| a & b) }
    number::BINARY_OR, BINARY_OR, |r, _instr| { integer(r, |_| true, |a, b| a | b) }
    number::INPLACE_OR, INPLACE_OR, |r, _instr| { integer(r, |_| true, |a, b| a | b) }
    number::BINARY_XOR, BINARY_XOR, |r, _instr| { integer(r, |_| true, |a, b| a ^ b) }
    number::INPLACE_XOR, INPLACE_XOR, |r, _instr| { integer(r, |_| true, |a, b| a ^ b) }
    number::BINARY_LSHIFT, BINARY_LSHIFT, |r, _instr| { integer(r, |b| (0..32).contains(&b), |a, b| a << b) }
    number::INPLACE_LSHIFT, INPLACE_LSHIFT, |r, _instr| { integer(r, |b| (0..32).contains(&b), |a, b| a << b) }
    number::BINARY_RSHIFT, BINARY_RSHIFT, |r, _instr| { integer(r, |b| (0..64).contains(&b), |a, b| a >> b) }
    number::INPLACE_RSHIFT, INPLACE_RSHIFT, |r, _instr| { integer(r, |b| (0..64).contains(&b), |a, b| a >> b) }
    number::BINARY_FLOOR_DIVIDE, BINARY_FLOOR_DIVIDE, |r, _instr| { integer(r, |b| b > 0, floor_divide) }
    number::INPLACE_FLOOR_DIVIDE, INPLACE_FLOOR_DIVIDE, |r, _instr| { integer(r, |b| b > 0, floor_divide) }
    number::BINARY_MODULO, BINARY_MODULO, |r, _instr| { integer(r, |b| b > 0, remainder) }
    number::INPLACE_MODULO, INPLACE_MODULO, |r, _instr| { integer(r, |b| b > 0, remainder) }

    number::BINARY_TRUE_DIVIDE, BINARY_TRUE_DIVIDE, |r, _instr| {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if !is_float(left) || !is_float(right) || float_value(right) == 0.0 {
            return false;
        }
        put_float(r, float_value(left) / float_value(right))
    }

    number::COMPARE_OP, COMPARE_OP, |r, instr| {
        let (left, right) = (*r.slot(2), *r.slot(1));
        let Some(outcome) = compare(left, right, instr.arg) else { return false };
        if !drop_both(left, right) {
            return false;
        }
        r.sp = r.sp.sub(1);
        *r.slot(1) = py_bool::from_bool(outcome & instr.flags != 0).into_ptr();
        true
    }

    private::COMPARE_JUMP, COMPARE_JUMP, |r, instr| { compare_jump(r, instr, 0) }
    private::COMPARE_FAR_JUMP, COMPARE_FAR_JUMP, |r, instr| { compare_jump(r, instr, 1) }

    number::IS_OP, IS_OP, |r, instr| {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if (*left).ob_refcnt == 1 || (*right).ob_refcnt == 1 {
            return false;
        }
        (*left).ob_refcnt -= 1;
        (*right).ob_refcnt -= 1;
        r.sp = r.sp.sub(1);
        *r.slot(1) = py_bool::from_bool((left == right) != (instr.arg != 0)).into_ptr();
        true
    }

    private::IS_JUMP, IS_JUMP, |r, instr| {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if (*left).ob_refcnt == 1 || (*right).ob_refcnt == 1 {
            return false;
        }
        let value = (left == right) != (instr.arg != 0);
        let following: Instr = (*r.pc).get();
        let jumps = value == (following.op == number::POP_JUMP_IF_TRUE);
        let to = if jumps { r.base().add(following.arg as usize) } else { r.pc.add(1) };
        if to < r.pc && interrupted(r) {
            return false;
        }
        (*left).ob_refcnt -= 1;
        (*right).ob_refcnt -= 1;
        r.sp = r.sp.sub(2);
        r.pc = to;
        true
    }

    number::POP_JUMP_IF_FALSE, POP_JUMP_IF_FALSE, |r, instr| { jump_if(r, instr, false) }
    number::POP_JUMP_IF_TRUE, POP_JUMP_IF_TRUE, |r, instr| { jump_if(r, instr, true) }

    number::UNARY_NOT, UNARY_NOT, |r, _instr| {
        let operand = *r.slot(1);
        let Some(value) = truth(operand) else { return false };
        if !give_up(operand) {
            return false;
        }
        *r.slot(1) = py_bool::from_bool(!value).into_ptr();
        true
    }

    number::JUMP_ABSOLUTE, JUMP_ABSOLUTE, |r, instr| {
        if interrupted(r) {
            return false;
        }
        r.jump(instr.arg);
        true
    }

    number::FOR_ITER, FOR_ITER, |r, _instr| {
        let iterator = *r.slot(1);
        let class = (*iterator).ob_type;
        if class == &raw mut range::PyRangeIter_Type {
            let it = iterator.cast::<rangeiterobject>();
            if (*it).index >= (*it).len {
                return false;
            }
            let value = (*it).start.wrapping_add((*it).index.wrapping_mul((*it).step));
            if long::is_small(value) {
                r.push(new_ref(long::small(value).as_ptr()));
            } else if value.unsigned_abs() < long::SHORT_LIMIT {
                let item = long::reuse();
                if item.is_null() {
                    return false;
                }
                long::write_short(item, value);
                r.push(item);
            } else {
                return false;
            }
            (*it).index += 1;
            return true;
        }
        let item;
        if class == &raw mut list::PyListIter_Type {
            let it = iterator.cast::<listiterobject>();
            let list = (*it).it_seq.cast::<PyListObject>();
            if list.is_null() || (*it).it_index >= (*list).ob_base.ob_size {
                return false;
            }
            item = *(*list).ob_item.offset((*it).it_index);
            (*it).it_index += 1;
        } else if class == &raw mut tuple::PyTupleIter_Type {
            let it = iterator.cast::<tupleiterobject>();
            let tuple = (*it).it_seq.cast::<PyTupleObject>();
            if tuple.is_null() || (*it).it_index >= (*tuple).ob_base.ob_size {
                return false;
            }
            item = *(&raw const (*tuple).ob_item).cast::<*mut PyObject>().offset((*it).it_index);
            (*it).it_index += 1;
        } else {
            return false;
        }
        r.push(new_ref(item));
        true
    }

    number::BINARY_SUBSCR, BINARY_SUBSCR, |r, _instr| {
        let (container, key) = (*r.slot(2), *r.slot(1));
        if (*container).ob_refcnt == 1 || !long::has_room() {
            return false;
        }
        let Some(item) = names::indexed(container, key) else { return false };
        incref(item);
        (*container).ob_refcnt -= 1;
        drop_int(key);
        r.sp = r.sp.sub(1);
        *r.slot(1) = item;
        true
    }

    number::STORE_SUBSCR, STORE_SUBSCR, |r, _instr| {
        let (value, container, key) = (*r.slot(3), *r.slot(2), *r.slot(1));
        if (*container).ob_type != &raw mut list::PyList_Type || (*container).ob_refcnt == 1 || !long::has_room() {
            return false;
        }
        let Some(slot) = names::list_slot(container, key) else { return false };
        if !give_up(*slot) {
            return false;
        }
        *slot = value;
        (*container).ob_refcnt -= 1;
        drop_int(key);
        r.sp = r.sp.sub(3);
        true
    }

    number::LIST_APPEND, LIST_APPEND, |r, instr| {
        let value = *r.slot(1);
        let list = (*r.slot(instr.arg as usize + 1)).cast::<PyListObject>();
        let size = (*list).ob_base.ob_size;
        if size >= (*list).allocated {
            return false;
        }
        *(*list).ob_item.offset(size) = value;
        (*list).ob_base.ob_size = size + 1;
        r.sp = r.sp.sub(1);
        true
    }

    number::UNPACK_SEQUENCE, UNPACK_SEQUENCE, |r, instr| {
        let source = *r.slot(1);
        let count = instr.arg as usize;
        if (*source).ob_refcnt == 1 || (*source.cast::<PyVarObject>()).ob_size != count as isize {
            return false;
        }
        let class = (*source).ob_type;
        let items = if class == &raw mut tuple::PyTuple_Type {
            (&raw const (*source.cast::<PyTupleObject>()).ob_item).cast::<*mut PyObject>()
        } else if class == &raw mut list::PyList_Type {
            (*source.cast::<PyListObject>()).ob_item.cast_const()
        } else {
            return false;
        };
        (*source).ob_refcnt -= 1;
        r.sp = r.sp.sub(1);
        for index in (0..count).rev() {
            r.push(new_ref(*items.add(index)));
        }
        true
    }
}

#[inline(always)]
unsafe fn arithmetic(
    r: &mut Regs,
    of_ints: impl Fn(i64, i64) -> i64,
    of_floats: impl Fn(f64, f64) -> f64,
) -> bool {
    // SAFETY: the verified depth has two operands.
    unsafe {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if let (Some(a), Some(b)) = (small_int(left), small_int(right)) {
            return put_int(r, of_ints(a, b));
        }
        if is_float(left) && is_float(right) {
            return put_float(r, of_floats(float_value(left), float_value(right)));
        }
        false
    }
}

#[inline(always)]
unsafe fn integer(r: &mut Regs, valid: impl Fn(i64) -> bool, compute: impl Fn(i64, i64) -> i64) -> bool {
    // SAFETY: the verified depth has two operands.
    unsafe {
        if let (Some(a), Some(b)) = (small_int(*r.slot(2)), small_int(*r.slot(1)))
            && valid(b)
        {
            return put_int(r, compute(a, b));
        }
        false
    }
}

/// For a positive divisor of one digit.
#[inline(always)]
fn floor_divide(a: i64, b: i64) -> i64 {
    let (a, b) = (a as i32, b as i32);
    let quotient = a / b;
    i64::from(quotient - i32::from(a % b < 0))
}

/// For a positive divisor of one digit.
#[inline(always)]
fn remainder(a: i64, b: i64) -> i64 {
    let (a, b) = (a as i32, b as i32);
    let rest = a % b;
    i64::from(if rest < 0 { rest + b } else { rest })
}

/// Whether a jump has to look at signals and other threads first.
#[inline(always)]
unsafe fn interrupted(r: &Regs) -> bool {
    // SAFETY: the running thread's state.
    unsafe {
        let breaker = krait_object::state::atomic_int(&raw mut (*(*r.tstate()).interp).ceval.eval_breaker);
        breaker.load(core::sync::atomic::Ordering::Relaxed) != 0
    }
}

/// The outcome of a comparison; of strs for (in)equality only, and as if the greater one was longer.
#[inline(always)]
unsafe fn compare(left: *mut PyObject, right: *mut PyObject, op: u32) -> Option<u8> {
    // SAFETY: live objects.
    unsafe {
        let class = (*left).ob_type;
        if class != (*right).ob_type {
            return None;
        }
        if class == &raw mut PyLong_Type {
            let (Some(a), Some(b)) = (small_int(left), small_int(right)) else { return None };
            return Some(u8::from(a < b) | u8::from(a == b) << 1 | u8::from(a > b) << 2);
        }
        if class == &raw mut PyFloat_Type {
            let (a, b) = (float_value(left), float_value(right));
            let ordered = u8::from(a < b) | u8::from(a == b) << 1 | u8::from(a > b) << 2;
            return Some(if ordered == 0 { outcome::UNORDERED } else { ordered });
        }
        if (op == 2 || op == 3) && class == &raw mut PyUnicode_Type {
            if left == right {
                return Some(outcome::EQUAL);
            }
            let (a, b) = (left.cast::<PyASCIIObject>(), right.cast::<PyASCIIObject>());
            if (*a).length != (*b).length {
                return Some(outcome::GREATER);
            }
        }
        None
    }
}

/// A comparison and the conditional jump behind it and its prefixes.
#[inline(always)]
unsafe fn compare_jump(r: &mut Regs, instr: Instr, prefixes: usize) -> bool {
    // SAFETY: the verified depth has two operands; `decode` has seen the jump.
    unsafe {
        let (left, right) = (*r.slot(2), *r.slot(1));
        let Some(outcome) = compare(left, right, instr.arg) else { return false };
        let jump = r.pc.add(prefixes);
        let following: Instr = (*jump).get();
        let jumps = outcome & instr.flags != 0;
        let to = if jumps { r.base().add(following.arg as usize) } else { jump.add(1) };
        if to < r.pc && interrupted(r) || !drop_both(left, right) {
            return false;
        }
        r.sp = r.sp.sub(2);
        r.pc = to;
        true
    }
}

/// Drops two references to objects of the same class; false: neither.
#[inline(always)]
unsafe fn drop_both(left: *mut PyObject, right: *mut PyObject) -> bool {
    // SAFETY: the caller owns the references.
    unsafe {
        if (*left).ob_refcnt > 1 && (*right).ob_refcnt > 1 {
            (*left).ob_refcnt -= 1;
            (*right).ob_refcnt -= 1;
            return true;
        }
        let class = (*left).ob_type;
        if class == &raw mut PyLong_Type {
            // Both have one digit at most.
            if long::has_room() {
                drop_int(left);
                drop_int(right);
                return true;
            }
        } else if class == &raw mut PyFloat_Type && float::has_room() {
            drop_float(left);
            drop_float(right);
            return true;
        }
        false
    }
}

/// Truth of the classes that say it by their size.
#[inline(always)]
unsafe fn truth(value: *mut PyObject) -> Option<bool> {
    // SAFETY: a live object; all these classes have their size behind the head.
    unsafe {
        if value == py_bool::true_ptr() {
            return Some(true);
        }
        if value == py_bool::false_ptr() || value == none::none().as_ptr() {
            return Some(false);
        }
        let class = (*value).ob_type;
        if class == &raw mut PyLong_Type
            || class == &raw mut list::PyList_Type
            || class == &raw mut PyUnicode_Type
            || class == &raw mut tuple::PyTuple_Type
            || class == &raw mut dict::PyDict_Type
        {
            return Some((*value.cast::<PyVarObject>()).ob_size != 0);
        }
        None
    }
}

#[inline(always)]
unsafe fn jump_if(r: &mut Regs, instr: Instr, when: bool) -> bool {
    // SAFETY: the verified depth has the operand; the target is verified.
    unsafe {
        let value = *r.slot(1);
        let Some(is_true) = truth(value) else { return false };
        let to = if is_true == when { r.base().add(instr.arg as usize) } else { r.pc };
        if to < r.pc && interrupted(r) || !give_up(value) {
            return false;
        }
        r.sp = r.sp.sub(1);
        r.pc = to;
        true
    }
}

/// Calls a Python function: moves the arguments into the code's kept frame and goes there. False when it takes more.
#[inline(always)]
unsafe fn push_frame(
    r: &mut Regs,
    function: *mut *mut PyObject,
    args: *mut *mut PyObject,
    count: usize,
) -> bool {
    // SAFETY: the operands are on the stack, the callable in the slot before them. A kept frame is dead, its variables are
    // null. What makes a call more than this is looked at first.
    unsafe {
        let callable = *function;
        if (*callable).ob_type != &raw mut PyFunction_Type || (*callable).ob_refcnt == 1 {
            return false;
        }
        let raw = callable.cast::<PyFunctionObject>();
        let code = (*raw).func_code.cast::<PyCodeObject>();
        let decoded = (*code).co_opcache.cast::<Decoded>();
        let frame = (*code).co_zombieframe.cast::<PyFrameObject>();
        let caller = r.frame();
        let globals = (*raw).func_globals;
        if decoded.is_null() || frame.is_null() || !vectorcall_is_ours(callable) {
            return false;
        }
        let missing = ((*decoded).plain as usize).wrapping_sub(count);
        let defaults = (*raw).func_defaults.cast::<PyTupleObject>();
        if missing != 0 && (defaults.is_null() || missing > (*defaults).ob_base.ob_size as usize) {
            return false;
        }
        let free = (*decoded).free as usize;
        let closure = (*raw).func_closure.cast::<PyTupleObject>();
        if free != 0 && (closure.is_null() || (*closure).ob_base.ob_size as usize != free) {
            return false;
        }
        let mut builtins = (*caller).f_builtins;
        if globals != (*caller).f_globals {
            let (version, known) = (*decoded).builtins.get();
            if version != (*globals.cast::<PyDictObject>()).ma_version_tag {
                return false;
            }
            builtins = known;
        }
        let tstate = r.tstate();
        if !super::may_inline(tstate)
            || (*tstate).recursion_depth >= (*(*tstate).interp).ceval.recursion_limit
            || disturbed(tstate)
        {
            return false;
        }
        r.save_position();
        (*callable).ob_refcnt -= 1;
        (*code).co_zombieframe = null_mut();
        (*code).ob_base.ob_refcnt += 1;
        (*frame).ob_base.ob_base.ob_refcnt = 1;
        (*frame).f_stacktop = null_mut();
        incref(builtins);
        (*frame).f_builtins = builtins;
        incref(caller.cast());
        (*frame).f_back = caller;
        incref(globals);
        (*frame).f_globals = globals;
        (*frame).f_lasti = -1;
        (*frame).f_lineno = (*code).co_firstlineno;
        crate::frame::begun(frame).write(1);
        let fast: *mut *mut PyObject = (&raw mut (*frame).f_localsplus).cast();
        for index in 0..count {
            // Volatile, or the compiler would make a call of memcpy of it.
            fast.add(index).write_volatile(*args.add(index));
        }
        if missing != 0 {
            let values = (&raw const (*defaults).ob_item).cast::<*mut PyObject>();
            let first = (*defaults).ob_base.ob_size as usize - missing;
            for index in 0..missing {
                fast.add(count + index).write_volatile(new_ref(*values.add(first + index)));
            }
        }
        if free != 0 {
            let cells = (&raw const (*closure).ob_item).cast::<*mut PyObject>();
            let to = fast.add((*code).co_nlocals as usize);
            for index in 0..free {
                to.add(index).write_volatile(new_ref(*cells.add(index)));
            }
        }
        (*tstate).recursion_depth += 1;
        (*tstate).frame = frame;
        let home = r.home;
        (*home).frame = frame;
        (*home).decoded = decoded;
        (*home).base = (*decoded).instrs.as_ptr();
        (*home).consts = (*decoded).consts;
        r.fast = fast;
        r.sp = (*frame).f_valuestack;
        r.pc = (*home).base;
        true
    }
}

/// `RETURN_VALUE`: continues the caller if nobody else has the frame and what its variables held does not die, else the
/// complete handler does. Variables that have been given up are null then.
pub(super) unsafe extern "C" fn give_back(
    pc: *const Cell<Instr>,
    sp: *mut *mut PyObject,
    fast: *mut *mut PyObject,
    home: *mut Home,
    word: u64,
) -> super::regs::Flow {
    // SAFETY: the verified depth has the value. The frame below was running when it called, so its code is decoded.
    unsafe {
        let mut r = Regs { pc, sp, fast, home };
        if pop_frame(&mut r) {
            return next(r);
        }
        threaded::give_back(pc, sp, fast, home, word)
    }
}

#[inline(always)]
unsafe fn pop_frame(r: &mut Regs) -> bool {
    // SAFETY: as for `give_back`.
    unsafe {
        let home = r.home;
        let tstate = (*home).tstate;
        let callee = r.frame();
        let code = (*callee).f_code;
        if callee == (*home).entry
            || (*callee).ob_base.ob_base.ob_refcnt != 1
            || !(*callee).f_locals.is_null()
            || !(*callee).f_trace.is_null()
            || krait_object::gc::is_tracked(callee.cast())
            || crate::frame::has_instance(callee)
            || !(*code).co_zombieframe.is_null()
            || (*code).ob_base.ob_refcnt == 1
            || (*(*callee).f_builtins).ob_refcnt == 1
            || (*(*callee).f_globals).ob_refcnt == 1
            || disturbed(tstate)
        {
            return false;
        }
        let mut slot = r.fast;
        while slot < (*callee).f_valuestack {
            let value = *slot;
            if !value.is_null() {
                if !give_up(value) {
                    return false;
                }
                *slot = null_mut();
            }
            slot = slot.add(1);
        }
        let value = *r.slot(1);
        (*tstate).recursion_depth -= 1;
        let frame = (*callee).f_back;
        (*tstate).frame = frame;
        (*callee).f_executing = 0;
        (*callee).f_back = null_mut();
        (*callee).f_trace_lines = 1;
        (*callee).f_trace_opcodes = 0;
        (*callee).ob_base.ob_base.ob_refcnt = 0;
        (*frame).ob_base.ob_base.ob_refcnt -= 1;
        (*(*callee).f_builtins).ob_refcnt -= 1;
        (*(*callee).f_globals).ob_refcnt -= 1;
        (*code).co_zombieframe = callee.cast();
        (*code).ob_base.ob_refcnt -= 1;
        let decoded = (*(*frame).f_code).co_opcache.cast::<Decoded>();
        let base = (*decoded).instrs.as_ptr();
        (*home).frame = frame;
        (*home).decoded = decoded;
        (*home).base = base;
        (*home).consts = (*decoded).consts;
        let index = ((*frame).f_lasti / 2 + 1) as usize;
        let depth = *(&(*decoded).depth).get_unchecked(index) as usize;
        r.sp = (*frame).f_valuestack.add(depth);
        *r.slot(1) = value;
        r.fast = (&raw mut (*frame).f_localsplus).cast();
        r.pc = base.add(index);
        true
    }
}
