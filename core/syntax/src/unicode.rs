//! What the syntax needs of Unicode 13.0.0: which characters identifiers consist of, their normal form (NFKC), and
//! which characters are printable.

mod tables;

use tables::{COMBINING, COMPOSED, DECOMPOSED, PRINTABLE, XID_CONTINUE, XID_START};

fn in_ranges(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    let at = ranges.partition_point(|&(_, last)| last < c);
    ranges.get(at).is_some_and(|&(first, _)| first <= c)
}

/// Whether an identifier can begin with `c`.
pub fn is_identifier_start(c: char) -> bool {
    in_ranges(XID_START, c)
}

/// Whether `c` can stand in an identifier.
pub fn is_identifier_continue(c: char) -> bool {
    in_ranges(XID_CONTINUE, c)
}

/// `str.isprintable` for one character.
pub fn is_printable(c: char) -> bool {
    in_ranges(PRINTABLE, c)
}

fn combining_class(c: char) -> u8 {
    let c = u32::from(c);
    let at = COMBINING.partition_point(|&(_, last, _)| last < c);
    COMBINING.get(at).filter(|&&(first, ..)| first <= c).map_or(0, |&(_, _, class)| class)
}

// Hangul syllables are composed by arithmetic.
const S_BASE: u32 = 0xAC00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11A7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

fn decompose(c: char, out: &mut Vec<char>) {
    let code = u32::from(c);
    if let Ok(at) = DECOMPOSED.binary_search_by_key(&code, |&(from, _)| from) {
        out.extend(DECOMPOSED[at].1.chars());
    } else if let Some(syllable) = code.checked_sub(S_BASE).filter(|&s| s < S_COUNT) {
        let lead = L_BASE + syllable / (V_COUNT * T_COUNT);
        let vowel = V_BASE + syllable % (V_COUNT * T_COUNT) / T_COUNT;
        let trail = T_BASE + syllable % T_COUNT;
        out.extend([lead, vowel].into_iter().filter_map(char::from_u32));
        out.extend(char::from_u32(trail).filter(|_| trail != T_BASE));
    } else {
        out.push(c);
    }
}

fn compose(a: char, b: char) -> Option<char> {
    let (a, b) = (u32::from(a), u32::from(b));
    if let (Some(lead), Some(vowel)) = (a.checked_sub(L_BASE), b.checked_sub(V_BASE))
        && lead < L_COUNT
        && vowel < V_COUNT
    {
        return char::from_u32(S_BASE + (lead * V_COUNT + vowel) * T_COUNT);
    }
    if let (Some(syllable), Some(trail)) = (a.checked_sub(S_BASE), b.checked_sub(T_BASE))
        && syllable < S_COUNT
        && syllable % T_COUNT == 0
        && (1..T_COUNT).contains(&trail)
    {
        return char::from_u32(a + trail);
    }
    let at = COMPOSED.binary_search_by_key(&(a, b), |&(a, b, _)| (a, b)).ok()?;
    char::from_u32(COMPOSED[at].2)
}

/// The normal form NFKC of an identifier.
pub fn nfkc(identifier: &str) -> String {
    let mut chars = Vec::with_capacity(identifier.len());
    for c in identifier.chars() {
        decompose(c, &mut chars);
    }
    // Canonical order: marks between two starters are sorted by class, stably.
    for run in chars.chunk_by_mut(|_, &b| combining_class(b) != 0) {
        let marks = usize::from(run.first().is_some_and(|&c| combining_class(c) == 0));
        run[marks..].sort_by_key(|&c| combining_class(c));
    }
    let mut out: Vec<char> = Vec::with_capacity(chars.len());
    let mut starter = None;
    let mut last_class = 0;
    for c in chars {
        let class = combining_class(c);
        if let Some(at) = starter {
            // A mark reaches its starter if nothing of its own or a higher class stands between.
            let reaches = if out.len() - 1 == at { true } else { last_class < class };
            if reaches && let Some(composite) = compose(out[at], c) {
                out[at] = composite;
                continue;
            }
        }
        if class == 0 {
            starter = Some(out.len());
        }
        last_class = class;
        out.push(c);
    }
    out.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers() {
        for (c, start, other, printable) in [
            ('a', true, true, true),
            ('1', false, true, true),
            ('_', true, true, true),
            ('\u{e9}', true, true, true),
            ('\u{301}', false, true, true),
            ('\u{20ac}', false, false, true),
            ('\u{a0}', false, false, false),
            ('\u{feff}', false, false, false),
            ('\u{10ffff}', false, false, false),
        ] {
            let got = (is_identifier_start(c), is_identifier_continue(c), is_printable(c));
            assert_eq!(got, (start, other, printable), "{c:?}");
        }
    }

    #[test]
    fn normal_forms() {
        for (text, normal) in [
            ("\u{fb01}n", "fin"),
            ("e\u{301}", "\u{e9}"),
            ("a\u{323}\u{302}", "\u{1ead}"),
            ("a\u{302}\u{323}", "\u{1ead}"),
            ("\u{1d4d0}\u{1d7d8}", "A0"),
            ("\u{1112}\u{1161}\u{11ab}", "\u{d55c}"),
            ("\u{d558}\u{11ab}", "\u{d55c}"),
            ("\u{212b}", "\u{c5}"),
            ("\u{958}", "\u{915}\u{93c}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"),
        ] {
            assert_eq!(nfkc(text), normal, "{text:?}");
        }
    }
}
