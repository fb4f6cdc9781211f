//! Running what the configuration says: a command, a module, a script, or the prompt (`Py_RunMain`).

use super::config::wide_to_string;
use super::{config, finalize, run};
use crate::source::Mode;
use krait_object::protocol::{call, object};
use krait_object::types::list::List;
use krait_object::types::{exceptions, unicode};
use krait_object::{Obj, Object, Result, err, intern};
use std::io::{IsTerminal, Read};

/// Runs the configured program and ends the interpreter; the exit status (`Py_RunMain`).
pub fn run_main() -> i32 {
    let mut status = run_program();
    if finalize() < 0 {
        status = 120;
    }
    status
}

/// 0 for success, else the status of the exception that is set: that of `SystemExit`, or 1 after printing it.
fn status_of<T>(result: Result<T>) -> i32 {
    match result {
        Ok(_) => 0,
        Err(_) => report(),
    }
}

/// Prints the exception that is set; the exit status that it means.
fn report() -> i32 {
    if let Some(status) = run::exit_status() {
        return status;
    }
    let interrupted = err::matches(exceptions::KeyboardInterrupt());
    crate::traceback_print::print_current();
    if interrupted {
        // As a shell expects of a program that an interrupt ended.
        return 130;
    }
    1
}

fn run_program() -> i32 {
    // SAFETY: the running interpreter's configuration.
    let (command, module, filename, isolated) = unsafe {
        let config = &*config::current();
        (
            wide_to_string(config.run_command),
            wide_to_string(config.run_module),
            wide_to_string(config.run_filename),
            config.isolated,
        )
    };
    let importer = filename.as_deref().and_then(main_importer);
    if let Some(folder) = &importer {
        if let Err(status) = prepend_path(folder) {
            return status;
        }
    } else if isolated == 0
        && let Err(status) = add_script_folder(command.is_some(), module.is_some(), filename.as_deref())
    {
        return status;
    }
    if let Some(command) = command {
        return status_of(run_command(&command));
    }
    if let Some(module) = module {
        return status_of(run_module(&module, true));
    }
    if importer.is_some() {
        return status_of(run_module("__main__", false));
    }
    match filename {
        Some(file) => run_file(&file),
        None => run_stdin(),
    }
}

/// A folder or archive given as the script: it becomes `sys.path[0]` and its `__main__` runs.
fn main_importer(file: &str) -> Option<Obj> {
    let find = || -> Result<Option<Obj>> {
        let path = unicode::decode_fs(file.as_bytes())?;
        let pkgutil = crate::import::importlib()?;
        let external = object::get_attr(&pkgutil, intern!("_bootstrap_external"))?;
        let finder = object::get_attr(&external, intern!("PathFinder"))?;
        let importer = call::call_method(&finder, intern!("_path_importer_cache"), &[&path])?;
        Ok(if importer.is_none() { None } else { Some(path) })
    };
    let metadata = std::fs::metadata(file).ok()?;
    if metadata.is_file() && !is_archive(file) {
        return None;
    }
    find().unwrap_or_else(|_| {
        err::clear();
        None
    })
}

/// Whether a file ends like a zip archive; only then is it worth asking the importers.
fn is_archive(file: &str) -> bool {
    let Ok(data) = std::fs::read(file) else { return false };
    let tail = &data[data.len().saturating_sub(65_557)..];
    tail.windows(4).any(|window| window == b"PK\x05\x06")
}

fn prepend_path(folder: &Object) -> core::result::Result<(), i32> {
    let Some(path) = crate::sys::get_object("path") else { return Ok(()) };
    let Some(list) = path.downcast::<List>() else { return Ok(()) };
    list.insert(0, folder).map_err(|_| report())
}

/// `sys.path[0]`: the script's folder, or the current one for `-c` (as '') and `-m`.
fn add_script_folder(command: bool, module: bool, filename: Option<&str>) -> core::result::Result<(), i32> {
    let folder = if module {
        match std::env::current_dir() {
            Ok(folder) => folder.to_string_lossy().into_owned(),
            Err(_) => return Ok(()),
        }
    } else if command {
        String::new()
    } else if let Some(file) = filename {
        let resolved = std::fs::canonicalize(file).unwrap_or_else(|_| file.into());
        resolved.parent().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
    } else {
        String::new()
    };
    match unicode::decode_fs(folder.as_bytes()) {
        Ok(folder) => prepend_path(&folder),
        Err(_) => Err(report()),
    }
}

fn run_command(command: &str) -> Result<()> {
    let text = unicode::from_str(command)?;
    crate::sys::audit("cpython.run_command", &*krait_object::types::tuple::pack([text])?)?;
    let main = run::main_namespace()?;
    let flags = krait_abi::PyCF_IGNORE_COOKIE;
    run::run_source(command.as_bytes(), "<string>", Mode::Exec, &main, &main, flags).map(drop)
}

fn run_module(name: &str, set_argv0: bool) -> Result<()> {
    let name = unicode::from_str(name)?;
    crate::sys::audit("cpython.run_module", &*krait_object::types::tuple::pack([name.clone()])?)?;
    let runpy = crate::import::import_module("runpy")?;
    let function = object::get_attr(&runpy, intern!("_run_module_as_main"))?;
    let flag = krait_object::types::bool::from_bool(set_argv0);
    call::call(&function, &[&name, &flag]).map(drop)
}

fn run_file(file: &str) -> i32 {
    let shown = crate::sys::info::program_name();
    let mut text = Vec::new();
    let opened = std::fs::File::open(file).and_then(|mut opened| {
        if opened.metadata()?.is_dir() {
            return Err(std::io::Error::from_raw_os_error(libc::EISDIR));
        }
        opened.read_to_end(&mut text)
    });
    if let Err(error) = opened {
        let code = error.raw_os_error().unwrap_or(0);
        if code == libc::EISDIR {
            eprintln!("{shown}: '{file}' is a directory, cannot continue");
            return 1;
        }
        let message = std::io::Error::from_raw_os_error(code).to_string();
        let message = message.split(" (os error").next().unwrap_or("").to_owned();
        eprintln!("{shown}: can't open file '{file}': [Errno {code}] {message}");
        return 2;
    }
    status_of(run_script(file, &text))
}

fn run_script(file: &str, text: &[u8]) -> Result<()> {
    let main = run::main_namespace()?;
    let path = unicode::decode_fs(file.as_bytes())?;
    crate::sys::audit("cpython.run_file", &*krait_object::types::tuple::pack([path.clone()])?)?;
    krait_object::types::dict::set_str(&main, "__file__", &path)?;
    krait_object::types::dict::set_str(&main, "__cached__", krait_object::types::none::none())?;
    let importlib = crate::import::importlib()?;
    let external = object::get_attr(&importlib, intern!("_bootstrap_external"))?;
    let class =
        if file.ends_with(".pyc") { intern!("SourcelessFileLoader") } else { intern!("SourceFileLoader") };
    let loader = call::call_method(&external, class, &[intern!("__main__"), &path])?;
    krait_object::types::dict::set_str(&main, "__loader__", &loader)?;
    if file.ends_with(".pyc") {
        let code = crate::marshal::loads(text.get(16..).unwrap_or(&[]))?;
        if crate::frame::is_code(&code) {
            // SAFETY: a code object; the namespace is a dict.
            return unsafe { crate::bind::eval_code(&code, &main, Some(&main)) }.map(drop);
        }
        return Err(err::runtime_error("Bad code object in .pyc file"));
    }
    run::run_source(text, file, Mode::Exec, &main, &main, 0).map(drop)
}

fn run_stdin() -> i32 {
    // SAFETY: the running interpreter's configuration.
    let interactive = unsafe { (*config::current()).interactive } > 0;
    if interactive || std::io::stdin().is_terminal() {
        return crate::lifecycle::prompt::run();
    }
    let mut text = Vec::new();
    if std::io::stdin().read_to_end(&mut text).is_err() {
        return 1;
    }
    let run = || -> Result<()> {
        let main = run::main_namespace()?;
        run::run_source(&text, "<stdin>", Mode::Exec, &main, &main, 0).map(drop)
    };
    status_of(run())
}
