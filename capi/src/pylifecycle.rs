//! `pylifecycle.h` and `cpython/pylifecycle.h`: starting and ending interpreters, and the program's `main`.

use crate::cpython::initconfig::{from_failure, outcome};
use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int, c_void};
use krait_vm::lifecycle::defaults::{self, Kind};
use krait_vm::lifecycle::preconfig::{self, Arguments};
use krait_vm::lifecycle::{self, Failure, describe, globals, main, read, run, wide};
use krait_vm::sys::info;

/// A fatal message for a failed start, as `Py_ExitStatusException` prints it; ends the process.
fn exit_with(status: PyStatus) -> ! {
    if status._type == 2 {
        std::process::exit(status.exitcode);
    }
    let text = |text: *const c_char| {
        // SAFETY: texts of statuses are C strings.
        (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
    };
    if status._type != 1 {
        err::fatal("Py_ExitStatusException", "Py_ExitStatusException() must not be called on success");
    }
    let message = text(status.err_msg).unwrap_or_else(|| "unknown error".to_owned());
    err::fatal_exit(&text(status.func).unwrap_or_default(), &message, 1)
}

/// Completes a copy of the configuration and starts the interpreter with it.
unsafe fn start(config: *const PyConfig, arguments: Option<&Arguments>) -> PyStatus {
    // SAFETY: a valid configuration.
    unsafe {
        let begin = || -> core::result::Result<(), Failure> {
            preconfig::initialize_for(&*config, arguments)?;
            let mut complete: PyConfig = core::mem::zeroed();
            lifecycle::config::copy_into(&mut complete, config);
            if let Some(arguments) = arguments {
                wide::set_list(&mut complete.argv, arguments.decode());
            }
            let started = read::complete(&mut complete).and_then(|()| {
                if lifecycle::is_initialized() {
                    lifecycle::reconfigure(&complete)
                } else {
                    lifecycle::initialize(&complete)
                }
            });
            if let Err(Failure::In("init_fs_encoding", _)) = &started {
                describe::dump_paths(&complete);
            }
            read::clear(&mut complete);
            started
        };
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(begin)) {
            Ok(outcome) => crate::cpython::initconfig::outcome(outcome),
            Err(_) => from_failure(Failure::In("Py_InitializeFromConfig", "internal error".to_owned())),
        }
    }
}

/// # Safety
/// A status that a function of this API returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_ExitStatusException(status: PyStatus) {
    exit_with(status)
}

/// Prepares the runtime.
unsafe fn prepare(src_config: *const PyPreConfig, arguments: &Arguments) -> PyStatus {
    if src_config.is_null() {
        let message = "preinitialization config is NULL".to_owned();
        return from_failure(Failure::In("_Py_PreInitializeFromPyArgv", message));
    }
    // SAFETY: valid.
    outcome(preconfig::initialize(unsafe { &*src_config }, arguments))
}

/// # Safety
/// `src_config` is valid or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitialize(src_config: *const PyPreConfig) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { prepare(src_config, &Arguments::Absent) }
}

/// # Safety
/// `src_config` is valid or NULL; `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitializeFromBytesArgs(
    src_config: *const PyPreConfig,
    argc: Py_ssize_t,
    argv: *mut *mut c_char,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { prepare(src_config, &bytes_arguments(argc, argv)) }
}

/// # Safety
/// `src_config` is valid or NULL; `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitializeFromArgs(
    src_config: *const PyPreConfig,
    argc: Py_ssize_t,
    argv: *mut *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { prepare(src_config, &wide_arguments(argc, argv)) }
}

/// # Safety
/// `src_config` is valid or NULL, `args` valid or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_PreInitializeFromPyArgv(
    src_config: *const PyPreConfig,
    args: *const _PyArgv,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { prepare(src_config, &Arguments::from_raw(args)) }
}

/// # Safety
/// `config` is valid, `args` valid or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_PreInitializeFromConfig(
    config: *const PyConfig,
    args: *const _PyArgv,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe {
        let arguments = Arguments::from_raw(args);
        let given = (!args.is_null()).then_some(&arguments);
        outcome(preconfig::initialize_for(&*config, given))
    }
}

unsafe fn bytes_arguments(argc: Py_ssize_t, argv: *mut *mut c_char) -> Arguments {
    let text = |index| {
        // SAFETY: the caller's promise: `argc` terminated strings.
        unsafe { CStr::from_ptr(*argv.add(index)) }.to_bytes().to_vec()
    };
    Arguments::Bytes((0..argc.max(0) as usize).map(text).collect())
}

unsafe fn wide_arguments(argc: Py_ssize_t, argv: *mut *mut wchar_t) -> Arguments {
    let text = |index| {
        // SAFETY: the caller's promise: `argc` terminated strings.
        unsafe { wide::from_raw(*argv.add(index)) }.unwrap_or_default()
    };
    Arguments::Wide((0..argc.max(0) as usize).map(text).collect())
}

/// # Safety
/// A valid configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_InitializeFromConfig(config: *const PyConfig) -> PyStatus {
    if config.is_null() {
        let message = "initialization config is NULL".to_owned();
        return from_failure(Failure::In("Py_InitializeFromConfig", message));
    }
    // SAFETY: the caller's promise.
    unsafe { start(config, None) }
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_InitializeMain() -> PyStatus {
    outcome(lifecycle::initialize_main())
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_InitializeEx(initsigs: c_int) {
    if lifecycle::is_initialized() {
        return;
    }
    let mut config = defaults::config(Kind::Compat);
    config.install_signal_handlers = initsigs;
    // SAFETY: a valid configuration.
    let status = unsafe { start(&config, None) };
    if status._type != 0 {
        exit_with(status);
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_Initialize() {
    Py_InitializeEx(1)
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_IsInitialized() -> c_int {
    c_int::from(lifecycle::is_initialized())
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_IsCoreInitialized() -> c_int {
    // SAFETY: a static.
    unsafe { (*krait_object::state::runtime()).core_initialized }
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_IsFinalizing() -> c_int {
    c_int::from(!krait_object::state::finalizing().is_null())
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_FinalizeEx() -> c_int {
    guard_or(-1, || Ok(lifecycle::finalize()))
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_Finalize() {
    Py_FinalizeEx();
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_Exit(sts: c_int) {
    run::exit(sts)
}

/// # Safety
/// `func` may be called when the process ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_AtExit(func: Option<unsafe extern "C" fn()>) -> c_int {
    if lifecycle::at_exit(func) { 0 } else { -1 }
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_RunMain() -> c_int {
    guard_or(1, || Ok(main::run_main()))
}

/// Starts with the python program's configuration and runs it.
unsafe fn run_program(arguments: &Arguments) -> c_int {
    // SAFETY: a valid configuration.
    unsafe {
        let prepared = preconfig::initialize(&defaults::preconfig(Kind::Python), arguments);
        let status = match prepared {
            Ok(()) => start(&defaults::config(Kind::Python), Some(arguments)),
            Err(failure) => from_failure(failure),
        };
        if status._type == 2 {
            return status.exitcode;
        }
        if status._type != 0 {
            exit_with(status);
        }
        Py_RunMain()
    }
}

/// # Safety
/// `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_BytesMain(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { run_program(&bytes_arguments(argc as Py_ssize_t, argv)) }
}

/// # Safety
/// `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_Main(argc: c_int, argv: *mut *mut wchar_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { run_program(&wide_arguments(argc as Py_ssize_t, argv)) }
}

/// # Safety
/// A terminated string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SetProgramFullPath(program_full_path: *const wchar_t) {
    // SAFETY: the caller's promise.
    unsafe { globals::set(globals::Field::Executable, program_full_path) }
}

/// # Safety
/// Places for the results; the strings belong to the runtime.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_GetArgcArgv(argc: *mut c_int, argv: *mut *mut *mut wchar_t) {
    let arguments = globals::arguments();
    // SAFETY: the caller's promise.
    unsafe {
        *argc = arguments.length as c_int;
        *argv = arguments.items;
    }
}

/// # Safety
/// An open stream, and a C string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_FdIsInteractive(fp: *mut libc::FILE, filename: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let name = (!filename.is_null()).then(|| CStr::from_ptr(filename));
        run::is_interactive(fp, name.map(CStr::to_bytes)).into()
    }
}

/// # Safety
/// C strings or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SetStandardStreamEncoding(
    encoding: *const c_char,
    errors: *const c_char,
) -> c_int {
    if lifecycle::is_initialized() {
        return -1;
    }
    let text = |text: *const c_char| {
        // SAFETY: the caller's promise.
        (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
    };
    globals::set_stream_encoding(text(encoding), text(errors));
    0
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_RestoreSignals() {
    krait_modules::signal::restore_signals()
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_CoerceLegacyLocale(warn: c_int) -> c_int {
    lifecycle::locale::coerce(warn != 0).into()
}

#[unsafe(no_mangle)]
pub extern "C" fn _Py_LegacyLocaleDetected(warn: c_int) -> c_int {
    lifecycle::locale::is_legacy(warn != 0).into()
}

/// # Safety
/// The function takes the module, which lives until the interpreter ends.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_PyAtExit(
    func: Option<unsafe extern "C" fn(*mut PyObject)>,
    module: *mut PyObject,
) {
    // SAFETY: the running interpreter.
    unsafe {
        let interp = krait_object::state::interp();
        (*interp).pyexitfunc = func;
        (*interp).pyexitmodule = module;
    }
}

/// Runs the program of a frozen application: the module `__main__` of the frozen ones.
///
/// # Safety
/// `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_FrozenMain(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: the caller's promise; plain integers.
    unsafe {
        let arguments = bytes_arguments(argc as Py_ssize_t, argv);
        let mut config = defaults::config(Kind::Isolated);
        lifecycle::flags::Py_FrozenFlag = 1;
        config.pathconfig_warnings = 0;
        config.parse_argv = 0;
        let status = start(&config, Some(&arguments));
        if status._type != 0 {
            exit_with(status);
        }
        let code = guard_or(1, || {
            let found = krait_vm::import::frozen::import(krait_object::intern!("__main__"));
            Ok(match found {
                Ok(Some(_)) => 0,
                Ok(None) => err::fatal("Py_FrozenMain", "the __main__ module is not frozen"),
                Err(_) => {
                    krait_vm::traceback_print::print_and_clear();
                    1
                }
            })
        });
        if Py_FinalizeEx() < 0 { 120 } else { code }
    }
}

macro_rules! global_strings {
    ($($set:ident, $get:ident, $field:ident;)*) => {$(
        /// # Safety
        /// A terminated string or NULL.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $set(text: *const wchar_t) {
            // SAFETY: the caller's promise.
            unsafe { globals::set(globals::Field::$field, text) }
        }

        #[unsafe(no_mangle)]
        pub extern "C" fn $get() -> *mut wchar_t {
            globals::get(globals::Field::$field)
        }
    )*};
}
global_strings! {
    Py_SetProgramName, Py_GetProgramName, ProgramName;
    Py_SetPythonHome, Py_GetPythonHome, Home;
    Py_SetPath, Py_GetPath, Path;
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_GetPrefix() -> *mut wchar_t {
    globals::get(globals::Field::Prefix)
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_GetExecPrefix() -> *mut wchar_t {
    globals::get(globals::Field::ExecPrefix)
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_GetProgramFullPath() -> *mut wchar_t {
    globals::get(globals::Field::Executable)
}

/// A text with a null byte behind it.
const fn terminated<const SIZE: usize>(text: &str) -> [u8; SIZE] {
    let mut bytes = [0; SIZE];
    let mut index = 0;
    while index < text.len() {
        bytes[index] = text.as_bytes()[index];
        index += 1;
    }
    bytes
}

/// Texts as C strings that live for ever.
macro_rules! fixed_text {
    ($($name:ident, $text:expr;)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> *const c_char {
            const SIZE: usize = $text.len() + 1;
            static HELD: [u8; SIZE] = terminated::<SIZE>($text);
            HELD.as_ptr().cast()
        }
    )*};
}
fixed_text! {
    Py_GetPlatform, "linux";
    Py_GetCopyright, info::COPYRIGHT;
    Py_GetCompiler, info::COMPILER_TEXT;
    _Py_gitidentifier, "";
    _Py_gitversion, "";
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_GetVersion() -> *const c_char {
    info::version()
}

/// In writable memory, whole again after each call: some hosts cut it up in place (`strtok`).
#[unsafe(no_mangle)]
pub extern "C" fn Py_GetBuildInfo() -> *const c_char {
    const SIZE: usize = info::BUILD_TEXT.len() + 1;
    const TEXT: [u8; SIZE] = terminated::<SIZE>(info::BUILD_TEXT);
    static mut HELD: [u8; SIZE] = TEXT;
    // SAFETY: a static of our own; threads that meet here write the same bytes.
    unsafe { (&raw mut HELD).write(TEXT) };
    (&raw const HELD).cast()
}

/// # Safety
/// `buffer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyOS_URandom(buffer: *mut c_void, size: Py_ssize_t) -> c_int {
    let mut filled = 0;
    while filled < size {
        // SAFETY: the caller's promise.
        let got = unsafe {
            libc::getrandom(buffer.cast::<u8>().offset(filled).cast(), (size - filled) as usize, 0)
        };
        if got < 0 {
            if err::last_errno() == libc::EINTR {
                continue;
            }
            return guard_or(-1, || Err::<c_int, _>(err::from_errno(err::last_errno(), None, None)));
        }
        filled += got;
    }
    0
}

/// # Safety
/// `buffer` has `size` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyOS_URandomNonblock(buffer: *mut c_void, size: Py_ssize_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { _PyOS_URandom(buffer, size) }
}

/// A new interpreter's thread state, or NULL when it could not be made; a failed start of one that was made is fatal.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_NewInterpreter(isolated_subinterpreter: c_int) -> *mut PyThreadState {
    guard(|| match lifecycle::subinterpreter::new_interpreter(isolated_subinterpreter != 0) {
        Ok(tstate) => tstate,
        Err(failure) => exit_with(from_failure(failure)),
    })
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_NewInterpreter() -> *mut PyThreadState {
    _Py_NewInterpreter(0)
}

/// # Safety
/// The current thread state, the only one of its interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_EndInterpreter(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    guard(|| unsafe { lifecycle::subinterpreter::end_interpreter(tstate) })
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_setsig(sig: c_int, handler: libc::sighandler_t) -> libc::sighandler_t {
    // SAFETY: what the C API asks.
    unsafe {
        let mut new: libc::sigaction = core::mem::zeroed();
        let mut old: libc::sigaction = core::mem::zeroed();
        new.sa_sigaction = handler;
        if libc::sigaction(sig, &new, &mut old) == -1 { libc::SIG_ERR } else { old.sa_sigaction }
    }
}

/// # Safety
/// What the C API asks of the arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_getsig(sig: c_int) -> libc::sighandler_t {
    // SAFETY: what the C API asks.
    unsafe {
        let mut old: libc::sigaction = core::mem::zeroed();
        if libc::sigaction(sig, null(), &mut old) == -1 { libc::SIG_ERR } else { old.sa_sigaction }
    }
}
