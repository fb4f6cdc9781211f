//! Division: floor, remainder with the divisor's sign, true division, rounding division.

use super::big::{from_big, to_big};
use super::{Long, SHIFT, absolute, add, build, compare, from_i64, from_u128, small, subtract, view};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::float;

fn by_zero() -> err::Raised {
    err::zero_division_error("integer division or modulo by zero")
}

/// Digits of divisor and quotient from which division is done by `num-bigint`.
const BIG_DIVIDE: usize = 60;

/// Quotient (truncated) and remainder of two magnitudes of which the second is not zero.
fn divide_digits(a: &Long, b: &Long) -> Result<(Obj, Obj)> {
    let (quotient_negative, remainder_negative) = (a.is_negative() != b.is_negative(), a.is_negative());
    let (x, y) = (a.digits(), b.digits());
    if let [divisor] = y {
        let mut rest = 0u64;
        let quotient = build(quotient_negative, x.len(), |out| {
            for i in (0..x.len()).rev() {
                let value = rest << SHIFT | x[i] as u64;
                out[i] = (value / *divisor as u64) as u32;
                rest = value % *divisor as u64;
            }
        })?;
        return Ok((quotient, from_i64(if remainder_negative { -(rest as i64) } else { rest as i64 })?));
    }
    if x.len() <= 4 {
        let wide = |digits: &[u32]| digits.iter().rev().fold(0u128, |v, &d| v << SHIFT | d as u128);
        let (x, y) = (wide(x), wide(y));
        return Ok((from_u128(quotient_negative, x / y)?, from_u128(remainder_negative, x % y)?));
    }
    // A short quotient is found digit by digit, however long the operands are.
    if y.len() >= BIG_DIVIDE && x.len() - y.len() >= BIG_DIVIDE {
        let (x, y) = (to_big(x), to_big(y));
        let quotient = &x / &y;
        let rest = x - &quotient * y;
        return Ok((from_big(quotient_negative, &quotient)?, from_big(remainder_negative, &rest)?));
    }
    // The working copy of the dividend becomes the remainder.
    let mut short = [0u32; 2 * BIG_DIVIDE];
    let mut long;
    let rest: &mut [u32] = if x.len() < short.len() {
        &mut short[..x.len() + 1]
    } else {
        long = vec![0; x.len() + 1];
        &mut long
    };
    let quotient = build(quotient_negative, x.len() - y.len() + 1, |out| long_division(x, y, rest, out))?;
    Ok((quotient, super::from_digits(remainder_negative, &rest[..y.len()])?))
}

/// Schoolbook division by a divisor of two digits at least, which is not longer than the dividend. `rest` has one digit more than the dividend; its lower digits are the remainder in the end.
fn long_division(x: &[u32], y: &[u32], rest: &mut [u32], quotient: &mut [u32]) {
    // Both are shifted so that the divisor's top digit has its top bit set: then two digits of the dividend, divided by
    // that one, give an estimate that is at most two too large.
    let n = y.len();
    let shift = SHIFT - (32 - y[n - 1].leading_zeros());
    let mut short = [0u32; BIG_DIVIDE];
    let mut long;
    let divisor: &mut [u32] = if n <= short.len() {
        &mut short[..n]
    } else {
        long = vec![0; n];
        &mut long
    };
    shift_left(y, shift, divisor);
    let (low, top) = rest.split_at_mut(x.len());
    top[0] = shift_left(x, shift, low);
    let (high, second) = (divisor[n - 1] as u64, divisor[n - 2] as u64);
    for j in (0..=x.len() - n).rev() {
        let lead = (rest[j + n] as u64) << SHIFT | rest[j + n - 1] as u64;
        let (mut guess, mut left) = (lead / high, lead % high);
        while guess >= 1 << SHIFT || guess * second > (left << SHIFT | rest[j + n - 2] as u64) {
            guess -= 1;
            left += high;
            if left >= 1 << SHIFT {
                break;
            }
        }
        let mut borrow = 0i64;
        for (place, &d) in rest[j..].iter_mut().zip(&*divisor) {
            let value = *place as i64 - (guess * d as u64) as i64 + borrow;
            *place = value as u32 & super::MASK;
            borrow = value >> SHIFT;
        }
        let value = rest[j + n] as i64 + borrow;
        rest[j + n] = value as u32 & super::MASK;
        if value < 0 {
            // One too much: the divisor is added back.
            guess -= 1;
            let mut carry = 0;
            for (place, &d) in rest[j..].iter_mut().zip(&*divisor) {
                carry += *place + d;
                *place = carry & super::MASK;
                carry >>= SHIFT;
            }
            rest[j + n] = (rest[j + n] + carry) & super::MASK;
        }
        quotient[j] = guess as u32;
    }
    // The remainder is shifted back.
    let mut carry = 0u64;
    for place in rest[..n].iter_mut().rev() {
        let value = carry << SHIFT | *place as u64;
        *place = (value >> shift) as u32;
        carry = value & ((1 << shift) - 1);
    }
}

/// Shifts digits by less than a digit; what comes out at the top is returned.
fn shift_left(digits: &[u32], shift: u32, out: &mut [u32]) -> u32 {
    let mut carry = 0u64;
    for (place, &digit) in out.iter_mut().zip(digits) {
        carry |= (digit as u64) << shift;
        *place = carry as u32 & super::MASK;
        carry >>= SHIFT;
    }
    carry as u32
}

/// `divmod(a, b)` as a pair: the quotient is rounded down, the remainder has the sign of `b`.
pub(crate) fn floor_divide_remainder(a: &Object, b: &Object) -> Result<(Obj, Obj)> {
    let (x, y) = (view(a), view(b));
    if let (Some(x), Some(y)) = (x.two_digits(), y.two_digits()) {
        if y == 0 {
            return Err(by_zero());
        }
        let (quotient, rest) = (x / y, x % y);
        let adjust = rest != 0 && (rest < 0) != (y < 0);
        return if adjust {
            Ok((from_i64(quotient - 1)?, from_i64(rest + y)?))
        } else {
            Ok((from_i64(quotient)?, from_i64(rest)?))
        };
    }
    if y.signed_size() == 0 {
        return Err(by_zero());
    }
    if x.digits().len() < y.digits().len() {
        let same = x.is_negative() == y.is_negative() || x.signed_size() == 0;
        return if same {
            Ok((small(0).owned(), super::exact(a)?))
        } else {
            Ok((small(-1).owned(), add(a, b)?))
        };
    }
    let (quotient, rest) = divide_digits(x, y)?;
    let sign = super::sign(&rest);
    if sign != 0 && (sign < 0) != y.is_negative() {
        return Ok((subtract(&quotient, small(1))?, add(&rest, b)?));
    }
    Ok((quotient, rest))
}

/// `a // b`.
#[inline]
pub fn floor_divide(a: &Object, b: &Object) -> Result<Obj> {
    if let (Some(x), Some(y)) = (view(a).two_digits(), view(b).two_digits())
        && y != 0
    {
        let quotient = x / y;
        return from_i64(if x % y != 0 && (x < 0) != (y < 0) { quotient - 1 } else { quotient });
    }
    Ok(floor_divide_remainder(a, b)?.0)
}

/// `a % b`.
#[inline]
pub fn remainder(a: &Object, b: &Object) -> Result<Obj> {
    if let (Some(x), Some(y)) = (view(a).two_digits(), view(b).two_digits())
        && y != 0
    {
        let rest = x % y;
        return from_i64(if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest });
    }
    Ok(floor_divide_remainder(a, b)?.1)
}

/// `divmod(a, b)`: a tuple.
pub fn divmod(a: &Object, b: &Object) -> Result<Obj> {
    let (quotient, rest) = floor_divide_remainder(a, b)?;
    crate::types::tuple::pack([quotient, rest])
}

/// The quotient rounded to the nearest, ties to even, and what remains (`_PyLong_DivmodNear`).
pub(super) fn divide_near(a: &Object, b: &Object) -> Result<(Obj, Obj)> {
    let (quotient, rest) = floor_divide_remainder(a, b)?;
    // 0 <= |rest| < |b|, with b's sign.
    let twice = super::arith::lshift_by(&*absolute(&rest)?, 1)?;
    let order = compare(&twice, &*absolute(b)?);
    let odd = view(&quotient).digits().first().is_some_and(|d| d & 1 == 1);
    if order.is_gt() || (order.is_eq() && odd) {
        return Ok((add(&quotient, small(1))?, subtract(&rest, b)?));
    }
    Ok((quotient, rest))
}

/// `a / b`, correctly rounded.
pub fn true_divide(a: &Object, b: &Object) -> Result<Obj> {
    let (x, y) = (view(a), view(b));
    if y.signed_size() == 0 {
        return Err(err::zero_division_error("division by zero"));
    }
    const EXACT: i64 = 1 << 53;
    if let (Some(x), Some(y)) = (x.two_digits(), y.two_digits())
        && x.abs() <= EXACT
        && y.abs() <= EXACT
    {
        return float::from_f64(x as f64 / y as f64);
    }
    let negative = x.is_negative() != y.is_negative();
    match divide_to_f64(x.digits(), y.digits()) {
        Some(value) => float::from_f64(if negative { -value } else { value }),
        None => Err(err::overflow_error("integer division result too large for a float")),
    }
}

/// The quotient of two magnitudes as a float, None when it overflows.
fn divide_to_f64(a: &[u32], b: &[u32]) -> Option<f64> {
    if a.is_empty() {
        return Some(0.0);
    }
    let difference = super::arith::bits_of(a) as i64 - super::arith::bits_of(b) as i64;
    if difference > 1024 {
        return None;
    }
    if difference < -1076 {
        return Some(0.0);
    }
    // An integer quotient of 55 or 56 bits, times 2**shift; or fewer bits for what would be a subnormal result.
    let shift = (difference - 55).max(-1075);
    let (mut x, mut y) = (to_big(a), to_big(b));
    if shift < 0 {
        x <<= -shift as u64;
    } else {
        y <<= shift as u64;
    }
    let quotient = &x / &y;
    let inexact = x != &quotient * y;
    let mut mantissa = quotient.iter_u64_digits().next().unwrap_or(0);
    let width = 64 - mantissa.leading_zeros() as i64;
    // Bits below the last one that a float of this size has.
    let extra = (width - 53).max(-1074 - shift);
    let mut exponent = shift;
    if extra > 0 {
        let half = 1u64 << (extra - 1);
        let low = mantissa & (2 * half - 1);
        mantissa >>= extra;
        exponent += extra;
        if low > half || (low == half && (inexact || mantissa & 1 == 1)) {
            mantissa += 1;
        }
    }
    let value = scale(mantissa as f64, exponent);
    value.is_finite().then_some(value)
}

/// `value * 2**exponent` for a value that is exact at the result's scale.
fn scale(mut value: f64, mut exponent: i64) -> f64 {
    while exponent > 1000 {
        value *= 2f64.powi(1000);
        exponent -= 1000;
    }
    while exponent < -1000 {
        value *= 2f64.powi(-1000);
        exponent += 1000;
    }
    value * 2f64.powi(exponent as i32)
}

/// Rounds an int to a multiple of `10**digits`, ties to even (`int.__round__` with a negative argument).
pub(super) fn round_to(a: &Object, digits: &Object) -> Result<Obj> {
    let unit = super::power(small(10), digits, None)?;
    let (_, rest) = divide_near(a, &unit)?;
    subtract(a, &rest)
}
