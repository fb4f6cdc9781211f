//! `print` and `input`.

use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::{attribute, call, object};
use krait_object::types::{exceptions, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

pub fn print(_module: &Object, args: Args<'_>) -> Result<()> {
    static SIGNATURE: Signature<4> =
        Signature::new("print", ["sep", "end", "file", "flush"]).required(0).keyword_only_from(0);
    let keywords = Args { positional: &[], ..args };
    let [sep, end, file, flush] = SIGNATURE.bind(keywords)?;
    let file = match file.filter(|file| !file.is_none()) {
        Some(file) => file.owned(),
        None => match crate::sys::get_object("stdout") {
            None => return Err(err::runtime_error("lost sys.stdout")),
            Some(file) if file.is_none() => return Ok(()),
            Some(file) => file,
        },
    };
    let text = |name: &str, value: Option<&Object>| -> Result<Option<Obj>> {
        let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(None) };
        if !unicode::check(value) {
            return Err(err::type_error(format_args!(
                "{name} must be None or a string, not {}",
                value.class_of().name()
            )));
        }
        Ok(Some(value.owned()))
    };
    let sep = text("sep", sep)?;
    let end = text("end", end)?;
    let write = attribute::get_method(&file, intern!("write"))?;
    for (index, value) in args.positional.iter().enumerate() {
        if index > 0 {
            match &sep {
                Some(sep) => write.call1(&file, sep)?,
                None => write.call1(&file, intern!(" "))?,
            };
        }
        let shown = if unicode::check_exact(value) { (*value).owned() } else { object::str(value)? };
        write.call1(&file, &shown)?;
    }
    match &end {
        Some(end) => write.call1(&file, end)?,
        None => write.call1(&file, intern!("\n"))?,
    };
    if let Some(flush) = flush
        && object::is_true(flush)?
    {
        call::call_method(&file, intern!("flush"), &[])?;
    }
    Ok(())
}

/// A standard stream that must be there.
fn stream(name: &str) -> Result<Obj> {
    crate::sys::get_object(name)
        .filter(|stream| !stream.is_none())
        .ok_or_else(|| err::runtime_error(format_args!("input(): lost sys.{name}")))
}

/// Whether a stream is the native descriptor `wanted`, on a terminal.
fn is_terminal(stream: &Object, wanted: i64) -> bool {
    let fileno = || -> Result<bool> {
        let number = call::call_method(stream, intern!("fileno"), &[])?;
        Ok(long::as_i64(&number)? == wanted)
    };
    let same = fileno().unwrap_or_else(|_| {
        err::clear();
        false
    });
    // SAFETY: isatty takes any descriptor.
    same && unsafe { libc::isatty(wanted as i32) } != 0
}

fn flush(stream: &Object) {
    if call::call_method(stream, intern!("flush"), &[]).is_err() {
        err::clear();
    }
}

pub fn input(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("input", args.len(), 0, 1)?;
    let prompt = args.first().copied();
    let (stdin, stdout, stderr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    let event = prompt.unwrap_or(none::none()).owned();
    crate::sys::audit("builtins.input", &*tuple::pack([event])?)?;
    flush(&stderr);
    if is_terminal(&stdin, 0) && is_terminal(&stdout, 1) {
        return terminal_input(&stdin, &stdout, prompt);
    }
    if let Some(prompt) = prompt {
        let write = object::get_attr(&stdout, intern!("write"))?;
        call::call1(&write, &*object::str(prompt)?)?;
    }
    flush(&stdout);
    let line = call::call_method(&stdin, intern!("readline"), &[])?;
    strip_newline(line)
}

/// A line as `input` returns it: without its newline; nothing at all is the end of the file.
fn strip_newline(line: Obj) -> Result<Obj> {
    if !unicode::check(&line) {
        return Err(err::type_error("object.readline() returned non-string"));
    }
    let length = unicode::len(&line);
    if length == 0 {
        return Err(err::set(exceptions::EOFError(), "EOF when reading a line"));
    }
    if unicode::char_at(&line, length - 1) == u32::from('\n') {
        return unicode::substring(&line, 0, length - 1);
    }
    Ok(line)
}

/// Through readline, where `PyOS_Readline` has it.
fn terminal_input(stdin: &Object, stdout: &Object, prompt: Option<&Object>) -> Result<Obj> {
    let coding = |stream: &Object| -> Result<(Obj, Obj)> {
        Ok((object::get_attr(stream, intern!("encoding"))?, object::get_attr(stream, intern!("errors"))?))
    };
    let (in_encoding, in_errors) = coding(stdin)?;
    let (out_encoding, out_errors) = coding(stdout)?;
    flush(stdout);
    let shown = match prompt {
        Some(prompt) => object::str(prompt)?,
        None => unicode::from_str("")?,
    };
    let encoded = unicode::encode(
        &shown,
        Some(unicode::as_utf8(&out_encoding)?),
        Some(unicode::as_utf8(&out_errors)?),
    )?;
    let prompt = krait_object::types::bytes::as_slice(&encoded).to_vec();
    if prompt.contains(&0) {
        return Err(err::value_error("input: prompt string cannot contain null characters"));
    }
    let line = crate::readline::read_line(&prompt)?;
    let crate::readline::Line::Text(mut line) = line else {
        return Err(err::set_none(exceptions::KeyboardInterrupt()));
    };
    if line.is_empty() {
        return Err(err::set_none(exceptions::EOFError()));
    }
    if line.last() == Some(&b'\n') {
        line.pop();
    }
    unicode::decode(&line, Some(unicode::as_utf8(&in_encoding)?), Some(unicode::as_utf8(&in_errors)?))
}
