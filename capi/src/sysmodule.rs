//! `sysmodule.h`.

use crate::prelude::*;
use core::ffi::{c_char, c_int, c_void};
use krait_object::types::unicode;
use krait_vm::lifecycle::config::wide_to_object;
use krait_vm::lifecycle::{globals, wide};
use krait_vm::sys;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_GetObject(name: *const c_char) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { sys::get_object(text_or_empty(name)).map_or(null_mut(), |found| found.as_ptr()) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_SetObject(name: *const c_char, v: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { sys::set_object(text_or_empty(name), optional(v)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_GetXOptions() -> *mut PyObject {
    guard(|| sys::get_object("_xoptions").map_or(null_mut(), |found| found.as_ptr()))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_AddAuditHook(
    hook: Option<unsafe extern "C" fn(*const c_char, *mut PyObject, *mut c_void) -> c_int>,
    data: *mut c_void,
) -> c_int {
    guard(|| sys::add_native_hook(hook, data))
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_SetArgvEx(argc: c_int, argv: *mut *mut wchar_t, updatepath: c_int) {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let set = || -> Result<()> {
            let list = types::list::new()?;
            for index in 0..argc.max(0) as usize {
                if let Some(item) = wide_to_object(*argv.add(index))? {
                    list.push(item)?;
                }
            }
            if list.is_empty() {
                list.push(unicode::from_str("")?)?;
            }
            sys::set_object("argv", Some(&list))?;
            if updatepath != 0 {
                let argv: Vec<_> = (0..argc.max(0) as usize)
                    .map(|index| wide::from_raw(*argv.add(index)).unwrap_or_default())
                    .collect();
                let folder = krait_vm::lifecycle::main::script_folder(&argv).unwrap_or_default();
                if let Some(path) = sys::get_object("path")
                    && let Some(path) = path.downcast::<types::list::List>()
                {
                    path.insert(0, &*unicode::from_code_points(&folder)?)?;
                }
            }
            Ok(())
        };
        if set().is_err() {
            err::clear();
        }
    })
}

/// # Safety
/// A terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_AddWarnOption(s: *const wchar_t) {
    // SAFETY: the caller's promise.
    guard(|| unsafe { globals::add_warn_option(s).unwrap_or_else(|_| err::clear()) })
}

/// # Safety
/// A live `str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_AddWarnOptionUnicode(option: *mut PyObject) {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        object(option).and_then(globals::add_warn_option_object).unwrap_or_else(|_| err::clear());
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn PySys_ResetWarnOptions() {
    guard(|| globals::reset_warn_options().unwrap_or_else(|_| err::clear()))
}

#[unsafe(no_mangle)]
pub extern "C" fn PySys_HasWarnOptions() -> c_int {
    guard(globals::has_warn_options)
}

/// # Safety
/// A terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_AddXOption(s: *const wchar_t) {
    // SAFETY: the caller's promise.
    guard(|| unsafe { globals::add_x_option(s).unwrap_or_else(|_| err::clear()) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_SetArgv(argc: c_int, argv: *mut *mut wchar_t) {
    // SAFETY: what the C API asks.
    unsafe { PySys_SetArgvEx(argc, argv, 1) }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_SetPath(path: *const wchar_t) {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let set = || -> Result<()> {
            let Some(path) = wide_to_object(path)? else { return Ok(()) };
            let list = types::list::new()?;
            for folder in unicode::display(&path).to_string().split(':') {
                list.push(unicode::from_str(folder)?)?;
            }
            sys::set_object("path", Some(&list))
        };
        if set().is_err() {
            err::clear();
        }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySys_GetSizeOf(o: *mut PyObject) -> usize {
    // SAFETY: what the C API asks.
    guard(|| unsafe { sys::functions::size_of_object(object(o)?) })
}

/// The result is borrowed.
///
/// # Safety
/// A static identifier.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySys_GetObjectId(key: *mut _Py_Identifier) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let name = unicode::from_id(key)?;
        Ok::<*mut PyObject, Raised>(
            sys::get_object(unicode::as_utf8(name)?).map_or(null_mut(), |found| found.as_ptr()),
        )
    })
}

/// # Safety
/// A static identifier, and a live object or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySys_SetObjectId(key: *mut _Py_Identifier, v: *mut PyObject) -> c_int {
    // SAFETY: the caller's promise.
    guard(|| unsafe { sys::set_object(unicode::as_utf8(unicode::from_id(key)?)?, optional(v)) })
}
