//! `datetime.timedelta`: days, seconds and microseconds, normalized.

use super::{Delta, add_constant};
use crate::algorithms::calendar;
use core::ffi::{c_int, c_ulong};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Signature;
use krait_object::payload::EMPTY_NUMBER;
use krait_object::protocol::{call, number, object};
use krait_object::slot::CompareOp;
use krait_object::types::float::Float;
use krait_object::types::typeobject::Type;
use krait_object::types::{bool as bools, float, long, none, tuple, unicode};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, intern, method, slot, static_type};

static mut AS_NUMBER: PyNumberMethods = PyNumberMethods {
    nb_add: slot::binary(add),
    nb_subtract: slot::binary(subtract),
    nb_multiply: slot::binary(multiply),
    nb_remainder: slot::binary(remainder),
    nb_divmod: slot::binary(divmod),
    nb_negative: slot::unary(negative),
    nb_positive: slot::unary(positive),
    nb_absolute: slot::unary(absolute),
    nb_bool: slot::inquiry(is_nonzero),
    nb_floor_divide: slot::binary(floor_divide),
    nb_true_divide: slot::binary(true_divide),
    ..EMPTY_NUMBER
};

static_type! {
    /// `datetime.timedelta`
    pub static Delta_Type = {
        tp_name: c"datetime.timedelta".as_ptr(),
        tp_basicsize: size_of::<PyDateTime_Delta>() as Py_ssize_t,
        tp_repr: slot::unary(repr),
        tp_as_number: &raw mut AS_NUMBER,
        tp_hash: slot::hash(hash),
        tp_str: slot::unary(str),
        tp_getattro: Some(krait_object::protocol::attribute::PyObject_GenericGetAttr),
        tp_flags: (Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE) as c_ulong,
        tp_doc: c"The time between two points in time.\n\ntimedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\nAll arguments can be left out and can be ints or floats, of any sign.".as_ptr(),
        tp_richcompare: slot::richcompare(richcompare),
        tp_methods: (&raw mut METHODS).cast(),
        tp_members: (&raw mut MEMBERS).cast(),
        tp_new: slot::new(tp_new),
    };
}

/// The fields of a duration.
pub fn fields(this: &Delta) -> calendar::Delta {
    let raw = this.as_raw();
    // SAFETY: a live timedelta; its fields never change.
    unsafe {
        calendar::Delta { days: (*raw).days, seconds: (*raw).seconds, microseconds: (*raw).microseconds }
    }
}

/// A new `timedelta` of a class.
pub fn make_of_class(value: calendar::Delta, class: &Type) -> Result<Obj<Delta>> {
    let new = class.alloc(0)?;
    // SAFETY: the class has the layout of timedelta, and nobody else sees the new object.
    unsafe {
        let new: Obj<Delta> = new.cast_into();
        let raw = new.as_raw();
        (*raw).hashcode = -1;
        (*raw).days = value.days;
        (*raw).seconds = value.seconds;
        (*raw).microseconds = value.microseconds;
        Ok(new)
    }
}

/// A new `timedelta`.
pub fn make(value: calendar::Delta) -> Result<Obj> {
    make_of_class(value, Delta::class()).map(Obj::upcast)
}

/// A new `timedelta` of any numbers.
pub fn make_normalized(days: i64, seconds: i64, microseconds: i64) -> Result<Obj> {
    make(normalized(days, seconds, microseconds)?)
}

/// The fields for any numbers.
pub fn normalized(days: i64, seconds: i64, microseconds: i64) -> Result<calendar::Delta> {
    calendar::Delta::new(days, seconds, microseconds).map_err(err::overflow_error)
}

pub fn add_constants() -> Result<()> {
    let class = Delta::class();
    let limit = i64::from(calendar::MAX_DELTA_DAYS);
    add_constant(class, "resolution", &*make_normalized(0, 0, 1)?)?;
    add_constant(class, "min", &*make_normalized(-limit, 0, 0)?)?;
    add_constant(class, "max", &*make_normalized(limit, 86_399, 999_999)?)
}

// ---- construction ----

/// The arguments: name, and microseconds in one.
const UNITS: [(&str, i64); 7] = [
    ("microseconds", 1),
    ("milliseconds", 1_000),
    ("seconds", 1_000_000),
    ("minutes", 60_000_000),
    ("hours", 3_600_000_000),
    ("days", 86_400_000_000),
    ("weeks", 604_800_000_000),
];

fn tp_new(class: &Type, args: &Object, kw: Option<&Object>) -> Result<Obj> {
    const SIGNATURE: Signature<7> = Signature::new(
        "__new__",
        ["days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"],
    )
    .required(0)
    .parsed();
    let [days, seconds, microseconds, milliseconds, minutes, hours, weeks] =
        SIGNATURE.bind_tuple(args, kw)?;
    let given = [microseconds, milliseconds, seconds, minutes, hours, days, weeks];
    let value = match sum_of_small(&given) {
        Some(total) => from_total(total)?,
        None => sum(&given)?,
    };
    make_of_class(value, class).map(Obj::upcast)
}

/// The sum of arguments that are all ints of ordinary size.
fn sum_of_small(given: &[Option<&Object>; 7]) -> Option<i128> {
    let mut total = 0i128;
    for (value, (_, factor)) in given.iter().zip(UNITS) {
        if let Some(value) = value {
            if !long::check(value) {
                return None;
            }
            total += i128::from(long::as_i64_opt(value)?) * i128::from(factor);
        }
    }
    Some(total)
}

/// The sum of any arguments. Fractions of microseconds are added up, then rounded so that the whole is even in a tie.
fn sum(given: &[Option<&Object>; 7]) -> Result<calendar::Delta> {
    let mut total = long::small(0).owned();
    let mut rest = 0.0;
    for (value, (name, factor)) in given.iter().zip(UNITS) {
        let Some(value) = value else { continue };
        let factor_object = long::from_i64(factor)?;
        if long::check(value) {
            total = number::add(&total, &*number::multiply(value, &factor_object)?)?;
        } else if float::check(value) {
            let number = float::as_f64(value)?;
            let whole = long::from_f64(number.trunc())?;
            total = number::add(&total, &*number::multiply(&whole, &factor_object)?)?;
            let fraction = number.fract() * factor as f64;
            if fraction != 0.0 {
                total = number::add(&total, &*long::from_f64(fraction.trunc())?)?;
                rest += fraction.fract();
            }
        } else {
            return Err(err::type_error(format_args!(
                "unsupported type for timedelta {name} component: {}",
                value.class_of().name()
            )));
        }
    }
    if rest != 0.0 {
        let mut whole = rest.round();
        if (whole - rest).abs() == 0.5 {
            let odd = f64::from(long::low_u64(&total) as u8 & 1);
            whole = 2.0 * ((rest + odd) * 0.5).round() - odd;
        }
        total = number::add(&total, &*long::from_f64(whole)?)?;
    }
    from_object(&total)
}

#[cold]
fn too_large() -> Raised {
    err::overflow_error("Python int too large to convert to C int")
}

/// The fields for a number of microseconds.
fn from_total(total: i128) -> Result<calendar::Delta> {
    if i32::try_from(total.div_euclid(86_400_000_000)).is_err() {
        return Err(too_large());
    }
    calendar::Delta::from_microseconds(total).map_err(err::overflow_error)
}

/// The fields for a number of microseconds that is an int of any size.
fn from_object(total: &Object) -> Result<calendar::Delta> {
    if long::check_exact(total)
        && let Some(total) = long::as_i64_opt(total)
    {
        return from_total(total.into());
    }
    if !long::check_exact(total) {
        return by_divmod(total);
    }
    // What is beyond 128 bits has far too many days.
    let mut bytes = [0; 16];
    if long::to_bytes(total, &mut bytes, true, true).is_err() {
        err::clear();
        return Err(too_large());
    }
    from_total(i128::from_le_bytes(bytes))
}

/// Quotient and remainder as any class may give them.
fn checked_divmod(a: &Object, b: i64) -> Result<(Obj, i64)> {
    let pair = number::divmod(a, &*long::from_i64(b)?)?;
    if !tuple::check(&pair) {
        return Err(err::type_error(format_args!(
            "divmod() returned non-tuple (type {:.200})",
            pair.class_of().name()
        )));
    }
    let &[quotient, rest] = tuple::items(&pair) else {
        return Err(err::type_error(format_args!(
            "divmod() returned a tuple of size {}",
            tuple::items(&pair).len()
        )));
    };
    let rest = i64::from(long::as_i32(rest)?);
    if !(0..b).contains(&rest) {
        return Err(err::type_error("divmod() returned a value out of range"));
    }
    Ok((quotient.owned(), rest))
}

/// The fields for a number of microseconds that may be no plain int.
fn by_divmod(total: &Object) -> Result<calendar::Delta> {
    let (seconds, microseconds) = checked_divmod(total, 1_000_000)?;
    let (days, seconds) = checked_divmod(&seconds, 86_400)?;
    normalized(long::as_i32(&days)?.into(), seconds, microseconds)
}

/// All microseconds as an int.
fn total_object(this: &Delta) -> Result<Obj> {
    let total = fields(this).total_microseconds();
    match i64::try_from(total) {
        Ok(total) => long::from_i64(total),
        Err(_) => long::from_u128(total < 0, total.unsigned_abs()),
    }
}

// ---- slots ----

fn declined() -> Result<Obj> {
    Ok(none::not_implemented().owned())
}

fn repr(this: &Delta) -> Result<Obj> {
    let value = fields(this);
    let parts = [("days", value.days), ("seconds", value.seconds), ("microseconds", value.microseconds)];
    let mut shown: Vec<String> =
        parts.iter().filter(|(_, n)| *n != 0).map(|(name, n)| format!("{name}={n}")).collect();
    if shown.is_empty() {
        shown.push("0".into());
    }
    unicode::from_display(format_args!("{}({})", this.class_of().name(), shown.join(", ")))
}

fn str(this: &Delta) -> Result<Obj> {
    unicode::from_display(fields(this))
}

fn state(this: &Delta) -> Result<Obj> {
    let value = fields(this);
    let int = |n: i32| long::from_i64(n.into());
    tuple::pack([int(value.days)?, int(value.seconds)?, int(value.microseconds)?])
}

pub fn hash(this: &Delta) -> Result<isize> {
    let raw = this.as_raw();
    // SAFETY: a live timedelta.
    let known = unsafe { (*raw).hashcode };
    if known != -1 {
        return Ok(known);
    }
    let hash = object::hash(&*state(this)?)?;
    // SAFETY: as above.
    unsafe { (*raw).hashcode = hash };
    Ok(hash)
}

fn is_nonzero(this: &Delta) -> Result<bool> {
    let value = fields(this);
    Ok(value.days != 0 || value.seconds != 0 || value.microseconds != 0)
}

fn richcompare(this: &Delta, other: &Object, op: CompareOp) -> Result<Obj> {
    match other.downcast::<Delta>() {
        Some(other) => Ok(bools::from_bool(op.matches(fields(this).cmp(&fields(other))))),
        None => declined(),
    }
}

/// Both operands as durations.
fn both<'a>(a: &'a Object, b: &'a Object) -> Option<(&'a Delta, &'a Delta)> {
    Some((a.downcast::<Delta>()?, b.downcast::<Delta>()?))
}

fn add(a: &Object, b: &Object) -> Result<Obj> {
    let Some((a, b)) = both(a, b) else { return declined() };
    make(sum_of(fields(a), fields(b), 1)?)
}

fn subtract(a: &Object, b: &Object) -> Result<Obj> {
    let Some((a, b)) = both(a, b) else { return declined() };
    make(sum_of(fields(a), fields(b), -1)?)
}

/// `a + sign * b`
pub fn sum_of(a: calendar::Delta, b: calendar::Delta, sign: i64) -> Result<calendar::Delta> {
    let wide = |a: i32, b: i32| i64::from(a) + sign * i64::from(b);
    normalized(wide(a.days, b.days), wide(a.seconds, b.seconds), wide(a.microseconds, b.microseconds))
}

fn negative(this: &Delta) -> Result<Obj> {
    let value = fields(this);
    make_normalized(-i64::from(value.days), -i64::from(value.seconds), -i64::from(value.microseconds))
}

fn positive(this: &Delta) -> Result<Obj> {
    make(fields(this))
}

fn absolute(this: &Delta) -> Result<Obj> {
    if fields(this).days < 0 { negative(this) } else { positive(this) }
}

/// Numerator and denominator of a float.
fn ratio(number: &Float) -> Result<(Obj, Obj)> {
    let pair = match number.object().downcast_exact::<Float>() {
        Some(number) => float::as_integer_ratio(number)?,
        None => call::call_method(number.object(), intern!("as_integer_ratio"), &[])?,
    };
    if !tuple::check(&pair) {
        return Err(err::type_error(format_args!(
            "unexpected return type from as_integer_ratio(): expected tuple, got '{:.200}'",
            pair.class_of().name()
        )));
    }
    match tuple::items(&pair) {
        [a, b] => Ok((a.owned(), b.owned())),
        _ => Err(err::value_error("as_integer_ratio() must return a 2-tuple")),
    }
}

/// The quotient of ints, rounded to the nearest, the even one in a tie.
fn divide_nearest(a: &Object, b: &Object) -> Result<Obj> {
    let pair = long::divmod_near(a, b)?;
    match tuple::items(&pair) {
        [quotient, _] => Ok(quotient.owned()),
        _ => Err(err::bad_internal_call()),
    }
}

fn from_int_object(total: &Object) -> Result<Obj> {
    make(from_object(total)?)
}

fn multiply(a: &Object, b: &Object) -> Result<Obj> {
    let (this, factor) = match (a.downcast::<Delta>(), b.downcast::<Delta>()) {
        (Some(this), _) => (this, b),
        (None, Some(this)) => (this, a),
        _ => return declined(),
    };
    if long::check(factor) {
        let total = fields(this).total_microseconds();
        if let Some(product) = long::as_i64_opt(factor).and_then(|n| total.checked_mul(n.into())) {
            return make(from_total(product)?);
        }
        return from_int_object(&*number::multiply(&*total_object(this)?, factor)?);
    }
    if let Some(factor) = factor.downcast::<Float>() {
        let (a, b) = ratio(factor)?;
        let product = number::multiply(&*total_object(this)?, &a)?;
        return from_int_object(&*divide_nearest(&product, &b)?);
    }
    declined()
}

fn true_divide(a: &Object, b: &Object) -> Result<Obj> {
    let Some(this) = a.downcast::<Delta>() else { return declined() };
    if let Some(other) = b.downcast::<Delta>() {
        return number::true_divide(&*total_object(this)?, &*total_object(other)?);
    }
    if long::check(b) {
        return from_int_object(&*divide_nearest(&*total_object(this)?, b)?);
    }
    if let Some(divisor) = b.downcast::<Float>() {
        let (a, b) = ratio(divisor)?;
        let product = number::multiply(&*total_object(this)?, &b)?;
        return from_int_object(&*divide_nearest(&product, &a)?);
    }
    declined()
}

fn floor_divide(a: &Object, b: &Object) -> Result<Obj> {
    let Some(this) = a.downcast::<Delta>() else { return declined() };
    if let Some(other) = b.downcast::<Delta>() {
        return number::floor_divide(&*total_object(this)?, &*total_object(other)?);
    }
    if long::check(b) {
        return from_int_object(&*number::floor_divide(&*total_object(this)?, b)?);
    }
    declined()
}

fn remainder(a: &Object, b: &Object) -> Result<Obj> {
    let Some((a, b)) = both(a, b) else { return declined() };
    from_int_object(&*number::remainder(&*total_object(a)?, &*total_object(b)?)?)
}

fn divmod(a: &Object, b: &Object) -> Result<Obj> {
    let Some((a, b)) = both(a, b) else { return declined() };
    let pair = number::divmod(&*total_object(a)?, &*total_object(b)?)?;
    match tuple::items(&pair) {
        [quotient, rest] => tuple::pack([quotient.owned(), from_int_object(rest)?]),
        _ => Err(err::bad_internal_call()),
    }
}

// ---- methods ----

krait_object::methods! {
    static METHODS = [
        method::noargs(c"total_seconds", total_seconds_of, c"All of the duration in seconds."),
        method::noargs(c"__reduce__", reduce, c"__reduce__() -> (cls, state)"),
    ];
}

krait_object::members! {
    static MEMBERS = [
        method::member(c"days", T_INT as c_int, offset_of!(PyDateTime_Delta, days), READONLY, c"Number of days."),
        method::member(c"seconds", T_INT as c_int, offset_of!(PyDateTime_Delta, seconds), READONLY, c"Number of seconds (>= 0 and less than 1 day)."),
        method::member(c"microseconds", T_INT as c_int, offset_of!(PyDateTime_Delta, microseconds), READONLY, c"Number of microseconds (>= 0 and less than 1 second)."),
    ];
}

/// A duration in seconds, correctly rounded.
pub fn total_seconds(value: calendar::Delta) -> Result<f64> {
    let total = value.total_microseconds();
    if total.unsigned_abs() < 1 << 53 {
        return Ok(total as f64 / 1e6);
    }
    let total = long::from_u128(total < 0, total.unsigned_abs())?;
    float::as_f64(&*number::true_divide(&total, &*long::from_i64(1_000_000)?)?)
}

fn total_seconds_of(this: &Delta) -> Result<f64> {
    total_seconds(fields(this))
}

fn reduce(this: &Delta) -> Result<Obj> {
    tuple::pack([this.class_of().object().owned(), state(this)?])
}
