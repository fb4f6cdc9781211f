//! Tracebacks from the outside: written to a file descriptor without memory, locks or Python code.
//!
//! Signal handlers, the watchdog of `faulthandler` and fatal errors call these functions, with or without the GIL and in
//! whatever state the process is; they only read memory and call `write`. Threads may run on meanwhile, so that what is
//! shown is a guess unless the caller holds the GIL.

use core::ffi::c_int;
use core::fmt::{self, Write};
use krait_abi::*;
use krait_object::{gil_state, interpreter};

/// How many frames of a thread, and how many threads, are shown.
const MAX_FRAMES: usize = 100;
const MAX_THREADS: usize = 100;
/// How many characters of a name are shown.
const MAX_TEXT: usize = 500;

/// Text on its way to a file descriptor, collected on the stack.
pub struct RawWriter {
    fd: c_int,
    used: usize,
    buffer: [u8; 256],
}

impl RawWriter {
    /// A writer without text.
    pub fn new(fd: c_int) -> RawWriter {
        RawWriter { fd, used: 0, buffer: [0; 256] }
    }

    /// Writes out what has been collected; errors have nobody to be told.
    pub fn flush(&mut self) {
        let mut rest = &self.buffer[..self.used];
        while !rest.is_empty() {
            // SAFETY: the slice is readable.
            let n = unsafe { libc::write(self.fd, rest.as_ptr().cast(), rest.len()) };
            // SAFETY: errno is per thread.
            if n < 0 && unsafe { *libc::__errno_location() } == libc::EINTR {
                continue;
            }
            if n <= 0 {
                break;
            }
            rest = &rest[n as usize..];
        }
        self.used = 0;
    }
}

impl Write for RawWriter {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            if self.used == self.buffer.len() {
                self.flush();
            }
            self.buffer[self.used] = byte;
            self.used += 1;
        }
        Ok(())
    }
}

impl Drop for RawWriter {
    fn drop(&mut self) {
        self.flush();
    }
}

/// Writes the frames of a thread under the heading "Stack" (`_Py_DumpTraceback`).
///
/// # Safety
/// A thread state that is not freed meanwhile.
pub unsafe fn dump_traceback(fd: c_int, tstate: *mut PyThreadState) {
    let mut out = RawWriter::new(fd);
    let _ = out.write_str("Stack (most recent call first):\n");
    // SAFETY: the caller's promise.
    unsafe { dump_frames(&mut out, tstate) };
}

/// Writes the frames of all threads of an interpreter (`_Py_DumpTracebackThreads`). Without an interpreter it is the
/// current thread's, without a current thread the one that this thread once had.
///
/// # Safety
/// NULL, or states that are not freed meanwhile.
pub unsafe fn dump_threads(
    fd: c_int,
    mut interp: *mut PyInterpreterState,
    mut current: *mut PyThreadState,
) -> Result<(), &'static str> {
    // SAFETY: the caller's promise.
    unsafe {
        if current.is_null() {
            current = gil_state::this_thread_state();
        }
        if interp.is_null() {
            interp = if current.is_null() { interpreter::main() } else { (*current).interp };
            if interp.is_null() {
                return Err("unable to get the interpreter state");
            }
        }
        let mut tstate = (*interp).tstate_head;
        if tstate.is_null() {
            return Err("unable to get the thread head state");
        }
        let mut out = RawWriter::new(fd);
        let mut shown = 0;
        while !tstate.is_null() {
            if shown > 0 {
                let _ = out.write_str("\n");
            }
            if shown >= MAX_THREADS {
                let _ = out.write_str("...\n");
                break;
            }
            let kind = if tstate == current { "Current thread" } else { "Thread" };
            let _ = writeln!(out, "{kind} 0x{:016x} (most recent call first):", (*tstate).thread_id);
            dump_frames(&mut out, tstate);
            tstate = (*tstate).next;
            shown += 1;
        }
        Ok(())
    }
}

unsafe fn dump_frames(out: &mut RawWriter, tstate: *mut PyThreadState) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut frame = (*tstate).frame;
        if frame.is_null() {
            let _ = out.write_str("<no Python frame>\n");
            return;
        }
        let mut depth = 0;
        while !frame.is_null() {
            if depth >= MAX_FRAMES {
                let _ = out.write_str("  ...\n");
                break;
            }
            if !is_a(frame.cast(), &raw const crate::frame::PyFrame_Type) {
                break;
            }
            dump_frame(out, frame);
            frame = (*frame).f_back;
            depth += 1;
        }
    }
}

/// Whether memory looks like an object of exactly this class.
unsafe fn is_a(object: *mut PyObject, class: *const PyTypeObject) -> bool {
    // SAFETY: the caller's promise.
    !object.is_null() && unsafe { (*object).ob_type.cast_const() == class }
}

unsafe fn dump_frame(out: &mut RawWriter, frame: *mut PyFrameObject) {
    // SAFETY: the caller's promise; a frame owns its code.
    unsafe {
        let code = (*frame).f_code;
        let _ = out.write_str("  File ");
        if code.is_null() {
            let _ = out.write_str("???, line ??? in ???\n");
            return;
        }
        if dumpable((*code).co_filename) {
            let _ = out.write_str("\"");
            dump_text(out, (*code).co_filename);
            let _ = out.write_str("\"");
        } else {
            let _ = out.write_str("???");
        }
        let line = crate::code::addr_to_line(code, (*frame).f_lasti);
        if line >= 0 {
            let _ = write!(out, ", line {line} in ");
        } else {
            let _ = out.write_str(", line ??? in ");
        }
        if dumpable((*code).co_name) {
            dump_text(out, (*code).co_name);
        } else {
            let _ = out.write_str("???");
        }
        let _ = out.write_str("\n");
    }
}

/// Whether an object is a string.
unsafe fn dumpable(text: *mut PyObject) -> bool {
    // SAFETY: the caller's promise.
    unsafe {
        !text.is_null()
            && (*(*text).ob_type).tp_flags & Py_TPFLAGS_UNICODE_SUBCLASS as core::ffi::c_ulong != 0
    }
}

/// Writes a string with everything outside of ASCII escaped.
unsafe fn dump_text(out: &mut RawWriter, text: *mut PyObject) {
    // SAFETY: a live, ready string; the units follow as its kind says.
    unsafe {
        let text = krait_object::Object::from_ptr(text);
        let length = krait_object::types::unicode::len(text);
        for index in 0..length.min(MAX_TEXT) {
            let c = krait_object::types::unicode::char_at(text, index);
            let _ = match c {
                0x20..=0x7e => out.write_char(c as u8 as char),
                0..=0xff => write!(out, "\\x{c:02x}"),
                0x100..=0xffff => write!(out, "\\u{c:04x}"),
                _ => write!(out, "\\U{c:08x}"),
            };
        }
        if length > MAX_TEXT {
            let _ = out.write_str("...");
        }
    }
}

/// What a fatal error prints after its message: the current exception, or the tracebacks of all threads
/// (`err::set_fatal_dump`). Then `faulthandler` lets go, which would report the abort again, and the thread that holds the lock
/// flushes the streams.
pub fn dump_for_fatal_error(fd: c_int, current: *mut PyThreadState) {
    let here = gil_state::this_thread_state();
    let may_run_code = !current.is_null() && current == here;
    if !may_run_code || !print_exception() {
        dump_for_thread(fd, here);
    }
    crate::lifecycle::end_fault_handler();
    if may_run_code {
        crate::lifecycle::flush_at_end();
    }
}

/// The tracebacks of all threads of a thread state's interpreter.
fn dump_for_thread(fd: c_int, here: *mut PyThreadState) {
    let mut out = RawWriter::new(fd);
    let _ = out.write_str("\n");
    drop(out);
    // SAFETY: states of the process; it ends when this returns.
    unsafe {
        let interp = if here.is_null() { core::ptr::null_mut() } else { (*here).interp };
        let _ = dump_threads(fd, interp, here);
    }
}

/// Prints the current exception if there is one; whether it had a traceback.
fn print_exception() -> bool {
    let Some(mut error) = krait_object::err::fetch() else { return false };
    let Some(stderr) = crate::sys::get_object("stderr").filter(|file| !file.is_none()) else { return false };
    drop(stderr);
    error.normalize();
    let traceback = error.traceback.clone();
    let none = krait_object::types::none::none();
    if let Some(value) = &error.value {
        krait_object::types::exceptions::set_traceback_unchecked(value, traceback.as_deref());
        crate::traceback_print::display_exception(value, traceback.as_deref().unwrap_or(none));
    }
    traceback.is_some()
}

/// Installs what fatal errors print.
pub fn install() {
    krait_object::err::set_fatal_dump(dump_for_fatal_error);
}
