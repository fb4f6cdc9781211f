//! Local time: what the C library knows of the system's time zone.
//!
//! Seconds here count from the midnight before ordinal 0, on the clock of whatever zone they belong to, so that clock
//! readings can be subtracted.

use super::{delta, timezone};
use crate::algorithms::calendar;
use krait_object::types::unicode;
use krait_object::{Obj, Result, err};

/// The Unix epoch in such seconds.
pub const EPOCH: i64 = 719_163 * DAY;
const DAY: i64 = 86_400;

/// Local time from a number of seconds since the Unix epoch.
pub fn local_time(seconds: i64) -> Result<libc::tm> {
    broken_down(seconds, libc::localtime_r)
}

/// UTC from a number of seconds since the Unix epoch.
pub fn utc_time(seconds: i64) -> Result<libc::tm> {
    broken_down(seconds, libc::gmtime_r)
}

fn broken_down(
    seconds: i64,
    convert: unsafe extern "C" fn(*const libc::time_t, *mut libc::tm) -> *mut libc::tm,
) -> Result<libc::tm> {
    let mut tm = core::mem::MaybeUninit::<libc::tm>::zeroed();
    // SAFETY: both places are valid; zeroes are a tm.
    unsafe {
        if convert(&seconds, tm.as_mut_ptr()).is_null() {
            if err::last_errno() == 0 {
                *libc::__errno_location() = libc::EINVAL;
            }
            return Err(err::from_last_errno());
        }
        Ok(tm.assume_init())
    }
}

/// The year, month, day, hour, minute and second of a broken-down time; leap seconds are none.
pub fn fields(tm: &libc::tm) -> [i32; 6] {
    [tm.tm_year.saturating_add(1900), tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec.min(59)]
}

/// A clock reading in seconds.
pub fn reading([year, month, day, hour, minute, second]: [i32; 6]) -> Result<i64> {
    if !(calendar::MIN_YEAR..=calendar::MAX_YEAR).contains(&year) {
        return Err(err::value_error(format_args!("year {year} is out of range")));
    }
    let seconds = (hour * 60 + minute) * 60 + second;
    Ok(i64::from(calendar::ordinal(year, month, day)) * DAY + i64::from(seconds))
}

/// What local clocks show when UTC's show `utc`.
fn shown_at(utc: i64) -> Result<i64> {
    reading(fields(&local_time(utc - EPOCH)?))
}

/// The UTC reading when local clocks show `shown`.
///
/// In the hour that is repeated when summer time ends, `fold` chooses the second time; in the one that is skipped when
/// it begins, the two offsets around it are taken the other way round (PEP 495).
pub fn utc_of(shown: i64, fold: bool) -> Result<i64> {
    // The offset near that time, and a candidate by it.
    let near = shown_at(shown)? - shown;
    let first = shown - near;
    let first_shown = shown_at(first)?;
    let other = if first_shown == shown {
        // Right, but there may be another solution within a day, the later or the earlier one.
        let probe = if fold { first + DAY } else { first - DAY };
        let other = shown_at(probe)? - probe;
        if other == near {
            return Ok(first);
        }
        other
    } else {
        first_shown - first
    };
    let second = shown - other;
    if shown_at(second)? == shown {
        return Ok(second);
    }
    if first_shown == shown {
        return Ok(first);
    }
    // Clocks never show that.
    Ok(if fold { first.min(second) } else { first.max(second) })
}

/// Whether a local reading is the second of two equal ones: `seconds` since the Unix epoch, `shown` the reading.
pub fn is_fold(seconds: i64, shown: i64) -> Result<bool> {
    let utc = EPOCH + seconds;
    let day_before = shown_at(utc - DAY)?;
    // Negative when clocks were set back since.
    let transition = shown - day_before - DAY;
    Ok(transition < 0 && shown_at(utc + transition)? == shown)
}

/// The local zone at a point in time, with its offset and name then.
pub fn zone_at(seconds: i64) -> Result<Obj> {
    let tm = local_time(seconds)?;
    let offset = delta::make_normalized(0, tm.tm_gmtoff, 0)?;
    if tm.tm_zone.is_null() {
        return timezone::make(&offset, None);
    }
    // SAFETY: the C library keeps the names of zones.
    let name = unsafe { core::ffi::CStr::from_ptr(tm.tm_zone) };
    let name = unicode::locale::decode_locale(name.to_bytes(), Some("surrogateescape"), true)?;
    timezone::make(&offset, Some(&name))
}
