//! `pwd`: the users of the system.

use crate::posix::path::{from_id, uid};
use crate::support::{bad_argument, decode_c_text, with_growing_buffer};
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use krait_object::types::{bytes, exceptions, list, module, structseq, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `pwd`
    init: PyInit_pwd, name: c"pwd",
    doc: c"The users of the system.\n\nAn entry is a tuple of pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir and\npw_shell; KeyError when there is none.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::o(c"getpwuid", getpwuid, c"getpwuid($module, uidobj, /)\n--\n\nThe entry of a user number.\n\nhelp(pwd) tells about entries."),
        method::o(c"getpwnam", getpwnam, c"getpwnam($module, name, /)\n--\n\nThe entry of a user name.\n\nhelp(pwd) tells about entries."),
        method::noargs(c"getpwall", getpwall, c"getpwall($module, /)\n--\n\nAll entries, in any order.\n\nhelp(pwd) tells about entries."),
    ];
}

static STRUCT_PASSWD: structseq::HeapClass = structseq::HeapClass::new(structseq::Description {
    name: c"pwd.struct_passwd",
    doc: c"pwd.struct_passwd: an entry of the users' database.\n\nA tuple of (pw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell), whose items\nare also attributes.",
    fields: &[
        (c"pw_name", c"user name"),
        (c"pw_passwd", c"password"),
        (c"pw_uid", c"user id"),
        (c"pw_gid", c"group id"),
        (c"pw_gecos", c"real name"),
        (c"pw_dir", c"home directory"),
        (c"pw_shell", c"shell program"),
    ],
    visible: 7,
});

fn exec(this: &Object) -> Result<()> {
    module::add(this, "struct_passwd", STRUCT_PASSWD.make()?.object())
}

/// An entry as a tuple.
///
/// # Safety
/// The entry's strings are valid.
unsafe fn entry(p: &libc::passwd) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        structseq::from_items(
            STRUCT_PASSWD.class(),
            [
                decode_c_text(p.pw_name),
                decode_c_text(p.pw_passwd),
                from_id(p.pw_uid),
                from_id(p.pw_gid),
                decode_c_text(p.pw_gecos),
                decode_c_text(p.pw_dir),
                decode_c_text(p.pw_shell),
            ],
        )
    }
}

fn getpwuid(_module: &Object, given: &Object) -> Result<Obj> {
    let number = match uid(given) {
        Ok(number) => number,
        Err(_) if err::matches(exceptions::OverflowError()) => {
            err::clear();
            return Err(err::key_error("getpwuid(): uid not found"));
        }
        Err(raised) => return Err(raised),
    };
    let mut place = MaybeUninit::<libc::passwd>::uninit();
    let mut found = null_mut();
    // SAFETY: valid places for the results, and a buffer of the given size, which is kept.
    let _buffer = with_growing_buffer(|buffer, size| unsafe {
        libc::getpwuid_r(number, place.as_mut_ptr(), buffer, size, &mut found)
    })?;
    if found.is_null() {
        let text = krait_object::protocol::object::str(&*from_id(number)?)?;
        return Err(err::key_error(format_args!("getpwuid(): uid not found: {}", unicode::display(&text))));
    }
    // SAFETY: found, in the buffer.
    unsafe { entry(&*found) }
}

fn getpwnam(_module: &Object, name: &Object) -> Result<Obj> {
    if !unicode::check(name) {
        return Err(bad_argument("getpwnam", "argument", "str", name));
    }
    let text = unicode::fs_converter(name)?;
    let mut place = MaybeUninit::<libc::passwd>::uninit();
    let mut found = null_mut();
    let wanted = bytes::as_slice(&text).as_ptr().cast();
    // SAFETY: a C string, valid places for the results, and a buffer of the given size, which is kept.
    let _buffer = with_growing_buffer(|buffer, size| unsafe {
        libc::getpwnam_r(wanted, place.as_mut_ptr(), buffer, size, &mut found)
    })?;
    if found.is_null() {
        let repr = krait_object::protocol::object::repr(name)?;
        return Err(err::key_error(format_args!("getpwnam(): name not found: {}", unicode::display(&repr))));
    }
    // SAFETY: found, in the buffer.
    unsafe { entry(&*found) }
}

fn getpwall(_module: &Object) -> Result<Obj> {
    let result = list::new()?;
    // SAFETY: the library's own entries, each used before the next call; the GIL keeps others out.
    unsafe {
        libc::setpwent();
        loop {
            let p = libc::getpwent();
            if p.is_null() {
                break;
            }
            if let Err(raised) = entry(&*p).and_then(|entry| result.push(entry)) {
                libc::endpwent();
                return Err(raised);
            }
        }
        libc::endpwent();
    }
    Ok(result.upcast())
}
