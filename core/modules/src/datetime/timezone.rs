//! `datetime.timezone`: zones with a fixed offset.

use super::{Delta, add_constant, delta, moment, tzinfo};
use crate::algorithms::calendar;
use crate::support::wrong_type;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::object;
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, payload_class, slot, static_type};

/// A zone with a fixed offset and perhaps a name.
#[repr(C)]
pub struct TimeZone {
    head: Head,
    offset: ObjCell,
    name: ObjCell,
}

static_type! {
    /// `datetime.timezone`
    pub static TimeZone_Type = {
        tp_name: c"datetime.timezone".as_ptr(),
        tp_basicsize: size_of::<TimeZone>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<TimeZone>(),
        tp_repr: slot::unary(repr),
        tp_hash: slot::hash(hash),
        tp_str: slot::unary(str),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_doc: c"A time zone that is always the same distance from UTC.".as_ptr(),
        tp_richcompare: slot::richcompare(richcompare),
        tp_methods: (&raw mut METHODS).cast(),
        tp_base: &raw mut super::tzinfo::TzInfo_Type,
        tp_new: slot::new(tp_new),
    };
}
payload_class!(TimeZone, TimeZone_Type);

impl Payload for TimeZone {}

/// `timezone.utc`, which is made once and kept.
struct Utc(ObjCell);
// SAFETY: touched with the GIL held only.
unsafe impl Sync for Utc {}
static UTC: Utc = Utc(ObjCell::empty());

/// `timezone.utc`
pub fn utc() -> Result<Obj> {
    if let Some(utc) = UTC.0.get() {
        return Ok(utc);
    }
    let utc = make_unchecked(delta::make(tzinfo::ZERO)?, None)?;
    UTC.0.set(utc.clone());
    Ok(utc)
}

pub fn add_constants() -> Result<()> {
    let class = TimeZone::class();
    add_constant(class, "utc", &*utc()?)?;
    // The limits that the documentation of the first version gave: whole minutes.
    let limit = 23 * 3600 + 59 * 60;
    add_constant(class, "min", &*make(&*delta::make_normalized(0, -limit, 0)?, None)?)?;
    add_constant(class, "max", &*make(&*delta::make_normalized(0, limit, 0)?, None)?)
}

fn make_unchecked(offset: Obj, name: Option<Obj>) -> Result<Obj> {
    let new = payload::new(TimeZone::class(), |head| TimeZone {
        head,
        offset: ObjCell::new(offset),
        name: ObjCell::from_option(name),
    })?;
    Ok(new.upcast())
}

/// A zone for an offset, which is a `timedelta`, with or without a name.
pub fn make(offset: &Object, name: Option<&Object>) -> Result<Obj> {
    let Some(value) = offset.downcast::<Delta>().map(delta::fields) else {
        return Err(err::bad_internal_call());
    };
    if name.is_none() && value == tzinfo::ZERO {
        return utc();
    }
    if !tzinfo::is_offset(value) {
        let shown = object::repr(offset)?;
        return Err(err::value_error(format_args!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}.",
            unicode::display(&shown)
        )));
    }
    make_unchecked(offset.owned(), name.map(Layout::owned))
}

fn tp_new(_class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("timezone", ["offset", "name"]).required(1).parsed();
    let [offset, name] = SIGNATURE.bind_tuple(args, kw)?;
    let offset = offset.ok_or_else(err::bad_internal_call)?;
    if !Delta::is_instance(offset) {
        return Err(wrong_type("timezone", 1, "datetime.timedelta", offset));
    }
    if let Some(name) = name.filter(|name| !unicode::check(name)) {
        return Err(wrong_type("timezone", 2, "str", name));
    }
    make(offset, name)
}

/// The offset of a zone of this class.
pub fn fixed_offset(zone: &Object) -> Option<calendar::Delta> {
    let zone = zone.downcast_exact::<TimeZone>()?;
    let offset = zone.offset.get()?;
    offset.downcast::<Delta>().map(delta::fields)
}

fn value(this: &TimeZone) -> calendar::Delta {
    fixed_offset(this.object()).unwrap_or(tzinfo::ZERO)
}

fn is_utc(this: &TimeZone) -> bool {
    core::ptr::eq(UTC.0.as_ptr(), this.object().as_ptr())
}

fn repr(this: &TimeZone) -> Result<Obj> {
    if is_utc(this) {
        return unicode::from_str("datetime.timezone.utc");
    }
    let mut text = unicode::Builder::new();
    text.push_str(this.object().class_of().name());
    text.push_str("(");
    text.push_object(&*object::repr(&*this.offset.get_or_none())?);
    if let Some(name) = this.name.get() {
        text.push_str(", ");
        text.push_object(&*object::repr(&name)?);
    }
    text.push_str(")");
    text.finish()
}

fn str(this: &TimeZone) -> Result<Obj> {
    if let Some(name) = this.name.get() {
        return Ok(name);
    }
    let value = value(this);
    if is_utc(this) || value == tzinfo::ZERO {
        return unicode::from_str("UTC");
    }
    unicode::from_display(format_args!("UTC{}", calendar::iso_offset(value, ":")))
}

fn hash(this: &TimeZone) -> Result<isize> {
    object::hash(&*this.offset.get_or_none())
}

fn richcompare(this: &TimeZone, other: &Object, op: CompareOp) -> Result<Obj> {
    match (other.downcast::<TimeZone>(), op) {
        (Some(other), CompareOp::Eq | CompareOp::Ne) => {
            Ok(bools::from_bool(op.matches(value(this).cmp(&value(other)))))
        }
        _ => Ok(none::not_implemented().owned()),
    }
}

krait_object::methods! {
    static METHODS = [
        method::o(c"tzname", tzname, c"The name that was given, or the offset as 'UTC(+|-)HH:MM'."),
        method::o(c"utcoffset", utcoffset, c"The fixed offset."),
        method::o(c"dst", dst, c"None."),
        method::o(c"fromutc", from_utc, c"datetime in UTC -> datetime in the zone."),
        method::noargs(c"__getinitargs__", init_args, c"pickle support"),
    ];
}

/// The methods take a `datetime`, whatever it is, or None.
fn check_argument(name: &str, when: &Object) -> Result<()> {
    if when.is_none() || super::Moment::is_instance(when) {
        return Ok(());
    }
    Err(err::type_error(format_args!(
        "{name}(dt) argument must be a datetime instance or None, not {:.200}",
        when.class_of().name()
    )))
}

fn tzname(this: &TimeZone, when: &Object) -> Result<Obj> {
    check_argument("tzname", when)?;
    str(this)
}

fn utcoffset(this: &TimeZone, when: &Object) -> Result<Obj> {
    check_argument("utcoffset", when)?;
    Ok(this.offset.get_or_none())
}

fn dst(_this: &TimeZone, when: &Object) -> Result<()> {
    check_argument("dst", when)
}

fn from_utc(this: &TimeZone, when: &Object) -> Result<Obj> {
    moment::add_delta(tzinfo::own_moment(this.object(), when)?, value(this), 1)
}

fn init_args(this: &TimeZone) -> Result<Obj> {
    match this.name.get() {
        Some(name) => tuple::pack([this.offset.get_or_none(), name]),
        None => tuple::pack([this.offset.get_or_none()]),
    }
}

const _: () = assert!(size_of::<TimeZone>() == 32);
