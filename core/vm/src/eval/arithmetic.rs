//! Unary, binary and in-place operators and comparisons.
//!
//! Small ints and floats are computed here, without a call through the number slots; everything else goes to
//! `protocol::number`. A float operand that only the stack refers to becomes the result in place.

use super::regs::{Flow, Regs, handlers};
use crate::decode::Instr;
use core::cmp::Ordering;
use krait_abi::{PyFloatObject, PyLongObject, PyObject};
use krait_object::protocol::{number, object};
use krait_object::refcount::decref;
use krait_object::slot::CompareOp;
use krait_object::types::float::PyFloat_Type;
use krait_object::types::long::{self, PyLong_Type};
use krait_object::types::unicode::{self, PyUnicode_Type};
use krait_object::types::{bool as py_bool, none};
use krait_object::{Layout, Obj, Object, Result};

/// The value of an exact int of at most one digit.
#[inline(always)]
pub(super) unsafe fn small_int(object: *mut PyObject) -> Option<i64> {
    // SAFETY: a live object; exact ints have the int layout. The digit of zero counts for nothing.
    unsafe {
        if (*object).ob_type != &raw mut PyLong_Type {
            return None;
        }
        let raw = object.cast::<PyLongObject>();
        let size = (*raw).ob_base.ob_size;
        if (size + 1) as usize > 2 {
            return None;
        }
        Some(i64::from((*raw).ob_digit[0]) * size as i64)
    }
}

#[inline(always)]
pub(super) unsafe fn is_float(object: *mut PyObject) -> bool {
    // SAFETY: a live object.
    unsafe { (*object).ob_type == &raw mut PyFloat_Type }
}

#[inline(always)]
pub(super) unsafe fn float_value(object: *mut PyObject) -> f64 {
    // SAFETY: the caller tested the type.
    unsafe { (*object.cast::<PyFloatObject>()).ob_fval }
}

/// Pops two floats and pushes `value`, into the memory of one of them where nobody else has it.
#[inline(always)]
unsafe fn push_float(r: &mut Regs, value: f64) -> Flow {
    // SAFETY: two exact floats are on the stack, owned.
    unsafe {
        let right = *r.slot(1);
        let left = *r.slot(2);
        if (*left).ob_refcnt == 1 {
            (*left.cast::<PyFloatObject>()).ob_fval = value;
            r.sp = r.sp.sub(1);
            decref(right);
            return Flow::Next;
        }
        if (*right).ob_refcnt == 1 {
            (*right.cast::<PyFloatObject>()).ob_fval = value;
            *r.slot(2) = right;
            r.sp = r.sp.sub(1);
            decref(left);
            return Flow::Next;
        }
        let result = krait_object::types::float::from_f64(value);
        r.finish_binary(result)
    }
}

macro_rules! arithmetic {
    ($($name:ident, $slow:path, $int:expr, $float:expr;)*) => { handlers! {$(
        fn $name(r, _instr) {
            let (left, right) = (*r.slot(2), *r.slot(1));
            if let (Some(a), Some(b)) = (small_int(left), small_int(right)) {
                let compute: fn(i64, i64) -> i64 = $int;
                let result = long::from_i64(compute(a, b));
                return r.finish_binary(result);
            }
            if is_float(left) && is_float(right) {
                let compute: fn(f64, f64) -> f64 = $float;
                return push_float(r, compute(float_value(left), float_value(right)));
            }
            r.save_position();
            let result = $slow(Object::from_ptr(left), Object::from_ptr(right));
            r.finish_binary(result)
        }
    )*} };
}
arithmetic! {
    binary_subtract, number::subtract, |a, b| a - b, |a, b| a - b;
    binary_multiply, number::multiply, |a, b| a * b, |a, b| a * b;
    inplace_subtract, number::inplace_subtract, |a, b| a - b, |a, b| a - b;
    inplace_multiply, number::inplace_multiply, |a, b| a * b, |a, b| a * b;
}

macro_rules! int_only {
    ($($name:ident, $slow:path, $valid:expr, $int:expr;)*) => { handlers! {$(
        fn $name(r, _instr) {
            let (left, right) = (*r.slot(2), *r.slot(1));
            if let (Some(a), Some(b)) = (small_int(left), small_int(right)) {
                let valid: fn(i64, i64) -> bool = $valid;
                if valid(a, b) {
                    let compute: fn(i64, i64) -> i64 = $int;
                    let result = long::from_i64(compute(a, b));
                    return r.finish_binary(result);
                }
            }
            r.save_position();
            let result = $slow(Object::from_ptr(left), Object::from_ptr(right));
            r.finish_binary(result)
        }
    )*} };
}
int_only! {
    binary_floor_divide, number::floor_divide, |_, b| b != 0, |a, b| a.div_euclid(b) - i64::from(b < 0 && a.rem_euclid(b) != 0);
    binary_modulo_int, number::remainder, |_, b| b != 0, |a, b| ((a % b) + b) % b;
    inplace_floor_divide, number::inplace_floor_divide, |_, b| b != 0, |a, b| a.div_euclid(b) - i64::from(b < 0 && a.rem_euclid(b) != 0);
    inplace_modulo, number::inplace_remainder, |_, b| b != 0, |a, b| ((a % b) + b) % b;
    binary_and, number::and, |_, _| true, |a, b| a & b;
    binary_or, number::or, |_, _| true, |a, b| a | b;
    binary_xor, number::xor, |_, _| true, |a, b| a ^ b;
    inplace_and, number::inplace_and, |_, _| true, |a, b| a & b;
    inplace_or, number::inplace_or, |_, _| true, |a, b| a | b;
    inplace_xor, number::inplace_xor, |_, _| true, |a, b| a ^ b;
    binary_lshift, number::lshift, |_, b| (0..32).contains(&b), |a, b| a << b;
    binary_rshift, number::rshift, |_, b| (0..64).contains(&b), |a, b| a >> b;
    inplace_lshift, number::inplace_lshift, |_, b| (0..32).contains(&b), |a, b| a << b;
    inplace_rshift, number::inplace_rshift, |_, b| (0..64).contains(&b), |a, b| a >> b;
}

macro_rules! generic {
    ($($name:ident, $slow:path;)*) => { handlers! {$(
        fn $name(r, _instr) {
            r.save_position();
            let result = $slow(r.peek(2), r.peek(1));
            r.finish_binary(result)
        }
    )*} };
}
generic! {
    binary_matrix_multiply, number::matrix_multiply;
    inplace_matrix_multiply, number::inplace_matrix_multiply;
}

/// Addition: numbers, and texts put together.
macro_rules! addition {
    ($($name:ident, $slow:path;)*) => { handlers! {$(
        fn $name(r, _instr) {
            let (left, right) = (*r.slot(2), *r.slot(1));
            if let (Some(a), Some(b)) = (small_int(left), small_int(right)) {
                let result = long::from_i64(a + b);
                return r.finish_binary(result);
            }
            if is_float(left) && is_float(right) {
                return push_float(r, float_value(left) + float_value(right));
            }
            r.save_position();
            if is_str(left) && is_str(right) {
                return concatenate(r);
            }
            let result = $slow(Object::from_ptr(left), Object::from_ptr(right));
            r.finish_binary(result)
        }
    )*} };
}
addition! {
    binary_add, number::add;
    inplace_add, number::inplace_add;
}

handlers! {
    fn binary_true_divide(r, _instr) {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if is_float(left) && is_float(right) && float_value(right) != 0.0 {
            return push_float(r, float_value(left) / float_value(right));
        }
        r.save_position();
        let result = number::true_divide(Object::from_ptr(left), Object::from_ptr(right));
        r.finish_binary(result)
    }

    fn inplace_true_divide(r, _instr) {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if is_float(left) && is_float(right) && float_value(right) != 0.0 {
            return push_float(r, float_value(left) / float_value(right));
        }
        r.save_position();
        let result = number::inplace_true_divide(Object::from_ptr(left), Object::from_ptr(right));
        r.finish_binary(result)
    }

    fn binary_modulo(r, instr) {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if is_str(left) && (is_str(right) || !unicode::check(Object::from_ptr(right))) {
            r.save_position();
            let result = unicode::format(Object::from_ptr(left), Object::from_ptr(right));
            return r.finish_binary(result);
        }
        binary_modulo_int(r, instr)
    }

    fn binary_power(r, _instr) {
        r.save_position();
        let result = number::power(r.peek(2), r.peek(1), none::none());
        r.finish_binary(result)
    }

    fn inplace_power(r, _instr) {
        r.save_position();
        let result = number::inplace_power(r.peek(2), r.peek(1), none::none());
        r.finish_binary(result)
    }

    fn unary_positive(r, _instr) {
        r.save_position();
        let result = number::positive(r.peek(1));
        r.finish_unary(result)
    }

    fn unary_negative(r, _instr) {
        let operand = *r.slot(1);
        if is_float(operand) && (*operand).ob_refcnt == 1 {
            (*operand.cast::<PyFloatObject>()).ob_fval = -float_value(operand);
            return Flow::Next;
        }
        r.save_position();
        let result = number::negative(Object::from_ptr(operand));
        r.finish_unary(result)
    }

    fn unary_invert(r, _instr) {
        r.save_position();
        let result = number::invert(r.peek(1));
        r.finish_unary(result)
    }

    fn unary_not(r, _instr) {
        r.save_position();
        match truth(*r.slot(1)) {
            Ok(value) => {
                r.replace_top(py_bool::from_bool(!value));
                Flow::Next
            }
            Err(_) => Flow::Error,
        }
    }

    fn compare_op(r, instr) {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if let Some(value) = compare_fast(left, right, instr.arg) {
            return r.finish_binary(Ok(py_bool::from_bool(value)));
        }
        r.save_position();
        let result = compare_slow(left, right, instr.arg);
        r.finish_binary(result)
    }

    /// A comparison whose result the next instruction jumps on.
    fn compare_jump(r, instr) {
        let (left, right) = (*r.slot(2), *r.slot(1));
        if let Some(value) = compare_fast(left, right, instr.arg) {
            r.sp = r.sp.sub(2);
            decref(left);
            decref(right);
            return branch(r, value);
        }
        r.save_position();
        let result = compare_slow(left, right, instr.arg);
        if r.finish_binary(result) == Flow::Error {
            return Flow::Error;
        }
        Flow::Next
    }

    fn is_op(r, instr) {
        let same = (*r.slot(2) == *r.slot(1)) != (instr.arg != 0);
        r.finish_binary(Ok(py_bool::from_bool(same)))
    }

    /// `is` whose result the next instruction jumps on.
    fn is_jump(r, instr) {
        let right = r.pop();
        let left = r.pop();
        let same = (left == right) != (instr.arg != 0);
        decref(left);
        decref(right);
        branch(r, same)
    }

    fn contains_op(r, instr) {
        r.save_position();
        let result = krait_object::protocol::sequence::contains(r.peek(1), r.peek(2));
        let result = result.map(|found| py_bool::from_bool(found != (instr.arg != 0)));
        r.finish_binary(result)
    }
}

/// Executes the conditional jump that follows a fused test.
#[inline(always)]
unsafe fn branch(r: &mut Regs, value: bool) -> Flow {
    // SAFETY: `decode` fused only with a conditional jump.
    unsafe {
        let next: Instr = (*r.pc).get();
        let jump_if_true = next.op == krait_code::Opcode::POP_JUMP_IF_TRUE as u8;
        if value == jump_if_true {
            r.jump(next.arg);
            return super::jumps::after_conditional_jump(r, next);
        }
        r.pc = r.pc.add(1);
        Flow::Next
    }
}

#[inline(always)]
unsafe fn is_str(object: *mut PyObject) -> bool {
    // SAFETY: a live object.
    unsafe { (*object).ob_type == &raw mut PyUnicode_Type }
}

/// `left + right` of two exact strs. When the left one is about to be rebound and nobody else has it, it grows in place.
#[inline(always)]
unsafe fn concatenate(r: &mut Regs) -> Flow {
    // SAFETY: two exact strs are on the stack; the variable that the next instruction rebinds is given up first.
    unsafe {
        let right = r.pop_obj();
        let left = r.pop();
        let next: Instr = (*r.pc).get();
        let op = crate::decode::plain_op(next.op);
        if (*left).ob_refcnt == 2 && op == krait_code::Opcode::STORE_FAST as u8 && *r.local(next.arg) == left
        {
            *r.local(next.arg) = core::ptr::null_mut();
            decref(left);
        }
        let result = unicode::append(Obj::from_owned_ptr(left), &right);
        drop(right);
        r.finish_push(result)
    }
}

/// Comparison of small ints, floats and strs for (in)equality; `None` when it takes more.
#[inline(always)]
unsafe fn compare_fast(left: *mut PyObject, right: *mut PyObject, op: u32) -> Option<bool> {
    // SAFETY: two live objects; `op` is verified to be 0..=5.
    unsafe {
        if let (Some(a), Some(b)) = (small_int(left), small_int(right)) {
            return Some(holds(a.cmp(&b), op));
        }
        if is_float(left) && is_float(right) {
            let (a, b) = (float_value(left), float_value(right));
            return Some(match op {
                0 => a < b,
                1 => a <= b,
                2 => a == b,
                3 => a != b,
                4 => a > b,
                _ => a >= b,
            });
        }
        if (op == 2 || op == 3) && is_str(left) && is_str(right) {
            let equal = left == right || unicode::eq(Object::from_ptr(left), Object::from_ptr(right));
            return Some(equal == (op == 2));
        }
        None
    }
}

#[inline(always)]
fn holds(ordering: Ordering, op: u32) -> bool {
    match op {
        0 => ordering.is_lt(),
        1 => ordering.is_le(),
        2 => ordering.is_eq(),
        3 => ordering.is_ne(),
        4 => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

unsafe fn compare_slow(left: *mut PyObject, right: *mut PyObject, op: u32) -> Result<Obj> {
    // SAFETY: two live objects on the stack.
    unsafe {
        object::rich_compare(Object::from_ptr(left), Object::from_ptr(right), CompareOp::from_c(op as i32)?)
    }
}

/// Truth of an object: the singletons without a call.
#[inline(always)]
pub(super) unsafe fn truth(value: *mut PyObject) -> Result<bool> {
    // SAFETY: a live object.
    unsafe {
        if value == py_bool::true_ptr() {
            return Ok(true);
        }
        if value == py_bool::false_ptr() || value == none::none().as_ptr() {
            return Ok(false);
        }
        object::is_true(Object::from_ptr(value))
    }
}

/// A new reference; for handlers that keep the stack's one.
#[inline(always)]
pub(super) fn owned(object: &Object) -> Obj {
    object.owned()
}
