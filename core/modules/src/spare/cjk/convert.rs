//! Whole texts from steps, and what error handlers make of the faults.

use super::codec::{Codec, Fault, State, Text};
use krait_object::codecs::errors as unicode_errors;
use krait_object::protocol::{call, object};
use krait_object::types::{bytes, long, tuple, unicode};
use krait_object::{Layout, Obj, Object, Raised, Result, codecs, err};

/// What to do about faults.
pub(super) enum Errors {
    Strict,
    Ignore,
    Replace,
    /// By the name of a handler.
    Other(Obj),
}

impl Errors {
    /// None means `strict`.
    pub(super) fn new(name: Option<&Object>) -> Result<Errors> {
        let Some(name) = name else { return Ok(Errors::Strict) };
        Ok(match unicode::as_utf8(name)? {
            "strict" => Errors::Strict,
            "ignore" => Errors::Ignore,
            "replace" => Errors::Replace,
            _ => Errors::Other(name.owned()),
        })
    }

    pub(super) fn name(&self) -> Result<Obj> {
        match self {
            Errors::Strict => unicode::intern_str("strict"),
            Errors::Ignore => unicode::intern_str("ignore"),
            Errors::Replace => unicode::intern_str("replace"),
            Errors::Other(name) => Ok(name.clone()),
        }
    }
}

/// A `str`, or the `str` of anything else.
pub(super) fn as_text(given: &Object) -> Result<Obj> {
    let text = if unicode::check(given) { given.owned() } else { object::str(given)? };
    unicode::ready(&text)?;
    Ok(text)
}

/// What is wrong, and how much of the input.
fn explain(fault: Fault, left: usize) -> (&'static str, usize) {
    match fault {
        Fault::TooFew => ("incomplete multibyte sequence", left),
        Fault::Illegal(length) => ("illegal multibyte sequence", length),
    }
}

/// Encodes a text; the bytes, and how many characters they are. With `is_last` everything is encoded and the state goes
/// back to the beginning.
pub(super) fn encode(
    codec: &Codec,
    state: &mut State,
    text: &Object,
    errors: &Errors,
    is_last: bool,
) -> Result<(Vec<u8>, usize)> {
    let characters: Vec<u32> = unicode::chars(text).iter().collect();
    let mut out = Vec::with_capacity(characters.len() * 2);
    let mut at = 0;
    while at < characters.len() {
        match codec.encode(state, &characters[at..], is_last, &mut out) {
            Ok(count) => at += count,
            Err(Fault::TooFew) if !is_last => break,
            Err(fault) => {
                let (reason, length) = explain(fault, characters.len() - at);
                at = handle_encode(codec, state, text, at, at + length, reason, errors, &mut out)?;
            }
        }
    }
    if is_last {
        codec.finish_encoding(state, &mut out);
    }
    Ok((out, at))
}

/// Lets the error handler replace characters; where to go on.
fn handle_encode(
    codec: &Codec,
    state: &mut State,
    text: &Object,
    start: usize,
    end: usize,
    reason: &str,
    errors: &Errors,
    out: &mut Vec<u8>,
) -> Result<usize> {
    let name = match errors {
        Errors::Ignore => return Ok(end),
        Errors::Replace => {
            if codec.encode(state, &['?'.into()], true, out).is_err() {
                out.push(b'?');
            }
            return Ok(end);
        }
        Errors::Strict => return Err(unicode_errors::encode_error(codec.name, text, start, end, reason)),
        Errors::Other(name) => name,
    };
    let raised = unicode_errors::encode_error(codec.name, text, start, end, reason);
    let (replacement, position) = ask(name, raised, "encoding", true)?;
    if unicode::check(&replacement) {
        let (code, _) = encode_strictly(codec, state, &replacement)?;
        out.extend_from_slice(&code);
    } else {
        out.extend_from_slice(bytes::as_slice(&replacement));
    }
    place(&position, unicode::len(text))
}

/// A handler's text, which has to be one that the encoding has.
fn encode_strictly(codec: &Codec, state: &mut State, text: &Object) -> Result<(Vec<u8>, usize)> {
    let characters: Vec<u32> = unicode::chars(text).iter().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        match codec.encode(state, &characters[at..], true, &mut out) {
            Ok(count) => at += count,
            Err(fault) => {
                let (reason, length) = explain(fault, characters.len() - at);
                return Err(unicode_errors::encode_error(codec.name, text, at, at + length, reason));
            }
        }
    }
    Ok((out, at))
}

/// Calls an error handler with the exception that has just been raised; its replacement and position.
fn ask(name: &Object, _raised: Raised, direction: &str, takes_bytes: bool) -> Result<(Obj, Obj)> {
    let mut error = err::fetch().ok_or_else(err::bad_internal_call)?;
    let handler = codecs::lookup_error(Some(unicode::as_utf8(name)?))?;
    let answer = call::call1(&handler, error.normalize())?;
    if tuple::check(&answer)
        && let [replacement, position] = tuple::items(&answer)
        && (unicode::check(replacement) || (takes_bytes && bytes::check(replacement)))
        && long::check(position)
    {
        return Ok((replacement.owned(), position.owned()));
    }
    Err(err::type_error(format_args!("{direction} error handler must return (str, int) tuple")))
}

/// A handler's position, which counts from the end if it is negative.
fn place(position: &Object, length: usize) -> Result<usize> {
    let position = match long::as_isize(position) {
        Ok(position) if position < 0 => position + length as isize,
        Ok(position) => position,
        Err(_) => {
            err::clear();
            -1
        }
    };
    usize::try_from(position)
        .ok()
        .filter(|position| *position <= length)
        .ok_or_else(|| err::index_error(format_args!("position {position} from error handler out of bounds")))
}

/// Decodes bytes; how many of them. With `is_last` that is all of them.
pub(super) fn decode(
    codec: &Codec,
    state: &mut State,
    input: &[u8],
    errors: &Errors,
    is_last: bool,
    out: &mut unicode::Builder,
) -> Result<usize> {
    let mut at = 0;
    while at < input.len() {
        match codec.decode(state, &input[at..]) {
            Ok((length, text)) => {
                at += length;
                match text {
                    Text::None => {}
                    Text::One(character) => out.push_char(character),
                    Text::Two(first, second) => {
                        out.push_char(first);
                        out.push_char(second);
                    }
                }
            }
            Err(Fault::TooFew) if !is_last => break,
            Err(fault) => {
                let (reason, length) = explain(fault, input.len() - at);
                at = handle_decode(codec, input, at, at + length, reason, errors, out)?;
            }
        }
    }
    Ok(at)
}

/// Lets the error handler replace bytes; where to go on.
fn handle_decode(
    codec: &Codec,
    input: &[u8],
    start: usize,
    end: usize,
    reason: &str,
    errors: &Errors,
    out: &mut unicode::Builder,
) -> Result<usize> {
    const REPLACEMENT: u32 = 0xfffd;
    let name = match errors {
        Errors::Ignore => return Ok(end),
        Errors::Replace => {
            out.push_char(REPLACEMENT);
            return Ok(end);
        }
        Errors::Strict => return Err(unicode_errors::decode_error(codec.name, input, start, end, reason)),
        Errors::Other(name) => name,
    };
    let raised = unicode_errors::decode_error(codec.name, input, start, end, reason);
    let (replacement, position) = ask(name, raised, "decoding", false)?;
    out.push_object(&replacement);
    place(&position, input.len())
}

/// The exception for bytes or characters that were kept for later and are too many.
pub(super) fn decode_overflow(codec: &Codec, input: &[u8]) -> Raised {
    unicode_errors::decode_error(codec.name, input, 0, input.len(), "pending buffer overflow")
}

/// As [`decode_overflow`], for characters.
pub(super) fn encode_overflow(codec: &Codec, text: &Object, start: usize) -> Raised {
    unicode_errors::encode_error(codec.name, text, start, unicode::len(text), "pending buffer overflow")
}
