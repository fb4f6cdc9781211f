//! `codecs.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_Register(search_function: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::register(object(search_function)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCodec_Lookup(encoding: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::lookup(text(encoding)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCodec_Forget(encoding: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::forget(text(encoding)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_KnownEncoding(encoding: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard_or(0, || unsafe { Ok(codecs::known_encoding(text(encoding)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_Encode(
    object_: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::encode(object(object_)?, text(encoding)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_Decode(
    object_: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::decode(object(object_)?, text(encoding)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCodec_LookupTextEncoding(
    encoding: *const c_char,
    alternate_command: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::lookup_text_encoding(text(encoding)?, text_opt(alternate_command)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCodec_EncodeText(
    object_: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::encode_text(object(object_)?, text(encoding)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCodec_DecodeText(
    object_: *mut PyObject,
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::decode_text(object(object_)?, text(encoding)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCodecInfo_GetIncrementalDecoder(
    codec_info: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::info_get_incremental_decoder(object(codec_info)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCodecInfo_GetIncrementalEncoder(
    codec_info: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::info_get_incremental_encoder(object(codec_info)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_Encoder(encoding: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::encoder(text(encoding)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_Decoder(encoding: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::decoder(text(encoding)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_IncrementalEncoder(
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::incremental_encoder(text(encoding)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_IncrementalDecoder(
    encoding: *const c_char,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::incremental_decoder(text(encoding)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_StreamReader(
    encoding: *const c_char,
    stream: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::stream_reader(text(encoding)?, object(stream)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_StreamWriter(
    encoding: *const c_char,
    stream: *mut PyObject,
    errors: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::stream_writer(text(encoding)?, object(stream)?, text_opt(errors)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_RegisterError(name: *const c_char, error: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::register_error(text(name)?, object(error)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_LookupError(name: *const c_char) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::lookup_error(text_opt(name)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_StrictErrors(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::strict_errors(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_IgnoreErrors(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::ignore_errors(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_ReplaceErrors(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::replace_errors(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_XMLCharRefReplaceErrors(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::xml_char_ref_replace_errors(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_BackslashReplaceErrors(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::backslash_replace_errors(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCodec_NameReplaceErrors(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { codecs::name_replace_errors(object(exc)?) })
}
