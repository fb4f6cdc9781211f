//! `internal/pycore_accu.h`.

use crate::prelude::*;
use types::list::List;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyAccu_Init(acc: *mut _PyAccu) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { init(acc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyAccu_Accumulate(acc: *mut _PyAccu, unicode: *mut PyObject) -> c_int {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { accumulate(acc, unicode) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyAccu_FinishAsList(acc: *mut _PyAccu) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { finish_as_list(acc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyAccu_Finish(acc: *mut _PyAccu) -> *mut PyObject {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { finish(acc) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyAccu_Destroy(acc: *mut _PyAccu) {
    // SAFETY: the caller keeps the C API's promises.
    guard(|| unsafe { destroy(acc) })
}

/// Small pieces are joined when there are this many.
const MANY: usize = 100_000;

unsafe fn list_of<'a>(place: *mut PyObject) -> Result<&'a List> {
    // SAFETY: the caller's promise.
    unsafe { object(place)? }.downcast::<List>().ok_or_else(err::bad_internal_call)
}

/// `small` collects the pieces, `large` what was joined of them; both are lists or NULL.
unsafe fn init(accumulator: *mut _PyAccu) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        (*accumulator).large = null_mut();
        (*accumulator).small = types::list::new()?.into_ptr();
    }
    Ok(())
}

unsafe fn flush(accumulator: *mut _PyAccu) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let small = list_of((*accumulator).small)?;
        if small.is_empty() {
            return Ok(());
        }
        let joined = types::unicode::join_iterable(Some(&*types::unicode::empty()?), small)?;
        if (*accumulator).large.is_null() {
            (*accumulator).large = types::list::new()?.into_ptr();
        }
        list_of((*accumulator).large)?.push(joined)?;
        small.clear();
    }
    Ok(())
}

unsafe fn accumulate(accumulator: *mut _PyAccu, piece: *mut PyObject) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let small = list_of((*accumulator).small)?;
        small.append(object(piece)?)?;
        if small.len() < MANY { Ok(()) } else { flush(accumulator) }
    }
}

/// The list of what was joined, which the accumulator gives up.
unsafe fn finish_as_list(accumulator: *mut _PyAccu) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let flushed = flush(accumulator);
        drop(stolen_opt(core::mem::replace(&mut (*accumulator).small, null_mut())));
        let large = stolen_opt(core::mem::replace(&mut (*accumulator).large, null_mut()));
        flushed?;
        match large {
            Some(large) => Ok(large),
            None => Ok(types::list::new()?.upcast()),
        }
    }
}

unsafe fn finish(accumulator: *mut _PyAccu) -> Result<Obj> {
    // SAFETY: the caller's promise.
    unsafe {
        let pieces = finish_as_list(accumulator)?;
        types::unicode::join_iterable(Some(&*types::unicode::empty()?), &pieces)
    }
}

unsafe fn destroy(accumulator: *mut _PyAccu) {
    // SAFETY: the caller's promise.
    unsafe {
        drop(stolen_opt(core::mem::replace(&mut (*accumulator).small, null_mut())));
        drop(stolen_opt(core::mem::replace(&mut (*accumulator).large, null_mut())));
    }
}
