//! Half-precision numbers (format `e`).

/// The nearest half, ties to even; none if a finite number is too large. A NaN keeps its sign.
pub fn pack(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    let value = value.abs();
    if value.is_nan() {
        return Some(sign | 0x7e00);
    }
    if value.is_infinite() {
        return Some(sign | 0x7c00);
    }
    // 2**-14 is the smallest normal; below it the spacing stays 2**-24.
    let exponent = ((value.to_bits() >> 52) as i32 - 1023).max(-14);
    if exponent > 15 {
        return None;
    }
    // Exact, as scaling by a power of two is; at most 2**11 here.
    let steps = (value * 2f64.powi(10 - exponent)).round_ties_even() as u16;
    // A mantissa that rounds up to the next power carries into the exponent by itself.
    let bits = (((exponent + 14) as u16) << 10) + steps;
    if bits >= 0x7c00 { None } else { Some(sign | bits) }
}

pub fn unpack(half: u16) -> f64 {
    let mantissa = f64::from(half & 0x3ff);
    let magnitude = match half >> 10 & 31 {
        0 => mantissa * 2f64.powi(-24),
        31 if mantissa == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        e => (1024.0 + mantissa) * 2f64.powi(i32::from(e) - 25),
    };
    if half & 0x8000 != 0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_halves_come_back() {
        for half in 0..=u16::MAX {
            let value = unpack(half);
            if !value.is_nan() {
                assert_eq!(pack(value), Some(half), "{half:04x} {value}");
            }
        }
    }

    #[test]
    fn rounding() {
        for (value, expected) in [
            (6e-8, Some(1)),
            (2.98e-8, Some(0)),
            (2.99e-8, Some(1)),
            (f64::NAN, Some(0x7e00)),
            (1.0 / 3.0, Some(0x3555)),
            (2049.0, Some(0x6800)),
            (2051.0, Some(0x6802)),
            (6e-5, Some(0x03ef)),
            (-6.097e-5, Some(0x83ff)),
            (8.940696716308594e-08, Some(2)),
            (65504.0, Some(0x7bff)),
            (65519.9, Some(0x7bff)),
            (65520.0, None),
            (1e300, None),
            (5e-324, Some(0)),
            (-0.0, Some(0x8000)),
            (f64::NEG_INFINITY, Some(0xfc00)),
        ] {
            assert_eq!(pack(value), expected, "{value}");
        }
    }
}
