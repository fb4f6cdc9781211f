//! The interactive prompt (`PyRun_InteractiveLoop`).

use super::run;
use crate::readline::{self, Line};
use crate::source;
use krait_object::protocol::object;
use krait_object::types::{exceptions, unicode};
use krait_object::{Obj, Object, Result, err};
use libc::FILE;
use std::ffi::{CStr, CString};

/// What C callers get at the end of the input.
pub const END: i32 = 11;

/// How one statement went.
pub enum Step {
    /// It ran.
    Done,
    /// There was none left.
    End,
}

/// Reads and runs statements until the input ends: 0, or -1 when memory is used up again and again.
///
/// # Safety
/// An open stream; the GIL is held.
pub unsafe fn run_loop(file: *mut FILE, filename: &[u8], flags: &mut i32) -> i32 {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if crate::sys::get_object(name).is_none()
            && unicode::from_str(text).and_then(|text| crate::sys::set_object(name, Some(&text))).is_err()
        {
            err::clear();
        }
    }
    let Ok(filename) = unicode::decode_fs(filename) else {
        crate::traceback_print::print_and_clear();
        return -1;
    };
    let mut out_of_memory = 0;
    loop {
        // SAFETY: the caller's promise.
        match unsafe { run_one(file, &filename, flags) } {
            Ok(Step::Done) => out_of_memory = 0,
            Ok(Step::End) => return 0,
            Err(_) => {
                if err::matches(exceptions::MemoryError()) {
                    out_of_memory += 1;
                    if out_of_memory > 16 {
                        err::clear();
                        return -1;
                    }
                } else {
                    out_of_memory = 0;
                }
                crate::traceback_print::print_and_clear();
                run::flush_streams();
            }
        }
    }
}

/// The text of `sys.ps1` or `sys.ps2`.
fn prompt(name: &str) -> CString {
    let text = crate::sys::get_object(name).and_then(|value| object::str(&value).ok());
    err::clear();
    text.and_then(|text| CString::new(unicode::display(&text).to_string()).ok()).unwrap_or_default()
}

/// The encoding of lines, if it is not UTF-8.
fn encoding() -> Option<Obj> {
    let stdin = crate::sys::get_object("stdin").filter(|stdin| !stdin.is_none())?;
    let encoding = object::lookup_attr(&stdin, krait_object::intern!("encoding")).unwrap_or_else(|_| {
        err::clear();
        None
    })?;
    (unicode::check(&encoding) && !unicode::eq_str(&encoding, "utf-8")).then_some(encoding)
}

/// A line as UTF-8.
fn to_utf8(line: Vec<u8>, encoding: Option<&Object>) -> Result<Vec<u8>> {
    let Some(encoding) = encoding else { return Ok(line) };
    let text = unicode::decode(&line, Some(unicode::as_utf8(encoding)?), None)?;
    let bytes = unicode::encode(&text, None, None)?;
    Ok(krait_object::types::bytes::as_slice(&bytes).to_vec())
}

/// The lines of standard input, asked for with the first prompt once and then with the second. As in CPython, whichever
/// stream an interactive statement is said to come from, it comes from there.
pub fn lines<'p>(prompts: [&'p CStr; 2], encoding: Option<&'p Object>) -> impl FnMut() -> source::Line + 'p {
    let [mut shown, then] = prompts;
    move || {
        let prompt = core::mem::replace(&mut shown, then);
        let (input, output) = (readline::standard_input(), readline::standard_output());
        // SAFETY: the C library's streams.
        match unsafe { readline::read_line_from(input, output, prompt) } {
            Ok(Line::Text(line)) if line.is_empty() => {
                // The line of the prompt ends.
                err::write_stderr_raw(b"\n");
                source::Line::EndOfInput
            }
            Ok(Line::Text(line)) => match to_utf8(line, encoding) {
                Ok(line) => source::Line::Text(line),
                Err(_) => source::Line::Raised,
            },
            Ok(Line::Interrupted) => {
                err::write_stderr_raw(b"\n");
                if err::occurred().is_none() { source::Line::Interrupted } else { source::Line::Raised }
            }
            Err(_) => source::Line::Raised,
        }
    }
}

/// Reads one statement and runs it in `__main__` (`PyRun_InteractiveOneObject`).
///
/// # Safety
/// An open stream; the GIL is held.
pub unsafe fn run_one(file: *mut FILE, filename: &Object, flags: &mut i32) -> Result<Step> {
    let encoding = if file == readline::standard_input() { encoding() } else { None };
    let (first, more) = (prompt("ps1"), prompt("ps2"));
    let mut next = lines([&first, &more], encoding.as_deref());
    let Some(code) = source::compile_interactive(filename, *flags, &mut next)? else {
        return Ok(Step::End);
    };
    // SAFETY: a code object.
    *flags |= unsafe { (*code.as_ptr().cast::<krait_abi::PyCodeObject>()).co_flags } & run::FUTURES;
    let main = run::main_namespace()?;
    run::run_code(&code, &main, &main)?;
    run::flush_streams();
    Ok(Step::Done)
}
