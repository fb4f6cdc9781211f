//! `pythonrun.h`: running and compiling sources.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_vm::arena::{self, Handle};
use krait_vm::lifecycle::{prompt, run};
use krait_vm::readline;
use krait_vm::source::{self, CompileOptions, Mode};
use krait_vm::traceback_print;
use libc::FILE;

/// `Py_single_input` and relatives.
fn mode(start: c_int) -> Result<Mode> {
    match start {
        256 => Ok(Mode::Single),
        257 => Ok(Mode::Exec),
        258 => Ok(Mode::Eval),
        345 => Ok(Mode::FuncType),
        _ => Err(err::bad_internal_call()),
    }
}

unsafe fn flag_bits(flags: *const PyCompilerFlags) -> c_int {
    // SAFETY: the caller's promise: valid or NULL.
    unsafe { if flags.is_null() { 0 } else { (*flags).cf_flags } }
}

/// Gives the future features of compiled code back to the caller's flags.
unsafe fn merge_back(flags: *mut PyCompilerFlags, code: &Object) {
    // SAFETY: valid or NULL flags; a code object.
    unsafe {
        if !flags.is_null() {
            (*flags).cf_flags |= (*code.as_ptr().cast::<PyCodeObject>()).co_flags & 0x1fe_0000;
        }
    }
}

/// A file's name; callers may leave it out.
unsafe fn name_of<'a>(filename: *const c_char) -> &'a [u8] {
    // SAFETY: NULL or a terminated string.
    if filename.is_null() { b"???" } else { unsafe { c_bytes(filename) } }
}

/// Everything that is left in a C stream.
pub(crate) unsafe fn read_file(fp: *mut FILE) -> Vec<u8> {
    let mut data = Vec::new();
    let mut buffer = [0u8; 65536];
    loop {
        // SAFETY: an open stream and room for the bytes.
        let got = unsafe { libc::fread(buffer.as_mut_ptr().cast(), 1, buffer.len(), fp) };
        if got == 0 {
            return data;
        }
        data.extend(&buffer[..got]);
    }
}

/// Runs with the caller's flags, which get the future features that the source turns on.
unsafe fn with_flags<R>(flags: *mut PyCompilerFlags, body: impl FnOnce(&mut c_int) -> R) -> R {
    // SAFETY: valid or NULL.
    unsafe {
        let mut bits = flag_bits(flags);
        let result = body(&mut bits);
        if !flags.is_null() {
            (*flags).cf_flags = bits;
        }
        result
    }
}

/// # Safety
/// C strings, dicts and mappings as the C API asks.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_StringFlags(
    str: *const c_char,
    start: c_int,
    globals: *mut PyObject,
    locals: *mut PyObject,
    flags: *mut PyCompilerFlags,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let filename = types::unicode::from_str("<string>")?;
        let mode = mode(start)?;
        let Some(globals) = optional(globals) else {
            return Err(err::system_error("PyEval_EvalCodeEx: NULL globals"));
        };
        let locals = optional(locals).unwrap_or(globals);
        with_flags(flags, |flags| run::run_text(c_bytes(str), &filename, mode, globals, locals, flags))
    })
}

/// # Safety
/// As for [`PyRun_StringFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_String(
    str: *const c_char,
    s: c_int,
    g: *mut PyObject,
    l: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyRun_StringFlags(str, s, g, l, null_mut()) }
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_SimpleStringFlags(
    command: *const c_char,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        let fine = with_flags(flags, |flags| run::run_simple_string(c_bytes(command), "<string>", flags));
        Ok(if fine { 0 } else { -1 })
    })
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_SimpleString(s: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { PyRun_SimpleStringFlags(s, null_mut()) }
}

/// # Safety
/// An open stream and a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_SimpleFileExFlags(
    fp: *mut FILE,
    filename: *const c_char,
    closeit: c_int,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        let data = read_file(fp);
        if closeit != 0 {
            libc::fclose(fp);
        }
        let fine = with_flags(flags, |flags| run::run_simple_file(name_of(filename), &data, flags));
        Ok(if fine { 0 } else { -1 })
    })
}

macro_rules! simple_files {
    ($($name:ident($($arg:ident: $ty:ty),*) => $closeit:expr, $flags:expr;)*) => {$(
        /// # Safety
        /// As for [`PyRun_SimpleFileExFlags`].
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(fp: *mut FILE, filename: *const c_char $(, $arg: $ty)*) -> c_int {
            // SAFETY: the caller's promise.
            unsafe { PyRun_SimpleFileExFlags(fp, filename, $closeit, $flags) }
        }
    )*};
}
simple_files! {
    PyRun_SimpleFile() => 0, null_mut();
    PyRun_SimpleFileEx(closeit: c_int) => closeit, null_mut();
}

/// # Safety
/// An open stream and a C string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_AnyFileExFlags(
    fp: *mut FILE,
    filename: *const c_char,
    closeit: c_int,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let name = (!filename.is_null()).then(|| c_bytes(filename));
        if !run::is_interactive(fp, name) {
            return PyRun_SimpleFileExFlags(fp, filename, closeit, flags);
        }
        let status = PyRun_InteractiveLoopFlags(fp, filename, flags);
        if closeit != 0 {
            libc::fclose(fp);
        }
        status
    }
}

macro_rules! any_files {
    ($($name:ident($($arg:ident: $ty:ty),*) => $closeit:expr, $flags:expr;)*) => {$(
        /// # Safety
        /// As for [`PyRun_AnyFileExFlags`].
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(fp: *mut FILE, filename: *const c_char $(, $arg: $ty)*) -> c_int {
            // SAFETY: the caller's promise.
            unsafe { PyRun_AnyFileExFlags(fp, filename, $closeit, $flags) }
        }
    )*};
}
any_files! {
    PyRun_AnyFile() => 0, null_mut();
    PyRun_AnyFileEx(closeit: c_int) => closeit, null_mut();
    PyRun_AnyFileFlags(flags: *mut PyCompilerFlags) => 0, flags;
}

/// # Safety
/// An open stream and a C string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveLoopFlags(
    fp: *mut FILE,
    filename_str: *const c_char,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        Ok(with_flags(flags, |flags| prompt::run_loop(fp, name_of(filename_str), flags)))
    })
}

/// # Safety
/// As for [`PyRun_InteractiveLoopFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveLoop(f: *mut FILE, p: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { PyRun_InteractiveLoopFlags(f, p, null_mut()) }
}

/// One statement: 0, -1 after an exception (which is printed), 11 at the end of the input.
///
/// # Safety
/// An open stream and a `str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveOneObject(
    fp: *mut FILE,
    filename: *mut PyObject,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        let filename = object(filename)?;
        match with_flags(flags, |flags| prompt::run_one(fp, filename, flags)) {
            Ok(prompt::Step::Done) => Ok(0),
            Ok(prompt::Step::End) => Ok(prompt::END),
            Err(_) => {
                traceback_print::print_and_clear();
                run::flush_streams();
                Ok(-1)
            }
        }
    })
}

/// # Safety
/// An open stream and a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveOneFlags(
    fp: *mut FILE,
    filename_str: *const c_char,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        match types::unicode::decode_fs(name_of(filename_str)) {
            Ok(filename) => Ok(PyRun_InteractiveOneObject(fp, filename.as_ptr(), flags)),
            Err(_) => {
                traceback_print::print_and_clear();
                Ok(-1)
            }
        }
    })
}

/// # Safety
/// As for [`PyRun_InteractiveOneFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveOne(f: *mut FILE, p: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { PyRun_InteractiveOneFlags(f, p, null_mut()) }
}

/// The line comes from `PyMem_Malloc`; NULL for an interrupt or error.
///
/// # Safety
/// Open streams and a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_Readline(
    sys_stdin: *mut FILE,
    sys_stdout: *mut FILE,
    prompt: *const c_char,
) -> *mut c_char {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        Ok(match readline::read_line_from(sys_stdin, sys_stdout, CStr::from_ptr(prompt))? {
            readline::Line::Text(line) => krait_object::memory::strdup(&line),
            readline::Line::Interrupted => null_mut(),
        })
    })
}

/// # Safety
/// An open stream, a C string, a dict and a mapping.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_FileExFlags(
    fp: *mut FILE,
    filename: *const c_char,
    start: c_int,
    globals: *mut PyObject,
    locals: *mut PyObject,
    closeit: c_int,
    flags: *mut PyCompilerFlags,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let data = read_file(fp);
        if closeit != 0 {
            libc::fclose(fp);
        }
        let filename = types::unicode::decode_fs(c_bytes(filename))?;
        let mode = mode(start)?;
        let Some(globals) = optional(globals) else {
            return Err(err::system_error("PyEval_EvalCodeEx: NULL globals"));
        };
        let locals = optional(locals).unwrap_or(globals);
        with_flags(flags, |flags| run::run_file_text(&data, &filename, mode, globals, locals, flags))
    })
}

/// # Safety
/// As for [`PyRun_FileExFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_File(
    fp: *mut FILE,
    p: *const c_char,
    s: c_int,
    g: *mut PyObject,
    l: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyRun_FileExFlags(fp, p, s, g, l, 0, null_mut()) }
}

/// # Safety
/// As for [`PyRun_FileExFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_FileEx(
    fp: *mut FILE,
    p: *const c_char,
    s: c_int,
    g: *mut PyObject,
    l: *mut PyObject,
    c: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyRun_FileExFlags(fp, p, s, g, l, c, null_mut()) }
}

/// # Safety
/// As for [`PyRun_FileExFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_FileFlags(
    fp: *mut FILE,
    p: *const c_char,
    s: c_int,
    g: *mut PyObject,
    l: *mut PyObject,
    flags: *mut PyCompilerFlags,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { PyRun_FileExFlags(fp, p, s, g, l, 0, flags) }
}

/// # Safety
/// A C string and a `str`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_CompileStringObject(
    str: *const c_char,
    filename: *mut PyObject,
    start: c_int,
    flags: *mut PyCompilerFlags,
    optimize: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let options = CompileOptions {
            flags: flag_bits(flags),
            optimize,
            ..CompileOptions::new(mode(start)?, object(filename)?)
        };
        if options.flags & PyCF_ONLY_AST as c_int != 0 {
            return krait_vm::ast::parse(c_bytes(str), options);
        }
        let code = source::compile(c_bytes(str), options)?;
        merge_back(flags, &code);
        Ok(code)
    })
}

/// # Safety
/// C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_CompileStringExFlags(
    str: *const c_char,
    filename: *const c_char,
    start: c_int,
    flags: *mut PyCompilerFlags,
    optimize: c_int,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let filename = types::unicode::decode_fs(c_bytes(filename))?;
        Obj::from_owned_or_raised(Py_CompileStringObject(str, filename.as_ptr(), start, flags, optimize))
    })
}

/// # Safety
/// C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_CompileStringFlags(
    str: *const c_char,
    filename: *const c_char,
    start: c_int,
    flags: *mut PyCompilerFlags,
) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { Py_CompileStringExFlags(str, filename, start, flags, -1) }
}

/// # Safety
/// C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_CompileString(str: *const c_char, p: *const c_char, s: c_int) -> *mut PyObject {
    // SAFETY: the caller's promise.
    unsafe { Py_CompileStringExFlags(str, p, s, null_mut(), -1) }
}

#[unsafe(no_mangle)]
pub extern "C" fn PyErr_PrintEx(set_sys_last_vars: c_int) {
    guard(|| traceback_print::print(set_sys_last_vars != 0))
}

#[unsafe(no_mangle)]
pub extern "C" fn PyErr_Print() {
    PyErr_PrintEx(1)
}

/// # Safety
/// Live objects; the traceback may be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyErr_Display(_exception: *mut PyObject, value: *mut PyObject, tb: *mut PyObject) {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        if let Some(value) = optional(value) {
            traceback_print::display_exception(value, optional(tb).unwrap_or(types::none::none()));
        }
    })
}

// Trees

/// A tree in an arena from text; NULL with an exception if it is none.
unsafe fn tree_of(
    source: &[u8],
    filename: *mut PyObject,
    start: c_int,
    flags: *const PyCompilerFlags,
    from_file: bool,
    arena: *mut PyArena,
) -> Result<Handle> {
    // SAFETY: the caller's promise.
    unsafe {
        let pool = arena::pool(arena);
        let mut options = CompileOptions {
            flags: flag_bits(flags),
            from_file,
            ..CompileOptions::new(mode(start)?, object(filename)?)
        };
        if !flags.is_null() && (*flags).cf_flags & PyCF_ONLY_AST != 0 {
            options.feature_version = (*flags).cf_feature_version;
        }
        Ok(pool.handle(source::parse_in(&pool.tree, source, options)?))
    }
}

/// # Safety
/// A C string, a `str`, NULL or valid flags, a live arena.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ASTFromStringObject(
    s: *const c_char,
    filename: *mut PyObject,
    start: c_int,
    flags: *mut PyCompilerFlags,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    guard(|| unsafe { tree_of(c_bytes(s), filename, start, flags, false, arena) })
}

/// # Safety
/// As for [`PyParser_ASTFromStringObject`], a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ASTFromString(
    s: *const c_char,
    filename_str: *const c_char,
    start: c_int,
    flags: *mut PyCompilerFlags,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let filename = types::unicode::decode_fs(c_bytes(filename_str))?;
        tree_of(c_bytes(s), filename.as_ptr(), start, flags, false, arena)
    })
}

/// The whole stream is the source; a single statement is read line by line until it is complete, from standard input if
/// there is a prompt.
///
/// # Safety
/// An open stream; otherwise as for [`PyParser_ASTFromStringObject`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ASTFromFileObject(
    fp: *mut FILE,
    filename: *mut PyObject,
    enc: *const c_char,
    start: c_int,
    ps1: *const c_char,
    ps2: *const c_char,
    flags: *mut PyCompilerFlags,
    errcode: *mut c_int,
    arena: *mut PyArena,
) -> Handle {
    /// `E_EOF`
    const END: c_int = 11;
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        if mode(start)? != Mode::Single {
            return tree_of(&read_file(fp), filename, start, flags, true, arena);
        }
        let pool = arena::pool(arena);
        let filename = object(filename)?;
        let bits = flag_bits(flags) | PyCF_DONT_IMPLY_DEDENT;
        if !ps1.is_null() {
            let encoding = if enc.is_null() { None } else { Some(types::unicode::decode_fs(c_bytes(enc))?) };
            let mut lines = prompt::lines(crate::parsetok::prompts(ps1, ps2), encoding.as_deref());
            if let Some(tree) = source::parse_interactive_in(&pool.tree, filename, bits, &mut lines)? {
                return Ok(pool.handle(tree));
            }
            if !errcode.is_null() {
                *errcode = END;
            }
            return Err(source::raise_no_input(filename));
        }
        let options = CompileOptions { flags: bits, ..CompileOptions::new(Mode::Single, filename) };
        let mut source = Vec::new();
        loop {
            let ended = !read_line(fp, &mut source);
            if ended && source.is_empty() && !errcode.is_null() {
                *errcode = END;
            }
            match source::try_parse_in(&pool.tree, &source, options)? {
                Ok(tree) => return Ok(pool.handle(tree)),
                Err(error) if ended || !error.end_of_input => {
                    return Err(source::raise_syntax_error(&error, options.filename));
                }
                Err(_) => {}
            }
        }
    })
}

/// Appends the next line of a stream; false at its end.
unsafe fn read_line(fp: *mut FILE, line: &mut Vec<u8>) -> bool {
    loop {
        // SAFETY: an open stream.
        match u8::try_from(unsafe { libc::fgetc(fp) }) {
            Ok(byte) => line.push(byte),
            Err(_) => return false,
        }
        if line.last() == Some(&b'\n') {
            return true;
        }
    }
}

/// # Safety
/// As for [`PyParser_ASTFromFileObject`], a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_ASTFromFile(
    fp: *mut FILE,
    filename_str: *const c_char,
    enc: *const c_char,
    start: c_int,
    ps1: *const c_char,
    ps2: *const c_char,
    flags: *mut PyCompilerFlags,
    errcode: *mut c_int,
    arena: *mut PyArena,
) -> Handle {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let filename = types::unicode::decode_fs(c_bytes(filename_str))?;
        let filename = filename.as_ptr();
        Ok(PyParser_ASTFromFileObject(fp, filename, enc, start, ps1, ps2, flags, errcode, arena))
    })
}

// The old parser

/// The flags of the old parser for those of a compilation.
fn old_flags(flags: c_int) -> c_int {
    [(PyCF_DONT_IMPLY_DEDENT, 0x02), (PyCF_IGNORE_COOKIE, 0x10), (PyCF_TYPE_COMMENTS, 0x40)]
        .iter()
        .filter(|(flag, _)| flags & flag != 0)
        .fold(0, |bits, (_, bit)| bits | bit)
}

/// # Safety
/// C strings; the name can be NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_SimpleParseStringFlagsFilename(
    str: *const c_char,
    filename: *const c_char,
    start: c_int,
    flags: c_int,
) -> *mut node {
    // SAFETY: the caller's promise; the error's details do not outlive the call.
    unsafe {
        let mut error = core::mem::zeroed::<perrdetail>();
        let grammar = &raw mut krait_vm::oldparser::_PyParser_Grammar;
        let (error, flags) = (&raw mut error, old_flags(flags));
        let tree =
            crate::parsetok::PyParser_ParseStringFlagsFilename(str, filename, grammar, start, error, flags);
        if tree.is_null() {
            crate::parsetok::PyParser_SetError(error);
        }
        crate::parsetok::PyParser_ClearError(error);
        tree
    }
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_SimpleParseStringFlags(
    str: *const c_char,
    start: c_int,
    flags: c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    unsafe { PyParser_SimpleParseStringFlagsFilename(str, null(), start, flags) }
}

/// # Safety
/// A C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_SimpleParseString(str: *const c_char, start: c_int) -> *mut node {
    // SAFETY: the caller's promise.
    unsafe { PyParser_SimpleParseStringFlags(str, start, 0) }
}

/// # Safety
/// An open stream and a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_SimpleParseFileFlags(
    fp: *mut FILE,
    filename: *const c_char,
    start: c_int,
    flags: c_int,
) -> *mut node {
    // SAFETY: the caller's promise; the error's details do not outlive the call.
    unsafe {
        let mut error = core::mem::zeroed::<perrdetail>();
        let grammar = &raw mut krait_vm::oldparser::_PyParser_Grammar;
        let (error, flags) = (&raw mut error, old_flags(flags));
        let tree = crate::parsetok::PyParser_ParseFileFlags(
            fp,
            filename,
            null(),
            grammar,
            start,
            null(),
            null(),
            error,
            flags,
        );
        if tree.is_null() {
            crate::parsetok::PyParser_SetError(error);
        }
        crate::parsetok::PyParser_ClearError(error);
        tree
    }
}

/// # Safety
/// An open stream and a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_SimpleParseFile(
    fp: *mut FILE,
    filename: *const c_char,
    start: c_int,
) -> *mut node {
    // SAFETY: the caller's promise.
    unsafe { PyParser_SimpleParseFileFlags(fp, filename, start, 0) }
}

// Symbol tables

/// The result is freed with `PySymtable_Free`.
///
/// # Safety
/// A C string, a `str`, NULL or valid flags.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SymtableStringObjectFlags(
    str: *const c_char,
    filename: *mut PyObject,
    start: c_int,
    flags: *mut PyCompilerFlags,
) -> *mut symtable {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let options = CompileOptions {
            flags: flag_bits(flags),
            ..CompileOptions::new(mode(start)?, object(filename)?)
        };
        krait_vm::symtable::of_source(c_bytes(str), options)
    })
}

/// # Safety
/// As for [`_Py_SymtableStringObjectFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SymtableStringObject(
    str: *const c_char,
    filename: *mut PyObject,
    start: c_int,
) -> *mut symtable {
    // SAFETY: the caller's promise.
    unsafe { _Py_SymtableStringObjectFlags(str, filename, start, null_mut()) }
}

/// # Safety
/// C strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_SymtableString(
    str: *const c_char,
    filename_str: *const c_char,
    start: c_int,
) -> *mut symtable {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        let filename = types::unicode::decode_fs(c_bytes(filename_str))?;
        Ok(Py_SymtableStringObject(str, filename.as_ptr(), start))
    })
}

/// The text of a source object; `cmd_copy` owns what it points into, if that is not the object.
///
/// # Safety
/// A live object, C strings, valid flags, a place for the copy.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _Py_SourceAsString(
    cmd: *mut PyObject,
    funcname: *const c_char,
    what: *const c_char,
    cf: *mut PyCompilerFlags,
    cmd_copy: *mut *mut PyObject,
) -> *const c_char {
    // SAFETY: the caller's promise.
    guard(|| unsafe {
        *cmd_copy = null_mut();
        let command = object(cmd)?;
        let (function, what) =
            (String::from_utf8_lossy(c_bytes(funcname)), String::from_utf8_lossy(c_bytes(what)));
        let source = krait_vm::builtins::source_bytes(command, &function, &what, &mut (*cf).cf_flags)?;
        if types::unicode::check(command) {
            return Ok(types::unicode::as_utf8_and_size(command)?.0);
        }
        if types::bytes::check(command) {
            return Ok(types::bytes::as_slice(command).as_ptr().cast::<c_char>());
        }
        let copy = types::bytes::from_slice(&source)?;
        let start = types::bytes::as_slice(&copy).as_ptr().cast::<c_char>();
        *cmd_copy = copy.into_ptr();
        Ok(start)
    })
}
