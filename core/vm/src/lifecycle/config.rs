//! The configuration: reading fields of the interpreter's `PyConfig`, and publishing it in `sys`.

use super::wide;
use krait_abi::*;
use krait_object::types::{bool as py_bool, dict, list, unicode};
use krait_object::{Obj, Result, interpreter, state};

/// A wide C string as text; None for NULL.
///
/// # Safety
/// `text` is NULL or a terminated wide string.
pub unsafe fn wide_to_string(text: *const wchar_t) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe { wide::from_raw(text) }.map(|text| wide::to_string(&text))
}

/// A wide C string as a `str` object, lone surrogates kept; None for NULL.
///
/// # Safety
/// `text` is NULL or a terminated wide string.
pub unsafe fn wide_to_object(text: *const wchar_t) -> Result<Option<Obj>> {
    // SAFETY: the caller's promise.
    match unsafe { wide::from_raw(text) } {
        Some(text) => unicode::from_code_points(&text).map(Some),
        None => Ok(None),
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
                (*target).$field = wide::duplicate((*source).$field)
            };
        }
        macro_rules! list {
            ($field:ident) => {
                (*target).$field = wide::duplicate_list(&(*source).$field)
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
        publish_arguments(config)?;
        set("warnoptions", list_to_object(&config.warnoptions)?)?;
        set("path", list_to_object(&config.module_search_paths)?)?;
        set("_xoptions", xoptions(&config.xoptions)?)?;
        set("flags", crate::sys::info::flags(config, &(*state::runtime()).preconfig)?)?;
        set("dont_write_bytecode", py_bool::from_bool(config.write_bytecode == 0))
    }
}

/// Sets `sys.argv`.
///
/// # Safety
/// A valid configuration.
pub unsafe fn publish_arguments(config: &PyConfig) -> Result<()> {
    // SAFETY: the caller's promise.
    let arguments = unsafe { list_to_object(&config.argv) }?;
    crate::sys::set_object("argv", Some(&arguments))
}

/// `-X name=value` options as a dict.
unsafe fn xoptions(options: &PyWideStringList) -> Result<Obj> {
    let new = dict::new()?;
    for index in 0..options.length.max(0) as usize {
        // SAFETY: a valid list of the configuration.
        let Some(option) = (unsafe { wide::from_raw(*options.items.add(index)) }) else { continue };
        let (name, value) = match wide::split_once(&option, '=') {
            Some((name, value)) => (name, unicode::from_code_points(value)?),
            None => (&option[..], py_bool::from_bool(true)),
        };
        dict::set_item(&new, &*unicode::from_code_points(name)?, &value)?;
    }
    Ok(new)
}
