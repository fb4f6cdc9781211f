//! The engine of `PyUnicode_FromFormat` and of every C function that takes such a format.
//!
//! Units: `%c %d %i %u %x %p %s %U %V %S %R %A %%`, with a zero flag, width and precision, and `l`, `ll` or `z` before
//! `d`, `i`, `u`. Whatever else follows a percent sign ends the interpretation: the rest is copied as it is.

use super::layout::{len, max_char_value};
use super::{Builder, chars};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::object;
use crate::text::byte;
use crate::text::c_format::{Arguments, Width, number, pointer};
use krait_abi::PyObject;

/// One unit.
struct Unit {
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
    argument: Width,
    kind: u8,
}

/// `PyUnicode_FromFormatV`.
///
/// # Safety
/// The arguments are of the types that the format names; strings are NUL-terminated (or as long as the precision) and
/// objects live.
pub unsafe fn from_format(format: &[u8], args: &mut impl Arguments) -> Result<Obj> {
    let mut out = Builder::with_capacity(format.len() + 100);
    // SAFETY: the caller's promise.
    unsafe { write_format(&mut out, format, args)? };
    out.finish()
}

/// Appends a formatted text.
///
/// # Safety
/// As [`from_format`].
pub unsafe fn write_format(out: &mut Builder, format: &[u8], args: &mut impl Arguments) -> Result<()> {
    let mut at = 0;
    while at < format.len() {
        let plain = byte::find(b'%', &format[at..]).unwrap_or(format.len() - at);
        if plain > 0 {
            put_ascii(out, &format[at..at + plain])?;
            at += plain;
            continue;
        }
        match parse(format, at + 1)? {
            Some((unit, next)) => {
                // SAFETY: the caller's promise.
                unsafe { put(out, &unit, args)? };
                at = next;
            }
            None => {
                put_ascii(out, &format[at..])?;
                break;
            }
        }
    }
    Ok(())
}

fn put_ascii(out: &mut Builder, text: &[u8]) -> Result<()> {
    if let Some(byte) = text.iter().find(|byte| !byte.is_ascii()) {
        return Err(err::value_error(format_args!(
            "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: {byte:#04x}"
        )));
    }
    out.push_ascii_bytes(text);
    Ok(())
}

/// The unit behind a percent sign and what follows it; None if it is no unit.
fn parse(format: &[u8], mut at: usize) -> Result<Option<(Unit, usize)>> {
    let mut unit = Unit { zero: false, width: None, precision: None, argument: Width::Int, kind: 0 };
    if format.get(at) == Some(&b'0') {
        unit.zero = true;
        at += 1;
    }
    if let Some(width) = number(format, &mut at) {
        unit.width = Some(width.ok_or_else(|| err::value_error("width too big"))?);
    }
    if format.get(at) == Some(&b'.') {
        at += 1;
        if format.get(at) == Some(&b'%') {
            return Ok(None);
        }
        if let Some(precision) = number(format, &mut at) {
            unit.precision = Some(precision.ok_or_else(|| err::value_error("precision too big"))?);
        }
    }
    let rest = &format[at.min(format.len())..];
    let length = match rest {
        [b'l', b'd' | b'i' | b'u', ..] | [b'z', b'd' | b'i' | b'u', ..] => 1,
        [b'l', b'l', b'd' | b'i' | b'u', ..] => 2,
        _ => 0,
    };
    if length > 0 {
        unit.argument = Width::Long;
    }
    match rest.get(length) {
        Some(&kind) if b"cdiuxpsUVSRA%".contains(&kind) => {
            unit.kind = kind;
            Ok(Some((unit, at + length + 1)))
        }
        _ => Ok(None),
    }
}

/// # Safety
/// As [`from_format`].
unsafe fn put(out: &mut Builder, unit: &Unit, args: &mut impl Arguments) -> Result<()> {
    match unit.kind {
        b'%' => out.push_char('%'.into()),
        b'c' => match args.word() as i32 {
            c @ 0..=0x10ffff => out.push_char(c as u32),
            _ => return Err(err::overflow_error("character argument not in range(0x110000)")),
        },
        b'd' | b'i' => put_digits(out, unit, &unit.argument.signed(args.word())),
        b'u' => put_digits(out, unit, &unit.argument.unsigned(args.word())),
        b'x' => put_digits(out, unit, &format!("{:x}", args.word() as u32)),
        b'p' => out.push_str(&pointer(args.word())),
        // SAFETY: the caller's promise.
        b's' => unsafe { put_c_string(out, unit, args.word() as *const u8)? },
        kind => {
            let object = args.word() as *mut PyObject;
            // SAFETY: the caller's promise: a live object, or NULL for `V`, which a C string follows then.
            let object = unsafe { Object::from_ptr_opt(object) };
            if kind == b'V' {
                let text = args.word() as *const u8;
                return match object {
                    Some(object) => {
                        put_object(out, unit, object);
                        Ok(())
                    }
                    // SAFETY: the caller's promise.
                    None => unsafe { put_c_string(out, unit, text) },
                };
            }
            let Some(object) = object else { return Err(err::bad_internal_call()) };
            match kind {
                b'U' => put_object(out, unit, object),
                b'S' => put_object(out, unit, object::str(object)?.object()),
                b'R' => put_object(out, unit, object::repr(object)?.object()),
                _ => put_object(out, unit, object::ascii(object)?.object()),
            }
        }
    }
    Ok(())
}

/// Digits (with a sign) as a zero-padded precision and width say; zeros come before the sign too.
fn put_digits(out: &mut Builder, unit: &Unit, digits: &str) {
    let length = unit.precision.unwrap_or(0).max(digits.len());
    let fill = if unit.zero { '0' } else { ' ' };
    out.push_repeated(fill.into(), unit.width.unwrap_or(0).saturating_sub(length));
    out.push_repeated('0'.into(), length - digits.len());
    out.push_str(digits);
}

fn put_object(out: &mut Builder, unit: &Unit, text: &Object) {
    let length = unit.precision.unwrap_or(usize::MAX).min(len(text));
    out.push_repeated(' '.into(), unit.width.unwrap_or(0).saturating_sub(length));
    out.push_substring(text, 0, length);
}

/// # Safety
/// `text` is NUL-terminated or as long as the precision.
unsafe fn put_c_string(out: &mut Builder, unit: &Unit, text: *const u8) -> Result<()> {
    let limit = unit.precision.unwrap_or(usize::MAX);
    // SAFETY: the caller's promise; reading stops at the NUL or the precision.
    let bytes = unsafe {
        let length = (0..limit).take_while(|&i| *text.add(i) != 0).count();
        core::slice::from_raw_parts(text, length)
    };
    if bytes.is_ascii() {
        out.push_repeated(' '.into(), unit.width.unwrap_or(0).saturating_sub(bytes.len()));
        out.push_ascii_bytes(bytes);
        return Ok(());
    }
    let decoded = super::decode_utf8(bytes, Some("replace"))?;
    put_object(out, &Unit { precision: None, ..*unit }, &decoded);
    Ok(())
}

/// `_PyUnicode_InsertThousandsGrouping`, the one function of the number formatter that is exported: digits with
/// separators, filled up with zeros, written into a writer's buffer (or only measured, without one).
///
/// # Safety
/// With a writer, its buffer has room for the result at its position; `digits` is a `str` with the range asked for.
#[expect(clippy::too_many_arguments, reason = "the C function's")]
pub unsafe fn insert_thousands_grouping(
    writer: Option<&mut krait_abi::_PyUnicodeWriter>,
    digits: Option<&Object>,
    start: usize,
    count: usize,
    min_width: isize,
    grouping: &[u8],
    separator: &Object,
    max_char: &mut u32,
) -> isize {
    let mut pieces: Vec<(usize, usize, bool)> = Vec::new();
    let (mut left, mut width, mut sizes) = (count, min_width.max(0) as usize, grouping.iter().copied());
    let (mut last, mut first) = (None, true);
    loop {
        match sizes.next() {
            Some(127) => (last, sizes) = (None, [].iter().copied()),
            Some(0) | None => {}
            Some(size) => last = Some(usize::from(size)),
        }
        let wanted = last.unwrap_or_else(|| left.max(width).max(1));
        let chars = left.min(wanted);
        let length = chars.max(wanted.min(left.max(width).max(1)));
        pieces.push((chars, length - chars, !first));
        left -= chars;
        width = width.saturating_sub(length);
        if left == 0 && width == 0 {
            break;
        }
        width = width.saturating_sub(len(separator));
        first = false;
    }
    let total: usize = pieces
        .iter()
        .map(|&(digits, zeros, sep)| digits + zeros + if sep { len(separator) } else { 0 })
        .sum();
    if pieces.len() > 1 {
        *max_char = (*max_char).max(max_char_value(separator));
    }
    if let (Some(writer), Some(digits)) = (writer, digits) {
        let mut out: Vec<u32> = Vec::with_capacity(total);
        let mut end = start + count;
        for (i, &(chars_here, zeros, _)) in pieces.iter().enumerate() {
            if i > 0 {
                out.extend(chars(separator).iter().rev());
            }
            out.extend(chars(digits).slice(end - chars_here, end).iter().rev());
            out.extend(core::iter::repeat_n(u32::from(b'0'), zeros));
            end -= chars_here;
        }
        out.reverse();
        for (i, c) in out.into_iter().enumerate() {
            // SAFETY: the caller's promise.
            unsafe {
                match writer.kind {
                    1 => *writer.data.cast::<u8>().add(writer.pos as usize + i) = c as u8,
                    2 => *writer.data.cast::<u16>().add(writer.pos as usize + i) = c as u16,
                    _ => *writer.data.cast::<u32>().add(writer.pos as usize + i) = c,
                }
            }
        }
    }
    total as isize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_gil;
    use crate::text::c_format::Words;
    use crate::types::{bytes, unicode};

    /// The arguments of one call: numbers and C strings.
    enum Arg {
        N(i64),
        S(&'static core::ffi::CStr),
    }
    use Arg::{N, S};

    #[test]
    fn against_the_reference() {
        // Format, arguments, what `PyUnicode_FromFormat` makes of it, what `PyBytes_FromFormat` does.
        let cases: &[(&str, &[Arg], &str, &str)] = &[
            ("%d", &[N(5)], "5", "5"),
            ("%05d", &[N(-5)], "000-5", "-5"),
            ("%5d|", &[N(-5)], "   -5|", "-5|"),
            ("%.3d", &[N(-5)], "0-5", "-5"),
            ("%8.3d", &[N(-5)], "     0-5", "-5"),
            ("%08.3d", &[N(5)], "00000005", "5"),
            ("%u", &[N(-1)], "4294967295", "4294967295"),
            ("%010x", &[N(255)], "00000000ff", "ff"),
            ("%X", &[], "%X", "%X"),
            ("%lx|", &[], "%lx|", "%lx|"),
            ("%ld", &[N(-1 << 40)], "-1099511627776", "-1099511627776"),
            ("%li", &[N(-1 << 40)], "-1099511627776", "%li"),
            ("%llu", &[N(-1)], "18446744073709551615", "%llu"),
            ("%zd", &[N(-3)], "-3", "-3"),
            ("%i", &[N(3)], "3", "3"),
            ("%5c|", &[N(65)], "A|", "A|"),
            ("%20p|", &[N(0x1234)], "0x1234|", "0x1234|"),
            ("%p", &[N(0)], "0x(nil)", "0x(nil)"),
            ("%.2s|", &[S(c"abc")], "ab|", "ab|"),
            ("%5s|", &[S(c"abc")], "  abc|", "abc|"),
            ("%6.2s|", &[S(c"abc")], "    ab|", "ab|"),
            ("%-5s|", &[S(c"abc")], "%-5s|", "abc|"),
            ("%.0s|", &[S(c"abc")], "|", "abc|"),
            ("a%%b%5%|", &[], "a%b%|", "a%b%|"),
            ("%", &[], "%", "%"),
            ("%.5", &[], "%.5", "%.5"),
            ("%y rest %d", &[], "%y rest %d", "%y rest %d"),
            ("%ll", &[], "%ll", "%ll"),
        ];
        with_gil(|| {
            for (format, args, text, contents) in cases {
                let words: Vec<u64> = args
                    .iter()
                    .map(|arg| match arg {
                        N(number) => *number as u64,
                        S(string) => string.as_ptr() as u64,
                    })
                    .collect();
                // SAFETY: the words are what the format asks for.
                let made = unsafe { from_format(format.as_bytes(), &mut Words(&words)) }.expect(format);
                assert!(unicode::eq_str(&made, text), "{format}: {}", unicode::display(&made));
                // SAFETY: as above.
                let made =
                    unsafe { bytes::from_format(format.as_bytes(), &mut Words(&words)) }.expect(format);
                assert_eq!(bytes::as_slice(&made), contents.as_bytes(), "{format}");
            }
            // SAFETY: no arguments.
            let refused = unsafe { from_format("café".as_bytes(), &mut Words(&[])) };
            assert!(refused.is_err());
            crate::err::clear();
        });
    }

    #[test]
    fn thousands() {
        with_gil(|| {
            let comma = unicode::from_str(",").unwrap();
            let digits = unicode::from_str("1234567").unwrap();
            for (count, width, grouping, expected) in [
                (7, 0, &b"\x03"[..], "1,234,567"),
                (3, 0, b"\x03", "567"),
                (4, 9, b"\x03", "0,004,567"),
                (7, 0, b"\x03\x02", "12,34,567"),
                (7, 0, b"\x03\x7f", "1234,567"),
                (0, 3, b"\x03", "000"),
                (7, 12, b"\x03", "0,001,234,567"),
                (7, 0, b"", "1234567"),
            ] {
                let measure = |writer: Option<&mut krait_abi::_PyUnicodeWriter>| {
                    // SAFETY: the writer below has been prepared for what was measured.
                    unsafe {
                        insert_thousands_grouping(
                            writer,
                            Some(&digits),
                            7 - count,
                            count,
                            width,
                            grouping,
                            &comma,
                            &mut 127,
                        )
                    }
                };
                let length = measure(None);
                assert_eq!(length as usize, expected.len(), "{expected}");
                let mut out = Builder::new();
                super::super::Writer::prepare(out.writer(), length, 127).unwrap();
                measure(Some(out.writer()));
                out.writer().pos = length;
                assert!(unicode::eq_str(&out.finish().unwrap(), expected), "{expected}");
            }
        });
    }
}
