//! Printing exceptions with their tracebacks (`PyErr_Display`, `PyTraceBack_Print`).
//!
//! The text is CPython's: "Traceback (most recent call last):", an entry for each frame with its source line, repeated
//! entries folded after the third, chained exceptions before the one that they led to.

use crate::traceback;
use krait_abi::{PyCodeObject, PyFrameObject};
use krait_object::protocol::{call, object};
use krait_object::types::{exceptions, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

const CAUSE: &str = "\nThe above exception was the direct cause of the following exception:\n\n";
const CONTEXT: &str = "\nDuring handling of the above exception, another exception occurred:\n\n";
/// How often an entry is repeated before it is folded.
const REPEATED: usize = 3;

/// Where the text goes: a Python file object.
struct Output<'a> {
    file: &'a Object,
}

impl Output<'_> {
    fn text(&self, text: &str) -> Result<()> {
        self.object(&*unicode::from_str(text)?)
    }

    fn object(&self, text: &Object) -> Result<()> {
        call::call_method(self.file, intern!("write"), &[text]).map(drop)
    }
}

/// Prints an exception to `sys.stderr`.
pub fn display_exception(value: &Object, traceback: &Object) {
    display_exception_to(crate::sys::get_interned(intern!("stderr")).as_deref(), value, traceback);
}

/// Prints one line of a source file, indented (`_Py_DisplaySourceLine`).
pub fn display_source_line(file: &Object, name: &Object, line: i32, indent: usize) -> Result<()> {
    print_source_line(&Output { file }, name, line, indent)
}

/// Prints an exception to a file; without one, in short to the native standard error.
pub fn display_exception_to(file: Option<&Object>, value: &Object, traceback: &Object) {
    let file = file.filter(|file| !file.is_none()).map(Layout::owned);
    let Some(file) = file else {
        match object::repr(value) {
            Ok(text) => err::write_stderr_raw(format!("{}\n", unicode::display(&text)).as_bytes()),
            Err(_) => print_type_only(value),
        }
        return;
    };
    // What a C host has printed before comes first.
    // SAFETY: the process's own stream.
    unsafe { libc::fflush(crate::readline::standard_output()) };
    if crate::eval::check_instance(value)
        && !traceback.is_none()
        && exceptions::get_traceback(value).is_none()
    {
        exceptions::set_traceback_unchecked(value, Some(traceback));
    }
    let output = Output { file: &file };
    let mut seen = Vec::new();
    if print_chain(&output, value, &mut seen).is_err() {
        if err::matches(exceptions::MemoryError()) {
            print_type_only(value);
        }
        err::clear();
    }
    if call::call_method(&file, intern!("flush"), &[]).is_err() {
        err::clear();
    }
}

/// All that can be said of an exception without memory.
#[cold]
fn print_type_only(value: &Object) {
    err::clear();
    err::write_stderr_raw(value.class_of().name().as_bytes());
    err::write_stderr_raw(b"\n");
}

fn print_chain(output: &Output<'_>, value: &Object, seen: &mut Vec<Obj>) -> Result<()> {
    seen.push(value.owned());
    if crate::eval::check_instance(value) {
        let cause = exceptions::get_cause(value);
        let context = exceptions::get_context(value);
        let unseen = |other: &Obj, seen: &[Obj]| !seen.iter().any(|s| s.as_ptr() == other.as_ptr());
        if let Some(cause) = cause {
            if unseen(&cause, seen) {
                print_chain(output, &cause, seen)?;
                output.text(CAUSE)?;
            }
        } else if let Some(context) = context
            && !exceptions::suppress_context(value)
            && unseen(&context, seen)
        {
            print_chain(output, &context, seen)?;
            output.text(CONTEXT)?;
        }
    }
    print_exception(output, value)
}

fn print_exception(output: &Output<'_>, value: &Object) -> Result<()> {
    if !crate::eval::check_instance(value) {
        output.text("TypeError: print_exception(): Exception expected for value, ")?;
        output.text(value.class_of().name())?;
        return output.text(" found\n");
    }
    if let Some(traceback) = exceptions::get_traceback(value) {
        print_traceback_to(output, &traceback)?;
    }
    let mut shown = value.owned();
    if object::lookup_attr(value, intern!("print_file_and_line"))?.is_some()
        && let Some(message) = print_syntax_location(output, value)?
    {
        shown = message;
    }
    let class = value.class_of();
    output.object(&*qualified_name(class)?)?;
    let text = match object::str(&shown) {
        Ok(text) => text,
        Err(_) => {
            err::clear();
            return output.text(": <exception str() failed>\n");
        }
    };
    if unicode::len(&text) > 0 {
        output.text(": ")?;
        output.object(&text)?;
    }
    output.text("\n")
}

/// `module.name`, without the module for `builtins`.
fn qualified_name(class: &Object) -> Result<Obj> {
    let mut text = unicode::Builder::new();
    match object::lookup_attr(class, intern!("__module__")) {
        Ok(Some(module)) if unicode::check(&module) => {
            if !unicode::eq_str(&module, "builtins") {
                text.push_object(&module);
                text.push_str(".");
            }
        }
        _ => {
            err::clear();
            text.push_str("<unknown>.");
        }
    }
    let name = class
        .downcast::<krait_object::types::typeobject::Type>()
        .map_or("<unknown>", |class| class.short_name());
    text.push_str(name);
    text.finish()
}

/// For SyntaxError: the place and the marked line. The result is the message alone.
fn print_syntax_location(output: &Output<'_>, value: &Object) -> Result<Option<Obj>> {
    let part = |name: &'static str| -> Result<Obj> { object::get_attr_str(value, name) };
    let parts = (part("msg"), part("filename"), part("lineno"), part("offset"), part("text"));
    let (Ok(message), Ok(filename), Ok(lineno), Ok(offset), Ok(text)) = parts else {
        err::clear();
        return Ok(None);
    };
    let Ok(lineno) = long::as_i64(&lineno) else {
        err::clear();
        return Ok(None);
    };
    let offset = if offset.is_none() { -1 } else { long::as_i64(&offset)? };
    let shown = if filename.is_none() { unicode::from_str("<string>")? } else { filename };
    output.text("  File \"")?;
    output.object(&*object::str(&shown)?)?;
    output.text(&format!("\", line {lineno}\n"))?;
    if !text.is_none() {
        print_marked_line(output, &text, offset)?;
    }
    Ok(Some(message))
}

/// The source line without its indentation, and a caret below the offset (from 1, in bytes of UTF-8 as far as lines go).
fn print_marked_line(output: &Output<'_>, text: &Object, offset: i64) -> Result<()> {
    let full = unicode::display(text).to_string();
    let mut line = full.trim_start_matches([' ', '\t', '\u{c}']);
    let length = line.strip_suffix('\n').unwrap_or(line).len() as i64;
    let mut offset = (offset - 1 - (full.len() - line.len()) as i64).min(length);
    // Of several lines the one that the offset is in.
    while let Some(newline) = line.find('\n').filter(|newline| (*newline as i64) < offset) {
        line = &line[newline + 1..];
        offset -= newline as i64 + 1;
    }
    output.text("    ")?;
    output.text(line)?;
    if !line.ends_with('\n') {
        output.text("\n")?;
    }
    if offset < 0 {
        return Ok(());
    }
    output.text("    ")?;
    output.text(&" ".repeat(offset as usize))?;
    output.text("^\n")
}

/// `sys.tracebacklimit`, if it is an int.
fn limit() -> usize {
    match crate::sys::get_interned(intern!("tracebacklimit")).filter(|limit| long::check(limit)) {
        Some(limit) => long::as_i64(&limit).map_or_else(
            |_| {
                err::clear();
                if long::sign(&limit) < 0 { 0 } else { usize::MAX }
            },
            |limit| limit.max(0) as usize,
        ),
        None => 1000,
    }
}

/// Prints a traceback to a file object (`PyTraceBack_Print`).
pub fn print_traceback(traceback: &Object, file: &Object) -> Result<()> {
    if traceback.downcast::<traceback::Traceback>().is_none() {
        return Err(err::bad_internal_call());
    }
    print_traceback_to(&Output { file }, traceback)
}

fn print_traceback_to(output: &Output<'_>, first: &Object) -> Result<()> {
    let limit = limit();
    if limit == 0 {
        return Ok(());
    }
    output.text("Traceback (most recent call last):\n")?;
    let mut entries = Vec::new();
    let mut cursor = Some(first.owned());
    while let Some(entry) = cursor {
        let Some((next, frame, line)) = traceback::parts(&entry) else { break };
        entries.push((frame, line));
        cursor = next;
    }
    let skipped = entries.len().saturating_sub(limit);
    let mut last: Option<(Obj, i32, Obj)> = None;
    let mut count = 0;
    for (frame, line) in &entries[skipped..] {
        // SAFETY: a traceback's frame owns its code.
        let (file, name) = unsafe {
            let code: *mut PyCodeObject = (*frame.as_ptr().cast::<PyFrameObject>()).f_code;
            (Object::from_ptr((*code).co_filename).owned(), Object::from_ptr((*code).co_name).owned())
        };
        let same = last.as_ref().is_some_and(|(last_file, last_line, last_name)| {
            last_line == line && unicode::eq(last_file, &file) && unicode::eq(last_name, &name)
        });
        if !same {
            print_folded(output, count)?;
            last = Some((file.clone(), *line, name.clone()));
            count = 0;
        }
        count += 1;
        if count <= REPEATED {
            print_entry(output, &file, *line, &name)?;
            (krait_object::hooks::get().check_signals)()?;
        }
    }
    print_folded(output, count)
}

fn print_folded(output: &Output<'_>, count: usize) -> Result<()> {
    if count <= REPEATED {
        return Ok(());
    }
    let more = count - REPEATED;
    let plural = if more > 1 { "s" } else { "" };
    output.text(&format!("  [Previous line repeated {more} more time{plural}]\n"))
}

fn print_entry(output: &Output<'_>, file: &Object, line: i32, name: &Object) -> Result<()> {
    output.text("  File \"")?;
    output.object(file)?;
    output.text(&format!("\", line {line}, in "))?;
    output.object(name)?;
    output.text("\n")?;
    print_source_line(output, file, line, 4)
}

/// One line of a source file, indented (`_Py_DisplaySourceLine`). A file that is not there prints nothing.
fn print_source_line(output: &Output<'_>, file: &Object, line: i32, indent: usize) -> Result<()> {
    let Some(text) = source_line(file, line)? else { return Ok(()) };
    output.text(&" ".repeat(indent))?;
    output.text(text.trim_start_matches([' ', '\t', '\u{c}']).trim_end_matches('\n'))?;
    output.text("\n")
}

/// The line of a source file, looked for along `sys.path` as well.
fn source_line(file: &Object, line: i32) -> Result<Option<String>> {
    if let Some(text) = err::source_line(file, line) {
        return Ok(Some(unicode::display(&text).to_string()));
    }
    err::clear();
    let name = unicode::display(file).to_string();
    if name.starts_with('<') || name.starts_with('/') {
        return Ok(None);
    }
    let base = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let Some(path) = crate::sys::get_interned(intern!("path")) else { return Ok(None) };
    let Some(list) = path.downcast::<krait_object::types::list::List>() else { return Ok(None) };
    let mut index = 0;
    while let Some(folder) = list.get(index) {
        index += 1;
        if !unicode::check(&folder) {
            continue;
        }
        let candidate = unicode::from_str(&format!("{}/{base}", unicode::display(&folder)))?;
        if let Some(text) = err::source_line(&candidate, line) {
            return Ok(Some(unicode::display(&text).to_string()));
        }
        err::clear();
    }
    Ok(None)
}

/// The traceback and the exception of `sys.unraisablehook`.
pub fn display_unraisable(kind: &Object, value: &Object, traceback: &Object) {
    let file = crate::sys::get_interned(intern!("stderr")).filter(|file| !file.is_none());
    let Some(file) = file else { return };
    let output = Output { file: &file };
    let print = || -> Result<()> {
        if !traceback.is_none() {
            print_traceback_to(&output, traceback)?;
        }
        if kind.is_none() {
            return Ok(());
        }
        output.object(&*qualified_name(kind)?)?;
        if !value.is_none() {
            output.text(": ")?;
            match object::str(value) {
                Ok(text) => output.object(&text)?,
                Err(_) => {
                    err::clear();
                    output.text("<exception str() failed>")?;
                }
            }
        }
        output.text("\n")?;
        call::call_method(&file, intern!("flush"), &[]).map(drop)
    };
    if print().is_err() {
        err::clear();
    }
}

/// Prints the exception that is set and clears it (`PyErr_Print`): `SystemExit` ends the process, others go through
/// `sys.excepthook` after `sys.last_*` are set.
pub fn print_and_clear() {
    print(true);
}

/// `PyErr_PrintEx`: with or without setting `sys.last_*`.
pub fn print(set_last: bool) {
    if let Some(status) = crate::lifecycle::run::exit_status() {
        crate::lifecycle::run::exit(status);
    }
    print_current(set_last);
}

/// As [`print_and_clear`] for exceptions other than `SystemExit`.
fn print_current(set_last: bool) {
    let Some(mut error) = err::fetch() else { return };
    let value = error.normalize().owned();
    let traceback = error.traceback.clone().unwrap_or_else(|| krait_object::types::none::none().owned());
    exceptions::set_traceback_unchecked(&value, Some(&*traceback).filter(|traceback| !traceback.is_none()));
    for (name, part) in set_last
        .then_some([("last_type", &error.kind), ("last_value", &value), ("last_traceback", &traceback)])
        .into_iter()
        .flatten()
    {
        if crate::sys::set_object(name, Some(part)).is_err() {
            err::clear();
        }
    }
    let hook = crate::sys::get_interned(intern!("excepthook"));
    let event = tuple::pack([
        hook.clone().unwrap_or_else(|| none::none().owned()),
        error.kind.clone(),
        value.clone(),
        traceback.clone(),
    ]);
    if event.and_then(|event| crate::sys::audit("sys.excepthook", &event)).is_err() {
        if err::matches(exceptions::RuntimeError()) {
            err::clear();
            return;
        }
        err::write_unraisable_message("in audit hook", None);
    }
    let Some(hook) = hook.filter(|hook| !hook.is_none()) else {
        crate::sys::write_stderr("sys.excepthook is missing\n");
        display_exception(&value, &traceback);
        return;
    };
    if call::call(&hook, &[&error.kind, &value, &traceback]).is_err() {
        if let Some(status) = crate::lifecycle::run::exit_status() {
            crate::lifecycle::run::exit(status);
        }
        let in_hook = err::fetch();
        crate::sys::write_stderr("Error in sys.excepthook:\n");
        if let Some(mut in_hook) = in_hook {
            let hook_value = in_hook.normalize().owned();
            let hook_traceback =
                in_hook.traceback.clone().unwrap_or_else(|| krait_object::types::none::none().owned());
            display_exception(&hook_value, &hook_traceback);
        }
        crate::sys::write_stderr("\nOriginal exception was:\n");
        display_exception(&value, &traceback);
    }
}
