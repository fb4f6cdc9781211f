//! Names of a tree as Rust strings. No source can give a name a lone surrogate, but a program that makes a tree can. In the
//! tree the surrogate U+D800+n is spelled as the private character U+10F800+n, and a character that would be taken for
//! such a spelling has [`LITERAL`] in front.

use crate::wtf8::push_code_point;

/// The character behind it stands for itself.
const LITERAL: u32 = 0x10F7FF;
const FIRST_SURROGATE: u32 = 0xD800;
const FIRST_SPELLING: u32 = LITERAL + 1;

/// The tree's spelling of a name.
pub fn spell(code_points: impl Iterator<Item = u32>) -> String {
    let character = |point| char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut name = String::with_capacity(code_points.size_hint().0);
    for point in code_points {
        match point {
            FIRST_SURROGATE..=0xDFFF => name.push(character(point - FIRST_SURROGATE + FIRST_SPELLING)),
            LITERAL.. => name.extend([character(LITERAL), character(point)]),
            _ => name.push(character(point)),
        }
    }
    name
}

/// The name in generalised UTF-8, if that is not how the tree spells it.
pub fn unspell(name: &str) -> Option<Vec<u8>> {
    if !may_differ(name) {
        return None;
    }
    let mut bytes = Vec::with_capacity(name.len());
    let mut points = name.chars().map(u32::from);
    while let Some(point) = points.next() {
        let meant = match point {
            LITERAL => points.next().unwrap_or(LITERAL),
            FIRST_SPELLING.. => point - FIRST_SPELLING + FIRST_SURROGATE,
            _ => point,
        };
        push_code_point(&mut bytes, meant);
    }
    Some(bytes)
}

/// Whether a name may be spelled otherwise than it is: the characters concerned begin with this byte.
pub fn may_differ(name: &str) -> bool {
    name.as_bytes().contains(&0xF4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Wtf8;

    #[test]
    fn spelling_is_undone() {
        for points in
            [&[0x61, 0xE9, 0x1F600][..], &[0xD800, 0x62, 0xDFFF], &[0x10F7FF, 0x10F800, 0xDC00], &[0x10FFFF]]
        {
            let name = spell(points.iter().copied());
            let bytes = unspell(&name).unwrap_or(name.clone().into_bytes());
            // SAFETY: what `unspell` gives is generalised UTF-8.
            let text = unsafe { Wtf8::from_bytes_unchecked(&bytes) };
            assert_eq!(text.code_points().collect::<Vec<_>>(), points, "{name:?}");
        }
        assert_eq!(unspell("name"), None);
    }
}
