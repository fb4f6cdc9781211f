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
pub mod describe;
pub mod finalize;
pub mod flags;
pub mod globals;
pub mod hooks;
pub mod locale;
pub mod main;
pub mod paths;
pub mod preconfig;
pub mod prompt;
pub mod read;
pub mod run;
mod streams;
pub mod subinterpreter;
pub mod wide;

pub use config::{config_text, environment, filesystem_encoding, filesystem_errors, optimization_level};
pub use finalize::{Phase, finalize, register_cleaner};
pub use read::{Done, Failure};
pub use streams::flush as flush_at_end;

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

/// Starts the main interpreter with a complete configuration, as far as `_init_main` says. After a failure a Python
/// exception may be set, which a fatal message shows.
///
/// # Safety
/// `config` is a complete configuration; no interpreter runs.
pub unsafe fn initialize(config: *const PyConfig) -> Done {
    let failed = |step: &'static str, message: &str| Failure::In(step, message.to_owned());
    // SAFETY: the caller's promise; nothing runs in other threads yet.
    unsafe {
        state::initialize().map_err(|message| failed("_PyRuntime_Initialize", message))?;
        init_hash_secret(&*config);
        interpreter::enable();
        let interp = interpreter::new()
            .ok_or_else(|| failed("pycore_create_interpreter", "can't make main interpreter"))?;
        config::copy_into(&raw mut (*interp).config, config);
        globals::remember(&*config);
        globals::replace_arguments(&wide::list(&(*config)._orig_argv));
        flags::write(&*config);
        configure_c_streams(&*config);
        let tstate = thread_state::new(interp);
        if tstate.is_null() {
            return Err(failed("pycore_create_interpreter", "can't make first thread"));
        }
        thread_state::swap(tstate);
        gil::init(tstate);
        gil_state::init(tstate).map_err(|message| failed("_PyGILState_Init", message))?;
        (*interp).eval_frame = Some(crate::eval::_PyEval_EvalFrameDefault);
        let digits = read::MAX_STR_DIGITS.load(core::sync::atomic::Ordering::Relaxed);
        (*interp).int_max_str_digits = if digits == -1 { DEFAULT_MAX_STR_DIGITS } else { digits };
        hooks::install();
        crate::traceback_dump::install();
        start_core(interp)?;
        (*state::runtime()).core_initialized = 1;
        if (*interp).config._init_main != 0 { start_main(interp) } else { Ok(()) }
    }
}

/// The buffering of C's own streams.
fn configure_c_streams(config: &PyConfig) {
    if config.configure_c_stdio == 0 {
        return;
    }
    let set = |file: *mut libc::FILE, mode: core::ffi::c_int| {
        // SAFETY: the process's own stream, without a buffer of ours.
        unsafe { libc::setvbuf(file, core::ptr::null_mut(), mode, libc::BUFSIZ as usize) };
    };
    let (stdin, stdout) = (crate::readline::standard_input(), crate::readline::standard_output());
    if config.buffered_stdio == 0 {
        set(stdin, libc::_IONBF);
        set(stdout, libc::_IONBF);
        set(crate::readline::standard_error(), libc::_IONBF);
    } else if config.interactive != 0 {
        set(stdin, libc::_IOLBF);
        set(stdout, libc::_IOLBF);
    }
}

/// `sys.int_info.default_max_str_digits`
const DEFAULT_MAX_STR_DIGITS: i32 = 4300;

/// Completes what [`initialize`] began (`_Py_InitializeMain`).
pub fn initialize_main() -> Done {
    if state::current().is_null() {
        return Err(Failure::In("_Py_InitializeMain", "the interpreter core is not initialized".to_owned()));
    }
    // SAFETY: the current interpreter, whose core is there.
    unsafe {
        let interp = state::interp();
        if (*interp).config._init_main != 0 && is_initialized() { Ok(()) } else { start_main(interp) }
    }
}

/// Gives a running interpreter another configuration (`Py_Main` after `Py_Initialize`). Of what Python sees only
/// `sys.argv` changes.
///
/// # Safety
/// `config` is a complete configuration; an interpreter runs.
pub unsafe fn reconfigure(config: *const PyConfig) -> Done {
    // SAFETY: the caller's promise.
    unsafe {
        let interp = state::interp();
        read::clear(&raw mut (*interp).config);
        config::copy_into(&raw mut (*interp).config, config);
        globals::remember(&*config);
        flags::write(&*config);
        if (*interp).config._init_main == 0 {
            return Ok(());
        }
        config::publish_arguments(&(*interp).config)
            .map_err(|_| Failure::In("pyinit_main_reconfigure", "fail to reconfigure Python".to_owned()))
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
pub fn end_fault_handler() {
    if let Some(end) = FAULT_HANDLER_END.get() {
        end();
    }
}

/// The key of string hashes: random, or from `PYTHONHASHSEED`. The first one is for the life of the process, as the static
/// types keep strings with their hashes.
fn init_hash_secret(config: &PyConfig) {
    static DONE: core::sync::atomic::AtomicBool = core::sync::atomic::AtomicBool::new(false);
    if DONE.swap(true, core::sync::atomic::Ordering::Relaxed) {
        return;
    }
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

fn step(name: &'static str, message: &'static str) -> impl FnOnce(krait_object::Raised) -> Failure {
    move |_| Failure::In(name, message.to_owned())
}

/// What an interpreter needs to run anything: types, `builtins`, `sys`, importlib.
unsafe fn start_core(interp: *mut PyInterpreterState) -> Done {
    // SAFETY: a new interpreter with a current thread state.
    unsafe {
        if interp == interpreter::main() {
            krait_object::lifecycle::init_types()
                .and_then(|()| crate::ready_types())
                .map_err(step("pycore_init_types", "can't initialize types"))?;
        }
        create_core_modules(interp)
            .map_err(step("pycore_init_builtins", "can't initialize builtins module"))?;
        if (*interp).config._install_importlib != 0 {
            let sys = crate::import::add_module(intern!("sys"))
                .map_err(step("init_importlib", "can't import sys"))?;
            install_importlib(interp, &sys).map_err(step("init_importlib", "importlib install failed"))?;
        }
        Ok(())
    }
}

unsafe fn create_core_modules(interp: *mut PyInterpreterState) -> Result<()> {
    // SAFETY: a new interpreter with a current thread state.
    unsafe {
        let modules = dict::new()?;
        (*interp).modules = modules.clone().into_ptr();
        let builtins = crate::builtins::create()?;
        let sys = crate::sys::create()?;
        (*interp).sysdict = module::dict(&sys).owned().into_ptr();
        dict::set_str(&modules, "sys", &sys)?;
        dict::set_str(module::dict(&sys), "modules", &modules)?;
        (*interp).builtins = module::dict(&builtins).owned().into_ptr();
        (*interp).builtins_copy = dict::copy(module::dict(&builtins))?.into_ptr();
        let import = object::get_attr(&builtins, intern!("__import__"))?;
        (*interp).import_func = import.into_ptr();
        dict::set_str(&modules, "builtins", &builtins)?;
        config::publish(&raw const (*interp).config)?;
        streams::preliminary_stderr()
    }
}

/// Everything else of an interpreter that Python code sees.
unsafe fn start_main(interp: *mut PyInterpreterState) -> Done {
    // SAFETY: an interpreter whose core is there, with a current thread state.
    unsafe {
        let runtime = state::runtime();
        let is_main = interp == interpreter::main();
        if (*interp).config._install_importlib == 0 {
            if is_main {
                (*runtime).initialized = 1;
            }
            return Ok(());
        }
        install_external_importlib()
            .and_then(|()| {
                let folders = wide::list(&(*interp).config.module_search_paths);
                let folders: Vec<String> = folders.iter().map(|folder| wide::to_string(folder)).collect();
                crate::import::archive::install_if_used(&folders)
            })
            .map_err(step("init_importlib_external", "external importer setup failed"))?;
        streams::init_encodings()
            .map_err(step("init_fs_encoding", "failed to get the Python codec of the filesystem encoding"))?;
        if is_main {
            install_signal_handlers(interp).map_err(step("init_signals", "can't import signal"))?;
            let frames = (*interp).config.tracemalloc;
            if frames > 0 {
                crate::tracemalloc::start(frames)
                    .map_err(step("init_interp_main", "can't initialize tracemalloc"))?;
            }
        }
        add_main_module().map_err(step("add_main_module", "can't create __main__ module"))?;
        streams::init()?;
        enable_fault_handler(interp).map_err(step("init_interp_main", "can't initialize faulthandler"))?;
        let open = crate::import::import_module("io").and_then(|io| object::get_attr(&io, intern!("open")));
        let builtins = Object::from_ptr((*interp).builtins);
        open.and_then(|open| dict::set_str(builtins, "open", &open))
            .map_err(step("init_set_builtins_open", "can't set builtins.open"))?;
        let options = crate::sys::get_object("warnoptions");
        if options.is_some_and(|options| object::len(&options).unwrap_or(0) > 0)
            && crate::import::import_module("warnings").is_err()
        {
            crate::traceback_print::print_and_clear();
        }
        if is_main {
            (*runtime).initialized = 1;
            (*interp).config._init_main = 1;
        }
        if (*interp).config.site_import != 0 {
            import_site().map_err(step("init_import_site", "Failed to import the site module"))?;
        }
        if is_main && (*runtime).preconfig.coerce_c_locale_warn != 0 {
            locale::warn_if_legacy();
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
