//! `_datetime`: dates, times, durations and time zones.
//!
//! The objects are the C structs of `datetime.h`, which extensions read in place (`data` holds the fields big-endian);
//! the arithmetic is in [`crate::algorithms::calendar`].
//!
//! ```text
//!   date       head | hashcode | 0 | year(2) month day
//!   time       head | hashcode | has tzinfo | hour minute second microsecond(3) | fold | tzinfo
//!   datetime   head | hashcode | has tzinfo | the four bytes of date, the six of time | fold | tzinfo
//! ```

mod capi;
mod date;
pub mod delta;
mod iso_calendar;
mod local;
pub mod moment;
mod strftime;
mod time;
mod timezone;
pub mod tzinfo;

use crate::support::{add_ints, add_type};
use krait_abi::{PyDateTime_Date, PyDateTime_DateTime, PyDateTime_Delta, PyDateTime_TZInfo, PyDateTime_Time};
use krait_object::types::typeobject::Type;
use krait_object::types::{bytes, dict, module, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, native_module};

krait_object::object_view!(
    /// A `datetime.date`, possibly a `datetime`.
    pub Date, PyDateTime_Date, date::Date_Type
);
krait_object::object_view!(
    /// A `datetime.time`.
    pub Time, PyDateTime_Time, time::Time_Type
);
krait_object::object_view!(
    /// A `datetime.datetime`.
    pub Moment, PyDateTime_DateTime, moment::DateTime_Type
);
krait_object::object_view!(
    /// A `datetime.timedelta`.
    pub Delta, PyDateTime_Delta, delta::Delta_Type
);
krait_object::object_view!(
    /// A `datetime.tzinfo`.
    pub TzInfo, PyDateTime_TZInfo, tzinfo::TzInfo_Type
);

native_module! {
    /// `_datetime`
    init: PyInit__datetime, name: c"_datetime", doc: c"The classes of the module datetime.",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [];
}

fn exec(this: &Object) -> Result<()> {
    // SAFETY: static types with valid slots.
    unsafe {
        add_type(this, "timedelta", &raw mut delta::Delta_Type)?;
        add_type(this, "date", &raw mut date::Date_Type)?;
        add_type(this, "datetime", &raw mut moment::DateTime_Type)?;
        add_type(this, "time", &raw mut time::Time_Type)?;
        add_type(this, "tzinfo", &raw mut tzinfo::TzInfo_Type)?;
        add_type(this, "timezone", &raw mut timezone::TimeZone_Type)?;
        Type::from_raw(&raw mut iso_calendar::IsoCalendar_Type).ready()?;
    }
    delta::add_constants()?;
    date::add_constants()?;
    time::add_constants()?;
    moment::add_constants()?;
    timezone::add_constants()?;
    add_ints(this, &[("MINYEAR", 1), ("MAXYEAR", 9999)])?;
    module::add(this, "datetime_CAPI", &*capi::capsule()?)
}

/// Adds an attribute to a class of this module.
fn add_constant(class: &Type, name: &str, value: &Object) -> Result<()> {
    match class.dict() {
        Some(names) => dict::set_str(names, name, value),
        None => Err(err::bad_internal_call()),
    }
}

// ---- what the classes share ----

/// The message of a range check as ValueError.
#[cold]
fn value_error(message: impl core::fmt::Display) -> Raised {
    err::value_error(message)
}

/// A C int.
fn int(given: Option<&Object>, default: i32) -> Result<i32> {
    given.map_or(Ok(default), krait_object::args::int)
}

/// A tzinfo argument: nothing for None.
fn tzinfo_argument(given: Option<&Object>) -> Result<Option<Obj>> {
    let Some(given) = given.filter(|given| !given.is_none()) else { return Ok(None) };
    if given.downcast::<TzInfo>().is_none() {
        return Err(err::type_error(format_args!(
            "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
            given.class_of().name()
        )));
    }
    Ok(Some(given.owned()))
}

/// The tzinfo that a pickle has beside the state.
fn tzinfo_state(given: Option<&Object>) -> Result<Option<Obj>> {
    let given = given.filter(|given| !given.is_none());
    if given.is_some_and(|given| given.downcast::<TzInfo>().is_none()) {
        return Err(err::type_error("bad tzinfo state arg"));
    }
    Ok(given.map(Layout::owned))
}

/// The first argument as the state that a pickle has: `N` bytes of which `is_sane` holds, as `bytes` or, from Python
/// 2, as `str`.
fn pickled<const N: usize>(
    given: &Object,
    name: &str,
    is_sane: impl Fn(&[u8; N]) -> bool,
) -> Result<Option<[u8; N]>> {
    if bytes::check(given) {
        return Ok(<[u8; N]>::try_from(bytes::as_slice(given)).ok().filter(is_sane));
    }
    if !unicode::check(given) {
        return Ok(None);
    }
    unicode::ready(given)?;
    let chars = unicode::chars(given);
    if chars.len() != N {
        return Ok(None);
    }
    let mut state = [0; N];
    let mut fits = true;
    for (place, c) in state.iter_mut().zip(chars.iter()) {
        *place = c as u8;
        fits &= c <= 0xff;
    }
    if !is_sane(&state) {
        return Ok(None);
    }
    if !fits {
        return Err(value_error(format_args!(
            "Failed to encode latin1 string when unpickling a {name} object. pickle.load(data, encoding='latin1') is assumed."
        )));
    }
    Ok(Some(state))
}

/// The three bytes of a number of microseconds.
fn microsecond_bytes(microsecond: i32) -> [u8; 3] {
    let [_, a, b, c] = microsecond.to_be_bytes();
    [a, b, c]
}

/// `Invalid isoformat string`
#[cold]
fn invalid_isoformat(text: &Object) -> Raised {
    match krait_object::protocol::object::repr(text) {
        Ok(shown) => value_error(format_args!("Invalid isoformat string: {}", unicode::display(&shown))),
        Err(raised) => raised,
    }
}

/// The code points of a `str`.
fn code_points(text: &Object) -> Vec<u32> {
    unicode::chars(text).iter().collect()
}

/// What `__reduce__` returns: the class and the state, with the tzinfo if there is one.
fn reduced(this: &Object, state: &[u8], tzinfo: Option<Obj>) -> Result<Obj> {
    let state = bytes::from_slice(state)?;
    let args = match tzinfo {
        Some(tzinfo) => tuple::pack([state, tzinfo])?,
        None => tuple::pack([state])?,
    };
    tuple::pack([this.class_of().object().owned(), args])
}

/// Whether a class is exactly the one of `T`.
fn is_exactly<T: krait_object::Class>(class: &Object) -> bool {
    class.is(T::class().object())
}
