//! `str.format`, `str.format_map` and the helpers of `string.Formatter` (`_string.formatter_parser`,
//! `_string.formatter_field_name_split`).
//!
//! A template is literal text and fields `{name!conversion:spec}`; a spec may hold fields itself, one level deep. A
//! name is an index or key, followed by `.attribute` and `[item]` parts.

use super::layout::len;
use super::{Builder, char_at, check_exact, substring};
use crate::err;
use crate::handle::{Layout, Obj, Object, Result};
use crate::protocol::{object, sequence};
use crate::types::{dict, long, tuple};
use core::ops::Range;

/// A field of a template, as ranges of it.
struct Field {
    name: Range<usize>,
    conversion: Option<u32>,
    spec: Range<usize>,
    /// The spec holds fields.
    nested: bool,
}

/// One step through a template: literal text, and the field behind it.
struct Step {
    literal: Range<usize>,
    field: Option<Field>,
}

/// Walks over a part of a template.
struct Markup<'a> {
    text: &'a Object,
    at: usize,
    end: usize,
}

const OPEN: u32 = b'{' as u32;
const CLOSE: u32 = b'}' as u32;

impl<'a> Markup<'a> {
    fn new(text: &'a Object, range: Range<usize>) -> Markup<'a> {
        Markup { text, at: range.start, end: range.end }
    }

    fn take(&mut self) -> Option<u32> {
        if self.at >= self.end {
            return None;
        }
        self.at += 1;
        Some(char_at(self.text, self.at - 1))
    }

    fn peek(&self) -> Option<u32> {
        (self.at < self.end).then(|| char_at(self.text, self.at))
    }

    fn next(&mut self) -> Result<Option<Step>> {
        let start = self.at;
        if start >= self.end {
            return Ok(None);
        }
        let brace = loop {
            match self.take() {
                None => return Ok(Some(Step { literal: start..self.end, field: None })),
                Some(c @ (OPEN | CLOSE)) => break c,
                Some(_) => {}
            }
        };
        let next = self.peek();
        if brace == CLOSE && next != Some(CLOSE) {
            return Err(err::value_error("Single '}' encountered in format string"));
        }
        if next.is_none() {
            return Err(err::value_error("Single '{' encountered in format string"));
        }
        if next == Some(brace) {
            // A doubled brace: the first one belongs to the literal.
            let literal = start..self.at;
            self.at += 1;
            return Ok(Some(Step { literal, field: None }));
        }
        let literal = start..self.at - 1;
        Ok(Some(Step { literal, field: Some(self.field()?) }))
    }

    fn field(&mut self) -> Result<Field> {
        let start = self.at;
        let mut last = None;
        while let Some(c) = self.take() {
            last = char::from_u32(c);
            match last {
                Some('{') => return Err(err::value_error("unexpected '{' in field name")),
                // Anything goes inside brackets.
                Some('[') => {
                    while self.peek().is_some_and(|c| c != u32::from(']')) {
                        self.at += 1;
                    }
                }
                Some('}' | ':' | '!') => break,
                _ => {}
            }
        }
        let mut field = Field { name: start..self.at - 1, conversion: None, spec: 0..0, nested: false };
        match last {
            Some('}') => return Ok(field),
            Some(':') => {}
            Some('!') => {
                let Some(conversion) = self.take() else {
                    return Err(err::value_error("end of string while looking for conversion specifier"));
                };
                field.conversion = Some(conversion);
                match self.take() {
                    Some(CLOSE) => return Ok(field),
                    Some(c) if c != u32::from(':') => {
                        return Err(err::value_error("expected ':' after conversion specifier"));
                    }
                    _ => {}
                }
            }
            _ => return Err(err::value_error("expected '}' before end of string")),
        }
        let start = self.at;
        let mut depth = 1;
        while let Some(c) = self.take() {
            match c {
                OPEN => {
                    field.nested = true;
                    depth += 1;
                }
                CLOSE => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = start..self.at - 1;
                        return Ok(field);
                    }
                }
                _ => {}
            }
        }
        Err(err::value_error("unmatched '{' in format spec"))
    }
}

/// A non-negative decimal integer that fills the range, if it is one.
fn integer(text: &Object, range: Range<usize>) -> Result<Option<usize>> {
    if range.is_empty() {
        return Ok(None);
    }
    let mut value = 0usize;
    for i in range {
        let Some(digit) = crate::unicode::decimal_value(char_at(text, i)) else { return Ok(None) };
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(digit.into()))
            .filter(|&v| v <= isize::MAX as usize)
            .ok_or_else(|| err::value_error("Too many decimal digits in format string"))?;
    }
    Ok(Some(value))
}

/// A part of a field name behind its first.
enum Part {
    Attribute(Range<usize>),
    Index(usize),
    Key(Range<usize>),
}

/// Takes the next `.attribute` or `[item]` off a field name.
fn next_part(text: &Object, at: &mut usize, end: usize) -> Result<Option<Part>> {
    if *at >= end {
        return Ok(None);
    }
    let kind = char_at(text, *at);
    *at += 1;
    let start = *at;
    let part = if kind == u32::from('.') {
        while *at < end && !matches!(char::from_u32(char_at(text, *at)), Some('.' | '[')) {
            *at += 1;
        }
        Part::Attribute(start..*at)
    } else if kind == u32::from('[') {
        while *at < end && char_at(text, *at) != u32::from(']') {
            *at += 1;
        }
        if *at >= end {
            return Err(err::value_error("Missing ']' in format string"));
        }
        let range = start..*at;
        *at += 1;
        match integer(text, range.clone())? {
            Some(index) => Part::Index(index),
            None => Part::Key(range),
        }
    } else {
        return Err(err::value_error("Only '.' or '[' may follow ']' in format field specifier"));
    };
    match &part {
        Part::Attribute(range) | Part::Key(range) if range.is_empty() => {
            Err(err::value_error("Empty attribute in format string"))
        }
        _ => Ok(Some(part)),
    }
}

/// The end of the first part of a field name.
fn first_end(text: &Object, name: &Range<usize>) -> usize {
    name.clone().find(|&i| matches!(char::from_u32(char_at(text, i)), Some('.' | '['))).unwrap_or(name.end)
}

/// What fields refer to.
struct Source<'a> {
    /// None for `format_map`.
    args: Option<&'a [&'a Object]>,
    named: Option<&'a Object>,
    /// The next automatic number; None before the first field with a number.
    automatic: Option<usize>,
    manual: bool,
}

impl Source<'_> {
    fn next_automatic(&mut self) -> Result<usize> {
        if self.manual {
            return Err(err::value_error(
                "cannot switch from manual field specification to automatic field numbering",
            ));
        }
        let number = self.automatic.unwrap_or(0);
        self.automatic = Some(number + 1);
        Ok(number)
    }

    fn object(&mut self, text: &Object, name: Range<usize>) -> Result<Obj> {
        let first = first_end(text, &name);
        let index = if name.start == first {
            Some(self.next_automatic()?)
        } else {
            let index = integer(text, name.start..first)?;
            if index.is_some() {
                if self.automatic.is_some() {
                    return Err(err::value_error(
                        "cannot switch from automatic field numbering to manual field specification",
                    ));
                }
                self.manual = true;
            }
            index
        };
        let mut value = match index {
            None => {
                let key = substring(text, name.start, first)?;
                match self.named {
                    None => return Err(err::set_key_error(&key)),
                    Some(named) if dict::check_exact(named) => match dict::get_item(named, &key)? {
                        Some(value) => value,
                        None => return Err(err::set_key_error(&key)),
                    },
                    Some(named) => object::get_item(named, &key)?,
                }
            }
            Some(index) => {
                let Some(args) = self.args else {
                    return Err(err::value_error("Format string contains positional fields"));
                };
                let Some(value) = args.get(index) else {
                    return Err(err::index_error(format_args!(
                        "Replacement index {index} out of range for positional args tuple"
                    )));
                };
                value.owned()
            }
        };
        let mut at = first;
        while let Some(part) = next_part(text, &mut at, name.end)? {
            value = match part {
                Part::Attribute(range) => {
                    object::get_attr(&value, substring(text, range.start, range.end)?.object())?
                }
                Part::Key(range) => {
                    object::get_item(&value, substring(text, range.start, range.end)?.object())?
                }
                Part::Index(index) if sequence::check(&value) => sequence::get_item(&value, index as isize)?,
                Part::Index(index) => object::get_item(&value, long::from_i64(index as i64)?.object())?,
            };
        }
        Ok(value)
    }
}

fn convert(value: Obj, conversion: u32) -> Result<Obj> {
    match char::from_u32(conversion) {
        Some('s') => object::str(&value),
        Some('r') => object::repr(&value),
        Some('a') => object::ascii(&value),
        Some(c @ '!'..='~') => Err(err::value_error(format_args!("Unknown conversion specifier {c}"))),
        _ => Err(err::value_error(format_args!("Unknown conversion specifier \\x{conversion:x}"))),
    }
}

/// Appends the filled-in template; `depth` says how many levels of fields are allowed.
fn fill(
    text: &Object,
    range: Range<usize>,
    source: &mut Source<'_>,
    depth: usize,
    out: &mut Builder,
) -> Result<()> {
    if depth == 0 {
        return Err(err::value_error("Max string recursion exceeded"));
    }
    let mut markup = Markup::new(text, range);
    while let Some(step) = markup.next()? {
        if !step.literal.is_empty() {
            if step.field.is_none() && markup.at >= markup.end {
                // The last piece: a template without any field is itself the result.
                out.writer().overallocate = 0;
            }
            out.push_substring(text, step.literal.start, step.literal.end);
        }
        let Some(field) = step.field else { continue };
        if markup.at >= markup.end {
            out.writer().overallocate = 0;
        }
        let mut value = source.object(text, field.name)?;
        if let Some(conversion) = field.conversion {
            value = convert(value, conversion)?;
        }
        let spec = if field.nested {
            let mut inner = Builder::new();
            fill(text, field.spec, source, depth - 1, &mut inner)?;
            Some(inner.finish()?)
        } else if field.spec.is_empty() {
            None
        } else {
            Some(substring(text, field.spec.start, field.spec.end)?)
        };
        match spec {
            None if check_exact(&value) => out.push_object(&value),
            None if super::percent::push_small(out, &value) => {}
            Some(spec) if check_exact(&value) => {
                super::format_spec::write_str(out.writer(), &value, &spec, 0, len(&spec))?;
            }
            spec => out.push_object(object::format(&value, spec.as_deref())?.object()),
        }
    }
    Ok(())
}

fn run(text: &Object, args: Option<&[&Object]>, named: Option<&Object>) -> Result<Obj> {
    let mut source = Source { args, named, automatic: None, manual: false };
    let mut out = Builder::with_capacity(len(text) + 100);
    fill(text, 0..len(text), &mut source, 2, &mut out)?;
    out.finish()
}

/// `str.format`.
pub fn format_method(text: &Object, args: &Object, named: Option<&Object>) -> Result<Obj> {
    run(text, Some(tuple::items(args)), named)
}

/// `str.format_map`.
pub fn format_map(text: &Object, mapping: &Object) -> Result<Obj> {
    run(text, None, Some(mapping))
}

// ---- string.Formatter ----

mod iterators {
    //! The iterators that `_string`'s functions return.

    use super::{Markup, Part, first_end, integer, next_part};
    use crate::cell::{ObjCell, Visitor};
    use crate::err;
    use crate::handle::{Class, Layout, Obj, Object, Result};
    use crate::payload::{self, Head, Payload};
    use crate::slot;
    use crate::types::unicode::{check, empty, from_char, len, substring};
    use crate::types::{bool, long, none, tuple};
    use core::cell::Cell;
    use krait_abi::*;

    /// Yields (literal, field name, format spec, conversion).
    #[repr(C)]
    pub struct FormatterIterator {
        head: Head,
        text: ObjCell,
        at: Cell<usize>,
    }

    /// Yields (is attribute, name or index).
    #[repr(C)]
    pub struct FieldNameIterator {
        head: Head,
        text: ObjCell,
        at: Cell<usize>,
    }

    crate::static_type! {
        static FORMATTER_ITERATOR = {
            tp_name: c"formatteriterator".as_ptr(),
            tp_basicsize: size_of::<FormatterIterator>() as Py_ssize_t,
            tp_dealloc: payload::dealloc::<FormatterIterator>(),
            tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
            tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
            tp_iter: Some(crate::protocol::object::PyObject_SelfIter),
            tp_iternext: slot::iternext(FormatterIterator::next),
        };
    }
    crate::static_type! {
        static FIELD_NAME_ITERATOR = {
            tp_name: c"fieldnameiterator".as_ptr(),
            tp_basicsize: size_of::<FieldNameIterator>() as Py_ssize_t,
            tp_dealloc: payload::dealloc::<FieldNameIterator>(),
            tp_flags: Py_TPFLAGS_DEFAULT as core::ffi::c_ulong,
            tp_getattro: Some(crate::protocol::object::PyObject_GenericGetAttr),
            tp_iter: Some(crate::protocol::object::PyObject_SelfIter),
            tp_iternext: slot::iternext(FieldNameIterator::next),
        };
    }
    crate::payload_class!(FormatterIterator, FORMATTER_ITERATOR);
    crate::payload_class!(FieldNameIterator, FIELD_NAME_ITERATOR);
    impl Payload for FormatterIterator {
        fn traverse(&self, visitor: &mut Visitor) {
            self.text.visit(visitor);
        }
    }
    impl Payload for FieldNameIterator {
        fn traverse(&self, visitor: &mut Visitor) {
            self.text.visit(visitor);
        }
    }
    const _: () =
        payload::assert_head_first::<FormatterIterator>(core::mem::offset_of!(FormatterIterator, head));
    const _: () =
        payload::assert_head_first::<FieldNameIterator>(core::mem::offset_of!(FieldNameIterator, head));

    impl FormatterIterator {
        fn next(&self) -> Result<Option<Obj>> {
            let text = self.text.get_or_none();
            let mut markup = Markup::new(&text, self.at.get()..len(&text));
            let step = markup.next()?;
            self.at.set(markup.at);
            let Some(step) = step else { return Ok(None) };
            let literal = substring(&text, step.literal.start, step.literal.end)?;
            let none = || none::none().owned();
            let Some(field) = step.field else {
                return Ok(Some(tuple::pack([literal, none(), none(), none()])?));
            };
            let name = substring(&text, field.name.start, field.name.end)?;
            let spec = if field.spec.is_empty() {
                empty()?
            } else {
                substring(&text, field.spec.start, field.spec.end)?
            };
            let conversion = field.conversion.map_or_else(|| Ok(none()), from_char)?;
            Ok(Some(tuple::pack([literal, name, spec, conversion])?))
        }
    }

    impl FieldNameIterator {
        fn next(&self) -> Result<Option<Obj>> {
            let text = self.text.get_or_none();
            let mut at = self.at.get();
            let part = next_part(&text, &mut at, len(&text))?;
            self.at.set(at);
            let Some(part) = part else { return Ok(None) };
            let (is_attribute, name) = match part {
                Part::Attribute(range) => (true, substring(&text, range.start, range.end)?),
                Part::Key(range) => (false, substring(&text, range.start, range.end)?),
                Part::Index(index) => (false, long::from_i64(index as i64)?),
            };
            Ok(Some(tuple::pack([bool::from_bool(is_attribute), name])?))
        }
    }

    fn need_str(object: &Object) -> Result<()> {
        if check(object) {
            return Ok(());
        }
        Err(err::type_error(format_args!("expected str, got {}", object.class_of().name())))
    }

    /// `_string.formatter_parser`.
    pub fn formatter_parser(text: &Object) -> Result<Obj> {
        need_str(text)?;
        let class = FormatterIterator::class();
        class.ready()?;
        let made = payload::new(class, |head| FormatterIterator {
            head,
            text: ObjCell::new(text.owned()),
            at: Cell::new(0),
        })?;
        Ok(made.upcast())
    }

    /// `_string.formatter_field_name_split`: the first part, an index or a name, and an iterator over the others.
    pub fn formatter_field_name_split(text: &Object) -> Result<Obj> {
        need_str(text)?;
        let end = first_end(text, &(0..len(text)));
        let first = match integer(text, 0..end)? {
            Some(index) => long::from_i64(index as i64)?,
            None => substring(text, 0, end)?,
        };
        let class = FieldNameIterator::class();
        class.ready()?;
        let rest = payload::new(class, |head| FieldNameIterator {
            head,
            text: ObjCell::new(text.owned()),
            at: Cell::new(end),
        })?;
        tuple::pack([first, rest.upcast()])
    }
}
pub use iterators::{formatter_field_name_split, formatter_parser};
