//! Machine integers, floats and bytes to ints and back, with the error texts of the C functions.

use super::{BASE, Long, MASK, SHIFT, build, check, check_exact, from_i64, from_u64, small, view};
use crate::err;
use crate::handle::{Class, Layout, Obj, Object, Result};
use crate::types::{exceptions, typeobject};
use core::ffi::c_void;
use krait_abi::*;

// ---- objects that stand for an int ----

/// Calls a slot that must return an int; instances of subclasses are deprecated.
fn checked_slot(object: &Object, slot: unaryfunc, name: &str) -> Result<Obj> {
    let Some(function) = slot else {
        return Err(err::bad_internal_call());
    };
    // SAFETY: a number slot of the object's own class.
    let result = unsafe { Obj::from_owned_or_raised(function(object.as_ptr()))? };
    if Long::is_exact(&result) {
        return Ok(result);
    }
    let class = result.class_of().name().to_owned();
    if !check(&result) {
        return Err(err::type_error(format_args!("{name} returned non-int (type {class:.200})")));
    }
    err::warn(
        exceptions::DeprecationWarning(),
        format_args!(
            "{name} returned non-int (type {class:.200}).  The ability to return an instance of a strict subclass of int \
             is deprecated, and may not be supported in a future version of Python."
        ),
        1,
    )?;
    Ok(result)
}

/// The number slots of a class, if it has any.
fn number_slots(class: &typeobject::Type) -> Option<&PyNumberMethods> {
    // SAFETY: a type's `tp_as_number` is NULL or points to slots that live as long as the type.
    unsafe { (*class.as_raw()).tp_as_number.as_ref() }
}

/// `_PyLong_FromNbInt`: by `__int__`.
pub fn from_nb_int(object: &Object) -> Result<Obj> {
    if check_exact(object) {
        return Ok(object.owned());
    }
    match number_slots(object.class_of()) {
        Some(slots) if slots.nb_int.is_some() => checked_slot(object, slots.nb_int, "__int__"),
        _ => Err(err::type_error(format_args!(
            "an integer is required (got type {:.200})",
            object.class_of().name()
        ))),
    }
}

/// `_PyLong_FromNbIndexOrNbInt`: by `__index__`, or (deprecated) by `__int__`.
pub fn from_nb_index_or_nb_int(object: &Object) -> Result<Obj> {
    if check_exact(object) {
        return Ok(object.owned());
    }
    let class = object.class_of();
    match number_slots(class) {
        Some(slots) if slots.nb_index.is_some() => checked_slot(object, slots.nb_index, "__index__"),
        Some(slots) if slots.nb_int.is_some() => {
            let result = checked_slot(object, slots.nb_int, "__int__")?;
            err::warn(
                exceptions::DeprecationWarning(),
                format_args!(
                    "an integer is required (got type {:.200}).  Implicit conversion to integers using __int__ is \
                     deprecated, and may be removed in a future version of Python.",
                    object.class_of().name()
                ),
                1,
            )?;
            Ok(result)
        }
        _ => Err(err::type_error(format_args!("an integer is required (got type {:.200})", class.name()))),
    }
}

// ---- signed ----

/// The magnitude if it fits 64 bits.
fn magnitude(long: &Long) -> Option<u64> {
    let digits = long.digits();
    match digits.len() {
        0..=2 => Some(digits.iter().rev().fold(0, |x, &d| x << SHIFT | d as u64)),
        3 if digits[2] < 16 => {
            Some((digits[2] as u64) << (2 * SHIFT) | (digits[1] as u64) << SHIFT | digits[0] as u64)
        }
        _ => None,
    }
}

/// The value if it fits; the int itself has been checked.
#[inline]
fn signed(long: &Long) -> Option<i64> {
    if let Some(value) = long.two_digits() {
        return Some(value);
    }
    let magnitude = magnitude(long)?;
    if long.is_negative() { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// The value of an int object if it is from 0 to 2**64 - 1.
pub fn as_u64_opt(object: &Object) -> Option<u64> {
    let long = view(object);
    if long.is_negative() { None } else { magnitude(long) }
}

/// The value of an int object if it fits.
pub fn as_i64_opt(object: &Object) -> Option<i64> {
    signed(view(object))
}

/// `PyLong_AsLongLongAndOverflow`: None with the sign of the overflow.
pub fn as_i64_and_overflow(object: &Object) -> Result<core::result::Result<i64, i32>> {
    let converted;
    let long = if check(object) {
        object
    } else {
        converted = from_nb_index_or_nb_int(object)?;
        &*converted
    };
    let long = view(long);
    Ok(signed(long).ok_or(if long.is_negative() { -1 } else { 1 }))
}

/// `PyLong_AsLongAndOverflow`.
pub fn as_long_and_overflow(object: &Object) -> Result<core::result::Result<i64, i32>> {
    as_i64_and_overflow(object)
}

/// `PyLong_AsLongLongAndOverflow`.
pub fn as_long_long_and_overflow(object: &Object) -> Result<core::result::Result<i64, i32>> {
    as_i64_and_overflow(object)
}

/// `PyLong_AsLongLong` (uses `__index__`/`__int__` like it).
#[inline]
pub fn as_i64(object: &Object) -> Result<i64> {
    match super::word_value(object) {
        Some(value) => Ok(value),
        None => as_i64_and_overflow(object)?.map_err(|_| err::overflow_error("int too big to convert")),
    }
}

/// `PyLong_AsLongLong`.
pub fn as_long_long(object: &Object) -> Result<i64> {
    as_i64(object)
}

/// `PyLong_AsLong`.
#[inline]
pub fn as_long(object: &Object) -> Result<i64> {
    match super::word_value(object) {
        Some(value) => Ok(value),
        None => as_i64_and_overflow(object)?
            .map_err(|_| err::overflow_error("Python int too large to convert to C long")),
    }
}

/// `PyLong_AsSsize_t`: ints only.
#[inline]
pub fn as_isize(object: &Object) -> Result<isize> {
    if !check(object) {
        return Err(err::type_error("an integer is required"));
    }
    signed(view(object))
        .map(|value| value as isize)
        .ok_or_else(|| err::overflow_error("Python int too large to convert to C ssize_t"))
}

/// `PyLong_AsSsize_t`.
pub fn as_ssize_t(object: &Object) -> Result<isize> {
    as_isize(object)
}

/// `_PyLong_AsInt`.
#[inline]
pub fn as_i32(object: &Object) -> Result<i32> {
    let value = as_i64_and_overflow(object)?;
    value
        .ok()
        .and_then(|value| i32::try_from(value).ok())
        .ok_or_else(|| err::overflow_error("Python int too large to convert to C int"))
}

/// `_PyLong_AsInt`.
pub fn as_int(object: &Object) -> Result<i32> {
    as_i32(object)
}

// ---- unsigned ----

/// An int in the range of C's unsigned types; the error texts differ in the names.
fn unsigned(object: &Object, negative: &str, large: &str) -> Result<u64> {
    if !check(object) {
        return Err(err::type_error("an integer is required"));
    }
    let long = view(object);
    if long.is_negative() {
        return Err(err::overflow_error(negative));
    }
    magnitude(long).ok_or_else(|| err::overflow_error(large))
}

/// `PyLong_AsUnsignedLong`.
pub fn as_unsigned_long(object: &Object) -> Result<u64> {
    unsigned(
        object,
        "can't convert negative value to unsigned int",
        "Python int too large to convert to C unsigned long",
    )
}

/// `PyLong_AsSize_t`.
pub fn as_usize(object: &Object) -> Result<usize> {
    unsigned(object, "can't convert negative value to size_t", "Python int too large to convert to C size_t")
        .map(|value| value as usize)
}

/// `PyLong_AsSize_t`.
pub fn as_size_t(object: &Object) -> Result<usize> {
    as_usize(object)
}

/// `PyLong_AsUnsignedLongLong`.
pub fn as_u64(object: &Object) -> Result<u64> {
    unsigned(object, "can't convert negative int to unsigned", "int too big to convert")
}

/// `PyLong_AsUnsignedLongLong`.
pub fn as_unsigned_long_long(object: &Object) -> Result<u64> {
    as_u64(object)
}

/// The value modulo 2**64 of an int object.
pub fn low_u64(object: &Object) -> u64 {
    let long = view(object);
    let digits = long.digits();
    let value = digits.iter().take(3).rev().fold(0u64, |x, &d| x << SHIFT | d as u64);
    if long.is_negative() { value.wrapping_neg() } else { value }
}

/// `PyLong_AsUnsignedLongLongMask`.
pub fn as_u64_mask(object: &Object) -> Result<u64> {
    if check(object) { Ok(low_u64(object)) } else { Ok(low_u64(&*from_nb_index_or_nb_int(object)?)) }
}

/// `PyLong_AsUnsignedLongLongMask`.
pub fn as_unsigned_long_long_mask(object: &Object) -> Result<u64> {
    as_u64_mask(object)
}

/// `PyLong_AsUnsignedLongMask`.
pub fn as_unsigned_long_mask(object: &Object) -> Result<u64> {
    as_u64_mask(object)
}

/// `PyLong_AsVoidPtr`.
pub fn as_void_ptr(object: &Object) -> Result<*mut c_void> {
    if check(object) && view(object).is_negative() {
        return as_long(object).map(|value| value as *mut c_void);
    }
    as_unsigned_long(object).map(|value| value as *mut c_void)
}

/// The converters of Argument Clinic: non-negative ints below `limit`.
fn converter(object: &Object, limit: u64, name: &str) -> Result<u64> {
    if check(object) && view(object).is_negative() {
        return Err(err::value_error("value must be positive"));
    }
    let large = if name == "size_t" { "size_t" } else { "unsigned long" };
    let value = match name {
        "unsigned long long" => as_u64(object)?,
        _ => unsigned(
            object,
            "can't convert negative value to unsigned int",
            &format!("Python int too large to convert to C {large}"),
        )?,
    };
    if value > limit {
        return Err(err::overflow_error(format_args!("Python int too large for C {name}")));
    }
    Ok(value)
}

/// `_PyLong_UnsignedShort_Converter`.
pub fn unsigned_short_converter(object: &Object) -> Result<u16> {
    converter(object, u16::MAX as u64, "unsigned short").map(|value| value as u16)
}

/// `_PyLong_UnsignedInt_Converter`.
pub fn unsigned_int_converter(object: &Object) -> Result<u32> {
    converter(object, u32::MAX as u64, "unsigned int").map(|value| value as u32)
}

/// `_PyLong_UnsignedLong_Converter`.
pub fn unsigned_long_converter(object: &Object) -> Result<u64> {
    converter(object, u64::MAX, "unsigned long")
}

/// `_PyLong_UnsignedLongLong_Converter`.
pub fn unsigned_long_long_converter(object: &Object) -> Result<u64> {
    converter(object, u64::MAX, "unsigned long long")
}

/// `_PyLong_Size_t_Converter`.
pub fn size_t_converter(object: &Object) -> Result<usize> {
    converter(object, u64::MAX, "size_t").map(|value| value as usize)
}

// ---- making, by the C names ----

/// `PyLong_FromLong`.
pub fn from_long(value: i64) -> Result<Obj> {
    from_i64(value)
}
/// `PyLong_FromLongLong`.
pub fn from_long_long(value: i64) -> Result<Obj> {
    from_i64(value)
}
/// `PyLong_FromSsize_t`.
pub fn from_ssize_t(value: isize) -> Result<Obj> {
    from_i64(value as i64)
}
/// `PyLong_FromUnsignedLong`.
pub fn from_unsigned_long(value: u64) -> Result<Obj> {
    from_u64(value)
}
/// `PyLong_FromUnsignedLongLong`.
pub fn from_unsigned_long_long(value: u64) -> Result<Obj> {
    from_u64(value)
}
/// `PyLong_FromSize_t`.
pub fn from_size_t(value: usize) -> Result<Obj> {
    from_u64(value as u64)
}
/// `PyLong_FromVoidPtr`.
pub fn from_ptr(value: *const c_void) -> Result<Obj> {
    from_u64(value as usize as u64)
}
/// `PyLong_FromVoidPtr`.
pub fn from_void_ptr(value: *const c_void) -> Result<Obj> {
    from_ptr(value)
}
/// `PyLong_FromDouble`.
pub fn from_double(value: f64) -> Result<Obj> {
    from_f64(value)
}

// ---- floats ----

/// `PyLong_FromDouble`: truncates.
pub fn from_f64(value: f64) -> Result<Obj> {
    if value.abs() < 9.2e18 {
        return from_i64(value as i64);
    }
    if value.is_infinite() {
        return Err(err::overflow_error("cannot convert float infinity to integer"));
    }
    if value.is_nan() {
        return Err(err::value_error("cannot convert float NaN to integer"));
    }
    // At least 2**62, so the 53-bit mantissa is shifted left.
    let bits = value.to_bits();
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let shift = (bits >> 52 & 0x7ff) as usize - 1075;
    let (words, rest) = (shift / SHIFT as usize, shift % SHIFT as usize);
    build(value < 0.0, words + 3, |out| {
        let wide = (mantissa as u128) << rest;
        for (i, place) in out[words..].iter_mut().enumerate() {
            *place = (wide >> (SHIFT as usize * i)) as u32 & MASK;
        }
    })
}

/// `_PyLong_Frexp`: a fraction of 0.5 to 1 (with the sign), rounded half to even, and the exponent of two.
pub fn frexp(object: &Object) -> Result<(f64, isize)> {
    let long = view(object);
    let digits = long.digits();
    if digits.is_empty() {
        return Ok((0.0, 0));
    }
    let bits = super::arith::bits_of(digits);
    // The top 55 bits at least, with everything below folded into the lowest one.
    let mut top = 0u64;
    let mut sticky = false;
    let taken = bits.saturating_sub(64);
    let (words, rest) = (taken / SHIFT as usize, taken % SHIFT as usize);
    let mut position = 0;
    for (i, &d) in digits.iter().enumerate() {
        if i < words {
            sticky |= d != 0;
        } else if i == words {
            sticky |= d & ((1u32 << rest) - 1) != 0;
            top = (d >> rest) as u64;
            position = SHIFT as usize - rest;
        } else {
            top |= (d as u64) << position;
            position += SHIFT as usize;
        }
    }
    // `top` has min(bits, 64) bits now.
    let width = bits.min(64);
    top <<= 64 - width;
    let (mut mantissa, rest) = (top >> 11, top & 0x7ff);
    let half = 0x400;
    if rest > half || (rest == half && (sticky || mantissa & 1 == 1)) {
        mantissa += 1;
    }
    let mut exponent = bits as isize;
    let mut fraction = mantissa as f64 / (1u64 << 53) as f64;
    if mantissa == 1 << 53 {
        fraction = 0.5;
        exponent += 1;
    }
    Ok((if long.is_negative() { -fraction } else { fraction }, exponent))
}

/// The nearest float of an int object, None when it overflows.
pub fn to_f64(object: &Object) -> Option<f64> {
    let long = view(object);
    if let Some(value) = long.one_digit() {
        return Some(value as f64);
    }
    if let Some(magnitude) = magnitude(long) {
        // The conversion rounds half to even.
        return Some(if long.is_negative() { -(magnitude as f64) } else { magnitude as f64 });
    }
    let (fraction, exponent) = frexp(object).ok()?;
    if exponent > 1024 {
        return None;
    }
    // 0.5 <= |fraction| < 1: doubling it and halving the power keeps both factors in range.
    Some(fraction * 2.0 * 2f64.powi(exponent as i32 - 1))
}

/// `PyLong_AsDouble`.
pub fn as_f64(object: &Object) -> Result<f64> {
    if !check(object) {
        return Err(err::type_error("an integer is required"));
    }
    to_f64(object).ok_or_else(|| err::overflow_error("int too large to convert to float"))
}

/// `PyLong_AsDouble`.
pub fn as_double(object: &Object) -> Result<f64> {
    as_f64(object)
}

// ---- bytes ----

/// `_PyLong_FromByteArray`.
pub fn from_bytes(bytes: &[u8], little_endian: bool, signed: bool) -> Result<Obj> {
    let at = |i: usize| if little_endian { bytes[i] } else { bytes[bytes.len() - 1 - i] };
    let n = bytes.len();
    if n == 0 {
        return Ok(small(0).owned());
    }
    let negative = signed && at(n - 1) & 0x80 != 0;
    if n <= 8 {
        let extension: u64 = if negative { u64::MAX } else { 0 };
        let value = (0..n).rev().fold(extension, |x, i| x << 8 | at(i) as u64);
        return if signed { from_i64(value as i64) } else { from_u64(value) };
    }
    build(negative, n * 8 / SHIFT as usize + 1, |out| {
        let (mut accumulated, mut bits, mut to) = (0u64, 0, 0);
        let mut carry = 1u16;
        for i in 0..n {
            let mut byte = at(i);
            if negative {
                let value = (!byte) as u16 + carry;
                byte = value as u8;
                carry = value >> 8;
            }
            accumulated |= (byte as u64) << bits;
            bits += 8;
            if bits >= SHIFT {
                out[to] = accumulated as u32 & MASK;
                to += 1;
                accumulated >>= SHIFT;
                bits -= SHIFT;
            }
        }
        if accumulated != 0 {
            out[to] = accumulated as u32;
        }
    })
}

/// `PyLong_FromByteArray` by its C name.
pub fn from_byte_array(bytes: &[u8], little_endian: bool, signed: bool) -> Result<Obj> {
    from_bytes(bytes, little_endian, signed)
}

/// `_PyLong_AsByteArray`.
pub fn to_bytes(object: &Object, out: &mut [u8], little_endian: bool, signed: bool) -> Result<()> {
    let long = view(object);
    let negative = long.is_negative();
    if negative && !signed {
        return Err(err::overflow_error("can't convert negative int to unsigned"));
    }
    let n = out.len();
    let (mut accumulated, mut bits, mut written) = (0u64, 0, 0);
    let mut carry = negative as u32;
    let mut overflow = false;
    let mut put = |byte: u8| {
        if written < n {
            out[if little_endian { written } else { n - 1 - written }] = byte;
        } else {
            // Beyond the end only copies of the sign may follow.
            overflow |= byte != if negative { 0xff } else { 0 };
        }
        written += 1;
    };
    let digits = long.digits();
    for &digit in digits {
        let mut digit = digit;
        if negative {
            digit = (digit ^ MASK) + carry;
            carry = digit >> SHIFT;
            digit &= MASK;
        }
        accumulated |= (digit as u64) << bits;
        bits += SHIFT;
        while bits >= 8 {
            put(accumulated as u8);
            accumulated >>= 8;
            bits -= 8;
        }
    }
    if bits > 0 {
        let fill = if negative { !0u64 << bits } else { 0 };
        put((accumulated | fill) as u8);
    }
    if overflow {
        return Err(err::overflow_error("int too big to convert"));
    }
    let extension = if negative { 0xff } else { 0 };
    for i in written..n {
        out[if little_endian { i } else { n - 1 - i }] = extension;
    }
    if signed && n > 0 && !digits.is_empty() {
        let top = out[if little_endian { n - 1 } else { 0 }];
        if (top & 0x80 != 0) != negative {
            return Err(err::overflow_error("int too big to convert"));
        }
    }
    Ok(())
}

/// `_PyLong_AsByteArray` by its C name.
pub fn as_byte_array(object: &Object, out: &mut [u8], little_endian: bool, signed: bool) -> Result<()> {
    to_bytes(object, out, little_endian, signed)
}

const _: () = assert!(BASE == 1 << 30);
