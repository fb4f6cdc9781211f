//! Character classes of ASCII for C code (`pyctype.h`): tables that macros in other people's binaries index.

const LOWER: u32 = 1;
const UPPER: u32 = 2;
const DIGIT: u32 = 4;
const XDIGIT: u32 = 16;
const SPACE: u32 = 8;

const fn classes(c: u8) -> u32 {
    let mut classes = 0;
    if c.is_ascii_lowercase() {
        classes |= LOWER;
    }
    if c.is_ascii_uppercase() {
        classes |= UPPER;
    }
    if c.is_ascii_digit() {
        classes |= DIGIT;
    }
    if c.is_ascii_hexdigit() {
        classes |= XDIGIT;
    }
    if matches!(c, 9..=13 | 32) {
        classes |= SPACE;
    }
    classes
}

macro_rules! table {
    ($c:ident in $length:literal => $value:expr) => {{
        let mut table = [0; $length];
        let mut i = 0;
        while i < $length {
            let $c = i as u8;
            table[i] = $value;
            i += 1;
        }
        table
    }};
}

/// What kinds of character a byte is.
#[unsafe(no_mangle)]
pub static _Py_ctype_table: [u32; 256] = table!(c in 256 => classes(c));

/// Lower case of ASCII letters.
#[unsafe(no_mangle)]
pub static _Py_ctype_tolower: [u8; 256] = table!(c in 256 => c.to_ascii_lowercase());

/// Upper case of ASCII letters.
#[unsafe(no_mangle)]
pub static _Py_ctype_toupper: [u8; 256] = table!(c in 256 => c.to_ascii_uppercase());

/// 1 for white space as `str` sees it, which has the separators 28 to 31 in addition.
#[unsafe(no_mangle)]
pub static _Py_ascii_whitespace: [u8; 128] = table!(c in 128 => matches!(c, 9..=13 | 28..=32) as u8);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_of_characters() {
        for (c, expected) in [
            (b'a', LOWER | XDIGIT),
            (b'Z', UPPER),
            (b'7', DIGIT | XDIGIT),
            (b'\x0b', SPACE),
            (b'_', 0),
            (0x1c, 0),
        ] {
            assert_eq!(_Py_ctype_table[c as usize], expected, "{c}");
        }
        assert_eq!(_Py_ctype_toupper[b'q' as usize], b'Q');
        assert_eq!(_Py_ctype_tolower[0xc4], 0xc4);
        assert_eq!(_Py_ascii_whitespace.iter().filter(|&&space| space == 1).count(), 10);
    }
}
