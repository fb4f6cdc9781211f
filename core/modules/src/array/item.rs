//! The kinds of items that arrays hold: conversion, comparison, machine formats.
//!
//! A [`Descriptor`] is a C struct with C functions, because binaries call `getitem` and `setitem` through it.

use super::Array;
use core::cmp::Ordering;
use core::ffi::{c_char, c_int};
use core::ptr::null_mut;
use krait_abi::{Py_ssize_t, PyObject};
use krait_object::types::{float, long, unicode};
use krait_object::{Layout, Obj, Object, Result, err, slot};

type GetItem = unsafe extern "C" fn(*mut PyObject, Py_ssize_t) -> *mut PyObject;
type SetItem = unsafe extern "C" fn(*mut PyObject, Py_ssize_t, *mut PyObject) -> c_int;

/// `struct arraydescr`
#[repr(C)]
pub struct Descriptor {
    /// The type code.
    pub typecode: c_char,
    /// Bytes of an item.
    pub itemsize: c_int,
    getitem: GetItem,
    setitem: SetItem,
    /// Compares memory of items; NULL where that is not the order of the items.
    compare: Option<fn(&[u8], &[u8]) -> Ordering>,
    /// The format of the buffer protocol.
    pub format: *const c_char,
    /// Whether items are integers.
    pub is_integer: c_int,
    /// Whether items may be negative.
    pub is_signed: c_int,
}
// SAFETY: never changes.
unsafe impl Sync for Descriptor {}

impl Descriptor {
    /// The type code as a character.
    pub fn code(&self) -> u8 {
        self.typecode as u8
    }

    /// The size of an item.
    pub fn size(&self) -> usize {
        self.itemsize as usize
    }

    /// The order of two items by their memory, if that tells it.
    pub fn compare(&self, a: &[u8], b: &[u8]) -> Option<Ordering> {
        self.compare.map(|compare| compare(a, b))
    }

    /// The number of the machine format, for pickles.
    pub fn machine_format(&self) -> i32 {
        let big = i32::from(cfg!(target_endian = "big"));
        match (self.code(), self.size(), self.is_signed != 0) {
            (b'f', ..) => 14 + big,
            (b'd', ..) => 16 + big,
            (b'u', 2, _) => 18 + big,
            (b'u', ..) => 20 + big,
            (_, 1, signed) => i32::from(signed),
            (_, 2, false) => 2 + big,
            (_, 2, true) => 4 + big,
            (_, 4, false) => 6 + big,
            (_, 4, true) => 8 + big,
            (_, _, false) => 10 + big,
            (_, _, true) => 12 + big,
        }
    }
}

/// The descriptor for a type code.
pub fn find(code: u32) -> Option<&'static Descriptor> {
    DESCRIPTORS.iter().find(|descriptor| u32::from(descriptor.code()) == code)
}

fn no_float(given: &Object, message: &str) -> Result<()> {
    if float::check(given) { Err(err::type_error(message)) } else { Ok(()) }
}

/// A C `long` as argument formats convert it.
fn signed_long(given: &Object) -> Result<i64> {
    no_float(given, "integer argument expected, got float")?;
    long::as_long(given)
}

fn in_range(value: i64, low: i64, high: i64, name: &str) -> Result<i64> {
    if value < low {
        return Err(err::overflow_error(format_args!("{name} is less than minimum")));
    }
    if value > high {
        return Err(err::overflow_error(format_args!("{name} is greater than maximum")));
    }
    Ok(value)
}

fn short(given: &Object) -> Result<i64> {
    in_range(signed_long(given)?, i16::MIN.into(), i16::MAX.into(), "signed short integer")
}

fn int(given: &Object) -> Result<i64> {
    in_range(signed_long(given)?, i32::MIN.into(), i32::MAX.into(), "signed integer")
}

/// The integer behind an item of an unsigned kind.
fn unsigned_source(given: &Object) -> Result<Obj> {
    if long::check(given) {
        return Ok(given.owned());
    }
    no_float(given, "array item must be integer")?;
    long::from_nb_index_or_nb_int(given)
}

fn unsigned_long(given: &Object) -> Result<u64> {
    let number = unsigned_source(given)?;
    if long::sign(&number) < 0 {
        return Err(err::overflow_error("can't convert negative value to unsigned int"));
    }
    long::as_unsigned_long(&number)
}

fn signed_byte(given: &Object) -> Result<i8> {
    Ok(in_range(short(given)?, -128, 127, "signed char")? as i8)
}
fn unsigned_byte(given: &Object) -> Result<u8> {
    Ok(in_range(signed_long(given)?, 0, 255, "unsigned byte integer")? as u8)
}
fn signed_short(given: &Object) -> Result<i16> {
    Ok(short(given)? as i16)
}
fn unsigned_short(given: &Object) -> Result<u16> {
    Ok(in_range(int(given)?, 0, 0xffff, "unsigned short")? as u16)
}
fn signed_int(given: &Object) -> Result<i32> {
    Ok(int(given)? as i32)
}
fn unsigned_int(given: &Object) -> Result<u32> {
    u32::try_from(unsigned_long(given)?)
        .map_err(|_| err::overflow_error("unsigned int is greater than maximum"))
}
fn signed_long_long(given: &Object) -> Result<i64> {
    no_float(given, "integer argument expected, got float")?;
    long::as_long_long(given)
}
fn unsigned_long_long(given: &Object) -> Result<u64> {
    long::as_unsigned_long_long(&*unsigned_source(given)?)
}
fn single(given: &Object) -> Result<f32> {
    Ok(float::as_f64(given)? as f32)
}
fn character(given: &Object) -> Result<u32> {
    if !unicode::check(given) || unicode::len(given) != 1 {
        return Err(err::type_error("array item must be unicode character"));
    }
    Ok(unicode::char_at(given, 0))
}

/// A character of memory that may hold anything.
fn from_character(c: u32) -> Result<Obj> {
    if c > 0x10_ffff {
        return Err(err::value_error(format_args!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
    }
    unicode::from_char(c)
}

/// Descriptors: code, format, item type, how an object becomes an item and an item an object, and what it is.
macro_rules! descriptors {
    ($($code:literal $format:literal $item:ty, $from:expr, $to:expr, $compare:expr, $integer:literal $signed:literal;)*) => {
        static DESCRIPTORS: &[Descriptor] = &[$({
            unsafe extern "C" fn get(this: *mut PyObject, i: Py_ssize_t) -> *mut PyObject {
                slot::guard(null_mut(), || {
                    // SAFETY: the contract of the function: an array with more than `i` items of the kind.
                    let item = unsafe {
                        (*this.cast::<super::ArrayObject>()).ob_item.cast::<$item>().offset(i).read_unaligned()
                    };
                    let to: fn($item) -> Result<Obj> = $to;
                    to(item).map_or(null_mut(), Obj::into_ptr)
                })
            }
            unsafe extern "C" fn set(this: *mut PyObject, i: Py_ssize_t, value: *mut PyObject) -> c_int {
                slot::guard(-1, || {
                    // SAFETY: live objects. A negative index only checks the value; the conversion may run code that
                    // changes the array, so that the index is checked after it.
                    unsafe {
                        let from: fn(&Object) -> Result<$item> = $from;
                        let Ok(item) = from(Object::from_ptr(value)) else { return -1 };
                        let this = this.cast::<super::ArrayObject>();
                        if i >= 0 {
                            if i >= (*this).ob_base.ob_size {
                                let _ = err::index_error("array assignment index out of range");
                                return -1;
                            }
                            (*this).ob_item.cast::<$item>().offset(i).write_unaligned(item);
                        }
                        0
                    }
                })
            }
            Descriptor {
                typecode: $code as c_char,
                itemsize: core::mem::size_of::<$item>() as c_int,
                getitem: get,
                setitem: set,
                compare: $compare,
                format: $format.as_ptr(),
                is_integer: $integer,
                is_signed: $signed,
            }
        },)*];
    };
}

macro_rules! order {
    ($item:ty) => {
        Some(|a: &[u8], b: &[u8]| {
            let item = |bytes: &[u8]| {
                let mut raw = [0; core::mem::size_of::<$item>()];
                raw.copy_from_slice(bytes);
                <$item>::from_ne_bytes(raw)
            };
            item(a).cmp(&item(b))
        })
    };
}

descriptors! {
    b'b' c"b" i8, signed_byte, |x| long::from_i64(x.into()), order!(i8), 1 1;
    b'B' c"B" u8, unsigned_byte, |x| long::from_i64(x.into()), order!(u8), 1 0;
    b'u' c"w" u32, character, from_character, order!(u32), 0 0;
    b'h' c"h" i16, signed_short, |x| long::from_i64(x.into()), order!(i16), 1 1;
    b'H' c"H" u16, unsigned_short, |x| long::from_i64(x.into()), order!(u16), 1 0;
    b'i' c"i" i32, signed_int, |x| long::from_i64(x.into()), order!(i32), 1 1;
    b'I' c"I" u32, unsigned_int, |x| long::from_i64(x.into()), order!(u32), 1 0;
    b'l' c"l" i64, signed_long, long::from_i64, order!(i64), 1 1;
    b'L' c"L" u64, unsigned_long, long::from_u64, order!(u64), 1 0;
    b'q' c"q" i64, signed_long_long, long::from_i64, order!(i64), 1 1;
    b'Q' c"Q" u64, unsigned_long_long, long::from_u64, order!(u64), 1 0;
    b'f' c"f" f32, single, |x| float::from_f64(x.into()), None, 0 0;
    b'd' c"d" f64, float::as_f64, float::from_f64, None, 0 0;
}

/// The item at an index below the length.
#[inline]
pub fn get(array: &Array, i: usize) -> Result<Obj> {
    // SAFETY: callers keep `i` below the length.
    unsafe {
        Obj::from_owned_or_raised((array.descriptor().getitem)(array.object().as_ptr(), i as Py_ssize_t))
    }
}

/// Stores an item; an index of -1 only checks the value.
#[inline]
pub fn set(array: &Array, i: isize, value: &Object) -> Result<()> {
    // SAFETY: the function checks the index itself.
    match unsafe { (array.descriptor().setitem)(array.object().as_ptr(), i, value.as_ptr()) } {
        0 => Ok(()),
        _ => Err(krait_object::Raised::assume()),
    }
}
