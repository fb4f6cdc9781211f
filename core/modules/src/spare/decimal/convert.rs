//! Decimals from ints, floats, texts and tuples, and back.

use super::context::Context;
use super::current;
use super::mpd::*;
use super::number::Decimal;
use super::shared::{self, Slot};
use core::ffi::{c_char, c_int};
use krait_object::protocol::{call, class_check, number, object};
use krait_object::types::long::Long;
use krait_object::types::typeobject::Type;
use krait_object::types::{complex, float, list, long, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err};

/// How many bits a digit of a Python int has.
const INT_BASE: u32 = 1 << 30;

// ---- to decimals ----

/// A number of the class from anything, without rounding.
pub fn exact(class: &Type, value: Option<&Object>, context: &Context) -> Result<Obj> {
    let Some(value) = value else { return from_text(class, b"0\0", context, true).map(Obj::upcast) };
    if let Some(decimal) = value.downcast::<Decimal>() {
        if core::ptr::eq(class, Decimal::class()) && core::ptr::eq(value.class_of(), class) {
            return Ok(value.owned());
        }
        return copy(class, decimal, context).map(Obj::upcast);
    }
    if unicode::check(value) {
        let text = ascii(value, true)?;
        return from_text(class, &text, context, true).map(Obj::upcast);
    }
    if long::check(value) {
        return from_long(class, value, context).map(Obj::upcast);
    }
    if list::check(value) || tuple::check(value) {
        return from_text(class, &text_of_tuple(value)?, context, true).map(Obj::upcast);
    }
    if float::check(value) {
        context.note(FLOAT_OPERATION)?;
        return from_f64(class, float::as_f64(value)?, context).map(Obj::upcast);
    }
    Err(unsupported(value))
}

/// A number from anything, rounded as the context says.
pub fn rounded(value: Option<&Object>, context: &Context) -> Result<Obj> {
    let class = Decimal::class();
    let Some(value) = value else { return from_u64(0).map(Obj::upcast) };
    if unicode::check(value) {
        return from_text(class, &ascii(value, false)?, context, false).map(Obj::upcast);
    }
    if list::check(value) || tuple::check(value) {
        return from_text(class, &text_of_tuple(value)?, context, false).map(Obj::upcast);
    }
    let exact = if let Some(decimal) = value.downcast::<Decimal>() {
        let settings = context.settings();
        if decimal.value().is(QUIET_NAN | SIGNALING_NAN)
            && decimal.value().digits > settings.prec - i64::from(settings.clamp)
        {
            // More payload than there is room for.
            context.note(CONVERSION_SYNTAX)?;
            let result = Decimal::result()?;
            // SAFETY: a new number.
            unsafe { mpd_setspecial(result.raw(), 0, QUIET_NAN) };
            return Ok(result.upcast());
        }
        copy(class, decimal, context)?
    } else if long::check(value) {
        from_long_in(class, value, context.settings(), context, u32::MAX)?
    } else if float::check(value) {
        context.note(FLOAT_OPERATION)?;
        from_f64(class, float::as_f64(value)?, context)?
    } else {
        return Err(unsupported(value));
    };
    finalize(exact, context).map(Obj::upcast)
}

/// `create_decimal_from_float`
pub fn rounded_float(value: &Object, context: &Context) -> Result<Obj> {
    finalize(from_float(Decimal::class(), value, context)?, context).map(Obj::upcast)
}

/// `Decimal.from_float`
pub fn from_float_method(class: &Type, value: &Object) -> Result<Obj> {
    let made = from_float(Decimal::class(), value, &*current::get()?)?.upcast();
    if core::ptr::eq(class, Decimal::class()) { Ok(made) } else { call::call(class.object(), &[&made]) }
}

fn from_float(class: &Type, value: &Object, context: &Context) -> Result<Obj<Decimal>> {
    if long::check(value) {
        return from_long(class, value, context);
    }
    if !float::check(value) {
        return Err(err::type_error("argument must be int or float"));
    }
    from_f64(class, float::as_f64(value)?, context)
}

/// Rounds a new number.
fn finalize(number: Obj<Decimal>, context: &Context) -> Result<Obj<Decimal>> {
    let mut status = 0;
    // SAFETY: a new number.
    unsafe { mpd_qfinalize(number.raw(), context.raw(), &mut status) };
    context.note(status)?;
    Ok(number)
}

#[cold]
fn unsupported(value: &Object) -> err::Raised {
    err::type_error(format_args!("conversion from {} to Decimal is not supported", value.class_of().name()))
}

/// An operand: a decimal or an int. None for anything else.
pub fn operand(value: &Object, context: &Context) -> Result<Option<Obj<Decimal>>> {
    if let Some(decimal) = value.downcast::<Decimal>() {
        return Ok(Some(decimal.owned()));
    }
    if long::check(value) { from_long(Decimal::class(), value, context).map(Some) } else { Ok(None) }
}

/// The same; `TypeError` for anything else.
pub fn required_operand(value: &Object, context: &Context) -> Result<Obj<Decimal>> {
    operand(value, context)?.ok_or_else(|| unsupported(value))
}

fn copy(class: &Type, decimal: &Decimal, context: &Context) -> Result<Obj<Decimal>> {
    let (result, mut status) = (Decimal::alloc(class)?, 0);
    // SAFETY: live numbers.
    unsafe { mpd_qcopy(result.raw(), decimal.raw(), &mut status) };
    context.note(status)?;
    Ok(result)
}

/// A small number.
pub fn from_u64(value: u64) -> Result<Obj<Decimal>> {
    let (result, settings, mut status) = (Decimal::result()?, super::mpd::exact(), 0);
    // SAFETY: a new number.
    unsafe { mpd_qset_uint(result.raw(), value, &settings, &mut status) };
    Ok(result)
}

/// A number whose text ends with NUL: exactly, or rounded.
fn from_text(class: &Type, text: &[u8], context: &Context, is_exact: bool) -> Result<Obj<Decimal>> {
    let (result, mut status) = (Decimal::alloc(class)?, 0);
    let start = text.as_ptr().cast::<c_char>();
    // SAFETY: a new number and a C string.
    unsafe {
        if is_exact {
            mpd_qset_string(result.raw(), start, &super::mpd::exact(), &mut status);
            refuse_inexact(&result, &mut status);
        } else {
            mpd_qset_string(result.raw(), start, context.raw(), &mut status);
        }
    }
    context.note(status)?;
    Ok(result)
}

/// What does not fit without rounding is an error.
fn refuse_inexact(result: &Decimal, status: &mut u32) {
    if *status & (INEXACT | ROUNDED | CLAMPED) != 0 {
        // SAFETY: a new number.
        unsafe { mpd_seterror(result.raw(), INVALID_OPERATION, status) };
    }
    *status &= ERRORS;
}

/// An int exactly.
pub fn from_long(class: &Type, value: &Object, context: &Context) -> Result<Obj<Decimal>> {
    let settings = super::mpd::exact();
    let (result, mut status) = import(class, value, &settings)?;
    refuse_inexact(&result, &mut status);
    context.note(status)?;
    Ok(result)
}

/// An int under other settings; only some conditions are told to the context.
fn from_long_in(
    class: &Type,
    value: &Object,
    settings: &mpd_context_t,
    context: &Context,
    told: u32,
) -> Result<Obj<Decimal>> {
    let (result, status) = import(class, value, settings)?;
    context.note(status & told)?;
    Ok(result)
}

fn import(class: &Type, value: &Object, settings: &mpd_context_t) -> Result<(Obj<Decimal>, u32)> {
    let (result, mut status) = (Decimal::alloc(class)?, 0);
    let long = value.downcast::<Long>().ok_or_else(err::bad_internal_call)?;
    let (digits, sign) = (long.digits(), u8::from(long.is_negative()));
    // SAFETY: a new number, so many digits.
    unsafe {
        match digits {
            [] | [_] => {
                let digit = digits.first().copied().unwrap_or(0);
                mpd_qset_uint(result.raw(), digit.into(), &super::mpd::exact(), &mut status);
                (*result.raw()).flags |= sign;
                mpd_qfinalize(result.raw(), settings, &mut status);
            }
            _ => mpd_qimport_u32(
                result.raw(),
                digits.as_ptr(),
                digits.len(),
                sign,
                INT_BASE,
                settings,
                &mut status,
            ),
        }
    }
    Ok((result, status))
}

/// A float exactly: an integer, or `n / 2**k` as `n * 5**k` with the exponent `-k`.
pub fn from_f64(class: &Type, value: f64, context: &Context) -> Result<Obj<Decimal>> {
    let sign = u8::from(value.is_sign_negative());
    let result = Decimal::alloc(class)?;
    if !value.is_finite() {
        let (sign, kind) = if value.is_nan() { (0, QUIET_NAN) } else { (sign, INFINITE) };
        // SAFETY: a new number.
        unsafe { mpd_setspecial(result.raw(), sign, kind) };
        return Ok(result);
    }
    let bits = value.to_bits();
    let (mantissa, exponent) = match (bits >> 52 & 0x7ff) as i64 {
        0 => (bits & ((1 << 52) - 1), -1074),
        biased => (bits & ((1 << 52) - 1) | 1 << 52, biased - 1075),
    };
    let zeros = if mantissa == 0 { 0 } else { i64::from(mantissa.trailing_zeros()) };
    let (mantissa, exponent) = if mantissa == 0 { (0, 0) } else { (mantissa >> zeros, exponent + zeros) };
    let (settings, mut status) = (super::mpd::exact(), 0);
    let (Some(base), Some(power)) = (Number::new(), Number::new()) else { return Err(err::no_memory()) };
    // SAFETY: live numbers.
    unsafe {
        mpd_qset_uint(result.raw(), mantissa, &settings, &mut status);
        if exponent != 0 {
            mpd_qset_uint(base.raw(), if exponent < 0 { 5 } else { 2 }, &settings, &mut status);
            mpd_qset_uint(power.raw(), exponent.unsigned_abs(), &settings, &mut status);
            mpd_qpow(base.raw(), base.raw(), power.raw(), &settings, &mut status);
            mpd_qmul(result.raw(), result.raw(), base.raw(), &settings, &mut status);
        }
        context.note(status & ERRORS)?;
        (*result.raw()).flags |= sign;
        if exponent < 0 {
            (*result.raw()).exp = exponent;
        }
    }
    Ok(result)
}

/// A text as ASCII with NUL behind: any decimal digits and spaces of Unicode, and what is neither as something that no
/// number has. Texts that programs write may have spaces around and underscores inside.
fn ascii(text: &Object, is_lenient: bool) -> Result<Vec<u8>> {
    let shown = unicode::transform_decimal_and_space_to_ascii(text)?;
    let chars = unicode::chars(&shown);
    let mut bytes: Vec<u8> = chars
        .iter()
        .map(|c| u8::try_from(c).ok().filter(|byte| (1..128).contains(byte)).unwrap_or(b'?'))
        .collect();
    if is_lenient {
        let is_space = |byte: &u8| matches!(byte, b'\t'..=b'\r' | 0x1c..=0x1f | b' ');
        let start = bytes.iter().position(|byte| !is_space(byte)).unwrap_or(bytes.len());
        let end = bytes.iter().rposition(|byte| !is_space(byte)).map_or(start, |last| last + 1);
        bytes = bytes[start..end].iter().copied().filter(|byte| *byte != b'_').collect();
    }
    bytes.push(0);
    Ok(bytes)
}

/// The text of (sign, digits, exponent), with NUL behind.
fn text_of_tuple(value: &Object) -> Result<Vec<u8>> {
    const SIGN: &str = "sign must be an integer with the value 0 or 1";
    const DIGITS: &str = "coefficient must be a tuple of digits";
    let as_tuple =
        |value: &Object| if tuple::check(value) { Ok(value.owned()) } else { list::as_tuple(Some(value)) };
    let parts = as_tuple(value)?;
    let &[sign, digits, exponent] = tuple::items(&parts) else {
        return Err(err::value_error("argument must be a sequence of length 3"));
    };
    if !long::check(sign) {
        return Err(err::value_error(SIGN));
    }
    let mut text = match long::as_long(sign)? {
        0 => b"+".to_vec(),
        1 => b"-".to_vec(),
        _ => return Err(err::value_error(SIGN)),
    };
    let (mut is_infinite, mut exp) = (false, None);
    if unicode::check(exponent) {
        is_infinite = unicode::eq_str(exponent, "F");
        let names = [("F", &b"Inf"[..]), ("n", b"NaN"), ("N", b"sNaN")];
        let Some((_, name)) = names.iter().find(|(code, _)| unicode::eq_str(exponent, code)) else {
            return Err(err::value_error("string argument in the third position must be 'F', 'n' or 'N'"));
        };
        text.extend_from_slice(name);
    } else if long::check(exponent) {
        exp = Some(long::as_isize(exponent)?);
    } else {
        return Err(err::value_error("exponent must be an integer"));
    }
    if !tuple::check(digits) && !list::check(digits) {
        return Err(err::value_error(DIGITS));
    }
    let digits = as_tuple(digits)?;
    if tuple::items(&digits).is_empty() && exp.is_some() {
        text.push(b'0');
    }
    for digit in tuple::items(&digits) {
        if !long::check(digit) {
            return Err(err::value_error(DIGITS));
        }
        let Ok(digit @ 0..=9) = u8::try_from(long::as_long(digit)?) else {
            return Err(err::value_error(DIGITS));
        };
        // Infinity has no digits, whatever is given.
        if !is_infinite {
            text.push(b'0' + digit);
        }
    }
    if let Some(exp) = exp {
        text.extend_from_slice(format!("E{exp}").as_bytes());
    }
    text.push(0);
    Ok(text)
}

/// Whether a number is a `numbers.Rational`.
pub fn is_rational(value: &Object) -> Result<bool> {
    class_check::is_instance(value, shared::get(Slot::Rational, 0)?)
}

/// Numerator and denominator.
pub fn from_rational(value: &Object, context: &Context) -> Result<(Obj<Decimal>, Obj<Decimal>)> {
    let part = |name| {
        let part = object::get_attr_str(value, name)?;
        if !long::check(&part) {
            return Err(err::type_error("numerator and denominator must be integers"));
        }
        from_long(Decimal::class(), &part, context)
    };
    Ok((part("numerator")?, part("denominator")?))
}

// ---- from decimals ----

/// The integer that a number is rounded to.
pub fn to_long(this: &Decimal, context: &Context, round: c_int) -> Result<Obj> {
    refuse_special(this, "integer")?;
    let Some(whole) = Number::new() else { return Err(err::no_memory()) };
    let (settings, mut status) = (mpd_context_t { round, ..*context.settings() }, 0);
    // SAFETY: live numbers.
    unsafe { mpd_qround_to_int(whole.raw(), this.raw(), &settings, &mut status) };
    context.note(status)?;
    export(&whole)
}

/// An integer of libmpdec's.
fn export(whole: &Number) -> Result<Obj> {
    let (mut digits, mut status) = (Block(core::ptr::null_mut()), 0);
    // SAFETY: a live integer; the block belongs to us afterwards and holds so many digits.
    unsafe {
        let count = mpd_qexport_u32(&mut digits.0, 0, INT_BASE, whole.raw(), &mut status);
        if count == usize::MAX || digits.0.is_null() {
            return Err(err::no_memory());
        }
        long::from_digits((*whole.raw()).sign() == 1, core::slice::from_raw_parts(digits.0, count))
    }
}

/// Neither infinities nor NaNs are integers or ratios.
fn refuse_special(this: &Decimal, what: &str) -> Result<()> {
    let value = this.value();
    if value.is(INFINITE) {
        return Err(err::overflow_error(format_args!("cannot convert Infinity to {what}")));
    }
    if value.is(SPECIAL) {
        return Err(err::value_error(format_args!("cannot convert NaN to {what}")));
    }
    Ok(())
}

/// `__int__`
pub fn truncate(this: &Decimal) -> Result<Obj> {
    to_long(this, &*current::get()?, ROUND_DOWN)
}

/// `__float__`
pub fn to_float(this: &Decimal) -> Result<Obj> {
    let value = this.value();
    if value.is(SIGNALING_NAN) {
        return Err(err::value_error("cannot convert signaling NaN to float"));
    }
    let text = if value.is(QUIET_NAN) {
        if value.sign() == 1 { "-nan".to_owned() } else { "nan".to_owned() }
    } else {
        this.to_text(mpd_to_sci_size, 1)?
    };
    float::from_string(&*unicode::from_str(&text)?)
}

/// `__complex__`
pub fn to_complex(this: &Decimal) -> Result<Obj> {
    complex::from_parts(float::as_f64(&*to_float(this)?)?, 0.0)
}

/// The coefficient as digits; an infinity has none.
fn coefficient(this: &Decimal) -> Result<String> {
    let copy = Decimal::result()?;
    let mut status = 0;
    // SAFETY: a new number, which becomes a plain integer.
    unsafe {
        mpd_qcopy(copy.raw(), this.raw(), &mut status);
        (*copy.raw()).flags &= !(SPECIAL | NEGATIVE);
        (*copy.raw()).exp = 0;
    }
    if status & MALLOC_ERROR != 0 {
        return Err(err::no_memory());
    }
    copy.to_text(mpd_to_sci_size, 1)
}

/// `as_tuple`
pub fn as_tuple(this: &Decimal) -> Result<Obj> {
    let value = this.value();
    let exponent = match value.flags & SPECIAL {
        0 => long::from_i64(value.exp)?,
        INFINITE => unicode::from_str("F")?,
        QUIET_NAN => unicode::from_str("n")?,
        _ => unicode::from_str("N")?,
    };
    let digits = if value.is(INFINITE) {
        vec![long::from_i64(0)?]
    } else if value.len == 0 {
        Vec::new()
    } else {
        let text = coefficient(this)?;
        text.bytes().map(|digit| long::from_i64((digit - b'0').into())).collect::<Result<_>>()?
    };
    let sign = long::from_i64(value.sign().into())?;
    call::call(shared::get(Slot::Tuple, 0)?, &[&sign, &*tuple::from_vec(digits)?, &exponent])
}

/// `as_integer_ratio`
pub fn as_integer_ratio(this: &Decimal) -> Result<Obj> {
    refuse_special(this, "integer ratio")?;
    let Some(whole) = Number::new() else { return Err(err::no_memory()) };
    let mut status = 0;
    // SAFETY: live numbers; without its exponent the copy is an integer.
    let exponent = unsafe {
        if mpd_qcopy(whole.raw(), this.raw(), &mut status) == 0 {
            return Err(err::no_memory());
        }
        let is_zero = mpd_iszero(whole.raw()) != 0;
        let exponent = if is_zero { 0 } else { (*whole.raw()).exp };
        (*whole.raw()).exp = 0;
        exponent
    };
    let numerator = export(&whole)?;
    let size = long::from_i64(exponent.abs())?;
    let scale = long::power(&*long::from_i64(10)?, &size, None)?;
    if exponent >= 0 {
        return tuple::pack([number::multiply(&numerator, &scale)?, long::from_i64(1)?]);
    }
    let divisor = long::gcd(&numerator, &scale)?;
    tuple::pack([number::floor_divide(&numerator, &divisor)?, number::floor_divide(&scale, &divisor)?])
}
