//! The interactive prompt (`PyRun_InteractiveLoop`).

use super::run;
use crate::readline::{self, Line};
use crate::source::{self, CompileOptions, Mode};
use krait_abi::PyCodeObject;
use krait_object::protocol::object;
use krait_object::types::unicode;
use krait_object::{Object, Result, err, intern};

/// The flags of future features (`PyCF_MASK`).
const FUTURES: i32 = 0x1fe_0000;

/// Reads and runs statements until the input ends; the exit status.
pub fn run() -> i32 {
    // SAFETY: the running interpreter's configuration.
    if unsafe { (*super::config::current()).quiet } == 0 {
        eprintln!(
            "Python {} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
            crate::sys::info::VERSION_TEXT
        );
    }
    let Ok(filename) = unicode::from_str("<stdin>") else { return 1 };
    let mut flags = 0;
    set_prompts();
    loop {
        match statement(&filename, &mut flags) {
            Ok(true) => {}
            Ok(false) => {
                eprintln!();
                return 0;
            }
            Err(_) => {
                if let Some(status) = run::exit_status() {
                    return status;
                }
                crate::traceback_print::print_current();
            }
        }
    }
}

/// `PyRun_InteractiveLoopFlags`: as [`run`] in a program of its own; ends at the end of the input.
pub fn run_loop(filename: &Object, flags: &mut i32) {
    set_prompts();
    while !matches!(one(filename, flags), Ok(false)) {}
}

/// `PyRun_InteractiveOneObject`: one statement; an exception is printed and an error. False at the end of the input.
pub fn one(filename: &Object, flags: &mut i32) -> core::result::Result<bool, ()> {
    statement(filename, flags).map_err(|_| {
        crate::traceback_print::print_and_clear();
        flush();
    })
}

fn set_prompts() {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if crate::sys::get_object(name).is_none()
            && unicode::from_str(text).and_then(|text| crate::sys::set_object(name, Some(&text))).is_err()
        {
            err::clear();
        }
    }
}

/// Flushes the standard streams, whatever they are.
fn flush() {
    let saved = err::fetch();
    for name in ["stderr", "stdout"] {
        if let Some(stream) = crate::sys::get_object(name)
            && krait_object::protocol::call::call_method(&stream, intern!("flush"), &[]).is_err()
        {
            err::clear();
        }
    }
    if let Some(saved) = saved {
        err::restore(saved);
    }
}

fn prompt(name: &str) -> Vec<u8> {
    let text = crate::sys::get_object(name).and_then(|value| object::str(&value).ok());
    err::clear();
    text.map(|text| unicode::display(&text).to_string().into_bytes()).unwrap_or_default()
}

/// Reads one statement, line by line while it is incomplete, and runs it. False at the end of the input.
fn statement(filename: &Object, flags: &mut i32) -> Result<bool> {
    let mut text = Vec::new();
    loop {
        let line = readline::read_line(&prompt(if text.is_empty() { "ps1" } else { "ps2" }))?;
        let Line::Text(line) = line else {
            return Err(err::set_none(krait_object::types::exceptions::KeyboardInterrupt()));
        };
        if line.is_empty() && text.is_empty() {
            return Ok(false);
        }
        let blank = line.iter().all(u8::is_ascii_whitespace);
        let ended = line.is_empty();
        text.extend(line);
        if text.iter().all(u8::is_ascii_whitespace) {
            return Ok(true);
        }
        let options = CompileOptions {
            flags: krait_abi::PyCF_DONT_IMPLY_DEDENT | *flags,
            ..CompileOptions::new(Mode::Single, filename)
        };
        match source::compile(&text, options) {
            // A compound statement ends with an empty line.
            Ok(_) if is_compound(&text) && !blank && !ended => {}
            Ok(code) => {
                let main = run::main_namespace()?;
                // SAFETY: a code object; statements that follow share its future features.
                *flags |= unsafe { (*code.as_ptr().cast::<PyCodeObject>()).co_flags } & FUTURES;
                run::run_code(&code, &main, &main)?;
                flush();
                return Ok(true);
            }
            Err(raised) => {
                if ended || blank || !incomplete(&text) {
                    return Err(raised);
                }
                err::clear();
            }
        }
    }
}

fn is_compound(text: &[u8]) -> bool {
    const KEYWORDS: [&[u8]; 8] = [b"if", b"while", b"for", b"try", b"with", b"def", b"class", b"async"];
    let text = text.trim_ascii_start();
    let end = text.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_' && byte.is_ascii());
    text.first() == Some(&b'@') || KEYWORDS.contains(&&text[..end.unwrap_or(text.len())])
}

/// Whether more lines could make the statement complete.
fn incomplete(text: &[u8]) -> bool {
    match parse_error(text) {
        None => false,
        Some(error) if error.end_of_input || error.message.contains("EOF") => true,
        // The body of a block is still to come if there may be one.
        Some(error) if error.message.starts_with("expected an indented block") => {
            let last = text.trim_ascii_end().rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            let indent = last.iter().take_while(|byte| matches!(byte, b' ' | b'\t'));
            let body = [text, &indent.copied().collect::<Vec<u8>>(), b" pass\n\n"].concat();
            parse_error(&body).is_none()
        }
        Some(_) => false,
    }
}

fn parse_error(text: &[u8]) -> Option<krait_syntax::SyntaxError> {
    let arena = krait_syntax::Arena::new();
    let options = krait_syntax::Options {
        mode: Mode::Single,
        flags: krait_syntax::flags::DONT_IMPLY_DEDENT,
        ..krait_syntax::Options::default()
    };
    krait_syntax::parse(&arena, text, &options, &mut krait_syntax::NoHost).err()
}
