//! `datetime.tzinfo`, the base class of time zones, and what dates and times ask of their zone.

use super::{Delta, Moment, TzInfo, delta, moment};
use crate::algorithms::calendar;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::protocol::attribute::instance_dict;
use krait_object::protocol::{call, object};
use krait_object::types::{none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern, method, static_type};

static_type! {
    /// `datetime.tzinfo`
    pub static TzInfo_Type = {
        tp_name: c"datetime.tzinfo".as_ptr(),
        tp_basicsize: size_of::<PyDateTime_TZInfo>() as Py_ssize_t,
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"Abstract base class of time zones.".as_ptr(),
        tp_methods: (&raw mut METHODS).cast(),
        tp_new: Some(krait_object::types::typeobject::PyType_GenericNew),
    };
}

krait_object::methods! {
    static METHODS = [
        method::o(c"tzname", tzname, c"datetime -> name of the time zone."),
        method::o(c"utcoffset", utcoffset, c"datetime -> the zone's distance from UTC as a timedelta, negative for the West"),
        method::o(c"dst", dst, c"datetime -> how much of that is due to daylight saving time, as a timedelta."),
        method::o(c"fromutc", from_utc, c"datetime in UTC -> datetime in the zone."),
        method::noargs(c"__reduce__", reduce, c"-> (cls, state)"),
    ];
}

#[cold]
fn not_implemented(name: &str) -> Result<Obj> {
    Err(err::set(
        krait_object::types::exceptions::NotImplementedError(),
        format_args!("a tzinfo subclass must implement {name}()"),
    ))
}

fn tzname(_this: &TzInfo, _when: &Object) -> Result<Obj> {
    not_implemented("tzname")
}

fn utcoffset(_this: &TzInfo, _when: &Object) -> Result<Obj> {
    not_implemented("utcoffset")
}

fn dst(_this: &TzInfo, _when: &Object) -> Result<Obj> {
    not_implemented("dst")
}

/// The argument of `fromutc`: a `datetime` of this zone.
pub fn own_moment<'a>(this: &Object, when: &'a Object) -> Result<&'a Moment> {
    let Some(when) = when.downcast::<Moment>() else {
        return Err(err::type_error("fromutc: argument must be a datetime"));
    };
    if !moment::tzinfo(when).is_some_and(|tzinfo| tzinfo.is(this)) {
        return Err(err::value_error("fromutc: dt.tzinfo is not self"));
    }
    Ok(when)
}

fn from_utc(this: &TzInfo, when: &Object) -> Result<Obj> {
    let when = own_moment(this.object(), when)?;
    let missing = |what: &str| err::value_error(format_args!("fromutc: non-None {what}() result required"));
    let offset = offset_of(Some(this.object()), when.object())?.ok_or_else(|| missing("utcoffset"))?;
    let dst = dst_of(Some(this.object()), when.object())?.ok_or_else(|| missing("dst"))?;
    let standard = delta::sum_of(offset, dst, -1)?;
    let result = moment::add_delta(when, standard, 1)?;
    // Daylight saving time as it is in the zone's own standard time.
    let Some(dst) = dst_of(Some(this.object()), &result)? else {
        return Err(err::value_error("fromutc: tz.dst() gave inconsistent results; cannot convert"));
    };
    if dst == ZERO {
        return Ok(result);
    }
    match result.downcast::<Moment>() {
        Some(result) => moment::add_delta(result, dst, 1),
        None => Err(err::bad_internal_call()),
    }
}

/// No time at all.
pub const ZERO: calendar::Delta = calendar::Delta { days: 0, seconds: 0, microseconds: 0 };

fn reduce(this: &TzInfo) -> Result<Obj> {
    let this = this.object();
    let args = match object::lookup_attr(this, intern!("__getinitargs__"))? {
        Some(method) => call::call0(&method)?,
        None => tuple::empty(),
    };
    let state = match object::lookup_attr(this, intern!("__getstate__"))? {
        Some(method) => Some(call::call0(&method)?),
        None => instance_dict(this),
    };
    let class = this.class_of().object().owned();
    match state.filter(|state| !state.is_none()) {
        Some(state) => tuple::pack([class, args, state]),
        None => tuple::pack([class, args]),
    }
}

// ---- questions to a zone ----

/// Whether an offset is less than a day either way.
pub fn is_offset(value: calendar::Delta) -> bool {
    let total = value.total_microseconds();
    total.unsigned_abs() < 86_400_000_000
}

/// The result of `utcoffset` or `dst` of a zone as an object, None included.
fn ask(tzinfo: Option<&Object>, name: &'static Object, when: &Object) -> Result<Option<Obj>> {
    let Some(tzinfo) = tzinfo else { return Ok(None) };
    let offset = call::call_method(tzinfo, name, &[when])?;
    if offset.is_none() {
        return Ok(None);
    }
    match offset.downcast::<Delta>() {
        None => Err(err::type_error(format_args!(
            "tzinfo.{}() must return None or timedelta, not '{:.200}'",
            unicode::display(name),
            offset.class_of().name()
        ))),
        Some(value) if !is_offset(delta::fields(value)) => Err(bad_offset()),
        Some(_) => Ok(Some(offset)),
    }
}

#[cold]
fn bad_offset() -> Raised {
    err::value_error(
        "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).",
    )
}

fn value_of(offset: Option<Obj>) -> Option<calendar::Delta> {
    offset.and_then(|offset| offset.downcast::<Delta>().map(delta::fields))
}

/// `utcoffset` of a zone.
pub fn offset_of(tzinfo: Option<&Object>, when: &Object) -> Result<Option<calendar::Delta>> {
    // A fixed offset needs no call.
    if let Some(zone) = tzinfo.and_then(super::timezone::fixed_offset) {
        return Ok(Some(zone));
    }
    ask(tzinfo, intern!("utcoffset"), when).map(value_of)
}

/// `dst` of a zone.
pub fn dst_of(tzinfo: Option<&Object>, when: &Object) -> Result<Option<calendar::Delta>> {
    ask(tzinfo, intern!("dst"), when).map(value_of)
}

/// `utcoffset` of a zone as an object.
pub fn offset_object(tzinfo: Option<&Object>, when: &Object) -> Result<Option<Obj>> {
    ask(tzinfo, intern!("utcoffset"), when)
}

/// `dst` of a zone as an object.
pub fn dst_object(tzinfo: Option<&Object>, when: &Object) -> Result<Option<Obj>> {
    ask(tzinfo, intern!("dst"), when)
}

/// `tzname` of a zone.
pub fn name_object(tzinfo: Option<&Object>, when: &Object) -> Result<Option<Obj>> {
    let Some(tzinfo) = tzinfo else { return Ok(None) };
    let name = call::call_method(tzinfo, intern!("tzname"), &[when])?;
    if name.is_none() {
        return Ok(None);
    }
    if !unicode::check(&name) {
        return Err(err::type_error(format_args!(
            "tzinfo.tzname() must return None or a string, not '{}'",
            name.class_of().name()
        )));
    }
    Ok(Some(name))
}

/// The offset as text, such as `+01:00`; empty without one.
pub fn offset_text(tzinfo: Option<&Object>, when: &Object, separator: &str) -> Result<String> {
    let offset = offset_of(tzinfo, when)?;
    Ok(offset.map_or_else(String::new, |offset| calendar::iso_offset(offset, separator)))
}

/// Nothing as None.
pub fn or_none(value: Option<Obj>) -> Obj {
    value.unwrap_or_else(|| none::none().owned())
}
