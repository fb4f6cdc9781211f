//! `_csv`: reading and writing of records of separated fields.

mod dialect;
mod reader;
mod writer;

use crate::support::{self, Global};
use core::cell::Cell;
use dialect::Dialect;
use krait_object::args::check_positional;
use krait_object::protocol::call;
use krait_object::types::{dict, exceptions, long, module, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, method, methods, native_module};

native_module! {
    /// `_csv`
    init: PyInit__csv, name: c"_csv",
    doc: c"Reading and writing of records of separated fields.\n\nThe module csv builds on this one and describes the parameters of dialects.",
    methods: METHODS, exec: exec,
}

static ERROR: Global = Global::new("_csv", "Error");
/// A dict from names to dialects.
static DIALECTS: Global = Global::new("_csv", "_dialects");

struct Limit(Cell<i64>);
// SAFETY: only touched with the GIL held.
unsafe impl Sync for Limit {}
/// How many characters a field may have.
static FIELD_LIMIT: Limit = Limit(Cell::new(128 * 1024));

fn field_limit() -> i64 {
    FIELD_LIMIT.0.get()
}

fn exec(this: &Object) -> Result<()> {
    module::add(this, "__version__", &*unicode::from_str("1.0")?)?;
    let dialects = dict::new()?;
    module::add(this, "_dialects", &dialects)?;
    DIALECTS.set(dialects);
    FIELD_LIMIT.0.set(128 * 1024);
    let rows: Vec<(&str, i64)> = dialect::QUOTING.iter().map(|row| (row.0, row.1)).collect();
    support::add_ints(this, &rows)?;
    Dialect::class().ready()?;
    reader::Reader::class().ready()?;
    writer::Writer::class().ready()?;
    module::add(this, "Dialect", Dialect::class().object())?;
    let error = err::new_exception("_csv.Error", None, None)?;
    module::add(this, "Error", &error)?;
    ERROR.set(error);
    Ok(())
}

/// `_csv.Error`
#[cold]
fn error(message: impl core::fmt::Display) -> Raised {
    match ERROR.get() {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}

methods! {
    static METHODS = [
        method::varargs_keywords(c"reader", reader::new, c"    csv_reader = reader(iterable [, dialect='excel']\n                        [optional keyword args])\n\nAn iterator over the records in lines of text, each a list of strings."),
        method::varargs_keywords(c"writer", writer::new, c"    csv_writer = csv.writer(fileobj [, dialect='excel']\n                            [optional keyword args])\n\nAn object that writes records to a file."),
        method::noargs(c"list_dialects", list_dialects, c"The names of all registered dialects.\n    names = csv.list_dialects()"),
        method::varargs_keywords(c"register_dialect", register_dialect, c"Gives a dialect a name.\n    dialect = csv.register_dialect(name[, dialect[, **fmtparams]])"),
        method::o(c"unregister_dialect", unregister_dialect, c"Forgets the dialect of a name.\n    csv.unregister_dialect(name)"),
        method::o(c"get_dialect", |_: &Object, name: &Object| get_dialect(name), c"The dialect of a name.\n    dialect = csv.get_dialect(name)"),
        method::varargs(c"field_size_limit", field_size_limit, c"Sets how large a field may be.\n    csv.field_size_limit([limit])\n\nReturns what held before; without an argument nothing changes."),
    ];
}

/// A dialect made by the class from a description and keyword arguments.
fn make_dialect(description: Option<&Object>, kw: Option<&Object>) -> Result<Obj<Dialect>> {
    let args = match description {
        Some(description) => tuple::pack([description.owned()])?,
        None => tuple::empty(),
    };
    let made = call::call_tuple(Dialect::class().object(), &args, kw)?;
    made.downcast_into().map_err(|_| err::bad_internal_call())
}

fn list_dialects(_module: &Object) -> Result<Obj> {
    Ok(krait_object::protocol::sequence::list(&*DIALECTS.get()?)?)
}

fn register_dialect(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<()> {
    let args = tuple::items(args);
    check_positional("", args.len(), 1, 2)?;
    if !unicode::check(args[0]) {
        return Err(err::type_error("dialect name must be a string"));
    }
    let made = make_dialect(args.get(1).copied(), kw)?;
    dict::set_item(&*DIALECTS.get()?, args[0], &made.upcast())
}

fn unregister_dialect(_module: &Object, name: &Object) -> Result<()> {
    dict::del_item(&*DIALECTS.get()?, name).map_err(|raised| {
        if !err::matches(exceptions::KeyError()) {
            return raised;
        }
        err::clear();
        error("unknown dialect")
    })
}

fn get_dialect(name: &Object) -> Result<Obj> {
    dict::get_item(&*DIALECTS.get()?, name)?.ok_or_else(|| error("unknown dialect"))
}

fn field_size_limit(_module: &Object, args: &Object) -> Result<i64> {
    let args = tuple::items(args);
    check_positional("field_size_limit", args.len(), 0, 1)?;
    let old = field_limit();
    if let Some(limit) = args.first() {
        if !long::check_exact(limit) {
            return Err(err::type_error("limit must be an integer"));
        }
        FIELD_LIMIT.0.set(long::as_long(limit)?);
    }
    Ok(old)
}
