//! The configurations as dicts, for tests of embedding (`_Py_GetConfigsAsDict`).

use super::{config, flags};
use core::ffi::c_int;
use krait_abi::*;
use krait_object::types::{dict, long, none};
use krait_object::{Layout, Obj, Result, state};

/// A field's value as an object.
trait Shown {
    fn shown(&self) -> Result<Obj>;
}
impl Shown for c_int {
    fn shown(&self) -> Result<Obj> {
        long::from_i64((*self).into())
    }
}
impl Shown for core::ffi::c_ulong {
    fn shown(&self) -> Result<Obj> {
        long::from_u64(*self)
    }
}
impl Shown for *mut wchar_t {
    fn shown(&self) -> Result<Obj> {
        // SAFETY: fields of a valid configuration.
        let text = unsafe { config::wide_to_object(*self)? };
        Ok(text.unwrap_or_else(|| none::none().owned()))
    }
}
impl Shown for PyWideStringList {
    fn shown(&self) -> Result<Obj> {
        // SAFETY: a list of a valid configuration.
        unsafe { config::list_to_object(self) }
    }
}

/// A dict of the named fields, in this order.
macro_rules! fields {
    ($source:expr, $($field:ident)*) => {{
        let new = dict::new()?;
        $(dict::set_str(&new, stringify!($field), &*$source.$field.shown()?)?;)*
        new
    }};
}

/// `{"global_config": ..., "pre_config": ..., "config": ...}` of the running interpreter.
pub fn all() -> Result<Obj> {
    let result = dict::new()?;
    // SAFETY: the running interpreter's configuration.
    let (preconfig, config) = unsafe { (&(*state::runtime()).preconfig, &*config::current()) };
    dict::set_str(&result, "global_config", &*globals()?)?;
    dict::set_str(&result, "pre_config", &*pre(preconfig)?)?;
    dict::set_str(&result, "config", &*main(config)?)?;
    Ok(result)
}

fn globals() -> Result<Obj> {
    let new = dict::new()?;
    let text = |value: Option<String>| match value {
        Some(value) => krait_object::types::unicode::from_str(&value),
        None => Ok(none::none().owned()),
    };
    dict::set_str(&new, "Py_FileSystemDefaultEncoding", &*text(Some(config::filesystem_encoding()))?)?;
    dict::set_str(&new, "Py_HasFileSystemDefaultEncoding", &*0.shown()?)?;
    dict::set_str(&new, "Py_FileSystemDefaultEncodeErrors", &*text(Some(config::filesystem_errors()))?)?;
    dict::set_str(&new, "_Py_HasFileSystemDefaultEncodeErrors", &*0.shown()?)?;
    macro_rules! flags {
        ($($name:ident)*) => {
            // SAFETY: the flags are read with the GIL held.
            $(dict::set_str(&new, stringify!($name), &*unsafe { *&raw const flags::$name }.shown()?)?;)*
        };
    }
    flags! {
        Py_UTF8Mode Py_DebugFlag Py_VerboseFlag Py_QuietFlag Py_InteractiveFlag Py_InspectFlag Py_OptimizeFlag
        Py_NoSiteFlag Py_BytesWarningFlag Py_FrozenFlag Py_IgnoreEnvironmentFlag Py_DontWriteBytecodeFlag
        Py_NoUserSiteDirectory Py_UnbufferedStdioFlag Py_HashRandomizationFlag Py_IsolatedFlag
    }
    Ok(new)
}

fn pre(preconfig: &PyPreConfig) -> Result<Obj> {
    Ok(fields!(
        preconfig,
        _config_init parse_argv isolated use_environment configure_locale coerce_c_locale coerce_c_locale_warn
        utf8_mode dev_mode allocator
    ))
}

fn main(config: &PyConfig) -> Result<Obj> {
    Ok(fields!(
        config,
        _config_init isolated use_environment dev_mode _use_peg_parser install_signal_handlers use_hash_seed
        hash_seed faulthandler tracemalloc import_time show_ref_count dump_refs malloc_stats filesystem_encoding
        filesystem_errors pycache_prefix program_name parse_argv argv xoptions warnoptions pythonpath_env home
        module_search_paths executable base_executable prefix base_prefix exec_prefix base_exec_prefix platlibdir
        site_import bytes_warning inspect interactive optimization_level parser_debug write_bytecode verbose quiet
        user_site_directory configure_c_stdio buffered_stdio stdio_encoding stdio_errors skip_source_first_line
        run_command run_module run_filename _install_importlib check_hash_pycs_mode pathconfig_warnings _init_main
        _isolated_interpreter _orig_argv
    ))
}
