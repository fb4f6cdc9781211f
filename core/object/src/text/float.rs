//! Floating-point numbers as text, exactly rounded: `repr`, the `%` and `format` codes, `float(...)`,
//! `float.hex`, `float.fromhex` and `round`.
//!
//! Decimal digits come from the standard library's exact conversions. A double has at most 767
//! significant digits and 1074 fractional ones; digits beyond those are zeros and are not computed.

use std::fmt::Write;

/// Always write a sign (`Py_DTSF_SIGN`).
pub const SIGN: u32 = 1;
/// Make it look like a float (`Py_DTSF_ADD_DOT_0`).
pub const ADD_DOT_0: u32 = 2;
/// The "alternate" form: keep the point and trailing zeros (`Py_DTSF_ALT`).
pub const ALT: u32 = 4;

/// What was formatted (`Py_DTST_*`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Finite = 0,
    Infinite = 1,
    Nan = 2,
}

const MAX_SIGNIFICANT: usize = 767;
const MAX_FRACTION: usize = 1074;

/// Decimal digits without leading zero (unless zero itself), and where the point is relative to them.
struct Digits<const N: usize> {
    buffer: [u8; N],
    len: usize,
    point: i32,
}

impl<const N: usize> Write for Digits<N> {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        let end = self.len + s.len();
        let room = self.buffer.get_mut(self.len..end).ok_or(std::fmt::Error)?;
        room.copy_from_slice(s.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// 309 integer digits, the point and 1074 fractional ones, or 767 digits and an exponent.
const LONGEST: usize = 1400;
/// Enough for shortest forms and for what is usually asked for: see [`is_short`].
const SHORT: usize = 64;

/// Whether the digits fit [`SHORT`]: that many wanted, of a number that is not very large.
fn is_short(value: f64, precision: usize) -> bool {
    value < 1e30 && precision <= 30
}

impl<const N: usize> Digits<N> {
    fn new() -> Self {
        Digits { buffer: [0; N], len: 0, point: 0 }
    }

    fn as_slice(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// Digests `d.ddde±x`.
    fn scientific(&mut self) {
        let e = self.as_slice().iter().rposition(|&b| b == b'e').expect("scientific form");
        let exponent = std::str::from_utf8(&self.buffer[e + 1..self.len]).expect("ASCII");
        let exponent: i32 = exponent.parse().expect("an exponent");
        if e > 1 {
            self.buffer.copy_within(2..e, 1);
            self.len = e - 1;
        } else {
            self.len = e;
        }
        self.point = exponent + 1;
    }

    fn strip_trailing_zeros(&mut self) {
        while self.len > 1 && self.buffer[self.len - 1] == b'0' {
            self.len -= 1;
        }
    }
}

impl Digits<SHORT> {
    /// The shortest digits that read back as the number; the nearest of them, and of two equally near
    /// the even one.
    fn shortest(value: f64) -> Self {
        let mut d = Digits::new();
        write!(d, "{value:e}").expect("fits");
        d.scientific();
        if value == 0.0 {
            d.point = 1;
        } else if d.may_be_tie(value) {
            // The standard library goes up on ties.
            let even = Digits::<SHORT>::significant(value, d.len);
            if even.as_slice() != d.as_slice() && compose(&even) == value {
                d.len = even.len;
                d.buffer[..even.len].copy_from_slice(even.as_slice());
                d.point = even.point;
            }
        }
        d
    }

    /// Whether the number can lie exactly half-way between digits of this length.
    fn may_be_tie(&self, value: f64) -> bool {
        let decimals = self.len as i32 - self.point;
        if decimals < 0 {
            return true;
        }
        // A binary fraction has as many decimals as bits; a tie has one more than shown.
        let bits = value.to_bits();
        let (field, mantissa) = ((bits >> 52) as i32, bits & ((1 << 52) - 1));
        let zeros = (mantissa | 1 << 52).trailing_zeros() as i32;
        1075 - field - zeros == decimals + 1
    }
}

impl<const N: usize> Digits<N> {
    /// For the codes `e`, `f` and `g`.
    fn for_form(value: f64, form: u8, precision: usize) -> Self {
        match form {
            b'e' => Digits::significant(value, precision.saturating_add(1)),
            b'f' => Digits::fractional(value, precision),
            _ => Digits::significant(value, precision),
        }
    }

    /// Rounded to that many significant digits (at least one), trailing zeros stripped.
    fn significant(value: f64, count: usize) -> Self {
        let mut d = Digits::new();
        let count = count.clamp(1, MAX_SIGNIFICANT);
        write!(d, "{value:.*e}", count - 1).expect("fits");
        d.scientific();
        d.strip_trailing_zeros();
        if value == 0.0 {
            d.point = 1;
        }
        d
    }

    /// Appends a number.
    fn put_number(&mut self, mut number: u64) {
        let mut text = [0u8; 20];
        let mut at = text.len();
        loop {
            at -= 1;
            text[at] = b'0' + (number % 10) as u8;
            number /= 10;
            if number == 0 {
                break;
            }
        }
        let text = &text[at..];
        self.buffer[self.len..self.len + text.len()].copy_from_slice(text);
        self.len += text.len();
    }

    /// Rounded to that many digits after the point, trailing zeros stripped. A zero is one digit `0`.
    fn fractional(value: f64, count: usize) -> Self {
        let mut d = Digits::new();
        if let Some(scaled) = scaled(value, count) {
            match u64::try_from(scaled) {
                Ok(scaled) => d.put_number(scaled),
                Err(_) => write!(d, "{scaled}").expect("fits"),
            }
            d.point = d.len as i32 - count as i32;
            if scaled == 0 {
                d.point = 1;
            }
            d.strip_trailing_zeros();
            return d;
        }
        write!(d, "{value:.*}", count.min(MAX_FRACTION)).expect("fits");
        let point = d.as_slice().iter().position(|&b| b == b'.');
        if let Some(p) = point {
            d.buffer.copy_within(p + 1..d.len, p);
            d.len -= 1;
        }
        d.point = point.unwrap_or(d.len) as i32;
        let zeros = d.as_slice().iter().take_while(|&&b| b == b'0').count();
        if zeros == d.len {
            d.len = 1;
            d.point = 1;
            return d;
        }
        d.buffer.copy_within(zeros..d.len, 0);
        d.len -= zeros;
        d.point -= zeros as i32;
        d.strip_trailing_zeros();
        d
    }
}

/// `value * 10**count` rounded half to even, exactly, where that takes 128 bits at most.
fn scaled(value: f64, count: usize) -> Option<u128> {
    let bits = value.to_bits();
    let (field, fraction) = (bits >> 52 & 0x7ff, bits & ((1 << 52) - 1));
    let (mantissa, exponent) =
        if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field as i32 - 1075) };
    // 53 bits times 10**22 (74 bits).
    if count > 22 || exponent >= 0 {
        return None;
    }
    let product = u128::from(mantissa) * 10u128.pow(count as u32);
    let shift = exponent.unsigned_abs();
    if shift > 127 {
        return Some(0);
    }
    let (whole, rest, half) = (product >> shift, product & ((1 << shift) - 1), 1u128 << (shift - 1));
    Some(whole + u128::from(rest > half || rest == half && whole & 1 == 1))
}

fn put_exponent(exponent: i32, upper: bool, out: &mut Vec<u8>) {
    out.push(if upper { b'E' } else { b'e' });
    out.push(if exponent < 0 { b'-' } else { b'+' });
    let e = exponent.unsigned_abs();
    if e >= 100 {
        out.push(b'0' + (e / 100) as u8);
    }
    out.extend([b'0' + (e / 10 % 10) as u8, b'0' + (e % 10) as u8]);
}

/// Appends the digits between two positions of the expansion `...000ddd000...`.
fn put_expansion(digits: &[u8], from: i64, to: i64, out: &mut Vec<u8>) {
    let zeros = |n: i64, out: &mut Vec<u8>| out.resize(out.len() + n.max(0) as usize, b'0');
    let len = digits.len() as i64;
    zeros(to.min(0) - from, out);
    let (a, b) = (from.clamp(0, len), to.clamp(0, len));
    out.extend_from_slice(&digits[a as usize..b.max(a) as usize]);
    zeros(to - from.max(len), out);
}

/// Appends what `PyOS_double_to_string` returns. Codes are `e`, `f`, `g` with a precision, their upper
/// cases, and `r` (shortest) with precision 0; anything else (or a negative precision) is `None`.
pub fn format_double(value: f64, code: u8, precision: i32, flags: u32, out: &mut Vec<u8>) -> Option<Kind> {
    let upper = code.is_ascii_uppercase();
    let mut precision = usize::try_from(precision).ok()?;
    let form = code.to_ascii_lowercase();
    match code {
        b'r' if precision != 0 => return None,
        b'r' | b'e' | b'f' | b'g' | b'E' | b'F' | b'G' => {}
        _ => return None,
    }
    let negative = value.is_sign_negative();
    if !value.is_finite() {
        if value.is_nan() {
            // The sign of a NaN does not show, but a wanted plus does.
            if flags & SIGN != 0 {
                out.push(b'+');
            }
            out.extend(if upper { b"NAN" } else { b"nan" });
            return Some(Kind::Nan);
        }
        put_sign(negative, flags, out);
        out.extend(if upper { b"INF" } else { b"inf" });
        return Some(Kind::Infinite);
    }
    let value = value.abs();
    if form == b'g' && precision == 0 {
        precision = 1;
    }
    let layout = Layout { form, upper, precision, flags, negative };
    match form {
        b'r' => layout.put(&Digits::shortest(value), out),
        _ if is_short(value, precision) => {
            layout.put(&Digits::<SHORT>::for_form(value, form, precision), out)
        }
        _ => layout.put(&Digits::<LONGEST>::for_form(value, form, precision), out),
    }
    Some(Kind::Finite)
}

/// How digits are to be laid out.
struct Layout {
    /// The code in lower case.
    form: u8,
    upper: bool,
    precision: usize,
    flags: u32,
    negative: bool,
}

impl Layout {
    fn put<const N: usize>(&self, digits: &Digits<N>, out: &mut Vec<u8>) {
        let Layout { form, flags, .. } = *self;
        let point = i64::from(digits.point);
        let wanted = self.precision as i64;
        let (scientific, mut end) = match form {
            b'e' => (true, wanted + 1),
            b'f' => (false, point + wanted),
            b'g' => {
                let limit = wanted - i64::from(flags & ADD_DOT_0 != 0);
                let end = if flags & ALT != 0 { wanted } else { digits.len as i64 };
                (point <= -4 || point > limit, end)
            }
            _ => (point <= -4 || point > 16, digits.len as i64),
        };
        let shown = if scientific { 1 } else { point };
        end = end.max(shown);
        if !scientific && flags & ADD_DOT_0 != 0 {
            end = end.max(shown + 1);
        }
        put_sign(self.negative, flags, out);
        // At least one digit before the point.
        put_expansion(digits.as_slice(), 0.min(shown - 1), shown, out);
        if end > shown || flags & ALT != 0 {
            out.push(b'.');
            put_expansion(digits.as_slice(), shown, end, out);
        }
        if scientific {
            put_exponent(digits.point - 1, self.upper, out);
        }
    }
}

fn put_sign(negative: bool, flags: u32, out: &mut Vec<u8>) {
    if negative {
        out.push(b'-');
    } else if flags & SIGN != 0 {
        out.push(b'+');
    }
}

/// Appends `repr(float)`.
pub fn repr(value: f64, out: &mut Vec<u8>) {
    format_double(value, b'r', 0, ADD_DOT_0, out).expect("a valid code");
}

/// What stands at the beginning of a text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Parsed {
    pub value: f64,
    /// How many bytes belong to the number.
    pub len: usize,
    /// The digits mean a number that is too large; `value` is an infinity.
    pub overflow: bool,
}

/// Reads a number at the beginning: decimal, `inf`, `infinity` or `nan` in any case, with a sign. No
/// white space, no underscores, no hexadecimals.
pub fn parse_prefix(text: &[u8]) -> Option<Parsed> {
    let signed = matches!(text.first(), Some(b'+' | b'-'));
    let negative = text.first() == Some(&b'-');
    let body = &text[usize::from(signed)..];
    let starts = |word: &str| body.get(..word.len()).is_some_and(|b| b.eq_ignore_ascii_case(word.as_bytes()));
    for (word, value) in [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)] {
        if starts(word) {
            let value = if negative { -value } else { value };
            return Some(Parsed { value, len: usize::from(signed) + word.len(), overflow: false });
        }
    }
    let digits = |from: usize| body[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let whole = digits(0);
    let mut len = whole;
    if body.get(len) == Some(&b'.') {
        let fraction = digits(len + 1);
        if whole + fraction == 0 {
            return None;
        }
        len += 1 + fraction;
    } else if whole == 0 {
        return None;
    }
    if let Some(b'e' | b'E') = body.get(len) {
        let sign = usize::from(matches!(body.get(len + 1), Some(b'+' | b'-')));
        let n = digits(len + 1 + sign);
        if n > 0 {
            len += 1 + sign + n;
        }
    }
    let number = std::str::from_utf8(&body[..len]).ok()?;
    let value: f64 = number.parse().ok()?;
    let overflow = value.is_infinite();
    Some(Parsed { value: if negative { -value } else { value }, len: len + usize::from(signed), overflow })
}

/// Removes underscores between digits. None if one stands elsewhere.
pub fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut previous = 0u8;
    for &b in text {
        if b == b'_' {
            if !previous.is_ascii_digit() {
                return None;
            }
        } else {
            if previous == b'_' && !b.is_ascii_digit() {
                return None;
            }
            out.push(b);
        }
        previous = b;
    }
    (previous != b'_').then_some(out)
}

const MANTISSA_BITS: u32 = 52;
const MIN_EXPONENT: i64 = -1022;

/// Appends `float.hex()`.
pub fn to_hex(value: f64, out: &mut Vec<u8>) {
    if !value.is_finite() {
        return repr(value, out);
    }
    if value.is_sign_negative() {
        out.push(b'-');
    }
    let bits = value.to_bits();
    let mantissa = bits & ((1 << MANTISSA_BITS) - 1);
    let exponent = (bits >> MANTISSA_BITS & 0x7ff) as i64;
    if exponent == 0 && mantissa == 0 {
        return out.extend(b"0x0.0p+0");
    }
    let (lead, exponent) = if exponent == 0 { (0, MIN_EXPONENT) } else { (1, exponent - 1023) };
    out.extend(format!("0x{lead}.{mantissa:013x}p{exponent:+}").bytes());
}

/// Why a text is no hexadecimal number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HexError {
    /// ValueError.
    Invalid,
    /// OverflowError.
    TooLarge,
    /// ValueError.
    TooLong,
}

impl HexError {
    pub fn message(self) -> &'static str {
        match self {
            HexError::Invalid => "invalid hexadecimal floating-point string",
            HexError::TooLarge => "hexadecimal value too large to represent as a float",
            HexError::TooLong => "hexadecimal string too long to convert",
        }
    }
}

/// Reads `float.fromhex`'s notation: white space around, sign, optional `0x`, hexadecimal digits with
/// an optional point, optional `p` exponent; or an infinity or NaN.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let is_space = |b: &u8| matches!(b, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|b| !is_space(b)).unwrap_or(text.len());
    let end = text.iter().rposition(|b| !is_space(b)).map_or(start, |e| e + 1);
    let text = &text[start..end];
    let (negative, body) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let magnitude = if matches!(body.first(), Some(b'i' | b'I' | b'n' | b'N')) {
        match parse_prefix(body) {
            Some(p) if p.len == body.len() => p.value,
            _ => return Err(HexError::Invalid),
        }
    } else {
        hex_magnitude(body)?
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn hex_magnitude(body: &[u8]) -> Result<f64, HexError> {
    let body = match body {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => body,
    };
    let digits = |s: &[u8]| s.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let whole = digits(body);
    let mut at = whole;
    let mut fraction = 0;
    if body.get(at) == Some(&b'.') {
        fraction = digits(&body[at + 1..]);
        at += 1 + fraction;
    }
    if whole + fraction == 0 {
        return Err(HexError::Invalid);
    }
    let exponent = match &body[at..] {
        [] => 0,
        [b'p' | b'P', rest @ ..] => hex_exponent(rest)?,
        _ => return Err(HexError::Invalid),
    };
    if whole.max(fraction) as u64 > u64::MAX / 16 {
        return Err(HexError::TooLong);
    }
    let all = body[..whole].iter().chain(if fraction > 0 { &body[whole + 1..at] } else { &[] });
    // The leading bits that a double can need, one more, and whether anything follows.
    let (mut high, mut sticky, mut dropped) = (0u64, false, 0i64);
    for &b in all {
        let d = u64::from((b as char).to_digit(16).expect("a digit"));
        if high >> 60 == 0 {
            high = high << 4 | d;
        } else {
            sticky |= d != 0;
            dropped += 4;
        }
    }
    if high == 0 {
        return Ok(0.0);
    }
    let scale = exponent.saturating_add(dropped).saturating_sub(4 * fraction as i64);
    scale_exact(high, sticky, scale)
}

/// A decimal exponent; what is beyond any double saturates.
fn hex_exponent(text: &[u8]) -> Result<i64, HexError> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(HexError::Invalid);
    }
    let value = digits.iter().fold(0i64, |v, b| v.saturating_mul(10).saturating_add(i64::from(b - b'0')));
    Ok(if negative { -value } else { value })
}

/// `high * 2**scale` (a little more if sticky), rounded half to even.
fn scale_exact(high: u64, sticky: bool, scale: i64) -> Result<f64, HexError> {
    let bits = 64 - i64::from(high.leading_zeros());
    // The exponent of the leading bit; a normal number keeps 53 bits, a subnormal fewer.
    let top = scale.saturating_add(bits - 1);
    if top > 1023 {
        return Err(HexError::TooLarge);
    }
    if top < MIN_EXPONENT - 54 {
        return Ok(0.0);
    }
    let lowest = top.max(MIN_EXPONENT) - i64::from(MANTISSA_BITS);
    let drop = lowest - scale;
    let mut kept = if drop <= 0 { high << -drop } else { high.checked_shr(drop as u32).unwrap_or(0) };
    if drop > 0 {
        let half = if drop <= 64 { 1u64 << (drop - 1) } else { 0 };
        let rest = if drop >= 64 { high } else { high & ((1 << drop) - 1) };
        let above = drop <= 64 && (rest > half || (rest == half && sticky));
        let tie = drop <= 64 && rest == half && !sticky;
        if above || (tie && kept & 1 == 1) {
            kept += 1;
        }
    }
    // Adding the mantissa with its carry to the exponent field gives the right number in every case.
    let field = if top < MIN_EXPONENT { 0 } else { (top + 1023) as u64 - 1 };
    let value = f64::from_bits((field << MANTISSA_BITS) + kept);
    if value.is_infinite() { Err(HexError::TooLarge) } else { Ok(value) }
}

/// `round(value, digits)`, half to even on the exact value. None if the result overflows.
pub fn round(value: f64, digits: i64) -> Option<f64> {
    if !value.is_finite() || digits > 323 {
        return Some(value);
    }
    if digits < -308 {
        return Some(0.0 * value);
    }
    let rounded = if digits >= 0 {
        let (value, digits) = (value.abs(), digits as usize);
        if is_short(value, digits) {
            compose(&Digits::<SHORT>::fractional(value, digits))
        } else {
            compose(&Digits::<LONGEST>::fractional(value, digits))
        }
    } else {
        round_to_power(value.abs(), -digits as i32)
    };
    let rounded = rounded.copysign(value);
    rounded.is_finite().then_some(rounded)
}

fn compose<const N: usize>(d: &Digits<N>) -> f64 {
    let digits = std::str::from_utf8(d.as_slice()).expect("ASCII");
    let exponent = d.point - d.len as i32;
    format!("{digits}e{exponent}").parse().expect("a number")
}

/// Rounds to a multiple of ten to the `power`.
fn round_to_power(value: f64, power: i32) -> f64 {
    let exact = Digits::<LONGEST>::significant(value, MAX_SIGNIFICANT);
    match exact.point - power {
        n if n > 0 => compose(&Digits::<LONGEST>::significant(value, n as usize)),
        0 => {
            // Zero or one unit; a tie goes to zero, the even one.
            let more = exact.buffer[0] > b'5' || (exact.buffer[0] == b'5' && exact.len > 1);
            if more { format!("1e{power}").parse().expect("a number") } else { 0.0 }
        }
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: &'static str, width: usize) -> impl Iterator<Item = Vec<&'static str>> {
        assert!(!table.is_empty());
        table.lines().map(move |line| {
            let fields: Vec<_> = line.split('\t').collect();
            assert_eq!(fields.len(), width, "{line}");
            fields
        })
    }

    fn number(bits: &str) -> f64 {
        f64::from_bits(u64::from_str_radix(bits, 16).unwrap())
    }

    fn bits(value: f64) -> String {
        let value = if value.is_nan() { f64::NAN } else { value };
        format!("{:016x}", value.to_bits())
    }

    #[test]
    fn formats() {
        for r in rows(include_str!("testdata/float_format.tsv"), 6) {
            let mut out = Vec::new();
            let (precision, flags) = (r[2].parse().unwrap(), r[3].parse().unwrap());
            let kind = format_double(number(r[0]), r[1].as_bytes()[0], precision, flags, &mut out).unwrap();
            assert_eq!(
                (String::from_utf8(out).unwrap(), (kind as i32).to_string()),
                (r[4].into(), r[5].into()),
                "{r:?}"
            );
        }
        let mut out = Vec::new();
        for (code, precision) in [(b'r', 1), (b'x', 0), (b'R', 0), (b'e', -1), (0, 0)] {
            assert_eq!(format_double(1.0, code, precision, 0, &mut out), None);
        }
        assert_eq!(format_double(0.1, b'f', 3000, 0, &mut out), Some(Kind::Finite));
        assert_eq!((out.len(), out[2999 + 2]), (3002, b'0'));
        assert_eq!(&out[..60], b"0.1000000000000000055511151231257827021181583404541015625000");
    }

    #[test]
    fn prefixes() {
        for r in rows(include_str!("testdata/float_parse.tsv"), 3) {
            let got = parse_prefix(r[0].as_bytes());
            let got = got.map_or((String::new(), 0), |p| (bits(p.value), p.len));
            assert_eq!(got, (r[1].into(), r[2].parse().unwrap()), "{r:?}");
        }
        assert!(parse_prefix(b"1e999").unwrap().overflow);
        assert!(!parse_prefix(b"inf").unwrap().overflow);
    }

    #[test]
    fn hexadecimals() {
        for r in rows(include_str!("testdata/float_hex.tsv"), 3) {
            match from_hex(r[0].as_bytes()) {
                Ok(value) => {
                    let mut out = Vec::new();
                    to_hex(value, &mut out);
                    assert_eq!(
                        (&bits(value), std::str::from_utf8(&out).unwrap()),
                        (&r[1].into(), r[2]),
                        "{r:?}"
                    );
                }
                Err(e) => assert_eq!(("error", e.message()), (r[1], r[2]), "{r:?}"),
            }
        }
    }

    #[test]
    fn rounding() {
        for r in rows(include_str!("testdata/float_round.tsv"), 3) {
            let got = round(number(r[0]), r[1].parse().unwrap()).map_or("overflow".into(), bits);
            assert_eq!(got, r[2], "{r:?}");
        }
    }

    #[test]
    fn underscores() {
        for (text, expected) in [
            ("1_0", Some("10")),
            ("1_0.5_5e1_0", Some("10.55e10")),
            ("1__0", None),
            ("_1", None),
            ("1_", None),
            ("1_.5", None),
            ("1._5", None),
            ("1e_5", None),
            ("", Some("")),
            ("abc", Some("abc")),
        ] {
            assert_eq!(
                without_underscores(text.as_bytes()).as_deref(),
                expected.map(str::as_bytes),
                "{text}"
            );
        }
    }
}
