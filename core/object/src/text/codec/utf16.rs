//! UTF-16 and UTF-32 in both byte orders, with and without byte order marks.

use super::{
    DecodeErrors, Decoding, EncodeErrors, Fault, Replacement, TextSink, is_high_surrogate, is_low_surrogate,
    is_surrogate, join_surrogates, split_surrogates,
};
use crate::text::Unit;

/// Byte order as the API numbers it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Little = -1,
    /// The machine's, written with a mark and read as the mark says.
    Marked = 0,
    Big = 1,
}

impl Order {
    /// From the API's number: negative, zero or positive.
    pub fn of(number: i32) -> Order {
        match number.signum() {
            -1 => Order::Little,
            0 => Order::Marked,
            _ => Order::Big,
        }
    }

    fn is_little(self) -> bool {
        match self {
            Order::Little => true,
            Order::Marked => cfg!(target_endian = "little"),
            Order::Big => false,
        }
    }
}

fn unit16(bytes: &[u8], at: usize, little: bool) -> u32 {
    let pair = [bytes[at], bytes[at + 1]];
    u32::from(if little { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
}

fn unit32(bytes: &[u8], at: usize, little: bool) -> u32 {
    let b = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
    if little { u32::from_le_bytes(b) } else { u32::from_be_bytes(b) }
}

/// Takes the byte order from a mark at the beginning, if asked to and there is one. Returns where the
/// text begins.
fn read_mark(input: &[u8], order: &mut Order, width: usize) -> usize {
    if *order != Order::Marked || input.len() < width {
        return 0;
    }
    let unit = |little| if width == 2 { unit16(input, 0, little) } else { unit32(input, 0, little) };
    for (little, found) in [(true, Order::Little), (false, Order::Big)] {
        if unit(little) == 0xfeff {
            *order = found;
            return width;
        }
    }
    0
}

/// Decodes UTF-16; `order` tells the byte order and, where that was `Marked`, becomes what a mark said.
pub fn decode16<'a, S: TextSink, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    order: &mut Order,
    last: bool,
    handler: &mut H,
    sink: &mut S,
) -> Result<usize, H::Error> {
    let mut i = read_mark(input, order, 2);
    let little = order.is_little();
    let mut d = Decoding { encoding: if little { "utf-16-le" } else { "utf-16-be" }, input, sink, handler };
    while i < d.input.len() {
        let rest = d.input.len() - i;
        if rest < 2 {
            if !last {
                break;
            }
            i = d.fault(i, d.input.len(), "truncated data")?;
            continue;
        }
        let c = unit16(d.input, i, little);
        if !is_surrogate(c) {
            d.sink.push(c);
            i += 2;
        } else if is_low_surrogate(c) {
            i = d.fault(i, i + 2, "illegal encoding")?;
        } else if rest < 4 {
            if !last {
                break;
            }
            i = d.fault(i, d.input.len(), "unexpected end of data")?;
        } else {
            let low = unit16(d.input, i + 2, little);
            if is_low_surrogate(low) {
                d.sink.push(join_surrogates(c, low));
                i += 4;
            } else {
                i = d.fault(i, i + 2, "illegal UTF-16 surrogate")?;
            }
        }
    }
    Ok(i)
}

/// Decodes UTF-32; `order` as in [`decode16`].
pub fn decode32<'a, S: TextSink, H: DecodeErrors<'a, S>>(
    input: &'a [u8],
    order: &mut Order,
    last: bool,
    handler: &mut H,
    sink: &mut S,
) -> Result<usize, H::Error> {
    let mut i = read_mark(input, order, 4);
    let little = order.is_little();
    let mut d = Decoding { encoding: if little { "utf-32-le" } else { "utf-32-be" }, input, sink, handler };
    while i < d.input.len() {
        if d.input.len() - i < 4 {
            if !last {
                break;
            }
            i = d.fault(i, d.input.len(), "truncated data")?;
            continue;
        }
        let c = unit32(d.input, i, little);
        if is_surrogate(c) {
            i = d.fault(i, i + 4, "code point in surrogate code point range(0xd800, 0xe000)")?;
        } else if c > 0x10ffff {
            i = d.fault(i, i + 4, "code point not in range(0x110000)")?;
        } else {
            d.sink.push(c);
            i += 4;
        }
    }
    Ok(i)
}

fn put16(c: u32, little: bool, out: &mut Vec<u8>) {
    let put = |unit: u32, out: &mut Vec<u8>| {
        let unit = unit as u16;
        out.extend(if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
    };
    if c < 0x10000 {
        put(c, out);
    } else {
        split_surrogates(c).into_iter().for_each(|unit| put(unit, out));
    }
}

fn put32(c: u32, little: bool, out: &mut Vec<u8>) {
    out.extend(if little { c.to_le_bytes() } else { c.to_be_bytes() });
}

fn encode<U: Unit, H: EncodeErrors>(
    text: &[U],
    (name, width, little): (&'static str, usize, bool),
    put: impl Fn(u32, bool, &mut Vec<u8>),
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    let mut i = 0;
    while i < text.len() {
        let c = text[i].code();
        if !is_surrogate(c) {
            put(c, little, out);
            i += 1;
            continue;
        }
        let fault = Fault { start: i, end: i + 1, reason: "surrogates not allowed" };
        let (replacement, at) = handler.encode_error(name, fault)?;
        match replacement {
            Replacement::Bytes(bytes) if bytes.len().is_multiple_of(width) => out.extend(bytes),
            Replacement::Text(chars) if chars.iter().all(|&c| c < 0x80) => {
                chars.iter().for_each(|&c| put(c, little, out));
            }
            _ => return Err(handler.refuse(name, fault)),
        }
        i = at.min(text.len());
    }
    Ok(())
}

pub fn encode16<U: Unit, H: EncodeErrors>(
    text: &[U],
    order: Order,
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    let (name, little) = match order {
        Order::Marked => ("utf-16", order.is_little()),
        Order::Little => ("utf-16-le", true),
        Order::Big => ("utf-16-be", false),
    };
    out.reserve(2 * text.len() + 2);
    if order == Order::Marked {
        put16(0xfeff, little, out);
    }
    encode(text, (name, 2, little), put16, handler, out)
}

pub fn encode32<U: Unit, H: EncodeErrors>(
    text: &[U],
    order: Order,
    handler: &mut H,
    out: &mut Vec<u8>,
) -> Result<(), H::Error> {
    let (name, little) = match order {
        Order::Marked => ("utf-32", order.is_little()),
        Order::Little => ("utf-32-le", true),
        Order::Big => ("utf-32-be", false),
    };
    out.reserve(4 * text.len() + 4);
    if order == Order::Marked {
        put32(0xfeff, little, out);
    }
    encode(text, (name, 4, little), put32, handler, out)
}

/// Whether the two characters are the halves of one beyond U+FFFF.
pub fn is_pair(high: u32, low: u32) -> bool {
    is_high_surrogate(high) && is_low_surrogate(low)
}
