//! The methods that `bytes` and `bytearray` have in common, once for both.
//!
//! Arguments are converted before the contents of `self` are looked at: converting may run Python code that changes a
//! `bytearray`. Other objects' memory is held through the buffer protocol meanwhile.

use super::hex;
use crate::args::{self, Args, Signature};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::buffer::Buffer;
use crate::protocol::{buffer, call, number, sequence};
use crate::text::search;
use crate::types::list::Pieces;
use crate::types::unicode::search::{Direction, Ends, adjust, stripped};
use crate::types::{bytearray, bytes, exceptions, list, slice, tuple, unicode};
use core::ops::Range;

/// `bytes` or `bytearray`.
pub trait ByteLike: Layout {
    /// The name of the class.
    const NAME: &'static str;

    /// The contents.
    ///
    /// # Safety
    /// No code runs that could change them while the slice is in use.
    unsafe fn slice(&self) -> &[u8];

    /// A new object with these contents.
    fn make(contents: &[u8]) -> Result<Obj>;

    /// The result of an operation that changes nothing: the object itself if that cannot be told from a copy.
    fn unchanged(&self) -> Result<Obj>;
}

impl ByteLike for super::Bytes {
    const NAME: &'static str = "bytes";
    #[inline(always)]
    unsafe fn slice(&self) -> &[u8] {
        bytes::as_slice(self.object())
    }
    fn make(contents: &[u8]) -> Result<Obj> {
        bytes::from_slice(contents)
    }
    fn unchanged(&self) -> Result<Obj> {
        if bytes::check_exact(self) {
            Ok(self.object().owned())
        } else {
            bytes::from_slice(bytes::as_slice(self))
        }
    }
}

impl ByteLike for bytearray::ByteArray {
    const NAME: &'static str = "bytearray";
    #[inline(always)]
    unsafe fn slice(&self) -> &[u8] {
        // SAFETY: the caller's promise.
        unsafe { bytearray::as_slice(self.object()) }
    }
    fn make(contents: &[u8]) -> Result<Obj> {
        bytearray::from_slice(contents)
    }
    fn unchanged(&self) -> Result<Obj> {
        // SAFETY: copying runs no Python code.
        bytearray::from_slice(unsafe { self.slice() })
    }
}

/// A part to be searched for: a byte or a run of bytes.
enum Part {
    Byte([u8; 1]),
    Run(Buffer),
}

impl Part {
    fn as_slice(&self) -> &[u8] {
        match self {
            Part::Byte(byte) => byte,
            Part::Run(buffer) => buffer.as_slice(),
        }
    }
}

/// A byte from an index object, by the rules of `find` and `in`.
fn byte_in_range(value: isize) -> Result<u8> {
    u8::try_from(value).map_err(|_| err::value_error("byte must be in range(0, 256)"))
}

/// The arguments of `find` and its like: what to search, and bounds.
fn finder_args(function: &str, args: &Object) -> Result<(Part, isize, isize)> {
    let args = unicode::search::method_args(function, args)?;
    let bound = |i: usize, default: isize| match args.get(i) {
        Some(bound) => Ok(slice::eval_index(bound)?.unwrap_or(default)),
        None => Ok(default),
    };
    let (start, end) = (bound(1, 0)?, bound(2, isize::MAX)?);
    let part = if buffer::check(args[0]) {
        Part::Run(Buffer::simple(args[0])?)
    } else if number::index_check(args[0]) {
        Part::Byte([byte_in_range(number::as_ssize(args[0], None)?)?])
    } else {
        return Err(err::type_error(format_args!(
            "argument should be integer or bytes-like object, not '{:.200}'",
            args[0].class_of().name()
        )));
    };
    Ok((part, start, end))
}

fn find_with<B: ByteLike>(
    function: &str,
    this: &B,
    args: &Object,
    direction: Direction,
) -> Result<Option<usize>> {
    let (part, start, end) = finder_args(function, args)?;
    // SAFETY: searching runs no Python code.
    let contents = unsafe { this.slice() };
    let (start, end) = adjust(start, end, contents.len());
    if start > end {
        return Ok(None);
    }
    let found = match direction {
        Direction::Forward => search::find(&contents[start..end], part.as_slice()),
        Direction::Backward => search::rfind(&contents[start..end], part.as_slice()),
    };
    Ok(found.map(|i| i + start))
}

pub fn find<B: ByteLike>(this: &B, args: &Object) -> Result<isize> {
    Ok(find_with("find", this, args, Direction::Forward)?.map_or(-1, |i| i as isize))
}

pub fn rfind<B: ByteLike>(this: &B, args: &Object) -> Result<isize> {
    Ok(find_with("rfind", this, args, Direction::Backward)?.map_or(-1, |i| i as isize))
}

pub fn index<B: ByteLike>(this: &B, args: &Object) -> Result<usize> {
    find_with("index", this, args, Direction::Forward)?
        .ok_or_else(|| err::value_error("subsection not found"))
}

pub fn rindex<B: ByteLike>(this: &B, args: &Object) -> Result<usize> {
    find_with("rindex", this, args, Direction::Backward)?
        .ok_or_else(|| err::value_error("subsection not found"))
}

pub fn count<B: ByteLike>(this: &B, args: &Object) -> Result<usize> {
    let (part, start, end) = finder_args("count", args)?;
    // SAFETY: searching runs no Python code.
    let contents = unsafe { this.slice() };
    let (start, end) = adjust(start, end, contents.len());
    if start > end {
        return Ok(0);
    }
    Ok(search::count(&contents[start..end], part.as_slice(), usize::MAX))
}

/// `part in contents`.
pub fn contains<B: ByteLike>(this: &B, part: &Object) -> Result<bool> {
    match number::as_ssize(part, None) {
        Ok(value) => {
            let byte = byte_in_range(value)?;
            // SAFETY: searching runs no Python code.
            Ok(search::find_unit(unsafe { this.slice() }, byte).is_some())
        }
        Err(_) => {
            err::clear();
            let part = Buffer::simple(part)?;
            // SAFETY: as above.
            Ok(search::find(unsafe { this.slice() }, part.as_slice()).is_some())
        }
    }
}

fn tail_match<B: ByteLike>(
    this: &B,
    part: &Object,
    start: isize,
    end: isize,
    direction: Direction,
) -> Result<bool> {
    let part = Buffer::simple(part)?;
    // SAFETY: comparing runs no Python code.
    let contents = unsafe { this.slice() };
    let (start, end) = adjust(start, end, contents.len());
    if start > end {
        return Ok(false);
    }
    Ok(match direction {
        Direction::Forward => contents[start..end].starts_with(part.as_slice()),
        Direction::Backward => contents[start..end].ends_with(part.as_slice()),
    })
}

fn affix<B: ByteLike>(function: &str, this: &B, args: &Object, direction: Direction) -> Result<bool> {
    let args = unicode::search::method_args(function, args)?;
    let bound = |i: usize, default: isize| match args.get(i) {
        Some(bound) => Ok(slice::eval_index(bound)?.unwrap_or(default)),
        None => Ok(default),
    };
    let (start, end) = (bound(1, 0)?, bound(2, isize::MAX)?);
    if tuple::check(args[0]) {
        for part in tuple::items(args[0]) {
            if tail_match(this, part, start, end, direction)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match tail_match(this, args[0], start, end, direction) {
        Err(_) if err::matches(exceptions::TypeError()) => Err(err::type_error(format_args!(
            "{function} first arg must be bytes or a tuple of bytes, not {}",
            args[0].class_of().name()
        ))),
        result => result,
    }
}

pub fn startswith<B: ByteLike>(this: &B, args: &Object) -> Result<bool> {
    affix("startswith", this, args, Direction::Forward)
}

pub fn endswith<B: ByteLike>(this: &B, args: &Object) -> Result<bool> {
    affix("endswith", this, args, Direction::Backward)
}

/// Makes parts of the contents; the whole of them is `unchanged`.
fn piece_of<B: ByteLike>(this: &B) -> impl Fn(Range<usize>) -> Result<Obj> {
    // SAFETY: making objects runs no Python code.
    let contents = unsafe { this.slice() };
    move |range| if range.len() == contents.len() { this.unchanged() } else { B::make(&contents[range]) }
}

fn split_with<B: ByteLike>(
    function: &'static str,
    this: &B,
    given: Args<'_>,
    direction: Direction,
) -> Result<Obj> {
    let [separator, limit] = Signature::new(function, ["sep", "maxsplit"]).required(0).bind(given)?;
    let limit = limit.map_or(Ok(-1), args::ssize)?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let forward = direction == Direction::Forward;
    let (mut out, piece) = (Pieces::new()?, piece_of(this));
    match separator.filter(|separator| !separator.is_none()) {
        None => {
            // SAFETY: splitting runs no Python code.
            let contents = unsafe { this.slice() };
            if forward {
                search::split_space(contents, search::is_ascii_space, limit, |range| out.push(piece(range)));
            } else {
                let ranges = search::rsplit_space(contents, search::is_ascii_space, limit);
                ranges.into_iter().for_each(|range| out.push(piece(range)));
            }
        }
        Some(separator) => {
            let separator = Buffer::simple(separator)?;
            if separator.as_slice().is_empty() {
                return Err(err::value_error("empty separator"));
            }
            // SAFETY: as above.
            let contents = unsafe { this.slice() };
            if forward {
                search::split(contents, separator.as_slice(), limit, |range| out.push(piece(range)));
            } else {
                let ranges = search::rsplit(contents, separator.as_slice(), limit);
                ranges.into_iter().for_each(|range| out.push(piece(range)));
            }
        }
    }
    out.finish()
}

pub fn split<B: ByteLike>(this: &B, given: Args<'_>) -> Result<Obj> {
    split_with("split", this, given, Direction::Forward)
}

pub fn rsplit<B: ByteLike>(this: &B, given: Args<'_>) -> Result<Obj> {
    split_with("rsplit", this, given, Direction::Backward)
}

pub fn splitlines<B: ByteLike>(this: &B, given: Args<'_>) -> Result<Obj> {
    let [keep] = Signature::new("splitlines", ["keepends"]).required(0).bind(given)?;
    let keep = keep.map_or(Ok(0), args::int)? != 0;
    let (mut out, piece) = (Pieces::new()?, piece_of(this));
    // SAFETY: splitting runs no Python code.
    let contents = unsafe { this.slice() };
    search::lines(contents, search::is_ascii_line_end, keep, |range| out.push(piece(range)));
    out.finish()
}

fn parts<B: ByteLike>(this: &B, separator: &Object, direction: Direction) -> Result<Obj> {
    let held = Buffer::simple(separator)?;
    if held.as_slice().is_empty() {
        return Err(err::value_error("empty separator"));
    }
    // SAFETY: searching and making objects run no Python code.
    let contents = unsafe { this.slice() };
    let found = match direction {
        Direction::Forward => search::find(contents, held.as_slice()),
        Direction::Backward => search::rfind(contents, held.as_slice()),
    };
    let Some(at) = found else {
        let whole = if B::NAME == "bytes" { this.object().owned() } else { this.unchanged()? };
        let (one, two) = (B::make(b"")?, B::make(b"")?);
        return match direction {
            Direction::Forward => tuple::pack([whole, one, two]),
            Direction::Backward => tuple::pack([one, two, whole]),
        };
    };
    let middle = if B::NAME == "bytes" { separator.owned() } else { B::make(held.as_slice())? };
    tuple::pack([B::make(&contents[..at])?, middle, B::make(&contents[at + held.as_slice().len()..])?])
}

pub fn partition<B: ByteLike>(this: &B, separator: &Object) -> Result<Obj> {
    parts(this, separator, Direction::Forward)
}

pub fn rpartition<B: ByteLike>(this: &B, separator: &Object) -> Result<Obj> {
    parts(this, separator, Direction::Backward)
}

pub fn replace<B: ByteLike>(this: &B, given: &[&Object]) -> Result<Obj> {
    args::check_positional("replace", given.len(), 2, 3)?;
    let (old, new) = (Buffer::simple(given[0])?, Buffer::simple(given[1])?);
    let limit = given.get(2).map_or(Ok(-1), |limit| args::ssize(limit))?;
    let limit = if limit < 0 { usize::MAX } else { limit as usize };
    let (old, new) = (old.as_slice(), new.as_slice());
    // SAFETY: searching runs no Python code.
    let contents = unsafe { this.slice() };
    let positions: Vec<usize> = match old {
        _ if old.len() > contents.len() => Vec::new(),
        [] if new.is_empty() => Vec::new(),
        [] => (0..=contents.len()).take(limit).collect(),
        _ => search::Finder::new(old).positions(contents).take(limit).collect(),
    };
    if positions.is_empty() {
        return this.unchanged();
    }
    let total = positions
        .len()
        .checked_mul(new.len())
        .and_then(|added| (contents.len() - positions.len() * old.len()).checked_add(added))
        .filter(|&total| total <= isize::MAX as usize);
    let Some(total) = total else {
        return Err(err::overflow_error("replace bytes is too long"));
    };
    let mut out = Vec::new();
    out.try_reserve_exact(total).map_err(|_| err::no_memory())?;
    let mut from = 0;
    for at in positions {
        out.extend_from_slice(&contents[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&contents[from..]);
    B::make(&out)
}

/// `bytes.join` of exact `bytes`, which have nothing to hold meanwhile; None if there is another item.
fn join_bytes(separator: &[u8], items: &[&Object]) -> Option<Result<Obj>> {
    let mut total = separator.len().checked_mul(items.len().saturating_sub(1))?;
    for item in items {
        if !bytes::check_exact(item) {
            return None;
        }
        total = total.checked_add(bytes::as_slice(item).len())?;
    }
    let new = match bytes::uninit(isize::try_from(total).ok()?) {
        Ok(new) => new,
        Err(raised) => return Some(Err(raised)),
    };
    // SAFETY: `total` bytes in an object that nobody else has seen (none, if it is the shared empty one), all of which
    // are written.
    unsafe {
        let mut to = bytes::data_ptr(new.as_ptr());
        for (i, item) in items.iter().enumerate() {
            for part in [if i > 0 { separator } else { &[] }, bytes::as_slice(item)] {
                to.copy_from_nonoverlapping(part.as_ptr(), part.len());
                to = to.add(part.len());
            }
        }
    }
    Some(Ok(new))
}

pub fn join<B: ByteLike>(this: &B, iterable: &Object) -> Result<Obj> {
    let fast = sequence::fast(iterable, "can only join an iterable")?;
    if B::NAME == "bytes" {
        // SAFETY: joining bytes runs no code that could change the list or the separator.
        let (separator, items) = unsafe {
            let items = if tuple::check(&fast) {
                tuple::items(&fast)
            } else {
                fast.cast_unchecked::<list::List>().items()
            };
            (this.slice(), items)
        };
        if items.len() > 1
            && let Some(joined) = join_bytes(separator, items)
        {
            return joined;
        }
    }
    // SAFETY: the borrowed items are turned into buffers one by one below; new references are taken at once.
    let items: Vec<Obj> = if tuple::check(&fast) {
        tuple::items(&fast).iter().map(|item| (*item).owned()).collect()
    } else {
        // SAFETY: no code runs while the items are copied.
        unsafe { fast.cast_unchecked::<list::List>().items() }.iter().map(|item| (*item).owned()).collect()
    };
    if let [only] = &items[..]
        && B::NAME == "bytes"
        && bytes::check_exact(only)
    {
        return Ok(only.clone());
    }
    let mut buffers = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        match Buffer::simple(item) {
            Ok(buffer) => buffers.push(buffer),
            Err(_) => {
                return Err(err::type_error(format_args!(
                    "sequence item {i}: expected a bytes-like object, {:.80} found",
                    item.class_of().name()
                )));
            }
        }
    }
    // SAFETY: copying runs no Python code.
    let separator = unsafe { this.slice() };
    let total = separator.len().checked_mul(buffers.len().saturating_sub(1)).and_then(|separators| {
        buffers.iter().try_fold(separators, |n, buffer| n.checked_add(buffer.as_slice().len()))
    });
    let Some(total) = total.filter(|&total| total <= isize::MAX as usize) else {
        return Err(err::overflow_error("join() result is too long"));
    };
    let mut out = Vec::new();
    out.try_reserve_exact(total).map_err(|_| err::no_memory())?;
    for (i, buffer) in buffers.iter().enumerate() {
        if i > 0 {
            out.extend_from_slice(separator);
        }
        out.extend_from_slice(buffer.as_slice());
    }
    B::make(&out)
}

fn strip_with<B: ByteLike>(function: &str, this: &B, given: &[&Object], ends: Ends) -> Result<Obj> {
    args::check_positional(function, given.len(), 0, 1)?;
    let set = match given.first().filter(|set| !set.is_none()) {
        Some(set) => Some(Buffer::simple(set)?),
        None => None,
    };
    // SAFETY: comparing runs no Python code.
    let contents = unsafe { this.slice() };
    let range = match &set {
        None => stripped(contents, ends, search::is_ascii_space),
        Some(set) => {
            let mut has = [false; 256];
            set.as_slice().iter().for_each(|&b| has[b as usize] = true);
            stripped(contents, ends, |c| has[c as usize])
        }
    };
    if range == (0..contents.len()) {
        return this.unchanged();
    }
    B::make(&contents[range])
}

pub fn strip<B: ByteLike>(this: &B, given: &[&Object]) -> Result<Obj> {
    strip_with("strip", this, given, Ends { left: true, right: true })
}

pub fn lstrip<B: ByteLike>(this: &B, given: &[&Object]) -> Result<Obj> {
    strip_with("lstrip", this, given, Ends { left: true, right: false })
}

pub fn rstrip<B: ByteLike>(this: &B, given: &[&Object]) -> Result<Obj> {
    strip_with("rstrip", this, given, Ends { left: false, right: true })
}

pub fn removeprefix<B: ByteLike>(this: &B, part: &Object) -> Result<Obj> {
    let part = Buffer::simple(part)?;
    // SAFETY: comparing runs no Python code.
    match unsafe { this.slice() }.strip_prefix(part.as_slice()) {
        Some(rest) if !part.as_slice().is_empty() => B::make(rest),
        _ => this.unchanged(),
    }
}

pub fn removesuffix<B: ByteLike>(this: &B, part: &Object) -> Result<Obj> {
    let part = Buffer::simple(part)?;
    // SAFETY: comparing runs no Python code.
    match unsafe { this.slice() }.strip_suffix(part.as_slice()) {
        Some(rest) if !part.as_slice().is_empty() => B::make(rest),
        _ => this.unchanged(),
    }
}

// ---- padding ----

fn fill_byte(function: &str, given: Option<&&Object>) -> Result<u8> {
    let Some(given) = given else { return Ok(b' ') };
    let byte = if bytes::check(given) {
        match bytes::as_slice(given) {
            [byte] => Some(*byte),
            _ => None,
        }
    } else if bytearray::check(given) {
        // SAFETY: copied at once.
        match unsafe { bytearray::as_slice(given) } {
            [byte] => Some(*byte),
            _ => None,
        }
    } else {
        None
    };
    byte.ok_or_else(|| args::bad_argument(function, "argument 2", "a byte string of length 1", given))
}

fn pad<B: ByteLike>(this: &B, left: usize, right: usize, fill: u8) -> Result<Obj> {
    if left == 0 && right == 0 {
        return this.unchanged();
    }
    // SAFETY: copying runs no Python code.
    let contents = unsafe { this.slice() };
    let total = left.checked_add(right).and_then(|n| n.checked_add(contents.len()));
    let Some(total) = total.filter(|&n| n <= isize::MAX as usize) else { return Err(err::no_memory()) };
    let mut out = Vec::new();
    out.try_reserve_exact(total).map_err(|_| err::no_memory())?;
    out.resize(left, fill);
    out.extend_from_slice(contents);
    out.resize(total, fill);
    B::make(&out)
}

/// Width and fill byte, and what is missing to the width.
fn width_and_fill<B: ByteLike>(function: &str, this: &B, given: &[&Object]) -> Result<(isize, usize, u8)> {
    args::check_positional(function, given.len(), 1, 2)?;
    let width = args::ssize(given[0])?;
    let fill = fill_byte(function, given.get(1))?;
    // SAFETY: only the length is read.
    let length = unsafe { this.slice() }.len();
    Ok((width, (width.max(0) as usize).saturating_sub(length), fill))
}

pub fn center<B: ByteLike>(this: &B, given: &[&Object]) -> Result<Obj> {
    let (width, margin, fill) = width_and_fill("center", this, given)?;
    let left = margin / 2 + (margin & width as usize & 1);
    pad(this, left, margin - left, fill)
}

pub fn ljust<B: ByteLike>(this: &B, given: &[&Object]) -> Result<Obj> {
    let (_, margin, fill) = width_and_fill("ljust", this, given)?;
    pad(this, 0, margin, fill)
}

pub fn rjust<B: ByteLike>(this: &B, given: &[&Object]) -> Result<Obj> {
    let (_, margin, fill) = width_and_fill("rjust", this, given)?;
    pad(this, margin, 0, fill)
}

pub fn zfill<B: ByteLike>(this: &B, width: &Object) -> Result<Obj> {
    let width = args::ssize(width)?;
    // SAFETY: copying runs no Python code.
    let contents = unsafe { this.slice() };
    let fill = (width.max(0) as usize).saturating_sub(contents.len());
    if fill == 0 {
        return this.unchanged();
    }
    let sign = usize::from(matches!(contents.first(), Some(b'+' | b'-')));
    let mut out = Vec::new();
    out.try_reserve_exact(fill + contents.len()).map_err(|_| err::no_memory())?;
    out.extend_from_slice(&contents[..sign]);
    out.resize(sign + fill, b'0');
    out.extend_from_slice(&contents[sign..]);
    B::make(&out)
}

pub fn expandtabs<B: ByteLike>(this: &B, given: Args<'_>) -> Result<Obj> {
    let [size] = Signature::new("expandtabs", ["tabsize"]).required(0).bind(given)?;
    let size = size.map_or(Ok(8), args::int)?.max(0) as usize;
    // SAFETY: copying runs no Python code.
    let contents = unsafe { this.slice() };
    let mut out = Vec::with_capacity(contents.len());
    let mut column = 0;
    for &b in contents {
        if b == b'\t' {
            let n = if size > 0 { size - column % size } else { 0 };
            out.try_reserve(n).map_err(|_| err::overflow_error("result too long"))?;
            out.resize(out.len() + n, b' ');
            column += n;
        } else {
            out.push(b);
            column = if matches!(b, b'\n' | b'\r') { 0 } else { column + 1 };
        }
    }
    B::make(&out)
}

// ---- translation, case ----

pub fn translate<B: ByteLike>(this: &B, given: Args<'_>) -> Result<Obj> {
    const SIGNATURE: Signature<2> =
        Signature::new("translate", ["", "delete"]).required(1).positional_only(1);
    let [table, delete] = SIGNATURE.bind(given)?;
    let table = match table.filter(|table| !table.is_none()) {
        Some(table) => Some(Buffer::simple(table)?),
        None => None,
    };
    if table.as_ref().is_some_and(|table| table.as_slice().len() != 256) {
        return Err(err::value_error("translation table must be 256 characters long"));
    }
    let delete = delete.map(Buffer::simple).transpose()?;
    let mut deleted = [false; 256];
    for &b in delete.iter().flat_map(|delete| delete.as_slice()) {
        deleted[b as usize] = true;
    }
    let map = |b: u8| table.as_ref().map_or(b, |table| table.as_slice()[b as usize]);
    // SAFETY: copying runs no Python code.
    let contents = unsafe { this.slice() };
    let out: Vec<u8> = contents.iter().filter(|&&b| !deleted[b as usize]).map(|&b| map(b)).collect();
    if out == contents { this.unchanged() } else { B::make(&out) }
}

/// `maketrans`: a table of 256 bytes.
pub fn make_trans(given: &[&Object]) -> Result<Obj> {
    args::check_positional("maketrans", given.len(), 2, 2)?;
    let (from, to) = (Buffer::simple(given[0])?, Buffer::simple(given[1])?);
    if from.as_slice().len() != to.as_slice().len() {
        return Err(err::value_error("maketrans arguments must have same length"));
    }
    bytes::build(256, |table| {
        table.iter_mut().enumerate().for_each(|(i, b)| *b = i as u8);
        for (&from, &to) in from.as_slice().iter().zip(to.as_slice()) {
            table[from as usize] = to;
        }
    })
}

macro_rules! case_methods {
    ($($name:ident, |$out:ident| $map:expr;)*) => {$(
        pub fn $name<B: ByteLike>(this: &B) -> Result<Obj> {
            // SAFETY: copied at once.
            let mut contents = unsafe { this.slice() }.to_vec();
            let $out = &mut contents[..];
            $map;
            B::make(&contents)
        }
    )*};
}
case_methods! {
    lower, |out| out.make_ascii_lowercase();
    upper, |out| out.make_ascii_uppercase();
    capitalize, |out| {
        out.make_ascii_lowercase();
        if let Some(first) = out.first_mut() {
            first.make_ascii_uppercase();
        }
    };
    swapcase, |out| for b in out {
        if b.is_ascii_alphabetic() {
            *b ^= 0x20;
        }
    };
    title, |out| {
        let mut after = false;
        for b in out {
            if after { b.make_ascii_lowercase() } else { b.make_ascii_uppercase() }
            after = b.is_ascii_alphabetic();
        }
    };
}

macro_rules! predicates {
    ($($name:ident, |$contents:ident| $test:expr;)*) => {$(
        pub fn $name<B: ByteLike>(this: &B) -> Result<bool> {
            // SAFETY: testing runs no Python code.
            let $contents = unsafe { this.slice() };
            Ok($test)
        }
    )*};
}
predicates! {
    isascii, |s| s.is_ascii();
    isalnum, |s| !s.is_empty() && s.iter().all(u8::is_ascii_alphanumeric);
    isalpha, |s| !s.is_empty() && s.iter().all(u8::is_ascii_alphabetic);
    isdigit, |s| !s.is_empty() && s.iter().all(u8::is_ascii_digit);
    isspace, |s| !s.is_empty() && s.iter().all(|&b| search::is_ascii_space(b.into()));
    islower, |s| s.iter().any(u8::is_ascii_lowercase) && !s.iter().any(u8::is_ascii_uppercase);
    isupper, |s| s.iter().any(u8::is_ascii_uppercase) && !s.iter().any(u8::is_ascii_lowercase);
    istitle, |s| {
        let (mut cased, mut after, mut good) = (false, false, true);
        for b in s {
            if b.is_ascii_uppercase() {
                good &= !after;
                (cased, after) = (true, true);
            } else if b.is_ascii_lowercase() {
                good &= after;
                (cased, after) = (true, true);
            } else {
                after = false;
            }
        }
        good && cased
    };
}

// ---- text ----

pub fn decode<B: ByteLike>(this: &B, given: Args<'_>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("decode", ["encoding", "errors"]).required(0);
    let [encoding, errors] = SIGNATURE.bind(given)?;
    let encoding = encoding.map(|e| args::text("decode", "argument 'encoding'", e)).transpose()?;
    let errors = errors.map(|e| args::text("decode", "argument 'errors'", e)).transpose()?;
    unicode::from_encoded_object(this.object(), encoding, errors)
}

pub fn hex<B: ByteLike>(this: &B, given: Args<'_>) -> Result<Obj> {
    let (separator, group) = hex::arguments(given)?;
    // SAFETY: copied at once.
    let contents = unsafe { this.slice() }.to_vec();
    hex::to_str(&contents, separator, group)
}

pub fn fromhex<B: ByteLike>(class: &Object, text: &Object) -> Result<Obj> {
    if !unicode::check(text) {
        return Err(args::bad_argument("fromhex", "argument", "str", text));
    }
    let made = B::make(&hex::from_str(text)?)?;
    if core::ptr::eq(class.as_ptr().cast(), made.type_ptr()) {
        return Ok(made);
    }
    call::call1(class, &made)
}

/// The table entries of the methods.
pub mod def {
    use super::ByteLike;
    use crate::doc;
    use crate::handle::Object;
    use crate::method;
    use krait_abi::*;

    macro_rules! entries {
        ($($name:ident: $kind:ident, $doc:expr;)*) => {$(
            pub const fn $name<B: ByteLike>() -> PyMethodDef {
                method::$kind(
                    match core::ffi::CStr::from_bytes_with_nul(concat!(stringify!($name), "\0").as_bytes()) {
                        Ok(name) => name,
                        Err(_) => panic!("a NUL in a name"),
                    },
                    super::$name::<B>,
                    $doc,
                )
            }
        )*};
    }
    entries! {
        capitalize: noargs, c"B.capitalize() -> copy of B\n\nThe first byte in upper case, the rest in lower case (ASCII).";
        center: fastcall, doc!("center($self, width, fillchar=b' ', /)", "The contents in the middle of a field of the given width.");
        count: varargs, c"B.count(sub[, start[, end]]) -> int\n\nHow often sub occurs in B[start:end] without overlap.";
        decode: keywords, doc!("decode($self, /, encoding='utf-8', errors='strict')", "The text that the bytes stand for in an encoding.");
        endswith: varargs, c"B.endswith(suffix[, start[, end]]) -> bool\n\nWhether B[start:end] ends with suffix, or one of a tuple of them.";
        expandtabs: keywords, doc!("expandtabs($self, /, tabsize=8)", "A copy with spaces for tab characters.");
        find: varargs, c"B.find(sub[, start[, end]]) -> int\n\nLowest index of sub in B[start:end], or -1.";
        hex: keywords, doc!("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)", "Two hexadecimal digits for each byte, with sep between groups of bytes counted from the right (from the left if negative).\n\n>>> value = b'\\n\\xffc'\n>>> value.hex()\n'0aff63'\n>>> value.hex('-')\n'0a-ff-63'\n>>> value.hex(':', 2)\n'0a:ff63'\n>>> value.hex(':', -2)\n'0aff:63'");
        index: varargs, c"B.index(sub[, start[, end]]) -> int\n\nLowest index of sub in B[start:end]; ValueError if there is none.";
        isalnum: noargs, c"B.isalnum() -> bool\n\nWhether all bytes are ASCII letters or digits and there is one.";
        isalpha: noargs, c"B.isalpha() -> bool\n\nWhether all bytes are ASCII letters and there is one.";
        isascii: noargs, c"B.isascii() -> bool\n\nWhether all bytes are ASCII; true of nothing.";
        isdigit: noargs, c"B.isdigit() -> bool\n\nWhether all bytes are ASCII digits and there is one.";
        islower: noargs, c"B.islower() -> bool\n\nWhether all letters are lower case and there is one (ASCII).";
        isspace: noargs, c"B.isspace() -> bool\n\nWhether all bytes are ASCII white space and there is one.";
        istitle: noargs, c"B.istitle() -> bool\n\nWhether the contents are in title case (ASCII).";
        isupper: noargs, c"B.isupper() -> bool\n\nWhether all letters are upper case and there is one (ASCII).";
        join: o, doc!("join($self, iterable_of_bytes, /)", "The bytes-like objects of the iterable, one after the other, with this one between them.");
        ljust: fastcall, doc!("ljust($self, width, fillchar=b' ', /)", "The contents at the left of a field of the given width.");
        lower: noargs, c"B.lower() -> copy of B\n\nASCII letters in lower case.";
        lstrip: fastcall, doc!("lstrip($self, bytes=None, /)", "A copy without ASCII white space (or the given bytes) at the start.");
        partition: o, doc!("partition($self, sep, /)", "The part before the first separator, the separator, and the part after it.");
        replace: fastcall, doc!("replace($self, old, new, count=-1, /)", "A copy with occurrences of old replaced by new, at most count of them unless it is -1.");
        removeprefix: o, doc!("removeprefix($self, prefix, /)", "A copy without the prefix, if the contents begin with it.");
        removesuffix: o, doc!("removesuffix($self, suffix, /)", "A copy without the suffix, if the contents end with it.");
        rfind: varargs, c"B.rfind(sub[, start[, end]]) -> int\n\nHighest index of sub in B[start:end], or -1.";
        rindex: varargs, c"B.rindex(sub[, start[, end]]) -> int\n\nHighest index of sub in B[start:end]; ValueError if there is none.";
        rjust: fastcall, doc!("rjust($self, width, fillchar=b' ', /)", "The contents at the right of a field of the given width.");
        rpartition: o, doc!("rpartition($self, sep, /)", "The part before the last separator, the separator, and the part after it.");
        rsplit: keywords, doc!("rsplit($self, /, sep=None, maxsplit=-1)", "A list of the parts between separators, cutting at most maxsplit times from the right.");
        rstrip: fastcall, doc!("rstrip($self, bytes=None, /)", "A copy without ASCII white space (or the given bytes) at the end.");
        split: keywords, doc!("split($self, /, sep=None, maxsplit=-1)", "A list of the parts between separators, cutting at most maxsplit times from the left.");
        splitlines: keywords, doc!("splitlines($self, /, keepends=False)", "A list of the lines, with their ends if keepends is true.");
        startswith: varargs, c"B.startswith(prefix[, start[, end]]) -> bool\n\nWhether B[start:end] begins with prefix, or one of a tuple of them.";
        strip: fastcall, doc!("strip($self, bytes=None, /)", "A copy without ASCII white space (or the given bytes) at both ends.");
        swapcase: noargs, c"B.swapcase() -> copy of B\n\nUpper case for lower case and the other way round (ASCII).";
        title: noargs, c"B.title() -> copy of B\n\nEvery word begins in upper case and goes on in lower case (ASCII).";
        translate: keywords, doc!("translate($self, table, /, delete=b'')", "A copy with the bytes of delete left out and the others replaced by those of a table of 256 bytes, or None.");
        upper: noargs, c"B.upper() -> copy of B\n\nASCII letters in upper case.";
        zfill: o, doc!("zfill($self, width, /)", "Zeros before a number, after its sign, up to the given width.");
    }

    pub const fn fromhex<B: ByteLike>() -> PyMethodDef {
        const DOC: &core::ffi::CStr = doc!(
            "fromhex($type, string, /)",
            "The bytes that pairs of hexadecimal digits stand for; white space between them is skipped."
        );
        method::with_flags(
            method::o::<Object, _, _>(c"fromhex", super::fromhex::<B>, DOC),
            METH_CLASS as core::ffi::c_int,
        )
    }

    pub const fn maketrans() -> PyMethodDef {
        const DOC: &core::ffi::CStr = doc!(
            "maketrans(frm, to, /)",
            "A table for translate() that maps each byte of frm to the one of to at its place."
        );
        method::with_flags(
            method::fastcall(c"maketrans", |_: &Object, given: &[&Object]| super::make_trans(given), DOC),
            METH_STATIC as core::ffi::c_int,
        )
    }
}
