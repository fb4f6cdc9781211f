//! `_posixshmem`: POSIX shared memory.

use core::ffi::{CStr, c_char, c_int};
use krait_object::args::{Args, Signature};
use krait_object::types::{module, none, unicode};
use krait_object::{Object, Result, err, method};

krait_object::methods! {
    static METHODS = [
        method::keywords(c"shm_open", shm_open, c"shm_open($module, /, path, flags, mode=511)\n--\n\nOpens shared memory; the result is a descriptor."),
        method::keywords(c"shm_unlink", shm_unlink, c"shm_unlink($module, /, path)\n--\n\nRemoves a shared memory's name, as unlink() does with a file's."),
    ];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    module::set_doc_string(this, "POSIX shared memory.")?;
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast()) }
}

/// Calls a function with the name up to its first NUL, again when a signal interrupts it.
fn with_name(function: &str, path: Option<&Object>, call: impl Fn(*const c_char) -> c_int) -> Result<c_int> {
    let path = path.unwrap_or(none::none());
    if !unicode::check(path) {
        return Err(crate::support::bad_argument(function, "argument 'path'", "str", path));
    }
    let name = crate::support::c_string(unicode::as_utf8(path)?.as_bytes());
    let name = CStr::from_bytes_until_nul(&name).unwrap_or_default();
    crate::support::retry(|| call(name.as_ptr()))?.map_err(|errno| err::from_errno(errno, Some(path), None))
}

fn shm_open(_module: &Object, args: Args<'_>) -> Result<c_int> {
    let [path, flags, mode] =
        const { Signature::new("shm_open", ["path", "flags", "mode"]).required(2) }.bind(args)?;
    let flags = crate::support::int(flags.unwrap_or(none::none()));
    let mode = crate::support::int_or(mode, 0o777);
    // The name is looked at first.
    let (flags, mode) = match path {
        Some(path) if unicode::check(path) => (flags?, mode?),
        _ => {
            err::clear();
            (0, 0)
        }
    };
    // SAFETY: a C string.
    with_name("shm_open", path, |name| unsafe { libc::shm_open(name, flags, mode as libc::mode_t) })
}

fn shm_unlink(_module: &Object, args: Args<'_>) -> Result<()> {
    let [path] = const { Signature::new("shm_unlink", ["path"]) }.bind(args)?;
    // SAFETY: a C string.
    with_name("shm_unlink", path, |name| unsafe { libc::shm_unlink(name) }).map(|_| ())
}
