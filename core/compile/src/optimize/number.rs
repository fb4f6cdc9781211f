//! Arithmetic of constants as Python's numbers do it. `None` means: it raises, so it stays for run time.

use num_bigint::{BigInt, Sign};

#[derive(Clone, Debug, PartialEq)]
pub enum Number {
    Int(BigInt),
    Float(f64),
    Complex(f64, f64),
}

use Number::{Complex, Float, Int};

/// Folded integers stay below so many bits where growth is a danger.
const MAX_BITS: u64 = 128;

/// What both operands of an arithmetic operation are turned into.
enum Pair {
    Ints(BigInt, BigInt),
    Floats(f64, f64),
    Complexes((f64, f64), (f64, f64)),
}

fn coerce(left: Number, right: Number) -> Option<Pair> {
    Some(match (left, right) {
        (Int(a), Int(b)) => Pair::Ints(a, b),
        (Complex(a, b), other) => Pair::Complexes((a, b), other.to_complex()?),
        (other, Complex(a, b)) => Pair::Complexes(other.to_complex()?, (a, b)),
        (a, b) => Pair::Floats(a.to_float()?, b.to_float()?),
    })
}

impl Number {
    fn to_float(&self) -> Option<f64> {
        match self {
            Int(value) => ratio(value, &BigInt::from(1)),
            Float(value) => Some(*value),
            Complex(..) => None,
        }
    }

    fn to_complex(&self) -> Option<(f64, f64)> {
        match self {
            Complex(re, im) => Some((*re, *im)),
            other => Some((other.to_float()?, 0.0)),
        }
    }
}

pub fn add(left: Number, right: Number) -> Option<Number> {
    Some(match coerce(left, right)? {
        Pair::Ints(a, b) => Int(a + b),
        Pair::Floats(a, b) => Float(a + b),
        Pair::Complexes(a, b) => Complex(a.0 + b.0, a.1 + b.1),
    })
}

pub fn subtract(left: Number, right: Number) -> Option<Number> {
    Some(match coerce(left, right)? {
        Pair::Ints(a, b) => Int(a - b),
        Pair::Floats(a, b) => Float(a - b),
        Pair::Complexes(a, b) => Complex(a.0 - b.0, a.1 - b.1),
    })
}

pub fn multiply(left: Number, right: Number) -> Option<Number> {
    Some(match coerce(left, right)? {
        Pair::Ints(a, b) => {
            if !is_zero(&a) && !is_zero(&b) && a.bits() + b.bits() > MAX_BITS {
                return None;
            }
            Int(a * b)
        }
        Pair::Floats(a, b) => Float(a * b),
        Pair::Complexes(a, b) => {
            let (re, im) = complex_product(a, b);
            Complex(re, im)
        }
    })
}

pub fn divide(left: Number, right: Number) -> Option<Number> {
    Some(match coerce(left, right)? {
        Pair::Ints(a, b) => Float(ratio(&a, &b)?),
        Pair::Floats(_, 0.0) => return None,
        Pair::Floats(a, b) => Float(a / b),
        Pair::Complexes(a, b) => {
            let (re, im) = complex_quotient(a, b)?;
            Complex(re, im)
        }
    })
}

pub fn floor_divide(left: Number, right: Number) -> Option<Number> {
    Some(match coerce(left, right)? {
        Pair::Ints(_, b) if is_zero(&b) => return None,
        Pair::Ints(a, b) => Int(int_floor_divide(&a, &b).0),
        Pair::Floats(_, 0.0) => return None,
        Pair::Floats(a, b) => Float(float_floor_divide(a, b)),
        Pair::Complexes(..) => return None,
    })
}

pub fn modulo(left: Number, right: Number) -> Option<Number> {
    Some(match coerce(left, right)? {
        Pair::Ints(_, b) if is_zero(&b) => return None,
        Pair::Ints(a, b) => Int(int_floor_divide(&a, &b).1),
        Pair::Floats(_, 0.0) => return None,
        Pair::Floats(a, b) => Float(float_modulo(a, b)),
        Pair::Complexes(..) => return None,
    })
}

pub fn power(left: Number, right: Number) -> Option<Number> {
    Some(match coerce(left, right)? {
        Pair::Ints(a, b) if b.sign() != Sign::Minus => {
            let exponent = u64::try_from(&b).ok()?;
            if !is_zero(&a) && exponent > 0 && a.bits() > MAX_BITS / exponent {
                return None;
            }
            if is_zero(&a) && exponent > 0 {
                return Some(Int(BigInt::ZERO));
            }
            Int(a.pow(u32::try_from(exponent).ok()?))
        }
        Pair::Ints(a, b) => return float_power(Int(a).to_float()?, Int(b).to_float()?),
        Pair::Floats(a, b) => return float_power(a, b),
        Pair::Complexes(a, b) => return complex_power(a, b),
    })
}

pub fn shift_left(left: &BigInt, right: &BigInt) -> Option<BigInt> {
    if right.sign() == Sign::Minus {
        return None;
    }
    if is_zero(left) || is_zero(right) {
        return Some(left.clone());
    }
    let shift = u64::try_from(right).ok()?;
    if shift > MAX_BITS || left.bits() > MAX_BITS - shift {
        return None;
    }
    Some(left << shift)
}

pub fn shift_right(left: &BigInt, right: &BigInt) -> Option<BigInt> {
    if right.sign() == Sign::Minus {
        return None;
    }
    match u64::try_from(right) {
        Ok(shift) if shift < left.bits() => Some(left >> shift),
        // Everything is shifted out, whatever the count.
        _ => Some(BigInt::from(if left.sign() == Sign::Minus { -1 } else { 0 })),
    }
}

fn is_zero(value: &BigInt) -> bool {
    value.sign() == Sign::NoSign
}

/// Quotient and remainder, rounded towards minus infinity.
fn int_floor_divide(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let (quotient, rest) = (a / b, a % b);
    if !is_zero(&rest) && rest.sign() != b.sign() {
        return (quotient - 1, rest + b);
    }
    (quotient, rest)
}

/// `a / b` rounded once, to the nearest float, ties to even. `None` when it is too large or `b` is 0.
fn ratio(a: &BigInt, b: &BigInt) -> Option<f64> {
    if is_zero(b) {
        return None;
    }
    if is_zero(a) {
        return Some(if b.sign() == Sign::Minus { -0.0 } else { 0.0 });
    }
    let negative = a.sign() != b.sign();
    let (a, b) = (a.magnitude(), b.magnitude());
    // The quotient gets at least 64 bits, of which the lowest tells that something was cut off.
    let shift = 65 + b.bits() as i64 - a.bits() as i64;
    let (a, b) = if shift >= 0 { (a << shift as u64, b.clone()) } else { (a.clone(), b << (-shift) as u64) };
    let inexact = &a % &b != num_bigint::BigUint::ZERO;
    let quotient = u128::try_from(a / b).ok()? | inexact as u128;
    let bits = 128 - quotient.leading_zeros() as i64;
    // The value is in [2^(exponent-1), 2^exponent).
    let exponent = bits - shift;
    let precision = 53.min(exponent + 1074);
    if precision < 0 {
        return Some(if negative { -0.0 } else { 0.0 });
    }
    let cut = bits - precision;
    let half = 1u128 << (cut - 1);
    let (mut mantissa, rest) = (quotient >> cut, quotient & ((1 << cut) - 1));
    if rest > half || rest == half && mantissa & 1 == 1 {
        mantissa += 1;
    }
    let value = scale(mantissa as f64, cut - shift);
    if value.is_infinite() {
        return None;
    }
    Some(if negative { -value } else { value })
}

/// `x * 2^exponent`, exact if the result is a float at all.
fn scale(mut x: f64, mut exponent: i64) -> f64 {
    while exponent > 1000 {
        x *= 2f64.powi(1000);
        exponent -= 1000;
    }
    while exponent < -1000 {
        x *= 2f64.powi(-1000);
        exponent += 1000;
    }
    x * 2f64.powi(exponent as i32)
}

fn float_modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        return 0f64.copysign(b);
    }
    if (b < 0.0) != (rest < 0.0) { rest + b } else { rest }
}

fn float_floor_divide(a: f64, b: f64) -> f64 {
    let rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest != 0.0 && (b < 0.0) != (rest < 0.0) {
        quotient -= 1.0;
    }
    if quotient == 0.0 {
        return 0f64.copysign(a / b);
    }
    // The quotient is an integer but for rounding.
    let floor = quotient.floor();
    if quotient - floor > 0.5 { floor + 1.0 } else { floor }
}

fn is_odd(x: f64) -> bool {
    (x.abs() % 2.0) == 1.0
}

fn float_power(base: f64, exponent: f64) -> Option<Number> {
    if exponent == 0.0 || base == 1.0 {
        return Some(Float(1.0));
    }
    if base == 0.0 && exponent < 0.0 {
        return None;
    }
    if base < 0.0 && base.is_finite() && exponent.is_finite() && exponent != exponent.floor() {
        return complex_power((base, 0.0), (exponent, 0.0));
    }
    if base == -1.0 && exponent.is_finite() {
        return Some(Float(if is_odd(exponent) { -1.0 } else { 1.0 }));
    }
    let value = base.powf(exponent);
    if value.is_infinite() && base.is_finite() && exponent.is_finite() {
        return None;
    }
    Some(Float(value))
}

fn complex_product(a: (f64, f64), b: (f64, f64)) -> (f64, f64) {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// Scaled by the larger part of the divisor, lest it overflow.
fn complex_quotient(a: (f64, f64), b: (f64, f64)) -> Option<(f64, f64)> {
    let (re, im) = (b.0.abs(), b.1.abs());
    if re >= im {
        if re == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        return Some(((a.0 + a.1 * ratio) / denominator, (a.1 - a.0 * ratio) / denominator));
    }
    if im >= re {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        return Some(((a.0 * ratio + a.1) / denominator, (a.1 * ratio - a.0) / denominator));
    }
    Some((f64::NAN, f64::NAN))
}

/// Small integer exponents by squaring, the rest through polar form.
fn complex_power(base: (f64, f64), exponent: (f64, f64)) -> Option<Number> {
    let small = exponent.1 == 0.0 && exponent.0 == exponent.0.trunc() && exponent.0.abs() <= 100.0;
    let (re, im) = if small && exponent.0 > 0.0 {
        complex_power_by_squaring(base, exponent.0 as u32)
    } else if small {
        complex_quotient((1.0, 0.0), complex_power_by_squaring(base, -exponent.0 as u32))?
    } else if base == (0.0, 0.0) {
        if exponent.1 != 0.0 || exponent.0 < 0.0 {
            return None;
        }
        (0.0, 0.0)
    } else {
        let magnitude = base.0.hypot(base.1);
        let mut length = magnitude.powf(exponent.0);
        let angle = base.1.atan2(base.0);
        let mut phase = angle * exponent.0;
        if exponent.1 != 0.0 {
            length /= (angle * exponent.1).exp();
            phase += exponent.1 * magnitude.ln();
        }
        (length * phase.cos(), length * phase.sin())
    };
    (!re.is_infinite() && !im.is_infinite()).then_some(Complex(re, im))
}

fn complex_power_by_squaring(base: (f64, f64), exponent: u32) -> (f64, f64) {
    let (mut result, mut power, mut rest) = ((1.0, 0.0), base, exponent);
    while rest > 0 {
        if rest & 1 == 1 {
            result = complex_product(result, power);
        }
        power = complex_product(power, power);
        rest >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(text: &str) -> BigInt {
        text.parse().unwrap()
    }

    #[test]
    fn quotients_are_rounded_once() {
        let power = |exponent: u32| BigInt::from(10).pow(exponent);
        let cases = [
            (int("1"), int("3"), Some(1.0 / 3.0)),
            (int("-7"), int("2"), Some(-3.5)),
            (power(400), power(399), Some(10.0)),
            (power(400), int("3"), None),
            (int("9007199254740993"), int("1"), Some(9007199254740992.0)),
            (int("9007199254740995"), int("1"), Some(9007199254740996.0)),
            (int("18014398509481985"), int("2"), Some(9007199254740992.0)),
            (int("18014398509481987"), int("2"), Some(9007199254740994.0)),
            (int("1"), power(320), Some(1e-320)),
            (int("1"), power(400), Some(0.0)),
            (BigInt::from(1) << 1024u32, int("1"), None),
            (int("5"), int("0"), None),
        ];
        for (a, b, quotient) in cases {
            assert_eq!(ratio(&a, &b), quotient, "{a} / {b}");
        }
    }

    #[test]
    fn divisions_round_down() {
        for (a, b, quotient, rest) in [(7.5, 2.0, 3.0, 1.5), (-7.5, 2.0, -4.0, 0.5), (7.5, -2.0, -4.0, -0.5)]
        {
            assert_eq!((float_floor_divide(a, b), float_modulo(a, b)), (quotient, rest));
        }
        assert_eq!(int_floor_divide(&int("-7"), &int("2")), (int("-4"), int("1")));
        assert_eq!(float_floor_divide(-0.0, 3.0).to_bits(), (-0.0f64).to_bits());
    }

    #[test]
    fn what_raises_or_grows_is_left() {
        let power_of = |a: &str, b: &str| power(Int(int(a)), Int(int(b)));
        assert_eq!(power_of("2", "64"), Some(Int(BigInt::from(1) << 64u32)));
        assert_eq!(power_of("2", "65"), None);
        assert_eq!(power_of("0", "1000000000000"), Some(Int(BigInt::ZERO)));
        assert_eq!(power_of("0", "-1"), None);
        assert_eq!(power_of("2", "-1"), Some(Float(0.5)));
        assert_eq!(power(Float(2.0), Float(5000.0)), None);
        assert_eq!(shift_left(&int("1"), &int("128")), None);
        assert_eq!(shift_right(&int("-1"), &int("100000000000000000000")), Some(int("-1")));
        assert_eq!(divide(Complex(1.0, 0.0), Complex(0.0, 0.0)), None);
    }
}
