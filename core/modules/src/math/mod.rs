//! `math`

mod gamma;
mod integer;
pub mod libm;
mod sum;

use core::f64::consts::{E, PI, TAU};
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, number, object};
use krait_object::types::{float, long, module, tuple};
use krait_object::{Obj, Object, Raised, Result, err, intern, method, native_module};

native_module! {
    /// `math`
    init: PyInit_math, name: c"math",
    doc: c"The mathematical functions that the C standard defines, and some more.",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    for (name, value) in [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        module::add(this, name, &*float::from_f64(value)?)?;
    }
    Ok(())
}

/// Why a function has no value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The argument is outside the domain.
    Domain,
    /// The value is too large.
    Range,
}

/// A value, or why there is none.
pub type Number = core::result::Result<f64, Failure>;

/// The exception for a failure.
#[cold]
pub fn raise(failure: Failure) -> Raised {
    match failure {
        Failure::Domain => err::value_error("math domain error"),
        Failure::Range => err::overflow_error("math range error"),
    }
}

/// The result of a C function of one argument: what it made of a number that is one tells what was wrong. `overflows`
/// says that infinity means a value too large rather than a pole.
fn checked(x: f64, value: f64, overflows: bool) -> Result<f64> {
    if value.is_nan() && !x.is_nan() {
        return Err(raise(Failure::Domain));
    }
    if value.is_infinite() && x.is_finite() {
        return Err(raise(if overflows { Failure::Range } else { Failure::Domain }));
    }
    Ok(value)
}

/// `METH_O` entries for C functions: Python name, function, whether it may overflow, documentation.
macro_rules! methods_table {
    ($static:ident: simple { $($name:literal $function:ident $overflows:literal $doc:literal;)* }
        others { $($entry:expr,)* }) => {
        krait_object::methods! {
            static $static = [
                $(method::o($name, |_: &Object, x: &Object| {
                    let x = float::as_f64(x)?;
                    checked(x, libm::$function(x), $overflows)
                }, $doc),)*
                $($entry,)*
            ];
        }
    };
}

methods_table! { METHODS: simple {
    c"acos" acos false c"acos($module, x, /)\n--\n\nThe arc cosine in radians, from 0 to pi.";
    c"acosh" acosh false c"acosh($module, x, /)\n--\n\nThe inverse hyperbolic cosine.";
    c"asin" asin false c"asin($module, x, /)\n--\n\nThe arc sine in radians, from -pi/2 to pi/2.";
    c"asinh" asinh false c"asinh($module, x, /)\n--\n\nThe inverse hyperbolic sine.";
    c"atan" atan false c"atan($module, x, /)\n--\n\nThe arc tangent in radians, from -pi/2 to pi/2.";
    c"atanh" atanh false c"atanh($module, x, /)\n--\n\nThe inverse hyperbolic tangent.";
    c"cos" cos false c"cos($module, x, /)\n--\n\nThe cosine of an angle in radians.";
    c"cosh" cosh true c"cosh($module, x, /)\n--\n\nThe hyperbolic cosine.";
    c"erf" erf true c"erf($module, x, /)\n--\n\nThe error function.";
    c"erfc" erfc true c"erfc($module, x, /)\n--\n\nOne minus the error function.";
    c"exp" exp true c"exp($module, x, /)\n--\n\ne raised to the power x.";
    c"expm1" expm1 true c"expm1($module, x, /)\n--\n\nexp(x) - 1, without loss of digits for small x.";
    c"log1p" log1p false c"log1p($module, x, /)\n--\n\nThe natural logarithm of 1 + x, without loss of digits for small x.";
    c"sin" sin false c"sin($module, x, /)\n--\n\nThe sine of an angle in radians.";
    c"sinh" sinh true c"sinh($module, x, /)\n--\n\nThe hyperbolic sine.";
    c"sqrt" sqrt false c"sqrt($module, x, /)\n--\n\nThe square root.";
    c"tan" tan false c"tan($module, x, /)\n--\n\nThe tangent of an angle in radians.";
    c"tanh" tanh false c"tanh($module, x, /)\n--\n\nThe hyperbolic tangent.";
} others {
    method::o(c"fabs", |_: &Object, x: &Object| Ok(float::as_f64(x)?.abs()), c"fabs($module, x, /)\n--\n\nThe absolute value as a float."),
    method::o(c"gamma", |_: &Object, x: &Object| gamma::gamma(float::as_f64(x)?).map_err(raise), c"gamma($module, x, /)\n--\n\nThe gamma function."),
    method::o(c"lgamma", |_: &Object, x: &Object| gamma::ln_gamma(float::as_f64(x)?).map_err(raise), c"lgamma($module, x, /)\n--\n\nThe natural logarithm of the absolute value of the gamma function."),
    method::fastcall(c"atan2", atan2, c"atan2($module, y, x, /)\n--\n\nThe arc tangent of y/x in radians, in the quadrant of the point (x, y)."),
    method::fastcall(c"copysign", copysign, c"copysign($module, x, y, /)\n--\n\nThe absolute value of x with the sign of y."),
    method::fastcall(c"remainder", remainder, c"remainder($module, x, y, /)\n--\n\nThe difference between x and the multiple of y nearest to it; of two, the even one."),
    method::o(c"ceil", ceil, c"ceil($module, x, /)\n--\n\nThe smallest integer that is not below x."),
    method::o(c"floor", floor, c"floor($module, x, /)\n--\n\nThe largest integer that is not above x."),
    method::o(c"trunc", trunc, c"trunc($module, x, /)\n--\n\nThe integer between x and 0 that is nearest to x, as __trunc__ says."),
    method::o(c"degrees", |_: &Object, x: &Object| Ok(float::as_f64(x)? * (180.0 / PI)), c"degrees($module, x, /)\n--\n\nThe angle x, in radians, in degrees."),
    method::o(c"radians", |_: &Object, x: &Object| Ok(float::as_f64(x)? * (PI / 180.0)), c"radians($module, x, /)\n--\n\nThe angle x, in degrees, in radians."),
    method::fastcall(c"dist", sum::dist, c"dist($module, p, q, /)\n--\n\nThe Euclidean distance of two points given by their coordinates."),
    method::fastcall(c"hypot", sum::hypot, c"hypot(*coordinates) -> value\n\nThe Euclidean distance of a point from the origin."),
    method::o(c"fsum", sum::fsum, c"fsum($module, seq, /)\n--\n\nThe sum of floats, rounded only once."),
    method::o(c"factorial", integer::factorial, c"factorial($module, x, /)\n--\n\nx!"),
    method::fastcall(c"comb", integer::comb, c"comb($module, n, k, /)\n--\n\nIn how many ways k of n items can be chosen, regardless of order.\n\nZero when k is larger than n."),
    method::fastcall(c"perm", integer::perm, c"perm($module, n, k=None, /)\n--\n\nIn how many ways k of n items can be chosen in order.\n\nn! without k, zero when k is larger than n."),
    method::fastcall(c"gcd", integer::gcd, c"gcd($module, *integers)\n--\n\nThe greatest common divisor."),
    method::fastcall(c"lcm", integer::lcm, c"lcm($module, *integers)\n--\n\nThe least common multiple."),
    method::o(c"isqrt", integer::isqrt, c"isqrt($module, n, /)\n--\n\nThe integer part of the square root."),
    method::keywords(c"prod", prod, c"prod($module, iterable, /, *, start=1)\n--\n\nThe product of the items and start."),
    method::fastcall(c"fmod", fmod, c"fmod($module, x, y, /)\n--\n\nThe remainder of x/y as C has it: with the sign of x."),
    method::o(c"frexp", frexp, c"frexp($module, x, /)\n--\n\nFraction m and exponent e with x = m * 2**e; the fraction is at least a half and below 1."),
    method::fastcall(c"ldexp", ldexp, c"ldexp($module, x, i, /)\n--\n\nx * 2**i"),
    method::o(c"modf", modf, c"modf($module, x, /)\n--\n\nThe fractional and the integral part, both floats with the sign of x."),
    method::fastcall(c"pow", pow, c"pow($module, x, y, /)\n--\n\nx raised to the power y, as floats."),
    method::keywords(c"log", log, c"log(x, [base=math.e])\nThe logarithm of x to a base, by default the natural one."),
    method::o(c"log10", |_: &Object, x: &Object| logarithm(x, libm::log10), c"log10($module, x, /)\n--\n\nThe logarithm to base 10."),
    method::o(c"log2", |_: &Object, x: &Object| logarithm(x, libm::log2), c"log2($module, x, /)\n--\n\nThe logarithm to base 2."),
    method::o(c"isfinite", |_: &Object, x: &Object| Ok(float::as_f64(x)?.is_finite()), c"isfinite($module, x, /)\n--\n\nWhether x is neither infinite nor NaN."),
    method::o(c"isinf", |_: &Object, x: &Object| Ok(float::as_f64(x)?.is_infinite()), c"isinf($module, x, /)\n--\n\nWhether x is infinite, of either sign."),
    method::o(c"isnan", |_: &Object, x: &Object| Ok(float::as_f64(x)?.is_nan()), c"isnan($module, x, /)\n--\n\nWhether x is NaN."),
    method::keywords(c"isclose", isclose, c"isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nWhether two numbers are close.\n\n  rel_tol\n    How much they may differ, as a part of the larger one\n  abs_tol\n    How much they may always differ\n\nNaN is close to nothing, infinities to themselves only."),
    method::fastcall(c"nextafter", nextafter, c"nextafter($module, x, y, /)\n--\n\nThe float next to x in the direction of y."),
    method::o(c"ulp", ulp, c"ulp($module, x, /)\n--\n\nThe value of the last bit of x."),
} }

/// Two arguments as floats.
fn two(function: &str, args: &[&Object]) -> Result<(f64, f64)> {
    krait_object::args::check_positional(function, args.len(), 2, 2)?;
    Ok((float::as_f64(args[0])?, float::as_f64(args[1])?))
}

fn atan2(_module: &Object, args: &[&Object]) -> Result<f64> {
    let (y, x) = two("atan2", args)?;
    Ok(libm::atan2(y, x))
}

fn copysign(_module: &Object, args: &[&Object]) -> Result<f64> {
    let (x, y) = two("copysign", args)?;
    Ok(x.copysign(y))
}

fn remainder(_module: &Object, args: &[&Object]) -> Result<f64> {
    let (x, y) = two("remainder", args)?;
    domain(x, y, libm::remainder(x, y))
}

fn fmod(_module: &Object, args: &[&Object]) -> Result<f64> {
    let (x, y) = two("fmod", args)?;
    domain(x, y, libm::fmod(x, y))
}

fn nextafter(_module: &Object, args: &[&Object]) -> Result<f64> {
    let (x, y) = two("nextafter", args)?;
    Ok(libm::nextafter(x, y))
}

/// NaN of two numbers is a domain error.
fn domain(x: f64, y: f64, value: f64) -> Result<f64> {
    if value.is_nan() && !x.is_nan() && !y.is_nan() { Err(raise(Failure::Domain)) } else { Ok(value) }
}

/// Calls `__ceil__` and its like, if the class has it.
fn special(x: &Object, name: &Object) -> Result<Option<Obj>> {
    if float::check_exact(x) {
        return Ok(None);
    }
    match object::lookup_special(x, name)? {
        Some(method) => call::call0(&method).map(Some),
        None => Ok(None),
    }
}

fn ceil(_module: &Object, x: &Object) -> Result<Obj> {
    match special(x, intern!("__ceil__"))? {
        Some(result) => Ok(result),
        None => long::from_f64(libm::ceil(float::as_f64(x)?)),
    }
}

fn floor(_module: &Object, x: &Object) -> Result<Obj> {
    match special(x, intern!("__floor__"))? {
        Some(result) => Ok(result),
        None => long::from_f64(libm::floor(float::as_f64(x)?)),
    }
}

fn trunc(_module: &Object, x: &Object) -> Result<Obj> {
    if float::check_exact(x) {
        return long::from_f64(float::as_f64(x)?);
    }
    match special(x, intern!("__trunc__"))? {
        Some(result) => Ok(result),
        None => Err(err::type_error(format_args!(
            "type {:.100} doesn't define __trunc__ method",
            x.class_of().name()
        ))),
    }
}

fn frexp(_module: &Object, x: &Object) -> Result<Obj> {
    let x = float::as_f64(x)?;
    let (fraction, exponent) = if x.is_finite() && x != 0.0 { libm::frexp(x) } else { (x, 0) };
    tuple::pack([float::from_f64(fraction)?, long::from_i64(i64::from(exponent))?])
}

fn ldexp(_module: &Object, args: &[&Object]) -> Result<f64> {
    krait_object::args::check_positional("ldexp", args.len(), 2, 2)?;
    let x = float::as_f64(args[0])?;
    let exponent = args[1];
    if !long::check(exponent) {
        return Err(err::type_error("Expected an int as second argument to ldexp."));
    }
    if x == 0.0 || !x.is_finite() {
        return Ok(x);
    }
    let exponent = match long::as_i64_opt(exponent) {
        Some(exponent) => exponent.clamp(i32::MIN.into(), i32::MAX.into()) as i32,
        None if long::sign(exponent) < 0 => i32::MIN,
        None => i32::MAX,
    };
    let value = libm::ldexp(x, exponent);
    if value.is_infinite() { Err(raise(Failure::Range)) } else { Ok(value) }
}

fn modf(_module: &Object, x: &Object) -> Result<Obj> {
    let x = float::as_f64(x)?;
    let (fraction, whole) = if x.is_infinite() {
        (0f64.copysign(x), x)
    } else if x.is_nan() {
        (x, x)
    } else {
        ((x - x.trunc()).copysign(x), x.trunc())
    };
    tuple::pack([float::from_f64(fraction)?, float::from_f64(whole)?])
}

fn pow(_module: &Object, args: &[&Object]) -> Result<f64> {
    let (x, y) = two("pow", args)?;
    let value = libm::pow(x, y);
    if x.is_finite() && y.is_finite() {
        if value.is_nan() || (value.is_infinite() && x == 0.0) {
            return Err(raise(Failure::Domain));
        }
        if value.is_infinite() {
            return Err(raise(Failure::Range));
        }
    } else if x == 0.0 && y == f64::NEG_INFINITY {
        return Err(raise(Failure::Domain));
    }
    Ok(value)
}

/// A logarithm of a float, or of an integer of any size.
fn logarithm(x: &Object, function: extern "C" fn(f64) -> f64) -> Result<f64> {
    if long::check(x) {
        if long::sign(x) <= 0 {
            return Err(raise(Failure::Domain));
        }
        if let Some(value) = long::to_f64(x) {
            return Ok(function(value));
        }
        let (fraction, exponent) = long::frexp(x)?;
        return Ok(function(fraction) + function(2.0) * exponent as f64);
    }
    let x = float::as_f64(x)?;
    if x.is_nan() || x > 0.0 {
        return Ok(if x.is_finite() { function(x) } else { x });
    }
    Err(raise(Failure::Domain))
}

fn log(_module: &Object, args: Args<'_>) -> Result<Obj> {
    args.no_keywords("log")?;
    let (x, base) = match *args.positional {
        [x] => (x, None),
        [x, base] => (x, Some(base)),
        _ => return Err(err::type_error("math.log requires 1 to 2 arguments")),
    };
    let numerator = float::from_f64(logarithm(x, libm::log)?)?;
    let Some(base) = base else { return Ok(numerator) };
    let denominator = float::from_f64(logarithm(base, libm::log)?)?;
    number::true_divide(&numerator, &denominator)
}

fn prod(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> =
        Signature::new("prod", ["", "start"]).required(1).positional_only(1).keyword_only_from(1);
    let [items, start] = SIGNATURE.bind(args)?;
    let Some(items) = items else { return Err(err::bad_internal_call()) };
    integer::prod(items, start)
}

/// `isclose` of two distances.
pub fn check_tolerances(relative: f64, absolute: f64) -> Result<()> {
    if relative < 0.0 || absolute < 0.0 {
        return Err(err::value_error("tolerances must be non-negative"));
    }
    Ok(())
}

/// The arguments of `isclose`, here and in `cmath`.
pub fn isclose_arguments<'a>(args: Args<'a>) -> Result<(&'a Object, &'a Object, f64, f64)> {
    static SIGNATURE: Signature<4> =
        Signature::new("isclose", ["a", "b", "rel_tol", "abs_tol"]).required(2).keyword_only_from(2);
    let [a, b, relative, absolute] = SIGNATURE.bind(args)?;
    let (Some(a), Some(b)) = (a, b) else { return Err(err::bad_internal_call()) };
    let relative = relative.map_or(Ok(1e-9), float::as_f64)?;
    let absolute = absolute.map_or(Ok(0.0), float::as_f64)?;
    Ok((a, b, relative, absolute))
}

fn isclose(_module: &Object, args: Args<'_>) -> Result<bool> {
    let (a, b, relative, absolute) = isclose_arguments(args)?;
    let (a, b) = (float::as_f64(a)?, float::as_f64(b)?);
    check_tolerances(relative, absolute)?;
    if a == b {
        return Ok(true);
    }
    if a.is_infinite() || b.is_infinite() {
        return Ok(false);
    }
    let difference = (b - a).abs();
    Ok(difference <= (relative * b).abs() || difference <= (relative * a).abs() || difference <= absolute)
}

fn ulp(_module: &Object, x: &Object) -> Result<f64> {
    let x = float::as_f64(x)?.abs();
    if !x.is_finite() {
        return Ok(x);
    }
    let next = libm::nextafter(x, f64::INFINITY);
    Ok(if next.is_infinite() { x - libm::nextafter(x, 0.0) } else { next - x })
}
