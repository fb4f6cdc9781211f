//! `cpython/unicodeobject.h`.

use crate::prelude::*;
use crate::unicodeobject::{string, with_consumed, with_size};
use krait_object::text::codec::utf16::Order;
use krait_object::types::unicode::{Writer, wide_strings};
use krait_object::unicode::{self, Mapped};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsWhitespace(ch: Py_UCS4) -> c_int {
    unicode::is_space(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsLowercase(ch: Py_UCS4) -> c_int {
    unicode::is_lower(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsUppercase(ch: Py_UCS4) -> c_int {
    unicode::is_upper(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsTitlecase(ch: Py_UCS4) -> c_int {
    unicode::is_title(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsLinebreak(ch: Py_UCS4) -> c_int {
    unicode::is_linebreak(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToLowercase(ch: Py_UCS4) -> Py_UCS4 {
    unicode::to_lower(ch)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToUppercase(ch: Py_UCS4) -> Py_UCS4 {
    unicode::to_upper(ch)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToTitlecase(ch: Py_UCS4) -> Py_UCS4 {
    unicode::to_title(ch)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsDecimalDigit(ch: Py_UCS4) -> c_int {
    unicode::decimal_value(ch).is_some().into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsDigit(ch: Py_UCS4) -> c_int {
    unicode::digit_value(ch).is_some().into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsNumeric(ch: Py_UCS4) -> c_int {
    unicode::is_numeric(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsPrintable(ch: Py_UCS4) -> c_int {
    unicode::is_printable(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToDecimalDigit(ch: Py_UCS4) -> c_int {
    unicode::decimal_value(ch).map_or(-1, c_int::from)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToDigit(ch: Py_UCS4) -> c_int {
    unicode::digit_value(ch).map_or(-1, c_int::from)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToNumeric(ch: Py_UCS4) -> f64 {
    unicode::numeric_value(ch).unwrap_or(-1.0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsAlpha(ch: Py_UCS4) -> c_int {
    unicode::is_alpha(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_New(size: Py_ssize_t, maxchar: Py_UCS4) -> *mut PyObject {
    guard(|| types::unicode::new(size, maxchar))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromUnicode(u: *const Py_UNICODE, size: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_unicode(u, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_CheckConsistency(op: *mut PyObject, check_content: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::unicode::check_consistency(object(op)?, check_content != 0)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_Ready(unicode: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::ready(object(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUnicode(unicode: *mut PyObject) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_unicode_and_size(object(unicode)?).map(|(text, _)| text.cast::<Py_UNICODE>())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_Copy(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::copy(string(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_CopyCharacters(
    to: *mut PyObject,
    to_start: Py_ssize_t,
    from: *mut PyObject,
    from_start: Py_ssize_t,
    how_many: Py_ssize_t,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::copy_characters(object(to)?, to_start, object(from)?, from_start, how_many)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_FastCopyCharacters(
    to: *mut PyObject,
    to_start: Py_ssize_t,
    from: *mut PyObject,
    from_start: Py_ssize_t,
    how_many: Py_ssize_t,
) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe {
        types::unicode::fast_copy_characters(
            Object::from_ptr(to),
            to_start,
            Object::from_ptr(from),
            from_start,
            how_many,
        )
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Fill(
    unicode: *mut PyObject,
    start: Py_ssize_t,
    length: Py_ssize_t,
    fill_char: Py_UCS4,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::fill(object(unicode)?, start, length, fill_char) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_FastFill(
    unicode: *mut PyObject,
    start: Py_ssize_t,
    length: Py_ssize_t,
    fill_char: Py_UCS4,
) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::unicode::fast_fill(Object::from_ptr(unicode), start, length, fill_char) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromKindAndData(
    kind: c_int,
    buffer: *const c_void,
    size: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_kind_and_data(kind, buffer, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_FromASCII(buffer: *const c_char, size: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_ascii_raw(buffer, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_FindMaxChar(
    unicode: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> Py_UCS4 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::unicode::find_max_char(object(unicode)?, start, end)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_AsUnicode(unicode: *mut PyObject) -> *const Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_unicode_checked(object(unicode)?)
            .map(|text| text.cast_const().cast::<Py_UNICODE>())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUnicodeAndSize(
    unicode: *mut PyObject,
    size: *mut Py_ssize_t,
) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { with_size(types::unicode::as_unicode_and_size(object(unicode)?), size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_GetMax() -> Py_UNICODE {
    0x10ffff
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_Init(writer: *mut _PyUnicodeWriter) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { writer.write(types::unicode::EMPTY_WRITER) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_PrepareInternal(
    writer: *mut _PyUnicodeWriter,
    length: Py_ssize_t,
    maxchar: Py_UCS4,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::prepare(&mut *writer, length, maxchar) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_PrepareKindInternal(
    writer: *mut _PyUnicodeWriter,
    kind: c_uint,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::prepare_kind(&mut *writer, kind) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_WriteChar(writer: *mut _PyUnicodeWriter, ch: Py_UCS4) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::push_char(&mut *writer, ch) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_WriteStr(
    writer: *mut _PyUnicodeWriter,
    str: *mut PyObject,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::push_object(&mut *writer, object(str)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_WriteSubstring(
    writer: *mut _PyUnicodeWriter,
    str: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { write_substring(&mut *writer, object(str)?, start, end) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_WriteASCIIString(
    writer: *mut _PyUnicodeWriter,
    ascii: *const c_char,
    len: Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::push_ascii(&mut *writer, text_of(ascii, len)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_WriteLatin1String(
    writer: *mut _PyUnicodeWriter,
    str: *const c_char,
    len: Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::push_latin1(&mut *writer, text_of(str, len)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_Finish(writer: *mut _PyUnicodeWriter) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::finish(&mut *writer) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicodeWriter_Dealloc(writer: *mut _PyUnicodeWriter) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Writer::dealloc(&mut *writer) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_FormatAdvancedWriter(
    writer: *mut _PyUnicodeWriter,
    obj: *mut PyObject,
    format_spec: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::format_spec::write_str(
            &mut *writer,
            object(obj)?,
            object(format_spec)?,
            start as usize,
            end as usize,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUTF8AndSize(
    unicode: *mut PyObject,
    psize: *mut Py_ssize_t,
) -> *const c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { with_size(types::unicode::as_utf8_and_size(object(unicode)?), psize) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUTF8(unicode: *mut PyObject) -> *const c_char {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_utf8_and_size(object(unicode)?).map(|(text, _)| text) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Encode(
    s: *const Py_UNICODE,
    size: Py_ssize_t,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::encode(
            &*types::unicode::from_unicode(s, size)?,
            text_opt(encoding)?,
            text_opt(errors)?,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeUTF7(
    s: *const Py_UNICODE,
    size: Py_ssize_t,
    base64SetO: c_int,
    base64WhiteSpace: c_int,
    _errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::encode_utf7(
            &*types::unicode::from_unicode(s, size)?,
            base64SetO != 0,
            base64WhiteSpace != 0,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_EncodeUTF7(
    str: *mut PyObject,
    base64SetO: c_int,
    base64WhiteSpace: c_int,
    _errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::encode_utf7(string(str)?, base64SetO != 0, base64WhiteSpace != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_AsUTF8String(
    unicode: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_utf8_string(string(unicode)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeUTF8(
    s: *const Py_UNICODE,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_utf8_string(&*types::unicode::from_unicode(s, size)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeUTF32(
    s: *const Py_UNICODE,
    size: Py_ssize_t,
    errors: *const c_char,
    byteorder: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::encode_utf32(
            &*types::unicode::from_unicode(s, size)?,
            text_opt(errors)?,
            Order::of(byteorder),
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_EncodeUTF32(
    str: *mut PyObject,
    errors: *const c_char,
    byteorder: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::encode_utf32(string(str)?, text_opt(errors)?, Order::of(byteorder)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeUTF16(
    s: *const Py_UNICODE,
    size: Py_ssize_t,
    errors: *const c_char,
    byteorder: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::encode_utf16(
            &*types::unicode::from_unicode(s, size)?,
            text_opt(errors)?,
            Order::of(byteorder),
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_EncodeUTF16(
    str: *mut PyObject,
    errors: *const c_char,
    byteorder: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::encode_utf16(string(str)?, text_opt(errors)?, Order::of(byteorder)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_DecodeUnicodeEscapeStateful(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        with_consumed(
            types::unicode::decode_unicode_escape_stateful(
                bytes(s, size),
                text_opt(errors)?,
                consumed.is_null(),
            ),
            consumed,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_DecodeUnicodeEscapeInternal2(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
    first_invalid_escape_char: *mut c_int,
    first_invalid_escape_ptr: *mut *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        decode_escape(s, size, errors, consumed, first_invalid_escape_char, first_invalid_escape_ptr)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_DecodeUnicodeEscapeInternal(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
    first_invalid_escape: *mut *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { decode_escape(s, size, errors, consumed, null_mut(), first_invalid_escape) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeUnicodeEscape(
    s: *const Py_UNICODE,
    size: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_unicode_escape_string(&*types::unicode::from_unicode(s, size)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeRawUnicodeEscape(
    s: *const Py_UNICODE,
    size: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_raw_unicode_escape_string(&*types::unicode::from_unicode(s, size)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_DecodeRawUnicodeEscapeStateful(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { decode_raw_escape(bytes(s, size), errors, consumed) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_AsLatin1String(
    unicode: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_latin1_string(string(unicode)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeLatin1(
    p: *const Py_UNICODE,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_latin1_string(&*types::unicode::from_unicode(p, size)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_AsASCIIString(
    unicode: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_ascii_string(string(unicode)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeASCII(
    p: *const Py_UNICODE,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_ascii_string(&*types::unicode::from_unicode(p, size)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeCharmap(
    p: *const Py_UNICODE,
    size: Py_ssize_t,
    mapping: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::encode_charmap(
            &*types::unicode::from_unicode(p, size)?,
            optional(mapping),
            text_opt(errors)?,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_EncodeCharmap(
    unicode: *mut PyObject,
    mapping: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::encode_charmap(string(unicode)?, optional(mapping), text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_TranslateCharmap(
    p: *const Py_UNICODE,
    size: Py_ssize_t,
    mapping: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::translate(
            &*types::unicode::from_unicode(p, size)?,
            object(mapping)?,
            text_opt(errors)?,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeDecimal(
    s: *mut Py_UNICODE,
    length: Py_ssize_t,
    output: *mut c_char,
    errors: *const c_char,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::encode_decimal(s, length, output, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_TransformDecimalToASCII(
    s: *mut Py_UNICODE,
    length: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::transform_decimal_to_ascii(s, length) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_TransformDecimalAndSpaceToASCII(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::transform_decimal_and_space_to_ascii(string(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_JoinArray(
    separator: *mut PyObject,
    items: *const *mut PyObject,
    seqlen: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::join_array(optional(separator), items, seqlen) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_EqualToASCIIId(left: *mut PyObject, right: *mut _Py_Identifier) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::equal_to_ascii_id(object(left)?, right) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_EqualToASCIIString(unicode: *mut PyObject, str: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::unicode::equal_to_ascii_string(Object::from_ptr(unicode), str).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_XStrip(
    self_: *mut PyObject,
    striptype: c_int,
    sepobj: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::x_strip(object(self_)?, striptype, object(sepobj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_InsertThousandsGrouping(
    writer: *mut _PyUnicodeWriter,
    _n_buffer: Py_ssize_t,
    digits: *mut PyObject,
    d_pos: Py_ssize_t,
    n_digits: Py_ssize_t,
    min_width: Py_ssize_t,
    grouping: *const c_char,
    thousands_sep: *mut PyObject,
    maxchar: *mut Py_UCS4,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises; the separator is a `str`.
    guard(|| unsafe {
        let separator = object(thousands_sep)?;
        let (start, count) = (d_pos.max(0) as usize, n_digits.max(0) as usize);
        let mut highest = 127;
        let length = types::unicode::insert_thousands_grouping(
            writer.as_mut(),
            optional(digits),
            start,
            count,
            min_width,
            c_bytes(grouping),
            separator,
            &mut highest,
        );
        if !maxchar.is_null() {
            *maxchar = highest;
        }
        Ok(length)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsXidStart(ch: Py_UCS4) -> c_int {
    unicode::is_xid_start(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsXidContinue(ch: Py_UCS4) -> c_int {
    unicode::is_xid_continue(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToLowerFull(ch: Py_UCS4, res: *mut Py_UCS4) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { full_mapping(unicode::to_lower_full, ch, res) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToTitleFull(ch: Py_UCS4, res: *mut Py_UCS4) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { full_mapping(unicode::to_title_full, ch, res) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToUpperFull(ch: Py_UCS4, res: *mut Py_UCS4) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { full_mapping(unicode::to_upper_full, ch, res) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ToFoldedFull(ch: Py_UCS4, res: *mut Py_UCS4) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { full_mapping(unicode::to_folded_full, ch, res) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsCaseIgnorable(ch: Py_UCS4) -> c_int {
    unicode::is_case_ignorable(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_IsCased(ch: Py_UCS4) -> c_int {
    unicode::is_cased(ch).into()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strlen(u: *const Py_UNICODE) -> usize {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::len(u) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strcpy(s1: *mut Py_UNICODE, s2: *const Py_UNICODE) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::copy(s1, s2) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strcat(s1: *mut Py_UNICODE, s2: *const Py_UNICODE) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::append(s1, s2) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strncpy(
    s1: *mut Py_UNICODE,
    s2: *const Py_UNICODE,
    n: usize,
) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::copy_n(s1, s2, n) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strcmp(s1: *const Py_UNICODE, s2: *const Py_UNICODE) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::compare(s1, s2, usize::MAX) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strncmp(s1: *const Py_UNICODE, s2: *const Py_UNICODE, n: usize) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::compare(s1, s2, n) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strchr(s: *const Py_UNICODE, c: Py_UNICODE) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::find(s, c) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_UNICODE_strrchr(s: *const Py_UNICODE, c: Py_UNICODE) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { wide_strings::rfind(s, c) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_FormatLong(
    val: *mut PyObject,
    alt: c_int,
    prec: c_int,
    type_: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { format_long(val, alt, prec, type_) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUnicodeCopy(unicode: *mut PyObject) -> *mut Py_UNICODE {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_unicode_copy(object(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_FromId(id: *mut _Py_Identifier) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_id(id) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_EQ(aa: *mut PyObject, bb: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::unicode::eq(Object::from_ptr(aa), Object::from_ptr(bb)).into() }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyUnicode_ScanIdentifier(self_: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::unicode::scan_identifier(object(self_)?)) })
}

/// Appends `text[start:end]`.
fn write_substring(
    writer: &mut _PyUnicodeWriter,
    text: &Object,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> Result<()> {
    types::unicode::ready(text)?;
    Writer::push_substring(writer, text, start as usize, end as usize)
}

/// `length` bytes, or up to the NUL when it is -1.
unsafe fn text_of<'a>(text: *const c_char, length: Py_ssize_t) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe { if length < 0 { c_bytes(text) } else { bytes(text, length) } }
}

unsafe fn full_mapping(map: fn(u32, &mut Mapped) -> usize, c: Py_UCS4, place: *mut Py_UCS4) -> c_int {
    let mut mapped = Mapped::default();
    let count = map(c, &mut mapped);
    // SAFETY: the caller's promise: room for three.
    unsafe { core::ptr::copy_nonoverlapping(mapped.as_ptr(), place, count) };
    count as c_int
}

/// Text with escapes decoded; tells where the first backslash stands that begins none.
unsafe fn decode_escape(
    text: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
    invalid_char: *mut c_int,
    invalid_at: *mut *const c_char,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let contents = bytes(text, size);
        let (decoded, used, invalid) =
            types::unicode::decode_unicode_escape_internal(contents, text_opt(errors)?, consumed.is_null())?;
        store(consumed, used as isize);
        store(invalid_at, invalid.map_or(null(), |(at, _)| text.add(at)));
        store(invalid_char, invalid.map_or(-1, |(_, c)| c_int::from(c)));
        Ok(decoded)
    }
}

/// Raw escapes; with a place for the consumed length, an incomplete one at the end is left.
unsafe fn decode_raw_escape(
    contents: &[u8],
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let (decoded, used) = types::unicode::decode_raw_unicode_escape_stateful(
            contents,
            text_opt(errors)?,
            consumed.is_null(),
        )?;
        store(consumed, used as isize);
        Ok(decoded)
    }
}

/// `%d`, `%o`, `%x` and `%X` of an int.
unsafe fn format_long(value: *mut PyObject, alternate: c_int, precision: c_int, kind: c_int) -> Result<Obj> {
    let mut format = String::from("%");
    if alternate != 0 {
        format.push('#');
    }
    if precision >= 0 {
        format.push('.');
        format.push_str(&precision.to_string());
    }
    format.push(kind as u8 as char);
    // SAFETY: the caller's promise.
    let arguments = types::tuple::from_slice(&[unsafe { object(value)? }])?;
    types::unicode::format(&*types::unicode::from_str(&format)?, &arguments)
}
