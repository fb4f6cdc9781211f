//! `marshal.h`.

use crate::prelude::*;
use core::ffi::{c_char, c_int, c_long};
use krait_vm::marshal::{Reader, Source};

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
            return Err(err::eof_error("EOF read where not expected"));
        }
        Ok(&self.taken)
    }
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

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_ReadObjectFromString(
    data: *const c_char,
    len: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::marshal::loads(core::slice::from_raw_parts(data.cast(), len as usize)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_WriteObjectToString(
    value: *mut PyObject,
    version: c_int,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::marshal::dumps(object(value)?, version) })
}
