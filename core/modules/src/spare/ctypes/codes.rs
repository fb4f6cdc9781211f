//! The simple types: how each letter is stored and loaded.
//!
//! A size above 16 bits means a bit field: the low half is its first bit, the high half the number of its bits.

use core::ffi::{c_char, c_void};
use krait_abi::wchar_t;
use krait_object::protocol::object;
use krait_object::types::{bool, bytearray, bytes, capsule, float, long, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err};
use libffi_sys::*;

/// Stores a value; the result is what has to be kept alive for it, or None.
pub type Setter = unsafe fn(*mut u8, &Object, usize) -> Result<Obj>;
/// Loads a value.
pub type Getter = unsafe fn(*const u8, usize) -> Result<Obj>;

/// One simple type.
#[derive(Clone, Copy)]
pub struct Code {
    pub letter: u8,
    pub set: Setter,
    pub get: Getter,
    /// For memory of the other byte order.
    pub swapped: Option<(Setter, Getter)>,
}

/// The letters that there are.
pub const LETTERS: &str = "cbBhHiIlLdfuzZqQPXOv?g";

impl Code {
    /// The type of a letter; `s` and `U` are arrays of `c` and `u` in structures.
    pub fn find(letter: u8) -> Option<Code> {
        fn integer<T: Integer>(letter: u8) -> Code {
            let swapped: (Setter, Getter) = (set_integer::<T, true>, get_integer::<T, true>);
            Code {
                letter,
                set: set_integer::<T, false>,
                get: get_integer::<T, false>,
                swapped: Some(swapped),
            }
        }
        let plain = |set: Setter, get: Getter| Code { letter, set, get, swapped: None };
        Some(match letter {
            b'b' => integer::<i8>(letter),
            b'B' => integer::<u8>(letter),
            b'h' => integer::<i16>(letter),
            b'H' => integer::<u16>(letter),
            b'i' => integer::<i32>(letter),
            b'I' => integer::<u32>(letter),
            b'l' | b'q' => integer::<i64>(letter),
            b'L' | b'Q' => integer::<u64>(letter),
            b'd' => Code {
                letter,
                set: set_double::<false>,
                get: get_double::<false>,
                swapped: Some((set_double::<true>, get_double::<true>)),
            },
            b'f' => Code {
                letter,
                set: set_float::<false>,
                get: get_float::<false>,
                swapped: Some((set_float::<true>, get_float::<true>)),
            },
            b'g' => plain(set_long_double, get_long_double),
            b'c' => Code { letter, set: set_char, get: get_char, swapped: Some((set_char, get_char)) },
            b'u' => plain(set_wide, get_wide),
            b's' => plain(set_chars, get_chars),
            b'U' => plain(set_wides, get_wides),
            b'z' => plain(set_char_pointer, get_char_pointer),
            b'Z' => plain(set_wide_pointer, get_wide_pointer),
            b'P' => plain(set_pointer, get_pointer),
            b'O' => plain(set_object, get_object),
            b'?' => plain(set_bool, get_bool),
            b'v' => plain(set_variant_bool, get_variant_bool),
            _ => return None,
        })
    }

    /// How libffi passes it.
    pub fn ffi(self) -> *mut ffi_type {
        match self.letter {
            b'b' | b'c' => &raw mut ffi_type_sint8,
            b'B' | b'?' => &raw mut ffi_type_uint8,
            b'h' | b'v' => &raw mut ffi_type_sint16,
            b'H' => &raw mut ffi_type_uint16,
            b'i' | b'u' => &raw mut ffi_type_sint32,
            b'I' => &raw mut ffi_type_uint32,
            b'l' | b'q' => &raw mut ffi_type_sint64,
            b'L' | b'Q' => &raw mut ffi_type_uint64,
            b'd' => &raw mut ffi_type_double,
            b'f' => &raw mut ffi_type_float,
            b'g' => &raw mut ffi_type_longdouble,
            _ => &raw mut ffi_type_pointer,
        }
    }

    /// The letter in formats of buffers.
    pub fn format_letter(self) -> u8 {
        match self.letter {
            b'l' => b'q',
            b'L' => b'Q',
            letter => letter,
        }
    }

    /// The same for memory of the other byte order.
    pub fn other_order(self) -> Option<Code> {
        self.swapped.map(|(set, get)| Code { set, get, ..self })
    }

    /// Whether instances hold an address.
    pub fn is_pointer(self) -> bool {
        matches!(self.letter, b'z' | b'Z' | b'P' | b'O')
    }
}

fn nothing() -> Result<Obj> {
    Ok(none::none().owned())
}

// ---- integers ----

/// C's integers, as far as storing and loading needs them.
trait Integer: Copy {
    const BITS: usize = size_of::<Self>() * 8;
    fn truncate(value: u64) -> Self;
    fn widen(self) -> u64;
    fn swap(self) -> Self;
    /// The bits from `low` on, extended by sign where there is one.
    fn extract(self, low: usize, bits: usize) -> Self;
    fn to_object(self) -> Result<Obj>;
}

macro_rules! integers {
    ($($name:ident $from:ident as $wide:ty),*) => {$(
        impl Integer for $name {
            fn truncate(value: u64) -> Self { value as $name }
            fn widen(self) -> u64 { self as u64 }
            fn swap(self) -> Self { self.swap_bytes() }
            fn extract(self, low: usize, bits: usize) -> Self {
                // Narrow numbers are shifted as C's int; bits out of reach count as zeros.
                let count = (<Self as Integer>::BITS as u32).wrapping_sub((low + bits) as u32);
                let shifted = if <Self as Integer>::BITS == 64 {
                    (self as u64).wrapping_shl(count) as $name
                } else {
                    (self as u32).wrapping_shl(count) as $name
                };
                shifted >> (<Self as Integer>::BITS - bits)
            }
            fn to_object(self) -> Result<Obj> { long::$from(self as $wide) }
        }
    )*};
}
integers!(i8 from_i64 as i64, u8 from_u64 as u64, i16 from_i64 as i64, u16 from_u64 as u64,
    i32 from_i64 as i64, u32 from_u64 as u64, i64 from_i64 as i64, u64 from_u64 as u64);

unsafe fn set_integer<T: Integer, const SWAP: bool>(
    ptr: *mut u8,
    value: &Object,
    size: usize,
) -> Result<Obj> {
    if float::check(value) {
        let name = value.class_of().name();
        return Err(err::type_error(format_args!("int expected instead of {name} instance")));
    }
    let mut new = long::as_unsigned_long_long_mask(value)?;
    let order = |value: T| if SWAP { value.swap() } else { value };
    // SAFETY: the caller's memory holds a T.
    unsafe {
        let (bits, low) = (size >> 16, size & 0xffff);
        if bits != 0 {
            let mask = (u64::MAX >> (64 - bits)) << low;
            let old = order(ptr.cast::<T>().read_unaligned()).widen();
            new = old & !mask | new << low & mask;
        }
        ptr.cast::<T>().write_unaligned(order(T::truncate(new)));
    }
    nothing()
}

unsafe fn get_integer<T: Integer, const SWAP: bool>(ptr: *const u8, size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a T.
    let mut value = unsafe { ptr.cast::<T>().read_unaligned() };
    if SWAP {
        value = value.swap();
    }
    let (bits, low) = (size >> 16, size & 0xffff);
    if bits != 0 { value.extract(low, bits) } else { value }.to_object()
}

unsafe fn set_bool(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    let value = object::is_true(value)?;
    // SAFETY: the caller's memory holds a byte.
    unsafe { *ptr = u8::from(value) };
    nothing()
}

unsafe fn get_bool(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a byte.
    Ok(bool::from_bool(unsafe { *ptr } != 0))
}

/// All bits set stand for true.
unsafe fn set_variant_bool(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    let value = -i16::from(object::is_true(value)?);
    // SAFETY: the caller's memory holds a short.
    unsafe { ptr.cast::<i16>().write_unaligned(value) };
    nothing()
}

unsafe fn get_variant_bool(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a short.
    Ok(bool::from_bool(unsafe { ptr.cast::<i16>().read_unaligned() } != 0))
}

// ---- floats ----

unsafe fn set_double<const SWAP: bool>(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    let mut bytes = float::as_f64(value)?.to_ne_bytes();
    if SWAP {
        bytes.reverse();
    }
    // SAFETY: the caller's memory holds a double.
    unsafe { ptr.cast::<[u8; 8]>().write_unaligned(bytes) };
    nothing()
}

unsafe fn get_double<const SWAP: bool>(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a double.
    let mut bytes = unsafe { ptr.cast::<[u8; 8]>().read_unaligned() };
    if SWAP {
        bytes.reverse();
    }
    float::from_f64(f64::from_ne_bytes(bytes))
}

unsafe fn set_float<const SWAP: bool>(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    let mut bytes = (float::as_f64(value)? as f32).to_ne_bytes();
    if SWAP {
        bytes.reverse();
    }
    // SAFETY: the caller's memory holds a float.
    unsafe { ptr.cast::<[u8; 4]>().write_unaligned(bytes) };
    nothing()
}

unsafe fn get_float<const SWAP: bool>(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a float.
    let mut bytes = unsafe { ptr.cast::<[u8; 4]>().read_unaligned() };
    if SWAP {
        bytes.reverse();
    }
    float::from_f64(f32::from_ne_bytes(bytes).into())
}

/// The x87 format: 64 bits of significand with its leading one, 15 of exponent, one of sign.
unsafe fn set_long_double(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    let bits = float::as_f64(value)?.to_bits();
    let (sign, exponent, fraction) =
        ((bits >> 63) as u16, (bits >> 52 & 0x7ff) as u16, bits & ((1 << 52) - 1));
    let (exponent, significand) = match (exponent, fraction) {
        (0, 0) => (0, 0),
        (0, fraction) => {
            let shift = fraction.leading_zeros();
            (16383 - 1011 - shift as u16, fraction << shift)
        }
        (0x7ff, fraction) => (0x7fff, 1 << 63 | fraction << 11),
        (exponent, fraction) => (exponent + (16383 - 1023), 1 << 63 | fraction << 11),
    };
    // SAFETY: the caller's memory holds 16 bytes, of which 10 count.
    unsafe {
        ptr.cast::<u64>().write_unaligned(significand);
        ptr.add(8).cast::<u64>().write_unaligned(u64::from(sign << 15 | exponent));
    }
    nothing()
}

unsafe fn get_long_double(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds 16 bytes.
    let (significand, top) =
        unsafe { (ptr.cast::<u64>().read_unaligned(), ptr.add(8).cast::<u16>().read_unaligned()) };
    let magnitude = match (top & 0x7fff, significand) {
        (0x7fff, 0x8000_0000_0000_0000) => f64::INFINITY,
        (0x7fff, _) => f64::NAN,
        // Two steps, for the power alone may be out of range.
        (exponent, _) => {
            let power = i32::from(exponent) - 16383 - 63;
            let half = power / 2;
            significand as f64 * 2f64.powi(half.max(-1000)) * 2f64.powi((power - half).max(-1000))
        }
    };
    float::from_f64(if top >> 15 != 0 { -magnitude } else { magnitude })
}

// ---- characters ----

unsafe fn set_char(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    let byte = if bytes::check(value) {
        Some(bytes::as_slice(value)).filter(|content| content.len() == 1).map(|content| content[0])
    } else if let Some(array) = value.downcast::<bytearray::ByteArray>() {
        let content = krait_object::protocol::buffer::Buffer::simple(array.object())?;
        Some(content.as_slice()).filter(|content| content.len() == 1).map(|content| content[0])
    } else if long::check(value) {
        long::as_i64_opt(value).and_then(|value| u8::try_from(value).ok())
    } else {
        None
    };
    let Some(byte) = byte else {
        return Err(err::type_error("one character bytes, bytearray or integer expected"));
    };
    // SAFETY: the caller's memory holds a byte.
    unsafe { *ptr = byte };
    nothing()
}

unsafe fn get_char(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a byte.
    bytes::from_slice(&[unsafe { *ptr }])
}

#[cold]
fn text_expected(value: &Object) -> krait_object::Raised {
    err::type_error(format_args!("unicode string expected instead of {} instance", value.class_of().name()))
}

unsafe fn set_wide(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    if !unicode::check(value) {
        return Err(text_expected(value));
    }
    if unicode::len(value) != 1 {
        return Err(err::type_error("one character unicode string expected"));
    }
    // SAFETY: the caller's memory holds a wide character.
    unsafe { ptr.cast::<u32>().write_unaligned(unicode::char_at(value, 0)) };
    nothing()
}

unsafe fn get_wide(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a wide character.
    unsafe { unicode::from_wide_char(ptr.cast::<wchar_t>(), 1) }
}

/// Text as wide characters, without a NUL at the end.
pub fn wide_text(value: &Object) -> Vec<u32> {
    unicode::chars(value).iter().collect()
}

unsafe fn set_wides(ptr: *mut u8, value: &Object, size: usize) -> Result<Obj> {
    if !unicode::check(value) {
        return Err(text_expected(value));
    }
    let (text, room) = (wide_text(value), size / size_of::<wchar_t>());
    if text.len() > room {
        return Err(err::value_error(format_args!(
            "string too long ({}, maximum length {room})",
            text.len()
        )));
    }
    // SAFETY: the caller's memory has that room.
    unsafe {
        core::ptr::copy_nonoverlapping(text.as_ptr().cast::<u8>(), ptr, text.len() * 4);
        if text.len() < room {
            ptr.cast::<u32>().add(text.len()).write_unaligned(0);
        }
    }
    Ok(value.owned())
}

unsafe fn get_wides(ptr: *const u8, size: usize) -> Result<Obj> {
    let room = size / size_of::<wchar_t>();
    // SAFETY: the caller's memory has that room.
    unsafe {
        let length = (0..room).find(|i| ptr.cast::<u32>().add(*i).read_unaligned() == 0).unwrap_or(room);
        unicode::from_wide_char(ptr.cast::<wchar_t>(), length as isize)
    }
}

unsafe fn set_chars(ptr: *mut u8, value: &Object, size: usize) -> Result<Obj> {
    if !bytes::check(value) {
        let name = value.class_of().name();
        return Err(err::type_error(format_args!("expected bytes, {name} found")));
    }
    let content = bytes::as_slice(value);
    let length = content.iter().position(|byte| *byte == 0).unwrap_or(content.len());
    if length > size {
        return Err(err::value_error(format_args!("bytes too long ({length}, maximum length {size})")));
    }
    // SAFETY: the caller's memory has that room.
    unsafe {
        core::ptr::copy_nonoverlapping(content.as_ptr(), ptr, length);
        if length < size {
            *ptr.add(length) = 0;
        }
    }
    nothing()
}

unsafe fn get_chars(ptr: *const u8, size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory has that room.
    let content = unsafe { core::slice::from_raw_parts(ptr, size) };
    bytes::from_slice(content.split(|byte| *byte == 0).next().unwrap_or_default())
}

// ---- addresses ----

unsafe fn store(ptr: *mut u8, address: *const c_void) {
    // SAFETY: the caller's memory holds a pointer.
    unsafe { ptr.cast::<*const c_void>().write_unaligned(address) }
}

/// The pointer in a piece of memory.
///
/// # Safety
/// The memory holds a pointer.
pub unsafe fn load(ptr: *const u8) -> *mut c_void {
    // SAFETY: the caller's promise.
    unsafe { ptr.cast::<*mut c_void>().read_unaligned() }
}

/// Stores None as NULL and an int as an address; false for anything else.
unsafe fn store_address(ptr: *mut u8, value: &Object) -> Result<bool> {
    let address = if value.is_none() {
        0
    } else if long::check(value) {
        long::as_unsigned_long_mask(value)?
    } else {
        return Ok(false);
    };
    // SAFETY: the caller's memory holds a pointer.
    unsafe { store(ptr, address as *const c_void) };
    Ok(true)
}

unsafe fn set_char_pointer(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a pointer; the bytes are kept alive by who gets the result.
    unsafe {
        if bytes::check(value) {
            store(ptr, bytes::as_slice(value).as_ptr().cast());
            return Ok(value.owned());
        }
        if store_address(ptr, value)? {
            return nothing();
        }
    }
    let name = value.class_of().name();
    Err(err::type_error(format_args!("bytes or integer address expected instead of {name} instance")))
}

unsafe fn get_char_pointer(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds NULL or the address of a C string.
    unsafe {
        let text = load(ptr).cast::<c_char>();
        if text.is_null() {
            return nothing();
        }
        bytes::from_slice(core::ffi::CStr::from_ptr(text).to_bytes())
    }
}

const WIDE_BUFFER: &core::ffi::CStr = c"_ctypes/cfield.c wchar_t buffer from unicode";

/// Wide characters with a NUL behind them, and the capsule that owns them.
pub fn wide_buffer(value: &Object) -> Result<(*mut wchar_t, Obj)> {
    unsafe extern "C" fn free(capsule: *mut krait_abi::PyObject) {
        // SAFETY: the capsule holds a buffer of PyMem.
        unsafe {
            if let Ok(buffer) = capsule::get_pointer(Object::from_ptr(capsule), WIDE_BUFFER.as_ptr()) {
                krait_object::memory::mem_free(buffer);
            }
        }
    }
    let (buffer, _) = unicode::as_wide_char_string(value, true)?;
    // SAFETY: a static name; the buffer moves into the capsule.
    let capsule = unsafe { capsule::new(buffer.cast(), WIDE_BUFFER.as_ptr(), Some(free))? };
    Ok((buffer, capsule))
}

unsafe fn set_wide_pointer(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a pointer; the buffer is kept alive by who gets the result.
    unsafe {
        if store_address(ptr, value)? {
            return nothing();
        }
        if unicode::check(value) {
            let (buffer, keep) = wide_buffer(value)?;
            store(ptr, buffer.cast());
            return Ok(keep);
        }
    }
    let name = value.class_of().name();
    Err(err::type_error(format_args!(
        "unicode string or integer address expected instead of {name} instance"
    )))
}

unsafe fn get_wide_pointer(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds NULL or the address of a wide string.
    unsafe {
        let text = load(ptr).cast::<wchar_t>();
        if text.is_null() { nothing() } else { unicode::from_wide_char(text, -1) }
    }
}

unsafe fn set_pointer(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a pointer.
    if unsafe { store_address(ptr, value)? } {
        return nothing();
    }
    Err(err::type_error("cannot be converted to pointer"))
}

unsafe fn get_pointer(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a pointer.
    let address = unsafe { load(ptr) };
    if address.is_null() { nothing() } else { long::from_void_ptr(address) }
}

unsafe fn set_object(ptr: *mut u8, value: &Object, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds a pointer.
    unsafe { store(ptr, value.as_ptr().cast()) };
    Ok(value.owned())
}

unsafe fn get_object(ptr: *const u8, _size: usize) -> Result<Obj> {
    // SAFETY: the caller's memory holds NULL or a live object.
    unsafe {
        match Object::from_ptr_opt(load(ptr).cast()) {
            Some(object) => Ok(object.owned()),
            None => Err(err::value_error("PyObject is NULL")),
        }
    }
}

/// Whether the class of the object is that of `bytes`, for which an array of characters will do.
pub fn is_letter(info: &super::info::Info, letter: u8) -> bool {
    info.letter() == Some(letter)
}
