//! UTF-7 (RFC 2152): runs of UTF-16 in a base64 without padding, between `+` and anything that is no
//! base64 digit (a `-` there is swallowed).

use super::{
    DecodeErrors, Decoding, TextSink, is_high_surrogate, is_low_surrogate, join_surrogates, split_surrogates,
};
use crate::text::Unit;

const NAME: &str = "utf7";
const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn digit(b: u8) -> Option<u32> {
    Some(
        match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        }
        .into(),
    )
}

/// What a shift sequence has collected.
#[derive(Default)]
struct Shift {
    start: usize,
    buffer: u32,
    bits: u32,
    /// A high surrogate that waits for its other half; 0 for none.
    high: u32,
}

impl Shift {
    fn take<S: TextSink>(&mut self, digit: u32, sink: &mut S) {
        self.buffer = self.buffer << 6 | digit;
        self.bits += 6;
        if self.bits < 16 {
            return;
        }
        self.bits -= 16;
        let c = self.buffer >> self.bits & 0xffff;
        self.buffer &= (1 << self.bits) - 1;
        if self.high != 0 {
            let high = std::mem::take(&mut self.high);
            if is_low_surrogate(c) {
                return sink.push(join_surrogates(high, c));
            }
            sink.push(high);
        }
        if is_high_surrogate(c) {
            self.high = c;
        } else {
            sink.push(c);
        }
    }

    /// Why the sequence must not end here.
    fn leftover(&self) -> Option<&'static str> {
        if self.bits >= 6 {
            Some("partial character in shift sequence")
        } else if self.buffer != 0 {
            Some("non-zero padding bits in shift sequence")
        } else {
            None
        }
    }
}

/// Decodes; unless `last`, an unfinished shift sequence at the end is left for the next call, and what
/// it had brought already is not in the sink's text: `checkpoint` and `rewind` see to that.
pub fn decode<'a, S: Rewind, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    last: bool,
    handler: &mut H,
    sink: &mut S,
) -> Result<usize, H::Error> {
    let mut d = Decoding { encoding: NAME, input, sink, handler };
    let mut shift: Option<Shift> = None;
    let mut mark = d.sink.checkpoint();
    let mut i = 0;
    loop {
        if i >= d.input.len() {
            match &shift {
                None => return Ok(i),
                Some(s) if !last => {
                    d.sink.rewind(mark);
                    return Ok(s.start);
                }
                Some(s) if s.high != 0 || s.bits >= 6 || (s.bits > 0 && s.buffer != 0) => {
                    let start = s.start;
                    shift = None;
                    i = d.fault(start, d.input.len(), "unterminated shift sequence")?;
                    continue;
                }
                Some(_) => return Ok(i),
            }
        }
        let b = d.input[i];
        if let Some(s) = &mut shift {
            if let Some(digit) = digit(b) {
                s.take(digit, d.sink);
                i += 1;
                continue;
            }
            let (start, high, leftover) = (s.start, s.high, s.leftover());
            shift = None;
            if let Some(reason) = leftover {
                i = d.fault(start, i + 1, reason)?;
                continue;
            }
            // A lone half stays, except before something that is no character.
            if high != 0 && b < 0x80 {
                d.sink.push(high);
            }
            if b == b'-' {
                i += 1;
            }
        } else if b == b'+' {
            match d.input.get(i + 1) {
                Some(b'-') => {
                    d.sink.push(u32::from(b'+'));
                    i += 2;
                }
                Some(&next) if digit(next).is_none() => i = d.fault(i, i + 2, "ill-formed sequence")?,
                _ => {
                    mark = d.sink.checkpoint();
                    shift = Some(Shift { start: i, ..Shift::default() });
                    i += 1;
                }
            }
        } else if b < 0x80 {
            d.sink.push(u32::from(b));
            i += 1;
        } else {
            i = d.fault(i, i + 1, "unexpected special character")?;
        }
    }
}

/// A sink that can forget what came after a checkpoint.
pub trait Rewind: TextSink {
    fn checkpoint(&self) -> usize;
    fn rewind(&mut self, checkpoint: usize);
}

impl Rewind for Vec<u32> {
    fn checkpoint(&self) -> usize {
        self.len()
    }

    fn rewind(&mut self, checkpoint: usize) {
        self.truncate(checkpoint);
    }
}

/// Whether a character may stand for itself; the flags shift the optional specials (set O) and white
/// space as well.
fn is_direct(c: u32, shift_optional: bool, shift_space: bool) -> bool {
    match u8::try_from(c) {
        Ok(b' ' | b'\t' | b'\n' | b'\r') => !shift_space,
        Ok(b'+' | b'\\' | b'~') => false,
        Ok(b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9') => true,
        Ok(b'\'' | b'(' | b')' | b',' | b'-' | b'.' | b'/' | b':' | b'?') => true,
        Ok(b'!'..=b'}') => !shift_optional,
        _ => false,
    }
}

pub fn encode<U: Unit>(text: &[U], shift_optional: bool, shift_space: bool, out: &mut Vec<u8>) {
    let (mut shifted, mut buffer, mut bits) = (false, 0u32, 0u32);
    for c in text.iter().map(|u| u.code()) {
        let direct = is_direct(c, shift_optional, shift_space);
        if shifted && direct {
            if bits > 0 {
                out.push(DIGITS[(buffer << (6 - bits) & 63) as usize]);
                (buffer, bits) = (0, 0);
            }
            shifted = false;
            // What could be read as part of the sequence needs an explicit end.
            let b = c as u8;
            if digit(b).is_some() || b == b'-' {
                out.push(b'-');
            }
        }
        if !shifted {
            if direct {
                out.push(c as u8);
                continue;
            }
            if c == u32::from(b'+') {
                out.extend(b"+-");
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let mut put = |unit: u32| {
            buffer = buffer << 16 | unit;
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(DIGITS[(buffer >> bits & 63) as usize]);
            }
            buffer &= (1 << bits) - 1;
        };
        if c >= 0x10000 {
            split_surrogates(c).into_iter().for_each(&mut put);
        } else {
            put(c);
        }
    }
    if shifted {
        if bits > 0 {
            out.push(DIGITS[(buffer << (6 - bits) & 63) as usize]);
        }
        out.push(b'-');
    }
}
