//! `longobject.h`.

use crate::prelude::*;
use krait_object::types::unicode::Writer;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromLong(ival: c_long) -> *mut PyObject {
    guard(|| types::long::from_long(ival))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromUnsignedLong(ival: c_ulong) -> *mut PyObject {
    guard(|| types::long::from_unsigned_long(ival))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromSize_t(ival: usize) -> *mut PyObject {
    guard(|| types::long::from_size_t(ival))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromSsize_t(ival: Py_ssize_t) -> *mut PyObject {
    guard(|| types::long::from_ssize_t(ival))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromDouble(dval: f64) -> *mut PyObject {
    guard(|| types::long::from_double(dval))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsLong(obj: *mut PyObject) -> c_long {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_long(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsLongAndOverflow(vv: *mut PyObject, overflow: *mut c_int) -> c_long {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { with_overflow(types::long::as_long_and_overflow(object(vv)?), overflow) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsSsize_t(vv: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_ssize_t(object(vv)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsSize_t(vv: *mut PyObject) -> usize {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_size_t(object(vv)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsUnsignedLong(vv: *mut PyObject) -> c_ulong {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_unsigned_long(object(vv)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsUnsignedLongMask(op: *mut PyObject) -> c_ulong {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_unsigned_long_mask(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_AsInt(obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_int(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_GetInfo() -> *mut PyObject {
    guard(types::long::get_info)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromLongLong(ival: c_longlong) -> *mut PyObject {
    guard(|| types::long::from_long_long(ival))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsLongLong(vv: *mut PyObject) -> c_longlong {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_long_long(object(vv)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_UnsignedShort_Converter(obj: *mut PyObject, ptr: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { converted(types::long::unsigned_short_converter(object(obj)?), ptr) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_UnsignedInt_Converter(obj: *mut PyObject, ptr: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { converted(types::long::unsigned_int_converter(object(obj)?), ptr) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_UnsignedLong_Converter(obj: *mut PyObject, ptr: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { converted(types::long::unsigned_long_converter(object(obj)?), ptr) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_UnsignedLongLong_Converter(obj: *mut PyObject, ptr: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { converted(types::long::unsigned_long_long_converter(object(obj)?), ptr) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_Size_t_Converter(obj: *mut PyObject, ptr: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { converted(types::long::size_t_converter(object(obj)?), ptr) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_Frexp(a: *mut PyLongObject, e: *mut Py_ssize_t) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { frexp(a, e) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsDouble(v: *mut PyObject) -> f64 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_double(object(v)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromVoidPtr(p: *mut c_void) -> *mut PyObject {
    guard(|| types::long::from_void_ptr(p))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsVoidPtr(vv: *mut PyObject) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_void_ptr(object(vv)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromUnsignedLongLong(ival: c_ulonglong) -> *mut PyObject {
    guard(|| types::long::from_unsigned_long_long(ival))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsUnsignedLongLong(vv: *mut PyObject) -> c_ulonglong {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_unsigned_long_long(object(vv)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsUnsignedLongLongMask(op: *mut PyObject) -> c_ulonglong {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::as_unsigned_long_long_mask(object(op)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_AsLongLongAndOverflow(vv: *mut PyObject, overflow: *mut c_int) -> c_longlong {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { with_overflow(types::long::as_long_long_and_overflow(object(vv)?), overflow) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromString(
    str: *const c_char,
    pend: *mut *mut c_char,
    base: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { from_string(str, pend, base) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromUnicode(
    u: *mut Py_UNICODE,
    length: Py_ssize_t,
    base: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::from_unicode(slice(u.cast_const().cast(), length), base) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyLong_FromUnicodeObject(u: *mut PyObject, base: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::from_unicode_object(object(u)?, base.into()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FromBytes(s: *const c_char, len: Py_ssize_t, base: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::from_bytes_text(bytes(s, len), base.into()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_Sign(vv: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::long::sign(Object::from_ptr(vv)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_NumBits(vv: *mut PyObject) -> usize {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { num_bits(object(vv)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_DivmodNear(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::divmod_near(object(a)?, object(b)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FromByteArray(
    bytes_: *const c_uchar,
    n: usize,
    little_endian: c_int,
    is_signed: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::long::from_byte_array(slice(bytes_, n as isize), little_endian != 0, is_signed != 0)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_AsByteArray(
    v: *mut PyLongObject,
    bytes_: *mut c_uchar,
    n: usize,
    little_endian: c_int,
    is_signed: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::long::as_byte_array(
            object(v.cast())?,
            slice_mut(bytes_, n as isize),
            little_endian != 0,
            is_signed != 0,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FromNbInt(integral: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::from_nb_int(object(integral)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FromNbIndexOrNbInt(integral: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::from_nb_index_or_nb_int(object(integral)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_Format(obj: *mut PyObject, base: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::format(object(obj)?, base as u32) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FormatWriter(
    writer: *mut _PyUnicodeWriter,
    obj: *mut PyObject,
    base: c_int,
    alternate: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { format_writer(writer, obj, base, alternate != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FormatBytesWriter(
    writer: *mut _PyBytesWriter,
    str: *mut c_char,
    obj: *mut PyObject,
    base: c_int,
    alternate: c_int,
) -> *mut c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { format_bytes(writer, str, obj, base, alternate != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FormatAdvancedWriter(
    writer: *mut _PyUnicodeWriter,
    obj: *mut PyObject,
    format_spec: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { format_advanced(writer, obj, format_spec, start, end) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_strtoul(str: *const c_char, ptr: *mut *mut c_char, base: c_int) -> c_ulong {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { strtoul(str, ptr, base) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_strtol(str: *const c_char, ptr: *mut *mut c_char, base: c_int) -> c_long {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { strtol(str, ptr, base) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_GCD(aarg: *mut PyObject, barg: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::gcd(object(aarg)?, object(barg)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_Rshift(a: *mut PyObject, shiftby: usize) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::rshift(object(a)?, &*types::long::from_size_t(shiftby)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_Lshift(a: *mut PyObject, shiftby: usize) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::long::lshift(object(a)?, &*types::long::from_size_t(shiftby)?) })
}

/// Appends a number formatted by `spec[start:end]` (`_PyLong_FormatAdvancedWriter` and its relatives).
pub(crate) unsafe fn format_advanced(
    writer: *mut _PyUnicodeWriter,
    value: *mut PyObject,
    spec: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let chars = types::unicode::chars(object(spec)?).slice(start as usize, end as usize);
        let text = types::number_format::format_advanced(object(value)?, chars)?;
        Writer::push_object(&mut *writer, &text)
    }
}

/// A number in a base, with its prefix if `alternate`.
fn in_base(value: &Object, base: c_int, alternate: bool) -> Result<Obj> {
    let text = types::long::format(value, base as u32)?;
    if alternate || base == 10 {
        return Ok(text);
    }
    let text = types::unicode::to_string_lossy(&text);
    let (sign, digits) = text.strip_prefix('-').map_or(("", &*text), |digits| ("-", digits));
    types::unicode::from_str(&format!("{sign}{}", &digits[2..]))
}

unsafe fn format_writer(
    writer: *mut _PyUnicodeWriter,
    value: *mut PyObject,
    base: c_int,
    alternate: bool,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe { Writer::push_object(&mut *writer, &*in_base(object(value)?, base, alternate)?) }
}

/// Writes the digits at `at`, where the writer makes room.
unsafe fn format_bytes(
    writer: *mut _PyBytesWriter,
    at: *mut c_char,
    value: *mut PyObject,
    base: c_int,
    alternate: bool,
) -> Result<*mut c_char> {
    use types::bytes::writer::BytesWriter;
    // SAFETY: the caller's promise.
    unsafe {
        let text = in_base(object(value)?, base, alternate)?;
        let digits = types::unicode::as_utf8(&text)?;
        let end = BytesWriter::write_bytes(writer, at.cast(), digits.as_ptr(), digits.len() as isize)?;
        Ok(end.cast())
    }
}

unsafe fn with_overflow(
    value: Result<core::result::Result<i64, i32>>,
    overflow: *mut c_int,
) -> Result<c_long> {
    // SAFETY: the caller's promise.
    unsafe { *overflow = 0 };
    match value? {
        Ok(value) => Ok(value),
        Err(direction) => {
            // SAFETY: the caller's promise.
            unsafe { *overflow = direction };
            Ok(-1)
        }
    }
}

/// An integer at the start of a string; `end` gets the place behind it, without it all must be used.
unsafe fn from_string(string: *const c_char, end: *mut *mut c_char, base: c_int) -> Result<Obj> {
    let mut reached = None;
    // SAFETY: the caller's promise.
    unsafe {
        let value = types::long::from_string(c_bytes(string), base, &mut reached);
        if let Some(reached) = reached
            && !end.is_null()
        {
            *end = string.cast_mut().add(reached);
        }
        value
    }
}

unsafe fn frexp(value: *mut PyLongObject, exponent: *mut Py_ssize_t) -> Result<f64> {
    // SAFETY: the caller's promise.
    unsafe {
        let (fraction, its_exponent) = types::long::frexp(object(value.cast())?)?;
        *exponent = its_exponent;
        Ok(fraction)
    }
}

/// An argument converter for an unsigned C integer.
unsafe fn converted<T>(value: Result<T>, place: *mut c_void) -> Result<c_int> {
    let value = value?;
    // SAFETY: the caller's promise.
    unsafe { *place.cast::<T>() = value };
    Ok(1)
}

/// The number of significant bits of the absolute value.
fn num_bits(value: &Object) -> Result<usize> {
    let Some(value) = value.downcast::<types::long::Long>() else { return Err(err::bad_internal_call()) };
    let digits = value.digits();
    let top = digits.last().map_or(0, |&digit| 32 - digit.leading_zeros() as usize);
    Ok(digits.len().saturating_sub(1) * 30 + top)
}

/// `strtoul` with Python's prefixes: value and bytes used; a value out of range is the largest with `ERANGE`.
unsafe fn parse_unsigned(text: &[u8], base: c_int) -> (c_ulong, usize) {
    let digit = |c: u8| (c as char).to_digit(36);
    let mut at = text.iter().take_while(|c| c.is_ascii_whitespace() || **c == 11).count();
    let prefix = |at: usize| match (text.get(at), text.get(at + 1).map(u8::to_ascii_lowercase)) {
        (Some(b'0'), Some(b'x')) => 16,
        (Some(b'0'), Some(b'o')) => 8,
        (Some(b'0'), Some(b'b')) => 2,
        _ => 0,
    };
    let mut base = base as u32;
    let found = prefix(at);
    if found != 0 && (base == 0 || base == found) {
        if !text.get(at + 2).and_then(|&c| digit(c)).is_some_and(|d| d < found) {
            return (0, at + 1);
        }
        (base, at) = (found, at + 2);
    } else if base == 0 {
        if text.get(at) == Some(&b'0') {
            // Only zeros may follow a zero without a prefix letter.
            let zeros = text[at..].iter().take_while(|&&c| c == b'0').count();
            return (0, at + zeros);
        }
        base = 10;
    }
    if !(2..=36).contains(&base) {
        return (0, 0);
    }
    let (mut value, mut overflow) = (0 as c_ulong, false);
    while let Some(d) = text.get(at).and_then(|&c| digit(c)).filter(|&d| d < base) {
        let next = value.checked_mul(c_ulong::from(base)).and_then(|v| v.checked_add(c_ulong::from(d)));
        overflow |= next.is_none();
        value = next.unwrap_or(c_ulong::MAX);
        at += 1;
    }
    if overflow {
        // SAFETY: errno is per thread.
        unsafe { *libc::__errno_location() = libc::ERANGE };
        value = c_ulong::MAX;
    }
    (value, at)
}

unsafe fn strtoul(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_ulong {
    // SAFETY: the caller's promise.
    unsafe {
        let (value, used) = parse_unsigned(c_bytes(text), base);
        store(end, text.cast_mut().add(used));
        value
    }
}

unsafe fn strtol(text: *const c_char, end: *mut *mut c_char, base: c_int) -> c_long {
    // SAFETY: the caller's promise.
    unsafe {
        let all = c_bytes(text);
        let mut start = all.iter().take_while(|c| c.is_ascii_whitespace() || **c == 11).count();
        let sign = all.get(start).copied().filter(|c| matches!(c, b'+' | b'-'));
        start += usize::from(sign.is_some());
        let (value, used) = parse_unsigned(&all[start..], base);
        store(end, text.cast_mut().add(start + used));
        let negative = sign == Some(b'-');
        match c_long::try_from(value) {
            Ok(value) if negative => -value,
            Ok(value) => value,
            Err(_) if negative && value == c_long::MIN.unsigned_abs() => c_long::MIN,
            Err(_) => {
                *libc::__errno_location() = libc::ERANGE;
                c_long::MAX
            }
        }
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyLong_FromUid(uid: libc::uid_t) -> *mut PyObject {
    guard(|| krait_modules::posix::path::from_id(uid))
}

#[unsafe(no_mangle)]
pub extern "C" fn _PyLong_FromGid(gid: libc::gid_t) -> *mut PyObject {
    guard(|| krait_modules::posix::path::from_id(gid))
}

macro_rules! converters {
    ($($name:ident, $native:ty, $convert:path;)*) => {$(
        /// For "O&": 1, or 0 with an exception.
        ///
        /// # Safety
        /// A live object and a place for the result.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(obj: *mut PyObject, p: *mut $native) -> c_int {
            // SAFETY: the caller's promise.
            guard_or(0, || unsafe {
                *p = $convert(object(obj)?)?;
                Ok(1)
            })
        }
    )*};
}
converters! {
    _Py_Uid_Converter, libc::uid_t, krait_modules::posix::path::uid;
    _Py_Gid_Converter, libc::gid_t, krait_modules::posix::path::gid;
    _Py_Sigset_Converter, libc::sigset_t, krait_modules::signal::sigset_converter;
}
