//! Numbers: which characters belong to one. Their values are computed by the parser.

use super::{DIGIT, Failure, Lexeme, Lines, Tokenizer, is};
use crate::token::TokenKind;

impl<'a> Tokenizer<'a> {
    /// A number whose first byte, a digit or a period before a digit, has been consumed.
    pub(super) fn number(
        &mut self,
        lines: &mut Lines<'a, '_>,
        start: usize,
        first: u8,
    ) -> Result<Lexeme, Failure> {
        let behind = match first {
            b'0' => self.after_zero(lines)?,
            b'.' => self.fraction(lines)?,
            _ => {
                let next = self.decimal_tail(lines)?;
                self.after_digits(lines, next)?
            }
        };
        self.back(behind);
        Ok(Lexeme { kind: TokenKind::Number, text: Some((start, self.cur)) })
    }

    fn after_zero(&mut self, lines: &mut Lines<'a, '_>) -> Result<Option<u8>, Failure> {
        let mut byte = self.next(lines);
        match byte {
            Some(b'x' | b'X') => return self.radix(lines, 16, "hexadecimal"),
            Some(b'o' | b'O') => return self.radix(lines, 8, "octal"),
            Some(b'b' | b'B') => return self.radix(lines, 2, "binary"),
            _ => {}
        }
        loop {
            if byte == Some(b'_') {
                byte = self.next(lines);
                if !is(byte, DIGIT) {
                    self.back(byte);
                    return Err(self.error("invalid decimal literal"));
                }
            }
            if byte != Some(b'0') {
                break;
            }
            byte = self.next(lines);
        }
        let nonzero = is(byte, DIGIT);
        if nonzero {
            byte = self.decimal_tail(lines)?;
        }
        if nonzero && !matches!(byte, Some(b'.' | b'e' | b'E' | b'j' | b'J')) {
            self.back(byte);
            return Err(self.error(
                "leading zeros in decimal integer literals are not permitted; \
                 use an 0o prefix for octal integers",
            ));
        }
        self.after_digits(lines, byte)
    }

    /// Digits of a radix behind its prefix; answers the byte behind them.
    fn radix(&mut self, lines: &mut Lines<'a, '_>, radix: u32, name: &str) -> Result<Option<u8>, Failure> {
        let belongs = |byte: Option<u8>| byte.is_some_and(|b| char::from(b).is_digit(radix));
        let mut byte = self.next(lines);
        loop {
            if byte == Some(b'_') {
                byte = self.next(lines);
            }
            if !belongs(byte) {
                self.back(byte);
                return Err(match byte.filter(u8::is_ascii_digit) {
                    Some(digit) => {
                        self.error(&format!("invalid digit '{}' in {name} literal", digit as char))
                    }
                    None => self.error(&format!("invalid {name} literal")),
                });
            }
            while belongs(byte) {
                byte = self.next(lines);
            }
            if byte != Some(b'_') {
                break;
            }
        }
        match byte.filter(u8::is_ascii_digit) {
            Some(digit) => Err(self.error(&format!("invalid digit '{}' in {name} literal", digit as char))),
            None => Ok(byte),
        }
    }

    /// Further decimal digits; answers the byte behind them.
    fn decimal_tail(&mut self, lines: &mut Lines<'a, '_>) -> Result<Option<u8>, Failure> {
        loop {
            let mut byte = self.next(lines);
            while is(byte, DIGIT) {
                byte = self.next(lines);
            }
            if byte != Some(b'_') {
                return Ok(byte);
            }
            byte = self.next(lines);
            if !is(byte, DIGIT) {
                self.back(byte);
                return Err(self.error("invalid decimal literal"));
            }
        }
    }

    fn fraction(&mut self, lines: &mut Lines<'a, '_>) -> Result<Option<u8>, Failure> {
        let mut byte = self.next(lines);
        if is(byte, DIGIT) {
            byte = self.decimal_tail(lines)?;
        }
        self.exponent_or_imaginary(lines, byte)
    }

    /// What may follow the integer part: `byte` is the first byte behind it.
    fn after_digits(&mut self, lines: &mut Lines<'a, '_>, byte: Option<u8>) -> Result<Option<u8>, Failure> {
        if byte == Some(b'.') { self.fraction(lines) } else { self.exponent_or_imaginary(lines, byte) }
    }

    fn exponent_or_imaginary(
        &mut self,
        lines: &mut Lines<'a, '_>,
        mut byte: Option<u8>,
    ) -> Result<Option<u8>, Failure> {
        if matches!(byte, Some(b'e' | b'E')) {
            let next = self.next(lines);
            if matches!(next, Some(b'+' | b'-')) {
                let digit = self.next(lines);
                if !is(digit, DIGIT) {
                    self.back(digit);
                    return Err(self.error("invalid decimal literal"));
                }
            } else if !is(next, DIGIT) {
                // Not an exponent: the number ends before the letter.
                self.back(next);
                return Ok(byte);
            }
            byte = self.decimal_tail(lines)?;
        }
        if matches!(byte, Some(b'j' | b'J')) {
            byte = self.next(lines);
        }
        Ok(byte)
    }
}
