//! `_bz2`: compression and decompression by libbzip2, which is part of the library.

use super::inflow::Inflow;
use core::cell::RefCell;
use core::ffi::{c_char, c_int};
use core::mem::offset_of;
use krait_abi::*;
use krait_object::args::Args;
use krait_object::payload::{self, Head};
use krait_object::types::typeobject::Type;
use krait_object::types::{dict, module, tuple};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, members, method, state};
use libbz2_rs_sys as ffi;

pub(super) fn fill(this: &Object) -> Result<()> {
    for class in [Compressor::class(), Decompressor::class()] {
        class.ready()?;
        module::add(this, class.short_name(), class.object())?;
    }
    Ok(())
}

/// The exception for a status of the library's.
#[cold]
fn failure(status: c_int) -> Raised {
    match status {
        ffi::BZ_PARAM_ERROR => err::value_error("Internal error - invalid parameters passed to libbzip2"),
        ffi::BZ_MEM_ERROR => err::no_memory(),
        ffi::BZ_DATA_ERROR | ffi::BZ_DATA_ERROR_MAGIC => err::os_error("Invalid data stream"),
        ffi::BZ_IO_ERROR => err::os_error("Unknown I/O error"),
        ffi::BZ_UNEXPECTED_EOF => {
            err::eof_error("Compressed file ended before the logical end-of-stream was detected")
        }
        ffi::BZ_SEQUENCE_ERROR => {
            err::runtime_error("Internal error - Invalid sequence of commands sent to libbzip2")
        }
        _ => err::os_error(format_args!("Unrecognized error from libbzip2: {status}")),
    }
}

/// A stream of the library's, which points at itself: it never moves.
struct Stream {
    raw: Box<ffi::bz_stream>,
    compresses: bool,
}

impl Stream {
    fn new(compresses: bool, start: impl FnOnce(*mut ffi::bz_stream) -> c_int) -> Result<Stream> {
        // SAFETY: numbers, pointers and optional functions.
        let mut raw: Box<ffi::bz_stream> = Box::new(unsafe { core::mem::zeroed() });
        match start(&mut *raw) {
            ffi::BZ_OK => Ok(Stream { raw, compresses }),
            status => Err(failure(status)),
        }
    }

    /// Gives the library room at the end of `out`, `step` says what to do; returns its status.
    fn step(
        &mut self,
        out: &mut Vec<u8>,
        room: usize,
        step: impl FnOnce(*mut ffi::bz_stream) -> c_int,
    ) -> c_int {
        out.reserve(room);
        let spare = out.spare_capacity_mut();
        let room = room.min(spare.len()).min(u32::MAX as usize);
        self.raw.next_out = spare.as_mut_ptr().cast::<c_char>();
        self.raw.avail_out = room as u32;
        let status = step(&mut *self.raw);
        let used = room - self.raw.avail_out as usize;
        // SAFETY: the library has written so many bytes.
        unsafe { out.set_len(out.len() + used) };
        status
    }

    /// Compresses input, or with `BZ_FINISH` everything that is left.
    fn compress(
        &mut self,
        input: &[u8],
        action: c_int,
        out: &mut Vec<u8>,
    ) -> core::result::Result<(), c_int> {
        let mut chunks = input.chunks(u32::MAX as usize);
        loop {
            let chunk = chunks.next();
            if chunk.is_none() && action == ffi::BZ_RUN {
                return Ok(());
            }
            let chunk = chunk.unwrap_or_default();
            self.raw.next_in = chunk.as_ptr().cast_mut().cast();
            self.raw.avail_in = chunk.len() as u32;
            loop {
                let room = out.capacity().clamp(8192, 1 << 24);
                // SAFETY: a live stream with valid memory.
                match self.step(out, room, |raw| unsafe { ffi::BZ2_bzCompress(raw, action) }) {
                    ffi::BZ_STREAM_END => return Ok(()),
                    status if status < 0 => return Err(status),
                    _ if action == ffi::BZ_RUN && self.raw.avail_in == 0 => break,
                    _ => {}
                }
            }
        }
    }

    /// Decompresses input up to a limit; returns what is unread, and whether the stream has ended.
    fn decompress(
        &mut self,
        input: &[u8],
        limit: Option<usize>,
        out: &mut Vec<u8>,
    ) -> core::result::Result<(usize, bool), c_int> {
        let mut rest = input;
        loop {
            let chunk = &rest[..rest.len().min(u32::MAX as usize)];
            self.raw.next_in = chunk.as_ptr().cast_mut().cast();
            self.raw.avail_in = chunk.len() as u32;
            let room = out.capacity().clamp(8192, 1 << 24);
            let room = limit.map_or(room, |limit| room.min(limit - out.len()));
            // SAFETY: a live stream with valid memory.
            let status = self.step(out, room, |raw| unsafe { ffi::BZ2_bzDecompress(raw) });
            rest = &rest[chunk.len() - self.raw.avail_in as usize..];
            match status {
                ffi::BZ_STREAM_END => return Ok((rest.len(), true)),
                status if status < 0 => return Err(status),
                _ => {}
            }
            let is_full = limit.is_some_and(|limit| out.len() >= limit);
            if is_full || (rest.is_empty() && self.raw.avail_out > 0) {
                return Ok((rest.len(), false));
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: a live stream, which ends here.
        unsafe {
            if self.compresses {
                ffi::BZ2_bzCompressEnd(&mut *self.raw);
            } else {
                ffi::BZ2_bzDecompressEnd(&mut *self.raw);
            }
        }
    }
}

// ---- BZ2Compressor ----

super::outflow::compressor_class! {
    /// `_bz2.BZ2Compressor`
    name: c"_bz2.BZ2Compressor",
    doc: c"BZ2Compressor(compresslevel=9, /)\n--\n\nCompresses data piece by piece.\n\n  compresslevel\n    From 1 to 9.\n\nFor all at once there is the function compress() of bz2.",
    stream: Stream, init: compressor_init, compress: compress, flush: flush,
}

fn refuse_keywords(class: &str, kw: Option<&Object>) -> Result<()> {
    if kw.is_some_and(|kw| dict::len(kw) > 0) {
        return Err(err::type_error(format_args!("{class}() takes no keyword arguments")));
    }
    Ok(())
}

fn compressor_init(this: &Compressor, args: &Object, kw: Option<&Object>) -> Result<()> {
    refuse_keywords("BZ2Compressor", kw)?;
    let args = tuple::items(args);
    krait_object::args::check_positional("BZ2Compressor", args.len(), 0, 1)?;
    let level = crate::support::int_or(args.first().copied(), 9)?;
    if !(1..=9).contains(&level) {
        return Err(err::value_error("compresslevel must be between 1 and 9"));
    }
    // SAFETY: a zeroed stream.
    let stream = Stream::new(true, |raw| unsafe { ffi::BZ2_bzCompressInit(raw, level, 0, 0) })?;
    this.outflow.begin(stream);
    Ok(())
}

fn compress(this: &Compressor, data: &Object) -> Result<Obj> {
    this.outflow.compress(data, failure, |stream, input, out| stream.compress(input, ffi::BZ_RUN, out))
}

fn flush(this: &Compressor) -> Result<Obj> {
    this.outflow.flush(failure, |stream, out| stream.compress(&[], ffi::BZ_FINISH, out))
}

// ---- BZ2Decompressor ----

/// Decompresses one stream piece by piece.
#[repr(C)]
pub struct Decompressor {
    head: Head,
    stream: RefCell<Option<Stream>>,
    inflow: Inflow,
}

super::inflow::decompressor_class! {
    /// `_bz2.BZ2Decompressor`
    name: c"_bz2.BZ2Decompressor",
    doc: c"BZ2Decompressor()\n--\n\nDecompresses data piece by piece.\n\nFor all at once there is the function decompress() of bz2.",
    init: decompressor_init, new: decompressor_new, decompress: decompress,
}

members! {
    static DECOMPRESSOR_MEMBERS = [
        method::member(c"eof", T_BOOL, offset_of!(Decompressor, inflow.eof), READONLY, c"Whether the end of the stream has been reached."),
        method::member(c"unused_data", T_OBJECT_EX, offset_of!(Decompressor, inflow.unused_data), READONLY, c"What follows the end of the stream."),
        method::member(c"needs_input", T_BOOL, offset_of!(Decompressor, inflow.needs_input), READONLY, c"Whether more data is needed before there is more output."),
    ];
}

fn decompressor_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    payload::new(class, |head| Decompressor { head, stream: RefCell::default(), inflow: Inflow::new() })
        .map(Obj::upcast)
}

fn decompressor_init(this: &Decompressor, args: &Object, kw: Option<&Object>) -> Result<()> {
    refuse_keywords("BZ2Decompressor", kw)?;
    krait_object::args::check_positional("BZ2Decompressor", tuple::items(args).len(), 0, 0)?;
    // SAFETY: a zeroed stream.
    let stream = Stream::new(false, |raw| unsafe { ffi::BZ2_bzDecompressInit(raw, 0, 0) })?;
    this.stream.replace(Some(stream));
    this.inflow.begin()
}

fn decompress(this: &Decompressor, args: Args<'_>) -> Result<Obj> {
    this.inflow.decompress(args, "End of stream already reached", |input, limit, out| {
        let Some(mut stream) = this.stream.take() else {
            return Err(err::value_error("Decompressor is not initialized"));
        };
        let done = state::allow_threads(|| stream.decompress(input, limit, out));
        this.stream.replace(Some(stream));
        done.map_err(failure)
    })
}
