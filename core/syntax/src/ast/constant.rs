//! Neutral constant values.

use crate::wtf8::{Wtf8, ascii_repr};
use std::fmt::Write;

/// The value of a `Constant` node. Equality is structural: `Int(1)`, `Float(1.0)` and `True` differ, and floats
/// compare by their bits, which is what a table of code constants wants.
#[derive(Clone, Copy, Debug)]
pub enum Constant<'a> {
    None,
    True,
    False,
    Ellipsis,
    Int(i64),
    /// An integer that does not fit `Int`.
    BigInt(BigInt<'a>),
    Float(f64),
    /// Real and imaginary part.
    Complex(f64, f64),
    Str(&'a Wtf8),
    Bytes(&'a [u8]),
    /// Only after constant folding or from a tree that Python code built.
    Tuple(&'a [Constant<'a>]),
    FrozenSet(&'a [Constant<'a>]),
}

/// Sign and magnitude; `digits` are base 2**30, least significant first, without leading zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BigInt<'a> {
    pub negative: bool,
    pub digits: &'a [u32],
}

impl PartialEq for Constant<'_> {
    fn eq(&self, other: &Self) -> bool {
        use Constant::*;
        match (self, other) {
            (None, None) | (True, True) | (False, False) | (Ellipsis, Ellipsis) => true,
            (Int(a), Int(b)) => a == b,
            (BigInt(a), BigInt(b)) => a == b,
            (Float(a), Float(b)) => a.to_bits() == b.to_bits(),
            (Complex(a, b), Complex(c, d)) => a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits(),
            (Str(a), Str(b)) => a == b,
            (Bytes(a), Bytes(b)) => a == b,
            (Tuple(a), Tuple(b)) | (FrozenSet(a), FrozenSet(b)) => a == b,
            _ => false,
        }
    }
}

impl Eq for Constant<'_> {}

impl Constant<'_> {
    /// Appends the value as Python's `ascii()` writes it.
    pub fn write_repr(&self, out: &mut String) {
        match self {
            Constant::None => out.push_str("None"),
            Constant::True => out.push_str("True"),
            Constant::False => out.push_str("False"),
            Constant::Ellipsis => out.push_str("Ellipsis"),
            Constant::Int(n) => write!(out, "{n}").expect("writing to a string"),
            Constant::BigInt(n) => out.push_str(&n.to_decimal()),
            Constant::Float(x) => out.push_str(&float_repr(*x, true)),
            Constant::Complex(re, im) => write_complex(out, *re, *im),
            Constant::Str(text) => out.push_str(&ascii_repr(text)),
            Constant::Bytes(bytes) => write_bytes(out, bytes),
            Constant::Tuple(items) => {
                out.push('(');
                write_items(out, items);
                out.push_str(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet([]) => out.push_str("frozenset()"),
            Constant::FrozenSet(items) => {
                out.push_str("frozenset({");
                write_items(out, items);
                out.push_str("})");
            }
        }
    }
}

fn write_items(out: &mut String, items: &[Constant<'_>]) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        item.write_repr(out);
    }
}

fn write_complex(out: &mut String, re: f64, im: f64) {
    let imaginary = float_repr(im, false);
    if re == 0.0 && re.is_sign_positive() {
        out.push_str(&imaginary);
        out.push('j');
        return;
    }
    out.push('(');
    out.push_str(&float_repr(re, false));
    if !imaginary.starts_with('-') {
        out.push('+');
    }
    out.push_str(&imaginary);
    out.push_str("j)");
}

fn write_bytes(out: &mut String, bytes: &[u8]) {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    out.push('b');
    out.push(quote as char);
    for &b in bytes {
        match b {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if b == quote => {
                out.push('\\');
                out.push(b as char);
            }
            0x20..=0x7E => out.push(b as char),
            _ => write!(out, "\\x{b:02x}").expect("writing to a string"),
        }
    }
    out.push(quote as char);
}

/// Shortest decimal text that reads back as `x`, laid out as Python's `repr` does; `point` adds `.0` to integers.
pub fn float_repr(x: f64, point: bool) -> String {
    if x.is_nan() {
        return "nan".into();
    }
    if x.is_infinite() {
        return if x > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let shortest = format!("{x:e}");
    // Where two shortest texts are equally close, Python takes the even one, as rounding to that precision does.
    let digits = shortest.bytes().take_while(|&b| b != b'e').filter(u8::is_ascii_digit).count();
    let rounded = format!("{x:.*e}", digits - 1);
    let scientific = if rounded.parse() == Ok(x) { rounded } else { shortest };
    let (mantissa, exponent) = scientific.split_once('e').expect("LowerExp writes an exponent");
    let exponent: i32 = exponent.parse().expect("LowerExp writes a decimal exponent");
    if (-4..16).contains(&exponent) {
        let places = (digits as i32 - 1 - exponent).max(0) as usize;
        let point = if point && places == 0 { ".0" } else { "" };
        return format!("{x:.places$}{point}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

impl BigInt<'_> {
    /// Decimal text. Quadratic; meant for dumps.
    pub fn to_decimal(&self) -> String {
        let mut digits = self.digits.to_vec();
        let mut groups = Vec::new();
        while !digits.is_empty() {
            let mut rest = 0u64;
            for digit in digits.iter_mut().rev() {
                let value = rest << 30 | u64::from(*digit);
                *digit = (value / 1_000_000_000) as u32;
                rest = value % 1_000_000_000;
            }
            groups.push(rest);
            while digits.last() == Some(&0) {
                digits.pop();
            }
        }
        let mut out = String::from(if self.negative { "-" } else { "" });
        let mut groups = groups.iter().rev();
        out.push_str(&groups.next().copied().unwrap_or(0).to_string());
        groups.for_each(|group| write!(out, "{group:09}").expect("writing to a string"));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repr() {
        let cases: &[(Constant<'_>, &str)] = &[
            (Constant::Float(1.0), "1.0"),
            (Constant::Float(1e16), "1e+16"),
            (Constant::Float(1243088447720738.25), "1243088447720738.2"),
            (Constant::Float(-123.0), "-123.0"),
            (Constant::Float(9007199254740993.0), "9007199254740992.0"),
            (Constant::Float(5e-324), "5e-324"),
            (Constant::Float(123456789012345680.0), "1.2345678901234568e+17"),
            (Constant::Float(0.0001), "0.0001"),
            (Constant::Float(0.00001), "1e-05"),
            (Constant::Float(f64::INFINITY), "inf"),
            (Constant::Complex(0.0, 2.0), "2j"),
            (Constant::Complex(-0.0, 1.5), "(-0+1.5j)"),
            (Constant::Bytes(b"a'\0\xff"), "b\"a'\\x00\\xff\""),
            (Constant::BigInt(BigInt { negative: true, digits: &[0, 0, 16] }), "-18446744073709551616"),
            (Constant::Tuple(&[Constant::Int(1)]), "(1,)"),
            (Constant::FrozenSet(&[Constant::Int(1), Constant::None]), "frozenset({1, None})"),
        ];
        for (value, expected) in cases {
            let mut out = String::new();
            value.write_repr(&mut out);
            assert_eq!(&out, expected);
        }
    }
}
