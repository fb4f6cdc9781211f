//! The module's exceptions.

use crate::spare::openssl::*;
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, long, module, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, heap_type, slot};

pub const SSL: c_int = 1;
pub const WANT_READ: c_int = 2;
pub const WANT_WRITE: c_int = 3;
pub const SYSCALL: c_int = 5;
pub const ZERO_RETURN: c_int = 6;
pub const EOF: c_int = 8;
const WANT_X509_LOOKUP: c_int = 4;
const WANT_CONNECT: c_int = 7;

const LIBRARY_SSL: c_ulong = 20;
const REASON_VERIFY_FAILED: c_ulong = 134;
const REASON_UNEXPECTED_EOF: c_ulong = 294;
const MISMATCHED_HOST: i64 = 62;
const MISMATCHED_ADDRESS: i64 = 64;

heap_type! {
    /// `ssl.SSLError`
    static SSL_ERROR = {
        tp_name: c"ssl.SSLError".as_ptr(),
        tp_str: slot::unary(message_of),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Something went wrong in TLS.".as_ptr(),
    };
}

/// The classes that are derived from it, and what they mean.
const CLASSES: [(&str, &str); 5] = [
    ("SSLZeroReturnError", "The connection has been closed as it should be."),
    ("SSLWantReadError", "The socket does not block, and more has to be read before the operation can end."),
    (
        "SSLWantWriteError",
        "The socket does not block, and more has to be written before the operation can end.",
    ),
    ("SSLSyscallError", "A system call has failed."),
    ("SSLEOFError", "The other side has closed the connection without a farewell."),
];

/// The parts of OpenSSL that have errors, by number.
const LIBRARIES: [(c_ulong, &str); 26] = [
    (3, "BN"),
    (4, "RSA"),
    (5, "DH"),
    (6, "EVP"),
    (9, "PEM"),
    (10, "DSA"),
    (11, "X509"),
    (13, "ASN1"),
    (14, "CONF"),
    (15, "CRYPTO"),
    (16, "EC"),
    (LIBRARY_SSL, "SSL"),
    (32, "BIO"),
    (33, "PKCS7"),
    (34, "X509V3"),
    (35, "PKCS12"),
    (36, "RAND"),
    (38, "ENGINE"),
    (39, "OCSP"),
    (40, "UI"),
    (41, "COMP"),
    (46, "CMS"),
    (47, "TS"),
    (50, "CT"),
    (51, "ASYNC"),
    (52, "KDF"),
];

/// `str()` of these exceptions is their message alone.
fn message_of(this: &Object) -> Result<Obj> {
    let text = object::get_attr_str(this, "strerror")?;
    if unicode::check(&text) {
        return Ok(text);
    }
    object::str(&*object::get_attr_str(this, "args")?)
}

/// Adds the exception classes.
pub fn add_exceptions(this: &Object) -> Result<()> {
    let base = exceptions::OSError().downcast().ok_or_else(err::bad_internal_call)?;
    let base = SSL_ERROR.make_derived(base)?.object();
    module::add(this, "SSLError", base)?;
    let add = |name: &str, doc: &str, base: &Object| -> Result<()> {
        let class = err::new_exception_with_doc(&format!("ssl.{name}"), Some(doc), Some(base), None)?;
        module::add(this, name, &class)
    };
    let bases = tuple::pack([base.owned(), exceptions::ValueError().owned()])?;
    add("SSLCertVerificationError", "The certificate of the other side is not to be trusted.", &bases)?;
    for (name, doc) in CLASSES {
        add(name, doc, base)?;
    }
    Ok(())
}

/// Adds the dicts that name OpenSSL's errors.
pub fn add_names(this: &Object) -> Result<()> {
    /// Reasons of one library begin here; those of TLS alerts are the highest.
    const FIRST: c_ulong = 99;
    const LAST: c_ulong = 255;
    const LAST_ALERT: c_ulong = 1120;
    let (by_code, by_name, libraries) = (dict::new()?, dict::new()?, dict::new()?);
    for (library, name) in LIBRARIES {
        let number = long::from_u64(library)?;
        dict::set_item(&libraries, &number, &*unicode::from_str(name)?)?;
        for reason in FIRST..=if library == LIBRARY_SSL { LAST_ALERT } else { LAST } {
            // SAFETY: any number; the texts are static.
            let Some(shown) = text(unsafe { ERR_reason_error_string(library << 23 | reason) }) else {
                continue;
            };
            let code = tuple::pack([number.clone(), long::from_u64(reason)?])?;
            let shown = unicode::from_str(&as_name(&shown))?;
            dict::set_item(&by_code, &code, &shown)?;
            dict::set_item(&by_name, &shown, &code)?;
        }
    }
    module::add(this, "err_codes_to_names", &*by_code)?;
    module::add(this, "err_names_to_codes", &*by_name)?;
    module::add(this, "lib_codes_to_names", &*libraries)
}

/// OpenSSL's names are the words of its texts.
fn as_name(text: &str) -> String {
    text.to_uppercase().replace([' ', '-'], "_")
}

/// Raises an exception with the attributes `reason` and `library`, and for certificates what is wrong with them.
fn raise(
    class: &str,
    number: c_int,
    message: Option<&str>,
    code: c_ulong,
    verify: Option<(i64, String)>,
) -> Raised {
    // SAFETY: no precondition.
    let (reason_text, library_text) =
        unsafe { (text(ERR_reason_error_string(code)), text(ERR_lib_error_string(code))) };
    let (mut reason, mut library) = (None, None);
    if code != 0 {
        let known = LIBRARIES.iter().find(|(number, _)| *number == code >> 23);
        library = known
            .map(|(_, name)| (*name).to_owned())
            .or_else(|| library_text.map(|name| as_name(name.strip_suffix(" routines").unwrap_or(&name))));
        reason = reason_text.as_deref().map(as_name);
    }
    let message = message.map(str::to_owned).or(reason_text).unwrap_or_else(|| "unknown error".to_owned());
    let detail = verify.as_ref().map_or(String::new(), |(_, text)| format!(": {text}"));
    let whole = match (&library, &reason) {
        (Some(library), Some(reason)) => format!("[{library}: {reason}] {message}{detail} (_ssl.c:1123)"),
        (Some(library), None) => format!("[{library}] {message} (_ssl.c:1123)"),
        _ => format!("{message} (_ssl.c:1123)"),
    };
    // SAFETY: no precondition.
    unsafe { ERR_clear_error() };
    let build = || -> Result<(Obj, Obj)> {
        let class = crate::attribute::of_module("_ssl", class)?;
        let value = call::call(&class, &[&*long::from_i64(number.into())?, &*unicode::from_str(&whole)?])?;
        let optional = |text: &Option<String>| match text {
            Some(text) => unicode::from_str(text),
            None => Ok(krait_object::types::none::none().owned()),
        };
        object::set_attr_str(&value, "reason", Some(&*optional(&reason)?))?;
        object::set_attr_str(&value, "library", Some(&*optional(&library)?))?;
        if let Some((code, text)) = &verify {
            object::set_attr_str(&value, "verify_code", Some(&*long::from_i64(*code)?))?;
            object::set_attr_str(&value, "verify_message", Some(&*unicode::from_str(text)?))?;
        }
        Ok((class, value))
    };
    match build() {
        Ok((class, value)) => err::set_object(&class, &value),
        Err(raised) => raised,
    }
}

/// `SSLError` for the last error in OpenSSL's queue.
#[cold]
pub fn last() -> Raised {
    // SAFETY: no precondition.
    let code = unsafe { ERR_peek_last_error() };
    raise("SSLError", (code & 0x7f_ffff) as c_int, None, code, None)
}

/// `SSLError` with a message of our own.
#[cold]
pub fn other(message: &str) -> Raised {
    raise("SSLError", 0, Some(message), 0, None)
}

/// What OpenSSL says about the end of a call, to be asked before anything else runs on the thread.
#[derive(Clone, Copy)]
pub struct Status {
    pub code: c_int,
    pub errno: c_int,
}

/// See [`Status`].
pub fn status(ssl: *mut crate::spare::openssl::SSL, result: c_int) -> Status {
    let errno = err::last_errno();
    // SAFETY: a live connection.
    Status { code: unsafe { SSL_get_error(ssl, result) }, errno }
}

/// The exception for a failed call.
#[cold]
pub fn of_call(
    ssl: *mut crate::spare::openssl::SSL,
    result: c_int,
    status: Status,
    hostname: Option<&Object>,
) -> Raised {
    // SAFETY: no precondition.
    let code = unsafe { ERR_peek_last_error() };
    let eof = |code| raise("SSLEOFError", EOF, Some("EOF occurred in violation of protocol"), code, None);
    match status.code {
        ZERO_RETURN => raise(
            "SSLZeroReturnError",
            ZERO_RETURN,
            Some("TLS/SSL connection has been closed (EOF)"),
            code,
            None,
        ),
        WANT_READ => {
            raise("SSLWantReadError", WANT_READ, Some("The operation did not complete (read)"), code, None)
        }
        WANT_WRITE => {
            raise("SSLWantWriteError", WANT_WRITE, Some("The operation did not complete (write)"), code, None)
        }
        WANT_X509_LOOKUP => raise(
            "SSLError",
            WANT_X509_LOOKUP,
            Some("The operation did not complete (X509 lookup)"),
            code,
            None,
        ),
        WANT_CONNECT => {
            raise("SSLError", WANT_CONNECT, Some("The operation did not complete (connect)"), code, None)
        }
        SYSCALL if code == 0 && result == -1 && status.errno != 0 => crate::support::os_error(status.errno),
        SYSCALL if code == 0 => eof(code),
        SYSCALL => raise("SSLSyscallError", SYSCALL, None, code, None),
        SSL if code >> 23 == LIBRARY_SSL => match code & 0x7f_ffff {
            REASON_VERIFY_FAILED => {
                // SAFETY: a live connection.
                let number = unsafe { SSL_get_verify_result(ssl) };
                let shown = hostname.map(unicode::to_string_lossy).unwrap_or_default();
                let why = match number {
                    MISMATCHED_HOST => format!("Hostname mismatch, certificate is not valid for '{shown}'."),
                    MISMATCHED_ADDRESS => {
                        format!("IP address mismatch, certificate is not valid for '{shown}'.")
                    }
                    // SAFETY: any number.
                    number => text(unsafe { X509_verify_cert_error_string(number) }).unwrap_or_default(),
                };
                raise("SSLCertVerificationError", SSL, None, code, Some((number, why)))
            }
            REASON_UNEXPECTED_EOF => eof(code),
            _ => raise("SSLError", SSL, None, code, None),
        },
        SSL if code == 0 => raise("SSLError", SSL, Some("A failure in the SSL library occurred"), code, None),
        SSL => raise("SSLError", SSL, None, code, None),
        _ => raise("SSLError", 10, Some("Invalid error code"), code, None),
    }
}
