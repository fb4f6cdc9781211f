//! `PyOS_Readline`: a line from the terminal, through the hook of the `readline` module or the C streams.

#![allow(non_upper_case_globals, reason = "exported data symbols have CPython's names")]

use core::ffi::{CStr, c_char, c_int};
use core::ptr::null_mut;
use krait_abi::PyThreadState;
use krait_object::{Result, err, gil, hooks, memory, state};
use libc::FILE;
use std::ffi::CString;
use std::sync::{Mutex, PoisonError};

/// Reads a line without the GIL into raw memory, with its newline: empty at the end, NULL after an interrupt.
pub type Reader = unsafe extern "C" fn(*mut FILE, *mut FILE, *const c_char) -> *mut c_char;

/// Called by `readline` and graphical toolkits while the prompt waits.
#[unsafe(no_mangle)]
pub static mut PyOS_InputHook: Option<unsafe extern "C" fn() -> c_int> = None;
/// The function that reads a line from a terminal; `readline` sets it.
#[unsafe(no_mangle)]
pub static mut PyOS_ReadlineFunctionPointer: Option<Reader> = None;
/// The thread that reads a line now.
#[unsafe(no_mangle)]
pub static mut _PyOS_ReadlineTState: *mut PyThreadState = null_mut();

unsafe extern "C" {
    static mut stdin: *mut FILE;
    static mut stdout: *mut FILE;
}

/// What came of asking for a line.
pub enum Line {
    /// A line with its newline; empty at the end of the input.
    Text(Vec<u8>),
    /// The user interrupted.
    Interrupted,
}

/// Reads a line from C's standard input.
pub fn read_line(prompt: &[u8]) -> Result<Line> {
    let prompt = CString::new(prompt).unwrap_or_default();
    // SAFETY: C's own streams are open or closed, but valid.
    let line = unsafe { read(stdin, stdout, &prompt)? };
    if line.is_null() {
        return Ok(Line::Interrupted);
    }
    // SAFETY: a terminated string in raw memory, which is ours now.
    unsafe {
        let text = CStr::from_ptr(line).to_bytes().to_vec();
        memory::raw_free(line.cast());
        Ok(Line::Text(text))
    }
}

/// `PyOS_Readline`, but the line is in raw memory.
///
/// # Safety
/// Open streams; the GIL is held.
pub unsafe fn read(input: *mut FILE, output: *mut FILE, prompt: &CStr) -> Result<*mut c_char> {
    static LOCK: Mutex<()> = Mutex::new(());
    // SAFETY: the caller's promise; the reader runs without the GIL, one at a time, as it expects.
    unsafe {
        let tstate = state::required();
        if (&raw const _PyOS_ReadlineTState).read() == tstate {
            return Err(err::runtime_error("can't re-enter readline"));
        }
        let place = &raw mut PyOS_ReadlineFunctionPointer;
        let hook = *(*place).get_or_insert(read_stdio);
        let terminal = libc::isatty(libc::fileno(input)) != 0 && libc::isatty(libc::fileno(output)) != 0;
        let reader = if terminal { hook } else { read_stdio };
        Ok(state::allow_threads(|| {
            let _alone = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
            (&raw mut _PyOS_ReadlineTState).write(tstate);
            let line = reader(input, output, prompt.as_ptr());
            (&raw mut _PyOS_ReadlineTState).write(null_mut());
            line
        }))
    }
}

/// The reader of plain streams: the prompt goes to standard error.
unsafe extern "C" fn read_stdio(input: *mut FILE, output: *mut FILE, prompt: *const c_char) -> *mut c_char {
    // SAFETY: open streams; room for the bytes that are read.
    unsafe {
        libc::fflush(output);
        if !prompt.is_null() {
            err::write_stderr_raw(CStr::from_ptr(prompt).to_bytes());
        }
        let mut line: Vec<u8> = Vec::new();
        loop {
            let mut piece = [0 as c_char; 256];
            match read_piece(&mut piece, input) {
                Piece::Text => line.extend(CStr::from_ptr(piece.as_ptr()).to_bytes()),
                Piece::End => break,
                Piece::Interrupted => return null_mut(),
            }
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        let result = memory::raw_malloc(line.len() + 1).cast::<u8>();
        if !result.is_null() {
            result.copy_from_nonoverlapping(line.as_ptr(), line.len());
            *result.add(line.len()) = 0;
        }
        result.cast()
    }
}

enum Piece {
    Text,
    End,
    Interrupted,
}

/// `fgets` that lets input hooks and signal handlers run.
unsafe fn read_piece(piece: &mut [c_char; 256], input: *mut FILE) -> Piece {
    // SAFETY: as for the reader; handlers run with the GIL of the thread that reads.
    unsafe {
        loop {
            if let Some(hook) = (&raw const PyOS_InputHook).read() {
                hook();
            }
            *libc::__errno_location() = 0;
            libc::clearerr(input);
            if !libc::fgets(piece.as_mut_ptr(), piece.len() as c_int, input).is_null() {
                return Piece::Text;
            }
            let errno = err::last_errno();
            if libc::feof(input) != 0 {
                libc::clearerr(input);
                return Piece::End;
            }
            if errno != libc::EINTR {
                return Piece::End;
            }
            gil::restore_thread((&raw const _PyOS_ReadlineTState).read());
            let handled = (hooks::get().check_signals)();
            gil::save_thread();
            if handled.is_err() {
                return Piece::Interrupted;
            }
        }
    }
}
