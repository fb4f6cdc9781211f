//! `_PyBytesWriter`: C code builds a `bytes` or `bytearray` through a write pointer. What is small stays in the struct's
//! own buffer until the end.

use super::raw;
use crate::err;
use crate::handle::{Obj, Object, Result};
use crate::types::{bytearray, bytes};
use core::ptr::{self, null_mut};
use krait_abi::*;

const SMALL: usize = 512;

/// Operations on the C struct.
///
/// # Safety of all functions
/// `w` points to a struct that `init` has set up; write pointers came from the same struct's functions.
pub struct BytesWriter;

impl BytesWriter {
    /// `_PyBytesWriter_Init`.
    pub unsafe fn init(w: *mut _PyBytesWriter) {
        // SAFETY: the caller's promise.
        unsafe {
            (*w).buffer = null_mut();
            (*w).allocated = 0;
            (*w).min_size = 0;
            (*w).use_bytearray = 0;
            (*w).overallocate = 0;
            (*w).use_small_buffer = 0;
        }
    }

    /// `_PyBytesWriter_Dealloc`.
    pub unsafe fn dealloc(w: *mut _PyBytesWriter) {
        // SAFETY: the struct owns its buffer.
        drop(unsafe { Obj::<Object>::from_owned_opt(core::mem::replace(&mut (*w).buffer, null_mut())) });
    }

    unsafe fn start(w: *mut _PyBytesWriter) -> *mut u8 {
        // SAFETY: the caller's promise.
        unsafe {
            if (*w).use_small_buffer != 0 {
                (&raw mut (*w).small_buffer).cast()
            } else if (*w).use_bytearray != 0 {
                bytearray::data_ptr((*w).buffer)
            } else {
                bytes::data_ptr((*w).buffer)
            }
        }
    }

    /// `_PyBytesWriter_Alloc`: the first write pointer.
    pub unsafe fn alloc(w: *mut _PyBytesWriter, size: isize) -> Result<*mut u8> {
        // SAFETY: the caller's promise.
        unsafe {
            (*w).use_small_buffer = 1;
            (*w).allocated = SMALL as Py_ssize_t;
            BytesWriter::prepare(w, BytesWriter::start(w), size)
        }
    }

    /// `_PyBytesWriter_Prepare`: room for `size` more bytes than promised so far.
    pub unsafe fn prepare(w: *mut _PyBytesWriter, at: *mut u8, size: isize) -> Result<*mut u8> {
        // SAFETY: the caller's promise.
        unsafe {
            if size == 0 {
                return Ok(at);
            }
            if size > isize::MAX - (*w).min_size {
                BytesWriter::dealloc(w);
                return Err(err::no_memory());
            }
            let needed = (*w).min_size + size;
            let at = if needed > (*w).allocated { BytesWriter::resize(w, at, needed)? } else { at };
            (*w).min_size = needed;
            Ok(at)
        }
    }

    /// `_PyBytesWriter_Resize`: a buffer of `size` bytes.
    pub unsafe fn resize(w: *mut _PyBytesWriter, at: *mut u8, size: isize) -> Result<*mut u8> {
        // SAFETY: the caller's promise; the write pointer is kept relative to the start.
        unsafe {
            let mut allocated = size;
            if (*w).overallocate != 0 && allocated <= isize::MAX - allocated / 4 {
                allocated += allocated / 4;
            }
            let done = at.offset_from(BytesWriter::start(w));
            if (*w).use_small_buffer == 0 {
                if (*w).use_bytearray != 0 {
                    if let Err(raised) = bytearray::resize(Object::from_ptr((*w).buffer), allocated) {
                        BytesWriter::dealloc(w);
                        return Err(raised);
                    }
                } else {
                    raw::resize(&raw mut (*w).buffer, allocated)?;
                }
            } else {
                let buffer = if (*w).use_bytearray != 0 {
                    bytearray::zeroed(allocated as usize)?
                } else {
                    bytes::uninit(allocated)?
                };
                (*w).buffer = buffer.into_ptr();
                let small = (&raw const (*w).small_buffer).cast::<u8>();
                (*w).use_small_buffer = 0;
                ptr::copy_nonoverlapping(small, BytesWriter::start(w), done.max(0) as usize);
            }
            (*w).allocated = allocated;
            Ok(BytesWriter::start(w).offset(done))
        }
    }

    /// `_PyBytesWriter_WriteBytes`.
    pub unsafe fn write_bytes(
        w: *mut _PyBytesWriter,
        at: *mut u8,
        bytes: *const u8,
        size: isize,
    ) -> Result<*mut u8> {
        // SAFETY: the caller's promise; `bytes` holds `size` bytes.
        unsafe {
            let at = BytesWriter::prepare(w, at, size)?;
            ptr::copy_nonoverlapping(bytes, at, size as usize);
            Ok(at.offset(size))
        }
    }

    /// `_PyBytesWriter_Finish`: the object; the writer is empty afterwards.
    pub unsafe fn finish(w: *mut _PyBytesWriter, at: *mut u8) -> Result<Obj> {
        // SAFETY: the caller's promise.
        unsafe {
            let size = at.offset_from(BytesWriter::start(w));
            if size == 0 && (*w).use_bytearray == 0 {
                BytesWriter::dealloc(w);
                return bytes::empty();
            }
            if (*w).use_small_buffer != 0 {
                let small = core::slice::from_raw_parts((&raw const (*w).small_buffer).cast(), size as usize);
                return if (*w).use_bytearray != 0 {
                    bytearray::from_slice(small)
                } else {
                    bytes::from_slice(small)
                };
            }
            if size != (*w).allocated {
                if (*w).use_bytearray != 0 {
                    bytearray::resize(Object::from_ptr((*w).buffer), size)?;
                } else {
                    raw::resize(&raw mut (*w).buffer, size)?;
                }
            }
            Ok(Obj::from_owned_ptr(core::mem::replace(&mut (*w).buffer, null_mut())))
        }
    }
}
