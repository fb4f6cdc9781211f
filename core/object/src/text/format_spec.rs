//! The format-specification mini-language, `[[fill]align][sign][#][0][width][grouping][.precision][type]`,
//! and how `int`, `float`, `complex` and `str` lay themselves out under it.
//!
//! Output goes character by character to a sink. The callers bring the digits of integers (they own
//! the numbers) and the locale's conventions for type `n`.

use super::{Unit, float};
use crate::unicode;

/// Digit grouping by the specification itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Grouping {
    None,
    /// `,` every three digits.
    Comma,
    /// `_` every three digits.
    Underscore,
    /// `_` every four digits, for bases 2, 8 and 16.
    UnderscoreFour,
}

/// A parsed specification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spec {
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: u8,
    /// `+`, `-` or a space if given.
    pub sign: Option<u8>,
    pub alternate: bool,
    pub width: Option<usize>,
    pub grouping: Grouping,
    pub precision: Option<usize>,
    /// The presentation type; 0 for none.
    pub kind: u32,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormatError {
    /// ValueError.
    Value(String),
    /// OverflowError.
    Overflow(&'static str),
}

fn value_error<T>(message: impl Into<String>) -> Result<T, FormatError> {
    Err(FormatError::Value(message.into()))
}

/// A presentation type as messages show it.
fn shown(kind: u32) -> String {
    match char::from_u32(kind) {
        Some(c @ '!'..='\x7f') => c.to_string(),
        _ => format!("\\x{kind:x}"),
    }
}

/// The error for a presentation type that the object's type does not have.
pub fn unknown_code(kind: u32, type_name: &str) -> FormatError {
    FormatError::Value(format!("Unknown format code '{}' for object of type '{type_name}'", shown(kind)))
}

struct Reader<'a, U> {
    text: &'a [U],
    at: usize,
}

impl<U: Unit> Reader<'_, U> {
    fn peek(&self, ahead: usize) -> Option<u32> {
        self.text.get(self.at + ahead).map(|u| u.code())
    }

    fn take(&mut self, c: u8) -> bool {
        let found = self.peek(0) == Some(c.into());
        self.at += usize::from(found);
        found
    }

    fn integer(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value = None;
        while let Some(d) = self.peek(0).and_then(unicode::decimal_value) {
            let next = value.unwrap_or(0usize).checked_mul(10).and_then(|v| v.checked_add(d.into()));
            match next {
                Some(v) if v <= isize::MAX as usize => value = Some(v),
                _ => return value_error("Too many decimal digits in format string"),
            }
            self.at += 1;
        }
        Ok(value)
    }
}

fn alignment(c: Option<u32>) -> Option<u8> {
    match c.and_then(|c| u8::try_from(c).ok()) {
        Some(c @ (b'<' | b'>' | b'=' | b'^')) => Some(c),
        _ => None,
    }
}

impl Spec {
    /// Parses a specification, with the object's default type and alignment.
    pub fn parse<U: Unit>(text: &[U], default_kind: u8, default_align: u8) -> Result<Spec, FormatError> {
        let mut r = Reader { text, at: 0 };
        let mut spec = Spec {
            fill: b' '.into(),
            align: default_align,
            sign: None,
            alternate: false,
            width: None,
            grouping: Grouping::None,
            precision: None,
            kind: default_kind.into(),
        };
        let (mut filled, mut aligned) = (false, false);
        if let Some(align) = alignment(r.peek(1)) {
            spec.fill = r.peek(0).expect("something before it");
            spec.align = align;
            (filled, aligned) = (true, true);
            r.at = 2;
        } else if let Some(align) = alignment(r.peek(0)) {
            spec.align = align;
            aligned = true;
            r.at = 1;
        }
        for sign in [b' ', b'+', b'-'] {
            if spec.sign.is_none() && r.take(sign) {
                spec.sign = Some(sign);
            }
        }
        spec.alternate = r.take(b'#');
        if !filled && r.take(b'0') {
            spec.fill = b'0'.into();
            if !aligned {
                spec.align = b'=';
            }
        }
        spec.width = r.integer()?;
        if r.take(b',') {
            spec.grouping = Grouping::Comma;
        }
        if r.take(b'_') {
            if spec.grouping != Grouping::None {
                return value_error("Cannot specify both ',' and '_'.");
            }
            spec.grouping = Grouping::Underscore;
            if r.peek(0) == Some(b','.into()) {
                return value_error("Cannot specify both ',' and '_'.");
            }
        }
        if r.take(b'.') {
            spec.precision = r.integer()?;
            if spec.precision.is_none() {
                return value_error("Format specifier missing precision");
            }
        }
        match text.len() - r.at {
            0 => {}
            1 => spec.kind = text[r.at].code(),
            _ => return value_error("Invalid format specifier"),
        }
        spec.check_grouping()?;
        Ok(spec)
    }

    fn check_grouping(&mut self) -> Result<(), FormatError> {
        let separator = match self.grouping {
            Grouping::None => return Ok(()),
            Grouping::Comma => ',',
            _ => '_',
        };
        match u8::try_from(self.kind) {
            Ok(0 | b'd' | b'e' | b'f' | b'g' | b'E' | b'F' | b'G' | b'%') => Ok(()),
            Ok(b'b' | b'o' | b'x' | b'X') if separator == '_' => {
                self.grouping = Grouping::UnderscoreFour;
                Ok(())
            }
            _ => value_error(format!("Cannot specify '{separator}' with '{}'.", shown(self.kind))),
        }
    }

    fn kind_byte(&self) -> u8 {
        u8::try_from(self.kind).unwrap_or(0xff)
    }

    /// Left and right padding around `len` characters; `=` counts as `>`.
    fn padding(&self, len: usize) -> (usize, usize) {
        let total = self.width.unwrap_or(0).saturating_sub(len);
        match self.align {
            b'<' => (0, total),
            b'^' => (total / 2, total - total / 2),
            _ => (total, 0),
        }
    }
}

/// How numbers are punctuated: the current locale for type `n`, else what the specification says.
#[derive(Clone, Copy, Debug)]
pub struct Conventions<'a> {
    pub decimal_point: &'a [u32],
    pub separator: &'a [u32],
    /// Group sizes from the right, as in C's `lconv`: 0 or the end repeats the last, `CHAR_MAX` stops.
    pub grouping: &'a [u8],
}

const POINT: &[u32] = &[b'.' as u32];

impl Conventions<'static> {
    pub fn of(grouping: Grouping) -> Conventions<'static> {
        let (separator, grouping): (&[u32], &[u8]) = match grouping {
            Grouping::None => (&[], &[]),
            Grouping::Comma => (&[b',' as u32], &[3]),
            Grouping::Underscore => (&[b'_' as u32], &[3]),
            Grouping::UnderscoreFour => (&[b'_' as u32], &[4]),
        };
        Conventions { decimal_point: POINT, separator, grouping }
    }
}

impl Conventions<'_> {
    /// The group sizes from the right; `None` is "all the rest".
    fn groups(&self) -> impl Iterator<Item = Option<usize>> {
        let (mut i, mut last) = (0, None);
        let sizes = self.grouping;
        std::iter::from_fn(move || {
            match sizes.get(i) {
                Some(&127) => last = None,
                Some(&size) if size != 0 => {
                    last = Some(usize::from(size));
                    i += 1;
                }
                _ => {}
            }
            Some(last)
        })
    }
}

/// Integer digits with separators, zero-padded on the left to at least `min_width` characters; a
/// separator never comes first. What the text is made of, from the right.
fn grouped(digits: &[u8], min_width: usize, conventions: &Conventions) -> Vec<u32> {
    let separator = conventions.separator;
    let mut reversed = Vec::with_capacity(min_width.max(digits.len() * 4 / 3) + 1);
    let mut rest = digits.iter().rev();
    let mut room = min_width;
    for group in conventions.groups() {
        let wanted = rest.len().max(room).max(1);
        let size = group.map_or(wanted, |g| g.min(wanted));
        if !reversed.is_empty() {
            reversed.extend(separator.iter().rev());
        }
        let before = reversed.len();
        reversed.extend(rest.by_ref().take(size).map(|&b| u32::from(b)));
        reversed.resize(before + size, b'0'.into());
        room = room.saturating_sub(size);
        if rest.len() == 0 && room == 0 {
            break;
        }
        room = room.saturating_sub(separator.len());
    }
    reversed
}

/// A number in parts: `[sign][prefix]digits[.]rest`.
#[derive(Clone, Copy, Default)]
struct Number<'a> {
    negative: bool,
    prefix: &'a [u8],
    digits: &'a [u8],
    point: bool,
    rest: &'a [u8],
    /// A character in place of digits (type `c`).
    character: Option<u32>,
}

impl<'a> Number<'a> {
    /// Takes apart what [`float::format_double`] wrote.
    fn of_float(text: &'a [u8]) -> Number<'a> {
        let negative = text.first() == Some(&b'-');
        let text = &text[usize::from(negative)..];
        let n = text.iter().take_while(|b| b.is_ascii_digit()).count();
        let point = text.get(n) == Some(&b'.');
        let rest = &text[n + usize::from(point)..];
        Number { negative, digits: &text[..n], point, rest, ..Number::default() }
    }

    fn put(&self, spec: &Spec, conventions: &Conventions, push: &mut impl FnMut(u32)) {
        let sign = match spec.sign {
            _ if self.negative => Some(b'-'),
            Some(b'-') | None => None,
            plus => plus,
        };
        let point = if self.point { conventions.decimal_point } else { &[] };
        let fixed = usize::from(sign.is_some())
            + self.prefix.len()
            + point.len()
            + self.rest.len()
            + usize::from(self.character.is_some());
        let min_width = if spec.fill == u32::from(b'0') && spec.align == b'=' {
            spec.width.unwrap_or(0).saturating_sub(fixed)
        } else {
            0
        };
        let plain =
            conventions.separator.is_empty() || conventions.grouping.is_empty() || self.digits.is_empty();
        let groups = if plain { Vec::new() } else { grouped(self.digits, min_width, conventions) };
        let digits = if plain { self.digits.len() } else { groups.len() };
        let (left, right) = spec.padding(fixed + digits);
        let fill = |n: usize, push: &mut dyn FnMut(u32)| (0..n).for_each(|_| push(spec.fill));
        let ascii = |bytes: &[u8], push: &mut dyn FnMut(u32)| bytes.iter().for_each(|&b| push(b.into()));
        if spec.align != b'=' {
            fill(left, push);
        }
        ascii(sign.as_slice(), push);
        ascii(self.prefix, push);
        if spec.align == b'=' {
            fill(left, push);
        }
        if plain {
            ascii(self.digits, push);
        } else {
            groups.iter().rev().for_each(|&c| push(c));
        }
        self.character.iter().for_each(|&c| push(c));
        point.iter().for_each(|&c| push(c));
        ascii(self.rest, push);
        fill(right, push);
    }
}

/// `str.__format__`; `type_name` is for messages.
pub fn format_str<U: Unit>(
    spec: &Spec,
    text: &[U],
    type_name: &str,
    push: &mut impl FnMut(u32),
) -> Result<(), FormatError> {
    if spec.kind != u32::from(b's') {
        return Err(unknown_code(spec.kind, type_name));
    }
    if spec.sign.is_some() {
        return value_error("Sign not allowed in string format specifier");
    }
    if spec.alternate {
        return value_error("Alternate form (#) not allowed in string format specifier");
    }
    if spec.align == b'=' {
        return value_error("'=' alignment not allowed in string format specifier");
    }
    let text = &text[..spec.precision.unwrap_or(text.len()).min(text.len())];
    let (left, right) = spec.padding(text.len());
    (0..left).for_each(|_| push(spec.fill));
    text.iter().for_each(|u| push(u.code()));
    (0..right).for_each(|_| push(spec.fill));
    Ok(())
}

/// What an integer has to bring for a specification.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IntStyle {
    /// Its value as a character: [`format_char`].
    Char,
    /// Its digits in that base, upper case if said, for [`format_int`].
    Digits { base: u32, upper: bool },
    /// Its value as a float: [`format_float`].
    Float,
}

/// How an integer is to be shown; `type_name` is for messages.
pub fn int_style(spec: &Spec, type_name: &str) -> Result<IntStyle, FormatError> {
    let base = match spec.kind_byte() {
        0 | b'd' | b'n' => 10,
        b'b' => 2,
        b'o' => 8,
        b'x' | b'X' => 16,
        b'c' => 0,
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' | b'%' => return Ok(IntStyle::Float),
        _ => return Err(unknown_code(spec.kind, type_name)),
    };
    if spec.precision.is_some() {
        return value_error("Precision not allowed in integer format specifier");
    }
    if base > 0 {
        return Ok(IntStyle::Digits { base, upper: spec.kind == u32::from(b'X') });
    }
    if spec.sign.is_some() {
        return value_error("Sign not allowed with integer format specifier 'c'");
    }
    if spec.alternate {
        return value_error("Alternate form (#) not allowed with integer format specifier 'c'");
    }
    Ok(IntStyle::Char)
}

/// An integer under type `c`; `value` is none if it fits no C long.
pub fn format_char(spec: &Spec, value: i64, push: &mut impl FnMut(u32)) -> Result<(), FormatError> {
    let character = u32::try_from(value).ok().filter(|&c| c <= unicode::MAX);
    if character.is_none() {
        return Err(FormatError::Overflow("%c arg not in range(0x110000)"));
    }
    Number { character, ..Number::default() }.put(spec, &Conventions::of(Grouping::None), push);
    Ok(())
}

fn conventions<'a>(spec: &Spec, locale: Option<Conventions<'a>>) -> Conventions<'a> {
    match locale {
        Some(locale) if spec.kind == u32::from(b'n') => locale,
        _ => Conventions::of(spec.grouping),
    }
}

/// An integer from its magnitude's digits in the base that [`int_style`] wanted. `locale` is used
/// for type `n` only.
pub fn format_int(
    spec: &Spec,
    negative: bool,
    digits: &[u8],
    locale: Option<Conventions>,
    push: &mut impl FnMut(u32),
) {
    let prefix: &[u8] = match spec.kind_byte() {
        b'b' if spec.alternate => b"0b",
        b'o' if spec.alternate => b"0o",
        b'x' if spec.alternate => b"0x",
        b'X' if spec.alternate => b"0X",
        _ => b"",
    };
    Number { negative, prefix, digits, ..Number::default() }.put(spec, &conventions(spec, locale), push);
}

/// A double's text under a specification, before layout.
fn float_text(spec: &Spec, value: f64, bare_code: u8, type_name: &str) -> Result<Vec<u8>, FormatError> {
    let bare = spec.kind == 0;
    let (mut code, mut value, mut percent) = (spec.kind_byte(), value, false);
    match code {
        0 => code = b'r',
        b'n' => code = b'g',
        b'%' if type_name != "complex" => {
            (code, value, percent) = (b'f', value * 100.0, true);
        }
        b'e' | b'E' | b'f' | b'F' | b'g' | b'G' => {}
        _ => return Err(unknown_code(spec.kind, type_name)),
    }
    let precision = match spec.precision {
        Some(p) => {
            if code == b'r' {
                code = b'g';
            }
            match i32::try_from(p) {
                Ok(p) => p,
                Err(_) => return value_error("precision too big"),
            }
        }
        None if bare => 0,
        None => 6,
    };
    let mut flags = if spec.alternate { float::ALT } else { 0 };
    if bare {
        flags |= u32::from(bare_code);
    }
    let mut out = Vec::with_capacity(32);
    float::format_double(value, code, precision, flags, &mut out).expect("a valid code");
    if percent {
        out.push(b'%');
    }
    Ok(out)
}

/// `float.__format__` (and an int's under a float type, with its own type name).
pub fn format_float(
    spec: &Spec,
    value: f64,
    type_name: &str,
    locale: Option<Conventions>,
    push: &mut impl FnMut(u32),
) -> Result<(), FormatError> {
    let text = float_text(spec, value, float::ADD_DOT_0 as u8, type_name)?;
    Number::of_float(&text).put(spec, &conventions(spec, locale), push);
    Ok(())
}

/// `complex.__format__`.
pub fn format_complex(
    spec: &Spec,
    real: f64,
    imaginary: f64,
    locale: Option<Conventions>,
    push: &mut impl FnMut(u32),
) -> Result<(), FormatError> {
    float_text(spec, 0.0, 0, "complex")?;
    if spec.fill == u32::from(b'0') {
        return value_error("Zero padding is not allowed in complex format specifier");
    }
    if spec.align == b'=' {
        return value_error("'=' alignment flag is not allowed in complex format specifier");
    }
    let bare = spec.kind == 0;
    let only_imaginary = bare && real == 0.0 && real.is_sign_positive();
    let parentheses = bare && !only_imaginary;
    let conventions = conventions(spec, locale);
    let mut part = Spec { width: None, fill: 0, align: b'<', ..*spec };
    let mut out: Vec<u32> = Vec::with_capacity(48);
    if parentheses {
        out.push(b'('.into());
    }
    if !only_imaginary {
        let text = float_text(&part, real, 0, "complex")?;
        Number::of_float(&text).put(&part, &conventions, &mut |c| out.push(c));
        part.sign = Some(b'+');
    }
    let text = float_text(&part, imaginary, 0, "complex")?;
    Number::of_float(&text).put(&part, &conventions, &mut |c| out.push(c));
    out.push(b'j'.into());
    if parentheses {
        out.push(b')'.into());
    }
    let (left, right) = spec.padding(out.len());
    (0..left).for_each(|_| push(spec.fill));
    out.into_iter().for_each(&mut *push);
    (0..right).for_each(|_| push(spec.fill));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tests::unescape;

    fn in_base(mut value: u64, base: u32, upper: bool) -> Vec<u8> {
        let mut digits = Vec::new();
        while value > 0 || digits.is_empty() {
            let d = char::from_digit((value % u64::from(base)) as u32, base).unwrap() as u8;
            digits.push(if upper { d.to_ascii_uppercase() } else { d });
            value /= u64::from(base);
        }
        digits.reverse();
        digits
    }

    fn apply(type_name: &str, value: &str, spec: &[u32]) -> Result<Vec<u32>, FormatError> {
        let mut out = Vec::new();
        let mut push = |c| out.push(c);
        let double = |s: &str| f64::from_bits(u64::from_str_radix(s, 16).unwrap());
        match type_name {
            "int" => {
                let value: i64 = value.parse().unwrap();
                let spec = Spec::parse(spec, b'd', b'>')?;
                match int_style(&spec, "int")? {
                    IntStyle::Char => format_char(&spec, value, &mut push)?,
                    IntStyle::Float => format_float(&spec, value as f64, "int", None, &mut push)?,
                    IntStyle::Digits { base, upper } => {
                        let digits = in_base(value.unsigned_abs(), base, upper);
                        format_int(&spec, value < 0, &digits, None, &mut push);
                    }
                }
            }
            "float" => format_float(&Spec::parse(spec, 0, b'>')?, double(value), "float", None, &mut push)?,
            "complex" => {
                let (re, im) = value.split_at(16);
                format_complex(&Spec::parse(spec, 0, b'>')?, double(re), double(im), None, &mut push)?;
            }
            _ => format_str(&Spec::parse(spec, b's', b'<')?, &unescape(value), "str", &mut push)?,
        }
        Ok(out)
    }

    #[test]
    fn against_the_reference() {
        for line in include_str!("testdata/format_spec.tsv").lines() {
            let f: Vec<_> = line.split('\t').collect();
            let expected = unescape(f[4]);
            let message = || expected.iter().map(|&c| char::from_u32(c).unwrap()).collect::<String>();
            match apply(f[0], f[1], &unescape(f[2])) {
                Ok(text) => assert_eq!(("ok", text), (f[3], expected), "{line}"),
                Err(FormatError::Value(m)) => assert_eq!(("ValueError", m), (f[3], message()), "{line}"),
                Err(FormatError::Overflow(m)) => {
                    assert_eq!(("OverflowError", m.into()), (f[3], message()), "{line}")
                }
            }
        }
    }

    #[test]
    fn locales() {
        let locale = Conventions { decimal_point: &[0x66b], separator: &[0x202f], grouping: &[3, 2, 0] };
        for (spec, expected) in [
            ("n", "1\u{202f}23\u{202f}45\u{202f}678"),
            ("015n", "00\u{202f}01\u{202f}23\u{202f}45\u{202f}678"),
            ("d", "12345678"),
        ] {
            let spec: Vec<u32> = spec.chars().map(u32::from).collect();
            let mut out = String::new();
            let spec = Spec::parse(&spec, b'd', b'>').unwrap();
            format_int(&spec, false, b"12345678", Some(locale), &mut |c| {
                out.push(char::from_u32(c).unwrap())
            });
            assert_eq!(out, expected);
        }
        let stop = Conventions { grouping: &[2, 127], ..locale };
        let mut out = String::new();
        let spec = Spec::parse(b"n", 0, b'>').unwrap();
        format_float(&spec, -12345.5, "float", Some(stop), &mut |c| out.push(char::from_u32(c).unwrap()))
            .unwrap();
        assert_eq!(out, "-123\u{202f}45\u{66b}5");
    }
}
