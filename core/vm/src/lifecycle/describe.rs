//! The configurations as a dict, for tests and for diagnosis (`_Py_GetConfigsAsDict`), and the search path as start-up
//! reports it when the standard library is missing.

use super::config::{current, list_to_object, wide_to_object};
use super::{flags, wide};
use krait_abi::*;
use krait_object::types::{dict, long, unicode};
use krait_object::{Obj, Object, Result, err, state};
use std::fmt::Write;

fn set_int(target: &Object, name: &str, value: i64) -> Result<()> {
    dict::set_str(target, name, &*long::from_i64(value)?)
}

/// `{'global_config': ..., 'pre_config': ..., 'config': ...}`
pub fn as_dict() -> Result<Obj> {
    let result = dict::new()?;
    dict::set_str(&result, "global_config", &*global_variables()?)?;
    dict::set_str(&result, "pre_config", &*preconfig()?)?;
    // SAFETY: the running interpreter's configuration.
    dict::set_str(&result, "config", &*unsafe { config(&*current()) }?)?;
    Ok(result.upcast())
}

fn global_variables() -> Result<Obj> {
    let target = dict::new()?;
    for (name, text) in [
        ("Py_FileSystemDefaultEncoding", super::filesystem_encoding()),
        ("Py_FileSystemDefaultEncodeErrors", super::filesystem_errors()),
    ] {
        dict::set_str(&target, name, &*unicode::from_str(&text)?)?;
    }
    for name in ["Py_HasFileSystemDefaultEncoding", "_Py_HasFileSystemDefaultEncodeErrors"] {
        set_int(&target, name, 0)?;
    }
    for (name, value) in flags::all() {
        set_int(&target, name, value.into())?;
    }
    Ok(target.upcast())
}

fn preconfig() -> Result<Obj> {
    let target = dict::new()?;
    // SAFETY: a field of a static.
    let preconfig = unsafe { (*state::runtime()).preconfig };
    macro_rules! fields {
        ($($field:ident)*) => {
            $(set_int(&target, stringify!($field), preconfig.$field.into())?;)*
        };
    }
    fields!(_config_init parse_argv isolated use_environment configure_locale coerce_c_locale coerce_c_locale_warn
        utf8_mode dev_mode allocator);
    Ok(target.upcast())
}

unsafe fn config(config: &PyConfig) -> Result<Obj> {
    let target = dict::new()?;
    macro_rules! int {
        ($($field:ident)*) => {
            $(set_int(&target, stringify!($field), config.$field as i64)?;)*
        };
    }
    macro_rules! text {
        ($($field:ident)*) => {$(
            // SAFETY: the configuration's strings are valid.
            let value = unsafe { wide_to_object(config.$field)? }.unwrap_or_else(super::none_object);
            dict::set_str(&target, stringify!($field), &value)?;
        )*};
    }
    macro_rules! list {
        ($($field:ident)*) => {$(
            // SAFETY: the configuration's lists are valid.
            dict::set_str(&target, stringify!($field), &*unsafe { list_to_object(&config.$field)? })?;
        )*};
    }
    int!(_config_init isolated use_environment dev_mode _use_peg_parser install_signal_handlers use_hash_seed hash_seed
        faulthandler tracemalloc import_time show_ref_count dump_refs malloc_stats);
    text!(filesystem_encoding filesystem_errors pycache_prefix program_name);
    int!(parse_argv);
    list!(argv xoptions warnoptions);
    text!(pythonpath_env home);
    if config.module_search_paths_set != 0 {
        list!(module_search_paths);
    } else {
        dict::set_str(&target, "module_search_paths", &*super::none_object())?;
    }
    text!(executable base_executable prefix base_prefix exec_prefix base_exec_prefix platlibdir);
    int!(site_import bytes_warning inspect interactive optimization_level parser_debug write_bytecode verbose quiet
        user_site_directory configure_c_stdio buffered_stdio);
    text!(stdio_encoding stdio_errors);
    int!(skip_source_first_line);
    text!(run_command run_module run_filename);
    int!(_install_importlib);
    text!(check_hash_pycs_mode);
    int!(pathconfig_warnings _init_main _isolated_interpreter);
    list!(_orig_argv);
    Ok(target.upcast())
}

/// Writes the path configuration to the standard error.
///
/// # Safety
/// A valid configuration.
pub unsafe fn dump_paths(config: &PyConfig) {
    // SAFETY: the caller's promise.
    let text = |text: *const wchar_t| unsafe { wide::from_raw(text) }.map(|text| wide::to_string(&text));
    let or_unset = |value: Option<String>| value.unwrap_or_else(|| "(not set)".to_owned());
    let quoted = |value: Option<String>| value.map_or_else(|| "(not set)".to_owned(), |value| format!("'{value}'"));
    let mut out = String::from("Python path configuration:\n");
    // Writing to a string does not fail.
    let _ = write!(
        out,
        "  PYTHONHOME = {}\n  PYTHONPATH = {}\n  program name = {}\n  isolated = {}\n  environment = {}\n  user site = {}\n  \
         import site = {}\n",
        quoted(text(config.home)),
        quoted(text(config.pythonpath_env)),
        quoted(text(config.program_name)),
        config.isolated,
        config.use_environment,
        config.user_site_directory,
        config.site_import
    );
    for (name, value) in [
        ("_base_executable", config.base_executable),
        ("base_prefix", config.base_prefix),
        ("base_exec_prefix", config.base_exec_prefix),
        ("platlibdir", config.platlibdir),
        ("executable", config.executable),
        ("prefix", config.prefix),
        ("exec_prefix", config.exec_prefix),
    ] {
        let _ = writeln!(out, "  sys.{name} = '{}'", or_unset(text(value)));
    }
    out.push_str("  sys.path = [\n");
    // SAFETY: the caller's promise.
    for folder in unsafe { wide::list(&config.module_search_paths) } {
        let _ = writeln!(out, "    '{}',", wide::to_string(&folder));
    }
    out.push_str("  ]\n");
    err::write_stderr_raw(out.as_bytes());
}
