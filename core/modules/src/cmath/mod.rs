//! `cmath`: mathematical functions of complex numbers.
//!
//! The inverse functions follow W. Kahan, "Branch cuts for complex elementary functions" (1987), with the arguments
//! scaled where a square would overflow; the functions of circles are those of hyperbolas, turned by 90 degrees.

mod functions;
mod special;

use crate::math::{Failure, libm, raise};
use core::f64::consts::{E, PI, TAU};
use functions::{Outcome, Parts};
use krait_object::args::{Args, check_positional};
use krait_object::types::{complex, float, module, tuple};
use krait_object::{Obj, Object, Result, method, native_module};

native_module! {
    /// `cmath`
    init: PyInit_cmath, name: c"cmath",
    doc: c"Mathematical functions of complex numbers.",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    for (name, value) in [("pi", PI), ("e", E), ("tau", TAU), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        module::add(this, name, &*float::from_f64(value)?)?;
    }
    module::add(this, "infj", &*complex::from_parts(0.0, f64::INFINITY)?)?;
    module::add(this, "nanj", &*complex::from_parts(0.0, f64::NAN)?)
}

/// `METH_O` entries for complex functions: Python name, function, documentation.
macro_rules! methods_table {
    (simple { $($name:literal $function:ident $doc:literal;)* } others { $($entry:expr,)* }) => {
        krait_object::methods! {
            static METHODS = [
                $(method::o($name, |_: &Object, z: &Object| made(functions::$function(complex::as_parts(z)?)),
                    krait_object::doc!($doc, "A function of a complex number; see the library reference for its branch cuts.")),)*
                $($entry,)*
            ];
        }
    };
}

methods_table! { simple {
    c"acos" acos "acos($module, z, /)";
    c"acosh" acosh "acosh($module, z, /)";
    c"asin" asin "asin($module, z, /)";
    c"asinh" asinh "asinh($module, z, /)";
    c"atan" atan "atan($module, z, /)";
    c"atanh" atanh "atanh($module, z, /)";
    c"cos" cos "cos($module, z, /)";
    c"cosh" cosh "cosh($module, z, /)";
    c"exp" exp "exp($module, z, /)";
    c"log10" log10 "log10($module, z, /)";
    c"sin" sin "sin($module, z, /)";
    c"sinh" sinh "sinh($module, z, /)";
    c"sqrt" sqrt "sqrt($module, z, /)";
    c"tan" tan "tan($module, z, /)";
    c"tanh" tanh "tanh($module, z, /)";
} others {
    method::keywords(c"isclose", isclose, c"isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)\n--\n\nWhether two complex numbers are close.\n\n  rel_tol\n    How much they may differ, as a part of the larger absolute value\n  abs_tol\n    How much they may always differ\n\nNaN is close to nothing, infinities to themselves only."),
    method::o(c"isfinite", |_: &Object, z: &Object| complex::as_parts(z).map(|z| z.0.is_finite() && z.1.is_finite()), c"isfinite($module, z, /)\n--\n\nWhether both parts are finite."),
    method::o(c"isinf", |_: &Object, z: &Object| complex::as_parts(z).map(|z| z.0.is_infinite() || z.1.is_infinite()), c"isinf($module, z, /)\n--\n\nWhether a part is infinite."),
    method::o(c"isnan", |_: &Object, z: &Object| complex::as_parts(z).map(|z| z.0.is_nan() || z.1.is_nan()), c"isnan($module, z, /)\n--\n\nWhether a part is NaN."),
    method::fastcall(c"log", log, c"log($module, z, base=<unrepresentable>, /)\n--\n\nlog(z[, base]) -> the logarithm of z to the given base.\n\nThe natural one without a base."),
    method::o(c"phase", |_: &Object, z: &Object| complex::as_parts(z).map(|z| libm::atan2(z.1, z.0)), c"phase($module, z, /)\n--\n\nThe angle of a complex number in the plane."),
    method::o(c"polar", polar, c"polar($module, z, /)\n--\n\nThe polar coordinates of a complex number: distance and angle."),
    method::fastcall(c"rect", rect, c"rect($module, r, phi, /)\n--\n\nThe complex number with the polar coordinates r and phi."),
} }

/// The number, or the exception for there being none.
fn made(outcome: Outcome) -> Result<Obj> {
    match outcome {
        Ok((real, imag)) => complex::from_parts(real, imag),
        Err(failure) => Err(raise(failure)),
    }
}

fn log(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("log", args.len(), 1, 2)?;
    let z = complex::as_parts(args[0])?;
    let Some(base) = args.get(1) else { return made(functions::log(z)) };
    let base = functions::log(complex::as_parts(base)?);
    // The logarithm of 0 is no error here; its value goes into the quotient.
    let zero: Parts = (f64::NEG_INFINITY, libm::atan2(z.1, z.0));
    let z = functions::log(z).unwrap_or(zero);
    made(base.and_then(|base| match complex::quot(z, base) {
        (value, None) => Ok(value),
        _ => Err(Failure::Domain),
    }))
}

fn polar(_module: &Object, z: &Object) -> Result<Obj> {
    let z = complex::as_parts(z)?;
    let (distance, error) = complex::abs(z);
    if error.is_some() {
        return Err(raise(Failure::Range));
    }
    tuple::pack([float::from_f64(distance)?, float::from_f64(libm::atan2(z.1, z.0))?])
}

fn rect(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("rect", args.len(), 2, 2)?;
    made(functions::rect(float::as_f64(args[0])?, float::as_f64(args[1])?))
}

fn isclose(_module: &Object, args: Args<'_>) -> Result<bool> {
    let (a, b, relative, absolute) = crate::math::isclose_arguments(args)?;
    let (a, b) = (complex::as_parts(a)?, complex::as_parts(b)?);
    crate::math::check_tolerances(relative, absolute)?;
    if a == b {
        return Ok(true);
    }
    if [a.0, a.1, b.0, b.1].into_iter().any(f64::is_infinite) {
        return Ok(false);
    }
    let size = |z: Parts| complex::abs(z).0;
    let difference = size(complex::diff(a, b));
    Ok(difference <= relative * size(b) || difference <= relative * size(a) || difference <= absolute)
}
