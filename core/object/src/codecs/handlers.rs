//! The error handlers that every interpreter has, as callables that take the exception.

use super::{errors, is_decode_error, is_encode_error, is_translate_error};
use crate::err;
use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::protocol::object;
use crate::text::codec::handlers::{Named, Utf, decode_named, encode_named, put_backslashed};
use crate::text::codec::{Fault, Replacement};
use crate::types::unicode::{chars, with_chars};
use crate::types::{bytes, cfunction, dict, long, tuple, unicode};
use crate::{hooks, intern};
use core::ffi::{CStr, c_char};
use core::ptr::{null, null_mut};
use krait_abi::*;

/// Defines the table of the handlers: `METH_O` functions without a `self`.
macro_rules! handlers {
    ($($name:literal, $function:ident, $doc:literal;)*) => {
        static mut HANDLERS: [PyMethodDef; 8] = [$({
            unsafe extern "C" fn call(_this: *mut PyObject, error: *mut PyObject) -> *mut PyObject {
                crate::slot::guard(null_mut(), || {
                    // SAFETY: the argument of a call is live.
                    $function(unsafe { Object::from_ptr(error) }).map_or(null_mut(), Obj::into_ptr)
                })
            }
            PyMethodDef {
                ml_name: $name.as_ptr(),
                ml_meth: Some(call),
                ml_flags: METH_O as core::ffi::c_int,
                ml_doc: if $doc.is_empty() { null() } else { $doc.as_ptr() },
            }
        }),*];
    };
}

handlers! {
    c"strict_errors", strict_errors, c"Raises the exception: an error in coding is an error.";
    c"ignore_errors", ignore_errors, c"Leaves out what cannot be converted.";
    c"replace_errors", replace_errors, c"Puts a replacement character for what cannot be converted.";
    c"xmlcharrefreplace_errors", xml_char_ref_replace_errors,
        c"Puts an XML character reference for a character that cannot be encoded.";
    c"backslashreplace_errors", backslash_replace_errors,
        c"Puts a backslash escape for what cannot be converted.";
    c"namereplace_errors", name_replace_errors,
        c"Puts an \\N{...} escape for a character that cannot be encoded.";
    c"surrogateescape", surrogate_escape_errors, c"";
    c"surrogatepass", surrogate_pass_errors, c"";
}

/// Names of the handlers, in the order of the table.
const NAMES: [&str; 8] = [
    "strict",
    "ignore",
    "replace",
    "xmlcharrefreplace",
    "backslashreplace",
    "namereplace",
    "surrogateescape",
    "surrogatepass",
];

/// Puts the handlers into a new error registry.
pub(super) fn install(registry: &Object) -> Result<()> {
    for (i, name) in NAMES.iter().enumerate() {
        // SAFETY: a static table.
        let function =
            unsafe { cfunction::new((&raw mut HANDLERS).cast::<PyMethodDef>().add(i), None, None)? };
        dict::set_str(registry, name, &function)?;
    }
    Ok(())
}

fn wrong_type(error: &Object) -> Raised {
    err::type_error(format_args!(
        "don't know how to handle {:.200} in error callback",
        error.class_of().name()
    ))
}

/// `(replacement, position)`.
fn answer(replacement: Obj, position: usize) -> Result<Obj> {
    tuple::pack([replacement, long::from_i64(position as i64)?])
}

fn reraise(error: &Object) -> Raised {
    err::set_object(error.class_of().object(), error)
}

/// `PyCodec_StrictErrors`.
pub fn strict_errors(error: &Object) -> Result<Obj> {
    if super::is_error(error, crate::types::exceptions::BaseException()) {
        return Err(reraise(error));
    }
    Err(err::type_error("codec must pass exception instance"))
}

/// The range of an exception whose input is known.
fn range(error: &Object, length: usize) -> (usize, usize) {
    (errors::start(error, length), errors::end(error, length))
}

/// The length of the input of any of the three exceptions.
fn any_range(error: &Object) -> Result<(usize, usize)> {
    if is_decode_error(error) {
        return Ok(range(error, bytes::as_slice(errors::bytes_object(error)?.object()).len()));
    }
    if is_encode_error(error) || is_translate_error(error) {
        return Ok(range(error, unicode::len(errors::text_object(error)?.object())));
    }
    Err(wrong_type(error))
}

/// `PyCodec_IgnoreErrors`.
pub fn ignore_errors(error: &Object) -> Result<Obj> {
    let (_, end) = any_range(error)?;
    answer(unicode::empty()?, end)
}

/// `PyCodec_ReplaceErrors`.
pub fn replace_errors(error: &Object) -> Result<Obj> {
    let (start, end) = any_range(error)?;
    let count = end.saturating_sub(start) as isize;
    let replacement = if is_decode_error(error) {
        unicode::from_char(0xfffd)?
    } else if is_encode_error(error) {
        unicode::repeat(unicode::from_char(u32::from(b'?'))?.object(), count)?
    } else {
        unicode::repeat(unicode::from_char(0xfffd)?.object(), count)?
    };
    answer(replacement, end)
}

/// Text that replaces the characters of an encode error.
fn replace_text(text: &Object, start: usize, end: usize, handler: Named) -> Result<Obj> {
    let fault = Fault { start: start.min(end), end, reason: "" };
    let replaced = with_chars!(chars(text), |s| encode_named(handler, "", s, fault));
    match replaced {
        Some((Replacement::Text(points), _)) => unicode::from_code_points(&points),
        Some((Replacement::Bytes(bytes), _)) => bytes::from_slice(&bytes),
        None => unicode::empty(),
    }
}

/// `PyCodec_XMLCharRefReplaceErrors`.
pub fn xml_char_ref_replace_errors(error: &Object) -> Result<Obj> {
    if !is_encode_error(error) {
        return Err(wrong_type(error));
    }
    let text = errors::text_object(error)?;
    let (start, end) = range(error, unicode::len(&text));
    answer(replace_text(&text, start, end, Named::XmlCharRefReplace)?, end)
}

/// `PyCodec_BackslashReplaceErrors`.
pub fn backslash_replace_errors(error: &Object) -> Result<Obj> {
    if is_decode_error(error) {
        let input = errors::bytes_object(error)?;
        let (start, end) = range(error, bytes::as_slice(&input).len());
        let mut out = Vec::new();
        for &b in &bytes::as_slice(&input)[start.min(end)..end] {
            put_backslashed(u32::from(b), &mut |b| out.push(b));
        }
        return answer(unicode::from_ascii(&out)?, end);
    }
    if !is_encode_error(error) && !is_translate_error(error) {
        return Err(wrong_type(error));
    }
    let text = errors::text_object(error)?;
    let (start, end) = range(error, unicode::len(&text));
    answer(replace_text(&text, start, end, Named::BackslashReplace)?, end)
}

/// The interface of `unicodedata` to character names, with the module that owns it.
pub struct CharacterNames {
    _owner: Obj,
    api: *const _PyUnicode_Name_CAPI,
}

impl CharacterNames {
    /// Imports `unicodedata`.
    pub fn load() -> Result<CharacterNames> {
        let module = (hooks::get().import)("unicodedata")?;
        let owner = object::get_attr(&module, intern!("ucnhash_CAPI"))?;
        if owner.class_of().name() != "PyCapsule" {
            return Err(err::attribute_error("unicodedata.ucnhash_CAPI is no capsule"));
        }
        // SAFETY: that capsule holds this struct, for as long as the capsule lives.
        let api = unsafe { (*owner.as_ptr().cast::<PyCapsule>()).pointer };
        Ok(CharacterNames { _owner: owner, api: api.cast() })
    }

    /// The name of a character.
    pub fn name(&self, c: u32) -> Option<String> {
        let mut buffer = [0 as c_char; 512];
        // SAFETY: the interface fills a NUL-terminated name of at most the given size.
        unsafe {
            let found = (*self.api).getname.is_some_and(|get| {
                get(core::ptr::null_mut(), c, buffer.as_mut_ptr(), buffer.len() as i32, 1) != 0
            });
            found.then(|| CStr::from_ptr(buffer.as_ptr()).to_string_lossy().into_owned())
        }
    }

    /// The character with a name.
    pub fn character(&self, name: &[u8]) -> Option<u32> {
        let mut c = 0;
        let length = i32::try_from(name.len()).ok()?;
        // SAFETY: the name has the given length; the code goes to `c`.
        unsafe {
            let get = (*self.api).getcode?;
            (get(core::ptr::null_mut(), name.as_ptr().cast(), length, &mut c, 0) != 0).then_some(c)
        }
    }
}

/// `PyCodec_NameReplaceErrors`.
pub fn name_replace_errors(error: &Object) -> Result<Obj> {
    if !is_encode_error(error) {
        return Err(wrong_type(error));
    }
    let text = errors::text_object(error)?;
    let (start, end) = range(error, unicode::len(&text));
    let names = CharacterNames::load()?;
    let mut out = Vec::new();
    for c in chars(&text).iter().skip(start).take(end.saturating_sub(start)) {
        match names.name(c) {
            Some(name) => out.extend(format!("\\N{{{name}}}").bytes()),
            None => put_backslashed(c, &mut |b| out.push(b)),
        }
    }
    answer(unicode::from_ascii(&out)?, end)
}

/// What the two surrogate handlers share: decode and encode errors are converted, or raised again.
fn surrogates(error: &Object, handler: Named) -> Result<Obj> {
    if is_decode_error(error) {
        let input = errors::bytes_object(error)?;
        let slice = bytes::as_slice(&input);
        let (start, end) = range(error, slice.len());
        let encoding = errors::encoding(error)?;
        let mut out: Vec<u32> = Vec::new();
        let fault = Fault { start: start.min(end), end, reason: "" };
        return match decode_named(handler, unicode::as_utf8(&encoding)?, slice, fault, &mut out) {
            Some(at) => answer(unicode::from_code_points(&out)?, at),
            None => Err(reraise(error)),
        };
    }
    if !is_encode_error(error) {
        return Err(wrong_type(error));
    }
    let text = errors::text_object(error)?;
    let (start, end) = range(error, unicode::len(&text));
    let encoding = errors::encoding(error)?;
    let encoding = unicode::as_utf8(&encoding)?;
    if handler == Named::SurrogatePass && Utf::of(encoding).is_none() {
        return Err(reraise(error));
    }
    let fault = Fault { start: start.min(end), end, reason: "" };
    match with_chars!(chars(&text), |s| encode_named(handler, encoding, s, fault)) {
        Some((Replacement::Bytes(out), at)) => answer(bytes::from_slice(&out)?, at),
        _ => Err(reraise(error)),
    }
}

fn surrogate_escape_errors(error: &Object) -> Result<Obj> {
    surrogates(error, Named::SurrogateEscape)
}

fn surrogate_pass_errors(error: &Object) -> Result<Obj> {
    surrogates(error, Named::SurrogatePass)
}
