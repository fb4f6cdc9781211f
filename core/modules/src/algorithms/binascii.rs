//! Conversions between binary data and ASCII: uuencode, base64, BinHex 4 and hexadecimal, and the
//! checksum of BinHex. Quoted-printable is in [`super::quoted_printable`].

use std::borrow::Cow;

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// `binascii.Error`.
    Invalid(Cow<'static, str>),
    /// `binascii.Incomplete`.
    Incomplete(&'static str),
}

fn invalid<T>(message: &'static str) -> Result<T, Error> {
    Err(Error::Invalid(message.into()))
}

/// Collects groups of six bits into bytes.
#[derive(Default)]
struct Bits {
    buffer: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, six: u32, out: &mut Vec<u8>) {
        self.buffer = (self.buffer << 6 | six) & 0x3fff;
        self.count += 6;
        if self.count >= 8 {
            self.count -= 8;
            out.push((self.buffer >> self.count) as u8);
        }
    }
}

/// Splits bytes into groups of six bits; the last is filled with zeros.
fn sixes(data: &[u8]) -> impl Iterator<Item = usize> {
    let groups = (data.len() * 8).div_ceil(6);
    (0..groups).map(|i| {
        let (at, shift) = (i * 6 / 8, 10 - i * 6 % 8);
        let pair = u32::from(data[at]) << 8 | data.get(at + 1).map_or(0, |&b| u32::from(b));
        (pair >> shift & 63) as usize
    })
}

/// Decodes a uuencoded line. What is missing at its end counts as zeros.
pub fn a2b_uu(line: &[u8]) -> Result<Vec<u8>, Error> {
    // Like the reference, an empty line is read as one that begins with a NUL.
    let (first, mut rest) = line.split_first().map_or((0, &[][..]), |(&b, rest)| (b, rest));
    let len = usize::from(first.wrapping_sub(b' ') & 63);
    let (mut out, mut bits) = (Vec::with_capacity(len), Bits::default());
    while out.len() < len {
        let six = match rest.first() {
            None | Some(b'\n' | b'\r') => 0,
            Some(&b @ b' '..=b'`') => u32::from(b - b' ') & 63,
            Some(_) => return invalid("Illegal char"),
        };
        rest = rest.get(1..).unwrap_or(&[]);
        bits.push(six, &mut out);
    }
    if rest.iter().all(|b| matches!(b, b' ' | b'`' | b'\n' | b'\r')) {
        Ok(out)
    } else {
        invalid("Trailing garbage")
    }
}

/// Encodes up to 45 bytes as a line.
pub fn b2a_uu(data: &[u8], backtick: bool) -> Result<Vec<u8>, Error> {
    if data.len() > 45 {
        return invalid("At most 45 bytes at once");
    }
    let digit = |six: usize| if six == 0 && backtick { b'`' } else { b' ' + six as u8 };
    let mut out = vec![digit(data.len())];
    let whole = data.len().div_ceil(3) * 4;
    out.extend(sixes(data).chain(std::iter::repeat(0)).take(whole).map(digit));
    out.push(b'\n');
    Ok(out)
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const fn inverse(alphabet: &[u8; 64]) -> [u8; 256] {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 64 {
        table[alphabet[i] as usize] = i as u8;
        i += 1;
    }
    table
}

static FROM_BASE64: [u8; 256] = inverse(BASE64);

/// Decodes base64; characters outside the alphabet are skipped, and padding that completes a group
/// ends the data.
pub fn a2b_base64(data: &[u8]) -> Result<Vec<u8>, Error> {
    let mut out = Vec::with_capacity(data.len() / 4 * 3 + 3);
    let (mut bits, mut position, mut padding) = (Bits::default(), 0, 0);
    for &b in data {
        if b == b'=' {
            if position >= 2 {
                padding += 1;
                if position + padding >= 4 {
                    return Ok(out);
                }
            }
            continue;
        }
        let six = FROM_BASE64[usize::from(b)];
        if six == 255 {
            continue;
        }
        padding = 0;
        position = (position + 1) & 3;
        bits.push(six.into(), &mut out);
        if position == 0 {
            bits = Bits::default();
        }
    }
    match position {
        0 => Ok(out),
        1 => Err(Error::Invalid(
            format!(
                "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple of 4",
                out.len() / 3 * 4 + 1
            )
            .into(),
        )),
        _ => invalid("Incorrect padding"),
    }
}

pub fn b2a_base64(data: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().div_ceil(3) * 4 + 1);
    let mut chunks = data.chunks_exact(3);
    for c in &mut chunks {
        let word = usize::from(c[0]) << 16 | usize::from(c[1]) << 8 | usize::from(c[2]);
        out.extend([18, 12, 6, 0].map(|shift| BASE64[word >> shift & 63]));
    }
    out.extend(sixes(chunks.remainder()).map(|six| BASE64[six]));
    while out.len() % 4 != 0 {
        out.push(b'=');
    }
    if newline {
        out.push(b'\n');
    }
    out
}

const HQX: &[u8; 64] = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr";
static FROM_HQX: [u8; 256] = inverse(HQX);
const RUN: u8 = 0x90;

/// Decodes BinHex characters; also whether the end mark was there.
pub fn a2b_hqx(data: &[u8]) -> Result<(Vec<u8>, bool), Error> {
    let (mut out, mut bits) = (Vec::with_capacity(data.len() / 4 * 3 + 3), Bits::default());
    for &b in data {
        match (b, FROM_HQX[usize::from(b)]) {
            (b'\n' | b'\r', _) => {}
            (b':', _) => return Ok((out, true)),
            (_, 255) => return invalid("Illegal char"),
            (_, six) => bits.push(six.into(), &mut out),
        }
    }
    if bits.count > 0 {
        return Err(Error::Incomplete("String has incomplete number of bytes"));
    }
    Ok((out, false))
}

pub fn b2a_hqx(data: &[u8]) -> Vec<u8> {
    sixes(data).map(|six| HQX[six]).collect()
}

/// BinHex run-length coding: a byte, 0x90 and a count for runs above three.
pub fn rlecode_hqx(data: &[u8]) -> Vec<u8> {
    let (mut out, mut rest) = (Vec::with_capacity(data.len() + 8), data);
    while let Some(&b) = rest.first() {
        let run = if b == RUN { 1 } else { rest.iter().take(255).take_while(|&&x| x == b).count() };
        match run {
            _ if b == RUN => out.extend([RUN, 0]),
            4.. => out.extend([b, RUN, run as u8]),
            _ => out.extend(&rest[..run]),
        }
        rest = &rest[run..];
    }
    out
}

pub fn rledecode_hqx(data: &[u8]) -> Result<Vec<u8>, Error> {
    let (mut out, mut bytes) = (Vec::with_capacity(2 * data.len()), data.iter().copied());
    while let Some(b) = bytes.next() {
        if b != RUN {
            out.push(b);
            continue;
        }
        match bytes.next() {
            None => return Err(Error::Incomplete("")),
            Some(0) => out.push(RUN),
            Some(n) => match out.last() {
                None => return invalid("Orphaned RLE code at start"),
                Some(&last) => out.extend(std::iter::repeat_n(last, usize::from(n) - 1)),
            },
        }
    }
    Ok(out)
}

/// CRC-CCITT, continued from `crc`.
pub fn crc_hqx(data: &[u8], crc: u16) -> u16 {
    data.iter().fold(crc, |crc, &b| {
        (0..8).fold(crc ^ u16::from(b) << 8, |crc, _| crc << 1 ^ if crc & 0x8000 != 0 { 0x1021 } else { 0 })
    })
}

/// Lower-case hexadecimal digits, with a separator between groups of bytes if given: counted from the
/// right for a positive group size, from the left for a negative one.
pub fn hexlify(data: &[u8], separator: Option<(u8, isize)>) -> Vec<u8> {
    let (n, mut out) = (data.len(), Vec::with_capacity(2 * data.len()));
    let group = separator.map_or(0, |(_, size)| size.unsigned_abs());
    for (i, &b) in data.iter().enumerate() {
        if let Some((separator, size)) = separator
            && i > 0
            && group > 0
            && (if size > 0 { n - i } else { i }).is_multiple_of(group)
        {
            out.push(separator);
        }
        out.extend([b >> 4, b & 15].map(|d| b"0123456789abcdef"[usize::from(d)]));
    }
    out
}

pub fn unhexlify(digits: &[u8]) -> Result<Vec<u8>, Error> {
    if !digits.len().is_multiple_of(2) {
        return invalid("Odd-length string");
    }
    let digit = |b: u8| (b as char).to_digit(16);
    let bytes = digits.chunks_exact(2).map(|p| Some((digit(p[0])? << 4 | digit(p[1])?) as u8));
    bytes.collect::<Option<_>>().ok_or(Error::Invalid("Non-hexadecimal digit found".into()))
}

#[cfg(test)]
mod tests {
    use super::super::quoted_printable::{a2b_qp, b2a_qp};
    use super::*;

    fn unhex(s: &str) -> Vec<u8> {
        unhexlify(s.as_bytes()).unwrap()
    }

    /// Functions by name on data in hexadecimal, from the reference (`tools/gen_binascii_cases.py`).
    #[test]
    fn against_the_reference() {
        let mut rows = 0;
        for line in include_str!("binascii_cases.tsv").lines() {
            let f: Vec<&str> = line.split('\t').collect();
            let [name, flags, data, kind, expected] = f[..] else { panic!("{line}") };
            let (data, flag) = (unhex(data), |i: usize| flags.as_bytes().get(i) == Some(&b'1'));
            let result = match name {
                "a2b_uu" => a2b_uu(&data),
                "b2a_uu" => b2a_uu(&data, flag(0)),
                "a2b_base64" => a2b_base64(&data),
                "b2a_base64" => Ok(b2a_base64(&data, flag(0))),
                "a2b_hqx" => a2b_hqx(&data).map(|(mut out, done)| {
                    out.push(done.into());
                    out
                }),
                "b2a_hqx" => Ok(b2a_hqx(&data)),
                "rlecode_hqx" => Ok(rlecode_hqx(&data)),
                "rledecode_hqx" => rledecode_hqx(&data),
                "a2b_qp" => Ok(a2b_qp(&data, flag(0))),
                "b2a_qp" => Ok(b2a_qp(&data, flag(0), flag(1), flag(2))),
                "unhexlify" => unhexlify(&data),
                "crc_hqx" => Ok(crc_hqx(&data, 7).to_be_bytes().into()),
                "hexlify" => Ok(hexlify(&data, Some((b':', flags.parse().unwrap())))),
                _ => panic!("{name}"),
            };
            match result {
                Ok(out) => assert_eq!(
                    ("ok", String::from_utf8(hexlify(&out, None)).unwrap()),
                    (kind, expected.into()),
                    "{line}"
                ),
                Err(Error::Invalid(m)) => assert_eq!(("Error", &*m), (kind, expected), "{line}"),
                Err(Error::Incomplete(m)) => assert_eq!(("Incomplete", m), (kind, expected), "{line}"),
            }
            rows += 1;
        }
        assert!(rows > 700);
    }
}
