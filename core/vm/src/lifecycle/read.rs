//! Completing a configuration (`PyConfig_Read`): command line, environment, paths, and defaults for the rest.

use super::command_line::{self, Parsed};
use super::preconfig::{self, Early, variable, x_option};
use super::wide::{self, Wide, append, clear_list, set_list, set_string};
use super::{flags, globals, locale, paths};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::state;
use std::os::unix::ffi::OsStrExt;

/// What the C API reports as `PyStatus`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// An error with its message.
    Error(String),
    /// An error of a named step of the start.
    In(&'static str, String),
    /// The process is to end with this status (`--version`, a bad option).
    Exit(i32),
}

/// The outcome of a step.
pub type Done = Result<(), Failure>;

fn failed(step: &'static str, message: &str) -> Done {
    Err(Failure::In(step, message.to_owned()))
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
        (*config).module_search_paths_set = 0;
    }
}

/// Completes a configuration in place. The runtime is prepared for it if it was not.
///
/// # Safety
/// A valid configuration whose strings are in raw memory.
pub unsafe fn complete(config: *mut PyConfig) -> Done {
    // SAFETY: the caller's promise.
    unsafe {
        let config = &mut *config;
        preconfig::initialize_for(config, None)?;
        flags::read(config);
        let arguments = wide::list(&config.argv);
        if config._orig_argv.length == 0 && !(arguments.len() == 1 && arguments[0].is_empty()) {
            set_list(&mut config._orig_argv, &arguments);
        }
        let early = if config.parse_argv == 1 {
            Early::parse(&wide::list(&config._orig_argv))
        } else {
            Early::default()
        };
        let preconfig = (*state::runtime()).preconfig;
        if config.isolated < 0 {
            config.isolated = preconfig.isolated;
        }
        if config.use_environment < 0 {
            config.use_environment = preconfig.use_environment;
        }
        if config.dev_mode < 0 {
            config.dev_mode = preconfig.dev_mode;
        }
        early.settle(&mut config.isolated, &mut config.use_environment, &mut config.dev_mode);
        if config.program_name.is_null() {
            init_program_name(config, arguments.first());
        }
        let given = wide::list(&config.warnoptions);
        let mut from_command_line = Vec::new();
        if config.parse_argv == 1 {
            let program =
                arguments.first().map_or_else(|| "python3".to_owned(), |name| wide::to_string(name));
            let parsed = command_line::parse(&arguments, &program, config).map_err(Failure::Exit)?;
            apply_command_line(config, parsed, &mut from_command_line);
            config.parse_argv = 2;
        } else if config.argv.length < 1 {
            append(&mut config.argv, wide::to_raw(&[]));
        }
        absolute_script(config);
        if config.isolated > 0 {
            config.user_site_directory = 0;
        }
        let environment = variable(config.use_environment, "PYTHONWARNINGS");
        globals::add_x_options(config);
        if config.use_environment > 0 {
            read_environment(config)?;
        }
        read_complex_options(config)?;
        warn_options(config, environment, from_command_line, given);
        init_encodings(config)?;
        set_default(&mut config.check_hash_pycs_mode, "default");
        if config.configure_c_stdio < 0 {
            config.configure_c_stdio = 1;
        }
        if config._install_importlib != 0 {
            find_paths(config);
        }
        Ok(())
    }
}

unsafe fn set_default(field: &mut *mut wchar_t, value: &str) {
    if field.is_null() {
        *field = wide::to_raw(&wide::of(value));
    }
}

/// `Py_SetProgramName`, else what the program was called as.
fn init_program_name(config: &mut PyConfig, first: Option<&Wide>) {
    let name = globals::stored(globals::Field::ProgramName)
        .or_else(|| first.filter(|name| !name.is_empty()).cloned())
        .unwrap_or_else(|| wide::of("python3"));
    config.program_name = wide::to_raw(&name);
}

unsafe fn apply_command_line(config: &mut PyConfig, parsed: Parsed, warnings: &mut Vec<Wide>) {
    // SAFETY: fields of a valid configuration.
    unsafe {
        let set = |field: &mut *mut wchar_t, value: Option<Wide>| {
            if let Some(value) = value
                && field.is_null()
            {
                *field = wide::to_raw(&value);
            }
        };
        set(&mut config.run_command, parsed.command);
        set(&mut config.run_module, parsed.module);
        if config.run_command.is_null() && config.run_module.is_null() {
            set(&mut config.run_filename, parsed.filename);
        }
        *warnings = parsed.warnings;
        for option in parsed.x_options {
            append(&mut config.xoptions, wide::to_raw(&option));
        }
        if let Some(mode) = parsed.check_hash_pycs {
            set_string(&mut config.check_hash_pycs_mode, wide::to_raw(&mode));
        }
        let mut argv = parsed.argv;
        // Also a command or module that the host named.
        let first = if !config.run_command.is_null() {
            Some("-c")
        } else if !config.run_module.is_null() {
            Some("-m")
        } else {
            None
        };
        match (first.map(wide::of), argv.first_mut()) {
            (Some(first), Some(place)) => *place = first,
            (Some(first), None) => argv.push(first),
            (None, _) => {}
        }
        set_list(&mut config.argv, &argv);
    }
}

/// The script by its absolute name.
unsafe fn absolute_script(config: &mut PyConfig) {
    // SAFETY: fields of a valid configuration.
    unsafe {
        let Some(file) = wide::from_raw(config.run_filename) else { return };
        if file.first() == Some(&'/'.into()) {
            return;
        }
        if let Ok(folder) = std::env::current_dir() {
            let mut path = wide::from_path(&folder);
            path.push('/'.into());
            path.extend(file);
            set_string(&mut config.run_filename, wide::to_raw(&path));
        }
    }
}

/// The number in a flag variable: its value, or 1 for other text (`_Py_get_env_flag`).
pub fn environment_flag(use_environment: i32, flag: &mut i32, name: &str) {
    let Some(value) = variable(use_environment, name) else { return };
    let value = value.to_str().and_then(parse_int).filter(|value| *value >= 0).unwrap_or(1);
    *flag = (*flag).max(value);
}

/// A decimal number as C reads it (`_Py_str_to_int`).
pub fn parse_int(text: &str) -> Option<i32> {
    text.trim_start_matches([' ', '\t', '\n', '\r', '\x0b', '\x0c']).parse().ok()
}

unsafe fn read_environment(config: &mut PyConfig) -> Done {
    let yes = config.use_environment;
    environment_flag(yes, &mut config.parser_debug, "PYTHONDEBUG");
    environment_flag(yes, &mut config.verbose, "PYTHONVERBOSE");
    environment_flag(yes, &mut config.optimization_level, "PYTHONOPTIMIZE");
    environment_flag(yes, &mut config.inspect, "PYTHONINSPECT");
    for (name, field) in [
        ("PYTHONDONTWRITEBYTECODE", &mut config.write_bytecode),
        ("PYTHONNOUSERSITE", &mut config.user_site_directory),
        ("PYTHONUNBUFFERED", &mut config.buffered_stdio),
    ] {
        let mut set = 0;
        environment_flag(yes, &mut set, name);
        if set > 0 {
            *field = 0;
        }
    }
    let given = |name: &str| variable(yes, name).is_some();
    if given("PYTHONDUMPREFS") {
        config.dump_refs = 1;
    }
    if given("PYTHONMALLOCSTATS") {
        config.malloc_stats = 1;
    }
    if given("PYTHONOLDPARSER") {
        config._use_peg_parser = 0;
    }
    for (name, field) in [
        ("PYTHONPATH", &mut config.pythonpath_env),
        ("PYTHONPLATLIBDIR", &mut config.platlibdir),
        ("PYTHONHOME", &mut config.home),
    ] {
        if field.is_null()
            && !(name == "PYTHONHOME" && globals::stored(globals::Field::Home).is_some())
            && let Some(value) = variable(yes, name)
        {
            *field = wide::to_raw(&wide::decode(value.as_bytes()));
        }
    }
    if config.use_hash_seed < 0
        && let Some(seed) = variable(yes, "PYTHONHASHSEED").filter(|seed| seed != "random")
    {
        let seed =
            seed.to_str().and_then(|seed| seed.parse::<u64>().ok()).filter(|seed| *seed <= u32::MAX.into());
        let Some(seed) = seed else {
            return failed(
                "config_init_hash_seed",
                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]",
            );
        };
        config.use_hash_seed = 1;
        config.hash_seed = seed;
    }
    Ok(())
}

/// The limit on digits that the start sets; -1 for the default. It has no field of its own in `PyConfig`.
pub static MAX_STR_DIGITS: core::sync::atomic::AtomicI32 = core::sync::atomic::AtomicI32::new(-1);

/// What both `-X` options and the environment can say.
unsafe fn read_complex_options(config: &mut PyConfig) -> Done {
    // SAFETY: fields of a valid configuration.
    let options = unsafe { wide::list(&config.xoptions) };
    let given = |option: &str, name: &str| {
        x_option(&options, option).is_some()
            || (!name.is_empty() && variable(config.use_environment, name).is_some())
    };
    let value_of = |option: &str| -> Option<Option<Wide>> {
        x_option(&options, option)
            .map(|option| wide::split_once(option, '=').map(|(_, value)| value.to_vec()))
    };
    if config.faulthandler < 0 && given("faulthandler", "PYTHONFAULTHANDLER") {
        config.faulthandler = 1;
    }
    if given("importtime", "PYTHONPROFILEIMPORTTIME") {
        config.import_time = 1;
    }
    if given("showrefcount", "") {
        config.show_ref_count = 1;
    }
    if given("oldparser", "") {
        config._use_peg_parser = 0;
    }
    if config.tracemalloc < 0 {
        config.tracemalloc = tracemalloc(config.use_environment, value_of("tracemalloc"))?;
    }
    if config.pycache_prefix.is_null() {
        let folder = match value_of("pycache_prefix") {
            Some(value) => value.filter(|folder| !folder.is_empty()),
            None => variable(config.use_environment, "PYTHONPYCACHEPREFIX")
                .map(|value| wide::decode(value.as_bytes())),
        };
        config.pycache_prefix = folder.map_or(null_mut(), |folder| wide::to_raw(&folder));
    }
    let digits = max_str_digits(config.use_environment, value_of("int_max_str_digits"))?;
    MAX_STR_DIGITS.store(digits, core::sync::atomic::Ordering::Relaxed);
    if config.dev_mode > 0 && config.faulthandler < 0 {
        config.faulthandler = 1;
    }
    for field in [&mut config.faulthandler, &mut config.tracemalloc] {
        *field = (*field).max(0);
    }
    if config.use_hash_seed < 0 {
        config.use_hash_seed = 0;
        config.hash_seed = 0;
    }
    Ok(())
}

fn tracemalloc(use_environment: i32, option: Option<Option<Wide>>) -> Result<i32, Failure> {
    let mut frames = -1;
    if let Some(value) = variable(use_environment, "PYTHONTRACEMALLOC") {
        let Some(number) = value.to_str().and_then(parse_int).filter(|number| *number >= 0) else {
            failed("config_init_tracemalloc", "PYTHONTRACEMALLOC: invalid number of frames")?;
            return Ok(0);
        };
        frames = number;
    }
    match option {
        None => {}
        Some(None) => frames = 1,
        Some(Some(value)) => {
            let Some(number) = parse_int(&wide::to_string(&value)).filter(|number| *number >= 0) else {
                failed("config_init_tracemalloc", "-X tracemalloc=NFRAME: invalid number of frames")?;
                return Ok(0);
            };
            frames = number;
        }
    }
    Ok(frames)
}

fn max_str_digits(use_environment: i32, option: Option<Option<Wide>>) -> Result<i32, Failure> {
    let valid = |number: &i32| *number == 0 || *number >= 640;
    let step = "config_init_int_max_str_digits";
    let mut digits = -1;
    if let Some(value) = variable(use_environment, "PYTHONINTMAXSTRDIGITS") {
        match value.to_str().and_then(parse_int).filter(valid) {
            Some(number) => digits = number,
            None => failed(step, "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.")?,
        }
    }
    if let Some(value) = option {
        match value.and_then(|value| parse_int(&wide::to_string(&value))).filter(valid) {
            Some(number) => digits = number,
            None => failed(step, "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.")?,
        }
    }
    Ok(digits)
}

/// Later filters come before earlier ones: the development mode's is the weakest, `-b`'s the strongest but for the host's.
unsafe fn warn_options(
    config: &mut PyConfig,
    environment: Option<std::ffi::OsString>,
    from_command_line: Vec<Wide>,
    given: Vec<Wide>,
) {
    let mut options: Vec<Wide> = Vec::new();
    // What an earlier pass or the host put into the configuration is not doubled.
    let mut add = |option: Wide| {
        if !given.contains(&option) && !options.contains(&option) {
            options.push(option);
        }
    };
    if config.dev_mode > 0 {
        add(wide::of("default"));
    }
    if let Some(environment) = environment {
        let text = wide::decode(environment.as_bytes());
        text.split(|point| *point == ','.into())
            .filter(|part| !part.is_empty())
            .for_each(|part| add(part.to_vec()));
    }
    from_command_line.into_iter().for_each(&mut add);
    globals::warn_options().into_iter().for_each(&mut add);
    if config.bytes_warning > 0 {
        add(wide::of(if config.bytes_warning > 1 { "error::BytesWarning" } else { "default::BytesWarning" }));
    }
    // What the host put into the configuration comes last.
    options.extend(given);
    // SAFETY: a field of a valid configuration.
    unsafe { set_list(&mut config.warnoptions, options) };
}

/// The encodings of file names and of the standard streams.
unsafe fn init_encodings(config: &mut PyConfig) -> Done {
    // SAFETY: fields of a valid configuration; a static.
    unsafe {
        let utf8_mode = (*state::runtime()).preconfig.utf8_mode > 0;
        let codeset = locale::codeset();
        if config.filesystem_encoding.is_null() {
            let ascii = krait_object::types::unicode::locale::force_ascii();
            let encoding = if utf8_mode {
                "utf-8"
            } else if ascii {
                "ascii"
            } else {
                &codeset
            };
            if encoding.is_empty() {
                let message = "failed to get the locale encoding: nl_langinfo(CODESET) failed";
                return failed("config_get_locale_encoding", message);
            }
            set_default(&mut config.filesystem_encoding, encoding);
        }
        set_default(&mut config.filesystem_errors, "surrogateescape");
        let (encoding, errors) = globals::stream_encoding();
        if let Some(encoding) = encoding {
            set_default(&mut config.stdio_encoding, &encoding);
            set_default(&mut config.stdio_errors, errors.as_deref().unwrap_or("strict"));
        } else if let Some(errors) = errors {
            set_default(&mut config.stdio_errors, &errors);
        }
        if let Some(coding) = variable(config.use_environment, "PYTHONIOENCODING") {
            let coding = wide::decode(coding.as_bytes());
            let (encoding, errors) = wide::split_once(&coding, ':').unwrap_or((&coding, &[]));
            if !encoding.is_empty() && config.stdio_encoding.is_null() {
                config.stdio_encoding = wide::to_raw(encoding);
                if errors.is_empty() {
                    set_default(&mut config.stdio_errors, "strict");
                }
            }
            if !errors.is_empty() && config.stdio_errors.is_null() {
                config.stdio_errors = wide::to_raw(errors);
            }
        }
        if utf8_mode {
            set_default(&mut config.stdio_encoding, "utf-8");
            set_default(&mut config.stdio_errors, "surrogateescape");
        }
        set_default(&mut config.stdio_encoding, &codeset);
        let escapes = locale::is_c() || locale::ctype().is_some_and(|name| locale::is_coercion_target(&name));
        set_default(&mut config.stdio_errors, if escapes { "surrogateescape" } else { "strict" });
        Ok(())
    }
}

/// Fills in where the program and the standard library are.
///
/// # Safety
/// A valid configuration with a program name.
pub unsafe fn find_paths(config: &mut PyConfig) {
    // SAFETY: the caller's promise.
    unsafe {
        set_default(&mut config.platlibdir, "lib");
        if config.home.is_null()
            && let Some(home) = globals::stored(globals::Field::Home)
        {
            config.home = wide::to_raw(&home);
        }
        let complete = config.module_search_paths_set != 0
            && [config.executable, config.prefix, config.exec_prefix].iter().all(|field| !field.is_null());
        if !complete {
            let found = globals::given_path().unwrap_or_else(|| {
                paths::find(&paths::Inputs {
                    program_name: wide::from_raw(config.program_name).unwrap_or_default(),
                    executable: wide::from_raw(config.executable),
                    home: wide::from_raw(config.home),
                    pythonpath: wide::from_raw(config.pythonpath_env),
                    platlibdir: wide::from_raw(config.platlibdir).unwrap_or_default(),
                    warn: config.pathconfig_warnings > 0,
                })
            });
            let set = |field: &mut *mut wchar_t, value: &Wide| {
                if field.is_null() {
                    *field = wide::to_raw(value);
                }
            };
            set(&mut config.executable, &found.executable);
            set(&mut config.prefix, &found.prefix);
            set(&mut config.exec_prefix, &found.exec_prefix);
            if config.module_search_paths_set == 0 {
                set_list(&mut config.module_search_paths, &found.search);
                config.module_search_paths_set = 1;
            }
        }
        for (field, model) in [
            (&mut config.base_executable, config.executable),
            (&mut config.base_prefix, config.prefix),
            (&mut config.base_exec_prefix, config.exec_prefix),
        ] {
            if field.is_null() {
                *field = wide::duplicate(model);
            }
        }
    }
}
