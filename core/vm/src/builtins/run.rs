//! `compile`, `eval`, `exec`.

use crate::code::PyCode_Type;
use crate::source::{self, CompileOptions, KNOWN_FLAGS, Mode};
use krait_abi::*;
use krait_object::args::{Args, Signature, check_positional};
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::types::{bytearray, bytes, dict, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err};

/// The bytes of a source argument, and whether they are decoded text (`PyCF_IGNORE_COOKIE`).
pub fn source_bytes(source: &Object, function: &str, what: &str, flags: &mut i32) -> Result<Vec<u8>> {
    let text = if unicode::check(source) {
        *flags |= PyCF_IGNORE_COOKIE;
        unicode::as_utf8(source)?.as_bytes().to_vec()
    } else if bytes::check(source) {
        bytes::as_slice(source).to_vec()
    } else if bytearray::check(source) || buffer::check(source) {
        Buffer::simple(source)?.as_slice().to_vec()
    } else {
        return Err(err::type_error(format_args!("{function}() arg 1 must be a {what} object")));
    };
    if text.contains(&0) {
        return Err(err::value_error("source code string cannot contain null bytes"));
    }
    Ok(text)
}

pub fn compile(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<7> = Signature::new(
        "compile",
        ["source", "filename", "mode", "flags", "dont_inherit", "optimize", "_feature_version"],
    )
    .required(3)
    .keyword_only_from(6);
    let [source, filename, mode, flags, dont_inherit, optimize, feature_version] = SIGNATURE.bind(args)?;
    let (Some(source), Some(filename), Some(mode)) = (source, filename, mode) else {
        return Err(err::bad_internal_call());
    };
    let filename = unicode::fs_decoder(filename)?;
    if !unicode::check(mode) {
        let name = if mode.is_none() { "None" } else { mode.class_of().name() };
        return Err(err::type_error(format_args!("compile() argument 'mode' must be str, not {name}")));
    }
    let mut flags = flags.map_or(Ok(0), krait_object::args::int)?;
    let inherit = !dont_inherit.map_or(Ok(false), |value| Ok(krait_object::args::int(value)? != 0))?;
    let optimize = optimize.map_or(Ok(-1), krait_object::args::int)?;
    let feature_version = feature_version.map_or(Ok(-1), krait_object::args::int)?;
    if flags & !KNOWN_FLAGS != 0 {
        return Err(err::value_error("compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(err::value_error("compile(): invalid optimize value"));
    }
    if inherit {
        source::merge_flags(&mut flags);
    }
    let mode = unicode::as_utf8(mode)?;
    let only_ast = flags & PyCF_ONLY_AST != 0;
    let kind = match mode {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" if only_ast => Mode::FuncType,
        "func_type" => {
            return Err(err::value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"));
        }
        _ if only_ast => {
            return Err(err::value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"));
        }
        _ => return Err(err::value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    };
    let mut options = CompileOptions::new(kind, &filename);
    options.optimize = optimize;
    if only_ast && feature_version >= 0 {
        options.feature_version = feature_version;
    }
    if crate::ast::check(source)? {
        options.flags = flags;
        if only_ast {
            return Ok(source.owned());
        }
        crate::sys::audit("compile", &*tuple::pack([source.owned(), none::none().owned()])?)?;
        return crate::ast::compile(source, options);
    }
    let text = source_bytes(source, "compile", "string, bytes or AST", &mut flags)?;
    options.flags = flags | PyCF_SOURCE_IS_UTF8;
    if only_ast {
        return crate::ast::parse(&text, options);
    }
    source::compile(&text, options)
}

/// The namespaces of `eval` and `exec`, by default those of the caller.
fn namespaces(args: &[&Object]) -> Result<(Obj, Obj)> {
    let given = |index: usize| args.get(index).copied().filter(|value| !value.is_none());
    let globals = match given(1) {
        Some(globals) => globals.owned(),
        None => {
            let globals = crate::sys::frame_globals();
            let locals = match given(2) {
                Some(locals) => locals.owned(),
                None => crate::sys::frame_locals()?,
            };
            let Some(globals) = globals else {
                return Err(err::system_error("globals and locals cannot be NULL"));
            };
            return Ok((globals, locals));
        }
    };
    let locals = given(2).map_or_else(|| globals.clone(), Layout::owned);
    Ok((globals, locals))
}

fn ensure_builtins(globals: &Object) -> Result<()> {
    if dict::get_str(globals, "__builtins__")?.is_none() {
        let builtins = crate::builtins::dict()?;
        dict::set_str(globals, "__builtins__", &builtins)?;
    }
    Ok(())
}

fn is_code(value: &Object) -> bool {
    core::ptr::eq(value.type_ptr(), &raw mut PyCode_Type)
}

/// Runs code without free variables.
fn run_code(code: &Object, globals: &Object, locals: &Object, function: &str) -> Result<Obj> {
    // SAFETY: a code object with a checked tuple.
    let free =
        unsafe { tuple::items(Object::from_ptr((*code.as_ptr().cast::<PyCodeObject>()).co_freevars)).len() };
    if free > 0 {
        return Err(err::type_error(format_args!(
            "code object passed to {function}() may not contain free variables"
        )));
    }
    crate::sys::audit("exec", &*tuple::pack([code.owned()])?)?;
    // SAFETY: a code object and a dict.
    unsafe { crate::bind::eval_code(code, globals, Some(locals)) }
}

/// Compiles and runs text.
fn run_text(source: &Object, mode: Mode, globals: &Object, locals: &Object) -> Result<Obj> {
    let function = if mode == Mode::Eval { "eval" } else { "exec" };
    let mut flags = PyCF_SOURCE_IS_UTF8;
    let text = source_bytes(source, function, "string, bytes or code", &mut flags)?;
    let text = if mode == Mode::Eval {
        let start = text.iter().position(|byte| *byte != b' ' && *byte != b'\t').unwrap_or(text.len());
        text[start..].to_vec()
    } else {
        text
    };
    source::merge_flags(&mut flags);
    let filename = unicode::from_str("<string>")?;
    let options = CompileOptions { flags, ..CompileOptions::new(mode, &filename) };
    let code = source::compile(&text, options)?;
    crate::sys::audit("exec", &*tuple::pack([code.clone()])?)?;
    // SAFETY: a code object and a dict.
    unsafe { crate::bind::eval_code(&code, globals, Some(locals)) }
}

pub fn eval(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("eval", args.len(), 1, 3)?;
    let given = |index: usize| args.get(index).copied().filter(|value| !value.is_none());
    if given(2).is_some_and(|locals| !krait_object::protocol::mapping::check(locals)) {
        return Err(err::type_error("locals must be a mapping"));
    }
    if let Some(globals) = given(1)
        && !dict::check(globals)
    {
        return Err(err::type_error(if krait_object::protocol::mapping::check(globals) {
            "globals must be a real dict; try eval(code, {}, mapping)"
        } else {
            "globals must be a dict"
        }));
    }
    let (globals, locals) = namespaces(args)?;
    ensure_builtins(&globals)?;
    if is_code(args[0]) {
        return run_code(args[0], &globals, &locals, "eval");
    }
    run_text(args[0], Mode::Eval, &globals, &locals)
}

pub fn exec(_module: &Object, args: &[&Object]) -> Result<Obj> {
    check_positional("exec", args.len(), 1, 3)?;
    let (globals, locals) = namespaces(args)?;
    if !dict::check(&globals) {
        return Err(err::type_error(format_args!(
            "exec() globals must be a dict, not {}",
            globals.class_of().name()
        )));
    }
    if !krait_object::protocol::mapping::check(&locals) {
        return Err(err::type_error(format_args!(
            "locals must be a mapping or None, not {}",
            locals.class_of().name()
        )));
    }
    ensure_builtins(&globals)?;
    if is_code(args[0]) {
        run_code(args[0], &globals, &locals, "exec")?;
    } else {
        run_text(args[0], Mode::Exec, &globals, &locals)?;
    }
    Ok(none::none().owned())
}
