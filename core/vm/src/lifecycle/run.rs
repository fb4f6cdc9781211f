//! Running code: strings, files and modules in `__main__` (`PyRun_*`, `Py_RunMain`).

use crate::source::{self, CompileOptions, Mode};
use krait_object::protocol::{call, object};
use krait_object::types::{dict, exceptions, long, module, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

/// The namespace of `__main__`.
pub fn main_namespace() -> Result<Obj> {
    let main = crate::import::add_module(&*unicode::from_str("__main__")?)?;
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
    let from_file = filename != "<string>";
    let filename = unicode::from_str(filename)?;
    let options = CompileOptions { flags, from_file, ..CompileOptions::new(mode, &filename) };
    let code = source::compile(text, options)?;
    run_code(&code, globals, locals)
}

/// Runs code in namespaces, which get the builtins.
pub fn run_code(code: &Object, globals: &Object, locals: &Object) -> Result<Obj> {
    crate::sys::audit("exec", &*krait_object::types::tuple::pack([code.owned()])?)?;
    if dict::get_str(globals, "__builtins__")?.is_none() {
        dict::set_str(globals, "__builtins__", &*crate::builtins::dict()?)?;
    }
    // SAFETY: a code object and a dict.
    unsafe { crate::bind::eval_code(code, globals, Some(locals)) }
}

/// Runs a source in `__main__`; an exception is printed. False when there was one (`PyRun_SimpleStringFlags`).
pub fn run_simple_string(text: &[u8], filename: &str, flags: i32) -> bool {
    let result =
        main_namespace().and_then(|main| run_source(text, filename, Mode::Exec, &main, &main, flags));
    if result.is_err() {
        crate::traceback_print::print_and_clear();
    }
    result.is_ok()
}

/// Runs a file as `__main__`, whose `__file__` it is for that time unless there is one (`PyRun_SimpleFile`). False when
/// an exception was printed.
pub fn run_simple_file(path: &[u8], text: &[u8], flags: i32) -> bool {
    let result = main_namespace().and_then(|main| {
        let name = unicode::decode_fs(path)?;
        let named = dict::get_str(&main, "__file__")?.is_none();
        if named {
            dict::set_str(&main, "__file__", &name)?;
            dict::set_str(&main, "__cached__", &*super::none_object())?;
        }
        let result = run_main_file(&main, &name, text, flags);
        if named {
            let saved = err::fetch();
            for name in [intern!("__file__"), intern!("__cached__")] {
                if object::del_item(&main, name).is_err() {
                    err::clear();
                }
            }
            if let Some(saved) = saved {
                err::restore(saved);
            }
        }
        result
    });
    if result.is_err() {
        crate::traceback_print::print_and_clear();
    }
    result.is_ok()
}

/// Runs source or byte code, which the name or the first bytes tell apart, with a loader of its kind in `__main__`.
fn run_main_file(main: &Object, name: &Object, text: &[u8], flags: i32) -> Result<()> {
    let compiled = is_compiled(name, text);
    let external = object::get_attr(&*crate::import::importlib()?, intern!("_bootstrap_external"))?;
    let class = if compiled { intern!("SourcelessFileLoader") } else { intern!("SourceFileLoader") };
    let loader = call::call_method(&external, class, &[intern!("__main__"), name])?;
    dict::set_str(main, "__loader__", &loader)?;
    if !compiled {
        let options = CompileOptions { flags, from_file: true, ..CompileOptions::new(Mode::Exec, name) };
        let code = source::compile(text, options)?;
        return run_code(&code, main, main).map(drop);
    }
    let code = text
        .get(16..)
        .map_or_else(|| Err(err::runtime_error("Bad magic number in .pyc file")), crate::marshal::loads)?;
    if !crate::frame::is_code(&code) {
        return Err(err::runtime_error("Bad code object in .pyc file"));
    }
    run_code(&code, main, main).map(drop)
}

fn is_compiled(name: &Object, text: &[u8]) -> bool {
    let by_name = unicode::display(name).to_string().ends_with(".pyc");
    by_name || text.starts_with(&crate::import::MAGIC_NUMBER.to_le_bytes())
}

/// Runs a module as `__main__` through `runpy` (`-m`).
pub fn run_module(name: &str) -> bool {
    let run = || -> Result<()> {
        let runpy = crate::import::import_module("runpy")?;
        let function = object::get_attr(&runpy, intern!("_run_module_as_main"))?;
        call::call(&function, &[&*unicode::from_str(name)?]).map(drop)
    };
    let result = run();
    if result.is_err() {
        crate::traceback_print::print_and_clear();
    }
    result.is_ok()
}

/// The exit status of the `SystemExit` that is set, printing its message; None for other exceptions.
pub fn exit_status() -> Option<i32> {
    if !err::matches(exceptions::SystemExit()) {
        return None;
    }
    let mut error = err::fetch()?;
    let value = error.normalize().owned();
    let code = object::get_attr(&value, intern!("code")).unwrap_or_else(|_| {
        err::clear();
        value.clone()
    });
    if code.is_none() {
        return Some(0);
    }
    if long::check(&code) {
        return Some(long::as_i64(&code).unwrap_or_else(|_| {
            err::clear();
            -1
        }) as i32);
    }
    match object::str(&code) {
        Ok(text) => crate::sys::write_stderr_object(&text),
        Err(_) => err::clear(),
    }
    crate::sys::write_stderr("\n");
    Some(1)
}
