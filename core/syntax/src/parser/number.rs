//! The values of numbers.

use super::{Abort, Parsed, Parser};
use crate::ast::{BigInt, Constant, Expr};
use crate::error::ErrorKind;
use crate::token::{Token, TokenKind};

impl<'a> Parser<'a, '_> {
    /// The next token as a number.
    pub(super) fn number(&mut self) -> Parsed<&'a Expr<'a>> {
        let Some(token) = self.expect(TokenKind::Number)? else { return Ok(None) };
        if let Some(node) = self.tokens[token].node {
            return Ok(Some(node));
        }
        let text = self.text_of(token)?;
        let Token { span, .. } = self.tokens[token];
        let value = self.number_value(text, span.lineno)?;
        let node = self.constant(span, value);
        self.tokens[token].node = Some(node);
        Ok(Some(node))
    }

    fn number_value(&mut self, text: &str, lineno: i32) -> Result<Constant<'a>, Abort> {
        let plain;
        let mut text = text;
        if text.contains('_') {
            self.since(6, "Underscores in numeric literals are", ())?;
            plain = text.replace('_', "");
            text = &plain;
        }
        let (radix, digits) = match text.as_bytes() {
            [b'0', b'x' | b'X', digits @ ..] => (16, digits),
            [b'0', b'o' | b'O', digits @ ..] => (8, digits),
            [b'0', b'b' | b'B', digits @ ..] => (2, digits),
            digits if digits.iter().all(u8::is_ascii_digit) => (10, digits),
            _ => return Ok(float(text)),
        };
        if radix == 10 && self.max_int_digits != 0 && digits.len() > self.max_int_digits {
            let message = format!(
                "Exceeds the limit ({}) for integer string conversion: value has {} digits - Consider hexadecimal for \
                 huge integer literals to avoid decimal conversion limits.",
                self.max_int_digits,
                digits.len()
            );
            return Err(self.raise_located(ErrorKind::SyntaxError, lineno, 1, &message));
        }
        Ok(self.integer(digits, radix))
    }

    fn integer(&self, digits: &[u8], radix: u32) -> Constant<'a> {
        let values = digits.iter().filter_map(|&b| char::from(b).to_digit(radix));
        let small = values
            .clone()
            .try_fold(0i64, |n, digit| n.checked_mul(i64::from(radix))?.checked_add(i64::from(digit)));
        if let Some(n) = small {
            return Constant::Int(n);
        }
        let values: Vec<u32> = values.collect();
        let digits = if radix == 10 { from_decimal(&values) } else { from_bits(&values, radix.ilog2()) };
        Constant::BigInt(BigInt { negative: false, digits: self.arena.alloc_slice(&digits) })
    }
}

fn float(text: &str) -> Constant<'static> {
    let value = |text: &str| text.parse().unwrap_or(f64::NAN);
    match text.strip_suffix(['j', 'J']) {
        Some(imaginary) => Constant::Complex(0.0, value(imaginary)),
        None => Constant::Float(value(text)),
    }
}

/// Base 2**30 digits, least significant first, of a number given in digits of `width` bits.
fn from_bits(values: &[u32], width: u32) -> Vec<u32> {
    let mut out = Vec::with_capacity(values.len() * width as usize / 30 + 1);
    let (mut pending, mut bits) = (0u64, 0);
    for &value in values.iter().rev() {
        pending |= u64::from(value) << bits;
        bits += width;
        if bits >= 30 {
            out.push((pending & 0x3FFF_FFFF) as u32);
            pending >>= 30;
            bits -= 30;
        }
    }
    out.push(pending as u32);
    trim(out)
}

/// The same for decimal digits; nine at a time are worked in, which is quadratic in the length.
fn from_decimal(values: &[u32]) -> Vec<u32> {
    let mut out: Vec<u32> = Vec::with_capacity(values.len() / 9 + 1);
    let first = values.len() % 9;
    let (head, tail) = values.split_at(first);
    for group in std::iter::once(head).chain(tail.chunks(9)) {
        let mut carry = group.iter().fold(0u64, |n, &digit| n * 10 + u64::from(digit));
        let scale = 10u64.pow(group.len() as u32);
        for digit in &mut out {
            carry += u64::from(*digit) * scale;
            *digit = (carry & 0x3FFF_FFFF) as u32;
            carry >>= 30;
        }
        while carry > 0 {
            out.push((carry & 0x3FFF_FFFF) as u32);
            carry >>= 30;
        }
    }
    trim(out)
}

fn trim(mut digits: Vec<u32>) -> Vec<u32> {
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_integers() {
        for (text, radix_bits, decimal) in [
            ("18446744073709551616", 0, "18446744073709551616"),
            ("123456789012345678901234567890", 0, "123456789012345678901234567890"),
            ("1000000000000000000000000000000000000000", 0, "1000000000000000000000000000000000000000"),
            ("fffffffffffffffffffff", 4, "19342813113834066795298815"),
            ("0000000000000000000000000000000000001000", 4, "4096"),
            ("7777777777777777777777777777", 3, "19342813113834066795298815"),
        ] {
            let values: Vec<u32> = text.chars().filter_map(|c| c.to_digit(16)).collect();
            let digits = if radix_bits == 0 { from_decimal(&values) } else { from_bits(&values, radix_bits) };
            assert_eq!(BigInt { negative: false, digits: &digits }.to_decimal(), decimal, "{text}");
        }
    }
}
