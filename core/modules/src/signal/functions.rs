//! The functions of `_signal`.

use super::{
    NSIG, NativeHandler, WAKEUP_FD, WARN_ON_FULL, handler_of, main_thread_only, native, pair,
    set_from_native, set_handler, set_native_handler, siginfo, sigset_converter, trip,
};
use crate::pytime::{self, PyTime, Round};
use crate::support::{audit, blocking, check_signals, int};
use core::ffi::{c_int, c_long, c_uint};
use core::sync::atomic::Ordering;
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::object;
use krait_object::types::{exceptions, long, none, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, method, state};

krait_object::methods! {
    /// The functions of the module.
    pub static METHODS = [
        method::keywords(c"default_int_handler", default_int_handler, c"default_int_handler(...)\n\nThe handler that Python installs for SIGINT: raises KeyboardInterrupt."),
        method::o(c"alarm", alarm, c"alarm($module, seconds, /)\n--\n\nMakes SIGALRM come after so many seconds; how many were left of an earlier alarm."),
        method::fastcall(c"setitimer", setitimer, c"setitimer($module, which, seconds, interval=0.0, /)\n--\n\nSets an interval timer: ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF.\n\nThe timer fires after the given seconds and after that every interval seconds.\nReturns the old values."),
        method::o(c"getitimer", getitimer, c"getitimer($module, which, /)\n--\n\nThe values of an interval timer."),
        method::fastcall(c"signal", signal, c"signal($module, signalnum, handler, /)\n--\n\nSets the action for a signal: SIG_DFL, SIG_IGN or a function. Returns the old one.\n\nThe function is called with the signal number and the interrupted frame."),
        method::o(c"raise_signal", raise_signal, c"raise_signal($module, signalnum, /)\n--\n\nSends a signal to the running process."),
        method::o(c"strsignal", strsignal, c"strsignal($module, signalnum, /)\n--\n\nThe system's description of a signal, None when there is none."),
        method::o(c"getsignal", getsignal, c"getsignal($module, signalnum, /)\n--\n\nThe action for a signal: SIG_IGN, SIG_DFL, a function, or None when it was not set\nby Python."),
        method::keywords(c"set_wakeup_fd", set_wakeup_fd, c"set_wakeup_fd(fd, *, warn_on_full_buffer=True) -> fd\n\nSets the descriptor to which each signal writes a byte, its number; returns the old\none, -1 for none. The descriptor must be non-blocking."),
        method::fastcall(c"siginterrupt", siginterrupt, c"siginterrupt($module, signalnum, flag, /)\n--\n\nWhether system calls that the signal interrupts end (true) or start again (false)."),
        method::noargs(c"pause", pause, c"pause($module, /)\n--\n\nWaits for a signal."),
        method::fastcall(c"pidfd_send_signal", pidfd_send_signal, c"pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)\n--\n\nSends a signal to the process behind a process descriptor."),
        method::fastcall(c"pthread_kill", pthread_kill, c"pthread_kill($module, thread_id, signalnum, /)\n--\n\nSends a signal to a thread."),
        method::fastcall(c"pthread_sigmask", pthread_sigmask, c"pthread_sigmask($module, how, mask, /)\n--\n\nChanges the set of signals that are blocked for the calling thread; returns the old one."),
        method::noargs(c"sigpending", sigpending, c"sigpending($module, /)\n--\n\nThe signals that have come but are blocked."),
        method::o(c"sigwait", sigwait, c"sigwait($module, sigset, /)\n--\n\nWaits for one of the signals and takes it; its number."),
        method::o(c"sigwaitinfo", sigwaitinfo, c"sigwaitinfo($module, sigset, /)\n--\n\nWaits for one of the signals and takes it; a struct_siginfo about it."),
        method::fastcall(c"sigtimedwait", sigtimedwait, c"sigtimedwait($module, sigset, timeout, /)\n--\n\nLike sigwaitinfo(), but returns None after the timeout in seconds."),
        method::noargs(c"valid_signals", valid_signals, c"valid_signals($module, /)\n--\n\nThe signal numbers that this system has."),
    ];
}

/// A signal number as an index.
fn number(given: &Object) -> Result<usize> {
    in_range(int(given)?)
}

fn in_range(number: c_int) -> Result<usize> {
    if number < 1 || number >= NSIG as c_int {
        return Err(err::value_error("signal number out of range"));
    }
    Ok(number as usize)
}

fn default_int_handler(_module: &Object, args: Args<'_>) -> Result<()> {
    args.no_keywords("default_int_handler")?;
    Err(err::set_none(exceptions::KeyboardInterrupt()))
}

/// `PyErr_SetInterrupt`: as if Ctrl-C had been pressed, when Python handles that.
pub fn send_to_main() {
    if let Some(function) = handler_of(libc::SIGINT as usize)
        && !function.is(super::ignore_action())
        && !function.is(super::default_action())
    {
        trip(libc::SIGINT);
    }
}

fn alarm(_module: &Object, seconds: &Object) -> Result<u32> {
    let seconds = int(seconds)?;
    // SAFETY: no precondition.
    Ok(unsafe { libc::alarm(seconds as c_uint) })
}

#[repr(C)]
struct IntervalTimer {
    interval: libc::timeval,
    value: libc::timeval,
}

unsafe extern "C" {
    #[link_name = "getitimer"]
    fn c_getitimer(which: c_int, value: *mut IntervalTimer) -> c_int;
    #[link_name = "setitimer"]
    fn c_setitimer(which: c_int, new: *const IntervalTimer, old: *mut IntervalTimer) -> c_int;
}

impl IntervalTimer {
    fn new(value: libc::timeval, interval: libc::timeval) -> IntervalTimer {
        IntervalTimer { interval, value }
    }

    fn zero() -> IntervalTimer {
        let zero = libc::timeval { tv_sec: 0, tv_usec: 0 };
        IntervalTimer::new(zero, zero)
    }

    fn to_object(&self) -> Result<Obj> {
        let seconds = |time: &libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
        pair(seconds(&self.value), seconds(&self.interval))
    }
}

fn itimer_error(module: &Object) -> Raised {
    let errno = err::last_errno();
    match object::get_attr_str(module, "ItimerError") {
        Ok(class) => err::from_errno_as(&class, errno, None, None),
        Err(raised) => raised,
    }
}

fn timeval(seconds: Option<&Object>) -> Result<libc::timeval> {
    match seconds {
        None => Ok(libc::timeval { tv_sec: 0, tv_usec: 0 }),
        Some(seconds) => {
            Ok(pytime::as_timeval(pytime::from_seconds_object(seconds, Round::Ceiling)?, Round::Ceiling))
        }
    }
}

fn setitimer(module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("setitimer", args.len(), 2, 3)?;
    let which = int(args[0])?;
    let new = IntervalTimer::new(timeval(Some(args[1]))?, timeval(args.get(2).copied())?);
    let mut old = IntervalTimer::zero();
    // SAFETY: valid places for argument and result.
    if unsafe { c_setitimer(which, &new, &mut old) } != 0 {
        return Err(itimer_error(module));
    }
    old.to_object()
}

fn getitimer(module: &Object, which: &Object) -> Result<Obj> {
    let which = int(which)?;
    let mut value = IntervalTimer::zero();
    // SAFETY: a valid place for the result.
    if unsafe { c_getitimer(which, &mut value) } != 0 {
        return Err(itimer_error(module));
    }
    value.to_object()
}

fn signal(_module: &Object, args: &[&Object]) -> Result<Option<Obj>> {
    check_positional("signal", args.len(), 2, 2)?;
    let signal = int(args[0])?;
    let function = args[1];
    main_thread_only("signal")?;
    let index = in_range(signal)?;
    let native: NativeHandler = if function.is(super::ignore_action()) {
        libc::SIG_IGN
    } else if function.is(super::default_action()) {
        libc::SIG_DFL
    } else if object::is_callable(function) {
        native as *const () as NativeHandler
    } else {
        return Err(err::type_error(
            "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object",
        ));
    };
    // A signal that has come already is the old handler's.
    super::check_signals_now()?;
    if set_native_handler(signal, native) == libc::SIG_ERR {
        return Err(err::from_last_errno());
    }
    Ok(set_handler(index, Some(function.owned())))
}

fn raise_signal(_module: &Object, signal: &Object) -> Result<()> {
    let signal = int(signal)?;
    // SAFETY: no precondition.
    blocking(|| unsafe { if libc::raise(signal) != 0 { -1 } else { 0 } })
        .map_err(crate::support::os_error)?;
    // The signal comes before raise() returns.
    check_signals()
}

fn strsignal(_module: &Object, signal: &Object) -> Result<Obj> {
    let index = number(signal)?;
    // SAFETY: the C library's own string, or NULL; nobody else calls it while the GIL is held.
    unsafe {
        let text = libc::strsignal(index as c_int);
        if text.is_null() {
            return Ok(none::none().owned());
        }
        let text = core::ffi::CStr::from_ptr(text).to_bytes();
        if text.starts_with(b"Unknown signal") {
            return Ok(none::none().owned());
        }
        unicode::decode_fs(text)
    }
}

fn getsignal(_module: &Object, signal: &Object) -> Result<Option<Obj>> {
    Ok(handler_of(number(signal)?))
}

fn set_wakeup_fd(_module: &Object, args: Args<'_>) -> Result<c_int> {
    static SIGNATURE: Signature<2> = Signature::new("set_wakeup_fd", ["", "warn_on_full_buffer"])
        .required(1)
        .positional_only(1)
        .keyword_only_from(1);
    let [fd, warn] = SIGNATURE.bind(args)?;
    let fd = int(fd.unwrap_or(none::none()))?;
    let warn = crate::support::flag_or(warn, true)?;
    main_thread_only("set_wakeup_fd")?;
    if fd != -1 {
        crate::fileutils::fstat(fd)?;
        if crate::fileutils::get_blocking(fd)? {
            return Err(err::value_error(format_args!("the fd {fd} must be in non-blocking mode")));
        }
    }
    let old = WAKEUP_FD.swap(fd, Ordering::Relaxed);
    WARN_ON_FULL.store(warn, Ordering::Relaxed);
    Ok(old)
}

fn siginterrupt(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("siginterrupt", args.len(), 2, 2)?;
    let (signal, flag) = (int(args[0])?, int(args[1])?);
    in_range(signal)?;
    // SAFETY: valid places for argument and result.
    unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(signal, core::ptr::null(), &mut action) < 0 {
            return Err(err::from_last_errno());
        }
        if flag != 0 {
            action.sa_flags &= !libc::SA_RESTART;
        } else {
            action.sa_flags |= libc::SA_RESTART;
        }
        if libc::sigaction(signal, &action, core::ptr::null_mut()) < 0 {
            return Err(err::from_last_errno());
        }
    }
    Ok(())
}

fn pause(_module: &Object) -> Result<()> {
    // SAFETY: no precondition.
    state::allow_threads(|| unsafe { libc::pause() });
    check_signals()
}

fn pidfd_send_signal(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("pidfd_send_signal", args.len(), 2, 4)?;
    let (pidfd, signal) = (int(args[0])?, int(args[1])?);
    let flags = args.get(3).map_or(Ok(0), |flags| int(flags))?;
    if args.get(2).is_some_and(|info| !info.is_none()) {
        return Err(err::type_error("siginfo must be None"));
    }
    // SAFETY: no siginfo is passed.
    let status: c_long = unsafe {
        libc::syscall(libc::SYS_pidfd_send_signal, pidfd, signal, core::ptr::null::<libc::siginfo_t>(), flags)
    };
    if status < 0 {
        return Err(err::from_last_errno());
    }
    Ok(())
}

fn pthread_kill(_module: &Object, args: &[&Object]) -> Result<()> {
    check_positional("pthread_kill", args.len(), 2, 2)?;
    let thread = crate::support::unsigned_long_mask("pthread_kill", "argument 1", args[0])?;
    let signal = int(args[1])?;
    audit("signal.pthread_kill", [long::from_u64(thread)?, long::from_i64(i64::from(signal))?])?;
    // SAFETY: the caller vouches for the thread's identifier, as with the C function.
    let status = unsafe { libc::pthread_kill(thread as libc::pthread_t, signal) };
    if status != 0 {
        return Err(err::from_errno(status, None, None));
    }
    // The signal may be for this very thread.
    check_signals()
}

fn pthread_sigmask(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("pthread_sigmask", args.len(), 2, 2)?;
    let how = int(args[0])?;
    let mask = sigset_converter(args[1])?;
    let mut old = core::mem::MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: valid places for argument and result.
    let status = unsafe { libc::pthread_sigmask(how, &mask, old.as_mut_ptr()) };
    if status != 0 {
        return Err(err::from_errno(status, None, None));
    }
    check_signals()?;
    // SAFETY: filled by the call.
    set_from_native(unsafe { old.assume_init_ref() })
}

fn sigpending(_module: &Object) -> Result<Obj> {
    let mut mask = core::mem::MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: a valid place for the result.
    unsafe {
        if libc::sigpending(mask.as_mut_ptr()) != 0 {
            return Err(err::from_last_errno());
        }
        set_from_native(mask.assume_init_ref())
    }
}

fn sigwait(_module: &Object, set: &Object) -> Result<c_int> {
    let set = sigset_converter(set)?;
    let mut signal = 0;
    // SAFETY: valid places for argument and result.
    let status = state::allow_threads(|| unsafe { libc::sigwait(&set, &mut signal) });
    if status != 0 {
        return Err(err::from_errno(status, None, None));
    }
    Ok(signal)
}

fn sigwaitinfo(_module: &Object, set: &Object) -> Result<Obj> {
    let set = sigset_converter(set)?;
    let mut info = core::mem::MaybeUninit::<libc::siginfo_t>::zeroed();
    // SAFETY: valid places for argument and result.
    crate::support::retry(|| unsafe { libc::sigwaitinfo(&set, info.as_mut_ptr()) })?
        .map_err(crate::support::os_error)?;
    // SAFETY: filled by the call.
    siginfo::from_native(unsafe { info.assume_init_ref() })
}

fn sigtimedwait(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("sigtimedwait", args.len(), 2, 2)?;
    let set = sigset_converter(args[0])?;
    let mut timeout: PyTime = pytime::from_seconds_object(args[1], Round::Ceiling)?;
    if timeout < 0 {
        return Err(err::value_error("timeout must be non-negative"));
    }
    let deadline = pytime::monotonic_clock().saturating_add(timeout);
    let mut info = core::mem::MaybeUninit::<libc::siginfo_t>::zeroed();
    loop {
        let wait = pytime::as_timespec(timeout);
        // SAFETY: valid places for arguments and result.
        match blocking(|| unsafe { libc::sigtimedwait(&set, info.as_mut_ptr(), &wait) }) {
            // SAFETY: filled by the call.
            Ok(_) => return siginfo::from_native(unsafe { info.assume_init_ref() }),
            Err(libc::EAGAIN) => return Ok(none::none().owned()),
            Err(libc::EINTR) => check_signals()?,
            Err(errno) => return Err(crate::support::os_error(errno)),
        }
        timeout = deadline - pytime::monotonic_clock();
        if timeout < 0 {
            return Ok(none::none().owned());
        }
    }
}

fn valid_signals(_module: &Object) -> Result<Obj> {
    let mut mask = core::mem::MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: a valid place for the result.
    unsafe {
        if libc::sigfillset(mask.as_mut_ptr()) != 0 {
            return Err(err::from_last_errno());
        }
        set_from_native(mask.assume_init_ref())
    }
}
