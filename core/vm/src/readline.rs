//! `PyOS_Readline`: a line from the terminal, through the hook of the `readline` module or C's standard streams.

use core::ffi::{CStr, c_char, c_int};
use core::ptr::null_mut;
use krait_abi::*;
use krait_object::{Result, err, gil, interpreter, memory, state};
use libc::FILE;
use std::sync::{Mutex, MutexGuard};

/// Called by graphical toolkits while the prompt waits.
#[unsafe(no_mangle)]
pub static mut PyOS_InputHook: Option<unsafe extern "C" fn() -> c_int> = None;

/// Reads a line from a terminal; the `readline` module sets it. The line comes from the raw memory domain.
#[unsafe(no_mangle)]
pub static mut PyOS_ReadlineFunctionPointer: Option<
    unsafe extern "C" fn(*mut FILE, *mut FILE, *const c_char) -> *mut c_char,
> = None;

/// The thread that reads a line now, without the GIL.
#[unsafe(no_mangle)]
pub static mut _PyOS_ReadlineTState: *mut PyThreadState = null_mut();

unsafe extern "C" {
    static mut stdin: *mut FILE;
    static mut stdout: *mut FILE;
    static mut stderr: *mut FILE;
}

/// One line is read at a time.
static LOCK: Mutex<()> = Mutex::new(());

/// What came of asking for a line.
pub enum Line {
    /// A line with its newline; empty at the end of the input.
    Text(Vec<u8>),
    /// The user interrupted; an exception may be set.
    Interrupted,
}

/// C's standard input.
pub fn standard_input() -> *mut FILE {
    // SAFETY: a variable of the C library.
    unsafe { stdin }
}

/// C's standard output.
pub fn standard_output() -> *mut FILE {
    // SAFETY: a variable of the C library.
    unsafe { stdout }
}

/// C's standard error.
pub fn standard_error() -> *mut FILE {
    // SAFETY: a variable of the C library.
    unsafe { stderr }
}

/// How reading into a buffer ended.
enum Got {
    Text,
    End,
    Interrupt,
}

/// `fgets` with signals and the input hook.
unsafe fn read_into(buffer: &mut [u8], file: *mut FILE) -> Got {
    loop {
        // SAFETY: an open stream and a buffer of the given size; the thread that reads has given up the GIL.
        unsafe {
            if let Some(hook) = PyOS_InputHook {
                hook();
            }
            *libc::__errno_location() = 0;
            libc::clearerr(file);
            if !libc::fgets(buffer.as_mut_ptr().cast(), buffer.len() as c_int, file).is_null() {
                return Got::Text;
            }
            let errno = err::last_errno();
            if libc::feof(file) != 0 {
                libc::clearerr(file);
                return Got::End;
            }
            if errno != libc::EINTR {
                return Got::End;
            }
            let tstate = _PyOS_ReadlineTState;
            if tstate.is_null() {
                return Got::Interrupt;
            }
            gil::restore_thread(tstate);
            let signals = (krait_object::hooks::get().check_signals)();
            gil::save_thread();
            if signals.is_err() {
                return Got::Interrupt;
            }
        }
    }
}

/// `PyOS_StdioReadline`: a line of `file` in raw memory, NULL for an interrupt; the prompt goes to the standard error.
unsafe fn read_plain(file: *mut FILE, out: *mut FILE, prompt: &CStr) -> Option<Vec<u8>> {
    // SAFETY: open streams.
    unsafe {
        libc::fflush(out);
        libc::fputs(prompt.as_ptr(), stderr);
        libc::fflush(stderr);
        let mut line = Vec::new();
        let mut buffer = [0u8; 1024];
        loop {
            match read_into(&mut buffer, file) {
                Got::Text => {}
                Got::End => return Some(line),
                Got::Interrupt => return None,
            }
            let length = buffer.iter().position(|byte| *byte == 0).unwrap_or(buffer.len());
            line.extend(&buffer[..length]);
            if line.last() == Some(&b'\n') {
                return Some(line);
            }
        }
    }
}

unsafe fn is_terminal(file: *mut FILE) -> bool {
    // SAFETY: an open stream.
    unsafe { libc::isatty(libc::fileno(file)) != 0 }
}

fn lock() -> MutexGuard<'static, ()> {
    LOCK.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Asks for a line (`PyOS_Readline`).
///
/// # Safety
/// Open streams; the GIL is held.
pub unsafe fn read_line_from(file: *mut FILE, out: *mut FILE, prompt: &CStr) -> Result<Line> {
    // SAFETY: the caller's promise; a variable that the thread with the lock changes.
    unsafe {
        let tstate = state::current();
        if _PyOS_ReadlineTState == tstate {
            return Err(err::runtime_error("can't re-enter readline"));
        }
        gil::save_thread();
        let guard = lock();
        _PyOS_ReadlineTState = tstate;
        let hook = PyOS_ReadlineFunctionPointer
            .filter(|_| is_terminal(file) && is_terminal(out) && (*tstate).interp == interpreter::main());
        let line = match hook {
            None => read_plain(file, out, prompt),
            Some(hook) => {
                let line = hook(file, out, prompt.as_ptr());
                if line.is_null() {
                    None
                } else {
                    let text = CStr::from_ptr(line).to_bytes().to_vec();
                    memory::raw_free(line.cast());
                    Some(text)
                }
            }
        };
        _PyOS_ReadlineTState = null_mut();
        drop(guard);
        gil::restore_thread(tstate);
        Ok(line.map_or(Line::Interrupted, Line::Text))
    }
}

/// Asks for a line on the standard streams.
pub fn read_line(prompt: &[u8]) -> Result<Line> {
    let prompt = std::ffi::CString::new(prompt).map_err(|_| err::value_error("embedded null byte"))?;
    // SAFETY: the process's own streams.
    unsafe { read_line_from(standard_input(), standard_output(), &prompt) }
}
