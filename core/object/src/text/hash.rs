//! Hash values as CPython computes them: SipHash-2-4 for bytes and text, and arithmetic modulo the
//! Mersenne prime 2**61 - 1 for numbers, so that equal numbers of all types hash alike.

pub const BITS: u32 = 61;
pub const MODULUS: u64 = (1 << BITS) - 1;
pub const INFINITY: i64 = 314_159;
pub const NAN: i64 = 0;
/// Weight of the imaginary part.
pub const IMAGINARY: u64 = 1_000_003;

/// -1 means an error, so no hash is that.
#[inline]
pub fn not_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

#[inline(always)]
fn round(v: &mut [u64; 4]) {
    v[0] = v[0].wrapping_add(v[1]);
    v[2] = v[2].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(13) ^ v[0];
    v[3] = v[3].rotate_left(16) ^ v[2];
    v[0] = v[0].rotate_left(32);
    v[2] = v[2].wrapping_add(v[1]);
    v[0] = v[0].wrapping_add(v[3]);
    v[1] = v[1].rotate_left(17) ^ v[2];
    v[3] = v[3].rotate_left(21) ^ v[0];
    v[2] = v[2].rotate_left(32);
}

/// What is left of `bytes` behind its whole words, as the low bytes of a word.
#[inline(always)]
fn tail(bytes: &[u8], rest: &[u8]) -> u64 {
    match (rest, bytes.last_chunk::<8>()) {
        ([], _) => 0,
        // The last eight bytes, without those that belong to the word before.
        (_, Some(last)) => u64::from_le_bytes(*last) >> (64 - 8 * rest.len()),
        _ => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    }
}

/// SipHash-2-4.
pub fn siphash24(key: [u64; 2], bytes: &[u8]) -> u64 {
    let mut v = [
        key[0] ^ 0x736f_6d65_7073_6575,
        key[1] ^ 0x646f_7261_6e64_6f6d,
        key[0] ^ 0x6c79_6765_6e65_7261,
        key[1] ^ 0x7465_6462_7974_6573,
    ];
    let mut absorb = |word: u64| {
        v[3] ^= word;
        round(&mut v);
        round(&mut v);
        v[0] ^= word;
    };
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        absorb(u64::from_le_bytes(chunk.try_into().expect("chunks of eight")));
    }
    absorb((bytes.len() as u64) << 56 | tail(bytes, chunks.remainder()));
    v[2] ^= 0xff;
    for _ in 0..4 {
        round(&mut v);
    }
    v[0] ^ v[1] ^ v[2] ^ v[3]
}

/// `_Py_HashBytes`: 0 for nothing, never -1.
#[inline]
pub fn bytes(key: [u64; 2], bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    not_minus_one(siphash24(key, bytes) as i64)
}

/// The bytes that a numeric `PYTHONHASHSEED` stands for (the hash secret begins with the SipHash key).
pub fn seeded_bytes(seed: u32, out: &mut [u8]) {
    let mut x = seed;
    for b in out {
        x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
        *b = (x >> 16) as u8;
    }
}

/// `x * 2**n` modulo the prime: a rotation within 61 bits.
#[inline]
pub fn shift(x: u64, n: u32) -> u64 {
    let n = n % BITS;
    ((x << n) & MODULUS) | x >> (BITS - n)
}

/// The residue of a product.
pub fn multiply(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    reduce((wide as u64 & MODULUS) + (wide >> BITS) as u64)
}

#[inline]
fn reduce(x: u64) -> u64 {
    if x >= MODULUS { x - MODULUS } else { x }
}

/// The hash of an integer from its 30-bit digits, the most significant first.
pub fn integer(negative: bool, digits: impl Iterator<Item = u32>) -> i64 {
    let magnitude = digits.fold(0, |x, d| reduce(shift(x, 30) + u64::from(d))) as i64;
    not_minus_one(if negative { -magnitude } else { magnitude })
}

/// The hash of a machine integer.
pub fn small_integer(value: i64) -> i64 {
    let magnitude = (value.unsigned_abs() % MODULUS) as i64;
    not_minus_one(if value < 0 { -magnitude } else { magnitude })
}

/// `_Py_HashDouble`: that of the rational number it is.
pub fn double(value: f64) -> i64 {
    if value.is_infinite() {
        return if value > 0.0 { INFINITY } else { -INFINITY };
    }
    if value.is_nan() {
        return NAN;
    }
    let bits = value.to_bits();
    let field = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) =
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field - 1075) };
    // Powers of two repeat every 61.
    let magnitude = shift(mantissa % MODULUS, exponent.rem_euclid(BITS as i32) as u32) as i64;
    not_minus_one(if value < 0.0 { -magnitude } else { magnitude })
}

/// The hash of a complex number from those of its parts.
pub fn complex(real: f64, imaginary: f64) -> i64 {
    let combined = (double(real) as u64).wrapping_add(IMAGINARY.wrapping_mul(double(imaginary) as u64));
    not_minus_one(combined as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        // `PYTHONHASHSEED=0` (a zero key) and `=1`, hash() of bytes objects.
        let mut secret = [0; 16];
        seeded_bytes(1, &mut secret);
        let half = |i: usize| u64::from_le_bytes(secret[i..i + 8].try_into().unwrap());
        let one = [half(0), half(8)];
        for (key, text, expected) in [
            ([0, 0], &b"a"[..], -7583489610679606711_i64),
            ([0, 0], &b""[..], 0_i64),
            ([0, 0], &b"abcdefg"[..], -6651368143851290504_i64),
            ([0, 0], &b"abcdefgh"[..], -1847705707669741165_i64),
            ([0, 0], &b"abcdefghi"[..], 5991824118181275020_i64),
            ([0, 0], &(0..200).map(|i| i as u8).collect::<Vec<_>>()[..], 192888034697694926_i64),
            (one, &b"a"[..], 8432517439229126278_i64),
            (one, &b""[..], 0_i64),
            (one, &b"abcdefg"[..], 8623822222363335270_i64),
            (one, &b"abcdefgh"[..], 2079372463862078453_i64),
            (one, &b"abcdefghi"[..], -8132283223543215011_i64),
            (one, &(0..200).map(|i| i as u8).collect::<Vec<_>>()[..], -2097750091157258976_i64),
        ] {
            let text: &[u8] = text;
            assert_eq!(bytes(key, text), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers() {
        for (value, expected) in [
            (0.0, 0),
            (-0.0, 0),
            (1.0, 1),
            (-1.0, -2),
            (0.5, 1152921504606846976),
            (1.5, 1152921504606846977),
            (-2.75, -1729382256910270466),
            (1e+300, 1224995262755759164),
            (5e-324, 16777216),
            (1.7976931348623157e+308, 2234066890152476671),
            (3.141592653589793, 326490430436040707),
            (2.305843009213694e+18, 1),
            (-0.1, -230584300921369408),
            (1e-310, 615709907932414099),
        ] {
            assert_eq!(double(value), expected, "{value:?}");
        }
        assert_eq!(double(f64::INFINITY), 314_159);
        assert_eq!(double(f64::NAN), 0);
        for value in [0, 1, -1, -2, i64::MAX, i64::MIN, (1 << 61) - 1, -(1 << 61), 123_456_789_012_345] {
            let m = value.unsigned_abs();
            let digits = [(m >> 60) as u32, (m >> 30) as u32 & 0x3fff_ffff, m as u32 & 0x3fff_ffff];
            assert_eq!(integer(value < 0, digits.into_iter()), small_integer(value));
        }
        assert_eq!(small_integer(i64::MIN), -4);
        assert_eq!(complex(1.0, 2.0), 2_000_007);
    }
}
