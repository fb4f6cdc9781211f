//! The gamma function and its logarithm, by Lanczos' approximation with the coefficients for 53 bits
//! (g = 6.0246800407767296, 13 terms) as a quotient of two polynomials.

use super::libm::{cos, exp, fmod, log, pow, sin};
use super::{Failure, Number};
use core::f64::consts::PI;

const G: f64 = 6.024_680_040_776_729_583_740_234_375;
const G_MINUS_HALF: f64 = 5.524_680_040_776_729_583_740_234_375;

/// Coefficients of the numerator, from the constant term on.
const NUMERATOR: [f64; 13] = [
    23_531_376_880.410_759_688_572_007_674_451_636_754_734_846_804_940,
    42_919_803_642.649_098_768_957_899_047_001_988_850_926_355_848_959,
    35_711_959_237.355_668_049_440_185_451_547_166_705_960_488_635_843,
    17_921_034_426.037_209_699_919_755_754_458_931_112_671_403_265_390,
    6_039_542_586.352_028_005_064_291_644_307_297_921_069_938_842_070_8,
    1_439_720_407.311_721_673_663_223_072_794_912_393_971_548_578_637_2,
    248_874_557.862_054_156_511_460_386_413_229_423_216_321_251_278_01,
    31_426_415.585_400_194_380_614_231_628_318_205_362_874_684_987_640,
    2_876_370.628_935_372_441_225_409_051_620_849_613_599_114_537_876_8,
    186_056.265_395_223_495_040_294_989_716_045_699_282_207_842_363_28,
    8_071.672_002_365_816_210_638_002_902_272_250_613_821_851_632_502_4,
    210.824_277_751_579_345_872_509_733_920_713_362_711_669_695_802_91,
    2.506_628_274_631_000_270_164_908_177_133_837_338_626_431_079_340_8,
];
/// Coefficients of the denominator x (x + 1) ... (x + 11).
const DENOMINATOR: [f64; 13] = [
    0.0,
    39_916_800.0,
    120_543_840.0,
    150_917_976.0,
    105_258_076.0,
    45_995_730.0,
    13_339_535.0,
    2_637_558.0,
    357_423.0,
    32_670.0,
    1_925.0,
    66.0,
    1.0,
];

/// The quotient; for larger x in powers of 1/x, which neither overflow nor lose digits.
fn lanczos_sum(x: f64) -> f64 {
    let horner =
        |sum: f64, coefficient: &f64| if x < 5.0 { sum * x + coefficient } else { sum / x + coefficient };
    if x < 5.0 {
        NUMERATOR.iter().rev().fold(0.0, horner) / DENOMINATOR.iter().rev().fold(0.0, horner)
    } else {
        NUMERATOR.iter().fold(0.0, horner) / DENOMINATOR.iter().fold(0.0, horner)
    }
}

/// sin(pi x), accurate for large x too.
fn sin_pi(x: f64) -> f64 {
    let y = fmod(x.abs(), 2.0);
    let value = match (2.0 * y).round() as i32 {
        0 => sin(PI * y),
        1 => cos(PI * (y - 0.5)),
        2 => sin(PI * (1.0 - y)),
        3 => -cos(PI * (y - 1.5)),
        _ => sin(PI * (y - 2.0)),
    };
    1f64.copysign(x) * value
}

/// Factorials that a float holds exactly.
const FACTORIALS: [f64; 23] = {
    let mut table = [1.0; 23];
    let mut i = 1;
    while i < 23 {
        table[i] = table[i - 1] * i as f64;
        i += 1;
    }
    table
};

/// The gamma function.
pub(super) fn gamma(x: f64) -> Number {
    if !x.is_finite() {
        return if x.is_nan() || x > 0.0 { Ok(x) } else { Err(Failure::Domain) };
    }
    if x == 0.0 {
        return Err(Failure::Domain);
    }
    if x == x.floor() {
        if x < 0.0 {
            return Err(Failure::Domain);
        }
        if x <= FACTORIALS.len() as f64 {
            return Ok(FACTORIALS[x as usize - 1]);
        }
    }
    let size = x.abs();
    if size < 1e-20 {
        let value = 1.0 / x;
        return if value.is_infinite() { Err(Failure::Range) } else { Ok(value) };
    }
    if size > 200.0 {
        // A negative argument gives a zero with the sign that the sine says.
        return if x < 0.0 { Ok(0.0 / sin_pi(x)) } else { Err(Failure::Range) };
    }
    let y = size + G_MINUS_HALF;
    // What y lost to rounding.
    let lost = if size > G_MINUS_HALF { (y - size) - G_MINUS_HALF } else { (y - G_MINUS_HALF) - size };
    let correction = lost * G / y;
    let power = |value: f64, apply: fn(f64, f64) -> f64| {
        if size < 140.0 {
            apply(value, pow(y, size - 0.5))
        } else {
            // In two steps, as the power alone would overflow.
            let root = pow(y, size / 2.0 - 0.25);
            apply(apply(value, root), root)
        }
    };
    let value = if x < 0.0 {
        let value = -PI / sin_pi(size) / size * exp(y) / lanczos_sum(size);
        power(value - correction * value, |a, b| a / b)
    } else {
        let value = lanczos_sum(size) / exp(y);
        power(value + correction * value, |a, b| a * b)
    };
    if value.is_infinite() { Err(Failure::Range) } else { Ok(value) }
}

/// The logarithm of the absolute value of the gamma function.
pub(super) fn ln_gamma(x: f64) -> Number {
    if !x.is_finite() {
        return Ok(if x.is_nan() { x } else { f64::INFINITY });
    }
    if x == x.floor() && x <= 2.0 {
        return if x <= 0.0 { Err(Failure::Domain) } else { Ok(0.0) };
    }
    let size = x.abs();
    if size < 1e-20 {
        return Ok(-log(size));
    }
    let mut value = log(lanczos_sum(size)) - G;
    value += (size - 0.5) * (log(size + G - 0.5) - 1.0);
    if x < 0.0 {
        // By the reflection formula.
        value = log(PI) - log(sin_pi(size).abs()) - log(size) - value;
    }
    if value.is_infinite() { Err(Failure::Range) } else { Ok(value) }
}
