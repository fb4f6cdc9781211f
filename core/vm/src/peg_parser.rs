//! The `_peg_parser` module: the parser without the rest of `compile`. There is one parser only; for the
//! reference's old one (`oldparser`) it keeps that one's limit of depth and places nodes as it did.

use crate::source::{self, CompileOptions, Mode};
use krait_abi::PyCF_IGNORE_COOKIE;
use krait_object::args::{Args, Signature};
use krait_object::protocol::object;
use krait_object::types::{none, unicode};
use krait_object::{Layout, Obj, Object, Result, err, method, native, native_module};

native_module! {
    /// `_peg_parser`
    init: PyInit__peg_parser, name: c"peg_parser", doc: c"A parser.", methods: NO_METHODS, exec: exec,
}

krait_object::methods! {
    static NO_METHODS = [];
}
krait_object::methods! {
    static METHODS = [
        method::keywords(c"parse_string", parse_string, c"The syntax tree of a text."),
        method::keywords(c"compile_string", compile_string, c"The code object of a text."),
    ];
}

fn exec(this: &Object) -> Result<()> {
    // SAFETY: the module's own table.
    unsafe { native::add_functions_as(this, "peg_parser", (&raw mut METHODS).cast()) }
}

fn text<'a>(given: Option<&'a Object>, number: u32, default: &'a str) -> Result<&'a str> {
    let Some(given) = given else { return Ok(default) };
    if !unicode::check(given) {
        let name = if given.is_none() { "None" } else { given.class_of().name() };
        return Err(err::type_error(format_args!("argument {number} must be str, not {name}")));
    }
    let text = unicode::as_utf8(given)?;
    if text.contains('\0') {
        return Err(err::value_error("embedded null character"));
    }
    Ok(text)
}

/// Reads the arguments that both functions have and gives them to `body`.
fn with_source(
    [string, filename, mode, old_parser]: [Option<&Object>; 4],
    body: impl FnOnce(&[u8], CompileOptions<'_>) -> Result<Obj>,
) -> Result<Obj> {
    let source = text(string, 1, "")?;
    let filename = unicode::from_str(text(filename, 2, "<string>")?)?;
    let mode = match text(mode, 3, "exec")? {
        "exec" => Mode::Exec,
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => return Err(err::value_error("mode must be either 'exec' or 'eval' or 'single'")),
    };
    let old_parser = old_parser.map_or(Ok(false), object::is_true)?;
    let options =
        CompileOptions { flags: PyCF_IGNORE_COOKIE, old_parser, ..CompileOptions::new(mode, &filename) };
    body(source.as_bytes(), options)
}

fn parse_string(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<5> =
        Signature::new("", ["string", "filename", "mode", "oldparser", "ast"]).required(1).parsed();
    let [string, filename, mode, old_parser, ast] = SIGNATURE.bind(args)?;
    let wants_tree = ast.map_or(Ok(true), object::is_true)?;
    let tree = with_source([string, filename, mode, old_parser], crate::ast::parse)?;
    Ok(if wants_tree { tree } else { none::none().owned() })
}

fn compile_string(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<4> =
        Signature::new("", ["string", "filename", "mode", "oldparser"]).required(1).parsed();
    with_source(SIGNATURE.bind(args)?, source::compile)
}
