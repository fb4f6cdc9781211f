//! Running what the configuration says: a command, a module, a script, or the prompt (`Py_RunMain`).

use super::wide::{self, Wide};
use super::{config, finalize, flags, preconfig, prompt, run};
use core::ffi::CStr;
use krait_object::protocol::{call, object};
use krait_object::types::list::List;
use krait_object::types::{tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};
use std::io::Read;
use std::path::Path;

/// Runs the configured program and ends the interpreter; the exit status (`Py_RunMain`).
pub fn run_main() -> i32 {
    let mut status = run_program();
    if finalize() < 0 {
        status = 120;
    }
    super::globals::forget_arguments();
    // SAFETY: a plain integer.
    if unsafe { run::_Py_UnhandledKeyboardInterrupt } != 0 {
        status = die_by_interrupt();
    }
    status
}

/// Ends the process as an interrupt does, which tells a shell that waits for it; the status if that does not work.
fn die_by_interrupt() -> i32 {
    // SAFETY: the default action, and a signal for this process.
    unsafe {
        if libc::signal(libc::SIGINT, libc::SIG_DFL) != libc::SIG_ERR {
            libc::kill(libc::getpid(), libc::SIGINT);
        }
    }
    libc::SIGINT + 128
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
    crate::traceback_print::print_and_clear();
    1
}

/// What is to be run.
struct Program {
    command: Option<Wide>,
    module: Option<Wide>,
    filename: Option<Wide>,
    argv: Vec<Wide>,
}

impl Program {
    fn configured() -> Program {
        // SAFETY: the running interpreter's configuration.
        unsafe {
            let config = &*config::current();
            Program {
                command: wide::from_raw(config.run_command),
                module: wide::from_raw(config.run_module),
                filename: wide::from_raw(config.run_filename),
                argv: wide::list(&config.argv),
            }
        }
    }

    /// Whether there is a program apart from the prompt.
    fn is_given(&self) -> bool {
        self.command.is_some() || self.module.is_some() || self.filename.is_some()
    }
}

fn int(field: impl Fn(&krait_abi::PyConfig) -> i32) -> i32 {
    // SAFETY: the running interpreter's configuration.
    field(unsafe { &*config::current() })
}

fn stdin_is_interactive() -> bool {
    // SAFETY: asks about a descriptor.
    unsafe { libc::isatty(0) != 0 || int(|config| config.interactive) != 0 }
}

fn run_program() -> i32 {
    let program = Program::configured();
    let mut flags = 0;
    let mut status = match prepare(&program) {
        Err(_) => report(),
        Ok(package) => {
            header(&program);
            import_readline(&program);
            if let Some(command) = &program.command {
                run_command(command, &mut flags)
            } else if let Some(module) = &program.module {
                status_of(unicode::from_code_points(module).and_then(|name| run::run_module(&name, true)))
            } else if package {
                status_of(run::run_module(intern!("__main__"), false))
            } else if let Some(file) = &program.filename {
                run_file(file, &mut flags)
            } else {
                run_stdin(&mut flags)
            }
        }
    };
    prompt_after(&program, &mut flags, &mut status);
    status
}

/// Sets `sys.path[0]`; true for a script that is a folder or archive with a `__main__`.
fn prepare(program: &Program) -> Result<bool> {
    if let Some(file) = &program.filename
        && let Some(path) = package_of(file)?
    {
        prepend_path(&path)?;
        return Ok(true);
    }
    if int(|config| config.isolated) == 0
        && let Some(folder) = script_folder(&program.argv)
    {
        prepend_path(&*unicode::from_code_points(&folder)?)?;
    }
    Ok(false)
}

/// A folder or archive given as the script, which an importer of `sys.path_hooks` takes (`pymain_get_importer`).
fn package_of(file: &[u32]) -> Result<Option<Obj>> {
    let path = unicode::from_code_points(file)?;
    Ok(if crate::import::exec_code::importer(&path)?.is_none() { None } else { Some(path) })
}

fn prepend_path(folder: &Object) -> Result<()> {
    let Some(path) = crate::sys::get_object("path") else {
        return Err(err::runtime_error("unable to get sys.path"));
    };
    match path.downcast::<List>() {
        Some(list) => list.insert(0, folder),
        None => Ok(()),
    }
}

/// `sys.path[0]`: the script's folder behind its links; the current folder for `-m`; '' for `-c` and without a program.
pub fn script_folder(argv: &[Wide]) -> Option<Wide> {
    let first = argv.first()?;
    if wide::is(first, "-m") {
        return std::env::current_dir().ok().map(|folder| wide::from_path(&folder));
    }
    if wide::is(first, "-c") || first.is_empty() {
        return Some(Wide::new());
    }
    let path = wide::to_path(first);
    let mut resolved = path.clone();
    if let Ok(target) = std::fs::read_link(&path) {
        resolved = path.parent().unwrap_or(Path::new("")).join(target);
    }
    let resolved = std::fs::canonicalize(&resolved).unwrap_or(resolved);
    let text = wide::from_path(&resolved);
    let end = text.iter().rposition(|point| *point == '/'.into()).map_or(0, |slash| slash.max(1));
    Some(text[..end].to_vec())
}

/// The version and where help is, before a prompt.
fn header(program: &Program) {
    if int(|config| config.quiet) != 0 {
        return;
    }
    if int(|config| config.verbose) == 0 && (program.is_given() || !stdin_is_interactive()) {
        return;
    }
    let mut text = format!("Python {} on linux\n", crate::sys::info::VERSION_TEXT);
    if int(|config| config.site_import) != 0 {
        text.push_str("Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n");
    }
    err::write_stderr_raw(text.as_bytes());
}

fn import_readline(program: &Program) {
    if int(|config| config.isolated) != 0 || (int(|config| config.inspect) == 0 && program.is_given()) {
        return;
    }
    // SAFETY: asks about a descriptor.
    if unsafe { libc::isatty(0) } != 0 && crate::import::import_module("readline").is_err() {
        err::clear();
    }
}

fn audit(event: &str, argument: Option<&Object>) -> Result<()> {
    let args = match argument {
        Some(argument) => tuple::pack([argument.owned()])?,
        None => tuple::empty(),
    };
    crate::sys::audit(event, &args)
}

fn run_command(command: &[u32], flags: &mut i32) -> i32 {
    let text = unicode::from_code_points(command).and_then(|text| {
        audit("cpython.run_command", Some(&text))?;
        unicode::encode(&text, None, None)
    });
    let Ok(text) = text else {
        crate::sys::write_stderr("Unable to decode the command from the command line:\n");
        return report();
    };
    *flags |= krait_abi::PyCF_IGNORE_COOKIE;
    let text = krait_object::types::bytes::as_slice(&text).to_vec();
    i32::from(!run::run_simple_string(&text, "<string>", flags))
}

fn run_file(file: &[u32], flags: &mut i32) -> i32 {
    let name = unicode::from_code_points(file);
    let announced = match &name {
        Ok(name) => audit("cpython.run_file", Some(name)).is_ok(),
        Err(_) => false,
    };
    if !announced {
        return report();
    }
    let shown = name.and_then(|name| object::repr(&name));
    let shown = shown.map(|text| unicode::display(&text).to_string()).unwrap_or_default();
    let program = config::config_text(|config| config.program_name).unwrap_or_default();
    let mut text = Vec::new();
    let opened = std::fs::File::open(wide::to_path(file)).and_then(|mut opened| {
        if opened.metadata()?.is_dir() {
            return Err(std::io::Error::from_raw_os_error(libc::EISDIR));
        }
        opened.read_to_end(&mut text)
    });
    if let Err(error) = opened {
        let code = error.raw_os_error().unwrap_or(0);
        if code == libc::EISDIR {
            crate::sys::write_stderr(&format!("{program}: {shown} is a directory, cannot continue\n"));
            return 1;
        }
        // SAFETY: the message of an error number, copied at once.
        let message = unsafe { CStr::from_ptr(libc::strerror(code)) }.to_string_lossy();
        crate::sys::write_stderr(&format!("{program}: can't open file {shown}: [Errno {code}] {message}\n"));
        return 2;
    }
    if int(|config| config.skip_source_first_line) != 0 {
        // The newline stays, so that line numbers are right.
        let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
        text.drain(..end);
    }
    if krait_object::pending::make_all().is_err() {
        return report();
    }
    let path = wide::encode(file);
    // SAFETY: asks about a descriptor.
    i32::from(!run::run_simple_file(&path, &text, flags))
}

fn run_stdin(flags: &mut i32) -> i32 {
    let interactive = stdin_is_interactive();
    if interactive {
        // SystemExit ends the process here.
        leave_inspection();
        run_startup(flags);
        interactive_hook();
    }
    if audit("cpython.run_stdin", None).and_then(|()| krait_object::pending::make_all()).is_err() {
        return report();
    }
    if interactive {
        return run_prompt(flags);
    }
    let mut text = Vec::new();
    let mut buffer = [0u8; 65536];
    loop {
        // SAFETY: C's standard input and room for the bytes.
        let got = unsafe {
            libc::fread(buffer.as_mut_ptr().cast(), 1, buffer.len(), crate::readline::standard_input())
        };
        if got == 0 {
            break;
        }
        text.extend(&buffer[..got]);
    }
    i32::from(!run::run_simple_file(b"<stdin>", &text, flags))
}

fn run_prompt(flags: &mut i32) -> i32 {
    // SAFETY: C's standard input.
    i32::from(unsafe { prompt::run_loop(crate::readline::standard_input(), b"<stdin>", flags) } != 0)
}

fn leave_inspection() {
    // SAFETY: the running interpreter's configuration and its variable.
    unsafe {
        (*config::current()).inspect = 0;
        flags::Py_InspectFlag = 0;
    }
}

/// The prompt behind a program, for `-i` and `PYTHONINSPECT`, which the program itself may have set.
fn prompt_after(program: &Program, flags: &mut i32, status: &mut i32) {
    let use_environment = int(|config| config.use_environment);
    if int(|config| config.inspect) == 0 && preconfig::variable(use_environment, "PYTHONINSPECT").is_some() {
        // SAFETY: the running interpreter's configuration and its variable.
        unsafe {
            (*config::current()).inspect = 1;
            flags::Py_InspectFlag = 1;
        }
    }
    if int(|config| config.inspect) == 0 || !stdin_is_interactive() || !program.is_given() {
        return;
    }
    leave_inspection();
    interactive_hook();
    *status = run_prompt(flags);
}

/// The file of `PYTHONSTARTUP`.
fn run_startup(flags: &mut i32) {
    use std::os::unix::ffi::OsStrExt;
    let Some(startup) = preconfig::variable(int(|config| config.use_environment), "PYTHONSTARTUP") else {
        return;
    };
    let name = unicode::decode_fs(startup.as_bytes());
    if name.and_then(|name| audit("cpython.run_startup", Some(&name))).is_err() {
        crate::traceback_print::print_and_clear();
        return;
    }
    match std::fs::read(&startup) {
        Ok(text) => {
            run::run_simple_file(startup.as_bytes(), &text, flags);
            err::clear();
        }
        Err(error) => {
            crate::sys::write_stderr("Could not open PYTHONSTARTUP\n");
            let name = unicode::decode_fs(startup.as_bytes()).ok();
            let _ = err::from_errno(error.raw_os_error().unwrap_or(0), name.as_deref(), None);
            crate::traceback_print::print_and_clear();
        }
    }
}

/// `sys.__interactivehook__`
fn interactive_hook() {
    let Some(hook) = crate::sys::get_object("__interactivehook__") else { return };
    let called = audit("cpython.run_interactivehook", Some(&hook)).and_then(|()| call::call(&hook, &[]));
    if called.is_err() {
        crate::sys::write_stderr("Failed calling sys.__interactivehook__\n");
        crate::traceback_print::print_and_clear();
    }
}
