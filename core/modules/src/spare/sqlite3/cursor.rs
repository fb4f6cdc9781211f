//! `sqlite3.Cursor`: a query and its rows.

use super::connection::Connection;
use super::statement::{Statement, prepare};
use super::{CONVERTERS, PARSE_COLNAMES, PARSE_DECLTYPES, callbacks, raise};
use core::cell::{Cell, RefCell};
use core::ffi::{CStr, c_int, c_long, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::{ObjCell, Visitor};
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{call, iter};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytearray, bytes, dict, float, list, long, none, tuple, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, members, method, methods, payload_class, slot, static_type,
};
use libsqlite3_sys as ffi;
use std::rc::Rc;

/// See the module.
#[repr(C)]
pub struct Cursor {
    head: Head,
    connection: ObjCell,
    description: ObjCell,
    row_factory: ObjCell,
    last_row_id: ObjCell,
    arraysize: Cell<c_int>,
    rowcount: Cell<c_long>,
    statement: ObjCell,
    /// The row that the next fetch gives.
    next_row: ObjCell,
    /// The converter of each column, None for none.
    converters: RefCell<Vec<Option<Obj>>>,
    /// Set by a rollback, which ends queries.
    reset: RefCell<Rc<Cell<bool>>>,
    initialized: Cell<bool>,
    closed: Cell<bool>,
    /// While a statement is executed.
    locked: Cell<bool>,
    weakrefs: *mut PyObject,
}

static_type! {
    /// `sqlite3.Cursor`
    pub static Cursor_Type = {
        tp_name: c"sqlite3.Cursor".as_ptr(),
        tp_basicsize: size_of::<Cursor>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Cursor>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC) as c_ulong,
        tp_doc: c"SQLite database cursor class.".as_ptr(),
        tp_traverse: payload::traverse::<Cursor>(),
        tp_clear: payload::clear::<Cursor>(),
        tp_weaklistoffset: offset_of!(Cursor, weakrefs) as Py_ssize_t,
        tp_iter: slot::unary(|this: &Cursor| Ok(this.object().owned())),
        tp_iternext: slot::iternext(next),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_init: slot::init(init),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_new: slot::new(new),
        tp_free: Some(krait_object::gc::PyObject_GC_Del),
    };
}
payload_class!(Cursor, Cursor_Type);

impl Payload for Cursor {
    fn traverse(&self, visitor: &mut Visitor) {
        for cell in self.cells() {
            cell.visit(visitor);
        }
    }

    fn clear(&self) {
        self.end_statement();
        for cell in self.cells() {
            drop(cell.take());
        }
        drop(self.converters.take());
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        self.end_statement();
    }
}

methods! {
    static METHODS = [
        method::varargs(c"execute", |this: &Cursor, args: &Object| execute(this, args, false), c"Executes a SQL statement."),
        method::varargs(c"executemany", |this: &Cursor, args: &Object| execute(this, args, true), c"Repeatedly executes a SQL statement."),
        method::o(c"executescript", executescript, c"Executes a multiple SQL statements at once. Non-standard."),
        method::noargs(c"fetchone", fetchone, c"Fetches one row from the resultset."),
        method::keywords(c"fetchmany", fetchmany, c"Fetches several rows from the resultset."),
        method::noargs(c"fetchall", fetchall, c"Fetches all rows from the resultset."),
        method::noargs(c"close", close, c"Closes the cursor."),
        method::o(c"setinputsizes", |_: &Cursor, _: &Object| -> Result<()> { Ok(()) }, c"Required by DB-API. Does nothing in pysqlite."),
        method::varargs(c"setoutputsize", |_: &Cursor, _: &Object| -> Result<()> { Ok(()) }, c"Required by DB-API. Does nothing in pysqlite."),
    ];
}
members! {
    static MEMBERS = [
        method::member(c"connection", T_OBJECT, offset_of!(Cursor, connection), READONLY, c""),
        method::member(c"description", T_OBJECT, offset_of!(Cursor, description), READONLY, c""),
        method::member(c"arraysize", T_INT, offset_of!(Cursor, arraysize), 0, c""),
        method::member(c"lastrowid", T_OBJECT, offset_of!(Cursor, last_row_id), READONLY, c""),
        method::member(c"rowcount", T_LONG, offset_of!(Cursor, rowcount), READONLY, c""),
        method::member(c"row_factory", T_OBJECT, offset_of!(Cursor, row_factory), 0, c""),
    ];
}

fn new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    let new = payload::new(class, |head| Cursor {
        head,
        connection: ObjCell::empty(),
        description: ObjCell::empty(),
        row_factory: ObjCell::empty(),
        last_row_id: ObjCell::empty(),
        arraysize: Cell::new(1),
        rowcount: Cell::new(-1),
        statement: ObjCell::empty(),
        next_row: ObjCell::empty(),
        converters: RefCell::default(),
        reset: RefCell::default(),
        initialized: Cell::new(false),
        closed: Cell::new(false),
        locked: Cell::new(false),
        weakrefs: core::ptr::null_mut(),
    })?;
    Ok(new.upcast())
}

fn init(this: &Cursor, args: &Object, _kw: Option<&Object>) -> Result<()> {
    let args = tuple::items(args);
    crate::support::check_count("", args.len(), 1, 1)?;
    let Some(connection) = args[0].downcast::<Connection>() else {
        return Err(crate::support::wrong_type("", 1, "sqlite3.Connection", args[0]));
    };
    this.connection.set(args[0].owned());
    this.end_statement();
    drop(this.next_row.take());
    this.row_factory.set(none::none().owned());
    this.description.set(none::none().owned());
    this.last_row_id.set(none::none().owned());
    this.arraysize.set(1);
    this.closed.set(false);
    this.rowcount.set(-1);
    connection.check_thread()?;
    let flag = Rc::new(Cell::new(false));
    connection.db()?.add_cursor(&flag);
    this.reset.replace(flag);
    this.initialized.set(true);
    Ok(())
}

impl Cursor {
    fn cells(&self) -> [&ObjCell; 6] {
        [
            &self.connection,
            &self.description,
            &self.row_factory,
            &self.last_row_id,
            &self.statement,
            &self.next_row,
        ]
    }

    /// The names of the columns as DB-API wants them.
    pub fn description(&self) -> Obj {
        self.description.get_or_none()
    }

    /// Sets what makes rows of tuples.
    pub fn set_row_factory(&self, factory: Obj) {
        self.row_factory.set(factory);
    }

    fn end_statement(&self) {
        if let Some(statement) = self.current() {
            statement.reset();
            drop(self.statement.take());
        }
    }

    fn current(&self) -> Option<Obj<Statement>> {
        self.statement.get().and_then(|statement| statement.downcast_into::<Statement>().ok())
    }

    fn connection(&self) -> Result<Obj<Connection>> {
        self.connection.get_or_none().downcast_into::<Connection>().map_err(|_| not_initialized())
    }

    /// The connection, if the cursor can be used.
    fn check(&self) -> Result<Obj<Connection>> {
        if !self.initialized.get() {
            return Err(not_initialized());
        }
        if self.closed.get() {
            return Err(raise("ProgrammingError", "Cannot operate on a closed cursor."));
        }
        if self.locked.get() {
            return Err(raise("ProgrammingError", "Recursive use of cursors not allowed."));
        }
        let connection = self.connection()?;
        connection.check_thread()?;
        connection.db()?;
        Ok(connection)
    }
}

#[cold]
fn not_initialized() -> krait_object::Raised {
    raise("ProgrammingError", "Base Cursor.__init__ not called.")
}

// ---- columns ----

/// A name of SQLite's.
unsafe fn name_of(text: *const core::ffi::c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: a C string that lives as long as its statement.
    Some(unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// The converters that the columns' names and types ask for.
fn column_converters(statement: &Statement, detect: c_int) -> Result<Vec<Option<Obj>>> {
    if detect == 0 {
        return Ok(Vec::new());
    }
    let registered = CONVERTERS.get_or_make(dict::new)?;
    let look_up = |key: &str| -> Result<Option<Obj>> {
        let key = call::call_method_str(&*unicode::from_str(key)?, "upper", &[])?;
        dict::get_item(&registered, &key)
    };
    let raw = statement.prepared.get();
    // SAFETY: a live statement.
    let count = unsafe { ffi::sqlite3_column_count(raw) };
    let mut converters = Vec::new();
    for i in 0..count {
        let mut converter = None;
        if detect & PARSE_COLNAMES != 0
            // SAFETY: a column of a live statement.
            && let Some(name) = unsafe { name_of(ffi::sqlite3_column_name(raw, i)) }
            && let Some((_, rest)) = name.split_once('[')
            && let Some((key, _)) = rest.split_once(']')
        {
            converter = look_up(key)?;
        }
        if converter.is_none()
            && detect & PARSE_DECLTYPES != 0
            // SAFETY: a column of a live statement.
            && let Some(declared) = unsafe { name_of(ffi::sqlite3_column_decltype(raw, i)) }
        {
            converter = look_up(declared.split([' ', '(']).next().unwrap_or_default())?;
        }
        converters.push(converter);
    }
    Ok(converters)
}

/// The tuple of 7-tuples that describes the columns.
fn describe(statement: &Statement, detect: c_int) -> Result<Obj> {
    let raw = statement.prepared.get();
    // SAFETY: a live statement.
    let count = unsafe { ffi::sqlite3_column_count(raw) };
    let mut columns = Vec::new();
    for i in 0..count {
        // SAFETY: a column of a live statement.
        let Some(name) = (unsafe { name_of(ffi::sqlite3_column_name(raw, i)) }) else {
            return Err(err::no_memory());
        };
        let shown = if detect & PARSE_COLNAMES != 0 {
            name.split_once('[').map_or(name.as_str(), |(front, _)| front.strip_suffix(' ').unwrap_or(front))
        } else {
            name.as_str()
        };
        let mut column = vec![unicode::from_str(shown)?];
        column.resize_with(7, || none::none().owned());
        columns.push(tuple::from_vec(column)?);
    }
    tuple::from_vec(columns)
}

/// The text of a column in the form that `text_factory` asks for.
fn make_text(
    connection: &Connection,
    column: c_int,
    raw: *mut ffi::sqlite3_stmt,
    text: &[u8],
) -> Result<Obj> {
    let factory = connection.text_factory();
    if factory.is(unicode::Str::class().object()) {
        return unicode::decode_utf8(text, None).map_err(|raised| {
            if !err::matches(krait_object::types::exceptions::UnicodeDecodeError()) {
                return raised;
            }
            err::clear();
            // SAFETY: a column of a live statement.
            let name = unsafe { name_of(ffi::sqlite3_column_name(raw, column)) }.unwrap_or_default();
            let shown = String::from_utf8_lossy(text);
            raise(
                "OperationalError",
                format_args!("Could not decode to UTF-8 column '{name}' with text '{shown}'"),
            )
        });
    }
    let content = bytes::from_slice(text)?;
    if factory.is(bytes::Bytes::class().object()) {
        return Ok(content);
    }
    if factory.is(bytearray::ByteArray::class().object()) {
        return bytearray::from_slice(text);
    }
    call::call1(&factory, &content)
}

/// The current row as a tuple.
fn fetch_row(this: &Cursor, connection: &Connection, statement: &Statement) -> Result<Obj> {
    let raw = statement.prepared.get();
    // SAFETY: a live statement.
    let count = unsafe { ffi::sqlite3_data_count(raw) };
    let mut row = Vec::with_capacity(count as usize);
    for i in 0..count {
        let converter = this.converters.borrow().get(i as usize).cloned().flatten();
        // SAFETY: a column of the current row; the memory stays until the next step.
        let value = unsafe {
            let kind = ffi::sqlite3_column_type(raw, i);
            let content = || {
                let start = ffi::sqlite3_column_blob(raw, i).cast();
                callbacks::memory(start, ffi::sqlite3_column_bytes(raw, i) as usize)
            };
            match (converter, kind) {
                (_, ffi::SQLITE_NULL) => none::none().owned(),
                (Some(converter), _) => call::call1(&converter, &*bytes::from_slice(content())?)?,
                (None, ffi::SQLITE_INTEGER) => long::from_i64(ffi::sqlite3_column_int64(raw, i))?,
                (None, ffi::SQLITE_FLOAT) => float::from_f64(ffi::sqlite3_column_double(raw, i))?,
                (None, ffi::SQLITE_TEXT) => {
                    let start = ffi::sqlite3_column_text(raw, i).cast();
                    let text = callbacks::memory(start, ffi::sqlite3_column_bytes(raw, i) as usize);
                    make_text(connection, i, raw, text)?
                }
                _ => bytes::from_slice(content())?,
            }
        };
        row.push(value);
    }
    if err::occurred().is_some() {
        return Err(krait_object::Raised::assume());
    }
    tuple::from_vec(row)
}

// ---- execution ----

fn execute(this: &Cursor, args: &Object, many: bool) -> Result<Obj> {
    let connection = this.check()?;
    let args = tuple::items(args);
    if many {
        crate::support::check_count("", args.len(), 2, 2)?;
    } else {
        crate::support::check_count("", args.len(), 1, 2)?;
    }
    let sql = args[0];
    if !unicode::check(sql) {
        return Err(crate::support::wrong_type("", 1, "str", sql));
    }
    let parameters = if many {
        if iter::check(args[1]) { args[1].owned() } else { iter::get_iter(args[1])? }
    } else {
        let one = args.get(1).map_or_else(tuple::empty, |parameters| (*parameters).owned());
        iter::get_iter(&*tuple::pack([one])?)?
    };
    this.locked.set(true);
    this.reset.borrow().set(false);
    let outcome = run(this, &connection, sql, &parameters, many);
    this.locked.set(false);
    if outcome.is_err() {
        this.rowcount.set(-1);
        if let Some(statement) = this.current() {
            let error = err::fetch();
            statement.reset();
            drop(this.statement.take());
            if let Some(error) = error {
                err::restore(error);
            }
        }
    }
    outcome.map(|()| this.object().owned())
}

fn run(this: &Cursor, connection: &Connection, sql: &Object, parameters: &Object, many: bool) -> Result<()> {
    drop(this.next_row.take());
    this.end_statement();
    this.description.set(none::none().owned());
    let mut statement = connection.statement(sql)?;
    if statement.in_use.get() {
        statement = Statement::new(connection, sql)?;
    }
    statement.prepared.reset();
    statement.in_use.set(true);
    this.statement.set(statement.object().owned());
    this.rowcount.set(if statement.is_dml { 0 } else { -1 });
    connection.begin_if_needed(&statement)?;
    let db = connection.db()?;
    let detect = connection.detect_types();
    while let Some(values) = iter::next(parameters)? {
        statement.in_use.set(true);
        statement.bind(&values)?;
        let status = statement.prepared.step();
        if err::occurred().is_some() {
            statement.reset();
            return Err(krait_object::Raised::assume());
        }
        if status != ffi::SQLITE_DONE && status != ffi::SQLITE_ROW {
            let error = db.error();
            statement.reset();
            return Err(error);
        }
        this.converters.replace(column_converters(&statement, detect)?);
        // SAFETY: a live statement.
        let has_columns = unsafe { ffi::sqlite3_column_count(statement.prepared.get()) } > 0;
        if has_columns && this.description.get_or_none().is_none() {
            this.description.set(describe(&statement, detect)?);
        }
        if statement.is_dml {
            // SAFETY: an open database.
            let changes = unsafe { ffi::sqlite3_changes(db.get()) };
            this.rowcount.set(this.rowcount.get() + c_long::from(changes));
        } else {
            this.rowcount.set(-1);
        }
        if !many {
            // SAFETY: an open database.
            let id = unsafe { ffi::sqlite3_last_insert_rowid(db.get()) };
            this.last_row_id.set(long::from_i64(id)?);
        }
        if status == ffi::SQLITE_ROW {
            if many {
                return Err(raise("ProgrammingError", "executemany() can only execute DML statements."));
            }
            this.next_row.set(fetch_row(this, connection, &statement)?);
        } else if !many {
            this.end_statement();
        }
        if many {
            statement.reset();
        }
    }
    Ok(())
}

fn executescript(this: &Cursor, script: &Object) -> Result<Obj> {
    let connection = this.check()?;
    this.reset.borrow().set(false);
    if !unicode::check(script) {
        return Err(err::value_error("script argument must be unicode."));
    }
    let text = crate::support::c_string(unicode::as_utf8(script)?.as_bytes());
    connection.commit()?;
    let db = connection.db()?;
    let mut rest = &text[..];
    loop {
        let (statement, left, status) = prepare(db.get(), rest);
        if status != ffi::SQLITE_OK {
            return Err(db.error());
        }
        let prepared = db.add_statement(statement);
        let mut status = ffi::SQLITE_ROW;
        while status == ffi::SQLITE_ROW {
            status = prepared.step();
        }
        let failed = status != ffi::SQLITE_DONE && status != ffi::SQLITE_OK;
        if err::occurred().is_some() {
            prepared.finalize();
            return Err(krait_object::Raised::assume());
        }
        let error = if failed { Some(db.error()) } else { None };
        prepared.finalize();
        if let Some(error) = error {
            return Err(error);
        }
        rest = &rest[rest.len() - left..];
        if rest.first().is_none_or(|byte| *byte == 0) {
            return Ok(this.object().owned());
        }
    }
}

// ---- rows ----

fn next(this: &Cursor) -> Result<Option<Obj>> {
    let connection = this.check()?;
    if this.reset.borrow().get() {
        return Err(raise(
            "InterfaceError",
            "Cursor needed to be reset because of commit/rollback and can no longer be fetched from.",
        ));
    }
    let Some(row) = this.next_row.take() else {
        this.end_statement();
        return Ok(None);
    };
    let factory = this.row_factory.get_or_none();
    let row = if factory.is_none() { row } else { call::call(&factory, &[this.object(), &row])? };
    if let Some(statement) = this.current() {
        let status = statement.prepared.step();
        if err::occurred().is_some() {
            statement.reset();
            return Err(krait_object::Raised::assume());
        }
        match status {
            ffi::SQLITE_ROW => {
                this.locked.set(true);
                let next = fetch_row(this, &connection, &statement);
                this.locked.set(false);
                this.next_row.set(next?);
            }
            ffi::SQLITE_DONE | ffi::SQLITE_OK => {
                statement.reset();
            }
            _ => {
                let error = connection.db()?.error();
                statement.reset();
                return Err(error);
            }
        }
    }
    Ok(Some(row))
}

fn fetchone(this: &Cursor) -> Result<Option<Obj>> {
    next(this)
}

fn fetchmany(this: &Cursor, args: Args<'_>) -> Result<Obj> {
    let [size] = const { Signature::new("fetchmany", ["size"]).required(0) }.bind(args)?;
    let most = crate::support::int_or(size, this.arraysize.get())?;
    let rows = list::new()?;
    let mut count = 0;
    while let Some(row) = next(this)? {
        rows.push(row)?;
        count += 1;
        if count == most {
            break;
        }
    }
    Ok(rows.upcast())
}

fn fetchall(this: &Cursor) -> Result<Obj> {
    let rows = list::new()?;
    while let Some(row) = next(this)? {
        rows.push(row)?;
    }
    Ok(rows.upcast())
}

fn close(this: &Cursor) -> Result<()> {
    let connection = this.connection()?;
    if !this.initialized.get() {
        return Err(not_initialized());
    }
    if this.locked.get() {
        return Err(raise("ProgrammingError", "Recursive use of cursors not allowed."));
    }
    connection.check_thread()?;
    connection.db()?;
    this.end_statement();
    this.closed.set(true);
    Ok(())
}
