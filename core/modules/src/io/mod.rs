//! `_io`: streams.
//!
//! ```text
//!   _IOBase ─┬─ _RawIOBase ────── FileIO
//!            ├─ _BufferedIOBase ─ BytesIO, BufferedReader, BufferedWriter, BufferedRWPair, BufferedRandom
//!            └─ _TextIOBase ───── StringIO, TextIOWrapper
//! ```
//!
//! Every instance begins with an [`iobase::IoHead`] (head, `__dict__`, weak references), so the classes share one
//! layout rule. Where one layer of the usual stack sits on exactly the built-in class of the layer below, it calls the
//! Rust functions of that class; anything else goes through Python methods.

pub mod buffered;
pub mod bytesio;
pub mod file;
pub mod fileio;
pub mod iobase;
pub mod newline;
pub mod open;
pub mod rwpair;
pub mod stringio;
pub mod textio;

use core::ffi::c_int;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{number, object};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, exceptions, long, module, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, err, intern, method, native, native_module};

/// The size of buffers where the file system has no preference.
pub const DEFAULT_BUFFER_SIZE: usize = 8192;

native_module! {
    /// `_io`
    init: PyInit__io, name: c"io",
    doc: c"Streams: raw files, buffers over them, text over buffers, and streams in memory.\n\nopen() makes the usual stack of them.",
    methods: NO_METHODS, exec: exec,
}

krait_object::methods! {
    static NO_METHODS = [];
}

krait_object::methods! {
    static METHODS = [
        method::keywords(c"open", open::open_method, open::DOC),
        method::keywords(c"open_code", open::open_code_method, c"open_code($module, /, path)\n--\n\nOpens the file for reading as code: like open(path, 'rb'), unless the host has\ninstalled a hook of its own. The path must be an absolute str."),
    ];
}

/// `io.UnsupportedOperation`
static UNSUPPORTED: crate::support::Kept = crate::support::Kept("_io.UnsupportedOperation");

fn exec(this: &Object) -> Result<()> {
    // SAFETY: the module's own table.
    unsafe { native::add_functions_as(this, "io", (&raw mut METHODS).cast()) }?;
    module::add(this, "DEFAULT_BUFFER_SIZE", &*long::from_u64(DEFAULT_BUFFER_SIZE as u64)?)?;
    let attributes = dict::new()?;
    dict::set_item(&attributes, intern!("__module__"), intern!("io"))?;
    let bases = tuple::pack([exceptions::OSError().owned(), exceptions::ValueError().owned()])?;
    // UnsupportedOperation is made by calling type, with io as its module.
    let unsupported = err::new_exception("io.UnsupportedOperation", Some(&bases), Some(&attributes))?;
    module::add(this, "UnsupportedOperation", &unsupported)?;
    UNSUPPORTED.set(&unsupported)?;
    module::add(this, "BlockingIOError", exceptions::BlockingIOError())?;
    for class in [
        &raw mut iobase::PyIOBase_Type,
        &raw mut iobase::PyRawIOBase_Type,
        &raw mut iobase::PyBufferedIOBase_Type,
        &raw mut iobase::PyTextIOBase_Type,
        &raw mut fileio::PyFileIO_Type,
        &raw mut bytesio::PyBytesIO_Type,
        &raw mut stringio::PyStringIO_Type,
        &raw mut buffered::PyBufferedReader_Type,
        &raw mut buffered::PyBufferedWriter_Type,
        &raw mut rwpair::PyBufferedRWPair_Type,
        &raw mut buffered::PyBufferedRandom_Type,
        &raw mut textio::PyTextIOWrapper_Type,
        &raw mut newline::PyIncrementalNewlineDecoder_Type,
    ] {
        // SAFETY: static types.
        let class = unsafe { Type::from_raw(class) };
        class.ready()?;
        module::add(this, class.short_name(), class.object())?;
    }
    // SAFETY: a static type.
    unsafe { Type::from_raw(&raw mut bytesio::_PyBytesIOBuffer_Type) }.ready()
}

/// Raises `io.UnsupportedOperation`.
#[cold]
pub fn unsupported(message: &str) -> Raised {
    match UNSUPPORTED.required() {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}

/// Whether the current exception is `io.UnsupportedOperation`.
#[cold]
pub fn is_unsupported() -> bool {
    let Some(error) = err::fetch() else { return false };
    let class = UNSUPPORTED.get();
    let _ = err::restore(error);
    class.is_some_and(|class| err::matches(&class))
}

/// `ValueError: I/O operation on closed file.`
#[cold]
pub fn closed_error() -> Raised {
    err::value_error("I/O operation on closed file.")
}

/// Clears an `OSError` that says EINTR and answers true; any other exception stays.
#[cold]
pub fn trap_eintr() -> bool {
    if !err::matches(exceptions::OSError()) {
        return false;
    }
    let Some(mut error) = err::fetch() else { return false };
    error.normalize();
    let interrupted = error.value.as_deref().is_some_and(|value| {
        object::get_attr(value, intern!("errno"))
            .ok()
            .and_then(|errno| long::small_value(&errno))
            .is_some_and(|errno| errno == i64::from(libc::EINTR))
    });
    if !interrupted {
        let _ = err::restore(error);
    }
    interrupted
}

/// A size argument: an index, or None or nothing for -1.
pub fn optional_size(given: Option<&&Object>) -> Result<isize> {
    match given {
        None => Ok(-1),
        Some(given) if given.is_none() => Ok(-1),
        Some(given) if number::index_check(given) => {
            number::as_ssize(given, Some(exceptions::OverflowError()))
        }
        Some(given) => Err(err::type_error(format_args!(
            "argument should be integer or None, not '{:.200}'",
            given.class_of().name()
        ))),
    }
}

/// The size argument of a method with at most one argument.
pub fn size_argument(function: &str, args: &[&Object]) -> Result<isize> {
    krait_object::args::check_positional(function, args.len(), 0, 1)?;
    optional_size(args.first())
}

/// The buffer of an argument that must be writable.
pub fn writable_argument(function: &str, given: &Object) -> Result<Buffer> {
    Buffer::writable(given).or_else(|_| {
        err::clear();
        Err(krait_object::args::bad_argument(function, "argument", "read-write bytes-like object", given))
    })
}

/// A file offset given as an object; too large ones are an error of the class `exception`.
pub fn offset(given: &Object, exception: &Object) -> Result<i64> {
    Ok(number::as_ssize(given, Some(exception))? as i64)
}

/// An argument that is text without NUL.
pub fn text_argument<'a>(function: &str, which: &str, given: &'a Object) -> Result<&'a str> {
    krait_object::args::text(function, which, given)
}

/// Text without NUL, or None.
pub fn text_or_none<'a>(function: &str, which: &str, given: Option<&'a Object>) -> Result<Option<&'a str>> {
    match given {
        None => Ok(None),
        Some(given) if given.is_none() => Ok(None),
        Some(given) if unicode::check(given) => text_argument(function, which, given).map(Some),
        Some(given) => Err(krait_object::args::bad_argument(function, which, "str or None", given)),
    }
}

/// A `whence` argument.
pub fn whence_argument(args: &[&Object]) -> Result<c_int> {
    args.get(1).map_or(Ok(0), |whence| krait_object::args::int(whence))
}

/// Runs `first` and then `second` whatever happens; of two errors, the first is the context of the second.
pub fn both(first: impl FnOnce() -> Result<()>, second: impl FnOnce() -> Result<()>) -> Result<()> {
    let failed = match first() {
        Ok(()) => None,
        Err(_) => err::fetch(),
    };
    let result = second();
    match failed {
        None => result,
        Some(error) => {
            err::chain(Some(error));
            Err(Raised::assume())
        }
    }
}

/// `repr` of a stream's name for its own repr; a stream that is in the middle of its repr is an error.
pub fn name_for_repr(this: &Object) -> Result<Option<Obj>> {
    match object::lookup_attr(this, intern!("name")) {
        Ok(name) => Ok(name),
        // A detached or half-made stream has no name.
        Err(_) if err::matches(exceptions::ValueError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `repr(name)` with a guard against streams that are their own name.
pub fn guarded_name_repr(this: &Object, name: &Object) -> Result<Obj> {
    let Some(_guard) = object::repr_enter(this)? else {
        return Err(err::runtime_error(format_args!(
            "reentrant call inside {:.200}.__repr__",
            this.class_of().name()
        )));
    };
    object::repr(name)
}
