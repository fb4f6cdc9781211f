//! Scheduling.

use super::results;
use crate::support::{check, check_count, int};
use core::ffi::c_int;
use krait_object::args::{Args, Signature};
use krait_object::protocol::iter;
use krait_object::types::{long, none, set, structseq};
use krait_object::{Layout, Obj, Object, Result, err};

/// A `sched_param` as the system has it.
pub fn parameters(given: &Object) -> Result<libc::sched_param> {
    if !core::ptr::eq(given.class_of(), results::SCHED_PARAM.class()) {
        return Err(err::type_error("must have a sched_param object"));
    }
    // SAFETY: the class has one field, which is filled.
    let priority = long::as_i64(unsafe { Object::from_ptr(structseq::get_item(given, 0)) })?;
    let sched_priority =
        c_int::try_from(priority).map_err(|_| err::overflow_error("sched_priority out of range"))?;
    Ok(libc::sched_param { sched_priority })
}

fn policy(function: &'static Signature<1>, args: Args<'_>) -> Result<c_int> {
    let [policy] = function.bind(args)?;
    int(policy.unwrap_or(none::none()))
}

pub fn sched_get_priority_max(_module: &Object, args: Args<'_>) -> Result<c_int> {
    static SIGNATURE: Signature<1> = Signature::new("sched_get_priority_max", ["policy"]);
    // SAFETY: no precondition.
    check(unsafe { libc::sched_get_priority_max(policy(&SIGNATURE, args)?) })
}

pub fn sched_get_priority_min(_module: &Object, args: Args<'_>) -> Result<c_int> {
    static SIGNATURE: Signature<1> = Signature::new("sched_get_priority_min", ["policy"]);
    // SAFETY: no precondition.
    check(unsafe { libc::sched_get_priority_min(policy(&SIGNATURE, args)?) })
}

pub fn sched_getscheduler(_module: &Object, pid: &Object) -> Result<c_int> {
    // SAFETY: no precondition.
    check(unsafe { libc::sched_getscheduler(int(pid)?) })
}

pub fn sched_setscheduler(_module: &Object, args: &[&Object]) -> Result<()> {
    check_count("sched_setscheduler", args.len(), 3, 3)?;
    let (pid, policy, param) = (int(args[0])?, int(args[1])?, parameters(args[2])?);
    // SAFETY: a valid argument.
    check(unsafe { libc::sched_setscheduler(pid, policy, &param) }).map(drop)
}

pub fn sched_getparam(_module: &Object, pid: &Object) -> Result<Obj> {
    let mut param = libc::sched_param { sched_priority: 0 };
    // SAFETY: a valid place for the result.
    check(unsafe { libc::sched_getparam(int(pid)?, &mut param) })?;
    structseq::from_items(results::SCHED_PARAM.class(), [long::from_i64(param.sched_priority.into())])
}

pub fn sched_setparam(_module: &Object, args: &[&Object]) -> Result<()> {
    check_count("sched_setparam", args.len(), 2, 2)?;
    let (pid, param) = (int(args[0])?, parameters(args[1])?);
    // SAFETY: a valid argument.
    check(unsafe { libc::sched_setparam(pid, &param) }).map(drop)
}

pub fn sched_rr_get_interval(_module: &Object, pid: &Object) -> Result<f64> {
    let pid = int(pid)?;
    let mut interval = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the result.
    check(unsafe { libc::sched_rr_get_interval(pid, &mut interval) })?;
    Ok(interval.tv_sec as f64 + 1e-9 * interval.tv_nsec as f64)
}

pub fn sched_yield(_module: &Object) -> Result<()> {
    // SAFETY: no precondition.
    check(unsafe { libc::sched_yield() }).map(drop)
}

/// Bits in one word of a set of processors.
const WORD: usize = 64;
/// The longest set.
const CPU_LIMIT: usize = 1 << 20;

pub fn sched_setaffinity(_module: &Object, args: &[&Object]) -> Result<()> {
    check_count("sched_setaffinity", args.len(), 2, 2)?;
    let pid = int(args[0])?;
    let mut words = vec![0u64; 1];
    iter::for_each(args[1], |item| {
        if !long::check(&item) {
            return Err(err::type_error(format_args!(
                "expected an iterator of ints, but iterator yielded {}",
                krait_object::types::unicode::display(&*krait_object::protocol::object::repr(
                    item.class_of().object()
                )?)
            )));
        }
        let cpu = match long::as_long_and_overflow(&item)? {
            Ok(cpu) if cpu < 0 => return Err(err::value_error("negative CPU number")),
            Ok(cpu) => usize::try_from(cpu).unwrap_or(usize::MAX),
            Err(sign) if sign < 0 => return Err(err::value_error("negative CPU number")),
            Err(_) => usize::MAX,
        };
        if cpu > (c_int::MAX - 1) as usize || cpu >= CPU_LIMIT * 64 {
            return Err(err::overflow_error("CPU number too large"));
        }
        if words.len() <= cpu / WORD {
            words.resize(cpu / WORD + 1, 0);
        }
        words[cpu / WORD] |= 1 << (cpu % WORD);
        Ok(())
    })?;
    // SAFETY: a set of the given size in bytes.
    check(unsafe { libc::sched_setaffinity(pid, words.len() * 8, words.as_ptr().cast()) }).map(drop)
}

pub fn sched_getaffinity(_module: &Object, pid: &Object) -> Result<Obj> {
    let pid = int(pid)?;
    let mut words = vec![0u64; 16];
    loop {
        // SAFETY: room of the given size in bytes.
        if unsafe { libc::sched_getaffinity(pid, words.len() * 8, words.as_mut_ptr().cast()) } == 0 {
            break;
        }
        if err::last_errno() != libc::EINVAL {
            return Err(err::from_last_errno());
        }
        if words.len() * WORD > CPU_LIMIT {
            return Err(err::overflow_error("could not allocate a large enough CPU set"));
        }
        words = vec![0u64; words.len() * 2];
    }
    let result = set::new(None)?;
    for (index, word) in words.iter().enumerate() {
        for bit in (0..WORD).filter(|bit| word & 1 << bit != 0) {
            set::add(&result, &*long::from_u64((index * WORD + bit) as u64)?)?;
        }
    }
    Ok(result)
}
