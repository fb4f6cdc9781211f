//! Normal forms NFC, NFD, NFKC and NFKD.
//!
//! Decompose fully, put combining marks into canonical order, and for the composed forms merge
//! starters with what follows them. A quick check over the source's properties spares that for text
//! that is normalized already.

use super::tables::{COMPOSITIONS, OLD_NORMALIZATION};
use super::{Version, decomposition_parts, known, record};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Nfd,
    Nfkd,
    Nfc,
    Nfkc,
}

impl Form {
    /// By its Python name.
    pub fn named(name: &str) -> Option<Form> {
        Some(match name {
            "NFC" => Form::Nfc,
            "NFKC" => Form::Nfkc,
            "NFD" => Form::Nfd,
            "NFKD" => Form::Nfkd,
            _ => return None,
        })
    }

    fn compatibility(self) -> bool {
        matches!(self, Form::Nfkd | Form::Nfkc)
    }

    fn composed(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuickCheck {
    Yes,
    Maybe,
    No,
}

const S_BASE: u32 = 0xac00;
const L_BASE: u32 = 0x1100;
const V_BASE: u32 = 0x1161;
const T_BASE: u32 = 0x11a7;
const L_COUNT: u32 = 19;
const V_COUNT: u32 = 21;
const T_COUNT: u32 = 28;
const S_COUNT: u32 = L_COUNT * V_COUNT * T_COUNT;

/// Whether the text has the form already, as far as single characters tell. Current version only.
pub fn quick_check(form: Form, text: impl IntoIterator<Item = u32>) -> QuickCheck {
    let shift = 2 * form as u32;
    let (mut result, mut last) = (QuickCheck::Yes, 0);
    for c in text {
        if c < 0x80 {
            last = 0;
            continue;
        }
        let r = record(c);
        if r.combining != 0 && last > r.combining {
            return QuickCheck::No;
        }
        last = r.combining;
        match (r.quick_check >> shift) & 3 {
            0 => {}
            1 => result = QuickCheck::Maybe,
            _ => return QuickCheck::No,
        }
    }
    result
}

fn decompose_into(version: Version, form: Form, c: u32, out: &mut Vec<u32>) {
    if c < 0x80 {
        return out.push(c);
    }
    if let Some(s) = c.checked_sub(S_BASE)
        && s < S_COUNT
    {
        out.push(L_BASE + s / (V_COUNT * T_COUNT));
        out.push(V_BASE + s % (V_COUNT * T_COUNT) / T_COUNT);
        if s % T_COUNT != 0 {
            out.push(T_BASE + s % T_COUNT);
        }
        return;
    }
    if version == Version::Old {
        if let Ok(i) = OLD_NORMALIZATION.binary_search_by_key(&c, |entry| entry.0) {
            return out.push(OLD_NORMALIZATION[i].1);
        }
        if !known(version, c) {
            return out.push(c);
        }
    }
    match decomposition_parts(c) {
        // The data nest only a few levels deep.
        Some((tag, parts)) if tag.is_empty() || form.compatibility() => {
            for &part in parts {
                decompose_into(version, form, part, out);
            }
        }
        _ => out.push(c),
    }
}

/// Sorts each run of marks by combining class, keeping the order of equals.
fn order_marks(text: &mut [u32]) {
    let mut i = 0;
    while i < text.len() {
        if record(text[i]).combining == 0 {
            i += 1;
            continue;
        }
        let end = text[i..].iter().position(|&c| record(c).combining == 0).map_or(text.len(), |n| i + n);
        if end - i > 1 {
            text[i..end].sort_by_key(|&c| record(c).combining);
        }
        i = end;
    }
}

fn pair(first: u32, second: u32) -> Option<u32> {
    let (l, v) = (first.wrapping_sub(L_BASE), second.wrapping_sub(V_BASE));
    if l < L_COUNT && v < V_COUNT {
        return Some(S_BASE + (l * V_COUNT + v) * T_COUNT);
    }
    let (s, t) = (first.wrapping_sub(S_BASE), second.wrapping_sub(T_BASE));
    if s < S_COUNT && s.is_multiple_of(T_COUNT) && (1..T_COUNT).contains(&t) {
        return Some(first + t);
    }
    let i = COMPOSITIONS.binary_search_by_key(&(first, second), |p| (p.0, p.1)).ok()?;
    Some(COMPOSITIONS[i].2)
}

/// Composes canonically decomposed text in place.
fn compose(text: &mut Vec<u32>) {
    let (mut starter, mut last_class, mut len) = (None, 0, 0);
    for i in 0..text.len() {
        let c = text[i];
        let class = record(c).combining;
        if let Some(at) = starter {
            // Blocked by a mark of the same or a higher class, or by another starter, in between.
            let free = len == at + 1 || (last_class != 0 && last_class < class);
            if free && let Some(composite) = pair(text[at], c) {
                text[at] = composite;
                continue;
            }
        }
        if class == 0 {
            starter = Some(len);
        }
        last_class = class;
        text[len] = c;
        len += 1;
    }
    text.truncate(len);
}

/// The text in that form.
pub fn normalize(version: Version, form: Form, text: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 8 + 4);
    for &c in text {
        decompose_into(version, form, c, &mut out);
    }
    order_marks(&mut out);
    if form.composed() {
        compose(&mut out);
    }
    out
}

/// `is_normalized`. For 3.2.0 the reference says no to all text but the empty one; so do we.
pub fn is_normalized(version: Version, form: Form, text: &[u32]) -> bool {
    if version == Version::Old {
        return text.is_empty();
    }
    match quick_check(form, text.iter().copied()) {
        QuickCheck::Yes => true,
        QuickCheck::No => false,
        QuickCheck::Maybe => normalize(version, form, text) == text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences() {
        let cases: &[(&[u32], [&[u32]; 4])] = &[
            // Source; NFD, NFKD, NFC, NFKC.
            (&[0x1e9b, 0x323], [&[0x17f, 0x323, 0x307], &[0x73, 0x323, 0x307], &[0x1e9b, 0x323], &[0x1e69]]),
            (
                &[0x1100, 0x1161, 0x11a8],
                [&[0x1100, 0x1161, 0x11a8], &[0x1100, 0x1161, 0x11a8], &[0xac01], &[0xac01]],
            ),
            (
                &[0xac00, 0x11a7],
                [&[0x1100, 0x1161, 0x11a7], &[0x1100, 0x1161, 0x11a7], &[0xac00, 0x11a7], &[0xac00, 0x11a7]],
            ),
            (
                &[0x61, 0x315, 0x300, 0x5ae, 0x300],
                [
                    &[0x61, 0x5ae, 0x300, 0x300, 0x315],
                    &[0x61, 0x5ae, 0x300, 0x300, 0x315],
                    &[0xe0, 0x5ae, 0x300, 0x315],
                    &[0xe0, 0x5ae, 0x300, 0x315],
                ],
            ),
            (&[0x1b05, 0x1b35], [&[0x1b05, 0x1b35], &[0x1b05, 0x1b35], &[0x1b06], &[0x1b06]]),
            (
                &[0xfb01, 0xd800],
                [&[0xfb01, 0xd800], &[0x66, 0x69, 0xd800], &[0xfb01, 0xd800], &[0x66, 0x69, 0xd800]],
            ),
            (
                &[0x9c7, 0x300, 0x9be],
                [
                    &[0x9c7, 0x300, 0x9be],
                    &[0x9c7, 0x300, 0x9be],
                    &[0x9c7, 0x300, 0x9be],
                    &[0x9c7, 0x300, 0x9be],
                ],
            ),
        ];
        for (source, expected) in cases {
            for (form, want) in [Form::Nfd, Form::Nfkd, Form::Nfc, Form::Nfkc].into_iter().zip(expected) {
                let got = normalize(Version::Current, form, source);
                assert_eq!(got, *want, "{form:?} of {source:x?}");
                assert_eq!(is_normalized(Version::Current, form, source), got == *source);
                assert!(is_normalized(Version::Current, form, &got));
            }
        }
    }
}
