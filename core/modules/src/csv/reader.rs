//! `_csv.reader`: the iterator over records.
//!
//! Lines go through a small machine whose state outlives the line, since quoted fields may contain line ends. A field
//! that lies in one line without quotes and escapes becomes a slice of the line; the buffer serves all others.

use super::dialect::{self, Dialect};
use super::{error, field_limit, make_dialect};
use core::cell::{Cell, RefCell};
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::check_positional;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object::PyObject_SelfIter;
use krait_object::protocol::{iter, number};
use krait_object::text::Unit;
use krait_object::types::list::{self, List};
use krait_object::types::tuple;
use krait_object::types::unicode::{self, Chars};
use krait_object::{Class, Obj, Object, Result, err, members, method, payload_class, slot, static_type};

/// Where in a record the machine is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    /// After an escape character in an unquoted field.
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    /// After a quote in a quoted field: its end, or the first of two.
    QuoteInQuoted,
    /// After the end of the record: only line ends may follow.
    Ended,
    /// After an escaped line end.
    AfterEscapedEnd,
}

/// An iterator over records.
#[repr(C)]
pub struct Reader {
    head: Head,
    lines: ObjCell,
    dialect: ObjCell,
    line_num: Cell<u64>,
    /// The list of the record's fields so far.
    fields: ObjCell,
    state: Cell<State>,
    /// The field is to become a float.
    numeric: Cell<bool>,
    /// The characters of the field so far.
    field: RefCell<Vec<u32>>,
}

static_type! {
    /// `_csv.reader`
    pub static Reader_Type = {
        tp_name: c"_csv.reader".as_ptr(),
        tp_basicsize: size_of::<Reader>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Reader>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"CSV reader\n\nReaders are iterators over the records in lines of text.\n".as_ptr(),
        tp_traverse: payload::traverse::<Reader>(),
        tp_clear: payload::clear::<Reader>(),
        tp_iter: Some(PyObject_SelfIter),
        tp_iternext: slot::iternext(next),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Reader, Reader_Type);

impl Payload for Reader {
    fn traverse(&self, visitor: &mut Visitor) {
        self.lines.visit(visitor);
        self.dialect.visit(visitor);
        self.fields.visit(visitor);
    }
    fn clear(&self) {
        drop(self.lines.take());
        drop(self.dialect.take());
        drop(self.fields.take());
    }
}

members! {
    static MEMBERS = [
        method::member(c"dialect", T_OBJECT, offset_of!(Reader, dialect), READONLY, c""),
        method::member(c"line_num", T_ULONG, offset_of!(Reader, line_num), READONLY, c""),
    ];
}

/// `reader(iterable, dialect='excel', **parameters)`
pub fn new(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let args = tuple::items(args);
    check_positional("", args.len(), 1, 2)?;
    let lines = iter::get_iter(args[0])?;
    let dialect = make_dialect(args.get(1).copied(), kw)?;
    let made = payload::new(Reader::class(), |head| Reader {
        head,
        lines: ObjCell::new(lines),
        dialect: ObjCell::new(dialect),
        line_num: Cell::new(0),
        fields: ObjCell::empty(),
        state: Cell::new(State::StartRecord),
        numeric: Cell::new(false),
        field: RefCell::new(Vec::new()),
    })?;
    Ok(made.upcast())
}

fn next(this: &Reader) -> Result<Option<Obj>> {
    this.fields.set(list::new()?);
    this.field.borrow_mut().clear();
    this.state.set(State::StartRecord);
    this.numeric.set(false);
    let (Some(lines), Some(own)) = (this.lines.get(), this.dialect.get()) else { return Ok(None) };
    let Some(rules) = own.downcast::<Dialect>() else { return Err(err::bad_internal_call()) };
    loop {
        let Some(line) = iter::next(&lines)? else {
            if !this.field.borrow().is_empty() || this.state.get() == State::InQuoted {
                if rules.strict {
                    return Err(error("unexpected end of data"));
                }
                save(this)?;
                return Ok(this.fields.take());
            }
            return Ok(None);
        };
        if !unicode::check(&line) {
            return Err(error(format_args!(
                "iterator should return strings, not {:.200} (did you open the file in text mode?)",
                line.class_of().name()
            )));
        }
        unicode::ready(&line)?;
        this.line_num.set(this.line_num.get() + 1);
        match unicode::chars(&line) {
            Chars::Latin1(units) => feed(this, rules, &line, units)?,
            Chars::Ucs2(units) => feed(this, rules, &line, units)?,
            Chars::Ucs4(units) => feed(this, rules, &line, units)?,
        }
        step(this, rules, None)?;
        if this.state.get() == State::StartRecord {
            return Ok(this.fields.take());
        }
    }
}

/// Sends a line through the machine, without its end.
fn feed<U: Unit>(this: &Reader, rules: &Dialect, line: &Object, units: &[U]) -> Result<()> {
    let mut at = 0;
    while at < units.len() {
        match this.state.get() {
            State::StartRecord | State::StartField | State::InField => {
                let plain = run(&units[at..], |c| {
                    c == rules.delimiter || c == rules.escapechar || c == 10 || c == 13 || c == 0
                });
                let first = units[at].code();
                let starts = this.state.get() != State::InField;
                let special = starts
                    && ((first == rules.quotechar && rules.quoting != dialect::NONE)
                        || (first == u32::from(b' ') && rules.skipinitialspace));
                if plain > 0 && !special {
                    if starts {
                        this.state.set(State::InField);
                        this.numeric.set(rules.quoting == dialect::NONNUMERIC);
                    }
                    let end = at + plain;
                    // A whole field that ends at a delimiter is taken from the line as it is.
                    if end < units.len()
                        && units[end].code() == rules.delimiter
                        && !matches!(rules.delimiter, 10 | 13)
                        && this.field.borrow().is_empty()
                    {
                        check_limit(plain)?;
                        push(this, unicode::substring(line, at, end)?)?;
                        this.state.set(State::StartField);
                        at = end + 1;
                        continue;
                    }
                    extend(this, &units[at..end])?;
                    at = end;
                    continue;
                }
            }
            State::InQuoted => {
                let plain = run(&units[at..], |c| c == rules.quotechar || c == rules.escapechar || c == 0);
                if plain > 0 {
                    extend(this, &units[at..at + plain])?;
                    at += plain;
                    continue;
                }
            }
            _ => {}
        }
        let c = units[at].code();
        if c == 0 {
            return Err(error("line contains NUL"));
        }
        step(this, rules, Some(c))?;
        at += 1;
    }
    Ok(())
}

/// How many characters come before the first that is special.
#[inline]
fn run<U: Unit>(units: &[U], special: impl Fn(u32) -> bool) -> usize {
    units.iter().position(|unit| special(unit.code())).unwrap_or(units.len())
}

/// One character, or the end of a line.
fn step(this: &Reader, rules: &Dialect, c: Option<u32>) -> Result<()> {
    let quote = |c: Option<u32>| c == Some(rules.quotechar) && rules.quoting != dialect::NONE;
    let is_end = matches!(c, None | Some(10 | 13));
    let after_end = if c.is_none() { State::StartRecord } else { State::Ended };
    let escape = c.is_some() && c == Some(rules.escapechar);
    let code = c.unwrap_or(10);
    let state = match this.state.get() {
        State::StartRecord if c.is_none() => State::StartRecord,
        State::StartRecord if is_end => State::Ended,
        State::StartRecord | State::StartField => match c {
            _ if is_end => save(this).map(|()| after_end)?,
            _ if quote(c) => State::InQuoted,
            _ if escape => State::Escaped,
            Some(32) if rules.skipinitialspace => State::StartField,
            Some(c) if c == rules.delimiter => save(this).map(|()| State::StartField)?,
            _ => {
                this.numeric.set(rules.quoting == dialect::NONNUMERIC);
                extend(this, &[code])?;
                State::InField
            }
        },
        State::Escaped => {
            extend(this, &[code])?;
            if c.is_some() && is_end { State::AfterEscapedEnd } else { State::InField }
        }
        State::AfterEscapedEnd if c.is_none() => State::AfterEscapedEnd,
        // Once a line end was escaped, the end of the line does not end the field.
        state @ (State::AfterEscapedEnd | State::InField) => match c {
            _ if is_end => save(this).map(|()| after_end)?,
            _ if escape => State::Escaped,
            Some(c) if c == rules.delimiter => save(this).map(|()| State::StartField)?,
            _ => extend(this, &[code]).map(|()| state)?,
        },
        State::InQuoted => match c {
            None => State::InQuoted,
            _ if escape => State::EscapedInQuoted,
            _ if quote(c) && rules.doublequote => State::QuoteInQuoted,
            _ if quote(c) => State::InField,
            _ => extend(this, &[code]).map(|()| State::InQuoted)?,
        },
        State::EscapedInQuoted => extend(this, &[code]).map(|()| State::InQuoted)?,
        State::QuoteInQuoted => match c {
            _ if quote(c) => extend(this, &[code]).map(|()| State::InQuoted)?,
            Some(c) if c == rules.delimiter => save(this).map(|()| State::StartField)?,
            _ if is_end => save(this).map(|()| after_end)?,
            _ if !rules.strict => extend(this, &[code]).map(|()| State::InField)?,
            _ => {
                let shown = |c| char::from_u32(c).unwrap_or(char::REPLACEMENT_CHARACTER);
                let (delimiter, quote) = (shown(rules.delimiter), shown(rules.quotechar));
                return Err(error(format_args!("'{delimiter}' expected after '{quote}'")));
            }
        },
        State::Ended if c.is_none() => State::StartRecord,
        State::Ended if is_end => State::Ended,
        State::Ended => {
            return Err(error(
                "new-line character seen in unquoted field - do you need to open the file in universal-newline mode?",
            ));
        }
    };
    this.state.set(state);
    Ok(())
}

/// `Error` when a field gets too long.
fn check_limit(length: usize) -> Result<()> {
    let limit = field_limit();
    if i64::try_from(length).is_ok_and(|length| length <= limit) {
        return Ok(());
    }
    Err(error(format_args!("field larger than field limit ({limit})")))
}

/// Adds characters to the field.
fn extend<U: Unit>(this: &Reader, units: &[U]) -> Result<()> {
    let mut field = this.field.borrow_mut();
    check_limit(field.len() + units.len())?;
    field.extend(units.iter().map(|unit| unit.code()));
    Ok(())
}

/// Ends the field in the buffer.
fn save(this: &Reader) -> Result<()> {
    let text = {
        let mut field = this.field.borrow_mut();
        let text = unicode::from_code_points(&field)?;
        field.clear();
        text
    };
    push(this, text)
}

/// Adds a field to the record.
fn push(this: &Reader, text: Obj) -> Result<()> {
    let value = if this.numeric.replace(false) { number::float(&text)? } else { text };
    let fields = this.fields.get_or_none();
    match fields.downcast::<List>() {
        Some(fields) => fields.push(value),
        None => Err(err::bad_internal_call()),
    }
}
