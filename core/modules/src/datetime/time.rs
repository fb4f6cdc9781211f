//! `datetime.time`

use super::strftime::{self, Subject, nine};
use super::tzinfo::{dst_object, name_object, offset_object, offset_of, offset_text, or_none};
use super::{
    Time, add_constant, code_points, delta, int, invalid_isoformat, is_exactly, microsecond_bytes, pickled,
    reduced, timezone, tzinfo_argument, tzinfo_state, value_error,
};
use crate::algorithms::calendar::{self, TimeSpec};
use crate::support::wrong_type;
use core::ffi::c_ulong;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::protocol::{call, object};
use krait_object::slot::CompareOp;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, long, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Result, err, method, refcount, slot, static_type};

static_type! {
    /// `datetime.time`
    pub static Time_Type = {
        tp_name: c"datetime.time".as_ptr(),
        tp_basicsize: size_of::<PyDateTime_Time>() as Py_ssize_t,
        tp_dealloc: Some(dealloc),
        tp_repr: slot::unary(repr),
        tp_hash: slot::hash(hash),
        tp_str: slot::unary::<Object, _>(super::date::str),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\nAll arguments can be left out. tzinfo is None or an instance of a subclass of\ntzinfo, the others are ints.\n".as_ptr(),
        tp_richcompare: slot::richcompare(richcompare),
        tp_methods: (&raw mut METHODS).cast(),
        tp_getset: (&raw mut GETSETS).cast(),
        tp_new: slot::new(tp_new),
    };
}

unsafe extern "C" fn dealloc(object: *mut PyObject) {
    // SAFETY: called once, with the last reference gone; the tzinfo field is there when the flag says so.
    unsafe {
        let raw = object.cast::<PyDateTime_Time>();
        if (*raw).hastzinfo != 0 {
            refcount::xdecref((*raw).tzinfo);
        }
        if let Some(free) = (*(*object).ob_type).tp_free {
            free(object.cast());
        }
    }
}

// ---- fields ----

/// Hour, minute, second and microsecond from six bytes.
pub fn clock_of([hour, minute, second, a, b, c]: [u8; 6]) -> [i32; 4] {
    [hour.into(), minute.into(), second.into(), i32::from_be_bytes([0, a, b, c])]
}

/// The six bytes for a clock reading.
pub fn clock_bytes([hour, minute, second, microsecond]: [i32; 4]) -> [u8; 6] {
    let [a, b, c] = microsecond_bytes(microsecond);
    [hour as u8, minute as u8, second as u8, a, b, c]
}

fn data(this: &Time) -> [u8; 6] {
    // SAFETY: a live time.
    unsafe { (*this.as_raw()).data }
}

/// Hour, minute, second and microsecond.
pub fn clock(this: &Time) -> [i32; 4] {
    clock_of(data(this))
}

pub fn fold(this: &Time) -> i32 {
    // SAFETY: a live time.
    unsafe { (*this.as_raw()).fold.into() }
}

pub fn tzinfo(this: &Time) -> Option<Obj> {
    let raw = this.as_raw();
    // SAFETY: a live time: the field is owned when the flag says so.
    unsafe {
        if (*raw).hastzinfo == 0 {
            return None;
        }
        Object::from_ptr_opt((*raw).tzinfo).map(Layout::owned)
    }
}

fn is_sane(state: &[u8; 6]) -> bool {
    state[0] & 0x7f < 24
}

/// A new time of a class, without its constructor.
pub fn make_of_class(clock: [i32; 4], tzinfo: Option<Obj>, fold: i32, class: &Type) -> Result<Obj> {
    calendar::check_time(clock[0], clock[1], clock[2], clock[3], fold).map_err(value_error)?;
    from_data(clock_bytes(clock), tzinfo, fold as u8, class)
}

fn from_data(data: [u8; 6], tzinfo: Option<Obj>, fold: u8, class: &Type) -> Result<Obj> {
    let new = class.alloc(0)?;
    // SAFETY: the class has the layout of time, and nobody else sees the new object.
    unsafe {
        let raw = new.as_ptr().cast::<PyDateTime_Time>();
        (*raw).hashcode = -1;
        (*raw).hastzinfo = tzinfo.is_some().into();
        (*raw).data = data;
        (*raw).fold = fold;
        (*raw).tzinfo = krait_object::handle::into_ptr_opt(tzinfo);
    }
    Ok(new)
}

/// A new `time`.
pub fn make(clock: [i32; 4], tzinfo: Option<Obj>, fold: i32) -> Result<Obj> {
    make_of_class(clock, tzinfo, fold, Time::class())
}

pub fn add_constants() -> Result<()> {
    let class = Time::class();
    add_constant(class, "min", &*make([0; 4], None, 0)?)?;
    add_constant(class, "max", &*make([23, 59, 59, 999_999], None, 0)?)?;
    add_constant(class, "resolution", &*delta::make_normalized(0, 0, 1)?)
}

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    if let [state, ref more @ ..] = *tuple::items(args)
        && more.len() < 2
        && let Some(mut data) = pickled::<6>(state, "time", is_sane)?
    {
        let tzinfo = tzinfo_state(more.first().copied())?;
        let fold = data[0] >> 7;
        data[0] &= 0x7f;
        return from_data(data, tzinfo, fold, class);
    }
    const SIGNATURE: Signature<6> =
        Signature::new("", ["hour", "minute", "second", "microsecond", "tzinfo", "fold"])
            .required(0)
            .keyword_only_from(5)
            .parsed();
    let [hour, minute, second, microsecond, tzinfo, fold] = SIGNATURE.bind_tuple(args, kw)?;
    let clock = [int(hour, 0)?, int(minute, 0)?, int(second, 0)?, int(microsecond, 0)?];
    let fold = int(fold, 0)?;
    calendar::check_time(clock[0], clock[1], clock[2], clock[3], fold).map_err(value_error)?;
    make_of_class(clock, tzinfo_argument(tzinfo)?, fold, class)
}

// ---- slots ----

fn repr(this: &Time) -> Result<Obj> {
    let [hour, minute, second, microsecond] = clock(this);
    let mut text = unicode::Builder::new();
    text.push_str(&format!("{}({hour}, {minute}", this.class_of().name()));
    if microsecond != 0 {
        text.push_str(&format!(", {second}, {microsecond}"));
    } else if second != 0 {
        text.push_str(&format!(", {second}"));
    }
    if let Some(tzinfo) = tzinfo(this) {
        text.push_str(", tzinfo=");
        text.push_object(&*object::repr(&tzinfo)?);
    }
    if fold(this) != 0 {
        text.push_str(", fold=1");
    }
    text.push_str(")");
    text.finish()
}

/// The zone's offset, about times of any day.
fn offset(this: &Time) -> Result<Option<calendar::Delta>> {
    offset_of(tzinfo(this).as_deref(), none::none())
}

/// Equal times have equal hashes, whatever their zones: those with an offset are hashed as UTC.
fn hash(this: &Time) -> Result<isize> {
    let raw = this.as_raw();
    // SAFETY: a live time.
    let known = unsafe { (*raw).hashcode };
    if known != -1 {
        return Ok(known);
    }
    let offset = if fold(this) != 0 {
        let first = make(clock(this), tzinfo(this), 0)?;
        first.downcast::<Time>().map_or(Ok(None), offset)?
    } else {
        offset(this)?
    };
    let hash = match offset {
        None => unicode::hash_bytes(&data(this)),
        Some(offset) => {
            let [hour, minute, second, microsecond] = clock(this);
            let seconds = (hour * 60 + minute) * 60 + second;
            let own = delta::normalized(0, seconds.into(), microsecond.into())?;
            object::hash(&*delta::make(delta::sum_of(own, offset, -1)?)?)?
        }
    };
    // SAFETY: as above.
    unsafe { (*raw).hashcode = hash };
    Ok(hash)
}

fn richcompare(this: &Time, other: &Object, op: CompareOp) -> Result<Obj> {
    let Some(other) = other.downcast::<Time>() else {
        return Ok(none::not_implemented().owned());
    };
    let (zone, other_zone) = (tzinfo(this), tzinfo(other));
    let pointer = |zone: &Option<Obj>| zone.as_ref().map(|zone| zone.as_ptr());
    let by_clock = || Ok(bools::from_bool(op.matches(data(this).cmp(&data(other)))));
    if pointer(&zone) == pointer(&other_zone) {
        return by_clock();
    }
    match (offset(this)?, offset(other)?) {
        (a, b) if a == b => by_clock(),
        (Some(a), Some(b)) => {
            let in_utc = |time: &Time, offset: calendar::Delta| {
                let [hour, minute, second, microsecond] = clock(time);
                let seconds = i128::from((hour * 60 + minute) * 60 + second);
                seconds * 1_000_000 + i128::from(microsecond) - offset.total_microseconds()
            };
            Ok(bools::from_bool(op.matches(in_utc(this, a).cmp(&in_utc(other, b)))))
        }
        _ => match op {
            CompareOp::Eq => Ok(bools::from_bool(false)),
            CompareOp::Ne => Ok(bools::from_bool(true)),
            _ => Err(err::type_error("can't compare offset-naive and offset-aware times")),
        },
    }
}

// ---- methods ----

krait_object::methods! {
    static METHODS = [
        method::varargs_keywords(c"isoformat", iso_format, c"The time in the ISO 8601 format, [HH[:MM[:SS[.mmm[uuu]]]]][+HH:MM].\n\ntimespec says how much of the time is shown: 'auto', 'hours', 'minutes',\n'seconds', 'milliseconds' or 'microseconds'.\n"),
        method::varargs_keywords(c"strftime", strftime_of, c"format -> the time in that format."),
        method::varargs(c"__format__", strftime::format::<Time>, c"Formats self with strftime."),
        method::noargs(c"utcoffset", utcoffset, c"self.tzinfo.utcoffset(self)."),
        method::noargs(c"tzname", tzname, c"self.tzinfo.tzname(self)."),
        method::noargs(c"dst", dst, c"self.tzinfo.dst(self)."),
        method::varargs_keywords(c"replace", replace, c"The time with other fields."),
        super::date::class_method(method::o::<Object, _, _>(c"fromisoformat", from_iso_format, c"string -> the time that time.isoformat() shows so")),
        method::varargs(c"__reduce_ex__", reduce_ex, c"__reduce_ex__(proto) -> (cls, state)"),
        method::noargs(c"__reduce__", reduce, c"__reduce__() -> (cls, state)"),
    ];
}

krait_object::getsets! {
    static GETSETS = [
        method::getter(c"hour", |this: &Time| Ok(clock(this)[0]), c""),
        method::getter(c"minute", |this: &Time| Ok(clock(this)[1]), c""),
        method::getter(c"second", |this: &Time| Ok(clock(this)[2]), c""),
        method::getter(c"microsecond", |this: &Time| Ok(clock(this)[3]), c""),
        method::getter(c"tzinfo", |this: &Time| Ok(tzinfo(this)), c""),
        method::getter(c"fold", |this: &Time| Ok(fold(this)), c""),
    ];
}

/// The argument `timespec`, which is number `index`.
pub fn time_spec(given: Option<&Object>, index: usize) -> Result<TimeSpec> {
    let Some(given) = given else { return Ok(TimeSpec::Auto) };
    if !unicode::check(given) {
        return Err(wrong_type("isoformat", index, "str", given));
    }
    let name = unicode::as_utf8(given)?;
    if name.contains('\0') {
        return Err(value_error("embedded null character"));
    }
    TimeSpec::named(name).ok_or_else(|| value_error("Unknown timespec value"))
}

fn iso_format(this: &Time, args: &Object, kw: Option<&Object>) -> Result<String> {
    const SIGNATURE: Signature<1> = Signature::new("isoformat", ["timespec"]).required(0).parsed();
    let [spec] = SIGNATURE.bind_tuple(args, kw)?;
    let spec = time_spec(spec, 1)?;
    let [hour, minute, second, microsecond] = clock(this);
    let text = calendar::iso_time(hour, minute, second, microsecond, spec);
    Ok(text + &offset_text(tzinfo(this).as_deref(), none::none(), ":")?)
}

fn strftime_of(this: &Time, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    let format = strftime::format_argument(args, kw)?;
    let [hour, minute, second, microsecond] = clock(this);
    // A date that every C library can show.
    let fields = nine([1900, 1, 1, hour, minute, second, 0, 1, -1])?;
    let subject = Subject { tzinfo: tzinfo(this), when: none::none(), microsecond };
    strftime::strftime(format, &fields, &subject)
}

fn utcoffset(this: &Time) -> Result<Obj> {
    offset_object(tzinfo(this).as_deref(), none::none()).map(or_none)
}

fn tzname(this: &Time) -> Result<Obj> {
    name_object(tzinfo(this).as_deref(), none::none()).map(or_none)
}

fn dst(this: &Time) -> Result<Obj> {
    dst_object(tzinfo(this).as_deref(), none::none()).map(or_none)
}

fn replace(this: &Time, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<6> =
        Signature::new("replace", ["hour", "minute", "second", "microsecond", "tzinfo", "fold"])
            .required(0)
            .keyword_only_from(5)
            .parsed();
    let [hour, minute, second, microsecond, zone, new_fold] = SIGNATURE.bind_tuple(args, kw)?;
    let own = clock(this);
    let clock = [int(hour, own[0])?, int(minute, own[1])?, int(second, own[2])?, int(microsecond, own[3])?];
    let new_fold = int(new_fold, fold(this))?;
    if !(0..2).contains(&new_fold) {
        return Err(value_error("fold must be either 0 or 1"));
    }
    calendar::check_time(clock[0], clock[1], clock[2], clock[3], new_fold).map_err(value_error)?;
    let zone = if zone.is_some() { tzinfo_argument(zone)? } else { tzinfo(this) };
    make_of_class(clock, zone, new_fold, this.class_of())
}

/// The zone for an offset that was read: in seconds and microseconds of the same sign.
pub fn zone_of(offset: Option<(i32, i32)>) -> Result<Option<Obj>> {
    match offset {
        None => Ok(None),
        // Microseconds alone have never counted.
        Some((0, _)) => timezone::utc().map(Some),
        Some((seconds, microseconds)) => {
            let offset = delta::make_normalized(0, seconds.into(), microseconds.into())?;
            timezone::make(&offset, None).map(Some)
        }
    }
}

fn from_iso_format(class: &Object, text: &Object) -> Result<Obj> {
    if !unicode::check(text) {
        return Err(err::type_error("fromisoformat: argument must be str"));
    }
    unicode::ready(text)?;
    let (clock, offset) = calendar::parse_time(&code_points(text)).ok_or_else(|| invalid_isoformat(text))?;
    let zone = zone_of(offset)?;
    if is_exactly::<Time>(class) {
        return make(clock, zone, 0);
    }
    let part = |n: i32| long::from_i64(n.into());
    let zone = or_none(zone);
    call::call(class, &[&*part(clock[0])?, &*part(clock[1])?, &*part(clock[2])?, &*part(clock[3])?, &*zone])
}

fn reduce_with(this: &Time, protocol: i32) -> Result<Obj> {
    let mut state = data(this);
    if protocol > 3 && fold(this) != 0 {
        state[0] |= 0x80;
    }
    reduced(this, &state, tzinfo(this))
}

/// The argument of `__reduce_ex__`.
pub fn protocol(args: &Object) -> Result<i32> {
    let args = tuple::items(args);
    if args.len() != 1 {
        return Err(err::type_error(format_args!(
            "__reduce_ex__() takes exactly 1 argument ({} given)",
            args.len()
        )));
    }
    krait_object::args::int(args[0])
}

fn reduce_ex(this: &Time, args: &Object) -> Result<Obj> {
    reduce_with(this, protocol(args)?)
}

fn reduce(this: &Time) -> Result<Obj> {
    reduce_with(this, 2)
}
