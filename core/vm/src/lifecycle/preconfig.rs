//! Preinitialisation (`PyPreConfig`): what has to be known before the first string is decoded: the locale, the UTF-8 Mode, the
//! memory allocator, and whether the environment counts.

use super::command_line::{Item, Options};
use super::defaults::{self, Kind};
use super::flags;
use super::locale;
use super::read::{Done, Failure};
use super::wide::{self, Wide};
use core::ffi::CStr;
use krait_abi::*;
use krait_object::types::unicode::locale::set_utf8_mode;
use krait_object::{memory, state};
use std::ffi::OsString;

/// The command line, as the host gave it.
#[derive(Clone)]
pub enum Arguments {
    /// None given.
    Absent,
    /// To be decoded, which the result of the preinitialisation decides.
    Bytes(Vec<Vec<u8>>),
    /// Decoded by the host.
    Wide(Vec<Wide>),
}

impl Arguments {
    /// The arguments of `_PyArgv`; absent for NULL.
    ///
    /// # Safety
    /// NULL or valid.
    pub unsafe fn from_raw(args: *const _PyArgv) -> Arguments {
        // SAFETY: the caller's promise.
        unsafe {
            if args.is_null() {
                return Arguments::Absent;
            }
            let count = (*args).argc.max(0) as usize;
            if (*args).use_bytes_argv != 0 {
                let bytes = |index| CStr::from_ptr(*(*args).bytes_argv.add(index)).to_bytes().to_vec();
                return Arguments::Bytes((0..count).map(bytes).collect());
            }
            let text = |index| wide::from_raw(*(*args).wchar_argv.add(index)).unwrap_or_default();
            Arguments::Wide((0..count).map(text).collect())
        }
    }

    /// The decoded arguments.
    pub fn decode(&self) -> Vec<Wide> {
        match self {
            Arguments::Absent => Vec::new(),
            Arguments::Bytes(arguments) => arguments.iter().map(|bytes| wide::decode(bytes)).collect(),
            Arguments::Wide(arguments) => arguments.clone(),
        }
    }
}

/// An environment variable that is set to something.
pub fn variable(use_environment: i32, name: &str) -> Option<OsString> {
    if use_environment == 0 {
        return None;
    }
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The value of `-X name` or `-X name=value` (`_Py_get_xoption`): None when it is not given, and the whole option else.
pub fn x_option<'a>(options: &'a [Wide], name: &str) -> Option<&'a Wide> {
    options.iter().find(|option| {
        wide::strip_prefix(option, name).is_some_and(|rest| rest.first().is_none_or(|c| *c == '='.into()))
    })
}

/// What of the command line matters this early.
#[derive(Default, Clone, Debug)]
pub struct Early {
    /// `-X`
    pub x_options: Vec<Wide>,
    isolated: bool,
    ignore_environment: bool,
}

impl Early {
    /// Reads options until the program begins; mistakes are left for later.
    pub fn parse(arguments: &[Wide]) -> Early {
        let mut early = Early::default();
        for item in Options::new(arguments) {
            match item {
                Item::Flag('I') => early.isolated = true,
                Item::Flag('E') => early.ignore_environment = true,
                Item::Value('X', value) => early.x_options.push(value),
                Item::Value('c' | 'm', _) => break,
                _ => {}
            }
        }
        early
    }

    /// Settles `isolated`, `use_environment` and `dev_mode`.
    pub fn settle(&self, isolated: &mut i32, use_environment: &mut i32, dev_mode: &mut i32) {
        if self.isolated {
            *isolated = 1;
        }
        *isolated = (*isolated).max(0);
        if self.ignore_environment || *isolated > 0 {
            *use_environment = 0;
        }
        if *use_environment < 0 {
            *use_environment = 0;
        }
        if *dev_mode < 0 {
            let asked = x_option(&self.x_options, "dev").is_some()
                || variable(*use_environment, "PYTHONDEVMODE").is_some();
            *dev_mode = asked.into();
        }
    }
}

/// The preconfiguration that a configuration implies (`_PyPreConfig_InitFromConfig`).
pub fn from_config(config: &PyConfig) -> PyPreConfig {
    let kind = match config._config_init {
        2 => Kind::Python,
        3 => Kind::Isolated,
        _ => Kind::Compat,
    };
    let mut preconfig = defaults::preconfig(kind);
    preconfig.parse_argv = config.parse_argv;
    preconfig.isolated = config.isolated;
    preconfig.use_environment = config.use_environment;
    preconfig.dev_mode = config.dev_mode;
    preconfig
}

/// Prepares the runtime with the preconfiguration of a configuration (`_Py_PreInitializeFromConfig`).
///
/// # Safety
/// A valid configuration.
pub unsafe fn initialize_for(config: &PyConfig, arguments: Option<&Arguments>) -> Done {
    let preconfig = from_config(config);
    if config.parse_argv == 0 {
        return initialize(&preconfig, &Arguments::Absent);
    }
    match arguments {
        Some(arguments) => initialize(&preconfig, arguments),
        // SAFETY: the caller's promise.
        None => initialize(&preconfig, &Arguments::Wide(unsafe { wide::list(&config.argv) })),
    }
}

/// Prepares the runtime, unless that was done before (`Py_PreInitialize`).
pub fn initialize(source: &PyPreConfig, arguments: &Arguments) -> Done {
    state::initialize().map_err(|message| Failure::Error(message.to_owned()))?;
    let runtime = state::runtime();
    // SAFETY: fields of a static; no other thread runs Python yet.
    unsafe {
        if (*runtime).preinitialized != 0 {
            return Ok(());
        }
        (*runtime).preinitializing = 1;
        let mut config = *source;
        read(&mut config, arguments)?;
        write(&config)?;
        (*runtime).preinitializing = 0;
        (*runtime).preinitialized = 1;
    }
    Ok(())
}

/// Settles every field. The locale is as before afterwards.
fn read(config: &mut PyPreConfig, arguments: &Arguments) -> Done {
    flags::read_pre(config);
    let before = locale::ctype();
    if config.configure_locale != 0 {
        locale::set_ctype_from_environment();
    }
    let early = if config.parse_argv != 0 { Early::parse(&arguments.decode()) } else { Early::default() };
    let result = settle(config, &early);
    if let Some(before) = before {
        locale::set_ctype(&before);
    }
    result
}

fn failure(step: &'static str, message: &str) -> Failure {
    Failure::In(step, message.to_owned())
}

fn settle(config: &mut PyPreConfig, early: &Early) -> Done {
    early.settle(&mut config.isolated, &mut config.use_environment, &mut config.dev_mode);
    settle_coercion(config);
    if config.utf8_mode < 0 {
        config.utf8_mode = utf8_mode(config.use_environment, &early.x_options)?;
    }
    if config.allocator == PYMEM_ALLOCATOR_NOT_SET {
        if let Some(name) = variable(config.use_environment, "PYTHONMALLOC") {
            let known = name.to_str().and_then(memory::allocator_by_name);
            config.allocator = known
                .ok_or_else(|| failure("preconfig_init_allocator", "PYTHONMALLOC: unknown allocator"))?;
        } else if config.dev_mode > 0 {
            config.allocator = PYMEM_ALLOCATOR_DEBUG;
        }
    }
    Ok(())
}

fn settle_coercion(config: &mut PyPreConfig) {
    if config.configure_locale == 0 {
        config.coerce_c_locale = 0;
        config.coerce_c_locale_warn = 0;
        return;
    }
    if let Some(value) = variable(config.use_environment, "PYTHONCOERCECLOCALE") {
        if value == "0" {
            if config.coerce_c_locale < 0 {
                config.coerce_c_locale = 0;
            }
        } else if value == "warn" {
            if config.coerce_c_locale_warn < 0 {
                config.coerce_c_locale_warn = 1;
            }
        } else if config.coerce_c_locale < 0 {
            config.coerce_c_locale = 1;
        }
    }
    if config.coerce_c_locale < 0 || config.coerce_c_locale == 1 {
        config.coerce_c_locale = if locale::is_legacy(false) { 2 } else { 0 };
    }
    config.coerce_c_locale_warn = config.coerce_c_locale_warn.max(0);
}

/// `-X utf8`, `PYTHONUTF8`, or on for the C locale.
fn utf8_mode(use_environment: i32, x_options: &[Wide]) -> Result<i32, Failure> {
    if let Some(option) = x_option(x_options, "utf8") {
        return match wide::split_once(option, '=').map(|(_, value)| wide::to_string(value)).as_deref() {
            None | Some("1") => Ok(1),
            Some("0") => Ok(0),
            Some(_) => Err(failure("preconfig_init_utf8_mode", "invalid -X utf8 option value")),
        };
    }
    if let Some(value) = variable(use_environment, "PYTHONUTF8") {
        return match value.to_str() {
            Some("1") => Ok(1),
            Some("0") => Ok(0),
            _ => Err(failure("preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value")),
        };
    }
    Ok(locale::is_c().into())
}

/// Puts a settled preconfiguration into force.
fn write(config: &PyPreConfig) -> Done {
    if !memory::setup_allocators(config.allocator) {
        return Err(Failure::Error("memory allocation failed".to_owned()));
    }
    flags::write_pre(config);
    set_utf8_mode(config.utf8_mode);
    let mut config = *config;
    if config.configure_locale != 0 {
        if config.coerce_c_locale == 0 {
            locale::set_ctype_from_environment();
        } else if !locale::coerce(config.coerce_c_locale_warn != 0) {
            config.coerce_c_locale = 0;
            locale::set_ctype_from_environment();
        }
    }
    // SAFETY: a field of a static.
    unsafe { (*state::runtime()).preconfig = config };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn early_options_end_at_the_program() {
        let arguments: Vec<Wide> = ["py", "-X", "utf8", "-c", "x", "-I"].map(wide::of).to_vec();
        let early = Early::parse(&arguments);
        assert_eq!(early.x_options, [wide::of("utf8")]);
        assert!(!early.isolated);
    }

    #[test]
    fn x_options_match_whole_names() {
        let options = ["utf8=0", "dev"].map(wide::of);
        assert_eq!(x_option(&options, "utf8"), Some(&options[0]));
        assert_eq!(x_option(&options, "de"), None);
        assert_eq!(x_option(&options, "dev"), Some(&options[1]));
        assert_eq!(utf8_mode(0, &options), Ok(0));
        assert!(utf8_mode(0, &[wide::of("utf8=2")]).is_err());
    }
}
