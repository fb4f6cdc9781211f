//! Substring search, counting and splitting, generic over the storage unit.
//!
//! Multi-unit searches run `memchr`'s vectorised finders over the bytes of the units and skip hits
//! that begin inside a unit.

use super::Unit;
use crate::text::byte;
use memchr::memmem;
use std::arch::x86_64::{_mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
use std::ops::Range;

/// The bytes of a text in memory order.
#[inline]
pub fn bytes_of<U: Unit>(text: &[U]) -> &[u8] {
    // SAFETY: `Unit` is implemented for u8, u16 and u32 only, which have no padding; any address
    // suits u8, and the length is the slice's size.
    unsafe { std::slice::from_raw_parts(text.as_ptr().cast(), std::mem::size_of_val(text)) }
}

/// The text in a wider unit.
pub fn widen<A: Unit, B: Unit>(text: &[A]) -> Vec<B> {
    text.iter().map(|u| B::of(u.code())).collect()
}

/// Up to this length a search for a byte does not repay the choice of `memchr`'s widest vectors.
const NEAR: usize = 64;

/// Position of the first such byte.
#[inline]
fn find_byte(text: &[u8], byte: u8) -> Option<usize> {
    if text.len() > NEAR {
        return byte::find(byte, text);
    }
    let blocks = text.chunks_exact(16);
    let rest = blocks.remainder();
    for (i, block) in blocks.enumerate() {
        // SAFETY: SSE2 belongs to x86-64; 16 bytes are read, from any address.
        let hits = unsafe {
            let bytes = _mm_loadu_si128(block.as_ptr().cast());
            _mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(byte as i8)))
        };
        if hits != 0 {
            return Some(i * 16 + hits.trailing_zeros() as usize);
        }
    }
    let start = text.len() - rest.len();
    rest.iter().position(|&b| b == byte).map(|i| start + i)
}

/// Position of the first such unit.
#[inline]
pub fn find_unit<U: Unit>(text: &[U], unit: U) -> Option<usize> {
    match size_of::<U>() {
        1 => find_byte(bytes_of(text), unit.code() as u8),
        _ => text.iter().position(|&u| u == unit),
    }
}

/// Position of the last such unit.
#[inline]
pub fn rfind_unit<U: Unit>(text: &[U], unit: U) -> Option<usize> {
    match size_of::<U>() {
        1 => crate::text::byte::rfind(unit.code() as u8, bytes_of(text)),
        _ => text.iter().rposition(|&u| u == unit),
    }
}

/// A needle prepared for repeated searches.
pub struct Finder<'n, U> {
    needle: &'n [U],
    bytes: memmem::Finder<'n>,
}

impl<'n, U: Unit> Finder<'n, U> {
    pub fn new(needle: &'n [U]) -> Self {
        Finder { needle, bytes: memmem::Finder::new(bytes_of(needle)) }
    }

    /// The first occurrence at or after `from`.
    pub fn find_from(&self, text: &[U], from: usize) -> Option<usize> {
        let rest = text.get(from..)?;
        match *self.needle {
            [] => Some(from),
            [unit] => find_unit(rest, unit).map(|i| from + i),
            _ => {
                let (haystack, size) = (bytes_of(rest), size_of::<U>());
                let mut start = 0;
                loop {
                    start += self.bytes.find(&haystack[start..])?;
                    if start.is_multiple_of(size) {
                        return Some(from + start / size);
                    }
                    start += 1;
                }
            }
        }
    }

    /// The occurrences from the left that don't overlap; for an empty needle every position, the end
    /// included.
    pub fn positions(&self, text: &[U]) -> impl Iterator<Item = usize> {
        let mut next = 0;
        std::iter::from_fn(move || {
            let at = self.find_from(text, next)?;
            next = at + self.needle.len().max(1);
            Some(at)
        })
    }
}

/// Below this length a plain loop beats a prepared needle.
const SHORT: usize = 64;

/// The first occurrence at or after `from` of a needle that is not empty.
#[inline]
fn find_short<U: Unit>(text: &[U], needle: &[U], from: usize) -> Option<usize> {
    let (&first, rest) = needle.split_first()?;
    // Where an occurrence can begin.
    let starts = text.get(..(text.len() + 1).checked_sub(needle.len())?)?;
    let mut at = from;
    loop {
        at += find_unit(starts.get(at..)?, first)?;
        if text[at + 1..].iter().zip(rest).all(|(a, b)| a == b) {
            return Some(at);
        }
        at += 1;
    }
}

/// Where `needle` (not empty) occurs without overlap, from the left, at most `limit` times.
pub fn positions<U: Unit>(text: &[U], needle: &[U], limit: usize, mut visit: impl FnMut(usize)) {
    let mut left = limit;
    let mut run = |find: &mut dyn FnMut(usize) -> Option<usize>| {
        let mut from = 0;
        while left > 0
            && let Some(at) = find(from)
        {
            visit(at);
            from = at + needle.len();
            left -= 1;
        }
    };
    match needle {
        [unit] if size_of::<U>() == 1 && text.len() <= NEAR => {
            run(&mut |from| find_unit(&text[from..], *unit).map(|i| from + i));
        }
        [unit] if size_of::<U>() == 1 => {
            let hits = memchr::memchr_iter(unit.code() as u8, bytes_of(text));
            hits.take(limit).for_each(visit);
        }
        [unit] => {
            let hits = text.iter().enumerate().filter(|(_, u)| *u == unit);
            hits.take(limit).for_each(|(at, _)| visit(at));
        }
        _ if text.len() < SHORT => run(&mut |from| find_short(text, needle, from)),
        _ => {
            let finder = Finder::new(needle);
            run(&mut |from| finder.find_from(text, from));
        }
    }
}

/// The first occurrence of `needle`.
pub fn find<U: Unit>(text: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [unit] => find_unit(text, *unit),
        _ if needle.len() > text.len() => None,
        // Short texts don't repay preparing the needle.
        _ if text.len() < SHORT => find_short(text, needle, 0),
        _ => Finder::new(needle).find_from(text, 0),
    }
}

/// The last occurrence of `needle`.
pub fn rfind<U: Unit>(text: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(text.len()),
        [unit] => rfind_unit(text, *unit),
        _ if needle.len() > text.len() => None,
        _ if text.len() < 32 => text.windows(needle.len()).rposition(|w| w == needle),
        _ => {
            let (haystack, size) = (bytes_of(text), size_of::<U>());
            let finder = memmem::FinderRev::new(bytes_of(needle));
            let mut end = haystack.len();
            loop {
                let at = finder.rfind(&haystack[..end])?;
                if at.is_multiple_of(size) {
                    return Some(at / size);
                }
                end = at + bytes_of(needle).len() - 1;
            }
        }
    }
}

/// How often `needle` occurs without overlap, counting at most `limit`. An empty needle occurs once
/// more than there are units.
pub fn count<U: Unit>(text: &[U], needle: &[U], limit: usize) -> usize {
    match needle {
        [] => (text.len() + 1).min(limit),
        [unit] if size_of::<U>() == 1 => {
            memchr::memchr_iter(unit.code() as u8, bytes_of(text)).count().min(limit)
        }
        [unit] => text.iter().filter(|&u| u == unit).count().min(limit),
        _ if needle.len() > text.len() => 0,
        _ => {
            let mut n = 0;
            positions(text, needle, limit, |_| n += 1);
            n
        }
    }
}

/// Visits the pieces between occurrences of `separator` (not empty), at most `limit` cuts, from the left.
pub fn split<U: Unit>(text: &[U], separator: &[U], limit: usize, mut visit: impl FnMut(Range<usize>)) {
    let mut start = 0;
    positions(text, separator, limit, |at| {
        visit(start..at);
        start = at + separator.len();
    });
    visit(start..text.len());
}

/// Like [`split`], cutting from the right; the pieces still come from left to right.
pub fn rsplit<U: Unit>(text: &[U], separator: &[U], limit: usize) -> Vec<Range<usize>> {
    let (mut pieces, mut end) = (Vec::new(), text.len());
    while pieces.len() < limit
        && let Some(at) = rfind(&text[..end], separator)
    {
        pieces.push(at + separator.len()..end);
        end = at;
    }
    pieces.push(0..end);
    pieces.reverse();
    pieces
}

/// Visits the pieces between runs of white space, at most `limit` cuts from the left; the last piece keeps
/// its trailing space only if the limit was reached.
pub fn split_space<U: Unit>(
    text: &[U],
    is_space: impl Fn(u32) -> bool,
    limit: usize,
    mut visit: impl FnMut(Range<usize>),
) {
    let (mut i, mut cuts) = (0, 0);
    let space = |i: usize| is_space(text[i].code());
    loop {
        while i < text.len() && space(i) {
            i += 1;
        }
        if i == text.len() {
            return;
        }
        if cuts == limit {
            return visit(i..text.len());
        }
        let start = i;
        while i < text.len() && !space(i) {
            i += 1;
        }
        visit(start..i);
        cuts += 1;
    }
}

/// Like [`split_space`], cutting from the right; the pieces still come from left to right.
pub fn rsplit_space<U: Unit>(text: &[U], is_space: impl Fn(u32) -> bool, limit: usize) -> Vec<Range<usize>> {
    let (mut pieces, mut end) = (Vec::new(), text.len());
    let space = |i: usize| is_space(text[i].code());
    loop {
        while end > 0 && space(end - 1) {
            end -= 1;
        }
        if end == 0 {
            break;
        }
        if pieces.len() == limit {
            pieces.push(0..end);
            break;
        }
        let stop = end;
        while end > 0 && !space(end - 1) {
            end -= 1;
        }
        pieces.push(end..stop);
    }
    pieces.reverse();
    pieces
}

/// Visits the lines, with or without their ends; a carriage return and line feed together are one end.
pub fn lines<U: Unit>(
    text: &[U],
    is_end: impl Fn(u32) -> bool,
    keep_ends: bool,
    mut visit: impl FnMut(Range<usize>),
) {
    let (mut start, mut i) = (0, 0);
    while i < text.len() {
        let c = text[i].code();
        i += 1;
        if !is_end(c) {
            continue;
        }
        let end = i - 1;
        if c == 13 && i < text.len() && text[i].code() == 10 {
            i += 1;
        }
        visit(start..if keep_ends { i } else { end });
        start = i;
    }
    if start < text.len() {
        visit(start..text.len());
    }
}

/// Python's white space of bytes.
pub fn is_ascii_space(c: u32) -> bool {
    matches!(c, 9..=13 | 32)
}

/// Line ends of bytes.
pub fn is_ascii_line_end(c: u32) -> bool {
    matches!(c, 10 | 13)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive_find<U: Unit>(text: &[U], needle: &[U], from: usize) -> Option<usize> {
        (from..=text.len()).find(|&i| text[i..].starts_with(needle))
    }

    fn check<U: Unit>(text: &[U], needle: &[U]) {
        assert_eq!(find(text, needle), naive_find(text, needle, 0), "{text:?} {needle:?}");
        let last = (0..=text.len()).rfind(|&i| text[i..].starts_with(needle));
        assert_eq!(rfind(text, needle), last, "{text:?} {needle:?}");
        let (mut n, mut at) = (0, 0);
        while let Some(i) = naive_find(text, needle, at) {
            n += 1;
            at = i + needle.len().max(1);
        }
        assert_eq!(count(text, needle, usize::MAX), n, "{text:?} {needle:?}");
        if !needle.is_empty() {
            let mut joined: Vec<Vec<U>> = Vec::new();
            split(text, needle, usize::MAX, |r| joined.push(text[r].to_vec()));
            assert_eq!(joined.len(), n + 1);
            assert_eq!(joined.join(needle), text);
        }
    }

    #[test]
    fn all_widths_agree_with_the_naive_search() {
        let mut state = 12345u32;
        let mut random = |n: u32| {
            state = state.wrapping_mul(1_103_515_245).wrapping_add(12345);
            (state >> 16) % n
        };
        for round in 0..3000 {
            let alphabet = [1, 1, 256, 257][round % 4];
            let text: Vec<u32> = (0..random(80)).map(|_| random(3) * alphabet).collect();
            let needle: Vec<u32> = (0..random(5)).map(|_| random(3) * alphabet).collect();
            check(&text, &needle);
            check::<u16>(&widen(&text), &widen(&needle));
            check::<u8>(&widen(&text), &widen(&needle));
        }
    }

    fn show(text: &str, ranges: Vec<Range<usize>>) -> Vec<&str> {
        ranges.into_iter().map(|r| &text[r]).collect()
    }

    fn visited(run: impl FnOnce(&mut dyn FnMut(Range<usize>))) -> Vec<Range<usize>> {
        let mut ranges = Vec::new();
        run(&mut |range| ranges.push(range));
        ranges
    }

    #[test]
    fn splitting() {
        let space = is_ascii_space;
        for (text, limit, left, right) in [
            (" a  b c ", 99, vec!["a", "b", "c"], vec!["a", "b", "c"]),
            (" a  b c ", 1, vec!["a", "b c "], vec![" a  b", "c"]),
            (" a  b c ", 0, vec!["a  b c "], vec![" a  b c"]),
            ("  ", 9, vec![], vec![]),
            ("", 9, vec![], vec![]),
        ] {
            assert_eq!(show(text, visited(|visit| split_space(text.as_bytes(), space, limit, visit))), left);
            assert_eq!(show(text, rsplit_space(text.as_bytes(), space, limit)), right);
        }
        assert_eq!(show("aXXXb", visited(|visit| split(b"aXXXb", b"XX", 9, visit))), ["a", "Xb"]);
        assert_eq!(show("aXXXb", rsplit(b"aXXXb", b"XX", 9)), ["aX", "b"]);
        assert_eq!(show("a,b,c", visited(|visit| split(b"a,b,c", b",", 1, visit))), ["a", "b,c"]);
        assert_eq!(show("a,b,c", rsplit(b"a,b,c", b",", 1)), ["a,b", "c"]);
        for (text, keep, expected) in [
            ("a\nb\r\nc\rd", false, vec!["a", "b", "c", "d"]),
            ("a\nb\r\nc\rd\n", true, vec!["a\n", "b\r\n", "c\r", "d\n"]),
            ("\n\n", false, vec!["", ""]),
            ("", true, vec![]),
        ] {
            let found = visited(|visit| lines(text.as_bytes(), is_ascii_line_end, keep, visit));
            assert_eq!(show(text, found), expected);
        }
    }
}
