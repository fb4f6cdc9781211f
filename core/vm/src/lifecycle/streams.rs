//! The standard streams and the file-system encoding at start-up.

use super::read::{Done, Failure};
use krait_object::protocol::{call, object};
use krait_object::types::{bool as py_bool, dict, long, none, tuple, unicode};
use krait_object::{Layout, Obj, Object, Result, err, intern};

/// Until the real streams are there, `sys.stderr` writes to its descriptor and nothing more.
pub fn preliminary_stderr() -> Result<()> {
    let printer = crate::std_printer::new(2)?;
    for name in ["stderr", "__stderr__"] {
        crate::sys::set_object(name, printer.as_deref())?;
    }
    Ok(())
}

/// The codec's own name for an encoding of the configuration.
fn normalize(field: impl Fn(&mut krait_abi::PyConfig) -> &mut *mut krait_abi::wchar_t) -> Result<()> {
    // SAFETY: the running interpreter's configuration owns its strings.
    unsafe {
        let config = &mut *super::config::current();
        let Some(name) = super::config::wide_to_string(*field(config)) else { return Ok(()) };
        let codec = krait_object::codecs::lookup(&name)?;
        let name = object::get_attr(&codec, intern!("name"))?;
        let name = super::wide::of(unicode::as_utf8(&name)?);
        super::wide::set_string(field(config), super::wide::to_raw(&name));
        Ok(())
    }
}

/// Imports the codec machinery for file names.
pub fn init_encodings() -> Result<()> {
    crate::import::import_module("encodings")?;
    normalize(|config| &mut config.filesystem_encoding)?;
    let encoding = super::filesystem_encoding();
    krait_object::types::unicode::init_fs_codec(&encoding, &super::filesystem_errors())
}

/// Makes `sys.stdin`, `sys.stdout`, `sys.stderr`.
pub fn init() -> Done {
    // SAFETY: a stat of a descriptor into memory for it.
    let stdin = unsafe {
        let mut data: libc::stat = core::mem::zeroed();
        (libc::fstat(0, &mut data) == 0).then_some(data.st_mode)
    };
    if stdin.is_some_and(|mode| mode & libc::S_IFMT == libc::S_IFDIR) {
        return Err(Failure::In("init_sys_streams", "<stdin> is a directory, cannot continue".to_owned()));
    }
    normalize(|config| &mut config.stdio_encoding).map_err(|_| {
        let complaint = "failed to get the Python codec name of the stdio encoding";
        Failure::In("init_stdio_encoding", complaint.to_owned())
    })?;
    let init = || -> Result<()> {
        // Reading sources needs these two, also while import reports what it does.
        crate::import::import_module("encodings.utf_8")?;
        crate::import::import_module("encodings.latin_1")?;
        let io = crate::import::import_module("io")?;
        for (fd, name, write, stream_name) in
            [(0, "stdin", false, "<stdin>"), (1, "stdout", true, "<stdout>"), (2, "stderr", true, "<stderr>")]
        {
            let stream = create(&io, fd, write, stream_name)?;
            crate::sys::set_object(&format!("__{name}__"), Some(&stream))?;
            crate::sys::set_object(name, Some(&stream))?;
        }
        Ok(())
    };
    init().map_err(|_| Failure::In("init_sys_streams", "can't initialize sys standard streams".to_owned()))
}

fn is_open(fd: i32) -> bool {
    // SAFETY: fcntl takes any descriptor.
    unsafe { libc::fcntl(fd, libc::F_GETFD) != -1 }
}

/// One stream; None for a closed descriptor.
fn create(io: &Object, fd: i32, write: bool, name: &str) -> Result<Obj> {
    if !is_open(fd) {
        return Ok(none::none().owned());
    }
    // SAFETY: the running interpreter's configuration.
    let config = unsafe { &*super::config::current() };
    let buffered = config.buffered_stdio != 0 || !write;
    let mode = if write { "wb" } else { "rb" };
    let buffering = if !buffered { 0 } else { -1 };
    let open = object::get_attr(io, intern!("open"))?;
    let args = [
        long::from_i64(i64::from(fd))?,
        unicode::from_str(mode)?,
        long::from_i64(buffering)?,
        none::none().owned(),
        none::none().owned(),
        none::none().owned(),
        py_bool::from_bool(false),
    ];
    let refs: Vec<&Object> = args.iter().map(|arg| &**arg).collect();
    let buffer = call::call(&open, &refs)?;
    let raw = if buffered { object::get_attr(&buffer, intern!("raw"))? } else { buffer.clone() };
    object::set_attr(&raw, intern!("name"), Some(&*unicode::from_str(name)?))?;
    let terminal = object::is_true(&*call::call_method(&raw, intern!("isatty"), &[])?)?;
    let line_buffering = config.buffered_stdio != 0 && (terminal || fd == 2);
    let encoding = super::config_text(|config| config.stdio_encoding).unwrap_or_else(|| "utf-8".to_owned());
    let errors = if fd == 2 {
        "backslashreplace".to_owned()
    } else {
        super::config_text(|config| config.stdio_errors).unwrap_or_else(|| "strict".to_owned())
    };
    let wrapper = object::get_attr(io, intern!("TextIOWrapper"))?;
    let keywords = dict::new()?;
    dict::set_str(&keywords, "line_buffering", &*py_bool::from_bool(line_buffering))?;
    dict::set_str(&keywords, "write_through", &*py_bool::from_bool(config.buffered_stdio == 0))?;
    let args = tuple::pack([
        buffer,
        unicode::from_str(&encoding)?,
        unicode::from_str(&errors)?,
        unicode::from_str("\n")?,
    ])?;
    let stream = call::call_tuple(&wrapper, &args, Some(&keywords))?;
    object::set_attr(&stream, intern!("mode"), Some(&*unicode::from_str(if write { "w" } else { "r" })?))?;
    Ok(stream)
}

/// Flushes `sys.stdout` and `sys.stderr` at the end; false when stdout could not be flushed.
pub fn flush() -> bool {
    let mut fine = true;
    for name in ["stdout", "stderr"] {
        let Some(stream) = crate::sys::get_object(name).filter(|stream| !stream.is_none()) else { continue };
        let closed = object::lookup_attr(&stream, intern!("closed"))
            .ok()
            .flatten()
            .is_some_and(|closed| object::is_true(&closed).unwrap_or(false));
        err::clear();
        if closed {
            continue;
        }
        if call::call_method(&stream, intern!("flush"), &[]).is_err() {
            if name == "stdout" {
                err::write_unraisable(Some(&stream));
                fine = false;
            } else {
                err::clear();
            }
        }
    }
    fine
}
