//! Ways to die, for the tests of this module.

use core::ffi::{c_int, c_void};
use core::hint::black_box;
use krait_object::protocol::object;
use krait_object::types::{bytes, tuple};
use krait_object::{Object, Result, err, state, thread};

/// Nobody wants a core file of a crash on purpose.
fn no_core_file() {
    // SAFETY: plain data.
    unsafe {
        let mut limit: libc::rlimit = core::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_CORE, &mut limit) == 0 {
            limit.rlim_cur = 0;
            libc::setrlimit(libc::RLIMIT_CORE, &limit);
        }
    }
}

fn raise(signal: c_int) {
    // SAFETY: what the caller has asked for.
    unsafe { libc::raise(signal) };
}

pub(super) fn read_null(_module: &Object) -> Result<i64> {
    no_core_file();
    let address = black_box(core::ptr::null::<i32>());
    let value: i32;
    // SAFETY: none: the fault is the purpose, and the machine's, as the language does not see the access.
    unsafe {
        core::arch::asm!("mov {value:e}, dword ptr [{address}]", address = in(reg) address, value = out(reg) value)
    };
    Ok(i64::from(value))
}

pub(super) fn sigsegv(_module: &Object, args: &Object) -> Result<()> {
    let given = tuple::items(args);
    crate::support::check_count("_sigsegv", given.len(), 0, 1)?;
    let release = given.first().map_or(Ok(false), |flag| object::is_true(flag))?;
    no_core_file();
    if release {
        state::allow_threads(|| raise(libc::SIGSEGV));
    } else {
        raise(libc::SIGSEGV);
    }
    Ok(())
}

pub(super) fn sigabrt(_module: &Object) -> Result<()> {
    no_core_file();
    // SAFETY: ends the process.
    unsafe { libc::abort() }
}

pub(super) fn sigfpe(_module: &Object) -> Result<()> {
    no_core_file();
    raise(libc::SIGFPE);
    Ok(())
}

pub(super) fn fatal_error(_module: &Object, args: &Object) -> Result<()> {
    let given = tuple::items(args);
    crate::support::check_count("fatal_error", given.len(), 1, 2)?;
    if !bytes::check(given[0]) {
        return Err(err::type_error(format_args!(
            "a bytes-like object is required, not '{}'",
            given[0].class_of().name()
        )));
    }
    let release = given.get(1).map_or(Ok(false), |flag| crate::support::parse_int(flag).map(|n| n != 0))?;
    let message = String::from_utf8_lossy(bytes::as_slice(given[0])).into_owned();
    no_core_file();
    if release {
        state::allow_threads(|| err::fatal("faulthandler_fatal_error_py", &message));
    }
    err::fatal("faulthandler_fatal_error_py", &message)
}

unsafe extern "C" fn fatal_error_thread(_arg: *mut c_void) {
    err::fatal("faulthandler_fatal_error_thread", "in new thread")
}

pub(super) fn fatal_error_c_thread(_module: &Object) -> Result<()> {
    no_core_file();
    // SAFETY: the function needs no argument.
    unsafe {
        if thread::start_new_thread(fatal_error_thread, core::ptr::null_mut()) == thread::INVALID_THREAD_ID {
            return Err(err::runtime_error("unable to start the thread"));
        }
    }
    loop {
        // SAFETY: the thread ends the process.
        unsafe { libc::pause() };
    }
}

/// How much stack is used up before giving up.
const LIMIT: usize = 100 * 1024 * 1024;

/// Recurses until the stack pointer leaves the range; each level takes a page.
#[inline(never)]
fn descend(low: usize, depth: &mut usize) -> usize {
    let page = black_box([0u8; 4096]);
    let here = page.as_ptr() as usize;
    *depth += 1;
    if here < low {
        return here;
    }
    let reached = descend(low, depth);
    // After the call, so that it is no jump.
    black_box(&page);
    reached
}

pub(super) fn stack_overflow(_module: &Object) -> Result<()> {
    no_core_file();
    let mark = 0u8;
    let here = &raw const mark as usize;
    let mut depth = 0;
    let reached = descend(here.saturating_sub(LIMIT), &mut depth);
    Err(err::runtime_error(format_args!(
        "unable to raise a stack overflow (allocated {} bytes on the stack, {depth} recursive calls)",
        here - reached
    )))
}
