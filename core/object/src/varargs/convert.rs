//! One argument: a format unit, a Python object, and the C variables it goes to.

use super::{Format, VaList};
use crate::err;
use crate::handle::Object;
use crate::protocol::buffer;
use crate::types::typeobject::Type;
use crate::types::{bytearray, bytes, complex, float, long, unicode};
use core::ffi::{
    c_char, c_int, c_long, c_longlong, c_short, c_uchar, c_uint, c_ulong, c_ulonglong, c_ushort, c_void,
};
use core::ptr::null_mut;
use krait_abi::*;

/// What failed: an exception that is set already, or "must be X" for the caller to complete.
pub enum Mismatch {
    /// An exception is set.
    Raised(err::Raised),
    /// The expectation, as "str" in "must be str, not int".
    Expected(&'static str),
    /// A complete message about the argument.
    Message(String),
}

impl From<err::Raised> for Mismatch {
    fn from(raised: err::Raised) -> Mismatch {
        Mismatch::Raised(raised)
    }
}

type Converted = core::result::Result<(), Mismatch>;

/// Things to undo when a later argument fails.
#[derive(Default)]
pub struct Cleanup {
    buffers: Vec<*mut Py_buffer>,
    memory: Vec<*mut *mut c_char>,
    converters: Vec<(Converter, *mut c_void)>,
}

/// An `O&` function.
pub type Converter = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;

impl Cleanup {
    /// Undoes everything.
    pub fn undo(&mut self) {
        // SAFETY: what was filled by the units of this call and has not been given to anybody.
        unsafe {
            for view in self.buffers.drain(..) {
                buffer::release(view);
            }
            for place in self.memory.drain(..) {
                crate::memory::mem_free((*place).cast());
                *place = null_mut();
            }
            for (converter, place) in self.converters.drain(..) {
                converter(null_mut(), place);
            }
        }
    }
}

/// Reads and writes of one conversion.
pub struct Unit<'a> {
    /// The format, behind the unit's letter.
    pub format: &'a mut Format,
    /// The C variables.
    pub va: &'a mut VaList,
    /// Whether `#` means `Py_ssize_t` (`PY_SSIZE_T_CLEAN`), else `int`.
    pub ssize: bool,
    /// What to undo on failure.
    pub cleanup: &'a mut Cleanup,
}

/// The name of a type in messages; None is called so.
pub fn shown(value: &Object) -> &str {
    if value.is_none() { "None" } else { value.class_of().name() }
}

impl Unit<'_> {
    /// Converts one object by the unit `letter`.
    ///
    /// # Safety
    /// The C variables match the unit.
    pub unsafe fn convert(&mut self, letter: u8, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            match letter {
                b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'n' | b'l' | b'k' | b'L' | b'K' => {
                    self.integer(letter, value)
                }
                b'f' => {
                    let number = float::as_f64(value)?;
                    *self.va.pointer::<f32>() = number as f32;
                    Ok(())
                }
                b'd' => {
                    let number = float::as_f64(value)?;
                    *self.va.pointer::<f64>() = number;
                    Ok(())
                }
                b'D' => {
                    let (real, imag) = complex::as_parts(value)?;
                    *self.va.pointer::<Py_complex>() = Py_complex { real, imag };
                    Ok(())
                }
                b'c' => self.byte(value),
                b'C' => self.character(value),
                b'p' => {
                    let truth = crate::protocol::object::is_true(value)?;
                    *self.va.pointer::<c_int>() = c_int::from(truth);
                    Ok(())
                }
                b'y' => self.bytes(value),
                b's' | b'z' => self.text(letter == b'z', value),
                b'u' | b'Z' => self.wide(letter == b'Z', value),
                b'e' => self.encoded(value),
                b'S' => self.exact_object(value, bytes::check(value), "bytes"),
                b'Y' => self.exact_object(value, bytearray::check(value), "bytearray"),
                b'U' => self.exact_object(value, unicode::check(value), "str"),
                b'O' => self.object(value),
                b'w' => self.writable(value),
                _ => Err(Mismatch::Message("(impossible<bad format char>)".to_owned())),
            }
        }
    }

    unsafe fn integer(&mut self, letter: u8, value: &Object) -> Converted {
        if !matches!(letter, b'k' | b'K') {
            crate::args::refuse_float(value)?;
        }
        // SAFETY: the caller's promise.
        unsafe {
            match letter {
                b'b' => {
                    let number = long::as_long(value)?;
                    if number < 0 {
                        return Err(err::overflow_error("unsigned byte integer is less than minimum").into());
                    }
                    if number > 255 {
                        return Err(
                            err::overflow_error("unsigned byte integer is greater than maximum").into()
                        );
                    }
                    *self.va.pointer::<c_uchar>() = number as c_uchar;
                }
                b'B' => *self.va.pointer::<c_uchar>() = long::as_u64_mask(value)? as c_uchar,
                b'h' => {
                    let number = long::as_long(value)?;
                    if number < i64::from(c_short::MIN) {
                        return Err(err::overflow_error("signed short integer is less than minimum").into());
                    }
                    if number > i64::from(c_short::MAX) {
                        return Err(
                            err::overflow_error("signed short integer is greater than maximum").into()
                        );
                    }
                    *self.va.pointer::<c_short>() = number as c_short;
                }
                b'H' => *self.va.pointer::<c_ushort>() = long::as_u64_mask(value)? as c_ushort,
                b'i' => {
                    let number = long::as_long(value)?;
                    if number > i64::from(c_int::MAX) {
                        return Err(err::overflow_error("signed integer is greater than maximum").into());
                    }
                    if number < i64::from(c_int::MIN) {
                        return Err(err::overflow_error("signed integer is less than minimum").into());
                    }
                    *self.va.pointer::<c_int>() = number as c_int;
                }
                b'I' => *self.va.pointer::<c_uint>() = long::as_u64_mask(value)? as c_uint,
                b'n' => {
                    let index = crate::protocol::number::index(value)?;
                    *self.va.pointer::<Py_ssize_t>() = long::as_isize(&index)?;
                }
                b'l' => *self.va.pointer::<c_long>() = long::as_long(value)? as c_long,
                b'L' => *self.va.pointer::<c_longlong>() = long::as_i64(value)?,
                _ => {
                    if !long::check(value) {
                        return Err(Mismatch::Expected("int"));
                    }
                    let number = long::as_u64_mask(value)?;
                    if letter == b'k' {
                        *self.va.pointer::<c_ulong>() = number as c_ulong;
                    } else {
                        *self.va.pointer::<c_ulonglong>() = number;
                    }
                }
            }
            Ok(())
        }
    }

    unsafe fn byte(&mut self, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            let only = if bytes::check(value) {
                if let [only] = bytes::as_slice(value) { Some(*only) } else { None }
            } else if bytearray::check(value) {
                if let [only] = bytearray::as_slice(value) { Some(*only) } else { None }
            } else {
                None
            };
            let Some(only) = only else { return Err(Mismatch::Expected("a byte string of length 1")) };
            *self.va.pointer::<c_uchar>() = only;
            Ok(())
        }
    }

    unsafe fn character(&mut self, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            if !unicode::check(value) || unicode::len(value) != 1 {
                return Err(Mismatch::Expected("a unicode character"));
            }
            *self.va.pointer::<c_int>() = unicode::char_at(value, 0) as c_int;
            Ok(())
        }
    }

    /// The length variable of a `#` unit.
    unsafe fn store_length(&mut self, length: usize) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            if self.ssize {
                *self.va.pointer::<Py_ssize_t>() = length as Py_ssize_t;
                return Ok(());
            }
            err::warn(
                crate::types::exceptions::DeprecationWarning(),
                "PY_SSIZE_T_CLEAN will be required for '#' formats",
                1,
            )?;
            let length =
                c_int::try_from(length).map_err(|_| err::overflow_error("size does not fit in an int"))?;
            *self.va.pointer::<c_int>() = length;
            Ok(())
        }
    }

    unsafe fn fill_buffer(&mut self, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            let view = self.va.pointer::<Py_buffer>();
            self.fill_view(value, view)
        }
    }

    unsafe fn fill_view(&mut self, value: &Object, view: *mut Py_buffer) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            buffer::get_buffer(value, view, PyBUF_SIMPLE as c_int)?;
            if (*view).readonly == 0 && !buffer::is_contiguous(&*view, b'C') {
                buffer::release(view);
                return Err(Mismatch::Expected("contiguous buffer"));
            }
            self.cleanup.buffers.push(view);
            Ok(())
        }
    }

    /// The memory of an object whose buffer cannot move (`y`, `s#` of bytes): held without a release.
    unsafe fn borrowed_bytes(
        &mut self,
        value: &Object,
    ) -> core::result::Result<(*const u8, usize), Mismatch> {
        // SAFETY: the caller's promise.
        unsafe {
            if bytes::check(value) {
                let slice = bytes::as_slice(value);
                return Ok((slice.as_ptr(), slice.len()));
            }
            let procs = (*value.type_ptr()).tp_as_buffer;
            if !procs.is_null() && (*procs).bf_releasebuffer.is_some() {
                return Err(Mismatch::Expected("read-only bytes-like object"));
            }
            let mut view: Py_buffer = core::mem::zeroed();
            buffer::get_buffer(value, &mut view, PyBUF_SIMPLE as c_int)?;
            let found = (view.buf.cast::<u8>().cast_const(), view.len as usize);
            buffer::release(&mut view);
            Ok(found)
        }
    }

    unsafe fn bytes(&mut self, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            if self.format.accept(b'*') {
                return self.fill_buffer(value);
            }
            let place = self.va.pointer::<*const u8>();
            let (pointer, length) = self.borrowed_bytes(value)?;
            *place = pointer;
            if self.format.accept(b'#') {
                return self.store_length(length);
            }
            if core::slice::from_raw_parts(pointer, length).contains(&0) {
                return Err(err::value_error("embedded null byte").into());
            }
            Ok(())
        }
    }

    unsafe fn text(&mut self, optional: bool, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            if self.format.accept(b'*') {
                let view = self.va.pointer::<Py_buffer>();
                if optional && value.is_none() {
                    return fill_info(view, None, null_mut(), 0);
                }
                if unicode::check(value) {
                    let text = unicode::as_utf8(value)?;
                    fill_info(view, Some(value), text.as_ptr().cast_mut().cast(), text.len())?;
                    self.cleanup.buffers.push(view);
                    return Ok(());
                }
                return self.fill_view(value, view);
            }
            let place = self.va.pointer::<*const u8>();
            let sized = self.format.accept(b'#');
            if optional && value.is_none() {
                *place = core::ptr::null();
                return if sized { self.store_length(0) } else { Ok(()) };
            }
            if unicode::check(value) {
                let text = unicode::as_utf8(value)?;
                *place = text.as_ptr();
                if sized {
                    return self.store_length(text.len());
                }
                if text.as_bytes().contains(&0) {
                    return Err(err::value_error("embedded null character").into());
                }
                return Ok(());
            }
            if sized {
                let (pointer, length) = self.borrowed_bytes(value)?;
                *place = pointer;
                return self.store_length(length);
            }
            Err(Mismatch::Expected(if optional { "str or None" } else { "str" }))
        }
    }

    unsafe fn wide(&mut self, optional: bool, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            let place = self.va.pointer::<*const wchar_t>();
            let sized = self.format.accept(b'#');
            if optional && value.is_none() {
                *place = core::ptr::null();
                return if sized { self.store_length(0) } else { Ok(()) };
            }
            if !unicode::check(value) {
                return Err(Mismatch::Expected(if optional { "str or None" } else { "str" }));
            }
            let (pointer, length) = unicode::as_unicode_and_size(value)?;
            let length = length as usize;
            *place = pointer;
            if sized {
                return self.store_length(length);
            }
            if core::slice::from_raw_parts(pointer, length).contains(&0) {
                return Err(err::value_error("embedded null character").into());
            }
            Ok(())
        }
    }

    /// `es`, `et`, with `#` for a caller's buffer or a length.
    unsafe fn encoded(&mut self, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            let encoding = self.va.pointer::<c_char>();
            let recode = match self.format.next() {
                b's' => true,
                b't' => false,
                _ => return Err(Mismatch::Message("(unknown parser marker combination)".to_owned())),
            };
            let place = self.va.pointer::<*mut c_char>();
            let sized = self.format.accept(b'#');
            let length_place = if sized { self.va.pointer::<c_void>() } else { null_mut() };
            let held;
            let data: &[u8] = if !recode && bytes::check(value) {
                bytes::as_slice(value)
            } else if !recode && bytearray::check(value) {
                bytearray::as_slice(value)
            } else if unicode::check(value) {
                let name = if encoding.is_null() {
                    "utf-8"
                } else {
                    core::ffi::CStr::from_ptr(encoding).to_str().unwrap_or("")
                };
                held = unicode::encode(value, Some(name), None)?;
                if !bytes::check(&held) {
                    return Err(Mismatch::Message("(encoder failed to return bytes)".to_owned()));
                }
                bytes::as_slice(&held)
            } else {
                return Err(Mismatch::Expected(if recode { "str" } else { "str, bytes or bytearray" }));
            };
            if !sized && data.contains(&0) {
                return Err(Mismatch::Expected("encoded string without null bytes"));
            }
            self.store_encoded(data, place, length_place)
        }
    }

    unsafe fn store_encoded(
        &mut self,
        data: &[u8],
        place: *mut *mut c_char,
        length: *mut c_void,
    ) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            let capacity = if length.is_null() {
                None
            } else if self.ssize {
                Some(*length.cast::<Py_ssize_t>())
            } else {
                Some(*length.cast::<c_int>() as Py_ssize_t)
            };
            let own = length.is_null() || (*place).is_null();
            if own {
                *place = crate::memory::mem_malloc(data.len() + 1).cast();
                if (*place).is_null() {
                    return Err(err::no_memory().into());
                }
                self.cleanup.memory.push(place);
            } else if data.len() as Py_ssize_t + 1 > capacity.unwrap_or(0) {
                return Err(err::value_error(format_args!(
                    "encoded string too long ({}, maximum length {})",
                    data.len(),
                    capacity.unwrap_or(0) - 1
                ))
                .into());
            }
            core::ptr::copy_nonoverlapping(data.as_ptr(), (*place).cast(), data.len());
            *(*place).add(data.len()) = 0;
            if !length.is_null() {
                if self.ssize {
                    *length.cast::<Py_ssize_t>() = data.len() as Py_ssize_t;
                } else {
                    *length.cast::<c_int>() = data.len() as c_int;
                }
            }
            Ok(())
        }
    }

    unsafe fn exact_object(&mut self, value: &Object, fits: bool, expected: &'static str) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            let place = self.va.pointer::<*mut PyObject>();
            if !fits {
                return Err(Mismatch::Expected(expected));
            }
            *place = value.as_ptr();
            Ok(())
        }
    }

    unsafe fn object(&mut self, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            if self.format.accept(b'!') {
                let class = Type::from_raw(self.va.pointer::<PyTypeObject>());
                let place = self.va.pointer::<*mut PyObject>();
                if !value.is_instance_of(class) {
                    return Err(Mismatch::Message(format!("must be {}, not {}", class.name(), shown(value))));
                }
                *place = value.as_ptr();
                return Ok(());
            }
            if self.format.accept(b'&') {
                let converter = self.va.pointer::<c_void>();
                let place = self.va.pointer::<c_void>();
                let converter: Converter = core::mem::transmute(converter);
                let result = converter(value.as_ptr(), place);
                if result == 0 {
                    return match err::occurred() {
                        Some(_) => Err(Mismatch::Raised(err::Raised::assume())),
                        None => Err(Mismatch::Message("(unspecified)".to_owned())),
                    };
                }
                if result == Py_CLEANUP_SUPPORTED {
                    self.cleanup.converters.push((converter, place));
                }
                return Ok(());
            }
            *self.va.pointer::<*mut PyObject>() = value.as_ptr();
            Ok(())
        }
    }

    unsafe fn writable(&mut self, value: &Object) -> Converted {
        // SAFETY: the caller's promise.
        unsafe {
            if !self.format.accept(b'*') {
                return Err(Mismatch::Message("(invalid use of 'w' format character)".to_owned()));
            }
            let view = self.va.pointer::<Py_buffer>();
            if buffer::get_buffer(value, view, PyBUF_WRITABLE as c_int).is_err() {
                err::clear();
                return Err(Mismatch::Expected("read-write bytes-like object"));
            }
            if !buffer::is_contiguous(&*view, b'C') {
                buffer::release(view);
                return Err(Mismatch::Expected("contiguous buffer"));
            }
            self.cleanup.buffers.push(view);
            Ok(())
        }
    }

    /// Steps over the C variables of a unit without an argument.
    ///
    /// # Safety
    /// The C variables match the unit.
    pub unsafe fn skip(&mut self, letter: u8) -> bool {
        // SAFETY: the caller's promise.
        unsafe {
            match letter {
                b'e' => {
                    self.va.word();
                    if !matches!(self.format.next(), b's' | b't') {
                        return false;
                    }
                    self.va.word();
                    if self.format.accept(b'#') {
                        self.va.word();
                    }
                }
                b'u' | b'Z' => {
                    self.va.word();
                    if self.format.accept(b'#') {
                        self.va.word();
                    }
                }
                b's' | b'z' | b'y' | b'w' => {
                    self.va.word();
                    if self.format.accept(b'#') {
                        self.va.word();
                    } else {
                        self.format.accept(b'*');
                    }
                }
                b'O' => {
                    if self.format.accept(b'!') || self.format.accept(b'&') {
                        self.va.word();
                    }
                    self.va.word();
                }
                b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'k' | b'L' | b'K' | b'n' | b'f' | b'd'
                | b'D' | b'c' | b'C' | b'p' | b'S' | b'Y' | b'U' => {
                    self.va.word();
                }
                _ => return false,
            }
            true
        }
    }
}

/// What `O&` functions return to be called again with NULL when a later argument fails.
const Py_CLEANUP_SUPPORTED: c_int = 0x20000;

/// `PyBuffer_FillInfo` for memory that belongs to `owner`.
unsafe fn fill_info(
    view: *mut Py_buffer,
    owner: Option<&Object>,
    memory: *mut c_void,
    length: usize,
) -> Converted {
    // SAFETY: the caller's promise.
    unsafe { buffer::fill_info(view, owner, memory, length as Py_ssize_t, true, 0).map_err(Mismatch::Raised) }
}
