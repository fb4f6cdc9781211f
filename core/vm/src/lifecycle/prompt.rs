//! The interactive prompt (`PyRun_InteractiveLoop`).

use super::run;
use crate::readline::{self, Line};
use crate::source::{self, CompileOptions, Mode};
use krait_object::protocol::object;
use krait_object::types::unicode;
use krait_object::{Result, err};

/// Reads and runs statements until the input ends; the exit status.
pub fn run() -> i32 {
    // SAFETY: the running interpreter's configuration.
    if unsafe { (*super::config::current()).quiet } == 0 {
        eprintln!(
            "Python {} on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
            crate::sys::info::VERSION_TEXT
        );
    }
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if crate::sys::get_object(name).is_none()
            && unicode::from_str(text).and_then(|text| crate::sys::set_object(name, Some(&text))).is_err()
        {
            err::clear();
        }
    }
    loop {
        match statement() {
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

fn prompt(name: &str) -> Vec<u8> {
    let text = crate::sys::get_object(name).and_then(|value| object::str(&value).ok());
    err::clear();
    text.map(|text| unicode::display(&text).to_string().into_bytes()).unwrap_or_default()
}

/// Reads one statement, line by line while it is incomplete, and runs it. False at the end of the input.
fn statement() -> Result<bool> {
    let filename = unicode::from_str("<stdin>")?;
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
            flags: krait_abi::PyCF_DONT_IMPLY_DEDENT,
            ..CompileOptions::new(Mode::Single, &filename)
        };
        match source::compile(&text, options) {
            Ok(code) => {
                let main = run::main_namespace()?;
                // SAFETY: a code object and a dict.
                unsafe { crate::bind::eval_code(&code, &main, Some(&main))? };
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

/// Whether more lines could make the statement complete.
fn incomplete(text: &[u8]) -> bool {
    let arena = krait_syntax::Arena::new();
    let options = krait_syntax::Options {
        mode: Mode::Single,
        flags: krait_syntax::flags::DONT_IMPLY_DEDENT,
        ..krait_syntax::Options::default()
    };
    match krait_syntax::parse(&arena, text, &options, &mut krait_syntax::NoHost) {
        Ok(_) => false,
        Err(error) => error.end_of_input || error.message.contains("EOF"),
    }
}
