//! Algorithms on text and numbers that several types and modules share. No Python objects here: the
//! callers bring slices and sinks.

pub mod buffer;
pub mod byte;
pub mod c_format;
pub mod codec;
pub mod ctype;
pub mod float;
pub mod format_spec;
pub mod half;
pub mod hash;
pub mod repr;
pub mod search;

/// A storage unit of a text: the three widths that `str` uses.
pub trait Unit: Copy + Eq + Ord + std::fmt::Debug + 'static {
    /// The highest character that the unit holds (0x10ffff for the widest).
    const MAX: u32;
    fn code(self) -> u32;
    /// The low bits of `c`; only for characters that fit.
    fn of(c: u32) -> Self;
}

macro_rules! units {
    ($($type:ty, $max:literal;)*) => {$(
        impl Unit for $type {
            const MAX: u32 = $max;
            #[inline(always)]
            fn code(self) -> u32 {
                self as u32
            }
            #[inline(always)]
            fn of(c: u32) -> $type {
                c as $type
            }
        }
    )*};
}

units! { u8, 0xff; u16, 0xffff; u32, 0x10ffff; }

#[cfg(test)]
mod tests {
    use super::codec::{escape, handlers::Named};

    /// The text that the reference's `unicode_escape` codec wrote into a test table.
    pub fn unescape(s: &str) -> Vec<u32> {
        let mut out: Vec<u32> = Vec::new();
        let names = |_: &[u8]| unreachable!("never written");
        escape::decode(s.as_bytes(), names, &mut Named::Strict, &mut out).unwrap();
        out
    }

    pub fn unhex(s: &str) -> Vec<u8> {
        (0..s.len() / 2).map(|i| u8::from_str_radix(&s[2 * i..2 * i + 2], 16).unwrap()).collect()
    }
}
