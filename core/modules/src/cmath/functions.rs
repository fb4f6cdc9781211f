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

#[cfg(test)]
mod tests {
    use super::*;

    type Row = (&'static str, fn(Parts) -> Outcome, Parts, Parts);

    /// What CPython gives: in the plane, on the imaginary axis, on the branch cuts.
    #[rustfmt::skip]
    const TABLE: &[Row] = &[
        ("sqrt", sqrt, (1.5, -2.25), (1.449855761204885, -0.7759392555471052)),
        ("sqrt", sqrt, (-0.0, 3.0), (1.224744871391589, 1.2247448713915892)),
        ("sqrt", sqrt, (-2.0, -0.0), (0.0, -1.4142135623730951)),
        ("acos", acos, (1.5, -2.25), (1.0130682280930141, 1.7022012691759902)),
        ("acos", acos, (-0.0, 3.0), (1.5707963267948966, -1.8184464592320668)),
        ("acos", acos, (-2.0, -0.0), (3.141592653589793, 1.3169578969248166)),
        ("acosh", acosh, (1.5, -2.25), (1.7022012691759902, -1.0130682280930141)),
        ("acosh", acosh, (-0.0, 3.0), (1.8184464592320668, 1.5707963267948966)),
        ("acosh", acosh, (-2.0, -0.0), (1.3169578969248166, -3.141592653589793)),
        ("asin", asin, (1.5, -2.25), (0.5577280987018824, -1.7022012691759902)),
        ("asin", asin, (-0.0, 3.0), (-0.0, 1.8184464592320668)),
        ("asin", asin, (-2.0, -0.0), (-1.5707963267948966, -1.3169578969248166)),
        ("asinh", asinh, (1.5, -2.25), (1.6761473808374676, -0.9500531557158498)),
        ("asinh", asinh, (-0.0, 3.0), (-1.762747174039086, 1.5707963267948966)),
        ("asinh", asinh, (-2.0, -0.0), (-1.4436354751788103, -0.0)),
        ("atan", atan, (1.5, -2.25), (1.3489711892810687, -0.3030340287412742)),
        ("atan", atan, (-0.0, 3.0), (-1.5707963267948966, 0.34657359027997264)),
        ("atan", atan, (-2.0, -0.0), (-1.1071487177940904, -0.0)),
        ("atanh", atanh, (1.5, -2.25), (0.18896144369387732, -1.2611401872276726)),
        ("atanh", atanh, (-0.0, 3.0), (-0.0, 1.2490457723982544)),
        ("atanh", atanh, (-2.0, -0.0), (-0.5493061443340549, -1.5707963267948966)),
        ("cos", cos, (1.5, -2.25), (0.33929576471491857, 4.6794168664494205)),
        ("cos", cos, (-0.0, 3.0), (10.067661995777765, 0.0)),
        ("cos", cos, (-2.0, -0.0), (-0.4161468365471424, -0.0)),
        ("cosh", cosh, (1.5, -2.25), (-1.4777216701351554, -1.6567352726933953)),
        ("cosh", cosh, (-0.0, 3.0), (-0.9899924966004454, -0.0)),
        ("cosh", cosh, (-2.0, -0.0), (3.7621956910836314, 0.0)),
        ("sin", sin, (1.5, -2.25), (4.784552064541835, -0.33184011851146644)),
        ("sin", sin, (-0.0, 3.0), (-0.0, 10.017874927409903)),
        ("sin", sin, (-2.0, -0.0), (-0.9092974268256817, 0.0)),
        ("sinh", sinh, (1.5, -2.25), (-1.3375571890960114, -1.830346869722198)),
        ("sinh", sinh, (-0.0, 3.0), (0.0, 0.1411200080598672)),
        ("sinh", sinh, (-2.0, -0.0), (-3.626860407847019, -0.0)),
        ("tan", tan, (1.5, -2.25), (0.0032055151478664655, -1.0222351594971195)),
        ("tan", tan, (-0.0, 3.0), (-0.0, 0.9950547536867305)),
        ("tan", tan, (-2.0, -0.0), (2.185039863261519, -0.0)),
        ("tanh", tanh, (1.5, -2.25), (1.016334677559343, 0.09917250556037534)),
        ("tanh", tanh, (-0.0, 3.0), (-0.0, -0.1425465430742778)),
        ("tanh", tanh, (-2.0, -0.0), (-0.9640275800758169, -0.0)),
        ("exp", exp, (1.5, -2.25), (-2.815278859231167, -3.4870821424155936)),
        ("exp", exp, (-0.0, 3.0), (-0.9899924966004454, 0.1411200080598672)),
        ("exp", exp, (-2.0, -0.0), (0.1353352832366127, -0.0)),
        ("log", log, (1.5, -2.25), (0.9947926062789875, -0.982793723247329)),
        ("log", log, (-0.0, 3.0), (1.0986122886681098, 1.5707963267948966)),
        ("log", log, (-2.0, -0.0), (0.6931471805599453, -3.141592653589793)),
        ("log10", log10, (1.5, -2.25), (0.4320329395451184, -0.42682189085546657)),
        ("log10", log10, (-0.0, 3.0), (0.47712125471966244, 0.6821881769209206)),
        ("log10", log10, (-2.0, -0.0), (0.30102999566398114, -1.3643763538418412)),
    ];

    fn close(a: f64, b: f64) -> bool {
        a.is_sign_positive() == b.is_sign_positive()
            && (a - b).abs() <= 4.0 * f64::EPSILON * b.abs().max(1e-16)
    }

    #[test]
    fn values_are_cpythons() {
        for (name, function, z, expected) in TABLE {
            let Ok(value) = function(*z) else { panic!("{name}{z:?} has no value") };
            assert!(close(value.0, expected.0) && close(value.1, expected.1), "{name}{z:?}: {value:?}");
        }
    }

    #[test]
    fn failures_are_told_apart() {
        assert!(matches!(log((0.0, -0.0)), Err(Failure::Domain)));
        assert!(matches!(atanh((-1.0, 0.0)), Err(Failure::Domain)));
        assert!(matches!(exp((1e4, 1.0)), Err(Failure::Range)));
        assert!(matches!(rect(2.0, f64::INFINITY), Err(Failure::Domain)));
        assert!(matches!(cosh((f64::INFINITY, f64::INFINITY)), Err(Failure::Domain)));
    }

    #[test]
    fn scaling_keeps_digits() {
        let (tiny, _) = root((5e-324, 0.0));
        assert_eq!(tiny, 5e-324f64.sqrt());
        let Ok((real, imag)) = log((1e308, 1e308)) else { panic!("no logarithm") };
        assert!(close(real, 709.542782232446) && close(imag, core::f64::consts::FRAC_PI_4), "{real} {imag}");
    }
}
