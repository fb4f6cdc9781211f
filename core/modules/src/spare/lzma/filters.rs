//! Filters of xz: from dicts to liblzma's structs and back.

use super::lzma_error;
use core::ffi::c_void;
use krait_object::args::Signature;
use krait_object::protocol::buffer::Buffer;
use krait_object::protocol::{mapping, sequence};
use krait_object::types::{dict, exceptions, long, tuple, unicode};
use krait_object::{Obj, Object, Raised, Result, err};
use liblzma_sys as ffi;

const MOST_FILTERS: usize = 4;

enum Options {
    Lzma(ffi::lzma_options_lzma),
    Delta(ffi::lzma_options_delta),
    /// For code of a processor.
    Branch(ffi::lzma_options_bcj),
}

impl Options {
    fn as_ptr(&mut self) -> *mut c_void {
        match self {
            Options::Lzma(options) => (&raw mut *options).cast(),
            Options::Delta(options) => (&raw mut *options).cast(),
            Options::Branch(options) => (&raw mut *options).cast(),
        }
    }
}

/// A filter with options of its own.
pub struct Filter {
    id: u64,
    options: Box<Options>,
}

impl Filter {
    /// From a dict.
    pub fn new(spec: &Object) -> Result<Filter> {
        if !mapping::check(spec) {
            return Err(err::type_error("Filter specifier must be a dict or dict-like object"));
        }
        let Some(id) = item(spec, "id")? else {
            return Err(err::value_error("Filter specifier must have an \"id\" entry"));
        };
        let id = long::as_u64(&id)?;
        let options = match id {
            ffi::LZMA_FILTER_LZMA1 | ffi::LZMA_FILTER_LZMA2 => Options::Lzma(lzma_options(spec)?),
            ffi::LZMA_FILTER_DELTA => {
                let [_, dist] = options_of("delta", ["id", "dist"], spec)?;
                // SAFETY: numbers and pointers; the kind 0 is bytes.
                let mut options: ffi::lzma_options_delta = unsafe { core::mem::zeroed() };
                options.dist = dist.unwrap_or(1);
                Options::Delta(options)
            }
            ffi::LZMA_FILTER_X86..=ffi::LZMA_FILTER_SPARC => {
                let [_, start_offset] = options_of("BCJ", ["id", "start_offset"], spec)?;
                Options::Branch(ffi::lzma_options_bcj { start_offset: start_offset.unwrap_or(0) })
            }
            _ => return Err(invalid_id(id)),
        };
        Ok(Filter { id, options: Box::new(options) })
    }

    /// For liblzma; good as long as the filter is.
    pub fn raw(&mut self) -> ffi::lzma_filter {
        ffi::lzma_filter { id: self.id, options: self.options.as_ptr() }
    }
}

/// A chain of filters.
pub struct Chain(Vec<Filter>);

impl Chain {
    /// From a sequence of dicts.
    pub fn new(specs: &Object) -> Result<Chain> {
        let count = sequence::size(specs)?;
        if count > MOST_FILTERS {
            return Err(err::value_error(format_args!(
                "Too many filters - liblzma supports a maximum of {MOST_FILTERS}"
            )));
        }
        let filter = |index| Filter::new(&*sequence::get_item(specs, index)?);
        (0..count as isize).map(filter).collect::<Result<_>>().map(Chain)
    }

    /// For liblzma; good as long as the chain is.
    pub fn raw(&mut self) -> Vec<ffi::lzma_filter> {
        let end = ffi::lzma_filter { id: ffi::LZMA_VLI_UNKNOWN, options: core::ptr::null_mut() };
        self.0.iter_mut().map(Filter::raw).chain([end]).collect()
    }

    /// The options of an LZMA1 filter that stands alone.
    pub fn single_lzma1(&self) -> Option<&ffi::lzma_options_lzma> {
        match &self.0[..] {
            [Filter { id: ffi::LZMA_FILTER_LZMA1, options }] => match &**options {
                Options::Lzma(options) => Some(options),
                _ => None,
            },
            _ => None,
        }
    }
}

fn invalid_id(id: u64) -> Raised {
    err::value_error(format_args!("Invalid filter ID: {id}"))
}

fn item(spec: &Object, name: &str) -> Result<Option<Obj>> {
    match mapping::get_item_string(spec, name) {
        Ok(found) => Ok(Some(found)),
        Err(_) if err::matches(exceptions::KeyError()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// An unsigned number of 32 bits.
pub fn uint32(given: &Object) -> Result<u32> {
    u32::try_from(long::as_u64(given)?).map_err(|_| err::overflow_error("Value too large for uint32_t type"))
}

/// The numbers under these names, of which `id` comes first and is of no interest; everything else is refused.
fn options_of<const N: usize>(
    kind: &str,
    names: [&'static str; N],
    spec: &Object,
) -> Result<[Option<u32>; N]> {
    let read = || -> Result<[Option<u32>; N]> {
        if !dict::check(spec) {
            return Err(err::bad_internal_call());
        }
        let none = tuple::empty();
        let given = Signature::new("filter", names).required(0).bind_tuple(&none, Some(spec))?;
        let mut numbers = [None; N];
        for (number, given) in numbers.iter_mut().zip(given).skip(1) {
            *number = given.map(uint32).transpose()?;
        }
        Ok(numbers)
    };
    read().map_err(|_| {
        err::clear();
        err::value_error(format_args!("Invalid filter specifier for {kind} filter"))
    })
}

/// Options by a preset.
pub fn preset_options(preset: u32) -> Result<ffi::lzma_options_lzma> {
    // SAFETY: numbers and pointers, which the call fills.
    unsafe {
        let mut options: ffi::lzma_options_lzma = core::mem::zeroed();
        if ffi::lzma_lzma_preset(&mut options, preset) != 0 {
            return Err(lzma_error(format_args!("Invalid compression preset: {preset}")));
        }
        Ok(options)
    }
}

fn lzma_options(spec: &Object) -> Result<ffi::lzma_options_lzma> {
    let preset = item(spec, "preset")?.map_or(Ok(ffi::LZMA_PRESET_DEFAULT), |preset| uint32(&preset))?;
    let mut options = preset_options(preset)?;
    let names = ["id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"];
    let [_, _, dict_size, lc, lp, pb, mode, nice_len, mf, depth] = options_of("LZMA", names, spec)?;
    for (field, given) in [
        (&mut options.dict_size, dict_size),
        (&mut options.lc, lc),
        (&mut options.lp, lp),
        (&mut options.pb, pb),
        (&mut options.mode, mode),
        (&mut options.nice_len, nice_len),
        (&mut options.mf, mf),
        (&mut options.depth, depth),
    ] {
        if let Some(given) = given {
            *field = given;
        }
    }
    Ok(options)
}

// ---- properties ----

/// `_encode_filter_properties`
pub fn encode(_module: &Object, spec: &Object) -> Result<Obj> {
    let mut filter = Filter::new(spec)?;
    let filter = filter.raw();
    let mut size = 0;
    // SAFETY: a filter with its options, and so much room.
    unsafe {
        super::check(ffi::lzma_properties_size(&mut size, &filter))?;
        crate::support::filled_bytes(size as usize, |out| {
            super::check(ffi::lzma_properties_encode(&filter, out)).map(|()| size as usize)
        })
    }
}

/// `_decode_filter_properties`
pub fn decode(_module: &Object, args: &[&Object]) -> Result<Obj> {
    krait_object::args::check_positional("_decode_filter_properties", args.len(), 2, 2)?;
    let mut filter = ffi::lzma_filter { id: long::as_u64(args[0])?, options: core::ptr::null_mut() };
    let properties = Buffer::simple(args[1])?;
    let content = properties.as_slice();
    // SAFETY: so many bytes; the options are of the filter's kind or NULL, and freed as they were allocated.
    unsafe {
        super::check(ffi::lzma_properties_decode(
            &mut filter,
            core::ptr::null(),
            content.as_ptr(),
            content.len(),
        ))?;
        let spec = describe(&filter);
        libc::free(filter.options);
        spec
    }
}

/// A filter as a dict.
unsafe fn describe(filter: &ffi::lzma_filter) -> Result<Obj> {
    // SAFETY: the caller's promise: options of the filter's kind or NULL.
    let fields: &[(&str, u32)] = unsafe {
        let lzma = filter.options.cast::<ffi::lzma_options_lzma>();
        let branch = filter.options.cast::<ffi::lzma_options_bcj>();
        match filter.id {
            ffi::LZMA_FILTER_LZMA1 => &[
                ("lc", (*lzma).lc),
                ("lp", (*lzma).lp),
                ("pb", (*lzma).pb),
                ("dict_size", (*lzma).dict_size),
            ],
            ffi::LZMA_FILTER_LZMA2 => &[("dict_size", (*lzma).dict_size)],
            ffi::LZMA_FILTER_DELTA => &[("dist", (*filter.options.cast::<ffi::lzma_options_delta>()).dist)],
            // Without options it begins at 0.
            ffi::LZMA_FILTER_X86..=ffi::LZMA_FILTER_SPARC if branch.is_null() => &[],
            ffi::LZMA_FILTER_X86..=ffi::LZMA_FILTER_SPARC => &[("start_offset", (*branch).start_offset)],
            id => return Err(invalid_id(id)),
        }
    };
    let spec = dict::new()?;
    dict::set_item(&spec, &*unicode::from_str("id")?, &*long::from_u64(filter.id)?)?;
    for (name, value) in fields {
        dict::set_item(&spec, &*unicode::from_str(name)?, &*long::from_u64((*value).into())?)?;
    }
    Ok(spec)
}
