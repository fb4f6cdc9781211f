//! Initial values of configurations (`PyConfig_InitPythonConfig` and relatives).

use krait_abi::*;

/// Which initial values (`_config_init`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `_PyConfig_InitCompatConfig`: what `Py_Initialize` uses; -1 means "from the global variable".
    Compat = 1,
    /// Like the `python` program.
    Python = 2,
    /// Apart from the user's environment.
    Isolated = 3,
}

/// A configuration of zeros.
pub fn zeroed() -> PyConfig {
    // SAFETY: integers and null pointers.
    unsafe { core::mem::zeroed() }
}

/// The initial `PyConfig`.
pub fn config(kind: Kind) -> PyConfig {
    let mut config = zeroed();
    config._config_init = kind as i32;
    config._use_peg_parser = 1;
    config._install_importlib = 1;
    config._init_main = 1;
    config.buffered_stdio = 1;
    config.site_import = 1;
    config.write_bytecode = 1;
    match kind {
        Kind::Python => {
            config.use_environment = 1;
            config.dev_mode = -1;
            config.install_signal_handlers = 1;
            config.use_hash_seed = -1;
            config.faulthandler = -1;
            config.tracemalloc = -1;
            config.parse_argv = 1;
            config.user_site_directory = 1;
            config.configure_c_stdio = 1;
            config.pathconfig_warnings = 1;
        }
        Kind::Isolated => config.isolated = 1,
        Kind::Compat => {
            config.isolated = -1;
            config.use_environment = -1;
            config.dev_mode = -1;
            config.install_signal_handlers = 1;
            config.use_hash_seed = -1;
            config.faulthandler = -1;
            config.tracemalloc = -1;
            config.site_import = -1;
            config.bytes_warning = -1;
            config.inspect = -1;
            config.interactive = -1;
            config.optimization_level = -1;
            config.parser_debug = -1;
            config.write_bytecode = -1;
            config.verbose = -1;
            config.quiet = -1;
            config.user_site_directory = -1;
            config.buffered_stdio = -1;
            config.pathconfig_warnings = -1;
        }
    }
    config
}

/// The initial `PyPreConfig`.
pub fn preconfig(kind: Kind) -> PyPreConfig {
    let of = |compat, python, isolated| match kind {
        Kind::Compat => compat,
        Kind::Python => python,
        Kind::Isolated => isolated,
    };
    PyPreConfig {
        _config_init: kind as i32,
        parse_argv: of(0, 1, 0),
        isolated: of(-1, 0, 1),
        use_environment: of(-1, 1, 0),
        configure_locale: of(1, 1, 0),
        coerce_c_locale: of(0, -1, 0),
        coerce_c_locale_warn: of(0, -1, 0),
        utf8_mode: of(0, -1, 0),
        dev_mode: of(-1, -1, 0),
        allocator: 0,
    }
}
