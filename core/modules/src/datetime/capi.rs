//! The table of types and functions behind the capsule `datetime.datetime_CAPI`.

use super::{Delta, date, delta, moment, time, timezone, tzinfo};
use core::ffi::c_int;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::slot::guard;
use krait_object::types::capsule;
use krait_object::types::typeobject::Type;
use krait_object::{Class, Obj, Object, Raised, Result, err};

static mut TABLE: PyDateTime_CAPI = PyDateTime_CAPI {
    DateType: &raw mut date::Date_Type,
    DateTimeType: &raw mut moment::DateTime_Type,
    TimeType: &raw mut time::Time_Type,
    DeltaType: &raw mut delta::Delta_Type,
    TZInfoType: &raw mut tzinfo::TzInfo_Type,
    TimeZone_UTC: null_mut(),
    Date_FromDate: Some(date_from_date),
    DateTime_FromDateAndTime: Some(datetime_from_date_and_time),
    Time_FromTime: Some(time_from_time),
    Delta_FromDelta: Some(delta_from_delta),
    TimeZone_FromTimeZone: Some(time_zone_from_time_zone),
    DateTime_FromTimestamp: Some(datetime_from_timestamp),
    Date_FromTimestamp: Some(date_from_timestamp),
    DateTime_FromDateAndTimeAndFold: Some(datetime_from_date_and_time_and_fold),
    Time_FromTimeAndFold: Some(time_from_time_and_fold),
};

/// The capsule; the table gets its own reference to UTC.
pub fn capsule() -> Result<Obj> {
    let utc = timezone::utc()?;
    let table = &raw mut TABLE;
    // SAFETY: a static table, written with the GIL held. The zone lives as long as the process.
    unsafe {
        if (*table).TimeZone_UTC.is_null() {
            (*table).TimeZone_UTC = utc.into_ptr();
        }
        capsule::new(table.cast(), PyDateTime_CAPSULE_NAME.as_ptr(), None)
    }
}

/// Runs the body of a C function.
fn run(body: impl FnOnce() -> Result<Obj>) -> *mut PyObject {
    guard(null_mut(), || body().map_or(null_mut(), Obj::into_ptr))
}

/// A zone that C passes: an object or None.
unsafe fn zone(given: *mut PyObject) -> Result<Option<Obj>> {
    // SAFETY: the caller passes a live object.
    super::tzinfo_argument(unsafe { Object::from_ptr_opt(given) })
}

/// A class that C passes.
unsafe fn class<'a>(given: *mut PyTypeObject) -> &'a Type {
    // SAFETY: the caller passes a live type.
    unsafe { Type::from_raw(given) }
}

unsafe extern "C" fn date_from_date(
    year: c_int,
    month: c_int,
    day: c_int,
    kind: *mut PyTypeObject,
) -> *mut PyObject {
    // SAFETY: C's contract.
    run(|| date::make_of_class(year, month, day, unsafe { class(kind) }))
}

unsafe extern "C" fn datetime_from_date_and_time(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tz: *mut PyObject,
    kind: *mut PyTypeObject,
) -> *mut PyObject {
    let fields = [year, month, day, hour, minute, second, microsecond];
    // SAFETY: C's contract.
    run(|| unsafe { moment::make_of_class(fields, zone(tz)?, 0, class(kind)) })
}

unsafe extern "C" fn datetime_from_date_and_time_and_fold(
    year: c_int,
    month: c_int,
    day: c_int,
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tz: *mut PyObject,
    fold: c_int,
    kind: *mut PyTypeObject,
) -> *mut PyObject {
    let fields = [year, month, day, hour, minute, second, microsecond];
    // SAFETY: C's contract.
    run(|| unsafe { moment::make_of_class(fields, zone(tz)?, fold, class(kind)) })
}

unsafe extern "C" fn time_from_time(
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tz: *mut PyObject,
    kind: *mut PyTypeObject,
) -> *mut PyObject {
    // SAFETY: C's contract.
    run(|| unsafe { time::make_of_class([hour, minute, second, microsecond], zone(tz)?, 0, class(kind)) })
}

unsafe extern "C" fn time_from_time_and_fold(
    hour: c_int,
    minute: c_int,
    second: c_int,
    microsecond: c_int,
    tz: *mut PyObject,
    fold: c_int,
    kind: *mut PyTypeObject,
) -> *mut PyObject {
    // SAFETY: C's contract.
    run(|| unsafe { time::make_of_class([hour, minute, second, microsecond], zone(tz)?, fold, class(kind)) })
}

unsafe extern "C" fn delta_from_delta(
    days: c_int,
    seconds: c_int,
    microseconds: c_int,
    normalize: c_int,
    kind: *mut PyTypeObject,
) -> *mut PyObject {
    run(|| {
        let value = if normalize != 0 {
            delta::normalized(days.into(), seconds.into(), microseconds.into())?
        } else {
            let value = crate::algorithms::calendar::Delta { days, seconds, microseconds };
            // The range of days is checked all the same.
            delta::normalized(days.into(), 0, 0).map(|_| value)?
        };
        // SAFETY: C's contract.
        delta::make_of_class(value, unsafe { class(kind) }).map(Obj::upcast)
    })
}

unsafe extern "C" fn time_zone_from_time_zone(offset: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    run(|| {
        // SAFETY: C's contract: a timedelta, and a str or NULL.
        let (offset, name) = unsafe { (Object::from_ptr(offset), Object::from_ptr_opt(name)) };
        if !Delta::is_instance(offset) {
            return Err(not_a_delta(offset));
        }
        timezone::make(offset, name)
    })
}

#[cold]
fn not_a_delta(given: &Object) -> Raised {
    err::type_error(format_args!("offset must be a timedelta, not {:.50}", given.class_of().name()))
}

unsafe extern "C" fn datetime_from_timestamp(
    class: *mut PyObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: C's contract: a class, a tuple, a dict or NULL.
    run(|| unsafe {
        moment::from_timestamp(Object::from_ptr(class), Object::from_ptr(args), Object::from_ptr_opt(kw))
    })
}

unsafe extern "C" fn date_from_timestamp(class: *mut PyObject, args: *mut PyObject) -> *mut PyObject {
    // SAFETY: C's contract: a class and a tuple.
    run(|| unsafe { date::from_timestamp_args(Object::from_ptr(class), Object::from_ptr(args)) })
}
