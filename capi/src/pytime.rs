//! `pytime.h`.

use crate::prelude::*;
use krait_modules::pytime::{self, ClockInfo, Round};
use libc::time_t;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_FromTime_t(t: time_t) -> *mut PyObject {
    guard(|| pytime::from_time_t(t))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyLong_AsTime_t(obj: *mut PyObject) -> time_t {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { pytime::as_time_t(object(obj)?) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_ObjectToTime_t(obj: *mut PyObject, sec: *mut time_t, round: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(sec, pytime::object_to_time_t(object(obj)?, Round::from_c(round))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_ObjectToTimeval(
    obj: *mut PyObject,
    sec: *mut time_t,
    usec: *mut c_long,
    round: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put_two(sec, usec, pytime::object_to_timeval(object(obj)?, Round::from_c(round))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_ObjectToTimespec(
    obj: *mut PyObject,
    sec: *mut time_t,
    nsec: *mut c_long,
    round: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put_two(sec, nsec, pytime::object_to_timespec(object(obj)?, Round::from_c(round))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_FromSeconds(seconds: c_int) -> _PyTime_t {
    _PyTime_t::from(seconds) * pytime::SECOND
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_FromNanoseconds(ns: _PyTime_t) -> _PyTime_t {
    ns
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_FromNanosecondsObject(tp: *mut _PyTime_t, obj: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(tp, pytime::from_nanoseconds_object(object(obj)?)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_FromSecondsObject(
    t: *mut _PyTime_t,
    obj: *mut PyObject,
    round: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(t, pytime::from_seconds_object(object(obj)?, Round::from_c(round))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_FromMillisecondsObject(
    t: *mut _PyTime_t,
    obj: *mut PyObject,
    round: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(t, pytime::from_milliseconds_object(object(obj)?, Round::from_c(round))) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsSecondsDouble(t: _PyTime_t) -> f64 {
    pytime::as_seconds(t)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsMilliseconds(t: _PyTime_t, round: c_int) -> _PyTime_t {
    pytime::as_milliseconds(t, Round::from_c(round))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsMicroseconds(t: _PyTime_t, round: c_int) -> _PyTime_t {
    pytime::as_microseconds(t, Round::from_c(round))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsNanosecondsObject(t: _PyTime_t) -> *mut PyObject {
    guard(|| pytime::as_nanoseconds_object(t))
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_FromTimeval(tp: *mut _PyTime_t, tv: *mut libc::timeval) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(tp, pytime::from_timeval(&*tv)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsTimeval(t: _PyTime_t, tv: *mut libc::timeval, round: c_int) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        let _: () = *tv = pytime::as_timeval(t, Round::from_c(round));
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsTimeval_noraise(
    t: _PyTime_t,
    tv: *mut libc::timeval,
    round: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        let _: () = *tv = pytime::as_timeval(t, Round::from_c(round));
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsTimevalTime_t(
    t: _PyTime_t,
    p_secs: *mut time_t,
    us: *mut c_int,
    round: c_int,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        split(pytime::as_timeval(t, Round::from_c(round)), p_secs, us);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_FromTimespec(tp: *mut _PyTime_t, ts: *mut libc::timespec) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(tp, pytime::from_timespec(&*ts)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_AsTimespec(t: _PyTime_t, ts: *mut libc::timespec) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe {
        let _: () = *ts = pytime::as_timespec(t);
        Ok::<_, Raised>(())
    })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_MulDiv(ticks: _PyTime_t, mul: _PyTime_t, div: _PyTime_t) -> _PyTime_t {
    pytime::mul_div(ticks, mul, div)
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_Init() -> c_int {
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_GetSystemClock() -> _PyTime_t {
    pytime::system_clock()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_GetMonotonicClock() -> _PyTime_t {
    pytime::monotonic_clock()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_GetSystemClockWithInfo(
    t: *mut _PyTime_t,
    info: *mut _Py_clock_info_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { with_info(t, info, pytime::system_clock(), pytime::system_clock_info()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_GetMonotonicClockWithInfo(
    tp: *mut _PyTime_t,
    info: *mut _Py_clock_info_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { with_info(tp, info, pytime::monotonic_clock(), pytime::monotonic_clock_info()) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_localtime(t: time_t, tm: *mut libc::tm) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(tm, pytime::local_time(t)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_gmtime(t: time_t, tm: *mut libc::tm) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { put(tm, pytime::utc_time(t)) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_GetPerfCounter() -> _PyTime_t {
    pytime::perf_counter()
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyTime_GetPerfCounterWithInfo(
    t: *mut _PyTime_t,
    info: *mut _Py_clock_info_t,
) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { with_info(t, info, pytime::perf_counter(), pytime::monotonic_clock_info()) })
}

unsafe fn put<T>(place: *mut T, value: Result<T>) -> Result<()> {
    let value = value?;
    // SAFETY: the caller's promise.
    unsafe { *place = value };
    Ok(())
}

unsafe fn put_two(whole: *mut time_t, part: *mut c_long, value: Result<(i64, i64)>) -> Result<()> {
    let value = value?;
    // SAFETY: the caller's promise.
    unsafe { (*whole, *part) = value };
    Ok(())
}

unsafe fn split(time: libc::timeval, seconds: *mut time_t, micros: *mut c_int) {
    // SAFETY: the caller's promise.
    unsafe {
        *seconds = time.tv_sec;
        *micros = time.tv_usec as c_int;
    }
}

/// The reading of a clock and, where asked for, what is known of the clock.
unsafe fn with_info(
    place: *mut _PyTime_t,
    info: *mut _Py_clock_info_t,
    now: _PyTime_t,
    known: Result<ClockInfo>,
) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        *place = now;
        if !info.is_null() {
            *info = known?.to_c();
        }
    }
    Ok(())
}
