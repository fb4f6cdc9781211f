//! The configuration: reading fields of the interpreter's `PyConfig`, and publishing it in `sys`.

use core::ffi::c_char;
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::types::{bool as py_bool, dict, list, unicode};
use krait_object::{Obj, Result, interpreter, memory, state};

/// A wide C string as text; None for NULL.
///
/// # Safety
/// `text` is NULL or a terminated wide string.
pub unsafe fn wide_to_string(text: *const wchar_t) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe {
        if text.is_null() {
            return None;
        }
        let mut out = String::new();
        let mut cursor = text;
        while *cursor != 0 {
            out.push(char::from_u32(*cursor as u32).unwrap_or('\u{FFFD}'));
            cursor = cursor.add(1);
        }
        Some(out)
    }
}

/// A wide C string as a `str` object, lone surrogates kept; None for NULL.
///
/// # Safety
/// `text` is NULL or a terminated wide string.
pub unsafe fn wide_to_object(text: *const wchar_t) -> Result<Option<Obj>> {
    // SAFETY: the caller's promise.
    unsafe {
        if text.is_null() {
            return Ok(None);
        }
        let mut points = Vec::new();
        let mut cursor = text;
        while *cursor != 0 {
            points.push(*cursor as u32);
            cursor = cursor.add(1);
        }
        unicode::from_code_points(&points).map(Some)
    }
}

/// Text as a wide C string in raw memory.
pub fn string_to_wide(text: &str) -> *mut wchar_t {
    let points: Vec<wchar_t> = text.chars().map(|c| c as wchar_t).chain([0]).collect();
    copy_wide(&points)
}

/// Bytes of the environment or command line as a wide C string: UTF-8, other bytes as lone surrogates.
pub fn bytes_to_wide(bytes: &[u8]) -> *mut wchar_t {
    let mut points = Vec::with_capacity(bytes.len() + 1);
    for chunk in bytes.utf8_chunks() {
        points.extend(chunk.valid().chars().map(|c| c as wchar_t));
        points.extend(chunk.invalid().iter().map(|byte| 0xDC00 + wchar_t::from(*byte)));
    }
    points.push(0);
    copy_wide(&points)
}

fn copy_wide(points: &[wchar_t]) -> *mut wchar_t {
    let memory = memory::raw_malloc(size_of_val(points)).cast::<wchar_t>();
    if !memory.is_null() {
        // SAFETY: just allocated with that size.
        unsafe { core::ptr::copy_nonoverlapping(points.as_ptr(), memory, points.len()) };
    }
    memory
}

/// A copy of a wide string in raw memory.
///
/// # Safety
/// `text` is NULL or a terminated wide string.
pub unsafe fn duplicate_wide(text: *const wchar_t) -> *mut wchar_t {
    // SAFETY: the caller's promise.
    unsafe {
        if text.is_null() {
            return null_mut();
        }
        let mut length = 0;
        while *text.add(length) != 0 {
            length += 1;
        }
        copy_wide(core::slice::from_raw_parts(text, length + 1))
    }
}

/// A copy of a list of wide strings.
///
/// # Safety
/// A valid list.
pub unsafe fn duplicate_list(list: &PyWideStringList) -> PyWideStringList {
    // SAFETY: the caller's promise.
    unsafe {
        let size = list.length.max(0) as usize;
        let items = memory::raw_malloc(size.max(1) * size_of::<*mut wchar_t>()).cast::<*mut wchar_t>();
        for index in 0..size {
            *items.add(index) = duplicate_wide(*list.items.add(index));
        }
        PyWideStringList { length: list.length, items }
    }
}

/// Runs `body` on each string and each list of a configuration.
macro_rules! for_each_string {
    ($string:ident, $list:ident) => {
        $string!(filesystem_encoding);
        $string!(filesystem_errors);
        $string!(pycache_prefix);
        $string!(program_name);
        $string!(stdio_encoding);
        $string!(stdio_errors);
        $string!(check_hash_pycs_mode);
        $string!(pythonpath_env);
        $string!(home);
        $string!(executable);
        $string!(base_executable);
        $string!(prefix);
        $string!(base_prefix);
        $string!(exec_prefix);
        $string!(base_exec_prefix);
        $string!(platlibdir);
        $string!(run_command);
        $string!(run_module);
        $string!(run_filename);
        $list!(argv);
        $list!(xoptions);
        $list!(warnoptions);
        $list!(module_search_paths);
        $list!(_orig_argv);
    };
}

pub(crate) use for_each_string;

/// Copies a configuration with its strings; what the target had is forgotten.
///
/// # Safety
/// Valid configurations.
pub unsafe fn copy_into(target: *mut PyConfig, source: *const PyConfig) {
    // SAFETY: the caller's promise.
    unsafe {
        *target = *source;
        macro_rules! string {
            ($field:ident) => {
                (*target).$field = duplicate_wide((*source).$field)
            };
        }
        macro_rules! list {
            ($field:ident) => {
                (*target).$field = duplicate_list(&(*source).$field)
            };
        }
        for_each_string!(string, list);
    }
}

/// The configuration of the running interpreter.
pub fn current() -> *mut PyConfig {
    interpreter::current_config()
}

/// A text field of the running interpreter's configuration.
pub fn config_text(field: impl Fn(&PyConfig) -> *mut wchar_t) -> Option<String> {
    // SAFETY: the running interpreter's configuration has valid strings.
    unsafe { wide_to_string(field(&*current())) }
}

/// `-O`.
pub fn optimization_level() -> i32 {
    // SAFETY: the running interpreter's configuration.
    unsafe { (*current()).optimization_level }
}

/// `sys.getfilesystemencoding()`.
pub fn filesystem_encoding() -> String {
    config_text(|config| config.filesystem_encoding).unwrap_or_else(|| "utf-8".to_owned())
}

/// `sys.getfilesystemencodeerrors()`.
pub fn filesystem_errors() -> String {
    config_text(|config| config.filesystem_errors).unwrap_or_else(|| "surrogateescape".to_owned())
}

/// An environment variable, unless the configuration ignores the environment.
pub fn environment(name: &str) -> Option<String> {
    // SAFETY: the running interpreter's configuration.
    if unsafe { (*current()).use_environment } == 0 {
        return None;
    }
    std::env::var(name).ok()
}

/// A list of the configuration as a Python list.
///
/// # Safety
/// A valid list.
pub unsafe fn list_to_object(strings: &PyWideStringList) -> Result<Obj> {
    let new = list::new()?;
    for index in 0..strings.length.max(0) as usize {
        // SAFETY: the caller's promise.
        if let Some(item) = unsafe { wide_to_object(*strings.items.add(index))? } {
            new.push(item)?;
        }
    }
    Ok(new.upcast())
}

/// Sets the attributes of `sys` that come from the configuration.
///
/// # Safety
/// The running interpreter's configuration.
pub unsafe fn publish(config: *const PyConfig) -> Result<()> {
    // SAFETY: the caller's promise.
    unsafe {
        let config = &*config;
        let or_none = |value: Option<Obj>| value.unwrap_or_else(super::none_object);
        let text = |value: *mut wchar_t| wide_to_object(value).map(or_none);
        let set = |name: &str, value: Obj| crate::sys::set_object(name, Some(&value));
        set("executable", text(config.executable)?)?;
        set("_base_executable", text(config.base_executable)?)?;
        set("prefix", text(config.prefix)?)?;
        set("base_prefix", text(config.base_prefix)?)?;
        set("exec_prefix", text(config.exec_prefix)?)?;
        set("base_exec_prefix", text(config.base_exec_prefix)?)?;
        set("platlibdir", text(config.platlibdir)?)?;
        set("pycache_prefix", text(config.pycache_prefix)?)?;
        set("_home", text(config.home)?)?;
        set("argv", list_to_object(&config.argv)?)?;
        set("warnoptions", list_to_object(&config.warnoptions)?)?;
        set("path", list_to_object(&config.module_search_paths)?)?;
        set("_xoptions", xoptions(&config.xoptions)?)?;
        set("flags", crate::sys::info::flags(config, &(*state::runtime()).preconfig)?)?;
        set("dont_write_bytecode", py_bool::from_bool(config.write_bytecode == 0))
    }
}

/// `-X name=value` options as a dict.
unsafe fn xoptions(options: &PyWideStringList) -> Result<Obj> {
    let new = dict::new()?;
    for index in 0..options.length.max(0) as usize {
        // SAFETY: a valid list of the configuration.
        let Some(option) = (unsafe { wide_to_string(*options.items.add(index)) }) else { continue };
        match option.split_once('=') {
            Some((name, value)) => dict::set_str(&new, name, &*unicode::from_str(value)?)?,
            None => dict::set_str(&new, &option, &*py_bool::from_bool(true))?,
        }
    }
    Ok(new)
}

/// A C string as a wide one; for callers with `char *`.
///
/// # Safety
/// A terminated string.
pub unsafe fn cstr_to_wide(text: *const c_char) -> *mut wchar_t {
    // SAFETY: the caller's promise.
    bytes_to_wide(unsafe { core::ffi::CStr::from_ptr(text) }.to_bytes())
}
