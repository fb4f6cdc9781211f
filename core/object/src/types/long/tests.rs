//! Ints against `num-bigint` and machine integers, on numbers around the sizes where the algorithms change.

use super::*;
use crate::testing::with_gil;
use num_bigint::{BigInt, Sign};

fn object(value: &BigInt) -> Obj {
    let (sign, magnitude) = value.clone().into_parts();
    big::from_big(sign == Sign::Minus, &magnitude).expect("memory")
}

fn value(object: &Object) -> BigInt {
    assert!(check_exact(object));
    let long = view(object);
    assert!(long.digits().last() != Some(&0) && long.digits().iter().all(|&d| d <= MASK));
    let sign = if long.is_negative() { Sign::Minus } else { Sign::Plus };
    BigInt::from_biguint(sign, big::to_big(long.digits()))
}

/// Numbers of all sizes up to about 4000 bits, with runs of zeros and ones.
fn samples() -> Vec<BigInt> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut numbers: Vec<BigInt> = (-6..=6).map(BigInt::from).collect();
    for bits in
        [8u32, 29, 30, 31, 59, 60, 61, 63, 64, 65, 90, 119, 120, 121, 150, 300, 720, 900, 1795, 1900, 4000]
    {
        let power: BigInt = BigInt::from(1) << bits;
        for delta in [-1i32, 0, 1] {
            numbers.push(&power + delta);
            numbers.push(-(&power + delta));
        }
        let mut random_number = BigInt::from(0);
        for _ in 0..bits / 64 + 1 {
            random_number = (random_number << 64) + random();
        }
        random_number >>= random() % 40;
        numbers.push(-&random_number);
        numbers.push(random_number);
    }
    numbers
}

fn floor_divide_big(a: &BigInt, b: &BigInt) -> (BigInt, BigInt) {
    let (mut q, mut r) = (a / b, a % b);
    if r.sign() != Sign::NoSign && r.sign() != b.sign() {
        q -= 1;
        r += b;
    }
    (q, r)
}

#[test]
fn operators_agree_with_num_bigint() {
    with_gil(|| {
        let numbers = samples();
        let objects: Vec<Obj> = numbers.iter().map(object).collect();
        for (a, x) in numbers.iter().zip(&objects) {
            assert_eq!(&value(x), a);
            assert_eq!(value(&negative(x).unwrap()), -a);
            assert_eq!(value(&invert(x).unwrap()), -a - 1);
            for (b, y) in numbers.iter().zip(&objects) {
                assert_eq!(value(&add(x, y).unwrap()), a + b, "{a} + {b}");
                assert_eq!(value(&subtract(x, y).unwrap()), a - b, "{a} - {b}");
                assert_eq!(value(&multiply(x, y).unwrap()), a * b, "{a} * {b}");
                assert_eq!(value(&and(x, y).unwrap()), a & b, "{a} & {b}");
                assert_eq!(value(&or(x, y).unwrap()), a | b, "{a} | {b}");
                assert_eq!(value(&xor(x, y).unwrap()), a ^ b, "{a} ^ {b}");
                assert_eq!(compare(x, y), a.cmp(b), "{a} <=> {b}");
                if b.sign() != Sign::NoSign {
                    let (q, r) = divide::floor_divide_remainder(x, y).unwrap();
                    assert_eq!((value(&q), value(&r)), floor_divide_big(a, b), "divmod({a}, {b})");
                    assert_eq!(value(&floor_divide(x, y).unwrap()), value(&q));
                    assert_eq!(value(&remainder(x, y).unwrap()), value(&r));
                }
            }
        }
    });
}

#[test]
fn shifts_agree_with_num_bigint() {
    with_gil(|| {
        for a in samples() {
            let x = object(&a);
            for n in [0u32, 1, 2, 29, 30, 31, 33, 34, 59, 60, 61, 100, 900] {
                let count = from_i64(n as i64).unwrap();
                assert_eq!(value(&lshift(&x, &count).unwrap()), &a << n, "{a} << {n}");
                assert_eq!(value(&rshift(&x, &count).unwrap()), &a >> n, "{a} >> {n}");
            }
        }
    });
}

#[test]
fn text_agrees_with_num_bigint() {
    with_gil(|| {
        for a in samples() {
            let x = object(&a);
            for (base, prefix) in [(10, ""), (16, "0x"), (8, "0o"), (2, "0b")] {
                let text = a.to_str_radix(base);
                assert_eq!(to_text(&x, base, false).unwrap(), text);
                let prefixed = match text.strip_prefix('-') {
                    Some(digits) => format!("-{prefix}{digits}"),
                    None => format!("{prefix}{text}"),
                };
                assert_eq!(to_text(&x, base, true).unwrap(), prefixed);
                assert_eq!(value(&from_text(&text, base).unwrap()), a);
                assert_eq!(
                    value(&from_text(&format!(" {prefixed}\n"), if base == 10 { 10 } else { 0 }).unwrap()),
                    a
                );
            }
            for base in [3, 7, 11, 36] {
                assert_eq!(value(&from_text(&a.to_str_radix(base), base).unwrap()), a);
            }
        }
        // Beyond the point where the halves are converted apart.
        let digits = "1234567890".repeat(420);
        let long = from_text(&digits, 10).unwrap();
        assert_eq!(to_text(&long, 10, false).unwrap(), digits);
    });
}

#[test]
fn bytes_both_ways() {
    with_gil(|| {
        for a in samples() {
            let x = object(&a);
            let signed = a.to_signed_bytes_le();
            let mut out = vec![0; signed.len() + 3];
            to_bytes(&x, &mut out, true, true).unwrap();
            assert_eq!(value(&from_bytes(&out, true, true).unwrap()), a);
            out.reverse();
            assert_eq!(value(&from_bytes(&out, false, true).unwrap()), a);
            let mut exact = vec![0; signed.len()];
            to_bytes(&x, &mut exact, true, true).unwrap();
            assert_eq!(exact, signed, "{a}");
            if a.sign() != Sign::Minus {
                let unsigned = a.to_bytes_le().1;
                let mut out = vec![0; unsigned.len()];
                to_bytes(&x, &mut out, true, false).unwrap();
                assert_eq!(out, unsigned);
                assert_eq!(value(&from_bytes(&out, true, false).unwrap()), a);
            }
        }
    });
}

#[test]
fn floats() {
    // (value in hexadecimal, nearest double)
    const CASES: &[(&str, f64)] = &[
        ("20000000000000", 9007199254740992.0),
        ("20000000000001", 9007199254740992.0),
        ("20000000000003", 9007199254740996.0),
        ("fffffffffffff800", 18446744073709549568.0),
        ("fffffffffffffbff", 18446744073709549568.0),
        ("fffffffffffffc00", 18446744073709551616.0),
        ("1ffffffffffffff7ffffffffffffffffff", 1.0889035741470031e40),
        ("80000000000004000000000000000000", 170141183460469231731687303715884105728.0),
        ("80000000000004000000000000000001", 170141183460469269510619166673045815296.0),
        ("8000000000000c000000000000000000", 170141183460469307289551029630207524864.0),
    ];
    with_gil(|| {
        for &(text, expected) in CASES {
            let x = from_text(text, 16).unwrap();
            assert_eq!(to_f64(&x), Some(expected), "{text}");
            assert_eq!(to_f64(&negative(&x).unwrap()), Some(-expected));
        }
        for value in [0.0, 1.5, -1.5, 4.6e18, -9.3e18, 1e22, 1.7976931348623157e308] {
            assert_eq!(to_f64(&from_f64(value).unwrap()), Some(value.trunc()));
        }
        let top = lshift_by(small(1), 1024).unwrap();
        assert_eq!(to_f64(&top), None);
    });
}

#[test]
fn quotients_are_correctly_rounded() {
    // (a, b, a / b) as the reference computes them.
    const CASES: &[(&str, &str, f64)] = &[
        ("1", "3", 0.3333333333333333),
        ("100000000000000000000000000000000000000000000", "3", 3.333333333333333e43),
        ("3", "100000000000000000000000000000000000000000000", 3e-44),
        ("123456789123456789123456789", "987654321987654321", 124999998.8609375),
        ("9007199254740993", "9007199254740992", 1.0),
        ("27021597764222979", "9007199254740992", 3.0000000000000004),
    ];
    with_gil(|| {
        for &(a, b, expected) in CASES {
            let quotient = true_divide(&from_text(a, 10).unwrap(), &from_text(b, 10).unwrap()).unwrap();
            assert_eq!(crate::types::float::as_f64(&quotient).unwrap(), expected, "{a} / {b}");
        }
        let smallest = true_divide(small(1), &lshift_by(small(1), 1074).unwrap()).unwrap();
        assert_eq!(crate::types::float::as_f64(&smallest).unwrap(), f64::from_bits(1));
        let half = true_divide(small(1), &lshift_by(small(1), 1075).unwrap()).unwrap();
        assert_eq!(crate::types::float::as_f64(&half).unwrap(), 0.0);
        let more =
            true_divide(&lshift_by(small(3), 30).unwrap(), &lshift_by(small(1), 1106).unwrap()).unwrap();
        assert_eq!(crate::types::float::as_f64(&more).unwrap(), f64::from_bits(1));
    });
}

#[test]
fn powers_and_divisors() {
    with_gil(|| {
        let int = |text: &str| from_text(text, 10).unwrap();
        for (base, exponent) in [(3i64, 5u32), (-2, 7), (10, 40), (-7, 200), (1 << 40, 9), (0, 0), (-1, 3)] {
            let result = power(&from_i64(base).unwrap(), &from_i64(exponent as i64).unwrap(), None).unwrap();
            assert_eq!(value(&result), BigInt::from(base).pow(exponent), "{base} ** {exponent}");
        }
        // (base, exponent, modulus, result)
        for (a, b, m, expected) in [
            ("3", "100", "7", "4"),
            ("3", "100", "-7", "-3"),
            ("-3", "101", "1000000007", "341874888"),
            ("2", "-1", "5", "3"),
            ("2", "10", "1", "0"),
            ("123456789", "987654321", "1000000000000000000000000000057", "223683122136650424720870579066"),
        ] {
            let result = power(&int(a), &int(b), Some(&int(m))).unwrap();
            assert_eq!(to_text(&result, 10, false).unwrap(), expected, "pow({a}, {b}, {m})");
        }
        let numbers: Vec<BigInt> = samples().into_iter().step_by(3).collect();
        for a in &numbers {
            for b in &numbers {
                let (mut x, mut y) = (a.magnitude().clone(), b.magnitude().clone());
                while y.bits() != 0 {
                    (x, y) = (y.clone(), x % y);
                }
                assert_eq!(value(&gcd(&object(a), &object(b)).unwrap()), BigInt::from(x), "gcd({a}, {b})");
            }
        }
    });
}

#[test]
fn hashes() {
    // (value, hash) of the reference.
    const CASES: &[(&str, isize)] = &[
        ("-1", -2),
        ("2305843009213693951", 0),
        ("2305843009213693950", 2305843009213693950),
        ("-2305843009213693952", -2),
        ("1152921504606846976", 1152921504606846976),
        ("100000000000000000000000000000", 968863072241352051),
    ];
    with_gil(|| {
        for &(text, expected) in CASES {
            assert_eq!(hash(&from_text(text, 10).unwrap()), expected, "{text}");
        }
    });
}

#[test]
fn small_ints_are_shared() {
    with_gil(|| {
        for value in -5..=256 {
            let made = from_i64(value).unwrap();
            assert!(made.is(small(value)));
            let computed =
                subtract(&from_i64(value + 1_000_000).unwrap(), &from_i64(1_000_000).unwrap()).unwrap();
            assert!(computed.is(small(value)));
        }
        assert!(!from_i64(257).unwrap().is(&*from_i64(257).unwrap()));
    });
}
