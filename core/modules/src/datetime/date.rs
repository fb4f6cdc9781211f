//! `datetime.date`

use super::strftime::{self, Subject};
use super::{
    Date, Delta, Moment, add_constant, delta, int, invalid_isoformat, is_exactly, iso_calendar, moment,
    pickled, reduced, value_error,
};
use crate::algorithms::calendar;
use crate::pytime::{self, Round};
use crate::support::check_count;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::payload::EMPTY_NUMBER;
use krait_object::protocol::call;
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, exceptions, long, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, intern, method, slot, static_type};

static mut AS_NUMBER: PyNumberMethods =
    PyNumberMethods { nb_add: slot::binary(add), nb_subtract: slot::binary(subtract), ..EMPTY_NUMBER };

static_type! {
    /// `datetime.date`
    pub static Date_Type = {
        tp_name: c"datetime.date".as_ptr(),
        tp_basicsize: size_of::<PyDateTime_Date>() as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_hash: slot::hash(hash),
        tp_str: slot::unary(str),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"date(year, month, day) --> date object".as_ptr(),
        tp_richcompare: slot::richcompare(richcompare),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(tp_new),
    };
}

// ---- fields ----

/// The bytes of a date.
pub fn data(this: &Date) -> [u8; 4] {
    // SAFETY: a live date.
    unsafe { (*this.as_raw()).data }
}

/// Year, month and day.
pub fn fields(this: &Date) -> (i32, i32, i32) {
    let [high, low, month, day] = data(this);
    (i32::from(u16::from_be_bytes([high, low])), month.into(), day.into())
}

/// The bytes for a year, month and day.
pub fn date_bytes(year: i32, month: i32, day: i32) -> [u8; 4] {
    let [high, low] = (year as u16).to_be_bytes();
    [high, low, month as u8, day as u8]
}

/// Whether bytes can be those of a date's pickle.
fn is_sane(state: &[u8; 4]) -> bool {
    (1..=12).contains(&state[2])
}

/// A new date of a class, without its constructor.
pub fn make_of_class(year: i32, month: i32, day: i32, class: &Type) -> Result<Obj> {
    calendar::check_date(year, month, day).map_err(value_error)?;
    from_data(date_bytes(year, month, day), class)
}

fn from_data(data: [u8; 4], class: &Type) -> Result<Obj> {
    let new = class.alloc(0)?;
    // SAFETY: the class has the layout of date, and nobody else sees the new object.
    unsafe {
        let raw = new.as_ptr().cast::<PyDateTime_Date>();
        (*raw).hashcode = -1;
        (*raw).hastzinfo = 0;
        (*raw).data = data;
    }
    Ok(new)
}

/// A new date by the constructor of a class.
pub fn construct(year: i32, month: i32, day: i32, class: &Object) -> Result<Obj> {
    if is_exactly::<Date>(class) {
        return make_of_class(year, month, day, Date::class());
    }
    if is_exactly::<Moment>(class) {
        return moment::construct([year, month, day, 0, 0, 0, 0], None, 0, class);
    }
    let part = |n: i32| long::from_i64(n.into());
    call::call(class, &[&*part(year)?, &*part(month)?, &*part(day)?])
}

pub fn add_constants() -> Result<()> {
    let class = Date::class();
    add_constant(class, "min", &*make_of_class(1, 1, 1, class)?)?;
    add_constant(class, "max", &*make_of_class(9999, 12, 31, class)?)?;
    add_constant(class, "resolution", &*delta::make_normalized(1, 0, 0)?)
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if let &[state] = tuple::items(args)
        && let Some(data) = pickled::<4>(state, "date", is_sane)?
    {
        return from_data(data, class);
    }
    const SIGNATURE: Signature<3> = Signature::new("", ["year", "month", "day"]).parsed();
    let [year, month, day] = SIGNATURE.bind_tuple(args, kw)?;
    make_of_class(int(year, 0)?, int(month, 0)?, int(day, 0)?, class)
}

// ---- slots ----

fn declined() -> Result<Obj> {
    Ok(none::not_implemented().owned())
}

fn repr(this: &Date) -> Result<Obj> {
    let (year, month, day) = fields(this);
    unicode::from_display(format_args!("{}({year}, {month}, {day})", this.class_of().name()))
}

/// `str()` is what the instance's `isoformat` says.
pub fn str(this: &Object) -> Result<Obj> {
    call::call_method(this, intern!("isoformat"), &[])
}

fn hash(this: &Date) -> Result<isize> {
    let raw = this.as_raw();
    // SAFETY: a live date.
    unsafe {
        if (*raw).hashcode == -1 {
            (*raw).hashcode = unicode::hash_bytes(&data(this));
        }
        Ok((*raw).hashcode)
    }
}

fn richcompare(this: &Date, other: &Object, op: CompareOp) -> Result<Obj> {
    match other.downcast::<Date>() {
        Some(other) => Ok(bools::from_bool(op.matches(data(this).cmp(&data(other))))),
        None => declined(),
    }
}

fn is_moment(object: &Object) -> bool {
    Moment::is_instance(object)
}

fn add(left: &Object, right: &Object) -> Result<Obj> {
    if is_moment(left) || is_moment(right) {
        return declined();
    }
    let (date, delta) = if left.downcast::<Date>().is_some() { (left, right) } else { (right, left) };
    match (date.downcast::<Date>(), delta.downcast::<Delta>()) {
        (Some(date), Some(delta)) => add_days(date, delta::fields(delta).days.into()),
        _ => declined(),
    }
}

fn subtract(left: &Object, right: &Object) -> Result<Obj> {
    if is_moment(left) || is_moment(right) {
        return declined();
    }
    let Some(date) = left.downcast::<Date>() else { return declined() };
    if let Some(other) = right.downcast::<Date>() {
        return delta::make_normalized((ordinal(date) - ordinal(other)).into(), 0, 0);
    }
    match right.downcast::<Delta>() {
        Some(delta) => add_days(date, -i64::from(delta::fields(delta).days)),
        None => declined(),
    }
}

fn add_days(date: &Date, days: i64) -> Result<Obj> {
    let ordinal = i64::from(ordinal(date)) + days;
    if !(1..=i64::from(calendar::MAX_ORDINAL)).contains(&ordinal) {
        return Err(err::overflow_error("date value out of range"));
    }
    let (year, month, day) = calendar::from_ordinal(ordinal as i32);
    construct(year, month, day, date.class_of().object())
}

fn ordinal(this: &Date) -> i32 {
    let (year, month, day) = fields(this);
    calendar::ordinal(year, month, day)
}

// ---- methods ----

krait_object::methods! {
    static METHODS = [
        class_method(method::o::<Object, _, _>(c"fromtimestamp", from_timestamp, c"fromtimestamp($type, timestamp, /)\n--\n\nThe local date at a POSIX timestamp.\n\nThe timestamp is a number such as time.time() returns.")),
        class_method(method::varargs::<Object, _, _>(c"fromordinal", from_ordinal, c"int -> the date with that proleptic Gregorian ordinal.")),
        class_method(method::o::<Object, _, _>(c"fromisoformat", from_iso_format, c"str -> the date that date.isoformat() shows so")),
        class_method(method::varargs_keywords::<Object, _, _>(c"fromisocalendar", from_iso_calendar, c"int, int, int -> the date with that ISO year, week and weekday.\n\nThe inverse of date.isocalendar().")),
        class_method(method::noargs::<Object, _, _>(c"today", today, c"Today, or now:  same as self.__class__.fromtimestamp(time.time()).")),
        method::noargs(c"ctime", ctime, c"The date as ctime() shows it."),
        method::varargs_keywords(c"strftime", strftime_of, c"format -> the date in that format."),
        method::varargs(c"__format__", strftime::format::<Date>, c"Formats self with strftime."),
        method::noargs(c"timetuple", timetuple, c"Time tuple, as time.localtime() returns it."),
        method::noargs(c"isocalendar", iso_calendar_of, c"A named tuple of ISO year, week, and weekday."),
        method::noargs(c"isoformat", iso_format, c"The date in the ISO 8601 format, YYYY-MM-DD."),
        method::noargs(c"isoweekday", iso_weekday, c"The weekday.\nMonday == 1 ... Sunday == 7"),
        method::noargs(c"toordinal", to_ordinal, c"The proleptic Gregorian ordinal.  January 1 of year 1 is day 1."),
        method::noargs(c"weekday", weekday, c"The weekday.\nMonday == 0 ... Sunday == 6"),
        method::varargs_keywords(c"replace", replace, c"The date with other fields."),
        method::noargs(c"__reduce__", reduce, c"__reduce__() -> (cls, state)"),
    ];
}

/// A class method.
pub const fn class_method(entry: PyMethodDef) -> PyMethodDef {
    method::with_flags(entry, METH_CLASS)
}

krait_object::getsets! {
    static GETSETS = [
        method::getter(c"year", |this: &Date| Ok(fields(this).0), c""),
        method::getter(c"month", |this: &Date| Ok(fields(this).1), c""),
        method::getter(c"day", |this: &Date| Ok(fields(this).2), c""),
    ];
}

/// The local date at a timestamp.
pub fn from_timestamp(class: &Object, timestamp: &Object) -> Result<Obj> {
    let seconds = pytime::object_to_time_t(timestamp, Round::Floor)?;
    let [year, month, day, ..] = super::local::fields(&super::local::local_time(seconds)?);
    construct(year, month, day, class)
}

fn today(class: &Object) -> Result<Obj> {
    let time = krait_vm::import::import_module("time")?;
    let now = call::call_method(&time, intern!("time"), &[])?;
    call::call_method(class, intern!("fromtimestamp"), &[&now])
}

fn from_ordinal(class: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    if args.len() != 1 {
        return Err(err::type_error(format_args!(
            "fromordinal() takes exactly 1 argument ({} given)",
            args.len()
        )));
    }
    let ordinal = krait_object::args::int(args[0])?;
    if ordinal < 1 {
        return Err(value_error("ordinal must be >= 1"));
    }
    let (year, month, day) = calendar::from_ordinal(ordinal);
    construct(year, month, day, class)
}

fn from_iso_format(class: &Object, text: &Object) -> Result<Obj> {
    if !unicode::check(text) {
        return Err(err::type_error("fromisoformat: argument must be str"));
    }
    unicode::ready(text)?;
    let points = super::code_points(text);
    let parsed = if points.len() == 10 { calendar::parse_date(&points) } else { None };
    let (year, month, day) = parsed.ok_or_else(|| invalid_isoformat(text))?;
    construct(year, month, day, class)
}

fn from_iso_calendar(class: &Object, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<3> = Signature::new("fromisocalendar", ["year", "week", "day"]).parsed();
    let [year, week, day] = SIGNATURE.bind_tuple(args, kw)?;
    let part = |given: Option<&Object>| match int(given, 0) {
        Err(_) if err::matches(exceptions::OverflowError()) => {
            err::clear();
            Err(value_error("ISO calendar component out of range"))
        }
        result => result,
    };
    let ordinal = calendar::from_iso_calendar(part(year)?, part(week)?, part(day)?).map_err(value_error)?;
    if ordinal < 1 {
        return Err(value_error("year 0 is out of range"));
    }
    let (year, month, day) = calendar::from_ordinal(ordinal);
    construct(year, month, day, class)
}

fn ctime(this: &Date) -> Result<String> {
    let (year, month, day) = fields(this);
    Ok(calendar::ctime(calendar::Moment { year, month, day, hour: 0, minute: 0, second: 0, microsecond: 0 }))
}

fn strftime_of(this: &Date, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let format = strftime::format_argument(args, kw)?;
    let fields = call::call_method(this, intern!("timetuple"), &[])?;
    let moment = this.downcast::<Moment>();
    let subject = Subject {
        tzinfo: moment.and_then(moment::tzinfo),
        when: this,
        microsecond: moment.map_or(0, |moment| moment::clock(moment)[3]),
    };
    strftime::strftime(format, &fields, &subject)
}

/// Weekday and day of the year of a date, as time tuples have them.
pub fn day_numbers(year: i32, month: i32, day: i32) -> (i32, i32) {
    (calendar::weekday(year, month, day), calendar::days_before_month(year, month) + day)
}

fn timetuple(this: &Date) -> Result<Obj> {
    let (year, month, day) = fields(this);
    let (weekday, yearday) = day_numbers(year, month, day);
    strftime::struct_time([year, month, day, 0, 0, 0, weekday, yearday, -1])
}

fn iso_calendar_of(this: &Date) -> Result<Obj> {
    let (year, month, day) = fields(this);
    iso_calendar::make(calendar::iso_calendar(year, month, day))
}

fn iso_format(this: &Date) -> Result<String> {
    let (year, month, day) = fields(this);
    Ok(calendar::iso_date(year, month, day))
}

fn weekday(this: &Date) -> Result<i32> {
    let (year, month, day) = fields(this);
    Ok(calendar::weekday(year, month, day))
}

fn iso_weekday(this: &Date) -> Result<i32> {
    Ok(weekday(this)? + 1)
}

fn to_ordinal(this: &Date) -> Result<i32> {
    Ok(ordinal(this))
}

fn replace(this: &Date, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<3> = Signature::new("replace", ["year", "month", "day"]).required(0).parsed();
    let [year, month, day] = SIGNATURE.bind_tuple(args, kw)?;
    let own = fields(this);
    make_of_class(int(year, own.0)?, int(month, own.1)?, int(day, own.2)?, this.class_of())
}

fn reduce(this: &Date) -> Result<Obj> {
    reduced(this, &data(this), None)
}

/// The one argument of `date.fromtimestamp`, from C.
pub fn from_timestamp_args(class: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("fromtimestamp", args.len(), 1, 1)?;
    from_timestamp(class, args[0])
}
