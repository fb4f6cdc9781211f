//! Completing a configuration (`PyConfig_Read`): command line, environment, paths, and defaults for the rest.

use super::command_line::{self, Parsed};
use super::config::{bytes_to_wide, string_to_wide, wide_to_string};
use super::{flags, paths};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::memory;
use std::path::PathBuf;

/// What the C API reports as `PyStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// An error with its message.
    Error(String),
    /// The process is to end with this status (`--version`, a bad option).
    Exit(i32),
}

type Done = Result<(), Failure>;

/// Replaces a string of a configuration.
///
/// # Safety
/// A field of a valid configuration; `value` is in raw memory or NULL.
pub unsafe fn set_string(field: *mut *mut wchar_t, value: *mut wchar_t) {
    // SAFETY: the caller's promise.
    unsafe {
        let old = core::mem::replace(&mut *field, value);
        memory::raw_free(old.cast());
    }
}

/// Appends to a list of a configuration.
///
/// # Safety
/// A valid list; `value` is in raw memory and moves into the list.
pub unsafe fn append(list: *mut PyWideStringList, value: *mut wchar_t) {
    // SAFETY: the caller's promise.
    unsafe { insert(list, (*list).length, value) }
}

/// Inserts into a list of a configuration.
///
/// # Safety
/// As for [`append`].
pub unsafe fn insert(list: *mut PyWideStringList, index: isize, value: *mut wchar_t) {
    // SAFETY: the caller's promise; the new array holds one item more.
    unsafe {
        let length = (*list).length.max(0) as usize;
        let index = (index.max(0) as usize).min(length);
        let items = memory::raw_realloc((*list).items.cast(), (length + 1) * size_of::<*mut wchar_t>());
        let items = items.cast::<*mut wchar_t>();
        core::ptr::copy(items.add(index), items.add(index + 1), length - index);
        *items.add(index) = value;
        (*list).items = items;
        (*list).length = length as isize + 1;
    }
}

/// Frees a list's strings.
///
/// # Safety
/// A valid list.
pub unsafe fn clear_list(list: *mut PyWideStringList) {
    // SAFETY: the caller's promise.
    unsafe {
        for index in 0..(*list).length.max(0) as usize {
            memory::raw_free((*(*list).items.add(index)).cast());
        }
        memory::raw_free((*list).items.cast());
        *list = PyWideStringList { length: 0, items: null_mut() };
    }
}

/// The strings of a list.
///
/// # Safety
/// A valid list.
pub unsafe fn list_strings(list: &PyWideStringList) -> Vec<String> {
    // SAFETY: the caller's promise.
    (0..list.length.max(0) as usize)
        .filter_map(|index| unsafe { wide_to_string(*list.items.add(index)) })
        .collect()
}

/// Frees a configuration's strings.
///
/// # Safety
/// A valid configuration whose strings are in raw memory.
pub unsafe fn clear(config: *mut PyConfig) {
    // SAFETY: the caller's promise.
    unsafe {
        macro_rules! string {
            ($field:ident) => {
                set_string(&raw mut (*config).$field, null_mut())
            };
        }
        macro_rules! list {
            ($field:ident) => {
                clear_list(&raw mut (*config).$field)
            };
        }
        super::config::for_each_string!(string, list);
    }
}

/// Completes a configuration in place.
///
/// # Safety
/// A valid configuration whose strings are in raw memory.
pub unsafe fn complete(config: *mut PyConfig) -> Done {
    // SAFETY: the caller's promise.
    unsafe {
        let config = &mut *config;
        flags::read(config);
        if config.parse_argv == 1 {
            let parsed = command_line::parse(&list_strings(&config.argv), config).map_err(Failure::Exit)?;
            apply_command_line(config, parsed);
        }
        if config.isolated > 0 {
            config.use_environment = 0;
            config.user_site_directory = 0;
        }
        if config.use_environment > 0 {
            read_environment(config)?;
        }
        read_tracemalloc(config)?;
        defaults(config);
        if config.argv.length < 1 {
            append(&mut config.argv, string_to_wide(""));
        }
        if config.run_command.is_null() && config.run_module.is_null() && config.run_filename.is_null() {
            // argv[0] of a session without a program is empty already.
        }
        find_paths(config);
        super::globals::remember(config);
        flags::write(config);
        Ok(())
    }
}

unsafe fn apply_command_line(config: &mut PyConfig, parsed: Parsed) {
    // SAFETY: fields of a valid configuration.
    unsafe {
        let text = |value: Option<String>| value.map_or(null_mut(), |value| string_to_wide(&value));
        if config.program_name.is_null()
            && let Some(program) = list_strings(&config.argv).first().filter(|program| !program.is_empty())
        {
            config.program_name = string_to_wide(program);
        }
        if parsed.command.is_some() {
            set_string(&mut config.run_command, text(parsed.command));
        }
        if parsed.module.is_some() {
            set_string(&mut config.run_module, text(parsed.module));
        }
        if parsed.filename.is_some() {
            set_string(&mut config.run_filename, text(parsed.filename));
        }
        for option in parsed.warnings {
            append(&mut config.warnoptions, string_to_wide(&option));
        }
        for option in parsed.x_options {
            append(&mut config.xoptions, string_to_wide(&option));
        }
        if parsed.check_hash_pycs.is_some() {
            set_string(&mut config.check_hash_pycs_mode, text(parsed.check_hash_pycs));
        }
        config._orig_argv =
            core::mem::replace(&mut config.argv, PyWideStringList { length: 0, items: null_mut() });
        for argument in parsed.argv {
            append(&mut config.argv, string_to_wide(&argument));
        }
        config.parse_argv = 2;
    }
}

fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The number of a flag variable: its value, or 1 for other text.
fn flag(name: &str) -> i32 {
    variable(name)
        .map_or(0, |value| value.to_str().and_then(|text| text.parse().ok()).filter(|n| *n >= 0).unwrap_or(1))
}

unsafe fn read_environment(config: &mut PyConfig) -> Done {
    use std::os::unix::ffi::OsStrExt;
    // SAFETY: fields of a valid configuration.
    unsafe {
        config.parser_debug = config.parser_debug.max(flag("PYTHONDEBUG"));
        config.verbose = config.verbose.max(flag("PYTHONVERBOSE"));
        config.optimization_level = config.optimization_level.max(flag("PYTHONOPTIMIZE"));
        config.inspect = config.inspect.max(flag("PYTHONINSPECT"));
        if flag("PYTHONDONTWRITEBYTECODE") > 0 {
            config.write_bytecode = 0;
        }
        if flag("PYTHONNOUSERSITE") > 0 {
            config.user_site_directory = 0;
        }
        if flag("PYTHONUNBUFFERED") > 0 {
            config.buffered_stdio = 0;
        }
        config.import_time = config.import_time.max(flag("PYTHONPROFILEIMPORTTIME").min(1));
        let wide = |name: &str| variable(name).map_or(null_mut(), |value| bytes_to_wide(value.as_bytes()));
        if config.pythonpath_env.is_null() {
            config.pythonpath_env = wide("PYTHONPATH");
        }
        if config.home.is_null() {
            config.home = wide("PYTHONHOME");
        }
        if config.pycache_prefix.is_null() {
            config.pycache_prefix = wide("PYTHONPYCACHEPREFIX");
        }
        if let Some(options) = variable("PYTHONWARNINGS") {
            for (index, option) in options.to_string_lossy().split(',').enumerate() {
                insert(&mut config.warnoptions, index as isize, string_to_wide(option));
            }
        }
        if let Some(coding) = variable("PYTHONIOENCODING") {
            let coding = coding.to_string_lossy().into_owned();
            let (encoding, errors) = coding.split_once(':').unwrap_or((&coding, ""));
            if config.stdio_encoding.is_null() && !encoding.is_empty() {
                config.stdio_encoding = string_to_wide(encoding);
            }
            if config.stdio_errors.is_null() {
                config.stdio_errors = string_to_wide(if errors.is_empty() { "strict" } else { errors });
            }
        }
        if config.use_hash_seed < 0
            && let Some(seed) = variable("PYTHONHASHSEED").filter(|seed| seed != "random")
        {
            let seed =
                seed.to_str().and_then(|seed| seed.parse::<u64>().ok()).filter(|seed| *seed <= 4_294_967_295);
            let Some(seed) = seed else {
                return Err(Failure::Error(
                    "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]".to_owned(),
                ));
            };
            config.use_hash_seed = 1;
            config.hash_seed = seed;
        }
        if config.dev_mode < 0 && variable("PYTHONDEVMODE").is_some() {
            config.dev_mode = 1;
        }
        if config.faulthandler < 0 && variable("PYTHONFAULTHANDLER").is_some() {
            config.faulthandler = 1;
        }
        Ok(())
    }
}

/// How many frames `tracemalloc` keeps: `-X tracemalloc` counts more than `PYTHONTRACEMALLOC`.
///
/// # Safety
/// A valid configuration.
unsafe fn read_tracemalloc(config: &mut PyConfig) -> Done {
    let frames = |text: &str| text.parse().ok().filter(|frames: &i32| *frames >= 0);
    if config.tracemalloc >= 0 {
        return Ok(());
    }
    if config.use_environment > 0
        && let Some(value) = variable("PYTHONTRACEMALLOC")
    {
        config.tracemalloc = value
            .to_str()
            .and_then(frames)
            .ok_or_else(|| Failure::Error("PYTHONTRACEMALLOC: invalid number of frames".to_owned()))?;
    }
    // SAFETY: the caller's promise.
    for option in unsafe { list_strings(&config.xoptions) } {
        if option == "tracemalloc" {
            config.tracemalloc = 1;
        } else if let Some(value) = option.strip_prefix("tracemalloc=") {
            config.tracemalloc = frames(value).ok_or_else(|| {
                Failure::Error("-X tracemalloc=NFRAME: invalid number of frames".to_owned())
            })?;
        }
    }
    Ok(())
}

unsafe fn defaults(config: &mut PyConfig) {
    // SAFETY: fields of a valid configuration.
    unsafe {
        for field in [
            &mut config.use_hash_seed,
            &mut config.faulthandler,
            &mut config.tracemalloc,
            &mut config.dev_mode,
        ] {
            if *field < 0 {
                *field = 0;
            }
        }
        for option in list_strings(&config.xoptions) {
            match option.split_once('=').map_or(option.as_str(), |(name, _)| name) {
                "dev" => config.dev_mode = 1,
                "faulthandler" => config.faulthandler = 1,
                "importtime" => config.import_time = 1,
                "utf8" => flags::Py_UTF8Mode = c_int_of(option != "utf8=0"),
                _ => {}
            }
        }
        if config.dev_mode > 0 {
            config.faulthandler = 1;
        }
        let set = |field: &mut *mut wchar_t, value: &str| {
            if field.is_null() {
                *field = string_to_wide(value);
            }
        };
        set(&mut config.filesystem_encoding, "utf-8");
        set(&mut config.filesystem_errors, "surrogateescape");
        set(&mut config.stdio_encoding, "utf-8");
        let errors = if is_c_locale() { "surrogateescape" } else { "strict" };
        set(&mut config.stdio_errors, errors);
        set(&mut config.check_hash_pycs_mode, "default");
        set(&mut config.platlibdir, "lib");
        set(&mut config.program_name, "python3");
    }
}

fn c_int_of(value: bool) -> core::ffi::c_int {
    value.into()
}

/// Whether the locale is the C locale, where undecodable bytes must survive.
fn is_c_locale() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| variable(name));
    locale.is_none_or(|locale| locale == "C" || locale == "POSIX")
}

/// The program's own file: an absolute program name, or the first match along `PATH`.
fn executable(program: &str) -> Option<PathBuf> {
    if program.is_empty() {
        return None;
    }
    if program.contains('/') {
        return std::path::absolute(program).ok();
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

unsafe fn find_paths(config: &mut PyConfig) {
    // SAFETY: fields of a valid configuration.
    unsafe {
        let program = wide_to_string(config.program_name).unwrap_or_default();
        if config.executable.is_null() {
            let found = executable(&program).unwrap_or_default();
            config.executable = string_to_wide(&found.to_string_lossy());
        }
        if config.base_executable.is_null() {
            config.base_executable = super::config::duplicate_wide(config.executable);
        }
        let home = wide_to_string(config.home);
        let mut starts = Vec::new();
        starts.extend(paths::library_file());
        let file = PathBuf::from(wide_to_string(config.executable).unwrap_or_default());
        starts.extend(std::fs::canonicalize(&file).ok());
        starts.push(file);
        let found = paths::find(home.as_deref(), &starts);
        let set = |field: &mut *mut wchar_t, value: &std::path::Path| {
            if field.is_null() {
                *field = string_to_wide(&value.to_string_lossy());
            }
        };
        set(&mut config.prefix, &found.prefix);
        set(&mut config.exec_prefix, &found.exec_prefix);
        set(&mut config.base_prefix, &found.prefix);
        set(&mut config.base_exec_prefix, &found.exec_prefix);
        if config.module_search_paths_set == 0 {
            clear_list(&mut config.module_search_paths);
            if let Some(path) = wide_to_string(config.pythonpath_env) {
                for folder in path.split(':') {
                    append(&mut config.module_search_paths, string_to_wide(folder));
                }
            }
            for folder in &found.search {
                append(&mut config.module_search_paths, string_to_wide(&folder.to_string_lossy()));
            }
            config.module_search_paths_set = 1;
        }
    }
}
