//! `_csv.Dialect`: how fields are separated and quoted. Immutable once made.
//!
//! A character that is not set is 0, which no line contains.

use super::get_dialect;
use core::ffi::c_ulong;
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::types::typeobject::Type;
use krait_object::types::{long, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Result, err, getsets, members, method, payload_class, slot, static_type,
};

/// When fields are put between quotes.
pub const MINIMAL: i32 = 0;
/// All fields.
pub const ALL: i32 = 1;
/// All but numbers; readers make floats of unquoted fields.
pub const NONNUMERIC: i32 = 2;
/// Quotes mean nothing.
pub const NONE: i32 = 3;

/// The names of the module's constants.
pub const QUOTING: [(&str, i64); 4] = [
    ("QUOTE_MINIMAL", MINIMAL as i64),
    ("QUOTE_ALL", ALL as i64),
    ("QUOTE_NONNUMERIC", NONNUMERIC as i64),
    ("QUOTE_NONE", NONE as i64),
];

/// The parameters of a format.
#[repr(C)]
pub struct Dialect {
    head: Head,
    /// A quote in a quoted field is written twice.
    pub doublequote: bool,
    /// Spaces after a delimiter are ignored.
    pub skipinitialspace: bool,
    /// Bad input raises.
    pub strict: bool,
    /// Stands between fields.
    pub delimiter: u32,
    /// Stands around quoted fields.
    pub quotechar: u32,
    /// Stands before characters that are to mean themselves.
    pub escapechar: u32,
    /// One of the constants.
    pub quoting: i32,
    /// A `str`.
    pub lineterminator: ObjCell,
}

const _: () = assert!(size_of::<Dialect>() == 48);

static_type! {
    /// `_csv.Dialect`
    pub static Dialect_Type = {
        tp_name: c"_csv.Dialect".as_ptr(),
        tp_basicsize: size_of::<Dialect>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Dialect>(),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"CSV dialect\n\nThe parameters of reading and writing CSV.\n".as_ptr(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(tp_new),
    };
}
payload_class!(Dialect, Dialect_Type);
impl Payload for Dialect {}

members! {
    static MEMBERS = [
        method::member(c"skipinitialspace", T_BOOL, offset_of!(Dialect, skipinitialspace), READONLY, c""),
        method::member(c"doublequote", T_BOOL, offset_of!(Dialect, doublequote), READONLY, c""),
        method::member(c"strict", T_BOOL, offset_of!(Dialect, strict), READONLY, c""),
    ];
}

getsets! {
    static GETSETS = [
        method::getter(c"delimiter", |this: &Dialect| character(this.delimiter), c""),
        method::getter(c"escapechar", |this: &Dialect| character(this.escapechar), c""),
        method::getter(c"lineterminator", |this: &Dialect| Ok(this.lineterminator.get_or_none()), c""),
        method::getter(c"quotechar", |this: &Dialect| character(this.quotechar), c""),
        method::getter(c"quoting", |this: &Dialect| Ok(this.quoting), c""),
    ];
}

/// A character as `str`, None when it is not set.
fn character(c: u32) -> Result<Option<Obj>> {
    if c == 0 { Ok(None) } else { unicode::from_char(c).map(Some) }
}

const NAMES: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    static SIGNATURE: Signature<9> = Signature::new("", NAMES).required(0).parsed();
    let given = SIGNATURE.bind_tuple(args, kw)?;
    let named;
    let base = match given[0] {
        Some(name) if unicode::check(name) => {
            named = get_dialect(name)?;
            Some(&*named)
        }
        base => base,
    };
    // Nothing to change in what is a dialect already.
    if let Some(base) = base
        && base.is_instance_of(Dialect::class())
        && given[1..].iter().all(Option::is_none)
    {
        return Ok(base.owned());
    }
    let mut values: [Option<Obj>; 9] = core::array::from_fn(|i| given[i].map(|value| value.owned()));
    if let Some(base) = base {
        for (value, name) in values.iter_mut().zip(NAMES).skip(1) {
            if value.is_none() {
                *value = object::get_attr_str(base, name).ok();
                err::clear();
            }
        }
    }
    make(class, &values)
}

fn make(class: &Type, values: &[Option<Obj>; 9]) -> Result<Obj> {
    let [_, delimiter, doublequote, escapechar, lineterminator, quotechar, quoting, skip, strict] =
        values.each_ref().map(|value| value.as_deref());
    let delimiter = set_char("delimiter", delimiter, u32::from(b','))?;
    let doublequote = set_bool(doublequote, true)?;
    let escapechar = set_char("escapechar", escapechar, 0)?;
    let lineterminator = match lineterminator {
        None => Some(unicode::from_str("\r\n")?),
        Some(text) if text.is_none() => None,
        Some(text) if unicode::check(text) => Some(text.owned()),
        Some(_) => return Err(err::type_error("\"lineterminator\" must be a string")),
    };
    let no_quotes = quotechar.is_some_and(Object::is_none) && quoting.is_none();
    let quotechar = set_char("quotechar", quotechar, u32::from(b'"'))?;
    let mut quoting = match quoting {
        None => MINIMAL,
        Some(number) if long::check_exact(number) => long::as_i32(number)?,
        Some(_) => return Err(err::type_error("\"quoting\" must be an integer")),
    };
    let skipinitialspace = set_bool(skip, false)?;
    let strict = set_bool(strict, false)?;
    if !(MINIMAL..=NONE).contains(&quoting) {
        return Err(err::type_error("bad \"quoting\" value"));
    }
    if delimiter == 0 {
        return Err(err::type_error("\"delimiter\" must be a 1-character string"));
    }
    if no_quotes {
        quoting = NONE;
    }
    if quoting != NONE && quotechar == 0 {
        return Err(err::type_error("quotechar must be set if quoting enabled"));
    }
    let Some(lineterminator) = lineterminator else {
        return Err(err::type_error("lineterminator must be set"));
    };
    let made = payload::new(class, |head| Dialect {
        head,
        doublequote,
        skipinitialspace,
        strict,
        delimiter,
        quotechar,
        escapechar,
        quoting,
        lineterminator: ObjCell::new(lineterminator),
    })?;
    Ok(made.upcast())
}

fn set_bool(given: Option<&Object>, default: bool) -> Result<bool> {
    given.map_or(Ok(default), object::is_true)
}

fn set_char(name: &str, given: Option<&Object>, default: u32) -> Result<u32> {
    let Some(given) = given else { return Ok(default) };
    if given.is_none() {
        return Ok(0);
    }
    if !unicode::check(given) {
        let class = given.class_of().name();
        return Err(err::type_error(format_args!("\"{name}\" must be string, not {class:.200}")));
    }
    unicode::ready(given)?;
    match unicode::len(given) {
        0 => Ok(0),
        1 => Ok(unicode::char_at(given, 0)),
        _ => Err(err::type_error(format_args!("\"{name}\" must be a 1-character string"))),
    }
}
