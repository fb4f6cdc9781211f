//! Sets of signals.

use core::ffi::c_int;
use krait_object::protocol::iter;
use krait_object::types::{exceptions, long, set};
use krait_object::{Obj, Object, Result, err};

use super::NSIG;

/// `_Py_Sigset_Converter`: an iterable of signal numbers as a native set.
pub fn sigset_converter(numbers: &Object) -> Result<libc::sigset_t> {
    let mut mask = empty()?;
    iter::for_each(numbers, |item| {
        let number = long::as_long_and_overflow(&item)?.unwrap_or(-1);
        if number <= 0 || number >= NSIG as i64 {
            return Err(err::value_error(format_args!("signal number {number} out of range")));
        }
        // SAFETY: an initialised set.
        if unsafe { libc::sigaddset(&mut mask, number as c_int) } != 0 {
            if err::last_errno() != libc::EINVAL {
                return Err(err::from_last_errno());
            }
            // range(1, NSIG) is common, though the C library keeps some numbers for itself.
            err::warn(
                exceptions::RuntimeWarning(),
                format_args!("invalid signal number {number}, please use valid_signals()"),
                1,
            )?;
        }
        Ok(())
    })?;
    Ok(mask)
}

fn empty() -> Result<libc::sigset_t> {
    let mut mask = core::mem::MaybeUninit::<libc::sigset_t>::zeroed();
    // SAFETY: a valid place, filled by the call.
    unsafe {
        if libc::sigemptyset(mask.as_mut_ptr()) < 0 {
            return Err(err::from_last_errno());
        }
        Ok(mask.assume_init())
    }
}

/// A native set as a Python set of numbers.
pub fn from_native(mask: &libc::sigset_t) -> Result<Obj> {
    let result = set::new(None)?;
    for number in 1..NSIG {
        // SAFETY: an initialised set.
        if unsafe { libc::sigismember(mask, number as c_int) } == 1 {
            set::add(&result, &*long::from_i64(number as i64)?)?;
        }
    }
    Ok(result)
}
