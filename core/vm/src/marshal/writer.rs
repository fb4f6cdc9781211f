//! Writing.

use super::{MAX_DEPTH, tag};
use crate::code::Code;
use krait_abi::PyObject;
use krait_object::types::{bytes, complex, dict, exceptions, float, list, long, none, set, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err};
use std::collections::HashMap;

/// Why a value cannot be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Failure {
    /// A type that marshal does not know.
    Unmarshallable,
    /// Nested too deeply.
    TooDeep,
    /// An exception is set.
    Raised,
}

impl Failure {
    /// The exception for Python callers.
    pub fn raise(self) -> err::Raised {
        match self {
            Failure::Unmarshallable => err::value_error("unmarshallable object"),
            Failure::TooDeep => err::value_error("object too deeply nested to marshal"),
            Failure::Raised => err::Raised::assume(),
        }
    }
}

/// One value as bytes.
pub fn dumps(value: &Object, version: i32) -> Result<Obj> {
    let mut writer = Writer::new(version);
    writer.write(Some(value)).map_err(Failure::raise)?;
    bytes::from_slice(&writer.out)
}

/// A writer with the objects that were written.
pub struct Writer {
    /// What has been written.
    pub out: Vec<u8>,
    version: i32,
    depth: usize,
    /// Index of each object; the objects are kept alive so that addresses stay theirs.
    refs: HashMap<*mut PyObject, u32>,
    kept: Vec<Obj>,
}

type Written = core::result::Result<(), Failure>;

fn raised<T>(_: err::Raised) -> core::result::Result<T, Failure> {
    Err(Failure::Raised)
}

impl Writer {
    /// An empty writer.
    pub fn new(version: i32) -> Writer {
        Writer { out: Vec::new(), version, depth: 0, refs: HashMap::new(), kept: Vec::new() }
    }

    fn int(&mut self, value: i32) {
        self.out.extend(value.to_le_bytes());
    }

    fn size(&mut self, size: usize) -> Written {
        let size = i32::try_from(size).map_err(|_| Failure::Unmarshallable)?;
        self.int(size);
        Ok(())
    }

    /// Writes a value, or NULL.
    pub fn write(&mut self, value: Option<&Object>) -> Written {
        let Some(value) = value else {
            self.out.push(tag::NULL);
            return Ok(());
        };
        if self.depth >= MAX_DEPTH {
            return Err(Failure::TooDeep);
        }
        self.depth += 1;
        let result = self.value(value);
        self.depth -= 1;
        result
    }

    fn value(&mut self, value: &Object) -> Written {
        let simple = if value.is_none() {
            tag::NONE
        } else if value.is(exceptions::StopIteration()) {
            tag::STOP_ITERATION
        } else if value.is(none::ellipsis()) {
            tag::ELLIPSIS
        } else if krait_object::types::bool::check(value) {
            if value.as_ptr() == krait_object::types::bool::true_ptr() { tag::TRUE } else { tag::FALSE }
        } else {
            0
        };
        if simple != 0 {
            self.out.push(simple);
            return Ok(());
        }
        let Some(flag) = self.reference(value) else { return Ok(()) };
        self.complex_value(value, flag)
    }

    /// Writes a reference to an object that was written before (`None`), else says how to flag it.
    fn reference(&mut self, value: &Object) -> Option<u8> {
        if self.version < 3 || value.refcount() == 1 {
            return Some(0);
        }
        if let Some(index) = self.refs.get(&value.as_ptr()) {
            let index = *index;
            self.out.push(tag::REF);
            self.int(index as i32);
            return None;
        }
        self.refs.insert(value.as_ptr(), self.kept.len() as u32);
        self.kept.push(value.owned());
        Some(tag::FLAG_REF)
    }

    fn complex_value(&mut self, value: &Object, flag: u8) -> Written {
        if long::check_exact(value) {
            self.long(value, flag)
        } else if float::Float::is_exact(value) {
            let number = float::as_f64(value).or_else(raised)?;
            self.out.push(flag | if self.version > 1 { tag::BINARY_FLOAT } else { tag::FLOAT });
            self.float(number)
        } else if complex::Complex::is_exact(value) {
            let (real, imag) = complex::as_parts(value).or_else(raised)?;
            self.out.push(flag | if self.version > 1 { tag::BINARY_COMPLEX } else { tag::COMPLEX });
            self.float(real)?;
            self.float(imag)
        } else if bytes::Bytes::is_exact(value) {
            self.out.push(flag | tag::STRING);
            self.size(bytes::as_slice(value).len())?;
            self.out.extend(bytes::as_slice(value));
            Ok(())
        } else if unicode::check_exact(value) {
            self.text(value, flag)
        } else if tuple::check_exact(value) {
            self.tuple(value, flag)
        } else if let Some(list) = value.downcast_exact::<list::List>() {
            self.out.push(flag | tag::LIST);
            self.size(list.len())?;
            let mut index = 0;
            while let Some(item) = list.get(index) {
                self.write(Some(lent(item)))?;
                index += 1;
            }
            Ok(())
        } else if dict::check_exact(value) {
            self.dict(value, flag)
        } else if set::check_any_exact(value) {
            self.set(value, flag)
        } else if let Some(code) = value.downcast_exact::<Code>() {
            self.code(code, flag)
        } else {
            self.buffer(value, flag)
        }
    }

    fn long(&mut self, value: &Object, flag: u8) -> Written {
        if let Ok(Ok(small)) = long::as_i64_and_overflow(value)
            && let Ok(small) = i32::try_from(small)
        {
            self.out.push(flag | tag::INT);
            self.int(small);
            return Ok(());
        }
        self.out.push(flag | tag::LONG);
        // SAFETY: an exact int; its digits follow the head.
        let (negative, digits) = unsafe {
            let raw = value.as_ptr().cast::<krait_abi::PyLongObject>();
            let size = (*raw).ob_base.ob_size;
            let first = (&raw const (*raw).ob_digit).cast::<u32>();
            (size < 0, core::slice::from_raw_parts(first, size.unsigned_abs()))
        };
        let mut halves: Vec<u16> = Vec::with_capacity(2 * digits.len());
        for digit in digits {
            halves.push((digit & 0x7FFF) as u16);
            halves.push((digit >> 15) as u16);
        }
        while halves.last() == Some(&0) {
            halves.pop();
        }
        let count = i32::try_from(halves.len()).map_err(|_| Failure::Unmarshallable)?;
        self.int(if negative { -count } else { count });
        for half in halves {
            self.out.extend(half.to_le_bytes());
        }
        Ok(())
    }

    fn float(&mut self, number: f64) -> Written {
        if self.version > 1 {
            self.out.extend(number.to_le_bytes());
            return Ok(());
        }
        let mut text = Vec::new();
        krait_object::text::float::format_double(number, b'g', 17, 0, &mut text);
        self.out.push(text.len() as u8);
        self.out.extend(text);
        Ok(())
    }

    fn text(&mut self, value: &Object, flag: u8) -> Written {
        let interned = unicode::is_interned(value);
        if self.version >= 4
            && let unicode::Chars::Latin1(chars) = unicode::chars(value)
            && chars.is_ascii()
        {
            if chars.len() < 256 {
                self.out.push(flag | if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII });
                self.out.push(chars.len() as u8);
            } else {
                self.out.push(flag | if interned { tag::ASCII_INTERNED } else { tag::ASCII });
                self.size(chars.len())?;
            }
            self.out.extend(chars);
            return Ok(());
        }
        let encoded = unicode::encode(value, Some("utf-8"), Some("surrogatepass")).or_else(raised)?;
        self.out.push(flag | if self.version >= 3 && interned { tag::INTERNED } else { tag::UNICODE });
        self.size(bytes::as_slice(&encoded).len())?;
        self.out.extend(bytes::as_slice(&encoded));
        Ok(())
    }

    fn tuple(&mut self, value: &Object, flag: u8) -> Written {
        let items = tuple::items(value);
        if self.version >= 4 && items.len() < 256 {
            self.out.push(flag | tag::SMALL_TUPLE);
            self.out.push(items.len() as u8);
        } else {
            self.out.push(flag | tag::TUPLE);
            self.size(items.len())?;
        }
        for item in items {
            self.write(Some(item))?;
        }
        Ok(())
    }

    fn dict(&mut self, value: &Object, flag: u8) -> Written {
        self.out.push(flag | tag::DICT);
        let mut position = 0;
        while let Some((key, item)) = dict::next(value, &mut position) {
            self.write(Some(lent(key)))?;
            self.write(Some(lent(item)))?;
        }
        self.write(None)
    }

    fn set(&mut self, value: &Object, flag: u8) -> Written {
        let frozen = set::FrozenSet::is_exact(value);
        self.out.push(flag | if frozen { tag::FROZENSET } else { tag::SET });
        let mut items = Vec::new();
        let mut position = 0;
        while let Some((item, _)) = set::next(value, &mut position) {
            items.push(lent(item));
        }
        self.size(items.len())?;
        for item in items {
            self.write(Some(item))?;
        }
        Ok(())
    }

    fn code(&mut self, code: &Code, flag: u8) -> Written {
        self.out.push(flag | tag::CODE);
        // SAFETY: a live code object with checked fields.
        let raw = unsafe { &*code.as_raw() };
        for number in [
            raw.co_argcount,
            raw.co_posonlyargcount,
            raw.co_kwonlyargcount,
            raw.co_nlocals,
            raw.co_stacksize,
            raw.co_flags,
        ] {
            self.int(number);
        }
        for field in [
            raw.co_code,
            raw.co_consts,
            raw.co_names,
            raw.co_varnames,
            raw.co_freevars,
            raw.co_cellvars,
            raw.co_filename,
            raw.co_name,
        ] {
            // SAFETY: as above.
            self.write(Some(unsafe { Object::from_ptr(field) }))?;
        }
        self.int(raw.co_firstlineno);
        // SAFETY: as above.
        self.write(Some(unsafe { Object::from_ptr(raw.co_lnotab) }))
    }

    /// Anything with a buffer is written as bytes.
    fn buffer(&mut self, value: &Object, flag: u8) -> Written {
        if !krait_object::protocol::buffer::check(value) {
            self.out.push(b'?');
            return Err(Failure::Unmarshallable);
        }
        let Ok(buffer) = krait_object::protocol::buffer::Buffer::simple(value) else {
            err::clear();
            return Err(Failure::Unmarshallable);
        };
        self.out.push(flag | tag::STRING);
        self.size(buffer.as_slice().len())?;
        self.out.extend(buffer.as_slice());
        Ok(())
    }
}

/// An item that only its container holds, so that its reference count tells whether anything else refers to it.
fn lent<'a>(item: Obj) -> &'a Object {
    // SAFETY: the container holds the item, and writing changes no container: only buffer exporters run code of their own.
    unsafe { Object::from_ptr(item.as_ptr()) }
}
