//! `parsetok.h`: the old parser.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_vm::lifecycle::prompt;
use krait_vm::oldparser::parse::{self, Source};
use libc::FILE;

/// Parses a source; the name is that of the source, a `str`, or NULL.
unsafe fn parse(
    source: Source<'_>,
    filename: *mut PyObject,
    g: *mut grammar,
    start: c_int,
    err_ret: *mut perrdetail,
    flags: *mut c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    unsafe {
        let bits = if flags.is_null() { 0 } else { *flags };
        parse::parse(source, optional(filename), g, start, err_ret, bits)
    }
}

/// A name as an object; NULL without one.
unsafe fn name_object(filename: *const c_char) -> Option<Obj> {
    // SAFETY: NULL or a terminated string.
    unsafe {
        if filename.is_null() {
            return None;
        }
        types::unicode::decode_fs(CStr::from_ptr(filename).to_bytes()).ok()
    }
}

/// # Safety
/// A C string, a grammar, a place for an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseString(
    s: *const c_char,
    g: *mut grammar,
    start: c_int,
    err_ret: *mut perrdetail,
) -> *mut node {
    // SAFETY: the caller's promise.
    unsafe { PyParser_ParseStringFlagsFilename(s, null(), g, start, err_ret, 0) }
}

/// # Safety
/// As for [`PyParser_ParseString`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseStringFlags(
    s: *const c_char,
    g: *mut grammar,
    start: c_int,
    err_ret: *mut perrdetail,
    flags: c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    unsafe { PyParser_ParseStringFlagsFilename(s, null(), g, start, err_ret, flags) }
}

/// # Safety
/// As for [`PyParser_ParseString`]; the name is a C string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseStringFlagsFilename(
    s: *const c_char,
    filename: *const c_char,
    g: *mut grammar,
    start: c_int,
    err_ret: *mut perrdetail,
    flags: c_int,
) -> *mut node {
    let mut flags = flags;
    // SAFETY: the caller's promise.
    unsafe { PyParser_ParseStringFlagsFilenameEx(s, filename, g, start, err_ret, &raw mut flags) }
}

/// # Safety
/// As for [`PyParser_ParseStringFlagsFilename`]; the flags can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseStringFlagsFilenameEx(
    s: *const c_char,
    filename: *const c_char,
    g: *mut grammar,
    start: c_int,
    err_ret: *mut perrdetail,
    flags: *mut c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let name = name_object(filename);
        Ok(PyParser_ParseStringObject(s, as_ptr_opt(name.as_deref()), g, start, err_ret, flags))
    })
}

/// # Safety
/// As for [`PyParser_ParseStringFlagsFilenameEx`]; the name is a `str` or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseStringObject(
    s: *const c_char,
    filename: *mut PyObject,
    g: *mut grammar,
    start: c_int,
    err_ret: *mut perrdetail,
    flags: *mut c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let source = Source::Text(CStr::from_ptr(s).to_bytes());
        Ok(parse(source, filename, g, start, err_ret, flags))
    })
}

/// # Safety
/// An open stream, a C string or NULL, a grammar, a place for an error.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseFile(
    fp: *mut FILE,
    filename: *const c_char,
    g: *mut grammar,
    start: c_int,
    ps1: *const c_char,
    ps2: *const c_char,
    err_ret: *mut perrdetail,
) -> *mut node {
    // SAFETY: the caller's promise.
    unsafe { PyParser_ParseFileFlags(fp, filename, null(), g, start, ps1, ps2, err_ret, 0) }
}

/// # Safety
/// As for [`PyParser_ParseFile`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseFileFlags(
    fp: *mut FILE,
    filename: *const c_char,
    enc: *const c_char,
    g: *mut grammar,
    start: c_int,
    ps1: *const c_char,
    ps2: *const c_char,
    err_ret: *mut perrdetail,
    flags: c_int,
) -> *mut node {
    let mut flags = flags;
    // SAFETY: the caller's promise.
    unsafe { PyParser_ParseFileFlagsEx(fp, filename, enc, g, start, ps1, ps2, err_ret, &raw mut flags) }
}

/// # Safety
/// As for [`PyParser_ParseFile`]; the flags can be read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseFileFlagsEx(
    fp: *mut FILE,
    filename: *const c_char,
    enc: *const c_char,
    g: *mut grammar,
    start: c_int,
    ps1: *const c_char,
    ps2: *const c_char,
    err_ret: *mut perrdetail,
    flags: *mut c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let name = name_object(filename);
        let name = as_ptr_opt(name.as_deref());
        Ok(PyParser_ParseFileObject(fp, name, enc, g, start, ps1, ps2, err_ret, flags))
    })
}

/// With a prompt, lines of standard input are asked for as they are needed; without, the whole stream is the source.
///
/// # Safety
/// As for [`PyParser_ParseFileFlagsEx`]; the name is a `str` or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ParseFileObject(
    fp: *mut FILE,
    filename: *mut PyObject,
    enc: *const c_char,
    g: *mut grammar,
    start: c_int,
    ps1: *const c_char,
    ps2: *const c_char,
    err_ret: *mut perrdetail,
    flags: *mut c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        if ps1.is_null() {
            let text = crate::pythonrun::read_file(fp);
            return Ok(parse(Source::Text(&text), filename, g, start, err_ret, flags));
        }
        let encoding = name_object(enc);
        let mut lines = prompt::lines(prompts(ps1, ps2), encoding.as_deref());
        Ok(parse(Source::Lines(&mut lines), filename, g, start, err_ret, flags))
    })
}

/// The first prompt and the second, which is empty if it is NULL.
pub(crate) unsafe fn prompts<'p>(ps1: *const c_char, ps2: *const c_char) -> [&'p CStr; 2] {
    // SAFETY: C strings, the second may be NULL.
    unsafe { [CStr::from_ptr(ps1), if ps2.is_null() { c"" } else { CStr::from_ptr(ps2) }] }
}

/// Raises what the details say.
///
/// # Safety
/// Details that a failed parse left.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_SetError(err: *mut perrdetail) {
    // SAFETY: the caller's promise.
    guard_or((), || unsafe { parse::set_error(err) });
}

/// # Safety
/// Details that a failed parse left, which are not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ClearError(err: *mut perrdetail) {
    // SAFETY: the caller's promise.
    unsafe {
        refcount::xdecref(core::mem::replace(&mut (*err).filename, null_mut()));
        memory::PyObject_Free(core::mem::replace(&mut (*err).text, null_mut()).cast());
    }
}
