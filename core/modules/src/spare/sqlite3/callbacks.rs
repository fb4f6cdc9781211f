//! Python functions that SQLite calls: SQL functions, aggregates, collations, and the hooks.
//!
//! SQLite runs without the GIL, so each callback takes it. What a callback is given is an owned object that SQLite drops
//! ([`give_up`]) or that the connection keeps.

use super::value::Value;
use core::ffi::{CStr, c_char, c_int, c_uint, c_void};
use core::sync::atomic::{AtomicBool, Ordering};
use krait_object::protocol::{call, object};
use krait_object::types::{bytes, float, long, none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, gil_state, slot};
use libsqlite3_sys as ffi;

static SHOW_ERRORS: AtomicBool = AtomicBool::new(false);

/// Whether errors in callbacks are printed.
pub fn show_errors(show: bool) {
    SHOW_ERRORS.store(show, Ordering::Relaxed);
}

/// Prints or forgets the current exception.
fn dispose_error() {
    if SHOW_ERRORS.load(Ordering::Relaxed) {
        err::write_unraisable(None);
    } else {
        err::clear();
    }
}

/// Runs with the GIL.
fn with_gil<R>(on_panic: R, body: impl FnOnce() -> R) -> R {
    let gil = gil_state::ensure();
    let result = slot::guard(on_panic, body);
    gil_state::release(gil);
    result
}

/// The object behind a callback's pointer.
unsafe fn behind<'a>(pointer: *mut c_void) -> &'a Object {
    // SAFETY: registered with a live object, which SQLite or the connection owns.
    unsafe { Object::from_ptr(pointer.cast()) }
}

/// Drops an object that SQLite owned.
pub unsafe extern "C" fn give_up(pointer: *mut c_void) {
    // SAFETY: the reference was given to SQLite.
    with_gil((), || unsafe { drop(Obj::<Object>::from_owned_ptr(pointer.cast())) });
}

/// A value of SQLite's.
unsafe fn value_of(value: *mut ffi::sqlite3_value) -> Result<Obj> {
    // SAFETY: a live value; texts and blobs have the length that SQLite tells after the pointer was asked for.
    unsafe {
        match ffi::sqlite3_value_type(value) {
            ffi::SQLITE_INTEGER => long::from_i64(ffi::sqlite3_value_int64(value)),
            ffi::SQLITE_FLOAT => float::from_f64(ffi::sqlite3_value_double(value)),
            ffi::SQLITE_TEXT => {
                let start = ffi::sqlite3_value_text(value);
                let length = ffi::sqlite3_value_bytes(value) as usize;
                unicode::decode_utf8(memory(start.cast(), length), None)
            }
            ffi::SQLITE_BLOB => {
                let start = ffi::sqlite3_value_blob(value);
                let length = ffi::sqlite3_value_bytes(value) as usize;
                bytes::from_slice(memory(start.cast(), length))
            }
            _ => Ok(none::none().owned()),
        }
    }
}

/// Memory of SQLite's; NULL where there is none.
pub unsafe fn memory<'a>(start: *const u8, length: usize) -> &'a [u8] {
    if start.is_null() {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(start, length) }
}

unsafe fn values_of(count: c_int, values: *mut *mut ffi::sqlite3_value) -> Result<Vec<Obj>> {
    // SAFETY: so many live values.
    (0..count as usize).map(|i| unsafe { value_of(*values.add(i)) }).collect()
}

fn call_with(callable: &Object, args: &[Obj]) -> Result<Obj> {
    call::call(callable, &args.iter().map(|arg| &**arg).collect::<Vec<_>>())
}

/// Hands a result to SQLite.
unsafe fn set_result(context: *mut ffi::sqlite3_context, value: &Object) -> Result<()> {
    let Some(value) = Value::of(value, "string is longer than INT_MAX bytes")? else {
        return Err(err::type_error("not a value of SQLite's"));
    };
    let transient = ffi::SQLITE_TRANSIENT();
    // SAFETY: a live context; SQLite copies what it is given, whose length fits.
    unsafe {
        match value {
            Value::Null => ffi::sqlite3_result_null(context),
            Value::Integer(number) => ffi::sqlite3_result_int64(context, number),
            Value::Real(number) => ffi::sqlite3_result_double(context, number),
            Value::Text(text) => {
                ffi::sqlite3_result_text(context, text.as_ptr().cast(), text.len() as c_int, transient);
            }
            Value::Blob(blob) => {
                let blob = blob.as_slice();
                ffi::sqlite3_result_blob(context, blob.as_ptr().cast(), blob.len() as c_int, transient);
            }
        }
    }
    Ok(())
}

/// Tells SQLite about a failure.
unsafe fn set_error(context: *mut ffi::sqlite3_context, message: &CStr) {
    dispose_error();
    // SAFETY: a live context and a C string, which SQLite copies.
    unsafe { ffi::sqlite3_result_error(context, message.as_ptr(), -1) };
}

/// A function of SQL.
pub unsafe extern "C" fn function(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: SQLite's own arguments.
    with_gil((), || unsafe {
        let callable = behind(ffi::sqlite3_user_data(context));
        let outcome = values_of(count, values)
            .and_then(|args| call_with(callable, &args))
            .and_then(|value| set_result(context, &value));
        if outcome.is_err() {
            set_error(context, c"user-defined function raised exception");
        }
    });
}

/// A row for an aggregate; its instance is made with the first one.
pub unsafe extern "C" fn step(
    context: *mut ffi::sqlite3_context,
    count: c_int,
    values: *mut *mut ffi::sqlite3_value,
) {
    // SAFETY: SQLite's own arguments; the aggregate's memory is zeroed and holds an owned object.
    with_gil((), || unsafe {
        let place =
            ffi::sqlite3_aggregate_context(context, size_of::<usize>() as c_int).cast::<*mut c_void>();
        if place.is_null() {
            return;
        }
        if (*place).is_null() {
            match call::call0(behind(ffi::sqlite3_user_data(context))) {
                Ok(instance) => *place = instance.into_ptr().cast(),
                Err(_) => {
                    return set_error(context, c"user-defined aggregate's '__init__' method raised error");
                }
            }
        }
        // An aggregate without the method is the program's mistake: its exception goes on.
        let Ok(method) = object::get_attr_str(behind(*place), "step") else { return };
        let outcome = values_of(count, values).and_then(|args| call_with(&method, &args));
        if outcome.is_err() {
            set_error(context, c"user-defined aggregate's 'step' method raised error");
        }
    });
}

/// The end of an aggregate.
pub unsafe extern "C" fn finish(context: *mut ffi::sqlite3_context) {
    // SAFETY: as in `step`; the instance is given up here.
    with_gil((), || unsafe {
        let place = ffi::sqlite3_aggregate_context(context, 0).cast::<*mut c_void>();
        if place.is_null() || (*place).is_null() {
            return;
        }
        let instance = Obj::<Object>::from_owned_ptr((*place).cast());
        *place = core::ptr::null_mut();
        let before = err::fetch();
        let outcome =
            call::call_method_str(&instance, "finalize", &[]).and_then(|value| set_result(context, &value));
        if outcome.is_err() {
            set_error(context, c"user-defined aggregate's 'finalize' method raised error");
        }
        if let Some(before) = before {
            err::restore(before);
        }
    });
}

/// A comparison of texts.
pub unsafe extern "C" fn collate(
    callable: *mut c_void,
    first_length: c_int,
    first: *const c_void,
    second_length: c_int,
    second: *const c_void,
) -> c_int {
    // SAFETY: SQLite's own arguments.
    with_gil(0, || unsafe {
        let compare = || -> Result<c_int> {
            let first = unicode::decode_utf8(memory(first.cast(), first_length as usize), None)?;
            let second = unicode::decode_utf8(memory(second.cast(), second_length as usize), None)?;
            let order = call::call(behind(callable), &[&first, &second])?;
            let (order, overflow) = match long::as_long_and_overflow(&order)? {
                Ok(order) => (order, 0),
                Err(overflow) => (0, overflow),
            };
            Ok((order.signum() as c_int) + overflow)
        };
        if err::occurred().is_some() {
            return 0;
        }
        compare().unwrap_or_else(|_| {
            err::clear();
            0
        })
    })
}

/// A text or None.
unsafe fn text_or_none(text: *const c_char) -> Result<Obj> {
    if text.is_null() {
        return Ok(none::none().owned());
    }
    // SAFETY: a C string.
    unicode::decode_utf8(unsafe { CStr::from_ptr(text) }.to_bytes(), Some("replace"))
}

/// Whether an access is allowed.
pub unsafe extern "C" fn authorize(
    callable: *mut c_void,
    action: c_int,
    first: *const c_char,
    second: *const c_char,
    database: *const c_char,
    trigger: *const c_char,
) -> c_int {
    // SAFETY: SQLite's own arguments.
    with_gil(ffi::SQLITE_DENY, || unsafe {
        let ask = || -> Result<c_int> {
            let args = [
                long::from_i64(action.into())?,
                text_or_none(first)?,
                text_or_none(second)?,
                text_or_none(database)?,
                text_or_none(trigger)?,
            ];
            let answer = call_with(behind(callable), &args)?;
            if !long::check(&answer) {
                return Ok(ffi::SQLITE_DENY);
            }
            long::as_i32(&answer)
        };
        ask().unwrap_or_else(|_| {
            dispose_error();
            ffi::SQLITE_DENY
        })
    })
}

/// Whether the work is to be given up.
pub unsafe extern "C" fn progress(callable: *mut c_void) -> c_int {
    // SAFETY: SQLite's own argument.
    with_gil(1, || unsafe {
        let answer = call::call0(behind(callable)).and_then(|answer| object::is_true(&answer));
        answer.map_or_else(
            |_| {
                dispose_error();
                1
            },
            c_int::from,
        )
    })
}

/// A statement begins.
pub unsafe extern "C" fn trace(
    kind: c_uint,
    callable: *mut c_void,
    _statement: *mut c_void,
    text: *mut c_void,
) -> c_int {
    if kind != ffi::SQLITE_TRACE_STMT as c_uint {
        return 0;
    }
    // SAFETY: SQLite's own arguments: the text is a C string.
    with_gil((), || unsafe {
        let told = text_or_none(text.cast()).and_then(|text| call::call1(behind(callable), &text));
        if told.is_err() {
            dispose_error();
        }
    });
    0
}
