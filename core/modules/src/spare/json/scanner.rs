//! `_json.Scanner`: reads one JSON value.

use super::{check_str, decode_error, text};
use core::ffi::{c_char, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, object};
use krait_object::text::Unit;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool, dict, float, list, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, heap_type, members, method, payload_class, slot, state,
};
use std::collections::HashMap;

/// A scanner with the settings of a decoder.
#[repr(C)]
pub(super) struct Scanner {
    head: Head,
    strict: c_char,
    object_hook: ObjCell,
    object_pairs_hook: ObjCell,
    parse_float: ObjCell,
    parse_int: ObjCell,
    parse_constant: ObjCell,
}

heap_type! {
    /// `_json.Scanner`
    pub(super) static SCANNER = {
        tp_name: c"_json.Scanner".as_ptr(),
        tp_basicsize: size_of::<Scanner>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Scanner>(),
        tp_call: slot::call(scan),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: super::SCANNER_DOC.as_ptr(),
        tp_traverse: payload::traverse::<Scanner>(),
        tp_clear: payload::clear::<Scanner>(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_new: slot::new(new),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Scanner, heap SCANNER);

impl Scanner {
    fn fields(&self) -> [&ObjCell; 5] {
        [&self.object_hook, &self.object_pairs_hook, &self.parse_float, &self.parse_int, &self.parse_constant]
    }
}

impl Payload for Scanner {
    fn traverse(&self, visitor: &mut Visitor) {
        self.fields().iter().for_each(|field| field.visit(visitor));
    }

    fn clear(&self) {
        self.fields().iter().for_each(|field| drop(field.take()));
    }
}

members! {
    static MEMBERS = [
        method::member(c"strict", T_BOOL, offset_of!(Scanner, strict), READONLY, c"strict"),
        method::member(c"object_hook", T_OBJECT, offset_of!(Scanner, object_hook), READONLY, c"object_hook"),
        method::member(c"object_pairs_hook", T_OBJECT, offset_of!(Scanner, object_pairs_hook), READONLY, c""),
        method::member(c"parse_float", T_OBJECT, offset_of!(Scanner, parse_float), READONLY, c"parse_float"),
        method::member(c"parse_int", T_OBJECT, offset_of!(Scanner, parse_int), READONLY, c"parse_int"),
        method::member(c"parse_constant", T_OBJECT, offset_of!(Scanner, parse_constant), READONLY, c"parse_constant"),
    ];
}

fn new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [context] = const { Signature::new("make_scanner", ["context"]).parsed() }.bind_tuple(args, kw)?;
    let context = context.unwrap_or(none::none());
    let field = |name: &str| object::get_attr_str(context, name).map(ObjCell::new);
    let strict = object::is_true(&*object::get_attr_str(context, "strict")?)?;
    let [object_hook, object_pairs_hook, parse_float, parse_int, parse_constant] =
        ["object_hook", "object_pairs_hook", "parse_float", "parse_int", "parse_constant"].map(field);
    let (object_hook, object_pairs_hook) = (object_hook?, object_pairs_hook?);
    let (parse_float, parse_int, parse_constant) = (parse_float?, parse_int?, parse_constant?);
    payload::new(class, |head| Scanner {
        head,
        strict: strict.into(),
        object_hook,
        object_pairs_hook,
        parse_float,
        parse_int,
        parse_constant,
    })
    .map(Obj::upcast)
}

fn scan(this: &Scanner, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let [text, start] =
        const { Signature::new("scan_once", ["string", "idx"]).parsed() }.bind_tuple(args, kw)?;
    let (text, start) = (text.unwrap_or(none::none()), start.unwrap_or(none::none()));
    let start = crate::support::ssize(start)?;
    check_str(text)?;
    let Ok(start) = usize::try_from(start) else {
        return Err(err::value_error("idx cannot be negative"));
    };
    let (value, end) =
        unicode::with_chars!(unicode::chars(text), |units| { Reading::new(this, text, units).value(start) })?;
    tuple::pack([value, long::from_i64(end as i64)?])
}

/// One call of a scanner.
struct Reading<'a, U: Unit> {
    text: &'a Object,
    units: &'a [U],
    strict: bool,
    object_hook: Option<Obj>,
    object_pairs_hook: Option<Obj>,
    /// None for the class itself.
    parse_float: Option<Obj>,
    parse_int: Option<Obj>,
    parse_constant: Obj,
    /// Keys that have been read, so that equal ones are one object.
    keys: HashMap<&'a [u8], Obj, ahash::RandomState>,
    long_keys: Option<Obj>,
}

impl<'a, U: Unit> Reading<'a, U> {
    fn new(scanner: &Scanner, text: &'a Object, units: &'a [U]) -> Reading<'a, U> {
        let hook = |field: &ObjCell| field.get().filter(|hook| !hook.is_none());
        let other_than = |field: &ObjCell, class: &Type| field.get().filter(|own| !own.is(class.object()));
        Reading {
            text,
            units,
            strict: scanner.strict != 0,
            object_hook: hook(&scanner.object_hook),
            object_pairs_hook: hook(&scanner.object_pairs_hook),
            parse_float: other_than(&scanner.parse_float, float::Float::class()),
            parse_int: other_than(&scanner.parse_int, long::Long::class()),
            parse_constant: scanner.parse_constant.get_or_none(),
            keys: HashMap::default(),
            long_keys: None,
        }
    }

    #[inline(always)]
    fn at(&self, index: usize) -> u32 {
        self.units.get(index).map_or(u32::MAX, |unit| unit.code())
    }

    #[inline]
    fn skip_space(&self, mut index: usize) -> usize {
        while matches!(self.at(index), 0x20 | 0x09 | 0x0a | 0x0d) {
            index += 1;
        }
        index
    }

    #[cold]
    fn no_value(&self, index: usize) -> Raised {
        match long::from_i64(index as i64) {
            Ok(index) => err::set_stop_iteration(&index),
            Err(raised) => raised,
        }
    }

    #[cold]
    fn error(&self, message: &str, index: usize) -> Raised {
        decode_error(message, self.text, index as isize)
    }

    fn has(&self, index: usize, word: &[u8]) -> bool {
        word.iter().enumerate().all(|(i, c)| self.at(index + i) == u32::from(*c))
    }

    /// The value at `index`, with the index behind it.
    fn value(&mut self, index: usize) -> Result<(Obj, usize)> {
        let first = char::from_u32(self.at(index));
        match first {
            Some('"') => return text::scan_string(self.text, self.units, index + 1, self.strict),
            Some('{') => {
                let _guard =
                    state::enter_recursive_call(" while decoding a JSON object from a unicode string")?;
                return self.object(index + 1);
            }
            Some('[') => {
                let _guard =
                    state::enter_recursive_call(" while decoding a JSON array from a unicode string")?;
                return self.array(index + 1);
            }
            Some('n') if self.has(index, b"null") => return Ok((none::none().owned(), index + 4)),
            Some('t') if self.has(index, b"true") => return Ok((bool::from_bool(true), index + 4)),
            Some('f') if self.has(index, b"false") => return Ok((bool::from_bool(false), index + 5)),
            Some('N') if self.has(index, b"NaN") => return self.constant("NaN", index),
            Some('I') if self.has(index, b"Infinity") => return self.constant("Infinity", index),
            Some('-') if self.has(index, b"-Infinity") => return self.constant("-Infinity", index),
            _ => {}
        }
        self.number(index)
    }

    fn constant(&self, name: &str, index: usize) -> Result<(Obj, usize)> {
        let word = unicode::intern_str(name)?;
        Ok((call::call1(&self.parse_constant, &word)?, index + name.len()))
    }

    fn digits_end(&self, mut index: usize) -> usize {
        while matches!(self.at(index), 0x30..=0x39) {
            index += 1;
        }
        index
    }

    fn number(&self, start: usize) -> Result<(Obj, usize)> {
        let first = start + usize::from(self.at(start) == u32::from(b'-'));
        let mut end = match self.at(first) {
            0x30 => first + 1,
            0x31..=0x39 => self.digits_end(first + 1),
            _ => return Err(self.no_value(start)),
        };
        let mut is_float = false;
        if self.at(end) == u32::from(b'.') && matches!(self.at(end + 1), 0x30..=0x39) {
            is_float = true;
            end = self.digits_end(end + 2);
        }
        if matches!(self.at(end), 0x65 | 0x45) {
            let digits = end + 1 + usize::from(matches!(self.at(end + 1), 0x2b | 0x2d));
            let exponent_end = self.digits_end(digits);
            if exponent_end > digits {
                is_float = true;
                end = exponent_end;
            }
        }
        let units = &self.units[start..end];
        let custom = if is_float { &self.parse_float } else { &self.parse_int };
        if let Some(custom) = custom {
            return Ok((call::call1(custom, &*unicode::from_units(units)?)?, end));
        }
        if !is_float && units.len() <= 18 {
            let magnitude =
                self.units[first..end].iter().fold(0, |n, unit| n * 10 + i64::from(unit.code() - 0x30));
            return Ok((long::from_i64(if first > start { -magnitude } else { magnitude })?, end));
        }
        let number: String = units.iter().map(|unit| unit.code() as u8 as char).collect();
        let value = if is_float {
            float::from_f64(number.parse().map_err(|_| err::bad_internal_call())?)?
        } else {
            long::from_bytes_text(number.as_bytes(), 10)?
        };
        Ok((value, end))
    }

    /// What follows `[`.
    fn array(&mut self, start: usize) -> Result<(Obj, usize)> {
        let items = list::new()?;
        let mut index = self.skip_space(start);
        if self.at(index) == u32::from(b']') {
            return Ok((items.upcast(), index + 1));
        }
        loop {
            let (item, end) = self.value(index)?;
            items.push(item)?;
            index = self.skip_space(end);
            match self.at(index) {
                0x5d => return Ok((items.upcast(), index + 1)),
                0x2c => index = self.skip_space(index + 1),
                _ => return Err(self.error("Expecting ',' delimiter", index)),
            }
        }
    }

    /// A key whose first character has the index `start`, and the index behind its quote.
    fn key(&mut self, start: usize) -> Result<(Obj, usize)> {
        let end = text::plain_end(self.units, start, self.strict);
        if size_of::<U>() == 1 && self.at(end) == u32::from(b'"') {
            let units: &'a [U] = &self.units[start..end];
            // SAFETY: units of one byte.
            let bytes = unsafe { core::slice::from_raw_parts(units.as_ptr().cast::<u8>(), units.len()) };
            let key = match self.keys.get(bytes) {
                Some(known) => known.clone(),
                None => {
                    let key = unicode::from_latin1(bytes)?;
                    self.keys.insert(bytes, key.clone());
                    key
                }
            };
            return Ok((key, end + 1));
        }
        let (key, end) = text::scan_string(self.text, self.units, start, self.strict)?;
        if self.long_keys.is_none() {
            self.long_keys = Some(dict::new()?);
        }
        let known =
            self.long_keys.as_ref().map_or(Ok(key.clone()), |keys| dict::set_default(keys, &key, &key));
        Ok((known?, end))
    }

    /// What follows `{`.
    fn object(&mut self, start: usize) -> Result<(Obj, usize)> {
        let pairs = if self.object_pairs_hook.is_some() { Some(list::new()?) } else { None };
        let members = if pairs.is_none() { Some(dict::new()?) } else { None };
        let mut index = self.skip_space(start);
        if self.at(index) == u32::from(b'}') {
            return Ok((self.hooked(pairs, members)?, index + 1));
        }
        loop {
            if self.at(index) != u32::from(b'"') {
                return Err(self.error("Expecting property name enclosed in double quotes", index));
            }
            let (key, end) = self.key(index + 1)?;
            index = self.skip_space(end);
            if self.at(index) != u32::from(b':') {
                return Err(self.error("Expecting ':' delimiter", index));
            }
            let (value, end) = self.value(self.skip_space(index + 1))?;
            match (&pairs, &members) {
                (Some(pairs), _) => pairs.push(tuple::pack([key, value])?)?,
                (None, Some(members)) => dict::set_item(members, &key, &value)?,
                (None, None) => {}
            }
            index = self.skip_space(end);
            match self.at(index) {
                0x7d => return Ok((self.hooked(pairs, members)?, index + 1)),
                0x2c => index = self.skip_space(index + 1),
                _ => return Err(self.error("Expecting ',' delimiter", index)),
            }
        }
    }

    /// What the hooks make of an object's members.
    fn hooked(&self, pairs: Option<Obj<list::List>>, members: Option<Obj>) -> Result<Obj> {
        if let (Some(hook), Some(pairs)) = (&self.object_pairs_hook, pairs) {
            return call::call1(hook, pairs.object());
        }
        let members = members.ok_or_else(err::bad_internal_call)?;
        match &self.object_hook {
            Some(hook) => call::call1(hook, &members),
            None => Ok(members),
        }
    }
}
