//! Sums that lose no digits: `fsum`, `hypot`, `dist`.

use krait_object::protocol::{iter, sequence};
use krait_object::types::{float, tuple};
use krait_object::{Layout, Object, Result, err};

/// The exact sum of two floats as rounded sum and error.
#[inline]
fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let (large, small) = if a.abs() < b.abs() { (b, a) } else { (a, b) };
    let high = large + small;
    (high, small - (high - large))
}

/// `math.fsum`: the partial sums are floats that do not overlap, whose exact sum is the sum so far (Shewchuk).
pub(super) fn fsum(_module: &Object, items: &Object) -> Result<f64> {
    let iterator = iter::get_iter(items)?;
    let mut partials: Vec<f64> = Vec::with_capacity(32);
    let (mut special, mut infinite) = (0.0, 0.0);
    while let Some(item) = iter::next(&iterator)? {
        let given = float::as_f64(&item)?;
        let mut x = given;
        let mut kept = 0;
        for i in 0..partials.len() {
            let (high, low) = two_sum(x, partials[i]);
            if low != 0.0 {
                partials[kept] = low;
                kept += 1;
            }
            x = high;
        }
        partials.truncate(kept);
        if x == 0.0 {
            continue;
        }
        if x.is_finite() {
            partials.push(x);
            continue;
        }
        if given.is_finite() {
            return Err(err::overflow_error("intermediate overflow in fsum"));
        }
        if given.is_infinite() {
            infinite += given;
        }
        special += given;
        partials.clear();
    }
    if special != 0.0 {
        if infinite.is_nan() {
            return Err(err::value_error("-inf + inf in fsum"));
        }
        return Ok(special);
    }
    Ok(round(&partials))
}

/// The sum of partials, rounded once.
fn round(partials: &[f64]) -> f64 {
    let Some((&last, mut rest)) = partials.split_last() else { return 0.0 };
    let (mut high, mut low) = (last, 0.0);
    while let Some((&next, before)) = rest.split_last() {
        rest = before;
        (high, low) = two_sum(high, next);
        if low != 0.0 {
            break;
        }
    }
    // A tie of the last step is none when there is more in the direction of the error.
    if let Some(&more) = rest.last()
        && ((low < 0.0 && more < 0.0) || (low > 0.0 && more > 0.0))
    {
        let twice = low * 2.0;
        let other = high + twice;
        if twice == other - high {
            high = other;
        }
    }
    high
}

/// The Euclidean norm: scaled by the largest, summed with compensation.
fn norm(values: &[f64]) -> f64 {
    let largest = values.iter().fold(0.0, |largest: f64, x| if *x > largest { *x } else { largest });
    if largest.is_infinite() {
        return largest;
    }
    if values.iter().any(|x| x.is_nan()) {
        return f64::NAN;
    }
    if largest == 0.0 || values.len() <= 1 {
        return largest;
    }
    // The sum starts at one, so that no term is larger and the errors are exact.
    let (mut total, mut errors) = (1.0, 0.0);
    for value in values {
        let x = value / largest;
        let square = x * x;
        let before = total;
        total += square;
        errors += (before - total) + square;
    }
    largest * (total - 1.0 + errors).sqrt()
}

/// `math.hypot`
pub(super) fn hypot(_module: &Object, args: &[&Object]) -> Result<f64> {
    let values: Result<Vec<f64>> = args.iter().map(|arg| Ok(float::as_f64(arg)?.abs())).collect();
    Ok(norm(&values?))
}

/// `math.dist`
pub(super) fn dist(_module: &Object, args: &[&Object]) -> Result<f64> {
    krait_object::args::check_positional("dist", args.len(), 2, 2)?;
    let as_tuple =
        |point: &Object| if tuple::check(point) { Ok(point.owned()) } else { sequence::tuple(point) };
    let (p, q) = (as_tuple(args[0])?, as_tuple(args[1])?);
    let (p, q) = (tuple::items(&p), tuple::items(&q));
    if p.len() != q.len() {
        return Err(err::value_error("both points must have the same number of dimensions"));
    }
    let values: Result<Vec<f64>> =
        p.iter().zip(q).map(|(p, q)| Ok((float::as_f64(p)? - float::as_f64(q)?).abs())).collect();
    Ok(norm(&values?))
}
