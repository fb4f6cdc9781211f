//! C variable arguments: `PyArg_Parse*`, `Py_BuildValue` and their relatives.
//!
//! [`VaList`] reads the arguments of a C-variadic call on x86-64 System V; the exported functions themselves are
//! assembler trampolines in `capi`, which build one and call here.

pub mod build;
pub mod convert;
pub mod fast;
pub mod parse;
mod simple;

use core::ffi::{c_char, c_int, c_void};
use krait_abi::PyObject;

/// The `va_list` of x86-64 System V (`__va_list_tag`).
///
/// ```text
///   0 gp_offset │ 4 fp_offset │ 8 overflow_arg_area │ 16 reg_save_area
///   reg_save_area: rdi rsi rdx rcx r8 r9 (8 bytes each), then xmm0..xmm7 (16 bytes each)
/// ```
#[repr(C)]
pub struct VaList {
    gp_offset: u32,
    fp_offset: u32,
    overflow_arg_area: *mut u8,
    reg_save_area: *mut u8,
}

impl VaList {
    const GP_END: u32 = 48;
    const FP_END: u32 = 176;

    /// The next argument of integer class, as 64 bits.
    ///
    /// # Safety
    /// The caller passed such an argument here.
    #[inline]
    pub unsafe fn word(&mut self) -> u64 {
        // SAFETY: the caller's promise.
        unsafe {
            if self.gp_offset < Self::GP_END {
                let value = self.reg_save_area.add(self.gp_offset as usize).cast::<u64>().read();
                self.gp_offset += 8;
                value
            } else {
                self.overflow()
            }
        }
    }

    unsafe fn overflow(&mut self) -> u64 {
        // SAFETY: the caller's promise.
        unsafe {
            let value = self.overflow_arg_area.cast::<u64>().read();
            self.overflow_arg_area = self.overflow_arg_area.add(8);
            value
        }
    }

    /// The next pointer.
    ///
    /// # Safety
    /// The caller passed a pointer here.
    #[inline]
    pub unsafe fn pointer<T>(&mut self) -> *mut T {
        // SAFETY: the caller's promise.
        unsafe { self.word() as usize as *mut T }
    }

    /// The next `int`.
    ///
    /// # Safety
    /// The caller passed an `int` (or a smaller type, promoted) here.
    #[inline]
    pub unsafe fn int(&mut self) -> c_int {
        // SAFETY: the caller's promise.
        unsafe { self.word() as c_int }
    }

    /// The next `double`.
    ///
    /// # Safety
    /// The caller passed a `double` (or a `float`, promoted) here.
    #[inline]
    pub unsafe fn double(&mut self) -> f64 {
        // SAFETY: the caller's promise.
        unsafe {
            if self.fp_offset < Self::FP_END {
                let value = self.reg_save_area.add(self.fp_offset as usize).cast::<f64>().read();
                self.fp_offset += 16;
                value
            } else {
                f64::from_bits(self.overflow())
            }
        }
    }

    /// The next object pointer.
    ///
    /// # Safety
    /// The caller passed an object pointer here.
    #[inline]
    pub unsafe fn object(&mut self) -> *mut PyObject {
        // SAFETY: the caller's promise.
        unsafe { self.pointer() }
    }

    /// A copy that reads the same arguments (`va_copy`).
    #[inline(always)]
    pub fn duplicate(&self) -> VaList {
        // Field by field, as the caller has just written them: a load that spans several stores waits for all of them
        // to reach the cache.
        // SAFETY: fields of a live list.
        unsafe {
            VaList {
                gp_offset: (&raw const self.gp_offset).read_volatile(),
                fp_offset: (&raw const self.fp_offset).read_volatile(),
                overflow_arg_area: (&raw const self.overflow_arg_area).read_volatile(),
                reg_save_area: (&raw const self.reg_save_area).read_volatile(),
            }
        }
    }
}

/// A format string as bytes with its terminating NUL reachable: reading past the end gives 0.
#[derive(Clone, Copy)]
pub struct Format {
    cursor: *const c_char,
}

impl Format {
    /// A cursor at the beginning of a C string.
    ///
    /// # Safety
    /// `text` is a terminated string that lives as long as the cursor.
    pub unsafe fn new(text: *const c_char) -> Format {
        Format { cursor: text }
    }

    /// The byte `ahead` of the cursor.
    #[inline]
    pub fn peek(&self) -> u8 {
        // SAFETY: the cursor never goes past the terminating NUL.
        unsafe { *self.cursor as u8 }
    }

    /// The current byte; the cursor moves on unless it is the NUL.
    #[inline]
    pub fn next(&mut self) -> u8 {
        let byte = self.peek();
        if byte != 0 {
            // SAFETY: not at the NUL.
            self.cursor = unsafe { self.cursor.add(1) };
        }
        byte
    }

    /// Moves on from a byte that is not the NUL.
    #[inline]
    pub fn step(&mut self) {
        // SAFETY: not at the NUL.
        self.cursor = unsafe { self.cursor.add(1) };
    }

    /// Moves on if the current byte is `byte`.
    #[inline]
    pub fn accept(&mut self, byte: u8) -> bool {
        let found = self.peek() == byte && byte != 0;
        if found {
            self.next();
        }
        found
    }

    /// The rest as text.
    pub fn rest(&self) -> &str {
        // SAFETY: a terminated string.
        crate::text::codec::utf8::checked(unsafe { core::ffi::CStr::from_ptr(self.cursor) }.to_bytes())
            .unwrap_or("")
    }

    /// The C string at the cursor.
    pub fn as_ptr(&self) -> *const c_char {
        self.cursor
    }
}

/// The untyped pointer of an out-parameter.
pub type Out = *mut c_void;

// SAFETY: the list hands out what the C caller passed.
unsafe impl crate::text::c_format::Arguments for VaList {
    fn word(&mut self) -> u64 {
        // SAFETY: the reader asks for what the format says that the caller passed.
        unsafe { VaList::word(self) }
    }

    fn double(&mut self) -> f64 {
        // SAFETY: as above.
        unsafe { VaList::double(self) }
    }
}
