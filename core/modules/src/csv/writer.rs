//! `_csv.writer`: records to text.

use super::dialect::{self, Dialect};
use super::{error, make_dialect};
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::check_positional;
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter, number, object};
use krait_object::text::Unit;
use krait_object::types::unicode::{self, Chars};
use krait_object::types::{exceptions, tuple};
use krait_object::{
    Class, Obj, Object, Result, err, intern, members, method, methods, payload_class, static_type,
};

/// Writes records to a file.
#[repr(C)]
pub struct Writer {
    head: Head,
    /// The file's method.
    write: ObjCell,
    dialect: ObjCell,
}

static_type! {
    /// `_csv.writer`
    pub static Writer_Type = {
        tp_name: c"_csv.writer".as_ptr(),
        tp_basicsize: size_of::<Writer>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Writer>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"CSV writer\n\nWriters write sequences as records in CSV format.\n".as_ptr(),
        tp_traverse: payload::traverse::<Writer>(),
        tp_clear: payload::clear::<Writer>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Writer, Writer_Type);

impl Payload for Writer {
    fn traverse(&self, visitor: &mut Visitor) {
        self.write.visit(visitor);
        self.dialect.visit(visitor);
    }
    fn clear(&self) {
        drop(self.write.take());
        drop(self.dialect.take());
    }
}

members! {
    static MEMBERS = [
        method::member(c"dialect", T_OBJECT, offset_of!(Writer, dialect), READONLY, c""),
    ];
}

methods! {
    static METHODS = [
        method::o(c"writerow", write_row, c"writerow(iterable)\n\nWrites a record made of the items, which become strings."),
        method::o(c"writerows", write_rows, c"writerows(iterable of iterables)\n\nWrites a record for each item."),
    ];
}

/// `writer(file, dialect='excel', **parameters)`
pub fn new(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let args = tuple::items(args);
    check_positional("", args.len(), 1, 2)?;
    let write = object::lookup_attr(args[0], intern!("write"))?;
    let Some(write) = write.filter(|write| object::is_callable(write)) else {
        return Err(err::type_error("argument 1 must have a \"write\" method"));
    };
    let dialect = make_dialect(args.get(1).copied(), kw)?;
    let made = payload::new(Writer::class(), |head| Writer {
        head,
        write: ObjCell::new(write),
        dialect: ObjCell::new(dialect),
    })?;
    Ok(made.upcast())
}

/// The text of a record under way.
struct Record<'a> {
    rules: &'a Dialect,
    terminator: &'a Object,
    text: unicode::Builder,
    fields: usize,
}

fn write_row(this: &Writer, row: &Object) -> Result<Obj> {
    let (write, own) = (this.write.get_or_none(), this.dialect.get_or_none());
    let Some(rules) = own.downcast::<Dialect>() else { return Err(err::bad_internal_call()) };
    let terminator = rules.lineterminator.get_or_none();
    let items = iter::get_iter(row).map_err(|raised| {
        if !err::matches(exceptions::TypeError()) {
            return raised;
        }
        err::clear();
        error(format_args!("iterable expected, not {:.200}", row.class_of().name()))
    })?;
    unicode::ready(&terminator)?;
    let mut record =
        Record { rules, terminator: &terminator, text: unicode::Builder::with_capacity(64), fields: 0 };
    while let Some(field) = iter::next(&items)? {
        let quoted = match rules.quoting {
            dialect::NONNUMERIC => !number::check(&field),
            dialect::ALL => true,
            _ => false,
        };
        if unicode::check(&field) {
            append(&mut record, Some(&field), quoted)?;
        } else if field.is_none() {
            append(&mut record, None, quoted)?;
        } else {
            append(&mut record, Some(&*object::str(&field)?), quoted)?;
        }
    }
    if record.fields > 0 && record.text.is_empty() {
        if rules.quoting == dialect::NONE {
            return Err(error("single empty field record must be quoted"));
        }
        record.fields -= 1;
        append(&mut record, None, true)?;
    }
    record.text.push_object(&terminator);
    call::call1(&write, &*record.text.finish()?)
}

fn write_rows(this: &Writer, rows: &Object) -> Result<()> {
    let rows = iter::get_iter(rows)?;
    while let Some(row) = iter::next(&rows)? {
        write_row(this, &row)?;
    }
    Ok(())
}

/// Adds a field to the record, the delimiter before it.
fn append(record: &mut Record<'_>, field: Option<&Object>, quoted: bool) -> Result<()> {
    let rules = record.rules;
    if record.fields > 0 {
        record.text.push_char(rules.delimiter);
    }
    record.fields += 1;
    let Some(field) = field else {
        if quoted {
            record.text.push_char(rules.quotechar);
            record.text.push_char(rules.quotechar);
        }
        return Ok(());
    };
    unicode::ready(field)?;
    match unicode::chars(field) {
        Chars::Latin1(units) => append_units(record, field, units, quoted),
        Chars::Ucs2(units) => append_units(record, field, units, quoted),
        Chars::Ucs4(units) => append_units(record, field, units, quoted),
    }
}

fn append_units<U: Unit>(record: &mut Record<'_>, field: &Object, units: &[U], quoted: bool) -> Result<()> {
    let (rules, ends) = (record.rules, unicode::chars(record.terminator));
    let ends = |c: u32| match ends {
        Chars::Latin1([13, 10]) => c == 13 || c == 10,
        ends => ends.iter().any(|end| end == c),
    };
    let special = |unit: &U| {
        let c = unit.code();
        c == rules.delimiter || c == rules.escapechar || c == rules.quotechar || ends(c)
    };
    let Some(first) = units.iter().position(special) else {
        if quoted {
            record.text.push_char(rules.quotechar);
        }
        record.text.push_object(field);
        if quoted {
            record.text.push_char(rules.quotechar);
        }
        return Ok(());
    };
    // Whether the field needs quotes is known only at its end.
    let mut out: Vec<u32> = Vec::with_capacity(units.len() + 8);
    let mut quoted = quoted;
    out.extend(units[..first].iter().map(|unit| unit.code()));
    for unit in &units[first..] {
        let c = unit.code();
        if special(unit) {
            let mut escape = rules.quoting == dialect::NONE;
            if !escape {
                if c == rules.quotechar {
                    if rules.doublequote {
                        out.push(rules.quotechar);
                    } else {
                        escape = true;
                    }
                }
                quoted |= !escape;
            }
            if escape {
                if rules.escapechar == 0 {
                    return Err(error("need to escape, but no escapechar set"));
                }
                out.push(rules.escapechar);
            }
        }
        out.push(c);
    }
    if quoted {
        record.text.push_char(rules.quotechar);
    }
    record.text.push_units(&out);
    if quoted {
        record.text.push_char(rules.quotechar);
    }
    Ok(())
}
