//! Points in time as tuples: `struct_time`, and text made of it.

use crate::pytime::{self, Round};
use crate::support::{check_count, not_none, parse_int, ready_structseq, wrong_type};
use core::ffi::CStr;
use krait_abi::PyTypeObject;
use krait_object::protocol::{call, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, module, structseq, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, hooks};

static mut STRUCT_TIME: PyTypeObject = krait_object::payload::EMPTY_TYPE;

static FIELDS: structseq::Description = structseq::Description {
    name: c"time.struct_time",
    doc: c"A point in time as gmtime(), localtime() and strptime() give it and asctime(), mktime()\n and strftime() take it; a sequence of nine integers.\n\n Some fields differ from those of C's struct tm: tm_year is the year itself, for\n example. The fields' descriptions tell.",
    fields: &[
        (c"tm_year", c"year, for example, 1993"),
        (c"tm_mon", c"month of year, range [1, 12]"),
        (c"tm_mday", c"day of month, range [1, 31]"),
        (c"tm_hour", c"hours, range [0, 23]"),
        (c"tm_min", c"minutes, range [0, 59]"),
        (c"tm_sec", c"seconds, range [0, 61])"),
        (c"tm_wday", c"day of week, range [0, 6], Monday is 0"),
        (c"tm_yday", c"day of year, range [1, 366]"),
        (c"tm_isdst", c"1 if summer time is in effect, 0 if not, and -1 if unknown"),
        (c"tm_zone", c"abbreviation of timezone name"),
        (c"tm_gmtoff", c"offset from UTC in seconds"),
    ],
    visible: 9,
};

/// Makes `struct_time` and adds it to the module.
pub fn add_to(this: &Object) -> Result<()> {
    // SAFETY: a static type.
    module::add(this, "struct_time", unsafe { ready_structseq(&raw mut STRUCT_TIME, &FIELDS)? }.object())
}

/// The name of the zone of a broken-down time.
pub fn zone_name(tm: &libc::tm) -> Result<Obj> {
    if tm.tm_zone.is_null() {
        return unicode::empty();
    }
    // SAFETY: the C library keeps the names of zones.
    let name = unsafe { CStr::from_ptr(tm.tm_zone) };
    unicode::locale::decode_locale(name.to_bytes(), Some("surrogateescape"), true)
}

fn from_tm(tm: &libc::tm) -> Result<Obj> {
    let int = |value: i64| long::from_i64(value);
    // SAFETY: a static type, made ready with the module.
    let class = unsafe { Type::from_raw(&raw mut STRUCT_TIME) };
    structseq::from_items(
        class,
        [
            int(i64::from(tm.tm_year) + 1900),
            int(i64::from(tm.tm_mon) + 1),
            int(i64::from(tm.tm_mday)),
            int(i64::from(tm.tm_hour)),
            int(i64::from(tm.tm_min)),
            int(i64::from(tm.tm_sec)),
            int(i64::from((tm.tm_wday + 6) % 7)),
            int(i64::from(tm.tm_yday) + 1),
            int(i64::from(tm.tm_isdst)),
            zone_name(tm),
            int(tm.tm_gmtoff),
        ],
    )
}

/// The seconds argument of `gmtime` and its like: now, when it is missing or None.
fn seconds(function: &str, args: &Object) -> Result<i64> {
    let args = tuple::items(args);
    check_count(function, args.len(), 0, 1)?;
    match not_none(args.first().copied()) {
        Some(seconds) => pytime::object_to_time_t(seconds, Round::Floor),
        None => Ok(now()),
    }
}

fn now() -> i64 {
    pytime::system_clock().div_euclid(pytime::SECOND)
}

pub fn gmtime(_module: &Object, args: &Object) -> Result<Obj> {
    from_tm(&pytime::utc_time(seconds("gmtime", args)?)?)
}

pub fn localtime(_module: &Object, args: &Object) -> Result<Obj> {
    from_tm(&pytime::local_time(seconds("localtime", args)?)?)
}

/// A broken-down time with the name of its zone, if that is of one's own.
struct Parsed {
    tm: libc::tm,
    /// Keeps the name that `tm_zone` points to.
    _zone: Option<Vec<u8>>,
}

/// Reads a tuple; the fields' ranges are not checked, but for the year's.
fn parse(function: &str, given: &Object) -> Result<Parsed> {
    if !tuple::check(given) {
        return Err(err::type_error("Tuple or struct_time argument required"));
    }
    // SAFETY: a static type.
    let is_struct = given.type_ptr() == &raw mut STRUCT_TIME;
    let items = tuple::items(given);
    if items.len() != 9 {
        return Err(err::type_error(format_args!("{function}(): illegal time tuple argument")));
    }
    let mut n = [0; 9];
    for (field, item) in n.iter_mut().zip(items) {
        *field = parse_int(item)?;
    }
    let [year, month, day, hour, minute, second, weekday, yearday, dst] = n;
    let Some(year) = year.checked_sub(1900) else {
        return Err(err::overflow_error("year out of range"));
    };
    let mut tm = pytime::empty_tm();
    tm.tm_year = year;
    tm.tm_mon = month.wrapping_sub(1);
    tm.tm_mday = day;
    tm.tm_hour = hour;
    tm.tm_min = minute;
    tm.tm_sec = second;
    tm.tm_wday = weekday.wrapping_add(1) % 7;
    tm.tm_yday = yearday.wrapping_sub(1);
    tm.tm_isdst = dst;
    let mut zone = None;
    if is_struct {
        // SAFETY: the class has eleven fields, all filled.
        let field = |index: usize| unsafe { Object::from_ptr(structseq::get_item(given, index)) };
        if !field(9).is_none() {
            if !unicode::check(field(9)) {
                return Err(err::bad_argument());
            }
            let name = crate::support::c_string(unicode::as_utf8(field(9))?.as_bytes());
            tm.tm_zone = name.as_ptr().cast();
            zone = Some(name);
        }
        if !field(10).is_none() {
            tm.tm_gmtoff = long::as_i64(field(10))?;
        }
    }
    Ok(Parsed { tm, _zone: zone })
}

/// Checks the fields, whose zero stands for the first month, day or day of the year.
fn check(tm: &mut libc::tm) -> Result<()> {
    fn field(
        value: &mut i32,
        range: core::ops::RangeInclusive<i32>,
        message: &str,
        zero: Option<(i32, i32)>,
    ) -> Result<()> {
        if let Some((from, to)) = zero
            && *value == from
        {
            *value = to;
        }
        if range.contains(value) { Ok(()) } else { Err(err::value_error(message)) }
    }
    field(&mut tm.tm_mon, 0..=11, "month out of range", Some((-1, 0)))?;
    field(&mut tm.tm_mday, 1..=31, "day of month out of range", Some((0, 1)))?;
    field(&mut tm.tm_hour, 0..=23, "hour out of range", None)?;
    field(&mut tm.tm_min, 0..=59, "minute out of range", None)?;
    field(&mut tm.tm_sec, 0..=61, "seconds out of range", None)?;
    field(&mut tm.tm_wday, 0..=i32::MAX, "day of week out of range", None)?;
    field(&mut tm.tm_yday, 0..=365, "day of year out of range", Some((-1, 0)))
}

fn as_text(tm: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[tm.tm_wday as usize % 7],
        MONTHS[tm.tm_mon as usize % 12],
        tm.tm_mday,
        tm.tm_hour,
        tm.tm_min,
        tm.tm_sec,
        i64::from(tm.tm_year) + 1900
    )
}

pub fn asctime(_module: &Object, args: &Object) -> Result<String> {
    let args = tuple::items(args);
    krait_object::args::check_positional("asctime", args.len(), 0, 1)?;
    let mut tm = match args.first() {
        None => pytime::local_time(now())?,
        Some(given) => parse("asctime", given)?.tm,
    };
    if !args.is_empty() {
        check(&mut tm)?;
    }
    Ok(as_text(&tm))
}

pub fn ctime(_module: &Object, args: &Object) -> Result<String> {
    Ok(as_text(&pytime::local_time(seconds("ctime", args)?)?))
}

pub fn mktime(_module: &Object, given: &Object) -> Result<f64> {
    let mut parsed = parse("mktime", given)?;
    // The call changes the weekday unless it fails.
    parsed.tm.tm_wday = -1;
    // SAFETY: a valid struct.
    let time = unsafe { libc::mktime(&mut parsed.tm) };
    if time == -1 && parsed.tm.tm_wday == -1 {
        return Err(err::overflow_error("mktime argument out of range"));
    }
    Ok(time as f64)
}

unsafe extern "C" {
    fn wcsftime(out: *mut i32, size: usize, format: *const i32, tm: *const libc::tm) -> usize;
}

pub fn strftime(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("strftime", args.len(), 1, 2)?;
    if !unicode::check(args[0]) {
        return Err(wrong_type("strftime", 1, "str", args[0]));
    }
    let mut parsed = match args.get(1) {
        None => Parsed { tm: pytime::local_time(now())?, _zone: None },
        Some(given) => {
            let mut parsed = parse("strftime", given)?;
            check(&mut parsed.tm)?;
            parsed
        }
    };
    // Some C libraries use the value as an index.
    parsed.tm.tm_isdst = parsed.tm.tm_isdst.clamp(-1, 1);
    let mut format: Vec<i32> = unicode::chars(args[0]).iter().map(|c| c as i32).collect();
    if format.contains(&0) {
        return Err(err::value_error("embedded null character"));
    }
    let limit = format.len().saturating_mul(256);
    format.push(0);
    let mut size = 1024;
    loop {
        let mut out = vec![0i32; size];
        // SAFETY: errno is per thread; the buffer has the given size; the name of the zone lives in `parsed`.
        let length = unsafe {
            *libc::__errno_location() = 0;
            wcsftime(out.as_mut_ptr(), size, format.as_ptr(), &parsed.tm)
        };
        if length == 0 && err::last_errno() == libc::EINVAL {
            return Err(err::value_error("Invalid format string"));
        }
        // An empty result may be the right one: beyond the limit it is taken for that.
        if length > 0 || size >= limit {
            let points: Vec<u32> = out[..length].iter().map(|&c| c as u32).collect();
            return unicode::from_code_points(&points);
        }
        size *= 2;
    }
}

pub fn strptime(_module: &Object, args: &Object) -> Result<Obj> {
    let implementation = (hooks::get().import)("_strptime")?;
    let function = object::get_attr_str(&implementation, "_strptime_time")?;
    call::call_tuple(&function, args, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form() {
        let mut tm = pytime::empty_tm();
        tm.tm_year = -1905;
        tm.tm_mday = 1;
        tm.tm_wday = 1;
        assert_eq!(as_text(&tm), "Mon Jan  1 00:00:00 -5");
    }
}
