//! What `num-bigint` does: multiplication of large numbers, powers. Also the greatest common divisor.

use super::{MASK, SHIFT, build, exact, from_i64, from_u128, sign, small, view};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use num_bigint::BigUint;

/// A magnitude as `num-bigint` has it.
pub(super) fn to_big(digits: &[u32]) -> BigUint {
    let mut words = Vec::with_capacity(digits.len() * 15 / 16 + 1);
    let (mut accumulated, mut bits) = (0u64, 0);
    for &digit in digits {
        accumulated |= (digit as u64) << bits;
        bits += SHIFT;
        if bits >= 32 {
            words.push(accumulated as u32);
            accumulated >>= 32;
            bits -= 32;
        }
    }
    if accumulated != 0 {
        words.push(accumulated as u32);
    }
    BigUint::new(words)
}

/// An int from a magnitude.
pub(super) fn from_big(negative: bool, big: &BigUint) -> Result<Obj> {
    let bits = big.bits();
    if bits <= 64 {
        return from_u128(negative, big.iter_u64_digits().next().unwrap_or(0) as u128);
    }
    let size = bits.div_ceil(SHIFT as u64) as usize;
    build(negative, size, |out| {
        let mut accumulated = 0u128;
        let mut bits = 0;
        let mut to = 0;
        for word in big.iter_u64_digits() {
            accumulated |= (word as u128) << bits;
            bits += 64;
            while bits >= SHIFT && to < size {
                out[to] = accumulated as u32 & MASK;
                to += 1;
                accumulated >>= SHIFT;
                bits -= SHIFT;
            }
        }
        if to < size {
            out[to] = accumulated as u32 & MASK;
        }
    })
}

/// The digits of a magnitude.
pub(super) fn to_digits(big: &BigUint, digits: &mut Vec<u32>) {
    let (mut accumulated, mut bits) = (0u128, 0);
    for word in big.iter_u64_digits() {
        accumulated |= (word as u128) << bits;
        bits += 64;
        while bits >= SHIFT {
            digits.push(accumulated as u32 & MASK);
            accumulated >>= SHIFT;
            bits -= SHIFT;
        }
    }
    while accumulated != 0 {
        digits.push(accumulated as u32 & MASK);
        accumulated >>= SHIFT;
    }
}

/// Refuses what would need more memory than there is: `num-bigint` cannot report that.
fn reserve(bits: u64) -> Result<()> {
    const SMALL: u64 = 1 << 23;
    if bits < SMALL {
        return Ok(());
    }
    // Result, operands and scratch space of a multiplication.
    let block = crate::memory::mem_malloc(usize::try_from(bits / 8 * 4).unwrap_or(usize::MAX));
    if block.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: allocated just now.
    unsafe { crate::memory::mem_free(block) };
    Ok(())
}

pub(super) fn multiply(negative: bool, a: &[u32], b: &[u32]) -> Result<Obj> {
    reserve((a.len() + b.len()) as u64 * SHIFT as u64)?;
    let product = if core::ptr::eq(a, b) {
        let a = to_big(a);
        &a * &a
    } else {
        to_big(a) * to_big(b)
    };
    from_big(negative, &product)
}

// ---- power ----

/// `a ** b`, for `b` not negative, and `pow(a, b, modulus)`.
pub fn power(a: &Object, b: &Object, modulus: Option<&Object>) -> Result<Obj> {
    match modulus {
        None => power_plain(a, b),
        Some(modulus) => power_modulo(a, b, modulus),
    }
}

fn power_plain(a: &Object, b: &Object) -> Result<Obj> {
    debug_assert!(sign(b) >= 0);
    let odd = view(b).digits().first().is_some_and(|d| d & 1 == 1);
    let negative = sign(a) < 0 && odd;
    if let Some(base) = view(a).one_digit() {
        match base {
            _ if sign(b) == 0 => return Ok(small(1).owned()),
            0 | 1 => return from_i64(base),
            -1 => return from_i64(if odd { -1 } else { 1 }),
            _ => {}
        }
        if let Some(exponent @ 0..=126) = view(b).one_digit()
            && let Some(value) = (base.unsigned_abs() as u128).checked_pow(exponent as u32)
        {
            return from_u128(negative, value);
        }
    } else if sign(b) == 0 {
        return Ok(small(1).owned());
    }
    // The magnitude of the base is 2 at least: the result has at least `exponent` bits.
    let Some(exponent) = super::as_u64_opt(b).filter(|&e| e < 1 << 40) else {
        return Err(err::no_memory());
    };
    let base = to_big(view(a).digits());
    // Factors of two are a shift.
    let twos = base.trailing_zeros().unwrap_or(0);
    let odd_part = base >> twos;
    reserve(odd_part.bits().saturating_sub(1).saturating_mul(exponent))?;
    let result = if odd_part.bits() == 1 { BigUint::from(1u8) } else { raise(&odd_part, exponent) };
    let shifted = twos * exponent;
    let value = from_big(negative, &result)?;
    if shifted == 0 { Ok(value) } else { super::arith::lshift_by(&value, shifted as usize) }
}

/// `base ** exponent` by squaring from the top bit down.
fn raise(base: &BigUint, exponent: u64) -> BigUint {
    if let Ok(exponent) = u32::try_from(exponent) {
        return base.pow(exponent);
    }
    let mut result = base.clone();
    for bit in (0..63 - exponent.leading_zeros()).rev() {
        result = &result * &result;
        if exponent >> bit & 1 == 1 {
            result *= base;
        }
    }
    result
}

fn power_modulo(a: &Object, b: &Object, modulus: &Object) -> Result<Obj> {
    if sign(modulus) == 0 {
        return Err(err::value_error("pow() 3rd argument cannot be 0"));
    }
    let positive = super::absolute(modulus)?;
    if view(&positive).digits() == [1] {
        return Ok(small(0).owned());
    }
    // The base is reduced to 0 <= base < modulus; a negative exponent inverts it first.
    let (base, exponent) = if sign(b) < 0 {
        (super::remainder(&*invert_modulo(a, &positive)?, &positive)?, super::negative(b)?)
    } else {
        (super::remainder(a, &positive)?, exact(b)?)
    };
    let result = match super::as_u64_opt(&positive) {
        Some(m) => {
            let base = super::as_u64_opt(&base).unwrap_or(0);
            from_u128(false, small_power_modulo(base, view(&exponent).digits(), m) as u128)?
        }
        None => {
            let digits = |o: &Object| to_big(view(o).digits());
            from_big(false, &digits(&base).modpow(&digits(&exponent), &digits(&positive)))?
        }
    };
    // The result has the sign of the modulus.
    if sign(modulus) < 0 && sign(&result) != 0 { super::add(&result, modulus) } else { Ok(result) }
}

fn small_power_modulo(base: u64, exponent: &[u32], modulus: u64) -> u64 {
    let times = |x: u64, y: u64| {
        if modulus >> 32 == 0 { x * y % modulus } else { (x as u128 * y as u128 % modulus as u128) as u64 }
    };
    let mut result = 1 % modulus;
    for &digit in exponent.iter().rev() {
        for bit in (0..SHIFT).rev() {
            result = times(result, result);
            if digit >> bit & 1 == 1 {
                result = times(result, base);
            }
        }
    }
    result
}

/// The inverse of `a` modulo a positive `modulus` (extended Euclid).
fn invert_modulo(a: &Object, modulus: &Object) -> Result<Obj> {
    let (mut r0, mut r1) = (exact(modulus)?, super::remainder(a, modulus)?);
    let (mut t0, mut t1) = (small(0).owned(), small(1).owned());
    while sign(&r1) != 0 {
        let (quotient, rest) = super::divide::floor_divide_remainder(&r0, &r1)?;
        let t2 = super::subtract(&t0, &*super::multiply(&quotient, &t1)?)?;
        (r0, r1) = (r1, rest);
        (t0, t1) = (t1, t2);
    }
    if view(&r0).digits() != [1] {
        return Err(err::value_error("base is not invertible for the given modulus"));
    }
    Ok(t0)
}

// ---- greatest common divisor ----

/// `_PyLong_GCD`.
pub fn gcd(a: &Object, b: &Object) -> Result<Obj> {
    if let (Some(x), Some(y)) = (magnitude(a), magnitude(b)) {
        return super::from_u64(gcd_u64(x, y));
    }
    let (mut a, mut b) = (super::absolute(a)?, super::absolute(b)?);
    if super::compare(&a, &b).is_lt() {
        core::mem::swap(&mut a, &mut b);
    }
    // Lehmer: the quotients of a run of Euclid's steps are found from the leading 62 bits alone.
    while magnitude(&b).is_none() {
        let Some([p, q, r, s]) = lehmer_step(view(&a).digits(), view(&b).digits()) else {
            let rest = super::remainder(&a, &b)?;
            (a, b) = (b, rest);
            continue;
        };
        let combine = |x: i64, y: i64| -> Result<Obj> {
            super::absolute(&*super::add(
                &*super::multiply(&*from_i64(x)?, &a)?,
                &*super::multiply(&*from_i64(y)?, &b)?,
            )?)
        };
        let (next_a, next_b) = (combine(p, q)?, combine(r, s)?);
        (a, b) = (next_a, next_b);
        if super::compare(&a, &b).is_lt() {
            core::mem::swap(&mut a, &mut b);
        }
    }
    if sign(&b) == 0 {
        return Ok(a);
    }
    let rest = super::remainder(&a, &b)?;
    super::from_u64(gcd_u64(magnitude(&b).unwrap_or(0), magnitude(&rest).unwrap_or(0)))
}

fn magnitude(object: &Object) -> Option<u64> {
    view(object).two_digits().map(i64::unsigned_abs)
}

fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The matrix of a run of Euclid's steps on `a >= b` whose quotients are certain from the leading bits; None when not
/// even one is.
fn lehmer_step(a: &[u32], b: &[u32]) -> Option<[i64; 4]> {
    let bits = super::arith::bits_of(a);
    let lead = |digits: &[u32]| {
        let shift = bits - 60;
        let (word, rest) = (shift / SHIFT as usize, shift % SHIFT as usize);
        let at = |i: usize| digits.get(word + i).copied().unwrap_or(0) as u128;
        ((at(0) | at(1) << SHIFT | at(2) << (2 * SHIFT)) >> rest) as i64 & ((1 << 60) - 1)
    };
    let (mut x, mut y) = (lead(a), lead(b));
    // Rows (p, q) and (r, s) with signs; cofactors stay below 2**30 so that all sums fit.
    let (mut p, mut q, mut r, mut s) = (1i64, 0i64, 0i64, 1i64);
    loop {
        if y + r == 0 || y + s == 0 {
            break;
        }
        let quotient = (x + p) / (y + r);
        if quotient != (x + q) / (y + s) || quotient > 1 << 30 {
            break;
        }
        let (t, u) = (p - quotient * r, q - quotient * s);
        if t.abs() >= 1 << 30 || u.abs() >= 1 << 30 {
            break;
        }
        (p, q, r, s) = (r, s, t, u);
        (x, y) = (y, x - quotient * y);
    }
    (q != 0).then_some([p, q, r, s])
}
