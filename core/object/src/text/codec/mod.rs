//! Decoders and encoders between bytes and text, with error callbacks.
//!
//! A decoder reads bytes and feeds a [`TextSink`]; an encoder reads [`Unit`]s and appends to a byte
//! vector. What cannot be converted goes to the callback with its range and the reason in the words of
//! `UnicodeDecodeError` and `UnicodeEncodeError`; the callback writes or returns the replacement and
//! says where to go on. Every callback must check the position it returns (0 to the length of the
//! input); a decoder's may bring another input in place of the old one.
//!
//! Decoders return how many bytes they consumed: all, unless `last` is false and the input ends in the
//! middle of a character.

pub mod byte;
pub mod escape;
pub mod handlers;
pub mod utf16;
pub mod utf7;
pub mod utf8;

use super::Unit;

/// Receives decoded characters.
pub trait TextSink {
    fn push(&mut self, c: u32);

    /// Bytes that stand for the first 256 characters.
    fn push_latin1(&mut self, bytes: &[u8]) {
        for &b in bytes {
            self.push(u32::from(b));
        }
    }

    /// Bytes that are all below 128.
    fn push_ascii(&mut self, bytes: &[u8]) {
        self.push_latin1(bytes);
    }
}

impl TextSink for Vec<u32> {
    fn push(&mut self, c: u32) {
        Vec::push(self, c);
    }

    fn push_latin1(&mut self, bytes: &[u8]) {
        self.extend(bytes.iter().map(|&b| u32::from(b)));
    }
}

/// What could not be converted: the range in the input and why.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    pub start: usize,
    pub end: usize,
    pub reason: &'static str,
}

/// Where a decoder goes on after an error.
pub struct Resume<'a> {
    pub at: usize,
    /// The input from now on, if the callback replaced it (`at` is a position in it).
    pub input: Option<&'a [u8]>,
}

impl Resume<'_> {
    pub fn at(at: usize) -> Self {
        Resume { at, input: None }
    }
}

pub trait DecodeErrors<'a, S: TextSink> {
    type Error;

    /// Handles undecodable bytes: pushes the replacement to the sink, or fails.
    fn decode_error(
        &mut self,
        encoding: &'static str,
        input: &'a [u8],
        fault: Fault,
        sink: &mut S,
    ) -> Result<Resume<'a>, Self::Error>;
}

/// Replacement for unencodable text.
#[derive(Debug)]
pub enum Replacement {
    /// Goes into the output as it is.
    Bytes(Vec<u8>),
    /// Is encoded in its turn; if that fails, the original error is raised.
    Text(Vec<u32>),
}

pub trait EncodeErrors {
    type Error;

    /// Handles unencodable text: the replacement and the position to go on from.
    fn encode_error(
        &mut self,
        encoding: &'static str,
        fault: Fault,
    ) -> Result<(Replacement, usize), Self::Error>;

    /// Whether the handler is `surrogateescape` itself. Then an encoder turns the escaped bytes at the
    /// beginning of a range back on its own, and only what follows them is reported.
    fn escapes_surrogates(&self) -> bool {
        false
    }

    /// The error for text whose replacement cannot be encoded either.
    fn refuse(&mut self, encoding: &'static str, fault: Fault) -> Self::Error;
}

/// The state of a decoder between errors.
struct Decoding<'e, 'a, S, H> {
    encoding: &'static str,
    input: &'a [u8],
    sink: &'e mut S,
    handler: &'e mut H,
}

impl<'a, S: TextSink, H: DecodeErrors<'a, S>> Decoding<'_, 'a, S, H> {
    /// Reports an error and returns the position to go on from.
    #[cold]
    fn fault(&mut self, start: usize, end: usize, reason: &'static str) -> Result<usize, H::Error> {
        let fault = Fault { start, end, reason };
        let resume = self.handler.decode_error(self.encoding, self.input, fault, self.sink)?;
        if let Some(input) = resume.input {
            self.input = input;
        }
        Ok(resume.at.min(self.input.len()))
    }
}

/// The number of leading bytes below 128.
pub fn ascii_prefix(bytes: &[u8]) -> usize {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let mut chunks = bytes.chunks_exact(8);
    let mut n = 0;
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().expect("chunks of eight"));
        if word & HIGH != 0 {
            return n + ((word & HIGH).trailing_zeros() / 8) as usize;
        }
        n += 8;
    }
    n + chunks.remainder().iter().take_while(|b| b.is_ascii()).count()
}

fn is_surrogate(c: u32) -> bool {
    (0xd800..0xe000).contains(&c)
}

fn is_high_surrogate(c: u32) -> bool {
    (0xd800..0xdc00).contains(&c)
}

fn is_low_surrogate(c: u32) -> bool {
    (0xdc00..0xe000).contains(&c)
}

fn join_surrogates(high: u32, low: u32) -> u32 {
    0x10000 + ((high & 0x3ff) << 10) + (low & 0x3ff)
}

fn split_surrogates(c: u32) -> [u32; 2] {
    let v = c - 0x10000;
    [0xd800 + (v >> 10), 0xdc00 + (v & 0x3ff)]
}

/// The range of unencodable characters from `start` on, less the leading ones that are escaped bytes
/// if the handler wants those back; none if that leaves nothing.
fn encode_fault<U: Unit, H: EncodeErrors>(
    text: &[U],
    start: &mut usize,
    bad: impl Fn(u32) -> bool,
    reason: &'static str,
    handler: &H,
    out: &mut Vec<u8>,
) -> Option<Fault> {
    let end = run_end(text, *start, bad);
    if handler.escapes_surrogates() {
        while *start < end && handlers::is_escaped_byte(text[*start].code()) {
            out.push(text[*start].code() as u8);
            *start += 1;
        }
    }
    (*start < end).then_some(Fault { start: *start, end, reason })
}

/// The index after the run from `start` on whose characters all satisfy `bad`.
fn run_end<U: Unit>(text: &[U], start: usize, bad: impl Fn(u32) -> bool) -> usize {
    let more = text[start..].iter().take_while(|u| bad(u.code())).count();
    start + more
}

#[cfg(test)]
mod tests {
    use super::handlers::{Named, NamedEncode, Unhandled};
    use super::utf16::Order;
    use super::*;
    use crate::text::tests::{unescape, unhex};

    fn decode(codec: &str, handler: &str, last: bool, input: &[u8]) -> Result<(Vec<u32>, usize), Unhandled> {
        let (mut out, mut named) = (Vec::new(), Named::of(handler).unwrap());
        let h = &mut named;
        let names = |name: &[u8]| Ok((name == b"LATIN SMALL LETTER A").then_some(97));
        let s = &mut out;
        let used = match codec {
            "utf_8" => utf8::decode(input, last, h, s)?,
            "utf_16" => utf16::decode16(input, &mut { Order::Marked }, last, h, s)?,
            "utf_16_le" => utf16::decode16(input, &mut { Order::Little }, last, h, s)?,
            "utf_16_be" => utf16::decode16(input, &mut { Order::Big }, last, h, s)?,
            "utf_32" => utf16::decode32(input, &mut { Order::Marked }, last, h, s)?,
            "utf_32_le" => utf16::decode32(input, &mut { Order::Little }, last, h, s)?,
            "utf_32_be" => utf16::decode32(input, &mut { Order::Big }, last, h, s)?,
            "utf_7" => utf7::decode(input, last, h, s)?,
            "ascii" => byte::decode_ascii(input, h, s).map(|()| input.len())?,
            "unicode_escape" => escape::decode(input, names, h, s)?.consumed,
            "raw_unicode_escape" => escape::decode_raw(input, h, s)?,
            _ => panic!("{codec}"),
        };
        Ok((out, used))
    }

    #[test]
    fn decoding() {
        for line in include_str!("../testdata/decode.tsv").lines() {
            let f: Vec<_> = line.split('\t').collect();
            match decode(f[0], f[1], f[2] == "1", &unhex(f[3])) {
                Ok((text, used)) => {
                    assert_eq!(("ok", text, used.to_string()), (f[4], unescape(f[5]), f[6].into()), "{line}")
                }
                Err(Unhandled { encoding, fault }) => {
                    let range = format!("{}-{}", fault.start, fault.end);
                    let reason: Vec<u32> = fault.reason.chars().map(u32::from).collect();
                    assert_eq!((encoding, reason, range), (f[4], unescape(f[5]), f[6].into()), "{line}");
                }
            }
        }
    }

    fn encode(codec: &str, handler: &str, text: &[u32]) -> Result<Vec<u8>, Unhandled> {
        let mut out = Vec::new();
        let mut named = NamedEncode { handler: Named::of(handler).unwrap(), text };
        let (h, o) = (&mut named, &mut out);
        match codec {
            "utf_8" => utf8::encode(text, h, o)?,
            "utf_16" => utf16::encode16(text, Order::Marked, h, o)?,
            "utf_16_le" => utf16::encode16(text, Order::Little, h, o)?,
            "utf_16_be" => utf16::encode16(text, Order::Big, h, o)?,
            "utf_32" => utf16::encode32(text, Order::Marked, h, o)?,
            "utf_32_le" => utf16::encode32(text, Order::Little, h, o)?,
            "utf_32_be" => utf16::encode32(text, Order::Big, h, o)?,
            "utf_7" => utf7::encode(text, false, false, o),
            "ascii" => byte::encode_ascii(text, h, o)?,
            "latin_1" => byte::encode_latin1(text, h, o)?,
            "unicode_escape" => escape::encode(text, o),
            "raw_unicode_escape" => escape::encode_raw(text, o),
            _ => panic!("{codec}"),
        }
        Ok(out)
    }

    #[test]
    fn encoding() {
        for line in include_str!("../testdata/encode.tsv").lines() {
            let f: Vec<_> = line.split('\t').collect();
            match encode(f[0], f[1], &unescape(f[2])) {
                Ok(bytes) => assert_eq!(("ok", bytes), (f[3], unhex(f[4])), "{line}"),
                Err(Unhandled { encoding, fault }) => {
                    let range = format!("{}-{}", fault.start, fault.end);
                    assert_eq!((encoding, fault.reason, range.as_str()), (f[3], f[4], f[5]), "{line}");
                }
            }
        }
    }

    #[test]
    fn character_maps() {
        use byte::{Decoded, Encoded};
        let mut out = Vec::new();
        let table = [0x61u32, 0xfffe];
        byte::decode_charmap(&[0, 1, 2], |b| Ok(byte::table_entry(&table, b)), &mut Named::Replace, &mut out)
            .unwrap();
        assert_eq!(out, [0x61, 0xfffd, 0xfffd]);
        let text = |_| Ok(Decoded::Text(vec![1, 2]));
        byte::decode_charmap(&[0], text, &mut Named::Strict, &mut out).unwrap();
        assert_eq!(out[3..], [1, 2]);
        let map = |c: u32| {
            Ok(match c {
                0x61 => Encoded::Bytes(b"xx".into()),
                0x3f => Encoded::Byte(b'!'),
                _ => Encoded::Undefined,
            })
        };
        for (handler, text, expected) in [
            (Named::Replace, &[0x61u32, 0x62, 0x63][..], Ok(&b"xx!!"[..])),
            (Named::Strict, &[0x61, 0x62, 0x63, 0x61], Err(1..3)),
            (Named::XmlCharRefReplace, &[0x62], Err(0..1)),
        ] {
            let mut out = Vec::new();
            let got = byte::encode_charmap(text, map, &mut NamedEncode { handler, text }, &mut out);
            let got = got.map(|()| &out[..]).map_err(|e| e.fault.start..e.fault.end);
            assert_eq!(got, expected);
        }
    }
}
