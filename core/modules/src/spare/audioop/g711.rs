//! G.711: speech in one byte per sample, by the μ-law and by the A-law. Both are like a floating-point number: a sign, an
//! exponent of three bits (the segment) and a mantissa of four.

/// What the μ-law adds to a magnitude of 14 bits, so that each segment begins with a power of two.
const ULAW_BIAS: i32 = 33;
/// The largest magnitude that the μ-law tells from others.
const ULAW_MAX: i32 = 8158;
/// Every other bit of an A-law byte is inverted on the line.
const ALAW_MASK: u8 = 0x55;

/// The μ-law byte for a sample of four bytes.
pub fn to_ulaw(wide: i32) -> u8 {
    let sample = wide >> 18;
    let magnitude = sample.abs().min(ULAW_MAX) + ULAW_BIAS;
    // Between 33 and 8191: the highest bit is bit 5 to 12.
    let segment = 26 - magnitude.leading_zeros() as i32;
    let code = (segment << 4 | magnitude >> (segment + 1) & 15) as u8;
    !(code | if sample < 0 { 0x80 } else { 0 })
}

/// The sample of four bytes for a μ-law byte.
pub fn from_ulaw(byte: u8) -> i32 {
    let code = i32::from(!byte);
    let magnitude = ((((code & 15) << 1) + ULAW_BIAS) << (code >> 4 & 7)) - ULAW_BIAS;
    (if code & 0x80 == 0 { magnitude } else { -magnitude }) << 18
}

/// The A-law byte for a sample of four bytes.
pub fn to_alaw(wide: i32) -> u8 {
    let sample = wide >> 19;
    let (sign, magnitude) = if sample < 0 { (0, !sample) } else { (0x80, sample) };
    // The first two segments have steps of the same size.
    let segment = (27 - magnitude.leading_zeros() as i32).max(0);
    let code = (segment << 4 | magnitude >> segment.max(1) & 15) as u8;
    (code | sign) ^ ALAW_MASK
}

/// The sample of four bytes for an A-law byte.
pub fn from_alaw(byte: u8) -> i32 {
    let code = i32::from(byte ^ ALAW_MASK);
    let (segment, step) = (code >> 4 & 7, ((code & 15) << 1) + 1);
    let magnitude = if segment == 0 { step } else { (step + 32) << (segment - 1) };
    (if code & 0x80 == 0 { -magnitude } else { magnitude }) << 19
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sample in the middle of a step comes back as the same byte, but for the two zeros of the μ-law.
    #[test]
    fn bytes_come_back() {
        for byte in 0..=255 {
            assert_eq!(to_alaw(from_alaw(byte)), byte);
            assert_eq!(to_ulaw(from_ulaw(byte)), if byte == 0x7f { 0xff } else { byte });
        }
    }

    #[test]
    fn samples_of_two_bytes() {
        for (sample, ulaw, alaw) in
            [(0, 0xff, 0xd5), (1000, 0xce, 0xfa), (-1, 0x7e, 0x55), (32767, 0x80, 0xaa), (-32768, 0, 0x2a)]
        {
            assert_eq!((to_ulaw(sample << 16), to_alaw(sample << 16)), (ulaw, alaw), "{sample}");
        }
    }
}
