//! The global configuration variables (`Py_NoSiteFlag` and others): read by `Py_Initialize`, written back for code that
//! looks at them.

use core::ffi::c_int;
use krait_abi::{PyConfig, PyPreConfig};

macro_rules! flags {
    ($($(#[$meta:meta])* $name:ident = $value:expr;)*) => {$(
        $(#[$meta])*
        #[unsafe(no_mangle)]
        pub static mut $name: c_int = $value;
    )*
        /// All variables with their values.
        pub fn all() -> Vec<(&'static str, c_int)> {
            // SAFETY: plain integers.
            vec![$((stringify!($name), unsafe { $name })),*]
        }
    };
}
flags! {
    /// `-X utf8`
    Py_UTF8Mode = 0;
    /// `-d`
    Py_DebugFlag = 0;
    /// `-v`
    Py_VerboseFlag = 0;
    /// `-q`
    Py_QuietFlag = 0;
    /// `-i`: the interactive prompt
    Py_InteractiveFlag = 0;
    /// `-i`: a prompt after the script
    Py_InspectFlag = 0;
    /// `-O`
    Py_OptimizeFlag = 0;
    /// `-S`
    Py_NoSiteFlag = 0;
    /// `-b`
    Py_BytesWarningFlag = 0;
    /// Set in frozen programs
    Py_FrozenFlag = 0;
    /// `-E`
    Py_IgnoreEnvironmentFlag = 0;
    /// `-B`
    Py_DontWriteBytecodeFlag = 0;
    /// `-s`
    Py_NoUserSiteDirectory = 0;
    /// `-u`
    Py_UnbufferedStdioFlag = 0;
    /// `-R` or `PYTHONHASHSEED`
    Py_HashRandomizationFlag = 0;
    /// `-I`
    Py_IsolatedFlag = 0;
}

/// Fills in what a preconfiguration of the `Py_Initialize` kind leaves to the variables (-1).
pub fn read_pre(config: &mut PyPreConfig) {
    if config._config_init != 1 {
        return;
    }
    // SAFETY: plain integers; hosts set them before initialisation.
    unsafe {
        if config.isolated == -1 {
            config.isolated = Py_IsolatedFlag;
        }
        if config.use_environment == -1 {
            config.use_environment = c_int::from(Py_IgnoreEnvironmentFlag == 0);
        }
        if Py_UTF8Mode > 0 {
            config.utf8_mode = Py_UTF8Mode;
        }
    }
}

/// Sets the variables from a settled preconfiguration.
pub fn write_pre(config: &PyPreConfig) {
    // SAFETY: plain integers, written before any Python code runs.
    unsafe {
        Py_IsolatedFlag = config.isolated;
        Py_IgnoreEnvironmentFlag = c_int::from(config.use_environment == 0);
        Py_UTF8Mode = config.utf8_mode;
    }
}

/// Fills in what a configuration of the `Py_Initialize` kind leaves to the variables (-1).
pub fn read(config: &mut PyConfig) {
    if config._config_init != 1 {
        return;
    }
    // SAFETY: plain integers; hosts set them before initialisation.
    unsafe {
        let direct = [
            (&mut config.isolated, Py_IsolatedFlag),
            (&mut config.parser_debug, Py_DebugFlag),
            (&mut config.verbose, Py_VerboseFlag),
            (&mut config.quiet, Py_QuietFlag),
            (&mut config.interactive, Py_InteractiveFlag),
            (&mut config.inspect, Py_InspectFlag),
            (&mut config.optimization_level, Py_OptimizeFlag),
            (&mut config.bytes_warning, Py_BytesWarningFlag),
            // Inverted ones.
            (&mut config.use_environment, c_int::from(Py_IgnoreEnvironmentFlag == 0)),
            (&mut config.pathconfig_warnings, c_int::from(Py_FrozenFlag == 0)),
            (&mut config.site_import, c_int::from(Py_NoSiteFlag == 0)),
            (&mut config.write_bytecode, c_int::from(Py_DontWriteBytecodeFlag == 0)),
            (&mut config.user_site_directory, c_int::from(Py_NoUserSiteDirectory == 0)),
            (&mut config.buffered_stdio, c_int::from(Py_UnbufferedStdioFlag == 0)),
        ];
        for (field, flag) in direct {
            if *field == -1 {
                *field = flag;
            }
        }
    }
}

/// Sets the variables from a complete configuration.
pub fn write(config: &PyConfig) {
    // SAFETY: plain integers, written before any Python code runs.
    unsafe {
        Py_IsolatedFlag = config.isolated;
        Py_DebugFlag = config.parser_debug;
        Py_VerboseFlag = config.verbose;
        Py_QuietFlag = config.quiet;
        Py_InteractiveFlag = config.interactive;
        Py_InspectFlag = config.inspect;
        Py_OptimizeFlag = config.optimization_level;
        Py_BytesWarningFlag = config.bytes_warning;
        Py_IgnoreEnvironmentFlag = c_int::from(config.use_environment == 0);
        Py_FrozenFlag = c_int::from(config.pathconfig_warnings == 0);
        Py_NoSiteFlag = c_int::from(config.site_import == 0);
        Py_DontWriteBytecodeFlag = c_int::from(config.write_bytecode == 0);
        Py_NoUserSiteDirectory = c_int::from(config.user_site_directory == 0);
        Py_UnbufferedStdioFlag = c_int::from(config.buffered_stdio == 0);
        Py_HashRandomizationFlag = c_int::from(config.use_hash_seed == 0 || config.hash_seed != 0);
    }
}
