//! `sqlite3.Statement`: a prepared statement, with its parameters bound.

use super::connection::Connection;
use super::db::Prepared;
use super::value::Value;
use super::{Protocol, adapt, raise};
use core::cell::Cell;
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::{mapping, object, sequence};
use krait_object::types::{bytearray, dict, exceptions, float, list, long, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, payload_class, state, static_type};
use libsqlite3_sys as ffi;
use std::rc::Rc;

/// See the module.
#[repr(C)]
pub struct Statement {
    head: Head,
    pub prepared: Rc<Prepared>,
    /// Whether a cursor is going through its rows.
    pub in_use: Cell<bool>,
    /// Whether it changes rows.
    pub is_dml: bool,
}

static_type! {
    /// `sqlite3.Statement`
    pub static Statement_Type = {
        tp_name: c"sqlite3.Statement".as_ptr(),
        tp_basicsize: size_of::<Statement>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Statement>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Statement, Statement_Type);
impl Payload for Statement {}

impl Drop for Statement {
    fn drop(&mut self) {
        if !self.prepared.get().is_null() {
            self.prepared.finalize();
        }
    }
}

/// Whether the text has anything but white space and comments.
fn has_more(mut rest: &[u8]) -> bool {
    loop {
        rest = rest.trim_ascii_start();
        if let Some(comment) = rest.strip_prefix(b"--") {
            rest = comment.iter().position(|byte| *byte == b'\n').map_or(&[], |end| &comment[end..]);
        } else if let Some(comment) = rest.strip_prefix(b"/*") {
            rest = comment.windows(2).position(|pair| pair == b"*/").map_or(&[], |end| &comment[end + 2..]);
        } else {
            return !(rest.is_empty() || rest == b"-" || rest == b"/" || rest[0] == 0);
        }
    }
}

impl Statement {
    /// Prepares one statement.
    pub fn new(connection: &Connection, sql: &Object) -> Result<Obj<Statement>> {
        let text = unicode::as_utf8(sql)?;
        if text.contains('\0') {
            return Err(err::value_error("the query contains a null character"));
        }
        let db = connection.db()?;
        let start = text.trim_ascii_start();
        let is_dml = ["insert", "update", "delete", "replace"]
            .iter()
            .any(|word| start.get(..word.len()).is_some_and(|first| first.eq_ignore_ascii_case(word)));
        let c_text = crate::support::c_string(text.as_bytes());
        let (statement, rest, status) = prepare(db.get(), &c_text);
        if status != ffi::SQLITE_OK {
            return Err(db.error());
        }
        let prepared = db.add_statement(statement);
        if has_more(&c_text[c_text.len() - rest..c_text.len() - 1]) {
            prepared.finalize();
            return Err(raise("Warning", "You can only execute one statement at a time."));
        }
        payload::new(Statement::class(), |head| Statement {
            head,
            prepared,
            in_use: Cell::new(false),
            is_dml,
        })
    }

    /// Ends the query.
    pub fn reset(&self) -> c_int {
        if !self.in_use.get() || self.prepared.get().is_null() {
            return ffi::SQLITE_OK;
        }
        let status = self.prepared.reset();
        if status == ffi::SQLITE_OK {
            self.in_use.set(false);
        }
        status
    }

    /// Gives the parameters their values.
    pub fn bind(&self, parameters: &Object) -> Result<()> {
        let statement = self.prepared.get();
        // SAFETY: NULL or a live statement.
        let wanted = unsafe { ffi::sqlite3_bind_parameter_count(statement) };
        let is_plain = tuple::check_exact(parameters) || list::check_exact(parameters);
        if is_plain || (!dict::check(parameters) && sequence::check(parameters)) {
            let given = sequence::size(parameters)?;
            if given != wanted as usize {
                return Err(raise(
                    "ProgrammingError",
                    format_args!(
                        "Incorrect number of bindings supplied. The current statement uses {wanted}, and there are {given} supplied."
                    ),
                ));
            }
            for i in 0..given {
                let value = sequence::get_item(parameters, i as isize)?;
                self.bind_one(i as c_int + 1, &value)?.map_err(|()| unsupported(i))?;
            }
            return Ok(());
        }
        if !dict::check(parameters) && !mapping::check(parameters) {
            return Err(err::value_error("parameters are of unsupported type"));
        }
        for i in 1..=wanted {
            // SAFETY: a live statement; NULL or a C string that lives as long.
            let name = unsafe { ffi::sqlite3_bind_parameter_name(statement, i) };
            if name.is_null() {
                return Err(raise(
                    "ProgrammingError",
                    format_args!(
                        "Binding {i} has no name, but you supplied a dictionary (which has only names)."
                    ),
                ));
            }
            // SAFETY: as above; the first character is the marker.
            let name = unsafe { core::ffi::CStr::from_ptr(name.add(1)) }.to_string_lossy();
            let key = unicode::from_str(&name)?;
            let value = object::get_item(parameters, &key).map_err(|raised| {
                if !err::matches(exceptions::LookupError()) {
                    return raised;
                }
                err::clear();
                raise("ProgrammingError", format_args!("You did not supply a value for binding {i}."))
            })?;
            self.bind_one(i, &value)?.map_err(|()| unsupported(format_args!(":{name}")))?;
        }
        Ok(())
    }

    /// Binds one value; the inner error means that SQLite has nothing of its kind.
    fn bind_one(&self, index: c_int, value: &Object) -> Result<core::result::Result<(), ()>> {
        let adapted;
        let value = if needs_adapter(value) {
            adapted = adapt(value, Protocol::class().object(), Some(value))?;
            &*adapted
        } else {
            value
        };
        let statement = self.prepared.get();
        let Some(value) = Value::of(value, "string longer than INT_MAX bytes")? else {
            return Ok(Err(()));
        };
        let transient = ffi::SQLITE_TRANSIENT();
        // SAFETY: a live statement; SQLite copies what it is given, whose length fits.
        let status = unsafe {
            match value {
                Value::Null => ffi::sqlite3_bind_null(statement, index),
                Value::Integer(number) => ffi::sqlite3_bind_int64(statement, index, number),
                Value::Real(number) => ffi::sqlite3_bind_double(statement, index, number),
                Value::Text(text) => {
                    let length = text.len() as c_int;
                    ffi::sqlite3_bind_text(statement, index, text.as_ptr().cast(), length, transient)
                }
                Value::Blob(blob) => {
                    let blob = blob.as_slice();
                    let length = blob.len() as c_int;
                    ffi::sqlite3_bind_blob(statement, index, blob.as_ptr().cast(), length, transient)
                }
            }
        };
        Ok(if status == ffi::SQLITE_OK { Ok(()) } else { Err(()) })
    }
}

/// Prepares the first statement of a C string: the statement, the length of the rest with its NUL, the status.
pub fn prepare(db: *mut ffi::sqlite3, text: &[u8]) -> (*mut ffi::sqlite3_stmt, usize, c_int) {
    let (mut statement, mut tail) = (core::ptr::null_mut(), core::ptr::null());
    let start = text.as_ptr().cast();
    // SAFETY: an open database and a C string.
    let status =
        state::allow_threads(|| unsafe { ffi::sqlite3_prepare_v2(db, start, -1, &mut statement, &mut tail) });
    let used = if tail.is_null() { 0 } else { tail as usize - start as usize };
    (statement, text.len() - used, status)
}

#[cold]
fn unsupported(which: impl core::fmt::Display) -> Raised {
    raise("InterfaceError", format_args!("Error binding parameter {which} - probably unsupported type."))
}

static BASE_TYPES_ADAPTED: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);

/// Says that an adapter is registered for a type that needs none.
pub fn adapt_base_types() {
    BASE_TYPES_ADAPTED.store(true, core::sync::atomic::Ordering::Relaxed);
}

fn needs_adapter(value: &Object) -> bool {
    BASE_TYPES_ADAPTED.load(core::sync::atomic::Ordering::Relaxed)
        || !(long::check_exact(value)
            || float::check_exact(value)
            || unicode::check_exact(value)
            || value.is_exactly(bytearray::ByteArray::class()))
}

#[cfg(test)]
mod tests {
    use super::has_more;

    #[test]
    fn what_follows_a_statement() {
        for (rest, more) in [
            ("", false),
            (" \n\t", false),
            ("-- no", false),
            ("/* no */ ", false),
            ("/* open", false),
            ("-- no\n select", true),
            ("/* no */ x", true),
            ("select 2", true),
        ] {
            assert_eq!(has_more(rest.as_bytes()), more, "{rest:?}");
        }
    }
}
