//! Points in time and durations as 64-bit nanoseconds: `_PyTime_*` (`pytime.h`).

use core::ffi::{CStr, c_int};
use krait_abi::_Py_clock_info_t;
use krait_object::types::{exceptions, float, long};
use krait_object::{Obj, Object, Raised, Result, err};

/// Nanoseconds (`_PyTime_t`).
pub type PyTime = i64;

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;
const MILLISECOND: i64 = 1_000_000;
const MICROSECOND: i64 = 1_000;

/// How numbers are rounded (`_PyTime_round_t`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Round {
    /// Towards minus infinity.
    Floor = 0,
    /// Towards infinity.
    Ceiling = 1,
    /// To the nearest, ties to even.
    HalfEven = 2,
    /// Away from zero: what timeouts want.
    Up = 3,
}

impl Round {
    /// From C's enumeration.
    pub fn from_c(round: c_int) -> Round {
        match round {
            0 => Round::Floor,
            1 => Round::Ceiling,
            2 => Round::HalfEven,
            _ => Round::Up,
        }
    }

    fn apply(self, x: f64) -> f64 {
        match self {
            Round::Floor => x.floor(),
            Round::Ceiling => x.ceil(),
            Round::HalfEven => x.round_ties_even(),
            Round::Up if x >= 0.0 => x.ceil(),
            Round::Up => x.floor(),
        }
    }
}

/// Timeouts round away from zero, so that a wait is never shorter than asked for.
pub const TIMEOUT: Round = Round::Up;

#[cold]
fn overflow() -> Raised {
    err::overflow_error("timestamp too large to convert to C _PyTime_t")
}

#[cold]
fn time_t_overflow() -> Raised {
    err::overflow_error("timestamp out of range for platform time_t")
}

#[cold]
fn not_a_number() -> Raised {
    err::value_error("Invalid value NaN (not a number)")
}

/// Whether a float lies in the range of `i64` (the bounds as floats; the upper one is excluded).
fn fits(x: f64) -> bool {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    (-LIMIT..LIMIT).contains(&x)
}

// ---- from Python objects ------------------------------------------------------------------------------------------

/// `_PyLong_AsTime_t`.
pub fn as_time_t(object: &Object) -> Result<i64> {
    long::as_long_long(object).inspect_err(|_| {
        if err::matches(exceptions::OverflowError()) {
            let _ = time_t_overflow();
        }
    })
}

/// `_PyLong_FromTime_t`.
pub fn from_time_t(time: i64) -> Result<Obj> {
    long::from_i64(time)
}

/// `_PyTime_ObjectToTime_t`: whole seconds.
pub fn object_to_time_t(object: &Object, round: Round) -> Result<i64> {
    if !float::check(object) {
        return as_time_t(object);
    }
    let d = float::as_f64(object)?;
    if d.is_nan() {
        return Err(not_a_number());
    }
    let d = round.apply(d);
    if !fits(d) {
        return Err(time_t_overflow());
    }
    Ok(d as i64)
}

/// Seconds and the fraction in units of `1/denominator` second.
fn object_to_parts(object: &Object, denominator: f64, round: Round) -> Result<(i64, i64)> {
    if !float::check(object) {
        return Ok((as_time_t(object)?, 0));
    }
    let d = float::as_f64(object)?;
    if d.is_nan() {
        return Err(not_a_number());
    }
    let mut whole = d.trunc();
    let mut part = if d.is_infinite() { 0.0 } else { round.apply((d - whole) * denominator) };
    if part >= denominator {
        part -= denominator;
        whole += 1.0;
    } else if part < 0.0 {
        part += denominator;
        whole -= 1.0;
    }
    if !fits(whole) {
        return Err(time_t_overflow());
    }
    Ok((whole as i64, part as i64))
}

/// `_PyTime_ObjectToTimespec`: seconds and nanoseconds.
pub fn object_to_timespec(object: &Object, round: Round) -> Result<(i64, i64)> {
    object_to_parts(object, 1e9, round)
}

/// `_PyTime_ObjectToTimeval`: seconds and microseconds.
pub fn object_to_timeval(object: &Object, round: Round) -> Result<(i64, i64)> {
    object_to_parts(object, 1e6, round)
}

fn from_object(object: &Object, round: Round, unit: i64) -> Result<PyTime> {
    if float::check(object) {
        let d = float::as_f64(object)?;
        if d.is_nan() {
            return Err(not_a_number());
        }
        let d = round.apply(d * unit as f64);
        if !fits(d) {
            return Err(overflow());
        }
        return Ok(d as i64);
    }
    let value = long::as_long_long(object).inspect_err(|_| {
        if err::matches(exceptions::OverflowError()) {
            let _ = overflow();
        }
    })?;
    value.checked_mul(unit).ok_or_else(overflow)
}

/// `_PyTime_FromSecondsObject`.
pub fn from_seconds_object(object: &Object, round: Round) -> Result<PyTime> {
    from_object(object, round, SECOND)
}

/// `_PyTime_FromMillisecondsObject`.
pub fn from_milliseconds_object(object: &Object, round: Round) -> Result<PyTime> {
    from_object(object, round, MILLISECOND)
}

/// `_PyTime_FromNanosecondsObject`.
pub fn from_nanoseconds_object(object: &Object) -> Result<PyTime> {
    if !long::check(object) {
        return Err(err::type_error(format_args!("expect int, got {}", object.class_of().name())));
    }
    long::as_long_long(object).inspect_err(|_| {
        if err::matches(exceptions::OverflowError()) {
            let _ = overflow();
        }
    })
}

// ---- from and to C's structs --------------------------------------------------------------------------------------

/// `_PyTime_FromTimespec`.
pub fn from_timespec(time: &libc::timespec) -> Result<PyTime> {
    time.tv_sec.checked_mul(SECOND).and_then(|t| t.checked_add(time.tv_nsec)).ok_or_else(overflow)
}

/// `_PyTime_FromTimeval`.
pub fn from_timeval(time: &libc::timeval) -> Result<PyTime> {
    time.tv_sec
        .checked_mul(SECOND)
        .and_then(|t| t.checked_add(time.tv_usec * MICROSECOND))
        .ok_or_else(overflow)
}

/// `_PyTime_AsSecondsDouble`: exact for whole seconds.
pub fn as_seconds(time: PyTime) -> f64 {
    if time % SECOND == 0 { (time / SECOND) as f64 } else { time as f64 / 1e9 }
}

/// Division with a rounding rule.
pub fn divide(time: PyTime, by: i64, round: Round) -> PyTime {
    let (x, r) = (time / by, time % by);
    match round {
        Round::HalfEven => {
            let twice = r.abs().saturating_mul(2);
            if twice > by || (twice == by && x & 1 != 0) { x + time.signum() } else { x }
        }
        Round::Ceiling => x + i64::from(r > 0),
        Round::Floor => x - i64::from(r < 0),
        Round::Up => x + r.signum(),
    }
}

/// `_PyTime_AsMilliseconds`.
pub fn as_milliseconds(time: PyTime, round: Round) -> i64 {
    divide(time, MILLISECOND, round)
}

/// `_PyTime_AsMicroseconds`.
pub fn as_microseconds(time: PyTime, round: Round) -> i64 {
    divide(time, MICROSECOND, round)
}

/// `_PyTime_AsTimeval`: microseconds from 0 to 999999.
pub fn as_timeval(time: PyTime, round: Round) -> libc::timeval {
    let (mut seconds, rest) = (time / SECOND, time % SECOND);
    let mut micros = divide(rest, MICROSECOND, round);
    if micros < 0 {
        micros += 1_000_000;
        seconds -= 1;
    } else if micros >= 1_000_000 {
        micros -= 1_000_000;
        seconds += 1;
    }
    libc::timeval { tv_sec: seconds, tv_usec: micros }
}

/// `_PyTime_AsTimespec`.
pub fn as_timespec(time: PyTime) -> libc::timespec {
    libc::timespec { tv_sec: time.div_euclid(SECOND), tv_nsec: time.rem_euclid(SECOND) }
}

/// `_PyTime_AsNanosecondsObject`.
pub fn as_nanoseconds_object(time: PyTime) -> Result<Obj> {
    long::from_i64(time)
}

/// `_PyTime_MulDiv`: `ticks * multiplier / divisor` without overflow in between.
pub fn mul_div(ticks: i64, multiplier: i64, divisor: i64) -> i64 {
    (ticks / divisor)
        .wrapping_mul(multiplier)
        .wrapping_add((ticks % divisor).wrapping_mul(multiplier) / divisor)
}

// ---- clocks -------------------------------------------------------------------------------------------------------

/// What `time.get_clock_info` tells of a clock.
#[derive(Debug, Clone, Copy)]
pub struct ClockInfo {
    /// The C function behind it.
    pub implementation: &'static CStr,
    /// Never goes backwards.
    pub monotonic: bool,
    /// May be changed by the administrator.
    pub adjustable: bool,
    /// In seconds.
    pub resolution: f64,
}

impl ClockInfo {
    /// As C has it.
    pub fn to_c(self) -> _Py_clock_info_t {
        _Py_clock_info_t {
            implementation: self.implementation.as_ptr(),
            monotonic: c_int::from(self.monotonic),
            adjustable: c_int::from(self.adjustable),
            resolution: self.resolution,
        }
    }
}

/// Reads a clock of the system; the error is `OSError`.
pub fn read_clock(clock: libc::clockid_t) -> Result<PyTime> {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the result.
    if unsafe { libc::clock_gettime(clock, &mut now) } != 0 {
        return Err(err::from_last_errno());
    }
    from_timespec(&now)
}

/// The resolution of a clock in seconds.
pub fn resolution(clock: libc::clockid_t) -> Result<f64> {
    let mut step = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the result.
    if unsafe { libc::clock_getres(clock, &mut step) } != 0 {
        return Err(err::from_last_errno());
    }
    Ok(step.tv_sec as f64 + step.tv_nsec as f64 * 1e-9)
}

/// `_PyTime_GetSystemClockWithInfo` (without the reading).
pub fn system_clock_info() -> Result<ClockInfo> {
    Ok(ClockInfo {
        implementation: c"clock_gettime(CLOCK_REALTIME)",
        monotonic: false,
        adjustable: true,
        resolution: resolution(libc::CLOCK_REALTIME)?,
    })
}

/// `_PyTime_GetMonotonicClockWithInfo` (without the reading); `perf_counter` is the same clock.
pub fn monotonic_clock_info() -> Result<ClockInfo> {
    Ok(ClockInfo {
        implementation: c"clock_gettime(CLOCK_MONOTONIC)",
        monotonic: true,
        adjustable: false,
        resolution: resolution(libc::CLOCK_MONOTONIC)?,
    })
}

fn now(clock: libc::clockid_t) -> PyTime {
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the result; these clocks always exist.
    unsafe { libc::clock_gettime(clock, &mut now) };
    now.tv_sec.saturating_mul(SECOND).saturating_add(now.tv_nsec)
}

/// `_PyTime_GetSystemClock`. Needs no GIL.
pub fn system_clock() -> PyTime {
    now(libc::CLOCK_REALTIME)
}

/// `_PyTime_GetMonotonicClock`. Needs no GIL.
pub fn monotonic_clock() -> PyTime {
    now(libc::CLOCK_MONOTONIC)
}

/// `_PyTime_GetPerfCounter`. Needs no GIL.
pub fn perf_counter() -> PyTime {
    now(libc::CLOCK_MONOTONIC)
}

// ---- calendar -----------------------------------------------------------------------------------------------------

/// An empty broken-down time.
pub fn empty_tm() -> libc::tm {
    // SAFETY: integers and a pointer, for which zero is valid.
    unsafe { core::mem::zeroed() }
}

/// `_PyTime_localtime`.
pub fn local_time(time: i64) -> Result<libc::tm> {
    let mut tm = empty_tm();
    // SAFETY: valid places for argument and result; errno is per thread.
    unsafe {
        *libc::__errno_location() = 0;
        if libc::localtime_r(&time, &mut tm).is_null() {
            return Err(conversion_error());
        }
    }
    Ok(tm)
}

/// `_PyTime_gmtime`.
pub fn utc_time(time: i64) -> Result<libc::tm> {
    let mut tm = empty_tm();
    // SAFETY: valid places for argument and result; errno is per thread.
    unsafe {
        *libc::__errno_location() = 0;
        if libc::gmtime_r(&time, &mut tm).is_null() {
            return Err(conversion_error());
        }
    }
    Ok(tm)
}

fn conversion_error() -> Raised {
    match err::last_errno() {
        0 => err::from_errno(libc::EINVAL, None, None),
        errno => err::from_errno(errno, None, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_rounds() {
        for (time, round, expected) in [
            (1_500, Round::HalfEven, 2),
            (2_500, Round::HalfEven, 2),
            (-1_500, Round::HalfEven, -2),
            (-2_500, Round::HalfEven, -2),
            (1_001, Round::Ceiling, 2),
            (-1_999, Round::Ceiling, -1),
            (1_999, Round::Floor, 1),
            (-1_001, Round::Floor, -2),
            (1_001, Round::Up, 2),
            (-1_001, Round::Up, -2),
            (3_000, Round::Up, 3),
        ] {
            assert_eq!(divide(time, 1_000, round), expected, "{time} {round:?}");
        }
    }

    #[test]
    fn structs() {
        let time = as_timeval(-1, Round::Floor);
        assert_eq!((time.tv_sec, time.tv_usec), (-1, 999_999));
        let time = as_timespec(-1);
        assert_eq!((time.tv_sec, time.tv_nsec), (-1, 999_999_999));
        let time = as_timeval(999_999_999, Round::Up);
        assert_eq!((time.tv_sec, time.tv_usec), (1, 0));
        assert_eq!(as_seconds(1_500_000_000), 1.5);
        assert_eq!(mul_div(i64::MAX / 2, 4, 8), i64::MAX / 4);
    }

    #[test]
    fn floats_in_range() {
        assert!(
            fits(-9_223_372_036_854_775_808.0) && !fits(9_223_372_036_854_775_808.0) && !fits(f64::INFINITY)
        );
    }
}
