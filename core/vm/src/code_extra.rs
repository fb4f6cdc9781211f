//! Extra data that C code hangs on code objects (`_PyCode_GetExtra`, `_PyCode_SetExtra`).

use core::ffi::c_void;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::{Object, Result, err, memory, state};

unsafe fn extra_of(code: &Object) -> Result<*mut PyCodeObject> {
    if !core::ptr::eq(code.type_ptr(), &raw mut crate::code::PyCode_Type) {
        return Err(err::bad_internal_call());
    }
    Ok(code.as_ptr().cast())
}

/// `_PyEval_RequestCodeExtraIndex`: -1 when all indices are taken.
pub fn request_index(free: freefunc) -> isize {
    // SAFETY: the running interpreter.
    unsafe {
        let interp = state::interp();
        let count = (*interp).co_extra_user_count;
        if count as usize >= (*interp).co_extra_freefuncs.len() {
            return -1;
        }
        (*interp).co_extra_freefuncs[count as usize] = free;
        (*interp).co_extra_user_count += 1;
        count
    }
}

/// `_PyCode_GetExtra`: null when nothing was set.
pub fn get(code: &Object, index: isize) -> Result<*mut c_void> {
    // SAFETY: a code object; the array has ce_size entries.
    unsafe {
        let code = extra_of(code)?;
        let extra = (*code).co_extra.cast::<_PyCodeObjectExtra>();
        if extra.is_null() || index < 0 || (*extra).ce_size <= index {
            return Ok(null_mut());
        }
        Ok(*(&raw const (*extra).ce_extras).cast::<*mut c_void>().offset(index))
    }
}

/// `_PyCode_SetExtra`: the old value goes through its free function.
pub fn set(code: &Object, index: isize, value: *mut c_void) -> Result<()> {
    // SAFETY: a code object; the array is grown to the number of users first.
    unsafe {
        let code = extra_of(code)?;
        let interp = state::interp();
        let users = (*interp).co_extra_user_count;
        if index < 0 || index >= users {
            return Err(err::bad_internal_call());
        }
        let mut extra = (*code).co_extra.cast::<_PyCodeObjectExtra>();
        if extra.is_null() || (*extra).ce_size <= index {
            let old = if extra.is_null() { 0 } else { (*extra).ce_size };
            let size = size_of::<_PyCodeObjectExtra>() + (users as usize - 1) * size_of::<*mut c_void>();
            extra = memory::mem_realloc(extra.cast(), size).cast();
            if extra.is_null() {
                return Err(err::no_memory());
            }
            let entries = (&raw mut (*extra).ce_extras).cast::<*mut c_void>();
            for new in old..users {
                *entries.offset(new) = null_mut();
            }
            (*extra).ce_size = users;
            (*code).co_extra = extra.cast();
        }
        let entry = (&raw mut (*extra).ce_extras).cast::<*mut c_void>().offset(index);
        let old = core::mem::replace(&mut *entry, value);
        if let Some(free) = (*interp).co_extra_freefuncs[index as usize]
            && !old.is_null()
        {
            free(old);
        }
        Ok(())
    }
}

/// Frees what hangs on a code object that goes.
///
/// # Safety
/// The code object is being deallocated.
pub unsafe fn free(code: *mut PyCodeObject) {
    // SAFETY: the caller's promise.
    unsafe {
        let extra = (*code).co_extra.cast::<_PyCodeObjectExtra>();
        if extra.is_null() {
            return;
        }
        let interp = state::interp();
        for index in 0..(*extra).ce_size {
            let value = *(&raw const (*extra).ce_extras).cast::<*mut c_void>().offset(index);
            if let Some(free) = (*interp).co_extra_freefuncs[index as usize]
                && !value.is_null()
            {
                free(value);
            }
        }
        memory::mem_free(extra.cast());
        (*code).co_extra = null_mut();
    }
}
