//! Case, padding, tabs, translation of `str`, `repr`, and the character predicates over whole texts.

use super::layout::{self, chars, exact, from_units, len};
use super::{Builder, Chars, check, check_exact, with_chars};
use crate::codecs::bridge;
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::object;
use crate::text::codec::Fault;
use crate::text::{Unit, repr};
use crate::types::{dict, exceptions, long};
use crate::unicode::{self, case};

/// A case mapping of the whole text; `ascii` maps one ASCII byte where that is all there is to it.
macro_rules! case_methods {
    ($($(#[$doc:meta])* $name:ident, |$ascii:ident| $map:expr;)*) => {$(
        $(#[$doc])*
        pub fn $name(text: &Object) -> Result<Obj> {
            if layout::is_ascii(text) {
                return map_ascii(text, |$ascii| $map);
            }
            let mut out: Vec<u32> = Vec::with_capacity(len(text));
            with_chars!(chars(text), |t| case::$name(t, |c| out.push(c)));
            from_units(&out)
        }
    )*};
}

fn map_ascii(text: &Object, map: impl FnOnce(&mut [u8])) -> Result<Obj> {
    let source = chars(text).bytes();
    match source {
        [] => layout::empty(),
        [c] => {
            let mut one = [*c];
            map(&mut one);
            layout::latin1_char(one[0])
        }
        _ => layout::build::<u8>(source.len(), 0x7f, |out| {
            out.copy_from_slice(source);
            map(out);
        }),
    }
}

fn title_ascii(text: &mut [u8]) {
    let mut after = false;
    for b in text {
        *b = if after { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
        after = b.is_ascii_alphabetic();
    }
}

fn capitalize_ascii(text: &mut [u8]) {
    text.make_ascii_lowercase();
    text[..1].make_ascii_uppercase();
}

fn swap_ascii(text: &mut [u8]) {
    for b in text {
        if b.is_ascii_alphabetic() {
            *b ^= 0x20;
        }
    }
}

case_methods! {
    /// `str.lower`.
    lower, |text| text.make_ascii_lowercase();
    /// `str.upper`.
    upper, |text| text.make_ascii_uppercase();
    /// `str.casefold`.
    casefold, |text| text.make_ascii_lowercase();
    /// `str.title`.
    title, |text| title_ascii(text);
    /// `str.capitalize`.
    capitalize, |text| capitalize_ascii(text);
    /// `str.swapcase`.
    swapcase, |text| swap_ascii(text);
}

/// `repr(str)`.
pub fn repr(text: &Object) -> Result<Obj> {
    if layout::is_ascii(text) && repr::is_plain(chars(text).bytes()) {
        let source = chars(text).bytes();
        return layout::build::<u8>(source.len() + 2, 0x7f, |out| {
            out[0] = b'\'';
            out[1..=source.len()].copy_from_slice(source);
            out[source.len() + 1] = b'\'';
        });
    }
    let mut out = Builder::with_capacity(len(text) + 2);
    with_chars!(chars(text), |t| repr::repr_text(t, false, &mut |c| out.push_char(c)));
    out.finish()
}

/// `ascii()` of a text that is already a representation: what is not ASCII becomes a backslash escape.
pub fn ascii_escaped(text: &Object) -> Result<Obj> {
    if layout::is_ascii(text) {
        return exact(text);
    }
    let mut out = Builder::with_capacity(len(text) + 16);
    for c in chars(text).iter() {
        if c < 0x80 {
            out.push_char(c);
        } else {
            crate::text::codec::handlers::put_backslashed(c, &mut |b| out.push_char(b.into()));
        }
    }
    out.finish()
}

// ---- padding ----

/// The fill character of `center` and its like.
pub fn fill_char(given: Option<&&Object>) -> Result<u32> {
    let Some(given) = given else { return Ok(b' '.into()) };
    if !check(given) {
        return Err(err::type_error(format_args!(
            "The fill character must be a unicode character, not {:.100}",
            given.class_of().name()
        )));
    }
    if len(given) != 1 {
        return Err(err::type_error("The fill character must be exactly one character long"));
    }
    Ok(super::char_at(given, 0))
}

/// The text between so many fill characters.
pub fn pad(text: &Object, left: usize, right: usize, fill: u32) -> Result<Obj> {
    if left == 0 && right == 0 {
        return exact(text);
    }
    if left.checked_add(right).and_then(|n| n.checked_add(len(text))).is_none_or(|n| n > isize::MAX as usize)
    {
        return Err(err::overflow_error("padded string is too long"));
    }
    let maxchar = layout::max_char_value(text).max(fill);
    let new = layout::alloc(len(text) + left + right, maxchar)?;
    // SAFETY: a fresh str as wide as both and long enough.
    unsafe {
        super::builder::fill_chars(&new, 0, left, fill);
        super::builder::copy_chars(&new, left, text, 0, len(text));
        super::builder::fill_chars(&new, left + len(text), right, fill);
    }
    Ok(new)
}

/// How much is missing to `width`.
fn missing_width(text: &Object, width: isize) -> usize {
    (width.max(0) as usize).saturating_sub(len(text))
}

/// `str.center`: an odd rest goes to the left if the width is odd.
pub fn center(text: &Object, width: isize, fill: u32) -> Result<Obj> {
    let margin = missing_width(text, width);
    let left = margin / 2 + (margin & width as usize & 1);
    pad(text, left, margin - left, fill)
}

/// `str.ljust`.
pub fn ljust(text: &Object, width: isize, fill: u32) -> Result<Obj> {
    pad(text, 0, missing_width(text, width), fill)
}

/// `str.rjust`.
pub fn rjust(text: &Object, width: isize, fill: u32) -> Result<Obj> {
    pad(text, missing_width(text, width), 0, fill)
}

/// `str.zfill`: zeros after a sign.
pub fn zfill(text: &Object, width: isize) -> Result<Obj> {
    let fill = missing_width(text, width);
    if fill == 0 {
        return exact(text);
    }
    let padded = pad(text, fill, 0, b'0'.into())?;
    if len(text) > 0 {
        let first = super::char_at(text, 0);
        if first == u32::from(b'+') || first == u32::from(b'-') {
            // SAFETY: just made by `pad`, not shared.
            unsafe {
                super::builder::fill_chars(&padded, 0, 1, first);
                super::builder::fill_chars(&padded, fill, 1, b'0'.into());
            }
        }
    }
    Ok(padded)
}

/// `str.expandtabs`.
pub fn expandtabs(text: &Object, size: i32) -> Result<Obj> {
    let tab = u32::from(b'\t');
    if !chars(text).iter().any(|c| c == tab) {
        return exact(text);
    }
    let size = size.max(0) as usize;
    let mut total = 0usize;
    let mut column = 0usize;
    let expansion = |column: usize| if size > 0 { size - column % size } else { 0 };
    for c in chars(text).iter() {
        let step = if c == tab { expansion(column) } else { 1 };
        column = if matches!(c, 10 | 13) { 0 } else { column + step };
        total = total
            .checked_add(step)
            .filter(|&total| total <= isize::MAX as usize)
            .ok_or_else(|| err::overflow_error("new string is too long"))?;
    }
    let mut out = Builder::with_capacity(total);
    column = 0;
    for c in chars(text).iter() {
        if c == tab {
            let n = expansion(column);
            out.push_repeated(b' '.into(), n);
            column += n;
        } else {
            out.push_char(c);
            column = if matches!(c, 10 | 13) { 0 } else { column + 1 };
        }
    }
    out.finish()
}

// ---- translation ----

/// What a table makes of a character.
enum Translated {
    Char(u32),
    Text(Obj),
    Deleted,
    /// Not in the table: stays.
    Missing,
}

fn look_up(table: &Object, c: u32) -> Result<Translated> {
    let key = long::from_i64(c.into())?;
    let value = match object::get_item(table, &key) {
        Ok(value) => value,
        Err(_) if err::matches(exceptions::LookupError()) => {
            err::clear();
            return Ok(Translated::Missing);
        }
        Err(raised) => return Err(raised),
    };
    if value.is_none() {
        return Ok(Translated::Deleted);
    }
    if long::check(&value) {
        let out_of_range = || err::value_error("character mapping must be in range(0x110000)");
        return match long::as_long(&value) {
            Ok(c @ 0..=0x10ffff) => Ok(Translated::Char(c as u32)),
            Ok(_) => Err(out_of_range()),
            Err(_) if err::matches(exceptions::OverflowError()) => {
                err::clear();
                Err(out_of_range())
            }
            Err(raised) => Err(raised),
        };
    }
    if check(&value) {
        return Ok(match chars(&value) {
            Chars::Latin1([c]) => Translated::Char((*c).into()),
            _ => Translated::Text(value),
        });
    }
    Err(err::type_error("character mapping must return integer, None or str"))
}

/// `PyUnicode_Translate`: `errors` is the handler for characters that the table says are undefined.
pub fn translate(text: &Object, table: &Object, errors: Option<&str>) -> Result<Obj> {
    super::ensure(text)?;
    if len(text) == 0 {
        return exact(text);
    }
    let mut out = Builder::with_capacity(len(text));
    // ASCII characters are looked up once: 0..0x80 is the replacement, the others say what is known.
    const UNKNOWN: u8 = 0xff;
    const DELETED: u8 = 0xfe;
    let mut seen = [UNKNOWN; 128];
    let ignore = errors == Some("ignore");
    let mut i = 0;
    while i < len(text) {
        let c = super::char_at(text, i);
        if c < 0x80 {
            match seen[c as usize] {
                UNKNOWN => {}
                DELETED => {
                    i += 1;
                    continue;
                }
                mapped => {
                    out.push_char(mapped.into());
                    i += 1;
                    continue;
                }
            }
        }
        let mut remember = |value: u8| {
            if c < 0x80 {
                seen[c as usize] = value;
            }
        };
        match look_up(table, c)? {
            Translated::Missing => {
                remember(c as u8);
                out.push_char(c);
            }
            Translated::Char(to) => {
                if to < 0x80 {
                    remember(to as u8);
                }
                out.push_char(to);
            }
            Translated::Text(to) => out.push_object(&to),
            Translated::Deleted if ignore => remember(DELETED),
            Translated::Deleted => {
                i = undefined(text, table, errors, i, &mut out)?;
                continue;
            }
        }
        i += 1;
    }
    out.finish()
}

/// Has the error handler replace a run of undefined characters.
fn undefined(
    text: &Object,
    table: &Object,
    errors: Option<&str>,
    start: usize,
    out: &mut Builder,
) -> Result<usize> {
    let mut end = start + 1;
    while end < len(text) && matches!(look_up(table, super::char_at(text, end))?, Translated::Deleted) {
        end += 1;
    }
    let fault = Fault { start, end, reason: "character maps to <undefined>" };
    let (replacement, at) = bridge::translate_error(text, errors, fault)?;
    out.push_object(&replacement);
    Ok(at)
}

/// `str.maketrans`.
pub fn make_trans(args: &[&Object]) -> Result<Obj> {
    crate::args::check_positional("maketrans", args.len(), 1, 3)?;
    let text = |i: usize| match args.get(i) {
        Some(given) if !check(given) => {
            Err(crate::args::bad_argument("maketrans", &format!("argument {}", i + 1), "str", given))
        }
        given => Ok(given.copied()),
    };
    let (to, delete) = (text(1)?, text(2)?);
    let table = dict::new()?;
    let from = args[0];
    if let Some(to) = to {
        if !check(from) {
            return Err(err::type_error(
                "first maketrans argument must be a string if there is a second argument",
            ));
        }
        if len(from) != len(to) {
            return Err(err::value_error("the first two maketrans arguments must have equal length"));
        }
        for (key, value) in chars(from).iter().zip(chars(to).iter()) {
            let (key, value) = (long::from_i64(key.into())?, long::from_i64(value.into())?);
            dict::set_item(&table, &key, &value)?;
        }
        for key in delete.into_iter().flat_map(|delete| chars(delete).iter()) {
            let key = long::from_i64(key.into())?;
            dict::set_item(&table, &key, crate::types::none::none())?;
        }
        return Ok(table);
    }
    if !dict::check_exact(from) {
        return Err(err::type_error("if you give only one argument to maketrans it must be a dict"));
    }
    let mut position = 0;
    while let Some((key, value)) = dict::next(from, &mut position) {
        if check(&key) {
            if len(&key) != 1 {
                return Err(err::value_error("string keys in translate table must be of length 1"));
            }
            let key = long::from_i64(super::char_at(&key, 0).into())?;
            dict::set_item(&table, &key, &value)?;
        } else if long::check(&key) {
            dict::set_item(&table, &key, &value)?;
        } else {
            return Err(err::type_error("keys in translate table must be strings or integers"));
        }
    }
    Ok(table)
}

// ---- predicates ----

fn all(text: &Object, is: fn(u32) -> bool) -> bool {
    !chars(text).is_empty() && with_chars!(chars(text), |t| t.iter().all(|u| is(u.code())))
}

macro_rules! predicates {
    ($($name:ident = $is:ident;)*) => {$(
        #[doc = concat!("`str.", stringify!($name), "`.")]
        pub fn $name(text: &Object) -> bool {
            all(text, unicode::$is)
        }
    )*};
}
predicates! {
    isspace = is_space; isdecimal = is_decimal; isdigit = is_digit; isnumeric = is_numeric; isalpha = is_alpha;
    isalnum = is_alnum;
}

/// `str.isprintable`; true of nothing.
pub fn isprintable(text: &Object) -> bool {
    chars(text).is_empty() || all(text, unicode::is_printable)
}

fn one_case(text: &Object, wanted: fn(u32) -> bool, other: fn(u32) -> bool) -> bool {
    with_chars!(chars(text), |t| {
        let mut cased = false;
        for c in t.iter().map(|u| u.code()) {
            if other(c) || unicode::is_title(c) {
                return false;
            }
            cased = cased || wanted(c);
        }
        cased
    })
}

/// `str.islower`.
pub fn islower(text: &Object) -> bool {
    one_case(text, unicode::is_lower, unicode::is_upper)
}

/// `str.isupper`.
pub fn isupper(text: &Object) -> bool {
    one_case(text, unicode::is_upper, unicode::is_lower)
}

/// `str.istitle`.
pub fn istitle(text: &Object) -> bool {
    with_chars!(chars(text), |t| case::is_titled(t))
}

/// `PyUnicode_IsIdentifier`.
pub fn is_identifier(text: &Object) -> bool {
    with_chars!(chars(text), |t| unicode::is_identifier(t))
}

/// `_PyUnicode_ScanIdentifier`: how many leading characters form an identifier.
pub fn scan_identifier(text: &Object) -> usize {
    let mut all = chars(text).iter();
    match all.next() {
        Some(c) if c == u32::from(b'_') || unicode::is_xid_start(c) => {
            1 + all.take_while(|&c| unicode::is_xid_continue(c)).count()
        }
        _ => 0,
    }
}

/// `str.__sizeof__`.
pub fn memory_size(text: &Object) -> usize {
    let raw = text.as_ptr();
    let n = len(text) + 1;
    // SAFETY: a live str; the fields of its layout.
    unsafe {
        let state = layout::state(text);
        let mut size = if state & krait_abi::STATE_COMPACT == 0 {
            size_of::<krait_abi::PyUnicodeObject>() + n * layout::kind(text)
        } else if layout::is_ascii(text) {
            layout::ASCII_HEAD + n
        } else {
            layout::COMPACT_HEAD + n * layout::kind(text)
        };
        if layout::owns_wstr(raw) {
            size += ((*raw.cast::<krait_abi::PyCompactUnicodeObject>()).wstr_length as usize + 1) * 4;
        }
        if layout::owns_utf8(raw) {
            size += (*raw.cast::<krait_abi::PyCompactUnicodeObject>()).utf8_length as usize + 1;
        }
        size
    }
}

/// `_PyUnicode_TransformDecimalAndSpaceToASCII`: decimal digits of any script to ASCII ones, white space to spaces;
/// from the first other character beyond ASCII on, question marks.
pub fn transform_decimal_and_space_to_ascii(text: &Object) -> Result<Obj> {
    if layout::is_ascii(text) && check_exact(text) {
        return Ok(text.owned());
    }
    let mut out = Vec::with_capacity(len(text));
    for c in chars(text).iter() {
        out.push(if c < 127 {
            c as u8
        } else if unicode::is_space(c) {
            b' '
        } else if let Some(digit) = unicode::decimal_value(c) {
            b'0' + digit
        } else {
            out.push(b'?');
            break;
        });
    }
    layout::from_ascii(&out)
}
