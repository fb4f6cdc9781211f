//! `sys.displayhook`, `sys.excepthook`, `sys.unraisablehook`, and writing to the standard streams from native code.

use krait_object::protocol::{call, object};
use krait_object::types::{bytes, exceptions, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

/// Hands a value to `sys.displayhook` (the `PRINT_EXPR` instruction).
pub fn display(value: &Object) -> Result<()> {
    let Some(hook) = super::get_interned(intern!("displayhook")) else {
        return Err(err::runtime_error("lost sys.displayhook"));
    };
    call::call1(&hook, value).map(drop)
}

/// The original `sys.displayhook`: prints the value's `repr` unless it is None, and binds `builtins._`.
pub fn displayhook(_module: &Object, value: &Object) -> Result<()> {
    if value.is_none() {
        return Ok(());
    }
    let builtins = crate::builtins::dict()?;
    krait_object::types::dict::set_str(&builtins, "_", none::none())?;
    let stdout = super::get_interned(intern!("stdout")).filter(|stdout| !stdout.is_none());
    let Some(stdout) = stdout else { return Err(err::runtime_error("lost sys.stdout")) };
    let text = object::repr(value)?;
    if call::call_method(&stdout, intern!("write"), &[&text]).is_err() {
        if !err::matches(exceptions::UnicodeEncodeError()) {
            return Err(err::Raised::assume());
        }
        err::clear();
        write_escaped(&stdout, &text)?;
    }
    call::call_method(&stdout, intern!("write"), &[intern!("\n")])?;
    krait_object::types::dict::set_str(&builtins, "_", value)
}

/// Text that the stream's encoding lacks, with escapes.
fn write_escaped(stdout: &Object, text: &Object) -> Result<()> {
    let encoding = object::get_attr(stdout, intern!("encoding"))?;
    let encoding = unicode::as_utf8(&encoding)?;
    let encoded = unicode::encode(text, Some(encoding), Some("backslashreplace"))?;
    match object::lookup_attr(stdout, intern!("buffer"))? {
        Some(buffer) => call::call_method(&buffer, intern!("write"), &[&encoded]).map(drop),
        None => {
            let decoded = unicode::decode(bytes::as_slice(&encoded), Some(encoding), Some("strict"))?;
            call::call_method(stdout, intern!("write"), &[&decoded]).map(drop)
        }
    }
}

/// The original `sys.excepthook`: prints the exception with its traceback to `sys.stderr`.
pub fn excepthook(_module: &Object, args: &[&Object]) -> Result<()> {
    krait_object::args::check_positional("excepthook", args.len(), 3, 3)?;
    crate::traceback_print::display_exception(args[1], args[2]);
    Ok(())
}

/// Writes to `sys.stderr`, or to descriptor 2 when that is not possible.
pub fn write_stderr(text: &str) {
    let saved = err::fetch();
    match unicode::from_str(text) {
        Ok(text) => write_stderr_object(&text),
        Err(_) => {
            err::clear();
            err::write_stderr_raw(text.as_bytes());
        }
    }
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
}

/// Writes a `str` to `sys.stderr`, or to descriptor 2 (with escapes) when that is not possible.
pub fn write_stderr_object(text: &Object) {
    let saved = err::fetch();
    let stderr = super::get_interned(intern!("stderr")).filter(|stderr| !stderr.is_none());
    let written = stderr.is_some_and(|stderr| {
        let result = call::call_method(&stderr, intern!("write"), &[text]);
        if result.is_err() {
            err::clear();
        }
        result.is_ok()
    });
    if !written {
        match unicode::encode(text, Some("utf-8"), Some("backslashreplace")) {
            Ok(encoded) => err::write_stderr_raw(bytes::as_slice(&encoded)),
            Err(_) => err::clear(),
        }
    }
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
}

/// Reports the exception that is set through `sys.unraisablehook`, and clears it.
pub fn unraisable(message: Option<&str>, object: Option<&Object>) {
    let Some(mut error) = err::fetch() else { return };
    if error.traceback.is_none() {
        error.traceback = crate::traceback::of_current_frame();
    }
    let value = error.normalize().owned();
    exceptions::set_traceback_unchecked(&value, error.traceback.as_deref());
    let report = || -> Result<()> {
        let args = super::info::unraisable_args(&error, message, object)?;
        let hook = super::get_interned(intern!("unraisablehook")).filter(|hook| !hook.is_none());
        match hook {
            Some(hook) => {
                super::audit("sys.unraisablehook", &*tuple::pack([hook.clone(), args.clone()])?)?;
                call::call1(&hook, &args).map(drop)
            }
            None => unraisablehook(&args, &args),
        }
    };
    if report().is_err()
        && let Some(mut in_hook) = err::fetch()
    {
        in_hook.normalize();
        let hook = super::get_interned(intern!("unraisablehook"));
        let shown = super::info::unraisable_args(&in_hook, Some("in sys.unraisablehook"), hook.as_deref())
            .and_then(|args| unraisablehook(&args, &args));
        if shown.is_err() {
            err::clear();
        }
    }
}

/// The original `sys.unraisablehook`: "Exception ignored in: ..." with the traceback.
pub fn unraisablehook(_module: &Object, args: &Object) -> Result<()> {
    if !super::info::is_unraisable_args(args) {
        return Err(err::type_error("sys.unraisablehook argument type must be UnraisableHookArgs"));
    }
    if super::get_interned(intern!("stderr")).is_none_or(|file| file.is_none()) {
        return Ok(());
    }
    let part = |name: &'static str| -> Result<Obj> { object::get_attr_str(args, name) };
    let (kind, value) = (part("exc_type")?, part("exc_value")?);
    let (traceback, message, subject) = (part("exc_traceback")?, part("err_msg")?, part("object")?);
    let message =
        if message.is_none() { None } else { Some(unicode::display(&*object::str(&message)?).to_string()) };
    if !subject.is_none() {
        write_stderr(message.as_deref().unwrap_or("Exception ignored in"));
        write_stderr(": ");
        let text = object::repr(&subject).map(|text| unicode::display(&text).to_string());
        write_stderr(&text.unwrap_or_else(|_| {
            err::clear();
            "<object repr() failed>".to_owned()
        }));
        write_stderr("\n");
    } else if let Some(message) = message {
        write_stderr(&message);
        write_stderr(":\n");
    }
    crate::traceback_print::display_unraisable(&kind, &value, &traceback);
    Ok(())
}
