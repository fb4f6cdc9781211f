//! `pegen_interface.h`: the parser under its own name.

use crate::prelude::*;
use crate::pythonrun::{
    PyParser_ASTFromFile, PyParser_ASTFromFileObject, PyParser_ASTFromString, PyParser_ASTFromStringObject,
};
use core::ffi::{c_char, c_int};
use krait_vm::arena::Handle;
use libc::FILE;

/// # Safety
/// As for [`PyParser_ASTFromString`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPegen_ASTFromString(
    str: *const c_char,
    filename: *const c_char,
    mode: c_int,
    flags: *mut PyCompilerFlags,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    unsafe { PyParser_ASTFromString(str, filename, mode, flags, arena) }
}

/// # Safety
/// As for [`PyParser_ASTFromStringObject`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPegen_ASTFromStringObject(
    str: *const c_char,
    filename: *mut PyObject,
    mode: c_int,
    flags: *mut PyCompilerFlags,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    unsafe { PyParser_ASTFromStringObject(str, filename, mode, flags, arena) }
}

/// # Safety
/// As for [`PyParser_ASTFromFileObject`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPegen_ASTFromFileObject(
    fp: *mut FILE,
    filename_ob: *mut PyObject,
    mode: c_int,
    enc: *const c_char,
    ps1: *const c_char,
    ps2: *const c_char,
    flags: *mut PyCompilerFlags,
    errcode: *mut c_int,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    unsafe { PyParser_ASTFromFileObject(fp, filename_ob, enc, mode, ps1, ps2, flags, errcode, arena) }
}

/// # Safety
/// A C string; otherwise as for [`PyParser_ASTFromFileObject`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyPegen_ASTFromFilename(
    filename: *const c_char,
    mode: c_int,
    flags: *mut PyCompilerFlags,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise; the stream is closed here.
    guard(|| unsafe {
        let fp = libc::fopen(filename, c"rb".as_ptr());
        if fp.is_null() {
            let path = core::ffi::CStr::from_ptr(filename).to_bytes();
            let errno = err::last_errno();
            return Err(err::from_errno_with_path(types::exceptions::OSError(), errno, Some(path)));
        }
        let tree = PyParser_ASTFromFile(fp, filename, null(), mode, null(), null(), flags, null_mut(), arena);
        libc::fclose(fp);
        Ok(tree)
    })
}
