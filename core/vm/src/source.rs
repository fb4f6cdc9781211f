//! From source text to code objects: the parser and the compiler with the interpreter as their host
//! (`Py_CompileStringObject`).

use crate::code;
use krait_abi::*;
use krait_code::Text;
use krait_compile::{CompileError, Limits, WarnError};
use krait_object::protocol::{call, object};
use krait_object::types::{bytes, exceptions, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern, state};
pub use krait_syntax::Line;
use krait_syntax::{Arena, DecodeError, ErrorKind, Host, SyntaxError, WarningResult, Wtf8, ast};

pub use krait_syntax::Mode;

/// How to compile a source.
#[derive(Clone, Copy)]
pub struct CompileOptions<'a> {
    /// What the source is.
    pub mode: Mode,
    /// The file's name, a `str`.
    pub filename: &'a Object,
    /// `PyCF_*` and future flags.
    pub flags: i32,
    /// -1: the interpreter's.
    pub optimize: i32,
    /// The minor version whose syntax is accepted.
    pub feature_version: i32,
    /// The source is what a file holds, and not given by a caller.
    pub from_file: bool,
    /// The reference's old parser is to answer (`-X oldparser`).
    pub old_parser: bool,
}

impl<'a> CompileOptions<'a> {
    /// A module with the interpreter's settings.
    pub fn new(mode: Mode, filename: &'a Object) -> CompileOptions<'a> {
        // SAFETY: the running interpreter's configuration.
        let old_parser = unsafe { (*state::interp()).config._use_peg_parser } == 0;
        let (flags, feature_version, from_file) = (0, PY_MINOR, false);
        CompileOptions { mode, filename, flags, optimize: -1, feature_version, from_file, old_parser }
    }
}

/// The minor version that the parser accepts by default.
const PY_MINOR: i32 = 9;

/// The text of a `str` for the compiler.
pub fn text_of(object: &Object) -> Text {
    let length = unicode::len(object);
    Text::from_code_points((0..length).map(|index| unicode::char_at(object, index)))
}

/// The `str` for a text that may hold surrogates.
pub fn text_object(text: &Wtf8) -> Result<Obj> {
    match text.as_str() {
        Some(text) => unicode::from_str(text),
        None => unicode::from_code_points(&text.code_points().collect::<Vec<u32>>()),
    }
}

/// The optimisation level: the given one, or the interpreter's `-O`.
fn optimization(level: i32) -> u8 {
    let level = if level < 0 { crate::lifecycle::optimization_level() } else { level };
    level.clamp(0, 2) as u8
}

/// What is left of recursion depth and native stack, for the compiler's passes.
pub fn limits() -> Limits {
    // SAFETY: the running thread's state.
    let depth = unsafe { (*state::required()).recursion_depth };
    Limits {
        depth: depth.max(0) as u32,
        limit: state::recursion_limit().max(0) as u32,
        stack_floor: state::stack_floor(),
    }
}

/// The interpreter as the parser's host.
pub struct Interpreter<'a> {
    filename: &'a Object,
    /// Where the lines of an interactive source come from.
    pub lines: Option<&'a mut dyn FnMut() -> Line>,
}

impl<'a> Interpreter<'a> {
    /// Warnings and lines are about this file.
    pub fn new(filename: &'a Object) -> Interpreter<'a> {
        Interpreter { filename, lines: None }
    }
}

/// The text of the current exception, which is gone then.
fn taken_text() -> String {
    let text = err::fetch().and_then(|mut error| object::str(error.normalize()).ok());
    err::clear();
    text.map_or_else(String::new, |text| unicode::display(&text).to_string())
}

impl Host for Interpreter<'_> {
    fn decode(&mut self, source: &[u8], encoding: &str) -> core::result::Result<String, DecodeError> {
        let decoded = unicode::decode(source, Some(encoding), Some("strict"));
        match decoded {
            Ok(text) => match unicode::as_utf8(&text) {
                Ok(text) => Ok(text.to_owned()),
                Err(_) => Err(DecodeError::Raised),
            },
            Err(_) if err::matches(exceptions::LookupError()) => {
                err::clear();
                Err(DecodeError::UnknownEncoding)
            }
            Err(_) if err::matches(exceptions::UnicodeDecodeError()) => {
                Err(DecodeError::Malformed(taken_text()))
            }
            Err(_) => Err(DecodeError::Raised),
        }
    }

    fn character(&mut self, name: &str) -> core::result::Result<Option<u32>, String> {
        let decoded = unicode::decode_unicode_escape(format!("\\N{{{name}}}").as_bytes(), None);
        match decoded {
            Ok(text) => Ok((unicode::len(&text) == 1).then(|| unicode::char_at(&text, 0))),
            Err(_) if err::matches(exceptions::UnicodeDecodeError()) => {
                err::clear();
                Ok(None)
            }
            Err(_) => Err(taken_text()),
        }
    }

    fn deprecation_warning(&mut self, message: &str, lineno: i32) -> WarningResult {
        let warned = unicode::from_str(message).and_then(|message| {
            crate::warnings::warn_explicit(exceptions::DeprecationWarning(), &message, self.filename, lineno)
        });
        match warned {
            Ok(()) => WarningResult::Ok,
            Err(_) if err::matches(exceptions::DeprecationWarning()) => {
                err::clear();
                WarningResult::IsError
            }
            Err(_) => WarningResult::Raised,
        }
    }

    fn normalize(&mut self, identifier: &str) -> Option<String> {
        let normalize = || -> Result<String> {
            let module = crate::import::import_module("unicodedata")?;
            let function = object::get_attr(&module, intern!("normalize"))?;
            let normal = call::call(&function, &[intern!("NFKC"), &*unicode::from_str(identifier)?])?;
            if !unicode::check(&normal) {
                return Err(err::type_error(format_args!(
                    "unicodedata.normalize() must return a string, not {}",
                    normal.class_of().name()
                )));
            }
            Ok(unicode::as_utf8(&normal)?.to_owned())
        };
        normalize().ok()
    }

    fn read_line(&mut self) -> Line {
        self.lines.as_mut().map_or(Line::EndOfInput, |lines| lines())
    }

    fn file_line(&mut self, lineno: i32) -> Option<String> {
        if self.lines.is_some() {
            return None;
        }
        let line = err::program_text_object(self.filename, lineno)?;
        Some(unicode::display(&line).to_string())
    }
}

/// The limit where none is configured.
const DEFAULT_MAX_INT_DIGITS: usize = 4300;

/// The limit of conversions between `int` and text, 0 for none.
fn max_int_digits() -> usize {
    // SAFETY: the running interpreter.
    let limit = unsafe { (*state::interp()).int_max_str_digits };
    usize::try_from(limit).unwrap_or(DEFAULT_MAX_INT_DIGITS)
}

/// Parses a source and gives the tree to `body`.
pub fn with_tree<R>(
    source: &[u8],
    options: CompileOptions<'_>,
    body: impl FnOnce(&Arena, ast::Mod<'_>) -> Result<R>,
) -> Result<R> {
    if !crate::sys::is_silent() {
        crate::sys::audit("compile", &*tuple::pack([bytes::from_slice(source)?, options.filename.owned()])?)?;
    }
    let arena = crate::arena::of_pymem()?;
    let tree = parse_in(&arena, source, options)?;
    if arena.ran_out() {
        return Err(err::no_memory());
    }
    body(&arena, tree)
}

/// Parses a source.
pub fn parse_in<'a>(arena: &'a Arena, source: &[u8], options: CompileOptions<'_>) -> Result<ast::Mod<'a>> {
    try_parse_in(arena, source, options)?.map_err(|error| raise_syntax_error(&error, options.filename))
}

/// Parses a source; a syntax error is not raised yet, so that the caller can see whether more input would help.
pub fn try_parse_in<'a>(
    arena: &'a Arena,
    source: &[u8],
    options: CompileOptions<'_>,
) -> Result<core::result::Result<ast::Mod<'a>, SyntaxError>> {
    let filename = unicode::display(options.filename).to_string();
    let parse_options = krait_syntax::Options {
        mode: options.mode,
        flags: options.flags as u32,
        feature_version: options.feature_version,
        filename: options.from_file.then_some(&*filename),
        max_int_digits: max_int_digits(),
        stack: state::stack_left().min(4 << 20),
        old_positions: options.old_parser,
        ..krait_syntax::Options::default()
    };
    if options.old_parser {
        crate::oldparser::check(source, options)?;
    }
    let mut host = Interpreter::new(options.filename);
    match krait_syntax::parse(arena, source, &parse_options, &mut host) {
        Err(error) if error.kind == ErrorKind::Host => Err(Raised::assume()),
        result => Ok(result),
    }
}

/// The tree of one interactive statement, whose lines are asked for as they are needed; `None` when there is none any
/// more.
pub fn parse_interactive_in<'a>(
    arena: &'a Arena,
    filename: &Object,
    flags: i32,
    lines: &mut dyn FnMut() -> Line,
) -> Result<Option<ast::Mod<'a>>> {
    let mut any = false;
    let mut counted = || {
        let line = lines();
        any |= !matches!(line, Line::EndOfInput);
        line
    };
    let name = unicode::display(filename).to_string();
    let parse_options = krait_syntax::Options {
        mode: Mode::Single,
        flags: flags as u32,
        filename: Some(&name),
        interactive: true,
        stack: state::stack_left().min(4 << 20),
        ..krait_syntax::Options::default()
    };
    let mut host = Interpreter { filename, lines: Some(&mut counted) };
    let parsed = krait_syntax::parse(arena, b"", &parse_options, &mut host);
    match parsed {
        _ if arena.ran_out() => Err(err::no_memory()),
        Ok(tree) => Ok(Some(tree)),
        Err(_) if !any => Ok(None),
        Err(error) => Err(raise_syntax_error(&error, filename)),
    }
}

/// Compiles one interactive statement (see [`parse_interactive_in`]).
pub fn compile_interactive(
    filename: &Object,
    flags: i32,
    lines: &mut dyn FnMut() -> Line,
) -> Result<Option<Obj>> {
    let options = CompileOptions { flags, ..CompileOptions::new(Mode::Single, filename) };
    let arena = crate::arena::of_pymem()?;
    let tree = parse_interactive_in(&arena, filename, flags, lines)?;
    tree.map(|tree| compile_tree(&tree, options)).transpose()
}

/// Compiles a source.
pub fn compile(source: &[u8], options: CompileOptions<'_>) -> Result<Obj> {
    with_tree(source, options, |_, tree| compile_tree(&tree, options))
}

/// Compiles a tree (`PyAST_CompileObject`).
pub fn compile_tree(tree: &ast::Mod<'_>, options: CompileOptions<'_>) -> Result<Obj> {
    let filename = options.filename;
    let mut warn = |message: &str, lineno: i32| {
        let warned = unicode::from_str(message).and_then(|message| {
            crate::warnings::warn_explicit(exceptions::SyntaxWarning(), &message, filename, lineno)
        });
        warned.map_err(|_| {
            if err::matches(exceptions::SyntaxWarning()) {
                err::clear();
                WarnError::AsError
            } else {
                WarnError::Raised
            }
        })
    };
    let compile_options = krait_compile::Options {
        flags: options.flags as u32,
        optimize: optimization(options.optimize),
        limits: limits(),
    };
    let data = krait_compile::compile(tree, &text_of(filename), compile_options, &mut warn)
        .map_err(|error| raise_compile_error(&error, filename))?;
    Ok(code::from_data(&data)?.upcast())
}

/// The exception for a failed compilation.
pub fn raise_compile_error(error: &CompileError, filename: &Object) -> Raised {
    match error {
        CompileError::Raised => Raised::assume(),
        CompileError::Recursion => err::recursion_error(krait_compile::RECURSION_TEXT),
        CompileError::System(message) => err::system_error(message),
        CompileError::Syntax(error) => {
            let mut error = error.clone();
            if let Some(position) = &mut error.position
                && position.text.is_none()
            {
                // The compiler has no source; the line is looked up in the file.
                let line = err::program_text_object(filename, position.lineno);
                position.text = line.map(|line| unicode::display(&line).to_string());
            }
            raise_syntax_error(&error, filename)
        }
    }
}

/// The exception when an interactive statement was asked for and none came.
pub fn raise_no_input(filename: &Object) -> Raised {
    let position = krait_syntax::Position { lineno: 0, offset: 0, text: Some(String::new()) };
    let message = "unexpected EOF while parsing";
    raise_syntax_error(&SyntaxError::new(ErrorKind::SyntaxError, message, Some(position)), filename)
}

/// The exception for a failed parse.
pub fn raise_syntax_error(error: &SyntaxError, filename: &Object) -> Raised {
    let class = match error.kind {
        ErrorKind::Host => return Raised::assume(),
        ErrorKind::KeyboardInterrupt => return err::set_none(exceptions::KeyboardInterrupt()),
        ErrorKind::MemoryError if error.message.is_empty() => return err::no_memory(),
        ErrorKind::MemoryError => exceptions::MemoryError(),
        ErrorKind::ValueError => return err::value_error(&error.message),
        ErrorKind::SyntaxError => exceptions::SyntaxError(),
        ErrorKind::IndentationError => exceptions::IndentationError(),
        ErrorKind::TabError => exceptions::TabError(),
    };
    let Some(position) = &error.position else { return err::set(class, &error.message) };
    let build = || -> Result<Raised> {
        let text = match &position.text {
            Some(text) => unicode::from_str(text)?,
            None => none::none().owned(),
        };
        let lineno = long::from_i64(i64::from(position.lineno))?;
        let offset = long::from_i64(i64::from(position.offset))?;
        let message = unicode::from_str(&error.message)?;
        if error.message_only {
            let value = call::call1(class, &message)?;
            object::set_attr(&value, intern!("filename"), Some(filename))?;
            object::set_attr(&value, intern!("lineno"), Some(&lineno))?;
            object::set_attr(&value, intern!("offset"), Some(&offset))?;
            object::set_attr(&value, intern!("text"), Some(&text))?;
            return Ok(err::set_object(class, &value));
        }
        let position = tuple::pack([filename.owned(), lineno, offset, text])?;
        let args = tuple::pack([message, position])?;
        Ok(err::set_object(class, &args))
    };
    build().unwrap_or_else(|raised| raised)
}

/// Adds the future flags of the running code to `flags` (`PyEval_MergeCompilerFlags`); whether there are any.
pub fn merge_flags(flags: &mut i32) -> bool {
    // SAFETY: the running thread's frame, if any, owns its code.
    unsafe {
        let frame = (*state::required()).frame;
        if frame.is_null() {
            return *flags != 0;
        }
        *flags |= (*(*frame).f_code).co_flags & 0x1fe_0000;
        *flags != 0
    }
}

/// Flags that `compile()` accepts.
pub const KNOWN_FLAGS: i32 = PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK;

/// The future features of a module and the line of the last statement that asks for one.
pub fn futures(tree: &ast::Mod<'_>, filename: &Object) -> Result<(i32, i32)> {
    let future =
        krait_compile::future::Future::of(tree).map_err(|error| raise_compile_error(&error, filename))?;
    Ok((future.flags as i32, if future.line == 0 { -1 } else { future.line }))
}

/// Folds constants in a tree (`_PyAST_Optimize`).
pub fn optimize<'a>(
    arena: &'a Arena,
    tree: &'a ast::Mod<'a>,
    level: i32,
    features: i32,
) -> Result<ast::Mod<'a>> {
    krait_compile::optimize_tree(arena, tree, optimization(level), features as u32, limits())
        .copied()
        .map_err(|error| raise_compile_error(&error, none::none()))
}

/// A name as code inside of a class sees it (`_Py_Mangle`).
pub fn mangle(class: Option<&Object>, name: &Object) -> Result<Obj> {
    let Some(class) = class.filter(|class| unicode::check(class)) else { return Ok(name.owned()) };
    let arena = crate::arena::of_pymem()?;
    let text = unicode::as_utf8(name)?;
    let mangled = krait_compile::mangle::mangle(&arena, Some(unicode::as_utf8(class)?), text);
    if mangled == text { Ok(name.owned()) } else { unicode::from_str(mangled) }
}
