//! `_lzma`: compression and decompression by liblzma, which is part of the library. [`filters`] has the filters.

mod filters;

use super::inflow::Inflow;
use core::cell::{Cell, RefCell};
use core::ffi::c_int;
use core::fmt::Display;
use core::mem::offset_of;
use filters::{Chain, preset_options, uint32};
use krait_abi::*;
use krait_object::args::{Args, Signature};
use krait_object::payload::{self, Head};
use krait_object::types::typeobject::Type;
use krait_object::types::{long, module};
use krait_object::{Class, Layout, Obj, Object, Raised, Result, err, members, method, methods, state};
use liblzma_sys as ffi;

const FORMAT_AUTO: c_int = 0;
const FORMAT_XZ: c_int = 1;
const FORMAT_ALONE: c_int = 2;
const FORMAT_RAW: c_int = 3;
const CHECK_UNKNOWN: c_int = 16;
/// The check that a format has when none is asked for.
const CHECK_DEFAULT: c_int = -1;

#[rustfmt::skip]
const CONSTANTS: &[(&str, i64)] = &[
    ("FORMAT_AUTO", FORMAT_AUTO as i64), ("FORMAT_XZ", FORMAT_XZ as i64), ("FORMAT_ALONE", FORMAT_ALONE as i64),
    ("FORMAT_RAW", FORMAT_RAW as i64), ("CHECK_NONE", ffi::LZMA_CHECK_NONE as i64),
    ("CHECK_CRC32", ffi::LZMA_CHECK_CRC32 as i64), ("CHECK_CRC64", ffi::LZMA_CHECK_CRC64 as i64),
    ("CHECK_SHA256", ffi::LZMA_CHECK_SHA256 as i64), ("CHECK_ID_MAX", 15), ("CHECK_UNKNOWN", CHECK_UNKNOWN as i64),
    ("FILTER_LZMA1", ffi::LZMA_FILTER_LZMA1 as i64), ("FILTER_LZMA2", ffi::LZMA_FILTER_LZMA2 as i64),
    ("FILTER_DELTA", ffi::LZMA_FILTER_DELTA as i64), ("FILTER_X86", ffi::LZMA_FILTER_X86 as i64),
    ("FILTER_POWERPC", ffi::LZMA_FILTER_POWERPC as i64), ("FILTER_IA64", ffi::LZMA_FILTER_IA64 as i64),
    ("FILTER_ARM", ffi::LZMA_FILTER_ARM as i64), ("FILTER_ARMTHUMB", ffi::LZMA_FILTER_ARMTHUMB as i64),
    ("FILTER_SPARC", ffi::LZMA_FILTER_SPARC as i64), ("MF_HC3", ffi::LZMA_MF_HC3 as i64),
    ("MF_HC4", ffi::LZMA_MF_HC4 as i64), ("MF_BT2", ffi::LZMA_MF_BT2 as i64), ("MF_BT3", ffi::LZMA_MF_BT3 as i64),
    ("MF_BT4", ffi::LZMA_MF_BT4 as i64), ("MODE_FAST", ffi::LZMA_MODE_FAST as i64),
    ("MODE_NORMAL", ffi::LZMA_MODE_NORMAL as i64), ("PRESET_DEFAULT", ffi::LZMA_PRESET_DEFAULT as i64),
    ("PRESET_EXTREME", ffi::LZMA_PRESET_EXTREME as i64),
];

methods! {
    static METHODS = [
        method::o(c"is_check_supported", is_check_supported, c"is_check_supported($module, check_id, /)\n--\n\nWhether streams with that integrity check can be made and read."),
        method::o(c"_encode_filter_properties", filters::encode, c"_encode_filter_properties($module, filter, /)\n--\n\nThe properties of a filter, without its id, as bytes."),
        method::fastcall(c"_decode_filter_properties", filters::decode, c"_decode_filter_properties($module, filter_id, encoded_props, /)\n--\n\nThe filter of an id with these properties, as a dict."),
    ];
}

pub(super) fn fill(this: &Object) -> Result<()> {
    // SAFETY: a static table that ends with an empty entry.
    unsafe { module::add_functions(this, (&raw mut METHODS).cast())? };
    crate::support::add_ints(this, CONSTANTS)?;
    let error = err::new_exception_with_doc("_lzma.LZMAError", Some("Call to liblzma failed."), None, None)?;
    module::add(this, "LZMAError", &error)?;
    for class in [Compressor::class(), Decompressor::class()] {
        class.ready()?;
        module::add(this, class.short_name(), class.object())?;
    }
    Ok(())
}

#[cold]
fn lzma_error(message: impl Display) -> Raised {
    match crate::attribute::of_module("_lzma", "LZMAError") {
        Ok(class) => err::set(&class, message),
        Err(raised) => raised,
    }
}

/// The exception for a status of liblzma's.
#[cold]
fn failure(status: ffi::lzma_ret) -> Raised {
    lzma_error(match status {
        ffi::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check",
        ffi::LZMA_MEM_ERROR => return err::no_memory(),
        ffi::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded",
        ffi::LZMA_FORMAT_ERROR => "Input format not supported by decoder",
        ffi::LZMA_OPTIONS_ERROR => "Invalid or unsupported options",
        ffi::LZMA_DATA_ERROR => "Corrupt input data",
        ffi::LZMA_BUF_ERROR => "Insufficient buffer space",
        ffi::LZMA_PROG_ERROR => "Internal error",
        _ => return lzma_error(format_args!("Unrecognized error from liblzma: {status}")),
    })
}

fn check(status: ffi::lzma_ret) -> Result<()> {
    if status == ffi::LZMA_OK { Ok(()) } else { Err(failure(status)) }
}

fn is_check_supported(_module: &Object, id: &Object) -> Result<bool> {
    let id = crate::support::parse_int(id)?;
    // SAFETY: any number.
    Ok(unsafe { ffi::lzma_check_is_supported(id as ffi::lzma_check) } != 0)
}

/// A stream of liblzma's.
struct Stream {
    raw: Box<ffi::lzma_stream>,
    /// The integrity check, once the stream's head has told it.
    check: Option<c_int>,
}

impl Stream {
    fn new(start: impl FnOnce(*mut ffi::lzma_stream) -> ffi::lzma_ret) -> Result<Stream> {
        // SAFETY: numbers and pointers; zeros are an empty stream.
        let mut raw: Box<ffi::lzma_stream> = Box::new(unsafe { core::mem::zeroed() });
        check(start(&mut *raw))?;
        Ok(Stream { raw, check: None })
    }

    /// Runs until the input is used up, the limit of the output is reached or the stream has ended: what input is left,
    /// and whether it has ended. With `LZMA_FINISH` the stream ends.
    fn code(
        &mut self,
        input: &[u8],
        action: ffi::lzma_action,
        limit: Option<usize>,
        out: &mut Vec<u8>,
    ) -> core::result::Result<(usize, bool), ffi::lzma_ret> {
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = input.len();
        loop {
            let room = out.capacity().clamp(8192, 1 << 24);
            let room = limit.map_or(room, |limit| room.min(limit - out.len()));
            out.reserve(room);
            self.raw.next_out = out.spare_capacity_mut().as_mut_ptr().cast();
            self.raw.avail_out = room;
            // SAFETY: a live stream with valid memory, of which the library fills what it says.
            let status = unsafe {
                let status = ffi::lzma_code(&mut *self.raw, action);
                out.set_len(out.len() + room - self.raw.avail_out);
                status
            };
            let (input_left, room_left) = (self.raw.avail_in, self.raw.avail_out);
            match status {
                ffi::LZMA_STREAM_END => return Ok((input_left, true)),
                ffi::LZMA_OK => {}
                // SAFETY: a live stream that has just told that it knows its check.
                ffi::LZMA_GET_CHECK | ffi::LZMA_NO_CHECK => unsafe {
                    self.check = Some(ffi::lzma_get_check(&*self.raw) as c_int);
                },
                // Nothing to do is no error.
                ffi::LZMA_BUF_ERROR if input_left == 0 && room_left > 0 => {}
                status => return Err(status),
            }
            let is_full = limit.is_some_and(|limit| out.len() >= limit);
            if is_full || (action == ffi::LZMA_RUN && input_left == 0 && room_left > 0) {
                return Ok((input_left, false));
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: a live stream, which ends here.
        unsafe { ffi::lzma_end(&mut *self.raw) };
    }
}

#[cold]
fn invalid_format(format: c_int) -> Raised {
    err::value_error(format_args!("Invalid container format: {format}"))
}

#[cold]
fn filters_missing() -> Raised {
    err::value_error("Must specify filters for FORMAT_RAW")
}

// ---- LZMACompressor ----

crate::spare::outflow::compressor_class! {
    /// `_lzma.LZMACompressor`
    name: c"_lzma.LZMACompressor",
    doc: c"LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nCompresses data piece by piece.\n\nformat is FORMAT_XZ, FORMAT_ALONE (the old .lzma) or FORMAT_RAW (no container, filters needed). check is\nthe integrity check of FORMAT_XZ, by default CHECK_CRC64. preset is a level from 0 to 9, perhaps with\nPRESET_EXTREME; in its place filters is a sequence of dicts, each with an id and options.\n\nFor all at once there is the function compress() of lzma.",
    stream: Stream, init: compressor_init, compress: compress, flush: flush,
}

fn compressor_init(this: &Compressor, args: &Object, kw: Option<&Object>) -> Result<()> {
    let [format, wanted, preset, filters] = const {
        Signature::new("LZMACompressor", ["format", "check", "preset", "filters"]).required(0).parsed()
    }
    .bind_tuple(args, kw)?;
    let format = format.map_or(Ok(FORMAT_XZ), crate::support::parse_int)?;
    let wanted = wanted.map_or(Ok(CHECK_DEFAULT), crate::support::parse_int)?;
    let (preset, filters) = (crate::support::not_none(preset), crate::support::not_none(filters));
    if preset.is_some() && filters.is_some() {
        return Err(err::value_error("Cannot specify both preset and filter chain"));
    }
    let preset = preset.map_or(Ok(ffi::LZMA_PRESET_DEFAULT), uint32)?;
    if format != FORMAT_XZ && wanted != CHECK_DEFAULT && wanted != ffi::LZMA_CHECK_NONE as c_int {
        return Err(err::value_error("Integrity checks are only supported by FORMAT_XZ"));
    }
    // SAFETY: empty streams, options and filters that live through the calls.
    let stream = unsafe {
        match (format, filters) {
            (FORMAT_XZ, _) => {
                let wanted = if wanted == CHECK_DEFAULT { ffi::LZMA_CHECK_CRC64 } else { wanted as u32 };
                match filters {
                    None => Stream::new(|raw| ffi::lzma_easy_encoder(raw, preset, wanted)),
                    Some(filters) => {
                        let mut chain = Chain::new(filters)?;
                        Stream::new(|raw| ffi::lzma_stream_encoder(raw, chain.raw().as_ptr(), wanted))
                    }
                }
            }
            (FORMAT_ALONE, None) => {
                let options = preset_options(preset)?;
                Stream::new(|raw| ffi::lzma_alone_encoder(raw, &options))
            }
            (FORMAT_ALONE, Some(filters)) => {
                let chain = Chain::new(filters)?;
                let Some(options) = chain.single_lzma1() else {
                    return Err(err::value_error(
                        "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter",
                    ));
                };
                Stream::new(|raw| ffi::lzma_alone_encoder(raw, options))
            }
            (FORMAT_RAW, None) => Err(filters_missing()),
            (FORMAT_RAW, Some(filters)) => {
                let mut chain = Chain::new(filters)?;
                Stream::new(|raw| ffi::lzma_raw_encoder(raw, chain.raw().as_ptr()))
            }
            _ => Err(invalid_format(format)),
        }
    };
    this.outflow.begin(stream?);
    this.outflow.flushed.set(false);
    Ok(())
}

fn compress(this: &Compressor, data: &Object) -> Result<Obj> {
    let code = |stream: &mut Stream, input: &[u8], out: &mut Vec<u8>| {
        stream.code(input, ffi::LZMA_RUN, None, out).map(drop)
    };
    this.outflow.compress(data, failure, code)
}

fn flush(this: &Compressor) -> Result<Obj> {
    this.outflow.flush(failure, |stream, out| stream.code(&[], ffi::LZMA_FINISH, None, out).map(drop))
}

// ---- LZMADecompressor ----

/// Decompresses one stream piece by piece.
#[repr(C)]
pub struct Decompressor {
    head: Head,
    stream: RefCell<Option<Stream>>,
    check: Cell<c_int>,
    inflow: Inflow,
}

crate::spare::inflow::decompressor_class! {
    /// `_lzma.LZMADecompressor`
    name: c"_lzma.LZMADecompressor",
    doc: c"LZMADecompressor(format=FORMAT_AUTO, memlimit=None, filters=None)\n--\n\nDecompresses data piece by piece.\n\n  format\n    FORMAT_AUTO for either container, FORMAT_XZ, FORMAT_ALONE or FORMAT_RAW.\n  memlimit\n    How many bytes of memory may be used.\n  filters\n    The filters that made the data, for FORMAT_RAW alone.\n\nFor all at once there is the function decompress() of lzma.",
    init: decompressor_init, new: decompressor_new, decompress: decompress,
}

members! {
    static DECOMPRESSOR_MEMBERS = [
        method::member(c"check", T_INT, offset_of!(Decompressor, check), READONLY, c"The integrity check of the stream; CHECK_UNKNOWN until enough of it has been seen."),
        method::member(c"eof", T_BOOL, offset_of!(Decompressor, inflow.eof), READONLY, c"Whether the end of the stream has been reached."),
        method::member(c"needs_input", T_BOOL, offset_of!(Decompressor, inflow.needs_input), READONLY, c"Whether more data is needed before there is more output."),
        method::member(c"unused_data", T_OBJECT_EX, offset_of!(Decompressor, inflow.unused_data), READONLY, c"What follows the end of the stream."),
    ];
}

fn decompressor_new(class: &Type, _args: &Object, _kw: Option<&Object>) -> Result<Obj> {
    payload::new(class, |head| Decompressor {
        head,
        stream: RefCell::default(),
        check: Cell::new(0),
        inflow: Inflow::new(),
    })
    .map(Obj::upcast)
}

fn decompressor_init(this: &Decompressor, args: &Object, kw: Option<&Object>) -> Result<()> {
    /// Telling what check a stream has, even if it has none.
    const TELL: u32 = ffi::LZMA_TELL_ANY_CHECK | ffi::LZMA_TELL_NO_CHECK;
    let [format, limit, filters] =
        const { Signature::new("LZMADecompressor", ["format", "memlimit", "filters"]).required(0).parsed() }
            .bind_tuple(args, kw)?;
    let format = format.map_or(Ok(FORMAT_AUTO), crate::support::parse_int)?;
    let (limit, filters) = (crate::support::not_none(limit), crate::support::not_none(filters));
    if limit.is_some() && format == FORMAT_RAW {
        return Err(err::value_error("Cannot specify memory limit with FORMAT_RAW"));
    }
    let limit = limit.map_or(Ok(u64::MAX), long::as_u64)?;
    if filters.is_some() && format != FORMAT_RAW {
        return Err(err::value_error("Cannot specify filters except with FORMAT_RAW"));
    }
    // SAFETY: empty streams, filters that live through the call.
    let stream = unsafe {
        match (format, filters) {
            (FORMAT_AUTO, _) => Stream::new(|raw| ffi::lzma_auto_decoder(raw, limit, TELL)),
            (FORMAT_XZ, _) => Stream::new(|raw| ffi::lzma_stream_decoder(raw, limit, TELL)),
            (FORMAT_ALONE, _) => Stream::new(|raw| ffi::lzma_alone_decoder(raw, limit)),
            (FORMAT_RAW, None) => Err(filters_missing()),
            (FORMAT_RAW, Some(filters)) => {
                let mut chain = Chain::new(filters)?;
                Stream::new(|raw| ffi::lzma_raw_decoder(raw, chain.raw().as_ptr()))
            }
            _ => Err(invalid_format(format)),
        }
    };
    this.stream.replace(Some(stream?));
    let is_checked = matches!(format, FORMAT_AUTO | FORMAT_XZ);
    this.check.set(if is_checked { CHECK_UNKNOWN } else { ffi::LZMA_CHECK_NONE as c_int });
    this.inflow.begin()
}

fn decompress(this: &Decompressor, args: Args<'_>) -> Result<Obj> {
    this.inflow.decompress(args, "Already at end of stream", |input, limit, out| {
        let Some(mut stream) = this.stream.take() else {
            return Err(err::value_error("Decompressor is not initialized"));
        };
        let done = state::allow_threads(|| stream.code(input, ffi::LZMA_RUN, limit, out));
        if let Some(check) = stream.check {
            this.check.set(check);
        }
        this.stream.replace(Some(stream));
        done.map_err(failure)
    })
}
