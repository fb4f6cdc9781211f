//! `pyerrors.h`.

use crate::prelude::*;
use types::exceptions::unicode_errors::{self, Kind};

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetNone(exception: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Err::<(), _>(err::set_none(object(exception)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetObject(exception: *mut PyObject, value: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Err::<(), _>(err::set_object_opt(object(exception)?, optional(value))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetString(exception: *mut PyObject, string: *const c_char) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Err::<(), _>(err::set_bytes(object(exception)?, c_bytes(string))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_Occurred() -> *mut PyObject {
    as_ptr_opt(err::occurred())
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_Clear() {
    guard(err::clear)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_Fetch(
    p_type: *mut *mut PyObject,
    p_value: *mut *mut PyObject,
    p_traceback: *mut *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { store_three(err::fetch_raw(), p_type, p_value, p_traceback) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_Restore(type_: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::restore_raw(type_, value, traceback) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_GetExcInfo(
    p_type: *mut *mut PyObject,
    p_value: *mut *mut PyObject,
    p_traceback: *mut *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { store_three(err::get_exc_info().map(into_ptr_opt), p_type, p_value, p_traceback) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetExcInfo(
    p_type: *mut PyObject,
    p_value: *mut PyObject,
    p_traceback: *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::set_exc_info(stolen_opt(p_type), stolen_opt(p_value), stolen_opt(p_traceback)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_FatalError(msg: *const c_char) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { err::fatal("", &lossy(msg)) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_GivenExceptionMatches(err: *mut PyObject, exc: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(given_matches(err, exc)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_ExceptionMatches(exc: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(err::matches(object(exc)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_NormalizeException(
    exc: *mut *mut PyObject,
    val: *mut *mut PyObject,
    tb: *mut *mut PyObject,
) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::normalize_raw(&mut *exc, &mut *val, &mut *tb) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyException_SetTraceback(self_: *mut PyObject, tb: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::set_traceback_opt(object(self_)?, optional(tb)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyException_GetTraceback(self_: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::exceptions::get_traceback(object(self_)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyException_GetCause(self_: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::exceptions::get_cause(object(self_)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyException_SetCause(self_: *mut PyObject, cause: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::exceptions::set_cause(object(self_)?, stolen_opt(cause));
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyException_GetContext(self_: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(types::exceptions::get_context(object(self_)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyException_SetContext(self_: *mut PyObject, context: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        types::exceptions::set_context(object(self_)?, stolen_opt(context));
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyExceptionClass_Name(ob: *mut PyObject) -> *const c_char {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { types::typeobject::name_ptr(class(ob.cast())) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_BadArgument() -> c_int {
    guard_or(0, || Err::<c_int, _>(err::bad_argument()))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_NoMemory() -> *mut PyObject {
    guard(err::no_memory)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetFromErrno(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        Err::<*mut PyObject, _>(err::from_errno_as(object(exc)?, err::last_errno(), None, None))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetFromErrnoWithFilenameObject(
    exc: *mut PyObject,
    filenameObject: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        Err::<*mut PyObject, _>(err::from_errno_as(
            object(exc)?,
            err::last_errno(),
            optional(filenameObject),
            None,
        ))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetFromErrnoWithFilenameObjects(
    exc: *mut PyObject,
    filenameObject: *mut PyObject,
    filenameObject2: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        Err::<*mut PyObject, _>(err::from_errno_as(
            object(exc)?,
            err::last_errno(),
            optional(filenameObject),
            optional(filenameObject2),
        ))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetFromErrnoWithFilename(
    exc: *mut PyObject,
    filename: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        Err::<*mut PyObject, _>(err::from_errno_with_path(
            object(exc)?,
            err::last_errno(),
            c_bytes_opt(filename),
        ))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetImportErrorSubclass(
    exception: *mut PyObject,
    msg: *mut PyObject,
    name: *mut PyObject,
    path: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        Ok(err::set_import_error_subclass(object(exception)?, optional(msg), optional(name), optional(path)))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetImportError(
    msg: *mut PyObject,
    name: *mut PyObject,
    path: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::set_import_error(optional(msg), optional(name), optional(path)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_BadInternalCall() {
    guard(|| err::bad_internal_call_at("", 0))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyErr_BadInternalCall(filename: *const c_char, lineno: c_int) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::bad_internal_call_at(&lossy(filename), lineno as u32) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_NewException(
    name: *const c_char,
    base: *mut PyObject,
    dict: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::new_exception(text(name)?, optional(base), optional(dict)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_NewExceptionWithDoc(
    name: *const c_char,
    doc: *const c_char,
    base: *mut PyObject,
    dict: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        err::new_exception_with_doc(text(name)?, text_opt(doc)?, optional(base), optional(dict))
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_WriteUnraisable(obj: *mut PyObject) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::write_unraisable(optional(obj)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_CheckSignals() -> c_int {
    guard(check_signals)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SetInterrupt() {
    guard(krait_modules::signal::set_interrupt)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SyntaxLocation(filename: *const c_char, lineno: c_int) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::syntax_location_path(c_bytes_opt(filename), lineno, -1) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_SyntaxLocationEx(filename: *const c_char, lineno: c_int, col_offset: c_int) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { err::syntax_location_path(c_bytes_opt(filename), lineno, col_offset) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_ProgramText(filename: *const c_char, lineno: c_int) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { Ok(err::program_text(c_bytes(filename), lineno)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_Create(
    encoding: *const c_char,
    object_: *const c_char,
    length: Py_ssize_t,
    start: Py_ssize_t,
    end: Py_ssize_t,
    reason: *const c_char,
) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::create_decode(text(encoding)?, bytes(object_, length), start, end, text(reason)?)
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_GetEncoding(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::get_encoding(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_GetEncoding(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::get_encoding(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_GetObject(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { unicode_errors::get_object(object(exc)?, Kind::Encode) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_GetObject(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { unicode_errors::get_object(object(exc)?, Kind::Decode) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_GetObject(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { unicode_errors::get_object(object(exc)?, Kind::Translate) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_GetStart(exc: *mut PyObject, start: *mut Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { write(start, unicode_errors::get_start(object(exc)?, Kind::Encode)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_GetStart(exc: *mut PyObject, start: *mut Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { write(start, unicode_errors::get_start(object(exc)?, Kind::Decode)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_GetStart(
    exc: *mut PyObject,
    start: *mut Py_ssize_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { write(start, unicode_errors::get_start(object(exc)?, Kind::Translate)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_SetStart(exc: *mut PyObject, start: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::set_start(object(exc)?, start);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_SetStart(exc: *mut PyObject, start: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::set_start(object(exc)?, start);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_SetStart(exc: *mut PyObject, start: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::set_start(object(exc)?, start);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_GetEnd(exc: *mut PyObject, end: *mut Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { write(end, unicode_errors::get_end(object(exc)?, Kind::Encode)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_GetEnd(exc: *mut PyObject, end: *mut Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { write(end, unicode_errors::get_end(object(exc)?, Kind::Decode)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_GetEnd(exc: *mut PyObject, end: *mut Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { write(end, unicode_errors::get_end(object(exc)?, Kind::Translate)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_SetEnd(exc: *mut PyObject, end: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::set_end(object(exc)?, end);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_SetEnd(exc: *mut PyObject, end: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::set_end(object(exc)?, end);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_SetEnd(exc: *mut PyObject, end: Py_ssize_t) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        unicode_errors::set_end(object(exc)?, end);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_GetReason(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::get_reason(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_GetReason(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::get_reason(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_GetReason(exc: *mut PyObject) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::get_reason(object(exc)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeEncodeError_SetReason(exc: *mut PyObject, reason: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::set_reason(object(exc)?, text(reason)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeDecodeError_SetReason(exc: *mut PyObject, reason: *const c_char) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::set_reason(object(exc)?, text(reason)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyUnicodeTranslateError_SetReason(
    exc: *mut PyObject,
    reason: *const c_char,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { types::exceptions::unicode_errors::set_reason(object(exc)?, text(reason)?) })
}

/// Three references through C's output pointers; a place that is NULL drops its own.
pub(crate) unsafe fn store_three(
    references: [*mut PyObject; 3],
    kind: *mut *mut PyObject,
    value: *mut *mut PyObject,
    traceback: *mut *mut PyObject,
) {
    for (place, reference) in [kind, value, traceback].into_iter().zip(references) {
        // SAFETY: the caller's promise.
        unsafe {
            if place.is_null() {
                refcount::xdecref(reference);
            } else {
                *place = reference;
            }
        }
    }
}

/// Runs the handlers of signals that have arrived.
pub(crate) fn check_signals() -> Result<()> {
    match krait_object::hooks::try_get() {
        Some(hooks) => (hooks.check_signals)(),
        None => Ok(()),
    }
}

/// A message for the end of the process.
pub(crate) unsafe fn lossy(text: *const c_char) -> String {
    // SAFETY: the caller's promise.
    String::from_utf8_lossy(unsafe { c_bytes(text) }).into_owned()
}

/// No error matches nothing.
unsafe fn given_matches(error: *mut PyObject, exception: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    match unsafe { (optional(error), optional(exception)) } {
        (Some(error), Some(exception)) => err::given_matches(error, exception),
        _ => false,
    }
}

unsafe fn write(place: *mut Py_ssize_t, position: Result<isize>) -> Result<()> {
    let position = position?;
    // SAFETY: the caller's promise.
    unsafe { *place = position };
    Ok(())
}
