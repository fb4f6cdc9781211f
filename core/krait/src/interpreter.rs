//! Starting and ending Python.

use crate::global;
use crate::token::Python;
use core::fmt;
use core::marker::PhantomData;
use krait_abi::{PyConfig, PyThreadState};
use krait_object::gil;
use krait_vm::lifecycle::defaults::{self, Kind};
use krait_vm::lifecycle::{self, read, wide};
use std::path::{Path, PathBuf};

/// How Python starts.
#[derive(Clone, Debug, Default)]
pub struct Config {
    home: Option<PathBuf>,
    search_path: Vec<PathBuf>,
    arguments: Vec<String>,
    isolated: bool,
    signals: bool,
    without_site: bool,
}

impl Config {
    /// Python as an embedding program wants it: no signal handlers, the user's environment variables count.
    pub fn new() -> Config {
        Config::default()
    }

    /// The folder above `lib/python3.9`; by default it is found as CPython finds it (`PYTHONHOME`, the executable's folder).
    pub fn home(mut self, folder: impl AsRef<Path>) -> Config {
        self.home = Some(folder.as_ref().to_owned());
        self
    }

    /// Adds a folder in front of `sys.path`.
    pub fn search_path(mut self, folder: impl AsRef<Path>) -> Config {
        self.search_path.push(folder.as_ref().to_owned());
        self
    }

    /// `sys.argv`
    pub fn arguments(mut self, arguments: impl IntoIterator<Item = impl Into<String>>) -> Config {
        self.arguments = arguments.into_iter().map(Into::into).collect();
        self
    }

    /// Ignores the user's environment variables and site folder.
    pub fn isolated(mut self) -> Config {
        self.isolated = true;
        self
    }

    /// Python handles signals: Ctrl-C raises `KeyboardInterrupt`.
    pub fn signals(mut self) -> Config {
        self.signals = true;
        self
    }

    /// Leaves out the `site` module.
    pub fn without_site(mut self) -> Config {
        self.without_site = true;
        self
    }

    fn complete(&self) -> PyConfig {
        let kind = if self.isolated { Kind::Isolated } else { Kind::Python };
        let mut config = defaults::config(kind);
        config.parse_argv = 0;
        config.install_signal_handlers = i32::from(self.signals);
        if self.without_site {
            config.site_import = 0;
        }
        if let Some(home) = &self.home {
            config.home = wide::to_raw(&wide::from_path(home));
        }
        for argument in &self.arguments {
            // SAFETY: a list of a new configuration.
            unsafe { wide::append(&mut config.argv, wide::to_raw(&wide::of(argument))) };
        }
        config
    }
}

/// Why Python did not start.
#[derive(Debug)]
pub struct StartError(String);

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// The running Python of this process. There is one at a time; dropping it ends Python, and another can be started.
///
/// It belongs to the thread that started it. Other threads use [`Python::attach`] while it lives.
pub struct Interpreter {
    tstate: *mut PyThreadState,
    _of_one_thread: PhantomData<*mut ()>,
}

impl Interpreter {
    /// Starts Python.
    pub fn start(config: &Config) -> Result<Interpreter, StartError> {
        if lifecycle::is_initialized() {
            return Err(StartError("an interpreter is running already".to_owned()));
        }
        krait_modules::install_table();
        // SAFETY: nothing runs yet; the configuration is new and its strings are in raw memory.
        unsafe {
            krait_stdlib::install(krait_modules::spare::find);
            let mut complete = config.complete();
            let ready = read::complete(&mut complete)
                .map_err(|failure| StartError(format!("bad configuration: {failure:?}")));
            let started = ready.and_then(|()| {
                lifecycle::initialize(&complete).map_err(|failure| StartError(format!("{failure:?}")))
            });
            read::clear(&mut complete);
            started?;
        }
        let py = Python::assume();
        for folder in config.search_path.iter().rev() {
            let insert = || {
                let path = py.import("sys")?.attr("path")?;
                path.call_method("insert", (0_i64, folder.to_string_lossy().as_ref()))
            };
            insert().map_err(|error| StartError(error.to_string()))?;
        }
        Ok(Interpreter { tstate: gil::save_thread(), _of_one_thread: PhantomData })
    }

    /// Runs `body` with the lock held.
    pub fn with<R>(&self, body: impl for<'py> FnOnce(Python<'py>) -> R) -> R {
        Python::attach(body)
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        // SAFETY: the state of the thread that started the interpreter, which is this one.
        unsafe { gil::restore_thread(self.tstate) };
        global::end_round();
        lifecycle::finalize();
    }
}
