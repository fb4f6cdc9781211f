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

/// The index after the run from `start` on whose characters all satisfy `bad`.
fn run_end<U: Unit>(text: &[U], start: usize, bad: impl Fn(u32) -> bool) -> usize {
    let more = text[start..].iter().take_while(|u| bad(u.code())).count();
    start + more
}
