//! Functions of `fileutils.h`, `marshal.h` and others that stand between files and objects.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_long, c_void};
use krait_modules::fileutils;
use krait_vm::marshal::{Reader, Source};

/// `PY_INVALID_STACK_EFFECT`
const INVALID_EFFECT: c_int = c_int::MAX;

unsafe fn write_bytes(fp: *mut libc::FILE, bytes: &[u8]) {
    // SAFETY: an open stream.
    unsafe { libc::fwrite(bytes.as_ptr().cast(), 1, bytes.len(), fp) };
}

/// A C stream as a source of marshalled bytes.
struct Stream {
    fp: *mut libc::FILE,
    taken: Vec<u8>,
}

impl Source for Stream {
    fn take(&mut self, count: usize) -> Result<&[u8]> {
        self.taken.resize(count, 0);
        // SAFETY: an open stream and room for the bytes.
        let got = unsafe { libc::fread(self.taken.as_mut_ptr().cast(), 1, count, self.fp) };
        if got < count {
            return Err(err::eof_error("marshal data too short"));
        }
        Ok(&self.taken)
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_fstat(fd: c_int, status: *mut libc::stat) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        *status = fileutils::fstat(fd)?;
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_fstat_noraise(fd: c_int, status: *mut libc::stat) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { libc::fstat(fd, status) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_open(path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::open(CStr::from_ptr(path), flags) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_open_noraise(path: *const c_char, flags: c_int) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { fileutils::open_noraise(CStr::from_ptr(path), flags).unwrap_or(-1) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_fopen_obj(path: *mut PyObject, mode: *const c_char) -> *mut libc::FILE {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::fopen_object(object(path)?, CStr::from_ptr(mode)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_read(fd: c_int, buf: *mut c_void, count: usize) -> Py_ssize_t {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::read(fd, buf.cast(), count) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_write(fd: c_int, buf: *const c_void, count: usize) -> Py_ssize_t {
    // SAFETY: what the C API asks.
    guard(|| unsafe { fileutils::write(fd, buf.cast(), count) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_dup(fd: c_int) -> c_int {
    guard(|| fileutils::dup(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_get_inheritable(fd: c_int) -> c_int {
    guard(|| fileutils::get_inheritable(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_set_inheritable(
    fd: c_int,
    inheritable: c_int,
    _atomic_flag_works: *mut c_int,
) -> c_int {
    guard(|| fileutils::set_inheritable(fd, inheritable != 0))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_set_inheritable_async_safe(
    fd: c_int,
    inheritable: c_int,
    _atomic_flag_works: *mut c_int,
) -> c_int {
    if fileutils::set_inheritable_noraise(fd, inheritable != 0).is_ok() { 0 } else { -1 }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_get_blocking(fd: c_int) -> c_int {
    guard(|| fileutils::get_blocking(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_set_blocking(fd: c_int, blocking: c_int) -> c_int {
    guard(|| fileutils::set_blocking(fd, blocking != 0))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_device_encoding(fd: c_int) -> *mut PyObject {
    guard(|| fileutils::device_encoding(fd))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SetLocaleFromEnv(category: c_int) -> *mut c_char {
    // SAFETY: what the C API asks.
    unsafe { libc::setlocale(category, c"".as_ptr()) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_DecodeLocale(arg: *const c_char, wlen: *mut usize) -> *mut wchar_t {
    // SAFETY: what the C API asks.
    unsafe { types::unicode::locale::decode_locale_raw(arg, wlen) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_EncodeLocaleRaw(text: *const wchar_t, error_pos: *mut usize) -> *mut c_char {
    // SAFETY: what the C API asks.
    unsafe { types::unicode::locale::encode_locale_raw(text, error_pos, true) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_EncodeLocale(text: *const wchar_t, error_pos: *mut usize) -> *mut c_char {
    // SAFETY: what the C API asks.
    unsafe { types::unicode::locale::encode_locale_raw(text, error_pos, false) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyThreadState_GetDict(tstate: *mut PyThreadState) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if (*tstate).dict.is_null() {
            (*tstate).dict = types::dict::new()?.into_ptr();
        }
        Ok((*tstate).dict)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetProfile(
    _tstate: *mut PyThreadState,
    func: Py_tracefunc,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::sys::trace::set_profile(func, optional(arg)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyEval_SetTrace(
    _tstate: *mut PyThreadState,
    func: Py_tracefunc,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::sys::trace::set_trace(func, optional(arg)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCompile_OpcodeStackEffectWithJump(
    opcode: c_int,
    oparg: c_int,
    jump: c_int,
) -> c_int {
    let Some(op) = u8::try_from(opcode).ok().and_then(krait_vm::opcode_from_byte) else {
        return INVALID_EFFECT;
    };
    match jump {
        0 => op.stack_effect(oparg as u32, false),
        1 => op.stack_effect(oparg as u32, true),
        _ => op.max_stack_effect(oparg as u32),
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCompile_OpcodeStackEffect(opcode: c_int, oparg: c_int) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { PyCompile_OpcodeStackEffectWithJump(opcode, oparg, -1) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_WriteObjectToFile(x: *mut PyObject, fp: *mut libc::FILE, version: c_int) {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let data = krait_vm::marshal::dumps(object(x)?, version)?;
        write_bytes(fp, types::bytes::as_slice(&data));
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_WriteLongToFile(x: c_long, fp: *mut libc::FILE, _version: c_int) {
    // SAFETY: what the C API asks.
    unsafe { write_bytes(fp, &(x as i32).to_le_bytes()) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_ReadObjectFromFile(fp: *mut libc::FILE) -> *mut PyObject {
    guard(|| Reader::new(Stream { fp, taken: Vec::new() }).read())
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_ReadLastObjectFromFile(fp: *mut libc::FILE) -> *mut PyObject {
    // SAFETY: what the C API asks.
    unsafe { PyMarshal_ReadObjectFromFile(fp) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_ReadLongFromFile(fp: *mut libc::FILE) -> c_long {
    guard(|| Reader::new(Stream { fp, taken: Vec::new() }).int().map(c_long::from))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_ReadShortFromFile(fp: *mut libc::FILE) -> c_int {
    guard(|| Reader::new(Stream { fp, taken: Vec::new() }).read_short().map(c_int::from))
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_BeforeFork() {
    guard(krait_modules::posix::fork::before_fork)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_AfterFork_Parent() {
    guard(krait_modules::posix::fork::after_fork_parent)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_AfterFork_Child() {
    guard(krait_modules::posix::fork::after_fork_child)
}

#[unsafe(no_mangle)]
pub extern "C" fn PyOS_AfterFork() {
    PyOS_AfterFork_Child()
}
