//! `code.h`, `funcobject.h`, `genobject.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_vm::function::{self, Function};
use krait_vm::generator::{self, Generator};
use krait_vm::{code as codes, code_extra};

/// A borrowed field of a function object.
macro_rules! function_fields {
    ($($name:ident, $field:ident;)*) => {$(
        /// The result is borrowed.
        ///
        /// # Safety
        /// A function object.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(op: *mut PyObject) -> *mut PyObject {
            // SAFETY: what the C API asks.
            guard(|| unsafe {
                let function = object(op)?.downcast::<Function>().ok_or_else(err::bad_internal_call)?;
                Ok((*function.as_raw()).$field)
            })
        }
    )*};
}
function_fields! {
    PyFunction_GetCode, func_code;
    PyFunction_GetGlobals, func_globals;
    PyFunction_GetModule, func_module;
    PyFunction_GetDefaults, func_defaults;
    PyFunction_GetKwDefaults, func_kwdefaults;
    PyFunction_GetClosure, func_closure;
    PyFunction_GetAnnotations, func_annotations;
}

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

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_NewWithQualName(
    code: *mut PyObject,
    globals: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::new_with_qualname(object(code)?, object(globals)?, optional(qualname)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_New(code: *mut PyObject, globals: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::new_with_qualname(object(code)?, object(globals)?, None) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_SetDefaults(op: *mut PyObject, defaults: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::set_defaults_checked(object(op)?, object(defaults)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFunction_SetClosure(op: *mut PyObject, closure: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { function::set_closure_checked(object(op)?, object(closure)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGen_NewWithQualName(
    f: *mut PyFrameObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        generator::new_of_type(&raw mut generator::PyGen_Type, f, optional(name), optional(qualname))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyGen_New(f: *mut PyFrameObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { generator::new_of_type(&raw mut generator::PyGen_Type, f, None, None) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyCoro_New(
    f: *mut PyFrameObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::coroutine::new(f, optional(name), optional(qualname)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyAsyncGen_New(
    f: *mut PyFrameObject,
    name: *mut PyObject,
    qualname: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::asyncgen::new(f, optional(name), optional(qualname)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_Send(gen_: *mut PyGenObject, arg: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let generator: &Generator = Object::from_ptr(gen_.cast()).cast_unchecked();
        generator::send(generator, optional(arg).unwrap_or(types::none::none()))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_Finalize(this: *mut PyObject) {
    // SAFETY: what the C API asks.
    unsafe { generator::finalize(this) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_FetchStopIterationValue(pvalue: *mut *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        *pvalue = generator::fetch_stop_value()?.into_ptr();
        Ok(())
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyGen_SetStopIterationValue(value: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        err::set_stop_iteration(object(value)?);
        Ok(())
    })
}
