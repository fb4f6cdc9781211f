//! The life cycle: from nothing to a running interpreter and back.
//!
//! ```text
//!   core      runtime, interpreter, thread state, GIL, types, exceptions, builtins, sys     (no import yet)
//!   importlib frozen _bootstrap, then _bootstrap_external with its path hooks
//!   main      codecs, standard streams, warnings, __main__, site
//! ```
//!
//! The configuration is the interpreter's own `PyConfig`; [`config`] reads and fills it, [`paths`] computes what is not
//! given. [`finalize`] undoes everything, so that start and end can be repeated.

pub mod command_line;
pub mod config;
pub mod config_dict;
pub mod defaults;
mod finalize;
pub mod flags;
pub mod globals;
pub mod hooks;
pub mod main;
pub mod paths;
pub mod prompt;
pub mod read;
pub mod run;
mod streams;
pub mod subinterpreter;

pub use config::{config_text, environment, filesystem_encoding, filesystem_errors, optimization_level};
pub use finalize::finalize;

use krait_abi::*;
use krait_object::protocol::{call, object};
use krait_object::types::{dict, list, module, none, unicode};
use krait_object::{
    Layout, Obj, Object, Result, err, gil, gil_state, intern, interpreter, state, thread_state,
};

/// Whether an interpreter is running (`Py_IsInitialized`).
pub fn is_initialized() -> bool {
    // SAFETY: a static.
    unsafe { (*state::runtime()).initialized != 0 }
}

/// Starts the main interpreter with a complete configuration. On failure the message says what went wrong; a Python
/// exception may be set then.
///
/// # Safety
/// `config` is a complete configuration; no interpreter runs.
pub unsafe fn initialize(config: *const PyConfig) -> core::result::Result<(), String> {
    // SAFETY: the caller's promise; nothing runs in other threads yet.
    unsafe {
        state::initialize().map_err(str::to_owned)?;
        init_hash_secret(&*config);
        interpreter::enable();
        let interp = interpreter::new().ok_or("can't make main interpreter")?;
        config::copy_into(&raw mut (*interp).config, config);
        let tstate = thread_state::new(interp);
        if tstate.is_null() {
            return Err("can't make first thread".to_owned());
        }
        thread_state::swap(tstate);
        gil::init(tstate);
        gil_state::init(tstate).map_err(str::to_owned)?;
        (*interp).eval_frame = Some(crate::eval::_PyEval_EvalFrameDefault);
        hooks::install();
        crate::traceback_dump::install();
        (*state::runtime()).core_initialized = 1;
        start(interp).map_err(|_| describe_failure("failed to initialize the interpreter"))?;
        (*state::runtime()).initialized = 1;
        let frames = (*interp).config.tracemalloc;
        if frames != 0 {
            crate::tracemalloc::start(frames).map_err(|_| {
                err::clear();
                let range = "the number of frames must be in range [1; 65535]";
                format!("can't initialize tracemalloc\nValueError: {range}")
            })?;
        }
        if (*interp).config.site_import != 0 {
            import_site().map_err(|_| describe_failure("Failed to import the site module"))?;
        }
        Ok(())
    }
}

static FAULT_HANDLER_END: std::sync::OnceLock<fn()> = std::sync::OnceLock::new();

/// Names the function that takes `faulthandler`'s signal handlers and watchdog away.
pub fn set_fault_handler_end(end: fn()) {
    let _ = FAULT_HANDLER_END.set(end);
}

/// `-X faulthandler`; without a standard error there is nowhere to write to.
unsafe fn enable_fault_handler(interp: *mut PyInterpreterState) -> Result<()> {
    // SAFETY: the interpreter that is being started.
    let wanted = unsafe { (*interp).config.faulthandler } != 0 && interp == interpreter::main();
    if wanted && crate::sys::get_object("stderr").is_some_and(|stderr| !stderr.is_none()) {
        call::call_method(&*crate::import::import_module("faulthandler")?, intern!("enable"), &[])?;
    }
    Ok(())
}

/// Takes `faulthandler`'s signal handlers and watchdog away, if the module was used.
fn end_fault_handler() {
    if let Some(end) = FAULT_HANDLER_END.get() {
        end();
    }
}

/// The key of string hashes: random, or from `PYTHONHASHSEED`.
fn init_hash_secret(config: &PyConfig) {
    let mut secret = [0u8; 24];
    if config.use_hash_seed == 0 {
        // SAFETY: room for that many bytes.
        let got = unsafe { libc::getrandom(secret.as_mut_ptr().cast(), secret.len(), libc::GRND_NONBLOCK) };
        if got != secret.len() as isize {
            krait_object::text::hash::seeded_bytes(std::process::id(), &mut secret);
        }
    } else if config.hash_seed != 0 {
        krait_object::text::hash::seeded_bytes(config.hash_seed as u32, &mut secret);
    }
    // SAFETY: no string has been hashed yet.
    unsafe { unicode::_Py_HashSecret.uc = secret };
}

/// Everything of an interpreter that Python code sees; for the main one and for sub-interpreters.
unsafe fn start(interp: *mut PyInterpreterState) -> Result<()> {
    // SAFETY: a new interpreter with a current thread state.
    unsafe {
        if interp == interpreter::main() {
            krait_object::lifecycle::init_types()?;
            crate::ready_types()?;
        }
        let modules = dict::new()?;
        (*interp).modules = modules.clone().into_ptr();
        let builtins = crate::builtins::create()?;
        (*interp).builtins = module::dict(&builtins).owned().into_ptr();
        (*interp).builtins_copy = dict::copy(module::dict(&builtins))?.into_ptr();
        let import = object::get_attr(&builtins, intern!("__import__"))?;
        (*interp).import_func = import.into_ptr();
        dict::set_str(&modules, "builtins", &builtins)?;
        let sys = crate::sys::create()?;
        (*interp).sysdict = module::dict(&sys).owned().into_ptr();
        dict::set_str(&modules, "sys", &sys)?;
        dict::set_str(module::dict(&sys), "modules", &modules)?;
        config::publish(&raw const (*interp).config)?;
        streams::preliminary_stderr()?;
        if (*interp).config._install_importlib == 0 {
            return Ok(());
        }
        install_importlib(interp, &sys)?;
        install_external_importlib()?;
        crate::import::archive::install_if_used(&read::list_strings(&(*interp).config.module_search_paths))?;
        streams::init_encodings()?;
        install_signal_handlers(interp)?;
        add_main_module()?;
        streams::init()?;
        enable_fault_handler(interp)?;
        krait_object::protocol::object::set_attr(
            &builtins,
            intern!("open"),
            Some(&*object::get_attr(&*crate::import::import_module("io")?, intern!("open"))?),
        )?;
        let warn_options = crate::sys::get_object("warnoptions");
        if warn_options.is_some_and(|options| krait_object::protocol::object::len(&options).unwrap_or(0) > 0)
            && crate::import::import_module("warnings").is_err()
        {
            crate::traceback_print::print_and_clear();
        }
        Ok(())
    }
}

/// Installs the frozen `importlib._bootstrap`.
unsafe fn install_importlib(interp: *mut PyInterpreterState, sys: &Object) -> Result<()> {
    // SAFETY: the interpreter that is being started.
    unsafe {
        for name in ["meta_path", "path_hooks"] {
            crate::sys::set_object(name, Some(&*list::new()?.upcast()))?;
        }
        crate::sys::set_object("path_importer_cache", Some(&*dict::new()?))?;
        let name = unicode::from_str("_frozen_importlib")?;
        if crate::import::frozen::import(&name)?.is_none() {
            return Err(err::import_error("the frozen importlib._bootstrap is missing"));
        }
        let importlib = crate::import::add_module(&name)?;
        (*interp).importlib = importlib.clone().into_ptr();
        let imp = builtin_module("_imp")?;
        call::call_method(&importlib, intern!("_install"), &[sys, &imp]).map(drop)
    }
}

/// Makes a built-in module without importlib.
fn builtin_module(name: &str) -> Result<Obj> {
    let namespace = dict::new()?;
    dict::set_str(&namespace, "name", &*unicode::from_str(name)?)?;
    let spec = krait_object::types::namespace::new_from(Some(&namespace))?;
    let Some(new) = crate::import::dynload::create_builtin(&spec)? else {
        return Err(err::import_error(format_args!("no built-in module named {name}")));
    };
    crate::import::dynload::exec(&new)?;
    object::set_item(&*crate::import::modules()?, &*unicode::from_str(name)?, &new)?;
    Ok(new)
}

fn install_external_importlib() -> Result<()> {
    let importlib = crate::import::importlib()?;
    call::call_method(&importlib, intern!("_install_external_importers"), &[])?;
    init_zipimport()
}

/// Puts zipimport's hook in front, if it is there.
fn init_zipimport() -> Result<()> {
    let Ok(zipimport) = crate::import::import_module("zipimport") else {
        err::clear();
        return Ok(());
    };
    let Some(importer) = object::lookup_attr(&zipimport, intern!("zipimporter"))? else { return Ok(()) };
    let Some(hooks) = crate::sys::get_object("path_hooks") else { return Ok(()) };
    match hooks.downcast::<list::List>() {
        Some(hooks) => hooks.insert(0, &importer),
        None => Ok(()),
    }
}

unsafe fn install_signal_handlers(interp: *mut PyInterpreterState) -> Result<()> {
    // SAFETY: the interpreter that is being started.
    if unsafe { (*interp).config.install_signal_handlers } == 0 {
        return Ok(());
    }
    // SAFETY: ignoring these signals is what Python programs expect.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
    crate::import::import_module("_signal").map(drop)
}

fn add_main_module() -> Result<()> {
    let main = crate::import::add_module(&*unicode::from_str("__main__")?)?;
    let namespace = module::dict(&main);
    dict::set_str(namespace, "__annotations__", &*dict::new()?)?;
    if dict::get_str(namespace, "__builtins__")?.is_none() {
        let builtins = crate::import::add_module(&*unicode::from_str("builtins")?)?;
        dict::set_str(namespace, "__builtins__", &builtins)?;
    }
    let loader = dict::get_str(namespace, "__loader__")?;
    if loader.is_none_or(|loader| loader.is_none()) {
        let importlib = crate::import::importlib()?;
        dict::set_str(namespace, "__loader__", &*object::get_attr(&importlib, intern!("BuiltinImporter"))?)?;
    }
    Ok(())
}

fn import_site() -> Result<()> {
    crate::import::import_module("site").map(drop)
}

/// The current exception as text behind a message.
fn describe_failure(message: &str) -> String {
    let shown = err::fetch().and_then(|mut error| {
        if !krait_object::types::exceptions::is_ready() {
            return Some(krait_object::types::exceptions::class_name(&error.kind).to_owned());
        }
        let text = object::repr(error.normalize()).ok()?;
        let text = unicode::display(&text).to_string();
        if let (Some(value), Some(traceback)) = (&error.value, &error.traceback) {
            crate::traceback_print::display_exception(value, traceback);
        }
        Some(text)
    });
    err::clear();
    match shown {
        Some(shown) => format!("{message}: {shown}"),
        None => message.to_owned(),
    }
}

struct ExitFunctions(core::cell::RefCell<Vec<unsafe extern "C" fn()>>);
// SAFETY: touched with the GIL held, or when the last interpreter is gone.
unsafe impl Sync for ExitFunctions {}
static EXIT_FUNCTIONS: ExitFunctions = ExitFunctions(core::cell::RefCell::new(Vec::new()));

/// Registers a function for the end of finalisation (`Py_AtExit`); false when there are too many.
pub fn at_exit(function: Option<unsafe extern "C" fn()>) -> bool {
    let mut functions = EXIT_FUNCTIONS.0.borrow_mut();
    match function {
        Some(function) if functions.len() < 32 => {
            functions.push(function);
            true
        }
        _ => false,
    }
}

/// Runs what [`at_exit`] registered, the last first.
pub(crate) fn run_at_exit() {
    loop {
        let Some(function) = EXIT_FUNCTIONS.0.borrow_mut().pop() else { return };
        // SAFETY: the host registered it for this moment.
        unsafe { function() };
    }
}

/// None, for parts of the configuration that are unset.
pub(crate) fn none_object() -> Obj {
    none::none().owned()
}
