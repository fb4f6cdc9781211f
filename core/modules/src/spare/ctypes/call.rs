//! Calls of C functions.

use super::argument::{Argument, Value};
use super::cdata::{CData, extend_error};
use super::codes;
use super::info::{self, PYTHON_API, USE_ERRNO};
use core::cell::Cell;
use core::ffi::c_void;
use krait_object::protocol::{call, object};
use krait_object::types::{bytes, long, none, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern, state};
use libffi_sys::*;

/// The most arguments of a call.
const MOST: usize = 1024;

thread_local! {
    /// The `errno` of functions that keep their own.
    static ERRNO: Cell<i32> = const { Cell::new(0) };
}

/// The thread's own `errno`.
pub fn own_errno() -> i32 {
    ERRNO.get()
}

/// Sets the thread's own `errno` and returns the old one.
pub fn set_own_errno(value: i32) -> i32 {
    ERRNO.replace(value)
}

/// Exchanges the thread's own `errno` with the system's.
pub fn swap_errno() {
    // SAFETY: the thread's `errno`.
    unsafe {
        let place = libc::__errno_location();
        *place = ERRNO.replace(*place);
    }
}

/// An argument as it is passed, and what has to stay alive.
struct Passed {
    ffi: *mut ffi_type,
    value: Value,
    _keep: Option<Obj>,
}

fn word(value: usize) -> Value {
    let mut room = Value([0; 16]);
    room.0[..8].copy_from_slice(&value.to_ne_bytes());
    room
}

/// Turns a Python object into what is passed; `index` counts from one.
fn convert(object: &Object, index: usize) -> Result<Passed> {
    let pointer = |address: *const c_void, keep: Obj| Passed {
        ffi: &raw mut ffi_type_pointer,
        value: word(address as usize),
        _keep: Some(keep),
    };
    if let Some(data) = object.downcast::<CData>() {
        let argument = Argument::of_data(data, info::required(object.class_of())?)?;
        return Ok(Passed {
            ffi: argument.ffi.get(),
            value: argument.value(),
            _keep: Some(argument.upcast()),
        });
    }
    if let Some(argument) = object.downcast_exact::<Argument>() {
        return Ok(Passed { ffi: argument.ffi.get(), value: argument.value(), _keep: Some(object.owned()) });
    }
    if object.is_none() {
        return Ok(pointer(core::ptr::null(), object.owned()));
    }
    if long::check(object) {
        let number = match long::as_unsigned_long(object) {
            Ok(number) => number,
            Err(_) => {
                err::clear();
                long::as_long(object).map_err(|_| {
                    err::clear();
                    err::overflow_error("int too long to convert")
                })? as u64
            }
        };
        return Ok(Passed {
            ffi: &raw mut ffi_type_sint32,
            value: word(number as u32 as usize),
            _keep: None,
        });
    }
    if bytes::check(object) {
        return Ok(pointer(bytes::as_slice(object).as_ptr().cast(), object.owned()));
    }
    if unicode::check(object) {
        let (buffer, keep) = codes::wide_buffer(object)?;
        return Ok(pointer(buffer.cast(), keep));
    }
    if let Some(parameter) = object::lookup_attr(object, intern!("_as_parameter_"))? {
        return convert(&parameter, index);
    }
    Err(err::type_error(format_args!("Don't know how to convert parameter {index}")))
}

/// How libffi returns values of a class; None is `void`, what is no class of C data an int.
pub fn return_type(class: Option<&Object>) -> *mut ffi_type {
    match class {
        None => &raw mut ffi_type_sint32,
        Some(class) if class.is_none() => &raw mut ffi_type_void,
        Some(class) => info::of(class).map_or(&raw mut ffi_type_sint32, info::Info::ffi),
    }
}

fn argument_error() -> Result<Obj> {
    crate::attribute::of_module("_ctypes", "ArgumentError")
}

#[cold]
fn wrong_argument(index: usize) -> Raised {
    let Some(error) = err::fetch() else { return Raised::assume() };
    match argument_error() {
        Ok(class) => {
            err::restore(error);
            extend_error(&class, &format!("argument {index}: "))
        }
        Err(raised) => raised,
    }
}

/// Calls a function.
///
/// # Safety
/// The program says that there is such a function.
pub unsafe fn call_function(
    function: *mut c_void,
    args: &[&Object],
    flags: u32,
    converters: Option<&Object>,
    restype: Option<&Object>,
    checker: Option<&Object>,
) -> Result<Obj> {
    if args.len() > MOST {
        let class = argument_error()?;
        let count = args.len();
        return Err(err::set(&class, format_args!("too many arguments ({count}), maximum is {MOST}")));
    }
    let converters = converters.map_or(&[][..], krait_object::types::tuple::items);
    let mut passed = Vec::with_capacity(args.len());
    for (i, arg) in args.iter().enumerate() {
        let one = match converters.get(i) {
            Some(converter) => call::call1(converter, arg).and_then(|arg| {
                let mut passed = convert(&arg, i + 1)?;
                if passed._keep.is_none() {
                    passed._keep = Some(arg);
                }
                Ok(passed)
            }),
            None => convert(arg, i + 1),
        };
        passed.push(one.map_err(|_| wrong_argument(i + 1))?);
    }
    let rtype = return_type(restype);
    let mut types: Vec<*mut ffi_type> = passed.iter().map(|one| one.ffi).collect();
    // SAFETY: each value is of its type, structures by the address that the value holds; the result has room.
    unsafe {
        let mut values: Vec<*mut c_void> = passed
            .iter()
            .map(|one| {
                let place = (&raw const one.value).cast_mut().cast::<c_void>();
                if (*one.ffi).type_ == FFI_TYPE_STRUCT { *place.cast::<*mut c_void>() } else { place }
            })
            .collect();
        let mut room = vec![0u128; (*rtype).size.max(size_of::<ffi_arg>()).div_ceil(16)];
        let mut cif = ffi_cif::default();
        let count = types.len() as u32;
        let status = ffi_prep_cif(&mut cif, ffi_abi_FFI_DEFAULT_ABI, count, rtype, types.as_mut_ptr());
        if status != ffi_status_FFI_OK {
            return Err(err::runtime_error("ffi_prep_cif failed"));
        }
        let result = room.as_mut_ptr().cast::<c_void>();
        let enter: unsafe extern "C" fn() = core::mem::transmute(function);
        let mut run = || {
            if flags & USE_ERRNO != 0 {
                swap_errno();
            }
            ffi_call(&mut cif, Some(enter), result, values.as_mut_ptr());
            if flags & USE_ERRNO != 0 {
                swap_errno();
            }
        };
        if flags & PYTHON_API != 0 {
            run();
            if err::occurred().is_some() {
                return Err(Raised::assume());
            }
        } else {
            state::allow_threads(run);
        }
        let value = read_result(result.cast(), restype, checker);
        // The result may lie in an argument's memory.
        drop(passed);
        value
    }
}

/// The result as Python sees it.
unsafe fn read_result(result: *mut u8, restype: Option<&Object>, checker: Option<&Object>) -> Result<Obj> {
    // SAFETY: the memory holds a result of that type; integers fill a whole register.
    unsafe {
        let as_int = || long::from_i64(result.cast::<i32>().read().into());
        let Some(restype) = restype else { return as_int() };
        if restype.is_none() {
            return Ok(none::none().owned());
        }
        let class = restype.downcast::<krait_object::types::typeobject::Type>();
        let Some((class, info)) = class.and_then(|class| Some((class, info::of_type(class)?))) else {
            return call::call1(restype, &*as_int()?);
        };
        let value = match info.code.get() {
            Some(code) if !info::is_subclass_of_simple(class) => {
                let value = (code.get)(result, info.size.get())?;
                if code.letter == b'O' {
                    // The function has given its reference away.
                    drop(Obj::<Object>::from_owned_ptr(value.as_ptr()));
                }
                value
            }
            _ => CData::from_base(class, None, 0, result)?.upcast(),
        };
        match checker {
            Some(checker) => call::call1(checker, &value),
            None => Ok(value),
        }
    }
}
