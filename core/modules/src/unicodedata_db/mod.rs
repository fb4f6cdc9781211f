//! The Unicode database behind the `unicodedata` module: version 13.0.0, and 3.2.0 as differences to
//! it. No Python objects; characters are `u32` code points, lone surrogates included.
//!
//! [`Version`] chooses the database in every call. [`normal`] has the normal forms, [`names`] the
//! character names.

#[rustfmt::skip]
mod name_tables;
pub mod names;
pub mod normal;
#[rustfmt::skip]
mod tables;

use krait_object::unicode;
use tables::Record;

/// Which database answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Version {
    /// 13.0.0: the module itself.
    Current,
    /// 3.2.0: `ucd_3_2_0`.
    Old,
}

impl Version {
    pub fn text(self) -> &'static str {
        match self {
            Version::Current => "13.0.0",
            Version::Old => "3.2.0",
        }
    }
}

#[inline]
fn two_level<A: Copy + Into<u32>, B: Copy + Into<u32>>(
    c: u32,
    shift: u32,
    index1: &[A],
    index2: &[B],
) -> usize {
    let c = c.min(unicode::MAX) as usize;
    let block: u32 = index1[c >> shift].into();
    let i: u32 = index2[((block as usize) << shift) | (c & ((1 << shift) - 1))].into();
    i as usize
}

#[inline]
fn record(c: u32) -> &'static Record {
    &tables::RECORDS[two_level(c, tables::RECORD_SHIFT, &tables::RECORD_INDEX1, &tables::RECORD_INDEX2)]
}

fn record_in(version: Version, c: u32) -> &'static Record {
    if version == Version::Old {
        let i = tables::OLD_RECORDS.partition_point(|run| run.1 < c);
        if let Some((first, _, old)) = tables::OLD_RECORDS.get(i)
            && *first <= c
        {
            return old;
        }
    }
    record(c)
}

/// Whether the character has a meaning in this version: every assigned one of 3.2.0, and all of the
/// current one.
fn known(version: Version, c: u32) -> bool {
    version == Version::Current || record_in(version, c).category != 0
}

pub fn category(version: Version, c: u32) -> &'static str {
    tables::CATEGORIES[record_in(version, c).category as usize]
}

/// Empty for unassigned characters.
pub fn bidirectional(version: Version, c: u32) -> &'static str {
    tables::BIDIRECTIONAL[record_in(version, c).bidirectional as usize]
}

pub fn combining(version: Version, c: u32) -> u8 {
    record_in(version, c).combining
}

pub fn mirrored(version: Version, c: u32) -> bool {
    record_in(version, c).mirrored != 0
}

pub fn east_asian_width(version: Version, c: u32) -> &'static str {
    tables::WIDTHS[record_in(version, c).width as usize]
}

pub fn decimal(version: Version, c: u32) -> Option<u8> {
    if version == Version::Old {
        if let Ok(i) = tables::OLD_DECIMAL.binary_search_by_key(&c, |entry| entry.0) {
            return Some(tables::OLD_DECIMAL[i].1);
        }
        if !known(version, c) {
            return None;
        }
    }
    unicode::decimal_value(c)
}

/// The same in both versions, even for what 3.2.0 doesn't assign (as in the reference).
pub fn digit(c: u32) -> Option<u8> {
    unicode::digit_value(c)
}

pub fn numeric(version: Version, c: u32) -> Option<f64> {
    known(version, c).then(|| unicode::numeric_value(c)).flatten()
}

/// The decomposition of one step: its tag (`<compat>`, empty when canonical) and characters. Hangul
/// syllables have none here.
#[inline]
pub(crate) fn decomposition_parts(c: u32) -> Option<(&'static str, &'static [u32])> {
    let at = two_level(
        c,
        tables::DECOMPOSITION_SHIFT,
        &tables::DECOMPOSITION_INDEX1,
        &tables::DECOMPOSITION_INDEX2,
    );
    if at == 0 {
        return None;
    }
    let head = tables::DECOMPOSITIONS[at];
    let tag = tables::DECOMPOSITION_TAGS[(head >> 8) as usize];
    Some((tag, &tables::DECOMPOSITIONS[at + 1..][..(head & 255) as usize]))
}

/// The decomposition in the database's notation, such as `<compat> 0020 0308`; empty for none.
pub fn decomposition(version: Version, c: u32) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    if let Some((tag, chars)) = decomposition_parts(c)
        && known(version, c)
    {
        text.push_str(tag);
        for c in chars {
            let space = if text.is_empty() { "" } else { " " };
            write!(text, "{space}{c:04X}").expect("writing to a string");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a over all code points and their property texts, from the reference
    /// (`core/object/tools/unicodedata_hashes.py`).
    #[test]
    fn all_code_points_agree_with_the_reference() {
        type F = fn(Version, u32) -> String;
        fn number<T: ToString>(v: Option<T>) -> String {
            v.map_or(String::new(), |v| v.to_string())
        }
        fn normalized(form: normal::Form, version: Version, c: u32) -> String {
            let out = normal::normalize(version, form, &[c]);
            out.iter().map(|c| format!("{c:x} ")).collect()
        }
        let functions: &[(&str, F)] = &[
            ("category", |v, c| category(v, c).into()),
            ("bidirectional", |v, c| bidirectional(v, c).into()),
            ("combining", |v, c| combining(v, c).to_string()),
            ("mirrored", |v, c| (mirrored(v, c) as u8).to_string()),
            ("east_asian_width", |v, c| east_asian_width(v, c).into()),
            ("decimal", |v, c| number(decimal(v, c))),
            ("digit", |_, c| number(digit(c))),
            ("numeric", |v, c| number(numeric(v, c).map(f64::to_bits))),
            ("decomposition", decomposition),
            ("name", |v, c| names::name(v, c).unwrap_or_default()),
            ("NFC", |v, c| normalized(normal::Form::Nfc, v, c)),
            ("NFD", |v, c| normalized(normal::Form::Nfd, v, c)),
            ("NFKC", |v, c| normalized(normal::Form::Nfkc, v, c)),
            ("NFKD", |v, c| normalized(normal::Form::Nfkd, v, c)),
        ];
        let expected = include_str!("hashes.tsv");
        assert_eq!(expected.lines().count(), 2 * functions.len());
        for line in expected.lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let f = functions.iter().find(|f| f.0 == fields[1]).unwrap().1;
            let version = if fields[0] == "old" { Version::Old } else { Version::Current };
            let mut h: u64 = 0xcbf2_9ce4_8422_2325;
            for c in 0..=unicode::MAX {
                for b in f(version, c).bytes().chain([b';']) {
                    h = (h ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3);
                }
            }
            assert_eq!(format!("{h:016x}"), fields[2], "{version:?} {}", fields[1]);
        }
    }
}
