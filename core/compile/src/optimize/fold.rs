//! Operations on constants, with CPython's limits on the size of what folding may create.

use super::number::{self, Number};
use crate::consts::{big_int, to_code, to_syntax_int};
use krait_syntax::ast::{Constant, Operator, UnaryOperator};
use krait_syntax::{Arena, Wtf8};

/// Limits of repetition: items of a tuple, items of all tuples in it, length of a string.
const MAX_TUPLE: i64 = 256;
const MAX_TOTAL_ITEMS: i64 = 1024;
const MAX_STRING: i64 = 4096;

pub fn binary<'a>(
    arena: &'a Arena,
    left: &Constant<'a>,
    op: Operator,
    right: &Constant<'a>,
) -> Option<Constant<'a>> {
    match op {
        Operator::Add => sum(arena, left, right),
        Operator::Sub => arithmetic(arena, left, right, number::subtract),
        Operator::Mult => product(arena, left, right),
        Operator::Div => arithmetic(arena, left, right, number::divide),
        Operator::FloorDiv => arithmetic(arena, left, right, number::floor_divide),
        Operator::Mod => arithmetic(arena, left, right, number::modulo),
        Operator::Pow => arithmetic(arena, left, right, number::power),
        Operator::LShift => Some(to_syntax_int(arena, &number::shift_left(&int(left)?, &int(right)?)?)),
        Operator::RShift => Some(to_syntax_int(arena, &number::shift_right(&int(left)?, &int(right)?)?)),
        Operator::BitAnd => bitwise(arena, left, right, |a, b| a & b),
        Operator::BitOr => bitwise(arena, left, right, |a, b| a | b),
        Operator::BitXor => bitwise(arena, left, right, |a, b| a ^ b),
        Operator::MatMult => None,
    }
}

pub fn unary<'a>(arena: &'a Arena, op: UnaryOperator, operand: &Constant<'a>) -> Option<Constant<'a>> {
    if op == UnaryOperator::Not {
        return Some(if truth(operand) { Constant::False } else { Constant::True });
    }
    match (op, number(operand)?) {
        (UnaryOperator::UAdd, value) => Some(from_number(arena, value)),
        (UnaryOperator::USub, Number::Int(value)) => Some(to_syntax_int(arena, &-value)),
        (UnaryOperator::USub, Number::Float(value)) => Some(Constant::Float(-value)),
        (UnaryOperator::USub, Number::Complex(re, im)) => Some(Constant::Complex(-re, -im)),
        (UnaryOperator::Invert, Number::Int(value)) => Some(to_syntax_int(arena, &!value)),
        _ => None,
    }
}

pub fn subscript<'a>(arena: &'a Arena, value: &Constant<'a>, index: &Constant<'a>) -> Option<Constant<'a>> {
    let index = match index {
        Constant::Int(index) => *index,
        Constant::True => 1,
        Constant::False => 0,
        _ => return None,
    };
    let at = |len: usize| {
        let index = if index < 0 { index + len as i64 } else { index };
        usize::try_from(index).ok().filter(|index| *index < len)
    };
    match value {
        Constant::Tuple(items) => Some(items[at(items.len())?]),
        Constant::Bytes(bytes) => Some(Constant::Int(bytes[at(bytes.len())?] as i64)),
        Constant::Str(text) => {
            let point = text.code_points().nth(at(text.code_points().count())?)?;
            let mut bytes = Vec::new();
            krait_syntax::wtf8::push_code_point(&mut bytes, point);
            Some(Constant::Str(wtf8(arena, &bytes)))
        }
        _ => None,
    }
}

/// Python's truth.
pub fn truth(value: &Constant<'_>) -> bool {
    match value {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis | Constant::BigInt(_) => true,
        Constant::Int(value) => *value != 0,
        Constant::Float(value) => *value != 0.0,
        Constant::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Constant::Str(text) => !text.is_empty(),
        Constant::Bytes(bytes) => !bytes.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}

/// Python's `==`, for the elements of a set.
pub fn equal(a: &Constant<'_>, b: &Constant<'_>) -> bool {
    to_code(a).python_eq(&to_code(b))
}

fn wtf8<'a>(arena: &'a Arena, bytes: &[u8]) -> &'a Wtf8 {
    // SAFETY: every caller passes whole code points of other texts.
    unsafe { Wtf8::from_bytes_unchecked(arena.alloc_slice(bytes)) }
}

fn int(value: &Constant<'_>) -> Option<num_bigint::BigInt> {
    match value {
        Constant::True => Some(1.into()),
        Constant::False => Some(0.into()),
        Constant::Int(value) => Some((*value).into()),
        Constant::BigInt(value) => Some(big_int(value)),
        _ => None,
    }
}

fn number(value: &Constant<'_>) -> Option<Number> {
    match value {
        Constant::Float(value) => Some(Number::Float(*value)),
        Constant::Complex(re, im) => Some(Number::Complex(*re, *im)),
        other => int(other).map(Number::Int),
    }
}

fn from_number<'a>(arena: &'a Arena, number: Number) -> Constant<'a> {
    match number {
        Number::Int(value) => to_syntax_int(arena, &value),
        Number::Float(value) => Constant::Float(value),
        Number::Complex(re, im) => Constant::Complex(re, im),
    }
}

fn arithmetic<'a>(
    arena: &'a Arena,
    left: &Constant<'a>,
    right: &Constant<'a>,
    operation: impl FnOnce(Number, Number) -> Option<Number>,
) -> Option<Constant<'a>> {
    operation(number(left)?, number(right)?).map(|value| from_number(arena, value))
}

fn bitwise<'a>(
    arena: &'a Arena,
    left: &Constant<'a>,
    right: &Constant<'a>,
    operation: impl FnOnce(num_bigint::BigInt, num_bigint::BigInt) -> num_bigint::BigInt,
) -> Option<Constant<'a>> {
    let bools = |c: &Constant<'_>| matches!(c, Constant::True | Constant::False);
    let result = to_syntax_int(arena, &operation(int(left)?, int(right)?));
    Some(match result {
        Constant::Int(value) if bools(left) && bools(right) => {
            if value != 0 {
                Constant::True
            } else {
                Constant::False
            }
        }
        other => other,
    })
}

fn sum<'a>(arena: &'a Arena, left: &Constant<'a>, right: &Constant<'a>) -> Option<Constant<'a>> {
    match (left, right) {
        (Constant::Str(a), Constant::Str(b)) => {
            Some(Constant::Str(wtf8(arena, &[a.as_bytes(), b.as_bytes()].concat())))
        }
        (Constant::Bytes(a), Constant::Bytes(b)) => {
            Some(Constant::Bytes(arena.alloc_slice(&[*a, *b].concat())))
        }
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            Some(Constant::Tuple(arena.alloc_slice(&[*a, *b].concat())))
        }
        _ => arithmetic(arena, left, right, number::add),
    }
}

fn product<'a>(arena: &'a Arena, left: &Constant<'a>, right: &Constant<'a>) -> Option<Constant<'a>> {
    let sequence = |c: &Constant<'_>| matches!(c, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_));
    match (sequence(left), sequence(right)) {
        (true, true) => None,
        (true, false) => repeat(arena, left, right),
        (false, true) => repeat(arena, right, left),
        (false, false) => arithmetic(arena, left, right, number::multiply),
    }
}

fn repeat<'a>(arena: &'a Arena, sequence: &Constant<'a>, count: &Constant<'a>) -> Option<Constant<'a>> {
    let count = i64::try_from(int(count)?).ok()?;
    let times = usize::try_from(count).unwrap_or(0);
    match sequence {
        Constant::Tuple(items) => {
            if !items.is_empty() {
                let fits = (0..=MAX_TUPLE / items.len() as i64).contains(&count);
                if !fits || count != 0 && room_left(sequence, MAX_TOTAL_ITEMS / count) < 0 {
                    return None;
                }
                return Some(Constant::Tuple(arena.alloc_slice(&items.repeat(times))));
            }
            Some(*sequence)
        }
        Constant::Str(text) => {
            let bytes = text.as_bytes();
            if bytes.is_empty() {
                return Some(*sequence);
            }
            let len = text.code_points().count() as i64;
            (0..=MAX_STRING / len).contains(&count).then(|| Constant::Str(wtf8(arena, &bytes.repeat(times))))
        }
        Constant::Bytes(bytes) => {
            if bytes.is_empty() {
                return Some(*sequence);
            }
            (0..=MAX_STRING / bytes.len() as i64)
                .contains(&count)
                .then(|| Constant::Bytes(arena.alloc_slice(&bytes.repeat(times))))
        }
        _ => None,
    }
}

/// What is left of `limit` after all items of all tuples inside; negative if it doesn't suffice.
fn room_left(value: &Constant<'_>, mut limit: i64) -> i64 {
    if let Constant::Tuple(items) = value {
        limit -= items.len() as i64;
        for item in *items {
            if limit < 0 {
                break;
            }
            limit = room_left(item, limit);
        }
    }
    limit
}
