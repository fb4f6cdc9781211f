//! The `%` operator of `str` and `bytes`: parsing of conversion specifications, arguments, numbers.
//!
//! What both types share is here; they bring the template, the keys and the conversions of their own kind of text.

use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{mapping, number, object};
use crate::text::{Unit, float};
use crate::types::{exceptions, float as float_type, long, tuple, unicode};

/// `-`
pub const LEFT: u8 = 1;
/// `+`
pub const SIGN: u8 = 2;
/// A space.
pub const BLANK: u8 = 4;
/// `#`
pub const ALT: u8 = 8;
/// `0`
pub const ZERO: u8 = 16;

/// One conversion specification.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Set of the flag bits above.
    pub flags: u8,
    /// Least number of characters; -1 if not given.
    pub width: isize,
    /// -1 if not given.
    pub precision: i32,
    /// The conversion character.
    pub kind: u32,
    /// Its index in the template, for messages.
    pub at: usize,
}

impl Spec {
    /// Whether a flag is set.
    #[inline]
    pub fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// The right operand: a tuple of arguments, or one argument that can be a mapping for keys.
pub struct Arguments<'a> {
    current: Obj,
    /// Items of the tuple; -1 for a single argument.
    len: isize,
    /// Of the next item; -2 while a single argument has not been used.
    index: isize,
    mapping: Option<&'a Object>,
    /// "string" or "bytes", for messages.
    what: &'static str,
    /// "precision" or "prec", for messages.
    precision: &'static str,
}

impl<'a> Arguments<'a> {
    /// For `str`: any mapping but a `str` brings keys.
    pub fn of_str(args: &'a Object) -> Arguments<'a> {
        Arguments::new(args, !unicode::check(args), "string", "precision")
    }

    /// For `bytes`; text of all sorts is no mapping here.
    pub fn of_bytes(args: &'a Object) -> Arguments<'a> {
        let text = unicode::check(args) || super::bytes::check(args) || super::bytearray::check(args);
        Arguments::new(args, !text, "bytes", "prec")
    }

    fn new(args: &'a Object, may_map: bool, what: &'static str, precision: &'static str) -> Arguments<'a> {
        let (len, index) = if tuple::check(args) { (tuple::items(args).len() as isize, 0) } else { (-1, -2) };
        let mapping = (len < 0 && may_map && mapping::check(args)).then_some(args);
        Arguments { current: args.owned(), len, index, mapping, what, precision }
    }

    /// The next argument.
    pub fn next(&mut self) -> Result<Obj> {
        if self.index >= self.len {
            return Err(err::type_error("not enough arguments for format string"));
        }
        let index = self.index;
        self.index += 1;
        if self.len < 0 {
            return Ok(self.current.clone());
        }
        Ok(tuple::items(&self.current)[index as usize].owned())
    }

    fn mapping(&self) -> Result<&'a Object> {
        self.mapping.ok_or_else(|| err::type_error("format requires a mapping"))
    }

    fn use_key(&mut self, key: &Object) -> Result<()> {
        self.current = object::get_item(self.mapping()?, key)?;
        (self.len, self.index) = (-1, -2);
        Ok(())
    }

    /// At the end of the template: `TypeError` if arguments are left over.
    pub fn finish(&self) -> Result<()> {
        if self.index < self.len && self.mapping.is_none() {
            let what = self.what;
            return Err(err::type_error(format_args!(
                "not all arguments converted during {what} formatting"
            )));
        }
        Ok(())
    }
}

/// Reads one specification; `at` is behind the percent sign and then behind the conversion character. `key` makes the
/// key object of a range of the template.
pub fn parse<U: Unit>(
    template: &[U],
    at: &mut usize,
    args: &mut Arguments<'_>,
    key: impl Fn(usize, usize) -> Result<Obj>,
) -> Result<Spec> {
    let peek = |at: usize| template.get(at).map(|u| u.code());
    let mut spec = Spec { flags: 0, width: -1, precision: -1, kind: 0, at: 0 };
    if peek(*at) == Some('('.into()) {
        args.mapping()?;
        let start = *at + 1;
        let mut depth = 1;
        *at = start;
        while depth > 0 {
            match peek(*at) {
                None => return Err(err::value_error("incomplete format key")),
                Some(c) if c == u32::from('(') => depth += 1,
                Some(c) if c == u32::from(')') => depth -= 1,
                _ => {}
            }
            *at += 1;
        }
        let key = key(start, *at - 1)?;
        args.use_key(&key)?;
    }
    while let Some(c) = peek(*at) {
        spec.flags |= match char::from_u32(c) {
            Some('-') => LEFT,
            Some('+') => SIGN,
            Some(' ') => BLANK,
            Some('#') => ALT,
            Some('0') => ZERO,
            _ => break,
        };
        *at += 1;
    }
    if peek(*at) == Some('*'.into()) {
        *at += 1;
        let width = star(args)?;
        spec.width = long::as_isize(&width)?;
        if spec.width < 0 {
            spec.flags |= LEFT;
            spec.width = spec.width.checked_neg().unwrap_or(isize::MAX);
        }
    } else if let Some(width) = digits(template, at, isize::MAX as u64) {
        spec.width = width.ok_or_else(|| err::value_error("width too big"))? as isize;
    }
    if peek(*at) == Some('.'.into()) {
        *at += 1;
        spec.precision = 0;
        if peek(*at) == Some('*'.into()) {
            *at += 1;
            spec.precision = long::as_i32(star(args)?.object())?.max(0);
        } else if let Some(precision) = digits(template, at, i32::MAX as u64) {
            let name = args.precision;
            spec.precision =
                precision.ok_or_else(|| err::value_error(format_args!("{name} too big")))? as i32;
        }
    }
    if let Some('h' | 'l' | 'L') = peek(*at).and_then(char::from_u32) {
        *at += 1;
    }
    spec.kind = peek(*at).ok_or_else(|| err::value_error("incomplete format"))?;
    spec.at = *at;
    *at += 1;
    Ok(spec)
}

fn star(args: &mut Arguments<'_>) -> Result<Obj> {
    let value = args.next()?;
    if long::check(&value) { Ok(value) } else { Err(err::type_error("* wants int")) }
}

/// A decimal number, if there is one; `Some(None)` if it is above `limit`.
fn digits<U: Unit>(template: &[U], at: &mut usize, limit: u64) -> Option<Option<u64>> {
    let mut value = None;
    while let Some(c @ 48..=57) = template.get(*at).map(|u| u.code()) {
        let next = value.unwrap_or(0u64).checked_mul(10).and_then(|v| v.checked_add(u64::from(c - 48)));
        match next {
            Some(next) if next <= limit => value = Some(next),
            _ => return Some(None),
        }
        *at += 1;
    }
    value.map(Some)
}

/// The error for a conversion character that does not exist.
pub fn unsupported(spec: &Spec, shown: char) -> err::Raised {
    err::value_error(format_args!(
        "unsupported format character '{shown}' (0x{:x}) at index {}",
        spec.kind, spec.at
    ))
}

/// Where formatted text goes.
pub trait Output {
    /// Appends ASCII text.
    fn put_ascii(&mut self, text: &[u8]);
    /// Appends an ASCII character `count` times.
    fn put_fill(&mut self, fill: u8, count: usize);
}

impl Output for unicode::Builder {
    fn put_ascii(&mut self, text: &[u8]) {
        self.push_ascii_bytes(text);
    }
    fn put_fill(&mut self, fill: u8, count: usize) {
        self.push_repeated(fill.into(), count);
    }
}

impl Output for Vec<u8> {
    fn put_ascii(&mut self, text: &[u8]) {
        self.extend_from_slice(text);
    }
    fn put_fill(&mut self, fill: u8, count: usize) {
        self.resize(self.len() + count, fill);
    }
}

/// Lays out a number: sign, base prefix, zeros or spaces up to the width.
pub fn put_number(spec: &Spec, text: &[u8], out: &mut impl Output) -> Result<()> {
    let (sign, body): (&[u8], _) = match text {
        [b'-' | b'+', body @ ..] => (&text[..1], body),
        body if spec.has(SIGN) => (b"+", body),
        body if spec.has(BLANK) => (b" ", body),
        body => (b"", body),
    };
    let based = spec.has(ALT) && matches!(char::from_u32(spec.kind), Some('x' | 'X' | 'o'));
    let (prefix, body) = if based { body.split_at(2) } else { (&b""[..], body) };
    let length = sign.len() + prefix.len() + body.len();
    let missing = (spec.width.max(0) as usize).saturating_sub(length);
    if missing.checked_add(length).is_none_or(|n| n > isize::MAX as usize - 64) {
        return Err(err::no_memory());
    }
    let zeros = spec.has(ZERO) && !spec.has(LEFT);
    if !spec.has(LEFT) && !zeros {
        out.put_fill(b' ', missing);
    }
    out.put_ascii(sign);
    out.put_ascii(prefix);
    if zeros {
        out.put_fill(b'0', missing);
    }
    out.put_ascii(body);
    if spec.has(LEFT) {
        out.put_fill(b' ', missing);
    }
    Ok(())
}

/// The text of an integer conversion (`d i u o x X`), with a minus sign and, under `#`, the base prefix.
pub fn integer(spec: &Spec, value: &Object, shown: char) -> Result<Vec<u8>> {
    let kind = char::from_u32(spec.kind).unwrap_or('d');
    let based = matches!(kind, 'o' | 'x' | 'X');
    let converted = if long::check(value) {
        value.owned()
    } else {
        let wanted = if based { "an integer" } else { "a number" };
        let wrong = || {
            err::type_error(format_args!(
                "%{shown} format: {wanted} is required, not {:.200}",
                value.class_of().name()
            ))
        };
        if !number::check(value) {
            return Err(wrong());
        }
        match if based { number::index(value) } else { number::long(value) } {
            Ok(converted) => converted,
            Err(_) if err::matches(exceptions::TypeError()) => {
                err::clear();
                return Err(wrong());
            }
            Err(raised) => return Err(raised),
        }
    };
    long_text(&converted, spec.has(ALT), spec.precision, kind)
}

/// `_PyUnicode_FormatLong`: the digits of an int, at least `precision` of them, with its sign and, if wanted, prefix.
pub fn long_text(value: &Object, alternate: bool, precision: i32, kind: char) -> Result<Vec<u8>> {
    if precision > i32::MAX - 3 {
        return Err(err::overflow_error("precision too large"));
    }
    let base = match kind {
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    let text = match (long::small_value(value), base) {
        (Some(small), 10) => small.to_string().into_bytes(),
        _ => unicode::chars(long::format(value, base)?.object()).bytes().to_vec(),
    };
    let (negative, text) = match &text[..] {
        [b'-', rest @ ..] => (true, rest),
        all => (false, all),
    };
    let (prefix, digits) = if base == 10 { (&b""[..], text) } else { text.split_at(2) };
    let mut out = Vec::with_capacity(text.len() + 1);
    if negative {
        out.push(b'-');
    }
    if alternate {
        out.extend_from_slice(prefix);
    }
    out.resize(out.len() + (precision.max(0) as usize).saturating_sub(digits.len()), b'0');
    out.extend_from_slice(digits);
    if kind == 'X' {
        out.make_ascii_uppercase();
    }
    Ok(out)
}

/// The text of a floating-point conversion (`e E f F g G`).
pub fn floating(spec: &Spec, value: &Object) -> Result<Vec<u8>> {
    let number = float_type::as_f64(value)?;
    let precision = if spec.precision < 0 { 6 } else { spec.precision };
    let flags = if spec.has(ALT) { float::ALT } else { 0 };
    let mut out = Vec::with_capacity(32);
    match float::format_double(number, spec.kind as u8, precision, flags, &mut out) {
        Some(_) => Ok(out),
        None => Err(err::bad_internal_call()),
    }
}
