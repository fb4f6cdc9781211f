//! Items of native single-character formats: sizes, reading, writing.

use crate::err;
use crate::handle::{Obj, Object, Raised, Result};
use crate::protocol::{number, object};
use crate::types::{bool, bytes, exceptions, float, long};
use core::ffi::CStr;

/// The character of a native format (with or without `@`) and the size of its items.
pub(super) fn native(format: &CStr) -> Option<(char, usize)> {
    let text = format.to_bytes();
    let text = text.strip_prefix(b"@").unwrap_or(text);
    let &[c] = text else { return None };
    let size = match c {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    };
    Some((c.into(), size))
}

/// The character of a view's format, for reading and writing items.
pub(super) fn item_format(format: &CStr) -> Result<char> {
    let text = format.to_bytes();
    match text.strip_prefix(b"@").unwrap_or(text) {
        [c] => Ok((*c).into()),
        _ => Err(err::not_implemented_error(format_args!(
            "memoryview: unsupported format {}",
            format.to_string_lossy()
        ))),
    }
}

fn not_supported(format: char) -> Raised {
    err::not_implemented_error(format_args!("memoryview: format {format} not supported"))
}

/// Reads an item.
///
/// # Safety
/// `at` points to an item of the format (at any alignment).
pub(super) unsafe fn unpack(at: *const u8, format: char) -> Result<Obj> {
    /// # Safety
    /// `at` points to a `T`.
    unsafe fn get<T: Copy>(at: *const u8) -> T {
        // SAFETY: the caller's promise.
        unsafe { at.cast::<T>().read_unaligned() }
    }
    // SAFETY: the caller's promise.
    unsafe {
        match format {
            'B' => long::from_i64(get::<u8>(at).into()),
            'b' => long::from_i64(get::<i8>(at).into()),
            'h' => long::from_i64(get::<i16>(at).into()),
            'H' => long::from_i64(get::<u16>(at).into()),
            'i' => long::from_i64(get::<i32>(at).into()),
            'I' => long::from_i64(get::<u32>(at).into()),
            'l' | 'q' | 'n' => long::from_i64(get::<i64>(at)),
            'L' | 'Q' | 'N' | 'P' => long::from_u64(get::<u64>(at)),
            'f' => float::from_f64(get::<f32>(at).into()),
            'd' => float::from_f64(get::<f64>(at)),
            '?' => Ok(bool::from_bool(get::<u8>(at) != 0)),
            'c' => bytes::from_byte(get::<u8>(at)),
            other => Err(not_supported(other)),
        }
    }
}

fn wrong_type(format: char) -> Raised {
    err::type_error(format_args!("memoryview: invalid type for format '{format}'"))
}

fn wrong_value(format: char) -> Raised {
    err::value_error(format_args!("memoryview: invalid value for format '{format}'"))
}

/// Turns what a conversion raised into the error for the format.
fn explain(raised: Raised, format: char) -> Raised {
    if err::matches(exceptions::TypeError()) {
        err::clear();
        return wrong_type(format);
    }
    if err::matches(exceptions::OverflowError()) || err::matches(exceptions::ValueError()) {
        err::clear();
        return wrong_value(format);
    }
    raised
}

fn signed(item: &Object, bits: u32) -> Result<i64> {
    let index = number::index(item)?;
    let value = long::as_long(&index)?;
    let limit = 1i128 << (bits - 1);
    if (-limit..limit).contains(&i128::from(value)) { Ok(value) } else { Err(err::overflow_error("")) }
}

fn unsigned(item: &Object, bits: u32) -> Result<u64> {
    let index = number::index(item)?;
    let value = long::as_u64(&index)?;
    if bits == 64 || value < 1 << bits { Ok(value) } else { Err(err::overflow_error("")) }
}

/// The bytes of an item, in the machine's order.
pub(super) fn pack(item: &Object, format: char) -> Result<Vec<u8>> {
    let packed = match format {
        'b' => signed(item, 8).map(|v| v.to_ne_bytes()[..1].to_vec()),
        'h' => signed(item, 16).map(|v| (v as i16).to_ne_bytes().to_vec()),
        'i' => signed(item, 32).map(|v| (v as i32).to_ne_bytes().to_vec()),
        'l' | 'q' | 'n' => signed(item, 64).map(|v| v.to_ne_bytes().to_vec()),
        'B' => unsigned(item, 8).map(|v| vec![v as u8]),
        'H' => unsigned(item, 16).map(|v| (v as u16).to_ne_bytes().to_vec()),
        'I' => unsigned(item, 32).map(|v| (v as u32).to_ne_bytes().to_vec()),
        'L' | 'Q' | 'N' => unsigned(item, 64).map(|v| v.to_ne_bytes().to_vec()),
        'P' => number::index(item)
            .and_then(|index| long::as_void_ptr(&index))
            .map(|v| (v as usize).to_ne_bytes().to_vec()),
        'f' => float::as_f64(item).map(|v| (v as f32).to_ne_bytes().to_vec()),
        'd' => float::as_f64(item).map(|v| v.to_ne_bytes().to_vec()),
        '?' => return Ok(vec![object::is_true(item)?.into()]),
        'c' => {
            if !bytes::check(item) {
                return Err(wrong_type('c'));
            }
            return match bytes::as_slice(item) {
                [byte] => Ok(vec![*byte]),
                _ => Err(wrong_value('c')),
            };
        }
        other => return Err(not_supported(other)),
    };
    packed.map_err(|raised| explain(raised, format))
}

/// Whether two items of one native format are equal as values (no NaN equals itself).
///
/// # Safety
/// Both point to items of the format.
pub(super) unsafe fn equal(a: *const u8, b: *const u8, format: char, size: usize) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        match format {
            'f' => a.cast::<f32>().read_unaligned() == b.cast::<f32>().read_unaligned(),
            'd' => a.cast::<f64>().read_unaligned() == b.cast::<f64>().read_unaligned(),
            '?' => (*a != 0) == (*b != 0),
            _ => core::slice::from_raw_parts(a, size) == core::slice::from_raw_parts(b, size),
        }
    }
}
