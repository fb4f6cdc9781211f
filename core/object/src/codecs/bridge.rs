//! Error callbacks for the codecs of `text::codec`: the well-known handlers at once, others through the registry.

use super::{errors, lookup_error};
use crate::err;
use crate::handle::{Layout, Obj, Object, Raised, Result};
use crate::protocol::{call, number};
use crate::text::codec::handlers::{Named, decode_named, encode_named};
use crate::text::codec::{DecodeErrors, EncodeErrors, Fault, Replacement, Resume, TextSink};
use crate::types::unicode::{Builder, chars, with_chars};
use crate::types::{bytes, exceptions, tuple, unicode};

/// A handler by name. Handlers that the reference's codecs treat without asking the registry are `Named`.
fn shortcut(errors: Option<&str>) -> Option<Named> {
    Named::of(errors.unwrap_or("strict"))
}

/// Splits what a handler returned: the replacement and the position.
fn parse(answer: &Object, message: &'static str) -> Result<(Obj, isize)> {
    if !tuple::check(answer) {
        return Err(err::type_error(message));
    }
    let &[replacement, position] = tuple::items(answer) else { return Err(err::type_error(message)) };
    Ok((replacement.owned(), number::as_ssize(position, Some(exceptions::OverflowError()))?))
}

fn resolve(position: isize, length: usize) -> Result<usize> {
    let resolved = if position < 0 { position + length as isize } else { position };
    if resolved < 0 || resolved as usize > length {
        return Err(err::index_error(format_args!("position {resolved} from error handler out of bounds")));
    }
    Ok(resolved as usize)
}

/// Handles undecodable bytes.
pub struct Decode<'e> {
    errors: Option<&'e str>,
    callback: Option<Obj>,
    exception: Option<Obj>,
    /// Inputs that handlers put in place of the original; the decoder reads them until it ends.
    kept: Vec<Obj>,
    /// The name of the encoding for errors, instead of the codec's own.
    encoding: Option<&'e str>,
}

impl<'e> Decode<'e> {
    /// A handler by name (None: strict).
    pub fn new(errors: Option<&'e str>) -> Decode<'e> {
        Decode { errors, callback: None, exception: None, kept: Vec::new(), encoding: None }
    }

    fn exception(&mut self, encoding: &str, input: &[u8], fault: Fault) -> Result<Obj> {
        let encoding = self.encoding.unwrap_or(encoding);
        if let Some(exception) = &self.exception {
            errors::update(exception, fault.start, fault.end, fault.reason)?;
            return Ok(exception.clone());
        }
        let input = bytes::from_slice(input)?;
        let class = exceptions::UnicodeDecodeError();
        let exception = errors::make(class, encoding, &input, fault.start, fault.end, fault.reason)?;
        self.exception = Some(exception.clone());
        Ok(exception)
    }

    /// Asks the registered handler: the text, the position, and the input if it was exchanged.
    fn ask(&mut self, encoding: &str, input: &[u8], fault: Fault) -> Result<(Obj, usize, Option<Obj>)> {
        const MESSAGE: &str = "decoding error handler must return (str, int) tuple";
        if self.callback.is_none() {
            self.callback = Some(lookup_error(self.errors)?);
        }
        let exception = self.exception(encoding, input, fault)?;
        let callback = self.callback.clone().expect("looked up above");
        let answer = call::call1(&callback, &exception)?;
        let (text, position) = parse(&answer, MESSAGE)?;
        if !unicode::check(&text) {
            return Err(err::type_error(MESSAGE));
        }
        let now = errors::bytes_object(&exception)?;
        let length = bytes::as_slice(&now).len();
        let at = resolve(position, length)?;
        let changed = bytes::as_slice(&now) != input;
        Ok((text, at, changed.then_some(now)))
    }
}

impl<'a, S: TextSink> DecodeErrors<'a, S> for Decode<'_> {
    type Error = Raised;

    fn decode_error(
        &mut self,
        encoding: &'static str,
        input: &'a [u8],
        fault: Fault,
        sink: &mut S,
    ) -> core::result::Result<Resume<'a>, Raised> {
        if let Some(named) = shortcut(self.errors) {
            return match decode_named(named, self.encoding.unwrap_or(encoding), input, fault, sink) {
                Some(at) => Ok(Resume::at(at)),
                None if named == Named::XmlCharRefReplace => {
                    self.ask(encoding, input, fault).and(Err(Raised::assume()))
                }
                None => Err(errors::raise(self.exception(encoding, input, fault))),
            };
        }
        let (text, at, now) = self.ask(encoding, input, fault)?;
        with_chars!(chars(&text), |s| s.iter().for_each(|&u| sink.push(crate::text::Unit::code(u))));
        let input = now.map(|now| {
            let slice: *const [u8] = bytes::as_slice(&now);
            self.kept.push(now);
            // SAFETY: `kept` owns the bytes object until the handler is dropped, after the decoder has returned; the
            // bytes are immutable.
            unsafe { &*slice }
        });
        Ok(Resume { at, input })
    }
}

/// Handles unencodable text.
pub struct Encode<'t> {
    text: &'t Object,
    errors: Option<&'t str>,
    callback: Option<Obj>,
    exception: Option<Obj>,
}

impl<'t> Encode<'t> {
    /// A handler by name (None: strict) for faults in `text`.
    pub fn new(text: &'t Object, errors: Option<&'t str>) -> Encode<'t> {
        Encode { text, errors, callback: None, exception: None }
    }

    fn exception(&mut self, encoding: &str, fault: Fault) -> Result<Obj> {
        if let Some(exception) = &self.exception {
            errors::update(exception, fault.start, fault.end, fault.reason)?;
            return Ok(exception.clone());
        }
        let class = exceptions::UnicodeEncodeError();
        let exception = errors::make(class, encoding, self.text, fault.start, fault.end, fault.reason)?;
        self.exception = Some(exception.clone());
        Ok(exception)
    }

    fn ask(&mut self, encoding: &str, fault: Fault) -> Result<(Replacement, usize)> {
        const MESSAGE: &str = "encoding error handler must return (str/bytes, int) tuple";
        if self.callback.is_none() {
            self.callback = Some(lookup_error(self.errors)?);
        }
        let exception = self.exception(encoding, fault)?;
        let callback = self.callback.clone().expect("looked up above");
        let answer = call::call1(&callback, &exception)?;
        let length = unicode::len(self.text);
        let (replacement, position) = parse(&answer, MESSAGE)?;
        let replaced = if unicode::check(&replacement) {
            Replacement::Text(chars(&replacement).iter().collect())
        } else if bytes::check(&replacement) {
            Replacement::Bytes(bytes::as_slice(&replacement).to_vec())
        } else {
            return Err(err::type_error(MESSAGE));
        };
        Ok((replaced, resolve(position, length)?))
    }
}

impl EncodeErrors for Encode<'_> {
    type Error = Raised;

    fn encode_error(
        &mut self,
        encoding: &'static str,
        fault: Fault,
    ) -> core::result::Result<(Replacement, usize), Raised> {
        if let Some(named) = shortcut(self.errors) {
            return match with_chars!(chars(self.text), |s| encode_named(named, encoding, s, fault)) {
                Some(done) => Ok(done),
                None => Err(self.refuse(encoding, fault)),
            };
        }
        self.ask(encoding, fault)
    }

    fn refuse(&mut self, encoding: &'static str, fault: Fault) -> Raised {
        errors::raise(self.exception(encoding, fault))
    }

    fn escapes_surrogates(&self) -> bool {
        self.errors == Some("surrogateescape")
    }
}

/// Handles characters that `str.translate` cannot translate: the replacement text and the position to go on from.
pub fn translate_error(text: &Object, errors: Option<&str>, fault: Fault) -> Result<(Obj, usize)> {
    const MESSAGE: &str = "translating error handler must return (str, int) tuple";
    let exception = errors::make_translate(text, fault.start, fault.end, fault.reason)?;
    if shortcut(errors) == Some(Named::Strict) {
        return Err(errors::raise(Ok(exception)));
    }
    let answer = call::call1(lookup_error(errors)?.object(), &exception)?;
    let length = unicode::len(text);
    let (replacement, position) = parse(&answer, MESSAGE)?;
    if !unicode::check(&replacement) {
        return Err(err::type_error(MESSAGE));
    }
    Ok((replacement, resolve(position, length)?))
}

impl TextSink for Builder {
    #[inline]
    fn push(&mut self, c: u32) {
        self.push_char(c);
    }

    fn push_latin1(&mut self, bytes: &[u8]) {
        self.push_units(bytes);
    }

    fn push_ascii(&mut self, bytes: &[u8]) {
        self.push_ascii_bytes(bytes);
    }
}
