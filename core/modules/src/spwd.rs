//! `spwd`: the users' passwords, where the system allows to read them.

use crate::support::{bad_argument, decode_c_text, ready_structseq};
use krait_abi::PyTypeObject;
use krait_object::types::{bytes, list, long, module, structseq, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `spwd`
    init: PyInit_spwd, name: c"spwd",
    doc: c"The shadow password database.\n\nAn entry is a struct_spwd of sp_namp, sp_pwdp, sp_lstchg, sp_min, sp_max, sp_warn,\nsp_inact, sp_expire and sp_flag; the first two are text, the others numbers. Only a\nprivileged user may read it.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::o(c"getspnam", getspnam, c"getspnam($module, arg, /)\n--\n\nThe entry of a user name.\n\nhelp(spwd) tells about entries."),
        method::noargs(c"getspall", getspall, c"getspall($module, /)\n--\n\nAll entries, in any order.\n\nhelp(spwd) tells about entries."),
    ];
}

static mut STRUCT_SPWD: PyTypeObject = krait_object::payload::EMPTY_TYPE;

static FIELDS: structseq::Description = structseq::Description {
    name: c"spwd.struct_spwd",
    doc: c"spwd.struct_spwd: an entry of the shadow password database.\n\nA tuple of nine items, which are also attributes: sp_namp, sp_pwdp, sp_lstchg, sp_min,\nsp_max, sp_warn, sp_inact, sp_expire, sp_flag.",
    fields: &[
        (c"sp_namp", c"login name"),
        (c"sp_pwdp", c"encrypted password"),
        (c"sp_lstchg", c"date of last change"),
        (c"sp_min", c"min #days between changes"),
        (c"sp_max", c"max #days between changes"),
        (c"sp_warn", c"#days before pw expires to warn user about it"),
        (c"sp_inact", c"#days after pw expires until account is disabled"),
        (c"sp_expire", c"#days since 1970-01-01 when account expires"),
        (c"sp_flag", c"reserved"),
        (c"sp_nam", c"login name; deprecated"),
        (c"sp_pwd", c"encrypted password; deprecated"),
    ],
    visible: 9,
};

fn exec(this: &Object) -> Result<()> {
    // SAFETY: a static type.
    module::add(this, "struct_spwd", unsafe { ready_structseq(&raw mut STRUCT_SPWD, &FIELDS)? }.object())
}

/// An entry as a tuple.
///
/// # Safety
/// The entry's strings are valid.
unsafe fn entry(p: &libc::spwd) -> Result<Obj> {
    // SAFETY: the caller's promise; a static type.
    unsafe {
        structseq::from_items(
            ready_structseq(&raw mut STRUCT_SPWD, &FIELDS)?,
            [
                decode_c_text(p.sp_namp),
                decode_c_text(p.sp_pwdp),
                long::from_i64(p.sp_lstchg),
                long::from_i64(p.sp_min),
                long::from_i64(p.sp_max),
                long::from_i64(p.sp_warn),
                long::from_i64(p.sp_inact),
                long::from_i64(p.sp_expire),
                long::from_i64(p.sp_flag as i64),
                decode_c_text(p.sp_namp),
                decode_c_text(p.sp_pwdp),
            ],
        )
    }
}

fn getspnam(_module: &Object, name: &Object) -> Result<Obj> {
    if !unicode::check(name) {
        return Err(bad_argument("getspnam", "argument", "str", name));
    }
    let text = unicode::fs_converter(name)?;
    // SAFETY: a C string; errno is per thread; the library's own entry is used at once.
    unsafe {
        *libc::__errno_location() = 0;
        let found = libc::getspnam(bytes::as_slice(&text).as_ptr().cast());
        if found.is_null() {
            return Err(match err::last_errno() {
                0 => err::key_error("getspnam(): name not found"),
                errno => err::from_errno(errno, None, None),
            });
        }
        entry(&*found)
    }
}

fn getspall(_module: &Object) -> Result<Obj> {
    let result = list::new()?;
    // SAFETY: the library's own entries, each used before the next call; the GIL keeps others out.
    unsafe {
        libc::setspent();
        loop {
            let p = libc::getspent();
            if p.is_null() {
                break;
            }
            if let Err(raised) = entry(&*p).and_then(|entry| result.push(entry)) {
                libc::endspent();
                return Err(raised);
            }
        }
        libc::endspent();
    }
    Ok(result.upcast())
}
