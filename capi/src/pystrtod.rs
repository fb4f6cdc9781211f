//! `pystrtod.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_string_to_double(
    s: *const c_char,
    endptr: *mut *mut c_char,
    overflow_exception: *mut PyObject,
) -> f64 {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let bytes = CStr::from_ptr(s).to_bytes();
        let Some(parsed) = krait_object::text::float::parse_prefix(bytes) else {
            if !endptr.is_null() {
                *endptr = s.cast_mut();
            }
            return Err(err::value_error(format_args!(
                "could not convert string to float: '{}'",
                text_or_empty(s)
            )));
        };
        if endptr.is_null() && parsed.len != bytes.len() {
            return Err(err::value_error(format_args!(
                "could not convert string to float: '{}'",
                text_or_empty(s)
            )));
        }
        if !endptr.is_null() {
            *endptr = s.add(parsed.len).cast_mut();
        }
        if parsed.overflow
            && let Some(exception) = optional(overflow_exception)
        {
            return Err(err::set(
                exception,
                format_args!("value too large to convert to float: '{}'", text_or_empty(s)),
            ));
        }
        Ok(parsed.value)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_double_to_string(
    val: f64,
    format_code: c_char,
    precision: c_int,
    flags: c_int,
    kind: *mut c_int,
) -> *mut c_char {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let mut out = Vec::new();
        let Some(found) = krait_object::text::float::format_double(
            val,
            format_code as u8,
            precision,
            flags as u32,
            &mut out,
        ) else {
            return Err(err::bad_internal_call());
        };
        if !kind.is_null() {
            *kind = found as c_int;
        }
        let copy = memory::strdup(&out);
        if copy.is_null() { Err(err::no_memory()) } else { Ok(copy) }
    })
}
