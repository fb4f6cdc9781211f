//! Clocks and sleeping.

use crate::pytime::{self, ClockInfo, PyTime, Round};
use crate::support::{check_count, check_signals, os_error, parse_int, wrong_type};
use core::ffi::c_int;
use krait_object::types::{tuple, unicode};
use krait_object::{Obj, Object, Result, err};

/// Defines the two functions of a clock: seconds as a float, and nanoseconds.
macro_rules! clocks {
    ($($seconds:ident, $nanoseconds:ident: $read:expr;)*) => {$(
        pub fn $seconds(_module: &Object) -> Result<f64> {
            Ok(pytime::as_seconds($read))
        }

        pub fn $nanoseconds(_module: &Object) -> Result<PyTime> {
            Ok($read)
        }
    )*};
}
clocks! {
    time, time_ns: pytime::system_clock();
    monotonic, monotonic_ns: pytime::monotonic_clock();
    perf_counter, perf_counter_ns: pytime::perf_counter();
    process_time, process_time_ns: pytime::read_clock(libc::CLOCK_PROCESS_CPUTIME_ID)?;
    thread_time, thread_time_ns: pytime::read_clock(libc::CLOCK_THREAD_CPUTIME_ID)?;
}

fn one_clock(function: &str, args: &Object) -> Result<c_int> {
    let args = tuple::items(args);
    check_count(function, args.len(), 1, 1)?;
    parse_int(args[0])
}

pub fn clock_gettime(_module: &Object, args: &Object) -> Result<f64> {
    Ok(pytime::as_seconds(pytime::read_clock(one_clock("clock_gettime", args)?)?))
}

pub fn clock_gettime_ns(_module: &Object, args: &Object) -> Result<PyTime> {
    pytime::read_clock(one_clock("clock_gettime", args)?)
}

pub fn clock_getres(_module: &Object, args: &Object) -> Result<f64> {
    pytime::resolution(one_clock("clock_getres", args)?)
}

fn set_clock(clock: c_int, time: PyTime) -> Result<()> {
    let time = pytime::as_timespec(time);
    // SAFETY: a valid argument.
    if unsafe { libc::clock_settime(clock, &time) } != 0 {
        return Err(err::from_last_errno());
    }
    Ok(())
}

pub fn clock_settime(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("clock_settime", args.len(), 2, 2)?;
    set_clock(parse_int(args[0])?, pytime::from_seconds_object(args[1], Round::Floor)?)
}

pub fn clock_settime_ns(_module: &Object, args: &Object) -> Result<()> {
    let args = tuple::items(args);
    check_count("clock_settime", args.len(), 2, 2)?;
    set_clock(parse_int(args[0])?, pytime::from_nanoseconds_object(args[1])?)
}

pub fn pthread_getcpuclockid(_module: &Object, args: &Object) -> Result<c_int> {
    let args = tuple::items(args);
    check_count("pthread_getcpuclockid", args.len(), 1, 1)?;
    let thread = crate::support::unsigned_long_mask("pthread_getcpuclockid", "argument 1", args[0])?;
    let mut clock = 0;
    // SAFETY: the caller vouches for the thread's identifier, as with the C function.
    let status = unsafe { pthread_getcpuclockid_c(thread, &mut clock) };
    if status != 0 {
        return Err(os_error(status));
    }
    Ok(clock)
}

unsafe extern "C" {
    #[link_name = "pthread_getcpuclockid"]
    fn pthread_getcpuclockid_c(thread: libc::pthread_t, clock: *mut libc::clockid_t) -> c_int;
}

pub fn sleep(_module: &Object, seconds: &Object) -> Result<()> {
    let mut left = pytime::from_seconds_object(seconds, pytime::TIMEOUT)?;
    if left < 0 {
        return Err(err::value_error("sleep length must be non-negative"));
    }
    let deadline = pytime::monotonic_clock().saturating_add(left);
    loop {
        let mut wait = pytime::as_timeval(left, Round::Ceiling);
        let none = core::ptr::null_mut();
        // SAFETY: no descriptors, and a valid timeout.
        match crate::support::blocking(|| unsafe { libc::select(0, none, none, none, &mut wait) }) {
            Ok(_) => return Ok(()),
            Err(libc::EINTR) => check_signals()?,
            Err(errno) => return Err(os_error(errno)),
        }
        left = deadline - pytime::monotonic_clock();
        if left < 0 {
            return Ok(());
        }
    }
}

pub fn get_clock_info(_module: &Object, args: &Object) -> Result<Obj> {
    let args = tuple::items(args);
    check_count("get_clock_info", args.len(), 1, 1)?;
    if !unicode::check(args[0]) {
        return Err(wrong_type("get_clock_info", 1, "str", args[0]));
    }
    let cpu = |implementation, clock| {
        Ok(ClockInfo {
            implementation,
            monotonic: true,
            adjustable: false,
            resolution: pytime::resolution(clock)?,
        })
    };
    let info = match unicode::as_utf8(args[0])? {
        "time" => pytime::system_clock_info()?,
        "monotonic" | "perf_counter" => pytime::monotonic_clock_info()?,
        "process_time" => cpu(c"clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", libc::CLOCK_PROCESS_CPUTIME_ID)?,
        "thread_time" => cpu(c"clock_gettime(CLOCK_THREAD_CPUTIME_ID)", libc::CLOCK_THREAD_CPUTIME_ID)?,
        _ => return Err(err::value_error("unknown clock")),
    };
    super::clock_namespace(&info)
}
