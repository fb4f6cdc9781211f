//! Addition, subtraction, multiplication, comparison, hash, and the bit operations (on two's complement of infinite
//! width). Public functions take two ints of any class and give an exact int.

use super::{BASE, Long, MASK, SHIFT, big, build, exact, from_digits, from_i64, from_u128, view};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::types::long::small;
use core::cmp::Ordering;
use krait_abi::Py_hash_t;

/// Digits from which multiplication is done by `num-bigint`.
const BIG_MULTIPLY: usize = 24;

// ---- magnitudes ----

/// Compares magnitudes (no leading zeros).
fn compare_digits(a: &[u32], b: &[u32]) -> Ordering {
    a.len().cmp(&b.len()).then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

/// Two digits as one number: what is carried from pair to pair is half as often waited for.
#[inline(always)]
fn join(pair: [u32; 2]) -> u64 {
    pair[0] as u64 | (pair[1] as u64) << SHIFT
}

/// The two lower digits of a number.
#[inline(always)]
fn split(number: u64) -> [u32; 2] {
    [number as u32 & MASK, (number >> SHIFT) as u32 & MASK]
}

fn add_digits(negative: bool, a: &[u32], b: &[u32]) -> Result<Obj> {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    build(negative, a.len() + 1, |out| {
        let (low, high) = a.split_at(b.len());
        let (sum, rest) = out.split_at_mut(b.len());
        let ((xs, x_odd), (ys, y_odd)) = (low.as_chunks::<2>(), b.as_chunks::<2>());
        let (places, odd_place) = sum.as_chunks_mut::<2>();
        let mut carry = 0;
        for ((place, &x), &y) in places.iter_mut().zip(xs).zip(ys) {
            let pair = join(x) + join(y);
            let total = pair + carry;
            *place = split(total);
            carry = total >> (2 * SHIFT);
        }
        let mut carry = carry as u32;
        for ((place, &x), &y) in odd_place.iter_mut().zip(x_odd).zip(y_odd) {
            carry += x + y;
            *place = carry & MASK;
            carry >>= SHIFT;
        }
        let mut done = 0;
        while carry != 0 && done < high.len() {
            carry += high[done];
            rest[done] = carry & MASK;
            carry >>= SHIFT;
            done += 1;
        }
        rest[done..high.len()].copy_from_slice(&high[done..]);
        rest[high.len()] = carry;
    })
}

/// `negative`: the sign of the result when `a` is the larger.
fn subtract_digits(negative: bool, a: &[u32], b: &[u32]) -> Result<Obj> {
    let (a, b, negative) = match compare_digits(a, b) {
        Ordering::Equal => return Ok(small(0).owned()),
        Ordering::Less => (b, a, !negative),
        Ordering::Greater => (a, b, negative),
    };
    build(negative, a.len(), |out| {
        let (low, high) = a.split_at(b.len());
        let (difference, rest) = out.split_at_mut(b.len());
        let ((xs, x_odd), (ys, y_odd)) = (low.as_chunks::<2>(), b.as_chunks::<2>());
        let (places, odd_place) = difference.as_chunks_mut::<2>();
        let mut borrow = 0;
        for ((place, &x), &y) in places.iter_mut().zip(xs).zip(ys) {
            let pair = join(x).wrapping_sub(join(y));
            let total = pair.wrapping_sub(borrow);
            *place = split(total);
            borrow = total >> 63;
        }
        let mut borrow = borrow as u32;
        for ((place, &x), &y) in odd_place.iter_mut().zip(x_odd).zip(y_odd) {
            let total = x.wrapping_sub(y).wrapping_sub(borrow);
            *place = total & MASK;
            borrow = total >> 31;
        }
        let mut done = 0;
        while borrow != 0 && done < high.len() {
            let total = high[done].wrapping_sub(borrow);
            rest[done] = total & MASK;
            borrow = total >> 31;
            done += 1;
        }
        rest[done..].copy_from_slice(&high[done..]);
    })
}

#[inline(never)]
fn add_slow(a: &Long, b: &Long, subtract: bool) -> Result<Obj> {
    let (a_negative, b_negative) = (a.is_negative(), b.is_negative() != subtract);
    if a_negative == b_negative {
        add_digits(a_negative, a.digits(), b.digits())
    } else {
        subtract_digits(a_negative, a.digits(), b.digits())
    }
}

/// `a + b`.
#[inline]
pub fn add(a: &Object, b: &Object) -> Result<Obj> {
    let (a, b) = (view(a), view(b));
    match (a.two_digits(), b.two_digits()) {
        (Some(x), Some(y)) => from_i64(x + y),
        _ => add_slow(a, b, false),
    }
}

/// `a - b`.
#[inline]
pub fn subtract(a: &Object, b: &Object) -> Result<Obj> {
    let (a, b) = (view(a), view(b));
    match (a.two_digits(), b.two_digits()) {
        (Some(x), Some(y)) => from_i64(x - y),
        _ => add_slow(a, b, true),
    }
}

/// `a * b`.
#[inline]
pub fn multiply(a: &Object, b: &Object) -> Result<Obj> {
    let (a, b) = (view(a), view(b));
    if let (Some(x), Some(y)) = (a.one_digit(), b.one_digit()) {
        return from_i64(x * y);
    }
    multiply_slow(a, b)
}

#[inline(never)]
fn multiply_slow(a: &Long, b: &Long) -> Result<Obj> {
    let negative = a.is_negative() != b.is_negative();
    if let (Some(x), Some(y)) = (a.two_digits(), b.two_digits()) {
        return from_u128(negative, x.unsigned_abs() as u128 * y.unsigned_abs() as u128);
    }
    let (a, b) = (a.digits(), b.digits());
    if a.len().min(b.len()) >= BIG_MULTIPLY {
        return big::multiply(negative, a, b);
    }
    build(negative, a.len() + b.len(), |out| multiply_into(a, b, out))
}

/// Schoolbook multiplication; `out` is zero and has room for both lengths together.
pub(super) fn multiply_into(a: &[u32], b: &[u32], out: &mut [u32]) {
    let (short, long) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let Some(&x) = short.first() else { return };
    let mut carry = 0u64;
    for (place, &y) in out.iter_mut().zip(long) {
        let product = x as u64 * y as u64;
        carry += product;
        *place = carry as u32 & MASK;
        carry >>= SHIFT;
    }
    out[long.len()] = carry as u32;
    for (i, &x) in short.iter().enumerate().skip(1) {
        let x = x as u64;
        let mut carry = 0u64;
        let row = &mut out[i..=i + long.len()];
        for (place, &y) in row.iter_mut().zip(long) {
            carry += *place as u64 + x * y as u64;
            *place = carry as u32 & MASK;
            carry >>= SHIFT;
        }
        row[long.len()] = carry as u32;
    }
}

// ---- unary ----

/// `-a`.
#[inline]
pub fn negative(a: &Object) -> Result<Obj> {
    let long = view(a);
    match long.two_digits() {
        Some(value) => from_i64(-value),
        None => from_digits(!long.is_negative(), long.digits()),
    }
}

/// `abs(a)`.
pub fn absolute(a: &Object) -> Result<Obj> {
    if view(a).is_negative() { negative(a) } else { exact(a) }
}

/// `~a`.
pub fn invert(a: &Object) -> Result<Obj> {
    let long = view(a);
    match long.two_digits() {
        Some(value) => from_i64(!value),
        None => negative(&*add(a, small(1))?),
    }
}

/// Number of bits of the magnitude; OverflowError when that does not fit (`_PyLong_NumBits`).
pub fn bit_length(a: &Object) -> Result<usize> {
    Ok(bits_of(view(a).digits()))
}

/// Number of bits of a magnitude.
pub(super) fn bits_of(digits: &[u32]) -> usize {
    match digits.last() {
        None => 0,
        Some(top) => (digits.len() - 1) * SHIFT as usize + (32 - top.leading_zeros()) as usize,
    }
}

// ---- comparison and hash ----

/// The order of two ints.
#[inline]
pub fn compare(a: &Object, b: &Object) -> Ordering {
    let (a, b) = (view(a), view(b));
    let (x, y) = (a.signed_size(), b.signed_size());
    if x != y {
        return x.cmp(&y);
    }
    let order = a.digits().iter().rev().cmp(b.digits().iter().rev());
    if x < 0 { order.reverse() } else { order }
}

/// The hash: the value modulo 2**61 - 1, with the sign; never -1.
#[inline]
pub fn hash(a: &Object) -> Py_hash_t {
    let long = view(a);
    // Two digits make at most 60 bits, which is below the modulus.
    if let Some(value) = long.two_digits() {
        return if value == -1 { -2 } else { value as Py_hash_t };
    }
    crate::text::hash::integer(long.is_negative(), long.digits().iter().rev().copied()) as Py_hash_t
}

// ---- shifts ----

/// `a << b`.
pub fn lshift(a: &Object, b: &Object) -> Result<Obj> {
    if let (Some(x), Some(n @ 0..=33)) = (view(a).one_digit(), view(b).one_digit()) {
        return from_i64(x << n);
    }
    if view(b).is_negative() {
        return Err(err::value_error("negative shift count"));
    }
    if view(a).signed_size() == 0 {
        return Ok(small(0).owned());
    }
    match super::as_u64_opt(b) {
        Some(count) => lshift_by(a, count as usize),
        None => Err(err::overflow_error("too many digits in integer")),
    }
}

/// `_PyLong_Lshift`.
pub fn lshift_by(a: &Object, count: usize) -> Result<Obj> {
    let long = view(a);
    let (words, bits) = (count / SHIFT as usize, (count % SHIFT as usize) as u32);
    let digits = long.digits();
    if digits.is_empty() {
        return Ok(small(0).owned());
    }
    build(long.is_negative(), digits.len() + words + 1, |out| {
        let mut carry = 0u64;
        for (i, &d) in digits.iter().enumerate() {
            carry |= (d as u64) << bits;
            out[words + i] = carry as u32 & MASK;
            carry >>= SHIFT;
        }
        out[words + digits.len()] = carry as u32;
    })
}

/// `a >> b`, rounding down.
pub fn rshift(a: &Object, b: &Object) -> Result<Obj> {
    if let (Some(x), Some(n @ 0..)) = (view(a).two_digits(), view(b).one_digit()) {
        return from_i64(x >> n.min(63));
    }
    if view(b).is_negative() {
        return Err(err::value_error("negative shift count"));
    }
    match super::as_u64_opt(b) {
        Some(count) => rshift_by(a, count as usize),
        None => Ok(small(if view(a).is_negative() { -1 } else { 0 }).owned()),
    }
}

/// `_PyLong_Rshift`.
pub fn rshift_by(a: &Object, count: usize) -> Result<Obj> {
    let long = view(a);
    let (words, bits) = (count / SHIFT as usize, (count % SHIFT as usize) as u32);
    let digits = long.digits();
    if words >= digits.len() {
        return Ok(small(if long.is_negative() { -1 } else { 0 }).owned());
    }
    // A negative number that loses one-bits is rounded away from zero, which is down.
    let round = long.is_negative()
        && (digits[..words].iter().any(|&d| d != 0) || digits[words] & ((1 << bits) - 1) != 0);
    build(long.is_negative(), digits.len() - words + 1, |out| {
        for i in words..digits.len() {
            let high = digits.get(i + 1).copied().unwrap_or(0) as u64;
            out[i - words] = ((digits[i] as u64 | high << SHIFT) >> bits) as u32 & MASK;
        }
        if round {
            for place in out.iter_mut() {
                if *place == MASK {
                    *place = 0;
                } else {
                    *place += 1;
                    break;
                }
            }
        }
    })
}

// ---- bit operations ----

/// The digits of an int in two's complement, sign-extended for ever.
struct Complement<'a> {
    digits: &'a [u32],
    negative: bool,
    carry: u32,
    at: usize,
}

impl Complement<'_> {
    fn new(long: &Long) -> Complement<'_> {
        let negative = long.is_negative();
        Complement { digits: long.digits(), negative, carry: negative as u32, at: 0 }
    }

    #[inline(always)]
    fn next(&mut self) -> u32 {
        let digit = self.digits.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        if !self.negative {
            return digit;
        }
        let value = (digit ^ MASK) + self.carry;
        self.carry = value >> SHIFT;
        value & MASK
    }
}

fn bitwise(a: &Long, b: &Long, op: impl Fn(u32, u32) -> u32) -> Result<Obj> {
    let negative = op(a.is_negative() as u32, b.is_negative() as u32) != 0;
    let size = a.digits().len().max(b.digits().len()) + 1;
    build(negative, size, |out| {
        let (mut x, mut y) = (Complement::new(a), Complement::new(b));
        let mut carry = 1;
        for place in out.iter_mut() {
            let digit = op(x.next(), y.next()) & MASK;
            *place = if negative {
                let value = (digit ^ MASK) + carry;
                carry = value >> SHIFT;
                value & MASK
            } else {
                digit
            };
        }
    })
}

macro_rules! bit_operators {
    ($($(#[$meta:meta])* $name:ident $op:tt;)*) => {$(
        $(#[$meta])*
        #[inline]
        pub fn $name(a: &Object, b: &Object) -> Result<Obj> {
            let (a, b) = (view(a), view(b));
            match (a.two_digits(), b.two_digits()) {
                (Some(x), Some(y)) => from_i64(x $op y),
                _ => bitwise(a, b, |x, y| x $op y),
            }
        }
    )*};
}

bit_operators! {
    /// `a & b`.
    and &;
    /// `a | b`.
    or |;
    /// `a ^ b`.
    xor ^;
}

const _: () = assert!(BASE == MASK as u64 + 1);
