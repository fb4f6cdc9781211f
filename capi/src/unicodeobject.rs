//! `unicodeobject.h`.

use crate::prelude::*;
use core::ffi::CStr;
use krait_object::text::codec::utf16::Order;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromWideChar(u: *const wchar_t, size: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_wide_char(u, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsWideChar(
    unicode: *mut PyObject,
    w: *mut wchar_t,
    size: Py_ssize_t,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_wide_char(object(unicode)?, w, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsWideCharString(
    unicode: *mut PyObject,
    size: *mut Py_ssize_t,
) -> *mut wchar_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        with_size(types::unicode::as_wide_char_string(object(unicode)?, !size.is_null()), size)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromStringAndSize(u: *const c_char, size: Py_ssize_t) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_string_and_size(u, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromString(u: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_string(u) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Substring(
    self_: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::substring_checked(object(self_)?, start, end) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUCS4(
    string: *mut PyObject,
    target: *mut Py_UCS4,
    targetsize: Py_ssize_t,
    copy_null: c_int,
) -> *mut Py_UCS4 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_ucs4(object(string)?, target, targetsize, copy_null != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUCS4Copy(string: *mut PyObject) -> *mut Py_UCS4 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_ucs4_copy(object(string)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_GetLength(unicode: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::get_length(object(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_GetSize(unicode: *mut PyObject) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_unicode_and_size(string(unicode)?).map(|(_, size)| size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_ReadChar(unicode: *mut PyObject, index: Py_ssize_t) -> Py_UCS4 {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::read_char(object(unicode)?, index) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_WriteChar(
    unicode: *mut PyObject,
    index: Py_ssize_t,
    ch: Py_UCS4,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::write_char(object(unicode)?, index, ch) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Resize(p_unicode: *mut *mut PyObject, length: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::resize(p_unicode, length) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromEncodedObject(
    obj: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::from_encoded_object(object(obj)?, text_opt(encoding)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromObject(obj: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::from_object(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_InternInPlace(p: *mut *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::intern_in_place(p) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_InternImmortal(p: *mut *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::unicode::intern_immortal_in_place(p) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_InternFromString(cp: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::intern_from_string(cp) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FromOrdinal(ordinal: c_int) -> *mut PyObject {
    guard(|| types::unicode::from_ordinal(ordinal))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_GetDefaultEncoding() -> *const c_char {
    c"utf-8".as_ptr()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Decode(
    s: *const c_char,
    size: Py_ssize_t,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode(bytes(s, size), text_opt(encoding)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsDecodedObject(
    unicode: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_decoded_object(object(unicode)?, text_opt(encoding)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsDecodedUnicode(
    unicode: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_decoded_unicode(object(unicode)?, text_opt(encoding)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsEncodedString(
    unicode: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        let unicode = string(unicode)?;
        let name = (!encoding.is_null()).then(|| CStr::from_ptr(encoding));
        if types::unicode::encodes_as_it_is(unicode, name) {
            return types::bytes::from_slice(types::unicode::ascii_bytes(unicode));
        }
        types::unicode::encode(unicode, text_opt(encoding)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsEncodedObject(
    unicode: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_encoded_object(object(unicode)?, text_opt(encoding)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsEncodedUnicode(
    unicode: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::as_encoded_unicode(object(unicode)?, text_opt(encoding)?, text_opt(errors)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_BuildEncodingMap(string: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::build_encoding_map(object(string)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF7(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_utf7(bytes(s, size), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF7Stateful(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        with_consumed(
            types::unicode::decode_utf7_stateful(bytes(s, size), text_opt(errors)?, consumed.is_null()),
            consumed,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF8(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_utf8(bytes(s, size), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF8Stateful(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    consumed: *mut Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        with_consumed(
            types::unicode::decode_utf8_stateful(bytes(s, size), text_opt(errors)?, consumed.is_null()),
            consumed,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUTF8String(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_utf8_string(string(unicode)?, None) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF32(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    byteorder: *mut c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        decode_wide(types::unicode::decode_utf32_stateful, bytes(s, size), errors, byteorder, null_mut())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF32Stateful(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    byteorder: *mut c_int,
    consumed: *mut Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        decode_wide(types::unicode::decode_utf32_stateful, bytes(s, size), errors, byteorder, consumed)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUTF32String(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::encode_utf32(string(unicode)?, None, Order::Marked) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF16(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    byteorder: *mut c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        decode_wide(types::unicode::decode_utf16_stateful, bytes(s, size), errors, byteorder, null_mut())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUTF16Stateful(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
    byteorder: *mut c_int,
    consumed: *mut Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        decode_wide(types::unicode::decode_utf16_stateful, bytes(s, size), errors, byteorder, consumed)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUTF16String(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::encode_utf16(string(unicode)?, None, Order::Marked) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeUnicodeEscape(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_unicode_escape(bytes(s, size), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsUnicodeEscapeString(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_unicode_escape_string(string(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeRawUnicodeEscape(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_raw_unicode_escape(bytes(s, size), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsRawUnicodeEscapeString(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_raw_unicode_escape_string(string(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeLatin1(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_latin1(bytes(s, size), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsLatin1String(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_latin1_string(string(unicode)?, None) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeASCII(
    s: *const c_char,
    size: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_ascii(bytes(s, size), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsASCIIString(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::as_ascii_string(string(unicode)?, None) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeCharmap(
    s: *const c_char,
    size: Py_ssize_t,
    mapping: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_charmap(bytes(s, size), optional(mapping), text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AsCharmapString(
    unicode: *mut PyObject,
    mapping: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { charmap_string(unicode, mapping) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeLocaleAndSize(
    str: *const c_char,
    len: Py_ssize_t,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { decode_locale(str, len, errors) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeLocale(str: *const c_char, errors: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::locale::decode_locale(c_bytes(str), text_opt(errors)?, true) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeLocale(
    unicode: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::locale::encode_locale(object(unicode)?, text_opt(errors)?, true) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_EncodeFSDefault(unicode: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::encode_fs(object(unicode)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FSConverter(arg: *mut PyObject, addr: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { Ok(types::unicode::fs_converter_raw(arg, addr)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeFSDefaultAndSize(
    s: *const c_char,
    size: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_fs(bytes(s, size)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FSDecoder(arg: *mut PyObject, addr: *mut c_void) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { Ok(types::unicode::fs_decoder_raw(arg, addr)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_DecodeFSDefault(s: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::decode_fs(c_bytes(s)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Append(p_left: *mut *mut PyObject, right: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::append_in_place(p_left, right) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_AppendAndDel(pleft: *mut *mut PyObject, right: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { append_and_del(pleft, right) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Split(
    s: *mut PyObject,
    sep: *mut PyObject,
    maxsplit: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::split(text_argument(s)?, optional_text_argument(sep)?, maxsplit) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Splitlines(string: *mut PyObject, keepends: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::splitlines(text_argument(string)?, keepends != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Partition(
    str_obj: *mut PyObject,
    sep_obj: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::partition(text_argument(str_obj)?, text_argument(sep_obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_RPartition(
    str_obj: *mut PyObject,
    sep_obj: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::rpartition(text_argument(str_obj)?, text_argument(sep_obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_RSplit(
    s: *mut PyObject,
    sep: *mut PyObject,
    maxsplit: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::rsplit(text_argument(s)?, optional_text_argument(sep)?, maxsplit) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Translate(
    str: *mut PyObject,
    mapping: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::translate(object(str)?, object(mapping)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Join(separator: *mut PyObject, seq: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::join_iterable(optional(separator), object(seq)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Tailmatch(
    str: *mut PyObject,
    substr: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
    direction: c_int,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::tail_match_checked(object(str)?, object(substr)?, start, end, direction)
            .map(isize::from)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Find(
    str: *mut PyObject,
    substr: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
    direction: c_int,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(-2, || unsafe {
        types::unicode::find_checked(object(str)?, object(substr)?, start, end, direction)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_FindChar(
    str: *mut PyObject,
    ch: Py_UCS4,
    start: Py_ssize_t,
    end: Py_ssize_t,
    direction: c_int,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(-2, || unsafe { types::unicode::find_char_checked(object(str)?, ch, start, end, direction) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Count(
    str: *mut PyObject,
    substr: *mut PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
) -> Py_ssize_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::count_checked(object(str)?, object(substr)?, start, end) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Replace(
    str: *mut PyObject,
    substr: *mut PyObject,
    replstr: *mut PyObject,
    maxcount: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::replace(
            text_argument(str)?,
            text_argument(substr)?,
            text_argument(replstr)?,
            maxcount,
        )
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Compare(left: *mut PyObject, right: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::unicode::compare_objects(object(left)?, object(right)?).map(|order| order as c_int)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_CompareWithASCIIString(uni: *mut PyObject, str: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::unicode::compare_with_ascii_string(Object::from_ptr(uni), c_bytes(str)) as c_int }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_Format(format: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::unicode::format(text_argument(format)?, object(args)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicode_IsIdentifier(self_: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::unicode::is_identifier(object(self_)?)) })
}

/// An object that must be a string.
pub(crate) unsafe fn string<'a>(pointer: *mut PyObject) -> Result<&'a Object> {
    // SAFETY: the caller's promise.
    match unsafe { optional(pointer) } {
        Some(object) if types::unicode::check(object) => {
            types::unicode::ready(object)?;
            Ok(object)
        }
        _ => Err(err::bad_argument()),
    }
}

/// As `string`, with the error of a method's argument.
unsafe fn text_argument<'a>(pointer: *mut PyObject) -> Result<&'a Object> {
    // SAFETY: the caller's promise.
    let object = unsafe { object(pointer)? };
    types::unicode::ensure(object)?;
    Ok(object)
}

unsafe fn optional_text_argument<'a>(pointer: *mut PyObject) -> Result<Option<&'a Object>> {
    if pointer.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    unsafe { text_argument(pointer) }.map(Some)
}

/// Stores the size that comes with a text.
pub(crate) unsafe fn with_size<T>(text: Result<(T, isize)>, size: *mut Py_ssize_t) -> Result<T> {
    let (text, length) = text?;
    // SAFETY: the caller's promise.
    unsafe { store(size, length) };
    Ok(text)
}

/// Stores how many bytes were decoded.
pub(crate) unsafe fn with_consumed(decoded: Result<(Obj, usize)>, consumed: *mut Py_ssize_t) -> Result<Obj> {
    let (text, used) = decoded?;
    // SAFETY: the caller's promise.
    unsafe { store(consumed, used as isize) };
    Ok(text)
}

type DecodeWide = fn(&[u8], Option<&str>, &mut Order, bool) -> Result<(Obj, usize)>;

/// UTF-16 or UTF-32; the byte order is read and written.
unsafe fn decode_wide(
    decode: DecodeWide,
    contents: &[u8],
    errors: *const c_char,
    order: *mut c_int,
    consumed: *mut Py_ssize_t,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let mut its_order = if order.is_null() { Order::Marked } else { Order::of(*order) };
        let decoded = decode(contents, text_opt(errors)?, &mut its_order, consumed.is_null());
        store(order, its_order as c_int);
        with_consumed(decoded, consumed)
    }
}

unsafe fn charmap_string(text: *mut PyObject, mapping: *mut PyObject) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        match optional(mapping) {
            Some(mapping) => types::unicode::encode_charmap(string(text)?, Some(mapping), None),
            None => Err(err::bad_argument()),
        }
    }
}

unsafe fn decode_locale(bytes: *const c_char, length: Py_ssize_t, errors: *const c_char) -> Result<Obj> {
    // SAFETY: the caller's promise; the NUL behind the text can be looked at.
    unsafe {
        let contents = slice(bytes.cast::<u8>(), length);
        if contents.contains(&0) || (!bytes.is_null() && *bytes.offset(length) != 0) {
            return Err(err::value_error("embedded null byte"));
        }
        types::unicode::locale::decode_locale(contents, text_opt(errors)?, true)
    }
}

unsafe fn append_and_del(place: *mut *mut PyObject, right: *mut PyObject) -> Result<()> {
    // SAFETY: the caller's promise; the reference to the right side is given up in any case.
    unsafe {
        let _right = stolen_opt(right);
        types::unicode::append_in_place(place, right)
    }
}
