//! `code.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_vm::{code as codes, code_extra};

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCode_NewWithPosOnlyArgs(
    argcount: c_int,
    posonlyargcount: c_int,
    kwonlyargcount: c_int,
    nlocals: c_int,
    stacksize: c_int,
    flags: c_int,
    code: *mut PyObject,
    consts: *mut PyObject,
    names: *mut PyObject,
    varnames: *mut PyObject,
    freevars: *mut PyObject,
    cellvars: *mut PyObject,
    filename: *mut PyObject,
    name: *mut PyObject,
    firstlineno: c_int,
    lnotab: *mut PyObject,
) -> *mut PyCodeObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let parts = codes::Parts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
            code: object(code)?,
            consts: object(consts)?,
            names: object(names)?,
            varnames: object(varnames)?,
            freevars: object(freevars)?,
            cellvars: object(cellvars)?,
            filename: object(filename)?,
            name: object(name)?,
            firstlineno,
            lnotab: object(lnotab)?,
        };
        codes::new(&parts).map(|code| code.into_ptr().cast::<PyCodeObject>())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCode_New(
    argcount: c_int,
    kwonlyargcount: c_int,
    nlocals: c_int,
    stacksize: c_int,
    flags: c_int,
    code: *mut PyObject,
    consts: *mut PyObject,
    names: *mut PyObject,
    varnames: *mut PyObject,
    freevars: *mut PyObject,
    cellvars: *mut PyObject,
    filename: *mut PyObject,
    name: *mut PyObject,
    firstlineno: c_int,
    lnotab: *mut PyObject,
) -> *mut PyCodeObject {
    // SAFETY: what the C API asks.
    unsafe {
        PyCode_NewWithPosOnlyArgs(
            argcount,
            0,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
            code,
            consts,
            names,
            varnames,
            freevars,
            cellvars,
            filename,
            name,
            firstlineno,
            lnotab,
        )
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCode_NewEmpty(
    filename: *const c_char,
    funcname: *const c_char,
    firstlineno: c_int,
) -> *mut PyCodeObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let text = |pointer| CStr::from_ptr(pointer).to_str().unwrap_or("?");
        codes::new_empty(text(filename), text(funcname), firstlineno)
            .map(|code| code.into_ptr().cast::<PyCodeObject>())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCode_Addr2Line(co: *mut PyCodeObject, addrq: c_int) -> c_int {
    // SAFETY: what the C API asks.
    unsafe { codes::addr_to_line(co, addrq) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCode_CheckLineNumber(
    co: *mut PyCodeObject,
    lasti: c_int,
    bounds: *mut PyAddrPair,
) -> c_int {
    // SAFETY: what the C API asks.
    unsafe {
        let found = codes::line_bounds(co, lasti);
        *bounds = PyAddrPair { ap_lower: found.lower, ap_upper: found.upper };
        found.line
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCode_ConstantKey(op: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { codes::constant_key(object(op)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCode_GetExtra(
    code: *mut PyObject,
    index: Py_ssize_t,
    extra: *mut *mut c_void,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        *extra = code_extra::get(object(code)?, index)?;
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyCode_SetExtra(
    code: *mut PyObject,
    index: Py_ssize_t,
    extra: *mut c_void,
) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { code_extra::set(object(code)?, index, extra) })
}
