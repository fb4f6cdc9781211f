//! `datetime.datetime`

use super::date::{self, class_method};
use super::time::{clock_bytes, clock_of, protocol, time_spec, zone_of};
use super::tzinfo::{dst_object, dst_of, name_object, offset_object, offset_of, offset_text, or_none};
use super::{
    Date, Delta, Moment, Time, TzInfo, add_constant, code_points, delta, int, invalid_isoformat, is_exactly,
    local, pickled, reduced, strftime, time, timezone, tzinfo_argument, tzinfo_state, value_error,
};
use crate::algorithms::calendar;
use crate::pytime::{self, Round};
use crate::support::wrong_type;
use core::cmp::Ordering;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::payload::EMPTY_NUMBER;
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, long, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern, method, refcount, slot, static_type};

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_add: slot::binary(add), nb_subtract: slot::binary(subtract), ..EMPTY_NUMBER };

static_type! {
    /// `datetime.datetime`
    pub static DateTime_Type = {
        tp_name: c"datetime.datetime".as_ptr(),
        tp_basicsize: size_of::<PyDateTime_DateTime>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_hash: slot::hash(hash),
        tp_str: slot::unary(str),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nYear, month and day must be given. tzinfo is None or an instance of a subclass of\ntzinfo, the others are ints.\n".as_ptr(),
        tp_richcompare: slot::richcompare(richcompare),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_base: &raw mut super::date::Date_Type,
        tp_new: slot::new(tp_new),
    };
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; the tzinfo field is there when the flag says so.
    unsafe {
        let raw = object.cast::<PyDateTime_DateTime>();
        if (*raw).hastzinfo != 0 {
            refcount::xdecref((*raw).tzinfo);
        }
        if let Some(free) = (*(*object).ob_type).tp_free {
            free(object.cast());
        }
    }
}

// ---- fields ----

fn data(this: &Moment) -> [u8; 10] {
    // SAFETY: a live datetime.
    unsafe { (*this.as_raw()).data }
}

/// Hour, minute, second and microsecond.
pub fn clock(this: &Moment) -> [i32; 4] {
    let [_, _, _, _, rest @ ..] = data(this);
    clock_of(rest)
}

/// Year, month, day, hour, minute, second and microsecond.
pub fn fields(this: &Moment) -> [i32; 7] {
    let [high, low, month, day, ..] = data(this);
    let [hour, minute, second, microsecond] = clock(this);
    let year = u16::from_be_bytes([high, low]);
    [year.into(), month.into(), day.into(), hour, minute, second, microsecond]
}

fn value(this: &Moment) -> calendar::Moment {
    let [year, month, day, hour, minute, second, microsecond] = fields(this);
    calendar::Moment { year, month, day, hour, minute, second, microsecond }
}

fn fold(this: &Moment) -> i32 {
    // SAFETY: a live datetime.
    unsafe { (*this.as_raw()).fold.into() }
}

/// The zone, if there is one.
pub fn tzinfo(this: &Moment) -> Option<Obj> {
    let raw = this.as_raw();
    // SAFETY: a live datetime: the field is owned when the flag says so.
    unsafe {
        if (*raw).hastzinfo == 0 {
            return None;
        }
        Object::from_ptr_opt((*raw).tzinfo).map(Layout::owned)
    }
}

fn is_sane(state: &[u8; 10]) -> bool {
    (1..=12).contains(&(state[2] & 0x7f))
}

/// A new `datetime` of a class, without its constructor.
pub fn make_of_class(fields: [i32; 7], tzinfo: Option<Obj>, fold: i32, class: &Type) -> Result<Obj> {
    let [year, month, day, hour, minute, second, microsecond] = fields;
    calendar::check_date(year, month, day).map_err(value_error)?;
    calendar::check_time(hour, minute, second, microsecond, fold).map_err(value_error)?;
    let mut data = [0; 10];
    data[..4].copy_from_slice(&date::date_bytes(year, month, day));
    data[4..].copy_from_slice(&clock_bytes([hour, minute, second, microsecond]));
    from_data(data, tzinfo, fold as u8, class)
}

fn from_data(data: [u8; 10], tzinfo: Option<Obj>, fold: u8, class: &Type) -> Result<Obj> {
    let new = class.alloc(0)?;
    // SAFETY: the class has the layout of datetime, and nobody else sees the new object.
    unsafe {
        let raw = new.as_ptr().cast::<PyDateTime_DateTime>();
        (*raw).hashcode = -1;
        (*raw).hastzinfo = tzinfo.is_some().into();
        (*raw).data = data;
        (*raw).fold = fold;
        (*raw).tzinfo = krait_object::handle::into_ptr_opt(tzinfo);
    }
    Ok(new)
}

/// A new `datetime` by the constructor of a class, which need not know of folds.
pub fn construct(fields: [i32; 7], tzinfo: Option<Obj>, fold: i32, class: &Object) -> Result<Obj> {
    if is_exactly::<Moment>(class) {
        return make_of_class(fields, tzinfo, fold, Moment::class());
    }
    let parts = fields.iter().map(|&n| long::from_i64(n.into())).collect::<Result<Vec<Obj>>>()?;
    let zone = or_none(tzinfo);
    let mut args: Vec<&Object> = parts.iter().map(|part| &**part).collect();
    args.push(&zone);
    let new = call::call(class, &args)?;
    if let Some(new) = new.downcast::<Moment>() {
        // SAFETY: a live datetime.
        unsafe { (*new.as_raw()).fold = fold as u8 };
    }
    Ok(new)
}

pub fn add_constants() -> Result<()> {
    let class = Moment::class();
    add_constant(class, "min", &*make_of_class([1, 1, 1, 0, 0, 0, 0], None, 0, class)?)?;
    let last = [9999, 12, 31, 23, 59, 59, 999_999];
    add_constant(class, "max", &*make_of_class(last, None, 0, class)?)?;
    add_constant(class, "resolution", &*delta::make_normalized(0, 0, 1)?)
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if let [state, ref more @ ..] = *tuple::items(args)
        && more.len() < 2
        && let Some(mut data) = pickled::<10>(state, "datetime", is_sane)?
    {
        let tzinfo = tzinfo_state(more.first().copied())?;
        let fold = data[2] >> 7;
        data[2] &= 0x7f;
        return from_data(data, tzinfo, fold, class);
    }
    let (fields, zone, fold) = field_arguments("", args, kw, None)?;
    make_of_class(fields, zone, fold, class)
}

/// The arguments of the constructor, or of `replace` with what they are by default.
fn field_arguments(
    function: &'static str,
    args: &Object,
    kw: Option<&Object>,
    own: Option<&Moment>,
) -> Result<([i32; 7], Option<Obj>, i32)> {
    let signature: Signature<9> = Signature::new(
        function,
        ["year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold"],
    )
    .required(if own.is_some() { 0 } else { 3 })
    .keyword_only_from(8)
    .parsed();
    let given = signature.bind_tuple(args, kw)?;
    let mut values = own.map_or([0; 7], fields);
    for (value, given) in values.iter_mut().zip(given) {
        *value = int(given, *value)?;
    }
    let fold = int(given[8], own.map_or(0, fold))?;
    let [year, month, day, hour, minute, second, microsecond] = values;
    if own.is_some() && !(0..2).contains(&fold) {
        return Err(value_error("fold must be either 0 or 1"));
    }
    calendar::check_date(year, month, day).map_err(value_error)?;
    calendar::check_time(hour, minute, second, microsecond, fold).map_err(value_error)?;
    let zone = match (given[7], own) {
        (None, Some(own)) => tzinfo(own),
        (zone, _) => tzinfo_argument(zone)?,
    };
    Ok((values, zone, fold))
}

// ---- slots ----

fn declined() -> Result<Obj> {
    Ok(none::not_implemented().owned())
}

fn repr(this: &Moment) -> Result<Obj> {
    let [year, month, day, hour, minute, second, microsecond] = fields(this);
    let mut text = unicode::Builder::new();
    text.push_str(&format!("{}({year}, {month}, {day}, {hour}, {minute}", this.class_of().name()));
    if microsecond != 0 {
        text.push_str(&format!(", {second}, {microsecond}"));
    } else if second != 0 {
        text.push_str(&format!(", {second}"));
    }
    if fold(this) != 0 {
        text.push_str(", fold=1");
    }
    if let Some(tzinfo) = tzinfo(this) {
        text.push_str(", tzinfo=");
        text.push_object(&*object::repr(&tzinfo)?);
    }
    text.push_str(")");
    text.finish()
}

fn str(this: &Moment) -> Result<Obj> {
    let space = unicode::from_str(" ")?;
    call::call_method(this, intern!("isoformat"), &[&space])
}

/// The offset from UTC.
fn offset(this: &Moment) -> Result<Option<calendar::Delta>> {
    offset_of(tzinfo(this).as_deref(), this)
}

/// The offset that the same reading has with the other fold.
fn offset_of_other_fold(this: &Moment) -> Result<Option<calendar::Delta>> {
    let other = make_of_class(fields(this), tzinfo(this), 1 - fold(this), Moment::class())?;
    other.downcast::<Moment>().map_or(Ok(None), offset)
}

/// Equal points in time have equal hashes, whatever their zones: those with an offset are hashed as UTC.
fn hash(this: &Moment) -> Result<isize> {
    let raw = this.as_raw();
    // SAFETY: a live datetime.
    let known = unsafe { (*raw).hashcode };
    if known != -1 {
        return Ok(known);
    }
    let offset = if fold(this) != 0 { offset_of_other_fold(this)? } else { offset(this)? };
    let hash = match offset {
        None => unicode::hash_bytes(&data(this)),
        Some(offset) => {
            let total = value(this).total_microseconds() - offset.total_microseconds();
            let delta = calendar::Delta::from_microseconds(total).map_err(err::overflow_error)?;
            object::hash(&*delta::make(delta)?)?
        }
    };
    // SAFETY: as above.
    unsafe { (*raw).hashcode = hash };
    Ok(hash)
}

fn richcompare(this: &Moment, given: &Object, op: CompareOp) -> Result<Obj> {
    let answer = |ordering: Ordering| Ok(bools::from_bool(op.matches(ordering)));
    let is_equality = matches!(op, CompareOp::Eq | CompareOp::Ne);
    let Some(other) = given.downcast::<Moment>() else {
        if given.downcast::<Date>().is_none() {
            return declined();
        }
        // A date is never equal to a datetime, and no order is defined.
        return match op {
            CompareOp::Eq => Ok(bools::from_bool(false)),
            CompareOp::Ne => Ok(bools::from_bool(true)),
            _ => Err(err::type_error(format_args!(
                "can't compare {} to {}",
                this.class_of().name(),
                given.class_of().name()
            ))),
        };
    };
    let (zone, other_zone) = (tzinfo(this), tzinfo(other));
    let pointer = |zone: &Option<Obj>| zone.as_ref().map(|zone| zone.as_ptr());
    if pointer(&zone) == pointer(&other_zone) {
        return answer(data(this).cmp(&data(other)));
    }
    let (own, others) = (offset(this)?, offset(other)?);
    let mut ordering = match (own, others) {
        (a, b) if a == b => data(this).cmp(&data(other)),
        (Some(a), Some(b)) => {
            let in_utc = |moment: &Moment, offset: calendar::Delta| {
                value(moment).total_microseconds() - offset.total_microseconds()
            };
            in_utc(this, a).cmp(&in_utc(other, b))
        }
        _ if op == CompareOp::Eq => return Ok(bools::from_bool(false)),
        _ if op == CompareOp::Ne => return Ok(bools::from_bool(true)),
        _ => return Err(err::type_error("can't compare offset-naive and offset-aware datetimes")),
    };
    // Readings whose offset depends on the fold are equal to none in another zone (PEP 495).
    if is_equality
        && ordering.is_eq()
        && (offset_of_other_fold(this)? != own || offset_of_other_fold(other)? != others)
    {
        ordering = Ordering::Greater;
    }
    answer(ordering)
}

/// `this + sign * delta`, by the constructor of its class.
pub fn add_delta(this: &Moment, delta: calendar::Delta, sign: i128) -> Result<Obj> {
    let total = value(this).total_microseconds() + sign * delta.total_microseconds();
    let Some(sum) = calendar::Moment::from_microseconds(total) else {
        return Err(err::overflow_error("date value out of range"));
    };
    let fields = [sum.year, sum.month, sum.day, sum.hour, sum.minute, sum.second, sum.microsecond];
    construct(fields, tzinfo(this), 0, this.class_of().object())
}

fn add(left: &Object, right: &Object) -> Result<Obj> {
    let (moment, delta) = if left.downcast::<Moment>().is_some() { (left, right) } else { (right, left) };
    match (moment.downcast::<Moment>(), delta.downcast::<Delta>()) {
        (Some(moment), Some(delta)) => add_delta(moment, delta::fields(delta), 1),
        _ => declined(),
    }
}

fn subtract(left: &Object, right: &Object) -> Result<Obj> {
    let Some(this) = left.downcast::<Moment>() else { return declined() };
    if let Some(other) = right.downcast::<Moment>() {
        return delta::make(difference(this, other)?);
    }
    match right.downcast::<Delta>() {
        Some(delta) => add_delta(this, delta::fields(delta), -1),
        None => declined(),
    }
}

/// The time between two points in time, which both have an offset or both have none.
fn difference(this: &Moment, other: &Moment) -> Result<calendar::Delta> {
    let (zone, other_zone) = (tzinfo(this), tzinfo(other));
    let pointer = |zone: &Option<Obj>| zone.as_ref().map(|zone| zone.as_ptr());
    let mut total = value(this).total_microseconds() - value(other).total_microseconds();
    if pointer(&zone) != pointer(&other_zone) {
        match (offset(this)?, offset(other)?) {
            (Some(a), Some(b)) => total += b.total_microseconds() - a.total_microseconds(),
            (None, None) => {}
            _ => {
                return Err(err::type_error("can't subtract offset-naive and offset-aware datetimes"));
            }
        }
    }
    calendar::Delta::from_microseconds(total).map_err(err::overflow_error)
}

// ---- class methods ----

krait_object::methods! {
    static METHODS = [
        class_method(method::keywords::<Object, _, _>(c"now", now, c"now($type, /, tz=None)\n--\n\nThe current time in a zone.\n\n  tz\n    The zone.\n\nWithout one, local time.")),
        class_method(method::noargs::<Object, _, _>(c"utcnow", utc_now, c"The current time in UTC.")),
        class_method(method::varargs_keywords::<Object, _, _>(c"fromtimestamp", from_timestamp, c"timestamp[, tz] -> the time in tz at a POSIX timestamp.")),
        class_method(method::varargs::<Object, _, _>(c"utcfromtimestamp", utc_from_timestamp, c"The time in UTC at a POSIX timestamp, without a zone.")),
        class_method(method::varargs::<Object, _, _>(c"strptime", strptime, c"string, format -> the time that a string shows (like time.strptime()).")),
        class_method(method::varargs_keywords::<Object, _, _>(c"combine", combine, c"date, time -> the datetime with the fields of both")),
        class_method(method::o::<Object, _, _>(c"fromisoformat", from_iso_format, c"string -> the datetime that datetime.isoformat() shows so")),
        method::noargs(c"date", date_part, c"The date, without the time."),
        method::noargs(c"time", time_part, c"The time, without date and tzinfo."),
        method::noargs(c"timetz", time_part_with_zone, c"The time with its tzinfo."),
        method::noargs(c"ctime", ctime, c"The time as ctime() shows it."),
        method::noargs(c"timetuple", timetuple, c"Time tuple, as time.localtime() returns it."),
        method::noargs(c"timestamp", timestamp, c"POSIX timestamp as float."),
        method::noargs(c"utctimetuple", utc_timetuple, c"UTC time tuple, as time.localtime() returns it."),
        method::varargs_keywords(c"isoformat", iso_format, c"[sep] -> the time in the ISO 8601 format, YYYY-MM-DDT[HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\nsep stands between date and time, 'T' if it is left out.\ntimespec says how much of the time is shown: 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' or 'microseconds'.\n"),
        method::noargs(c"utcoffset", utcoffset, c"self.tzinfo.utcoffset(self)."),
        method::noargs(c"tzname", tzname, c"self.tzinfo.tzname(self)."),
        method::noargs(c"dst", dst, c"self.tzinfo.dst(self)."),
        method::varargs_keywords(c"replace", replace, c"The datetime with other fields."),
        method::varargs_keywords(c"astimezone", as_time_zone, c"tz -> the same point in time in the zone tz\n"),
        method::varargs(c"__reduce_ex__", reduce_ex, c"__reduce_ex__(proto) -> (cls, state)"),
        method::noargs(c"__reduce__", reduce, c"__reduce__() -> (cls, state)"),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getter(c"hour", |this: &Moment| Ok(clock(this)[0]), c""),
        method::getter(c"minute", |this: &Moment| Ok(clock(this)[1]), c""),
        method::getter(c"second", |this: &Moment| Ok(clock(this)[2]), c""),
        method::getter(c"microsecond", |this: &Moment| Ok(clock(this)[3]), c""),
        method::getter(c"tzinfo", |this: &Moment| Ok(tzinfo(this)), c""),
        method::getter(c"fold", |this: &Moment| Ok(fold(this)), c""),
    ];
}

/// The point in time `seconds` and `microseconds` after the Unix epoch, in local time where `is_local`, else in UTC;
/// a zone takes it on as it is, to be converted by `fromutc`.
fn at(class: &Object, is_local: bool, seconds: i64, microseconds: i64, zone: Option<Obj>) -> Result<Obj> {
    let tm = if is_local { local::local_time(seconds)? } else { local::utc_time(seconds)? };
    let shown = local::fields(&tm);
    let fold = is_local && zone.is_none() && local::is_fold(seconds, local::reading(shown)?)?;
    let [year, month, day, hour, minute, second] = shown;
    let fields = [year, month, day, hour, minute, second, microseconds as i32];
    construct(fields, zone, fold.into(), class)
}

/// The same in a zone, or in local time.
fn at_in_zone(class: &Object, (seconds, microseconds): (i64, i64), zone: Option<Obj>) -> Result<Obj> {
    let moment = at(class, zone.is_none(), seconds, microseconds, zone.clone())?;
    match zone {
        None => Ok(moment),
        Some(zone) => call::call_method(&zone, intern!("fromutc"), &[&moment]),
    }
}

/// Seconds and microseconds since the Unix epoch.
fn clock_now() -> (i64, i64) {
    let now = pytime::as_timeval(pytime::system_clock(), Round::Floor);
    (now.tv_sec, now.tv_usec)
}

fn now(class: &Object, args: Args<'_>) -> Result<Obj> {
    const SIGNATURE: Signature<1> = Signature::new("now", ["tz"]).required(0).parsed();
    let [zone] = SIGNATURE.bind(args)?;
    at_in_zone(class, clock_now(), tzinfo_argument(zone)?)
}

fn utc_now(class: &Object) -> Result<Obj> {
    let (seconds, microseconds) = clock_now();
    at(class, false, seconds, microseconds, None)
}

/// `datetime.fromtimestamp`, also called from C.
pub fn from_timestamp(class: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("fromtimestamp", ["timestamp", "tz"]).required(1).parsed();
    let [timestamp, zone] = SIGNATURE.bind_tuple(args, kw)?;
    let zone = tzinfo_argument(zone)?;
    let timestamp = timestamp.ok_or_else(err::bad_internal_call)?;
    at_in_zone(class, pytime::object_to_timeval(timestamp, Round::HalfEven)?, zone)
}

/// Checks the number of arguments of a method that takes a fixed one.
fn exactly<'a, const N: usize>(function: &str, args: &'a Object) -> Result<[&'a Object; N]> {
    let args = tuple::items(args);
    let plural = if N == 1 { "" } else { "s" };
    <[&Object; N]>::try_from(args).map_err(|_| {
        err::type_error(format_args!(
            "{function}() takes exactly {N} argument{plural} ({} given)",
            args.len()
        ))
    })
}

fn utc_from_timestamp(class: &Object, args: &Object) -> Result<Obj> {
    let [timestamp] = exactly("utcfromtimestamp", args)?;
    let (seconds, microseconds) = pytime::object_to_timeval(timestamp, Round::HalfEven)?;
    at(class, false, seconds, microseconds, None)
}

fn strptime(class: &Object, args: &Object) -> Result<Obj> {
    let args = exactly::<2>("strptime", args)?;
    for (i, arg) in args.iter().enumerate() {
        if !unicode::check(arg) {
            return Err(wrong_type("strptime", i + 1, "str", arg));
        }
    }
    let module = krait_vm::import::import_module("_strptime")?;
    call::call_method(&module, intern!("_strptime_datetime"), &[class, args[0], args[1]])
}

fn combine(class: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<3> =
        Signature::new("combine", ["date", "time", "tzinfo"]).required(2).parsed();
    let [Some(date), Some(time), zone] = SIGNATURE.bind_tuple(args, kw)? else {
        return Err(err::bad_internal_call());
    };
    let date = date.downcast::<Date>().ok_or_else(|| wrong_type("combine", 1, "datetime.date", date))?;
    let time = time.downcast::<Time>().ok_or_else(|| wrong_type("combine", 2, "datetime.time", time))?;
    let zone = if zone.is_some() { tzinfo_argument(zone)? } else { time::tzinfo(time) };
    let (year, month, day) = date::fields(date);
    let [hour, minute, second, microsecond] = time::clock(time);
    construct([year, month, day, hour, minute, second, microsecond], zone, time::fold(time), class)
}

fn from_iso_format(class: &Object, text: &Object) -> Result<Obj> {
    if !unicode::check(text) {
        return Err(err::type_error("fromisoformat: argument must be str"));
    }
    unicode::ready(text)?;
    let points = code_points(text);
    let parsed = calendar::parse_date(&points).and_then(|date| match points.len() {
        10 => Some((date, ([0; 4], None))),
        // Whatever stands between them.
        _ => Some((date, calendar::parse_time(points.get(11..)?)?)),
    });
    let ((year, month, day), (clock, offset)) = parsed.ok_or_else(|| invalid_isoformat(text))?;
    let [hour, minute, second, microsecond] = clock;
    construct([year, month, day, hour, minute, second, microsecond], zone_of(offset)?, 0, class)
}

// ---- methods ----

fn date_part(this: &Moment) -> Result<Obj> {
    let [year, month, day, ..] = fields(this);
    date::make_of_class(year, month, day, Date::class())
}

fn time_part(this: &Moment) -> Result<Obj> {
    time::make(clock(this), None, fold(this))
}

fn time_part_with_zone(this: &Moment) -> Result<Obj> {
    time::make(clock(this), tzinfo(this), fold(this))
}

fn ctime(this: &Moment) -> Result<String> {
    Ok(calendar::ctime(value(this)))
}

fn time_tuple_of(value: [i32; 7], is_dst: i32) -> Result<Obj> {
    let [year, month, day, hour, minute, second, _] = value;
    let (weekday, yearday) = date::day_numbers(year, month, day);
    strftime::struct_time([year, month, day, hour, minute, second, weekday, yearday, is_dst])
}

fn timetuple(this: &Moment) -> Result<Obj> {
    let dst = dst_of(tzinfo(this).as_deref(), this)?;
    let is_dst = dst.map_or(-1, |dst| i32::from(dst.total_microseconds() != 0));
    time_tuple_of(fields(this), is_dst)
}

fn utc_timetuple(this: &Moment) -> Result<Obj> {
    let Some(offset) = offset(this)? else { return time_tuple_of(fields(this), 0) };
    let total = value(this).total_microseconds() - offset.total_microseconds();
    let Some(utc) = calendar::Moment::from_microseconds(total) else {
        return Err(err::overflow_error("date value out of range"));
    };
    time_tuple_of([utc.year, utc.month, utc.day, utc.hour, utc.minute, utc.second, 0], 0)
}

/// The reading of a local clock as seconds since the Unix epoch.
fn local_seconds(this: &Moment) -> Result<i64> {
    let [year, month, day, hour, minute, second, _] = fields(this);
    let shown = local::reading([year, month, day, hour, minute, second])?;
    Ok(local::utc_of(shown, fold(this) != 0)? - local::EPOCH)
}

fn timestamp(this: &Moment) -> Result<f64> {
    if tzinfo(this).is_none() {
        let microsecond = clock(this)[3];
        return Ok(local_seconds(this)? as f64 + f64::from(microsecond) / 1e6);
    }
    let epoch = make_of_class([1970, 1, 1, 0, 0, 0, 0], Some(timezone::utc()?), 0, Moment::class())?;
    let epoch = epoch.downcast::<Moment>().ok_or_else(err::bad_internal_call)?;
    delta::total_seconds(difference(this, epoch)?)
}

fn iso_format(this: &Moment, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<2> = Signature::new("isoformat", ["sep", "timespec"]).required(0).parsed();
    let [separator, spec] = SIGNATURE.bind_tuple(args, kw)?;
    let separator = match separator {
        None => u32::from(b'T'),
        Some(given) => {
            let bad = || wrong_type("isoformat", 1, "a unicode character", given);
            if !unicode::check(given) {
                return Err(bad());
            }
            unicode::ready(given)?;
            if unicode::len(given) != 1 {
                return Err(bad());
            }
            unicode::char_at(given, 0)
        }
    };
    let spec = time_spec(spec, 2)?;
    let [year, month, day, hour, minute, second, microsecond] = fields(this);
    let offset = offset_text(tzinfo(this).as_deref(), this, ":")?;
    let mut text = unicode::Builder::new();
    text.push_str(&calendar::iso_date(year, month, day));
    text.push_char(separator);
    text.push_str(&calendar::iso_time(hour, minute, second, microsecond, spec));
    text.push_str(&offset);
    text.finish()
}

fn utcoffset(this: &Moment) -> Result<Obj> {
    offset_object(tzinfo(this).as_deref(), this).map(or_none)
}

fn tzname(this: &Moment) -> Result<Obj> {
    name_object(tzinfo(this).as_deref(), this).map(or_none)
}

fn dst(this: &Moment) -> Result<Obj> {
    dst_object(tzinfo(this).as_deref(), this).map(or_none)
}

fn replace(this: &Moment, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let (fields, zone, fold) = field_arguments("replace", args, kw, Some(this))?;
    make_of_class(fields, zone, fold, this.class_of())
}

fn as_time_zone(this: &Moment, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<1> = Signature::new("astimezone", ["tz"]).required(0).parsed();
    let [given] = SIGNATURE.bind_tuple(args, kw)?;
    let target = tzinfo_argument(given)?;
    let mut own = tzinfo(this);
    if let (Some(own), Some(target)) = (&own, &target)
        && own.is(&**target)
    {
        return Ok(this.owned().upcast());
    }
    let mut offset = offset_of(own.as_deref(), this)?;
    if offset.is_none() {
        // Without an offset, the reading is one of a local clock.
        let zone = local::zone_at(local_seconds(this)?)?;
        if target.as_ref().is_some_and(|target| target.is(&*zone)) {
            return Ok(this.owned().upcast());
        }
        offset = offset_of(Some(&zone), this)?;
        own = Some(zone);
    }
    drop(own);
    let offset = offset.ok_or_else(err::bad_internal_call)?;
    let utc = add_delta(this, offset, -1)?;
    let utc = utc.downcast::<Moment>().ok_or_else(err::bad_internal_call)?;
    let target = match target {
        Some(target) => target,
        None => {
            let total = value(utc).total_microseconds().div_euclid(1_000_000);
            local::zone_at(total as i64 - local::EPOCH)?
        }
    };
    let in_target = make_of_class(fields(utc), Some(target.clone()), fold(utc), utc.class_of())?;
    if target.downcast::<TzInfo>().is_none() {
        return Err(err::bad_internal_call());
    }
    call::call_method(&target, intern!("fromutc"), &[&in_target])
}

fn reduce_with(this: &Moment, protocol: i32) -> Result<Obj> {
    let mut state = data(this);
    if protocol > 3 && fold(this) != 0 {
        state[2] |= 0x80;
    }
    reduced(this, &state, tzinfo(this))
}

fn reduce_ex(this: &Moment, args: &Object) -> Result<Obj> {
    reduce_with(this, protocol(args)?)
}

fn reduce(this: &Moment) -> Result<Obj> {
    reduce_with(this, 2)
}
