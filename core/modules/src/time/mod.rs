//! `time`: clocks, and points in time as numbers, tuples and text.

mod broken_down;
mod clocks;

use krait_object::types::{dict, float, long, module, tuple, unicode};
use krait_object::{Obj, Object, Result, method, native_module};

native_module! {
    /// `time`
    init: PyInit_time, name: c"time",
    doc: c"Functions to read clocks and to change the form of points in time.\n\nA point in time is a number of seconds since the epoch (1970 in UTC), or a tuple of\nnine integers giving local time or UTC:\n  year (with century), month (1-12), day (1-31), hours (0-23), minutes (0-59),\n  seconds (0-59), weekday (0-6, Monday is 0), day of the year (1-366),\n  daylight saving time (-1, 0 or 1; -1 means: find out)",
    methods: METHODS, exec: exec,
}

krait_object::methods! {
    static METHODS = [
        method::noargs(c"time", clocks::time, c"time() -> floating point number\n\nThe seconds since the epoch, with fractions where the clock has them."),
        method::noargs(c"time_ns", clocks::time_ns, c"time_ns() -> int\n\nThe nanoseconds since the epoch."),
        method::varargs(c"clock_gettime", clocks::clock_gettime, c"clock_gettime(clk_id) -> float\n\nThe time of a clock."),
        method::varargs(c"clock_gettime_ns", clocks::clock_gettime_ns, c"clock_gettime_ns(clk_id) -> int\n\nThe time of a clock in nanoseconds."),
        method::varargs(c"clock_settime", clocks::clock_settime, c"clock_settime(clk_id, time)\n\nSets the time of a clock."),
        method::varargs(c"clock_settime_ns", clocks::clock_settime_ns, c"clock_settime_ns(clk_id, time)\n\nSets the time of a clock in nanoseconds."),
        method::varargs(c"clock_getres", clocks::clock_getres, c"clock_getres(clk_id) -> floating point number\n\nThe resolution of a clock."),
        method::varargs(c"pthread_getcpuclockid", clocks::pthread_getcpuclockid, c"pthread_getcpuclockid(thread_id) -> int\n\nThe clock of a thread's processor time."),
        method::o(c"sleep", clocks::sleep, c"sleep(seconds)\n\nWaits for so many seconds, which may have a fraction."),
        method::varargs(c"gmtime", broken_down::gmtime, c"gmtime([seconds]) -> (tm_year, tm_mon, tm_mday, tm_hour, tm_min,\n                       tm_sec, tm_wday, tm_yday, tm_isdst)\n\nSeconds since the epoch as a tuple in UTC; the current time without an argument."),
        method::varargs(c"localtime", broken_down::localtime, c"localtime([seconds]) -> (tm_year,tm_mon,tm_mday,tm_hour,tm_min,\n                          tm_sec,tm_wday,tm_yday,tm_isdst)\n\nSeconds since the epoch as a tuple in local time; the current time without an argument."),
        method::varargs(c"asctime", broken_down::asctime, c"asctime([tuple]) -> string\n\nA tuple as text like 'Sat Jun 06 16:26:11 1998'; the current local time without one."),
        method::varargs(c"ctime", broken_down::ctime, c"ctime(seconds) -> string\n\nSeconds since the epoch as text in local time; the same as asctime(localtime(seconds))."),
        method::o(c"mktime", broken_down::mktime, c"mktime(tuple) -> floating point number\n\nA tuple in local time as seconds since the epoch. mktime(gmtime(0)) is the offset of\nlocal time."),
        method::varargs(c"strftime", broken_down::strftime, c"strftime(format[, tuple]) -> string\n\nA tuple as text of one's own form; the current local time without one.\n\nCommon directives:\n\n%Y  year with century\n%m  month [01,12]\n%d  day of the month [01,31]\n%H  hour [00,23]\n%M  minute [00,59]\n%S  second [00,61]\n%z  offset from UTC\n%a  abbreviated weekday\n%A  weekday\n%b  abbreviated month\n%B  month\n%c  date and time\n%I  hour [01,12]\n%p  AM or PM\n\nThe C library's documentation has others."),
        method::varargs(c"strptime", broken_down::strptime, c"strptime(string, format) -> struct_time\n\nReads a time from text of a given form, which is as for strftime()."),
        method::noargs(c"tzset", tzset, c"tzset()\n\nSets the time zone from the environment variable TZ."),
        method::noargs(c"monotonic", clocks::monotonic, c"monotonic() -> float\n\nA clock that never goes backwards."),
        method::noargs(c"monotonic_ns", clocks::monotonic_ns, c"monotonic_ns() -> int\n\nA clock that never goes backwards, in nanoseconds."),
        method::noargs(c"process_time", clocks::process_time, c"process_time() -> float\n\nThe processor time of the process: system and user."),
        method::noargs(c"process_time_ns", clocks::process_time_ns, c"process_time() -> int\n\nThe processor time of the process in nanoseconds."),
        method::noargs(c"thread_time", clocks::thread_time, c"thread_time() -> float\n\nThe processor time of the thread: system and user."),
        method::noargs(c"thread_time_ns", clocks::thread_time_ns, c"thread_time() -> int\n\nThe processor time of the thread in nanoseconds."),
        method::noargs(c"perf_counter", clocks::perf_counter, c"perf_counter() -> float\n\nA clock for measurements."),
        method::noargs(c"perf_counter_ns", clocks::perf_counter_ns, c"perf_counter_ns() -> int\n\nA clock for measurements, in nanoseconds."),
        method::varargs(c"get_clock_info", clocks::get_clock_info, c"get_clock_info(name: str) -> dict\n\nWhat is known of a clock."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    broken_down::add_to(this)?;
    add_zone(this)?;
    crate::support::add_ints(
        this,
        &[
            ("CLOCK_REALTIME", i64::from(libc::CLOCK_REALTIME)),
            ("CLOCK_MONOTONIC", i64::from(libc::CLOCK_MONOTONIC)),
            ("CLOCK_MONOTONIC_RAW", i64::from(libc::CLOCK_MONOTONIC_RAW)),
            ("CLOCK_PROCESS_CPUTIME_ID", i64::from(libc::CLOCK_PROCESS_CPUTIME_ID)),
            ("CLOCK_THREAD_CPUTIME_ID", i64::from(libc::CLOCK_THREAD_CPUTIME_ID)),
            ("CLOCK_BOOTTIME", i64::from(libc::CLOCK_BOOTTIME)),
            ("CLOCK_TAI", i64::from(libc::CLOCK_TAI)),
            ("_STRUCT_TM_ITEMS", 11),
        ],
    )
}

unsafe extern "C" {
    #[link_name = "tzset"]
    fn c_tzset();
}

fn tzset(this: &Object) -> Result<()> {
    // SAFETY: no precondition but that nobody reads the environment meanwhile.
    unsafe { c_tzset() };
    add_zone(this)
}

/// The zone that holds at a point in time: its name and the seconds west of UTC.
fn zone_at(time: i64) -> Result<(Obj, i64)> {
    let tm = crate::pytime::local_time(time)?;
    Ok((broken_down::zone_name(&tm)?, -tm.tm_gmtoff))
}

/// Adds `timezone`, `altzone`, `daylight` and `tzname`: what holds in January and in July of this year.
fn add_zone(this: &Object) -> Result<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    let start = crate::pytime::system_clock() / crate::pytime::SECOND / YEAR * YEAR;
    let (january_name, january) = zone_at(start)?;
    let (july_name, july) = zone_at(start + YEAR / 2)?;
    let daylight = i64::from(january != july);
    // In the south summer is in January.
    let (standard, summer) = if january < july {
        ((july_name, july), (january_name, january))
    } else {
        ((january_name, january), (july_name, july))
    };
    module::add(this, "timezone", &*long::from_i64(standard.1)?)?;
    module::add(this, "altzone", &*long::from_i64(summer.1)?)?;
    module::add(this, "daylight", &*long::from_i64(daylight)?)?;
    module::add(this, "tzname", &*tuple::pack([standard.0, summer.0])?)
}

/// A `types.SimpleNamespace` with what is known of a clock.
fn clock_namespace(info: &crate::pytime::ClockInfo) -> Result<Obj> {
    let fields = dict::new()?;
    dict::set_str(&fields, "implementation", &*unicode::from_str(&info.implementation.to_string_lossy())?)?;
    dict::set_str(&fields, "monotonic", krait_object::types::bool::borrowed(info.monotonic))?;
    dict::set_str(&fields, "adjustable", krait_object::types::bool::borrowed(info.adjustable))?;
    dict::set_str(&fields, "resolution", &*float::from_f64(info.resolution)?)?;
    Ok(krait_object::types::namespace::new_from(Some(&fields))?.upcast())
}
