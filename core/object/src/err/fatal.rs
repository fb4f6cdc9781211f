//! Errors that end the process: `Py_FatalError`.

use super::*;
use core::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// Writes to the native standard error, without Python.
pub fn write_stderr_raw(mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: the slice is readable.
        let n = unsafe { libc::write(2, bytes.as_ptr().cast(), bytes.len()) };
        if n <= 0 {
            return;
        }
        bytes = &bytes[n as usize..];
    }
}

/// What is printed after the message: the interpreter above installs a function that writes the tracebacks of all
/// threads to a file descriptor, given the current thread state.
static DUMP: AtomicPtr<core::ffi::c_void> = AtomicPtr::new(core::ptr::null_mut());

/// Installs the function that prints tracebacks for fatal errors.
pub fn set_fatal_dump(dump: fn(i32, *mut PyThreadState)) {
    DUMP.store(dump as *mut core::ffi::c_void, Ordering::Release);
}

/// The state of the runtime in words, as fatal errors show it.
fn runtime_state() -> &'static str {
    // SAFETY: fields of a static.
    unsafe {
        let runtime = state::runtime();
        if !state::finalizing().is_null() {
            "finalizing (tstate="
        } else if (*runtime).initialized != 0 {
            "initialized"
        } else if (*runtime).core_initialized != 0 {
            "core initialized"
        } else if (*runtime).preinitialized != 0 {
            "preinitialized"
        } else if (*runtime).preinitializing != 0 {
            "preinitializing"
        } else {
            "unknown"
        }
    }
}

/// `_Py_FatalErrorFunc`: reports and aborts. An empty function name is left out (`Py_FatalError`).
#[cold]
pub fn fatal(function: &str, message: &str) -> ! {
    report(function, message);
    // SAFETY: no precondition.
    unsafe { libc::abort() }
}

/// The report of a fatal error, once.
fn report(function: &str, message: &str) {
    static BUSY: AtomicBool = AtomicBool::new(false);
    if BUSY.swap(true, Ordering::SeqCst) {
        return;
    }
    let prefix = if function.is_empty() { String::new() } else { format!("{function}: ") };
    let finalizing = state::finalizing();
    let end = if finalizing.is_null() { String::new() } else { format!("{finalizing:p})") };
    write_stderr_raw(
        format!("Fatal Python error: {prefix}{message}\nPython runtime state: {}{end}\n", runtime_state())
            .as_bytes(),
    );
    let dump = DUMP.load(Ordering::Acquire);
    if !dump.is_null() {
        // SAFETY: the pointer was made from a function of this type.
        let dump =
            unsafe { core::mem::transmute::<*mut core::ffi::c_void, fn(i32, *mut PyThreadState)>(dump) };
        dump(2, state::current());
    } else {
        write_stderr_raw(b"\n");
    }
}

/// `Py_ExitStatusException` and other failures of initialisation: reports and exits with status 1.
#[cold]
pub fn fatal_exit(function: &str, message: &str, status: i32) -> ! {
    report(function, message);
    if status < 0 {
        // SAFETY: no precondition.
        unsafe { libc::abort() }
    }
    std::process::exit(status)
}
