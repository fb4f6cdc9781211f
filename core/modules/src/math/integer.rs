//! Functions of integers: greatest common divisor, factorial, binomials, integer square root.

use krait_object::protocol::number;
use krait_object::slot::CompareOp;
use krait_object::types::{exceptions, float, long};
use krait_object::{Layout, Obj, Object, Result, err};
use num_bigint::BigUint;

/// `math.gcd`
pub(super) fn gcd(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let mut result = long::from_i64(0)?;
    for arg in args {
        let arg = number::index(arg)?;
        result = long::gcd(&result, &arg)?;
    }
    Ok(result)
}

/// `math.lcm`
pub(super) fn lcm(_module: &Object, args: &[&Object]) -> Result<Obj> {
    let mut result = long::from_i64(1)?;
    for arg in args {
        let arg = number::index(arg)?;
        if long::sign(&result) == 0 {
            // Zero stays, but every argument must be an integer.
            continue;
        }
        if long::sign(&arg) == 0 {
            result = long::from_i64(0)?;
            continue;
        }
        let divisor = long::gcd(&result, &arg)?;
        result = long::absolute(&*long::multiply(&*long::floor_divide(&result, &divisor)?, &arg)?)?;
    }
    Ok(result)
}

/// The product of the integers from `low` to `high`, split so that factors have about the same size.
fn product(low: u64, high: u64) -> Result<Obj> {
    if high - low < 8 {
        let mut word: u128 = 1;
        let mut result: Option<Obj> = None;
        for i in low..=high {
            match word.checked_mul(u128::from(i)) {
                Some(next) if next <= u128::from(u64::MAX) => word = next,
                _ => {
                    let part = long::from_u64(word as u64)?;
                    result = Some(match result {
                        Some(so_far) => long::multiply(&so_far, &part)?,
                        None => part,
                    });
                    word = u128::from(i);
                }
            }
        }
        let part = long::from_u64(word as u64)?;
        return match result {
            Some(so_far) => long::multiply(&so_far, &part),
            None => Ok(part),
        };
    }
    let middle = low + (high - low) / 2;
    long::multiply(&*product(low, middle)?, &*product(middle + 1, high)?)
}

fn factorial_of(n: u64) -> Result<Obj> {
    if n < 2 {
        return long::from_i64(1);
    }
    // The odd parts: n! = 2**(n - bits) * product of the odd numbers in n, n/2, n/4, ...
    let mut result = long::from_i64(1)?;
    let mut odd = long::from_i64(1)?;
    let mut below = 1;
    for shift in (0..63).rev() {
        let top = n >> shift;
        if top < 3 {
            continue;
        }
        // Odd numbers up to `top` that were not in the step before.
        let top = if top % 2 == 0 { top - 1 } else { top };
        if top > below {
            odd = long::multiply(&odd, &*odd_product(below + 2, top)?)?;
            below = top;
        }
        result = long::multiply(&result, &odd)?;
    }
    long::lshift_by(&result, (n - u64::from(n.count_ones())) as usize)
}

/// The product of the odd numbers from `low` to `high`, both odd.
fn odd_product(low: u64, high: u64) -> Result<Obj> {
    if high - low < 16 {
        let mut result = long::from_u64(low)?;
        let mut i = low + 2;
        while i <= high {
            result = long::multiply(&result, &*long::from_u64(i)?)?;
            i += 2;
        }
        return Ok(result);
    }
    let middle = low + (high - low) / 4 * 2;
    long::multiply(&*odd_product(low, middle)?, &*odd_product(middle + 2, high)?)
}

/// `math.factorial`
pub(super) fn factorial(_module: &Object, given: &Object) -> Result<Obj> {
    let number = if float::check(given) {
        err::warn(exceptions::DeprecationWarning(), "Using factorial() with floats is deprecated", 1)?;
        let value = float::as_f64(given)?;
        if !(value.is_finite() && value == value.floor()) {
            return Err(err::value_error("factorial() only accepts integral values"));
        }
        long::from_f64(value)?
    } else {
        number::index(given)?
    };
    if long::sign(&number) < 0 {
        return Err(err::value_error("factorial() not defined for negative values"));
    }
    match long::as_i64_opt(&number) {
        Some(n) => factorial_of(n as u64),
        None => Err(err::overflow_error(format_args!("factorial() argument should not exceed {}", i64::MAX))),
    }
}

fn check_sign(number: &Object, name: &str) -> Result<()> {
    if long::sign(number) < 0 {
        return Err(err::value_error(format_args!("{name} must be a non-negative integer")));
    }
    Ok(())
}

fn less(a: &Object, b: &Object) -> bool {
    CompareOp::Lt.matches(long::compare(a, b))
}

/// `math.perm`
pub(super) fn perm(module: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("perm", args.len(), 1, 2)?;
    let Some(k) = args.get(1).filter(|k| !k.is_none()) else { return factorial(module, args[0]) };
    let n = long::exact(&*number::index(args[0])?)?;
    let k = long::exact(&*number::index(k)?)?;
    check_sign(&n, "n")?;
    check_sign(&k, "k")?;
    if less(&n, &k) {
        return long::from_i64(0);
    }
    let Some(count) = long::as_i64_opt(&k) else {
        return Err(err::overflow_error(format_args!("k must not exceed {}", i64::MAX)));
    };
    if count == 0 {
        return long::from_i64(1);
    }
    if let Some(top) = long::as_u64_opt(&n) {
        return product(top - count as u64 + 1, top);
    }
    let one = long::from_i64(1)?;
    let mut factor = n.clone();
    let mut result = n;
    for _ in 1..count {
        factor = long::subtract(&factor, &one)?;
        result = long::multiply(&result, &factor)?;
    }
    Ok(result)
}

/// `math.comb`
pub(super) fn comb(_module: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("comb", args.len(), 2, 2)?;
    let n = long::exact(&*number::index(args[0])?)?;
    let k = long::exact(&*number::index(args[1])?)?;
    check_sign(&n, "n")?;
    check_sign(&k, "k")?;
    let rest = long::subtract(&n, &k)?;
    if long::sign(&rest) < 0 {
        return long::from_i64(0);
    }
    let smaller = if less(&rest, &k) { rest } else { k };
    let Some(count) = long::as_i64_opt(&smaller) else {
        return Err(err::overflow_error(format_args!("min(n - k, k) must not exceed {}", i64::MAX)));
    };
    if count == 0 {
        return long::from_i64(1);
    }
    let one = long::from_i64(1)?;
    let mut factor = n.clone();
    let mut result = n;
    for i in 1..count {
        factor = long::subtract(&factor, &one)?;
        result = long::multiply(&result, &factor)?;
        result = long::floor_divide(&result, &*long::from_i64(i + 1)?)?;
    }
    Ok(result)
}

/// `math.isqrt`
pub(super) fn isqrt(_module: &Object, given: &Object) -> Result<Obj> {
    let number = number::index(given)?;
    if long::sign(&number) < 0 {
        return Err(err::value_error("isqrt() argument must be nonnegative"));
    }
    if let Some(word) = long::as_u64_opt(&number) {
        return long::from_u64(word.isqrt());
    }
    let length = long::bit_length(&number)? / 8 + 1;
    let mut raw = vec![0; length];
    long::to_bytes(&number, &mut raw, true, false)?;
    let root = BigUint::from_bytes_le(&raw).sqrt().to_bytes_le();
    long::from_bytes(&root, true, false)
}

/// `math.prod`
pub(super) fn prod(items: &Object, start: Option<&Object>) -> Result<Obj> {
    let iterator = krait_object::protocol::iter::get_iter(items)?;
    let mut result = match start {
        Some(start) => start.owned(),
        None => long::from_i64(1)?,
    };
    // Small integers and floats stay unboxed as long as they can.
    if long::check_exact(&result)
        && let Some(mut word) = long::as_i64_opt(&result)
    {
        loop {
            let Some(item) = krait_object::protocol::iter::next(&iterator)? else {
                return long::from_i64(word);
            };
            let next = if long::check_exact(&item) { long::as_i64_opt(&item) } else { None };
            match next.and_then(|next| word.checked_mul(next)) {
                Some(next) => word = next,
                None => {
                    result = number::multiply(&*long::from_i64(word)?, &item)?;
                    break;
                }
            }
        }
    }
    if float::check_exact(&result) {
        let mut value = float::as_f64(&result)?;
        loop {
            let Some(item) = krait_object::protocol::iter::next(&iterator)? else {
                return float::from_f64(value);
            };
            if float::check_exact(&item) {
                value *= float::as_f64(&item)?;
            } else if let Some(whole) = long::check_exact(&item).then(|| long::as_i64_opt(&item)).flatten() {
                value *= whole as f64;
            } else {
                result = number::multiply(&*float::from_f64(value)?, &item)?;
                break;
            }
        }
    }
    while let Some(item) = krait_object::protocol::iter::next(&iterator)? {
        result = number::multiply(&result, &item)?;
    }
    Ok(result)
}
