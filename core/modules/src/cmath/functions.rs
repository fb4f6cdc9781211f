//! The functions of `cmath` on pairs of floats.

use super::special::{self, Special, Table};
use crate::math::{Failure, libm};
use core::f64::consts::{E, FRAC_PI_2, LN_2, LN_10};

/// Real and imaginary part.
pub type Parts = (f64, f64);
/// A value, or why there is none.
pub type Outcome = Result<Parts, Failure>;

/// Above this, a square may overflow.
const LARGE: f64 = f64::MAX / 4.0;
/// Above this, the sum of two squares may overflow.
const SQRT_LARGE: f64 = 6.703903964971298e153;
/// Above this, `exp` overflows.
const LOG_LARGE: f64 = 708.396_418_532_264_1;
/// The square root of the smallest normal number.
const SQRT_SMALL: f64 = 1.4916681462400413e-154;
/// Odd, and enough to make every subnormal number normal.
const SCALE_UP: i32 = 53;

/// Where a part is not finite, the table decides.
fn tabulated(table: &Table, z: Parts) -> Option<Outcome> {
    if z.0.is_finite() && z.1.is_finite() {
        return None;
    }
    match special::of(table, z.0, z.1) {
        Special::Is(real, imag) => Some(Ok((real, imag))),
        Special::Domain => Some(Err(Failure::Domain)),
        Special::Computed => None,
    }
}

/// A value that may not be infinite.
fn ranged(z: Parts) -> Outcome {
    if z.0.is_infinite() || z.1.is_infinite() { Err(Failure::Range) } else { Ok(z) }
}

/// The logarithm of twice the distance from the origin of a point far out.
fn far_log(z: Parts) -> f64 {
    libm::log(libm::hypot(z.0 / 2.0, z.1 / 2.0)) + LN_2 * 2.0
}

fn is_far(z: Parts) -> bool {
    z.0.abs() > LARGE || z.1.abs() > LARGE
}

/// Square root of a number with finite parts.
fn root((x, y): Parts) -> Parts {
    if x == 0.0 && y == 0.0 {
        return (0.0, y);
    }
    let (ax, ay) = (x.abs(), y.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        let ax = libm::ldexp(ax, SCALE_UP);
        // The odd bit of the scale is the 2 that the sum is to be divided by.
        libm::ldexp(libm::sqrt(ax + libm::hypot(ax, libm::ldexp(ay, SCALE_UP))), -(SCALE_UP + 1) / 2)
    } else {
        let ax = ax / 8.0;
        2.0 * libm::sqrt(ax + libm::hypot(ax, ay / 8.0))
    };
    let d = ay / (2.0 * s);
    if x >= 0.0 { (s, d.copysign(y)) } else { (d, s.copysign(y)) }
}

pub fn sqrt(z: Parts) -> Outcome {
    tabulated(&special::SQRT, z).unwrap_or_else(|| Ok(root(z)))
}

pub fn acos(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::ACOS, z) {
        return outcome;
    }
    let (x, y) = z;
    if is_far(z) {
        let size = far_log(z);
        let imag = if x < 0.0 { -size.copysign(y) } else { size.copysign(-y) };
        return Ok((libm::atan2(y.abs(), x), imag));
    }
    let (a, b) = (root((1.0 - x, -y)), root((1.0 + x, y)));
    Ok((2.0 * libm::atan2(a.0, b.0), libm::asinh(b.0 * a.1 - b.1 * a.0)))
}

pub fn acosh(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::ACOSH, z) {
        return outcome;
    }
    let (x, y) = z;
    if is_far(z) {
        return Ok((far_log(z), libm::atan2(y, x)));
    }
    let (a, b) = (root((x - 1.0, y)), root((x + 1.0, y)));
    Ok((libm::asinh(a.0 * b.0 + a.1 * b.1), 2.0 * libm::atan2(a.1, b.0)))
}

pub fn asinh(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::ASINH, z) {
        return outcome;
    }
    let (x, y) = z;
    if is_far(z) {
        let size = far_log(z);
        let real = if y >= 0.0 { size.copysign(x) } else { -size.copysign(-x) };
        return Ok((real, libm::atan2(y, x.abs())));
    }
    let (a, b) = (root((1.0 + y, -x)), root((1.0 - y, x)));
    Ok((libm::asinh(a.0 * b.1 - b.0 * a.1), libm::atan2(y, a.0 * b.0 - a.1 * b.1)))
}

pub fn atanh(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::ATANH, z) {
        return outcome;
    }
    let (x, y) = z;
    // An odd function: the left half is the right one turned.
    if x.is_sign_negative() {
        return atanh((-x, -y)).map(|(real, imag)| (-real, -imag));
    }
    let ay = y.abs();
    if x > SQRT_LARGE || ay > SQRT_LARGE {
        let size = libm::hypot(x / 2.0, y / 2.0);
        return Ok((x / 4.0 / size / size, -FRAC_PI_2.copysign(-y)));
    }
    if x == 1.0 && ay < SQRT_SMALL {
        if ay == 0.0 {
            return Err(Failure::Domain);
        }
        let real = -libm::log(libm::sqrt(ay) / libm::sqrt(libm::hypot(ay, 2.0)));
        return Ok((real, (libm::atan2(2.0, -ay) / 2.0).copysign(y)));
    }
    let real = libm::log1p(4.0 * x / ((1.0 - x) * (1.0 - x) + ay * ay)) / 4.0;
    Ok((real, -libm::atan2(-2.0 * y, (1.0 - x) * (1.0 + x) - ay * ay) / 2.0))
}

pub fn asin((x, y): Parts) -> Outcome {
    asinh((-y, x)).map(|(real, imag)| (imag, -real))
}

pub fn atan((x, y): Parts) -> Outcome {
    atanh((-y, x)).map(|(real, imag)| (imag, -real))
}

pub fn sin((x, y): Parts) -> Outcome {
    sinh((-y, x)).map(|(real, imag)| (imag, -real))
}

pub fn tan((x, y): Parts) -> Outcome {
    tanh((-y, x)).map(|(real, imag)| (imag, -real))
}

pub fn cos((x, y): Parts) -> Outcome {
    cosh((-y, x))
}

pub fn cosh(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::COSH, z) {
        return outcome;
    }
    let (x, y) = z;
    if x.is_infinite() {
        let imag = f64::INFINITY.copysign(libm::sin(y));
        return Ok((f64::INFINITY.copysign(libm::cos(y)), if x < 0.0 { -imag } else { imag }));
    }
    if x.abs() > LOG_LARGE {
        let less = x - 1f64.copysign(x);
        return ranged((libm::cos(y) * libm::cosh(less) * E, libm::sin(y) * libm::sinh(less) * E));
    }
    ranged((libm::cos(y) * libm::cosh(x), libm::sin(y) * libm::sinh(x)))
}

pub fn sinh(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::SINH, z) {
        return outcome;
    }
    let (x, y) = z;
    if x.is_infinite() {
        let real = f64::INFINITY.copysign(libm::cos(y));
        return Ok((if x < 0.0 { -real } else { real }, f64::INFINITY.copysign(libm::sin(y))));
    }
    if x.abs() > LOG_LARGE {
        let less = x - 1f64.copysign(x);
        return ranged((libm::cos(y) * libm::sinh(less) * E, libm::sin(y) * libm::cosh(less) * E));
    }
    ranged((libm::cos(y) * libm::sinh(x), libm::sin(y) * libm::cosh(x)))
}

pub fn tanh(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::TANH, z) {
        return outcome;
    }
    let (x, y) = z;
    if x.is_infinite() {
        return Ok((1f64.copysign(x), 0f64.copysign(2.0 * libm::sin(y) * libm::cos(y))));
    }
    if x.abs() > LOG_LARGE {
        let imag = 4.0 * libm::sin(y) * libm::cos(y) * libm::exp(-2.0 * x.abs());
        return Ok((1f64.copysign(x), imag));
    }
    let (tx, ty, cx) = (libm::tanh(x), libm::tan(y), 1.0 / libm::cosh(x));
    let product = tx * ty;
    let denominator = 1.0 + product * product;
    Ok((tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
}

pub fn exp(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::EXP, z) {
        return outcome;
    }
    let (x, y) = z;
    if x.is_infinite() {
        let size = if x > 0.0 { f64::INFINITY } else { 0.0 };
        return Ok((size.copysign(libm::cos(y)), size.copysign(libm::sin(y))));
    }
    if x > LOG_LARGE {
        let size = libm::exp(x - 1.0);
        return ranged((size * libm::cos(y) * E, size * libm::sin(y) * E));
    }
    let size = libm::exp(x);
    ranged((size * libm::cos(y), size * libm::sin(y)))
}

pub fn log(z: Parts) -> Outcome {
    if let Some(outcome) = tabulated(&special::LOG, z) {
        return outcome;
    }
    let (ax, ay) = (z.0.abs(), z.1.abs());
    let real = if is_far(z) {
        libm::log(libm::hypot(ax / 2.0, ay / 2.0)) + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Failure::Domain);
        }
        let digits = f64::MANTISSA_DIGITS as i32;
        let size = libm::hypot(libm::ldexp(ax, digits), libm::ldexp(ay, digits));
        libm::log(size) - f64::from(digits) * LN_2
    } else {
        let size = libm::hypot(ax, ay);
        if (0.71..=1.73).contains(&size) {
            // Near the unit circle the difference from 1 counts.
            let (more, less) = (ax.max(ay), ax.min(ay));
            libm::log1p((more - 1.0) * (more + 1.0) + less * less) / 2.0
        } else {
            libm::log(size)
        }
    };
    Ok((real, libm::atan2(z.1, z.0)))
}

pub fn log10(z: Parts) -> Outcome {
    log(z).map(|(real, imag)| (real / LN_10, imag / LN_10))
}

pub fn rect(r: f64, phi: f64) -> Outcome {
    if let Some(outcome) = tabulated(&special::RECT, (r, phi)) {
        return outcome;
    }
    if r.is_infinite() {
        let (real, imag) = (r.abs().copysign(libm::cos(phi)), r.abs().copysign(libm::sin(phi)));
        return Ok(if r > 0.0 { (real, imag) } else { (-real, -imag) });
    }
    if phi == 0.0 {
        return Ok((r, r * phi));
    }
    Ok((r * libm::cos(phi), r * libm::sin(phi)))
}
