//! A database handle, shared by a connection, its statements and its cursors.

use super::raise;
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use krait_object::{Raised, err, state};
use libsqlite3_sys as ffi;
use std::rc::{Rc, Weak};

/// A prepared statement, NULL once it is finalised.
pub struct Prepared(Cell<*mut ffi::sqlite3_stmt>);

impl Prepared {
    pub fn get(&self) -> *mut ffi::sqlite3_stmt {
        self.0.get()
    }

    pub fn finalize(&self) {
        let statement = self.0.replace(core::ptr::null_mut());
        // SAFETY: NULL, or a statement of ours that nobody uses any more.
        state::allow_threads(|| unsafe { ffi::sqlite3_finalize(statement) });
    }

    pub fn reset(&self) -> c_int {
        let statement = self.0.get();
        // SAFETY: NULL or a live statement.
        state::allow_threads(|| unsafe { ffi::sqlite3_reset(statement) })
    }

    /// Runs the statement to its next row or its end.
    pub fn step(&self) -> c_int {
        let statement = self.0.get();
        if statement.is_null() {
            // A text without a statement.
            return ffi::SQLITE_DONE;
        }
        // SAFETY: a live statement.
        state::allow_threads(|| unsafe { ffi::sqlite3_step(statement) })
    }
}

/// See the module.
#[derive(Default)]
pub struct Db {
    handle: Cell<Option<*mut ffi::sqlite3>>,
    statements: RefCell<Vec<Weak<Prepared>>>,
    /// The flags of cursors that say that a rollback has ended their query.
    cursors: RefCell<Vec<Weak<Cell<bool>>>>,
}

impl Db {
    pub fn new(handle: *mut ffi::sqlite3) -> Rc<Db> {
        let db = Rc::<Db>::default();
        db.handle.set(Some(handle));
        db
    }

    /// The handle, NULL after the end.
    pub fn get(&self) -> *mut ffi::sqlite3 {
        self.handle.get().unwrap_or(core::ptr::null_mut())
    }

    pub fn add_statement(&self, statement: *mut ffi::sqlite3_stmt) -> Rc<Prepared> {
        let prepared = Rc::new(Prepared(Cell::new(statement)));
        let mut all = self.statements.borrow_mut();
        if all.len() == all.capacity() {
            all.retain(|weak| weak.strong_count() > 0);
        }
        all.push(Rc::downgrade(&prepared));
        prepared
    }

    pub fn add_cursor(&self, flag: &Rc<Cell<bool>>) {
        let mut all = self.cursors.borrow_mut();
        if all.len() == all.capacity() {
            all.retain(|weak| weak.strong_count() > 0);
        }
        all.push(Rc::downgrade(flag));
    }

    fn live_statements(&self) -> Vec<Rc<Prepared>> {
        self.statements.borrow().iter().filter_map(Weak::upgrade).collect()
    }

    /// Ends all queries; cursors tell who goes on fetching.
    pub fn reset_all(&self) {
        for statement in self.live_statements() {
            statement.reset();
        }
        for flag in self.cursors.borrow().iter().filter_map(Weak::upgrade) {
            flag.set(true);
        }
    }

    /// Finalises all statements and closes the database.
    pub fn close(&self) -> c_int {
        for statement in self.live_statements() {
            statement.finalize();
        }
        match self.handle.take() {
            // SAFETY: the handle is given up here.
            Some(handle) => state::allow_threads(|| unsafe { ffi::sqlite3_close(handle) }),
            None => ffi::SQLITE_OK,
        }
    }

    /// Whether no transaction is open.
    pub fn is_autocommit(&self) -> bool {
        // SAFETY: only asked of open databases.
        unsafe { ffi::sqlite3_get_autocommit(self.get()) != 0 }
    }

    /// Raises what the last failure was.
    #[cold]
    pub fn error(&self) -> Raised {
        // SAFETY: SQLite's functions take NULL as well; the message is a C string.
        let (code, message) = unsafe {
            let message = core::ffi::CStr::from_ptr(ffi::sqlite3_errmsg(self.get()));
            (ffi::sqlite3_errcode(self.get()) & 0xff, message.to_string_lossy().into_owned())
        };
        let class = match code {
            ffi::SQLITE_INTERNAL | ffi::SQLITE_NOTFOUND => "InternalError",
            ffi::SQLITE_NOMEM => return err::no_memory(),
            ffi::SQLITE_ERROR
            | ffi::SQLITE_PERM
            | ffi::SQLITE_ABORT
            | ffi::SQLITE_BUSY
            | ffi::SQLITE_LOCKED
            | ffi::SQLITE_READONLY
            | ffi::SQLITE_INTERRUPT
            | ffi::SQLITE_IOERR
            | ffi::SQLITE_FULL
            | ffi::SQLITE_CANTOPEN
            | ffi::SQLITE_PROTOCOL
            | ffi::SQLITE_EMPTY
            | ffi::SQLITE_SCHEMA => "OperationalError",
            ffi::SQLITE_TOOBIG => "DataError",
            ffi::SQLITE_CONSTRAINT | ffi::SQLITE_MISMATCH => "IntegrityError",
            ffi::SQLITE_MISUSE => "ProgrammingError",
            _ => "DatabaseError",
        };
        raise(class, message)
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        if let Some(handle) = self.handle.take() {
            // SAFETY: nobody has the handle any more; statements that live on keep the memory.
            unsafe { ffi::sqlite3_close(handle) };
        }
    }
}
