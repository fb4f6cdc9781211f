//! `open` and `open_code`.

use super::{buffered, fileio, iobase, text_argument, text_or_none, textio};
use core::cell::Cell;
use core::ffi::{CStr, c_int, c_void};
use krait_abi::PyObject;
use krait_object::args::{Args, Signature};
use krait_object::protocol::{call, number, object};
use krait_object::types::{bytes, exceptions, long, unicode};
use krait_object::{Layout, Obj, Object, Result, err, hooks, intern};

/// The documentation of `open`.
pub const DOC: &CStr = c"open($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)\n--\n\nOpens a file and returns a stream.\n\nThe file is a path or a file descriptor. The mode is 'r' (read), 'w' (write to an empty\nfile), 'x' (create, fail if it exists) or 'a' (append), with 'b' for bytes or 't' for\ntext, and '+' for both directions.\n\nA buffering of 0 means none (for bytes only), 1 lines (for text only), more the size of\nthe buffer; by default it is the block size of the device, and lines for terminals.\n\nEncoding, errors and newline are those of TextIOWrapper, closefd and opener those of\nFileIO.";

pub(super) fn open_method(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<8> = Signature::new(
        "open",
        ["file", "mode", "buffering", "encoding", "errors", "newline", "closefd", "opener"],
    )
    .required(1);
    let [file, mode, buffering, encoding, errors, newline, close_fd, opener] = SIGNATURE.bind(args)?;
    let Some(file) = file else { return Err(err::bad_internal_call()) };
    let mode = mode.map_or(Ok("r"), |mode| text_argument("open", "argument 'mode'", mode))?;
    let buffering = buffering.map_or(Ok(-1), krait_object::args::int)?;
    text_or_none("open", "argument 'encoding'", encoding)?;
    text_or_none("open", "argument 'errors'", errors)?;
    let newline = text_or_none("open", "argument 'newline'", newline)?;
    let close_fd = close_fd.map_or(Ok(1), krait_object::args::int)? != 0;
    let given = |object: Option<&'_ Object>| object.filter(|object| !object.is_none()).map(Layout::owned);
    let request = Request {
        file,
        mode,
        buffering,
        encoding: given(encoding),
        errors: given(errors),
        newline,
        close_fd,
        opener: given(opener),
    };
    open(&request)
}

/// The arguments of `open`.
pub struct Request<'a> {
    /// A path or a descriptor.
    pub file: &'a Object,
    /// The mode.
    pub mode: &'a str,
    /// The size of the buffer.
    pub buffering: c_int,
    /// The encoding.
    pub encoding: Option<Obj>,
    /// The error handler.
    pub errors: Option<Obj>,
    /// The line ends.
    pub newline: Option<&'a str>,
    /// Whether closing the stream closes the descriptor.
    pub close_fd: bool,
    /// Who opens.
    pub opener: Option<Obj>,
}

/// What a mode says.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
    universal: bool,
}

fn parse_mode(mode: &str) -> Result<Mode> {
    let mut parsed = Mode::default();
    let invalid = || err::value_error(format_args!("invalid mode: '{mode}'"));
    for (i, c) in mode.bytes().enumerate() {
        let flag = match c {
            b'x' => &mut parsed.creating,
            b'r' => &mut parsed.reading,
            b'w' => &mut parsed.writing,
            b'a' => &mut parsed.appending,
            b'+' => &mut parsed.updating,
            b't' => &mut parsed.text,
            b'b' => &mut parsed.binary,
            b'U' => &mut parsed.universal,
            _ => return Err(invalid()),
        };
        *flag = true;
        if mode.as_bytes()[i + 1..].contains(&c) {
            return Err(invalid());
        }
    }
    Ok(parsed)
}

/// The mode for FileIO.
fn raw_mode(mode: &Mode) -> String {
    let letters = [
        (mode.creating, 'x'),
        (mode.reading, 'r'),
        (mode.writing, 'w'),
        (mode.appending, 'a'),
        (mode.updating, '+'),
    ];
    letters.into_iter().filter(|(set, _)| *set).map(|(_, letter)| letter).collect()
}

fn check_mode(mode: &mut Mode, request: &Request<'_>) -> Result<()> {
    if mode.universal {
        if mode.creating || mode.writing || mode.appending || mode.updating {
            return Err(err::value_error("mode U cannot be combined with 'x', 'w', 'a', or '+'"));
        }
        err::warn(exceptions::DeprecationWarning(), "'U' mode is deprecated", 1)?;
        mode.reading = true;
    }
    if mode.text && mode.binary {
        return Err(err::value_error("can't have text and binary mode at once"));
    }
    let kinds = [mode.creating, mode.reading, mode.writing, mode.appending];
    if kinds.iter().filter(|&&set| set).count() != 1 {
        return Err(err::value_error("must have exactly one of create/read/write/append mode"));
    }
    if mode.binary {
        let what = if request.encoding.is_some() {
            Some("an encoding")
        } else if request.errors.is_some() {
            Some("an errors")
        } else if request.newline.is_some() {
            Some("a newline")
        } else {
            None
        };
        if let Some(what) = what {
            return Err(err::value_error(format_args!("binary mode doesn't take {what} argument")));
        }
        if request.buffering == 1 {
            err::warn(
                exceptions::RuntimeWarning(),
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used",
                1,
            )?;
        }
    }
    Ok(())
}

/// `open`
pub fn open(request: &Request<'_>) -> Result<Obj> {
    let file =
        if number::check(request.file) { request.file.owned() } else { unicode::fspath(request.file)? };
    if !unicode::check(&file) && !bytes::check(&file) && !number::check(&file) {
        let shown = object::repr(&file)?;
        return Err(err::type_error(format_args!("invalid file: {}", unicode::display(&shown))));
    }
    let mut mode = parse_mode(request.mode)?;
    check_mode(&mut mode, request)?;
    let raw = fileio::open(&file, &raw_mode(&mode), request.close_fd, request.opener.as_deref())?;
    let raw = raw.upcast();
    layer(&raw, &mode, request).inspect_err(|_| {
        // The file is closed at once, not when somebody collects it.
        let error = err::fetch();
        if call::call_method(&raw, intern!("close"), &[]).is_err() || error.is_some() {
            err::chain(error);
        }
    })
}

/// Puts the buffer and the text layer over a raw file.
fn layer(raw: &Obj, mode: &Mode, request: &Request<'_>) -> Result<Obj> {
    let mut buffering = request.buffering as isize;
    let is_terminal = object::is_true(&*call::call_method(raw, intern!("isatty"), &[])?)?;
    if buffering == 1 && mode.binary {
        buffering = -1;
    }
    let line_buffering = buffering == 1 || (is_terminal && buffering < 0);
    if line_buffering && !mode.binary || (is_terminal && buffering < 0) {
        buffering = -1;
    }
    if buffering < 0 {
        let size = object::get_attr(raw, intern!("_blksize"))?;
        buffering = long::as_isize(&size)?;
    }
    if buffering == 0 {
        if !mode.binary {
            return Err(err::value_error("can't have unbuffered text I/O"));
        }
        return Ok(raw.clone());
    }
    let (readable, writable) = if mode.updating { (true, true) } else { (mode.reading, !mode.reading) };
    let buffer = buffered::over(raw, readable, writable, buffering)?;
    if mode.binary {
        return Ok(buffer);
    }
    let settings = textio::Settings {
        encoding: request.encoding.as_deref(),
        errors: request.errors.as_deref(),
        newline: request.newline,
        line_buffering,
        write_through: false,
    };
    let text = match textio::over(&buffer, &settings) {
        Ok(text) => text,
        Err(raised) => {
            let error = err::fetch();
            if call::call_method(&buffer, intern!("close"), &[]).is_err() || error.is_some() {
                err::chain(error);
            }
            return Err(raised);
        }
    };
    let mode_text = unicode::from_str(request.mode)?;
    object::set_attr(&text, intern!("mode"), Some(&mode_text))?;
    Ok(text)
}

// ---- open_code ----

/// The hook of an embedding program for opening code (`Py_OpenCodeHookFunction`).
pub type OpenCodeHook = Option<unsafe extern "C" fn(*mut PyObject, *mut c_void) -> *mut PyObject>;

struct HookCell(Cell<(OpenCodeHook, *mut c_void)>);
// SAFETY: set once, before the interpreter runs or with the GIL held.
unsafe impl Sync for HookCell {}
static HOOK: HookCell = HookCell(Cell::new((None, core::ptr::null_mut())));

/// `PyFile_SetOpenCodeHook`: false when there is a hook already.
pub fn set_open_code_hook(hook: OpenCodeHook, user_data: *mut c_void) -> Result<()> {
    if krait_vm::lifecycle::is_initialized() {
        (hooks::get().audit)("setopencodehook", &krait_object::types::tuple::empty())?;
    }
    if HOOK.0.get().0.is_some() {
        if krait_vm::lifecycle::is_initialized() {
            return Err(err::system_error("failed to change existing open_code hook"));
        }
        return Err(krait_object::Raised::assume());
    }
    HOOK.0.set((hook, user_data));
    Ok(())
}

/// Opens a file for reading bytes, for the interpreter's own use.
pub fn open_for_reading(path: &Object) -> Result<Obj> {
    open(&Request {
        file: path,
        mode: "rb",
        buffering: -1,
        encoding: None,
        errors: None,
        newline: None,
        close_fd: true,
        opener: None,
    })
}

/// `PyFile_OpenCodeObject`
pub fn open_code_object(path: &Object) -> Result<Obj> {
    if !unicode::check(path) {
        return Err(err::type_error(format_args!(
            "'path' must be 'str', not '{:.200}'",
            path.class_of().name()
        )));
    }
    if let (Some(hook), data) = HOOK.0.get() {
        // SAFETY: the host's hook with the host's data.
        return unsafe { Obj::from_owned_or_raised(hook(path.as_ptr(), data)) };
    }
    open_for_reading(path)
}

pub(super) fn open_code_method(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<1> = Signature::new("open_code", ["path"]);
    let [path] = SIGNATURE.bind(args)?;
    let Some(path) = path else { return Err(err::bad_internal_call()) };
    if !unicode::check(path) {
        return Err(krait_object::args::bad_argument("open_code", "argument 'path'", "str", path));
    }
    open_code_object(path)
}

/// Whether a stream says that it is closed, for callers outside.
pub fn is_closed(stream: &Object) -> Result<bool> {
    iobase::is_closed(stream)
}
