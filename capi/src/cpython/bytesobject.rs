//! `cpython/bytesobject.h`.

use crate::prelude::*;
use krait_object::types::bytes::writer::BytesWriter;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytes_Resize(pv: *mut *mut PyObject, newsize: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::resize(pv, newsize) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytes_FormatEx(
    format: *const c_char,
    format_len: Py_ssize_t,
    args: *mut PyObject,
    use_bytearray: c_int,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::format_ex(bytes(format, format_len), object(args)?, use_bytearray != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytes_FromHex(string: *mut PyObject, use_bytearray: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::raw::from_hex(object(string)?, use_bytearray != 0) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytes_DecodeEscape2(
    s: *const c_char,
    len: Py_ssize_t,
    errors: *const c_char,
    first_invalid_escape_char: *mut c_int,
    first_invalid_escape_ptr: *mut *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        decode_escape(bytes(s, len), errors, first_invalid_escape_char, first_invalid_escape_ptr)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytes_DecodeEscape(
    s: *const c_char,
    len: Py_ssize_t,
    errors: *const c_char,
    first_invalid_escape: *mut *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { decode_escape(bytes(s, len), errors, null_mut(), first_invalid_escape) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytes_Join(sep: *mut PyObject, x: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::bytes::raw::join(object(sep)?, object(x)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytesWriter_Prepare(
    writer: *mut _PyBytesWriter,
    str: *mut c_void,
    size: Py_ssize_t,
) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { BytesWriter::prepare(writer, str.cast(), size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytesWriter_Init(writer: *mut _PyBytesWriter) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { BytesWriter::init(writer) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytesWriter_Finish(
    writer: *mut _PyBytesWriter,
    str: *mut c_void,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { BytesWriter::finish(writer, str.cast()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytesWriter_Dealloc(writer: *mut _PyBytesWriter) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { BytesWriter::dealloc(writer) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytesWriter_Alloc(writer: *mut _PyBytesWriter, size: Py_ssize_t) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { BytesWriter::alloc(writer, size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytesWriter_Resize(
    writer: *mut _PyBytesWriter,
    str: *mut c_void,
    size: Py_ssize_t,
) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { BytesWriter::resize(writer, str.cast(), size) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyBytesWriter_WriteBytes(
    writer: *mut _PyBytesWriter,
    ptr: *mut c_void,
    bytes_: *const c_void,
    size: Py_ssize_t,
) -> *mut c_void {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { BytesWriter::write_bytes(writer, ptr.cast(), bytes_.cast(), size) })
}

/// Bytes with escapes decoded; tells where the first backslash stands that begins none.
unsafe fn decode_escape(
    contents: &[u8],
    errors: *const c_char,
    invalid_char: *mut c_int,
    invalid_at: *mut *const c_char,
) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let (decoded, invalid) = types::bytes::decode_escape(contents, text_opt(errors)?)?;
        store(invalid_at, invalid.map_or(null(), |at| contents.as_ptr().add(at).cast()));
        store(invalid_char, invalid.map_or(-1, |at| c_int::from(contents[at])));
        Ok(decoded)
    }
}
