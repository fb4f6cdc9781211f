//! `grp`: the groups of the system.

use crate::posix::path::{from_id, gid};
use crate::support::{bad_argument, decode_c_text, with_growing_buffer};
use core::mem::MaybeUninit;
use core::ptr::null_mut;
use krait_object::args::{Args, Signature};
use krait_object::protocol::number;
use krait_object::types::{bytes, exceptions, list, module, none, structseq, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, native_module};

native_module! {
    /// `grp`
    init: PyInit_grp, name: c"grp",
    doc: c"The groups of the system.\n\nAn entry is a tuple of\n\n  gr_name   - the name\n  gr_passwd - the password, encrypted\n  gr_gid    - the number\n  gr_mem    - the names of its members\n\nUsers whose main group it is need not be among the members.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"getgrgid", getgrgid, c"getgrgid($module, /, id)\n--\n\nThe entry of a group number.\n\nKeyError when there is none."),
        method::keywords(c"getgrnam", getgrnam, c"getgrnam($module, /, name)\n--\n\nThe entry of a group name.\n\nKeyError when there is none."),
        method::noargs(c"getgrall", getgrall, c"getgrall($module, /)\n--\n\nAll entries, in any order."),
    ];
}

static STRUCT_GROUP: structseq::HeapClass = structseq::HeapClass::new(structseq::Description {
    name: c"grp.struct_group",
    doc: c"grp.struct_group: an entry of the groups' database.\n\nA tuple of (gr_name, gr_passwd, gr_gid, gr_mem), whose items are also attributes.",
    fields: &[
        (c"gr_name", c"group name"),
        (c"gr_passwd", c"password"),
        (c"gr_gid", c"group id"),
        (c"gr_mem", c"group members"),
    ],
    visible: 4,
});

fn exec(this: &Object) -> Result<()> {
    module::add(this, "struct_group", STRUCT_GROUP.make()?.object())
}

/// An entry as a tuple.
///
/// # Safety
/// The entry's strings and its NULL-terminated list of members are valid.
unsafe fn entry(g: &libc::group) -> Result<Obj> {
    let members = list::new()?;
    // SAFETY: the caller's promise.
    unsafe {
        let mut member = g.gr_mem;
        while !member.is_null() && !(*member).is_null() {
            members.push(decode_c_text(*member)?)?;
            member = member.add(1);
        }
        structseq::from_items(
            STRUCT_GROUP.class(),
            [decode_c_text(g.gr_name), decode_c_text(g.gr_passwd), from_id(g.gr_gid), Ok(members.upcast())],
        )
    }
}

fn group_number(given: &Object) -> Result<libc::gid_t> {
    match gid(given) {
        Err(_) if err::matches(exceptions::TypeError()) => {
            err::clear();
            let number = number::long(given)?;
            // The reference forgets to fill the name in.
            err::warn(exceptions::DeprecationWarning(), "group id must be int, not %.200", 1)?;
            gid(&number)
        }
        result => result,
    }
}

fn getgrgid(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [id] = const { Signature::new("getgrgid", ["id"]) }.bind(args)?;
    let number = group_number(id.unwrap_or(none::none()))?;
    let mut place = MaybeUninit::<libc::group>::uninit();
    let mut found = null_mut();
    // SAFETY: valid places for the results, and a buffer of the given size, which is kept.
    let _buffer = with_growing_buffer(|buffer, size| unsafe {
        libc::getgrgid_r(number, place.as_mut_ptr(), buffer, size, &mut found)
    })?;
    if found.is_null() {
        let text = krait_object::protocol::object::str(&*from_id(number)?)?;
        return Err(err::key_error(format_args!("getgrgid(): gid not found: {}", unicode::display(&text))));
    }
    // SAFETY: found, in the buffer.
    unsafe { entry(&*found) }
}

fn getgrnam(_module: &Object, args: Args<'_>) -> Result<Obj> {
    let [name] = const { Signature::new("getgrnam", ["name"]) }.bind(args)?;
    let name = name.unwrap_or(none::none());
    if !unicode::check(name) {
        return Err(bad_argument("getgrnam", "argument 'name'", "str", name));
    }
    let text = unicode::fs_converter(name)?;
    let mut place = MaybeUninit::<libc::group>::uninit();
    let mut found = null_mut();
    let wanted = bytes::as_slice(&text).as_ptr().cast();
    // SAFETY: a C string, valid places for the results, and a buffer of the given size, which is kept.
    let _buffer = with_growing_buffer(|buffer, size| unsafe {
        libc::getgrnam_r(wanted, place.as_mut_ptr(), buffer, size, &mut found)
    })?;
    if found.is_null() {
        let repr = krait_object::protocol::object::repr(name)?;
        return Err(err::key_error(format_args!("getgrnam(): name not found: {}", unicode::display(&repr))));
    }
    // SAFETY: found, in the buffer.
    unsafe { entry(&*found) }
}

fn getgrall(_module: &Object) -> Result<Obj> {
    let result = list::new()?;
    // SAFETY: the library's own entries, each used before the next call; the GIL keeps others out.
    unsafe {
        libc::setgrent();
        loop {
            let g = libc::getgrent();
            if g.is_null() {
                break;
            }
            if let Err(raised) = entry(&*g).and_then(|entry| result.push(entry)) {
                libc::endgrent();
                return Err(raised);
            }
        }
        libc::endgrent();
    }
    Ok(result.upcast())
}
