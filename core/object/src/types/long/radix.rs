//! Text of ints in any base, and ints from text.
//!
//! Decimal conversion of large numbers divides and conquers: the halves of a text are joined, and those of a number
//! separated, by a power of the base.

use super::big::{from_big, to_big};
use super::{SHIFT, from_i64, view};
use crate::err;
use crate::handle::{Obj, Object, Result};
use crate::protocol::object;
use crate::state;
use crate::types::bytes;
use crate::types::unicode::{self, Chars};
use num_bigint::BigUint;

/// Digits (30 bits) and decimal digits up to which the quadratic loops are faster.
const SIMPLE_DIGITS: usize = 60;
const SIMPLE_TEXT: usize = 400;
/// Sizes below which the limit on decimal conversions is not looked at.
const CHECKED_DIGITS: usize = 70;
const CHECKED_TEXT: usize = 640;
const DEFAULT_LIMIT: usize = 4300;

/// The limit of decimal digits that this interpreter converts; `usize::MAX` when there is none.
fn limit() -> usize {
    let thread = state::current();
    if thread.is_null() {
        return DEFAULT_LIMIT;
    }
    // SAFETY: a thread state belongs to a live interpreter.
    match unsafe { (*(*thread).interp).int_max_str_digits } {
        0 => usize::MAX,
        n if n < 0 => DEFAULT_LIMIT,
        n => n as usize,
    }
}

// ---- to text ----

/// `_PyLong_Format`: text in base 2, 8, 10 or 16 (with prefix for the others).
pub fn format(object: &Object, base: u32) -> Result<Obj> {
    if base == 10
        && super::check(object)
        && let Some(value) = view(object).two_digits()
    {
        let mut buffer = [0; WORD_TEXT];
        return unicode::from_ascii(word_text(value, &mut buffer));
    }
    unicode::from_ascii(to_text(object, base, true)?.as_bytes())
}

/// Room for the decimal text of a word.
pub const WORD_TEXT: usize = 20;

/// The decimal text of a word, at the end of the buffer.
pub fn word_text(value: i64, buffer: &mut [u8; WORD_TEXT]) -> &[u8] {
    let mut at = WORD_TEXT;
    let mut left = value.unsigned_abs();
    loop {
        at -= 1;
        buffer[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    if value < 0 {
        at -= 1;
        buffer[at] = b'-';
    }
    &buffer[at..]
}

/// The text of an int in base 2, 8, 10 or 16, with the prefix of the base if `alternate`.
pub fn to_text(object: &Object, base: u32, alternate: bool) -> Result<String> {
    if !super::check(object) {
        return Err(err::bad_internal_call());
    }
    let long = view(object);
    let mut text = Vec::new();
    if long.is_negative() {
        text.push(b'-');
    }
    if base == 10 {
        decimal(long.digits(), &mut text)?;
        return Ok(into_string(text));
    }
    let (prefix, bits) = match base {
        16 => ("0x", 4),
        8 => ("0o", 3),
        2 => ("0b", 1),
        _ => return Err(err::system_error("unexpected base for the text of an int")),
    };
    if alternate {
        text.extend(prefix.as_bytes());
    }
    power_of_two(long.digits(), bits, &mut text);
    Ok(into_string(text))
}

fn into_string(ascii: Vec<u8>) -> String {
    // Everything here is ASCII.
    String::from_utf8(ascii).unwrap_or_default()
}

fn power_of_two(digits: &[u32], bits: u32, text: &mut Vec<u8>) {
    let total = super::arith::bits_of(digits).max(1);
    let count = total.div_ceil(bits as usize);
    text.reserve(count);
    for i in (0..count).rev() {
        let at = i * bits as usize;
        let (word, rest) = (at / SHIFT as usize, at % SHIFT as usize);
        let low = digits.get(word).copied().unwrap_or(0) as u64;
        let high = digits.get(word + 1).copied().unwrap_or(0) as u64;
        let value = (low | high << SHIFT) >> rest & ((1 << bits) - 1);
        text.push(b"0123456789abcdef"[value as usize]);
    }
}

fn too_long(limit: usize) -> err::Raised {
    err::value_error(format_args!("Exceeds the limit ({limit}) for integer string conversion"))
}

/// Appends the decimal text of a magnitude.
fn decimal(digits: &[u32], text: &mut Vec<u8>) -> Result<()> {
    let mut maximum = usize::MAX;
    if digits.len() >= CHECKED_DIGITS {
        maximum = limit();
        // Each digit of 30 bits is at least nine decimal ones; refuse before the work is done.
        if maximum != usize::MAX && digits.len() > maximum / 9 + 2 {
            return Err(too_long(maximum));
        }
    }
    let start = text.len();
    if digits.len() <= SIMPLE_DIGITS {
        decimal_simple(digits, text);
    } else {
        decimal_large(to_big(digits), text);
    }
    if text.len() - start > maximum {
        return Err(too_long(maximum));
    }
    Ok(())
}

const CHUNK: u64 = 1_000_000_000;

/// Converts to base 10**9 by Horner's rule.
fn decimal_simple(digits: &[u32], text: &mut Vec<u8>) {
    let mut chunks: Vec<u32> = Vec::with_capacity(digits.len() * 31 / 29 + 1);
    for &digit in digits.iter().rev() {
        let mut carry = digit as u64;
        for chunk in &mut chunks {
            let value = (*chunk as u64) << SHIFT | carry;
            carry = value / CHUNK;
            *chunk = (value - carry * CHUNK) as u32;
        }
        while carry != 0 {
            chunks.push((carry % CHUNK) as u32);
            carry /= CHUNK;
        }
    }
    let mut chunks = chunks.iter().rev();
    let mut buffer = [0; WORD_TEXT];
    text.extend(word_text(chunks.next().copied().unwrap_or(0) as i64, &mut buffer));
    text.reserve(chunks.len() * 9);
    for &chunk in chunks {
        let mut left = chunk;
        let mut digits = [b'0'; 9];
        for place in digits.iter_mut().rev() {
            *place = b'0' + (left % 10) as u8;
            left /= 10;
        }
        text.extend(digits);
    }
}

/// Decimal digits that the smallest part of [`decimal_large`] has.
const LEAF: usize = 18 * 16;

fn decimal_large(value: BigUint, text: &mut Vec<u8>) {
    // powers[i] = 10 ** (LEAF << i), up to about the square root of the value.
    let mut powers = vec![BigUint::from(10u8).pow(LEAF as u32)];
    while let Some(last) = powers.last()
        && last.bits() * 2 <= value.bits() + 1
    {
        powers.push(last * last);
    }
    let start = text.len();
    split(value, &powers, text);
    let zeros = text[start..].iter().take_while(|&&b| b == b'0').count();
    text.drain(start..start + zeros);
}

/// Appends exactly `LEAF << powers.len()` digits.
fn split(value: BigUint, powers: &[BigUint], text: &mut Vec<u8>) {
    let Some((power, rest)) = powers.split_last() else {
        let mut leaf = Vec::with_capacity(LEAF);
        let mut digits = Vec::new();
        super::big::to_digits(&value, &mut digits);
        decimal_simple(&digits, &mut leaf);
        text.extend(core::iter::repeat_n(b'0', LEAF - leaf.len()));
        text.extend(leaf);
        return;
    };
    let high = &value / power;
    let low = value - &high * power;
    split(high, rest, text);
    split(low, rest, text);
}

// ---- from text ----

/// Value of each byte as a digit, 37 for what is none; exported for C code that parses numbers itself.
#[unsafe(no_mangle)]
pub static mut _PyLong_DigitValue: [u8; 256] = DIGIT_VALUE;

const DIGIT_VALUE: [u8; 256] = {
    let mut table = [37; 256];
    let mut i = 0;
    while i < 10 {
        table[b'0' as usize + i] = i as u8;
        i += 1;
    }
    i = 0;
    while i < 26 {
        table[b'a' as usize + i] = 10 + i as u8;
        table[b'A' as usize + i] = 10 + i as u8;
        i += 1;
    }
    table
};

/// Why a text is no number.
enum Refused {
    /// Not a number in that base; the offset of what is wrong.
    Invalid(usize),
    /// More decimal digits than allowed.
    TooLong(usize),
    /// An exception is set already.
    Raised(err::Raised),
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// Parses white space, sign, prefix and digits; the int and the number of bytes read.
fn parse(text: &[u8], base: u32) -> core::result::Result<(Obj, usize), Refused> {
    if base == 10
        && let Some(value) = parse_word(text)
    {
        return from_i64(value).map(|number| (number, text.len())).map_err(Refused::Raised);
    }
    parse_any(text, base)
}

/// A short text of nothing but decimal digits, perhaps with a sign.
fn parse_word(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 18 {
        return None;
    }
    let mut value = 0i64;
    for &digit in digits {
        let digit = digit.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + digit as i64;
    }
    Some(if negative { -value } else { value })
}

/// Whether there are digits only, looked at in blocks without a branch for each.
fn is_all_digits(text: &[u8]) -> bool {
    text.chunks(256).all(|block| block.iter().fold(true, |all, b| all & b.is_ascii_digit()))
}

/// The general case of [`parse`].
fn parse_any(text: &[u8], base: u32) -> core::result::Result<(Obj, usize), Refused> {
    let mut at = text.iter().take_while(|&&b| is_space(b)).count();
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    let negative = byte(at) == b'-';
    if matches!(byte(at), b'-' | b'+') {
        at += 1;
    }
    let mut base = base;
    let mut must_be_zero = false;
    if base == 0 {
        base = match (byte(at), byte(at + 1) | 0x20) {
            (b'0', b'x') => 16,
            (b'0', b'o') => 8,
            (b'0', b'b') => 2,
            (b'0', _) => {
                // "old" octal literals are errors, but zero may be written with several digits.
                must_be_zero = true;
                10
            }
            _ => 10,
        };
    }
    let letter = byte(at + 1) | 0x20;
    if byte(at) == b'0' && matches!((base, letter), (16, b'x') | (8, b'o') | (2, b'b')) {
        at += 2;
        if byte(at) == b'_' {
            at += 1;
        }
    }
    let start = at;
    if base == 10 && text.len() - at > CHECKED_TEXT && text.len() - at > limit() && is_all_digits(&text[at..])
    {
        // Refused at the speed of memory, before anything is made of the digits.
        return Err(Refused::TooLong(text.len() - at));
    }
    let mut values = crate::memory::try_vec(text.len() - at).map_err(Refused::Raised)?;
    let mut underscore = true;
    while let Some(&b) = text.get(at) {
        let value = DIGIT_VALUE[b as usize];
        if (value as u32) < base {
            values.push(value);
            underscore = false;
        } else if b == b'_' && !underscore {
            underscore = true;
        } else {
            break;
        }
        at += 1;
    }
    if underscore {
        return Err(Refused::Invalid(if at == start { at } else { at - 1 }));
    }
    if must_be_zero && values.iter().any(|&v| v != 0) {
        return Err(Refused::Invalid(at));
    }
    if !base.is_power_of_two() && values.len() > CHECKED_TEXT && values.len() > limit() {
        return Err(Refused::TooLong(values.len()));
    }
    let number = from_values(negative, &values, base).map_err(Refused::Raised)?;
    at += text[at..].iter().take_while(|&&b| is_space(b)).count();
    Ok((number, at))
}

/// The number that digit values make.
fn from_values(negative: bool, values: &[u8], base: u32) -> Result<Obj> {
    let zeros = values.iter().take_while(|&&v| v == 0).count();
    let values = &values[zeros..];
    if values.len() <= 12 {
        let value = values.iter().fold(0i64, |x, &v| x * base as i64 + v as i64);
        return from_i64(if negative { -value } else { value });
    }
    if base.is_power_of_two() {
        return from_power_of_two(negative, values, base.trailing_zeros());
    }
    from_big(negative, &join(values, base, &mut Vec::new()))
}

fn from_power_of_two(negative: bool, values: &[u8], bits: u32) -> Result<Obj> {
    let size = (values.len() * bits as usize).div_ceil(SHIFT as usize);
    super::build(negative, size, |out| {
        let (mut accumulated, mut filled, mut to) = (0u64, 0, 0);
        for &value in values.iter().rev() {
            accumulated |= (value as u64) << filled;
            filled += bits;
            if filled >= SHIFT {
                out[to] = accumulated as u32 & super::MASK;
                to += 1;
                accumulated >>= SHIFT;
                filled -= SHIFT;
            }
        }
        if accumulated != 0 {
            out[to] = accumulated as u32;
        }
    })
}

/// `powers[i]` is `base ** (SIMPLE_TEXT << i)`, made when first needed.
fn join(values: &[u8], base: u32, powers: &mut Vec<BigUint>) -> BigUint {
    if values.len() <= SIMPLE_TEXT {
        return join_simple(values, base);
    }
    let mut level = 0;
    while SIMPLE_TEXT << (level + 1) < values.len() {
        level += 1;
    }
    while powers.len() <= level {
        let next = match powers.last() {
            None => BigUint::from(base).pow(SIMPLE_TEXT as u32),
            Some(last) => last * last,
        };
        powers.push(next);
    }
    let (high, low) = values.split_at(values.len() - (SIMPLE_TEXT << level));
    let high = join(high, base, powers);
    let low = join(low, base, powers);
    high * &powers[level] + low
}

/// Horner's rule on words of 64 bits, as many digits at a time as fit one.
fn join_simple(values: &[u8], base: u32) -> BigUint {
    let (mut width, mut unit) = (0, 1u64);
    while let Some(next) = unit.checked_mul(base as u64) {
        (width, unit) = (width + 1, next);
    }
    let mut words: Vec<u64> = Vec::new();
    let first = values.len() % width;
    let mut push = |chunk: &[u8], unit: u64| {
        let mut carry = chunk.iter().fold(0u64, |x, &v| x * base as u64 + v as u64) as u128;
        for word in &mut words {
            carry += *word as u128 * unit as u128;
            *word = carry as u64;
            carry >>= 64;
        }
        if carry != 0 {
            words.push(carry as u64);
        }
    };
    if first != 0 {
        push(&values[..first], unit);
    }
    for chunk in values[first..].chunks(width) {
        push(chunk, unit);
    }
    BigUint::new(words.iter().flat_map(|&word| [word as u32, (word >> 32) as u32]).collect())
}

fn check_base(base: i64) -> Result<u32> {
    if base != 0 && !(2..=36).contains(&base) {
        return Err(err::value_error("int() arg 2 must be >= 2 and <= 36"));
    }
    Ok(base as u32)
}

fn refuse(refused: Refused, base: u32, source: impl FnOnce() -> Result<Obj>) -> err::Raised {
    match refused {
        Refused::Raised(raised) => raised,
        Refused::TooLong(count) => err::value_error(format_args!(
            "Exceeds the limit ({}) for integer string conversion: value has {count} digits",
            limit()
        )),
        Refused::Invalid(_) => match source().and_then(|source| object::repr(&source)) {
            Ok(text) => {
                let shown: String = unicode::display(&text).to_string().chars().take(200).collect();
                err::value_error(format_args!("invalid literal for int() with base {base}: {shown}"))
            }
            Err(raised) => raised,
        },
    }
}

/// `PyLong_FromString` without the C string's limits: text in `base` (0 = by prefix), whole text must be consumed.
pub fn from_text(text: &str, base: u32) -> Result<Obj> {
    let base = check_base(base as i64)?;
    match parse(text.as_bytes(), base) {
        Ok((number, at)) if at == text.len() => Ok(number),
        Ok((_, at)) => Err(refuse(Refused::Invalid(at), base, || unicode::from_str(text))),
        Err(refused) => Err(refuse(refused, base, || unicode::from_str(text))),
    }
}

/// `PyLong_FromString`: the number, and where reading ended, be it at an error (not with a base that there isn't).
pub fn from_string(text: &[u8], base: i32, end: &mut Option<usize>) -> Result<Obj> {
    let base = check_base(base as i64)?;
    let parsed = match parse(text, base) {
        Ok((_, at)) if at < text.len() => Err(Refused::Invalid(at)),
        parsed => parsed,
    };
    match parsed {
        Ok((number, at)) => {
            *end = Some(at);
            Ok(number)
        }
        Err(refused) => {
            if let Refused::Invalid(at) = refused {
                *end = Some(at);
            }
            // The source is shown as text of at most 200 bytes.
            let source = || unicode::decode_utf8(&text[..text.len().min(200)], Some("replace"));
            Err(refuse(refused, detected_base(text, base), source))
        }
    }
}

/// The base that a message about bad text names: the one of the prefix, if the caller left it open. An "old" octal
/// literal has none.
fn detected_base(text: &[u8], base: u32) -> u32 {
    if base != 0 {
        return base;
    }
    let text = text.trim_ascii_start();
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    match digits {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        [b'0', rest @ ..] if !rest.is_empty() && rest.iter().all(|b| b.is_ascii_digit() || *b == b'_') => 0,
        _ => 10,
    }
}

/// `_PyLong_FromBytes`: the bytes of a bytes-like object.
pub fn from_bytes_text(text: &[u8], base: i64) -> Result<Obj> {
    let base = check_base(base)?;
    match parse(text, base) {
        Ok((number, at)) if at == text.len() => Ok(number),
        Ok((_, at)) => Err(refuse(Refused::Invalid(at), base, || bytes::from_slice(text))),
        Err(refused) => Err(refuse(refused, base, || bytes::from_slice(text))),
    }
}

/// `PyLong_FromUnicodeObject`: any decimal digits and white space of Unicode.
pub fn from_unicode_object(text: &Object, base: i64) -> Result<Obj> {
    let base = check_base(base)?;
    let mut buffer;
    let ascii = match unicode::chars(text) {
        Chars::Latin1(bytes) if bytes.is_ascii() => bytes,
        chars => {
            buffer = crate::memory::try_vec(unicode::len(text))?;
            let mut push = |c: u32| buffer.push(to_ascii(c));
            match chars {
                Chars::Latin1(units) => units.iter().for_each(|&c| push(c as u32)),
                Chars::Ucs2(units) => units.iter().for_each(|&c| push(c as u32)),
                Chars::Ucs4(units) => units.iter().for_each(|&c| push(c)),
            }
            &buffer[..]
        }
    };
    match parse(ascii, base) {
        Ok((number, at)) if at == ascii.len() => Ok(number),
        Ok((_, at)) => Err(refuse(Refused::Invalid(at), base, || Ok(crate::handle::Layout::owned(text)))),
        Err(refused) => Err(refuse(refused, base, || Ok(crate::handle::Layout::owned(text)))),
    }
}

/// A decimal digit or white space as ASCII has it, '?' for anything else beyond ASCII.
pub fn to_ascii(c: u32) -> u8 {
    if c < 128 {
        c as u8
    } else if crate::unicode::is_space(c) {
        b' '
    } else {
        crate::unicode::decimal_value(c).map_or(b'?', |value| b'0' + value)
    }
}

/// `PyLong_FromUnicode`: from wide characters.
pub fn from_unicode(text: &[u32], base: i32) -> Result<Obj> {
    let text = unicode::from_code_points(text)?;
    from_unicode_object(&text, base as i64)
}

/// `PyOS_strtoul`: value and bytes read; `Err` with the bytes read on overflow.
pub fn strtoul(text: &[u8], base: i32) -> core::result::Result<(u64, usize), usize> {
    let mut at = text.iter().take_while(|&&b| is_space(b)).count();
    let byte = |at: usize| text.get(at).copied().unwrap_or(0);
    let digit = |at: usize, base: u32| Some(DIGIT_VALUE[byte(at) as usize] as u32).filter(|&v| v < base);
    let prefixed = |at: usize, letter: u8, base: u32| {
        byte(at) == b'0' && byte(at + 1) | 0x20 == letter && digit(at + 2, base).is_some()
    };
    let base = match base {
        0 if byte(at) == b'0' => {
            let Some(&(_, base)) =
                [(b'x', 16), (b'o', 8), (b'b', 2)].iter().find(|&&(letter, base)| prefixed(at, letter, base))
            else {
                // A lone zero, whatever follows.
                while byte(at) == b'0' {
                    at += 1;
                }
                return Ok((0, at));
            };
            at += 2;
            base
        }
        0 => 10,
        base => {
            let letter = match base {
                16 => b'x',
                8 => b'o',
                2 => b'b',
                _ => 0,
            };
            if letter != 0 && prefixed(at, letter, base as u32) {
                at += 2;
            }
            base as u32
        }
    };
    if !(2..=36).contains(&base) {
        return Ok((0, at));
    }
    let (mut value, mut overflow) = (0u64, false);
    while let Some(v) = digit(at, base) {
        match value.checked_mul(base as u64).and_then(|x| x.checked_add(v as u64)) {
            Some(next) => value = next,
            None => overflow = true,
        }
        at += 1;
    }
    if overflow { Err(at) } else { Ok((value, at)) }
}
