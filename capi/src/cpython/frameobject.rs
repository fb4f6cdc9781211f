//! `cpython/frameobject.h`.

use crate::prelude::*;

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_BlockSetup(
    f: *mut PyFrameObject,
    type_: c_int,
    handler: c_int,
    level: c_int,
) {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { block_setup(f, type_, handler, level) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFrame_BlockPop(f: *mut PyFrameObject) -> *mut PyTryBlock {
    // SAFETY: the caller keeps the C API's promises.
    unsafe { block_pop(f) }
}

#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyFrame_DebugMallocStats(out: *mut libc::FILE) {
    let _ = out;
}

/// Pushes a block; too many are fatal.
unsafe fn block_setup(frame: *mut PyFrameObject, kind: c_int, handler: c_int, level: c_int) {
    // SAFETY: the caller's promise.
    unsafe {
        let Some(place) = (*frame).f_blockstack.get_mut((*frame).f_iblock as usize) else {
            err::fatal("PyFrame_BlockSetup", "block stack overflow");
        };
        *place = PyTryBlock { b_type: kind, b_handler: handler, b_level: level };
        (*frame).f_iblock += 1;
    }
}

unsafe fn block_pop(frame: *mut PyFrameObject) -> *mut PyTryBlock {
    // SAFETY: the caller's promise.
    unsafe {
        if (*frame).f_iblock <= 0 {
            err::fatal("PyFrame_BlockPop", "block stack underflow");
        }
        (*frame).f_iblock -= 1;
        &raw mut (*frame).f_blockstack[(*frame).f_iblock as usize]
    }
}
