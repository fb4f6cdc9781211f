//! `zlib`: deflate streams. The streams themselves are [`crate::algorithms::zlib`]'s.

use crate::algorithms::zlib::{self as streams, Stream};
use crate::attribute;
use crate::lock::Lock;
use core::cell::{Cell, RefCell};
use core::ffi::{c_int, c_ulong};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::cell::ObjCell;
use krait_object::payload::{self, Head, Payload};
use krait_object::protocol::buffer::{self, Buffer};
use krait_object::types::{bytes, long, module, unicode};
use krait_object::{
    Class, Layout, Obj, Object, Raised, Result, err, heap_type, members, method, methods, native_module,
    payload_class, state,
};

native_module! {
    /// `zlib`
    init: PyInit_zlib, name: c"zlib",
    doc: c"Compression and decompression compatible with gzip, by the zlib library.",
    methods: METHODS, exec: exec,
}

const DEF_BUF_SIZE: isize = 16 * 1024;

fn exec(this: &Object) -> Result<()> {
    COMPRESS.make()?;
    DECOMPRESS.make()?;
    attribute::add_exception(this, "zlib.error", None)?;
    crate::support::add_ints(
        this,
        &[
            ("MAX_WBITS", streams::MAX_WBITS.into()),
            ("DEFLATED", streams::Z_DEFLATED.into()),
            ("DEF_MEM_LEVEL", streams::DEF_MEM_LEVEL.into()),
            ("DEF_BUF_SIZE", DEF_BUF_SIZE as i64),
            ("Z_NO_COMPRESSION", 0),
            ("Z_BEST_SPEED", 1),
            ("Z_BEST_COMPRESSION", 9),
            ("Z_DEFAULT_COMPRESSION", streams::Z_DEFAULT_COMPRESSION.into()),
            ("Z_FILTERED", 1),
            ("Z_HUFFMAN_ONLY", 2),
            ("Z_RLE", 3),
            ("Z_FIXED", 4),
            ("Z_DEFAULT_STRATEGY", streams::Z_DEFAULT_STRATEGY.into()),
            ("Z_NO_FLUSH", streams::Z_NO_FLUSH.into()),
            ("Z_PARTIAL_FLUSH", streams::Z_PARTIAL_FLUSH.into()),
            ("Z_SYNC_FLUSH", streams::Z_SYNC_FLUSH.into()),
            ("Z_FULL_FLUSH", streams::Z_FULL_FLUSH.into()),
            ("Z_FINISH", streams::Z_FINISH.into()),
            ("Z_BLOCK", streams::Z_BLOCK.into()),
            ("Z_TREES", streams::Z_TREES.into()),
        ],
    )?;
    // The library is part of this one: it runs with the version that it was built with.
    module::add(this, "__version__", &*unicode::from_str("1.0")?)?;
    let version = unicode::from_str(streams::version())?;
    module::add(this, "ZLIB_VERSION", &version)?;
    module::add(this, "ZLIB_RUNTIME_VERSION", &version)
}

/// `zlib.error` for a status of the library.
#[cold]
fn fail(message: Option<&str>, status: c_int, what: &str) -> Raised {
    let detail = message.or(match status {
        streams::Z_BUF_ERROR => Some("incomplete or truncated stream"),
        streams::Z_STREAM_ERROR => Some("inconsistent stream state"),
        streams::Z_DATA_ERROR => Some("invalid input data"),
        streams::Z_VERSION_ERROR => Some("library version mismatch"),
        _ => None,
    });
    match detail {
        Some(detail) => {
            attribute::raise("zlib", "error", format_args!("Error {status} {what}: {detail:.200}"))
        }
        None => attribute::raise("zlib", "error", format_args!("Error {status} {what}")),
    }
}

/// A size argument, for which anything with `__index__` or `__int__` will do.
fn size_argument(given: Option<&Object>, default: isize) -> Result<isize> {
    match given {
        None => Ok(default),
        Some(given) if long::check(given) => long::as_isize(given),
        Some(given) => long::as_isize(&*long::from_nb_index_or_nb_int(given)?),
    }
}

fn int_argument(given: Option<&Object>, default: c_int) -> Result<c_int> {
    given.map_or(Ok(default), krait_object::args::int)
}

// ---- functions ----

methods! {
    static METHODS = [
        method::fastcall(c"adler32", |_: &Object, args: &[&Object]| checksum("adler32", args, 1, streams::adler32), c"adler32($module, data, value=1, /)\n--\n\nThe Adler-32 checksum of data, going on from value."),
        method::keywords(c"compress", compress, c"compress($module, data, /, level=Z_DEFAULT_COMPRESSION)\n--\n\nThe data compressed.\n\n  level\n    From 0 (not at all) to 9 (as well as possible), or -1 for the default."),
        method::keywords(c"compressobj", compressobj, c"compressobj($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED,\n            wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL,\n            strategy=Z_DEFAULT_STRATEGY, zdict=None)\n--\n\nAn object that compresses piece by piece.\n\n  level\n    From 0 (not at all) to 9 (as well as possible), or -1 for the default.\n  method\n    DEFLATED.\n  wbits\n    9 to 15: the logarithm of the window size, with a zlib header;\n    25 to 31: with a gzip header; negative: without any.\n  memLevel\n    1 to 9: how much memory may be used.\n  strategy\n    Z_DEFAULT_STRATEGY, Z_FILTERED, Z_HUFFMAN_ONLY and others.\n  zdict\n    Bytes that are likely to occur, the likeliest at the end."),
        method::fastcall(c"crc32", |_: &Object, args: &[&Object]| checksum("crc32", args, 0, streams::crc32), c"crc32($module, data, value=0, /)\n--\n\nThe CRC-32 checksum of data, going on from value."),
        method::keywords(c"decompress", decompress, c"decompress($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)\n--\n\nThe data decompressed.\n\n  wbits\n    The window size and kind of header.\n  bufsize\n    The size of the output buffer to begin with."),
        method::keywords(c"decompressobj", decompressobj, c"decompressobj($module, /, wbits=MAX_WBITS, zdict=b'')\n--\n\nAn object that decompresses piece by piece.\n\n  wbits\n    The window size and kind of header.\n  zdict\n    The dictionary that the compressor had."),
    ];
}

fn checksum(function: &str, args: &[&Object], start: u32, sum: fn(u32, &[u8]) -> u32) -> Result<u32> {
    krait_object::args::check_positional(function, args.len(), 1, 2)?;
    let data = Buffer::simple(args[0])?;
    let start = args.get(1).map_or(Ok(start), |start| crate::support::unsigned_mask(start))?;
    let data = data.as_slice();
    // Little data is not worth giving the GIL up.
    Ok(if data.len() > 5 * 1024 { state::allow_threads(|| sum(start, data)) } else { sum(start, data) })
}

fn compress(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("compress", ["", "level"]).required(1).positional_only(1);
    let [data, level] = SIGNATURE.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    let data = Buffer::simple(data)?;
    let level = int_argument(level, streams::Z_DEFAULT_COMPRESSION)?;
    let stream = Stream::deflate(
        level,
        streams::Z_DEFLATED,
        streams::MAX_WBITS,
        streams::DEF_MEM_LEVEL,
        streams::Z_DEFAULT_STRATEGY,
    );
    let mut stream = match stream {
        Ok(stream) => stream,
        Err(streams::Z_MEM_ERROR) => return Err(err::memory_error("Out of memory while compressing data")),
        Err(streams::Z_STREAM_ERROR) => {
            return Err(attribute::raise("zlib", "error", "Bad compression level"));
        }
        Err(status) => return Err(fail(None, status, "while compressing data")),
    };
    let mut out = Vec::new();
    let input = data.as_slice();
    match state::allow_threads(|| stream.compress(input, &mut out, streams::Z_FINISH)) {
        Ok(streams::Z_STREAM_END) => bytes::from_slice(&out),
        Ok(status) | Err(status) => Err(fail(stream.message(), status, "while compressing data")),
    }
}

fn decompress(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<3> =
        Signature::new("decompress", ["", "wbits", "bufsize"]).required(1).positional_only(1);
    let [data, wbits, size] = SIGNATURE.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    let data = Buffer::simple(data)?;
    let wbits = int_argument(wbits, streams::MAX_WBITS)?;
    if size_argument(size, DEF_BUF_SIZE)? < 0 {
        return Err(err::value_error("bufsize must be non-negative"));
    }
    let mut stream = match Stream::inflate(wbits) {
        Ok(stream) => stream,
        Err(streams::Z_MEM_ERROR) => return Err(err::memory_error("Out of memory while decompressing data")),
        Err(status) => return Err(fail(None, status, "while preparing to decompress data")),
    };
    let mut out = Vec::new();
    let input = data.as_slice();
    let done = state::allow_threads(|| stream.decompress(input, &mut out, None, streams::Z_SYNC_FLUSH, None));
    match done {
        Ok((streams::Z_STREAM_END, _)) => bytes::from_slice(&out),
        Ok((streams::Z_OK | streams::Z_BUF_ERROR, _)) => {
            Err(fail(None, streams::Z_BUF_ERROR, "while decompressing data"))
        }
        Err(streams::Z_MEM_ERROR) => Err(err::memory_error("Out of memory while decompressing data")),
        Ok((status, _)) | Err(status) => Err(fail(stream.message(), status, "while decompressing data")),
    }
}

fn compressobj(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<6> =
        Signature::new("compressobj", ["level", "method", "wbits", "memLevel", "strategy", "zdict"])
            .required(0);
    let [level, method, wbits, mem_level, strategy, dictionary] = SIGNATURE.bind(args)?;
    let level = int_argument(level, streams::Z_DEFAULT_COMPRESSION)?;
    let method = int_argument(method, streams::Z_DEFLATED)?;
    let wbits = int_argument(wbits, streams::MAX_WBITS)?;
    let mem_level = int_argument(mem_level, streams::DEF_MEM_LEVEL)?;
    let strategy = int_argument(strategy, streams::Z_DEFAULT_STRATEGY)?;
    let dictionary = dictionary.map(Buffer::simple).transpose()?;
    let mut stream = match Stream::deflate(level, method, wbits, mem_level, strategy) {
        Ok(stream) => stream,
        Err(streams::Z_MEM_ERROR) => {
            return Err(err::memory_error("Can't allocate memory for compression object"));
        }
        Err(streams::Z_STREAM_ERROR) => return Err(err::value_error("Invalid initialization option")),
        Err(status) => return Err(fail(None, status, "while creating compression object")),
    };
    if let Some(dictionary) = dictionary {
        match stream.set_dictionary(dictionary.as_slice()) {
            streams::Z_OK => {}
            streams::Z_STREAM_ERROR => return Err(err::value_error("Invalid dictionary")),
            _ => return Err(err::value_error("deflateSetDictionary()")),
        }
    }
    new_compress(Some(stream))
}

fn decompressobj(_module: &Object, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> = Signature::new("decompressobj", ["wbits", "zdict"]).required(0);
    let [wbits, dictionary] = SIGNATURE.bind(args)?;
    let wbits = int_argument(wbits, streams::MAX_WBITS)?;
    if dictionary.is_some_and(|dictionary| !buffer::check(dictionary)) {
        return Err(err::type_error("zdict argument must support the buffer protocol"));
    }
    let mut stream = match Stream::inflate(wbits) {
        Ok(stream) => stream,
        Err(streams::Z_STREAM_ERROR) => return Err(err::value_error("Invalid initialization option")),
        Err(streams::Z_MEM_ERROR) => {
            return Err(err::memory_error("Can't allocate memory for decompression object"));
        }
        Err(status) => return Err(fail(None, status, "while creating decompression object")),
    };
    if let Some(dictionary) = dictionary
        && wbits < 0
    {
        // A stream without header does not ask for its dictionary.
        let dictionary = Buffer::simple(dictionary)?;
        let status = stream.set_dictionary(dictionary.as_slice());
        if status != streams::Z_OK {
            return Err(fail(stream.message(), status, "while setting zdict"));
        }
    }
    let this = new_decompress(Some(stream))?;
    this.dictionary.set_opt(dictionary.map(Layout::owned));
    Ok(this.upcast())
}

// ---- Compress ----

/// A compressing stream.
#[repr(C)]
pub struct Compress {
    head: Head,
    lock: Lock,
    /// Given up when the stream has been finished.
    stream: RefCell<Option<Stream>>,
}

heap_type! {
    /// `zlib.Compress`
    pub static COMPRESS = {
        tp_name: c"zlib.Compress".as_ptr(),
        tp_basicsize: core::mem::size_of::<Compress>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Compress>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut COMPRESS_METHODS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Compress, heap COMPRESS);
impl Payload for Compress {}

fn new_compress(stream: Option<Stream>) -> Result<Obj> {
    payload::new(Compress::class(), |head| Compress {
        head,
        lock: Lock::default(),
        stream: RefCell::new(stream),
    })
    .map(Obj::upcast)
}

methods! {
    static COMPRESS_METHODS = [
        method::o(c"compress", compress_more, c"compress($self, data, /)\n--\n\nCompresses data; the compressed bytes that are ready.\n\nThe rest comes from later calls and from flush()."),
        method::fastcall(c"flush", compress_flush, c"flush($self, mode=zlib.Z_FINISH, /)\n--\n\nThe compressed bytes that are left.\n\n  mode\n    Z_FINISH, after which the object is of no use, Z_SYNC_FLUSH, Z_FULL_FLUSH and others."),
        method::noargs(c"copy", compress_copy, c"copy($self, /)\n--\n\nA copy of the object in its present state."),
        method::noargs(c"__copy__", compress_copy, c"__copy__($self, /)\n--\n\n"),
        method::o(c"__deepcopy__", |this: &Compress, _: &Object| compress_copy(this), c"__deepcopy__($self, memo, /)\n--\n\n"),
    ];
}

/// Runs `body` with a stream, without the GIL. The lock is held, so that nobody else wants the stream meanwhile.
fn with_stream<R>(cell: &RefCell<Option<Stream>>, body: impl FnOnce(&mut Stream) -> R) -> Option<R> {
    let mut stream = cell.take()?;
    let result = state::allow_threads(|| body(&mut stream));
    drop(cell.replace(Some(stream)));
    Some(result)
}

fn message(cell: &RefCell<Option<Stream>>) -> Option<String> {
    cell.borrow().as_ref().and_then(|stream| stream.message().map(str::to_owned))
}

fn compress_more(this: &Compress, data: &Object) -> Result<Obj> {
    let data = Buffer::simple(data)?;
    let _lock = this.lock.enter();
    let mut out = Vec::new();
    let input = data.as_slice();
    let done = with_stream(&this.stream, |stream| stream.compress(input, &mut out, streams::Z_NO_FLUSH))
        .unwrap_or(Err(streams::Z_STREAM_ERROR));
    match done {
        Err(status) if status == streams::Z_STREAM_ERROR => {
            Err(fail(message(&this.stream).as_deref(), status, "while compressing data"))
        }
        _ => bytes::from_slice(&out),
    }
}

fn compress_flush(this: &Compress, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("flush", args.len(), 0, 1)?;
    let mode = int_argument(args.first().copied(), streams::Z_FINISH)?;
    if mode == streams::Z_NO_FLUSH {
        return bytes::empty();
    }
    let _lock = this.lock.enter();
    let mut out = Vec::new();
    let done = with_stream(&this.stream, |stream| stream.compress(&[], &mut out, mode))
        .unwrap_or(Err(streams::Z_STREAM_ERROR));
    match done {
        Ok(streams::Z_STREAM_END) if mode == streams::Z_FINISH => drop(this.stream.take()),
        Ok(_) => {}
        Err(status) => return Err(fail(message(&this.stream).as_deref(), status, "while flushing")),
    }
    bytes::from_slice(&out)
}

/// A copy of a stream.
fn clone_stream(cell: &RefCell<Option<Stream>>, what: &str) -> Result<Stream> {
    let mut stream = cell.borrow_mut();
    let copy = match stream.as_mut() {
        Some(stream) => stream.try_clone(),
        None => Err(streams::Z_STREAM_ERROR),
    };
    copy.map_err(|status| match status {
        streams::Z_STREAM_ERROR => err::value_error("Inconsistent stream state"),
        streams::Z_MEM_ERROR => err::memory_error(format_args!("Can't allocate memory for {what} object")),
        status => fail(None, status, &format!("while copying {what} object")),
    })
}

fn compress_copy(this: &Compress) -> Result<Obj> {
    let _lock = this.lock.enter();
    new_compress(Some(clone_stream(&this.stream, "compression")?))
}

// ---- Decompress ----

/// A decompressing stream.
#[repr(C)]
pub struct Decompress {
    head: Head,
    unused_data: ObjCell,
    unconsumed_tail: ObjCell,
    eof: Cell<u8>,
    dictionary: ObjCell,
    lock: Lock,
    /// Given up when the stream has been flushed to its end.
    stream: RefCell<Option<Stream>>,
}

heap_type! {
    /// `zlib.Decompress`
    pub static DECOMPRESS = {
        tp_name: c"zlib.Decompress".as_ptr(),
        tp_basicsize: core::mem::size_of::<Decompress>() as Py_ssize_t,
        tp_dealloc: payload::dealloc::<Decompress>(),
        tp_flags: Py_TPFLAGS_DEFAULT as c_ulong,
        tp_methods: (&raw mut DECOMPRESS_METHODS).cast(),
        tp_members: (&raw mut DECOMPRESS_MEMBERS).cast(),
        tp_alloc: Some(krait_object::types::typeobject::PyType_GenericAlloc),
        tp_free: Some(krait_object::memory::PyObject_Free),
    };
}
payload_class!(Decompress, heap DECOMPRESS);
impl Payload for Decompress {}

fn new_decompress(stream: Option<Stream>) -> Result<Obj<Decompress>> {
    let (unused, tail) = (bytes::empty()?, bytes::empty()?);
    payload::new(Decompress::class(), |head| Decompress {
        head,
        unused_data: ObjCell::new(unused),
        unconsumed_tail: ObjCell::new(tail),
        eof: Cell::new(0),
        dictionary: ObjCell::empty(),
        lock: Lock::default(),
        stream: RefCell::new(stream),
    })
}

methods! {
    static DECOMPRESS_METHODS = [
        method::keywords(c"decompress", decompress_more, c"decompress($self, data, /, max_length=0)\n--\n\nDecompresses data; at most max_length bytes, if that is given.\n\nInput that was not needed for them becomes the attribute unconsumed_tail."),
        method::fastcall(c"flush", decompress_flush, c"flush($self, length=zlib.DEF_BUF_SIZE, /)\n--\n\nThe decompressed bytes that are left.\n\n  length\n    The size of the output buffer to begin with."),
        method::noargs(c"copy", decompress_copy, c"copy($self, /)\n--\n\nA copy of the object in its present state."),
        method::noargs(c"__copy__", decompress_copy, c"__copy__($self, /)\n--\n\n"),
        method::o(c"__deepcopy__", |this: &Decompress, _: &Object| decompress_copy(this), c"__deepcopy__($self, memo, /)\n--\n\n"),
    ];
}
members! {
    static DECOMPRESS_MEMBERS = [
        method::member(c"unused_data", T_OBJECT as c_int, core::mem::offset_of!(Decompress, unused_data), READONLY as c_int, c""),
        method::member(c"unconsumed_tail", T_OBJECT as c_int, core::mem::offset_of!(Decompress, unconsumed_tail), READONLY as c_int, c""),
        method::member(c"eof", T_BOOL as c_int, core::mem::offset_of!(Decompress, eof), READONLY as c_int, c""),
    ];
}

/// Decompresses some input, and keeps what was not used of it.
fn run(this: &Decompress, input: &[u8], limit: Option<usize>, flush: c_int) -> Result<(Vec<u8>, c_int)> {
    let mut out = Vec::new();
    let dictionary = this.dictionary.get().map(|dictionary| Buffer::simple(&dictionary)).transpose()?;
    let mut dictionary_failed = false;
    let done = with_stream(&this.stream, |stream| {
        // The dictionary is set here rather than by the stream, as its errors have words of their own.
        let mut used = 0;
        loop {
            let left = limit.map(|limit| limit - out.len());
            let (status, n) = stream.decompress(&input[used..], &mut out, left, flush, None)?;
            used += n;
            if status == streams::Z_NEED_DICT
                && let Some(dictionary) = &dictionary
            {
                let status = stream.set_dictionary(dictionary.as_slice());
                if status != streams::Z_OK {
                    dictionary_failed = true;
                    return Err(status);
                }
                continue;
            }
            return Ok((status, used));
        }
    })
    .unwrap_or(Err(streams::Z_STREAM_ERROR));
    let (status, used) = match done {
        Ok((status, used)) => (status, used),
        Err(status) => {
            let what = if dictionary_failed { "while setting zdict" } else { "while decompressing data" };
            if flush == streams::Z_FINISH && !dictionary_failed {
                // flush() gives what there is.
                return Ok((out, status));
            }
            return Err(fail(message(&this.stream).as_deref(), status, what));
        }
    };
    let rest = &input[used..];
    if status == streams::Z_STREAM_END {
        if !rest.is_empty() {
            let unused = this.unused_data.get_or_none();
            let unused = [bytes::as_slice(&unused), rest].concat();
            this.unused_data.set(bytes::from_slice(&unused)?);
        }
        this.unconsumed_tail.set(bytes::empty()?);
    } else {
        this.unconsumed_tail.set(bytes::from_slice(rest)?);
    }
    Ok((out, status))
}

fn decompress_more(this: &Decompress, args: Args<'_>) -> Result<Obj> {
    static SIGNATURE: Signature<2> =
        Signature::new("decompress", ["", "max_length"]).required(1).positional_only(1);
    let [data, most] = SIGNATURE.bind(args)?;
    let Some(data) = data else { return Err(err::bad_internal_call()) };
    let data = Buffer::simple(data)?;
    let most = size_argument(most, 0)?;
    if most < 0 {
        return Err(err::value_error("max_length must be non-negative"));
    }
    let _lock = this.lock.enter();
    let limit = if most == 0 { None } else { Some(most as usize) };
    let (out, status) = run(this, data.as_slice(), limit, streams::Z_SYNC_FLUSH)?;
    match status {
        streams::Z_STREAM_END => this.eof.set(1),
        streams::Z_OK | streams::Z_BUF_ERROR => {}
        status => return Err(fail(message(&this.stream).as_deref(), status, "while decompressing data")),
    }
    bytes::from_slice(&out)
}

fn decompress_flush(this: &Decompress, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("flush", args.len(), 0, 1)?;
    let length = size_argument(args.first().copied(), DEF_BUF_SIZE)?;
    if length <= 0 {
        return Err(err::value_error("length must be greater than zero"));
    }
    let _lock = this.lock.enter();
    let tail = this.unconsumed_tail.get_or_none();
    let (out, status) = run(this, bytes::as_slice(&tail), None, streams::Z_FINISH)?;
    if status == streams::Z_STREAM_END {
        this.eof.set(1);
        drop(this.stream.take());
    }
    bytes::from_slice(&out)
}

fn decompress_copy(this: &Decompress) -> Result<Obj> {
    let _lock = this.lock.enter();
    let copy = new_decompress(Some(clone_stream(&this.stream, "decompression")?))?;
    copy.unused_data.set(this.unused_data.get_or_none());
    copy.unconsumed_tail.set(this.unconsumed_tail.get_or_none());
    copy.dictionary.set_opt(this.dictionary.get());
    copy.eof.set(this.eof.get());
    Ok(copy.upcast())
}
