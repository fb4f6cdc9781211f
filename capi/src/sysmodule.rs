//! `sysmodule.h`, `fileobject.h`, `osmodule.h`, `pystrtod.h`.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_object::types::unicode;
use krait_vm::lifecycle::config::wide_to_object;
use krait_vm::lifecycle::{globals, wide};
use krait_vm::sys;

unsafe fn text<'a>(pointer: *const c_char) -> &'a str {
    // SAFETY: a terminated string.
    unsafe { CStr::from_ptr(pointer) }.to_str().unwrap_or("")
}

/// The encoding of file names.
#[unsafe(no_mangle)]
pub static mut Py_FileSystemDefaultEncoding: *const c_char = c"utf-8".as_ptr();
/// The error handler of file names.
#[unsafe(no_mangle)]
pub static mut Py_FileSystemDefaultEncodeErrors: *const c_char = c"surrogateescape".as_ptr();
/// Whether the encoding was set by the interpreter.
#[unsafe(no_mangle)]
pub static mut Py_HasFileSystemDefaultEncoding: c_int = 1;

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_GetObject(name: *const c_char) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { sys::get_object(text(name)).map_or(null_mut(), |found| found.as_ptr()) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PySys_SetObject(name: *const c_char, v: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { sys::set_object(text(name), optional(v)) })
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
pub unsafe extern "C" fn PyFile_GetLine(f: *mut PyObject, n: c_int) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_modules::io::file::get_line(object(f)?, n) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_WriteObject(v: *mut PyObject, f: *mut PyObject, flags: c_int) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_modules::io::file::write_object(object(v)?, optional(f), flags & 1 != 0) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_WriteString(s: *const c_char, f: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        if err::occurred().is_some() {
            return Err(Raised::assume());
        }
        krait_modules::io::file::write_string(text(s), optional(f))
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyFile_OpenCode(path: *const c_char) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_modules::io::file::open_code(text(path)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyObject_AsFileDescriptor(o: *mut PyObject) -> c_int {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let o = object(o)?;
        let number = if types::long::check(o) {
            types::long::as_i32(o)?
        } else {
            let Some(method) = protocol::object::lookup_attr(o, krait_object::intern!("fileno"))? else {
                return Err(err::type_error("argument must be an int, or have a fileno() method."));
            };
            let number = protocol::call::call0(&method)?;
            if !types::long::check(&number) {
                return Err(err::type_error("fileno() returned a non-integer"));
            }
            types::long::as_i32(&number)?
        };
        if number < 0 {
            return Err(err::value_error(format_args!(
                "file descriptor cannot be a negative integer ({number})"
            )));
        }
        Ok(number)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_FSPath(path: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { unicode::fspath(object(path)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_string_to_double(
    s: *const c_char,
    endptr: *mut *mut c_char,
    overflow_exception: *mut PyObject,
) -> f64 {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let bytes = CStr::from_ptr(s).to_bytes();
        let Some(parsed) = krait_object::text::float::parse_prefix(bytes) else {
            if !endptr.is_null() {
                *endptr = s.cast_mut();
            }
            return Err(err::value_error(format_args!("could not convert string to float: '{}'", text(s))));
        };
        if endptr.is_null() && parsed.len != bytes.len() {
            return Err(err::value_error(format_args!("could not convert string to float: '{}'", text(s))));
        }
        if !endptr.is_null() {
            *endptr = s.add(parsed.len).cast_mut();
        }
        if parsed.overflow
            && let Some(exception) = optional(overflow_exception)
        {
            return Err(err::set(
                exception,
                format_args!("value too large to convert to float: '{}'", text(s)),
            ));
        }
        Ok(parsed.value)
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_double_to_string(
    val: f64,
    format_code: c_char,
    precision: c_int,
    flags: c_int,
    kind: *mut c_int,
) -> *mut c_char {
    // SAFETY: what the C API asks.
    guard(|| unsafe {
        let mut out = Vec::new();
        let Some(found) = krait_object::text::float::format_double(
            val,
            format_code as u8,
            precision,
            flags as u32,
            &mut out,
        ) else {
            return Err(err::bad_internal_call());
        };
        if !kind.is_null() {
            *kind = found as c_int;
        }
        let copy = memory::strdup(&out);
        if copy.is_null() { Err(err::no_memory()) } else { Ok(copy) }
    })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_setsig(sig: c_int, handler: libc::sighandler_t) -> libc::sighandler_t {
    // SAFETY: what the C API asks.
    unsafe {
        let mut new: libc::sigaction = core::mem::zeroed();
        let mut old: libc::sigaction = core::mem::zeroed();
        new.sa_sigaction = handler;
        if libc::sigaction(sig, &new, &mut old) == -1 { libc::SIG_ERR } else { old.sa_sigaction }
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_getsig(sig: c_int) -> libc::sighandler_t {
    // SAFETY: what the C API asks.
    unsafe {
        let mut old: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(sig, null(), &mut old) == -1 { libc::SIG_ERR } else { old.sa_sigaction }
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyClassMethod_New(callable: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { types::classmethod::new_class(object(callable)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyStaticMethod_New(callable: *mut PyObject) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { types::classmethod::new_static(object(callable)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PySys_GetSizeOf(o: *mut PyObject) -> usize {
    // SAFETY: what the C API asks.
    guard(|| unsafe { sys::functions::size_of_object(object(o)?) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_ReadObjectFromString(
    data: *const c_char,
    len: Py_ssize_t,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::marshal::loads(core::slice::from_raw_parts(data.cast(), len as usize)) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_WriteObjectToString(
    value: *mut PyObject,
    version: c_int,
) -> *mut PyObject {
    // SAFETY: what the C API asks.
    guard(|| unsafe { krait_vm::marshal::dumps(object(value)?, version) })
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
