//! The codec registry (`codecs.h`): search functions, the cache of codecs found, calling codecs, error handlers.
//!
//! State lives in the interpreter state's own fields: `codec_search_path` (list of search functions),
//! `codec_search_cache` (dict from normalised name to the 4-tuple found) and `codec_error_registry` (dict from
//! handler name to callable). The handlers that every interpreter has are in [`handlers`], the exceptions they work on
//! in [`errors`], and [`bridge`] lets the object-free codecs of `text::codec` call Python handlers.

pub mod bridge;
pub mod errors;
pub mod handlers;

pub use errors::{decode_error, encode_error, translate_error};
pub use handlers::*;

use crate::err;
use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::protocol::{call, object};
use crate::types::typeobject::Type;
use crate::types::{dict, exceptions, list, tuple, unicode};
use crate::{hooks, intern, state};
use krait_abi::*;

fn interpreter() -> *mut PyInterpreterState {
    // SAFETY: code that uses codecs runs on a thread that has a state, whose interpreter lives.
    unsafe { (*state::required()).interp }
}

/// Creates the registry and imports `encodings`, which registers its search function (`_PyCodecRegistry_Init`).
pub fn init() -> Result<()> {
    let interp = interpreter();
    // SAFETY: live interpreter.
    if unsafe { !(*interp).codec_search_path.is_null() } {
        return Ok(());
    }
    create_registry(interp)?;
    (hooks::get().import)("encodings")?;
    // SAFETY: as above.
    unsafe { (*interp).codecs_initialized = 1 };
    Ok(())
}

/// The registry with the built-in error handlers and no search function.
fn create_registry(interp: *mut PyInterpreterState) -> Result<()> {
    // SAFETY: the interpreter state is alive; the fields own what is put into them.
    unsafe {
        if !(*interp).codec_search_path.is_null() {
            return Ok(());
        }
        (*interp).codec_search_path = list::new()?.into_ptr();
        (*interp).codec_search_cache = dict::new()?.into_ptr();
        (*interp).codec_error_registry = dict::new()?.into_ptr();
        handlers::install(Object::from_ptr((*interp).codec_error_registry))
    }
}

/// Drops the registry of an interpreter at its end.
///
/// # Safety
/// `interp` is an interpreter state that runs no more code.
pub unsafe fn clear(interp: *mut PyInterpreterState) {
    // SAFETY: the fields own a reference or are NULL.
    unsafe {
        for field in [
            &raw mut (*interp).codec_search_path,
            &raw mut (*interp).codec_search_cache,
            &raw mut (*interp).codec_error_registry,
        ] {
            drop(Obj::<Object>::from_owned_opt(field.replace(core::ptr::null_mut())));
        }
        (*interp).codecs_initialized = 0;
    }
}

fn ensure_init() -> Result<*mut PyInterpreterState> {
    let interp = interpreter();
    // SAFETY: live interpreter.
    if unsafe { (*interp).codec_search_path.is_null() } {
        init()?;
    }
    Ok(interp)
}

fn search_path() -> Result<Obj<list::List>> {
    let interp = ensure_init()?;
    // SAFETY: `init` made a list; the reference taken keeps it.
    unsafe { Ok(Object::from_ptr((*interp).codec_search_path).owned().cast_into::<list::List>()) }
}

fn search_cache() -> Result<Obj> {
    let interp = ensure_init()?;
    // SAFETY: as in `search_path`.
    unsafe { Ok(Object::from_ptr((*interp).codec_search_cache).owned()) }
}

fn error_registry() -> Result<Obj> {
    let interp = ensure_init()?;
    // SAFETY: as in `search_path`.
    unsafe { Ok(Object::from_ptr((*interp).codec_error_registry).owned()) }
}

/// `PyCodec_Register`.
pub fn register(search: &Object) -> Result<()> {
    if !object::is_callable(search) {
        return Err(err::type_error("argument must be callable"));
    }
    search_path()?.append(search)
}

/// The name under which codecs are looked for: ASCII letters in lower case, digits and dots; a run of anything else
/// between them is one underscore.
pub fn normalize(encoding: &str) -> String {
    let mut out = String::with_capacity(encoding.len());
    let mut punctuation = false;
    for b in encoding.bytes() {
        if b.is_ascii_alphanumeric() || b == b'.' {
            if punctuation && !out.is_empty() {
                out.push('_');
            }
            punctuation = false;
            out.push(b.to_ascii_lowercase() as char);
        } else {
            punctuation = true;
        }
    }
    out
}

/// `_PyCodec_Lookup`: the 4-tuple (`CodecInfo`) for an encoding.
pub fn lookup(encoding: &str) -> Result<Obj> {
    let path = search_path()?;
    let name = unicode::intern_str(&normalize(encoding))?;
    let cache = search_cache()?;
    if let Some(found) = dict::get_item(&cache, &name)? {
        return Ok(found);
    }
    if path.is_empty() {
        return Err(err::lookup_error("no codec search functions registered: can't find encoding"));
    }
    for i in 0.. {
        let Some(search) = path.get(i) else { break };
        let found = call::call1(&search, &name)?;
        if found.is_none() {
            continue;
        }
        if !tuple::check(&found) || tuple::items(&found).len() != 4 {
            return Err(err::type_error("codec search functions must return 4-tuples"));
        }
        dict::set_item(&cache, &name, &found)?;
        return Ok(found);
    }
    Err(err::lookup_error(format_args!("unknown encoding: {encoding}")))
}

/// `_PyCodec_Forget`: takes an encoding out of the cache.
pub fn forget(encoding: &str) -> Result<()> {
    let name = unicode::from_str(&normalize(encoding))?;
    dict::del_item(search_cache()?.object(), &name)
}

/// `PyCodec_KnownEncoding`; errors are cleared.
pub fn known_encoding(encoding: &str) -> bool {
    match lookup(encoding) {
        Ok(_) => true,
        Err(_) => {
            err::clear();
            false
        }
    }
}

fn codec_part(encoding: &str, index: usize) -> Result<Obj> {
    Ok(tuple::items(lookup(encoding)?.object())[index].owned())
}

/// `PyCodec_Encoder`: the stateless encoding function.
pub fn encoder(encoding: &str) -> Result<Obj> {
    codec_part(encoding, 0)
}

/// `PyCodec_Decoder`: the stateless decoding function.
pub fn decoder(encoding: &str) -> Result<Obj> {
    codec_part(encoding, 1)
}

/// `_PyCodecInfo_GetIncrementalDecoder` and `...Encoder`: calls the `CodecInfo`'s factory.
fn incremental(info: &Object, attribute: &Object, errors: Option<&str>) -> Result<Obj> {
    let factory = object::get_attr(info, attribute)?;
    match errors {
        Some(errors) => call::call1(&factory, unicode::from_str(errors)?.object()),
        None => call::call0(&factory),
    }
}

/// `_PyCodecInfo_GetIncrementalDecoder`.
pub fn info_get_incremental_decoder(info: &Object, errors: Option<&str>) -> Result<Obj> {
    incremental(info, intern!("incrementaldecoder"), errors)
}

/// `_PyCodecInfo_GetIncrementalEncoder`.
pub fn info_get_incremental_encoder(info: &Object, errors: Option<&str>) -> Result<Obj> {
    incremental(info, intern!("incrementalencoder"), errors)
}

/// `PyCodec_IncrementalDecoder`.
pub fn incremental_decoder(encoding: &str, errors: Option<&str>) -> Result<Obj> {
    info_get_incremental_decoder(lookup(encoding)?.object(), errors)
}

/// `PyCodec_IncrementalEncoder`.
pub fn incremental_encoder(encoding: &str, errors: Option<&str>) -> Result<Obj> {
    info_get_incremental_encoder(lookup(encoding)?.object(), errors)
}

fn stream(encoding: &str, index: usize, stream: &Object, errors: Option<&str>) -> Result<Obj> {
    let factory = codec_part(encoding, index)?;
    match errors {
        Some(errors) => call::call(&factory, &[stream, unicode::from_str(errors)?.object()]),
        None => call::call1(&factory, stream),
    }
}

/// `PyCodec_StreamReader`.
pub fn stream_reader(encoding: &str, file: &Object, errors: Option<&str>) -> Result<Obj> {
    stream(encoding, 2, file, errors)
}

/// `PyCodec_StreamWriter`.
pub fn stream_writer(encoding: &str, file: &Object, errors: Option<&str>) -> Result<Obj> {
    stream(encoding, 3, file, errors)
}

/// Which way a codec is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Encode,
    Decode,
}

impl Way {
    fn operation(self) -> &'static str {
        match self {
            Way::Encode => "encoding",
            Way::Decode => "decoding",
        }
    }
}

/// Calls a codec function and takes the first item of its result.
fn run(way: Way, function: &Object, input: &Object, encoding: &str, errors: Option<&str>) -> Result<Obj> {
    let result = match errors {
        Some(errors) => call::call(function, &[input, unicode::from_str(errors)?.object()]),
        None => call::call1(function, input),
    };
    let result = match result {
        Ok(result) => result,
        Err(_) => {
            let message = format!("{} with '{encoding}' codec failed", way.operation());
            return Err(err::try_set_from_cause(message).unwrap_or(Raised::assume()));
        }
    };
    if !tuple::check(&result) || tuple::items(&result).len() != 2 {
        return Err(err::type_error(match way {
            Way::Encode => "encoder must return a tuple (object, integer)",
            Way::Decode => "decoder must return a tuple (object,integer)",
        }));
    }
    Ok(tuple::items(&result)[0].owned())
}

/// `PyCodec_Encode`: any object to any object.
pub fn encode(input: &Object, encoding: &str, errors: Option<&str>) -> Result<Obj> {
    run(Way::Encode, encoder(encoding)?.object(), input, encoding, errors)
}

/// `PyCodec_Decode`.
pub fn decode(input: &Object, encoding: &str, errors: Option<&str>) -> Result<Obj> {
    run(Way::Decode, decoder(encoding)?.object(), input, encoding, errors)
}

/// `_PyCodec_LookupTextEncoding`: `LookupError` for a codec that says it is none; `alternate` is the function that the
/// message recommends.
pub fn lookup_text_encoding(encoding: &str, alternate: Option<&str>) -> Result<Obj> {
    let codec = lookup(encoding)?;
    if tuple::check_exact(&codec) {
        return Ok(codec);
    }
    if let Some(flag) = object::lookup_attr(&codec, intern!("_is_text_encoding"))?
        && !object::is_true(&flag)?
    {
        return Err(match alternate {
            Some(alternate) => err::lookup_error(format_args!(
                "'{encoding:.400}' is not a text encoding; use {alternate} to handle arbitrary codecs"
            )),
            None => err::lookup_error(format_args!("'{encoding:.400}' is not a text encoding")),
        });
    }
    Ok(codec)
}

/// `_PyCodec_EncodeText`.
pub fn encode_text(input: &Object, encoding: &str, errors: Option<&str>) -> Result<Obj> {
    let codec = lookup_text_encoding(encoding, Some("codecs.encode()"))?;
    run(Way::Encode, tuple::items(&codec)[0].owned().object(), input, encoding, errors)
}

/// `_PyCodec_DecodeText`.
pub fn decode_text(input: &Object, encoding: &str, errors: Option<&str>) -> Result<Obj> {
    let codec = lookup_text_encoding(encoding, Some("codecs.decode()"))?;
    run(Way::Decode, tuple::items(&codec)[1].owned().object(), input, encoding, errors)
}

/// `PyCodec_RegisterError`.
pub fn register_error(name: &str, handler: &Object) -> Result<()> {
    if !object::is_callable(handler) {
        return Err(err::type_error("handler must be callable"));
    }
    dict::set_str(error_registry()?.object(), name, handler)
}

/// `PyCodec_LookupError`; no name means `strict`.
pub fn lookup_error(name: Option<&str>) -> Result<Obj> {
    let name = name.unwrap_or("strict");
    match dict::get_item(error_registry()?.object(), unicode::from_str(name)?.object())? {
        Some(handler) => Ok(handler),
        None => Err(err::lookup_error(format_args!("unknown error handler name '{name:.400}'"))),
    }
}

/// Whether `class` is `exceptions::X()`'s instance by `isinstance` on the real type.
fn is_error(object: &Object, class: &'static Object) -> bool {
    class.downcast::<Type>().is_some_and(|class| object.is_instance_of(class))
}

fn is_decode_error(object: &Object) -> bool {
    is_error(object, exceptions::UnicodeDecodeError())
}
fn is_encode_error(object: &Object) -> bool {
    is_error(object, exceptions::UnicodeEncodeError())
}
fn is_translate_error(object: &Object) -> bool {
    is_error(object, exceptions::UnicodeTranslateError())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::with_gil;
    use crate::types::{cfunction, long};

    /// A handler that shows the range it got.
    unsafe extern "C" fn show_range(_this: *mut PyObject, error: *mut PyObject) -> *mut PyObject {
        let shown = || {
            // SAFETY: handlers get a live exception.
            let error = unsafe { Object::from_ptr(error) };
            let (start, end) = (errors::start(error, 99), errors::end(error, 99));
            tuple::pack([unicode::from_str(&format!("<{start}-{end}>"))?, long::from_i64(end as i64)?])
        };
        shown().map_or(core::ptr::null_mut(), Obj::into_ptr)
    }
    static mut SHOW_RANGE: PyMethodDef = PyMethodDef {
        ml_name: c"show".as_ptr(),
        ml_meth: Some(show_range),
        ml_flags: METH_O,
        ml_doc: core::ptr::null(),
    };

    #[test]
    fn registered_handlers_are_called() {
        with_gil(|| {
            let interp = interpreter();
            // SAFETY: the tests' interpreter.
            if unsafe { (*interp).codec_search_path.is_null() } {
                create_registry(interp).unwrap();
            }
            // SAFETY: a static definition.
            let handler = unsafe { cfunction::new(&raw mut SHOW_RANGE, None, None) }.unwrap();
            register_error("test.show", &handler).unwrap();
            for (input, encoding, expected) in [
                (&b"a\xffb\xc3"[..], "utf-8", "a<1-2>b<3-4>"),
                (b"\xff\xfe", "ascii", "<0-1><1-2>"),
                (b"a\xe4\xb8", "utf-8", "a<1-3>"),
            ] {
                let decoded = unicode::decode(input, Some(encoding), Some("test.show")).unwrap();
                assert!(unicode::eq_str(&decoded, expected), "{}", unicode::display(&decoded));
            }
            for (input, encoding, expected) in
                [("aéb\u{1234}\u{1234}", "ascii", "a<1-2>b<3-5>"), ("é😀", "latin-1", "\u{e9}<1-2>")]
            {
                let text = unicode::from_str(input).unwrap();
                let encoded = unicode::encode(&text, Some(encoding), Some("test.show")).unwrap();
                let shown = unicode::from_latin1(crate::types::bytes::as_slice(&encoded)).unwrap();
                assert!(unicode::eq_str(&shown, expected), "{}", unicode::display(&shown));
            }
            let unknown = unicode::decode(b"\xff", None, Some("test.unknown"));
            assert!(unknown.is_err() && err::matches(exceptions::LookupError()));
            err::clear();
        });
    }

    /// What search functions of the reference get for a name.
    #[test]
    fn names() {
        for (name, normal) in [
            ("UTF-8", "utf_8"),
            ("UTF 8X", "utf_8x"),
            ("a--b.c", "a_b.c"),
            ("..x", "..x"),
            ("x-_ y", "x_y"),
            (" lead", "lead"),
            ("x  ", "x"),
            ("aÿ", "a"),
        ] {
            assert_eq!(super::normalize(name), normal);
        }
    }
}
