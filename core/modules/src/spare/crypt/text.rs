//! Numbers in the sixty-four characters of password hashes.

use std::fmt::Write;

const DIGITS: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The value of a character.
pub fn digit(character: u8) -> Option<u32> {
    DIGITS.iter().position(|digit| *digit == character).map(|value| value as u32)
}

/// The number that digits give, the lowest first.
pub fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().rev().try_fold(0, |value, character| Some(value << 6 | digit(*character)?))
}

/// Appends the lowest bits of a number in so many digits, the lowest first.
pub fn push_number(out: &mut String, value: u32, digits: u32) {
    out.extend((0..digits).map(|place| DIGITS[(value >> (6 * place) & 63) as usize] as char));
}

/// Appends three bytes as a number of four digits, the first byte in the highest bits.
pub fn push_three(out: &mut String, [a, b, c]: [u8; 3]) {
    push_number(out, u32::from_be_bytes([0, a, b, c]), 4);
}

/// Appends the 64 bits of a block in eleven digits, the highest first.
pub fn push_block(out: &mut String, block: u64) {
    out.extend((0..11).map(|place| {
        let shifted = if place == 10 { block << 2 } else { block >> (58 - 6 * place) };
        DIGITS[(shifted & 63) as usize] as char
    }));
}

/// Appends bytes as numbers of three bytes, the lowest first; the last number may have fewer digits.
pub fn push_bytes(out: &mut String, bytes: &[u8]) {
    for group in bytes.chunks(3) {
        let value = group.iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
        push_number(out, value, (8 * group.len() as u32).div_ceil(6));
    }
}

/// The bytes for such numbers; none where digits are missing or bits are left over.
pub fn bytes(digits: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(digits.len() * 3 / 4);
    for group in digits.chunks(4) {
        let (value, length) = (number(group)?, group.len() * 6 / 8);
        if group.len() == 1 || value >> (8 * length) != 0 {
            return None;
        }
        out.extend_from_slice(&value.to_le_bytes()[..length]);
    }
    Some(out)
}

/// Appends bytes in hexadecimal.
pub fn push_hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

/// What stands before the next `$`, or everything, but at most so many characters.
pub fn field(setting: &str, most: usize) -> &str {
    let end = setting.find('$').unwrap_or(setting.len());
    &setting[..end.min(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_back() {
        for bytes_in in [&b""[..], b"a", b"ab", b"abc", b"abcd"] {
            let mut text = String::new();
            push_bytes(&mut text, bytes_in);
            assert_eq!(bytes(text.as_bytes()).as_deref(), Some(bytes_in));
        }
        assert_eq!((bytes(b"a"), bytes(b"zz"), bytes(b"a!")), (None, None, None));
    }

    #[test]
    fn fields_end_at_dollars() {
        assert_eq!((field("abc$d", 8), field("abcdef", 3), field("$", 3)), ("abc", "abc", ""));
    }
}
