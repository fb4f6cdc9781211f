//! `pythonrun.h`: running and compiling sources.

use crate::prelude::*;
use core::ffi::{CStr, c_char, c_int};
use krait_vm::lifecycle::{prompt, run};
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

unsafe fn text<'a>(pointer: *const c_char) -> &'a [u8] {
    // SAFETY: a terminated string.
    unsafe { CStr::from_ptr(pointer) }.to_bytes()
}

/// Everything that is left in a C stream.
unsafe fn read_file(fp: *mut FILE) -> Vec<u8> {
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
        let options =
            CompileOptions { flags: flag_bits(flags), ..CompileOptions::new(mode(start)?, &filename) };
        let code = source::compile(text(str), options)?;
        merge_back(flags, &code);
        run::run_code(&code, object(globals)?, optional(locals).unwrap_or(object(globals)?))
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
        Ok(if run::run_simple_string(text(command), "<string>", flag_bits(flags)) { 0 } else { -1 })
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
        let name = if filename.is_null() { b"???" } else { text(filename) };
        Ok(if run::run_simple_file(name, &data, flag_bits(flags)) { 0 } else { -1 })
    })
}

/// # Safety
/// As for [`PyRun_SimpleFileExFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_AnyFileExFlags(
    fp: *mut FILE,
    filename: *const c_char,
    closeit: c_int,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        let filename = if filename.is_null() { c"???".as_ptr() } else { filename };
        if Py_FdIsInteractive(fp, filename) == 0 {
            return PyRun_SimpleFileExFlags(fp, filename, closeit, flags);
        }
        let status = PyRun_InteractiveLoopFlags(fp, filename, flags);
        if closeit != 0 {
            libc::fclose(fp);
        }
        status
    }
}

/// # Safety
/// An open stream; `filename` is NULL or a C string.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_FdIsInteractive(fp: *mut FILE, filename: *const c_char) -> c_int {
    // SAFETY: the caller's promise; a flag of the process.
    unsafe {
        if libc::isatty(libc::fileno(fp)) != 0 {
            return 1;
        }
        let forced = (&raw const krait_vm::lifecycle::flags::Py_InteractiveFlag).read() != 0;
        let nameless = filename.is_null() || matches!(text(filename), b"<stdin>" | b"???");
        c_int::from(forced && nameless)
    }
}

/// What `PyRun_InteractiveOne` says at the end of the input (`E_EOF`).
const END_OF_INPUT: c_int = 11;

/// # Safety
/// An object for the name; `flags` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveOneObject(
    _fp: *mut FILE,
    filename: *mut PyObject,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        let mut own = 0;
        let bits = flags.as_mut().map_or(&mut own, |flags| &mut flags.cf_flags);
        Ok(match prompt::one(object(filename)?, bits) {
            Ok(true) => 0,
            Ok(false) => END_OF_INPUT,
            Err(()) => -1,
        })
    })
}

/// # Safety
/// C strings; `flags` is NULL or valid.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveOneFlags(
    fp: *mut FILE,
    filename_str: *const c_char,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        match types::unicode::decode_fs(text(filename_str)) {
            Ok(name) => PyRun_InteractiveOneObject(fp, name.as_ptr(), flags),
            Err(_) => {
                krait_vm::traceback_print::print_and_clear();
                -1
            }
        }
    }
}

/// # Safety
/// As for [`PyRun_InteractiveOneFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveLoopFlags(
    _fp: *mut FILE,
    filename_str: *const c_char,
    flags: *mut PyCompilerFlags,
) -> c_int {
    // SAFETY: the caller's promise.
    guard_or(-1, || unsafe {
        let mut own = 0;
        let bits = flags.as_mut().map_or(&mut own, |flags| &mut flags.cf_flags);
        prompt::run_loop(&*types::unicode::decode_fs(text(filename_str))?, bits);
        Ok(0)
    })
}

/// # Safety
/// As for [`PyRun_InteractiveOneFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveOne(f: *mut FILE, p: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { PyRun_InteractiveOneFlags(f, p, null_mut()) }
}

/// # Safety
/// As for [`PyRun_InteractiveOneFlags`].
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyRun_InteractiveLoop(f: *mut FILE, p: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { PyRun_InteractiveLoopFlags(f, p, null_mut()) }
}

/// # Safety
/// Open streams and a C string or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyOS_Readline(
    sys_stdin: *mut FILE,
    sys_stdout: *mut FILE,
    prompt: *const c_char,
) -> *mut c_char {
    // SAFETY: the caller's promise; the line moves from raw memory to the caller's kind.
    guard(|| unsafe {
        let prompt = if prompt.is_null() { c"" } else { CStr::from_ptr(prompt) };
        let line = krait_vm::readline::read(sys_stdin, sys_stdout, prompt)?;
        if line.is_null() {
            return Ok(null_mut());
        }
        let bytes = CStr::from_ptr(line).to_bytes_with_nul();
        let copy = memory::mem_malloc(bytes.len()).cast::<c_char>();
        if !copy.is_null() {
            copy.copy_from_nonoverlapping(line, bytes.len());
        }
        memory::raw_free(line.cast());
        if copy.is_null() { Err(err::no_memory()) } else { Ok(copy) }
    })
}

macro_rules! simple_files {
    ($($row:tt)*) => { files! { PyRun_SimpleFileExFlags: $($row)* } };
}
macro_rules! any_files {
    ($($row:tt)*) => { files! { PyRun_AnyFileExFlags: $($row)* } };
}
macro_rules! files {
    ($general:ident: $($name:ident($($arg:ident: $ty:ty),*) => $closeit:expr, $flags:expr;)*) => {$(
        /// # Safety
        /// As for [`PyRun_SimpleFileExFlags`].
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(fp: *mut FILE, filename: *const c_char $(, $arg: $ty)*) -> c_int {
            // SAFETY: the caller's promise.
            unsafe { $general(fp, filename, $closeit, $flags) }
        }
    )*};
}
simple_files! {
    PyRun_SimpleFile() => 0, null_mut();
    PyRun_SimpleFileEx(closeit: c_int) => closeit, null_mut();
}
any_files! {
    PyRun_AnyFile() => 0, null_mut();
    PyRun_AnyFileEx(closeit: c_int) => closeit, null_mut();
    PyRun_AnyFileFlags(flags: *mut PyCompilerFlags) => 0, flags;
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
        let filename = types::unicode::decode_fs(text(filename))?;
        let options = CompileOptions {
            flags: flag_bits(flags),
            from_file: true,
            ..CompileOptions::new(mode(start)?, &filename)
        };
        let code = source::compile(&data, options)?;
        merge_back(flags, &code);
        run::run_code(&code, object(globals)?, optional(locals).unwrap_or(object(globals)?))
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
            return krait_vm::ast::parse(text(str), options);
        }
        let code = source::compile(text(str), options)?;
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
        let filename = types::unicode::decode_fs(text(filename))?;
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
pub extern "C" fn PyErr_PrintEx(_set_sys_last_vars: c_int) {
    guard(traceback_print::print_and_clear)
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
