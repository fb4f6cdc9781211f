//! Character names: code point to name, and name to code points.
//!
//! `names.bin` holds each name as codes of words (one byte for the commonest, two for the others),
//! the word texts, and the code points in the order of their names, in which [`lookup`] does a
//! binary search. Hangul syllables and unified ideographs are computed.

use super::name_tables::{
    ALIASES, BY_NAME, COUNT, IDEOGRAPHS, NAME_OFFSETS, NAMES, RUNS, SEQUENCES, SHORT, WORD_OFFSETS, WORDS,
};
use super::{Version, known};
use std::ops::Range;

static DATA: &[u8] = include_bytes!("names.bin");

const HANGUL_FIRST: u32 = 0xac00;
const LEADS: [&str; 19] =
    ["G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P", "H"];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE", "WI",
    "YU", "EU", "YI", "I",
];
const TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M", "B", "BS",
    "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];
const HANGUL_COUNT: u32 = (LEADS.len() * VOWELS.len() * TAILS.len()) as u32;
const HANGUL_PREFIX: &str = "HANGUL SYLLABLE ";
const IDEOGRAPH_PREFIX: &str = "CJK UNIFIED IDEOGRAPH-";

/// The `i`-th 24-bit number of a section.
fn number(section: Range<usize>, i: usize) -> usize {
    let at = section.start + 3 * i;
    usize::from(DATA[at]) | usize::from(DATA[at + 1]) << 8 | usize::from(DATA[at + 2]) << 16
}

fn word(i: usize) -> &'static [u8] {
    let range = number(WORD_OFFSETS, i)..number(WORD_OFFSETS, i + 1);
    &DATA[WORDS][range]
}

/// The words of the name with this ordinal.
fn words(ordinal: usize) -> impl Iterator<Item = &'static [u8]> {
    let range = number(NAME_OFFSETS, ordinal)..number(NAME_OFFSETS, ordinal + 1);
    let mut codes = DATA[NAMES][range].iter().map(|&b| usize::from(b));
    std::iter::from_fn(move || {
        let first = codes.next()?;
        Some(word(if first < SHORT { first } else { (first - SHORT) * 256 + codes.next()? + SHORT }))
    })
}

/// The bytes of the name with this ordinal, words separated by spaces.
fn spelled(ordinal: usize) -> impl Iterator<Item = u8> {
    words(ordinal).enumerate().flat_map(|(i, w)| {
        let space: &[u8] = if i == 0 { b"" } else { b" " };
        space.iter().chain(w).copied()
    })
}

fn ordinal(c: u32) -> Option<usize> {
    let i = RUNS.partition_point(|run| run.1 < c);
    let &(first, _, ordinal) = RUNS.get(i)?;
    Some(usize::from(ordinal) + c.checked_sub(first)? as usize)
}

fn is_ideograph(c: u32) -> bool {
    IDEOGRAPHS.iter().any(|&(first, last)| (first..=last).contains(&c))
}

/// The name of a character, if it has one in this version.
pub fn name(version: Version, c: u32) -> Option<String> {
    if !known(version, c) {
        return None;
    }
    if let Some(s) = c.checked_sub(HANGUL_FIRST)
        && s < HANGUL_COUNT
    {
        let (lead, vowel, tail) = (s / 588, s % 588 / 28, s % 28);
        let parts = [LEADS[lead as usize], VOWELS[vowel as usize], TAILS[tail as usize]];
        return Some(HANGUL_PREFIX.to_owned() + &parts.concat());
    }
    if is_ideograph(c) {
        return Some(format!("{IDEOGRAPH_PREFIX}{c:X}"));
    }
    Some(spelled(ordinal(c)?).map(char::from).collect())
}

/// The longest entry of `table` that `text` begins with, and what follows it.
fn longest<'a>(text: &'a str, table: &[&str]) -> Option<(u32, &'a str)> {
    let found = (0..table.len()).filter(|&i| text.starts_with(table[i]));
    let best = found.max_by_key(|&i| table[i].len())?;
    Some((best as u32, &text[table[best].len()..]))
}

fn hangul(rest: &str) -> Option<u32> {
    let (lead, rest) = longest(rest, &LEADS)?;
    let (vowel, rest) = longest(rest, &VOWELS)?;
    let (tail, rest) = longest(rest, &TAILS)?;
    rest.is_empty().then_some(HANGUL_FIRST + (lead * 21 + vowel) * 28 + tail)
}

/// Four or five upper-case hexadecimal digits.
fn ideograph(rest: &str) -> Option<u32> {
    let digits = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
    if !(4..=5).contains(&rest.len()) || !rest.bytes().all(digits) {
        return None;
    }
    u32::from_str_radix(rest, 16).ok().filter(|&c| is_ideograph(c))
}

fn single(version: Version, name: &str) -> Option<u32> {
    // The computed names are matched in upper case only, the others in any.
    if let Some(rest) = name.strip_prefix(HANGUL_PREFIX) {
        return hangul(rest);
    }
    if let Some(rest) = name.strip_prefix(IDEOGRAPH_PREFIX) {
        return ideograph(rest);
    }
    let upper = || name.bytes().map(|b| b.to_ascii_uppercase());
    let (mut low, mut high) = (0, COUNT);
    while low < high {
        let middle = (low + high) / 2;
        let c = number(BY_NAME, middle) as u32;
        match spelled(ordinal(c)?).cmp(upper()) {
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
            std::cmp::Ordering::Equal => return known(version, c).then_some(c),
        }
    }
    None
}

fn find<T: Copy>(table: &[(&str, T)], name: &str) -> Option<T> {
    let upper = name.to_ascii_uppercase();
    let i = table.binary_search_by(|entry| entry.0.cmp(&upper)).ok()?;
    Some(table[i].1)
}

/// The character of that name or name alias, as `\N{...}` takes it. 3.2.0 knows no aliases.
pub fn character(version: Version, name: &str) -> Option<u32> {
    let alias = || (version == Version::Current).then(|| find(&ALIASES, name)).flatten();
    single(version, name).or_else(alias)
}

/// The characters of that name, alias or named sequence, as `unicodedata.lookup` takes it.
pub fn lookup(version: Version, name: &str) -> Option<Vec<u32>> {
    if let Some(c) = character(version, name) {
        return Some(vec![c]);
    }
    if version == Version::Old {
        return None;
    }
    find(&SEQUENCES, name).map(<[u32]>::to_vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_back() {
        for c in 0..=0x10ffff {
            for version in [Version::Current, Version::Old] {
                if let Some(name) = name(version, c) {
                    assert_eq!(character(version, &name), Some(c), "{name}");
                }
            }
        }
    }

    #[test]
    fn lookups() {
        let found: &[(&str, &[u32])] = &[
            ("LATIN SMALL LETTER A", &[0x61]),
            ("latin Small letter a", &[0x61]),
            ("CJK UNIFIED IDEOGRAPH-04E00", &[0x4e00]),
            ("LATIN CAPITAL LETTER GHA", &[0x1a2]),
            ("line feed", &[10]),
            ("KEYCAP DIGIT ONE", &[0x31, 0xfe0f, 0x20e3]),
            ("HANGUL SYLLABLE GAGG", &[0xac02]),
            ("HANGUL SYLLABLE A", &[0xc544]),
        ];
        for (name, expected) in found {
            assert_eq!(lookup(Version::Current, name).as_deref(), Some(*expected), "{name}");
        }
        for name in [
            "",
            " ",
            "LATIN",
            "cjk unified ideograph-4e00",
            "CJK UNIFIED IDEOGRAPH-4e00",
            "CJK UNIFIED IDEOGRAPH-9FFD",
            "hangul syllable ga",
            "HANGUL SYLLABLE GAX",
            "é",
            "ZZZZ",
        ] {
            assert_eq!(lookup(Version::Current, name), None, "{name}");
        }
        for name in ["KEYCAP DIGIT ONE", "LINE FEED", "TANGUT IDEOGRAPH-17000"] {
            assert_eq!(lookup(Version::Old, name), None, "{name}");
        }
        assert_eq!(character(Version::Current, "KEYCAP DIGIT ONE"), None);
    }
}
