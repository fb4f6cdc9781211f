//! Case mappings of whole texts, as `str.lower`, `upper`, `title`, `capitalize`, `swapcase` and
//! `casefold` do them. The result goes character by character to a sink, since it may need a wider
//! representation than the source and up to three times its length.

use super::{
    Mapped, is_case_ignorable, is_cased, is_lower, is_upper, to_folded_full, to_lower_full, to_title_full,
    to_upper_full,
};
use crate::text::Unit;

const CAPITAL_SIGMA: u32 = 0x3a3;
const SMALL_SIGMA: u32 = 0x3c3;
const FINAL_SIGMA: u32 = 0x3c2;

/// The lower case of the capital sigma at `at`: the final form after a cased letter and before none,
/// case-ignorable characters not counted.
fn lower_sigma<U: Unit>(text: &[U], at: usize) -> u32 {
    let first_relevant = |mut chars: &mut dyn Iterator<Item = &U>| {
        (&mut chars).map(|u| u.code()).find(|&c| !is_case_ignorable(c))
    };
    let cased_before = first_relevant(&mut text[..at].iter().rev()).is_some_and(is_cased);
    let cased_after = first_relevant(&mut text[at + 1..].iter()).is_some_and(is_cased);
    if cased_before && !cased_after { FINAL_SIGMA } else { SMALL_SIGMA }
}

/// Lower case of the character at `at`, in context: number of characters written.
#[inline]
fn lower_at<U: Unit>(text: &[U], at: usize, out: &mut Mapped) -> usize {
    let c = text[at].code();
    if c == CAPITAL_SIGMA {
        out[0] = lower_sigma(text, at);
        return 1;
    }
    to_lower_full(c, out)
}

#[inline]
fn emit(mapped: &Mapped, n: usize, push: &mut impl FnMut(u32)) {
    for &c in &mapped[..n] {
        push(c);
    }
}

pub fn lower<U: Unit>(text: &[U], mut push: impl FnMut(u32)) {
    let mut mapped = [0; 3];
    for at in 0..text.len() {
        let n = lower_at(text, at, &mut mapped);
        emit(&mapped, n, &mut push);
    }
}

pub fn upper<U: Unit>(text: &[U], mut push: impl FnMut(u32)) {
    let mut mapped = [0; 3];
    for u in text {
        let n = to_upper_full(u.code(), &mut mapped);
        emit(&mapped, n, &mut push);
    }
}

pub fn casefold<U: Unit>(text: &[U], mut push: impl FnMut(u32)) {
    let mut mapped = [0; 3];
    for u in text {
        let n = to_folded_full(u.code(), &mut mapped);
        emit(&mapped, n, &mut push);
    }
}

/// Title case for the first character of each run of cased characters, lower case for the others.
pub fn title<U: Unit>(text: &[U], mut push: impl FnMut(u32)) {
    let mut mapped = [0; 3];
    let mut after_cased = false;
    for at in 0..text.len() {
        let c = text[at].code();
        let n = if after_cased { lower_at(text, at, &mut mapped) } else { to_title_full(c, &mut mapped) };
        emit(&mapped, n, &mut push);
        after_cased = is_cased(c);
    }
}

/// Title case for the first character, lower case for the rest.
pub fn capitalize<U: Unit>(text: &[U], mut push: impl FnMut(u32)) {
    let mut mapped = [0; 3];
    for at in 0..text.len() {
        let n = if at == 0 {
            to_title_full(text[0].code(), &mut mapped)
        } else {
            lower_at(text, at, &mut mapped)
        };
        emit(&mapped, n, &mut push);
    }
}

pub fn swapcase<U: Unit>(text: &[U], mut push: impl FnMut(u32)) {
    let mut mapped = [0; 3];
    for at in 0..text.len() {
        let c = text[at].code();
        let n = if is_upper(c) {
            lower_at(text, at, &mut mapped)
        } else if is_lower(c) {
            to_upper_full(c, &mut mapped)
        } else {
            mapped[0] = c;
            1
        };
        emit(&mapped, n, &mut push);
    }
}

/// Whether upper- and title-case characters come only after uncased ones, lower-case ones only after
/// cased ones, and there is at least one of them (`str.istitle`).
pub fn is_titled<U: Unit>(text: &[U]) -> bool {
    let (mut cased, mut after_cased) = (false, false);
    for c in text.iter().map(|u| u.code()) {
        if is_upper(c) || super::is_title(c) {
            if after_cased {
                return false;
            }
            (cased, after_cased) = (true, true);
        } else if is_lower(c) {
            if !after_cased {
                return false;
            }
            cased = true;
        } else {
            after_cased = false;
        }
    }
    cased
}

#[cfg(test)]
mod tests {
    use super::*;

    fn apply(f: impl Fn(&[u32], &mut dyn FnMut(u32)), s: &str) -> String {
        let text: Vec<u32> = s.chars().map(u32::from).collect();
        let mut out = String::new();
        f(&text, &mut |c| out.push(char::from_u32(c).unwrap()));
        out
    }

    #[test]
    fn texts() {
        // Text; lower, upper, title, capitalize, swapcase, casefold: all as the reference prints them.
        let cases = [
            ["ΑΣ Σ", "ας σ", "ΑΣ Σ", "Ας Σ", "Ας σ", "ας σ", "ασ σ"],
            ["Σ.Α'Σ.Σ", "σ.α'σ.ς", "Σ.Α'Σ.Σ", "Σ.Α'Σ.Σ", "Σ.α'σ.ς", "σ.α'σ.ς", "σ.α'σ.σ"],
            [
                "straße ﬁX",
                "straße ﬁx",
                "STRASSE FIX",
                "Straße Fix",
                "Straße ﬁx",
                "STRASSE FIx",
                "strasse fix",
            ],
            [
                "İstanbul ǆ",
                "i̇stanbul ǆ",
                "İSTANBUL Ǆ",
                "İstanbul ǅ",
                "İstanbul ǆ",
                "i̇STANBUL Ǆ",
                "i̇stanbul ǆ",
            ],
            [
                "they're Bill's",
                "they're bill's",
                "THEY'RE BILL'S",
                "They'Re Bill'S",
                "They're bill's",
                "THEY'RE bILL'S",
                "they're bill's",
            ],
            [
                "\u{10428}\u{390}",
                "\u{10428}\u{390}",
                "\u{10400}\u{399}\u{308}\u{301}",
                "\u{10400}\u{390}",
                "\u{10400}\u{390}",
                "\u{10400}\u{399}\u{308}\u{301}",
                "\u{10428}\u{3b9}\u{308}\u{301}",
            ],
        ];
        for [text, lo, up, ti, ca, sw, fo] in cases {
            assert_eq!(apply(|t, p| lower(t, p), text), lo);
            assert_eq!(apply(|t, p| upper(t, p), text), up);
            assert_eq!(apply(|t, p| title(t, p), text), ti);
            assert_eq!(apply(|t, p| capitalize(t, p), text), ca);
            assert_eq!(apply(|t, p| swapcase(t, p), text), sw);
            assert_eq!(apply(|t, p| casefold(t, p), text), fo);
        }
    }

    #[test]
    fn titled() {
        let of = |s: &str| is_titled(s.as_bytes());
        assert!(of("A Titlecased Line") && of("A\nB") && of("X'Y 1"));
        assert!(!of("") && !of("1") && !of("Not a") && !of("NOT") && !of("aB"));
    }
}
