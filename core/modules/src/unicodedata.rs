//! `unicodedata`: the Unicode character database, over [`crate::unicodedata_db`].
//!
//! The module's functions and the methods of `UCD` are the same: `self` says which version answers.

use crate::unicodedata_db::normal::{self, Form};
use crate::unicodedata_db::{self as database, Version, names};
use core::ffi::{c_char, c_int, c_ulong};
use krait_abi::*;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::Buffer;
use krait_object::types::{capsule, exceptions, float, long, module, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, members, method, methods, native_module, payload_class, slot,
    static_type,
};

native_module! {
    /// `unicodedata`
    init: PyInit_unicodedata, name: c"unicodedata",
    doc: c"The Unicode Character Database, version 13.0.0: properties and names of characters,\nand normal forms of text.",
    methods: METHODS, exec: exec,
}

fn exec(this: &Object) -> Result<()> {
    Database::class().ready()?;
    module::add(this, "unidata_version", &*unicode::from_str(Version::Current.text())?)?;
    module::add(this, "UCD", Database::class().object())?;
    let old = payload::new(Database::class(), |head| Database { head, version: c"3.2.0".as_ptr() })?;
    module::add(this, "ucd_3_2_0", old.object())?;
    let capsule = capsule::publish((&raw mut NAMES).cast(), c"unicodedata.ucnhash_CAPI")?;
    module::add(this, "ucnhash_CAPI", &capsule)
}

/// The database of an older version.
#[repr(C)]
pub struct Database {
    head: Head,
    version: *const c_char,
}

static_type! {
    /// `unicodedata.UCD`
    pub static Database_Type = {
        tp_name: c"unicodedata.UCD".as_ptr(),
        tp_basicsize: core::mem::size_of::<Database>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Database>(),
        tp_getattro: Some(krait_object::protocol::object::PyObject_GenericGetAttr),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Database, Database_Type);
impl Payload for Database {}

members! {
    static MEMBERS = [
        method::member(c"unidata_version", T_STRING as c_int, core::mem::offset_of!(Database, version), READONLY as c_int, c""),
    ];
}
methods! {
    static METHODS = [
        method::fastcall(c"decimal", decimal, c"decimal($self, chr, default=<unrepresentable>, /)\n--\n\nThe value of a decimal digit as an integer.\n\nOther characters give the default, or ValueError."),
        method::fastcall(c"digit", digit, c"digit($self, chr, default=<unrepresentable>, /)\n--\n\nThe value of a digit as an integer.\n\nOther characters give the default, or ValueError."),
        method::fastcall(c"numeric", numeric, c"numeric($self, chr, default=<unrepresentable>, /)\n--\n\nThe value of a numeric character as a float.\n\nOther characters give the default, or ValueError."),
        method::o(c"category", |this: &Object, c: &Object| Ok(database::category(version(this), character("category", "argument", c)?)), c"category($self, chr, /)\n--\n\nThe general category of a character."),
        method::o(c"bidirectional", |this: &Object, c: &Object| Ok(database::bidirectional(version(this), character("bidirectional", "argument", c)?)), c"bidirectional($self, chr, /)\n--\n\nThe bidirectional class of a character, or an empty text."),
        method::o(c"combining", |this: &Object, c: &Object| Ok(i32::from(database::combining(version(this), character("combining", "argument", c)?))), c"combining($self, chr, /)\n--\n\nThe canonical combining class of a character, or 0."),
        method::o(c"mirrored", |this: &Object, c: &Object| Ok(i32::from(database::mirrored(version(this), character("mirrored", "argument", c)?))), c"mirrored($self, chr, /)\n--\n\n1 for a character that is mirrored in bidirectional text, else 0."),
        method::o(c"east_asian_width", |this: &Object, c: &Object| Ok(database::east_asian_width(version(this), character("east_asian_width", "argument", c)?)), c"east_asian_width($self, chr, /)\n--\n\nThe East Asian width of a character."),
        method::o(c"decomposition", |this: &Object, c: &Object| Ok(database::decomposition(version(this), character("decomposition", "argument", c)?)), c"decomposition($self, chr, /)\n--\n\nThe decomposition of a character as the database writes it, or an empty text."),
        method::fastcall(c"name", name, c"name($self, chr, default=<unrepresentable>, /)\n--\n\nThe name of a character.\n\nCharacters without one give the default, or ValueError."),
        method::o(c"lookup", lookup, c"lookup($self, name, /)\n--\n\nThe character, or the sequence of characters, of that name."),
        method::fastcall(c"is_normalized", is_normalized, c"is_normalized($self, form, unistr, /)\n--\n\nWhether a text is in a normal form.\n\nThe forms are 'NFC', 'NFKC', 'NFD' and 'NFKD'."),
        method::fastcall(c"normalize", normalize, c"normalize($self, form, unistr, /)\n--\n\nThe normal form of a text.\n\nThe forms are 'NFC', 'NFKC', 'NFD' and 'NFKD'."),
    ];
}

/// Which version answers for a module or database.
fn version(this: &Object) -> Version {
    if Database::is_exact(this) { Version::Old } else { Version::Current }
}

fn character(function: &str, which: &str, given: &Object) -> Result<u32> {
    if !unicode::check(given) || unicode::len(given) != 1 {
        return Err(krait_object::args::bad_argument(function, which, "a unicode character", given));
    }
    Ok(unicode::char_at(given, 0))
}

/// The character and the value for characters that have none.
fn with_default<'a>(function: &str, args: &[&'a Object]) -> Result<(u32, Option<&'a Object>)> {
    krait_object::args::check_positional(function, args.len(), 1, 2)?;
    Ok((character(function, "argument 1", args[0])?, args.get(1).copied()))
}

fn or_default(value: Option<Obj>, default: Option<&Object>, message: &str) -> Result<Obj> {
    match (value, default) {
        (Some(value), _) => Ok(value),
        (None, Some(default)) => Ok(default.owned()),
        (None, None) => Err(err::value_error(message)),
    }
}

fn decimal(this: &Object, args: &[&Object]) -> Result<Obj> {
    let (c, default) = with_default("decimal", args)?;
    let value = database::decimal(version(this), c).map(|value| long::from_i64(value.into())).transpose()?;
    or_default(value, default, "not a decimal")
}

fn digit(_this: &Object, args: &[&Object]) -> Result<Obj> {
    let (c, default) = with_default("digit", args)?;
    let value = database::digit(c).map(|value| long::from_i64(value.into())).transpose()?;
    or_default(value, default, "not a digit")
}

fn numeric(this: &Object, args: &[&Object]) -> Result<Obj> {
    let (c, default) = with_default("numeric", args)?;
    let value = database::numeric(version(this), c).map(float::from_f64).transpose()?;
    or_default(value, default, "not a numeric character")
}

fn name(this: &Object, args: &[&Object]) -> Result<Obj> {
    let (c, default) = with_default("name", args)?;
    let value = names::name(version(this), c).map(|name| unicode::from_str(&name)).transpose()?;
    or_default(value, default, "no such name")
}

fn lookup(this: &Object, given: &Object) -> Result<Obj> {
    let buffer;
    let name: &[u8] = if unicode::check(given) {
        unicode::as_utf8(given)?.as_bytes()
    } else {
        buffer = Buffer::simple(given)?;
        buffer.as_slice()
    };
    if name.len() > 256 {
        return Err(err::set(exceptions::KeyError(), "name too long"));
    }
    let text = String::from_utf8_lossy(name);
    match names::lookup(version(this), &text) {
        Some(points) => unicode::from_code_points(&points),
        None => Err(err::set(exceptions::KeyError(), format_args!("undefined character name '{text}'"))),
    }
}

/// The arguments of the functions of normal forms. The form is looked at later.
fn form_and_text<'a>(function: &str, args: &[&'a Object]) -> Result<(&'a Object, &'a Object)> {
    krait_object::args::check_positional(function, args.len(), 2, 2)?;
    for (given, which) in [(args[0], "argument 1"), (args[1], "argument 2")] {
        if !unicode::check(given) {
            return Err(krait_object::args::bad_argument(function, which, "str", given));
        }
    }
    Ok((args[0], args[1]))
}

fn form_of(given: &Object) -> Result<Form> {
    Form::named(&unicode::to_string_lossy(given))
        .ok_or_else(|| err::value_error("invalid normalization form"))
}

fn is_normalized(this: &Object, args: &[&Object]) -> Result<bool> {
    let (form, text) = form_and_text("is_normalized", args)?;
    if unicode::len(text) == 0 {
        return Ok(true);
    }
    let form = form_of(form)?;
    if unicode::is_ascii(text) {
        return Ok(true);
    }
    let points: Vec<u32> = unicode::chars(text).iter().collect();
    Ok(normal::is_normalized(version(this), form, &points))
}

fn normalize(this: &Object, args: &[&Object]) -> Result<Obj> {
    let (form, text) = form_and_text("normalize", args)?;
    if unicode::len(text) == 0 {
        // Not even the form is looked at.
        return Ok(text.owned());
    }
    let form = form_of(form)?;
    if unicode::is_ascii(text) {
        return Ok(text.owned());
    }
    let version = version(this);
    if version == Version::Current
        && normal::quick_check(form, unicode::chars(text).iter()) == normal::QuickCheck::Yes
    {
        return Ok(text.owned());
    }
    let points: Vec<u32> = unicode::chars(text).iter().collect();
    unicode::from_code_points(&normal::normalize(version, form, &points))
}

// ---- names for codecs ----

/// What the capsule `ucnhash_CAPI` holds.
static mut NAMES: _PyUnicode_Name_CAPI = _PyUnicode_Name_CAPI {
    size: core::mem::size_of::<_PyUnicode_Name_CAPI>() as c_int,
    getname: Some(get_name),
    getcode: Some(get_code),
};

/// The version of a database that may be NULL.
///
/// # Safety
/// `this` is NULL or live.
unsafe fn version_of(this: *mut PyObject) -> Version {
    // SAFETY: the caller's promise.
    unsafe { Object::from_ptr_opt(this) }.map_or(Version::Current, version)
}

/// Writes the name of a character, with a NUL, into a buffer: 1, or 0 where there is no name or no room.
unsafe extern "C" fn get_name(
    this: *mut PyObject,
    code: Py_UCS4,
    buffer: *mut c_char,
    length: c_int,
    _with_alias: c_int,
) -> c_int {
    slot::guard(0, || {
        // SAFETY: the contract of the interface.
        let Some(name) = names::name(unsafe { version_of(this) }, code) else { return 0 };
        if length < 0 || name.len() >= length as usize {
            return 0;
        }
        // SAFETY: room for `length` bytes.
        unsafe {
            buffer.cast::<u8>().copy_from_nonoverlapping(name.as_ptr(), name.len());
            buffer.add(name.len()).write(0);
        }
        1
    })
}

/// Finds the character of a name: 1, or 0 where there is none.
unsafe extern "C" fn get_code(
    this: *mut PyObject,
    name: *const c_char,
    length: c_int,
    code: *mut Py_UCS4,
    _with_sequences: c_int,
) -> c_int {
    slot::guard(0, || {
        // SAFETY: a name of that length.
        let name = unsafe { core::slice::from_raw_parts(name.cast::<u8>(), length.max(0) as usize) };
        let Ok(name) = core::str::from_utf8(name) else { return 0 };
        // SAFETY: the contract of the interface.
        match names::character(unsafe { version_of(this) }, name) {
            Some(c) => {
                // SAFETY: a place for the result.
                unsafe { code.write(c) };
                1
            }
            None => 0,
        }
    })
}
