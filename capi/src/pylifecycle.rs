//! `pylifecycle.h` and `cpython/pylifecycle.h`: starting and ending interpreters, and the program's `main`.

use crate::cpython::initconfig::{error, from_failure, ok};
use crate::prelude::*;
use core::ffi::{c_char, c_int, c_void};
use krait_vm::lifecycle::config::{bytes_to_wide, duplicate_wide};
use krait_vm::lifecycle::defaults::{self, Kind};
use krait_vm::lifecycle::{self, globals, main, read};
use krait_vm::sys::info;

/// A fatal message for a failed start, as `Py_ExitStatusException` prints it; ends the process.
fn exit_with(status: PyStatus) -> ! {
    if status._type == 2 {
        std::process::exit(status.exitcode);
    }
    let message = if status.err_msg.is_null() {
        "unknown error".to_owned()
    } else {
        // SAFETY: messages of statuses are C strings.
        unsafe { core::ffi::CStr::from_ptr(status.err_msg) }.to_string_lossy().into_owned()
    };
    err::fatal_exit("Py_Initialize", &message, 1)
}

/// Completes a copy of the configuration and starts the interpreter with it.
unsafe fn start(config: *const PyConfig) -> PyStatus {
    // SAFETY: a valid configuration.
    unsafe {
        if lifecycle::is_initialized() {
            return ok();
        }
        let mut complete: PyConfig = core::mem::zeroed();
        lifecycle::config::copy_into(&mut complete, config);
        globals::apply(&mut complete);
        if let Err(failure) = read::complete(&mut complete) {
            read::clear(&mut complete);
            return from_failure(failure);
        }
        let started = lifecycle::initialize(&complete);
        read::clear(&mut complete);
        match started {
            Ok(()) => ok(),
            Err(message) => error(message),
        }
    }
}

/// # Safety
/// A status that a function of this API returned.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_ExitStatusException(status: PyStatus) {
    exit_with(status)
}

/// # Safety
/// `src_config` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitialize(src_config: *const PyPreConfig) -> PyStatus {
    // SAFETY: the caller's promise; the runtime is a static.
    unsafe { (*krait_object::state::runtime()).preconfig = *src_config };
    ok()
}

/// # Safety
/// `src_config` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitializeFromBytesArgs(
    src_config: *const PyPreConfig,
    _argc: Py_ssize_t,
    _argv: *mut *mut c_char,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { Py_PreInitialize(src_config) }
}

/// # Safety
/// `src_config` is valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_PreInitializeFromArgs(
    src_config: *const PyPreConfig,
    _argc: Py_ssize_t,
    _argv: *mut *mut wchar_t,
) -> PyStatus {
    // SAFETY: the caller's promise.
    unsafe { Py_PreInitialize(src_config) }
}

/// # Safety
/// A valid configuration.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_InitializeFromConfig(config: *const PyConfig) -> PyStatus {
    if config.is_null() {
        return error("initialization config is NULL".to_owned());
    }
    // SAFETY: the caller's promise.
    unsafe { start(config) }
}

#[unsafe(no_mangle)]
pub extern "C" fn Py_InitializeEx(initsigs: c_int) {
    if lifecycle::is_initialized() {
        return;
    }
    let mut config = defaults::config(Kind::Compat);
    config.install_signal_handlers = initsigs;
    // SAFETY: a valid configuration.
    let status = unsafe { start(&config) };
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
    let status = if Py_FinalizeEx() < 0 { 120 } else { sts };
    std::process::exit(status)
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
unsafe fn run_program(fill: impl FnOnce(*mut PyConfig)) -> c_int {
    // SAFETY: a valid configuration.
    unsafe {
        let mut config = defaults::config(Kind::Python);
        fill(&mut config);
        let status = start(&config);
        read::clear(&mut config);
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
    unsafe {
        run_program(|config| {
            for index in 0..argc.max(0) as usize {
                let bytes = core::ffi::CStr::from_ptr(*argv.add(index)).to_bytes();
                read::append(&raw mut (*config).argv, bytes_to_wide(bytes));
            }
        })
    }
}

/// # Safety
/// `argv` has `argc` terminated strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_Main(argc: c_int, argv: *mut *mut wchar_t) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        run_program(|config| {
            for index in 0..argc.max(0) as usize {
                read::append(&raw mut (*config).argv, duplicate_wide(*argv.add(index)));
            }
        })
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

/// A text as a C string that lives for ever, made at the first use.
macro_rules! fixed_text {
    ($($name:ident, $text:expr;)*) => {$(
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> *const c_char {
            const TEXT: &str = $text;
            const LENGTH: usize = TEXT.len() + 1;
            const BYTES: [u8; LENGTH] = {
                let mut bytes = [0; LENGTH];
                let mut index = 0;
                while index < TEXT.len() {
                    bytes[index] = TEXT.as_bytes()[index];
                    index += 1;
                }
                bytes
            };
            static HELD: [u8; LENGTH] = BYTES;
            HELD.as_ptr().cast()
        }
    )*};
}
fixed_text! {
    Py_GetVersion, info::VERSION_TEXT;
    Py_GetPlatform, "linux";
    Py_GetCopyright, info::COPYRIGHT;
    Py_GetCompiler, info::COMPILER_TEXT;
    Py_GetBuildInfo, info::BUILD_TEXT;
    _Py_gitidentifier, "";
    _Py_gitversion, "";
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

/// A new interpreter's thread state, or NULL.
#[unsafe(no_mangle)]
pub extern "C" fn Py_NewInterpreter() -> *mut PyThreadState {
    guard(|| lifecycle::subinterpreter::new_interpreter(false).unwrap_or(null_mut()))
}

/// As `Py_NewInterpreter`; an isolated one may not start programs or daemon threads.
#[unsafe(no_mangle)]
pub extern "C" fn _Py_NewInterpreter(isolated_subinterpreter: c_int) -> *mut PyThreadState {
    guard(|| lifecycle::subinterpreter::new_interpreter(isolated_subinterpreter != 0).unwrap_or(null_mut()))
}

/// # Safety
/// The current thread state, the only one of its interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_EndInterpreter(tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    guard(|| unsafe { lifecycle::subinterpreter::end_interpreter(tstate) })
}
