//! What the functions of `cmath` give where a part of the argument is infinite or NaN, as Annex G of the C standard
//! demands. Rows go by the real part, columns by the imaginary part: -infinity, negative, -0, 0, positive, infinity, NaN.

use core::f64::consts::{FRAC_PI_2, FRAC_PI_4, PI};

/// A result, or that there is none.
#[derive(Clone, Copy)]
pub enum Special {
    /// A complex number.
    Is(f64, f64),
    /// Outside the domain.
    Domain,
    /// Computed elsewhere: both parts finite, or the sign depends on more than that of a part.
    Computed,
}
use Special::{Computed as U, Domain as E, Is as V};

/// The results of one function.
pub type Table = [[Special; 7]; 7];

const I: f64 = f64::INFINITY;
const N: f64 = f64::NAN;
const P: f64 = PI;
const P12: f64 = FRAC_PI_2;
const P14: f64 = FRAC_PI_4;
const P34: f64 = 0.75 * PI;

fn index(x: f64) -> usize {
    match x {
        x if x.is_nan() => 6,
        f64::NEG_INFINITY => 0,
        f64::INFINITY => 5,
        x if x == 0.0 => 2 + usize::from(x.is_sign_positive()),
        x => 1 + 3 * usize::from(x > 0.0),
    }
}

/// Looks up a number.
pub fn of(table: &Table, real: f64, imag: f64) -> Special {
    table[index(real)][index(imag)]
}

/// `acos`
pub const ACOS: Table = [
    [V(P34, I), V(P, I), V(P, I), V(P, -I), V(P, -I), V(P34, -I), V(N, I)],
    [V(P12, I), U, U, U, U, V(P12, -I), V(N, N)],
    [V(P12, I), U, U, U, U, V(P12, -I), V(P12, N)],
    [V(P12, I), U, U, U, U, V(P12, -I), V(P12, N)],
    [V(P12, I), U, U, U, U, V(P12, -I), V(N, N)],
    [V(P14, I), V(0.0, I), V(0.0, I), V(0.0, -I), V(0.0, -I), V(P14, -I), V(N, I)],
    [V(N, I), V(N, N), V(N, N), V(N, N), V(N, N), V(N, -I), V(N, N)],
];

/// `acosh`
pub const ACOSH: Table = [
    [V(I, -P34), V(I, -P), V(I, -P), V(I, P), V(I, P), V(I, P34), V(I, N)],
    [V(I, -P12), U, U, U, U, V(I, P12), V(N, N)],
    [V(I, -P12), U, U, U, U, V(I, P12), V(N, N)],
    [V(I, -P12), U, U, U, U, V(I, P12), V(N, N)],
    [V(I, -P12), U, U, U, U, V(I, P12), V(N, N)],
    [V(I, -P14), V(I, -0.0), V(I, -0.0), V(I, 0.0), V(I, 0.0), V(I, P14), V(I, N)],
    [V(I, N), V(N, N), V(N, N), V(N, N), V(N, N), V(I, N), V(N, N)],
];

/// `asinh`
pub const ASINH: Table = [
    [V(-I, -P14), V(-I, -0.0), V(-I, -0.0), V(-I, 0.0), V(-I, 0.0), V(-I, P14), V(-I, N)],
    [V(-I, -P12), U, U, U, U, V(-I, P12), V(N, N)],
    [V(-I, -P12), U, U, U, U, V(-I, P12), V(N, N)],
    [V(I, -P12), U, U, U, U, V(I, P12), V(N, N)],
    [V(I, -P12), U, U, U, U, V(I, P12), V(N, N)],
    [V(I, -P14), V(I, -0.0), V(I, -0.0), V(I, 0.0), V(I, 0.0), V(I, P14), V(I, N)],
    [V(I, N), V(N, N), V(N, -0.0), V(N, 0.0), V(N, N), V(I, N), V(N, N)],
];

/// `atanh`
pub const ATANH: Table = [
    [V(-0.0, -P12), V(-0.0, -P12), V(-0.0, -P12), V(-0.0, P12), V(-0.0, P12), V(-0.0, P12), V(-0.0, N)],
    [V(-0.0, -P12), U, U, U, U, V(-0.0, P12), V(N, N)],
    [V(-0.0, -P12), U, U, U, U, V(-0.0, P12), V(-0.0, N)],
    [V(0.0, -P12), U, U, U, U, V(0.0, P12), V(0.0, N)],
    [V(0.0, -P12), U, U, U, U, V(0.0, P12), V(N, N)],
    [V(0.0, -P12), V(0.0, -P12), V(0.0, -P12), V(0.0, P12), V(0.0, P12), V(0.0, P12), V(0.0, N)],
    [V(0.0, -P12), V(N, N), V(N, N), V(N, N), V(N, N), V(0.0, P12), V(N, N)],
];

/// `cosh`
pub const COSH: Table = [
    [E, U, V(I, 0.0), V(I, -0.0), U, E, V(I, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(N, 0.0)],
    [E, U, U, U, U, E, V(N, 0.0)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, V(I, -0.0), V(I, 0.0), U, E, V(I, N)],
    [V(N, N), V(N, N), V(N, 0.0), V(N, 0.0), V(N, N), V(N, N), V(N, N)],
];

/// `exp`
pub const EXP: Table = [
    [V(0.0, 0.0), U, V(0.0, -0.0), V(0.0, 0.0), U, V(0.0, 0.0), V(0.0, 0.0)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, V(I, -0.0), V(I, 0.0), U, E, V(I, N)],
    [V(N, N), V(N, N), V(N, -0.0), V(N, 0.0), V(N, N), V(N, N), V(N, N)],
];

/// `log`: at the edges what `acosh` is.
pub const LOG: Table = ACOSH;

/// `sinh`
pub const SINH: Table = [
    [E, U, V(-I, -0.0), V(-I, 0.0), U, E, V(I, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(0.0, N)],
    [E, U, U, U, U, E, V(0.0, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, V(I, -0.0), V(I, 0.0), U, E, V(I, N)],
    [V(N, N), V(N, N), V(N, -0.0), V(N, 0.0), V(N, N), V(N, N), V(N, N)],
];

/// `sqrt`
pub const SQRT: Table = [
    [V(I, -I), V(0.0, -I), V(0.0, -I), V(0.0, I), V(0.0, I), V(I, I), V(N, I)],
    [V(I, -I), U, U, U, U, V(I, I), V(N, N)],
    [V(I, -I), U, U, U, U, V(I, I), V(N, N)],
    [V(I, -I), U, U, U, U, V(I, I), V(N, N)],
    [V(I, -I), U, U, U, U, V(I, I), V(N, N)],
    [V(I, -I), V(I, -0.0), V(I, -0.0), V(I, 0.0), V(I, 0.0), V(I, I), V(I, N)],
    [V(I, -I), V(N, N), V(N, N), V(N, N), V(N, N), V(I, I), V(N, N)],
];

/// `tanh`
pub const TANH: Table = [
    [V(-1.0, 0.0), U, V(-1.0, -0.0), V(-1.0, 0.0), U, V(-1.0, 0.0), V(-1.0, 0.0)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, U, U, U, E, V(N, N)],
    [V(1.0, 0.0), U, V(1.0, -0.0), V(1.0, 0.0), U, V(1.0, 0.0), V(1.0, 0.0)],
    [V(N, N), V(N, N), V(N, -0.0), V(N, 0.0), V(N, N), V(N, N), V(N, N)],
];

/// `rect`
pub const RECT: Table = [
    [E, U, V(-I, 0.0), V(-I, -0.0), U, E, V(I, N)],
    [E, U, U, U, U, E, V(N, N)],
    [V(0.0, 0.0), U, U, U, U, V(0.0, 0.0), V(0.0, 0.0)],
    [V(0.0, 0.0), U, U, U, U, V(0.0, 0.0), V(0.0, 0.0)],
    [E, U, U, U, U, E, V(N, N)],
    [E, U, V(I, -0.0), V(I, 0.0), U, E, V(I, N)],
    [V(N, N), V(N, N), V(N, 0.0), V(N, 0.0), V(N, N), V(N, N), V(N, N)],
];
