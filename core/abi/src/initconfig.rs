//! Structs of `cpython/initconfig.h`, `internal/pycore_getopt.h`, `internal/pycore_initconfig.h`, `internal/pycore_pathconfig.h`.

use crate::*;

/// Outcome of an initialisation step, returned by value.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStatus {
    pub _type: c_int,
    pub func: *const c_char,
    pub err_msg: *const c_char,
    pub exitcode: c_int,
}
assert_layout!(PyStatus, 32, { _type: 0, func: 8, err_msg: 16, exitcode: 24 });

/// Configuration of memory, locale and encoding, before anything else.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyPreConfig {
    pub _config_init: c_int,
    pub parse_argv: c_int,
    pub isolated: c_int,
    pub use_environment: c_int,
    pub configure_locale: c_int,
    pub coerce_c_locale: c_int,
    pub coerce_c_locale_warn: c_int,
    pub utf8_mode: c_int,
    pub dev_mode: c_int,
    pub allocator: c_int,
}
assert_layout!(PyPreConfig, 40, {
    _config_init: 0, parse_argv: 4, isolated: 8, use_environment: 12, configure_locale: 16,
    coerce_c_locale: 20, coerce_c_locale_warn: 24, utf8_mode: 28, dev_mode: 32, allocator: 36,
});

/// Configuration of an interpreter (PEP 587).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyConfig {
    pub _config_init: c_int,
    pub isolated: c_int,
    pub use_environment: c_int,
    pub dev_mode: c_int,
    pub install_signal_handlers: c_int,
    pub use_hash_seed: c_int,
    pub hash_seed: c_ulong,
    pub faulthandler: c_int,
    pub _use_peg_parser: c_int,
    pub tracemalloc: c_int,
    pub import_time: c_int,
    pub show_ref_count: c_int,
    pub dump_refs: c_int,
    pub malloc_stats: c_int,
    pub filesystem_encoding: *mut wchar_t,
    pub filesystem_errors: *mut wchar_t,
    pub pycache_prefix: *mut wchar_t,
    pub parse_argv: c_int,
    pub argv: PyWideStringList,
    pub program_name: *mut wchar_t,
    pub xoptions: PyWideStringList,
    pub warnoptions: PyWideStringList,
    pub site_import: c_int,
    pub bytes_warning: c_int,
    pub inspect: c_int,
    pub interactive: c_int,
    pub optimization_level: c_int,
    pub parser_debug: c_int,
    pub write_bytecode: c_int,
    pub verbose: c_int,
    pub quiet: c_int,
    pub user_site_directory: c_int,
    pub configure_c_stdio: c_int,
    pub buffered_stdio: c_int,
    pub stdio_encoding: *mut wchar_t,
    pub stdio_errors: *mut wchar_t,
    pub check_hash_pycs_mode: *mut wchar_t,
    pub pathconfig_warnings: c_int,
    pub pythonpath_env: *mut wchar_t,
    pub home: *mut wchar_t,
    pub module_search_paths_set: c_int,
    pub module_search_paths: PyWideStringList,
    pub executable: *mut wchar_t,
    pub base_executable: *mut wchar_t,
    pub prefix: *mut wchar_t,
    pub base_prefix: *mut wchar_t,
    pub exec_prefix: *mut wchar_t,
    pub base_exec_prefix: *mut wchar_t,
    pub platlibdir: *mut wchar_t,
    pub skip_source_first_line: c_int,
    pub run_command: *mut wchar_t,
    pub run_module: *mut wchar_t,
    pub run_filename: *mut wchar_t,
    pub _install_importlib: c_int,
    pub _init_main: c_int,
    pub _isolated_interpreter: c_int,
    pub _orig_argv: PyWideStringList,
}
assert_layout!(PyConfig, 392, {
    _config_init: 0, isolated: 4, use_environment: 8, dev_mode: 12, install_signal_handlers: 16,
    use_hash_seed: 20, hash_seed: 24, faulthandler: 32, _use_peg_parser: 36, tracemalloc: 40,
    import_time: 44, show_ref_count: 48, dump_refs: 52, malloc_stats: 56, filesystem_encoding: 64,
    filesystem_errors: 72, pycache_prefix: 80, parse_argv: 88, argv: 96, program_name: 112, xoptions: 120,
    warnoptions: 136, site_import: 152, bytes_warning: 156, inspect: 160, interactive: 164,
    optimization_level: 168, parser_debug: 172, write_bytecode: 176, verbose: 180, quiet: 184,
    user_site_directory: 188, configure_c_stdio: 192, buffered_stdio: 196, stdio_encoding: 200,
    stdio_errors: 208, check_hash_pycs_mode: 216, pathconfig_warnings: 224, pythonpath_env: 232, home: 240,
    module_search_paths_set: 248, module_search_paths: 256, executable: 272, base_executable: 280,
    prefix: 288, base_prefix: 296, exec_prefix: 304, base_exec_prefix: 312, platlibdir: 320,
    skip_source_first_line: 328, run_command: 336, run_module: 344, run_filename: 352,
    _install_importlib: 360, _init_main: 364, _isolated_interpreter: 368, _orig_argv: 376,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyWideStringList {
    pub length: Py_ssize_t,
    pub items: *mut *mut wchar_t,
}
assert_layout!(PyWideStringList, 16, { length: 0, items: 8 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyArgv {
    pub argc: Py_ssize_t,
    pub use_bytes_argv: c_int,
    pub bytes_argv: *const *mut c_char,
    pub wchar_argv: *const *mut wchar_t,
}
assert_layout!(_PyArgv, 32, { argc: 0, use_bytes_argv: 8, bytes_argv: 16, wchar_argv: 24 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyOS_LongOption {
    pub name: *const wchar_t,
    pub has_arg: c_int,
    pub val: c_int,
}
assert_layout!(_PyOS_LongOption, 16, { name: 0, has_arg: 8, val: 12 });

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyPathConfig {
    pub program_full_path: *mut wchar_t,
    pub prefix: *mut wchar_t,
    pub exec_prefix: *mut wchar_t,
    pub module_search_path: *mut wchar_t,
    pub program_name: *mut wchar_t,
    pub home: *mut wchar_t,
}
assert_layout!(_PyPathConfig, 48, {
    program_full_path: 0, prefix: 8, exec_prefix: 16, module_search_path: 24, program_name: 32, home: 40,
});

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyPreCmdline {
    pub argv: PyWideStringList,
    pub xoptions: PyWideStringList,
    pub isolated: c_int,
    pub use_environment: c_int,
    pub dev_mode: c_int,
}
assert_layout!(_PyPreCmdline, 48, {
    argv: 0, xoptions: 16, isolated: 32, use_environment: 36, dev_mode: 40,
});
