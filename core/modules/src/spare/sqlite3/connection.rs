//! `sqlite3.Connection`: an open database.

use super::cursor::Cursor;
use super::db::Db;
use super::statement::{Statement, prepare};
use super::{callbacks, raise};
use core::cell::{Cell, RefCell};
use core::ffi::{c_char, c_int, c_ulong, c_void};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{bool, bytes, float, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, getsets, hooks, members, method, methods, payload_class,
    slot, state, static_type,
};
use libsqlite3_sys as ffi;
use std::ffi::CString;
use std::rc::Rc;

/// The exception classes as attributes.
const ERRORS: usize = 10;

/// See the module.
#[repr(C)]
pub struct Connection {
    head: Head,
    row_factory: ObjCell,
    text_factory: ObjCell,
    errors: [ObjCell; ERRORS],
    isolation_level: ObjCell,
    /// What begins a transaction before rows are changed; none in autocommit mode.
    begin: Cell<Option<&'static str>>,
    detect_types: Cell<c_int>,
    check_same_thread: Cell<bool>,
    thread: Cell<c_ulong>,
    initialized: Cell<bool>,
    db: RefCell<Option<Rc<Db>>>,
    /// The last statements with their texts, the latest at the end.
    cache: RefCell<Vec<(Obj, Obj<Statement>)>>,
    cache_size: Cell<usize>,
    /// What SQLite's hooks call.
    authorizer: ObjCell,
    progress: ObjCell,
    trace: ObjCell,
    /// The collations by their names.
    collations: RefCell<Vec<(String, Obj)>>,
}

static_type! {
    /// `sqlite3.Connection`
    pub static Connection_Type = {
        tp_name: c"sqlite3.Connection".as_ptr(),
        tp_basicsize: size_of::<Connection>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Connection>(),
        tp_call: slot::call(call_with_sql),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"SQLite database connection object.".as_ptr(),
        tp_traverse: payload::traverse::<Connection>(),
        tp_clear: payload::clear::<Connection>(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Connection, Connection_Type);

impl Payload for Connection {
    fn traverse(&self, visitor: &mut Visitor) {
        for cell in self.cells() {
            cell.visit(visitor);
        }
    }

    fn clear(&self) {
        drop(self.cache.take());
        for cell in self.cells() {
            drop(cell.take());
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        drop(self.cache.take());
        if let Some(db) = self.db.take() {
            // Before the callbacks go away.
            db.close();
        }
    }
}

methods! {
    static METHODS = [
        method::keywords(c"cursor", cursor, c"Return a cursor for the connection."),
        method::noargs(c"commit", |this: &Connection| this.commit(), c"Commit the current transaction."),
        method::noargs(c"rollback", rollback, c"Roll back the current transaction."),
        method::noargs(c"close", close, c"Closes the connection."),
        method::keywords(c"create_function", create_function, c"Creates a new function. Non-standard."),
        method::keywords(c"create_aggregate", create_aggregate, c"Creates a new aggregate. Non-standard."),
        method::keywords(c"set_authorizer", set_authorizer, c"Sets authorizer callback. Non-standard."),
        method::varargs(c"enable_load_extension", enable_load_extension, c"Enable dynamic loading of SQLite extension modules. Non-standard."),
        method::varargs(c"load_extension", load_extension, c"Load SQLite extension module. Non-standard."),
        method::keywords(c"set_progress_handler", set_progress_handler, c"Sets progress handler callback. Non-standard."),
        method::keywords(c"set_trace_callback", set_trace_callback, c"Sets a trace callback called for each SQL statement (passed as unicode). Non-standard."),
        method::varargs(c"execute", |this: &Connection, args: &Object| with_cursor(this, "execute", args), c"Executes a SQL statement. Non-standard."),
        method::varargs(c"executemany", |this: &Connection, args: &Object| with_cursor(this, "executemany", args), c"Repeatedly executes a SQL statement. Non-standard."),
        method::varargs(c"executescript", |this: &Connection, args: &Object| with_cursor(this, "executescript", args), c"Executes a multiple SQL statements at once. Non-standard."),
        method::varargs(c"create_collation", create_collation, c"Creates a collation function. Non-standard."),
        method::noargs(c"interrupt", interrupt, c"Abort any pending database operation. Non-standard."),
        method::noargs(c"iterdump", iterdump, c"Returns iterator to the dump of the database in an SQL text format. Non-standard."),
        method::keywords(c"backup", backup, c"Makes a backup of the database. Non-standard."),
        method::noargs(c"__enter__", enter, c"For context manager. Non-standard."),
        method::varargs(c"__exit__", exit, c"For context manager. Non-standard."),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"Warning", T_OBJECT, error_offset(0), READONLY, c""),
        method::member(c"Error", T_OBJECT, error_offset(1), READONLY, c""),
        method::member(c"InterfaceError", T_OBJECT, error_offset(2), READONLY, c""),
        method::member(c"DatabaseError", T_OBJECT, error_offset(3), READONLY, c""),
        method::member(c"DataError", T_OBJECT, error_offset(4), READONLY, c""),
        method::member(c"OperationalError", T_OBJECT, error_offset(5), READONLY, c""),
        method::member(c"IntegrityError", T_OBJECT, error_offset(6), READONLY, c""),
        method::member(c"InternalError", T_OBJECT, error_offset(7), READONLY, c""),
        method::member(c"ProgrammingError", T_OBJECT, error_offset(8), READONLY, c""),
        method::member(c"NotSupportedError", T_OBJECT, error_offset(9), READONLY, c""),
        method::member(c"row_factory", T_OBJECT, offset_of!(Connection, row_factory), 0, c""),
        method::member(c"text_factory", T_OBJECT, offset_of!(Connection, text_factory), 0, c""),
    ];
}
getsets! {
    static GETSETS = [
        method::getset(c"isolation_level", isolation_level, set_isolation_level, c""),
        method::getter(c"total_changes", total_changes, c""),
        method::getter(c"in_transaction", in_transaction, c""),
    ];
}

const fn error_offset(index: usize) -> usize {
    offset_of!(Connection, errors) + index * size_of::<ObjCell>()
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| Connection {
        head,
        row_factory: ObjCell::empty(),
        text_factory: ObjCell::empty(),
        errors: [const { ObjCell::empty() }; ERRORS],
        isolation_level: ObjCell::empty(),
        begin: Cell::new(None),
        detect_types: Cell::new(0),
        check_same_thread: Cell::new(true),
        thread: Cell::new(0),
        initialized: Cell::new(false),
        db: RefCell::default(),
        cache: RefCell::default(),
        cache_size: Cell::new(100),
        authorizer: ObjCell::empty(),
        progress: ObjCell::empty(),
        trace: ObjCell::empty(),
        collations: RefCell::default(),
    })?;
    Ok(new.upcast())
}

fn this_thread() -> c_ulong {
    // SAFETY: no precondition.
    unsafe { libc::pthread_self() }
}

fn init(this: &Connection, args: &Object, kw: Option<&Object>) -> Result<()> {
    const NAMES: [&str; 8] = [
        "database",
        "timeout",
        "detect_types",
        "isolation_level",
        "check_same_thread",
        "factory",
        "cached_statements",
        "uri",
    ];
    let [database, timeout, detect, level, same_thread, _factory, cached, uri] =
        const { Signature::new("", NAMES).required(1).parsed() }.bind_tuple(args, kw)?;
    let database = database.unwrap_or(none::none());
    let path = crate::support::fs_bytes(database)?;
    crate::support::audit("sqlite3.connect", [database.owned()])?;
    let timeout = timeout.map_or(Ok(5.0), float::as_f64)?;
    let uri = crate::support::flag_or(uri, false)?;
    this.initialized.set(true);
    this.row_factory.set(none::none().owned());
    this.text_factory.set(unicode::Str::class().object().owned());
    this.detect_types.set(detect.map_or(Ok(0), crate::support::parse_int)?);
    this.cache_size.set(cached.map_or(Ok(100), crate::support::parse_int)?.max(5) as usize);
    this.check_same_thread.set(crate::support::flag_or(same_thread, true)?);
    this.thread.set(this_thread());
    let flags =
        ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE | if uri { ffi::SQLITE_OPEN_URI } else { 0 };
    let c_path = crate::support::c_string(bytes::as_slice(&path));
    let mut handle = core::ptr::null_mut();
    // SAFETY: a C string.
    let status = state::allow_threads(|| unsafe {
        ffi::sqlite3_open_v2(c_path.as_ptr().cast(), &mut handle, flags, core::ptr::null())
    });
    let db = Db::new(handle);
    if status != ffi::SQLITE_OK {
        let error = db.error();
        db.close();
        return Err(error);
    }
    drop(this.cache.take());
    this.db.replace(Some(db.clone()));
    match level {
        Some(level) => set_isolation_level(this, Some(level))?,
        None => {
            this.isolation_level.set(unicode::from_str("")?);
            this.begin.set(Some("BEGIN "));
        }
    }
    // SAFETY: an open database.
    unsafe { ffi::sqlite3_busy_timeout(db.get(), (timeout * 1000.0) as c_int) };
    const ORDER: [&str; ERRORS] = [
        "Warning",
        "Error",
        "InterfaceError",
        "DatabaseError",
        "DataError",
        "OperationalError",
        "IntegrityError",
        "InternalError",
        "ProgrammingError",
        "NotSupportedError",
    ];
    for (cell, name) in this.errors.iter().zip(ORDER) {
        cell.set(crate::attribute::of_module("_sqlite3", name)?);
    }
    Ok(())
}

impl Connection {
    fn cells(&self) -> impl Iterator<Item = &ObjCell> {
        let own = [
            &self.row_factory,
            &self.text_factory,
            &self.isolation_level,
            &self.authorizer,
            &self.progress,
            &self.trace,
        ];
        own.into_iter().chain(&self.errors)
    }

    /// The open database.
    pub fn db(&self) -> Result<Rc<Db>> {
        if !self.initialized.get() {
            return Err(raise("ProgrammingError", "Base Connection.__init__ not called."));
        }
        match &*self.db.borrow() {
            Some(db) if !db.get().is_null() => Ok(db.clone()),
            _ => Err(raise("ProgrammingError", "Cannot operate on a closed database.")),
        }
    }

    /// The open database, for a thread that may use it.
    fn checked_db(&self) -> Result<Rc<Db>> {
        self.check_thread()?;
        self.db()
    }

    pub fn check_thread(&self) -> Result<()> {
        if self.initialized.get() && self.check_same_thread.get() && self.thread.get() != this_thread() {
            return Err(raise(
                "ProgrammingError",
                format_args!(
                    "SQLite objects created in a thread can only be used in that same thread. The object was created in thread id {} and this is thread id {}.",
                    self.thread.get(),
                    this_thread()
                ),
            ));
        }
        Ok(())
    }

    pub fn detect_types(&self) -> c_int {
        self.detect_types.get()
    }

    pub fn text_factory(&self) -> Obj {
        self.text_factory.get_or_none()
    }

    /// The prepared statement for a text, maybe one that was used before.
    pub fn statement(&self, sql: &Object) -> Result<Obj<Statement>> {
        let found = self.cache.borrow().iter().position(|(text, _)| unicode::eq(text, sql));
        if let Some(index) = found {
            let entry = self.cache.borrow_mut().remove(index);
            let statement = entry.1.owned();
            self.cache.borrow_mut().push(entry);
            return Ok(statement);
        }
        let statement = Statement::new(self, sql)?;
        let mut cache = self.cache.borrow_mut();
        let oldest = if cache.len() >= self.cache_size.get() { Some(cache.remove(0)) } else { None };
        cache.push((sql.owned(), statement.owned()));
        drop(cache);
        drop(oldest);
        Ok(statement)
    }

    /// Begins a transaction before the first change.
    pub fn begin_if_needed(&self, statement: &Statement) -> Result<()> {
        match self.begin.get() {
            Some(begin) if statement.is_dml && self.db()?.is_autocommit() => self.run(begin),
            _ => Ok(()),
        }
    }

    /// Runs a statement without results.
    fn run(&self, sql: &str) -> Result<()> {
        let db = self.db()?;
        let text = crate::support::c_string(sql.as_bytes());
        let (statement, _, status) = prepare(db.get(), &text);
        if status != ffi::SQLITE_OK {
            return Err(db.error());
        }
        let prepared = db.add_statement(statement);
        let status = prepared.step();
        let error = if status == ffi::SQLITE_DONE { None } else { Some(db.error()) };
        prepared.finalize();
        error.map_or(Ok(()), Err)
    }

    pub fn commit(&self) -> Result<()> {
        if self.checked_db()?.is_autocommit() { Ok(()) } else { self.run("COMMIT") }
    }
}

fn rollback(this: &Connection) -> Result<()> {
    let db = this.checked_db()?;
    if db.is_autocommit() {
        return Ok(());
    }
    db.reset_all();
    this.run("ROLLBACK")
}

fn close(this: &Connection) -> Result<()> {
    this.check_thread()?;
    if !this.initialized.get() {
        return Err(raise("ProgrammingError", "Base Connection.__init__ not called."));
    }
    drop(this.cache.take());
    let db = this.db.borrow().clone();
    match db.map_or(ffi::SQLITE_OK, |db| db.close()) {
        ffi::SQLITE_OK => Ok(()),
        _ => Err(raise("OperationalError", "cannot close the database")),
    }
}

fn cursor(this: &Connection, args: Args<'_>) -> Result<Obj> {
    let [factory] = const { Signature::new("", ["factory"]).required(0).parsed() }.bind(args)?;
    this.checked_db()?;
    let factory = factory.unwrap_or(Cursor::class().object());
    let made = call::call1(factory, this.object())?;
    let Some(cursor) = made.downcast::<Cursor>() else {
        let name = made.class_of().name();
        return Err(err::type_error(format_args!("factory must return a cursor, not {name:.100}")));
    };
    let row_factory = this.row_factory.get_or_none();
    if !row_factory.is_none() {
        cursor.set_row_factory(row_factory);
    }
    Ok(made)
}

fn with_cursor(this: &Connection, name: &str, args: &Object) -> Result<Obj> {
    let cursor = call::call_method_str(this.object(), "cursor", &[])?;
    call::call_object(&*object::get_attr_str(&cursor, name)?, Some(args))
}

fn call_with_sql(this: &Connection, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    this.checked_db()?;
    if kw.is_some_and(|kw| krait_object::types::dict::len(kw) > 0) {
        return Err(err::type_error("Connection() takes no keyword arguments"));
    }
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 1, 1)?;
    if !unicode::check(args[0]) {
        return Err(crate::support::wrong_type("", 1, "str", args[0]));
    }
    Ok(Statement::new(this, args[0])?.upcast())
}

// ---- transactions ----

const BEGINS: [&str; 4] = ["BEGIN ", "BEGIN DEFERRED", "BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"];

fn isolation_level(this: &Connection) -> Result<Obj> {
    this.db()?;
    Ok(this.isolation_level.get_or_none())
}

fn set_isolation_level(this: &Connection, level: Option<&Object>) -> Result<()> {
    let Some(level) = level else { return Err(err::attribute_error("cannot delete attribute")) };
    if level.is_none() {
        this.begin.set(None);
        this.isolation_level.set(level.owned());
        return this.commit();
    }
    if !unicode::check(level) {
        let name = level.class_of().name();
        return Err(err::type_error(format_args!(
            "isolation_level must be a string or None, not {name:.100}"
        )));
    }
    let wanted = unicode::as_utf8(level)?;
    let begin = BEGINS.into_iter().find(|begin| begin["BEGIN ".len()..].eq_ignore_ascii_case(wanted));
    let Some(begin) = begin else { return Err(err::value_error("invalid value for isolation_level")) };
    this.begin.set(Some(begin));
    this.isolation_level.set(level.owned());
    Ok(())
}

fn total_changes(this: &Connection) -> Result<c_int> {
    // SAFETY: an open database.
    this.db().map(|db| unsafe { ffi::sqlite3_total_changes(db.get()) })
}

fn in_transaction(this: &Connection) -> Result<bool> {
    this.db().map(|db| !db.is_autocommit())
}

fn enter(this: &Connection) -> Result<Obj> {
    this.db()?;
    Ok(this.object().owned())
}

fn exit(this: &Connection, args: &Object) -> Result<bool> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 3, 3)?;
    let name = if args.iter().all(|arg| arg.is_none()) { "commit" } else { "rollback" };
    call::call_method_str(this.object(), name, &[])?;
    Ok(false)
}

// ---- callbacks ----

fn text_argument(function: &str, given: Option<&Object>) -> Result<CString> {
    let text = krait_object::args::text(function, "argument 1", given.unwrap_or(none::none()))?;
    CString::new(text).map_err(|_| err::value_error("embedded null character"))
}

fn create_function(this: &Connection, args: Args<'_>) -> Result<()> {
    let [name, count, function, deterministic] = const {
        Signature::new("", ["name", "narg", "func", "deterministic"])
            .required(3)
            .keyword_only_from(3)
            .parsed()
    }
    .bind(args)?;
    let db = this.checked_db()?;
    let name = text_argument("create_function", name)?;
    let count = crate::support::parse_int(count.unwrap_or(none::none()))?;
    let deterministic = crate::support::flag_or(deterministic, false)?;
    let flags = ffi::SQLITE_UTF8 | if deterministic { ffi::SQLITE_DETERMINISTIC } else { 0 };
    let function = crate::support::not_none(function);
    let data =
        function.map_or(core::ptr::null_mut(), |function| function.owned().into_ptr().cast::<c_void>());
    // SAFETY: an open database; the reference moves to SQLite, which drops it on failure as well.
    let status = unsafe {
        ffi::sqlite3_create_function_v2(
            db.get(),
            name.as_ptr(),
            count,
            flags,
            data,
            function.map(|_| callbacks::function as _),
            None,
            None,
            function.map(|_| callbacks::give_up as _),
        )
    };
    if status != ffi::SQLITE_OK {
        return Err(raise("OperationalError", "Error creating function"));
    }
    Ok(())
}

fn create_aggregate(this: &Connection, args: Args<'_>) -> Result<()> {
    let [name, count, class] =
        const { Signature::new("", ["name", "n_arg", "aggregate_class"]).parsed() }.bind(args)?;
    let db = this.checked_db()?;
    let name = text_argument("create_aggregate", name)?;
    let count = crate::support::parse_int(count.unwrap_or(none::none()))?;
    let class = crate::support::not_none(class);
    let data = class.map_or(core::ptr::null_mut(), |class| class.owned().into_ptr().cast::<c_void>());
    // SAFETY: as for functions.
    let status = unsafe {
        ffi::sqlite3_create_function_v2(
            db.get(),
            name.as_ptr(),
            count,
            ffi::SQLITE_UTF8,
            data,
            None,
            class.map(|_| callbacks::step as _),
            class.map(|_| callbacks::finish as _),
            class.map(|_| callbacks::give_up as _),
        )
    };
    if status != ffi::SQLITE_OK {
        return Err(raise("OperationalError", "Error creating aggregate"));
    }
    Ok(())
}

fn set_authorizer(this: &Connection, args: Args<'_>) -> Result<()> {
    let [callback] =
        const { Signature::new("set_authorizer", ["authorizer_callback"]).parsed() }.bind(args)?;
    let db = this.checked_db()?;
    let callback = callback.unwrap_or(none::none());
    // SAFETY: an open database; the connection keeps the object.
    let status = unsafe {
        ffi::sqlite3_set_authorizer(db.get(), Some(callbacks::authorize), callback.as_ptr().cast())
    };
    if status != ffi::SQLITE_OK {
        return Err(raise("OperationalError", "Error setting authorizer callback"));
    }
    this.authorizer.set(callback.owned());
    Ok(())
}

fn set_progress_handler(this: &Connection, args: Args<'_>) -> Result<()> {
    let [callback, steps] =
        const { Signature::new("set_progress_handler", ["progress_handler", "n"]).parsed() }.bind(args)?;
    let db = this.checked_db()?;
    let steps = crate::support::parse_int(steps.unwrap_or(none::none()))?;
    let callback = crate::support::not_none(callback);
    let data = callback.map_or(core::ptr::null_mut(), |callback| callback.as_ptr().cast());
    // SAFETY: an open database; the connection keeps the object.
    unsafe {
        ffi::sqlite3_progress_handler(db.get(), steps, callback.map(|_| callbacks::progress as _), data)
    };
    this.progress.set_opt(callback.map(Layout::owned));
    Ok(())
}

fn set_trace_callback(this: &Connection, args: Args<'_>) -> Result<()> {
    let [callback] =
        const { Signature::new("set_trace_callback", ["trace_callback"]).parsed() }.bind(args)?;
    let db = this.checked_db()?;
    let callback = crate::support::not_none(callback);
    let data = callback.map_or(core::ptr::null_mut(), |callback| callback.as_ptr().cast());
    let mask = if callback.is_some() { ffi::SQLITE_TRACE_STMT as u32 } else { 0 };
    // SAFETY: an open database; the connection keeps the object.
    unsafe { ffi::sqlite3_trace_v2(db.get(), mask, callback.map(|_| callbacks::trace as _), data) };
    this.trace.set_opt(callback.map(Layout::owned));
    Ok(())
}

fn create_collation(this: &Connection, args: &Object) -> Result<()> {
    let db = this.checked_db()?;
    let args = tuple::items(args);
    crate::support::check_count("create_collation(name, callback)", args.len(), 2, 2)?;
    if !unicode::check(args[0]) {
        return Err(crate::support::wrong_type("create_collation(name, callback)", 1, "str", args[0]));
    }
    let is_plain = |c: u32| u8::try_from(c).is_ok_and(|c| c.is_ascii_alphanumeric() || c == b'_');
    if !unicode::chars(args[0]).iter().all(is_plain) {
        return Err(raise("ProgrammingError", "invalid character in collation name"));
    }
    let name = unicode::as_utf8(args[0])?.to_ascii_uppercase();
    let callback = crate::support::not_none(Some(args[1]));
    if callback.is_some_and(|callback| !object::is_callable(callback)) {
        return Err(err::type_error("parameter must be callable"));
    }
    let c_name = crate::support::c_string(name.as_bytes());
    let data = callback.map_or(core::ptr::null_mut(), |callback| callback.as_ptr().cast());
    // SAFETY: an open database; the connection keeps the object.
    let status = unsafe {
        ffi::sqlite3_create_collation_v2(
            db.get(),
            c_name.as_ptr().cast::<c_char>(),
            ffi::SQLITE_UTF8,
            data,
            callback.map(|_| callbacks::collate as _),
            None,
        )
    };
    if status != ffi::SQLITE_OK {
        return Err(db.error());
    }
    let mut collations = this.collations.borrow_mut();
    let old = collations.iter().position(|(known, _)| *known == name).map(|index| collations.remove(index));
    collations.extend(callback.map(|callback| (name, callback.owned())));
    drop(collations);
    drop(old);
    Ok(())
}

// ---- the rest ----

fn enable_load_extension(this: &Connection, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 1, 1)?;
    let enable = crate::support::parse_int(args[0])?;
    let db = this.checked_db()?;
    crate::support::audit(
        "sqlite3.enable_load_extension",
        [this.object().owned(), bool::from_bool(enable != 0)],
    )?;
    // SAFETY: an open database.
    if unsafe { ffi::sqlite3_enable_load_extension(db.get(), enable) } != ffi::SQLITE_OK {
        return Err(raise("OperationalError", "Error enabling load extension"));
    }
    Ok(())
}

fn load_extension(this: &Connection, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 1, 1)?;
    let name = text_argument("load_extension", Some(args[0]))?;
    let db = this.checked_db()?;
    crate::support::audit("sqlite3.load_extension", [this.object().owned(), args[0].owned()])?;
    let mut message: *mut c_char = core::ptr::null_mut();
    // SAFETY: an open database and a C string; the message is SQLite's.
    unsafe {
        if ffi::sqlite3_load_extension(db.get(), name.as_ptr(), core::ptr::null(), &mut message)
            == ffi::SQLITE_OK
        {
            return Ok(());
        }
        let text = if message.is_null() {
            "Error loading extension".to_owned()
        } else {
            core::ffi::CStr::from_ptr(message).to_string_lossy().into_owned()
        };
        ffi::sqlite3_free(message.cast());
        Err(raise("OperationalError", text))
    }
}

fn interrupt(this: &Connection) -> Result<()> {
    let db = this.db()?;
    // SAFETY: an open database; any thread may do this.
    unsafe { ffi::sqlite3_interrupt(db.get()) };
    Ok(())
}

fn iterdump(this: &Connection) -> Result<Obj> {
    this.db()?;
    let dump = object::get_attr_str(&*(hooks::get().import)("sqlite3.dump")?, "_iterdump")?;
    call::call1(&dump, this.object())
}

fn backup(this: &Connection, args: Args<'_>) -> Result<()> {
    let [target, pages, progress, name, sleep] = const {
        Signature::new("backup", ["target", "pages", "progress", "name", "sleep"])
            .required(1)
            .keyword_only_from(1)
    }
    .bind(args)?;
    let target = target.unwrap_or(none::none());
    let Some(other) = target.downcast::<Connection>() else {
        return Err(crate::support::wrong_type("backup", 1, "sqlite3.Connection", target));
    };
    let pages = match crate::support::int_or(pages, -1)? {
        0 => -1,
        pages => pages,
    };
    let name = match name {
        Some(name) => text_argument("backup", Some(name))?,
        None => c"main".to_owned(),
    };
    let pause = sleep.map_or(Ok(0.25), float::as_f64)?;
    let source = this.checked_db()?;
    let destination = other.db()?;
    if core::ptr::eq(this, other) {
        return Err(err::value_error("target cannot be the same connection instance"));
    }
    let progress = crate::support::not_none(progress);
    if progress.is_some_and(|progress| !object::is_callable(progress)) {
        return Err(err::type_error("progress argument must be a callable"));
    }
    // SAFETY: two open databases and C strings.
    let handle = state::allow_threads(|| unsafe {
        ffi::sqlite3_backup_init(destination.get(), c"main".as_ptr(), source.get(), name.as_ptr())
    });
    if handle.is_null() {
        // SAFETY: an open database.
        return Err(backup_error(unsafe { ffi::sqlite3_errcode(destination.get()) }));
    }
    let mut outcome = Ok(());
    let status = loop {
        // SAFETY: a live backup.
        let status = state::allow_threads(|| unsafe { ffi::sqlite3_backup_step(handle, pages) });
        if let Some(progress) = progress {
            // SAFETY: a live backup.
            let (left, total) =
                unsafe { (ffi::sqlite3_backup_remaining(handle), ffi::sqlite3_backup_pagecount(handle)) };
            outcome = tell(progress, [status, left, total]);
        }
        match status {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED if outcome.is_ok() => {
                // SAFETY: no precondition.
                state::allow_threads(|| unsafe { ffi::sqlite3_sleep((pause * 1000.0) as c_int) });
            }
            ffi::SQLITE_OK if outcome.is_ok() => {}
            status => break status,
        }
    };
    // SAFETY: a live backup, which ends here.
    let ended = state::allow_threads(|| unsafe { ffi::sqlite3_backup_finish(handle) });
    outcome?;
    match (status, ended) {
        (ffi::SQLITE_DONE, ffi::SQLITE_OK) => Ok(()),
        (_, ended) => Err(backup_error(ended)),
    }
}

/// Backups fail with the general words for their status.
#[cold]
fn backup_error(status: c_int) -> Raised {
    if status == ffi::SQLITE_NOMEM {
        return err::no_memory();
    }
    // SAFETY: a static C string for any status.
    let text = unsafe { core::ffi::CStr::from_ptr(ffi::sqlite3_errstr(status)) };
    raise("OperationalError", text.to_string_lossy())
}

/// Calls the progress function of a backup.
fn tell(progress: &Object, numbers: [c_int; 3]) -> Result<()> {
    let numbers = numbers
        .into_iter()
        .map(|n| krait_object::types::long::from_i64(n.into()))
        .collect::<Result<Vec<_>>>()?;
    call::call(progress, &numbers.iter().map(|n| &**n).collect::<Vec<_>>()).map(drop)
}
