//! `syslog`: messages for the system's log.

use crate::support::{audit, check_count, int, long as long_arg, wrong_type};
use core::cell::RefCell;
use core::ffi::c_int;
use krait_object::args::{Args, Signature};
use krait_object::text::byte;
use krait_object::types::list::List;
use krait_object::types::{long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, hooks, method, native_module};

native_module! {
    /// `syslog`
    init: PyInit_syslog, name: c"syslog", doc: crate::support::NoDoc, methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"openlog", openlog, c""), method::noargs(c"closelog", closelog, c""),
        method::varargs(c"syslog", syslog, c""), method::varargs(c"setlogmask", setlogmask, c""),
        method::varargs(c"LOG_MASK", log_mask, c""), method::varargs(c"LOG_UPTO", log_upto, c""),
    ];
}

#[rustfmt::skip]
static CONSTANTS: &[(&str, i64)] = &[
    ("LOG_ALERT", 1), ("LOG_AUTH", 32), ("LOG_AUTHPRIV", 80), ("LOG_CONS", 2), ("LOG_CRIT", 2),
    ("LOG_CRON", 72), ("LOG_DAEMON", 24), ("LOG_DEBUG", 7), ("LOG_EMERG", 0), ("LOG_ERR", 3),
    ("LOG_INFO", 6), ("LOG_KERN", 0), ("LOG_LOCAL0", 128), ("LOG_LOCAL1", 136), ("LOG_LOCAL2", 144),
    ("LOG_LOCAL3", 152), ("LOG_LOCAL4", 160), ("LOG_LOCAL5", 168), ("LOG_LOCAL6", 176),
    ("LOG_LOCAL7", 184), ("LOG_LPR", 48), ("LOG_MAIL", 16), ("LOG_NDELAY", 8), ("LOG_NEWS", 56),
    ("LOG_NOTICE", 5), ("LOG_NOWAIT", 16), ("LOG_ODELAY", 4), ("LOG_PERROR", 32), ("LOG_PID", 1),
    ("LOG_SYSLOG", 40), ("LOG_USER", 8), ("LOG_UUCP", 64), ("LOG_WARNING", 4),
];

fn exec(this: &Object) -> Result<()> {
    crate::support::add_ints(this, CONSTANTS)
}

/// Whether the log is open, and the identification, which the C library keeps a pointer to.
struct Log(RefCell<Option<Option<Vec<u8>>>>);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Log {}
static LOG: Log = Log(RefCell::new(None));

/// The name of the script, from the last slash on.
fn script_name() -> Result<Option<Obj>> {
    let Some(argv) = (hooks::get().sys_get)("argv") else { return Ok(None) };
    let Some(script) = argv.downcast::<List>().and_then(|argv| argv.get(0)) else { return Ok(None) };
    if !unicode::check(&script) || unicode::len(&script) == 0 {
        return Ok(None);
    }
    let text = unicode::as_utf8(&script)?;
    let name = text.rsplit('/').next().unwrap_or(text);
    if name.is_empty() { Ok(None) } else { unicode::from_str(name).map(Some) }
}

fn open(ident: Option<Obj>, option: i64, facility: i64) -> Result<()> {
    let ident = match ident {
        Some(ident) => Some(ident),
        None => script_name()?,
    };
    let text = ident
        .as_ref()
        .map(|ident| Ok(crate::support::c_string(unicode::as_utf8(ident)?.as_bytes())))
        .transpose()?;
    let shown = ident.unwrap_or_else(|| none::none().owned());
    audit("syslog.openlog", [shown, long::from_i64(option)?, long::from_i64(facility)?])?;
    let pointer = text.as_ref().map_or(core::ptr::null(), |text| text.as_ptr().cast());
    // SAFETY: a C string that is kept until the log is closed, or NULL.
    unsafe { libc::openlog(pointer, option as c_int, facility as c_int) };
    *LOG.0.borrow_mut() = Some(text);
    Ok(())
}

fn openlog(_module: &Object, args: Args<'_>) -> Result<()> {
    let [ident, option, facility] =
        const { Signature::new("openlog", ["ident", "logoption", "facility"]).required(0) }.bind(args)?;
    if let Some(ident) = ident
        && !unicode::check(ident)
    {
        return Err(wrong_type("openlog", 1, "str", ident));
    }
    let option = option.map_or(Ok(0), long_arg)?;
    let facility = facility.map_or(Ok(i64::from(libc::LOG_USER)), long_arg)?;
    open(ident.map(Layout::owned), option, facility)
}

fn syslog(_module: &Object, args: &Object) -> Result<()> {
    let usage = || err::type_error("[priority,] message string");
    let (priority, message) = match tuple::items(args) {
        [message] if unicode::check(message) => (libc::LOG_INFO, *message),
        [priority, message] if unicode::check(message) => match int(priority) {
            Ok(priority) => (priority, *message),
            Err(_) => {
                err::clear();
                return Err(usage());
            }
        },
        _ => return Err(usage()),
    };
    let text = crate::support::c_string(unicode::as_utf8(message)?.as_bytes());
    let shown = &text[..byte::find(0, &text).unwrap_or(0)];
    let shown = unicode::decode_utf8(shown, Some("replace"))?;
    audit("syslog.syslog", [long::from_i64(priority.into())?, shown])?;
    if LOG.0.borrow().is_none() {
        open(None, 0, i64::from(libc::LOG_USER))?;
    }
    // SAFETY: C strings; the message is no format.
    krait_object::state::allow_threads(|| unsafe {
        libc::syslog(priority, c"%s".as_ptr(), text.as_ptr());
    });
    Ok(())
}

fn closelog(_module: &Object) -> Result<()> {
    audit("syslog.closelog", [])?;
    if LOG.0.borrow().is_some() {
        // SAFETY: no precondition.
        unsafe { libc::closelog() };
        *LOG.0.borrow_mut() = None;
    }
    Ok(())
}

fn one<'a>(function: &str, args: &'a Object) -> Result<&'a Object> {
    let items = tuple::items(args);
    check_count(function, items.len(), 1, 1)?;
    Ok(items[0])
}

fn setlogmask(_module: &Object, args: &Object) -> Result<c_int> {
    let [mask] = tuple::items(args) else { return Err(err::type_error("mask for priority")) };
    let mask = long_arg(mask)?;
    audit("syslog.setlogmask", [args.owned()])?;
    // SAFETY: no precondition.
    Ok(unsafe { libc::setlogmask(mask as c_int) })
}

fn log_mask(_module: &Object, args: &Object) -> Result<i64> {
    let priority = long_arg(one("LOG_MASK", args)?)?;
    Ok(i64::from(1i32.wrapping_shl(priority as u32)))
}

fn log_upto(_module: &Object, args: &Object) -> Result<i64> {
    let priority = long_arg(one("LOG_UPTO", args)?)?;
    Ok(i64::from(1i32.wrapping_shl(priority as u32 + 1).wrapping_sub(1)))
}
