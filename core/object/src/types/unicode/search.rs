//! Finding, counting, splitting, replacing and stripping in `str`.

use super::layout::{self, chars, exact, from_units, kind, len};
use super::{Chars, check, substring, with_chars};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::text::{Unit, search};
use crate::types::list::Pieces;
use crate::types::{slice, tuple};
use crate::unicode;
use core::ops::Range;

/// Evaluates an expression with both slices in the unit of the first text, or `$none` if the second text has
/// characters that the first cannot have.
macro_rules! with_pair {
    ($text:expr, $part:expr, $none:expr, |$t:ident, $p:ident| $body:expr) => {
        match ($text, $part) {
            (Chars::Latin1($t), Chars::Latin1($p)) => $body,
            (Chars::Ucs2($t), Chars::Ucs2($p)) => $body,
            (Chars::Ucs4($t), Chars::Ucs4($p)) => $body,
            (Chars::Ucs2($t), Chars::Latin1(p)) => {
                let wide: Vec<u16> = search::widen(p);
                let $p = &wide[..];
                $body
            }
            (Chars::Ucs4($t), Chars::Latin1(p)) => {
                let wide: Vec<u32> = search::widen(p);
                let $p = &wide[..];
                $body
            }
            (Chars::Ucs4($t), Chars::Ucs2(p)) => {
                let wide: Vec<u32> = search::widen(p);
                let $p = &wide[..];
                $body
            }
            _ => $none,
        }
    };
}

/// `start` and `end` as slice bounds of a text of `length` (negative ones count from the end).
pub fn adjust(start: isize, end: isize, length: usize) -> (usize, usize) {
    let length = length as isize;
    let clip = |i: isize| if i < 0 { (i + length).max(0) } else { i };
    (clip(start) as usize, clip(end.min(length)).min(length) as usize)
}

/// Which end a search begins at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// At the start.
    Forward,
    /// At the end.
    Backward,
}

impl Direction {
    /// From C's number: positive is forward.
    pub fn of(number: i32) -> Direction {
        if number > 0 { Direction::Forward } else { Direction::Backward }
    }
}

/// The index of an occurrence of `part` within `start..end` (slice bounds).
pub fn find(text: &Object, part: &Object, start: isize, end: isize, direction: Direction) -> Option<usize> {
    let (start, end) = adjust(start, end, len(text));
    if start > end {
        return None;
    }
    let found = with_pair!(chars(text).slice(start, end), chars(part), None, |t, p| match direction {
        Direction::Forward => search::find(t, p),
        Direction::Backward => search::rfind(t, p),
    });
    found.map(|i| i + start)
}

/// `PyUnicode_FindChar`.
pub fn find_char(text: &Object, c: u32, start: isize, end: isize, direction: Direction) -> Option<usize> {
    let (start, end) = adjust(start, end, len(text));
    if start > end || c > layout::max_char_value(text) {
        return None;
    }
    fn at<U: Unit>(text: &[U], c: u32, direction: Direction) -> Option<usize> {
        match direction {
            Direction::Forward => search::find_unit(text, U::of(c)),
            Direction::Backward => search::rfind_unit(text, U::of(c)),
        }
    }
    with_chars!(chars(text).slice(start, end), |t| at(t, c, direction)).map(|i| i + start)
}

/// How often `part` occurs within `start..end` without overlap.
pub fn count(text: &Object, part: &Object, start: isize, end: isize) -> usize {
    let (start, end) = adjust(start, end, len(text));
    if start > end {
        return 0;
    }
    with_pair!(chars(text).slice(start, end), chars(part), 0, |t, p| search::count(t, p, usize::MAX))
}

/// Whether `text[start:end]` begins (forward) or ends with `part` (`PyUnicode_Tailmatch`).
pub fn tail_match(text: &Object, part: &Object, start: isize, end: isize, direction: Direction) -> bool {
    let (start, end) = adjust(start, end, len(text));
    let n = len(part);
    if start > end || end - start < n {
        return false;
    }
    let at = if direction == Direction::Forward { start } else { end - n };
    with_pair!(chars(text).slice(at, at + n), chars(part), n == 0, |t, p| t == p)
}

/// The bounds that follow the first argument of `find` and its like; a bound of `None` or none is the default.
fn bounds(args: &[&Object]) -> Result<(isize, isize)> {
    let bound = |i: usize, default: isize| match args.get(i) {
        Some(bound) => Ok(slice::eval_index(bound)?.unwrap_or(default)),
        None => Ok(default),
    };
    Ok((bound(1, 0)?, bound(2, isize::MAX)?))
}

/// The arguments of `find`, `count` and their like: a text and bounds.
pub fn finder_args<'a>(function: &str, args: &'a Object) -> Result<(&'a Object, isize, isize)> {
    let args = method_args(function, args)?;
    let (start, end) = bounds(args)?;
    super::ensure(args[0])?;
    Ok((args[0], start, end))
}

/// One to three positional arguments, counted like `PyArg_ParseTuple`.
pub fn method_args<'a>(function: &str, args: &'a Object) -> Result<&'a [&'a Object]> {
    let args = tuple::items(args);
    if args.is_empty() {
        return Err(err::type_error(format_args!("{function}() takes at least 1 argument (0 given)")));
    }
    if args.len() > 3 {
        let given = args.len();
        return Err(err::type_error(format_args!("{function}() takes at most 3 arguments ({given} given)")));
    }
    Ok(args)
}

/// `startswith` and `endswith`.
pub fn affix(function: &str, text: &Object, args: &Object, direction: Direction) -> Result<bool> {
    let args = method_args(function, args)?;
    let (start, end) = bounds(args)?;
    let given = args[0];
    if tuple::check(given) {
        for part in tuple::items(given) {
            if !check(part) {
                return Err(err::type_error(format_args!(
                    "tuple for {function} must only contain str, not {:.100}",
                    part.class_of().name()
                )));
            }
            if tail_match(text, part, start, end, direction) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if !check(given) {
        return Err(err::type_error(format_args!(
            "{function} first arg must be str or a tuple of str, not {:.100}",
            given.class_of().name()
        )));
    }
    Ok(tail_match(text, given, start, end, direction))
}

/// Makes parts of a text; the whole of an exact `str` is that object.
fn piece_of(text: &Object) -> impl Fn(Range<usize>) -> Result<Obj> {
    let ascii = layout::is_ascii(text).then(|| chars(text).bytes());
    move |range| match ascii {
        Some(bytes) if range.len() < bytes.len() => layout::from_ascii(&bytes[range]),
        _ => substring(text, range.start, range.end),
    }
}

fn limit(max_split: isize) -> usize {
    if max_split < 0 { usize::MAX } else { max_split as usize }
}

/// `PyUnicode_Split` and `PyUnicode_RSplit`; no separator means runs of white space.
pub fn split_at(
    text: &Object,
    separator: Option<&Object>,
    max_split: isize,
    direction: Direction,
) -> Result<Obj> {
    let limit = limit(max_split);
    let (mut out, piece) = (Pieces::new()?, piece_of(text));
    let forward = direction == Direction::Forward;
    let Some(separator) = separator else {
        match chars(text) {
            Chars::Latin1(t) if layout::is_ascii(text) && forward => {
                search::split_space(t, is_ascii_white_space, limit, |range| out.push(piece(range)));
            }
            all => with_chars!(all, |t| if forward {
                search::split_space(t, unicode::is_space, limit, |range| out.push(piece(range)));
            } else {
                let ranges = search::rsplit_space(t, unicode::is_space, limit);
                ranges.into_iter().for_each(|range| out.push(piece(range)));
            }),
        }
        return out.finish();
    };
    if len(separator) == 0 {
        return Err(err::value_error("empty separator"));
    }
    with_pair!(chars(text), chars(separator), out.push(piece(0..len(text))), |t, p| if forward {
        search::split(t, p, limit, |range| out.push(piece(range)));
    } else {
        search::rsplit(t, p, limit).into_iter().for_each(|range| out.push(piece(range)));
    });
    out.finish()
}

/// White space below U+0080 as `str` sees it (the information separators are).
#[inline]
fn is_ascii_white_space(c: u32) -> bool {
    c <= 32 && matches!(c, 9..=13 | 28..=32)
}

/// `PyUnicode_Split`.
pub fn split(text: &Object, separator: Option<&Object>, max_split: isize) -> Result<Obj> {
    super::ensure(text)?;
    separator.map_or(Ok(()), super::ensure)?;
    split_at(text, separator, max_split, Direction::Forward)
}

/// `PyUnicode_RSplit`.
pub fn rsplit(text: &Object, separator: Option<&Object>, max_split: isize) -> Result<Obj> {
    super::ensure(text)?;
    separator.map_or(Ok(()), super::ensure)?;
    split_at(text, separator, max_split, Direction::Backward)
}

/// `PyUnicode_Splitlines`.
pub fn splitlines(text: &Object, keep_ends: bool) -> Result<Obj> {
    super::ensure(text)?;
    let (mut out, piece) = (Pieces::new()?, piece_of(text));
    if layout::is_ascii(text) {
        let is_end = |c| matches!(c, 10..=13 | 28..=30);
        search::lines(chars(text).bytes(), is_end, keep_ends, |range| out.push(piece(range)));
    } else {
        with_chars!(chars(text), |t| {
            search::lines(t, unicode::is_linebreak, keep_ends, |range| out.push(piece(range)));
        });
    }
    out.finish()
}

fn parts(text: &Object, separator: &Object, direction: Direction) -> Result<Obj> {
    super::ensure(text)?;
    super::ensure(separator)?;
    if len(separator) == 0 {
        return Err(err::value_error("empty separator"));
    }
    let (before, after) = match find(text, separator, 0, isize::MAX, direction) {
        Some(at) => {
            let after = at + len(separator);
            (substring(text, 0, at)?, substring(text, after, len(text))?)
        }
        None => {
            let (text, empty) = (text.owned(), layout::empty()?);
            return match direction {
                Direction::Forward => tuple::pack([text, empty.clone(), empty]),
                Direction::Backward => tuple::pack([empty.clone(), empty, text]),
            };
        }
    };
    tuple::pack([before, separator.owned(), after])
}

/// `PyUnicode_Partition`.
pub fn partition(text: &Object, separator: &Object) -> Result<Obj> {
    parts(text, separator, Direction::Forward)
}

/// `PyUnicode_RPartition`.
pub fn rpartition(text: &Object, separator: &Object) -> Result<Obj> {
    parts(text, separator, Direction::Backward)
}

/// `PyUnicode_Replace`; a negative count means all.
pub fn replace(text: &Object, old: &Object, new: &Object, max_count: isize) -> Result<Obj> {
    super::ensure(text)?;
    super::ensure(old)?;
    super::ensure(new)?;
    let limit = limit(max_count);
    if limit == 0 || len(old) > len(text) || super::eq(old, new) {
        return exact(text);
    }
    if let (Chars::Latin1(t), Chars::Latin1([from]), Chars::Latin1([to])) =
        (chars(text), chars(old), chars(new))
        && limit == usize::MAX
        && *to < 0x80
        && layout::is_ascii(text)
    {
        return replace_byte(text, t, *from, *to);
    }
    let mut positions: Vec<usize> = Vec::new();
    with_pair!(chars(text), chars(old), (), |t, p| match p {
        [] => positions.extend((0..=t.len()).take(limit)),
        _ => search::positions(t, p, limit, |at| positions.push(at)),
    });
    if positions.is_empty() {
        return exact(text);
    }
    let removed = positions.len() * len(old);
    let total = positions
        .len()
        .checked_mul(len(new))
        .and_then(|added| (len(text) - removed).checked_add(added))
        .filter(|&total| total <= isize::MAX as usize);
    let Some(total) = total else {
        return Err(err::overflow_error("replace string is too long"));
    };
    if layout::is_ascii(text) && layout::is_ascii(new) && total > 1 {
        let new_text = layout::alloc(total, 0x7f)?;
        // SAFETY: `total` bytes of storage in a str that nobody else has seen; every byte is written below.
        let out = unsafe { core::slice::from_raw_parts_mut(layout::data_ptr(new_text.as_ptr()), total) };
        let mut at = 0;
        splice(chars(text).bytes(), &positions, len(old), chars(new).bytes(), |part| {
            out[at..at + part.len()].copy_from_slice(part);
            at += part.len();
        });
        return Ok(new_text);
    }
    let width = kind(text).max(kind(new));
    fn build<U: Unit>(
        text: &Object,
        positions: &[usize],
        skip: usize,
        new: &Object,
        total: usize,
    ) -> Result<Obj> {
        let text: Vec<U> = with_chars!(chars(text), |t| search::widen(t));
        let new: Vec<U> = with_chars!(chars(new), |t| search::widen(t));
        let mut out: Vec<U> = Vec::with_capacity(total);
        splice(&text, positions, skip, &new, |part| out.extend_from_slice(part));
        from_units(&out)
    }
    match width {
        1 => build::<u8>(text, &positions, len(old), new, total),
        2 => build::<u16>(text, &positions, len(old), new, total),
        _ => build::<u32>(text, &positions, len(old), new, total),
    }
}

/// One ASCII character for another throughout.
fn replace_byte(text: &Object, source: &[u8], from: u8, to: u8) -> Result<Obj> {
    let Some(first) = search::find_unit(source, from) else { return exact(text) };
    if source.len() == 1 {
        return layout::latin1_char(to);
    }
    let made = layout::alloc(source.len(), 0x7f)?;
    // SAFETY: as many bytes of storage in a str that nobody else has seen, all written here.
    let out = unsafe {
        let data = layout::data_ptr(made.as_ptr());
        core::ptr::copy_nonoverlapping(source.as_ptr(), data, source.len());
        core::slice::from_raw_parts_mut(data, source.len())
    };
    for byte in &mut out[first..] {
        *byte = if *byte == from { to } else { *byte };
    }
    Ok(made)
}

/// Emits the text with `new` in place of `skip` units at every position.
fn splice<U: Unit>(text: &[U], positions: &[usize], skip: usize, new: &[U], mut emit: impl FnMut(&[U])) {
    let mut from = 0;
    for &at in positions {
        emit(&text[from..at]);
        emit(new);
        from = at + skip;
    }
    emit(&text[from..]);
}

/// Which ends to strip.
#[derive(Clone, Copy)]
pub struct Ends {
    /// The start.
    pub left: bool,
    /// The end.
    pub right: bool,
}

/// The range left after stripping characters for which `is` holds.
pub(crate) fn stripped<U: Unit>(text: &[U], ends: Ends, is: impl Fn(u32) -> bool) -> Range<usize> {
    let mut range = 0..text.len();
    if ends.left {
        range.start = text.iter().position(|u| !is(u.code())).unwrap_or(text.len());
    }
    if ends.right {
        let keep = text[range.start..].iter().rposition(|u| !is(u.code()));
        range.end = keep.map_or(range.start, |i| range.start + i + 1);
    }
    range
}

/// `strip`, `lstrip` and `rstrip`.
pub fn strip(function: &str, text: &Object, args: &[&Object], ends: Ends) -> Result<Obj> {
    crate::args::check_positional(function, args.len(), 0, 1)?;
    let range = match args.first().filter(|set| !set.is_none()) {
        None if layout::is_ascii(text) => stripped(chars(text).bytes(), ends, is_ascii_white_space),
        None => with_chars!(chars(text), |t| stripped(t, ends, unicode::is_space)),
        Some(set) if check(set) => {
            with_chars!(chars(set), |set| {
                let has = |c: u32| set.iter().any(|u| u.code() == c);
                with_chars!(chars(text), |t| stripped(t, ends, has))
            })
        }
        Some(_) => return Err(err::type_error(format_args!("{function} arg must be None or str"))),
    };
    substring(text, range.start, range.end)
}

/// `removeprefix` (forward) and `removesuffix`.
pub fn remove_affix(text: &Object, part: &Object, direction: Direction) -> Result<Obj> {
    if len(part) == 0 || !tail_match(text, part, 0, isize::MAX, direction) {
        return exact(text);
    }
    match direction {
        Direction::Forward => substring(text, len(part), len(text)),
        Direction::Backward => substring(text, 0, len(text) - len(part)),
    }
}
