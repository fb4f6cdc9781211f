//! `_sqlite3`: SQL databases by SQLite, which is part of the library.
//!
//! [`db`] is the handle that a [`connection`] shares with its [`statement`]s and [`cursor`]s; [`callbacks`] let SQLite call
//! Python; [`row`] is a row that knows its columns' names.

mod callbacks;
mod connection;
mod cursor;
mod db;
mod row;
mod statement;
mod value;

use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, module, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, intern, method, methods, payload_class, slot,
    static_type,
};
use libsqlite3_sys as ffi;

methods! {
    static METHODS = [
        method::varargs_keywords(c"connect", connect, c"connect(database[, timeout, detect_types, isolation_level,\n        check_same_thread, factory, cached_statements, uri])\n\nOpens a database: a file, or \":memory:\" for one that is nowhere else."),
        method::keywords(c"complete_statement", complete_statement, c"complete_statement(sql)\n\nWhether a text ends with a complete SQL statement."),
        method::keywords(c"enable_shared_cache", enable_shared_cache, c"enable_shared_cache(do_enable)\n\nLets connections of this process share a cache, or not."),
        method::varargs(c"register_adapter", register_adapter, c"register_adapter(type, callable)\n\nRegisters what turns instances of a class into something that SQLite knows."),
        method::varargs(c"register_converter", register_converter, c"register_converter(typename, callable)\n\nRegisters what makes a Python object of a column of a declared type."),
        method::varargs(c"adapt", adapt_function, c"adapt(obj, protocol, alternate) -> adapt obj to given protocol. Non-standard."),
        method::varargs(c"enable_callback_tracebacks", enable_tracebacks, c"enable_callback_tracebacks(flag)\n\nWhether errors in functions that SQLite calls are shown."),
    ];
}

/// The exception classes, each with its base in this list.
const EXCEPTIONS: [(&str, Option<&str>); 10] = [
    ("Error", None),
    ("Warning", None),
    ("InterfaceError", Some("Error")),
    ("DatabaseError", Some("Error")),
    ("DataError", Some("DatabaseError")),
    ("OperationalError", Some("DatabaseError")),
    ("IntegrityError", Some("DatabaseError")),
    ("InternalError", Some("DatabaseError")),
    ("ProgrammingError", Some("DatabaseError")),
    ("NotSupportedError", Some("DatabaseError")),
];

#[rustfmt::skip]
const CONSTANTS: &[(&str, i64)] = &[
    ("PARSE_COLNAMES", PARSE_COLNAMES as i64), ("PARSE_DECLTYPES", PARSE_DECLTYPES as i64),
    ("SQLITE_OK", 0), ("SQLITE_DENY", 1), ("SQLITE_IGNORE", 2), ("SQLITE_CREATE_INDEX", 1), ("SQLITE_CREATE_TABLE", 2),
    ("SQLITE_CREATE_TEMP_INDEX", 3), ("SQLITE_CREATE_TEMP_TABLE", 4), ("SQLITE_CREATE_TEMP_TRIGGER", 5),
    ("SQLITE_CREATE_TEMP_VIEW", 6), ("SQLITE_CREATE_TRIGGER", 7), ("SQLITE_CREATE_VIEW", 8), ("SQLITE_DELETE", 9),
    ("SQLITE_DROP_INDEX", 10), ("SQLITE_DROP_TABLE", 11), ("SQLITE_DROP_TEMP_INDEX", 12), ("SQLITE_DROP_TEMP_TABLE", 13),
    ("SQLITE_DROP_TEMP_TRIGGER", 14), ("SQLITE_DROP_TEMP_VIEW", 15), ("SQLITE_DROP_TRIGGER", 16), ("SQLITE_DROP_VIEW", 17),
    ("SQLITE_INSERT", 18), ("SQLITE_PRAGMA", 19), ("SQLITE_READ", 20), ("SQLITE_SELECT", 21), ("SQLITE_TRANSACTION", 22),
    ("SQLITE_UPDATE", 23), ("SQLITE_ATTACH", 24), ("SQLITE_DETACH", 25), ("SQLITE_ALTER_TABLE", 26), ("SQLITE_REINDEX", 27),
    ("SQLITE_ANALYZE", 28), ("SQLITE_CREATE_VTABLE", 29), ("SQLITE_DROP_VTABLE", 30), ("SQLITE_FUNCTION", 31),
    ("SQLITE_SAVEPOINT", 32), ("SQLITE_RECURSIVE", 33), ("SQLITE_DONE", 101),
];

/// Columns are converted by their declared types.
const PARSE_DECLTYPES: c_int = 1;
/// Columns are converted by what stands in brackets in their names.
const PARSE_COLNAMES: c_int = 2;

static ADAPTERS: crate::support::Kept = crate::support::Kept("_sqlite3 adapters");
static CONVERTERS: crate::support::Kept = crate::support::Kept("_sqlite3 converters");

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    statement::Statement::class().ready()?;
    for class in
        [connection::Connection::class(), cursor::Cursor::class(), row::Row::class(), Protocol::class()]
    {
        class.ready()?;
        module::add(this, class.short_name(), class.object())?;
    }
    for (name, base) in EXCEPTIONS {
        let base = match base {
            Some(base) => Some(object::get_attr_str(this, base)?),
            None => None,
        };
        let class = err::new_exception(&format!("sqlite3.{name}"), base.as_deref(), None)?;
        module::add(this, name, &class)?;
    }
    crate::support::add_ints(this, CONSTANTS)?;
    module::add(this, "OptimizedUnicode", unicode::Str::class().object())?;
    module::add(this, "version", &*unicode::from_str("2.6.0")?)?;
    // SAFETY: a static C string.
    let version = unsafe { core::ffi::CStr::from_ptr(ffi::sqlite3_libversion()) };
    module::add(this, "sqlite_version", &*unicode::from_str(&version.to_string_lossy())?)?;
    module::add(this, "adapters", &*ADAPTERS.get_or_make(dict::new)?)?;
    module::add(this, "converters", &*CONVERTERS.get_or_make(dict::new)?)
}

/// Raises one of the module's exceptions.
#[cold]
fn raise(name: &str, message: impl core::fmt::Display) -> Raised {
    crate::attribute::raise("_sqlite3", name, message)
}

// ---- functions ----

fn connect(_module: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let factory = match kw {
        Some(kw) => dict::get_str(kw, "factory")?,
        None => None,
    };
    let factory = factory.or_else(|| tuple::items(args).get(5).map(|factory| (*factory).owned()));
    let class = factory.as_deref().unwrap_or(connection::Connection::class().object());
    call::call_tuple(class, args, kw)
}

fn complete_statement(_module: &Object, args: Args<'_>) -> Result<bool> {
    let [sql] = const { Signature::new("complete_statement", ["statement"]) }.bind(args)?;
    let sql = krait_object::args::text("complete_statement", "argument 1", sql.unwrap_or(none::none()))?;
    let sql = crate::support::c_string(sql.as_bytes());
    // SAFETY: a C string.
    Ok(unsafe { ffi::sqlite3_complete(sql.as_ptr().cast()) } != 0)
}

fn enable_shared_cache(_module: &Object, args: Args<'_>) -> Result<()> {
    let [enable] = const { Signature::new("enable_shared_cache", ["do_enable"]) }.bind(args)?;
    let enable = crate::support::int_or(enable, 0)?;
    // SAFETY: no precondition.
    if unsafe { ffi::sqlite3_enable_shared_cache(enable) } != ffi::SQLITE_OK {
        return Err(raise("OperationalError", "Changing the shared_cache flag failed"));
    }
    Ok(())
}

fn register_adapter(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 2, 2)?;
    let key = tuple::pack([args[0].owned(), Protocol::class().object().owned()])?;
    if is_base_type(args[0]) {
        statement::adapt_base_types();
    }
    dict::set_item(&*ADAPTERS.get_or_make(dict::new)?, &key, args[1])
}

/// Whether the class is one of those that need no adapter, unless one is registered for them.
fn is_base_type(class: &Object) -> bool {
    use krait_object::types::{bytearray, float, long};
    [long::Long::class(), float::Float::class(), unicode::Str::class(), bytearray::ByteArray::class()]
        .iter()
        .any(|base| base.object().is(class))
}

fn register_converter(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 2, 2)?;
    if !unicode::check(args[0]) {
        return Err(crate::support::wrong_type("", 1, "str", args[0]));
    }
    let name = call::call_method_str(args[0], "upper", &[])?;
    dict::set_item(&*CONVERTERS.get_or_make(dict::new)?, &name, args[1])
}

fn adapt_function(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    crate::support::check_count("adapt", args.len(), 1, 3)?;
    adapt(args[0], args.get(1).copied().unwrap_or(Protocol::class().object()), args.get(2).copied())
}

/// The object in a form that the protocol asks for.
fn adapt(given: &Object, protocol: &Object, alternate: Option<&Object>) -> Result<Obj> {
    let key = tuple::pack([given.class_of().object().owned(), protocol.owned()])?;
    if let Some(adapter) = dict::get_item(&*ADAPTERS.get_or_make(dict::new)?, &key)? {
        return call::call1(&adapter, given);
    }
    for (owner, name, argument) in
        [(protocol, intern!("__adapt__"), given), (given, intern!("__conform__"), protocol)]
    {
        let Some(method) = object::lookup_attr(owner, name)? else { continue };
        match call::call1(&method, argument) {
            Ok(adapted) if !adapted.is_none() => return Ok(adapted),
            Ok(_) => {}
            Err(_) if err::matches(exceptions::TypeError()) => err::clear(),
            Err(raised) => return Err(raised),
        }
    }
    match alternate {
        Some(alternate) => Ok(alternate.owned()),
        None => Err(raise("ProgrammingError", "can't adapt")),
    }
}

fn enable_tracebacks(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 1, 1)?;
    callbacks::show_errors(crate::support::parse_int(args[0])? != 0);
    Ok(())
}

// ---- PrepareProtocol ----

/// What parameters are adapted to.
#[repr(C)]
pub struct Protocol {
    head: Head,
}

static_type! {
    /// `sqlite3.PrepareProtocol`
    pub static Protocol_Type = {
        tp_name: c"sqlite3.PrepareProtocol".as_ptr(),
        tp_basicsize: size_of::<Protocol>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Protocol>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_init: slot::init(|_: &Protocol, _: &Object, _: Option<&Object>| Ok(())),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(|class, _, _| class.alloc(0)),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Protocol, Protocol_Type);
impl Payload for Protocol {}
