//! Unicode 13.0.0 as the `str` type sees it: character properties and case mappings.
//!
//! Characters are plain `u32` code points, since a `str` may hold lone surrogates. One lookup reads
//! two table levels and a record; every function accepts any `u32` and treats what lies above
//! U+10FFFF as unassigned. [`case`] has the mappings of whole texts.

pub mod case;
#[rustfmt::skip]
mod tables;

use tables::{
    ALPHA, CASE_IGNORABLE, CASED, DECIMAL, DIGIT, LINEBREAK, LOWER, NUMERIC, PRINTABLE, Record, SPACE,
    SPECIAL, SPECIAL_CASE, TITLE, UPPER, XID_CONTINUE, XID_START,
};

pub const MAX: u32 = 0x10ffff;

#[inline]
fn record(c: u32) -> &'static Record {
    let c = if c > MAX { MAX } else { c } as usize;
    let block = tables::RECORD_INDEX1[c >> tables::RECORD_SHIFT] as usize;
    let low = c & ((1 << tables::RECORD_SHIFT) - 1);
    let index = tables::RECORD_INDEX2[(block << tables::RECORD_SHIFT) | low] as usize;
    &tables::RECORDS[index]
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident = $flags:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(c: u32) -> bool {
            record(c).flags & ($flags) != 0
        }
    )*};
}

predicates! {
    /// General category L*.
    is_alpha = ALPHA;
    is_decimal = DECIMAL;
    is_digit = DIGIT;
    is_numeric = NUMERIC;
    is_alnum = ALPHA | DECIMAL | DIGIT | NUMERIC;
    is_lower = LOWER;
    is_upper = UPPER;
    is_title = TITLE;
    is_space = SPACE;
    /// What `repr` shows as itself.
    is_printable = PRINTABLE;
    is_linebreak = LINEBREAK;
    /// Can begin an identifier; `_` is not among them.
    is_xid_start = XID_START;
    is_xid_continue = XID_CONTINUE;
    is_cased = CASED;
    is_case_ignorable = CASE_IGNORABLE;
}

/// The value of a character that can stand in a decimal number.
#[inline]
pub fn decimal_value(c: u32) -> Option<u8> {
    if c < 128 {
        return (c as u8).is_ascii_digit().then(|| c as u8 - b'0');
    }
    match record(c).decimal {
        255 => None,
        v => Some(v),
    }
}

/// The value of a digit, including superscripts and the like.
#[inline]
pub fn digit_value(c: u32) -> Option<u8> {
    match record(c).digit {
        255 => None,
        v => Some(v),
    }
}

/// The numeric value, fractions and large ideographic numbers included.
pub fn numeric_value(c: u32) -> Option<f64> {
    let i = tables::NUMERIC_RUNS.partition_point(|run| run.1 < c);
    let &(first, _, offset) = tables::NUMERIC_RUNS.get(i)?;
    let step = c.checked_sub(first)?;
    let index = tables::NUMERIC_OF_RUN[offset as usize + step as usize];
    Some(tables::NUMERIC_VALUES[index as usize])
}

macro_rules! simple_mappings {
    ($($(#[$doc:meta])* $name:ident = $field:ident;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(c: u32) -> u32 {
            if c > MAX { c } else { c.wrapping_add_signed(record(c).$field) }
        }
    )*};
}

simple_mappings! {
    /// One-character lower case; where the full mapping is longer, its first character.
    to_lower = lower;
    /// One-character upper case; where the full mapping is longer, its first character.
    to_upper = upper;
    /// One-character title case; where the full mapping is longer, its first character.
    to_title = title;
}

/// Up to three characters: what one character becomes under a full case mapping.
pub type Mapped = [u32; 3];

fn special(c: u32, which: usize, out: &mut Mapped) -> usize {
    match SPECIAL.binary_search_by_key(&c, |entry| entry.0) {
        Ok(i) => {
            let chars = SPECIAL[i].1[which];
            out[..chars.len()].copy_from_slice(chars);
            chars.len()
        }
        Err(_) => {
            out[0] = c;
            1
        }
    }
}

macro_rules! full_mappings {
    ($($(#[$doc:meta])* $name:ident = $field:ident, $index:literal;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(c: u32, out: &mut Mapped) -> usize {
            if c > MAX {
                out[0] = c;
                return 1;
            }
            let r = record(c);
            if r.flags & SPECIAL_CASE != 0 {
                return special(c, $index, out);
            }
            out[0] = c.wrapping_add_signed(r.$field);
            1
        }
    )*};
}

full_mappings! {
    /// Full lower case (without the final-sigma rule, which needs context): number of characters written.
    to_lower_full = lower, 0;
    /// Full upper case: number of characters written.
    to_upper_full = upper, 1;
    /// Full title case: number of characters written.
    to_title_full = title, 2;
    /// Case folding: number of characters written.
    to_folded_full = fold, 3;
}

/// Whether the text is an identifier: `_` or XID_Start, then XID_Continue. Not so when empty.
pub fn is_identifier<U: crate::text::Unit>(text: &[U]) -> bool {
    let mut chars = text.iter().map(|&u| u.code());
    match chars.next() {
        Some(c) if c == u32::from(b'_') || is_xid_start(c) => chars.all(is_xid_continue),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(f: impl Fn(u32) -> u64) -> u64 {
        (0..=MAX).fold(0xcbf2_9ce4_8422_2325, |h, c| (h ^ f(c)).wrapping_mul(0x0000_0100_0000_01b3))
    }

    /// FNV-1a over all code points, computed by the reference (`tools/unicode_hashes.py`).
    #[test]
    fn all_code_points_agree_with_the_reference() {
        let expected = include_str!("hashes.tsv");
        type F = fn(u32) -> u64;
        fn packed(f: fn(u32, &mut Mapped) -> usize, c: u32) -> u64 {
            let mut out = [0; 3];
            let n = f(c, &mut out);
            out[..n].iter().fold(0, |v, &x| (v << 21) | u64::from(x))
        }
        let functions: &[(&str, F)] = &[
            ("IsAlpha", |c| is_alpha(c) as u64),
            ("IsDecimalDigit", |c| is_decimal(c) as u64),
            ("IsDigit", |c| is_digit(c) as u64),
            ("IsNumeric", |c| is_numeric(c) as u64),
            ("IsLowercase", |c| is_lower(c) as u64),
            ("IsUppercase", |c| is_upper(c) as u64),
            ("IsTitlecase", |c| is_title(c) as u64),
            ("IsWhitespace", |c| is_space(c) as u64),
            ("IsPrintable", |c| is_printable(c) as u64),
            ("IsLinebreak", |c| is_linebreak(c) as u64),
            ("IsXidStart", |c| is_xid_start(c) as u64),
            ("IsXidContinue", |c| is_xid_continue(c) as u64),
            ("IsCased", |c| is_cased(c) as u64),
            ("IsCaseIgnorable", |c| is_case_ignorable(c) as u64),
            ("ToLowercase", |c| to_lower(c) as u64),
            ("ToUppercase", |c| to_upper(c) as u64),
            ("ToTitlecase", |c| to_title(c) as u64),
            ("ToDecimalDigit", |c| decimal_value(c).map_or(255, u64::from)),
            ("ToDigit", |c| digit_value(c).map_or(255, u64::from)),
            ("ToNumeric", |c| numeric_value(c).unwrap_or(-1.0).to_bits()),
            ("ToLowerFull", |c| packed(to_lower_full, c)),
            ("ToUpperFull", |c| packed(to_upper_full, c)),
            ("ToTitleFull", |c| packed(to_title_full, c)),
            ("ToFoldedFull", |c| packed(to_folded_full, c)),
        ];
        assert_eq!(expected.lines().count(), functions.len());
        for line in expected.lines() {
            let (name, value) = line.split_once('\t').unwrap();
            let f = functions.iter().find(|f| f.0 == name).unwrap().1;
            assert_eq!(format!("{:016x}", hash(f)), value, "{name}");
        }
    }

    #[test]
    fn outside_the_code_space() {
        for c in [MAX + 1, u32::MAX] {
            assert!(!is_alnum(c) && !is_printable(c) && !is_xid_continue(c));
            assert_eq!((to_upper(c), numeric_value(c), decimal_value(c)), (c, None, None));
        }
    }

    #[test]
    fn identifiers() {
        let of = |s: &str| is_identifier(&s.chars().map(u32::from).collect::<Vec<_>>());
        for good in ["_", "a1", "été", "_\u{387}", "名前"] {
            assert!(of(good), "{good}");
        }
        for bad in ["", "1", "a b", "\u{387}", "a-"] {
            assert!(!of(bad), "{bad}");
        }
    }
}
