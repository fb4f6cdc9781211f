//! Running code: strings, files and modules in `__main__` (`PyRun_*`).

use crate::source::{self, CompileOptions, Mode};
use core::sync::atomic::{AtomicI32, Ordering};
use krait_abi::PyCodeObject;
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, long, module, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

/// Set when the program ended by an interrupt that nobody handled: the process ends by the signal then.
#[unsafe(no_mangle)]
pub static mut _Py_UnhandledKeyboardInterrupt: core::ffi::c_int = 0;

fn set_unhandled_interrupt(value: bool) {
    // SAFETY: a plain integer, touched with the GIL held.
    unsafe { _Py_UnhandledKeyboardInterrupt = value.into() }
}

/// The flags of code objects that stay in force for what follows in the same namespace: the future features.
pub(super) const FUTURES: i32 = 0x1fe_0000;

/// The namespace of `__main__`.
pub fn main_namespace() -> Result<Obj> {
    let main = crate::import::add_module(intern!("__main__"))?;
    Ok(module::dict(&main).owned())
}

/// Compiles and runs a source in namespaces (`PyRun_StringFlags`).
pub fn run_source(
    text: &[u8],
    filename: &str,
    mode: Mode,
    globals: &Object,
    locals: &Object,
    flags: i32,
) -> Result<Obj> {
    let mut flags = flags;
    run_text(text, &*unicode::from_str(filename)?, mode, globals, locals, &mut flags)
}

/// As [`run_source`]; future features that the source turns on are added to the flags.
pub fn run_text(
    text: &[u8],
    filename: &Object,
    mode: Mode,
    globals: &Object,
    locals: &Object,
    flags: &mut i32,
) -> Result<Obj> {
    run_with(
        text,
        CompileOptions { flags: *flags, ..CompileOptions::new(mode, filename) },
        globals,
        locals,
        flags,
    )
}

/// As [`run_text`], of a file.
pub fn run_file_text(
    text: &[u8],
    filename: &Object,
    mode: Mode,
    globals: &Object,
    locals: &Object,
    flags: &mut i32,
) -> Result<Obj> {
    let options = CompileOptions { flags: *flags, from_file: true, ..CompileOptions::new(mode, filename) };
    run_with(text, options, globals, locals, flags)
}

fn run_with(
    text: &[u8],
    options: CompileOptions<'_>,
    globals: &Object,
    locals: &Object,
    flags: &mut i32,
) -> Result<Obj> {
    let code = source::compile(text, options)?;
    // SAFETY: a code object.
    *flags |= unsafe { (*code.as_ptr().cast::<PyCodeObject>()).co_flags } & FUTURES;
    run_code(&code, globals, locals)
}

/// Runs code in namespaces, which get the builtins.
pub fn run_code(code: &Object, globals: &Object, locals: &Object) -> Result<Obj> {
    crate::sys::audit("exec", &*tuple::pack([code.owned()])?)?;
    set_unhandled_interrupt(false);
    if dict::get_str(globals, "__builtins__")?.is_none() {
        dict::set_str(globals, "__builtins__", &*crate::builtins::dict()?)?;
    }
    // SAFETY: a code object and a dict.
    let result = unsafe { crate::bind::eval_code(code, globals, Some(locals)) };
    if result.is_err() && err::matches(exceptions::KeyboardInterrupt()) {
        set_unhandled_interrupt(true);
    }
    result
}

/// Flushes what was written to `sys.stdout` and `sys.stderr`; an exception that is set stays.
pub fn flush_streams() {
    let saved = err::fetch();
    for name in ["stderr", "stdout"] {
        if let Some(stream) = crate::sys::get_object(name)
            && call::call_method(&stream, intern!("flush"), &[]).is_err()
        {
            err::clear();
        }
    }
    if let Some(saved) = saved {
        let _ = err::restore(saved);
    }
}

/// Prints the exception of a failed run; whether there was none.
fn succeeded<T>(result: Result<T>) -> bool {
    if result.is_err() {
        crate::traceback_print::print_and_clear();
    }
    result.is_ok()
}

/// Runs a source in `__main__`; an exception is printed. False when there was one (`PyRun_SimpleStringFlags`).
pub fn run_simple_string(text: &[u8], filename: &str, flags: &mut i32) -> bool {
    succeeded((|| {
        let main = main_namespace()?;
        run_text(text, &*unicode::from_str(filename)?, Mode::Exec, &main, &main, flags)
    })())
}

/// Whether a stream is one for the prompt (`Py_FdIsInteractive`).
///
/// # Safety
/// An open stream.
pub unsafe fn is_interactive(file: *mut libc::FILE, filename: Option<&[u8]>) -> bool {
    // SAFETY: the caller's promise; a plain integer.
    unsafe {
        if libc::isatty(libc::fileno(file)) != 0 {
            return true;
        }
        super::flags::Py_InteractiveFlag != 0
            && filename.is_none_or(|name| name == b"<stdin>" || name == b"???")
    }
}

/// Whether a file holds a code object: by its name, or by the magic number it begins with.
fn is_compiled(path: &[u8], text: &[u8]) -> bool {
    path.ends_with(b".pyc") || text.starts_with(&crate::import::MAGIC_NUMBER.to_le_bytes()[..2])
}

/// Runs the contents of a file as `__main__`, which gets `__file__` for that time unless it has one
/// (`PyRun_SimpleFile`). False after an exception, which is printed.
pub fn run_simple_file(path: &[u8], text: &[u8], flags: &mut i32) -> bool {
    let mut set_names = false;
    let mut run = || -> Result<()> {
        let main = main_namespace()?;
        let filename = unicode::decode_fs(path)?;
        if dict::get_str(&main, "__file__")?.is_none() {
            dict::set_str(&main, "__file__", &filename)?;
            dict::set_str(&main, "__cached__", none::none())?;
            set_names = true;
        }
        if is_compiled(path, text) {
            set_loader(&main, &filename, intern!("SourcelessFileLoader"))?;
            return run_compiled(text, &main);
        }
        if path != b"<stdin>" {
            set_loader(&main, &filename, intern!("SourceFileLoader"))?;
        }
        run_file_text(text, &filename, Mode::Exec, &main, &main, flags).map(drop)
    };
    let result = run();
    flush_streams();
    let fine = succeeded(result);
    if set_names && let Ok(main) = main_namespace() {
        for name in [intern!("__file__"), intern!("__cached__")] {
            if dict::pop(&main, name).is_err() {
                err::clear();
            }
        }
    }
    fine
}

fn set_loader(main: &Object, filename: &Object, class: &'static Object) -> Result<()> {
    let importlib = crate::import::importlib()?;
    let external = object::get_attr(&importlib, intern!("_bootstrap_external"))?;
    let loader = call::call_method(&external, class, &[intern!("__main__"), filename])?;
    dict::set_str(main, "__loader__", &loader)
}

/// Runs the code object of a `.pyc` file.
fn run_compiled(text: &[u8], main: &Object) -> Result<()> {
    if text.get(..4) != Some(&crate::import::MAGIC_NUMBER.to_le_bytes()) {
        return Err(err::runtime_error("Bad magic number in .pyc file"));
    }
    let code = crate::marshal::loads(text.get(16..).unwrap_or(&[]));
    match code {
        Ok(code) if crate::frame::is_code(&code) => run_code(&code, main, main).map(drop),
        _ => {
            err::clear();
            Err(err::runtime_error("Bad code object in .pyc file"))
        }
    }
}

/// A module as `__main__` through `runpy` (`-m`).
pub fn run_module(name: &Object, set_argv0: bool) -> Result<()> {
    crate::sys::audit("cpython.run_module", &*tuple::pack([name.owned()])?)?;
    set_unhandled_interrupt(false);
    let run = || -> Result<()> {
        let runpy = crate::import::import_module("runpy")?;
        let function = object::get_attr(&runpy, intern!("_run_module_as_main"))?;
        let flag = krait_object::types::bool::from_bool(set_argv0);
        call::call(&function, &[name, &flag]).map(drop)
    };
    let result = run();
    if result.is_err() && err::matches(exceptions::KeyboardInterrupt()) {
        set_unhandled_interrupt(true);
    }
    result
}

/// The exit status of the `SystemExit` that is set, which is taken and its message printed; None for other exceptions, and
/// while a prompt is wanted after the program (`_Py_HandleSystemExit`).
pub fn exit_status() -> Option<i32> {
    // SAFETY: a plain integer.
    if unsafe { super::flags::Py_InspectFlag } != 0 || !err::matches(exceptions::SystemExit()) {
        return None;
    }
    let mut error = err::fetch()?;
    // What the program printed comes before the message.
    let value = error.normalize().owned();
    flush_stdout();
    let code = if err::is_exception(&value) {
        object::get_attr(&value, intern!("code")).unwrap_or_else(|_| {
            err::clear();
            value.clone()
        })
    } else {
        value.clone()
    };
    if code.is_none() {
        return Some(0);
    }
    if long::check(&code) {
        return Some(long::as_i64(&code).unwrap_or_else(|_| {
            err::clear();
            -1
        }) as i32);
    }
    let stderr = crate::sys::get_object("stderr").filter(|stderr| !stderr.is_none());
    let text = object::str(&code);
    match (stderr, text) {
        (Some(stderr), Ok(text)) => {
            let write = |text: &Object| call::call_method(&stderr, intern!("write"), &[text]).map(drop);
            if write(&text).and_then(|()| write(intern!("\n"))).is_err() {
                err::clear();
            }
        }
        (_, text) => {
            err::clear();
            let text = text.map(|text| unicode::display(&text).to_string()).unwrap_or_default();
            crate::sys::write_stderr(&format!("{text}\n"));
        }
    }
    err::clear();
    Some(1)
}

fn flush_stdout() {
    if let Some(stdout) = crate::sys::get_object("stdout").filter(|stdout| !stdout.is_none())
        && call::call_method(&stdout, intern!("flush"), &[]).is_err()
    {
        err::clear();
    }
}

static EXIT_HOOK: AtomicI32 = AtomicI32::new(0);

/// Ends the interpreter and the process (`Py_Exit`).
pub fn exit(status: i32) -> ! {
    // A second exit, from within finalisation, ends at once.
    let nested = EXIT_HOOK.fetch_add(1, Ordering::SeqCst) > 0;
    let status = if !nested && super::finalize() < 0 { 120 } else { status };
    // SAFETY: ends the process with C's exit functions.
    unsafe { libc::exit(status) }
}
